"""Who waits for whom: the log that readers and a writer share, where it is kept, and signs of life of a writer."""

import os
import shutil
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from gencli import Library, Record
from gencli.errors import LibraryFileError
from gencli.store import backups, places, schema, waiting

# --- where a file lies -------------------------------------------------------------------------

MOUNTINFO = r"""22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw
30 22 0:26 / /proc rw,nosuid shared:12 - proc proc rw
41 22 0:40 / /home/ann rw,relatime shared:20 - nfs4 server:/home rw,vers=4.2
42 41 0:41 / /home/ann/my\040disk rw - ext4 /dev/sdb1 rw
43 22 0:42 / /mnt/far rw,nosuid shared:2 master:7 - fuse.sshfs ann@far: rw
44 22 0:43 / /mnt/stick rw - fuseblk /dev/sdc1 rw
45 22 0:44 / /mnt/twice rw - ext4 /dev/sdd1 rw
46 45 0:45 / /mnt/twice rw - cifs //server/share rw
half a line
"""
MOUNT = """/dev/disk3s1s1 on / (apfs, sealed, local, read-only, journaled)
/dev/disk3s5 on /System/Volumes/Data (apfs, local, journaled, nobrowse, protect)
//ann@server/papers on /Volumes/our papers (smbfs, nodev, nosuid, mounted by ann)
map auto_home on /System/Volumes/Data/home (autofs, automounted, nobrowse)
"""


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/home/bob/l.sqlite", "ext4"),
        ("/home/ann/l.sqlite", "nfs4"),
        ("/home/anna/l.sqlite", "ext4"),
        ("/home/ann/my disk/l.sqlite", "ext4"),
        ("/mnt/far/a/l.sqlite", "fuse.sshfs"),
        ("/mnt/stick/l.sqlite", "fuseblk"),
        ("/mnt/twice/l.sqlite", "cifs"),
        ("/proc", "proc"),
    ],
)
def test_the_kind_of_a_file_system_is_that_of_the_nearest_mount_point(path: str, kind: str) -> None:
    assert places.kind_at(path, places.linux_mounts(MOUNTINFO)) == kind


@pytest.mark.parametrize(
    ("path", "kind"), [("/Users/ann/l.sqlite", "apfs"), ("/Volumes/our papers/l.sqlite", "smbfs"), ("", "")]
)
def test_what_other_systems_say_of_their_mount_points_is_read(path: str, kind: str) -> None:
    assert places.kind_at(path, places.other_mounts(MOUNT)) == kind


