"""Bytes as text: the encodings that people's files are in, and what is no text at all."""

import codecs
import os

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from gencli.sources.decoding import decoded, told

LINE = "@book{k, author = {Gödel, Kurt}, title = {Über — naïve “quotes”}}\n"
RUSSIAN = (
    "@book{k, author = {Толстой, Лев Николаевич}, title = {Война и мир}, publisher = {Художественная литература}}\n"
)
CHINESE = "@book{k, author = {王小波}, title = {黄金时代与白银时代的文学研究}, publisher = {人民文学出版社}}\n"
KOREAN = "@book{k, author = {김영하}, title = {살인자의 기억법과 오래된 이야기}, publisher = {문학동네}}\n"


@pytest.mark.parametrize(
    ("content", "text", "encoding"),
    [
        (LINE.encode(), LINE, "utf-8"),
        (codecs.BOM_UTF8 + LINE.encode(), LINE, "utf-8"),
        (codecs.BOM_UTF16_LE + LINE.encode("utf-16-le"), LINE, "utf-16-le"),
        (codecs.BOM_UTF16_BE + LINE.encode("utf-16-be"), LINE, "utf-16-be"),
        (LINE.encode("utf-16-le"), LINE, "utf-16-le"),
        (LINE.encode("utf-16-be"), LINE, "utf-16-be"),
        (LINE.encode("cp1252"), LINE, "cp1252"),
        ("Gödel, Erdős".replace("ő", "ö").encode("latin-1"), "Gödel, Erdös", "cp1252"),
        ((RUSSIAN * 3).encode("cp1251"), RUSSIAN * 3, "cp1251"),
        ((CHINESE * 3).encode("gbk"), CHINESE * 3, "gb18030"),
        ((KOREAN * 3).encode("euc_kr"), KOREAN * 3, "euc_kr"),
        (b"", "", "utf-8"),
        (b"plain", "plain", "utf-8"),
        (codecs.BOM_UTF8, "", "utf-8"),
    ],
    ids=["utf-8", "utf-8 mark", "16le mark", "16be mark", "16le", "16be", "cp1252", "latin-1", "cp1251", "gbk",
         "euc-kr", "empty", "ascii", "mark alone"],
)  # fmt: skip
def test_a_text_in_each_encoding_that_is_seen(content: bytes, text: str, encoding: str) -> None:
    assert decoded(content) == (text, encoding)


def test_utf_8_with_lines_of_cp1252_pasted_into_it_is_read_line_by_line() -> None:
    text = "author = {Müller} and {Łukasz} and {Çelik}, note = {“so”},\n" * 3
    content = text.encode() + "title = {Möbius}\n".encode("cp1252") + text.encode()
    assert decoded(content) == (text + "title = {Möbius}\n" + text, "utf-8 and cp1252")


@pytest.mark.parametrize("said", ["windows-1252", "Cp1252", "WINDOWS-1252", "windows-1251", "ISO8859_2", "latin1"])
def test_what_a_file_says_of_itself_is_believed_where_it_is_no_utf_8(said: str) -> None:
    content = f"% Encoding: {said}\n".encode() + b"title = {\xe9}\n"
    python = {"windows-1252": "cp1252", "windows-1251": "cp1251"}.get(said.lower(), said.lower())
    assert decoded(content) == (content.decode(python), python)


def test_the_lines_of_jabref_stand_before_its_encoding() -> None:
    content = b"% This file was created with JabRef 2.10.\n% Encoding: Cp1251\n\n\xcf\xe0"
    assert decoded(content)[0].endswith("\nПа")


def test_utf_8_is_believed_before_what_the_file_says() -> None:
    text = "% Encoding: windows-1251\n{Gödel}\n"
    assert decoded(text.encode()) == (text, "utf-8")


@pytest.mark.parametrize(
    "said", ["UTF-8", "utf-16", "utf-32", "utf-7", "idna", "hz", "base64", "rot13", "undefined", "zlib", "no-such",
             "unicode_escape", "raw_unicode_escape", "punycode", "__import__", "%s%s%s"],
)  # fmt: skip
def test_what_a_file_says_wrongly_is_not_believed(said: str) -> None:
    content = f"% Encoding: {said}\n".encode() + b"{G\xf6del \\x41}\n"
    assert decoded(content) == (f"% Encoding: {said}\n{{Gödel \\x41}}\n", "cp1252")


@pytest.mark.parametrize("content", [b"\0" * 100, bytes(range(256)) * 40, b"\xff\xfe\x00", b"\xff" * 1000, b"\x81\x8d"])
def test_what_is_no_text_is_read_all_the_same(content: bytes) -> None:
    assert isinstance(decoded(content)[0], str)


def test_a_single_zero_makes_no_16_bit_text() -> None:
    content = b"@book{k, title = {a\0b}, note = {more words than zeros}}"
    assert decoded(content) == (content.decode(), "utf-8")


def test_a_large_file_of_noise_ends() -> None:
    noise = os.urandom(300_000)
    text, _ = decoded(noise)
    assert len(text) >= len(noise) // 4


@settings(deadline=None, max_examples=150, derandomize=True)
@given(st.one_of(st.binary(max_size=300), st.text(max_size=80).map(lambda text: text.encode("utf-8", "replace"))))
@example(b"% Encoding: utf-16\n\xff")
@example(b"\xef\xbb\xbf\xff\xfe")
@example(b"\xfe\xff\xd8")
def test_nothing_is_raised_and_ascii_stays(content: bytes) -> None:
    text, encoding = decoded(content)
    codecs.lookup(encoding.partition(" ")[0])
    text.encode("utf-8")
    if content.isascii() and b"\0" not in content:
        assert text == content.decode("ascii")


@settings(deadline=None, max_examples=100, derandomize=True)
@given(st.text(max_size=80).map(lambda text: text.encode("utf-8", "replace").decode()))
def test_utf_8_is_always_read_as_it_is(text: str) -> None:
    content = codecs.BOM_UTF8 + text.encode()
    assert decoded(content) == (text, "utf-8")


@pytest.mark.parametrize(
    ("content", "charset", "text"),
    [
        (LINE.encode("cp1252"), "ISO-8859-1", LINE),
        (LINE.encode("cp1252"), "windows-1252", LINE),
        (RUSSIAN.encode("koi8-r"), "KOI8-R", RUSSIAN),
        # What is valid UTF-8 is so, whatever a server says.
        (LINE.encode(), "iso-8859-1", LINE),
    ],
)
def test_a_servers_word_is_taken_where_it_fits(content: bytes, charset: str, text: str) -> None:
    assert told(content, charset).decode() == text


@pytest.mark.parametrize("charset", ["", "nonsense", "utf-8", "utf-16", "utf-7", "hex", "idna", "a\0b", "x" * 5000])
def test_a_servers_word_that_does_not_fit_changes_nothing(charset: str) -> None:
    content = LINE.encode("cp1252")
    assert told(content, charset) == content
    marked = codecs.BOM_UTF16_LE + LINE.encode("utf-16-le")
    assert told(marked, "iso-8859-1") == marked
