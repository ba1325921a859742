"""A .bib text cut into its blocks, as BibTeX reads it; what is not well formed is left whole for other readers. Pure.

The grammar is that of BibTeX's own reader ("Tame the BeaST", section 2; `bibtex.web`, part 12), but for two habits of
people: a block behind a `%` is commented out, and `%` lines may stand between fields.
"""

import re
from collections.abc import Container, Iterator, Mapping
from typing import NamedTuple

from gencli.formats.bibtex.counting import BARE, HEAD, closing, counted

# Braces up to six deep are matched by one expression that never goes back; deeper ones are counted.
_DEPTH = 6
_INNER = r"[^{}]*+"
for _ in range(_DEPTH - 1):
    _INNER = rf"(?>[^{{}}]++|\{{{_INNER}\}})*+"
_QUOTED = rf"(?>[^{{}}\"\\]++|\\(?!\")|\{{{_INNER}\}})*+"
_NAME = r"[^\s\"#%(),={}@][^\s\"#%(),={}]*"
_PART = rf"(?:\{{{_INNER}\}}|\"{_QUOTED}\"|{BARE})"
_EXPRESSION = rf"{_PART}(?>\s*+\#\s*+{_PART})*+"
_REMARK = r"(?>\s++|%[^\n]*+)*+"
_SKIP = r"(?>[\s,]++|%[^\n]*+)*+"

_CLOSING = {"{": "}", "(": ")"}
START = re.compile(r"@[ \t]*([A-Za-z][\w+.:/*-]*)\s*([{(])")
# A key, in which blanks may stand that do not belong there.
KEY = {
    opener: re.compile(rf"\s*+((?>[^\s{ends}]++(?>[^\S\n]++(?=[^\s{ends}]))?+)*+)\s*+(?=[,{_CLOSING[opener]}])")
    for opener, ends in (("{", ',{}=\\"'), ("(", ',{}=\\")'))
}
# What begins an entry in parentheses, and not a remark in some prose.
_KEY_IN_PARENTHESES = re.compile(r"\s*+[^\s,{}=\"]{0,500}+\s*+,")
_FIELD = re.compile(rf"{_SKIP}({_NAME})\s*+=\s*+({_EXPRESSION}){_REMARK}(?=[,}})])")
_SKIPPED = re.compile(_SKIP)
_REMARKS = re.compile(r"%[^\n]*")
_CLOSED = re.compile(r"[ \t]*+\}")
# Fields behind a brace that closed the entry: one brace too many.
_TAIL = re.compile(r"[\s,]*[A-Za-z][\w-]*\s*=\s*[{\"\d]")
_NEXT = re.compile(r"\s*+,\s*+[A-Za-z][\w-]*+\s*+=")
_PARTS = re.compile(_PART)
_WHOLE = re.compile(_EXPRESSION)
_NAMED = re.compile(rf"{_SKIP}({_NAME})\s*+=\s*+")
_END = re.compile(rf"{_REMARK}(?=[,}})])")
_KEYED = re.compile(r"@[ \t]*[A-Za-z][\w+.:/*-]*\s*[{(]\s*([^\s,{}=\"()%#]+)\s*,")
_STRING = re.compile(r"@[ \t]*(string)\s*([{(])", re.IGNORECASE)
COMMANDS = ("comment", "preamble", "string")
# So far is looked back for a `%`.
_BACK = 1000
# So far is looked whether fields behind an entry repeat those in it.
_LONGEST_TAIL = 2000
# A value longer than this that runs over the head of a block has lost its end.
_LONGEST_ACROSS = 5000


# Fields that name the entries that one inherits from.
PARENTS = ("crossref", "xdata")
# Macros that every style defines (BibTeX's own, `plain.bst`).
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


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
    position = search_from = looked = line = 0
    is_remark = False
    unclosed: set[int] = set()
    while (match := START.search(text, search_from)) is not None:
        at = match.start()
        if (newline := text.rfind("\n", looked, at)) >= 0:
            line, is_remark = newline + 1, False
        is_remark = is_remark or text.find("%", max(line, looked), at) >= 0
        if _is_no_block(text, match, is_remark and not _is_behind_brace(text, line)):
            search_from, looked = match.end(), at
            continue
        if text[position:at].strip():
            yield Block("text", position, at)
        block = _block(text, match, unclosed)
        yield block
        position = search_from = looked = line = block.end
        is_remark = False
    if text[position:].strip():
        yield Block("text", position, len(text))


