"""The nouns: frozen values without any input or output.

All are named tuples, which are defined six times as fast as a dataclass; every command pays for that.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from gencli.text import is_web

if TYPE_CHECKING:
    from gencli.excerpt import Sought

# Identifiers are a mapping from kind to normal form, as `gencli.identifiers` makes them:
# arxiv (without version), doi (lower case, no URL), openreview, isbn, pmid, acl, url.
Identifiers = Mapping[str, str]


class Author(NamedTuple):
    """A person (`family`, particles included, and `given`) or a body (`literal`)."""

    family: str = ""
    given: str = ""
    suffix: str = ""
    literal: str = ""

    @property
    def surname(self) -> str:
        """The name that a short citation shows."""
        return self.literal or self.family or self.given


class Link(NamedTuple):
    """Somewhere something of the paper can be had; `rel` is pdf, abs, code, video, web, related…"""

    rel: str
    url: str


class Mention(NamedTuple):
    """A place where a page names a paper.

    `role` is "item" (a list item, a row of a table or an entry of a bibliography names it; `position` counts the page's
    items from 1) or "prose" (running text or another item's note links it; `position` is None). `note` is raw
    page text.
    """

    page: str
    section: tuple[str, ...]
    group: str | None
    role: str
    position: int | None
    label: str
    starred: bool
    note: str


class Entry(NamedTuple):
    """A BibTeX entry as a file has it.

    Each field is its name as written, its raw expression (`{The {GAN} game}`, `jan # "~1"`), and the value of that
    once its macros are worked out, which is LaTeX still. `macros` are those that the expressions name, `parents` the
    keys of the entries that it inherits from. `source` is whose word it is, `file` the name of the .bib.
    """

    type: str
    key: str
    fields: tuple[tuple[str, str, str], ...]
    macros: tuple[str, ...] = ()
    parents: tuple[str, ...] = ()
    source: str = ""
    file: str = ""


class Header(NamedTuple):
    """What a .bib has beside its entries: macros (name to value), preambles, comments, and other text, all raw."""

    macros: Mapping[str, str] = {}
    preambles: tuple[str, ...] = ()
    comments: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()


class Volume(NamedTuple):
    """Papers as a .bib is made of them, in its order, each with what .bib files and the user's edits have of it.

    `headers` are by the name of the file; `macros` have the value that holds in the whole of it (None: no value);
    `renamed` has the key of a parent that bears another one in its file, by (file, key there). `asides` are what was
    kept aside, `cited` the keys by which a manuscript cites papers, by their own.
    """

    papers: "Iterable[tuple[Paper, tuple[Entry, ...]]]"
    headers: Mapping[str, Header] = {}
    macros: Mapping[str, str | None] = {}
    renamed: Mapping[tuple[str, str], str] = {}
    asides: "tuple[Problem, ...]" = ()
    cited: Mapping[str, tuple[str, ...]] = {}
    with_remarks: bool = False
    is_all: bool = False


class Record(NamedTuple):
    """A paper as one source tells it, unjudged; None or empty is "the source does not say".

    `source` is "user", "page:TITLE", "arxiv", "facts" or another origin; `date` is a year, a month
    or a day in ISO form; `posted` and `updated` are arXiv's days of version 1 and of the latest. A source that
    `is_whole` has told all it knows: what it said before and does not say now no longer holds. `key` is the citation
    key that the source has for it, `entry` what a .bib has of it. `searched` are its texts as the index has them, where
    who read it had the time to make them.
    """

    source: str
    type: str | None = None
    title: str | None = None
    authors: tuple[Author, ...] = ()
    authors_complete: bool = True
    year: int | None = None
    date: str | None = None
    posted: str | None = None
    updated: str | None = None
    venue: str | None = None
    abstract: str | None = None
    identifiers: Identifiers = {}  # noqa: RUF012
    arxiv_version: int | None = None
    primary_category: str | None = None
    categories: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()
    fields: Mapping[str, str] = {}
    mentions: tuple[Mention, ...] = ()
    is_whole: bool = False
    key: str | None = None
    entry: Entry | None = None
    searched: tuple[str, ...] = ()

    @property
    def is_withdrawn(self) -> bool:
        """Whether its authors took the paper back, as the source tells."""
        return self.fields.get("pubstate") == "withdrawn"

    @property
    def who(self) -> str:
        """The authors as a short citation names them."""
        return short([author.surname for author in self.authors], self.authors_complete)

    def as_json(self) -> dict[str, Any]:
        """What the source says, in the shape of a paper's `--json`, without what only a library knows."""
        told = {name: getattr(self, name) for name in _TOLD}
        return told | {
            "authors": [author_as_json(author) for author in self.authors],
            "identifiers": dict(self.identifiers),
            "categories": list(self.categories),
            "links": [{"rel": link.rel, "url": link.url} for link in self.links],
            "fields": dict(self.fields),
        }


class Paper(NamedTuple):
    """A paper as the library keeps it.

    `origins` tells for each field where its value came from; `starred` already takes into account
    the pages' stars and the user's own word. `added` and `changed` are UTC times in ISO form.
    """

    key: str
    type: str
    title: str | None
    authors: tuple[Author, ...]
    authors_complete: bool
    year: int | None
    date: str | None
    posted: str | None
    updated: str | None
    venue: str | None
    abstract: str | None
    identifiers: Identifiers
    arxiv_version: int | None
    primary_category: str | None
    categories: tuple[str, ...]
    links: tuple[Link, ...]
    tags: tuple[str, ...]
    starred: bool
    status: str
    note: str
    fields: Mapping[str, str]
    mentions: tuple[Mention, ...]
    aliases: tuple[str, ...]
    added: str
    changed: str
    origins: Mapping[str, str] = {}

    @property
    def who(self) -> str:
        """`Loog et al.`, `Frankle & Carbin`, `Weng`: the authors as a short citation names them."""
        return short([author.surname for author in self.authors], self.authors_complete)

    def told(self, name: str) -> Any:
        """A fact, a field (`fields.NAME`) or an identifier by its kind, as JSON has it; None where it is not known."""
        if name.startswith("fields."):
            return self.fields.get(name.removeprefix("fields."))
        value = getattr(self, name, None) if name in self._fields else self.identifiers.get(name)
        if isinstance(value, tuple):
            return [author_as_json(part) if isinstance(part, Author) else part for part in value]
        return value

    @property
    def is_withdrawn(self) -> bool:
        """Whether its authors took it back, as far as its source tells."""
        return self.fields.get("pubstate") == "withdrawn"

    @property
    def name(self) -> str:
        """What to call the paper where its title is not known."""
        return self.title or next(iter(self.identifiers.values()), self.key)

    def address(self, pdf: bool = False) -> str | None:
        """Where a browser finds the paper, or its PDF; http and https only."""
        from urllib.parse import quote

        web = [link for link in self.links if is_web(link.url)]
        if arxiv := self.identifiers.get("arxiv"):
            return f"https://arxiv.org/{'pdf' if pdf else 'abs'}/{quote(arxiv, errors='replace')}"
        if pdf:
            return next((link.url for link in web if link.rel == "pdf"), None)
        if doi := self.identifiers.get("doi"):
            return f"https://doi.org/{quote(doi, '/:;()', errors='replace')}"
        return next((link.url for rel in ("abs", "web", "video", "pdf") for link in web if link.rel == rel), None)

    def as_json(self) -> dict[str, Any]:
        """The paper in the shape of `--json`: field names are fixed, see docs/commands.md."""
        return {
            "key": self.key,
            "aliases": list(self.aliases),
            "type": self.type,
            "title": self.title,
            "authors": [author_as_json(author) for author in self.authors],
            "authors_complete": self.authors_complete,
            "year": self.year,
            "date": self.date,
            "posted": self.posted,
            "updated": self.updated,
            "venue": self.venue,
            "abstract": self.abstract,
            "identifiers": dict(self.identifiers),
            "arxiv_version": self.arxiv_version,
            "primary_category": self.primary_category,
            "categories": list(self.categories),
            "links": [{"rel": link.rel, "url": link.url} for link in self.links],
            "tags": list(self.tags),
            "starred": self.starred,
            "status": self.status,
            "note": self.note,
            "fields": dict(self.fields),
            "mentions": [mention_as_json(mention) for mention in self.mentions],
            "added": self.added,
            "changed": self.changed,
        }


# What a record tells, in the order of a paper's JSON.
_TOLD = (
    "type", "title", "authors", "authors_complete", "year", "date", "posted", "updated", "venue", "abstract",
    "identifiers", "arxiv_version", "primary_category", "categories", "links", "fields",
)  # fmt: skip


def is_latex_word(origin: str) -> bool:
    """Whether who says a field says it in LaTeX: a .bib, or the user, who edits entries."""
    return origin.startswith("bib:") or origin == "user"


def short(names: Sequence[str], complete: bool) -> str:
    """`Loog et al.`, `Frankle & Carbin`, `Weng`: surnames as a short citation has them."""
    if len(names) > 2 or (names and not complete):
        return f"{names[0]} et al."
    return " & ".join(names)


def author_as_json(author: Author) -> dict[str, str]:
    """An author as `{"family", "given"}` or `{"literal"}`, with `suffix` only where there is one."""
    if author.literal:
        return {"literal": author.literal}
    shape = {"family": author.family, "given": author.given}
    return {**shape, "suffix": author.suffix} if author.suffix else shape


def mention_as_json(mention: Mention) -> dict[str, Any]:
    """A mention in the shape of `--json`."""
    return {
        "page": mention.page,
        "section": list(mention.section),
        "group": mention.group,
        "role": mention.role,
        "position": mention.position,
        "label": mention.label,
        "starred": mention.starred,
        "note": mention.note,
    }


class Hit(NamedTuple):
    """A paper that a search found: `score` is higher for better, `snippet` shows where it matched.

    `snippet_field` names the field that the snippet was taken from, `sought` what to mark in texts.
    """

    paper: Paper
    score: float
    snippet: str
    snippet_field: str
    sought: "Sought"


class Line(NamedTuple):
    """What a list shows of a paper; the last three only where eyes are to see them.

    `names` are the authors with all of their names, `name` is the title or what else the paper is called by, `tags`
    are joined by commas, `who` is a short citation's authors.
    """

    key: str
    year: int | None
    names: str
    name: str
    tags: str
    who: str = ""
    starred: bool = False
    is_withdrawn: bool = False


class Problem(NamedTuple):
    """One thing that could not be taken: where ("file:line"), what, and its raw text.

    `taken` where it could be, with some doubt, so that nothing is lacking.
    """

    where: str
    what: str
    raw: str = ""
    taken: bool = False


class Page(NamedTuple):
    """A page as read: its papers (with their mentions), related pages, and what was not understood.

    `text` is the page's source to the byte; `related` holds pairs (page id, label). `base` is what the source had when
    it was read last, where the library has another text of the page by now; `validators` by what its server knows it.
    """

    title: str
    source: str
    format: str
    text: str
    records: tuple[Record, ...]
    related: tuple[tuple[str, str], ...]
    problems: tuple[Problem, ...]
    base: str | None = None
    validators: Mapping[str, str] = {}


class Reading(NamedTuple):
    """A page as it was last read: its text, when (UTC), how many items it had, and how many papers it names.

    `base` is what was read, where the library has another text of the page by now; `validators` by what its server
    knows it again.
    """

    title: str
    source: str
    format: str
    text: str
    read: str
    items: int
    papers: int
    base: str | None = None
    validators: Mapping[str, str] = {}


class Variant(NamedTuple):
    """What a source says of a field where another source is believed more."""

    field: str
    source: str
    value: Any


class News(NamedTuple):
    """What a change made new of a paper: `field` was `before` and is `after`.

    `what` is its kind: "filled in", "new version", "published", "not published", "doi", "withdrawn", "not withdrawn",
    "title", "changed", "united", or "kept beside" where the library's value stays and `after` is what the source says.
    """

    key: str
    what: str
    field: str
    before: Any
    after: Any


class Outcome(NamedTuple):
    """What a change did, as keys; each key stands in one of the first four.

    `united` are pairs (key, old key) of papers that turned out to be one, `rekeyed` pairs (key in the source, key here)
    of papers whose own key is another paper's.
    """

    added: tuple[str, ...] = ()
    merged: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    united: tuple[tuple[str, str], ...] = ()
    news: tuple[News, ...] = ()
    rekeyed: tuple[tuple[str, str], ...] = ()

    @property
    def changed(self) -> bool:
        """Whether the library is another than before."""
        return bool(self.added or self.merged or self.removed)

    def plus(self, other: "Outcome") -> "Outcome":
        """This outcome and a later one as one; a key that was added stays added, one that changed stays changed."""
        gone = {old for _, old in other.united}
        added = tuple(key for key in dict.fromkeys(self.added + other.added) if key not in gone)
        merged = tuple(key for key in dict.fromkeys(self.merged + other.merged) if key not in gone.union(added))
        same = dict.fromkeys(self.unchanged + other.unchanged)
        return Outcome(
            added,
            merged,
            tuple(key for key in same if key not in gone.union(added, merged)),
            self.removed + other.removed,
            self.problems + other.problems,
            self.united + other.united,
            self.news + other.news,
            self.rekeyed + other.rekeyed,
        )

    def words(self) -> str:
        """`27 added, 1 changed`: how many papers are another than before."""
        counts = ((self.added, "added"), (self.merged, "changed"), (self.removed, "removed"))
        return ", ".join(f"{len(keys)} {verb}" for keys, verb in counts if keys) or "nothing changed"

    def as_json(self) -> dict[str, Any]:
        """The outcome in the shape of `--json`."""
        return {
            "added": list(self.added),
            "merged": list(self.merged),
            "unchanged": list(self.unchanged),
            "removed": list(self.removed),
            "problems": [{"where": problem.where, "what": problem.what} for problem in self.problems],
        } | ({"rekeyed": [{"old": old, "new": new} for old, new in self.rekeyed]} if self.rekeyed else {})
