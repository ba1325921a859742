"""What is otherwise on a page than when it was read before: by what it names and where, not by its lines. Pure."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from gencli.model import Mention

# Where something stands: the titles of the headings, then the label of the group, which is marked as one.
Path = tuple[str, ...]
_GROUP = "\0"


class Named(NamedTuple):
    """A place where a page names a paper: the paper's key, the mention, and where it leads; None where nobody knows."""

    key: str
    mention: Mention
    links: frozenset[str] | None = None


class Difference(NamedTuple):
    """One thing that is otherwise on a page. `before` and `after` are what it was and is, where that says something.

    `what` is "added", "removed", "moved" (section or group), "reordered" (within its list), "label", "note", "star",
    "links", or of a heading (`key` is None) "renamed". `is_last` is true of a paper that the page names no more at all.
    """

    what: str
    key: str | None
    label: str
    before: str = ""
    after: str = ""
    is_last: bool = False

    def as_json(self) -> dict[str, str | bool | None]:
        """The difference in the shape of `sync --json`."""
        return {"what": self.what, "key": self.key, "label": self.label, "before": self.before, "after": self.after}


def differences(before: Sequence[Named], now: Sequence[Named]) -> list[Difference]:
    """What is otherwise: headings first, then what is new, in the page's order, then the rest."""
    pairs, gone, new = _paired(before, now)
    renamed = _renamed(before, now, pairs)
    found = [Difference("renamed", None, old[-1].removeprefix(_GROUP), _shown(old), _shown(to)) for old, to in renamed]
    kept = {one.key for one in now}
    found += [Difference("added", one.key, one.mention.label, "", place_of(one.mention)) for one in new]
    found += [
        Difference("removed", one.key, one.mention.label, place_of(one.mention), is_last=one.key not in kept)
        for one in gone
    ]
    paths = dict(renamed)
    moved = [pair for pair in pairs if _under(_path(pair[0].mention), paths) != _path(pair[1].mention)]
    found += [
        Difference("moved", one.key, one.mention.label, place_of(old.mention), place_of(one.mention))
        for old, one in moved
    ]
    found += _reordered([pair for pair in pairs if pair not in moved])
    for old, one in pairs:
        # What a paper leads to is said once, wherever the page names it.
        found += [other for other in _otherwise(old, one) if other.what != "links" or other not in found]
    return found


def place_of(mention: Mention) -> str:
    """Where a mention stands, in words."""
    place = _shown(_path(mention)) or "the top"
    return place if mention.role == "item" else f"the text of {place}"


def _shown(path: Path) -> str:
    return " › ".join(part.removeprefix(_GROUP) for part in path)


def _path(mention: Mention) -> Path:
    return (*mention.section, *([_GROUP + mention.group] if mention.group else []))


# --- which mention is which ------------------------------------------------------------------------

Pair = tuple[Named, Named]


def _paired(before: Sequence[Named], now: Sequence[Named]) -> tuple[list[Pair], list[Named], list[Named]]:
    """The mentions that are one, in today's order, those that are gone and those that are new.

    Of one paper those are one that are most alike: in the same place under the same label first.
    """
    old: dict[str, list[Named]] = {}
    for one in before:
        old.setdefault(one.key, []).append(one)
    today: dict[str, list[Named]] = {}
    for one in now:
        today.setdefault(one.key, []).append(one)
    partner: dict[int, Named] = {}
    for key, some in today.items():
        left = old.get(key, [])
        for alike in (_same_all, _same_place, _same_role, lambda *_: True):
            for one in [one for one in some if id(one) not in partner]:
                match = next((other for other in left if alike(other.mention, one.mention)), None)
                if match is not None:
                    partner[id(one)] = match
                    left = [other for other in left if other is not match]
        old[key] = left
    pairs = [(partner[id(one)], one) for one in now if id(one) in partner]
    gone = {id(one) for some in old.values() for one in some}
    return pairs, [one for one in before if id(one) in gone], [one for one in now if id(one) not in partner]


def _same_all(one: Mention, other: Mention) -> bool:
    return _same_place(one, other) and one.label == other.label


def _same_place(one: Mention, other: Mention) -> bool:
    return _same_role(one, other) and _path(one) == _path(other)