def _is_no_block(text: str, match: re.Match[str], is_remark: bool) -> bool:
    """A mail address, a line that is commented out, or prose with an @ in it."""
    at = match.start()
    if is_remark or (at and (text[at - 1].isalnum() or text[at - 1] in "._-\\")):
        return True
    is_entry = match[1].lower() not in COMMANDS
    return match[2] == "(" and is_entry and _KEY_IN_PARENTHESES.match(text, match.end()) is None


def _is_behind_brace(text: str, line: int) -> bool:
    """Whether the brace that ends an entry begins a line: what stands behind it is not commented out with it."""
    return text[line - 2 : line] == "\n}" or _CLOSED.match(text, line) is not None


def _is_remark(text: str, at: int) -> bool:
    """Whether a `%` stands before a place in its line, as far as one can tell without reading all that is before."""
    back = max(at - _BACK, 0)
    line = max(text.rfind("\n", back, at), text.rfind("}", back, at), back - 1) + 1
    return text.find("%", line, at) >= 0 and not _is_behind_brace(text, line)


def _block(text: str, match: re.Match[str], unclosed: set[int]) -> Block:
    kind = match[1].lower()
    if kind == "comment":
        end = closing(text, match.end() - 1, unclosed)
        if end < 0:
            end = text.find("\n", match.start())
            end = len(text) if end < 0 else end
        return Block("comment", match.start(), end)
    if kind == "preamble":
        end = closing(text, match.end() - 1)
        return Block("preamble", match.start(), end) if end > 0 else _broken(text, match, "its brace is never closed")
    if kind == "string":
        return _string(text, match)
    return _entry(text, match)


def _string(text: str, match: re.Match[str]) -> Block:
    fields, end, why = _defined(text, match)
    if why is not None:
        return _broken(text, match, why)
    remarks = _remarks(text, match.end(), end) if "%" in text[match.end() : end] else ()
    return Block("string", match.start(), end, fields=fields, remarks=remarks)


def _defined(
    text: str, match: re.Match[str], is_deep: bool = True
) -> tuple[tuple[tuple[str, str], ...], int, str | None]:
    """The definitions of a string block, its end, and what is wrong with it."""
    fields, position = _fields(text, match.end(), is_deep)
    position = _SKIPPED.match(text, position).end()  # type: ignore[union-attr]
    if not fields or text[position : position + 1] != _CLOSING[match[2]]:
        return (), position, "it is no definition of a string"
    return fields, position + 1, _run_over(text, match.end(), position, fields)


def _entry(text: str, match: re.Match[str]) -> Block:
    opener = match[2]
    found = KEY[opener].match(text, match.end())
    if found is None:
        return _broken(text, match, "it has no key that can be read")
    key, begin = found[1], found.end()
    fields, position = _fields(text, begin)
    position = _SKIPPED.match(text, position).end()  # type: ignore[union-attr]
    sign = text[position : position + 1]
    if sign != _CLOSING[opener]:
        return _broken(text, match, None, position)
    if _goes_on(text, position + 1, fields):
        return _broken(text, match, "a brace too many closes it early")
    if (why := _run_over(text, match.end(), position, fields)) is not None:
        return _broken(text, match, why)
    end = position + 1
    remarks = _remarks(text, begin, position) if "%" in text[begin:position] else ()
    return Block("entry", match.start(), end, match[1], key, fields, remarks)


