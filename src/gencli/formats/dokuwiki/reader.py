"""From blocks to a page: where each item stands, and what the page's papers are."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from gencli.formats.dokuwiki.blocks import Block, blocks, is_heading
from gencli.identity import fingerprint
from gencli.listing import Item, internal_page, read_item, read_prose
from gencli.listing.collector import Collector
from gencli.listing.outline import Outline, is_bold, is_short, label_of
from gencli.markup import Span, inline
from gencli.model import Page

_SIGNS = re.compile(r"^(?: {2}|\t)[ \t]*[*-] |={2,6} .{1,200}? ={2,6}|\[\[[^\[\]\n]+\]\]", re.MULTILINE)


class Place(NamedTuple):
    """A block where it stands: its spans, its section path, the label of the item it is nested under.

    `is_label` is true of an item that only names the group of those under it.
    """

    block: Block
    spans: tuple[Span, ...]
    section: tuple[str, ...]
    group: str | None
    is_label: bool = False


class Structure(NamedTuple):
    """A page as the places of its blocks, headings left out."""

    title: str
    places: tuple[Place, ...]

    def bold(self) -> list[tuple[str, bool]]:
        """The bold stretches in order: what a reader sees of each, and whether it holds a link."""
        found: list[tuple[str, bool]] = []
        for place in self.places:
            open_before = False
            for span in place.spans:
                if span.strong and open_before:
                    text, linked = found[-1]
                    found[-1] = (text + span.text, linked or span.kind == "link")
                elif span.strong:
                    found.append((span.text, span.kind == "link"))
                open_before = span.strong
        return found

    def links(self) -> list[Span]:
        """The links in order, inside the page and out of it."""
        return [span for place in self.places for span in place.spans if span.kind == "link"]


def looks_like(text: str) -> bool:
    """Whether a text has the marks of a DokuWiki page."""
    start = text[:200_000]
    return _SIGNS.search(start) is not None or any(is_heading(line) for line in start.splitlines())


def structure(text: str, name: str) -> Structure:
    """The structure of a page; `name` titles a page that has no single top heading."""
    found = blocks(text)
    title = _title(found)
    return Structure(title or name, tuple(_places(found, title is not None)))


def read(text: str, source: str, name: str) -> Page:
    """The papers of a page with their mentions; what cannot be understood becomes a `Problem`.

    `source` is the path or address that the page is known by, `name` its title where it has no heading.
    """
    shape = structure(text, name)
    reader = _Reader(Collector(shape.title, source, fingerprint))
    for place in shape.places:
        reader.take(place)
    return reader.into.page("wiki", text)


def placed(shape: Structure) -> Iterator[tuple[int, int]]:
    """The page's items that name papers, as (position, number of the place)."""
    reader = _Reader(Collector(shape.title, "", fingerprint))
    for number, place in enumerate(shape.places):
        before = reader.into.position
        reader.take(place)
        if reader.into.position > before:
            yield reader.into.position, number


def _title(found: list[Block]) -> str | None:
    """The page's title: its first heading, where no other is as high."""
    levels = [block.depth for block in found if block.kind == "heading"]
    if not levels or levels.count(min(levels)) > 1 or levels[0] != min(levels):
        return None
    return next(block.text for block in found if block.kind == "heading")


def _places(found: list[Block], titled: bool) -> Iterator[Place]:
    """Each block but headings, with its section path and the label of the item it is nested under."""
    outline = Outline()
    seen_title = not titled
    for index, block in enumerate(found):
        if block.kind == "heading":
            if seen_title:
                outline.heading(block.depth, block.text)
            seen_title = True
        elif block.kind == "item":
            spans = tuple(inline(block.text))
            following = found[index + 1 : index + 2]
            nests = any(other.kind == "item" and other.depth > block.depth for other in following)
            is_label = _is_label(spans, nests)
            group = outline.item(block.depth, label_of(spans), is_label, nests)
            yield Place(block, spans, outline.section, group, is_label)
        else:
            outline.end_list()
            spans = tuple(inline(block.text)) if block.kind == "text" else ()
            yield Place(block, spans, outline.section, None)


def _is_label(spans: tuple[Span, ...], nests: bool) -> bool:
    """Whether an item only names a group: all of it bold, or it has items under it, and no link."""
    return not any(span.kind == "link" for span in spans) and (is_bold(spans) or (nests and is_short(spans)))


class _Reader:
    """Reads a page block by block; what it names goes into a collector."""

    def __init__(self, into: Collector) -> None:
        self.into = into

    def take(self, place: Place) -> None:
        """Read one block."""
        for span in place.spans:
            if span.kind == "link" and (page := internal_page(span.target)):
                self.into.related.setdefault(page, span.text)
        if place.block.kind == "text":
            self.into.leave()
            self._prose(place)
        elif place.block.kind == "item":
            self._item(place)

    def _item(self, place: Place) -> None:
        self.into.leave(place.block.depth)
        item = read_item(place.block.text, list(place.spans))
        if item.work is None:
            self._without_work(place, item)
        elif self.into.parents and item.only_links:
            self.into.add_links(item.work, item.note)
        else:
            self.into.enter(place.block.depth, self.into.add_item(place, item, item.work))
        self.into.add_named(place, item.named)

    def _without_work(self, place: Place, item: Item) -> None:
        """An item that names no work: a label, a page of the wiki, a remark under a paper, or a Problem."""
        text = place.block.text
        if item.internal or not text.strip():
            return
        if self.into.parents:
            self.into.remark(text)
        elif not place.is_label:
            self.into.problem(place.block.line, "a list item that names no paper", text)

    def _prose(self, place: Place) -> None:
        named, unknown = read_prose(list(place.spans))
        self.into.add_named(place, named)
        for span in unknown:
            what = f"a link in running text that names no paper: {span.target}"
            self.into.problem(place.block.line, what, place.block.text[span.start : span.end])
