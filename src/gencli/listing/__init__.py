"""What a list item, or a link in running text, says of a work, whatever the syntax of the page. Pure.

A page's own reader tells its text apart into `gencli.markup.Span`s; from there on all pages are read alike.
"""

from gencli.listing.items import Item, Target, Work, led_by_link, led_by_text, read_item, read_prose
from gencli.listing.links import Named, internal_page, read_link, rel_of, said

__all__ = [
    "Item", "Named", "Target", "Work", "internal_page", "led_by_link", "led_by_text", "read_item", "read_link",
    "read_prose", "rel_of", "said",
]  # fmt: skip
