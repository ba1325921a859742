"""A text that a person writes in an editor."""

import shlex
import subprocess
import tempfile
from pathlib import Path

from gencli.errors import BadInput


def edit(text: str, editor: str) -> str:
    """The text as the user leaves it in `editor` (a command line, run without a shell).

    Raises `BadInput` where the editor cannot be run or fails; what was typed stays in the file it names.
    """
    with tempfile.NamedTemporaryFile("w", suffix=".txt", prefix="gencli-note-", delete=False, encoding="utf-8") as file:
        file.write(text)
        path = Path(file.name)
    try:
        code = subprocess.run([*shlex.split(editor), str(path)], check=False).returncode  # noqa: S603
        if code:
            raise BadInput(f"the editor ended with {code}; nothing was changed", f"what you wrote is in {path}")
        written = path.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise BadInput(f"cannot run the editor '{editor}'", f"set $EDITOR; the text is in {path}") from error
    path.unlink(missing_ok=True)
    return written.rstrip("\n")
