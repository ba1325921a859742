"""tag, tags, note, star, unstar, status, as a user meets them."""

from pathlib import Path

import pytest

from conftest import Run

pytestmark = pytest.mark.usefixtures("library")


def test_commands_compose(run: Run) -> None:
    keys = run("search", "double descent", "--keys").out
    done = run("tag", "add", "dd", "-", stdin=keys)
    assert done.code == 0
    assert done.err == "10 papers tagged 'dd'; undo: gencli undo\n"
    assert run("tags").lines == ["dd\t10"]
    assert sorted(run("list", "tag:dd", "--keys").lines) == sorted(keys.split())


def test_lines_of_a_list_name_their_papers_too(run: Run) -> None:
    assert run("tag", "add", "x", "-", stdin=run("list", "year:2017").out).code == 0
    assert run("tag", "list", "--json").json == [{"tag": "x", "papers": 3}]


def test_what_it_says_undoes_it(run: Run) -> None:
    for words in (
        ["tag", "add", "a b", "lee2022vc"],
        ["star", "lee2022vc", "power2022grokking"],
        ["note", "lee2022vc", "it's fine"],
        ["unstar", "zhang2017understanding"],
        ["status", "lee2022vc", "read"],
        ["add", "2301.00001", "--no-fetch", "--tag", "new"],
    ):
        before = run("export", "--jsonl").out
        done = run(*words)
        assert done.code == 0
        assert done.err.endswith("; undo: gencli undo\n")
        changed = run("export", "--jsonl").out
        assert changed != before
        assert run("undo").code == 0
        assert run("export", "--jsonl").out == before
        assert run("redo").code == 0
        assert run("export", "--jsonl").out == changed


def test_history_says_what_was_done_by_which_command(run: Run) -> None:
    run("tag", "add", "a b", "lee2022vc")
    run("--offline", "star", "lee2022vc", "power2022grokking")
    starred, tagged, *_ = run("history", "--json").json
    assert starred["command"] == "gencli --offline star lee2022vc power2022grokking"
    assert starred["summary"] == "starred: 1 changed"
    assert (tagged["command"], tagged["undone"]) == ("gencli tag add 'a b' lee2022vc", False)
    assert run("history", "power2022grokking", "--json").json[0]["number"] == starred["number"]
    assert run("undo", str(tagged["number"])).code == 0
    lines = run("history").lines
    assert lines[1].split("\t")[0::4] == [str(tagged["number"]), "undone"]
    assert run("undo", str(tagged["number"])).code == 3
    assert run("history", "nosuch").code == 3
    assert "starred: 1 changed" in run("history", columns=80).out


def test_undo_refuses_where_a_later_change_stands_on_it(run: Run, library: Path) -> None:
    run("note", "lee2022vc", "one")
    run("note", "lee2022vc", "two")
    first = run("history", "--json").json[1]["number"]
    before = library.read_bytes()
    done = run("undo", str(first))
    assert done.code == 7
    assert "changed the same since" in done.err
    assert library.read_bytes() == before


def test_the_rest_is_done_where_a_name_is_unknown(run: Run) -> None:
    done = run("tag", "add", "dd", "nosuch", "lee2022vc", "--json")
    assert done.code == 3
    assert done.json["merged"] == ["lee2022vc"]
    assert done.error["code"] == "not_found"
    assert run("show", "lee2022vc", "--json").json[0]["tags"] == ["dd"]


def test_where_takes_a_query(run: Run) -> None:
    assert run("tag", "add", "classic", "--where", "year:..2017").code == 0
    assert run("tags").lines == ["classic\t3"]
    assert run("tag", "add", "x", "--where", "nosuchword").code == 1
    assert run("tag", "add", "x", "--where", "a", "lee2022vc").code == 2
    assert run("tag", "add", "x").code == 2


def test_tags_are_renamed_and_joined(run: Run) -> None:
    run("tag", "add", "a", "lee2022vc", "power2022grokking")
    run("tag", "add", "b", "lee2022vc")
    assert run("tag", "rename", "a", "b").code == 0
    assert run("tags").lines == ["b\t2"]
    assert run("tag", "rename", "nosuch", "b").code == 3


