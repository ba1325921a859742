"""From blocks to a page: where each item stands, and what the page's papers are."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from gencli.citation import Citation
from gencli.formats.dokuwiki.bibtex import entries, is_bibtex
from gencli.formats.dokuwiki.blocks import Block, blocks, is_heading
from gencli.formats.dokuwiki.footnotes import Footnote, footnotes, outside
from gencli.formats.dokuwiki.places import Place
from gencli.formats.dokuwiki.several import (
    Detail,
    dated_by_heading,
    detail,
    headed_by_names,
    is_address,
    reference,
    titled,
    under,
    under_heading,
    with_lines,
)
from gencli.formats.dokuwiki.tables import Table, cells
from gencli.identifiers import STRONG
from gencli.identity import fingerprint
from gencli.listing import Item, Target, Work, internal_page, read_item, read_prose
from gencli.listing.collector import Collector
from gencli.listing.entries import read_item as read_entry
from gencli.listing.items import beside, is_remark
from gencli.listing.outline import Outline, is_bold, is_short, label_of
from gencli.listing.works import Known
from gencli.markup import Span, inline, plain
from gencli.model import Page

_SIGNS = re.compile(r"^(?: {2}|\t)[ \t]*[*-] |={2,6} .{1,200}? ={2,6}|\[\[[^\[\]\n]+\]\]", re.MULTILINE)


# Who wrote the work before wrote this one too.
_SAME = re.compile(r"\s*(?:-{2,3}|[–—]{1,3}|_{2,6}|Ders|Dies|Ead|Id|Idem|Same|Eadem)[.:,]{1,2}\s+(?=\S)")
# A footnote cites several works one after the other.
_NEXT_CITED = re.compile(r";\s+(?=[^;]*(?:[\"“‘'„]|//))")


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
    title = title_of(found)
    return Structure(title or name, tuple(_places(found, title is not None)))


def read(text: str, source: str, name: str) -> Page:
    """The papers of a page with their mentions; what cannot be understood becomes a `Problem`.

    `source` is the path or address that the page is known by, `name` its title where it has no heading.
    """
    shape = structure(text, name)
    reader = _Reader(Collector(shape.title, source, fingerprint))
    index = 0
    while index < len(shape.places):
        index = reader.take(shape.places, index)
    return reader.into.page("wiki", text)


def placed(shape: Structure) -> Iterator[tuple[int, int]]:
    """The page's items that name papers, as (position, number of the place)."""
    reader = _Reader(Collector(shape.title, "", fingerprint))
    index = 0
    while index < len(shape.places):
        number, before = index, reader.into.position
        index = reader.take(shape.places, index)
        for position in range(before + 1, reader.into.position + 1):
            yield position, number


def title_of(found: Sequence[Block]) -> str | None:
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
            has_markup = block.kind in ("text", "row") and not is_bibtex(block.text)
            spans = tuple(inline(block.text)) if has_markup else ()
            yield Place(block, spans, outline.section, None)


def _is_label(spans: tuple[Span, ...], nests: bool) -> bool:
    """Whether an item only names a group: all of it bold, or it has items under it, and no link."""
    return not any(span.kind == "link" for span in spans) and (is_bold(spans) or (nests and is_short(spans)))


