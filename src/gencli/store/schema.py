"""Opening a library file: is it ours, is it of this version, and how it is made. Plain sqlite3."""

import errno
import os
import re
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from gencli.errors import FULL, LibraryFileError, NotFound, more_room
from gencli.store import places, shape
from gencli.store.damage import HINT

# "genc" in ASCII; https://www.sqlite.org/pragma.html#pragma_application_id
APPLICATION_ID = 0x67656E63
VERSION = 5
# So long who has the lock is waited for without a sign that it is at work.
BUSY_SECONDS = 10.0
# And so long by whom words are offered to while they type.
_GLANCE_SECONDS = 0.1
# A writer keeps so much of a transaction in memory before it writes a part of it, which it may have to write again.
_CACHE_KIB = 64 * 1024

# What SQLite says of it with a rollback journal, and gencli itself with a log.
MOVED = ("was moved or removed meanwhile", "nothing was changed; look where it is")
_ADVICE = {
    sqlite3.SQLITE_BUSY: ("is locked by another program", "wait for it to finish, then try again"),
    sqlite3.SQLITE_LOCKED: ("is locked by another program", "wait for it to finish, then try again"),
    sqlite3.SQLITE_READONLY: ("cannot be written to", "check the permissions of the file and its folder"),
    sqlite3.SQLITE_FULL: ("cannot grow: the disk is full", "nothing was changed; free some space, then try again"),
    sqlite3.SQLITE_NOTADB: ("is not a gencli library", "name another file with --db"),
    sqlite3.SQLITE_CORRUPT: ("is damaged", HINT),
    sqlite3.SQLITE_CANTOPEN: ("cannot be opened", "check the path and its permissions"),
    sqlite3.SQLITE_IOERR: ("cannot be read or written", "check the disk"),
    # Whole codes, which say more. A share of the disk that is used up (EDQUOT) is an error of writing to SQLite.
    sqlite3.SQLITE_IOERR_WRITE: ("cannot be written", "nothing was changed; check the disk, and your share of it"),
    # A library with a write-ahead log has a small file beside it, for who reads, too.
    sqlite3.SQLITE_IOERR_SHMSIZE: ("cannot be used: the disk is full", "free some space, then try again"),
    sqlite3.SQLITE_READONLY_DBMOVED: MOVED,
}


# In use by another program, not ours to write, a full disk: the index may be sound.
_NOT_DAMAGED = (
    sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_FULL, sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_IOERR,
)  # fmt: skip


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turn SQLite's errors about the file into a `LibraryFileError` of one line with a hint."""
    try:
        yield
    except (sqlite3.Error, UnicodeDecodeError) as error:
        raise explanation(path, error) from error


# A text that is no UTF-8, JSON that is none, a table or a column that is not there, a value of another type: what
# gencli asks is right, so the file is not what gencli wrote.
_NOT_AS_MADE = (
    r"decode to UTF-8|malformed JSON|no such (table|column|index)|has no column|unrecognized token|syntax error"
    r"|cannot store|malformed database schema|unsupported file format|NOT NULL constraint|FOREIGN KEY constraint"
    r"|no such collation|sub-select returns|no such module"
)


def explanation(path: Path, error: sqlite3.Error | UnicodeDecodeError) -> LibraryFileError:
    """What an error of SQLite's about a file means to its user."""
    whole = getattr(error, "sqlite_errorcode", 0)
    if whole & 0xFF == sqlite3.SQLITE_INTERRUPT:
        # Ctrl-C came while SQLite asked whether to go on.
        raise KeyboardInterrupt from error
    if whole == sqlite3.SQLITE_CORRUPT_VTAB or re.search(_OF_INDEX, str(error)):
        return LibraryFileError(f"{path} has a damaged search index", "write it anew: gencli check --fix")
    if isinstance(error, UnicodeDecodeError) or re.search(_NOT_AS_MADE, str(error)):
        # sqlite3 cannot even read SQLite's message where a name in the schema is no UTF-8.
        what, hint = _ADVICE[sqlite3.SQLITE_CORRUPT]
        return LibraryFileError(f"{path} {what}", hint)
    # The low byte is the primary code (https://www.sqlite.org/rescode.html).
    unknown = f"cannot be used ({error})", "check the library with: gencli check"
    what, hint = _ADVICE.get(whole) or _ADVICE.get(whole & 0xFF, unknown)
    if whole in _NO_ROOM and (longest := _longest()) is not None:
        what, hint = (
            f"cannot grow: no file may be longer than {longest} bytes",
            f"nothing was changed; {more_room(errno.EFBIG)}",
        )
    return LibraryFileError(f"{path} {what}", hint)


