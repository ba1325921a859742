"""Questions to the library: what they find, in which order, by which index, and that no text makes them fail."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gencli import Author, Library, Mention, Page, Paper, Query, Record, finding, parse
from gencli.query import Check, Group, Match, Node
from gencli.store import search
from gencli.store.search import Statement
from gencli.store.store import Store
from gencli.text import words

DAY = "2026-01-02T03:04:05Z"


def on_page(label: str, section: str, *, starred: bool = False, note: str = "") -> tuple[Mention, ...]:
    return (Mention("Reading list", (section,), None, "item", 1, label, starred, note),)


PAPERS = [
    Record(
        "page:Reading list",
        title="Deep double descent: where bigger models hurt",
        authors=(Author("Nakkiran", "Preetum"), Author("Kaplun", "Gal")),
        year=2019,
        identifiers={"arxiv": "1912.02292"},
        mentions=on_page("Nakkiran et al 2019 - Deep double descent", "Phenomena", starred=True),
    ),
    Record(
        "page:Reading list",
        title="Reconciling modern practice and the trade-off",
        authors=(Author("Belkin", "Mikhail"),),
        year=2018,
        identifiers={"doi": "10.1073/pnas.1903070116"},
        mentions=on_page(
            "Belkin 2018", "Phenomena", note="Introduced the [[https://x.org/c|curve]] of double descent."
        ),
    ),
    Record(
        "user",
        type="article",
        title="Descent methods, double precision",
        authors=(Author("Müller", "Jörg"), Author(literal="The ATLAS Collaboration")),
        year=2020,
        venue="Journal of Ærodynamics",
        abstract="A study of ﬁne-tuning with naïve O(n²) bounds.",
        identifiers={"url": "https://x.org/m"},
    ),
    Record(
        "user",
        title="Łukasiewicz logic",
        authors=(Author("van der Berg", "Kees"),),
        year=2021,
        identifiers={"arxiv": "2101.00001"},
        primary_category="cs.LG",
        fields={"pubstate": "withdrawn"},
    ),
    Record(
        "user",
        title="深層学習の一般化",
        authors=(Author("山田", "太郎"),),
        identifiers={"arxiv": "2101.00002"},
        categories=("stat.ML", "cs.CV"),
    ),
    Record("user", identifiers={"arxiv": "2101.00003"}),
]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("search") / "l.sqlite"
    Library.create(path)
    with Library.open(path, write=True, now=lambda: DAY) as library:
        records = tuple(record for record in PAPERS if record.mentions)
        library.take_page(Page("Reading list", "list.txt", "wiki", "text", records, (), ()))
        library.take([record for record in PAPERS if not record.mentions])
        library.tag("Half Read", ["1912.02292", "2101.00001"])
        library.status(["2101.00001"], "read")
        library.note("2101.00001", "Borrowed from the library; ask for ﬂow.")
    return path


@pytest.fixture(scope="module")
def library(place: Path) -> Iterator[Library]:
    with Library.open(place) as found:
        yield found


def arxiv(papers: list[Paper]) -> list[str]:
    return [next(iter(paper.identifiers.values())) for paper in papers]


NAKKIRAN, BELKIN, MULLER, BERG, YAMADA, BARE = (next(iter(record.identifiers.values())) for record in PAPERS)
ALL = {NAKKIRAN, BELKIN, MULLER, BERG, YAMADA, BARE}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("double descent", {NAKKIRAN, BELKIN, MULLER}),
        ('"double descent"', {NAKKIRAN, BELKIN}),
        ("double -reconciling", {NAKKIRAN, MULLER}),
        ("double NOT reconciling NOT precision", {NAKKIRAN}),
        ("-double", {BERG, YAMADA, BARE}),
        ("-double -logic", {YAMADA, BARE}),
        ("logic OR precision", {BERG, MULLER}),
        ("(logic OR double) -descent", {BERG}),
        ("logic OR (double NOT (deep OR modern))", {BERG, MULLER}),
        ("-logic OR -double", ALL),
        ("NOT (logic OR double)", {YAMADA, BARE}),
        ("descen", {NAKKIRAN, BELKIN, MULLER}),
        ("descen double", set()),
        ("author:muller", {MULLER}),
        ("author:atlas", {MULLER}),
        ('author:"van der berg"', {BERG}),
        ("title:double", {NAKKIRAN, MULLER}),
        ("abstract:naive", {MULLER}),
        ("venue:aerodynamics", {MULLER}),
        ("note:introduced", {BELKIN}),
        ("note:flow", {BERG}),
        ("note:borrowed", {BERG}),
        ("key:nakkiran2019deep", {NAKKIRAN}),
        ("in:phenomena", {NAKKIRAN, BELKIN}),
        ("in:reading", {NAKKIRAN, BELKIN}),
        ('tag:"half read"', {NAKKIRAN, BERG}),
        ('tag:"HALF READ" lukasiewicz', {BERG}),
        ('-tag:"half read"', {BELKIN, MULLER, YAMADA, BARE}),
        ("arxiv:1912.02292", {NAKKIRAN}),
        ("arxiv:1912.02292v3 deep", {NAKKIRAN}),
        ("arxiv:https://arxiv.org/pdf/1912.02292 deep", {NAKKIRAN}),
        ("doi:10.48550/arXiv.1912.02292 deep", {NAKKIRAN}),
        ("doi:10.1073/PNAS.1903070116 modern", {BELKIN}),
        ("doi:https://doi.org/10.1073/pnas.1903070116", {BELKIN}),
        ("year:2019", {NAKKIRAN}),
        ("year:2019..2020", {NAKKIRAN, MULLER}),
        ("year:2020..", {MULLER, BERG}),
        ("year:..2018", {BELKIN}),
        ("-year:2019", {BELKIN, MULLER, BERG}),
        ("double year:2019..", {NAKKIRAN, MULLER}),
        ("double OR year:2021", {NAKKIRAN, BELKIN, MULLER, BERG}),
        ("added:2026", ALL),
        ("added:2026-01", ALL),
        ("added:2026-01-02", ALL),
        ("added:2026-01-03..", set()),
        ("added:..2026-01-01", set()),
        ("added:9999y", ALL),
        ("added:9999w", ALL),
        ("type:article", {MULLER}),
        ("status:read", {BERG}),
        ("is:unread", ALL - {BERG}),
        ("is:starred", {NAKKIRAN}),
        ("is:withdrawn", {BERG}),
        ("cat:cs", {BERG, YAMADA}),
        ("cat:CS.LG", {BERG}),
        ("cat:c", set()),
        ("cat:stat.ml -cat:cs.lg", {YAMADA}),
        ("-is:starred double", {BELKIN, MULLER}),
        ("has:note", {BELKIN, BERG}),
        ("has:abstract", {MULLER}),
        ("has:tag", {NAKKIRAN, BERG}),
        ("has:doi", {BELKIN}),
        ("has:arxiv", {NAKKIRAN, BERG, YAMADA, BARE}),
        ("has:pdf OR has:code", set()),
        ("lukasiewicz", {BERG}),
        ("ŁUKASIEWICZ", {BERG}),
        ("fine-tuning naïve", {MULLER}),
        ("学習", {YAMADA}),
        ("深層学習の一般化", {YAMADA}),
        ("習学", set()),
        ("2101.00003", {BARE}),
        ("https://arxiv.org/abs/2101.00003v2", {BARE}),
        ("nakkiran2019deep", {NAKKIRAN}),
        ("", ALL),
        ("¿? ... !!", set()),
        ("nosuchword", set()),
    ],
)
def test_what_a_query_finds(library: Library, query: str, found: set[str]) -> None:
    assert set(arxiv(library.find(query))) == found
    assert set(arxiv([hit.paper for hit in library.search(query)])) == found


@pytest.fixture(scope="module")
def ranked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """One with enough other papers for a word to be rare (bm25 gives a common word no weight)."""
    path = tmp_path_factory.mktemp("ranked") / "l.sqlite"
    Library.create(path)
    told = {
        "title": Record("p", year=2020, title="Elephants and other things that are seen here"),
        "note": Record(
            "p", title="Another thing", mentions=on_page("Other", "S", note="About elephants and how seen.")
        ),
        "section": Record("p", title="Third thing", mentions=on_page("Third", "Elephants that are seen")),
        "scattered": Record("p", title="Descent by double precision, and the rest of it"),
        "phrase": Record("p", title="On double descent in all the nets that are there"),
    }
    papers = [Record("p", title=f"Filler number {i} of many fillers that are here") for i in range(30)]
    with Library.open(path, write=True) as library:
        library.take_page(Page("P", "p.txt", "wiki", "", (*told.values(), *papers), (), ()))
        yield library


def titles(library: Library, query: str) -> list[str]:
    return [(paper.title or "").split()[0] for paper in library.find(query)]


def test_a_phrase_in_order_ranks_above_scattered_words(ranked: Library) -> None:
    assert titles(ranked, "double descent") == ["On", "Descent"]
    first, second = ranked.search("double descent")
    assert first.score > 1.1 * second.score > 0


def test_a_title_ranks_above_a_pages_note_and_that_above_a_section(ranked: Library) -> None:
    assert titles(ranked, "elephants") == ["Elephants", "Another", "Third"]
    scores = [hit.score for hit in ranked.search("elephants")]
    assert scores[0] > scores[1] > scores[2] > 0


def test_a_query_that_tests_values_too_is_ranked_by_its_words(library: Library) -> None:
    assert arxiv(library.find("double year:2018..2020"))[-1] == BELKIN
    assert arxiv(library.find("lukasiewicz OR year:2018..2020"))[0] == BERG


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("year", [BERG, MULLER, NAKKIRAN, BELKIN]),
        ("title", [NAKKIRAN, MULLER, BELKIN, BERG]),
        ("author", [BELKIN, MULLER, NAKKIRAN, BERG]),
        ("key", [BELKIN, MULLER, NAKKIRAN, BERG]),
    ],
)
def test_orders(library: Library, sort: str, order: list[str]) -> None:
    query = "double OR logic"
    assert arxiv(library.find(query, sort)) == order
    assert arxiv(library.find(query, sort, reverse=True)) == order[::-1]
    assert arxiv(library.find(query, sort, limit=2)) == order[:2]


def test_what_has_no_year_or_title_comes_last_both_ways(library: Library) -> None:
    for reverse in (False, True):
        assert set(arxiv(library.find("", "year", reverse=reverse))[-2:]) == {YAMADA, BARE}
        assert arxiv(library.find("", "title", reverse=reverse))[-1] == BARE


def test_limits(library: Library) -> None:
    assert len(library.find("double", limit=2)) == 2
    assert library.find("double", limit=0) == []
    assert len(library.search("", limit=4)) == 4


# --- by which index ----------------------------------------------------------------------------


def plan(library: Library, asked: Statement) -> list[str]:
    rows = library._store.connection.execute(f"EXPLAIN QUERY PLAN {asked.sql}", asked.parameters).fetchall()
    return [row[3] for row in rows]


def wide(library: Library, query: str) -> Node | None:
    return finding.chosen(library._store, parse(query))


def looks_through(steps: list[str]) -> list[str]:
    """The steps that go through a whole table; what another step made is none."""
    whole = [
        step for step in steps if step.startswith("SCAN") and " USING " not in step and "VIRTUAL TABLE" not in step
    ]
    return [step for step in whole if not step.startswith(("SCAN CONSTANT", "SCAN (subquery", "SCAN tag"))]


WORDS = ["double", "double descent", '"double descent"', "a -b", "a OR (b c)", "author:x", "cat:cs.LG", "is:withdrawn",
         "in:page x", "doubl", "ntk", "over-parameterized nets"]  # fmt: skip
VALUES = ["tag:x", "arxiv:2201.02177", "doi:10.1/x", "year:2019", "year:2019..2021", "added:2026", "added:7d",
          "type:book", "status:read", "is:reading", "is:starred", "has:note", "has:abstract", "has:pdf", "has:code",
          "has:doi", "has:arxiv", "has:tag", "tag:x OR year:2019", "tag:x year:2019", "tag:x -year:2019"]  # fmt: skip


@pytest.mark.parametrize("query", WORDS)
def test_words_are_ranked_by_the_index_alone(library: Library, query: str) -> None:
    root = wide(library, query)
    assert root is not None
    for asked in (search.ranked(root, 10, 5), search.found(root), search.counted(root)):
        steps = plan(library, asked)
        assert sum(step.startswith("SCAN w VIRTUAL TABLE INDEX") and ":M" in step for step in steps) == 1
        assert looks_through(steps) == []


@pytest.mark.parametrize(
    "query", ["double year:2019", "double tag:x", "double -tag:x is:starred", "a type:book has:pdf"]
)
def test_of_papers_with_the_words_the_rest_is_looked_up(library: Library, query: str) -> None:
    root = wide(library, query)
    assert root is not None
    steps = plan(library, search.ranked(root, 10, 5))
    assert next(step for step in steps if ":M" in step).startswith("SCAN w VIRTUAL TABLE")
    assert looks_through(steps) == []
    # Of each paper at most its own row is looked at.
    assert not any("SEARCH w" in step for step in steps)


@pytest.mark.parametrize("query", [*VALUES, "double OR tag:x", "double OR year:2019"])
@pytest.mark.parametrize("sort", search.ORDERS)
def test_every_question_uses_an_index(library: Library, query: str, sort: str) -> None:
    root = wide(library, query)
    for asked in (search.listed(root, sort, False, 50), search.listed(root, sort, True, 50), search.counted(root)):
        assert looks_through(plan(library, asked)) == []


@pytest.mark.parametrize("sort", search.ORDERS)
@pytest.mark.parametrize("reverse", [False, True])
def test_a_list_in_any_order_is_read_from_an_index(library: Library, sort: str, reverse: bool) -> None:
    steps = plan(library, search.listed(None, sort, reverse, 50))
    assert not any("TEMP B-TREE" in step for step in steps)
    assert all("INDEX" in step for step in steps if step.startswith(("SCAN p", "SEARCH p")))


def test_a_line_of_a_list_is_looked_up_by_number(library: Library) -> None:
    for columns in search.SHOWN.values():
        sql = f"SELECT {columns} FROM json_each(?) j JOIN paper p ON p.id = j.value ORDER BY j.key"
        steps = plan(library, Statement(sql.replace("?", ":ids"), {"ids": "[1]"}))
        assert looks_through(steps) == []


@pytest.mark.parametrize(
    ("query", "index"),
    [
        ("tag:x", "tag_name"),
        ("arxiv:2201.02177", "sqlite_autoindex_identifier_1"),
        ("has:doi", "identifier_kind"),
        ("has:pdf", "link_rel"),
        ("has:note", "mention_noted"),
        ("year:2019", "paper_year"),
        ("added:7d", "paper_added"),
        ("type:book", "paper_type"),
        ("status:read", "paper_status"),
    ],
)
def test_a_value_is_looked_up_in_its_index(library: Library, query: str, index: str) -> None:
    assert any(index in step for step in plan(library, search.counted(wide(library, query))))


def test_nothing_typed_reaches_the_sql() -> None:
    root = parse("x'yyy tag:o'brien doi:10.1/a'b type:q'r added:2020 year:2021 author:e'fff").root
    assert root is not None
    for asked in (search.ranked(root, 5, 5), search.listed(root, "key", False, 5), search.counted(root)):
        for piece in ("brien", "10.1", "yyy", "q'", "2020", "2021", "fff"):
            assert piece not in asked.sql
        assert {"o'brien", "10.1/a'b", "q'r", 2021} <= set(asked.parameters.values())


# --- no text makes it fail ---------------------------------------------------------------------

TOKENS = st.sampled_from(
    'double descent OR AND NOT NEAR ( ) -( " * ^ + : { } \' -double title:double tag:x author:"a b" year:2019 '
    "year:..2018 year:x is:starred is:odd has:doi added:7d added:x doi:10.1/x arxiv:1912.02292 -tag:x key: in:a 深層 "
    "O(n^2) C++ 10.1000/x_1 Muller, [cs.LG] \\ % _ NULL \0 \ud800 \u202e ½ ﬁ".split(" ")
)


@settings(max_examples=150, derandomize=True, deadline=None)
@given(st.one_of(st.text(max_size=60), st.lists(TOKENS, max_size=25).map(" ".join), st.lists(TOKENS).map("".join)))
def test_no_text_makes_search_fail(place: Path, text: str) -> None:
    with Library.open(place) as library:
        hits = library.search(text)
        assert {paper.key for paper in library.find(text, "year")} == {hit.paper.key for hit in hits}
        library.nearest(text)


@pytest.mark.parametrize(
    "text",
    [
        "(" * 10_000,
        ")" * 10_000,
        "a OR " * 2_000,
        '"' * 10_000,
        " ".join(f"word{i}" for i in range(5_000)),
        "a " + "-b " * 3_000,
        "-b " * 3_000,
        " ".join(f"-w{i}" for i in range(1_500)),
        " OR ".join(f"-w{i}" for i in range(1_000)),
        "has:doi " * 1_200,
        "is:read OR " * 900,
        " ".join(f"year:{year}" for year in range(1000, 1990)),
        "(a OR (b AND " * 50 + "c" + "))" * 50,
        "(year:2019 OR (b -" * 50 + "c" + "))" * 50,
        "(tag:x OR -(b tag:y " * 24,
        "NOT (a " * 60,
        "author:a* " * 900,
    ],
    ids=lambda text: text[:20],
)
def test_long_and_deep_questions_are_answered_too(library: Library, text: str) -> None:
    keys = {paper.key for paper in library.find(text, "key")}
    assert {hit.paper.key for hit in library.search(text)} == keys
    library.nearest(text)


def matches(paper: Paper, node: Node) -> bool:
    """What a question means, told without SQL."""
    if isinstance(node, Match):
        return node.words[0] in words(f"{paper.title or ''} {paper.key}")
    if isinstance(node, Check):
        low, high = (int(side) if side else None for side in node.value)
        return paper.year is not None and (low is None or paper.year >= low) and (high is None or paper.year <= high)
    found = [matches(paper, part) for part in node.parts]
    return not found[0] if node.op == "not" else (all(found) if node.op == "and" else any(found))


LEAVES: st.SearchStrategy[Node] = st.one_of(
    st.sampled_from(["double", "descent", "deep", "logic", "nosuch"]).map(lambda word: Match("", (word,))),
    st.tuples(st.sampled_from(["", "2018", "2019"]), st.sampled_from(["2019", "2020"])).map(lambda v: Check("year", v)),
)
TREES = st.recursive(
    LEAVES,
    lambda parts: st.one_of(
        st.tuples(st.sampled_from(["and", "or"]), st.lists(parts, min_size=2, max_size=4)).map(
            lambda group: Group(group[0], tuple(group[1]))
        ),
        parts.map(lambda part: Group("not", (part,))),
    ),
    max_leaves=25,
)


def deeper(node: Node, levels: int) -> Node:
    """The same question under many groups that change nothing."""
    always = Group("or", (Check("year", ("", "2019")), Group("not", (Check("year", ("", "2019")),))))
    for _ in range(levels):
        node = Group("not", (Group("or", (Group("not", (node,)), Group("not", (always,)))),))
    return node


@pytest.fixture(scope="module")
def plain_library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """One in which every paper has a year, and no other text than its title and its key."""
    path = tmp_path_factory.mktemp("plain") / "l.sqlite"
    Library.create(path)
    titles = ("deep double descent", "double logic", "descent", "deep logic", "other", "double deep")
    with Library.open(path, write=True) as library:
        library.take(
            [Record("user", title=title, year=2016 + i, identifiers={"arxiv": f"2101.0000{i}"})
             for i, title in enumerate(titles)]
        )  # fmt: skip
        yield library


@settings(max_examples=150, derandomize=True, deadline=None)
@given(tree=TREES, levels=st.sampled_from([0, 0, 1, 9, 20]))
def test_every_question_means_what_it_says(plain_library: Library, tree: Node, levels: int) -> None:
    query = Query("?", deeper(tree, levels))
    expected = {paper.key for paper in plain_library.find() if matches(paper, tree)}
    assert {paper.key for paper in plain_library.find(query)} == expected
    assert {paper.key for paper in plain_library.find(query, "year")} == expected


# --- the index -----------------------------------------------------------------------------------


def test_the_index_has_the_columns_that_are_weighed(place: Path) -> None:
    connection = sqlite3.connect(place)
    names = [row[1] for row in connection.execute("PRAGMA table_info(words)")]
    connection.close()
    assert tuple(names) == search.COLUMNS
    assert len(search.WEIGHTS) == len(search.COLUMNS)


def test_the_index_is_whole(place: Path) -> None:
    connection = sqlite3.connect(place)
    connection.execute("INSERT INTO words (words) VALUES ('integrity-check')")
    connection.close()
    store = Store.reading(place)
    papers = [row[0] for row in store.connection.execute("SELECT id FROM paper ORDER BY id")]
    assert [row[0] for row in store.connection.execute("SELECT rowid FROM words ORDER BY rowid")] == papers
    store.close()
