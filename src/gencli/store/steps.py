"""The journal as it is read: which steps there were, which touched a paper, how much there is."""

import sqlite3
from typing import Any, NamedTuple

# The tables whose rows the journal tells of: all but its own, the full-text index and the list of words.
TABLES = (
    "paper", "alias", "identifier", "link", "tag", "variant", "page", "mention", "problem", "file", "entry", "apart",
    "setting",
)  # fmt: skip
# Of these a row belongs to a paper.
_OF_PAPER = ("alias", "identifier", "link", "tag", "variant", "mention", "entry")


class Step(NamedTuple):
    """One change: when (UTC), by which command line, what it did in words; `undone` where it was taken back."""

    number: int
    at: str
    command: str
    summary: str
    undone: bool


def steps(connection: sqlite3.Connection, paper: int | None = None) -> list[Step]:
    """The steps, newest first, without those that undo or redo others; of one paper, those that touched it."""
    sql = "SELECT id, at, command, summary, undone FROM step WHERE undoes IS NULL"
    if paper is not None:
        sql += f" AND id IN ({_touching()})"
    rows = connection.execute(sql + " ORDER BY id DESC", {} if paper is None else {"paper": paper})
    return [Step(row[0], row[1], row[2], row[3], bool(row[4])) for row in rows]


def _touching() -> str:
    """The steps that changed rows of a paper, or made those that it has or had."""
    has = " UNION ALL ".join(f"SELECT '{table}', id FROM {table} WHERE paper = :paper" for table in _OF_PAPER)
    return (
        "SELECT step FROM change WHERE paper = :paper UNION"
        " SELECT c.step FROM (SELECT 'paper' AS tbl, :paper AS row"
        f" UNION ALL {has} UNION ALL SELECT 'apart', id FROM apart WHERE :paper IN (one, other)"
        " UNION SELECT tbl, row FROM change WHERE paper = :paper) r"
        " JOIN change c ON c.last IS NOT NULL AND c.tbl = r.tbl AND r.row BETWEEN c.row AND c.last"
    )


def removed(connection: sqlite3.Connection, key: str) -> int | None:
    """The paper that had a key when it was taken out."""
    sql = (
        "SELECT row FROM change WHERE tbl = 'paper' AND last IS NULL AND after IS NULL"
        " AND json_extract(before, '$.key') = ? COLLATE NOCASE ORDER BY id DESC LIMIT 1"
    )
    row = connection.execute(sql, [key]).fetchone()
    return row[0] if row else None


def turned(connection: sqlite3.Connection) -> list[Step]:
    """The steps that are undone, the one that was undone last first."""
    order = dict(connection.execute("SELECT undoes, max(id) FROM step WHERE undoes IS NOT NULL GROUP BY undoes"))
    return sorted((step for step in steps(connection) if step.undone), key=lambda step: -order[step.number])


def extent(connection: sqlite3.Connection, step: int) -> int:
    """How many rows a step touched."""
    sql = "SELECT COALESCE(sum(COALESCE(last, row) - row + 1), 0) FROM change WHERE step = ?"
    found: int = connection.execute(sql, [step]).fetchone()[0]
    return found


def size(connection: sqlite3.Connection) -> dict[str, Any]:
    """How much the journal holds: changes, the first one's time, bytes, how many older ones were let go."""
    count, since, most, size = connection.execute(
        "SELECT count(*), min(at), COALESCE(sum(size), 0),"
        " (SELECT seq FROM sqlite_sequence WHERE name = 'step') FROM step"
    ).fetchone()
    own = connection.execute("SELECT count(*) FROM step WHERE undoes IS NULL").fetchone()[0]
    return {"steps": own, "since": since, "bytes": most, "let_go": (size or 0) - count}
