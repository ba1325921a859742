"""What .bib files have of papers: the files, their entries to the byte, what was kept aside."""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from gencli.model import Entry, Header, Problem
from gencli.store import damage, rows

_CHOSEN = "IN (SELECT value FROM json_each(?))"


class Kept(NamedTuple):
    """An entry's row: its id, its paper's, and its content as the row has it."""

    number: int
    paper: int
    content: tuple[str, str]
    source: str


def mark(key: str, said: str) -> Entry:
    """A row's entry that stands for a work of a list which is no .bib: it has a mark of what that says, no fields."""
    return Entry(f"#{said}", key, ())


def is_mark(entry: Entry) -> bool:
    """Whether an entry only stands for a work of a list."""
    return entry.type.startswith("#")


def content(entry: Entry) -> tuple[str, str]:
    """The type and the fields of an entry as its row has them; a value that the braces around it say is left out."""
    if is_mark(entry):
        return entry.type, ""
    shapes = [
        [name, raw] if len(raw) > 1 and raw[0] == "{" and raw[1:-1] == value else [name, raw, value]
        for name, raw, value in entry.fields
    ]
    return entry.type, rows.as_json(shapes)


def of(connection: sqlite3.Connection, papers: Sequence[int]) -> dict[int, tuple[Entry, ...]]:
    """The entries of papers: what the user edited first, then those of files, as they came."""
    sql = (
        "SELECT e.paper, e.type, e.key, e.fields, e.macros, e.parents, e.source, COALESCE(f.name, '')"
        f" FROM entry e LEFT JOIN file f ON f.id = e.file"
        f" WHERE e.paper {_CHOSEN} AND e.fields <> '' ORDER BY e.file IS NOT NULL, e.id"
    )
    found: dict[int, list[Entry]] = {}
    for row in damage.read(connection, sql, [rows.as_json(list(papers))]):
        found.setdefault(row[0], []).append(_entry(row))
    return {paper: tuple(entries) for paper, entries in found.items()}


@damage.decoding("an entry of a .bib")
def _entry(row: sqlite3.Row) -> Entry:
    shapes = fields_of(row[3])
    fields = tuple([(shape[0], shape[1], shape[2] if len(shape) > 2 else shape[1][1:-1]) for shape in shapes])
    macros, parents = (tuple(damage.list_of(text)) if text else () for text in (row[4], row[5]))
    damage.texts((row[1], row[2], row[6], row[7]))
    return Entry(row[1], row[2], fields, macros, parents, row[6], row[7])


@damage.decoding("an entry's fields")
def fields_of(column: str) -> list[list[str]]:
    """The fields of an entry as its row has them: name, raw, and the value where the braces do not say it."""
    shapes: list[list[str]] = damage.list_in(column or "[]")
    for shape in shapes:
        if type(shape) is not list or not 2 <= len(shape) <= 3:
            raise ValueError("no field")
        damage.texts(shape)
    return shapes


def called(
    connection: sqlite3.Connection, file: int, key: str, said: tuple[str, str]
) -> tuple[Kept | None, list[Kept]]:
    """The entry that a file has under a key with this content, and the first two that it has under the key."""
    sql = "SELECT id, paper, type, fields, source FROM entry WHERE key = ? AND file = ?"
    first = damage.read(connection, sql + " LIMIT 2", [key, file])
    some = [Kept(row[0], row[1], (row[2], row[3]), row[4]) for row in first]
    same = next((kept for kept in some if kept.content == said), None)
    if same is None and len(some) > 1:
        more = damage.read(connection, sql + " AND type = ? AND fields = ? LIMIT 1", [key, file, *said])
        same = next((Kept(row[0], row[1], (row[2], row[3]), row[4]) for row in more), None)
    return same, some


def sources(connection: sqlite3.Connection, paper: int) -> set[str]:
    """Whose word the entries of a paper are."""
    return {row[0] for row in damage.read(connection, "SELECT source FROM entry WHERE paper = ?", [paper])}


