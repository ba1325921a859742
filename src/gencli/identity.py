"""Same paper or not: normal forms of identifiers, merging what sources say, citation keys. Pure."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple
from urllib.parse import parse_qs, unquote, urlsplit

from gencli.errors import BadInput
from gencli.model import Author, Record
from gencli.text import fold

# Kinds that name one work for ever; a `url` only says where something stood.
STRONG = ("arxiv", "doi", "openreview", "acl", "pmid", "isbn")

# https://info.arxiv.org/help/arxiv_identifier.html: YYMM.number since April 2007 (four digits until
# 2014, five from 2015), before that archive(.class)/YYMMnumber.
_MONTH = r"(?:0[1-9]|1[0-2])"
_NEW = rf"(?:(?:0[7-9]|1[0-4]){_MONTH}\.\d{{4}}|(?:1[5-9]|[2-8]\d){_MONTH}\.\d{{5}})"
_OLD = rf"[a-z][a-z-]+(?:\.[A-Z]{{2}})?/\d{{2}}{_MONTH}\d{{3}}"
_ID = rf"(?P<id>{_NEW}|{_OLD})(?:v(?P<version>[1-9]\d{{0,2}}))?"
_ARXIV_ALONE = re.compile(rf"{_ID}(?:\.pdf)?", re.ASCII)
_ARXIV_NAMED = re.compile(rf"\barxiv\s{{0,2}}[:.]?\s{{0,2}}{_ID}(?![\d.]*\d)", re.ASCII | re.IGNORECASE)
_ARXIV_PATH = re.compile(rf"/{_ID}(?=$|[/.?#])", re.ASCII)
_ARXIV_LIKE = re.compile(r"(?:arxiv\s*[:.]\s*)?(\d{4,5}[.:]\d{2,6}|[a-z-]+(?:\.[a-z]{2})?/\d{5,9})(?:v\d*)?", re.I)
_ARXIV_HOSTS = ("arxiv.org", "arxiv-vanity.com", "alphaxiv.org", "ar5iv.org")

_DOI = re.compile(r"10\.\d{4,9}/[^\s\"<>]{1,300}", re.ASCII)
_DOI_WHOLE = re.compile(r"10\.\d{4,9}/\S+", re.ASCII)
_DOI_IN_PATH = re.compile(r"[/:=](10\.\d{4,9}/\S+)", re.ASCII)
_DOI_ALONE = re.compile(r"(?:doi\s*[:=]?\s*)?(10\.\d{4,9}/\S+)", re.IGNORECASE | re.ASCII)
_ARXIV_DOI = re.compile(rf"10\.48550/arxiv\.{_ID}", re.IGNORECASE | re.ASCII)
_DOI_TAILS = re.compile(r"(?:\.e?pdf|/(?:e?pdf|full|abstract|summary|html|meta))+$", re.IGNORECASE)
# bioRxiv and medRxiv write the version behind the DOI in their addresses; it is not part of it.
_DOI_VERSION = re.compile(r"(?<=\d)v\d{1,3}(?:\.full.{0,20}|\.abstract)?$")

_OPENREVIEW_ID = re.compile(r"[\w-]{6,20}", re.ASCII)
_ACL_PATH = re.compile(r"/(?:anthology/)?([A-Z]\d{2}-\d{4}|\d{4}\.[a-z0-9_]+-[a-z0-9_]+\.\d+)(?=$|[/.])", re.ASCII)
_PMID = re.compile(r"pmid\s{0,2}:?\s{0,2}(\d{1,8})", re.IGNORECASE | re.ASCII)
_ISBN = re.compile(r"isbn(?:-1[03])?\s{0,2}:?\s{0,2}([\d-]{9,17}[\dxX])", re.IGNORECASE | re.ASCII)


class Identifier(NamedTuple):
    """An identifier in normal form; `version` is the arXiv version that was named, if one was."""

    kind: str
    value: str
    version: int | None = None


def identify(text: str) -> Identifier | None:
    """The identifier that a text is, in any usual form, or None.

    A DOI is looked for before an arXiv id: publishers' DOIs contain what looks like one.
    """
    text = text.strip()
    if text.startswith("<") and text.endswith(">"):
        text = text[1:-1].strip()
    if not text or len(text) > 2000:
        return None
    if re.match(r"https?://", text, re.IGNORECASE):
        return _from_url(text)
    if re.match(r"(?:www\.|export\.|dx\.)?[\w-]+\.(?:org|net|com|co)/", text, re.IGNORECASE):
        return _from_url("https://" + text)
    bare = re.sub(r"^\[(.*)\]$", r"\1", text)
    bare = re.sub(r"\s*\[[a-z-]+(?:\.[A-Z]{2})?\]$", "", bare)
    if (match := _DOI_ALONE.fullmatch(bare)) is not None:
        return _doi(match[1])
    if (match := _ARXIV_ALONE.fullmatch(bare) or _ARXIV_NAMED.fullmatch(bare)) is not None:
        return _arxiv(match)
    for pattern, make in ((_PMID, _pmid), (_ISBN, _isbn)):
        if (match := pattern.fullmatch(bare)) is not None:
            return make(match[1])
    return _isbn(bare) if re.fullmatch(r"97[89]\d{10}", bare, re.ASCII) else None


def require(text: str) -> Identifier:
    """The identifier that a text is.

    Raises `BadInput` naming the nearest thing it could be.
    """
    found = identify(text)
    if found is not None:
        return found
    shown = text.strip()[:80]
    if _ARXIV_LIKE.fullmatch(text.strip()) is not None:
        hint = "an arXiv id is YYMM.NNNNN (2201.02177) or, before April 2007, archive/YYMMNNN (hep-th/9711200)"
        raise BadInput(f"'{shown}' looks like an arXiv id and is none", hint)
    if "10." in text and "/" in text:
        raise BadInput(f"'{shown}' is not a DOI", "a DOI is 10.PREFIX/SUFFIX, as in 10.1073/pnas.1903070116")
    raise BadInput(f"'{shown}' is not an identifier", "give an arXiv id or URL, or a DOI: gencli add 2201.02177")


def mentioned(text: str) -> dict[str, str]:
    """The identifiers that running text holds, one of each kind, the first named."""
    found: dict[str, str] = {}
    for identifier in _scan(text):
        found.setdefault(identifier.kind, identifier.value)
    return found


def _scan(text: str) -> Iterator[Identifier]:
    found = [_doi(match.group()) for match in _DOI.finditer(text)]
    found += [_arxiv(match) for match in _ARXIV_NAMED.finditer(text)]
    for pattern, make in ((_PMID, _pmid), (_ISBN, _isbn)):
        found += [make(match[1]) for match in pattern.finditer(text)]
    return (identifier for identifier in found if identifier is not None)


def normal_url(url: str) -> str | None:
    """A web address in the form in which two are compared, or None where it is not http(s).

    Scheme and host in lower case, no fragment, no slash at the end.
    """
    try:
        parts = urlsplit(url.strip())
        host = parts.hostname
    except ValueError:
        return None
    if parts.scheme.lower() not in ("http", "https") or not host or re.search(r"[\s\x00-\x1f]", url.strip()):
        return None
    where = parts.netloc.rpartition("@")[2].lower()
    query = f"?{parts.query}" if parts.query else ""
    return f"{parts.scheme.lower()}://{where}{parts.path.rstrip('/')}{query}"


def _from_url(url: str) -> Identifier | None:
    address = normal_url(url)
    if address is None:
        return None
    parts = urlsplit(address)
    host = (parts.hostname or "").removeprefix("www.")
    path = unquote(parts.path).strip()
    query = parse_qs(parts.query)
    # Some publishers name the DOI in the query: journals.plos.org/plosone/article?id=10.1371/….
    for place in (path, *("/" + value for name in ("id", "doi") for value in query.get(name, ()))):
        if (match := _DOI_IN_PATH.search(place)) is not None and (found := _doi(match[1])) is not None:
            return found
    if any(host == name or host.endswith("." + name) for name in _ARXIV_HOSTS) or (
        host == "huggingface.co" and path.startswith("/papers/")
    ):
        match = _ARXIV_PATH.search(path)
        return _arxiv(match) if match else Identifier("url", address)
    if host == "openreview.net":
        paper = query.get("id", [""])[0]
        return Identifier("openreview", paper) if _OPENREVIEW_ID.fullmatch(paper) else Identifier("url", address)
    if host in ("aclanthology.org", "aclweb.org") and (match := _ACL_PATH.search(path)) is not None:
        return Identifier("acl", match[1])
    if host == "pubmed.ncbi.nlm.nih.gov" and (match := re.match(r"/(\d{1,8})", path)) is not None:
        return _pmid(match[1])
    return Identifier("url", address)


def _arxiv(match: re.Match[str]) -> Identifier:
    name = match["id"]
    archive, slash, number = name.rpartition("/")
    # math.GT/0309136 and math/0309136 are one paper: the subject class is not part of the id.
    name = f"{archive.partition('.')[0].lower()}{slash}{number}"
    return Identifier("arxiv", name, int(match["version"]) if match["version"] else None)


def _doi(text: str) -> Identifier | None:
    """A DOI without what stands behind it in an address or a sentence; arXiv's own DOIs are arXiv ids."""
    doi, before = text.lower(), ""
    while doi != before:
        before = doi
        doi = _DOI_TAILS.sub("", _trimmed(unquote(doi).lower()))
    if doi.startswith("10.1101/"):
        doi = _DOI_VERSION.sub("", doi)
    if (match := _ARXIV_DOI.fullmatch(doi)) is not None:
        return _arxiv(match)
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


