"""Finding and listing in libraries of any size, what an index costs, and peers at the same; see README.md."""

import argparse
import fcntl
import hashlib
import json
import os
import pty
import shutil
import sqlite3
import struct
import subprocess
import sys
import tempfile
import termios
import time
import venv
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from functools import partial
from itertools import count, cycle
from pathlib import Path
from statistics import median
from typing import NamedTuple

import made
from bib import PATIENCE, Failed, run, said, set_up
from run import BARE, GENCLI, PYTHON, Case, Command, World, is_there, measured
from run import _head as head
from run import _line as line

from gencli import Library, Paper

SIZES = (100, 10_000, 100_000)
BUILT_SIZES = (10_000, 100_000)
PEER_SIZES = (1_000, 5_000)
# Up to here the first of two targets holds, above it the second.
USUAL = 100_000

# --- questions to one library --------------------------------------------------------------------------

_FLOOR = """
import sqlite3, sys
connection = sqlite3.connect(f"file:{sys.argv[1]}?mode=ro", uri=True)
for row in connection.execute(sys.argv[2], sys.argv[3:]):
    print(*row, sep="\\t")
"""
_FOUND = (
    "SELECT p.key, p.year, p.authors, p.title FROM words JOIN paper p ON p.id = words.rowid"
    " WHERE words MATCH ? ORDER BY bm25(words) LIMIT 20"
)
_LISTED = "SELECT key, year, authors, title FROM paper ORDER BY key COLLATE NOCASE LIMIT 50"
# What is looked for: its name, the words as typed, the same for FTS5 with the last word as a prefix, the targets.
_QUESTIONS = (
    ("a rare word", (made.RARE,), f'"{made.RARE}" *', (1.35, 2.0)),
    ("a middling word", (made.MIDDLING,), f'"{made.MIDDLING}" *', (1.35, 2.0)),
    ("two words", made.PAIR, f'"{made.PAIR[0]}" "{made.PAIR[1]}" *', (1.35, 2.0)),
    ("a very common word", (made.COMMON,), f'"{made.COMMON}" *', (2.0, 4.0)),
)
_TAG = "bench"


class Place(NamedTuple):
    """A library, how many papers it has, and the key of one of them."""

    path: Path
    size: int
    key: str

    def ask(self, *words: str) -> Command:
        """A gencli command on it."""
        return (str(GENCLI), "--db", str(self.path), *words)

    def always(self, *words: str) -> Callable[[], Command]:
        """The same gencli command each time."""
        return lambda: self.ask(*words)

    def in_turn(self, *commands: Sequence[str]) -> Callable[[], Command]:
        """One gencli command after the other, so that each changes what the one before did."""
        turns = cycle(commands)
        return lambda: self.ask(*next(turns))

    def floor(self, *words: str) -> Callable[[], Command]:
        """The same as plain SQL, without a command line."""
        return lambda: (PYTHON, "-c", _FLOOR, str(self.path), *words)


def cases(place: Place) -> Iterator[Case]:
    """All that is measured on one library, in the order of the table."""
    is_usual = place.size <= USUAL
    yield Case("python -c pass", lambda: (PYTHON, "-c", "pass"))
    yield Case("bare Typer app, against itself", lambda: BARE)
    for name, words, asked, targets in _QUESTIONS:
        yield Case(f"floor: {name}, 20", place.floor(_FOUND, asked))
        yield Case(f"search {name} --limit 20", place.always("search", *words, "--limit", "20"), targets[not is_usual])
    yield Case("search a typo: a hint", place.always("search", made.TYPO), 2.0, any_exit=True)
    yield Case("search a middling word --limit 1000", place.always("search", made.MIDDLING, "--limit", "1000"))
    yield Case("search a very common word --count", place.always("search", made.COMMON, "--count"))
    yield Case("floor: list, 50", place.floor(_LISTED))
    yield Case("list --limit 50", place.always("list", "--limit", "50"), 1.4)
    yield Case("list --sort year --limit 50", place.always("list", "--sort", "year", "--limit", "50"), 1.4)
    yield Case("list --limit 1000", place.always("list", "--limit", "1000"), 1.3)
    yield Case("show KEY", place.always("show", place.key), 1.4)
    yield Case("like KEY", place.always("like", place.key))
    tag = ("tag", "add", _TAG, place.key), ("tag", "remove", _TAG, place.key)
    yield Case("tag add, tag remove in turn, 1 key", place.in_turn(*tag), 1.4)
    yield Case("star, unstar in turn, 1 key", place.in_turn(("star", place.key), ("unstar", place.key)), 1.4)


