"""Broken entries as a person would read them; what may be meant in two ways is not read."""

import re
from collections import Counter

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from gencli.formats.bibtex import reader
from gencli.formats.bibtex.mending import is_merged, mended
from gencli.formats.bibtex.opinions import second
from gencli.model import Header, Problem, Record


@pytest.mark.parametrize(
    ("text", "key", "fields"),
    [
        ("@misc{k, title={T} year=1999}", "k", [("title", "{T}"), ("year", "1999")]),
        ("@misc{k,\n Year = {1959}\n Volume = 3\n}", "k", [("Year", "{1959}"), ("Volume", "3")]),
        ("@misc{k, year = 1999 volume = {2}note = x}", "k", [("year", "1999"), ("volume", "{2}"), ("note", "x")]),
        ("@misc{k, month = {1~} # jan year = 1}", "k", [("month", "{1~} # jan"), ("year", "1")]),
        ("@misc{title={T}}", "", [("title", "{T}")]),
        ("@misc{\n year = 1999, title={T}}", "", [("year", "1999"), ("title", "{T}")]),
        ("@misc{k title={T}}", "k", [("title", "{T}")]),
        ("@misc{k\n my-own = {T}}", "k", [("my-own", "{T}")]),
        ("@misc{k, date added = {x}}", "k", [("date-added", "{x}")]),
        ("@misc{k, title={T},\n date that counts = {x}}", "k", [("title", "{T}"), ("date-that-counts", "{x}")]),
        ("@misc{k, title={T}\n)", "k", [("title", "{T}")]),
        ("@misc(k, title={(T)}}", "k", [("title", "{(T)}")]),
        ("@misc{k, title={T}", "k", [("title", "{T}")]),
        ("@misc{k, title={T},\n", "k", [("title", "{T}")]),
        ("@misc{k, year=1999", "k", [("year", "1999")]),
        ("@misc{k,", "k", []),
        ("@misc{k, title={T}}, year={1999}}", "k", [("title", "{T}"), ("year", "{1999}")]),
        ("@misc{k, title={T}},\n month=jan }, year={1999}}", "k",
         [("title", "{T}"), ("month", "jan"), ("year", "{1999}")]),
        ("@misc{k}, title={T}}", "k", [("title", "{T}")]),
        ("@misc{k, title={T}, year = 1999,\n}\n}\n}", "k", [("title", "{T}"), ("year", "1999")]),
        ("@misc{k, booktitle = A Conf. on X-Y,\n year=1}", "k", [("booktitle", "{A Conf. on X-Y}"), ("year", "1")]),
        ("@misc{k, booktitle = Conf on X (CX) \n year=1}", "k", [("booktitle", "{Conf on X (CX)}"), ("year", "1")]),
        ("@misc{k, booktitle = Conf on X}", "k", [("booktitle", "{Conf on X}")]),
        ("@misc{k, url = http://x.org/a year=1}", "k", [("url", "http://x.org/a"), ("year", "1")]),
        ("@misc{k, title={T}, @url = {http://x.org/}, year=1}", "k",
         [("title", "{T}"), ("url", "{http://x.org/}"), ("year", "1")]),
        ("@misc{k, doi = , title = {T}}", "k", [("doi", "{}"), ("title", "{T}")]),
        ("@misc{k, title = {T}, doi =", "k", [("title", "{T}"), ("doi", "{}")]),
        ("@misc{k, title = {T},\n number\n}", "k", [("title", "{T}"), ("number", "{}")]),
        ('@misc{k, title = "T {"}x{"}" year = 1}', "k", [("title", '"T {"}x{"}"'), ("year", "1")]),
        ("@misc{k, title={A}, title={B} year=1}", "k", [("title", "{A}"), ("title", "{B}"), ("year", "1")]),
        ("@misc{k, url={http://x.org/?a=1&year=2} year=1}", "k",
         [("url", "{http://x.org/?a=1&year=2}"), ("year", "1")]),
        ("@misc{k, title = {E = mc} year=1}", "k", [("title", "{E = mc}"), ("year", "1")]),
    ],
)  # fmt: skip
def test_a_broken_entry_is_read_as_it_was_meant(text: str, key: str, fields: list[tuple[str, str]]) -> None:
    found = mended(text)
    assert found is not None
    block = found.block
    assert (block.kind, block.type, block.key, list(block.fields)) == ("entry", "misc", key, fields)
    assert found.end == len(text)
    assert second(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "@misc{k, title={T, year={1999}",
        "@misc{k, title={T, year={1999}}",
        "@misc{k, title={T, year=1999}",
        "@misc{k, title={T, own-field=x}",
        "@misc{k, title={T\n year={1999}}",
        "@misc{k, title={T year={1999}}",
        '@misc{k, title="T, year={1999}}',
        '@misc{k, title="T, year="1999"}',
        "@misc{k, title={T\n@misc{l, year={1999}}",
        "@misc{k, title={T}}, title={U}, year=1}",
        "@misc{k, title={T} volume 3 year=1}",
        "@misc{k, title={T} my field=1}",
        "@misc{k, year=1, and more}",
        "@misc{k, author = Smith, J., year=1}",
        "@misc{k, booktitle = Conf on X year=1}",
        "@misc{k, title={x}{y}}",
        "@misc{k, title={x} y}",
        '@misc{k, title = "a "quoted" b"}',
        "@misc{k, title == {T}}",
        "@misc{k, title: {T}}",
        "@misc{k, ti= tle={T}}",
        "@misc{k=l, title={T}}",
        "@misc{a=b title={T}}",
        "@misc{a b title={T}}",
        "@misc{{k}, title={T}}",
        "@misc{k, title={T} year=1} words behind",
        "@misc{k, title={T} year=1}\n@misc{l}",
        "@misc{k, title={T} year=1} @misc{l, title={U}}",
        "@misc{k, title={T} year=1\nwords of no field}",
        "@misc{k, title={T} words % }\n",
        "@string{s title={T}}",
        "@comment{k, title={T}",
        "no entry",
        "",
    ],
)
def test_what_may_be_meant_otherwise_is_not_read(text: str) -> None:
    assert mended(text) is None


