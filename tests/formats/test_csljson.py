"""CSL-JSON in and out: what Zotero, pandoc and citeproc-js say, in the library's terms."""

import json
from pathlib import Path
from typing import Any

import pytest

from conftest import paper
from gencli.errors import BadInput
from gencli.formats import csljson
from gencli.model import Author, Link, Problem, Record

SHARED = Path(__file__).resolve().parents[2].parent / "shared" / "bib" / "csl"


def read(*items: Any) -> list[Record | Problem]:
    return list(csljson.read(json.dumps(items), "file:x", "x.json"))


def one(**item: Any) -> Record:
    found = read({"type": "article-journal", "title": "T", **item})[0]
    assert isinstance(found, Record)
    return found


def told(**facts: Any) -> dict[str, Any]:
    item: dict[str, Any] = json.loads("".join(csljson.write([paper(**facts)])))[0]
    return item


def again(record: Record) -> dict[str, Any]:
    """What is written for a record that was read."""
    names = (
        "title",
        "authors",
        "authors_complete",
        "year",
        "date",
        "venue",
        "abstract",
        "identifiers",
        "links",
        "fields",
    )
    return told(key=record.key or "k2020x", type=record.type, **{name: getattr(record, name) for name in names})


def test_an_article_is_understood() -> None:
    record = one(
        id="roe2001x",
        author=[{"family": "Roe", "given": "Jane"}],
        issued={"date-parts": [[2001, 5, 12]]},
        DOI="10.1000/ABC",
        volume="3",
        issue=4,
        page="1–9",
        ISSN="1234-5678",
        URL="https://a.org/b",
        **{"container-title": "Journal of Things", "container-title-short": "J. Th."},
        keyword="one, two",
    )
    assert record.source == "file:x"
    assert record.key == "roe2001x"
    assert (record.type, record.title, record.venue) == ("article", "T", "Journal of Things")
    assert record.authors == (Author("Roe", "Jane"),)
    assert (record.year, record.date) == (2001, "2001-05-12")
    assert record.identifiers == {"doi": "10.1000/abc"}
    assert record.links == (Link("web", "https://a.org/b"),)
    assert record.fields == {
        "volume": "3",
        "number": "4",
        "pages": "1–9",
        "issn": "1234-5678",
        "shortjournal": "J. Th.",
        "keywords": "one, two",
    }


@pytest.mark.parametrize(
    ("name", "author"),
    [
        ({"family": "Gogh", "given": "Vincent", "non-dropping-particle": "van"}, Author("van Gogh", "Vincent")),
        ({"family": "Fontaine", "dropping-particle": "de", "non-dropping-particle": "La"}, Author("de La Fontaine")),
        ({"family": "Alembert", "given": "Jean", "dropping-particle": "d'"}, Author("d'Alembert", "Jean")),
        ({"family": "King", "given": "M.", "suffix": "Jr.", "comma-suffix": True}, Author("King", "M.", "Jr.")),
        ({"literal": "The ATLAS Collaboration"}, Author(literal="The ATLAS Collaboration")),
        ({"family": "Plato"}, Author("Plato")),
        ("Plato", Author(literal="Plato")),
    ],
)
def test_a_name_has_its_parts_and_is_given_back(name: Any, author: Author) -> None:
    record = one(author=[name])
    assert record.authors == (author,)
    if name != "Plato":
        assert again(record)["author"] == [name]


def test_others_at_the_end_are_no_author() -> None:
    record = one(author=[{"family": "Roe"}, {"literal": "others"}])
    assert record.authors == (Author("Roe"),)
    assert not record.authors_complete
    assert again(record)["author"] == [{"family": "Roe"}, {"literal": "others"}]


