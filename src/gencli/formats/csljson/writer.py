"""CSL-JSON written: a list, one item a line."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from gencli.exchange import beside, plain
from gencli.formats.csljson.hearing import HEARD, hear
from gencli.formats.csljson.reader import OURS, understood
from gencli.formats.csljson.telling import tell
from gencli.formats.csljson.variables import given_back
from gencli.model import Paper, Record
from gencli.text import json_seen


def write(papers: Iterable[Paper]) -> Iterator[str]:
    """The papers as CSL-JSON in pieces, in the order given; a person's own tags, notes and marks are not told."""
    before = "[\n"
    for paper in papers:
        yield before + json_seen(json.dumps(_item(plain(paper)), ensure_ascii=False))
        before = ",\n"
    yield "[]\n" if before == "[\n" else "\n]\n"


def _item(told: Record) -> dict[str, Any]:
    """The item of a work, with what CSL has no place for in `custom`, so that reading it again gives all of it."""
    odd = {
        name[4:]: given_back(value)
        for name, value in told.fields.items()
        if name.startswith("csl-") and name != "csl-id"
    }
    if not isinstance(custom := odd.get("custom", {}), dict) or OURS in custom:
        del odd["custom"]
    core = told._replace(fields={name: value for name, value in told.fields.items() if not name.startswith("csl-")})
    item = _with_odd(core, tell(core), odd)
    # A name is needed by every reader.
    item.setdefault("id", told.key)
    rest = beside(told, understood(item, told.source))
    if rest:
        custom = item.pop("custom", None)
        item["custom"] = {**(custom if isinstance(custom, dict) else {}), OURS: rest}
    return item


def _with_odd(core: Record, item: dict[str, Any], odd: dict[str, Any]) -> dict[str, Any]:
    """The item with variables as they were once read, each as long as it says nothing else than the paper does."""
    item |= {name: value for name, value in odd.items() if name not in HEARD}
    odd = {name: value for name, value in odd.items() if name in HEARD}
    unsaid = beside(core, hear(item, "")) if odd else {}
    if odd and _is_part(beside(core, hear(both := {**item, **odd}, "")), unsaid):
        return both
    for name, value in odd.items():
        if _is_part(beside(core, hear(with_it := {**item, name: value}, "")), unsaid):
            item = with_it
    return item


def _is_part(rest: dict[str, Any], unsaid: dict[str, Any]) -> bool:
    """Whether no more is left to say than before."""
    known = unsaid.get("fields", {})
    return all(
        all(known.get(key, "") == text for key, text in value.items())
        if name == "fields"
        else unsaid.get(name) == value
        for name, value in rest.items()
    ) and set(rest) <= set(unsaid)
