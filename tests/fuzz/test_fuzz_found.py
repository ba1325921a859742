"""What the fuzzer found, each in its smallest form; all of it was mended."""

import logging
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest

from gencli import Author, Library, Problem, Record, formats
from gencli.citation import read_citation, read_label
from gencli.edtf import edtf, when
from gencli.errors import BadInput
from gencli.formats import csljson
from gencli.formats.ris.tags import date_text, ris_date
from gencli.identifiers import identify, mentioned, normal_url
from gencli.latex import decode
from gencli.manuscript import cited
from gencli.pasted import read
from gencli.query import parse
from gencli.sources.decoding import decoded


@pytest.fixture
def opened(tmp_path: Path) -> Library:
    path = tmp_path / "l.sqlite"
    Library.create(path)
    return Library.open(path, write=True)


def test_a_line_with_a_name_that_is_none_can_be_taken_twice(opened: Library) -> None:
    line = '{"key": "a", "title": "On lines", "colour": "red"}'
    assert opened.take_lines([line], "f").added == ("a",)
    outcome = opened.take_lines([line], "f")
    assert not outcome.changed
    assert [problem.taken for problem in outcome.problems] == [True]


@pytest.mark.parametrize(
    "text", ["10.1000/x\udcff", "doi:10.1000/\ud800x", "https://a.org/\udcff", "https://doi.org/10.1000/x\udcff"]
)
def test_half_a_sign_is_part_of_no_identifier(text: str) -> None:
    assert identify(text) is None
    assert not read(f"see {text} and").found


@pytest.mark.parametrize("blank", ["\xa0", "\u2003", "\u202f", "\u3000", "\x85", " "])
def test_any_blank_ends_a_doi(blank: str) -> None:
    assert mentioned(f"see 10.1000/x{blank}and more") == {"doi": "10.1000/x"}
    assert [one.value for one in read(f"see 10.1000/x{blank}and more").found] == ["10.1000/x"]
    assert identify(f"10.1000/{blank}") is None


def test_an_entry_with_an_empty_eprint_is_named_by_its_head() -> None:
    assert [stray.text for stray in read("@article{a, eprint = {\t}}").others] == ["@article{a}"]


def test_half_a_sign_is_in_no_address() -> None:
    assert normal_url("https://a.org/\udcff") is None
    assert normal_url("https://a.org/ÿ") == "https://a.org/ÿ"


def test_a_long_label_of_digits_is_read_in_time() -> None:
    line = "arxiv " + " ".join(["2" * 3000] * 6) + " x"
    assert read(line).found == ()
    assert [stray.text for stray in read("isbn 12 34x\narxiv 22O1").others] == ["isbn 12 34x", "arxiv 22O1"]


def test_a_name_that_is_none_within_a_line_is_left_out(opened: Library) -> None:
    line = (
        '{"key": "a", "title": "T", "authors": [{"family": "Lee", "nick": "L"}, {"literal": "B", "is": 1}],'
        ' "links": [{"rel": "pdf", "url": "https://a.org", "of": 2}]}'
    )
    outcome = opened.take_lines([line], "f")
    assert [problem.what.partition(" ")[0] for problem in outcome.problems] == ["'nick'", "'is'", "'of'"]
    assert opened.get("a").authors == (Author("Lee"), Author(literal="B"))


def test_a_long_path_without_digits_is_read_in_time() -> None:
    assert read("two words\n" + "a/" * 300_000).others == ()
    likely = ["a/b1", "1/a", "12345", "2022-1", "a/b", "1234", "1a2", "/", "/1"]
    assert [bool(read(f"two words\n{line}").others) for line in likely] == [True, True, True, True] + [False] * 4 + [
        True
    ]


def test_a_format_is_told_in_time_whatever_the_text_begins_with() -> None:
    assert formats.detect("x" + "\n" * 200_000, "a") == "wiki"
    assert formats.detect("x\n\n  - a [link](https://a.org)", "a") == "markdown"


