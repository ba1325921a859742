"""What readers make of an entry that is not well formed: ours first; the only door of bibtexparser and pybtex."""

import logging
import re
from collections import Counter
from collections.abc import Iterator

from gencli.formats.bibtex.cut import cut
from gencli.formats.bibtex.mending import Mended, is_merged, mended

_WORDS = re.compile(r"\w+")
# Nobody wrote an entry longer than this by hand; what is has lost its end, and readers would be long about it.
_LONGEST = 200_000
_MORE = re.compile(r"[{\"].*[^}\"]", re.DOTALL)
_FIELD_NAME = re.compile(r"[^\W\d][\w:.+*/-]*")


def second(raw: str) -> Mended | None:
    """The entry that a broken text is, as a person would read it, or else as bibtexparser or pybtex does.

    What they give is written anew in good form and cut again, so that only what reads back is believed. None where
    words would be lost, or where two fields would become one.
    """
    if len(raw) > _LONGEST:
        return None
    if (ours := mended(raw)) is not None:
        return ours
    wanted = _words(raw)
    for read in (_bibtexparser, _pybtex):
        for text in read(raw):
            blocks = list(cut(text))
            if (
                len(blocks) == 1
                and blocks[0].kind == "entry"
                and wanted <= _words(text)
                and not any(is_merged(value) for _, value in blocks[0].fields)
            ):
                return Mended(blocks[0], len(raw))
    return None


def _words(text: str) -> Counter[str]:
    """How often each word stands in a text: one that is lost in one place may stand in another."""
    return Counter(word.lower() for word in _WORDS.findall(text))


def _bibtexparser(raw: str) -> Iterator[str]:
    from bibtexparser.entrypoint import parse_string
    from bibtexparser.model import DuplicateFieldKeyBlock, Entry

    # It tells of what it cannot read; we tell the user.
    logging.getLogger("bibtexparser").setLevel(logging.CRITICAL + 1)
    try:
        library = parse_string(raw, parse_stack=[])
    except Exception:  # a foreign reader on hostile text
        return
    if len(library.blocks) != 1:
        return
    entry = library.blocks[0]
    if isinstance(entry, DuplicateFieldKeyBlock) and entry.ignore_error_block is not None:
        entry = entry.ignore_error_block
    if isinstance(entry, Entry):
        yield _written(entry.entry_type, entry.key, [(field.key, field.value) for field in entry.fields])


def _pybtex(raw: str) -> Iterator[str]:
    from pybtex.database.input.bibtex import LowLevelParser

    try:
        for kind, body in LowLevelParser(raw, handle_error=_passed_over):
            if kind.lower() not in ("string", "preamble", "comment"):
                key, fields = body
                values = [(name, "{" + "".join(str(part) for part in value) + "}") for name, value in fields]
                yield _written(kind, key or "", values)
    except Exception:  # a foreign reader on hostile text
        return


def _passed_over(_: Exception) -> None:
    """What pybtex complains of is no reason to stop."""


def _written(kind: str, key: str, fields: list[tuple[str, str]]) -> str:
    """An entry in good form; a value without delimiters is put into braces."""
    lines = [f"@{kind}{{{key},"]
    for name, value in fields:
        text = value.strip()
        if not (text[:1] in ("{", '"') and text[-1:] in ("}", '"')) and not re.fullmatch(r"\d+|[A-Za-z][\w-]*", text):
            text = "{" + text + "}"
        # Where more stands behind a value, nobody knows what it is.
        if not _FIELD_NAME.fullmatch(name) or _MORE.fullmatch(value.strip()):
            return ""
        lines.append(f"  {name} = {text},")
    return "\n".join([*lines, "}"])
