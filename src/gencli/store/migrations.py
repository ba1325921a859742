"""The schema as numbered migrations, the single source of it.

A new library is made from `schema.sql`, which `python -m gencli.store.migrations` writes from these
migrations (a test holds the two together), so that making one does not load sqlite_utils. A migration,
once released, is never changed: the next one is added.
"""

import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path

from sqlite_utils import Database

from gencli.store import digests, schema

Migration = Callable[[Database], None]

SNAPSHOT = Path(__file__).with_name("schema.sql")


def m001_library(db: Database) -> None:
    """Papers and what belongs to them, pages and their mentions, the journal, the full-text index.

    Every table has an integer primary key, so that the journal can name any row.
    """
    db.executescript(
        """
        CREATE TABLE paper (
          id INTEGER PRIMARY KEY,
          key TEXT NOT NULL UNIQUE COLLATE NOCASE,
          type TEXT NOT NULL,
          title TEXT,
          authors TEXT NOT NULL DEFAULT '[]',
          authors_complete INTEGER NOT NULL DEFAULT 1,
          year INTEGER,
          date TEXT,
          posted TEXT,
          updated TEXT,
          venue TEXT,
          abstract TEXT,
          arxiv_version INTEGER,
          primary_category TEXT,
          categories TEXT NOT NULL DEFAULT '[]',
          fields TEXT NOT NULL DEFAULT '{}',
          starred INTEGER,
          status TEXT NOT NULL DEFAULT 'unread' CHECK (status IN ('unread', 'reading', 'read')),
          note TEXT NOT NULL DEFAULT '',
          origins TEXT NOT NULL DEFAULT '{}',
          fingerprint TEXT NOT NULL DEFAULT '',
          added TEXT NOT NULL,
          changed TEXT NOT NULL
        ) STRICT;
        CREATE INDEX paper_year ON paper (year);
        CREATE INDEX paper_fingerprint ON paper (fingerprint) WHERE fingerprint <> '';

        CREATE TABLE alias (
          id INTEGER PRIMARY KEY,
          key TEXT NOT NULL UNIQUE COLLATE NOCASE,
          paper INTEGER NOT NULL REFERENCES paper ON DELETE CASCADE
        ) STRICT;
        CREATE INDEX alias_paper ON alias (paper);

        CREATE TABLE identifier (
          id INTEGER PRIMARY KEY,
          kind TEXT NOT NULL,
          value TEXT NOT NULL,
          paper INTEGER NOT NULL REFERENCES paper ON DELETE CASCADE,
          source TEXT NOT NULL,
          UNIQUE (kind, value)
        ) STRICT;
        CREATE INDEX identifier_paper ON identifier (paper);

        CREATE TABLE link (
          id INTEGER PRIMARY KEY,
          paper INTEGER NOT NULL REFERENCES paper ON DELETE CASCADE,
          rel TEXT NOT NULL,
          url TEXT NOT NULL,
          source TEXT NOT NULL,
          UNIQUE (paper, url)
        ) STRICT;

        CREATE TABLE tag (
          id INTEGER PRIMARY KEY,
          paper INTEGER NOT NULL REFERENCES paper ON DELETE CASCADE,
          name TEXT NOT NULL COLLATE NOCASE,
          UNIQUE (paper, name)
        ) STRICT;
        CREATE INDEX tag_name ON tag (name);

        CREATE TABLE variant (
          id INTEGER PRIMARY KEY,
          paper INTEGER NOT NULL REFERENCES paper ON DELETE CASCADE,
          field TEXT NOT NULL,
          source TEXT NOT NULL,
          value TEXT NOT NULL,
          UNIQUE (paper, field, source)
        ) STRICT;

        CREATE TABLE page (
          id INTEGER PRIMARY KEY,
          title TEXT NOT NULL,
          source TEXT NOT NULL UNIQUE,
          format TEXT NOT NULL,
          text TEXT NOT NULL,
          related TEXT NOT NULL DEFAULT '[]',
          read TEXT NOT NULL
        ) STRICT;

        CREATE TABLE mention (
          id INTEGER PRIMARY KEY,
          page INTEGER NOT NULL REFERENCES page ON DELETE CASCADE,
          paper INTEGER NOT NULL REFERENCES paper ON DELETE CASCADE,
          section TEXT NOT NULL DEFAULT '[]',
          grouped TEXT,
          role TEXT NOT NULL CHECK (role IN ('item', 'prose')),
          position INTEGER,
          label TEXT NOT NULL,
          starred INTEGER NOT NULL DEFAULT 0,
          note TEXT NOT NULL DEFAULT ''
        ) STRICT;
        CREATE INDEX mention_page ON mention (page);
        CREATE INDEX mention_paper ON mention (paper);

        CREATE TABLE problem (
          id INTEGER PRIMARY KEY,
          page INTEGER REFERENCES page ON DELETE CASCADE,
          place TEXT NOT NULL,
          what TEXT NOT NULL,
          raw TEXT NOT NULL
        ) STRICT;
        CREATE INDEX problem_page ON problem (page);

        CREATE TABLE step (
          id INTEGER PRIMARY KEY,
          at TEXT NOT NULL,
          command TEXT NOT NULL,
          summary TEXT NOT NULL,
          undoes INTEGER REFERENCES step,
          undone INTEGER NOT NULL DEFAULT 0
        ) STRICT;
        CREATE INDEX step_undoes ON step (undoes);

        CREATE TABLE change (
          id INTEGER PRIMARY KEY,
          step INTEGER NOT NULL REFERENCES step ON DELETE CASCADE,
          tbl TEXT NOT NULL,
          row INTEGER NOT NULL,
          before TEXT
        ) STRICT;
        CREATE INDEX change_step ON change (step);
        CREATE INDEX change_row ON change (tbl, row);

        CREATE VIRTUAL TABLE words USING fts5 (
          title, authors, abstract, venue, key, tags, note, page_notes, labels, places,
          tokenize = 'unicode61 remove_diacritics 0'
        );
        """
    )


