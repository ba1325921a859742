"""A wiki's inline markup, told apart."""

from itertools import pairwise

import pytest

from gencli.markup import Span, inline, plain


def told(text: str) -> list[tuple[str, str]]:
    return [(span.kind, span.text) for span in inline(text)]


def links(text: str) -> list[tuple[str, str]]:
    return [(span.target, span.text) for span in inline(text) if span.kind == "link"]


def test_a_link_is_split_at_its_first_bar() -> None:
    assert links("see [[https://a.org/x|One | Two]]!") == [("https://a.org/x", "One | Two")]
    assert links("[[https://a.org/x]]") == [("https://a.org/x", "https://a.org/x")]
    assert links("[[ https://a.org/x |  Label\n over lines ]]") == [("https://a.org/x", "Label over lines")]
    assert links("[[https://a.org/x|]]") == [("https://a.org/x", "https://a.org/x")]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("[[https://a.org/x|see [1]]] end", [("https://a.org/x", "see [1]")]),
        ("[[[https://a.org/x|pdf]]]", [("https://a.org/x", "pdf")]),
        ("[[ open [[https://a.org/x|X]]", [("https://a.org/x", "X")]),
        ("[[https://a.org/x|X]] and [[ open", [("https://a.org/x", "X")]),
        ("never [[ closed", []),
        ("closed ]] only", []),
    ],
)
def test_brackets_beside_links(text: str, found: list[tuple[str, str]]) -> None:
    assert links(text) == found


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("at https://a.org/x.", "https://a.org/x"),
        ("at https://a.org/x, and", "https://a.org/x"),
        ("really https://a.org/x?!", "https://a.org/x"),
        ("at https://a.org/x;:-", "https://a.org/x"),
        ("(https://a.org/x)", "https://a.org/x"),
        ("(see https://a.org/x_(y)).", "https://a.org/x_(y)"),
        ("https://a.org/?q=1&r=2#top", "https://a.org/?q=1&r=2#top"),
        ("**https://a.org/x**", "https://a.org/x"),
        ("//https://a.org/x//", "https://a.org/x"),
        ("HTTPS://A.org/x", "HTTPS://A.org/x"),
        ("“https://a.org/x”", "https://a.org/x"),
        ("| https://a.org/x|", "https://a.org/x"),
        ("www.a.org, see", "www.a.org"),
        ("https://doi.org/https://doi.org/10.1000/1", "https://doi.org/https://doi.org/10.1000/1"),
        ("https://web.a.org/http://b.org//x", "https://web.a.org/http://b.org//x"),
        ("https://a.org/x''y//z**", "https://a.org/x"),
    ],
)
def test_a_bare_address_ends_before_the_sentence_does(text: str, address: str) -> None:
    assert links(text) == [(address, address)]


@pytest.mark.parametrize("text", ["**https://", "''https://", "https://a.org/http://", "www.a//", "[[https://a|"])
def test_a_line_full_of_addresses_is_told_apart_in_time(text: str) -> None:
    line = text * (200_000 // len(text))
    assert inline(line)[-1].end == len(line)


@pytest.mark.parametrize("text", ["http://", "www.", "swww.a.org/", "xhttp:/a", "www. a"])
def test_no_address(text: str) -> None:
    assert links(text) == []


def test_bold_and_italics() -> None:
    spans = inline("a **b //c// [[https://a.org|d]]** e")
    assert [(span.text, span.strong, span.emphasised) for span in spans] == [
        ("a ", False, False),
        ("b ", True, False),
        ("c", True, True),
        (" ", True, False),
        ("d", True, False),
        (" e", False, False),
    ]


@pytest.mark.parametrize("text", ["a ** b", "costs O(n**2)", "// open", "''open", "**", "http://", "x **y\n\nz** w"])
def test_a_mark_without_its_other_is_literal(text: str) -> None:
    assert plain(text) == text
    assert not any(span.strong or span.emphasised for span in inline(text))


def test_the_third_of_three_marks_is_literal() -> None:
    assert plain("**a** and 2**3") == "a and 2**3"
    assert [span.text for span in inline("**a** and 2**3") if span.strong] == ["a"]


def test_a_mark_inside_a_link_closes_nothing() -> None:
    found = inline("**a [[https://a.org|c ** d]] e")
    assert plain("**a [[https://a.org|c ** d]] e") == "**a c ** d e"
    assert not any(span.strong for span in found)


def test_the_signs_of_an_address_are_no_italics() -> None:
    assert [span.emphasised for span in inline("a // b http://a.org c")] == [False, False, False]
    assert [span.text for span in inline("//a// http://a.org") if span.emphasised] == ["a"]


@pytest.mark.parametrize(
    "text",
    [
        "%%[[https://a.org/x]]%%",
        "<nowiki>[[https://a.org/x]]</nowiki>",
        "<code>[[https://a.org/x]]</code>",
        "<code python>x = '''[[https://a.org/x]]'''</code>",
        "<file txt note.txt>[[https://a.org/x]]</file>",
        "<CODE>[[https://a.org/x]]</code>",
    ],
)
def test_raw_text_hides_links(text: str) -> None:
    assert links(f"before {text} after") == []
    assert [kind for kind, _ in told(f"before {text} after")] == ["text", "raw", "text"]
    assert "[[https://a.org/x]]" in plain(text)


def test_what_is_not_closed_hides_nothing() -> None:
    assert links("100 %% [[https://a.org/x|X]]") == [("https://a.org/x", "X")]
    assert links("<code> [[https://a.org/x|X]]") == [("https://a.org/x", "X")]
    assert links("{{ [[https://a.org/x|X]]") == [("https://a.org/x", "X")]


def test_a_forced_line_end_needs_a_blank_behind_it() -> None:
    assert told("a\\\\ b\\\\") == [("text", "a"), ("break", "\n"), ("text", " b"), ("break", "\n")]
    assert told("C:\\\\share") == [("text", "C:\\\\share")]


def test_images_and_media() -> None:
    assert told("a {{:wiki:logo.png?50|The logo}} b") == [("text", "a "), ("image", "The logo"), ("text", " b")]
    assert told("{{logo.png}}") == [("image", "")]
    assert told("{{https://a.org/logo.png|Logo}}") == [("image", "Logo")]
    assert links("{{https://a.org/x.pdf|The paper}}") == [("https://a.org/x.pdf", "The paper")]


def test_spans_lie_one_behind_the_other() -> None:
    text = "a **b** [[https://a.org|c]] %%d%% {{e.png}} \\\\ f"
    found = inline(text)
    assert all(first.end <= second.start for first, second in pairwise(found))
    assert text[found[3].start : found[3].end] == "[[https://a.org|c]]"
    assert found[3] == Span("link", "c", 8, 27, "https://a.org")


def test_a_text_without_markup_is_one_span() -> None:
    assert inline("") == []
    assert inline("just [text] {here} <b>") == [Span("text", "just [text] {here} <b>", 0, 22)]
