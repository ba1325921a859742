"""The entries of .bib files on their way into a library: which paper each is, what is new, what stays."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from gencli import Author, Library, Outcome, Record, formats
from gencli.filing import Place
from gencli.formats.bibtex import reader
from gencli.formats.bibtex.writer import pieces
from gencli.store import schema

ROOT = Path(__file__).resolve().parents[2]


class Shelf:
    """A library and what a test does with it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.library = Library.open(path, write=True, now=lambda: "2026-01-01T00:00:00Z")

    def take(self, text: str, name: str = "a.bib", **more: Any) -> Outcome:
        counts = formats.keys(text, "bibtex")
        repeated = frozenset(key for key, count in counts.items() if count > 1)
        place = Place(f"/somewhere/{name}", name, frozenset(counts), repeated)
        return self.library.take_list(place, "bib", lambda origin: reader.read(text, origin, name), **more)

    def export(self) -> str:
        return "".join(pieces(self.library.volume()[0]))

    def keys(self) -> list[str]:
        return [paper.key for paper in self.library.find("", "key")]

    def rows(self, *left_out: str) -> dict[str, list[tuple[Any, ...]]]:
        """All that the tables hold."""
        connection = self.library._store.connection
        names = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        mine = [name for name in names if not name.startswith(("words_", "sqlite_")) and name not in left_out]
        # The list of words has no row numbers.
        first = {name: "" if name in ("vocabulary", "digest") else "rowid, " for name in mine}
        return {
            name: [tuple(row) for row in connection.execute(f"SELECT {first[name]}* FROM {name} ORDER BY 1")]
            for name in mine
        }


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Shelf]:
    schema.create(tmp_path / "l.sqlite")
    found = Shelf(tmp_path / "l.sqlite")
    yield found
    found.library.close()


def entry(key: str, *fields: str, kind: str = "article", title: str = "On Things", year: int = 2001) -> str:
    told = [f"title = {{{title}}}", "author = {Lee, Ann}", f"year = {year}", *fields]
    return f"@{kind}{{{key}, {', '.join(told)}}}\n"


# --- the same paper ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("eprint = {2201.02177v1}, archiveprefix = {arXiv}", "url = {http://arxiv.org/pdf/2201.02177v3}"),
        ("doi = {10.1000/ABC}", "doi = {https://doi.org/10.1000/abc}"),
        ("pmid = {12345678}", "pmid = {12345678}, note = {x}"),
        ("url = {https://aclanthology.org/P19-1001}", "url = {https://www.aclweb.org/anthology/P19-1001.pdf}"),
        ("url = {https://openreview.net/forum?id=AbCdEf123}", "url = {https://openreview.net/pdf?id=AbCdEf123}"),
    ],
    ids=["arXiv", "DOI", "PubMed", "ACL", "OpenReview"],
)
def test_entries_that_share_an_identifier_are_one_paper(shelf: Shelf, one: str, other: str) -> None:
    assert shelf.take(entry("Lee01", one, "volume = 3")).added == ("Lee01",)
    outcome = shelf.take(entry("things", other, "pages = {1--9}"), "b.bib")
    assert (outcome.added, outcome.merged, outcome.united) == ((), ("Lee01",), (("Lee01", "things"),))
    paper = shelf.library.get("things")
    assert (paper.key, paper.aliases) == ("Lee01", ("things",))
    assert (paper.fields["volume"], paper.fields["pages"]) == ("3", "1--9")
    assert "  volume = 3,\n" in shelf.export()
    assert "  pages = {1--9},\n" in shelf.export()


def test_what_conflicts_is_kept_beside_and_the_earlier_holds(shelf: Shelf) -> None:
    shelf.take(entry("k", "doi = {10.1000/a}", "volume = 3"))
    shelf.take(entry("k", "doi = {10.1000/a}", "volume = {4}", "note = {N}"), "b.bib")
    assert shelf.library.get("k").fields["volume"] == "3"
    assert [(one.field, one.source, one.value) for one in shelf.library.beside("k")] == [
        ("fields.volume", "bib:b.bib", "4")
    ]
    assert "volume = 3," in shelf.export()
    assert "note = {N}," in shelf.export()


