"""Long output in a terminal: real processes under a pseudo-terminal, with pagers made for the purpose."""

import os
import select
import shutil
import signal
import subprocess
import sys
import termios
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import Pipe
from gencli.cli.pager import Paged, Place, moved, named_pager

SOURCE = Path(__file__).resolve().parents[2] / "src"
DEADLINE = 60
HEIGHT, WIDTH = 10, 40

# The terminal becomes the process's own, so that its keys send signals.
BEGIN = f"""
import fcntl, os, signal, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
sys.path.insert(0, {str(SOURCE)!r})
from gencli.cli.pager import Paged

def lines(first, last):
    return "".join(f"line {{number}}.\\n" for number in range(first, last + 1))

paged = Paged(sys.stdout, {HEIGHT}, {WIDTH}, os.environ)
"""

COPIES = 'echo "pager [$*] LESS=[$LESS] LV=[$LV]"; cat; echo "pager ends"'
# It says what it got of the interrupt key, and ends only when something is typed.
STAYS = """exec '{python}' -S -u -c '
import signal, sys
signal.signal(signal.SIGINT, lambda *_: sys.stdout.write("key seen\\n"))
for line in sys.stdin:
    sys.stdout.write(line)
print("all read")
open("/dev/tty").readline()
print("pager ends")
'""".replace("{python}", sys.executable)
READS_FIVE = "for i in 1 2 3 4 5; do read -r line; echo $line; done"


class Terminal:
    """A process on a terminal of its own, as someone who waits for what appears and types."""

    def __init__(self, script: str, environment: dict[str, str]) -> None:
        self.hand, end = os.openpty()
        self._got = b""
        self.seen = ""
        self.met = 0
        self.process = subprocess.Popen(
            [sys.executable, "-S", "-c", BEGIN + script],
            stdin=end, stdout=end, stderr=end, start_new_session=True, env=environment,
        )  # fmt: skip
        os.close(end)

    def until(self, text: str, key: str = "") -> None:
        """Wait for a text behind the one that was waited for last, pressing a key as long as nothing happens."""
        while text not in self.seen[self.met :]:
            assert self._read(key), f"it ended without {text!r}: {self.seen!r}"
        self.met = self.seen.index(text, self.met) + len(text)

    def types(self, text: str) -> None:
        os.write(self.hand, text.encode())

    def end(self, key: str = "") -> int:
        """Wait for the end, pressing a key as long as nothing else happens; the exit code."""
        while self._read(key):
            pass
        return self.process.wait(DEADLINE)

    def _read(self, key: str = "") -> bool:
        ready: list[int] = []
        for _ in range(DEADLINE * 4):
            ready, _, _ = select.select([self.hand], [], [], 0.25)
            if ready:
                break
            if key:
                self.types(key)
        assert ready, f"nothing came any more: {self.seen!r}"
        try:
            got = os.read(self.hand, 65536)
        except OSError:
            # As Linux says that no one has the other end.
            return False
        # All of it again: what came may end within a sign or a line's end.
        self._got += got
        self.seen = self._got.decode(errors="replace").replace("\r\n", "\n")
        return bool(got)

    def close(self) -> None:
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        os.close(self.hand)


Start = Callable[..., Terminal]


@pytest.fixture
def start() -> Iterator[Start]:
    """Run a script on a terminal: `start(script, PAGER="less")`."""
    terminals: list[Terminal] = []

    def call(script: str, **variables: str) -> Terminal:
        unset = ("GENCLI_PAGER", "PAGER", "LESS", "LV")
        plain = {name: value for name, value in os.environ.items() if name not in unset}
        terminals.append(Terminal(script, {**plain, "TERM": "xterm", **variables}))
        return terminals[-1]

    yield call
    for terminal in terminals:
        terminal.close()


@pytest.fixture
def pager(tmp_path: Path) -> Callable[[str], str]:
    """The path of a pager made of a few words of shell."""

    def make(script: str) -> str:
        path = tmp_path / "pager"
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)
        return str(path)

    return make


