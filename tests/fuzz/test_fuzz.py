"""Every reader, the query parser and whole libraries, against texts that nobody would write.

In short, with every run of the tests: some hundred inputs for each target, always the same ones. The scheduled run is

    GENCLI_FUZZ=200000 python -m pytest -q tests/fuzz/test_fuzz.py

with so many numbers for each target (of which a slow one takes every fourth, a whole library every fortieth), where an
input that takes longer than five seconds is a finding, too, and a text of which four times as much takes ten times as
long. One target alone: `-k "test_a_target[bibtex]"`; other inputs: GENCLI_FUZZ_SEED=2; in portions:
GENCLI_FUZZ_FROM=50000 begins at that number.

A finding says the target, the seed and the number, which make the same input again,

    GENCLI_FUZZ=1 GENCLI_FUZZ_SEED=1 GENCLI_FUZZ_FROM=4711 python -m pytest tests/fuzz -k "test_a_target[ris]"

and names the file in a temporary folder that the input was written to. What was found and mended has a test of its own
in `test_fuzz_found.py`.
"""

import os
import signal
import tempfile
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import fuzz_making
import pytest
from fuzz_library import TARGETS

COUNT = int(os.environ.get("GENCLI_FUZZ", "0"))
SEED = os.environ.get("GENCLI_FUZZ_SEED", "1")
FROM = int(os.environ.get("GENCLI_FUZZ_FROM", "0"))
_SHORT = 200
# No input of at most 20,000 signs may take longer (seconds); a library takes several, and reads each several times.
_LONGEST = 5
_MOST_FOUND = 8


class TooLong(BaseException):
    """Nothing that is run may take it for an error of its own."""


@contextmanager
def watched(seconds: int) -> Iterator[None]:
    """Break off what takes longer than this; zero is for ever."""

    def stop(*_: object) -> None:
        raise TooLong(f"it takes longer than {seconds} s")

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def _input(name: str, number: int) -> Any:
    target = TARGETS[name]
    make = fuzz_making.content if target.takes_bytes else fuzz_making.text
    return make(name, number, SEED, target.kind)


def _wrong(name: str, number: int) -> tuple[str, str] | None:
    """What is wrong with one input: by what it is known again, and how it is told."""
    told = _input(name, number)
    try:
        with watched(_LONGEST if COUNT else 0):
            TARGETS[name].act(told)
    except (Exception, TooLong) as error:
        ours = [
            frame
            for frame in traceback.extract_tb(error.__traceback__)
            if "fuzz" in frame.filename or "gencli" in frame.filename
        ]
        sign = f"{type(error).__name__} {Path(ours[-1].filename).name}:{ours[-1].lineno}"
        folder = Path(tempfile.gettempdir()) / "gencli-fuzz"
        folder.mkdir(exist_ok=True)
        path = folder / f"{name}-{SEED}-{number}"
        path.write_bytes(told if isinstance(told, bytes) else told.encode("utf-8", "surrogatepass"))
        said = str(error)[:300].encode("ascii", "backslashreplace").decode()
        return sign, f"target {name}, seed {SEED}, number {number} ({path}): {sign}: {said}"
    return None


@pytest.mark.parametrize("name", TARGETS)
def test_a_target(name: str) -> None:
    every = TARGETS[name].every
    # A finding is made again by its own number, whatever the target.
    numbers = range(FROM, FROM + max(COUNT // every, 1)) if COUNT else range(max(_SHORT // every, 5))
    found: dict[str, str] = {}
    count = 0
    for number in numbers:
        if (wrong := _wrong(name, number)) is not None:
            count += 1
            found.setdefault(*wrong)
            if len(found) >= _MOST_FOUND:
                break
    assert not found, f"{count} findings, such as\n" + "\n".join(found.values())


def _seconds(name: str, number: int, length: int) -> float:
    target = TARGETS[name]
    told: Any = fuzz_making.stretched(name, number, SEED, target.kind, length)
    told = told.encode("utf-8", "surrogatepass") if target.takes_bytes else told
    before = time.process_time()
    with watched(60):
        target.act(told)
    return time.process_time() - before


@pytest.mark.skipif(not COUNT, reason="seconds are counted in the scheduled run only")
@pytest.mark.parametrize("name", [name for name in TARGETS if TARGETS[name].kind != "seed"])
def test_four_times_the_text_takes_no_ten_times_as_long(name: str) -> None:
    found = []
    for number in range(FROM, FROM + max(COUNT // 200, 1)):
        long = _seconds(name, number, 40_000)
        # Twice, as a machine may have had something else to do.
        if long > 0.2 and min(long, _seconds(name, number, 40_000)) > 10 * _seconds(name, number, 10_000):
            found.append(f"target {name}, seed {SEED}, number {number}: {long:.2f} s for 40,000 signs")
    assert not found, "\n".join(found)


@pytest.mark.parametrize("name", TARGETS)
def test_a_number_makes_the_same_input_again(name: str) -> None:
    assert [_input(name, number) for number in range(5)] == [_input(name, number) for number in range(5)]
    assert len({_input(name, number) for number in range(20)}) > 5
