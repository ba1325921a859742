"""What the user asks for: text in, a `Query` out. No SQL, and no text makes it fail. Pure.

The language is in docs/query.md: words, "phrases", OR, NOT, -word, (groups), field:value.
"""

import re
from typing import NamedTuple

from gencli.text import fold, words

# Fields of the full-text index by their names in a query; the rest are tests on a paper's values.
TEXT_FIELDS = {
    "author": ("authors",), "title": ("title",), "abstract": ("abstract",), "venue": ("venue",),
    "note": ("note", "page_notes"), "key": ("key",), "in": ("places",),
}  # fmt: skip
VALUE_FIELDS = ("tag", "arxiv", "doi", "cat", "year", "added", "type", "status", "is", "has")

_LONGEST = 10_000
_TOKEN = re.compile(
    r"""\s*(?:
      (?P<gminus>-(?=\())?(?P<paren>[()])
    | (?P<minus>-)?(?P<field>[A-Za-z]+):(?:"(?P<fphrase>[^"]*)(?:"|$)|(?P<fvalue>[^\s()]+))
    | (?P<pminus>-)?"(?P<phrase>[^"]*)(?:"|$)
    | (?P<word>[^\s()"]+)
    )""",
    re.VERBOSE,
)
_RANGE = re.compile(r"(\d{4})?(\.\.)?(\d{4})?")
_STATUS = ("unread", "reading", "read")
_IS = ("starred", "withdrawn", *_STATUS)
_HAS = ("note", "abstract", "pdf", "code", "doi", "arxiv", "tag")


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
        found: list[Match] = []
        pending: list[Node] = [self.root] if self.root else []
        while pending:
            node = pending.pop()
            if isinstance(node, Match):
                found.append(node)
            elif isinstance(node, Group) and node.op != "not":
                pending += node.parts
        return found


def parse(text: str) -> Query:
    """Read a query; what is not valid syntax is looked for as words."""
    text = text[:_LONGEST].encode("utf-8", "replace").decode("utf-8")
    if not text.strip():
        return Query(text, None)
    reader = _Reader(text)
    root = reader.whole()
    if root is None:
        # An operator alone is a word; where nothing is a word or a number, no paper can have it.
        return Query(text, Match("", tuple(words(text))), tuple(reader.notes))
    return Query(text, _with_prefix(root) if reader.ends_open else root, tuple(reader.notes))


class _Reader:
    """Reads tokens left to right; a stray parenthesis or operator is skipped, never an error."""

    def __init__(self, text: str) -> None:
        self.tokens = list(_TOKEN.finditer(text.rstrip()))
        self.index = 0
        self.depth = 0
        self.notes: list[str] = []
        last = self.tokens[-1] if self.tokens else None
        self.ends_open = (
            last is not None and (last["word"] is not None or last["fvalue"] is not None) and text[-1:].strip() != ""
        )

    def whole(self) -> Node | None:
        """The query; parentheses that close nothing end nothing."""
        parts: list[Node] = []
        while self.index < len(self.tokens):
            node = self._either()
            if node is not None:
                parts.append(node)
            elif self.index < len(self.tokens):
                self.index += 1
        return _join("and", parts)

    def _either(self) -> Node | None:
        alternatives: list[Node] = []
        while True:
            node = self._all()
            if node is not None:
                alternatives.append(node)
            if not self._is_word("OR"):
                return _join("or", alternatives)
            self.index += 1

    def _all(self) -> Node | None:
        parts: list[Node] = []
        while self.index < len(self.tokens) and not self._is_word("OR") and self._sign() != ")":
            if self._is_word("AND") and parts and self.index + 1 < len(self.tokens):
                self.index += 1
                continue
            node = self._one()
            if node is not None:
                parts.append(node)
        return _join("and", parts)

    def _one(self) -> Node | None:
        refused = False
        while self._is_word("NOT") and self.index + 1 < len(self.tokens) and self._sign(1) != ")":
            self.index, refused = self.index + 1, not refused
        return _negated("-" if refused else None, self._term())

    def _term(self) -> Node | None:
        token = self.tokens[self.index]
        self.index += 1
        if token["paren"]:
            return _negated(token["gminus"], self._group())
        if token["field"] is not None:
            value = token["fphrase"] if token["fphrase"] is not None else token["fvalue"]
            return _negated(token["minus"], self._field(token["field"], value))
        if token["phrase"] is not None:
            return _negated(token["pminus"], _match("", token["phrase"]))
        word = token["word"]
        if word.startswith("-") and len(word) > 1:
            return _negated("-", _match("", word[1:]))
        return _match("", word)

    def _group(self) -> Node | None:
        # Deeper than any person types; beyond it parentheses are passed over, so nothing recurses far.
        if self.depth >= 50:
            return None
        self.depth += 1
        node = self._either()
        self.depth -= 1
        if self.index < len(self.tokens) and self._sign() == ")":
            self.index += 1
        return node

    def _field(self, name: str, value: str) -> Node | None:
        lower = name.lower()
        if lower in TEXT_FIELDS:
            return _match(lower, value)
        test = _test(lower, value)
        if test is not None:
            return test
        if lower in VALUE_FIELDS:
            self.notes.append(f"'{name}:{value}' is no value of {lower}:, searched for as words")
        elif not re.match(r"https?$|doi$", lower):
            self.notes.append(f"there is no field '{name}:', searched for as words")
        return _match("", f"{name} {value}")

    def _is_word(self, word: str) -> bool:
        return self.index < len(self.tokens) and self.tokens[self.index]["word"] == word

    def _sign(self, ahead: int = 0) -> str | None:
        place = self.index + ahead
        return self.tokens[place]["paren"] if place < len(self.tokens) else None


