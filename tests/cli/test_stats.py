"""stats: counts by year, section, category, tag and venue."""

import shlex
from pathlib import Path

import pytest

from conftest import Run
from gencli import Library


@pytest.fixture(autouse=True)
def tagged(library: Path) -> None:
    with Library.open(library, write=True) as opened:
        opened.tag("it's dd", ["belkin2018reconciling", "nakkiran2019deep"])


@pytest.mark.parametrize(
    "query", ["", "double descent", "author:belkin", "is:starred year:2019..", "-descent", "lee2022vc"]
)
def test_the_counts_are_those_of_lists(query: str, run: Run) -> None:
    told = run("stats", *shlex.split(query), "--json").json
    assert list(told) == ["papers", "year", "section", "category", "tag", "venue"]
    papers = run("list", *shlex.split(query), "--json").json
    assert told["papers"] == len(papers)

    def counted(by: str) -> dict[object, int]:
        return {row["value"]: row["papers"] for row in told[by]}

    def expected(values: list[set[object]]) -> dict[object, int]:
        every = set().union(*values) - {None}
        return {value: sum(value in some for some in values) for value in every}

    assert counted("year") == expected([{paper["year"]} for paper in papers])
    assert counted("venue") == expected([{paper["venue"]} for paper in papers])
    assert counted("tag") == expected([set(paper["tags"]) for paper in papers])
    assert counted("category") == expected([set(paper["categories"]) for paper in papers])
    places = [{" › ".join([one["page"], *one["section"]]) for one in paper["mentions"]} for paper in papers]
    assert counted("section") == expected(places)  # type: ignore[arg-type]
    assert [row["value"] for row in told["year"]] == sorted(counted("year"), key=str)
    for by in ("section", "category", "tag", "venue"):
        assert [row["papers"] for row in told[by]] == sorted(counted(by).values(), reverse=True)


def test_a_pipe_gets_all_and_a_terminal_bars(run: Run) -> None:
    lines = run("stats").lines
    assert lines[0] == "year\t2017\t3"
    assert "tag\tit's dd\t2" in lines
    assert sum(line.startswith("venue\t") for line in lines) > 12
    shown = run("stats", columns=80).out.replace("\x1b[0m", "")
    assert "27 papers" in shown
    assert all(len(line) <= 80 + 10 for line in shown.splitlines())
    assert "… › Phenomena › Double Descent" in shown
    assert f"({sum(line.startswith('venue') for line in lines) - 12} more)" in shown
    assert shown.count("█") > 50


def test_where_there_is_nothing_to_count(run: Run, tmp_path: Path) -> None:
    done = run("stats", "zzzz")
    assert (done.code, done.out) == (1, "")
    assert "no paper matches 'zzzz'" in done.err
    empty = tmp_path / "empty.sqlite"
    Library.create(empty)
    assert run("--db", empty, "stats", "--json").json == {
        "papers": 0, "year": [], "section": [], "category": [], "tag": [], "venue": [],
    }  # fmt: skip
    assert run("--db", empty, "stats").out == ""
    assert run("--db", empty, "stats", columns=80).out == "0 papers\n"
