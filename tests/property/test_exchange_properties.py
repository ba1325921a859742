"""What is written in CSL-JSON or RIS is read again as it was, whatever the texts are."""

import json
from collections.abc import Iterable, Iterator
from types import ModuleType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import paper
from gencli.errors import BadInput
from gencli.exchange import join_names, plain, split_names
from gencli.formats import csljson, ris
from gencli.kinds import CSL, ENTRIES, RIS
from gencli.model import Author, Link, Paper, Problem, Record

many = settings(deadline=None, max_examples=80, derandomize=True)

MARKS = [
    "\n",
    "\r",
    "\r\n\n",
    "TY  - BOOK",
    "\nER  - \n",
    "      ",
    "{",
    "}",
    " and ",
    ", ",
    "; ",
    "U5  - gencli {}",
    "<i>",
    "\u2028",
    "é",
]
TEXT = st.text(max_size=40) | st.lists(st.sampled_from(MARKS) | st.text(max_size=5), max_size=8).map("".join)
WORDS = TEXT.filter(lambda text: text != "")
PERSON = st.tuples(WORDS, TEXT, st.sampled_from(["", "Jr.", "III"])).map(lambda parts: Author(*parts))
BODY = WORDS.map(lambda name: Author(literal=name))
NAMES = st.sampled_from(
    """
    volume number pages publisher note keywords isbn issn series editor translator type date urldate origdate eventtitle
    csl-title csl-custom csl-id csl-x csl-issued ris-AU ris-TY ris-ER ris-U5 ris-XX ris-EP ris-bad annotation x
    """.split()
)
DATES = st.sampled_from([None, "2020", "2020-02", "2020-02-29"])
LINK = st.builds(Link, st.sampled_from(["pdf", "web", "code"]), WORDS | st.just("https://a.org/b"))
RECORDS = st.builds(
    # Of a named tuple hypothesis would fill in every field.
    lambda *told, **more: Record(*told, **more),  # noqa: PLW0108
    source=st.just("x"),
    type=st.sampled_from([*ENTRIES, "no such type", "Article"]),
    title=st.none() | WORDS,
    authors=st.lists(PERSON | BODY, max_size=3).map(tuple),
    authors_complete=st.booleans(),
    year=st.sampled_from([None, 2020, 987, 20201]),
    date=DATES,
    posted=DATES,
    venue=st.none() | WORDS,
    abstract=st.none() | WORDS,
    identifiers=st.dictionaries(st.sampled_from(["arxiv", "doi", "pmid", "isbn", "acl", "x"]), WORDS, max_size=3)
    | st.sampled_from([{"arxiv": "2201.02177"}, {"arxiv": "2201.02177", "doi": "10.1000/x"}]),
    arxiv_version=st.none() | st.integers(1, 99),
    categories=st.lists(st.sampled_from(["cs.LG", "stat.ML"]), max_size=2).map(tuple),
    links=st.lists(LINK, max_size=3).map(tuple),
    fields=st.dictionaries(NAMES, WORDS | st.sampled_from(["2001/2003", "2001-21~", "-0333"]), max_size=5),
)
FORMATS = pytest.mark.parametrize("form", [csljson, ris], ids=["csl-json", "ris"])


def kept(record: Record, key: str = "doe2020x") -> Paper:
    return paper(**{name: value for name, value in record._asdict().items() if name in Paper._fields} | {"key": key})


def facts(record: Record) -> Record:
    """A record as it is compared: a date that is the year says nothing more; a dash in pages is a dash."""
    date = None if record.year and record.date == f"{record.year:04}" else record.date
    return record._replace(source="", is_whole=False, key=None, date=date)


def again(form: ModuleType, papers: Iterable[Paper]) -> list[Record | Problem]:
    return list(form.read("".join(form.write(papers)), "x", "file"))


@FORMATS
@given(RECORDS)
@many
def test_what_is_written_is_read_as_it_was(form: ModuleType, record: Record) -> None:
    found = again(form, [kept(record)])
    assert len(found) == 1
    if isinstance(found[0], Record):
        assert facts(found[0]) == facts(plain(kept(record)))
        assert found[0].key == "doe2020x"
    else:
        # Only a work of which nothing is told.
        assert not any((record.title, record.authors, record.identifiers, record.links, record.venue))


