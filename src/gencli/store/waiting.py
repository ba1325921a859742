"""The write lock of a library: one writer at a time, and the others wait as long as that one is at work."""

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from gencli.store import places, schema

# After so long who waits is told so; so often a writer shows that it is at work; so often that is looked at.
_TOLD_SECONDS, _SIGN_SECONDS, _LOOK_SECONDS = 1.0, 1.0, 0.5
# Steps of SQLite's machine between two calls: some milliseconds.
_STEPS = 100_000


def begin(connection: sqlite3.Connection, path: Path, say: schema.Say = None) -> None:
    """Begin a transaction that writes, after those of others.

    Who has the lock is waited for while it shows signs of life, without end, as a build waits for another: a long
    import is one transaction. One that shows none for `schema.BUSY_SECONDS` is not, and SQLite's error is raised.
    `say` is told once that one waits.
    """
    start = alive = time.monotonic()
    files = (path, *places.beside(path))
    seen = places.states(*files)
    look = min(_LOOK_SECONDS, schema.BUSY_SECONDS)
    connection.execute(f"PRAGMA busy_timeout = {int(look * 1000)}")
    try:
        while True:
            try:
                connection.execute("BEGIN IMMEDIATE")
                return
            except sqlite3.OperationalError as error:
                now, signs = time.monotonic(), places.states(*files)
                if signs != seen:
                    seen, alive = signs, now
                if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or now - alive >= schema.BUSY_SECONDS:
                    raise
                if say is not None and now - start >= _TOLD_SECONDS:
                    say(f"another program is writing to {path}; waiting for it")
                    say = None
    finally:
        connection.execute(f"PRAGMA busy_timeout = {int(schema.BUSY_SECONDS * 1000)}")


@contextmanager
def at_work(connection: sqlite3.Connection, path: Path) -> Iterator[None]:
    """Show signs of life meanwhile: what is written may stay in memory for long, so that no file would grow."""
    last = time.monotonic()
    beside = places.beside(path)

    def beat() -> None:
        nonlocal last
        if (now := time.monotonic()) - last >= _SIGN_SECONDS:
            last = now
            for file in beside:
                with suppress(OSError):
                    os.utime(file)

    connection.set_progress_handler(beat, _STEPS)
    try:
        yield
    finally:
        connection.set_progress_handler(None, 0)
