"""What the index holds of a paper beside its words, and which words it counts."""

import sqlite3
from collections.abc import Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import paper
from gencli import Author, Mention
from gencli.folding import searchable
from gencli.question import INITIALS
from gencli.store import codes, rows, search
from gencli.store.index import is_listed


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("belkin2018reconciling", ["belkin2018reconciling", "belkin", "2018", "reconciling"]),
        ("Vaswani2017", ["vaswani2017", "vaswani", "2017"]),
        ("deepDoubleDescent", ["deepdoubledescent", "deep", "double", "descent"]),
        ("NTK2018", ["ntk2018", "ntk", "2018"]),
        ("DBLP:conf/nips/VaswaniSPUJGKP17",
         ["dblp", "conf", "nips", "vaswanispujgkp17", "dblp", "conf", "nips", "vaswani", "spujgkp", "17"]),
        ("attention", ["attention"]),
        ("smith_2019-a", ["smith", "2019", "a", "smith", "2019", "a"]),
        ("2019", ["2019"]),
        ("", []),
    ],
)  # fmt: skip
def test_a_key_has_its_parts(text: str, parts: list[str]) -> None:
    # `smith_2019` is an index in LaTeX, whose sign is dropped.
    found = codes.key(text).replace("smith2019", "smith 2019").replace("-", " ").replace(":", " ").replace("/", " ")
    assert found.split() == parts


def test_a_key_in_another_script_is_folded_like_a_text() -> None:
    assert codes.key("Müller2019").split()[0] == "muller2019"
    assert "2019" in codes.key("Müller2019").split()


@pytest.mark.parametrize(
    ("year", "posted", "found"),
    [(2019, "2018-12-28", "2019 2018"), (2019, "2019-01-01", "2019"), (2019, None, "2019"),
     (None, "2018-12-28", "2018"), (None, None, "")],
)  # fmt: skip
def test_years(year: int | None, posted: str | None, found: str) -> None:
    assert codes.years(year, posted) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("over-parameterized nets", {"overparameterized"}),
        ("k-nearest-neighbour rules and t-sne", {"knearestneighbour", "tsne"}),
        ("an i.i.d. sample", {"iid"}),
        ("o'reilly and d'alembert", {"oreilly", "dalembert"}),
        ("a - b -- c", set()),
        ("-", set()),
        ("trailing- -leading", set()),
        ("end of-it", {"ofit"}),
        ("plain words", set()),
        ("x" * 30 + "-" + "y" * 30, set()),
        ("", set()),
    ],
)
def test_compounds_in_one_word(text: str, found: set[str]) -> None:
    assert set(behind(text)) == found


def behind(text: str) -> list[str]:
    """What stands in a column behind its text."""
    column = codes.text(text)
    assert column.startswith(searchable(text))
    return column.partition(codes.BEHIND)[2].split()


def test_compounds_of_a_text_are_told_once() -> None:
    assert behind("t-sne of a-b and t-sne") == ["ab", "tsne"]


@pytest.mark.parametrize("text", ["a-" * 50_000, "'" * 50_000, "a'" * 50_000, "a." * 50_000])
def test_a_long_text_of_compounds_is_read(text: str) -> None:
    assert behind(text) == []
    assert behind("a-b " * 20_000) == ["ab"]


def initials(title: str) -> set[str]:
    found = codes.initials(searchable(title))
    assert all(name[0] == INITIALS for name in found)
    return {name[1:] for name in found}


@pytest.mark.parametrize(
    ("title", "has"),
    [
        ("Neural Tangent Kernel: Convergence", {"ntk", "ntkc", "tkc"}),
        ("Area under the curve", {"auc", "utc"}),
        ("Internet of Things", {"iot"}),
        ("Mixture-of-Experts layers", {"moe", "mel"}),
        ("Long short-term memory", {"lstm"}),
        ("Two words", set()),
        ("", set()),
    ],
)
def test_initials_of_a_title(title: str, has: set[str]) -> None:
    found = initials(title)
    assert has <= found
    assert all(3 <= len(name) <= 4 for name in found)


def test_initials_neither_begin_nor_end_with_a_small_word() -> None:
    assert {"tnd", "ton", "nid"} <= initials("The theory of nets in depth")
    assert not {"ttn", "oni", "onid", "tton"} & initials("The theory of nets in depth")


def test_initials_are_of_the_first_words_of_a_title_without_end() -> None:
    assert len(codes.initials("word " * 10_000)) <= 4


@pytest.mark.parametrize(
    ("primary", "others", "found"),
    [
        ("cs.LG", ("stat.ML",), ["cslg", "cs", "statml", "stat"]),
        ("hep-th", (), ["hepth"]),
        ("cond-mat.str-el", (), ["condmatstrel", "condmat"]),
        (None, ("cs.LG", "cs.CV"), ["cslg", "cs", "cscv"]),
        ("cs.LG", ("cs.LG",), ["cslg", "cs"]),
        (None, (), []),
    ],
)
def test_categories_with_their_archives(primary: str | None, others: tuple[str, ...], found: list[str]) -> None:
    assert codes.categories(primary, others) == [codes.CATEGORY + name for name in found]


