"""import of .bib, CSL-JSON and RIS, as a user meets it."""

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from conftest import Run
from gencli import formats

pytestmark = pytest.mark.usefixtures("own")

BIB = """\
@article{ash01, author = {José Ash}, title = {Growth of {B}ogs}, journal = {Bog}, year = {2001}, doi = {10.5555/b1}}
@misc{fern17, author = {Fern, Bo}, title = {Ferns}, year = {2017}, eprint = {1706.00001}, archiveprefix = {arXiv}}
"""
CSL = """\
[{"id": "ash01", "type": "article-journal", "title": "Growth of Bogs", "author": [{"family": "Ash", "given": "José"}],
  "container-title": "Bog", "issued": {"date-parts": [[2001]]}, "DOI": "10.5555/b1"},
 {"id": "fern17", "type": "article", "title": "Ferns", "author": [{"family": "Fern", "given": "Bo"}],
  "issued": {"date-parts": [[2017]]}, "URL": "https://arxiv.org/abs/1706.00001"}]
"""
RIS = """\
TY  - JOUR
ID  - ash01
AU  - Ash, José
TI  - Growth of Bogs
JO  - Bog
PY  - 2001
DO  - 10.5555/b1
ER  -
TY  - GEN
ID  - fern17
AU  - Fern, Bo
TI  - Ferns
PY  - 2017
UR  - https://arxiv.org/abs/1706.00001
ER  -
"""
LISTS = [("refs.bib", "bibtex", BIB), ("refs.json", "csl-json", CSL), ("refs.ris", "ris", RIS)]
BROKEN = "@article{broken, title = {Never closed, year = {2001}\n"


def take(run: Run, name: str, content: str | bytes, *words: str) -> Any:
    Path(name).write_bytes(content if isinstance(content, bytes) else content.encode())
    return run("import", name, "--no-fetch", *words)


def counts(told: dict[str, list[str]]) -> tuple[int, ...]:
    return tuple(len(told[kind]) for kind in ("added", "merged", "unchanged", "problems"))


# --- files, standard input, formats --------------------------------------------------------------------


@pytest.mark.parametrize(("name", "form", "text"), LISTS)
def test_a_list_is_read_by_its_content(run: Run, own: Path, name: str, form: str, text: str) -> None:
    done = take(run, name, text)
    assert (done.code, done.out) == (0, "")
    assert done.err == (f"made a new library at {own}\nimported {name} ({form}): 2 papers added; undo: gencli undo\n")
    assert run("list", "--keys").lines == ["ash01", "fern17"]
    paper = run("show", "ash01", "--json").json[0]
    assert (paper["title"], paper["year"], paper["venue"]) == ("Growth of Bogs", 2001, "Bog")
    assert paper["authors"] == [{"family": "Ash", "given": "José"}]
    assert paper["identifiers"] == {"doi": "10.5555/b1"}
    assert run("show", "1706.00001", "--json").json[0]["key"] == "fern17"
    assert run("search", "growth bogs", "--keys").lines == ["ash01"]


@pytest.mark.parametrize(("name", "form", "text"), LISTS)
def test_what_was_read_before_changes_nothing(run: Run, own: Path, name: str, form: str, text: str) -> None:
    take(run, name, text)
    before = own.read_bytes()
    again = take(run, name, text)
    assert (again.code, again.err) == (0, f"imported {name} ({form}): 2 papers as they were\n")
    assert own.read_bytes() == before
    assert counts(take(run, name, text, "--json").json) == (0, 0, 2, 0)


@pytest.mark.parametrize(("name", "form", "text"), LISTS)
def test_a_list_from_standard_input(run: Run, name: str, form: str, text: str) -> None:
    done = run("import", "-", "--no-fetch", "--json", stdin=text)
    assert (done.code, counts(done.json), done.err) == (0, (2, 0, 0, 0), "")
    again = run("import", "-", "--no-fetch", "--json", stdin=text)
    assert counts(again.json) == (0, 0, 2, 0)
    named = run("import", "-", "--no-fetch", "--format", form, stdin=text)
    assert named.code == 0
    assert f"({form}): 2 papers as they were" in named.err


