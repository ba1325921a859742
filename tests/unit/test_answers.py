"""What is kept of answers: for a day, within a size, and that nothing about it can fail."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from conftest import ordinary_user
from gencli.store import answers
from gencli.store.answers import Answers


class Time:
    now = 1_000_000.0


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def kept(tmp_path: Path, time: Time) -> Iterator[Answers]:
    found = Answers(tmp_path / "cache" / "answers.sqlite", lambda: time.now)
    yield found
    found.close()


def test_texts_are_kept_by_kind_and_name(kept: Answers) -> None:
    assert kept.get("record", ["a"]) == {}
    kept.put("record", {"a": "A", "b": "B"})
    kept.put("page", {"a": "page"})
    kept.put("record", {"a": "newer"})
    assert kept.get("record", ["a", "b", "c"]) == {"a": "newer", "b": "B"}
    assert kept.get("page", ["a"]) == {"a": "page"}


def test_many_names_at_once(kept: Answers) -> None:
    many = {f"name {number}": str(number) for number in range(2000)}
    kept.put("record", many)
    assert kept.get("record", many) == many


def test_they_are_kept_for_a_day(kept: Answers, time: Time) -> None:
    kept.put("record", {"old": "x"})
    time.now += 86_400
    kept.put("record", {"new": "y"})
    assert kept.get("record", ["old", "new"]) == {"old": "x", "new": "y"}
    time.now += 1
    assert kept.get("record", ["old", "new"]) == {"new": "y"}


def test_an_answer_from_the_future_is_none(kept: Answers, time: Time) -> None:
    kept.put("record", {"a": "x"})
    time.now -= 10
    assert kept.get("record", ["a"]) == {}
    kept.put("record", {"b": "y"})
    time.now += 20
    # What was kept by a clock that went wrong went with the next answer.
    assert kept.get("record", ["a", "b"]) == {"b": "y"}


def test_it_does_not_grow_for_ever(kept: Answers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answers, "MAX_BYTES", 100_000)
    path = tmp_path / "cache" / "answers.sqlite"
    for number in range(20):
        kept.put("record", {f"{number}": "x" * 20_000})
        assert path.stat().st_size < 200_000
    assert kept.get("record", ["19"]) == {"19": "x" * 20_000}
    assert kept.get("record", ["0"]) == {}


def test_it_is_gone_and_serves_again(kept: Answers, tmp_path: Path) -> None:
    kept.put("record", {"a": "x"})
    kept.close()
    (tmp_path / "cache" / "answers.sqlite").unlink()
    assert kept.get("record", ["a"]) == {}
    kept.put("record", {"a": "y"})
    assert kept.get("record", ["a"]) == {"a": "y"}


def test_a_cache_of_another_form_is_not_read(kept: Answers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept.put("record", {"a": "x"})
    kept.close()
    monkeypatch.setattr(answers, "FORMAT", answers.FORMAT + 1)
    assert kept.get("record", ["a"]) == {}
    kept.put("record", {"a": "y"})
    assert kept.get("record", ["a"]) == {"a": "y"}


def test_where_nothing_can_be_kept_nothing_is(tmp_path: Path) -> None:
    with ordinary_user(tmp_path):
        for path in (Path("/proc/none/answers"), tmp_path / ("x" * 300), Path(os.devnull) / "answers"):
            kept = Answers(path, lambda: 1_000_000.0)
            kept.put("record", {"a": "x"})
            assert kept.get("record", ["a"]) == {}
            kept.close()
