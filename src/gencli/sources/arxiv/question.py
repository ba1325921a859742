"""What is asked of arXiv, and our query language in arXiv's own words. Pure.

arXiv's: https://info.arxiv.org/help/api/user-manual.html#query_details.
"""

from typing import NamedTuple

from gencli.errors import BadInput
from gencli.model import Record
from gencli.query import Check, Group, Match, Node, Query

_FIELDS = {"": "all", "title": "ti", "author": "au", "abstract": "abs", "venue": "jr"}
# Archives whose subject classes are two capital letters.
_CAPITALS = ("cs", "math", "stat", "eess", "econ", "q-bio", "q-fin", "nlin", "astro-ph")
_HINT = "words and phrases, title: author: abstract: venue: cat: year:, OR, NOT; its own language: --raw"


class Question(NamedTuple):
    """What is asked: ids, or a query with its order; `size` entries from `start`."""

    ids: tuple[str, ...] = ()
    query: str = ""
    sort: str = "relevance"
    start: int = 0
    size: int = 100


class Reply(NamedTuple):
    """The papers of an answer, each once, and how many there are in all."""

    records: list[Record]
    total: int


def in_its_words(query: Query) -> str:
    """A query in arXiv's language.

    Raises `BadInput` for what arXiv cannot be asked: our own fields, and what only says what not to find.
    """
    if query.root is None:
        raise BadInput("there is nothing to look for", _HINT)
    return _told(query.root)


def _told(node: Node) -> str:
    if isinstance(node, Match):
        return _words(node)
    if isinstance(node, Check):
        return _value(node)
    wanted = [part for part in node.parts if not _is_not(part)]
    refused = [part for part in node.parts if _is_not(part)]
    if not wanted or node.op == "not" or (refused and node.op == "or"):
        raise BadInput("arXiv must be told what to find, not only what not to", _HINT)
    text = f" {node.op.upper()} ".join(map(_inner, wanted))
    if refused and len(wanted) > 1:
        text = f"({text})"
    return text + "".join(f" ANDNOT {_inner(part.parts[0])}" for part in refused if isinstance(part, Group))


def _inner(node: Node) -> str:
    return f"({_told(node)})" if isinstance(node, Group) else _told(node)


def _is_not(node: Node) -> bool:
    return isinstance(node, Group) and node.op == "not"


def _words(match: Match) -> str:
    """Folded words under a field of arXiv's: no sign of its language can be among them."""
    if match.field not in _FIELDS:
        raise BadInput(f"arXiv cannot be asked for '{match.field}:'", _HINT)
    if not match.words:
        raise BadInput("there is no word in it to look for", _HINT)
    text = " ".join(match.words)
    return f'{_FIELDS[match.field]}:"{text}"' if len(match.words) > 1 else f"{_FIELDS[match.field]}:{text}"


def _value(test: Check) -> str:
    if test.field == "cat":
        archive, dot, part = test.value[0].partition(".")
        if dot:
            return f"cat:{archive}.{part.upper() if archive in _CAPITALS else part}"
        return f"(cat:{archive} OR cat:{archive}.*)"
    if test.field == "year":
        low, high = sorted(test.value) if all(test.value) else test.value
        return f"submittedDate:[{low or '1986'}01010000 TO {high or '2999'}12312359]"
    raise BadInput(f"arXiv cannot be asked for '{test.field}:'", _HINT)
