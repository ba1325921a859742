"""Texts in files and on standard input, checked before anything believes them."""

import re
import shlex
import sys
from pathlib import Path

from gencli import formats
from gencli.errors import BadInput, NotFound
from gencli.model import Page

# A reading list is kilobytes; what is larger than this is something else.
MAX_PAGE_BYTES = 32 * 1024 * 1024
_BOMS = ((b"\xff\xfe", "UTF-16"), (b"\xfe\xff", "UTF-16"))


def read_page(source: str, format_name: str | None = None) -> Page:
    """The papers of a file, or of standard input where `source` is "-", in the format its content is in.

    Raises `NotFound` for a missing file, `BadInput` for what cannot be a page.
    """
    if re.match(r"[a-z][a-z0-9+.-]*://", source, re.IGNORECASE):
        raise BadInput(
            f"{source} is an address; this gencli reads files", "save the page's source first, then import the file"
        )
    text = read_text(source)
    where = "standard input" if source == "-" else str(Path(source).resolve())
    name = "Standard input" if source == "-" else Path(source).stem.replace("_", " ")
    return formats.read(text, format_name or formats.detect(text), where, name)


def read_text(source: str, command: str = "import") -> str:
    """A text in UTF-8, its line ends kept; `command` is what takes it, for the hints.

    Raises `NotFound` for a missing file, `BadInput` for a folder, an empty, huge, binary or not UTF-8 one.
    """
    shown = "standard input" if source == "-" else source
    content = _content(source, shown, "name the page's file" if command == "import" else "name a file in it")
    if len(content) > MAX_PAGE_BYTES:
        raise BadInput(f"{shown} is larger than {MAX_PAGE_BYTES // 1024 // 1024} MiB", "is it a page?")
    for mark, encoding in _BOMS:
        if content.startswith(mark):
            raise BadInput(f"{shown} is {encoding}, not UTF-8", _convert(shown, "UTF-16", command))
    if (position := content.find(b"\0")) >= 0:
        line = content.count(b"\n", 0, position) + 1
        raise BadInput(f"{shown} is not text: a NUL byte in line {line}", "name a text file")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # The error counts in its own bytes, which are without the mark at the start.
        line = error.object.count(b"\n", 0, error.start) + 1
        what = f"{shown} is not UTF-8: byte 0x{error.object[error.start]:02X} in line {line}"
        raise BadInput(what, _convert(shown, "ISO-8859-1", command)) from error
    if not text.strip():
        raise BadInput(f"{shown} is empty")
    return text


def _content(source: str, shown: str, no_folder: str) -> bytes:
    try:
        if source == "-":
            return sys.stdin.buffer.read(MAX_PAGE_BYTES + 1) if sys.stdin is not None else b""
        with Path(source).open("rb") as file:
            return file.read(MAX_PAGE_BYTES + 1)
    except FileNotFoundError as error:
        raise NotFound(f"there is no file {shown}") from error
    except IsADirectoryError as error:
        raise BadInput(f"{shown} is a folder", no_folder) from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise BadInput(f"cannot read {shown}: {reason.lower()}") from error


def _convert(shown: str, encoding: str, command: str) -> str:
    name = "FILE" if shown == "standard input" else shlex.quote(shown)
    return f"convert it: iconv -f {encoding} -t UTF-8 {name} | gencli {command} -"
