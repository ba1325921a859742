"""What answers the judged queries: gencli, plain FTS5, sqlite-utils, cobib; each over the same text."""

import os
import re
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import sqlite_utils

from gencli import Library, Paper

# Not resolved: in a virtual environment the scripts stand beside the link to the interpreter.
GENCLI = Path(sys.executable).with_name("gencli")
# How many answers are asked for.
DEPTH = 100
FIELDS = ("title", "authors", "abstract", "venue", "note", "tags")
_COBIB = """
from cobib.config import config
config.database.file = "{folder}/cobib.yaml"
config.database.git = False
config.logging.logfile = "{folder}/cobib.log"
config.logging.version = None
"""


class World(NamedTuple):
    """A library on disk, its papers, and the key of each handle."""

    path: Path
    papers: tuple[Paper, ...]
    keys: dict[str, str]

    @classmethod
    def of(cls, path: Path, keys: dict[str, str] | None = None) -> "World":
        """The world of a library; without `keys` its keys are the handles."""
        with Library.open(path) as library:
            papers = tuple(library.find())
        return cls(path, papers, keys or {paper.key: paper.key for paper in papers})


Answers = list[list[str]]
# Answers many queries with keys, best first; a query that makes it fail has none.
System = Callable[[World, Sequence[str]], Answers]


def _each(asked: Sequence[str], answer: Callable[[str], list[str]], refusals: tuple[type[Exception], ...]) -> Answers:
    """The answers; one of `refusals` is none."""
    found = []
    for text in asked:
        try:
            found.append(answer(text))
        except refusals:
            found.append([])
    return found


def gencli(world: World, asked: Sequence[str]) -> Answers:
    """gencli in process; no text may make it fail, so an error is told as well."""
    with Library.open(world.path) as library:

        def answer(text: str) -> list[str]:
            try:
                # As the command does.
                hits = library.search(text, DEPTH) or library.nearly(text, DEPTH)
                return [hit.paper.key for hit in hits]
            except Exception as error:
                print(f"gencli raised on {text!r}: {error!r}", file=sys.stderr)
                return []

        return [answer(text) for text in asked]


def _row(paper: Paper) -> dict[str, str]:
    """A paper's text for the other systems: the same text that gencli has."""
    return {
        "key": paper.key,
        "title": paper.title or "",
        "authors": "; ".join(f"{author.given} {author.surname}".strip() for author in paper.authors),
        "abstract": paper.abstract or "",
        "venue": paper.venue or "",
        "note": " ".join([paper.note, *(mention.note for mention in paper.mentions)]),
        "tags": " ".join(paper.tags),
        "year": str(paper.year or ""),
        "identifiers": " ".join(paper.identifiers.values()),
        "sections": " ".join(" ".join([*mention.section, mention.group or ""]) for mention in paper.mentions),
    }


def _fts5(world: World, asked: Sequence[str], spelt: Callable[[str], str], tokenizer: str = "unicode61") -> Answers:
    rows = [_row(paper) for paper in world.papers]
    names = ", ".join(rows[0])
    database = sqlite3.connect(":memory:")
    database.execute(f"CREATE VIRTUAL TABLE paper USING fts5({names}, tokenize = '{tokenizer}')")
    holes = ", ".join(f":{name}" for name in rows[0])
    database.executemany(f"INSERT INTO paper VALUES ({holes})", rows)
    wanted = "SELECT key FROM paper WHERE paper MATCH ? ORDER BY rank LIMIT ?"
    return _each(
        asked, lambda text: [key for (key,) in database.execute(wanted, (spelt(text), DEPTH))], (sqlite3.Error,)
    )


def fts5_typed(world: World, asked: Sequence[str]) -> Answers:
    """One FTS5 table, the query as it was typed."""
    return _fts5(world, asked, str)


def fts5_quoted(world: World, asked: Sequence[str]) -> Answers:
    """One FTS5 table, each word between blanks quoted, all wanted."""
    return _fts5(world, asked, _quoted)


def fts5_porter(world: World, asked: Sequence[str]) -> Answers:
    """The same with words cut to their stems, as FTS5 does it for English."""
    return _fts5(world, asked, _quoted, "porter unicode61")


def _quoted(text: str) -> str:
    return " ".join('"' + word.replace('"', '""') + '"' for word in text.split())


def utils(world: World, asked: Sequence[str]) -> Answers:
    """sqlite-utils: `enable_fts` and `search(…, quote=True)`, as its documentation has it."""
    database = sqlite_utils.Database(memory=True)
    table = database.table("paper")
    table.insert_all([_row(paper) for paper in world.papers], pk="key")
    table.enable_fts(FIELDS)
    return _each(
        asked, lambda text: [row["key"] for row in table.search(text, limit=DEPTH, quote=True)], (sqlite3.Error,)
    )


def _with_words(bib: str, world: World) -> str:
    """A .bib with the abstracts, notes and tags, which gencli's export leaves out."""
    rows = {row["key"]: row for row in map(_row, world.papers)}

    def fields(match: re.Match[str]) -> str:
        row = rows[match[1]]
        told = {"abstract": row["abstract"], "annote": row["note"], "keywords": row["tags"]}
        lines = [f"  {name} = {{{re.sub('[{}]', '', text)}}},\n" for name, text in told.items() if text.strip()]
        return match[0] + re.sub(r"([%&#_])", r"\\\1", "".join(lines))

    return re.sub(r"(?m)^@\w+\{(.+),\n", fields, bib)


class _Cobib:
    """A cobib of one's own in a temporary home, with the papers of a library."""

    def __init__(self, program: Path, home: Path, world: World) -> None:
        settings, source = home / "config.py", home / "papers.bib"
        settings.write_text(_COBIB.format(folder=home), encoding="utf-8")
        self.start = [str(program), "-p", "-c", str(settings)]
        self.environment = {"HOME": str(home), "PATH": os.environ.get("PATH", os.defpath), "LANG": "C.UTF-8"}
        export = [str(GENCLI), "--db", str(world.path), "export", "--bib", "-o", str(source)]
        subprocess.run(export, check=True, capture_output=True)
        source.write_text(_with_words(source.read_text("utf-8"), world), encoding="utf-8")
        self.said("init")
        self.said("add", "--skip-download", "-b", str(source))

    def said(self, *words: str) -> str:
        """What a command prints."""
        command = [*self.start, *words]
        return subprocess.run(command, env=self.environment, capture_output=True, text=True, timeout=600).stdout

    def answer(self, text: str) -> list[str]:
        """The labels that a search prints, in its order."""
        # -u lets plain letters find accents, and hides whatever has no plain letters.
        options = ["-i", "-l", "-u"] if text.isascii() else ["-i", "-l"]
        return re.findall(r"(?m)^([^\s:]+)::\d+$", self.said("search", *options, text))[:DEPTH]


def cobib(folder: Path) -> System:
    """`cobib search` without regard to case, LaTeX and accents; the query is one argument, each a process."""

    def answers(world: World, asked: Sequence[str]) -> Answers:
        with tempfile.TemporaryDirectory(prefix="gencli-cobib-") as home:
            own = _Cobib(folder / "cobib" / "bin" / "cobib", Path(home), world)
            with ThreadPoolExecutor(os.cpu_count()) as pool:
                return list(pool.map(lambda text: _each([text], own.answer, (subprocess.TimeoutExpired,))[0], asked))

    return answers
