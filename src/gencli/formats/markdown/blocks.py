"""A Markdown page as blocks: headings, list items, paragraphs, rows of tables, each with its line.

The rules are CommonMark's (https://spec.commonmark.org/0.31.2/) and GitHub's for tables, but for what people write
otherwise: an item is nested where it is indented by two signs or more, whatever its parent's marker is, and what is
opened and never closed (a fence, a comment) hides nothing.
"""

import re
from bisect import bisect_left
from typing import NamedTuple

_ITEM = re.compile(r"(?:[-*+]|(\d{1,9})[.)])(?:[ \t]+|$)")
_TASK = re.compile(r"\[[ xX]\][ \t]+")
_ATX = re.compile(r"(#{1,6})(?:[ \t]+|$)")
_HTML_HEADING = re.compile(r"<h([1-6])\b[^<>]{0,200}>(.{0,400})</h\1>$", re.IGNORECASE)
_FENCE = re.compile(r"(`{3,}|~{3,})")
_RULE = re.compile(r"(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,})$")
_QUOTE = re.compile(r"(?:>[ \t]?)+")
_DEFINITION = re.compile(
    r"\[((?:\\.|[^\[\]\\]){1,999})\]:[ \t]*(<[^<>]*>|\S+)(?:[ \t]+(?:\"[^\"]*\"|'[^']*'|\([^()]*\)))?[ \t]*$"
)
_ATTRIBUTES = re.compile(r"[ \t]*\{#[^{}]{0,200}\}$")
_TITLE = re.compile(r"title[ \t]*:[ \t]*(.*)")
_FRONT = 200  # lines that front matter may take


class Block(NamedTuple):
    """A piece of a page: `kind` is heading, item, text, row or raw; `line` to `last` (from 1) are its lines.

    `depth` is a heading's level (1 to 6), an item's (1 and up), or that of raw text in an item; `text` is without the
    block's own marks, its paragraphs divided by an empty line. `head` is the first row of a row's table.
    """

    kind: str
    text: str
    line: int
    depth: int = 0
    head: str = ""
    last: int = 0


class Source(NamedTuple):
    """A page's blocks, the title that its front matter has, and the addresses that it defines by label.

    `start` is the number of lines that the front matter takes.
    """

    title: str
    blocks: list[Block]
    addresses: dict[str, str]
    start: int = 0


def blocks(text: str) -> Source:
    """The blocks of a page."""
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    title, start = _front_matter(lines)
    cutter = _Cutter(lines)
    cutter.run(start)
    return Source(title, cutter.blocks(), cutter.addresses, start)


def label_form(label: str) -> str:
    """The form in which labels of references are compared."""
    return " ".join(label.split()).casefold()


def _front_matter(lines: list[str]) -> tuple[str, int]:
    """The title in the front matter, and the line after it."""
    if lines[0].rstrip() != "---":
        return "", 0
    end = next((n for n, line in enumerate(lines[1:_FRONT], 1) if line.rstrip() in ("---", "...")), 0)
    titles = [match[1].strip().strip("\"'") for line in lines[1:end] if (match := _TITLE.match(line))]
    return next(iter(titles), ""), end + 1 if end else 0


class _Open(NamedTuple):
    """An item that lines may still belong to: the columns of its marker and of its text, its place in the output."""

    marker: int
    content: int
    is_ordered: bool
    block: int


