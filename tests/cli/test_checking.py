"""duplicates and check, as a user meets them."""

import shlex
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from conftest import Run

Import = Callable[..., Path]


@pytest.fixture
def take(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Import:
    """Import a .bib into a library of the test's own."""
    monkeypatch.setenv("GENCLI_DB", str(tmp_path / "own.sqlite"))
    assert run("init", "own.sqlite", "--empty").code == 0

    def call(text: str, name: str = "refs.bib") -> Path:
        (tmp_path / name).write_text(text, encoding="utf-8")
        run("import", name, "--no-fetch")
        return tmp_path / name

    return call


# --- duplicates --------------------------------------------------------------------------------------

PAIR = """\
@article{heath1, author = {Heath, Ann and Moor, Bo}, title = {Heather on the {M}oor}, journal = {Bog}, year = {2001},
  volume = {1}}
@article{heath2, author = {Heath, Ann and Moor, Bo}, title = {Heather on the moor}, journal = {Peat}, year = {2001},
  volume = {2}}
@article{other, author = {Fen, Cy}, title = {Sedges of the northern fens}, journal = {Bog}, year = {2005}}
"""


def test_duplicates_in_a_pipe_are_lines(run: Run, take: Import) -> None:
    take(PAIR)
    done = run("duplicates")
    assert (done.code, done.err) == (0, "")
    (line,) = done.lines
    score, reason, keys = line.split("\t")
    assert 0.5 < float(score) <= 1
    assert "title" in reason
    assert sorted(keys.split()) == ["heath1", "heath2"]


def test_duplicates_in_a_terminal_have_the_command_that_merges_them(
    run: Run, take: Import, monkeypatch: pytest.MonkeyPatch
) -> None:
    take(PAIR)
    monkeypatch.setenv("NO_COLOR", "1")
    shown = run("duplicates", columns=80)
    assert shown.code == 0
    assert shown.err == "1 group of likely duplicates\n"
    assert max(map(len, shown.lines)) <= 80
    assert any("kept beside:" in line and "venue" in line for line in shown.lines)
    (command,) = (line.strip() for line in shown.lines if line.strip().startswith("gencli merge"))
    first, second = shlex.split(command)[2:]
    assert run(*shlex.split(command)[1:]).code == 0
    assert run("show", second, "--json").json[0]["key"] == first
    assert run("duplicates").out == ""


def test_the_command_names_the_library_that_was_named(run: Run, take: Import, tmp_path: Path) -> None:
    take(PAIR)
    shown = run("--db", tmp_path / "own.sqlite", "duplicates", columns=200)
    assert f"  gencli --db {tmp_path / 'own.sqlite'} merge heath" in shown.out


def test_duplicates_as_json(run: Run, take: Import) -> None:
    take(PAIR)
    done = run("duplicates", "--json")
    assert (done.code, done.err) == (0, "")
    (group,) = done.json
    assert list(group) == ["keys", "reason", "score", "merge"]
    assert group["merge"]["key"] == group["keys"][0]
    assert group["merge"]["aliases"] == group["keys"][1:]
    conflicts = {conflict["field"]: {conflict["kept"], conflict["beside"]} for conflict in group["merge"]["conflicts"]}
    assert conflicts["venue"] == {"Bog", "Peat"}
    assert conflicts["volume"] == {"1", "2"}
    assert conflicts["title"] == {"Heather on the Moor", "Heather on the moor"}
    assert "authors" not in conflicts


def test_conflicts_of_authors_show_how_they_differ(run: Run, take: Import) -> None:
    take(PAIR.replace("{Heath, Ann and Moor, Bo}, title = {Heather on the moor}", "{Heath, A. and Moor, B.},"
                      " title = {Heather on the moor}"))  # fmt: skip
    (group,) = run("duplicates", "--json").json
    (authors,) = (conflict for conflict in group["merge"]["conflicts"] if conflict["field"] == "authors")
    assert {authors["kept"], authors["beside"]} == {"Ann Heath, Bo Moor", "A. Heath, B. Moor"}


def test_a_preprint_and_what_became_of_it_are_likely_one(run: Run, take: Import) -> None:
    take(
        "@misc{pre, author={Heath, Ann}, title={Peat bogs: growth and age}, year={2019}, eprint={1901.00001},"
        " archiveprefix={arXiv}}\n@article{post, author={Heath, Ann}, title={Peat Bogs: Growth and Age},"
        " journal={Bog}, year={2020}, doi={10.5555/bog.1}}\n"
    )
    (group,) = run("duplicates", "--json").json
    assert sorted(group["keys"]) == ["post", "pre"]
    assert "preprint" in group["reason"]


def test_works_that_only_look_alike_are_not_named(run: Run, take: Import) -> None:
    take(
        "@article{a, author={Ash, A}, title={Introduction}, journal={X}, year={2001}}\n"
        "@article{b, author={Birch, B}, title={Introduction}, journal={Y}, year={2001}}\n"
        "@article{c, author={Cedar, C}, title={Growth of trees. Part I}, journal={X}, year={2001}}\n"
        "@article{d, author={Cedar, C}, title={Growth of trees. Part II}, journal={X}, year={2001}}\n"
        "@article{e, author={Cedar, C}, title={Erratum: Growth of trees. Part I}, journal={X}, year={2002}}\n"
    )
    assert run("duplicates").out == ""


def test_those_told_apart_are_gone(run: Run, take: Import) -> None:
    take(PAIR)
    run("distinct", "heath1", "heath2")
    assert run("duplicates").out == ""
    assert run("duplicates", "--json").json == []
    assert run("duplicates", columns=80).err == "no likely duplicates\n"
    run("undo")
    assert len(run("duplicates").lines) == 1


def test_duplicates_change_nothing_and_of_an_empty_library_there_are_none(
    run: Run, take: Import, tmp_path: Path
) -> None:
    assert (run("duplicates").code, run("duplicates").out, run("duplicates", "--json").json) == (0, "", [])
    take(PAIR)
    before = (tmp_path / "own.sqlite").read_bytes()
    run("duplicates")
    assert (tmp_path / "own.sqlite").read_bytes() == before
    assert run("--db", "nosuch.sqlite", "duplicates").code == 3


# --- check -------------------------------------------------------------------------------------------

GOOD = "@article{good, author = {Ash, A}, title = {Of ash trees}, journal = {Wood}, year = {2001}, pages = {1--9}}\n"


def test_where_all_is_well(run: Run, take: Import) -> None:
    assert (run("check").code, run("check", "--json").json) == (0, [])
    take(GOOD)
    done = run("check")
    assert (done.code, done.out, done.err) == (0, "", "")
    assert run("check", columns=80).err == "all is well\n"
    assert (run("check", "--json").json, run("check", "--fix").code) == ([], 0)


@pytest.mark.parametrize(
    ("entry", "where", "what", "fix"),
    [
        ("@article{k, author={A}, title={T}, year={2001}}", "journal", "needs a journal", None),
        ("@book{k, title={T}, year={2001}, publisher={P}}", "author", "needs an author or editor", None),
        ("@artcle{k, author={A}, title={T}, journal={J}, year={2001}}", "type", "is article meant?", None),
        ("@misc{k, title={T}, year={2001}, doi={https://doi.org/10.1000/182}}", "doi", "bare DOI", "write 10.1000/182"),
        ("@misc{k, title={T}, year={2001}, doi={nonsense}}", "doi", "is no DOI", None),
        ("@book{k, author={A}, title={T}, year={2001}, isbn={978-0-201-89683-2}}", "isbn", "check digit", None),
        ("@misc{k, title={T}, year={2001}, issn={1234-5678}}", "issn", "check digit", None),
        ("@misc{k, title={T $x}, year={2001}}", "title", "odd number of $", None),
        ("@misc{k, title={T}, year={91}}", "year", "two digits", None),
        ("@misc{k, title={T}, year={2091}}", "year", "still to come", None),
        ("@misc{k, title={T}, year={203}}", "year", "no year", None),
        ("@misc{k, title={T}, year={2001}, month={Smarch}}", "month", "no month", None),
        ("@misc{k'y, title={T}, year={2001}}", "key", "biber cannot read", None),
        ("@misc{k, title={T}, year={2001}, pages={1-9}}", "pages", "written with --", "write 1--9"),
        ("@misc{k, title={T}, year={2001}, note={}}", "note", "is empty", "drop the field"),
        ("@misc{k, title={T}, year={2001}, author={A et al.}}", "author", "et al", None),
        ("@misc{k, title={T}, year={2001}, crossref={nosuch}}", "crossref", "'nosuch', which is not in", None),
        ("@misc{k, title={T}, year={2001}, xdata={nosuch}}", "xdata", "'nosuch', which is not in", None),
    ],
)
def test_each_kind_of_finding(run: Run, take: Import, entry: str, where: str, what: str, fix: str | None) -> None:
    take(GOOD + entry)
    done = run("check", "--json")
    assert done.code == 1
    (found,) = done.json
    assert list(found) == ["key", "where", "what", "fix", "raw"]
    assert (found["key"], found["where"], found["fix"]) == (entry[entry.index("{") + 1 : entry.index(",")], where, fix)
    assert what in found["what"]
    assert done.error["message"] == "1 thing to look at"


def test_what_was_kept_aside_is_told_with_its_place_and_its_text(run: Run, take: Import) -> None:
    broken = "@article{broken, title = {Open, year = {2001}"
    take(f"{GOOD}\n{broken}\n")
    done = run("check", "--json")
    (found,) = done.json
    assert (done.code, found["key"], found["where"], found["fix"]) == (1, None, "refs.bib:3", None)
    assert "'broken' was kept aside" in found["what"]
    assert found["raw"] == broken
    assert run("check").lines[0].startswith("\trefs.bib:3\t'broken' was kept aside: ")
    shown = run("check", columns=80).lines
    assert shown[0] == "\x1b[36mkept aside\x1b[0m"
    # It belongs to no paper that a query finds.
    assert run("check", "key:good").code == 0


def test_two_papers_with_one_doi(run: Run, take: Import) -> None:
    take(
        "@article{d1, author={A}, title={Alpha beta}, journal={J}, year={2001}, doi={10.1000/7}}\n"
        "@article{d2, author={B}, title={Gamma delta}, journal={J}, year={2001}, doi={10.1000/7}}\n"
    )
    done = run("check")
    (line,) = done.lines
    assert line.startswith("d2\tdoi\thas the DOI of d1, 10.1000/7; if they are one: gencli merge d1 d2")
    run("merge", "d1", "d2")
    assert "doi" not in {found["where"] for found in run("check", "--json").json}


def test_entries_that_say_otherwise(run: Run, take: Import) -> None:
    one = "@article{e1, author={A}, title={Alpha {B}eta}, journal={J}, year={2001}, doi={10.1000/7}, volume={1}}"
    take(one)
    take(one.replace("e1", "e2").replace("{1}", "{2}").replace("{B}", "B"), "more.bib")
    (found,) = run("check", "--json").json
    assert (found["key"], found["where"], found["fix"]) == ("e1", "volume", None)
    assert found["what"] == "more.bib has it as 'e2' with other words in volume"
    assert found["raw"].startswith("@article{e2,\n")
    # Once the user has decided there is nothing to look at.
    run("edit", "e1", "--set", "volume=2")
    assert run("check").code == 0


def test_a_query_chooses_what_is_checked(run: Run, take: Import) -> None:
    take(GOOD + "@misc{a, title={Apples}, year={91}, note={}}\n@misc{b, title={Bananas}, year={92}}\n")
    assert [line.split("\t")[0] for line in run("check").lines] == ["a", "a", "b"]
    done = run("check", "apples")
    assert {line.split("\t")[0] for line in done.lines} == {"a"}
    assert "hint: 1 can be mended safely: gencli check --fix apples\n" in done.err
    assert run("check", "title:ash").code == 0
    none = run("check", "nosuchword")
    assert (none.code, "no paper matches 'nosuchword'" in none.err) == (1, True)


def test_a_parent_taken_away_by_the_user_is_not_missed(run: Run, take: Import) -> None:
    take("@misc{k, title={T}, year={2001}, crossref={nosuch}}")
    run("edit", "k", "--unset", "crossref")
    assert run("check").code == 0
    run("edit", "k", "--set", "crossref=other")
    assert run("check", "--json").json[0]["raw"] == "other"


MANY = (
    "@article{a, author={A}, title={Apples}, journal={J}, year={2001}, pages={1-9}, note={}, type={}, key={}, tags={},"
    " doi={doi:10.1000/182}}\n@article{b, author={B}, title={Bananas}, journal={J}, year={91}, status={}}\n"
)


def test_fix_does_what_is_safe_and_says_what_is_left(run: Run, take: Import) -> None:
    take(MANY)
    before, was = run("export").out, run("list", "--json").json
    told = run("check").err
    assert "8 things to look at" in told
    assert "7 can be mended safely: gencli check --fix" in told
    done = run("check", "--fix")
    assert done.code == 1
    assert done.err == "2 papers mended; undo: gencli undo\ngencli: 1 thing to look at\n"
    assert done.lines == ["b\tyear\tyear has two digits: '91'\t"]
    after = run("export").out
    assert "pages = {1--9}" in after
    assert "doi = {10.1000/182}" in after
    for name in ("note", "type", "key", "tags", "status"):
        assert f"  {name} = " not in after
    again = run("check", "--fix")
    assert (again.code, again.out) == (1, done.out)
    assert "mended" not in again.err
    run("undo")
    assert (run("export").out, run("list", "--json").json) == (before, was)


def test_fix_of_a_query_mends_its_papers_alone(run: Run, take: Import) -> None:
    take(MANY)
    assert run("check", "apples", "--fix").code == 0
    text = run("export").out
    assert "status = {}" in text
    assert "tags = {}" not in text


def test_fix_as_json(run: Run, take: Import) -> None:
    take(MANY)
    done = run("check", "--fix", "--json")
    assert (done.code, [found["key"] for found in done.json]) == (1, ["b"])
    assert done.error["code"] == "check_failed"


def test_check_changes_nothing(run: Run, take: Import, tmp_path: Path) -> None:
    take(MANY)
    before = (tmp_path / "own.sqlite").read_bytes()
    run("check")
    assert (tmp_path / "own.sqlite").read_bytes() == before
    assert run("--db", "nosuch.sqlite", "check").code == 3


def test_check_in_a_terminal_goes_paper_by_paper(run: Run, take: Import) -> None:
    take(MANY)
    shown = run("check", columns=40)
    lines = [_plain(line) for line in shown.lines]
    assert lines[0] == "a"
    assert lines.count("a") == lines.count("b") == 1
    assert all(line.startswith("  ") for line in lines if line not in ("a", "b"))
    assert max(map(len, lines)) <= 40
    assert "(--fix: write 1--9)" in " ".join(" ".join(lines).split())


def test_nothing_from_a_file_reaches_the_terminal_raw(run: Run, take: Import) -> None:
    take("@misc{k, title={T}, year={2001}, pages={1-\x1b[31m9}, crossref={\x1b]0;x\x07}}\n@misc{\x1b[2J, title={x}\n")
    for columns in (0, 80):
        done = run("check", columns=columns)
        assert not any(sign in _plain(done.out) + done.err for sign in "\x1b\x07")


def _plain(text: str) -> Any:
    for style in ("\x1b[36m", "\x1b[2m", "\x1b[0m"):
        text = text.replace(style, "")
    return text


# --- the search index ----------------------------------------------------------------------------------


def damaged(library: Path, sql: str) -> None:
    connection = sqlite3.connect(library)
    connection.executescript(sql)
    connection.close()


@pytest.mark.parametrize(
    ("sql", "key", "what"),
    [
        ("UPDATE words SET title = 'x' WHERE rowid = 1", "wu2025transformers", "does not have it as it is"),
        ("DELETE FROM words WHERE rowid = 1", "wu2025transformers", "does not have it as it is"),
        ("INSERT INTO words (rowid, title) VALUES (9999, 'x')", None, "1 papers that are not in the library"),
        ("DELETE FROM vocabulary WHERE word = 'double'", None, "its list of words"),
        ("UPDATE vocabulary SET papers = 1 WHERE word = 'double'", None, "its list of words"),
        ("DELETE FROM words_data WHERE id > 10", None, "it is damaged"),
        ("DROP TABLE words", "wu2025transformers", "does not have it as it is"),
    ],
)
def test_an_index_that_is_not_what_the_papers_are_is_found_and_mended(
    run: Run, library: Path, sql: str, key: str | None, what: str
) -> None:
    before = run("search", "double descent").lines
    damaged(library, sql)
    found = [one for one in run("check", "--json").json if one["where"] == "search index"]
    keys = {paper["key"] for paper in run("list", "--json").json}
    assert any(what in one["what"] for one in found)
    assert {one["key"] for one in found} <= keys | {None}
    assert (None in {one["key"] for one in found}) == (key is None)
    assert all(one["fix"] for one in found)
    assert "wrote the search index anew" in run("check", "--fix").err
    assert [one for one in run("check", "--json").json if one["where"] == "search index"] == []
    assert run("search", "double descent").lines == before
    # It is no change of the library, so there is nothing to take back.
    assert run("history").out == ""


def test_a_sound_index_is_nothing_to_look_at(run: Run, library: Path) -> None:
    run("tag", "add", "mine", "--where", "double")
    run("note", "lee2022vc", "some words of my own")
    run("rekey", "lee2022vc", "lee")
    run("undo")
    run("remove", "belkin2018reconciling")
    assert [one for one in run("check", "--json").json if one["where"] == "search index"] == []
    bytes_before = library.read_bytes()
    run("check")
    assert library.read_bytes() == bytes_before


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM words_config", "DROP TABLE words_config", "DELETE FROM words_data", "DROP TABLE words_data",
        "UPDATE words_data SET block = 7", "DELETE FROM words_idx", "DROP TABLE words_docsize", "DROP TABLE vocabulary",
        "DROP TABLE vocabulary; CREATE TABLE vocabulary (x)", "UPDATE words_content SET c2 = 1",
        "DELETE FROM words_content", "PRAGMA writable_schema = ON; DELETE FROM sqlite_master WHERE name = 'words'",
    ],
)  # fmt: skip
def test_an_index_that_is_damaged_in_any_way_is_mended(run: Run, library: Path, sql: str) -> None:
    before = run("search", "double descent").lines
    damaged(library, sql)
    assert run("search", "double descent").code in (0, 1, 6)
    assert any(one["where"] == "search index" for one in run("check", "--json").json)
    run("check", "--fix")
    assert [one for one in run("check", "--json").json if one["where"] == "search index"] == []
    assert run("search", "double descent").lines == before
    connection = sqlite3.connect(library)
    assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    connection.close()
