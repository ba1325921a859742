"""Copies of a library beside it: before what, how many, and back again."""

import shutil
from itertools import count
from pathlib import Path

import pytest

from conftest import ROOT
from gencli import Library, Record
from gencli.errors import Conflict, NotFound
from gencli.store import backups, schema


def paper(number: int) -> Record:
    return Record("user", title=f"Paper {number}", identifiers={"url": f"https://x.org/{number}"})


@pytest.fixture
def path(tmp_path: Path) -> Path:
    target = tmp_path / "mine.sqlite"
    Library.create(target)
    with Library.open(target, write=True) as library:
        library.take(paper(number) for number in range(4))
    return target


def names(path: Path) -> list[str]:
    with Library.open(path) as library:
        return [f"https://x.org/{number}" for number in range(4) if library.key_of(f"https://x.org/{number}")]


def test_before_a_merge_and_the_removal_of_several(path: Path) -> None:
    with Library.open(path, write=True) as library:
        library.remove(["https://x.org/0"])
        assert library.backups() == []
        library.remove(["https://x.org/1", "https://x.org/2"], dry_run=True)
        assert library.backups() == []
        library.take([paper(0)])
        library.merge("https://x.org/0", ["https://x.org/1"])
        library.remove(["https://x.org/2", "https://x.org/3"])
        found = library.backups()
    assert sorted(one.reason for one in found) == ["before-merge", "before-remove"]
    merged = next(one for one in found if one.reason == "before-merge")
    assert len(names(merged.path)) == 4
    assert len(names(path)) == 2, "the other became one with it"


def test_before_many_rows_are_taken_back(path: Path) -> None:
    with Library.open(path, write=True) as library:
        library.take(paper(number) for number in range(10, 520))
        library.undo()
        assert [one.reason for one in library.backups()] == ["before-undo"]
        assert library.count() == 4
        library.redo()
        assert library.count() == 514


def test_some_are_kept_and_the_newest_of_each_reason(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seconds = count()
    backups.make(path, f"before-schema-{schema.VERSION}", "2026-01-01T00:00:00Z")
    backups.asked(path, "2026-01-01T00:00:01Z")
    for _ in range(2 * backups.MOST):
        backups.make(path, "before-merge", f"2026-01-02T00:00:{next(seconds):02d}Z")
    found = backups.made(path)
    assert [one.reason for one in found].count("before-merge") == backups.MOST - 1
    assert {one.reason for one in found} == {"before-merge", f"before-schema-{schema.VERSION}", "asked"}
    assert found[0].at == "2026-01-02T00:00:09Z"


def test_two_of_one_second_are_two(path: Path) -> None:
    made = [backups.make(path, "before-merge", "2026-01-01T00:00:00Z") for _ in range(2)]
    assert len(set(made)) == 2
    assert {one.path for one in backups.made(path)} == set(made)


def test_a_copy_on_demand_while_another_writes(path: Path, tmp_path: Path) -> None:
    with Library.open(path, write=True) as library:
        target = library.backup(tmp_path / "copy.sqlite")
        with pytest.raises(Conflict):
            library.backup(target)
        beside = library.backup()
        assert [one.path for one in library.backups()] == [beside]
    assert len(names(target)) == len(names(beside)) == 4


@pytest.mark.parametrize("version", range(1, schema.VERSION))
def test_before_a_new_schema(tmp_path: Path, version: int) -> None:
    old, path = ROOT / "tests" / "data" / f"schema_{version}.sqlite", tmp_path / "mine.sqlite"
    shutil.copyfile(old, path)
    said: list[str] = []
    for _ in range(2):
        Library.open(path, say=said.append).close()
    after, made = sorted(backups.made(path), key=lambda one: one.reason)
    assert (made.reason, after.reason) == (f"before-schema-{schema.VERSION}", f"after-schema-{schema.VERSION}")
    assert after.path.read_bytes()[60:64] == bytes([0, 0, 0, schema.VERSION])
    assert said == [f"brought the library to schema {schema.VERSION}; as it was: {made.path}"]
    assert made.path.read_bytes()[60:64] == bytes([0, 0, 0, version])
    Library.create(tmp_path / "again.sqlite", made.path)
    with Library.open(tmp_path / "again.sqlite") as again, Library.open(path) as library:
        assert list(again.keys()) == list(library.keys())


def test_from_a_copy_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        Library.create(tmp_path / "l.sqlite", tmp_path / "none.sqlite")
    assert list(tmp_path.iterdir()) == []
