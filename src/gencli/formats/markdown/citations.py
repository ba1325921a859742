"""Citations in a Markdown page's running text that no link settles."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate

from gencli.formats.markdown.blocks import Block, Source, blocks
from gencli.formats.markdown.reader import placed
from gencli.formats.markdown.spans import text_of
from gencli.listing.edits import lines_of
from gencli.listing.references import Cited, Reference, behind_links


def unresolved(text: str) -> list[Cited]:
    """The citations by author and year alone, in prose and in remarks behind links, in the page's order."""
    source, lines = blocks(text), lines_of(text)
    starts = list(accumulate(map(len, lines), initial=0))
    found = []
    for place, _ in placed(source):
        cited = list(_in(place.block, source))
        at = _lines_in(place.block, lines, starts) if cited else []
        for one in cited:
            start, end = _there(at, one.start), _there(at, one.end - 1) + 1
            if one.text.split() == text[start:end].split():
                found.append(Cited(one, bisect_right(starts, start), place.section, start, end))
    return found


def _in(block: Block, source: Source) -> Iterator[Reference]:
    kept = text_of(block.text, source.addresses)
    spans = ((span.kind, *at) for span, at in zip(kept.spans, kept.source, strict=True))
    return behind_links(block.text, spans, is_item=block.kind == "item")


def _lines_in(block: Block, lines: Sequence[str], starts: Sequence[int]) -> list[tuple[int, int]]:
    """Where each line of a block's text begins, in that text and in the page's."""
    found, offset, number = [], 0, block.line - 1
    for part in block.text.split("\n"):
        while part and number < block.last and part not in lines[number]:
            number += 1
        if part and number < block.last:
            found.append((offset, starts[number] + lines[number].index(part)))
            number += 1
        offset += len(part) + 1
    return found


def _there(at: Sequence[tuple[int, int]], position: int) -> int:
    """Where a place of a block's text is in the page's."""
    here = bisect_right(at, (position, 1 << 62)) - 1
    return at[here][1] + position - at[here][0] if here >= 0 else 0
