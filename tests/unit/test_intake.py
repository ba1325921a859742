"""Which paper a record is, what it adds, what a page says; and that saying it twice changes nothing."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from gencli import Author, Library, Link, Mention, Outcome, Page, Paper, Problem, Record
from gencli.errors import Conflict
from gencli.formats import dokuwiki
from gencli.identifiers import identify
from gencli.model import Variant
from gencli.store import schema
from gencli.store.store import Store

Told = Callable[..., Outcome]

GROKKING = Record(
    "arxiv",
    type="misc",
    title="Grokking: Generalization Beyond Overfitting",
    authors=(Author("Power", "Alethea"), Author("Burda", "Yuri")),
    year=2022,
    date="2022-01-06",
    posted="2022-01-06",
    updated="2022-01-06",
    abstract="In this paper we study generalization.",
    identifiers={"arxiv": "2201.02177"},
    arxiv_version=1,
    primary_category="cs.LG",
    categories=("cs.LG",),
    links=(Link("abs", "https://arxiv.org/abs/2201.02177"),),
    fields={"comment": "10 pages"},
)


class Clock:
    """A time that goes on by a second whenever it is asked."""

    def __init__(self) -> None:
        self.seconds = 0

    def __call__(self) -> str:
        self.seconds += 1
        return f"2026-01-01T00:{self.seconds // 60:02}:{self.seconds % 60:02}Z"


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    place = tmp_path_factory.mktemp("empty") / "l.sqlite"
    schema.create(place)
    return place.read_bytes()


@pytest.fixture
def path(tmp_path: Path, empty: bytes) -> Path:
    place = tmp_path / "l.sqlite"
    place.write_bytes(empty)
    return place


@pytest.fixture
def library(path: Path) -> Iterator[Library]:
    with Library.open(path, write=True, now=Clock()) as found:
        yield found


def only(library: Library) -> Paper:
    papers = library.find()
    assert len(papers) == 1
    return papers[0]


def whole(path: Path) -> dict[str, list[tuple[object, ...]]]:
    """Every row but the journal's, with the times and the row numbers."""
    tables = ("paper", "alias", "identifier", "link", "tag", "variant", "page", "mention", "problem", "words")
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        return {name: connection.execute(f"SELECT rowid, * FROM {name} ORDER BY rowid").fetchall() for name in tables}


def wiki(*items: str, title: str = "List") -> str:
    return f"====== {title} ======\n===== Section =====\n" + "".join(f"  * {item}\n" for item in items)


def read(text: str, source: str = "list.txt") -> Page:
    return dokuwiki.read(text, source, "List")


def link(number: str, label: str, rest: str = "") -> str:
    return f"[[https://arxiv.org/abs/{number}|{label}]] {rest}".strip()


# --- the same paper ----------------------------------------------------------------------------


def test_the_same_record_twice_changes_nothing(library: Library, path: Path) -> None:
    first = library.take([GROKKING], tags=["g"], note="mine")
    assert first == Outcome(added=("power2022grokking",))
    before, modified = path.read_bytes(), path.stat().st_mtime_ns
    again = library.take([GROKKING], tags=["g"], note="mine")
    assert again == Outcome(unchanged=("power2022grokking",))
    assert not again.changed
    assert (path.read_bytes(), path.stat().st_mtime_ns) == (before, modified)


@pytest.mark.parametrize(
    "name",
    [
        "2201.02177", "2201.02177v1", "arXiv:2201.02177v12", "https://arxiv.org/abs/2201.02177v1",
        "http://www.arxiv.org/pdf/2201.02177.pdf", "10.48550/arXiv.2201.02177", "https://doi.org/10.48550/ARXIV.2201.02177",
    ],
)  # fmt: skip
def test_every_form_of_an_identifier_is_one_paper(library: Library, name: str) -> None:
    library.take([GROKKING])
    found = identify(name)
    assert found is not None
    assert library.has(found)
    assert library.take([Record("user-named", identifiers={found.kind: found.value})]).unchanged == (
        "power2022grokking",
    )
    assert library.get(name).key == "power2022grokking"


