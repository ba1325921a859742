"""What is wrong in an entry is said, what is right is not, and only what is sure is mended."""

from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import ROOT
from gencli.checkup import NEEDED, Demand, Finding, findings

SOUND = {"author": "Ada Lovelace and Charles Babbage", "title": "Sketch", "journal": "Memoirs", "year": "1843"}


def check(type: str = "article", key: str = "lovelace1843", /, **fields: str) -> list[Finding]:
    """The findings of a sound entry in which these fields are changed."""
    return list(findings(key, type, SOUND | fields, 2026))


def only(**fields: str) -> Finding:
    [finding] = check(**fields)
    return finding


def test_a_sound_entry_has_no_findings() -> None:
    assert check() == []
    assert (
        check(doi="10.1002/(SICI)1097-0258(19980815)17:15<1661::AID-SIM968>3.0.CO;2-2", pages="1--9", month="3") == []
    )


READ = {"year": "1999", "doi": "10.1000/1"}


def missing(type: str, *names: str) -> list[str]:
    told = dict.fromkeys(names, "x") | {name: value for name, value in READ.items() if name in names}
    return [finding.where for finding in findings("k", type, told, 2026)]


@pytest.mark.parametrize(
    ("type", "names", "wanted"),
    [
        ("article", "title", ["author", "journal", "year"]),
        ("Article", "author title journaltitle year", []),
        ("article", "author title eprint year", []),
        ("book", "editor title year", []),
        ("book", "title", ["author", "year"]),
        ("inbook", "author title chapter year", []),
        ("inproceedings", "author title year", ["booktitle"]),
        ("conference", "author title year", ["booktitle"]),
        ("phdthesis", "author title institution year", []),
        ("mastersthesis", "author title year", ["school"]),
        ("thesis", "author title school year", ["type"]),
        ("techreport", "author title year", ["institution"]),
        ("misc", "title howpublished", []),
        ("misc", "author", ["title", "year"]),
        ("online", "title", ["url"]),
        ("online", "title doi", []),
        ("proceedings", "title year", []),
        ("unpublished", "author title", []),
        ("set", "title", ["entryset"]),
        ("moment", "note", []),
    ],
)
def test_what_a_type_needs(type: str, names: str, wanted: list[str]) -> None:
    assert missing(type, *names.split()) == wanted


def test_a_lack_is_said_in_words() -> None:
    [finding] = check(journal="{}")[:1]
    assert finding == Finding("journal", "an article needs a journal")
    assert [found.what for found in findings("k", "book", {"title": "x", "date": "1999"}, 2026)] == [
        "a book needs an author or editor"
    ]


def test_what_a_parent_or_another_entry_gives_is_not_asked_for() -> None:
    assert missing("inproceedings", "author", "title", "crossref") == []
    assert missing("inproceedings", "title", "crossref") == ["author"]
    assert missing("inproceedings", "xdata") == []


def test_an_entry_without_fields_is_one_finding() -> None:
    fields: Mapping[str, str]
    for fields in ({}, {"opttitle": "", "altyear": " "}):
        assert [finding.where for finding in findings("k", "book", fields, 2026)] == ["type"]


def test_a_misspelt_type() -> None:
    [finding] = check("inproceeding")
    assert finding.where == "type"
    assert "inproceedings" in finding.what
    assert check("softwareversion") == check("my-own-type") == []


@pytest.mark.parametrize(
    ("value", "bare"),
    [
        ("https://doi.org/10.1000/Ab.1", "10.1000/Ab.1"),
        ("http://dx.doi.org/10.1000/1", "10.1000/1"),
        ("doi:10.1000/1", "10.1000/1"),
        ("DOI: 10.1000/1", "10.1000/1"),
        ("doi.org/10.1000/1", "10.1000/1"),
        (r"10.1007/978-3-319-45744-4\_27", "10.1007/978-3-319-45744-4_27"),
        (r"10.1000/a{\_}b\%c", "10.1000/a_b%c"),
        (r"10.1000/a$<$1$>$b", "10.1000/a<1>b"),
        (r"10.1000/a\textless{}1\textgreater{}b", "10.1000/a<1>b"),
        ("{10.1000/1}", "10.1000/1"),
        (r"\url{https://doi.org/10.1000/1}", "10.1000/1"),
    ],
)
def test_a_doi_in_a_wrapping_is_taken_out_of_it(value: str, bare: str) -> None:
    finding = only(doi=value)
    assert finding.change == ("doi", bare)
    assert finding.fix == f"write {bare}"
    assert check(doi=bare) == []