class _Cutter:
    """One pass over the lines; `found` are the blocks so far, each with its text's lines, `ends` their last lines."""

    def __init__(self, lines: list[str]) -> None:
        self.lines = lines
        self.found: list[tuple[Block, list[str]]] = []
        self.ends: list[int] = []
        self.stack: list[_Open] = []
        self.addresses: dict[str, str] = {}
        self.running: int | None = None  # the block whose paragraph the next line goes on with
        self.comment_ends = [number for number, line in enumerate(lines) if "-->" in line]
        self.longest_fence = _longest_fences(lines)

    def blocks(self) -> list[Block]:
        """What was found."""
        return [
            Block(block.kind, "\n".join(parts).strip(), block.line, block.depth, block.head, last)
            for (block, parts), last in zip(self.found, self.ends, strict=True)
        ]

    def run(self, number: int) -> None:
        """Read every line from one on."""
        while number < len(self.lines):
            if "<!--" in self.lines[number]:
                self._hide_comments(number)
            line = self.lines[number]
            body = line.lstrip(" \t")
            column = _column(line, len(line) - len(body))
            if body.startswith(">"):
                body = body[_end(_QUOTE.match(body)) :].lstrip(" \t")
            if body:
                number = self._line(number, column, body)
            else:
                self.running = None
                number += 1

    def _line(self, number: int, column: int, body: str) -> int:
        """Take one line, or the block that it opens; the number of the line after it."""
        is_code = column >= 4 and not self.stack
        if is_code and self.running is None:
            self._add(Block("raw", "", number + 1), [body])
            return number + 1
        if (fence := _FENCE.match(body)) is not None and not is_code:
            end = self._fence_end(number, fence[1])
            if end:
                self._nest(column)
                depth = len(self.stack) + 1 if self.stack else 0
                self._add(Block("raw", "", number + 1, depth), self.lines[number + 1 : end], end + 1)
                return end + 1
        if _RULE.match(body):
            self._rule(number, body)
        elif not is_code and (match := _ITEM.match(body)) is not None and self._may_begin(match, column):
            self._item(number, column, body, match)
        elif not is_code and (heading := _heading(body)) is not None:
            self.stack = []
            self._add(Block("heading", "", number + 1, heading[0]), [heading[1]])
        elif set(body.rstrip()) == {"="} and self._is_paragraph():
            self._underline(number, 1)
        elif body[0] == "[" and (defined := _DEFINITION.match(body)) is not None and defined[1][0] != "^":
            self.addresses.setdefault(label_form(defined[1]), defined[2].removeprefix("<").removesuffix(">"))
        elif "|" in body and _is_delimiter(self.lines[number + 1] if number + 1 < len(self.lines) else ""):
            return self._table(number, body)
        else:
            self._text(number, column, body)
        return number + 1

    def _text(self, number: int, column: int, body: str) -> None:
        """A line of a paragraph: of the one before it, of an item that it is indented under, or of its own."""
        if self.running is None:
            self._nest(column)
            if not self.stack:
                self._add(Block("text", "", number + 1), [])
                self.running = len(self.found) - 1
            else:
                self.running = self.stack[-1].block
                self.found[self.running][1].append("")
        self.found[self.running][1].append(body)
        self.ends[self.running] = number + 1

    def _item(self, number: int, column: int, body: str, match: re.Match[str]) -> None:
        """An item, and those that begin in the same line (`- - text`)."""
        # What is nothing but marks up to the line's end begins no item.
        start, found, marks = 0, True, len(body.rstrip("-*+ \t"))
        while found:
            width = match.end() - start
            while self.stack and column < min(self.stack[-1].marker + 2, self.stack[-1].content):
                self.stack.pop()
            self._add(Block("item", "", number + 1, len(self.stack) + 1), [])
            self.stack.append(_Open(column, column + width, match[1] is not None, len(self.found) - 1))
            start, column = match.end(), column + width
            following = _ITEM.match(body, start)
            found = following is not None and start < marks
            match = following or match
        start += _end(_TASK.match(body, start)) - start if _TASK.match(body, start) else 0
        self.running = len(self.found) - 1 if start < len(body) else None
        self.found[-1][1].append(body[start:])

    def _may_begin(self, match: re.Match[str], column: int) -> bool:
        """Whether a marker begins an item: in a paragraph, a number or an empty bullet may be just text."""
        if self.running is None:
            return True
        if match.end() == len(match.string):
            return False
        beside = any(item.is_ordered and column < item.content for item in self.stack[-2:])
        return match[1] is None or match[1] == "1" or beside

    def _rule(self, number: int, body: str) -> None:
        """A line across the page, or one under a heading."""
        if self._is_paragraph() and not body.rstrip().strip("-"):
            self._underline(number, 2)
        else:
            self.stack, self.running = [], None

    def _is_paragraph(self) -> bool:
        return self.running is not None and not self.stack

    def _underline(self, number: int, level: int) -> None:
        assert self.running is not None
        self.ends[self.running] = number + 1
        block, parts = self.found[self.running]
        self.found[self.running] = (block._replace(kind="heading", depth=level), [_heading_text(" ".join(parts))])
        self.running = None

    def _table(self, number: int, head: str) -> int:
        self.stack = []
        number += 2
        while number < len(self.lines) and "|" in self.lines[number] and self.lines[number].strip():
            self._add(Block("row", "", number + 1, 0, head), [self.lines[number].strip()])
            number += 1
        return number

    def _add(self, block: Block, parts: list[str], last: int = 0) -> None:
        self.running = None
        self.found.append((block, parts))
        self.ends.append(last or block.line)

    def _nest(self, column: int) -> None:
        """Close the items that a line at a column is not indented under."""
        while self.stack and column < min(self.stack[-1].marker + 2, self.stack[-1].content):
            self.stack.pop()

    def _fence_end(self, number: int, fence: str) -> int:
        """The line that closes a fence, or 0; nothing is looked for where nothing is long enough."""
        if self.longest_fence[fence[0]][number + 1] < len(fence):
            return 0
        return next(n for n in range(number + 1, len(self.lines)) if _closes(self.lines[n], fence[0]) >= len(fence))

    def _hide_comments(self, number: int) -> None:
        """Take the comments that begin in a line out of it and of the lines that they go on in."""
        kept: list[str] = []
        line, start = self.lines[number], 0
        while (opened := line.find("<!--", start)) >= 0:
            closed = line.find("-->", opened + 4)
            if closed < 0:
                start = self._hide_lines(number, opened, kept, start)
                break
            kept.append(line[start:opened])
            start = closed + 3
        self.lines[number] = "".join([*kept, line[start:]])

    def _hide_lines(self, number: int, opened: int, kept: list[str], start: int) -> int:
        """A comment that goes on: where what is left of its first line begins."""
        line, place = self.lines[number], bisect_left(self.comment_ends, number + 1)
        # A sign in a code span opens nothing.
        if place == len(self.comment_ends) or line[opened - 1 : opened] == "`":
            return start
        end = self.comment_ends[place]
        kept.append(line[start:opened])
        self.lines[number + 1 : end] = [""] * (end - number - 1)
        self.lines[end] = self.lines[end].partition("-->")[2]
        return len(line)


