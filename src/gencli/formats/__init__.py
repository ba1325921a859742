"""Texts that gencli reads and writes, one module each, found by name and loaded on use."""

import os
import re
from importlib import import_module
from pathlib import Path

from gencli.errors import BadInput
from gencli.model import Page

# What can be read today; the other names of `--format` are recognised and refused with a word.
READERS = {"wiki": "gencli.formats.dokuwiki"}
NAMES = ("wiki", "markdown", "bibtex", "csl-json", "ris", "jsonl")

_BIBTEX = re.compile(r"^[ \t]*@\s*[A-Za-z]+\s*[{(]", re.MULTILINE)
# An entry, behind nothing but comments: whatever stands inside it.
_BIBTEX_START = re.compile(r"(?:%[^\n]*\n\s*)*@\s*[A-Za-z]+\s*[{(]")
_RIS = re.compile(r"^TY {2}- ", re.MULTILINE)
_MARKDOWN = re.compile(r"^#{1,6} \S|^\s*[-*+] +.{0,80}\[[^\]\n]+\]\(\S+\)|^(?:```|~~~)", re.MULTILINE)


def detect(text: str) -> str:
    """The name of the format that a text is in, by its content; a text without marks is taken for a wiki page."""
    start = text[:200_000].lstrip("\ufeff \t\r\n")
    if re.match(r'\{[ \t]*"', start):
        return "jsonl"
    if re.match(r"\[\s*(?:\{|\]\s*$)", start):
        return "csl-json"
    if _RIS.search(start):
        return "ris"
    if _BIBTEX_START.match(start):
        return "bibtex"
    looks_like = import_module(READERS["wiki"]).looks_like
    if looks_like(start):
        return "wiki"
    if _BIBTEX.search(start):
        return "bibtex"
    return "markdown" if _MARKDOWN.search(start) else "wiki"


def read(text: str, format_name: str, source: str, name: str) -> Page:
    """The papers of a text in a format.

    Raises `BadInput` for a format that cannot be read yet.
    """
    if format_name not in READERS:
        raise BadInput(
            f"{source} is in the format {format_name}, which gencli cannot read yet",
            "today it reads DokuWiki pages; name the format with --format wiki if it is one",
        )
    page: Page = import_module(READERS[format_name]).read(text, source, name)
    return page


def save(path: Path, text: str) -> None:
    """Put a text in a file's place: afterwards it is the old one or the new one, never a part.

    A link is followed, and the file's permissions are kept. Raises `BadInput` where it cannot be written.
    """
    target = Path(os.path.realpath(path))
    try:
        if target.exists() and not (target.is_file() or target.is_dir()):
            # A device or a pipe is written to; nothing may take its place.
            target.write_text(text, encoding="utf-8", newline="")
        else:
            _replace(target, text)
    except OSError as error:
        raise BadInput(
            f"cannot write {path}: {(error.strerror or str(error)).lower()}", "the file is as it was"
        ) from error


def _replace(target: Path, text: str) -> None:
    draft = target.with_name(f".gencli.{os.getpid()}.new")
    try:
        # One left by a process that was killed and had our number.
        draft.unlink(missing_ok=True)
        with draft.open("x", encoding="utf-8", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        if target.exists():
            draft.chmod(target.stat().st_mode & 0o7777)
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)
