"""A conversation with arXiv: in batches, at its pace, with second tries, and not again what was asked today."""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from typing import TYPE_CHECKING, NamedTuple, Self

from gencli.errors import BadInput, GencliError, NetworkError
from gencli.model import Record
from gencli.sources.arxiv.answer import Busy, Flaky, Refused, Unreadable
from gencli.sources.arxiv.question import Question, Reply
from gencli.sources.arxiv.records import as_text, from_text
from gencli.sources.arxiv.service import Service
from gencli.sources.arxiv.sieve import Sieve
from gencli.sources.pace import Pace
from gencli.store.answers import Answers

if TYPE_CHECKING:
    # It loads the packages that speak HTTP, which what is answered from the cache does not need.
    from gencli.sources.arxiv.client import Client

BATCH = 100
# Results a page, and how far the service turns pages: https://info.arxiv.org/help/api/user-manual.html
PAGE = 2000
MOST_RESULTS = 10_000
TRIES = 3
# A page of 2,000 results has eleven halvings.
MOST_UNREAD = 12
# What is waited for after the first 429; the next waits are twice as long each, all with a quarter by chance.
REST_SECONDS = 60.0
# Asked to come back later than this, nobody waits at a prompt; for what can be done later, not even so long.
LONGEST_WAIT = 600.0
SHORT_WAIT = 20.0
_KIND, _PAGES = "record", "page"

Say = Callable[[str], None]


class Batch(NamedTuple):
    """What arXiv says of some ids: records, the ids it does not know, and the errors of those that spoil a question."""

    records: list[Record]
    unknown: list[str]
    refused: dict[str, GencliError]
    is_cached: bool = False


class Found(NamedTuple):
    """A page of results, and how many there are in all."""

    records: list[Record]
    total: int


