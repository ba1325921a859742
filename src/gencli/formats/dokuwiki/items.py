"""What one list item, or one link in running text, says of a work."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from gencli.citation import Citation, author_lead, read_citation, read_label
from gencli.identity import STRONG, Identifier, identify, mentioned, normal_url
from gencli.markup import Span
from gencli.model import Author, Link, Mention, Record
from gencli.text import fold

_CODE_HOSTS = ("github.com", "gitlab.com", "bitbucket.org", "codeberg.org", "sr.ht", "huggingface.co")
_VIDEO_HOSTS = ("youtube.com", "youtu.be", "vimeo.com", "videolectures.net", "slideslive.com")
# Labels that say what a link leads to, not what work it is.
_GENERIC = {
    "code": "code", "github": "code", "implementation": "code", "repo": "code", "repository": "code", "source": "code",
    "source code": "code", "official code": "code", "pdf": "pdf", "paper": "pdf", "full text": "pdf", "preprint": "pdf",
    "arxiv": "abs", "abs": "abs", "abstract": "abs", "doi": "doi", "link": "web", "html": "web", "url": "web",
    "here": "web", "site": "web", "website": "web", "project": "web", "project page": "web", "webpage": "web",
    "homepage": "web", "blog": "web", "blog post": "web", "video": "video", "talk": "video", "youtube": "video",
    "slides": "slides", "poster": "poster", "data": "data", "dataset": "data", "bibtex": "bibtex", "bib": "bibtex",
    "supplement": "supplement", "appendix": "supplement", "openreview": "web", "review": "web", "reviews": "web",
}  # fmt: skip
_LETTER = re.compile(r"[^\W_]")
_DATED_PATH = re.compile(r"/((?:19|20)\d\d)/(0[1-9]|1[0-2])/(0[1-9]|[12]\d|3[01])(?=/)")
_MEETING = re.compile(r"\b(?:proceedings|proc\.|conference|workshop|symposium|congress|meeting)(?!\w)", re.IGNORECASE)
_SERIAL = re.compile(r"\b(?:journal|transactions|letters|review|annals|magazine|bulletin)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Work:
    """What a page says of one work: its identifiers, what its label tells, its links."""

    identifiers: Mapping[str, str]
    citation: Citation
    links: tuple[Link, ...]
    version: int | None = None

    def joined(self, other: "Work") -> "Work":
        """This work with what another mention of it adds."""
        ours = self.citation
        citation = ours if ours.title or not other.citation.title else other.citation
        links = self.links + tuple(link for link in other.links if link not in self.links)
        return Work({**other.identifiers, **self.identifiers}, citation, links, self.version or other.version)

    def record(self, source: str, mentions: tuple[Mention, ...]) -> Record:
        """The work as a record of the page `source` names."""
        cited = self.citation
        year, date = cited.year, None
        if year is None:
            dated = next((m for link in self.links if (m := _DATED_PATH.search(link.url))), None)
            if dated is not None:
                year, date = int(dated[1]), "-".join(dated.groups())
        return Record(
            source=source,
            type=_type(self.identifiers, cited.venue),
            title=cited.title or None,
            authors=cited.authors,
            authors_complete=cited.authors_complete,
            year=year,
            date=date or (str(year) if year else None),
            venue=cited.venue or cited.site or None,
            identifiers=dict(self.identifiers),
            links=self.links,
            mentions=mentions,
        )


@dataclass(frozen=True, slots=True)
class Target:
    """A work that running text links, under which label, and whether in bold."""

    work: Work
    label: str
    starred: bool


@dataclass(frozen=True, slots=True)
class Item:
    """A list item as read; `work` is None where it names none.

    `named` are other works that its note links, `only_links` says that it holds nothing but links
    to things of a work ("Code", "Slides"), `internal` that it leads to a page of the wiki.
    """

    work: Work | None
    label: str = ""
    starred: bool = False
    note: str = ""
    named: tuple[Target, ...] = ()
    only_links: bool = False
    internal: bool = False


def internal_page(target: str) -> str:
    """The id of the wiki's own page that a target names (DokuWiki writes ids in lower case), or nothing."""
    if not target or re.search(r"://|>|@|^#|^www\.|^\\\\", target):
        return ""
    return re.sub(r"\s+", "_", target.partition("#")[0].partition("?")[0].strip().lower())


