"""The user's own reading list, as stored (its line ends lost) and as it was written: what must be understood of it."""

import re

import pytest

from conftest import PAGE
from gencli.formats import dokuwiki
from gencli.model import Mention, Page, Record

STORED = PAGE.read_text(encoding="utf-8")
GROUPS = ("Overview Papers", "Textbooks", "Theory Papers")


def written() -> str:
    """The page with its line ends: headings and items on lines of their own, the groups' items nested."""
    text = re.sub(r"\s*(={2,6} [^=\n]+ ={2,6})\s*", r"\n\n\1\n\n", STORED)
    text = re.sub(r"(?:(?<=\n)| )\* (?=\*\*|\[\[|Aarti)", r"\n  * ", text)
    lines, nested = [], False
    for line in text.split("\n"):
        if line.startswith("  * "):
            label = line[4:].strip().strip("*")
            nested = label in GROUPS or nested
            lines.append(line.rstrip() if label in GROUPS or not nested else "  " + line.rstrip())
            continue
        nested = nested and not line.startswith("=")
        lines.append(line)
    return "\n".join(lines)


@pytest.fixture(params=["stored", "written", "windows"])
def page(request: pytest.FixtureRequest) -> Page:
    text = {"stored": STORED, "written": written(), "windows": written().replace("\n", "\r\n")}[request.param]
    return dokuwiki.read(text, "page.txt", "page")


def record(page: Page, kind: str, value: str) -> Record:
    return next(record for record in page.records if record.identifiers.get(kind) == value)


def items(page: Page) -> list[Mention]:
    found = [mention for record in page.records for mention in record.mentions if mention.role == "item"]
    return sorted(found, key=lambda mention: mention.position or 0)


def test_the_written_page_is_what_a_person_writes() -> None:
    text = written()
    assert "\n  * **Theory Papers**\n    * **[[https://arxiv.org/pdf/1911.05822.pdf|" in text
    assert "\n==== Double Descent =====\n" in text
    assert text.count("\n  * ") + text.count("\n    * ") == 32


def test_counts(page: Page) -> None:
    assert page.title == "Generalization in Deep Learning"
    assert len(items(page)) == 28
    assert [mention.position for mention in items(page)] == list(range(1, 29))
    assert len(page.records) == 27
    kinds = [kind for record in page.records for kind in record.identifiers]
    assert {kind: kinds.count(kind) for kind in set(kinds)} == {"arxiv": 23, "openreview": 1, "doi": 1, "url": 2}
    assert page.problems == ()
    assert page.related == (("ml:regularization", "ml:Regularization"),)


def test_identifiers_of_each_kind(page: Page) -> None:
    assert record(page, "openreview", "ry_WPG-A-").title == "On the Information Bottleneck Theory of Deep Learning"
    assert record(page, "doi", "10.1146/annurev-conmatphys-031119-050745").year == 2020
    urls = sorted(record.identifiers["url"] for record in page.records if "url" in record.identifiers)
    assert urls == [
        "https://lilianweng.github.io/lil-log/2019/03/14/are-deep-neural-networks-dramatically-overfitted.html",
        "https://www.youtube.com/watch?v=pcuW7llesxs",
    ]


def test_bold_spans_and_stars() -> None:
    for text in (STORED, written()):
        shape = dokuwiki.structure(text, "page")
        assert [linked for _, linked in shape.bold()].count(True) == 8
        assert len(shape.bold()) == 11
        assert {label for label, linked in shape.bold() if not linked} == set(GROUPS)
        assert len(shape.links()) == 32


def test_stars(page: Page) -> None:
    starred = {mention.position for mention in items(page) if mention.starred}
    assert starred == {3, 4, 7, 18, 21, 24, 25, 26}


def test_sections_and_groups(page: Page) -> None:
    places = {mention.position: (mention.section, mention.group) for mention in items(page)}
    assert places[1] == (("Overviews",), None)
    assert places[2] == (("Overviews",), "Overview Papers")
    assert places[3] == (("Overviews",), "Textbooks")
    assert places[17] == (("Phenomena", "Double Descent"), None)
    assert places[25] == places[26] == (("Phenomena", "Double Descent"), "Theory Papers")
    assert places[27] == (("Phenomena", "Grokking"), None)
    assert {group for _, group in places.values()} == {None, *GROUPS}


def test_a_paper_that_stands_twice_is_one_with_both_notes(page: Page) -> None:
    first, second = record(page, "arxiv", "2205.15549").mentions
    assert (first.position, first.starred, second.position, second.starred) == (14, False, 26, True)
    assert first.note.startswith("Under their setting (one hidden layer), ")
    assert second.note.startswith("See page 3, the two settings of controlling VC dimension.")


def test_mentions_in_prose(page: Page) -> None:
    prose = [
        (record.identifiers["arxiv"], mention.label, mention.section, mention.position)
        for record in page.records
        for mention in record.mentions
        if mention.role == "prose"
    ]
    assert sorted(prose) == [
        (
            "2003.01897",
            "Nakkiran et al 2020 - Optimal Regularization Can Mitigate Double Descent",
            ("Phenomena", "Double Descent"),
            None,
        ),
        ("2006.07522", "Raj 2020", ("Key Papers",), None),
    ]
    assert record(page, "arxiv", "2006.07522").title is not None


def test_links_authors_and_years(page: Page) -> None:
    code = [(link.rel, link.url) for link in record(page, "arxiv", "1611.03530").links]
    assert ("code", "https://github.com/pluskid/fitting-random-labels") in code
    assert record(page, "arxiv", "1611.03530").mentions[0].note == ""
    video = next(record for record in page.records if "youtube" in record.identifiers.get("url", ""))
    assert [(author.given, author.family) for author in video.authors] == [("Aarti", "Singh")]
    assert (video.year, video.title) == (
        2019,
        "Sample-complexity of Estimating Convolutional and Recurrent Neural Networks",
    )
    assert [link.rel for link in video.links] == ["video"]
    assert [author.family for author in record(page, "arxiv", "1703.00810").authors] == ["Shwartz-Ziv", "Tishby"]
    assert not record(page, "arxiv", "1611.03530").authors_complete
    assert record(page, "arxiv", "2012.10931").authors_complete


def test_notes_keep_their_characters(page: Page) -> None:
    notes = {mention.position: mention.note for mention in items(page)}
    assert notes[16] == "Shows O(1/sqrt(n)). Also shows matching lower bound."
    assert notes[13] == "Best paper at NeurIPS 2021"
    assert notes[28].startswith(': "We find that the model’s final solution builds upon, rather than replaces,')
    assert "“grokking”" in notes[28]
    assert notes[28].endswith('augmenting simpler strategies."')
    assert notes[6].endswith('are learned." (from [[https://arxiv.org/pdf/2006.07522.pdf|Raj 2020]])')
    assert notes[24].startswith("Shows that for least squares, double descent is related to")
    assert (notes[7], notes[27]) == ("", "")


def test_the_two_readings_are_the_same() -> None:
    def told(text: str) -> tuple[Record, ...]:
        return dokuwiki.read(text, "page.txt", "page").records

    assert told(STORED) == told(written()) == told(written().replace("\n", "\r\n"))
