"""Which format a text is in; reading by name; and a text put in a file's place, whole or not at all."""

import os
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from conftest import ordinary_user
from gencli import formats
from gencli.errors import BadInput, OutputError

ROOT = Path(__file__).resolve().parent.parent.parent
PAGE = ROOT / "data" / "generalization_in_deep_learning.txt"

SAMPLES = {
    "wiki": [
        "====== Title ======\nText\n",
        "  * [[https://arxiv.org/abs/2201.02177|Power 2022 - Grokking]]\n",
        "[[https://x.org|First]] and more\n",
        "====== T ====== Text ===== S ===== * [[https://x.org|A]] * [[https://y.org|B]]\n",
        '{{logo.png|"Our logo"}}\n====== T ======\n',
        "See <code>\n@article{x,\n}\n</code>\n====== T ======\n",
        "just a few words\n",
        "",
        "[a remark in brackets]\n",
        "\ufeff====== Title ======\n",
        "======Title======\r\n  - one\r\n",
    ],
    "bibtex": [
        "@article{a,\n  title = {T},\n}\n",
        "% from JabRef\n\n% Encoding: UTF-8\n@Article(a, title = {T})\n",
        "\ufeff@ misc {a, title = {T} }\n",
        "@article{a,\n  abstract = {See [[x]] and == this ==\n== heading ==\n},\n}\n",
        "Some words before\n@book{a,\n title={T}}\n",
        "@string{a = {b}}\n",
        "@comment{jabref}\n",
    ],
    "ris": ["TY  - JOUR\nTI  - T\nER  - \n", "\r\nTY  - JOUR\r\nER  - \r\n"],
    "csl-json": ['[{"id": "a", "type": "book"}]', "[\n  {\n", "[]", " [ ]\n"],
    "jsonl": ['{"key": "a"}\n{"key": "b"}\n', '{ "key": "a" }'],
    "markdown": [
        "# Title\n\n- [A](https://x.org)\n",
        "- [Power 2022 - Grokking](https://arxiv.org/abs/2201.02177) notes\n",
        "Text\n\n## Section\n",
        "[A](https://x.org) is a paper\n\n# More\n",
        "```\ncode\n```\n",
        "- **Nets of Nets** (2019), Ann One. [[paper]](https://a.org/x.pdf) [[code]](https://github.com/a/b)\n",
    ],
}


@pytest.mark.parametrize(("name", "text"), [(name, text) for name, texts in SAMPLES.items() for text in texts])
def test_a_text_tells_its_format(name: str, text: str) -> None:
    assert formats.detect(text) == name
    assert name in formats.NAMES


def test_the_users_page_is_a_wiki_page() -> None:
    assert formats.detect(PAGE.read_text(encoding="utf-8")) == "wiki"


def test_what_is_read_is_the_page() -> None:
    page = formats.read("====== T ======\n  * [[https://arxiv.org/abs/2201.02177|P]]\n", "wiki", "p.txt", "name")
    assert (page.title, page.source, page.format) == ("T", "p.txt", "wiki")
    assert page.records[0].identifiers == {"arxiv": "2201.02177"}


def test_each_format_is_a_page_or_a_list() -> None:
    assert set(formats.NAMES) == {*formats.READERS, *formats.LISTS, "jsonl"}
    assert not set(formats.READERS) & set(formats.LISTS)


def test_a_format_is_loaded_when_it_is_used() -> None:
    code = (
        "import sys, gencli.formats as f; assert not any(m.startswith(('gencli.formats.', 'bibtexparser')) for m in"
        " sys.modules); f.detect('x'); assert 'bibtexparser' not in sys.modules"
    )
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


# --- save --------------------------------------------------------------------------------------


def test_a_file_is_written_with_its_characters_and_line_ends(tmp_path: Path) -> None:
    formats.save(tmp_path / "a.bib", "Müller\r\n深\n")
    assert (tmp_path / "a.bib").read_bytes() == "Müller\r\n深\n".encode()
    assert os.listdir(tmp_path) == ["a.bib"]  # noqa: PTH208


