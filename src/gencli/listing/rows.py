"""A row of a table as an item: which cell is the title, and what the others tell."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from gencli.citation import Citation, names_of, read_citation
from gencli.identifiers import STRONG
from gencli.listing.facts import Facts, facts, venue_of
from gencli.listing.kept import Text, joined
from gencli.listing.links import read_links, said
from gencli.markup import plain
from gencli.text import fold

_ROLES = {
    "title": "title", "paper": "title", "papers": "title", "paper title": "title", "publication": "title",
    "article": "title", "work": "title", "book": "title", "name": "title", "reference": "title",
    "titel": "title", "literatur": "title", "publikation": "title", "titre": "title", "citation": "title",
    "autor": "authors", "autoren": "authors", "auteurs": "authors", "jahr": "year", "zeitschrift": "venue",
    "first author": "authors", "lead author": "authors",
    "author": "authors", "authors": "authors", "author(s)": "authors", "by": "authors",
    "year": "year", "date": "year", "published": "year", "yr": "year", "yr.": "year",
    "what we read": "title", "what": "title", "reading": "title", "text": "title",
    "venue": "venue", "journal": "venue", "conference": "venue", "where": "venue", "publisher": "venue",
    "published in": "venue", "pub": "venue", "pub.": "venue", "venue/year": "venue", "source": "venue",
}  # fmt: skip
_PARTS = re.compile(r"[/,&+]|\band\b")
_YEAR = re.compile(r"(?<!\d)(1[5-9]\d\d|20\d\d)(?!\d)")


class Row(NamedTuple):
    """A row as an item's text, and what its columns tell of the work."""

    kept: Text
    told: Citation


def roles(head: Sequence[str]) -> list[tuple[str, str]]:
    """What each column of a table holds, and what links in it lead to."""
    titles = [fold(cell).strip(" *_`:") for cell in head]
    found = [_ROLES.get(title, "") or _joint(title) for title in titles]
    if found.count("title") > 1:
        # `Title | Paper`: the second holds links. `Paper | Title`: the first says whose it is, when and where.
        named = [index for index, title in enumerate(titles) if title in ("title", "titel", "titre", "paper title")]
        first = found.index("title")
        of_titles = named[0] if named else first
        cites = first if first < of_titles else -1
        found = [
            role if role != "title" or index == of_titles else ("cite" if index == cites else "")
            for index, role in enumerate(found)
        ]
    return [(role, said(title) if role != "title" else "") for role, title in zip(found, titles, strict=True)]


def _joint(title: str) -> str:
    """`Authors / Title / Venue`: a column of whole citations."""
    names = [part.strip() for part in _PARTS.split(title)]
    parts = [_ROLES.get(name, "") for name in names]
    if "venue" in parts and {name for name, role in zip(names, parts, strict=True) if role != "venue"} <= {"book"}:
        # `Journal / Book`
        return "venue"
    return "title" if len(parts) > 1 and "title" in parts else ""


def read_row(columns: list[tuple[str, str]], texts: list[Text]) -> Row | None:
    """A row as an item; None where its table has no column of titles and the row links no work."""
    columns = [*columns, *[("", "")] * len(texts)][: len(texts)]
    roles = [role for role, _ in columns]
    texts = [_named(text, rel) for text, (_, rel) in zip(texts, columns, strict=True)]
    if "title" not in roles and not any(_names_work(text) for text in texts):
        return None
    told = Facts()
    title = next((plain(text.text) for role, text in zip(roles, texts, strict=True) if role == "title"), "")
    shown: list[Text] = []
    for role, text in sorted(zip(roles, texts, strict=True), key=lambda cell: cell[0] != "title"):
        found = _told(role, text, title) if role != "title" else None
        if found is not None and role and told.year:
            found = found._replace(year=None)
        more = told.plus(found) if found is not None else None
        if more is None or any(span.kind == "link" for span in text.spans):
            shown.append(text)
        told = more or told
    citation = Citation(told.authors, told.authors_complete, told.year, "", told.venue)
    return Row(joined([text for text in shown if text.spans]), citation)


def _told(role: str, cell: Text, title: str) -> Facts | None:
    """What a cell tells of a work by its column, or by itself where the column has no name that is known."""
    text = plain(cell.text).strip()
    if role == "authors":
        authors, complete = names_of(text)
        return Facts(authors, complete, is_sure=True) if authors else None
    if role == "cite":
        # `One & Two 2016, MNRAS 461, 2214`
        cited = read_citation(f'{text.rstrip(" .,:")}, "{title.replace(chr(34), "")}"')
        return Facts(cited.authors, cited.authors_complete, cited.venue, cited.year, is_sure=True)
    year = _YEAR.search(text)
    if role == "year":
        return Facts(year=int(year[1])) if year else None
    if role == "venue":
        # What is set in italics is the venue, whatever stands around it.
        italic = next((span.text for span in cell.spans if span.emphasised and span.text.strip()), "")
        told = venue_of(text)
        return told._replace(venue=venue_of(italic).venue) if italic else told
    found, stop = facts(text)
    return found if text and not text[stop:].strip(" .") and found != Facts() else None


def _named(text: Text, rel: str) -> Text:
    """A cell whose links are what its column says, where they do not say it themselves."""
    if not rel:
        return text
    return text._replace(spans=tuple(
        span._replace(text=rel) if span.kind == "link" and said(span.text) in ("", "web") else span
        for span in text.spans
    ))  # fmt: skip


def _names_work(text: Text) -> bool:
    links = read_links(text.spans)
    return any(link.identifier.kind in STRONG or link.address.lower().endswith(".pdf") for link in links)
