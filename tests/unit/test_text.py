"""Texts as they are compared, and as a terminal may be given them."""

import json
import sys
from unicodedata import category

import pytest

from gencli.text import block, fold, is_visible, json_seen, one_line, spans, words


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("Double DESCENT", "double descent"),
        ("Poincaré Müller Erdős", "poincare muller erdos"),
        ("Jastrzębski Łukasz Øster Straße Æon Œuvre", "jastrzebski lukasz oster strasse aeon oeuvre"),
        ("ǽ and ǿ", "ae and o"),
        ("Iı İstanbul", "ii istanbul"),
        ("ﬁtting eﬀects", "fitting effects"),
        ("Ａｒｘｉｖ", "arxiv"),
        ("bias–variance — trade−off", "bias-variance - trade-off"),
        ("“grokking” ‘late’", "\"grokking\" 'late'"),
        ("Schro\u0308dinger", "schrodinger"),
        ("²", "2"),
    ],
)
def test_fold_leaves_what_is_compared(written: str, folded: str) -> None:
    assert fold(written) == folded


def test_fold_makes_each_sign_of_a_spaceless_script_a_word() -> None:
    assert words("深度学习") == ["深", "度", "学", "习"]
    assert words("GPT模型2") == ["gpt", "模", "型", "2"]
    assert fold("深度") == "深 度"


def test_fold_is_the_same_twice_for_every_sign() -> None:
    known = [sign for sign in map(chr, range(sys.maxunicode + 1)) if category(sign) not in ("Cn", "Co", "Cs")]
    folded = {sign: fold(f"a{sign}b") for sign in known}
    assert [sign for sign, once in folded.items() if fold(once) != once] == []


def test_words_are_what_stands_between_signs() -> None:
    assert words("O(1/sqrt(n)) – the_rest, t-SNE!") == ["o", "1", "sqrt", "n", "the", "rest", "t", "sne"]
    assert words("... --- ''") == []


def test_spans_point_into_the_original() -> None:
    text = "On Erdős–Rényi, Schro\u0308dinger and 深度X"
    found = spans(text)
    assert [text[start:end] for start, end, _ in found] == [
        "On", "Erdős", "Rényi", "Schro\u0308dinger", "and", "深", "度", "X",
    ]  # fmt: skip
    assert [word for _, _, word in found] == words(text)


@pytest.mark.parametrize("text", ["plain words", "ﬁne abc模型def", "½ of it", "Ångström’s ℝ"])
def test_spans_and_words_tell_the_same_words(text: str) -> None:
    assert [word for _, _, word in spans(text)] == words(text)


@pytest.mark.parametrize(
    ("hostile", "shown"),
    [
        ("a\x1b[31mred", "a␛[31mred"),
        ("bell\x07 del\x7f nul\x00", "bell␇ del␡ nul␀"),
        ("c1 \x9b31m", "c1 <009B>31m"),
        ("left\u202eright", "left<202E>right"),
        ("mark\u061cmark\u200fmark", "mark<061C>mark<200F>mark"),
        ("zero\u200bwidth\ufeff", "zero<200B>width<FEFF>"),
        ("lone \ud800", "lone \ufffd"),
        ("two\r\nlines\tand\u2028more", "two lines and more"),
        ("é 深 😀 \u00a0", "é 深 😀 \u00a0"),
    ],
)
def test_one_line_is_harmless(hostile: str, shown: str) -> None:
    assert one_line(hostile) == shown
    assert one_line(shown) == shown


def test_one_line_of_every_sign_has_no_control() -> None:
    whole = one_line("".join(chr(code) for code in range(sys.maxunicode + 1)))
    assert len(whole.splitlines()) == 1
    assert not set(whole) & {*map(chr, range(32)), *map(chr, range(0x7F, 0xA0)), *"\u202a\u202e\u2066\u2069\u061c"}


def test_block_keeps_lines_and_nothing_else() -> None:
    assert block("one\r\ntwo\x1b\n\nfour\tfour") == "one\ntwo␛\n\nfour four"


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("é 深 👩\u200d🔬 می\u200cخواهم ❤\ufe0f", "é 深 👩\u200d🔬 می\u200cخواهم ❤\ufe0f"),
        ("a\x9bb\x7f\x1b", "a\\u009bb\\u007f\\u001b"),
        ("a\u202eb\u2028\ufeff", "a\\u202eb\\u2028\\ufeff"),
        ("a\u200db\ufe0f", "a\\u200db\\ufe0f"),
        ("\xad\u3164\U000e0041", "\\u00ad\\u3164\\udb40\\udc41"),
        ("e" + "\u0301" * 8, "e" + "\u0301" * 8),
        ("e" + "\u0301" * 9, "e" + "\u0301" * 2 + "\\u0301" * 7),
    ],
)
def test_json_is_the_same_text_without_signs_that_hide(text: str, written: str) -> None:
    shown = json_seen(json.dumps(text, ensure_ascii=False))
    assert shown == f'"{written}"'
    assert json.loads(shown) == text


def test_half_a_sign_is_none_in_json() -> None:
    assert json_seen(json.dumps("a\udcff", ensure_ascii=False)) == '"a\ufffd"'


@pytest.mark.parametrize(("text", "seen"), [("a é 深", True), ("a\u3164", False), ("a\x9b", False), ("\u202e", False)])
def test_what_is_visible(text: str, seen: bool) -> None:
    assert is_visible(text) == seen
