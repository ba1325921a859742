"""What is wrong with the library as a file, and what mends it: its pages, indexes, schema, rows without a parent.

What a row says is looked at in `odd`; the full-text index looks at itself. Nothing here writes but `cure`.
"""

import json
import re
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from gencli.store import digests, schema, waiting
from gencli.store.backups import way_back
from gencli.store.steps import TABLES

Statement = tuple[str, tuple[Any, ...]]

# What SQLite says of an index that is not what its table is, of two rows where one may be, of values (which `odd` tells
# of row by row) and of full-text indexes (https://www.sqlite.org/pragma.html#pragma_integrity_check).
_OF_INDEX = re.compile(r"(?:row \d+ missing from|wrong # of entries in|.* of|.* in) index (?P<index>.+)")
_TWICE = re.compile(r"non-unique entry in index (?P<index>.+)")
_ELSEWHERE = re.compile(r"(?:\S+ value in|CHECK constraint failed in) .+|.*FTS5 table.*", re.DOTALL)
_OF_TREE = re.compile(r"(?:On tree page|Tree) (?P<root>\d+)\b")
# So many of its messages are asked for; so many rows are shown.
_MOST, _SHOWN = 10_000, 100
# What the full-text index is made of, which is written anew as a whole.
SEARCH = "search index"
_PARTS = ("words", "vocabulary", *(f"words_{part}" for part in ("data", "idx", "content", "docsize", "config")))


class Fault(NamedTuple):
    """One fault: where, what; what mends it in words and in SQL; its raw text; of which paper (None: of none).

    `is_notice` is what only wants to be known; `is_unreadable` what hides the rest of the paper, or of the file;
    `renamed` the identifier, by its row, that becomes another kind and value; `touched` what the cure changes, as runs
    of rows (table, first, last).
    """

    where: str
    what: str
    fix: str | None = None
    raw: str | None = None
    cure: tuple[Statement, ...] = ()
    paper: int | None = None
    is_notice: bool = False
    is_unreadable: bool = False
    renamed: tuple[int, str, str] | None = None
    touched: tuple[tuple[str, int, int], ...] = ()

    @property
    def is_mendable(self) -> bool:
        """Whether `cure` makes something of it; rows that were touched are summed up anew."""
        return bool(self.cure or self.touched)

    def left(self) -> "Fault":
        """The same where nothing is to be mended."""
        return self._replace(fix=None, cure=(), renamed=None, touched=())


class _Made(NamedTuple):
    """One thing of a schema."""

    type: str
    name: str
    table: str
    sql: str | None


def faults(connection: sqlite3.Connection, path: Path) -> list[Fault]:
    """All faults of the file, those of the schema first: in this order they are mended.

    Where pages do not fit together the rest may follow from that, and nothing is mended: to write into such a file may
    make it worse.
    Raises `LibraryFileError` where not even the schema can be read.
    """
    with schema.explained(path):
        pages, others = _integrity(connection, path)
        found = list(_of_schema(connection))
        if any(one.is_unreadable for one in pages):
            return [*pages, *(one.left() for one in found)]
        return [*pages, *found, *others, *_orphans(connection)]


def cure(
    path: Path, found: Sequence[Fault], copy: Callable[[], object], say: Callable[[str], None] | None = None
) -> None:
    """Mend what can be mended of these, in one transaction; before it writes, `copy` is called.

    It is no step of the journal: what SQL indexes and foreign keys forbid cannot be put back by its rows. `say` is told
    where one must wait for another program. Raises `LibraryFileError`.
    """
    connection = schema.open_writing(path)
    with closing(connection), schema.explained(path), waiting.at_work(connection, path):
        waiting.begin(connection, path, say)
        copy()
        for statement in [statement for one in found for statement in one.cure]:
            connection.execute(*statement)
        digests.follow(connection, [run for one in found for run in one.touched])
        connection.execute("COMMIT")


# --- pages and indexes -----------------------------------------------------------------------------


