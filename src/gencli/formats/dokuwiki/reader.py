"""From blocks to a page: where each item stands, and what the page's papers are."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from gencli.formats.dokuwiki.blocks import Block, blocks, is_heading
from gencli.identifiers import STRONG
from gencli.identity import fingerprint
from gencli.listing import Item, Work, internal_page, read_item, read_prose
from gencli.markup import Span, inline
from gencli.model import Mention, Page, Problem, Record

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
    reader = _Reader(shape, source)
    reader.run()
    return Page(
        shape.title, source, "wiki", text, reader.records(), tuple(reader.related.items()), tuple(reader.problems)
    )


def _title(found: list[Block]) -> str | None:
    """The page's title: its first heading, where no other is as high."""
    levels = [block.depth for block in found if block.kind == "heading"]
    if not levels or levels.count(min(levels)) > 1 or levels[0] != min(levels):
        return None
    return next(block.text for block in found if block.kind == "heading")


def _places(found: list[Block], titled: bool) -> Iterator[Place]:
    """Each block but headings, with its section path and the label of the item it is nested under.

    A label without nested items, as in a page that lost its indents, holds for the items after it.
    """
    path: list[tuple[int, str]] = []
    nest: list[tuple[int, str]] = []
    standing: tuple[int, str] | None = None
    seen_title = not titled
    for index, block in enumerate(found):
        if block.kind == "heading":
            if not seen_title:
                seen_title = True
                continue
            path = [entry for entry in path if entry[0] < block.depth] + [(block.depth, block.text)]
        if block.kind != "item":
            nest, standing = [], None
            if block.kind != "heading":
                spans = tuple(inline(block.text)) if block.kind == "text" else ()
                yield Place(block, spans, tuple(title for _, title in path), None)
            continue
        nest = [entry for entry in nest if entry[0] < block.depth]
        following = found[index + 1] if index + 1 < len(found) else None
        nests = following is not None and following.kind == "item" and following.depth > block.depth
        spans = tuple(inline(block.text))
        is_label = _is_label(spans, nests)
        if is_label or (standing is not None and block.depth < standing[0]):
            standing = None
        group = nest[-1][1] if nest else (standing[1] if standing and standing[0] == block.depth else None)
        yield Place(block, spans, tuple(title for _, title in path), group, is_label)
        if is_label and not nests:
            standing = (block.depth, _label(spans))
        nest.append((block.depth, _label(spans)))


def _is_label(spans: tuple[Span, ...], nests: bool) -> bool:
    """Whether an item only names a group: all of it bold, or it has items under it, and no link."""
    if any(span.kind == "link" for span in spans):
        return False
    shown = [span for span in spans if span.text.strip()]
    if not shown:
        return False
    return all(span.strong for span in shown) or (nests and sum(len(span.text) for span in shown) <= 80)


def _label(spans: tuple[Span, ...]) -> str:
    link = next((span for span in spans if span.kind == "link"), None)
    return (link.text if link else "".join(span.text for span in spans)).strip().rstrip(":").strip()


class _Known:
    """One work as it is put together from its mentions; `remarks` are what stands under each of them."""

    def __init__(self, work: Work) -> None:
        self.work = work
        self.links = dict.fromkeys(work.links)
        self.mentions: list[Mention] = []
        self.remarks: dict[int, list[str]] = {}
        self.has_item = False

    def add(self, work: Work, role: str) -> None:
        """What one more mention says; an item knows the work better than a passing mention of it does."""
        first, second = (work, self.work) if role == "item" and not self.has_item else (self.work, work)
        citation = first.citation if first.citation.title or not second.citation.title else second.citation
        self.work = Work({**second.identifiers, **first.identifiers}, citation, ())
        if first is work:
            self.links = dict.fromkeys((*work.links, *self.links))
        else:
            self.links.update(dict.fromkeys(work.links))
        self.has_item = self.has_item or role == "item"

    def record(self, source: str) -> Record:
        """The work as a record of the page `source` names."""
        mentions = list(self.mentions)
        for number, texts in self.remarks.items():
            mention = mentions[number]
            mentions[number] = mention._replace(note="\n".join([mention.note, *texts]).strip())
        return self.work._replace(links=tuple(self.links)).record(source, tuple(mentions))


