"""What else the words of a query can be written as, by a vocabulary that is a plain dict."""

from collections.abc import Iterable, Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gencli import widening
from gencli.query import Check, Group, Match, Node, parse
from gencli.question import INITIALS
from gencli.widening import Vocabulary, Wide, widen


class Words:
    """A vocabulary that remembers what it was asked."""

    def __init__(self, words: Mapping[str, int]) -> None:
        self.words = words
        self.asked: list[str] = []
        self.begun: list[tuple[str, int]] = []

    def counts(self, some: Iterable[str]) -> Mapping[str, int]:
        """The counts of those of some words that are there."""
        self.asked += some
        return {word: self.words[word] for word in self.asked if word in self.words}

    def beginning(self, start: str, most: int) -> list[str]:
        """At most so many that begin with a text."""
        self.begun.append((start, most))
        return sorted(word for word in self.words if word.startswith(start))[:most]


def wide(query: str, words: str = "", **counts: int) -> Wide:
    # The list of words has none with a digit, and no single letters.
    listed = {word: 1 for word in words.split() if word.isalpha() and len(word) > 1}
    known = Words(listed | counts)
    return widen(parse(query), Vocabulary(known.counts, known.beginning))


def holds(node: Node | None, words: list[str]) -> bool:
    """Whether a text of these words is found; initials stand in it as the index has them."""
    if node is None:
        return True
    if isinstance(node, Match):
        if not node.words:
            return False
        size = len(node.words)
        rows = (tuple(words[place : place + size]) for place in range(len(words)))
        return any(
            row == node.words or (node.prefix and row[:-1] == node.words[:-1] and row[-1].startswith(node.words[-1]))
            for row in rows
            if len(row) == size
        )
    if isinstance(node, Check):
        return False
    parts = [holds(part, words) for part in node.parts]
    return not parts[0] if node.op == "not" else all(parts) if node.op == "and" else any(parts)


def finds(query: str, text: str, words: str | None = None) -> bool:
    """Whether a query finds a text, in a library that has the words of the text and these."""
    found = wide(query, f"{text} {words or ''}".replace(INITIALS, "_"))
    assert not holds(found.near, text.split()) or holds(found.far, text.split())
    return holds(found.far, text.split())


def others(found: Wide, *words: str) -> set[str]:
    """What counts for a term beside itself."""
    return {" ".join(match.words) for term, more in found.terms if term.words == words for match in more}


# --- forms, compounds, initials, umlauts ----------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("nets ", "a net"),
        ("net ", "two nets"),
        ("regularisation ", "regularization"),
        ("regularizer ", "regularisers"),
        ("behavior ", "behaviour"),
        ("phenomenon ", "phenomena"),
        ("title:nets ", "a net"),
        ('"neural nets"', "a neural net"),
        ('"neural net"', "all neural nets"),
        # Compounds, both ways
        ("over-parameterized ", "overparameterized nets"),
        ("over-parametrised ", "overparameterized nets"),
        ("over parameterized ", "overparameterized nets"),
        ("overparameterized ", "over parameterized nets"),
        ("data set ", "a dataset"),
        ("data sets of it ", "it a datasets of"),
        ("dataset ", "a data set"),
        ("t-sne ", "the tsne"),
        ("k-nearest-neighbor ", "knearest neighbor"),
        ("large data set nets ", "nets large dataset"),
        # Initials
        ("NTK ", f"a title {INITIALS}ntk"),
        ("ntk ", f"a title {INITIALS}ntk"),
        ("NTKs ", f"a title {INITIALS}ntk"),
        ("MAP ", f"a title {INITIALS}map"),
        ("title:NTK ", f"a title {INITIALS}ntk"),
        ("neural tangent kernel ", "the ntk regime"),
        ("neural tangent kernel ", "of ntks"),
        ("neural-tangent-kernel ", "the ntk regime"),
        # Letters that some write as two
        ("schoelkopf ", "scholkopf"),
        ("scholkopf ", "schoelkopf"),
        ("author:schoelkopf ", "scholkopf"),
        ("djokovic ", "dokovic"),
        ("muller ", "mueller"),
        # As typed
        ("net ", "net"),
        ("2019 c++ ", "cplusplus 2019"),
        ("深度 ", "深 度"),
    ],
)
def test_what_counts_for_what(query: str, text: str) -> None:
    assert finds(query, text)