@pytest.mark.parametrize("asked", ["CS.lg", "cs.LG"])
def test_a_category_that_is_asked_for_is_as_the_index_has_it(asked: str) -> None:
    assert codes.category(asked) in codes.categories("cs.LG", ())


# --- the words that are counted are those of the index ------------------------------------------------


def indexed(row: Iterable[str]) -> set[str]:
    """The words that FTS5 makes of a row of the index."""
    connection = sqlite3.connect(":memory:")
    try:
        names = ", ".join(search.COLUMNS)
        connection.execute(
            f"CREATE VIRTUAL TABLE words USING fts5({names}, tokenize = 'unicode61 remove_diacritics 0')"
        )
        connection.execute(f"INSERT INTO words VALUES ({', '.join('?' * len(search.COLUMNS))})", tuple(row))
        connection.execute("CREATE VIRTUAL TABLE indexed USING fts5vocab(words, 'row')")
        return {term for (term,) in connection.execute("SELECT term FROM indexed")}
    finally:
        connection.close()


def row_of(title: str, abstract: str = "", note: str = "", tags: tuple[str, ...] = ()) -> tuple[str, ...]:
    mention = Mention("P", ("S",), None, "item", 1, "L", False, note)
    return rows.index_row(
        paper(
            key="müller2019Deep", title=title, abstract=abstract, note=note, tags=tags, mentions=(mention,), year=2019,
            authors=(Author("O'Reilly", "J.-P."),), primary_category="cs.LG", posted="2018-01-01", aliases=("oldKey1",),
            fields={"pubstate": "withdrawn"},
        )
    )  # fmt: skip


def assert_counted(row: tuple[str, ...]) -> None:
    index = {word for word in indexed(row) if word[0] < codes.CATEGORY}
    counted = codes.words(row)
    assert {word for word in counted if is_listed(word)} == {word for word in index if is_listed(word)}
    # What the list of words does not keep is the same, too.
    assert counted == index


@pytest.mark.parametrize(
    "text",
    [
        "Deep double descent: where bigger models hurt",
        "an over-parameterized i.i.d. t-SNE of O'Reilly's",
        "$\\beta$-VAE in O(n^2), C++ and C#",
        "Łukasiewicz Ærø ﬁne ½ ² ⅷ ℝ µm",
        "Schro\u0308dinger n\u0303 x\u0300\u0301",
        "深度学习 カタカナ ｶﾀｶﾅ 딥러닝 ภาษาไทย ខ្មែរ မြန်မာ བོད",
        "नमस्ते हिन्दी தமிழ் বাংলা",
        "العَرَبِيَّة עִבְרִית ქართული հայերեն አማርኛ",
        "Обучение ψυχή ΑΒΓ αβ β",
        "a\x00b\x1fc\x7fd\x85e\u200bf\ufeffg\u00adh",
        "snake_case __x__ a_b_1 100% #1 @x ~ ` ^",
        "😀 a😀b",
        "٣٤ ४५ ①② 𝟘𝟙 Ⅷ",
        "ʼn ŉ ª º ˈx ʰ",
        "x" * 5000,
    ],
)
def test_the_words_counted_are_those_that_fts5_makes(text: str) -> None:
    assert_counted(row_of(text))
    assert_counted(row_of("plain", text, text, (text[:50],)))


SIGNS = st.one_of(
    st.sampled_from("abz AZ 09 -'._/\\{}^#+\n\t"),
    st.characters(min_codepoint=0x20, max_codepoint=0x24F),
    st.characters(min_codepoint=0x370, max_codepoint=0x52F, categories=["L", "N", "P"]),
    st.characters(min_codepoint=0x5D0, max_codepoint=0x64F, categories=["Lo", "Mn"]),
    st.characters(min_codepoint=0x900, max_codepoint=0x96F, categories=["L", "N", "Mn"]),
    st.characters(min_codepoint=0xE01, max_codepoint=0xE4F, categories=["L", "Mn"]),
    st.characters(min_codepoint=0x3041, max_codepoint=0x30FF, categories=["L"]),
    st.characters(min_codepoint=0x4E00, max_codepoint=0x9F00),
    st.characters(min_codepoint=0xAC00, max_codepoint=0xD7A3),
    st.characters(min_codepoint=0xE000, max_codepoint=0xE003),
    st.sampled_from("\u2013\u2019\u201c\u200b\u2044½²ﬁℝ"),
)


@settings(max_examples=100, derandomize=True, deadline=None)
@given(st.text(SIGNS, max_size=40))
def test_of_any_text_the_words_counted_are_those_that_fts5_makes(text: str) -> None:
    assert_counted(row_of("plain", f"x{text}y", text, (text,)))


@pytest.mark.parametrize("title", ["¿que tal nets", "nets → ∞ limits", "tori × spheres × balls", "€5 tm no5"])
def test_initials_are_of_letters(title: str) -> None:
    assert all(name[1:].isalnum() for name in codes.initials(searchable(title)))
    assert_counted(row_of(title))


@pytest.mark.parametrize("text", ["🤖robots", "HuggingGPT🤗", "\u2068Belkin\u2069", "₿coins", "\U000f0000abc"])
def test_newer_signs_are_no_letters(text: str) -> None:
    assert_counted(row_of("plain", text))