class Said(NamedTuple):
    """What a command gave: its exit code and its words."""

    code: int
    text: str


def heard(command: Command, environment: Mapping[str, str], folder: Path) -> Said:
    """Run a command, and hear what it says."""
    done = subprocess.run(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=environment, cwd=folder
    )
    return Said(done.returncode, done.stdout.decode("utf-8", "replace"))


def trouble(world: World, case: Case) -> str:
    """Why a case cannot be measured: it gives an error, or says nothing; empty where it can be."""
    told = heard(case.command(), world.environment, world.folder)
    last = told.text.strip().rpartition("\n")[2]
    if told.code != (1 if case.any_exit else 0):
        return f"exit code {told.code}: {last}"
    return "" if last or "pass" in case.name else "it says nothing"


def placed(world: World, folder: Path, size: int) -> Place:
    """The library of so many papers in a folder, made where it is not there."""
    path = folder / f"papers-{size}.sqlite"
    if not path.exists():
        draft = path.with_suffix(".new")
        draft.unlink(missing_ok=True)
        made.make(draft, size)
        draft.rename(path)
    key = world.output((str(GENCLI), "--db", str(path), "search", made.RARE, "--keys")).split()[0]
    place = Place(path, size, key)
    # A run before may have ended between the two halves of a turn.
    for words in (("tag", "remove", _TAG, key), ("unstar", key)):
        heard(place.ask(*words), world.environment, world.folder)
    return place


def questions(world: World, place: Place, runs: int, only: str) -> int:
    """Measure a library and print the table; how many targets are missed."""
    print(f"\n{place.size:,} papers, {place.path.stat().st_size / place.size:,.0f} bytes a paper\n")
    print(head(runs))
    over, missing = 0, []
    for case in cases(place):
        if only not in case.name:
            continue
        if why := trouble(world, case):
            missing.append(f"{case.name}: {why}")
            continue
        # What comes in turns has come to its first half by the trial, so that it is at its second now.
        row = measured(world, case, runs)
        over += row.is_over
        print(line(row.cells()), flush=True)
    if missing:
        print("\nnot measured: " + "; ".join(missing))
    return over


# --- on a terminal ----------------------------------------------------------------------------------------

_LINES, _COLUMNS = 24, 80


class Shown(NamedTuple):
    """Milliseconds by the clock until a screen is full of lines, and until all is written."""

    first: float
    whole: float


