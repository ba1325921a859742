"""kill -9, SIGTERM, SIGHUP and Ctrl-C at any moment: a command is done or not done, and nothing else is ever found.

A command is killed in three ways: by a clock, while it works, in a child of this process that has loaded all of it; by
the system, at one of the calls that change a file, where strace is to be had; and by a signal from outside, some time
after it began to write, in a process of its own.

In CI each command is killed once or twice; `GENCLI_KILLS=200 pytest -s tests/process/test_kills.py` kills each of them
200 times, on a larger library, and prints what came of it.
"""

import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
import warnings
from collections import Counter
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import pytest
from processes import GENCLI, Seen, bib, environment, gencli, integrity, seen, started

from conftest import ROOT, Run
from gencli.cli.app import execute
from gencli.store import schema

pytestmark = pytest.mark.process

KILLS = int(os.environ.get("GENCLI_KILLS", "0"))
PAPERS = 1000 if KILLS else 60
FOLDER = "shelf"
LIBRARY = "l.sqlite"


class Job(NamedTuple):
    """A command that is killed: what is done before it, what takes it back, the file that it writes."""

    words: tuple[str, ...]
    before: tuple[tuple[str, ...], ...] = ()
    back: tuple[str, ...] = ("undo",)
    writes: str = ""
    source: str = ""


