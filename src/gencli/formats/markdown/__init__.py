"""Markdown: reading lists read, and written as a person would publish them."""

from gencli.formats.markdown.writer import write
from gencli.model import Page

__all__ = ["read", "write"]


def read(text: str, source: str, name: str) -> Page:
    """The papers of a page with their mentions; what cannot be understood becomes a `Problem`.

    `source` is the path or address that the page is known by, `name` its title where it has no heading.
    """
    from gencli.formats.markdown.reader import read as read_page

    return read_page(text, source, name)
