"""What is said of a field that is no text (`year:2019..`, `has:pdf`), as a check; None where it fits nothing. Pure."""

import re

from gencli.question import Check
from gencli.text import fold

_RANGE = r"(\d{4})?(\.\.|-)?(\d{4})?|([<>]=?)(\d{4})"
_STATUS = ("unread", "reading", "read")
# The fields that take one of a few words.
CHOICES = {
    "is": ("starred", "withdrawn", *_STATUS),
    "has": ("note", "abstract", "pdf", "code", "doi", "arxiv", "tag"),
    "status": _STATUS,
}


def check(field: str, value: str) -> Check | None:
    """The test on a value, or None where the value does not fit the field."""
    folded = fold(value).strip()
    if not folded:
        return None
    if field in ("tag", "type"):
        return Check(field, (value if field == "tag" else folded,))
    if field == "arxiv":
        # Every version of a paper is that paper.
        return Check(field, (re.sub(r"(?<=\d)v\d+$", "", folded),))
    if field == "doi":
        return Check(field, (folded,))
    if field == "cat":
        # An archive, or a subject class in it: cs, cs.LG, cond-mat.str-el.
        fits = re.fullmatch(r"([a-z-]+(?:\.[a-z-]+)?)(?:\.\*)?", folded)
        return Check(field, (fits[1],)) if fits else None
    if field == "year":
        return _year(folded)
    if field == "added":
        return _added(folded)
    if folded not in CHOICES.get(field, ()):
        return None
    return Check("status" if folded in _STATUS else field, (folded,))


def _year(value: str) -> Check | None:
    """`2019`, `2019..2021`, `2019..`, `..2015`; also `2019-2021`, `>=2019`, `<2019`."""
    match = re.fullmatch(_RANGE, value)
    if match is None:
        return None
    if match[4]:
        year = int(match[5])
        if match[4][0] == ">":
            return Check("year", (str(year + (match[4] == ">")), ""))
        return Check("year", ("", str(year - (match[4] == "<"))))
    low, dots, high = match[1] or "", match[2], match[3] or ""
    if not (low or high) or (low and high and not dots) or (dots == "-" and not (low and high)):
        return None
    return Check("year", (low, high) if dots else (low or high, low or high))


def _added(value: str) -> Check | None:
    """`7d` (days, also h, w, m, y), `today`, `yesterday`, a day, a month, a year, or a range of them."""
    if re.fullmatch(r"\d{1,4}[hdwmy]|today|yesterday", value):
        return Check("added", (value,))
    low, dots, high = value.partition("..")
    part = re.compile(r"\d{4}(?:-\d{2}(?:-\d{2})?)?")
    if any(side and not part.fullmatch(side) for side in (low, high)) or not (low or high):
        return None
    return Check("added", (low, high if dots else low))
