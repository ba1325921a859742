"""What a query finds in a library and in which order, what it may have meant, and what is like a paper."""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from itertools import chain, islice
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from gencli import lookup
from gencli.model import Hit, Line
from gencli.question import SMALL, Group, Match, Node, Query, matches, written
from gencli.store import rows
from gencli.store.store import Store

if TYPE_CHECKING:
    # Loaded where they are used: a list without words needs neither.
    from gencli.excerpt import Sought
    from gencli.widening import Wide

# A person looks at the first ones: so many are weighed one by one, the others as the index has them.
_WEIGHED = 120
# Where more papers than this have a word, the newest so many are ranked; the others follow, newest first.
NEWEST = 10_000
# Where so many have the words as they were typed, what only begins with them stands behind.
_ENOUGH = 200
_MOST_TERMS = 12
# What tells nothing of a paper, in a citation neither.
_UNTOLD = SMALL | {"pp", "vol", "no"}
# So many are read at a time, the first ones fewer, so that they are there at once.
_FIRST, _AT_ONCE = 50, 500

# By what a list is sorted (None: best first), whether the other way round, how many at most.
Order = tuple[str | None, bool, int | None]


_One = TypeVar("_One")


class Found(NamedTuple):
    """Papers as (id, score), best first; what to mark in their texts."""

    papers: Iterable[tuple[int, float]]
    sought: "Sought"


def widened(store: Store, query: Query) -> "Wide":
    """A query with the alternatives that the library has for its words."""
    from gencli.widening import Vocabulary, widen

    return widen(query, Vocabulary(store.index.counts, store.index.beginning, store.tags_like))


def named(store: Store, query: Query) -> tuple[int, bool] | None:
    """The paper whose key or identifier was typed, and whether that is all that was meant.

    A key such as `attention` is a word, too, which others may have.
    """
    whole = query.text.strip()
    number = lookup.find(store, whole) if whole and query.root is not None else None
    # An identifier, or a key with a year in it, is no word that others have.
    is_alone = not whole.isalnum() or re.search(r"[^\W\d_].*\d{4}|\d{4}.*[^\W\d_]", whole) is not None
    return None if number is None else (number, is_alone)


def search(store: Store, query: Query, limit: int | None) -> Found:
    """The papers that a query finds, best first."""
    from gencli.excerpt import Sought

    first = named(store, query)
    wide = widened(store, query)
    sought = Sought.of(wide.sought())
    if first is not None and first[1]:
        return Found([(first[0], 1.0)], sought)
    best = _ranked(store, wide, limit)
    if first is not None:
        top = next(best, None)
        score = top[1] + 1.0 if top else 1.0
        others = (row for row in chain([top] if top else [], best) if row[0] != first[0])
        best = chain([(first[0], score)], others)
    return Found(best if limit is None else islice(best, limit), sought)


def hits(store: Store, found: Found) -> Iterator[Hit]:
    """The papers that were found, each with the text that shows why; some at a time."""
    from gencli.excerpt import snippet

    for some in _portions(found.papers):
        # Another process may have taken one away meanwhile.
        there = store.keys([number for number, _ in some])
        papers = store.papers(list(there))
        scores = [score for number, score in some if number in there]
        for paper, score in zip(papers, scores, strict=False):
            text, field = snippet(paper, found.sought)
            yield Hit(paper, score, text or paper.title or "", field, found.sought)


def hits_by(store: Store, query: Query, order: Order) -> Iterator[Hit]:
    """The hits of a query in another order; the scores are those of the search."""
    found = search(store, query, None)
    scores = dict(found.papers)
    papers = [(number, scores.get(number, 0.0)) for number in numbers(store, query, order)]
    return hits(store, Found(papers, found.sought))


def numbers(store: Store, query: Query, order: Order) -> list[int]:
    """The papers that a query finds, in an order; by key where neither it nor the query has a best."""
    sort, reverse, limit = order
    if (first := named(store, query)) is not None and first[1]:
        return [first[0]]
    if sort is None and query.terms():
        best = [number for number, _ in search(store, query, None if reverse else limit).papers]
        return best[::-1][:limit] if reverse else best
    return store.find(chosen(store, query), sort or "key", reverse, limit)


def lines(store: Store, query: Query, order: Order, *, seen: bool) -> Iterator[Line]:
    """The papers that a query finds as the lines of a list, as they are asked for."""
    columns = "seen" if seen else "line"
    return (rows.line(row) for row in _told(store, query, order, columns))


def keys(store: Store, query: Query, order: Order) -> Iterator[str]:
    """Their keys, as they are asked for."""
    return (row[0] for row in _told(store, query, order, "key"))


def _told(store: Store, query: Query, order: Order, columns: str) -> Iterator[tuple[Any, ...]]:
    # Some at a time, each read to its end: who reads slowly, in a pager, must not keep others from writing.
    for some in _portions(numbers(store, query, order)):
        yield from store.lines(some, columns)


def _portions(found: Iterable[_One]) -> Iterator[list[_One]]:
    rest = iter(found)
    size = _FIRST
    while some := list(islice(rest, size)):
        yield some
        size = _AT_ONCE