_NO_ROOM = (sqlite3.SQLITE_IOERR_WRITE, sqlite3.SQLITE_IOERR_SHMSIZE, sqlite3.SQLITE_IOERR_SHMOPEN)


def _longest() -> int | None:
    """How long a file of this process may be, where that is limited: SQLite does not say why it could not write."""
    import resource

    limit = resource.getrlimit(resource.RLIMIT_FSIZE)[0]
    return None if limit == resource.RLIM_INFINITY else limit


# Who is told what one waits for, and what was made beside the library.
Say = Callable[[str], None] | None


def open_reading(path: Path, say: Say = None) -> sqlite3.Connection:
    """Open a library so that nothing can change it.

    Raises `NotFound` where there is no file, `LibraryFileError` where it cannot be used.
    """
    _require(path)
    with explained(path):
        connection, version = _connect_reading(path)
        if version < VERSION:
            connection.close()
            open_writing(path, say).close()
            connection, _ = _connect_reading(path)
        connection.execute("PRAGMA query_only = ON")
        return connection


def _connect_reading(path: Path) -> tuple[sqlite3.Connection, int]:
    """A connection to read by: it may write only what SQLite needs to read.

    That is the memory that readers and writers of a write-ahead log share, which goes with the last of them, and what a
    writer that died has left. Where we may not write, or have no room, a file that nobody writes to is read as it is.
    """
    beside = places.beside(path)
    if not places.is_writable(path):
        # What we made beside a file of others could be in their way.
        return _connect(path, "ro", "" if any(places.states(*beside)) else "&immutable=1")
    try:
        return _connect(path, "rw")
    except sqlite3.OperationalError as error:
        is_no_room = getattr(error, "sqlite_errorcode", 0) & 0xFF in (sqlite3.SQLITE_IOERR, sqlite3.SQLITE_FULL)
        if not is_no_room or any(size for size, _ in filter(None, places.states(*beside))):
            raise
    return _connect(path, "ro", "&immutable=1")


def open_glance(path: Path) -> sqlite3.Connection | None:
    """Open a library for a look that writes nothing and waits for nobody; None where it is of another version.

    Raises `NotFound` where there is no file, `LibraryFileError` where it cannot be used.
    """
    _require(path)
    # Where nobody writes, the file is read as it is: nothing is made beside it.
    is_at_rest = not any(places.states(*places.beside(path)))
    with explained(path):
        connection, version = _connect(path, "ro", "&immutable=1" if is_at_rest else "", _GLANCE_SECONDS)
    if version == VERSION:
        return connection
    connection.close()
    return None


def open_writing(path: Path, say: Say = None) -> sqlite3.Connection:
    """Open a library to change it; one of an older version is brought to this one first.

    Raises `NotFound` where there is no file, `LibraryFileError` where it cannot be used.
    """
    _require(path)
    with explained(path):
        if not places.is_writable(path):
            what, hint = _ADVICE[sqlite3.SQLITE_READONLY]
            raise LibraryFileError(f"{path} {what}", hint)
        connection, version = _connect(path, "rw")
        try:
            if version < VERSION:
                migrate(connection, path, say)
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
        except BaseException:
            connection.close()
            raise
        return connection


def keep_log(connection: sqlite3.Connection, path: Path) -> None:
    """Have a library write ahead to a log, so that who reads and who writes do not wait for each other.

    Where its file system is shared between computers it is kept, or put back, to a rollback journal, with which readers
    wait while much is written. In use by others it stays as it is until the next time.
    """
    mode = connection.execute("PRAGMA journal_mode").fetchone()[0]
    if places.is_shared(path):
        if mode != "wal":
            return
        # Alone with the file one needs no shared memory.
        orders = ["locking_mode = EXCLUSIVE", "journal_mode = DELETE", "locking_mode = NORMAL"]
    elif mode == "wal":
        return
    else:
        orders = ["journal_mode = WAL"]
    with suppress(sqlite3.OperationalError):
        connection.execute("PRAGMA busy_timeout = 100")
        for order in orders:
            connection.execute(f"PRAGMA {order}").fetchone()
    connection.execute(f"PRAGMA busy_timeout = {int(BUSY_SECONDS * 1000)}")


def is_sound_index(path: Path, changing: sqlite3.Connection | None = None) -> bool:
    """Whether FTS5 finds its own index whole (https://www.sqlite.org/fts5.html#the_integrity_check_command).

    To ask needs the right to write, though nothing is written: that of `changing`, which is in a transaction, or one's
    own; where none is to be had at once, nobody knows, and it is taken for sound.
    """
    try:
        connection = changing or _connect(path, "rw")[0]
    except (sqlite3.Error, LibraryFileError):
        return True
    try:
        if changing is None:
            connection.execute("PRAGMA busy_timeout = 100")
            connection.execute("BEGIN IMMEDIATE")
        connection.execute("INSERT INTO words (words) VALUES ('integrity-check')")
    except sqlite3.Error as error:
        return getattr(error, "sqlite_errorcode", 0) & 0xFF in _NOT_DAMAGED
    finally:
        if changing is None:
            connection.close()
    return True


