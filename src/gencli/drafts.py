"""Files that are made whole or not at all: a draft beside the target, which takes its place when it is done."""

import errno
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path

# The drafts that this process is at work on: another one of its number was left by a process that was killed.
_OURS: set[Path] = set()
# What SQLite has beside a file that it writes.
_BESIDE = ("", "-journal", "-wal", "-shm")


@contextmanager
def draft(target: Path, *, replaces: bool) -> Iterator[Path]:
    """An empty file to be filled, which then takes the place of `target`; whatever is raised takes it away.

    With `replaces` it comes instead of a file that is there, and gets its permissions; without, what is there by then
    stays, and the draft goes. A link is followed. Raises `OSError`.
    """
    place = Path(os.path.realpath(target))
    if place.is_symlink():
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), str(target))
    _clear(place.parent)
    made = _made(place, replaces)
    try:
        yield made
        with made.open("rb+") as file:
            os.fsync(file.fileno())
        (_replace if replaces else _link)(made, place)
    finally:
        _remove(made)
        _OURS.discard(made)


def _made(place: Path, replaces: bool) -> Path:
    # What takes the place of a file is nobody else's to read before it has that file's permissions.
    mode = 0o600 if replaces and place.exists() else 0o666
    for number in count():
        made = place.with_name(f"{_head()}{os.getpid()}.{number}.new")
        with suppress(FileExistsError):
            os.close(os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode))
            _OURS.add(made)
            break
    return made


def _head() -> str:
    """How the names of this machine's drafts begin: in a folder of several machines a number is one of each."""
    return f".gencli.{re.sub('[^A-Za-z0-9-]', '-', os.uname().nodename)}."


def _replace(made: Path, place: Path) -> None:
    if place.exists():
        made.chmod(place.stat().st_mode & 0o7777)
    made.replace(place)


def _link(made: Path, place: Path) -> None:
    try:
        # A link, unlike a rename, never replaces what another process made meanwhile.
        os.link(made, place)
    except FileExistsError:
        return
    except OSError:
        # Some file systems have no links (FAT, some network shares).
        if not place.exists():
            made.rename(place)


def _remove(made: Path) -> None:
    for end in _BESIDE:
        with suppress(OSError):
            os.unlink(f"{made}{end}")  # noqa: PTH108


def _clear(folder: Path) -> None:
    """Take away the drafts of processes of this machine that were killed."""
    pattern = re.compile(rf"({re.escape(_head())}(\d{{1,10}})\.\d+\.new)(?:-[a-z]+)?")
    with suppress(OSError):
        for name in os.listdir(folder):  # noqa: PTH208
            if (match := pattern.fullmatch(name)) and not _is_at_work(int(match[2]), folder / match[1]):
                with suppress(OSError):
                    (folder / name).unlink()


def _is_at_work(number: int, made: Path) -> bool:
    """Whether the process that makes a draft is still there."""
    if number == os.getpid():
        return made in _OURS
    try:
        os.kill(number, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        pass
    return True
