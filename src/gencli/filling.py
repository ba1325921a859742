"""From arXiv into a library: asked batch by batch, each taken at once, so that trouble loses nothing that came."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from gencli.errors import GencliError, Interrupted, NetworkError, NotFound
from gencli.model import Outcome, Record

if TYPE_CHECKING:
    from gencli.sources.arxiv.asking import Arxiv

Take = Callable[[list[Record]], Outcome]


class Filled(NamedTuple):
    """What came of it: what the library made of it, what is wrong with which id, what was not reached, and why.

    `asked` is the number of papers in all, `cached` of those that were answered from what is kept, `withdrawn`
    holds pairs (id, comment).
    """

    outcome: Outcome = Outcome()
    failed: tuple[tuple[str, GencliError], ...] = ()
    left: tuple[str, ...] = ()
    trouble: GencliError | None = None
    asked: int = 0
    cached: int = 0
    withdrawn: tuple[tuple[str, str], ...] = ()

    @property
    def answered(self) -> int:
        """How many papers arXiv had an answer for, even if it was that it does not know them."""
        return self.asked - len(self.left)


def fill(ids: Sequence[str], arxiv: "Arxiv", take: Take, done: Callable[[int], None] = lambda _: None) -> Filled:
    """Ask arXiv for papers and give each batch to `take`; `done` is told how many ids were dealt with.

    Nothing is raised for what arXiv does: the ids that it does not know or take are told with their errors,
    and `trouble` is what ended it early, Ctrl-C included; whole batches stay.
    """
    outcome, cached = Outcome(), 0
    failed: list[tuple[str, GencliError]] = []
    withdrawn: list[tuple[str, str]] = []
    reached: set[str] = set()
    trouble: GencliError | None = None
    asked = tuple(dict.fromkeys(ids))
    try:
        for batch in arxiv.papers(asked):
            if batch.records:
                outcome = outcome.plus(take(batch.records))
            names = [record.identifiers["arxiv"] for record in batch.records]
            withdrawn += withdrawn_of(batch.records)
            failed += [(name, NotFound(f"arXiv knows no paper {name}", "check the number")) for name in batch.unknown]
            failed += batch.refused.items()
            cached += len(names) if batch.is_cached else 0
            reached.update(names, batch.unknown, batch.refused)
            done(len(reached))
    except NetworkError as error:
        trouble = error
    except KeyboardInterrupt:
        trouble = Interrupted("interrupted")
    left = tuple(name for name in asked if name not in reached)
    return Filled(outcome, tuple(failed), left, trouble, len(asked), cached, tuple(withdrawn))


def withdrawn_of(records: Sequence[Record]) -> list[tuple[str, str]]:
    """Those of these papers that were taken back, as (arXiv id, comment)."""
    return [
        (record.identifiers["arxiv"], record.fields.get("comment", "")) for record in records if record.is_withdrawn
    ]
