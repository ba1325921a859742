"""A Markdown page as it is changed in its own text. Pure."""

import re
from collections.abc import Iterator, Sequence

from gencli.errors import Conflict
from gencli.formats.markdown.blocks import Source, blocks
from gencli.formats.markdown.citations import unresolved
from gencli.formats.markdown.reader import placed, shown, title_of
from gencli.formats.markdown.writer import linked
from gencli.listing.edits import Block as Standing
from gencli.listing.edits import Heading, Layout, ends_of
from gencli.listing.outline import Outline, label_of
from gencli.text import written_line

__all__ = ["APART", "item", "layout", "mark_like", "mark_under", "marked", "unresolved"]

APART = True
_QUOTE = re.compile(r"(?:[ \t]*>)*[ \t]?")
_MARK = re.compile(r"(?P<blanks>[ \t]*)(?:(?P<bullet>[-*+])|(?P<number>\d{1,9})(?P<end>[.)]))(?P<gap>[ \t]+)")
_TASK = re.compile(r"\[[ xX]\][ \t]+")


def layout(text: str) -> Layout:
    """The layout of a page."""
    found = blocks(text)
    # What is raw in an item is as much under it as its items are.
    own = [(block.kind in ("item", "raw") and block.depth > 0, block.depth, block.last) for block in found.blocks]
    ends = {id(block): end for block, end in zip(found.blocks, ends_of(own), strict=True)}
    standing: list[Standing] = []
    named: list[tuple[int, int]] = []
    for place, positions in placed(found):
        block = place.block
        named += [(position, len(standing)) for position in positions]
        label = " ".join(label_of(place.kept.spans).split()) if place.is_label else ""
        standing.append(
            Standing(
                block.kind == "item", block.line, ends[id(block)], block.depth, place.section, place.group,
                place.is_label, label,
            )
        )  # fmt: skip
    # Code outside of lists ends a section as text does.
    standing += [
        Standing(False, block.line, block.last, 0, (), None)
        for block in found.blocks
        if block.kind == "raw" and not block.depth
    ]
    return Layout(tuple(standing), tuple(_headings(found)), tuple(named), found.start)


def _headings(found: Source) -> Iterator[Heading]:
    (_, title), outline = title_of(found), Outline()
    for index, block in enumerate(found.blocks):
        if block.kind == "heading":
            text = shown(block, found)
            if index != title and text:
                outline.heading(block.depth, text)
            yield Heading(block.last, outline.section)


def item(label: str, address: str | None, note: str, *, starred: bool) -> str:
    """The text of an item; whatever the label holds, it stays in the link, and the item in its line."""
    return f"{linked(label, address, starred)} {written_line(note).strip()}".rstrip()


def mark_like(line: str) -> str:
    """What stands before the text of a new item behind that of a line; a number is counted on, but for lists of 1."""
    quote, match = _cut(line)
    if match is None:
        return "- "
    sign = match["bullet"] or f"{_next(int(match['number']))}{match['end']}"
    task = _TASK.match(line, len(quote) + match.end())
    return f"{quote}{match['blanks']}{sign}{match['gap']}{'[ ] ' if task else ''}"


def _next(number: int) -> int:
    return number + 1 if number > 1 else number


def mark_under(line: str | None) -> str:
    """What stands before the text of the first item under that of a line, or of a section."""
    quote, match = _cut(line or "")
    if match is None:
        return "- "
    return f"{quote}{' ' * _width(match.group())}{match['bullet'] or '-'} "


def marked(lines: Sequence[str], mark: str) -> list[str]:
    """The lines of an item whose text stands behind a mark; those below keep their place under it.

    Raises `Conflict` where only one of both is in a quotation.
    """
    (quote, match), (other, new) = _cut(lines[0]), _cut(mark)
    if match is None or new is None or quote.split() != other.split():
        raise Conflict("the item stands in a quotation, or would", "change the page by hand, then: gencli sync")
    further = _width(new.group()) - _width(match.group())
    first = f"{other}{new.group()}{lines[0][len(quote) + match.end() :]}"
    return [first, *(_shifted(line, quote, further) for line in lines[1:])]


def _shifted(line: str, quote: str, further: int) -> str:
    """A line of an item so many columns further right, or left as far as it has blanks."""
    lead = line[: len(quote)] if quote.strip() and line.startswith(quote) else ""
    body = line[len(lead) :].lstrip(" \t")
    if not further or not body.strip():
        return line
    return lead + " " * max(_width(line[len(lead) : len(line) - len(body)]) + further, 0) + body


def _cut(line: str) -> tuple[str, re.Match[str] | None]:
    """What of a line is the mark of a quotation, and the mark of an item behind it."""
    found = _QUOTE.match(line)
    quote = found.group() if found is not None and ">" in found.group() else ""
    return quote, _MARK.match(line[len(quote) :])


def _width(text: str) -> int:
    """How many columns a text takes; a tab goes on to the next multiple of four."""
    return len(text.expandtabs(4))
