"""No room, no right to write, nothing there any more, somebody else's lock: one line, exit 6, and nothing lost.

What a disk that is full does is tried by a limit on the size of files, and on a small disk of our own where this
process may mount one. `GENCLI_DISKS=1 pytest tests/process/test_full_disks.py` tries more commands and more limits.
"""

import io
import json
import os
import re
import resource
import shutil
import sqlite3
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TextIO

import pytest
from processes import GENCLI, bib, environment, gencli, integrity, plain, seen, started

from conftest import STARTER, Run, ordinary_user
from gencli import Library
from gencli.cli.app import FAMILIES, execute, flush
from gencli.errors import LibraryFileError
from gencli.store import schema

pytestmark = pytest.mark.process

FULL = bool(os.environ.get("GENCLI_DISKS"))
CHANGING = {
    "import": ("import", "more.bib", "--no-fetch"),
    "add": ("add", "2301.00001", "--no-fetch"),
    "tag": ("tag", "add", "kept", "--where", "year:1990.."),
    "note": ("note", "key7", "n" * 100_000),
    "merge": ("merge", "key1", "key2", "key3"),
    "undo": ("undo",),
}
MAKING = {
    "export -o": ("export", "-o", "new.txt"),
    "export -o, jsonl": ("export", "--jsonl", "-o", "new.txt"),
    "init": ("init", "new.sqlite"),
    "init --empty": ("init", "new.sqlite", "--empty"),
    "backup": ("backup", "new.sqlite"),
}
READING = [("list",), ("search", "margin", "--json"), ("export",), ("show", "key7"), ("tags",), ("info",)]


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a library of some papers, tagged, and a list of others."""
    folder = tmp_path_factory.mktemp("disks") / "base"
    folder.mkdir()
    (folder / "first.bib").write_text(bib(0, 60))
    (folder / "more.bib").write_text(bib(60, 60))
    for words in (
        ("init", "l.sqlite", "--empty"),
        ("import", "first.bib", "--no-fetch"),
        ("tag", "add", "first", "--where", "year:1990.."),
    ):
        assert gencli(folder / "l.sqlite", *words, cwd=folder).returncode == 0
    return folder


@pytest.fixture
def shelf(base: Path, tmp_path: Path) -> Path:
    """The library in a fresh copy of it."""
    shutil.copytree(base, tmp_path / "shelf")
    return tmp_path / "shelf" / "l.sqlite"


def limited(size: int) -> Callable[[], None]:
    """What a process does before it begins: no file of its may be longer than so many bytes."""
    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


def refused(done: subprocess.CompletedProcess[str]) -> bool:
    """Whether a command found no room, and said it as we say it; else it is done."""
    assert "Traceback" not in done.stderr
    assert done.returncode in (0, 6), done.stderr
    assert done.returncode == 0 or plain(done.stderr), done.stderr
    assert done.returncode == 0 or re.search("no file may be longer than|file too large|is full|no space", done.stderr)
    return done.returncode == 6


def sizes(path: Path) -> list[int]:
    """Where files may end: at once, within their first pages, at the library's size, a little behind it."""
    size = path.stat().st_size
    return [0, 4096, 5000, 20_000, 60_000, size, size + 4096, size + 30_000] if FULL else [0, 20_000]


@pytest.mark.parametrize("name", CHANGING if FULL else ["import", "tag", "undo"])
def test_a_change_that_finds_no_room_changes_nothing(name: str, shelf: Path, run: Run) -> None:
    words, before, times = CHANGING[name], seen(run, shelf), 0
    for size in sizes(shelf):
        done = gencli(shelf, *words, cwd=shelf.parent, preexec_fn=limited(size))
        if not refused(done):
            break
        times += 1
        # Who looks has no more room than who wrote.
        assert gencli(shelf, "list", preexec_fn=limited(size)).returncode == 0
        assert seen(run, shelf) == before
        assert integrity(shelf) == []
    else:
        done = gencli(shelf, *words, cwd=shelf.parent)
    assert times
    assert done.returncode == 0, done.stderr
    assert seen(run, shelf).history != before.history
    assert integrity(shelf) == []
    assert leftovers(shelf) == []


