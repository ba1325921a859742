"""From a `Query` to SQL with parameters, and from a paper to the snippet that shows why. Pure."""

import re
from typing import NamedTuple

from gencli.model import Paper
from gencli.query import TEXT_FIELDS, Check, Group, Match, Node, Query
from gencli.text import spans

# Columns of the full-text index, with how much a word found there counts.
COLUMNS = ("title", "authors", "abstract", "venue", "key", "tags", "note", "page_notes", "labels", "places")
WEIGHTS = (10.0, 5.0, 2.0, 1.5, 4.0, 6.0, 5.0, 3.0, 3.0, 0.5)
_BM25 = f"bm25(words, {', '.join(str(weight) for weight in WEIGHTS)})"

STARRED = "COALESCE(p.starred, EXISTS (SELECT 1 FROM mention m WHERE m.paper = p.id AND m.starred))"
ORDERS = {
    "key": "p.key COLLATE NOCASE",
    "year": "p.year IS NULL, p.year {direction}, p.key COLLATE NOCASE",
    "added": "p.added {direction}, p.id {direction}",
    "title": "p.title IS NULL, p.title COLLATE NOCASE {direction}, p.key COLLATE NOCASE",
    "author": (
        "COALESCE(json_extract(p.authors, '$[0].family'), json_extract(p.authors, '$[0].literal'), 'zzz')"
        " COLLATE NOCASE {direction}, p.key COLLATE NOCASE"
    ),
}
_WINDOW = 160
# Deeper groups are asked one by one; FTS5 and SQLite read 100 levels, of which a group takes several.
_DEEPEST = 5
_BUNDLE = 40


class Statement(NamedTuple):
    """SQL that gives (id, score) of the papers found, best or first ones first."""

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

    def apart(self, condition: str) -> str:
        """A condition as a table of its own, which keeps every expression flat (SQLite's parser has 100 levels)."""
        name = f"part{len(self.parts)}"
        self.parts.append(f"{name} AS (SELECT p.id FROM paper p WHERE {condition})")
        return f"p.id IN (SELECT id FROM {name})"


def statement(query: Query, sort: str | None, reverse: bool, limit: int | None) -> Statement:
    """The question to SQLite. Without `sort` the best match comes first, and the newest among equals."""
    asked = _Asked()
    ranked = _ranking(query) if sort is None else ""
    text = _full_text(query.root)
    source, score = "paper p", "0.0"
    if ranked and text:
        source, score = "words JOIN paper p ON p.id = words.rowid", f"-{_BM25}"
        condition = f"words MATCH {asked.bind(f'({text}){_phrase(query.root)}')}"
    else:
        condition = _condition(query.root, asked) if query.root is not None else "1"
    if ranked and not text:
        found = f"SELECT rowid AS id, -{_BM25} AS score FROM words WHERE words MATCH {asked.bind(ranked)}"
        source, score = f"paper p LEFT JOIN ({found}) r ON r.id = p.id", "COALESCE(r.score, 0.0)"
    order = _order(sort, reverse)
    # A negative limit is none (https://www.sqlite.org/lang_select.html#limitoffset).
    bound = asked.bind(-1 if limit is None else limit)
    before = f"WITH {', '.join(asked.parts)} " if asked.parts else ""
    sql = f"{before}SELECT p.id, {score} AS score FROM {source} WHERE {condition} ORDER BY {order} LIMIT {bound}"
    return Statement(sql, asked.parameters)


def _order(sort: str | None, reverse: bool) -> str:
    if sort is None:
        return f"score {'ASC' if reverse else 'DESC'}, p.year DESC, p.key"
    downwards = reverse if sort in ("title", "author", "key") else not reverse
    order = ORDERS[sort].replace("{direction}", "DESC" if downwards else "ASC")
    return order + (" DESC" if sort == "key" and reverse else "")


def _full_text(node: Node | None, depth: int = 0) -> str:
    """The node as one FTS5 expression, or nothing where FTS5 alone cannot answer it.

    Only folded words in quotes and our own operators go into it.
    """
    if isinstance(node, Match):
        return _words(node) if node.words else ""
    if not isinstance(node, Group) or node.op == "not" or depth > _DEEPEST:
        return ""
    wanted, refused = _sides(node)
    inner = [_full_text(part, depth + 1) for part in wanted]
    outer = [_full_text(part, depth + 1) for part in refused]
    if not inner or not all(inner) or not all(outer) or (refused and node.op == "or"):
        return ""
    # One NOT for all that is refused: a chain of them is deeper than FTS5 allows.
    return _either(f" {node.op.upper()} ", inner) + (f" NOT {_either(' OR ', outer)}" if outer else "")


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


