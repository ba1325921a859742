"""Which of the papers found is likeliest meant."""

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gencli.query import Match
from gencli.ranking import Candidate, Term, nearest, ranked, rarity, score, term
from gencli.store.search import COLUMNS

INITIALS = "\ue001"


def one(number: int = 1, year: int | None = 2020, starred: bool = False, **texts: Any) -> Candidate:
    return Candidate(number, {name: texts.get(name, "") for name in COLUMNS}, year, starred)


def asked(*texts: str, rare: float = 2.0, field: str = "") -> list[Term]:
    """Each word or phrase typed, with nothing else that counts for it."""
    return [term(Match(field, tuple(text.split())), (), rare) for text in texts]


def wide(word: str, *others: str, prefix: str = "") -> Term:
    more = [Match("", tuple(other.split())) for other in others]
    return term(Match("", tuple(word.split())), [*more, *([Match("", (prefix,), True)] if prefix else [])], 2.0)


def ordered(terms: list[Term], *candidates: Candidate) -> list[float]:
    """The scores, after it is seen that each candidate stands before the next."""
    numbered = [candidate._replace(id=place) for place, candidate in enumerate(reversed(candidates))]
    found = ranked(numbered, terms)
    assert [number for number, _ in found] == [candidate.id for candidate in reversed(numbered)]
    return [value for _, value in found]


def strictly(terms: list[Term], *candidates: Candidate) -> None:
    scores = ordered(terms, *candidates)
    assert all(first > second for first, second in pairwise(scores)), scores


# --- one word ---------------------------------------------------------------------------------------


def test_by_where_the_word_stands() -> None:
    strictly(
        asked("elephants"),
        one(title="elephants of the north"),
        one(title="x y", note="about elephants"),
        one(title="x y", abstract="we look at elephants " + "and more " * 60),
        one(title="x y", sections="elephants and others"),
        one(title="x y", page="a list of elephants"),
        one(title="x y"),
    )


@pytest.mark.parametrize("column", ["tags", "note", "authors", "key", "venue", "page_notes", "labels", "abstract"])
def test_no_other_column_is_worth_a_title(column: str) -> None:
    told: dict[str, Any] = {column: "elephants"}
    strictly(asked("elephants"), one(title="on elephants"), one(title="on others", **told))


def test_a_title_that_is_just_the_word_stands_before_one_that_has_it() -> None:
    strictly(
        asked("grokking"),
        one(title="grokking"),
        one(title="grokking in small nets"),
        one(title="a long title of which the last word of all is grokking"),
    )


def test_a_word_often_said_counts_more_but_not_without_end() -> None:
    often, once = "net of it " * 5 + "x " * 90, "net of it " + "x " * 102
    strictly(asked("net"), one(title="a", abstract=often), one(title="a", abstract=once))
    # However often an abstract says it, the title's word is more.
    strictly(asked("net"), one(title="net of sets"), one(title="a", abstract="net " * 150))


def test_exact_before_form_before_beginning() -> None:
    strictly(
        [wide("net", "nets", "network", "networked")],
        one(title="a net of it"),
        one(title="a nets of it"),
        one(title="a networked of it"),
    )


def test_a_beginning_that_is_not_listed_counts_as_one() -> None:
    strictly([wide("net", prefix="net")], one(title="a net of it"), one(title="a networked of it"))


def test_a_form_in_the_title_stands_before_the_word_in_the_abstract() -> None:
    strictly(
        [wide("network", "networks")],
        one(title="about networks"),
        one(title="others", abstract="a network " + "of others " * 50),
    )


def test_alternatives_do_not_add_up() -> None:
    both = score(one(title="net nets of"), [wide("net", "nets")])
    single = score(one(title="net some of"), [wide("net", "nets")])
    assert both - single < single * 0.4


def test_initials_and_compounds_count_as_forms() -> None:
    exact = one(title="ntk theory of nets")
    by_initials = one(title="neural tangent kernel theory", codes=f"{INITIALS}ntk {INITIALS}ntkt")
    nothing = one(title="others", codes=f"{INITIALS}ntkx")
    terms = [term(Match("", ("ntk",)), [Match("", (INITIALS + "ntk",))], 2.0)]
    strictly(terms, exact, by_initials, nothing)
    strictly([wide("overparameterized", "over parameterized")],
             one(title="overparameterized nets"), one(title="over parameterized nets"),
             one(title="over a net"))  # fmt: skip


# --- several words ----------------------------------------------------------------------------------


def test_phrase_before_near_before_scattered() -> None:
    strictly(
        asked("double", "descent"),
        one(title="on double descent and the rest of it all"),
        one(title="on double the descent and the rest of all"),
        one(title="on double and the rest of all its descent"),
        one(title="on double and the rest of all", abstract="descent"),
        one(title="on double and the rest of all"),
    )


def test_in_the_order_typed_before_the_other_way_round() -> None:
    strictly(asked("double", "descent"), one(title="the double descent of it"), one(title="the descent double of it"))


def test_together_counts_through_forms() -> None:
    terms = [wide("neural", "neurons"), wide("network", "networks")]
    strictly(terms, one(title="a neural networks of it"), one(title="a neural of it networks"))


def test_the_whole_title_typed_finds_its_paper_first() -> None:
    words = "deep double descent where bigger models hurt"
    strictly(
        asked(*words.split()),
        one(title=words),
        one(title=words + " more data and other things"),
        one(title="on deep models", abstract=words + " " + words),
    )


def test_more_of_the_words_before_fewer() -> None:
    strictly(
        asked("deep", "double", "descent"),
        one(title="deep x double y descent"),
        one(title="deep x double y z"),
        one(title="deep x y z w"),
        one(title="x y z w v"),
    )