def count(store: Store, query: Query) -> int:
    """How many papers a query finds."""
    first = named(store, query)
    return 1 if first is not None and first[1] else store.count(chosen(store, query))


def tallies(store: Store, query: Query) -> tuple[int, dict[str, list[tuple[Any, int]]]]:
    """How many papers a query finds, and how many of them have each year, section, category, tag and venue."""
    if query.root is None:
        return store.counts()["paper"], store.tallies(None)
    first = named(store, query)
    ids = [first[0]] if first is not None and first[1] else store.found(chosen(store, query))
    return len(ids), store.tallies(ids)


def chosen(store: Store, query: Query) -> Node | None:
    """The question that a query is, for a list in an order or a count: words with all that counts for them."""
    has_words = query.root is not None and matches(query.root, refused=True)
    return widened(store, query).far if has_words or "tag:" in query.text.lower() else query.root


def _ranked(store: Store, wide: "Wide", limit: int | None) -> Iterator[tuple[int, float]]:
    near, far = wide.near, wide.far
    if near is None or far is None or not wide.terms:
        # Nothing to be better by.
        yield from ((number, 0.0) for number in store.find(far, "year", False, limit))
        return
    # The same are weighed whatever the limit is, so that what a limit gives is the beginning of all.
    best = None if limit is None else max(limit, _ENOUGH)
    close = [number for number, _ in store.ranked(near, NEWEST, best)]
    others: list[int] = []
    if far != near and (len(close) < _ENOUGH or (limit is not None and len(close) < limit)):
        seen = set(close)
        bound = None if best is None else best + len(close)
        others = [number for number, _ in store.ranked(far, NEWEST, bound) if number not in seen]
    is_rare = len(close) < _ENOUGH
    weighed = _weighed(store, wide, [*close[:_WEIGHED], *(others[:_WEIGHED] if is_rare else ())])
    yield from weighed
    least = weighed[-1][1] if weighed else 0.0
    rest = [*close[_WEIGHED:], *others[_WEIGHED if is_rare else 0 :]]
    for place, number in enumerate(rest):
        yield number, least * (1 - (place + 1) / (len(rest) + 1))
    told = {*close, *others}
    if not is_rare or len(told) >= NEWEST:
        # What only begins so, or is older than those that were ranked.
        yield from ((number, 0.0) for number in store.found(far) if number not in told)


def _weighed(store: Store, wide: "Wide", numbers: Sequence[int]) -> list[tuple[int, float]]:
    if not numbers:
        return []
    from gencli import ranking

    papers = store.index.newest()
    terms = [ranking.term(match, others, _rarity(wide, match, papers)) for match, others in wide.terms[:_MOST_TERMS]]
    return ranking.ranked([ranking.Candidate(*texts) for texts in store.index.texts(numbers)], terms)


def _rarity(wide: "Wide", match: Match, papers: int) -> float:
    """That of the rarest of a match's words; what the list of words does not have is rare."""
    from gencli import ranking

    return ranking.rarity(min(wide.counts.get(word, 1) for word in match.words), papers)


# Of so many words at least, most must be there, for a paper to be nearly what was asked for.
_MOST_OF, _SHARE = 3, 0.6


def nearly(store: Store, query: Query, limit: int | None) -> Found:
    """For words that no paper has all of: the papers that have most of them, best first.

    So a pasted citation finds its paper, whatever volume and pages stand in it. Other numbers than years, and single
    letters, count for nothing; a query that is more than words finds nothing here.
    """
    from gencli.excerpt import Sought

    root = query.root
    parts = root.parts if isinstance(root, Group) and root.op == "and" else ()
    if not parts or not all(isinstance(part, Match) and not part.field for part in parts):
        return Found([], Sought.of([]))
    wide = widened(store, query)
    telling = [(match, others) for match, others in wide.terms if _tells(match)][: 2 * _MOST_TERMS]
    every = [one for match, others in telling for one in (match, *others)]
    if len(telling) < _MOST_OF or not every:
        return Found([], Sought.of([]))
    from gencli import ranking

    near = [number for number, _ in store.ranked(Group("or", tuple(every)), NEWEST, _WEIGHED)]
    papers = store.index.newest()
    terms = [ranking.term(match, others, _rarity(wide, match, papers)) for match, others in telling]
    candidates = [ranking.Candidate(*texts) for texts in store.index.texts(near)]
    needed = max(_MOST_OF, round(_SHARE * len(terms)))
    fitting = [one for one in candidates if ranking.matched(one, terms) >= needed]
    return Found(ranking.ranked(fitting, terms)[:limit], Sought.of(wide.sought()))


def _tells(match: Match) -> bool:
    word = match.words[0]
    if len(match.words) > 1:
        return True
    is_year = word.isdigit() and len(word) == 4 and "1600" < word < "2100"
    return is_year or (len(word) > 1 and not word.isdigit() and word not in _UNTOLD)


# --- where nothing is found ------------------------------------------------------------------------


# Of more words that begin so nobody would wait for the comparison.
_MOST_BEGUN = 6000


