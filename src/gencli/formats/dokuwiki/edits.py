"""A wiki page as it is changed in its own text, and given its lines back. Pure."""

import re
from collections.abc import Iterator, Sequence

from gencli.errors import BadInput
from gencli.formats.dokuwiki.blocks import Block, blocks, is_flat
from gencli.formats.dokuwiki.citations import unresolved
from gencli.formats.dokuwiki.reader import placed, structure, title_of
from gencli.listing.edits import Block as Standing
from gencli.listing.edits import Heading, Layout, ends_of
from gencli.listing.outline import Outline, label_of
from gencli.text import written_line

__all__ = ["APART", "item", "layout", "mark_like", "mark_under", "marked", "reflowed", "unresolved"]

APART = False
_INDENT = re.compile(r"(?:[ \t]*[*-]?[ \t]*)")


def layout(text: str) -> Layout:
    """The layout of a page. Raises `BadInput` where it has no lines."""
    if is_flat(text):
        raise BadInput("the page has lost its line ends", "give them back first: gencli page reflow")
    shape = structure(text, "")
    own = [(place.block.kind == "item", place.block.depth, place.block.last) for place in shape.places]
    standing = tuple(
        Standing(
            is_item, place.block.line, end, depth, place.section, place.group, place.is_label,
            label_of(place.spans) if place.is_label else "",
        )
        for place, (is_item, depth, _), end in zip(shape.places, own, ends_of(own), strict=True)
    )  # fmt: skip
    return Layout(standing, tuple(_headings(blocks(text))), tuple(placed(shape)))


def _headings(found: Sequence[Block]) -> Iterator[Heading]:
    is_title, outline = title_of(found) is not None, Outline()
    for block in found:
        if block.kind == "heading":
            if not is_title:
                outline.heading(block.depth, block.text)
            is_title = False
            yield Heading(block.last, outline.section)


def item(label: str, address: str | None, note: str, *, starred: bool) -> str:
    """The text of an item; whatever the label holds, it stays in the link, and the item in its line."""
    label = written_line(label).replace("]]", "] ]").strip()
    if address is not None:
        address = re.sub(r"[\s|\[\]]", lambda match: "".join(f"%{byte:02X}" for byte in match[0].encode()), address)
        label = f"[[{address}|{label}]]"
    shown = f"**{label}**" if starred else label
    return f"{shown} {written_line(note).strip()}".rstrip()


def mark_like(line: str) -> str:
    """What stands before the text of a new item behind that of a line."""
    match = _INDENT.match(line)
    sign = match[0] if match else ""
    return sign if sign.strip() else "  * "


def mark_under(line: str | None) -> str:
    """What stands before the text of the first item under that of a line, or of a section."""
    return "  " * (max(_level(line), 1) + 1 if line is not None else 1) + "* "


def marked(lines: Sequence[str], mark: str) -> list[str]:
    """The lines of an item, as deep as an item is whose text stands behind a mark, with that mark's bullet."""
    deeper = _level(mark) - _level(lines[0])
    found = [
        " " * max(len(_blanks(line)) + 2 * deeper, 2) + line.lstrip(" \t")
        if deeper and line.startswith((" ", "\t"))
        else line
        for line in lines
    ]
    sign = mark.strip()[:1]
    return [re.sub(r"^([ \t]*)[*-](?![*-])", rf"\g<1>{sign}", found[0]) if sign else found[0], *found[1:]]


def _level(line: str) -> int:
    return len(_blanks(line)) // 2


def _blanks(line: str) -> str:
    return line[: len(line) - len(line.lstrip(" \t"))].replace("\t", "  ")


def reflowed(text: str) -> str:
    """A page that lost its line ends, with a line for each heading, item and paragraph; another one as it is."""
    if not is_flat(text):
        return text
    found: list[str] = []
    before_it = ""
    for block in blocks(text):
        if found and (block.kind != "item" or before_it != "item"):
            found.append("")
        found.append(_as_line(block))
        before_it = block.kind
    return "\n".join(found) + "\n"


def _as_line(block: Block) -> str:
    if block.kind == "heading":
        sign = "=" * (7 - block.depth)
        return f"{sign} {block.text} {sign}"
    return f"{'  ' * block.depth}* {block.text}" if block.kind == "item" else block.text
