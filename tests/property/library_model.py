"""A library as plain dicts: what each verb is to make of it, and which steps can be turned back. Calls none of gencli.

Rows are kept by (table, number); a number is never used again. What a paper has beside its row hangs on it by a number.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any, NamedTuple

Row = dict[str, Any]
Id = tuple[str, int]
Rows = dict[Id, Row]
Cell = tuple[str, int, str]

FACTS = ("type", "title", "authors", "year", "abstract", "fields.volume")
STATUSES = ("unread", "reading", "read")
# Columns that name another row: the table in which it is.
PARENTS: Mapping[str, Mapping[str, str]] = {
    "paper": {},
    "page": {},
    "alias": {"paper": "paper"},
    "identifier": {"paper": "paper"},
    "tag": {"paper": "paper"},
    "variant": {"paper": "paper"},
    "mention": {"paper": "paper", "page": "page"},
    "apart": {"one": "paper", "other": "paper"},
}
# What no two rows have alike.
UNIQUE: Mapping[str, Callable[[Row], Any]] = {
    "paper": lambda row: row["key"].lower(),
    "alias": lambda row: row["key"],
    "identifier": lambda row: (row["kind"], row["value"]),
    "tag": lambda row: (row["paper"], row["name"].lower()),
    "variant": lambda row: (row["paper"], row["field"], row["source"]),
    "page": lambda row: row["source"],
    "apart": lambda row: frozenset((row["one"], row["other"])),
}
_RANKS = {"user": 4, "facts": 2, "page": 1}


class Refused(Exception):
    """What the verb is to refuse; `args[0]` is the code of the error."""


class Said(NamedTuple):
    """A record in short: whose word, what it says (facts by their names), identifiers as (kind, value)."""

    source: str
    facts: Mapping[str, Any]
    names: tuple[tuple[str, str], ...] = ()


@dataclass
class Step:
    """A step of the journal: rows before and after, whose unseen parts it touched, what stood under each cell."""

    number: int
    changes: dict[Id, tuple[Row | None, Row | None]]
    loose: frozenset[Any]
    dumps: tuple[str, str]
    at: str
    undone: bool = False
    turned: int = 0
    below: dict[Any, frozenset[int]] = field(default_factory=dict)

    @property
    def cells(self) -> set[Cell]:
        """Each column of each row that is another after the step."""
        found: set[Cell] = set()
        for (table, number), (before, after) in self.changes.items():
            names = before or after or {}
            if before is None or after is None:
                found.update((table, number, name) for name in names)
            else:
                found.update((table, number, name) for name in names if before[name] != after[name])
        return found

    @property
    def papers(self) -> set[int]:
        """The papers whose rows, or whose tags and the like, are others after it; but for what tells two apart."""
        found = {number for table, number in self.changes if table == "paper"}
        for (table, _), pair in self.changes.items():
            for row in filter(None, pair if table != "apart" else ()):
                found.update(row[name] for name, parent in PARENTS[table].items() if parent == "paper")
        return found


def rank(source: str) -> int:
    """A person's own word, then records of the work, facts of ours, a page's label."""
    return _RANKS.get(source.partition(":")[0], 3)


def difference(before: Rows, after: Rows) -> dict[Id, tuple[Row | None, Row | None]]:
    """The rows that are others."""
    return {
        name: (deepcopy(before.get(name)), deepcopy(after.get(name)))
        for name in sorted(before.keys() | after.keys())
        if before.get(name) != after.get(name)
    }


class Model:
    """The rows, and what a verb makes of them."""

    def __init__(self) -> None:
        self.rows: Rows = {}
        self.last = 0
        self.time = ""
        # Of the verb at hand: papers (or words for other things) that it touched in what is not modelled here.
        self.loose: set[Any] = set()

    # --- reading ---------------------------------------------------------------------------------

    def of(self, table: str, **wanted: Any) -> list[tuple[int, Row]]:
        """The rows of a table with these values, oldest first."""
        return [
            (number, row)
            for (kind, number), row in sorted(self.rows.items())
            if kind == table and all(row[name] == value for name, value in wanted.items())
        ]

    def papers(self) -> dict[str, int]:
        """The papers by their keys."""
        return {row["key"]: number for number, row in self.of("paper")}

    def paper(self, number: int) -> Row:
        """The row of a paper."""
        return self.rows["paper", number]

    def find(self, name: str) -> int | None:
        """The paper with a key or an old key, as it is written before any case of letters; or with an identifier."""
        keys = [(row["key"], False, number) for number, row in self.of("paper")]
        keys += [(row["key"], True, row["paper"]) for _, row in self.of("alias")]
        named = [(key != name, old, number) for key, old, number in keys if key.lower() == name.lower()]
        if named:
            return min(named)[2]
        return next((row["paper"] for _, row in self.of("identifier", value=name)), None)

    def require(self, name: str) -> int:
        """The paper with a name."""
        found = self.find(name)
        if found is None:
            raise Refused("not_found")
        return found

    def some(self, names: Iterable[str]) -> list[int]:
        """The papers with these names; the others are told as problems."""
        found = (self.find(name) for name in names)
        return list(dict.fromkeys(number for number in found if number is not None))

    def is_starred(self, number: int) -> bool:
        """A person's own word, else whether a page stars it."""
        own = self.paper(number)["starred"]
        return own if own is not None else any(row["starred"] for _, row in self.of("mention", paper=number))

    # --- writing ---------------------------------------------------------------------------------

    def add(self, table: str, **row: Any) -> int:
        """A new row, whose number no row ever had."""
        self.last += 1
        self.rows[table, self.last] = row
        return self.last

    def drop(self, table: str, number: int) -> None:
        """A row goes, with all that hangs on it."""
        del self.rows[table, number]
        for kind, other in self.hanging({(table, number)}):
            if (kind, other) in self.rows:
                self.drop(kind, other)

    def hanging(self, on: set[Id]) -> list[Id]:
        """The rows that hang on these."""
        return [
            (table, number)
            for (table, number), row in self.rows.items()
            if any((parent, row[name]) in on for name, parent in PARENTS[table].items())
        ]

    # --- a person's own marks ----------------------------------------------------------------------

    def tag(self, tag: str, names: Iterable[str]) -> None:
        """A tag once, in whatever case of letters."""
        for number in self.some(names):
            self._tag(number, tag)

    def _tag(self, number: int, tag: str) -> None:
        if all(row["name"].lower() != tag.lower() for _, row in self.of("tag", paper=number)):
            self.add("tag", paper=number, name=tag)

    def _tagged(self, tag: str) -> list[tuple[int, Row]]:
        found = [(number, row) for number, row in self.of("tag") if row["name"].lower() == tag.lower()]
        if not found:
            raise Refused("not_found")
        return found

    def untag(self, tag: str, names: Iterable[str]) -> None:
        """The tag goes, where some paper has it."""
        tagged, papers = self._tagged(tag), self.some(names)
        for number, row in tagged:
            if row["paper"] in papers:
                self.drop("tag", number)

    def rename_tag(self, old: str, new: str) -> None:
        """A paper that has both keeps one."""
        for number, row in self._tagged(old):
            if row["name"] != new:
                for other, its in self.of("tag", paper=row["paper"]):
                    if its["name"].lower() == new.lower() and other != number:
                        self.drop("tag", other)
                row["name"] = new

    def note(self, name: str, text: str, append: bool) -> None:
        """In place of the note that is there or, line for line, behind it."""
        self._note(self.require(name), text, append)

    def _note(self, number: int, text: str, append: bool) -> None:
        row = self.paper(number)
        if append and row["note"]:
            lines, known = text.split("\n"), row["note"].split("\n")
            is_there = any(known[at : at + len(lines)] == lines for at in range(len(known)))
            text = row["note"] if not text or is_there else row["note"] + "\n" + text
        row["note"] = text

    def star(self, names: Iterable[str], starred: bool) -> None:
        """Nobody need say what is so already."""
        for number in self.some(names):
            if self.is_starred(number) != starred:
                self.paper(number)["starred"] = starred

    def status(self, names: Iterable[str], status: str) -> None:
        """How far papers are read."""
        for number in self.some(names):
            self.paper(number)["status"] = status

    def remove(self, names: Iterable[str]) -> None:
        """Papers go with all that is theirs; a name that none has any more is told."""
        for name in dict.fromkeys(names):
            found = self.find(name)
            if found is not None:
                self.loose.add(found)
                self.drop("paper", found)

    def distinct(self, one: str, other: str) -> None:
        """Two papers are not one."""
        numbers = sorted((self.require(one), self.require(other)))
        if numbers[0] == numbers[1]:
            raise Refused("bad_input")
        self._apart(*numbers)

    def _apart(self, one: int, other: int) -> None:
        one, other = sorted((one, other))
        if not self.of("apart", one=one, other=other):
            self.add("apart", one=one, other=other)

    def rekey(self, name: str, new: str) -> None:
        """Another key; the old one goes on working."""
        number = self.require(name)
        old = self.paper(number)["key"]
        if new == old:
            return
        if not new or any(sign in new for sign in ' ,{}"\\='):
            raise Refused("bad_input")
        held = [row["key"] for other, row in self.of("paper") if other != number]
        held += [row["key"] for _, row in self.of("alias") if row["paper"] != number]
        if new.lower() in (key.lower() for key in held):
            raise Refused("conflict")
        for alias, _ in self.of("alias", key=new):
            self.drop("alias", alias)
        self.paper(number)["key"] = new
        self._alias(number, old)

    def _alias(self, number: int, key: str) -> None:
        if not self.of("alias", key=key) and key not in self.papers():
            self.add("alias", key=key, paper=number)

    def set_fields(self, name: str, values: Mapping[str, str | None]) -> None:
        """The user's word, with what another source says kept beside it."""
        number = self.require(name)
        row = self.paper(number)
        names = {"volume": "fields.volume"}
        said = {names.get(name, name): value for name, value in values.items() if name != "doi"}
        said = {name: value for name, value in said.items() if value is not None or row[name] is not None}
        dois = self.of("identifier", paper=number, kind="doi")
        is_spoken = "doi" in values and (values["doi"] is not None or bool(dois))
        if is_spoken:
            self._set_doi(number, values["doi"], dois)
        if not said and not is_spoken:
            return
        self.loose.add(number)
        for fact, value in said.items():
            told = int(value) if fact == "year" and value is not None else value
            if told != row[fact] and row[fact] is not None and rank(row["origins"][fact]) in (2, 3):
                self._beside(number, fact, row["origins"][fact], row[fact])
            row[fact] = told
            row["origins"][fact] = "user"
        row["mark"] = "" if self.of("identifier", paper=number) else mark(row)

    def _set_doi(self, number: int, now: str | None, dois: list[tuple[int, Row]]) -> None:
        if dois and dois[0][1]["value"] == now:
            return
        if dois:
            self.drop("identifier", dois[0][0])
        if now is not None:
            owners = [row["paper"] for _, row in self.of("identifier", kind="doi", value=now)]
            if owners and owners != [number]:
                raise Refused("conflict")
            if not owners:
                self.add("identifier", kind="doi", value=now, paper=number)

    # --- what sources say ----------------------------------------------------------------------------

    def take(self, said: Iterable[Said], tags: Sequence[str] = (), note: str = "") -> None:
        """Papers, or what is new of them, each with tags and a note."""
        for one in said:
            number = self.take_one(one)
            for tag in tags:
                self._tag(number, tag)
            if note:
                self._note(number, note, True)

    def take_one(self, said: Said) -> int:
        """The paper that a record is, with what the record says."""
        found = self._found(said)
        if len(found) > 1 and rank(said.source) > 1:
            first, *others = sorted(found)
            for other in others:
                self.unite(first, other)
            found = [first]
        if found:
            number = found[0]
            self._merge(number, said)
        else:
            number = self._insert(said)
        for kind, value in said.names:
            if not self.of("identifier", kind=kind, value=value):
                self.add("identifier", kind=kind, value=value, paper=number)
        return number

    def _found(self, said: Said) -> list[int]:
        if not said.names:
            own = mark(said.facts)
            return [number for number, row in self.of("paper") if own and row["mark"] == own][:1]
        arxiv = [value for kind, value in said.names if kind == "arxiv"]
        found: dict[int, None] = {}
        for kind, value in said.names:
            found.update((row["paper"], None) for _, row in self.of("identifier", kind=kind, value=value))

        def is_another(number: int) -> bool:
            known = [row["value"] for _, row in self.of("identifier", paper=number, kind="arxiv")]
            return bool(arxiv and known) and arxiv[0] not in known

        return [number for number in found if not is_another(number)]

    def _insert(self, said: Said) -> int:
        facts = {name: said.facts.get(name) for name in FACTS}
        origins = {name: said.source for name in FACTS if facts[name] is not None}
        key = self._free(base(facts) or "".join(said.names[0]).replace(".", "").replace("/", ""))
        number = self.add("paper", **facts, origins=origins, key=key, starred=None, status="unread", note="",
                          added=self.time, mark="" if said.names else mark(facts))  # fmt: skip
        self.loose.add(number)
        return number

    def _free(self, key: str) -> str:
        """The key, or with the first free letter behind it where they are taken one after the other."""

        def tail(number: int) -> str:
            return chr(ord("a") + number - 1) if number else ""

        if self.find(key) is None:
            return key
        high = 1
        while self.find(key + tail(high)) is not None:
            high *= 2
        low = high // 2
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if self.find(key + tail(middle)) is not None else (low, middle)
        return key + tail(high)

    def _merge(self, number: int, said: Said) -> None:
        """A better source wins, an earlier one among equals; one that spoke before may change its own word."""
        row = self.paper(number)
        is_changed = False
        for name, value in said.facts.items():
            known, origin = row[name], row["origins"].get(name, "")
            is_better = rank(said.source) > rank(origin) if origin else True
            if value is None or (value == known and not (origin and is_better)):
                continue
            is_free = known is None and origin != "user"
            if is_free or is_better or said.source == origin:
                if known not in (None, value) and said.source != origin and rank(origin) > 1:
                    self._beside(number, name, origin, known)
                row[name] = value
                row["origins"][name] = said.source
                is_changed = True
            elif rank(said.source) > 1:
                self._beside(number, name, said.source, value)
        if is_changed:
            self.loose.add(number)
            row["mark"] = "" if said.names or self.of("identifier", paper=number) else mark(row)

    def _beside(self, number: int, fact: str, source: str, value: Any) -> None:
        found = self.of("variant", paper=number, field=fact, source=source)
        self.loose.add(number)
        if found:
            found[0][1]["value"] = value
        else:
            self.add("variant", paper=number, field=fact, source=source, value=value)

    def merge(self, name: str, others: Sequence[str]) -> None:
        """Make one paper of several."""
        first = self.require(name)
        named = {other: self.require(other) for other in others}
        for other in dict.fromkeys(
            number for said, number in named.items() if number != first or said == self.paper(first)["key"]
        ):
            if other == first:
                raise Refused("bad_input")
            self.unite(first, other)

    def unite(self, first: int, other: int) -> None:
        """The first with all that the other has; the other's key becomes an old key."""
        mine, its = self.paper(first), self.paper(other)
        before = dict(mine["origins"])
        for source in dict.fromkeys(its["origins"].values()):
            told = {name: its[name] for name, origin in its["origins"].items() if origin == source}
            for name in [name for name in told if before.get(name) == source]:
                value = told.pop(name)
                if value not in (None, mine[name]):
                    self._beside(first, name, f"{source} of {its['key']}", value)
            self._merge(first, Said(source, told))
        if its["note"]:
            self._note(first, its["note"], True)
        mine["status"] = max(mine["status"], its["status"], key=STATUSES.index)
        mine["starred"] = max((star for star in (mine["starred"], its["starred"]) if star is not None), default=None)
        mine["added"] = min(mine["added"], its["added"])
        for table in ("identifier", "alias", "mention"):
            for _, row in self.of(table, paper=other):
                row["paper"] = first
        for table, alike in (("tag", lambda row: row["name"].lower()), ("variant", _said)):
            known = {alike(row) for _, row in self.of(table, paper=first)}
            for _, row in self.of(table, paper=other):
                if alike(row) not in known:
                    row["paper"] = first
        for _, row in self.of("apart"):
            pair = {row["one"], row["other"]}
            if other in pair and first not in pair:
                self._apart(first, *(pair - {other}))
        self.loose |= {first, other}
        self.drop("paper", other)
        self._alias(first, its["key"])

    def take_page(self, page: Mapping[str, Any], said: Sequence[tuple[Said, Sequence[Row]]]) -> None:
        """A page in place of what it was when it was read before; `said` are its records with their mentions."""
        numbers = [self.take_one(one) for one, _ in said]
        mentions = [
            {**mention, "paper": number}
            for number, (_, some) in zip(numbers, said, strict=True)
            for mention in some
        ]  # fmt: skip
        known = self.of("page", source=page["source"])
        had = [row for _, row in self.of("mention", page=known[0][0])] if known else []
        is_same = bool(known) and known[0][1]["text"] == page["text"]
        if is_same and had == [{**mention, "page": known[0][0]} for mention in mentions]:
            return
        self.loose.add("pages")
        if known:
            number, row = known[0]
            row.update(page, read=self.time)
            for old, _ in self.of("mention", page=number):
                self.drop("mention", old)
        else:
            number = self.add("page", **page, read=self.time)
        for mention in mentions:
            self.add("mention", **mention, page=number)


