"""What one list item, or one link in running text, says of a work."""

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from gencli.authors import REVERSED, SURNAME, are_dated_names, are_names, authors_of, parts_of, without_others
from gencli.citation import Citation, author_lead, lead_in, names_lead, read_citation, read_label, read_lines
from gencli.identifiers import STRONG, mentioned
from gencli.listing.apart import told as told_apart
from gencli.listing.facts import facts, venue_of
from gencli.listing.links import Named, internal_page, link_of, read_link, read_links, rel_of
from gencli.listing.view import facts_behind, view_of
from gencli.markup import Span
from gencli.model import Author, Link, Mention, Record

# A label of more signs than this is no label.
_LONGEST_LABEL = 1000
# What sets a title off in a label that is a whole citation.
_SET_OFF = re.compile(r"[\"“”]|\((?:19|20)\d\d\)|\b(?:19|20)\d\d$")
_YEAR = re.compile(r"(?<!\d)(?:1[5-9]|20)\d\d(?!\d)")
# Who wrote a work and where it was published begin with a capital or a number.
_FACTS_LIKE = re.compile(r"[^\w]*(?:(?:by|in|at|von|van|de|di)\b|[^\W_a-z])")
_BLANKS = re.compile(r"\s+")
_LETTER = re.compile(r"[^\W_]")
_DATED_PATH = re.compile(r"/((?:19|20)\d\d)/(0[1-9]|1[0-2])/(0[1-9]|[12]\d|3[01])(?=/)")
_MEETING = re.compile(r"\b(?:proceedings|proc\.|conference|workshop|symposium|congress|meeting)(?!\w)", re.IGNORECASE)
# Behind a title in bold: `by A. One, B. Two (Venue 2019)`, `-- Ann One; remark`.
_BEHIND_BOLD = re.compile(
    r"\s*(?:[-–—]{1,3}|by\b|von\b)\s+(?P<who>[^();\d\[\]]{3,300}?)\s*"
    r"(?:\((?P<where>[^()]*(?:\([^()]*\)[^()]*)?)\)|(?<![\s.(-][^\W\d_])(?<!\bal)[;.\n]|$)"
)
# Behind a title that is a link: `(One, Two)`, `(One et al., Venue 2019)`.
_BRACKETED_NAMES = re.compile(r"\s*\((?P<who>[^()\d]{2,200}?)(?:,\s+(?P<where>[^(),]*(?:19|20)\d\d))?\)")
# A publisher, and when a book appeared.
_IN_BOOK = re.compile(r"[\s,.]*[Ii]n:?\s+(?P<venue>[^()]{4,150}?)\s*(?=\(|,? (?:19|20)\d\d|$)")
_PUBLISHED = re.compile(r"\s*(?:\((?P<by>[^()]*?),?\s*(?P<year>(?:19|20)\d\d)\))")
_REMARK = re.compile(r"\W*[a-z]+(?:[ ,][^\W\d_a-z]?[\w'’-]*){0,12} ?$")
_SOMEBODY = "A. Nobody. "
_NOBODY = Citation()
_SERIAL = re.compile(r"\b(?:journal|transactions|letters|review|annals|magazine|bulletin)\b", re.IGNORECASE)


class Work(NamedTuple):
    """What a page says of one work: its identifiers, what its label tells, its links."""

    identifiers: Mapping[str, str]
    citation: Citation
    links: tuple[Link, ...]

    def record(self, source: str, mentions: tuple[Mention, ...]) -> Record:
        """The work as a record of the page `source` names."""
        cited = self.citation
        year, date = cited.year, None
        if year is None:
            dated = next((m for link in self.links if (m := _DATED_PATH.search(link.url))), None)
            if dated is not None:
                year, date = int(dated[1]), "-".join(dated.groups())
        return Record(
            source=source,
            type=_type(self.identifiers, cited.venue),
            title=cited.title.strip() or None,
            authors=cited.authors,
            authors_complete=cited.authors_complete,
            year=year,
            date=date or (str(year) if year else None),
            venue=cited.venue or cited.site or None,
            identifiers=dict(self.identifiers),
            links=self.links,
            mentions=mentions,
        )