def test_a_doi_learnt_later_names_the_same_paper(library: Library) -> None:
    library.take([GROKKING])
    with_doi = GROKKING._replace(identifiers={"arxiv": "2201.02177", "doi": "10.1000/g"})
    assert library.take([with_doi]).merged == ("power2022grokking",)
    assert library.take([Record("user", identifiers={"doi": "10.1000/g"})]).unchanged == ("power2022grokking",)
    assert only(library).identifiers == {"arxiv": "2201.02177", "doi": "10.1000/g"}


def two_that_are_one(library: Library) -> Record:
    """A paper under its arXiv id, the same under its DOI, and what arXiv says: that both are one."""
    library.take([GROKKING._replace(year=2021, venue=None)], tags=["a", "both"], note="first")
    mention = Mention("A Page", ("S",), None, "item", 1, "Power 2022 - Grokking", True, "a remark")
    named = Record("page:A Page", title="Grokking!", identifiers={"doi": "10.1000/g"}, mentions=(mention,))
    library.take_page(Page("A Page", "/a", "wiki", "text", (named,), (), ()))
    published = Record(
        "bib:refs.bib",
        title="Grokking, Published",
        venue="J. Nets",
        identifiers={"doi": "10.1000/g", "openreview": "abcdefg"},
        links=(Link("web", "https://x.org/g"), Link("abs", "https://arxiv.org/abs/2201.02177")),
        fields={"volume": "7", "comment": "another"},
    )
    library.take([published], tags=["b", "both"], note="second")
    library.status(["10.1000/g"], "reading")
    return GROKKING._replace(identifiers={"arxiv": "2201.02177", "doi": "10.1000/g"}, year=2021)


def test_two_papers_that_turn_out_to_be_one_become_one(library: Library, path: Path) -> None:
    record = two_that_are_one(library)
    before = whole(path)
    [first, other] = [paper.key for paper in library.find()][::-1]
    outcome = library.take([record])
    assert outcome == Outcome(merged=("power2021grokking",), united=(("power2021grokking", other),))
    assert first == "power2021grokking"
    paper = only(library)
    assert paper.identifiers == {"arxiv": "2201.02177", "doi": "10.1000/g", "openreview": "abcdefg"}
    assert (paper.key, paper.aliases, paper.tags) == ("power2021grokking", (other,), ("a", "b", "both"))
    assert (paper.note, paper.status, paper.starred) == ("first\nsecond", "reading", True)
    assert (paper.title, paper.venue) == ("Grokking: Generalization Beyond Overfitting", "J. Nets")
    assert paper.fields == {"comment": "10 pages", "volume": "7"}
    assert [link.url for link in paper.links] == ["https://arxiv.org/abs/2201.02177", "https://x.org/g"]
    assert [mention.note for mention in paper.mentions] == ["a remark"]
    assert library.get(other) == library.get("10.1000/g") == paper
    assert library.beside(paper.key) == [
        Variant("fields.comment", "bib:refs.bib", "another"),
        Variant("title", "bib:refs.bib", "Grokking, Published"),
    ]
    assert [hit.paper.key for hit in library.search("published")] == []
    assert [hit.paper.key for hit in library.search("nets remark")] == ["power2021grokking"]
    assert library.take([record]).unchanged == ("power2021grokking",)
    library.undo()
    assert whole(path) == before
    library.redo()
    assert only(library) == paper


def test_a_page_does_not_make_one_paper_of_two(library: Library) -> None:
    library.take([GROKKING, Record("user", title="Grokking", identifiers={"doi": "10.1000/g"})])
    outcome = library.take([Record("page:P", identifiers={"arxiv": "2201.02177", "doi": "10.1000/g"})])
    assert [problem.what for problem in outcome.problems] == ["power2022grokking and grokking seem to be one paper"]
    assert len(library.find()) == 2


def test_two_arxiv_papers_with_one_doi_stay_two(library: Library) -> None:
    one = Record("arxiv", title="Part One", identifiers={"arxiv": "2001.00001", "doi": "10.1000/volume"}, is_whole=True)
    two = Record("arxiv", title="Part Two", identifiers={"arxiv": "2001.00002", "doi": "10.1000/volume"}, is_whole=True)
    library.take([one])
    for _ in range(2):
        outcome = library.take([two])
        assert [problem.what for problem in outcome.problems] == [
            "part has the same DOI and another arXiv id; they are kept as two papers"
        ]
    assert [paper.title for paper in library.find(sort="title")] == ["Part One", "Part Two"]
    assert library.get("10.1000/volume").title == "Part One"