def test_bytes_without_blanks_are_decoded_in_time() -> None:
    content = "深度学习".encode("gb18030") * 200_000
    assert decoded(content) == ("深度学习" * 200_000, "gb18030")
    assert decoded(b"\xc3\xa9\xff\xed\xa0\x80" + b"\xc3\xa9" * 9)[0] == "éÿí\xa0€" + "é" * 9


@pytest.mark.parametrize("text", ["2019-00", "2019-00-00", "2019-05-00", "2019-00/2020"])
def test_no_month_and_no_day_is_number_zero(text: str) -> None:
    assert edtf(text) == ()
    assert when(text) == (2019, None, text)


@pytest.mark.parametrize("text", ["0000", "0000-05", "2019", "2019-05", "2019-21", "2019~/.."])
def test_a_date_comes_back_from_ris(text: str) -> None:
    assert date_text(ris_date(text)) == text


def test_a_suffix_alone_is_no_author_and_is_kept() -> None:
    [record] = csljson.read('[{"title": "T", "author": [{"family": "Lee"}, {"suffix": "Jr"}]}]', "csl-json:a", "a")
    assert isinstance(record, Record)
    assert record.authors == (Author("Lee"),)
    assert "Jr" in record.fields["csl-author"]


def test_half_a_sign_in_a_name_of_json_is_made_whole() -> None:
    for text in '[{"title": "T", "v\\ud800": 1}]', '{"items": [{"title": "T"}], "v\\ud800": 1}':
        for one in csljson.read(text, "csl-json:a", "a"):
            repr(one).encode()
            assert not isinstance(one, Record) or "\ud800" not in "".join(one.fields)
            assert not isinstance(one, Problem) or "\ud800" not in one.what


def test_blanks_within_a_key_in_braces_are_one() -> None:
    assert cited("@{weird \t key}", "a.md").keys == ("weird key",)


def test_what_a_package_tells_its_log_does_not_reach_the_terminal(capfd: pytest.CaptureFixture[str]) -> None:
    logging.lastResort, before = logging.StreamHandler(), logging.lastResort
    try:
        decode("\\frac{1}{\\frac{a}}")
        decode("\\frac{a}")
    finally:
        logging.lastResort = before
    assert capfd.readouterr().err == ""


def test_a_sign_that_folds_to_several_is_found_as_it_is_indexed() -> None:
    from gencli.folding import words

    for sign in "\uac40", "İ", "ﬁ":
        assert words(" ".join(words(sign))) == words(sign), unicodedata.name(sign)


def test_what_is_asked_for_again_and_again_is_asked_for_once() -> None:
    assert parse("10.1000/x lines " * 300).root == parse("10.1000/x lines ").root
    assert parse("a OR a OR b ").root == parse("a OR b ").root
    assert parse("a a ").root == parse("a ").root


def test_a_control_sign_between_words_parts_them_in_the_list_of_words(opened: Library) -> None:
    opened.take([Record("arxiv", title="lines\x1bhttp")])
    opened.undo()
    assert [one.what for one in opened.check()] == []


@pytest.mark.parametrize("what", ["pattern", "key", "field"])
def test_half_a_sign_from_the_command_line_is_refused(opened: Library, what: str) -> None:
    key = opened.take([Record("arxiv", title="On lines", year=2020)]).added[0]
    acts: dict[str, Callable[[], object]] = {
        "pattern": lambda: opened.rekey_all("k\udcff{year}"),
        "key": lambda: opened.rekey(key, "k\udcff"),
        "field": lambda: opened.set_fields(key, {"title": "T\udcff"}),
    }
    with pytest.raises(BadInput):
        acts[what]()


def test_a_blank_is_no_author() -> None:
    assert all(author.surname for author in read_citation("\x85,2020 -").authors)
    assert all(author.surname for author in read_label("\x85,2020 -").authors)


def test_what_is_refused_is_refused_alike_by_a_list_and_a_search(opened: Library) -> None:
    opened.take([Record("arxiv", title="Regularization"), Record("arxiv", title="On lines")])
    found = {hit.paper.key for hit in opened.search("-regularisation")}
    assert set(opened.keys("-regularisation")) == found
