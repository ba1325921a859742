"""A work as it is told, and as it is compared."""

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from gencli.model import Author
from gencli.text import fold, words


class Work(NamedTuple):
    """What of a work is compared; all texts are plain Unicode, `details` are further fields by their BibTeX name."""

    key: str
    type: str
    title: str | None
    authors: tuple[Author, ...]
    authors_complete: bool
    year: int | None
    venue: str | None
    identifiers: Mapping[str, str]
    details: Mapping[str, str]


SMALL = frozenset("a an the of on in for and or to by with as at is der die das und le la les des du el y".split())
_FULL = {"vol": "volume", "pt": "part", "vols": "volumes"}
_GREEK = {
    ord(letter): name
    for letter, name in zip(
        "αβγδεζηθικλμνξοπρστυφχψω",
        "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigma tau upsilon phi "
        "chi psi omega".split(),
        strict=True,
    )
}
# A notice of a work bears the work's title and one of these.
NOTICES = frozenset(
    """
    erratum errata corrigendum corrigenda correction corrections addendum addenda retraction retracted withdrawn
    withdrawal reply replies response responses re comment comments commentary rejoinder discussion review
    supplement supplementary supporting appendix
    """.split()
)
GENERIC = frozenset(
    """
    introduction editorial editorials preface foreword afterword epilogue prologue discussion comment comments
    commentary rejoinder reply response erratum errata corrigendum correction retraction addendum review reviews
    book books index panel guest editor editors author authors s note notes letter letters summary conclusion
    conclusions overview background bibliography references appendix abstract abstracts obituary news announcement
    contents contributors acknowledgments acknowledgements acknowledgement keynote invited talk message chair chairs
    welcome home untitled title online reference special issue section this from statement report
    """.split()
)
_ROMAN = frozenset("ii iii iv vi vii viii ix xi xii xiii xiv xv xvi xvii xviii xix xx".split())
# One letter is a number only where it stands as one: at the end, before a colon or full stop, behind its noun.
_ROMAN_LETTER = re.compile(
    r"(?:\b(?:part|vol|volume|book|no|chapter)\.?\s+([ivx])\b)|\s([IVX])(?=\s*(?:[:.,;)]|$))", re.I
)
_EDITION = re.compile(r"[\s,(\[]*\b([\w^]{1,12})\.?\s+ed(?:ition|n)?\b\.?[)\]]?", re.IGNORECASE)
_ORDINALS = ("", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
_ID_BEFORE = re.compile(r"^\s*\[[\w.:/-]{4,30}\]\s*(?=\w)")
# Where a subtitle begins.
_SUBTITLE = re.compile(r"\s*(?::|[?!.](?=\s)|\s[-–—]+(?=\s)|—|[(\[])\s*")
_WAITING = re.compile(
    r"arxiv|\bcorr\b|computing research repository|(?:bio|med|chem|psy|soc|eco)\w*rxiv|preprint|\bssrn\b|submitted"
    r"|in press|to appear|\bdiscuss\b|discussions\b",
    re.IGNORECASE,
)
PREPRINT_DOIS = tuple(
    f"10.{number}/"
    for number in "48550 1101 2139 20944 26434 31234 31235 31219 31222 21203 36227 22541 32942 31223 64898".split()
)
_ACRONYM = re.compile(r"(?<![A-Za-z])[A-Z][A-Z+]{2,9}(?![A-Za-z])")
_NO_ACRONYM = frozenset(("ACM", "IEEE", "USA", "LNCS", "CEUR", "AAAI", "SIGPLAN", "SIGACT", "IFIP", "USENIX"))
_THESIS = re.compile(r"\bthesis\b|\bdissertation\b", re.IGNORECASE)
_KINDS = {
    **dict.fromkeys(("phdthesis", "mastersthesis", "thesis", "bathesis"), "thesis"),
    **dict.fromkeys(("book", "mvbook", "collection", "mvcollection", "manual", "booklet", "reference"), "book"),
    **dict.fromkeys(("proceedings", "mvproceedings"), "proceedings"),
    **dict.fromkeys(("incollection", "inbook", "inreference", "suppbook", "bookinbook"), "part"),
    **dict.fromkeys(("software", "softwareversion", "dataset"), "software"),
    **dict.fromkeys(("video", "audio", "music", "movie", "performance", "image", "artwork", "map", "patent"), "thing"),
    **dict.fromkeys(("article", "inproceedings", "conference", "suppperiodical"), "paper"),
}  # fmt: skip


class Read(NamedTuple):
    """A work with what is compared worked out."""

    work: Work
    words: tuple[str, ...]
    letters: str
    every: str
    shorter: frozenset[str]
    numbers: tuple[str, ...]
    notices: frozenset[str]
    names: tuple[str, ...]
    kind: str
    waiting: bool
    page: str
    volume: str
    edition: str


def read(work: Work) -> Read:
    """Work out what is compared."""
    title = _ID_BEFORE.sub("", (work.title or "")[:600])
    edition = _ordinal(work.details.get("edition", ""))
    if (
        "ed" in title.lower()
        and (match := _EDITION.search(title)) is not None
        and (number := _ordinal(match[1])).isdigit()
    ):
        title, edition = title[: match.start()] + title[match.end() :], edition or number
    every = [_FULL.get(word, word) for word in words(title if title.isascii() else fold(title).translate(_GREEK))]
    telling = tuple(word for word in every if word not in SMALL) or tuple(every)
    persons = [author for author in work.authors[:60] if author.surname]
    kind = _kind(work)
    return Read(
        work,
        telling,
        "".join(telling),
        "".join(every),
        _shorter(title),
        _numbers(title, every),
        NOTICES.intersection(every),
        tuple(name for author in persons if (name := plain_name(author.surname))),
        kind,
        _is_waiting(work, kind),
        _first_number(work.details.get("pages", "")),
        _first_number(work.details.get("volume", "")),
        edition,
    )


def _shorter(title: str) -> frozenset[str]:
    """What is left of a title, as letters, without its subtitle, and without what stands before a colon."""
    found = set()
    for match in list(_SUBTITLE.finditer(title))[:4]:
        for part, least in ((title[: match.start()], 2), (title[match.end() :], 3)):
            left = [word for word in words(part) if word not in SMALL]
            if len(left) >= least:
                found.add("".join(left))
    return frozenset(found)


def _numbers(title: str, every: Sequence[str]) -> tuple[str, ...]:
    """The numbers in a title as they are written, so that II and 2 are two."""
    found = [word.lstrip("0") or "0" for word in every if word in _ROMAN or not word.isalpha()]
    found += [(match[1] or match[2]).lower() for match in _ROMAN_LETTER.finditer(title)]
    return tuple(sorted(found))


def _ordinal(text: str) -> str:
    """The number of an edition: 2 for 2, 2nd, second; another word as it is."""
    word = "".join(words(text)[:1])
    if word in _ORDINALS[1:]:
        return str(_ORDINALS.index(word))
    digits = re.match(r"\d{1,3}", word)
    return digits[0] if digits else word


def _first_number(text: str) -> str:
    """The first number in a text without zeros before it, with a letter before it where there is one."""
    match = re.search(r"[A-Za-z]?\d+", text[:40])
    return match[0].lower().lstrip("0") if match else ""


def plain_name(name: str) -> str:
    """A name as letters from a to z; oe, ae and ue are o, a and u, as they are without their dots."""
    name = fold(name)
    if not name.isascii():
        from anyascii import anyascii

        name = anyascii(name).lower()
    return re.sub(r"(?<=[aou])e", "", re.sub(r"[^a-z0-9]", "", name)) or re.sub(r"[^a-z0-9]", "", name)


def _kind(work: Work) -> str:
    kind = _KINDS.get(work.type.lower(), "")
    within = work.details.get("booktitle")
    if kind == "book" and within and not fold(work.title or "").startswith(fold(within)):
        return "part"
    return "thesis" if not kind and _THESIS.search(work.venue or "") else kind


def acronyms(venue: str) -> frozenset[str]:
    """The words of a venue that are written in capitals, where not all are."""
    return frozenset() if venue.isupper() else frozenset(_ACRONYM.findall(venue)) - _NO_ACRONYM


def _is_waiting(work: Work, kind: str) -> bool:
    """Whether a work is not published, as far as is told: a preprint, a report, or nothing says where."""
    if work.venue and _WAITING.search(work.venue[:300]):
        return True
    if kind in ("book", "proceedings", "thesis", "part", "software"):
        return False
    doi = work.identifiers.get("doi", "")
    is_placed = bool(work.venue or work.details.get("volume") or work.details.get("pages"))
    return kind == "" or (not is_placed and (not doi or doi.startswith(PREPRINT_DOIS)))
