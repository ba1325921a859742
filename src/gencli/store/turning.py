"""A step of the journal turned back, and forth again, where nothing that still stands has touched the same since.

To turn a step is to put its rows back, which is a step of its own: turning that one is the redo. A step and those that
turned it are a family; what a family did since cancels out where it has an even number of steps.
"""

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from gencli.errors import Conflict, LibraryFileError
from gencli.store.damage import damaged, decoding
from gencli.store.journal import Journal
from gencli.store.steps import TABLES, Step

_AT_ONCE = 1000
# The time of the last change is a trace of every step, and in no one's way.
_TIME = "changed"
# To which rows a row of another table belongs.
_PARENTS = {"paper": "paper", "page": "page", "file": "file", "one": "paper", "other": "paper"}
# What no two rows have.
_UNIQUE = {
    "paper": ("key",), "alias": ("key",), "identifier": ("kind", "value"), "link": ("paper", "url"),
    "tag": ("paper", "name"), "variant": ("paper", "field", "source"), "page": ("source",), "apart": ("one", "other"),
    "setting": ("name",),
}  # fmt: skip


class _Noted(NamedTuple):
    """What a step noted of a row, or of rows up to `last` that were new."""

    id: int
    table: str
    row: int
    last: int | None
    before: dict[str, Any] | None
    after: dict[str, Any] | None


def source(connection: sqlite3.Connection, step: Step) -> int:
    """The step whose rows are put back to turn one: it itself, or the last that turned it."""
    sql = "SELECT COALESCE(max(id), :step) FROM step WHERE undoes = :step"
    found: int = connection.execute(sql, {"step": step.number}).fetchone()[0]
    return found


def turn(connection: sqlite3.Connection, journal: Journal, step: Step) -> set[int]:
    """Put back the rows of a step; gives the papers that it touched. The caller writes the new step.

    Raises `Conflict` where a later step touched the same, or something would go that the step did not bring.
    """
    origin = source(connection, step)
    later = _later(connection, step.number, origin)
    stamped = _refuse_overlap(connection, step, origin, later)
    connection.execute("PRAGMA defer_foreign_keys = ON")
    turning = _Turning(connection, journal, step, stamped)
    for noted in _backwards(connection, origin):
        turning.put_back(noted)
    turning.refuse_orphans()
    _refuse_losses(connection, step, origin, journal.number)
    connection.execute("UPDATE step SET undone = ? WHERE id = ?", [int(not step.undone), step.number])
    sql = "SELECT DISTINCT paper FROM change WHERE step = ? AND paper IS NOT NULL"
    touched = {row[0] for row in connection.execute(sql, [journal.number])}
    sql = "SELECT m.paper FROM change c JOIN mention m ON m.page = c.row WHERE c.step = ? AND c.tbl = 'page'"
    return touched | turning.papers | {row[0] for row in connection.execute(sql, [journal.number])}


def _later(connection: sqlite3.Connection, own: int, origin: int) -> list[int]:
    """The steps since `origin` of families that have changed something in the end."""
    sql = (
        "SELECT id FROM step WHERE id > :origin AND COALESCE(undoes, id) IN (SELECT COALESCE(undoes, id) AS family"
        " FROM step WHERE id > :origin GROUP BY family HAVING count(*) % 2 = 1 AND family <> :own) ORDER BY id"
    )
    return [row[0] for row in connection.execute(sql, {"origin": origin, "own": own})]


def _refuse_overlap(
    connection: sqlite3.Connection, step: Step, origin: int, later: Sequence[int]
) -> set[tuple[str, int]]:
    """A later step that changed the same columns of a row is in the way; gives the rows that are stamped later."""
    stamped: set[tuple[str, int]] = set()
    same = "l.tbl = c.tbl AND l.row = c.row AND l.last IS NULL AND c.last IS NULL"
    of_range = "c.last IS NOT NULL AND l.tbl = c.tbl AND l.row <= c.last AND COALESCE(l.last, l.row) >= c.row"
    in_range = "l.last IS NOT NULL AND c.last IS NULL AND l.tbl = c.tbl AND c.row BETWEEN l.row AND l.last"
    for number in later:
        for condition in (same, of_range, in_range):
            sql = (
                "SELECT c.id, c.tbl, c.row, c.last, c.before, c.after, l.before, l.after FROM change l"
                f" JOIN change c ON c.step = ? AND {condition} WHERE l.step = ?"
            )
            for row in connection.execute(sql, [origin, number]):
                mine, its = _columns(row[4], row[5]), _columns(row[6], row[7])
                both = its if mine is None else mine if its is None else mine & its
                if both is None or both - {_TIME}:
                    raise _in_the_way(connection, step, number)
                stamped.add((row[1], row[2]))
    return stamped


