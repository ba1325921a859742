"""Changes of a page in its own text: an item put in, moved or taken out; all other lines stay, byte for byte.

Pure. Lines are those of the text, with their ends; they count from 1.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from gencli.errors import BadInput, Conflict, NotFound
from gencli.formats.dokuwiki.blocks import Block, blocks, is_flat
from gencli.formats.dokuwiki.places import Place
from gencli.formats.dokuwiki.reader import Structure, placed, structure, title_of
from gencli.listing.outline import Outline, label_of
from gencli.text import written_line

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\n|\r|\Z)")
_INDENT = re.compile(r"(?:[ \t]*[*-]?[ \t]*)")


class Listed(NamedTuple):
    """An item that names a paper: which of the page's items it is, where it stands, its lines and those under it."""

    position: int
    section: tuple[str, ...]
    group: str | None
    first: int
    last: int
    depth: int


class Spot(NamedTuple):
    """Where an item is to stand: the titles of the headings, the highest first; in a group of a list, or in none."""

    section: tuple[str, ...]
    group: str | None = None


def item(label: str, address: str | None, note: str, *, starred: bool) -> str:
    """The text of an item; whatever the label holds, it stays in the link, and the item in its line."""
    label = written_line(label).replace("]]", "] ]").strip()
    if address is not None:
        address = re.sub(r"[\s|\[\]]", lambda match: "".join(f"%{byte:02X}" for byte in match[0].encode()), address)
        label = f"[[{address}|{label}]]"
    shown = f"**{label}**" if starred else label
    return f"{shown} {written_line(note).strip()}".rstrip()


def section_called(text: str, wanted: str) -> tuple[str, ...]:
    """The section that is meant by the titles of its headings, the highest first, or by its own alone.

    Raises `NotFound` with those that there are, `BadInput` where several are called so.
    """
    if not wanted.strip():
        return ()
    there = _sections(text)
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


def _sections(text: str) -> list[tuple[str, ...]]:
    """The paths of the page's headings, each once."""
    return list(dict.fromkeys(path for _, path in _headings(blocks(text)) if path))


def _headings(found: Sequence[Block]) -> Iterator[tuple[int, tuple[str, ...]]]:
    """The line of each heading, with the path of headings that it stands for; the title's is empty."""
    is_title, outline = title_of(found) is not None, Outline()
    for block in found:
        if block.kind == "heading":
            if not is_title:
                outline.heading(block.depth, block.text)
            is_title = False
            yield block.line, outline.section


def listed(text: str, name: str) -> list[Listed]:
    """The items of a page that name papers; `name` titles a page that has no heading."""
    shape = structure(text, name)
    found = []
    for position, number in placed(shape):
        place = shape.places[number]
        last = _end(shape, number)
        found.append(Listed(position, place.section, place.group, place.block.line, last, place.block.depth))
    return found


def added(text: str, name: str, spot: Spot, content: str) -> str:
    """The page with one more item, behind the others of its section or group. Raises `NotFound`, `BadInput`."""
    _require_lines(text)
    shape = structure(text, name)
    at, indent = _place_for(shape, text, spot)
    return _put(text, at, [f"{indent}{content}"])


def removed(text: str, name: str, position: int) -> str:
    """The page without one of its items, and what stands under that. Raises `Conflict`, `BadInput`."""
    return _cut(text, name, position)[0]


def moved(text: str, name: str, position: int, spot: Spot) -> str:
    """The page with an item elsewhere, and what stands under it. Raises `NotFound`, `Conflict`, `BadInput`."""
    rest, cut, depth = _cut(text, name, position)
    shape = structure(rest, name)
    at, indent = _place_for(shape, rest, spot)
    deeper = len(_blanks(indent)) // 2 - depth
    return _put(rest, at, [_at_depth(line, deeper) for line in cut])


def reflowed(text: str) -> str:
    """A page that lost its line ends, with a line for each heading, item and paragraph; another one as it is."""
    if not is_flat(text):
        return text
    found: list[str] = []
    before = ""
    for block in blocks(text):
        if found and (block.kind != "item" or before != "item"):
            found.append("")
        found.append(_as_line(block))
        before = block.kind
    return "\n".join(found) + "\n"


def _as_line(block: Block) -> str:
    if block.kind == "heading":
        sign = "=" * (7 - block.depth)
        return f"{sign} {block.text} {sign}"
    return f"{'  ' * block.depth}* {block.text}" if block.kind == "item" else block.text


