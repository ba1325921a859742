"""A list of names is read as BibTeX reads it, and written so that it is read back the same."""

import re
import unicodedata
from pathlib import Path

import pytest

from gencli.model import Author
from gencli.names import join, split

BIB = Path(__file__).resolve().parents[2].parent / "shared" / "bib"


def one(name: str) -> Author:
    authors, complete = split(name)
    assert complete
    assert len(authors) == 1
    return authors[0]


@pytest.mark.parametrize(
    ("name", "author"),
    [
        ("Mikhail Belkin", Author("Belkin", "Mikhail")),
        ("Belkin, Mikhail", Author("Belkin", "Mikhail")),
        ("Donald E. Knuth", Author("Knuth", "Donald E.")),
        ("Donald~E. Knuth", Author("Knuth", "Donald E.")),
        ("Knuth,Donald", Author("Knuth", "Donald")),
        ("Plato", Author("Plato")),
        (", Plato", Author("Plato")),
        ("Smith, John,", Author("Smith", "John")),
        ("Kees van der Berg", Author("van der Berg", "Kees")),
        ("van der Berg, Kees", Author("van der Berg", "Kees")),
        ("van der Berg", Author("van der Berg")),
        ("Jean de la Vallée Poussin", Author("de la Vallée Poussin", "Jean")),
        ("jean de la fontaine", Author("jean de la fontaine")),
        ("Jean de La Fontaine du Bois Joli", Author("de La Fontaine du Bois Joli", "Jean")),
        ("Van der Berg, Kees", Author("Van der Berg", "Kees")),
        ("Gerard 't Hooft", Author("'t Hooft", "Gerard")),
        ("King, Jr., Martin Luther", Author("King", "Martin Luther", "Jr.")),
        ("de la Cruz, III, J.", Author("de la Cruz", "J.", "III")),
        ("King, Jr, {}", Author("King", "", "Jr")),
        ("Jean-Paul Sartre", Author("Sartre", "Jean-Paul")),
        ("a, b, c, d", Author(literal="a, b, c, d")),
        ("王小明", Author("王小明")),
        ("Łukasz Kaiser", Author("Kaiser", "Łukasz")),
        ("émile Zola", Author("émile Zola")),
    ],
)  # fmt: skip
def test_the_three_forms_of_a_name(name: str, author: Author) -> None:
    assert one(name) == author


@pytest.mark.parametrize(
    ("name", "author"),
    [
        (r"J{\"o}rg M{\"u}ller", Author("Müller", "Jörg")),
        (r"{\'E}mile Borel", Author("Borel", "Émile")),
        (r"\'Emile Borel", Author("Borel", "Émile")),
        (r"\'{E}mile Borel", Author("Borel", "Émile")),
        (r"Jean {\'e}tienne Borel", Author("étienne Borel", "Jean")),
        (r"Jean \'etienne Borel", Author("étienne Borel", "Jean")),
        (r"Jean \'{e}tienne Borel", Author("étienne Borel", "Jean")),
        (r"Eduard \v Cech", Author("Čech", "Eduard")),
        (r"S\o ren \O stergaard", Author("Østergaard", "Søren")),
        (r"Ludwig {van} Beethoven", Author("Beethoven", "Ludwig van")),
        (r"{\relax van} der Berg, Kees", Author("van der Berg", "Kees")),
        (r"{von Neumann}, John", Author("von Neumann", "John")),
        (r"{Barnes and Noble}, {A, B}", Author("Barnes and Noble", "A, B")),
        (r"{Steele Jr.}, Guy~L.", Author("Steele Jr.", "Guy L.")),
        (r"Guy\ L. Steele", Author("Steele", "Guy L.")),
        (r"Maria {\uppercase{d}e la} Cruz", Author("de la Cruz", "Maria")),
        (r"{\'E}", Author("É")),
        ("{{NASA}}", Author(literal="NASA")),
        ("{The ATLAS Collaboration}", Author(literal="The ATLAS Collaboration")),
        ("{ATLAS \\& CMS, and others}", Author(literal="ATLAS & CMS, and others")),
        ("{others}", Author(literal="others")),
        ("{Barnes}{Noble}", Author("BarnesNoble")),
    ],
)  # fmt: skip
def test_braces_and_accents_in_a_name(name: str, author: Author) -> None:
    assert one(name) == author


@pytest.mark.parametrize(
    ("name", "author"),
    [
        ("family=Berg, given=Kees, prefix=van der, suffix=Jr", Author("van der Berg", "Kees", "Jr")),
        ("given = {Hans}, family = {Berg, A}, given-i = H", Author("Berg, A", "Hans")),
        ('family="Berg", given="Kees", useprefix=true', Author("Berg", "Kees")),
        ("family=Plato", Author("Plato")),
        ("given=A, given=B", Author("given=A", "given=B")),
        ("famiglia=A, given=B", Author("famiglia=A", "given=B")),
    ],
)
def test_the_extended_form(name: str, author: Author) -> None:
    assert one(name) == author


