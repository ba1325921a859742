"""Types of works translate both ways, and the page that says so says what is done."""

import re
from collections.abc import Mapping

import pytest

from conftest import ROOT
from gencli import kinds
from gencli.formats.csljson import variables
from gencli.formats.ris import tags

DOC = (ROOT / "docs" / "exchange.md").read_text(encoding="utf-8")


def rows(heading: str) -> list[list[str]]:
    """The rows of the table under a heading, each cell without its marks."""
    table = DOC.split(f"| {heading} |", 1)[1].split("\n\n", 1)[0]
    return [[cell.strip().strip("`") for cell in line.strip("| ").split(" | ")] for line in table.splitlines()[2:]]


def test_the_page_lists_every_type_as_it_is_translated() -> None:
    assert {name: (csl, ris) for name, csl, ris in rows("BibTeX, biblatex | CSL | RIS")} == kinds.ENTRIES
    assert dict(rows("CSL | BibTeX, biblatex")) == kinds.CSL
    assert dict(rows("RIS | BibTeX, biblatex")) == kinds.RIS


@pytest.mark.parametrize(
    ("heading", "table"),
    [
        ("CSL | in the library", variables.TEXTS | variables.DATES | variables.NAMES),
        ("RIS | in the library", tags.TEXTS | tags.NAMES),
    ],
)
def test_the_page_lists_every_field_as_it_is_translated(heading: str, table: Mapping[str, str]) -> None:
    plain = [(name, re.sub("`: names.*", "", field)) for name, field in rows(heading) if re.fullmatch(r"[\w-]+", name)]
    assert {name: field for name, field in plain if name in table} == table


def test_every_type_has_types_that_are_there() -> None:
    assert {csl for csl, _ in kinds.ENTRIES.values()} <= set(kinds.CSL)
    assert {ris for _, ris in kinds.ENTRIES.values()} <= set(kinds.RIS)
    assert {*kinds.CSL.values(), *kinds.RIS.values()} <= set(kinds.ENTRIES)
    assert kinds.BY_A_BODY | kinds.BOOKS | set(kinds.DEGREES) <= set(kinds.ENTRIES)


def test_every_type_of_csl_1_0_2_is_there() -> None:
    assert len(kinds.CSL) == 45
    assert all(re.fullmatch(r"[a-z]+(?:[-_][a-z]+)?", name) for name in kinds.CSL)


@pytest.mark.parametrize(
    "name",
    [
        "article",
        "book",
        "booklet",
        "inproceedings",
        "incollection",
        "online",
        "patent",
        "software",
        "dataset",
        "thesis",
    ],
)
def test_the_common_types_come_back(name: str) -> None:
    assert kinds.from_csl(kinds.to_csl(name)) == name
    assert kinds.from_ris(kinds.to_ris(name)) == name


def test_what_is_not_known_is_misc() -> None:
    assert kinds.to_csl("blub") == "document"
    assert kinds.to_ris("blub") == "GEN"
    assert kinds.from_csl("blub") == kinds.from_ris("BLUB") == "misc"
    assert kinds.to_csl("InProceedings") == "paper-conference"
    assert kinds.from_csl("journal-article") == kinds.from_ris("Journal Article") == "article"


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("PhD thesis", "phdthesis"),
        ("Doctoral dissertation", "phdthesis"),
        ("Master's thesis", "mastersthesis"),
        ("MSc thesis", "mastersthesis"),
        ("Habilitation", "phdthesis"),
        ("Student report", "thesis"),
        ("", "thesis"),
    ],
)
def test_a_degree_tells_which_thesis_it_is(words: str, name: str) -> None:
    assert kinds.degree("thesis", words) == name
    assert kinds.degree("book", words) == "book"