def test_a_rare_word_tells_more_than_a_common_one() -> None:
    terms = [*asked("learning", rare=0.5), *asked("grokking", rare=6.0)]
    strictly(terms, one(title="about grokking"), one(title="about learning"))


@pytest.mark.parametrize("first", ["mikhail belkin", "belkin"])
def test_a_first_author_and_the_year_before_a_later_author_and_others(first: str) -> None:
    crowd = " daniel hsu siyuan ma soumik mandal"
    strictly(
        asked("belkin", "2019"),
        one(title="t", authors=first + crowd, years="2019"),
        one(title="t", authors=crowd.strip() + " " + first, years="2019"),
        one(title="t", authors=first + crowd, years="2018", abstract="in 2019 " + "x " * 100),
        one(title="t", authors=first + crowd, years="2018"),
    )


def test_the_year_of_the_first_version_is_one_too() -> None:
    strictly(
        asked("belkin", "2018"),
        one(title="t", authors="mikhail belkin", years="2019 2018"),
        one(title="t", authors="mikhail belkin", years="2019"),
    )


def test_a_quoted_phrase_is_one_term() -> None:
    strictly(
        asked("double descent"),
        one(title="on double descent"),
        one(title="others", abstract="a double descent of it"),
        one(title="double and descent"),
    )


@pytest.mark.parametrize(("field", "column"), [("author", "authors"), ("title", "title"), ("note", "page_notes"),
                                               ("in", "sections"), ("key", "key"), ("venue", "venue")])  # fmt: skip
def test_a_word_of_a_field_counts_only_there(field: str, column: str) -> None:
    there: dict[str, Any] = {column: "x"}
    terms = asked("x", field=field)
    assert score(one(**there), terms) > 0
    assert score(one(abstract="x"), terms) == 0


# --- among equals -----------------------------------------------------------------------------------


def test_the_newer_among_equals_and_what_has_no_year_last() -> None:
    terms = asked("net")
    papers = [one(1, 2018, title="net a"), one(2, None, title="net b"), one(3, 2021, title="net c"),
              one(4, 2021, title="net d")]  # fmt: skip
    assert [number for number, _ in ranked(papers, terms)] == [4, 3, 1, 2]
    assert [number for number, _ in nearest(papers, terms)] == [4, 3, 1, 2]


def test_a_star_decides_among_equals_and_no_more() -> None:
    terms = asked("net")
    strictly(terms, one(title="net of it", starred=True, year=1990), one(title="net of it"))
    strictly(terms, one(title="net of it"), one(title="x", note="the net", starred=True))
    strictly(asked("a", "b"), one(title="a b c d"), one(title="a c d b", starred=True), one(title="a c d b"))


def test_no_paper_is_lost_or_told_twice() -> None:
    papers = [one(number, title="net" if number % 3 else "other") for number in range(50)]
    assert sorted(number for number, _ in ranked(papers, asked("net"))) == list(range(50))
    assert ranked([], asked("net")) == ranked([], []) == nearest([], asked("net")) == []
    assert [value for _, value in ranked(papers, [])] == [0.0] * 50


def test_what_shares_nothing_is_not_like_it() -> None:
    found = nearest([one(1, title="a b"), one(2, title="a c"), one(3, title="d")], asked("a", "b"))
    assert [number for number, _ in found] == [1, 2]


def test_rarity() -> None:
    found = [rarity(count, 1000) for count in (1, 10, 100, 400, 1000)]
    assert found == sorted(found, reverse=True)
    assert found[-1] > 0
    # The list of words may know more papers than there seem to be.
    assert rarity(5, 0) > 0
    assert rarity(0, 0) > 0
    assert rarity(1, 10) < rarity(1, 1000)


# --- what always holds ------------------------------------------------------------------------------

TEXTS = st.lists(st.sampled_from("deep double descent net nets of x y".split()), max_size=8).map(" ".join)
PAPERS = st.builds(
    lambda title, abstract, note, authors, starred: one(
        title=title, abstract=abstract, note=note, authors=authors, starred=starred, years="2019"
    ),
    TEXTS, TEXTS, TEXTS, TEXTS, st.booleans(),
)  # fmt: skip
QUERIES = st.lists(st.sampled_from("deep double descent net 2019".split()), min_size=1, max_size=4, unique=True)


@settings(max_examples=150, derandomize=True, deadline=None)
@given(PAPERS, QUERIES)
def test_a_star_and_a_word_in_a_tag_never_harm(paper: Candidate, query: list[str]) -> None:
    terms = asked(*query)
    value = score(paper, terms)
    assert value >= 0
    assert score(paper._replace(starred=True), terms) >= value
    tagged = paper._replace(texts={**paper.texts, "tags": query[0]})
    assert score(tagged, terms) >= value


@settings(max_examples=150, derandomize=True, deadline=None)
@given(PAPERS, st.sampled_from("deep double descent net".split()), st.floats(0.5, 5))
def test_the_word_in_the_title_beside_the_rest_never_harms(paper: Candidate, word: str, rare: float) -> None:
    bare = paper._replace(texts={**paper.texts, "title": "x y z"})
    titled = paper._replace(texts={**paper.texts, "title": f"x {word} z"})
    assert score(titled, asked(word, rare=rare)) > score(bare, asked(word, rare=rare))


@settings(max_examples=100, derandomize=True, deadline=None)
@given(st.lists(PAPERS, max_size=6), QUERIES)
def test_the_order_is_that_of_the_scores(papers: list[Candidate], query: list[str]) -> None:
    numbered = [paper._replace(id=place) for place, paper in enumerate(papers)]
    found = ranked(numbered, asked(*query))
    assert [value for _, value in found] == sorted((value for _, value in found), reverse=True)
    assert ranked(numbered[::-1], asked(*query)) == found
