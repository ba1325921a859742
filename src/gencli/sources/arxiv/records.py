"""What arXiv says of a paper as a Record, and a Record as it is kept between two runs. Pure."""

import json
import re
from dataclasses import fields
from typing import Any

from gencli.citation import person
from gencli.identifiers import identify
from gencli.model import Author, Link, Record

# Subjects that others number (MSC, ACM) stand among arXiv's own.
_CATEGORY = re.compile(r"[a-z][a-z-]*(?:\.[A-Za-z-]+)?")
_YEAR = r"(?:19|20)\d\d"
# arXiv tells a withdrawal in the comment only, in the words of who withdrew it.
_WITHDRAWN = re.compile(r"\b(?:withdrawn|withdrew|withdrawing|retracted)\b|\bremoved by arXiv admin", re.IGNORECASE)
# What is withdrawn where this stands before the word: another paper, an earlier version; or nothing is.
_ANOTHER = re.compile(
    r"\b(?:supersed\w+|replac\w+|extend\w*|successor|based on|previous|earlier|first|old|original|prior|another|other"
    r"|not|never|v\d+|version \d+)\b",
    re.IGNORECASE,
)
# And where this stands behind it: from a conference.
_ELSEWHERE = re.compile(r"\s*(?:(?:from|submission|at)\s+){1,2}(?:the\s+)?(?:[A-Z]{3,}|journal|conference)")
_CLAUSE = re.compile(r"[.;:]\s|\b(?:but|which|because|since|due)\b|[()]")


def record_of(result: Any) -> Record | None:
    """A result of the `arxiv` package as a record; None for an entry that is no paper."""
    found = identify(result.entry_id)
    if found is None or found.kind != "arxiv":
        return None
    # Two DOIs may stand in the one field.
    doi = identify(next(iter((result.doi or "").split()), ""))
    identifiers = {"arxiv": found.value} | ({"doi": doi.value} if doi and doi.kind == "doi" else {})
    posted, updated = (moment.strftime("%Y-%m-%d") for moment in (result.published, result.updated))
    published = _line(result.journal_ref)
    year = _year(published or "")
    comment = _line(result.comment) or ""
    marks = {"comment": comment, "pubstate": "withdrawn" if is_withdrawn(comment) else ""}
    return Record(
        source="arxiv",
        is_whole=True,
        type="article" if published else "misc",
        title=_line(result.title),
        authors=tuple(person(author.name) for author in result.authors if author.name.strip()),
        year=int(year or posted[:4]),
        date=year or posted,
        posted=posted,
        updated=updated,
        venue=published,
        abstract=_line(result.summary),
        identifiers=identifiers,
        arxiv_version=found.version,
        primary_category=result.primary_category or None,
        categories=tuple(dict.fromkeys(name for name in result.categories if _CATEGORY.fullmatch(name))),
        links=(
            Link("abs", f"https://arxiv.org/abs/{found.value}"),
            Link("pdf", f"https://arxiv.org/pdf/{found.value}"),
        ),
        fields={name: text for name, text in marks.items() if text},
    )


def is_withdrawn(comment: str) -> bool:
    """Whether a comment says that the paper itself was withdrawn."""
    return any(
        not _ANOTHER.search(_CLAUSE.split(comment[: match.start()])[-1]) and not _ELSEWHERE.match(comment, match.end())
        for match in _WITHDRAWN.finditer(comment)
    )


def as_text(record: Record) -> str:
    """A record as one line of JSON, without what it does not say."""
    told = {field.name: getattr(record, field.name) for field in fields(record)}
    return json.dumps({name: value for name, value in told.items() if value not in (None, "", (), {})})


def from_text(text: str) -> Record | None:
    """A record from what `as_text` made of it; None where that was damaged."""
    try:
        told = json.loads(text)
        told["authors"] = tuple(Author(*map(str, parts)) for parts in told.get("authors", ()))
        told["links"] = tuple(Link(*map(str, parts)) for parts in told.get("links", ()))
        told["categories"] = tuple(map(str, told.get("categories", ())))
        return Record(**told) if told["identifiers"]["arxiv"] else None
    except (ValueError, TypeError, KeyError):
        return None


def _year(published: str) -> str:
    """The year of a journal reference: in brackets as a rule, for pages and volumes may look like years."""
    found = re.findall(rf"\(({_YEAR})\)", published) or re.findall(rf"(?<![\d.:-])\b{_YEAR}\b(?!-)", published)
    found = found or re.findall(rf"\b{_YEAR}\b", published)
    return found[-1] if found else ""


def _line(text: str | None) -> str | None:
    return " ".join((text or "").split()) or None
