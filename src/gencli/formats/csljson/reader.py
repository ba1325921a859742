"""CSL-JSON read: each item becomes a record, or a problem that says why not."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from gencli.errors import BadInput
from gencli.exchange import added, says_something, sound
from gencli.formats.csljson.hearing import hear
from gencli.formats.csljson.telling import tell
from gencli.formats.csljson.variables import compact, kept
from gencli.identifiers import identify
from gencli.model import Problem, Record

# Our own place within `custom`, which CSL leaves to the programs that write it.
OURS = "gencli"
_HINT = "CSL-JSON is a list of objects, as Zotero's export “CSL JSON” or pandoc writes it"


def read(text: str, origin: str, where: str) -> Iterator[Record | Problem]:
    """The works of a text in CSL-JSON: a list of items, one item, or a list under `items` or `references`.

    Raises `BadInput` where the text is no JSON, or JSON of another kind.
    """
    twice: list[tuple[str, Any]] = []
    data = _parsed(text.lstrip("\ufeff \t\r\n"), where, twice)
    if isinstance(data, dict):
        data, beside = _unwrapped(data)
    else:
        beside = {}
    if not isinstance(data, list):
        raise BadInput(f"{where} is JSON, but no CSL-JSON", _HINT)
    return _items(data, origin, where, {**beside, **dict(twice)})


def _items(data: list[Any], origin: str, where: str, beside: Mapping[str, Any]) -> Iterator[Record | Problem]:
    for name, value in beside.items():
        yield Problem(where, f"'{sound(name)}' is no part of an item, or said twice in one", _raw(value))
    for number, item in enumerate(data, 1):
        yield _item(item, origin, f"{where} item {number}")


def _item(item: Any, origin: str, where: str) -> Record | Problem:
    if not isinstance(item, dict):
        return Problem(where, "an item that is no object", _raw(item))
    try:
        record = understood(item, origin)
    except RecursionError:
        return Problem(where, "an item that is nested too deeply", "")
    if not says_something(record):
        return Problem(where, "an item that tells of no work", _raw(item))
    return record


def understood(item: Mapping[str, Any], origin: str) -> Record:
    """What an item says; what we would not write again as it is stands in fields called `csl-…` too."""
    custom = item.get("custom")
    rest = custom.get(OURS) if isinstance(custom, Mapping) else None
    item = _without_ours(item) if rest is not None else item
    record = hear(item, origin)
    told = tell(record)
    odd = {
        f"csl-{sound(name)}": kept(value) for name, value in item.items() if not is_said(name, value, told.get(name))
    }
    record = record._replace(fields={**record.fields, **odd}) if odd else record
    if rest is None:
        return record
    full = added(record, rest)
    return full or record._replace(fields={**record.fields, "csl-custom": compact(custom)})


def _without_ours(item: Mapping[str, Any]) -> dict[str, Any]:
    custom = {name: value for name, value in item["custom"].items() if name != OURS}
    return {name: value for name, value in item.items() if name != "custom"} | ({"custom": custom} if custom else {})


def is_said(name: str, value: Any, told: Any) -> bool:
    """Whether a variable says nothing, or nothing but what we would write for it."""
    if value in (None, "", [], {}):
        return True
    if told is None:
        return False
    if name == "DOI" and isinstance(value, str):
        found = identify(value)
        return found is not None and found.value == told and value.lower().endswith(told)
    return bool(_plainly(value) == _plainly(told))


def _plainly(value: Any) -> Any:
    """A value in which a number and its digits are the same."""
    if isinstance(value, dict):
        return {name: _plainly(part) for name, part in value.items()}
    if isinstance(value, list):
        return [_plainly(part) for part in value]
    return str(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else value


def _raw(value: Any) -> str:
    try:
        return compact(value)
    except RecursionError:
        return ""


def _unwrapped(data: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
    """The list within an object and what else the object says, or the object itself as the only item."""
    for name in ("items", "references"):
        if isinstance(data.get(name), list):
            return data[name], {key: value for key, value in data.items() if key != name}
    known = ("type", "title", "id", "author", "DOI", "URL", "issued", "editor", "container-title")
    return ([data] if any(name in data for name in known) else None), {}


def _parsed(text: str, where: str, twice: list[tuple[str, Any]]) -> Any:
    """The JSON of a text; numbers that a program would round stay texts. `twice` gets what a later word replaces."""

    def pairs(told: list[tuple[str, Any]]) -> dict[str, Any]:
        made = dict(told)
        if len(made) < len(told):
            last = {name: number for number, (name, _) in enumerate(told)}
            twice.extend(
                pair for number, pair in enumerate(told) if last[pair[0]] != number and made[pair[0]] != pair[1]
            )
        return made

    def whole(digits: str) -> int | str:
        return int(digits) if len(digits) < 16 else digits

    try:
        return json.loads(text, object_pairs_hook=pairs, parse_float=str, parse_int=whole, parse_constant=str)
    except json.JSONDecodeError as error:
        raise BadInput(
            f"{where}:{error.lineno} is no JSON: {error.msg.lower()} at sign {error.colno}", _HINT
        ) from error
    except RecursionError as error:
        raise BadInput(f"{where} is JSON that is nested too deeply", _HINT) from error
