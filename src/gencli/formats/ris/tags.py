"""RIS's tags and our fields, each with its counterpart, and what its lines hold. Pure.

The tags: Reference Manager's "RIS Format Specifications"; EndNote's and Zotero's where they go beyond it.
"""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from gencli.edtf import edtf, is_real

# Our field for each tag that is said once.
TEXTS = {
    "VL": "volume",
    "IS": "number",
    "PB": "publisher",
    "CY": "address",
    "ET": "edition",
    "T3": "series",
    "LA": "language",
    "J2": "shortjournal",
    "ST": "shorttitle",
    "NV": "volumes",
    "CN": "callnumber",
    "M3": "type",
}
# Our field for each tag that holds names, apart from the authors'.
NAMES = {"A2": "editor", "A4": "translator"}
# Other tags for the same thing, which some programs write.
SAME = {
    "T1": "TI", "CT": "TI", "A1": "AU", "Y1": "PY", "DA": "PY", "N2": "AB", "JF": "T2", "JO": "T2", "BT": "T2",
    "C3": "T2", "JA": "T2", "J1": "T2", "J2": "T2", "ED": "A2", "L1": "UR", "L2": "UR", "LK": "UR", "LB": "ID",
    "VO": "VL",
}  # fmt: skip
TAGS = frozenset(
    """
    TY ER ID AU A1 A2 A3 A4 A5 AB AD AN AV BT C1 C2 C3 C4 C5 C6 C7 C8 CA CN CP CT CY DA DB DI DO DP ED EP ET H1 H2 ID IS
    J1 J2 JA JF JO KW L1 L2 L3 L4 LA LB LK M1 M2 M3 N1 N2 NO NV OL OP PA PB PP PY RD RI RN RP SE SF SL SN SP SR ST SV
    T1 T2 T3 TA TI TT U1 U2 U3 U4 U5 UR VL VO WP WT WV Y1 Y2 YR
    """.split()
)
# The user's own field in which we write what RIS has no place for, and how it begins there.
OURS, MARK = "U5", "gencli {"

# A tag at the start of a line; six blanks begin a line that goes on with the value before it.
_TAG = re.compile(r"[ \t]{0,5}([A-Z][A-Z0-9])( {1,2}|\t)-(?: (.*)|\s*)$", re.DOTALL)
_INDENT = " " * 6
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_SEASONS = {"spring": 21, "summer": 22, "autumn": 23, "fall": 23, "winter": 24}
_ISO = re.compile(r"\d{4}(?:-\d\d){0,2}", re.ASCII)


class Tag(NamedTuple):
    """A tag with its value, whose lines are divided by line ends."""

    name: str
    value: str


class Reference(NamedTuple):
    """A reference of a file, or the lines between two; `tags` is empty for those. `raw` is its text."""

    line: int
    tags: tuple[Tag, ...]
    raw: str


def references(text: str) -> Iterator[Reference]:
    """The references of a text, from TY to ER or to the next TY, and what stands between them."""
    start, held, tags, blanks = 1, [], [], 0  # type: int, list[str], list[list[str]], int
    for number, line in enumerate(text.split("\n"), 1):
        match = _TAG.match(line)
        if match is not None and match[2] != "  " and match[1] not in TAGS:
            match = None
        if match is None and (not line or (line.isspace() and len(line) < len(_INDENT))):
            blanks += bool(held)
            continue
        if match is not None and match[1] == "TY":
            yield from _reference(start, tags, held)
            start, held, tags = number, [line], [["TY", match[3] or ""]]
        elif match is not None and match[1] == "ER" and tags:
            tags.append(["ER", match[3] or ""])
            yield from _reference(start, tags, [*held, line])
            start, held, tags = number + 1, [], []
        else:
            start = start if held else number
            held += [*[""] * blanks, line]
            if match is not None and tags:
                tags.append([match[1], match[3] or ""])
            elif tags:
                tags[-1] += [*[""] * blanks, line.removeprefix(_INDENT)]
        blanks = 0
    yield from _reference(start, tags, held)


def _reference(line: int, tags: list[list[str]], held: list[str]) -> Iterator[Reference]:
    if held:
        yield Reference(line, tuple(Tag(name, "\n".join(value)) for name, *value in tags), "\n".join(held))


def has_tags(text: str) -> bool:
    """Whether a text has lines that begin with one of RIS's tags."""
    return any(match[1] in TAGS for line in text.split("\n") if (match := _TAG.match(line)) is not None)


def lines(tags: Iterable[Tag]) -> Iterator[str]:
    """The tags as lines; a line end within a value stays one, the line behind it is set in by six blanks.

    Programs that know no such lines take them for a part of the value, as the standard has it for long ones.
    """
    for name, value in tags:
        first, *more = re.sub("\r\n?", "\n", value).split("\n")
        yield f"{name}  - {first}\n"
        yield from (f"{_INDENT}{line}\n" for line in more)


# --- dates -----------------------------------------------------------------------------------


def date_text(value: str) -> str:
    """A date of RIS, `YYYY/MM/DD/other`, in EDTF; empty where it is none.

    A season, or a date in EDTF, may be what is called "other"; any other words there are left out.
    """
    value = value.strip()
    if _ISO.fullmatch(value) and edtf(value):
        return value
    year, month, day, other = ([part.strip() for part in value.split("/", 3)] + [""] * 3)[:4]
    if other and edtf(other):
        return other
    if not re.fullmatch(r"\d{4}", year, re.ASCII) or int(year) == 0:
        return ""
    number = _month(month) or _SEASONS.get(other.lower(), 0)
    days = int(day) if re.fullmatch(r"\d{1,2}", day, re.ASCII) else 0
    if days and 1 <= number <= 12 and is_real(int(year), number, days):
        return f"{year}-{number:02}-{days:02}"
    return f"{year}-{number:02}" if number else year


def _month(text: str) -> int:
    if re.fullmatch(r"\d{1,2}", text, re.ASCII):
        return int(text) if int(text) <= 12 else 0
    start = text[:3].lower()
    return _MONTHS.index(start) + 1 if start in _MONTHS and text.isalpha() else 0


def ris_date(text: str) -> str:
    """A date in EDTF as RIS has it; what is no plain day, month or year follows the year as its "other"."""
    if _ISO.fullmatch(text) and (points := edtf(text)) and points[0] and points[0].year > 0 and points[0].month <= 12:
        year, month, day = [*text.split("-"), "", ""][:3]
        return f"{year}/{month}/{day}/"
    first = next((point for point in edtf(text) if point), None)
    return f"{first.year:04}///{text}" if first and first.year > 0 else f"///{text}"
