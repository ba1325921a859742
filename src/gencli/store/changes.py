"""What each step of the journal changed, row by row: what a row was before, and what it was after.

The journal holds of new rows only their numbers. What such a row was just after the step is what it is now, or was when
it went, with all that changed since put back: so the steps are gone through from the newest.
"""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from gencli.store import damage
from gencli.store.steps import TABLES

Values = dict[str, Any]
# A row of the journal: id, step, tbl, row, last, paper, before, after.
_Noted = tuple[int, int, str, int, int | None, int | None, str | None, str | None]

_AT_ONCE = 1000


class Changed(NamedTuple):
    """One row that a step changed: its table, its number, the key of the paper that it belongs to, if of any.

    `before` and `after` have the columns that were changed, or all of a row that is new (`before` is None) or went.
    """

    table: str
    row: int
    key: str | None
    before: Values | None
    after: Values | None


def of_steps(
    connection: sqlite3.Connection, wanted: Sequence[int], paper: int | None = None
) -> Iterator[tuple[int, list[Changed]]]:
    """What these steps changed, the newest step first, of one paper where it is named; within a step as it happened.

    Raises `LibraryFileError` for a journal that cannot be read.
    """
    were = _Were(connection)
    asked = set(wanted)
    for step, noted in _backwards(connection, min(asked, default=1 << 62)):
        found: list[Changed] = []
        gone = {one[3]: _values(one[6]) or {} for one in noted if one[2] == "paper" and one[7] is None}
        for one in noted:
            if step in asked:
                found += were.told(one, gone, paper)
            were.put_back(one)
        if step in asked:
            yield step, found[::-1]


def _backwards(connection: sqlite3.Connection, first: int) -> Iterator[tuple[int, list[_Noted]]]:
    """The steps from the newest to `first`, each with what it noted, the last first."""
    sql = (
        "SELECT id, step, tbl, row, last, paper, before, after FROM change WHERE +step >= ? AND id < ?"
        " ORDER BY id DESC LIMIT ?"
    )
    end, some = 1 << 62, list[_Noted]()
    while found := [tuple(row) for row in damage.read(connection, sql, [first, end, _AT_ONCE])]:
        for noted in found:
            if some and some[0][1] != noted[1]:
                yield some[0][1], some
                some = []
            some.append(noted)
        end = found[-1][0]
    if some:
        yield some[0][1], some


@damage.decoding("the journal")
def _values(column: str | None) -> Values | None:
    found = None if column is None else damage.from_json(column)
    if found is not None and type(found) is not dict:
        raise ValueError("no columns")
    return found


class _Were:
    """What rows were at a time, where they are another by now: table by table, as far as it is another."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._rows: dict[str, dict[int, Values]] = {table: {} for table in TABLES}
        self._keys: dict[int, str | None] = {}

    def put_back(self, noted: _Noted) -> None:
        """Go back to before what was noted."""
        if (before := _values(noted[6])) is not None:
            self._of(noted[2]).setdefault(noted[3], {}).update(before)

    @damage.decoding("the journal")
    def told(self, noted: _Noted, gone: Mapping[int, Values], paper: int | None) -> list[Changed]:
        """What was noted as rows, the last first; `gone` are the papers that went in the same step."""
        table, first, last = noted[2:5]
        if last is not None:
            rows = sorted(self._new(table, first, last, paper).items(), reverse=True)
            return [Changed(table, number, self._key(table, number, row, gone), None, row) for number, row in rows]
        before, after = _values(noted[6]), _values(noted[7])
        row = {"paper": noted[5]} | self._now(table, first) | (before or {})
        # One that goes from a paper to another is of both.
        if paper is not None and paper not in (
            *_papers(table, first, row),
            *_papers(table, first, row | (after or {})),
        ):
            return []
        key = self._key(table, first, row, gone)
        return [Changed(table, first, key, _without_number(before), _without_number(after))]

    def _of(self, table: str) -> dict[int, Values]:
        if table not in self._rows:
            raise damage.damaged("the journal")
        return self._rows[table]

    def _now(self, table: str, number: int) -> Values:
        """A row as it was at this time; empty where it was not there."""
        were = self._of(table).get(number, {})
        return next(iter(self._read(table, "id = ?", [number]).values()), {}) | were

    def _new(self, table: str, first: int, last: int, paper: int | None) -> dict[int, Values]:
        """Those of some rows that were there at this time, whole; of a paper, where it is named."""
        were = self._of(table)
        condition, asked = "id BETWEEN ? AND ?", [first, last]
        if paper is not None and table in _OWNERS:
            condition += f" AND {_OWNERS[table]}"
            asked += [paper] * _OWNERS[table].count("?")
        found = self._read(table, condition, asked)
        for number in [number for number in were if first <= number <= last]:
            found[number] = self._now(table, number)
        rows = {number: _without_number(row) or {} for number, row in found.items()}
        return {number: row for number, row in rows.items() if paper is None or paper in _papers(table, number, row)}

    def _read(self, table: str, condition: str, asked: Sequence[int]) -> dict[int, Values]:
        rows = damage.read(self._connection, f"SELECT * FROM {table} WHERE {condition}", asked)
        return {row["id"]: dict(row) for row in rows}

    def _key(self, table: str, number: int, row: Values, gone: Mapping[int, Values]) -> str | None:
        """The key that the paper of a row had at this time; one that went with the row, before that."""
        owner = next(iter(_papers(table, number, row)), None)
        if owner is None:
            return None
        key = self._of("paper").get(owner, {}).get("key") or self._known(owner) or gone.get(owner, {}).get("key")
        return None if key is None else damage.text(key)

    def _known(self, paper: int) -> str | None:
        """The key that a paper has now."""
        if paper not in self._keys:
            found = damage.read(self._connection, "SELECT key FROM paper WHERE id = ?", [paper])
            self._keys[paper] = found[0][0] if found else None
        return self._keys[paper]


# Which rows of a table belong to a paper.
_OWNERS = {"paper": "id = ?", "apart": "? IN (one, other)"} | dict.fromkeys(
    ("alias", "identifier", "link", "tag", "variant", "mention", "entry"), "paper = ?"
)


def _papers(table: str, number: int, row: Values) -> list[int]:
    """The papers that a row belongs to."""
    found = (
        [number] if table == "paper" else [row.get("one"), row.get("other")] if table == "apart" else [row.get("paper")]
    )
    return [one for one in found if one is not None]


def _without_number(row: Values | None) -> Values | None:
    return None if row is None else {name: value for name, value in row.items() if name != "id"}
