"""What a person wrote to name a work: names, link labels, citations in running text. Pure."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from gencli.model import Author
from gencli.text import fold

_PARTICLES = frozenset(
    """
    van von der den de del della di da das do dos du la le les ten ter te vom zu zum zur af av bin ibn al el y e thi
    't
    """.split()
)
_SUFFIX = re.compile(r"(?:[JS]r\.?|I{2,3}|IV)", re.ASCII)
_BODY = re.compile(r"\b(?:Collaboration|Consortium|Team|Group|Foundation|Committee|Institute|Project)\b")
# Not a part of an ISSN, an ISBN, a range of pages, a DOI or an arXiv id.
_YEAR = re.compile(r"(?<!\d)(?<!\d[-–])(1[5-9]\d\d|20\d\d)(?:[a-z]\b)?(?!\s?[-–]?\d|\.\d)")
_LAST_YEAR = re.compile(r"\b(1[5-9]\d\d|20\d\d)[a-z]?\)?$")
_FIRST_YEAR = re.compile(r"^\(?(?:1[5-9]\d\d|20\d\d)[a-z]?\)?\s*[-–—.,:;]\s*")
_DASH = re.compile(r"\s+[-–—]\s+")
_ET_AL = re.compile(r"(?<![\s,])[\s,]*\b(?:et\.?\s*al\.?|and others|u\.\s?a\.)(?=\W|$)", re.IGNORECASE)
_JOINT = re.compile(
    r"(?:(?<!\s)\s+)?(?:,\s*(?:and|&|og|und|et)\s+|[,;&]\s*)|(?<!\s)\s+(?:and|og|und)\s+", re.IGNORECASE
)
_INITIALS = re.compile(r"(?:[A-Z]\.?[\s.-]*){1,4}")
_GIVEN_INITIAL = re.compile(r"[^\W\d_][\w'’-]+(?:\s[A-Z]\.)+")
_FAMILY_INITIALS = re.compile(r"([^\W\d_][\w'’-]+(?:\s[^\W\d_][\w'’-]+)?)\.?\s+((?:[A-Z]\.\s?){1,4}[A-Z]?\.?)")
_MEDIUM = re.compile(r"\s*[(\[](video|slides|talk|code|blog|book|pdf)[)\]]\s*$", re.IGNORECASE)
_QUOTED = re.compile(r'["“”„«]([^"“”„«»]{8,400})["“”»]')
_IN_YEAR = re.compile(r"\((1[5-9]\d\d|20\d\d)[a-z]?(?:[^()]{0,12}\))?\s*[.,:]*\s*")
_NAMES_END = re.compile(r"(?:(?<=[^\W\d_]{3})|(?<=[^\W\d_] [^\W\d_]{2})(?<!St)(?<!Md)(?<!Jr)(?<!Sr))\.\s+(?=\S)")
_TITLE_BEHIND_INITIALS = re.compile(r"(?:[A-Z]\.[ -]?){1,4} (?=[^\W\d_]{2})")
_VENUE_LIKE = re.compile(
    r"^in\b|\b(?:proceedings|proc|conference|workshop|symposium|journal|transactions)\b", re.IGNORECASE
)
_BEFORE_VENUE = re.compile(r"\bin(?:\s+proc(?:eedings)?\.?(?:\s+of)?)?:?$", re.IGNORECASE)
_CHAPTER = re.compile(r"\bbook chapter in\b", re.IGNORECASE)
_SENTENCE = re.compile(r"(?<=[^\W\d_]{2})[.?!]\s+(?=\W?(?:[A-Z]|(?:1[5-9]|20)\d\d\b))")
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


def person(name: str) -> Author:
    """One full name as written: `Kees van der Berg`, `Berg, Kees`, `The ATLAS Collaboration`."""
    name = " ".join(name.split()).strip(" ,;")
    if _BODY.search(name):
        return Author(literal=name)
    if "," in name:
        family, *middle, given = (part.strip() for part in name.split(","))
        if _SUFFIX.fullmatch(given):
            return person(" ".join([family, *middle]))._replace(suffix=given)
        suffix = middle[0] if middle and _SUFFIX.fullmatch(middle[0]) else ""
        return Author(family=family, given=" ".join([*middle[bool(suffix) :], given]), suffix=suffix)
    parts = name.split(" ")
    suffix = parts.pop() if len(parts) > 2 and _SUFFIX.fullmatch(parts[-1]) else ""
    start = len(parts) - 1
    while start > 1 and parts[start - 1].lower() in _PARTICLES and not parts[start - 1][0].isupper():
        start -= 1
    if start == 1 and len(parts) > 1 and parts[0] in _PARTICLES:
        start = 0
    return Author(family=" ".join(parts[max(start, 0) :]), given=" ".join(parts[: max(start, 0)]), suffix=suffix)


def read_label(label: str) -> Citation:
    """A link's label: `A et al 2019 - Title`, `Site - Title`, `2019 - Title (video)`, `Raj 2020`, or a title.

    It is split at its first dash between blanks; what stands before it must look like names or a year.
    """
    label = " ".join(label.split())
    medium = ""
    if (match := _MEDIUM.search(label)) is not None:
        medium, label = match[1].lower(), label[: match.start()]
    left, dash, right = _split(label)
    if not dash:
        who, year = _take_year(label)
        if year is not None and who and len(who.split()) <= 6 and _all_names(who):
            return _with_names(who, year, "", medium)
        return Citation(title=label, medium=medium)
    who, year = _take_year(left)
    if year is None and not _ET_AL.search(left) and not re.search(r"[&;]|\band\b", left):
        return (
            Citation(title=right, site=left, medium=medium)
            if len(left.split()) <= 4
            else Citation(title=label, medium=medium)
        )
    if who and not all(_name_like(part) for part in _JOINT.split(_ET_AL.sub("", who)) if part):
        return Citation(title=label, year=year, medium=medium)
    return _with_names(who, year, right, medium)


def author_lead(text: str) -> Author | None:
    """The author that stands before a link: `Aarti Singh's work:`, `Goodfellow:`."""
    match = _LEAD.fullmatch(text.strip())
    if match is None:
        return None
    name = match["name"].strip()
    parts = name.split()
    if not 1 <= len(parts) <= 4 or not all(part[0].isupper() or part.lower() in _PARTICLES for part in parts):
        return None
    return None if len(parts) == 1 and fold(name).removesuffix("s") in _NOT_LEADS else person(name)


_NOT_LEADS = frozenset(
    """
    see also video code paper note new update survey overview review book chapter blog post talk tutorial lecture
    slide thesis important classic original reference background introduction intro theory practice related todo
    summary abstract title link read first second main best recent source demo dataset data example proof
    """.split()
)


def read_citation(text: str, emphasised: Sequence[tuple[int, int]] = ()) -> Citation:
    """A citation in running text: authors, title, venue, year, as its quotes, emphasis and years tell.

    `emphasised` are the (start, end) of what the page sets in italics: a venue, or the title of a book.
    What cannot be told apart is left empty; `title` is empty where no title was found.
    """
    venue_start, venue_end = next(((s, e) for s, e in emphasised if e - s > 3), (len(text), len(text)))
    venue = _clean(text[venue_start:venue_end])
    rest = text[venue_end:]
    year = _year_of(rest) or _year_of(venue) or _year_of(text)
    quoted = _QUOTED.search(text, 0, max(venue_start, 1))
    if quoted is not None and _mostly_names(text[: quoted.start()]):
        return _citation(text[: quoted.start()], quoted[1], venue or _venue_behind(text[quoted.end() :]), year)
    dated = _IN_YEAR.search(text, 0, venue_start)
    if dated is not None and dated.start() > 3:
        title = _before_venue(text[dated.end() : venue_start])
        if venue_start == len(text):
            title, _, more = _first_sentence(title)
            venue = venue or _venue_in(more)
        return _citation(text[: dated.start()], title, venue, int(dated[1]))
    names, title = _names_then_title(_before_venue(text[:venue_start]), venue)
    if not title and venue and names:
        return _citation(names, venue, "", year)
    if venue_start == len(text):
        title, _, more = _first_sentence(title)
        if year is None and not more:
            return Citation()
        venue = _venue_in(more)
    return _citation(names, title, venue, year)


def read_lines(lines: Sequence[str]) -> Citation:
    """A citation on several lines, one of them the authors: title and venue are the others, in this order."""
    told = [line for line in (_clean(line) for line in lines) if line]
    names = [line for line in told if _all_names(line)]
    who = next((line for line in names if _ET_AL.search(line) or _JOINT.search(line)), next(iter(names), ""))
    title, *more = [line for line in told if line != who] or [""]
    venue, year = _take_year(more[0] if more else "")
    return _citation(who, title, _clean(venue), year or _year_of(who) or _year_of(" ".join(more)))


def names_of(text: str) -> tuple[tuple[Author, ...], bool]:
    """The authors of a text that is nothing but names, and whether the list is complete; nobody of any other text.

    A year may stand behind the names.
    """
    text = _clean(text)
    return (_names(text), not _ET_AL.search(text)) if _all_names(text) else ((), True)


def _venue_in(text: str) -> str:
    """The venue at the start of what follows a title; a year alone is none."""
    first = _clean(text.split(",", maxsplit=1)[0])
    return "" if first.isdigit() else first


def _venue_behind(text: str) -> str:
    """The venue that follows a title without being set off: `, Nature 521, 2015`."""
    first = re.split(r"[,.;]\s", text.lstrip(" ,.;"), maxsplit=1)[0]
    return _clean(first) if first[:1].isupper() and len(first) <= 150 and _YEAR.search(text) else ""


def _before_venue(text: str) -> str:
    """What stands before a venue, without the words that lead to it."""
    chapter = _CHAPTER.search(text)
    text = text[: chapter.start()] if chapter else text
    match = _BEFORE_VENUE.search(text.rstrip(" \n,.;:"))
    return (text[: match.start()] if match else text).rstrip(" \n,.;:")


def _citation(names: str, title: str, venue: str, year: int | None) -> Citation:
    title = _clean(title)
    venue = re.sub(r"^in\s+(?=[A-Z])", "", venue, flags=re.IGNORECASE)
    authors = _names(names)
    if len(title.split()) < 2 or not (authors or year):
        return Citation()
    return Citation(authors, not _ET_AL.search(names), year, title, venue)


def _first_sentence(text: str) -> tuple[str, str, str]:
    match = _SENTENCE.search(text)
    return (text[: match.start()], match.group(), text[match.end() :]) if match else (text, "", "")


def _names_then_title(text: str, venue: str) -> tuple[str, str]:
    """Split `A. One, Two B and C. Three, Title with, commas`: the names end where a part is no name.

    A full stop behind a whole word ends them too. Where all looks like names and a venue follows,
    the last part is the title.
    """
    if (et_al := _ET_AL.search(text)) is not None:
        return text[: et_al.end()], _FIRST_YEAR.sub("", text[et_al.end() :].lstrip(" .,:;"), count=1)
    position = last = 0
    for match in re.finditer(r"[,;]\s*|$", text):
        part = text[position : match.start()]
        stop = _NAMES_END.search(part)
        names = re.sub(r"^(?:and|&)\s+", "", part[: stop.start()] if stop else part)
        if not all(_name_like(name) for name in _JOINT.split(names) if name):
            family = text[:position].strip(" ,;").rpartition(",")[2].strip()
            initials = _TITLE_BEHIND_INITIALS.match(part) if family and " " not in family else None
            position += initials.end() if initials else 0
            return text[:position], text[position:]
        if stop is not None:
            return text[: position + stop.start()], text[position + stop.end() :]
        if part.strip():
            last = position
        position = match.end()
    return (text[:last], text[last:]) if _VENUE_LIKE.search(venue) and last else (text, "")


def _all_names(text: str) -> bool:
    """Whether a text is nothing but names, perhaps with a year behind them."""
    who = _ET_AL.sub("", re.sub(r"\(?\d{4}[a-z]?\)?[\s,.:]{0,9}$", "", text.rstrip(" ,.;:(")))
    return all(_name_like(part) for part in _JOINT.split(who) if part)


def _mostly_names(text: str) -> bool:
    """Whether a text before a quotation tells who wrote it; else the quotation is one inside a title or a remark."""
    parts = [part for part in _JOINT.split(text) if part.strip(" .(")]
    odd = [part for part in parts if not _all_names(part)]
    return all(len(part.split()) <= 6 for part in odd) and (not parts or len(odd) < len(parts))


def _name_like(text: str) -> bool:
    parts = text.strip(" .").split()
    if not parts:
        return True
    return len(parts) <= 5 and len(text) <= 48 and not re.search(r"[\d:?!\"“”]", text) and all(
        part[0].isupper() or part[0] in "'’" or part.lower() in _PARTICLES or part == "-" for part in parts
    ) and not any(len(part) > 3 and fold(part) in _NOT_NAMES for part in parts)  # fmt: skip


_NOT_NAMES = frozenset(
    """
    using towards toward learning analysis approach models model neural networks network deep advanced based
    theory introduction survey system systems method methods framework study handbook proceedings with from into
    """.split()
)


def _names(text: str) -> tuple[Author, ...]:
    """The authors of a list of names, in either order (`A. One, B. Two` or `One, A., Two, B.`)."""
    text = re.sub(r"\(\d{4}[a-z]?\)?|[\x00-\x1f\x7f]", " ", _ET_AL.sub("", text)).strip(" ,;:(")
    authors: list[Author] = []
    for part in filter(str.strip, (_undotted(piece.strip(" :(")) for piece in _JOINT.split(text))):
        last = authors[-1] if authors else Author(literal="nobody")
        initials = _INITIALS.fullmatch(part) is not None
        reversed_name = len(authors) == 1 and " " not in last.family and _GIVEN_INITIAL.fullmatch(part) is not None
        if last.family and not last.given and (initials or reversed_name):
            authors[-1] = last._replace(given=part)
        elif last.family and initials and _INITIALS.fullmatch(last.given):
            authors[-1] = last._replace(given=f"{last.given} {part}")
        elif last.given and _SUFFIX.fullmatch(part):
            authors[-1] = last._replace(suffix=part)
        elif (trailing := _FAMILY_INITIALS.fullmatch(part)) is not None:
            authors.append(Author(trailing[1], trailing[2]))
        else:
            authors.append(person(part))
    return tuple(authors)


def _undotted(name: str) -> str:
    """A name without the full stop of the sentence it stands in; that of an initial or of Jr. stays."""
    name = name.lstrip(" .")
    return name[:-1].rstrip() if re.search(r"[^\W\d_]{2}\.$", name) and not re.search(r"\b[JS]r\.$", name) else name


def _with_names(who: str, year: int | None, title: str, medium: str) -> Citation:
    return Citation(_names(who), not _ET_AL.search(who), year, title, medium=medium)


def _split(label: str) -> tuple[str, str, str]:
    match = _DASH.search(label)
    return (label[: match.start()], match.group(), label[match.end() :]) if match else (label, "", "")


def _take_year(text: str) -> tuple[str, int | None]:
    told = text.rstrip(" ,.:")
    match = _LAST_YEAR.search(told, max(len(told) - 6, 0))
    return (told[: match.start()].rstrip(" (").strip(" ,"), int(match[1])) if match else (text, None)


def _year_of(text: str) -> int | None:
    found = [match[1] for match in _YEAR.finditer(text)]
    return int(found[-1]) if found else None


def _clean(text: str) -> str:
    """A text without the punctuation around it, and without quotes there that are not a pair inside it."""
    text = " ".join(text.split()).strip(" ,.;:")
    if text[:1] in _QUOTES or sum(text.count(sign) for sign in _QUOTES) % 2:
        text = text.strip(' ,.;:"“”')
    return text


_QUOTES = ('"', "“", "”")
