"""What services answered, kept for a day in a file of the user's cache folder; it may be lost at any time."""

import contextlib
import sqlite3
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TypeVar

# arXiv asks that its answers be kept for a day: https://info.arxiv.org/help/api/user-manual.html
KEPT_SECONDS = 86_400.0
# A cache of another form is thrown away.
FORMAT = 1
MAX_BYTES = 256 * 1024 * 1024
_AT_ONCE = 500
# In use by another process, a full disk, a folder that cannot be written to: the file may be sound.
_NOT_DAMAGED = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_FULL, sqlite3.SQLITE_CANTOPEN)
_Value = TypeVar("_Value")


class Answers:
    """Texts by kind and name, each with the time (seconds since 1970) at which it was given.

    Nothing here raises: a file that is damaged is thrown away, and where none can be had nothing is kept.
    """

    def __init__(self, path: Path, now: Callable[[], float]) -> None:
        self._path = path
        self._now = now
        self._connection: sqlite3.Connection | None = None

    def get(self, kind: str, names: Iterable[str]) -> dict[str, str]:
        """The texts of these names that are not older than a day."""
        return self._safely(lambda connection: self._read(connection, kind, list(names))) or {}

    def put(self, kind: str, texts: Mapping[str, str]) -> None:
        """Keep texts, and let go of those that are too old."""
        if texts:
            self._safely(lambda connection: self._write(connection, kind, texts))

    def close(self) -> None:
        """Let go of the file."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _read(self, connection: sqlite3.Connection, kind: str, names: list[str]) -> dict[str, str]:
        now = self._now()
        found: dict[str, str] = {}
        for start in range(0, len(names), _AT_ONCE):
            some = names[start : start + _AT_ONCE]
            sql = (
                f"SELECT name, text FROM answer WHERE kind = ? AND name IN ({', '.join('?' * len(some))})"
                " AND at BETWEEN ? AND ?"
            )
            found.update(connection.execute(sql, [kind, *some, now - KEPT_SECONDS, now]).fetchall())
        return found

    def _write(self, connection: sqlite3.Connection, kind: str, texts: Mapping[str, str]) -> None:
        now = self._now()
        connection.execute("BEGIN IMMEDIATE")
        with connection:
            connection.execute("DELETE FROM answer WHERE at NOT BETWEEN ? AND ?", [now - KEPT_SECONDS, now])
            if self._path.stat().st_size > MAX_BYTES:
                connection.execute("DELETE FROM answer")
            connection.executemany(
                "INSERT OR REPLACE INTO answer (kind, name, at, text) VALUES (?, ?, ?, ?)",
                [(kind, name, now, text) for name, text in texts.items()],
            )

    def _safely(self, act: Callable[[sqlite3.Connection], _Value]) -> _Value | None:
        for _ in range(2):
            try:
                return act(self._opened())
            except OSError:
                self.close()
                return None
            except (sqlite3.Error, UnicodeDecodeError) as error:
                # sqlite3 cannot even read its own names in some damaged files.
                self.close()
                if getattr(error, "sqlite_errorcode", 0) & 0xFF in _NOT_DAMAGED:
                    return None
                with contextlib.suppress(OSError):
                    self._path.unlink()
        return None

    def _opened(self) -> sqlite3.Connection:
        if self._connection is None:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            connection = sqlite3.connect(self._path, isolation_level=None, timeout=5.0)
            try:
                _prepare(connection)
            except BaseException:
                connection.close()
                raise
            self._connection = connection
        return self._connection


def _prepare(connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.execute("PRAGMA synchronous = OFF")
    if connection.execute("PRAGMA user_version").fetchone()[0] == FORMAT:
        return
    connection.execute("PRAGMA auto_vacuum = FULL")
    connection.execute("BEGIN IMMEDIATE")
    with connection:
        # Another process may have been first while this one waited for the lock.
        if connection.execute("PRAGMA user_version").fetchone()[0] != FORMAT:
            connection.execute("DROP TABLE IF EXISTS answer")
            connection.execute(
                "CREATE TABLE answer (kind TEXT NOT NULL, name TEXT NOT NULL, at REAL NOT NULL, text TEXT NOT NULL,"
                " PRIMARY KEY (kind, name)) STRICT"
            )
            connection.execute(f"PRAGMA user_version = {FORMAT}")
