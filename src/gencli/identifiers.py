"""Identifiers of works in one normal form, from any form that is usual. Pure.

What arXiv's ids look like: https://info.arxiv.org/help/arxiv_identifier.html. Their archives:
https://arxiv.org/archive, with those that were closed before 2007.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import parse_qsl, unquote, urlsplit

# Kinds that name one work for ever; a `url` only says where something stood.
STRONG = ("arxiv", "doi", "openreview", "acl", "pmid", "isbn")
KINDS = (*STRONG, "url")

# Those that had ids of the old form, archive/YYMMNNN, which ended with March 2007.
ARCHIVES = (
    "acc-phys", "adap-org", "alg-geom", "ao-sci", "astro-ph", "atom-ph", "bayes-an", "chao-dyn", "chem-ph", "cmp-lg",
    "comp-gas", "cond-mat", "cs", "dg-ga", "funct-an", "gr-qc", "hep-ex", "hep-lat", "hep-ph", "hep-th", "math",
    "math-ph", "mtrl-th", "nlin", "nucl-ex", "nucl-th", "patt-sol", "physics", "plasm-ph", "q-alg", "q-bio",
    "quant-ph", "solv-int", "supr-con",
)  # fmt: skip

# Since April 2007 YYMM.number, with four digits until 2014 and five from 2015.
_MONTH = r"(?:0[1-9]|1[0-2])"
_SHORT = rf"(?:07(?:0[4-9]|1[0-2])|(?:0[89]|1[0-4]){_MONTH})\.\d{{4}}"
_NEW = rf"(?:{_SHORT}|(?:1[5-9]|[2-8]\d){_MONTH}\.\d{{5}})"
_CLASS = r"(?:\.[A-Za-z]{2}|\.[A-Za-z]{2,8}-[A-Za-z]{2,7})?"
_NUMBER = rf"(?:(?:9[1-9]|0[0-6]){_MONTH}|070[1-3])\d{{3}}"
# Whether it is one of the archives is looked at later: so many alternatives take long to compile.
_ARCHIVE = rf"[A-Za-z][A-Za-z-]{{1,8}}{_CLASS}"
_VERSION = r"(?:[vV](?P<version>[1-9]\d{0,2}))?"
ID = rf"(?P<id>{_NEW}|{_ARCHIVE}/{_NUMBER}){_VERSION}"
# What the margin of a PDF has behind the id: `[cs.LG] 6 Jan 2022`.
_STAMP = r"(?:\s+\d{1,2} [A-Z][a-z]{2} \d{4})?"
_ARXIV_ALONE = re.compile(rf"{ID}(?:\.pdf)?", re.ASCII)
_ARXIV_PLAIN = re.compile(_NEW, re.ASCII)
_ARXIV_NAMED = re.compile(rf"\barxiv\s{{0,2}}[:.]?\s{{0,2}}{ID}(?![\d.]*\d)", re.ASCII | re.IGNORECASE)
_APART = rf"(?i:arxiv\s*[:.]?\s*)?(?P<number>{_NUMBER}){_VERSION}\s*[\[(]\s*(?P<archive>{_ARCHIVE})\s*[\])]"
_ARXIV_PATH = re.compile(rf"/(?:arxiv:)?{ID}(?=$|[/.?#])", re.ASCII | re.IGNORECASE)
_ARXIV_HOSTS = (".arxiv.org", ".arxiv-vanity.com", ".alphaxiv.org", ".ar5iv.org", ".xxx.lanl.gov")
# Sites about papers, whose addresses hold the id somewhere, and search engines that were asked for it.
_HOLDERS = (
    r"(?:^|\.)(?:semanticscholar\.org|scholar\.[a-z.]+|google\.[a-z.]+|adsabs\.harvard\.edu|inspirehep\.net"
    r"|scirate\.com|connectedpapers\.com|emergentmind\.com|papers\.cool|paperswithcode\.com|tomesphere\.com"
    r"|scholarfeed\.org|researchtrend\.ai|bohrium\.[a-z.]+|duckduckgo\.com|bing\.com|zbmath\.org|dblp\.org"
    r"|dblp\.uni-trier\.de|catalyzex\.com|scholar\.archive\.org|core\.ac\.uk|litmaps\.com)$"
)
# A repository may bear the id of the paper that it is the code of; it is not the paper.
_CODE_HOSTS = ("github.com", "gitlab.com", "bitbucket.org", "codeberg.org", "sr.ht", "github.io")

# A blank ends one, of whatever script it is: what is copied from a page has many that cannot be broken at.
_DOI = re.compile(r"10\.[0-9]{4,9}/[^\s\"<>]{1,300}")
# Half of a surrogate pair, which a word of the command line may hold, is a sign of no identifier.
_DOI_WHOLE = re.compile(r"10\.[0-9]{4,9}/[^\s\ud800-\udfff]+")
_DOI_IN_PATH = re.compile(r"[/:=](10\.[0-9]{4,9}/\S+)")
_DOI_ALONE = re.compile(r"(?:(?:info:|urn:)?doi\s*[:=/]?\s*)?(10\.[0-9]{4,9}(?:/|%2f)\S+)", re.IGNORECASE)
_ARXIV_DOI = re.compile(rf"10\.48550/arxiv[.:]{ID}", re.IGNORECASE | re.ASCII)
_DOI_TAILS = re.compile(r"(?:\.e?pdf|/(?:e?pdf|full|abstract|summary|html|meta))+$", re.IGNORECASE)
# bioRxiv and medRxiv write the version behind the DOI in their addresses; it is not part of it.
_DOI_VERSION = re.compile(r"(?<=\d)v\d{1,3}(?:\.full.{0,20}|\.abstract)?$")

_OPENREVIEW_ID = re.compile(r"[\w-]{6,20}", re.ASCII)
_OPENREVIEW = re.compile(r"openreview\s{0,2}:\s{0,2}([\w-]{6,20})", re.IGNORECASE | re.ASCII)
_ACL_ID = r"[A-Z]\d{2}-\d{4}|\d{4}\.[a-z0-9_]+-[a-z0-9_]+\.\d+"
_ACL_PATH = re.compile(rf"/(?:anthology/)?({_ACL_ID})(?=$|[/.])", re.ASCII)
_ACL = re.compile(rf"(?:(?i:acl)\s{{0,2}}:\s{{0,2}})?({_ACL_ID})", re.ASCII)
_PMID = re.compile(r"pmid\s{0,2}:?\s{0,2}(\d{1,8})", re.IGNORECASE | re.ASCII)
_ISBN = re.compile(r"isbn(?:-1[03])?\s{0,2}:?\s{0,2}((?:\d[ -]?){9,12}[\dxX])", re.IGNORECASE | re.ASCII)
_PAIRS = {"<": ">", "(": ")", "[": "]", "{": "}", '"': '"', "'": "'", "`": "`", "“": "”"}


class Identifier(NamedTuple):
    """An identifier in normal form; `version` is the arXiv version that was named, if one was."""

    kind: str
    value: str
    version: int | None = None


# What most links of reading lists are, which need not be taken apart.
_ARXIV_ADDRESS = re.compile(
    rf"https?://(?:www\.)?arxiv\.org/(?:abs|pdf)/{ID}(?:\.pdf)?",
    re.ASCII | re.IGNORECASE,
)


def identify(text: str) -> Identifier | None:
    """The identifier that a text is, in any usual form, or None.

    A DOI is looked for before an arXiv id: publishers' DOIs contain what looks like one.
    """
    text = text.strip()
    match = _ARXIV_ADDRESS.fullmatch(text)
    if match is not None and (found := _arxiv(match["id"], match["version"])) is not None:
        return found
    text = _unwrapped(text) if len(text) <= 2000 else ""
    if not text:
        return None
    if re.match(r"https?://", text, re.IGNORECASE):
        return _from_url(text)
    if re.match(r"(?:[\w-]+\.)+(?:org|net|com|co|gov|edu|ai|de|io)/", text, re.IGNORECASE | re.ASCII):
        return _from_url("https://" + text)
    if (match := _DOI_ALONE.fullmatch(text)) is not None:
        return _doi(match[1])
    text = text.rstrip(".,;:")
    if (match := re.fullmatch(_APART, re.sub(r"^(\[[\w.-]+\])\s+(.*)$", r"\2 \1", text), re.ASCII)) is not None:
        return _arxiv(f"{match['archive']}/{match['number']}", match["version"])
    text = re.sub(r"^arxiv[/_](?=\d)", "arxiv:", text, flags=re.IGNORECASE)
    text = _from_bibcodes(text)
    bare = re.sub(rf"\s*\[[a-z-]+(?:\.[A-Za-z-]+)?\]{_STAMP}$", "", text)
    if (match := _ARXIV_ALONE.fullmatch(bare) or _ARXIV_NAMED.fullmatch(bare)) is not None:
        return _arxiv(match["id"], match["version"])
    return _numbered(text)


def normal(kind: str, value: str) -> Identifier | None:
    """The normal form of an identifier that is said to be of a kind, which may turn out to be another; None for none.

    A DOI keeps what `identify` would take for the end of an address.
    """
    if kind == "url":
        address = normal_url(value)
        return Identifier(kind, address) if address else None
    if kind == "doi" and value == value.lower() and _DOI_WHOLE.fullmatch(value) and not value.startswith("10.48550/"):
        return Identifier(kind, value)
    if kind == "arxiv" and _ARXIV_PLAIN.fullmatch(value):
        return Identifier(kind, value)
    if kind == "openreview" and _OPENREVIEW_ID.fullmatch(value):
        return Identifier(kind, value)
    found = identify(f"{kind} {value}" if kind in ("pmid", "isbn") else value)
    return found if found is not None and found.kind in (kind, *(("arxiv",) if kind == "doi" else ())) else None


def _numbered(text: str) -> Identifier | None:
    """A PubMed, OpenReview or ACL Anthology id, or an ISBN; a bare number is none but a whole ISBN-13."""
    for pattern, make in _NAMED:
        if (match := pattern.fullmatch(text)) is not None:
            return make(match[1])
    if (match := _ACL.fullmatch(text)) is not None:
        return Identifier("acl", match[1])
    digits = text.replace("-", "").replace(" ", "")
    return _isbn(digits) if re.fullmatch(r"97[89]\d{10}", digits, re.ASCII) else None


def names_no_work(found: Identifier) -> bool:
    """Whether it is an address of arXiv or of the DOI system that holds no id, or a DOI of arXiv's that is none."""
    if found.kind == "doi":
        return found.value.startswith("10.48550/")
    host = "." + (urlsplit(found.value).hostname or "") if found.kind == "url" else ""
    return host.endswith((*_ARXIV_HOSTS, ".doi.org"))