def _integrity(connection: sqlite3.Connection, path: Path) -> tuple[list[Fault], list[Fault]]:
    """What SQLite finds: pages that do not fit together, and indexes that are not what their tables are."""
    try:
        said = [str(row[0]) for row in connection.execute(f"PRAGMA integrity_check({_MOST})")]
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
        if getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT) & 0xFF != sqlite3.SQLITE_CORRUPT:
            # In use, or not to be read: that says nothing of the pages.
            raise
        said = [str(error)]
    lines = [line for text in said for line in text.splitlines() if line != "ok" and not line.startswith("***")]
    indexes, twice, pages = dict[str, list[str]](), dict[str, None](), list[str]()
    for line in lines:
        if match := _TWICE.fullmatch(line):
            twice[match["index"]] = None
        elif match := _OF_INDEX.fullmatch(line):
            indexes.setdefault(match["index"], []).append(line)
        elif not _ELSEWHERE.fullmatch(line):
            pages.append(line)
    found = [_duplicate(connection, name) for name in twice]
    found += [_index(name, said) for name, said in indexes.items() if name not in twice]
    return [*_pages(connection, path, pages)], found


def _index(name: str, said: list[str]) -> Fault:
    raw = "\n".join(said[:_SHOWN])
    return Fault(
        f"index {name}", "is not what its table is", "it is made anew", raw, ((f"REINDEX {_quoted(name)}", ()),)
    )


def _duplicate(connection: sqlite3.Connection, name: str) -> Fault:
    """Rows that are the same in what no two rows may have."""
    row = connection.execute("SELECT tbl_name FROM main.sqlite_master WHERE name = ?", [name]).fetchone()
    columns = [one[2] for one in connection.execute(f"PRAGMA index_info({_quoted(name)})")]
    if None in columns:
        return Fault(f"index {name}", "has several rows that are the same")
    names = ", ".join(map(_quoted, columns))
    # From the table itself, whatever the index holds.
    sql = f"SELECT {names} FROM {_quoted(row[0])} NOT INDEXED GROUP BY {names} HAVING count(*) > 1 LIMIT {_SHOWN}"
    raw = "\n".join(_as_text(list(one)) for one in connection.execute(sql))
    return Fault(f"table {row[0]}", f"several rows have the same {', '.join(columns)}", None, raw)


def _pages(connection: sqlite3.Connection, path: Path, said: list[str]) -> Iterator[Fault]:
    """Pages that do not fit together; those of the search index can be written anew."""
    roots = dict(connection.execute("SELECT rootpage, name FROM main.sqlite_master").fetchall()) if said else {}
    of_index, others = list[str](), list[str]()
    for line in said:
        match = _OF_TREE.match(line)
        (of_index if match and roots.get(int(match["root"])) in _PARTS else others).append(line)
    if others:
        what = f"its pages do not fit together; nothing of it is mended; {way_back(path)}"
        yield Fault("file", what, None, "\n".join(others[:_SHOWN]), is_unreadable=True)
    elif of_index:
        yield Fault(SEARCH, "its pages do not fit together", "the index is written anew", "\n".join(of_index[:_SHOWN]))


# --- the schema ------------------------------------------------------------------------------------


@cache
def ours() -> dict[str, _Made]:
    """What gencli makes, by name."""
    return _fresh()[0]


@cache
def _fresh() -> tuple[dict[str, _Made], dict[str, tuple[tuple[str, frozenset[type]], ...]]]:
    """What a new library has: its schema, and the columns of each table with the types that their values have."""
    types, found = {"TEXT": str, "INTEGER": int}, {}
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute("PRAGMA journal_mode = OFF")
        connection.executescript(schema.snapshot())
        made = _made(connection)
        for name in [one.name for one in made.values() if one.type == "table" and one.name not in _PARTS]:
            found[name] = tuple(
                (row[1], frozenset((types[row[2]], *(() if row[3] or row[5] else (type(None),)))))
                for row in connection.execute(f"PRAGMA table_info({name})")
            )
    return made, found


def columns(table: str) -> tuple[tuple[str, frozenset[type]], ...]:
    """The columns of a table of ours, each with the types that its values have."""
    return _fresh()[1][table]


