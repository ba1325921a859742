"""Long output in a terminal: kept until it is longer than the screen, then handed to a pager as it is made."""

import atexit
import re
import signal
import unicodedata
from collections.abc import Mapping
from contextlib import suppress
from types import FrameType
from typing import Any, NamedTuple, Self, TextIO

# Colours and the like, and titles or links (ECMA-48, 5.4 and 8.3.89): a terminal obeys them and shows nothing.
_UNSEEN = r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)"
# What would end the process before its pager, and leave the terminal as the pager has set it.
_ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT)
# As git has it: less ends by itself where one screen is enough, shows colours and leaves what it showed.
_USUAL = {"LESS": "FRX", "LV": "-c"}


class _Sizes(dict[str, int]):
    """How many columns each sign takes, found out when it is met."""

    def __missing__(self, sign: str) -> int:
        if unicodedata.category(sign) in ("Mn", "Me", "Cf", "Cc"):
            size = 0
        else:
            size = 2 if unicodedata.east_asian_width(sign) in "WF" else 1
        self[sign] = size
        return size


_SIZES = _Sizes()


class Place(NamedTuple):
    """Where a terminal stands: the rows it has left behind, and how much of its row is filled."""

    row: int = 0
    column: int = 0

    @property
    def rows(self) -> int:
        """How many rows were written to."""
        return self.row + (self.column > 0)


def moved(place: Place, text: str, width: int) -> Place:
    """Where a terminal of this width stands after a text, wrapping lines that are longer.

    A sequence of control signs counts as nothing where it comes in one piece.
    """
    row, column = place
    for number, line in enumerate((re.sub(_UNSEEN, "", text) if "\x1b" in text else text).split("\n")):
        if number:
            row, column = row + 1, 0
        if line.isascii() and line.isprintable():
            # A full row is left only when the next sign comes.
            column += len(line)
            if column > width:
                row, column = row + (column - 1) // width, (column - 1) % width + 1
        else:
            row, column = _signs(Place(row, column), line, width)
    return Place(row, column)


