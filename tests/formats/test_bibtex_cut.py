"""A .bib text cut into its blocks: what is well formed, what is no block, and how long the worst takes."""

import re

import pytest

from gencli.formats.bibtex.counting import closing
from gencli.formats.bibtex.cut import Block, cut, definitions, keyed, keys, parts


def blocks(text: str) -> list[tuple[str, str]]:
    """The kinds of the blocks with their texts."""
    return [(block.kind, text[block.start : block.end].strip()) for block in cut(text)]


def one(text: str) -> Block:
    (block,) = cut(text)
    return block


@pytest.mark.parametrize(
    ("text", "kind", "key", "fields"),
    [
        ("@misc{k, title = {T}}", "misc", "k", [("title", "{T}")]),
        ("@MISC ( k, title = {A (b) c}, year=1999 )", "MISC", "k", [("title", "{A (b) c}"), ("year", "1999")]),
        ("@ misc {k, title = {T}}", "misc", "k", [("title", "{T}")]),
        ("@misc{k}", "misc", "k", []),
        ("@misc{,title={T}}", "misc", "", [("title", "{T}")]),
        ("@misc{a b  c, title={T}}", "misc", "a b  c", [("title", "{T}")]),
        ("@misc{DBLP:conf/a-b/C+d.1'2, title={T}}", "misc", "DBLP:conf/a-b/C+d.1'2", [("title", "{T}")]),
        ("@misc{k, title={T},,, year = 1999,}", "misc", "k", [("title", "{T}"), ("year", "1999")]),
        ('@misc{k, month = "10~" # jan # {x}}', "misc", "k", [("month", '"10~" # jan # {x}')]),
        ("@misc{k, month=jan#feb}", "misc", "k", [("month", "jan#feb")]),
        ('@misc{k, t = "a {"}q{"} {\\"o}"}', "misc", "k", [("t", '"a {"}q{"} {\\"o}"')]),
        ("@misc{k,\n % one = {x},\n t = {T}, % two\n}", "misc", "k", [("t", "{T}")]),
        ("@misc{k, t = {T} % a remark, with signs = {\n}", "misc", "k", [("t", "{T}")]),
        ("@misc{k, url = {https://x.org/a%20b}}", "misc", "k", [("url", "{https://x.org/a%20b}")]),
        ("@misc{k, a.b:c+d = 1, 1st = {x}}", "misc", "k", [("a.b:c+d", "1"), ("1st", "{x}")]),
        ("@misc{k, t={A}, T={B}, t={A}}", "misc", "k", [("t", "{A}"), ("T", "{B}"), ("t", "{A}")]),
        ("@commentary{k, t={T}}", "commentary", "k", [("t", "{T}")]),
        ("@misc{k, t = {one\n@foo{bar, x}\ntwo}}", "misc", "k", [("t", "{one\n@foo{bar, x}\ntwo}")]),
    ],
)
def test_an_entry(text: str, kind: str, key: str, fields: list[tuple[str, str]]) -> None:
    block = one(text)
    assert (block.kind, block.type, block.key, list(block.fields)) == ("entry", kind, key, fields)
    assert (block.start, block.end) == (0, len(text))


@pytest.mark.parametrize("depth", [1, 5, 6, 7, 8, 20, 10_000])
@pytest.mark.parametrize("quotes", ["{}", '""'])
def test_braces_as_deep_as_one_likes(depth: int, quotes: str) -> None:
    value = quotes[0] + "{" * depth + "x" + "}" * depth + quotes[1]
    block = one(f"@misc{{k, a = {{b}}, t = {value}, year = 1999}}")
    assert block.fields == (("a", "{b}"), ("t", value), ("year", "1999"))
    joined = f"{value} # jan # {{y}}"
    assert one(f"@misc{{k, t = {joined}}}").fields == (("t", joined),)
    assert parts(joined) == [value, "jan", "{y}"]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("@misc{title={T}}", "no key"),
        ('@misc{G{\\"o}del, title={T}}', "no key"),
        ('@misc{"q", title={T}}', "no key"),
        ("@misc{k title={T}}", "no key"),
        ("@misc{k, title={T} year=1999}", "from 'title={T} year"),
        ("@misc{k, title={T}}, year={1999}}", "a brace too many"),
        ("@misc{k, title={T}}, month=jan, year={1999}}", "a brace too many"),
        ("@misc{k, title={T)", "the value of title is not closed before the next entry"),
        ("@misc{k, title={T})", "from ')' on"),
        ("@misc(k, title={T}}", "cannot be read"),
        ("@misc{k, title={T}", "it is not closed before the next entry"),
        ("@misc{k, title={T}, % a remark", "it is not closed before the next entry"),
        ("@misc{k, title={T}, number", "from 'number'"),
        ("@misc{k, title={T}, number =", "from 'number ='"),
        ('@misc{k, a={A}, title="T', "the value of title is not closed before the next entry"),
        ("@misc{k,", "not closed before the next entry"),
        ("@misc{", "no key"),
        ("@misc{k, my field = {x}}", "from 'my field"),
        ("@misc{k, title = {x}{y}}", "cannot be read"),
        ('@misc{k, title = "a "quoted" b"}', "cannot be read"),
        ("@string{a = }", "no definition"),
        ("@string{a}", "no definition"),
        ("@string{a = {x}", "no definition"),
        ("@preamble{ {x}", "never closed"),
    ],
)
def test_what_is_not_well_formed_is_left_whole_up_to_the_next_head(text: str, why: str) -> None:
    following = "\n  @book{next, title = {N}}"
    found = list(cut(text + following))
    assert [block.kind for block in found] == ["broken", "entry"]
    assert why in found[0].why
    assert (text + following)[found[0].start : found[0].end].strip() == text
    assert found[1].key == "next"