def _isbn(text: str) -> Identifier | None:
    """An ISBN whose check digit is right (ISO 2108), as 13 digits."""
    digits = text.replace("-", "").upper()
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


# --- what several sources say of one paper -------------------------------------------------

FACTS = (
    "type", "title", "authors", "authors_complete", "year", "date", "posted", "updated", "venue",
    "abstract", "arxiv_version", "primary_category", "categories",
)  # fmt: skip
# Facts that are one statement: who gives one of them gives all.
_TOGETHER = {"authors_complete": "authors", "date": "year"}
_RANKS = {"user": 3, "page": 1}
_EMPTY: tuple[Any, ...] = (None, "", ())


class Merged(NamedTuple):
    """What a paper is after one more source spoke: values, where each is from, and what lost."""

    facts: dict[str, Any]
    fields: dict[str, str]
    origins: dict[str, str]
    variants: list[tuple[str, str, Any]]


def rank(source: str) -> int:
    """How far a source is believed: a person's own word, then records of the work, then a page's label."""
    return _RANKS.get(source.partition(":")[0], 2)


def merge(facts: Mapping[str, Any], fields: Mapping[str, str], origins: Mapping[str, str], record: Record) -> Merged:
    """Add what a record says to what is known: a better source wins, an earlier one among equals.

    A source that spoke before may change its own word. What loses is returned as (field, source, value),
    but a page's label is not: it stays with its mention.
    """
    merged = Merged(dict(facts), dict(fields), dict(origins), [])
    spoken = {name: getattr(record, name) for name in FACTS}
    if record.year and not record.date and record.year != facts.get("year"):
        # The day that is known is one of another year.
        spoken["date"] = str(record.year)
    for name, value in spoken.items():
        lead = _TOGETHER.get(name, name)
        if value in _EMPTY or spoken[lead] in _EMPTY:
            continue
        if merged.facts.get(lead) == spoken[lead] or lead == name:
            _settle(merged, merged.facts, name, value, record.source)
        elif rank(record.source) > 1 and value != merged.facts.get(name):
            merged.variants.append((name, record.source, value))
    for name, text in record.fields.items():
        _settle(merged, merged.fields, name, text, record.source, "fields.")
    return merged


