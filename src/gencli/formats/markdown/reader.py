"""From blocks to a page: where each item stands, and what the page's papers are."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from gencli.citation import Citation
from gencli.formats.markdown.blocks import Block, Source, blocks
from gencli.formats.markdown.cells import cells
from gencli.formats.markdown.spans import text_of
from gencli.identity import fingerprint
from gencli.listing import Item, Work, read_prose
from gencli.listing.collector import Collector
from gencli.listing.entries import details, is_internal, read_item
from gencli.listing.items import is_remark
from gencli.listing.kept import Text, joined
from gencli.listing.outline import Outline, is_bold, is_short, label_of
from gencli.listing.rows import Row, read_row, roles
from gencli.model import Page
from gencli.text import one_line

_RELATIVE = re.compile(
    r"(?![A-Za-z][A-Za-z0-9+.-]*[:>]|#|//|www\.)([^#?]+\.(?:md|markdown|mdown))(?:[#?]|$)", re.IGNORECASE
)
_LETTER = re.compile(r"[^\W_]")
# So many lines under an item may tell of it who wrote it, where it was published, and where it is.
_MOST_DETAILS = 30


class Place(NamedTuple):
    """A block where it stands: its text, its section path, the label of the item it is nested under.

    `is_label` is true of an item that only names the group of those under it; `row` is what a table's row tells;
    `label` is what an item that took in the lines under it is called.
    """

    block: Block
    kept: Text
    section: tuple[str, ...]
    group: str | None
    is_label: bool = False
    row: Row | None = None
    label: str = ""


def read(text: str, source: str, name: str) -> Page:
    """The papers of a page with their mentions; what cannot be understood becomes a `Problem`."""
    found = blocks(text)
    title, heading = title_of(found)
    reader = _Reader(Collector(title or name, source, fingerprint))
    for place in _Placer(found, heading).places():
        reader.take(place)
    return reader.into.page("markdown", text)


def placed(found: Source) -> Iterator[tuple[Place, range]]:
    """Each place of a page, with the numbers (from 1) of its items that name papers."""
    reader = _Reader(Collector("", "", fingerprint))
    for place in _Placer(found, title_of(found)[1]).places():
        before = reader.into.position
        reader.take(place)
        yield place, range(before + 1, reader.into.position + 1)


def title_of(found: Source) -> tuple[str, int | None]:
    """The page's title, and the place of the heading that is no section because it says it.

    The first heading of level 1; without one, the first heading where no other is as high. What the front matter says
    goes before both; then a heading is the page's only where it stands alone at its level.
    """
    headings = [(index, block) for index, block in enumerate(found.blocks) if block.kind == "heading"]
    highest = min((block.depth for _, block in headings), default=0)
    top = [index for index, block in headings if block.depth == highest]
    is_alone = len(top) == 1 and (highest == 1 or top[0] == headings[0][0])
    heading = top[0] if top and (is_alone or highest == 1) else None
    if found.title:
        return one_line(found.title), heading if is_alone else None
    said = shown(found.blocks[heading], found) if heading is not None else ""
    return said, heading if said else None


def shown(block: Block, found: Source) -> str:
    """What a reader sees of a heading."""
    kept = text_of(block.text, found.addresses)
    seen = "".join(span.text for span in kept.spans if span.text != span.target or span.kind != "link")
    return " ".join(seen.split())


class _Placer:
    """Gives each block but headings its section and group."""

    def __init__(self, found: Source, title: int | None) -> None:
        self.found = found
        self.title = title
        self.outline = Outline()
        self.columns: tuple[str, list[tuple[str, str]]] = ("", [])

    def places(self) -> Iterator[Place]:
        """Each block in order; an item takes in the lines under it that only tell of it."""
        index = 0
        while index < len(self.found.blocks):
            block, index = self.found.blocks[index], index + 1
            if block.kind == "heading":
                self._heading(block, index - 1)
            elif block.kind == "item":
                kept = self._kept(block)
                taken = self._details(kept, index)
                place = self._item(block, joined([kept, *taken]) if taken else kept, index, bool(taken))
                yield place._replace(label=_label(kept)) if taken else place
                index += len(taken)
            elif block.kind == "row":
                yield from self._row(block)
            elif block.kind == "text":
                yield self._text(block)

    def _kept(self, block: Block) -> Text:
        return text_of(block.text, self.found.addresses) if block.text else Text("")

    def _heading(self, block: Block, index: int) -> None:
        self.outline.end_list()
        text = shown(block, self.found)
        if index != self.title and text:
            self.outline.heading(block.depth, text)

    def _text(self, block: Block) -> Place:
        kept = self._kept(block)
        self.outline.end_list()
        if _is_label(kept, False):
            # A line in bold heads the list behind it.
            self.outline.head(1, _label(kept))
        return Place(block, kept, self.outline.section, None)

    def _row(self, block: Block) -> Iterator[Place]:
        self.outline.end_list()
        if self.columns[0] != block.head:
            self.columns = (block.head, roles(cells(block.head)))
        texts = [text_of(cell, self.found.addresses) for cell in cells(block.text)]
        row = read_row(self.columns[1], texts)
        yield Place(block, row.kept if row else joined(texts), self.outline.section, None, False, row)

    def _item(self, block: Block, kept: Text, index: int, has_details: bool) -> Place:
        nests = not has_details and self._nests(block, index)
        is_label = not has_details and _is_label(kept, nests)
        group = self.outline.item(block.depth, _label(kept), is_label, nests)
        return Place(block, kept, self.outline.section, group, is_label)

    def _nests(self, block: Block, index: int) -> bool:
        following = self.found.blocks[index] if index < len(self.found.blocks) else None
        return following is not None and following.kind == "item" and following.depth > block.depth

    def _details(self, kept: Text, index: int) -> list[Text]:
        """The items under an unlinked one, where each of them only tells of it: names, a venue, links."""
        depth = self.found.blocks[index - 1].depth
        if any(span.kind == "link" for span in kept.spans) or not _LETTER.search(kept.text):
            return []
        taken: list[Text] = []
        is_sure = False
        for block in self.found.blocks[index : index + _MOST_DETAILS]:
            if block.kind != "item" or block.depth <= depth:
                break
            text = self._kept(block)
            told = details(text)
            if told is None:
                return []
            is_sure = is_sure or told.is_sure or any(span.kind == "link" for span in text.spans)
            taken.append(text)
        return taken if is_sure and details(kept) is None else []


def _is_label(kept: Text, nests: bool) -> bool:
    """Whether an item only names a group: all of it bold, or it has items under it, and no link to the outside."""
    if any(span.kind == "link" for span in kept.spans) and not is_internal(kept.spans):
        return False
    if is_bold(kept.spans):
        return read_item(kept).work is None
    return nests and is_short(kept.spans)


def _label(kept: Text) -> str:
    return " ".join(label_of(kept.spans).split())


class _Reader:
    """Reads a page block by block; what it names goes into a collector."""

    def __init__(self, into: Collector) -> None:
        self.into = into

    def take(self, place: Place) -> None:
        """Read one block."""
        for span in place.kept.spans:
            if span.kind == "link" and (found := _RELATIVE.match(span.target)) is not None:
                self.into.related.setdefault(found[1].removeprefix("./"), span.text)
        for start, end, target in place.kept.refused:
            what = f"a link that is not of the web: {target[:200]}"
            if not target.lower().startswith("mailto:"):
                self._not_taken(place, what, (start, end))
        if place.block.kind == "item":
            self._item(place)
            return
        self.into.leave()
        if place.row is not None:
            self._row(place, place.row)
        else:
            self._prose(place)

    def _not_taken(self, place: Place, what: str, part: tuple[int, int] = (0, 0)) -> None:
        """A part of a paragraph, or a whole item or row, that cannot be taken."""
        text, line = place.block.text, place.block.line
        if place.block.kind == "text" and part[1]:
            line += text.count("\n", 0, part[0])
            text = text[part[0] : part[1]]
        self.into.problem(line, what, text)

    def _item(self, place: Place) -> None:
        self.into.leave(place.block.depth)
        if (
            self.into.parents
            and (told := details(place.kept)) is not None
            and (told.is_sure or told.venue or told.year)
        ):
            citation = Citation(told.authors, told.authors_complete, told.year, "", told.venue)
            self.into.parents[-1][1].tell(citation)
            item = read_item(place.kept, True)
            if item.work is not None and item.work.links:
                self.into.works.add_under(self.into.parents[-1][1], item.work)
            return
        is_one = bool(self.into.parents) and is_remark(place.kept.spans)
        if is_one and self.into.linking_remark(place, place.kept.text.strip(), place.kept.spans):
            return
        item = read_item(place.kept, bool(self.into.parents))
        if item.work is None:
            self._without_work(place, item)
        elif self.into.parents and item.only_links:
            self.into.add_links(item.work, item.note)
        else:
            labelled = item._replace(label=place.label or item.label)
            self.into.enter(place.block.depth, self.into.add_item(place, labelled, item.work))
        self.into.add_named(place, item.named)

    def _row(self, place: Place, row: Row) -> None:
        item = read_item(row.kept)
        work = item.work
        if work is None:
            cited = Citation(title="".join(span.text for span in row.kept.spans).strip())
            if not (cited.title and row.told.authors):
                if row.kept.spans and not item.internal:
                    self._not_taken(place, "a row of a table that names no paper")
                return
            work = Work({}, cited, ())
            item = Item(work, cited.title)
        self.into.add_item(place, item, work).tell(row.told)
        self.into.add_named(place, item.named)

    def _without_work(self, place: Place, item: Item) -> None:
        """An item that names no work: a label, a part of the page, a remark under a paper, or a Problem."""
        text = place.kept.text.strip()
        if item.internal or not text or (place.kept.refused and not self.into.parents):
            return
        if self.into.parents:
            self.into.remark(text)
        elif not place.is_label:
            self._not_taken(place, "a list item that names no paper")

    def _prose(self, place: Place) -> None:
        named, unknown = read_prose(list(place.kept.spans))
        self.into.add_named(place, named)
        at = {span.start: source for span, source in zip(place.kept.spans, place.kept.source, strict=True)}
        for span in unknown:
            what = f"a link in running text that names no paper: {span.target}"
            self._not_taken(place, what, at[span.start])
