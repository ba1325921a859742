"""Texts in files, on standard input and behind addresses, checked before anything believes them."""

import shlex
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import unquote

from gencli import formats
from gencli.errors import BadInput, NotFound
from gencli.model import Page
from gencli.sources.addresses import NOTHING_KNOWN, Fetched, Validators, is_address, refuse_other
from gencli.sources.decoding import decoded, told

if TYPE_CHECKING:
    from gencli.sources.webpages import Fetch

# A reading list is kilobytes; what is larger than this is something else.
MAX_PAGE_BYTES = 32 * 1024 * 1024
# A bibliography of half a million entries.
MAX_BYTES = 512 * 1024 * 1024
_BOMS = ((b"\xff\xfe", "UTF-16"), (b"\xfe\xff", "UTF-16"))


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
    validators: Validators = Validators()


class Again(NamedTuple):
    """The text of a page that was asked for again, with by what its server knows it again."""

    text: str
    validators: Validators


def read_source(
    source: str, format_name: str | None = None, fetch: "Fetch | None" = None, top: Path | None = None
) -> Page | Listing:
    """What a file holds, or standard input where `source` is "-", or what a web address shows, in its format.

    A page is read; a list of works is left to be read one by one. `fetch` gets what is behind an address, `top` is the
    folder of which the file is a page. Raises `NotFound` for a missing file, `BadInput` for what cannot be either, and
    what `fetch` raises.
    """
    found = _fetched(source, fetch) if is_address(source) else _read(source, top)
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
    page = formats.read(_kept(found), format_name, found.source, found.title)
    return page._replace(validators=told_of(found.validators))


def told_of(validators: Validators) -> dict[str, str]:
    """Validators as a page keeps them."""
    return {name: value for name, value in validators._asdict().items() if value and any(validators[:2])}


def read_again(
    source: str, fetch: "Callable[[str, Validators], Fetched] | None" = None, known: Validators = NOTHING_KNOWN
) -> Again | None:
    """A page from where it was read before; None where its server says that it is what it was when it told `known`.

    Raises what `read_source` raises, and `BadInput` for a page that came through standard input.
    """
    if source == _PIPED:
        raise BadInput("it came through standard input", "import it again, from where it is")
    if not is_address(source) or fetch is None:
        found = _fetched(source, None) if is_address(source) else _read(source, None)
        return Again(_kept(found), found.validators)
    first = fetch(source, known)
    if not first.changed:
        return None
    found = _fetched(source, lambda address: first if address == source else fetch(address, Validators()))
    return Again(_kept(found), found.validators)


def _kept(found: _Found) -> str:
    """A page's text to the byte, its mark of UTF-8 too."""
    text = _page(found.content, found.shown, "import")
    return "\ufeff" + text if found.content.startswith(b"\xef\xbb\xbf") else text


# What standard input is called where a page's source is named.
_PIPED = "standard input"


def _read(source: str, top: Path | None) -> _Found:
    if source == "-":
        content = _content(source, "standard input", "name a file in it", MAX_BYTES)
        return _Found(content, _PIPED, _PIPED, _PIPED, "Standard input")
    content = _content(source, source, "name a file in it", MAX_BYTES)
    path = Path(source)
    # What a link leads to is called by its own name, but for the title, which is what the user said.
    place = path.resolve()
    named, name, title = map(_in_utf8, (str(place), place.name, title_of(path, top)))
    return _Found(content, source, named, name, title)


def _in_utf8(name: str) -> str:
    """A name of a file, which need not be UTF-8, as the library can keep it."""
    return name.encode("utf-8", "backslashreplace").decode("utf-8")


def title_of(path: Path, top: Path | None = None) -> str:
    """What a page without a heading is called: as its wiki does (`ns:page`), else by its file.

    The wiki's pages are those under a folder called `pages`, else those under `top`.
    """
    # What a link is called is what the user said; where it stands is another matter.
    folder = path.parent.resolve()
    root = next((one for one in (folder, *folder.parents) if one.name == "pages"), top)
    if root is None:
        return path.stem.replace("_", " ")
    named = (folder / path.stem).relative_to(root)
    # DokuWiki writes what is not ASCII in its files' names as addresses do.
    return unquote(":".join(named.parts)) if len(named.parts) > 1 else unquote(named.name).replace("_", " ")


def _fetched(address: str, fetch: "Fetch | None") -> _Found:
    refuse_other(address)
    if fetch is None:
        raise BadInput(f"{address} is an address, not a file", "save the page's source first, then import the file")
    from gencli.sources.webpages import source_behind

    behind = source_behind(address, fetch)
    content = told(behind.fetched.content, behind.fetched.charset)
    return _Found(content, behind.address, behind.address, behind.name, behind.title, behind.fetched.validators)


def is_folder(path: Path) -> bool:
    """Whether there is a folder of this name, as far as that can be seen."""
    try:
        return path.is_dir()
    except (OSError, ValueError):
        return False


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