def test_a_doi_that_two_wholly_different_titles_share_makes_them_no_one(shelf: Shelf) -> None:
    text = entry("a", "doi = {10.1000/a}") + entry("b", "doi = {10.1000/a}", title="Fish of Norway")
    assert shelf.take(text).added == ("a", "b")
    assert [paper.title for paper in shelf.library.find("", "key")] == ["On Things", "Fish of Norway"]
    assert shelf.export().count("doi = {10.1000/a}") == 2
    assert not shelf.take(text).changed


def test_the_same_entry_in_two_files_is_one_paper_with_one_entry(shelf: Shelf) -> None:
    text = entry("k", "journal = {J}", "volume = 3")
    shelf.take(text)
    before = shelf.rows()
    outcome = shelf.take(text, "b.bib")
    assert (outcome.changed, outcome.unchanged) == (False, ("k",))
    assert shelf.rows() == before


def test_the_same_work_under_another_key_is_found_by_both(shelf: Shelf) -> None:
    shelf.take(entry("k", "journal = {J}", "volume = 3"))
    assert shelf.take(entry("Lee:2001", "journal = {J}", "volume = 3"), "b.bib").added == ()
    assert shelf.library.get("Lee:2001").key == "k"


@pytest.mark.parametrize("other", ["volume = 4", "journal = {K}", "note = {only this}"])
def test_likely_duplicates_are_not_made_one_unasked(shelf: Shelf, other: str) -> None:
    shelf.take(entry("k", "journal = {J}", "volume = 3"))
    assert shelf.take(entry("l", other), "b.bib").added == ("l",)


def test_identical_entries_in_one_file(shelf: Shelf) -> None:
    text = entry("k", "journal = {J}", "volume = 3")
    assert shelf.take(text + text).added == ("k",)
    assert shelf.export().count("@article") == 1
    assert not shelf.take(text + text).changed


def test_two_entries_of_one_paper_in_one_file(shelf: Shelf) -> None:
    text = entry("k", "doi = {10.1000/a}", "volume = 3") + entry("l", "doi = {10.1000/a}", "number = 4")
    shelf.take(text)
    assert shelf.keys() == ["k"]
    paper = shelf.library.get("l")
    assert (paper.fields["volume"], paper.fields["number"]) == ("3", "4")
    before = shelf.rows()
    assert not shelf.take(text).changed
    assert shelf.rows() == before
    shelf.take(text.replace("number = 4", "number = 5"))
    assert shelf.library.get("k").fields["number"] == "5"
    assert shelf.library.get("k").fields["volume"] == "3"


def test_a_paper_of_a_page_is_met_by_its_entry(shelf: Shelf) -> None:
    record = Record("page:P", title="On Things", authors=(Author("Lee", "Ann"),), year=2001,
                    identifiers={"arxiv": "2201.02177"})  # fmt: skip
    shelf.library.take([record])
    outcome = shelf.take(entry("Lee", "eprint = {2201.02177}", "journal = {J}"))
    assert outcome.merged == ("lee2001things",)
    assert shelf.library.get("Lee").venue == "J"


# --- keys -------------------------------------------------------------------------------------------


def test_a_key_that_two_works_have_gets_a_letter_and_each_keeps_its_entry(shelf: Shelf) -> None:
    shelf.take(entry("k", title="On Cats"))
    assert shelf.take(entry("k", title="Of Dogs"), "b.bib").added == ("ka",)
    assert shelf.library.get("k").title == "On Cats"
    assert shelf.library.get("ka").title == "Of Dogs"


def test_a_letter_is_none_that_a_work_to_come_has(shelf: Shelf) -> None:
    text = entry("k", title="On Cats") + entry("k", title="Of Dogs") + entry("ka", title="By Mice")
    assert shelf.take(text).added == ("k", "kb", "ka")
    assert shelf.library.get("ka").title == "By Mice"


def test_keys_that_differ_only_in_case_are_found_as_they_are_written(shelf: Shelf) -> None:
    text = entry("Lee99", title="On Cats") + entry("lee99", title="Of Dogs")
    assert shelf.take(text).added == ("Lee99", "lee99a")
    assert shelf.library.get("Lee99").title == "On Cats"
    assert shelf.library.get("lee99").title == "Of Dogs"
    assert shelf.library.get("lee99a").aliases == ("lee99",)
    before = shelf.rows()
    assert not shelf.take(text).changed
    assert shelf.rows() == before


