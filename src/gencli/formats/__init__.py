"""Texts that gencli reads and writes, one module each, found by name and loaded on use."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gencli.drafts import draft
from gencli.errors import FULL, BadInput, OutputError, more_room
from gencli.model import Header, Page, Problem, Record

if TYPE_CHECKING:
    from gencli.listing.edits import Syntax

_BY_NAME = {".bib": "bibtex", ".ris": "ris", ".json": "csl-json", ".md": "markdown"}
# Pages, which place works, and lists of works. JSON lines (`jsonl`) are a library.
READERS = {"wiki": "gencli.formats.dokuwiki", "markdown": "gencli.formats.markdown"}
LISTS = {
    "bibtex": "gencli.formats.bibtex.reader", "csl-json": "gencli.formats.csljson", "ris": "gencli.formats.ris",
}  # fmt: skip
NAMES = ("wiki", "markdown", "bibtex", "csl-json", "ris", "jsonl")

# So much of a text tells its format.
LOOKED_AT = 200_000
# Compiled when they are reached: a page needs none of them.
_BIBTEX = r"^[ \t]*@\s*[A-Za-z]+\s*[{(]"
# An entry, behind nothing but comments: whatever stands inside it.
_BIBTEX_START = r"(?:%[^\n]*\n\s*)*@\s*[A-Za-z]+\s*[{(]"
_RIS = r"^[ \t]*TY {1,2}-(?: |$)"
# References of the same kind without their beginning, and those of the Web of Science.
_TAGGED = r"(?:[A-Z][A-Z0-9] {1,2}-[^\n]*\n){3}|FN [^\n]*\nVR "
_MARKDOWN = r"^#{1,6} \S|^[ \t]*[-*+] +.{0,80}\[[^\]\n]+\]{1,2}\(\S+\)|^(?:```|~~~)"
# What no Markdown has: a heading between signs, a link of a wiki. Lists look alike in both.
_WIKI = r"^[ \t]*={2,6} ?[^\s=].*={2,6}[ \t]*$|\[\[[^\[\]\n]+\]\](?!\()"


def detect(text: str, name: str = "") -> str:
    """The name of the format that a text is in, by its content.

    A text without marks is what its file's name says, else a wiki page.
    """
    start = text[:LOOKED_AT].lstrip("\ufeff \t\r\n")
    if start.startswith("{") and re.match(r'\{\s*"', start):
        return "jsonl" if _is_a_line_of_ours(start) else "csl-json"
    if start.startswith("[") and re.match(r"\[\s*(?:\{|\]\s*$)", start):
        return "csl-json"
    if ("TY " in start and re.search(_RIS, start, re.MULTILINE)) or (start[2:3] == " " and re.match(_TAGGED, start)):
        return "ris"
    if start.startswith(("@", "%")) and re.match(_BIBTEX_START, start):
        return "bibtex"
    if not re.search(_WIKI, start, re.MULTILINE) and re.search(_MARKDOWN, start, re.MULTILINE):
        return "markdown"
    looks_like = import_module(READERS["wiki"]).looks_like
    if looks_like(start):
        return "wiki"
    if "@" in start and re.search(_BIBTEX, start, re.MULTILINE):
        return "bibtex"
    return _BY_NAME.get(Path(name).suffix.lower(), "wiki")


def _is_a_line_of_ours(start: str) -> bool:
    """Whether the first line is an object of its own, as JSON lines have it, and not an item of CSL."""
    line = start.partition("\n")[0]
    if re.match(r'\{"(?:file|page|aside|apart)":', line):
        return True
    if not line.rstrip().endswith("}"):
        # Longer than what is looked at, or the beginning of an object on several lines.
        return len(line) == len(start) and '"key"' in line[:2000]
    return '"key"' in line or '"type"' not in line


def read(text: str, format_name: str, source: str, name: str) -> Page:
    """The papers of a page in a format of READERS."""
    page: Page = import_module(READERS[format_name]).read(text, source, name)
    return page


def syntax(format_name: str) -> "Syntax":
    """How pages of a format of READERS are changed in their own text."""
    found: Any = import_module(f"{READERS[format_name]}.edits")
    made: Syntax = found
    return made


def count(text: str, format_name: str) -> int:
    """How many works a list seems to have, for a bar; nobody may rely on it."""
    sign = {"bibtex": r"^[ \t]*@", "ris": r"^TY {1,2}-", "csl-json": r"\"type\"\s*:"}[format_name]
    return sum(1 for _ in re.finditer(sign, text, re.MULTILINE))


def keys(text: str, format_name: str) -> Counter[str]:
    """The keys that the works of a list bring with them, in small letters, as far as they are seen at once."""
    if format_name != "bibtex":
        return Counter()
    from gencli.formats.bibtex import cut

    return Counter(key.lower() for key in cut.keys(text))


def listed(text: str, format_name: str, origin: str, where: str) -> Iterator[Record | Problem | Header]:
    """The works of a list in a format of LISTS, one by one, with what could not be taken beside them.

    `origin` is the source of the records, `where` the file in what is said of it. Raises `BadInput` where the whole
    is no such list.
    """
    works: Iterator[Record | Problem | Header] = import_module(LISTS[format_name]).read(text, origin, where)
    return works


def save(path: Path, pieces: Iterable[str]) -> None:
    """Put a text, piece by piece, in a file's place: afterwards it is the old one or the new one, never a part.

    A link is followed, and the file's permissions are kept. Raises `OutputError` where the disk is full, `BadInput`
    where it cannot be written for another reason.
    """
    kept = "the file is as it was"
    try:
        if path.exists() and not (path.is_file() or path.is_dir()):
            kept = "a part may be written"
            # A device or a pipe is written to; nothing may take its place.
            with path.open("w", encoding="utf-8", newline="") as file:
                file.writelines(pieces)
        else:
            with draft(path, replaces=True) as made, made.open("w", encoding="utf-8", newline="") as file:
                file.writelines(pieces)
    except BrokenPipeError:
        raise
    except OSError as error:
        message = f"cannot write {path}: {(error.strerror or str(error)).lower()}"
        if error.errno in FULL:
            raise OutputError(message, f"{kept}; {more_room(error.errno)}, then try again") from error
        raise BadInput(message, kept) from error