def mentioned(text: str) -> dict[str, str]:
    """The identifiers that running text holds by name, one of each kind, the first named."""
    found: dict[str, str] = {}
    for _, _, identifier in scan(text):
        found.setdefault(identifier.kind, identifier.value)
    return found


def scan(text: str) -> Iterator[tuple[int, int, Identifier]]:
    """The identifiers that running text holds by name, as (start, end, identifier): DOIs first, then arXiv's.

    What looks like an arXiv id inside a DOI is none.
    """
    ends = [0]
    starts = [-1]
    for match in _DOI.finditer(text):
        if (doi := _doi(match.group())) is not None:
            starts.append(match.start())
            ends.append(match.end())
            yield *match.span(), doi
    for match in _ARXIV_NAMED.finditer(text):
        found = _arxiv(match["id"], match["version"])
        if found is not None and match.start() >= ends[bisect_right(starts, match.start()) - 1]:
            yield *match.span(), found
    for pattern, make in _NAMED:
        for match in pattern.finditer(text):
            if (found := make(match[1])) is not None:
                yield *match.span(), found


def normal_url(url: str) -> str | None:
    """A web address in the form in which two are compared, or None where it is not http(s).

    Scheme and host in lower case, no fragment, no slash at the end.
    """
    try:
        parts = urlsplit(url.strip())
        where = parts.netloc.rpartition("@")[2].lower()
        # What is left without the user's name must be an address, too.
        host = urlsplit(f"//{where}").hostname
    except ValueError:
        return None
    if (
        parts.scheme.lower() not in ("http", "https")
        or not host
        or re.search(r"[\s\x00-\x1f\ud800-\udfff]", url.strip())
    ):
        return None
    query = f"?{parts.query}" if parts.query else ""
    return f"{parts.scheme.lower()}://{where}{parts.path.rstrip('/')}{query}"