def m002_bibliographies(db: Database) -> None:
    """What .bib files have of papers, to the byte; pairs that are not one; old keys that differ in case alone.

    Two .bib files may call two works `Lee99` and `lee99`: keys differ in more than case, old keys need not.
    """
    # Statement by statement: a script would end the transaction that the migration is in.
    for statement in (
        """
        CREATE TABLE old_key (
          id INTEGER PRIMARY KEY,
          key TEXT NOT NULL UNIQUE,
          paper INTEGER NOT NULL REFERENCES paper ON DELETE CASCADE
        ) STRICT;
        INSERT INTO old_key (id, key, paper) SELECT id, key, paper FROM alias;
        DROP TABLE alias;
        ALTER TABLE old_key RENAME TO alias;
        CREATE INDEX alias_paper ON alias (paper);
        CREATE INDEX alias_key ON alias (key COLLATE NOCASE);

        CREATE TABLE file (
          id INTEGER PRIMARY KEY,
          name TEXT NOT NULL UNIQUE,
          source TEXT NOT NULL UNIQUE,
          macros TEXT NOT NULL DEFAULT '{}',
          preambles TEXT NOT NULL DEFAULT '[]',
          comments TEXT NOT NULL DEFAULT '[]',
          remarks TEXT NOT NULL DEFAULT '[]'
        ) STRICT;

        CREATE TABLE entry (
          id INTEGER PRIMARY KEY,
          paper INTEGER NOT NULL REFERENCES paper ON DELETE CASCADE,
          file INTEGER REFERENCES file ON DELETE CASCADE,
          source TEXT NOT NULL,
          type TEXT NOT NULL,
          key TEXT NOT NULL,
          fields TEXT NOT NULL,
          macros TEXT,
          parents TEXT
        ) STRICT;
        CREATE INDEX entry_paper ON entry (paper);
        CREATE INDEX entry_key ON entry (key, file);
        CREATE INDEX entry_file ON entry (file);

        CREATE TABLE apart (
          id INTEGER PRIMARY KEY,
          one INTEGER NOT NULL REFERENCES paper ON DELETE CASCADE,
          other INTEGER NOT NULL REFERENCES paper ON DELETE CASCADE,
          UNIQUE (one, other),
          CHECK (one < other)
        ) STRICT;
        CREATE INDEX apart_other ON apart (other);

        ALTER TABLE problem ADD COLUMN file INTEGER REFERENCES file ON DELETE CASCADE;
        ALTER TABLE problem ADD COLUMN taken INTEGER NOT NULL DEFAULT 0;
        CREATE INDEX problem_file ON problem (file);
        """
    ).split(";\n"):
        db.execute(statement)


