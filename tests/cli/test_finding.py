"""search, list, show, open, as a user meets them."""

import re
import sqlite3
from pathlib import Path

import pytest

from conftest import Run

pytestmark = pytest.mark.usefixtures("library")

ESCAPE = "\x1b"


def test_search_prints_a_line_of_tabs_for_each_paper_in_a_pipe(run: Run) -> None:
    found = run("search", "double descent")
    assert found.code == 0
    assert len(found.lines) == 10
    for line in found.lines:
        key, year, authors, title, snippet = line.split("\t")
        assert re.fullmatch(r"[a-z0-9]+", key)
        assert re.fullmatch(r"\d{4}", year)
        assert authors
        assert title
        assert re.search(r"double|descent", snippet, re.IGNORECASE)
    assert ESCAPE not in found.out
    assert found.err == ""


def test_titles_with_the_phrase_come_before_pages_that_only_say_it(run: Run) -> None:
    keys = [line.split("\t")[0] for line in run("search", "double descent").lines]
    assert set(keys[:8]) >= {"loog2020brief", "nakkiran2020optimal", "lee2022vc", "heckel2020early"}
    assert keys[8:] == ["belkin2018reconciling", "xiao2019disentangling"]


def test_search_finds_what_only_the_page_says_and_shows_it(run: Run) -> None:
    line = run("search", "'condition number'").lines[0].split("\t")
    assert line[0] == "kuzborskij2021role"
    assert "condition number of the underlying optimization problem" in line[4]


def test_search_as_json_has_score_and_snippet(run: Run) -> None:
    found = run("search", "double descent", "--json")
    scores = [paper["score"] for paper in found.json]
    assert scores == sorted(scores, reverse=True)
    assert all("descent" in paper["snippet"].lower() for paper in found.json)
    assert found.err == ""


def test_keys_are_bare_and_limit_holds(run: Run) -> None:
    assert run("search", "grokking", "--keys").lines == ["power2022grokking", "wu2025transformers"]
    assert run("search", "descent", "--limit", "2", "--keys").lines.__len__() == 2


@pytest.mark.parametrize(
    "text",
    ['"', "(", ")", "C++", "O(n^2)", "AND", "OR", "NOT", "*", "-", "--", "'", "a:b", "NEAR(a b)", "title:", '"a" OR',
     "\\", "💥", "10.1000/x_1", "Muller, Jorg", "^x", "{a} : b", "year:abc", "is:nothing", "\t", "x" * 9000,
     "NOT " * 2400, "-(" * 3000, "(a OR " * 1500],
)  # fmt: skip
def test_no_text_makes_search_fail(run: Run, text: str) -> None:
    found = run("search", "--", text)
    assert found.code in (0, 1)
    assert "Traceback" not in found.err


def test_nothing_found_names_the_nearest_words(run: Run) -> None:
    found = run("search", "doble", "descent")
    assert found.code == 1
    assert found.out == ""
    assert "no paper matches 'doble descent'" in found.err
    assert "double" in found.err


def test_nothing_found_as_json(run: Run) -> None:
    found = run("search", "doble", "--json")
    assert found.code == 1
    assert found.json == []
    assert found.error["code"] == "nothing_found"


@pytest.mark.parametrize(
    "name",
    ["power2022grokking", "POWER2022GROKKING", "2201.02177", "2201.02177v1", "arXiv:2201.02177",
     "https://arxiv.org/abs/2201.02177", "http://arxiv.org/pdf/2201.02177v1.pdf", "https://arxiv.org/html/2201.02177",
     "10.48550/arXiv.2201.02177", "https://doi.org/10.48550/arXiv.2201.02177"],
)  # fmt: skip
def test_one_paper_under_all_its_names(run: Run, name: str) -> None:
    assert [paper["key"] for paper in run("show", name, "--json").json] == ["power2022grokking"]
    assert run("search", name, "--keys").lines == ["power2022grokking"]


