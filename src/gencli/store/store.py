"""The library file, read and written; every change is one transaction."""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from gencli.errors import LibraryFileError
from gencli.store import damage, places, rows, schema
from gencli.store.index import Index

if TYPE_CHECKING:
    from gencli.identity import Merged
    from gencli.model import Link, Mention, Page, Paper, Reading, Variant
    from gencli.query import Node
    from gencli.store.changes import Changed
    from gencli.store.journal import Journal
    from gencli.store.steps import Step

# So many papers are read back for the index at a time.
_AT_ONCE = 1000
_COUNTED = ("paper", "tag", "page", "mention", "problem")
# What is counted of papers, from a table whose rows name a paper in a column; years in order, else the most first.
_TALLIES = {
    "year": ("SELECT t.year, count(*) FROM {} WHERE t.year IS NOT NULL GROUP BY 1 ORDER BY 1", "paper t", "t.id"),
    "section": (
        "SELECT json_array(g.title, json(t.section)), count(DISTINCT t.paper) FROM {} JOIN page g ON g.id = t.page"
        " GROUP BY t.page, t.section ORDER BY 2 DESC, g.title, t.section",
        "mention t",
        "t.paper",
    ),
    # Few lists of categories are many papers', so that these are counted first.
    "category": (
        "SELECT c.value, sum(n) FROM (SELECT t.categories, count(*) AS n FROM {} GROUP BY 1) s,"
        " json_each(s.categories) c GROUP BY 1 ORDER BY 2 DESC, 1",
        "paper t",
        "t.id",
    ),
    "tag": ("SELECT t.name, count(*) FROM {} GROUP BY 1 ORDER BY 2 DESC, 1", "tag t", "t.paper"),
    "venue": (
        "SELECT t.venue, count(*) FROM {} WHERE t.venue IS NOT NULL GROUP BY 1 ORDER BY 2 DESC, 1",
        "paper t",
        "t.id",
    ),
}