@pytest.mark.parametrize(("name", "form", "text"), LISTS)
def test_the_name_of_the_file_tells_nothing(run: Run, name: str, form: str, text: str) -> None:
    done = take(run, "papers.txt", text)
    assert f"imported papers.txt ({form}): 2 papers added" in done.err
    assert take(run, "papers.txt", text, "--format", form).code == 0


@pytest.mark.parametrize(("form", "text"), [("ris", BIB), ("csl-json", BIB), ("csl-json", RIS), ("ris", CSL)])
def test_a_format_that_it_is_not(run: Run, own: Path, form: str, text: str) -> None:
    done = take(run, "papers.txt", text, "--format", form)
    assert done.code == 4
    assert "papers.txt" in done.err
    assert run("list").out == ""


def test_formats_that_there_are_not(run: Run, own: Path) -> None:
    assert take(run, "refs.bib", BIB, "--format", "nosuch").code == 2
    assert not own.exists()


@pytest.mark.parametrize(("name", "form", "text"), LISTS)
def test_a_dry_run_writes_nothing(run: Run, own: Path, name: str, form: str, text: str) -> None:
    dry = take(run, name, text, "--dry-run")
    assert (dry.code, dry.err) == (0, f"would import {name} ({form}): 2 papers added\n")
    assert not own.exists()
    take(run, "first.bib", BIB.splitlines()[0])
    before = own.read_bytes()
    told = take(run, name, text, "--dry-run", "--json").json
    assert told["added"] == ["fern17"]
    assert own.read_bytes() == before


# --- what it says --------------------------------------------------------------------------------------


def test_tags_are_given_to_all(run: Run) -> None:
    take(run, "refs.bib", BIB, "--tag", "one", "--tag", "two")
    assert run("tags").lines == ["one\t2", "two\t2"]
    more = take(run, "refs.bib", BIB, "--tag", "three", "--json")
    assert counts(more.json) == (0, 2, 0, 0)
    assert run("undo").code == 0
    assert run("tags").lines == ["one\t2", "two\t2"]
    assert take(run, "refs.bib", BIB, "--tag", " ").code == 4


def test_an_edited_file_brings_what_changed(run: Run) -> None:
    take(run, "refs.bib", BIB)
    before = run("export").out
    new = BIB.replace("{Ferns}", "{Ferns and Moss}") + "@misc{moss, title = {Moss}, year = {2020}}\n"
    done = take(run, "refs.bib", new)
    assert done.err == "imported refs.bib (bibtex): 1 paper added, 1 changed, 1 as it was; undo: gencli undo\n"
    assert run("show", "fern17", "--json").json[0]["title"] == "Ferns and Moss"
    assert run("undo").code == 0
    assert run("export").out == before
    # What the file has no more stays.
    told = take(run, "refs.bib", BIB.splitlines()[0], "--json").json
    assert (told["unchanged"], told["removed"]) == (["ash01"], [])
    assert run("list", "--keys").lines == ["ash01", "fern17"]


def test_merging_is_said_and_both_keys_work(run: Run) -> None:
    take(run, "refs.bib", BIB)
    other = BIB.replace("ash01", "Ash:2001").replace("{Bog}", "{The Bog}")
    done = take(run, "other.bib", other)
    assert "Ash:2001 is the same paper as ash01: they are one now, and both keys work\n" in done.err
    assert "imported other.bib (bibtex): 1 paper changed, 1 as it was; undo: gencli undo\n" in done.err
    paper = run("show", "Ash:2001", "--json").json[0]
    assert (paper["key"], paper["aliases"], paper["venue"]) == ("ash01", ["Ash:2001"], "Bog")
    assert [variant["value"] for variant in paper["variants"] if variant["field"] == "venue"] == ["The Bog"]
    told = take(run, "other.bib", other, "--json").json
    assert counts(told) == (0, 0, 2, 0)
    run("undo")
    assert run("show", "Ash:2001").code == 3


def test_two_entries_of_one_paper_in_one_file(run: Run) -> None:
    line = BIB.splitlines()[0]
    done = take(run, "refs.bib", f"{line}\n{line.replace('ash01', 'again')}\n", "--json")
    assert (done.code, done.json["added"], done.json["problems"]) == (0, ["ash01"], [])
    assert run("show", "again", "--json").json[0]["key"] == "ash01"


