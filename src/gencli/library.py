"""The verbs: add, find, get, tag, note, star. Never fetches, never prints; each change is one transaction."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from gencli import lookup
from gencli.errors import BadInput, Conflict, LibraryFileError, NotFound
from gencli.model import Header, Hit, Line, Mention, Outcome, Page, Paper, Problem, Reading, Record, Variant, Volume
from gencli.store import schema
from gencli.store.store import Store
from gencli.text import is_whole

if TYPE_CHECKING:
    # Loaded where they are used: to read a library must not cost what changing it needs.
    from gencli.drift import Difference
    from gencli.filing import Place
    from gencli.identifiers import Identifier
    from gencli.intake import Change
    from gencli.listing.references import Cited
    from gencli.query import Query
    from gencli.store.backups import Backup
    from gencli.store.changes import Changed
    from gencli.store.steps import Step
    from gencli.upkeep import Likely, Wrong

STATUSES = ("unread", "reading", "read")
# To take back more rows than these, the library is copied before.
_MANY_ROWS = 1000
SORTS = ("key", "year", "added", "title", "author")


def utc_now() -> str:
    """The time as the library writes it: UTC, to the second, in ISO form."""
    from datetime import UTC, datetime

    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


class _DryRun(Exception):
    """Takes back a transaction whose outcome was only to be shown."""


class Library:
    """A library: papers, the pages that mention them, a person's own marks."""

    def __init__(self, store: Store, now: Callable[[], str] = utc_now, command: str = "") -> None:
        self._store = store
        self._now = now
        self._command = command
        self._together: _Together | None = None

    @classmethod
    def open(
        cls,
        path: Path,
        *,
        write: bool = False,
        now: Callable[[], str] = utc_now,
        command: str = "",
        say: Callable[[str], None] | None = None,
    ) -> Self:
        """Open the library at `path`; without `write` nothing can change it, not by a byte.

        `command` is what the journal names as the cause of a change; `say` is told where one must wait for another
        program that writes, and where the library is copied before it is changed.

        Raises `NotFound` where there is none, `LibraryFileError` where it cannot be used.
        """
        with _leading_back(path):
            return cls(Store.writing(path, say) if write else Store.reading(path, say), now, command)

    @staticmethod
    def create(path: Path, starter: Path | None = None) -> None:
        """Make a library where nothing is: an empty one, or a copy of `starter`."""
        if starter is None:
            schema.create(path)
        else:
            from gencli.store import backups

            backups.copy(starter, path, to_use=True)

    def close(self) -> None:
        """Let go of the file."""
        self._store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        self.close()
        if error is not None:
            _lead_back(self._store.path, error)

    # --- finding ---------------------------------------------------------------------------

    def find(
        self, query: "str | Query" = "", sort: str | None = None, *, reverse: bool = False, limit: int | None = None
    ) -> list[Paper]:
        """The papers that a query finds: by `sort` (one of SORTS), else best first."""
        return self._store.papers(self._numbers(_parsed(query), sort, reverse, limit))

    def listed(
        self,
        query: "str | Query" = "",
        sort: str | None = None,
        *,
        reverse: bool = False,
        limit: int | None = None,
        seen: bool = False,
    ) -> Iterator[Line]:
        """What a list shows of the papers that `find` gives, as it is asked for; `seen` with what is for eyes only."""
        from gencli import finding

        return finding.lines(self._store, _parsed(query), (sort, reverse, limit), seen=seen)

    def keys(
        self, query: "str | Query" = "", sort: str | None = None, *, reverse: bool = False, limit: int | None = None
    ) -> Iterator[str]:
        """The keys of the papers that `find` gives, as they are asked for."""
        from gencli import finding

        return finding.keys(self._store, _parsed(query), (sort, reverse, limit))

    def count(self, query: "str | Query" = "") -> int:
        """How many papers a query finds."""
        from gencli import finding

        return finding.count(self._store, _parsed(query))

    def stats(self, query: "str | Query" = "") -> tuple[int, dict[str, list[tuple[Any, int]]]]:
        """How many papers a query finds, and of them by year, section, category, tag and venue.

        A year is a number; a section is the page's title and the headings under it, joined by ` › `.
        """
        from gencli import finding

        total, found = finding.tallies(self._store, _parsed(query))
        return total, found | {"section": [(_place(name), count) for name, count in found["section"]]}

    def search(self, query: "str | Query", limit: int | None = None) -> list[Hit]:
        """The papers that a query finds, best first, each with its score and the text that shows why."""
        return list(self.hits(query, limit))

    def hits(self, query: "str | Query", limit: int | None = None) -> Iterator[Hit]:
        """What `search` gives, as it is asked for."""
        from gencli import finding

        return finding.hits(self._store, finding.search(self._store, _parsed(query), limit))

    def nearly(self, query: "str | Query", limit: int | None = None) -> list[Hit]:
        """For words that no paper has all of: the papers that have most of them; few words have no most."""
        from gencli import finding

        return list(finding.hits(self._store, finding.nearly(self._store, _parsed(query), limit)))

    def hits_by(
        self, query: "str | Query", sort: str | None, *, reverse: bool = False, limit: int | None = None
    ) -> Iterator[Hit]:
        """What `search` gives in another order, or the other way round; each has the score of its own."""
        from gencli import finding

        return finding.hits_by(self._store, _parsed(query), (sort, reverse, limit))

    def like(self, name: str, limit: int = 10) -> list[Hit]:
        """The papers nearest to one by its words, tags, sections and authors. Raises `NotFound`."""
        from gencli import finding

        found = finding.like(self._store, lookup.require(self._store, name), limit)
        return list(finding.hits(self._store, found))

    def nearest(self, query: "str | Query") -> list[str]:
        """For a query without an answer: queries like it that have one, likeliest first."""
        from gencli import finding

        return finding.meant(self._store, _parsed(query))

    def _numbers(self, asked: "Query", sort: str | None, reverse: bool, limit: int | None) -> list[int]:
        from gencli import finding

        return finding.numbers(self._store, asked, (sort, reverse, limit))

    def get(self, name: str) -> Paper:
        """The paper with a key, an old key, or an identifier in any form.

        Raises `NotFound` with the nearest keys as a hint.
        """
        return self._store.papers([lookup.require(self._store, name)])[0]

    def has(self, identifier: "Identifier") -> bool:
        """Whether a paper of the library has this identifier."""
        return bool(self._store.by_identifiers([(identifier.kind, identifier.value)]))

    def key_of(self, name: str) -> str | None:
        """The key of the paper with this key, old key or identifier; None where there is none."""
        number = lookup.find(self._store, name)
        return None if number is None else self._store.keys([number])[number]

    def key_with(self, identifiers: Mapping[str, str]) -> str | None:
        """The key of the paper with one of these identifiers; None where there is none."""
        found = self._store.by_identifiers(identifiers.items())
        return self._store.keys(found[:1])[found[0]] if found else None

    def beside(self, name: str) -> list[Variant]:
        """What sources say of a paper beside the values that hold. Raises `NotFound`."""
        number = lookup.require(self._store, name)
        paper = self._store.papers([number])[0]
        # What was said beside another value may be what holds by now.
        return [said for said in self._store.variants([number]).get(number, []) if said.value != paper.told(said.field)]

    def on_arxiv(self, query: "str | Query" = "", *, unfilled: bool = False) -> list[str]:
        """The arXiv ids of the papers that a query finds; `unfilled` are those that arXiv has told nothing of yet."""
        rows = self._store.on_arxiv(unfilled=unfilled)
        asked = _parsed(query)
        if asked.root is None:
            return [name for _, name in rows]
        wanted = set(self._numbers(asked, "key", False, None))
        return [name for number, name in rows if number in wanted]

    def unfilled(self, keys: Iterable[str]) -> list[str]:
        """The arXiv ids of those of these papers that arXiv has told nothing of yet."""
        wanted = {number for key in keys if (number := self._store.by_key(key)) is not None}
        return [name for number, name in self._store.on_arxiv(unfilled=True) if number in wanted]

    def tags(self) -> list[tuple[str, int]]:
        """Each tag with the number of its papers, by name."""
        return self._store.tag_counts()

    def pages(self) -> list[tuple[Page, list[tuple[str, Mention]]]]:
        """The pages with their mentions as (key, mention), in the pages' order; their records are left out."""
        found = []
        for row in self._store.pages():
            mentions = self._store.page_mentions(row["id"])
            keys = self._store.keys([number for number, _ in mentions])
            page = Page(row["title"], row["source"], row["format"], row["text"], (), (), ())
            found.append((page, [(keys[number], mention) for number, mention in mentions]))
        return found

    def unresolved(self, page: Reading) -> "list[tuple[Cited, list[str]]]":
        """The citations in a page's prose that are only author and year, each with the keys of who it may be."""
        from gencli import formats
        from gencli.listing.references import ranked

        known: dict[tuple[str, int], list[Paper]] = {}
        found = []
        for one in formats.syntax(page.format).unresolved(page.text):
            name, year = one.reference.names[0].replace('"', ""), one.reference.year
            if (name, year) not in known:
                # A name may be written with or without its particles.
                query = f'author:"{name.split()[-1]}" year:{year - 1}..{year + 1}'
                known[name, year] = self.find(query, limit=200)
            found.append((one, [paper.key for paper in ranked(one.reference, known[name, year])]))
        return found

    def readings(self) -> list[Reading]:
        """The pages as they were last read, in the order in which they came."""
        return self._store.readings()

    def volume(
        self, query: "str | Query" = "", *, keys: Iterable[str] | None = None, with_asides: bool = False
    ) -> tuple[Volume, int]:
        """The papers that a query finds as a .bib is made of them, with those that they inherit from; and their number.

        With `keys` those that are cited by them, also under an old key, and no others. They are read as they are asked
        for, some at a time.
        """
        from gencli.volumes import cited, volume

        numbers = self._chosen(query, keys)
        is_all = keys is None and _parsed(query).root is None
        found, count = volume(self._store, numbers, is_all=is_all, with_asides=with_asides)
        return found._replace(cited=cited(self._store, keys or ())), count

    def cited(self, keys: Iterable[str]) -> dict[str, tuple[str, ...]]:
        """By which of these keys, old ones too, each paper is cited, by its own."""
        from gencli.volumes import cited

        return cited(self._store, keys)

    def each(self, query: "str | Query" = "", *, keys: Iterable[str] | None = None) -> tuple[Iterator[Paper], int]:
        """The papers that a query finds, or those that have these keys, by key, as they are asked for; their number."""
        from gencli.volumes import papers

        numbers = self._chosen(query, keys)
        return (paper for paper, _ in papers(self._store, numbers)), len(numbers)

    def lines(self, query: "str | Query" = "", *, keys: Iterable[str] | None = None) -> tuple[Iterator[str], int]:
        """The library as JSON lines, with all that is in it, or the papers that a query finds; and their number."""
        from gencli.dumping import dump
        from gencli.formats import jsonl

        numbers = self._chosen(query, keys)
        is_all = keys is None and _parsed(query).root is None
        return jsonl.write(dump(self._store, None if is_all else numbers)), len(numbers)

    def is_key(self, key: str) -> bool:
        """Whether a paper has just this key, or this old one."""
        return self._store.called(key) is not None

    def _chosen(self, query: "str | Query", keys: Iterable[str] | None) -> list[int]:
        """The papers that a query finds, or those that have one of these keys, by key."""
        if keys is None:
            return self._numbers(_parsed(query), "key", False, None)
        called = self._store.keys(list({number for key in keys if (number := self._store.called(key)) is not None}))
        return sorted(called, key=lambda number: called[number].casefold())

    def info(self) -> dict[str, Any]:
        """What the library file is and holds: path, size in bytes, schema, counts."""
        counts = {f"{name}s": number for name, number in self._store.counts().items()}
        path = self._store.path
        facts = {"path": str(path), "size": path.stat().st_size, "schema": schema.VERSION, **counts}
        facts |= {f"history_{name}": value for name, value in self._store.kept().items()}
        return facts | {"backups": [str(one.path) for one in self.backups()]}

    def backup(self, target: Path | None = None) -> Path:
        """Copy the library while it is in use: to a place where nothing is, or beside itself; gives the place.

        Raises `Conflict` where a file is there, `LibraryFileError` where the copy cannot be written.
        """
        from gencli.store import backups

        if target is None:
            return backups.asked(self._store.path, self._now())
        if target.exists():
            raise Conflict(f"there is a file at {target} already", "name another place; nothing is replaced")
        if target.parent != Path() and not target.parent.is_dir():
            raise NotFound(f"there is no folder {target.parent}", "make it first, or name another place")
        backups.copy(self._store.path, target)
        return target

    def backups(self) -> "list[Backup]":
        """The copies beside the library, the newest first."""
        from gencli.store import backups

        return backups.made(self._store.path)

    def _secure(self, reason: str) -> Path:
        """Copy the library as it is before something that changes much, inside the transaction that does it."""
        from gencli.store import backups

        made = backups.make(self._store.path, reason, self._now())
        if self._store.say is not None:
            self._store.say(f"copied the library to {made} first")
        return made

    # --- taking in what sources say -----------------------------------------------------------

    def take(
        self, records: Iterable[Record], tags: Sequence[str] = (), note: str = "", *, dry_run: bool = False
    ) -> Outcome:
        """Add papers, or what is new of papers that are there, with tags and a note to each."""
        _require_text(note)
        clean = [_tag_name(tag) for tag in tags]

        def act(change: "Change") -> None:
            for record in records:
                change.mark(change.take(record), clean, note)

        return self._do(act, "added papers", dry_run)

    def take_page(
        self, page: Page, tags: Sequence[str] = (), *, apart: frozenset[str] = frozenset(), dry_run: bool = False
    ) -> Outcome:
        """Add a page: its papers, where it mentions them, and what could not be understood.

        A page that was read before is brought up to date; a paper it no longer names stays in the
        library. A page from a source in `apart` is another one, however alike. A page that names no
        paper is not taken: the outcome is one more problem.
        """
        if not page.records:
            return Outcome(problems=(*page.problems, Problem(page.source, "names no paper")))
        from gencli import paging

        clean = [_tag_name(tag) for tag in tags]
        return self._do(lambda change: paging.take(change, page, clean, apart), f"imported '{page.title}'", dry_run)

    def sync(
        self, page: Page, *, with_papers: bool = False, dry_run: bool = False
    ) -> "tuple[Outcome, list[Difference]]":
        """Bring a page that is known by its source up to date; gives what is otherwise on it, too.

        A paper that it no longer names stays, unless `with_papers` says that it goes where nothing else holds it. A
        page that names no paper any more is not taken: the outcome is one more problem. Raises `NotFound`.
        """
        from gencli import paging

        found: list[Difference] = []
        copy = None if dry_run else partial(self._secure, "before-remove")

        def act(change: "Change") -> None:
            found.extend(paging.sync(change, page, with_papers=with_papers, copy=copy))

        return self._do(act, f"brought '{page.title}' up to date", dry_run), found

    def alter_page(
        self,
        source: str,
        make: Callable[[str, str], str],
        wanted: "Callable[[Sequence[Difference]], str]",
        done: str,
        *,
        dry_run: bool = False,
    ) -> "tuple[Outcome, list[Difference]]":
        """Have another text of a page, which `make` makes of the one that is known and the page's title.

        What was read stays known, for the difference and for the next reading. Raises `NotFound`, and `Conflict` for
        what `wanted` has against what is otherwise then ("" for nothing).
        """
        from gencli import paging

        found: list[Difference] = []

        def act(change: "Change") -> None:
            found.extend(paging.alter(change, source, make, wanted))

        return self._do(act, done, dry_run), found

    def drop_page(self, source: str, *, dry_run: bool = False) -> Outcome:
        """Forget a page: its papers stay, without its mentions. Raises `NotFound`."""
        from gencli import paging

        return self._do(lambda change: paging.drop(change, source), f"let go of the page from {source}", dry_run)

    def origin_of(self, place: "Place", kind: str) -> str:
        """Whose word the works of a list of this kind will be, read from this place."""
        from gencli.filing import origin

        return origin(self._store, place, kind)

    def take_list(
        self,
        place: "Place",
        kind: str,
        read: Callable[[str], Iterable[Record | Problem | Header]],
        tags: Sequence[str] = (),
        *,
        dry_run: bool = False,
    ) -> Outcome:
        """Add the works of a list, or what is new of those that are there.

        `read` gives them, told whose word they are; `kind` is its format. A list that was read before is brought up to
        date; a work that it no longer has stays in the library.
        """
        from gencli.filing import Filing

        clean = [_tag_name(tag) for tag in tags]

        def act(change: "Change") -> None:
            filing = Filing(change, place, kind)
            for number in filing.take(read(filing.origin)):
                change.mark(number, clean)

        return self._do(act, f"imported {place.name}", dry_run)

    def take_lines(
        self, lines: Iterable[str | bytes], where: str, tags: Sequence[str] = (), *, dry_run: bool = False
    ) -> Outcome:
        """Take in a library, or a part of one, from JSON lines; `where` is the file in what is said of them.

        A paper that is not here is written as it was there; one that is becomes one with it, and what is here holds.
        """
        from gencli.formats import jsonl
        from gencli.restoring import restore

        clean = [_tag_name(tag) for tag in tags]

        def act(change: "Change") -> None:
            for number in restore(change, jsonl.read(lines, where)):
                change.mark(number, clean)

        return self._do(act, f"imported {where}", dry_run)

    def mark(self, keys: Iterable[str], tags: Sequence[str] = (), note: str = "") -> Outcome:
        """Give papers tags, and a note behind the one that they have. Names that no paper has become problems."""
        _require_text(note)
        clean = [_tag_name(tag) for tag in tags]

        def act(change: "Change", number: int) -> None:
            change.note(number, False)
            change.mark(number, clean, note)

        return self._each("marked", keys, act, dry_run=False)

    def update(self, records: Iterable[Record], *, dry_run: bool = False) -> Outcome:
        """Take what a source says of papers that are there; the outcome tells what it made new of each."""

        def act(change: "Change") -> None:
            for record in records:
                change.update(record)

        return self._do(act, "updated papers", dry_run)

    @contextmanager
    def together(self, done: str = "") -> Iterator[None]:
        """Let all changes inside be one step of the journal, so that one undo takes them back.

        Each is a transaction of its own all the same: what was done stays where a later one fails. `done` says what
        they did, where the first of them does not say it for all.
        """
        if self._together is not None:
            yield
            return
        self._together = _Together(done)
        try:
            yield
        finally:
            self._together = None

    # --- a person's own marks -----------------------------------------------------------------

    def tag(self, tag: str, names: Iterable[str], *, dry_run: bool = False) -> Outcome:
        """Tag papers. Names that no paper has become problems; the rest is done."""
        clean = _tag_name(tag)

        def act(change: "Change", number: int) -> None:
            change.note(number, self._store.add_tag(number, clean))

        return self._each(f"tagged '{clean}'", names, act, dry_run)

    def untag(self, tag: str, names: Iterable[str], *, dry_run: bool = False) -> Outcome:
        """Take a tag from papers. Raises `NotFound` where no paper at all has the tag."""
        clean = _tag_name(tag)
        self._require_tag(clean)

        def act(change: "Change", number: int) -> None:
            change.note(number, self._store.remove_tag(number, clean))

        return self._each(f"took the tag '{clean}' away", names, act, dry_run)

    def rename_tag(self, old: str, new: str, *, dry_run: bool = False) -> Outcome:
        """Give a tag another name; a paper that has both keeps one. Raises `NotFound` for an unknown tag."""
        known, clean = _tag_name(old), _tag_name(new)
        self._require_tag(known)

        def act(change: "Change") -> None:
            for number in self._store.tagged(known):
                change.note(number, self._store.rename_tag(number, known, clean))

        return self._do(act, f"renamed the tag '{known}' to '{clean}'", dry_run)

    def star(self, names: Iterable[str], starred: bool, *, dry_run: bool = False) -> Outcome:
        """Star papers, or say that they are not starred though a page stars them."""
        done = "starred" if starred else "took the star away"
        return self._each(done, names, lambda change, number: change.set_star(number, starred), dry_run)

    def status(self, names: Iterable[str], status: str, *, dry_run: bool = False) -> Outcome:
        """Say how far papers are read: one of STATUSES."""
        if status not in STATUSES:
            raise BadInput(f"'{status}' is no status", "use one of " + ", ".join(STATUSES))

        def act(change: "Change", number: int) -> None:
            change.set_column(number, "status", status)

        return self._each(f"set to {status}", names, act, dry_run)

    def note(self, name: str, text: str, *, append: bool = False) -> Outcome:
        """Write a person's note to a paper, in place of the one that is there or behind it."""
        _require_text(text)
        number = lookup.require(self._store, name)
        return self._do(lambda change: change.set_note(number, text, append), "wrote a note")

    # --- a person's own changes of entries, keys and what is one ------------------------------------

    def entry(self, name: str) -> str:
        """A paper as the BibTeX entry that an export writes of it. Raises `NotFound`."""
        from gencli.editing import entry_text

        return entry_text(self._store, lookup.require(self._store, name))

    def edit(self, name: str, text: str, *, shown: str | None = None, dry_run: bool = False) -> Outcome:
        """Make a paper's entry what the text says, its key too; the outcome tells what is new.

        `shown` is the entry that the user changed, which others may have changed meanwhile: it tells what is theirs.

        Raises `NotFound`, `BadInput` for what is not one entry, `Conflict` for a key or an identifier of another paper.
        """
        from gencli import editing

        _require_text(text, "the entry")
        number, entry = lookup.require(self._store, name), editing.read_entry(text)
        seen = editing.read_entry(shown) if shown is not None else None
        return self._do(lambda change: editing.rewrite(change, number, entry, seen), f"edited {name}", dry_run)

    def set_fields(self, name: str, values: Mapping[str, str | None], *, dry_run: bool = False) -> Outcome:
        """Give fields of a paper's entry values, in LaTeX; None takes one away. No source changes them after that.

        Raises `NotFound`, `BadInput` for what is no field or no value, `Conflict` for an identifier of another paper.
        """
        from gencli import editing

        for field, value in values.items():
            _require_text(f"{field}{value or ''}", f"the field {field}")
        number = lookup.require(self._store, name)
        return self._do(lambda change: editing.set_fields(change, number, values), f"edited {name}", dry_run)

    def rekey(self, name: str, new: str, *, dry_run: bool = False) -> Outcome:
        """Give a paper another key; the old one goes on working.

        Raises `NotFound`, `BadInput` for what is no key, `Conflict` for another paper's.
        """
        from gencli import rekeying

        _require_text(new, "the new key")
        number = lookup.require(self._store, name)
        return self._do(lambda change: rekeying.rekey(change, number, new), f"gave the key '{new}'", dry_run)

    def rekey_all(
        self, pattern: str, query: "str | Query" = "", *, dry_run: bool = False
    ) -> tuple[Outcome, list[tuple[str, str]]]:
        """Give the papers that a query finds keys by a pattern such as `{author}{year}{word}`.

        Gives the outcome and the pairs (old key, new key). Raises `BadInput` for what is no pattern.
        """
        from gencli import rekeying

        _require_text(pattern, "the pattern")
        numbers = self._numbers(_parsed(query), "key", False, None)
        pairs: list[tuple[str, str]] = []

        def act(change: "Change") -> None:
            pairs.extend(rekeying.rekey_all(change, numbers, pattern))

        return self._do(act, f"gave keys like '{pattern}'", dry_run), pairs

    def remove(self, names: Iterable[str], *, dry_run: bool = False) -> Outcome:
        """Take papers out, with their tags, notes and mentions. Names that no paper has become problems."""
        wanted = list(dict.fromkeys(names))
        copied = "before-remove" if len(wanted) > 1 else ""
        return self._each("removed", wanted, lambda change, number: change.remove(number), dry_run, copied)

    def merge(self, name: str, others: Sequence[str], *, dry_run: bool = False) -> Outcome:
        """Make one paper of several: the first keeps its key, the others' become old keys.

        Of two values the better source's stays, or the first one's; the other is kept beside it. Raises `NotFound`,
        `BadInput` for a paper and itself.
        """
        from gencli import editing

        first = lookup.require(self._store, name)
        key = self._store.keys([first])[first]
        # An old key of the paper is one with it already.
        named = {other: lookup.require(self._store, other) for other in others}
        rest = [number for other, number in named.items() if number != first or other == key]
        done = f"merged {', '.join(dict.fromkeys(others))} into {key}"
        copied = "before-merge" if rest else ""
        return self._do(lambda change: editing.merge(change, first, dict.fromkeys(rest)), done, dry_run, copied)

    def distinct(self, one: str, other: str) -> Outcome:
        """Remember that two papers are not one. Raises `NotFound`, `BadInput` for a paper and itself."""
        from gencli import editing

        numbers = [lookup.require(self._store, name) for name in (one, other)]
        return self._do(lambda change: editing.part(change, *numbers), "told apart")

    def duplicates(self) -> "list[Likely]":
        """The papers that are likely one, each group with its reason; those told apart are left out."""
        from gencli.upkeep import likely

        return likely(self._store)

    def check(self, query: "str | Query" = "") -> "Iterator[Wrong]":
        """What is wrong or missing in the papers that a query finds; for all papers also what was kept aside."""
        from gencli.upkeep import wrong

        asked = _parsed(query)

        def numbers() -> list[int]:
            return self._numbers(asked, "key", False, None)

        return wrong(self._store, numbers, int(self._now()[:4]), is_all=asked.root is None)

    def mend(self, found: "Iterable[Wrong]") -> Outcome:
        """Make the safe changes among what a check found; a search index that is not sound is written anew.

        What is mended of the file itself no undo takes back: the library is copied before.
        """
        from gencli.store import health
        from gencli.upkeep import file_faults, mend

        wrong = list(found)
        if faults := file_faults(wrong):
            health.cure(self._store.path, faults, lambda: self._secure("before-check"), self._store.say)
        return self._do(lambda change: mend(change, wrong), "mended")

    def _require_tag(self, tag: str) -> None:
        if not self._store.tagged(tag):
            raise NotFound(f"no paper has the tag '{tag}'", "see the tags with: gencli tags")

    def _each(
        self, done: str, names: Iterable[str], act: "Callable[[Change, int], None]", dry_run: bool, copied: str = ""
    ) -> Outcome:
        def all_of_them(change: "Change") -> None:
            for name in dict.fromkeys(names):
                try:
                    act(change, lookup.require(self._store, name))
                except NotFound as error:
                    change.problems.append(Problem(name, f"{error.message}; {error.hint}"))

        return self._do(all_of_them, done, dry_run, copied)

    # --- back and forth -------------------------------------------------------------------------

    def history(self, name: str | None = None) -> "list[Step]":
        """What changed the library, newest first; with a name, what changed that paper, be it removed by now.

        A number that names no paper is that of one change.
        """
        if name is None:
            return self._store.steps()
        number = self._ever(name)
        if number is None and name.isdecimal() and name.isascii():
            found = [step for step in self._store.steps() if str(step.number) == name]
            if not found:
                raise NotFound(f"there is no change {name}", "see: gencli history")
            return found
        return self._store.steps(lookup.require(self._store, name) if number is None else number)

    def changes(self, steps: "Sequence[Step]", name: str | None = None) -> "Iterator[tuple[Step, list[Changed]]]":
        """What these steps did row by row, newest first; with the name of a paper, to that one alone."""
        by_number = {step.number: step for step in steps}
        paper = self._ever(name) if name is not None else None
        for number, rows in self._store.changes(steps, paper):
            yield by_number[number], rows

    def _ever(self, name: str) -> int | None:
        """The paper that is called so, or was when it was removed."""
        number = lookup.find(self._store, name)
        return self._store.removed(name) if number is None and is_whole(name) else number

    def keep_history(self, *, size: int | None = None, days: int | None = None) -> int:
        """Keep no more of the history than so many bytes, and days; 0 is all. Gives the number of changes let go.

        The newest change is kept whatever its size. What is let go cannot be taken back any more.
        """
        told = {name: value for name, value in (("size", size), ("days", days)) if value is not None}
        said = ", ".join(f"{name} {value}" for name, value in told.items())
        with self._store.transaction():
            gone = self._store.keep({name: str(value or "all") for name, value in told.items()}, self._now())
            self._store.note_step(self._now(), self._command, f"set how much of the history is kept: {said}")
        return gone

    def undo(self, number: int | None = None) -> "Step":
        """Take back the last change, or the one with this number.

        Raises `NotFound` where there is none, `Conflict` where a later change touched the same; nothing is
        done then.
        """
        return self._turn(number, undone=False)

    def redo(self, number: int | None = None) -> "Step":
        """Do again the change that was undone last, or the one with this number."""
        return self._turn(number, undone=True)

    def _turn(self, number: int | None, undone: bool) -> "Step":
        with self._store.transaction():
            step = self._step(number, undone)
            made = self._secure("before-undo") if self._store.extent(step) > _MANY_ROWS else None
            try:
                self._store.turn(step, self._now(), self._command)
            except Conflict:
                if made is not None:
                    made.unlink(missing_ok=True)
                raise
        return step

    def _step(self, number: int | None, undone: bool) -> "Step":
        steps = self._store.turned() if undone else [step for step in self._store.steps() if not step.undone]
        verb = "redo" if undone else "undo"
        if number is None and not steps:
            raise NotFound(f"there is nothing to {verb}", "see: gencli history")
        found = next((step for step in steps if number in (None, step.number)), None)
        if found is None:
            raise NotFound(f"there is no step {number} to {verb}", "see: gencli history")
        return found

    def _do(self, act: "Callable[[Change], None]", done: str, dry_run: bool = False, copied: str = "") -> Outcome:
        """One transaction: what `act` does, then dated and indexed; taken back where it was only to be shown.

        With `copied` the library is copied before, for that reason.
        """
        whole = self._together or _Together()
        try:
            with self._store.transaction(whole.step, is_trial=dry_run):
                from gencli.intake import Change

                if copied and not dry_run:
                    self._secure(copied)
                change = Change(self._store, self._now)
                act(change)
                outcome = change.finish()
                if dry_run:
                    raise _DryRun
                all_of_it = whole.outcome.plus(outcome)
                summary = f"{whole.done or done}: {all_of_it.words()}"
                step = self._store.note_step(self._now(), self._command, summary)
            # Only now is it written.
            whole.done, whole.outcome, whole.step = whole.done or done, all_of_it, step
        except _DryRun:
            pass
        return outcome


