"""Texts from files and standard input: what is taken as it is, and what is refused with a word."""

import io
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from gencli.errors import BadInput, GencliError, NotFound
from gencli.model import Page
from gencli.sources import files
from gencli.sources.addresses import Fetched
from gencli.sources.files import Listing, read_source, read_text

WIKI = "====== List ======\n  * [[https://arxiv.org/abs/2201.02177|Power 2022 - Grokking]]\n"


class Stdin:
    """Standard input with some bytes in it."""

    def __init__(self, content: bytes) -> None:
        self.buffer = io.BytesIO(content)


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (b"plain\n", "plain\n"),
        (b"no end", "no end"),
        ("Müller 深\n".encode(), "Müller 深\n"),
        (b"\xef\xbb\xbfwith a mark\n", "with a mark\n"),
        (b"one\r\ntwo\rthree\n", "one\r\ntwo\rthree\n"),
        (b"  \n kept blanks \n\n", "  \n kept blanks \n\n"),
        ("\u2028\u0085\x0c\x1b".encode(), "\u2028\u0085\x0c\x1b"),
    ],
)
def test_a_text_is_taken_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes, text: str) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(content)
    assert read_text(str(path)) == text
    monkeypatch.setattr(sys, "stdin", Stdin(content))
    assert read_text("-") == text


@pytest.mark.parametrize(
    ("content", "message", "hint"),
    [
        (b"", "{name} is empty", ""),
        (b" \r\n\t\n", "{name} is empty", ""),
        (b"\xef\xbb\xbf", "{name} is empty", ""),
        (b"a\nb\0c\n", "{name} is not text: a NUL byte in line 2", "name a text file"),
        ("text".encode("utf-16"), "{name} is UTF-16, not UTF-8", "convert it: iconv -f UTF-16 -t UTF-8 {arg} | gencli"),
        (b"\xfe\xff\0t", "{name} is UTF-16, not UTF-8", "convert it: iconv -f UTF-16 -t UTF-8 {arg} | gencli import -"),
        (b"one\nM\xfcller\n", "{name} is not UTF-8: byte 0xFC in line 2",
         "convert it: iconv -f ISO-8859-1 -t UTF-8 {arg} | gencli import -"),
        (b"\xef\xbb\xbfone\nM\xfcller\n", "{name} is not UTF-8: byte 0xFC in line 2", "convert it: iconv"),
        (b"cut \xe6\xb7", "{name} is not UTF-8: byte 0xE6 in line 1", "convert it: iconv"),
        (b"\x89PNG\r\n\x1a\n\0\0", "{name} is not text: a NUL byte in line 3", "name a text file"),
    ],
)  # fmt: skip
def test_what_is_no_text_is_refused_with_its_line_and_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes, message: str, hint: str
) -> None:
    path = tmp_path / "my page's.txt"
    path.write_bytes(content)
    monkeypatch.setattr(sys, "stdin", Stdin(content))
    quoted = f"""'{tmp_path}/my page'"'"'s.txt'"""
    for source, name, argument in ((str(path), str(path), quoted), ("-", "standard input", "FILE")):
        with pytest.raises(BadInput) as caught:
            read_text(source)
        assert caught.value.message == message.format(name=name)
        assert caught.value.hint.startswith(hint.format(arg=argument))
    assert path.read_bytes() == content


def test_the_hint_can_be_pasted_into_a_shell(tmp_path: Path) -> None:
    path = tmp_path / "my page's $(touch evil).txt"
    path.write_bytes(b"M\xfcller\n")
    with pytest.raises(BadInput) as caught:
        read_text(str(path))
    command = caught.value.hint.removeprefix("convert it: ").partition(" | ")[0]
    done = subprocess.run(command, shell=True, capture_output=True, cwd=tmp_path)
    assert done.stdout == "Müller\n".encode()
    assert [entry.name for entry in tmp_path.iterdir()] == [path.name]


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match=f"there is no file {tmp_path}/none.txt"):
        read_text(f"{tmp_path}/none.txt")
    (tmp_path / "link").symlink_to("none.txt")
    with pytest.raises(NotFound):
        read_text(f"{tmp_path}/link")


@pytest.mark.parametrize(
    ("name", "message"),
    [(".", "{path} is a folder"), ("file/x", "cannot read {path}: not a directory"),
     ("x" * 300, "cannot read {path}: file name too long"), ("a\0b", "cannot read {path}: embedded null byte"),
     ("loop", "cannot read {path}: too many levels of symbolic links")],
)  # fmt: skip
def test_what_cannot_be_read(tmp_path: Path, name: str, message: str) -> None:
    (tmp_path / "file").write_text("x")
    (tmp_path / "loop").symlink_to("loop")
    path = f"{tmp_path}/{name}"
    with pytest.raises(BadInput) as caught:
        read_text(path)
    assert caught.value.message == message.format(path=path)


