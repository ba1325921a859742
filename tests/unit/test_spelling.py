"""Which words a slip of the hand stands for."""

from bisect import bisect_left
from collections.abc import Iterable

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from gencli.spelling import distance, edits, nearest

few = settings(deadline=None, max_examples=60, derandomize=True)

VOCABULARY = sorted(
    """
    attention bayesian communication counterfactual deep descent double dropout gan gaussian generalization gradient
    grokking jastrzebski kernel kernels kolmogorov learning leaning lottery lyapunov net network neural overfitting
    overparameterized regularization schmidhuber schrodinger theory theorem ticket tikhonov tracing training
    transformer hochreiter the for nal convolution convolutional int grade сеть сети обучение δικτυο 深 度
    """.split()
)


def known(words: Iterable[str]) -> set[str]:
    return set(VOCABULARY).intersection(words)


def beginning(text: str, least: int, most: int) -> list[str]:
    start = bisect_left(VOCABULARY, text)
    return [word for word in VOCABULARY[start:] if word.startswith(text) and least <= len(word) <= most]


def plainly(one: str, other: str) -> int:
    """Optimal string alignment as its definition has it."""
    rows = [[0] * (len(other) + 1) for _ in range(len(one) + 1)]
    for i in range(len(one) + 1):
        for j in range(len(other) + 1):
            if not i or not j:
                rows[i][j] = i + j
                continue
            changed = rows[i - 1][j - 1] + (one[i - 1] != other[j - 1])
            rows[i][j] = min(rows[i - 1][j] + 1, rows[i][j - 1] + 1, changed)
            if i > 1 and j > 1 and one[i - 2 : i] == other[j - 2 : j][::-1]:
                rows[i][j] = min(rows[i][j], rows[i - 2][j - 2] + 1)
    return rows[-1][-1]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("netwrok", "network"),
        ("nueral", "neural"),
        ("attnetion", "attention"),
        ("grokcing", "grokking"),
        ("generlization", "generalization"),
        ("enural", "neural"),
        ("xernel", "kernel"),
        ("gausian", "gaussian"),
        ("overfittting", "overfitting"),
        # Two slips, also among the first three letters.
        ("genralizaton", "generalization"),
        ("overparametrzed", "overparameterized"),
        ("regularisaton", "regularization"),
        ("geenralizaton", "generalization"),
        ("cmomunicatin", "communication"),
        ("trannsfomer", "transformer"),
        ("conuterfactul", "counterfactual"),
        # Names.
        ("shmidhuber", "schmidhuber"),
        ("jastrzebsky", "jastrzebski"),
        ("schroedinger", "schrodinger"),
        ("hochrieter", "hochreiter"),
        ("lyapunoff", "lyapunov"),
        ("tychonoff", "tikhonov"),
        # A blank left out.
        ("doubledescent", "double descent"),
        ("doubledescnt", "double descent"),
        ("dobuledescent", "double descent"),
        ("deeplerning", "deep learning"),
        ("forthe", "for the"),
        # Other scripts.
        ("колмогоров", "kolmogorov"),
        ("колмагоров", "kolmogorov"),
        ("κολμογοροβ", "kolmogorov"),
        ("обучени", "обучение"),
        ("δικτοο", "δικτυο"),
    ],
)
def test_what_was_meant_comes_first(typed: str, meant: str) -> None:
    assert nearest(typed, known, beginning)[:1] == [meant]


def test_the_commoner_slip_comes_first() -> None:
    assert nearest("traning", known, beginning) == ["training", "tracing"]
    assert nearest("lerning", known, beginning) == ["learning", "leaning"]
    assert nearest("theorm", known, beginning) == ["theorem", "theory"]
    assert nearest("kernal", known, beginning) == ["kernel"]
    assert nearest("сеть", known, beginning) == ["сети"]


def test_no_more_are_named_than_asked_for() -> None:
    assert nearest("traning", known, beginning, count=1) == ["training"]
    assert nearest("traning", known, beginning, count=0) == []