@pytest.mark.parametrize(
    ("issued", "year", "date", "text"),
    [
        ({"date-parts": [["2001"]]}, 2001, "2001", None),
        ({"date-parts": [["2001", "5"]]}, 2001, "2001-05", None),
        ({"date-parts": [[2000, 2, 29]]}, 2000, "2000-02-29", None),
        ({"date-parts": [[2001, 2, 29]]}, 2001, "2001-02", None),
        ({"date-parts": [[2001, 0, 0]]}, 2001, "2001", None),
        ({"raw": "2001-05-12"}, 2001, "2001-05-12", None),
        ("2001-05-12", 2001, "2001-05-12", None),
        (2001, 2001, "2001", None),
        ({"date-parts": [[2001, 5], [2002]]}, 2001, None, "2001-05/2002"),
        ({"date-parts": [[2001], [0]]}, 2001, None, "2001/.."),
        ({"date-parts": [[2001, 5]], "circa": True}, 2001, None, "2001-05~"),
        ({"date-parts": [[2001]], "season": 3}, 2001, None, "2001-23"),
        ({"date-parts": [[2001]], "season": "22"}, 2001, None, "2001-22"),
        ({"date-parts": [[-334]]}, None, None, "-0333"),
        ({"literal": "about 1905, or later"}, 1905, None, "about 1905, or later"),
        ({"literal": "13th cent"}, None, None, "13th cent"),
        ({"date-parts": [[]]}, None, None, None),
        ({"date-parts": [["x"]], "raw": "2001"}, 2001, "2001", None),
        ({"date-parts": [[{"a": 1}]]}, None, None, None),
        ({}, None, None, None),
    ],
)
def test_a_date_in_every_form(issued: Any, year: int | None, date: str | None, text: str | None) -> None:
    record = one(issued=issued)
    assert (record.year, record.date, record.fields.get("date")) == (year, date, text)
    if isinstance(issued, dict) and issued and issued != {"date-parts": [[]]}:
        assert plainly({"issued": again(record)["issued"]}) == plainly({"issued": issued})


def test_a_date_that_was_changed_is_not_told_as_it_was_read() -> None:
    record = one(issued={"literal": "spring of 1905"})
    item = told(title="T", year=1999, date="1999-01", fields=record.fields)
    assert item["issued"] == {"date-parts": [[1999, 1]]}


@pytest.mark.parametrize(
    ("item", "identifiers"),
    [
        ({"DOI": "https://doi.org/10.1000/X"}, {"doi": "10.1000/x"}),
        ({"DOI": "10.48550/arXiv.2201.02177"}, {"arxiv": "2201.02177"}),
        ({"type": "article", "publisher": "arXiv", "number": "arXiv:2201.02177"}, {"arxiv": "2201.02177"}),
        ({"archive": "arXiv", "archive_location": "2201.02177"}, {"arxiv": "2201.02177"}),
        ({"container-title": "arXiv:2201.02177 [cs]"}, {"arxiv": "2201.02177"}),
        ({"note": "See there.\narXiv: 2201.02177"}, {"arxiv": "2201.02177"}),
        ({"note": "A comment on 10.1000/other"}, {}),
        ({"PMID": 123}, {"pmid": "123"}),
        ({"type": "book", "ISBN": "978-0-201-63361-0 0-85131-041-9"}, {"isbn": "9780201633610"}),
        ({"type": "chapter", "ISBN": "9780201633610"}, {}),
        ({"URL": "https://aclanthology.org/P19-1001/"}, {"acl": "P19-1001"}),
        ({"URL": "https://openreview.net/forum?id=abcDEF123"}, {"openreview": "abcDEF123"}),
    ],
)
def test_identifiers_are_found_where_they_are_told(item: dict[str, Any], identifiers: dict[str, str]) -> None:
    assert one(**item).identifiers == identifiers


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("roe2001x", "roe2001x"),
        ("http://zotero.org/users/1/items/AB", None),
        ("two words", None),
        (17, None),
        ("friends:leia", "friends:leia"),
    ],
)
def test_a_key_is_one_that_looks_like_one(name: Any, key: str | None) -> None:
    record = one(id=name)
    assert record.key == key
    assert (record.fields.get("csl-id") is None) == (key is not None)
    assert again(record)["id"] == (key or "k2020x")


