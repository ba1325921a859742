"""From blocks to a page: where each item stands, and what the page's papers are."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from gencli.citation import Citation
from gencli.formats.markdown.blocks import Block, Source, blocks
from gencli.formats.markdown.items import details, is_internal, read_item
from gencli.formats.markdown.spans import Text, joined, text_of
from gencli.formats.markdown.tables import Row, cells, read_row, roles
from gencli.identity import fingerprint
from gencli.listing import Item, Work, read_prose
from gencli.listing.works import Known, Works
from gencli.model import Mention, Page, Problem
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
    title, heading = _title(found)
    title = title or name
    reader = _Reader(title, source)
    for place in _Placer(found, heading).places():
        reader.take(place)
    records = reader.works.records(f"page:{title}")
    return Page(title, source, "markdown", text, records, tuple(reader.related.items()), tuple(reader.problems))


def _title(found: Source) -> tuple[str, int | None]:
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
    said = _shown(found.blocks[heading], found) if heading is not None else ""
    return said, heading if said else None


def _shown(block: Block, found: Source) -> str:
    """What a reader sees of a heading."""
    kept = text_of(block.text, found.addresses)
    shown = "".join(span.text for span in kept.spans if span.text != span.target or span.kind != "link")
    return " ".join(shown.split())


class _Placer:
    """Gives each block but headings its section and group."""

    def __init__(self, found: Source, title: int | None) -> None:
        self.found = found
        self.title = title
        self.path: list[tuple[int, str]] = []
        self.nest: list[tuple[int, str]] = []
        self.standing: tuple[int, str] | None = None
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

    def _section(self) -> tuple[str, ...]:
        return tuple(title for _, title in self.path)

    def _heading(self, block: Block, index: int) -> None:
        self.nest, self.standing = [], None
        text = _shown(block, self.found)
        if index != self.title and text:
            self.path = [entry for entry in self.path if entry[0] < block.depth] + [(block.depth, text)]

    def _text(self, block: Block) -> Place:
        kept = self._kept(block)
        self.nest, self.standing = [], None
        if _is_label(kept, False):
            # A line in bold heads the list behind it.
            self.standing = (1, _label(kept))
        return Place(block, kept, self._section(), None)

    def _row(self, block: Block) -> Iterator[Place]:
        self.nest, self.standing = [], None
        if self.columns[0] != block.head:
            self.columns = (block.head, roles(block.head))
        texts = [text_of(cell, self.found.addresses) for cell in cells(block.text)]
        row = read_row(self.columns[1], texts)
        yield Place(block, row.kept if row else joined(texts), self._section(), None, False, row)

    def _item(self, block: Block, kept: Text, index: int, has_details: bool) -> Place:
        while self.nest and self.nest[-1][0] >= block.depth:
            self.nest.pop()
        nests = not has_details and self._nests(block, index)
        is_label = not has_details and _is_label(kept, nests)
        if is_label or (self.standing is not None and block.depth < self.standing[0]):
            self.standing = None
        standing = self.standing[1] if self.standing and self.standing[0] == block.depth else None
        place = Place(block, kept, self._section(), self.nest[-1][1] if self.nest else standing, is_label)
        if is_label and not nests:
            self.standing = (block.depth, _label(kept))
        self.nest.append((block.depth, _label(kept)))
        return place

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
    shown = [span for span in kept.spans if span.text.strip()]
    if not shown:
        return False
    if all(span.strong for span in shown):
        return read_item(kept).work is None
    return nests and sum(len(span.text) for span in shown) <= 80


def _label(kept: Text) -> str:
    link = next((span for span in kept.spans if span.kind == "link"), None)
    shown = link.text if link else " ".join("".join(span.text for span in kept.spans).split())
    return shown.strip().rstrip(":").strip()


class _Reader:
    """Collects a page's works."""

    def __init__(self, title: str, source: str) -> None:
        self.title = title
        self.source = source
        self.works = Works(lambda cited: fingerprint(cited.title, cited.authors, cited.year))
        self.related: dict[str, str] = {}
        self.problems: list[Problem] = []
        self.parents: list[tuple[int, Known, int]] = []
        self.position = 0

    def take(self, place: Place) -> None:
        """Read one block."""
        for span in place.kept.spans:
            if span.kind == "link" and (found := _RELATIVE.match(span.target)) is not None:
                self.related.setdefault(found[1].removeprefix("./"), span.text)
        for start, end, target in place.kept.refused:
            what = f"a link that is not of the web: {target[:200]}"
            if not target.lower().startswith("mailto:"):
                self._problem(place, what, (start, end))
        if place.block.kind == "item":
            self._item(place)
            return
        self.parents = []
        if place.row is not None:
            self._row(place, place.row)
        else:
            self._prose(place)

    def _problem(self, place: Place, what: str, part: tuple[int, int] = (0, 0)) -> None:
        """A part of a paragraph, or a whole item or row, that cannot be taken."""
        text, line = place.block.text, place.block.line
        if place.block.kind == "text" and part[1]:
            line += text.count("\n", 0, part[0])
            text = text[part[0] : part[1]]
        self.problems.append(Problem(f"{self.source}:{line}", what, text))

    def _item(self, place: Place) -> None:
        while self.parents and self.parents[-1][0] >= place.block.depth:
            self.parents.pop()
        if self.parents and (told := details(place.kept)) is not None and (told.is_sure or told.venue or told.year):
            citation = Citation(told.authors, told.authors_complete, told.year, "", told.venue)
            self.parents[-1][1].tell(citation)
            item = read_item(place.kept, True)
            if item.work is not None and item.work.links:
                self.works.add_under(self.parents[-1][1], item.work)
            return
        item = read_item(place.kept, bool(self.parents))
        if item.work is None:
            self._without_work(place, item)
        elif self.parents and item.only_links:
            self.works.add_under(self.parents[-1][1], item.work)
            if item.note:
                self._remark(item.note)
        else:
            item = item._replace(label=place.label or item.label)
            self.parents.append((place.block.depth, *self._add(place, item)))
        self._named(place, item)

    def _row(self, place: Place, row: Row) -> None:
        item = read_item(row.kept)
        if item.work is None:
            cited = Citation(title="".join(span.text for span in row.kept.spans).strip())
            if not (cited.title and row.told.authors):
                if row.kept.spans and not item.internal:
                    self._problem(place, "a row of a table that names no paper")
                return
            item = Item(Work({}, cited, ()), cited.title)
        assert item.work is not None
        known, _ = self._add(place, item)
        known.tell(row.told)
        self._named(place, item)

    def _add(self, place: Place, item: Item) -> tuple[Known, int]:
        assert item.work is not None
        self.position += 1
        mention = self._mention(place, "item", item.label, item.starred)
        known = self.works.add(item.work, mention._replace(position=self.position, note=item.note))
        return known, len(known.mentions) - 1

    def _named(self, place: Place, item: Item) -> None:
        for target in item.named:
            self.works.add(target.work, self._mention(place, "prose", target.label, target.starred))

    def _without_work(self, place: Place, item: Item) -> None:
        """An item that names no work: a label, a part of the page, a remark under a paper, or a Problem."""
        text = place.kept.text.strip()
        if item.internal or not text or (place.kept.refused and not self.parents):
            return
        if self.parents:
            self._remark(text)
        elif not place.is_label:
            self._problem(place, "a list item that names no paper")

    def _remark(self, text: str) -> None:
        _, parent, number = self.parents[-1]
        parent.remarks.setdefault(number, []).append(text)

    def _prose(self, place: Place) -> None:
        named, unknown = read_prose(list(place.kept.spans))
        for target in named:
            self.works.add(target.work, self._mention(place, "prose", target.label, target.starred))
        at = {span.start: source for span, source in zip(place.kept.spans, place.kept.source, strict=True)}
        for span in unknown:
            what = f"a link in running text that names no paper: {span.target}"
            self._problem(place, what, at[span.start])

    def _mention(self, place: Place, role: str, label: str, starred: bool) -> Mention:
        return Mention(self.title, place.section, place.group, role, None, label, starred, "")