@pytest.fixture
def secret() -> Iterator[Path]:
    """A file that this process, an ordinary user meanwhile, may not read."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    (folder / "a.txt").write_text("secret")
    (folder / "a.txt").chmod(0o000)
    user = os.geteuid()
    if user == 0:
        os.seteuid(65534)
    try:
        yield folder / "a.txt"
    finally:
        os.seteuid(user)
        shutil.rmtree(folder)


def test_a_file_that_may_not_be_read(secret: Path) -> None:
    with pytest.raises(BadInput, match=f"cannot read {secret}: permission denied"):
        read_text(str(secret))


def test_a_file_that_is_no_page_by_its_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MAX_PAGE_BYTES", 2 * 1024 * 1024)
    path = tmp_path / "a.txt"
    path.write_bytes(b"x" * (2 * 1024 * 1024))
    assert len(read_text(str(path))) == 2 * 1024 * 1024
    path.write_bytes(b"x" * (2 * 1024 * 1024 + 1))
    with pytest.raises(BadInput, match="is larger than 2 MiB"):
        read_text(str(path))


def test_a_file_without_end_is_read_no_further_than_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MAX_PAGE_BYTES", 1024 * 1024)
    with pytest.raises(BadInput, match="/dev/zero is larger than 1 MiB"):
        read_text("/dev/zero")


def test_standard_input_that_is_closed_is_empty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    with pytest.raises(BadInput, match="standard input is empty"):
        read_text("-")
    closed = Stdin(b"")
    closed.buffer.close()
    monkeypatch.setattr(sys, "stdin", closed)
    with pytest.raises(BadInput, match="cannot read standard input"):
        read_text("-")


def read_page(source: str) -> Page:
    page = read_source(source)
    assert isinstance(page, Page)
    return page


# --- pages -------------------------------------------------------------------------------------


def test_a_page_is_known_by_its_whole_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "my_list.txt").write_text(WIKI)
    (tmp_path / "link.txt").symlink_to("my_list.txt")
    for source in ("my_list.txt", f"{tmp_path}/my_list.txt", "./link.txt", "../" + tmp_path.name + "/my_list.txt"):
        page = read_page(source)
        assert page.source == str((tmp_path / "my_list.txt").resolve())
        assert (page.title, page.format, page.text) == ("List", "wiki", WIKI)
    monkeypatch.setattr(sys, "stdin", Stdin(WIKI.encode()))
    assert read_page("-").source == "standard input"


def test_a_page_without_a_heading_is_called_by_its_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    item = WIKI.partition("\n")[2]
    (tmp_path / "my_reading_list.txt").write_text(item)
    assert read_page(str(tmp_path / "my_reading_list.txt")).title == "my reading list"
    monkeypatch.setattr(sys, "stdin", Stdin(item.encode()))
    assert read_page("-").title == "Standard input"


def test_a_pages_text_is_kept_to_the_byte(tmp_path: Path) -> None:
    content = WIKI.replace("\n", "\r\n").encode()
    (tmp_path / "a.txt").write_bytes(b"\xef\xbb\xbf" + content)
    page = read_page(str(tmp_path / "a.txt"))
    assert page.text.encode() == b"\xef\xbb\xbf" + content
    assert len(page.records) == 1


def test_the_format_is_told_by_the_content_or_by_the_user(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("@article{a,\n  title = {T},\n}\n")
    listing = read_source(str(path))
    assert isinstance(listing, Listing)
    assert listing == Listing("@article{a,\n  title = {T},\n}\n", "bibtex", str(path), "a.txt")
    assert read_source(str(path), "wiki").format == "wiki"


@pytest.mark.parametrize(
    ("source", "message"),
    [("https://x.org/page", "is an address, not a file"), ("HTTP://x.org", "is an address, not a file"),
     ("ftp://x.org/a", "only http and https are"), ("file:///etc/passwd", "only http and https are")],
)  # fmt: skip
def test_an_address_is_no_file(source: str, message: str) -> None:
    with pytest.raises(BadInput, match=message):
        read_source(source)


def test_what_is_behind_an_address_is_read_like_a_file() -> None:
    def fetch(address: str) -> Fetched:
        return Fetched(WIKI.partition("\n")[2].encode(), "text/plain", "", address)

    page = read_source("https://x.org/my_list.txt?raw", fetch=fetch)
    assert isinstance(page, Page)
    assert (page.source, page.title) == ("https://x.org/my_list.txt?raw", "my list")


def test_errors_are_one_line() -> None:
    with pytest.raises(GencliError) as caught:
        read_source("no such file.txt")
    assert caught.value.message == "there is no file no such file.txt"
    assert caught.value.exit_code == 3
