"""One change to a library: which Paper each Record is, what it adds, what a page says; told as an Outcome."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from gencli import identifiers, identity
from gencli.model import Mention, Outcome, Page, Problem, Record, author_as_json
from gencli.store.store import Store


class Change:
    """What happens inside one transaction, by row, until it is told in keys.

    Every method that touches a paper says through `note` whether it changed it.
    """

    def __init__(self, store: Store, now: Callable[[], str]) -> None:
        self.store = store
        self.now = now
        self.added: dict[int, None] = {}
        self.touched: dict[int, None] = {}
        self.seen: dict[int, None] = {}
        self.problems: list[Problem] = []

    def note(self, number: int, changed: bool) -> None:
        """A paper was looked at, and changed or not."""
        self.seen[number] = None
        if changed:
            self.touched[number] = None

    def take(self, record: Record) -> int:
        """Decide which paper a record is, make it where there is none, and give it what the record says."""
        names = sorted(record.identifiers.items(), key=lambda name: name[0] not in identifiers.STRONG)
        found = self._known(names)
        mark = "" if names else identity.fingerprint(record.title, record.authors, record.year)
        if not names and (twin := self.store.by_fingerprint(mark)) is not None:
            found = [twin]
        if not found:
            number = self._insert(record, mark)
        else:
            number = found[0]
            self._merge(number, record)
        if len(found) > 1:
            keys = self.store.keys(found).values()
            self.problems.append(Problem(names[0][1], f"{' and '.join(keys)} seem to be one paper"))
        self.note(number, False)
        for kind, value in names:
            self.note(number, self.store.add_identifier(number, kind, value, record.source))
        for link in record.links:
            self.note(number, self.store.add_link(number, link, record.source))
        return number

    def _known(self, names: list[tuple[str, str]]) -> list[int]:
        """The papers with these identifiers; by an address alone only where nothing says that it is another work."""
        found = self.store.by_identifiers(name for name in names if name[0] in identifiers.STRONG)
        if found:
            return found
        weak = self.store.by_identifiers(names)
        return [number for number in weak if not self._is_another(number, names)]

    def _is_another(self, number: int, names: list[tuple[str, str]]) -> bool:
        known = self.store.papers([number])[0].identifiers
        return any(kind in identifiers.STRONG and known.get(kind, value) != value for kind, value in names)

    def _insert(self, record: Record, mark: str) -> int:
        site = record.venue if not record.authors and record.venue else ""
        if not (record.authors or record.title or site):
            site = "".join(next(iter(record.identifiers.items()), ()))
        key = identity.key_for(record.authors, record.year, record.title, site)
        key = identity.unique_key(key, lambda name: self.store.by_key(name) is not None)
        number = self.store.insert(key, identity.merge({}, {}, {}, record), mark, self.now())
        self.added[number] = None
        return number

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
        self.note(number, different)

    def set_column(self, number: int, column: str, value: str) -> None:
        """One of a person's own marks."""
        different = self.store.raw(number)[column] != value
        if different:
            self.store.set(number, {column: value})
        self.note(number, different)

    def write_page(self, page: Page, mentions: list[tuple[int, Mention]]) -> None:
        """A page with its mentions as (paper, mention); nothing is written where it is as it was."""
        row = self._same_page(page, {number for number, _ in mentions})
        before = self.store.page_mentions(row["id"]) if row else []
        if row and before == mentions and (row["text"], row["title"]) == (page.text, page.title):
            return
        number = self.store.write_page(page, row["id"] if row else None, self.now())
        for paper, mention in mentions:
            self.store.add_mention(number, paper, mention)
        for problem in page.problems:
            self.store.add_problem(number, problem.where, problem.what, problem.raw)
        had, has = _by_paper(before), _by_paper(mentions)
        for paper in had | has:
            self.note(paper, had.get(paper) != has.get(paper))

    def _same_page(self, page: Page, papers: set[int]) -> Any:
        """The page as read before: from the same place, or moved (its title and half of its papers are the same)."""
        known = self.store.pages()
        for row in known:
            if row["source"] == page.source:
                return row
        for row in known:
            if row["title"] == page.title and row["format"] == page.format:
                shared = papers & {number for number, _ in self.store.page_mentions(row["id"])}
                if 2 * len(shared) >= len(papers):
                    return row
        return None

    def finish(self) -> Outcome:
        """Date and index the papers that changed; the outcome, as the user is told it."""
        merged = [number for number in self.touched if number not in self.added]
        unchanged = [number for number in self.seen if number not in self.touched and number not in self.added]
        for number in merged:
            self.store.set(number, {"changed": self.now()})
        self.store.reindex({*self.added, *merged})
        return Outcome(
            added=self._keys(self.added),
            merged=self._keys(merged),
            unchanged=self._keys(unchanged),
            problems=tuple(self.problems),
        )

    def _keys(self, numbers: Iterable[int]) -> tuple[str, ...]:
        return tuple(self.store.keys(list(numbers)).values())


def _by_paper(mentions: list[tuple[int, Mention]]) -> dict[int, list[Mention]]:
    found: dict[int, list[Mention]] = {}
    for number, mention in mentions:
        found.setdefault(number, []).append(mention)
    return found