def _unwrapped(text: str) -> str:
    """A text without the quotes or brackets around the whole of it, and what a sentence has behind them."""
    inner = text.rstrip(".,;:")
    while len(inner) > 1 and _PAIRS.get(inner[0]) == inner[-1] and not inner.startswith("[["):
        text = inner[1:-1].strip()
        inner = text.rstrip(".,;:")
    return text


def _from_url(url: str) -> Identifier | None:
    address = normal_url(url)
    if address is None:
        return None
    parts = urlsplit(address)
    host = (parts.hostname or "").removeprefix("www.")
    path = unquote(parts.path).strip()
    values = [(name.lower(), value.strip()) for name, value in parse_qsl(parts.query)]
    # Some publishers name the DOI in the query: journals.plos.org/plosone/article?id=10.1371/….
    for place in (path, *("/" + value for name, value in values if name in ("id", "doi"))):
        if (match := _DOI_IN_PATH.search(place)) is not None and (found := _doi(match[1])) is not None:
            return found
    for value in (path[path.find("/http") + 1 :], *(value for _, value in values)):
        # An address that leads on to another: a search engine's, an archive's.
        if value.lower().startswith(("http:/", "https:/")) and (found := _led_to(value)) is not None:
            return found
    if found := _arxiv_in(host, path, values):
        return found
    return _elsewhere(host, path, dict(reversed(values))) or Identifier("url", address)


