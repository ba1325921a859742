"""What an entry of a .bib says of a paper, in the library's terms. Pure."""

import re
from collections.abc import Callable, Iterator, Mapping

from gencli.formats.bibtex.cut import MONTHS, PARENTS
from gencli.identifiers import Identifier, identify, scan
from gencli.latex import decode
from gencli.model import Entry, Link, Record
from gencli.names import split

# Where each type says where the work appeared, the first that is there; BibTeX's names and biblatex's.
_IN_A_BOOK = ("booktitle", "journaltitle", "journal", "eventtitle")
_IN_A_JOURNAL = ("journaltitle", "journal", "booktitle")
_SCHOOL = ("school", "institution")
_VENUES = {
    "article": _IN_A_JOURNAL, "periodical": _IN_A_JOURNAL, "suppperiodical": _IN_A_JOURNAL, "review": _IN_A_JOURNAL,
    "inproceedings": _IN_A_BOOK, "conference": _IN_A_BOOK, "incollection": _IN_A_BOOK, "inbook": _IN_A_BOOK,
    "bookinbook": _IN_A_BOOK, "suppbook": _IN_A_BOOK, "inreference": _IN_A_BOOK,
    "phdthesis": _SCHOOL, "mastersthesis": _SCHOOL, "thesis": _SCHOOL, "bathesis": _SCHOOL,
    "techreport": ("institution",), "report": ("institution",), "misc": ("howpublished", *_IN_A_JOURNAL),
}  # fmt: skip
# A book is its own: its ISBN names it, while that of a chapter names the book that it is in.
_BOOKS = frozenset(
    """
    book mvbook booklet collection mvcollection proceedings mvproceedings reference mvreference manual thesis phdthesis
    mastersthesis
    """.split()
)
# What is told elsewhere than in `fields`, if it could be understood.
_TOLD = frozenset(("title", "author", "abstract", *PARENTS))
_DOI = re.compile(r"10\.\d{4,9}/[\w.;()/:+-]*[\w)]", re.ASCII)
_YEAR = re.compile(r"(?<!\d)(\d{4})(?!\d)")
_ISO = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")
_NUMBERS = {name: number for number, name in enumerate(MONTHS, 1)}
# Fields in which arXiv ids are found though they were not made for them.
_ARXIV_NAMED = (
    "journal",
    "journaltitle",
    "note",
    "howpublished",
    "url",
    "volume",
    "number",
    "publisher",
    "doi",
    "eprint",
)
# Addresses that may hold an identifier; to ask all of them would take a tenth of an import.
_TELLING = re.compile(
    r"10\.\d{4}|doi|ar[x5]iv|openreview|acl|pubmed|scholar|adsabs|inspirehep|scirate|huggingface|vanity", re.IGNORECASE
)
# What a child does not take from its parent (biblatex's manual, appendix B; BibTeX takes all it lacks).
_OWN = frozenset(("crossref", "xdata", "entrytype", "ids", "key", "label", "shorthand", "options", "title", "subtitle"))


def record(entry: Entry, origin: str, parent: Mapping[str, str]) -> Record:
    """What an entry says; `parent` has what it inherits, which is read but not the entry's own."""
    own = {name.lower(): value for name, _, value in entry.fields}
    told = {**parent, **own} if parent else own
    kind = entry.type.lower()
    used: set[str] = set(_TOLD)
    venue = _venue(kind, told, used)
    year, date = _when(told, used)
    authors, complete = split(told["author"]) if told.get("author") else ((), True)
    # An identifier of the whole is none of its part.
    identifiers = dict(_identifiers(kind, own, used))
    category = told.get("primaryclass") or told.get("eprintclass") if "arxiv" in identifiers else None
    return Record(
        source=origin,
        type=kind,
        title=_title(told, used),
        authors=authors,
        authors_complete=complete,
        year=year,
        date=date,
        venue=venue,
        abstract=decode(told["abstract"]) or None if "abstract" in told else None,
        identifiers=identifiers,
        primary_category=category.strip() if category else None,
        links=tuple(_links(told, used)),
        fields={name: value for name, value in own.items() if name not in used},
        is_whole=True,
        key=entry.key or None,
        entry=entry,
    )


def inherited(kind: str, parent: Mapping[str, str]) -> dict[str, str]:
    """What an entry of a type takes from its parent: the parent's title is the title of the book that it is in."""
    taken = {name: value for name, value in parent.items() if name not in _OWN}
    if parent.get("entrytype") == "xdata":
        taken |= {name: parent[name] for name in ("title", "subtitle") if name in parent}
    elif "title" in parent and "booktitle" not in parent:
        taken["booktitle"] = parent["title"]
    if kind.lower() in ("inbook", "bookinbook", "suppbook", "incollection", "inproceedings", "conference"):
        taken.pop("doi", None)
    return taken


