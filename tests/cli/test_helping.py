"""help, completion: what gencli says of itself."""

import re
from typing import Any

import pytest
from typer.main import get_command

from conftest import ROOT, Run
from gencli import errors
from gencli.cli.app import app
from gencli.cli.helping import PACKAGE, TOPICS, topic
from gencli.question import TEXT_FIELDS, VALUE_FIELDS


def test_each_topic_is_a_text_for_a_terminal(run: Run) -> None:
    assert {path.stem for path in (PACKAGE / "topics").iterdir()} == set(TOPICS)
    for name in TOPICS:
        done = run("help", name)
        assert (done.code, done.err, done.out) == (0, "", topic(name))
        assert all(line.isprintable() and line.isascii() and len(line) <= 78 for line in done.lines), name
        assert run("help", name, columns=80).out == done.out


def test_the_topics_say_what_the_code_does() -> None:
    for field in (*TEXT_FIELDS, *VALUE_FIELDS):
        assert re.search(rf"\b{field}:", topic("query")), field
    codes = {kind.exit_code for kind in vars(errors).values() if isinstance(kind, type) and hasattr(kind, "exit_code")}
    assert codes | {0} == set(map(int, re.findall(r"^  (\d+)\b", topic("exit-codes"), re.MULTILINE)))
    rules = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")
    told = re.findall(r"^\| (`[A-Z].*?) \|", rules.partition("## Environment")[2], re.MULTILINE)
    for name in re.findall(r"\w+", " ".join(told)):
        assert re.search(rf"^  .*\b{name}\b", topic("environment"), re.MULTILINE), name
    group: Any = get_command(app)
    options = {option for one in group.get_command(None, "export").params for option in one.opts}
    formats = next(
        one for one in group.get_command(None, "import").params if one.name == "fmt" or "--format" in one.opts
    )
    table = topic("formats").split("\n\n")[1]
    assert set(re.findall(r"--[a-z-]+", table)) - {"--format"} <= options
    for name in formats.type.choices:
        assert re.search(rf"^  .* {name} ", table, re.MULTILINE), name


@pytest.mark.parametrize("words", ["search", "find", "tag", "tag add"])
def test_help_of_a_command(words: str, run: Run) -> None:
    asked = {"find": "search"}.get(words, words).split()
    assert run("help", *words.split()).out == run(*asked, "--help").out


def test_help_alone_has_the_commands_and_the_topics(run: Run) -> None:
    said = run("help").out
    assert said.startswith(run("--help").out.rstrip("\n"))
    for name, about in TOPICS.items():
        assert re.search(rf"^  {name} +{re.escape(about)}$", said, re.MULTILINE)
    listed = re.search(r"Topics: ([^.]*)\.", " ".join(run("help", "help").out.split()))
    assert listed is not None
    assert listed[1].split(", ") == list(TOPICS)


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        ("quary", "did you mean: gencli help query"),
        ("serch", "did you mean: gencli help search"),
        ("tag ad", "did you mean: gencli help tag add"),
        ("exit", "did you mean: gencli help exit-codes"),
        ("search x", "see: gencli help"),
        ("\x1b[2J", "see: gencli help"),
    ],
)
def test_what_there_is_no_help_on_names_the_nearest(words: str, hint: str, run: Run) -> None:
    done = run("help", *words.split())
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("gencli: there is no help on '")
    assert f"hint: {hint}" in done.err
    assert "\x1b" not in done.err


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_of_a_shell(shell: str, run: Run) -> None:
    done = run("completion", shell)
    assert (done.code, done.err) == (0, "")
    assert f"gencli completion {shell}" in done.out
    assert f"complete-words {shell} " in done.out


def test_the_script_of_another_shell(run: Run) -> None:
    done = run("completion", "tcsh")
    assert done.code == 2
    assert "'tcsh'" in done.err
