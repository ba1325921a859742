"""What a user types, as a query."""

import pytest

from gencli.query import Check, Group, Match, Node, Query, parse, written


def word(*words: str, field: str = "", prefix: bool = False) -> Match:
    return Match(field, words, prefix)


def both(*parts: Node) -> Group:
    return Group("and", parts)


def either(*parts: Node) -> Group:
    return Group("or", parts)


def no(part: Node) -> Group:
    return Group("not", (part,))


A, B, C = word("a"), word("b"), word("c")


@pytest.mark.parametrize(
    ("typed", "root"),
    [
        ("a ", A),
        ("a b ", both(A, B)),
        ("a  \t b\n", both(A, word("b", prefix=True))),
        ("a AND b ", both(A, B)),
        ('"a b"', word("a", "b")),
        ('"Double–Descent"', word("double", "descent")),
        ("double-descent ", word("double", "descent")),
        ("a OR b ", either(A, B)),
        ("a b OR c ", either(both(A, B), C)),
        ("a or b ", both(A, word("or"), B)),
        ("a -b ", both(A, no(B))),
        ("a NOT b ", both(A, no(B))),
        ('a -"b c" ', both(A, no(word("b", "c")))),
        ("-a ", no(A)),
        ("NOT NOT a ", A),
        ("NOT -a ", A),
        ("a NOT (b OR c)", both(A, no(either(B, C)))),
        ("author:(a OR -b) ", either(word("a", field="author"), no(word("b", field="author")))),
        ("year:(2019 OR 2021)", either(Check("year", ("2019", "2019")), Check("year", ("2021", "2021")))),
        ("a -(b OR c)", both(A, no(either(B, C)))),
        ("(a OR b) c ", both(either(A, B), C)),
        ("((a)) ", A),
        ("a OR (b c) ", either(A, both(B, C))),
        ("Erdős ", word("erdos")),
        ("O(n^2) ", both(word("o"), word("n2"))),
        ("O(n²) ", both(word("o"), word("n2"))),
        ("C++ ", word("cplusplus")),
        ("$\\beta$-VAE ", word("beta", "vae")),
        ('G{\\"o}del ', word("godel")),
        ("深度 ", word("深", "度")),
    ],
)
def test_words_phrases_and_operators(typed: str, root: Node) -> None:
    assert parse(typed) == Query(typed, root)


@pytest.mark.parametrize(
    ("typed", "root"),
    [
        ("desc", word("desc", prefix=True)),
        ("a desc", both(A, word("desc", prefix=True))),
        ("a OR desc", either(A, word("desc", prefix=True))),
        ("double-desc", word("double", "desc", prefix=True)),
        ("title:desc", word("desc", field="title", prefix=True)),
        ("desc ", word("desc")),
        ('"desc"', word("desc")),
        ('title:"desc"', word("desc", field="title")),
        ("-desc", no(word("desc"))),
        ("(desc)", word("desc", prefix=True)),
        ("a NOT (b OR desc)", both(A, no(either(B, word("desc"))))),
        ("desc year:2019", both(word("desc", prefix=True), Check("year", ("2019", "2019")))),
        ('desc "a b"', both(word("desc", prefix=True), word("a", "b"))),
    ],
)
def test_the_last_bare_word_is_also_a_beginning(typed: str, root: Node) -> None:
    assert parse(typed).root == root