def test_what_could_not_be_taken_is_named_and_the_rest_is_in(run: Run) -> None:
    done = take(run, "refs.bib", BIB + BROKEN)
    assert done.code == 4
    assert "imported refs.bib (bibtex): 2 papers added; undo: gencli undo\n" in done.err
    assert "gencli: refs.bib:3: 'broken' was kept aside: " in done.err
    assert run("list", "--keys").lines == ["ash01", "fern17"]
    again = take(run, "refs.bib", BIB + BROKEN, "--json")
    assert (again.code, counts(again.json)) == (4, (0, 0, 2, 1))
    assert again.json["problems"][0]["where"] == "refs.bib:3"
    assert again.error["code"] == "bad_input"
    mended = take(run, "refs.bib", BIB + "@article{broken, title = {Closed}, journal = {J}, year = {2001}}")
    assert (mended.code, run("check", "--json").json) == (0, [
        {"key": "broken", "where": "author", "what": "an article needs an author", "fix": None, "raw": None},
    ])  # fmt: skip


def test_several_files_and_one_that_is_not_there(run: Run) -> None:
    Path("more.json").write_text(
        CSL.replace("ash01", "ash").replace("10.5555/b1", "10.5555/b2").replace("Bogs", "Fens")
    )
    done = take(run, "refs.bib", BIB, "nosuch.ris", "more.json", "--json")
    assert (done.code, done.error["code"]) == (3, "not_found")
    assert (done.json["added"], done.json["problems"]) == (
        ["ash01", "fern17", "ash"],
        [{"where": "nosuch.ris", "what": "there is no file nosuch.ris"}],
    )
    assert run("undo").code == 0
    assert run("list").out == ""


@pytest.mark.parametrize(
    ("encoding", "said"),
    [
        ("utf-8", ""),
        ("utf-8-sig", ""),
        ("cp1252", ", read as cp125"),
        ("utf-16", ", read as utf-16"),
        ("utf-16-le", ", read as utf-16"),
        ("utf-16-be", ", read as utf-16"),
    ],
)
def test_the_encoding_is_said_where_it_is_not_the_usual_one(run: Run, encoding: str, said: str) -> None:
    text = "".join(
        f"@misc{{m{n}, author = {{Müller, Jürgen}}, title = {{Grüße {n}}}, year = 2000}}\n" for n in range(4)
    )
    done = take(run, "refs.bib", text.encode(encoding))
    assert done.code == 0
    assert f"imported refs.bib (bibtex{said}" in done.err
    assert run("show", "m3", "--json").json[0]["title"] == "Grüße 3"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_all_line_ends(run: Run, end: str) -> None:
    done = take(run, "refs.bib", BIB.replace("\n", end).encode(), "--json")
    assert counts(done.json) == (2, 0, 0, 0)
    assert "\r" not in run("export").out


# --- what is no list -----------------------------------------------------------------------------------