def test_what_a_whole_source_says_no_more_is_gone(library: Library) -> None:
    old = GROKKING._replace(
        venue="ICML Workshop", fields={"comment": "withdrawn", "pubstate": "withdrawn"}, is_whole=True
    )
    library.take([old])
    assert only(library).is_withdrawn
    library.take([Record("user", title="My Title", identifiers=GROKKING.identifiers, fields={"keywords": "mine"})])
    library.take([GROKKING._replace(fields={}, is_whole=True)])
    paper = only(library)
    assert (paper.title, paper.venue, paper.fields) == ("My Title", None, {"keywords": "mine"})
    assert not paper.is_withdrawn
    assert library.beside(paper.key) == [Variant("title", "arxiv", GROKKING.title)]
    library.take([GROKKING._replace(title="My Title", fields={}, is_whole=True)])
    assert library.beside(paper.key) == []


def test_what_is_new_of_a_paper_is_told(library: Library) -> None:
    library.take([GROKKING._replace(is_whole=True)])
    library.take([Record("user", year=2000, identifiers=GROKKING.identifiers)])
    newer = GROKKING._replace(
        title="Grokking", arxiv_version=2, updated="2023-01-01", venue="J. Nets", type="article", year=2023,
        date="2023", authors=(Author("Power", "A."),), abstract="New.", is_whole=True, categories=("cs.LG", "stat.ML"),
        fields={"comment": "Withdrawn: wrong", "pubstate": "withdrawn"},
        identifiers={"arxiv": "2201.02177", "doi": "10.1000/g"},
    )  # fmt: skip
    tried = library.update([newer], dry_run=True)
    assert only(library).title == GROKKING.title
    outcome = library.update([newer])
    assert outcome == tried
    assert [(news.what, news.field, news.before, news.after) for news in outcome.news] == [
        ("withdrawn", "pubstate", None, "withdrawn"),
        ("doi", "doi", None, "10.1000/g"),
        ("new version", "arxiv_version", 1, 2),
        ("title", "title", "Grokking: Generalization Beyond Overfitting", "Grokking"),
        ("changed", "authors", [{"family": "Power", "given": "Alethea"}, {"family": "Burda", "given": "Yuri"}],
         [{"family": "Power", "given": "A."}]),
        ("published", "venue", None, "J. Nets"),
        ("changed", "abstract", "In this paper we study generalization.", "New."),
        ("changed", "categories", ["cs.LG"], ["cs.LG", "stat.ML"]),
        ("changed", "updated", "2022-01-06", "2023-01-01"),
        ("changed", "comment", "10 pages", "Withdrawn: wrong"),
        ("kept beside", "year", 2000, 2023),
    ]  # fmt: skip
    assert {news.key for news in outcome.news} == {"power2022grokking"}
    assert library.update([newer]).news == ()


def test_a_doi_that_the_source_corrects_or_takes_back_follows_it(library: Library) -> None:
    def told(doi: str | None) -> Record:
        more = {"doi": doi} if doi else {}
        return GROKKING._replace(identifiers={"arxiv": "2201.02177", **more}, is_whole=True)

    library.take([told("10.1000/wrong")])
    news = library.update([told("10.1000/right")]).news
    assert [(entry.what, entry.before, entry.after) for entry in news] == [("doi", "10.1000/wrong", "10.1000/right")]
    assert only(library).identifiers == {"arxiv": "2201.02177", "doi": "10.1000/right"}
    assert library.key_of("10.1000/wrong") is None
    assert [(entry.what, entry.after) for entry in library.update([told(None)]).news] == [("doi", None)]
    assert only(library).identifiers == {"arxiv": "2201.02177"}
    library.take([Record("user", identifiers={"arxiv": "2201.02177", "doi": "10.1000/mine"})])
    news = library.update([told("10.1000/right")]).news
    assert [(e.what, e.field, e.before, e.after) for e in news] == [
        ("kept beside", "doi", "10.1000/mine", "10.1000/right")
    ]
    assert library.beside("power2022grokking") == [Variant("doi", "arxiv", "10.1000/right")]
    assert library.get("10.1000/right").identifiers["doi"] == "10.1000/mine"
    assert library.update([told("10.1000/right")]) == Outcome(unchanged=("power2022grokking",))


