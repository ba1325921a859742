"""Which of the papers found is likeliest meant: by where its words stand, how near, and in which form. Pure."""

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise
from math import log
from typing import NamedTuple

from gencli.question import INITIALS, TEXT_FIELDS, Match

_WORD = re.compile(r"[^\W_]+")
# How much a word counts in a column, and of how many words a column usually is.
_WEIGHTS = {
    "title": (13.0, 10), "tags": (7.0, 3), "note": (6.0, 25), "authors": (6.0, 8), "labels": (4.0, 10), "key": (4.0, 4),
    "page_notes": (3.5, 25), "years": (4.0, 2), "abstract": (2.5, 150), "venue": (2.0, 8), "sections": (1.2, 5),
    "page": (0.6, 5), "codes": (4.0, 20),
}  # fmt: skip
_SATURATION = 6.0
_LENGTH = 0.4
# What another form, and a mere beginning, counts beside the word as it was typed.
_FORM, _BEGUN = 0.85, 0.6
_INITIALS = 0.5
_STAR = 0.15


class Candidate(NamedTuple):
    """A paper that was found: its texts as they are indexed, by column, its year, and whether it is starred."""

    id: int
    texts: Mapping[str, str]
    year: int | None
    starred: bool


class Term(NamedTuple):
    """A word or a phrase looked for, what else counts for it, each with how much, and how rare it is (0 and up)."""

    match: Match
    others: tuple[tuple[Match, float], ...]
    rarity: float


def rarity(count: int, papers: int) -> float:
    """How much it tells that a paper has a word that so many of all have: the usual logarithm of BM25.

    A word that all have tells something yet: in their titles or not.
    """
    return max(log(1 + (max(papers, count) - count + 0.5) / (count + 0.5)), 0.5)


def term(match: Match, others: Sequence[Match], rare: float) -> Term:
    """A term with its alternatives weighed: a form of the word more than its mere beginning."""
    weighed = []
    for other in others:
        is_begun = match.words[-1] != other.words[-1] and other.words[-1].startswith(match.words[-1])
        is_form = is_begun and len(other.words[-1]) - len(match.words[-1]) <= 2
        if other.words[0].startswith(INITIALS):
            weighed.append((other, _INITIALS))
            continue
        weight = _FORM if is_form or len(other.words) != len(match.words) else _BEGUN if is_begun else _FORM
        weighed.append((other, _BEGUN if other.prefix else weight))
    return Term(match, tuple(weighed), rare)


def ranked(candidates: Sequence[Candidate], terms: Sequence[Term]) -> list[tuple[int, float]]:
    """The candidates as (id, score), best first; the newer among equals."""
    scored = [(score(candidate, terms), candidate) for candidate in candidates]
    scored.sort(key=lambda pair: (-pair[0], -(pair[1].year or 0), -pair[1].id))
    return [(candidate.id, value) for value, candidate in scored]


def score(candidate: Candidate, terms: Sequence[Term]) -> float:
    """How well a paper fits: the terms by column, then their order and nearness, then the title as a whole."""
    columns = {name: _WORD.findall(text) for name, text in candidate.texts.items() if text and name != "codes"}
    total = sum(term.rarity * _of(term, columns, candidate.texts) for term in terms)
    bare = [term for term in terms if not term.match.field]
    weight = sum(term.rarity for term in bare)
    if bare:
        total += weight * _together(bare, columns)
        # Behind it stand its compounds in one word.
        title = _WORD.findall(candidate.texts.get("title", "").partition("\x1e")[0])
        total += weight * _title(bare, title)
        total += weight * _cited(bare, columns)
    return total + (_STAR * weight if candidate.starred else 0.0)


def matched(candidate: Candidate, terms: Sequence[Term]) -> int:
    """How many of the terms a paper has, in any of their forms."""
    columns = {name: _WORD.findall(text) for name, text in candidate.texts.items() if text and name != "codes"}
    return sum(_of(term, columns, candidate.texts) > 0 for term in terms)


def _of(term: Term, columns: Mapping[str, Sequence[str]], texts: Mapping[str, str]) -> float:
    """A term's weight in a paper: that of the best of its alternatives."""
    best = _weight(term.match, columns, texts)
    for other, factor in term.others:
        if factor > best:
            best = max(best, factor * _weight(other, columns, texts))
    return best


