"""The footnotes of a block: DokuWiki's own `((…))`, and `[(name>…)]` of the refnotes plugin."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from gencli.markup import Span

_CLOSERS = {"((": "))", "[(": ")]"}
_OPENER = re.compile(r"\(\(|\[\((?!\()")
_NAME = re.compile(r"\s*[:\w.@-]{0,60}>\s*")


class Footnote(NamedTuple):
    """A footnote: where it begins and ends in its block, and its text."""

    start: int
    end: int
    text: str


def footnotes(text: str, spans: Sequence[Span]) -> list[Footnote]:
    """The footnotes that stand in the text of a block, outside of its links and raw text."""
    if "((" not in text and "[(" not in text:
        return []
    found: list[Footnote] = []
    position = 0
    lacking: set[str] = set()
    starts = [
        match.start() for span in spans if span.kind == "text" for match in _OPENER.finditer(text, span.start, span.end)
    ]
    for start in starts:
        opener = text[start : start + 2]
        if start < position or opener in lacking:
            continue
        close = _close(text, start + 2, _CLOSERS[opener])
        if close < 0:
            lacking.add(opener)
            continue
        inner = text[start + 2 : close]
        named = _NAME.match(inner) if opener == "[(" else None
        found.append(Footnote(start, close + 2, inner[named.end() :] if named else inner))
        position = close + 2
    return found


def _close(text: str, start: int, closer: str) -> int:
    """Where a footnote ends: `(a (b)))` ends with the last two signs."""
    close = text.find(closer, start)
    if close >= 0 and closer == "))" and text.startswith(")", close + 2):
        opened = text.count("(", start, close) - text.count(")", start, close)
        close += opened > 0
    return close


def outside(spans: Sequence[Span], notes: Sequence[Footnote]) -> list[Span]:
    """The spans of a block without what stands in its footnotes."""
    if not notes:
        return list(spans)
    found: list[Span] = []
    index = 0
    for span in spans:
        position = span.start
        while index < len(notes) and notes[index].start < span.end:
            note = notes[index]
            if span.kind == "text" and position < note.start:
                found.append(_part(span, position, note.start))
            position = max(position, min(note.end, span.end))
            if note.end > span.end:
                break
            index += 1
        if position == span.start:
            found.append(span)
        elif position < span.end and span.kind == "text":
            found.append(_part(span, position, span.end))
    return found


def _part(span: Span, start: int, end: int) -> Span:
    return span._replace(text=span.text[start - span.start : end - span.start], start=start, end=end)