@pytest.mark.parametrize(
    ("value", "families", "complete"),
    [
        ("A and B", ["A", "B"], True),
        ("A\n\t and\r\nB AND C And D", ["A", "B", "C", "D"], True),
        ("Andy Sand and Band, Randy", ["Sand", "Band"], True),
        ("A and and B and", ["A", "B"], True),
        ("and A", ["A"], True),
        ("and", [], True),
        ("", [], True),
        (" , and {}", [], True),
        ("{A and B} and {C} and D~and E", ["A and B", "C", "D", "E"], True),
        ("{\\'A} and {B} {and} C", ["Á", "C"], True),
        ("Wei\\ss and Foo", ["Weiß", "Foo"], True),
        ("A and others", ["A"], False),
        ("A and Others and", ["A"], False),
        ("others", [], False),
        ("A and others and B", ["A", "others", "B"], True),
        ("A and B others", ["A", "others"], True),
        ("A and et al.", ["A"], False),
        ("A and {\\em et al.}", ["A"], False),
        ("Smith, J. et al", ["Smith"], False),
        ("Smith, J., et al.", ["Smith"], False),
        ("A and Metal", ["A", "Metal"], True),
    ],
)
def test_a_list_of_names(value: str, families: list[str], complete: bool) -> None:
    authors, found = split(value)
    assert [author.surname for author in authors] == families
    assert found is complete


@pytest.mark.parametrize(
    ("value", "authors"),
    [
        ("A {B and C", [Author(literal="A B and C")]),
        ("A and {B and C, D", [Author("A"), Author(literal="B and C, D")]),
        ("John} Smith and C", [Author("Smith", "John"), Author("C")]),
        ("} and {", []),
        ("A, B} and C", [Author("A", "B"), Author("C")]),
        ("A and B\\", [Author("A"), Author("B\\")]),
    ],
)
def test_braces_without_a_partner_take_nothing_away(value: str, authors: list[Author]) -> None:
    assert split(value) == (tuple(authors), True)


@pytest.mark.parametrize(
    ("authors", "complete", "value"),
    [
        ((Author("Belkin", "Mikhail"),), True, "Belkin, Mikhail"),
        ((Author("van Berg", "K."), Author("King", "M.", "Jr")), False, "van Berg, K. and King, Jr, M. and others"),
        ((Author(literal="A & B, and C"),), True, r"{A \& B, and C}"),
        ((Author("others", "A"), Author(literal="others")), True, "{others}, A and {others}"),
        ((), False, ""),
    ],
)  # fmt: skip
def test_names_as_they_are_written(authors: tuple[Author, ...], complete: bool, value: str) -> None:
    assert join(authors, complete) == value
    if authors:
        assert split(value) == (authors, complete)


# --- real files --------------------------------------------------------------------------------

FIELD = re.compile(r"^[ \t]*(?:author|editor)\s*=\s*(?:\{([^\n@=]*)\}|\"([^\n\"@=]*)\")[ \t]*,?[ \t\r]*$", re.I | re.M)


def fields() -> list[str]:
    found = []
    for file in sorted(BIB.glob("*.bib")):
        text = file.read_bytes().decode("utf-8", "replace")
        found += [match[1] or match[2] or "" for match in FIELD.finditer(text)]
    return found


def letters(text: str) -> str:
    return "".join(sign for sign in unicodedata.normalize("NFKD", text).lower() if sign.isalnum())


@pytest.mark.skipif(not BIB.exists(), reason="the files are not here")
def test_no_word_of_a_real_name_vanishes() -> None:
    values = fields()
    assert len(values) > 5_000
    for value in values:
        told = letters(" ".join(" ".join(author) for author in split(value)[0]))
        plain = re.sub(r"\\[A-Za-z]+\s?|\\.", " ", value)
        for word in re.findall(r"[^\W\d_]{3,}", plain):
            assert word.lower() in ("and", "others") or letters(word) in told, (value, word)


@pytest.mark.skipif(not BIB.exists(), reason="the files are not here")
def test_real_surnames_are_those_that_another_reader_finds() -> None:
    pybtex = pytest.importorskip("pybtex.database")
    listing = pytest.importorskip("pybtex.bibtex.utils")

    compared = 0
    differ = []
    for value in fields():
        if "\\" in value or "{" in value or not value.strip():
            continue
        try:
            people = [pybtex.Person(name) for name in listing.split_name_list(value) if name]
        except Exception:
            continue
        expected = [" ".join(person.prelast_names + person.last_names) for person in people]
        found = [author.surname for author in split(value)[0]]
        compared += 1
        if [letters(name) for name in expected if name != "others"] != [letters(name) for name in found]:
            differ.append((value, expected, found))
    assert compared > 4_000
    assert len(differ) < compared / 100, differ[:20]