_IMPORT = ("import", "more.bib", "--no-fetch")
_MERGED = tuple(f"key{number}" for number in range(0, PAPERS // 3))
JOBS = {
    "import": Job(_IMPORT),
    "tag": Job(("tag", "add", "kept", "--where", "year:1990..2015")),
    "merge": Job(("merge", *_MERGED)),
    "remove": Job(("remove", *_MERGED, "--yes")),
    "rekey": Job(("rekey", "--pattern", "{Author}{yy}{Word}", "--where", "year:1990..2015")),
    "undo": Job(("undo",), (_IMPORT,), ("redo",)),
    "redo": Job(("redo",), (_IMPORT, ("undo",))),
    "export -o": Job(("export", "-o", "old.bib"), writes="old.bib"),
    "init": Job(("init", "new.sqlite"), writes="new.sqlite"),
    "backup": Job(("backup", "new.sqlite"), writes="new.sqlite"),
    **{
        f"migrate {number}, {verb}": Job(words, source=f"schema_{number}.sqlite")
        for number in range(1, schema.VERSION)
        for verb, words in {"read": ("list",), "write": ("tag", "add", "kept", "--where", "year:1900..2100")}.items()
    },
}

# What is killed in CI, where each second counts.
SHORT = (
    *(name for name, job in JOBS.items() if not job.source), "migrate 1, write", f"migrate {schema.VERSION - 1}, read",
)  # fmt: skip
# To start strace and Python costs most.
TRACED = ("export -o", "backup")
# Calls that change a file or a folder; at the beginning of one the system kills.
_CALLS = "write,pwrite64,ftruncate,fsync,fdatasync,unlink,link,rename,chmod"


class Place:
    """A folder with a library in it that a job is done on, again and again from its beginning."""

    def __init__(self, job: Job, base: Path, folder: Path) -> None:
        self.job, self.base, self.folder = job, base, folder
        self.library = folder / LIBRARY

    def fresh(self) -> None:
        """As it is before the job."""
        shutil.rmtree(self.folder, ignore_errors=True)
        shutil.copytree(self.base, self.folder)

    def begin(self) -> "subprocess.Popen[str]":
        """The job, on its way."""
        return started(self.library, self.job.words, cwd=self.folder)

    def sizes(self) -> dict[str, int]:
        """What a writing process changes first: the files that are there, and how long they are."""
        found = {}
        for entry in os.scandir(self.folder):
            with suppress(FileNotFoundError):
                found[entry.name] = entry.stat().st_size
        return found

    def drafts(self) -> list[str]:
        """What a command works on before it is whole."""
        return [name for name in self.sizes() if name.startswith(".gencli.")]


class Pace(NamedTuple):
    """How long a job takes: its work alone; in a process of its own until it writes, and to its end; its calls."""

    works: float
    writes: float = 0
    ends: float = 0
    calls: tuple[str, ...] = ()


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a library of some hundred papers, a list of as many others, and an old export."""
    folder = tmp_path_factory.mktemp("kills") / FOLDER
    folder.mkdir()
    (folder / "first.bib").write_text(bib(0, PAPERS))
    (folder / "more.bib").write_text(bib(PAPERS - 20, PAPERS))
    (folder / "old.bib").write_text("old\n")
    for words in (
        ("init", LIBRARY, "--empty"),
        ("import", "first.bib", "--no-fetch"),
        ("tag", "add", "first", "--where", "year:2000.."),
    ):
        done = gencli(folder / LIBRARY, *words, cwd=folder)
        assert done.returncode == 0, done.stderr
    return folder


def placed(name: str, shelf: Path, tmp_path: Path, run: Run) -> Place:
    job, base = JOBS[name], tmp_path / "base"
    if job.source and not (ROOT / "tests" / "data" / job.source).exists():
        pytest.skip(f"there is no {job.source}")
    shutil.copytree(shelf, base)
    if job.source:
        shutil.copyfile(ROOT / "tests" / "data" / job.source, base / LIBRARY)
    for words in job.before:
        done_once(Place(Job(words), base, base), run)
    return Place(job, base, tmp_path / FOLDER)


def forked(place: Place, after: float = 0) -> tuple[int, str]:
    """The job in a child of this process, which ends at once so many seconds after its beginning."""
    said = place.folder.with_name("said")
    with warnings.catch_warnings():
        # From 3.12 on Python warns where a test before has left a thread that waits; it has none of our locks.
        warnings.simplefilter("ignore", DeprecationWarning)
        number = os.fork()
    if not number:
        code = 1
        try:
            os.chdir(place.folder)
            os.environ["GENCLI_DB"] = str(place.library)
            with said.open("w", buffering=1) as words, Path(os.devnull).open("w") as nowhere:
                sys.stdin, sys.stdout, sys.stderr = None, nowhere, words
                # Nothing of Python's or of ours is asked before it ends the process, as with SIGKILL.
                signal.signal(signal.SIGALRM, signal.SIG_DFL)
                signal.setitimer(signal.ITIMER_REAL, after)
                code = execute(list(place.job.words))
        finally:
            os._exit(code)
    code = os.waitstatus_to_exitcode(os.waitpid(number, 0)[1])
    return code, said.read_text()


def watched(place: Place, pace: Pace) -> Pace:
    """The pace with that of the job in a process of its own."""
    place.fresh()
    at_first, writes, start = place.sizes(), 0.0, time.perf_counter()
    with place.begin() as process:
        while process.poll() is None:
            if not writes and place.sizes() != at_first:
                writes = time.perf_counter() - start
            time.sleep(0.0005)
        ends = time.perf_counter() - start
        words = process.stderr.read() if process.stderr else ""
    assert process.returncode == 0, words
    return pace._replace(writes=writes or ends * 0.9, ends=ends)


def traced(place: Place, *words: str) -> subprocess.CompletedProcess[str]:
    """The job under strace, without its children."""
    told = ["strace", "-qq", "-e", f"trace={_CALLS}", "-o", str(place.folder.with_name("calls")), *words]
    return subprocess.run(
        [*told, *GENCLI, *place.job.words], cwd=place.folder, env=environment(GENCLI_DB=str(place.library)),
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False,
    )  # fmt: skip


def counted(place: Place, pace: Pace) -> Pace:
    """The pace with the calls of the job that change a file; none where strace is not to be had."""
    place.fresh()
    if shutil.which("strace") is None or traced(place).returncode:
        return pace
    lines = place.folder.with_name("calls").read_text().splitlines()
    return pace._replace(calls=tuple(line.partition("(")[0] for line in lines))


def killed(place: Place, pace: Pace, at: random.Random, number: int) -> tuple[str, int, str]:
    """The job, killed, one way after another."""
    place.fresh()
    if pace.calls and number % 3 == 1:
        place_of_it = at.randrange(len(pace.calls))
        call = pace.calls[place_of_it]
        time_of_it = pace.calls[: place_of_it + 1].count(call)
        done = traced(place, "-e", f"inject={call}:signal=KILL:when={time_of_it}")
        return "by a call", done.returncode, done.stderr
    if pace.ends and number % 3 == 2:
        return "from outside", *signalled(place, pace, at, signal.SIGKILL)
    return "by a clock", *forked(place, max(1e-6, at.uniform(0, pace.works)))


def signalled(place: Place, pace: Pace, at: random.Random, sign: int) -> tuple[int, str]:
    """The job, and a signal for it some time after it began to write."""
    place.fresh()
    at_first, limit = place.sizes(), time.perf_counter() + pace.ends * 1.5
    with place.begin() as process:
        while process.poll() is None and place.sizes() == at_first and time.perf_counter() < limit:
            time.sleep(0.0002)
        time.sleep(at.uniform(0, (pace.ends - pace.writes) * 1.1))
        process.send_signal(sign)
        words = process.stderr.read() if process.stderr else ""
    return process.returncode, words


def state(place: Place, run: Run) -> tuple[Seen, object]:
    """The library, and the file that the job writes, as they are found; gencli is the first to open either."""
    found, target = seen(run, place.library), place.folder / place.job.writes
    assert integrity(place.library) == []
    for path in place.folder.glob("*.sqlite"):
        # The copies that a migration or a backup left are libraries, whole.
        if path != place.library:
            assert run("--db", path, "export", "--jsonl").code == 0, path
            assert integrity(path) == []
    if not place.job.writes or not target.exists():
        return found, None
    return found, seen(run, target) if target.suffix == ".sqlite" else target.read_bytes()


def done_once(place: Place, run: Run) -> None:
    """The job, in this process."""
    here = Path.cwd()
    os.chdir(place.folder)
    try:
        done = run("--db", LIBRARY, *place.job.words)
    finally:
        os.chdir(here)
    assert done.code == 0, done.err


def ends(place: Place, run: Run) -> tuple[Pace, tuple[Seen, object], tuple[Seen, object]]:
    """How long a job takes, what is found before it and what after it."""
    place.fresh()
    before = state(place, run)
    place.fresh()
    done_once(place, run)
    after = state(place, run)
    # A library that only was brought to this version is the same to its user.
    assert (before == after) == (place.job.words == ("list",))
    place.fresh()
    start = time.perf_counter()
    code, words = forked(place)
    assert code == 0, words
    return Pace(time.perf_counter() - start), before, after


def again(place: Place, run: Run, is_done: bool, before: tuple[Seen, object], after: tuple[Seen, object]) -> None:
    """What is not done can be done, what is done can be taken back, as if nothing had been."""
    if not is_done or place.job.words == ("list",):
        done_once(place, run)
        assert state(place, run) == after
    elif not place.job.writes:
        assert run("--db", place.library, *place.job.back).code == 0
        assert seen(run, place.library).papers == before[0].papers
        return
    else:
        Path(place.folder / place.job.writes).unlink()
        done_once(place, run)
        assert state(place, run) == after
    # Who makes a file takes away what was left half made.
    assert place.drafts() == []


@pytest.mark.parametrize("name", JOBS if KILLS else SHORT)
def test_a_command_that_is_killed_is_done_or_not_done(name: str, shelf: Path, tmp_path: Path, run: Run) -> None:
    place = placed(name, shelf, tmp_path, run)
    pace, before, after = ends(place, run)
    if KILLS or name in TRACED:
        pace = counted(place, pace)
    if KILLS:
        pace = watched(place, pace)
    at, counts = random.Random(f"{name} {KILLS}"), Counter[str]()
    for number in range(KILLS or 2):
        way, code, words = killed(place, pace, at, number)
        assert "Traceback" not in words, words
        counts["draft"] += bool(place.drafts())
        counts["ended"] += code == 0
        counts["journal"] += any(re.search("-(journal|wal)$", name) for name in place.sizes())
        found = state(place, run)
        assert found in (before, after), (number, way, code, words)
        is_done = found == after
        # What was said to be done is.
        assert is_done or (code != 0 and "undo:" not in words), (number, way, code, words)
        counts[f"{way}, {'after' if is_done else 'before'}"] += 1
        again(place, run, is_done, before, after)
    kept = ", ".join(f"{count} {what}" for what, count in sorted(counts.items()))
    print(f"\nFIGURE {name}: {KILLS or 2} kills; {kept}; {pace.works:.2f} s, {len(pace.calls)} calls")


@pytest.mark.skipif(not KILLS, reason="takes long to meet the moment; GENCLI_KILLS=40 runs it")
@pytest.mark.parametrize("name", ["import", "export -o", "undo", "tag", "backup"])
@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT], ids=["TERM", "HUP", "INT"])
def test_a_command_that_is_told_to_end_does_nothing_by_halves(
    sign: signal.Signals, name: str, shelf: Path, tmp_path: Path, run: Run
) -> None:
    place = placed(name, shelf, tmp_path, run)
    pace, before, after = ends(place, run)
    pace = watched(place, pace)
    at, counts = random.Random(f"{name} {sign} {KILLS}"), Counter[str]()
    for number in range(max(1, KILLS // 4)):
        code, words = signalled(place, pace, at, sign)
        found = state(place, run)
        assert found in (before, after), (number, code, words)
        is_done = found == after
        counts[f"{code}, {'after' if is_done else 'before'}"] += 1
        assert "Traceback" not in words, words
        if sign == signal.SIGINT:
            assert code in (0, 130), words
            assert words.endswith("gencli: interrupted\n") or code != 130 or is_done, words
            assert len(words.splitlines()) <= 2, words
        else:
            assert code in (0, -sign), words
        again(place, run, is_done, before, after)
    kept = ", ".join(f"{count} × {what}" for what, count in sorted(counts.items()))
    print(f"\nFIGURE {sign.name} {name}: {kept}")