class Arxiv:
    """arXiv, asked politely. `say` is told of every wait that a person would wonder about.

    With `fresh` nothing is answered from what is kept; who is not `patient` does not wait out a rest that
    the service asks for.
    """

    def __init__(self, where: Service, say: Say = lambda _: None, *, fresh: bool = False, patient: bool = True) -> None:
        self._where = where
        self._say = say
        self._fresh = fresh
        self._longest = LONGEST_WAIT if patient else SHORT_WAIT
        self._pace = Pace(where.folder and where.folder / "pace", where.delay, where.clock, "arXiv")
        self._answers = Answers(where.folder / "answers.sqlite", where.clock.now) if where.folder else None
        self._open: Client | None = None
        self._closing = ExitStack()
        self._unread = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.close()
        if self._answers is not None:
            self._answers.close()

    def papers(self, ids: Sequence[str]) -> Iterator[Batch]:
        """Ask for papers: first those that were answered today, then at most a hundred with a question.

        Raises `NetworkError` where arXiv cannot be had; the batches before stand.
        """
        asked: list[str] = []
        for some in _hundreds(list(dict.fromkeys(ids))):
            kept = self._kept(some)
            if kept:
                yield Batch([kept[name] for name in some if name in kept], [], {}, is_cached=True)
            asked += [name for name in some if name not in kept]
        for batch in self._batches(asked):
            yield from self._batch(batch)

    def search(self, query: str, *, limit: int, sort: str = "relevance") -> Iterator[Found]:
        """The results of a query in arXiv's own language, in pages, each paper once, at most `limit`.

        Raises `BadInput` for a query that is too long or that arXiv does not take, `NetworkError`.
        """
        seen: set[str] = set()
        start, limit = 0, min(limit, MOST_RESULTS)
        while start < limit:
            question = Question((), query, sort, start, min(PAGE, limit - start))
            found = self._page(question)
            new = [record for record in found.records if record.identifiers["arxiv"] not in seen]
            seen.update(record.identifiers["arxiv"] for record in new)
            yield Found(new, found.total)
            start += question.size
            if start >= found.total:
                return

    # --- one question ----------------------------------------------------------------------

    def _client(self) -> "Client":
        if self._open is None:
            from gencli.sources.arxiv.client import Client

            self._open = Client(self._where)
            self._closing.callback(self._open.close)
        return self._open

    def _page(self, question: Question) -> Found:
        name = json.dumps([question.query, question.sort, question.start, question.size])
        if (found := self._kept_page(name)) is not None:
            return found
        if not self._client().fits(question):
            raise BadInput("the query is too long for arXiv", "leave some words out")
        try:
            reply = self._ask(question)
        except Refused as error:
            hint = "see its language: https://info.arxiv.org/help/api/user-manual.html"
            raise BadInput(error.message, hint) from error
        except Unreadable:
            self._unread += 1
            if self._unread > MOST_UNREAD:
                raise
            return self._halves(question)
        self._unread = 0
        self._keep(reply.records)
        if self._answers is not None:
            ids = [record.identifiers["arxiv"] for record in reply.records]
            self._answers.put(_PAGES, {name: json.dumps([reply.total, ids])})
        return Found(reply.records, reply.total)

    def _halves(self, question: Question) -> Found:
        """A page in which one result cannot be understood: the others, and a word about that one."""
        if question.size == 1:
            self._say(f"result {question.start + 1} of arXiv cannot be understood and is left out")
            return Found([], 0)
        middle = question.size // 2
        parts = [
            self._page(question._replace(size=middle)),
            self._page(question._replace(start=question.start + middle, size=question.size - middle)),
        ]
        return Found([record for part in parts for record in part.records], max(part.total for part in parts))

    def _batch(self, ids: tuple[str, ...]) -> Iterator[Batch]:
        """What arXiv says of a batch; ids that spoil the question for the others are found and named.

        Raises `NetworkError` where it takes no part of it: then it is not an id that is wrong.
        """
        sieve = Sieve(ids)
        while sieve.pending:
            some = sieve.take()
            try:
                reply = self._ask(Question(some, size=len(some)))
            except (Refused, Unreadable) as error:
                sieve.refuse(some, error)
                continue
            sieve.accept()
            # They come in an order of arXiv's; who asked has one of their own.
            known = {record.identifiers["arxiv"]: record for record in reply.records}
            records = [known[name] for name in some if name in known]
            self._keep(records)
            yield Batch(records, [name for name in some if name not in known], {})
        if spoilt := sieve.spoilt():
            yield Batch([], [], spoilt)

    def _ask(self, question: Question) -> Reply:
        """Ask at arXiv's pace; again where its answer is none, and after a rest where it asks for patience."""
        failed, reason = 0, "arXiv must be left alone"
        client = self._client()
        while True:
            words = f" ({failed + 1} of {TRIES})" if failed else ""
            with self._pace.turn(lambda left: self._say(f"{reason}; asking in {left:.0f} s{words}"), self._longest):  # noqa: B023
                try:
                    return client.ask(question)
                except (Flaky, Busy) as error:
                    failed += 1
                    reason, rest = error.message, self._rest(error, failed)
                    self._pace.rest(rest)
                    if failed == TRIES:
                        raise
                    if rest > self._longest:
                        wait = f"it can be asked again in {rest / 60:.0f} minutes"
                        raise NetworkError(error.message, wait) from error

    def _rest(self, error: Flaky | Busy, failed: int) -> float:
        """How long to leave arXiv alone after it failed so often."""
        if isinstance(error, Flaky):
            return self._where.delay * 2.0**failed if failed < TRIES else 0.0
        # Who gives up leaves a rest for the next command, too.
        doubled = 2.0 ** (failed - 1) if failed < TRIES else 1.0
        return max(REST_SECONDS * doubled * (1 + self._where.clock.chance() / 4), error.seconds)

    def _batches(self, ids: Sequence[str]) -> Iterator[tuple[str, ...]]:
        """The ids in batches that a question can hold: a hundred, or fewer where its line would be too long."""
        some: list[str] = []
        for name in ids:
            if some and (len(some) == BATCH or not self._client().fits(Question((*some, name), size=BATCH))):
                yield tuple(some)
                some = []
            some.append(name)
        if some:
            yield tuple(some)

    # --- what is kept ----------------------------------------------------------------------

    def _kept(self, ids: Sequence[str]) -> dict[str, Record]:
        if self._fresh or self._answers is None:
            return {}
        texts = self._answers.get(_KIND, ids)
        return {name: record for name, text in texts.items() if (record := from_text(text)) is not None}

    def _kept_page(self, name: str) -> Found | None:
        if self._fresh or self._answers is None:
            return None
        text = self._answers.get(_PAGES, [name]).get(name)
        if text is None:
            return None
        try:
            total, ids = json.loads(text)
            kept = self._kept(ids)
            return Found([kept[one] for one in ids], int(total))
        except (ValueError, TypeError, KeyError):
            # Damaged, or some of its papers are older than the page.
            return None

    def _keep(self, records: Iterable[Record]) -> None:
        if self._answers is not None:
            self._answers.put(_KIND, {record.identifiers["arxiv"]: as_text(record) for record in records})


def _hundreds(names: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(names), BATCH):
        yield names[start : start + BATCH]
