"""The form in which what is indexed and what is asked for meet."""

import sys
from unicodedata import category, normalize

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gencli.folding import searchable, spans, words
from gencli.question import INITIALS
from gencli.store import codes

# Each text with its words, for `words` and for `spans`.
WORDS = {
    "Double DESCENT": ["double", "descent"],
    "Łukasiewicz, Ærø & Straße": ["lukasiewicz", "aero", "strasse"],
    "ﬁne-tuning eﬀects": ["fine", "tuning", "effects"],
    "Schro\u0308dinger": ["schrodinger"],
    # Greek: a letter of a formula has its name, a word stays a word.
    "a β-VAE": ["a", "beta", "vae"],
    "α, Σ; χ² and χ^2": ["alpha", "sigma", "chi2", "and", "chi2"],
    "ϕ ϑ ϵ ς": ["phi", "theta", "epsilon", "sigma"],
    "𝛽-VAE": ["beta", "vae"],
    "Δx = 5 µm": ["deltax", "5", "mum"],
    "λ-calculus": ["lambda", "calculus"],
    "ψυχή και λόγος": ["ψυχη", "και", "λογοσ"],
    # LaTeX
    "$\\beta$-VAE": ["beta", "vae"],
    'G{\\"o}del, Erd\\H{o}s, Fran\\c{c}ois': ["godel", "erdos", "francois"],
    "\\'Etale {\\L}ukasz": ["etale", "lukasz"],
    "\\emph{very deep} nets": ["very", "deep", "nets"],
    "{GAN}s and {B}ayes": ["gans", "and", "bayes"],
    # Powers and indices
    "n^2 n² n^{2} n_2": ["n2", "n2", "n2", "n2"],
    "$O(n^2)$": ["o", "n2"],
    "x_{10} CO₂ H_2O": ["x10", "co2", "h2o"],
    "ℓ_1-norm, ℓ1": ["l1", "norm", "l1"],
    "L^p and snake_case": ["l", "p", "and", "snake", "case"],
    # Languages with signs in their names
    "C++ and c++": ["cplusplus", "and", "cplusplus"],
    "C# or F#, not #1": ["csharp", "or", "fsharp", "not", "1"],
    "++ # ^ _ {}": [],
    # Possessives
    "Newton's and Hoeffding’s": ["newton", "and", "hoeffding"],
    "O'Reilly's don't": ["o", "reilly", "don", "t"],
    "rock'n'roll": ["rock", "n", "roll"],
    # Dashes and quotes
    "bias–variance «trade−off»": ["bias", "variance", "trade", "off"],
    # Scripts without spaces, and Korean
    "深度学习 GPT模型2": ["深", "度", "学", "习", "gpt", "模", "型", "2"],
    "カタカナ": ["カ", "タ", "カ", "ナ"],
    "딥러닝 모델": ["딥", "러", "닝", "모", "델"],
    "ภาษา": ["ภ", "า", "ษ", "า"],
    "ខ្មែរ": ["ខ", "ម", "រ"],
    "မြန်မာ": ["မ", "န", "မ"],
    "བོད": ["བ", "ད"],
    # Others
    "Обучение без учителя": ["обучение", "без", "учителя"],
    "İstanbul Iı": ["istanbul", "ii"],
    "": [],
    "… – ¿?": [],
}


@pytest.mark.parametrize("text", WORDS)
def test_words(text: str) -> None:
    assert words(text) == WORDS[text]


@pytest.mark.parametrize("text", WORDS)
def test_spans_tell_the_same_words_in_their_order(text: str) -> None:
    assert [word for _, _, word in spans(text)] == WORDS[text]


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("On Erdős–Rényi and Schro\u0308dinger", ["On", "Erdős", "Rényi", "and", "Schro\u0308dinger"]),
        ("a β-VAE’s", ["a", "β", "VAE"]),
        ('the Schr\\"odinger C++ {G}AN n^{2}', ["the", 'Schr\\"odinger', "C++", "G}AN", "n^{2"]),
        ("GPT模型2", ["GPT", "模", "型", "2"]),
        ("딥러닝", ["딥", "러", "닝"]),
    ],
)
def test_spans_point_into_the_original(text: str, written: list[str]) -> None:
    assert [text[start:end] for start, end, _ in spans(text)] == written


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Müller", "Mu\u0308ller"),
        ("Müller", 'M\\"uller'),
        ("Müller", '{M{\\"u}ller}'),
        ("β", "\\beta"),
        ("n²", "n^2"),
        ("C++", "c++"),
        ("가나", "\u1100\u1161\u1102\u1161"),
        ("ガ", "ｶﾞ"),
        ("ℝ", "R"),
        ("Å", "A\u030a"),
        ("Newton’s", "newton's"),
        ("Fran\\c{c}ois", "François"),
        ("stra\\ss e", "Straße"),
    ],
)
def test_written_in_two_ways_it_is_the_same(one: str, other: str) -> None:
    assert words(one) == words(other) != []


