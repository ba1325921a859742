"""Papers to rows and back. Pure."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from gencli.model import Author, Link, Mention, Paper, author_as_json
from gencli.text import fold

# Columns of `paper` that hold a fact of the same name as it is; lists and maps are JSON.
PLAIN = (
    "type", "title", "year", "date", "posted", "updated", "venue", "abstract", "arxiv_version", "primary_category",
)  # fmt: skip


# Made once: `json.dumps` makes one for each value that it is given.
_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def as_json(value: Any) -> str:
    """A value as compact JSON, characters kept."""
    return _ENCODER.encode(value)


def author_rows(authors: Iterable[Author]) -> str:
    """Authors as the JSON of their column."""
    return as_json([author_as_json(author) for author in authors])


def authors(column: str) -> tuple[Author, ...]:
    """Authors from the JSON of their column."""
    return tuple(Author(**shape) for shape in json.loads(column)) if column != "[]" else ()


def fact_columns(facts: Mapping[str, Any]) -> dict[str, Any]:
    """The facts of a paper as the columns of its row."""
    columns = {name: facts.get(name) for name in PLAIN}
    columns["type"] = columns["type"] or "misc"
    columns["authors"] = author_rows(facts.get("authors") or ())
    columns["authors_complete"] = int(facts.get("authors_complete", True))
    columns["categories"] = as_json(list(facts.get("categories") or ()))
    return columns


def facts(row: Any) -> dict[str, Any]:
    """The facts of a paper from its row."""
    found = {name: row[name] for name in PLAIN}
    found["authors"] = authors(row["authors"])
    found["authors_complete"] = bool(row["authors_complete"])
    found["categories"] = tuple(json.loads(row["categories"]))
    return found


def paper(row: Any, parts: Mapping[str, list[Any]]) -> Paper:
    """A paper from its row and the rows that belong to it.

    `parts` holds lists for aliases (keys), identifiers (kind, value), links (rel, url), tags (names)
    and mentions (as `Mention`).
    """
    mentions: tuple[Mention, ...] = tuple(parts["mentions"])
    starred = bool(row["starred"]) if row["starred"] is not None else any(mention.starred for mention in mentions)
    known: dict[str, str] = {}
    for kind, value in parts["identifiers"]:
        known.setdefault(kind, value)
    return Paper(
        key=row["key"],
        **facts(row),
        identifiers=known,
        links=tuple(Link(rel, url) for rel, url in parts["links"]),
        tags=tuple(parts["tags"]),
        starred=starred,
        status=row["status"],
        note=row["note"],
        fields=json.loads(row["fields"]),
        mentions=mentions,
        aliases=tuple(parts["aliases"]),
        added=row["added"],
        changed=row["changed"],
        origins=json.loads(row["origins"]),
    )


def mention(row: Any) -> Mention:
    """A mention from (page title, section, grouped, role, position, label, starred, note)."""
    title, section, group, role, position, label, starred, note = row
    return Mention(title, tuple(json.loads(section)), group, role, position, label, bool(starred), note)


def people_of(authors: Iterable[Author]) -> str:
    """The names of authors, as they are looked for."""
    return " ".join(f"{author.given} {author.family} {author.literal}" for author in authors)


def new_index_row(key: str, facts: Mapping[str, Any]) -> tuple[str, ...]:
    """The folded texts of a paper of which no more than its facts is known, as `index_row` has them."""
    people = people_of(facts["authors"])
    texts = (facts["title"] or "", people, facts["abstract"] or "", facts["venue"] or "", key)
    return (*(fold(text) for text in texts), "", "", "", "", "")


def index_row(found: Paper) -> tuple[str, ...]:
    """The folded texts of a paper, in the order of the full-text index's columns."""
    from gencli.markup import plain

    people = people_of(found.authors)
    page_notes = "\n".join(plain(entry.note) for entry in found.mentions)
    labels = "\n".join(entry.label for entry in found.mentions)
    places = "\n".join(" ".join([entry.page, *entry.section, entry.group or ""]) for entry in found.mentions)
    texts = (
        found.title or "", people, found.abstract or "", found.venue or "", " ".join([found.key, *found.aliases]),
        " ".join(found.tags), found.note, page_notes, labels, places,
    )  # fmt: skip
    return tuple(fold(text) for text in texts)
