"""What the tests share: the user's page, a library of one's own, and gencli as a user types it."""

import functools
import io
import json
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from gencli import Paper, Record
from gencli.cli.app import execute
from gencli.model import Header, Problem
from gencli.store import schema

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "data" / "generalization_in_deep_learning.txt"
STARTER = ROOT / "data" / "papers.sqlite"


class Pipe(io.TextIOWrapper):
    """A standard stream that is a pipe, or says that it is a terminal."""

    def __init__(self, text: str = "", terminal: bool = False) -> None:
        super().__init__(io.BytesIO(text.encode("utf-8", "surrogateescape")), encoding="utf-8", newline="")
        self.terminal = terminal

    def isatty(self) -> bool:
        return self.terminal

    def text(self) -> str:
        self.flush()
        buffer = self.buffer
        assert isinstance(buffer, io.BytesIO)
        return buffer.getvalue().decode()


@dataclass(frozen=True)
class Result:
    """What a command left: its exit code, its data, its words."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def lines(self) -> list[str]:
        return self.out.splitlines()

    @property
    def error(self) -> dict[str, str]:
        found: dict[str, str] = json.loads(self.err)["error"]
        return found


Run = Callable[..., Result]


def paper(**told: object) -> Paper:
    """A paper of which only this is told."""
    empty: dict[str, object] = {
        "key": "k2020", "type": "misc", "title": None, "authors": (), "authors_complete": True, "year": None,
        "date": None, "posted": None, "updated": None, "venue": None, "abstract": None, "identifiers": {},
        "arxiv_version": None, "primary_category": None, "categories": (), "links": (), "tags": (), "starred": False,
        "status": "unread", "note": "", "fields": {}, "mentions": (), "aliases": (), "added": "", "changed": "",
    }  # fmt: skip
    return Paper(**(empty | told))  # type: ignore[arg-type]


def told_of_bib(works: Iterable[object]) -> str:
    """All that a reader of .bib files called `a` tells of one; what it keeps aside has its line."""
    said: list[str] = []
    for one in works:
        if isinstance(one, Record):
            assert one.entry is not None
            said += [one.entry.type, one.entry.key, *map(" ".join, one.entry.fields)]
        elif isinstance(one, Problem):
            assert re.fullmatch(r"a:[1-9]\d*", one.where)
            said.append(one.raw)
        else:
            assert isinstance(one, Header)
            said += [*map(" ".join, one.macros.items()), *one.preambles, *one.comments, *one.remarks]
    return "\n".join(said)


@contextmanager
def ordinary_user(place: Path) -> Iterator[Path]:
    """Be an ordinary user meanwhile, since nothing is refused to root; the folder goes in the end."""
    user = os.geteuid()
    if user == 0:
        os.seteuid(65534)
    try:
        yield place
    finally:
        os.seteuid(user)
        place.chmod(0o700)
        shutil.rmtree(place)


@pytest.fixture(autouse=True)
def plain_world(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No variable of the developer's own, no network, no keyring, a home and a folder of the test's own."""
    for name in (
        "GENCLI_DB",
        "GENCLI_ARXIV_URL",
        "GENCLI_ARXIV_DELAY",
        "GENCLI_CONTACT",
        "GENCLI_WIKI_HOST",
        "GENCLI_WIKI_LOGIN",
        "NO_COLOR",
        "VISUAL",
        "EDITOR",
    ):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("GENCLI_OFFLINE", "1")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home" / "data"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "home" / "cache"))
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run gencli in this process: `run("search", "double descent", stdin="", columns=0)`.

    With `columns` standard output is a terminal of that width, with `typing` standard input is one, with
    `watching` standard error.
    """

    def call(*words: str, stdin: str = "", columns: int = 0, typing: bool = False, watching: bool = False) -> Result:
        out, err = Pipe(terminal=columns > 0), Pipe(terminal=watching)
        with monkeypatch.context() as patch:
            patch.setattr("sys.stdin", Pipe(stdin, terminal=typing))
            patch.setattr("sys.stdout", out)
            patch.setattr("sys.stderr", err)
            if columns:
                patch.setenv("COLUMNS", str(columns))
            code = execute([str(word) for word in words])
        return Result(code, out.text(), err.text())

    return call


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the starter library, named by $GENCLI_DB."""
    path = tmp_path / "papers.sqlite"
    shutil.copyfile(STARTER, path)
    monkeypatch.setenv("GENCLI_DB", str(path))
    return path


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A library of the test's own that is not there yet."""
    path = tmp_path / "own.sqlite"
    monkeypatch.setenv("GENCLI_DB", str(path))
    return path


@pytest.fixture
def online(monkeypatch: pytest.MonkeyPatch) -> None:
    """A network, which is this machine."""
    monkeypatch.delenv("GENCLI_OFFLINE")


@pytest.fixture
def unprivileged(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of an ordinary user, who this process is meanwhile: nothing is refused to root."""
    # That user need not be able to read the checkout.
    monkeypatch.setattr(schema, "snapshot", functools.partial(str, schema.snapshot()))
    place = Path(tempfile.mkdtemp())
    if os.geteuid() == 0:
        os.chown(place, 65534, 65534)
    with ordinary_user(place):
        yield place
