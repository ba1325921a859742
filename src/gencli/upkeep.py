"""What wants a person's eye in a library: likely duplicates, what is wrong or missing, what was kept aside."""

import re
import shlex
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from gencli import checkup
from gencli.editing import put_fields
from gencli.errors import LibraryFileError
from gencli.formats.bibtex.writer import Field, told, written
from gencli.intake import Change
from gencli.latex import decode
from gencli.likeness import Work, groups
from gencli.model import Entry, Paper
from gencli.store import entries, health, odd
from gencli.store.health import Fault
from gencli.store.store import Store
from gencli.volumes import papers

_AT_ONCE = 500
_INDEX = health.SEARCH
# What of a paper's fields tells two works apart.
_DETAILS = (
    "volume", "number", "pages", "edition", "booktitle", "crossref", "chapter", "part", "issue", "series",
    "institution", "howpublished", "eid", "note", "month",
)  # fmt: skip


class Likely(NamedTuple):
    """Papers that are likely one: their keys, the one to keep first; why; how sure (0 to 1); what they say otherwise.

    `conflicts` are (field, what stays, what would be kept beside it).
    """

    keys: tuple[str, ...]
    reason: str
    score: float
    conflicts: tuple[tuple[str, str, str], ...]


class Wrong(NamedTuple):
    """One thing that wants an eye: of which paper (None: of none), where, what, how `--fix` mends it, its raw text.

    It is mended by a `change` of the paper's fields, or by what the `fault` of the file has for that.
    """

    key: str | None
    where: str
    what: str
    fix: str | None = None
    raw: str | None = None
    change: tuple[str, str | None] | None = None
    fault: Fault | None = None

    @property
    def is_of_index(self) -> bool:
        """Whether it is the search index that is wrong, not the paper."""
        return self.where == _INDEX

    @property
    def is_notice(self) -> bool:
        """Whether it only wants to be known: nothing is wrong."""
        return self.fault is not None and self.fault.is_notice

    @property
    def about(self) -> str:
        """What it belongs to, for eyes: its paper, the library's file, or what was kept aside."""
        return self.key or ("library file" if self.is_of_index or self.fault is not None else "kept aside")

    def as_json(self) -> dict[str, str | None]:
        """The finding in the shape of `check --json`."""
        return {"key": self.key, "where": self.where, "what": self.what, "fix": self.fix, "raw": self.raw}


# --- likely duplicates ---------------------------------------------------------------------------


def likely(store: Store) -> list[Likely]:
    """The papers that are likely one, but for those that are said not to be."""
    keys = store.all_keys()
    apart = {frozenset((keys[one], keys[other])) for one, other in store.apart()}
    found = groups((_work(paper) for paper in _all(store, list(keys))), apart)
    return [
        Likely(group.keys, group.reason, round(group.score, 3), tuple(conflicts(_named(store, group.keys))))
        for group in found
    ]


def _all(store: Store, numbers: Sequence[int]) -> Iterator[Paper]:
    for start in range(0, len(numbers), _AT_ONCE):
        yield from store.papers(numbers[start : start + _AT_ONCE])


def _named(store: Store, keys: Iterable[str]) -> list[Paper]:
    return store.papers([number for key in keys if (number := store.by_key(key)) is not None])


def _work(paper: Paper) -> Work:
    details = {name: decode(paper.fields[name]) for name in _DETAILS if name in paper.fields}
    return Work(
        paper.key, paper.type, paper.title, paper.authors, paper.authors_complete, paper.year, paper.venue,
        paper.identifiers, details,
    )  # fmt: skip


def conflicts(several: Sequence[Paper]) -> Iterator[tuple[str, str, str]]:
    """What papers that would become one say otherwise."""
    first, *others = several
    for other in others:
        for name in ("type", "title", "year", "venue", "abstract"):
            mine, its = getattr(first, name), getattr(other, name)
            if mine is not None and its is not None and mine != its:
                yield name, str(mine), str(its)
        if first.authors and other.authors and first.authors != other.authors:
            yield "authors", _names(first), _names(other)
        for name, value in other.fields.items():
            if first.fields.get(name, value) != value:
                yield name, first.fields[name], value


