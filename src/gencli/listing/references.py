"""Citations in running text by author and year alone, as `(Belkin et al., 2018)`: which works they may be. Pure.

They are found by their form: names, a year, and one of the signs by which people cite (`et al.`, `and`, brackets), so
that `NeurIPS 2021` and `In 2018` are none.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from gencli.model import Paper
from gencli.text import fold

_LETTER = re.compile(r"[^\W_]")
_PARTICLE = r"(?:(?:van|von|der|den|de|del|della|di|da|dos|du|la|le|ten|ter|zu|zur|af|av|al|el|bin|ibn)[ -]){0,3}"
_NAME = rf"{_PARTICLE}[^\W\d_a-z][\w’'‐-]+(?:[ ][^\W\d_a-z][\w’'‐-]+)?"
_ONE = rf"{_PARTICLE}[^\W\d_a-z][\w’'‐-]+"
_YEAR = r"(?P<year>(?:19|20)\d\d)[a-z]?(?![\w-])"
_OTHERS = r"(?P<others>,? et\.? al\.?)"
_AND = rf"(?:,? (?:and|und|et|&) (?P<last>{_NAME}))"
# Names with others or with a last one, before a year with or without brackets.
_SEVERAL = re.compile(rf"(?<![\w\[])(?P<first>{_ONE}(?:, {_ONE}){{0,12}})(?:{_OTHERS}|{_AND}),? ?[(\[]?{_YEAR}")
# One name alone, where the brackets tell: `Belkin (2018)`, `(Belkin, 2018)`, `; Belkin, 2018)`.
_ALONE = re.compile(rf"(?<![\w\[])(?P<first>{_ONE}) [(\[]{_YEAR}")
_INNER = re.compile(rf"(?<=[(\[;])\s*(?P<first>{_NAME}), {_YEAR}")
# Words with a capital that no one is called.
_NO_NAME = frozenset(
    """january february march april may june july august september october november december monday tuesday wednesday
    thursday friday saturday sunday in on at since until before after from during figure fig table section chapter
    theorem lemma equation eq version python windows the this that see cf spring summer autumn fall winter""".split()
)


class Reference(NamedTuple):
    """A citation: its text, the family names that it has, whether there are others, the year, where it stands."""

    text: str
    names: tuple[str, ...]
    has_others: bool
    year: int
    start: int
    end: int


class Cited(NamedTuple):
    """A citation on a page: its line, under which headings, where it begins and ends in the page's text."""

    reference: Reference
    line: int
    section: tuple[str, ...]
    start: int
    end: int


def behind_links(text: str, spans: Iterable[tuple[str, int, int]], *, is_item: bool) -> Iterator[Reference]:
    """The citations in a block's text, by the kinds and places of its spans.

    What stands before an item's first link, or without one, is the work itself; right behind its link it tells who
    wrote that.
    """
    after = -1 if is_item else 0
    for kind, start, end in spans:
        if kind == "link":
            after = end
        elif kind == "text" and after >= 0:
            for one in references(text, start, end):
                if not is_item or _LETTER.search(text, after, one.start):
                    yield one


def references(text: str, start: int = 0, end: int | None = None) -> Iterator[Reference]:
    """The citations in a stretch of running text, in their order; a line's end may stand in one."""
    text = text.replace("\n", " ")
    taken: set[int] = set()
    found = []
    for pattern in (_SEVERAL, _ALONE, _INNER):
        for match in pattern.finditer(text, start, len(text) if end is None else end):
            one = _reference(match)
            if one is not None and taken.isdisjoint(range(one.start, one.end)):
                taken.update(range(one.start, one.end))
                found.append(one)
    yield from sorted(found, key=lambda one: one.start)


def _reference(match: re.Match[str]) -> Reference | None:
    told = match.groupdict()
    names = [part for part in (*told["first"].split(", "), told.get("last")) if part]
    words = {word.casefold() for part in names for word in (part.split()[0], part.split()[-1])}
    # No one is called like a month, nor like the acronym of a conference.
    if words & _NO_NAME or ("last" not in told and sum(sign.isupper() for sign in names[0]) > 2):
        return None
    first, last = match.start("first"), match.end()
    if "(" in match.string[first:last] and match.string[last : last + 1] == ")":
        last += 1
    text = match.string[first:last]
    return Reference(text, tuple(names), told.get("others") is not None, int(told["year"]), first, last)


def likeness(reference: Reference, paper: Paper) -> float:
    """How likely a citation means a paper, from 0 (it does not) to 1."""
    families = [_bare(author.surname) for author in paper.authors]
    asked = [_bare(name) for name in reference.names]
    if not families or not asked or not _is(asked[0], families[0]):
        return 0.0
    years = {year for year in (paper.year, _year(paper.date), _year(paper.posted), _year(paper.updated)) if year}
    away = min((abs(reference.year - year) for year in years), default=9)
    if away > 1:
        return 0.0
    score = 0.7 if reference.year == paper.year else 0.6 if away == 0 else 0.4
    if not all(any(_is(name, family) for family in families) for name in asked[1:]):
        return 0.0
    # As many authors as the citation says, as far as they are known.
    wanted = len(families) > 2 if reference.has_others else len(families) == len(asked)
    return score + (0.3 if wanted or not paper.authors_complete else 0.0)


def _is(name: str, family: str) -> bool:
    return (
        name == family or name in family.split() or family in name.split() or name.split()[-1:] == family.split()[-1:]
    )


def _bare(name: str) -> str:
    return " ".join(fold(name).replace("-", " ").replace("’", "").replace("'", "").split())


def _year(date: str | None) -> int | None:
    return int(date[:4]) if date and date[:4].isdecimal() else None


def ranked(reference: Reference, papers: Sequence[Paper]) -> list[Paper]:
    """The papers that a citation may mean, the likeliest first."""
    scored = [(likeness(reference, paper), paper) for paper in papers]
    return [paper for score, paper in sorted(scored, key=lambda one: (-one[0], one[1].key)) if score > 0]