def target_of(target: str) -> tuple[Identifier | None, str]:
    """What a link's target names: an identifier (None for the wiki's own pages) and its address."""
    kind, mark, value = target.partition(">")
    if mark and kind.lower() in ("doi", "arxiv", "pmid"):
        value = value if kind.lower() == "doi" else f"{kind}:{value}"
        found = identify(value)
        return found, _address(found) if found else ""
    address = "http://" + target if target.lower().startswith("www.") else target
    normal = normal_url(address)
    found = identify(normal) if normal else None
    return found, (_address(found) if found and found.kind == "arxiv" and "/pdf/" not in address else address)


def read_item(text: str, spans: list[Span]) -> Item:
    """One list item: which work it names, how the page labels it, and what it says beside."""
    links = [span for span in spans if span.kind == "link" and target_of(span.target)[0]]
    internal = any(span.kind == "link" and internal_page(span.target) for span in spans)
    if not links:
        return _unlinked(text, spans, internal)
    lead_spans = [span for span in spans if span.end <= links[0].start]
    lead = "".join(span.text for span in lead_spans)
    rel = _generic(links[0])
    author = author_lead(lead) if _LETTER.search(lead) else None
    if not rel and (author or not _LETTER.search(lead) or (len(lead) <= 40 and links[0].text != links[0].target)):
        return _led_by_link(text, links, author, lead)
    cited = _cited(spans)
    if not cited.title:
        cited = read_label(lead.strip(" \t\n:-–—([")) if _LETTER.search(lead) else Citation()
    label = " ".join("".join(s.text for s in spans if s.kind != "link" or not _generic(s)).split()).strip(" :-–—([])|,")
    found = _own_identifiers(text)
    named = {span.target: identifier for span in links if (identifier := target_of(span.target)[0])}
    identifiers = {i.kind: i.value for i in reversed(named.values()) if i.kind in STRONG} | found
    only_links = all(_generic(span) for span in links) and not _LETTER.search(lead)
    if not identifiers and not cited.title and only_links:
        first = target_of(links[0].target)[0]
        identifiers = {"url": first.value} if first else {}
    work = Work(identifiers, cited, tuple(_link(span) for span in links))
    return Item(work, label, any(span.strong for span in links), "", only_links=only_links)


def read_prose(spans: list[Span]) -> tuple[list[Target], list[Span]]:
    """The works that running text links, and the links that lead out of the wiki to something else."""
    named, unknown = [], []
    for span in spans:
        if span.kind != "link" or internal_page(span.target):
            continue
        identifier, _ = target_of(span.target)
        if identifier is not None and identifier.kind in STRONG:
            named.append(_target(span, identifier))
        elif "://" in span.target or span.target.lower().startswith("www."):
            unknown.append(span)
    return named, unknown


def _led_by_link(text: str, links: list[Span], author: Author | None, lead: str) -> Item:
    """`[[url|A et al 2019 - Title]] note`: the usual item; links behind it are of the work, or name others."""
    main = links[0]
    identifier, _ = target_of(main.target)
    assert identifier is not None
    cited = Citation() if main.text == main.target else read_label(main.text)
    if author is not None and not cited.authors:
        cited = replace(cited, authors=(author,))
    own, named = [main], []
    identifiers = {identifier.kind: identifier.value}
    for span in links[1:]:
        other, _ = target_of(span.target)
        assert other is not None
        if (
            not _generic(span)
            and other.kind in STRONG
            and (other.kind, other.value) != (identifier.kind, identifier.value)
        ):
            named.append(_target(span, other))
            continue
        own.append(span)
        if _generic(span) in ("pdf", "abs", "doi") and other.kind in STRONG:
            identifiers.setdefault(other.kind, other.value)
    work = Work(
        identifiers, cited, tuple(_link(span, cited.medium if span is main else "") for span in own), identifier.version
    )
    note = _note(text, main, own, "" if author else lead)
    return Item(work, main.text, main.strong, note, tuple(named))


