"""Library files that were damaged, or that somebody made to do harm: each command ends as ever, or with exit 6.

GENCLI_FLIPS=N tries N files with flipped bits of each library, in processes of their own that may not take more than
3 GB; without it a few, always the same, are tried in this process.
"""

import os
import random
import re
import resource
import shutil
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from conftest import STARTER, Result, Run
from gencli import Library
from gencli.store import schema

pytestmark = pytest.mark.process

FLIPS = int(os.environ.get("GENCLI_FLIPS", "0"))
FEW = 8
SEED = 20261125
KEY = "key3"
READING = (
    ["list"], ["list", "--json"], ["search", "descent"], ["show", KEY], ["show", KEY, "--json"], ["export", "--bib"],
    ["export", "--jsonl"], ["export", "--markdown"], ["tags"], ["history"], ["history", KEY], ["info"], ["duplicates"],
    ["check"],
)  # fmt: skip
WRITING = (
    ["check", "--fix"], ["tag", "add", "of-mine", KEY], ["undo"], ["import", "small.md", "--no-fetch"],
    ["remove", KEY],
)  # fmt: skip
SMALL_PAGE = "# A page\n\n* [A title of its own](https://arxiv.org/abs/2101.00001)\n"


def bibliography(papers: int) -> str:
    """A .bib of so many works, with what else a .bib can have."""
    rng = random.Random(SEED)
    words = "double descent margin bound kernel network sparse deep learning generalization".split()
    text = '@string{may = "May"}\n@preamble{"x"}\n@proceedings{whole, title={The {Whole}}, year=2019}\n'
    for number in range(papers):
        title, abstract = (" ".join(rng.choices(words, k=most)) for most in (6, 50))
        parent = "crossref={whole}, " if number % 9 == 0 else ""
        text += (
            f"@article{{key{number}, author={{Doe{number % 40}, Jane and Poe, {{\\'E}}mile}},"
            f" title={{{title} {number}}}, year={1990 + number % 30}, month=may, {parent}abstract={{{abstract}}}}}\n"
        )
    return text + "@article{broken, title={never closed\n"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library of papers with entries, notes, a page and tags; with a free page, too."""
    from gencli.cli.app import execute

    folder = tmp_path_factory.mktemp("made")
    path = folder / "made.sqlite"
    (folder / "refs.bib").write_text(bibliography(300 if FLIPS else 60), encoding="utf-8")
    (folder / "small.md").write_text(SMALL_PAGE, encoding="utf-8")
    Library.create(path)
    for words in (
        ["import", str(folder / "refs.bib")], ["import", str(folder / "small.md"), "--no-fetch"],
        ["tag", "add", "dd", "--where", "descent"], ["note", KEY, "A note"], ["edit", KEY, "--set", "title=Another"],
        ["merge", "key5", "key6"], ["distinct", "key7", "key8"], ["remove", "--where", "year:1995"],
    ):  # fmt: skip
        assert execute(["--offline", "--db", str(path), *words]) in (0, 4)
    return path


@pytest.fixture
def damaged(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of it, to be damaged by the test."""
    (tmp_path / "small.md").write_text(SMALL_PAGE, encoding="utf-8")
    path = tmp_path / "damaged.sqlite"
    shutil.copyfile(made, path)
    monkeypatch.setenv("GENCLI_DB", str(path))
    return path


def require_told(words: list[str], result: Result, case: object) -> None:
    """A command ended as ever, or said in one line and a hint that the file is at fault."""
    assert result.code in (0, 1, 3, 4, 6, 7), (case, words, result)
    assert "Traceback" not in result.err, (case, words)
    if result.code == 6:
        said = result.error if result.err.startswith("{") else None
        assert said or len(result.err.splitlines()) == 2, (case, words, result.err)
        assert len(result.err) < 600, (case, words, result.err)


def try_all(run: Run, path: Path, case: object, writing: bool = True) -> list[int]:
    """Each command on the file as it is; those that write each on a copy of it."""
    codes = []
    before = path.read_bytes()
    for words in READING:
        result = run(*words)
        require_told(words, result, case)
        codes.append(result.code)
    assert path.read_bytes() == before, case
    for words in WRITING if writing else ():
        path.write_bytes(before)
        result = run(*words)
        require_told(words, result, case)
        codes.append(result.code)
    return codes


# --- the file as bytes -------------------------------------------------------------------------


