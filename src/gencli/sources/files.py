"""Texts in files, on standard input and behind addresses, checked before anything believes them."""

import re
import shlex
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from gencli import formats
from gencli.errors import BadInput, NotFound
from gencli.model import Page
from gencli.sources.addresses import Fetched, is_address, name_of, refuse_other
from gencli.sources.decoding import decoded, told

# A reading list is kilobytes; what is larger than this is something else.
MAX_PAGE_BYTES = 32 * 1024 * 1024
# A bibliography of half a million entries.
MAX_BYTES = 512 * 1024 * 1024
# In so much of a web page its head stands.
_BEGINNING = 20_000
_HTML = rb"(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)?<(?:!doctype\s+html|html)\b"
_BOMS = ((b"\xff\xfe", "UTF-16"), (b"\xfe\xff", "UTF-16"))

Fetch = Callable[[str], Fetched]


class Listing(NamedTuple):
    """A list of works as it stands in a file or behind an address: its text, the format that is in, its encoding.

    `source` is where it stands, `name` what it is called. Of JSON lines, which may be large, there is no text
    but `content`.
    """

    text: str
    format: str
    source: str
    name: str
    encoding: str = "utf-8"
    content: bytes = b""


class _Found(NamedTuple):
    """Bytes, what they are called where they are spoken of, where they are from, and a name for a list and a page."""

    content: bytes
    shown: str
    source: str
    name: str
    title: str


def read_source(source: str, format_name: str | None = None, fetch: Fetch | None = None) -> Page | Listing:
    """What a file holds, or standard input where `source` is "-", or what is behind a web address, in its format.

    A page is read; a list of works is left to be read one by one. `fetch` gets what is behind an address. Raises
    `NotFound` for a missing file, `BadInput` for what cannot be either, and what `fetch` raises.
    """
    found = _fetched(source, fetch) if is_address(source) else _read(source)
    if (format_name or _is_lines(found.content)) in ("jsonl", True):
        return Listing("", "jsonl", source, found.name, content=found.content)
    text, encoding = decoded(found.content)
    format_name = format_name or formats.detect(text, found.name if is_address(source) else source)
    if format_name in formats.LISTS:
        _require_some(text, found.shown)
        if source == "-":
            from hashlib import blake2s

            # What comes through a pipe is known again by what it is.
            mark = blake2s(found.content, digest_size=4).hexdigest()
            return Listing(text, format_name, f"standard input {mark}", f"standard input {mark}", encoding)
        return Listing(text, format_name, found.source, found.name, encoding)
    return formats.read(_page(found.content, found.shown, "import"), format_name, found.source, found.title)


def read_again(source: str, fetch: Fetch | None = None) -> tuple[str, str]:
    """The text of a page from where it was read before, and a title for one that has none.

    Raises what `read_source` raises, and `BadInput` for a page that came through standard input.
    """
    if source == _PIPED:
        raise BadInput("it came through standard input", "import it again, from where it is")
    found = _fetched(source, fetch) if is_address(source) else _read(source)
    return _page(found.content, found.shown, "import"), found.title


# What standard input is called where a page's source is named.
_PIPED = "standard input"


def _read(source: str) -> _Found:
    if source == "-":
        content = _content(source, "standard input", "name a file in it", MAX_BYTES)
        return _Found(content, _PIPED, _PIPED, _PIPED, "Standard input")
    content = _content(source, source, "name a file in it", MAX_BYTES)
    path = Path(source)
    # What a link leads to is called by its own name, but for the title, which is what the user said.
    return _Found(content, source, str(path.resolve()), path.resolve().name, path.stem.replace("_", " "))


def _fetched(address: str, fetch: Fetch | None) -> _Found:
    refuse_other(address)
    if fetch is None:
        raise BadInput(f"{address} is an address, not a file", "save the page's source first, then import the file")
    found = fetch(address)
    _refuse_html(address, found)
    name = name_of(address)
    return _Found(told(found.content, found.charset), address, address, name, Path(name).stem.replace("_", " "))


def _refuse_html(address: str, found: Fetched) -> None:
    """Raise `BadInput` for a web page where its source is wanted, with the way to that."""
    start = found.content[:_BEGINNING].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    is_said = found.content_type in ("text/html", "application/xhtml+xml") and start.startswith(b"<")
    if not is_said and not re.match(_HTML, start, re.DOTALL):
        return
    base, mark, _ = address.partition("#")[0].partition("?")
    source = f"{address.partition('#')[0]}{'&' if mark else '?'}do=export_raw"
    if b"dokuwiki" in start or base.endswith("/doku.php"):
        hint = f"the page's source is at {source}"
    else:
        hint = f"give the address of the source: of a DokuWiki page {source}, on a code host the one called raw"
    raise BadInput(f"{address} is a web page, not the source of one", hint)


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
    if is_address(shown):
        return f"convert it: curl -sL {name} | iconv -f {encoding} -t UTF-8 | gencli {command} -"
    return f"convert it: iconv -f {encoding} -t UTF-8 {name} | gencli {command} -"
