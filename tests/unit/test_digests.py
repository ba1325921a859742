"""The sums of the rows: they follow every change, and tell of each row that is another."""

import random
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from conftest import ROOT
from gencli import Library, Record
from gencli.errors import LibraryFileError
from gencli.store import digests, schema
from gencli.store.steps import TABLES


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library with forty papers, made once."""
    place = tmp_path_factory.mktemp("made") / "l.sqlite"
    Library.create(place)
    with Library.open(place, write=True) as library:
        library.take(
            [
                Record("user", title=f"Paper {i}", abstract="about all", identifiers={"url": f"https://x.org/{i}"})
                for i in range(40)
            ]
        )
    return place


@pytest.fixture
def path(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copyfile(made, tmp_path / "l.sqlite"))


def wrong(path: Path) -> list[digests.Unlike]:
    with closing(sqlite3.connect(path)) as connection:
        return list(digests.unlike(connection))


def sums(path: Path) -> dict[tuple[str, int], int]:
    with closing(sqlite3.connect(path)) as connection:
        return {(row[0], row[1]): row[2] for row in connection.execute("SELECT tbl, block, sum FROM digest")}


def names(*numbers: int) -> list[str]:
    return [f"https://x.org/{number}" for number in numbers]


CHANGES: list[Callable[[Library], object]] = [
    lambda library: library.tag("t", names(*range(40))),
    lambda library: library.untag("t", names(*range(3, 20))),
    lambda library: library.rename_tag("t", "other"),
    lambda library: library.star(names(7), True),
    lambda library: library.remove(names(0, 1, 39)),
    lambda library: library.merge(names(2)[0], names(30, 31)),
    lambda library: library.rekey(names(5)[0], "five"),
    lambda library: library.take([Record("user", title="One more", identifiers={"url": "https://y.org/1"})]),
    lambda library: library.keep_history(size=10_000_000),
    lambda library: library.star(names(7), True, dry_run=True),
]


def test_the_sums_follow_every_change_and_what_takes_it_back(path: Path) -> None:
    with Library.open(path, write=True) as library:
        for change in CHANGES:
            change(library)
            assert wrong(path) == []
        before = sums(path)
        steps = len(library.history())
        for _ in range(steps - 1):
            library.undo()
            assert wrong(path) == []
        for _ in range(steps - 1):
            library.redo()
        assert sums(path) == before


def test_they_follow_what_is_one_step_in_several_transactions(path: Path) -> None:
    with Library.open(path, write=True) as library, library.together("done"):
        library.take([Record("user", title="A", identifiers={"url": "https://y.org/1"})])
        library.tag("t", ["https://y.org/1"])
        library.remove(["https://y.org/1"])
    assert wrong(path) == []


def test_rows_that_are_gone_have_no_sum(path: Path) -> None:
    with Library.open(path, write=True) as library:
        library.remove([paper.key for paper in library.find()])
    assert {table for table, _ in sums(path)} == set()


@pytest.mark.parametrize(
    ("statement", "table", "first"),
    [
        ("UPDATE paper SET title = 'paper 20' WHERE id = 21", "paper", 16),
        ("UPDATE paper SET abstract = NULL WHERE id = 1", "paper", 0),
        ("DELETE FROM link WHERE id = 3", "link", 0),
        ("INSERT INTO setting (id, name, value) VALUES (100, 'a', 'b')", "setting", 96),
        ("UPDATE identifier SET value = value || ' ' WHERE id = 40", "identifier", 32),
        ("DELETE FROM digest WHERE tbl = 'paper' AND block = 1", "paper", 16),
    ],
)
def test_what_another_hand_did_is_found_in_its_place_and_can_be_taken_as_it_is(
    path: Path, statement: str, table: str, first: int
) -> None:
    with closing(sqlite3.connect(path)) as connection:
        if "link" in statement:
            connection.execute(
                "INSERT INTO link (id, paper, rel, url, source) VALUES (3, 1, 'pdf', 'https://p', 'user')"
            )
            digests.make(connection)
        connection.execute(statement)
        connection.commit()
        assert list(digests.unlike(connection)) == [digests.Unlike(table, first, first + digests.ROWS - 1)]
        digests.accept(connection, digests.unlike(connection))
        assert list(digests.unlike(connection)) == []


def test_a_text_that_lost_one_bit_is_found(path: Path) -> None:
    chance = random.Random(4)
    with closing(sqlite3.connect(path)) as connection:
        text = connection.execute("SELECT origins FROM paper WHERE id = 8").fetchone()[0]
        for _ in range(30):
            place = chance.randrange(len(text))
            lost = text[:place] + chr(ord(text[place]) ^ 1 << chance.randrange(7)) + text[place + 1 :]
            connection.execute("UPDATE paper SET origins = ? WHERE id = 8", [lost])
            assert [one.table for one in digests.unlike(connection)] == ["paper"]
        connection.execute("UPDATE paper SET origins = ? WHERE id = 8", [text])
        assert list(digests.unlike(connection)) == []


@pytest.mark.parametrize("version", range(1, schema.VERSION))
def test_an_older_library_has_them_when_it_is_brought_up_to_date(version: int, tmp_path: Path) -> None:
    place = Path(shutil.copyfile(ROOT / "tests" / "data" / f"schema_{version}.sqlite", tmp_path / "l.sqlite"))
    with Library.open(place, write=True) as library:
        assert wrong(place) == []
        library.tag("t", list(library.keys())[:1])
    assert wrong(place) == []
    assert {"paper", "tag"} <= {table for table, _ in sums(place)}


def test_every_table_whose_rows_are_noted_has_sums_by_its_number(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        for table in TABLES:
            first = connection.execute(f"PRAGMA table_info({table})").fetchone()
            assert first[1] == "id", table


@pytest.mark.parametrize(
    "run", [(None, 1, 1), ("songs", 1, 1), ("paper; --", 1, 1), ("paper", 1, None), ("paper", "1", 1)]
)
def test_runs_of_a_damaged_journal_are_refused(path: Path, run: tuple[str, int, int]) -> None:
    with closing(sqlite3.connect(path)) as connection, pytest.raises(LibraryFileError, match="damaged"):
        digests.follow(connection, [("paper", 1, 1), run])