class Target(NamedTuple):
    """A work that running text links, under which label, and whether in bold."""

    work: Work
    label: str
    starred: bool


class Item(NamedTuple):
    """A list item as read; `work` is None where it names none.

    `named` are other works that its note links, `only_links` says that it holds nothing but links
    to things of a work ("Code", "Slides"), `internal` that it leads to a page of the wiki.
    """

    work: Work | None
    label: str = ""
    starred: bool = False
    note: str = ""
    named: tuple[Target, ...] = ()
    only_links: bool = False
    internal: bool = False


def read_item(text: str, spans: list[Span]) -> Item:
    """One list item: which work it names, how the page labels it, and what it says beside."""
    links = read_links(spans)
    if not links:
        return _unlinked(text, spans)
    first = links[0].span
    lead = "".join(span.text for span in spans if span.end <= first.start) if first is not spans[0] else ""
    is_led = _LETTER.search(lead) is not None
    who = _before(lead) if is_led and first.text != first.target else Citation()
    if links[0].rel or (is_led and not who.authors and not _is_remark(spans, first, lead)):
        return led_by_text(spans, links, lead, text)
    item = _told_around(led_by_link(text, links, lead, who), spans, links, who)
    if item.work is None or item.work.citation.authors or not is_led:
        return item
    who = who if who.authors else names_lead(lead)
    cited = item.work.citation._replace(authors=who.authors, authors_complete=who.authors_complete)
    return item._replace(work=item.work._replace(citation=cited._replace(year=cited.year or who.year)))


def _are_several(who: str) -> bool:
    """Whether a text in brackets is nothing but names, more than one or with others."""
    names = without_others(who)
    is_several = names != who or len(parts_of(names)) > 1
    return is_several and are_names(names) and not any(part.strip(" .").isupper() for part in parts_of(names))


def _is_dated(who: str, where: str) -> bool:
    """Whether a text in brackets is one surname and a year: `(Mu, 2014)`; a venue is none."""
    return bool(where) and where.isdigit() and SURNAME.fullmatch(who) is not None and not venue_of(who).venue.isupper()


def _before(lead: str) -> Citation:
    """The authors that stand before a link and a colon: `Goodfellow:`, `One, Two:`, `One et al.:`."""
    lead = lead[lead_in(lead)[0] :]
    author = author_lead(lead)
    if author is not None:
        return Citation((author,))
    return names_lead(lead) if lead.rstrip().endswith(":") else Citation()