MakePager = Callable[[str], str]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("", (0, 0)),
        ("a", (0, 1)),
        ("a\n", (1, 0)),
        ("\n\n\n", (3, 0)),
        ("x" * 10, (0, 10)),
        ("x" * 11, (1, 1)),
        ("x" * 20 + "\n", (2, 0)),
        ("x" * 35 + "\ny", (4, 1)),
        ("\x1b[1;31m" + "x" * 10 + "\x1b[0m\n", (1, 0)),
        ("\x1b]8;;https://example.org/long/address\x1b\\word\x1b]8;;\x1b\\", (0, 4)),
        ("é" * 10, (0, 10)),
        ("e\u0301" * 10, (0, 10)),
        ("学" * 5, (0, 10)),
        ("学" * 6, (1, 2)),
        ("x学学学学学", (1, 2)),
        ("a\tb", (0, 9)),
        ("xxx\rx", (0, 1)),
    ],
)
def test_lines_are_counted_as_the_terminal_wraps_them(text: str, place: tuple[int, int]) -> None:
    assert moved(Place(), text, 10) == place


@given(st.lists(st.text(st.sampled_from("ab学é\u0301\n\t\r "))), st.integers(1, 12))
def test_a_text_in_pieces_takes_as_much_as_in_one(pieces: list[str], width: int) -> None:
    place = Place()
    for piece in pieces:
        place = moved(place, piece, width)
    assert place == moved(Place(), "".join(pieces), width)


@pytest.mark.parametrize("text", ["\x1b[", "\x1b]", "\x1b[0", "\x1b[ ", "\x1b]a\x1b"], ids=repr)
def test_broken_sequences_are_counted_in_a_moment(text: str) -> None:
    head, rest = text[:2], text[2:] or text
    assert moved(Place(), head + rest * 500_000, 80).row >= 0


@pytest.mark.parametrize(
    ("variables", "name"),
    [
        ({}, "less"),
        ({"TERM": "dumb"}, ""),
        ({"TERM": "dumb", "PAGER": "more"}, "more"),
        ({"PAGER": "more -s"}, "more -s"),
        ({"PAGER": "more", "GENCLI_PAGER": "most"}, "most"),
        ({"PAGER": "more", "GENCLI_PAGER": ""}, ""),
        ({"PAGER": ""}, ""),
        ({"PAGER": " "}, ""),
        ({"PAGER": "cat"}, ""),
    ],
)
def test_which_pager(variables: dict[str, str], name: str) -> None:
    assert named_pager(variables) == name


def test_a_stream_that_is_no_file_has_no_pager() -> None:
    out = Pipe(terminal=True)
    with Paged(out, 3, 80, {"PAGER": "less"}) as paged:
        assert paged.isatty()
        assert paged.write("one\ntwo\n") == 8
        paged.flush()
        assert out.text() == ""
        paged.write("three\n")
        assert out.text() == "one\ntwo\nthree\n"
        paged.write("four\n")
    assert out.text() == "one\ntwo\nthree\nfour\n"


def test_what_fits_the_screen_is_written_in_the_end_without_a_pager(start: Start, pager: MakePager) -> None:
    script = f"""
with paged:
    paged.write(lines(1, {HEIGHT - 1}))
    paged.flush()
    print("kept", flush=True)
print("subprocess" in sys.modules)
"""
    terminal = start(script, PAGER=pager(COPIES))
    assert terminal.end() == 0
    expected = "".join(f"line {number}.\n" for number in range(1, HEIGHT))
    assert terminal.seen == f"kept\n{expected}False\n"


@pytest.mark.parametrize("text", [f"lines(1, {HEIGHT})", f"'x' * {WIDTH * (HEIGHT - 1) + 1}"])
def test_what_is_longer_goes_to_the_pager(text: str, start: Start, pager: MakePager) -> None:
    terminal = start(f"with paged: paged.write({text})", PAGER=pager(COPIES))
    assert terminal.end() == 0
    assert terminal.seen.startswith("pager []")
    assert terminal.seen.endswith("pager ends\n")


