"""Copies of a library beside it, made while it is in use and before what changes much; kept to a number."""

import re
import sqlite3
from pathlib import Path
from typing import NamedTuple

from gencli.errors import LibraryFileError
from gencli.store import schema
from gencli.store.damage import HINT

# So many automatic copies are kept, and in any case the newest of each reason.
MOST = 5
_ASKED = "asked"


class Backup(NamedTuple):
    """A copy: where it is, when it was made (UTC), before what, its size in bytes."""

    path: Path
    at: str
    reason: str
    size: int


def copy(source: Path, target: Path, *, to_use: bool = False) -> None:
    """Copy a library of any version to a place where nothing is, whole or not at all (SQLite's online backup).

    The copy is one file that needs no other beside it, also in use; unless it is made `to_use`, as a library.
    """
    with schema.explained(source):
        reading = schema.connect(source)
    try:
        with schema.new_file(target) as draft, schema.explained(target):
            writing = sqlite3.connect(draft, isolation_level=None)
            try:
                # Nobody sees the draft before it is whole, so it needs no journal on the disk.
                writing.execute("PRAGMA journal_mode = MEMORY")
                reading.backup(writing)
                writing.execute("PRAGMA journal_mode = DELETE").fetchone()
                if to_use:
                    schema.keep_log(writing, target)
            finally:
                writing.close()
    finally:
        reading.close()


def made(path: Path) -> list[Backup]:
    """The copies beside a library, the newest first."""
    pattern = re.compile(
        re.escape(path.stem)
        + r"\.backup-(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z-([a-z0-9-]+?)(?:\.\d+)?"
        + re.escape(path.suffix)
    )
    found = []
    try:
        for entry in path.parent.iterdir():
            if match := pattern.fullmatch(entry.name):
                year, month, day, hour, minute, second, reason = match.groups()
                at = f"{year}-{month}-{day}T{hour}:{minute}:{second}Z"
                found.append((at, entry.stat().st_mtime_ns, Backup(entry, at, reason, entry.stat().st_size)))
    except OSError as error:
        raise LibraryFileError(f"{path.parent} cannot be read", "check its permissions") from error
    return [backup for _, _, backup in sorted(found, key=lambda one: one[:2], reverse=True)]


def way_back(path: Path) -> str:
    """How a damaged library is had back: from its newest copy, where there is one."""
    try:
        # What was copied before it was mended is damaged as well.
        newest = next((one for one in made(path) if one.reason != "before-check"), None)
    except LibraryFileError:
        newest = None
    if newest is None:
        return HINT
    import shlex

    return f"restore a copy: gencli init NEW --from {shlex.quote(str(newest.path))}"


def make(path: Path, reason: str, at: str) -> Path:
    """Copy a library beside itself, and let go of older copies that were made unasked; gives the copy's place."""
    head = f"{path.stem}.backup-{re.sub('[-:]', '', at)}-{reason}"
    target, number = path.with_name(head + path.suffix), 2
    while target.exists():
        target, number = path.with_name(f"{head}.{number}{path.suffix}"), number + 1
    copy(path, target)
    _thin(path)
    return target


def asked(path: Path, at: str) -> Path:
    """Copy a library beside itself since its user wants it; such a copy stays."""
    return make(path, _ASKED, at)


def _thin(path: Path) -> None:
    unasked = [one for one in made(path) if one.reason != _ASKED]
    newest: dict[str, Backup] = {}
    for one in unasked:
        newest.setdefault(one.reason, one)
    kept = set(newest.values())
    for one in unasked:
        if one not in kept and len(kept) < MOST:
            kept.add(one)
        elif one not in kept:
            one.path.unlink(missing_ok=True)
