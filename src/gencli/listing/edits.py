"""Changes of a page in its own text: an item put in, moved or taken out; all other lines stay, byte for byte.

Pure, and the same for every syntax of pages. Lines are those of the text, with their ends; they count from 1.
"""

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple, Protocol

from gencli.errors import BadInput, Conflict, NotFound
from gencli.listing.references import Cited

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\n|\r|\Z)")


class Block(NamedTuple):
    """A block of a page but a heading; an item's `last` line is that of what stands under it.

    `label` is what an item is called where it names a group; `is_label` that it does nothing else.
    """

    is_item: bool
    first: int
    last: int
    depth: int
    section: tuple[str, ...]
    group: str | None
    is_label: bool = False
    label: str = ""


class Heading(NamedTuple):
    """A heading's last line, and the path of headings that it stands for; the title's is empty."""

    last: int
    path: tuple[str, ...]


class Layout(NamedTuple):
    """A page as it is changed: its blocks and headings in order, and which item names papers: (position, block).

    The text begins behind the line `start`, which is that of what stands before all of it.
    """

    blocks: tuple[Block, ...]
    headings: tuple[Heading, ...]
    named: tuple[tuple[int, int], ...]
    start: int = 0


class Syntax(Protocol):
    """What is a page's own: how it is laid out, and what stands before an item.

    `APART` tells whether an empty line stands between a line that is no item and the first item behind it.
    """

    APART: bool

    def layout(self, text: str) -> Layout:
        """The layout of a page. Raises `BadInput` where it has no lines."""

    def item(self, label: str, address: str | None, note: str, *, starred: bool) -> str:
        """The text of an item; whatever the label holds, it stays in the link, and the item in its line."""

    def mark_like(self, line: str) -> str:
        """What stands before the text of a new item behind that of a line."""

    def mark_under(self, line: str | None) -> str:
        """What stands before the text of the first item under that of a line, or of a section."""

    def marked(self, lines: Sequence[str], mark: str) -> list[str]:
        """The lines of an item, as they are where its text stands behind a mark."""

    def unresolved(self, text: str) -> list[Cited]:
        """The citations by author and year alone, in prose and in remarks behind links, in the page's order."""


class Spot(NamedTuple):
    """Where an item is to stand: the titles of the headings, the highest first; in a group of a list, or in none."""

    section: tuple[str, ...]
    group: str | None = None


def section_called(syntax: Syntax, text: str, wanted: str) -> tuple[str, ...]:
    """The section that is meant by the titles of its headings, the highest first, or by its own alone.

    Raises `NotFound` with those that there are, `BadInput` where several are called so.
    """
    if not wanted.strip():
        return ()
    there = list(dict.fromkeys(heading.path for heading in syntax.layout(text).headings if heading.path))
    # A heading may have the very sign that parts the others.
    whole = [path for path in there if wanted.strip().casefold() in (path[-1].casefold(), " › ".join(path).casefold())]
    if len(whole) == 1:
        return whole[0]
    asked = tuple(part.strip().casefold() for part in re.split("[›>]", wanted) if part.strip())
    found = (
        [path for path in there if tuple(title.casefold() for title in path)[-len(asked) :] == asked] if asked else []
    )
    whole = [path for path in found if len(path) == len(asked)]
    if len(found) != 1 and len(whole) != 1:
        shown = ", ".join(f"'{' › '.join(path)}'" for path in (found or there)[:12])
        if found:
            raise BadInput(f"several sections are called '{wanted}'", f"name one of {shown}")
        raise NotFound(f"the page has no section '{wanted}'", f"it has {shown}" if shown else "it has none")
    return (whole or found)[0]


def added(syntax: Syntax, text: str, spot: Spot, content: str) -> str:
    """The page with one more item, behind the others of its section or group. Raises `NotFound`, `BadInput`."""
    at, mark, gap = _place_for(syntax, syntax.layout(text), text, spot)
    return _put(text, at, [*gap, f"{mark}{content}"])


def removed(syntax: Syntax, text: str, position: int) -> str:
    """The page without one of its items, and what stands under that. Raises `Conflict`, `BadInput`."""
    return _cut(syntax, text, position)[0]


def moved(syntax: Syntax, text: str, position: int, spot: Spot) -> str:
    """The page with an item elsewhere, and what stands under it. Raises `NotFound`, `Conflict`, `BadInput`."""
    page = syntax.layout(text)
    if not all(page.blocks[number].is_item for at, number in page.named if at == position):
        raise Conflict("the paper stands in no item of a list there", "change the page by hand, then: gencli sync")
    rest, cut = _cut(syntax, text, position)
    at, mark, gap = _place_for(syntax, syntax.layout(rest), rest, spot)
    return _put(rest, at, [*gap, *syntax.marked(cut, mark)])


def ends_of(blocks: Sequence[tuple[bool, int, int]]) -> list[int]:
    """The last line of each block, of an item with those nested under it; told as (is an item, its depth, its last)."""
    ends = [last for _, _, last in blocks]
    nested: list[tuple[int, int]] = []
    for number in range(len(blocks) - 1, -1, -1):
        is_item, depth, _ = blocks[number]
        if not is_item:
            nested = []
            continue
        while nested and nested[-1][0] > depth:
            ends[number] = max(ends[number], nested.pop()[1])
        nested.append((depth, ends[number]))
    return ends