def _made(connection: sqlite3.Connection) -> dict[str, _Made]:
    sql = "SELECT type, name, tbl_name, sql FROM main.sqlite_master ORDER BY rowid"
    return {row[1]: _Made(*row) for row in connection.execute(sql) if not str(row[1]).startswith("sqlite_")}


def _of_schema(connection: sqlite3.Connection) -> Iterator[Fault]:
    """What is not ours; what of ours is not there, or is another."""
    there, made = _made(connection), ours()
    for one in there.values():
        if one.name not in made:
            yield _foreign(one, one.table in made and made[one.table].type == "table")
    for mine in made.values():
        found = there.get(mine.name)
        if mine.name in _PARTS or (found and _plain(found) == _plain(mine)):
            continue
        where, what = f"{mine.type} {mine.name}", "is not there" if found is None else "is not as gencli makes it"
        if mine.type == "table" or (found and found.type != mine.type):
            # One with less than ours, or none, was refused when the file was opened.
            yield Fault(where, what, None, found.sql if found else None)
            continue
        drop = ((f"DROP {found.type.upper()} IF EXISTS {_quoted(found.name)}", ()),) if found else ()
        yield Fault(where, what, "it is made anew", found.sql if found else None, (*drop, (mine.sql or "", ())))


def _foreign(one: _Made, is_on_ours: bool) -> Fault:
    """What a stranger made: what could act on rows of gencli's is a fault, what only stands there is somebody's own."""
    where, what = f"{one.type} {one.name}", "is not gencli's"
    if one.type == "trigger" and is_on_ours:
        cure = ((f"DROP TRIGGER IF EXISTS {_quoted(one.name)}", ()),)
        return Fault(where, f"{what}, and is not run", "it is taken away", one.sql, cure)
    if one.type == "index" and is_on_ours and re.match(r"CREATE\s+UNIQUE", one.sql or "", re.IGNORECASE):
        cure = ((f"DROP INDEX IF EXISTS {_quoted(one.name)}", ()),)
        return Fault(where, f"{what}, and keeps papers out", "it is taken away", one.sql, cure)
    return Fault(where, f"{what}; it is left alone", None, one.sql, is_notice=True)


def _plain(one: _Made) -> tuple[str, str, str]:
    """What a thing of a schema is, however SQLite wrote its SQL down."""
    return one.type, one.table, " ".join((one.sql or "").replace('"', "").split()).replace(" ,", ",")


# --- rows that belong to nothing -------------------------------------------------------------------


def _orphans(connection: sqlite3.Connection) -> Iterator[Fault]:
    """Rows whose paper, page, file or step is not there; a foreign key that is kept would have taken them along."""
    gone: dict[tuple[str, str], list[int]] = {}
    for table, number, parent, _ in connection.execute("PRAGMA foreign_key_check"):
        if table in ours() and number is not None:
            gone.setdefault((table, parent), []).append(number)
    for (table, parent), numbers in gone.items():
        has, they = (f"{len(numbers)} rows belong", "they are") if len(numbers) > 1 else ("1 row belongs", "it is")
        cure = (f"DELETE FROM {table} WHERE id IN (SELECT value FROM json_each(?))", (json.dumps(numbers),))
        what, raw = f"{has} to no {parent} that is there", _shown(connection, table, numbers[:_SHOWN])
        touched = tuple((table, number, number) for number in numbers if table in TABLES)
        yield Fault(f"table {table}", what, f"{they} taken out", raw, (cure,), touched=touched)


def _shown(connection: sqlite3.Connection, table: str, numbers: Sequence[int]) -> str:
    """Rows as JSON, one a line; a text that is no UTF-8 by its bytes."""
    names = [name for name, _ in columns(table)]
    texts = ", ".join(f"CAST({name} AS BLOB)" for name in names)
    sql = f"SELECT {texts} FROM {table} WHERE id IN (SELECT value FROM json_each(?))"
    found = connection.execute(sql, [json.dumps(numbers)])
    return "\n".join(_as_text(dict(zip(names, map(_seen, row), strict=True))) for row in found)


def _seen(value: bytes | None) -> str | None:
    return None if value is None else value.decode("utf-8", "backslashreplace")


def _as_text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=lambda blob: blob.hex())


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
