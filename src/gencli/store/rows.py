"""Papers to rows and back. Pure.

What makes a value of a row raises `LibraryFileError` where the row is none of gencli's (see `damage`).
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from gencli.model import Author, Line, Link, Mention, Paper, Reading, Record, Variant, author_as_json, short
from gencli.store import damage

# Columns of `paper` that hold a fact of the same name as it is; lists and maps are JSON.
PLAIN = (
    "type", "title", "year", "date", "posted", "updated", "venue", "abstract", "arxiv_version", "primary_category",
)  # fmt: skip
_NUMBERS = ("year", "arxiv_version")


# Made once: `json.dumps` makes one for each value that it is given, and it, inside, another for each value; where that
# one is written in C, as in CPython, it can be made once, too.
_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
_MAKE = json.encoder.c_make_encoder  # type: ignore[attr-defined]
_PIECES = _MAKE and _MAKE(None, _ENCODER.default, json.encoder.encode_basestring, None, ":", ",", False, False, True)


def as_json(value: Any) -> str:
    """A value as compact JSON, characters kept."""
    if not value and isinstance(value, (list, dict)):
        return "[]" if isinstance(value, list) else "{}"
    if _PIECES is None or isinstance(value, str):
        return _ENCODER.encode(value)
    return "".join(_PIECES(value, 0))


def author_rows(authors: Iterable[Author]) -> str:
    """Authors as the JSON of their column."""
    return as_json([author_as_json(author) for author in authors])


@damage.decoding("a paper's authors")
def authors(column: str) -> tuple[Author, ...]:
    """Authors from the JSON of their column."""
    return tuple([_author(shape) for shape in damage.list_in(column)]) if column != "[]" else ()


def _author(shape: Any) -> Author:
    found = Author(**shape)
    damage.texts(found)
    return found


def lead(authors: Sequence[Author]) -> str:
    """By what a paper stands in a list in the order of authors; a tilde stands behind all letters."""
    from gencli.folding import searchable

    return searchable(authors[0].surname).strip() or "~" if authors else "~"


def fact_columns(facts: Mapping[str, Any]) -> dict[str, Any]:
    """The facts of a paper as the columns of its row."""
    columns = {name: facts.get(name) for name in PLAIN}
    columns["type"] = columns["type"] or "misc"
    columns["authors"] = author_rows(facts.get("authors") or ())
    columns["lead"] = lead(facts.get("authors") or ())
    columns["authors_complete"] = int(facts.get("authors_complete", True))
    columns["categories"] = as_json(list(facts.get("categories") or ()))
    return columns


@damage.decoding("what is known of a paper")
def facts(row: Any) -> dict[str, Any]:
    """The facts of a paper from its row."""
    found = {name: row[name] for name in PLAIN}
    damage.texts_or_none([found[name] for name in PLAIN if name not in _NUMBERS])
    damage.numbers_or_none([found[name] for name in _NUMBERS])
    found["authors"] = authors(row["authors"])
    found["authors_complete"] = bool(row["authors_complete"])
    found["categories"] = tuple(damage.list_of(row["categories"]))
    return found


@damage.decoding("a paper")
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
    damage.texts([row[name] for name in ("key", "type", "status", "note", "added", "changed")])
    for texts in (known, known.values(), parts["tags"], parts["aliases"], *parts["links"]):
        damage.texts(texts)
    return Paper(
        key=row["key"],
        **facts(row),
        identifiers=known,
        links=tuple(Link(rel, url) for rel, url in parts["links"]),
        tags=tuple(parts["tags"]),
        starred=starred,
        status=row["status"],
        note=row["note"],
        fields=damage.map_of(row["fields"]),
        mentions=mentions,
        aliases=tuple(parts["aliases"]),
        added=row["added"],
        changed=row["changed"],
        origins=damage.map_of(row["origins"]),
    )


@damage.decoding("a paper")
def line(row: tuple[Any, ...]) -> Line:
    """A line of a list from its columns (search.SHOWN)."""
    key, year, authors, complete, name, tags, *seen = row
    damage.texts((key, name, tags or ""))
    damage.numbers_or_none((year,))
    shapes = damage.list_in(authors) if authors != "[]" else []
    names = ", ".join([shape.get("literal") or _full(shape) for shape in shapes])
    if not complete:
        names += " et al."
    if not seen:
        return Line(key, year, names, name, tags or "")
    who = short([shape.get("literal") or shape["family"] or shape["given"] for shape in shapes], bool(complete))
    return Line(key, year, names, name, tags or "", who, bool(seen[0]), bool(seen[1]))


def _full(shape: Mapping[str, str]) -> str:
    name = f"{shape['given']} {shape['family']}".strip()
    return f"{name} {shape['suffix']}" if "suffix" in shape else name


@damage.decoding("what a page says of a paper")
def mention(row: Any) -> Mention:
    """A mention from (page title, section, grouped, role, position, label, starred, note)."""
    title, section, group, role, position, label, starred, note = row
    damage.texts((title, role, label, note, group or ""))
    damage.numbers_or_none((position,))
    return Mention(title, tuple(damage.list_of(section)), group, role, position, label, bool(starred), note)


@damage.decoding("a page")
def reading(row: Any) -> Reading:
    """A page as it was last read, from (title, source, format, text, read, base, validators, items, papers)."""
    title, source, form, text, read, base, validators, items, papers = row
    damage.texts((title, source, form, text, read))
    damage.texts_or_none((base,))
    return Reading(title, source, form, text, read, items, papers, base, damage.map_of(validators))


@damage.decoding("what a source says beside a value")
def variant(row: Any) -> Variant:
    """What a source says beside a value, from (paper, field, source, JSON of the value)."""
    damage.texts((row[1], row[2]))
    return Variant(row[1], row[2], damage.from_json(row[3]))


def people_of(authors: Iterable[Author]) -> str:
    """The names of authors, as they are looked for."""
    return " ".join(f"{author.given} {author.family} {author.literal}" for author in authors)


def searched(record: Record) -> tuple[str, ...]:
    """The texts of a paper of which no more than a record is known, as `index_row` has them, but for its key."""
    from gencli.store import codes

    title, abstract = codes.text(record.title or ""), codes.text(record.abstract or "")
    people, venue = codes.text(people_of(record.authors)), codes.text(record.venue or "")
    told = [*codes.called(title, venue), *_told(record)]
    return (
        title, people, abstract, venue, "", "", "", "", "", "", "", codes.years(record.year, record.posted),
        " ".join(told),
    )  # fmt: skip


def new_index_row(key: str, texts: tuple[str, ...]) -> tuple[str, ...]:
    """What `searched` gives, with the key."""
    from gencli.store import codes

    return (*texts[:4], codes.key(key), *texts[5:])


def _told(work: Paper | Record) -> list[str]:
    from gencli.store import codes

    told = codes.categories(work.primary_category, work.categories)
    return [*told, codes.WITHDRAWN] if work.is_withdrawn else told


def index_row(found: Paper) -> tuple[str, ...]:
    """The texts of a paper as they are looked for, in the order of the full-text index's columns."""
    from gencli.markup import plain
    from gencli.store import codes

    page_notes = "\n".join(plain(entry.note) for entry in found.mentions)
    labels = "\n".join(entry.label for entry in found.mentions)
    sections = "\n".join(" ".join([*entry.section, entry.group or ""]) for entry in found.mentions)
    pages = "\n".join(dict.fromkeys(entry.page for entry in found.mentions))
    title, people, abstract, venue, *others = (
        codes.text(text)
        for text in (
            found.title or "", people_of(found.authors), found.abstract or "", found.venue or "", "\n".join(found.tags),
            found.note, page_notes, labels, sections, pages,
        )
    )  # fmt: skip
    keys = "\n".join(codes.key(key) for key in (found.key, *found.aliases))
    told = [*codes.called(title, venue), *_told(found)]
    return (title, people, abstract, venue, keys, *others, codes.years(found.year, found.posted), " ".join(told))
