"""The nouns: how they are shown, and that nothing changes them."""

import json

import pytest

from gencli import Author, Link, Mention, Outcome, Paper, Problem, Record
from gencli.model import author_as_json, mention_as_json

MENTION = Mention("Page", ("A", "B"), None, "item", 3, "Label", True, "a **note**")


def paper(**told: object) -> Paper:
    empty: dict[str, object] = {
        "key": "k", "type": "misc", "title": None, "authors": (), "authors_complete": True, "year": None, "date": None,
        "posted": None, "updated": None, "venue": None, "abstract": None, "identifiers": {}, "arxiv_version": None,
        "primary_category": None, "categories": (), "links": (), "tags": (), "starred": False, "status": "unread",
        "note": "", "fields": {}, "mentions": (), "aliases": (), "added": "2026-01-01T00:00:00Z",
        "changed": "2026-01-02T00:00:00Z",
    }  # fmt: skip
    return Paper(**(empty | told))  # type: ignore[arg-type]


# The names and their order as docs promise them to scripts.
NAMES = [
    "key", "aliases", "type", "title", "authors", "authors_complete", "year", "date", "posted", "updated", "venue",
    "abstract", "identifiers", "arxiv_version", "primary_category", "categories", "links", "tags", "starred", "status",
    "note", "fields", "mentions", "added", "changed",
]  # fmt: skip


def test_a_paper_as_json_has_every_field_even_where_nothing_is_known() -> None:
    shape = paper().as_json()
    assert list(shape) == NAMES
    assert shape["title"] is None
    assert shape["abstract"] is None
    assert (shape["authors"], shape["links"], shape["mentions"], shape["aliases"]) == ([], [], [], [])
    assert (shape["note"], shape["identifiers"], shape["fields"]) == ("", {}, {})


def test_a_paper_as_json_says_what_it_holds_and_not_where_it_is_from() -> None:
    shape = paper(
        title="T",
        authors=(Author("Belkin", "Mikhail"), Author(literal="The ATLAS Collaboration"), Author("King", "M", "Jr")),
        identifiers={"arxiv": "1812.11118"},
        links=(Link("pdf", "https://arxiv.org/pdf/1812.11118"),),
        mentions=(MENTION,),
        origins={"title": "user"},
    ).as_json()
    assert shape["authors"] == [
        {"family": "Belkin", "given": "Mikhail"},
        {"literal": "The ATLAS Collaboration"},
        {"family": "King", "given": "M", "suffix": "Jr"},
    ]
    assert shape["links"] == [{"rel": "pdf", "url": "https://arxiv.org/pdf/1812.11118"}]
    assert shape["mentions"][0] == {
        "page": "Page", "section": ["A", "B"], "group": None, "role": "item", "position": 3, "label": "Label",
        "starred": True, "note": "a **note**",
    }  # fmt: skip
    assert "origins" not in shape
    assert json.loads(json.dumps(shape)) == shape


def test_authors_and_mentions_alone() -> None:
    assert author_as_json(Author(literal="Body", family="ignored")) == {"literal": "Body"}
    assert author_as_json(Author()) == {"family": "", "given": ""}
    assert mention_as_json(MENTION)["section"] == ["A", "B"]


@pytest.mark.parametrize(
    ("author", "shown"),
    [
        (Author("van der Berg", "Kees"), "van der Berg"),
        (Author("", "Plato"), "Plato"),
        (Author(literal="CERN"), "CERN"),
        (Author(), ""),
    ],
)
def test_surnames(author: Author, shown: str) -> None:
    assert author.surname == shown


def test_a_paper_without_title_is_called_by_what_is_known() -> None:
    assert paper(title="T", identifiers={"doi": "10.1/a"}).name == "T"
    assert paper(identifiers={"doi": "10.1/a"}).name == "10.1/a"
    assert paper().name == "k"


@pytest.mark.parametrize(
    ("identifiers", "links", "page", "pdf"),
    [
        ({"arxiv": "2201.02177", "doi": "10.1/a"}, [], "https://arxiv.org/abs/2201.02177",
         "https://arxiv.org/pdf/2201.02177"),
        ({"doi": "10.1/a"}, [("pdf", "https://x.org/a.pdf")], "https://doi.org/10.1/a", "https://x.org/a.pdf"),
        ({}, [("video", "https://v.org"), ("web", "https://w.org")], "https://w.org", None),
        ({}, [("pdf", "HTTPS://x.org/a.pdf")], "HTTPS://x.org/a.pdf", "HTTPS://x.org/a.pdf"),
        ({}, [("web", "javascript:alert(1)"), ("pdf", "file:///etc/passwd")], None, None),
        ({}, [("code", "https://github.com/x/y")], None, None),
        ({}, [], None, None),
    ],
)  # fmt: skip
def test_where_a_browser_finds_it(
    identifiers: dict[str, str], links: list[tuple[str, str]], page: str | None, pdf: str | None
) -> None:
    found = paper(identifiers=identifiers, links=tuple(Link(*link) for link in links))
    assert found.address() == page
    assert found.address(pdf=True) == pdf


def test_an_outcome_that_only_saw_papers_changed_nothing() -> None:
    assert not Outcome(unchanged=("a",), problems=(Problem("x", "y"),)).changed
    assert all(outcome.changed for outcome in (Outcome(added=("a",)), Outcome(merged=("a",)), Outcome(removed=("a",))))


def test_an_outcome_as_json() -> None:
    shape = Outcome(added=("a",), problems=(Problem("f:1", "what", "raw"),)).as_json()
    assert shape == {
        "added": ["a"], "merged": [], "unchanged": [], "removed": [], "problems": [{"where": "f:1", "what": "what"}],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("value", "name"),
    [(Author("a"), "family"), (Link("web", "x"), "url"), (MENTION, "note"), (paper(), "title"), (Outcome(), "added"),
     (Problem("a", "b"), "what"), (Record("user"), "title")],
)  # fmt: skip
def test_values_are_frozen_and_have_no_room_for_more(value: object, name: str) -> None:
    with pytest.raises(AttributeError):
        setattr(value, name, "x")
    assert not hasattr(value, "__dict__")


def test_outcomes_that_follow_each_other() -> None:
    first = Outcome(added=("a", "b"), merged=("c",), unchanged=("d", "e"))
    later = Outcome(added=("f",), merged=("a", "d"), unchanged=("c", "b", "g"), united=(("c", "b"),))
    assert first.plus(later) == Outcome(added=("a", "f"), merged=("c", "d"), unchanged=("e", "g"), united=(("c", "b"),))
    assert Outcome().plus(first) == first