class _Reader:
    """Reads a page block by block; what it names goes into a collector."""

    def __init__(self, into: Collector) -> None:
        self.into = into
        self.table = Table()
        self.headed: tuple[str, ...] = ()
        # What the last item or entry told.
        self.before = Citation()

    def take(self, places: Sequence[Place], index: int) -> int:
        """Read a block, and those behind it that tell of the same work; the place of the next one."""
        place, index = places[index], index + 1
        for span in place.spans:
            if span.kind == "link" and (page := internal_page(span.target)):
                self.into.related.setdefault(page, span.text)
        if place.block.kind == "item":
            return index + self._item(place, under(places, index))
        self.into.leave()
        if place.block.kind == "row":
            self._row(place)
        elif place.block.kind == "text" and is_bibtex(place.block.text):
            self._bibtex(place)
        elif place.block.kind == "text":
            place, taken = with_lines(places, index)
            self._text(place)
            return index + taken
        return index

    def _item(self, place: Place, below: Sequence[Place]) -> int:
        """One item; how many of those nested under it it has taken in."""
        self.into.leave(place.block.depth)
        if below and (head := headed_by_names(place, below)) is not None:
            self._entry(place._replace(spans=head.spans), head.text)
            return 1
        if below and (title := titled(place, below)) is not None:
            self.into.enter(place.block.depth, self.into.add_item(place, title, title.work or Work({}, Citation(), ())))
            return 0
        self._entry(place, place.block.text)
        return 0

    def _entry(self, place: Place, text: str) -> None:
        notes = footnotes(text, place.spans)
        spans = outside(place.spans, notes)
        if self.into.parents and (said := detail(text, spans)) is not None:
            self._tell(said)
            self._footnotes(place, notes)
            return
        # `compare with [[address|One 2020]]`
        if self.into.parents and is_remark(place.spans) and self.into.linking_remark(place, text, spans):
            return
        item = self._of_the_same(text) or read_item(text, spans)
        if item.work is None:
            if not self._footnotes(place, notes) or self.into.parents:
                self._without_work(place, item)
            return
        if self.into.parents and (item.only_links or (self._is_nameless() and is_address(item, spans))):
            self.into.add_links(item.work, item.note)
        else:
            work = dated_by_heading(item.work, place.section, text)
            self.into.enter(place.block.depth, self._add(place, item, work))
        self.into.add_named(place, item.named)
        self._footnotes(place, notes)

    def _add(self, place: Place, item: Item, work: Work) -> Known:
        self.before = work.citation
        return self.into.add_item(place, item, work)

    def _of_the_same(self, text: str) -> Item | None:
        """A work of those who wrote the one before it: `---. Title`, `Dies.: Title`; None where it is not told so."""
        mark = _SAME.match(text)
        if mark is None or not self.before.authors:
            return None
        # A name in place of the mark, so that the rest is read as of any citation.
        named = f"A. Nobody. {text[mark.end() :]}"
        item = read_item(named, inline(named))
        if item.work is None or not (item.work.citation.title and item.work.citation.authors):
            return None
        cited = item.work.citation._replace(authors=self.before.authors, authors_complete=self.before.authors_complete)
        return item._replace(work=item.work._replace(citation=cited), label=" ".join(plain(text).split()))

    def _is_nameless(self) -> bool:
        """Whether nothing names the paper above for ever yet."""
        return not set(self.into.parents[-1][1].work.identifiers) & set(STRONG)

    def _tell(self, said: Detail) -> None:
        """What stands under a work about it: who wrote it, where and when; its links."""
        parent = self.into.parents[-1][1]
        parent.tell(said.citation)
        if said.work is not None:
            self.into.works.add_under(parent, said.work)

    def _without_work(self, place: Place, item: Item) -> None:
        """An item that names no work: a label, a page of the wiki, a remark under a paper, or a Problem."""
        text = place.block.text
        if item.internal or not text.strip():
            return
        if self.into.parents:
            self.into.remark(text)
        elif not place.is_label:
            self.into.problem(place.block.line, "a list item that names no paper", text)

    def _row(self, place: Place) -> None:
        """A row of a table of papers, read by the heads of its columns; of any other, the links."""
        row = self.table.row(place.block.line, place.block.text, place.spans)
        if row is None:
            self._cited_in(place)
            return
        item = read_item(row.title.text, list(row.title.spans))
        if item.work is None or not item.work.citation.authors:
            item = read_entry(row.kept)
        work = item.work
        if row.told.authors and (work is None or not work.links):
            # What looks like names or a venue in a column of titles is none beside a column of names.
            title = " ".join("".join(span.text for span in row.title.spans).split())
            title = title[1:-1] if title[:1] in '"“' and title[-1:] in '"”' and len(title) > 2 else title
            work = Work(work.identifiers if work else {}, Citation(title=title), ()) if title else None
            item = Item(work, title)
        if work is not None:
            note = "; ".join(filter(None, [item.note, row.note]))
            named, links = beside([span for span in row.kept.spans if span.kind == "link"])
            named = {**row.identifiers, **named, **work.identifiers}
            work = work._replace(identifiers=named, links=tuple(dict.fromkeys((*work.links, *links))))
            self.into.add_item(place, item._replace(note=note), work).tell(row.told)
        elif row.title.text and not item.internal:
            self.into.problem(place.block.line, "a row of a table that names no paper", place.block.text)
        self.into.add_named(place, item.named)

    def _cited_in(self, place: Place) -> None:
        """A row of a table whose heads name no titles: a cell that is an entry of a bibliography, else running text."""
        for cell in cells(place.block.text, place.spans):
            item = reference(cell.text, inline(cell.text), place.section) if not cell.is_head else None
            if item is not None and item.work is not None:
                self._add(place, item, item.work)
                return
        self._prose(place)

    def _text(self, place: Place) -> None:
        """Running text, or an entry of a bibliography that is no list."""
        text = place.block.text
        item = self._of_the_same(text) or reference(text, place.spans, place.section)
        if item is not None and item.work is not None:
            # What a list right behind it says is of it.
            self.into.enter(0, self._add(place, item, item.work))
            self.into.add_named(place, item.named)
        else:
            self._prose(place)

    def _bibtex(self, place: Place) -> None:
        """The entries that stand between `<bibtex>` and `</bibtex>`, as the plugins of that name have them."""
        for entry in entries(place.block.text):
            if entry.work is None:
                line = place.block.line + entry.line
                self.into.problem(line, "a BibTeX entry that names no paper", entry.text)
            else:
                self.into.add_item(place, Item(entry.work, entry.work.citation.title), entry.work)

    def _prose(self, place: Place) -> None:
        notes = footnotes(place.block.text, place.spans)
        seen = outside(place.spans, notes)
        index = 0
        for note in notes:
            start = index
            while index < len(seen) and seen[index].end <= note.start:
                index += 1
            self._linked(place, seen[start:index], place.block.text)
            self._footnotes(place, [note])
        self._linked(place, seen[index:], place.block.text)

    def _linked(self, place: Place, spans: Sequence[Span], text: str) -> None:
        named, unknown = read_prose(list(spans))
        if named and place.section and place.section != self.headed:
            self.headed = place.section
            named[0] = under_heading(named[0], place.section[-1])
        self.into.add_named(place, named)
        for span in unknown:
            what = f"a link in running text that names no paper: {span.target}"
            self.into.problem(place.block.line, what, text[span.start : span.end])

    def _footnotes(self, place: Place, notes: Sequence[Footnote]) -> int:
        """The works that footnotes name: by a link, or by a citation; how many notes name one by a citation."""
        count = 0
        for note in _each_cited(notes):
            spans = inline(note.text)
            item = read_item(note.text, spans)
            work = item.work
            if work is not None and (set(STRONG) & set(work.identifiers) or (work.citation.title and not work.links)):
                self.into.add_named(place, [Target(work, item.label, item.starred), *item.named])
                count += 1
                continue
            self._linked(place, spans, note.text)
        return count


def _each_cited(notes: Sequence[Footnote]) -> Iterator[Footnote]:
    """The footnotes, one that cites several works in full divided between them."""
    for note in notes:
        parts = _NEXT_CITED.split(note.text)
        cited = [item.work for part in parts if (item := read_item(part, inline(part))).work is not None]
        if len(parts) > 1 and len(cited) == len(parts) and all(w.citation.authors and w.citation.title for w in cited):
            yield from (note._replace(text=part) for part in parts)
        else:
            yield note
