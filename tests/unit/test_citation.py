"""Names, link labels and citations in running text, as people write them."""

import pytest

from gencli.authors import person
from gencli.citation import Citation, author_lead, names_of, read_citation, read_label, read_lines
from gencli.model import Author


def surnames(citation: Citation) -> list[str]:
    return [author.surname for author in citation.authors]


def marked(text: str) -> tuple[str, list[tuple[int, int]]]:
    """A text with `//italics//`, as the reader of citations is given it."""
    parts = text.split("//")
    found, length = [], 0
    for number, part in enumerate(parts):
        if number % 2:
            found.append((length, length + len(part)))
        length += len(part)
    return "".join(parts), found


# --- names ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "author"),
    [
        ("Alethea Power", Author("Power", "Alethea")),
        ("Power", Author("Power")),
        ("  Mikhail   Belkin ,", Author("Belkin", "Mikhail")),
        ("Laurens van der Maaten", Author("van der Maaten", "Laurens")),
        ("van der Maaten", Author("van der Maaten")),
        ("Maria de la Cruz", Author("de la Cruz", "Maria")),
        ("Gerard 't Hooft", Author("'t Hooft", "Gerard")),
        ("Oriol Del Castillo", Author("Castillo", "Oriol Del")),
        ("Ravid Shwartz-Ziv", Author("Shwartz-Ziv", "Ravid")),
        ("Jean-Pierre Serre", Author("Serre", "Jean-Pierre")),
        ("Roger Brockett III", Author("Brockett", "Roger", "III")),
        ("Guy Steele Jr.", Author("Steele", "Guy", "Jr.")),
        ("Berg, Kees van den", Author("Berg", "Kees van den")),
        ("van den Berg, Kees", Author("van den Berg", "Kees")),
        ("Steele, Jr., Guy", Author("Steele", "Guy", "Jr.")),
        ("Guy Steele, Jr.", Author("Steele", "Guy", "Jr.")),
        ("The ATLAS Collaboration", Author(literal="The ATLAS Collaboration")),
        ("Gemma Team, Google", Author(literal="Gemma Team, Google")),
        ("", Author()),
    ],
)
def test_a_full_name(written: str, author: Author) -> None:
    assert person(written) == author


# --- labels --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("label", "names", "complete", "year", "title"),
    [
        ("One et al 2019 - A Study of Things", ["One"], False, 2019, "A Study of Things"),
        ("One et al. 2019 – A Study: Of What?", ["One"], False, 2019, "A Study: Of What?"),
        ("One & Two 2021 - Bias-Variance - and More", ["One", "Two"], True, 2021, "Bias-Variance - and More"),
        ("One and Two 2022 - Learning Theory", ["One", "Two"], True, 2022, "Learning Theory"),
        ("One, Two and Three (2018) - Depth", ["One", "Two", "Three"], True, 2018, "Depth"),
        ("Shwartz-Ziv & Tishby 2017 - High-dimensional", ["Shwartz-Ziv", "Tishby"], True, 2017, "High-dimensional"),
        ("van der Maaten & Hinton 2008 - Seeing", ["van der Maaten", "Hinton"], True, 2008, "Seeing"),
        ("One 2019b - The Second", ["One"], True, 2019, "The Second"),
        ("One et al - No Year Here", ["One"], False, None, "No Year Here"),
        ("Raj 2020", ["Raj"], True, 2020, ""),
        ("Raj et al., 2020", ["Raj"], False, 2020, ""),
        ("Mei & Montanari 2019", ["Mei", "Montanari"], True, 2019, ""),
        ("2019 - A Title Alone", [], True, 2019, "A Title Alone"),
        ("A Title Without Any Name", [], True, None, "A Title Without Any Name"),
        ("What happened in the long summer 1968 - A story", [], True, 1968, None),
    ],
)
def test_labels(label: str, names: list[str], complete: bool, year: int | None, title: str | None) -> None:
    read = read_label(label)
    assert (surnames(read), read.authors_complete, read.year) == (names, complete, year)
    assert read.title == (label if title is None else title)


def test_a_label_of_a_site_and_its_article() -> None:
    read = read_label("Lil'log - Are Deep Networks Dramatically Overfitted?")
    assert (read.site, read.title, read.authors) == ("Lil'log", "Are Deep Networks Dramatically Overfitted?", ())


def test_a_label_tells_its_medium() -> None:
    read = read_label("2019 - Sample-complexity of Nets (video)")
    assert (read.year, read.title, read.medium) == (2019, "Sample-complexity of Nets", "video")
    assert read_label("One 2020 - A Talk [slides]").medium == "slides"
    assert read_label("One 2020 - Nets (and more)").title == "Nets (and more)"