class _Reader:
    """Collects a page's works; one work named twice is one record with two mentions."""

    def __init__(self, shape: Structure, source: str) -> None:
        self.shape = shape
        self.source = source
        self.works: list[_Known] = []
        self.by_name: dict[tuple[str, str], _Known] = {}
        self.related: dict[str, str] = {}
        self.problems: list[Problem] = []
        self.parents: list[tuple[int, _Known, int]] = []
        self.position = 0

    def run(self) -> None:
        """Read every block in order."""
        for place in self.shape.places:
            for span in place.spans:
                if span.kind == "link" and (page := internal_page(span.target)):
                    self.related.setdefault(page, span.text)
            if place.block.kind == "text":
                self.parents = []
                self._prose(place)
            elif place.block.kind == "item":
                self._item(place)

    def records(self) -> tuple[Record, ...]:
        """One record for each work, in the order of the page."""
        return tuple(known.record(f"page:{self.shape.title}") for known in self.works)

    def _item(self, place: Place) -> None:
        self.parents = [entry for entry in self.parents if entry[0] < place.block.depth]
        item = read_item(place.block.text, list(place.spans))
        if item.work is None:
            self._without_work(place, item)
            return
        if self.parents and item.only_links:
            self._add_to_parent(item)
        else:
            self.position += 1
            mention = self._mention(place, "item", item.label, item.starred)
            known = self._add(item.work, mention._replace(position=self.position, note=item.note))
            self.parents.append((place.block.depth, known, len(known.mentions) - 1))
        for target in item.named:
            self._add(target.work, self._mention(place, "prose", target.label, target.starred))

    def _without_work(self, place: Place, item: Item) -> None:
        """An item that names no work: a label, a page of the wiki, a remark under a paper, or a Problem."""
        text = place.block.text
        if item.internal or not text.strip():
            return
        if self.parents:
            self._remark(text)
        elif not place.is_label:
            where = f"{self.source}:{place.block.line}"
            self.problems.append(Problem(where, "a list item that names no paper", text))

    def _add_to_parent(self, item: Item) -> None:
        """Links under a paper are the paper's, and so is what they name it by."""
        _, parent, _ = self.parents[-1]
        assert item.work is not None
        names = {kind: value for kind, value in item.work.identifiers.items() if kind in STRONG}
        parent.add(item.work._replace(identifiers=names), "prose")
        for name in names.items():
            self.by_name.setdefault(name, parent)
        if item.note:
            self._remark(item.note)

    def _remark(self, text: str) -> None:
        _, parent, number = self.parents[-1]
        parent.remarks.setdefault(number, []).append(text)

    def _prose(self, place: Place) -> None:
        named, unknown = read_prose(list(place.spans))
        for target in named:
            self._add(target.work, self._mention(place, "prose", target.label, target.starred))
        for span in unknown:
            what = f"a link in running text that names no paper: {span.target}"
            raw = place.block.text[span.start : span.end]
            self.problems.append(Problem(f"{self.source}:{place.block.line}", what, raw))

    def _mention(self, place: Place, role: str, label: str, starred: bool) -> Mention:
        return Mention(self.shape.title, place.section, place.group, role, None, label, starred, "")

    def _add(self, work: Work, mention: Mention) -> _Known:
        names = list(work.identifiers.items())
        if not names:
            names = [("", fingerprint(work.citation.title, work.citation.authors, work.citation.year))]
        known = next((self.by_name[name] for name in names if name in self.by_name), None)
        if known is None:
            known = _Known(work)
            self.works.append(known)
        known.add(work, mention.role)
        known.mentions.append(mention)
        for name in names:
            self.by_name.setdefault(name, known)
        return known
