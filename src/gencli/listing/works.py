"""A page's works as they are put together from the places that name them."""

from collections.abc import Callable, Sequence

from gencli.citation import Citation
from gencli.identifiers import STRONG
from gencli.listing.items import Work
from gencli.model import Author, Mention, Record

# What tells works without any identifier apart: title, authors, year.
Fingerprint = Callable[[str, Sequence[Author], int | None], str]


class Known:
    """One work and its mentions; `remarks` are what stands under each of them."""

    def __init__(self, work: Work, role: str) -> None:
        self.work = work
        self.links = dict.fromkeys(work.links)
        self.mentions: list[Mention] = []
        self.remarks: dict[int, list[str]] = {}
        self.has_item = role == "item"

    def add(self, work: Work, role: str) -> None:
        """What one more mention says; an item knows the work better than a passing mention of it does."""
        first, second = (work, self.work) if role == "item" and not self.has_item else (self.work, work)
        citation = first.citation if first.citation.title or not second.citation.title else second.citation
        self.work = Work({**second.identifiers, **first.identifiers}, citation, ())
        if first is work:
            self.links = dict.fromkeys((*work.links, *self.links))
        else:
            self.links.update(dict.fromkeys(work.links))
        self.has_item = self.has_item or role == "item"

    def tell(self, citation: Citation) -> None:
        """What stands under the work about it: authors, venue and year where they are not known yet."""
        known = self.work.citation
        authors = known.authors if known.authors and (known.authors_complete or not citation.authors) else ()
        self.work = self.work._replace(
            citation=known._replace(
                authors=authors or citation.authors,
                authors_complete=known.authors_complete if authors else citation.authors_complete,
                venue=known.venue or citation.venue,
                year=known.year or citation.year,
            )
        )

    def record(self, source: str) -> Record:
        """The work as a record of the page `source` names."""
        mentions = list(self.mentions)
        for number, texts in self.remarks.items():
            mention = mentions[number]
            mentions[number] = mention._replace(note="\n".join([mention.note, *texts]).strip())
        identifiers, citation, _ = self.work
        return Work(identifiers, citation, tuple(self.links)).record(source, tuple(mentions))


class Works:
    """All works of a page; one that is named twice is one with two mentions.

    `fingerprint` tells two works without any identifier apart, as `gencli.identity` does.
    """

    def __init__(self, fingerprint: Fingerprint) -> None:
        self.fingerprint = fingerprint
        self.known: list[Known] = []
        self.by_name: dict[tuple[str, str], Known] = {}

    def add(self, work: Work, mention: Mention) -> Known:
        """A work as one mention names it."""
        names = list(work.identifiers.items())
        if not names:
            cited = work.citation
            names = [("", self.fingerprint(cited.title, cited.authors, cited.year))]
        known = next((known for name in names if (known := self.by_name.get(name))), None)
        if known is None:
            known = Known(work, mention.role)
            self.known.append(known)
        else:
            known.add(work, mention.role)
        known.mentions.append(mention)
        for name in names:
            self.by_name.setdefault(name, known)
        return known

    def add_under(self, parent: Known, work: Work) -> None:
        """What stands under a work: its links, and what they name it by for ever."""
        names = {kind: value for kind, value in work.identifiers.items() if kind in STRONG}
        parent.add(work._replace(identifiers=names), "prose")
        for name in names.items():
            self.by_name.setdefault(name, parent)

    def records(self, source: str) -> tuple[Record, ...]:
        """One record for each work, in the order of the page."""
        return tuple(known.record(source) for known in self.known)