def _led_to(url: str) -> Identifier | None:
    found = _from_url(re.sub(r":/{1,3}", "://", url, count=1)) if len(url) < 2000 else None
    return found if found and found.kind != "url" else None


def _arxiv_in(host: str, path: str, values: list[tuple[str, str]]) -> Identifier | None:
    """The arXiv id in an address: of arXiv itself, of a mirror, of a site about papers, or named as arXiv's."""
    query = " ".join(value for _, value in values)
    is_own = f".{host}".endswith(_ARXIV_HOSTS) or host.startswith("arxiv.org.")
    if is_own or (host in ("huggingface.co", "hf.co") and path.startswith("/papers/")):
        # The files of old papers are kept as /ftp/hep-th/papers/9711/9711200.pdf.
        filed = re.search(rf"/({'|'.join(ARCHIVES)})/papers/\d{{4}}/({_NUMBER})", path)
        if filed:
            return _arxiv(f"{filed[1]}/{filed[2]}", None)
        match = _ARXIV_PATH.search(path) or _standing(query)
    elif re.search(_HOLDERS, host):
        # DBLP writes abs-2201-02177.
        text = re.sub(r"\babs-(\d{4})-(\d{4,5})\b", r" \1.\2 ", _from_bibcodes(f"{path} {query}"))
        match = _standing(text)
    elif host.endswith(_CODE_HOSTS):
        return None
    else:
        match = re.search(rf"\barxiv(?:_?id)?[:/=.]{ID}(?![\w-])", f"{path} {query}", re.ASCII | re.IGNORECASE)
    return _arxiv(match["id"], match["version"]) if match else None


def _from_bibcodes(text: str) -> str:
    """A text in which the codes of ADS, 2022arXiv220102177P, are the ids that they hold."""
    return re.sub(r"\b\d{4}arXiv(\d{4})\.?(\d{4,5})[A-Z]\b", r"\1.\2", text) if "arXiv" in text else text