@pytest.mark.parametrize(
    ("typed", "root"),
    [
        ("author:belkin ", word("belkin", field="author")),
        ('title:"Double Descent"', word("double", "descent", field="title")),
        ("Title:x ", word("x", field="title")),
        ('in:"Key Papers" a ', both(word("key", "papers", field="in"), A)),
        ("-author:belkin ", no(word("belkin", field="author"))),
        ("NOT venue:iclr a ", both(no(word("iclr", field="venue")), A)),
        ("tag:To-Read", Check("tag", ("To-Read",))),
        ('tag:"to read"', Check("tag", ("to read",))),
        ("arxiv:2201.02177", Check("arxiv", ("2201.02177",))),
        ("arxiv:2201.02177v3", Check("arxiv", ("2201.02177",))),
        ("doi:10.1073/PNAS.1", Check("doi", ("10.1073/pnas.1",))),
        ("year:2019", Check("year", ("2019", "2019"))),
        ("year:2019..2021", Check("year", ("2019", "2021"))),
        ("year:2019..", Check("year", ("2019", ""))),
        ("year:..2015", Check("year", ("", "2015"))),
        ("year:2019-2021", Check("year", ("2019", "2021"))),
        ("year:>=2019", Check("year", ("2019", ""))),
        ("year:>2019", Check("year", ("2020", ""))),
        ("year:<2019", Check("year", ("", "2018"))),
        ("added:7d", Check("added", ("7d",))),
        ("added:yesterday", Check("added", ("yesterday",))),
        ("added:2026-11", Check("added", ("2026-11", "2026-11"))),
        ("added:2026-11-01..", Check("added", ("2026-11-01", ""))),
        ("added:..2026", Check("added", ("", "2026"))),
        ("added:2025..2026-11-02", Check("added", ("2025", "2026-11-02"))),
        ("type:Article", Check("type", ("article",))),
        ("status:reading", Check("status", ("reading",))),
        ("is:starred", Check("is", ("starred",))),
        ("is:withdrawn", Check("is", ("withdrawn",))),
        ("cat:cs.LG", Check("cat", ("cs.lg",))),
        ("cat:cond-mat.*", Check("cat", ("cond-mat",))),
        ("is:Unread", Check("status", ("unread",))),
        ("has:code", Check("has", ("code",))),
        ("-has:code", no(Check("has", ("code",)))),
    ],
)
def test_fields(typed: str, root: Node) -> None:
    assert parse(typed) == Query(typed, root)


@pytest.mark.parametrize(
    ("typed", "words", "note"),
    [
        ("year:soon ", ("year", "soon"), "'year:soon' is no value of year:"),
        ("year:.. ", ("year",), "'year:..' is no value of year:"),
        ("year:20192020 ", ("year", "20192020"), "'year:20192020' is no value of year:"),
        ("added:tomorrow ", ("added", "tomorrow"), "is no value of added:"),
        ("added:99999d ", ("added", "99999d"), "is no value of added:"),
        ("status:starred ", ("status", "starred"), "is no value of status:"),
        ("is:loved ", ("is", "loved"), "is no value of is:"),
        ("has:legs ", ("has", "legs"), "is no value of has:"),
        ("colour:red ", ("colour", "red"), "there is no field 'colour:'"),
        ("Re:Zero ", ("re", "zero"), "there is no field 'Re:'"),
    ],
)
def test_what_is_no_syntax_is_looked_for_as_words(typed: str, words: tuple[str, ...], note: str) -> None:
    query = parse(typed)
    assert query.root == word(*words)
    assert len(query.notes) == 1
    assert note in query.notes[0]
    assert query.notes[0].endswith("searched for as words")


@pytest.mark.parametrize(
    ("typed", "root", "note"),
    [
        ('"double descent', word("double", "descent", prefix=True), 'read as: "double descent"'),
        ('"double descent ', word("double", "descent"), 'read as: "double descent"'),
        ('author:"van der', word("van", "der", field="author"), 'read as: author:"van der"'),
        ("(a b ", both(A, B), "read as: a b"),
        ("a) b ", both(A, B), "read as: a b"),
        ("a()b ", both(A, B), "read as: a b"),
        ("OR a ", A, "read as: a"),
        ("a OR ", A, "read as: a"),
        ("(a OR b) c) -year:2019 NOT -d", None, "read as: ((a OR b) c) (NOT year:2019 d)"),
        ("NOT ", word("not"), "read as: not"),
    ],
)
def test_what_was_passed_over_is_said_in_one_line(typed: str, root: Node | None, note: str) -> None:
    query = parse(typed)
    assert query.notes == (note,)
    assert root is None or query.root == root


