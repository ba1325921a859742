"""Where a library file lies, and what SQLite keeps beside it.

Whether all who use it share one memory matters, since a write-ahead log needs that:

"All processes using a database must be on the same host computer; WAL does not work over a network filesystem"
(https://www.sqlite.org/wal.html).
"""

import os
import re
import sys
from collections.abc import Iterable
from pathlib import Path

MOUNTS = Path("/proc/self/mountinfo")
# File systems of other machines, and of a host that lends a folder to the system that runs on it.
_SHARED = frozenset(
    """9p acfs afpfs afs beegfs ceph cifs coda davfs drvfs fusefs gfs2 glusterfs gpfs lustre macfuse ncpfs nfs nfs3 nfs4
    ocfs2 orangefs osxfuse prl_fs pvfs2 smb2 smb3 smbfs vboxsf virtiofs vmhgfs webdav""".split()
)


def beside(path: Path) -> tuple[Path, Path]:
    """The log and the rollback journal of a library; they lie beside the file itself, not beside a link to it."""
    real = os.path.realpath(path)
    return Path(f"{real}-wal"), Path(f"{real}-journal")


def states(*files: Path) -> list[tuple[int, int] | None]:
    """The size in bytes and the time of the last change in ns of each file; None where it is not there."""
    return [_state(file) for file in files]


def _state(file: Path) -> tuple[int, int] | None:
    try:
        state = file.stat()
    except OSError:
        return None
    return state.st_size, state.st_mtime_ns


def identity(path: Path) -> tuple[int, int] | None:
    """Which file has a name now; None where none has it."""
    try:
        state = path.stat()
    except OSError:
        return None
    return state.st_dev, state.st_ino


def is_writable(path: Path) -> bool:
    """Whether we may write to a file and beside it, both of which SQLite must."""
    effective = os.access in os.supports_effective_ids
    real = Path(os.path.realpath(path))
    return all(os.access(place, os.W_OK, effective_ids=effective) for place in (real, real.parent))


def is_shared(path: Path) -> bool:
    """Whether a file lies on a file system that other computers may use too, or on one that nobody knows."""
    if sys.platform == "win32":
        return os.path.realpath(path).startswith("\\\\")
    kind = kind_at(os.path.realpath(path), _mounts())
    # What a program of its own serves (sshfs, rclone) may be anything.
    return kind in _SHARED or kind.partition(".")[0] == "fuse"


def kind_at(path: str, mounts: Iterable[tuple[str, str]]) -> str:
    """The kind of the file system at a path without links; "" where no mount point holds it.

    `mounts` are (mount point, kind); of several at one place the last is the one that is seen.
    """
    best, found = -1, ""
    for point, kind in mounts:
        inside = point.rstrip("/") + "/"
        if len(inside) >= best and (path.startswith(inside) or path == point):
            best, found = len(inside), kind
    return found


def _mounts() -> list[tuple[str, str]]:
    if MOUNTS.exists():
        return linux_mounts(os.fsdecode(MOUNTS.read_bytes()))
    if sys.platform == "linux":
        return []
    import subprocess

    try:
        told = subprocess.run(["/sbin/mount"], capture_output=True, timeout=5, check=False).stdout
    except (OSError, subprocess.SubprocessError):
        return []
    return other_mounts(os.fsdecode(told))


def linux_mounts(text: str) -> list[tuple[str, str]]:
    """The (mount point, kind) of each line of a `mountinfo`; blanks and the like are octal there (proc(5))."""
    found = []
    for line in text.splitlines():
        before, separator, behind = line.partition(" - ")
        words = before.split(" ")
        if separator and len(words) > 4:
            point = re.sub(r"\\([0-7]{3})", lambda match: chr(int(match[1], 8)), words[4])
            found.append((point, behind.split(" ")[0]))
    return found


def other_mounts(text: str) -> list[tuple[str, str]]:
    """The (mount point, kind) of each line of what `mount` says on macOS and the BSDs."""
    return re.findall(r"(?m)^.* on (/.*) \(([A-Za-z0-9_.]+)[,)].*$", text)
