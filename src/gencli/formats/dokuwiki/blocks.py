"""A DokuWiki page as blocks: headings, list items, paragraphs, each with its line.

Also for a page whose line ends were lost: its headings and items are found again inside the lines.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise
from typing import NamedTuple

from gencli.markup import inline

# DokuWiki takes the first star of `  **bold**` for a bullet; whoever wrote it meant bold in an item.
_ITEM = re.compile(r"(?: {2}|\t)[ \t]*(?:(?:[*-](?![*-])|\*+(?=[ \t]))[ \t]*|(?=\*\*\S))")
_LOOSE_ITEM = re.compile(r" ?([*-])[ \t]+(?=\S)")
_RAW_OPEN = re.compile(r"<(nowiki|code|file|bibtex)\b[^<>\n]{0,200}>", re.IGNORECASE)
_RAW_CLOSE = {name: re.compile(f"</{name}>", re.IGNORECASE) for name in ("nowiki", "code", "file", "bibtex")}
_ROW = re.compile(r"[|^].*[|^]\s*$")
# How many lines a link, bold or italics left open at a line's end may still take in.
_RUN_ON = 20


class Block(NamedTuple):
    """A piece of a page: `kind` is heading, item, text, row (of a table) or raw; `line` to `last` (from 1)
    are its lines.

    `depth` is a heading's level (1 to 5) or an item's (1 and up); `text` is without the block's own marks.
    """

    kind: str
    text: str
    line: int
    depth: int = 0
    last: int = 0


def blocks(text: str) -> list[Block]:
    """The blocks of a page, whether its line ends are there or lost."""
    lines = _lines(text)
    return list(_refound(lines) if _is_flat(lines) else _nested(_in_lines(lines)))


def _lines(text: str) -> list[str]:
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")


def _in_lines(lines: list[str]) -> Iterator[Block]:
    strict = any(_ITEM.match(line) for line in lines if line[:1] in (" ", "\t"))
    closing = _closing_lines(lines)
    number = 0
    while number < len(lines):
        line, first = lines[number], number
        number += 1
        if not line.strip():
            continue
        if (heading := _heading(line, number)) is not None:
            yield heading
            continue
        match = _ITEM.match(line) if line[0] in " \t" else None
        match = match or (None if strict else _LOOSE_ITEM.match(line))
        if match is not None:
            body = line[match.end() :]
            number = _item_end(lines, number, body, closing)
            if number > first + 1:
                body = "\n".join([body, *lines[first + 1 : number]])
            yield Block("item", body.strip(), first + 1, _depth(match.group()), number)
        elif line.startswith(("  ", "\t")) and not _raw_left_open(line):
            yield Block("raw", line, first + 1, last=number)
        else:
            number = _raw_end(number, line, closing)
            number = _run_on(lines, number, "\n".join(lines[first:number]), _link_left_open)
            text = "\n".join(lines[first:number])
            yield Block("row" if line[0] in "|^" and _ROW.match(line) else "text", text, first + 1, last=number)


def _nested(found: Iterable[Block]) -> Iterator[Block]:
    """The blocks, with the depth of each item as the wiki takes it.

    DokuWiki, inc/Parsing/Handler/Lists.php: no item is shallower than the first of its list, and one that is shallower
    than the item before it, and deeper than those it may be nested under, is beside the deepest of these.
    """
    depths: list[int] = []
    following = 0
    for block in found:
        if block.kind != "item" or (depths and block.depth < depths[0] and block.line != following):
            depths = []
        if block.kind != "item":
            yield block
            continue
        depth = max(block.depth, depths[0]) if depths else block.depth
        while depths and depths[-1] > depth:
            depths.pop()
            depth = depths[-1] if depths[-1] < depth else depth
        if not depths or depth > depths[-1]:
            depths.append(depth)
        following = block.line + 1 + block.text.count("\n")
        yield block._replace(depth=depth) if depth != block.depth else block


def _heading(line: str, number: int) -> Block | None:
    """The heading that fills a line, if one does.

    DokuWiki, inc/Parsing/ParserMode/Header.php: level = 7 - number of leading signs; the right side is
    not counted. A line that holds more than one heading has lost its line ends and is none.
    """
    if "==" not in line:
        return None
    stripped = line.strip()
    title = stripped.strip("=").strip()
    if not (stripped.startswith("==") and stripped.endswith("==") and title):
        return None
    runs = [match.end() - match.start() for match in _RUN.finditer(title, 1)]
    if len(runs) > 1 or max(runs, default=0) > 2:
        return None
    level = 7 - (len(stripped) - len(stripped.lstrip("=")))
    return Block("heading", title, number, max(level, 1), number)


def is_heading(line: str) -> bool:
    """Whether a line is a heading."""
    return _heading(line, 0) is not None


def _depth(indent: str) -> int:
    """An item's level: two blanks or one tab each, as DokuWiki counts them."""
    blanks = indent[: len(indent) - len(indent.lstrip(" \t"))].replace("\t", "  ")
    return max(len(blanks) // 2, 1)


def _item_end(lines: list[str], number: int, text: str, closing: dict[str, list[int]]) -> int:
    """The line after an item: only what was left open at a line's end goes on in the next."""
    if "<" not in text and not _emphasis_left_open(text):
        return number
    end = _raw_end(number, text, closing)
    for is_open in (_link_left_open, _emphasis_left_open):
        end = _run_on(lines, end, "\n".join([text, *lines[number:end]]), is_open)
    return end


def _run_on(lines: list[str], number: int, text: str, is_open: Callable[[str], bool]) -> int:
    """The line after a text that goes on while it is open; where nothing closes it, it does not."""
    for end in range(number, min(number + _RUN_ON, len(lines))):
        if not is_open(text):
            return end
        line = lines[end]
        if not line.strip() or _ITEM.match(line) or _heading(line, end):
            return number
        text += "\n" + line
    return number if is_open(text) else min(number + _RUN_ON, len(lines))


def _link_left_open(text: str) -> bool:
    return ("[[" in text and text.rfind("[[") > text.rfind("]]")) or (
        "((" in text and text.rfind("((") > text.rfind("))")
    )


def _emphasis_left_open(text: str) -> bool:
    return _link_left_open(text) or text.count("**") % 2 == 1 or (text.count("//") - text.count("://")) % 2 == 1


def _raw_left_open(text: str) -> str:
    """The name of the raw text that begins in a text and does not end there, or nothing."""
    opened = _RAW_OPEN.search(text) if "<" in text else None
    while opened is not None:
        close = _RAW_CLOSE[opened[1].lower()].search(text, opened.end())
        if close is None:
            return opened[1].lower()
        opened = _RAW_OPEN.search(text, close.end())
    return ""


def _raw_end(number: int, text: str, closing: dict[str, list[int]]) -> int:
    """The line after the one that ends the raw text left open, where one does."""
    found = closing.get(_raw_left_open(text), [])
    place = bisect_left(found, number)
    return found[place] + 1 if place < len(found) else number


def _closing_lines(lines: list[str]) -> dict[str, list[int]]:
    """The lines where each kind of raw text can end, in order."""
    closers = [(number, line) for number, line in enumerate(lines) if "</" in line]
    return {name: [number for number, line in closers if close.search(line)] for name, close in _RAW_CLOSE.items()}


# --- a page whose line ends were lost ----------------------------------------------------------

_RUN = re.compile(r"(?:^|(?<=\s))={2,6}(?=\s|$)")
_BULLET = re.compile(r"(?:^|(?<=\s))\*[ \t]+(?=\S)")
_SENTENCE_END = re.compile(r"(?:[.!?)\]}*\"”’=:;]|\b\d{4})\s*$")
_ITEM_START = re.compile(r"[\"“”„(]?[A-ZÀ-ÞŁØŒĐŠŽ\d]\S")


def is_flat(text: str) -> bool:
    """Whether a page has lost its line ends."""
    return _is_flat(_lines(text))


def _is_flat(lines: list[str]) -> bool:
    """Whether the page's own structure stands inside its lines instead of making them."""
    if any((line[:1] in (" ", "\t") and _ITEM.match(line)) or _heading(line, 0) for line in lines):
        return False
    return any(len(_marks(line)) > 1 or (_marks(line) and not _LOOSE_ITEM.match(line)) for line in lines)


def _refound(lines: list[str]) -> Iterator[Block]:
    for number, line in enumerate(lines, 1):
        position, kind, depth = 0, "text", 0
        for start, end, mark, level in _marks(line):
            yield from _piece(kind, line[position:start], number, depth)
            if mark == "heading":
                yield Block("heading", line[start:end].strip("= \t"), number, level)
                kind, depth = "text", 0
            else:
                kind, depth = "item", 1
            position = end
        yield from _piece(kind, line[position:], number, depth)


def _piece(kind: str, text: str, number: int, depth: int) -> Iterator[Block]:
    if text.strip():
        yield Block(kind, text.strip(), number, depth)


def _marks(line: str) -> list[tuple[int, int, str, int]]:
    """The headings and bullets inside a line as (start, end, kind, level), in order."""
    if "*" not in line and "==" not in line:
        return []
    hidden = _Hidden.in_line(line)
    marks = [(start, end, "heading", level) for start, end, level in _headings(line, hidden)]
    covered = _Hidden([(start, end) for start, end, _, _ in marks])
    candidates = [m for m in _BULLET.finditer(line) if not hidden.holds(m.start()) and not covered.holds(m.start())]
    starts = sorted([start for start, _, _, _ in marks] + [m.start() for m in candidates] + [len(line)])
    after_heading = {_next_sign(line, end) for _, end, _, _ in marks} | {_next_sign(line, 0)}
    following = dict(pairwise(starts))
    for match in candidates:
        stop = following[match.start()]
        if match.start() in after_heading or _is_bullet(line, match, stop):
            marks.append((match.start(), match.end(), "item", 0))
    return sorted(marks)


def _headings(line: str, hidden: "_Hidden") -> Iterator[tuple[int, int, int]]:
    runs = [match for match in _RUN.finditer(line) if not hidden.holds(match.start())]
    index = 0
    while index + 1 < len(runs):
        left, right = runs[index], runs[index + 1]
        title = line[left.end() : right.start()]
        # A slip of one sign between the sides is common.
        slip = abs(len(left.group()) - len(right.group()))
        is_title = title.strip() and len(title) <= 200 and slip <= 1 and "[[" not in title
        if is_title and not _is_comparison(line, left, title):
            yield left.start(), right.end(), max(7 - len(left.group()), 1)
            index += 2
        else:
            index += 1


def _is_comparison(line: str, left: re.Match[str], title: str) -> bool:
    """Whether two signs of equality are those of `x == y and z == w`, in the middle of a sentence."""
    if len(left.group()) > 2:
        return False
    before = line[max(left.start() - 40, 0) : left.start()].split()
    return title.strip()[0].islower() or (bool(before) and _SENTENCE_END.search(before[-1]) is None)


def _is_bullet(line: str, match: re.Match[str], stop: int) -> bool:
    """Whether a star between blanks begins an item: not in prose, not in a formula.

    A link or bold right behind it settles it. Else it must look like the start of an entry, and either
    follow what ends one or lead to a link.
    """
    rest = line[match.end() : match.end() + 4]
    if rest.startswith(("[[", "**[", "**")):
        return True
    if not _ITEM_START.match(line, match.end()):
        return False
    before = line[max(match.start() - 40, 0) : match.start()].split()
    if not before or len(before[-1]) == 1:
        return False
    return _SENTENCE_END.search(before[-1]) is not None or "[[" in line[match.end() : stop]


def _next_sign(line: str, position: int) -> int:
    while position < len(line) and line[position].isspace():
        position += 1
    return position


class _Hidden:
    """The stretches of a line whose signs are no structure: links and raw text, headings found."""

    def __init__(self, stretches: list[tuple[int, int]]) -> None:
        self.stretches = stretches
        self.starts = [start for start, _ in stretches]

    @classmethod
    def in_line(cls, line: str) -> "_Hidden":
        """The links and raw texts of a line."""
        marked = "[[" in line or "<" in line or "%%" in line
        return cls([(s.start, s.end) for s in inline(line) if s.kind != "text"] if marked else [])

    def holds(self, position: int) -> bool:
        """Whether a position is inside a stretch."""
        index = bisect_right(self.starts, position) - 1
        return index >= 0 and position < self.stretches[index][1]