def shown(world: World, command: Command) -> Shown:
    """Run a command on a terminal of 80 by 24, whose pager is `cat`, and watch what comes."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", _LINES, _COLUMNS, 0, 0))
    environment = world.environment | {"TERM": "xterm-256color", "PAGER": "cat"}
    lines, first, begun = 0, 0.0, time.perf_counter()
    with subprocess.Popen(
        command, stdin=theirs, stdout=theirs, stderr=theirs, env=environment, cwd=world.folder
    ) as child:
        os.close(theirs)
        while text := _read(ours):
            lines += text.count(b"\n")
            if not first and lines >= _LINES:
                first = time.perf_counter() - begun
    whole = time.perf_counter() - begun
    os.close(ours)
    if child.returncode:
        sys.exit(f"bench: exit code {child.returncode} of {' '.join(command)} on a terminal")
    return Shown((first or whole) * 1000, whole * 1000)


def _read(terminal: int) -> bytes:
    """What came; nothing where the other side is closed, which Linux calls an error."""
    try:
        return os.read(terminal, 65_536)
    except OSError:
        return b""


def terminal(world: World, place: Place, runs: int) -> None:
    """The list on a terminal and the bare app there, in turns, by the clock."""
    found = []
    for _ in range(runs + 1):
        found.append((shown(world, place.ask("list", "--limit", "1000")), shown(world, BARE).whole))
    first, whole, bare = (
        median(values) for values in zip(*((one.first, one.whole, bare) for one, bare in found[1:]), strict=True)
    )
    print(
        f"\nlist --limit 1000 on a terminal of {_COLUMNS} by {_LINES}, by the clock: first {_LINES} lines after"
        f" {first:.0f} ms, {first / bare:.2f} bare apps; all after {whole:.0f} ms, {whole / bare:.2f} bare apps",
        flush=True,
    )


# --- what an index costs ------------------------------------------------------------------------------------

_FIELDS = ("title", "authors", "abstract", "venue")


class Built(NamedTuple):
    """A way to keep papers: CPU seconds for all and for the index alone, bytes of all and of the index."""

    what: str
    spent: float
    indexing: float
    size: int
    index_size: int


def _rows(size: int) -> list[tuple[int, str | None, str, str | None, str | None, int | None]]:
    """The made papers as rows of a plain table."""
    return [
        (
            number,
            record.title,
            ", ".join(f"{author.given} {author.family}" for author in record.authors),
            record.abstract,
            record.venue,
            record.year,
        )
        for number, record in enumerate(made.papers(size), 1)
    ]


def index_size(path: Path, table: str) -> int:
    """The bytes that a full-text index takes in a file, by its pages; the index is gone after that where need be."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        try:
            # An underscore is any sign for LIKE, so the name's own is asked for by its length, too.
            asked = "SELECT sum(pgsize) FROM dbstat WHERE substr(name, 1, ?) = ?"
            return int(connection.execute(asked, (len(table) + 1, f"{table}_")).fetchone()[0] or 0)
        except sqlite3.OperationalError:
            connection.execute("VACUUM")
            before = path.stat().st_size
            connection.execute(f"DROP TABLE {table}")
            connection.execute("VACUUM")
            return before - path.stat().st_size


def by_gencli(path: Path, size: int) -> Built:
    """A library; its index alone is what building it anew takes, where SQLite can."""
    spent = made.make(path, size)
    whole = path.stat().st_size
    indexing = float("nan")
    try:
        with closing(sqlite3.connect(path)) as connection:
            begun = time.process_time()
            with connection:
                connection.execute("INSERT INTO words (words) VALUES ('rebuild')")
            indexing = time.process_time() - begun
    except sqlite3.Error:
        print("\nthe index cannot be built anew by SQLite alone, so its time is not known")
    return Built("gencli", spent, indexing, whole, index_size(path, "words"))


def by_sqlite_utils(path: Path, size: int, *, triggers: bool) -> Built:
    """sqlite-utils' own index, filled once the rows are there, or by triggers as they come."""
    from sqlite_utils import Database
    from sqlite_utils.db import Table

    names = ("id", *_FIELDS, "year")
    rows = [dict(zip(names, row, strict=True)) for row in _rows(size)]
    database = Database(path)
    table = database["papers"]
    assert isinstance(table, Table)
    begun = time.process_time()
    if triggers:
        table.create({name: int if name in ("id", "year") else str for name in names}, pk="id")
        table.enable_fts(_FIELDS, create_triggers=True)
    table.insert_all(rows, pk="id")
    stored = time.process_time()
    if not triggers:
        table.enable_fts(_FIELDS)
    ended = time.process_time()
    database.close()
    how = "sqlite-utils, triggers" if triggers else "sqlite-utils"
    indexing = float("nan") if triggers else ended - stored
    return Built(how, ended - begun, indexing, path.stat().st_size, index_size(path, "papers_fts"))