def test_a_value_that_gave_way_is_not_said_to_stay(library: Library) -> None:
    library.take([GROKKING._replace(source="facts", title="Groking")])
    news = library.update([GROKKING]).news
    assert [(entry.what, entry.field, entry.after) for entry in news] == [("title", "title", GROKKING.title)]


def test_a_paper_that_is_filled_in_is_told_in_one_line(library: Library) -> None:
    library.take([Record("user-named", identifiers=GROKKING.identifiers)])
    news = library.update([GROKKING]).news
    assert [(entry.what, entry.after) for entry in news] == [("filled in", GROKKING.title)]


def test_several_changes_together_are_one_step(library: Library) -> None:
    with library.together():
        library.take([GROKKING])
        library.take([Record("user", title="One")])
        library.take([Record("user", title="Two")])
    library.take([Record("user", title="Three")])
    assert [step.summary for step in library.history()] == ["added papers: 1 added", "added papers: 3 added"]
    library.undo()
    library.undo()
    assert library.find() == []
    library.redo()
    assert len(library.find()) == 3


def test_a_step_that_was_taken_back_meanwhile_is_not_gone_on_with(library: Library, path: Path) -> None:
    with library.together():
        library.take([GROKKING])
        with Library.open(path, write=True) as other:
            other.undo()
        library.take([Record("user", title="One")])
    assert [(step.summary, step.undone) for step in library.history()] == [
        ("added papers: 2 added", False), ("added papers: 1 added", True),
    ]  # fmt: skip
    assert [paper.title for paper in library.find()] == ["One"]


def test_what_another_wrote_in_between_is_not_taken_back_with_it(library: Library, path: Path) -> None:
    """A step that goes on behind another's would seem to stand before it."""
    library.take([Record("user-named", identifiers={"arxiv": "2201.00002"})])
    with library.together():
        library.take([GROKKING])
        with Library.open(path, write=True) as other:
            other.note("2201.00002", "mine")
        library.take([GROKKING._replace(title="Filled", identifiers={"arxiv": "2201.00002"})], note="more")
    assert [step.summary for step in library.history()][:3] == [
        "added papers: 1 added, 1 changed", "wrote a note: 1 changed", "added papers: 1 added",
    ]  # fmt: skip
    with pytest.raises(Conflict):
        library.undo(3)
    library.undo()
    assert library.get("2201.00002").note == "mine"
    assert library.get("2201.00002").title is None


def test_together_within_together_is_one_step(library: Library) -> None:
    with library.together():
        library.take([GROKKING])
        with library.together():
            library.take([Record("user", title="One")])
        library.take([Record("user", title="Two")])
    assert [step.summary for step in library.history()] == ["added papers: 3 added"]


def test_what_one_source_said_of_two_papers_that_are_one_is_kept(library: Library) -> None:
    first = Record("user", title="First", abstract="A", identifiers={"doi": "10.1000/1"}, fields={"comment": "x"})
    second = Record("user", title="Second", abstract="B", identifiers={"pmid": "5"}, fields={"comment": "y"})
    library.take([first], tags=["t"])
    library.take([second, Record("user", title="Other", identifiers={"openreview": "abcdefg"})])
    library.star(["PMID 5"], True)
    library.take([Record("arxiv", identifiers={"doi": "10.1000/1", "pmid": "5"})])
    paper = library.get("10.1000/1")
    assert (paper.title, paper.abstract, paper.fields, paper.starred) == ("First", "A", {"comment": "x"}, True)
    assert library.beside(paper.key) == [
        Variant("abstract", "user of second", "B"), Variant("fields.comment", "user of second", "y"),
        Variant("title", "user of second", "Second"),
    ]  # fmt: skip
    # Old keys and what was kept beside go along when it becomes one with a third.
    library.take([Record("arxiv", identifiers={"openreview": "abcdefg", "pmid": "5"})])
    paper = library.get("openreview:abcdefg")
    assert (paper.key, paper.aliases) == ("first", ("second", "other"))
    assert [variant.value for variant in library.beside("second")] == ["B", "y", "Other", "Second"]
    assert [hit.paper.key for hit in library.search("first")] == ["first"]
    assert library.search("title:other") == []


