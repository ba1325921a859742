"""Which id of a batch spoils the question for the others: named by arXiv, or found by halves. Pure."""

from collections import deque
from collections.abc import Sequence

from gencli.errors import BadInput, GencliError, NetworkError
from gencli.identifiers import identify
from gencli.sources.arxiv.answer import LATER, Refused, Unreadable

# A whole batch, its halves and its quarters: where arXiv takes none of them, it is not an id that is wrong.
MOST_REFUSALS = 6
# Nor is it, where it names one after the other and takes nothing in between.
MOST_NAMED = 10


class Sieve:
    """The parts of a batch that are still to be asked for, and the ids that were found to spoil it."""

    def __init__(self, ids: tuple[str, ...]) -> None:
        self.pending = deque([ids])
        self._spoilt: dict[str, GencliError] = {}
        # Whether it is known that the ids are to blame; how often in a row it was not, and how often one was named.
        self._is_certain = False
        self._unnamed = self._named = 0
        self._reason = ""

    def take(self) -> tuple[str, ...]:
        """The next part to ask for."""
        return self.pending.popleft()

    def accept(self) -> None:
        """A part was answered: then what others refuse is the fault of their ids."""
        self._unnamed, self._named, self._is_certain = 0, 0, True

    def refuse(self, some: tuple[str, ...], error: Refused | Unreadable) -> None:
        """A part was refused: put aside the id that is named, or that is alone; else look into its halves.

        Raises `NetworkError` where so much is refused that it is no id that is wrong.
        """
        self._reason = error.message
        wrong = _named_in(some, error)
        self._is_certain = self._is_certain or wrong is not None
        self._unnamed, self._named = self._unnamed + (wrong is None), self._named + (wrong is not None)
        if self._unnamed > MOST_REFUSALS or self._named > MOST_NAMED:
            raise NetworkError(self._reason, LATER) from error
        if wrong is None and len(some) > 1:
            middle = len(some) // 2
            self.pending += [some[:middle], some[middle:]]
            return
        name = wrong or some[0]
        self._spoilt[name] = _not_taken(name, error)
        if rest := tuple(other for other in some if other != name):
            self.pending.append(rest)

    def spoilt(self) -> dict[str, GencliError]:
        """The ids that spoiled it, with their errors.

        Raises `NetworkError` where nothing was accepted and none was named: then it is no id that is wrong.
        """
        if self._spoilt and not self._is_certain:
            raise NetworkError(self._reason, LATER)
        return self._spoilt


def _named_in(ids: Sequence[str], error: Refused | Unreadable) -> str | None:
    """Which of the ids an error names."""
    told = error.name if isinstance(error, Refused) else ""
    found = identify(told)
    return next((name for name in ids if name == told or (found and name == found.value)), None)


def _not_taken(name: str, error: Refused | Unreadable) -> GencliError:
    if isinstance(error, Unreadable):
        return NetworkError(f"what arXiv says of {name} cannot be understood", LATER)
    reason = error.message.removeprefix("arXiv refused the question: ")
    return BadInput(f"arXiv does not take {name}: {reason}", "check the number")