def test_the_percent_lines_inside_and_the_words_behind() -> None:
    text = "@Misc{k, % one }\n t={T} % two = {x}\n n=1\n} % three\n"
    found = mended(text + "Some words\nof no entry.\n")
    assert found is not None
    assert (found.block.remarks, found.end) == (("% one }", "% two = {x}", "% three"), len(text))
    assert (found.block.type, found.block.fields) == ("Misc", (("t", "{T}"), ("n", "1")))


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("{T}", False), ("{a, b and c}", False), ("{http://x/?a=b&year=2}", False), ("{E = mc}", False), ('"T"', False),
        ("{a, year = b}", True), ("{a year= b}", True), ("{a\n own = b}", True), ("{a} , own = ", True),
        ('"a", x="b"', True), ("{= a}", True), ("{){a}}", True), ("{a = {b}}", True), ("{\n@misc{k,}}", True),
        ("{a,\n year {1}}", True),
    ],
)  # fmt: skip
def test_a_value_with_another_field_in_it(value: str, expected: bool) -> None:
    assert is_merged(value) is expected


def test_a_word_that_another_reader_loses_in_one_place_of_two() -> None:
    assert second("@misc{k, url={http://x.org/16.}748}, pages={748--750}}") is None


# --- entries broken at random ----------------------------------------------------------------------------

ENTRIES = (
    "@article{a:1,\n author = {A. {B}elow and C, D.},\n title = \"On {X} (and Y)\",\n year=1999,\n month=jan # {~1}\n}",
    "@book(b2, title = {T: {\\\"U}ber}, url={https://x.org/a?b=c,d}, % year = 1\n pages = {1--2})",
    "@misc{c, note = {one, two\n three = 4}, title={{T}}, keywords = {}, key = \"{}\"}",
)  # fmt: skip
SIGNS = st.sampled_from('{}(),"=@#%\n ')


