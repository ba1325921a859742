"""The library file as rows: transactions, lookups by index, copies."""

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from gencli import Author, Library, Link, Mention, Page, Record
from gencli.errors import LibraryFileError, NotFound
from gencli.query import Match
from gencli.store import backups, rows, schema
from gencli.store.store import Store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    path = tmp_path / "l.sqlite"
    schema.create(path)
    mention = Mention("P", ("S", "T"), "G", "item", 1, "Label", True, "note")
    records = (
        Record(
            "page:P",
            type="article",
            title="First",
            authors=(Author("van Last", "Given", "Jr"), Author(literal="A Body")),
            authors_complete=False,
            year=2019,
            date="2019-02-03",
            posted="2018-01-02",
            updated="2019-01-01",
            venue="Venue",
            abstract="Abstract",
            identifiers={"arxiv": "2101.00001", "doi": "10.1/a"},
            arxiv_version=3,
            primary_category="cs.LG",
            categories=("cs.LG", "stat.ML"),
            links=(Link("pdf", "https://x.org/1.pdf"), Link("code", "https://x.org/code")),
            fields={"volume": "1", "note": "ünï\ncode"},
            mentions=(mention,),
        ),
        Record("page:P", title="Second", year=2020),
    )
    with Library.open(path, write=True, now=lambda: "2026-01-01T00:00:00Z") as library:
        library.take_page(Page("P", "p.txt", "wiki", "text", records, (("a:b", "B"),), ()), tags=["b", "A"])
    found = Store.writing(path)
    with found.transaction():
        found.connection.execute("INSERT INTO alias (key, paper) VALUES ('oldkey', 1), ('Older', 1)")
    yield found
    found.close()


def test_a_paper_comes_back_as_it_was_given(store: Store) -> None:
    paper = store.papers([1])[0]
    assert paper.key == "vanlast2019first"
    assert paper.aliases == ("oldkey", "Older")
    assert paper.authors == (Author("van Last", "Given", "Jr"), Author(literal="A Body"))
    assert (paper.authors_complete, paper.type, paper.arxiv_version) == (False, "article", 3)
    assert (paper.year, paper.date, paper.posted, paper.updated) == (2019, "2019-02-03", "2018-01-02", "2019-01-01")
    assert (paper.venue, paper.abstract, paper.primary_category) == ("Venue", "Abstract", "cs.LG")
    assert paper.categories == ("cs.LG", "stat.ML")
    assert paper.identifiers == {"arxiv": "2101.00001", "doi": "10.1/a"}
    assert paper.links == (Link("pdf", "https://x.org/1.pdf"), Link("code", "https://x.org/code"))
    assert paper.tags == ("A", "b")
    assert paper.fields == {"volume": "1", "note": "ünï\ncode"}
    assert paper.mentions == (Mention("P", ("S", "T"), "G", "item", 1, "Label", True, "note"),)
    assert (paper.starred, paper.status, paper.note) == (True, "unread", "")
    assert paper.added == paper.changed == "2026-01-01T00:00:00Z"
    assert set(paper.origins.values()) == {"page:P"}


def test_papers_come_in_the_order_that_was_asked_for(store: Store) -> None:
    assert [paper.title for paper in store.papers([2, 1])] == ["Second", "First"]
    assert store.papers([]) == []
    assert [paper.title for paper in store.papers([99, 2])] == ["Second"]


@pytest.mark.parametrize("key", ["vanlast2019first", "VANLAST2019FIRST", "oldkey", "OldKey", "older"])
def test_keys_and_old_keys_are_found_in_any_case(store: Store, key: str) -> None:
    assert store.by_key(key) == 1
    assert store.by_key(key + "x") is None


def test_identifiers_are_found_in_their_order_each_paper_once(store: Store) -> None:
    with store.transaction():
        assert store.add_identifier(2, "doi", "10.1/b", "user")
        assert not store.add_identifier(2, "doi", "10.1/a", "user")
    names = [("doi", "10.1/b"), ("arxiv", "2101.00001"), ("doi", "10.1/a"), ("doi", "10.1/none")]
    assert store.by_identifiers(names) == [2, 1]


