"""One pace towards a service, kept by all gencli processes of a user."""

import fcntl
import time
from collections.abc import Callable
from pathlib import Path


def keep(
    path: Path, seconds: float, now: Callable[[], float] = time.time, sleep: Callable[[float], None] = time.sleep
) -> bool:
    """Wait until `seconds` have passed since the last question that any process asked, and note this one.

    The file at `path` holds the time of the last question. It is locked while one process waits, so that the
    others queue behind it. False where it cannot be written: then the caller must keep the pace alone.
    """
    if seconds <= 0:
        return True
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a+", encoding="ascii", errors="replace") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            file.seek(0)
            sleep(_left(file.read(64), seconds, now()))
            file.seek(0)
            file.truncate()
            file.write(f"{now():.6f}")
    except OSError:
        return False
    return True


def _left(last: str, seconds: float, now: float) -> float:
    """What is left to wait; a time that cannot be, such as one in the future, is none."""
    try:
        passed = now - float(last)
    except ValueError:
        return 0.0
    return max(seconds - passed, 0.0) if passed >= 0 else 0.0