@pytest.mark.parametrize("key", ["", "a b", "a{b", 'a"b', "É:1", "a'b"])
def test_odd_keys(shelf: Shelf, key: str) -> None:
    text = entry(key, "journal = {J}", title="On Cats") + entry("other", title="Of Dogs")
    outcome = shelf.take(text)
    before, out = shelf.rows(), shelf.export()
    assert len(shelf.keys()) + sum(not problem.taken for problem in outcome.problems) == 2
    assert not shelf.take(text).changed
    assert (shelf.rows(), shelf.export()) == (before, out)


def test_entries_without_keys(shelf: Shelf) -> None:
    text = entry("", title="On Cats") + entry("", title="Of Dogs")
    assert shelf.take(text).added == ("lee2001cats", "lee2001dogs")
    assert not shelf.take(text).changed
    shelf.take(text.replace("On Cats", "On Rats"))
    assert "Of Dogs" in shelf.export()


# --- again ------------------------------------------------------------------------------------------

FILE = (
    "% my list\n@string{j = {Journal}}\n@preamble{{\\x}}\n@comment{jabref-meta: x;}\n"
    + entry("a", "journal = j", "volume = 1")
    + entry("b", "crossref = {c}", title="A Part", kind="incollection")
    + entry("c", "publisher = {P}", title="A Whole", kind="book")
    + entry("d", "doi = {10.1000/d}", "month = mar", title="On D")
    + "@misc{odd title = {O}}\n@misc{broken, title = {x}{y}}\n"
)


def test_the_same_file_again_changes_nothing(shelf: Shelf) -> None:
    outcome = shelf.take(FILE)
    assert outcome.added == ("a", "b", "c", "d", "odd")
    assert [problem.where for problem in outcome.problems] == ["a.bib:9", "a.bib:10"]
    before = shelf.rows()
    again = shelf.take(FILE)
    assert (again.changed, set(again.unchanged)) == (False, set(outcome.added))
    assert shelf.rows() == before


def test_the_export_taken_in_again_changes_nothing(shelf: Shelf) -> None:
    shelf.take(FILE)
    shelf.take(entry("a", title="Another", kind="book") + entry("x", "doi = {10.1000/D}", "note = {N}"), "b.bib")
    before, text = shelf.rows(), shelf.export()
    assert not shelf.take(text, "export.bib").changed
    assert shelf.rows() == before
    assert shelf.export() == text


def test_a_file_that_was_edited_brings_its_paper_up_to_date(shelf: Shelf) -> None:
    shelf.take(FILE)
    assert shelf.take(FILE.replace("volume = 1", "volume = 2, note = {N}")).merged == ("a",)
    paper = shelf.library.get("a")
    assert (paper.fields["volume"], paper.fields["note"]) == ("2", "N")
    assert shelf.take(FILE.replace("volume = 1", "number = 5")).merged == ("a",)
    fields = shelf.library.get("a").fields
    assert (fields.get("volume"), fields.get("note"), fields["number"]) == (None, None, "5")
    assert "note" not in shelf.export()
    assert len(shelf.keys()) == 5


def test_a_work_that_a_file_no_longer_has_stays(shelf: Shelf) -> None:
    shelf.take(FILE)
    assert not shelf.take(FILE.replace(entry("d", "doi = {10.1000/d}", "month = mar", title="On D"), "")).changed
    assert shelf.library.get("d").title == "On D"


def test_a_value_of_the_user_stays(shelf: Shelf) -> None:
    shelf.take(FILE)
    shelf.library.take([Record("user", title="Mine", identifiers={"doi": "10.1000/d"}, fields={"note": "N"})])
    before = shelf.rows()
    assert not shelf.take(FILE).changed
    assert shelf.rows() == before
    shelf.take(FILE.replace("On D", "On D and E"))
    paper = shelf.library.get("d")
    assert (paper.title, paper.fields["note"]) == ("Mine", "N")
    assert "title = {Mine}" in shelf.export()
    assert "note = {N}" in shelf.export()


def test_what_was_kept_aside_is_in_the_library_once(shelf: Shelf) -> None:
    asides = "@misc{broken, title = {x}{y}}\n"
    assert len(shelf.take(entry("a") + asides).problems) == 1
    assert shelf.take(entry("b", title="On B") + asides, "b.bib").problems == ()
    before = shelf.rows()
    for name, key in (("a.bib", "a"), ("b.bib", "b")):
        shelf.take(entry(key, title="On Things" if key == "a" else "On B") + asides, name)
    assert shelf.rows() == before
    assert [row[-3] for row in before["problem"]] == ["@misc{broken, title = {x}{y}}"]


