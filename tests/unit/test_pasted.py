"""What a person pastes: lists, sentences, BibTeX, words that a shell took apart, slips of the keys."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gencli.pasted import Stray, joined, no_identifier, read, whole

MAIL = """Hi, have a look at arXiv:2201.02177, and https://arxiv.org/abs/1812.11118v2. Also see 1710.03667
(and doi:10.1145/2201.02178). See [Grokking](https://arxiv.org/pdf/2201.02177.pdf) or
[[https://arxiv.org/abs/2301.00001|this one]], \\href{https://arxiv.org/abs/1912.02292}{that one}, not 1234.56789.
We were 12.34 and 2019.12345678 seconds late; see section/0101001 for the rest: https://example.org/2201.00009
Old ones: hep-th/9711200, math.GT/0309136; 9712001 [hep-th], CoRR abs/1902.01996, https://github.com/a/arxiv/2201.00008
"""


def values(text: str) -> list[str]:
    return [identifier.value for identifier in read(text).found]


def test_a_mail_holds_what_it_names_each_once_in_order() -> None:
    assert values(MAIL) == [
        "2201.02177", "1812.11118", "1710.03667", "10.1145/2201.02178", "2301.00001", "1912.02292",
        "hep-th/9711200", "math/0309136", "hep-th/9712001", "1902.01996",
    ]  # fmt: skip
    assert read(MAIL).others == ()


def test_a_list_one_a_line_with_what_is_none_named() -> None:
    text = (
        "# mine\n2201.02177\n\n  arXiv:1812.11118v2 [stat.ML]\r\n2201.0217\npower2022grokking\t2022\tPower\nPMID 123\n"
    )
    pasted = read(text)
    assert [identifier.value for identifier in pasted.found] == ["2201.02177", "1812.11118", "123"]
    assert pasted.others == (Stray("2201.0217", 5), Stray("power2022grokking", 6))


def test_a_line_that_names_its_kind_and_is_none_is_named() -> None:
    text = "ISBN 0-306-40615-2\nISBN 0-306-40615-3\nthe ISBN of 1999 was not found\narXiv: 2201.0217\n"
    assert values(text) == ["9780306406157"]
    assert read(text).others == (Stray("ISBN 0-306-40615-3", 2), Stray("arXiv: 2201.0217", 4))


def test_the_headers_of_a_mail_hold_none() -> None:
    mail = "Message-ID: <2201.99999@mail>\nFrom: An <2004.12345@example.com>\n\nsee 1810.04805.\n"
    assert values(mail) == ["1810.04805"]


def test_several_in_one_line() -> None:
    assert values("2201.02177,1812.11118;hep-th/9711200 2301.00001v2") == [
        "2201.02177", "1812.11118", "hep-th/9711200", "2301.00001",
    ]  # fmt: skip


def test_each_piece_of_a_text_is_taken_once() -> None:
    text = "https://example.org/10.1145/2201.02178?x=arXiv:2301.00001 and https://doi.org/10.48550/arXiv.2201.02177, 1"
    assert values(text) == ["10.1145/2201.02178", "2201.02177"]


def test_what_looks_like_an_id_in_a_sentence_is_named() -> None:
    assert read("as arXiv:2201.0217 says, and arXiv:2201.02177v3 too").others == (Stray("arXiv:2201.0217", 1),)


def test_a_lone_word_of_a_mail_is_no_identifier_and_no_mistake() -> None:
    mail = "Hi all,\n\nsee 1810.04805.\n\nThanks!\n--\nJ.\n2201.0217\n"
    assert values(mail) == ["1810.04805"]
    assert read(mail).others == (Stray("2201.0217", 8),)


def test_a_sentence_without_any_is_passed_over() -> None:
    assert read("Dear all,\nthe meeting is on 2026.11.24 at 12:30.\n").others == ()


BIBTEX = """
Here is the snippet:
@article{power, title = {Grokking {B}eyond}, eprint={2201.02177}, archivePrefix={arXiv}, doi={10.1000/abc}}
@misc{old, eprint = "9711200", archivePrefix = "hep-th"}
@misc{older,
  eprint = {0309136}, primaryClass = {math.GT}, eprinttype = {arxiv}}
@article{scholar, journal={arXiv preprint arXiv:1812.11118}, year=2018}
@article{DBLP:journals/corr/abs-1902-01996, journal = {CoRR}, volume = {abs/1902.01996}}
@article{url, url = {http://arxiv.org/abs/1611.03530v2}}
@article{pub, doi = {https://doi.org/10.1145/2201.02177}, pmid = {31451572}}
@article{med, pmid = {31451573}}
@book{book, isbn = {978-3-642-35454-0}}
@book{none, title={Nothing, see arXiv:1}, year = 1999}
@string{x = "arXiv:2201.00001"}
@misc{slip, eprint = {2201.2177}, archivePrefix = {arXiv}}
"""


def test_bibtex_entries_are_a_paper_each() -> None:
    assert values(BIBTEX) == [
        "2201.02177", "hep-th/9711200", "math/0309136", "1812.11118", "1902.01996", "1611.03530",
        "10.1145/2201.02177", "31451573", "9783642354540",
    ]  # fmt: skip
    assert read(BIBTEX).others == (Stray("@book{none}", 13), Stray("2201.2177", 15))
    assert [tuple(identifier.value for identifier in group) for group in read(BIBTEX).same] == [
        ("2201.02177", "10.1000/abc"), ("10.1145/2201.02177", "31451572"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("@misc{a, eprint={2201.02177}}\n% @misc{b, eprint={2301.00001}}\n", ["2201.02177"]),
        ("@misc{a, eprint={2201.02177}, abstract={as in eprint = {2301.00001}, doi = {10.1000/x}}}", ["2201.02177"]),
        ("@misc{a, title={A \\} b {c}}, eprint={2201.02177}}\nalso read 2301.00001\n", ["2201.02177", "2301.00001"]),
        ("first 2301.00001\n@misc{a, eprint={2201.02177}}\n2301.00002", ["2301.00001", "2201.02177", "2301.00002"]),
        ("@misc(a, eprint={2201.02177})\n@misc{b, eprint = 2301.00001}", ["2201.02177", "2301.00001"]),
        ("@misc{a, howpublished={\\url{https://arxiv.org/abs/2004.00008}}}", ["2004.00008"]),
        ("@article{a, eprint={31451572}, eprinttype={pubmed}}", ["31451572"]),
    ],
)
def test_what_stands_between_and_behind_entries(text: str, found: list[str]) -> None:
    assert values(text) == found


@pytest.mark.parametrize(
    ("words", "parts"),
    [
        (["arxiv:", "2201.02177"], ["arxiv: 2201.02177"]),
        (["[arXiv:2201.02177", "[cs.LG]]", "1812.11118"], ["[arXiv:2201.02177 [cs.LG]]", "1812.11118"]),
        (["9711200", "[hep-th]"], ["9711200 [hep-th]"]),
        (["doi", "10.1000/abc", "PMID:", "12"], ["doi 10.1000/abc", "PMID: 12"]),
        (["-", "[x]"], ["-", "[x]"]),
        (["2201.02177", "1812.11118"], ["2201.02177", "1812.11118"]),
        ([], []),
    ],
)
def test_what_a_shell_took_apart_is_put_together(words: list[str], parts: list[str]) -> None:
    assert joined(words) == parts


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("2201.2177", "2201.02177"),
        ("2201:02177", "2201.02177"),
        ("2201-02177", "2201.02177"),
        ("220102177", "2201.02177"),
        ("22O1.O2177", "2201.02177"),
        ("arXiv:2201-02177", "2201.02177"),
        ("0704.123", "0704.0123"),
        ("htp://arxiv.org/abs/2201.02177", "https://arxiv.org/abs/2201.02177"),
        ("https//arxiv.org/abs/2201.02177", "https://arxiv.org/abs/2201.02177"),
        ("ftp://arxiv.org/abs/2201.02177", "https://arxiv.org/abs/2201.02177"),
        ("hepth/9711200", "hep-th/9711200"),
        ("hep-th9711200", "hep-th/9711200"),
        ("hep th/9711200", "hep-th/9711200"),
        ("mth.gt/0309136", "math.GT/0309136"),
        ("31451572", "PMID:31451572"),
        ("https://arxiv.org/abs/2201.2177", "did you mean 2201.02177?"),
        ("https://arxiv.org/pdf/2201.0217.pdf", "did you mean 2201.00217?"),
        ("https://arxiv.org/abs/2201.02177foo", "did you mean 2201.02177?"),
        ("10.48550/arXiv.2201.2177", "did you mean 2201.02177?"),
        ("10.48550/2201.02177", "did you mean 2201.02177?"),
        ("2201.021777", "did you mean 2201.02177?"),
        ("x2201.02177", "did you mean 2201.02177?"),
        ("2201.02177x", "did you mean 2201.02177?"),
        ("hep-th 9711200", "did you mean hep-th/9711200?"),
        ("@book{knuth}", "the entry 'knuth' names no identifier"),
        ("9711200", "archive/YYMMNNN"),
        ("978-3-642-35454-1", "check digit"),
        ("0306406152", "an ISBN is written: ISBN 0306406152"),
        ("double descent", "gencli arxiv double descent"),
    ],
)
def test_the_nearest_thing_is_named(typed: str, meant: str) -> None:
    error = no_identifier(typed)
    assert typed.strip("@bok{}") in error.message
    assert meant in f"{error.message}; {error.hint}"


@pytest.mark.parametrize(
    "typed",
    ["https://arxiv.org/", "https://arxiv.org/list/cs.LG/recent", "https://arxiv.org/abs/foo", "https://arxiv.org/abs/2201.2",
     "https://doi.org/", "https://doi.org/foo", "10.48550/arXiv.", "10.48550/arXiv.2201.99", "https://ar5iv.org/x"],
)  # fmt: skip
def test_an_address_of_arxiv_without_an_id_names_no_paper(typed: str) -> None:
    assert whole(typed) is None
    assert read(f"see {typed} there").found == ()


@given(st.text() | st.text(st.sampled_from("arxiv:/.0123456789[]() @{}=,hep-th\n\t#")))
@settings(deadline=None, max_examples=200, derandomize=True)
def test_no_text_breaks_the_reader(text: str) -> None:
    for other in read(text).others:
        assert no_identifier(other.text).hint


def test_many_ids_in_one_line() -> None:
    """Tens of thousands in a line take seconds, not minutes."""
    ids = [f"22{month:02}.{number:05}" for month in range(1, 13) for number in range(1, 1001)]
    assert values(",".join(ids)) == ids
    assert values(" ".join(f"10.1000/{name} arXiv:{name}" for name in ids)) == [
        value for name in ids for value in (f"10.1000/{name}", name)
    ]


@pytest.mark.parametrize(
    "text",
    ["arxiv " * 20_000, "2201." * 40_000, "@a{" * 30_000, "10.1000/" * 20_000, "[" * 90_000,
     "(" * 90_000 + ")" * 90_000, "arXiv:2201.0217, " * 8_000, "@misc{x, title={y}}\n" * 8_000, "@misc{x\n" * 20_000],
    ids=len,
)  # fmt: skip
def test_a_long_text_of_beginnings_holds_nothing(text: str) -> None:
    """Each of these takes hours where a pattern is tried from every place to the end."""
    assert not [found for found in read(text).found if found.kind == "arxiv"]
