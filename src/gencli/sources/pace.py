"""Whose turn it is to ask a service: one process of a user at a time, some seconds after the one before."""

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from gencli.errors import NetworkError
from gencli.sources.clock import Clock

# The longest rest that is kept; what lies further ahead was written by a clock that went wrong.
LONGEST_REST = 3600.0


class Pace:
    """The pace towards one service, kept by all gencli processes of a user.

    The file at `path` holds the time from which the next question may be asked. It is locked while one
    process waits and asks, so that the others queue behind it and only one connection is open. Where it
    cannot be written, one in the folder for temporary files serves, and at the worst each keeps the pace alone.
    """

    def __init__(self, path: Path | None, seconds: float, clock: Clock, name: str = "the service") -> None:
        self.path = path
        self.seconds = seconds
        self.clock = clock
        self.name = name
        self._next = 0.0

    @contextmanager
    def turn(self, waiting: Callable[[float], None], longest: float) -> Iterator[None]:
        """Wait for the turn, ask inside, and let the next come `seconds` after the end.

        `waiting` is told the seconds of a rest that the service asked for, before they are waited for. Raises
        `NetworkError` where they are more than `longest`.
        """
        file = self._waited(waiting, longest)
        try:
            # Noted before the question too, for a process that is killed while it asks.
            self._note(file, self.seconds)
            yield
        finally:
            # A rest that was asked for meanwhile may be longer.
            self._note(file, max(self.seconds, self._left(None)))
            self._unlocked(file)

    def _waited(self, waiting: Callable[[float], None], longest: float) -> int | None:
        """The file, locked, when the turn has come."""
        while True:
            file = self._locked()
            try:
                if (left := self._left(file)) <= self.seconds:
                    self.clock.sleep(left)
                    return file
            except BaseException:
                self._unlocked(file)
                raise
            # Others shall not queue behind a rest without a word of their own.
            self._unlocked(file)
            if left > longest:
                raise NetworkError(f"{self.name} must be left alone for another {left:.0f} s", "try again then")
            waiting(left)
            self.clock.sleep(left)

    def rest(self, seconds: float) -> None:
        """Let nobody ask for so long, from within a turn or outside of one."""
        self._next = max(self._next, self.clock.now() + min(seconds, LONGEST_REST))

    def _locked(self) -> int | None:
        """The file, opened and locked; None where there is none to be had, not even in the folder for such files."""
        if self.path is None:
            return None
        for path in (self.path, None):
            with suppress(OSError):
                place = path or _spare(self.path)
                place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                if path is None and place.parent.lstat().st_uid != os.geteuid():
                    return None
                return _opened(place)
        return None

    def _left(self, file: int | None) -> float:
        """The seconds that are left to wait; a time that cannot be is none."""
        moments = [self._next]
        if file is not None:
            with suppress(OSError, ValueError):
                moments.append(float(os.pread(file, 64, 0)))
        now = self.clock.now()
        return max((moment - now for moment in moments if 0 <= moment - now <= LONGEST_REST), default=0.0)

    def _note(self, file: int | None, seconds: float) -> None:
        self._next = self.clock.now() + seconds
        if file is not None:
            with suppress(OSError):
                os.ftruncate(file, 0)
                os.pwrite(file, f"{self._next:.6f}".encode(), 0)

    @staticmethod
    def _unlocked(file: int | None) -> None:
        if file is not None:
            os.close(file)


def _opened(place: Path) -> int:
    """The file, opened and locked. Raises `OSError`."""
    while True:
        file = os.open(place, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX)
            if _is_at(file, place):
                return file
        except BaseException:
            os.close(file)
            raise
        # Deleted while we queued for it: those who come now queue for another.
        os.close(file)


def _is_at(file: int, place: Path) -> bool:
    mine = os.fstat(file)
    try:
        there = place.lstat()
    except FileNotFoundError:
        return False
    return (mine.st_ino, mine.st_dev) == (there.st_ino, there.st_dev)


def _spare(path: Path) -> Path:
    """Where the pace is kept when the cache folder cannot be written to."""
    import tempfile

    return Path(tempfile.gettempdir()) / f"gencli-{os.geteuid()}" / f"{path.parent.name}-{path.name}"
