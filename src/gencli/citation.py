"""What a person wrote to name a work: names, link labels, citations in running text. Pure."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from gencli.authors import (
    ALONE,
    BEFORE_FAMILY,
    JOINT,
    REVERSED,
    SURNAMES,
    UP,
    WHO_UNDOTTED,
    are_dated_names,
    are_mostly_names,
    are_names,
    authors_of,
    is_capital_or_particle,
    listed,
    others,
    person,
    without_others,
)
from gencli.model import Author
from gencli.text import fold

# A citation is as a rule no longer than this.
_LONGEST = 2000
_BY = re.compile(r"(?:by|von|par|authors?:)\s+", re.IGNORECASE)
_LETTER = re.compile(r"[^\W\d_]")
# Not a part of an ISSN, an ISBN, a range of pages, a DOI or an arXiv id.
_YEAR = re.compile(r"((?:1[5-9]|20)\d\d)(?<!\d.{4})(?<!\d[-–].{4})(?:[a-z]\b)?(?!\s?[-–]?\d|\.\d)")
# `NeurIPS '19`
_SHORT_YEAR = re.compile(r"(?<=[A-Za-z])[ ]?['’](\d\d)(?![\d\w])")
_LAST_YEAR = re.compile(r"\b(1[5-9]\d\d|20\d\d)[a-z]?\)?$")
_FIRST_YEAR = re.compile(r"^\(?(?:1[5-9]\d\d|20\d\d)[a-z]?\)?\s*[-–—.,:;]\s*")
_DASH = re.compile(r"\s+[-–—]\s+")
_UNDOTTED = re.compile(
    rf"(?:{WHO_UNDOTTED}(?:,\s+(?:and\s+|&\s+)?|\s+and\s+)){{0,200}}{WHO_UNDOTTED}(?:,?\s+et\s+al)?"
    r"(?=[.:]\s|,\s+(?:19|20)\d\d\b)"
)
# `One et al 2019 - Title`, as most are.
_USUAL_LABEL = re.compile(rf"({SURNAMES})(,? et al\.?)?,? \(?((?:1[5-9]|20)\d\d)\)? [-–—] (.+)")
_SEVERAL = re.compile(r"[&;]|\band\b")
_MEDIUM = re.compile(r"\s*[(\[](video|slides|talk|code|blog|book|pdf)[)\]]\s*$", re.IGNORECASE)
_DATED_NAMES = re.compile(r"([^\W\d_][^\d:]{1,120}?\(?(?:1[5-9]|20)\d\d[a-z]?\)?):\s+(?=\S)")
_DATED_TITLE = re.compile(r"(?<=\S) ?\(((?:1[5-9]|20)\d\d)\)$")
_QUOTED = re.compile(r'["“”„«]([^"“”„«»]{5,400})["“”»]|(?<=[,.:] )[\'‘]([^\'‘’]{8,400})[\'’](?=[,.]?(?:\s|$))')
_IN_YEAR = re.compile(
    r"\((?:(1[5-9]\d\d|20\d\d)[a-z]?(?:[^()]{0,12}\))?|(?:in press|to appear|forthcoming|submitted|n\.d\.)\))"
    r"\s*[.,:]*\s*",
    re.IGNORECASE,
)
_BEHIND_YEAR = re.compile(r"[.,]\s+((?:1[5-9]|20)\d\d)[a-z]?[.,:]\s+(?=\W?[^\W\d_])")
_YEAR_AT_END = re.compile(r"[\s,.(]*\(?(?:1[5-9]|20)\d\d[a-z]?\)?[\s,.:]*$")
_NUMBERED = re.compile(r"\s*(?:\[[\w+.: -]{1,30}\]|\(\d{1,3}\)|\d{1,3}[.)])\s+")
_KEYED = re.compile(r"\[([^\W\d_][^\W\d_]{2,30})\+?(?:(?:19|20)?(\d\d))[a-z]?\]\s+(?=\S)")
_THESIS = re.compile(
    r"\b(?:thesis|dissertation|diss|habilitation|patent|ph\.?\s?d|(?:discussion|working) paper"
    r"|tech(?:nical)? report)\b",
    re.IGNORECASE,
)
# `Chicago: Lakeside University Press`, but for `J. Phys.: Condens. Matter`.
_PUBLISHER = re.compile(r"[^\W\d_a-z][\w '’-]{2,30}(?:, [^\W\d_a-z]\w+)?: [^\W\d_a-z][\w .&'’-]*")
# What is said of the kind of a work behind its title.
_KIND = re.compile(
    r"\s*[\[(](?:[^\[\]()]{0,20}\b)?(?:dissertation|thesis|internet|online|book)[\])].*", re.IGNORECASE | re.DOTALL
)
_CITED = re.compile(r"\[cited [^\[\]]{0,40}\]")
_EDITED = re.compile(r",\s+\(?(?:eds?|editors?)\b\.?\)?\.?(?=\s)")
# A journal behind a title, told by its volume, or by what is said of when it appears.
_JOURNAL = re.compile(
    r"[\s,.;]*(?:to appear in\s+)?(?P<venue>[^\W\d_a-z][\w.:&’' -]{1,80}?)[\s,]+"
    r"(?:(?:vol\.?\s*)?\d{1,3}\b(?!\s*(?:st|nd|rd|th|ed)\b|\.\s+(?:ed|Aufl))|\((?:in press|to appear|forthcoming))"
)
# `p. 5`, `2019 for a proof`: what is behind a citation of a work that is named elsewhere.
_NO_TITLE = re.compile(
    r"(?:(?:pp?|ch|chap|chapter|secs?|section|figs?|eqs?|thm|theorem)\.?\s*\d|(?:19|20)\d\d (?!\S+ \S+ \S+ \S)).*", re.I
)
_VOLUME_BEHIND = re.compile(r",\s*\d{1,4}$")
_PREPRINT = re.compile(r"arxiv\b", re.IGNORECASE)
_ID_BEHIND = re.compile(r"[,.;]?\s+(?:arXiv|doi)\s?:\s?\S.*$", re.IGNORECASE | re.DOTALL)
_MET_AT_END = re.compile(r",\s+([A-Z][A-Za-z]*[A-Z&][A-Za-z&]*|NeurIPS)(?: [Ww]orkshop)?$")
_APART = re.compile(r"['‘]([^'‘’]{5,300}(?:['’](?=[^\W\d_])[^'‘’]{0,300}){0,5})['’](?=[,.\s]|$)[,.]?")
_SLASHED = re.compile(r"[^\W\d_a-z][\w’'-]+(?:/[^\W\d_a-z][\w’'-]+)+(?=,? \(?(?:19|20)\d\d)")
# Where a title ends, whatever stops stand in it: before `In:`, an edition, a place and its publisher.
_TITLE_END = re.compile(
    r"[.?!]\s+(?=In: \W?[^\W\d_a-z]|\d{1,2}\.,? (?:[^\W\d_]+\.? ){0,2}Aufl\b"
    r"|[^\W\d_a-z][\w -]{2,20}(?:, [^\W\d_a-z]\w+)?: [^\W\d_a-z][\w .&’'-]{2,40},? (?:19|20)\d\d)"
)
_VOLUME = re.compile(r"[\s,]+\d{1,4}(?:[,:;(\s]|$)(?!\s?ed\b)")
_TO_APPEAR = re.compile(r"[\s,.;]*to appear in\s+(?P<venue>[^\W\d_a-z][\w.:&’' -]{1,80}?)[\s.,]*$")
# `Title, Siam Review 60(2), 2018`, `Title, ICML 2018`
_IN_TITLE = re.compile(
    r",\s+(?P<venue>[^\W\d_a-z][\w.&’' -]{1,60}?)\s+\d{1,4}\s*(?:\(\d|:\s*\d|,\s+(?:pp?\.|(?:19|20)\d\d))"
    r"|,\s+(?P<met>[A-Z][A-Za-z]*[A-Z]+[A-Za-z]*)\s+(?:19|20)\d\d\b"
)
# `Nets (One et al., 2018) remark`
_TITLE_THEN_NAMES = re.compile(
    r"(?P<title>[^()]{2,200}?)\s*\((?P<who>[^()\d]{3,80}?)(?P<comma>,?)\s+(?P<year>(?:19|20)\d\d)[a-z]?\)(?=[\s.,:;]|$)"
)
# What stands behind a venue: volume, pages, year, editor, place.
_BEHIND_VENUE = re.compile(
    r"(?:[,;(]?\s*\b(?:forthcoming|in press|to appear|accepted|submitted)\b.*|\.?\s*\bEpub\b.*|\s*\[Internet\].*"
    r"|[,;(]?\s*\b(?:vol(?:ume)?|no|nr|pp?|pages?|bd|s)\b\.?\s*\d.*|[,;]?\s*\bedited by\b.*"
    r"|[,;]?\s*\(?\b(?:19|20)\d\d\b(?!\s*[-–]?\s*[^\W\d_]).*|[,\s]\s*\d{1,4}(?:\.\d{1,3})?\s*(?:[,:;(–-].*)?)$",
    re.IGNORECASE | re.DOTALL,
)
_NAMES_END = re.compile(r"(?:(?<=[^\W\d_]{3})|(?<=[^\W\d_] [^\W\d_]{2})(?<!St)(?<!Md)(?<!Jr)(?<!Sr))\.\s+(?=\S)")
# `Surf. Coat. 14:22`
_ABBREVIATED = re.compile(
    r"(?:[^\W\d_a-z][^\W\d_]{0,8}\.\s*){1,5}(?:[^\W\d_]{1,12}\.?)?(?=\s*(?:\d(?!\d{0,2}(?:st|nd|rd|th)\b)|,\s*(?:vol|no)?\.?\s*\d))"
)
_IN_VENUE = re.compile(r"[.,?!]?\s+[Ii]n:\s+(?=\W?[^\W\d_a-z])")
_EDITORS = re.compile(
    r"^(?:[^()]{2,80}\((?:eds?|hrsg|hg)\.?\)[\s.,:]*|[^()]{2,120}?,? (?:editors?|eds?\.|hrsg\.)[.,:\s]+(?=\S))",
    re.IGNORECASE,
)
_EDITION = re.compile(r"^\d{1,2}(?:\.|st|nd|rd|th)\s+(?:Aufl\w*|[Ee]d\w*)\.?,?\s*")
_REFERENCE = re.compile(
    r"\s*(?:\*\*|//|__)?(?:\[[\w+.: -]{1,30}\](?:\*\*)?\s*|\(\d{1,3}\)\s+|\d{1,3}[.)]\s+)?"
    rf"{BEFORE_FAMILY}[^\W\d_a-z][\w.'’-]*(?:,| [^\W\d_a-z]| et al| and | & )"
)
_SEPARATORS = re.compile(r"[,;]|\s(?:and|&|und|et)\s")
_NAMES_MARK = re.compile(r"\s*:\s+(?=\S)|\s+[-–—]\s+(?=\S)")
_TITLE_BEHIND_INITIALS = re.compile(rf"(?:[{UP}]\.[ -]?){{1,4}} (?=[^\W\d_]{{2}})")
_FAMILY = re.compile(rf"{BEFORE_FAMILY}[^\W\d_][\w'’-]*")
_VENUE_LIKE = re.compile(
    r"^in\b|\b(?:proceedings|proc|conference|workshop|symposium|journal|transactions)\b", re.IGNORECASE
)
_BEFORE_VENUE = re.compile(
    r"(?:\b(?:submitted to|to appear in|accepted (?:at|by|for))|\bin)(?:\s+proc(?:eedings)?\.?(?:\s+of)?)?:?$",
    re.IGNORECASE,
)
_LEAD_IN = re.compile(
    r"\s*(?:[\[(](?P<year>(?:19|20)\d\d)[\])][:.,]?\s+(?=\S)|(?:pmid|doi|arxiv)\s?:\s?\S+\s+(?:[-–—]+\s+)?(?=\S)"
    r"|(?:\[[x ]?\]|:!:|<del>|\(\?\)|\*) *(?=\S)|\d{1,2}\.\d{1,2}\.(?:\d{2,4})? +(?:\[[^\[\]]{1,40}\] +)?(?=\S)"
    r"|(?:see(?: also)?|cf\.?|but (?:see|contrast|cf\.?)|contrast|compare|e\.g\.),?\s+(?=(?-i:[^\W\d_a-z]))"
    r"|(?P<label>[^\W\d_]{3,14}(?: [^\W\d_]{3,14})?):\s+(?=\S))",
    re.IGNORECASE,
)
_BEFORE_PLACE = re.compile(r"^in:?\s+", re.IGNORECASE)
_NAMED_VENUE = re.compile(r"[\s.,;]*\b[Ii]n:?\s+(?=[^\W\d_a-z])")
_CHAPTER = re.compile(r"\bbook chapter in\b", re.IGNORECASE)
_DIGIT = re.compile(r"\d")
_SENTENCE = re.compile(
    r"(?<=[^\W\d_]{2})[.?!]\s+(?=\W?(?:[A-Z]|arXiv\b|doi:|https?:|(?:1[5-9]|20)\d\d\b|\d{1,2}(?:\.|st|nd|rd|th)\s+(?:Aufl|[Ee]d)))"
)
_LEAD = re.compile(
    r"(?P<name>[^\W\d_][\w.’' -]{1,60}?)(?:['’]s?)?(?:\s+(?:recent\s+)?"
    r"(?:work|talk|paper|video|lecture|book|blog|post|slides|thesis|tutorial|survey)s?)?:",
    re.IGNORECASE,
)


class Citation(NamedTuple):
    """What was understood; `site` is what stands where an author would and is none."""

    authors: tuple[Author, ...] = ()
    authors_complete: bool = True
    year: int | None = None
    title: str = ""
    venue: str = ""
    site: str = ""
    medium: str = ""


def read_label(label: str) -> Citation:
    """A link's label: `A et al 2019 - Title`, `Site - Title`, `2019 - Title (video)`, `Raj 2020`, or a title.

    It is split at its first dash between blanks; what stands before it must look like names or a year.
    """
    label = " ".join(label.split())
    usual = _USUAL_LABEL.fullmatch(label)
    if usual is not None and label[-1] not in _CLOSING and (authors := listed(usual[1])):
        return Citation(authors, usual[2] is None, int(usual[3]), usual[4])
    for mark in ("**", "//"):
        if label.startswith(mark) and label.endswith(mark) and len(label) > 4:
            label = label[2:-2]
    cited = _read_label(label)
    dated = _DATED_TITLE.search(cited.title, max(len(cited.title) - 8, 0)) if cited.year is None else None
    return cited._replace(title=cited.title[: dated.start()], year=int(dated[1])) if dated else cited


def _read_label(label: str) -> Citation:
    medium = ""
    if label.rstrip()[-1:] in _CLOSING and (match := _MEDIUM.search(label)) is not None:
        medium, label = match[1].lower(), label[: match.start()]
    if label.startswith("[") and (key := _KEYED.match(label)) is not None:
        keyed = (1900 if int(key[2]) > 60 else 2000) + int(key[2])
        inner = read_citation(label[key.end() :])
        if inner.title and inner.authors:
            return inner._replace(year=inner.year or keyed)
        return Citation((person(key[1]),), True, keyed, label[key.end() :], medium=medium)
    left, dash, right = _split(label)
    colon = _DATED_NAMES.match(label) if ":" in left else None
    if colon is not None and are_dated_names(colon[1]) and colon.end() <= len(left):
        who, year = _take_year(colon[1])
        if label[colon.end() :].startswith(_QUOTES) or REVERSED.fullmatch(who):
            return read_citation(label)
        return _with_names(who, year, label[colon.end() :], medium)
    if not dash:
        who, year = _take_year(label)
        if year is not None and who and len(who.split()) <= 6 and are_dated_names(who):
            return _with_names(who, year, "", medium)
        return Citation(title=label, medium=medium)
    who, year = _take_year(left)
    if year is None and others(left) is None and not _SEVERAL.search(left):
        return (
            Citation(title=right, site=left, medium=medium)
            if len(left.split()) <= 4
            else Citation(title=label, medium=medium)
        )
    if who and not are_names(without_others(who)):
        return Citation(title=label, year=year, medium=medium)
    return _with_names(who, year, right, medium)


def author_lead(text: str) -> Author | None:
    """The author that stands before a link: `Aarti Singh's work:`, `Goodfellow:`."""
    match = _LEAD.fullmatch(text.strip())
    if match is None:
        return None
    name = match["name"].strip()
    parts = name.split()
    if not 1 <= len(parts) <= 4 or not all(map(is_capital_or_particle, parts)):
        return None
    return None if len(parts) == 1 and fold(name).removesuffix("s") in _NOT_LEADS else person(name)


def names_lead(text: str) -> Citation:
    """The names and the year that stand before a link: `Brandt 2012,`, `Kimura and Brandt (2014):`; or nothing."""
    who, year = _without_year(text.strip(" ,.:;–—-\n\t"))
    authors, is_complete = authors_of(who)
    is_sure = year is not None or not is_complete or len(authors) > 1
    if not who.strip() or not is_sure or not are_dated_names(who):
        return Citation()
    return Citation(authors, is_complete, year)


_NOT_LEADS = frozenset(
    """
    see also video code paper note new update survey overview review book chapter blog post talk tutorial
    lecture slide thesis method application experiment model history seminal textbook important classic original
    reference background introduction intro theory practice related todo summary abstract title link read first
    second main best recent source demo dataset data example proof
    """.split()
)


def read_citation(text: str, emphasised: Sequence[tuple[int, int]] = ()) -> Citation:
    """A citation in running text: authors, title, venue, year, as its quotes, emphasis and years tell.

    `emphasised` are the (start, end) of what the page sets in italics: a venue, or the title of a book.
    What cannot be told apart is left empty; `title` is empty where no title was found.
    """
    if "[cited " in text:
        text = _CITED.sub(lambda match: " " * len(match.group()), text)
    if _EDITED.search(text[:300]) is not None:
        # The names end there; places in the text stay what they are.
        text = _EDITED.sub(lambda match: ".".ljust(len(match.group())), text, count=1)
    if (slashed := _SLASHED.match(text)) is not None:
        text = slashed.group().replace("/", "&") + text[slashed.end() :]
    if (number := _NUMBERED.match(text)) is not None:
        cut = number.end()
        text, emphasised = text[cut:], [(start - cut, end - cut) for start, end in emphasised if start >= cut]
    if (title := _TITLE_THEN_NAMES.match(text)) is not None and _are_behind_title(
        *title.group("title", "who", "comma")
    ):
        authors, is_complete = authors_of(title["who"])
        return Citation(authors, is_complete, int(title["year"]), _clean(title["title"]))
    set_off = ((s, e) for s, e in emphasised if e - s > 3 and not _is_said(text[s:e]))
    start, end = next(set_off, (len(text), len(text)))
    parts = _Parts(text, start, _clean(text[start:end]), text[end:])
    return _with_quotes(parts) or _with_year_first(parts) or _with_names_first(parts)


def _are_behind_title(title: str, who: str, comma: str) -> bool:
    """Whether what stands in brackets are names behind a title, and the title is none."""
    is_sure = others(who) is not None or JOINT.search(who) is not None or comma != ""
    is_title = not any(sign in title for sign in (*_QUOTES, ", ", " et al")) and (
        title.isupper() or not are_names(title)
    )
    return is_sure and is_title and not who.isupper() and are_names(without_others(who))


def _is_said(text: str) -> bool:
    """Whether what is set in italics is neither a title nor a venue: `et al.`, a remark in small letters."""
    shown = text.strip(" .,")
    is_remark = " " in shown and shown[:1].islower() and not any(map(str.isupper, shown[1:3]))
    return is_remark or not without_others(f"{shown}.").strip(" .,")


class _Parts(NamedTuple):
    """A citation, where what is set in italics begins in it, what that is, and what stands behind."""

    text: str
    start: int
    marked: str
    rest: str

    @property
    def year(self) -> int | None:
        """The year that it has, wherever."""
        return _year_of(self.rest) or _year_of(self.marked) or _year_of(self.text)


def _with_quotes(parts: _Parts) -> Citation | None:
    """A citation whose title stands in quotes behind the names; None where it does not."""
    quoted = _QUOTED.search(parts.text, 0, max(parts.start, 1))
    if quoted is None or parts.text[quoted.end() : quoted.end() + 1] == ":":
        return None
    names, year = _without_year(parts.text[: quoted.start()])
    if (dated := _YEAR.search(names)) is not None and are_dated_names(names[: dated.end()]):
        # `One et al. 2016, Venue, "Title"`
        venue = bare_venue(names[dated.end() :].strip(" ,;:"))
        return _citation(
            names[: dated.start()].rstrip(" ("), quoted[1] or quoted[2], venue, int(dated[1]), is_set_off=True
        )
    if not are_mostly_names(names):
        return None
    venue = parts.marked or _venue_behind(parts.text[quoted.end() :], is_named=year is not None)
    return _citation(names, quoted[1] or quoted[2], venue, year or parts.year, is_set_off=True)


def _with_year_first(parts: _Parts) -> Citation | None:
    """A citation whose year stands between names and title; None where it does not."""
    text, venue = parts.text, parts.marked
    dated = _IN_YEAR.search(text, 0, parts.start)
    if dated is None or dated.start() <= 3 or ": " in text[: dated.start()]:
        dated = _BEHIND_YEAR.search(text[: min(parts.start, 3000) + 2])
        if dated is None or not are_dated_names(text[: dated.start()]):
            return None
    title = _before_venue(text[dated.end() : parts.start])
    if (apart := _APART.match(text, dated.end())) is not None and apart.end() <= parts.start:
        # `(2004) 'Title', Venue`
        behind = text[apart.end() : parts.start] if not venue else ""
        venue = venue or _venue_behind(behind, is_named=True)
        year = int(dated[1]) if dated[1] else None
        return _citation(text[: dated.start()], apart[1], venue, year, is_set_off=True)
    if not title and venue and not _VOLUME.match(parts.rest):
        title, venue = venue, _venue_named(parts.rest) or _journal(parts.rest)
    elif not title and venue:
        # No title is told.
        authors, is_complete = authors_of(text[: dated.start()])
        return Citation(authors, is_complete, int(dated[1]) if dated[1] else None, "", venue)
    elif parts.start == len(text):
        title, _, more = _first_sentence(title)
        venue = _venue_in(more)
    return _citation(text[: dated.start()], title, venue, int(dated[1]) if dated[1] else None, is_set_off=True)


def _with_names_first(parts: _Parts) -> Citation:
    """A citation whose names end where a part is no name any more."""
    text, venue, year = parts.text, parts.marked, parts.year
    names, title = _names_then_title(_before_venue(text[: parts.start]), venue)
    if not title and venue and names:
        return _citation(names, venue, _venue_named(parts.rest) or _journal(parts.rest), year)
    journal = _ABBREVIATED.match(title) if names else None
    if journal is not None and not _LETTER.search(title, journal.end()):
        # No title is told.
        authors, is_complete = authors_of(names)
        return Citation(authors, is_complete, year, "", _clean(journal.group()))
    if parts.start == len(text):
        title, _, more = _first_sentence(title)
        is_divided = not more and len(text) <= _LONGEST and len(_DASH.findall(text)) > 1
        dash = _DASH.search(title) if is_divided else None
        if dash is not None:
            title, more = title[: dash.start()], title[dash.end() :]
        if year is None and not more:
            return Citation()
        venue = _venue_in(more)
        title = _ID_BEHIND.sub("", title)
        if not venue and (inside := _MET_AT_END.search(title)) is not None:
            title, venue = title[: inside.start()], inside.group().strip(" ,")
        if not venue and (inside := _IN_TITLE.search(title)) is not None:
            title, venue = title[: inside.start()], bare_venue(inside["venue"] or inside["met"])
    return _citation(names, title, venue, year, is_set_off=bool(venue and year))


def lead_in(text: str) -> tuple[int, int | None]:
    """How much of a text stands before the citation in it, and the year that does: `[2017]`, `PMID: 1 -`, `Review:`."""
    position, year = 0, None
    while (match := _LEAD_IN.match(text, position)) is not None:
        if match["label"] and fold(match["label"]).split()[-1].removesuffix("s") not in _NOT_LEADS:
            break
        position = match.end()
        year = int(match["year"]) if match["year"] else year
    return position, year


def reference_start(text: str) -> bool:
    """Whether a text begins as an entry of a bibliography, with a number or a name."""
    return _REFERENCE.match(text) is not None


def has_year(text: str) -> bool:
    """Whether a text has a year."""
    return _YEAR.search(text) is not None


def is_thesis(text: str) -> bool:
    """Whether a text says that a work is a thesis or a report, which is published by itself."""
    return _THESIS.search(text) is not None


def read_lines(lines: Sequence[str], set_off: Sequence[bool] = ()) -> Citation:
    """A citation on several lines, one of them the authors: title and venue are the others, in this order.

    `set_off` tells of each line whether all of it is bold or in italics; the authors rarely are.
    """
    marked = [*set_off, *[False] * len(lines)]
    shown = [(_clean(line), mark) for line, mark in zip(lines, marked, strict=False) if _LETTER.search(line)]
    told = [line for line, _ in shown]
    names = [line for line, mark in shown if not mark and are_dated_names(_BY.sub("", line))]
    names = names or [line for line, _ in shown if are_dated_names(line)]
    by = next((line for line in names if _BY.match(line)), "")
    who = by or next((line for line in names if others(line) or JOINT.search(line)), next(iter(names), ""))
    title, *more = [line for line in told if line != who] or [""]
    where = " ".join(more)
    year = _year_of(who) or _year_of(more[0] if more else "") or _year_of(where)
    year = year or next((_year_of(line) for line in lines if _YEAR.fullmatch(_clean(line))), None)
    venue = bare_venue(more[0]) if more and not _THESIS.search(more[0]) else ""
    # `von Hagen, Ute` is who wrote it, too.
    who = who if REVERSED.fullmatch(who) else _BY.sub("", who)
    return _citation(who, title, venue, year, is_set_off=True)


def names_of(text: str) -> tuple[tuple[Author, ...], bool]:
    """The authors of a text that is nothing but names, and whether the list is complete; nobody of any other text.

    A year may stand behind the names.
    """
    text = _clean(text)
    if not are_dated_names(text):
        return (), True
    authors, is_complete = authors_of(_without_year(text)[0])
    return authors, is_complete and others(text) is None


def _venue_in(text: str) -> str:
    """The venue at the start of what follows a title; a year alone is none."""
    text = _EDITORS.sub("", text, count=1)
    if (abbreviated := _ABBREVIATED.match(text)) is not None:
        return bare_venue(abbreviated.group())
    text = _SENTENCE.split(_EDITION.sub("", text.lstrip(), count=1), maxsplit=1)[0]
    first = _clean(text.split(",", maxsplit=1)[0])
    if first.isdigit() or _THESIS.search(first):
        return ""
    bare = bare_venue(first)
    is_numbered = bare != first or re.search(r"\d", text) is not None
    return bare if is_numbered or _is_title_case(bare) else ""


def _venue_named(text: str) -> str:
    """The venue behind a title in italics, where `In:` says that one follows."""
    named = _NAMED_VENUE.match(text)
    return _venue_behind(text[named.end() :], is_named=True) if named else ""


def _journal(text: str) -> str:
    """The journal behind a title in italics: `, Phys. Rev. B 103, 144512 (2021)`; a publisher is none."""
    found = _JOURNAL.match(text) or _TO_APPEAR.match(text)
    venue = _clean(found["venue"]) if found is not None else ""
    return "" if _THESIS.search(venue) or _PUBLISHER.fullmatch(venue) else venue


def _is_title_case(text: str) -> bool:
    """Whether all long words of a text begin with capitals, as those of a name do."""
    return all(word[0].isupper() for word in re.findall(r"[^\W\d_]{5,}", text))


def bare_venue(text: str) -> str:
    """A venue without what stands behind its name: volume, pages, year, editors."""
    shown = _EDITORS.sub("", text[:400], count=1).strip(" ,.;:")
    if (inside := re.fullmatch(r"\(([^()]*)\)", shown)) is not None:
        shown = inside[1]
    bare = _clean(_BEHIND_VENUE.sub("", shown, count=1))
    if bare.count("(") > bare.count(")") and (close := shown.find(")", len(bare))) >= 0:
        bare = shown[: close + 1]
    if _PUBLISHER.fullmatch(bare) and not _VENUE_LIKE.search(bare):
        return ""
    return bare if len(bare) > 2 else _clean(text)


def _without_year(names: str) -> tuple[str, int | None]:
    """Names without the year behind them, and the year."""
    start = max(len(names) - 20, 0)
    match = _YEAR_AT_END.search(names, start)
    year = _year_of(match.group()) if match else None
    return (names[: match.start()], year) if match and year else (names, None)


def _venue_behind(text: str, is_named: bool = False) -> str:
    """The venue that follows a title without being set off: `, Nature 521, 2015`."""
    if (abbreviated := _ABBREVIATED.match(text.lstrip(" ,.;"))) is not None:
        return _clean(abbreviated.group())
    first = _BEFORE_PLACE.sub("", re.split(r"[,;]\s|(?<=[^\W\d_]{5})\.\s", text.lstrip(" ,.;"), maxsplit=1)[0])
    first = bare_venue(_SHORT_YEAR.split(first, maxsplit=1)[0]) if not _THESIS.search(first) else ""
    is_named = is_named or _YEAR.search(text) is not None or _SHORT_YEAR.search(text) is not None
    return first if first[:1].isupper() and len(first) <= 150 and is_named else ""


def _before_venue(text: str) -> str:
    """What stands before a venue, without the words that lead to it."""
    chapter = _CHAPTER.search(text)
    text = text[: chapter.start()] if chapter else text
    match = _BEFORE_VENUE.search(text.rstrip(" \n,.;:"))
    return (text[: match.start()] if match else text).rstrip(" \n,.;:")


def _citation(names: str, title: str, venue: str, year: int | None, is_set_off: bool = False) -> Citation:
    """What was told apart; a title of one word is one where quotes or a year set it off from the names."""
    title = _clean(_KIND.sub("", title, count=1)) if title[-1:] in _CLOSING or "[" in title else _clean(title)
    venue = re.sub(r"^in:?\s+(?=[A-Z])", "", venue, flags=re.IGNORECASE)
    is_complete = others(names) is None
    alone = ALONE.fullmatch(without_others(names).strip(" ,"))
    authors = (Author(alone[1], alone[2]),) if alone else authors_of(names)[0]
    is_title = len(title.split()) > 1 or (is_set_off and len(title) > 3 and authors and year)
    if not is_title or not (authors or year) or _NO_TITLE.match(title):
        return Citation()
    venue = "" if _PREPRINT.match(venue) else _VOLUME_BEHIND.sub("", venue)
    return Citation(authors, is_complete, year, title, venue)


def _first_sentence(text: str) -> tuple[str, str, str]:
    if (ended := _TITLE_END.search(text, 0, 500)) is not None:
        return text[: ended.start()], ended.group(), text[ended.end() :]
    match = _SENTENCE.search(text)
    if match is not None and match.group()[0] in "?!" and (behind := _SENTENCE.search(text, match.end())) is not None:
        # `Nets? Seeing things twice. Venue`
        further = text[match.end() : behind.start()]
        is_title = len(further.split()) > 2 and not _DIGIT.search(further) and not _VENUE_LIKE.search(further)
        match = behind if is_title else match
    inside = _IN_VENUE.search(text[: match.start() + 1 if match else 600])
    match = inside or match
    return (text[: match.start()], match.group(), text[match.end() :]) if match else (text, "", "")


def _names_then_title(text: str, venue: str) -> tuple[str, str]:
    """Split `A. One, Two B and C. Three, Title with, commas`: the names end where a part is no name.

    A full stop behind a whole word ends them too. Where all looks like names and a venue follows,
    the last part is the title.
    """
    if (et_al := others(text)) is not None:
        return text[: et_al.end()], _FIRST_YEAR.sub("", text[et_al.end() :].lstrip(" .,:;"), count=1)
    if (undotted := _UNDOTTED.match(text)) is not None and re.search(r"[A-Z]{2}$|,", undotted.group()):
        return undotted.group(), text[undotted.end() :].lstrip(" .:")
    position = last = 0
    for match in re.finditer(r"[,;]\s*|$", text):
        part = text[position : match.start()]
        family = _SEPARATORS.split(text[max(position - 80, 0) : position].strip(" ,;"))[-1].strip()
        initials = _TITLE_BEHIND_INITIALS.match(part) if _FAMILY.fullmatch(family) else None
        stops = [_NAMES_END.search(part), _set_off_by(part, family) if initials is None else None]
        stop = min(filter(None, stops), key=lambda stop: stop.start(), default=None)
        names = re.sub(r"^(?:and|&)\s+", "", part[: stop.start()] if stop else part)
        if not are_names(names):
            position += initials.end() if initials else 0
            return text[:position], text[position:]
        if stop is not None:
            return text[: position + stop.start()], text[position + stop.end() :]
        if part.strip():
            last = position
        position = match.end()
    return (text[:last], text[last:]) if _VENUE_LIKE.search(venue) and last else (text, "")


def _set_off_by(part: str, family: str) -> re.Match[str] | None:
    """The colon or the dash that ends the names, where a whole name stands before it, or the given name behind one."""
    mark = _NAMES_MARK.search(part[:80])
    is_whole = mark is not None and " " in part[: mark.start()].strip()
    return mark if is_whole or (family and " " not in family and mark is not None and mark.start()) else None


def _with_names(who: str, year: int | None, title: str, medium: str) -> Citation:
    authors, is_complete = authors_of(who)
    return Citation(authors, is_complete, year, title, medium=medium)


def _split(label: str) -> tuple[str, str, str]:
    match = _DASH.search(label)
    return (label[: match.start()], match.group(), label[match.end() :]) if match else (label, "", "")


def _take_year(text: str) -> tuple[str, int | None]:
    told = text.rstrip(" ,.:")
    match = _LAST_YEAR.search(told, max(len(told) - 6, 0))
    return (told[: match.start()].rstrip(" (").strip(" ,"), int(match[1])) if match else (text, None)


def _year_of(text: str) -> int | None:
    found = [match[1] for match in _YEAR.finditer(text)]
    if not found and (short := _SHORT_YEAR.search(text)) is not None:
        return (1900 if int(short[1]) > 60 else 2000) + int(short[1])
    return int(found[-1]) if found else None


def _clean(text: str) -> str:
    """A text without the punctuation around it, and without quotes there that are not a pair inside it."""
    text = " ".join(text.split()).strip(" ,.;:")
    if text[:1] == "‘" and text.count("‘") == 1:
        text = text.strip("‘’'")
    if text[:1] in _QUOTES or sum(text.count(sign) for sign in _QUOTES) % 2:
        text = text.strip(' ,.;:"“”')
    return text


_QUOTES = ('"', "“", "”")
_CLOSING = (")", "]")
