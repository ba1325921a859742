"""RIS in and out: what EndNote, Zotero, publishers and databases write, in the library's terms."""

from pathlib import Path
from typing import Any

import pytest

from conftest import paper
from gencli.errors import BadInput
from gencli.formats import ris
from gencli.formats.ris.tags import date_text, ris_date
from gencli.model import Author, Link, Problem, Record

SHARED = Path(__file__).resolve().parents[2].parent / "shared" / "bib" / "ris"


def read(text: str) -> list[Record | Problem]:
    return list(ris.read(text, "file:x", "x.ris"))


def one(*lines: str, ty: str = "JOUR") -> Record:
    found = read("\n".join([f"TY  - {ty}", "TI  - T", *lines, "ER  - ", ""]))
    assert len(found) == 1
    assert isinstance(found[0], Record)
    return found[0]


def told(**facts: Any) -> list[str]:
    return "".join(ris.write([paper(**facts)])).splitlines()


def again(record: Record, **other: Any) -> list[str]:
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
    facts = {name: getattr(record, name) for name in names}
    return told(**facts | {"key": record.key or "k2020x", "type": record.type} | other)


def test_an_article_is_understood() -> None:
    record = one(
        "ID  - roe2001x",
        "AU  - Roe, Jane",
        "AU  - Doe, John, Jr.",
        "T2  - Journal of Things",
        "J2  - J. Th.",
        "PY  - 2001",
        "DA  - 2001/05/12/",
        "VL  - 3",
        "IS  - 4",
        "SP  - 1",
        "EP  - 9",
        "SN  - 1234-5678",
        "DO  - 10.1000/ABC",
        "KW  - one",
        "KW  - two",
        "AB  - All of it.",
        "UR  - https://a.org/b",
        "L1  - https://a.org/b.pdf",
    )
    assert (record.source, record.key, record.type, record.title) == ("file:x", "roe2001x", "article", "T")
    assert record.authors == (Author("Roe", "Jane"), Author("Doe", "John", "Jr."))
    assert (record.year, record.date, record.venue, record.abstract) == (
        2001,
        "2001-05-12",
        "Journal of Things",
        "All of it.",
    )
    assert record.identifiers == {"doi": "10.1000/abc"}
    assert record.links == (Link("web", "https://a.org/b"), Link("pdf", "https://a.org/b.pdf"))
    assert record.fields == {
        "volume": "3",
        "number": "4",
        "pages": "1-9",
        "issn": "1234-5678",
        "shortjournal": "J. Th.",
        "keywords": "one, two",
    }
    lines = again(record)
    assert lines[0] == "TY  - JOUR"
    assert lines[-1] == "ER  - "
    assert not [line for line in lines if line.startswith("U5")]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("2001/05/12/other", "2001-05-12"),
        ("2001/05/12", "2001-05-12"),
        ("2001/5/2/", "2001-05-02"),
        ("2001/05//", "2001-05"),
        ("2001///", "2001"),
        ("2001", "2001"),
        ("2001/00/00/", "2001"),
        ("2001/02/30/", "2001-02"),
        ("2015/october", "2015-10"),
        ("2001///Spring", "2001-21"),
        ("2001///2001-05/2002-06~", "2001-05/2002-06~"),
        ("2001-05-12", "2001-05-12"),
        ("99", ""),
        ("YEAR/MONTH/DAY/", ""),
        ("///", ""),
        ("", ""),
        ("///-0333", "-0333"),
        ("2001/13/1/", "2001"),
    ],
)
def test_a_date_in_every_form(value: str, text: str) -> None:
    assert date_text(value) == text


@pytest.mark.parametrize(
    "text", ["2001", "2001-05", "2001-05-12", "2001-21", "2001/2003", "2001-05~", "-0333", "2001/.."]
)
def test_a_date_is_written_so_that_it_is_read_again(text: str) -> None:
    assert date_text(ris_date(text)) == text
    assert ris_date(text).count("/") >= 3


def test_the_date_is_the_one_that_says_most_of_its_year() -> None:
    record = one("PY  - 2013", "Y1  - 2013/07", "DA  - 2013/07/28", "DA  - 1999/01/01")
    assert (record.year, record.date) == (2013, "2013-07-28")
    assert record.fields == {"ris-Y1": "2013/07", "ris-DA": "1999/01/01"}