def test_what_has_no_place_is_kept_and_given_back() -> None:
    odd = {
        "source": "Library",
        "dimensions": "22 min",
        "custom": {"a": [1, {"b": None}]},
        "submitted": {"raw": "1999"},
        "unheard-of": True,
        "true": "true",
        "file": "[x",
        "categories": ["a", "b"],
        "archive": "Box 7",
    }
    record = one(**odd)
    assert record.fields["csl-source"] == "Library"
    assert record.fields["csl-custom"] == '{"a":[1,{"b":null}]}'
    item = again(record)
    assert {name: item[name] for name in odd} == odd


def test_markup_is_no_part_of_a_title_and_is_given_back() -> None:
    record = one(title='On <i>Xenopus</i>, H<sub>2</sub>O and a < b <span class="nocase">of</span>')
    assert record.title == "On Xenopus, H2O and a < b of"
    assert again(record)["title"].startswith("On <i>Xenopus</i>")
    item = told(title="Another", fields=record.fields)
    assert item["title"] == "Another"


def test_lists_of_names_become_text_and_names_again() -> None:
    editor = [{"family": "Roe", "given": "Jane"}, {"literal": "Smith and Sons"}, {"family": "Foo, Bar", "given": "X"}]
    record = one(editor=editor, translator=[{"family": "Doe", "given": "J."}])
    assert record.fields["editor"] == "Roe, Jane and {Smith and Sons} and {Foo, Bar}, X"
    assert record.fields["translator"] == "Doe, J."
    assert again(record)["editor"] == editor


def test_a_thesis_appeared_at_its_school() -> None:
    record = one(type="thesis", genre="PhD thesis", publisher="MIT")
    assert (record.type, record.venue, record.fields) == ("phdthesis", "MIT", {})
    assert told(title="T", type="phdthesis", venue="MIT")["publisher"] == "MIT"
    assert told(title="T", type="mastersthesis")["genre"] == "Master's thesis"


def test_a_preprint_is_told_as_zotero_does() -> None:
    item = told(title="T", type="misc", identifiers={"arxiv": "2201.02177"})
    assert (item["type"], item["publisher"], item["number"]) == ("article", "arXiv", "arXiv:2201.02177")
    assert item["URL"] == "https://arxiv.org/abs/2201.02177"
    assert "custom" not in item


def test_a_published_paper_has_its_arxiv_id_in_its_note() -> None:
    item = told(title="T", type="article", venue="J", identifiers={"arxiv": "2201.02177", "doi": "10.1000/x"})
    assert (item["type"], item["container-title"], item["DOI"]) == ("article-journal", "J", "10.1000/x")
    assert item["note"] == "arXiv: 2201.02177"
    assert "custom" not in item


def test_fields_of_a_bib_are_told_without_latex() -> None:
    item = told(
        title="T",
        type="book",
        fields={"publisher": r"{\'E}ditions \& Co", "series": r"a \& b"},
        origins={"fields.publisher": "bib:x.bib", "fields.series": "arxiv"},
    )
    assert item["publisher"] == "Éditions & Co"
    assert item["collection-title"] == r"a \& b"


def test_a_persons_own_marks_are_private() -> None:
    text = "".join(
        csljson.write([paper(title="T", tags=("secrettag",), note="secretnote", status="read", starred=True)])
    )
    assert "secret" not in text
    assert "starred" not in text
    assert '"status"' not in text


def test_the_text_is_a_list_with_one_item_a_line() -> None:
    assert "".join(csljson.write([])) == "[]\n"
    text = "".join(csljson.write([paper(key="b", title="ü\u2028"), paper(key="a", title="T")]))
    assert text.split("\n")[0] == "["
    assert [item["id"] for item in json.loads(text)] == ["b", "a"]
    assert "ü" in text
    assert text.count("\n") == 4