def test_the_first_lines_are_there_while_others_are_made(start: Start, pager: MakePager) -> None:
    script = f"""
with paged:
    paged.write(lines(1, 5))
    paged.write(lines(6, {HEIGHT}))
    sys.stdin.readline()
    paged.write("a \\ud800 läßt 学\\n")
    sys.stdin.readline()
print("count")
"""
    terminal = start(script, PAGER=pager(COPIES))
    terminal.until(f"line {HEIGHT}.")
    assert "läßt" not in terminal.seen
    terminal.types("go\n")
    terminal.until("a ? läßt 学\n")
    assert "pager ends" not in terminal.seen
    terminal.types("go\n")
    assert terminal.end() == 0
    shown = [line for line in terminal.seen.splitlines() if line != "go"]
    numbered = [f"line {number}." for number in range(1, HEIGHT + 1)]
    assert shown[1:] == [*numbered, "a ? läßt 学", "pager ends", "count"]


def test_the_pager_gets_its_arguments_and_what_git_gives_it(start: Start, pager: MakePager) -> None:
    terminal = start("with paged: paged.write(lines(1, 99))", GENCLI_PAGER=f"{pager(COPIES)} -x 'two words' '$HOME'")
    assert terminal.end() == 0
    assert terminal.seen.startswith("pager [-x two words $HOME] LESS=[FRX] LV=[-c]\n")


def test_what_the_user_has_set_stays(start: Start, pager: MakePager) -> None:
    terminal = start("with paged: paged.write(lines(1, 99))", PAGER=pager(COPIES), LESS="i", LV="")
    assert terminal.end() == 0
    assert terminal.seen.startswith("pager [] LESS=[i] LV=[]\n")


@pytest.mark.parametrize("named", ["", "cat"])
def test_without_a_pager_nothing_is_kept(named: str, start: Start) -> None:
    script = """
with paged:
    paged.write(lines(1, 1))
    paged.flush()
    sys.stdin.readline()
    paged.write(lines(2, 99))
print("subprocess" in sys.modules)
"""
    terminal = start(script, GENCLI_PAGER=named, PAGER="false")
    terminal.until("line 1.")
    terminal.types("go\n")
    assert terminal.end() == 0
    assert terminal.seen.endswith("line 98.\nline 99.\nFalse\n")


@pytest.mark.parametrize("named", ["no-such-pager -x", "/", "/dev/null", "'less", "''", "script"])
def test_a_pager_that_cannot_be_started_is_passed_over(named: str, start: Start, tmp_path: Path) -> None:
    broken = tmp_path / "script"
    broken.write_text("no program\n")
    broken.chmod(0o755)
    handlers = "[signal.getsignal(one) for one in (signal.SIGINT, signal.SIGTERM)]"
    script = f"before = {handlers}\nwith paged: paged.write(lines(1, 99))\nprint(before == {handlers})"
    terminal = start(script, PAGER=str(broken) if named == "script" else named)
    assert terminal.end() == 0
    assert terminal.seen == "".join(f"line {number}.\n" for number in range(1, 100)) + "True\n"


def test_without_less_and_a_name_there_is_no_pager(start: Start, tmp_path: Path) -> None:
    terminal = start("with paged: paged.write(lines(1, 99))", PATH=str(tmp_path))
    assert terminal.end() == 0
    assert terminal.seen.endswith("line 98.\nline 99.\n")


@pytest.mark.parametrize(("script", "shown"), [(READS_FIVE, 5), ("exit 0", 0), ("exit 3", 0)])
def test_a_reader_who_has_enough_ends_the_making_quietly(
    script: str, shown: int, start: Start, pager: MakePager
) -> None:
    making = """
try:
    with paged:
        while True:
            paged.write("x\\n")
except BrokenPipeError:
    sys.exit(0)
"""
    terminal = start(making, PAGER=pager(script))
    assert terminal.end() == 0
    assert terminal.seen == "x\n" * shown