@pytest.mark.parametrize(
    ("query", "text", "words"),
    [
        # A name has no other forms.
        ("author:banks ", "bank", ""),
        ("key:nets ", "net", ""),
        ("author:nets ", "net", "nets"),
        # A beginning is one of the last word only, and not behind a blank.
        ("net ", "networks", ""),
        ("net of", "networks of", ""),
        # A word that the library has is not cut.
        ("dataset ", "a data set", "dataset"),
        ("overparameterized ", "over parameterized", "overparameterized"),
        ("dataset ", "a set data", ""),
        # Words of everyday are no initials, nor what is long or short.
        ("map ", f"a {INITIALS}map", "map"),
        ("net ", f"a {INITIALS}net", "net"),
        ("author:ntk ", f"a {INITIALS}ntk", ""),
        ("neural tangent kernel theory ", "the ntk", ""),
        ("(neural tangent kernel) OR x ", "tangent kernel", ""),
        # What is far from it
        ("generalization ", "general", ""),
        ("over parameterized ", "over nets", ""),
        ('"data set"', "set data", ""),
    ],
)
def test_what_does_not_count(query: str, text: str, words: str) -> None:
    assert not finds(query, text, words)


def test_only_what_the_library_has_is_an_alternative() -> None:
    assert others(wide("nets ", "net"), "nets") >= {"net"}
    assert "netting" not in others(wide("nets ", "net"), "nets")
    assert others(wide("qqqqqq ", ""), "qqqqqq") == set()


def test_the_words_as_typed_are_always_among_what_is_asked() -> None:
    for query in ("nets ", "nosuchword ", "over-parameterized nets", "author:x y", '"a b c"'):
        found = wide(query, "net nets network")
        words = [word for match in parse(query).terms() for word in match.words]
        assert holds(found.near, words)
        assert holds(found.far, words)


def test_an_acronym_written_out_stands_for_the_whole_query_only() -> None:
    assert not finds("neural tangent kernel year:2019", "ntk")
    assert not finds("neural tangent kernel -x", "ntk x")


def test_counts_are_told() -> None:
    assert wide("net nets ", net=7, nets=3, other=2).counts == {"net": 7, "nets": 3}


def test_nothing_asked_is_everything() -> None:
    assert wide("") == Wide(None, None, (), {})
    assert holds(wide("  ").near, [])
    assert wide("!!! ").terms == ()
    assert not holds(wide("!!! ").far, ["a"])


# --- beginnings -----------------------------------------------------------------------------------


