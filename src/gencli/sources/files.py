"""Texts in files and on standard input, checked before anything believes them."""

import re
import shlex
import sys
from pathlib import Path
from typing import NamedTuple

from gencli import formats
from gencli.errors import BadInput, NotFound
from gencli.model import Page
from gencli.sources.decoding import decoded

# A reading list is kilobytes; what is larger than this is something else.
MAX_PAGE_BYTES = 32 * 1024 * 1024
# A bibliography of half a million entries.
MAX_BYTES = 512 * 1024 * 1024
_BOMS = ((b"\xff\xfe", "UTF-16"), (b"\xfe\xff", "UTF-16"))


class Listing(NamedTuple):
    """A list of works as it stands in a file: its text, the format that is in, its encoding.

    `source` is where it stands, `name` what the file is called. Of JSON lines, which may be large, there is no text
    but `content`.
    """

    text: str
    format: str
    source: str
    name: str
    encoding: str = "utf-8"
    content: bytes = b""


def read_source(source: str, format_name: str | None = None) -> Page | Listing:
    """What a file holds, or standard input where `source` is "-", in the format its content is in.

    A page is read; a list of works is left to be read one by one. Raises `NotFound` for a missing file, `BadInput`
    for what cannot be either.
    """
    if re.match(r"[a-z][a-z0-9+.-]*://", source, re.IGNORECASE):
        raise BadInput(
            f"{source} is an address; this gencli reads files", "save the page's source first, then import the file"
        )
    shown = "standard input" if source == "-" else source
    content = _content(source, shown, "name a file in it", MAX_BYTES)
    if (format_name or _is_lines(content)) in ("jsonl", True):
        return Listing("", "jsonl", source, "standard input" if source == "-" else Path(source).name, content=content)
    text, encoding = decoded(content)
    found = format_name or formats.detect(text, source)
    if found in formats.LISTS:
        _require_some(text, shown)
        if source == "-":
            from hashlib import blake2s

            # What comes through a pipe is known again by what it is.
            mark = blake2s(content, digest_size=4).hexdigest()
            return Listing(text, found, f"standard input {mark}", f"standard input {mark}", encoding)
        path = Path(source).resolve()
        return Listing(text, found, str(path), path.name, encoding)
    text = _page(content, shown, "import")
    where = "standard input" if source == "-" else str(Path(source).resolve())
    name = "Standard input" if source == "-" else Path(source).stem.replace("_", " ")
    return formats.read(text, found, where, name)


def read_text(source: str, command: str = "import") -> str:
    """A text in UTF-8, its line ends kept; `command` is what takes it, for the hints.

    Raises `NotFound` for a missing file, `BadInput` for a folder, an empty, huge, binary or not UTF-8 one.
    """
    shown = "standard input" if source == "-" else source
    return _page(_content(source, shown, "name a file in it", MAX_PAGE_BYTES), shown, command)


def _page(content: bytes, shown: str, command: str) -> str:
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
    _require_some(text, shown)
    return text


def _is_lines(content: bytes) -> bool:
    """Whether bytes are JSON lines, told by their beginning."""
    start = content[: formats.LOOKED_AT].lstrip(b"\xef\xbb\xbf \t\r\n")
    return start.startswith(b"{") and formats.detect(start.decode("utf-8", "replace")) == "jsonl"


def _require_some(text: str, shown: str) -> None:
    if not text.strip():
        raise BadInput(f"{shown} is empty")


def _content(source: str, shown: str, no_folder: str, most: int) -> bytes:
    try:
        if source == "-":
            content = sys.stdin.buffer.read(most + 1) if sys.stdin is not None else b""
        else:
            with Path(source).open("rb") as file:
                content = file.read(most + 1)
    except FileNotFoundError as error:
        raise NotFound(f"there is no file {shown}") from error
    except IsADirectoryError as error:
        raise BadInput(f"{shown} is a folder", no_folder) from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise BadInput(f"cannot read {shown}: {reason.lower()}") from error
    if len(content) > most:
        raise BadInput(f"{shown} is larger than {most // 1024 // 1024} MiB", "import it in parts")
    return content


def _convert(shown: str, encoding: str, command: str) -> str:
    name = "FILE" if shown == "standard input" else shlex.quote(shown)
    return f"convert it: iconv -f {encoding} -t UTF-8 {name} | gencli {command} -"