def test_the_interrupt_key_belongs_to_the_pager_while_one_reads(start: Start, pager: MakePager) -> None:
    script = """
before = signal.getsignal(signal.SIGINT)
with paged:
    paged.write(lines(1, 20))
print("count", signal.getsignal(signal.SIGINT) is before)
"""
    terminal = start(script, PAGER=pager(STAYS))
    terminal.until("all read")
    terminal.types("\x03")
    terminal.until("key seen", key="\x03")
    terminal.types("\x03")
    terminal.until("key seen", key="\x03")
    terminal.types("q\n")
    assert terminal.end() == 0
    assert terminal.seen.endswith("pager ends\ncount True\n")


INTERRUPTED = """
try:
    with paged:
        paged.write(lines(1, 20))
        sys.stdin.readline()
        paged.write("never made")
except KeyboardInterrupt:
    print("interrupted")
    sys.exit(130)
"""


def test_the_interrupt_key_stops_the_making_but_not_the_reading(start: Start, pager: MakePager) -> None:
    terminal = start(INTERRUPTED, PAGER=pager(STAYS))
    terminal.until("line 20.")
    terminal.types("\x03")
    terminal.until("all read")
    # The second time it must not end the waiting. (Python hears of a key between two reads only at the next one.)
    terminal.types("\x03")
    terminal.until("key seen", key="\x03")
    terminal.types("q\n")
    assert terminal.end() == 130
    assert terminal.seen.endswith("pager ends\ninterrupted\n")
    assert "never made" not in terminal.seen


def test_a_second_interrupt_does_not_stop_the_clearing_up(start: Start, pager: MakePager) -> None:
    script = """
with paged:
    paged.write(lines(1, 20))
    try:
        sys.stdin.readline()
    except KeyboardInterrupt:
        print("clearing", flush=True)
        sys.stdin.readline()
        print("cleared")
"""
    terminal = start(script, PAGER=pager(STAYS))
    terminal.until("line 20.")
    terminal.types("\x03")
    terminal.until("clearing")
    terminal.types("\x03")
    terminal.until("^C")
    terminal.types("go\n")
    terminal.until("cleared")
    terminal.until("all read")
    terminal.types("q\n")
    assert terminal.end() == 0
    assert terminal.seen.endswith("pager ends\n")


def test_a_thread_has_its_pager_too(start: Start, pager: MakePager) -> None:
    script = """
import threading

def make():
    with paged:
        paged.write(lines(1, 20))

thread = threading.Thread(target=make)
thread.start()
thread.join()
"""
    terminal = start(script, PAGER=pager(COPIES))
    assert terminal.end() == 0
    assert terminal.seen.endswith("line 20.\npager ends\n")


def test_a_pager_that_the_interrupt_key_ends(start: Start, pager: MakePager) -> None:
    terminal = start(INTERRUPTED, PAGER=pager("cat"))
    terminal.until("line 20.")
    terminal.types("\x03")
    assert terminal.end() == 130
    assert terminal.seen.endswith("line 20.\n^Cinterrupted\n")


def test_another_signal_ends_the_process_after_the_pager(start: Start, pager: MakePager) -> None:
    terminal = start(INTERRUPTED, PAGER=pager(STAYS))
    terminal.until("line 20.")
    terminal.process.terminate()
    terminal.until("all read")
    assert terminal.process.poll() is None
    terminal.types("q\n")
    assert terminal.end() == -signal.SIGTERM
    assert terminal.seen.endswith("pager ends\n")


def test_an_ignored_signal_stays_ignored(start: Start, pager: MakePager) -> None:
    script = f"signal.signal(signal.SIGINT, signal.SIG_IGN)\n{INTERRUPTED}"
    terminal = start(script, PAGER=pager(f"{COPIES}"))
    terminal.until("line 20.")
    terminal.types("\x03")
    terminal.until("^C")
    terminal.types("go\n")
    assert terminal.end() == 0
    assert terminal.seen.endswith("never madepager ends\n")