def _standing(text: str) -> re.Match[str] | None:
    """The first arXiv id that stands alone in a text."""
    return re.search(rf"(?<![\w.-]){ID}(?=\.pdf|[.,;:]*(?![\w.-]))", text, re.ASCII)


def _elsewhere(host: str, path: str, query: dict[str, str]) -> Identifier | None:
    """The id that an address of OpenReview, the ACL Anthology or PubMed holds."""
    if host == "openreview.net" and _OPENREVIEW_ID.fullmatch(paper := query.get("id", "")):
        return Identifier("openreview", paper)
    if host in ("aclanthology.org", "aclweb.org") and (match := _ACL_PATH.search(path)) is not None:
        return Identifier("acl", match[1])
    if host == "pubmed.ncbi.nlm.nih.gov" or (host == "ncbi.nlm.nih.gov" and path.startswith("/pubmed/")):
        match = re.match(r"/(?:pubmed/)?(\d{1,8})", path)
        return _pmid(match[1]) if match else None
    return None


def _arxiv(name: str, version: str | None) -> Identifier | None:
    """An arXiv id; None where what stands before the number is no archive."""
    if "/" not in name:
        return Identifier("arxiv", name, int(version) if version else None)
    archive, _, number = name.rpartition("/")
    # math.GT/0309136 and math/0309136 are one paper: the subject class is not part of the id.
    archive = archive.partition(".")[0].lower()
    return (
        Identifier("arxiv", f"{archive}/{number}", int(version) if version else None) if archive in ARCHIVES else None
    )


def _doi(text: str) -> Identifier | None:
    """A DOI without what stands behind it in an address or a sentence; arXiv's own DOIs are arXiv ids."""
    doi, before = text.lower(), ""
    while doi != before:
        before = doi
        doi = _DOI_TAILS.sub("", _trimmed(unquote(doi).lower()))
    if doi.startswith("10.1101/"):
        doi = _DOI_VERSION.sub("", doi)
    if (match := _ARXIV_DOI.fullmatch(doi)) is not None:
        return _arxiv(match["id"], match["version"])
    return Identifier("doi", doi) if _DOI_WHOLE.fullmatch(doi) else None


def _trimmed(text: str) -> str:
    """A text without the punctuation at its end, and without closing brackets there that it does not open."""
    spare = {pair[1]: text.count(pair[1]) - text.count(pair[0]) for pair in ("()", "[]", "{}", "<>")}
    end = len(text)
    while end and (text[end - 1] in ".,;:'\"" or spare.get(text[end - 1], 0) > 0):
        end -= 1
        if text[end] in spare:
            spare[text[end]] -= 1
    return text[:end]


def _pmid(text: str) -> Identifier | None:
    return Identifier("pmid", text.lstrip("0") or "0")


def _openreview(text: str) -> Identifier | None:
    return Identifier("openreview", text)


def _isbn(text: str) -> Identifier | None:
    """An ISBN whose check digit is right (ISO 2108), as 13 digits."""
    digits = text.replace("-", "").replace(" ", "").upper()
    if re.fullmatch(r"\d{9}[\dX]", digits):
        value = sum((10 - i) * (10 if sign == "X" else int(sign)) for i, sign in enumerate(digits))
        if value % 11:
            return None
        digits = "978" + digits[:9]
        digits += str(-_isbn13_sum(digits) % 10)
    if re.fullmatch(r"97[89]\d{10}", digits) and _isbn13_sum(digits) % 10 == 0:
        return Identifier("isbn", digits)
    return None


def _isbn13_sum(digits: str) -> int:
    return sum(int(sign) * (3 if i % 2 else 1) for i, sign in enumerate(digits))


# Kinds that are told by their name, with how each is read.
_NAMED = ((_PMID, _pmid), (_ISBN, _isbn), (_OPENREVIEW, _openreview))
