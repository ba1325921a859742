"""The library file: how it is made, opened, migrated, and refused."""

import os
import re
import resource
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlite_utils import Database

from gencli import Library, Record
from gencli.errors import GencliError, LibraryFileError, NotFound
from gencli.store import migrations, schema, shape
from gencli.store import store as rooms


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library with some papers, made once."""
    place = tmp_path_factory.mktemp("made") / "l.sqlite"
    Library.create(place)
    with Library.open(place, write=True) as library:
        library.take([Record("user", title=f"Paper {i}", identifiers={"url": f"https://x.org/{i}"}) for i in range(5)])
        library.tag("t", ["https://x.org/0"])
    return place


@pytest.fixture
def path(made: Path, tmp_path: Path) -> Path:
    """A copy of it, alone in its folder."""
    place = tmp_path / "shelf" / "l.sqlite"
    place.parent.mkdir()
    shutil.copyfile(made, place)
    return place


def pragma(path: Path, name: str) -> list[tuple[object, ...]]:
    connection = sqlite3.connect(path)
    found = connection.execute(f"PRAGMA {name}").fetchall()
    connection.close()
    return found


def listing(folder: Path) -> dict[str, tuple[int, bytes]]:
    return {entry.name: (entry.stat().st_mtime_ns, entry.read_bytes()) for entry in folder.iterdir()}


# --- a new one ---------------------------------------------------------------------------------


def test_a_new_library_says_whose_it_is(tmp_path: Path) -> None:
    schema.create(tmp_path / "l.sqlite")
    assert pragma(tmp_path / "l.sqlite", "application_id") == [(0x67656E63,)]
    assert pragma(tmp_path / "l.sqlite", "user_version") == [(schema.VERSION,)]
    assert len(migrations.MIGRATIONS) == schema.VERSION
    assert [entry.name for entry in tmp_path.iterdir()] == ["l.sqlite"]


def test_every_table_of_ours_is_strict_and_its_keys_lead_somewhere(path: Path) -> None:
    tables = {row[1]: row for row in pragma(path, "table_list") if not str(row[1]).startswith("sqlite_")}
    ours = [name for name, row in tables.items() if row[2] == "table"]
    assert {"paper", "alias", "identifier", "link", "tag", "variant", "page", "mention", "problem"} <= set(
        map(str, ours)
    )
    assert all(tables[name][5] == 1 for name in ours)
    for name in ours:
        assert all(row[2] in tables for row in pragma(path, f"foreign_key_list({name})")), name
    assert pragma(path, "foreign_key_check") == []
    assert pragma(path, "integrity_check") == [("ok",)]


def test_foreign_keys_are_enforced_where_something_can_change(path: Path) -> None:
    connection = schema.open_writing(path)
    with pytest.raises(sqlite3.IntegrityError):
        connection.execute("INSERT INTO alias (key, paper) VALUES ('x', 999)")
    connection.execute("DELETE FROM paper WHERE id = 1")
    assert connection.execute("SELECT count(*) FROM identifier WHERE paper = 1").fetchone()[0] == 0
    connection.close()


def test_the_schema_that_is_shipped_is_what_the_migrations_make() -> None:
    assert migrations.SNAPSHOT.read_text(encoding="utf-8") == migrations.snapshot()


def test_a_library_of_the_snapshot_is_one_of_the_migrations(tmp_path: Path) -> None:
    schema.create(tmp_path / "l.sqlite")
    made, migrated = sqlite3.connect(tmp_path / "l.sqlite"), sqlite3.connect(":memory:")
    migrations.apply(migrated, 0)
    query = "SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY type, name"
    assert made.execute(query).fetchall() == migrated.execute(query).fetchall()
    made.close()
    migrated.close()


def test_what_is_there_is_never_replaced(path: Path) -> None:
    before = path.read_bytes()
    schema.create(path)
    Library.create(path, starter=path)
    assert path.read_bytes() == before
    assert [entry.name for entry in path.parent.iterdir()] == ["l.sqlite"]


def test_it_appears_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: sqlite3.Connection) -> None:
        raise sqlite3.OperationalError("no")

    monkeypatch.setattr(schema, "stamp", broken)
    with pytest.raises(LibraryFileError):
        schema.create(tmp_path / "l.sqlite")
    assert list(tmp_path.iterdir()) == []


def test_a_link_to_where_nothing_is_yet_is_followed(tmp_path: Path) -> None:
    (tmp_path / "link.sqlite").symlink_to(tmp_path / "far" / "l.sqlite")
    schema.create(tmp_path / "link.sqlite")
    assert (tmp_path / "far" / "l.sqlite").is_file()
    assert (tmp_path / "link.sqlite").is_symlink()
    schema.open_reading(tmp_path / "link.sqlite").close()


def test_without_links_between_files_it_is_moved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> None:
        raise OSError(1, "no links here")

    monkeypatch.setattr(os, "link", refused)
    schema.create(tmp_path / "l.sqlite")
    assert [entry.name for entry in tmp_path.iterdir()] == ["l.sqlite"]
    schema.open_reading(tmp_path / "l.sqlite").close()


@pytest.mark.parametrize("name", ["a b.sqlite", "50%41.sqlite", "what?mode=rw.sqlite", "no#1.sqlite", "ł深.sqlite"])
def test_any_name_is_only_a_name(tmp_path: Path, name: str) -> None:
    place = tmp_path / name
    schema.create(place)
    schema.open_reading(place).close()
    schema.open_writing(place).close()
    assert [entry.name for entry in tmp_path.iterdir()] == [name]


def test_a_name_need_not_be_utf8_nor_its_path_begin_with_one_slash(tmp_path: Path) -> None:
    place = Path("/" + os.fsdecode(os.fsencode(tmp_path) + b"/\xff.sqlite"))
    assert str(place).startswith("//")
    schema.create(place)
    schema.open_reading(place).close()
    assert os.listdir(os.fsencode(tmp_path)) == [b"\xff.sqlite"]  # noqa: PTH208


@pytest.mark.parametrize("opened", [schema.open_reading, schema.open_writing, schema.open_glance])
def test_a_schema_that_is_no_utf8_is_damage(path: Path, opened: Callable[[Path], object]) -> None:
    content = path.read_bytes()
    assert b"paper_authors" in content
    path.write_bytes(content.replace(b"paper_authors", b"\xffaper_authors"))
    with pytest.raises(LibraryFileError, match="is damaged"):
        opened(path)


# --- reading -----------------------------------------------------------------------------------


def test_reading_leaves_the_file_and_its_folder_as_they_are(path: Path) -> None:
    before = listing(path.parent)
    with Library.open(path) as library:
        assert len(library.find("title:paper")) == 5
        assert library.search("papr") == []
        assert library.nearest("papr")[0] == "paper"
        library.get("https://x.org/1")
        library.tags(), library.pages(), library.info(), library.on_arxiv()
        assert listing(path.parent)["l.sqlite"] == before["l.sqlite"]
    assert listing(path.parent) == before


def test_who_reads_cannot_write_whatever_was_asked_before(path: Path) -> None:
    store = rooms.Store.reading(path)
    for _ in range(2):
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            store.connection.execute("DELETE FROM paper")
        with pytest.raises(LibraryFileError, match="cannot be written to"), store.transaction():
            store.set(1, {"title": "x"})
        store.index.beginning("pap", 5)
    store.close()


def test_looking_for_near_words_does_not_stop_a_writer(path: Path) -> None:
    with Library.open(path, write=True) as library:
        assert library.nearest("papr")[0] == "paper"
        assert library.star(["https://x.org/1"], True).changed


def test_what_a_killed_writer_left_is_rolled_back(path: Path, tmp_path: Path) -> None:
    writer = sqlite3.connect(path, isolation_level=None)
    writer.execute("PRAGMA journal_mode = DELETE")
    # So small a cache that the change goes to the file before it is committed.
    writer.execute("PRAGMA cache_size = 1")
    writer.execute("BEGIN IMMEDIATE")
    writer.execute("UPDATE paper SET title = 'ruined', abstract = printf('%.*c', 50000, 'x')")
    copied = tmp_path / "crashed" / "l.sqlite"
    copied.parent.mkdir()
    shutil.copyfile(path, copied)
    shutil.copyfile(f"{path}-journal", f"{copied}-journal")
    writer.execute("ROLLBACK")
    writer.close()
    assert b"ruined" in copied.read_bytes()
    with Library.open(copied) as library:
        assert [paper.title for paper in library.find()] == [f"Paper {i}" for i in range(5)]
    assert [entry.name for entry in copied.parent.iterdir()] == ["l.sqlite"]
    assert b"ruined" not in copied.read_bytes()


# --- what cannot be used -----------------------------------------------------------------------


def foreign(place: Path) -> None:
    connection = sqlite3.connect(place)
    connection.execute("CREATE TABLE songs (name TEXT)")
    connection.close()


def stamped(version: int) -> Callable[[Path], None]:
    def make(place: Path) -> None:
        schema.create(place)
        connection = sqlite3.connect(place)
        connection.execute(f"PRAGMA user_version = {version}")
        connection.close()

    return make


def cut(place: Path) -> None:
    schema.create(place)
    place.write_bytes(place.read_bytes()[:1000])


@pytest.mark.parametrize(
    ("make", "word"),
    [
        (lambda place: place.write_text("Dear diary,\n" * 100), "is not a gencli library"),
        (lambda place: place.write_bytes(b""), "is not a gencli library"),
        (foreign, "is not a gencli library"),
        (stamped(99), f"is a library of schema 99; this gencli knows up to {schema.VERSION}"),
        (stamped(-1), "is not a gencli library"),
        (Path.mkdir, "is a folder, not a gencli library"),
        (cut, "is damaged"),
    ],
    ids=["text", "empty", "foreign", "newer", "negative", "folder", "cut"],
)
@pytest.mark.parametrize("write", [False, True])
def test_what_is_no_library_is_refused_and_left_alone(
    tmp_path: Path, make: Callable[[Path], object], word: str, write: bool
) -> None:
    place = tmp_path / "l.sqlite"
    make(place)
    before = place.read_bytes() if place.is_file() else b""
    with pytest.raises(LibraryFileError) as caught:
        Library.open(place, write=write)
    assert caught.value.message == f"{place} {word}"
    assert caught.value.hint
    assert (place.read_bytes() if place.is_file() else b"") == before
    assert [entry.name for entry in tmp_path.iterdir()] == ["l.sqlite"]


@pytest.mark.parametrize("write", [False, True])
def test_a_library_that_is_not_there_is_not_found(tmp_path: Path, write: bool) -> None:
    with pytest.raises(NotFound) as caught:
        Library.open(tmp_path / "no such.sqlite", write=write)
    assert caught.value.message == f"there is no library at {tmp_path / 'no such.sqlite'}"
    assert caught.value.hint == f"make one with: gencli init '{tmp_path / 'no such.sqlite'}'"
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_lost_its_end_is_damaged(path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])
    with pytest.raises(LibraryFileError, match="is damaged"), Library.open(path) as library:
        library.search("paper")


@pytest.mark.parametrize("name", ["x" * 300, "file/l.sqlite"])
def test_a_path_that_cannot_be_is_told_in_one_line(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").write_text("")
    for act in (Library.open, Library.create):
        with pytest.raises(GencliError) as caught:
            act(tmp_path / name)
        assert "\n" not in caught.value.message
        assert caught.value.exit_code in (3, 6)


def test_a_folder_that_may_not_be_written_to(unprivileged: Path) -> None:
    unprivileged.chmod(0o500)
    with pytest.raises(LibraryFileError) as caught:
        schema.create(unprivileged / "l.sqlite")
    assert caught.value.message == f"cannot make a library at {unprivileged / 'l.sqlite'}: permission denied"
    assert caught.value.hint == "choose another place with --db"


def test_a_library_that_may_not_be_read_or_not_be_written(unprivileged: Path) -> None:
    place = unprivileged / "l.sqlite"
    schema.create(place)
    place.chmod(0o400)
    with pytest.raises(LibraryFileError, match="cannot be written to"):
        Library.open(place, write=True)
    place.chmod(0o000)
    with pytest.raises(LibraryFileError, match=r"l\.sqlite cannot be opened$"):
        Library.open(place)


def test_a_library_in_a_folder_that_may_not_be_entered(unprivileged: Path) -> None:
    place = unprivileged / "closed" / "l.sqlite"
    schema.create(place)
    place.parent.chmod(0o000)
    try:
        with pytest.raises(LibraryFileError) as caught:
            Library.open(place)
    finally:
        place.parent.chmod(0o700)
    assert caught.value.message == f"{place} cannot be opened: permission denied"


def test_why_sqlite_could_not_write_is_said_as_far_as_that_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    error = sqlite3.OperationalError("disk I/O error")
    error.sqlite_errorcode = sqlite3.SQLITE_IOERR_WRITE
    for limit, what, hint in (
        (-1, "l cannot be written", "nothing was changed; check the disk, and your share of it"),
        (
            512,
            "l cannot grow: no file may be longer than 512 bytes",
            "nothing was changed; let files be longer (ulimit -f)",
        ),
    ):
        monkeypatch.setattr(resource, "getrlimit", lambda _, limit=limit: (limit, limit))
        found = schema.explanation(Path("l"), error)
        assert (found.message, found.hint, found.exit_code) == (what, hint, 6)


def test_a_copy_that_cannot_be_written_names_the_copy(unprivileged: Path) -> None:
    own = unprivileged / "own.sqlite"
    schema.create(own)
    (unprivileged / "closed").mkdir(mode=0o500)
    with pytest.raises(LibraryFileError) as caught:
        Library.create(unprivileged / "closed" / "l.sqlite", starter=own)
    assert str(unprivileged / "closed" / "l.sqlite") in caught.value.message
    assert str(own) not in caught.value.message


@pytest.mark.parametrize("mode", ["delete", "wal"])
def test_a_lock_is_told_and_the_wait_is_bounded(path: Path, mode: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schema, "BUSY_SECONDS", 0.01)
    other = sqlite3.connect(path, isolation_level=None)
    assert other.execute(f"PRAGMA journal_mode = {mode}").fetchone() == (mode,)
    if mode == "delete":
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(LibraryFileError, match="is locked by another program"):
            Library.open(path)
        other.execute("ROLLBACK")
    other.execute("BEGIN IMMEDIATE")
    with (
        Library.open(path, write=True) as library,
        pytest.raises(LibraryFileError, match="is locked by another program"),
    ):
        library.star(["https://x.org/1"], True)
    other.execute("ROLLBACK")
    other.close()


def test_a_full_disk_changes_nothing(path: Path) -> None:
    before = path.read_bytes()
    store = rooms.Store.writing(path)
    store.connection.execute("PRAGMA max_page_count = 1")
    library = Library(store)
    with pytest.raises(LibraryFileError, match="the disk is full"):
        library.take([Record("user", title=f"Title {i}", abstract="word " * 5000) for i in range(5)])
    library.close()
    assert path.read_bytes() == before


# --- migrating ---------------------------------------------------------------------------------


def add_column(db: Database) -> None:
    db.execute("ALTER TABLE paper ADD COLUMN mood TEXT")
    db.execute("INSERT INTO problem (place, what, raw) VALUES ('migration', 'ran', '')")


def use(monkeypatch: pytest.MonkeyPatch, *steps: migrations.Migration) -> None:
    """Let gencli be one that knows more migrations."""
    monkeypatch.setattr(migrations, "MIGRATIONS", (*migrations.MIGRATIONS, *steps))
    monkeypatch.setattr(schema, "VERSION", len(migrations.MIGRATIONS))


@pytest.mark.parametrize("opens", [schema.open_writing, schema.open_reading])
def test_an_older_library_is_brought_up_to_date(
    path: Path, monkeypatch: pytest.MonkeyPatch, opens: Callable[[Path], sqlite3.Connection]
) -> None:
    use(monkeypatch, add_column)
    for _ in range(2):
        connection = opens(path)
        assert connection.execute("PRAGMA user_version").fetchone()[0] == schema.VERSION
        assert connection.execute("SELECT count(*) FROM paper WHERE mood IS NULL").fetchone()[0] == 5
        assert connection.execute("SELECT count(*) FROM problem").fetchone()[0] == 1
        connection.close()
    kept = [entry.name for entry in path.parent.iterdir() if "-schema-" not in entry.name]
    assert (kept, len(list(path.parent.iterdir()))) == (["l.sqlite"], 3)


def test_a_migrated_library_is_still_one_that_a_reader_cannot_change(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(monkeypatch, add_column)
    connection = schema.open_reading(path)
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        connection.execute("DELETE FROM paper")
    connection.close()


def fails(db: Database) -> None:
    add_column(db)
    db.executescript("DROP TABLE tag; CREATE TABLE tag (this is, no sql")


def leaves_an_orphan(db: Database) -> None:
    add_column(db)
    db.execute("INSERT INTO alias (key, paper) VALUES ('nobody', 999)")


def stops(db: Database) -> None:
    add_column(db)
    raise KeyboardInterrupt


@pytest.mark.parametrize(
    ("step", "error"),
    [(fails, LibraryFileError), (leaves_an_orphan, LibraryFileError), (stops, KeyboardInterrupt)],
)
def test_a_migration_that_fails_leaves_the_library_as_it_was(
    path: Path, monkeypatch: pytest.MonkeyPatch, step: migrations.Migration, error: type[BaseException]
) -> None:
    before = listing(path.parent)["l.sqlite"][1]
    use(monkeypatch, step)
    with pytest.raises(error):
        schema.open_writing(path)
    assert {name: content for name, (_, content) in listing(path.parent).items()} == {"l.sqlite": before}


def test_a_library_without_any_table_gets_all_of_them(tmp_path: Path) -> None:
    place = tmp_path / "l.sqlite"
    connection = sqlite3.connect(place)
    connection.execute(f"PRAGMA application_id = {schema.APPLICATION_ID}")
    connection.execute("CREATE TABLE x (y)")
    connection.execute("DROP TABLE x")
    connection.close()
    with Library.open(place, write=True) as library:
        assert library.take([Record("user", title="First of all")]).added == ("first",)


MIGRATE = """
import sys
from pathlib import Path
from gencli.store import migrations, schema, shape

