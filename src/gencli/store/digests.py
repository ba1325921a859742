"""A sum of each few rows, by which lost bits are found.

SQLite has none: a page of a file fits together as well as before where a text on it lost a bit.

The sums follow what gencli writes, in the same transaction. `gencli check` works them out anew.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple
from zlib import crc32

from gencli.store.damage import decoding
from gencli.store.steps import TABLES

# So many rows have one sum, by their numbers: as few as are quickly summed up, as many as make the sums small.
ROWS = 16
_MANY = 1 << 58


class Unlike(NamedTuple):
    """Rows of a table that are not what gencli wrote: the numbers of the first and the last that may be meant."""

    table: str
    first: int
    last: int


def make(connection: sqlite3.Connection) -> None:
    """Sum up all that is there."""
    connection.execute("DELETE FROM digest")
    for table in TABLES:
        _keep(connection, table, _sums(connection, table, 0, _MANY))


def follow(connection: sqlite3.Connection, runs: Iterable[tuple[str, int, int]]) -> None:
    """Sum up anew the blocks of rows that were written; `runs` are (table, first row, last row)."""
    for table, first, last in _blocks(runs):
        connection.execute("DELETE FROM digest WHERE tbl = ? AND block BETWEEN ? AND ?", [table, first, last])
        _keep(connection, table, _sums(connection, table, first, last))


def unlike(connection: sqlite3.Connection) -> Iterator[Unlike]:
    """The rows that are not what they were when they were summed up. Raises SQLite's errors."""
    for table in TABLES:
        known = dict(connection.execute("SELECT block, sum FROM digest WHERE tbl = ?", [table]))
        found = dict(_sums(connection, table, 0, _MANY))
        for block in sorted(known.keys() | found.keys()):
            if known.get(block) != found.get(block):
                yield Unlike(table, block * ROWS, block * ROWS + ROWS - 1)


def accept(connection: sqlite3.Connection, found: Iterable[Unlike]) -> None:
    """Take the rows as they are now."""
    follow(connection, ((one.table, one.first, one.last) for one in found))


def _blocks(runs: Iterable[tuple[str, int, int]]) -> Iterator[tuple[str, int, int]]:
    """Runs of rows as runs of blocks, each block once."""
    known: tuple[str, int, int] | None = None
    for table, first, last in _sorted(runs):
        if known is not None and known[0] == table and first // ROWS <= known[2] + 1:
            known = (table, known[1], max(known[2], last // ROWS))
            continue
        if known is not None:
            yield known
        known = (table, first // ROWS, last // ROWS)
    if known is not None:
        yield known


@decoding("the journal")
def _sorted(runs: Iterable[tuple[str, int, int]]) -> list[tuple[str, int, int]]:
    """Runs in their order; those of a journal that is damaged may be none."""
    found = sorted(runs)
    if not all(run[0] in TABLES and type(run[1]) is type(run[2]) is int for run in found):
        raise ValueError("no run of rows")
    return found


def _sums(connection: sqlite3.Connection, table: str, first: int, last: int) -> Iterator[tuple[int, int]]:
    """The sums of the blocks from `first` to `last` that have rows."""
    cursor = connection.cursor()
    cursor.row_factory = None
    rows = cursor.execute(
        f"SELECT * FROM {table} WHERE id BETWEEN ? AND ? ORDER BY id", [first * ROWS, last * ROWS + ROWS - 1]
    )
    block, total = -1, 0
    for row in rows:
        if row[0] // ROWS != block:
            if block >= 0:
                yield block, total
            block, total = row[0] // ROWS, 0
        total = crc32(_bytes(row), total)
    if block >= 0:
        yield block, total


def _bytes(row: Sequence[Any]) -> bytes:
    # What parts the values stands in none of them unless it was typed, and then the others tell it apart.
    return "\x1f".join(map(str, row)).encode("utf-8", "surrogatepass")


def _keep(connection: sqlite3.Connection, table: str, sums: Iterable[tuple[int, int]]) -> None:
    connection.executemany(
        "INSERT INTO digest (tbl, block, sum) VALUES (?, ?, ?)", ((table, block, total) for block, total in sums)
    )