def _unlinked(text: str, spans: list[Span], internal: bool) -> Item:
    cited = _cited(spans)
    identifiers = _own_identifiers(text)
    if not cited.title and not identifiers:
        return Item(None, internal=internal)
    label = " ".join("".join(span.text for span in spans).split())
    return Item(Work(identifiers, cited, ()), label, all(span.strong for span in spans if _LETTER.search(span.text)))


def _own_identifiers(text: str) -> dict[str, str]:
    """The identifiers in a citation's text; an ISBN there is as a rule that of the whole proceedings."""
    return {kind: value for kind, value in mentioned(text).items() if kind != "isbn"}


def _cited(spans: list[Span]) -> Citation:
    """The citation that an item's text is; what the page sets in italics is told to the reader of it."""
    text, marked, start = "", [], None
    for span in spans:
        if span.emphasised and start is None:
            start = len(text)
        if not span.emphasised and start is not None:
            marked.append((start, len(text)))
            start = None
        text += span.text
    if start is not None:
        marked.append((start, len(text)))
    return read_citation(text, marked)


def _note(text: str, main: Span, own: list[Span], lead: str) -> str:
    """What the page says beside the link, to the letter; nothing where only links of the work stand there."""
    before, after = text[: main.start], text[main.end :]
    for mark, is_open in (("**", main.strong), ("//", main.emphasised)):
        if is_open:
            before = mark.join(before.rsplit(mark, 1)[:1]) if mark in before else before
            after = after.replace(mark, "", 1)
    left = after
    for span in own[1:]:
        left = left.replace(text[span.start : span.end], "", 1)
    words = _LETTER.search(left) is not None
    before = before.strip() if _LETTER.search(lead) else ""
    return f"{before} {after.strip() if words else ''}".strip()


def _target(span: Span, identifier: Identifier) -> Target:
    cited = Citation() if span.text == span.target else read_label(span.text)
    work = Work({identifier.kind: identifier.value}, cited, (_link(span),), identifier.version)
    return Target(work, span.text, span.strong)


def _generic(span: Span) -> str:
    """What a link leads to where its label or its host says so ("Code"), else nothing."""
    rel = _GENERIC.get(fold(span.text).strip(" .:()[]"), "")
    return rel or (
        "code"
        if _host(span.target) in _CODE_HOSTS and "/papers/" not in span.target and "/blog/" not in span.target
        else ""
    )


def _link(span: Span, medium: str = "") -> Link:
    identifier, address = target_of(span.target)
    generic = _generic(span)
    if identifier is not None and identifier.kind == "arxiv":
        return Link("pdf" if "/pdf/" in span.target else "abs", _address(identifier, "/pdf/" in span.target))
    if generic in ("web", "") and _host(span.target) in _VIDEO_HOSTS:
        return Link("video", address)
    if generic in ("", "pdf", "doi"):
        is_pdf = re.search(r"\.pdf$|/e?pdf[/?]", address, re.IGNORECASE) is not None
        generic = "pdf" if is_pdf else (medium if medium in ("video", "slides", "code") else "web")
    return Link(generic, address)


def _address(identifier: Identifier, pdf: bool = False) -> str:
    if identifier.kind == "arxiv":
        return f"https://arxiv.org/{'pdf' if pdf else 'abs'}/{identifier.value}"
    if identifier.kind == "doi":
        return f"https://doi.org/{identifier.value}"
    if identifier.kind == "pmid":
        return f"https://pubmed.ncbi.nlm.nih.gov/{identifier.value}/"
    return identifier.value


def _host(target: str) -> str:
    try:
        return (urlsplit(target).hostname or "").lower().removeprefix("www.")
    except ValueError:
        return ""


def _type(identifiers: Mapping[str, str], venue: str) -> str:
    if _MEETING.search(venue):
        return "inproceedings"
    if _SERIAL.search(venue) or "doi" in identifiers:
        return "article"
    return "misc"
