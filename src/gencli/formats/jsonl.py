"""JSON lines: each line is an object, a paper in the shape of `--json` or what else a library holds.

A paper's line may have `kept`, with what its own shape leaves out; the lines of other kinds have one name at the top:
`file`, `page`, `aside`, `apart`. See docs/jsonl.md.
"""

import json
import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from gencli.model import Problem
from gencli.text import is_whole, json_seen

# How it is told what is wrong with a value ("" for nothing); names that nobody knows are added to the list.
Check = Callable[[Any, list[str]], str]

_HALF = "has half a sign (a lone surrogate)"
# What `search --json` tells beside a paper.
_OF_A_SEARCH = ("score", "snippet", "snippet_field")
_WHEN = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", re.ASCII)


class Line(NamedTuple):
    """A line as it was read: its place, its kind (`paper`, `file`, `page`, `aside`, `apart`), and its value."""

    where: str
    kind: str
    value: Any


def write(values: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """The values as lines of JSON, each with its line end."""
    for value in values:
        yield json_seen(json.dumps(value, ensure_ascii=False)) + "\n"


def read(lines: str | Iterable[str | bytes], where: str) -> Iterator[Line | Problem]:
    """The lines of a text, one by one; each that is not what a line can be is a problem, with its text.

    A name that nobody knows is told where it stands first; what it says is not taken, the rest of the line is.
    """
    told: set[str] = set()
    for number, raw in enumerate(_apart(lines) if isinstance(lines, str) else lines, 1):
        place = f"{where}:{number}"
        try:
            text = raw if isinstance(raw, str) else raw.decode("utf-8")
        except UnicodeDecodeError:
            assert isinstance(raw, bytes)
            yield Problem(place, "is not UTF-8", raw.decode("utf-8", "backslashreplace"))
            continue
        if not is_whole(text):
            yield Problem(place, _HALF, text.encode("utf-8", "backslashreplace").decode("utf-8"))
            continue
        text = text.strip(" \t\r\n\ufeff" if number == 1 else " \t\r\n")
        if text:
            strange: list[str] = []
            yield _line(text, place, strange)
            for name in [name for name in dict.fromkeys(strange) if name not in told]:
                told.add(name)
                yield Problem(place, f"'{name}' is no part of a library; what it says is left out", "", True)


def _apart(text: str) -> Iterator[str]:
    """The lines of a text; other line ends than these may stand in JSON as they are."""
    start = 0
    while start < len(text):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        yield text[start:end]
        start = end + 1


def _line(text: str, place: str, strange: list[str]) -> Line | Problem:
    try:
        value = json.loads(text, object_pairs_hook=_once, parse_float=_finite, parse_constant=_finite)
        is_sound = "\\u" not in text or is_whole(json.dumps(value, ensure_ascii=False))
    except json.JSONDecodeError as error:
        return Problem(place, f"is no JSON: {error.msg.lower()} at sign {error.colno}", text)
    except RecursionError:
        return Problem(place, "is nested too deeply", text)
    except ValueError as error:
        return Problem(place, _reason(error), text)
    if not isinstance(value, dict):
        return Problem(place, "is no object", text)
    if not is_sound:
        return Problem(place, _HALF, text)
    kind = next(iter(value)) if len(value) == 1 else ""
    wrong = OTHERS[kind](value[kind], strange) if kind in OTHERS else _paper(value, strange)
    if wrong:
        strange.clear()
        return Problem(place, f"'{kind}' {wrong}" if kind in OTHERS else wrong, text)
    return Line(place, kind, value[kind]) if kind in OTHERS else Line(place, "paper", value)


def _reason(error: ValueError) -> str:
    """Our own word on what is wrong, or that a number has too many digits for Python."""
    return str(error) if error.args[1:] == ("ours",) else "has a number that is too long"


class _Wrong(ValueError):
    """Why an object of a line cannot be taken."""

    def __init__(self, what: str) -> None:
        super().__init__(what, "ours")

    def __str__(self) -> str:
        return str(self.args[0])


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        names = [name for name, _ in pairs]
        raise _Wrong(f"says '{next(name for name in names if names.count(name) > 1)}' twice")
    return made


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise _Wrong(f"has a number that is none: {digits[:20]}")
    return number


# --- what each value may be ----------------------------------------------------------------------


def _text(value: Any, _: list[str]) -> str:
    return "" if isinstance(value, str) else "is no text"


def _some(value: Any, _: list[str]) -> str:
    return "" if isinstance(value, str) and value else "is no text, or an empty one"


def _flag(value: Any, _: list[str]) -> str:
    return "" if isinstance(value, bool) else "is neither true nor false"


def _whole(value: Any, _: list[str]) -> str:
    is_one = isinstance(value, int) and not isinstance(value, bool) and -(2**63) <= value < 2**63
    return "" if is_one else "is no whole number"


def _time(value: Any, _: list[str]) -> str:
    return "" if isinstance(value, str) and _WHEN.fullmatch(value) else "is no time like 2026-01-31T09:00:00Z"


def _tag(value: Any, _: list[str]) -> str:
    # As Library takes them.
    is_one = isinstance(value, str) and 0 < len(value) <= 100 and value.isprintable() and value == _spaced(value)
    return "" if is_one else "is no tag of 1 to 100 visible characters"


def _spaced(text: str) -> str:
    return " ".join(text.split())


def _one_of(*words: str) -> Check:
    return lambda value, _: "" if isinstance(value, str) and value in words else f"is none of {', '.join(words)}"


def _maybe(check: Check) -> Check:
    return lambda value, strange: "" if value is None else check(value, strange)


def _list(check: Check) -> Check:
    def found(value: Any, strange: list[str]) -> str:
        if not isinstance(value, list):
            return "is no list"
        for number, one in enumerate(value, 1):
            if wrong := check(one, strange):
                return f"{number} {wrong}"
        return ""

    return found


def _map(check: Check) -> Check:
    def found(value: Any, strange: list[str]) -> str:
        if not isinstance(value, dict):
            return "is no object"
        return next((f"'{name}' {wrong}" for name, one in value.items() if (wrong := check(one, strange))), "")

    return found


def _object(parts: Mapping[str, Check], needed: tuple[str, ...] = ()) -> Check:
    def found(value: Any, strange: list[str]) -> str:
        if not isinstance(value, dict):
            return "is no object"
        # What a library has no place for is left out here, so that nobody meets it later.
        for name in [name for name in value if name not in parts]:
            strange.append(name)
            del value[name]
        for name, one in value.items():
            if wrong := parts[name](one, strange):
                return f"'{name}' {wrong}"
        return next((f"lacks '{name}'" for name in needed if name not in value), "")

    return found


def _tuple(*checks: Check) -> Check:
    def found(value: Any, strange: list[str]) -> str:
        if not isinstance(value, list) or len(value) != len(checks):
            return f"is no list of {len(checks)}"
        return next((w for check, one in zip(checks, value, strict=True) if (w := check(one, strange))), "")

    return found


def _author(value: Any, strange: list[str]) -> str:
    wrong = _PERSON(value, strange)
    return wrong or ("is a body and a person" if "literal" in value and len(value) > 1 else "")


def _field(value: Any, _: list[str]) -> str:
    """A field of an entry: name, raw expression, and the value where that is not just what stands in the braces."""
    if not isinstance(value, list) or len(value) not in (2, 3) or not all(isinstance(part, str) for part in value):
        return "is no field: name, raw expression, value"
    is_braced = len(value[1]) > 1 and value[1].startswith("{")
    return "" if is_braced or len(value) == 3 else "is a field without its value"


def _said(value: Any, strange: list[str]) -> str:
    """What a source says beside the value that holds: one value, a list of words or of authors."""
    if isinstance(value, list):
        return _list(lambda one, names: "" if isinstance(one, str) else _author(one, names))(value, strange)
    return "" if value is None or isinstance(value, (str, bool, float)) else _whole(value, strange)


_PERSON = _object(dict.fromkeys(("family", "given", "suffix", "literal"), _text))
_MENTION: dict[str, Check] = {
    "section": _list(_text), "group": _maybe(_text), "role": _one_of("item", "prose"), "position": _maybe(_whole),
    "label": _text, "starred": _flag, "note": _text,
}  # fmt: skip
_PROBLEM = _object({"where": _text, "what": _text, "raw": _text, "taken": _flag}, ("where", "what", "raw"))
_ENTRY: dict[str, Check] = {
    "file": _some, "source": _text, "type": _text, "key": _text, "fields": _list(_field), "macros": _list(_text),
    "parents": _list(_text),
}  # fmt: skip
_KEPT: dict[str, Check] = {
    "starred": _flag, "fingerprint": _text, "origins": _map(_text),
    "identifiers": _list(_tuple(_some, _some, _text)), "links": _list(_text),
    "beside": _list(_object({"field": _text, "source": _text, "value": _said}, ("field", "source", "value"))),
    "entries": _list(_object(_ENTRY, ("source", "type", "key", "fields"))),
}  # fmt: skip
PAPER: dict[str, Check] = {
    "key": _some, "aliases": _list(_some), "type": _maybe(_text), "title": _maybe(_text), "authors": _list(_author),
    "authors_complete": _flag, "year": _maybe(_whole), "date": _maybe(_text), "posted": _maybe(_text),
    "updated": _maybe(_text), "venue": _maybe(_text), "abstract": _maybe(_text), "identifiers": _map(_some),
    "arxiv_version": _maybe(_whole), "primary_category": _maybe(_text), "categories": _list(_text),
    "links": _list(_object({"rel": _text, "url": _text}, ("rel", "url"))), "tags": _list(_tag), "starred": _flag,
    "status": _one_of("unread", "reading", "read"), "note": _text, "fields": _map(_text),
    "mentions": _list(_object({"page": _text, **_MENTION})), "added": _time, "changed": _time,
    "kept": _object(_KEPT), **dict.fromkeys(_OF_A_SEARCH, lambda _, __: ""),
}  # fmt: skip
OTHERS: dict[str, Check] = {
    "file": _object(
        {"name": _some, "source": _some, "macros": _map(_text), "preambles": _list(_text), "comments": _list(_text),
         "remarks": _list(_text), "problems": _list(_PROBLEM)},
        ("name", "source"),
    ),
    "page": _object(
        {"title": _text, "source": _some, "format": _text, "text": _text, "base": _text,
         "related": _list(_tuple(_text, _text)), "read": _time,
         "mentions": _list(_object({"key": _some, **_MENTION}, ("key", "role", "label"))),
         "problems": _list(_PROBLEM)},
        ("title", "source", "format", "text", "read"),
    ),
    "aside": _PROBLEM,
    "apart": _tuple(_some, _some),
}  # fmt: skip
_WHOLE_PAPER = _object(PAPER)


def _paper(value: dict[str, Any], strange: list[str]) -> str:
    if not any(value.get(name) for name in ("key", "title", "authors", "identifiers")):
        return "tells of no paper"
    return _WHOLE_PAPER(value, strange)
