"""What a link of a page names, where it leads, and what it says it leads to."""

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple
from urllib.parse import urlsplit

from gencli.identifiers import Identifier, identify
from gencli.markup import Span
from gencli.model import Link
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
# With all the signs around it that are not looked at.
_LONGEST_GENERIC = 60
_ID_LIKE = re.compile(r"[<\[]?(?:arxiv|doi|pmid|isbn|10\.|\d{4}\.|[a-z-]{2,12}/\d)", re.IGNORECASE)
_HOSTED = re.compile("|".join(map(re.escape, (*_CODE_HOSTS, *_VIDEO_HOSTS))))
_WEB = re.compile(r"https?://", re.IGNORECASE)
_OUTSIDE = re.compile(r">|@|^#|^www\.|^\\\\")
_PDF = re.compile(r"\.pdf$|/e?pdf[/?]", re.IGNORECASE)


class Named(NamedTuple):
    """A link and what its target names; `rel` is what it says it leads to ("pdf", "code"), or nothing."""

    span: Span
    identifier: Identifier
    address: str
    rel: str


def internal_page(target: str) -> str:
    """The id of the wiki's own page that a target names (DokuWiki writes ids in lower case), or nothing."""
    if not target or "://" in target or _OUTSIDE.search(target):
        return ""
    return re.sub(r"\s+", "_", target.partition("#")[0].partition("?")[0].strip().lower())


def _target_of(target: str) -> tuple[Identifier | None, str]:
    """What a link's target names: an identifier (None for the wiki's own pages) and its address."""
    kind, mark, value = target.partition(">") if ">" in target else ("", "", "")
    if mark and kind.lower() in ("doi", "arxiv", "pmid", "isbn", "openreview", "acl"):
        value = value if kind.lower() == "doi" else f"{kind}:{value}"
        found = identify(value)
        return found, _address(found) if found else ""
    address = "http://" + target if target[:4].lower() == "www." else target
    found = identify(address) if _WEB.match(address) else None
    return found, (_address(found) if found and found.kind == "arxiv" and "/pdf/" not in address else address)


def read_link(span: Span) -> Named | None:
    """The link as read, where it leads out of the wiki to something that can be identified."""
    identifier, address = _target_of(span.target)
    return Named(span, identifier, address, rel_of(span)) if identifier else None


def read_links(spans: Iterable[Span]) -> list[Named]:
    """The links of a text that lead out of the wiki to something that can be identified, in their order."""
    return [link for span in spans if span.kind == "link" and (link := read_link(span))]


def said(label: str) -> str:
    """What a label says that a link leads to ("Code", "pdf"), or nothing where it names a work."""
    return _GENERIC.get(fold(label).strip(" .:()[]"), "") if len(label) < _LONGEST_GENERIC else ""


def rel_of(span: Span) -> str:
    """What a link leads to where its label or its host says so ("Code", "arXiv:2201.02177"), else nothing."""
    rel = said(span.text)
    if not rel and span.text != span.target and _ID_LIKE.match(span.text) and (found := identify(span.text)):
        rel = {"arxiv": "abs", "url": ""}.get(found.kind, "doi")
    return rel or ("code" if _is_at(span.target, _CODE_HOSTS) and not re.search("/papers/|/blog/", span.target) else "")


def link_of(link: Named, medium: str = "") -> Link:
    """The link as a record keeps it; `medium` is what its label says it is (video, slides)."""
    target, address, rel = link.span.target, link.address, link.rel
    if link.identifier.kind == "arxiv":
        return Link("pdf" if "/pdf/" in target else "abs", _address(link.identifier, "/pdf/" in target))
    if rel in ("web", "") and _is_at(address, _VIDEO_HOSTS):
        return Link("video", address)
    if rel in ("", "pdf", "doi"):
        is_pdf = _PDF.search(address) is not None
        rel = "pdf" if is_pdf else (medium if medium in ("video", "slides", "code") else "web")
    return Link(rel, address)


def _address(identifier: Identifier, pdf: bool = False) -> str:
    if identifier.kind == "arxiv":
        return f"https://arxiv.org/{'pdf' if pdf else 'abs'}/{identifier.value}"
    if identifier.kind == "doi":
        return f"https://doi.org/{identifier.value}"
    if identifier.kind == "pmid":
        return f"https://pubmed.ncbi.nlm.nih.gov/{identifier.value}/"
    if identifier.kind == "openreview":
        return f"https://openreview.net/forum?id={identifier.value}"
    if identifier.kind == "acl":
        return f"https://aclanthology.org/{identifier.value}"
    if identifier.kind == "isbn":
        return f"https://openlibrary.org/isbn/{identifier.value}"
    return identifier.value


def _is_at(target: str, hosts: Sequence[str]) -> bool:
    """Whether an address is one of some hosts; most are of none, which is seen without taking them apart."""
    if _HOSTED.search(target.lower()) is None:
        return False
    try:
        return (urlsplit(target).hostname or "").lower().removeprefix("www.") in hosts
    except ValueError:
        return False
