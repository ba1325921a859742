"""Citations in a wiki page's running text that no link settles."""

from bisect import bisect_left
from collections.abc import Iterator

from gencli.formats.dokuwiki.places import Place
from gencli.formats.dokuwiki.reader import structure
from gencli.listing.references import Cited, Reference, behind_links


def unresolved(text: str) -> list[Cited]:
    """The citations by author and year alone, in prose and in remarks behind links, in the page's order."""
    found = []
    at, line, counted = 0, 1, 0
    shape = structure(text, "")
    # The blocks of a page with other line ends are found in a text that has these.
    plain = text.replace("\r\n", "\n")
    shift = _Shift(text)
    for place in shape.places:
        here = plain.find(place.block.text, at)
        if here < 0 or not place.block.text:
            continue
        at = here + len(place.block.text)
        for one in _in(place):
            start, end = shift.of(here + one.start), shift.of(here + one.end)
            line, counted = line + text.count("\n", counted, start), start
            found.append(Cited(one, line, place.section, start, end))
    return found


def _in(place: Place) -> Iterator[Reference]:
    if place.block.kind not in ("text", "row", "item"):
        return iter(())
    spans = ((span.kind, span.start, span.end) for span in place.spans)
    return behind_links(place.block.text, spans, is_item=place.block.kind == "item")


class _Shift:
    """Places in a text by places in the same text with plain line ends."""

    def __init__(self, text: str) -> None:
        self._ends = list[int]()
        at = text.find("\r\n")
        while at >= 0:
            self._ends.append(at - len(self._ends))
            at = text.find("\r\n", at + 2)

    def of(self, place: int) -> int:
        return place + bisect_left(self._ends, place)