def _told_around(item: Item, spans: list[Span], links: list[Named], who: Citation) -> Item:
    """An item whose link is the title alone, or only an address: what stands behind it tells the rest of the work."""
    work, main = item.work, links[0].span
    if work is None or work.citation.authors or len(work.citation.title) > _LONGEST_LABEL:
        return item
    cited = work.citation
    if main.text == main.target:
        behind = [span for span in spans if span.start >= main.end and not (span.kind == "link" and read_link(span))]
        behind = [span._replace(text=span.text.lstrip(" -–—:,.")) if i == 0 else span for i, span in enumerate(behind)]
        found = _cited(behind) if any(_LETTER.search(span.text) for span in behind) else cited
        return item._replace(work=work._replace(citation=found)) if found.title and found.authors else item
    has_year = _YEAR.search(main.text) is not None
    whole = told_apart(main.text) if has_year else Citation()
    if has_year and not whole.authors and _SET_OFF.search(main.text):
        whole = read_citation(main.text)
    if whole.title and whole.authors and (whole.year or whole.venue):
        return item._replace(work=work._replace(citation=whole))
    if any(span.kind == "break" for span in spans):
        on_lines = read_lines(*_lines([span for span in spans if span.kind != "link" or span.start == main.start]))
        if on_lines.authors and on_lines.title and on_lines.title in (cited.title, main.text):
            return item._replace(work=work._replace(citation=on_lines._replace(title=cited.title)))
    remark = "".join(span.text for span in spans if span.start >= main.end and span.kind != "link")
    if not _FACTS_LIKE.match(remark):
        return item._replace(work=work._replace(citation=cited))
    named = _BRACKETED_NAMES.match(remark)
    if named is not None and (_are_several(named["who"]) or _is_dated(named["who"], named["where"] or "")):
        authors, is_complete = authors_of(named["who"])
        where = venue_of(named["where"] or "")
        told = cited._replace(authors=authors, authors_complete=is_complete, year=cited.year or where.year)
        return item._replace(work=work._replace(citation=told._replace(venue=cited.venue or where.venue)))
    view = view_of(spans, {link.span.start for link in _owned(links, bare=False)[0]})
    behind_it, stop = facts_behind(view, view.at(main.end))
    if who.authors and behind_it.authors:
        # Who wrote it is known: `. Signals 2014` is where.
        behind_it = venue_of(view.shown[view.at(main.end) : view.at(stop)].strip(" .,;:-–—"))
    cited = cited._replace(
        authors=behind_it.authors,
        authors_complete=behind_it.authors_complete,
        year=cited.year or behind_it.year,
        venue=cited.venue or behind_it.venue,
    )
    return item._replace(work=work._replace(citation=cited))


def _is_remark(spans: list[Span], first: Span, lead: str) -> bool:
    """Whether the text before a link only introduces it, instead of being the beginning of a citation."""
    if len(lead) > 40 or first.text == first.target:
        return False
    return bool(read_label(first.text).authors) or not _cited(spans).authors


def read_prose(spans: list[Span]) -> tuple[list[Target], list[Span]]:
    """The works that running text links, and the links that lead out of the wiki to something else."""
    named, unknown = [], []
    for span in spans:
        if span.kind != "link" or internal_page(span.target):
            continue
        link = read_link(span)
        if link is not None and link.identifier.kind in STRONG:
            named.append(_target(link))
        elif "://" in span.target or span.target.lower().startswith("www."):
            unknown.append(span)
    return named, unknown


def is_remark(spans: Sequence[Span]) -> bool:
    """Whether an item under a paper begins as a remark does, in small letters, and links anything only then."""
    return bool(spans) and spans[0].kind == "text" and _REMARK.match(spans[0].text) is not None


def read_remark(spans: Sequence[Span]) -> tuple[list[Target], tuple[Link, ...]]:
    """The works that a remark under a paper links, and the links of the paper itself: its code, its slides."""
    links = read_links(spans)
    own = [link for link in links if link.rel and link.identifier.kind not in STRONG]
    named = [_target(link) for link in links if link.identifier.kind in STRONG]
    return (named, tuple(map(link_of, own))) if len(own) + len(named) == len(links) else ([], ())


def led_by_link(text: str, links: list[Named], lead: str, who: Citation = _NOBODY) -> Item:
    """`[[url|A et al 2019 - Title]] note`: the usual item; links behind it are of the work, or name others."""
    own, others = _owned(links, bare=False)
    main = own[0].span
    cited = Citation() if main.text == main.target else read_label(main.text)
    if who.authors and not cited.authors:
        lead = ""
    first = links[0].identifier
    identifiers = {first.kind: first.value} | _strong(own)
    work = Work(identifiers, cited, tuple(link_of(link, "" if i else cited.medium) for i, link in enumerate(own)))
    return Item(work, main.text, main.strong, _note(text, [link.span for link in own], lead), others)


