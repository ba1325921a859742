"""BibTeX and biblatex: cut into blocks, read as records, written from what was read."""

from gencli.formats.bibtex.writer import write

__all__ = ["write"]