def step(db):
    db.execute("INSERT INTO problem (place, what, raw) VALUES ('migration', 'ran', '')")
    print("inside", flush=True)
    sys.stdin.readline()

migrations.MIGRATIONS = (*migrations.MIGRATIONS, step)
schema.VERSION = len(migrations.MIGRATIONS)
print("going", flush=True)
connection = schema.open_writing(Path(sys.argv[1]))
print(connection.execute("SELECT count(*) FROM problem").fetchone()[0])
"""


def test_two_processes_may_migrate_one_library(path: Path) -> None:
    def start() -> subprocess.Popen[str]:
        command = [sys.executable, "-c", MIGRATE, str(path)]
        return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    with start() as first:
        assert first.stdout is not None
        assert [first.stdout.readline() for _ in range(2)] == ["going\n", "inside\n"]
        with start() as second:
            assert second.stdout is not None
            assert second.stdout.readline() == "going\n"
            # Only now may the first one end what it holds the lock for.
            assert first.communicate("\n")[0] == "1\n"
            assert second.communicate("\n")[0] == "1\n"
    assert (first.returncode, second.returncode) == (0, 0)


def test_a_strangers_trigger_is_not_run_and_stays(path: Path) -> None:
    made = 'CREATE TRIGGER "of another ""program" AFTER UPDATE ON paper BEGIN DELETE FROM tag; END'
    connection = sqlite3.connect(path)
    connection.execute(made)
    connection.commit()
    with Library.open(path, write=True) as library:
        library.star(["https://x.org/0"], True)
        assert library.tags() == [("t", 1)]
        library.undo()
        assert library.tags() == [("t", 1)]
    assert connection.execute("SELECT sql FROM sqlite_master WHERE type = 'trigger'").fetchall() == [(made,)]
    connection.close()


# --- whose tables they are -----------------------------------------------------------------------


def altered(path: Path, *statements: str) -> None:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA writable_schema = ON")
    for statement in statements:
        connection.execute(statement)
    connection.close()


# It never ends, so that a test that ran it would not either.
ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"


@pytest.mark.parametrize(
    ("table", "statements"),
    [
        ("tag", ["DROP TABLE tag", f"CREATE VIEW tag AS SELECT 1 AS id, 1 AS paper, ({ENDLESS}) AS name"]),
        ("TAG", ["DROP TABLE tag", f"CREATE VIEW Tag AS SELECT 1 AS id, 1 AS paper, ({ENDLESS}) AS name"]),
        ("words", ["DROP TABLE words", f"CREATE VIEW words AS {ENDLESS}"]),
        ("vocabulary", ["DROP TABLE vocabulary", f"CREATE VIEW vocabulary AS {ENDLESS}"]),
        ("link", ["ALTER TABLE link ADD COLUMN evil TEXT AS (hex(zeroblob(length(url))))"]),
        ("alias", ["DROP TABLE alias"]),
        ("alias", ["DROP TABLE alias", "CREATE TABLE alias (id INTEGER PRIMARY KEY, key TEXT)"]),
        ("apart", ["DROP TABLE apart", "CREATE VIRTUAL TABLE apart USING fts5 (one, other)"]),
        ("setting", ["DROP TABLE setting", "CREATE VIRTUAL TABLE setting USING fts5 (id, name, value)"]),
    ],
)
@pytest.mark.parametrize("opens", [schema.open_writing, schema.open_reading, schema.connect])
def test_a_table_that_is_not_as_it_was_made_is_refused_before_it_is_asked(
    path: Path, table: str, statements: list[str], opens: Callable[[Path], sqlite3.Connection]
) -> None:
    altered(path, *statements)
    with pytest.raises(LibraryFileError, match=f"is damaged: its table '{table.lower()}' is not as gencli made it"):
        opens(path)


def test_a_view_in_an_older_library_is_refused_before_it_is_migrated(path: Path) -> None:
    shutil.copyfile(Path(__file__).parent.parent / "data" / "schema_1.sqlite", path)
    altered(path, "DROP TABLE tag", f"CREATE VIEW tag AS SELECT 1 AS id, 1 AS paper, ({ENDLESS}) AS name")
    with pytest.raises(LibraryFileError, match="its table 'tag' is not as gencli made it"):
        Library.open(path)
    assert [entry.name for entry in path.parent.iterdir()] == ["l.sqlite"]


def test_what_another_sqlite_wrote_in_other_words_and_what_a_user_added_is_no_fault(path: Path) -> None:
    altered(
        path,
        "UPDATE sqlite_master SET sql = replace(sql, '  ', ' ') WHERE name IN ('tag', 'paper')",
        "ALTER TABLE link ADD COLUMN mine TEXT",
        "CREATE TABLE songs (name TEXT)",
        "CREATE VIEW mine AS SELECT key FROM paper",
    )
    with Library.open(path, write=True) as library:
        assert library.tag("other", ["https://x.org/1"]).changed
        assert library.find("tag:other")


def test_the_tables_that_are_looked_at_are_all_of_them() -> None:
    made = re.findall(r'(?m)^CREATE (?:VIRTUAL )?TABLE "?(\w+)', schema.snapshot())
    assert sorted(made) == sorted((*shape.TABLES, *shape.INDEX))


@pytest.mark.skipif(sys.version_info < (3, 12), reason="Python cannot ask SQLite for it")
def test_sql_cannot_write_what_only_sqlite_may(path: Path) -> None:
    connection = schema.open_writing(path)
    connection.execute("PRAGMA writable_schema = ON")
    with pytest.raises(sqlite3.OperationalError, match="may not be modified"):
        connection.execute("DELETE FROM sqlite_master")
    with pytest.raises(sqlite3.OperationalError, match="may not be modified"):
        connection.execute("DELETE FROM words_data")
    connection.close()
