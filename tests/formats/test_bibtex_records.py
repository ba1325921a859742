"""What an entry says of a paper: its facts, its identifiers, and what stays a field."""

from collections.abc import Mapping

import pytest

from gencli.formats.bibtex.reader import read
from gencli.formats.bibtex.records import inherited
from gencli.model import Author, Link, Record


def told(text: str) -> Record:
    """What the first entry of a text says."""
    return next(one for one in read(text, "bib:a.bib", "a.bib") if isinstance(one, Record))


def test_an_article() -> None:
    record = told(
        "@Article{k, author = {van der Berg, Jr, J. and {The X Team} and others}, title = {On {\\'E}tudes of {DNA}},\n"
        " journal = {J. of~X}, volume = 3, number = {4}, pages = {1--9}, year = 1999, month = mar, day = 7,\n"
        " doi = {https://doi.org/10.1000/AbC}, issn = {1234-5678}, abstract = {A \\& B}, keywords = {a, b}}"
    )
    assert record.type == "article"
    assert record.title == "On Études of DNA"
    assert record.authors == (Author("van der Berg", "J.", "Jr"), Author(literal="The X Team"))
    assert not record.authors_complete
    assert (record.year, record.date, record.venue) == (1999, "1999-03-07", "J. of X")
    assert record.abstract == "A & B"
    assert record.identifiers == {"doi": "10.1000/abc"}
    assert record.fields == {"volume": "3", "number": "4", "pages": "1--9", "issn": "1234-5678", "keywords": "a, b"}


@pytest.mark.parametrize(
    ("kind", "fields", "venue"),
    [
        ("article", "journaltitle = {J}", "J"),
        ("inproceedings", "booktitle = {B}, journal = {J}", "B"),
        ("inproceedings", "eventtitle = {E}", "E"),
        ("phdthesis", "school = {S}", "S"),
        ("thesis", "institution = {I}", "I"),
        ("techreport", "institution = {I}", "I"),
        ("misc", "howpublished = {Talk at X}", "Talk at X"),
        ("misc", "howpublished = {\\url{https://x.org}}", None),
        ("online", "journal = {J}", "J"),
        ("book", "publisher = {P}", None),
        ("no-such-type", "journal = {\\emph{J} {\\&} K}", "J & K"),
        ("article", "journal = {}", None),
    ],
)
def test_where_it_appeared(kind: str, fields: str, venue: str | None) -> None:
    assert told(f"@{kind}{{k, title = {{T}}, {fields}}}").venue == venue


@pytest.mark.parametrize(
    ("fields", "year", "date", "left"),
    [
        ("year = 1999", 1999, "1999", []),
        ("year = {1999}, month = {sep}", 1999, "1999-09", []),
        ("year = 1999, month = September, day = {31}", 1999, "1999-09-31", []),
        ("year = 1999, month = {12}", 1999, "1999-12", []),
        ("year = 1999, month = {13}", 1999, "1999", ["month"]),
        ("year = 1999, month = {3--4~} # apr", 1999, "1999", ["month"]),
        ("year = 1999, month = jan, day = {40}", 1999, "1999-01", ["day"]),
        ("year = {c. 1850}", 1850, "1850", ["year"]),
        ("year = {in press}", None, None, ["year"]),
        ("date = {2001-02-03}", 2001, "2001-02-03", []),
        ("date = {2001-02}, year = 1999", 2001, "2001-02", ["year"]),
        ("date = {2001/2003}", 2001, None, ["date"]),
        ("date = {2001-24}", 2001, "2001-24", []),
        ("date = {-0876}", 876, None, ["date"]),
        ("date = {unknown}", None, None, ["date"]),
        ("year = {¹⁹⁹⁹}", None, None, ["year"]),
        ("year = {12345}", None, None, ["year"]),
    ],
)
def test_when(fields: str, year: int | None, date: str | None, left: list[str]) -> None:
    record = told(f"@misc{{k, {fields}}}")
    assert (record.year, record.date, list(record.fields)) == (year, date, left)


