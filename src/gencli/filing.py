"""The entries of one .bib (or another list of works) on their way into a library: which paper each is, what is new."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from hashlib import blake2s
from typing import NamedTuple

from gencli import identity
from gencli.formats.bibtex.writer import Field, Style, told
from gencli.intake import Change
from gencli.latex import decode
from gencli.model import Entry, Header, Paper, Problem, Record, Volume
from gencli.store import entries, rows
from gencli.store.store import Store
from gencli.volumes import renamed

_SYNONYMS = (
    ("journal", "journaltitle"), ("year", "date"), ("address", "location"), ("school", "institution"),
    ("annote", "annotation"),
)  # fmt: skip
# So many papers of one title, author and year are looked at, at most.
_MOST_TWINS = 5


class Place(NamedTuple):
    """Where a list was read from: `source` is its path or what stands for it, `name` what it is called.

    `keys` are those of all works that come with it, in small letters: no other paper is given one of them. `repeated`
    are those that it has more than once.
    """

    source: str
    name: str
    keys: frozenset[str] = frozenset()
    repeated: frozenset[str] = frozenset()


def ready(
    read: Callable[[str], Iterable[Record | Problem | Header]], origin: str
) -> Iterator[Record | Problem | Header]:
    """The works of a list with their texts made ready for the index, which takes as long as to read them."""
    for work in read(origin):
        yield work._replace(searched=rows.searched(work)) if isinstance(work, Record) else work


def origin(store: Store, place: Place, kind: str) -> str:
    """Whose word the works of a list are: `bib:refs.bib`, or what the list was called when it was read before."""
    known = entries.file(store.connection, place.source)
    name = known[1] if known else entries.free_name(store.connection, place.name)
    return f"{'bib' if kind == 'bibtex' else kind}:{name}"


class Filing:
    """What happens to the works of one file inside one change.

    A work is the paper with its identifiers; or the one that this file had under its key before; or one of the same key
    where one says all that the other says; or one that says the very same. All else is a paper of its own: likely
    duplicates are never made one unasked.
    """

    def __init__(self, change: Change, place: Place, kind: str) -> None:
        self.change, self.place = change, place
        change.reserved = place.keys
        self.connection = change.store.connection
        known = entries.file(self.connection, place.source)
        self.number: int | None = known[0] if known else None
        self.is_new = known is None
        self.origin = origin(change.store, place, kind)
        self.name = self.origin.partition(":")[2]
        # The fingerprint of the record at hand.
        self.mark = ""
        # The entries, by row, that this reading of the file has brought or found.
        self.met: set[int] = set()
        self.asides: list[Problem] = []

    def take(self, told: Iterable[Record | Problem | Header]) -> Iterator[int]:
        """Take what the file tells; gives the papers, as they come."""
        header = Header()
        elsewhere = entries.kept_elsewhere(self.connection, self.number)
        # What was read once with some doubt comes again with what an export gives back: it is here already.
        is_here = False
        for one in told:
            if isinstance(one, Record):
                if not is_here:
                    yield self._take(one)
                is_here = False
            elif isinstance(one, Problem):
                is_here = one.taken and one.raw in elsewhere
                self.asides += [] if one.raw in elsewhere else [one]
            else:
                header = one
        self._finish(header)

    def _take(self, record: Record) -> int:
        change, entry = self.change, record.entry or _mark(record)
        before = self._before(entry)
        if before is not None:
            if before.content != entries.content(entry):
                change.take(record._replace(source=before.source), before.paper)
                entries.replace(self.connection, before.number, entry)
                change.note(before.paper, record.entry is not None)
            change.note(before.paper, False)
            return before.paper
        found = self._known(record, entry)
        twin = found[0] if found else self._same_file(record) or self._twin(record)
        if twin is None:
            number = change.take_new(record, self.mark)
            self._keep(number, entry, record.source)
            return number
        if len(found) > 1 or not self._says_nothing_new(twin, entry):
            record = record._replace(source=self._own_source(twin, record.source, entry.key))
            twin = change.take(record) if found else change.take(record, twin)
            self._keep(twin, entry, record.source)
        change.note(twin, False)
        change.know_as(twin, record.key)
        return twin

    def _before(self, entry: Entry) -> entries.Kept | None:
        """The entry that the file had under this key when it was read before.

        Of several it is the one with this content; where the file has the key once, the content may be another.
        """
        key = entry.key.lower()
        is_only = key in self.place.keys and key not in self.place.repeated
        if self.number is None or (self.is_new and is_only):
            return None
        content = entries.content(entry)
        found, known = entries.called(self.connection, self.number, entry.key, content)
        is_once = len(known) == 1 and entry.key and entry.key.lower() not in self.place.repeated
        if found is None and is_once and known[0].number not in self.met:
            found = known[0]
        if found is not None:
            self.met.add(found.number)
        return found

    def _own_source(self, number: int, source: str, key: str) -> str:
        """Whose word the entry is; a file that has two entries of one paper has two voices."""
        taken = entries.sources(self.connection, number)
        found, count = source, 1
        while found in taken:
            count += 1
            found = f"{source}#{key}" if count == 2 else f"{source}#{key}#{count}"
        return found

    def _keep(self, number: int, entry: Entry, source: str) -> None:
        self.met.add(entries.add(self.connection, number, self._file(), entry, source))
        for ids in (value for name, _, value in entry.fields if name.lower() == "ids"):
            for key in ids.split(","):
                # biblatex finds the entry under each of them.
                self.change.find_by(number, key.strip())
        self.change.note(number, not entries.is_mark(entry), searched=False)

    def _file(self) -> int:
        if self.number is None:
            self.number = entries.add_file(self.connection, self.name, self.place.source)
        return self.number

    # --- which paper it is -------------------------------------------------------------------------

    def _known(self, record: Record, entry: Entry) -> list[int]:
        """The papers that have an identifier of an entry.

        A DOI in the address of a publisher is easily a copy of another entry's: there all else must agree.
        """
        found = self.change.known(record)
        if record.entry is not None and found and set(record.identifiers) <= {"doi", "isbn", "url"}:
            values = {name.lower(): value.lower() for name, _, value in entry.fields}
            if "doi" not in values and "doi.org/" not in values.get("url", ""):
                return [number for number in found if self._agrees(number, record)]
        return found

    def _same_file(self, record: Record) -> int | None:
        """The paper that this file has under another key, too: its entry under this one said nothing new before."""
        key = record.key
        if self.number is None or key is None or key.lower() in self.place.repeated:
            return None
        number = self.change.store.called(key)
        if number is None or self.change.store.keys([number])[number] == key:
            return None
        own = {source.partition("#")[0] for source in entries.sources(self.connection, number)}
        same = identity.letters(self.change.title(number)) == identity.letters(record.title)
        return number if self.origin in own and same else None

    def _twin(self, record: Record) -> int | None:
        """The paper that a record without a known identifier is, since all that both tell agrees."""
        change = self.change
        called = change.store.by_key(record.key) if record.key else None
        candidates = [called] if called is not None else []
        self.mark = mark = identity.fingerprint(record.title, record.authors, record.year)
        candidates += change.store.by_fingerprint(mark, _MOST_TWINS) if mark else []
        if not candidates:
            return None
        for number in dict.fromkeys(candidates):
            if self._agrees(number, record, is_named=number == called):
                return number
        return None

    def _agrees(self, number: int, record: Record, *, is_named: bool = True) -> bool:
        """Whether a paper and a record tell the same work, and nothing that one says speaks against the other.

        Where they do not bear one name either (`is_named`), they must say the very same.
        """
        paper = self.change.store.papers([number])[0]
        here, there = _facts(paper), _facts(record)
        if here != there and not (_inherits(record) and _fit(here, there)):
            return False
        if any(paper.identifiers.get(kind, value) != value for kind, value in record.identifiers.items()):
            return False
        kept = self._entries(number)
        if not kept and record.entry is not None:
            # Known from a page or by its identifiers alone.
            return paper.origins.get("type", "").startswith("page") or paper.type == record.type
        _, fields = self._told(number, paper, kept)
        known = {field.name.lower(): _collapsed(field.value) for field in fields}
        said = {name: _collapsed(value) for name, value in _values(record).items()}
        if _are_old_keys(paper, said.get("ids")):
            said["ids"] = known.setdefault("ids", said["ids"])
        if paper.type != record.type:
            return False
        if record.entry is None:
            # Dashes, LaTeX and the like are written otherwise in each format.
            agrees = all(_signs(known.get(name, value)) == _signs(value) for name, value in said.items())
            return agrees and identity.letters(paper.venue) == identity.letters(record.venue)
        if known != said and not (is_named and _is_compatible(known, said)):
            return False
        called = self.change.store.called(record.key) if record.key is not None else number
        if here != there:
            return known == said and called == number
        # Two keys of one file must both go on working: where the key is another paper's, this is a paper of its own.
        return known == said or called in (None, number)

    def _told(
        self,
        number: int,
        paper: Paper,
        kept: tuple[Entry, ...],
        style: Style = Style(),  # noqa: B008
    ) -> tuple[str, list[Field]]:
        """What an export says of a paper."""
        names = renamed(self.change.store, [number]) if any(entry.parents for entry in kept) else {}
        return told(paper, kept, style, Volume((), renamed=names))

    def _entries(self, number: int) -> tuple[Entry, ...]:
        return entries.of(self.connection, [number]).get(number, ())

    def _says_nothing_new(self, number: int, entry: Entry) -> bool:
        """Whether an export would say all that an entry says."""
        paper = self.change.store.papers([number])[0]
        known: dict[str, set[str]] = {}
        kept = self._entries(number)
        for other in kept:
            for name, _, value in other.fields:
                known.setdefault(name.lower(), set()).add(_collapsed(value))
        kinds = set()
        for style in (Style(), Style(biblatex=True)):
            kind, fields = self._told(number, paper, kept, style)
            kinds.add(kind.lower())
            for field in fields:
                known.setdefault(field.name.lower(), set()).add(_collapsed(field.value))
        return entry.type.lower() in kinds and all(
            _collapsed(value) in known.get(name.lower(), ()) or (name.lower() == "ids" and _are_old_keys(paper, value))
            for name, _, value in entry.fields
        )

    # --- what it has beside its entries ------------------------------------------------------------

    def _finish(self, header: Header) -> None:
        """Keep what the file has beside its entries, and what could not be taken, where that is new."""
        change = self.change
        asides = self.asides
        # What cannot be kept by its file's name alone is told all the same.
        change.problems += asides
        if self.number is None and not asides and not self._is_new(header):
            return
        number = self._file()
        entries.set_header(self.connection, number, header)
        entries.set_asides(self.connection, number, asides)

    def _is_new(self, header: Header) -> bool:
        known = list(entries.headers(self.connection).values())
        every = _all_of(known)
        lines = {line.strip() for raw in every.remarks for line in raw.splitlines()}
        # What an export says of what it gives back.
        lines |= {f"% {one.where}: {one.what}" for one in entries.asides(self.connection)}
        return (
            not header.macros.items() <= {pair for one in known for pair in one.macros.items()}
            or any(
                raw not in getattr(every, part) for part in ("preambles", "comments") for raw in getattr(header, part)
            )
            or any(line.strip() not in {*lines, ""} for raw in header.remarks for line in raw.splitlines())
        )


def _all_of(headers: Iterable[Header]) -> Header:
    every = list(headers)
    parts = ([raw for one in every for raw in getattr(one, part)] for part in ("preambles", "comments", "remarks"))
    return Header({}, *map(tuple, parts))


def _mark(record: Record) -> Entry:
    """What stands for a work of a list that has no entries: by its key and a mark of all that it says."""
    told = record._replace(source="")._asdict()
    # As it was always written down: libraries have such marks.
    text = f"Record({', '.join(f'{name}={value!r}' for name, value in told.items() if name != 'searched')})"
    said = blake2s(text.encode("utf-8", "replace"), digest_size=8).hexdigest()
    return entries.mark(record.key or said, said)


def _facts(work: Paper | Record) -> tuple[str, int | None, tuple[str, ...]]:
    """What two must tell alike to be one: title, year and surnames, as they are compared."""
    return identity.letters(work.title), work.year, tuple(identity.letters(author.surname) for author in work.authors)


def _inherits(record: Record) -> bool:
    """Whether a record says what its parents do, which are not heard where they are in another file."""
    return record.entry is not None and bool(record.entry.parents)


def _fit(here: tuple[object, ...], there: tuple[object, ...]) -> bool:
    return all(one == other or not one or not other for one, other in zip(here, there, strict=True))


def _values(record: Record) -> dict[str, str]:
    if record.entry is not None:
        return {name.lower(): value for name, _, value in record.entry.fields}
    return dict(record.fields)


def _is_compatible(known: Mapping[str, str], said: Mapping[str, str]) -> bool:
    """Whether two entries say the same wherever both say something, and that is more than the title and the like."""
    both = [name for name in said if name in known]
    if any(known[name] != said[name] for name in both):
        return False
    # BibTeX and biblatex have two names for one thing.
    for name, other in _SYNONYMS:
        for one, two in ((known, said), (said, known)):
            if name in one and other in two and _differ(name, one[name], two[other]):
                return False
    # What one says and the other does not must be on one side: an issue here and pages there are of two works.
    is_part = known.keys() <= said.keys() or said.keys() <= known.keys()
    return known.keys() == said.keys() or (is_part and len(set(both) - {"title", "author", "year", "date"}) > 1)


def _are_old_keys(paper: Paper, ids: str | None) -> bool:
    """Whether these are keys that the paper had, as biblatex has them in `ids`."""
    return ids is not None and {key.strip() for key in ids.split(",")} <= {paper.key, *paper.aliases}


def _differ(name: str, one: str, other: str) -> bool:
    return one[:4] != other[:4] if name == "year" else one != other


def _signs(value: str) -> str:
    return identity.letters(decode(value))


def _collapsed(value: str) -> str:
    return " ".join(value.split())