def test_dry_runs_write_nothing(run: Run, library: Path) -> None:
    before = library.read_bytes()
    assert "1 paper would be tagged 'dd'" in run("tag", "add", "dd", "lee2022vc", "--dry-run").err
    assert library.read_bytes() == before


@pytest.mark.parametrize("tag", ["", "  ", "a\nb\x1b[31m", "x" * 101])
def test_what_is_no_tag_is_refused(run: Run, tag: str) -> None:
    assert run("tag", "add", tag, "lee2022vc").code == 4 if tag != "a\nb\x1b[31m" else 4


def test_an_unknown_tag_is_not_found(run: Run) -> None:
    assert run("tag", "remove", "nosuch", "lee2022vc").code == 3


def test_tags_as_bars_in_a_terminal(run: Run) -> None:
    run("tag", "add", "dd", "--where", "descent")
    run("tag", "add", "one", "lee2022vc")
    shown = run("tags", columns=80).lines
    assert shown[0].count("█") > shown[1].count("█") >= 1


def test_notes_are_written_appended_and_emptied(run: Run) -> None:
    assert run("note", "lee2022vc", "first  thing").code == 0
    assert run("note", "lee2022vc", "--append", "second").code == 0
    assert run("show", "lee2022vc", "--json").json[0]["note"] == "first  thing\nsecond"
    assert run("note", "lee2022vc", "-", stdin="from a pipe\nof two lines\n").code == 0
    assert run("show", "lee2022vc", "--json").json[0]["note"] == "from a pipe\nof two lines"
    assert run("search", "pipe", "--keys").lines == ["lee2022vc"]
    assert run("note", "lee2022vc", "").code == 0
    assert run("show", "lee2022vc", "--json").json[0]["note"] == ""
    assert run("note", "nosuch", "x").code == 3


def test_a_note_without_text_needs_a_terminal(run: Run) -> None:
    done = run("note", "lee2022vc")
    assert done.code == 4
    assert "no terminal for an editor" in done.err


def test_a_note_is_written_in_the_editor(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    editor = tmp_path / "editor"
    editor.write_text('#!/bin/sh\necho "second line" >> "$1"\n')
    editor.chmod(0o755)
    run("note", "lee2022vc", "first line\n")
    monkeypatch.setenv("EDITOR", str(editor))
    assert run("note", "lee2022vc", typing=True).code == 0
    assert run("show", "lee2022vc", "--json").json[0]["note"] == "first line\nsecond line"
    monkeypatch.setenv("EDITOR", "false")
    done = run("note", "lee2022vc", typing=True)
    assert done.code == 4
    assert "nothing was changed" in done.err
    monkeypatch.delenv("EDITOR")
    assert "set $EDITOR" in run("note", "lee2022vc", typing=True).err


def test_stars_of_ones_own_and_of_pages(run: Run) -> None:
    assert run("star", "power2022grokking").code == 0
    assert len(run("list", "is:starred", "--keys").lines) == 9
    assert run("unstar", "zhang2017understanding").code == 0
    assert len(run("list", "is:starred", "--keys").lines) == 8
    assert "as it was" in run("star", "power2022grokking").err


def test_counts_are_said_in_good_grammar() -> None:
    from gencli import Outcome
    from gencli.cli.words import outcome_words

    def keys(count: int) -> tuple[str, ...]:
        return tuple(f"k{number}" for number in range(count))

    assert outcome_words(Outcome(keys(1), keys(2), keys(1))) == "1 paper added, 2 changed, 1 as it was"
    assert outcome_words(Outcome(unchanged=keys(11))) == "11 papers as they were"
    assert outcome_words(Outcome(merged=keys(1), unchanged=keys(21)), "starred") == "1 paper starred, 21 as they were"
    assert outcome_words(Outcome()) == "no paper"


def test_status(run: Run) -> None:
    assert "1 paper now reading" in run("status", "power2022grokking", "reading").err
    assert run("list", "is:reading", "--keys").lines == ["power2022grokking"]
    assert run("status", "--where", "year:2017", "read").code == 0
    assert len(run("list", "status:read", "--keys").lines) == 3
    assert run("status", "power2022grokking", "eaten").code == 4
    assert run("status", "read").code == 2
