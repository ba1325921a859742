"""The likely duplicates among many works, found in a time that grows with their number."""

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from itertools import combinations
from typing import NamedTuple

from gencli.likeness.against import is_against
from gencli.likeness.pair import likeness
from gencli.likeness.work import GENERIC, Read, Work, read

# How many works are compared each with each, and how many can be one group.
_MOST = 40
_LARGEST = 50


class Group(NamedTuple):
    """Works that are likely one: the one to keep first, the others in the library's order."""

    keys: tuple[str, ...]
    reason: str
    score: float


def groups(works: Iterable[Work], distinct: Container[frozenset[str]] = ()) -> list[Group]:
    """The likely duplicates among many works, surest first; works of which a pair is `distinct` are never together.

    Only works that share a block are compared, see `_blocks`, so that the time grows with their number.
    """
    reads = [read(work) for work in works]
    found: dict[tuple[int, int], tuple[float, str]] = {}
    for block in _blocks(reads):
        for pair in combinations(sorted(block), 2):
            if pair in found or frozenset(reads[place].work.key for place in pair) in distinct:
                continue
            found_so = likeness(reads[pair[0]], reads[pair[1]])
            if found_so is not None:
                found[pair] = found_so
    together = [_group(reads, places, found) for places in _components(reads, found, distinct)]
    return sorted(together, key=lambda group: (-group.score, sorted(group.keys)))


def _blocks(reads: Sequence[Read]) -> Iterator[list[int]]:
    """Works that are worth comparing, as places in the sequence, never more than `_MOST` at a time.

    A block shares the letters of a title, or the first author and the first, the last or the first of all words by
    alphabet, or a page and a name. One that is too large is ordered by first author, title and year and cut into
    overlapping stretches of neighbours. Three words that begin or end a title make a block of their own, for what is
    misspelt in the name too; where many titles share them, they tell too little.
    """
    found: defaultdict[int, list[int]] = defaultdict(list)
    loose: defaultdict[int, list[int]] = defaultdict(list)
    for place, each in enumerate(reads):
        for key in set(_block_keys(each)):
            found[hash(key)].append(place)
        if len(each.words) > 5:
            for key in (("begin", *each.words[:3]), ("end", *each.words[-3:])):
                loose[hash(key)].append(place)
    for block in found.values():
        if 1 < len(block) <= _MOST:
            yield block
        elif len(block) > _MOST:
            yield from _stretches(reads, block)
    yield from (block for block in loose.values() if 1 < len(block) <= _MOST)


def _block_keys(each: Read) -> Iterator[tuple[str, ...]]:
    if not each.letters:
        return
    if GENERIC.issuperset(each.words):
        yield ("title", each.letters, each.page, str(each.work.year))
        return
    yield ("title", each.letters)
    yield from (("title", left) for left in each.shorter)
    if not each.names:
        return
    first = each.names[0]
    yield ("begin", first, *each.words[:2])
    yield ("end", first, *each.words[-2:])
    yield ("words", first, *sorted(each.words)[:3])
    if each.page:
        yield ("page", each.page, min(each.names))


def _stretches(reads: Sequence[Read], block: Sequence[int]) -> Iterator[list[int]]:
    def order(place: int) -> tuple[str, ...]:
        each = reads[place]
        first = each.names[0] if each.names else ""
        return first, each.letters, str(each.work.year or ""), each.page, each.work.venue or "", each.work.key

    ordered = sorted(block, key=order)
    for start in range(0, len(ordered), _MOST // 4):
        yield ordered[start : start + _MOST // 2]


def _components(
    reads: Sequence[Read], found: Mapping[tuple[int, int], tuple[float, str]], distinct: Container[frozenset[str]]
) -> list[list[int]]:
    """The works that hang together, the surest pairs first; two sets are united where no pair of them is against it."""
    member: dict[int, list[int]] = {}

    def keys(pair: tuple[int, int]) -> list[str]:
        return sorted(reads[place].work.key for place in pair)

    for pair in sorted(found, key=lambda pair: (-found[pair][0], keys(pair))):
        these, those = (member.get(place, [place]) for place in pair)
        if these is those or len(these) + len(those) > _LARGEST:
            continue
        if any(_must_part(reads[left], reads[right], distinct) for left in these for right in those):
            continue
        union = these + those
        member.update(dict.fromkeys(union, union))
    return [sorted(each) for each in {id(each): each for each in member.values()}.values()]


def _must_part(one: Read, other: Read, distinct: Container[frozenset[str]]) -> bool:
    return frozenset((one.work.key, other.work.key)) in distinct or is_against(one, other)


def _group(reads: Sequence[Read], places: Sequence[int], found: Mapping[tuple[int, int], tuple[float, str]]) -> Group:
    best = max(places, key=lambda place: (_worth(reads[place]), -place))
    pairs = [found[pair] for pair in combinations(places, 2) if pair in found]
    # The weakest link is what a person has to judge.
    score, reason = min(pairs)
    rest = [place for place in places if place != best]
    return Group(tuple(reads[place].work.key for place in (best, *rest)), reason, score)


def _worth(each: Read) -> tuple[bool, int]:
    """By what a work is kept: it is published, and much is known of it."""
    work = each.work
    told = (work.year, work.venue, work.authors, *work.identifiers.values(), *work.details.values())
    return not each.waiting, sum(map(bool, told)) + work.authors_complete
