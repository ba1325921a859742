"""From a `Query` to SQL with parameters. Pure."""

from typing import NamedTuple

from gencli.question import TEXT_FIELDS, Check, Group, Match, Node, matches
from gencli.store import checks, codes

# Columns of the full-text index, with how much a word found there counts.
COLUMNS = codes.COLUMNS
WEIGHTS = (10.0, 5.0, 2.0, 1.5, 4.0, 6.0, 5.0, 3.0, 3.0, 0.7, 0.4, 2.0, 3.0)
_BM25 = f"bm25(words, {', '.join(str(weight) for weight in WEIGHTS)})"

STARRED = "COALESCE(p.starred, EXISTS (SELECT 1 FROM mention m WHERE m.paper = p.id AND m.starred))"
# In which order an index has them; a list the other way round reads it from its end.
ORDERS = {
    "key": ("p.key",),
    "year": ("p.year DESC", "p.key"),
    "added": ("p.added DESC", "p.id DESC"),
    "title": ("p.title IS NULL", "p.title COLLATE NOCASE", "p.key"),
    "author": ("p.lead", "p.key"),
}
# What has a value to be sorted by, and what has none, as their index has them.
_HALVES = {
    "year": ("p.year IS NOT NULL", "p.year IS NULL"),
    "title": ("(p.title IS NULL) = 0", "(p.title IS NULL) = 1"),
    "author": ("p.lead < '~'", "p.lead >= '~'"),
}
# What a line of a list needs: key, year, authors (JSON), whether these are all, name, tags; for eyes more.
_LINE = (
    "p.key, p.year, p.authors, p.authors_complete,"
    " COALESCE(p.title, (SELECT value FROM identifier i WHERE i.paper = p.id ORDER BY i.id LIMIT 1), p.key),"
    " (SELECT group_concat(name, ', ') FROM (SELECT name FROM tag t WHERE t.paper = p.id ORDER BY name))"
)
SHOWN = {
    "key": "p.key",
    "line": _LINE,
    "seen": f"{_LINE}, {STARRED}, json_extract(p.fields, '$.pubstate') = 'withdrawn'",
}
# Deeper groups are asked one by one; FTS5 and SQLite read 100 levels, of which a group takes several.
_DEEPEST = 4
_BUNDLE = 40


class Statement(NamedTuple):
    """SQL with its parameters."""

    sql: str
    parameters: dict[str, object]


class _Asked:
    """What a statement needs besides its condition: named parameters, and the parts that stand before it."""

    def __init__(self) -> None:
        self.parameters: dict[str, object] = {}
        self.parts: list[str] = []

    def bind(self, value: object) -> str:
        """The placeholder of a value; named, so that the order of the SQL's pieces does not matter."""
        name = f"p{len(self.parameters)}"
        self.parameters[name] = value
        return f":{name}"

    def apart(self, condition: str, paper: str) -> str:
        """A condition as a table of its own, which keeps every expression flat (SQLite's parser has 100 levels)."""
        name = f"part{len(self.parts)}"
        self.parts.append(f"{name} AS (SELECT p.id FROM paper p WHERE {condition})")
        return f"{paper} IN (SELECT id FROM {name})"

    def statement(self, sql: str) -> Statement:
        """The statement, with the parts that it needs before it."""
        before = f"WITH {', '.join(self.parts)} " if self.parts else ""
        return Statement(before + sql, self.parameters)


def listed(root: Node | None, sort: str, reverse: bool, limit: int | None, columns: str = "p.id") -> Statement:
    """The papers that a question finds, in an order, as rows of `columns`."""
    asked = _Asked()
    condition = _condition(root, asked) if root is not None else "1"
    # A negative limit is none (https://www.sqlite.org/lang_select.html#limitoffset).
    bound = asked.bind(-1 if limit is None else limit)
    parts = [_turned(part) if reverse else part for part in ORDERS[sort]]
    order = ", ".join(parts)
    if reverse and sort in _HALVES:
        # What has no year or title stands behind, though the index, read from its end, has it in front.
        order = ", ".join(part for part in parts if " IS NULL" not in part)
        halves = [
            f"SELECT * FROM (SELECT {columns} FROM paper p WHERE {half} AND {condition} ORDER BY {order} LIMIT {bound})"
            for half in _HALVES[sort]
        ]
        return asked.statement(f"{' UNION ALL '.join(halves)} LIMIT {bound}")
    return asked.statement(f"SELECT {columns} FROM paper p WHERE {condition} ORDER BY {order} LIMIT {bound}")