def meant(store: Store, query: Query) -> list[str]:
    """Queries that find something and that may have been meant, likeliest first, as a person would type them."""
    from gencli.query import with_known_fields
    from gencli.spelling import nearest

    wide = widened(store, query)
    lacking = {
        word
        for match, others in wide.terms[:_MOST_TERMS]
        for word in dict.fromkeys(match.words[:_MOST_TERMS])
        if not word.isdigit() and not _has(store, Match("", (word,)), others if len(match.words) == 1 else ())
    }
    beginning = partial(_beginning, store)
    near = {word: nearest(word, lambda some: set(store.index.counts(some)), beginning) for word in sorted(lacking)}
    with_fields = with_known_fields(query.text)
    if with_fields != query.text and _finds(store, with_fields):
        return [with_fields]
    if (keys := lookup.keys_near(store, query.text)) and lacking:
        return keys
    respelt = list(dict.fromkeys(_respelt(query.text, near, turn) for turn in range(3))) if any(near.values()) else []
    found = [text for text in respelt if text != query.text and _finds(store, text)]
    if not found:
        found = [text for one in respelt[:1] or [query.text] for text in _fewer(store, one) if _finds(store, text)]
    return found[:2]


def _beginning(store: Store, start: str, shortest: int, longest: int) -> list[str]:
    return store.index.beginning(start, _MOST_BEGUN, shortest, longest)


def _has(store: Store, match: Match, others: Iterable[Match]) -> bool:
    return any(store.count(one, 1) for one in (match, *others))


def _finds(store: Store, text: str) -> bool:
    from gencli.query import parse

    return store.count(chosen(store, parse(text)), 1) > 0


def _respelt(text: str, near: dict[str, list[str]], turn: int) -> str:
    """The query as it was typed, with each word that the library lacks as one that it has."""
    from gencli.folding import spans

    pieces, position = [], 0
    for start, end, word in spans(text):
        if near.get(word) and start >= position:
            choices = near[word]
            pieces += [text[position:start], choices[min(turn, len(choices) - 1)]]
            position = end
    return "".join([*pieces, text[position:]])


def _fewer(store: Store, text: str) -> list[str]:
    """Any of the words of a query instead of all, where the library has them; what else it asks for stays."""
    from gencli.query import parse

    root = parse(text).root
    if not isinstance(root, Group) or root.op != "and":
        return []
    words = [part._replace(prefix=False) for part in root.parts if isinstance(part, Match)]
    there = [part for part in words[:_MOST_TERMS] if not _is_small(part) and store.count(part, 1)]
    others = [part for part in root.parts if not isinstance(part, Match)]
    if not there:
        return []
    any_of: Node = Group("or", tuple(there)) if len(there) > 1 else there[0]
    return [written(Group("and", (any_of, *others))) if others else written(any_of)]


def _is_small(match: Match) -> bool:
    return all(len(word) < 3 for word in match.words)


# --- what is like a paper --------------------------------------------------------------------------

# By how many of its words a paper is compared, and how many papers a word may be in to tell anything.
_TELLING = 24
_COMMON = 3000


def like(store: Store, number: int, limit: int) -> Found:
    """The papers nearest to one by its words, tags, sections and authors, from the index alone."""
    from gencli import ranking
    from gencli.excerpt import Sought

    own = store.index.texts([number])
    if not own:
        return Found([], Sought.of([]))
    texts = own[0]
    papers = store.index.newest()
    weighed = []
    for match, worth in _telling(texts[1]):
        count = store.count(match, _COMMON)
        if 1 < count < _COMMON or (count and papers < _COMMON):
            weighed.append((worth * ranking.rarity(count, papers), match))
    weighed.sort(key=lambda pair: -pair[0])
    terms = [ranking.Term(match, (), rare) for rare, match in weighed[:_TELLING]]
    if not terms:
        return Found([], Sought.of([]))
    root = Group("or", tuple(term.match for term in terms))
    near = [found for found, _ in store.ranked(root, NEWEST, max(limit, _WEIGHED) + 1) if found != number]
    candidates = [ranking.Candidate(*row) for row in store.index.texts(near)]
    found = ranking.nearest(candidates, terms)[:limit]
    return Found(found, Sought.of(term.match for term in terms))


def _telling(texts: dict[str, str]) -> Iterator[tuple[Match, float]]:
    """What of a paper others may share, each with its worth."""
    from gencli.folding import words

    seen: set[Match] = set()
    for column, field, worth in (
        ("tags", "", 2.0), ("title", "", 1.5), ("authors", "author", 1.0), ("note", "", 1.0), ("sections", "in", 0.6),
        ("page_notes", "", 0.5), ("abstract", "", 0.6),
    ):  # fmt: skip
        rows = texts[column].split("\n") if column in ("tags", "sections") else words(texts[column])[:60]
        for row in rows:
            match = Match(field, tuple(words(row)))
            is_small = len(row) < 3 or (match.words and match.words[0] in _UNTOLD)
            if match.words and match not in seen and (column == "tags" or not is_small):
                seen.add(match)
                yield match, worth