class _Together:
    """Several changes that are one step: what the first did, its number, what all of them did."""

    def __init__(self, done: str = "") -> None:
        self.done = done
        self.step: int | None = None
        self.outcome = Outcome()


@contextmanager
def _leading_back(path: Path) -> Iterator[None]:
    try:
        yield
    except LibraryFileError as error:
        _lead_back(path, error)
        raise


def _lead_back(path: Path, error: BaseException) -> None:
    """Have the hint of an error that a library is damaged name the copy of it that is there."""
    from gencli.store.damage import HINT

    if isinstance(error, LibraryFileError) and error.hint == HINT:
        from gencli.store import backups

        error.hint = backups.way_back(path)


def _parsed(query: "str | Query") -> "Query":
    if not isinstance(query, str):
        return query
    from gencli.query import parse

    return parse(query)


def _place(section: str) -> str:
    """A page and its headings in one text, from JSON."""
    import json

    page, headings = json.loads(section)
    return " › ".join([page, *headings])


def _tag_name(tag: str) -> str:
    """A tag as it is kept: blanks at its ends gone. Raises `BadInput` for what is no tag."""
    clean = " ".join(tag.split())
    if not clean or len(clean) > 100 or not clean.isprintable():
        raise BadInput(f"'{tag}' is no tag", "a tag is 1 to 100 visible characters")
    return clean


def _require_text(text: str, what: str = "the note") -> None:
    if not is_whole(text):
        raise BadInput(f"{what} is not valid UTF-8")


__all__ = ["SORTS", "STATUSES", "Library", "utc_now"]
