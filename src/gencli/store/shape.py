"""Whether the tables of a file are those that gencli made, before anything is asked of them.

A view in the place of a table, or a column that is worked out each time, would be a stranger's program that runs when
gencli reads. Tables, views and triggers that gencli does not name are never asked; `gencli check` tells of them.
"""

import sqlite3
from pathlib import Path

from gencli.errors import LibraryFileError
from gencli.store.damage import HINT

TABLES = (
    "paper", "alias", "identifier", "link", "tag", "variant", "page", "mention", "problem", "file", "entry", "apart",
    "step", "change", "setting", "digest",
)  # fmt: skip
# The search index can be lost, and is made anew.
INDEX = ("words", "vocabulary")


def require(connection: sqlite3.Connection, path: Path, schema: str | None) -> None:
    """See to it that each table is one of gencli's making: as in `schema`, or any table where that is None.

    Raises `LibraryFileError`.
    """
    sql = "SELECT name, type, sql FROM main.sqlite_master WHERE type IN ('table', 'view')"
    found = {name.lower(): (kind, text) for name, kind, text in connection.execute(sql)}
    for name in (*TABLES, *INDEX):
        kind, text = found.get(name, ("table", ""))
        wanted = schema if name in TABLES else None
        is_lost = wanted is not None and name not in found
        if is_lost or kind != "table" or not _is_ours(connection, name, text or "", wanted):
            raise LibraryFileError(f"{path} is damaged: its table '{name}' is not as gencli made it", HINT)


def _is_ours(connection: sqlite3.Connection, name: str, text: str, schema: str | None) -> bool:
    """Whether a table is by its text the one in the schema, or has at least all of its columns, as plain ones."""
    if name == "words":
        return text == "" or text.upper().startswith("CREATE VIRTUAL TABLE WORDS USING FTS5")
    if text == "" or (schema is not None and text in schema):
        return True
    columns = _columns(connection, name)
    if not all(columns.values()) or text.upper().startswith("CREATE VIRTUAL"):
        return False
    if schema is None:
        return True
    # Another release of SQLite may write a table that was changed with other blanks and quotation marks.
    made = sqlite3.connect(":memory:")
    try:
        made.executescript(schema)
        return _columns(made, name).keys() <= columns.keys()
    finally:
        made.close()


def _columns(connection: sqlite3.Connection, name: str) -> dict[str, bool]:
    """The columns of a table, with whether each is a plain one (https://www.sqlite.org/pragma.html#pragma_table_xinfo)."""
    return {row[1]: row[6] == 0 for row in connection.execute(f"PRAGMA main.table_xinfo({name})")}
