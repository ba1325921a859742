"""A text as a reader sees it, with the way back to the text that is kept."""

import re
from bisect import bisect_left
from collections.abc import Container, Iterable
from typing import NamedTuple

from gencli.listing.facts import Facts, facts
from gencli.markup import Span

# What stands for a link of another work, and for a line's end that the page forces.
OTHER, BREAK = "\ufffc", "\x00"
_LETTER = re.compile(r"[^\W_]")


class View(NamedTuple):
    """What is seen of a text, without marks; links of the work itself are blanks, those of other works one sign.

    `places` tells where each sign stands in the text; `strong` and `marked` are the (start, end) of what is seen in
    bold and in italics.
    """

    shown: str
    places: list[int]
    strong: tuple[tuple[int, int], ...]
    marked: tuple[tuple[int, int], ...]

    def has_words(self, start: int = 0, end: int | None = None) -> bool:
        """Whether letters or digits, or another work's link, stand in a part of what is seen."""
        part = self.shown[start:end]
        return _LETTER.search(part) is not None or OTHER in part

    def at(self, position: int) -> int:
        """The first sign seen that stands at a position of the text or behind it."""
        return bisect_left(self.places, position)

    def back(self, index: int) -> int:
        """The position in the text behind the sign that is seen before an index."""
        return self.places[index - 1] + 1 if index else 0


def view_of(spans: Iterable[Span], hidden: Container[int], labels: Container[int] = ()) -> View:
    """What is seen of a text's spans; links at the places `hidden` are blanks, at those of `labels` their labels."""
    shown: list[str] = []
    places: list[int] = []
    runs: tuple[list[tuple[int, int]], list[tuple[int, int]]] = ([], [])
    for span in spans:
        seen = span.text
        if span.kind == "break":
            seen = BREAK
        elif span.kind == "link" and span.start not in labels:
            seen = " " if span.start in hidden else OTHER
        start = len(places)
        shown.append(seen)
        places += range(span.start, span.start + len(seen)) if span.kind == "text" else [span.start] * len(seen)
        for run, is_set in zip(runs, (span.strong, span.emphasised), strict=True):
            if is_set and run and run[-1][1] == start:
                run[-1] = (run[-1][0], len(places))
            elif is_set:
                run.append((start, len(places)))
    return View("".join(shown), places, tuple(runs[0]), tuple(runs[1]))


def facts_behind(view: View, start: int) -> tuple[Facts, int]:
    """What is told behind a title, and where that ends in the text, or 0 where nothing is told.

    A line's end may divide it or be only where it was wrapped.
    """
    found, stop = facts(view.shown.replace("\n", " "), start, view.marked)
    if "\n" in view.shown:
        on_lines = facts(view.shown, start, view.marked)
        found, stop = on_lines if on_lines[1] > stop else (found, stop)
    return found, view.back(stop) if stop > start else 0