def _signs(place: Place, line: str, width: int) -> Place:
    """The same for one line, sign by sign: a wide one does not fit into the last column."""
    row, column = place
    for sign in line:
        if sign == "\t":
            column = min(column // 8 * 8 + 8, width)
            continue
        if sign == "\r":
            column = 0
            continue
        column += _SIZES[sign]
        if column > width:
            row, column = row + 1, min(_SIZES[sign], width)
    return Place(row, column)


def named_pager(environment: Mapping[str, str]) -> str:
    """The pager that is wished for, as one would type it; empty where none is.

    `less` cannot do its work on a terminal that calls itself dumb, and says so at length.
    """
    usual = "" if environment.get("TERM") == "dumb" else "less"
    named = environment.get("GENCLI_PAGER", environment.get("PAGER", usual)).strip()
    return "" if named == "cat" else named


class Paged:
    """A text stream to a terminal that goes through a pager where it is longer than the screen.

    What fits the screen, with a row left for what the shell says next, is written when the stream is closed.
    `write` raises `BrokenPipeError` when the reader has ended the pager. `close` waits for the pager, so close
    it always, best by `with`; until then nothing else should be written to the terminal.
    """

    encoding = "utf-8"

    def __init__(self, terminal: TextIO, height: int, width: int, environment: Mapping[str, str]) -> None:
        self._terminal = terminal
        self._height = height
        self._width = max(width, 1)
        self._environment = environment
        self._pager: _Pager | None = None
        self._kept: list[str] = []
        self._is_keeping = bool(named_pager(environment))
        self._place = Place()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def isatty(self) -> bool:
        """Whether a person reads it."""
        return self._terminal.isatty()

    def write(self, text: str) -> int:
        """Keep a text, or show it.

        Raises `BrokenPipeError` where the reader has enough, and `KeyboardInterrupt` as any code does.
        """
        if not self._is_keeping:
            (self._pager or self._terminal).write(text)
        else:
            self._kept.append(text)
            if self._is_longer(text):
                self._pager = self._started()
                self._release()
        return len(text)

    def flush(self) -> None:
        """Show what was written, unless it is still kept; what goes to a pager waits nowhere."""
        if not self._is_keeping and self._pager is None:
            self._terminal.flush()

    def close(self) -> None:
        """Write what was kept, or wait until the reader has ended the pager."""
        if self._pager is not None:
            self._pager.close()
        elif self._is_keeping:
            self._release()
            self._terminal.flush()

    def _is_longer(self, text: str) -> bool:
        if self._place.row + text.count("\n") >= self._height:
            return True
        self._place = moved(self._place, text, self._width)
        return self._place.rows >= self._height

    def _started(self) -> "_Pager | None":
        """The pager, or None where there is none to be had."""
        import shlex

        self._terminal.flush()
        # No such program, or none that runs; a quote without its end; a stream that is no file.
        with suppress(OSError, ValueError):
            words = shlex.split(named_pager(self._environment))
            return _Pager(words, self._terminal.fileno(), {**_USUAL, **self._environment})
        return None

    def _release(self) -> None:
        kept, self._kept, self._is_keeping = self._kept, [], False
        (self._pager or self._terminal).write("".join(kept))


class _Pager:
    """A running pager. The process cannot end before it.

    The interrupt key reaches both. It is the pager's own business, as it is in git: it stops what is still being
    written, by a `KeyboardInterrupt` where that happens, and does nothing to a process that only waits. Other
    signals that end a process do so when the pager has ended.
    """

    def __init__(self, words: list[str], output: int, environment: Mapping[str, str]) -> None:
        """Start it. Raises `OSError` or `ValueError` where that cannot be done."""
        import subprocess

        self._noted: int | None = None
        self._may_raise = False
        self._is_closed = False
        # Handlers, not SIG_IGN or a mask: those would be the pager's, too.
        self._handlers: dict[int, Any] = {}
        self._hold()
        try:
            self._process = subprocess.Popen(  # noqa: S603
                words, stdin=subprocess.PIPE, stdout=output, env=environment, bufsize=0
            )
        except (OSError, ValueError):
            self._let_go()
            self._end_by(self._noted)
            raise
        atexit.register(self.close)

    def write(self, text: str) -> None:
        """Hand a text over at once; nothing is left in a buffer that could not be written in the end."""
        self._may_raise = True
        if self._noted is not None:
            self._may_raise = False
            raise KeyboardInterrupt
        pipe = self._process.stdin
        rest = memoryview(text.encode("utf-8", "replace"))
        while rest and pipe is not None:
            rest = rest[pipe.write(rest) :]

    def close(self) -> None:
        """Say that this was all, and wait."""
        self._may_raise = False
        if self._is_closed:
            return
        if self._process.stdin is not None:
            self._process.stdin.close()
        self._process.wait()
        self._is_closed = True
        atexit.unregister(self.close)
        self._let_go()
        self._end_by(None if self._noted == signal.SIGINT else self._noted)

    def _hold(self) -> None:
        for number in _ENDING:
            # Not what is ignored already; and a thread may not do it, but is not interrupted either.
            with suppress(ValueError):
                if signal.getsignal(number) not in (signal.SIG_IGN, None):
                    self._handlers[number] = signal.signal(number, self._note)

    def _let_go(self) -> None:
        for number, handler in self._handlers.items():
            signal.signal(number, handler)

    def _end_by(self, number: int | None) -> None:
        if number is not None:
            signal.raise_signal(number)

    def _note(self, number: int, _: FrameType | None) -> None:
        # Not a second time: it would end the waiting for the pager.
        if self._noted in (None, signal.SIGINT):
            self._noted = number
        if self._may_raise:
            self._may_raise = False
            raise KeyboardInterrupt
