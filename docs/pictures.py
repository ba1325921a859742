"""The README's pictures of the terminal, made from real runs.

    python docs/pictures.py

Each picture is what a command writes into a terminal of 80 columns, with its colours, on a copy of the library that
comes with gencli. `tests/transcripts` runs them again and holds the pictures' words against that.
"""

import fcntl
import os
import pty
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import termios
from collections.abc import Iterator, Sequence
from html import unescape
from io import StringIO
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "pictures"
COLUMNS, ROWS = 80, 50
# The page as a group went on with it since it was imported.
PAGE = (
    "====== Double descent ======\n\n===== Theory =====\n"
    "  * [[https://arxiv.org/abs/1812.11118|Belkin et al 2018 - Reconciling modern machine learning]]\n"
    "  * [[https://arxiv.org/abs/2205.15549|Lee & Cherkassky 2022 - VC Theoretical Explanation of Double Descent]]\n\n"
    "===== Experiments =====\n"
    "  * [[https://arxiv.org/abs/1912.02292|Nakkiran et al 2019 - Deep Double Descent]] also over epochs\n"
)
LATER = (
    "====== Double descent ======\n\n===== Why it happens =====\n"
    "  * **[[https://arxiv.org/abs/1812.11118|Belkin et al 2018 - Reconciling modern machine learning]]** read first\n"
    "  * [[https://arxiv.org/abs/2205.15549|Lee & Cherkassky 2022 - VC Theoretical Explanation of Double Descent]]\n"
    "  * [[https://arxiv.org/abs/1912.02292|Nakkiran et al 2019 - Deep Double Descent]] also over epochs\n\n"
    "===== Related =====\n"
    "  * [[https://arxiv.org/abs/2201.02177|Power et al 2022 - Grokking]]\n"
)


class Scene(NamedTuple):
    """A picture's name, and the commands that are seen in it."""

    name: str
    lines: tuple[str, ...]


SCENES = (
    Scene("search", ('gencli search "double descent" --limit 4', "gencli like power2022grokking --limit 2")),
    Scene("sync", ("gencli sync dd.txt --no-fetch", "gencli undo")),
)


def screens() -> Iterator[tuple[Scene, str]]:
    """Each scene, with all that its commands write into a terminal, escapes included."""
    with tempfile.TemporaryDirectory() as folder:
        here = Path(folder)
        shutil.copy(ROOT / "data" / "papers.sqlite", here / "papers.sqlite")
        (here / "dd.txt").write_text(PAGE, encoding="utf-8")
        _run(here, "gencli import dd.txt --no-fetch")
        (here / "dd.txt").write_text(LATER, encoding="utf-8")
        for scene in SCENES:
            yield scene, "".join(f"$ {line}\n{_run(here, line)}" for line in scene.lines)


def words_of(picture: str) -> str:
    """What is to be read in a picture, without blanks, which are no text there."""
    rows: dict[float, list[tuple[float, str]]] = {}
    for attributes, text in re.findall(r"<text ([^>]*)>([^<]*)</text>", picture):
        x, y = (float(re.search(rf'\b{name}="([\d.]+)"', attributes)[1]) for name in "xy")  # type: ignore[index]
        rows.setdefault(y, []).append((x, unescape(text).replace("\u00a0", " ")))
    lines = ["".join("".join(text for _, text in sorted(row)).split()) for _, row in sorted(rows.items())]
    # The window has a title.
    return "".join(line for line in lines if line != "gencli")


def shown(screen: str) -> str:
    """What is to be read on a screen, without blanks."""
    from rich.text import Text

    return "".join(Text.from_ansi(screen).plain.split())


def picture(name: str, screen: str) -> str:
    """A screen as an SVG, which loads nothing from anywhere."""
    from rich._export_format import CONSOLE_SVG_FORMAT
    from rich.console import Console
    from rich.terminal_theme import MONOKAI
    from rich.text import Text

    form = re.sub(r"\s*@font-face \{\{.*?\}\}\n", "\n", CONSOLE_SVG_FORMAT, flags=re.DOTALL)
    form = form.replace("font-family: Fira Code, monospace", "font-family: monospace; white-space: pre")
    form = form.replace("<svg ", '<svg xml:space="preserve" ', 1)
    console = Console(width=COLUMNS, record=True, file=StringIO(), force_terminal=True, color_system="truecolor")
    for line in screen.rstrip("\n").split("\n"):
        # As a terminal does, in the middle of a word.
        text = Text.from_ansi(line)
        for part in text.divide(range(COLUMNS, len(text), COLUMNS)):
            console.print(part, no_wrap=True, crop=False)
    return console.export_svg(title="gencli", theme=MONOKAI, code_format=form, unique_id=name)


def _run(folder: Path, line: str) -> str:
    """What a command writes into a terminal."""
    import shlex

    words: Sequence[str] = shlex.split(line)
    command = [str(Path(sys.executable).parent / words[0]), *words[1:]]
    environment = {
        "PATH": os.environ.get("PATH", ""), "HOME": str(folder), "TERM": "xterm-256color", "PAGER": "cat",
        "LANG": "C.UTF-8", "GENCLI_DB": str(folder / "papers.sqlite"), "GENCLI_OFFLINE": "1",
    }  # fmt: skip
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
    with subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, env=environment, cwd=folder):
        os.close(theirs)
        found = b""
        while True:
            try:
                part = os.read(ours, 65536)
            except OSError:
                # The other end was closed.
                break
            if not part:
                break
            found += part
    os.close(ours)
    return found.decode("utf-8").replace("\r\n", "\n")


if __name__ == "__main__":
    PICTURES.mkdir(exist_ok=True)
    for scene, screen in screens():
        (PICTURES / f"{scene.name}.svg").write_text(picture(scene.name, screen), encoding="utf-8")
        print(f"wrote pictures/{scene.name}.svg")