@pytest.fixture
def old(tmp_path: Path) -> Path:
    path = tmp_path / "a.bib"
    path.write_text("old")
    return path


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o755, 0o444])
def test_a_files_permissions_stay(old: Path, mode: int) -> None:
    old.chmod(mode)
    formats.save(old, "new")
    assert old.read_text() == "new"
    assert stat.S_IMODE(old.stat().st_mode) == mode


def test_a_new_files_permissions_are_the_users_own(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        formats.save(tmp_path / "a.bib", "new")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "a.bib").stat().st_mode) == 0o640


def test_a_link_is_followed(tmp_path: Path, old: Path) -> None:
    (tmp_path / "there").mkdir()
    link = tmp_path / "there" / "link.bib"
    link.symlink_to("../a.bib")
    formats.save(link, "new")
    assert link.is_symlink()
    assert old.read_text() == "new"
    assert [entry.name for entry in (tmp_path / "there").iterdir()] == ["link.bib"]


def test_a_link_to_nothing_yet_is_followed_too(tmp_path: Path) -> None:
    (tmp_path / "link.bib").symlink_to(tmp_path / "b.bib")
    formats.save(tmp_path / "link.bib", "new")
    assert (tmp_path / "b.bib").read_text() == "new"


def test_who_reads_meanwhile_sees_the_old_or_the_new(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []
    real = os.fsync

    def look(file: int) -> None:
        seen.append(old.read_text())
        real(file)

    monkeypatch.setattr(os, "fsync", look)
    with old.open() as reader:
        formats.save(old, "new" * 10_000)
        assert reader.read() == "old"
    assert seen == ["old"]
    assert old.read_text() == "new" * 10_000


def test_a_disk_that_is_full_leaves_the_old_file(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OutputError) as caught:
        formats.save(old, "new")
    assert caught.value.message == f"cannot write {old}: no space left on device"
    assert caught.value.hint == "the file is as it was; free some space, then try again"
    assert caught.value.exit_code == 6
    assert old.read_text() == "old"
    assert [entry.name for entry in old.parent.iterdir()] == ["a.bib"]


def test_a_stop_in_the_middle_leaves_the_old_file(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(_: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", stopped)
    with pytest.raises(KeyboardInterrupt):
        formats.save(old, "new")
    assert old.read_text() == "old"
    assert [entry.name for entry in old.parent.iterdir()] == ["a.bib"]


@pytest.mark.parametrize(
    ("name", "reason"),
    [("none/a.bib", "no such file or directory"), ("a.bib/b.bib", "not a directory"), ("folder", "is a directory"),
     ("x" * 300, "file name too long")],
)  # fmt: skip
def test_where_nothing_can_be_written(old: Path, name: str, reason: str) -> None:
    (old.parent / "folder").mkdir()
    with pytest.raises(BadInput, match=reason):
        formats.save(old.parent / name, "new")
    assert sorted(entry.name for entry in old.parent.iterdir()) == ["a.bib", "folder"]
    assert list((old.parent / "folder").iterdir()) == []


@pytest.fixture
def closed() -> Iterator[Path]:
    """A folder that this process, an ordinary user meanwhile, may not write to."""
    place = Path(tempfile.mkdtemp())
    (place / "a.bib").write_text("old")
    place.chmod(0o555)
    with ordinary_user(place):
        yield place


def test_a_folder_that_may_not_be_written_to(closed: Path) -> None:
    for name in ("a.bib", "b.bib"):
        with pytest.raises(BadInput, match=f"cannot write {closed / name}: permission denied"):
            formats.save(closed / name, "new")
    assert [entry.name for entry in closed.iterdir()] == ["a.bib"]
    assert (closed / "a.bib").read_text() == "old"


def test_a_pipe_is_written_to_and_stays_a_pipe(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    code = f"import gencli.formats as f, pathlib; f.save(pathlib.Path({str(pipe)!r}), 'through')"
    with subprocess.Popen([sys.executable, "-c", code]) as writer:
        assert pipe.read_text() == "through"
    assert writer.returncode == 0
    assert pipe.is_fifo()
    assert [entry.name for entry in tmp_path.iterdir()] == ["pipe"]
