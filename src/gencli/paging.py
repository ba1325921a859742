"""A page read again: what is otherwise on it, and the library in step with it; one's own marks are never touched."""

import shlex
from collections.abc import Callable, Iterable, Mapping, Sequence
from difflib import SequenceMatcher
from itertools import pairwise
from typing import Any

from gencli import formats
from gencli.drift import Difference, Named, differences
from gencli.errors import Conflict, NotFound
from gencli.intake import Change
from gencli.model import Mention, Page, Problem, Record
from gencli.store import damage, entries, lines

Placed = tuple[int, Mention]
# The row of a page.
Row = Any


def take(change: Change, page: Page, tags: Sequence[str] = (), apart: frozenset[str] = frozenset()) -> None:
    """Take in a page: its papers, where it mentions them, and what could not be understood.

    It is none of the pages from the sources `apart`, however like them. What was changed of it here stays. Raises
    `Conflict` where both changed the same lines.
    """
    row = lines.page(change.store.connection, page.source) or _changed_elsewhere(change, page, apart)
    if row is not None:
        page = _with_ours(row, page)
    mentions = []
    for record in page.records:
        number = change.take(record)
        change.mark(number, tags)
        mentions += [(number, mention) for mention in record.mentions]
    _write(change, page, mentions, apart)
    change.problems += page.problems


def _changed_elsewhere(change: Change, page: Page, apart: frozenset[str]) -> Row | None:
    """The page as read from another place, where it was changed here since: what was changed comes along."""
    changed = [one for one in change.store.pages_like(page) if one["base"] is not None and one["source"] not in apart]
    papers = {number for record in page.records for number in change.known(record)} if changed else set()
    for row in changed:
        shared = papers & {number for number, _ in change.store.page_mentions(row["id"])}
        if 2 * len(shared) >= len(page.records):
            return row
    return None


def _write(change: Change, page: Page, mentions: Sequence[Placed], apart: frozenset[str] = frozenset()) -> None:
    change.write_page(page, [(change.current(number), mention) for number, mention in mentions], apart)


def sync(
    change: Change, page: Page, *, with_papers: bool, copy: Callable[[], object] | None = None
) -> list[Difference]:
    """Bring a page that is known by its source up to date; gives what is otherwise on it.

    With `with_papers` a paper that left the page goes where nothing else holds it: no page, no tag, no note, no star,
    no word of how far it is read; before several go, `copy` is called. A page that names no paper is not taken, but a
    problem. Raises `NotFound`, and `Conflict` where it was changed in the same lines here and there.
    """
    row = _known(change, page.source)
    if not page.records and page.text != row["text"]:
        change.problems.append(Problem(page.source, "names no paper any more; nothing was changed"))
        return []
    found = _renew(change, row, _with_ours(row, page))
    if with_papers:
        keys = dict.fromkeys(one.key for one in found if one.is_last and one.key is not None)
        papers = [paper for key in keys if (paper := change.store.by_key(key)) is not None]
        gone = [paper for paper in papers if not _is_held(change, paper)]
        if len(gone) > 1 and copy is not None:
            copy()
        for paper in gone:
            change.remove(paper)
    return found


def alter(
    change: Change, source: str, make: Callable[[str, str], str], wanted: Callable[[Sequence[Difference]], str]
) -> list[Difference]:
    """Have another text of a page, which `make` makes of the one that is known and its title; gives what is otherwise.

    Raises `NotFound`, and `Conflict` for what is not `wanted`.
    """
    row = _known(change, source)
    text, base = make(row["text"], row["title"]), row["text"] if row["base"] is None else row["base"]
    found = _renew(change, row, _read(row, text, base, damage.map_of(row["validators"])))
    if trouble := wanted(found):
        raise Conflict(f"{trouble}; nothing was changed", "change the page by hand, then: gencli sync")
    return found


def drop(change: Change, source: str) -> None:
    """Forget a page; its papers stay. Raises `NotFound`."""
    change.drop_page(_known(change, source)["id"])


def _known(change: Change, source: str) -> Row:
    """The page that was read from a place. Raises `NotFound`."""
    row = lines.page(change.store.connection, source)
    if row is None:
        raise NotFound(f"no page was read from {source}", "see: gencli pages")
    return row


def _read(row: Row, text: str, base: str | None = None, validators: Mapping[str, str] = {}) -> Page:
    """A text of a known page as it is read; `base` is what its source has, where that is another text."""
    page = formats.read(text, row["format"], row["source"], row["title"])
    return page._replace(base=None if text == base else base, validators=validators)


def _with_ours(row: Row, page: Page) -> Page:
    """A page as its source has it, with what was changed of it here and is not there yet. Raises `Conflict`."""
    if row["base"] is None or page.text == row["text"]:
        return page
    try:
        text = merged(row["base"], row["text"], page.text)
    except Conflict as error:
        shown = f"yours: gencli export --page {shlex.quote(row['title'])} --diff"
        hint = f"{shown}; put it there by hand, or undo it by its number in: gencli history"
        raise Conflict(f"'{row['title']}': {error.message}; nothing was changed", hint) from error
    found = formats.read(text, row["format"], page.source, row["title"])
    return found._replace(base=None if text == page.text else page.text, validators=page.validators)


def _renew(change: Change, row: Row, now: Page) -> list[Difference]:
    """Take in what is new on a page, and no more: what it says as it said it, wherever, is the paper that it was.

    So one that the user removed, or gave another identifier, is not brought back by a page that says what it said.
    """
    number, before = row["id"], _read(row, row["text"])
    was = _named(change, number, before.records)
    known: dict[tuple[object, ...], int] = {}
    for paper, mention in change.store.page_mentions(number):
        known.setdefault(_spot(mention), paper)
    said = {_bare(record): {_spot(mention) for mention in record.mentions} for record in before.records}
    mentions: list[Placed] = []
    for record in now.records:
        stood = said.get(_bare(record), set())
        here = [known[spot] for spot in map(_spot, record.mentions) if spot in stood and spot in known]
        there = here or [known[spot] for spot in stood if spot in known]
        if stood and not there:
            # Its paper was removed from the library.
            continue
        paper = there[0] if there else change.take(record)
        change.note(paper, False)
        mentions += [(paper, mention) for mention in record.mentions]
    _write(change, now, mentions)
    # What could not be understood before either is no news.
    said_before = {(problem.what, problem.raw) for problem in before.problems}
    change.problems += [problem for problem in now.problems if (problem.what, problem.raw) not in said_before]
    found = differences(_by_todays_keys(change, was), _told(change, _named(change, number, now.records)))
    if row["title"] != now.title:
        found.insert(0, Difference("renamed", None, row["title"], row["title"], now.title))
    return found


def _spot(mention: Mention) -> tuple[object, ...]:
    """A mention, whatever comes before it on the page."""
    return mention.role, mention.section, mention.group, mention.label


def _bare(record: Record) -> str:
    """What a page says of a paper, wherever it does."""
    return repr(record._replace(source="", mentions=()))


def merged(base: str, mine: str, theirs: str) -> str:
    """A text with the lines that two have changed since `base`. Raises `Conflict` where both changed the same lines."""
    old, own, new = (text.splitlines(keepends=True) for text in (base, mine, theirs))
    found: list[str] = []
    at = 0
    for first, last, put in _both(_changes(old, own), _changes(old, new)):
        found += [*old[at:first], *put]
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
            raise Conflict(f"it was changed in line {other[0] + 1} where it was read, and here too")
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
