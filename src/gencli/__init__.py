"""A bibliography manager: reading-list pages and arXiv in, one SQLite file, BibTeX and Markdown out.

Every command of `gencli` is a few lines of what is named here; see docs/api.md.
"""

__version__ = "0.1.0"

# Nothing is loaded here: what a command loads, it loads where Ctrl-C is told in one line (see __main__).
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from gencli.errors import GencliError
    from gencli.library import Library
    from gencli.model import Author, Hit, Link, Mention, Outcome, Page, Paper, Problem, Record
    from gencli.query import Query, parse

__all__ = [
    "Author",
    "GencliError",
    "Hit",
    "Library",
    "Link",
    "Mention",
    "Outcome",
    "Page",
    "Paper",
    "Problem",
    "Query",
    "Record",
    "parse",
]

_ROOMS = {"GencliError": "errors", "Library": "library", "Query": "query", "parse": "query"}


def __getattr__(name: str) -> "Any":
    # Loaded on use: `import gencli` must not cost a command's start what it does not need.
    if name not in __all__:
        raise AttributeError(f"module 'gencli' has no attribute '{name}'")
    from importlib import import_module

    return getattr(import_module(f"gencli.{_ROOMS.get(name, 'model')}"), name)