def by_sql(path: Path, size: int) -> Built:
    """The floor: a plain table, and an index on it that keeps no text, built in one go."""
    rows = _rows(size)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        begun = time.process_time()
        connection.execute("CREATE TABLE paper (id INTEGER PRIMARY KEY, title, authors, abstract, venue, year)")
        connection.execute("BEGIN")
        connection.executemany("INSERT INTO paper VALUES (?, ?, ?, ?, ?, ?)", rows)
        connection.execute("COMMIT")
        stored = time.process_time()
        connection.execute(
            f"CREATE VIRTUAL TABLE words USING fts5({', '.join(_FIELDS)}, content='paper', content_rowid='id')"
        )
        connection.execute("INSERT INTO words (words, rank) VALUES ('hashsize', ?)", (64 * 1024 * 1024,))
        connection.execute("INSERT INTO words (words) VALUES ('rebuild')")
        ended = time.process_time()
    return Built("floor: sqlite3", ended - begun, ended - stored, path.stat().st_size, index_size(path, "words"))


def built(folder: Path, sizes: Sequence[int]) -> None:
    """What it costs to keep so many papers and an index of their words, in each way."""
    print("\n| papers | how | CPU µs a paper | of the index alone | bytes a paper | of the index |\n|-:|-|-:|-:|-:|-:|")
    ways: tuple[Callable[[Path, int], Built], ...] = (
        by_gencli,
        partial(by_sqlite_utils, triggers=False),
        partial(by_sqlite_utils, triggers=True),
        by_sql,
    )
    for size in sizes:
        for number, way in enumerate(ways):
            path = folder / f"built-{size}-{number}.sqlite"
            one = way(path, size)
            path.unlink()
            figures = (f"{part / size * 1e6:,.0f}" for part in (one.spent, one.indexing))
            sizes_of_it = (f"{part / size:,.0f}" for part in (one.size, one.index_size))
            print(f"| {size:,} | {one.what} | {' | '.join((*figures, *sizes_of_it))} |".replace("nan", ""), flush=True)


# --- peers ----------------------------------------------------------------------------------------------------

START, LIST, ONE_WORD, TWO_WORDS, EXPORT, TAGGING = JOBS = (
    "start (version)", "list all", "search a rare word", "search two words", "export all", "tag one paper",
)  # fmt: skip
# How many times faster than the best of them gencli is to be; the start does not grow with the papers.
_AIMS = {1_000: 3.0, 5_000: 10.0}
# Stands for a tag that was never given before.
_NEW = "NEWTAG"
_PUBS = ("pubs==0.9.*", "bibtexparser<2")
_COBIB = """
from cobib.config import config
config.database.file = "{folder}/cobib.yaml"
config.database.git = False
config.logging.logfile = "{folder}/cobib.log"
"""


class Job(NamedTuple):
    """A command, what must be in its output or in the file that it names last, and what shows that it did it."""

    command: Command
    holds: str = ""
    after: Command = ()


class Program(NamedTuple):
    """A program with its papers in place, in a home of its own."""

    name: str
    home: Path
    jobs: Mapping[str, Job]
    # One that keeps no library and is written in C is shown, and not counted as a peer.
    is_filter: bool = False


class Works(NamedTuple):
    """The same papers for all: a library, its .bib, and the keys of two papers that are looked for."""

    library: Path
    bib: Path
    size: int
    rare: str
    phrase: str


def works(world: World, size: int) -> Works:
    """Make a library of so many papers, and a .bib of it."""
    library, bib = world.new(), world.new().with_suffix(".bib")
    made.make(library, size)
    begin = (str(GENCLI), "--db", str(library))
    world.output((*begin, "export", "--bib", "-o", str(bib)))
    rare = world.output((*begin, "search", made.RARE, "--keys")).split()[0]
    # One of the peers looks into titles alone, where no field is named.
    phrase = world.output((*begin, "search", f'title:"{made.PHRASE}"', "--keys")).split()[0]
    return Works(library, bib, size, rare, phrase)


def own(world: World, of: Works) -> Program:
    """This program at the same jobs."""
    begin, target = (str(GENCLI), "--db", str(of.library)), str(world.new().with_suffix(".bib"))
    return Program(
        "gencli",
        world.folder,
        {
            START: Job((str(GENCLI), "--version"), "."),
            LIST: Job((*begin, "list"), of.rare),
            ONE_WORD: Job((*begin, "search", made.RARE), of.rare),
            TWO_WORDS: Job((*begin, "search", *made.PAIR), of.phrase),
            EXPORT: Job((*begin, "export", "--bib", "-o", target), of.rare),
            TAGGING: Job((*begin, "tag", "add", _NEW, of.rare), after=(*begin, "show", of.rare)),
        },
    )


