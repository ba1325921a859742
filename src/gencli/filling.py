"""From arXiv, and from what a person names, into a library: batch by batch, so that trouble loses nothing that came."""

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from gencli.errors import GencliError, Interrupted, NetworkError, NotFound
from gencli.model import Outcome, Record

if TYPE_CHECKING:
    from gencli.identifiers import Identifier
    from gencli.library import Library
    from gencli.sources.arxiv.asking import Arxiv, Batch

Take = Callable[[list[Record]], Outcome]
Done = Callable[[int], None]


class Filled(NamedTuple):
    """What came of it: what the library made of it, what is wrong with which id, what was reached, and why no more.

    `asked` is the number of papers in all, `left` those that were not reached, `cached` the number of those that
    were answered from what is kept; `withdrawn` holds pairs (id, comment).
    """

    outcome: Outcome = Outcome()
    failed: tuple[tuple[str, GencliError], ...] = ()
    reached: frozenset[str] = frozenset()
    left: tuple[str, ...] = ()
    trouble: GencliError | None = None
    asked: int = 0
    cached: int = 0
    withdrawn: tuple[tuple[str, str], ...] = ()

    @property
    def answered(self) -> int:
        """How many papers arXiv had an answer for, even if it was that it does not know them."""
        return len(self.reached)


def fill(ids: Sequence[str], arxiv: "Arxiv", take: Take, done: Done = lambda _: None) -> Filled:
    """Ask arXiv for papers and give each batch to `take`; see `gather`."""
    asked = tuple(dict.fromkeys(ids))
    filled = gather(arxiv.papers(asked), take, done)
    left = tuple(name for name in asked if name not in filled.reached)
    return filled._replace(left=left, asked=len(asked))


def gather(batches: "Iterable[Batch]", take: Take, done: Done = lambda _: None) -> Filled:
    """Give each batch of papers to `take`; `done` is told how many papers were dealt with.

    Nothing is raised for what arXiv does: the ids that it does not know or take are told with their errors,
    and `trouble` is what ended it early, Ctrl-C included; whole batches stay.
    """
    outcome, cached = Outcome(), 0
    failed: list[tuple[str, GencliError]] = []
    withdrawn: list[tuple[str, str]] = []
    reached: set[str] = set()
    trouble: GencliError | None = None
    try:
        for batch in batches:
            if batch.records:
                outcome = outcome.plus(take(batch.records))
            names = [record.identifiers["arxiv"] for record in batch.records]
            withdrawn += _withdrawn(batch.records)
            failed += [(name, NotFound(f"arXiv knows no paper {name}", "check the number")) for name in batch.unknown]
            failed += batch.refused.items()
            cached += len(names) if batch.is_cached else 0
            reached.update(names, batch.unknown, batch.refused)
            done(len(reached))
    except NetworkError as error:
        trouble = error
    except KeyboardInterrupt:
        trouble = Interrupted("interrupted")
    return Filled(
        outcome, tuple(failed), frozenset(reached), trouble=trouble, cached=cached, withdrawn=tuple(withdrawn)
    )


def _withdrawn(records: Sequence[Record]) -> list[tuple[str, str]]:
    """Those of these papers that were taken back, as (arXiv id, comment)."""
    return [
        (record.identifiers["arxiv"], record.fields.get("comment", "")) for record in records if record.is_withdrawn
    ]


class Adding:
    """What a person named, added to a library with tags and a note; `opened` gives it when the first paper comes.

    `same` are identifiers of one work each: a paper that was named by several has all of them.
    """

    def __init__(
        self,
        opened: "Callable[[], Library]",
        same: "Sequence[tuple[Identifier, ...]]" = (),
        tags: Sequence[str] = (),
        note: str = "",
    ) -> None:
        self._opened = opened
        self._same = {group[0]: group for group in same}
        self._tags, self._note = tags, note
        self._library: Library | None = None

    def take(self, records: list[Record]) -> Outcome:
        """Add papers, or what is new of those that are there."""
        if not records:
            return Outcome()
        there = {record.identifiers.get("arxiv") for record in records}
        more = [bare(*group) for first, group in self._same.items() if first.kind == "arxiv" and first.value in there]
        return self._there().take([*records, *more], self._tags, self._note)

    def bare(self, found: "Sequence[Identifier]") -> Outcome:
        """Add papers of which no more is said than their identifiers."""
        return self.take([bare(*self._same.get(one, (one,))) for one in found])

    def keys(self, keys: Sequence[str]) -> Outcome:
        """Give papers of the library the tags and the note."""
        return self._there().mark(keys, self._tags, self._note) if keys else Outcome()

    def has(self, found: "Identifier") -> bool:
        """Whether a paper came that has this identifier."""
        return self._library is not None and self._library.has(found)

    def _there(self) -> "Library":
        self._library = self._library or self._opened()
        return self._library


def bare(*found: "Identifier") -> Record:
    """A record that says no more than the identifiers of a paper."""
    return Record(source="user-named", identifiers={identifier.kind: identifier.value for identifier in found})
