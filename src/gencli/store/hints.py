"""What a library has that begins with what was typed, from its indexes: for completion in a shell."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Self

from gencli.store import schema

# So many are offered at most, and the last one of all: so what all have in common is what the offered have.
MOST = 200
# No letter comes behind it.
_LAST = "\U0010ffff"


class Hints:
    """A look at a library that writes nothing and waits for nobody; one that cannot be had this way has nothing.

    Opening it and asking raises `NotFound` and `LibraryFileError`.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._connection = schema.open_glance(path)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._connection is not None:
            self._connection.close()

    def keys(self, typed: str) -> list[tuple[str, str]]:
        """The citation keys that begin so, whatever the case of letters, with the papers' titles."""
        part = "SELECT key, title FROM paper WHERE key >= ?1 AND key < ?2 ORDER BY key"
        sql = f"SELECT * FROM ({part} LIMIT {MOST}) UNION SELECT * FROM ({part} DESC LIMIT 1)"
        return [(row[0], row[1] or "") for row in self._all(sql, typed, typed + _LAST)]

    def tags(self, typed: str) -> list[str]:
        """The tags that begin so."""
        return self._different("tag", "name", typed)

    def types(self, typed: str) -> list[str]:
        """The types that papers have."""
        return self._different("paper", "type", typed)

    def pages(self) -> list[str]:
        """The titles of the imported pages."""
        return [row[0] for row in self._all(f"SELECT title FROM page ORDER BY id LIMIT {MOST}")]

    def sections(self) -> list[list[str]]:
        """The headings under which pages name papers, each with those above it."""
        found = self._all(f"SELECT DISTINCT section FROM mention LIMIT {MOST}")
        paths = [json.loads(row[0]) for row in found]
        # JSON that gencli did not write may be anything.
        return [path for path in paths if isinstance(path, list) and all(isinstance(name, str) for name in path)]

    def _different(self, table: str, column: str, typed: str) -> list[str]:
        """The values of a column, each found behind the one before: it costs the same however many papers have one."""
        sql = f"SELECT {{}}({column}) FROM {table} WHERE {column} {{}} ? AND {column} < ?"
        found: list[str] = []
        after = self._all(sql.format("min", ">="), typed, typed + _LAST)
        while after and after[0][0] is not None and len(found) < MOST:
            found.append(after[0][0])
            after = self._all(sql.format("min", ">"), found[-1], typed + _LAST)
        if len(found) == MOST:
            found.append(self._all(sql.format("max", ">="), found[-1], typed + _LAST)[0][0])
        return found

    def _all(self, sql: str, *values: str) -> Sequence[tuple[Any, ...]]:
        if self._connection is None:
            return ()
        with schema.explained(self._path):
            return self._connection.execute(sql, values).fetchall()