@pytest.mark.parametrize(
    "value",
    [
        "10.1000",
        "10.323/x",
        "10.1000/a, 10.1000/b",
        "https://publisher.org/10.1000/a",
        r"\href{https://doi.org/10.1000/a}{text}",
        "https://doi.org/10.1000/a?from=mail",
        "https://doi.org/10.1000/a%3Cb",
        "NA",
    ],
)
def test_a_broken_doi_is_said_and_left(value: str) -> None:
    assert only(doi=value)[2:] == (None, None)


@pytest.mark.parametrize(
    "value",
    [
        "0-201-13447-0",
        "978-3-16-148410-0",
        "978 3 16 148410 0",
        "080442957X",
        "0 8044 2957 x",
        "201134470",
        "978-3-16-148410-0, 0-201-13447-0",
        "978-3-16-148410-0 and 0-201-13447-0",
        "9783161484100 0201134470",
        "ISBN-13: 978–3–16–148410–0 (hbk)",
    ],
)
def test_isbns(value: str) -> None:
    assert check(isbn=value) == []


def test_broken_isbns_and_issns() -> None:
    assert "check digit of ISBN 0201134471" in only(isbn="0-201-13447-1").what
    assert "check digit of ISBN 9783161484101" in only(isbn="978-3-16-148410-0 and 978-3-16-148410-1").what
    assert "check digit of ISSN 00280837" in only(issn="0028-0837").what
    assert "an ISSN" in only(isbn="0028-0836").what
    assert "an ISBN" in only(issn="0-201-13447-0").what
    assert "no ISBN" in only(isbn="theISBN").what
    assert "no ISSN" in only(issn="365-2556").what


@pytest.mark.parametrize(
    "value",
    [
        "0028-0836",
        "2434-561x",
        "0028-0836, 1476-4687",
        "0028-0836 (Print)$\\backslash$r1476-4687 (Linking)",
        "ISSN: 14764687",
    ],
)
def test_issns(value: str) -> None:
    assert check(issn=value) == []


@pytest.mark.parametrize("value", ["2201.02177", "2201.02177v2", "hep-th/9901001", "math.GT/0309136", "1304.0001"])
def test_arxiv_ids(value: str) -> None:
    assert check(eprint=value, archiveprefix="arXiv") == []


def test_broken_arxiv_ids() -> None:
    assert only(eprint="arXiv:2201.02177v1", archiveprefix="arXiv").change == ("eprint", "2201.02177v1")
    assert only(eprint="https://arxiv.org/abs/hep-th/9901001", eprinttype="arxiv").change == (
        "eprint",
        "hep-th/9901001",
    )
    for value in ("9901001", "2013.02177", "nothing/9901001", "2201.2177"):
        assert only(eprint=value, archiveprefix="arXiv")[2:] == (None, None)
    assert check(eprint="https://journals.org/1") == []
    assert check(eprint="x1", eprinttype="jstor") == []


def test_pubmed_ids() -> None:
    assert check(pmid="19505943") == []
    assert only(pmid="1000303116").where == only(pmid="PMC2723002").where == "pmid"


@pytest.mark.parametrize("field", ["title", "note", "abstract", "anything"])
def test_braces_balance(field: str) -> None:
    for value in ("a {b", "a} b {c", r"\{ a"):
        assert "balance" in only(**{field: value}).what
    assert check(**{field: r"a {b \{ {c}} } d"}) == []


def test_formulas_are_closed() -> None:
    assert "$" in only(title="a price of $5").what
    assert check(title=r"\$5 and $x$") == []
    assert check(abstract="a price of $5") == []