def test_queries_with_fields(run: Run) -> None:
    assert run("list", "is:starred", "--keys").lines.__len__() == 8
    assert run("list", "year:2017", "--keys").lines == [
        "arpit2017closer", "shwartzziv2017opening", "zhang2017understanding"
    ]  # fmt: skip
    assert run("list", "author:belkin", "--keys").lines == ["belkin2018reconciling"]
    assert set(run("list", "in:grokking", "--keys").lines) == {"power2022grokking", "wu2025transformers"}
    assert run("list", "doi:10.1073/pnas.1903070116", "--keys").lines == ["belkin2018reconciling"]
    assert "zhang2017understanding" in run("list", "has:code", "--keys").lines
    assert run("list", "jastrzebski", "--keys").lines == ["arpit2017closer"]
    assert run("list", "nosuchfield:x").code == 1


def test_a_group_can_be_refused(run: Run) -> None:
    found = run("list", "descent -(optimization OR grokking)", "--keys")
    assert found.code == 0
    assert "kuzborskij2021role" not in found.lines
    assert run("list", "NOT NOT grokking", "--keys").lines == ["power2022grokking", "wu2025transformers"]


def test_an_unknown_field_is_said(run: Run) -> None:
    assert "there is no field 'autor:'" in run("search", "autor:belkin").err


def test_list_orders(run: Run) -> None:
    keys = run("list", "--keys").lines
    assert len(keys) == 27
    assert keys == sorted(keys)
    assert run("list", "--keys", "--reverse").lines == keys[::-1]
    years = [int(line.split("\t")[1]) for line in run("list", "--sort", "year").lines]
    assert years == sorted(years, reverse=True)
    titles = [line.split("\t")[3].casefold() for line in run("list", "--sort", "title").lines]
    assert titles == sorted(titles)
    assert run("ls", "--limit", "3").lines.__len__() == 3


def test_list_in_a_terminal_is_aligned_and_fits(run: Run) -> None:
    for columns in (80, 200):
        shown = run("list", columns=columns)
        plain = [re.sub(r"\x1b\[[\d;]*m", "", line) for line in shown.lines]
        assert ESCAPE in shown.out
        assert max(len(line) for line in plain) <= columns
        starts = {match.start(1) for line in plain if (match := re.match(r".  \S+ +(\d{4}) ", line))}
        assert len(starts) == 1
        assert sum("★" in line for line in plain) == 8
    assert run("list", columns=80).err == "27 papers\n"
    assert run("search", "grokking", columns=80).err == "2 papers\n"
    assert run("search", "grokking", "--keys", columns=80).err == ""


def test_a_terminal_marks_what_was_looked_for(run: Run) -> None:
    shown = run("search", "grokking", columns=80).out
    assert "\x1b[1;31mGrokking\x1b[0m" in shown
    assert "page note:" in re.sub(r"\x1b\[[\d;]*m", "", shown)


