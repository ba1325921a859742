"""What every change did, row by row, and back again.

While a library is open for writing, temporary triggers note each row before it is changed (the way
of https://www.sqlite.org/undoredo.html); at the end of a transaction the notes become one step. To
undo a step is to put its rows back, which is a step of its own: undoing that one is the redo.
"""

import sqlite3
from collections.abc import Iterable
from typing import Any, NamedTuple

from gencli.errors import Conflict
from gencli.store import damage

# The tables whose rows are noted: all but the journal's own and the full-text index.
TABLES = (
    "paper", "alias", "identifier", "link", "tag", "variant", "page", "mention", "problem", "file", "entry", "apart",
)  # fmt: skip


class Step(NamedTuple):
    """One change: when (UTC), by which command line, what it did in words; `undone` where it was taken back."""

    number: int
    at: str
    command: str
    summary: str
    undone: bool


Row = tuple[str, int, str | None]


def watch(connection: sqlite3.Connection) -> None:
    """Note from now on each row before it is changed, in a table of this connection alone."""
    connection.execute("PRAGMA temp_store = MEMORY")
    # Rows that give way to others (UPDATE OR REPLACE) are noted too.
    connection.execute("PRAGMA recursive_triggers = ON")
    connection.execute("CREATE TEMP TABLE noted (id INTEGER PRIMARY KEY, tbl TEXT, row INTEGER, before TEXT)")
    for table in TABLES:
        columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
        old = "json_object(" + ", ".join(f"'{name}', OLD.{name}" for name in columns) + ")"
        for event, row, before in (("INSERT", "NEW.id", "NULL"), ("UPDATE", "OLD.id", old), ("DELETE", "OLD.id", old)):
            connection.execute(
                f"CREATE TEMP TRIGGER note_{table}_{event} AFTER {event} ON main.{table} BEGIN"
                f" INSERT INTO noted (tbl, row, before) VALUES ('{table}', {row}, {before}); END"
            )


def begin(connection: sqlite3.Connection) -> None:
    """Forget what was noted before: a new transaction begins."""
    connection.execute("DELETE FROM temp.noted")


def write(connection: sqlite3.Connection, at: str, command: str, summary: str, undoes: int | None = None) -> int | None:
    """Make a step of what was noted; None where nothing was, so that an idle transaction writes nothing."""
    if connection.execute("SELECT 1 FROM temp.noted LIMIT 1").fetchone() is None:
        return None
    sql = "INSERT INTO step (at, command, summary, undoes) VALUES (?, ?, ?, ?)"
    number = connection.execute(sql, [at, command, summary, undoes]).lastrowid
    assert number is not None
    _keep_noted(connection, number)
    return number


def extend(connection: sqlite3.Connection, number: int, summary: str) -> bool:
    """Make what was noted a part of a step; False where that was taken back, or another came after it.

    So a command that writes in several transactions is one step, unless somebody else wrote between them: what
    came later must not seem to stand before it.
    """
    sql = "SELECT 1 FROM step WHERE id = :id AND NOT undone AND id = (SELECT max(id) FROM step)"
    if connection.execute(sql, {"id": number}).fetchone() is None:
        return False
    if connection.execute("SELECT 1 FROM temp.noted LIMIT 1").fetchone() is not None:
        connection.execute("UPDATE step SET summary = ? WHERE id = ?", [summary, number])
        _keep_noted(connection, number)
    return True


def _keep_noted(connection: sqlite3.Connection, number: int) -> None:
    connection.execute(
        "INSERT INTO change (step, tbl, row, before) SELECT ?, tbl, row, before FROM temp.noted ORDER BY id", [number]
    )


def steps(connection: sqlite3.Connection, paper: int | None = None) -> list[Step]:
    """The steps, newest first, without those that undo or redo others; of one paper, those that touched it."""
    sql = "SELECT id, at, command, summary, undone FROM step WHERE undoes IS NULL"
    if paper is not None:
        sql += (
            " AND id IN (SELECT step FROM change WHERE (tbl = 'paper' AND row = :paper)"
            " OR json_extract(before, '$.paper') = :paper)"
        )
    rows = connection.execute(sql + " ORDER BY id DESC", {} if paper is None else {"paper": paper})
    return [Step(row[0], row[1], row[2], row[3], bool(row[4])) for row in rows]


