-- Written by `python -m gencli.store.migrations`; do not edit.

CREATE TABLE "paper" (
          id INTEGER PRIMARY KEY AUTOINCREMENT,
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
        , lead TEXT NOT NULL DEFAULT '~') STRICT;

CREATE INDEX paper_fingerprint ON paper (fingerprint) WHERE fingerprint <> '';

CREATE INDEX paper_year ON paper (year DESC, key);

CREATE INDEX paper_added ON paper (added);

CREATE INDEX paper_title ON paper (title IS NULL, title COLLATE NOCASE, key);

CREATE INDEX paper_lead ON paper (lead, key);

CREATE INDEX paper_type ON paper (type);

CREATE INDEX paper_status ON paper (status) WHERE status <> 'unread';

CREATE INDEX paper_starred ON paper (starred) WHERE starred IS NOT NULL;

CREATE INDEX paper_noted ON paper (id) WHERE note <> '';

CREATE INDEX paper_abstract ON paper (id) WHERE abstract IS NOT NULL;

CREATE TABLE "alias" (
          id INTEGER PRIMARY KEY AUTOINCREMENT,
          key TEXT NOT NULL UNIQUE,
          paper INTEGER NOT NULL REFERENCES paper ON DELETE CASCADE
        ) STRICT;

CREATE INDEX alias_paper ON alias (paper);

CREATE INDEX alias_key ON alias (key COLLATE NOCASE);

CREATE TABLE "identifier" (
          id INTEGER PRIMARY KEY AUTOINCREMENT,
          kind TEXT NOT NULL,
          value TEXT NOT NULL,
          paper INTEGER NOT NULL REFERENCES paper ON DELETE CASCADE,
          source TEXT NOT NULL,
          UNIQUE (kind, value)
        ) STRICT;

CREATE INDEX identifier_paper ON identifier (paper);

CREATE INDEX identifier_kind ON identifier (kind, paper);

CREATE TABLE "link" (
          id INTEGER PRIMARY KEY AUTOINCREMENT,
          paper INTEGER NOT NULL REFERENCES paper ON DELETE CASCADE,
          rel TEXT NOT NULL,
          url TEXT NOT NULL,
          source TEXT NOT NULL,
          UNIQUE (paper, url)
        ) STRICT;

CREATE INDEX link_rel ON link (rel, paper);

CREATE TABLE "tag" (
          id INTEGER PRIMARY KEY AUTOINCREMENT,
          paper INTEGER NOT NULL REFERENCES paper ON DELETE CASCADE,
          name TEXT NOT NULL COLLATE NOCASE,
          UNIQUE (paper, name)
        ) STRICT;

CREATE INDEX tag_name ON tag (name);

CREATE TABLE "variant" (
          id INTEGER PRIMARY KEY AUTOINCREMENT,
          paper INTEGER NOT NULL REFERENCES paper ON DELETE CASCADE,
          field TEXT NOT NULL,
          source TEXT NOT NULL,
          value TEXT NOT NULL,
          UNIQUE (paper, field, source)
        ) STRICT;

CREATE TABLE "page" (
          id INTEGER PRIMARY KEY AUTOINCREMENT,
          title TEXT NOT NULL,
          source TEXT NOT NULL UNIQUE,
          format TEXT NOT NULL,
          text TEXT NOT NULL,
          related TEXT NOT NULL DEFAULT '[]',
          read TEXT NOT NULL
        , base TEXT, validators TEXT NOT NULL DEFAULT '{}') STRICT;

CREATE TABLE "mention" (
          id INTEGER PRIMARY KEY AUTOINCREMENT,
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

CREATE INDEX mention_noted ON mention (paper) WHERE note <> '';

CREATE INDEX mention_starred ON mention (paper) WHERE starred;

CREATE TABLE "problem" (
          id INTEGER PRIMARY KEY AUTOINCREMENT,
          page INTEGER REFERENCES page ON DELETE CASCADE,
          place TEXT NOT NULL,
          what TEXT NOT NULL,
          raw TEXT NOT NULL
        , file INTEGER REFERENCES file ON DELETE CASCADE, taken INTEGER NOT NULL DEFAULT 0) STRICT;

CREATE INDEX problem_page ON problem (page);

CREATE INDEX problem_file ON problem (file);

CREATE TABLE "file" (
          id INTEGER PRIMARY KEY AUTOINCREMENT,
          name TEXT NOT NULL UNIQUE,
          source TEXT NOT NULL UNIQUE,
          macros TEXT NOT NULL DEFAULT '{}',
          preambles TEXT NOT NULL DEFAULT '[]',
          comments TEXT NOT NULL DEFAULT '[]',
          remarks TEXT NOT NULL DEFAULT '[]'
        ) STRICT;

CREATE TABLE "entry" (
          id INTEGER PRIMARY KEY AUTOINCREMENT,
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

CREATE TABLE "apart" (
          id INTEGER PRIMARY KEY AUTOINCREMENT,
          one INTEGER NOT NULL REFERENCES paper ON DELETE CASCADE,
          other INTEGER NOT NULL REFERENCES paper ON DELETE CASCADE,
          UNIQUE (one, other),
          CHECK (one < other)
        ) STRICT;

CREATE INDEX apart_other ON apart (other);

CREATE TABLE "step" (
          id INTEGER PRIMARY KEY AUTOINCREMENT,
          at TEXT NOT NULL,
          command TEXT NOT NULL,
          summary TEXT NOT NULL,
          undoes INTEGER REFERENCES step,
          undone INTEGER NOT NULL DEFAULT 0
        , size INTEGER NOT NULL DEFAULT 0) STRICT;

CREATE INDEX step_undoes ON step (undoes);

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

CREATE INDEX change_step ON change (step, tbl, row, paper);

CREATE INDEX change_paper ON change (paper, step) WHERE paper IS NOT NULL;

CREATE INDEX change_range ON change (tbl, row) WHERE last IS NOT NULL;

CREATE TABLE setting (
          id INTEGER PRIMARY KEY AUTOINCREMENT,
          name TEXT NOT NULL UNIQUE,
          value TEXT NOT NULL
        ) STRICT;

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

CREATE TABLE digest (
          tbl TEXT NOT NULL,
          block INTEGER NOT NULL,
          sum INTEGER NOT NULL,
          PRIMARY KEY (tbl, block)
        ) STRICT, WITHOUT ROWID;

CREATE TABLE vocabulary (word TEXT NOT NULL PRIMARY KEY, papers INTEGER NOT NULL) STRICT, WITHOUT ROWID;

CREATE VIRTUAL TABLE words USING fts5 (
          title, authors, abstract, venue, key, tags, note, page_notes, labels, sections, page, years, codes,
          tokenize = 'unicode61 remove_diacritics 0'
        );

INSERT INTO words (words, rank) VALUES ('hashsize', 33554432);