def _goes_on(text: str, position: int, fields: tuple[tuple[str, str], ...]) -> bool:
    """Whether behind the brace that closes an entry more of its fields follow, and not what is left of another."""
    if _TAIL.match(text, position) is not None:
        return True
    if _NEXT.match(text, position) is None:
        return False
    names = {name.lower() for name, _ in fields}
    end = position + _LONGEST_TAIL
    while (found := _FIELD.match(text, position, end)) is not None:
        if found[1].lower() in names:
            return False
        position = found.end()
    return True


def _fields(text: str, position: int, is_deep: bool = True) -> tuple[tuple[tuple[str, str], ...], int]:
    fields: list[tuple[str, str]] = []
    while True:
        while (found := _FIELD.match(text, position)) is not None:
            fields.append((found[1], found[2]))
            position = found.end()
        named = _NAMED.match(text, position) if is_deep else None
        if named is None or (deep := _deep(text, named)) is None:
            return tuple(fields), position
        fields.append(deep[0])
        position = deep[1]


def _deep(text: str, named: re.Match[str]) -> tuple[tuple[str, str], int] | None:
    """A field whose braces are so deep that they must be counted, and its end."""
    following = HEAD.search(text, named.end())
    end = following.start() if following else len(text)
    parts = counted(text, named.end(), end)
    behind = _END.match(text, parts[-1][1]) if parts else None
    return ((named[1], text[named.end() : parts[-1][1]]), behind.end()) if behind else None


def _why(text: str, position: int, end: int) -> str:
    """Why a block that ends where the next begins cannot be read from a place on."""
    until = "is never closed" if end == len(text) else "is not closed before the next entry"
    if position >= end:
        return f"it {until}"
    named = _NAMED.match(text, position, end)
    if named is not None:
        value = counted(text, named.end(), end)
        if not value and text[named.end() : named.end() + 1] in ("{", '"'):
            return f"the value of {named[1]} {until}"
        position = value[-1][1] if value else position
    behind = _SKIPPED.match(text, position, end).end()  # type: ignore[union-attr]
    if behind == end:
        return f"it {until}"
    begin = named.start(1) if named is not None else behind
    near = " ".join(text[begin : min(begin + 40, end)].split())
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


def _broken(text: str, match: re.Match[str], why: str | None, position: int = 0) -> Block:
    """All up to the next head at the start of a line, for nobody knows where it was meant to end."""
    following = HEAD.search(text, match.end())
    end = following.start() if following else len(text)
    return Block("broken", match.start(), end, match[1], why=why or _why(text, position, end))


def keys(text: str) -> Iterator[str]:
    """The keys of the entries that a text seems to have."""
    for match in _KEYED.finditer(text):
        yield match[1]


def keyed(text: str, names: Container[str]) -> Iterator[Block]:
    """The blocks of a text whose key, in small letters, is one of these."""
    for match in _KEYED.finditer(text):
        start = START.match(text, match.start()) if match[1].lower() in names else None
        if start is not None and not _is_no_block(text, start, _is_remark(text, start.start())):
            yield _block(text, start, set())


def definitions(text: str) -> Iterator[tuple[str, str]]:
    """The macros that a text defines, as (name, raw expression), in order."""
    for match in _STRING.finditer(text):
        if not _is_no_block(text, match, _is_remark(text, match.start())):
            # To look for the ends of all that never end would take long.
            fields, _, why = _defined(text, match, is_deep=False)
            yield from fields if why is None else ()


def macros(raw: str) -> list[str]:
    """The macros that an expression names, in small letters, the months among them."""
    return [part.lower() for part in parts(raw) if part[0] not in '{"' and not part.isdigit()]


def parents(told: Mapping[str, str]) -> tuple[str, ...]:
    """The keys of the entries that one inherits from, by the values of its fields."""
    keys = (key.strip() for name in PARENTS for key in told.get(name, "").split(","))
    return tuple(key for key in keys if key)


def parts(raw: str) -> list[str]:
    """The parts of an expression: texts in their delimiters, numbers and names of macros."""
    if raw.count("{") > _DEPTH and not _WHOLE.fullmatch(raw):
        return [raw[start:end] for start, end in counted(raw, 0, len(raw))]
    return _PARTS.findall(raw)
