"""A library that something else than gencli wrote into: each fault is found, says what mends it, and is mended."""

import shutil
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

import pytest

from conftest import Run
from gencli import Library, Link, Mention, Page, Record
from gencli.errors import LibraryFileError
from gencli.filing import Place
from gencli.formats import listed
from gencli.store import backups, digests
from gencli.upkeep import Wrong

NOW = "2026-11-23T10:00:00Z"
BIB = (
    '@string{j = "Bog"}\n'
    "@article{ash, author={Ash, A}, title={Alder carr}, journal=j, year={2001}, doi={10.1000/one}}\n"
    "@inproceedings{birch, author={Birch, B}, title={Beech woods}, booktitle={Fen}, year={2002}, crossref={whole}}\n"
    "@proceedings{whole, title={Whole}, year={2002}}\n"
    "@misc{cedar, title={Cedars}, year={2003}, doi={10.1000/two}}\n"
    "@misc{aside, title={never closed\n"
)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library that has rows in every table, made once."""
    path = tmp_path_factory.mktemp("made") / "l.sqlite"
    Library.create(path)
    mention = Mention("P", ("S",), None, "item", 1, "Fir 2004 - Firs", False, "a note")
    fir = Record(
        "page:P", title="Firs", year=2004, type="misc", identifiers={"arxiv": "2001.00001"}, mentions=(mention,),
        links=(Link("pdf", "https://x.org/1.pdf"),), key="fir",
    )  # fmt: skip
    with Library.open(path, write=True, now=lambda: NOW) as library:
        library.take_list(Place("/r.bib", "r.bib"), "bibtex", lambda origin: listed(BIB, "bibtex", origin, "r.bib"))
        library.take_page(Page("P", "/p", "wiki", "text", (fir,), (), ()))
        library.tag("wet", ["ash", "birch"])
        library.rekey("cedar", "cedars")
        library.note("ash", "mine")
        library.distinct("ash", "birch")
    return path


@pytest.fixture
def path(made: Path, tmp_path: Path) -> Path:
    """A copy of it, to be damaged."""
    return Path(shutil.copyfile(made, tmp_path / "l.sqlite"))


@pytest.fixture(scope="module")
def usual(made: Path) -> list[Wrong]:
    """What wants an eye in it before anything is damaged."""
    return found(made)


def damage(path: Path, sql: str, *, summed: bool = True) -> None:
    """Change rows past all that guards them; `summed` up anew, as if they had been so when that was first done."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.executescript(f"PRAGMA ignore_check_constraints = ON; {sql}")
        # A text that is none cannot be.
        with suppress(sqlite3.OperationalError):
            if summed:
                connection.execute("BEGIN")
                digests.make(connection)
                connection.execute("COMMIT")


def found(path: Path, query: str = "") -> list[Wrong]:
    with Library.open(path, now=lambda: NOW) as library:
        return list(library.check(query))


def faults(path: Path) -> list[Wrong]:
    """What is wrong with the file and its rows."""
    return [one for one in found(path) if one.fault is not None]


def mended(path: Path) -> list[Wrong]:
    with Library.open(path, write=True, now=lambda: NOW) as library:
        library.mend(library.check())
    return found(path)


def test_nothing_is_wrong_with_what_gencli_wrote(usual: list[Wrong]) -> None:
    assert [(one.key, one.where) for one in usual] == [(None, "r.bib:6")]


# --- the file: each with where it is, what is said of it, what `--fix` does; after that all is well -----------------