def test_short_halves_are_named_only_where_nothing_else_is() -> None:
    assert nearest("convolutionnal", known, beginning) == ["convolutional"]
    assert nearest("gradeint", known, beginning) == ["gradient"]
    assert nearest("gradenal", known, beginning) == ["grade nal"]


@pytest.mark.parametrize(
    "word", ["", "n", "ne", "nt", "2019", "dan", "qwertyuiop", "深", "深度", "g" * 41, "network" * 100_000, "١٢٣"]
)
def test_nothing_is_better_than_anything(word: str) -> None:
    assert nearest(word, known, beginning) == []


def test_three_letters_have_one_slip_and_keep_their_first_letter() -> None:
    assert nearest("gna", known, beginning) == ["gan"]
    assert nearest("nte", known, beginning) == ["net"]
    assert nearest("agn", known, beginning) == []


def test_of_a_great_vocabulary_a_part_is_looked_at() -> None:
    given: list[str] = []

    def endless(text: str, least: int, most: int) -> Iterable[str]:
        while True:
            given.append(text)
            yield text + "q" * (least - len(text))

    assert nearest("genralizaton", known, endless) == []
    assert len(given) < 20_000


def test_a_word_that_is_known_is_not_offered_for_itself() -> None:
    assert "network" not in nearest("network", known, beginning)
    assert "δικτυο" not in nearest("δικτυο", known, beginning)


def test_edits_are_made_of_the_letters_of_the_script() -> None:
    assert {"net", "ten", "nte", "ne", "neat", "nets", "nut", "ne2t"} & edits("net") == {
        "nte",
        "ne",
        "neat",
        "nets",
        "nut",
        "ne2t",
    }
    assert {"сети", "сет", "сть", "сетьь"} <= edits("сеть")
    assert not any("a" <= sign <= "z" for word in edits("сеть") for sign in word)
    assert edits("深度学") == {"度学", "深学", "深度", "度深学", "深学度"}
    assert {"gптx", "gпта"} <= edits("gпт")
    assert edits("") == set()
    assert edits("x" * 1_000_000) == set()


@pytest.mark.parametrize(
    ("one", "other", "slips"),
    [
        ("", "", 0),
        ("", "ab", 2),
        ("network", "network", 0),
        ("network", "netwrok", 1),
        ("network", "netwok", 1),
        ("ca", "abc", 3),
        ("kitten", "sitting", 3),
        ("abcdef", "badcfe", 3),
        ("a" * 1_000_000, "a" * 1_000_001, 1),
        ("a" * 1_000_000, "b", 3),
    ],
)
def test_distance(one: str, other: str, slips: int) -> None:
    assert distance(one, other) == slips
    assert distance(one, other, 1) == min(slips, 2)


def test_distance_as_far_as_is_asked() -> None:
    assert distance("kitten", "sitting", 9) == 3
    assert distance("abcdef", "uvwxyz", 9) == 6
    assert distance("abc", "abd", 0) == 1


texts = st.text("abcд", max_size=8)


@few
@given(texts, texts, st.integers(0, 4))
@example("ab", "ba", 1)
def test_distance_is_what_its_definition_says(one: str, other: str, most: int) -> None:
    assert distance(one, other, most) == distance(other, one, most) == min(plainly(one, other), most + 1)
    assert (distance(one, other) == 0) == (one == other)


@few
@given(st.text("abz7дω深", max_size=6))
def test_every_edit_is_one_slip_away(word: str) -> None:
    assert [other for other in edits(word) if distance(word, other) != 1] == []


@few
@given(st.text(max_size=45) | st.text("aeдω深 \0\ud800'", max_size=20))
@example("\ud800\udfff\ud800")
@example("\0\0\0\0\0\0\0")
@example("       ")
def test_any_text_may_be_asked(text: str) -> None:
    found = nearest(text, known, beginning)
    assert text not in found
    assert known(word for words in found for word in words.split()) == {
        word for words in found for word in words.split()
    }