def _names(paper: Paper) -> str:
    names = [f"{author.given} {author.surname} {author.suffix}".strip() for author in paper.authors]
    return ", ".join([*names, *([] if paper.authors_complete else ["and others"])])


# --- what is wrong or missing ----------------------------------------------------------------------


def wrong(store: Store, numbers: Callable[[], Sequence[int]], this_year: int, *, is_all: bool) -> Iterator[Wrong]:
    """What wants an eye in these papers, paper by paper; for all papers also the file, and what was kept aside.

    The order is that of the file, the papers, what concerns several, what was read. What cannot be read does not hide
    the rest, but where SQLite itself finds no way on. Raises `LibraryFileError` where nobody can say why.
    """
    faults = health.faults(store.connection, store.path) if is_all else []
    if not any(fault.is_unreadable for fault in faults):
        yield from _of_file(store, faults)
        yield from _of_rows(store, numbers(), this_year, is_all)
        return
    try:
        yield from _of_file(store, faults)
        for one in _of_rows(store, numbers(), this_year, is_all):
            yield one._replace(fix=None, change=None, fault=one.fault and one.fault.left())
    except LibraryFileError as error:
        yield Wrong(None, "file", f"the rest could not be looked at: {error.message}", fault=Fault("file", ""))


def _of_rows(store: Store, numbers: Sequence[int], this_year: int, is_all: bool) -> Iterator[Wrong]:
    """What wants an eye in the rows of these papers, and in these papers as far as their rows can be read."""
    found = odd.faults(store.connection, None if is_all else numbers)
    yield from _of_file(store, found.faults)
    yield from _of_papers(store, [one for one in numbers if one not in found.papers], this_year, found, is_all)


def _of_file(store: Store, faults: Sequence[Fault]) -> Iterator[Wrong]:
    """What is wrong with the file and its rows, as something that wants an eye."""
    owners = sorted({fault.paper for fault in faults if fault.paper is not None})
    keys = store.keys_of(owners)
    for fault in faults:
        key = keys.get(fault.paper) if fault.paper is not None else None
        yield Wrong(key, fault.where, fault.what, fault.fix, fault.raw, fault=fault)


def _of_papers(store: Store, numbers: Sequence[int], this_year: int, found: odd.Odd, is_all: bool) -> Iterator[Wrong]:
    """What wants an eye in papers that can be read."""
    dois: dict[str, list[str]] = {}
    parents = _parents(store, numbers)
    for paper, kept in papers(store, numbers):
        kind, fields = told(paper, kept)
        values = {field.name.lower(): field.value for field in fields}
        for finding in checkup.findings(paper.key, kind.lower(), values, this_year):
            yield Wrong(paper.key, finding.where, finding.what, finding.fix, values.get(finding.where), finding.change)
        yield from _dead(paper, kept, values, parents)
        yield from _otherwise(paper, kept, fields)
        if doi := values.get("doi", "").strip().lower():
            dois.setdefault(doi.removeprefix("https://doi.org/"), []).append(paper.key)
    for doi, keys in dois.items():
        # The paper that has it as its identifier need not be among these.
        first, *others = dict.fromkeys([*(() if is_all else _with_doi(store, doi)), *keys])
        for key in others:
            what = f"has the DOI of {first}, {doi}; if they are one: {shlex.join(['gencli', 'merge', first, key])}"
            yield Wrong(key, "doi", what, None, doi)
    yield from _unindexed(store, numbers, is_all=is_all, is_mendable=not found.papers)
    if is_all and not found.is_beside:
        for name, header in entries.headers(store.connection).items():
            for raw in header.preambles:
                yield from (Wrong(None, name, finding.what, None, raw) for finding in checkup.preamble(raw))
        for aside in entries.asides(store.connection):
            yield Wrong(None, aside.where, aside.what, None, aside.raw)


_ANEW = "the index is written anew"