def add(connection: sqlite3.Connection, paper: int, file: int | None, entry: Entry, source: str) -> int:
    """Give a paper an entry; gives the entry's id."""
    kind, fields = content(entry)
    lists = [rows.as_json(list(names)) if names else None for names in (entry.macros, entry.parents)]
    number = connection.execute(
        "INSERT INTO entry (paper, file, source, type, key, fields, macros, parents) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [paper, file, source, kind, entry.key, fields, *lists],
    ).lastrowid
    assert number is not None
    return number


def replace(connection: sqlite3.Connection, number: int, entry: Entry) -> None:
    """Put an entry in the place of one that its file had before."""
    kind, fields = content(entry)
    lists = [rows.as_json(list(names)) if names else None for names in (entry.macros, entry.parents)]
    connection.execute(
        "UPDATE entry SET type = ?, key = ?, fields = ?, macros = ?, parents = ? WHERE id = ?",
        [kind, entry.key, fields, *lists, number],
    )


def drop(connection: sqlite3.Connection, paper: int, source: str) -> None:
    """Take away what a source has of a paper."""
    connection.execute("DELETE FROM entry WHERE paper = ? AND source = ?", [paper, source])


def join(connection: sqlite3.Connection, first: int, other: int, source: str) -> None:
    """Make one entry of those that a source has of two papers; of what it says of both, the first stays."""
    found = of(connection, [first, other])
    one, two = (next(entry for entry in found[paper] if entry.source == source) for paper in (first, other))
    fields = {name.lower(): (name, raw, value) for name, raw, value in (*two.fields, *one.fields)}
    drop(connection, first, source)
    drop(connection, other, source)
    add(connection, first, None, one._replace(fields=tuple(fields.values())), source)


def resource(connection: sqlite3.Connection, paper: int, old: str, new: str) -> None:
    """Let what a source has of a paper be another one's word."""
    connection.execute("UPDATE entry SET source = ? WHERE paper = ? AND source = ?", [new, paper, old])


# --- files ---------------------------------------------------------------------------------------


def file(connection: sqlite3.Connection, source: str) -> tuple[int, str] | None:
    """The file that was read from a place, as (id, name)."""
    found = damage.read(connection, "SELECT id, name FROM file WHERE source = ?", [source])
    return next(((row[0], row[1]) for row in found), None)


def free_name(connection: sqlite3.Connection, name: str) -> str:
    """A name for a file that no other has: `refs.bib`, else `refs.bib (2)`."""
    taken = {row[0] for row in damage.read(connection, "SELECT name FROM file")}
    number = 2
    found = name
    while found in taken:
        found, number = f"{name} ({number})", number + 1
    return found


def add_file(connection: sqlite3.Connection, name: str, source: str) -> int:
    """A file that was not read before."""
    number = connection.execute("INSERT INTO file (name, source) VALUES (?, ?)", [name, source]).lastrowid
    assert number is not None
    return number


def set_header(connection: sqlite3.Connection, number: int, header: Header) -> None:
    """What a file has beside its entries, where it is another than before."""
    values = [rows.as_json(value) for value in (header.macros, header.preambles, header.comments, header.remarks)]
    sql = "UPDATE file SET macros = ?, preambles = ?, comments = ?, remarks = ? WHERE id = ?"
    known = damage.read(connection, "SELECT macros, preambles, comments, remarks FROM file WHERE id = ?", [number])
    if [list(row) for row in known] != [values]:
        connection.execute(sql, [*values, number])


def headers(connection: sqlite3.Connection) -> dict[str, Header]:
    """What each file has beside its entries, by its name, in the order in which they came."""
    found = {}
    for row in damage.read(connection, "SELECT name, macros, preambles, comments, remarks FROM file ORDER BY id"):
        found[row[0]] = _header(row)
    return found


@damage.decoding("what a .bib has beside its entries")
def _header(row: sqlite3.Row) -> Header:
    damage.text(row[0])
    lists = [tuple(damage.list_of(text)) for text in (row[2], row[3], row[4])]
    return Header(damage.map_of(row[1]), *lists)


# --- what an export needs beside the entries -----------------------------------------------------