@pytest.mark.parametrize("name", MAKING if FULL else ["export -o", "init", "backup"])
def test_a_file_that_finds_no_room_is_not_made(name: str, shelf: Path, run: Run) -> None:
    words = MAKING[name]
    target = shelf.parent / words[-1 if name != "init --empty" else 1]
    if words[0] == "backup" and gencli(shelf, "backup", "-h").returncode != 0:
        pytest.skip("there is no such command yet")
    old = b"old" if target.suffix == ".txt" else None
    if old:
        target.write_bytes(old)
    for size in (0, 5000):
        assert refused(gencli(shelf, *words, cwd=shelf.parent, preexec_fn=limited(size)))
        assert (target.read_bytes() if target.exists() else None) == old
        assert leftovers(shelf) == []
    done = gencli(shelf, *words, cwd=shelf.parent)
    assert done.returncode == 0, done.stderr
    assert target.suffix == ".txt" or integrity(target) == []
    assert target.stat().st_size > 5000


@pytest.mark.parametrize("version", range(1, schema.VERSION) if FULL else [3])
@pytest.mark.parametrize("words", [("list",), ("tag", "add", "kept", "--where", "year:1900..")], ids=lambda w: w[0])
def test_a_migration_that_finds_no_room_leaves_the_old_file(
    version: int, words: tuple[str, ...], tmp_path: Path
) -> None:
    source = STARTER.parent.parent / "tests" / "data" / f"schema_{version}.sqlite"
    if not source.exists() or version == schema.VERSION:
        pytest.skip(f"there is no older schema {version}")
    path = tmp_path / "shelf" / "l.sqlite"
    path.parent.mkdir()
    shutil.copyfile(source, path)
    for size in (0, 20_000, source.stat().st_size) if FULL else (20_000,):
        assert refused(gencli(path, *words, preexec_fn=limited(size))) or size > 20_000
        assert leftovers(path) == []
        assert integrity(path) == []
        assert version_of(path) in ((version,) if size <= 20_000 else (version, schema.VERSION))
    done = gencli(path, *words)
    assert done.returncode == 0, done.stderr
    assert version_of(path) == schema.VERSION
    assert len(gencli(path, "list").stdout.splitlines()) >= 27
    assert integrity(path) == []


def version_of(path: Path) -> int:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        version: int = connection.execute("PRAGMA user_version").fetchone()[0]
        return version


def leftovers(library: Path) -> list[str]:
    """The drafts in a library's folder."""
    return [entry.name for entry in library.parent.iterdir() if entry.name.startswith(".gencli.")]


# --- a small disk ----------------------------------------------------------------------------------


@contextmanager
def small_disk(folder: Path, size: int) -> Iterator[Path]:
    """A disk of so many bytes at a folder."""
    folder.mkdir()
    if os.geteuid() != 0 or shutil.which("mount") is None:
        pytest.skip("only root may mount a small disk")
    made = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)], capture_output=True)
    if made.returncode:
        pytest.skip("no small disk can be mounted here")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def fill(disk: Path, left: int) -> Path:
    """A file that leaves so many bytes."""
    filler = disk / "filler"
    free = os.statvfs(disk).f_bavail * os.statvfs(disk).f_frsize
    filler.write_bytes(b"x" * (free - left))
    return filler


@pytest.mark.parametrize("left", [0, 4096, 65_536, 262_144, 524_288] if FULL else [0])
@pytest.mark.parametrize("name", [*CHANGING, *MAKING] if FULL else ["import", "backup"])
def test_a_disk_that_is_full(name: str, left: int, base: Path, tmp_path: Path, run: Run) -> None:
    with small_disk(tmp_path / "disk", 16 << 20) as disk:
        shelf = disk / "shelf" / "l.sqlite"
        shutil.copytree(base, shelf.parent)
        words, before = (CHANGING | MAKING)[name], seen(run, shelf)
        if words[0] == "backup" and gencli(shelf, "backup", "-h").returncode != 0:
            pytest.skip("there is no such command yet")
        there = sorted(entry.name for entry in shelf.parent.iterdir())
        filler = fill(disk, left)
        done = gencli(shelf, *words, cwd=shelf.parent)
        was_refused = refused(done)
        assert was_refused or left
        assert gencli(shelf, "list").returncode == 0
        assert leftovers(shelf) == []
        if was_refused:
            assert seen(run, shelf) == before
            assert [name for name in there if not (shelf.parent / name).exists()] == []
            filler.unlink()
            done = gencli(shelf, *words, cwd=shelf.parent)
        assert done.returncode == 0, done.stderr
        assert (seen(run, shelf) == before) == (name in MAKING)
        assert integrity(shelf) == []