def _turned(order: str) -> str:
    return order.removesuffix(" DESC") if order.endswith(" DESC") else f"{order} DESC"


def ranked(root: Node, newest: int, best: int | None) -> Statement:
    """The best papers by bm25 among the newest that a question finds, as (id, score); the newest among equals.

    All that it finds are ranked where they are not more than `newest`.
    """
    asked = _Asked()
    text, rest = _split(root)
    bounds = asked.bind(newest), asked.bind(-1 if best is None else best)
    if text:
        # The plus keeps SQLite from asking the index anew for each paper that fulfils the rest.
        tests = [_condition(part, asked, paper="+w.rowid") for part in rest]
        where = " AND ".join([f"words MATCH {asked.bind(text + _phrase(root))}", *tests])
        found = f"SELECT w.rowid AS id, -{_BM25} AS score FROM words w WHERE {where} ORDER BY w.rowid DESC"
    else:
        condition = _condition(root, asked)
        ranks = f"SELECT rowid AS id, -{_BM25} AS score FROM words WHERE words MATCH {asked.bind(_ranking(root))}"
        found = (
            f"SELECT p.id AS id, COALESCE(r.score, 0.0) AS score FROM paper p LEFT JOIN ({ranks}) r ON r.id = p.id"
            f" WHERE {condition} ORDER BY p.id DESC"
        )
    return asked.statement(
        f"SELECT id, score FROM ({found} LIMIT {bounds[0]}) ORDER BY score DESC, id DESC LIMIT {bounds[1]}"
    )


def found(root: Node | None) -> Statement:
    """The ids of all that a question finds, newest first."""
    asked = _Asked()
    text, rest = _split(root) if root is not None else ("", [])
    if text:
        tests = [_condition(part, asked, paper="+w.rowid") for part in rest]
        where = " AND ".join([f"words MATCH {asked.bind(text)}", *tests])
        return asked.statement(f"SELECT w.rowid FROM words w WHERE {where} ORDER BY w.rowid DESC")
    condition = _condition(root, asked) if root is not None else "1"
    return asked.statement(f"SELECT p.id FROM paper p WHERE {condition} ORDER BY p.id DESC")


def counted(root: Node | None, most: int | None = None) -> Statement:
    """How many papers a question finds; no more than `most` are looked for."""
    one = found(root)
    bound = "" if most is None else f" LIMIT {most}"
    return Statement(f"SELECT count(*) FROM ({one.sql.rpartition(' ORDER BY ')[0]}{bound})", one.parameters)


def _full_text(node: Node | None, depth: int = 0) -> str:
    """The node as one FTS5 expression, or nothing where FTS5 alone cannot answer it.

    Only folded words in quotes and our own operators go into it.
    """
    if isinstance(node, Match):
        return _words(node) if node.words else ""
    if isinstance(node, Check) and node.field == "cat":
        return f'(codes : "{codes.category(node.value[0])}")'
    if isinstance(node, Check) and node == Check("is", ("withdrawn",)):
        return f'(codes : "{codes.WITHDRAWN}")'
    if not isinstance(node, Group) or node.op == "not" or depth > _DEEPEST:
        return ""
    wanted, refused = _sides(node)
    inner = [_full_text(part, depth + 1) for part in wanted]
    outer = [_full_text(part, depth + 1) for part in refused]
    if not inner or not all(inner) or not all(outer) or (refused and node.op == "or"):
        return ""
    # One NOT for all that is refused: a chain of them is deeper than FTS5 allows.
    return _either(f" {node.op.upper()} ", inner) + (f" NOT {_either(' OR ', outer)}" if outer else "")


def _split(root: Node) -> tuple[str, list[Node]]:
    """What of a question the full-text index answers, as its expression, and what else must be true; "" for nothing."""
    if text := _full_text(root):
        return text, []
    if not isinstance(root, Group) or root.op != "and":
        return "", [root]
    wanted, refused = _sides(root)
    texts = [_full_text(part, 1) for part in wanted]
    rest = [part for part, text in zip(wanted, texts, strict=True) if not text]
    if not any(texts):
        return "", [root]
    outer = [_full_text(part, 1) for part in refused]
    rest += [Group("not", (part,)) for part, text in zip(refused, outer, strict=True) if not text]
    text = _either(" AND ", [part for part in texts if part])
    others = [part for part in outer if part]
    return text + (f" NOT {_either(' OR ', others)}" if others else ""), rest


def _sides(node: Group) -> tuple[list[Node], list[Node]]:
    """What a group asks for, and what it refuses."""
    wanted = [part for part in node.parts if not (isinstance(part, Group) and part.op == "not")]
    return wanted, [part.parts[0] for part in node.parts if isinstance(part, Group) and part.op == "not"]


