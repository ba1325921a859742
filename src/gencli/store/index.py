"""The full-text index and the list of its words: written with the papers, asked, looked at, made anew."""

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gencli.errors import LibraryFileError
from gencli.store import damage, rows, schema

if TYPE_CHECKING:
    from gencli.model import Paper

# So many papers are read back for the index at a time.
_AT_ONCE = 1000
# So many words are held until they are written.
_MOST_WORDS = 200_000
# Longer words are no words of a language, and nobody mistypes them.
_LONGEST = 40


class Index:
    """The index of one open library; `papers` reads the papers of ids."""

    def __init__(
        self, path: Path, connection: sqlite3.Connection, papers: "Callable[[Sequence[int]], list[Paper]]"
    ) -> None:
        self._path, self._connection, self._papers = path, connection, papers
        # In how many of the papers that were indexed in this transaction each word is, until that is written; how many
        # papers these are, and how many there were before.
        self._more: Counter[str] = Counter()
        self._fresh, self._before = 0, 0
        # Whether this transaction has written into it.
        self.is_written = False

    def begin(self) -> None:
        """A transaction begins."""
        self._more.clear()
        self._fresh, self._before, self.is_written = 0, self.newest(), False

    def _ask(self, sql: str, parameters: Sequence[Any] = ()) -> list[sqlite3.Row]:
        try:
            return self._connection.execute(sql, parameters).fetchall()
        except (sqlite3.Error, UnicodeDecodeError) as error:
            raise schema.explanation(self._path, error) from error

    def newest(self) -> int:
        """The number of the newest paper: about as many papers there are."""
        return self._ask("SELECT max(id) FROM paper")[0][0] or 0

    def texts(self, ids: Sequence[int]) -> "list[tuple[int, dict[str, str], int | None, bool]]":
        """What the index holds of papers: (id, texts by column, year, starred)."""
        from gencli.store import search

        sql = (
            f"SELECT p.id, p.year, {search.STARRED}, {', '.join(f'w.{name}' for name in search.COLUMNS)}"
            " FROM json_each(?) j JOIN paper p ON p.id = j.value JOIN words w ON w.rowid = p.id"
        )
        return [
            # In a damaged index there may be no text.
            (row[0], dict(zip(search.COLUMNS, texts, strict=True)), damage.year(row[1]), bool(row[2]))
            for row in self._ask(sql, [rows.as_json(list(ids))])
            for texts in (map(_text, tuple(row)[3:]),)
        ]

    def counts(self, some: Iterable[str]) -> dict[str, int]:
        """In how many papers each of some words is, where it is in any."""
        sql = "SELECT word, papers FROM vocabulary WHERE word IN (SELECT value FROM json_each(?))"
        return {row[0]: row[1] for row in self._ask(sql, [rows.as_json(list(some))])}

    def beginning(self, start: str, most: int, shortest: int = 0, longest: int = 100) -> list[str]:
        """Words of the library that begin with a text, of a length between two; at most so many, commonest first."""
        sql = (
            "SELECT word FROM vocabulary WHERE word >= ? AND word < ? AND length(word) BETWEEN ? AND ?"
            " ORDER BY papers DESC, word LIMIT ?"
        )
        parameters = [start, start + "\U0010ffff", shortest, longest, most]
        return [row[0] for row in self._ask(sql, parameters)]

    def lacking(self, numbers: Sequence[int]) -> list[int]:
        """Those of some papers that the full-text index does not have as they are."""
        from gencli.store.codes import COLUMNS

        found: list[int] = []
        for start in range(0, len(numbers), _AT_ONCE):
            some = numbers[start : start + _AT_ONCE]
            sql = f"SELECT rowid, {', '.join(COLUMNS)} FROM words WHERE rowid IN (SELECT value FROM json_each(?))"
            try:
                has = {row[0]: tuple(row)[1:] for row in self._ask(sql, [rows.as_json(list(some))])}
            except LibraryFileError:
                # The index is not there, or so damaged that its texts cannot be read.
                return list(numbers)
            papers = zip(some, self._whole(some), strict=True)
            found += [number for number, paper in papers if has.get(number) != rows.index_row(paper)]
        return found

    def _whole(self, numbers: Sequence[int]) -> "list[Paper]":
        """All of these papers; an index of the table that is damaged names some that are not there."""
        found = self._papers(numbers)
        if len(found) < len(numbers):
            raise damage.damaged("a paper")
        return found

    def faults(self) -> list[str]:
        """What is wrong with the full-text index as a whole, and with the list of words that is made of it."""
        found = []
        strays = self._ask("SELECT count(*) FROM words WHERE rowid NOT IN (SELECT id FROM paper)")[0][0]
        if strays:
            found.append(f"it has {strays} papers that are not in the library")
        if not schema.is_sound_index(self._path, self._connection if self._connection.in_transaction else None):
            found.append("it is damaged")
        guarded = self._ask("PRAGMA query_only")[0][0]
        self._ask("PRAGMA query_only = OFF")
        try:
            known = {row[0]: row[1] for row in self._ask("SELECT word, papers FROM vocabulary")}
            if known != dict(self._all_words()):
                found.append("its list of words is not that of the papers")
            found += self._unread(known)
        except (sqlite3.Error, LibraryFileError, UnicodeDecodeError, TypeError):
            # TypeError: a word that is no text.
            found.append("it cannot be read")
        finally:
            self._ask(f"PRAGMA query_only = {guarded}")
        return found

    def _unread(self, known: Mapping[str, int]) -> list[str]:
        """Whether words are found by the way that a query takes, which neither FTS5's check nor its list does."""
        some = sorted(known)[:: max(len(known) // 100, 1)]
        sql = "SELECT count(*) FROM words WHERE words MATCH ?"
        wrong = [word for word in some if self._ask(sql, [f'"{word}"'])[0][0] != known[word]]
        return ["words of it are not found"] if wrong else []

    def add(self, texts: Iterable[tuple[int, tuple[str, ...]]]) -> None:
        """Write the full-text index of papers that were not in it."""
        from gencli.store.codes import COLUMNS, words

        def each() -> Iterator[tuple[Any, ...]]:
            for number, row in texts:
                self.is_written = True
                self._fresh += 1
                if not self._is_bulk:
                    self._more.update(words(row))
                yield (number, *row)

        marks = ", ".join("?" * len(COLUMNS))
        sql = f"INSERT INTO words (rowid, {', '.join(COLUMNS)}) VALUES (?, {marks})"
        self._connection.executemany(sql, each())
        if len(self._more) > _MOST_WORDS:
            self.write()

    @property
    def _is_bulk(self) -> bool:
        """Whether so many papers are new that to read all words from the index is less work than to count theirs."""
        return self._fresh > self._before // 4

    def write(self) -> None:
        """Write the words of new rows of the index into the list of words; many at a time, as most are met again."""
        if self._fresh and self._is_bulk:
            self._connection.execute("DELETE FROM vocabulary")
            self._connection.executemany("INSERT INTO vocabulary (word, papers) VALUES (?, ?)", self._all_words())
            self._fresh, self._before = 0, self.newest()
        elif self._more:
            self._connection.executemany(
                "INSERT INTO vocabulary (word, papers) VALUES (?, ?)"
                " ON CONFLICT DO UPDATE SET papers = papers + excluded.papers",
                sorted(pair for pair in self._more.items() if is_listed(pair[0])),
            )
        self._more.clear()

    def _all_words(self) -> Iterator[tuple[str, int]]:
        """The words of the index, each with the number of its papers (https://www.sqlite.org/fts5.html#fts5vocab)."""
        from gencli.store.codes import CATEGORY

        self._connection.execute(
            "CREATE VIRTUAL TABLE IF NOT EXISTS temp.indexed USING fts5vocab(main, 'words', 'row')"
        )
        # The codes stand between the words of Unicode's first plane and those of its others.
        for condition, bound in (("term < ?", CATEGORY), ("term > ?", "\uf8ff")):
            # FTS5 cuts a word of more than 32768 bytes, perhaps within a sign, which no text can hold.
            sql = f"SELECT term, doc FROM temp.indexed WHERE {condition} AND length(term) <= {_LONGEST}"
            rows = self._connection.execute(sql, [bound])
            yield from ((term, count) for term, count in rows if is_listed(term))

    def _unindex(self, numbers: Sequence[int]) -> None:
        """Take papers out of the full-text index, and their words from the list of words."""
        from gencli.store.codes import words

        wanted = [rows.as_json(list(numbers))]
        found = self._ask("SELECT * FROM words WHERE rowid IN (SELECT value FROM json_each(?))", wanted)
        if not found:
            return
        self.is_written = True
        if not self._is_bulk:
            self.write()
        self._connection.executemany("DELETE FROM words WHERE rowid = ?", [(number,) for number in numbers])
        if self._is_bulk:
            # All words are read from the index in the end.
            return
        counted: Counter[str] = Counter()
        for row in found:
            counted.update(words([_text(value) for value in row]))
        less = [(count, word) for word, count in sorted(counted.items()) if is_listed(word)]
        self._connection.executemany("UPDATE vocabulary SET papers = papers - ? WHERE word = ?", less)
        gone = [(word,) for _, word in less]
        self._connection.executemany("DELETE FROM vocabulary WHERE word = ? AND papers <= 0", gone)

    def rebuild(self) -> None:
        """Write the whole full-text index, and the list of words, anew."""
        self.is_written = True
        self._connection.execute("DROP TABLE IF EXISTS temp.indexed")
        schema.make_index(self._connection)
        self._before = 0
        numbers = [row[0] for row in self._ask("SELECT id FROM paper ORDER BY id")]
        for start in range(0, len(numbers), _AT_ONCE):
            some = numbers[start : start + _AT_ONCE]
            found = zip(some, self._whole(some), strict=True)
            self.add((number, rows.index_row(paper)) for number, paper in found)
        self.write()

    def refresh(self, numbers: Iterable[int]) -> None:
        """Write the full-text index of these papers anew, or take them out where they are gone."""
        asked = sorted(set(numbers))
        for start in range(0, len(asked), _AT_ONCE):
            self._refresh(asked[start : start + _AT_ONCE])

    def _refresh(self, asked: Sequence[int]) -> None:
        self._unindex(asked)
        sql = "SELECT id FROM paper WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id"
        ids = [row[0] for row in self._ask(sql, [rows.as_json(asked)])]
        self.add((number, rows.index_row(paper)) for number, paper in zip(ids, self._papers(ids), strict=True))


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def is_listed(word: str) -> bool:
    """Whether a word of the index stands in the list of words: one of letters, and of more than one.

    Years, keys and the signs of Chinese are found without it.
    """
    return 1 < len(word) <= _LONGEST and word.isalpha()