class Store:
    """One open library. Rows are named by `id` here and nowhere outside."""

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self.path = path
        self.connection = connection
        connection.row_factory = sqlite3.Row
        # Only who can change something has one.
        self.journal: Journal | None = None
        # Told where one must wait for another program.
        self.say: schema.Say = None
        self._is_settled = False
        self._file = places.identity(path)
        self.index = Index(path, connection, self.papers)

    @classmethod
    def reading(cls, path: Path, say: schema.Say = None) -> Self:
        """Open to read only: the file stays as it is, byte for byte."""
        return cls(path, schema.open_reading(path, say))

    @classmethod
    def writing(cls, path: Path, say: schema.Say = None) -> Self:
        """Open to read and change; every change is noted for the journal.

        `say` is told where one must wait for another program.
        """
        from gencli.store.journal import Journal

        store = cls(path, schema.open_writing(path, say))
        store.say = say
        store.journal = Journal(store.connection)
        with schema.explained(path):
            store.journal.watch()
        return store

    def close(self) -> None:
        """Let go of the file."""
        self.connection.close()

    @contextmanager
    def transaction(self, into: int | None = None, *, is_trial: bool = False) -> Iterator[None]:
        """All changes inside happen, or none does; the write lock is taken at once.

        With `into` they are to be a part of that step of the journal, where it still stands. A trial is to be taken
        back, so that the file stays as it is, byte for byte.
        """
        from gencli.store import waiting

        with schema.explained(self.path), waiting.at_work(self.connection, self.path):
            if not is_trial and not self._is_settled:
                schema.keep_log(self.connection, self.path)
                self._is_settled = True
            waiting.begin(self.connection, self.path, self.say)
            try:
                if self.journal is not None:
                    self.journal.begin(into)
                self.index.begin()
                with schema.without_triggers(self.connection):
                    yield
                    self.index.write()
                self._require_file()
                is_changed = self.journal is None or self.journal.finish()
                # What is there already is tried to be inserted, which alone would write the file.
                self.connection.execute("COMMIT" if is_changed or self.index.is_written else "ROLLBACK")
            except BaseException:
                if self.connection.in_transaction:
                    self.connection.execute("ROLLBACK")
                raise

    def _require_file(self) -> None:
        """What is written to a file whose name is gone, or is another's now, would be lost."""
        if places.identity(self.path) != self._file:
            what, hint = schema.MOVED
            raise LibraryFileError(f"{self.path} {what}", hint)

    def _all(self, sql: str, parameters: Sequence[Any] | Mapping[str, Any] = ()) -> list[sqlite3.Row]:
        try:
            return self.connection.execute(sql, parameters).fetchall()
        except (sqlite3.Error, UnicodeDecodeError) as error:
            raise schema.explanation(self.path, error) from error

    def _one(self, sql: str, parameters: Sequence[Any] | Mapping[str, Any] = ()) -> sqlite3.Row | None:
        try:
            row: sqlite3.Row | None = self.connection.execute(sql, parameters).fetchone()
        except (sqlite3.Error, UnicodeDecodeError) as error:
            raise schema.explanation(self.path, error) from error
        return row

    # --- reading ---

    def find(self, root: "Node | None", sort: str, reverse: bool, limit: int | None) -> list[int]:
        """The papers that a question finds, in the order of `sort`."""
        from gencli.store import search

        asked = search.listed(root, sort, reverse, limit)
        return [row[0] for row in self._all(asked.sql, asked.parameters)]

    def lines(self, ids: Sequence[int], columns: str) -> list[tuple[Any, ...]]:
        """What a list shows of these papers, in their order; `columns` is one of search.SHOWN."""
        from gencli.store import search

        sql = f"SELECT {search.SHOWN[columns]} FROM json_each(?) j JOIN paper p ON p.id = j.value ORDER BY j.key"
        try:
            cursor = self.connection.cursor()
            cursor.row_factory = None
            return cursor.execute(sql, [rows.as_json(list(ids))]).fetchall()
        except (sqlite3.Error, UnicodeDecodeError) as error:
            raise schema.explanation(self.path, error) from error

    def ranked(self, root: "Node", newest: int, best: int | None) -> list[tuple[int, float]]:
        """The best by bm25 among the newest papers that a question finds, as (id, score)."""
        from gencli.store import search

        asked = search.ranked(root, newest, best)
        return [(row[0], row[1]) for row in self._all(asked.sql, asked.parameters)]

    def found(self, root: "Node | None") -> list[int]:
        """All papers that a question finds, newest first."""
        from gencli.store import search

        asked = search.found(root)
        return [row[0] for row in self._all(asked.sql, asked.parameters)]

    def count(self, root: "Node | None", most: int | None = None) -> int:
        """How many papers a question finds; without looking for more than `most`."""
        from gencli.store import search

        asked = search.counted(root, most)
        found: int = self._all(asked.sql, asked.parameters)[0][0]
        return found

    def papers(self, ids: Sequence[int]) -> "list[Paper]":
        """The papers with these ids, in their order."""
        found = self.numbered(ids)
        return [found[number] for number in ids if number in found]

    def numbered(self, ids: Sequence[int]) -> "dict[int, Paper]":
        """The papers with these ids, by them, in their order; one that another process took out is not there."""
        wanted = rows.as_json(list(ids))
        chosen = "IN (SELECT value FROM json_each(?))"
        parts: dict[int, dict[str, list[Any]]] = {
            number: {"aliases": [], "identifiers": [], "links": [], "tags": [], "mentions": []} for number in ids
        }
        for name, columns in (
            ("alias", "key"), ("identifier", "kind, value"), ("link", "rel, url"), ("tag", "name"),
        ):  # fmt: skip
            order = "name" if name == "tag" else "id"
            for row in self._all(
                f"SELECT paper, {columns} FROM {name} WHERE paper {chosen} ORDER BY {order}", [wanted]
            ):
                plural = {"alias": "aliases"}.get(name, name + "s")
                _own(parts, row[0])[plural].append(row[1] if len(row) == 2 else (row[1], row[2]))
        for number, mention in self._mentions(f"m.paper {chosen}", [wanted]):
            _own(parts, number)["mentions"].append(mention)
        found = {row["id"]: row for row in self._all(f"SELECT * FROM paper WHERE id {chosen}", [wanted])}
        return {number: rows.paper(found[number], parts[number]) for number in parts if number in found}

    def _mentions(self, condition: str, parameters: Sequence[Any]) -> "list[tuple[int, Mention]]":
        sql = (
            "SELECT m.paper, g.title, m.section, m.grouped, m.role, m.position, m.label, m.starred, m.note"
            f" FROM mention m JOIN page g ON g.id = m.page WHERE {condition} ORDER BY m.page, m.id"
        )
        return [(row[0], rows.mention(tuple(row)[1:])) for row in self._all(sql, parameters)]

    def keys(self, ids: Sequence[int]) -> dict[int, str]:
        """The keys of papers by their ids, in the ids' order."""
        sql = "SELECT p.id, p.key FROM json_each(?) j JOIN paper p ON p.id = j.value ORDER BY j.key"
        return {row[0]: row[1] for row in self._all(sql, [rows.as_json(list(ids))])}

    def keys_of(self, ids: Sequence[int]) -> dict[int, str]:
        """The keys of those of these papers that have one which can be read, whatever else is damaged."""
        if not ids:
            return {}
        sql = "SELECT p.id, CAST(p.key AS BLOB) FROM json_each(?) j JOIN paper p ON p.id = j.value"
        known = self._all(sql, [rows.as_json(list(ids))])
        return {row[0]: row[1].decode("utf-8", "backslashreplace") for row in known if row[1] is not None}

    def all_keys(self) -> dict[int, str]:
        """The keys of all papers by their ids, in the order of the keys."""
        return {row[0]: row[1] for row in self._all("SELECT id, key FROM paper ORDER BY key")}

    def by_key(self, key: str) -> int | None:
        """The paper with a key, or with an old key: as it is written where one is, else in any case of letters."""
        sql = (
            "SELECT id, key = :key COLLATE BINARY AS same, 0 AS old FROM paper WHERE key = :key"
            " UNION ALL SELECT paper, key = :key, 1 FROM alias WHERE key = :key COLLATE NOCASE"
            " ORDER BY same DESC, old LIMIT 1"
        )
        row = self._one(sql, {"key": key})
        return row[0] if row else None

    def called(self, key: str) -> int | None:
        """The paper that has just this key, or this old one."""
        row = self._one(
            "SELECT id FROM paper WHERE key = :key AND key = :key COLLATE BINARY"
            " UNION ALL SELECT paper FROM alias WHERE key = :key LIMIT 1",
            {"key": key},
        )
        return row[0] if row else None

    def by_identifiers(self, identifiers: Iterable[tuple[str, str]]) -> list[int]:
        """The papers that have one of these identifiers, in the identifiers' order."""
        found: list[int] = []
        for kind, value in identifiers:
            row = self._one("SELECT paper FROM identifier WHERE kind = ? AND value = ?", [kind, value])
            if row is not None and row[0] not in found:
                found.append(row[0])
        return found

    def identifiers(self, number: int) -> list[tuple[str, str, str]]:
        """The identifiers of a paper, as (kind, value, source)."""
        sql = "SELECT kind, value, source FROM identifier WHERE paper = ? ORDER BY id"
        return [(row[0], row[1], row[2]) for row in self._all(sql, [number])]

    def variants(self, ids: Sequence[int]) -> "dict[int, list[Variant]]":
        """What sources say beside the values that hold, by paper."""
        sql = (
            "SELECT paper, field, source, value FROM variant"
            " WHERE paper IN (SELECT value FROM json_each(?)) ORDER BY paper, field, source"
        )
        found: dict[int, list[Variant]] = {}
        for row in self._all(sql, [rows.as_json(list(ids))]):
            found.setdefault(row[0], []).append(rows.variant(row))
        return found

    def by_fingerprint(self, fingerprint: str, limit: int) -> list[int]:
        """The papers without identifiers that have this title, first author and year."""
        sql = "SELECT id FROM paper WHERE fingerprint = ? AND fingerprint <> '' ORDER BY id LIMIT ?"
        return [row[0] for row in self._all(sql, [fingerprint, limit])]

    def raw(self, number: int) -> sqlite3.Row:
        """The row of a paper."""
        row = self._one("SELECT * FROM paper WHERE id = ?", [number])
        if row is None:
            raise damage.damaged("a paper")
        return row

    def on_arxiv(self, *, unfilled: bool = False) -> list[tuple[int, str]]:
        """The papers with an arXiv id, as (id, arXiv id); `unfilled` are those that arXiv has not told anything of."""
        sql = "SELECT p.id, i.value FROM paper p JOIN identifier i ON i.paper = p.id AND i.kind = 'arxiv'"
        sql += " WHERE p.posted IS NULL" if unfilled else ""
        return [(row[0], row[1]) for row in self._all(sql + " ORDER BY p.id, i.id")]

    def tag_counts(self) -> list[tuple[str, int]]:
        """Each tag with the number of its papers, by name."""
        return [(row[0], row[1]) for row in self._all("SELECT name, count(*) FROM tag GROUP BY name ORDER BY name")]

    def tallies(self, ids: Sequence[int] | None) -> dict[str, list[tuple[Any, int]]]:
        """How many of these papers, or of all, have each year, section (JSON), category, tag and venue."""
        found = {}
        for name, (sql, table, paper) in _TALLIES.items():
            # The cross keeps SQLite from looking at all rows of the table for a few papers.
            rest = table if ids is None else f"json_each(?) j CROSS JOIN {table} ON {paper} = j.value"
            wanted = [] if ids is None else [rows.as_json(list(ids))]
            found[name] = [(row[0], row[1]) for row in self._all(sql.format(rest), wanted)]
        return found

    def counts(self) -> dict[str, int]:
        """How many papers, tags, pages, mentions and problems there are."""
        distinct = {"tag": "count(DISTINCT name)"}
        return {name: self._all(f"SELECT {distinct.get(name, 'count(*)')} FROM {name}")[0][0] for name in _COUNTED}

    def pages(self) -> list[sqlite3.Row]:
        """The pages: id, title, source, format, text, related (JSON), read."""
        return self._all("SELECT * FROM page ORDER BY id")

    def readings(self) -> "list[Reading]":
        """The pages as they were last read, with how much they name."""
        sql = (
            "SELECT p.title, p.source, p.format, p.text, p.read, p.base, p.validators,"
            " (SELECT count(*) FROM mention WHERE page = p.id AND role = 'item'),"
            " (SELECT count(DISTINCT paper) FROM mention WHERE page = p.id) FROM page p ORDER BY p.id"
        )
        return [rows.reading(row) for row in self._all(sql)]

    def pages_like(self, page: "Page") -> list[sqlite3.Row]:
        """The pages from the same source, and those behind that have the same title and format."""
        sql = "SELECT * FROM page WHERE source = ?1 OR (title = ?2 AND format = ?3) ORDER BY source = ?1 DESC, id"
        return self._all(sql, [page.source, page.title, page.format])

    def page_mentions(self, page: int) -> "list[tuple[int, Mention]]":
        """A page's mentions in its order, as (paper id, mention)."""
        return self._mentions("m.page = ?", [page])

    def tags_like(self, name: str) -> tuple[str, ...]:
        """The tags that are written like one, up to case, or else up to accents and hyphens."""
        from gencli.folding import words

        asked = words(name)
        if not asked or self._one("SELECT 1 FROM tag WHERE name = ? LIMIT 1", [name]) is not None:
            return (name,)
        phrase = '"' + " ".join(asked) + '"'
        sql = (
            "SELECT DISTINCT name FROM tag WHERE paper IN"
            " (SELECT rowid FROM words WHERE words MATCH ? ORDER BY rowid DESC LIMIT 1000)"
        )
        found = self._all(sql, [f"tags : {phrase}"])
        return tuple(row[0] for row in found if words(row[0]) == asked) or (name,)

    # --- changing; always inside a transaction ---

    def insert(self, key: str, merged: "Merged", fingerprint: str, now: str) -> int:
        """A new paper with its facts; its other parts follow."""
        columns = rows.fact_columns(merged.facts) | self._told(merged)
        columns |= {"key": key, "fingerprint": fingerprint, "added": now, "changed": now}
        cursor = self.connection.execute(_insertion("paper", tuple(columns)), list(columns.values()))
        assert cursor.lastrowid is not None
        return cursor.lastrowid

    def update_facts(self, number: int, merged: "Merged", fingerprint: str) -> None:
        """A paper's facts, fields and origins anew."""
        self.set(number, rows.fact_columns(merged.facts) | self._told(merged) | {"fingerprint": fingerprint})

    @staticmethod
    def _told(merged: "Merged") -> dict[str, Any]:
        return {"fields": rows.as_json(merged.fields), "origins": rows.as_json(merged.origins)}

    def set(self, number: int, columns: Mapping[str, Any]) -> None:
        """Columns of a paper's row."""
        names = ", ".join(f"{name} = ?" for name in columns)
        self.connection.execute(f"UPDATE paper SET {names} WHERE id = ?", [*columns.values(), number])

    def add_identifier(self, number: int, kind: str, value: str, source: str) -> bool:
        """Give a paper an identifier; False where a paper has it already."""
        sql = "INSERT INTO identifier (kind, value, paper, source) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING"
        return self.connection.execute(sql, [kind, value, number, source]).rowcount > 0

    def remove_identifier(self, number: int, kind: str, value: str) -> bool:
        """Take an identifier from a paper; False where it does not have it."""
        sql = "DELETE FROM identifier WHERE paper = ? AND kind = ? AND value = ?"
        return self.connection.execute(sql, [number, kind, value]).rowcount > 0

    def add_link(self, number: int, link: "Link", source: str) -> bool:
        """Give a paper a link; False where it has it already."""
        sql = "INSERT INTO link (paper, rel, url, source) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING"
        return self.connection.execute(sql, [number, link.rel, link.url, source]).rowcount > 0

    def remove_link(self, number: int, link: "Link") -> None:
        """Take a link from a paper."""
        self.connection.execute("DELETE FROM link WHERE paper = ? AND url = ?", [number, link.url])

    def key_holder(self, key: str, but: int) -> int | None:
        """Another paper than `but` that has a key, or an old one, in any case of letters."""
        sql = (
            "SELECT id FROM paper WHERE key = :key AND id <> :but"
            " UNION ALL SELECT paper FROM alias WHERE key = :key COLLATE NOCASE AND paper <> :but LIMIT 1"
        )
        row = self._one(sql, {"key": key, "but": but})
        return row[0] if row else None

    def add_variant(self, number: int, field: str, source: str, value: Any) -> bool:
        """Keep what a source says beside the value that holds; False where that is known."""
        sql = (
            "INSERT INTO variant (paper, field, source, value) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (paper, field, source) DO UPDATE SET value = excluded.value WHERE value <> excluded.value"
        )
        return self.connection.execute(sql, [number, field, source, rows.as_json(value)]).rowcount > 0

    def drop_variants(self, number: int, source: str, but: Sequence[str]) -> bool:
        """Let go of what a source said beside the values that hold, but for these fields."""
        sql = "DELETE FROM variant WHERE paper = ? AND source = ? AND field NOT IN (SELECT value FROM json_each(?))"
        return self.connection.execute(sql, [number, source, rows.as_json(list(but))]).rowcount > 0

    def unite(self, first: int, other: int) -> None:
        """Give a paper all that belongs to another one, whose key becomes an old key; the other's row goes."""
        for table in ("identifier", "alias", "mention", "entry"):
            self.connection.execute(f"UPDATE {table} SET paper = ? WHERE paper = ?", [first, other])
        # What both have goes with the other.
        for table, columns in (("link", "url"), ("tag", "name"), ("variant", "field, source")):
            self.connection.execute(
                f"UPDATE {table} SET paper = :first WHERE paper = :other"
                f" AND ({columns}) NOT IN (SELECT {columns} FROM {table} WHERE paper = :first)",
                {"first": first, "other": other},
            )
        self._unite_apart(first, other)
        key = self.raw(other)["key"]
        self.connection.execute("DELETE FROM paper WHERE id = ?", [other])
        self.add_alias(first, key)

    def _unite_apart(self, first: int, other: int) -> None:
        """What was said not to be the one is not to be the other either."""
        sql = "SELECT one, other FROM apart WHERE :other IN (one, other)"
        for row in self._all(sql, {"other": other}):
            (third,) = {row[0], row[1]} - {other}
            if third != first:
                self.set_apart(first, third)

    def add_alias(self, number: int, key: str) -> bool:
        """Give a paper an old key; False where one has it, as its key or as an old one."""
        if self._one("SELECT 1 FROM paper WHERE key = ? AND key = ? COLLATE BINARY", [key, key]) is not None:
            return False
        sql = "INSERT INTO alias (key, paper) VALUES (?, ?) ON CONFLICT DO NOTHING"
        return self.connection.execute(sql, [key, number]).rowcount > 0

    def drop_alias(self, key: str) -> None:
        """Take an old key, as it is written, from its paper."""
        self.connection.execute("DELETE FROM alias WHERE key = ?", [key])

    def remove(self, number: int) -> None:
        """Take a paper out, with all that belongs to it."""
        self.connection.execute("DELETE FROM paper WHERE id = ?", [number])

    def set_apart(self, one: int, other: int) -> bool:
        """Remember that two papers are not one; False where that is known."""
        sql = "INSERT INTO apart (one, other) VALUES (?, ?) ON CONFLICT DO NOTHING"
        return self.connection.execute(sql, sorted((one, other))).rowcount > 0

    def apart(self) -> list[tuple[int, int]]:
        """The pairs of papers that are said not to be one."""
        return [(row[0], row[1]) for row in self._all("SELECT one, other FROM apart ORDER BY one, other")]

    def add_tag(self, number: int, tag: str) -> bool:
        """Tag a paper; False where it has the tag already."""
        sql = "INSERT INTO tag (paper, name) VALUES (?, ?) ON CONFLICT DO NOTHING"
        return self.connection.execute(sql, [number, tag]).rowcount > 0

    def remove_tag(self, number: int, tag: str) -> bool:
        """Take a tag from a paper; False where it does not have it."""
        return self.connection.execute("DELETE FROM tag WHERE paper = ? AND name = ?", [number, tag]).rowcount > 0

    def rename_tag(self, number: int, old: str, new: str) -> bool:
        """Give a paper's tag another name; False where it is written like that already."""
        known = self._one("SELECT id, name FROM tag WHERE paper = ? AND name = ?", [number, old])
        if known is None or known["name"] == new:
            return False
        # Not by UPDATE OR REPLACE: what that deletes no trigger sees, so the journal could not give it back.
        self.connection.execute("DELETE FROM tag WHERE paper = ? AND name = ? AND id <> ?", [number, new, known["id"]])
        self.connection.execute("UPDATE tag SET name = ? WHERE id = ?", [new, known["id"]])
        return True

    def tagged(self, tag: str) -> list[int]:
        """The papers with a tag."""
        return [row[0] for row in self._all("SELECT paper FROM tag WHERE name = ? ORDER BY paper", [tag])]

    def write_page(self, page: "Page", number: int | None, now: str) -> int:
        """A page's own row, new or anew; gives its id."""
        columns = {name: getattr(page, name) for name in ("title", "source", "format", "text", "base")}
        columns |= {
            "related": rows.as_json(page.related),
            "validators": rows.as_json(dict(page.validators)),
            "read": now,
        }
        if number is None:
            number = self.connection.execute(_insertion("page", tuple(columns)), list(columns.values())).lastrowid
            assert number is not None
            return number
        names = ", ".join(f"{name} = ?" for name in columns)
        self.connection.execute(f"UPDATE page SET {names} WHERE id = ?", [*columns.values(), number])
        self.connection.execute("DELETE FROM mention WHERE page = ?", [number])
        self.connection.execute("DELETE FROM problem WHERE page = ?", [number])
        return number

    def remove_page(self, page: int) -> None:
        """Take a page out, with its mentions and what was kept aside of it."""
        self.connection.execute("DELETE FROM page WHERE id = ?", [page])

    def add_mention(self, page: int, paper: int, mention: "Mention") -> None:
        """A place where a page names a paper."""
        sql = (
            "INSERT INTO mention (page, paper, section, grouped, role, position, label, starred, note)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
        )
        section = rows.as_json(list(mention.section))
        values = [mention.group, mention.role, mention.position, mention.label, int(mention.starred), mention.note]
        self.connection.execute(sql, [page, paper, section, *values])

    def add_problem(self, page: int | None, place: str, what: str, raw: str) -> None:
        """Keep aside what could not be taken."""
        self.connection.execute(
            "INSERT INTO problem (page, place, what, raw) VALUES (?, ?, ?, ?)", [page, place, what, raw]
        )

    def note_step(self, at: str, command: str, summary: str) -> int | None:
        """Make a step of the journal of what changed in this transaction, if anything did; its number."""
        assert self.journal is not None, "opened to read only"
        return self.journal.write(at, command, summary)

    def turn(self, step: "Step", at: str, command: str) -> None:
        """Undo a step, or redo it where it is undone, and bring the index along. Raises `Conflict`."""
        from gencli.store import turning

        assert self.journal is not None, "opened to read only"
        self.index.refresh(turning.turn(self.connection, self.journal, step))
        self.journal.write(at, command, step.summary, step.number)

    def steps(self, paper: int | None = None) -> "list[Step]":
        """The journal's steps, newest first; of one paper, those that touched it."""
        from gencli.store import steps

        with schema.explained(self.path):
            return steps.steps(self.connection, paper)

    def changes(self, steps: "Sequence[Step]", paper: int | None = None) -> "Iterator[tuple[int, list[Changed]]]":
        """What steps changed row by row, as (number of the step, rows), the newest first; of one paper where named."""
        from gencli.store import changes

        return changes.of_steps(self.connection, [step.number for step in steps], paper)

    def extent(self, step: "Step") -> int:
        """How many rows would be put back to turn a step."""
        from gencli.store import steps, turning

        return steps.extent(self.connection, turning.source(self.connection, step))

    def removed(self, key: str) -> int | None:
        """The paper that had a key when it was taken out."""
        from gencli.store import steps

        with schema.explained(self.path):
            return steps.removed(self.connection, key)

    def turned(self) -> "list[Step]":
        """The steps that are undone, the one that was undone last first."""
        from gencli.store import steps

        with schema.explained(self.path):
            return steps.turned(self.connection)

    def kept(self) -> dict[str, Any]:
        """How much the journal holds, and how much of it is kept at most."""
        from gencli.store import journal, steps

        with schema.explained(self.path):
            limit = journal.limit(self.connection)
            return steps.size(self.connection) | {"most_bytes": limit.size, "most_days": limit.days}

    def keep(self, values: Mapping[str, str], at: str) -> int:
        """Set how much of the journal is kept, and let go of what is more; gives the number of steps that went."""
        assert self.journal is not None, "opened to read only"
        sql = "INSERT INTO setting (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value"
        self.connection.executemany(sql, [(f"history.{name}", value) for name, value in values.items()])
        return self.journal.prune(at)


def _own(parts: dict[int, dict[str, list[Any]]], number: int) -> dict[str, list[Any]]:
    """The lists of a paper; an index that is damaged leads to rows of others."""
    if number not in parts:
        raise damage.damaged("what belongs to a paper")
    return parts[number]


@cache
def _insertion(table: str, columns: tuple[str, ...]) -> str:
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})"