@pytest.mark.parametrize("content", [b"", b" \n\t\n", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("words", [[], ["--format", "bibtex"], ["--format", "ris"]])
def test_an_empty_file(run: Run, own: Path, content: bytes, words: list[str]) -> None:
    done = take(run, "refs.bib", content, *words)
    assert (done.code, "refs.bib is empty" in done.err) == (4, True)
    assert not own.exists()


def test_a_folder_and_an_address(run: Run, own: Path, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    assert "folder holds no page" in run("import", "folder").err
    assert (run("import", "folder").code, run("import", "https://bog.example/refs.bib").code) == (4, 5)
    assert not own.exists()


def test_binary_and_nonsense(run: Run, own: Path) -> None:
    noise = random.Random(7).randbytes(1_000_000)
    done = take(run, "noise.bib", noise)
    assert done.code == 4
    assert len(done.err) < 1000
    text = random.Random(7).choices('@{}",=#%\\ abc\n', k=300_000)
    huge = take(run, "huge.bib", "@" + "".join(text), "--format", "bibtex")
    assert huge.code in (0, 4)
    for form in ("csl-json", "ris"):
        assert take(run, "huge.bib", "@" + "".join(text), "--format", form).code == 4


def test_an_entry_behind_and_before_binary_is_taken(run: Run) -> None:
    noise = random.Random(7).randbytes(100_000).replace(b"@", b"")
    done = take(run, "half.bib", BIB.encode() + noise + b"\n\n@misc{behind, title = {Behind}, year = 2000}\n")
    assert done.code in (0, 4)
    assert {"ash01", "fern17", "behind"} <= set(run("list", "--keys").lines)
    for columns in (0, 80):
        shown = run("check", columns=columns)
        assert "\x1b[" not in shown.err
        assert "\x00" not in shown.out + shown.err


# --- Ctrl-C --------------------------------------------------------------------------------------------


@pytest.fixture
def interrupted(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Ctrl-C is pressed behind the first work of each list."""
    listed = formats.listed

    def some(*words: str, where: str) -> Iterator[Any]:
        works = iter(listed(*words, where=where))  # type: ignore[misc]
        yield next(works)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(formats, "listed", some)
        yield


@pytest.mark.parametrize(("name", "text"), [(name, text) for name, _, text in LISTS])
@pytest.mark.parametrize("watching", [False, True])
@pytest.mark.usefixtures("interrupted")
def test_ctrl_c_leaves_nothing_half_done(run: Run, name: str, text: str, watching: bool) -> None:
    run("init", "own.sqlite")
    before, was = run("export").out, run("history", "--json").json
    done = run("import", write(name, text), "--no-fetch", watching=watching)
    assert done.code == 130
    assert "Traceback" not in done.err
    assert (run("export").out, run("history", "--json").json) == (before, was)


@pytest.mark.usefixtures("interrupted")
def test_ctrl_c_is_said(run: Run) -> None:
    run("init", "own.sqlite")
    assert run("import", write("refs.bib", BIB), "--no-fetch").err == "gencli: interrupted\n"
    assert run("import", "refs.bib", "--no-fetch", "--json").error["code"] == "interrupted"


def write(name: str, text: str) -> str:
    Path(name).write_text(text, encoding="utf-8")
    return name


def test_a_long_list_has_a_bar_on_a_terminal_and_none_elsewhere(run: Run) -> None:
    many = "".join(f"@misc{{k{n}, title = {{Title number {n}}}, year = 2000}}\n" for n in range(1200))
    done = take(run, "many.bib", many)
    assert "1200 papers added" in done.err
    assert "\r" not in done.err
    run("undo")
    shown = run("import", "many.bib", "--no-fetch", watching=True)
    assert shown.code == 0
    assert "reading many.bib" in shown.err
    assert "1200 papers added" in shown.err


# --- from one format to another ------------------------------------------------------------------------


@pytest.mark.parametrize(("form", "name"), [("--csl-json", "out.json"), ("--ris", "out.ris"), ("--bib", "out.bib")])
def test_what_is_exported_in_each_format_is_the_same_papers(run: Run, form: str, name: str) -> None:
    take(run, "refs.bib", BIB)
    text, was = run("export", form).out, run("list", "--json").json
    again = take(run, name, text, "--json")
    assert counts(again.json) == (0, 0, 2, 0)
    assert run("list", "--json").json == was
    fresh = run("--db", "fresh.sqlite", "import", name, "--no-fetch", "--json").json
    assert fresh["added"] == ["ash01", "fern17"]
    assert run("--db", "fresh.sqlite", "export", form).out == text


@pytest.mark.parametrize(("one", "other"), [(a, b) for a in LISTS for b in LISTS if a != b])
def test_one_doi_in_two_formats_is_one_paper(run: Run, one: tuple[str, str, str], other: tuple[str, str, str]) -> None:
    take(run, one[0], one[2])
    told = take(run, other[0], other[2], "--json").json
    assert told["added"] == []
    assert len(run("list", "--keys").lines) == 2


def test_one_doi_is_one_paper_also_where_the_rest_is_told_otherwise(run: Run) -> None:
    take(run, "refs.json", CSL)
    told = take(run, "refs.ris", RIS.replace("- Bog", "- The Bog").replace("ash01", "ash"), "--json").json
    assert (told["added"], told["merged"]) == ([], ["ash01"])
    assert run("show", "ash", "--json").json[0]["key"] == "ash01"


@pytest.mark.parametrize("text", ["{Ångström, Åsa}", "{Muñoz, João}"])
def test_western_text_of_any_length_is_western(run: Run, text: str) -> None:
    many = "".join(
        f"@misc{{m{n}, author = {text}, title = {{Om små björnar, niños y años {n}}}}}\n" for n in range(200)
    )
    take(run, "refs.bib", many.encode("cp1252"))
    assert "niños" in run("show", "m1").out


def test_a_list_of_each_kind_goes_out_as_lines(run: Run) -> None:
    take(run, "refs.json", CSL)
    take(run, "refs.ris", RIS)
    lines = run("export", "--jsonl")
    assert lines.code == 0
    write("all.jsonl", lines.out)
    run("--db", "copy.sqlite", "init", "copy.sqlite", "--empty")
    assert run("--db", "copy.sqlite", "import", "all.jsonl", "--no-fetch").code == 0
    assert run("--db", "copy.sqlite", "export", "--jsonl").out == lines.out
    assert "as they were" in run("--db", "copy.sqlite", "import", "refs.json", "--no-fetch").err


def test_a_nested_markdown_list_is_markdown(run: Run) -> None:
    text = "# Mine\n\n- [One](https://arxiv.org/abs/2301.05217)\n  - [Two](https://arxiv.org/abs/2302.05217)\n"
    done = run("import", write("list.txt", text), "--no-fetch")
    assert (done.code, "imported 'Mine' (2 items)" in done.err) == (0, True)


def test_what_an_issue_here_and_pages_there_say_are_two_works(run: Run) -> None:
    same = "title = {Editorial}, author = {Smith, B}, journal = {J}, publisher = {P}, year = 2001"
    done = take(
        run, "e.bib", f"@article{{e1, {same}, number = 1}}\n@article{{e2, {same}, pages = {{99--100}}}}", "--json"
    )
    assert done.json["added"] == ["e1", "e2"]


def test_a_key_that_is_another_papers_is_said(run: Run) -> None:
    take(run, "a.bib", "@misc{smith2020, title = {One thing}, author = {Smith, A}}")
    done = take(run, "b.bib", "@misc{smith2020, title = {Quite another}, author = {Smith, B}}")
    assert "the key smith2020 is another paper's here; this one is smith2020a" in done.err


def test_a_key_of_the_file_that_became_an_old_one_goes_on_meaning_its_paper(run: Run) -> None:
    entry = "title = {Deep}, author = {Mill, B}, journal = {J}, volume = 1, doi = {10.1000/deep}"
    text = f"@article{{mill2020, {entry}}}\n@article{{mill_2020, {entry}}}\n"
    take(run, "t.bib", text.replace(", doi = {10.1000/deep}", ""))
    run("edit", "mill2020", "--set", "volume=98")
    done = run("import", "t.bib", "--no-fetch", "--json")
    assert (done.json["added"], done.json["merged"]) == ([], [])


def test_dashes_are_dashes_in_each_format(run: Run) -> None:
    take(run, "a.bib", "@article{ash, title = {Bogs}, author = {Ash, A}, journal = {J}, year = 2001, pages = {1--9}}")
    write("a.json", run("export", "--csl-json").out)
    assert run("import", "a.json", "--no-fetch", "--json").json["added"] == []
    run("--db", "new.sqlite", "import", "a.json", "--no-fetch")
    assert "pages = {1--9}" in run("--db", "new.sqlite", "export").out


def test_what_biblatex_calls_otherwise_changes_nothing(run: Run) -> None:
    take(run, "a.bib", "@article{ash, title = {Bogs}, author = {Ash, A}, ids = {old, older}, year = 2001}")
    assert run("show", "older", "--json").json[0]["key"] == "ash"
    run("rekey", "ash", "bogs")
    write("out.bib", run("export", "--biblatex").out)
    done = run("import", "out.bib", "--no-fetch", "--json").json
    assert (done["added"], done["merged"]) == ([], [])