def files(connection: sqlite3.Connection, papers: Sequence[int]) -> set[str]:
    """The names of the files that have entries of these papers."""
    sql = f"SELECT DISTINCT f.name FROM entry e JOIN file f ON f.id = e.file WHERE e.paper {_CHOSEN}"
    return {row[0] for row in damage.read(connection, sql, [rows.as_json(list(papers))])}


def macros(connection: sqlite3.Connection, papers: Sequence[int] | None) -> Iterator[tuple[str, str]]:
    """The macros that entries of papers (of all for None) name, as (file, name), in the order of the files."""
    sql = (
        "SELECT DISTINCT f.id, f.name, j.value FROM entry e JOIN file f ON f.id = e.file, json_each(e.macros) j"
        " WHERE e.macros IS NOT NULL"
    )
    sql += f" AND e.paper {_CHOSEN}" if papers is not None else ""
    chosen = [] if papers is None else [rows.as_json(list(papers))]
    for row in damage.read(connection, sql + " ORDER BY f.id, j.value", chosen):
        yield row[1], row[2]


def parents(connection: sqlite3.Connection, papers: Sequence[int]) -> dict[tuple[str, str], int]:
    """The papers from whose entries the entries of these inherit, by (file, key of the parent)."""
    sql = (
        "SELECT DISTINCT COALESCE(f.name, ''), j.value, COALESCE("
        "(SELECT p.paper FROM entry p WHERE p.key = j.value AND p.file IS e.file ORDER BY p.id LIMIT 1),"
        " (SELECT p.id FROM paper p WHERE p.key = j.value),"
        " (SELECT a.paper FROM alias a WHERE a.key = j.value)) AS parent, e.paper, e.source"
        " FROM entry e LEFT JOIN file f ON f.id = e.file, json_each(e.parents) j"
        f" WHERE e.parents IS NOT NULL AND e.paper {_CHOSEN}"
    )
    chosen = rows.as_json(list(papers))
    decided = _decided(connection, chosen)
    return {
        (row[0], row[1]): row[2]
        for row in damage.read(connection, sql, [chosen])
        if row[2] is not None and (row[4] == "user" or row[3] not in decided)
    }


def _decided(connection: sqlite3.Connection, chosen: str) -> set[int]:
    """The papers of which the user has said what they inherit from, be it nothing."""
    sql = f"SELECT paper, fields FROM entry WHERE source = 'user' AND paper {_CHOSEN}"
    return {
        row[0]
        for row in damage.read(connection, sql, [chosen])
        if any(shape[0].lower() in ("crossref", "xdata") for shape in fields_of(row[1]))
    }


# --- what was kept aside -------------------------------------------------------------------------


def asides(connection: sqlite3.Connection, number: int | None = None) -> list[Problem]:
    """What was kept aside, of one file or of all things that were read."""
    sql = "SELECT place, what, raw, taken FROM problem" + (" WHERE file = ?" if number is not None else "")
    found = damage.read(connection, sql + " ORDER BY id", [] if number is None else [number])
    return [_aside(row) for row in found]


@damage.decoding("what was kept aside")
def _aside(row: sqlite3.Row) -> Problem:
    damage.texts((row[0], row[1], row[2]))
    return Problem(row[0], row[1], row[2], bool(row[3]))


def kept_elsewhere(connection: sqlite3.Connection, number: int | None) -> set[str]:
    """The texts that are kept aside of other files than this one."""
    sql = "SELECT raw FROM problem WHERE file IS NOT NULL AND file IS NOT ?"
    return {row[0] for row in damage.read(connection, sql, [number])}


def set_asides(connection: sqlite3.Connection, number: int, problems: Iterable[Problem]) -> None:
    """What was kept aside of a file, in place of what was before, where it is another."""
    wanted = list(problems)
    if asides(connection, number) != wanted:
        connection.execute("DELETE FROM problem WHERE file = ?", [number])
        connection.executemany(
            "INSERT INTO problem (file, place, what, raw, taken) VALUES (?, ?, ?, ?, ?)",
            [(number, *problem) for problem in wanted],
        )