@pytest.mark.parametrize("text", ["@misc{k,", "@misc{k, t={T},", "@misc{k, t={T}, % end"])
def test_an_entry_that_the_text_ends_in(text: str) -> None:
    assert (one(text).kind, one(text).why, one(text).end) == ("broken", "it is never closed", len(text))


def test_a_value_that_the_text_ends_in() -> None:
    assert one("@misc{k, title={T, year=1999\n").why == "the value of title is never closed"


def test_what_is_left_of_another_entry_is_not_behind_a_brace_too_many() -> None:
    text = "@misc{k, title={T}, year=1999},\n journal = jams,\n year = {2004}\n}"
    assert [kind for kind, _ in blocks(text)] == ["entry", "text"]
    assert [kind for kind, _ in blocks(text.replace("year = ", "volume = "))] == ["broken"]


def test_the_next_head_may_have_a_key_with_blanks() -> None:
    text = "@misc{a, t={A}\n@misc{b in two, t={B}}\n@misc{not one, t}"
    assert [(kind, inside[:8]) for kind, inside in blocks(text)] == [
        ("broken", "@misc{a,"), ("entry", "@misc{b "), ("broken", "@misc{no"),
    ]  # fmt: skip


def test_a_value_that_swallows_the_next_entries_is_broken() -> None:
    inside = "".join(f"@misc{{s{number}, note = {{{'long ' * 40}}}}}\n" for number in range(40))
    text = f"@misc{{k, title = {{The start,\n{inside} }} }}\n@misc{{last, year = 1}}"
    found = list(cut(text))
    assert (found[0].kind, found[0].why) == ("broken", "the value of title is not closed before the next entry")
    assert [block.key for block in found if block.kind == "entry"] == [*(f"s{number}" for number in range(40)), "last"]


def test_blocks_that_are_no_entries_and_the_text_between() -> None:
    text = (
        "On top\n@string{a = \"x\", b = a # {y}}\n@STRING(c = 1)\n@preamble{ \"\\newcommand\" # {x} }\nbetween {one\n"
        "@comment{jabref-meta: groups {a;};}\n@Comment no brace\n@comment{never closed\n@misc{k, t=a}\n}}} the end"
    )  # fmt: skip
    assert blocks(text) == [
        ("text", "On top"),
        ("string", '@string{a = "x", b = a # {y}}'),
        ("string", "@STRING(c = 1)"),
        ("preamble", '@preamble{ "\\newcommand" # {x} }'),
        ("text", "between {one"),
        ("comment", "@comment{jabref-meta: groups {a;};}"),
        ("text", "@Comment no brace"),
        ("comment", "@comment{never closed\n@misc{k, t=a}\n}"),
        ("text", "}} the end"),
    ]
    assert [block.fields for block in cut(text) if block.kind == "string"] == [
        (("a", '"x"'), ("b", "a # {y}")),
        (("c", "1"),),
    ]
    assert list(definitions(text)) == [("a", '"x"'), ("b", "a # {y}"), ("c", "1")]


def test_a_comment_that_nothing_closes_ends_with_its_line() -> None:
    text = "@comment{one {\n@comment(two\n@comment{three}\n@misc{k, t={T}}"
    assert [kind for kind, _ in blocks(text)] == ["comment", "comment", "comment", "entry"]


@pytest.mark.parametrize(
    "text",
    ["a@b.org {x}", "mail me@home{k, t={T}}", "\\@misc{k, t={T}}", "% @misc{k, t={T}}", "x % y @misc{k, t={T}}",
     "see @foo (bar) and @article in text", "@", "@{", "@1{k,}", "@misc", "%@string{a = {x}}", "@ (x, y)",
     "% one @foo (bar) two @misc{k, t={T}}"],
)  # fmt: skip
def test_what_is_no_block(text: str) -> None:
    assert blocks(text) == [("text", text)]
    assert list(definitions(text)) == []


def test_entries_on_one_line_with_a_percent_sign_in_one() -> None:
    text = "@misc{a, t = {50\\% off}} @misc{b, t = {T}} @string{s = {x}} 5 % @misc{c, t={T}}\n@misc{d, t=s}"
    assert [block.key for block in cut(text) if block.kind == "entry"] == ["a", "b", "d"]
    assert list(definitions(text)) == [("s", "{x}")]


