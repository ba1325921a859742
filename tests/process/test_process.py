"""Whole gencli processes: what each loads, what it leaves behind, pipes, signals, several at once."""

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from itertools import pairwise
from pathlib import Path

import pytest
from arxiv_server import Entry, Handler, known, never, serve

from conftest import PAGE, STARTER

pytestmark = pytest.mark.process

HEAVY = (
    "rich",
    "arxiv",
    "requests",
    "lxml",
    "bibtexparser",
    "sqlite_utils",
    "click",
    "platformdirs",
)
GENCLI = [sys.executable, "-m", "gencli"]


def environment(**more: str) -> dict[str, str]:
    return {**os.environ, "GENCLI_DB": str(STARTER), **more}


def gencli(*words: str, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*GENCLI, *words], capture_output=True, text=True, env=environment(**more), check=False)


@pytest.mark.parametrize(
    ("words", "allowed"),
    [
        (["--version"], set()),
        (["search", "double descent"], set()),
        (["search", "doble descent"], set()),
        (["search", "descent", "--count"], set()),
        (["like", "lee2022vc"], set()),
        (["list"], set()),
        (["show", "lee2022vc", "--json"], set()),
        (["info"], {"platformdirs"}),
        (["tags"], set()),
        (["stats"], set()),
        (["help", "query"], set()),
        (["complete-words", "bash", "gencli show l"], set()),
        (["export", "--markdown"], set()),
        (["export", "--jsonl"], set()),
        (["export", "--bib"], {"bibtexparser"}),
        (["tag", "add", "x", "lee2022vc"], set()),
        (["star", "lee2022vc"], set()),
        (["add", "2201.02177"], set()),
        (["refresh"], set()),
        (["import", str(PAGE), "--no-fetch"], set()),
    ],
    ids=lambda value: "-".join(value)[:30] if isinstance(value, list) else None,
)
def test_a_command_loads_only_what_it_needs(words: list[str], allowed: set[str], library: Path) -> None:
    """Start-up is what a user feels: no command pays for another's libraries."""
    code, loaded, said = after(words, library)
    assert code == ("1" if "doble descent" in words else "0"), said
    assert {name.partition(".")[0] for name in loaded} & set(HEAVY) - allowed == set()


def after(words: list[str], library: Path) -> tuple[str, set[str], str]:
    """A command in a Python of its own: its exit code, the modules that are loaded then, what it said."""
    probe = (
        "import sys, io\n"
        "from gencli.cli.app import execute\n"
        "before = sys.stdout; sys.stdout = io.TextIOWrapper(io.BytesIO())\n"
        f"code = execute({words!r}); sys.stdout = before\n"
        "print(code, *sys.modules)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", probe],
        capture_output=True,
        text=True,
        env=environment(GENCLI_DB=str(library)),
        check=True,
    )
    code, *loaded = done.stdout.split()
    return code, set(loaded), done.stderr


SEARCHING = {"finding", "query", "folding", "widening", "forms", "ranking", "excerpt", "spelling", "store.search"}


@pytest.mark.parametrize(
    ("words", "rooms"),
    [
        (["show", "lee2022vc"], set()),
        (["list"], {"finding", "store.search"}),
        (["list", "is:starred", "--sort", "year"], {"finding", "query", "folding", "store.search"}),
        (["search", "double descent"], SEARCHING - {"spelling"}),
        (["search", "doble descent"], SEARCHING - {"ranking"}),
        (["like", "lee2022vc"], SEARCHING - {"widening", "forms", "spelling", "query"}),
        (["complete-words", "bash", "gencli show l"], set()),
        (["stats"], {"finding"}),
        (["star", "arpit2017closer"], set()),
        (["unstar", "lee2022vc"], set()),
        (["tag", "add", "x", "lee2022vc"], {"folding"}),
    ],
    ids=lambda value: "-".join(value)[:30] if isinstance(value, list) else None,
)
def test_a_command_loads_only_the_rooms_of_the_search_that_it_uses(
    words: list[str], rooms: set[str], library: Path
) -> None:
    loaded = after(words, library)[1]
    assert {name.removeprefix("gencli.") for name in loaded} & SEARCHING == rooms


def test_version_loads_none_of_our_rooms() -> None:
    probe = "import sys\nfrom gencli.cli.app import execute\nexecute(['--version'])\nprint(*sorted(sys.modules))"
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, env=environment(), check=True)
    ours = {name for name in done.stdout.split() if name.startswith("gencli")}
    assert ours == {"gencli", "gencli.cli", "gencli.cli.app", "gencli.errors"}
    assert "sqlite3" not in done.stdout.split()


