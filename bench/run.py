"""CPU time of whole gencli processes beside a bare Typer app; what is measured and why: README.md."""

import argparse
import os
import platform
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from itertools import count
from pathlib import Path
from statistics import median

HERE = Path(__file__).resolve().parent
DATA = HERE.parent / "data"
PAGE = DATA / "generalization_in_deep_learning.txt"
PYTHON = sys.executable
# Not resolved: in a virtual environment the scripts stand beside the link to the interpreter.
GENCLI = Path(PYTHON).with_name("gencli")
BARE = (PYTHON, str(HERE / "bare.py"))
# How each peer says its version.
PEERS = {"papis": "--version", "cobib": "--version", "pubs": "--version", "bibtool": "-V"}

Command = Sequence[str]


@dataclass(frozen=True, slots=True)
class Case:
    """What is measured: `command` is called before every run and may prepare files; `target` is a ratio."""

    name: str
    command: Callable[[], Command]
    target: float | None = None
    any_exit: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """What came out: medians in milliseconds of CPU time, of the case and of the bare app run between."""

    case: Case
    own: float
    bare: float

    @property
    def ratio(self) -> float:
        """How many bare apps the case costs."""
        return self.own / self.bare

    @property
    def is_over(self) -> bool:
        """Whether the target is missed."""
        return self.case.target is not None and self.ratio > self.case.target

    def cells(self) -> tuple[str, str, str, str, str]:
        """The row as it is printed."""
        if self.case.target is None:
            return self.case.name, f"{self.own:.1f}", f"{self.ratio:.2f}", "", ""
        verdict = "over" if self.is_over else "ok"
        return self.case.name, f"{self.own:.1f}", f"{self.ratio:.2f}", f"{self.case.target:.2f}", verdict