FILE: dict[str, tuple[str, str, str, str]] = {
    "a trigger": (
        "CREATE TRIGGER evil AFTER UPDATE ON paper BEGIN DELETE FROM tag; END",
        "trigger evil", "is not gencli's, and is not run", "it is taken away",
    ),
    "an index that keeps papers out": (
        "CREATE UNIQUE INDEX one ON paper (type, starred)",
        "index one", "is not gencli's, and keeps papers out", "it is taken away",
    ),
    "no view": ("DROP VIEW papers", "view papers", "is not there", "it is made anew"),
    "another view": (
        "DROP VIEW paper_tags; CREATE VIEW paper_tags AS SELECT 1", "view paper_tags", "is not as gencli makes it",
        "it is made anew",
    ),
    "no index": ("DROP INDEX paper_year", "index paper_year", "is not there", "it is made anew"),
    "another index": (
        "DROP INDEX paper_lead; CREATE INDEX paper_lead ON paper (title)", "index paper_lead",
        "is not as gencli makes it", "it is made anew",
    ),
    "an index without a row": (
        "PRAGMA writable_schema = ON;"
        "UPDATE sqlite_master SET sql = 'CREATE INDEX paper_year ON paper (year DESC, key) WHERE id > 1'"
        " WHERE name = 'paper_year'; PRAGMA writable_schema = RESET; REINDEX paper_year; PRAGMA writable_schema = ON;"
        "UPDATE sqlite_master SET sql = 'CREATE INDEX paper_year ON paper (year DESC, key)' WHERE name = 'paper_year'",
        "index paper_year", "is not what its table is", "it is made anew",
    ),
    "tags of no paper": (
        "INSERT INTO tag (paper, name) VALUES (99, 'lost'), (98, 'lost')", "table tag",
        "2 rows belong to no paper that is there", "they are taken out",
    ),
    "a tag that is no text of no paper": (
        "INSERT INTO tag (paper, name) VALUES (99, CAST(x'ff' || 'lost' AS TEXT))", "table tag",
        "1 row belongs to no paper that is there", "it is taken out",
    ),
    "a key of no paper": (
        "INSERT INTO alias (paper, key) VALUES (99, 'lost')", "table alias", "1 row belongs to no paper that is there",
        "it is taken out",
    ),
    "an identifier of no paper": (
        "INSERT INTO identifier (paper, kind, value, source) VALUES (99, 'doi', '10.1000/lost', 'x')",
        "table identifier", "1 row belongs to no paper that is there", "it is taken out",
    ),
    "a link of no paper": (
        "INSERT INTO link (paper, rel, url, source) VALUES (99, 'pdf', 'lost', 'x')", "table link",
        "1 row belongs to no paper that is there", "it is taken out",
    ),
    "a word of no paper": (
        "INSERT INTO variant (paper, field, source, value) VALUES (99, 'lost', 'x', '1')", "table variant",
        "1 row belongs to no paper that is there", "it is taken out",
    ),
    "an entry of no file": (
        "INSERT INTO entry (paper, file, source, type, key, fields) VALUES (1, 99, 'x', 'misc', 'lost', '[]')",
        "table entry", "1 row belongs to no file that is there", "it is taken out",
    ),
    "a mention of no page": (
        "INSERT INTO mention (page, paper, role, label) VALUES (99, 1, 'item', 'lost')", "table mention",
        "1 row belongs to no page that is there", "it is taken out",
    ),
    "a problem of no page": (
        "INSERT INTO problem (page, place, what, raw) VALUES (99, 'x', 'y', 'lost')", "table problem",
        "1 row belongs to no page that is there", "it is taken out",
    ),
    "a pair of no paper": (
        "INSERT INTO apart (one, other) VALUES (1, 99)", "table apart", "1 row belongs to no paper that is there",
        "it is taken out",
    ),
    "a pair that is none": (
        "UPDATE apart SET one = other, other = one", "table apart", "a pair is the wrong way round", "it is taken out",
    ),
    "a change of no step": (
        "INSERT INTO change (step, tbl, row, before) VALUES (99, 'tag', 7, '{\"name\":\"lost\"}')", "table change",
        "1 row belongs to no step that is there", "it is taken out",
    ),
    "a step that undoes none": (
        f"INSERT INTO step (at, command, summary, undoes) VALUES ('{NOW}', 'lost', 'x', 99)", "table step",
        "1 row belongs to no step that is there", "it is taken out",
    ),
    "a status that is none": (
        "UPDATE paper SET status = 'lost' WHERE key = 'ash'", "paper.status",
        "'lost' is none of unread, reading, read", "it becomes unread",
    ),
    "a change that is no JSON": (
        "UPDATE change SET before = '{' WHERE step = 5 AND before IS NOT NULL", "history",
        "change 5 cannot be taken back: what it did cannot be read", "the history up to change 5 is let go of",
    ),
    "a change that is no object": (
        "UPDATE change SET after = '[]' WHERE step = 5 AND after IS NOT NULL", "history",
        "change 5 cannot be taken back: what it did cannot be read", "the history up to change 5 is let go of",
    ),
    "a change of a column that is none": (
        "UPDATE change SET before = '{\"x = 1; --\":1}' WHERE step = 5 AND before IS NOT NULL", "history",
        "change 5 cannot be taken back: what it did cannot be read", "the history up to change 5 is let go of",
    ),
    "a change of a table that is none": (
        "UPDATE change SET tbl = 'songs' WHERE step = 3", "history",
        "change 3 cannot be taken back: what it did cannot be read", "the history up to change 3 is let go of",
    ),
    "a range that is none": (
        "UPDATE change SET last = row - 1 WHERE step = 1 AND tbl = 'paper'", "history",
        "change 1 cannot be taken back: what it did cannot be read", "the history up to change 1 is let go of",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", FILE)
def test_what_is_wrong_with_the_file_is_found_and_mended(case: str, path: Path, usual: list[Wrong]) -> None:
    sql, where, what, fix = FILE[case]
    damage(path, sql)
    before = path.read_bytes()
    (one,) = (one for one in faults(path) if one.where != "tag.name")
    assert (one.where, one.what, one.fix) == (where, what, fix)
    assert (one.key, one.about) == (("ash", "ash") if where == "paper.status" else (None, "library file"))
    assert ("lost" in (one.raw or "")) == ("lost" in sql)
    assert path.read_bytes() == before
    assert backups.made(path) == []
    assert mended(path) == usual
    with closing(sqlite3.connect(path)) as connection:
        assert list(digests.unlike(connection)) == []
    (copy,) = backups.made(path)
    assert copy.reason == "before-check"
    assert one in found(copy.path)


def test_what_is_mended_stays_as_it_is_otherwise(path: Path, made: Path) -> None:
    damage(path, "CREATE TRIGGER evil AFTER DELETE ON tag BEGIN DELETE FROM paper; END;"
                 "INSERT INTO tag (paper, name) VALUES (99, 'lost')")  # fmt: skip
    mended(path)
    with closing(sqlite3.connect(path)) as one, closing(sqlite3.connect(made)) as other:
        for table in ("paper", "tag", "change", "step", "entry", "mention"):
            query = f"SELECT * FROM {table}"
            assert one.execute(query).fetchall() == other.execute(query).fetchall()


def test_old_libraries_are_as_new_ones_are(tmp_path: Path) -> None:
    for number in (1, 2, 3, 4):
        old = Path(__file__).parent.parent / "data" / f"schema_{number}.sqlite"
        path = Path(shutil.copyfile(old, tmp_path / old.name))
        assert [one for one in found(path) if one.fault is not None] == []


def test_what_is_somebody_elses_own_only_wants_to_be_known(path: Path, run: Run) -> None:
    damage(
        path,
        "DELETE FROM problem; CREATE VIEW mine AS SELECT 1; CREATE TABLE songs (name);"
        "CREATE INDEX quick ON paper (venue); CREATE TRIGGER sing AFTER INSERT ON songs BEGIN SELECT 1; END",
    )
    done = run("--db", path, "check", "--json")
    assert done.code == 0
    told = {(one["where"], one["what"], one["fix"]) for one in done.json}
    assert told == {
        (where, "is not gencli's; it is left alone", None)
        for where in ("view mine", "table songs", "index quick", "trigger sing")
    }
    assert run("--db", path, "check", "--fix").code == 0
    assert {one.where for one in found(path)} == {where for where, _, _ in told}
    shown = run("--db", path, "check", columns=80)
    assert (shown.lines[0], shown.err) == ("\x1b[36mlibrary file\x1b[0m", "all is well\n")


def test_two_rows_where_one_may_be(path: Path) -> None:
    path.write_bytes(path.read_bytes().replace(b"doi10.1000/two", b"doi10.1000/one"))
    one, sums = faults(path)
    assert (sums.where, one.fix) == (one.where, None)
    assert (one.where, one.what) == ("table identifier", "several rows have the same kind, value")
    assert one.raw == '["doi", "10.1000/one"]'
    assert one in mended(path)


# --- rows -----------------------------------------------------------------------------------------------------------

ROWS = {
    "UPDATE paper SET authors = '[{' WHERE key = 'ash'": ("ash", "paper.authors", "cannot be read"),
    "UPDATE paper SET fields = '[]' WHERE key = 'ash'": ("ash", "paper.fields", "cannot be read"),
    "UPDATE paper SET title = CAST(x'ff41' AS TEXT) WHERE key = 'ash'": ("ash", "paper.title", "is no text"),
    "UPDATE paper SET key = CAST(x'ff41' AS TEXT) WHERE key = 'ash'": ("\\xffA", "paper.key", "is no text"),
    "UPDATE paper SET added = 'soon' WHERE key = 'ash'": ("ash", "paper.added", "'soon' is no time"),
    "UPDATE paper SET posted = '5' WHERE key = 'ash'": ("ash", "paper.posted", "'5' is no year, month or day"),
    "UPDATE entry SET fields = '[[1]]' WHERE key = 'ash'": ("ash", "entry.fields", "cannot be read"),
    "UPDATE mention SET section = '5'": ("fir", "mention.section", "cannot be read"),
    "UPDATE mention SET role = 'hero'": ("fir", "mention.role", "'hero' is none of item, prose"),
    "UPDATE page SET related = '[[]]'": (None, "page.related", "cannot be read"),
    "UPDATE file SET macros = '[]'": (None, "file.macros", "cannot be read"),
    "UPDATE problem SET raw = CAST(x'ff41' AS TEXT)": (None, "problem.raw", "is no text"),
    "UPDATE step SET at = 'once' WHERE id = 2": (None, "step.at", "'once' is no time"),
    "UPDATE identifier SET kind = 'mr' WHERE value = '10.1000/one'": (
        "ash", "identifier", "'mr' is no kind of identifier that gencli knows: '10.1000/one'",
    ),
    "UPDATE identifier SET value = 'ten' WHERE value = '10.1000/one'": (
        "ash", "doi", "'ten' is no identifier of this kind",
    ),
    "UPDATE identifier SET kind = 'pmid', value = 'x' WHERE kind = 'arxiv'": (
        "fir", "pmid", "'x' is no identifier of this kind",
    ),
    "UPDATE identifier SET value = '10.1000/TWO' WHERE value = '10.1000/one'": (
        "ash", "doi",
        "'10.1000/TWO' is not in the normal form of identifiers; cedars has it so; if they are one:"
        " gencli merge cedars ash",
    ),
}  # fmt: skip


@pytest.mark.parametrize("sql", ROWS)
def test_a_row_that_gencli_cannot_have_written_is_named(sql: str, path: Path, usual: list[Wrong]) -> None:
    damage(path, sql)
    new = [one for one in found(path) if one not in usual]
    assert [(one.key, one.where, one.what, one.fix) for one in new if not one.is_of_index] == [(*ROWS[sql], None)]
    # What can be read is looked at all the same.
    damage(path, "UPDATE paper SET date = 'never' WHERE key = 'whole'")
    assert [one.where for one in found(path) if one.key == "whole"] == ["paper.date"]
    assert {one.where for one in mended(path) if one.fault is not None} == {ROWS[sql][1], "paper.date"}


def test_a_word_is_named_also_where_a_field_is_made_of_it(path: Path) -> None:
    damage(path, "UPDATE identifier SET value = '9913.00001' WHERE kind = 'arxiv'")
    assert [(one.where, one.what) for one in found(path, "fir")] == [
        ("arxiv", "'9913.00001' is no identifier of this kind"), ("eprint", "'9913.00001' is no arXiv id"),
    ]  # fmt: skip


IDENTIFIERS: dict[str, tuple[str, str, tuple[str, str] | None]] = {
    "UPDATE identifier SET value = 'https://doi.org/10.1000/ONE' WHERE value = '10.1000/one'": (
        "ash", "it becomes 10.1000/one", ("doi", "10.1000/one"),
    ),
    "UPDATE identifier SET value = '10.48550/arXiv.2001.00001' WHERE value = '10.1000/one';"
    "DELETE FROM identifier WHERE kind = 'arxiv'": ("ash", "it becomes 2001.00001", ("arxiv", "2001.00001")),
    "UPDATE identifier SET value = 'arXiv:2001.00001v3' WHERE kind = 'arxiv'": (
        "fir", "it becomes 2001.00001", ("arxiv", "2001.00001"),
    ),
    "INSERT INTO identifier (kind, value, paper, source) SELECT 'doi', 'doi:10.1000/one', paper, source FROM identifier"
    " WHERE value = '10.1000/one'": ("ash", "it goes, since 10.1000/one is there", None),
}  # fmt: skip


@pytest.mark.parametrize("sql", IDENTIFIERS)
def test_an_identifier_gets_its_normal_form(sql: str, path: Path, usual: list[Wrong]) -> None:
    damage(path, sql)
    key, fix, name = IDENTIFIERS[sql]
    title = {"ash": "alder", "fir": "firs"}[key]
    (one,) = (one for one in found(path, f"title:{title}") if one.fault is not None)
    assert (one.key, one.fix) == (key, fix)
    before = identifiers(path)
    assert [one for one in mended(path) if one.fault is not None] == []
    assert len(identifiers(path)) == len(before) - (name is None)
    assert name is None or name in identifiers(path)
    assert backups.made(path) == []
    with Library.open(path, write=True, now=lambda: NOW) as library:
        library.undo()
    assert sorted(identifiers(path)) == sorted(before)


def identifiers(path: Path) -> list[tuple[str, str]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute("SELECT kind, value FROM identifier ORDER BY id").fetchall()


# --- sums -----------------------------------------------------------------------------------------------------------


def test_rows_that_are_not_what_gencli_wrote(path: Path, usual: list[Wrong]) -> None:
    damage(path, "UPDATE link SET url = 'https://y.org'", summed=False)
    (one,) = faults(path)
    what = "rows 1 to 15 are not all as gencli wrote them: a disk lost bits, or another program was at them"
    assert (one.where, one.what, one.fix) == ("table link", what, "they are taken as they are")
    assert mended(path) == usual
    assert [copy.reason for copy in backups.made(path)] == ["before-check"]


def test_rows_that_are_not_what_gencli_wrote_are_told_of_together(path: Path) -> None:
    with Library.open(path, write=True, now=lambda: NOW) as library:
        library.take([Record("x", title=f"Paper {number}") for number in range(90)])
    damage(path, "UPDATE paper SET fingerprint = 'x' WHERE id > 16 AND id <> 70; DELETE FROM link", summed=False)
    said = [(one.where, one.what.partition(" are")[0]) for one in faults(path)]
    assert said == [("table paper", "rows 16 to 95"), ("table link", "rows 1 to 15")]


# --- pages ----------------------------------------------------------------------------------------------------------


def spoiled(path: Path, name: str) -> None:
    """Overwrite the first page of a table or of an index."""
    with closing(sqlite3.connect(path)) as connection:
        number = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", [name]).fetchone()[0]
        size = connection.execute("PRAGMA page_size").fetchone()[0]
    content = bytearray(path.read_bytes())
    start = (number - 1) * size
    content[start + 8 : start + 60] = bytes([7]) * 52
    path.write_bytes(content)


def test_pages_that_do_not_fit_together_are_told_with_the_way_back(path: Path) -> None:
    damage(path, "CREATE TRIGGER evil AFTER DELETE ON tag BEGIN DELETE FROM paper; END")
    spoiled(path, "paper_lead")
    first, *others = found(path)
    assert (first.where, first.fix, bool(first.raw)) == ("file", None, True)
    assert "sqlite3 FILE .recover" in first.what
    assert "trigger evil" in {one.where for one in others}
    assert {one.fix for one in others} == {None}
    before = path.read_bytes()
    assert mended(path) == [first, *others]
    assert path.read_bytes() == before
    copy = backups.asked(path, NOW)
    assert f"gencli init NEW --from {copy}" in found(path)[0].what


def test_what_cannot_be_read_at_all_does_not_hide_what_was_found(path: Path, run: Run) -> None:
    spoiled(path, "paper")
    done = run("--db", path, "check", "--json")
    assert (done.code, [one["where"] for one in done.json]) == (1, ["file", "file"])
    assert "the rest could not be looked at" in done.json[1]["what"]


def test_a_table_that_is_not_there_is_said_with_the_newest_copy(path: Path, run: Run) -> None:
    copy = backups.asked(path, NOW)
    damage(path, "DROP TABLE setting")
    for words in (["check"], ["check", "--fix"], ["list"]):
        done = run("--db", path, *words)
        assert (done.code, f"hint: restore a copy: gencli init NEW --from {copy}\n" in done.err) == (6, True)
    damage(copy, "UPDATE paper SET authors = '[{' WHERE key = 'ash'")
    done = run("--db", copy, "show", "ash")
    assert (done.code, "hint: restore a backup, or try `sqlite3 FILE .recover`\n" in done.err) == (6, True)


def test_a_table_with_more_than_ours(path: Path) -> None:
    damage(path, "ALTER TABLE tag ADD COLUMN colour TEXT")
    (one,) = faults(path)
    assert (one.where, one.what, one.fix) == ("table tag", "is not as gencli makes it", None)


# --- as a user meets it ---------------------------------------------------------------------------------------------


def test_fix_says_what_it_did(path: Path, run: Run) -> None:
    damage(path, "DELETE FROM problem; CREATE TRIGGER evil AFTER DELETE ON tag BEGIN SELECT 1; END;"
                 "INSERT INTO tag (paper, name) VALUES (99, 'lost');"
                 "UPDATE identifier SET value = 'doi:10.1000/one' WHERE value = '10.1000/one'")  # fmt: skip
    done = run("--db", path, "check")
    assert "3 things to look at\n  hint: 3 can be mended safely: gencli --db" in done.err
    done = run("--db", path, "check", "--fix")
    (copy,) = backups.made(path)
    assert (done.code, done.out) == (0, "")
    assert done.err.splitlines() == [
        f"copied the library to {copy.path} first",
        "mended 2 faults of the file, which `undo` does not take back",
        f"1 paper mended; undo: gencli --db {path} undo",
    ]
    again = run("--db", path, "check", "--fix")
    assert (again.code, again.err, len(backups.made(path))) == (0, "", 1)


def test_where_no_copy_can_be_made_nothing_is_mended(
    path: Path, monkeypatch: pytest.MonkeyPatch, usual: list[Wrong]
) -> None:
    def full(*_: object) -> None:
        raise LibraryFileError("the disk is full")

    damage(path, "INSERT INTO tag (paper, name) VALUES (99, 'lost')")
    before = path.read_bytes()
    monkeypatch.setattr(backups, "copy", full)
    with pytest.raises(LibraryFileError):
        mended(path)
    assert path.read_bytes() == before