@pytest.mark.parametrize(
    ("lines", "identifiers"),
    [
        (["DO  - http://dx.doi.org/10.1000/X"], {"doi": "10.1000/x"}),
        (["M3  - doi: 10.1000/x"], {"doi": "10.1000/x"}),
        (["N1  - doi: 10.1000/x"], {"doi": "10.1000/x"}),
        (["AN  - arXiv:2201.02177", "PB  - arXiv"], {"arxiv": "2201.02177"}),
        (["UR  - http://arxiv.org/abs/2201.02177"], {"arxiv": "2201.02177"}),
        (["DB  - PubMed", "AN  - 123"], {"pmid": "123"}),
        (["DB  - Scopus", "AN  - 123"], {}),
        (["UR  - https://aclanthology.org/P19-1001"], {"acl": "P19-1001"}),
    ],
)
def test_identifiers_are_found_where_they_are_told(lines: list[str], identifiers: dict[str, str]) -> None:
    assert one(*lines).identifiers == identifiers


def test_a_serial_number_is_told_by_its_form_and_type() -> None:
    assert one("SN  - 978-0-201-63361-0", ty="BOOK").identifiers == {"isbn": "9780201633610"}
    chapter = one("SN  - 978-0-201-63361-0", ty="CHAP")
    assert (chapter.identifiers, chapter.fields) == ({}, {"isbn": "978-0-201-63361-0"})
    assert one("SN  - 1234-5678", "SN  - 8765-432X").fields == {"issn": "1234-5678, 8765-432X"}
    assert one("SN  - odd").fields == {"ris-SN": "odd"}


def test_several_addresses_in_one_are_several() -> None:
    record = one("UR  - http://a.org/x;http://b.org/y; https://c.org")
    assert [link.url for link in record.links] == ["http://a.org/x", "http://b.org/y", "https://c.org"]
    assert one("L1  - internal-pdf://a.pdf", "UR  - //a.org").fields == {
        "ris-L1": "internal-pdf://a.pdf",
        "ris-UR": "//a.org",
    }


@pytest.mark.parametrize(
    ("value", "author"),
    [
        ("Roe,Jane", Author("Roe", "Jane")),
        ("van Roe, J., III", Author("van Roe", "J.", "III")),
        ("The ATLAS Collaboration", Author(literal="The ATLAS Collaboration")),
        ("Acme Inc.,", Author(literal="Acme Inc.")),
    ],
)
def test_a_name_has_its_parts(value: str, author: Author) -> None:
    record = one(f"AU  - {value}")
    assert record.authors == (author,)
    assert not [name for name in record.fields if name.startswith("ris-")]


def test_et_al_is_no_author_and_is_given_back() -> None:
    record = one("AU  - Roe, J.", "AU  - et al.")
    assert (record.authors, record.authors_complete) == ((Author("Roe", "J."),), False)
    assert "AU  - et al." in again(record)


def test_a_book_has_a_series_and_a_thesis_a_school() -> None:
    book = one("T2  - Lecture Notes", "CY  - Berlin", "PB  - Springer", "A2  - Roe, J.", ty="BOOK")
    assert (book.venue, book.fields["series"], book.fields["editor"]) == (None, "Lecture Notes", "Roe, J.")
    thesis = one("PB  - MIT", "M3  - PhD thesis", ty="THES")
    assert (thesis.type, thesis.venue, thesis.fields) == ("phdthesis", "MIT", {})


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_sloppy_files_are_read(end: str) -> None:
    lines = [
        "\ufeff",
        "TY - JOUR",
        " TI  - One",
        "AU  - Roe, J.",
        "JO  -J",
        "PY  - ",
        "TY  - BOOK",
        "T1  - Two",
        "ER  -",
        "TY  - GEN",
        "TI  - Three",
    ]
    found = read(end.join(lines))
    assert [(record.type, record.title) for record in found if isinstance(record, Record)] == [
        ("article", "One"),
        ("book", "Two"),
        ("misc", "Three"),
    ]


def test_lines_without_a_tag_go_on_with_the_value_before() -> None:
    record = one(
        "AB  - first",
        "      second",
        "third",
        "",
        "IL - 2 is no tag",
        "TX - nor this",
        "T3  - S",
        "  eries",
        "KW  - a",
        "b",
    )
    assert record.abstract == "first\nsecond\nthird\n\nIL - 2 is no tag\nTX - nor this"
    assert record.fields == {"series": "S eries", "keywords": "a, b"}


def test_a_value_with_line_ends_survives_and_never_looks_like_a_tag() -> None:
    abstract = "one\n\nTY  - BOOK\n  two\nER  - \nthree"
    lines = told(title="T", abstract=abstract)
    assert lines.count("ER  - ") == 1
    record = read("\n".join(lines))[0]
    assert isinstance(record, Record)
    assert record.abstract == abstract


