"""A .bib text cut into its blocks, as BibTeX reads it; what is not well formed is left whole for other readers. Pure.

The grammar is that of BibTeX's own reader ("Tame the BeaST", section 2; `bibtex.web`, part 12), but for two habits of
people: a block behind a `%` is commented out, and `%` lines may stand between fields.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

# Braces up to six deep are matched by one expression that never goes back; deeper ones are counted.
_INNER = r"[^{}]*+"
for _ in range(5):
    _INNER = rf"(?>[^{{}}]++|\{{{_INNER}\}})*+"
_QUOTED = rf"(?>[^{{}}\"\\]++|\\(?!\")|\{{{_INNER}\}})*+"
_NAME = r"[^\s\"#%(),={}@][^\s\"#%(),={}]*"
_BARE = r"[^\s\"#%(),={}@][^\s\"#%(),={}]*+"
_PART = rf"(?:\{{{_INNER}\}}|\"{_QUOTED}\"|{_BARE})"
_EXPRESSION = rf"{_PART}(?>\s*+\#\s*+{_PART})*+"
_REMARK = r"(?>\s++|%[^\n]*+)*+"
_SKIP = r"(?>[\s,]++|%[^\n]*+)*+"

START = re.compile(r"@[ \t]*([A-Za-z][\w+.:/*-]*)\s*([{(])")
# What a block looks like at the start of a line: where it stands inside another, that one may never have closed.
HEAD = re.compile(
    r"^[ \t]*@[ \t]*(?:(?:string|preamble|comment)[ \t]*[{(]|[A-Za-z][\w-]*[ \t]*[{(]\s*[^\s{}(),=\"#%@]*[ \t]*,)",
    re.IGNORECASE | re.MULTILINE,
)
_KEY = {"{": re.compile(r"\s*+([^,\n{}=\"]*?)\s*(?=[,}])"), "(": re.compile(r"\s*+([^,\n{}=\")]*?)\s*(?=[,)])")}
_FIELD = re.compile(rf"{_SKIP}({_NAME})\s*+=\s*+({_EXPRESSION}){_REMARK}(?=[,}})])")
_SKIPPED = re.compile(_SKIP)
_REMARKS = re.compile(r"%[^\n]*")
# Fields behind a brace that closed the entry: one brace too many.
_TAIL = re.compile(r"[\s,]*[A-Za-z][\w-]*\s*=\s*[{\"\d]")
_PARTS = re.compile(_PART)
_KEYED = re.compile(r"@[ \t]*[A-Za-z]\w*\s*[{(]\s*([^\s,{}=\"()%#]+)\s*,")
_STRING = re.compile(r"@[ \t]*(string)\s*([{(])", re.IGNORECASE)
_CLOSING = {"{": "}", "(": ")"}
_COMMANDS = ("comment", "preamble", "string")
# A value longer than this that runs over the head of a block has lost its end.
_LONGEST_ACROSS = 5000


class Block(NamedTuple):
    """A piece of the text: `kind` is entry, string, preamble, comment, text, or broken, with what is wrong in `why`.

    `fields` are pairs (name, raw expression); of a string block, its definitions. `remarks` are the `%` lines in it.
    """

    kind: str
    start: int
    end: int
    type: str = ""
    key: str = ""
    fields: tuple[tuple[str, str], ...] = ()
    remarks: tuple[str, ...] = ()
    why: str = ""


def cut(text: str) -> Iterator[Block]:
    """The blocks of a text whose line ends are LF, in order; together they are the whole text."""
    position = 0
    search_from = 0
    while (match := START.search(text, search_from)) is not None:
        at = match.start()
        if _is_no_block(text, at, match):
            search_from = match.end()
            continue
        if text[position:at].strip():
            yield Block("text", position, at)
        block = _block(text, match)
        yield block
        position = search_from = block.end
    if text[position:].strip():
        yield Block("text", position, len(text))


def _is_no_block(text: str, at: int, match: re.Match[str]) -> bool:
    """A mail address, a line that is commented out, or prose with an @ in it."""
    if at and (text[at - 1].isalnum() or text[at - 1] in "._-\\"):
        return True
    line = text[text.rfind("\n", 0, at) + 1 : at]
    if "%" in line and not line.lstrip(" \t").startswith("}"):
        return True
    return match[2] == "(" and match[1].lower() not in _COMMANDS and _KEY["("].match(text, match.end()) is None


def _block(text: str, match: re.Match[str]) -> Block:
    kind = match[1].lower()
    if kind == "comment":
        end = closing(text, match.end() - 1)
        if end < 0:
            end = text.find("\n", match.start())
            end = len(text) if end < 0 else end
        return Block("comment", match.start(), end)
    if kind == "preamble":
        end = closing(text, match.end() - 1)
        if end < 0 or HEAD.search(text, match.end(), end):
            return _broken(text, match, "its brace is never closed")
        return Block("preamble", match.start(), end)
    if kind == "string":
        return _string(text, match)
    return _entry(text, match)


def _string(text: str, match: re.Match[str]) -> Block:
    fields, position = _fields(text, match.end())
    position = _SKIPPED.match(text, position).end()  # type: ignore[union-attr]
    if not fields or text[position : position + 1] != _CLOSING[match[2]]:
        return _broken(text, match, "it is no definition of a string")
    if (why := _run_over(text, match.end(), position, fields)) is not None:
        return _broken(text, match, why)
    remarks = _remarks(text, match.end(), position) if "%" in text[match.end() : position] else ()
    return Block("string", match.start(), position + 1, fields=fields, remarks=remarks)


def _entry(text: str, match: re.Match[str]) -> Block:
    opener = match[2]
    found = _KEY[opener].match(text, match.end())
    if found is None:
        return _broken(text, match, "it has no key that can be read")
    key, begin = found[1], found.end()
    fields, position = _fields(text, begin)
    position = _SKIPPED.match(text, position).end()  # type: ignore[union-attr]
    sign = text[position : position + 1]
    if sign != _CLOSING[opener]:
        return _broken(text, match, _why(text, match.start(), position))
    if _TAIL.match(text, position + 1):
        return _broken(text, match, "a brace too many closes it early")
    if (why := _run_over(text, match.end(), position, fields)) is not None:
        return _broken(text, match, why)
    end = position + 1
    remarks = _remarks(text, begin, position) if "%" in text[begin:position] else ()
    return Block("entry", match.start(), end, match[1], key, fields, remarks)


def _fields(text: str, position: int) -> tuple[tuple[tuple[str, str], ...], int]:
    fields = []
    while (found := _FIELD.match(text, position)) is not None:
        fields.append((found[1], found[2]))
        position = found.end()
    return tuple(fields), position


def _why(text: str, start: int, position: int) -> str:
    if position >= len(text):
        return "it is never closed"
    line = text.rfind("\n", 0, position) + 1
    if line > start and HEAD.match(text, line):
        return "it is not closed before the next entry"
    near = " ".join(text[position : position + 40].split())
    return f"it cannot be read from '{near}' on"


def _run_over(text: str, start: int, end: int, fields: tuple[tuple[str, str], ...]) -> str | None:
    """Whether a value runs over the head of another block, as it does where a brace is missing."""
    if text.find("\n@", start, end) < 0 and text.find("@", start, end) < 0:
        return None
    if HEAD.search(text, start, end) is None:
        return None
    for name, raw in fields:
        if len(raw) > _LONGEST_ACROSS and HEAD.search(raw):
            return f"the value of {name} is not closed before the next entry"
    return None


def _remarks(text: str, start: int, end: int) -> tuple[str, ...]:
    """The `%` lines between the fields of an entry, or of a string block."""
    found: list[str] = []
    position = start
    while (field := _FIELD.match(text, position)) is not None:
        found += _REMARKS.findall(text, position, field.start(1)) + _REMARKS.findall(text, field.end(2), field.end())
        position = field.end()
    return tuple(found + _REMARKS.findall(text, position, end))


def _broken(text: str, match: re.Match[str], why: str) -> Block:
    """All up to the next head at the start of a line, for nobody knows where it was meant to end."""
    following = HEAD.search(text, match.end())
    end = following.start() if following else len(text)
    return Block("broken", match.start(), end, match[1], why=why)


def closing(text: str, at: int) -> int:
    """The place behind the bracket that closes the one at `at`; -1 where none does. Brackets in braces count not."""
    opener = text[at]
    depth = braces = 0
    for match in re.compile(r"[{}]" if opener == "{" else r"[{}()]").finditer(text, at):
        sign = match.group()
        if sign in "{}":
            braces += 1 if sign == "{" else -1
            if opener == "{" and braces == 0:
                return match.end()
        elif braces == 0:
            depth += 1 if sign == "(" else -1
            if depth == 0:
                return match.end()
    return -1


def keys(text: str) -> Iterator[str]:
    """The keys of the entries that a text seems to have."""
    for match in _KEYED.finditer(text):
        yield match[1]


def definitions(text: str) -> Iterator[tuple[str, str]]:
    """The macros that a text defines, as (name, raw expression), in order."""
    for match in _STRING.finditer(text):
        if not _is_no_block(text, match.start(), match):
            block = _string(text, match)
            yield from block.fields if block.kind == "string" else ()


def parts(raw: str) -> list[str]:
    """The parts of an expression: texts in their delimiters, numbers and names of macros."""
    return _PARTS.findall(raw)