def test_three_that_are_one_in_one_go(library: Library, path: Path) -> None:
    library.take([Record("user", title="X", identifiers={"openreview": "abcdefg"})])
    library.take([Record("user", title="A", identifiers={"arxiv": "2001.00001"})])
    library.take([Record("user", title="D", identifiers={"doi": "10.1000/7"})], tags=["d"])
    before = whole(path)
    outcome = library.update(
        [
            Record("arxiv", identifiers={"arxiv": "2001.00001", "doi": "10.1000/7"}),
            Record("bib:x", identifiers={"openreview": "abcdefg", "doi": "10.1000/7"}),
        ]
    )
    assert outcome.united == (("x", "d"), ("x", "a"))
    assert outcome.merged == ("x",)
    assert (only(library).aliases, only(library).tags) == (("d", "a"), ("d",))
    library.undo()
    assert whole(path) == before


def test_the_earlier_day_of_two_that_are_one_stays(path: Path) -> None:
    days = iter(["2026-01-02T00:00:00Z", "2026-01-01T00:00:00Z", *["2026-01-03T00:00:00Z"] * 20])
    with Library.open(path, write=True, now=lambda: next(days)) as library:
        library.take([Record("user", title="One", identifiers={"doi": "10.1000/1"})])
        library.take([Record("user", title="Two", identifiers={"pmid": "5"})])
        before = {paper.added for paper in library.find()}
        library.take([Record("user", identifiers={"doi": "10.1000/1", "pmid": "5"})])
        assert only(library).added == min(before)


def test_one_address_for_two_works_does_not_make_them_one(library: Library) -> None:
    site = "https://workshop.org/2020"
    library.take([Record("user", title="One", identifiers={"arxiv": "2001.00001", "url": site})])
    other = Record("user", title="Two", identifiers={"arxiv": "2001.00002", "url": site})
    assert library.take([other]) == Outcome(added=("two",))
    assert library.take([other]) == Outcome(unchanged=("two",))
    assert library.take([Record("user", identifiers={"url": site})]).unchanged == ("one",)
    more = Record("user", identifiers={"doi": "10.1/one", "url": site})
    assert library.take([more]).merged == ("one",)


def test_papers_without_identifiers_are_recognised_again(library: Library) -> None:
    told = Record("page:P", title="The Perceptron: a model", authors=(Author("Rosenblatt", "F."),), year=1958)
    library.take([told])
    same = told._replace(title="THE PERCEPTRON – A Model", authors=(Author("Rosenblatt", "Frank"), Author("X", "Y")))
    assert library.take([same]).added == ()
    assert only(library).key == "rosenblatt1958perceptron"
    for other in (told._replace(year=1959), told._replace(title="Another"), told._replace(authors=(Author("Minsky"),))):
        assert len(library.take([other]).added) == 1
    assert library.take([told]).merged == ("rosenblatt1958perceptron",)
    nameless = Record("page:P", authors=(Author("A"),), year=2000)
    assert library.take([nameless, nameless]).added == ("a2000", "a2000a")


def test_keys_are_given_in_order_and_never_change(library: Library) -> None:
    records = [GROKKING._replace(identifiers={"arxiv": f"2201.0000{i}"}) for i in range(1, 4)]
    assert library.take(records).added == ("power2022grokking", "power2022grokkinga", "power2022grokkingb")
    library.take([records[0]._replace(source="user", title="Other words", year=2030)])
    assert library.get("2201.00001").key == "power2022grokking"
    bare = library.take([Record("user-named", identifiers={"arxiv": "2001.00001"})])
    assert library.take([GROKKING._replace(identifiers={"arxiv": "2001.00001"})]).merged == bare.added


def test_an_old_key_is_no_free_key(library: Library, path: Path) -> None:
    library.take([GROKKING])
    store = Store.writing(path)
    with store.transaction():
        store.connection.execute("INSERT INTO alias (key, paper) VALUES ('Power2022Grokkinga', 1)")
    store.close()
    assert library.take([GROKKING._replace(identifiers={"arxiv": "2201.00009"})]).added == ("power2022grokkingb",)
    assert library.get("power2022grokkingA").identifiers == {"arxiv": "2201.02177"}
    assert only_aliases(library, "2201.02177") == ("Power2022Grokkinga",)