def mark(facts: Mapping[str, Any]) -> str:
    """By what two records without any identifier are taken for one work."""
    if not facts.get("title"):
        return ""
    title = "".join(filter(str.isalnum, facts["title"].lower()))
    return f"{title}|{(facts.get('authors') or '').lower()}|{facts.get('year') or ''}"


def base(facts: Mapping[str, Any]) -> str:
    """The citation key before a letter is behind it."""
    if not facts.get("authors") and not facts.get("title"):
        return ""
    word = (facts.get("title") or "").partition(" ")[0]
    return f"{facts.get('authors') or ''}{facts.get('year') or ''}{word}".lower()


def _said(row: Row) -> tuple[str, str]:
    return row["field"], row["source"]


# --- back and forth --------------------------------------------------------------------------------


class Verdict(NamedTuple):
    """Whether a step can be turned back: True, False, or None where the rule does not say; why; the rows then."""

    can: bool | None
    why: str
    rows: Rows


def standing(steps: Iterable[Step], cell: Any) -> frozenset[int]:
    """The steps that stand and touched a cell, or something unseen of a paper."""
    return frozenset(
        step.number for step in steps if not step.undone and (cell in step.loose or cell in step.cells)
    )  # fmt: skip


def note_below(step: Step, steps: Iterable[Step]) -> None:
    """Remember what stood under a step when it was made."""
    earlier = list(steps)
    step.below = {cell: standing(earlier, cell) for cell in [*step.cells, *step.loose]}