@st.composite
def broken(draw: st.DrawFn) -> str:
    """An entry with some signs taken out of it, and some put in."""
    text = draw(st.sampled_from(ENTRIES))
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(1, len(text)))
        text = text[:at] + (draw(SIGNS) + text[at:] if draw(st.booleans()) else text[at + 1 :])
    return text


def words(text: str) -> Counter[str]:
    return Counter(re.findall(r"\w+", text))


@settings(deadline=None, max_examples=300, derandomize=True)
@given(broken())
@example("@misc{k, title={T} year=1}\nwords behind")
def test_no_word_of_a_broken_entry_is_lost(text: str) -> None:
    if (found := mended(text)) is not None:
        block = found.block
        told = [block.type, block.key, *block.remarks, *(f"{name} {value}" for name, value in block.fields)]
        assert words("\n".join(told)) == words(text[: found.end])
    said: list[str] = []
    for one in reader.read(f"@misc{{x, t={{X}}}}\n{text}\n@misc{{y, t={{Y}}}}\n", "bib:a", "a"):
        if isinstance(one, Record):
            assert one.entry is not None
            said += [one.entry.type, one.entry.key, *map(" ".join, one.entry.fields)]
        elif isinstance(one, Problem):
            said.append(one.raw)
        else:
            assert isinstance(one, Header)
            said += [*map(" ".join, one.macros.items()), *one.preambles, *one.comments, *one.remarks]
    assert not set(words(text)) - set(words("\n".join(said)))


MEGABYTE = 10**6
WORST = {
    "no commas": "@a{k, " + "t={x} " * (MEGABYTE // 6),
    "closing brackets": "@a{k, t={x}" + "}" * MEGABYTE,
    "lines in a value": "@a{k, t={x} y={" + "\n" * MEGABYTE + "}}",
    "blanks in a value": "@a{k, t={x} y={," + " " * MEGABYTE + "}}",
    "words": "@a{k, t=" + "word " * (MEGABYTE // 5),
    "names alone": "@a{k, t={x}" + "\nnumber" * (MEGABYTE // 7),
    "a long name": "@a{k, " + "a " * (MEGABYTE // 2) + "={x}",
    "remarks": "@a{k, t={x} " + "% }\n" * (MEGABYTE // 4) + "y={z}",
    "open braces": "@a{k, t={x} y={" + "{" * MEGABYTE,
    "nested braces": "@a{k, t={x} y={" + "{" * (MEGABYTE // 2) + "}" * (MEGABYTE // 2) + "}",
    "quotes": '@a{k, t={x} y="' + '{"' * (MEGABYTE // 2),
    "parentheses": "@a{k, t=a b " + "(a" * (MEGABYTE // 2),
    "commas": "@a{k, t={x} y={" + ",a" * (MEGABYTE // 2) + "}",
    "names in a value": "@a{k, t={x} y={" + " title" * (MEGABYTE // 6) + " " * MEGABYTE + "}",
    "words in the key": "@a{" + "k " * (MEGABYTE // 2) + "title={x}",
    "words behind": "@a{k, t={x} y={z}}\n" + "word " * (MEGABYTE // 5),
    "joints": "@a{k, t={x} y=" + "a#" * (MEGABYTE // 2),
}


@pytest.mark.parametrize("text", WORST.values(), ids=WORST.keys())
def test_the_worst_that_a_megabyte_can_hold_is_read_or_not(text: str) -> None:
    found = mended(text)
    assert found is None or found.end <= len(text)


def test_many_broken_entries() -> None:
    told = list(reader.read("@misc{k, t={x} y={z}}\n" * 5000, "bib:a", "a"))
    assert sum(isinstance(one, Record) for one in told) == 5000
    assert all(one.taken for one in told if isinstance(one, Problem))