def _same_role(one: Mention, other: Mention) -> bool:
    return one.role == other.role


# --- headings --------------------------------------------------------------------------------------


def _renamed(before: Iterable[Named], now: Iterable[Named], pairs: Sequence[Pair]) -> list[tuple[Path, Path]]:
    """The headings and groups that have another name, the higher ones first: most of what stood there stands here."""
    was, is_now = (_all_paths(some) for some in (before, now))
    votes: dict[Path, Counter[Path]] = {}
    for old, one in pairs:
        here, there = _path(old.mention), _path(one.mention)
        for depth in range(1, min(len(here), len(there)) + 1):
            if here[:depth] not in is_now and there[:depth] not in was:
                votes.setdefault(here[:depth], Counter())[there[:depth]] += 1
    found: dict[Path, Path] = {}
    # Where two headings became one, it is the one of which more stands there; what stood under the other was moved.
    for old_path in sorted(votes, key=lambda path: (len(path), -max(votes[path].values()))):
        to, count = votes[old_path].most_common(1)[0]
        if to in found.values():
            continue
        is_most = 2 * count > was[old_path]
        is_below = _under(old_path[:-1], found) == to[:-1] and old_path[-1] != to[-1]
        if is_most and is_below and (old_path[-1][:1] == _GROUP) is (to[-1][:1] == _GROUP):
            found[old_path] = to
    return list(found.items())


def _all_paths(some: Iterable[Named]) -> Counter[Path]:
    """How many mentions stand under each heading and group."""
    found: Counter[Path] = Counter()
    for one in some:
        path = _path(one.mention)
        found.update(path[:depth] for depth in range(1, len(path) + 1))
    return found


def _under(path: Path, renamed: Mapping[Path, Path]) -> Path:
    """A path by today's names."""
    for depth in range(len(path), 0, -1):
        if path[:depth] in renamed:
            return renamed[path[:depth]] + path[depth:]
    return path


# --- order and words -------------------------------------------------------------------------------


def _reordered(pairs: Sequence[Pair]) -> Iterator[Difference]:
    """The items that stand elsewhere in their list: as few as explain today's order."""
    lists: dict[Path, list[Pair]] = {}
    for pair in pairs:
        if pair[0].mention.role == "item" == pair[1].mention.role:
            lists.setdefault(_path(pair[1].mention), []).append(pair)
    for some in lists.values():
        order = sorted(some, key=lambda pair: pair[1].mention.position or 0)
        kept = _rising([pair[0].mention.position or 0 for pair in order])
        for place, (_, one) in enumerate(order):
            if place not in kept:
                behind = order[place - 1][1].mention.label if place else ""
                yield Difference("reordered", one.key, one.mention.label, "", behind)


def _rising(values: Sequence[int]) -> set[int]:
    """The places of a longest rising run of values, not all next to each other (patience sorting)."""
    ends: list[int] = []
    at: list[int] = []
    before: list[int] = []
    for place, value in enumerate(values):
        where = bisect_left(ends, value)
        before.append(at[where - 1] if where else -1)
        if where == len(ends):
            ends.append(value)
            at.append(place)
        else:
            ends[where], at[where] = value, place
    found: set[int] = set()
    place = at[-1] if at else -1
    while place >= 0:
        found.add(place)
        place = before[place]
    return found


def _otherwise(old: Named, one: Named) -> Iterator[Difference]:
    """What a page says otherwise of a paper in a place."""
    was, now = old.mention, one.mention
    if was.role != now.role:
        yield Difference("moved", one.key, now.label, place_of(was), place_of(now))
    if was.label != now.label:
        yield Difference("label", one.key, now.label, was.label, now.label)
    if was.note != now.note:
        yield Difference("note", one.key, now.label, was.note, now.note)
    if was.starred != now.starred:
        yield Difference("star", one.key, now.label, "starred" if was.starred else "", "starred" if now.starred else "")
    if old.links is not None and one.links is not None and old.links != one.links:
        was_led, leads = (" ".join(sorted(some)) for some in (old.links - one.links, one.links - old.links))
        yield Difference("links", one.key, now.label, was_led, leads)
