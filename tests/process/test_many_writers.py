"""Several programs at once: nobody waits in vain, nothing is lost, and who reads is not held up by who writes.

In full: `GENCLI_WRITERS=50 pytest -s tests/process/test_many_writers.py` does fifty rounds of twelve writers each,
and reads while 100,000 papers are imported; it prints how long the answers took.
"""

import os
import shutil
import sqlite3
import statistics
import time
from contextlib import closing
from pathlib import Path

import pytest
from processes import Seen, bib, gencli, integrity, seen, started

from conftest import Run
from gencli.store import schema

pytestmark = pytest.mark.process

ROUNDS = int(os.environ.get("GENCLI_WRITERS", "0"))
IMPORTED = 100_000 if ROUNDS else 3_000


def work(folder: Path, turn: int) -> list[tuple[str, ...]]:
    """What twelve processes do at once: four add, four tag, four import; no two the same."""
    commands: list[tuple[str, ...]] = []
    for number in range(1, 5):
        own = turn * 10 + number
        (folder / f"list{own}.bib").write_text(bib(100_000 + own * 10, 5))
        commands += [
            ("add", f"2301.{own:05d}", "--no-fetch", "--tag", f"added{own}"),
            ("tag", "add", f"tag{own}", *(f"key{key}" for key in range(number, 40, 3))),
            ("import", str(folder / f"list{own}.bib"), "--no-fetch", "--tag", f"list{own}"),
        ]
    return commands


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    """A library of forty papers, alone in its folder."""
    path = tmp_path / "shelf" / "l.sqlite"
    path.parent.mkdir()
    (tmp_path / "first.bib").write_text(bib(0, 40))
    assert gencli(path, "init", path, "--empty").returncode == 0
    assert gencli(path, "import", tmp_path / "first.bib", "--no-fetch").returncode == 0
    return path


def unordered(found: Seen) -> tuple[list[str], list[str], str, str]:
    """What is seen, whoever came first: papers by their lines, the journal by what its steps did."""
    numbers = [number for number, _, _ in found.history]
    assert numbers == list(range(len(numbers), 0, -1))
    return sorted(found.papers.splitlines()), sorted(what for _, what, _ in found.history), found.tags, found.findings


def test_twelve_that_add_tag_and_import_at_once_lose_nothing(shelf: Path, tmp_path: Path, run: Run) -> None:
    alone, longest = tmp_path / "alone.sqlite", 0.0
    for turn in range(ROUNDS or 1):
        commands = work(tmp_path, turn)
        if not turn:
            shutil.copytree(shelf.parent, alone.parent / "alone")
            alone = alone.parent / "alone" / shelf.name
        for words in commands:
            done = run("--db", alone, *words)
            assert done.code == 0, done.err
        start = time.perf_counter()
        processes = [started(shelf, words) for words in commands]
        for process in processes:
            _, words_said = process.communicate()
            assert process.returncode == 0, words_said
        longest = max(longest, time.perf_counter() - start)
        assert unordered(seen(run, shelf)) == unordered(seen(run, alone))
        assert integrity(shelf) == []
    assert not [entry.name for entry in shelf.parent.iterdir() if entry.name.startswith(".gencli.")]
    print(f"\nFIGURE {ROUNDS or 1} rounds of 12 writers; the longest round took {longest:.2f} s; nothing lost")


READING = [
    ["list"],
    ["search", "margin", "--json"],
    ["show", "key7", "--json"],
    ["export"],
    ["info"],
    ["history"],
    ["tags"],
    ["check"],
]