def papis(folder: Path, home: Path, of: Works, *, by_sqlite: bool) -> Program:
    """papis, its folders of documents written directly, since its own import takes minutes; then it indexes them.

    In its own database, or in the one that is SQLite, which finds nothing for its own "all" and is asked for a type.
    """
    (home / ".config" / "papis").mkdir(parents=True)
    backend = "database-backend = sqlite\n" if by_sqlite else ""
    settings = f"[settings]\ndefault-library = bench\n[bench]\ndir = {home / 'papers'}\n{backend}"
    (home / ".config" / "papis" / "config").write_text(settings, encoding="utf-8")
    with Library.open(of.library) as library:
        for paper in library.find():
            place = home / "papers" / paper.key
            place.mkdir(parents=True)
            (place / "info.yaml").write_text(_document(paper), encoding="utf-8")
    program, target = str(folder / "papis" / "bin" / "papis"), str(home / "out.bib")
    every = ("type:article",) if by_sqlite else ()
    listing = (program, "list", "--all", "--format", "{doc[ref]} {doc[title]} {doc[tags]}")
    export = (program, "export", "--all", "--batch", "--format", "bibtex", *every, "--out", target)
    run((*listing, made.RARE), home, PATIENCE)
    return Program(
        f"papis {said([program, '--version'])}{' with SQLite' if by_sqlite else ''}",
        home,
        {
            START: Job((program, "--version"), "."),
            LIST: Job((*listing, *every), of.rare),
            ONE_WORD: Job((*listing, made.RARE), of.rare),
            TWO_WORDS: Job((*listing, made.PHRASE), of.phrase),
            EXPORT: Job(export, of.rare),
            TAGGING: Job(
                (program, "tag", "--batch", "--add", _NEW, f"ref:{of.rare}"), after=(*listing, f"ref:{of.rare}")
            ),
        },
    )


def _document(paper: Paper) -> str:
    """A paper as papis keeps one: YAML, of which JSON is a part."""
    values: dict[str, object] = {
        "papis_id": hashlib.md5(paper.key.encode(), usedforsecurity=False).hexdigest(),
        "ref": paper.key,
        "type": paper.type,
        "title": paper.title,
        "author": "; ".join(f"{author.family}, {author.given}" for author in paper.authors),
        "author_list": [{"family": author.family, "given": author.given} for author in paper.authors],
        "year": paper.year,
        "journal": paper.venue,
        "abstract": paper.abstract,
        "doi": paper.identifiers.get("doi"),
        "eprint": paper.identifiers.get("arxiv"),
        "tags": list(paper.tags),
    }
    return "".join(f"{name}: {json.dumps(value, ensure_ascii=False)}\n" for name, value in values.items() if value)


def cobib(folder: Path, home: Path, of: Works) -> Program:
    """cobib, with the .bib added; two words are either of them to it, in its search."""
    home.mkdir()
    settings = home / "cobib.py"
    settings.write_text(_COBIB.format(folder=home), encoding="utf-8")
    program, target = str(folder / "cobib" / "bin" / "cobib"), str(home / "out.bib")
    begin = (program, "-c", str(settings))
    run((*begin, "init"), home, PATIENCE)
    run((*begin, "add", "--skip-download", "-b", str(of.bib)), home, PATIENCE)
    return Program(
        f"cobib {said([program, '--version'])}",
        home,
        {
            START: Job((program, "--version"), "."),
            LIST: Job((*begin, "list"), of.rare),
            ONE_WORD: Job((*begin, "search", made.RARE), of.rare),
            TWO_WORDS: Job((*begin, "search", *made.PAIR), of.phrase),
            EXPORT: Job((*begin, "export", "--bibtex", target), of.rare),
            TAGGING: Job(
                (*begin, "modify", "--add", f"tags:{_NEW}", "-s", "--", of.rare), after=(*begin, "show", of.rare)
            ),
        },
    )


