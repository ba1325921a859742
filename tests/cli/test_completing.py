"""What the shells are told that may be typed next, and the scripts that ask."""

import shlex
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from conftest import STARTER, Run
from gencli import Library, Record
from gencli.cli import completing
from gencli.cli.app import FAMILIES, app
from gencli.store import hints, schema

BREAKS = " \t\n\"'><=;|&(:"
ODD = ["O'Brien:2019$x&y", "DBLP:conf/nips/Foo", "a*b;c!d", "~tilde", "#no`comment`", "ø\\é", "p|q(r)<s>", '"=x=']


def offered(run: Run, line: str, shell: str = "zsh", breaks: str = "") -> tuple[str, list[str]]:
    done = run("complete-words", shell, line, breaks)
    assert (done.code, done.err) == (0, "")
    how, *rows = done.lines
    return how, [row.partition("\t")[0] for row in rows]


@pytest.mark.parametrize(
    ("line", "how", "words"),
    [
        ("gencli sea", "words", ["search"]),
        ("gencli --db x --off", "words", ["--offline"]),
        ("sudo -E /usr/bin/gencli hist", "words", ["history"]),
        ("gencli tag re", "words", ["remove", "rename"]),
        ("gencli nosuch x", "words", []),
        ("gencli show belk", "words", ["belkin2018reconciling"]),
        ("gencli show --json BELK", "words", ["belkin2018reconciling"]),
        ("gencli rm belk", "words", ["belkin2018reconciling"]),
        ("gencli merge arpit2017closer belk", "words", ["belkin2018reconciling"]),
        ("gencli note belkin2018reconciling be", "words", []),
        ("gencli rekey belkin2018reconciling be", "words", []),
        ("gencli status belkin2018reconciling unr", "words", ["unread"]),
        ("gencli tag add d", "words", ["dd", "double trouble"]),
        ("gencli tag rename dd do", "words", ["double trouble"]),
        ("gencli add 2201.02177 --tag do", "words", ["double trouble"]),
        ("gencli add 2201.02177 --tag=do", "words", ["--tag=double trouble"]),
        ("gencli sync gen", "words", ["Generalization in Deep Learning"]),
        (
            "gencli page add belkin2018reconciling --section 'phenomena >",
            "words",
            ["Phenomena > Double Descent", "Phenomena > Grokking"],
        ),
        ("gencli list --so", "words", ["--sort"]),
        ("gencli list --sort a", "words", ["added", "author"]),
        ("gencli list -- --so", "words", []),
        ("gencli import --format m", "words", ["markdown"]),
        ("gencli import x", "files", []),
        ("gencli export -o ", "files", []),
        ("gencli --db ", "files", []),
        ("gencli search t", "part", ["title:", "tag:", "type:"]),
        ("gencli search -descent stat", "part", ["status:"]),
        ("gencli search belk", "words", ["belkin2018reconciling"]),
        ("gencli search tag:d", "words", ["tag:dd", 'tag:"double trouble"']),
        ("gencli search 'descent -tag:d", "words", ["descent -tag:dd", 'descent -tag:"double trouble"']),
        ("gencli search -is:s", "words", ["-is:starred"]),
        ("gencli search 'in:\"gen", "words", ['in:"Generalization in Deep Learning"']),
        ("gencli search '(key:belk", "words", ["(key:belkin2018reconciling"]),
        ("gencli search type:a", "words", ["type:article"]),
        ("gencli search has:p", "words", ["has:pdf"]),
        ("gencli star --where status:r", "words", ["status:reading", "status:read"]),
        ("gencli help exit", "words", ["exit-codes"]),
        ("gencli completion z", "words", ["zsh"]),
        ("gencli undo ", "words", []),
    ],
)
def test_what_may_come_next(line: str, how: str, words: list[str], library: Path, run: Run) -> None:
    with Library.open(library, write=True) as opened:
        for tag in ("dd", "double trouble"):
            opened.tag(tag, ["belkin2018reconciling"])
    assert offered(run, line) == (how, words)