@pytest.mark.parametrize("typed", ["(" + '"a ' * 3000, "auther:" + "x" * 9000, ")" * 9000 + "a " * 500])
def test_what_is_said_of_a_long_query_is_one_short_line(typed: str) -> None:
    [note] = parse(typed).notes
    assert len(note) < 350
    assert "\n" not in note


@pytest.mark.parametrize("typed", ["“double descent” ", "«double descent» ", "„double descent“ ", '"double descent" '])
def test_any_quotes_make_a_phrase(typed: str) -> None:
    assert parse(typed) == Query(typed, word("double", "descent"))


@pytest.mark.parametrize(
    ("typed", "near"),
    [("auther", "author"), ("titel", "title"), ("tags", "tag"), ("journal", "venue"), ("section", "in")],
)
def test_an_unknown_field_names_the_nearest(typed: str, near: str) -> None:
    assert f"did you mean {near}:?" in parse(f"{typed}:belkin ").notes[0]


@pytest.mark.parametrize(
    "typed",
    [
        "a b ",
        '"a b" OR c ',
        "a (b OR NOT c) ",
        "author:(x OR y) year:2019..2021 ",
        'tag:"to read" -(a b)',
        "year:2019.. x ",
    ],
)
def test_a_query_written_out_is_the_same_query(typed: str) -> None:
    root = parse(typed).root
    assert root is not None
    assert parse(written(root) + " ").root == root


def test_an_address_is_words_without_a_note() -> None:
    query = parse("https://arxiv.org/abs/2201.02177 ")
    assert query == Query("https://arxiv.org/abs/2201.02177 ", word("https", "arxiv", "org", "abs", "2201", "02177"))


@pytest.mark.parametrize("typed", ["", " ", "\t\n "])
def test_nothing_asks_for_everything(typed: str) -> None:
    assert parse(typed) == Query(typed, None)


@pytest.mark.parametrize("typed", ["-", "()", '""', "!?", "(-)", "NOT -", '-""'])
def test_a_text_without_words_finds_nothing(typed: str) -> None:
    assert parse(typed).root == (word("not") if "NOT" in typed else word())


@pytest.mark.parametrize(("typed", "found"), [("OR", "or"), ("AND", "and"), ("NOT", "not")])
def test_an_operator_alone_is_a_word(typed: str, found: str) -> None:
    root = parse(typed).root
    assert isinstance(root, Match)
    assert root.words == (found,)


@pytest.mark.parametrize(
    "typed",
    [
        "NOT " * 2500,
        "(" * 10_000,
        "-(" * 4999 + "a",
        "(a OR " * 1600 + "b",
        ")" * 10_000,
        '"' * 10_000,
        " " * 10_000,
        "a " + " " * 9_000,
        "a" * 10_000,
        "a:" * 5000,
        "a " * 5000,
        "OR " * 3000,
        "-" * 10_000,
        "\x00" * 10_000,
        "\ud800" * 10_000,
        "深" * 10_000,
        "(" * 60 + "a" + ")" * 60 + " b",
    ],
)
def test_any_text_is_a_query(typed: str) -> None:
    query = parse(typed)
    assert query.text == typed.encode("utf-8", "replace").decode()
    assert (query.root is None) == (not typed.strip())


def test_parentheses_beyond_measure_are_passed_over() -> None:
    root = parse("(" * 500 + "a b " + ")" * 500 + " ").root
    assert root == both(A, B)


def test_a_query_is_cut_at_ten_thousand_signs() -> None:
    assert parse("a" * 20_000).text == "a" * 10_000


def test_terms_are_the_words_that_may_be_marked() -> None:
    query = parse("a (b OR title:c) -d NOT (e f) year:2019 g")
    assert sorted(query.terms()) == sorted([A, B, word("c", field="title"), word("g", prefix=True)])
    assert parse("").terms() == []