@pytest.mark.parametrize(("kind", "is_shared"), [("ext4", False), ("nfs4", True), ("fuse.sshfs", True), ("9p", True)])
def test_a_file_of_another_computer_is_known_by_its_kind(
    tmp_path: Path, kind: str, is_shared: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    mounts = tmp_path / "mountinfo"
    mounts.write_text(f"22 1 254:0 / / rw - ext4 /dev/vda rw\n43 22 0:42 / {tmp_path} rw - {kind} x rw\n")
    monkeypatch.setattr(places, "MOUNTS", mounts)
    (tmp_path / "link.sqlite").symlink_to(tmp_path / "l.sqlite")
    assert places.is_shared(tmp_path / "l.sqlite") is is_shared
    assert places.is_shared(tmp_path / "link.sqlite") is is_shared


# --- the log -----------------------------------------------------------------------------------


def mode(path: Path) -> str:
    """How a library is written, as its header says (https://www.sqlite.org/fileformat.html, offset 18)."""
    return {1: "delete", 2: "wal"}[path.read_bytes()[18]]


def new(folder: Path) -> Path:
    """A library with a paper."""
    place = folder / "l.sqlite"
    Library.create(place)
    with Library.open(place, write=True) as library:
        library.take([Record("user", title="A title", identifiers={"url": "https://x.org/0"})])
    return place


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One that is made once."""
    return new(tmp_path_factory.mktemp("made"))


@pytest.fixture
def path(made: Path, tmp_path: Path) -> Path:
    """A copy of it, alone in its folder."""
    place = tmp_path / "shelf" / "l.sqlite"
    place.parent.mkdir()
    shutil.copyfile(made, place)
    return place


def with_journal(path: Path) -> Path:
    """The library as an earlier gencli left it."""
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA journal_mode = DELETE").fetchone() == ("delete",)
    return path


def star(path: Path, starred: bool = True, *, dry_run: bool = False) -> None:
    with Library.open(path, write=True) as library:
        assert library.star(["https://x.org/0"], starred, dry_run=dry_run).changed


def alone(path: Path) -> bool:
    """Whether nothing lies beside a library."""
    return [entry.name for entry in path.parent.iterdir()] == [path.name]


def test_a_new_library_has_a_log_and_is_one_file_when_nobody_uses_it(path: Path) -> None:
    assert mode(path) == "wal"
    star(path)
    assert mode(path) == "wal"
    assert alone(path)


def test_the_first_change_of_an_older_library_brings_the_log(path: Path) -> None:
    with_journal(path)
    before = path.read_bytes()
    Library.open(path).close()
    star(path, dry_run=True)
    assert path.read_bytes() == before
    star(path)
    assert (mode(path), alone(path)) == ("wal", True)


def test_in_use_by_others_it_stays_as_it_is_until_the_next_time(path: Path) -> None:
    with_journal(path)
    with closing(sqlite3.connect(path)) as reader, closing(schema.open_writing(path)) as writer:
        rows = reader.execute("SELECT 1 UNION ALL SELECT id FROM paper")
        rows.fetchone()
        schema.keep_log(writer, path)
        assert writer.execute("PRAGMA journal_mode").fetchone()[0] == "delete"
        rows.close()
        schema.keep_log(writer, path)
        assert writer.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
        assert writer.execute("PRAGMA busy_timeout").fetchone()[0] == 10_000


def test_on_a_network_a_library_has_a_rollback_journal(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "is_shared", lambda _: True)
    star(path)
    assert (mode(path), alone(path)) == ("delete", True)
    star(path, starred=False)
    assert mode(path) == "delete"
    other = path.with_name("new.sqlite")
    Library.create(other)
    assert mode(other) == "delete"
    with Library.open(path) as library, Library.open(path, write=True) as writing:
        writing.star(["https://x.org/0"], True)
        assert library.find()[0].starred


def test_a_copy_is_one_file_that_needs_no_other(path: Path, tmp_path: Path) -> None:
    with Library.open(path, write=True) as library:
        library.star(["https://x.org/0"], True)
        # What is in the log only is in the copy too.
        backups.copy(path, tmp_path / "copy.sqlite")
    assert mode(tmp_path / "copy.sqlite") == "delete"
    Library.create(tmp_path / "anew.sqlite", tmp_path / "copy.sqlite")
    assert mode(tmp_path / "anew.sqlite") == "wal"
    with Library.open(tmp_path / "anew.sqlite") as library:
        assert library.find()[0].starred
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["anew.sqlite", "copy.sqlite", "shelf"]


def test_a_folder_that_cannot_be_written_to_can_be_read(unprivileged: Path) -> None:
    place = new(unprivileged)
    unprivileged.chmod(0o500)
    with Library.open(place) as library:
        assert [paper.title for paper in library.find()] == ["A title"]
    assert alone(place)
    with pytest.raises(LibraryFileError, match="cannot be"), Library.open(place, write=True) as library:
        library.star(["https://x.org/0"], True)
    unprivileged.chmod(0o700)


def test_what_a_writer_that_died_left_in_the_log_is_there(path: Path, tmp_path: Path) -> None:
    crashed = tmp_path / "crashed" / "l.sqlite"
    crashed.parent.mkdir()
    with Library.open(path, write=True) as library:
        library.star(["https://x.org/0"], True)
        for end in ("", "-wal"):
            shutil.copyfile(f"{path}{end}", f"{crashed}{end}")
    with closing(sqlite3.connect(f"file:{crashed}?immutable=1", uri=True)) as without:
        assert without.execute("SELECT starred FROM paper").fetchone() == (None,)
    with Library.open(crashed) as library:
        assert library.find()[0].starred
    assert alone(crashed)


def test_a_log_that_cannot_be_read_in_is_said_and_not_passed_over(unprivileged: Path) -> None:
    place, crashed = new(unprivileged), unprivileged / "crashed" / "l.sqlite"
    crashed.parent.mkdir()
    with Library.open(place, write=True) as library:
        library.star(["https://x.org/0"], True)
        for end in ("", "-wal"):
            shutil.copyfile(f"{place}{end}", f"{crashed}{end}")
    crashed.parent.chmod(0o500)
    with pytest.raises(LibraryFileError, match="cannot be opened"):
        Library.open(crashed)
    crashed.parent.chmod(0o700)
    with Library.open(crashed) as library:
        assert library.find()[0].starred


# --- waiting -----------------------------------------------------------------------------------


@pytest.fixture
def locked(path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[sqlite3.Connection]:
    """The lock is another's."""
    monkeypatch.setattr(schema, "BUSY_SECONDS", 0.2)
    monkeypatch.setattr(waiting, "_TOLD_SECONDS", 0.05)
    monkeypatch.setattr(waiting, "_LOOK_SECONDS", 0.02)
    with closing(sqlite3.connect(path, isolation_level=None, check_same_thread=False)) as other:
        other.execute("PRAGMA journal_mode = WAL")
        other.execute("BEGIN IMMEDIATE")
        yield other


@pytest.fixture
def start() -> Iterator[Callable[[Callable[[], object]], None]]:
    """Runs something beside the test, to its end."""
    running: list[threading.Thread] = []

    def begin(act: Callable[[], object]) -> None:
        running.append(threading.Thread(target=act))
        running[-1].start()

    yield begin
    for thread in running:
        thread.join()


def test_a_writer_that_shows_life_is_waited_for_beyond_the_limit_and_that_is_said_once(
    path: Path, locked: sqlite3.Connection, start: Callable[[Callable[[], object]], None]
) -> None:
    begun = time.monotonic()

    def work() -> None:
        while time.monotonic() < begun + 0.6:
            os.utime(f"{path}-wal")
            time.sleep(0.05)
        locked.execute("COMMIT")

    start(work)
    said: list[str] = []
    with Library.open(path, write=True, say=said.append) as library:
        assert library.star(["https://x.org/0"], True).changed
    assert time.monotonic() - begun > 0.6
    assert said == [f"another program is writing to {path}; waiting for it"]


def test_a_writer_that_shows_none_is_not(path: Path, locked: sqlite3.Connection) -> None:
    said: list[str] = []
    with (
        Library.open(path, write=True, say=said.append) as library,
        pytest.raises(LibraryFileError, match="is locked by another program"),
    ):
        library.star(["https://x.org/0"], True)
    assert len(said) == 1
    locked.execute("ROLLBACK")
    star(path)


def test_whoever_writes_for_long_shows_life_though_all_is_in_memory(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waiting, "_SIGN_SECONDS", 0.0)
    with closing(schema.open_writing(path)) as connection:
        waiting.begin(connection, path)
        before = places.states(*places.beside(path))
        with waiting.at_work(connection, path):
            connection.execute("UPDATE paper SET note = 'x'")
            assert places.states(*places.beside(path)) == before
            time.sleep(0.01)
            connection.execute(
                "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000) SELECT max(i) FROM n"
            ).fetchone()
            assert places.states(*places.beside(path)) != before
        connection.execute("ROLLBACK")


def test_what_is_no_lock_is_not_waited_for(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schema, "BUSY_SECONDS", 60.0)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("BEGIN")
        with pytest.raises(sqlite3.OperationalError, match="within a transaction"):
            waiting.begin(connection, path)
        connection.execute("ROLLBACK")
        assert connection.execute("PRAGMA busy_timeout").fetchone() == (60_000,)


def test_ctrl_c_while_a_sign_is_given_is_ctrl_c(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(waiting, "_SIGN_SECONDS", 0.0)
    monkeypatch.setattr(waiting, "_STEPS", 1)
    with Library.open(path, write=True) as library:
        monkeypatch.setattr(os, "utime", stopped)
        with pytest.raises(KeyboardInterrupt):
            library.star(["https://x.org/0"], True)
        monkeypatch.undo()
        assert library.find("is:starred") == []
        assert library.star(["https://x.org/0"], True).changed
