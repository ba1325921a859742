"""One pace for all processes: with a clock that is an argument, so that nothing here waits."""

import threading
from pathlib import Path

import pytest
from arxiv_server import Entry, known, serve

from gencli.errors import NetworkError
from gencli.sources.arxiv.asking import Arxiv
from gencli.sources.arxiv.service import Service, service
from gencli.sources.clock import Clock
from gencli.sources.pace import Pace


class Time:
    """A time that passes only while somebody sleeps."""

    def __init__(self, now: float = 1000.0) -> None:
        self.now = now
        self.slept: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds

    @property
    def clock(self) -> Clock:
        return Clock(lambda: self.now, self.sleep, lambda: 0.0)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "cache" / "pace"


def asked(path: Path | None, time: Time, takes: float = 0.0) -> float:
    """The time at which a question goes out that is answered after so long."""
    with Pace(path, 3.0, time.clock).turn(lambda _: None, 600.0):
        moment = time.now
        time.now += takes
    return moment


def test_the_first_question_waits_for_nothing(path: Path) -> None:
    assert asked(path, Time()) == 1000.0


def test_each_waits_for_the_one_before(path: Path) -> None:
    time = Time()
    assert [asked(path, time) for _ in range(4)] == [1000.0, 1003.0, 1006.0, 1009.0]


def test_the_pause_begins_when_the_answer_is_there(path: Path) -> None:
    time = Time()
    assert [asked(path, time, takes=5.0) for _ in range(3)] == [1000.0, 1008.0, 1016.0]


def test_what_has_passed_need_not_be_waited_for(path: Path) -> None:
    time = Time()
    asked(path, time)
    time.now += 2.5
    assert asked(path, time) == 1003.0
    time.now += 60
    assert asked(path, time) == 1063.0
    assert time.slept == [0.0, 0.5, 0.0]


def test_one_question_at_a_time_of_twelve(path: Path) -> None:
    time = Time()
    open_now, most, moments = 0, 0, []
    pace = [Pace(path, 3.0, time.clock) for _ in range(12)]

    def ask(mine: Pace) -> None:
        nonlocal open_now, most
        with mine.turn(lambda _: None, 600.0):
            open_now += 1
            most = max(most, open_now)
            moments.append(time.now)
            open_now -= 1

    threads = [threading.Thread(target=ask, args=(mine,)) for mine in pace]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == 1
    assert moments == [1000.0 + 3 * number for number in range(12)]


def test_a_rest_holds_for_the_others_who_say_so_before_they_wait(path: Path) -> None:
    time = Time()
    mine = Pace(path, 3.0, time.clock)
    with mine.turn(lambda _: None, 600.0):
        mine.rest(60.0)
    said: list[tuple[float, float]] = []
    with Pace(path, 3.0, time.clock).turn(lambda left: said.append((time.now, left)), 600.0):
        assert time.now == 1060.0
    assert said == [(1000.0, 60.0)]


def test_a_rest_can_be_too_long_to_wait_for(path: Path) -> None:
    time = Time()
    mine = Pace(path, 3.0, time.clock)
    with mine.turn(lambda _: None, 600.0):
        mine.rest(60.0)
    with pytest.raises(NetworkError, match="another 60 s"), mine.turn(lambda _: None, 20.0):
        pytest.fail("asked all the same")
    assert sum(time.slept) == 0
    # Who did not ask has not changed when the next may.
    assert asked(path, time) == 1060.0


def test_a_file_that_is_deleted_while_others_queue_does_not_part_them(path: Path) -> None:
    time = Time()
    is_in, may_go = threading.Event(), threading.Event()
    order: list[str] = []

    def first() -> None:
        with Pace(path, 0.0, time.clock).turn(lambda _: None, 600.0):
            is_in.set()
            assert may_go.wait(10)
            order.append("first")

    def later(name: str) -> None:
        with Pace(path, 0.0, time.clock).turn(lambda _: None, 600.0):
            order.append(f"{name} in")
            order.append(f"{name} out")

    threads = [threading.Thread(target=first)]
    threads[0].start()
    assert is_in.wait(10)
    threads.append(threading.Thread(target=later, args=("second",)))
    threads[1].start()
    while "second" not in order and not _is_waiting(path):
        threading.Event().wait(0.01)
    path.unlink()
    may_go.set()
    threads[0].join()
    threads.append(threading.Thread(target=later, args=("third",)))
    threads[2].start()
    for thread in threads[1:]:
        thread.join()
    assert order[0] == "first"
    # Nobody came in before another was out.
    assert [order[1].split()[0], order[3].split()[0]] == [order[2].split()[0], order[4].split()[0]]
    assert path.exists()


def _is_waiting(path: Path) -> bool:
    return f":{path.stat().st_ino} " in "".join(
        line for line in Path("/proc/locks").read_text().splitlines(keepends=True) if "->" in line
    )


def test_a_process_that_is_killed_while_it_asks_has_noted_that_it_did(path: Path) -> None:
    time = Time()
    turn = Pace(path, 3.0, time.clock).turn(lambda _: None, 600.0)
    turn.__enter__()
    assert float(path.read_text()) == 1003.0
    turn.__exit__(None, None, None)


@pytest.mark.parametrize("content", ["", "soon", "9" * 50, "nan", "inf", "\x00\xff", "-1e9"])
def test_a_damaged_file_stops_nobody(path: Path, content: str) -> None:
    path.parent.mkdir()
    path.write_text(content, encoding="utf-8")
    time = Time()
    assert asked(path, time) == 1000.0
    assert asked(path, time) == 1003.0


def test_a_time_far_in_the_future_is_none(path: Path) -> None:
    asked(path, Time(99999.0))
    assert asked(path, Time()) == 1000.0


def test_where_the_cache_cannot_be_written_to_the_pace_is_kept_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    time = Time()
    assert [asked(tmp_path / "file" / "pace", time) for _ in range(3)] == [1000.0, 1003.0, 1006.0]
    assert [path.name for path in (tmp_path / "temporary").glob("gencli-*/*")] == ["file-pace"]


def test_where_nothing_can_be_written_each_keeps_the_pace_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    monkeypatch.setattr("tempfile.tempdir", str(blocked))
    time = Time()
    ids = [f"2301.{number:05d}" for number in range(1, 202)]
    with serve(known(*(Entry(name) for name in ids))) as server:
        for folder in (blocked, None):
            where = Service(server.url, 3.0, "", folder, clock=time.clock)
            with Arxiv(where) as arxiv:
                assert sum(len(batch.records) for batch in arxiv.papers(ids)) == 201
    assert [seconds for seconds in time.slept if seconds] == [3.0, 3.0, 3.0, 3.0]


def test_each_service_has_a_folder_of_its_own_in_the_cache(tmp_path: Path) -> None:
    assert service(None, None, None, tmp_path).folder == tmp_path / "export.arxiv.org"
    assert service("http://[::1]:8080/q", None, None, tmp_path).folder == tmp_path / "__1-8080"
    assert service(None, None, None).folder is None
