"""gencli against an arXiv on loopback: papers a second, memory, the pace of many processes; see README.md."""

import argparse
import os
import platform
import random
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import closing
from itertools import pairwise
from pathlib import Path
from statistics import median

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "tests" / "sources"))

from arxiv_server import Answer, Entry, known, library_of, serve  # noqa: E402

GENCLI = Path(sys.executable).with_name("gencli")
PAGE = 2000
PAUSE = 0.3


def papers(count: int) -> list[Entry]:
    """Papers of usual size, an abstract of 170 words, their words as unevenly frequent as in a language."""
    chance = random.Random(4)
    words = [f"{a}{b}{c}" for a in "bdfgklmnprst" for b in ("a", "e", "i", "o", "u", "ai", "or") for c in _ENDS]
    weights = [1 / (rank + 2) for rank in range(len(words))]
    names = [word.title() for word in words]

    def text(size: int) -> str:
        return " ".join(chance.choices(words, weights, k=size))

    return [
        Entry(
            f"23{1 + number // 90_000:02}.{1 + number % 90_000:05}",
            title=text(9).capitalize(),
            summary=text(170).capitalize(),
            authors=tuple(f"{chance.choice(names)} {chance.choice(names)}" for _ in range(chance.randint(1, 7))),
            comment="12 pages, 3 figures",
        )
        for number in range(count)
    ]


_ENDS = [
    f"{a}{b}"
    for a in ("l", "n", "r", "s", "st", "t", "nd", "ck", "m", "v")
    for b in ("a", "en", "ing", "o", "ex", "us")
]


class World:
    """A temporary home for the processes that are measured; nothing of the user's own is passed on."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.number = 0

    def start(self, url: str, delay: float, *words: str) -> subprocess.Popen[bytes]:
        """A gencli process in this home, with a cache that is empty or that the call before left."""
        environment = {
            "PATH": os.environ.get("PATH", os.defpath),
            "HOME": str(self.folder),
            "XDG_CACHE_HOME": str(self.folder / f"cache{self.number}"),
            "LANG": "C.UTF-8",
            "GENCLI_ARXIV_URL": url,
            "GENCLI_ARXIV_DELAY": str(delay),
        }
        return subprocess.Popen(
            [str(GENCLI), *words], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, cwd=self.folder
        )

    def library(self) -> Path:
        """A place where no library is, and a new empty cache with it."""
        self.number += 1
        return self.folder / f"{self.number}.sqlite"


def finished(child: subprocess.Popen[bytes]) -> int:
    """Wait for a process; its peak of memory in KiB."""
    assert child.stderr is not None
    words = child.stderr.read()
    _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        sys.exit(f"bench: exit code {child.returncode}\n{words.decode()}")
    return used.ru_maxrss


def stored(path: Path) -> int:
    """How many papers a library holds."""
    with closing(sqlite3.connect(path)) as connection:
        count: int = connection.execute("SELECT count(*) FROM paper").fetchone()[0]
        return count


def throughput(world: World, runs: int) -> None:
    """Pages of 2,000 results into a new library: papers a second, the whole process, and its peak of memory."""
    entries = papers(5 * PAGE)
    answer = _kept(library_of(entries))
    print("| pages of 2,000 | seconds | papers a second | peak MiB |\n|-:|-:|-:|-:|")
    with serve(answer) as server:
        for pages in (1, 3, 5):
            seconds, peaks = [], []
            for turn in range(runs + 1):
                path = world.library()
                begun = time.perf_counter()
                peak = finished(
                    world.start(server.url, 0, "--db", str(path), "arxiv", "x", "--limit", str(pages * PAGE), "--add")
                )
                if turn:
                    seconds.append(time.perf_counter() - begun)
                    peaks.append(peak / 1024)
                if stored(path) != pages * PAGE:
                    sys.exit("bench: not all papers came")
            print(
                f"| {pages} | {median(seconds):.2f} | {pages * PAGE / median(seconds):,.0f} | {median(peaks):.0f} |",
                flush=True,
            )


def _kept(answer: Answer) -> Answer:
    """The same answer to the same question, made once: what is measured is not the server."""
    made: dict[str, bytes] = {}

    def again(handler: object) -> None:
        path = handler.path  # type: ignore[attr-defined]
        if path in made:
            handler.reply(made[path])  # type: ignore[attr-defined]
            return
        real = handler.reply  # type: ignore[attr-defined]

        def reply(body: str) -> None:
            made[path] = body.encode()
            real(body)

        handler.reply = reply  # type: ignore[attr-defined]
        answer(handler)  # type: ignore[arg-type]

    return again


def at_once(world: World) -> None:
    """Twelve processes that each add another paper at the same time."""
    entries = papers(12)
    path = world.library()
    with serve(known(*entries)) as server:
        children = [world.start(server.url, PAUSE, "--db", str(path), "add", entry.name) for entry in entries]
        for child in children:
            finished(child)
        gaps = [later.at - earlier.at for earlier, later in pairwise(server.asked)]
    print(
        f"twelve processes at once, a pause of {PAUSE} s: {stored(path)} papers, {len(gaps) + 1} questions,"
        f" gaps from {min(gaps):.3f} to {max(gaps):.3f} s"
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5, metavar="N", help="runs of each case (5)")
    runs = max(parser.parse_args(arguments).runs, 1)
    print(f"{os.cpu_count()} cores, Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}; {runs} runs\n")
    with tempfile.TemporaryDirectory(prefix="gencli-bench-") as folder:
        world = World(Path(folder))
        throughput(world, runs)
        print()
        at_once(world)
    return 0


if __name__ == "__main__":
    sys.exit(main())