def test_a_change_happens_whole_or_not_at_all(store: Store) -> None:
    before = store.path.read_bytes()

    def interrupted() -> None:
        with store.transaction():
            store.set(1, {"title": "x"})
            store.add_tag(2, "y")
            raise KeyboardInterrupt

    def refused() -> None:
        with store.transaction():
            store.set(1, {"title": "x"})
            store.set(1, {"status": "eaten"})

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert store.path.read_bytes() == before
    assert store.papers([1])[0].title == "First"
    with pytest.raises(LibraryFileError):
        refused()
    assert store.papers([1])[0].title == "First"
    with store.transaction():
        store.set(1, {"title": "x"})
    assert store.papers([1])[0].title == "x"


def test_who_reads_meanwhile_sees_the_old_or_the_new(store: Store) -> None:
    reader = Store.reading(store.path)
    with store.transaction():
        store.set(1, {"title": "new"})
        assert reader.papers([1])[0].title == "First"
    assert reader.papers([1])[0].title == "new"
    reader.close()


def test_what_is_written_twice_says_that_nothing_changed(store: Store) -> None:
    with store.transaction():
        assert [store.add_tag(1, "c"), store.add_tag(1, "C")] == [True, False]
        assert [store.remove_tag(1, "C"), store.remove_tag(1, "c")] == [True, False]
        assert store.add_link(1, Link("web", "https://x.org"), "u")
        assert not store.add_link(1, Link("pdf", "https://x.org"), "u")
        assert store.add_variant(1, "year", "arxiv", 2018)
        assert not store.add_variant(1, "year", "arxiv", 2018)
        assert store.add_variant(1, "year", "arxiv", 2017)


def test_renaming_a_tag_row_by_row(store: Store) -> None:
    with store.transaction():
        assert store.rename_tag(1, "a", "z")
        assert store.papers([1])[0].tags == ("b", "z")
        assert store.rename_tag(1, "Z", "B")
        assert store.papers([1])[0].tags == ("B",)
        assert not store.rename_tag(1, "b", "B")
        assert not store.rename_tag(1, "none", "B")
    assert store.tag_counts() == [("A", 1), ("B", 2)]


def test_what_was_not_filled_in_yet(store: Store) -> None:
    assert (store.on_arxiv(unfilled=True), store.on_arxiv()) == ([], [(1, "2101.00001")])
    with store.transaction():
        store.add_identifier(2, "arxiv", "2101.00002", "user")
    assert store.on_arxiv(unfilled=True) == [(2, "2101.00002")]
    with store.transaction():
        store.set(2, {"posted": "2021-01-01"})
    assert store.on_arxiv(unfilled=True) == []


def test_counts(store: Store) -> None:
    assert store.counts() == {"paper": 2, "tag": 2, "page": 1, "mention": 1, "problem": 0}


def test_the_index_is_that_of_the_folded_texts(store: Store) -> None:
    with store.transaction():
        store.set(2, {"title": "Łódź ﬁnal", "note": "naïve"})
        store.index.refresh([2])
    row = store.connection.execute("SELECT title, note, tags FROM words WHERE rowid = 2").fetchone()
    assert tuple(row) == ("lodz final", "naive", "a\nb")
    assert store.find(Match("title", ("second",)), "key", False, None) == []
    assert store.find(Match("title", ("lodz",)), "key", False, None) == [2]


def test_a_paper_that_goes_takes_its_parts_along(store: Store) -> None:
    with store.transaction():
        store.connection.execute("DELETE FROM paper WHERE id = 1")
    for table in ("alias", "identifier", "link", "mention"):
        assert store.connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] == 0
    assert store.connection.execute("SELECT count(*) FROM tag").fetchone()[0] == 2


