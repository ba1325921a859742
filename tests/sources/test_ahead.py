"""A list read ahead by another process: the same works, whatever becomes of that process."""

import os
import signal
import threading
from collections.abc import Iterator

import pytest

from gencli.sources import ahead as module
from gencli.sources.ahead import ahead


@pytest.fixture(autouse=True)
def two_processors(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_processors", lambda: 2)


def children() -> bool:
    """Whether a process of ours is left behind, running or dead."""
    try:
        os.waitpid(-1, os.WNOHANG)
    except ChildProcessError:
        return False
    return True


def test_the_works_come_as_they_are_and_in_their_order() -> None:
    here = os.getpid()
    found = list(ahead(lambda: ((number, os.getpid()) for number in range(1001))))
    assert [number for number, _ in found] == list(range(1001))
    assert {process for _, process in found}.isdisjoint({here})
    assert not children()


def test_none_are_none() -> None:
    assert list(ahead(lambda: [])) == []


def test_a_reader_that_is_killed_is_done_without() -> None:
    here = os.getpid()

    def read() -> Iterator[int]:
        for number in range(1000):
            if number == 700 and os.getpid() != here:
                os.kill(os.getpid(), signal.SIGKILL)
            yield number

    assert list(ahead(read)) == list(range(1000))
    assert not children()


def test_what_ends_it_there_is_met_here() -> None:
    def read() -> Iterator[int]:
        yield from range(250)
        raise LookupError("no more")

    found = []
    with pytest.raises(LookupError, match="no more"):
        found += [*ahead(read)]
    assert not children()

    def refuse() -> Iterator[int]:
        raise ValueError("not a list")

    with pytest.raises(ValueError, match="not a list"):
        list(ahead(refuse))


def test_who_has_enough_leaves_nobody_behind() -> None:
    works = ahead(lambda: (b"x" * 10_000 for _ in range(100_000)))
    assert len(next(works)) == 10_000
    works.close()  # type: ignore[attr-defined]
    assert not children()


@pytest.mark.parametrize("alone", ["processor", "thread"])
def test_without_a_processor_or_beside_threads_it_is_read_here(alone: str, monkeypatch: pytest.MonkeyPatch) -> None:
    here = os.getpid()
    end = threading.Event()
    thread = threading.Thread(target=end.wait)
    if alone == "processor":
        monkeypatch.setattr(module, "_processors", lambda: 1)
    else:
        thread.start()
    assert list(ahead(lambda: [os.getpid()])) == [here]
    end.set()
    if alone == "thread":
        thread.join()