def linked(syntax: Syntax, text: str, cited: Sequence[Cited], address: str) -> str:
    """The page with these citations, in its order, as links, each under its own words."""
    parts, at = [], 0
    for one in cited:
        parts += [text[at : one.start], syntax.item(text[one.start : one.end], address, "", starred=False)]
        at = one.end
    return "".join([*parts, text[at:]])


def lines_of(text: str) -> list[str]:
    """The lines of a text, each with its end."""
    found = _LINE.findall(text)
    # The last match is the empty end.
    return found[:-1] if found and not found[-1] else found


def _put(text: str, at: int, new: Sequence[str]) -> str:
    """A text with more lines behind its line `at`; each ends as the others do."""
    sign = text[: text.startswith("\ufeff")]
    lines = lines_of(text[len(sign) :])
    end = "\r\n" if any(line.endswith("\r\n") for line in lines[:20]) else "\n"
    some = [*lines[:at][-1:], *new]
    whole = [line if line.endswith(("\n", "\r")) else line + end for line in some]
    return "".join([sign, *lines[: max(at - 1, 0)], *whole, *lines[at:]])


def _place_for(syntax: Syntax, page: Layout, text: str, spot: Spot) -> tuple[int, str, Sequence[str]]:
    """The line behind which an item is to stand, what stands before its text, and the lines between."""
    first, last = _extent(page, spot.section)
    here = [block for block in page.blocks if first < block.first <= last]
    lines = lines_of(text.removeprefix("\ufeff"))
    if spot.group is not None:
        return _in_group(syntax, here, lines, spot.group)
    items = [block for block in here if block.is_item and block.group is None and not block.is_label]
    if items:
        return items[-1].last, syntax.mark_like(lines[items[-1].first - 1]), _gap(lines, items)
    at = max((block.last for block in here), default=first)
    labels = [block for block in here if block.is_item and block.group is None]
    mark = syntax.mark_like(lines[labels[-1].first - 1]) if labels else syntax.mark_under(None)
    is_behind_item = any(block.is_item and block.last == at for block in here)
    is_apart = syntax.APART and at and not is_behind_item and lines[at - 1].strip()
    return at, mark, ("",) if is_apart else ()


def _in_group(
    syntax: Syntax, here: Sequence[Block], lines: Sequence[str], group: str
) -> tuple[int, str, Sequence[str]]:
    there = dict.fromkeys(
        name for block in here for name in (block.group, block.label if block.is_label else None) if name
    )
    meant = [name for name in there if name == group] or [name for name in there if _bare(name) == _bare(group)]
    group = meant[0] if meant else group
    of_it = [block for block in here if block.is_item and block.group == group]
    if of_it:
        beside = [block for block in of_it if block.depth == of_it[0].depth]
        return beside[-1].last, syntax.mark_like(lines[beside[-1].first - 1]), _gap(lines, beside)
    label = next((block for block in here if block.is_label and block.label == group), None)
    if label is not None:
        # All of it went.
        return label.last, syntax.mark_under(lines[label.first - 1]), ()
    shown = ", ".join(f"'{name}'" for name in list(there)[:12])
    raise NotFound(
        f"no group is called '{group}' there",
        f"leave --group out, or name one of {shown}" if shown else "leave --group out: the section has none",
    )


def _bare(label: str) -> str:
    return label.strip().rstrip(":").casefold()


def _gap(lines: Sequence[str], items: Sequence[Block]) -> Sequence[str]:
    """An empty line, where one stands between the last two items of a list."""
    is_apart = len(items) > 1 and items[-1].first - items[-2].last == 2 and not lines[items[-1].first - 2].strip()
    return ("",) if is_apart else ()


def _extent(page: Layout, section: tuple[str, ...]) -> tuple[int, int]:
    """The line of a section's last heading, and the last line of its own, before the next heading."""
    ends = [(page.start, ()), *page.headings, (1 << 30, None)]
    here = [(line, behind - 1) for (line, path), (behind, _) in pairwise(ends) if path == section]
    if not here:
        raise NotFound(f"no section is called '{' › '.join(section)}' there", "see the page's headings in its text")
    return here[-1]


def _cut(syntax: Syntax, text: str, position: int) -> tuple[str, list[str]]:
    """The page without an item, and the item's lines."""
    page = syntax.layout(text)
    found = [(at, page.blocks[number]) for at, number in page.named]
    one = next((block for at, block in found if at == position), None)
    if one is None:
        raise NotFound(f"the page has no item {position}")
    if any(one.first < other.first <= one.last for _, other in found):
        raise Conflict("other papers stand under that item", "move or remove those first")
    sign = text[: text.startswith("\ufeff")]
    lines = lines_of(text[len(sign) :])
    start = one.first - 1
    # One empty line is enough where there were two, or the end.
    if start and not lines[start - 1].strip() and not "".join(lines[one.last : one.last + 1]).strip():
        start -= 1
    return "".join([sign, *lines[:start], *lines[one.last :]]), lines[one.first - 1 : one.last]
