"""What it costs that everything can be taken back: import with the journal and without, undo; see README.md.

python bench/journal.py [--papers N] [--runs N]
"""

import argparse
import os
import platform
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage
from statistics import median
from typing import Any, NamedTuple

from bib import Maker
from run import BARE, GENCLI, PYTHON, is_there

# What is asked for: the journal's and the checks' part of an import; undo by the bare app, by the import it takes back.
PART, TAG, IMPORT = 0.25, 1.4, 2.0
# Says to this file that it is to be gencli without a journal.
WITHOUT = "--without-journal"


class _NoJournal:
    """Notes nothing, so that nothing could be taken back."""

    def __init__(self, _: sqlite3.Connection) -> None:
        self.columns: dict[str, list[str]] = {}
        self.number = 0

    def watch(self) -> None:
        """Nothing is noted."""

    def begin(self, _: int | None = None) -> None:
        """Nothing is noted."""

    def write(self, *_: Any) -> None:
        """No step."""

    def finish(self) -> bool:
        """It must be taken for changed."""
        return True


def _without(words: Sequence[str]) -> None:
    """gencli without a journal, and without the looks at what a stranger may have put into the file."""
    from gencli.cli.app import execute
    from gencli.store import journal, schema, shape, waiting

    patched: tuple[tuple[Any, str, Any], ...] = (
        (journal, "Journal", _NoJournal),
        (schema, "without_triggers", lambda _: nullcontext()),
        (shape, "require", lambda *_: None),
        (waiting, "at_work", lambda *_: nullcontext()),
    )
    for place, name, instead in patched:
        setattr(place, name, instead)
    sys.exit(execute(list(words)))


class Took(NamedTuple):
    """The seconds of a process: by the clock, of the processor."""

    clock: float
    cpu: float


def took(command: Sequence[str], environment: dict[str, str]) -> Took:
    """What a command takes, with all its own processes."""
    before, start = getrusage(RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False)
    clock, after = time.perf_counter() - start, getrusage(RUSAGE_CHILDREN)
    if done.returncode:
        sys.exit(f"bench: exit code {done.returncode} of {' '.join(command)}\n{done.stderr.decode()}")
    return Took(clock, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


def middle(found: Sequence[Took]) -> Took:
    """The medians."""
    return Took(median(one.clock for one in found), median(one.cpu for one in found))


def large(folder: Path, papers: int, runs: int, environment: dict[str, str]) -> None:
    """Import of many papers with and without a journal, and its undo and redo."""
    source = Maker(7).file(folder / "many.bib", papers)
    found: dict[str, list[Took]] = {"import": [], "import, no journal": [], "undo": [], "redo": []}
    for _ in range(runs):
        for name, gencli in (("import, no journal", (PYTHON, __file__, WITHOUT)), ("import", (str(GENCLI),))):
            library = folder / "large.sqlite"
            library.unlink(missing_ok=True)
            command = (*gencli, "--db", str(library), "import", str(source), "--no-fetch")
            found[name].append(took(command, environment))
        for name in ("undo", "redo"):
            # The copy that is made before so much is taken back is a part of it.
            found[name].append(took((str(GENCLI), "--db", str(library), name), environment))
            for copy in folder.glob("large.backup-*"):
                copy.unlink()
    own = middle(found["import"])
    without = middle(found["import, no journal"])
    print(f"\n{papers} papers from a .bib, medians of {runs}\n")
    print("| what | s by the clock | s of CPU | by the import: clock | CPU |\n|-|-:|-:|-:|-:|")
    for name, all_of_them in found.items():
        one = middle(all_of_them)
        print(f"| {name} | {one.clock:.1f} | {one.cpu:.1f} | {one.clock / own.clock:.2f} | {one.cpu / own.cpu:.2f} |")
    part = own.cpu / without.cpu - 1
    print(f"\njournal and checks: {part:.1%} of the CPU of the same import without (asked for: at most {PART:.0%})")
    print(f"undo: at most {IMPORT} times the import is asked for")


def small(folder: Path, runs: int, environment: dict[str, str]) -> None:
    """The undo of a tag beside the bare app, in turns."""
    library = folder / "small.sqlite"
    found: dict[str, list[float]] = {"tag add": [], "undo": [], "redo": [], "history": [], "bare": []}
    shutil.copyfile(Path(__file__).resolve().parent.parent / "data" / "papers.sqlite", library)
    gencli = (str(GENCLI), "--db", str(library))
    listed = subprocess.run([*gencli, "list", "--keys"], env=environment, capture_output=True, text=True, check=True)
    keys = listed.stdout.split()
    for turn in range(runs + 1):
        tag = ("tag", "add", f"t{turn}", keys[turn % len(keys)])
        for name, words in (("tag add", tag), ("undo", ("undo",)), ("redo", ("redo",)), ("history", ("history",))):
            found[name].append(took((*gencli, *words), environment).cpu)
            found["bare"].append(took(BARE, environment).cpu)
    # The first round warms files and byte code up.
    bare = median(found["bare"][4:])
    print(f"\nthe starter library, medians of {runs}; bare app {bare * 1000:.1f} ms of CPU\n")
    print("| what | CPU ms | by the bare app |\n|-|-:|-:|")
    for name in ("tag add", "undo", "redo", "history"):
        own = median(found[name][1:])
        print(f"| {name} | {own * 1000:.1f} | {own / bare:.2f} |")
    print(f"\nundo of a tag: at most {TAG} is asked for")


def main() -> int:
    """Measure, print."""
    if sys.argv[1:2] == [WITHOUT]:
        _without(sys.argv[2:])
        return 0
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--papers", type=int, default=100_000, metavar="N", help="papers to import (100000); 0: none")
    parser.add_argument(
        "--runs", type=int, default=3, metavar="N", help="runs of the import (3); eight times so many of undo"
    )
    told = parser.parse_args()
    if not is_there():
        return 2
    print(f"{os.cpu_count()} cores, Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        environment = {
            "PATH": os.environ.get("PATH", os.defpath),
            "HOME": name,
            "LANG": "C.UTF-8",
            "GENCLI_OFFLINE": "1",
        }
        small(folder, told.runs * 8, environment)
        if told.papers:
            large(folder, told.papers, told.runs, environment)
    return 0


if __name__ == "__main__":
    sys.exit(main())