def _either(joint: str, texts: list[str]) -> str:
    texts = list(dict.fromkeys(texts))
    return f"({joint.join(texts)})" if len(texts) > 1 else texts[0]


def _words(match: Match) -> str:
    phrase = '"' + " ".join(match.words) + '"' + (" *" if match.prefix else "")
    columns = TEXT_FIELDS.get(match.field)
    return f"({{{' '.join(columns)}}} : {phrase})" if columns else phrase


def _phrase(root: Node) -> str:
    """An alternative that adds nothing to what is found, but ranks words in their order higher."""
    node = root
    # Of a widened question the first alternative is what was typed.
    while isinstance(node, Group) and node.op == "or" and isinstance(node.parts[0], Group):
        node = node.parts[0]
    if not isinstance(node, Group) or node.op != "and":
        return ""
    plain = [part.parts[0] if isinstance(part, Group) and part.op == "or" else part for part in node.parts]
    bare = [part for part in plain if isinstance(part, Match) and not part.field and part.words]
    if not 2 <= len(bare) <= _BUNDLE or len(bare) != len(node.parts):
        return ""
    return f" OR {_words(Match('', tuple(word for part in bare for word in part.words)))}"


def _ranking(root: Node) -> str:
    """All words that are wanted, as alternatives: what ranks where FTS5 alone cannot answer."""
    return " OR ".join(dict.fromkeys(_words(match) for match in matches(root) if match.words))


def _condition(node: Node, asked: _Asked, depth: int = 0, paper: str = "p.id") -> str:
    """Whether a paper, named by an expression, is one that the node finds."""
    if isinstance(node, Match) and not node.words:
        return "0"
    if isinstance(node, Check) and (test := checks.of_row(node, asked.bind)):
        return test if paper == "p.id" else f"EXISTS (SELECT 1 FROM paper p WHERE p.id = {paper} AND {test})"
    if isinstance(node, Check) or _full_text(node):
        return f"{paper} IN ({_set(node, asked)})"
    assert isinstance(node, Group)
    if depth > _DEEPEST:
        return asked.apart(_condition(node, asked), paper)
    if node.op == "not":
        return f"NOT {_condition(node.parts[0], asked, depth + 1, paper)}"
    wanted, refused = _sides(node)
    other = "or" if node.op == "and" else "and"
    tests = _tests(wanted, node.op, asked, depth, paper)
    # not a and not b = not (a or b): however much is refused, the index is asked once.
    tests += [f"NOT {test}" for test in _tests(refused, other, asked, depth, paper)]
    return _joined(node.op, tests)


def _tests(parts: list[Node], op: str, asked: _Asked, depth: int, paper: str) -> list[str]:
    """The conditions of these parts, those on the words put together into one question to the index."""
    texts = [text for part in parts if (text := _full_text(part, 1))]
    rest = list(dict.fromkeys(part for part in parts if not _full_text(part, 1)))
    sets = (
        [f"SELECT rowid FROM words WHERE words MATCH {asked.bind(_either(f' {op.upper()} ', texts))}"] if texts else []
    )
    if op == "or":
        # One set for all alternatives: SQLite then looks each paper up, and not all of them through.
        chosen = [part for part in rest if isinstance(part, Check)]
        sets += [_set(part, asked) for part in chosen]
        rest = [part for part in rest if not isinstance(part, Check)]
        sets = [" UNION ".join(sets[start : start + _BUNDLE]) for start in range(0, len(sets), _BUNDLE)]
    tests = [f"{paper} IN ({one})" for one in sets]
    return tests + [f"({_condition(part, asked, depth + 1, paper)})" for part in rest]


def _set(node: Node, asked: _Asked) -> str:
    """The papers that a check, or the index, names."""
    if text := _full_text(node):
        return f"SELECT rowid FROM words WHERE words MATCH {asked.bind(text)}"
    assert isinstance(node, Check)
    return checks.papers(node, asked.bind)


def _joined(op: str, tests: list[str]) -> str:
    """Conditions joined in bundles, since SQLite allows an expression 1000 levels and a chain has one each."""
    if len(tests) == 1:
        return tests[0]
    joint = f" {op.upper()} "
    bundles = [joint.join(tests[start : start + _BUNDLE]) for start in range(0, len(tests), _BUNDLE)]
    return "(" + (joint.join(f"({bundle})" for bundle in bundles) if len(bundles) > 1 else bundles[0]) + ")"
