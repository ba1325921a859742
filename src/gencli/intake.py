"""One change to a library: which Paper each Record is, what it adds, what a page says; told as an Outcome."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from gencli import identifiers, identity
from gencli.model import Mention, News, Outcome, Page, Paper, Problem, Record, Variant, author_as_json
from gencli.sources.addresses import is_gone
from gencli.store import entries, rows
from gencli.store.store import Store

Names = list[tuple[str, str]]
# So many new papers are indexed at a time.
_AT_ONCE = 1000


class Change:
    """What happens inside one transaction, by row, until it is told in keys.

    Every method that touches a paper says through `note` whether it changed it.
    """

    def __init__(self, store: Store, now: Callable[[], str]) -> None:
        self.store = store
        # All that happens in one transaction happens at one time.
        self.time = now()
        self.added: dict[int, None] = {}
        self.touched: dict[int, None] = {}
        self.seen: dict[int, None] = {}
        self.united: list[tuple[int, str]] = []
        self.became: dict[int, int] = {}
        self.problems: list[Problem] = []
        self.removed: dict[int, str] = {}
        self.before: dict[int, tuple[Paper, str, set[str]]] = {}
        self.told: list[tuple[int, tuple[str, str | None, str | None]]] = []
        self.rekeyed: list[tuple[str, int]] = []
        # Keys, in small letters, that papers to come bring with them.
        self.reserved: frozenset[str] = frozenset()
        # New papers with what is known of them for the index; those that are in it; those whose texts changed since.
        self.unindexed: dict[int, tuple[str, Record]] = {}
        self.indexed: set[int] = set()
        self.stale: set[int] = set()

    def note(self, number: int, changed: bool, *, searched: bool = True) -> None:
        """A paper was looked at, and changed or not; without `searched` in nothing that a search looks at."""
        self.seen[number] = None
        if changed:
            self.touched[number] = None
            if searched:
                self.stale.add(number)

    def take(self, record: Record, number: int | None = None) -> int:
        """Decide which paper a record is, make it where there is none, and give it what the record says.

        With `number` that is known already.
        """
        names = sorted(record.identifiers.items(), key=lambda name: name[0] not in identifiers.STRONG)
        if number is None:
            number = self._which(record, names)
        else:
            self._merge(number, record)
        if record.is_whole:
            self._replace_identifiers(number, record)
        self._name(number, record, names)
        return number

    def take_new(self, record: Record, mark: str | None = None) -> int:
        """Make a paper of a record; an identifier that another paper has stays there.

        `mark` is its fingerprint, where that is known.
        """
        names = list(record.identifiers.items())
        if names:
            mark = ""
        elif mark is None:
            mark = identity.fingerprint(record.title, record.authors, record.year)
        number = self._insert(record, mark)
        self._name(number, record, names)
        return number

    def _name(self, number: int, record: Record, names: Names) -> None:
        """Give a paper the identifiers and the links that a record has for it."""
        self.note(number, False)
        for kind, value in names:
            self.note(number, self.store.add_identifier(number, kind, value, record.source), searched=False)
        for link in record.links:
            self.note(number, self.store.add_link(number, link, record.source), searched=False)

    def known(self, record: Record) -> list[int]:
        """The papers that have an identifier of a record which names one work, and nothing that speaks against it."""
        # Editions and volumes share an ISBN, rightly or not.
        names = [name for name in record.identifiers.items() if name[0] in identifiers.STRONG and name[0] != "isbn"]
        found = self._known(names) if names else []
        # A DOI is easily copied from another entry; who has the very id of arXiv, PubMed and the like is the paper.
        sure = {(kind, value) for kind, value in names if kind != "doi"}
        return [
            number
            for number in found
            if any((kind, value) in sure for kind, value, _ in self.store.identifiers(number))
            or identity.may_be_one(self.title(number), record.title)
        ]

    def tell(self, number: int, field: str, before: str | None, after: str | None) -> None:
        """Have it said that a person changed a field of a paper's entry."""
        self.told.append((number, (field, before, after)))

    def title(self, number: int) -> str | None:
        """The title of a paper."""
        title: str | None = self.store.raw(number)["title"]
        return title

    def find_by(self, number: int, key: str) -> None:
        """Let a paper be found by another key, too, where no other has it."""
        if key and self.store.add_alias(number, key):
            self.note(number, True)

    def know_as(self, number: int, key: str | None) -> None:
        """Let a paper be found by a key that a source has for it, too."""
        if key and key != self.store.keys([number])[number] and self.store.add_alias(number, key):
            self.united.append((number, key))
            self.note(number, True)

    def update(self, record: Record) -> None:
        """Take what a record says, and remember what is new of the papers that it names."""
        for number in self.store.by_identifiers(record.identifiers.items()):
            self.remember(number, record.source)
        self.take(record)

    def remember(self, number: int, source: str) -> None:
        """Remember what a paper is before a source speaks, so that what is new can be told."""
        if number not in self.before:
            beside = {_frozen(variant) for variant in self.store.variants([number]).get(number, ())}
            self.before[number] = (self.store.papers([number])[0], source, beside)

    def news(self) -> list[News]:
        """What is new of the papers that were updated, or edited."""
        if self.told:
            return [News(self._keys([number])[0], "changed", *said) for number, said in self.told]
        if not self.before:
            return []
        from gencli.news import between

        numbers = [number for number in self.before if number not in self.became]
        now = self.store.variants(numbers)
        found = []
        for number, paper in zip(numbers, self.store.papers(numbers), strict=True):
            before, source, beside = self.before[number]
            said = [variant for variant in now.get(number, ()) if variant.source == source]
            found += between(before, paper, [variant for variant in said if _frozen(variant) not in beside])
        return found + [
            News(self._keys([first])[0], "united", "key", old, self._keys([first])[0]) for first, old in self.united
        ]

    def _which(self, record: Record, names: Names) -> int:
        """The paper that a record is, with what the record says of it; papers that it shows to be one become one."""
        found = self._known(names) if record.key is None else self.known(record)
        mark = "" if names else identity.fingerprint(record.title, record.authors, record.year)
        if not names and (twins := self.store.by_fingerprint(mark, 1)):
            found = twins
        if not found:
            return self._insert(record, mark)
        if len(found) > 1 and identity.rank(record.source) > 1:
            # The one that came first keeps its key.
            first, *others = sorted(found)
            for other in others:
                self.unite(first, other)
        else:
            first = found[0]
            if len(found) > 1:
                keys = self.store.keys(found).values()
                self.problems.append(Problem(names[0][1], f"{' and '.join(keys)} seem to be one paper"))
        self._merge(first, record)
        return first

    def _known(self, names: Names) -> list[int]:
        """The papers with these identifiers, one after the other.

        By an address alone only where nothing says that it is another work, and by a DOI only where no other
        arXiv id stands beside it: some DOIs name a volume of several papers.
        """
        strong = [name for name in names if name[0] in identifiers.STRONG]
        found = self.store.by_identifiers(strong)
        if not found:
            return [number for number in self.store.by_identifiers(names) if not self._is_another(number, names)]
        arxiv = [name for name in strong if name[0] == "arxiv"]
        fitting = [number for number in found if not self._is_another(number, arxiv)]
        for number in (number for number in found if number not in fitting):
            key = self.store.keys([number])[number]
            what = f"{key} has the same DOI and another arXiv id; they are kept as two papers"
            self.problems.append(Problem(arxiv[0][1], what))
        return fitting

    def _is_another(self, number: int, names: Names) -> bool:
        known: dict[str, set[str]] = {}
        for kind, value, _ in self.store.identifiers(number):
            known.setdefault(kind, set()).add(value)
        return any(kind in identifiers.STRONG and kind in known and value not in known[kind] for kind, value in names)

    def _insert(self, record: Record, mark: str) -> int:
        site = record.venue if not record.authors and record.venue else ""
        if not (record.authors or record.title or site):
            site = "".join(next(iter(record.identifiers.items()), ()))
        wanted = identity.clean_key(record.key or "") or identity.key_for(
            record.authors, record.year, record.title, site
        )
        key = identity.unique_key(wanted, lambda name: self._is_taken(name, record.key))
        fresh = identity.fresh(record)
        number = self.store.insert(key, fresh, mark, self.time)
        if record.key and key != record.key:
            self.rekeyed.append((record.key, number))
            self.store.add_alias(number, record.key)
            self.stale.add(number)
        # SQLite may give a row's number again.
        self.became.pop(number, None)
        self.before.pop(number, None)
        self.added[number] = None
        self._index_later(number, key, record)
        return number

    def _index_later(self, number: int, key: str, record: Record) -> None:
        """Have a new paper indexed with others; should more become known of it, that is done anew in the end."""
        self.unindexed[number] = (key, record)
        if len(self.unindexed) >= _AT_ONCE:
            self._index()

    def _index(self) -> None:
        self.store.index.add(
            (number, rows.new_index_row(key, record.searched or rows.searched(record)))
            for number, (key, record) in self.unindexed.items()
            if number in self.added
        )
        self.indexed.update(self.unindexed)
        self.unindexed.clear()

    def _is_taken(self, key: str, wanted: str | None) -> bool:
        """Whether a key is another paper's, or will be that of another one that is still to come."""
        return (key != wanted and key.lower() in self.reserved) or self.store.by_key(key) is not None

    def _merge(self, number: int, record: Record) -> None:
        known = self.store.papers([number])[0]
        facts = {name: getattr(known, name) for name in identity.FACTS}
        merged = identity.merge(facts, known.fields, known.origins, record)
        if merged[:3] != (facts, dict(known.fields), dict(known.origins)):
            mark = ""
            if not known.identifiers and not record.identifiers:
                mark = identity.fingerprint(merged.facts["title"], merged.facts["authors"], merged.facts["year"])
            self.store.update_facts(number, merged, mark)
            self.note(number, True)
        for field, source, value in merged.variants:
            self._put_beside(number, field, source, None, value)
        if record.is_whole:
            beside = [field for field, source, _ in merged.variants if source == record.source]
            beside += [kind for kind, _, source in self.store.identifiers(number) if source != record.source]
            self.note(number, self.store.drop_variants(number, record.source, beside))

    def _replace_identifiers(self, number: int, record: Record) -> None:
        """Let go of the identifiers that the source gave and gives no more; one beside another's is a variant."""
        for kind, value, source in self.store.identifiers(number):
            told = record.identifiers.get(kind)
            if kind == "arxiv" or told == value:
                continue
            if source == record.source:
                self.note(number, self.store.remove_identifier(number, kind, value))
            elif told is not None:
                self.note(number, self.store.add_variant(number, kind, record.source, told))

    def unite(self, first: int, other: int) -> None:
        """Make one paper of two: the first with all that the other has; the other's key becomes an old key.

        Of two values the better source's stays, or the first one's among equals; the other is kept beside it.
        """
        known = self.store.papers([other])[0]
        self._give_back(first, other)
        self._give_entries(first, other, known.key)
        self._give_facts(first, known)
        self._give_marks(first, other)
        self.store.unite(first, other)
        for numbers in (self.added, self.touched, self.seen):
            numbers.pop(other, None)
        self.became[other] = first
        self.united = [(self.current(number), key) for number, key in self.united]
        self.united.append((first, known.key))
        self.note(first, True)

    def current(self, number: int) -> int:
        """The paper that a row stood for, where it became one with others meanwhile."""
        while number in self.became:
            number = self.became[number]
        return number

    def _give_facts(self, first: int, known: Paper) -> None:
        here = self.store.papers([first])[0]
        for source in dict.fromkeys(known.origins.values()):
            told = {name: _value(known, name) for name, origin in known.origins.items() if origin == source}
            # What one source says of both: the first stays, which to the source would be a change of its own word.
            for name in [name for name in told if here.origins.get(name) == source]:
                self._put_beside(first, name, f"{source} of {known.key}", _value(here, name), told.pop(name))
            facts = {name: value for name, value in told.items() if name in identity.FACTS}
            # What the user took away from the one is no word about the other.
            others = [name for name in told if name not in facts and told[name] is not None]
            fields = {name.removeprefix("fields."): told[name] for name in others}
            self._merge(first, Record(source=source, fields=fields, **facts))

    def _give_back(self, first: int, other: int) -> None:
        """What the user took away of the other paper was none of the first one's, where that says it too."""
        from gencli.formats.bibtex.writer import told

        connection = self.store.connection
        kept = entries.of(connection, [first, other])
        own = next((entry for entry in kept.get(other, ()) if entry.source == "user"), None)
        if own is None or all(raw for _, raw, _ in own.fields):
            return
        said = {field.name.lower() for field in told(self.store.papers([first])[0], kept.get(first, ()))[1]}
        fields = tuple(field for field in own.fields if field[1] or field[0].lower() not in said)
        entries.drop(connection, other, "user")
        entries.add(connection, other, None, own._replace(fields=fields), "user")

    def _give_entries(self, first: int, other: int, key: str) -> None:
        """A file that has an entry of each has two voices of the one."""
        connection = self.store.connection
        taken = entries.sources(connection, first)
        for source in sorted(entries.sources(connection, other) & taken):
            if source == "user":
                entries.join(connection, first, other, source)
            else:
                entries.resource(connection, other, source, f"{source}#{key}")

    def _give_marks(self, first: int, other: int) -> None:
        """A person's own marks: the note behind, the star where there is one, the furthest status, the earlier day."""
        raw, mine = self.store.raw(other), self.store.raw(first)
        if raw["note"]:
            self.set_note(first, raw["note"], append=True)
        furthest = max(mine["status"], raw["status"], key=("unread", "reading", "read").index)
        starred = max((star for star in (mine["starred"], raw["starred"]) if star is not None), default=None)
        self.store.set(first, {"status": furthest, "starred": starred, "added": min(mine["added"], raw["added"])})

    def _put_beside(self, number: int, field: str, source: str, known: Any, value: Any) -> None:
        """Keep what a source says beside the value that holds, where it is another."""
        if value != known and value not in (None, ()):
            shape = [author_as_json(author) for author in value] if field == "authors" else value
            self.note(number, self.store.add_variant(number, field, source, shape))

    def mark(self, number: int, tags: Sequence[str], note: str = "") -> None:
        """Give a paper tags, and a note behind the one that it has."""
        for tag in tags:
            self.note(number, self.store.add_tag(number, tag))
        if note:
            self.set_note(number, note, append=True)

    def set_note(self, number: int, text: str, append: bool) -> None:
        """A person's note in place of the one that is there or, line for line, behind it."""
        known = self.store.raw(number)["note"]
        if append and known:
            # Said before: saying it again changes nothing.
            is_there = not text or f"\n{text}\n" in f"\n{known}\n"
            text = known if is_there else f"{known}\n{text}"
        self.set_column(number, "note", text)

    def set_star(self, number: int, starred: bool) -> None:
        """Star a paper or not; where it is so already, nobody need say it."""
        different = self.store.papers([number])[0].starred != starred
        if different:
            self.store.set(number, {"starred": int(starred)})
        self.note(number, different, searched=False)

    def set_column(self, number: int, column: str, value: str) -> None:
        """One of a person's own marks."""
        different = self.store.raw(number)[column] != value
        if different:
            self.store.set(number, {column: value})
        self.note(number, different, searched=column == "note")

    def write_page(self, page: Page, mentions: list[tuple[int, Mention]], apart: frozenset[str] = frozenset()) -> None:
        """A page with its mentions as (paper, mention); nothing is written where it is as it was.

        One from a source in `apart` has not moved here.
        """
        row = self._same_page(page, {number for number, _ in mentions}, apart)
        before = self.store.page_mentions(row["id"]) if row else []
        is_same = row and before == mentions and all(row[name] == getattr(page, name) for name in _OF_A_PAGE)
        # One that is where it was is known by that, though it may be had elsewhere too.
        if is_same and (row["source"] == page.source or not is_gone(row["source"])):
            return
        # A text of the library's own was not read.
        read = row["read"] if row and page.base is not None and page.base == (row["base"] or row["text"]) else self.time
        number = self.store.write_page(page, row["id"] if row else None, read)
        for paper, mention in mentions:
            self.store.add_mention(number, paper, mention)
        for problem in page.problems:
            self.store.add_problem(number, problem.where, problem.what, problem.raw)
        had, has = _by_paper(before), _by_paper(mentions)
        for paper in had | has:
            self.note(paper, _unnumbered(had.get(paper)) != _unnumbered(has.get(paper)))

    def drop_page(self, page: int) -> None:
        """Forget a page with its mentions; its papers stay."""
        papers = dict.fromkeys(number for number, _ in self.store.page_mentions(page))
        self.store.remove_page(page)
        for paper in papers:
            self.note(paper, True)

    def _same_page(self, page: Page, papers: set[int], apart: frozenset[str]) -> Any:
        """The page as read before: from the same place, or moved (its title and half of its papers are the same)."""
        for row in self.store.pages_like(page):
            if row["source"] == page.source:
                return row
            if row["source"] not in apart:
                shared = papers & {number for number, _ in self.store.page_mentions(row["id"])}
                if 2 * len(shared) >= len(papers):
                    return row
        return None

    def finish(self) -> Outcome:
        """Date and index the papers that changed; the outcome, as the user is told it."""
        gone = self.removed
        merged = [number for number in self.touched if number not in self.added and number not in gone]
        others = self.touched.keys() | self.added.keys() | gone.keys()
        unchanged = [number for number in self.seen if number not in others]
        for number in merged:
            self.store.set(number, {"changed": self.time})
        # What was given more than its own record is written once, as it became.
        self.unindexed = {number: told for number, told in self.unindexed.items() if number not in self.stale}
        self._index()
        # A new paper that nothing was given beside its own record is indexed already.
        again = [number for number in self.added if number not in self.indexed or number in self.stale]
        self.store.index.refresh({*again, *(number for number in merged if number in self.stale), *self.became, *gone})
        return Outcome(
            added=self._keys(self.added),
            merged=self._keys(merged),
            unchanged=self._keys(unchanged),
            removed=tuple(gone.values()),
            problems=tuple(self.problems),
            united=tuple((self._keys([number])[0], old) for number, old in self.united),
            news=tuple(self.news()),
            rekeyed=tuple((old, key) for old, number in self.rekeyed for key in self._keys([number])),
        )

    def remove(self, number: int) -> None:
        """Take a paper out with all that belongs to it."""
        self.removed[number] = self.store.keys([number])[number]
        self.store.remove(number)

    def _keys(self, numbers: Iterable[int]) -> tuple[str, ...]:
        return tuple(self.store.keys(list(numbers)).values())


# What is written anew of a page where it is another; by what its server knows it goes with it.
_OF_A_PAGE = ("text", "title", "base")


def _value(paper: Paper, name: str) -> Any:
    """A fact or a field of a paper, by the name under which its origin is kept; None where the user took it away."""
    return paper.fields.get(name.removeprefix("fields.")) if name.startswith("fields.") else getattr(paper, name)


def _frozen(variant: Variant) -> str:
    return repr(variant)


def _unnumbered(mentions: list[Mention] | None) -> list[Mention]:
    """Mentions whatever comes before them on the page: an item that was put in counts the others on."""
    return [mention._replace(position=None) for mention in mentions or ()]


def _by_paper(mentions: list[tuple[int, Mention]]) -> dict[int, list[Mention]]:
    found: dict[int, list[Mention]] = {}
    for number, mention in mentions:
        found.setdefault(number, []).append(mention)
    return found
