"""Dates as texts in EDTF: spans, seasons, what is about or perhaps. Pure.

https://www.loc.gov/standards/datetime/ (levels 0 and 1: no sets, no unknown digits).
"""

import re
from typing import NamedTuple

_POINT = re.compile(r"(-?\d{4})(?:-((?!00)\d\d)(?:-((?!00)\d\d)(?:T[\d:.+Z-]{4,20})?)?)?([?~%]?)", re.ASCII)
_YEAR = re.compile(r"(?<!\d)(\d{4})(?!\d)", re.ASCII)


class Point(NamedTuple):
    """A day, month, season (`month` 21 to 24) or year; `mark` is `~` for about, `?` for perhaps, `%` for both."""

    year: int
    month: int = 0
    day: int = 0
    mark: str = ""

    def __str__(self) -> str:
        sign = "-" if self.year < 0 else ""
        rest = "".join(f"-{part:02}" for part in (self.month, self.day) if part)
        return f"{sign}{abs(self.year):04}{rest}{self.mark}"


def is_real(year: int, month: int = 0, day: int = 0) -> bool:
    """Whether the calendar has such a day, month, season or year."""
    if day:
        long = (
            31,
            29 if year % 4 == 0 and (year % 100 or year % 400 == 0) else 28,
            31,
            30,
            31,
            30,
            31,
            31,
            30,
            31,
            30,
            31,
        )
        return 1 <= month <= 12 and 1 <= day <= long[month - 1] and abs(year) <= 9999
    return (0 <= month <= 12 or 21 <= month <= 24) and abs(year) <= 9999


def edtf(text: str) -> tuple[Point | None, ...]:
    """A date as one point, or two for a span, of which one may be None (open); empty where it is no EDTF."""
    points: list[Point | None] = []
    for part in text.split("/", 2):
        match = _POINT.fullmatch(part)
        point = Point(int(match[1]), int(match[2] or 0), int(match[3] or 0), match[4]) if match else None
        if (point is None and part not in ("", "..")) or (point is not None and not is_real(*point[:3])):
            return ()
        points.append(point)
    return tuple(points) if len(points) <= 2 and any(points) else ()


def when(text: str) -> tuple[int | None, str | None, str | None]:
    """What a date says, as (year, day or month or year in ISO form, or else its text for the field `date`)."""
    points = edtf(text)
    if (
        len(points) == 1
        and (point := points[0])
        and point.year > 0
        and point.month <= 12
        and text == str(point._replace(mark=""))
    ):
        return point.year, text, None
    first = next((point.year for point in points if point), 0)
    if not points and (match := _YEAR.search(text)) is not None:
        first = int(match[1])
    return (first if first > 0 else None), None, text
