"""Every row of a library but its journal and its index, with names in the place of row numbers; lines in and out."""

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from gencli import Library, Outcome
from gencli.dumping import dump
from gencli.formats import jsonl
from gencli.restoring import restore

# What stands for a row of another table.
_NAMED = {"paper": "key", "page": "source", "file": "source"}
_TABLES = ("paper", "alias", "identifier", "link", "tag", "variant", "page", "mention", "problem", "file", "entry")


class Lines(Library):
    """A library that gives and takes its lines."""

    def text(self, numbers: Sequence[int] | None = None) -> str:
        """All of it, or some papers, as JSON lines."""
        return "".join(jsonl.write(dump(self._store, numbers)))

    def take_text(
        self, lines: str | Iterable[str | bytes], tags: Sequence[str] = (), *, dry_run: bool = False
    ) -> Outcome:
        """Take the lines of a library."""

        def act(change: Any) -> None:
            for number in restore(change, jsonl.read(lines, "lines")):
                change.mark(number, tags)

        return self._do(act, "imported lines", dry_run)

    def paper_number(self, key: str) -> int:
        """The row of a paper."""
        number = self._store.by_key(key)
        assert number is not None
        return number

    def doing(self, act: Callable[[Any], None]) -> Outcome:
        """Any change."""
        return self._do(act, "did something")


@contextmanager
def opened(path: Path, now: Callable[[], str] = lambda: "2026-05-05T05:05:05Z") -> Iterator[Lines]:
    """The library at a path, made where it is not there."""
    if not path.exists():
        Library.create(path)
    with Lines.open(path, write=True, now=now) as library:
        yield library


def rows(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    """The rows of each table in an order that means something: within a paper, a page or a file as they came."""
    with closing(sqlite3.connect(path)) as connection:
        connection.row_factory = sqlite3.Row
        names = {
            table: {row["id"]: row[column] for row in connection.execute(f"SELECT id, {column} FROM {table}")}
            for table, column in _NAMED.items()
        }
        found = {}
        for table in _TABLES:
            order = "name, id" if table == "tag" else "id"
            shapes = []
            for row in connection.execute(f"SELECT * FROM {table} ORDER BY {order}"):
                shape = {name: names[name].get(row[name]) if name in names else row[name] for name in row.keys()}  # noqa: SIM118
                shapes.append(tuple(shape[name] for name in shape if name != "id"))
            column = "paper" if table not in ("paper", "file", "page", "mention", "problem") else ""
            if column:
                place = [name for name in _columns(connection, table) if name != "id"].index("paper")
                shapes.sort(key=lambda shape: str(shape if table == "variant" else shape[place]))
            found[table] = shapes
        pairs = connection.execute("SELECT one, other FROM apart")
        found["apart"] = sorted(tuple(sorted(names["paper"][number] for number in pair)) for pair in pairs)
        words = connection.execute("SELECT w.*, p.key AS called FROM words w JOIN paper p ON p.id = w.rowid")
        found["words"] = sorted((row["called"], *tuple(row)) for row in words)
        found["words"] += [(connection.execute("SELECT count(*) FROM words").fetchone()[0],)]
    return found


def _columns(connection: sqlite3.Connection, table: str) -> list[str]:
    return [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]


def steps(path: Path) -> int:
    """How many steps the journal has."""
    with closing(sqlite3.connect(path)) as connection:
        number: int = connection.execute("SELECT count(*) FROM step").fetchone()[0]
        return number


def values(text: str) -> list[Any]:
    """The values of a text in JSON lines."""
    return [json.loads(line) for line in text.split("\n") if line]
