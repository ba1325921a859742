"""add, import and refresh with an arXiv that answers, well or badly, on loopback."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from arxiv_server import Answer, Entry, Server, half, known, saying, serve

from conftest import PAGE, Run

POWER = Entry(
    "2201.02177",
    title="Grokking: Generalization",
    authors=("Alethea Power",),
    comment="8 pages",
    published="2022-01-06T18:43:37Z",
)
FIRST = Entry(
    "2301.00001",
    title="The First [cs.LG] Thing",
    authors=("Ada van der Berg", "Łukasz Kaiser"),
    published="2023-01-01T00:00:00Z",
)


@pytest.fixture
def arxiv(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """An arXiv of two papers, named by the environment; the network is allowed."""
    with serve(known(POWER, FIRST)) as server:
        name(monkeypatch, server)
        yield server


def name(monkeypatch: pytest.MonkeyPatch, server: Server) -> None:
    monkeypatch.delenv("GENCLI_OFFLINE")
    monkeypatch.setenv("GENCLI_ARXIV_URL", server.url)
    monkeypatch.setenv("GENCLI_ARXIV_DELAY", "0")


def test_a_new_paper_is_fetched_with_tags_and_note(run: Run, library: Path, arxiv: Server) -> None:
    done = run("add", "arXiv:2301.00001v1", "2201.02177", "--tag", "new", "--note", "look", "--json")
    assert done.code == 0
    assert done.json["added"] == ["vanderberg2023first"]
    assert done.json["merged"] == ["power2022grokking"]
    assert [asked.ids for asked in arxiv.asked] == [("2301.00001",)]
    [paper] = run("show", "2301.00001", "--json").json
    assert paper["title"] == "The First [cs.LG] Thing"
    assert (paper["tags"], paper["note"], paper["authors"][1]["family"]) == (["new"], "look", "Kaiser")
    assert run("add", "2301.00001").code == 0
    assert len(arxiv.asked) == 1


def test_a_new_library_is_made_by_the_first_paper(run: Run, tmp_path: Path, arxiv: Server) -> None:
    done = run("--db", "new.sqlite", "add", "2201.02177")
    assert done.code == 0
    assert done.lines == ["power2022grokking"]
    assert "made a new library at new.sqlite" in done.err
    assert "1 paper added: power2022grokking; undo: gencli undo" in done.err


def test_an_unknown_id_is_named_and_the_others_added(run: Run, library: Path, arxiv: Server) -> None:
    done = run("add", "2301.00001", "2301.99999", "--json")
    assert done.code == 3
    assert done.json["added"] == ["vanderberg2023first"]
    assert done.json["problems"] == [{"where": "2301.99999", "what": "arXiv knows no paper 2301.99999"}]
    assert "2301.99999" in done.error["message"]


def test_an_import_is_filled_in(run: Run, tmp_path: Path, arxiv: Server) -> None:
    done = run("--db", "new.sqlite", "import", PAGE)
    assert done.code == 0
    assert "filled in 1 of 23 papers from arXiv" in done.err
    [paper] = run("--db", "new.sqlite", "show", "2201.02177", "--json").json
    assert (paper["title"], paper["fields"]) == ("Grokking: Generalization", {"comment": "8 pages"})
    assert paper["mentions"][0]["label"].startswith("Power et al 2022 - Grokking: Generalization Beyond Overfitting")
    assert len(arxiv.asked) == 1


@pytest.mark.parametrize(
    "answer", [saying(429, "Rate exceeded."), saying(503, "busy"), saying(200, "<html></html>"), half], ids=str
)
def test_an_import_stands_whatever_arxiv_says(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer: Answer
) -> None:
    with serve(answer) as server:
        name(monkeypatch, server)
        done = run("--db", "new.sqlite", "import", PAGE)
        assert done.code == 0
        assert "27 papers added" in done.err
        assert "later: gencli refresh" in done.err
        before = (tmp_path / "new.sqlite").read_bytes()
        failed = run("--db", "new.sqlite", "add", "2301.00001")
        assert failed.code == 5
        assert (tmp_path / "new.sqlite").read_bytes() == before


def test_refresh_fills_in_what_was_left(run: Run, library: Path, arxiv: Server) -> None:
    run("add", "2301.00001", "--no-fetch")
    before = library.read_bytes()
    assert "asked arXiv about 1 paper:" in run("refresh", "--dry-run").err
    assert library.read_bytes() == before
    assert run("refresh", "--json").json["merged"] == ["arxiv230100001"]
    assert run("show", "arxiv230100001", "--json").json[0]["title"] == "The First [cs.LG] Thing"
    assert "nothing to fill in" in run("refresh").err
    asked = len(arxiv.asked)
    done = run("refresh", "grokking", "--all")
    assert done.code == 3
    assert "2505.20896" in done.err
    assert len(arxiv.asked) == asked + 1


def test_what_a_person_noted_stays_when_arxiv_is_asked_again(run: Run, library: Path, arxiv: Server) -> None:
    run("note", "power2022grokking", "mine")
    run("refresh", "key:power2022grokking", "--all")
    [paper] = run("show", "power2022grokking", "--json").json
    assert paper["note"] == "mine"
    assert paper["key"] == "power2022grokking"


def test_offline_forbids_it(run: Run, library: Path, arxiv: Server) -> None:
    assert run("--offline", "add", "2301.00001").code == 5
    assert run("--offline", "--db", "new.sqlite", "import", PAGE).code == 0
    assert arxiv.asked == []


def test_a_bad_address_is_refused(run: Run, library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GENCLI_OFFLINE")
    monkeypatch.setenv("GENCLI_ARXIV_URL", "http://example.org/api")
    assert run("add", "2301.00001").code == 4
