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
_RIS = re.compile(r"^TY {2}- ", re.MULTILINE)
_MARKDOWN = re.compile(r"^#{1,6} \S|^\s*[-*+] +.{0,80}\[[^\]\n]+\]\(\S+\)|^(?:```|~~~)", re.MULTILINE)


def detect(text: str) -> str:
    """The name of the format that a text is in, by its content; a text without marks is taken for a wiki page."""
    start = text[:200_000].lstrip("\ufeff \t\r\n")
    if start.startswith("{") and '"' in start.partition("\n")[0]:
        return "jsonl"
    if start.startswith("["):
        return "csl-json" if re.match(r"\[\s*(?:\{|\])", start) else "wiki"
    if _RIS.search(start):
        return "ris"
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
    target = path.resolve()
    draft = target.with_name(f".{target.name}.{os.getpid()}.new")
    try:
        try:
            with draft.open("x", encoding="utf-8", newline="") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            if target.exists():
                draft.chmod(target.stat().st_mode & 0o7777)
            draft.replace(target)
        finally:
            draft.unlink(missing_ok=True)
    except OSError as error:
        raise BadInput(
            f"cannot write {path}: {(error.strerror or str(error)).lower()}", "the file is as it was"
        ) from error
