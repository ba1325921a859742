"""What a person changes of an entry, its key, and of what is one; by the library's verbs."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gencli import Author, Library, Record
from gencli.editing import read_entry
from gencli.errors import BadInput, Conflict, NotFound
from gencli.filing import Place
from gencli.formats import listed
from gencli.formats.bibtex.cut import cut
from gencli.formats.bibtex.writer import pieces

Take = Callable[..., None]

NOW = "2026-11-23T10:00:00Z"
REFS = """\
@string{bog = {Bog and Fen}}
@article{ash, Author = "Ash, Ann", title = {Of {B}ogs}, journal = bog, year = 2001, month = mar, doi = {10.5555/b1}}
@misc{fern, author = {Fern, Bo}, title = {Ferns}, year = {2017}}
"""


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    Library.create(tmp_path / "l.sqlite")
    with Library.open(tmp_path / "l.sqlite", write=True, now=lambda: NOW) as found:
        take(found, REFS)
        yield found


def take(library: Library, text: str, name: str = "refs.bib") -> None:
    library.take_list(Place(f"/{name}", name), "bibtex", lambda origin: listed(text, "bibtex", origin, name))


def exported(library: Library) -> str:
    return "".join(pieces(library.volume()[0]))


# --- a text is one entry -----------------------------------------------------------------------------


def test_an_entry_as_it_was_typed() -> None:
    entry = read_entry('\n% a remark\n@Article{k:1,\r\n Title = "A {b}" # x,\n year=2001}\n\n')
    assert (entry.type, entry.key) == ("Article", "k:1")
    assert entry.fields == (("Title", '"A {b}" # x', "A {b}x"), ("year", "2001", "2001"))


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("", "there is no entry"),
        ("% a remark\n", "there is no entry"),
        ("hello", "there is no entry"),
        ("@misc{a, title={x}}\n@misc{b, title={y}}", "there are 2 blocks, not one entry"),
        ("@string{a = {b}}", "not one entry"),
        ("@string{a = {b}}\n@misc{b, title={y}}", "there are 2 blocks, not one entry"),
        ("@misc{a, title={x}, Title={y}}", "the field title is there twice"),
        ("@misc{, title={x}}", "'' is no key"),
        ("@misc{a b, title={x}}", ""),
        ("@misc{a, title={x}", "line 1: this is no entry"),
        ("\n\n@misc{a, title={x}", "line 3: this is no entry"),
        ("@misc{a, title={x}}}", "outside the entry there is '}'"),
        ("@misc{a, title={x}}\n% a remark\nand more\n", "outside the entry there is 'and more'"),
    ],
)
def test_what_is_not_one_entry(text: str, what: str) -> None:
    with pytest.raises(BadInput) as caught:
        read_entry(text)
    assert what in caught.value.message
    assert "\n" not in caught.value.message


@given(st.text(alphabet='@misc{}()a,="\\#% \n1é', max_size=60) | st.text(max_size=60))
def test_any_text_is_one_entry_or_refused(text: str) -> None:
    for wanted in (text, f"@misc{{a, {text}}}", f"@misc{{{text}"):
        try:
            entry = read_entry(wanted)
        except BadInput:
            continue
        assert entry.key


def test_a_large_text_is_refused_soon() -> None:
    for text in ("@misc{a, title={" + "{" * 500_000, "@" * 500_000, "@misc{a," + "x = {y}," * 50_000, "{" * 1_000_000):
        with pytest.raises(BadInput):
            read_entry(text)


# --- what an export writes is what can be edited -------------------------------------------------------


def test_the_entry_of_a_paper_changes_nothing_when_it_is_given_back(library: Library) -> None:
    before = exported(library)
    for key in ("ash", "fern"):
        outcome = library.edit(key, library.entry(key))
        assert (outcome.unchanged, outcome.changed) == ((key,), False)
    assert exported(library) == before


def test_a_paper_that_no_bib_tells_of(library: Library) -> None:
    library.take([Record(source="arxiv", type="misc", title="A_b & 100% GANs", authors=(Author("Oak", "Ed"),),
                         year=2020, identifiers={"arxiv": "2001.00001"})])  # fmt: skip
    text = library.entry("2001.00001")
    assert library.edit("2001.00001", text).changed is False
    outcome = library.edit("2001.00001", text.replace("2020", "2021"))
    assert [(news.field, news.after) for news in outcome.news] == [("year", "2021"), ("key", "oak2021ab")]
    assert library.entry("2001.00001") == text.replace("2020", "2021")
    # What arXiv says later is kept beside.
    library.update([Record(source="arxiv", year=2022, identifiers={"arxiv": "2001.00001"})])
    assert library.get("2001.00001").year == 2021


@pytest.mark.parametrize(
    "value",
    ["a\\", "a\\\\", "{a}", "{a", "a}", "\\{a\\}", "\\{", '"', "a\n@misc{b}\nc", "@misc{x}", "%", "a % b", "\\%", "#",
     "$x & y$", "é", "  a  b  ", "", "\t", "\x00", "a,b = c", "日本", "\\url{a}", "--", "\r\n"],
)  # fmt: skip
def test_what_is_set_is_read_back_or_refused(library: Library, value: str) -> None:
    before = exported(library)
    try:
        library.set_fields("fern", {"note": value})
    except BadInput:
        assert exported(library) == before
        return
    _holds(library, before)


@given(st.text(alphabet='{}\\"%&#$@ \nab,=', max_size=30))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
def test_nothing_that_is_set_breaks_out_of_its_field(library: Library, value: str) -> None:
    test_what_is_set_is_read_back_or_refused(library, value)


def _holds(library: Library, before: str) -> None:
    """The export differs in the entry of one paper alone, which is read as it is."""
    text = exported(library)
    entries = [block for block in cut(text) if block.kind == "entry"]
    assert [block.key for block in entries] == ["ash", "fern"]
    assert not [block for block in cut(text) if block.kind == "broken"]
    assert text[: text.index("@misc")] == before[: before.index("@misc")]
    assert library.edit("fern", library.entry("fern")).changed is False


def test_a_field_that_an_entry_has_may_be_called_as_it_likes(library: Library) -> None:
    take(library, "@misc{odd, title = {Odd}, tags = {a}, key = {b}, status = {}}", "odd.bib")
    library.set_fields("odd", {"tags": "c", "key": None, "status": None})
    assert library.entry("odd") == "@misc{odd,\n  title = {Odd},\n  tags = {c},\n}\n"
    with pytest.raises(BadInput, match="starred is no field"):
        library.set_fields("odd", {"starred": "yes"})


def test_months_are_macros_where_they_can_be(library: Library) -> None:
    for value, raw in (("Jun", "jun"), ("June", "{June}"), ("7", "{7}"), ("jun # 3", "{jun \\# 3}")):
        library.set_fields("ash", {"month": value})
        assert f"  month = {raw},\n" in library.entry("ash")


def test_a_macro_means_what_the_papers_own_file_says(library: Library) -> None:
    take(library, "@string{bog = {Another}, only = {Only Here}}\n@misc{other, title = {T}, year = 1}", "other.bib")
    library.edit("fern", library.entry("fern").replace("{2017}", "{2017},\n note = bog # { } # only"))
    assert "note = {Bog and Fen Only Here}" in library.entry("fern")
    library.edit("other", library.entry("other").replace("year = 1", "year = 1,\n note = BOG"))
    assert "note = {Another}" in library.entry("other")
    with pytest.raises(BadInput, match=r"no \.bib defines 'nosuch'"):
        library.edit("fern", library.entry("fern").replace("{2017}", "nosuch"))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("title", "Of {Bogs}"),
        ("title", "{Of Bogs}"),
        ("author", "Ann Ash"),
        ("journal", "{Bog} and Fen"),
        ("month", "march"),
        ("doi", "https://doi.org/10.5555/B1"),
        ("year", "{2001}"),
    ],
)
def test_what_is_only_written_otherwise_is_the_users_too(library: Library, name: str, value: str) -> None:
    before = library.get("ash")
    outcome = library.set_fields("ash", {name: value})
    assert outcome.merged == ("ash",)
    assert f"{name} = {{{value}}}" in library.entry("ash").replace("Author", "author")
    assert library.get("ash").title == before.title
    # It holds when the file says something else later.
    take(library, REFS.replace("2001", "2001, number = 3"))
    assert f"{name} = {{{value}}}" in library.entry("ash").replace("Author", "author")
    library.undo(), library.undo()
    assert library.get("ash") == before


def test_what_is_only_written_otherwise_on_a_paper_from_arxiv(library: Library) -> None:
    told = Record(source="arxiv", type="misc", title="Training GANs", authors=(Author("Oak", "Ed"),),
                  year=2020, identifiers={"arxiv": "2001.00001"})  # fmt: skip
    library.take([told])
    library.set_fields("2001.00001", {"title": "{Training} {GANs}", "author": "Oak, Ed"})
    assert "title = {{Training} {GANs}}" in library.entry("2001.00001")
    library.update([told._replace(title="Training Better GANs")])
    assert "title = {{Training} {GANs}}" in library.entry("2001.00001")
    assert [variant.value for variant in library.beside("2001.00001")] == ["Training Better GANs"]


def test_an_empty_field_is_taken_away(library: Library) -> None:
    names = (
        "title",
        "year",
        "month",
        "date",
        "day",
        "author",
        "journal",
        "abstract",
        "subtitle",
        "doi",
        "eprint",
        "url",
    )
    take(library, "@misc{odd, " + ", ".join(f"{name} = {{}}" for name in names) + ", note = {x}}", "odd.bib")
    library.set_fields("odd", dict.fromkeys(names))
    assert library.entry("odd") == "@misc{odd,\n  note = {x},\n}\n"


def test_the_case_of_a_fields_name_is_the_files(library: Library) -> None:
    library.set_fields("ash", {"author": "Oak, Ed"})
    assert "  Author = {Oak, Ed},\n" in library.entry("ash")
    assert library.get("ash").authors == (Author("Oak", "Ed"),)


def test_what_the_user_took_away_can_be_given_again(library: Library) -> None:
    library.set_fields("ash", {"title": None})
    assert library.get("ash").title is None
    assert "title" not in library.entry("ash")
    library.set_fields("ash", {"title": "Anew"})
    assert (library.get("ash").title, "  title = {Anew},\n" in library.entry("ash")) == ("Anew", True)


def test_an_identifier_of_another_paper_is_a_conflict(library: Library) -> None:
    with pytest.raises(Conflict) as caught:
        library.set_fields("fern", {"doi": "10.5555/B1"})
    assert (caught.value.message, caught.value.hint) == (
        "ash has this DOI already: 10.5555/b1", "if they are one: gencli merge ash fern",
    )  # fmt: skip
    assert "doi" not in library.entry("fern")
    library.set_fields("ash", {"doi": None})
    library.set_fields("fern", {"doi": "10.5555/B1"})
    assert library.get("10.5555/b1").key == "fern"


def test_a_parent_that_is_set_is_found_in_every_case(library: Library) -> None:
    library.set_fields("ash", {"crossref": "fern"})
    volume, count = library.volume("key:ash")
    assert (count, [paper.key for paper, _ in volume.papers]) == (2, ["ash", "fern"])
    library.set_fields("ash", {"crossref": None})
    assert library.volume("key:ash")[1] == 1


# --- keys ----------------------------------------------------------------------------------------------


def test_an_old_key_is_no_other_papers(library: Library) -> None:
    library.rekey("ash", "oak")
    with pytest.raises(Conflict, match="'ash' is an old key of oak"):
        library.rekey("fern", "ash")
    with pytest.raises(Conflict, match="'OAK' is another paper's key"):
        library.rekey("fern", "OAK")
    with pytest.raises(NotFound):
        library.rekey("nosuch", "x")
    library.rekey("fern", "Fern")
    assert (library.get("fern").key, library.get("fern").aliases) == ("Fern", ("fern",))


def test_a_pattern_keeps_what_is_right(library: Library) -> None:
    take(library, "@misc{fern2017a, author={Fern, Cy}, title={Moss}, year={2017}}", "more.bib")
    outcome, pairs = library.rekey_all("{author}{year}")
    assert pairs == [("ash", "ash2001"), ("fern", "fern2017")]
    assert outcome.unchanged == ("fern2017a",)
    outcome, pairs = library.rekey_all("{author}{year}")
    assert (pairs, outcome.changed) == ([], False)
    library.remove(["fern2017"])
    assert library.rekey_all("{author}{year}")[1] == [("fern2017a", "fern2017")]


def test_a_paper_that_a_pattern_gives_nothing_keeps_its_key(library: Library) -> None:
    take(library, "@misc{anon, title={Nobody}, year={2017}}", "more.bib")
    outcome, pairs = library.rekey_all("{author}")
    assert (pairs, outcome.changed) == ([], False)
    assert [(problem.where, problem.what) for problem in outcome.problems] == [("anon", "'{author}' gives anon no key")]
    with pytest.raises(BadInput, match="has no part"):
        library.rekey_all("{nosuch}")
    with pytest.raises(BadInput, match="gives no key"):
        library.rekey_all("{author}", "key:anon")
    assert {paper.key for paper in library.find()} == {"anon", "ash", "fern"}


# --- what is one -----------------------------------------------------------------------------------------


def test_merge_is_undone_to_the_last_row(library: Library) -> None:
    take(library, "@misc{moss, author={Fern, B.}, title={Ferns!}, year={2018}, note={x}, crossref={ash}}", "more.bib")
    library.set_fields("moss", {"title": "Mine", "volume": "1"})
    library.set_fields("fern", {"volume": "2"})
    library.distinct("ash", "moss")
    before = exported(library), library.find(), library.duplicates(), list(library.check())
    library.merge("fern", ["moss"])
    # The user's own word holds, the first paper's where both have one.
    assert (library.get("moss").title, library.get("moss").fields["volume"]) == ("Mine", "2")
    library.undo()
    assert (exported(library), library.find(), library.duplicates(), list(library.check())) == before
    library.redo()
    assert library.get("moss").key == "fern"


@pytest.mark.parametrize("name", ["volume", "title", "doi", "year"])
@pytest.mark.parametrize("first", ["fern", "moss"])
def test_what_the_user_took_away_of_one_paper_is_no_word_about_the_other(
    library: Library, name: str, first: str
) -> None:
    take(library, "@article{fern, title = {Ferns of a wood}, volume = {3}, year = {1999}, doi = {10.5555/f}}")
    take(library, "@article{moss, title = {Mosses of it}, volume = {4}, year = {1998}, doi = {10.5555/m}}", "more.bib")
    library.set_fields("moss", {name: "1997" if name != "doi" else "10.5555/n"})
    library.set_fields("moss", {name: None})
    library.merge(first, ["moss" if first == "fern" else "fern"])
    known = {"fern": {"volume": "3", "year": "1999", "doi": "10.5555/f"}, "moss": {}}[first]
    text = exported(library)
    assert all(f"{key} = {{{value}}}" in text or f"{key} = {value}" in text for key, value in known.items()), text


def test_what_was_told_apart_stays_apart_behind_a_merge(library: Library) -> None:
    take(library, "@misc{fern2, author={Fern, Bo}, title={Ferns}, year={2017}, note={a}, pages={1}}\n"
                  "@misc{third, author={Fir, Al}, title={Firs}, year={1990}}", "more.bib")  # fmt: skip
    assert [set(group.keys) for group in library.duplicates()] == [{"fern", "fern2"}]
    library.distinct("fern", "fern2")
    library.merge("third", ["fern2"])
    library.set_fields("third", {"title": "Ferns", "author": "Fern, Bo", "year": "2017"})
    assert library.duplicates() == []
    library.undo(), library.undo(), library.undo()
    assert [set(group.keys) for group in library.duplicates()] == [{"fern", "fern2"}]
