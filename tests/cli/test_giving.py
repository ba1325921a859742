"""export, init, info and the rules that hold for all commands."""

import json
import os
import signal
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import pytest
from bibtexparser.entrypoint import parse_string

from conftest import PAGE, STARTER, Run


@pytest.mark.usefixtures("library")
def test_bibtex_is_what_export_writes(run: Run) -> None:
    done = run("export", "--bib")
    assert done.code == 0
    assert run("export").out == done.out
    entries = parse_string(done.out).entries
    assert len(entries) == 27
    belkin = next(entry for entry in entries if entry.key == "belkin2018reconciling")
    assert belkin.entry_type == "article"
    assert belkin["author"] == "Belkin, Mikhail and Hsu, Daniel and Ma, Siyuan and Mandal, Soumik"
    assert belkin["journal"] == "Proceedings of the National Academy of Sciences"
    assert (belkin["eprint"], belkin["archiveprefix"], belkin["doi"]) == (
        "1812.11118",
        "arXiv",
        "10.1073/pnas.1903070116",
    )


@pytest.mark.usefixtures("library")
def test_markdown_is_the_page_as_a_list(run: Run) -> None:
    lines = run("export", "--markdown").lines
    assert lines[0] == "# Generalization in Deep Learning"
    assert "### Grokking" in lines
    assert "- **Theory Papers**" in lines
    assert any(line.startswith("- **[Zhang et al 2017 - ") and "([code](https://github.com" in line for line in lines)
    assert sum(line.lstrip().startswith("- ") for line in lines) == 31


@pytest.mark.usefixtures("library")
def test_json_lines_are_papers(run: Run) -> None:
    lines = [json.loads(line) for line in run("export", "--jsonl").lines]
    papers = [line for line in lines if "key" in line]
    assert sorted(paper["key"] for paper in papers) == run("list", "--keys").lines
    shown = run("show", papers[0]["key"], "--json").json[0]
    assert {name: papers[0][name] for name in shown} == shown
    assert [list(line) for line in lines if line not in papers] == [["page"]]


@pytest.mark.usefixtures("library")
def test_a_query_chooses_what_is_exported(run: Run) -> None:
    assert len(parse_string(run("export", "grokking", "--bib").out).entries) == 2
    assert run("export", "nosuchword").code == 1
    assert run("export", "--bib", "--markdown").code == 2


@pytest.mark.usefixtures("library")
def test_files_are_written_whole_and_checked(run: Run, tmp_path: Path) -> None:
    target = tmp_path / "refs.bib"
    assert run("export", "--check", "-o", target).code == 3
    done = run("export", "-o", target)
    assert (done.code, done.out) == (0, "")
    assert f"wrote 27 papers to {target}" in done.err
    assert target.read_text() == run("export").out
    assert run("export", "-o", target, "--check").code == 0
    target.write_text("other")
    assert run("export", "-o", target, "--check").code == 1
    assert target.read_text() == "other"
    assert run("export", "--check").code == 2
    assert run("export", "-o", tmp_path / "no" / "refs.bib").code == 4
    assert [entry.name for entry in tmp_path.glob(".*.new")] == []


def test_init_makes_a_library_and_never_replaces_one(run: Run, tmp_path: Path) -> None:
    assert run("init", "mine.sqlite").code == 0
    assert run("--db", "mine.sqlite", "info", "--json").json["papers"] == 27
    assert run("init", "mine.sqlite").code == 7
    assert run("init", "empty.sqlite", "--empty").code == 0
    assert run("--db", "empty.sqlite", "info", "--json").json["papers"] == 0
    assert run("--db", "empty.sqlite", "list").code == 0
    assert run("--db", "empty.sqlite", "export").out == ""


def test_info_names_the_file_and_what_it_holds(run: Run, library: Path) -> None:
    info = run("info", "--json").json
    assert info["path"] == str(library)
    assert info["size"] == library.stat().st_size
    assert (info["papers"], info["pages"], info["mentions"], info["schema"]) == (27, 1, 30, 5)
    assert f"path\t{library}" in run("info").lines


def test_the_users_own_library_is_made_on_first_use(run: Run, tmp_path: Path) -> None:
    done = run("search", "double descent")
    own = tmp_path / "home" / "data" / "gencli" / "papers.sqlite"
    assert done.code == 0
    assert done.err == f"made your library at {own}, a copy of the starter library\n"
    assert run("search", "double descent").err == ""
    assert run("info", "--json").json["path"] == str(own)


def test_first_use_says_nothing_to_a_program(run: Run) -> None:
    done = run("list", "--json")
    assert (len(done.json), done.err) == (27, "")


