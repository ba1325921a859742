"""Likeness is symmetric, a work is like itself, and groups do not depend on order, whatever the texts."""

from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from gencli.likeness import Work, alike, groups
from gencli.model import Author

many = settings(deadline=None, max_examples=150, derandomize=True)

WORDS = st.sampled_from(
    "leaves oaks Oaks winter Winter colour color part Part I II 2 2010 of the : . - ( ) Erratum reply Introduction "
    "λ ü ß 木 edition 2nd editorial without".split()
)
TITLES = st.lists(WORDS, min_size=1, max_size=7).map(" ".join) | st.text(max_size=30)
NAMES = st.sampled_from(["Lee", "Leé", "Ruud", "van der Berg", "Berg", "Калашников", "邱", ""]) | st.text(max_size=8)
AUTHORS = st.lists(st.builds(Author, NAMES, NAMES, literal=st.just("") | NAMES), max_size=3).map(tuple)
TYPES = st.sampled_from(
    ["article", "inproceedings", "misc", "book", "phdthesis", "incollection", "software", "ARTICLE"]
)
VENUES = st.none() | st.sampled_from(["Journal of Trees", "J. Trees", "CVPR", "arXiv", "Proc. Conf. Trees"]) | st.text(
    max_size=10
)  # fmt: skip
IDENTIFIERS = st.dictionaries(st.sampled_from(["doi", "arxiv", "isbn"]), st.sampled_from(["1", "2", "10.1101/3"]))
FIELDS = st.sampled_from(["volume", "number", "pages", "edition", "booktitle", "chapter"])
DETAILS = st.dictionaries(FIELDS, st.sampled_from(["1", "2", "3-4", "3–9", "second"]) | st.text(max_size=6), max_size=4)
YEARS = st.none() | st.integers(2009, 2012) | st.integers()
WORKS = st.builds(
    Work, st.just("a"), TYPES, st.none() | TITLES, AUTHORS, st.booleans(), YEARS, VENUES, IDENTIFIERS, DETAILS
)
# Few titles and years, so that most are like another.
NEAR = st.builds(
    Work,
    st.just("a"),
    st.sampled_from(["article", "inproceedings", "misc"]),
    st.sampled_from(["Leaves of winter oaks", "Leaves of wintre oaks", "Leaves of winter oaks: a survey"]),
    st.sampled_from([(Author("Lee", "Ann"),), (Author("Lee", "A."), Author("Ruud", "Ole"))]),
    st.booleans(),
    st.none() | st.integers(2009, 2012),
    st.none() | st.sampled_from(["Journal of Trees", "Conference on Trees"]),
    st.dictionaries(st.sampled_from(["doi", "arxiv"]), st.sampled_from(["1", "2"])),
    st.dictionaries(st.sampled_from(["volume", "pages"]), st.sampled_from(["1", "2"])),
)


@given(WORKS | NEAR, WORKS | NEAR)
@many
def test_likeness_is_symmetric(one: Work, other: Work) -> None:
    assert alike(one, other) == alike(other, one)


@given(NEAR, NEAR)
@many
def test_likeness_of_near_works_is_symmetric_and_a_share(one: Work, other: Work) -> None:
    likeness = alike(one, other)
    assert likeness == alike(other, one)
    assert likeness is None or 0 < likeness[0] <= 1


@given(WORKS | NEAR)
@many
def test_a_work_is_like_itself_under_another_key(one: Work) -> None:
    is_titled = any(sign.isalpha() and sign.isascii() for sign in one.title or "")
    assert alike(one, one._replace(key="b")) is not None or not is_titled


@given(st.lists(NEAR | WORKS, max_size=12), st.randoms(use_true_random=False), st.sets(st.integers(0, 60), max_size=4))
@many
def test_groups_do_not_depend_on_the_order(works: list[Work], chance: "object", apart: set[int]) -> None:
    named = [work._replace(key=f"k{place}") for place, work in enumerate(works)]
    pairs = [frozenset((one.key, other.key)) for one, other in combinations(named, 2)]
    distinct = {pairs[place] for place in apart if place < len(pairs)}
    found = groups(named, distinct)
    shuffled = list(named)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    again = groups(shuffled, distinct)
    assert {(frozenset(group.keys), group.reason, group.score) for group in found} == {
        (frozenset(group.keys), group.reason, group.score) for group in again
    }
    keys = [key for group in found for key in group.keys]
    assert len(keys) == len(set(keys))
    assert all(len(group.keys) > 1 for group in found)
    assert not any(frozenset(pair) in distinct for group in found for pair in combinations(group.keys, 2))


@given(st.text(max_size=300), st.text(max_size=300))
@many
def test_no_text_raises(one: str, other: str) -> None:
    fields = dict.fromkeys(("volume", "number", "pages", "edition", "booktitle", "chapter"), other)
    work = Work("a", one, one, (Author(one, other), Author(literal=other)), True, 1, one, {"doi": one}, fields)
    swapped = Work("b", other, one, (Author(other, one),), False, None, other, {"arxiv": other}, {})
    alike(work, swapped)
    groups([work, swapped])