def _end(match: re.Match[str] | None) -> int:
    return match.end() if match else 0


def _column(line: str, length: int) -> int:
    """The column after a line's blanks; a tab goes on to the next multiple of four."""
    column = 0
    for sign in line[:length] if "\t" in line[:length] else "":
        column += 4 - column % 4 if sign == "\t" else 1
    return column or length


def _heading(body: str) -> tuple[int, str] | None:
    """The level and text of a heading that fills a line, if one does."""
    if body[0] == "#" and (match := _ATX.match(body)) is not None:
        return len(match[1]), _heading_text(re.sub(r"(?:^|(?<=[ \t]))#+$", "", body[match.end() :].rstrip()))
    if body[0] == "<" and (match := _HTML_HEADING.match(body.rstrip())) is not None:
        return int(match[1]), match[2].strip()
    return None


def _heading_text(text: str) -> str:
    return _ATTRIBUTES.sub("", text.strip())


def _is_delimiter(line: str) -> bool:
    """Whether a line divides a table's head from its rows."""
    line = line.strip()
    return "-" in line and set(line) <= set("|-: \t") and "|" in line


def _closes(line: str, sign: str) -> int:
    """How long a fence a line closes."""
    body = line.strip()
    return len(body) if body.startswith(sign * 3) and not body.strip(sign) else 0


def _longest_fences(lines: list[str]) -> dict[str, list[int]]:
    """The longest closing fence of each sign from each line on."""
    longest = {sign: [0] * (len(lines) + 1) for sign in "`~"}
    for number in range(len(lines) - 1, -1, -1):
        for sign, known in longest.items():
            known[number] = known[number + 1]
            if sign in lines[number]:
                known[number] = max(known[number], _closes(lines[number], sign))
    return longest