def flipped(content: bytes, rng: random.Random, most: int) -> bytes:
    found = bytearray(content)
    for _ in range(rng.randint(1, most)):
        bit = rng.randrange(len(found) * 8)
        found[bit // 8] ^= 1 << bit % 8
    return bytes(found)


def kinds(content: bytes, rng: random.Random) -> Iterator[tuple[str, bytes]]:
    """Damaged files, one of each kind."""
    pages = len(content) // 4096
    yield "cut at a page", content[: 4096 * rng.randrange(1, pages)]
    yield "cut anywhere", content[: rng.randrange(100, len(content))]
    page = rng.randrange(1, pages) * 4096
    yield "a page of zeros", content[:page] + bytes(4096) + content[page + 4096 :]
    one, other = sorted(rng.sample(range(1, pages), 2))
    parts = [content[place * 4096 : (place + 1) * 4096] for place in range(pages)]
    parts[one], parts[other] = parts[other], parts[one]
    yield "two pages changed places", b"".join(parts)
    yield "more behind it", content + rng.randbytes(5000)
    for most in (1, 20):
        yield f"up to {most} bits", flipped(content, rng, most)
    # The header, and the page of the schema.
    yield "the header", flipped(content[:100], rng, 3) + content[100:]
    yield "the schema", content[:100] + flipped(content[100:4096], rng, 6) + content[4096:]


@pytest.mark.parametrize("turn", range(2))
def test_a_damaged_file_is_said_to_be_one(damaged: Path, run: Run, turn: int) -> None:
    content = damaged.read_bytes()
    for case, found in kinds(content, random.Random(SEED + turn)):
        damaged.write_bytes(found)
        try_all(run, damaged, (turn, case), writing=turn == 0)


def test_flipped_bits_of_the_rows_of_papers_are_no_reason_for_a_traceback(damaged: Path, run: Run) -> None:
    """Where the texts of the rows are, SQLite cannot tell."""
    rng = random.Random(SEED)
    content = damaged.read_bytes()
    with closing(sqlite3.connect(damaged)) as connection:
        names = "'paper', 'entry', 'mention', 'page', 'file', 'identifier', 'change'"
        try:
            pages = [row[0] for row in connection.execute(f"SELECT pageno FROM dbstat WHERE name IN ({names})")]
        except sqlite3.OperationalError:
            pages = list(range(2, len(content) // 4096))
    for turn in range(FEW):
        found = bytearray(content)
        for page in rng.choices(pages, k=6):
            found[(page - 1) * 4096 + rng.randrange(200, 4096)] ^= 1 << rng.randrange(8)
        damaged.write_bytes(found)
        try_all(run, damaged, turn, writing=turn < 2)


@pytest.mark.skipif(not FLIPS, reason="in full: GENCLI_FLIPS=1000")
@pytest.mark.parametrize("of", ["starter", "made"])
def test_many_flipped_bits_in_processes_of_their_own(of: str, made: Path, tmp_path: Path) -> None:
    (tmp_path / "small.md").write_text(SMALL_PAGE, encoding="utf-8")
    content, rng = (STARTER if of == "starter" else made).read_bytes(), random.Random(SEED)
    place = tmp_path / "damaged.sqlite"

    def bounded() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (3 << 30, 3 << 30))

    for turn in range(FLIPS):
        found = flipped(content, rng, 20)
        for words in (rng.choice(READING), rng.choice(WRITING)):
            place.write_bytes(found)
            ended = subprocess.run(
                [sys.executable, "-m", "gencli", *words], capture_output=True, text=True, errors="replace", timeout=60,
                cwd=tmp_path, env={**os.environ, "GENCLI_DB": str(place)}, check=False, preexec_fn=bounded,
            )  # fmt: skip
            require_told(list(words), Result(ended.returncode, ended.stdout, ended.stderr), (of, turn))


# --- what is no library ------------------------------------------------------------------------


def foreign(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE songs (name TEXT)")


def stamped(pragma: str) -> Callable[[Path], None]:
    def make(path: Path) -> None:
        schema.create(path)
        with closing(sqlite3.connect(path)) as connection:
            connection.execute(f"PRAGMA {pragma}")

    return make


NO_LIBRARY: dict[str, Callable[[Path], object]] = {
    "empty": lambda path: path.write_bytes(b""),
    "text": lambda path: path.write_text("Dear diary,\n" * 500, encoding="utf-8"),
    "foreign": foreign,
    "another application": stamped("application_id = 7"),
    "newer": stamped("user_version = 999"),
    "negative": stamped("user_version = -1"),
    "folder": Path.mkdir,
    "fifo": os.mkfifo,
    "endless": lambda path: path.symlink_to("/dev/zero"),
    "itself": lambda path: path.symlink_to(path),
}


def refused(run: Run, path: Path) -> None:
    for words in (*READING[:3], *WRITING[:3]):
        result = run("--db", path, *words)
        assert result.code == 6 or (result.code == 3 and path.is_symlink()), (words, result)
        require_told(words, result, path)


@pytest.mark.parametrize("kind", NO_LIBRARY)
def test_what_is_no_library_is_refused(kind: str, run: Run, tmp_path: Path) -> None:
    path = tmp_path / "l.sqlite"
    NO_LIBRARY[kind](path)
    refused(run, path)


def test_a_socket_is_refused(run: Run, tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("l.sqlite")
        refused(run, tmp_path / "l.sqlite")


# --- rows that gencli did not write --------------------------------------------------------------


def rewrite(path: Path, sql: str) -> None:
    """Change rows past all that guards them: another type, a NULL, a text that is none of the allowed ones."""
    _, table, *_ = sql.replace("DELETE FROM", "DELETE").split()
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        made = connection.execute("SELECT sql FROM sqlite_master WHERE name = ?", [table]).fetchone()[0]
        loose = re.sub(r"\b(?!id\b)(\w+) (TEXT|INTEGER)", r"\1 BLOB", re.sub("NOT NULL|STRICT", "", made))
        connection.execute("PRAGMA ignore_check_constraints = ON")
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute("UPDATE sqlite_master SET sql = ? WHERE name = ?", [loose, table])
        connection.execute("PRAGMA writable_schema = RESET")
        connection.execute(sql)
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute("UPDATE sqlite_master SET sql = ? WHERE name = ?", [made, table])


# What the column cannot hold, and the command that reads it.
ODD = [
    ("UPDATE paper SET authors = '{}'", "authors"),
    ("UPDATE paper SET authors = '[1]'", "number"),
    ('UPDATE paper SET authors = \'[{"family":5,"given":[]}]\'', "numbers"),
    ('UPDATE paper SET authors = \'[{"family":"x"}\'', "open"),
    ('UPDATE paper SET authors = \'[{"literal":"\\ud800"}]\'', "surrogate"),
    ("UPDATE paper SET authors = NULL", "null"),
    ("UPDATE paper SET authors = printf('%.*c', 100000, '[')", "deep"),
    ("UPDATE paper SET origins = '[]'", "list"),
    ("UPDATE paper SET fields = '{\"a\":{}}'", "nested"),
    ("UPDATE paper SET categories = '5'", "int"),
    ("UPDATE paper SET title = 5", "title"),
    ("UPDATE paper SET title = x'ff00'", "blob"),
    ("UPDATE paper SET title = CAST(x'ff41' AS TEXT)", "no utf-8"),
    ("UPDATE paper SET key = CAST(x'ff41' || id AS TEXT)", "key"),
    ("UPDATE paper SET year = 'soon'", "year"),
    ("UPDATE paper SET year = 9223372036854775807", "huge"),
    ("UPDATE paper SET date = 'never', posted = '99', updated = ''", "date"),
    ("UPDATE paper SET added = NULL, changed = 7", "added"),
    ("UPDATE paper SET status = 3", "status"),
    ("UPDATE entry SET fields = '{}'", "fields"),
    ("UPDATE entry SET fields = '[[1,2]]'", "field"),
    ("UPDATE entry SET macros = '[1]', parents = '{'", "macros"),
    ("UPDATE file SET macros = '[]'", "file"),
    ("UPDATE mention SET section = '5'", "section"),
    ("UPDATE mention SET label = 4", "label"),
    ("UPDATE page SET related = '[[]]'", "related"),
    ("UPDATE page SET title = 4.5", "page"),
    ("UPDATE identifier SET value = CAST(value || x'ff' AS TEXT)", "identifier"),
    ("UPDATE tag SET name = x'00ff'", "tag"),
    ("UPDATE change SET before = '{'", "journal"),
    ("DELETE FROM paper WHERE id % 2", "orphans"),
    ("DELETE FROM page", "no page"),
    ("DELETE FROM file", "no file"),
    ("DELETE FROM step", "no step"),
]


@pytest.mark.parametrize("sql", [pytest.param(sql, id=name) for sql, name in ODD])
def test_rows_that_gencli_did_not_write(sql: str, damaged: Path, run: Run) -> None:
    rewrite(damaged, sql)
    content = damaged.read_bytes()
    for words in (["list"], ["show", KEY, "--json"], ["export", "--bib"], ["export", "--jsonl"], ["check"], ["undo"]):
        damaged.write_bytes(content)
        require_told(words, run(*words), sql)


@pytest.mark.parametrize("name", ["authors", "number", "open", "null", "list", "title", "no utf-8", "field", "related"])
def test_what_cannot_be_read_is_said_not_shown(name: str, damaged: Path, run: Run) -> None:
    rewrite(damaged, next(sql for sql, one in ODD if one == name))
    result = run("export", "--jsonl")
    assert result.code == 6
    assert "damaged" in result.err or "cannot be used" in result.err
