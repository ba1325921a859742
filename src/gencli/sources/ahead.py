"""A long list read ahead by a process of its own, while this one takes in what came."""

import os
import pickle
import signal
import threading
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import BinaryIO, TypeVar

Work = TypeVar("Work")

# So many works go over at a time.
_AT_ONCE = 200


def ahead(read: Callable[[], Iterable[Work]]) -> Iterator[Work]:
    """The works that `read` gives, read in a process of its own where the system can do that with a processor to spare.

    That begins at once, not when the first is asked for. What ends it there is met here again: the rest is read here.
    """
    # What other threads hold at the time, the other process would hold for ever.
    if not hasattr(os, "fork") or _processors() < 2 or threading.active_count() > 1:
        return iter(read())
    here, there = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(here)
        _send(read, there)
    os.close(there)
    return _received(read, child, here)


def _processors() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _send(read: Callable[[], Iterable[Work]], there: int) -> None:
    """What the reading process does; it never comes back, so that nothing of the other's is closed or written twice."""
    code = 1
    try:
        # Ctrl-C is for the process that has the library.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        with open(there, "wb", buffering=0, closefd=True) as pipe:
            works = iter(read())
            while some := list(islice(works, _AT_ONCE)):
                _write(pipe, pickle.dumps(some, pickle.HIGHEST_PROTOCOL))
            _write(pipe, b"")
        code = 0
    finally:
        os._exit(code)


def _write(pipe: BinaryIO, data: bytes) -> None:
    for part in (len(data).to_bytes(8, "big"), data):
        rest = memoryview(part)
        while rest:
            rest = rest[pipe.write(rest) :]


def _received(read: Callable[[], Iterable[Work]], child: int, here: int) -> Iterator[Work]:
    count = 0
    is_whole = False
    try:
        with open(here, "rb") as pipe:
            while len(head := pipe.read(8)) == 8:
                size = int.from_bytes(head, "big")
                if not size:
                    is_whole = True
                    break
                data = pipe.read(size)
                if len(data) < size:
                    break
                # It comes from this very program, over a pipe that no other has.
                for work in pickle.loads(data):  # noqa: S301
                    count += 1
                    yield work
    finally:
        # One that is asked no more ends when it writes to the pipe that is closed.
        os.waitpid(child, 0)
    if not is_whole:
        yield from islice(iter(read()), count, None)