def turned(model: Model, step: Step, steps: Sequence[Step]) -> Verdict:
    """What becomes of the rows where a step is undone, or done again where it is undone."""
    after = Model()
    after.rows = deepcopy(model.rows)
    gone: set[Id] = set()
    for name, pair in step.changes.items():
        old, new = pair if step.undone else pair[::-1]
        if new is None:
            gone.add(name)
        elif old is None:
            after.rows[name] = deepcopy(new)
        elif name in after.rows:
            after.rows[name].update({key: deepcopy(value) for key, value in new.items() if value != old[key]})
    hanging = [name for name in after.hanging(gone) if name not in gone]
    for name in gone:
        after.rows.pop(name, None)
    can, why = _touched(step, steps)
    if can is not False and hanging:
        can, why = False, f"{hanging} would hang on nothing"
    if can is not False and (fault := faults(after.rows)):
        can, why = False, fault
    if can is True and (unsure := _unsure(step, steps, gone, after)):
        can, why = None, unsure
    return Verdict(can, why, after.rows)


def _touched(step: Step, steps: Sequence[Step]) -> tuple[bool | None, str]:
    others = [other for other in steps if other is not step]
    for cell in step.cells:
        now = standing(others, cell)
        if step.undone and now != step.below[cell]:
            return False, f"of {cell} there stand {sorted(now)}, not {sorted(step.below[cell])}"
        if not step.undone and any(number > step.number for number in now):
            return False, f"{cell} was touched by {sorted(now)}"
    return True, ""


