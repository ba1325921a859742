"""What is new of a paper between two looks at it. Pure."""

from collections.abc import Iterator, Sequence
from typing import Any

from gencli.model import News, Paper, Variant, author_as_json

# The fields that are compared, with what a change of each is; days and versions go together.
_FIELDS = (
    ("arxiv_version", "new version"), ("title", "title"), ("authors", "changed"), ("venue", "published"),
    ("year", "changed"), ("abstract", "changed"), ("primary_category", "changed"), ("categories", "changed"),
    ("updated", "changed"),
)  # fmt: skip


def between(before: Paper, after: Paper, beside: Sequence[Variant] = ()) -> list[News]:
    """What changed, the telling first; `beside` are the sources' words that do not hold and are new."""
    key = after.key
    if before.posted is None and after.posted is not None:
        found = [News(key, "filled in", "title", before.title, after.title)]
        if after.is_withdrawn:
            found.append(News(key, "withdrawn", "pubstate", None, "withdrawn"))
    else:
        found = list(_changed(before, after))
    for field, _, value in beside:
        # A day goes with its year, and whether they are all with the authors.
        if field not in ("date", "authors_complete"):
            name = field.removeprefix("fields.")
            mine = (
                after.fields.get(name) if name != field else _told(getattr(after, field, after.identifiers.get(field)))
            )
            found.append(News(key, "kept beside", name, mine, value))
    return found


def _changed(before: Paper, after: Paper) -> Iterator[News]:
    key = after.key
    if before.is_withdrawn != after.is_withdrawn:
        what = "withdrawn" if after.is_withdrawn else "not withdrawn"
        yield News(key, what, "pubstate", before.fields.get("pubstate"), after.fields.get("pubstate"))
    for kind in dict.fromkeys([*after.identifiers, *before.identifiers]):
        old, new = before.identifiers.get(kind), after.identifiers.get(kind)
        if old != new:
            yield News(key, "doi" if kind == "doi" else "changed", kind, old, new)
    for name, what in _FIELDS:
        old, new = _told(getattr(before, name)), _told(getattr(after, name))
        if old != new:
            yield News(key, "not published" if name == "venue" and not new else what, name, old, new)
    for name in dict.fromkeys([*before.fields, *after.fields]):
        old, new = before.fields.get(name), after.fields.get(name)
        if name != "pubstate" and old != new:
            yield News(key, "changed", name, old, new)
    for link in after.links:
        if link not in before.links:
            yield News(key, "changed", f"{link.rel} link", None, link.url)


def _told(value: Any) -> Any:
    """A value as JSON has it."""
    if isinstance(value, tuple):
        return [author_as_json(part) if hasattr(part, "surname") else part for part in value]
    return value
