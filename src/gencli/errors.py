"""Everything that can go wrong, each with its exit code (see docs/commands.md, "Exit codes")."""

import errno

# What the system says where there is no room: the disk, somebody's share of it, the longest file that is allowed.
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def more_room(number: int | None) -> str:
    """What to do where the system says one of FULL."""
    if number == errno.EFBIG:
        return "let files be longer (ulimit -f)"
    return "free some of your share of the disk" if number == errno.EDQUOT else "free some space"


class GencliError(Exception):
    """The root of all errors that a user, a file, a server or a disk can cause.

    `message` is one line for the user; `hint` says what to do next, or is empty.
    """

    code = "error"
    exit_code = 1

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class NothingFound(GencliError):
    """A question had no answer, or a check failed."""

    code = "nothing_found"
    exit_code = 1


class CheckFailed(GencliError):
    """What was checked is not as it should be."""

    code = "check_failed"
    exit_code = 1


class UsageError(GencliError):
    """The words of the command do not fit together."""

    code = "usage"
    exit_code = 2


class NotFound(GencliError):
    """A named paper, page, tag, file or library is not there."""

    code = "not_found"
    exit_code = 3


class BadInput(GencliError):
    """A file, a value or an identifier cannot be understood."""

    code = "bad_input"
    exit_code = 4


class NetworkError(GencliError):
    """The network, or a service on it, did not answer as it should."""

    code = "network"
    exit_code = 5


class Interrupted(GencliError):
    """The user pressed Ctrl-C; what was done before stands."""

    code = "interrupted"
    exit_code = 130


class LibraryFileError(GencliError):
    """The library file is not ours, newer, locked, damaged, or its disk is full."""

    code = "library_file"
    exit_code = 6


class OutputError(GencliError):
    """What was asked for is there and cannot be written: the disk is full."""

    code = "output"
    exit_code = 6


class Conflict(GencliError):
    """What is asked for collides with what is there."""

    code = "conflict"
    exit_code = 7