def _require(path: Path) -> None:
    try:
        is_folder, is_there = path.is_dir(), path.exists()
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise LibraryFileError(f"{path} cannot be opened: {reason}", "check the path and its permissions") from error
    if is_folder:
        raise LibraryFileError(f"{path} is a folder, not a gencli library", "name a file with --db")
    if is_there and not path.is_file():
        # To open a pipe that nobody writes to would wait for ever; a device may never end.
        raise LibraryFileError(f"{path} is no ordinary file", "name another file with --db")
    if not is_there:
        raise _lost(path) or NotFound(f"there is no library at {path}", f"make one with: gencli init {_quoted(path)}")


def _lost(path: Path) -> LibraryFileError | None:
    """Why a path leads nowhere, where it is not that no library was made yet."""
    try:
        if path.is_symlink():
            hint = f"is its disk there? else make one with: gencli init {_quoted(path)}"
            return LibraryFileError(f"{path} is a link to {path.readlink()}, which is not there", hint)
        path.absolute()
    except FileNotFoundError:
        return LibraryFileError("the current folder is not there any more", "go to another one")
    return None


def _quoted(path: Path) -> str:
    import shlex

    return shlex.quote(str(path))


def create(path: Path) -> None:
    """Make an empty library at a path where nothing is; its folder is made too.

    Raises `LibraryFileError` where that cannot be. It appears whole or not at all.
    """
    schema = snapshot()
    with new_file(path) as draft, explained(path):
        connection = sqlite3.connect(draft, isolation_level=None)
        try:
            # Nobody sees the draft before it is whole, so it needs no journal on the disk.
            connection.execute("PRAGMA journal_mode = MEMORY")
            connection.execute("BEGIN")
            for statement in schema.split(";\n"):
                connection.execute(statement)
            stamp(connection)
            connection.execute("COMMIT")
            keep_log(connection, path)
        finally:
            connection.close()


def snapshot() -> str:
    """The schema as SQL, as the migrations make it."""
    return Path(__file__).with_name("schema.sql").read_text(encoding="utf-8")


# What SQLite says where the index, and not the library, is damaged; what the index is made of.
_OF_INDEX = r"\bfts5\b|(table: (main\.)?|constructor failed: )(words|vocabulary)\b|column: word\b|tokenizer"
_INDEX = ("CREATE VIRTUAL TABLE words", "CREATE TABLE vocabulary")
# Words are held in memory up to so many bytes before they are written: fewer pieces to put together afterwards. FTS5
# remembers it in the file (https://www.sqlite.org/fts5.html#the_hashsize_configuration_option).
HASH = "INSERT INTO words (words, rank) VALUES ('hashsize', 33554432)"


def make_index(connection: sqlite3.Connection) -> None:
    """Make an empty full-text index and list of words in place of what is there, however damaged that is.

    FTS5 reads its own tables before it drops them, which it cannot do where they are damaged; so its entry in the
    schema is taken out first, and then the tables are common ones (https://www.sqlite.org/fts5.html#fts5_data_structures).
    """
    _defend(connection, is_on=False)
    connection.execute("PRAGMA writable_schema = ON")
    try:
        connection.execute("DELETE FROM sqlite_master WHERE type = 'table' AND name = 'words'")
    finally:
        # To reset it, SQLite reads the schema anew.
        connection.execute("PRAGMA writable_schema = RESET")
    for part in ("data", "idx", "content", "docsize", "config"):
        connection.execute(f"DROP TABLE IF EXISTS words_{part}")
    _defend(connection, is_on=True)
    connection.execute("DROP TABLE IF EXISTS vocabulary")
    made = [one for one in snapshot().split(";\n\n") if one.startswith(_INDEX)]
    for statement in (*made, HASH):
        connection.execute(statement)


def _defend(connection: sqlite3.Connection, *, is_on: bool) -> None:
    """Have SQLite refuse, or not, what can damage a file by SQL; only from Python 3.12 on can it be told.

    https://www.sqlite.org/c3ref/c_dbconfig_defensive.html#sqlitedbconfigdefensive
    """
    if sys.version_info >= (3, 12):
        connection.setconfig(sqlite3.SQLITE_DBCONFIG_DEFENSIVE, is_on)