@pytest.mark.parametrize(
    ("key", "sign"),
    [("a b", "white space"), ("a,b", "comma"), ("a#b", "# "), ("a\\b", "# "), ("o'b", "biber"), ("a(1)", "biber"),
     ("a~b", "~"), ("müller", "BibTeX may not"), ("", "no key")],
)  # fmt: skip
def test_keys_that_cannot_be_used(key: str, sign: str) -> None:
    [finding] = check("article", key)
    assert finding.where == "key"
    assert sign in finding.what


@pytest.mark.parametrize(
    "key", ["DBLP:conf/nips/VaswaniSPUJGKP17", "a.b+c*d", "10.1:4", "x_1", "a@b", "7018544", "A&A"]
)
def test_keys_that_can(key: str) -> None:
    assert check("article", key) == []


@pytest.mark.parametrize(
    "year",
    ["1999", "{1999}", "in press", "forthcoming", "To appear", "n.d.", "s.a.", "submitted", "1999/2000", "c. 1650",
     "[1950]", "1999a", "300 BC", "2028"],
)  # fmt: skip
def test_years(year: str) -> None:
    assert check(year=year) == []


@pytest.mark.parametrize("year", ["99", "'99", "0", "20014", "abc", "2031", "1066"])
def test_suspicious_years(year: str) -> None:
    assert only(year=year)[::2] == ("year", None)


@pytest.mark.parametrize(
    "date",
    ["1843", "1843-10", "1843-10-01", "1843-10/1844", "1843/..", "../1843", "1843?", "1843-21", "184X", "in press"],
)
def test_dates(date: str) -> None:
    assert check(date=date) == []


def test_broken_dates() -> None:
    for value in ("July 6, 1843", "1843-13", "1843-10-32", "10.11.1843", "1843/5/17"):
        assert only(date=value).where == "date", value
        assert only(urldate=value).where == "urldate", value
    assert "1843" in only(date="1844-01").what
    assert only(date="1844-01").where == "year"


@pytest.mark.parametrize(
    "month",
    [
        "January",
        "jan",
        "3",
        "03",
        "May/June",
        "12 June",
        "Mai",
        'M{\\"a}rz',
        "d{\\'e}c.",
        "Spring",
        "Q3",
        "1--3",
        "5月",
    ],
)
def test_months(month: str) -> None:
    assert check(month=month) == []


@pytest.mark.parametrize("month", ["13", "0", "Second", "unknown", "-"])
def test_what_is_no_month(month: str) -> None:
    assert only(month=month).where == "month"


@pytest.mark.parametrize(
    ("value", "mended"),
    [("12-34", "12--34"), ("12–34", "12--34"), ("12 – 34", "12--34"), ("12---34", "12--34"), ("1-3, 7-9", "1--3, 7--9"),
     ("123-45", "123--45"), ("1-3;5", "1--3;5")],
)  # fmt: skip
def test_page_ranges_get_two_hyphens(value: str, mended: str) -> None:
    assert only(pages=value).change == ("pages", mended)
    assert check(pages=mended) == []


@pytest.mark.parametrize(
    "value", ["1--10", "e12-e15", "A-12", "12-3", "14,291-14,324", "7", "123--45", "xi-xx", "S1--S9", "12+"]
)
def test_pages_that_are_left_alone(value: str) -> None:
    assert check(pages=value) == []


@pytest.mark.parametrize("value", ["280--30", "1573-1472", "12–1", "9--1"])
def test_pages_that_run_backwards(value: str) -> None:
    assert "backwards" in only(pages=value).what
    assert only(pages=value).change is None


def test_empty_fields_are_dropped() -> None:
    for value in ("", " \n", "{}", "{ {} }"):
        assert only(note=value) == Finding("note", "note is empty", "drop the field", ("note", None))
    assert check(optnote="") == []
    assert check(note="", crossref="parent") == []


@pytest.mark.parametrize(
    "title",
    ["A &amp; B", r"A \&amp; B", "A <i>b</i>", "H<sub>2</sub>O", "a $<$i$>$b", "x &#945; y", '<span class="x">y',
     r"{\textless}i{\textgreater}x"],
)  # fmt: skip
def test_html_in_a_title(title: str) -> None:
    assert "HTML" in only(title=title).what