def led_by_text(spans: list[Span], links: list[Named], lead: str, text: str) -> Item:
    """`Title: [[url|pdf]] [[url|code]]`, or a citation with its address: the text tells what the work is."""
    own, others = _owned(links, bare=True)
    told = [span for span in spans if span.kind != "link" or not rel_of(span)]
    label = " ".join("".join(span.text for span in told).split()).strip(" :-–—([])|,")
    elsewhere = {link.span.start for link in links} - {link.span.start for link in own}
    told = [span for span in told if span.start not in elsewhere]
    cited = _cited(told)
    if (
        not cited.title
        and not (cited.authors and cited.venue)
        and (title := lead.strip(" \t\n:-–—(["))
        and (title[:1].isupper() or len(title.split()) > 2)
    ):
        cited = read_label(title)
    main = own[0].span
    if (
        not own[0].rel
        and main.text != main.target
        and cited.title.startswith(f"{main.text},")
        and names_lead(lead).year
    ):
        # `One, A. (2019), [[address|Title]], Venue 2019`
        place = venue_of(cited.title[len(main.text) :].strip(" ,"))
        cited = cited._replace(title=main.text, venue=cited.venue or place.venue)
    identifiers = _strong(own) | _own_identifiers(told, is_book=not cited.venue)
    if not identifiers and not cited.title:
        identifiers = {links[0].identifier.kind: links[0].identifier.value}
    work = Work(identifiers, cited, tuple(link_of(link) for link in own))
    starred = any(link.span.strong for link in own)
    if all(link.rel for link in links) and not _LETTER.search(lead):
        return Item(work, own[0].span.text, starred, _note(text, [link.span for link in own], ""), others, True)
    return Item(work, label, starred, "", others)


def _owned(links: list[Named], bare: bool) -> tuple[list[Named], tuple[Target, ...]]:
    """The links that are of an item's own work, and the other works that it links.

    The first link is of the work, and so is one that only says what it leads to ("pdf", "Code"). A bare
    address is where `bare` says so, and it names the work by a kind of identifier that it does not have yet.
    """
    own, others = links[:1], []
    main = links[0].identifier[:2]
    kinds = {main[0]}
    for link in links[1:]:
        kind = link.identifier.kind
        is_bare = bare and link.span.text == link.span.target and kind not in kinds
        if link.rel or is_bare or kind not in STRONG or link.identifier[:2] == main:
            own.append(link)
            kinds.add(kind)
        else:
            others.append(_target(link))
    return own, tuple(others)


def beside(spans: Sequence[Span]) -> tuple[dict[str, str], tuple[Link, ...]]:
    """What the links beside a work's title name it by for ever, and the links themselves."""
    links = read_links(spans)
    return _strong(links), tuple(link_of(link) for link in links)


def _strong(links: list[Named]) -> dict[str, str]:
    """What names the work for ever; the DOI of its code or its slides does not."""
    found: dict[str, str] = {}
    for link in links:
        if link.identifier.kind in STRONG and link.rel in ("", "pdf", "abs", "doi", "web"):
            found.setdefault(link.identifier.kind, link.identifier.value)
    return found


def _unlinked(text: str, spans: list[Span]) -> Item:
    """A citation without any address, or the wiki's own page on a work."""
    first = next((span for span in spans if _LETTER.search(span.text)), None)
    if first is not None and first.kind == "link" and (cited := read_label(first.text)).authors and cited.title:
        return Item(Work({}, cited, ()), first.text, first.strong, _note(text, [first], ""))
    cited = _cited(spans)
    identifiers = _own_identifiers(spans, is_book=not cited.venue)
    # Without a name, a sentence and a year are as likely a remark.
    if not (cited.title and cited.authors) and not identifiers:
        leads_to = [internal_page(span.target) for span in spans if span.kind == "link"]
        return Item(None, internal=bool(leads_to) and all(leads_to))
    label = " ".join("".join(span.text for span in spans).split())
    return Item(Work(identifiers, cited, ()), label, all(span.strong for span in spans if _LETTER.search(span.text)))