def test_no_color_is_honoured(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    for words in (["list"], ["search", "grokking"], ["show", "lee2022vc"], ["info"], ["tags"]):
        assert ESCAPE not in run(*words, columns=80).out


def test_show_in_a_terminal_wraps_at_the_width(run: Run) -> None:
    shown = run("show", "lee2022vc", columns=60)
    plain = re.sub(r"\x1b\[[\d;]*m", "", shown.out)
    assert max(len(line) for line in plain.splitlines()) <= 60
    assert "Theory Papers, item 26, starred" in " ".join(plain.split())
    assert plain.count("page ") >= 2


def test_show_has_the_shape_that_scripts_rely_on(run: Run) -> None:
    [paper] = run("show", "lee2022vc", "--json").json
    assert list(paper) == [
        "key", "aliases", "type", "title", "authors", "authors_complete", "year", "date", "posted", "updated", "venue",
        "abstract", "identifiers", "arxiv_version", "primary_category", "categories", "links", "tags", "starred",
        "status", "note", "fields", "mentions", "added", "changed",
    ]  # fmt: skip
    first, second = paper["mentions"]
    assert (first["position"], first["starred"], first["group"], first["section"]) == (14, False, None, ["Key Papers"])
    assert (second["position"], second["starred"], second["group"]) == (26, True, "Theory Papers")
    assert second["section"] == ["Phenomena", "Double Descent"]
    assert paper["starred"] is True
    assert paper["authors"][0] == {"family": "Lee", "given": "Eng Hock"}


def test_show_takes_names_from_standard_input_and_names_those_that_are_none(run: Run) -> None:
    found = run("show", "-", stdin="lee2022vc\n\nnosuch\npower2022grokking\tmore\n")
    assert found.code == 3
    assert [line for line in found.lines if line.startswith("key")] == ["key\tlee2022vc", "key\tpower2022grokking"]
    assert "no paper 'nosuch'" in found.err
    assert run("show", "-").code == 1


def test_an_unknown_key_gets_the_nearest_as_a_hint(run: Run) -> None:
    found = run("show", "power2022groking")
    assert found.code == 3
    assert "did you mean power2022grokking?" in found.err


def test_open_runs_the_browser_without_a_shell(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    log = tmp_path / "opened"
    browser = tmp_path / "browser"
    browser.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" >> "{log}"\n')
    browser.chmod(0o755)
    monkeypatch.setattr("webbrowser._tryorder", None)
    monkeypatch.setenv("BROWSER", str(browser))
    assert run("open", "power2022grokking").code == 0
    monkeypatch.setattr("webbrowser._tryorder", None)
    assert run("open", "bahri2020statistical").code == 0
    monkeypatch.setattr("webbrowser._tryorder", None)
    assert run("open", "2201.02177", "--pdf").code == 0
    assert log.read_text().split() == [
        "https://arxiv.org/abs/2201.02177",
        "https://doi.org/10.1146/annurev-conmatphys-031119-050745",
        "https://arxiv.org/pdf/2201.02177",
    ]


def test_open_says_when_there_is_nothing_to_open(run: Run) -> None:
    assert run("open", "nosuch").code == 3
    assert run("open", "lillog2019deep", "--pdf").code == 3


# --- how many, in which order, what is like it ---------------------------------------------------


def test_count_is_the_number_of_what_would_be_printed(run: Run) -> None:
    for words in (["double descent"], ["year:2019"], [""], ["is:starred -key:lee"]):
        lines = run("list", *words).lines
        assert run("list", *words, "--count").lines == [str(len(lines))]
        assert run("list", *words, "--count", "--json").json == {"count": len(lines)}
    assert run("search", "double descent", "--count").out == "10\n"
    nothing = run("search", "nosuchword", "--count")
    assert (nothing.code, nothing.out) == (1, "0\n")


def test_search_in_another_order(run: Run) -> None:
    best = run("search", "descent", "--keys").lines
    by_year = run("search", "descent", "--sort", "year").lines
    assert [line.split("\t")[1] for line in by_year] == sorted((line.split("\t")[1] for line in by_year), reverse=True)
    assert sorted(line.split("\t")[0] for line in by_year) == sorted(best)
    assert run("search", "descent", "--reverse", "--keys").lines == best[::-1]
    assert run("search", "descent", "--reverse", "--keys", "--limit", "2").lines == best[::-1][:2]
    scores = [hit["score"] for hit in run("search", "descent", "--json").json]
    assert scores == sorted(scores, reverse=True)
    assert {hit["key"]: hit["score"] for hit in run("search", "descent", "--sort", "key", "--json").json} == dict(
        zip(best, scores, strict=True)
    )


def test_like_lists_what_shares_words_tags_authors_and_sections(run: Run) -> None:
    near = run("like", "power2022grokking", "--keys").lines
    assert near[0] == "wu2025transformers"
    assert "power2022grokking" not in near
    assert len(near) <= 10
    assert run("like", "arXiv:2201.02177", "--limit", "2", "--keys").lines == near[:2]
    hits = run("like", "power2022grokking", "--json").json
    assert [hit["key"] for hit in hits] == near
    assert all(hit["score"] > 0 and hit["snippet"] for hit in hits)
    run("tag", "add", "mine", "power2022grokking", "frankle2019lottery")
    assert run("like", "frankle2019lottery", "--keys").lines[0] == "power2022grokking"
    assert run("like", "nosuchkey").code == 3


def test_a_paper_that_shares_nothing_is_like_none(run: Run) -> None:
    run("add", "--no-fetch", "10.1000/zzz")
    done = run("like", "10.1000/zzz")
    assert (done.code, done.out) == (1, "")


# --- how it was understood, and what may have been meant -------------------------------------------


def test_how_a_query_was_read_is_one_dim_line(run: Run) -> None:
    done = run("search", '"double descent', "--keys", "--limit", "1")
    assert done.code == 0
    assert done.err == 'note: read as: "double descent"\n'
    assert run("search", '"double descent', "--json").err == ""
    seen = run("search", '"double descent', columns=80, watching=True)
    assert seen.err.startswith('\x1b[2mnote: read as: "double descent"\x1b[0m\n')


@pytest.mark.parametrize(
    "command",
    [["list", "auther:belkin"], ["export", "auther:belkin"], ["check", "auther:belkin"], ["refresh", "auther:belkin"],
     ["tag", "add", "x", "--where", "auther:belkin"], ["star", "--where", "auther:belkin"],
     ["remove", "--where", "auther:belkin"], ["rekey", "--pattern", "x", "--where", "auther:belkin"]],
    ids=lambda words: words[0],
)  # fmt: skip
def test_every_command_reads_a_query_alike(run: Run, command: list[str]) -> None:
    done = run(*command)
    assert done.code == 1
    assert "did you mean author:?" in done.err


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("doble descent", "'double descent'"),
        ("lotteryticke", "'lottery ticket'"),
        ("belkn", "belkin"),
        ("белкин", "belkin"),
        ("auther:belkin", "author:belkin"),
        ("belkin grokking", "'belkin OR grokking'"),
        ("belkin2081reconciling", "belkin2018reconciling"),
    ],
)
def test_the_hint_is_a_command_that_finds_something(run: Run, typed: str, meant: str) -> None:
    done = run("search", typed)
    assert (done.code, done.out) == (1, "")
    assert f"hint: did you mean: gencli search {meant}" in done.err
    assert run("search", meant.strip("'")).code == 0


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("belkin 2019", "belkin2018reconciling"),
        ("Belkin et al. (2019)", "belkin2018reconciling"),
        ("doubledescent vc", "lee2022vc"),
        ("jastrzebski", "arpit2017closer"),
        ("overfitted network", "lillog2019deep"),
        ("memorisation", "arpit2017closer"),
        ("nakkiran 2019 deep double", "nakkiran2019deep"),
        ("C++ grokking OR grokking", "power2022grokking"),
        ("power2022grokking", "power2022grokking"),
        ("2201.02177v1", "power2022grokking"),
    ],
)
def test_what_is_meant_comes_first(run: Run, typed: str, first: str) -> None:
    assert run("search", typed, "--keys").lines[0] == first