def pubs(folder: Path, home: Path, of: Works) -> Program:
    """pubs, with the .bib imported; it looks for words in a field, here the title."""
    home.mkdir()
    program = str(folder / "pubs" / "bin" / "pubs")
    run((program, "init", "-p", str(home / "pubs")), home, PATIENCE)
    run((program, "import", str(of.bib)), home, PATIENCE)
    return Program(
        f"pubs {said([program, '--version'])}",
        home,
        {
            START: Job((program, "--version"), "."),
            LIST: Job((program, "list"), of.rare),
            ONE_WORD: Job((program, "list", f"title:{made.RARE}"), of.rare),
            TWO_WORDS: Job((program, "list", *(f"title:{word}" for word in made.PAIR)), of.phrase),
            EXPORT: Job((program, "export"), of.rare),
            TAGGING: Job((program, "tag", of.rare, _NEW), after=(program, "tag", of.rare)),
        },
    )


def bibtool(home: Path, of: Works) -> Program:
    """BibTool, which reads the whole .bib each time."""
    home.mkdir()
    program, target = shutil.which("bibtool") or "bibtool", str(home / "out.bib")
    begin, source = (program, "--"), ("-i", str(of.bib))
    return Program(
        f"BibTool {said([program, '-V'])}",
        home,
        {
            LIST: Job((program, *source), of.rare),
            ONE_WORD: Job((*begin, f'select={{"{made.RARE}"}}', *source), of.rare),
            TWO_WORDS: Job((*begin, f'select={{"{made.PHRASE}"}}', *source), of.phrase),
            EXPORT: Job((program, *source, "-o", target), of.rare),
        },
        is_filter=True,
    )


def programs(folder: Path, world: World, of: Works) -> Iterator[Program]:
    """Each peer that can be brought to have the papers; what cannot is named."""
    homes = world.folder / f"homes-{of.size}"
    homes.mkdir()
    ways: dict[str, Callable[[Path], Program]] = {
        "papis": lambda home: papis(folder, home, of, by_sqlite=False),
        "papis with SQLite": lambda home: papis(folder, home, of, by_sqlite=True),
        "cobib": lambda home: cobib(folder, home, of),
        "pubs": lambda home: pubs(folder, home, of),
    }
    for name, way in ways.items():
        try:
            yield way(homes / name.replace(" ", "-"))
        except (Failed, OSError) as error:
            print(f"{of.size:,} papers, {name}: left out: {error}")
    if shutil.which("bibtool"):
        yield bibtool(homes / "bibtool", of)


_TAGS = count(1)


def _spoken(command: Command) -> tuple[Command, str]:
    """A command with a new tag where it wants one, and that tag."""
    tag = f"bench{next(_TAGS)}"
    return [word.replace(_NEW, tag) for word in command], tag


def is_done(program: Program, job: Job) -> bool:
    """Whether a job does what it is to do, so that no error is timed."""
    environment = {"PATH": os.environ.get("PATH", os.defpath), "HOME": str(program.home), "LANG": "C.UTF-8"}
    command, tag = _spoken(job.command)
    told = heard(command, environment, program.home)
    last = Path(command[-1])
    text = last.read_text(encoding="utf-8") if last.suffix == ".bib" and last.parent == program.home else told.text
    if job.after:
        text, wanted = heard(job.after, environment, program.home).text, tag
    else:
        wanted = job.holds
    return told.code == 0 and wanted in text


def timed(program: Program, job: Job, found: list[float]) -> None:
    """One more run of a job, in CPU time; none where it takes too long."""
    try:
        found.append(run(_spoken(job.command)[0], program.home, PATIENCE).cpu)
    except Failed as error:
        print(f"{program.name}: {error}")