# --- no right to write -----------------------------------------------------------------------------


@pytest.mark.parametrize("what", ["file", "folder"])
def test_what_may_only_be_read_is_read_and_not_written(what: str, base: Path, run: Run) -> None:
    place = Path(tempfile.mkdtemp())
    shutil.copytree(base, place, dirs_exist_ok=True)
    shelf, before = place / "l.sqlite", [run("--db", base / "l.sqlite", *words).out for words in READING]
    # What it needs is loaded now: that user need not be able to read the checkout.
    for words in CHANGING.values():
        run("--db", shelf, *words, "-h")
    assert run("--db", shelf, "tag", "add", "first", "key7").code == 0
    for path in (place, *place.iterdir()):
        os.chown(path, 65534, 65534) if os.geteuid() == 0 else None
    with ordinary_user(place):
        shelf.chmod(0o444)
        place.chmod(0o555 if what == "folder" else 0o755)
        there = {entry.name: entry.read_bytes() for entry in place.iterdir()}
        for words, was in zip(READING, before, strict=True):
            done = run("--db", shelf, *words)
            assert (done.code, done.err) == (0, ""), (words, done.err)
            assert done.out == was or words == ("info",)
        for words in (("tag", "add", "x", "key7"), ("star", "key8"), ("undo",), ("add", "2301.00001", "--no-fetch")):
            done = run("--db", shelf, *words)
            assert (done.code, plain(done.err)) == (6, True), (words, done.err)
            assert "cannot be written to" in done.err
        assert {entry.name: entry.read_bytes() for entry in place.iterdir()} == there


# --- what is not there any more --------------------------------------------------------------------


def test_a_folder_that_is_removed_while_a_command_waits(shelf: Path) -> None:
    with started(shelf, ("tag", "add", "x", "-"), stdin=subprocess.PIPE) as process:
        assert process.stdin is not None
        wait_for_reading(process.pid)
        shutil.rmtree(shelf.parent)
        _, words = process.communicate("key7\n")
    assert process.returncode in (3, 6)
    assert plain(words), words
    assert not shelf.parent.exists()


def wait_for_reading(number: int) -> None:
    """Until a process sleeps in a read of its standard input."""
    waits = Path(f"/proc/{number}/syscall")
    if not waits.exists():
        pytest.skip("this system does not tell what a process waits for")
    for _ in range(30_000):
        state = waits.read_text().split()
        if state[0] in ("0", "63") and state[1] == "0x0":
            return
        time.sleep(0.001)
    pytest.fail("the process never came to read its input")


@pytest.mark.parametrize("how", ["removed", "moved"])
def test_a_library_that_goes_while_it_is_open(shelf: Path, how: str) -> None:
    with Library.open(shelf, write=True) as library:
        library.tag("x", ["key7"])
        shutil.rmtree(shelf.parent) if how == "removed" else shelf.rename(shelf.with_name("moved.sqlite"))
        with pytest.raises(LibraryFileError, match="was moved or removed meanwhile"):
            library.tag("y", ["key7"])
    assert not shelf.exists()