READING = [
    ["list"],
    ["search", "double descent"],
    ["search", "nosuchword"],
    ["search", "doble descent"],
    ["search", "Belkin, M. (2019) Reconciling modern practice of nothing, 116(32)"],
    ["like", "lee2022vc"],
    ["list", "descent", "--count"],
    ["check"],
    ["show", "lee2022vc"],
    ["info"],
    ["tags"],
    ["stats"],
    ["complete-words", "bash", "gencli show l"],
    ["export"],
]


@pytest.mark.parametrize("words", READING, ids=lambda words: words[-1])
def test_reading_leaves_the_file_and_its_folder_as_they_were(words: list[str], tmp_path: Path) -> None:
    path = tmp_path / "papers.sqlite"
    shutil.copyfile(STARTER, path)
    before, stamp = path.read_bytes(), path.stat().st_mtime_ns
    assert gencli(*words, GENCLI_DB=str(path)).returncode in (0, 1)
    assert (path.read_bytes(), path.stat().st_mtime_ns) == (before, stamp)
    assert [entry.name for entry in tmp_path.iterdir()] == ["papers.sqlite"]


def test_reading_from_a_read_only_folder(tmp_path: Path) -> None:
    """Root may write anywhere, so the folder is mounted or owned such that even root sees the mode bits at work."""
    folder = tmp_path / "shared"
    folder.mkdir()
    shutil.copyfile(STARTER, folder / "papers.sqlite")
    (folder / "papers.sqlite").chmod(0o444)
    folder.chmod(0o555)
    try:
        for words in READING:
            assert gencli(*words, GENCLI_DB=str(folder / "papers.sqlite")).returncode in (0, 1)
        if os.geteuid() != 0:
            done = gencli("star", "lee2022vc", GENCLI_DB=str(folder / "papers.sqlite"))
            assert done.returncode == 6
            assert "cannot be written to" in done.stderr
    finally:
        folder.chmod(0o755)
    assert [entry.name for entry in folder.iterdir()] == ["papers.sqlite"]


