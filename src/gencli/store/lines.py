"""What a library's JSON lines need of its rows beside what a paper shows, and how it is put back."""

import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from gencli.store import damage, entries, rows

_CHOSEN = "IN (SELECT value FROM json_each(?))"


class Told(NamedTuple):
    """What a paper does not show: the user's own word on its star, by what it is known again, whose word its parts are.

    `identifiers` are all, as (kind, value, source); `links` the sources of its links; `entries` plain values.
    """

    starred: bool | None
    fingerprint: str
    identifiers: list[tuple[str, str, str]]
    links: list[str]
    entries: list[dict[str, Any]]


def told(connection: sqlite3.Connection, papers: Sequence[int]) -> dict[int, Told]:
    """What these papers do not show, by their ids."""
    wanted = [rows.as_json(list(papers))]
    found: dict[int, Told] = {}
    for row in damage.read(connection, f"SELECT id, starred, fingerprint FROM paper WHERE id {_CHOSEN}", wanted):
        found[row[0]] = _told(row)
    sql = f"SELECT paper, kind, value, source FROM identifier WHERE paper {_CHOSEN} ORDER BY id"
    for row in damage.read(connection, sql, wanted):
        _of(found, row).identifiers.append(_texts(row)[1:])
    for row in damage.read(connection, f"SELECT paper, source FROM link WHERE paper {_CHOSEN} ORDER BY id", wanted):
        _of(found, row).links.append(_texts(row)[1])
    sql = (
        "SELECT e.paper, f.name, e.source, e.type, e.key, e.fields, e.macros, e.parents FROM entry e"
        f" LEFT JOIN file f ON f.id = e.file WHERE e.paper {_CHOSEN} ORDER BY e.file IS NOT NULL, e.id"
    )
    for row in damage.read(connection, sql, wanted):
        _of(found, row).entries.append(_entry(row))
    return found


@damage.decoding("a paper")
def _told(row: sqlite3.Row) -> Told:
    damage.text(row[2])
    return Told(None if row[1] is None else bool(row[1]), row[2], [], [], [])


@damage.decoding("what belongs to a paper")
def _of(found: dict[int, Told], row: sqlite3.Row) -> Told:
    return found[row[0]]


@damage.decoding("what belongs to a paper")
def _texts(row: sqlite3.Row) -> tuple[Any, ...]:
    """A row that is all text, but for its first column."""
    values = tuple(row)
    damage.texts(values[1:])
    return values


@damage.decoding("an entry of a .bib")
def _entry(row: sqlite3.Row) -> dict[str, Any]:
    damage.texts((row[1] or "", row[2], row[3], row[4]))
    shape = {"file": row[1]} if row[1] is not None else {}
    shape |= {"source": row[2], "type": row[3], "key": row[4], "fields": entries.fields_of(row[5])}
    lists = (("macros", row[6]), ("parents", row[7]))
    return shape | {name: damage.list_of(text) for name, text in lists if text is not None}


def everyone(connection: sqlite3.Connection) -> list[int]:
    """All papers, in the order in which they came."""
    return [row[0] for row in damage.read(connection, "SELECT id FROM paper ORDER BY id")]


def files(connection: sqlite3.Connection) -> list[tuple[int, dict[str, Any]]]:
    """The .bib files that were read, as (id, plain values)."""
    sql = "SELECT id, name, source, macros, preambles, comments, remarks FROM file ORDER BY id"
    return [(row[0], _file(row)) for row in damage.read(connection, sql)]


@damage.decoding("a .bib that was read")
def _file(row: sqlite3.Row) -> dict[str, Any]:
    damage.texts((row["name"], row["source"]))
    lists = {name: damage.list_of(row[name]) for name in ("preambles", "comments", "remarks")}
    return {"name": row["name"], "source": row["source"], "macros": damage.map_of(row["macros"])} | lists


def problems(connection: sqlite3.Connection, of: str = "", number: int | None = None) -> list[dict[str, Any]]:
    """What was kept aside of a page or of a file (`of`), or of neither."""
    condition = f"{of} = ?" if of else "page IS NULL AND file IS NULL"
    sql = f"SELECT place, what, raw, taken FROM problem WHERE {condition} ORDER BY id"
    return [_problem(row) for row in damage.read(connection, sql, [number] if of else [])]


@damage.decoding("what was kept aside")
def _problem(row: sqlite3.Row) -> dict[str, Any]:
    damage.texts((row[0], row[1], row[2]))
    return {"where": row[0], "what": row[1], "raw": row[2], "taken": bool(row[3])}


def keep_aside(connection: sqlite3.Connection, problem: Mapping[str, Any], page: int | None = None) -> None:
    """Keep aside what could not be taken of a page, or of nothing that is kept."""
    connection.execute(
        "INSERT INTO problem (page, place, what, raw, taken) VALUES (?, ?, ?, ?, ?)",
        [page, problem["where"], problem["what"], problem["raw"], int(problem.get("taken", False))],
    )


def insert(connection: sqlite3.Connection, columns: Mapping[str, Any]) -> int:
    """A paper's row as it was; its other parts follow."""
    names, marks = ", ".join(columns), ", ".join("?" * len(columns))
    number = connection.execute(f"INSERT INTO paper ({names}) VALUES ({marks})", list(columns.values())).lastrowid
    assert number is not None
    return number


def is_key(connection: sqlite3.Connection, key: str) -> bool:
    """Whether a paper has this key, in any case of letters."""
    return bool(damage.read(connection, "SELECT 1 FROM paper WHERE key = ?", [key]))


def is_taken(connection: sqlite3.Connection, key: str) -> bool:
    """Whether no other paper can have this key: one has it in any case of letters, or just as an old one."""
    return is_key(connection, key) or bool(damage.read(connection, "SELECT 1 FROM alias WHERE key = ?", [key]))


def alike(connection: sqlite3.Connection, columns: Mapping[str, Any]) -> list[int]:
    """The papers that have just these values in these columns, `year` among them."""
    condition = " AND ".join(f"{name} IS ?" for name in columns)
    sql = f"SELECT id FROM paper WHERE {condition} ORDER BY id LIMIT 2"
    return [row[0] for row in damage.read(connection, sql, list(columns.values()))]


def attempt(connection: sqlite3.Connection) -> None:
    """Begin what may be taken back: `keep` or `take_back` ends it."""
    connection.execute("SAVEPOINT attempt")


def keep(connection: sqlite3.Connection) -> None:
    """Let what was attempted stand."""
    connection.execute("RELEASE attempt")


def take_back(connection: sqlite3.Connection) -> None:
    """Let the library be as it was before the attempt."""
    connection.execute("ROLLBACK TO attempt")
    connection.execute("RELEASE attempt")


@damage.decoding("a page")
def related(page: sqlite3.Row) -> list[list[str]]:
    """The pages that a page names, as pairs (page id, label)."""
    found: list[list[str]] = damage.list_in(page["related"])
    for pair in found:
        if type(pair) is not list or len(pair) != 2:
            raise ValueError("no pair")
        damage.texts(pair)
    return found


@damage.decoding("a page")
def told_of(page: sqlite3.Row) -> dict[str, str]:
    """What a page is, its mentions apart."""
    told = {name: damage.text(page[name]) for name in ("title", "source", "format", "text", "read")}
    return told if page["base"] is None else told | {"base": damage.text(page["base"])}


def page(connection: sqlite3.Connection, source: str) -> sqlite3.Row | None:
    """The page that was read from a place."""
    return next(iter(damage.read(connection, "SELECT * FROM page WHERE source = ?", [source])), None)