@pytest.mark.parametrize(
    ("lead", "author"),
    [
        ("Aarti Singh's work:", Author("Singh", "Aarti")),
        ("Goodfellow:", Author("Goodfellow")),
        ("Yann LeCun’s recent talk: ", Author("LeCun", "Yann")),
        ("van der Maaten:", Author("van der Maaten")),
        ("See also:", None),
        ("Paper:", None),
        ("Surveys:", None),
        ("Important:", None),
        ("this one is by:", None),
        ("A Very Long Row Of Words:", None),
        ("no colon", None),
        ("", None),
    ],
)
def test_the_author_before_a_link(lead: str, author: Author | None) -> None:
    assert author_lead(lead) == author


# --- citations in running text -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "names", "title", "venue", "year"),
    [
        # a title in quotes, straight or curly, with and without a comma before it
        (
            'Ann B. One, Carl Two og D. Three, "Nets – A Case Study", //Proceedings of X (X 2024)//, Rome, 2024.',
            ["Ann B. One", "Carl Two", "D. Three"],
            "Nets – A Case Study",
            "Proceedings of X (X 2024)",
            2024,
        ),
        (
            "Ann One, Carl Two. “Learning of Nets”, //Journal of Nets//, Vol. 3, No. 2, 2019 (SCI-E)",
            ["Ann One", "Carl Two"],
            "Learning of Nets",
            "Journal of Nets",
            2019,
        ),
        ('ANN ONE,CARL TWO, "Nets Alone", //Nets//, 2024', ["ANN ONE", "CARL TWO"], "Nets Alone", "Nets", 2024),
        (
            'Ann wing One, Carl Two, "Mixed Nets", In //Proc. of Nets//, pp. 2028-2034, 2008',
            ["Ann wing One", "Carl Two"],
            "Mixed Nets",
            "Proc. of Nets",
            2008,
        ),
        (
            'Ann One, "A Nature of Nets", Cybernetics and Nets, 2023, DOI: 10.1080/01969722.2019.2296244',
            ["Ann One"],
            "A Nature of Nets",
            "Cybernetics and Nets",
            2023,
        ),
        # a year in parentheses behind the names
        (
            "One, A. B. & Two, C. & Three, D.E.F. (2007). A scholarly net. //Nets Review//, Vol. 31, pp. 353-364.",
            ["A. B. One", "C. Two", "D.E.F. Three"],
            "A scholarly net",
            "Nets Review",
            2007,
        ),
        (
            "One, A., Two, C. (2020). Ontology of nets. Journal of Nets, 3(1), 40-49.",
            ["A. One", "C. Two"],
            "Ontology of nets",
            "Journal of Nets",
            2020,
        ),
        (
            "One A.B, Two C. (2010) COMBINE: A Tool, In //Proc. of Nets//, Rome 2010",
            ["A.B One", "C. Two"],
            "COMBINE: A Tool",
            "Proc. of Nets",
            2010,
        ),
        (
            "Ann One, Carl Two, (2015), On nets, In //Journal of Nets//, vol. 53, 2015.",
            ["Ann One", "Carl Two"],
            "On nets",
            "Journal of Nets",
            2015,
        ),
        # neither: the names end where a part is no name, or at a full stop
        (
            "Ann One, Carl Two and Dan Three, Goal-oriented test generation of nets, //Nets//, 66, 40-57, 2015",
            ["Ann One", "Carl Two", "Dan Three"],
            "Goal-oriented test generation of nets",
            "Nets",
            2015,
        ),
        (
            "Ann V. One, Carl T. Two, Duc-Anh Le. Specification of Nets, In //Proceedings of Nets 2011//, Rome",
            ["Ann V. One", "Carl T. Two", "Duc-Anh Le"],
            "Specification of Nets",
            "Proceedings of Nets 2011",
            2011,
        ),
        (
            "A. One, B. Two et. al. MAFSE: A framework for nets, In //Proceedings of Nets//, 2010, pp.150-156",
            ["A. One", "B. Two"],
            "MAFSE: A framework for nets",
            "Proceedings of Nets",
            2010,
        ),
        (
            "Vapnik, V. Statistical Learning Theory. Wiley, 1998.",
            ["V. Vapnik"],
            "Statistical Learning Theory",
            "Wiley",
            1998,
        ),
        ("One et al. 2017. Understanding the nets", ["One"], "Understanding the nets", "", 2017),
        ("One et al. The nets of 1984: a study. 2017.", ["One"], "The nets of 1984: a study", "", 2017),
        # a book in italics
        ("Ann One and Carl Two. //Deep Nets//. MIT Press, 2016.", ["Ann One", "Carl Two"], "Deep Nets", "", 2016),
    ],
)
def test_citations(text: str, names: list[str], title: str, venue: str, year: int) -> None:
    read = read_citation(*marked(text))
    assert [f"{author.given} {author.surname}".strip() for author in read.authors] == names
    assert (read.title, read.venue, read.year) == (title, venue, year)


