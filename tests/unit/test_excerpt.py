"""Where a text has what was looked for, and what a hit shows of it."""

import time

import pytest

from gencli import Author, Mention, Paper, parse
from gencli.excerpt import Sought, marks, snippet


def marked(text: str, query: str) -> list[str]:
    return [text[start:end] for start, end in marks(text, Sought.of(parse(query).terms()))]


@pytest.mark.parametrize(
    ("text", "query", "found"),
    [
        ("Deep Double Descent", "double", ["Double"]),
        ("Jörg Müller and ŁUKASIEWICZ", "muller lukasiewicz", ["Müller", "ŁUKASIEWICZ"]),
        ("A study of ﬁne tuning", "fine", ["ﬁne"]),
        ("Journal of Ærodynamics", "aerodyn", ["Ærodynamics"]),
        ("深層学習の一般化", "学習", ["学", "習"]),
        ("descending descent", "descen", ["descending", "descent"]),
        ("descending descent", '"descent"', ["descent"]),
        ("double trouble", "double -trouble", ["double"]),
        ("nothing here", "double", []),
        ("a double rare double descent", '"double descent"', ["double", "descent"]),
        ('the Schr\\"odinger bridge', "schrodinger", ['Schr\\"odinger']),
        ("a $\\beta$-VAE", "beta", ["\\beta"]),
        ("a β-VAE", "beta", ["β"]),
        ("in O(n^2) steps", "n²", ["n^2"]),
        ("C++ and C", "c++", ["C++"]),
        ("an over-parameterized net", "overparameterized", ["over-parameterized"]),
        ("an over–parameterized net", "overparameterized", ["over–parameterized"]),
        ("Hoeffding’s bound", "hoeffding", ["Hoeffding"]),
        ("일반화 오차", "반화", ["반", "화"]),
    ],
)
def test_marks_are_the_text_as_it_is_written(text: str, query: str, found: list[str]) -> None:
    assert marked(text, query) == found


def paper(**told: object) -> Paper:
    facts = {
        "key": "k1", "type": "misc", "title": "T", "authors": (), "authors_complete": True, "year": None, "date": None,
        "posted": None, "updated": None, "venue": None, "abstract": None, "identifiers": {}, "arxiv_version": None,
        "primary_category": None, "categories": (), "links": (), "tags": (), "starred": False, "status": "unread",
        "note": "", "fields": {}, "mentions": (), "aliases": (), "added": "", "changed": "",
    }  # fmt: skip
    return Paper(**facts | told)  # type: ignore[arg-type]


MENTION = Mention("Reading list", ("Phenomena",), None, "item", 1, "L", False, "The [[https://x.org/c|curve]] of it.")


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("logic", ("Łukasiewicz logic", "title")),
        ("naive bounds", ("A naïve bound, then bounds.", "abstract")),
        ("curve", ("The curve of it.", "page note")),
        ("borrowed", ("Borrowed; ask.", "note")),
        ("atlas", ("Jörg Müller, The ATLAS Collaboration", "authors")),
        ("half", ("Half Read", "tags")),
        ("in:phenomena", ("Phenomena", "section")),
        ("in:reading", ("Reading list", "page")),
        ("k1", ("k1", "key")),
        ("nowhere", ("", "title")),
    ],
)
def test_a_snippet_is_a_piece_of_the_paper_and_says_of_which_field(query: str, shown: tuple[str, str]) -> None:
    found = paper(
        title="Łukasiewicz logic", abstract="A naïve bound, then bounds.", note="Borrowed; ask.", tags=("Half Read",),
        authors=(Author("Müller", "Jörg"), Author(literal="The ATLAS Collaboration")), mentions=(MENTION,),
    )  # fmt: skip
    assert snippet(found, Sought.of(parse(query).terms())) == shown


def test_a_long_text_is_cut_between_words_around_the_match() -> None:
    long = " ".join(f"word{i}" for i in range(400)) + " needle " + " ".join(f"tail{i}" for i in range(400))
    text, field = snippet(paper(abstract=long), Sought.of(parse("needle").terms()))
    assert field == "abstract"
    assert " needle " in text
    assert len(text) < 200
    assert text.startswith("… word")
    assert text.endswith(" …")
    assert text.strip("… ").split()[0] in long.split()
    assert text.strip("… ").split()[-1] in long.split()


def test_a_snippet_is_taken_where_most_words_are() -> None:
    long = "a needle. " + "hay " * 100 + "a needle and a thread " + "hay " * 100
    assert "needle and a thread" in snippet(paper(abstract=long), Sought.of(parse("needle thread").terms()))[0]


def test_a_text_without_blanks_is_cut_around_the_match() -> None:
    text, _ = snippet(paper(abstract="深" * 400 + "学" + "深" * 400), Sought.of(parse("学").terms()))
    assert "学" in text
    assert len(text) < 200


@pytest.mark.parametrize("text", ["needle-", "深", "needle "])
def test_a_text_full_of_matches_is_cut_in_time(text: str) -> None:
    sought = Sought.of(parse('needle OR 深 OR "深深"').terms())
    began = time.process_time()
    assert snippet(paper(title=text * (100_000 // len(text))), sought)[1] == "title"
    # That each match was compared with each took a minute.
    assert time.process_time() - began < 3
