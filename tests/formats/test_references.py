"""Citations by author and year in running text: what is one, which paper it means, and the link that settles it."""

import time

import pytest

from conftest import PAGE
from conftest import paper as paper_of
from gencli import Author, Paper
from gencli.formats import dokuwiki
from gencli.formats.dokuwiki import edits as wiki
from gencli.formats.dokuwiki.citations import unresolved
from gencli.listing.edits import linked
from gencli.listing.references import Reference, ranked, references

SAID = [
    ("As Belkin et al. (2018) say", ["Belkin et al. (2018)"]),
    ("(Nakkiran et al., 2019b; Zhang and Bengio, 2017a; Neal, 2018)",
     ["Nakkiran et al., 2019b", "Zhang and Bengio, 2017a", "Neal, 2018"]),
    ("Advani & Saxe, 2017", ["Advani & Saxe, 2017"]),
    ("van der Maaten and Hinton (2008) show", ["van der Maaten and Hinton (2008)"]),
    ("(LeCun, Bottou, Bengio & Haffner, 1998)", ["LeCun, Bottou, Bengio & Haffner, 1998"]),
    ("Müller & Łukasiewicz 2003", ["Müller & Łukasiewicz 2003"]),
    ("Shwartz-Ziv & Tishby [2017]", ["Shwartz-Ziv & Tishby [2017"]),
    ("In June (2018) at NeurIPS (2021) and (ICML, 2020), in 2018, Figure (2020), May 2019", []),
    ("version 2018, arXiv:2018.12345, [[https://x.org/|Belkin]] 2018", []),
]  # fmt: skip


@pytest.mark.parametrize(("text", "wanted"), SAID, ids=[text[:20] for text, _ in SAID])
def test_what_is_a_citation(text: str, wanted: list[str]) -> None:
    found = list(references(text))
    assert [one.text for one in found] == wanted
    assert all(text[one.start : one.end] == one.text for one in found)


def paper(key: str, year: int, *families: str, posted: str | None = None) -> Paper:
    authors = tuple(Author(family=name) for name in families)
    return paper_of(key=key, title=key, authors=authors, year=year, posted=posted)


PAPERS = [
    paper("two", 2018, "Belkin", "Hsu"),
    paper("many", 2019, "Belkin", "Hsu", "Ma", "Mandal", posted="2018-12-28"),
    paper("other", 2018, "Hsu", "Belkin"),
    paper("late", 2021, "Belkin", "Ma", "Mandal"),
    paper("alone", 2018, "Belkin"),
    paper("particle", 2008, "van der Maaten", "Hinton"),
]


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("(Belkin et al., 2018)", ["many", "alone", "two"]),
        ("(Belkin et al., 2019)", ["many", "alone", "two"]),
        ("Belkin and Hsu (2018)", ["two", "many"]),
        ("Belkin (2018)", ["alone", "two", "many"]),
        ("(Maaten and Hinton, 2008)", ["particle"]),
        ("van der Maaten and Hinton (2009)", ["particle"]),
        ("(Hsu and Ma, 2018)", []),
        ("(Belkin, 2024)", []),
    ],
)
def test_who_is_meant_comes_first(text: str, keys: list[str]) -> None:
    (one,) = references(text)
    found = [each.key for each in ranked(one, PAPERS)]
    assert found[:1] == keys[:1]
    assert set(found) == set(keys)


def test_a_name_that_has_nothing_in_it_means_nobody() -> None:
    assert ranked(Reference("x", ("",), False, 2018, 0, 1), PAPERS) == []


def test_those_of_the_users_page_are_found() -> None:
    text = PAGE.read_text(encoding="utf-8")
    found = unresolved(text)
    assert len(found) == 21
    assert [one.reference.text for one in found[:3]] == ["Opper, 1995", "Advani & Saxe, 2017", "Spigler et al., 2018"]
    assert {one.section for one in found} == {("Phenomena", "Double Descent")}
    assert all(text[one.start : one.end] == one.reference.text for one in found)


PROSE = """====== P ======
Words of (Belkin et al., 2018) and\nmore of Belkin et al., 2018.
  * [[https://arxiv.org/abs/2201.00001|Able et al. 2022 - T]] as in Zhang and Bengio (2017)
  * Neal et al. 2018 - A work without a link
<code>Code et al. (2018)</code>
"""


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_link_takes_the_place_of_the_words_and_nothing_else(end: str) -> None:
    text = PROSE.replace("\n", end)
    found = unresolved(text)
    assert [(one.reference.text, one.line) for one in found] == [
        ("Belkin et al., 2018", 2), ("Belkin et al., 2018", 3), ("Zhang and Bengio (2017)", 4),
    ]  # fmt: skip
    there = linked(wiki, text, found[:2], "https://arxiv.org/abs/1812.11118")
    link = "[[https://arxiv.org/abs/1812.11118|Belkin et al., 2018]]"
    assert there.replace(link, "Belkin et al., 2018") == text
    assert there.count(link) == 2
    assert [one.reference.text for one in unresolved(there)] == ["Zhang and Bengio (2017)"]
    named = dokuwiki.read(there, "p", "p").records
    assert any(record.identifiers.get("arxiv") == "1812.11118" for record in named)


def test_who_wrote_an_item_is_no_reference_to_another() -> None:
    link = "[[https://arxiv.org/abs/1812.11118|A title]]"
    text = f"====== P ======\n  * {link} (Belkin et al., 2018), after Zhang et al. (2017)\n"
    assert [one.reference.text for one in unresolved(text)] == ["Zhang et al. (2017)"]


def test_a_megabyte_of_names_is_read_soon() -> None:
    def took(size: int) -> float:
        begun = time.process_time()
        half, quarter = size // 2, size // 4
        texts = ("Aa, " * size, "van der " * half, "Aa and " * size, "(Aa Bb; " * half, "Aa and Bb, 2018; " * quarter)
        for text in texts:
            list(references(text))
        return time.process_time() - begun

    small, large = took(20_000), took(80_000)
    assert large < 10 * small + 0.5