@pytest.fixture
def listed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Beginnings that are in many papers: the index is not asked for all of them at once."""
    monkeypatch.setattr(widening, "_FEW", 0)


def test_beginnings_in_few_papers_are_asked_for_at_once() -> None:
    found = wide("deep neur", "deep neural neuron")
    assert any(match.prefix for _, more in found.terms for match in more)


@pytest.mark.usefixtures("listed")
def test_few_beginnings_are_listed_in_far_only() -> None:
    found = wide("neur", "neural neuron neurons other")
    assert others(found, "neur") == {"neural", "neuron", "neurons", INITIALS + "neur"}
    assert not holds(found.near, ["neural"])
    assert holds(found.far, ["neural"])
    assert not holds(found.far, ["other"])


@pytest.mark.usefixtures("listed")
def test_many_beginnings_are_one_prefix() -> None:
    many = " ".join(f"net{chr(97 + i // 26)}{chr(97 + i % 26)}" for i in range(65))
    ((_, more),) = wide("net", many).terms
    assert [match for match in more if match.prefix] == [Match("", ("net",), True)]
    assert holds(wide("net", many).far, ["netcm"])
    few = many.rsplit(" ", 1)[0]
    assert not any(match.prefix for _, more in wide("net", few).terms for match in more)
    assert holds(wide("net", few).far, ["netcl"])


def test_no_more_beginnings_are_read_than_are_needed() -> None:
    known = Words(dict.fromkeys((f"ne{i}" for i in range(1000)), 1))
    widen(parse("net ne"), Vocabulary(known.counts, known.beginning))
    assert known.begun == [("ne", 65)]


@pytest.mark.parametrize("query", ["net ", '"net"', "(a) net year:2019 ", "n"])
def test_what_is_no_beginning_reads_none(query: str) -> None:
    known = Words({"network": 1})
    widen(parse(query), Vocabulary(known.counts, known.beginning))
    assert known.begun == []


def test_with_a_number_in_it_a_beginning_is_a_prefix() -> None:
    assert holds(wide("gpt4").far, ["gpt4o"])
    assert holds(wide("2101").far, ["2101x"])


def test_a_phrase_has_its_last_word_begun() -> None:
    found = wide("neural-net", "networks nets")
    assert holds(found.far, ["neural", "networks"])
    assert not holds(found.far, ["neuralx", "networks"])
    assert not holds(found.far, ["networks"])


@pytest.mark.usefixtures("listed")
def test_a_beginning_is_of_its_field() -> None:
    ((_, more),) = wide("title:networ", "network").terms
    assert more == (Match("title", ("network",)),)


@pytest.mark.usefixtures("listed")
def test_near_and_far_are_one_where_nothing_begins_so() -> None:
    for query in ("net ", "net", "a b", "x -y", "year:2019"):
        found = wide(query, "net")
        assert found.near == found.far


# --- small words and refused ones -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "text", "found"),
    [
        ("theory of deep nets ", "deep nets theory", True),
        ("mnih et al. 2015 ", "mnih 2015", True),
        ("mnih et al. 2015 ", "mnih", False),
        ("the the nets", "nets", True),
        # Where nothing else tells, they do.
        ("the ", "theory", False),
        ("of the ", "of", False),
        ("of the ", "the of", True),
        ("the -nets ", "the", True),
        ("the -nets ", "x", False),
        # A phrase and a field stay whole.
        ('"theory of nets"', "theory nets", False),
        ("title:of nets ", "nets", False),
        ("theory-of-nets ", "theory nets", False),
        # Refused, or one of two, it is asked for.
        ("nets -the ", "the nets", False),
        ("nets OR the ", "the", True),
        ("the (deep OR wide) nets ", "deep nets", True),
    ],
)
def test_small_words_are_left_out_among_telling_ones(query: str, text: str, found: bool) -> None:
    assert finds(query, text) is found


def test_a_small_word_is_still_a_term() -> None:
    assert {match.words[0] for match, _ in wide("theory of nets ").terms} == {"theory", "of", "nets"}


@pytest.mark.parametrize(
    ("query", "text", "found"),
    [
        ("deep -net", "deep network", True),
        ("deep -netw", "deep network", True),
        ("deep NOT (a OR netw)", "deep network", True),
        ("deep -nets ", "deep net", False),
        ("deep -net ", "deep nets", False),
        ("deep -over-parameterized ", "deep overparameterized", False),
        ('deep -"neural nets"', "deep neural net", False),
        ('deep -"neural nets"', "deep net neural", True),
        ("-deep ", "nets", True),
        ("-deep ", "deep", False),
    ],
)
def test_what_is_refused(query: str, text: str, found: bool) -> None:
    assert finds(query, text, "net network nets") is found


def test_what_is_refused_is_not_marked() -> None:
    assert [match.words for match in wide("deep -net ", "deep net nets").sought() if "net" in match.words[0]] == []


# --- limits ---------------------------------------------------------------------------------------


def size(node: Node | None) -> int:
    return sum(map(size, node.parts)) if isinstance(node, Group) else 1


def test_a_long_query_stays_small() -> None:
    known = Words({})
    text = " ".join(f"overparameterized{chr(97 + i % 26)}{chr(97 + i // 26)}s" for i in range(500))
    found = widen(parse(text), Vocabulary(known.counts, known.beginning))
    assert len(set(known.asked)) < 24 * 120
    assert len({word for word in known.asked if word.startswith("overparameterized")}) < 24 * 20
    assert size(found.far) < 1000


def test_alternatives_are_few_even_where_the_library_has_all() -> None:
    class All(dict[str, int]):
        def __contains__(self, key: object) -> bool:
            return True

        def __missing__(self, key: str) -> int:
            return 1

    known = Words(All())
    found = widen(
        parse("regularization over-parameterized-deep-neural-nets schoelkopfaoud "),
        Vocabulary(known.counts, lambda *_: []),
    )
    assert all(len(more) <= 9 for _, more in found.terms)


@pytest.mark.usefixtures("listed")
def test_a_word_far_beyond_any_is_left_as_it_is() -> None:
    assert others(wide("x" * 5000), "x" * 5000) == set()
    assert len(wide("a-" * 4000).terms) == 1


TYPED = st.lists(
    st.sampled_from(
        'deep nets of the -net NTK data set "a b" title:net over-fit ( ) OR NOT year:2019 é 深 n^2 C++'.split(" ")
    ),
    max_size=12,
).map(" ".join)


@settings(max_examples=300, derandomize=True, deadline=None)
@given(TYPED, st.lists(st.sampled_from("deep net nets of ntk data set dataset a b 深 e n2".split()), max_size=6))
def test_no_query_fails_and_far_has_all_that_near_has(query: str, text: list[str]) -> None:
    found = wide(query, "deep net nets network dataset overfit ntk theory")
    assert not holds(found.near, text) or holds(found.far, text)


@settings(max_examples=300, derandomize=True, deadline=None)
@given(st.lists(st.sampled_from("deep nets NTK data set over-fit théorie 2019".split(" ")), max_size=6).map(" ".join),
       st.lists(st.sampled_from("deep nets ntk data set over fit theorie 2019".split()), max_size=8))  # fmt: skip
def test_what_has_the_words_as_typed_is_found(query: str, text: list[str]) -> None:
    if holds(parse(query).root, text):
        assert holds(wide(query, "deep net nets network dataset overfit ntk set").near, text)


# --- what is wrong yet ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "text"),
    [("area under the curve ", "auc"), ("mixture of experts ", "moe"), ("internet of things ", "iot")],
)
def test_an_acronym_of_words_with_a_small_one(query: str, text: str) -> None:
    assert finds(query, text)


@pytest.mark.parametrize(("query", "text"), [('"x rays"', "x ray"), ("p-values ", "p value"), ("k-means ", "k mean")])
def test_a_phrase_with_a_single_letter_has_forms(query: str, text: str) -> None:
    assert finds(query, text)


def test_words_with_digits_begin_so_too() -> None:
    def listed(start: str, _: int) -> list[str]:
        return [word for word in ("wave",) if word.startswith(start)]

    found = widen(parse("wav"), Vocabulary(lambda _: {}, listed))
    assert holds(found.far, ["wav2vec"])


def test_terms_are_in_the_order_typed() -> None:
    assert [match.words for match, _ in wide("deep double descent ").terms] == [("deep",), ("double",), ("descent",)]


def test_a_small_word_beside_a_group_is_left_out() -> None:
    assert finds("the (nets OR sets) ", "nets")


def test_in_a_phrase_a_compound_counts_as_its_parts() -> None:
    assert finds('"dataset size"', "data set size")
