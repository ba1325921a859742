"""DokuWiki pages read as reading lists: sections, groups, items, emphasis, links, notes, prose."""

from gencli.formats.dokuwiki.blocks import Block, blocks
from gencli.formats.dokuwiki.reader import Structure, looks_like, read, structure

__all__ = ["Block", "Structure", "blocks", "looks_like", "read", "structure"]
