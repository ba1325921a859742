"""What arXiv says of a paper as a Record, and a Record as it is kept between two runs. Pure."""

import json
import re
from typing import Any

from gencli.authors import person
from gencli.identifiers import identify
from gencli.model import Author, Link, Record

# Subjects that others number (MSC, ACM) stand among arXiv's own.
_CATEGORY = re.compile(r"[a-z][a-z-]*(?:\.[A-Za-z-]+)?")
_YEAR = r"(?:19|20)\d\d"
# arXiv tells a withdrawal in the comment only, in the words of who withdrew it: at the beginning of a clause
# (`Withdrawn`, `paper withdrawn due to`), said of this paper, or done by its authors.
_GONE = r"(?:withdrawn|retracted)"
_NOUN = r"(?:paper|article|submission|preprint|manuscript|work|note|version|draft|document|report|study|entry|thesis)"
_WITHDRAWN = re.compile(
    rf"""(?:^|[.;:,(]\s*|\b(?:but|and|it)\s+)(?:{_NOUN}\s+)?(?:(?:is|was|has\s+been|had\s+to\s+be)\s+)?{_GONE}
        (?=\s*(?:$|[.;:,)!]|\b(?:by|due|because|since|as|on|pending|until|temporarily|for)\b|from\s+(?:the\s+)?arxiv))
    | \b(?:this|the|our|my)\s+(?:(?!earlier|previous|first|old|original|prior|other)\w+\s+){{0,2}}?
        {_NOUN}\b[^.;:]{{0,60}}?\b(?:is|was|are|been|being|be)\s+(?:\w+ly\s+)?(?:{_GONE}|removed\s+by\s+arxiv)
        (?!\s+(?:from(?!\s+(?:the\s+)?arxiv)|submission|at)\b)
    | \b(?:authors?|we|i)\s+(?:\w+\s+){{0,3}}?(?:withdrawn|withdrew|withdraw|withdrawing|retract(?:ed|ing)?)
        \s+(?:this|the|our|my|it)\b
    | \bremoved\s+by\s+arxiv\s+admin""",
    re.IGNORECASE | re.VERBOSE,
)


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
    return _WITHDRAWN.search(comment[:2000]) is not None


def as_text(record: Record) -> str:
    """A record as one line of JSON, without what it does not say."""
    told = record._asdict()
    return json.dumps({name: value for name, value in told.items() if value not in (None, "", (), {})})


def from_text(text: str) -> Record | None:
    """A record from what `as_text` made of it; None where that was damaged."""
    try:
        told = json.loads(text)
        for name, kind in _KINDS.items():
            if not isinstance(told.get(name, kind()), kind):
                return None
        told["authors"] = tuple(Author(*map(str, parts)) for parts in told.get("authors", ()))
        told["links"] = tuple(Link(*map(str, parts)) for parts in told.get("links", ()))
        told["categories"] = tuple(map(str, told.get("categories", ())))
        for name in ("identifiers", "fields"):
            told[name] = {str(key): str(value) for key, value in told.get(name, {}).items()}
        return Record(**told) if told["identifiers"].get("arxiv") else None
    except (ValueError, TypeError, AttributeError, RecursionError):
        return None


# What each part of a kept record is.
_TEXTS = ("source", "type", "title", "date", "posted", "updated", "venue", "abstract", "primary_category")
_KINDS: dict[str, type] = {
    **dict.fromkeys(_TEXTS, str),
    **dict.fromkeys(("year", "arxiv_version"), int), **dict.fromkeys(("authors_complete", "is_whole"), bool),
    **dict.fromkeys(("authors", "links", "categories"), list), **dict.fromkeys(("identifiers", "fields"), dict),
}  # fmt: skip


def _year(published: str) -> str:
    """The year of a journal reference: in brackets as a rule, for pages and volumes may look like years."""
    found = re.findall(rf"\(({_YEAR})\)", published) or re.findall(rf"(?<![\d.:-])\b{_YEAR}\b(?!-|\.\d)", published)
    found = found or re.findall(rf"\b{_YEAR}\b(?!\.\d)", published)
    return found[-1] if found else ""


def _line(text: str | None) -> str | None:
    return " ".join((text or "").split()) or None
