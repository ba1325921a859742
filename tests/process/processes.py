"""What the tests of whole processes share: how one is started, a list to import, all that can be seen of a library."""

import os
import re
import sqlite3
import subprocess
import sys
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

from conftest import STARTER, Run

GENCLI = [sys.executable, "-m", "gencli"]
_WORDS = ("deep", "network", "margin", "kernel", "norm", "bound", "sample", "depth", "noise", "width", "loss")


class Seen(NamedTuple):
    """A library as its user sees it; two are equal where nobody can tell them apart but by the clock."""

    papers: str
    history: tuple[tuple[int, str, bool], ...]
    tags: str
    findings: str


def environment(**more: str) -> dict[str, str]:
    """This process's environment, with the starter library as the usual one."""
    return {**os.environ, "GENCLI_DB": str(STARTER), **more}


def gencli(library: Path, *words: object, **more: Any) -> subprocess.CompletedProcess[str]:
    """A command on a library, run to its end in a process of its own."""
    told = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True} | more
    return subprocess.run([*GENCLI, *map(str, words)], env=environment(GENCLI_DB=str(library)), check=False, **told)


def started(library: Path, words: Sequence[str], **more: Any) -> subprocess.Popen[str]:
    """A command on a library, on its way; its words go to a pipe."""
    told = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE, "text": True} | more
    return subprocess.Popen([*GENCLI, *words], env=environment(GENCLI_DB=str(library)), **told)


def bib(start: int, count: int, length: int = 60) -> str:
    """Works called `key<start>` and on, each with an abstract of so many words, no two of them alike."""
    entries = []
    for number in range(start, start + count):
        about = " ".join(_WORDS[(number * step + step // 3) % len(_WORDS)] for step in range(1, length + 1))
        entries.append(
            f"@article{{key{number},\n  title = {{Study {number} of {_WORDS[number % 11]} and {_WORDS[number % 7]}}},\n"
            f"  author = {{Doe{number % 50}, Jane and Roe{number}, Richard}},\n  year = {{{1990 + number % 30}}},\n"
            f"  journal = {{Journal {number % 7}}},\n  doi = {{10.1234/x.{number}}},\n  abstract = {{{about}.}},\n}}\n"
        )
    return "\n".join(entries)


def seen(run: Run, library: Path) -> Seen:
    """All that the commands tell of a library, without its times and its place."""
    told = {}
    for name, form, codes in (
        ("export", "--jsonl", (0,)), ("history", "--json", (0,)), ("tags", "--json", (0,)), ("check", "--json", (0, 1)),
    ):  # fmt: skip
        told[name] = done = run("--db", library, name, form)
        assert done.code in codes, (name, done.err)
    papers = re.sub(r'"(added|changed|read)":\s*"[^"]*"', r'"\1": ""', told["export"].out)
    steps = tuple((step["number"], step["summary"], step["undone"]) for step in told["history"].json)
    return Seen(papers, steps, told["tags"].out, told["check"].out.replace(str(library.parent), ""))


def integrity(path: Path) -> list[Any]:
    """What SQLite itself finds wrong with a file: nothing."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        wrong = connection.execute("PRAGMA integrity_check").fetchall()
        return [row for row in wrong if row != ("ok",)] + connection.execute("PRAGMA foreign_key_check").fetchall()


def plain(words: str) -> bool:
    """Whether an error is one line of ours with a hint, and nothing else."""
    lines = words.splitlines()
    return len(lines) == 2 and lines[0].startswith("gencli: ") and lines[1].startswith("  hint: ")