def test_what_is_mended_is_no_longer_aside(shelf: Shelf) -> None:
    shelf.take(FILE)
    assert len(shelf.rows()["problem"]) == 2
    assert shelf.take(FILE.replace("{x}{y}", "{x y}").replace("odd title", "odd, title")).added == ("broken",)
    assert shelf.rows()["problem"] == []


def test_two_files_of_one_name(shelf: Shelf) -> None:
    shelf.take(entry("a", "journal = j") + "@string{j = {One}}", "a.bib")
    place = Place("/elsewhere/a.bib", "a.bib")
    text = entry("b", "journal = j", title="B") + "@string{j = {Two}}"
    shelf.library.take_list(place, "bib", lambda origin: reader.read(text, origin, "a.bib"))
    assert [row[2] for row in shelf.rows()["file"]] == ["a.bib", "a.bib (2)"]
    assert "@string{j = {One}}" in shelf.export()
    assert "journal = {Two}" in shelf.export()


def test_tags_are_given_to_all_that_a_file_names(shelf: Shelf) -> None:
    shelf.take(entry("a"))
    assert shelf.take(FILE, "b.bib", tags=["thesis", "two words"]).changed
    assert shelf.library.tags() == [("thesis", 5), ("two words", 5)]
    assert not shelf.take(FILE, "b.bib", tags=["thesis"]).changed


def test_a_dry_run_leaves_no_trace(shelf: Shelf) -> None:
    before = shelf.rows()
    assert shelf.take(FILE, dry_run=True).added == ("a", "b", "c", "d", "odd")
    assert shelf.rows() == before


# --- undo --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "act",
    [
        lambda shelf: shelf.take(FILE + entry("e", title="On E"), "b.bib"),
        lambda shelf: shelf.take(FILE.replace("volume = 1", "note = {N}").replace("{x}{y}", "{x}")),
        lambda shelf: shelf.take(entry("z", "doi = {10.1000/d}", "note = {N}") + entry("A", title="On Dogs"), "b.bib"),
        lambda shelf: shelf.take(FILE, tags=["t"]),
        lambda shelf: shelf.take("% text alone\n@misc{broken, title = {x}{y}}@comment{c}", "c.bib"),
    ],
    ids=["another file", "edited", "merged", "tags", "text alone"],
)
def test_an_import_that_is_undone_leaves_no_trace(shelf: Shelf, act: Callable[[Shelf], Outcome]) -> None:
    shelf.take(FILE)
    before, out = shelf.rows("step", "change"), shelf.export()
    act(shelf)
    after = shelf.rows("step", "change")
    assert after != before
    shelf.library.undo()
    assert shelf.rows("step", "change") == before
    assert shelf.export() == out
    shelf.library.redo()
    assert shelf.rows("step", "change") == after


# --- an older library ---------------------------------------------------------------------------------


@pytest.mark.parametrize("schema_of", range(1, schema.VERSION))
def test_a_library_of_an_older_schema_takes_a_file(tmp_path: Path, schema_of: int) -> None:
    shutil.copyfile(ROOT / "tests" / "data" / f"schema_{schema_of}.sqlite", tmp_path / "old.sqlite")
    shelf = Shelf(tmp_path / "old.sqlite")
    try:
        keys = shelf.keys()
        aliases = {paper.key: paper.aliases for paper in shelf.library.find("", "key")}
        assert keys
        # What is searched today is written anew when the library is brought up to date.
        store = shelf.library._store
        assert store.index.lacking(list(store.all_keys())) == []
        assert shelf.library._store.index.faults() == []
        assert shelf.take(FILE).added == ("a", "b", "c", "d", "odd")
        assert sorted(shelf.keys()) == sorted([*keys, "a", "b", "c", "d", "odd"])
        assert {key: shelf.library.get(key).aliases for key in keys} == aliases
        assert not shelf.take(shelf.export(), "export.bib").changed
    finally:
        shelf.library.close()


def test_a_file_of_macros_alone_is_kept(shelf: Shelf) -> None:
    macros = "@string{j = {Journal}}\n@string{k = {Other}}\n"
    shelf.take(macros, "strings.bib")
    before = shelf.rows()
    assert [row[2] for row in before["file"]] == ["strings.bib"]
    shelf.take(macros, "again.bib")
    assert shelf.rows() == before
    shelf.take(macros.replace("Other", "Else"), "more.bib")
    assert len(shelf.rows()["file"]) == 2