def beside(world: World, folder: Path, sizes: Sequence[int], runs: int) -> int:
    """All programs at each job in turns, and how many times gencli's time each takes; how many aims are missed."""
    missed = 0
    for size in sizes:
        of = works(world, size)
        mine, *others = [own(world, of), *programs(folder, world, of)]
        print(
            f"\n| {size:,} papers | gencli, CPU ms | {' | '.join(other.name for other in others)} | the best | aim | |"
        )
        print("|-|-:|" + "-:|" * (len(others) + 3), flush=True)
        for name in JOBS:
            asked = [one for one in (mine, *others) if name in one.jobs]
            able = [one for one in asked if is_done(one, one.jobs[name])]
            used: dict[str, list[float]] = {one.name: [] for one in able}
            for _ in range(runs + 1):
                for one in able:
                    timed(one, one.jobs[name], used[one.name])
            if mine not in able:
                sys.exit(f"bench: gencli itself fails: {name}")
            taken = {name: median(values[1:]) for name, values in used.items() if len(values) > 1}
            cells = [_cell(other, name, taken, mine) for other in others]
            best = min((taken[one.name] for one in others if one.name in taken and not one.is_filter), default=0.0)
            aim = _AIMS[min(_AIMS)] if name == START else _AIMS.get(size, _AIMS[max(_AIMS)])
            times = best / taken[mine.name]
            missed += times < aim
            verdict = "ok" if times >= aim else "missed"
            last = f"{times:.1f} | {aim:.0f} | {verdict}"
            print(f"| {name} | {taken[mine.name] * 1000:.0f} | {' | '.join(cells)} | {last} |", flush=True)
    return missed


def _cell(other: Program, name: str, taken: Mapping[str, float], mine: Program) -> str:
    if name not in other.jobs:
        return ""
    if other.name not in taken:
        return "fails"
    return f"{taken[other.name] * 1000:.0f} ({taken[other.name] / taken[mine.name]:.1f})"


def set_up_all(folder: Path) -> None:
    """Make an environment for each peer in a folder, where it is not there yet."""
    folder.mkdir(parents=True, exist_ok=True)
    set_up(folder)
    if not (folder / "pubs" / "bin" / "pubs").exists():
        venv.create(folder / "pubs", with_pip=True)
        subprocess.run([str(folder / "pubs" / "bin" / "python"), "-m", "pip", "install", "-q", *_PUBS], check=False)


# --- the command line ---------------------------------------------------------------------------------------------


def _sizes(text: str) -> list[int]:
    """`100,10_000` as numbers; 0 or nothing is none."""
    return [int(part) for part in text.split(",") if int(part or 0)]


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=15, metavar="N", help="runs of each case (15)")
    parser.add_argument("--sizes", type=_sizes, default=SIZES, metavar="N,…", help="papers (100,10000,100000); 0: none")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="keep the libraries there, and use those that are")
    parser.add_argument("--only", default="", metavar="WORDS", help="only the cases whose name holds this")
    parser.add_argument(
        "--built", type=_sizes, default=BUILT_SIZES, metavar="N,…", help="papers to index (10000,100000); 0: none"
    )
    parser.add_argument("--peers", type=Path, metavar="FOLDER", help="peers too, in environments made there")
    parser.add_argument(
        "--peer-sizes", type=_sizes, default=PEER_SIZES, metavar="N,…", help="papers for the peers (1000,5000)"
    )
    parser.add_argument("--strict", action="store_true", help="exit code 1 where a target is missed")
    return parser.parse_args()


def main() -> int:
    """Measure and print; gives the exit code."""
    asked = _arguments()
    if not is_there():
        return 2
    runs, over = max(asked.runs, 1), 0
    with tempfile.TemporaryDirectory(prefix="gencli-bench-") as folder:
        world = World(Path(folder))
        kept = asked.keep.resolve() if asked.keep else world.folder
        kept.mkdir(parents=True, exist_ok=True)
        for size in asked.sizes:
            place = placed(world, kept, size)
            over += questions(world, place, runs, asked.only)
            if asked.only in "terminal":
                terminal(world, place, runs)
        if asked.built:
            built(world.folder, asked.built)
        if asked.peers:
            set_up_all(asked.peers.resolve())
            over += beside(world, asked.peers.resolve(), asked.peer_sizes, min(runs, 5))
    return 1 if asked.strict and over else 0


if __name__ == "__main__":
    sys.exit(main())
