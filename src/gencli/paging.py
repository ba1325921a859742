"""A page read again: what is otherwise on it, and the library in step with it; one's own marks are never touched."""

from collections.abc import Callable, Iterable, Sequence
from difflib import SequenceMatcher
from itertools import pairwise

from gencli.drift import Difference, Named, differences
from gencli.errors import Conflict
from gencli.intake import Change
from gencli.model import Mention, Page, Record
from gencli.store import entries


def take(change: Change, page: Page, tags: Sequence[str] = (), apart: frozenset[str] = frozenset()) -> None:
    """Take in a page: its papers, where it mentions them, and what could not be understood.

    It is none of the pages from the sources `apart`, however like them.
    """
    mentions = []
    for record in page.records:
        number = change.take(record)
        change.mark(number, tags)
        mentions += [(number, mention) for mention in record.mentions]
    change.write_page(page, [(change.current(number), mention) for number, mention in mentions], apart)
    change.problems += page.problems


def sync(change: Change, number: int, before: Page, now: Page, *, with_papers: bool) -> list[Difference]:
    """Bring a page that the library knows, by its `number`, up to date; gives what is otherwise on it.

    `before` is the page as it was read then, `now` as it is. With `with_papers` a paper that left the page goes where
    nothing else holds it: no page, no tag, no note, no star, no word of how far it is read.
    """
    was = _named(change, number, before.records)
    take(change, now)
    found = differences(_by_todays_keys(change, was), _told(change, _named(change, number, now.records)))
    if with_papers:
        for key in dict.fromkeys(one.key for one in found if one.is_last and one.key is not None):
            paper = change.store.by_key(key)
            if paper is not None and not _is_held(change, paper):
                change.remove(paper)
    return found


def alter(
    change: Change, number: int, before: Page, now: Page, wanted: Callable[[Sequence[Difference]], bool]
) -> list[Difference]:
    """Take the library's own text of a page; gives what is otherwise. Raises `Conflict` where that is not `wanted`."""
    was = _named(change, number, before.records)
    take(change, now)
    found = differences(_by_todays_keys(change, was), _told(change, _named(change, number, now.records)))
    if not wanted(found):
        raise Conflict(
            "the page would then say something else; nothing was changed", "change it by hand, and: gencli sync"
        )
    return found


def merged(base: str, mine: str, theirs: str) -> str:
    """A text with the lines that two have changed since `base`. Raises `Conflict` where both changed the same lines."""
    old, own, new = (text.splitlines(keepends=True) for text in (base, mine, theirs))
    found: list[str] = []
    at = 0
    for first, last, lines in _both(_changes(old, own), _changes(old, new)):
        found += [*old[at:first], *lines]
        at = last
    return "".join([*found, *old[at:]])


Changed = tuple[int, int, list[str]]


def _changes(old: list[str], new: list[str]) -> list[Changed]:
    """Which lines were replaced by which."""
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    return [(i, j, new[k:m]) for tag, i, j, k, m in matcher.get_opcodes() if tag != "equal"]


def _both(mine: Sequence[Changed], theirs: Sequence[Changed]) -> list[Changed]:
    """The changes of both, in order; the same one of both is one."""
    ordered = sorted([*mine, *(one for one in theirs if one not in mine)], key=lambda one: one[:2])
    for one, other in pairwise(ordered):
        if other[0] < one[1] or (other[0] == one[0] and other[1] == one[1]) or other[0] == one[0] == one[1]:
            raise Conflict(
                f"the page was changed in line {other[0] + 1} where it was read, and here too",
                "see both: gencli export --page … --diff; take yours back with: gencli undo",
            )
    return ordered


Numbered = list[tuple[int, Mention, frozenset[str] | None]]


def _named(change: Change, page: int, records: Iterable[Record]) -> Numbered:
    """What a page mentions, with where each leads by the page's own word."""
    leads = {mention: _leads(record) for record in records for mention in record.mentions}
    mentions = change.store.page_mentions(page)
    return [(number, mention, leads.get(mention)) for number, mention in mentions]


def _leads(record: Record) -> frozenset[str]:
    named = (value if kind == "url" else f"{kind}:{value}" for kind, value in record.identifiers.items())
    return frozenset((*named, *(link.url for link in record.links)))


def _by_todays_keys(change: Change, was: Numbered) -> list[Named]:
    """By the keys of the papers that they are now: two may have become one meanwhile."""
    return _told(change, [(change.current(number), mention, leads) for number, mention, leads in was])


def _told(change: Change, mentions: Numbered) -> list[Named]:
    keys = change.store.keys([number for number, _, _ in mentions])
    return [Named(keys[number], mention, leads) for number, mention, leads in mentions]


def _is_held(change: Change, number: int) -> bool:
    """Whether something but the page that it left holds a paper."""
    (paper,) = change.store.papers([number])
    marks = paper.mentions or paper.tags or paper.note or paper.starred or paper.status != "unread"
    return bool(marks) or bool(entries.sources(change.store.connection, number))