def test_a_closed_pipe_is_no_error() -> None:
    with subprocess.Popen(
        [*GENCLI, "export", "--jsonl"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment()
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        words = process.stderr.read()
        assert process.wait() == 0
    assert words == b""


def test_a_closed_standard_output_is_said() -> None:
    line = f'"{sys.executable}" -m gencli list >&-'
    done = subprocess.run(line, shell=True, capture_output=True, text=True, env=environment(), check=False)
    assert done.returncode == 6
    assert "standard output is closed" in done.stderr


def test_twelve_writers_at_once_lose_nothing(tmp_path: Path) -> None:
    path = tmp_path / "papers.sqlite"
    shutil.copyfile(STARTER, path)
    processes = [
        subprocess.Popen(
            [*GENCLI, "add", f"2301.{number:05d}", "--no-fetch", "--tag", f"t{number}"],
            env=environment(GENCLI_DB=str(path)), stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )
        for number in range(1, 13)
    ]  # fmt: skip
    for process in processes:
        _, words = process.communicate()
        assert process.returncode == 0, words
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        assert connection.execute("SELECT count(*) FROM paper").fetchone()[0] == 27 + 12
        assert connection.execute("SELECT count(*) FROM tag").fetchone()[0] == 12
        assert connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"


def test_twelve_questions_to_arxiv_at_once_all_get_their_answer(library: Path, tmp_path: Path) -> None:
    names = [f"2301.{number:05d}" for number in range(1, 13)]
    with serve(known(*(Entry(name, title=f"Paper {name}") for name in names))) as server:
        more = {
            "GENCLI_DB": str(library),
            "GENCLI_OFFLINE": "",
            "GENCLI_ARXIV_URL": server.url,
            "GENCLI_ARXIV_DELAY": "0.05",
        }
        processes = [
            subprocess.Popen(
                [*GENCLI, "add", name], env=environment(**more), stdout=subprocess.PIPE, stderr=subprocess.PIPE
            )
            for name in names
        ]
        for process in processes:
            _, words = process.communicate()
            assert process.returncode == 0, words
        assert sorted(asked.ids for asked in server.asked) == [(name,) for name in names]
        moments = [asked.at for asked in server.asked]
        assert min(later - earlier for earlier, later in pairwise(moments)) >= 0.05
    with closing(sqlite3.connect(library, isolation_level=None)) as connection:
        assert connection.execute("SELECT count(*) FROM paper").fetchone()[0] == 27 + 12
    assert [path.name for path in (tmp_path / "home" / "cache" / "gencli").glob("127.0.0.1-*/pace")] == ["pace"]


def test_two_first_uses_at_once_make_one_library(tmp_path: Path) -> None:
    home = {"HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path / "data"), "GENCLI_DB": ""}
    processes = [
        subprocess.Popen(
            [*GENCLI, "list"], env=environment(**home), cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        for _ in range(4)
    ]
    for process in processes:
        out, words = process.communicate()
        assert process.returncode == 0, words
        assert len(out.splitlines()) == 27
    assert [entry.name for entry in (tmp_path / "data" / "gencli").iterdir()] == ["papers.sqlite"]


@pytest.mark.parametrize(("sign", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, -15), (signal.SIGHUP, -1)])
def test_the_interrupt_key_ends_with_130_and_other_signals_end_by_themselves(sign: int, code: int) -> None:
    with subprocess.Popen(
        [*GENCLI, "import", "-"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(),
    ) as process:
        assert process.stderr is not None
        # It waits for its input; Python has its handler for the signal by the time it can be interrupted at all.
        os.set_blocking(process.stderr.fileno(), True)
        while not Path(f"/proc/{process.pid}/wchan").exists():
            pytest.skip("this system does not tell what a process waits for")
        _wait_until_reading(process.pid)
        process.send_signal(sign)
        _, words = process.communicate()
        assert (process.returncode, words) == (code, b"gencli: interrupted\n" if code == 130 else b"")


def _wait_until_reading(number: int) -> None:
    """Until the process sleeps in a read of its standard input, which comes after all of its start."""
    for _ in range(100_000):
        state = Path(f"/proc/{number}/syscall").read_text().split()
        # read(0, …) is system call 0 on x86-64 and 63 on arm64.
        if state[0] in ("0", "63") and state[1] == "0x0":
            return
    pytest.fail("the process never came to read its input")


def test_the_starter_library_is_what_its_sources_make(tmp_path: Path) -> None:
    """The shipped file is built from the page and the facts beside it, and from nothing else."""
    target = tmp_path / "built.sqlite"
    script = STARTER.parent / "build.py"
    subprocess.run([sys.executable, str(script), str(target)], check=True, capture_output=True)

    def content(path: Path) -> list[str]:
        connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
        lines = [line for line in connection.iterdump() if "words_" not in line and "sqlite_master" not in line]
        connection.close()
        return lines

    assert content(target) == content(STARTER)
    assert gencli("export", "--jsonl", GENCLI_DB=str(target)).stdout == gencli("export", "--jsonl").stdout


def test_the_interrupt_key_keeps_the_batches_that_came(tmp_path: Path) -> None:
    """A real process is interrupted while it waits for the second of three answers."""
    names = [f"2301.{number:05d}" for number in range(1, 251)]
    good, path = known(*(Entry(name) for name in names)), tmp_path / "new.sqlite"
    is_asked = threading.Event()

    def answer(handler: Handler) -> None:
        if len(handler.server.asked) == 1:
            good(handler)
        else:
            is_asked.set()
            never(handler)

    with serve(answer) as server:
        more = {"GENCLI_DB": str(path), "GENCLI_OFFLINE": "", "GENCLI_ARXIV_URL": server.url, "GENCLI_ARXIV_DELAY": "0"}
        with subprocess.Popen(
            [*GENCLI, "add", *names], env=environment(**more), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        ) as process:
            assert is_asked.wait(30)
            process.send_signal(signal.SIGINT)
            keys, words = process.communicate()
    assert process.returncode == 130
    assert len(keys.split()) == 100
    assert "interrupted; 150 of 250 papers did not come" in words
    assert "Traceback" not in words
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        assert connection.execute("SELECT count(*) FROM paper").fetchone()[0] == 100
        assert connection.execute("SELECT summary FROM step").fetchall() == [("added papers: 100 added",)]


def test_what_was_answered_today_loads_no_client(library: Path) -> None:
    """The packages that speak HTTP cost more than all the rest of an add."""
    with serve(known(Entry("2301.00001"))) as server:
        more = {"GENCLI_OFFLINE": "", "GENCLI_ARXIV_URL": server.url, "GENCLI_ARXIV_DELAY": "0"}
        assert gencli("add", "2301.00001", GENCLI_DB=str(library), **more).returncode == 0
        assert gencli("undo", GENCLI_DB=str(library)).returncode == 0
        probe = (
            "import sys\nfrom gencli.cli.app import execute\n"
            "execute(['add', '2301.00001'])\nprint(*{name.partition('.')[0] for name in sys.modules})\n"
        )
        done = subprocess.run(
            [sys.executable, "-c", probe],
            capture_output=True,
            text=True,
            env=environment(GENCLI_DB=str(library), **more),
            check=True,
        )
        assert len(server.asked) == 1
    assert "1 paper added" in done.stderr
    assert set(done.stdout.split()) & set(HEAVY) == {"platformdirs"}