def _match(field: str, text: str) -> Match | None:
    found = tuple(words(text))
    return Match(field, found) if found else None


def _negated(minus: str | None, node: Node | None) -> Node | None:
    if not minus or node is None:
        return node
    return node.parts[0] if isinstance(node, Group) and node.op == "not" else Group("not", (node,))


def _join(op: str, parts: list[Node]) -> Node | None:
    if len(parts) <= 1:
        return parts[0] if parts else None
    return Group(op, tuple(parts))


def _with_prefix(node: Node) -> Node:
    """The last bare word also finds what begins with it."""
    if isinstance(node, Match):
        return Match(node.field, node.words, prefix=True)
    if isinstance(node, Group) and node.op != "not":
        return Group(node.op, (*node.parts[:-1], _with_prefix(node.parts[-1])))
    return node


def _test(field: str, value: str) -> Check | None:
    """The test on a value, or None where the value does not fit the field."""
    folded = fold(value).strip()
    if not folded:
        return None
    if field in ("tag", "type"):
        return Check(field, (value if field == "tag" else folded,))
    if field == "arxiv":
        # Every version of a paper is that paper.
        return Check(field, (re.sub(r"(?<=\d)v\d+$", "", folded),))
    if field == "doi":
        return Check(field, (folded,))
    if field == "cat":
        # An archive, or a subject class in it: cs, cs.LG, cond-mat.str-el.
        fits = re.fullmatch(r"([a-z-]+(?:\.[a-z-]+)?)(?:\.\*)?", folded)
        return Check(field, (fits[1],)) if fits else None
    if field == "year":
        match = _RANGE.fullmatch(folded)
        if match is None or not (match[1] or match[3]) or (match[1] and match[3] and not match[2]):
            return None
        low, high = match[1] or "", match[3] or ""
        return Check("year", (low, high) if match[2] else (low or high, low or high))
    if field == "added":
        return _added(folded)
    choices = {"is": _IS, "has": _HAS, "status": _STATUS}.get(field, ())
    return Check(field, (folded,)) if folded in choices else None


def _added(value: str) -> Check | None:
    """`7d` (days, also h, w, m, y), a day, a month, a year, or a range of them."""
    if re.fullmatch(r"\d{1,4}[hdwmy]", value):
        return Check("added", (value,))
    low, dots, high = value.partition("..")
    part = re.compile(r"\d{4}(?:-\d{2}(?:-\d{2})?)?")
    if any(side and not part.fullmatch(side) for side in (low, high)) or not (low or high):
        return None
    return Check("added", (low, high if dots else low))
