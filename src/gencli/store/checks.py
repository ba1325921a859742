"""Checks on a paper's values as SQL with parameters: on its own row, or as the papers that an index names. Pure."""

from collections.abc import Callable

from gencli.question import Check

# Binds a value; gives its placeholder.
Bind = Callable[[object], str]


def of_row(check: Check, bind: Bind) -> str:
    """A check on columns of the paper's own row `p`; "" where it is none."""
    test = _COLUMNS.get(check.field)
    return f"({test(check, bind)})" if test else ""


def papers(check: Check, bind: Bind) -> str:
    """The papers that fulfil a check, as a SELECT of their ids."""
    if test := of_row(check, bind):
        return f"SELECT p.id FROM paper p WHERE {test}"
    value = check.value[0]
    if check.field == "has":
        return _HAS[value]
    if check.field in ("arxiv", "doi"):
        return _identified(check.field, value, bind)
    if check.field == "tag":
        return f"SELECT paper FROM tag WHERE name IN ({', '.join(bind(name) for name in check.value)})"
    return _STARRED


_STARRED = (
    "SELECT id FROM paper WHERE starred = 1 UNION SELECT m.paper FROM mention m JOIN paper q ON q.id = m.paper"
    " WHERE m.starred AND q.starred IS NULL"
)
_HAS = {
    "note": "SELECT id FROM paper WHERE note <> '' UNION SELECT paper FROM mention WHERE note <> ''",
    "abstract": "SELECT id FROM paper WHERE abstract IS NOT NULL",
    "pdf": "SELECT paper FROM link WHERE rel = 'pdf'",
    "code": "SELECT paper FROM link WHERE rel = 'code'",
    "doi": "SELECT paper FROM identifier WHERE kind = 'doi'",
    "arxiv": "SELECT paper FROM identifier WHERE kind = 'arxiv'",
    "tag": "SELECT paper FROM tag",
}
_UNITS = {"h": "hours", "d": "days", "m": "months", "y": "years"}


def _identified(kind: str, value: str, bind: Bind) -> str:
    """The paper that has an identifier, whichever usual form of it was typed."""
    from gencli.identifiers import identify

    known = identify(value)
    if known is not None and known.kind in ("arxiv", "doi"):
        kind, value = known.kind, known.value
    return f"SELECT paper FROM identifier WHERE kind = {bind(kind)} AND value = {bind(value)}"


def _years(check: Check, bind: Bind) -> str:
    low, high = (int(side) if side else None for side in check.value)
    tests = [f"p.year >= {bind(low)}"] if low is not None else []
    return " AND ".join([*tests, f"p.year <= {bind(high)}"] if high is not None else tests)


def _added(check: Check, bind: Bind) -> str:
    value = check.value
    if value[0] in ("today", "yesterday"):
        low, high = (f"strftime('%Y-%m-%d', 'now', '-{int(value[0] == 'yesterday')} days')", "'~'")
        return f"p.added >= {low} AND p.added <= {low} || {high}"
    if len(value) == 1:
        number, unit = int(value[0][:-1]), value[0][-1]
        if unit == "w":
            number, unit = number * 7, "d"
        # Before the year -4713 SQLite counts no days and says NULL.
        moment = f"strftime('%Y-%m-%dT%H:%M:%SZ', 'now', {bind(f'-{number} {_UNITS[unit]}')})"
        return f"p.added >= COALESCE({moment}, '')"
    # '~' sorts behind every digit: the end of the year, month or day that was named.
    return f"p.added >= {bind(value[0])} AND p.added <= {bind((value[1] or '9999') + '~')}"


def _status(check: Check, bind: Bind) -> str:
    # SQLite reads the index of what is not unread where it is told so.
    known = " AND p.status <> 'unread'" if check.value[0] != "unread" else ""
    return f"p.status = {bind(check.value[0])}{known}"


def _type(check: Check, bind: Bind) -> str:
    return f"p.type = {bind(check.value[0])}"


# Checks on a paper's own row.
_COLUMNS = {"year": _years, "added": _added, "status": _status, "type": _type}