@pytest.mark.parametrize(
    "text",
    [
        '{"title": "T", "type": "book"}',
        '{"items": [{"title": "T"}]}',
        '{"references": [{"title": "T"}]}',
        '\ufeff [{"title": "T"}]\n',
    ],
)
def test_other_wrappings_are_read(text: str) -> None:
    assert [record.title for record in csljson.read(text, "x", "x.json") if isinstance(record, Record)] == ["T"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('[\n{"a": 1},\n{"b" 2}]', "x.json:3 is no JSON"),
        ("", "x.json:1 is no JSON"),
        ("7", "no CSL-JSON"),
        ('{"a": 1}', "no CSL-JSON"),
        ('{"items": 3}', "no CSL-JSON"),
        ("[" * 100_000, "nested too deeply"),
    ],
)
def test_what_is_no_csl_json_is_refused_with_its_line(text: str, message: str) -> None:
    with pytest.raises(BadInput, match=message) as caught:
        csljson.read(text, "x", "x.json")
    assert caught.value.hint
    assert "\n" not in caught.value.message


def test_what_is_no_work_is_a_problem_with_its_text() -> None:
    found = read(7, {"id": "x", "type": "book"}, {"title": "T"}, ["a"], {})
    assert [type(one) for one in found] == [Problem, Problem, Record, Problem, Problem]
    assert found[1] == Problem("x.json item 2", "an item that tells of no work", '{"id":"x","type":"book"}')


def test_what_stands_beside_the_items_or_twice_is_not_lost_in_silence() -> None:
    found = list(csljson.read('{"items": [{"title": "A", "title": "B"}], "style": "apa"}', "x", "x.json"))
    assert [problem.raw for problem in found if isinstance(problem, Problem)] == ['"apa"', '"A"']
    assert [record.title for record in found if isinstance(record, Record)] == ["B"]


def test_numbers_are_not_rounded() -> None:
    found = list(
        csljson.read('[{"title": "T", "volume": 1.10, "number-of-pages": 123456789012345678901, "x": NaN}]', "x", "f")
    )
    assert isinstance(found[0], Record)
    assert found[0].fields == {"volume": "1.10", "pagetotal": "123456789012345678901", "csl-x": "NaN"}


def test_halves_of_surrogate_pairs_do_not_reach_a_file() -> None:
    record = one(title="a\ud800b", note="\udc00", author=[{"family": "\ud800"}], source="\ud800", editor=["\ud800"])
    assert record.title == "a\ufffdb"
    "".join(csljson.write([paper(title=record.title, authors=record.authors, fields=record.fields)])).encode()


@pytest.mark.parametrize(
    "rest",
    [
        7,
        [],
        {"title": 7},
        {"authors": [{"evil": "x"}]},
        {"links": [{}]},
        {"nope": "x"},
        {"year": 10**30},
        {"fields": {"a": 1}},
        {"is_whole": True},
        {"starred": True},
    ],
)
def test_a_place_of_ours_that_is_none_is_kept_like_any_other(rest: Any) -> None:
    record = one(custom={"gencli": rest})
    assert record.title == "T"
    assert "csl-custom" in record.fields


@pytest.mark.skipif(not SHARED.is_dir(), reason="the collected files are not here")
def test_every_item_of_real_files_comes_back_as_it_was() -> None:
    for path in sorted(SHARED.glob("*.json")):
        items = json.loads(path.read_text(encoding="utf-8"))
        found = list(csljson.read(path.read_text(encoding="utf-8"), "x", path.name))
        assert len(found) == len(items)
        for item, record in zip(items, found, strict=True):
            assert isinstance(record, Record)
            assert (
                plainly({name: value for name, value in item.items() if value != ""}).items()
                <= plainly(again(record)).items()
            ), path.name


def plainly(item: dict[str, Any]) -> dict[str, str]:
    """The variables of an item, each as text in which a number is its digits and DOIs have one case."""

    def text(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: text(part) for name, part in value.items()}
        return [text(part) for part in value] if isinstance(value, list) else str(value)

    return {name: json.dumps(text(value), sort_keys=True).lower() for name, value in item.items()}