def only_aliases(library: Library, name: str) -> tuple[str, ...]:
    return library.get(name).aliases


# --- whom to believe ---------------------------------------------------------------------------

LABEL = Record(
    "page:List", title="Grokking", authors=(Author("Power"),), authors_complete=False, year=2021, date="2021",
    identifiers={"arxiv": "2201.02177"},
)  # fmt: skip
OWN = Record("user", title="My grokking", year=2023, date="2023", identifiers={"arxiv": "2201.02177"})


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0), (0, 2, 1), (1, 0, 2), (2, 0, 1)])
def test_a_page_is_believed_less_than_arxiv_and_the_user_most(library: Library, order: tuple[int, ...]) -> None:
    for index in order:
        library.take([(LABEL, GROKKING, OWN)[index]])
    paper = only(library)
    assert (paper.title, paper.year, paper.date) == ("My grokking", 2023, "2023")
    assert paper.authors == GROKKING.authors
    assert paper.authors_complete
    assert {name: paper.origins[name] for name in ("title", "year", "date", "authors", "abstract", "posted")} == {
        "title": "user", "year": "user", "date": "user", "authors": "arxiv", "abstract": "arxiv", "posted": "arxiv",
    }  # fmt: skip
    assert paper.origins["fields.comment"] == "arxiv"


def test_a_source_may_change_its_own_word_and_the_users_stays(library: Library) -> None:
    library.take([GROKKING, OWN])
    newer = GROKKING._replace(
        title="Grokking, revised", updated="2024-01-01", arxiv_version=2, fields={"comment": "11"}
    )
    assert library.take([newer]).merged == ("power2022grokking",)
    paper = only(library)
    assert (paper.title, paper.updated, paper.arxiv_version) == ("My grokking", "2024-01-01", 2)
    assert paper.fields == {"comment": "11"}
    assert library.take([newer]).unchanged == ("power2022grokking",)


def test_what_lost_is_kept_beside_but_not_a_pages_label(library: Library, path: Path) -> None:
    library.take([LABEL])
    library.take([GROKKING])
    library.take([OWN])
    rows = sqlite3.connect(path)
    found = set(rows.execute("SELECT field, source, value FROM variant").fetchall())
    rows.close()
    assert found == {
        ("title", "arxiv", '"Grokking: Generalization Beyond Overfitting"'),
        ("year", "arxiv", "2022"),
        ("date", "arxiv", '"2022-01-06"'),
    }


def test_other_authors_are_kept_beside_as_names(library: Library, path: Path) -> None:
    library.take([GROKKING])
    library.take([Record("facts", authors=(Author("Power", "A."),), identifiers={"arxiv": "2201.02177"})])
    rows = sqlite3.connect(path)
    found = rows.execute("SELECT value FROM variant WHERE field = 'authors'").fetchall()
    rows.close()
    assert found == [('[{"family":"Power","given":"A."}]',)]
    assert only(library).authors == GROKKING.authors


def test_nothing_said_takes_nothing_away(library: Library) -> None:
    library.take([GROKKING])
    before = only(library)
    assert library.take([Record("user", identifiers={"arxiv": "2201.02177"})]).unchanged == (before.key,)
    assert only(library) == before


# --- pages -------------------------------------------------------------------------------------

ONE = wiki(link("2201.02177", "Power et al 2022 - Grokking", "Small data."), link("1812.11118", "Belkin 2018 - Trade"))


def test_a_page_twice_changes_nothing(library: Library, path: Path) -> None:
    assert library.take_page(read(ONE), tags=["p"]).added == ("power2022grokking", "belkin2018trade")
    before, modified = path.read_bytes(), path.stat().st_mtime_ns
    again = library.take_page(read(ONE), tags=["p"])
    assert again == Outcome(unchanged=("power2022grokking", "belkin2018trade"))
    assert (path.read_bytes(), path.stat().st_mtime_ns) == (before, modified)