@pytest.mark.parametrize(
    ("fields", "identifiers"),
    [
        ("doi = {10.1000/X_y}", {"doi": "10.1000/x_y"}),
        ("doi = {10.1000/x\\_y}", {"doi": "10.1000/x_y"}),
        ("doi = {10.48550/arXiv.2201.02177}", {"arxiv": "2201.02177"}),
        ("doi = {no doi}", {}),
        ("eprint = {2201.02177v3}, archiveprefix = {arXiv}", {"arxiv": "2201.02177"}),
        ("eprint = {arXiv:hep-th/9901001}", {"arxiv": "hep-th/9901001"}),
        ("eprint = {2201.02177}, eprinttype = {arxiv}", {"arxiv": "2201.02177"}),
        ("eprint = {2201.02177}, eprinttype = {jstor}", {}),
        ("arxivid = {2201.02177}", {"arxiv": "2201.02177"}),
        ("journal = {arXiv preprint arXiv:2201.02177}", {"arxiv": "2201.02177"}),
        ("note = {as arXiv:2201.02177 and arXiv:2201.02178}", {}),
        ("url = {https://arxiv.org/abs/2201.02177v2}", {"arxiv": "2201.02177"}),
        ("url = {\\url{https://doi.org/10.1000/a\\_b}}", {"doi": "10.1000/a_b"}),
        ("url = {https://x.org/a}", {}),
        ("pmid = {12345678}", {"pmid": "12345678"}),
        ("pmid = {none}", {}),
        ("url = {https://aclanthology.org/P19-1001}", {"acl": "P19-1001"}),
        ("url = {https://openreview.net/forum?id=AbCdEf123}", {"openreview": "AbCdEf123"}),
        ("isbn = {978-3-16-148410-0}", {}),
    ],
)
def test_identifiers(fields: str, identifiers: Mapping[str, str]) -> None:
    assert told(f"@article{{k, title = {{T}}, {fields}}}").identifiers == identifiers


def test_an_isbn_names_the_book_and_none_of_its_chapters() -> None:
    isbn = "isbn = {978-3-16-148410-0}"
    assert told(f"@book{{k, {isbn}}}").identifiers == {"isbn": "9783161484100"}
    assert told(f"@incollection{{k, {isbn}}}").identifiers == {}


def test_the_primary_category_is_that_of_arxiv() -> None:
    assert told("@misc{k, eprint = {2201.02177}, primaryclass = {cs.LG}}").primary_category == "cs.LG"
    assert told("@misc{k, eprint = {2201.02177}, eprintclass = { cs.LG }}").primary_category == "cs.LG"
    assert told("@misc{k, primaryclass = {cs.LG}}").primary_category is None


def test_links() -> None:
    record = told("@misc{k, url = {https://x.org/a\\_b\\%20c}, pdf = {http://x.org/p}, ee = {see https://x.org/e.pdf}}")
    assert record.links == (
        Link("web", "https://x.org/a_b%20c"),
        Link("pdf", "https://x.org/e.pdf"),
        Link("pdf", "http://x.org/p"),
    )
    assert told("@misc{k, url = {javascript:alert(1)}}").links == ()


def test_a_subtitle_goes_with_the_title() -> None:
    assert told("@book{k, title = {One}, subtitle = {Two}}").title == "One: Two"
    assert told("@book{k, title = {One?}, subtitle = {Two}}").title == "One? Two"
    assert told("@book{k, subtitle = {Two}}").title is None


@pytest.mark.parametrize(
    ("kind", "parent", "taken"),
    [
        ("inproceedings", {"title": "P", "doi": "10.1/x", "year": "1", "entrytype": "proceedings"},
         {"booktitle": "P", "year": "1"}),
        ("inproceedings", {"title": "P", "booktitle": "B", "entrytype": "proceedings"}, {"booktitle": "B"}),
        ("book", {"title": "P", "subtitle": "S", "keywords": "k", "entrytype": "xdata"},
         {"title": "P", "subtitle": "S", "keywords": "k"}),
        ("article", {"crossref": "z", "ids": "y", "label": "l", "options": "o", "entrytype": "article"}, {}),
    ],
)  # fmt: skip
def test_what_is_inherited(kind: str, parent: dict[str, str], taken: dict[str, str]) -> None:
    assert inherited(kind, parent) == taken


def test_its_own_word_comes_before_what_it_inherits() -> None:
    record = told(
        "@inbook{k, crossref = {p}, year = 2001}\n@book{p, title = {P}, year = 1999, month = jan, author = {A, B}}"
    )
    assert (record.title, record.year, record.date, record.venue) == (None, 2001, "2001-01", "P")
    assert record.authors == (Author("A", "B"),)


@pytest.mark.parametrize(
    "value", ["\\", "{", "}", "$", "%", "{}", "\\'{", "\0", "a" * 100_000, "\\foo{" * 1000, "~" * 10]
)
def test_no_value_is_too_odd(value: str) -> None:
    names = ("title", "author", "abstract", "year", "date", "month", "doi", "eprint", "isbn", "pmid", "url", "journal")
    braced = value if value.count("{") == value.count("}") and value != "}" else value.replace("{", "").replace("}", "")
    record = told("@article{k, " + ", ".join(f"{name} = {{{braced}}}" for name in names) + "}")
    assert record.key == "k"
    assert record.type == "article"