def test_which_library(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("a.sqlite", "b.sqlite", "data/papers.sqlite"):
        assert run("init", name, "--empty").code == 0
    monkeypatch.setenv("GENCLI_DB", str(tmp_path / "b.sqlite"))
    assert run("--db", "a.sqlite", "info", "--json").json["path"] == "a.sqlite"
    assert run("info", "--json").json["path"] == str(tmp_path / "b.sqlite")
    monkeypatch.delenv("GENCLI_DB")
    assert run("info", "--json").json["path"] == "data/papers.sqlite"


def test_reading_where_no_library_is(run: Run, tmp_path: Path) -> None:
    for words in (["list"], ["search", "x"], ["info"], ["export"], ["tags"], ["show", "x"], ["star", "x"]):
        done = run("--db", "none.sqlite", *words)
        assert done.code == 3
        assert "gencli init none.sqlite" in done.err
        assert not (tmp_path / "none.sqlite").exists()


def test_a_file_that_is_no_library_is_left_alone(run: Run, tmp_path: Path) -> None:
    text = tmp_path / "notes.txt"
    text.write_text("my notes, of some length\n" * 100)
    foreign = tmp_path / "foreign.sqlite"
    with closing(sqlite3.connect(foreign, isolation_level=None)) as connection:
        connection.execute("CREATE TABLE t (a)")
    newer = tmp_path / "newer.sqlite"
    newer.write_bytes(STARTER.read_bytes())
    with closing(sqlite3.connect(newer, isolation_level=None)) as connection:
        connection.execute("PRAGMA user_version = 99")
    for path in (text, foreign, newer, tmp_path):
        before = path.read_bytes() if path.is_file() else b""
        for words in (["list"], ["tag", "add", "t", "k"], ["import", PAGE], ["add", "2201.02177", "--no-fetch"]):
            done = run("--db", path, *words)
            assert done.code == 6, (path, words, done.err)
            assert done.err.startswith("gencli: ")
            assert len(done.err.splitlines()) == 2
        assert not path.is_file() or path.read_bytes() == before


def test_a_place_that_cannot_be_written_to(run: Run) -> None:
    done = run("--db", "/proc/gencli/papers.sqlite", "import", PAGE)
    assert done.code == 6
    assert "cannot make a library" in done.err


def test_errors_as_json(run: Run) -> None:
    error = run("--db", "none.sqlite", "list", "--json").error
    assert error["code"] == "not_found"
    assert "none.sqlite" in error["message"]
    assert "gencli init" in error["hint"]
    assert run("list", "--nosuch", "--json").error["code"] == "usage"


def test_usage_errors(run: Run) -> None:
    done = run("serch", "x")
    assert (done.code, done.out) == (2, "")
    assert "Did you mean 'search'?" in done.err
    assert "goes before the command" in run("list", "--db", "x").err
    assert run("list", "--limit", "0").code == 2
    assert run("list", "--sort", "colour").code == 2
    assert run().code == 2
    assert "Commands:" in run().out


@pytest.mark.parametrize("flag", ["-h", "--help"])
def test_help_works_everywhere_and_shows_an_example(run: Run, flag: str) -> None:
    from gencli.cli.app import FAMILIES

    top = run(flag)
    assert top.code == 0
    for name in FAMILIES:
        assert f"\n  {name} " in top.out
        shown = run(name, flag)
        assert shown.code == 0
        assert f"gencli {name}" in shown.out.partition("Example")[2], name
    for name in ("add", "remove", "rename", "list"):
        assert f"gencli tag {name}" in run("tag", name, flag).out.partition("Example")[2]
    assert "  ls" not in top.out


def test_version(run: Run) -> None:
    from gencli import __version__

    assert run("--version").out == f"gencli {__version__}\n"


def test_the_process_ends_with_the_exit_code(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    import gc

    from gencli.__main__ import run as process

    before, handler = gc.get_threshold(), signal.getsignal(signal.SIGINT)
    for hook in ("excepthook", "unraisablehook"):
        monkeypatch.setattr(sys, hook, getattr(sys, hook))
    try:
        for words, code in ((["--version"], 0), (["--db", "none.sqlite", "list"], 3)):
            monkeypatch.setattr("sys.argv", ["gencli", *words])
            with pytest.raises(SystemExit) as ended:
                process()
            assert ended.value.code == code
    finally:
        signal.signal(signal.SIGINT, handler)
        gc.set_threshold(*before)
        gc.unfreeze()
    assert "there is no library at none.sqlite" in capsys.readouterr().err


HOSTILE = "Evil\x1b]0;owned\x07 [bold]title[/bold] :smile: with\ttab\u202e and\r\nline"


def test_hostile_text_stays_text(run: Run, tmp_path: Path, library: Path) -> None:
    page = tmp_path / "evil.txt"
    label = HOSTILE.replace("\r\n", " ")
    page.write_text(
        f"====== Evil [red] ======\n  * [[https://arxiv.org/abs/2301.00001|Mallory 2023 - {label}]] note \x1b[31m\n"
    )
    assert run("import", page).code == 0
    run("note", "mallory2023evil", HOSTILE)
    run("tag", "add", "[b]tag[/b]", "mallory2023evil")
    for words in (
        ["list", "evil"],
        ["search", "evil"],
        ["show", "mallory2023evil"],
        ["tags"],
        ["export", "evil", "--markdown"],
    ):
        for columns in (0, 80):
            out = run(*words, columns=columns).out
            for sign in ("\x1b]", "\x07", "\u202e", "\x1b[31m "):
                assert sign not in out, (words, columns)
    [line] = run("list", "evil").lines
    assert len(line.split("\t")) == 5
    assert "[bold]title[/bold] :smile:" in line
    assert "[bold]title[/bold] :smile:" in run("show", "mallory2023evil", columns=200).out
    assert run("show", "mallory2023evil", "--json").json[0]["note"] == HOSTILE


def test_output_that_cannot_be_written_is_said() -> None:
    import subprocess
    import sys

    if not Path("/dev/full").exists():
        pytest.skip("there is no /dev/full here")
    environment = {**os.environ, "GENCLI_DB": str(STARTER)}
    with Path("/dev/full").open("w") as full:
        done = subprocess.run([sys.executable, "-m", "gencli", "list"], stdout=full, stderr=subprocess.PIPE, text=True,
                              env=environment, check=False)  # fmt: skip
    assert done.returncode == 6
    assert "cannot write the output: no space left on device" in done.stderr
    assert "Traceback" not in done.stderr