def m003_search(db: Database) -> None:
    """The words of papers as they are looked for now; all words that there are; orders; views for other programs."""
    for statement in (
        """
        DROP TABLE words;
        CREATE VIRTUAL TABLE words USING fts5 (
          title, authors, abstract, venue, key, tags, note, page_notes, labels, sections, page, years, codes,
          tokenize = 'unicode61 remove_diacritics 0'
        );
        CREATE TABLE vocabulary (word TEXT NOT NULL PRIMARY KEY, papers INTEGER NOT NULL) STRICT, WITHOUT ROWID;

        DROP INDEX paper_year;
        CREATE INDEX paper_year ON paper (year DESC, key);
        CREATE INDEX paper_added ON paper (added);
        CREATE INDEX paper_title ON paper (title IS NULL, title COLLATE NOCASE, key);
        ALTER TABLE paper ADD COLUMN lead TEXT NOT NULL DEFAULT '~';
        CREATE INDEX paper_lead ON paper (lead, key);
        CREATE INDEX paper_type ON paper (type);
        CREATE INDEX paper_status ON paper (status) WHERE status <> 'unread';
        CREATE INDEX paper_starred ON paper (starred) WHERE starred IS NOT NULL;
        CREATE INDEX paper_noted ON paper (id) WHERE note <> '';
        CREATE INDEX paper_abstract ON paper (id) WHERE abstract IS NOT NULL;
        CREATE INDEX identifier_kind ON identifier (kind, paper);
        CREATE INDEX link_rel ON link (rel, paper);
        CREATE INDEX mention_noted ON mention (paper) WHERE note <> '';
        CREATE INDEX mention_starred ON mention (paper) WHERE starred;

        CREATE VIEW papers AS
        SELECT p.key, p.type, p.title,
          (SELECT group_concat(name, '; ') FROM (
            SELECT COALESCE(json_extract(value, '$.literal'),
                trim(json_extract(value, '$.given') || ' ' || json_extract(value, '$.family'))) AS name
            FROM json_each(p.authors) ORDER BY json_each.key)) AS authors,
          p.year, p.date, p.venue, p.abstract,
          (SELECT value FROM identifier WHERE paper = p.id AND kind = 'arxiv' ORDER BY id LIMIT 1) AS arxiv,
          (SELECT value FROM identifier WHERE paper = p.id AND kind = 'doi' ORDER BY id LIMIT 1) AS doi,
          (SELECT group_concat(name, ', ') FROM (SELECT name FROM tag WHERE paper = p.id ORDER BY name)) AS tags,
          COALESCE(p.starred, EXISTS (SELECT 1 FROM mention WHERE paper = p.id AND starred)) AS starred,
          p.status, p.note, p.added, p.changed, p.id
        FROM paper p;
        CREATE VIEW paper_tags AS
        SELECT p.key, t.name AS tag FROM tag t JOIN paper p ON p.id = t.paper;
        CREATE VIEW paper_authors AS
        SELECT p.key, a.key + 1 AS position, json_extract(a.value, '$.family') AS family,
          json_extract(a.value, '$.given') AS given, json_extract(a.value, '$.literal') AS literal
        FROM paper p, json_each(p.authors) a;
        """
    ).split(";\n"):
        db.execute(statement)
    db.execute(schema.HASH)
    from gencli.store import rows

    leads = [(rows.lead(rows.authors(row[1])), row[0]) for row in db.execute("SELECT id, authors FROM paper")]
    db.conn.executemany("UPDATE paper SET lead = ? WHERE id = ?", leads)


# The tables whose rows the journal tells of, as this migration found them.
_NOTED_4 = (
    "paper", "alias", "identifier", "link", "tag", "variant", "page", "mention", "problem", "file", "entry", "apart",
)  # fmt: skip


def m004_journal(db: Database) -> None:
    """A row's number is never given twice; a step has ranges of new rows and, of changed ones, what changed; settings.

    With `INTEGER PRIMARY KEY` alone SQLite gives the number of a removed row again, and then a journal cannot tell the
    two apart (https://www.sqlite.org/autoinc.html).
    """
    views = [row[0] for row in db.execute("SELECT sql FROM sqlite_master WHERE type = 'view' ORDER BY rowid")]
    for name in ("papers", "paper_tags", "paper_authors"):
        db.execute(f"DROP VIEW {name}")
    for table in (*_NOTED_4, "step"):
        _count_up(db, table)
    for statement in (
        """
        ALTER TABLE step ADD COLUMN size INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE change RENAME TO old_change;
        DROP INDEX change_step;
        DROP INDEX change_row;
        CREATE TABLE change (
          id INTEGER PRIMARY KEY,
          step INTEGER NOT NULL REFERENCES step ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
          tbl TEXT NOT NULL,
          row INTEGER NOT NULL,
          last INTEGER,
          paper INTEGER,
          before TEXT,
          after TEXT
        ) STRICT;
        INSERT INTO change (step, tbl, row, last)
          SELECT step, tbl, min(row), max(row) FROM (
            SELECT step, tbl, row, row - row_number() OVER (PARTITION BY step, tbl ORDER BY row) AS run FROM (
              SELECT step, tbl, row, before, min(id) FROM old_change GROUP BY step, tbl, row
            ) WHERE before IS NULL
          ) GROUP BY step, tbl, run;
        INSERT INTO change (step, tbl, row, paper, before)
          SELECT step, tbl, row, iif(tbl = 'paper', row, json_extract(before, '$.paper')), before
          FROM old_change WHERE before IS NOT NULL ORDER BY id;
        CREATE INDEX change_step ON change (step, tbl, row, paper);
        CREATE INDEX change_paper ON change (paper, step) WHERE paper IS NOT NULL;
        CREATE INDEX change_range ON change (tbl, row) WHERE last IS NOT NULL;
        DROP TABLE old_change;
        UPDATE step SET size = (
          SELECT COALESCE(sum(64 + COALESCE(length(before), 0)), 0) FROM change WHERE step = step.id);
        CREATE TABLE setting (
          id INTEGER PRIMARY KEY AUTOINCREMENT,
          name TEXT NOT NULL UNIQUE,
          value TEXT NOT NULL
        ) STRICT;
        """
    ).split(";\n"):
        db.execute(statement)
    for view in views:
        db.execute(view)