@pytest.mark.parametrize("title", ["If $a<b$ and $b>c$", "p < q and r > s", r"Sex \& drugs; a study", "A. B."])
def test_what_is_no_html(title: str) -> None:
    assert check(title=title) == []


def test_a_bare_ampersand() -> None:
    for value in ("Taylor & Francis", "AT&T"):
        assert only(publisher=value).where == "publisher"
    assert check(publisher=r"Taylor \& Francis") == []


def test_capitals() -> None:
    assert "capitals" in only(title="{THE EFFECT OF AGE AND DIET ON MICE}").what
    for title in ("{NASA}, {ESA} and {JAXA}", "BERT", r"THE EFFECT OF age", "地壳运动假说从大陆漂移到板块构造"):
        assert check(title=title) == []


@pytest.mark.parametrize(
    ("value", "sign"),
    [
        ("A. One, B. Two, C. Three, D. Four", "commas"),
        ("Ada One, Bob Two, Cy Three, and Di Four", "commas"),
        ("Seldin, Jonathan P.; Hindley, J. Roger", "semicolon"),
        ("A. One and", "nobody"),
        ("and A. One", "nobody"),
        ("A. One and and B. Two", "nobody"),
        ("A. One et al.", "others"),
        ("One, A. and et al", "others"),
    ],
)
def test_broken_names(value: str, sign: str) -> None:
    assert sign in only(author=value).what
    assert sign in only(editor=value).what


@pytest.mark.parametrize(
    "value",
    ["{One, Two, Three, Four and Sons}", "{A Group} and {B Group}", "King, Jr., Martin Luther and One, A.",
     "One, A. and others",
     "{Gaia Collaboration} and {Prusti}, T.", r"Ernst \& Young", "Anderson, Alan and Andrew, Sandy", r"M{\'e}tal, A."],
)  # fmt: skip
def test_names(value: str) -> None:
    assert check(author=value) == []


def test_addresses() -> None:
    for value in ("https://a.org/b_c?d=e&f=%20", r"\url{http://a.org}", "ftp://a.org", "https://doi.org/10.1000/1"):
        assert check(url=value, doi="10.1000/1") == []
    assert "blank" in only(url="https://a.org/x https://b.org/y").what
    assert "scheme" in only(url="www.a.org").what


def shown(demand: Demand) -> str:
    return " or ".join(demand.names) + (f" ({', '.join(demand.instead)})" if demand.instead else "")


def test_the_page_has_the_table_of_what_types_need() -> None:
    page = (ROOT / "docs" / "checkup.md").read_text(encoding="utf-8")
    rows = [f"| `{type}` | {'; '.join(map(shown, demands))} |" for type, demands in NEEDED.items()]
    assert [line for line in page.splitlines() if line.startswith("| `")] == rows


FIELDS = st.sampled_from(
    "author title doi isbn issn pages month year date url eprint pmid urldate booktitle journal note crossref".split()
)
SIGNS = st.sampled_from(
    ["{", "}", "$", "\\", "\\_", " and ", ",", "-", "--", "–", "&", "&amp;", "<i>", "10.1000/", "doi:", "https://",
     "1999", "X", "99999", "\n", " ", "0", "\0", "\ud800", "١٩٩٩", "²", "arXiv:", "2201.02177", "ISBN"]
)  # fmt: skip
VALUES = st.lists(SIGNS | st.text(max_size=3), max_size=10).map("".join)


@settings(deadline=None, max_examples=300, derandomize=True)
@given(VALUES, st.sampled_from([*NEEDED, "", "x"]) | st.text(max_size=9), st.dictionaries(FIELDS, VALUES, max_size=6))
def test_no_entry_makes_it_fail_and_what_is_mended_stays_so(key: str, type: str, fields: dict[str, str]) -> None:
    fields["archiveprefix"] = "arXiv"
    found = list(findings(key, type, fields, 2026))
    assert all((finding.fix is None) == (finding.change is None) for finding in found)
    changes = dict(finding.change for finding in found if finding.change)
    mended = {name: value for name, value in (fields | changes).items() if value is not None}
    left = [finding.where for finding in findings(key, type, mended, 2026) if finding.change]
    assert not set(left).intersection(changes)