def test_a_page_twice_changes_nothing_after_arxiv_filled_it_in(library: Library, path: Path) -> None:
    library.take_page(read(ONE))
    library.take([GROKKING])
    before = path.read_bytes()
    assert not library.take_page(read(ONE)).changed
    assert path.read_bytes() == before


def test_a_changed_page_brings_its_mentions_up_to_date_and_leaves_a_persons_marks(library: Library) -> None:
    library.take_page(read(ONE))
    library.tag("mine", ["2201.02177"])
    library.note("2201.02177", "my note")
    library.status(["2201.02177"], "reading")
    library.star(["2201.02177"], True)
    changed = wiki(
        link("2301.00001", "New 2023 - Thing"),
        "**Theory**",
        "  * " + link("2201.02177", "Power 2022 - Grok", "Better."),
    )
    outcome = library.take_page(read(changed))
    assert outcome.added == ("new2023thing",)
    assert set(outcome.merged) == {"power2022grokking", "belkin2018trade"}
    paper = library.get("power2022grokking")
    assert [(m.label, m.note, m.group, m.position) for m in paper.mentions] == [
        ("Power 2022 - Grok", "Better.", "Theory", 2)
    ]
    assert (paper.tags, paper.note, paper.status, paper.starred) == (("mine",), "my note", "reading", True)
    gone = library.get("belkin2018trade")
    assert gone.mentions == ()
    assert len(library.pages()) == 1
    assert [paper.key for paper in library.find("better")] == ["power2022grokking"]
    assert library.find("small") == []


def test_a_page_moved_to_another_place_is_the_same_page(library: Library, path: Path) -> None:
    library.take_page(read(ONE, "old/list.txt"))
    before = path.read_bytes()
    assert not library.take_page(read(ONE, "new/list.txt")).changed
    assert path.read_bytes() == before
    longer = ONE + f"  * {link('2301.00001', 'New 2023 - Thing')}\n"
    assert library.take_page(read(longer, "new/list.txt")).added == ("new2023thing",)
    [(page, mentions)] = library.pages()
    assert (page.source, page.text) == ("new/list.txt", longer)
    assert [key for key, _ in mentions] == ["power2022grokking", "belkin2018trade", "new2023thing"]


def test_a_page_of_the_same_title_with_other_papers_is_another_page(library: Library) -> None:
    library.take_page(read(ONE, "a.txt"))
    other = wiki(
        link("2301.00001", "New 2023 - Thing"), link("2301.00002", "New 2023 - Other"), link("2201.02177", "P")
    )
    library.take_page(read(other, "b.txt"))
    assert [page.source for page, _ in library.pages()] == ["a.txt", "b.txt"]
    assert len(library.get("2201.02177").mentions) == 2
    library.take_page(read(wiki(link("2301.00009", "Only 2023 - This")), "a.txt"))
    assert [page.source for page, _ in library.pages()] == ["a.txt", "b.txt"]
    assert [len(mentions) for _, mentions in library.pages()] == [1, 3]


def test_a_page_is_kept_to_the_byte_with_what_it_says(library: Library) -> None:
    text = wiki(link("2201.02177", "Power", "“Tëxt”  with   blanks")).replace("\n", "\r\n")
    library.take_page(read(text))
    [(page, [(key, mention)])] = library.pages()
    assert page.text == text
    assert (page.title, page.source, page.format) == ("List", "list.txt", "wiki")
    assert key == library.get("2201.02177").key
    assert mention.note == "“Tëxt”  with   blanks"
    assert mention.section == ("Section",)


def test_what_a_page_holds_that_was_not_understood_is_kept_aside_and_told(library: Library, path: Path) -> None:
    outcome = library.take_page(read(wiki(link("2201.02177", "Power 2022 - G"), "milk")))
    assert [(problem.where, problem.raw) for problem in outcome.problems] == [("list.txt:4", "milk")]
    rows = sqlite3.connect(path)
    assert rows.execute("SELECT place, raw FROM problem").fetchall() == [("list.txt:4", "milk")]
    rows.close()
    library.take_page(read(wiki(link("2201.02177", "Power 2022 - G"))))
    assert library.info()["problems"] == 0