def test_a_percent_sign_behind_an_entry_hides_the_rest_of_its_line_alone() -> None:
    text = "@misc{a, t={T}} % @misc{b, t={T}}\n@misc{c, t={T}} % see @foo\n(x)\n@misc{d, t={T}}"
    assert [block.key for block in cut(text) if block.kind == "entry"] == ["a", "c", "d"]


def test_the_percent_lines_inside_a_block_are_told() -> None:
    text = "@misc{k, % one\n t = {4}, % year = 1974\n% two\n n = 4 % three\n, y = 7\n% four\n}"
    assert one(text).remarks == ("% one", "% year = 1974", "% two", "% three", "% four")
    assert one("@string{a = {x}, % one\n% two = {y}\n b = 1 }").remarks == ("% one", "% two = {y}")
    assert one("@misc{k, url = {a%b}}").remarks == ()


def test_the_keys_of_a_text() -> None:
    text = "@misc{a b, t={T}}\n@misc(c, t={T})\n@misc{d,}\n@Book { É:1 , t={T}}\n@misc{Dup,}\n@misc{dup,}"
    assert list(keys(text)) == ["c", "d", "É:1", "Dup", "dup"]
    assert [block.key for block in keyed(text, {"dup", "é:1"})] == ["É:1", "Dup", "dup"]


@pytest.mark.parametrize(
    ("text", "end"),
    [("{a{b}c}d", 7), ("{a(b}c", 5), ("(a{)}(b))c", 9), ("{a", -1), ("(a", -1), ("({)", -1), ("{a\n@misc{k,}\n}", -1)],
)
def test_where_a_bracket_is_closed(text: str, end: int) -> None:
    assert closing(text, 0) == end


def test_that_a_bracket_is_not_closed_is_found_out_once() -> None:
    text = "{a {b} {c\n@misc{k,}"
    unclosed: set[int] = set()
    assert closing(text, 0, unclosed) == -1
    assert unclosed == {0, 7}
    assert closing(text, 7, unclosed) == -1
    assert closing(text, 3, unclosed) == 6


MEGABYTE = 10**6
WORST = {
    "blanks in a head": "@x{\n@misc{" + " " * MEGABYTE,
    "blanks in a key": "@misc{a" + " " * MEGABYTE + "b",
    "words in a key": "@misc{" + "a " * (MEGABYTE // 2),
    "prose": "@a( " * (MEGABYTE // 4),
    "commented out": "%@a{" * (MEGABYTE // 4),
    "mail": "x@a{" * (MEGABYTE // 4),
    "comments never closed": "@comment{\n" * (MEGABYTE // 10),
    "comments in parentheses": "@comment({\n" * (MEGABYTE // 11),
    "preambles never closed": "@preamble{\n" * (MEGABYTE // 11),
    "preambles closed late": "@preamble{\n" * (MEGABYTE // 12) + "}" * (MEGABYTE // 12),
    "strings on one line": "@string(" * (MEGABYTE // 8),
    "strings of strings": "@string{a=b # " * (MEGABYTE // 14),
    "open braces": "@a{k, t=" + "{" * MEGABYTE,
    "nested braces": "@a{k, t=" + "{" * (MEGABYTE // 2) + "}" * (MEGABYTE // 2) + "}",
    "quotes": '@a{k, t="' + '{"' * (MEGABYTE // 2),
    "joints": "@a{k, t=a" + "#a" * (MEGABYTE // 2),
    "commas": "@a{k" + "," * MEGABYTE,
    "remarks": "@a{k, " + "% x\n" * (MEGABYTE // 4) + "t={a}}",
    "blanks behind": "@a{k, b={x}}" + " " * MEGABYTE,
    "open values": "@a{k, a={" * (MEGABYTE // 9),
    "one long value": "@a{k, a={" + "word " * (MEGABYTE // 5) + "}}",
    "keys with blanks": "@a{k b c,\n" * (MEGABYTE // 10),
    "values that begin another": "@a{k, b={{\n@c{l, d=\n" * (MEGABYTE // 22),
    "fields behind": "@a{k,b={x}},b={x},c={" * (MEGABYTE // 21),
    "fields behind entries": "@a{k,b={x}},c=a,b=e\n" * (MEGABYTE // 20),
    "entries on one line": "@a{k, b={x}} " * (MEGABYTE // 13),
}


@pytest.mark.parametrize("text", WORST.values(), ids=WORST.keys())
def test_the_worst_that_a_megabyte_can_hold_is_cut_without_loss(text: str) -> None:
    position = 0
    for block in cut(text):
        assert not text[position : block.start].strip()
        assert block.end > block.start
        position = block.end
    assert not text[position:].strip()
    assert sum(1 for _ in definitions(text)) == 0
    assert sum(1 for _ in keys(text)) <= len(re.findall("@", text))