def turned(connection: sqlite3.Connection) -> list[Step]:
    """The steps that are undone, the one that was undone last first."""
    order = dict(connection.execute("SELECT undoes, max(id) FROM step WHERE undoes IS NOT NULL GROUP BY undoes"))
    return sorted((step for step in steps(connection) if step.undone), key=lambda step: -order[step.number])


def turn(connection: sqlite3.Connection, step: Step) -> None:
    """Put back the rows of a step (or, where it is undone, of the step that undid it); the caller writes the new step.

    Raises `Conflict` where a later step touched the same rows, or something would go that the step did not bring.
    """
    source = step.number
    if step.undone:
        sql = "SELECT max(id) FROM step WHERE undoes = ?"
        source = connection.execute(sql, [step.number]).fetchone()[0]
    rows: list[Row] = connection.execute(
        "SELECT tbl, row, before FROM change WHERE step = ? ORDER BY id DESC", [source]
    ).fetchall()
    _refuse_overlap(connection, step, rows)
    connection.execute("PRAGMA defer_foreign_keys = ON")
    for table, number, before in rows:
        _put_back(connection, table, number, before)
    wanted = {(table, number) for table, number, _ in rows}
    gone = {(row[0], row[1]) for row in connection.execute("SELECT DISTINCT tbl, row FROM temp.noted")} - wanted
    if gone:
        raise Conflict(
            f"step {step.number} cannot be turned back: later {_named(table for table, _ in gone)} belong to it",
            "undo the later steps first; see: gencli history",
        )
    connection.execute("UPDATE step SET undone = ? WHERE id = ?", [int(not step.undone), step.number])


def papers_touched(connection: sqlite3.Connection) -> set[int]:
    """The papers whose own rows, tags, links, mentions or pages were noted in this transaction."""
    sql = """
        SELECT row FROM temp.noted WHERE tbl = 'paper'
        UNION SELECT json_extract(before, '$.paper') FROM temp.noted WHERE before IS NOT NULL
        UNION SELECT a.paper FROM alias a JOIN temp.noted n ON n.tbl = 'alias' AND n.row = a.id
        UNION SELECT t.paper FROM tag t JOIN temp.noted n ON n.tbl = 'tag' AND n.row = t.id
        UNION SELECT m.paper FROM mention m JOIN temp.noted n ON n.tbl = 'mention' AND n.row = m.id
        UNION SELECT m.paper FROM mention m JOIN temp.noted n ON n.tbl = 'page' AND n.row = m.page
    """
    return {row[0] for row in connection.execute(sql) if row[0] is not None}


def _refuse_overlap(connection: sqlite3.Connection, step: Step, rows: Iterable[Row]) -> None:
    """A later step that stands and touched the same rows is in the way."""
    sql = (
        "SELECT s.id, s.summary FROM change c JOIN step s ON s.id = c.step"
        " WHERE c.tbl = ? AND c.row = ? AND s.id > ? AND s.undoes IS NULL AND NOT s.undone LIMIT 1"
    )
    for table, number, _ in rows:
        later = connection.execute(sql, [table, number, step.number]).fetchone()
        if later is not None:
            raise Conflict(
                f"step {step.number} cannot be turned back: step {later[0]} ({later[1]}) changed the same since",
                f"undo that one first: gencli undo {later[0]}",
            )


def _put_back(connection: sqlite3.Connection, table: str, number: int, before: str | None) -> None:
    if table not in TABLES:
        raise damage.damaged("the journal")
    if before is None:
        connection.execute(f"DELETE FROM {table} WHERE id = ?", [number])
        return
    columns = _columns(connection, table, before)
    there = connection.execute(f"SELECT 1 FROM {table} WHERE id = ?", [number]).fetchone()
    if there:
        names = ", ".join(f"{name} = ?" for name in columns)
        connection.execute(f"UPDATE {table} SET {names} WHERE id = ?", [*columns.values(), number])
    else:
        marks = ", ".join("?" * len(columns))
        connection.execute(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})", list(columns.values()))


@damage.decoding("the journal")
def _columns(connection: sqlite3.Connection, table: str, before: str) -> dict[str, Any]:
    """What a row had before. The names become SQL, so only those of the table are taken."""
    found: dict[str, Any] = damage.from_json(before)
    if table not in TABLES or found.keys() - {row[1] for row in connection.execute(f"PRAGMA table_info({table})")}:
        raise ValueError("no row of this table")
    return found


def _named(tables: Iterable[str]) -> str:
    return " and ".join(sorted({f"{table}s" for table in tables}))