def _weight(match: Match, columns: Mapping[str, Sequence[str]], texts: Mapping[str, str]) -> float:
    """Between 0 and 1: how much a paper is about a word, by the columns that have it and how often (BM25F)."""
    total = 0.0
    for name in TEXT_FIELDS.get(match.field, _WEIGHTS):
        text = texts.get(name, "")
        # Most columns do not have most words; to look for a piece of text is quick.
        if match.words[0] not in text:
            continue
        if name == "codes":
            count = text.split().count(match.words[0]) if len(match.words) == 1 else 0
            total += _WEIGHTS[name][0] * count
            continue
        words = columns.get(name, ())
        count = _count(words, match)
        if count:
            weight, usual = _WEIGHTS[name]
            total += weight * min(count, 3) ** 0.5 / (1 - _LENGTH + _LENGTH * len(words) / usual)
    return total / (_SATURATION + total)


def _count(words: Sequence[str], match: Match) -> int:
    row = match.words
    if len(row) == 1:
        return sum(word.startswith(row[0]) for word in words) if match.prefix else words.count(row[0])
    last = len(row) - 1
    return sum(
        words[place] == row[0]
        and all(_is(words[place + i], row[i], match.prefix and i == last) for i in range(1, len(row)))
        for place in range(len(words) - last)
    )


def _is(word: str, wanted: str, prefix: bool) -> bool:
    return word == wanted or (prefix and word.startswith(wanted))


def _places(term: Term, words: Sequence[str]) -> list[int]:
    """Where a column has a term, in any of its forms."""
    matches = [term.match, *(other for other, _ in term.others)]
    wanted = {match.words[0] for match in matches if len(match.words) == 1 and not match.prefix}
    starts = tuple(match.words[0] for match in matches if len(match.words) == 1 and match.prefix)
    found = {place for place, word in enumerate(words) if word in wanted or (starts and word.startswith(starts))}
    for row in (match.words for match in matches if len(match.words) > 1):
        for place in range(len(words) - len(row) + 1):
            if words[place] == row[0] and tuple(words[place : place + len(row)]) == row:
                found.update(range(place, place + len(row)))
    return sorted(found)


def _together(terms: Sequence[Term], columns: Mapping[str, Sequence[str]]) -> float:
    """A bonus for words that follow each other as they were typed, or stand near each other, in one column."""
    if len(terms) < 2:
        return 0.0
    best = 0.0
    for name, worth in (("title", 1.5), ("note", 0.7), ("tags", 0.7), ("page_notes", 0.35), ("abstract", 0.3),
                        ("labels", 0.35), ("authors", 0.3), ("venue", 0.2), ("sections", 0.15)):  # fmt: skip
        words = columns.get(name, ())
        if words and worth > best:
            best = max(best, worth * _nearness([_places(term, words) for term in terms]))
    return best


def _nearness(places: Sequence[Sequence[int]]) -> float:
    """1 where all follow each other, less where they only stand near each other, 0 where one is not there."""
    if not all(places):
        return 0.0
    total = 0.0
    for one, other in pairwise(places):
        behind = set(other)
        if any(place + 1 in behind for place in one):
            total += 1.0
        else:
            gap = min(abs(there - here) for here in one[:20] for there in other[:20])
            total += 0.5 / gap if gap else 0.0
    return total / (len(places) - 1)


def _title(terms: Sequence[Term], title: Sequence[str]) -> float:
    """A bonus for a title that is little more than what was asked for."""
    covered = {place for term in terms for place in _places(term, title)}
    if not title or not covered or not all(_places(term, title) for term in terms):
        return 0.0
    share = len(covered) / len(title)
    starts = 0.1 if 0 in covered else 0.0
    return 0.2 + 0.25 * share + starts + (0.5 if share == 1.0 else 0.0)


def _cited(terms: Sequence[Term], columns: Mapping[str, Sequence[str]]) -> float:
    """A bonus for `belkin 2019`: an author, first of all the first one, beside the paper's year."""
    years, authors = columns.get("years", ()), columns.get("authors", ())
    if len(terms) < 2 or not any(word in years for term in terms for word in term.match.words):
        return 0.0
    places = [place for term in terms for place in _places(term, authors)]
    return 0.0 if not places else 0.6 if min(places) <= 2 else 0.4


def nearest(candidates: Sequence[Candidate], terms: Sequence[Term]) -> list[tuple[int, float]]:
    """The candidates as (id, score) by what they share with the terms, nearest first."""
    scored = []
    for candidate in candidates:
        columns = {name: _WORD.findall(text) for name, text in candidate.texts.items() if text and name != "codes"}
        shared = [term.rarity * _weight(term.match, columns, candidate.texts) for term in terms]
        scored.append((sum(shared), candidate))
    scored.sort(key=lambda pair: (-pair[0], -(pair[1].year or 0), -pair[1].id))
    return [(candidate.id, value) for value, candidate in scored if value > 0]
