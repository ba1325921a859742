"""What a reference in RIS says of a work, in the library's terms. Pure."""

import re
from collections.abc import Iterator, Sequence

from gencli import kinds
from gencli.edtf import when
from gencli.exchange import join_names
from gencli.formats.ris.tags import NAMES, TEXTS, Tag, date_text
from gencli.identifiers import identify, normal_url
from gencli.model import Author, Link, Record

_KEY = re.compile(r"(?!\w+://)[^\s,{}()=\"#%~\\'/]{1,200}")
_ISSN = re.compile(r"\d{4}-?\d{3}[\dXx]", re.ASCII)
_MORE = ("et al", "et al.", "others")
_VENUES = ("T2", "JF", "BT", "JO", "C3", "JA", "J2")
_BOOK_VENUES = ("BT", "JF")
# Types whose T2 is the series that they are in.
IN_SERIES = frozenset(("book", "collection", "proceedings", "manual", "booklet"))


def hear(tags: Sequence[Tag], origin: str) -> Record:
    """What the tags say, as far as we have a place for it."""
    told: dict[str, list[str]] = {}
    for name, value in tags:
        if value.strip():
            told.setdefault(name, []).append(value)
    entry = kinds.from_ris(_first(told, "TY"))
    fields = dict(_fields(told, entry))
    identifiers = dict(_identifiers(told, entry))
    authors, complete = people(told, "AU", "A1")
    year, date, odd = when(_date(told))
    if odd:
        fields["date"] = odd
    if identifiers.get("arxiv") and fields.get("publisher", "").lower() == "arxiv":
        del fields["publisher"]
    degree = fields.pop("type") if fields.get("type") in kinds.DEGREES.values() else fields.get("type", "")
    return Record(
        source=origin,
        type=kinds.degree(entry, degree) if "TY" in told else None,
        title=_first(told, "TI", "T1", "CT") or (_first(told, "BT") if entry in IN_SERIES else "") or None,
        authors=authors,
        authors_complete=complete,
        year=year,
        date=date,
        venue=_venue(told, entry),
        abstract=next((text for name in ("AB", "N2") for text in map(str.strip, told.get(name, ()))), None),
        identifiers=identifiers,
        links=tuple(_links(told, identifiers)),
        fields=fields,
        is_whole=True,
        key=next((key for name in ("ID", "LB") for key in map(str.strip, told.get(name, ())) if is_key(key)), None),
    )


def is_key(text: str) -> bool:
    """Whether a text looks like a citation key; a number that a program has given is none."""
    return _KEY.fullmatch(text) is not None and any(sign.isalpha() for sign in text)


def people(told: dict[str, list[str]], *names: str) -> tuple[tuple[Author, ...], bool]:
    """The names of some tags, and whether they are all: `et al.` at the end stands for more."""
    found = [" ".join(value.split()) for name in names for value in told.get(name, ())]
    complete = not (len(found) > 1 and found[-1].lower() in _MORE)
    return tuple(_author(name) for name in (found if complete else found[:-1])), complete


def _author(name: str) -> Author:
    """`Family, Given, Suffix`; without a comma, or with one at the end, it is the name of a body, as EndNote has it."""
    family, *rest = [part.strip() for part in name.split(",", 2)]
    if not any(rest) or not family:
        return Author(literal=name.strip(" ,") or name)
    return Author(family, rest[0], rest[1] if len(rest) > 1 else "")


def _first(told: dict[str, list[str]], *names: str) -> str:
    """The first value of some tags, on one line."""
    return next((" ".join(value.split()) for name in names for value in told.get(name, ())), "")


def _venue(told: dict[str, list[str]], entry: str) -> str | None:
    if entry in kinds.BY_A_BODY:
        return _first(told, "PB") or None
    if entry in IN_SERIES:
        return (_first(told, *_BOOK_VENUES) if _first(told, "TI", "T1", "CT") else "") or None
    return _first(told, *_VENUES) or None