def test_what_has_no_place_is_kept_and_given_back() -> None:
    record = one("AD  - Here", "AD  - There", "U1  - one", "XX  - odd", "TI  - Another", "M1  - 7", ty="MGZN")
    assert record.type == "article"
    assert record.fields == {
        "ris-AD": "Here\nThere",
        "ris-U1": "one",
        "ris-XX": "odd",
        "ris-TI": "Another",
        "ris-M1": "7",
        "ris-TY": "MGZN",
    }
    lines = again(record)
    assert lines[0] == "TY  - MGZN"
    assert {"AD  - Here", "AD  - There", "U1  - one", "XX  - odd", "TI  - Another", "M1  - 7"} <= set(lines)
    assert lines.index("TI  - T") < lines.index("TI  - Another")
    assert again(record, type="book")[0] == "TY  - BOOK"


def test_what_ris_has_no_place_for_is_in_the_users_own_field() -> None:
    lines = told(
        title="T", fields={"annotation": "x\ny"}, links=(Link("code", "https://a.org"),), primary_category="cs.LG"
    )
    ours = [line for line in lines if line.startswith("U5  - gencli {")]
    assert len(ours) == 1
    record = read("\n".join(lines))[0]
    assert isinstance(record, Record)
    assert record.fields == {"annotation": "x\ny"}
    assert record.links == (Link("code", "https://a.org"),)
    assert record.primary_category == "cs.LG"


@pytest.mark.parametrize("rest", ["{", "{7}", '{"title": 7}', '{"nope": 1}', '{"a":' * 50_000])
def test_a_users_field_that_is_not_ours_is_kept(rest: str) -> None:
    record = one(f"U5  - gencli {rest}")
    assert record.title == "T"
    assert record.fields == {"ris-U5": f"gencli {rest}"}


def test_text_outside_of_references_is_a_problem() -> None:
    found = read("Hello\nworld\n\nTY  - JOUR\nTI  - T\nER  - \n\n2.\nTY  - JOUR\nTI  - U\nER  - \nbye")
    assert found[0] == Problem("x.ris:1", "text outside of any reference", "Hello\nworld")
    problems = [problem for problem in found if isinstance(problem, Problem)]
    assert [(problem.where, problem.raw) for problem in problems[1:]] == [("x.ris:8", "2."), ("x.ris:12", "bye")]
    assert [problem.taken for problem in problems] == [False, True, False]


def test_a_reference_without_its_type_or_without_anything_is_a_problem() -> None:
    found = read("AU  - Roe, J.\nTI  - T\nER  - \nTY  - JOUR\nER  - \n")
    assert found == [
        Problem("x.ris:1", "a reference without its line TY", "AU  - Roe, J.\nTI  - T\nER  - "),
        Problem("x.ris:4", "a reference that tells of no work", "TY  - JOUR\nER  - "),
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("FN Clarivate Analytics Web of Science\nVR 1.0\nPT J\nAU Roe, J\nTI T\nER\n", "Web of Science"),
        ("PMID- 123\nOWN - NLM\nTI  something\n", "PubMed"),
        ("%0 Journal Article\n%T Title\n", "EndNote"),
        ("just some text\n", "no RIS"),
        ("@article{a, title={T}}", "no RIS"),
    ],
)
def test_other_formats_are_refused_with_a_word(text: str, message: str) -> None:
    with pytest.raises(BadInput, match=message) as caught:
        ris.read(text, "x", "x.ris")
    assert caught.value.hint


def test_nothing_gives_nothing() -> None:
    assert "".join(ris.write([])) == ""
    assert read("") == []


def test_references_are_in_the_order_given_and_a_persons_own_marks_are_private() -> None:
    text = "".join(ris.write([paper(key="b", title="T", tags=("secret",), note="secret"), paper(key="a", title="U")]))
    assert [line for line in text.splitlines() if line.startswith("ID")] == ["ID  - b", "ID  - a"]
    assert "secret" not in text
    assert text.endswith("ER  - \n")


def test_a_preprint_names_arxiv_and_fields_of_a_bib_lose_their_latex() -> None:
    lines = told(title="T", identifiers={"arxiv": "2201.02177"})
    assert {"TY  - GEN", "PB  - arXiv", "AN  - arXiv:2201.02177", "UR  - https://arxiv.org/abs/2201.02177"} <= set(
        lines
    )
    assert not [line for line in lines if line.startswith("U5")]
    lines = told(
        title="T", type="book", fields={"publisher": r"{\'E}ditions \& Co"}, origins={"fields.publisher": "bib:x"}
    )
    assert "PB  - Éditions & Co" in lines


@pytest.mark.skipif(not SHARED.is_dir(), reason="the collected files are not here")
def test_real_files_come_back_as_they_were() -> None:
    for path in sorted(SHARED.glob("*.ris")):
        text = path.read_text(encoding="utf-8")
        if text.startswith("FN "):
            continue
        records = [record for record in read(text) if isinstance(record, Record)]
        written = "\n".join(line for record in records for line in [*again(record), ""])
        assert [record.fields for record in read(written)] == [record.fields for record in records], path.name  # type: ignore[union-attr]
