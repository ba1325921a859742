"""add, arxiv, import and refresh with an arXiv that answers, well or badly, on loopback."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from arxiv_server import Answer, Entry, Handler, Server, choosy, half, known, library_of, new_feed, saying, serve

from conftest import PAGE, Run
from gencli import Library, Record
from gencli.cli.session import Session
from gencli.sources.arxiv.service import Service
from gencli.sources.clock import Clock

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
MANY = [Entry(f"2301.{number:05}", title=f"Nets {number}", authors=("Ann One",)) for number in range(1, 251)]
IDS = [entry.name for entry in MANY]


@pytest.fixture(autouse=True)
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """What would have been waited: time passes only in the minds of those who wait."""
    waited: list[float] = []
    real = Session.arxiv

    def arxiv(session: Session) -> Service:
        clock = Clock(lambda: 1_000_000.0 + sum(waited), waited.append, lambda: 0.0)
        return replace(real(session), clock=clock)

    monkeypatch.setattr(Session, "arxiv", arxiv)
    return waited


@pytest.fixture
def arxiv(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """An arXiv of two papers, named by the environment; the network is allowed."""
    with serve(known(POWER, FIRST)) as server:
        name(monkeypatch, server)
        yield server


def name(monkeypatch: pytest.MonkeyPatch, server: Server) -> None:
    monkeypatch.delenv("GENCLI_OFFLINE", raising=False)
    monkeypatch.setenv("GENCLI_ARXIV_URL", server.url)
    monkeypatch.setenv("GENCLI_ARXIV_DELAY", "0")


def then(*answers: Answer) -> Answer:
    """One answer after the other, the last one for ever."""
    return lambda handler: answers[min(len(handler.server.asked), len(answers)) - 1](handler)


# --- add ---------------------------------------------------------------------------------------


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
    assert "1 paper added: power2022grokking; undo: gencli --db new.sqlite undo" in done.err


def test_what_is_said_while_a_bar_is_shown_stands_on_a_line_of_its_own(run: Run, arxiv: Server) -> None:
    done = run("--db", "new.sqlite", "add", "2201.02177", "2301.00001", watching=True)
    assert done.code == 0
    assert "made a new library at new.sqlite\n" in done.err
    # The bar is taken off the line before, and drawn again behind it.
    before, _, behind = done.err.partition("made a new library")
    assert before.endswith(("\x1b[2K", "\r", "\n"))
    assert "asking arXiv" in before
    assert "asking arXiv" in behind


def test_an_unknown_id_is_named_and_the_others_added(run: Run, library: Path, arxiv: Server) -> None:
    done = run("add", "2301.00001", "2301.99999", "--json")
    assert done.code == 3
    assert done.json["added"] == ["vanderberg2023first"]
    assert done.json["problems"] == [{"where": "2301.99999", "what": "arXiv knows no paper 2301.99999"}]
    assert "2301.99999" in done.error["message"]


def test_what_is_no_identifier_is_named_before_anything_is_fetched(
    run: Run, library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[int] = []
    good = known(FIRST)

    def answer(handler: Handler) -> None:
        told.append(1)
        good(handler)

    with serve(answer) as server:
        name(monkeypatch, server)
        done = run("add", "2201:02177", "2301.00001", "grokk")
    assert done.code == 4
    assert done.lines == ["vanderberg2023first"]
    assert [line for line in done.err.splitlines() if line.startswith("gencli: ")] == [
        "gencli: '2201:02177' looks like an arXiv id and is none",
        "gencli: 'grokk' is not an identifier",
    ]
    assert "  hint: did you mean 2201.02177?" in done.err
    assert done.err.index("did you mean") < done.err.index("1 paper added")


def test_identifiers_from_a_file_a_mail_and_bibtex(run: Run, library: Path, tmp_path: Path, arxiv: Server) -> None:
    (tmp_path / "ids.txt").write_text("# to read\narXiv:2301.00001 [cs.LG]\n")
    assert run("add", "ids.txt").lines == ["vanderberg2023first"]
    mail = "Dear Ann,\nsee https://arxiv.org/abs/2201.02177 (Grokking).\nBest, Bo\n"
    assert run("add", "-", "--tag", "mail", stdin=mail).lines == ["power2022grokking"]
    bib = "@misc{g, eprint = {2201.02177}, archivePrefix = {arXiv}}\n@book{k, title = {None}}\n"
    done = run("add", "-", "--tag", "bib", stdin=bib)
    assert (done.code, done.lines) == (4, ["power2022grokking"])
    assert "standard input:2: the entry 'k' names no identifier" in done.err
    shown = run("add", "-", "--json", stdin="2201.02177\n\n2201.2177\n")
    assert shown.json["problems"][0]["where"] == "standard input:3"
    assert "did you mean 2201.02177?" in shown.error["hint"]
    assert run("add", "see arXiv:2301.00001, and 2201.02177", "--tag", "both").code == 0
    assert run("add", "arxiv:", "2301.00001", "[cs.LG]", "--tag", "shell").code == 0
    assert run("list", "tag:both", "--keys").lines == ["power2022grokking", "vanderberg2023first"]
    assert len(arxiv.asked) == 1
    empty = run("add", "-", stdin="nothing here to see\n")
    assert (empty.code, empty.lines) == (4, [])
    assert "there is no identifier in standard input" in empty.err
    assert run("add", "-", stdin="").code == 4


def test_a_note_that_is_a_dash_is_a_note(run: Run, library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with serve(saying(403, "no")) as server:
        name(monkeypatch, server)
        done = run("add", "2301.00001", "2301.00002", "--note", "-")
        assert "go on with: gencli add 2301.00001 2301.00002 --note -" in done.err
        done = run("add", "--fresh", "-", "-t", "x", stdin="2301.00001\n")
        assert "go on with: gencli add 2301.00001 -t x" in done.err
        done = run("add", "2301.00001", "-", "2201:02177", "-t", "x", stdin="2301.00001 2301.00002\n")
        assert "go on with: gencli add 2301.00001 2301.00002 -t x" in done.err
        done = run("add", "add", "2301.00001")
        assert "go on with: gencli add 2301.00001\n" in done.err


def test_names_that_are_no_utf8_break_nothing(run: Run, tmp_path: Path, library: Path, arxiv: Server) -> None:
    name_of_file = str(tmp_path / "\udcff.txt")
    Path(name_of_file).write_text("2301.00001\n")
    assert run("add", name_of_file).lines == ["vanderberg2023first"]
    assert "\\udcff.txt" in run("history", "--json").json[0]["command"]
    assert run("add", "\udcff").code == 4
    assert run("arxiv", "--raw", "\udcff").code == 4
    assert run("add", "http://[::1]@[x]/").code == 4
    assert run("show", "http://[::1]@[x]/").code == 3
    assert run("add", "-", "-", "--tag", "t", stdin="2301.00001\n").code == 0


def test_a_key_of_the_library_names_its_paper(run: Run, library: Path, arxiv: Server) -> None:
    done = run("add", "power2022grokking", "lee2022vc", "--tag", "mine", "--json")
    assert done.code == 0
    assert done.json["merged"] == ["power2022grokking", "lee2022vc"]
    assert arxiv.asked == []


def test_a_reader_who_has_enough_does_not_hide_what_was_done(
    run: Run, library: Path, arxiv: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*_: object) -> None:
        raise BrokenPipeError

    monkeypatch.setattr("gencli.cli.screen.Screen.line", gone)
    done = run("add", "2301.00001", "2301.99999")
    assert done.code == 3
    assert "1 paper added: vanderberg2023first; undo: gencli undo" in done.err
    assert "arXiv knows no paper 2301.99999" in done.err
    done = run("refresh", "2301.00001", "--fresh")
    assert "asked arXiv about 1 paper: nothing new" in done.err


def test_hundreds_at_once_are_one_step_and_go_on_where_they_stopped(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, slept: list[float]
) -> None:
    good, busy = known(*MANY), saying(429, "Rate exceeded.")
    with serve(then(good, good, busy, busy, busy, good)) as server:
        name(monkeypatch, server)
        done = run("--db", "new.sqlite", "add", "-", "--tag", "t", stdin="\n".join(IDS))
        assert done.code == 5
        assert len(done.lines) == 200
        assert "200 papers added: one2019nets, one2019netsa" in done.err
        assert "asking in 60 s (2 of 3)" in done.err
        assert "asking in 120 s (3 of 3)" in done.err
        assert "HTTP status 429: too many questions; 50 of 250 papers did not come" in done.err
        hint = done.err.splitlines()[-1]
        assert "go on with: gencli --db new.sqlite add 2301.00201 2301.00202" in hint
        assert hint.endswith("2301.00250 --tag t")
        assert [seconds for seconds in slept if seconds] == [60.0, 120.0]
        again = run("--db", "new.sqlite", "add", "-", "--tag", "t", stdin="\n".join(IDS))
        assert again.code == 0
        assert "asking in 60 s" in again.err
        assert [len(asked.ids) for asked in server.asked] == [100, 100, 50, 50, 50, 50]
    assert len(run("--db", "new.sqlite", "list", "tag:t", "--keys").lines) == 250
    assert [step["summary"] for step in run("--db", "new.sqlite", "history", "--json").json] == [
        "added papers: 50 added",
        "added papers: 200 added",
    ]
    run("--db", "new.sqlite", "undo")
    run("--db", "new.sqlite", "undo")
    assert run("--db", "new.sqlite", "list", "--keys").lines == []


def test_the_interrupt_key_between_two_batches_keeps_the_whole_ones(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Library.take
    taken: list[int] = []

    def take(library: Library, *words: object, **more: object) -> object:
        if taken:
            raise KeyboardInterrupt
        taken.append(1)
        return real(library, *words, **more)  # type: ignore[arg-type]

    with serve(known(*MANY)) as server:
        name(monkeypatch, server)
        with monkeypatch.context() as patch:
            patch.setattr(Library, "take", take)
            done = run("--db", "new.sqlite", "add", *IDS)
        assert done.code == 130
        assert len(done.lines) == 100
        assert "interrupted; 150 of 250 papers did not come" in done.err
        assert "go on with: gencli --db new.sqlite add 2301.00001" in done.err
        assert len(run("--db", "new.sqlite", "list", "--keys").lines) == 100
        shown = run("--db", "new.sqlite", "add", *IDS, "--json")
        assert shown.code == 0
        # Of the 150 that are missing, a hundred were answered before the key was pressed.
        assert [len(asked.ids) for asked in server.asked] == [100, 100, 50]
    assert len(shown.json["added"]) == 150


def test_one_id_that_arxiv_does_not_take_costs_the_others_nothing(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serve(choosy(IDS[41], 400)) as server:
        name(monkeypatch, server)
        done = run("--db", "new.sqlite", "add", *IDS[:100])
    assert done.code == 4
    assert len(done.lines) == 99
    assert f"arXiv does not take {IDS[41]}: incorrect id format for {IDS[41]}" in done.err


@pytest.mark.parametrize("status", [500, 503])
def test_nothing_is_done_by_halves_where_arxiv_fails(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, status: int
) -> None:
    with serve(saying(status, "busy")) as server:
        name(monkeypatch, server)
        done = run("--db", "new.sqlite", "add", "2301.00001", "--json")
        assert done.code == 5
        assert done.json["problems"][0]["where"] == "2301.00001"
        assert done.error["code"] == "network"
        assert "gencli --db new.sqlite add 2301.00001 --json" in done.error["hint"]
        assert len(server.asked) == 3
    assert not (tmp_path / "new.sqlite").exists()


def test_a_withdrawn_paper_is_added_marked_and_said(run: Run, library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gone = replace(FIRST, comment="This paper has been withdrawn by the authors due to an error")
    with serve(then(known(gone), known(FIRST))) as server:
        name(monkeypatch, server)
        done = run("add", "2301.00001")
        assert done.code == 0
        assert "2301.00001 was withdrawn: This paper has been withdrawn by the authors due to an error" in done.err
        [paper] = run("list", "is:withdrawn", "--json").json
        assert paper["fields"]["pubstate"] == "withdrawn"
        assert "withdrawn\tyes, see the comment" in run("show", "2301.00001").out
        assert "withdrawn: The First" in run("list", "2301.00001", columns=100).out
        assert "pubstate = {withdrawn}" in run("export", "2301.00001", "--bib").out
        done = run("refresh", "2301.00001", "--fresh")
        assert done.lines[0].startswith("vanderberg2023first\tnot withdrawn\t")
        assert run("list", "is:withdrawn").code == 1


def test_a_doi_that_the_library_has_makes_one_paper_of_two(
    run: Run, library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    published = replace(FIRST, doi="10.1000/XYZ.1", journal="J. Nets 1 (2024)")
    run("add", "10.1000/xyz.1", "--no-fetch", "--tag", "doi", "--note", "from a talk")
    with serve(known(published)) as server:
        name(monkeypatch, server)
        done = run("add", "2301.00001", "--tag", "arxiv", "--json")
        assert done.json["merged"] == ["doi101000xyz1"]
        [paper] = run("show", "10.1000/xyz.1", "--json").json
        assert paper["identifiers"] == {"doi": "10.1000/xyz.1", "arxiv": "2301.00001"}
        assert (paper["tags"], paper["note"], paper["year"]) == (["arxiv", "doi"], "from a talk", 2024)
        run("undo")
        # The same paper twice under two names: they are one when arXiv says so.
        run("add", "2301.00001", "--no-fetch")
        done = run("refresh")
        assert "united" in done.out
        [paper] = run("show", "2301.00001", "--json").json
        assert (paper["key"], paper["aliases"]) == ("doi101000xyz1", ["arxiv230100001"])
        # A sentence with both names of it.
        run("undo")
        run("undo")
        done = run("add", "2301.00001 (doi:10.1000/xyz.1)", "--json")
        assert (done.code, done.json["merged"]) == (0, ["doi101000xyz1"])
    assert len(run("list", "2301.00001").lines) == 1


def test_a_doi_named_beside_its_arxiv_id_is_that_paper(
    run: Run, library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serve(known(replace(FIRST, doi="10.1000/xyz.1"))) as server:
        name(monkeypatch, server)
        done = run("add", "10.1000/xyz.1", "2301.00001", "10.1000/other", "--json")
    assert done.code == 4
    assert done.json["added"] == ["vanderberg2023first"]
    assert [problem["where"] for problem in done.json["problems"]] == ["10.1000/other"]


@pytest.mark.parametrize(
    "title", ["0", "[/b] :smile: [red]x", "\x1b]0;gone\x07 \x9b31m", "$\\alpha$-\\textit{nets}", "\u202eevil"]
)
def test_any_title_is_shown_harmless_and_kept(
    run: Run, library: Path, monkeypatch: pytest.MonkeyPatch, title: str
) -> None:
    # XML has no control characters: a server that sends some sends no feed.
    sent = title.replace("\x1b", "&#x9;").replace("\x07", "") if "\x1b" in title else title
    with serve(
        lambda handler: handler.reply(new_feed([replace(FIRST, title="TITLE")]).replace("TITLE", sent))
    ) as server:
        name(monkeypatch, server)
        assert run("add", "2301.00001").code == 0
        for words in (["show", "2301.00001"], ["list", "arxiv:2301.00001"], ["arxiv", "nets"]):
            shown = run(*words, columns=80)
            assert shown.code == 0
            assert not set(shown.out) & {"\x07", "\x9b", "\u202e"}


def test_offline_forbids_it(run: Run, library: Path, arxiv: Server) -> None:
    assert run("--offline", "add", "2301.00001").code == 5
    assert run("--offline", "--db", "new.sqlite", "import", PAGE).code == 0
    assert run("--offline", "arxiv", "nets").code == 5
    assert run("--offline", "refresh", "--all").code == 5
    assert arxiv.asked == []


def test_a_bad_address_is_refused(run: Run, library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GENCLI_OFFLINE")
    monkeypatch.setenv("GENCLI_ARXIV_URL", "http://example.org/api")
    assert run("add", "2301.00001").code == 4


def test_an_entry_with_two_identifiers_is_one_paper(run: Run, library: Path, arxiv: Server) -> None:
    run("add", "10.1000/g", "--no-fetch", "--tag", "doi")
    entry = "@misc{g, eprint = {2301.00001}, archivePrefix = {arXiv}, doi = {10.1000/g}}"
    done = run("add", "-", stdin=entry)
    assert done.code == 0
    [paper] = run("show", "10.1000/g", "--json").json
    assert paper["identifiers"] == {"doi": "10.1000/g", "arxiv": "2301.00001"}
    assert (paper["title"], paper["tags"]) == ("The First [cs.LG] Thing", ["doi"])
    other = "@misc{h, eprint = {2301.00002}, archivePrefix = {arXiv}, doi = {10.1000/h}}"
    run("add", "-", "--no-fetch", stdin=other)
    assert run("show", "10.1000/h", "--json").json[0]["identifiers"] == {"arxiv": "2301.00002", "doi": "10.1000/h"}


@pytest.mark.parametrize(
    ("name", "code", "word"), [("none.txt", 3, "there is no file"), ("./x", 3, "there is no file")]
)
def test_a_file_that_is_not_there(run: Run, library: Path, name: str, code: int, word: str) -> None:
    done = run("add", name)
    assert (done.code, word in done.err) == (code, True)
    assert run("add", str(library.parent)).code == 4


def test_failures_are_named_in_order_and_the_worst_is_the_code(run: Run, library: Path, arxiv: Server) -> None:
    done = run("add", "2301.99999", "10.1000/x", "2301.88888")
    assert done.code == 4
    assert [line for line in done.err.splitlines() if line.startswith("gencli: ")] == [
        "gencli: 10.1000/x is a DOI; only arXiv is asked today",
        "gencli: arXiv knows no paper 2301.99999",
        "gencli: arXiv knows no paper 2301.88888",
    ]


# --- import ------------------------------------------------------------------------------------


def test_an_import_is_filled_in(run: Run, tmp_path: Path, arxiv: Server) -> None:
    done = run("--db", "new.sqlite", "import", PAGE)
    assert done.code == 0
    assert "filled in 1 of 23 papers from arXiv; it does not know 2012.10931, 2106.10165" in done.err
    [paper] = run("--db", "new.sqlite", "show", "2201.02177", "--json").json
    assert (paper["title"], paper["fields"]) == ("Grokking: Generalization", {"comment": "8 pages"})
    assert paper["mentions"][0]["label"].startswith("Power et al 2022 - Grokking: Generalization Beyond Overfitting")
    assert len(arxiv.asked) == 1
    run("--db", "new.sqlite", "undo")
    assert run("--db", "new.sqlite", "list").lines == []


def test_an_import_asks_again_for_what_could_not_be_had(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = run("--offline", "--db", "new.sqlite", "import", PAGE)
    assert first.err.count("undo: gencli --db new.sqlite undo") == 1
    assert (
        "not filled in from arXiv (the network is forbidden here); later: gencli --db new.sqlite refresh; undo"
        in first.err
    )
    with serve(saying(403, "no")) as server:
        name(monkeypatch, server)
        shown = run("--db", "new.sqlite", "import", PAGE, "--json")
        assert (shown.code, shown.err) == (0, "")
        assert shown.json["problems"] == [
            {"where": "arXiv", "what": "23 papers not filled in: arXiv answered with HTTP status 403"}
        ]
    with serve(known(POWER)) as server:
        name(monkeypatch, server)
        again = run("--db", "new.sqlite", "import", PAGE)
        assert "filled in 1 of 23 papers from arXiv" in again.err
        assert again.err.count("undo: gencli --db new.sqlite undo") == 1


@pytest.mark.parametrize(
    "answer",
    [saying(429, "Rate exceeded."), saying(503, "busy"), saying(200, "<html></html>"), half],
    ids=["too many", "busy", "html", "half"],
)
def test_an_import_stands_whatever_arxiv_says(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, slept: list[float], answer: Answer
) -> None:
    with serve(answer) as server:
        name(monkeypatch, server)
        done = run("--db", "new.sqlite", "import", PAGE)
        assert done.code == 0
        assert "27 papers added" in done.err
        assert "later: gencli --db new.sqlite refresh" in done.err
        assert sum(slept) == 0
        before = (tmp_path / "new.sqlite").read_bytes()
        failed = run("--db", "new.sqlite", "add", "2301.00001")
        assert failed.code == 5
        assert (tmp_path / "new.sqlite").read_bytes() == before


# --- refresh -----------------------------------------------------------------------------------


def test_refresh_fills_in_what_was_left(run: Run, library: Path, arxiv: Server) -> None:
    run("add", "2301.00001", "--no-fetch")
    before = library.read_bytes()
    tried = run("refresh", "--dry-run")
    assert tried.lines == ["arxiv230100001\tfilled in\ttitle\t\tThe First [cs.LG] Thing"]
    assert "asked arXiv about 1 paper: 1 paper would change" in tried.err
    assert library.read_bytes() == before
    done = run("refresh", "--json")
    assert done.json["merged"] == ["arxiv230100001"]
    assert done.json["changes"] == [
        {"key": "arxiv230100001", "what": "filled in", "field": "title", "before": None, "after": FIRST.title}
    ]
    assert run("show", "arxiv230100001", "--json").json[0]["title"] == "The First [cs.LG] Thing"
    assert "nothing to fill in; what is new of the 24 others: gencli refresh --all" in run("refresh").err
    assert len(arxiv.asked) == 1
    done = run("refresh", "grokking", "--all")
    assert done.code == 3
    assert "2505.20896" in done.err
    assert len(arxiv.asked) == 2


def test_refresh_tells_what_is_new_and_keeps_what_a_person_said(
    run: Run, library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    newer = replace(
        FIRST, version=3, doi="10.1000/xyz.1", journal="J. Nets 1 (2024)", title="The First Thing", comment="9 pages"
    )
    with serve(known(FIRST)) as server:
        name(monkeypatch, server)
        run("add", "2301.00001", "--tag", "mine", "--note", "my note")
        with Library.open(library, write=True) as opened:
            opened.take([Record("user", title="What I Call It", identifiers={"arxiv": "2301.00001"})])
        server.answer = known(newer)
        known_today = "arXiv answered about 1 paper within a day (--fresh asks again): nothing new"
        assert known_today in run("refresh", "tag:mine").err
        assert len(server.asked) == 1
        tried = run("refresh", "tag:mine", "--fresh", "--dry-run", columns=80)
        assert "new version 3 (was 1)" in tried.out
        done = run("refresh", "tag:mine", "--json")
        assert len(server.asked) == 2
    told = {(change["what"], change["field"]): change["after"] for change in done.json["changes"]}
    assert told[("new version", "arxiv_version")] == 3
    assert told[("doi", "doi")] == "10.1000/xyz.1"
    assert told[("published", "venue")] == "J. Nets 1 (2024)"
    assert told[("kept beside", "title")] == "The First Thing"
    [paper] = run("show", "2301.00001", "--json").json
    assert (paper["title"], paper["note"], paper["tags"]) == ("What I Call It", "my note", ["mine"])
    assert (paper["key"], paper["year"], paper["arxiv_version"]) == ("vanderberg2023first", 2024, 3)
    assert {"field": "title", "source": "arxiv", "value": "The First Thing"} in paper["variants"]
    assert "title, arxiv\tThe First Thing" in run("show", "2301.00001").out
    assert run("undo").code == 0
    assert run("show", "2301.00001", "--json").json[0]["arxiv_version"] == 1


def test_a_thousand_papers_are_ten_questions(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    many = [Entry(f"2302.{number:05}", title=f"Nets {number}") for number in range(1, 1001)]
    run("--db", "new.sqlite", "add", "-", "--no-fetch", stdin="\n".join(entry.name for entry in many))
    with serve(known(*many)) as server:
        name(monkeypatch, server)
        done = run("--db", "new.sqlite", "refresh")
        assert done.code == 0
        assert "asked arXiv about 1000 papers: 1000 papers changed; undo: gencli --db new.sqlite undo" in done.err
        assert [len(asked.ids) for asked in server.asked] == [100] * 10
    with closing(sqlite3.connect("new.sqlite", isolation_level=None)) as connection:
        assert connection.execute("SELECT count(*) FROM step").fetchone()[0] == 2


def test_refresh_says_nothing_of_papers_that_were_not_answered(
    run: Run, library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serve(saying(403, "no")) as server:
        name(monkeypatch, server)
        done = run("refresh", "--all")
    assert done.code == 5
    assert "asked arXiv" not in done.err
    assert "HTTP status 403; 23 of 23 papers did not come" in done.err


def test_refresh_of_nothing_says_why(run: Run, library: Path, arxiv: Server) -> None:
    done = run("refresh", "nosuchword")
    assert (done.code, "no paper matches 'nosuchword'" in done.err) == (1, True)
    assert run("refresh", "nosuchword", "--json").json["changes"] == []
    run("add", "10.1000/x", "--no-fetch")
    done = run("refresh", "10.1000/x")
    assert (done.code, "no paper of these has an arXiv id" in done.err) == (0, True)
    assert arxiv.asked == []


def test_what_a_person_noted_stays_when_arxiv_is_asked_again(run: Run, library: Path, arxiv: Server) -> None:
    run("note", "power2022grokking", "mine")
    run("refresh", "key:power2022grokking", "--all")
    [paper] = run("show", "power2022grokking", "--json").json
    assert paper["note"] == "mine"
    assert paper["key"] == "power2022grokking"


# --- arxiv -------------------------------------------------------------------------------------


@pytest.fixture
def results(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    with serve(library_of([POWER, FIRST, *MANY[1:]])) as server:
        name(monkeypatch, server)
        yield server


def test_arxiv_shows_what_it_found_and_what_the_library_has(run: Run, library: Path, results: Server) -> None:
    done = run("arxiv", "double descent", "cat:cs.LG", "year:2019..", "--limit", "2", "--sort", "submitted")
    assert done.code == 0
    assert done.lines == [
        "2201.02177\t2022\tAlethea Power\tGrokking: Generalization\tpower2022grokking",
        "2301.00001\t2023\tAda van der Berg, Łukasz Kaiser\tThe First [cs.LG] Thing\t",
    ]
    assert done.err == "2 of 251 that arXiv found; more with --limit N\n"
    [asked] = results.asked
    assert asked.parameters["search_query"] == (
        "all:double AND all:descent AND cat:cs.LG AND submittedDate:[201901010000 TO 299912312359]"
    )
    assert (asked.parameters["sortBy"], asked.parameters["max_results"]) == ("submittedDate", "2")
    seen = run("arxiv", "double descent", "cat:cs.LG", "year:2019..", "--limit", "2", "--sort", "submitted", columns=80)
    assert "✓" in seen.out
    assert "power2022grokking" in seen.out
    assert len(results.asked) == 1


def test_arxiv_as_json(run: Run, library: Path, results: Server) -> None:
    found = run("arxiv", "nets", "--limit", "2", "--json").json
    assert [paper["key"] for paper in found] == ["power2022grokking", None]
    [shown] = run("show", "power2022grokking", "--json").json
    assert set(found[0]) < set(shown)
    assert found[1]["identifiers"] == {"arxiv": "2301.00001"}


def test_what_was_found_can_be_added_at_once_or_through_a_pipe(run: Run, library: Path, results: Server) -> None:
    keys = run("arxiv", "nets", "--limit", "3", "--keys")
    assert keys.lines == ["2201.02177", "2301.00001", "2301.00002"]
    assert keys.err == "3 of 251 that arXiv found; more with --limit N\n"
    done = run("add", "-", "--tag", "piped", stdin=keys.out)
    assert done.code == 0
    assert len(done.lines) == 3
    assert len(results.asked) == 1
    done = run("arxiv", "nets", "--limit", "250", "--add", "--tag", "all", "--json")
    assert done.code == 0
    assert len(done.json["added"]) == 247
    assert len(run("list", "tag:all", "--keys").lines) == 250


def test_a_pipe_gets_its_lines_while_a_person_watches_the_bar(run: Run, library: Path, results: Server) -> None:
    found = run("arxiv", "nets", "--limit", "200", "--keys", watching=True)
    assert len(found.lines) == 200
    added = run("add", "-", stdin=found.out, watching=True)
    assert len(added.lines) == 200
    assert "200 papers" not in added.out
    done = run("--db", "new.sqlite", "arxiv", "nets", "--limit", "250", "--add", watching=True)
    # The bar is taken away before what was done is said.
    assert "asking arXiv" not in done.err.partition("250 papers added")[2]
    assert "250 papers added" in done.err
    assert len(done.lines) == 250
    assert "asking arXiv" in done.err
    assert "made a new library at new.sqlite\n" in done.err


def test_pages_that_came_before_the_trouble_are_added(run: Run, library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gencli.sources.arxiv.asking.PAGE", 100)
    with serve(then(library_of(MANY), saying(500, "oops"))) as server:
        name(monkeypatch, server)
        done = run("arxiv", "nets", "--limit", "250", "--add")
    assert done.code == 5
    assert "HTTP status 500; 100 papers came" in done.err
    assert len(run("list", "title:nets author:one", "--keys").lines) == 100


def test_results_that_came_before_the_trouble_are_shown(
    run: Run, library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gencli.sources.arxiv.asking.PAGE", 100)
    with serve(then(library_of(MANY), saying(403, "no"))) as server:
        name(monkeypatch, server)
        done = run("arxiv", "nets", "--limit", "250")
    assert (done.code, len(done.lines)) == (5, 100)
    assert "HTTP status 403; 100 results came before" in done.err
    assert "go on with: gencli arxiv nets --limit 250" in done.err
    assert "that arXiv found" not in done.err


def test_words_that_must_be_absent_are_explained(run: Run, library: Path, results: Server) -> None:
    # A slip for --json is not a word that must be absent.
    done = run("arxiv", "nets", "-json")
    assert done.code == 2
    assert "write NOT word" in done.err
    for words in (["NOT", "deep"], ["-deep"]):
        assert run("arxiv", "nets", *words, "--limit", "1").code == 0
        assert results.asked[-1].parameters["search_query"] == "all:nets ANDNOT all:deep"
    assert run("arxiv", "nets", "--tag", "x").code == 2


def test_an_identifier_and_a_raw_query(run: Run, library: Path, arxiv: Server) -> None:
    assert run("arxiv", "https://arxiv.org/abs/2301.00001").lines[0].startswith("2301.00001\t2023\t")
    assert run("arxiv", "2301.77777").code == 1
    run("arxiv", "--raw", 'ti:"x y" ANDNOT au:z')
    assert arxiv.asked[-1].parameters["search_query"] == 'ti:"x y" ANDNOT au:z'


def test_nothing_found_is_one(run: Run, library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with serve(library_of([])) as server:
        name(monkeypatch, server)
        for more in ([], ["--add"], ["--keys"]):
            done = run("arxiv", "zzqqxx", *more)
            assert done.code == 1
            assert "arXiv found nothing" in done.err
        shown = run("arxiv", "zzqqxx", "--json")
        assert (shown.code, shown.json, shown.error["code"]) == (1, [], "nothing_found")


@pytest.mark.parametrize("words", [["tag:dd"], ["-nets"], ["key:x nets"], [""], ["--raw", " "], ["has:pdf"]])
def test_what_arxiv_cannot_be_asked(run: Run, library: Path, results: Server, words: list[str]) -> None:
    done = run("arxiv", *words) if words[0] != "-nets" else run("arxiv", "--", "-nets")
    assert done.code == 4
    assert results.asked == []


# --- the cache ---------------------------------------------------------------------------------


def test_info_tells_where_answers_are_kept_and_how_large_they_are(run: Run, library: Path, arxiv: Server) -> None:
    assert run("info", "--json").json["cache_size"] == 0
    run("add", "2301.00001")
    told = run("info", "--json").json
    files = [path for path in Path(told["cache"]).rglob("*") if path.is_file()]
    assert sorted(path.name for path in files) == ["answers.sqlite", "pace"]
    assert told["cache_size"] == sum(path.stat().st_size for path in files) > 0