@contextmanager
def without_triggers(connection: sqlite3.Connection) -> Iterator[None]:
    """Have no triggers in a library meanwhile: none is gencli's, and no stranger's is to run.

    Inside a transaction: for everybody else they are there all the time, and a rollback brings them back as well.
    """
    found = connection.execute("SELECT name, sql FROM main.sqlite_master WHERE type = 'trigger'").fetchall()
    for row in found:
        name = row[0].replace('"', '""')
        connection.execute(f'DROP TRIGGER main."{name}"')
    yield
    for row in found:
        connection.execute(row[1])


def stamp(connection: sqlite3.Connection) -> None:
    """Mark a file as a gencli library of this version."""
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {VERSION}")


def migrate(connection: sqlite3.Connection, path: Path, say: Say = None) -> None:
    """Bring an older library to this version in one transaction, foreign keys checked at its end."""
    from gencli.store import backups, migrations, waiting

    connection.execute("PRAGMA foreign_keys = OFF")
    waiting.begin(connection, path, say)
    copied, at = None, connection.execute("SELECT strftime('%Y-%m-%dT%H:%M:%SZ', 'now')").fetchone()[0]
    try:
        # Another process may have been first while this one waited for the lock.
        version = _version(connection, path)
        if version < VERSION:
            # The lock is ours, and nothing is written yet: who reads the file sees it as it was.
            copied = backups.make(path, f"before-schema-{VERSION}", at)
            with without_triggers(connection):
                migrations.apply(connection, version)
            if connection.execute("PRAGMA foreign_key_check").fetchone():
                raise LibraryFileError(f"{path} has rows that belong to nothing", "restore a backup")
            stamp(connection)
        connection.execute("COMMIT")
    except BaseException:
        # Where the disk is full, SQLite has taken the transaction back by itself.
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        if copied is not None:
            # The library is as it was.
            copied.unlink(missing_ok=True)
        raise
    if copied is not None:
        # That the copy finds no room is no failure of what is done.
        with suppress(LibraryFileError):
            backups.make(path, f"after-schema-{VERSION}", at)
        if say is not None:
            say(f"brought the library to schema {VERSION}; as it was: {copied}")


@contextmanager
def new_file(path: Path) -> Iterator[Path]:
    """A draft beside `path` that takes its place, whole, where nothing is there yet.

    Raises `LibraryFileError` where the folder cannot be written to; an existing file is left alone.
    """
    from gencli.drafts import draft

    try:
        path = Path(os.path.realpath(path))
        path.parent.mkdir(parents=True, exist_ok=True)
        # Made here, for SQLite does not say why it cannot open a file.
        with draft(path, replaces=False) as made:
            yield made
    except OSError as error:
        if not path.is_absolute() and (lost := _lost(path)):
            raise lost from error
        hint = f"{more_room(error.errno)}, then try again" if error.errno in FULL else "choose another place with --db"
        reason = error.strerror or str(error)
        raise LibraryFileError(f"cannot make a library at {path}: {reason.lower()}", hint) from error


def connect(path: Path) -> sqlite3.Connection:
    """A connection to read a library of any version that this gencli knows, as it is."""
    _require(path)
    connection = _connect_reading(path)[0]
    connection.execute("PRAGMA query_only = ON")
    return connection


def _connect(path: Path, mode: str, how: str = "", wait: float | None = None) -> tuple[sqlite3.Connection, int]:
    """A connection to a library and the version of its schema."""
    # By its bytes, since a name need not be UTF-8; the empty host keeps a leading `//` from being one.
    plain = b"/-_.~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
    quoted = "".join(chr(byte) if byte in plain else f"%{byte:02X}" for byte in os.fsencode(path.absolute()))
    name = f"file://{quoted}?mode={mode}{how}"
    connection = sqlite3.connect(name, uri=True, isolation_level=None, timeout=BUSY_SECONDS if wait is None else wait)
    try:
        connection.execute("PRAGMA trusted_schema = OFF")
        connection.execute("PRAGMA cell_size_check = ON")
        _defend(connection, is_on=True)
        version = _version(connection, path)
        shape.require(connection, path, snapshot() if version == VERSION else None)
        return connection, version
    except BaseException:
        connection.close()
        raise


def _version(connection: sqlite3.Connection, path: Path) -> int:
    owner = connection.execute("PRAGMA application_id").fetchone()[0]
    version: int = connection.execute("PRAGMA user_version").fetchone()[0]
    if owner != APPLICATION_ID or version < 0:
        raise LibraryFileError(
            f"{path} is not a gencli library", "name another file with --db, or make one: gencli init PATH"
        )
    if version > VERSION:
        raise LibraryFileError(
            f"{path} is a library of schema {version}; this gencli knows up to {VERSION}",
            "update gencli; the file was left alone",
        )
    return version
