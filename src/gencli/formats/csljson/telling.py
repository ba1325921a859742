"""A work as an item of CSL-JSON. Pure."""

import re
from typing import Any

from gencli import kinds
from gencli.exchange import split_names, told_date
from gencli.formats.csljson.variables import DATES, NAMES, TEXTS, csl_date, number_in, venue_in
from gencli.model import Author, Record

# Particles that stand before a surname and are no part of what it is sorted by.
_PARTICLES = re.compile(r"((?:(?:van|von|de|der|den|del|della|di|da|do|dos|du|ten|ter|te|zu|zur|af|la|le) )+)(?=\S)")


def tell(record: Record) -> dict[str, Any]:
    """The item that says what a record says, as far as CSL has a place for it.

    A preprint is told as Zotero tells it: an `article` of the publisher arXiv with the number "arXiv:…". The arXiv id
    of a work that appeared elsewhere is a line of its note, where Zotero and citeproc-js look for such ids.
    """
    arxiv = record.identifiers.get("arxiv")
    is_preprint = bool(arxiv) and not record.venue and (record.type or "misc") == "misc"
    csl_type = "article" if is_preprint else kinds.to_csl(record.type or "misc")
    item: dict[str, Any] = {"id": record.key, "citation-key": record.key, "type": csl_type if record.type else None}
    item |= {"title": record.title, "author": _people(record.authors, record.authors_complete)}
    if date := told_date(record):
        item["issued"] = csl_date(date)
    if record.venue != record.fields.get("eventtitle"):
        item[venue_in(csl_type)] = record.venue
    told = _fields(record, csl_type)
    if is_preprint:
        told = {"publisher": "arXiv", "number": f"arXiv:{arxiv}", **told}
    elif arxiv:
        told["note"] = "\n".join(filter(None, (told.get("note"), f"arXiv: {arxiv}")))
    item |= {name: value for name, value in told.items() if not item.get(name)}
    item |= {"DOI": record.identifiers.get("doi"), "PMID": record.identifiers.get("pmid")}
    item["ISBN"] = item.get("ISBN") or record.identifiers.get("isbn")
    item |= {"URL": _url(record), "abstract": record.abstract}
    return {name: value for name, value in item.items() if value}


def _fields(record: Record, csl_type: str) -> dict[str, Any]:
    told: dict[str, Any] = {}
    for name, field in TEXTS.items():
        if field in record.fields:
            told[name] = record.fields[field]
    if (degree := kinds.DEGREES.get(record.type or "")) and "genre" not in told:
        told["genre"] = degree
    if "number" in record.fields:
        told[number_in(csl_type)] = record.fields["number"]
    for name, field in NAMES.items():
        if field in record.fields:
            told[name] = _people(split_names(record.fields[field]), True)
    for name, field in DATES.items():
        if field in record.fields:
            told[name] = csl_date(record.fields[field])
    return told


def _people(authors: tuple[Author, ...], complete: bool) -> list[dict[str, str]]:
    names = [_name(author) for author in authors if any(author)]
    return names if complete or not names else [*names, {"literal": "others"}]


def _name(author: Author) -> dict[str, str]:
    if author.literal:
        return {"literal": author.literal}
    particle = _PARTICLES.match(author.family)
    told = {
        "family": author.family[particle.end() :] if particle else author.family,
        "given": author.given,
        "non-dropping-particle": particle[1].rstrip() if particle else "",
        "suffix": author.suffix,
    }
    return {name: value for name, value in told.items() if value}


def _url(record: Record) -> str | None:
    """The one address that CSL has room for: a page before a file, arXiv's page where no link is known."""
    links = sorted(record.links, key=lambda link: link.rel == "pdf")
    arxiv = record.identifiers.get("arxiv")
    return next((link.url for link in links), f"https://arxiv.org/abs/{arxiv}" if arxiv else None)
