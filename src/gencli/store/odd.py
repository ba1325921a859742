"""Rows that gencli cannot have written: a text or JSON that is none, a status that is none, a step that is broken.

Each is told of by itself, so that one of them does not hide the others, and the papers that are sound can be looked at.
"""

import re
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

from gencli.errors import LibraryFileError
from gencli.identifiers import KINDS, normal
from gencli.store import damage, digests, entries, rows
from gencli.store.health import Fault, columns
from gencli.store.steps import TABLES

Check = Callable[[Any], object]

_RAISED = (LibraryFileError, ValueError, TypeError, LookupError, AttributeError, RecursionError, OverflowError)
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", re.ASCII)
_DAY = re.compile(r"\d{4}(?:-\d\d(?:-\d\d)?)?", re.ASCII)
_STATUS = ("unread", "reading", "read")
_AT_ONCE = 1000
_LONGEST = 2000


def _related(column: str) -> None:
    for pair in damage.list_in(column):
        if type(pair) is not list or len(pair) != 2:
            raise ValueError("no pair")
        damage.texts(pair)


def _is_day(value: str | None) -> bool:
    return value is None or _DAY.fullmatch(value) is not None


def _maybe(check: Check) -> Check:
    return lambda value: None if value is None else check(value)


# What reads the columns that are not just a text or a number.
_READ: dict[str, dict[str, Check]] = {
    "paper": {
        "authors": rows.authors, "categories": damage.list_of, "fields": damage.map_of, "origins": damage.map_of,
    },
    "variant": {"value": damage.from_json},
    "page": {"related": _related, "validators": damage.map_of},
    "mention": {"section": damage.list_of},
    "file": {
        "macros": damage.map_of, "preambles": damage.list_of, "comments": damage.list_of, "remarks": damage.list_of,
    },
    "entry": {
        "fields": entries.fields_of, "macros": _maybe(damage.list_of), "parents": _maybe(damage.list_of),
    },
}  # fmt: skip
# What a text must look like, though a command can show another as it is.
_SHAPES: dict[str, dict[str, tuple[Check, str]]] = {
    "paper": {
        "status": (_STATUS.__contains__, "is none of unread, reading, read"),
        **dict.fromkeys(("added", "changed"), (_TIME.fullmatch, "is no time")),
        **dict.fromkeys(("date", "posted", "updated"), (_is_day, "is no year, month or day")),
    },
    "page": {"read": (_TIME.fullmatch, "is no time")},
    "mention": {"role": (("item", "prose").__contains__, "is none of item, prose")},
    "step": {"at": (_TIME.fullmatch, "is no time")},
}
# How the rows of a table are asked for by papers; those of the others belong to none.
_OWNERS = {"paper": "id"} | dict.fromkeys(
    ("alias", "identifier", "link", "tag", "variant", "mention", "entry"), "paper"
)
_OTHERS = ("page", "file", "problem", "apart", "setting", "step")


class Odd(NamedTuple):
    """What was found: the faults; the papers that cannot be read; whether a file or something kept aside cannot be."""

    faults: list[Fault]
    papers: set[int]
    is_beside: bool


def faults(connection: sqlite3.Connection, papers: Sequence[int] | None) -> Odd:
    """The odd rows of these papers, or of the whole library (None).

    Raises `LibraryFileError` where SQLite finds no way on.
    """
    found, unreadable, is_beside = list[Fault](), set[int](), False
    with _plainly(connection):
        for table in (*_OWNERS, *(() if papers is not None else _OTHERS)):
            for number, owner, fault in _of_table(connection, table, papers):
                found.append(fault._replace(paper=owner))
                if fault.is_unreadable and owner is not None:
                    unreadable.add(owner)
                elif fault.is_unreadable:
                    is_beside |= table in ("file", "problem")
                    unreadable.update(_named_by(connection, table, number))
        found += [] if papers is not None else [*_pairs(connection), *_journal(connection), *_unlike(connection)]
    return Odd(found, unreadable, is_beside)


@contextmanager
def _plainly(connection: sqlite3.Connection) -> Iterator[None]:
    """Have rows as tuples meanwhile; quicker, and the checks name columns by their places."""
    before, connection.row_factory = connection.row_factory, None
    try:
        yield
    finally:
        connection.row_factory = before


def _named_by(connection: sqlite3.Connection, table: str, number: int) -> list[int]:
    """The papers that are read together with a page or a file."""
    by = {"page": "mention", "file": "entry"}.get(table)
    if by is None:
        return []
    return [row[0] for row in damage.read(connection, f"SELECT DISTINCT paper FROM {by} WHERE {table} = ?", [number])]


# --- a table -------------------------------------------------------------------------------------


