"""What a page's items and running text name, taken in the order of the page and made a `Page`."""

from collections.abc import Iterable, Sequence
from typing import Protocol

from gencli.citation import Citation
from gencli.listing.items import Item, Target, Work, read_remark
from gencli.listing.works import Fingerprint, Known, Works
from gencli.markup import Span
from gencli.model import Mention, Page, Problem


class Standing(Protocol):
    """Where something stands on a page: under which headings, and in which group of a list."""

    @property
    def section(self) -> tuple[str, ...]:
        """The titles of the headings, the highest first."""

    @property
    def group(self) -> str | None:
        """The label of the item it is nested under."""


class Collector:
    """Collects a page's works, the pages it leads to (`related`) and what cannot be understood (`problems`).

    `parents` are the papers whose items an item may be nested under: depth, paper, and which of its mentions it is.
    """

    def __init__(self, title: str, source: str, fingerprint: Fingerprint) -> None:
        self.title = title
        self.source = source
        self.works = Works(fingerprint)
        self.related: dict[str, str] = {}
        self.problems: list[Problem] = []
        self.parents: list[tuple[int, Known, int]] = []
        self.position = 0

    def page(self, kind: str, text: str) -> Page:
        """The page as collected; `text` is all of it."""
        records = self.works.records(f"page:{self.title}")
        return Page(self.title, self.source, kind, text, records, tuple(self.related.items()), tuple(self.problems))

    def leave(self, depth: int = 0) -> None:
        """What stands at a depth is under no paper that is as deep; outside of lists it is under none."""
        while self.parents and self.parents[-1][0] >= depth:
            self.parents.pop()

    def add_item(self, place: Standing, item: Item, work: Work) -> Known:
        """An item and the work that it names."""
        self.position += 1
        return self.works.add(work, self._mention(place, "item", item.label, item.starred, self.position, item.note))

    def enter(self, depth: int, known: Known) -> None:
        """A paper whose item was added just now may have items under it."""
        self.parents.append((depth, known, len(known.mentions) - 1))

    def add_links(self, work: Work, note: str) -> None:
        """Links under a paper are the paper's, and so is what they name it by."""
        self.works.add_under(self.parents[-1][1], work)
        if note:
            self.remark(note)

    def add_named(self, place: Standing, targets: Iterable[Target]) -> None:
        """Works that are linked in passing."""
        for target in targets:
            self.works.add(target.work, self._mention(place, "prose", target.label, target.starred))

    def remark(self, text: str) -> None:
        """A remark under a paper."""
        _, parent, number = self.parents[-1]
        parent.remarks.setdefault(number, []).append(text)

    def linking_remark(self, place: Standing, text: str, spans: Sequence[Span]) -> bool:
        """A remark under a paper that links other works, or the paper's own code or slides; whether it is one."""
        named, links = read_remark(spans)
        if named or links:
            self.remark(text)
            self.add_named(place, named)
            self.works.add_under(self.parents[-1][1], Work({}, Citation(), links))
        return bool(named or links)

    def problem(self, line: int, what: str, raw: str) -> None:
        """What cannot be taken, with the line where it stands."""
        self.problems.append(Problem(f"{self.source}:{line}", what, raw))

    def _mention(
        self, place: Standing, role: str, label: str, starred: bool, position: int | None = None, note: str = ""
    ) -> Mention:
        return Mention(self.title, place.section, place.group, role, position, label, starred, note)
