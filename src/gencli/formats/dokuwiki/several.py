"""A work that several blocks of a page tell: items under an item, lines of a paragraph, a heading with its year."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from gencli.citation import (
    Citation,
    bare_venue,
    has_year,
    is_thesis,
    names_of,
    read_citation,
    read_label,
    reference_start,
)
from gencli.formats.dokuwiki.places import Place
from gencli.identifiers import STRONG, identify
from gencli.listing import Item, Target, Work, read_item
from gencli.listing.entries import details
from gencli.listing.items import is_remark
from gencli.listing.kept import Text
from gencli.listing.links import read_links
from gencli.markup import Span, inline, plain

# So many items under an item may tell of it.
_MOST = 30
# An entry of a bibliography is no longer than this.
_LONGEST = 1200
_LETTER = re.compile(r"[^\W_]")
_FIELD = re.compile(
    r"[\s*/_]*(?P<name>authors?|by|year|date|venue|journal|conference|published(?: in)?|where|links?|url|paper|pdf"
    r"|doi|arxiv|preprint|code|isbn|title)\W{0,4}:[*\s]*",
    re.IGNORECASE,
)
_VENUES = ("venue", "journal", "conference", "published in", "published", "where")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_CAPITAL = re.compile(r"\W*(?:by |in |[^\W_a-z])")
# `Insect Mathematics, 2012`: a name and a year.
_PLACE = re.compile(
    r"(?P<place>(?://)?(?P<venue>[a-z]?[^\W\d_a-z][\w.'’&-]*(?: (?:(?:of|on|the|and|for|in|&) ){0,2}[^\W\d_a-z][\w.'’&-]*){0,7})(?://)?)"
    r"(?:,? \d[\d():,;.–e-]*)?,? \(?(?P<year>(?:19|20)\d\d)\)?(?:;[\d():,;.–e-]+|, in press)?\.?"
)
_BRACKETED = re.compile(r"\s*\((?:book|thesis|dissertation|paper|review|preprint)\)\s*$", re.IGNORECASE)
_NO_VENUE = re.compile(r"\b(?:best|award|read|presented|talk|seminar|discussed|cited|updated|see)\b", re.IGNORECASE)
_DATED = re.compile(r"\(((?:19|20)\d\d)\)\s*$")
_UNPUBLISHED = re.compile(r"\b(?:in press|to appear|forthcoming|submitted|under review)\b", re.IGNORECASE)
_DATE = re.compile(r"\W*\d{1,2}[./]\s?\d{1,2}[./](?:\d{2,4})?\W*")


class Detail(NamedTuple):
    """What an item says of the work above it; `is_sure` tells whether it can be nothing else."""

    citation: Citation
    work: Work | None = None
    is_sure: bool = False


def under(places: Sequence[Place], index: int) -> Sequence[Place]:
    """The items that are nested under the item before `index`, as far as they may tell of it."""
    depth = places[index - 1].block.depth
    end = index
    while (
        end < min(len(places), index + _MOST) and places[end].block.kind == "item" and places[end].block.depth > depth
    ):
        end += 1
    return places[index:end]


def detail(text: str, spans: Sequence[Span]) -> Detail | None:
    """What an item says that holds nothing but names, a venue, a year, an identifier or an address, else None."""
    field = _FIELD.match(text)
    if field is None and not _CAPITAL.match(text) and "10." not in text and ":" not in text:
        return None
    if field is not None:
        text = text[field.end() :]
        spans = inline(text)
    links = read_links(spans)
    dated = _DATED.search(text)
    bare = text[: dated.start()] if dated else text
    if len(text) < 300 and not links and (found := identify(bare)) is not None and found.kind in STRONG:
        told_year = Citation(year=int(dated[1])) if dated else Citation()
        return Detail(told_year, Work({found.kind: found.value}, Citation(), ()), True)
    if field is None and links:
        return None
    if not links and ";" in text:
        # `One, Ann; Two, Bo`
        authors, complete = names_of(text)
        if len(authors) > 1 and all(author.given for author in authors):
            return Detail(Citation(authors, complete), None, True)
    told = details(Text(text, tuple(spans)))
    if told is None and field is not None and not links and field["name"].lower() in _VENUES:
        return Detail(Citation(venue=bare_venue(plain(text))), None, True)
    place = _PLACE.fullmatch(text) if told is None and not links else None
    if place is not None and not _NO_VENUE.search(text):
        return Detail(Citation((), True, int(place["year"]), "", place["venue"]))
    if told is None or (field is None and not (told.is_sure or (told.venue and told.year))):
        return None
    citation = Citation(told.authors, told.authors_complete, told.year, "", told.venue)
    return Detail(citation, read_item(text, list(spans)).work if links else None, True)


def is_address(item: Item, spans: Sequence[Span]) -> bool:
    """Whether an item is nothing but a bare link that names a work."""
    links = [span for span in spans if span.kind == "link"]
    said = "".join(span.text for span in spans if span.kind != "link")
    named = item.work is not None and set(item.work.identifiers) & set(STRONG)
    return bool(named) and len(links) == 1 and links[0].text == links[0].target and not _LETTER.search(said)


def titled(place: Place, below: Sequence[Place]) -> Item | None:
    """An item that is a title, where those under it tell who wrote it, where it was published, where it is."""
    text = place.block.text
    if any(span.kind == "link" for span in place.spans) or not _LETTER.search(text) or len(text) > 400:
        return None
    depth = below[0].block.depth
    ends = [*(place.block.depth <= depth for place in below[1:]), True]
    leaves = [place for place, ends_here in zip(below, ends, strict=True) if ends_here]
    if not any(leaf.block.depth == depth and _tells(leaf) for leaf in leaves):
        return None
    if any(_names_work(other) for other in below) or read_item(text, list(place.spans)).work is not None:
        return None
    bold = "".join(span.text for span in place.spans if span.strong).strip()
    shown = "".join(span.text for span in place.spans)
    date = _DATE.match(shown)
    title = " ".join((bold or (shown[date.end() :] if date else shown)).split()).strip(' :"“”')
    is_starred = bool(bold) and len(bold) > len(shown.strip()) - 12
    dated = _DATED.search(shown[-12:])
    year = int(dated[1]) if dated else None
    title = title if bold or not dated else title.removesuffix(dated.group().strip()).rstrip()
    title = _BRACKETED.sub("", title)
    return Item(Work({}, Citation(title=title, year=year), ()), title, is_starred) if title else None


def headed_by_names(place: Place, below: Sequence[Place]) -> Text | None:
    """An item that is only names, perhaps with a year, over its title: both as one text."""
    text = place.block.text.strip()
    if any(span.kind != "text" for span in place.spans) or len(text) > 400 or not names_of(text)[0]:
        return None
    if len(text.split()) < 2 or any(_names_work(other) for other in below[1:]):
        return None
    both = f"{text.rstrip(' :').removesuffix('.')}. {below[0].block.text}"
    spans = tuple(inline(both))
    cited = read_item(both, list(spans)).work
    surnames = [author.surname for author in names_of(text)[0]]
    is_one = cited is not None and surnames == [author.surname for author in cited.citation.authors]
    is_one = is_one and cited is not None and bool(cited.citation.title)
    return Text(both, spans) if is_one else None


def _tells(place: Place) -> bool:
    said = detail(place.block.text, place.spans)
    return said is not None and (said.is_sure or bool(said.citation.authors))


def _names_work(place: Place) -> bool:
    """Whether an item names a work by a title of its own."""
    if _tells(place):
        return False
    if is_remark(place.spans):
        return False
    work = read_item(place.block.text, list(place.spans)).work
    if work is None or not work.citation.title or _FIELD.match(place.block.text):
        return False
    links = read_links(place.spans)
    return not links or not all(link.rel for link in links)


def dated_by_heading(work: Work, section: Sequence[str], text: str) -> Work:
    """A citation without a year has that of the heading it stands under."""
    cited = work.citation
    if cited.year or not (cited.title and cited.authors) or _UNPUBLISHED.search(text):
        return work
    if "arxiv" in work.identifiers and not cited.venue:
        return work
    year = _year_of(section)
    return work._replace(citation=cited._replace(year=year)) if year else work


def _year_of(section: Sequence[str]) -> int | None:
    """The year of the nearest heading that is little more than one."""
    for heading in reversed(section):
        years = _YEAR.findall(heading)
        if len(years) == 1 and len(heading.split()) <= 3:
            return int(years[0])
    return None


def under_heading(target: Target, heading: str) -> Target:
    """The first work that is linked under a heading, where the heading is its citation and its link says nothing."""
    if target.work.citation.title or target.work.citation.authors:
        return target
    cited = read_label(heading)
    cited = cited if cited.authors and cited.title else read_citation(heading)
    if not (cited.authors and cited.title and cited.year):
        return target
    return target._replace(work=target.work._replace(citation=cited), label=heading)


def with_lines(places: Sequence[Place], index: int) -> tuple[Place, int]:
    """The text before `index` with the lines after it that a forced line end joins to it, and how many these are."""
    first = places[index - 1]
    lines, end = [first.block.text], index
    while (
        lines[-1].rstrip().endswith("\\\\")
        and end < min(len(places), index + _MOST)
        and places[end].block.kind == "text"
        and places[end].block.line == places[end - 1].block.line + 1
    ):
        lines.append(places[end].block.text)
        end += 1
    if end == index:
        return first, 0
    text = "\n".join(lines)
    return first._replace(block=first.block._replace(text=text), spans=tuple(inline(text))), end - index


def reference(text: str, spans: Sequence[Span], section: Sequence[str]) -> Item | None:
    """A paragraph that is an entry of a bibliography: names, title, year, and where it was published or is.

    Its year may be that of the heading it stands under.
    """
    if len(text) > _LONGEST or "((" in text:
        return None
    on_lines = len(spans) > 2 and sum(span.kind == "break" for span in spans) > 1
    if not on_lines and not (reference_start(text) and (has_year(text) or _year_of(section) is not None)):
        return None
    item = read_item(text, list(spans))
    if item.work is None or item.only_links:
        return None
    item = item._replace(work=dated_by_heading(item.work, section, text))
    assert item.work is not None
    cited = item.work.citation
    is_placed = cited.venue or set(item.work.identifiers) & set(STRONG) or _is_book(spans) or is_thesis(text)
    if not (cited.title and cited.authors and cited.year and is_placed) or cited.title[:1].islower():
        return None
    return item


def _is_book(spans: Sequence[Span]) -> bool:
    return any(span.emphasised for span in spans)