def test_every_command_is_offered_and_every_value_has_a_kind(run: Run) -> None:
    assert offered(run, "gencli ") == ("words", list(FAMILIES))
    # What only the user knows.
    free = {"N", "MB", "TEXT", "GROUP", "IDENT", "FIELD", "FIELD=VALUE", "PATTERN", "bash|zsh|fish"}
    group: Any = get_command(app)
    commands = [group.get_command(None, name) for name in FAMILIES]
    inner = [one for command in commands for one in getattr(command, "commands", {}).values()]
    assert len(inner) > 4
    for command in [*commands, *inner]:
        for one in command.params:
            name = (one.metavar or "").translate(dict.fromkeys(map(ord, "[].")))
            assert name in completing.KINDS or name in free | {""}, (command.name, name)


@pytest.mark.parametrize("quote", ["", "'", '"'])
def test_odd_keys_come_back_from_the_shell_as_they_are(quote: str, library: Path, run: Run) -> None:
    with closing(sqlite3.connect(library)) as connection, connection:
        connection.executemany(
            "UPDATE paper SET key = ? WHERE id = ?", [(key, number) for number, key in enumerate(ODD, 1)]
        )
    typed, meant = [], []
    for key in ODD:
        for size in (2, len(key) // 2, len(key)):
            line = f"gencli show {quote}{completing._quoted(key[:size], quote)}"
            _, (word,) = offered(run, line, "bash", BREAKS)
            # Bash puts it in the place of what stands behind the quote, or behind the last sign that parts words.
            read = completing.typed(line, BREAKS)
            kept = line.removesuffix(completing._quoted(key[read.head : size], quote))
            typed.append((kept + word + quote).removeprefix("gencli show "))
            meant.append(key)
    done = subprocess.run(
        ["bash", "-c", f"printf '%s\\n' {' '.join(typed)}"], capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines() == meant


def test_nothing_is_written_and_what_cannot_be_read_has_no_words(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert offered(run, "gencli show be") == ("words", [])
    assert not list(tmp_path.iterdir())
    path = tmp_path / "papers.sqlite"
    monkeypatch.setenv("GENCLI_DB", str(path))
    for content in (b"", b"no library", STARTER.read_bytes()[:5000]):
        path.write_bytes(content)
        assert offered(run, "gencli show be") == ("words", [])
    shutil.copyfile(STARTER, path)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 4")
    older = path.read_bytes()
    assert offered(run, "gencli show be") == ("words", [])
    assert path.read_bytes() == older
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA user_version = {schema.VERSION}")
    whole = path.read_bytes()
    assert len(offered(run, "gencli show be")[1]) == 1
    assert path.read_bytes() == whole
    assert [entry.name for entry in tmp_path.iterdir()] == ["papers.sqlite"]
    with closing(sqlite3.connect(path)) as connection:
        # A writer that has all of the file to itself is not waited for.
        connection.execute("BEGIN EXCLUSIVE")
        connection.execute("UPDATE paper SET note = 'x'")
        assert offered(run, "gencli show be")[0] == "words"
    with Library.open(path, write=True) as opened:
        opened.note("belkin2018reconciling", "so that there is a log")
        assert (tmp_path / "papers.sqlite-wal").exists()
        assert len(offered(run, "gencli show be")[1]) == 1


def test_many_are_cut_and_what_they_have_in_common_is_not(tmp_path: Path, run: Run) -> None:
    path = tmp_path / "many.sqlite"
    Library.create(path)
    with closing(sqlite3.connect(path)) as connection, connection:
        rows = [(number, f"k{number:04}") for number in range(1000)]
        connection.executemany("INSERT INTO paper (id, key, type, added, changed) VALUES (?, ?, 'misc', '', '')", rows)
        connection.execute("INSERT INTO tag (paper, name) SELECT id, 't' || substr(key, 2) FROM paper")
    for line, first in (("show", "k"), ("tag add", "t")):
        _, found = offered(run, f"gencli --db {path} {line} {first}")
        assert found == [*(f"{first}{number:04}" for number in range(hints.MOST)), f"{first}0999"]
    with closing(sqlite3.connect(path)) as connection:
        asked: list[str] = []
        looked = hints.Hints(path)
        looked._connection = connection
        connection.set_trace_callback(asked.append)
        assert looked.keys("k09")
        assert looked.tags("t09")
        assert looked.types("m") == ["misc"]
        connection.set_trace_callback(None)
        for sql in asked:
            plan = " ".join(row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {sql}"))
            assert "USING" in plan
            assert "SCAN paper" not in plan
            assert "SCAN tag" not in plan


def test_what_a_terminal_would_obey_is_never_offered(library: Path, run: Run) -> None:
    with Library.open(library, write=True) as opened:
        opened.take([Record("user", title="a\x1b[31mb", identifiers={"doi": "10.1/x"})])
    with closing(sqlite3.connect(library)) as connection, connection:
        connection.execute("UPDATE paper SET key = 'zz' WHERE title LIKE 'a_[%'")
        connection.execute("UPDATE paper SET key = 'zz' || char(27) WHERE key LIKE 'arpit%'")
        connection.execute("UPDATE mention SET section = '[7]' WHERE section LIKE '%Overviews%'")
    assert "Key Papers" in offered(run, "gencli page add zz --section ")[1]
    assert run("complete-words", "zsh", "gencli show zz").out == "words\nzz\ta [31mb\n"


SCRIPTS = {
    "bash": """
        source <({gencli} completion bash)
        ask() {{
            COMP_LINE=$1 COMP_POINT=${{#1}} COMP_WORDS=({gencli}) COMPREPLY=()
            _gencli 2>&1
            printf '%s\\n' "${{COMPREPLY[@]}}"
        }}
        compopt() {{ printf '%s\\n' "$2"; }}
        ask 'gencli show belk'; ask "gencli list tag:it"; ask 'gencli import x'
    """,
    "fish": """
        set -x PATH {folder} $PATH
        {gencli} completion fish | source
        complete -C 'gencli show belk' | string split -f 1 \\t
        complete -C 'gencli list tag:it'; complete -C 'gencli import x'
    """,
    "zsh": """
        compadd() {{ [[ $* == *found* ]] && print -l -- $found || print -l -- $plain }}
        _files() {{ print default }}
        compset() {{ }}
        ask() {{ words=({gencli} $1 $2) CURRENT=3 PREFIX=$2; _gencli }}
        source <({gencli} completion zsh)
        ask show belk; ask list tag:it; ask import x
    """,
}


@pytest.mark.process
@pytest.mark.parametrize("shell", SCRIPTS)
def test_the_scripts_in_their_shells(shell: str, library: Path, tmp_path: Path) -> None:
    program = shutil.which(shell)
    if program is None:
        pytest.skip(f"{shell} is not installed here")
    with Library.open(library, write=True) as opened:
        opened.tag("it's", ["belkin2018reconciling"])
    folder = tmp_path / "bin"
    folder.mkdir()
    gencli = folder / "gencli"
    gencli.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m gencli "$@"\n')
    gencli.chmod(0o755)
    (tmp_path / "x.bib").touch()
    script = SCRIPTS[shell].format(gencli=shlex.quote(str(gencli)), folder=shlex.quote(str(folder)))
    done = subprocess.run([program, "-c", script], capture_output=True, text=True, check=False, cwd=tmp_path)
    assert done.stderr == ""
    found = [line for line in done.stdout.splitlines() if line]
    tag = {"bash": r"\"it\'s\"", "zsh": 'tag:"it\'s"', "fish": 'tag:"it\'s"'}[shell]
    assert found == ["belkin2018reconciling", tag, "x.bib" if shell == "fish" else "default"]
