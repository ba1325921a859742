"""The rows of a table of papers, read by the heads of its columns."""

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from gencli.citation import Citation
from gencli.identifiers import STRONG, identify, mentioned
from gencli.listing.kept import Text
from gencli.listing.rows import read_row, roles
from gencli.markup import Span, inline, plain

_DIVIDER = re.compile(r"[|^]")
_YEAR = re.compile(r"(?:19|20)\d\d")
_DAY = re.compile(r"\d{1,2}[./]\s?\d{1,2}[./]\s?(?:19|20)\d\d|(?:19|20)\d\d-\d\d-\d\d")
# Who speaks about a paper: dates are those of meetings, then.
_SPEAKERS = frozenset(
    [
        "presenter",
        "presented by",
        "who presents",
        "speaker",
        "who",
        "led by",
        "leader",
        "discussant",
        "moderator",
        "host",
        "chair",
    ]
)
_WORD = re.compile(r"[^\W\d_]{2}")
# A cell of this text is the one above it.
_ABOVE = ":::"


class Cell(NamedTuple):
    """A cell's text, and whether it is one of the head."""

    text: str
    is_head: bool


class Row(NamedTuple):
    """A row of a table of papers: its title, all that names the work, what its columns tell, and the rest."""

    title: Text
    kept: Text
    told: Citation
    identifiers: dict[str, str]
    note: str


class Table:
    """A table that is gone through row by row."""

    def __init__(self) -> None:
        self.line = 0
        self.columns: list[tuple[str, str]] = []
        self.is_schedule = False
        self.above: list[str] = []

    def row(self, line: int, text: str, spans: Sequence[Span]) -> Row | None:
        """A row of papers; None where it is a head, or its table has no head that names a title."""
        if line != self.line + 1:
            self.columns, self.above, self.is_schedule = [], [], False
        self.line = line + text.count("\n")
        found = cells(text, spans)
        above = [*self.above, *[""] * len(found)]
        texts = [above[index] if cell.text == _ABOVE else cell.text for index, cell in enumerate(found)]
        self.above = texts
        if all(cell.is_head for cell in found):
            heads = [plain(text) for text in texts]
            self.columns = roles(heads)
            self.is_schedule = not _SPEAKERS.isdisjoint(head.strip().lower() for head in heads)
            return None
        if not self.columns and len(texts) > 1:
            # A head that is no head to the wiki: all of it is known words.
            named = roles([plain(text) for text in texts])
            if sum(role != "" for role, _ in named) > 1 and "title" in dict(named):
                self.columns = named
                return None
        found_texts = [Text(cell, tuple(inline(cell))) for cell in texts]
        if self.is_schedule:
            found_texts = [Text("") if _DAY.fullmatch(text.text.strip()) else text for text in found_texts]
        return _row(self.columns, found_texts)


def cells(text: str, spans: Sequence[Span]) -> list[Cell]:
    """The cells of a row; no sign inside of a link or of raw text divides them."""
    seen = [span for span in spans if span.kind == "text"]
    dividers = [match.start() for span in seen for match in _DIVIDER.finditer(text, span.start, span.end)]
    edges = [*dividers, len(text)] if dividers and text[dividers[-1] + 1 :].strip() else dividers
    return [Cell(text[start + 1 : end].strip(), text[start] == "^") for start, end in pairwise(edges)]


def _row(columns: list[tuple[str, str]], texts: list[Text]) -> Row | None:
    """A row's title and the cells that tell of the work; the others are its note."""
    if "title" not in dict(columns):
        return None
    told: list[tuple[tuple[str, str], Text]] = []
    notes: list[str] = []
    identifiers: dict[str, str] = {}
    title = Text("")
    for column, text in zip([*columns, *[("", "")] * len(texts)], texts, strict=False):
        if column[0] == "title":
            title = text
        elif (found := identify(text.text)) is not None and found.kind in STRONG:
            identifiers.setdefault(found.kind, found.value)
            continue
        if column[0] == "year" and not _YEAR.search(text.text):
            continue
        if column[0] or any(span.kind == "link" for span in text.spans) or mentioned(text.text):
            told.append((column, text))
        elif _WORD.search(text.text):
            notes.append(text.text)
    whole = read_row([column for column, _ in told], [text for _, text in told])
    return Row(title, whole.kept, whole.told, identifiers, "; ".join(notes)) if whole is not None else None
