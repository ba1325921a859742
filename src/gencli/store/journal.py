"""What every change did, row by row, noted while it happens; kept to a size and an age.

While a library is open for writing, temporary triggers note each row that was there before it is changed or goes (the
way of https://www.sqlite.org/undoredo.html). New rows need no trigger: their numbers follow the last one ever given
(https://www.sqlite.org/autoinc.html), so that a step's new rows are a range of each table.
"""

import sqlite3
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from gencli.store import digests
from gencli.store.steps import TABLES

# A row of the journal, its entries in the indexes included, beside the texts in it.
_ROW_BYTES = 64
# The whole journal is measured now and then, and after a large step.
_EVERY, _LARGE = 50, 1_000_000
_NEW_ROWS = "INSERT INTO change (step, tbl, row, last) VALUES (?, ?, ?, ?)"


class Limit(NamedTuple):
    """How much of the journal is kept: bytes, and days; None is all."""

    size: int | None = 256 * 1024 * 1024
    days: int | None = 5 * 365


class Journal:
    """The journal of one library that is open for writing."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        # The columns of each table whose rows are noted.
        self.columns: dict[str, list[str]] = {}
        # The step that is being written, the last note before it, and whether another transaction began it.
        self.number, self._before, self._is_more = 0, 0, False
        self._is_written = False
        # A run of rows that came back with the number that they had, of which no trigger tells: (table, first, last).
        self._run: tuple[str, int, int] | None = None

    def watch(self) -> None:
        """Note from now on each row before it is changed or goes."""
        connection = self._connection
        connection.execute("PRAGMA temp_store = MEMORY")
        # Rows that give way to others (UPDATE OR REPLACE) are noted too.
        connection.execute("PRAGMA recursive_triggers = ON")
        # 0 is the number of the step, the others are the last rows that the tables had when it began.
        connection.execute("CREATE TEMP TABLE noting (id INTEGER PRIMARY KEY, number INTEGER NOT NULL)")
        for place, table in enumerate(TABLES, 1):
            self.columns[table] = [row[1] for row in connection.execute(f"PRAGMA main.table_info({table})")]
            for statement in _triggers(place, table, self.columns[table]):
                connection.execute(statement)

    def begin(self, into: int | None = None) -> None:
        """A transaction begins; what it does is a step of its own, or a part of the step `into`.

        So a command that writes in several transactions is one step, unless that was taken back, or somebody else wrote
        between them: what came later must not seem to stand before it.
        """
        newest = self._newest()
        sql = "SELECT 1 FROM step WHERE id = ? AND NOT undone AND id = (SELECT max(id) FROM step)"
        self._is_more = into is not None and self._connection.execute(sql, [into]).fetchone() is not None
        self.number = into if into is not None and self._is_more else newest["step"] + 1
        self._before = self._connection.execute("SELECT COALESCE(max(id), 0) FROM change").fetchone()[0]
        self._is_written = False
        self._run = None
        rows = [(0, self.number), *((place, newest[table]) for place, table in enumerate(TABLES, 1))]
        self._connection.executemany("INSERT OR REPLACE INTO temp.noting (id, number) VALUES (?, ?)", rows)

    def _newest(self) -> dict[str, int]:
        """The highest number that each table has ever given."""
        known = dict.fromkeys((*TABLES, "step"), 0)
        for row in self._connection.execute("SELECT name, seq FROM sqlite_sequence"):
            known[row[0]] = row[1]
        return known

    def restored(self, table: str, number: int) -> None:
        """A row came back with the number that it had."""
        if self._run is not None:
            known, first, last = self._run
            if known == table and number in (first - 1, last + 1):
                self._run = (table, min(first, number), max(last, number))
                return
        self.flush()
        self._run = (table, number, number)

    def flush(self) -> None:
        """Note the run of rows that came back, before something else is noted."""
        if self._run is not None:
            self._connection.execute(_NEW_ROWS, [self.number, *self._run])
            self._run = None

    def write(self, at: str, command: str, summary: str, undoes: int | None = None) -> int | None:
        """Make a step of what was noted; None where nothing was, so that an idle transaction writes nothing."""
        self._note_new_rows()
        sql = (
            "SELECT count(*), sum(length(CAST(before AS BLOB)) + COALESCE(length(CAST(after AS BLOB)), 0))"
            " FROM change WHERE step = ? AND id > ?"
        )
        noted, texts = self._connection.execute(sql, [self.number, self._before]).fetchone()
        size = noted * _ROW_BYTES + (texts or 0)
        if noted and self._is_more:
            sql = "UPDATE step SET summary = ?, size = size + ? WHERE id = ?"
            self._connection.execute(sql, [summary, size, self.number])
        elif noted:
            sql = "INSERT INTO step (id, at, command, summary, undoes, size) VALUES (?, ?, ?, ?, ?, ?)"
            self._connection.execute(sql, [self.number, at, command, summary, undoes, size])
        if not noted:
            return self.number if self._is_more else None
        self._is_written = True
        if size > _LARGE or self.number % _EVERY == 0:
            self.prune(at)
        return self.number

    def finish(self) -> bool:
        """The transaction ends; whether it changed anything. Where no step was written of it, nothing stays noted."""
        if not self._is_written:
            self._note_new_rows()
        sql = "SELECT DISTINCT tbl, row, COALESCE(last, row) FROM change WHERE id > ?"
        digests.follow(self._connection, map(tuple, self._connection.execute(sql, [self._before])))
        if self._is_written:
            return True
        return self._connection.execute("DELETE FROM change WHERE id > ?", [self._before]).rowcount > 0

    def _note_new_rows(self) -> None:
        self.flush()
        before = dict(self._connection.execute("SELECT id, number FROM temp.noting"))
        newest = self._newest()
        ranges = [
            run
            for place, table in enumerate(TABLES, 1)
            if newest[table] > before[place] and (run := self._new_in(table, before[place]))
        ]
        self._connection.executemany(_NEW_ROWS, [(self.number, *one) for one in ranges])

    def _new_in(self, table: str, before: int) -> tuple[str, int, int] | None:
        """The new rows of a table; a number was also given to one that then was not needed, or went again."""
        # Together SQLite would look at all rows for the two.
        sql = (
            f"SELECT (SELECT min(id) FROM {table} WHERE id > :before), (SELECT max(id) FROM {table} WHERE id > :before)"
        )
        first, last = self._connection.execute(sql, {"before": before}).fetchone()
        return None if first is None else (table, first, last)

    def prune(self, at: str) -> int:
        """Let go of the oldest steps beyond the limit, but never of the newest; gives their number.

        A step goes with those that undid or redid it.
        """
        most, days = limit(self._connection)
        sql = "SELECT COALESCE(undoes, id) AS first, max(at), sum(size) FROM step GROUP BY first ORDER BY first DESC"
        found = self._connection.execute(sql).fetchall()
        oldest = self._connection.execute("SELECT date(?, ?)", [at, f"-{days or 0} days"]).fetchone()[0] or ""
        total, gone = 0, []
        for place, (first, newest_at, size) in enumerate(found):
            total += size
            too_old = days is not None and newest_at < oldest
            if place and (too_old or (most is not None and total > most)):
                gone.append(first)
        for first in gone:
            # What undid it names it, and so goes first.
            self._connection.execute("DELETE FROM step WHERE undoes = ?", [first])
            self._connection.execute("DELETE FROM step WHERE id = ?", [first])
        return len(gone)


def limit(connection: sqlite3.Connection) -> Limit:
    """How much of the journal is kept, as the library has it set."""
    said = dict(connection.execute("SELECT name, value FROM setting WHERE name IN ('history.size', 'history.days')"))
    usual = Limit()
    return Limit(_number(said, "history.size", usual.size), _number(said, "history.days", usual.days))


def _number(said: Mapping[str, str], name: str, usual: int | None) -> int | None:
    value = said.get(name, "")
    return None if value == "all" else int(value) if value.isdecimal() and value.isascii() else usual


def _triggers(place: int, table: str, columns: list[str]) -> Iterator[str]:
    """What notes the rows of a table: one that goes as a whole, of one that is changed the columns that are."""
    known = f"OLD.id <= (SELECT number FROM noting WHERE id = {place})"
    paper = {"paper": "OLD.id", "apart": "OLD.one"}.get(table, "OLD.paper" if "paper" in columns else "NULL")
    head = (
        "BEGIN INSERT INTO change (step, tbl, row, paper, before, after)"
        f" VALUES ((SELECT number FROM noting WHERE id = 0), '{table}', OLD.id, {paper}"
    )
    whole = ", ".join(f"'{name}', OLD.{name}" for name in columns)
    yield (
        f"CREATE TEMP TRIGGER note_{table}_delete AFTER DELETE ON main.{table} WHEN {known}"
        f" {head}, json_object({whole}), NULL); END"
    )
    # The time of the last change changes with every other thing; to look for that alone is quicker.
    for name, some in (("", [name for name in columns if name != "changed"]), ("_time", ["changed"])):
        if some[0] in columns:
            # A key that is another in its capitals only is another one.
            differs = " OR ".join(f"OLD.{one} COLLATE BINARY IS NOT NEW.{one}" for one in some)
            before, after = (_changed(some, row) for row in ("OLD", "NEW"))
            yield (
                f"CREATE TEMP TRIGGER note_{table}_update{name} AFTER UPDATE OF {', '.join(some)} ON main.{table}"
                f" WHEN {known} AND ({differs}) {head}, {before}, {after}); END"
            )


def _changed(columns: list[str], row: str) -> str:
    if len(columns) == 1:
        return f"json_object('{columns[0]}', {row}.{columns[0]})"
    parts = " UNION ALL ".join(
        f"SELECT '{one}' AS name, {row}.{one} AS said WHERE OLD.{one} COLLATE BINARY IS NOT NEW.{one}"
        for one in columns
    )
    return f"(SELECT json_group_object(name, said) FROM ({parts}))"