def test_text_in_composed_or_decomposed_letters_is_the_same() -> None:
    text = "Poincaré Müller Ångström ガギグ 한국어 ψυχή Đặng Hữu"
    assert words(normalize("NFC", text)) == words(normalize("NFD", text))


# --- nothing makes it fail --------------------------------------------------------------------------

LETTERS = st.sampled_from("abcCFjz019 éüøßæﬁβσΣλДжשم深学カ한국ขកမब \u0300\u0308'’-–.,;:!?()[]/ \n\t")
ODD = st.sampled_from("aCF 12\\{}+#^_$'\"`~=.βé深한½ⓒ\ue000\U000f0000\ud800\u200b\u0345")


@settings(max_examples=300, derandomize=True, deadline=None)
@given(st.one_of(st.text(max_size=40), st.text(ODD, max_size=25)))
def test_no_text_makes_it_fail_and_spans_are_within_it(text: str) -> None:
    found = words(text)
    assert all(found)
    before = 0
    for start, end, word in spans(text):
        assert before <= start < end <= len(text)
        assert word
        before = start


@settings(max_examples=300, derandomize=True, deadline=None)
@given(st.text(LETTERS.filter(lambda sign: sign not in "'’"), max_size=25))
def test_spans_and_words_tell_the_same_words(text: str) -> None:
    # Marks that stand on no letter of their script are seen apart.
    if not any(category(sign) == "Mn" for sign in text):
        assert [word for _, _, word in spans(text)] == words(text)


@settings(max_examples=300, derandomize=True, deadline=None)
@given(st.one_of(st.text(max_size=40), st.text(ODD, max_size=25)))
def test_words_of_words_are_the_same_words(text: str) -> None:
    """What is read from the index, or written as a query again, finds what it came from."""
    found = words(text)
    assert words(" ".join(found)) == found
    assert words("\n".join(found)) == found


def test_every_letter_is_the_same_when_folded_twice() -> None:
    for sign in map(chr, range(0x80, 0x3400)):
        if category(sign)[0] == "L":
            once = words(f"a{sign}b")
            assert words(" ".join(once)) == once, sign


@pytest.mark.parametrize("text", ["{" * 20_000, "\\" * 20_000, "^" * 20_000, "a_" * 20_000, "\\a{" * 7_000,
                                  "'s" * 20_000, "深" * 20_000, "a-" * 20_000, "C++" * 7_000,
                                  "β" * 20_000])  # fmt: skip
def test_long_and_odd_texts_are_read(text: str) -> None:
    assert len(words(text)) <= len(text)
    assert len(spans(text)) <= len(text)


@pytest.mark.parametrize("code", [codes.CATEGORY, INITIALS, codes.WITHDRAWN, "\uf8ff"])
@pytest.mark.parametrize("text", ["{}cslg", "a{}cslg", "x {}ntk {}", "β{}n^2", "{}", "\\'{{{}}}e", "深{}学"])
def test_a_private_sign_in_a_text_gives_no_code_of_the_index(code: str, text: str) -> None:
    hostile = text.replace("{}", code)
    assert not any("\ue000" <= sign <= "\uf8ff" for sign in searchable(hostile))
    assert not any("\ue000" <= sign <= "\uf8ff" for _, _, word in spans(hostile) for sign in word)


# --- what is wrong yet ------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["½ of it", "ｶﾀｶﾅ", "⅓⅔", "x⑴y"])
def test_a_sign_that_is_several_words_is_told_once(text: str) -> None:
    assert [word for _, _, word in spans(text)] == words(text)


@pytest.mark.parametrize("text", ["½" * 300, "ｶ" * 300])
def test_signs_that_are_several_words_do_not_multiply(text: str) -> None:
    assert len(spans(text)) <= 2 * len(text)


@pytest.mark.parametrize("text", ["नमस्ते", "العَرَبِيَّة", "עִבְרִית"])
def test_points_and_signs_do_not_cut_a_word(text: str) -> None:
    assert [word for _, _, word in spans(text)] == words(text)


@pytest.mark.parametrize("text", ["M{\\o}ller", "Stra\\ss e", "M\\o ller"])
def test_a_command_of_latex_inside_a_word_is_of_the_word(text: str) -> None:
    assert [word for _, _, word in spans(text)] == words(text)


@pytest.mark.parametrize("text", ["10 ㎏", "ⓒ 2019", "the 's", "f# j#", "a\ue000b"])
def test_spans_have_what_words_have(text: str) -> None:
    assert [word for _, _, word in spans(text)] == words(text)


def test_the_last_sign_there_is() -> None:
    assert words(chr(sys.maxunicode)) == []
