"""Ctrl-C at any moment, also while modules are loaded and while Python ends: one line, 130, no traceback.

`GENCLI_KILLS=200 pytest tests/process/test_interrupts.py` interrupts each command 200 times.
"""

import json
import os
import random
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from processes import environment, integrity

from conftest import STARTER

pytestmark = pytest.mark.process

TIMES = int(os.environ.get("GENCLI_KILLS", "4"))
# Runs gencli in children of its own, and interrupts each where it has called so many functions. What has loaded nothing
# of gencli's before makes them, so that each loads all; to start Python for each would take twice as long.
PROBE = """
import json, os, shutil, signal, sys

library, shares, sys.argv[1:] = sys.argv[1], json.loads(sys.argv[2]), sys.argv[3:]

def child(at):
    left = at
    def look(frame, event, arg):
        nonlocal left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGINT)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    os.dup2(os.open("words", os.O_WRONLY | os.O_CREAT | os.O_TRUNC), 2)
    from gencli.__main__ import run
    sys.setprofile(look)
    try:
        run()
    finally:
        if at > 10**9:
            sys.setprofile(None)
            with open("calls", "w") as file:
                print(at - left, file=file)

def run_once(at):
    shutil.copyfile("fresh", library)
    number = os.fork()
    if not number:
        child(at)
    code = os.waitstatus_to_exitcode(os.waitpid(number, 0)[1])
    with open("words") as file:
        return code, file.read()

assert run_once(10**10)[0] == 0
calls = int(open("calls").read())
json.dump([run_once(max(1, int(share * calls))) for share in shares], sys.stdout)
"""


@pytest.mark.parametrize("words", ["list", "tag add x --where neural", "export -o out.bib"])
def test_ctrl_c_is_said_in_one_line_at_any_moment(words: str, tmp_path: Path) -> None:
    shutil.copyfile(STARTER, tmp_path / "fresh")
    at = random.Random(f"{words} {TIMES}")
    shares = [(number + at.random()) / TIMES for number in range(TIMES)]
    done = subprocess.run(
        [sys.executable, "-c", PROBE, "l.sqlite", json.dumps(shares), *words.split()],
        cwd=tmp_path, env=environment(GENCLI_DB="l.sqlite"), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    for share, (code, said) in zip(shares, json.loads(done.stdout), strict=True):
        *before, last = said.splitlines() or [""]
        # At the very end what it did is said already, and nothing more.
        assert code == 130, (share, code, said)
        assert last == "gencli: interrupted" or share > 0.9, (share, said)
        assert len(before) <= (share > 0.9), (share, said)
    assert integrity(tmp_path / "l.sqlite") == []
    assert list(tmp_path.glob(".gencli.*")) == []
