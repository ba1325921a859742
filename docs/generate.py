"""Write the pages of the docs that come from the code: commands.md, gencli.1 and schema.sql.

    python docs/generate.py

A test holds them to the code.
"""

import io
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from textwrap import wrap
from typing import Any
from unittest.mock import patch

from typer.main import get_command

from gencli import __version__
from gencli.cli.app import FAMILIES, app, execute
from gencli.cli.helping import TOPICS, topic
from gencli.store import migrations

HERE = Path(__file__).resolve().parent
HEAD = """# Commands

Written by `python docs/generate.py` from what `--help` says; do not edit. The rules that hold for all
commands (which library, output, exit codes, environment) are in [rules.md](rules.md).
"""


def help_of(words: list[str]) -> str:
    """What a command says of itself, at 80 columns."""
    out = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    with patch.dict(os.environ, {"COLUMNS": "80"}), patch.object(sys, "stdout", out):
        execute([*words, "--help"])
        out.flush()
    buffer = out.buffer
    assert isinstance(buffer, io.BytesIO)
    return "\n".join(line.rstrip() for line in buffer.getvalue().decode().splitlines()).strip()


def names() -> list[list[str]]:
    """The words of all commands, in the order of the help."""
    group: Any = get_command(app)
    found: list[list[str]] = []
    for name in FAMILIES:
        command = group.get_command(None, name)
        inner = command.list_commands(None) if hasattr(command, "list_commands") else ()
        found += [[name], *([name, action] for action in inner)]
    return found


def commands() -> str:
    """The page of all commands."""
    parts = [f"## {' '.join(['gencli', *words])}\n\n```text\n{help_of(words)}\n```\n" for words in [[], *names()]]
    return "\n".join([HEAD, *parts])


def manual() -> str:
    """The page for man, in the macros of man(7), from what the commands say of themselves and the topics."""
    group: Any = get_command(app)
    parts = [
        f'.\\" Written by python docs/generate.py; do not edit.\n.TH GENCLI 1 "{released()}" "gencli {__version__}"'
        ' "User Commands"',
        ".SH NAME\ngencli \\- bibliography manager for the command line",
        ".SH SYNOPSIS\n.B gencli\n.RI [ OPTIONS ]\n.I COMMAND\n.RI [ ARGS ]...",
        ".SH DESCRIPTION",
        _sentences(group.help),
        *_options(group),
        ".SH COMMANDS",
    ]
    for words in names():
        command = group
        for word in words:
            command = command.get_command(None, word)
        context = command.context_class(command, info_name=" ".join(["gencli", *words]))
        usage = " ".join(command.collect_usage_pieces(context))
        parts.append(f'.SS "{" ".join(words)}"\n.B gencli {" ".join(words)}\n{_escaped(usage)}')
        parts += [*_described(command.help), *_options(command)]
    for name in TOPICS:
        title, _, text = topic(name).partition("\n\n")
        parts.append(f'.SH "{title.upper()}"\n{_kept(text)}')
    seen = 'Full documentation: the folder docs of the source, and\n.BR "gencli help" .'
    return "\n".join([*parts, f".SH SEE ALSO\n{seen}\n.PP\n.BR biber (1),\n.BR pandoc (1)"]) + "\n"


def released() -> str:
    """The day of the newest release in the changelog, else that of the first commit: a page for man has a day."""
    days = re.findall(
        r"^## \[[^]]+\] - (\S+)", (HERE.parent / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE
    )
    return days[0] if days else "2026-11-23"


def _described(text: str) -> Iterator[str]:
    """A command's description; what is not to be wrapped stays as it is."""
    for paragraph in text.strip().split("\n\n"):
        if paragraph.startswith("\b"):
            yield ".PP\n" + _kept(paragraph.removeprefix("\b\n"))
        else:
            yield f".PP\n{_sentences(paragraph)}"


def _options(command: Any) -> Iterator[str]:
    for one in command.params:
        if one.help:
            is_option = one.param_type_name == "option"
            shown = ", ".join(one.opts) if is_option else one.metavar
            value = "" if not is_option or one.is_flag else f" {one.metavar or '|'.join(one.type.choices)}"
            yield f".TP\n.B {_escaped(shown + value)}\n{_sentences(one.help)}"


def _kept(text: str) -> str:
    return f".nf\n{_escaped(text.rstrip())}\n.fi"


def _sentences(text: str) -> str:
    """A text as roff likes it: each sentence on a new line, none longer than 80."""
    said = re.sub(r"([.:]) (?=[A-Z])", r"\1\n", " ".join(text.split()))
    return _escaped("\n".join(line for one in said.split("\n") for line in wrap(one, 70, break_on_hyphens=False)))


def _escaped(text: str) -> str:
    """A text in which roff finds nothing to obey."""
    text = text.replace("\\", "\\e").replace("-", "\\-")
    return "\n".join("\\&" + line if line.startswith((".", "'")) else line for line in text.split("\n"))


if __name__ == "__main__":
    (HERE / "commands.md").write_text(commands(), encoding="utf-8")
    (HERE / "gencli.1").write_text(manual(), encoding="utf-8")
    (HERE / "schema.sql").write_text(migrations.snapshot(), encoding="utf-8")
    migrations.SNAPSHOT.write_text(migrations.snapshot(), encoding="utf-8")
    print("wrote commands.md, gencli.1 and schema.sql")
