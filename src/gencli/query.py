"""What the user asks for: text in, a `Query` out. No SQL, and no text makes it fail. Pure.

The language is in docs/query.md: words, "phrases", OR, NOT, -word, (groups), field:value.
"""

import re

from gencli import values
from gencli.folding import words
from gencli.question import TEXT_FIELDS, VALUE_FIELDS, Check, Group, Match, Node, Query, written

__all__ = [
    "TEXT_FIELDS",
    "VALUE_FIELDS",
    "Check",
    "Group",
    "Match",
    "Node",
    "Query",
    "parse",
    "with_known_fields",
    "written",
]

_LONGEST = 10_000
# How it was read is said in a line or two, however long it is.
_NOTE = 160
_QUOTES = dict.fromkeys(map(ord, "“”„‟«»"), '"')
# Compiled on use: a list without words does not need it.
_PIECE = r"""(?x)\s*(?:
      (?P<minus>-)?(?P<field>[A-Za-z]+):(?:"(?P<fphrase>[^"]*)(?P<fopen>"|$)|(?P<fvalue>[^\s()]+)|(?=\())
    | (?P<gminus>-(?=\())?(?P<paren>[()])
    | (?P<pminus>-)?"(?P<phrase>[^"]*)(?P<open>"|$)
    | (?P<word>(?:\\"|[^\s()"])+)  # An accent in LaTeX is no quote.
    )"""
# What a person writes between two words without a blank; not so in an address or among numbers.
_PIECES, _ONE = r"[^\W\d_][,;/|&]+[^\W\d_]", r"\d|://|\\|^www\."
# An identifier among words; alone, it is looked up in all of its forms.
_IDENTIFIER = r"\d{4}\.\d{4,5}(?:v\d+)?$|10\.\d{4,9}/\S+$"


def parse(text: str) -> Query:
    """Read a query; what is not valid syntax is looked for as words, and `notes` say how it was read."""
    text = text[:_LONGEST].encode("utf-8", "replace").decode("utf-8")
    if not text.strip():
        return Query(text, None)
    # A word that a line of a PDF was broken in.
    reader = _Reader(re.sub(r"([^\W\d_])-\r?\n\s*(?=[^\W\d_])", r"\1", text))
    root = reader.whole()
    if root is None:
        # An operator alone is a word; where nothing is a word or a number, no paper can have it.
        root = Match("", tuple(words(text)))
    if reader.is_odd:
        reader.notes.append(f"read as: {written(root)}")
    reader.notes[:] = [note if len(note) <= _NOTE else note[: _NOTE - 1] + "…" for note in reader.notes[:2]]
    return Query(text, root, ("; ".join(reader.notes),) if reader.notes else ())


