"""CSL's variables and our fields, each with its counterpart, and what a variable holds as text. Pure.

The variables: CSL 1.0.2, appendix IV, and its schema for input, csl-data.json.
"""

import json
from collections.abc import Mapping
from typing import Any

from gencli.edtf import Point, edtf, is_real
from gencli.exchange import NAME_FIELDS, sound

# Our field for each variable that holds a text or a number.
TEXTS = {
    "volume": "volume",
    "page": "pages",
    "publisher": "publisher",
    "publisher-place": "address",
    "edition": "edition",
    "collection-title": "series",
    "language": "language",
    "note": "note",
    "ISSN": "issn",
    "ISBN": "isbn",
    "container-title-short": "shortjournal",
    "title-short": "shorttitle",
    "event-title": "eventtitle",
    "event-place": "venue",
    "chapter-number": "chapter",
    "part-number": "part",
    "genre": "type",
    "keyword": "keywords",
    "number-of-pages": "pagetotal",
    "number-of-volumes": "volumes",
    "original-title": "origtitle",
    "original-publisher": "origpublisher",
    "original-publisher-place": "origlocation",
    "version": "version",
    "call-number": "callnumber",
    "status": "pubstate",
    "annote": "annotation",
}
# Our field for each variable that holds a date, apart from `issued`.
DATES = {"accessed": "urldate", "original-date": "origdate", "event-date": "eventdate"}
# Our field for each variable that holds names, apart from `author`; most bear CSL's own name.
NAMES = {"container-author": "bookauthor", **{name: name for name in sorted(NAME_FIELDS - {"bookauthor"})}}
# Where our field `number` stands: the number of an issue, of a report or a law, or in a series of books.
_NUMBERS = {
    **dict.fromkeys(("report", "patent", "standard", "legislation", "bill", "regulation", "legal_case"), "number"),
    **dict.fromkeys(("hearing", "treaty", "document", "article", "broadcast", "software", "dataset"), "number"),
    **dict.fromkeys(("motion_picture", "webpage", "manuscript", "speech", "song", "post"), "number"),
    **dict.fromkeys(("book", "chapter", "thesis", "classic", "pamphlet", "collection"), "collection-number"),
}


def number_in(csl_type: str) -> str:
    """The variable that our field `number` is in, for a type of CSL."""
    return _NUMBERS.get(csl_type, "issue")


def venue_in(csl_type: str) -> str:
    """The variable that says where a work appeared, for a type of CSL: a thesis or a report has no container."""
    return "publisher" if csl_type in ("thesis", "report") else "container-title"


def text_of(value: Any) -> str:
    """What a variable says as a text: numbers are taken for texts, a list is joined, anything else is empty."""
    if isinstance(value, str):
        return sound(value)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return str(value)
    if isinstance(value, list):
        return ", ".join(part for one in value if not isinstance(one, list) and (part := text_of(one)))
    return ""


def compact(value: Any) -> str:
    """A value as JSON on one line, as short as can be."""
    return sound(json.dumps(value, ensure_ascii=False, separators=(",", ":")))


def kept(value: Any) -> str:
    """A value as a field keeps it: a text as it is, unless it could be taken for JSON; anything else as JSON.

    A number is kept as its digits, which CSL takes for the same.
    """
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return str(value)
    return sound(value) if isinstance(value, str) and _parsed(value) is None else compact(value)


def given_back(text: str) -> Any:
    """The value that `kept` was given."""
    found = _parsed(text)
    return text if found is None else found[0]


def _parsed(text: str) -> tuple[Any] | None:
    if not text or text[0] not in '[{"tfn':
        return None
    try:
        return (json.loads(text),)
    except (ValueError, RecursionError):
        return None


# --- dates -----------------------------------------------------------------------------------


def date_text(value: Any) -> str:
    """A date of CSL in EDTF; what only words can say as it is written. Empty where it says nothing."""
    if not isinstance(value, Mapping):
        return text_of(value).strip()
    parts = value.get("date-parts")
    points = _points(parts, value) if isinstance(parts, list) and 1 <= len(parts) <= 2 else ""
    return points or next(
        (text for name in ("edtf", "raw", "literal") if (text := text_of(value.get(name)).strip())), ""
    )


def _points(parts: list[Any], date: Mapping[str, Any]) -> str:
    mark = "~" if date.get("circa") not in (None, False, 0, "", "0", "false") else ""
    season = _whole(date.get("season"))
    season = season + 20 if 1 <= season <= 4 else season
    points = [_point(one, season if len(parts) == 1 else 0, mark) for one in parts]
    if points[0] is None:
        return ""
    # An end of nothing is an open one.
    return "/".join(str(point) if point else ".." for point in points)


def _point(parts: Any, season: int, mark: str) -> Point | None:
    numbers = [_whole(part) for part in parts] if isinstance(parts, list) and 1 <= len(parts) <= 3 else []
    year, month, day = (*numbers, 0, 0, 0)[:3]
    if not year or not is_real(year):
        return None
    # CSL has no year 0, EDTF has: its -0333 is 334 BC.
    year += year < 0
    month = season if not month and 21 <= season <= 24 else month
    for point in (Point(year, month, day, mark), Point(year, month, 0, mark), Point(year, 0, 0, mark)):
        if is_real(*point[:3]):
            return point
    return None


def _whole(value: Any) -> int:
    """A number, or a text that stands for one; 0 where it is neither."""
    text = text_of(value).strip()
    return int(text) if text.removeprefix("-").isascii() and text.removeprefix("-").isdigit() and len(text) < 9 else 0


def csl_date(text: str) -> dict[str, Any]:
    """A date in EDTF as CSL has it; any other text is its literal."""
    points = edtf(text)
    first = next(iter(points), None)
    if first is None or (len(points) == 2 and any(point and point.month > 20 for point in points)):
        return {"literal": text}
    date: dict[str, Any] = {"date-parts": [_parts(point) for point in points]}
    if first.month > 20:
        date["season"] = first.month - 20
    if any(point and point.mark for point in points):
        date["circa"] = True
    return date


def _parts(point: Point | None) -> list[int]:
    if point is None:
        return [0]
    year = point.year if point.year > 0 else point.year - 1
    return [year, *(part for part in (point.month, point.day) if 0 < part <= 31 and point.month <= 12)]