def test_a_folder_that_we_are_in_and_that_is_gone(
    shelf: Path, tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, gone = tmp_path / "here", "gencli: the current folder is not there any more\n"
    monkeypatch.setenv("GENCLI_DB", str(shelf))
    here.mkdir()
    monkeypatch.chdir(here)
    here.rmdir()
    for words, code in (
        (("list",), 0), (("export", "-o", "x.bib"), 4), (("--db", "l.sqlite", "list"), 6), (("init", "x.sqlite"), 6),
        (("import", "x.bib"), 3), (("--db", "l.sqlite", "add", "2301.00001", "--no-fetch"), 6),
        (("backup", "x.sqlite"), 6),
    ):  # fmt: skip
        done = run(*words)
        assert done.code == code, (words, done.err)
        assert code != 6 or (done.err.startswith(gone) and plain(done.err)), done.err
        assert code == 0 or done.err.startswith("gencli: "), done.err


def test_a_link_to_a_library_that_is_not_there(tmp_path: Path, run: Run) -> None:
    link, far = tmp_path / "link.sqlite", tmp_path / "disk" / "far.sqlite"
    link.symlink_to(far)
    for words in (("list",), ("tag", "add", "x", "key7"), ("undo",)):
        done = run("--db", link, *words)
        assert (done.code, plain(done.err)) == (6, True), done.err
        assert f"link.sqlite is a link to {far}, which is not there" in done.err
    assert not far.parent.exists()


# --- in use ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["IMMEDIATE", "EXCLUSIVE"])
def test_a_library_that_another_program_writes(
    kind: str, shelf: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schema, "BUSY_SECONDS", 0.05)
    before = seen(run, shelf)
    with closing(sqlite3.connect(shelf, isolation_level=None)) as other:
        other.execute(f"BEGIN {kind}")
        other.execute("UPDATE paper SET starred = 1")
        for words in CHANGING.values():
            done = run("--db", shelf, *(str(shelf.parent / word) if word == "more.bib" else word for word in words))
            assert (done.code, plain(done.err)) == (6, True), (words, done.err)
            assert "is locked by another program" in done.err
        assert run("--db", shelf, "list", "--count").code in (0, 6)
        other.execute("ROLLBACK")
    assert seen(run, shelf) == before
    assert run("--db", shelf, "star", "key7").code == 0


def test_a_library_that_another_program_has_for_itself(shelf: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schema, "BUSY_SECONDS", 0.05)
    with closing(sqlite3.connect(shelf, isolation_level=None)) as other:
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        other.execute("UPDATE paper SET starred = 1")
        other.execute("COMMIT")
        for words in (*READING, ("star", "key7")):
            done = run("--db", shelf, *words)
            assert (done.code, "is locked by another program" in done.err) == (6, True), (words, done.err)
    assert run("--db", shelf, "list").code == 0


@pytest.mark.skipif(not FULL, reason="waits for ten seconds; GENCLI_DISKS=1 runs it")
def test_a_process_does_not_wait_for_ever(shelf: Path) -> None:
    """It waits as long as `schema.BUSY_SECONDS` says, and then tells."""
    assert schema.BUSY_SECONDS <= 10
    with closing(sqlite3.connect(shelf, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        done = gencli(shelf, "star", "key7", timeout=60)
    assert (done.returncode, plain(done.stderr)) == (6, True)


# --- the standard streams --------------------------------------------------------------------------

PRINTING = (
    """
list|list --json|list --keys|list --count|search margin|search margin --json|show key7|show key7 --json
like key7|like key7 --json|export|export --biblatex|export --markdown|export --jsonl|export --csl-json|export --ris
history|history --json|tags|tags --json|tag list|info|info --json|check --json|duplicates --json|backup --json
add 2301.00001 --no-fetch|star key7 --json|import more.bib --json|--version|-h|list -h|tag add -h
""".strip()
    .replace("\n", "|")
    .split("|")
)


@pytest.mark.parametrize(
    ("kind", "code", "reason"),
    [
        ("closed", 6, "cannot write the output: standard output is closed"),
        ("full", 6, "cannot write the output: no space left on device"),
        ("a pipe that nobody reads", 0, ""),
    ],
)
def test_an_output_that_cannot_be_written_is_said(
    kind: str, code: int, reason: str, shelf: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    if kind == "full" and not Path("/dev/full").exists():
        pytest.skip("there is no /dev/full here")
    monkeypatch.setenv("GENCLI_DB", str(shelf))
    monkeypatch.chdir(shelf.parent)
    for words in (line.split() for line in ["", *PRINTING, *(f"{name} -h" for name in FAMILIES if FULL)]):
        assert run(*words).out, words
        monkeypatch.setattr("sys.argv", ["gencli", *words])
        with monkeypatch.context() as patch, standard_output(kind) as out:
            patch.setattr("sys.stdout", out)
            patch.setattr("sys.stderr", words_of := io.StringIO())
            # Without any words gencli shows its help and ends with 2, which nobody's leaving changes.
            assert flush(execute(words)) == (code or (0 if words else 2)), (words, words_of.getvalue())
        err = words_of.getvalue()
        assert reason in err, words
        if code and "--json" in words:
            assert json.loads(err)["error"]["code"] == "output"
        elif code:
            assert plain("\n".join(line for line in err.splitlines() if "already" not in line)), err
        else:
            assert "rror" not in err
            assert "gencli: " not in err


@contextmanager
def standard_output(kind: str) -> Iterator[TextIO | None]:
    """A standard output that takes nothing."""
    if kind == "closed":
        yield None
    elif kind == "full":
        with Path("/dev/full").open("w") as full:
            yield full
    else:
        reading, writing = os.pipe()
        os.close(reading)
        with os.fdopen(writing, "w") as pipe:
            yield pipe


@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_part_of_an_output_is_not_all_of_it(unbuffered: str, shelf: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Python itself says nothing where it is told not to buffer, and there is room for a part."""
    monkeypatch.setenv("PYTHONUNBUFFERED", unbuffered)
    with (shelf.parent / "out").open("w") as out:
        done = gencli(shelf, "list", "--json", stdout=out, preexec_fn=limited(20_000))
    assert (done.returncode, (shelf.parent / "out").stat().st_size) == (6, 20_000)
    assert "cannot write the output: file too large" in done.stderr


CLOSED = (">&-", "2>&-", "<&-", ">&- 2>&-", ">&- 2>&- <&-") if FULL else ("2>&-", ">&- 2>&- <&-")


def sh(shelf: Path, line: str) -> subprocess.CompletedProcess[str]:
    """A shell's line, in which `gencli` is ours."""
    told = f'gencli() {{ "{GENCLI[0]}" -m gencli "$@"; }}; {line}'
    return subprocess.run(
        ["sh", "-c", told], env=environment(GENCLI_DB=str(shelf)), cwd=shelf.parent, capture_output=True, text=True
    )


def test_closed_streams_stop_no_change_and_get_into_no_file(shelf: Path, run: Run) -> None:
    """A file that is opened while a standard stream is closed gets its number: words must not end up in it."""
    for number, closed in enumerate(CLOSED):
        done = sh(shelf, f"gencli tag add t{number} key7 {closed}")
        assert (done.returncode, done.stdout) == (0, "")
        done = sh(shelf, f"gencli export -o out{number}.bib {closed}")
        assert done.returncode == 0
        assert sh(shelf, f"gencli show nosuch {closed}").returncode == 3
        assert sh(shelf, f"gencli undo {closed}").returncode == 0
    assert len({path.read_bytes() for path in shelf.parent.glob("out*.bib")}) == 1
    assert integrity(shelf) == []
    undone = [words for _, words, undone in seen(run, shelf).history if undone]
    assert sorted(undone) == [f"tagged 't{number}': 1 changed" for number in range(len(CLOSED))]


def test_a_closed_standard_input_is_an_empty_one(shelf: Path) -> None:
    for words in ("import -", "tag add x -", "note key7", "edit key7", "add -") if FULL else ("import -",):
        done = sh(shelf, f"gencli {words} <&-")
        assert done.returncode in (1, 2, 4), (words, done.stderr)
        assert done.stderr.startswith("gencli: ")
        assert "Traceback" not in done.stderr


def test_words_that_find_no_room_are_no_error(shelf: Path) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("there is no /dev/full here")
    assert sh(shelf, "gencli tag add x key7 2>/dev/full").returncode == 0
    assert sh(shelf, "gencli show nosuch 2>/dev/full").returncode == 3
    assert sh(shelf, "gencli nosuch 2>/dev/full").returncode == 2
    assert sh(shelf, "gencli list >/dev/full 2>/dev/full").returncode == 6
    done = sh(shelf, "gencli list 2>/dev/full")
    assert (done.returncode, len(done.stdout.splitlines())) == (0, 60)
    assert "x" in sh(shelf, "gencli tags").stdout