def test_the_field_of_a_snippet_is_named_where_it_is_not_the_title(run: Run) -> None:
    run("note", "lee2022vc", "a remarkable quokka")
    shown = re.sub(r"\x1b\[[\d;]*m", "", run("search", "quokka", columns=80).out)
    assert "note: a remarkable quokka" in shown
    assert run("search", "quokka").lines[0].endswith("\ta remarkable quokka")
    assert "title:" not in re.sub(r"\x1b\[[\d;]*m", "", run("search", "lottery", columns=80).out)


def test_a_pasted_citation_finds_its_paper(run: Run) -> None:
    citation = (
        "Belkin, M., Hsu, D. & Mandal, S. (2019). Reconciling modern machine-learning practice. PNAS 116(32), 15849-54."
    )
    done = run("search", citation, "--keys")
    assert (done.code, done.lines) == (0, ["belkin2018reconciling"])
    assert done.err == "note: no paper has all of these words; these have most of them\n"
    assert [hit["key"] for hit in run("search", citation, "--json").json] == ["belkin2018reconciling"]
    # What changes papers never takes what is only near.
    assert run("tag", "add", "x", "--where", citation).code == 1
    assert run("list", citation).code == 1
    assert run("search", citation, "--count").lines == ["0"]
    assert run("search", "quantum banana peel physics").code == 1


