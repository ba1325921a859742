"""From a `Query` to SQL with parameters, and from a paper to the snippet that shows why. Pure."""

from dataclasses import dataclass

from gencli.model import Paper
from gencli.query import TEXT_FIELDS, Check, Group, Match, Node, Query
from gencli.text import spans

# Columns of the full-text index, with how much a word found there counts.
COLUMNS = ("title", "authors", "abstract", "venue", "key", "tags", "note", "page_notes", "places")
WEIGHTS = (10.0, 5.0, 2.0, 1.5, 4.0, 6.0, 5.0, 3.0, 0.5)
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


@dataclass(frozen=True, slots=True)
class Statement:
    """SQL that gives (id, score) of the papers found, best or first ones first."""

    sql: str
    parameters: tuple[object, ...]


def statement(query: Query, sort: str | None, reverse: bool, limit: int | None) -> Statement:
    """The question to SQLite. Without `sort` the best match comes first, and the newest among equals."""
    parameters: list[object] = []
    ranked = _ranking(query.root) if query.root is not None and sort is None else ""
    source, score = "paper p", "0.0"
    condition = "1"
    if ranked and _full_text(query.root):
        source, score = "words JOIN paper p ON p.id = words.rowid", f"-{_BM25}"
        condition, ranked_here = "words MATCH ?", f"({_full_text(query.root)}){_phrase(query.root)}"
        parameters.append(ranked_here)
    elif ranked:
        source = (
            f"paper p LEFT JOIN (SELECT rowid AS id, -{_BM25} AS score FROM words WHERE words MATCH ?) r ON r.id = p.id"
        )
        score = "COALESCE(r.score, 0.0)"
        parameters.append(ranked)
        condition = _condition(query.root, parameters)
    elif query.root is not None:
        condition = _condition(query.root, parameters)
    order = f"score {'ASC' if reverse else 'DESC'}, p.year DESC, p.key"
    if sort is not None:
        downwards = reverse if sort in ("title", "author", "key") else not reverse
        order = ORDERS[sort].replace("{direction}", "DESC" if downwards else "ASC")
        order = order + (" DESC" if sort == "key" and reverse else "")
    # A negative limit is none (https://www.sqlite.org/lang_select.html#limitoffset).
    parameters.append(-1 if limit is None else limit)
    sql = f"SELECT p.id, {score} AS score FROM {source} WHERE {condition} ORDER BY {order} LIMIT ?"
    return Statement(sql, tuple(parameters))


def _full_text(node: Node | None) -> str:
    """The node as one FTS5 expression, or nothing where FTS5 alone cannot answer it.

    Only folded words in quotes and our own operators go into it.
    """
    if isinstance(node, Match):
        return _words(node)
    if not isinstance(node, Group) or node.op == "not":
        return ""
    wanted = [part for part in node.parts if not (isinstance(part, Group) and part.op == "not")]
    refused = [part.parts[0] for part in node.parts if isinstance(part, Group) and part.op == "not"]
    inner = [_full_text(part) for part in wanted]
    outer = [_full_text(part) for part in refused]
    if not inner or not all(inner) or not all(outer) or (refused and node.op == "or"):
        return ""
    joined = f" {node.op.upper()} ".join(f"({part})" for part in inner)
    return f"({joined})" + "".join(f" NOT ({part})" for part in outer)


def _words(match: Match) -> str:
    phrase = '"' + " ".join(match.words) + '"' + (" *" if match.prefix else "")
    columns = TEXT_FIELDS.get(match.field)
    return f"{{{' '.join(columns)}}} : {phrase}" if columns else phrase


def _phrase(node: Node | None) -> str:
    """An alternative that adds nothing to what is found, but ranks words in their order higher."""
    if not isinstance(node, Group) or node.op != "and":
        return ""
    bare = [part for part in node.parts if isinstance(part, Match) and not part.field]
    if len(bare) < 2 or len(bare) != len(node.parts):
        return ""
    joined = Match("", tuple(word for part in bare for word in part.words), bare[-1].prefix)
    return f" OR {_words(joined)}"


def _ranking(node: Node | None) -> str:
    """All words that are wanted, as alternatives: what ranks where FTS5 alone cannot answer."""
    if isinstance(node, Match):
        return _words(node) if node.words else ""
    if isinstance(node, Group) and node.op != "not":
        return " OR ".join(f"({part})" for part in map(_ranking, node.parts) if part)
    return ""


def _condition(node: Node | None, parameters: list[object]) -> str:
    if isinstance(node, Match) and not node.words:
        return "0"
    if text := _full_text(node):
        parameters.append(text)
        return "p.id IN (SELECT rowid FROM words WHERE words MATCH ?)"
    if isinstance(node, Check):
        return _tested(node, parameters)
    assert isinstance(node, Group)
    if node.op == "not":
        return f"NOT ({_condition(node.parts[0], parameters)})"
    return "(" + f" {node.op.upper()} ".join(_condition(part, parameters) for part in node.parts) + ")"


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


def _tested(test: Check, parameters: list[object]) -> str:
    value = test.value[0]
    if test.field == "has":
        return _HAS[value]
    if test.field == "is" and value == "starred":
        return STARRED
    if test.field in ("arxiv", "doi"):
        parameters += [test.field, value.removeprefix("https://doi.org/").removeprefix("arxiv:"), value]
        return "EXISTS (SELECT 1 FROM identifier i WHERE i.paper = p.id AND i.kind = ? AND i.value IN (?, ?))"
    if test.field == "year":
        return _between("p.year", [int(side) if side else None for side in test.value], parameters)
    if test.field == "added":
        return _added(test.value, parameters)
    parameters.append(value)
    if test.field == "tag":
        return "EXISTS (SELECT 1 FROM tag t WHERE t.paper = p.id AND t.name = ?)"
    return f"p.{'status' if test.field == 'is' else test.field} = ?"


def _between(column: str, sides: list[int | None], parameters: list[object]) -> str:
    low, high = sides
    parameters += [side for side in (low, high) if side is not None]
    tests = [f"{column} >= ?"] * (low is not None) + [f"{column} <= ?"] * (high is not None)
    return " AND ".join(tests)


def _added(value: tuple[str, ...], parameters: list[object]) -> str:
    if len(value) == 1:
        number, unit = int(value[0][:-1]), value[0][-1]
        if unit == "w":
            number, unit = number * 7, "d"
        parameters.append(f"-{number} {_UNITS[unit]}")
        return "p.added >= strftime('%Y-%m-%dT%H:%M:%SZ', 'now', ?)"
    low, high = value
    # '~' sorts behind every digit: the end of the year, month or day that was named.
    parameters += [low, (high or "9999") + "~"]
    return "p.added >= ? AND p.added <= ?"


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


def _texts(paper: Paper) -> list[tuple[str, str]]:
    authors = ", ".join(f"{author.given} {author.surname}".strip() for author in paper.authors)
    notes = [("page note", mention.note) for mention in paper.mentions]
    return [
        ("title", paper.title or ""), ("note", paper.note), *notes, ("abstract", paper.abstract or ""),
        ("authors", authors), ("tags", " ".join(paper.tags)), ("venue", paper.venue or ""),
        *(("page", " › ".join([mention.page, *mention.section])) for mention in paper.mentions),
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