# --- where -----------------------------------------------------------------------------------------


def _require_lines(text: str) -> None:
    if is_flat(text):
        raise BadInput("the page has lost its line ends", "give them back first: gencli page reflow")


def _lines(text: str) -> list[str]:
    found = _LINE.findall(text)
    # The last match is the empty end.
    return found[:-1] if found and not found[-1] else found


def _line_end(lines: Sequence[str]) -> str:
    return "\r\n" if any(line.endswith("\r\n") for line in lines[:20]) else "\n"


def _put(text: str, at: int, new: Sequence[str]) -> str:
    """A text with more lines behind its line `at`; each ends as the others do."""
    lines = _lines(text)
    end = _line_end(lines)
    some = [*lines[:at][-1:], *new]
    whole = [line if line.endswith(("\n", "\r")) else line + end for line in some]
    return "".join([*lines[: max(at - 1, 0)], *whole, *lines[at:]])


def _end(shape: Structure, number: int) -> int:
    """The last line of an item and of what stands under it."""
    block, last = shape.places[number].block, shape.places[number].block.last
    for place in shape.places[number + 1 :]:
        if place.block.kind != "item" or place.block.depth <= block.depth:
            break
        last = place.block.last
    return last


def _place_for(shape: Structure, text: str, spot: Spot) -> tuple[int, str]:
    """The line behind which an item is to stand, and what stands before its text."""
    first, last = _extent(blocks(text), spot.section)
    here = [place for place in shape.places if first < place.block.line <= last]
    lines = _lines(text)
    if spot.group is not None:
        return _in_group(shape, here, lines, spot.group)
    items = [place for place in here if place.block.kind == "item" and place.group is None and not place.is_label]
    if items:
        number = shape.places.index(items[-1])
        return _end(shape, number), _indent(lines[items[-1].block.line - 1])
    ends = [place.block.last for place in here]
    return max(ends, default=first), "  * "


def _in_group(shape: Structure, here: Sequence[Place], lines: Sequence[str], group: str) -> tuple[int, str]:
    of_it = [place for place in here if place.block.kind == "item" and place.group == group]
    if of_it:
        last = [place for place in of_it if place.block.depth == of_it[0].block.depth][-1]
        return _end(shape, shape.places.index(last)), _indent(lines[last.block.line - 1])
    label = next((place for place in here if place.is_label and label_of(place.spans) == group), None)
    if label is not None:
        # All of it went.
        return label.block.last, "  " * (label.block.depth + 1) + "* "
    raise NotFound(f"no group is called '{group}' there", "leave --group out, or name one that the section has")


def _extent(found: Sequence[Block], section: tuple[str, ...]) -> tuple[int, int]:
    """The line of a section's last heading, and the last line of its own, before the next heading."""
    lines = [(0, ()), *_headings(found), (1 << 30, None)]
    here = [(line, behind - 1) for (line, path), (behind, _) in pairwise(lines) if path == section]
    if not here:
        raise NotFound(f"no section is called '{' › '.join(section)}' there", "see the page's headings in its text")
    return here[-1]


def _cut(text: str, name: str, position: int) -> tuple[str, list[str], int]:
    """The page without an item, the item's lines, and how deep it stood."""
    _require_lines(text)
    found = listed(text, name)
    one = next((one for one in found if one.position == position), None)
    if one is None:
        raise NotFound(f"the page has no item {position}")
    under = [other for other in found if one.first < other.first <= one.last]
    if under:
        raise Conflict("other papers stand under that item", "move or remove those first")
    lines = _lines(text)
    return "".join(lines[: one.first - 1] + lines[one.last :]), lines[one.first - 1 : one.last], one.depth


def _indent(line: str) -> str:
    match = _INDENT.match(line)
    sign = match[0] if match else ""
    return sign if sign.strip() else "  * "


def _blanks(indent: str) -> str:
    return indent[: len(indent) - len(indent.lstrip(" \t"))].replace("\t", "  ")


def _at_depth(line: str, deeper: int) -> str:
    """A line of an item so many levels deeper, or higher."""
    if not deeper or not line.startswith((" ", "\t")):
        return line
    return " " * max(len(_blanks(line)) + 2 * deeper, 2) + line.lstrip(" \t")