def _phrase(node: Node | None) -> str:
    """An alternative that adds nothing to what is found, but ranks words in their order higher."""
    if not isinstance(node, Group) or node.op != "and":
        return ""
    bare = [part for part in node.parts if isinstance(part, Match) and not part.field]
    if len(bare) < 2 or len(bare) != len(node.parts):
        return ""
    joined = Match("", tuple(word for part in bare for word in part.words), bare[-1].prefix)
    return f" OR {_words(joined)}"


def _ranking(query: Query) -> str:
    """All words that are wanted, as alternatives: what ranks where FTS5 alone cannot answer."""
    return " OR ".join(dict.fromkeys(_words(term) for term in query.terms() if term.words))


def _condition(node: Node, asked: _Asked, depth: int = 0) -> str:
    if text := _full_text(node):
        return f"p.id IN (SELECT rowid FROM words WHERE words MATCH {asked.bind(text)})"
    if isinstance(node, Match):
        return "0"
    if isinstance(node, Check):
        return _tested(node, asked)
    if depth > _DEEPEST:
        return asked.apart(_condition(node, asked))
    if node.op == "not":
        return f"NOT ({_condition(node.parts[0], asked, depth + 1)})"
    wanted, refused = _sides(node)
    other = "or" if node.op == "and" else "and"
    tests = _tests(wanted, node.op, asked, depth)
    # not a and not b = not (a or b): however much is refused, the index is asked once.
    tests += [f"NOT ({test})" for test in _tests(refused, other, asked, depth)]
    return _joined(node.op, tests)


def _tests(parts: list[Node], op: str, asked: _Asked, depth: int) -> list[str]:
    """The conditions of these parts, those on the words put together into one question to the index."""
    texts = [text for part in parts if (text := _full_text(part, 1))]
    rest = [part for part in parts if not _full_text(part, 1)]
    tests = [_condition(part, asked, depth + 1) for part in dict.fromkeys(rest)]
    if texts:
        text = _either(f" {op.upper()} ", texts)
        tests.append(f"p.id IN (SELECT rowid FROM words WHERE words MATCH {asked.bind(text)})")
    return tests


def _joined(op: str, tests: list[str]) -> str:
    """Conditions joined in bundles, since SQLite allows an expression 1000 levels and a chain has one each."""
    if len(tests) == 1:
        return tests[0]
    joint = f" {op.upper()} "
    bundles = [joint.join(tests[start : start + _BUNDLE]) for start in range(0, len(tests), _BUNDLE)]
    return "(" + (joint.join(f"({bundle})" for bundle in bundles) if len(bundles) > 1 else bundles[0]) + ")"


_HAS = {
    "note": "(p.note <> '' OR EXISTS (SELECT 1 FROM mention m WHERE m.paper = p.id AND m.note <> ''))",
    "abstract": "p.abstract IS NOT NULL",
    "pdf": "EXISTS (SELECT 1 FROM link l WHERE l.paper = p.id AND l.rel = 'pdf')",
    "code": "EXISTS (SELECT 1 FROM link l WHERE l.paper = p.id AND l.rel = 'code')",
    "doi": "EXISTS (SELECT 1 FROM identifier i WHERE i.paper = p.id AND i.kind = 'doi')",
    "arxiv": "EXISTS (SELECT 1 FROM identifier i WHERE i.paper = p.id AND i.kind = 'arxiv')",
    "tag": "EXISTS (SELECT 1 FROM tag t WHERE t.paper = p.id)",
}
_UNITS = {"h": "hours", "d": "days", "m": "months", "y": "years"}


def _tested(test: Check, asked: _Asked) -> str:
    value = test.value[0]
    if test.field == "has":
        return _HAS[value]
    if test.field == "is" and value == "starred":
        return STARRED
    if test.field == "is" and value == "withdrawn":
        return "json_extract(p.fields, '$.pubstate') = 'withdrawn'"
    if test.field == "cat":
        return _in_category(value, asked)
    if test.field in ("arxiv", "doi"):
        return _identified(test.field, value, asked)
    if test.field == "year":
        return _between(test.value, asked)
    if test.field == "added":
        return _added(test.value, asked)
    if test.field == "tag":
        return f"EXISTS (SELECT 1 FROM tag t WHERE t.paper = p.id AND t.name = {asked.bind(value)})"
    return f"p.{'status' if test.field == 'is' else test.field} = {asked.bind(value)}"