class World:
    """A temporary home with copies of the shipped library; processes run in it, without a network."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.numbers = count()
        # Nothing else is passed on: neither settings of Python nor of the tools change what is measured.
        self.environment = {
            "PATH": os.environ.get("PATH", os.defpath),
            "HOME": str(folder),
            "LANG": "C.UTF-8",
            "GENCLI_OFFLINE": "1",
        }
        self.library = self.copied()
        self.keys = self.output([str(GENCLI), "--db", str(self.library), "list", "--keys"]).split()
        self.tagged = self.copied()
        self.output([str(GENCLI), "--db", str(self.tagged), "tag", "add", "bench", *self.keys])

    def new(self) -> Path:
        """A path where nothing is."""
        return self.folder / f"{next(self.numbers)}.sqlite"

    def copied(self) -> Path:
        """A new copy of the shipped library."""
        return Path(shutil.copyfile(DATA / "papers.sqlite", self.new()))

    def output(self, command: Command) -> str:
        """What a command prints."""
        return self._finished(command, any_exit=False)[0]

    def milliseconds(self, command: Command, any_exit: bool = False) -> float:
        """The CPU time, user and system, that a command takes as a whole process."""
        return self._finished(command, any_exit)[1]

    def _finished(self, command: Command, any_exit: bool) -> tuple[str, float]:
        with subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=self.environment,
            cwd=self.folder,
        ) as child:
            assert child.stdout is not None
            text = child.stdout.read().decode("utf-8", "replace")
            _, status, used = os.wait4(child.pid, 0)
            child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode != 0 and not any_exit:
            sys.exit(f"bench: exit code {child.returncode} of {' '.join(command)}\n{text}")
        return text, (used.ru_utime + used.ru_stime) * 1000


def cases(world: World) -> Iterator[Case]:
    """All that is measured, in the order of the table."""
    yield Case("python -c pass", _always(PYTHON, "-c", "pass"))
    yield Case("floor: sqlite3, one ranked query", _always(PYTHON, str(HERE / "floor.py"), str(world.library)))
    yield Case("bare Typer app, against itself", _always(*BARE))
    yield Case("gencli --version", _always(str(GENCLI), "--version"), 1.15)
    yield from _reading(world)
    yield from _writing(world)
    yield from _in_step(world)
    for name, option in PEERS.items():
        if path := shutil.which(name):
            yield Case(f"{name} {option}", _always(path, option), any_exit=True)


def _always(*words: str) -> Callable[[], Command]:
    return lambda: words


def _gencli(library: Path, *words: str) -> Command:
    return (str(GENCLI), "--db", str(library), *words)


def _reading(world: World) -> Iterator[Case]:
    """Commands that change nothing: all of them on one library."""
    library = world.library
    yield Case('gencli search "double descent"', _always(*_gencli(library, "search", "double descent")), 1.35)
    yield Case("gencli list", _always(*_gencli(library, "list")), 1.3)
    yield Case("gencli show KEY", _always(*_gencli(library, "show", world.keys[0])), 1.25)
    yield Case("gencli info", _always(*_gencli(library, "info")), 1.25)
    yield Case("gencli tag list", _always(*_gencli(world.tagged, "tag", "list")), 1.25)
    yield Case("gencli stats", _always(*_gencli(library, "stats")), 1.35)
    line = f"gencli --db {library} show {world.keys[0][:3]}"
    yield Case("completion of a key", _always(str(GENCLI), "complete-words", "bash", line), 1.3)
    yield Case("gencli export --bib", _always(*_gencli(library, "export", "--bib")))
    yield Case("gencli export --markdown", _always(*_gencli(library, "export", "--markdown")))


def _writing(world: World) -> Iterator[Case]:
    """Commands that change something: each run on a library of its own."""
    wanted, keys = "import PAGE --no-fetch", world.keys
    page = ("import", str(PAGE), "--no-fetch")
    yield Case(f"gencli {wanted}, fresh library", lambda: _gencli(world.new(), *page), 1.6)
    yield Case(f"gencli {wanted}, known page", lambda: _gencli(world.copied(), *page), 1.6)
    yield Case(f"gencli tag add of {len(keys)} keys", lambda: _gencli(world.copied(), "tag", "add", "dd", *keys), 1.5)
    yield Case("gencli add ID, a known paper", lambda: _gencli(world.copied(), "add", "arXiv:2201.02177"), 1.5)


# The items of a long page.
ITEMS = 5_000


def _in_step(world: World) -> Iterator[Case]:
    """A long page that was imported, looked at again."""
    page, library = world.folder / "long.txt", world.new()
    lines = ["====== A long page ======"]
    for number in range(ITEMS):
        if number % 50 == 0:
            lines.append(f"===== Section {number // 50} =====")
        address = f"https://arxiv.org/abs/{2001 + number // 1000}.{number % 100_000:05d}"
        lines.append(
            f"  * [[{address}|Author{number % 700} et al {1990 + number % 35} - On subject {number}]] Remark {number}."
        )
    page.write_text("\n".join(lines) + "\n")
    world.output(_gencli(library, "import", str(page), "--no-fetch"))
    yield Case(f"gencli sync, {ITEMS} items as they were", _always(*_gencli(library, "sync")), 2.5)
    yield Case(f"gencli pages, {ITEMS} items", _always(*_gencli(library, "pages")))
    yield Case(f"gencli export --page, {ITEMS} items", _always(*_gencli(library, "export", "--page", "A long page")))


def measured(world: World, case: Case, runs: int) -> Row:
    """A case and the bare app in turns, so that a busy moment of the machine meets both."""
    own: list[float] = []
    bare: list[float] = []
    # The first round warms the files and the byte code up and is not counted.
    for turn in range(runs + 1):
        if turn % 2:
            bare.append(world.milliseconds(BARE))
        own.append(world.milliseconds(case.command(), case.any_exit))
        if not turn % 2:
            bare.append(world.milliseconds(BARE))
    return Row(case, median(own[1:]), median(bare[1:]))


def _line(cells: Sequence[str]) -> str:
    name, *numbers = cells
    return f"| {name:<44} | " + " | ".join(f"{cell:>6}" for cell in numbers) + " |"


def _head(runs: int) -> str:
    """What the figures belong to, and the top of the table."""
    machine = f"{os.cpu_count()} cores, Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}"
    about = f"{machine}, Typer {version('typer')}; medians of {runs} runs, CPU time of whole processes\n"
    names = _line(("case", "CPU ms", "ratio", "target", ""))
    return "\n".join([about, names, "|-" + "-" * 44 + "-|" + "-------:|" * 4])


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=25, metavar="N", help="runs of each case (25)")
    parser.add_argument("--only", default="", metavar="WORDS", help="only the cases whose name holds this")
    parser.add_argument("--strict", action="store_true", help="exit code 1 where a target is missed")
    return parser.parse_args()


def is_there() -> bool:
    """Whether there is a gencli to be measured; said where there is none."""
    if not GENCLI.exists():
        print(f"bench: there is no gencli beside {PYTHON}; install it there first", file=sys.stderr)
    return GENCLI.exists()


def main() -> int:
    """Measure and print; gives the exit code."""
    asked = _arguments()
    if not is_there():
        return 2
    over, runs = 0, max(asked.runs, 1)
    with tempfile.TemporaryDirectory(prefix="gencli-bench-") as folder:
        world = World(Path(folder))
        print(_head(runs))
        for case in cases(world):
            if asked.only in case.name:
                row = measured(world, case, runs)
                over += row.is_over
                print(_line(row.cells()), flush=True)
    if absent := [name for name in PEERS if not shutil.which(name)]:
        print(f"\nnot installed, so not shown: {', '.join(absent)}")
    return 1 if asked.strict and over else 0


if __name__ == "__main__":
    sys.exit(main())
