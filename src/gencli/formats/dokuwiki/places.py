"""Where a block of a page stands."""

from typing import NamedTuple

from gencli.formats.dokuwiki.blocks import Block
from gencli.markup import Span


class Place(NamedTuple):
    """A block where it stands: its spans, its section path, the label of the item it is nested under.

    `is_label` is true of an item that only names the group of those under it.
    """

    block: Block
    spans: tuple[Span, ...]
    section: tuple[str, ...]
    group: str | None
    is_label: bool = False
