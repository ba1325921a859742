"""The lines of a library on their way into another one: what is not there is written as it was, the rest united."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from gencli import dumping, identity
from gencli.beside import Beside
from gencli.formats.bibtex.soundness import is_sound, sound
from gencli.formats.jsonl import Line
from gencli.intake import Change
from gencli.model import Entry, Header, Link, Problem
from gencli.restored import (
    Told,
    columns,
    completed,
    identifies,
    is_another,
    is_one,
    key_for,
    strong,
    telling,
    with_sources,
)
from gencli.store import entries, lines

# So many lines are in memory at a time.
_AT_ONCE = 200

Value = dict[str, Any]


def restore(change: Change, told: Iterable[Line | Problem]) -> Iterator[int]:
    """Take the lines of a library; gives the papers, as they come. What cannot be taken is told to `change`."""
    yield from Restoring(change).take(told)


class Restoring:
    """What happens to the lines of one library inside one change.

    A paper is one that is there where they share an identifier that names one work, or a key and what makes them the
    same work. Of the two the values that are there stay; what the line says else is kept beside them. A paper that is
    not there is written to the letter, times and all.
    """

    def __init__(self, change: Change) -> None:
        self.change, self.store = change, change.store
        self.connection = change.store.connection
        # Of the lines: papers by their keys, files by their names; names of files that are called otherwise here.
        self.numbers: dict[str, int] = {}
        self.files: dict[str, int] = {}
        self.renamed: dict[str, str] = {}
        # Papers as they are now, of those that the next lines name.
        self.now: dict[int, Value] = {}

    def take(self, told: Iterable[Line | Problem]) -> Iterator[int]:
        """Take these lines; gives the papers, as they come."""
        beside = Beside(self.change, self.numbers)
        others = {"file": self._file, "page": beside.page, "aside": beside.aside, "apart": beside.apart}
        source = iter(told)
        while some := list(islice(source, _AT_ONCE)):
            self._look_up(some)
            for line in some:
                if isinstance(line, Problem):
                    self.change.problems.append(line)
                elif line.kind == "paper":
                    yield self._paper(line)
                else:
                    others[line.kind](line)

    def _look_up(self, some: Sequence[Line | Problem]) -> None:
        """Read at once what these lines may say again."""
        keys = [line.value.get("key") for line in some if isinstance(line, Line) and line.kind == "paper"]
        numbers = dict.fromkeys(self.store.called(key) for key in keys if key)
        numbers.pop(None, None)
        there = [number for number in numbers if number is not None]
        self.now = dict(zip(there, dumping.papers(self.store, there), strict=True)) if there else {}

    def _as_it_is(self, number: int) -> Value:
        if number not in self.now:
            self.now[number] = dumping.papers(self.store, [number])[0]
        return self.now[number]

    # --- papers ------------------------------------------------------------------------------------

    def _paper(self, line: Line) -> int:
        told = completed(line.value)
        if self.renamed:
            told = with_sources(told, self._source, self.renamed)
        key = told.value.get("key") or key_for(told.value)
        number, is_same = self._found(key, told)
        if number is None:
            number = self._add(key, told.value, line.where)
        elif not is_same:
            self._unite(number, key, told.value, line.where)
        self.change.note(number, False)
        self.now.pop(number, None)
        self.numbers[key] = number
        return number

    def _found(self, key: str, told: Told) -> tuple[int | None, bool]:
        """The paper that a line tells, and whether it says just what is there."""
        called = self.store.called(key)
        if called is not None and told.is_said_by(self._as_it_is(called)):
            return called, True
        found = self._known(told.value)
        if called is not None and (called in found or is_one(told.value, self._as_it_is(called))):
            return called, False
        if not found and lines.is_taken(self.connection, _clean(key)):
            # It came before, and its key was another's then, too.
            twins = lines.alike(self.connection, telling(told.value))
            found = [number for number in twins if not is_another(told.value, self._as_it_is(number))]
        return (found[0] if found else None), False

    def _known(self, told: Value) -> list[int]:
        """The papers with an identifier that names one work, where nothing speaks against that."""
        numbers = self.store.by_identifiers(strong(told))
        return [number for number in numbers if identifies(told, self._as_it_is(number))]

    def _add(self, key: str, told: Value, where: str) -> int:
        free = identity.unique_key(_clean(key), lambda name: lines.is_taken(self.connection, name))
        number = self._insert(free, told, where)
        # SQLite may give a row's number again.
        self.change.became.pop(number, None)
        self.change.before.pop(number, None)
        self.change.added[number] = None
        if free != key:
            also = ", and by its own key" if self.store.add_alias(number, key) else ""
            what = f"the key {key} cannot be that of this paper here, which is found by {free}{also}"
            self.change.problems.append(Problem(where, what, "", True))
        return number

    def _unite(self, number: int, key: str, told: Value, where: str) -> None:
        """Give a paper what a line has beyond it; where that is nothing, all stays as it was."""
        change, before, was_touched = self.change, self._as_it_is(number), number in self.change.touched
        free = _clean(key)
        called = self.store.called(free)
        is_free = not lines.is_key(self.connection, free) and called in (None, number)
        # A blank is in no key of a paper, so nothing is ever called like that.
        place = free if is_free else f"{key} elsewhere"
        lines.attempt(self.connection)
        other = self._insert(place, _for_uniting(told, before), where, number)
        change.unite(number, other)
        if not is_free:
            self.store.drop_alias(place)
        if is_free and free != key:
            self.store.add_alias(number, key)
        del self.now[number]
        is_changed = self._as_it_is(number) != before
        if not is_changed or not is_free or called is not None:
            # No key of its own that was not known.
            change.united.pop()
        if is_changed:
            lines.keep(self.connection)
            return
        lines.take_back(self.connection)
        del change.became[other]
        if not was_touched:
            change.touched.pop(number, None)

    def _insert(self, key: str, told: Value, where: str, into: int | None = None) -> int:
        """A paper to the letter, with all that is its own and no other paper has (but the one that it goes into)."""
        kept = told["kept"]
        number = lines.insert(self.connection, {"key": key} | columns(told, self.change.time))
        mine = (None, number, into)
        for alias in told.get("aliases", ()):
            if not self.store.add_alias(number, alias) and self.store.called(alias) not in mine:
                self._say_taken(where, f"the key {alias}", self.store.called(alias))
        for kind, value, source in kept.get("identifiers", ()):
            if not self.store.add_identifier(number, kind, value, source):
                owner = self.store.by_identifiers([(kind, value)])[0]
                if owner not in mine:
                    self._say_taken(where, f"{kind} {value}", owner)
        for link, source in zip(told.get("links", ()), kept.get("links", ()), strict=True):
            self.store.add_link(number, Link(link["rel"], link["url"]), source)
        for tag in told.get("tags", ()):
            self.store.add_tag(number, tag)
        for said in kept.get("beside", ()):
            self.store.add_variant(number, said["field"], said["source"], said["value"])
        for shape in kept.get("entries", ()):
            entry = _entry(shape)
            if entries.is_mark(entry) or is_sound(entry):
                entries.add(self.connection, number, self._file_of(shape), entry, shape["source"])
            else:
                self.change.problems.append(Problem(where, f"an entry '{entry.key}' that is none", repr(shape)))
        return number

    def _say_taken(self, where: str, what: str, owner: int | None) -> None:
        assert owner is not None
        key = self.store.keys([owner])[owner]
        self.change.problems.append(Problem(where, f"{what} is that of {key} here, and stays so", "", True))

    # --- files -------------------------------------------------------------------------------------

    def _file(self, line: Line) -> None:
        """A .bib: one that was read from the same place is the one that is there, and gets what it lacks."""
        told = line.value
        known = entries.file(self.connection, told["source"])
        name = known[1] if known else entries.free_name(self.connection, told["name"])
        number = known[0] if known else entries.add_file(self.connection, name, told["source"])
        self.files[name] = number
        if name != told["name"]:
            self.renamed[told["name"]] = name
        here = entries.headers(self.connection)[name]
        macros = {
            **here.macros,
            **{macro: raw for macro, raw in told.get("macros", {}).items() if macro not in here.macros},
        }
        lists = [_joined(getattr(here, part), told.get(part, ())) for part in ("preambles", "comments", "remarks")]
        header = Header(macros, *lists)
        kept = sound(header)
        entries.set_header(self.connection, number, kept)
        if header != kept:
            self.change.problems.append(Problem(line.where, f"{name} has macros, preambles or comments that are none"))
        problems = [
            Problem(one["where"], one["what"], one["raw"], one.get("taken", False)) for one in told.get("problems", ())
        ]
        entries.set_asides(self.connection, number, _joined(entries.asides(self.connection, number), problems))

    def _file_of(self, entry: Value) -> int | None:
        name = entry.get("file")
        if name is not None and name not in self.files:
            # No line told of it.
            known = entries.file(self.connection, name)
            self.files[name] = (
                known[0] if known else entries.add_file(self.connection, entries.free_name(self.connection, name), name)
            )
        return None if name is None else self.files[name]

    def _source(self, source: str) -> str:
        """Whose word something is, by the name that its file has here."""
        kind, _, rest = source.partition(":")
        for old in sorted(self.renamed, key=len, reverse=True):
            if rest == old or rest.startswith((f"{old}#", f"{old} of ")):
                return f"{kind}:{self.renamed[old]}{rest[len(old) :]}"
        return source


def _clean(key: str) -> str:
    return identity.clean_key(key) or "paper"


def _joined(here: Iterable[Any], told: Iterable[Any]) -> tuple[Any, ...]:
    """What is there, and behind it what is told and not there."""
    known = dict.fromkeys(here)
    return (*here, *(one for one in told if one not in known))


def _for_uniting(told: Value, now: Value) -> Value:
    """What a line says as far as it can be made one with what is there: no entry twice, no word on what is not told."""
    kept, fields = told["kept"], told.get("fields", {})
    # Whose word an entry is may have been told apart from another's of the same file.
    known = [entry | {"source": ""} for entry in now["kept"].get("entries", ())]
    rest = [entry for entry in kept.get("entries", ()) if entry | {"source": ""} not in known]
    told_of = {*identity.FACTS, *(f"fields.{name}" for name in fields)}
    origins = {name: source for name, source in kept["origins"].items() if name in told_of}
    return told | {"kept": kept | {"entries": rest, "origins": origins}}


def _entry(told: Value) -> Entry:
    fields = tuple((shape[0], shape[1], shape[2] if len(shape) > 2 else shape[1][1:-1]) for shape in told["fields"])
    return Entry(told["type"], told["key"], fields, tuple(told.get("macros", ())), tuple(told.get("parents", ())))