def _settle(merged: Merged, place: dict[str, Any], name: str, value: Any, source: str, prefix: str = "") -> None:
    known, origin = place.get(name), merged.origins.get(prefix + name, "")
    if known == value and (known is not None) and rank(source) <= rank(origin or "page"):
        return
    if known in _EMPTY or rank(source) > rank(origin) or source == origin or not origin:
        if known not in _EMPTY and known != value and origin and origin != source and rank(origin) > 1:
            merged.variants.append((prefix + name, origin, known))
        place[name] = value
        merged.origins[prefix + name] = source
    elif rank(source) > 1:
        merged.variants.append((prefix + name, source, value))


def fingerprint(title: str | None, authors: Iterable[Author], year: int | None) -> str:
    """By what two records without any identifier are taken for one work: title, first author, year."""
    if not title:
        return ""
    first = next(iter(authors), Author())
    return "|".join([_letters(fold(title)), _letters(fold(first.surname)), str(year or "")])


def _letters(text: str) -> str:
    return "".join(sign for sign in text if sign.isalnum())


# --- citation keys ---------------------------------------------------------------------------

_EMPTY_WORDS = frozenset(
    """
    a an the of on in for and or to with without from by at as into onto over under between among via per is are
    was were be been being am do does did can could may might must shall should will would has have had how what
    when where why who whose which whether that this these those it its their our your my we you they if than
    then but not no so such some any all many much more most few both each every der die das ein eine und von zu
    im am le la les un une des du de et el los las il lo gli
    """.split()
)


def key_for(authors: Iterable[Author], year: int | None, title: str | None, site: str = "") -> str:
    """The citation key: first author's surname with its particles, year, first title word that means something.

    Only a-z and 0-9; what is not Latin is transliterated. A site stands in where there is no author.
    """
    first = next(iter(authors), None)
    name = _ascii(first.surname if first else site)
    title_words = [_ascii(word) for word in re.split(r"[^\w'’]+", title or "")]
    telling = [word for word in title_words if word and word not in _EMPTY_WORDS]
    word = next(iter(telling or [word for word in title_words if word]), "")
    return (name[:40] + (str(year) if year else "") + word[:30]) or "paper"


def unique_key(key: str, taken: Callable[[str], bool]) -> str:
    """The key itself where it is free, else with `a`, `b`, … `z`, `aa`, … behind it."""
    if not taken(key):
        return key
    for number in range(1, 1_000_000):
        tail, rest = "", number
        while rest:
            rest, letter = divmod(rest - 1, 26)
            tail = chr(ord("a") + letter) + tail
        if not taken(key + tail):
            return key + tail
    raise BadInput(f"no free key beside '{key}'")


def _ascii(text: str) -> str:
    text = fold(text)
    if not text.isascii():
        from anyascii import anyascii

        text = anyascii(text).lower()
    return re.sub(r"[^a-z0-9]", "", text)