def test_names_of_a_citation_in_either_order() -> None:
    read = read_citation('Huynh, Khai T., Thang H. Bui, and Tho T. Quan. "A Light Approach". 2014. 513-524.')
    assert read.authors == (Author("Huynh", "Khai T."), Author("Bui", "Thang H."), Author("Quan", "Tho T."))
    read = read_citation("van der Maaten, L. and Hinton, G. (2008). Seeing data with nets. JMLR 9.")
    assert read.authors == (Author("van der Maaten", "L."), Author("Hinton", "G."))
    read = read_citation('Martin King, Jr. and Bob One, "On a thing of note", 2001')
    assert read.authors == (Author("King", "Martin", "Jr."), Author("One", "Bob"))
    read = read_citation('The ATLAS Collaboration, "A new particle of note", 2012')
    assert read.authors == (Author(literal="The ATLAS Collaboration"),)


def test_et_al_says_that_authors_are_missing() -> None:
    assert not read_citation('One et al., "Nets of nets", 2019').authors_complete
    assert read_citation('One and Two, "Nets of nets", 2019').authors_complete


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ('A. One, "Nets of nets", 2019, 1793-8244', 2019),
        ('A. One, "Nets of nets", pp. 2010-2019, 2020', 2020),
        ('A. One, "Nets of nets", 2020. arXiv:2001.04451', 2020),
        ('A. One, "Nets of nets", 2018, doi:10.1016/j.nets.2019.03.004', 2018),
        ('A. One, "Nets of nets", 2019a', 2019),
        ('A. One, "Nets of nets", ISBN 978-2010', None),
    ],
)
def test_the_year_is_no_part_of_another_number(text: str, year: int | None) -> None:
    assert read_citation(text).year == year


@pytest.mark.parametrize(
    "text",
    ["", "good summary from last year", "read this first", 'He said "this is the best of all"', "2019", "One, Two"],
)
def test_what_is_no_citation(text: str) -> None:
    assert read_citation(text).title == ""


def test_a_quotation_inside_a_long_title_is_not_the_title() -> None:
    text = 'Ann One, Carl Two, An approach to information that speaks of "Problems of Nets", 2018'
    read = read_citation(text)
    assert surnames(read) == ["One", "Two"]
    assert read.title.startswith("An approach to information that speaks of ")


@pytest.mark.parametrize(
    ("text", "names", "complete"),
    [
        ("Ann One, Bo Two", ["One", "Two"], True),
        ("One, A., Two, B.", ["One", "Two"], True),
        ("A. One and B. Two et al. (2019).", ["One", "Two"], False),
        ("Ann One", ["One"], True),
        ("One, Ann, and Bo Two", ["One", "Two"], True),
        ("One, Ann and Bo Two, Cy Three", ["One", "Two", "Three"], True),
        ("One,  Ann., Bo Two, Cy Three", ["One", "Two", "Three"], True),
        ("One and Two and Bo Three", ["One", "Two", "Three"], True),
        ("One & Two & Bo Three", ["One", "Two", "Three"], True),
        ("a net of nets", [], True),
        ("Ann One, a net of nets", [], True),
        ("Learning Nets", [], True),
        ("", [], True),
    ],
)
def test_a_text_that_is_nothing_but_names(text: str, names: list[str], complete: bool) -> None:
    authors, is_complete = names_of(text)
    assert ([author.surname for author in authors], is_complete) == (names, complete)


def test_a_citation_on_several_lines() -> None:
    read = read_lines(["Deep Nets of Things", "Ann One, Carl Two", "ICLR 2017", ""])
    assert (surnames(read), read.title, read.venue, read.year) == (["One", "Two"], "Deep Nets of Things", "ICLR", 2017)
    read = read_lines(["Ann One et al. (2017)", "Deep Nets of Things"])
    assert (surnames(read), read.title, read.year) == (["One"], "Deep Nets of Things", 2017)
    assert not read.authors_complete
    assert read_lines(["", ""]) == Citation()


@pytest.mark.parametrize(
    "text",
    [
        ", " * 50_000 + "x",
        "x" + " " * 100_000 + "x, ",
        "A" + " and" * 50_000,
        '"' * 100_000,
        "A. " * 50_000,
        "in " * 60_000,
        "et al " * 50_000,
        "(" * 100_000,
    ],
)
def test_a_hostile_text_is_read_to_its_end(text: str) -> None:
    assert isinstance(read_citation(text, [(0, len(text))]), Citation)
    assert isinstance(read_citation(text), Citation)
    assert isinstance(read_label(f"A{text} - {text}"), Citation)
    assert isinstance(read_lines([text, text]), Citation)
