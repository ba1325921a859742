"""Which works are likely the same, on single rules and on pairs judged by hand."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gencli.authors import person
from gencli.likeness import Group, Work, alike, groups
from gencli.model import Author

PAIRS = Path(__file__).resolve().parents[1] / "data" / "likely_pairs.jsonl"


def work(key: str = "a", **facts: Any) -> Work:
    """A published article, with other facts where they are named; authors are names as written."""
    told: dict[str, Any] = {
        "type": "article",
        "title": "Counting the Leaves of Winter Oaks",
        "authors": ["Ann B. Lee", "Ole Ruud"],
    }
    told |= {"year": 2011, "venue": "Journal of Trees", **facts}
    authors = tuple(person(name) for name in told.pop("authors"))
    rest: dict[str, Any] = {"authors_complete": True, "identifiers": {}, "details": {}} | told
    return Work(key=key, authors=authors, **rest)


def other(**facts: Any) -> Work:
    """The same work under another key, with other facts where they are named."""
    return work("b", **facts)


def placed(volume: str, number: str, pages: str) -> dict[str, str]:
    return {"volume": volume, "number": number, "pages": pages}


# --- the pairs judged by hand --------------------------------------------------------------------


def judged() -> Iterator[tuple[bool, str, Work, Work]]:
    for line in PAIRS.read_text("utf-8").splitlines():
        told = json.loads(line)
        one, two = (
            Work(
                key, each["type"], each["title"], tuple(Author(**author) for author in each.get("authors", ())),
                each.get("authors_complete", True), each.get("year"), each.get("venue"), each.get("identifiers", {}),
                each.get("details", {}),
            )
            for key, each in (("one", told["one"]), ("other", told["other"]))
        )  # fmt: skip
        yield told["label"] == "same", told["kind"], one, two


def test_precision_and_recall_on_pairs_judged_by_hand() -> None:
    pairs = list(judged())
    same = [pair for pair in pairs if pair[0]]
    called = [pair for pair in pairs if alike(pair[2], pair[3])]
    right = [pair for pair in called if pair[0]]
    assert min(len(same), len(pairs) - len(same)) >= 150
    assert len(right) / len(called) >= 0.99, [pair[1:] for pair in called if not pair[0]]
    assert len(right) / len(same) >= 0.95, [pair[1:] for pair in same if pair not in called]


def test_the_pairs_that_are_one_are_grouped_as_they_are_judged() -> None:
    """No pair is lost because its two works are never compared."""
    works: list[Work] = []
    for place, (_, _, one, two) in enumerate(judged()):
        works += [one._replace(key=f"{place}a"), two._replace(key=f"{place}b")]
    group_of = {key: group for group in groups(works) for key in group.keys}
    pairs = zip(works[::2], works[1::2], strict=True)
    called = [(one.key, two.key) for one, two in pairs if alike(one, two)]
    lost = [pair for pair in called if group_of.get(pair[0]) is not group_of.get(pair[1])]
    assert len(lost) <= 0.02 * len(called), lost


# --- called one ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "title",
    [
        "counting the leaves of winter oaks.",
        "Counting Leaves of Winter Oaks",
        "Counting the leaves of winter oak",
        "Counting the Leaves of Wintre Oaks",
        "Counting the Leaves of Win-ter Oaks",
        "Counting the Leaves ofWinter Oaks",
        "Cöunting the “Leaves” of Winter—Oaks",
        "Counting the Leaves of Winter Oaks: A Survey of the North",
        "Short paper: Counting the leaves of winter oaks",
    ],
)
def test_titles_that_are_one(title: str) -> None:
    assert alike(work(), other(title=title)) is not None


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("The Colour of Leaves & Bark in Autumn", "The color of leaves and bark in autumn"),
        ("Modelling α-Stable Leaves in Winter", "Modeling alpha-stable leaves in winter"),
        ("Über die Größe alter Eichen", "Uber die Grösse alter Eichen"),
        ("On Trees. Vol. II", "On Trees: Volume II"),
        ("Random forests", "Random Forest"),
    ],
)
def test_spellings_that_are_one(one: str, two: str) -> None:
    assert alike(work(title=one), other(title=two)) is not None


@pytest.mark.parametrize(
    "authors",
    [
        ["A. Lee", "O. Ruud"],
        ["Lee, Ann", "Ruud, Ole"],
        ["Ole Ruud", "Ann Lee"],
        ["Ann Leé", "Ole Rúud"],
        ["Ann Lee Ole Ruud"],
        ["Lee Ann", "Ruud Ole"],
    ],
)
def test_authors_that_are_the_same(authors: list[str]) -> None:
    assert alike(work(), other(authors=authors)) is not None


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("Andrei Kolmogorov", "A. N. Kolmogoroff"),
        ("Kurt Gödel", "K. Goedel"),
        ("Lev Kalashnikov", "Лев Калашников"),
        ("Jan van der Berg", "J. Berg"),
        ("Simon Peyton Jones", "Simon L. Peyton Jones"),
    ],
)
def test_names_in_other_spellings(one: str, two: str) -> None:
    assert alike(work(authors=[one]), other(authors=[two])) is not None


def test_a_list_that_was_cut_short() -> None:
    cut = other(authors=["Ann B. Lee"], authors_complete=False)
    likeness = alike(work(authors=["Ann B. Lee", "Ole Ruud", "Kim Vo", "Mo Ek"]), cut)
    assert likeness is not None
    assert likeness[1] == "same title, first author, year"


def test_no_year_or_no_author_is_no_word_against() -> None:
    assert alike(work(), other(year=None)) == (0.9, "same title, authors, year unknown in one")
    assert alike(work(), other(authors=[])) is not None


@pytest.mark.parametrize(
    ("kind", "venue", "year"),
    [("misc", None, 2009), ("article", "arXiv preprint arXiv:0901.1234", 2008), ("techreport", "Tree Institute", 2010),
     ("unpublished", None, 2011), ("article", "CoRR", 2012)],
)  # fmt: skip
def test_a_preprint_or_report_and_what_was_published_of_it(kind: str, venue: str | None, year: int) -> None:
    likeness = alike(work(identifiers={"doi": "10.1000/1"}), other(type=kind, venue=venue, year=year))
    assert likeness is not None
    years = "2011" if year == 2011 else f"{min(year, 2011)}, {max(year, 2011)}"
    assert likeness[1] == f"same title, authors, preprint or report and published version ({years})"


def test_a_preprints_doi_beside_the_articles() -> None:
    preprint = other(type="misc", venue="bioRxiv", year=2010, identifiers={"doi": "10.1101/2010.01.02"})
    assert alike(work(identifiers={"doi": "10.1000/1"}), preprint) is not None


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("Journal of Tree Physiology", "J. Tree Physiol."),
        ("IEEE Conference on Computer Vision and Pattern Recognition (CVPR)", "CVPR"),
        ("Tree Physiology, Annals of", "Annals of Tree Physiology"),
    ],
)
def test_one_venue_a_year_apart(one: str, two: str) -> None:
    assert alike(work(venue=one), other(venue=two, year=2012)) is not None
    assert alike(work(venue=one), other(venue="Stones and Rivers", year=2012)) is None


def test_same_pages_bear_with_another_title() -> None:
    one = work(details=placed("18", "4", "886-912"))
    two = other(title="Counting the Fruits of Winter Oaks", details=placed("18", "", "886–912"))
    likeness = alike(one, two)
    assert likeness is not None
    assert likeness[1].startswith("similar title, same pages")
    assert alike(one, two._replace(details={})) is None


# --- not called one ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("On Oaks I: Leaves", "On Oaks II: Leaves"),
        ("On Oaks, Part 1", "On Oaks, Part 2"),
        ("On the Oaks of Europe. Part II", "On the Oaks of Europe. Part 2"),
        ("On Old Oaks", "On Old Oaks II"),
        ("The Oaks of Norway in 2009", "The Oaks of Norway in 2010"),
        ("Findings of the Oak Workshop (OAK17)", "Findings of the Oak Workshop (OAK18)"),
        ("Counting leaves in R-trees and their kin", "Counting leaves in B-trees and their kin"),
        ("Parametric models of the leaves of oaks", "Nonparametric models of the leaves of oaks"),
        ("Leaves of oaks with frost in the north", "Leaves of oaks without frost in the north"),
        ("Leaves of Oaks: Theory", "Leaves of Oaks: Experiments"),
        ("The Leaves of Oaks in Winter", "Erratum to: The Leaves of Oaks in Winter"),
        ("The Leaves of Oaks in Winter", "The Leaves of Oaks in Winter: Reply"),
        ("The Leaves of Oaks in Winter", "Comment on “The leaves of oaks in winter”"),
        ("The Leaves of Oaks in Winter", "Retraction: The Leaves of Oaks in Winter"),
    ],
)
def test_titles_that_are_two(one: str, two: str) -> None:
    assert alike(work(title=one), other(title=two)) is None


@pytest.mark.parametrize(
    "facts",
    [
        {"authors": ["Bo Lund", "Ole Ruud"]},
        {"authors": ["Bo Lund"]},
        {"authors": ["Ole Ruud"]},
        {"type": "phdthesis", "venue": "University of Oslo"},
        {"type": "misc", "venue": "PhD thesis, University of Oslo"},
        {"type": "software", "venue": None},
        {"type": "book", "venue": None},
        {"year": 2013, "type": "inproceedings", "venue": "Proceedings of the Conference on Trees"},
        {"year": 2020},
        {"year": 2018, "type": "misc", "venue": None},
        {"identifiers": {"doi": "10.1000/2"}},
        {"identifiers": {"arxiv": "1001.0002"}},
        {"details": placed("9", "3", "77-78")},
    ],
)
def test_facts_that_speak_against(facts: dict[str, Any]) -> None:
    one = work(identifiers={"doi": "10.1000/1", "arxiv": "1001.0001"}, details=placed("9", "1", "1-20"))
    assert alike(one, other()) is not None
    assert alike(one, other(**facts)) is None


def test_a_same_identifier_outweighs_another_one() -> None:
    one = work(identifiers={"doi": "10.1000/1", "pmid": "1"})
    assert alike(one, other(identifiers={"doi": "10.1000/1", "pmid": "2"})) is not None


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ({"year": 2001}, {"year": 2009}),
        ({"details": {"edition": "2nd"}}, {"details": {"edition": "Third"}}),
        ({"title": "Winter Oaks, 2nd Edition"}, {"title": "Winter Oaks", "details": {"edition": "3"}}),
        ({"details": {"volume": "1"}}, {"details": {"volume": "2"}}),
        ({}, {"type": "incollection", "venue": "Winter Oaks"}),
        ({}, {"type": "inbook", "details": {"chapter": "3"}}),
    ],
)
def test_books_that_are_two(one: dict[str, Any], two: dict[str, Any]) -> None:
    book = {"type": "book", "venue": None, "title": "Winter Oaks of the North"}
    assert alike(work(**book | one), other(**book | two)) is None


def test_a_book_with_and_without_its_edition() -> None:
    one = work(type="book", venue=None, title="Winter Oaks of the North, 3rd ed.")
    assert alike(one, other(type="book", venue=None, title="Winter Oaks of the North")) is not None


def test_a_report_of_another_number() -> None:
    one = work(type="techreport", venue="IETF", details={"number": "RFC 1"})
    assert alike(one, other(type="techreport", venue="IETF", details={"number": "RFC 2"})) is None


@pytest.mark.parametrize("title", ["Introduction", "Guest Editorial", "Book reviews", "Discussion", "Preface"])
def test_titles_that_tell_nothing(title: str) -> None:
    one = work(title=title, details=placed("9", "1", "3-4"))
    assert alike(one, other(title=title)) is None
    assert alike(one, other(title=title, details=placed("9", "2", "7-8"))) is None
    assert alike(one, other(title=title, authors=["Ann Lee", "Ole Ruud"], details=placed("9", "1", "3-4"))) is not None


def test_short_titles_need_the_year() -> None:
    assert alike(work(title="Winter Oaks"), other(title="Winter oaks")) is not None
    assert alike(work(title="Winter Oaks"), other(title="Winter oaks", year=None)) is None


@pytest.mark.parametrize("title", [None, "", " ", "—", "?!"])
def test_without_a_title_nothing_is_alike(title: str | None) -> None:
    assert alike(work(title=title), other(title=title)) is None


# --- groups --------------------------------------------------------------------------------------

PREPRINT = work("p", type="misc", venue=None, year=2010, identifiers={"arxiv": "1001.00001"})
TALK = work("t", type="inproceedings", venue="Proceedings of the Conference on Trees", year=2010)
ARTICLE = work("j", year=2012, identifiers={"doi": "10.1000/1"})
OTHER = work("x", title="Something else altogether, in few words")


def test_a_group_begins_with_the_one_to_keep() -> None:
    assert groups([OTHER, PREPRINT, ARTICLE]) == [
        Group(("j", "p"), "same title, authors, preprint or report and published version (2010, 2012)", 0.97)
    ]
    assert [group.keys for group in groups([work("m"), work("n"), work("o", details=placed("1", "2", "3-9"))])] == [
        ("o", "m", "n")
    ]


def test_a_chain_is_cut_where_its_ends_are_two_works() -> None:
    assert alike(TALK, ARTICLE) is None
    assert alike(PREPRINT, TALK) is not None
    found = [set(group.keys) for group in groups([PREPRINT, TALK, ARTICLE])]
    assert len(found) == 1
    assert "p" in found[0]
    assert len(found[0]) == 2


def test_what_was_called_distinct_stays_apart() -> None:
    works = [work("a"), work("b"), work("c", year=None)]
    assert [group.keys for group in groups(works)] == [("a", "b", "c")]
    distinct = {frozenset(("a", "b"))}
    found = groups(works, distinct)
    assert len(found) == 1
    assert not {"a", "b"} <= set(found[0].keys)
    assert groups(works[:2], distinct) == []


def test_many_copies_and_many_titles_that_tell_nothing() -> None:
    many = [work(f"i{place}", title="Introduction", authors=[f"Ann Lee{place}"]) for place in range(3000)]
    copies = [work(f"c{place:04}") for place in range(500)]
    found = groups(many + copies)
    assert all(key.startswith("c") for group in found for key in group.keys)
    assert sum(len(group.keys) for group in found) == 500
    assert max(len(group.keys) for group in found) <= 50


def test_the_surest_come_first() -> None:
    works = [work("a"), work("b", year=None), work("c", title="Other leaves, other trees"),
             work("d", title="Other leaves, other trees")]  # fmt: skip
    found = groups(works)
    assert [group.keys for group in found] == [("c", "d"), ("a", "b")]
    assert found[0].score > found[1].score