def _of_table(
    connection: sqlite3.Connection, table: str, papers: Sequence[int] | None
) -> Iterator[tuple[int, int | None, Fault]]:
    """The faults of a table's rows, as (row, paper, fault)."""
    names = [name for name, _ in columns(table)]
    types = [some for _, some in columns(table)]
    read = [(names.index(name), check) for name, check in _READ.get(table, {}).items()]
    shapes = [(names.index(name), check) for name, (check, _) in _SHAPES.get(table, {}).items()]
    owner = names.index(_OWNERS[table]) if table in _OWNERS else None
    for row in _rows(connection, table, names, papers):
        if _is_sound(row, types, read, shapes):
            if table == "identifier" and (fault := _identifier(connection, row)) is not None:
                yield row[0], row[3], fault
            continue
        for fault in _told(table, names, types, row):
            of = row[owner] if owner is not None else None
            yield row[0], of if isinstance(of, int) else None, fault


def _is_sound(row: Sequence[Any], types: Sequence[frozenset[type]], read: Any, shapes: Any) -> bool:
    for value, some in zip(row, types, strict=True):
        if type(value) not in some:
            return False
    try:
        for place, check in read:
            check(row[place])
        return all(check(row[place]) for place, check in shapes)
    except _RAISED:
        return False


def _told(table: str, names: Sequence[str], types: Sequence[frozenset[type]], row: Sequence[Any]) -> Iterator[Fault]:
    """What is wrong with a row, column by column."""
    for name, some, value in zip(names, types, row, strict=True):
        where, raw = f"{table}.{name}", _raw(value)
        if type(value) not in some:
            kind = "text" if str in some else "number"
            what = f"is no {kind}" if value is not None else "lacks its value"
            yield Fault(where, what, None, raw, is_unreadable=True)
        elif name in _READ.get(table, {}):
            try:
                _READ[table][name](value)
            except _RAISED:
                yield Fault(where, "cannot be read", None, raw, is_unreadable=True)
        elif name in _SHAPES.get(table, {}):
            check, what = _SHAPES[table][name]
            if not check(value):
                is_status = name == "status"
                cure = ((("UPDATE paper SET status = 'unread' WHERE id = ?", (row[0],))),) if is_status else ()
                fix, touched = ("it becomes unread", ((table, row[0], row[0]),)) if is_status else (None, ())
                yield Fault(where, f"'{raw}' {what}"[:200], fix, raw, cure, touched=touched)


def _raw(value: Any) -> str | None:
    if isinstance(value, bytes):
        return value[:_LONGEST].decode("utf-8", "backslashreplace")
    return None if value is None else str(value)[:_LONGEST]


def _rows(
    connection: sqlite3.Connection, table: str, names: Sequence[str], papers: Sequence[int] | None
) -> Iterator[tuple[Any, ...]]:
    """The rows of a table as tuples; a text that is no UTF-8 as bytes."""
    sql = f"SELECT {', '.join(names)} FROM {table}"
    if papers is not None:
        sql += f" WHERE {_OWNERS[table]} IN (SELECT value FROM json_each(?))"
    asked = [rows.as_json(list(papers))] if papers is not None else []
    last = 0
    sql += f" {'AND' if papers is not None else 'WHERE'} id > ? ORDER BY id LIMIT {_AT_ONCE}"
    while some := _fetched(connection, sql, [*asked, last]):
        yield from some
        if some[-1][0] <= last:
            # Where pages do not fit together the numbers of rows need not go up, and this would never end.
            raise damage.damaged(f"the table {table}")
        last = some[-1][0]


def _fetched(connection: sqlite3.Connection, sql: str, parameters: Sequence[Any]) -> list[tuple[Any, ...]]:
    try:
        return connection.execute(sql, parameters).fetchall()
    except (sqlite3.Error, UnicodeDecodeError):
        usual, connection.text_factory = connection.text_factory, _text
        try:
            return damage.read(connection, sql, parameters)  # type: ignore[return-value]
        finally:
            connection.text_factory = usual


def _text(value: bytes) -> str | bytes:
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value


def _pairs(connection: sqlite3.Connection) -> Iterator[Fault]:
    """Pairs of papers that are said not to be one, the wrong way round."""
    for row in damage.read(connection, "SELECT id, one, other FROM apart WHERE one >= other"):
        cure = (("DELETE FROM apart WHERE id = ?", (row[0],)),)
        what, touched = "a pair is the wrong way round", (("apart", row[0], row[0]),)
        yield Fault("table apart", what, "it is taken out", f"{row[1]}, {row[2]}", cure, touched=touched)


# --- identifiers ---------------------------------------------------------------------------------


def _identifier(connection: sqlite3.Connection, row: Sequence[Any]) -> Fault | None:
    """An identifier that is not in its normal form, or is none."""
    number, kind, value, paper, _ = row
    known = normal(kind, value)
    if known is not None and known[:2] == (kind, value):
        return None
    where, said = kind if kind in KINDS else "identifier", f"'{value[:100]}'"
    if kind not in KINDS:
        return Fault(where, f"'{kind[:100]}' is no kind of identifier that gencli knows: {said}", None, value)
    if known is None:
        return Fault(where, f"{said} is no identifier of this kind", None, value)
    what, form = f"{said} is not in the normal form of identifiers", known[:2]
    holder = _holder(connection, form)
    if holder is not None and holder[0] != paper:
        own = "".join(row[0] for row in damage.read(connection, "SELECT key FROM paper WHERE id = ?", [paper]))
        also = f"; {holder[1]} has it so; if they are one: gencli merge {holder[1]} {own}"
        return Fault(where, what + also, None, value)
    fix = f"it becomes {known.value}" if holder is None else f"it goes, since {known.value} is there"
    return Fault(where, what, fix, value, renamed=(number, *form))


