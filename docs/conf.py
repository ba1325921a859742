"""How Sphinx makes a site of the Markdown pages, which are written to be read on a code host as they are.

    sphinx-build --nitpicky --fail-on-warning --keep-going -c docs . build/site

The root of the source is the repository, so that links to the README and the benchmarks are links between pages.
"""

import re
from pathlib import Path

from sphinx.application import Sphinx

project = "gencli"
html_title = project
root_doc = "docs/index"
include_patterns = ["*.md", "docs/*.md", "bench/*.md"]
exclude_patterns = [".*", "build", "data", "dist", "src", "tests"]

extensions = ["myst_parser"]
myst_heading_anchors = 3

smartquotes = False  # The words of the pages, as they are.

html_theme = "alabaster"
html_theme_options = {"page_width": "70rem", "show_powered_by": False}
html_show_copyright = False
html_copy_source = False
html_use_index = False


def contents(_app: Sphinx, docname: str, source: list[str]) -> None:
    """Make the table of contents of the links on the index; a page that is not among them fails the build."""
    if docname == root_doc:
        pages = re.findall(r"\]\((\S+)\.md\)", source[0])
        source[0] += "\n".join(["", "```{toctree}", ":hidden:", "", *pages, "```", ""])


def start(app: Sphinx, error: Exception | None) -> None:
    """Lead from where a web server begins to the index."""
    if error is None and app.builder.name == "html":
        lead = f'<meta http-equiv="refresh" content="0; url={root_doc}.html">'
        page = f"<!DOCTYPE html>\n<title>{project}</title>\n{lead}\n"
        (Path(app.outdir) / "index.html").write_text(page, encoding="utf-8")


def setup(app: Sphinx) -> None:
    """Called by Sphinx."""
    app.connect("source-read", contents)
    app.connect("build-finished", start)