def _own_identifiers(spans: list[Span], *, is_book: bool) -> dict[str, str]:
    """The identifiers in a citation's text; an ISBN there is that of the whole proceedings, but for a book."""
    text = "".join(span.text for span in spans if span.text != span.target)
    # What is in quotes is a part of something.
    is_book = is_book and not any(sign in text for sign in '"“„')
    return {kind: value for kind, value in mentioned(text).items() if is_book or kind != "isbn"}


def _cited(spans: list[Span]) -> Citation:
    """The citation that an item's text is; what the page sets in italics is told to the reader of it."""
    pieces, length = [""], 0
    set_off: dict[str, list[tuple[int, int]]] = {"strong": [], "emphasised": []}
    opened = {"strong": -1, "emphasised": -1}
    for span in [*spans, Span("end", "", 0, 0)]:
        for mark, is_set in (("strong", span.strong), ("emphasised", span.emphasised)):
            if is_set != (opened[mark] >= 0):
                if not is_set:
                    set_off[mark].append((opened[mark], length))
                opened[mark] = length if is_set else -1
        shown = _one_blank(span.text) if span.text != span.target else ""
        if pieces[-1].endswith(" "):
            shown = shown.removeprefix(" ")
        if shown:
            pieces.append(shown)
            length += len(shown)
    text, marked = "".join(pieces), set_off["emphasised"]
    cut, year = lead_in(text)
    if cut:
        marked = [(start - cut, end - cut) for start, end in marked if start >= cut]
    bold = next(((s - cut, e - cut) for s, e in set_off["strong"] if _LETTER.search(text, s, e)), None)
    if bold is not None and (titled := _titled_in_bold(text[cut:], bold, marked)).title:
        return titled._replace(year=titled.year or year)
    if bold is not None and (named := _named_in_bold(text[cut:], bold, marked)).title:
        return named._replace(year=named.year or year)
    cited = _told_by(spans, text[cut:], marked, cut)
    return cited._replace(year=cited.year or year)


def _titled_in_bold(text: str, bold: tuple[int, int], marked: list[tuple[int, int]]) -> Citation:
    """`**Title** by A. One (Venue 2019)`, `and: **Title** -- A. One`; nothing where what is in bold is no title."""
    start, end = bold
    shown = text[max(start, 0) : end].strip(" .,:;")
    is_led = start > 0 and _LETTER.search(text, 0, start) and not text[:start].rstrip().endswith(":")
    if start < 0 or is_led or len(shown.split()) < 2:
        return Citation()
    names = text[:start].rstrip(" :")
    if start > 0 and len(names) > 3 and are_dated_names(names):
        authors, is_complete = authors_of(names)
        published = _PUBLISHED.match(text, end)
        year = int(published["year"]) if published else facts(text, end)[0].year
        place = _IN_BOOK.match(text, end)
        return Citation(authors, is_complete, year, shown, place["venue"] if place else "")
    by = _BEHIND_BOLD.match(text, end)
    # A stop may be that of `Proc.`
    is_whole = by is not None and (text[by.end() - 1 : by.end()] != "." or not _LETTER.search(text, by.end()))
    if by is not None and is_whole and are_names(without_others(by["who"])):
        authors, is_complete = authors_of(by["who"])
        where = venue_of((by["where"] or "").partition(";")[0])
        return Citation(authors, is_complete, where.year, shown, where.venue if where.venue[:1].isupper() else "")
    if are_dated_names(shown):
        return Citation()
    # What stands behind tells who wrote it at once: else the bold is the beginning of a sentence.
    behind, stop = facts(text, end, marked)
    if not behind.authors:
        return Citation()
    more = facts(text, stop)[0] if not (behind.venue or behind.year) else None
    both = (behind.plus(more) if more is not None else None) or behind
    return Citation(both.authors, both.authors_complete, both.year, shown, both.venue)