@decoding("the journal")
def _columns(before: str | None, after: str | None) -> set[str] | None:
    """The columns that were changed; None for all of a row."""
    return set(json.loads(after)) if before is not None and after is not None else None


def _in_the_way(connection: sqlite3.Connection, step: Step, number: int) -> Conflict:
    sql = "SELECT s.id, s.summary, s.undone FROM step l JOIN step s ON s.id = COALESCE(l.undoes, l.id) WHERE l.id = ?"
    other, summary, is_undone = connection.execute(sql, [number]).fetchone()
    verb = "done again" if step.undone else "taken back"
    if is_undone:
        what = f"change {step.number} cannot be {verb}: change {other} ({summary}) was taken back since"
        return Conflict(what, f"do that one again first: gencli redo {other}")
    what = f"change {step.number} cannot be {verb}: change {other} ({summary}) changed the same since"
    return Conflict(what, f"take that one back first: gencli undo {other}")


def _backwards(connection: sqlite3.Connection, origin: int) -> Iterator[_Noted]:
    """What a step noted, the last first; some at a time, since there may be very much."""
    first, last = connection.execute("SELECT min(id), max(id) FROM change WHERE step = ?", [origin]).fetchone()
    end = (last or 0) + 1
    while found := connection.execute(NOTED, [first or 0, end, origin, _AT_ONCE]).fetchall():
        yield from map(_noted, found)
        end = found[-1][0]


# In the order of the rows as they are; by the index of steps they would all be sorted each time, so it is kept away.
NOTED = (
    "SELECT id, tbl, row, last, before, after FROM change WHERE id >= ? AND id < ? AND +step = ?"
    " ORDER BY id DESC LIMIT ?"
)


@decoding("the journal")
def _noted(row: Sequence[Any]) -> _Noted:
    before, after = (json.loads(text) if text is not None else None for text in (row[4], row[5]))
    if row[1] not in TABLES or not all(isinstance(one, (dict, type(None))) for one in (before, after)):
        raise damaged("the journal")
    return _Noted(row[0], row[1], row[2], row[3], before, after)