class _Reader:
    """Reads tokens left to right; a stray parenthesis or operator is skipped, never an error.

    `is_odd` where something was passed over, so that the query is not what it seems.
    """

    def __init__(self, text: str) -> None:
        text = text.rstrip("\r\n").translate(_QUOTES)
        self.tokens = list(re.finditer(_PIECE, text.rstrip()))
        self.index = 0
        self.depth = 0
        self.notes: list[str] = []
        self.is_odd = any(token["open"] == "" or token["fopen"] == "" for token in self.tokens)
        # A blank behind a word says that it is whole.
        self.last = -1 if text[-1:].isspace() else self._last()
        # The field that a group is of.
        self.within = ""

    def _last(self) -> int:
        """The last bare word, or what ends the query: the value of a text field, a phrase that is still being typed."""
        last = len(self.tokens) - 1
        if last >= 0 and self.tokens[last]["open"] == "":
            return last
        if last >= 0 and self.tokens[last]["fvalue"] and self.tokens[last]["field"].lower() in TEXT_FIELDS:
            return last
        return next((i for i in range(last, -1, -1) if self.tokens[i]["word"] not in (None, "OR", "AND", "NOT")), -1)

    def whole(self) -> Node | None:
        """The query; parentheses that close nothing end nothing."""
        parts: list[Node] = []
        while self.index < len(self.tokens):
            node = self._either()
            if node is not None:
                parts.append(node)
            if self.index < len(self.tokens):
                self.is_odd = True
                self.index += node is None
        return _join("and", parts)

    def _either(self) -> Node | None:
        alternatives: list[Node] = []
        while True:
            node = self._all()
            if node is not None:
                alternatives.append(node)
            else:
                self.is_odd = True
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
            return _negated(token["gminus"], self._group()) if token["paren"] == "(" else None
        if token["field"] is not None:
            value = token["fphrase"] if token["fphrase"] is not None else token["fvalue"]
            if value is None:
                return _negated(token["minus"], self._field_group(token["field"]))
            return _negated(token["minus"], self._field(token["field"], value))
        if token["phrase"] is not None:
            return _negated(token["pminus"], self._words(token["phrase"], self.index - 1 == self.last, whole=True))
        word = token["word"]
        if word in ("OR", "AND", "NOT"):
            self.is_odd = True
        if word.startswith("-") and len(word) > 1:
            return _negated("-", self._words(word[1:]))
        return self._words(word, self.index - 1 == self.last)

    def _group(self) -> Node | None:
        # Deeper than any person types; beyond it parentheses are passed over, so nothing recurses far.
        if self.depth >= 50:
            self.is_odd = True
            return None
        self.depth += 1
        node = self._either()
        self.depth -= 1
        if self.index < len(self.tokens) and self._sign() == ")":
            self.index += 1
        else:
            self.is_odd = True
        return node

    def _field_group(self, name: str) -> Node | None:
        """`author:(belkin OR hsu)`: the field is each word's."""
        before, self.within = self.within, name
        self.index += 1
        node = self._group()
        self.within = before
        return node

    def _words(self, text: str, prefix: bool = False, *, whole: bool = False) -> Node | None:
        if self.within:
            return self._field(self.within, text, prefix)
        bare = text.strip("[](){}<>,;.")
        if re.match(_IDENTIFIER, bare):
            kind = "doi" if bare.startswith("10.") else "arxiv"
            return Group("or", tuple(part for part in (_match("", bare), values.check(kind, bare)) if part))
        # `bias/variance` and `Muller,Jorg` are words; `over-parameterized` is one, with its parts in this order.
        is_several = not whole and re.search(_PIECES, text) and not re.search(_ONE, text)
        pieces = re.split(r"[,;/|&]+", text) if is_several else [text]
        found = [match for piece in pieces if (match := _match("", piece))]
        if found and prefix:
            found[-1] = found[-1]._replace(prefix=True)
        return _join("and", list(found))

    def _field(self, name: str, value: str, prefix: bool = False) -> Node | None:
        lower = name.lower()
        if lower in TEXT_FIELDS:
            found = _match(lower, value)
            return found._replace(prefix=prefix or self.index - 1 == self.last) if found else None
        test = values.check(lower, value)
        if test is not None:
            return test
        if lower in VALUE_FIELDS:
            self.notes.append(f"'{name}:{value}' is no value of {lower}:, searched for as words")
        elif not re.match(r"https?$|doi$", lower):
            near = _nearest_field(lower)
            hint = f" (did you mean {near}:?)" if near else ""
            self.notes.append(f"there is no field '{name}:'{hint}, searched for as words")
        return _match("", f"{name} {value}")

    def _is_word(self, word: str) -> bool:
        return self.index < len(self.tokens) and self.tokens[self.index]["word"] == word

    def _sign(self, ahead: int = 0) -> str | None:
        place = self.index + ahead
        return self.tokens[place]["paren"] if place < len(self.tokens) else None


def with_known_fields(text: str) -> str:
    """The text of a query with the nearest field in place of one that there is not."""

    def known(match: re.Match[str]) -> str:
        name = match[1].lower()
        is_field = name in TEXT_FIELDS or name in VALUE_FIELDS
        near = "" if is_field else _nearest_field(name)
        return f"{near}:" if near else match[0]

    return re.sub(r"(?<![\w\"])([A-Za-z]+):(?!//)", known, text)


def _nearest_field(name: str) -> str:
    """The field whose name is like this one, or begins as it does; of "s" words too."""
    from difflib import get_close_matches

    known = [*TEXT_FIELDS, *VALUE_FIELDS]
    meant = {"section": "in", "page": "in", "journal": "venue", "keyword": "tag", "category": "cat", "date": "year"}
    near = get_close_matches(name, [*known, *meant], n=1, cutoff=0.6)
    return meant.get(near[0], near[0]) if near else ""


def _match(field: str, text: str) -> Match | None:
    found = tuple(words(text))
    return Match(field, found) if found else None


def _negated(minus: str | None, node: Node | None) -> Node | None:
    if not minus or node is None:
        return node
    return node.parts[0] if isinstance(node, Group) and node.op == "not" else Group("not", (_whole(node),))


def _whole(node: Node) -> Node:
    """What is refused is refused as it was typed, not all that begins so."""
    if isinstance(node, Group):
        return Group(node.op, tuple(_whole(part) for part in node.parts))
    return node._replace(prefix=False) if isinstance(node, Match) else node


def _join(op: str, parts: list[Node]) -> Node | None:
    # To ask for the same again asks for nothing more, and costs as much again.
    parts = list(dict.fromkeys(parts))
    if len(parts) <= 1:
        return parts[0] if parts else None
    return Group(op, tuple(parts))
