"""What is said of a row that gencli cannot have written: the file is damaged, or another program's hand was in it.

SQLite finds out where the pages of a file do not fit together, not where a bit of a text is another. What reads rows
looks at them here, so that all that follows meets what it expects.
"""

import json
import re
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar

from gencli.errors import LibraryFileError

HINT = "restore a backup, or try `sqlite3 FILE .recover`"
# What a value of another type, or text that is no JSON of the shape that is expected, can raise.
_RAISED = (ValueError, TypeError, LookupError, AttributeError, RecursionError, OverflowError)
_Value = TypeVar("_Value")


def damaged(what: str) -> LibraryFileError:
    """That something of the library cannot be read."""
    return LibraryFileError(f"the library is damaged: {what} cannot be read", HINT)


def decoding(what: str) -> Callable[[Callable[..., _Value]], Callable[..., _Value]]:
    """Let a function that makes a value of a row raise `LibraryFileError`, and nothing else, where it cannot."""

    def around(act: Callable[..., _Value]) -> Callable[..., _Value]:
        @wraps(act)
        def safely(*given: Any) -> _Value:
            try:
                return act(*given)
            except _RAISED as error:
                raise damaged(what) from error

        return safely

    return around


def read(
    connection: sqlite3.Connection, sql: str, parameters: Sequence[Any] | Mapping[str, Any] = ()
) -> list[sqlite3.Row]:
    """The rows that a question gives. Raises `LibraryFileError`."""
    try:
        return connection.execute(sql, parameters).fetchall()
    except UnicodeDecodeError as error:
        # sqlite3 cannot even read its own message where a name in the schema is no UTF-8.
        raise damaged("its schema") from error
    except sqlite3.Error as error:
        if re.search("decode to UTF-8|malformed JSON", str(error)):
            raise damaged("a text") from error
        from gencli.store import schema

        raise schema.explanation(_path(connection), error) from error


def _path(connection: sqlite3.Connection) -> Path:
    """The file of a connection; SQLite knows it without looking into the file."""
    return Path(connection.execute("PRAGMA database_list").fetchone()[2])


# --- values ----------------------------------------------------------------------------------------
# Each of these raises ValueError where a value is not what its column has; `decoding` says the rest.


def text(value: Any) -> str:
    """A text."""
    if type(value) is not str:
        raise ValueError("no text")
    return value


def texts(values: Sequence[Any]) -> None:
    """Several texts."""
    for value in values:
        if type(value) is not str:
            raise ValueError("no text")


def texts_or_none(values: Sequence[Any]) -> None:
    """Several texts, each of which may be lacking."""
    for value in values:
        if value is not None and type(value) is not str:
            raise ValueError("no text")


def numbers_or_none(values: Sequence[Any]) -> None:
    """Several whole numbers, each of which may be lacking."""
    for value in values:
        if value is not None and type(value) is not int:
            raise ValueError("no number")


def from_json(column: str) -> Any:
    """What a column of JSON holds; half a pair of surrogates, which no file can hold, is none of it."""
    found = json.loads(column)
    if "\\u" in column:
        json.dumps(found, ensure_ascii=False).encode()
    return found


def list_in(column: str) -> list[Any]:
    """The list of a column that is one in JSON."""
    found = from_json(column)
    if type(found) is not list:
        raise ValueError("no list")
    return found


def list_of(column: str) -> list[str]:
    """The texts of a column that is a JSON list of them."""
    if column == "[]":
        return []
    found = list_in(column)
    texts(found)
    return found


def map_of(column: str) -> dict[str, str]:
    """The texts by name of a column that is a JSON object of them."""
    if column == "{}":
        return {}
    found = from_json(column)
    if type(found) is not dict:
        raise ValueError("no map")
    texts(list(found.values()))
    return found


@decoding("the year of a paper")
def year(value: Any) -> int | None:
    """The year of a paper."""
    numbers_or_none((value,))
    return None if value is None else int(value)