def _count_up(db: Database, table: str) -> None:
    """Make a table anew so that it never gives a number again, not even one that only the journal still knows."""
    made = db.execute("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = ?", [table]).fetchone()[0]
    indexes = db.execute(
        "SELECT sql FROM sqlite_master WHERE type = 'index' AND tbl_name = ? AND sql IS NOT NULL ORDER BY rowid",
        [table],
    ).fetchall()
    body = made[made.index("(") :].replace("id INTEGER PRIMARY KEY", "id INTEGER PRIMARY KEY AUTOINCREMENT", 1)
    db.execute(f"CREATE TABLE new_{table} {body}")
    db.execute(f"INSERT INTO new_{table} SELECT * FROM {table}")
    highest = f"max(COALESCE((SELECT max(id) FROM {table}), 0)"
    highest += ", COALESCE((SELECT max(row) FROM change WHERE tbl = ?), 0))"
    db.execute("DELETE FROM sqlite_sequence WHERE name = ?", [f"new_{table}"])
    db.execute(f"INSERT INTO sqlite_sequence (name, seq) SELECT ?, {highest}", [f"new_{table}", table])
    db.execute(f"DROP TABLE {table}")
    db.execute(f"ALTER TABLE new_{table} RENAME TO {table}")
    for index in indexes:
        db.execute(index[0])


def m005_digests_and_pages(db: Database) -> None:
    """Sums of the rows, by which lost bits are found (`apply` works them out); what a page was when it was read.

    `base` is the text as it was read last, where the library has another text of the page by now; `validators` what
    the server told to ask with whether it is another (RFC 9110, 8.8).
    """
    db.execute("ALTER TABLE page ADD COLUMN base TEXT")
    db.execute("ALTER TABLE page ADD COLUMN validators TEXT NOT NULL DEFAULT '{}'")
    db.execute(
        """
        CREATE TABLE digest (
          tbl TEXT NOT NULL,
          block INTEGER NOT NULL,
          sum INTEGER NOT NULL,
          PRIMARY KEY (tbl, block)
        ) STRICT, WITHOUT ROWID
        """.strip()
    )


MIGRATIONS: Sequence[Migration] = (m001_library, m002_bibliographies, m003_search, m004_journal, m005_digests_and_pages)
# From this version on the index holds what `rows.index_row` makes today. Who changes that adds a migration.
_INDEXED = 3


def apply(connection: sqlite3.Connection, version: int, migrations: Sequence[Migration] | None = None) -> None:
    """Bring an open library from `version` to the newest, inside the caller's transaction."""
    db = Database(connection, execute_plugins=False)
    for migrate in (MIGRATIONS if migrations is None else migrations)[version:]:
        migrate(db)
    if migrations is None and version < _INDEXED:
        from gencli.store.store import Store

        as_rows = connection.row_factory
        Store(Path(), connection).index.rebuild()
        connection.row_factory = as_rows
    if migrations is None and version < len(MIGRATIONS):
        # The rows are others now.
        digests.make(connection)


def snapshot() -> str:
    """The schema that the migrations make, as one SQL text."""
    connection = sqlite3.connect(":memory:")
    apply(connection, 0)
    query = (
        "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'words\\_%' ESCAPE '\\'"
        " AND name <> 'sqlite_sequence' ORDER BY rowid"
    )
    statements = [row[0] for row in connection.execute(query)]
    connection.close()
    head = "-- Written by `python -m gencli.store.migrations`; do not edit.\n\n"
    return head + ";\n\n".join([*statements, schema.HASH]) + ";\n"


if __name__ == "__main__":  # pragma: no cover
    SNAPSHOT.write_text(snapshot(), encoding="utf-8")
