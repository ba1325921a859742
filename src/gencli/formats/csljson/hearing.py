"""What an item of CSL-JSON says of a work, in the library's terms. Pure."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from gencli import kinds
from gencli.edtf import when
from gencli.exchange import join_names
from gencli.formats.csljson.variables import DATES, NAMES, TEXTS, date_text, number_in, text_of, venue_in
from gencli.identifiers import identify, normal_url
from gencli.model import Author, Link, Record

# The variables that are listened to.
HEARD = frozenset(
    """
    id citation-key type title author issued container-title abstract publisher number issue collection-number DOI PMID
    ISBN URL note archive archive_location event-title
    """.split()
) | {*TEXTS, *DATES, *NAMES}
# A citation key: no blank, no address, none of the signs that end a key in BibTeX, and a letter somewhere.
_KEY = re.compile(r"(?!\w+://)[^\s,{}()=\"#%~\\'/]{1,200}")
# The markup that CSL allows in a text.
_MARKUP = re.compile(r"</?(?:i|b|sup|sub|sc|nc)>|</?span(?: (?:class|style)=\"[^\"<>]{0,80}\")?>")


def hear(item: Mapping[str, Any], origin: str) -> Record:
    """What an item says, as far as we have a place for it."""
    csl_type = text_of(item.get("type"))
    fields = dict(_fields(item, csl_type))
    identifiers = dict(_identifiers(item, csl_type))
    authors, complete = people(item.get("author"))
    year, date, odd = when(date_text(item.get("issued")))
    if odd:
        fields["date"] = odd
    degree = fields.pop("type") if fields.get("type") in kinds.DEGREES.values() else fields.get("type", "")
    return Record(
        source=origin,
        type=kinds.degree(kinds.from_csl(csl_type), degree) if csl_type else None,
        title=_line(item.get("title")),
        authors=authors,
        authors_complete=complete,
        year=year,
        date=date,
        venue=_venue(item, csl_type, fields),
        abstract=text_of(item.get("abstract")).strip() or None,
        identifiers=identifiers,
        links=tuple(_links(item, identifiers)),
        fields=_without_preprint(fields, identifiers, csl_type),
        is_whole=True,
        key=next((key for name in ("citation-key", "id") if (key := citation_key(text_of(item.get(name))))), None),
    )


def citation_key(text: str) -> str | None:
    """The text where it looks like a citation key."""
    return text if _KEY.fullmatch(text) and any(sign.isalpha() for sign in text) else None


def people(value: Any) -> tuple[tuple[Author, ...], bool]:
    """A list of names, and whether it is all of them: `others` at its end stands for more."""
    found = [author for name in value if (author := _author(name)).surname] if isinstance(value, list) else []
    if found and found[-1] == Author(literal="others"):
        return tuple(found[:-1]), False
    return tuple(found), True


def _author(name: Any) -> Author:
    if not isinstance(name, Mapping):
        return Author(literal=_line(name) or "")
    told = {part: _line(name.get(part)) or "" for part in ("family", "given", "suffix", "literal")}
    particles = [_line(name.get(part)) or "" for part in ("dropping-particle", "non-dropping-particle")]
    if told["literal"] and not told["family"]:
        return Author(literal=told["literal"])
    # An apostrophe or a hyphen binds a particle to the name: d'Alembert, al-Hasan.
    family = told["family"]
    for particle in filter(None, reversed(particles)):
        family = f"{particle}{'' if particle[-1] in '’-' + chr(39) else ' '}{family}" if family else particle
    return Author(family, told["given"], told["suffix"])


def _line(value: Any) -> str | None:
    """A text on one line and without markup, or None."""
    text = text_of(value)
    return " ".join((_MARKUP.sub("", text) if "<" in text else text).split()) or None


def _venue(item: Mapping[str, Any], csl_type: str, fields: dict[str, str]) -> str | None:
    name = venue_in(csl_type)
    if name == "publisher":
        fields.pop("publisher", None)
    venue = _line(item.get(name))
    if name == "container-title" and venue and (found := identify(venue)) and found.kind == "arxiv":
        return None
    return venue or (_line(item.get("event-title")) if name == "container-title" else None)


def _fields(item: Mapping[str, Any], csl_type: str) -> Iterator[tuple[str, str]]:
    for name, value in item.items():
        if name in TEXTS and (text := text_of(value).strip()):
            yield TEXTS[name], text
        elif name in DATES and (date := date_text(value)):
            yield DATES[name], date
        elif name in NAMES and (names := join_names(people(value)[0])):
            yield NAMES[name], names
    if number := text_of(item.get(number_in(csl_type))).strip():
        yield "number", number


def _without_preprint(fields: dict[str, str], identifiers: Mapping[str, str], csl_type: str) -> dict[str, str]:
    """The fields without what only says that the work is on arXiv, and under which id."""
    arxiv = identifiers.get("arxiv")
    if arxiv and csl_type == "article" and fields.get("publisher", "").lower() == "arxiv":
        del fields["publisher"]
        if fields.get("number") == f"arXiv:{arxiv}":
            del fields["number"]
    if arxiv and "note" in fields:
        before, _, last = f"\n{fields['note']}".rpartition("\n")
        if last == f"arXiv: {arxiv}":
            fields["note"] = before[1:].strip()
    if fields.get("isbn") == identifiers.get("isbn", ""):
        fields.pop("isbn", None)
    return {name: value for name, value in fields.items() if value}


def _identifiers(item: Mapping[str, Any], csl_type: str) -> Iterator[tuple[str, str]]:
    """The identifiers that an item names, each kind once; its own variables are heard before its note and address."""
    found: dict[str, str] = {}
    for text, kind in _places(item, csl_type):
        one = identify(text) if text else None
        if one is not None and one.kind != "url" and kind in ("", one.kind, "doi" if one.kind == "arxiv" else ""):
            found.setdefault(one.kind, one.value)
    return iter(found.items())


def _places(item: Mapping[str, Any], csl_type: str) -> Iterator[tuple[str, str]]:
    """Texts in which an identifier may be, each with the kind that it must be of, if that is certain."""
    yield text_of(item.get("DOI")), "doi"
    yield from (
        (text_of(item.get(name)), "arxiv") for name in ("number", "publisher", "container-title", "archive_location")
    )
    if text_of(item.get("archive")).strip().lower() in ("arxiv", "arxiv.org"):
        yield f"arXiv:{text_of(item.get('archive_location')).strip()}", "arxiv"
    if pmid := text_of(item.get("PMID")).strip():
        yield f"pmid {pmid}", "pmid"
    if kinds.from_csl(csl_type) in kinds.BOOKS:
        isbn = text_of(item.get("ISBN"))[:2000]
        yield from ((f"isbn {number}", "isbn") for number in (isbn, *re.findall(r"[\dXx-]{10,17}", isbn)))
    # Zotero keeps what it has no field for in the note, a line each: "arXiv: 2201.02177".
    for line in text_of(item.get("note"))[:20_000].splitlines():
        if re.match(r"\s*(?:arxiv|doi|pmid|openreview|acl)\b", line, re.IGNORECASE):
            yield line, ""
    yield text_of(item.get("URL")), ""


def _links(item: Mapping[str, Any], identifiers: Mapping[str, str]) -> Iterator[Link]:
    url = text_of(item.get("URL")).strip()
    if normal_url(url) is not None and url != f"https://arxiv.org/abs/{identifiers.get('arxiv')}":
        yield Link("pdf" if url.lower().partition("?")[0].endswith(".pdf") else "web", url)
