"""One pace for all processes: with a clock that is an argument, so that nothing here waits."""

import threading
from pathlib import Path

import pytest
from arxiv_server import Entry, known, serve

from gencli.sources.arxiv import Service, fetch, service
from gencli.sources.pace import keep


class Clock:
    """A time that passes only while somebody sleeps."""

    def __init__(self, now: float = 1000.0) -> None:
        self.time = now
        self.slept: list[float] = []

    def now(self) -> float:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.time += seconds


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "cache" / "arxiv.pace"


def asked(path: Path, clock: Clock, seconds: float = 3.0) -> float:
    """The time at which a question may go out."""
    assert keep(path, seconds, clock.now, clock.sleep)
    return clock.time


def test_the_first_question_waits_for_nothing(path: Path) -> None:
    assert asked(path, Clock()) == 1000.0


def test_each_waits_for_the_one_before(path: Path) -> None:
    clock = Clock()
    assert [asked(path, clock) for _ in range(4)] == [1000.0, 1003.0, 1006.0, 1009.0]


def test_what_has_passed_need_not_be_waited_for(path: Path) -> None:
    clock = Clock()
    asked(path, clock)
    clock.time += 2.5
    assert asked(path, clock) == 1003.0
    clock.time += 60
    assert asked(path, clock) == 1063.0
    assert clock.slept == [0.0, 0.5, 0.0]


def test_twelve_at_once_queue(path: Path) -> None:
    clock = Clock()
    times: list[float] = []

    def sleep(seconds: float) -> None:
        # The lock is held while one waits, so that the clock is read by one at a time.
        clock.sleep(seconds)
        times.append(clock.time)

    threads = [threading.Thread(target=keep, args=(path, 3.0, clock.now, sleep)) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert times == [1000.0 + 3 * number for number in range(12)]


@pytest.mark.parametrize("content", ["", "soon", "9" * 50, "nan", "\x00\xff", "-1e9"])
def test_a_damaged_file_stops_nobody(path: Path, content: str) -> None:
    path.parent.mkdir()
    path.write_text(content, encoding="utf-8")
    clock = Clock()
    assert asked(path, clock) == 1000.0
    assert asked(path, clock) == 1003.0


def test_a_time_in_the_future_is_none(path: Path) -> None:
    asked(path, Clock(99999.0))
    assert asked(path, Clock()) == 1000.0


def test_no_delay_needs_no_file(path: Path) -> None:
    assert asked(path, Clock(), 0.0) == 1000.0
    assert not path.exists()


def test_where_nothing_can_be_written_each_keeps_the_pace_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    slept: list[float] = []
    monkeypatch.setattr("gencli.sources.arxiv.time.sleep", slept.append)
    ids = [f"2301.{number:05d}" for number in range(1, 202)]
    with serve(known(*(Entry(name) for name in ids))) as server:
        where = Service(server.url, 3.0, "", blocked / "arxiv.pace")
        assert sum(len(records) for records, _ in fetch(ids, where)) == 201
    assert slept == [3.0, 3.0]


def test_the_pace_is_kept_in_the_cache_folder(tmp_path: Path) -> None:
    assert service(None, None, None, tmp_path).pace == tmp_path / "arxiv.pace"
    assert service(None, None, None).pace is None
