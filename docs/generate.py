"""Write the pages of the docs that come from the code: commands.md and schema.sql.

    python docs/generate.py

A test holds both to the code.
"""

import io
import os
import sys
from pathlib import Path
from unittest.mock import patch

from gencli.cli.app import FAMILIES, execute
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


def commands() -> str:
    """The page of all commands."""
    names = [[]] + [[name] for name in FAMILIES]
    place = names.index(["tag"]) + 1
    names[place:place] = [["tag", action] for action in ("add", "remove", "rename", "list")]
    parts = [f"## {' '.join(['gencli', *words])}\n\n```text\n{help_of(words)}\n```\n" for words in names]
    return "\n".join([HEAD, *parts])


if __name__ == "__main__":
    (HERE / "commands.md").write_text(commands(), encoding="utf-8")
    (HERE / "schema.sql").write_text(migrations.snapshot(), encoding="utf-8")
    migrations.SNAPSHOT.write_text(migrations.snapshot(), encoding="utf-8")
    print("wrote commands.md and schema.sql")