# --- by which index ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ask", "index"),
    [
        (lambda store: store.by_key("vanlast2019first"), "sqlite_autoindex_paper_1 (key=?)"),
        (lambda store: store.by_key("oldkey"), "alias_key (key=?)"),
        (lambda store: store.by_identifiers([("doi", "10.1/a")]), "sqlite_autoindex_identifier_1 (kind=? AND value=?)"),
        (lambda store: store.by_fingerprint("second||2020", 1), "paper_fingerprint (fingerprint=?)"),
        (lambda store: store.tagged("a"), "tag_name (name=?)"),
        (lambda store: store.remove_tag(1, "a"), "sqlite_autoindex_tag_1 (paper=? AND name=?)"),
        (lambda store: store.page_mentions(1), "mention_page (page=?)"),
        (lambda store: store.raw(1), "INTEGER PRIMARY KEY (rowid=?)"),
    ],
)
def test_lookups_use_an_index(store: Store, ask: Callable[[Store], object], index: str) -> None:
    asked: list[str] = []
    with store.transaction():
        store.connection.set_trace_callback(asked.append)
        ask(store)
        store.connection.set_trace_callback(None)
    # What the journal notes meanwhile is told as a remark.
    asked = [sql for sql in asked if not sql.startswith("--")]
    steps = [row[3] for sql in asked for row in store.connection.execute(f"EXPLAIN QUERY PLAN {sql}").fetchall()]
    assert any(step.endswith(index) for step in steps), steps
    assert not any(step.startswith("SCAN") for step in steps), steps


def test_papers_are_read_by_index(store: Store) -> None:
    asked: list[str] = []
    store.connection.set_trace_callback(asked.append)
    store.papers([1, 2])
    store.connection.set_trace_callback(None)
    steps = [row[3] for sql in asked for row in store.connection.execute(f"EXPLAIN QUERY PLAN {sql}").fetchall()]
    assert [step for step in steps if step.startswith("SCAN") and "json_each" not in step] == []


# --- copies ------------------------------------------------------------------------------------


def test_a_copy_is_the_same_library(store: Store, tmp_path: Path) -> None:
    target = tmp_path / "far" / "copy.sqlite"
    backups.copy(store.path, target)
    with Library.open(target) as copied:
        assert [paper.title for paper in copied.find()] == ["Second", "First"]
    assert [entry.name for entry in target.parent.iterdir()] == ["copy.sqlite"]


def test_a_copy_is_made_while_another_writes(store: Store, tmp_path: Path) -> None:
    with store.transaction():
        store.set(1, {"title": "unfinished"})
        backups.copy(store.path, tmp_path / "copy.sqlite")
    with Library.open(tmp_path / "copy.sqlite") as copied:
        assert copied.get("oldkey").title == "First"


def test_nothing_is_copied_from_what_is_no_library(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        backups.copy(tmp_path / "none.sqlite", tmp_path / "copy.sqlite")
    (tmp_path / "text").write_text("text " * 100)
    with pytest.raises(LibraryFileError, match="text is not a gencli library"):
        backups.copy(tmp_path / "text", tmp_path / "copy.sqlite")
    assert [entry.name for entry in tmp_path.iterdir()] == ["text"]


def test_a_copy_never_replaces_a_file(store: Store, tmp_path: Path) -> None:
    (tmp_path / "mine.sqlite").write_text("mine")
    backups.copy(store.path, tmp_path / "mine.sqlite")
    assert (tmp_path / "mine.sqlite").read_text() == "mine"


# --- rows --------------------------------------------------------------------------------------


def test_columns_are_json_with_their_characters_kept() -> None:
    assert rows.author_rows([Author("Müller", "J."), Author(literal="深層")]) == (
        '[{"family":"Müller","given":"J."},{"literal":"深層"}]'
    )
    assert rows.authors(rows.author_rows([Author("a", "b", "Jr")])) == (Author("a", "b", "Jr"),)
    assert rows.authors("[]") == ()


def test_a_file_that_breaks_while_it_is_open_is_told_in_one_line(store: Store) -> None:
    content = store.path.read_bytes()
    reader = Store.reading(store.path)
    store.path.write_bytes(content[:4096] + b"\xff" * (len(content) - 4096))
    with pytest.raises(LibraryFileError, match="is damaged") as caught:
        reader.papers([1])
    assert isinstance(caught.value.__cause__, sqlite3.DatabaseError)
    reader.close()
    store.path.write_bytes(content)