def _identified(kind: str, value: str, asked: _Asked) -> str:
    """Whether a paper has an identifier, whichever usual form of it was typed."""
    from gencli.identifiers import identify

    found = identify(value)
    if found is not None and found.kind in ("arxiv", "doi"):
        kind, value = found.kind, found.value
    return (
        "EXISTS (SELECT 1 FROM identifier i WHERE i.paper = p.id"
        f" AND i.kind = {asked.bind(kind)} AND i.value = {asked.bind(value)})"
    )


def _in_category(value: str, asked: _Asked) -> str:
    """Whether a paper is in a category, or in an archive with any subject class.

    A value holds letters, dots and hyphens only; LIKE does not mind their case.
    """
    patterns = [f'%"{value}"%'] + ([] if "." in value else [f'%"{value}.%'])
    # A list of the one category where no others are known.
    listed = """iif(p.categories = '[]', json_array(p.primary_category), p.categories)"""
    return f"({' OR '.join(f'{listed} LIKE {asked.bind(pattern)}' for pattern in patterns)})"


def _between(sides: tuple[str, ...], asked: _Asked) -> str:
    low, high = (int(side) if side else None for side in sides)
    tests = [f"p.year >= {asked.bind(low)}"] if low is not None else []
    return " AND ".join([*tests, f"p.year <= {asked.bind(high)}"] if high is not None else tests)


def _added(value: tuple[str, ...], asked: _Asked) -> str:
    if len(value) == 1:
        number, unit = int(value[0][:-1]), value[0][-1]
        if unit == "w":
            number, unit = number * 7, "d"
        # Before the year -4713 SQLite counts no days and says NULL.
        moment = f"strftime('%Y-%m-%dT%H:%M:%SZ', 'now', {asked.bind(f'-{number} {_UNITS[unit]}')})"
        return f"p.added >= COALESCE({moment}, '')"
    low, high = value
    # '~' sorts behind every digit: the end of the year, month or day that was named.
    return f"p.added >= {asked.bind(low)} AND p.added <= {asked.bind((high or '9999') + '~')}"


# --- what a hit shows --------------------------------------------------------------------------


def marks(text: str, terms: list[Match]) -> list[tuple[int, int]]:
    """Where a text has the words looked for: (start, end) in the original text."""
    whole = {word for term in terms for word in (term.words[:-1] if term.prefix else term.words)}
    starts = tuple({term.words[-1] for term in terms if term.prefix and term.words})
    return [(a, b) for a, b, word in spans(text) if word and (word in whole or (starts and word.startswith(starts)))]


def snippet(paper: Paper, terms: list[Match]) -> tuple[str, str]:
    """The piece of the paper's own text that shows the match best, and the field it is from."""
    best = ("", "title")
    most = 0
    for field, text in _texts(paper):
        found = marks(text, terms)
        distinct = len({text[a:b].casefold() for a, b in found})
        if distinct > most:
            most, best = distinct, (_cut(text, found[0][0]), field)
    return best


def _seen(note: str) -> str:
    """A page's remark as a reader sees it; most have no markup to take out."""
    if not re.search(r"\[\[|\*\*|//|''|%%|\{\{|<|\\\\", note):
        return note
    from gencli.markup import plain

    return plain(note)


def _texts(paper: Paper) -> list[tuple[str, str]]:
    authors = ", ".join(f"{author.given} {author.surname}".strip() for author in paper.authors)
    notes = [("page note", _seen(mention.note)) for mention in paper.mentions]
    places = [[mention.page, *mention.section, mention.group or ""] for mention in paper.mentions]
    return [
        ("title", paper.title or ""), ("note", paper.note), *notes, ("abstract", paper.abstract or ""),
        ("authors", authors), ("tags", " ".join(paper.tags)), ("venue", paper.venue or ""),
        *(("page label", mention.label) for mention in paper.mentions),
        *(("page", " › ".join(filter(None, place))) for place in places),
    ]  # fmt: skip


def _cut(text: str, position: int) -> str:
    """At most about `_WINDOW` signs around a position, cut between words."""
    if len(text) <= _WINDOW:
        return text
    start = text.rfind(" ", 0, max(position - _WINDOW // 3, 0)) + 1 if position > _WINDOW // 3 else 0
    end = start + _WINDOW
    if end < len(text):
        end = max(text.rfind(" ", start, end), start + _WINDOW // 2)
    return ("… " if start else "") + text[start:end].strip() + (" …" if end < len(text) else "")
