"""Likely duplicates and what is wrong in a whole library; by the library's verbs."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from gencli import Author, Library, Mention, Page, Record
from gencli.filing import Place
from gencli.formats import listed
from gencli.upkeep import Wrong

NOW = "2026-11-23T10:00:00Z"


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    Library.create(tmp_path / "l.sqlite")
    with Library.open(tmp_path / "l.sqlite", write=True, now=lambda: NOW) as found:
        yield found


def take(library: Library, text: str, name: str = "refs.bib") -> None:
    library.take_list(Place(f"/{name}", name), "bibtex", lambda origin: listed(text, "bibtex", origin, name))


def where(library: Library, query: str = "") -> list[tuple[str | None, str]]:
    return [(one.key, one.where) for one in library.check(query)]


# --- likely duplicates -----------------------------------------------------------------------------------


def test_a_group_of_three_has_the_conflicts_of_each(library: Library) -> None:
    for number, (volume, year) in enumerate((("1", "2001"), ("2", "2001"), ("3", "2001"))):
        take(
            library,
            f"@article{{k{number}, author={{Ash, A{'n' * number}}}, title={{Growth of bogs}}, journal={{Bog}},"
            f" volume={{{volume}}}, year={{{year}}}, note={{n{number}}}}}",
            f"{number}.bib",
        )
    (group,) = library.duplicates()
    assert sorted(group.keys) == ["k0", "k1", "k2"]
    assert 0 < group.score <= 1
    fields = [field for field, _, _ in group.conflicts]
    assert fields.count("volume") == fields.count("note") == 2
    kept = {kept for field, kept, _ in group.conflicts if field == "volume"}
    first = library.get(group.keys[0])
    assert kept == {first.fields["volume"]}


def test_conflicts_are_only_of_what_both_say(library: Library) -> None:
    take(
        library,
        "@article{a, author={Ash, A}, title={Growth of bogs}, year={2001}, journal={Bog}, pages={1--2}}",
        "a.bib",
    )
    take(
        library, "@article{b, author={Ash, A}, title={Growth of bogs}, year={2001}, number={1}, abstract={x}}", "b.bib"
    )
    (group,) = library.duplicates()
    assert group.conflicts == ()


def test_the_conflicts_are_what_a_merge_keeps_beside(library: Library) -> None:
    take(
        library, "@article{a, author={Ash, A}, title={Growth of Bogs}, year={2001}, journal={Bog}, volume={1}}", "a.bib"
    )
    take(
        library, "@article{b, author={Ash, An}, title={Growth of bogs}, year={2001}, journal={B.}, volume={2}}", "b.bib"
    )
    (group,) = library.duplicates()
    library.merge(group.keys[0], group.keys[1:])
    beside = {variant.field.removeprefix("fields.") for variant in library.beside(group.keys[0])}
    assert {field for field, _, _ in group.conflicts} == beside


def test_names_in_conflicts_are_whole(library: Library) -> None:
    take(library, "@article{a, author={Ash, Ann and {The Bog Group}}, title={Growth of bogs}, year={2001}}", "a.bib")
    take(library, "@article{b, author={Ash, A. and others}, title={Growth of bogs}, year={2001}}", "b.bib")
    (group,) = library.duplicates()
    (authors,) = ({kept, beside} for field, kept, beside in group.conflicts if field == "authors")
    assert authors == {"Ann Ash, The Bog Group", "A. Ash, and others"}


def test_more_papers_than_are_read_at_once(library: Library) -> None:
    entries = [
        f"@misc{{k{n}, author={{Name{n}, A}}, title={{A title of number {n} word{n}}}, year={{2001}}}}"
        for n in range(700)
    ]
    twin = "@misc{twin, author={Name3, A}, title={{A Title} of number 3 word3}, year={2001}, note={x}}"
    take(library, "\n".join([*entries, twin]))
    assert [sorted(group.keys) for group in library.duplicates()] == [["k3", "twin"]]


def test_nothing_has_no_duplicates(library: Library) -> None:
    assert library.duplicates() == []
    assert list(library.check()) == []


# --- what is wrong or missing ------------------------------------------------------------------------------


def test_papers_come_by_key_then_what_concerns_several_then_what_was_kept_aside(library: Library) -> None:
    take(
        library,
        "@misc{z, title={Zebras}, year={91}}\n@misc{broken, title={x\n\n"
        "@article{b, author={B}, title={Beech woods}, journal={J}, year={2001}, doi={10.1000/7}}\n"
        "@article{a, author={A}, title={Alder carr}, journal={J}, year={2001}, doi={https://doi.org/10.1000/7}}\n",
    )
    found = where(library)
    assert found == [("a", "doi"), ("z", "year"), ("b", "doi"), (None, "refs.bib:2")]
    last = list(library.check())[-1]
    assert (last.fix, last.change, (last.raw or "").startswith("@misc{broken,")) == (None, None, True)


def test_a_query_leaves_out_what_belongs_to_no_paper(library: Library) -> None:
    take(library, "@misc{z, title={Zebras}, year={91}}\n@misc{y, title={Yaks}, year={92}}\n@misc{broken, title={x\n")
    assert where(library, "zebras") == [("z", "year")]
    assert where(library) == [("y", "year"), ("z", "year"), (None, "refs.bib:3")]


def test_a_doi_of_another_paper_is_seen_also_where_that_is_not_asked_for(library: Library) -> None:
    take(
        library,
        "@article{b, author={B}, title={Beech woods}, journal={J}, year={2001}, doi={10.1000/7}}\n"
        "@article{a, author={A}, title={Alder carr}, journal={J}, year={2001}, doi={10.1000/7}}\n",
    )
    (found,) = library.check("alder")
    assert (found.key, found.what) == ("a", "has the DOI of b, 10.1000/7; if they are one: gencli merge b a")
    assert where(library, "beech") == []


def test_papers_that_no_bib_tells_of_are_checked_as_they_are_exported(library: Library) -> None:
    mention = Mention("P", (), None, "item", 1, "Ash 2001 - Bogs", False, "")
    record = Record(
        "page:P", title="Bogs", authors=(Author("Ash"),), identifiers={"arxiv": "2001.00001"}, mentions=(mention,)
    )
    library.take_page(Page("P", "/p", "wiki", "text", (record,), (), ()))
    assert where(library) == []
    library.take([Record("arxiv", type="article", title="Fens", authors=(Author("Birch", "B"),), year=2091)])
    assert [place for _, place in where(library)] == ["journal", "year"]


def test_parents_in_the_same_file_and_in_none(library: Library) -> None:
    take(
        library,
        "@inproceedings{part, author={A}, title={Part}, crossref={whole}, xdata={gone, more}}\n"
        "@proceedings{whole, title={Whole}, year={2001}}\n@xdata{more, publisher={P}}\n",
    )
    assert where(library) == [("part", "xdata")]
    library.remove(["whole"])
    assert sorted(where(library)) == [("part", "crossref"), ("part", "xdata")]
    library.undo()
    library.rekey("whole", "all-of-it")
    assert where(library) == [("part", "xdata")]


def test_a_parent_that_is_gone_is_told_once(library: Library) -> None:
    text = "@inproceedings{part, author={A}, title={Part one two}, crossref={gone}, doi={10.1000/7}, pages={1}}"
    take(library, text, "a.bib")
    take(library, text.replace("pages", "number"), "b.bib")
    assert [one for one in where(library) if one[1] == "crossref"] == [("part", "crossref")]


def test_braces_and_blanks_are_no_other_words(library: Library) -> None:
    text = "@article{a, author={A}, title={The {GAN} {Game}}, journal={J}, year={2001}, doi={10.1000/7}}"
    take(library, text, "a.bib")
    take(library, text.replace("The {GAN} {Game}", "The\n GAN  Game").replace("@article{a", "@article{b"), "b.bib")
    assert where(library) == []
    take(
        library,
        text.replace("{J}", "{Journal}").replace("{2001}", "{2002}").replace("@article{a", "@article{c"),
        "c.bib",
    )
    (found,) = library.check()
    assert found.what == "c.bib has it as 'c' with other words in journal, year"
    library.set_fields("a", {"journal": "Journal"})
    (found,) = library.check()
    assert found.what == "c.bib has it as 'c' with other words in year"


# --- what is mended -------------------------------------------------------------------------------------------


def test_what_is_safe_is_mended_and_nothing_else(library: Library) -> None:
    take(
        library,
        "@article{a, author={A}, title={Alder}, journal={J}, year={91}, pages={1-9}, note={}, type={}, status={}}\n"
        "@misc{b, title={Beech}, year={2001}, doi={doi:10.1000/7}}\n",
    )
    outcome = library.mend(library.check())
    assert sorted(outcome.merged) == ["a", "b"]
    assert where(library) == [("a", "year")]
    assert library.entry("a") == (
        "@article{a,\n  author = {A},\n  title = {Alder},\n  journal = {J},\n  pages = {1--9},\n  year = {91},\n}\n"
    )
    assert library.mend(library.check()).changed is False
    library.undo()
    assert len(where(library)) == 6


def test_a_paper_that_went_meanwhile_is_passed_over(library: Library) -> None:
    found = [Wrong("gone", "note", "note is empty", "drop the field", "", ("note", None)), Wrong(None, "f:1", "x")]
    assert library.mend(found).changed is False


def test_a_finding_as_json() -> None:
    assert Wrong("k", "year", "odd", None, "91", ("year", "1991")).as_json() == {
        "key": "k", "where": "year", "what": "odd", "fix": None, "raw": "91",
    }  # fmt: skip