def _title(told: Mapping[str, str], used: set[str]) -> str | None:
    title = decode(told.get("title", ""))
    if subtitle := decode(told.get("subtitle", "")) if title and "subtitle" in told else "":
        used.add("subtitle")
        title = f"{title}{'' if title[-1] in ':?!.' else ':'} {subtitle}"
    return title or None


def _venue(kind: str, told: Mapping[str, str], used: set[str]) -> str | None:
    for name in _VENUES.get(kind, _IN_A_JOURNAL):
        value = told.get(name)
        if value and not (name == "howpublished" and ("\\url" in value or "http" in value)):
            used.add(name)
            return decode(value) or None
    return None


def _when(told: Mapping[str, str], used: set[str]) -> tuple[int | None, str | None]:
    """The year and the day, as far as they are told; a day of `date` (ISO 8601) or of `year`, `month` and `day`."""
    if date := told.get("date"):
        whole = _ISO.fullmatch(date.strip())
        found = whole or _YEAR.search(date)
        if whole:
            used.add("date")
        return (int(found[1]), whole[0] if whole else None) if found else (None, None)
    found = _YEAR.search(told.get("year", ""))
    if found is None:
        return None, None
    if found[1] == told["year"].strip():
        used.add("year")
    year = int(found[1])
    month = _month(told.get("month", ""))
    if month is None:
        return year, str(year)
    used.add("month")
    day = told.get("day", "").strip()
    if day.isascii() and day.isdigit() and 1 <= int(day) <= 31:
        used.add("day")
        return year, f"{year}-{month:02}-{int(day):02}"
    return year, f"{year}-{month:02}"


def _month(value: str) -> int | None:
    value = value.strip().lower().rstrip(".")
    if value.isascii() and value.isdigit():
        return int(value) if 1 <= int(value) <= 12 else None
    return _NUMBERS.get(value[:3]) if value.isalpha() else None


def _identifiers(kind: str, told: Mapping[str, str], used: set[str]) -> Iterator[tuple[str, str]]:
    """The identifiers that an entry names, each kind once."""
    found: dict[str, str] = {}

    def take(name: str, identifier: Identifier | None, *kinds: str) -> None:
        if identifier is not None and identifier.kind in kinds:
            used.add(name)
            found.setdefault(identifier.kind, identifier.value)

    if doi := told.get("doi", "").strip():
        plain = _DOI.fullmatch(doi) is not None and not doi.startswith("10.48550/")
        take("doi", Identifier("doi", doi.lower()) if plain else identify(decode(doi)), "doi", "arxiv")
    _take_eprint(told, take, used)
    if kind in _BOOKS and (one := identify(f"isbn {told.get('isbn', '').strip()}")) is not None and one.kind == "isbn":
        found["isbn"] = one.value
    if pmid := told.get("pmid", "").strip():
        take("pmid", identify(f"pmid {pmid}"), "pmid")
    address = _address(told.get("url", ""))
    if address is not None and _TELLING.search(address) and (one := identify(address)) and one.kind != "url":
        found.setdefault(one.kind, one.value)
    if "arxiv" not in found and "arxiv" in "\n".join(told.get(name, "") for name in _ARXIV_NAMED).lower():
        for name in _ARXIV_NAMED:
            value = told.get(name, "")
            ids = (
                {one.value for _, _, one in scan(decode(value)) if one.kind == "arxiv"}
                if "arxiv" in value.lower()
                else ()
            )
            # Where several are named, they are about other works too.
            if len(ids) == 1:
                found["arxiv"] = ids.pop()
                break
    return iter(found.items())


def _take_eprint(told: Mapping[str, str], take: Callable[..., None], used: set[str]) -> None:
    """`eprint` with what says whose it is; also the names that Mendeley and others have for it."""
    archive = (told.get("archiveprefix") or told.get("eprinttype") or "").strip().lower()
    if archive in ("pubmed", "pmid") and (number := told.get("eprint", "").strip()):
        take("eprint", identify(f"pmid {number}"), "pmid")
    for name in ("eprint", "arxivid", "arxiv"):
        value = told.get(name, "").strip()
        if not value or (name == "eprint" and archive not in ("", "arxiv")):
            continue
        before = len(used)
        take(name, identify(value if "arxiv" in value.lower() else f"arXiv:{value}"), "arxiv")
        if len(used) > before:
            used.update(("archiveprefix", "eprinttype", "primaryclass", "eprintclass"))


def _address(url: str) -> str | None:
    """The address in a field: some put \\url around it, or escape signs in it."""
    if "http" not in url:
        return None
    plain = re.sub(r"\{?\\([_%&#~])\}?", r"\1", url) if "\\" in url else url
    match = re.search(r"https?://[^\s{}\\\"<>]+", plain)
    return match.group() if match else None


def _links(told: Mapping[str, str], used: set[str]) -> Iterator[Link]:
    for name in ("url", "ee", "link", "pdf"):
        if (address := _address(told.get(name, ""))) is not None:
            used.add(name)
            yield Link("pdf" if name == "pdf" or address.lower().endswith(".pdf") else "web", address)