def test_an_error_is_said_after_the_pager(start: Start, pager: MakePager) -> None:
    script = """
with paged:
    paged.write(lines(1, 20))
    raise SystemExit("no more")
"""
    terminal = start(script, PAGER=pager(STAYS))
    terminal.until("all read")
    terminal.types("q\n")
    assert terminal.end() == 1
    assert terminal.seen.endswith("pager ends\nno more\n")


def test_the_process_waits_even_if_no_one_closes(start: Start, pager: MakePager) -> None:
    terminal = start("paged.write(lines(1, 20))", PAGER=pager(STAYS))
    terminal.until("all read")
    terminal.types("q\n")
    assert terminal.end() == 0
    assert terminal.seen.endswith("pager ends\n")


def test_to_close_twice_is_to_close_once(start: Start, pager: MakePager) -> None:
    terminal = start("with paged:\n    paged.write(lines(1, 20))\n    paged.close()", PAGER=pager(COPIES))
    assert terminal.end() == 0
    assert terminal.seen.count("pager ends") == 1


@pytest.mark.skipif(shutil.which("less") is None, reason="less is not installed")
@pytest.mark.parametrize("keys", ["", "\x03", "G"], ids=["quit", "interrupt", "end"])
def test_less_leaves_the_terminal_as_it_was(keys: str, start: Start) -> None:
    script = """
try:
    with paged:
        paged.write(lines(1, 9999))
except (BrokenPipeError, KeyboardInterrupt):
    pass
print("count")
"""
    terminal = start(script, LINES=str(HEIGHT), COLUMNS=str(WIDTH))
    before = termios.tcgetattr(terminal.hand)
    terminal.until("line 5.")
    assert termios.tcgetattr(terminal.hand) != before
    for key in keys:
        terminal.types(key)
        terminal.until({"G": "line 9999.", "\x03": "\a"}[key])
    # What is typed while less deals with an interrupt is lost, so once may not be enough.
    terminal.types("q")
    assert terminal.end("q") == 0
    assert "count\n" in terminal.seen
    assert termios.tcgetattr(terminal.hand) == before


# --- gencli itself -------------------------------------------------------------------------------

STARTER = Path(__file__).resolve().parents[2] / "data" / "papers.sqlite"
RUN = f"""
sys.path.extend({sys.path!r})
from gencli.cli.app import execute
from gencli.__main__ import run
sys.argv = ["gencli", "--db", {str(STARTER)!r}, *WORDS]
run()
"""


@pytest.mark.parametrize(
    "words",
    [["list"], ["search", "learning"], ["show", "lee2022vc", "power2022grokking"]],
    ids=lambda w: w[0],
)
def test_long_output_of_gencli_goes_through_the_pager(words: list[str], start: Start, pager: MakePager) -> None:
    terminal = start(f"WORDS = {words!r}{RUN}", PAGER=pager(COPIES), LINES="10", COLUMNS="80")
    terminal.until("pager ends")
    assert "LESS=[FRX]" in terminal.seen
    if words[0] in ("list", "search"):
        # Words of gencli come behind what the pager had to show.
        terminal.until(" papers")
        assert terminal.seen.index("pager ends") < terminal.seen.index(" papers")
    assert terminal.end() == 0


@pytest.mark.parametrize(
    "words", [["list"], ["search", "learning"], ["show", "lee2022vc", "power2022grokking"]], ids=lambda w: w[0]
)
def test_a_reader_of_gencli_who_has_enough_is_no_error(words: list[str], start: Start, pager: MakePager) -> None:
    terminal = start(f"WORDS = {words!r}{RUN}", PAGER=pager(READS_FIVE), LINES="10", COLUMNS="80")
    assert terminal.end() == 0
    assert "Traceback" not in terminal.seen
    assert "rror" not in terminal.seen


def test_short_output_of_gencli_has_no_pager(start: Start, pager: MakePager) -> None:
    terminal = start(f"WORDS = ['list', '--limit', '3']{RUN}", PAGER=pager(COPIES), LINES="10", COLUMNS="80")
    assert terminal.end() == 0
    assert "pager" not in terminal.seen
    assert "3 papers" in terminal.seen
