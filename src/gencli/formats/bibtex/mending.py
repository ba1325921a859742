"""A broken entry read field by field, as a person would read it; what may be meant in two ways is not read. Pure."""

import re
from collections import Counter
from typing import NamedTuple

from gencli.formats.bibtex.counting import HEAD, counted
from gencli.formats.bibtex.cut import COMMANDS, KEY, START, Block, cut

_WORDS = re.compile(r"\w+")
# Names that stand for a field even where little else says so.
_KNOWN = (
    r"(?i:title|author|editor|year|date|journal|journaltitle|booktitle|publisher|volume|number|pages|month|note|series|"
    r"edition|chapter|address|location|institution|organization|school|howpublished|doi|url|isbn|issn|keywords|abstract)"
)
_NAME = r"[A-Za-z][\w:.+*/-]*+"
# What stands between two fields; a bracket here closes the entry, or nothing.
_GAP = re.compile(r"(?>[\s,})]++|%[^\n]*+)*+")
_REMARKS = re.compile(r"%[^\n]*")
_BRACKET = re.compile(r"[})]")
_NAMED = re.compile(rf"@?[ \t]*+({_NAME})\s*+=\s*+")
# A name in which blanks stand, all on one line.
_WORDY = re.compile(r"([A-Za-z][\w-]*+(?:[ \t]++[A-Za-z][\w-]*+){1,2})[ \t]*+=\s*+")
# A field of a form that nobody filled in: alone in its line, or with nothing behind its sign.
_LONE = re.compile(rf"({_KNOWN})[ \t]*+,?[ \t]*+(?=\n|\Z)")
_VOID = re.compile(r"[,})]|\Z")
# A key without a comma, on a line of its own or before a field that everybody knows.
_KEYED = re.compile(rf"\s*+([^\s,{{}}()=\"#%@]++)(?:[ \t]*+\n\s*+(?={_NAME}\s*+=)|[ \t]++(?={_KNOWN}\s*+=))")
# A field where the key should be, and no key with a sign too many.
_KEYLESS = re.compile(rf"[\s,]*+{_NAME}\s*+=\s*+[{{\"\d]")
# Words that nobody put into braces, up to the comma or the end of the line.
_UNQUOTED = re.compile(r"(?>[^,\n{}()=\"#%@]++|\([^,\n{}()=\"#%@]*+\))++(?=[,\n})]|\Z)")
# What may stand behind a value.
_BEHIND = re.compile(rf"[ \t]*+(?:[,}})%\n]|\Z|@?[ \t]*+{_NAME}\s*+=)")
# What hardly any value holds but one that lost its end, with another field in it, or that began behind a stray sign.
_MERGED = re.compile(
    rf"[,}}\"\n][ \t]*+@?[ \t]*+{_NAME}\s*+=|(?<=\s){_KNOWN}\s*+=|\n[ \t]*+{_KNOWN}\s*+[{{\"]"
    rf"|\A[{{\"]?\s*+(?:=|[#%@()]\s*+[{{\"]|{_NAME}\s*+=\s*+[{{\"])"
)


class Mended(NamedTuple):
    """An entry as it was meant, and where in the broken text it ends."""

    block: Block
    end: int


class _Field(NamedTuple):
    name: str
    value: str
    end: int


class _Read(NamedTuple):
    fields: tuple[_Field, ...]
    remarks: tuple[str, ...]
    end: int


def mended(raw: str) -> Mended | None:
    """The entry that a broken text is meant to be; None where a word would be lost or two fields become one.

    It is written in good form and cut again: only what reads back alike is believed.
    """
    head = START.match(raw)
    key = _key(raw, head) if head is not None and head[1].lower() not in COMMANDS else None
    read = _read(raw, key[1]) if key is not None else None
    if head is None or key is None or read is None or any(is_merged(field.value) for field in read.fields):
        return None
    values = tuple((field.name, field.value) for field in read.fields)
    lines = [f"@{head[1]}{{{key[0]},", *(f"{name} = {value}," for name, value in values), *read.remarks, "}"]
    written = "\n".join(lines)
    wanted = Block("entry", 0, len(written), head[1], key[0], values, read.remarks)
    if list(cut(written)) != [wanted] or _words(raw[: read.end]) != _words(written):
        return None
    return Mended(wanted, read.end)


def is_merged(value: str) -> bool:
    """Whether a value holds what looks like another field or block: it lost its end."""
    return _MERGED.search(value) is not None or HEAD.search(value) is not None


def _words(text: str) -> Counter[str]:
    return Counter(_WORDS.findall(text))


def _key(raw: str, head: re.Match[str]) -> tuple[str, int] | None:
    """The key and the place behind it; an empty one where a field follows at once."""
    found = KEY[head[2]].match(raw, head.end()) or _KEYED.match(raw, head.end())
    if found is not None:
        return found[1], found.end()
    return ("", head.end()) if _KEYLESS.match(raw, head.end()) else None


def _read(raw: str, position: int) -> _Read | None:
    """The fields of an entry, the `%` lines between them, and its end."""
    fields: dict[str, _Field] = {}
    found: list[_Field] = []
    remarks: list[str] = []
    is_closed = False
    while True:
        at = _GAP.match(raw, position).end()  # type: ignore[union-attr]
        gap = raw[position:at]
        signs = _REMARKS.sub("", gap)
        is_closed = is_closed or _BRACKET.search(signs) is not None
        field = _field(raw, at, signs)
        if field is None:
            break
        if is_closed and field.name.lower() in fields:
            return None
        remarks += _REMARKS.findall(gap)
        fields[field.name.lower()] = field
        found.append(field)
        position = field.end
    if at < len(raw):
        # Words in the lines behind an entry are no part of it.
        behind = re.split(r"[})]", signs)[1:]
        if not behind or "\n" not in behind[-1] or re.search(r"[={}\"@]", raw[at:]):
            return None
    remarks += _REMARKS.findall(gap)
    return _Read(tuple(found), tuple(remarks), at)


def _field(raw: str, at: int, gap: str) -> _Field | None:
    """The field that begins at a place, with what stands before it."""
    named = _NAMED.match(raw, at)
    if named is None and ("," in gap or "\n" in gap):
        named = _WORDY.match(raw, at)
    if named is not None:
        value = _value(raw, named.end())
        return _Field("-".join(named[1].split()), *value) if value else None
    lone = _LONE.match(raw, at) if "\n" in gap and not _BRACKET.search(gap) else None
    return _Field(lone[1], "{}", lone.end()) if lone else None


def _value(raw: str, at: int) -> tuple[str, int] | None:
    """An expression in good form and the place behind it; None where nobody can tell where it ends."""
    if _VOID.match(raw, at):
        return "{}", at
    places = counted(raw, at, len(raw))
    if places and _BEHIND.match(raw, places[-1][1]):
        return raw[at : places[-1][1]], places[-1][1]
    words = _UNQUOTED.match(raw, at)
    return ("{" + words[0].strip() + "}", words.end()) if words else None