class _Turning:
    """The rows of one step on their way back."""

    def __init__(
        self, connection: sqlite3.Connection, journal: Journal, step: Step, stamped: set[tuple[str, int]]
    ) -> None:
        self._connection, self._journal, self._step, self._stamped = connection, journal, step, stamped
        self.papers: set[int] = set()
        # Which rows are needed by which column of which table.
        self._needed: set[tuple[str, int, str, str]] = set()

    def put_back(self, noted: _Noted) -> None:
        """One row, or the new rows of a range, as they were before."""
        table = noted.table
        if noted.before is None:
            self._journal.flush()
            sql = f"DELETE FROM {table} WHERE id BETWEEN ? AND ?"
            self._connection.execute(sql, [noted.row, noted.row if noted.last is None else noted.last])
            return
        values = noted.before
        if not set(values) <= set(self._journal.columns[table]):
            # The names would go into SQL as they are.
            raise damaged("the journal")
        is_there = noted.after is not None or self._is_there(table, noted.row)
        if is_there and (table, noted.row) in self._stamped:
            values = {name: value for name, value in values.items() if name != _TIME}
        try:
            if is_there:
                self._update(table, noted.row, values)
            else:
                self._insert(table, noted.row, values)
        except sqlite3.IntegrityError as error:
            raise self._taken(table, noted.row, values, error) from error

    def _is_there(self, table: str, row: int) -> bool:
        return self._connection.execute(f"SELECT 1 FROM {table} WHERE id = ?", [row]).fetchone() is not None

    def _update(self, table: str, row: int, values: Mapping[str, Any]) -> None:
        self._journal.flush()
        if values:
            names = ", ".join(f"{name} = ?" for name in values)
            self._connection.execute(f"UPDATE {table} SET {names} WHERE id = ?", [*values.values(), row])

    def _insert(self, table: str, row: int, values: Mapping[str, Any]) -> None:
        marks = ", ".join("?" * len(values))
        sql = f"INSERT INTO {table} ({', '.join(values)}) VALUES ({marks})"
        self._connection.execute(sql, list(values.values()))
        self._journal.restored(table, row)
        if table == "paper":
            self.papers.add(row)
        for name in _PARENTS.keys() & values.keys():
            if values[name] is not None:
                self._needed.add((_PARENTS[name], values[name], table, name))
                self.papers.update({values[name]} if _PARENTS[name] == "paper" else ())

    def refuse_orphans(self) -> None:
        """A row that comes back needs what it belongs to."""
        for table, number, child, name in self._needed:
            # Within the step it may have gone again, or gone to another one.
            sql = f"SELECT 1 FROM {child} WHERE {name} = ? LIMIT 1"
            if not self._is_there(table, number) and self._connection.execute(sql, [number]).fetchone():
                sql = "SELECT max(step) FROM change WHERE tbl = ? AND row = ? AND last IS NULL AND after IS NULL"
                found = self._connection.execute(sql, [table, number]).fetchone()[0]
                raise _blocked(self._connection, self._step, found, f"the {table} that it belongs to is gone")

    def _taken(
        self, table: str, row: int, values: Mapping[str, Any], error: sqlite3.IntegrityError
    ) -> Conflict | LibraryFileError:
        """What is there now in the place of a row that is to come back."""
        names = _UNIQUE.get(table, ())
        known = dict(self._connection.execute(f"SELECT * FROM {table} WHERE id = ?", [row]).fetchone() or {}) | {
            **values
        }
        if not names or not set(names) <= set(known):
            return Conflict(f"change {self._step.number} cannot be turned back: {error}", "see: gencli history")
        condition = " AND ".join(f"{name} = ?" for name in names)
        sql = f"SELECT id FROM {table} WHERE {condition} AND id <> ?"
        other = self._connection.execute(sql, [*(known[name] for name in names), row]).fetchone()
        found = _bringer(self._connection, table, other[0], self._journal.number) if other else None
        what = " ".join(str(known[name]) for name in names if name not in _PARENTS)
        return _blocked(self._connection, self._step, found, f"the {table} '{what[:80]}' is there anew")


def _bringer(connection: sqlite3.Connection, table: str, row: int, own: int) -> int | None:
    """The last step but `own` that brought or changed a row."""
    sql = "SELECT max(step) FROM change WHERE step <> ? AND tbl = ? AND row <= ? AND COALESCE(last, row) >= ?"
    found: int | None = connection.execute(sql, [own, table, row, row]).fetchone()[0]
    return found


def _blocked(connection: sqlite3.Connection, step: Step, number: int | None, why: str) -> Conflict:
    if number is not None and connection.execute("SELECT 1 FROM step WHERE id = ?", [number]).fetchone():
        conflict = _in_the_way(connection, step, number)
        return Conflict(f"{conflict.message} ({why})", conflict.hint)
    verb = "done again" if step.undone else "taken back"
    return Conflict(f"change {step.number} cannot be {verb}: {why}", "see: gencli history")


def _refuse_losses(connection: sqlite3.Connection, step: Step, origin: int, own: int) -> None:
    """Nothing may go that the step did not bring, such as the tag that a paper got later."""
    sql = (
        "SELECT n.tbl, n.row FROM change n WHERE n.step = :own AND n.last IS NULL AND n.after IS NULL"
        " AND NOT EXISTS (SELECT 1 FROM change c WHERE c.step = :origin AND c.tbl = n.tbl AND c.row = n.row)"
        " AND NOT EXISTS (SELECT 1 FROM change c WHERE c.last IS NOT NULL AND c.step = :origin AND c.tbl = n.tbl"
        " AND n.row BETWEEN c.row AND c.last) LIMIT 1"
    )
    lost = connection.execute(sql, {"own": own, "origin": origin}).fetchone()
    if lost is not None:
        found = _bringer(connection, lost[0], lost[1], own)
        raise _blocked(connection, step, found, f"a {lost[0]} that came later belongs to what would go")