def test_a_page_without_papers_is_not_taken(library: Library, path: Path) -> None:
    before = path.read_bytes()
    page = Page("List", "list.txt", "wiki", "text", (), (), (Problem("list.txt:1", "odd"),))
    outcome = library.take_page(page)
    assert not outcome.changed
    assert [problem.what for problem in outcome.problems] == ["odd", "names no paper"]
    assert path.read_bytes() == before


def test_a_paper_named_twice_on_a_page_has_two_mentions(library: Library) -> None:
    twice = wiki(
        link("2201.02177", "Power 2022 - G", "a"), link("1812.11118", "B 2018 - T"), link("2201.02177", "G", "b")
    )
    library.take_page(read(twice))
    assert [(m.position, m.note) for m in library.get("2201.02177").mentions] == [(1, "a"), (3, "b")]
    assert not library.take_page(read(twice)).changed


def test_a_star_of_the_page_comes_and_goes_with_it(library: Library) -> None:
    starred = wiki(f"**{link('2201.02177', 'Power 2022 - G')}**")
    plain = wiki(link("2201.02177", "Power 2022 - G"))
    library.take_page(read(starred))
    assert only(library).starred
    library.take_page(read(plain))
    assert not only(library).starred
    library.take_page(read(starred))
    library.star(["2201.02177"], False)
    library.take_page(read(plain))
    library.take_page(read(starred))
    assert not only(library).starred
    assert library.find("is:starred") == []


# --- one transaction ---------------------------------------------------------------------------


def test_an_exception_in_the_middle_leaves_everything_as_it_was(library: Library, path: Path) -> None:
    library.take([GROKKING])
    before = path.read_bytes()

    def some() -> Iterator[Record]:
        yield GROKKING._replace(title="Changed", source="user")
        yield GROKKING._replace(identifiers={"arxiv": "2301.00001"})
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        library.take(some(), tags=["t"])
    assert path.read_bytes() == before
    assert only(library).title == GROKKING.title
    assert library.take([OWN]).merged == ("power2022grokking",)


def test_dry_runs_say_what_would_be_and_write_nothing(library: Library, path: Path) -> None:
    library.take([GROKKING], tags=["old"])
    before = path.read_bytes()
    assert library.take([OWN], dry_run=True).merged == ("power2022grokking",)
    assert library.take_page(read(ONE), dry_run=True).added == ("belkin2018trade",)
    assert library.tag("new", ["2201.02177"], dry_run=True).merged == ("power2022grokking",)
    assert library.untag("old", ["2201.02177"], dry_run=True).merged == ("power2022grokking",)
    assert library.rename_tag("old", "new", dry_run=True).merged == ("power2022grokking",)
    assert path.read_bytes() == before
    assert only(library).tags == ("old",)


def test_a_change_is_dated_and_nothing_else_is(library: Library) -> None:
    library.take([GROKKING])
    library.take([GROKKING._replace(identifiers={"arxiv": "2201.00001"})])
    first, second = library.get("2201.02177"), library.get("2201.00001")
    library.tag("t", ["2201.02177", "2201.00001"])
    library.tag("t", ["2201.02177"])
    library.note("2201.00001", "n")
    assert library.get("2201.02177").added == first.added
    assert library.get("2201.02177").changed > first.changed
    assert library.get("2201.00001").changed > library.get("2201.02177").changed
    assert library.get("2201.00001").added == second.added


def test_the_index_follows_every_change(library: Library) -> None:
    def finds(query: str) -> bool:
        return bool(library.find(query))

    library.take([GROKKING], tags=["alpha"])
    library.take_page(read(ONE))
    assert finds("beyond") and finds("alpha") and finds("small") and finds("section")  # noqa: PT018
    library.tag("omega", ["2201.02177"])
    assert finds("omega")
    library.untag("alpha", ["2201.02177"])
    assert not finds("alpha")
    library.rename_tag("omega", "psi")
    assert finds("psi")
    assert not finds("omega")
    library.note("2201.02177", "marginal")
    assert finds("marginal")
    library.note("2201.02177", "")
    assert not finds("marginal")
    library.take([OWN])
    assert finds("title:my")
    assert not finds("beyond")
    library.take_page(read(wiki(link("1812.11118", "Belkin 2018 - Trade"))))
    assert not finds("small")
