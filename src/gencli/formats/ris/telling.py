"""A work as a reference in RIS. Pure."""

import re
from collections.abc import Iterator

from gencli import kinds
from gencli.exchange import split_names, told_date
from gencli.formats.ris.hearing import IN_SERIES
from gencli.formats.ris.tags import NAMES, TEXTS, Tag, ris_date
from gencli.model import Author, Record

_RANGE = re.compile(r"([^\s–—-]{1,40}) ?(?:-{1,2}|–|—) ?([^\s–—-]{1,40})")


def tell(record: Record) -> list[Tag]:
    """The tags that say what a record says, without ER, as far as RIS has a place for it.

    An arXiv id stands in AN, the number that a work has where it is kept; that of a preprint has arXiv as publisher.
    """
    entry = record.type or "misc"
    arxiv = record.identifiers.get("arxiv")
    tags = [("TY", kinds.to_ris(entry)), ("ID", record.key), ("TI", record.title)]
    tags += [("AU", _name(author)) for author in record.authors]
    tags += _where(record, entry)
    for name, field in NAMES.items():
        tags += [(name, _name(author)) for author in split_names(record.fields.get(field, ""))]
    tags += _date(record)
    tags += [(name, record.fields.get(field)) for name, field in TEXTS.items() if name not in ("T3", "M3", "PB")]
    tags += _pages(record.fields.get("pages", ""))
    if entry not in kinds.BY_A_BODY:
        is_preprint = bool(arxiv) and not record.venue and entry == "misc"
        tags += [("PB", record.fields.get("publisher") or ("arXiv" if is_preprint else None))]
    tags += [("M3", record.fields.get("type") or kinds.DEGREES.get(entry)), ("DO", record.identifiers.get("doi"))]
    tags += [("AN", f"arXiv:{arxiv}" if arxiv else None)]
    tags += [("AN", f"PMID:{record.identifiers['pmid']}" if "pmid" in record.identifiers else None)]
    tags += _numbers(record)
    tags += [("KW", word) for word in _words(record.fields.get("keywords", ""))]
    tags += [("Y2", ris_date(record.fields["urldate"]) if "urldate" in record.fields else None)]
    tags += [("L1" if link.rel == "pdf" else "UR", link.url) for link in record.links]
    if arxiv and not any(name == "UR" for name, _ in tags):
        tags.append(("UR", f"https://arxiv.org/abs/{arxiv}"))
    tags += [("AB", record.abstract), ("N1", record.fields.get("note"))]
    return [Tag(name, value) for name, value in tags if value]


def _where(record: Record, entry: str) -> list[tuple[str, str | None]]:
    """Where the work appeared, and in which series: T2 is a book's series, and what any other work is in."""
    series = record.fields.get("series")
    if entry in kinds.BY_A_BODY:
        return [("PB", record.venue), ("T3", series)]
    return [("BT" if entry in IN_SERIES else "T2", record.venue), ("T3", series)]


def _name(author: Author) -> str:
    if author.literal:
        return author.literal
    parts = [author.family, author.given, author.suffix]
    while parts and not parts[-1]:
        parts.pop()
    return ", ".join(parts)


def _date(record: Record) -> Iterator[tuple[str, str]]:
    date = told_date(record)
    if record.year and record.year > 0:
        yield "PY", f"{record.year:04}"
    if date and date != f"{record.year or 0:04}":
        yield "DA", ris_date(date)


def _pages(pages: str) -> list[tuple[str, str]]:
    match = _RANGE.fullmatch(pages)
    return [("SP", match[1]), ("EP", match[2])] if match else [("SP", pages)]


def _numbers(record: Record) -> Iterator[tuple[str, str]]:
    isbn = record.fields.get("isbn") or record.identifiers.get("isbn", "")
    for text in (isbn, record.fields.get("issn", "")):
        yield from (("SN", number) for number in text.split(", "))


def _words(keywords: str) -> list[str]:
    return keywords.split("; " if "; " in keywords else ", ")