@FORMATS
@given(st.lists(RECORDS, max_size=3))
@many
def test_writing_what_was_read_gives_the_same_bytes(form: ModuleType, records: list[Record]) -> None:
    text = "".join(form.write([kept(record, f"k{number}x") for number, record in enumerate(records)]))
    found = [record for record in form.read(text, "x", "file") if isinstance(record, Record)]
    once = "".join(form.write([kept(record, record.key or "k") for record in found]))
    twice = [record for record in form.read(once, "x", "file") if isinstance(record, Record)]
    assert twice == found
    assert "".join(form.write([kept(record, record.key or "k") for record in twice])) == once


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-5000, 5000)
    | TEXT
    | st.sampled_from(["1999", "10.1000/x", "2001-05", "\ud800"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from("date-parts season circa raw family given literal x".split()), inner, max_size=3
        )
    ),
    max_leaves=8,
)
VARIABLES = """
    id type title author issued editor note DOI URL ISBN number issue page custom container-title publisher accessed
    PMID archive genre keyword unknown
""".split()
ITEMS = st.dictionaries(st.sampled_from(VARIABLES), VALUES, max_size=7).map(
    lambda item: item | ({"type": "book"} if len(item) % 2 else {})
)


@given(st.lists(ITEMS | VALUES, max_size=3))
@many
def test_any_json_becomes_records_and_problems_one_an_item(items: list[object]) -> None:
    text = json.dumps(items)
    found = list(csljson.read(text, "x", "file"))
    assert len(found) == len(items)
    records = [record for record in found if isinstance(record, Record)]
    written = "".join(csljson.write([kept(record) for record in records]))
    assert written.encode()
    told = [item for item, record in zip(items, found, strict=True) if isinstance(record, Record)]
    for item, wrote in zip(told, json.loads(written), strict=True):
        assert set(leaves(item)) - {""} <= set(leaves(wrote))
    assert [facts(record) for record in csljson.read(written, "x", "file") if isinstance(record, Record)] == [
        facts(record) for record in records
    ]


def leaves(value: object) -> Iterator[str]:
    """The texts of a value, without halves of surrogate pairs; a field of ours may be JSON itself."""
    if isinstance(value, str):
        text = value.replace("\ud800", "\ufffd")
        yield text
        if text[:1] in ("[", "{"):
            try:
                yield from leaves(json.loads(text))
            except ValueError:
                return
    elif isinstance(value, (list, dict)):
        for part in value.values() if isinstance(value, dict) else value:
            yield from leaves(part)


STARTS = """TY  - |TY - | AU  - |T1  - |PY  - |DA  - |ER  - |ER  -|      |N1  - |UR  - |SN  - |KW  - |
U5  - gencli {|XX  - |ID  - |SP  - |EP  - ||  |M3  - |JO  - |BT  - |T3  - |A2  - |AN  - |Y2  - """.replace(
    "\n", ""
).split("|")
ENDS = ["JOUR", "BOOK", "2001/05/12/x", "http://a.org; http://b.org", "Doe, Jane, Jr", "a", "arXiv", "2201.02177"]
LINES = st.lists(
    st.builds("{}{}".format, st.sampled_from(STARTS), st.sampled_from(ENDS) | st.text(max_size=6)), max_size=12
)


@given(LINES, st.sampled_from(["\n", "\r", "\r\n"]))
@many
def test_any_lines_become_records_and_problems(lines: list[str], end: str) -> None:
    try:
        found = list(ris.read(end.join(lines), "x", "file"))
    except BadInput:
        return
    records = [record for record in found if isinstance(record, Record)]
    written = "".join(ris.write([kept(record) for record in records]))
    assert [facts(record) for record in ris.read(written, "x", "file") if isinstance(record, Record)] == [
        facts(record) for record in records
    ]


@given(st.lists(PERSON | BODY, max_size=3))
@many
def test_a_list_of_names_is_its_own_normal_form(people: list[Author]) -> None:
    once = join_names(split_names(join_names(people)))
    assert join_names(split_names(once)) == once


@pytest.mark.parametrize("types", [CSL, RIS])
def test_a_type_that_was_read_is_written_as_one(types: dict[str, str]) -> None:
    assert set(types.values()) <= set(ENTRIES)