def _unsure(step: Step, steps: Sequence[Step], gone: set[Id], after: Model) -> str:
    """Why the rule leaves open whether a step can be turned back."""
    others = [other for other in steps if other is not step]
    for one in step.loose:
        now = standing(others, one)
        if (now != step.below[one]) if step.undone else any(number > step.number for number in now):
            return f"unseen parts of {one} were touched by {sorted(now)}"
    for other in others:
        if other.number > step.number and not other.undone:
            for (table, _), pair in other.changes.items():
                for row in filter(None, pair):
                    if any((parent, row[name]) in gone for name, parent in PARENTS[table].items()):
                        return f"step {other.number} made or dropped what hung on what would go"
    keys = {key.lower(): number for key, number in after.papers().items()}
    if any(keys.get(row["key"].lower(), row["paper"]) != row["paper"] for _, row in after.of("alias")):
        return "an old key of one paper would be the key of another"
    return ""


def faults(rows: Rows) -> str:
    """What of these rows no library can hold."""
    seen: set[Any] = set()
    for (table, number), row in rows.items():
        for name, parent in PARENTS[table].items():
            if (parent, row[name]) not in rows:
                return f"{table} {number} hangs on {parent} {row[name]}, which is gone"
        if table in UNIQUE:
            value = (table, UNIQUE[table](row))
            if value in seen:
                return f"{value} is there twice"
            seen.add(value)
    return ""
