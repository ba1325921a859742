"""kill -9, SIGTERM and Ctrl-C at any moment: a command is done or not done, and nothing else is ever found.

In CI the main ones are killed once; `GENCLI_KILLS=200 pytest -s tests/process/test_kills.py` kills each of
them 200 times, on a larger library, and prints what came of it.
"""

import os
import random
import shutil
import signal
import subprocess
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import pytest
from processes import Seen, bib, gencli, integrity, seen, started

from conftest import ROOT, Run
from gencli.store import schema

pytestmark = pytest.mark.process

KILLS = int(os.environ.get("GENCLI_KILLS", "0"))
PAPERS = 1000 if KILLS else 150
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
SHORT = ("import", "tag", "merge", "undo", "export -o", "migrate 1, write", "migrate 4, read")


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
    """When a job begins to write, and when it is done, in seconds from its start."""

    writes: float
    ends: float


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


def placed(name: str, shelf: Path, tmp_path: Path) -> Place:
    job, base = JOBS[name], tmp_path / "base"
    if job.source and not (ROOT / "tests" / "data" / job.source).exists():
        pytest.skip(f"there is no {job.source}")
    if name == "backup" and gencli(shelf / LIBRARY, "backup", "-h").returncode != 0:
        pytest.skip("there is no such command yet")
    shutil.copytree(shelf, base)
    if job.source:
        shutil.copyfile(ROOT / "tests" / "data" / job.source, base / LIBRARY)
    for words in job.before:
        assert gencli(base / LIBRARY, *words, cwd=base).returncode == 0
    return Place(job, base, tmp_path / FOLDER)


def paced(place: Place) -> Pace:
    """The job done once, watched."""
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
    return Pace(writes or ends * 0.9, ends)


def killed(place: Place, pace: Pace, at: random.Random, number: int, sign: int) -> tuple[int, str]:
    """The job, killed: one time in four at any moment, else at one after it began to write."""
    place.fresh()
    at_first, limit = place.sizes(), time.perf_counter() + pace.ends * 1.5
    with place.begin() as process:
        if number % 4 == 3:
            time.sleep(at.uniform(0, pace.ends * 1.1))
        else:
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


def ends(place: Place, run: Run) -> tuple[Pace, tuple[Seen, object], tuple[Seen, object]]:
    """How long a job takes, what is found before it and what after it."""
    place.fresh()
    before = state(place, run)
    pace = paced(place)
    after = state(place, run)
    # A library that only was brought to this version is the same to its user.
    assert (before == after) == (place.job.words == ("list",))
    return pace, before, after


def again(place: Place, run: Run, is_done: bool, before: tuple[Seen, object], after: tuple[Seen, object]) -> None:
    """What is not done can be done, what is done can be taken back, as if nothing had been."""
    if not is_done or place.job.words == ("list",):
        assert gencli(place.library, *place.job.words, cwd=place.folder).returncode == 0
        assert state(place, run) == after
    elif not place.job.writes:
        assert run("--db", place.library, *place.job.back).code == 0
        assert seen(run, place.library).papers == before[0].papers
    else:
        Path(place.folder / place.job.writes).unlink()
        assert gencli(place.library, *place.job.words, cwd=place.folder).returncode == 0
        assert state(place, run) == after
    assert place.drafts() == []


@pytest.mark.parametrize("name", JOBS if KILLS else SHORT)
def test_a_command_that_is_killed_is_done_or_not_done(name: str, shelf: Path, tmp_path: Path, run: Run) -> None:
    place = placed(name, shelf, tmp_path)
    pace, before, after = ends(place, run)
    at, counts = random.Random(f"{name} {KILLS}"), Counter[str]()
    for number in range(KILLS or 1):
        code, words = killed(place, pace, at, number, signal.SIGKILL)
        counts["draft" if place.drafts() else "no draft"] += 1
        counts["ended"] += code == 0
        counts["journal"] += f"{LIBRARY}-journal" in place.sizes() or f"{LIBRARY}-wal" in place.sizes()
        found = state(place, run)
        assert found in (before, after), (number, code, words)
        is_done = found == after
        # What was said to be done is.
        assert is_done or (code != 0 and "undo:" not in words), (number, code, words)
        counts["after" if is_done else "before"] += 1
        again(place, run, is_done, before, after)
    kept = ", ".join(f"{count} {what}" for what, count in sorted(counts.items()))
    print(f"\nFIGURE {name}: {KILLS or 1} kills; {kept}; {pace.ends:.2f} s, writes from {pace.writes:.2f} s")


@pytest.mark.parametrize("name", ["import", "export -o", "undo", "tag"] if KILLS else ["import"])
@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT], ids=["TERM", "INT"])
def test_a_command_that_is_told_to_end_does_nothing_by_halves(
    sign: signal.Signals, name: str, shelf: Path, tmp_path: Path, run: Run
) -> None:
    place = placed(name, shelf, tmp_path)
    pace, before, after = ends(place, run)
    at, counts = random.Random(f"{name} {sign} {KILLS}"), Counter[str]()
    for number in range(max(1, KILLS // 4)):
        code, words = killed(place, pace, at, number if KILLS else 0, sign)
        found = state(place, run)
        assert found in (before, after), (number, code, words)
        is_done = found == after
        counts[f"{code}, {'after' if is_done else 'before'}"] += 1
        assert "Traceback" not in words, words
        if sign == signal.SIGINT:
            # Before Python has its handler the system ends it.
            assert code in (0, 130, -signal.SIGINT), words
            lines = words.splitlines()
            assert lines[-1:] == ["gencli: interrupted"] or code != 130, words
            assert len(lines) <= 2, words
        again(place, run, is_done, before, after)
    kept = ", ".join(f"{count} × {what}" for what, count in sorted(counts.items()))
    print(f"\nFIGURE {sign.name} {name}: {kept}")