def _holder(connection: sqlite3.Connection, form: tuple[str, str]) -> tuple[int, str] | None:
    """The paper that has an identifier, and its key."""
    sql = "SELECT p.id, p.key FROM identifier i JOIN paper p ON p.id = i.paper WHERE i.kind = ? AND i.value = ?"
    return next(((row[0], row[1]) for row in damage.read(connection, sql, form)), None)


def rename(connection: sqlite3.Connection, number: int, kind: str, value: str) -> bool:
    """Give an identifier its normal form, or take it out where its paper has that already; False where it cannot be."""
    sql = "UPDATE OR IGNORE identifier SET kind = ?, value = ? WHERE id = ?"
    if connection.execute(sql, [kind, value, number]).rowcount:
        return True
    sql = (
        "DELETE FROM identifier WHERE id = :number AND paper ="
        " (SELECT paper FROM identifier WHERE kind = :kind AND value = :value AND id <> :number)"
    )
    return connection.execute(sql, {"number": number, "kind": kind, "value": value}).rowcount > 0


# --- the sums ------------------------------------------------------------------------------------


def _unlike(connection: sqlite3.Connection) -> Iterator[Fault]:
    """Rows that are not what they were when they were summed up, some at a time."""
    runs: list[digests.Unlike] = []
    for one in _at_one_time(connection):
        is_next = bool(runs) and (runs[-1].table, runs[-1].last + 1) == one[:2]
        runs.append(runs.pop()._replace(last=one.last) if is_next else one)
    for table, first, last in runs:
        what = (
            f"rows {max(first, 1)} to {last} are not all as gencli wrote them: a disk lost bits, or another program was"
        )
        what += " at them"
        yield Fault(f"table {table}", what, "they are taken as they are", touched=((table, first, last),))


def _at_one_time(connection: sqlite3.Connection) -> list[digests.Unlike]:
    """The rows whose sums are others, while nobody writes between a row and its sum."""
    is_alone = not connection.in_transaction
    try:
        if is_alone:
            connection.execute("BEGIN")
        return list(digests.unlike(connection))
    except (sqlite3.OperationalError, UnicodeDecodeError) as error:
        if not re.search("decode", str(error)):
            raise damage.damaged("a table") from error
        # A text that is none is told of by itself.
        return []
    finally:
        if is_alone and connection.in_transaction:
            connection.execute("COMMIT")


# --- the journal ---------------------------------------------------------------------------------

_MARKS = ", ".join("?" * len(TABLES))
# What `turning` could not put back: rows of no table, values that are no object of columns, ranges that are none.
_BROKEN = f"""
    SELECT id, step, tbl, row, last, before, after FROM change
    WHERE tbl IS NULL OR tbl NOT IN ({_MARKS}) OR row < 1 OR last < row
    OR (last IS NOT NULL AND COALESCE(before, after) IS NOT NULL) OR (before IS NULL AND after IS NOT NULL)
    OR (before IS NOT NULL AND CASE WHEN json_valid(before) THEN json_type(before) <> 'object' ELSE 1 END)
    OR (after IS NOT NULL AND CASE WHEN json_valid(after) THEN json_type(after) <> 'object' ELSE 1 END)
    ORDER BY step, id
"""
# The columns that it names of each table, which are to be those that there are.
_NAMED = "SELECT DISTINCT c.step, c.tbl, j.key FROM change c, json_each(c.before) j"
_NAMED += " WHERE c.before IS NOT NULL AND json_valid(c.before)"


def _journal(connection: sqlite3.Connection) -> Iterator[Fault]:
    """The steps that cannot be taken back, since what they changed cannot be read."""
    broken: dict[int, str] = {}
    for row in _fetched(connection, _BROKEN, TABLES):
        broken.setdefault(row[1], rows.as_json([_raw(value) for value in row[2:]]))
    known = {table: {name for name, _ in columns(table)} for table in TABLES}
    for step, table, name in _fetched(connection, _NAMED, ()):
        if name not in known.get(table, (name,)):
            broken.setdefault(step, rows.as_json([table, _raw(name)]))
    for step, raw in sorted(broken.items()):
        what = f"change {step} cannot be taken back: what it did cannot be read"
        # A step in the middle cannot go alone: who took back an earlier one would not know what it changed since.
        cure = (("DELETE FROM step WHERE undoes <= ?", (step,)), ("DELETE FROM step WHERE id <= ?", (step,)))
        yield Fault("history", what, f"the history up to change {step} is let go of", raw[:_LONGEST], cure)
