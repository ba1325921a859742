"""Where a text has what was looked for, and the piece of a paper's own text that shows it best. Pure."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

from gencli.folding import spans
from gencli.model import Paper
from gencli.question import Match

_WINDOW = 160
# A text is not cut within a word, unless it is longer than most.
_LONG_WORD = 40


class Sought(NamedTuple):
    """What counts as a hit: words, beginnings of words, and words that must follow each other."""

    words: frozenset[str]
    starts: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    @classmethod
    def of(cls, matches: Iterable[Match]) -> "Sought":
        """What the matches of a query look for."""
        asked = [match for match in matches if match.words]
        single = [match for match in asked if len(match.words) == 1]
        return cls(
            frozenset(match.words[0] for match in single),
            tuple(dict.fromkeys(match.words[0] for match in single if match.prefix)),
            tuple(dict.fromkeys(match.words for match in asked if len(match.words) > 1)),
        )


def marks(text: str, sought: Sought) -> list[tuple[int, int]]:
    """Where a text has what is looked for: (start, end) in the original text, in order."""
    found = spans(text)
    hits = {
        (start, end)
        for start, end, word in found
        if word in sought.words or (sought.starts and word.startswith(sought.starts))
    }
    hits |= {place for row in sought.rows for place in _in_a_row(found, row)}
    if "-" in text or not text.isascii():
        hits |= set(_compounds(text, found, sought.words))
    return _merged(sorted(hits))


def _in_a_row(found: Sequence[tuple[int, int, str]], row: tuple[str, ...]) -> Iterable[tuple[int, int]]:
    first, size = row[0], len(row)
    for place, (_, _, word) in enumerate(found):
        if word == first and tuple(part[2] for part in found[place : place + size]) == row:
            yield from ((start, end) for start, end, _ in found[place : place + size])


def _compounds(text: str, found: Sequence[tuple[int, int, str]], words: frozenset[str]) -> Iterable[tuple[int, int]]:
    """Words joined by a hyphen that are one of those looked for."""
    for place, (start, _, word) in enumerate(found):
        whole = word
        for (_, before, _), (behind, end, other) in pairwise(found[place : place + 4]):
            if behind - before != 1 or text[before:behind].isspace():
                break
            whole += other
            if whole in words:
                yield start, end


def _merged(hits: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in hits:
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def snippet(paper: Paper, sought: Sought) -> tuple[str, str]:
    """The piece of the paper's own text that shows the match best, and the field it is from; "" where none does."""
    best = ("", "title")
    most = 0
    for field, text in _texts(paper):
        found = marks(text, sought)
        count = len({text[start:end].casefold() for start, end in found})
        if count > most:
            most, best = count, (_cut(text, found), field)
    return best


def _seen(note: str) -> str:
    """A page's remark as a reader sees it; most have no markup to take out."""
    if not re.search(r"\[\[|\*\*|//|''|%%|\{\{|<|\\\\", note):
        return note
    from gencli.markup import plain

    return plain(note)


def _texts(paper: Paper) -> Iterable[tuple[str, str]]:
    yield "title", paper.title or ""
    yield "note", paper.note
    yield from (("page note", _seen(mention.note)) for mention in paper.mentions)
    yield "abstract", paper.abstract or ""
    yield "authors", ", ".join(f"{author.given} {author.surname}".strip() for author in paper.authors)
    yield "tags", ", ".join(paper.tags)
    yield "venue", paper.venue or ""
    yield "key", ", ".join((paper.key, *paper.aliases))
    yield from (("page label", mention.label) for mention in paper.mentions)
    for mention in paper.mentions:
        yield "section", " › ".join(filter(None, (*mention.section, mention.group)))
        yield "page", mention.page


def _cut(text: str, found: Sequence[tuple[int, int]]) -> str:
    """At most about `_WINDOW` signs where most of the hits are, cut between words."""
    if len(text) <= _WINDOW:
        return text
    position = _densest(text, found, _WINDOW * 2 // 3)
    start = max(position - _WINDOW // 3, 0)
    if start:
        blank = text.rfind(" ", max(start - _LONG_WORD, 0), start)
        start = blank + 1 if blank >= 0 else start
    end = start + _WINDOW
    if end < len(text):
        end = max(text.rfind(" ", start, end), start + _WINDOW // 2)
    return ("… " if start else "") + text[start:end].strip() + (" …" if end < len(text) else "")


def _densest(text: str, found: Sequence[tuple[int, int]], room: int) -> int:
    """Where the first hit stands behind which, within so many signs, most different ones do."""
    best, most = found[0][0], -1
    inside: Counter[str] = Counter()
    stop = 0
    for place, (start, end) in enumerate(found):
        stop = max(stop, place)
        while stop < len(found) and found[stop][1] <= start + room:
            inside[text[found[stop][0] : found[stop][1]].casefold()] += 1
            stop += 1
        if len(inside) > most:
            best, most = start, len(inside)
        if stop > place:
            word = text[start:end].casefold()
            inside[word] -= 1
            if not inside[word]:
                del inside[word]
    return best