def _named_in_bold(text: str, bold: tuple[int, int], marked: list[tuple[int, int]]) -> Citation:
    """`**One, Ann and Two, Bo.** Title. Venue 2019`; nothing where what is in bold is not all of the names."""
    start, end = bold
    who, rest = text[max(start, 0) : end].strip(" .,:;"), text[end:].lstrip(" .,:;")
    # A stop behind them says that they are all.
    behind = text[end:].lstrip()
    is_ended = (text[end - 1] in ".:" and behind[:1] not in ",;&" and behind[:4] != "and ") or behind[:1] in (".", ":")
    if start or not is_ended or " " not in who or not are_dated_names(who) or not rest[:1].isupper():
        return Citation()
    shift = len(_SOMEBODY) - (len(text) - len(rest))
    cited = read_citation(_SOMEBODY + rest, [(s + shift, e + shift) for s, e in marked if s >= end])
    if not cited.title:
        return Citation()
    alone = REVERSED.fullmatch(who)
    authors, is_complete = ((Author(alone[1], alone[2]),), True) if alone else authors_of(who)
    return cited._replace(authors=authors, authors_complete=is_complete)


def _one_blank(text: str) -> str:
    """A text with one blank where it has several, or a line's end."""
    return text if text.isprintable() and "  " not in text else _BLANKS.sub(" ", text)


def _told_by(spans: list[Span], text: str, marked: list[tuple[int, int]], cut: int) -> Citation:
    """The citation in a text, from which so many signs were cut."""
    labelled = read_label(text)
    if labelled.title and labelled.authors and labelled.year:
        return labelled
    lines, set_off = _lines(spans)
    lines[0] = lines[0].lstrip()[cut:] if cut else lines[0]
    on_lines = read_lines(lines, set_off) if len(lines) > 1 else Citation()
    if on_lines.title and on_lines.authors:
        return on_lines
    cited = read_citation(text, marked)
    is_named = mentioned(text) if "10." in text or "arxiv" in text.lower() else {}
    if cited.authors or len(text) > _LONGEST_LABEL or not (is_named or _YEAR.search(text)):
        return cited
    title_first = told_apart(text, marked[:1], marked)
    is_whole = title_first.title and title_first.authors and (title_first.year or title_first.venue or is_named)
    return title_first if is_whole else (on_lines if on_lines.title else cited)


def _lines(spans: list[Span]) -> tuple[list[str], list[bool]]:
    """The pieces between forced line ends, without the addresses, and whether all of a piece is set off."""
    lines: list[list[Span]] = [[]]
    for span in spans:
        if span.kind == "break":
            lines.append([])
        elif span.text != span.target:
            lines[-1].append(span)
    texts = ["".join(span.text for span in line) for line in lines]
    marked = [all(span.strong or span.emphasised for span in line if _LETTER.search(span.text)) for line in lines]
    return texts, marked


def _note(text: str, own: list[Span], lead: str) -> str:
    """What the page says beside the link, to the letter; nothing where only links of the work stand there."""
    main = own[0]
    edges = [main.end, *(edge for span in own[1:] for edge in (span.start, span.end)), len(text)]
    words = any(_LETTER.search(text, start, end) for start, end in zip(edges[::2], edges[1::2], strict=True))
    is_led = _LETTER.search(lead) is not None
    if not words and not is_led:
        return ""
    before, after = text[: main.start], text[main.end :]
    for mark, is_open in (("**", main.strong), ("//", main.emphasised)):
        if is_open:
            before = mark.join(before.rsplit(mark, 1)[:1]) if mark in before else before
            after = after.replace(mark, "", 1)
    before = before.strip() if is_led else ""
    return f"{before} {after.strip() if words else ''}".strip()


def _target(link: Named) -> Target:
    span, name = link.span, link.identifier
    cited = Citation() if span.text == span.target else read_label(span.text)
    return Target(Work({name.kind: name.value}, cited, (link_of(link),)), span.text, span.strong)


def _type(identifiers: Mapping[str, str], venue: str) -> str:
    if venue and _MEETING.search(venue):
        return "inproceedings"
    if "doi" in identifiers or (venue and _SERIAL.search(venue)):
        return "article"
    return "misc"