def _unindexed(store: Store, numbers: Sequence[int], *, is_all: bool, is_mendable: bool) -> Iterator[Wrong]:
    """Papers that the search does not find by what they are; with one that cannot be read no index can be written."""
    lacking, fix = store.index.lacking(numbers), _ANEW if is_mendable else None
    for key in store.keys(lacking).values():
        what = "the search index does not have it as it is: the two disagree, and what `gencli show` says stays"
        yield Wrong(key, _INDEX, what, fix)
    # While papers are lacking the rest follows from that.
    for what in store.index.faults() if is_all and not lacking else ():
        yield Wrong(None, _INDEX, f"the search index: {what}", fix)


def _with_doi(store: Store, doi: str) -> Iterable[str]:
    return store.keys(store.by_identifiers([("doi", doi)])).values()


def _parents(store: Store, numbers: Sequence[int]) -> set[tuple[str, str]]:
    """The parents that are there, by (file, key)."""
    found: set[tuple[str, str]] = set()
    for start in range(0, len(numbers), _AT_ONCE):
        found.update(entries.parents(store.connection, numbers[start : start + _AT_ONCE]))
    return found


def _dead(
    paper: Paper, kept: Sequence[Entry], values: Mapping[str, str], parents: set[tuple[str, str]]
) -> Iterator[Wrong]:
    """Parents that no paper is. What an entry says counts only where the paper, as it is exported, still says so."""
    told = {key.strip(): name for name in ("xdata", "crossref") for key in values.get(name, "").split(",")}
    dead = dict.fromkeys(key for entry in kept for key in entry.parents if (entry.file, key) not in parents)
    for key in dead:
        if key in told:
            yield Wrong(paper.key, told[key], f"inherits from '{key}', which is not in the library", None, key)


def _otherwise(paper: Paper, kept: Sequence[Entry], fields: Sequence[Field]) -> Iterator[Wrong]:
    """Entries of the paper that say a field otherwise than the library, where the user has not decided."""
    if len(kept) < 2:
        return
    own = {name.lower() for entry in kept if entry.source == "user" for name, _, _ in entry.fields}
    holds = {field.name.lower(): _bare(field.value) for field in fields}
    for entry in kept:
        names = [
            name.lower()
            for name, _, value in entry.fields
            if name.lower() not in own and _bare(value) != holds.get(name.lower(), "")
        ]
        if names and entry.source != "user":
            text = written(entry.type, entry.key, [Field(*field) for field in entry.fields])
            what = f"{entry.file} has it as '{entry.key}' with other words in {', '.join(names)}"
            yield Wrong(paper.key, names[0], what, None, text)


def _bare(value: str) -> str:
    """A value without what says nothing of its own: braces, blanks."""
    return " ".join(re.sub("[{}]", "", value).split())


def file_faults(found: Iterable[Wrong]) -> list[Fault]:
    """The faults of the file among what was found that SQL mends."""
    return [one.fault for one in found if one.fault is not None and one.fault.is_mendable]


def mend(change: Change, found: Iterable[Wrong]) -> None:
    """Make the safe changes of papers among what was found; an index that is not sound is written anew."""
    wanted = list(found)
    by_key: dict[str, dict[str, str | None]] = {}
    renamed = _rename(change, wanted)
    for one in wanted:
        # A field that is made from the identifier is as it should be, once that is.
        if one.key is not None and one.change is not None and (one.key, one.change[0]) not in renamed:
            by_key.setdefault(one.key, {})[one.change[0]] = one.change[1]
    for key, values in by_key.items():
        number = change.store.by_key(key)
        if number is not None:
            put_fields(change, number, values)
    if any(one.is_of_index and one.fix is not None for one in wanted):
        change.store.index.rebuild()


def _rename(change: Change, found: Iterable[Wrong]) -> set[tuple[str | None, str]]:
    """Give identifiers their normal form; gives the fields that a paper has from them, as (key, field)."""
    fields: set[tuple[str | None, str]] = set()
    for one in found:
        fault = one.fault
        if fault is not None and fault.renamed is not None and fault.paper is not None:
            is_renamed = odd.rename(change.store.connection, *fault.renamed)
            change.note(fault.paper, is_renamed, searched=False)
            fields.update((one.key, name) for name in ("doi", "eprint", "pmid", "isbn"))
    return fields