@pytest.mark.parametrize(
    ("words", "keys"),
    [
        (["grokking", "-transformers"], ["power2022grokking"]),
        (["grokking", "-transformers", "--limit", "5"], ["power2022grokking"]),
        (["-in:phenomena year:2022"], ["roberts2021principles"]),
        (["-title:grokking", "power"], []),
    ],
)
def test_a_word_that_is_refused_is_no_option(run: Run, words: list[str], keys: list[str]) -> None:
    assert run("search", *words, "--keys").lines == keys
    assert run("ls", *words, "--keys").lines == keys


@pytest.mark.parametrize("word", ["-json", "-keys", "-count", "-limit", "--nosuch", "-x"])
def test_a_slip_for_an_option_is_said(run: Run, word: str) -> None:
    assert run("search", "grokking", word).code == 2


def test_a_tag_is_found_without_its_accents_and_hyphens(run: Run) -> None:
    run("tag", "add", "naïve", "lee2022vc")
    run("tag", "add", "To-Read", "power2022grokking")
    assert run("list", "tag:naive", "--keys").lines == ["lee2022vc"]
    assert run("list", 'tag:"to read"', "--keys").lines == ["power2022grokking"]
    assert run("list", "-tag:naive", "--count").lines == ["26"]
    run("tag", "add", "to read", "lee2022vc")
    # Where a tag is written so, it is that one.
    assert run("list", 'tag:"to read"', "--keys").lines == ["lee2022vc"]
    assert run("list", "tag:to-read", "--keys").lines == ["power2022grokking"]


@pytest.mark.parametrize(
    ("command", "meant"),
    [
        (["list", "doble", "descent", "--sort", "year"], "gencli list 'double descent' --sort year"),
        (["export", "doble", "-o", "x.bib"], "gencli export double -o x.bib"),
        (["check", "doble"], "gencli check double"),
        (["tag", "add", "x", "--where", "doble"], "gencli tag add x --where double"),
        (["remove", "--where", "doble", "--dry-run"], "gencli remove --where double --dry-run"),
    ],
    ids=lambda words: words[0] if isinstance(words, list) else "",
)
def test_every_command_says_what_may_have_been_meant(run: Run, command: list[str], meant: str) -> None:
    done = run(*command)
    assert done.code == 1
    assert f"did you mean: {meant}" in done.err


@pytest.mark.parametrize(
    "typed", ["grokking -transformers -power", "double year:1999", "double NOT descent NOT double"]
)
def test_a_hint_keeps_what_is_refused_and_what_else_is_asked(run: Run, typed: str) -> None:
    assert "OR NOT" not in run("search", typed).err


def test_a_damaged_index_is_said_with_the_way_to_mend_it(run: Run, library: Path) -> None:
    connection = sqlite3.connect(library)
    connection.execute("DELETE FROM words_data WHERE id > 10")
    connection.commit()
    connection.close()
    done = run("search", "double descent")
    assert done.code == 6
    assert "damaged search index" in done.err
    assert "gencli check --fix" in done.err
    assert run("list").code == 0
