"""A text that a person writes in an editor."""

import shlex
import subprocess
import tempfile
from pathlib import Path

from gencli.errors import BadInput


def edit(text: str, editor: str, suffix: str = ".txt") -> str:
    """The text as the user leaves it in `editor` (a command line, run without a shell).

    Raises `BadInput` where the editor cannot be run, or fails: then what was typed stays in the file it names.
    """
    command = _words(editor)
    with tempfile.NamedTemporaryFile("w", suffix=suffix, prefix="gencli-", delete=False, encoding="utf-8") as file:
        file.write(text)
        path = Path(file.name)
    try:
        code = subprocess.run([*command, str(path)], check=False).returncode  # noqa: S603
    except (OSError, ValueError) as error:
        path.unlink(missing_ok=True)
        raise BadInput(f"cannot run the editor '{editor}'", "set $EDITOR to one that is there") from error
    if code:
        raise BadInput(f"the editor ended with {code}; nothing was changed", f"what you wrote is in {path}")
    try:
        written = path.read_bytes().decode("utf-8-sig")
    except (OSError, ValueError) as error:
        raise BadInput("the editor left no UTF-8 text; nothing was changed", f"look at {path}") from error
    path.unlink(missing_ok=True)
    return written.rstrip("\r\n")


def keep(text: str) -> Path:
    """Put a text where the user can find it again; gives the file."""
    with tempfile.NamedTemporaryFile("w", suffix=".bib", prefix="gencli-", delete=False, encoding="utf-8") as file:
        file.write(text)
    return Path(file.name)


def _words(editor: str) -> list[str]:
    try:
        command = shlex.split(editor)
    except ValueError as error:
        raise BadInput(f"$EDITOR is '{editor}': {str(error).lower()}", "set it to a command") from error
    if not command:
        raise BadInput("no editor is named", "set $EDITOR")
    return command