def test_who_reads_is_not_held_up_by_who_writes(shelf: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """A transaction is open, and so large that SQLite had to write a part of it: nobody sees it, nobody waits."""
    monkeypatch.setattr(schema, "BUSY_SECONDS", 0.05)
    before = [run("--db", shelf, *words) for words in READING]
    with closing(sqlite3.connect(shelf, isolation_level=None)) as writer:
        write_much(writer)
        for words, was in zip(READING, before, strict=True):
            during = run("--db", shelf, *words)
            assert (during.code, during.err) == (was.code, was.err), words
            # Who writes makes the files longer.
            assert during.out == was.out or words == ["info"]
        writer.execute("ROLLBACK")
    assert integrity(shelf) == []


def write_much(writer: sqlite3.Connection) -> None:
    """Begin to write, and have more to write than memory is given to."""
    writer.execute("PRAGMA cache_size = 10")
    writer.execute("BEGIN IMMEDIATE")
    writer.execute("UPDATE paper SET note = ?", ["x" * 5_000])
    writer.execute("UPDATE paper SET abstract = ?", ["y" * 5_000])


def test_a_whole_process_reads_while_another_writes(shelf: Path) -> None:
    before = gencli(shelf, "list").stdout
    with closing(sqlite3.connect(shelf, isolation_level=None)) as writer:
        write_much(writer)
        done = gencli(shelf, "list")
    assert (done.returncode, done.stdout, done.stderr) == (0, before, "")


def test_readers_and_a_writer_while_many_papers_are_imported(shelf: Path, tmp_path: Path, run: Run) -> None:
    """Who reads gets an answer, one from before or from after; who writes waits, and then has its turn."""
    (tmp_path / "many.bib").write_text(bib(1000, IMPORTED, 60 if not ROUNDS else 20))
    reads, counts = list[float](), set[int]()
    asked = [("list", "--count"), ("search", "margin", "--limit", "10"), ("show", "key7", "--json"), ("list",)]
    start = time.perf_counter()
    with started(shelf, ("import", str(tmp_path / "many.bib"), "--no-fetch")) as importing:
        tagging = None
        while importing.poll() is None:
            # When it has the lock: to read a long list takes a while.
            if len(reads) == (60 if ROUNDS else 3):
                tagging = started(shelf, ("tag", "add", "meanwhile", "key7"))
            words = asked[len(reads) % len(asked)]
            begun = time.perf_counter()
            done = gencli(shelf, *words)
            reads.append(time.perf_counter() - begun)
            assert (done.returncode, done.stderr) == (0, ""), words
            if words[-1] == "--count":
                counts.add(int(done.stdout))
        whole = time.perf_counter() - start
    assert importing.returncode == 0
    assert tagging is not None
    _, waited = tagging.communicate()
    assert tagging.returncode == 0, waited
    assert counts <= {40, 40 + IMPORTED}
    assert int(run("--db", shelf, "list", "--count").out) == 40 + IMPORTED
    assert run("--db", shelf, "show", "key7", "--json").json[0]["tags"] == ["meanwhile"]
    assert len(run("--db", shelf, "history").lines) == 3
    assert integrity(shelf) == []
    print(f"\nFIGURE import of {IMPORTED} in {whole:.1f} s; a writer meanwhile was told: {waited.splitlines()[:1]}")
    print(f"FIGURE {len(reads)} readers: median {statistics.median(reads):.2f} s, longest {max(reads):.2f} s")


def test_six_that_alter_one_page_at_once_lose_no_edit(shelf: Path, tmp_path: Path) -> None:
    page = tmp_path / "page.txt"
    sections = [f"===== S{number} =====" for number in range(6)]
    page.write_text("====== P ======\n" + "\n".join(f"{section}\nWords.\n" for section in sections))
    (tmp_path / "one.txt").write_text(
        page.read_text() + "".join(f"  * [[https://arxiv.org/abs/2301.{n:05d}|N{n} 2023 - T {n}]]\n" for n in range(6))
    )
    assert gencli(shelf, "import", tmp_path / "one.txt", "--no-fetch").returncode == 0
    processes = [
        started(shelf, ("page", "add", f"2301.{number:05d}", "--section", f"S{number}", "--page", "P"))
        for number in range(5)
    ]
    processes.append(started(shelf, ("page", "remove", "2301.00005", "--page", "P")))
    for process in processes:
        _, said = process.communicate()
        assert process.returncode == 0, said
    text = gencli(shelf, "export", "--page", "P").stdout
    for number in range(5):
        _, own = text.split(f"===== S{number} =====")
        assert f"2301.{number:05d}" in own.split("=====")[0], text
    assert "2301.00005" not in text
    # Six edits are six steps, and taking all of them back gives the page back.
    for _ in range(6):
        assert gencli(shelf, "undo").returncode == 0
    assert gencli(shelf, "export", "--page", "P").stdout == (tmp_path / "one.txt").read_text()
    assert integrity(shelf) == []