def _fields(told: dict[str, list[str]], entry: str) -> Iterator[tuple[str, str]]:
    for name, field in TEXTS.items():
        if name in told and not (name == "PB" and entry in kinds.BY_A_BODY) and name not in ("M3", "J2"):
            yield field, _first(told, name)
    if "VO" in told and "VL" not in told:
        yield "volume", _first(told, "VO")
    if kind := next((text for text in map(str.strip, told.get("M3", ())) if _named(text) is None), ""):
        yield "type", " ".join(kind.split())
    if entry in IN_SERIES and "T2" in told and "T3" not in told:
        yield "series", _first(told, "T2")
    if short := _short(told, entry):
        yield "shortjournal", short
    for name, field in NAMES.items():
        if names := join_names(people(told, name, *(("ED",) if name == "A2" else ()))[0]):
            yield field, names
    if pages := _pages(told):
        yield "pages", pages
    if words := [word for value in told.get("KW", ()) for word in map(str.strip, value.split("\n")) if word]:
        yield "keywords", ("; " if any(", " in word for word in words) else ", ").join(words)
    if notes := told.get("N1"):
        yield "note", "\n".join(note.strip() for note in notes)
    if accessed := next(filter(None, map(date_text, told.get("Y2", ()))), ""):
        yield "urldate", accessed
    yield from _numbers(told, entry)


def _short(told: dict[str, list[str]], entry: str) -> str:
    """The short title of the venue: that of J2, JA or JO which is not the venue itself."""
    venue = _venue(told, entry)
    names = (_first(told, name) for name in ("J2", "JA", "JO", "J1"))
    return next((name for name in names if name and name != venue), "")


def _pages(told: dict[str, list[str]]) -> str:
    start, end = _first(told, "SP"), _first(told, "EP")
    if start and end and not re.search(r"[-–—]", start):
        return f"{start}-{end}"
    return start or end


def _numbers(told: dict[str, list[str]], entry: str) -> Iterator[tuple[str, str]]:
    """ISSN and ISBN, which share a tag."""
    numbers = _serials(told)
    if issns := [number for number in numbers if _ISSN.fullmatch(number)]:
        yield "issn", ", ".join(issns)
    isbns = [number for number in numbers if identify(f"isbn {number}")]
    if isbns and not (
        entry in kinds.BOOKS and [isbns[0]] == [isbns[0].replace("-", "")] == isbns and len(isbns[0]) == 13
    ):
        yield "isbn", ", ".join(isbns)


def _serials(told: dict[str, list[str]]) -> list[str]:
    """What SN holds that may be an ISSN or an ISBN."""
    parts = (part for value in told.get("SN", ()) for part in re.split(r"[\s,;]+", value[:2000]))
    return [part for part in parts if re.fullmatch(r"[\dXx-]{8,17}", part, re.ASCII)]


def _date(told: dict[str, list[str]]) -> str:
    """The date: the year is PY's, the day that of the tag which says most of it."""
    dates = [[date for date in map(date_text, told.get(name, ())) if date] for name in ("PY", "Y1", "DA")]
    first = next((date for some in dates for date in some), "")
    same = [date for some in reversed(dates) for date in some if date[:4] == first[:4] or not first[:4].isdigit()]
    return max(same, key=len, default="")


def _named(text: str) -> tuple[str, str] | None:
    found = identify(text)
    return (found.kind, found.value) if found is not None and found.kind != "url" else None


def _identifiers(told: dict[str, list[str]], entry: str) -> Iterator[tuple[str, str]]:
    """The identifiers that the tags name, each kind once; DO is heard before notes and addresses."""
    found: dict[str, str] = {}
    places = [value.strip() for name in ("DO", "M3", "DI", "AN") for value in told.get(name, ())]
    if any("pubmed" in value.lower() for value in told.get("DB", ())):
        places += [f"pmid {value.strip()}" for value in told.get("AN", ())]
    if entry in kinds.BOOKS:
        places += [f"isbn {number}" for number in _serials(told)]
    places += [line for value in told.get("N1", ()) for line in value.split("\n")[:50]]
    places += [url for value in told.get("UR", ()) for url in urls(value)]
    for text in places:
        if (one := _named(text)) is not None:
            found.setdefault(*one)
    return iter(found.items())


def urls(value: str) -> list[str]:
    """The addresses of a value: some programs put several into one, with a semicolon between them."""
    return [url.strip() for url in re.split(r"(?<![;\s])[;\s]+(?=https?://)", value)]


def _links(told: dict[str, list[str]], identifiers: dict[str, str]) -> Iterator[Link]:
    for name in ("UR", "L2", "LK", "L1"):
        for url in (url for value in told.get(name, ()) for url in urls(value)):
            if normal_url(url) is not None and url != f"https://arxiv.org/abs/{identifiers.get('arxiv')}":
                yield Link("pdf" if name == "L1" else "web", url)
