"""A question to the library as a value: what words, what checks, how joined. No SQL, no text to read. Pure."""

from typing import NamedTuple

# In front of the initials of a title, in the index and in a question: private use, which no text looked for has.
INITIALS = "\ue001"
# What a title or a citation has for grammar's sake.
SMALL = frozenset("a an the of on in for and or to with by from at as is are via et al".split())

# Fields of the full-text index by their names in a query; the rest are tests on a paper's values.
TEXT_FIELDS = {
    "author": ("authors",), "title": ("title",), "abstract": ("abstract",), "venue": ("venue",),
    "note": ("note", "page_notes"), "key": ("key",), "in": ("sections", "page"),
}  # fmt: skip
VALUE_FIELDS = ("tag", "arxiv", "doi", "cat", "year", "added", "type", "status", "is", "has")


class Match(NamedTuple):
    """Words that stand one behind the other in a text field ("" is any); the last may be a beginning."""

    field: str
    words: tuple[str, ...]
    prefix: bool = False


class Check(NamedTuple):
    """A check on a value: `field` one of VALUE_FIELDS, `value` its argument (low and high for a range)."""

    field: str
    value: tuple[str, ...]


class Group(NamedTuple):
    """Parts joined by `op`: "and", "or", or "not" (of its one part)."""

    op: str
    parts: "tuple[Node, ...]"


Node = Match | Check | Group


class Query(NamedTuple):
    """A question to the library: `root` is None where everything is asked for.

    `text` is what was typed; `notes` say how it was understood where it was no valid query.
    """

    text: str
    root: Node | None
    notes: tuple[str, ...] = ()

    def terms(self) -> list[Match]:
        """The words looked for (not those to be absent), for marking them in a text."""
        return matches(self.root) if self.root else []


def matches(root: Node, *, refused: bool = False) -> list[Match]:
    """The words of a question, in the order in which they were typed; with `refused` also those to be absent."""
    found: list[Match] = []
    pending: list[Node] = [root]
    while pending:
        node = pending.pop()
        if isinstance(node, Match):
            found.append(node)
        elif isinstance(node, Group) and (refused or node.op != "not"):
            pending += reversed(node.parts)
    return found


def written(node: Node, within: bool = False) -> str:
    """A query as text that is read as the same query."""
    if isinstance(node, Check):
        value = "..".join(dict.fromkeys(node.value))
        return f'{node.field}:"{value}"' if " " in value else f"{node.field}:{value}"
    if isinstance(node, Match):
        text = " ".join(node.words)
        text = f'"{text}"' if len(node.words) != 1 or text in ("OR", "AND", "NOT") else text
        return f"{node.field}:{text}" if node.field else text
    if node.op == "not":
        return f"NOT {written(node.parts[0], within=True)}"
    text = (" OR " if node.op == "or" else " ").join(written(part, within=True) for part in node.parts)
    return f"({text})" if within else text
