"""The verbs as a program uses them: finding, a person's own marks, what goes wrong."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from gencli import Author, Library, Outcome, Record, parse
from gencli.errors import BadInput, GencliError, LibraryFileError, NotFound
from gencli.library import SORTS, STATUSES
from gencli.store import schema

RECORDS = [
    Record("arxiv", title="Grokking", authors=(Author("Power", "A"),), year=2022, identifiers={"arxiv": "2201.02177"}),
    Record("arxiv", title="Trade-off", authors=(Author("Belkin", "M"),), year=2018, identifiers={"doi": "10.1/a"}),
    Record("page:P", title="Third", authors=(Author("Çelik", "Ö"),), year=2020, identifiers={"arxiv": "2001.00001"}),
]
KEYS = ("power2022grokking", "belkin2018trade", "celik2020third")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    place = tmp_path_factory.mktemp("made") / "l.sqlite"
    schema.create(place)
    with Library.open(place, write=True, now=lambda: "2026-01-01T00:00:00Z") as library:
        assert library.take(RECORDS).added == KEYS
    return place.read_bytes()


@pytest.fixture
def path(tmp_path: Path, made: bytes) -> Path:
    place = tmp_path / "l.sqlite"
    place.write_bytes(made)
    return place


@pytest.fixture
def library(path: Path) -> Iterator[Library]:
    with Library.open(path, write=True) as found:
        yield found


def tags(library: Library, name: str) -> tuple[str, ...]:
    return library.get(name).tags


# --- finding -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["power2022grokking", " POWER2022GROKKING ", "2201.02177", "arXiv:2201.02177v3"])
def test_a_paper_is_got_by_any_of_its_names(library: Library, name: str) -> None:
    assert library.get(name).title == "Grokking"


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("power2022groking", "did you mean power2022grokking?"),
        ("Belkin2018", "did you mean belkin2018trade?"),
        ("çelik2020", "did you mean celik2020third?"),
        ("nosuch thing", "look for it with: gencli search nosuch"),
        ("", "look for it with: gencli search …"),
        ("\ud800", "look for it with: gencli search '\ud800'"),
        ("$(id);x", "look for it with: gencli search '$(id);x'"),
        ("x" * 5000, "look for it with: gencli search " + "x" * 60),
        ("' OR 1=1 --", """look for it with: gencli search ''"'"''"""),
        ("10.9999/none", "look for it with: gencli search 10.9999/none"),
        ("2201.2177", "did you mean 2201.02177?"),
    ],
)
def test_an_unknown_name_is_told_with_its_nearest(library: Library, name: str, hint: str) -> None:
    with pytest.raises(NotFound) as caught:
        library.get(name)
    assert caught.value.message == f"no paper '{name}'"
    assert caught.value.hint == hint


def test_questions_may_be_texts_or_values(library: Library) -> None:
    assert library.find(parse("grokking")) == library.find("grokking")
    assert [hit.paper for hit in library.search(parse("year:2018.. trade"))] == library.find("trade")
    assert library.nearest(parse("groking")) == library.nearest("groking") != []


def test_without_a_question_all_come_by_key(library: Library) -> None:
    assert tuple(paper.key for paper in library.find()) == tuple(sorted(KEYS))
    assert [paper.key for paper in library.find("", "year")] == [KEYS[0], KEYS[2], KEYS[1]]
    assert all(len(library.find("", sort)) == 3 for sort in SORTS)


def test_near_words_are_only_told_for_words_that_the_library_lacks(library: Library) -> None:
    assert library.nearest("groking trade") == ["grokking OR trade"]
    assert library.nearest("grokking") == []
    assert library.nearest("grokking 1999") == ["grokking"]


def test_what_the_library_is(library: Library, path: Path) -> None:
    assert library.info() == {
        "path": str(path),
        "size": path.stat().st_size,
        "schema": schema.VERSION,
        "papers": 3,
        "tags": 0,
        "pages": 0,
        "mentions": 0,
        "problems": 0,
        "backups": [],
        "history_steps": 1,
        "history_since": "2026-01-01T00:00:00Z",
        "history_bytes": 128,
        "history_let_go": 0,
        "history_most_bytes": 256 * 1024 * 1024,
        "history_most_days": 5 * 365,
    }


def test_what_arxiv_was_not_asked_about(library: Library) -> None:
    assert library.on_arxiv(unfilled=True) == library.on_arxiv() == ["2201.02177", "2001.00001"]
    assert library.unfilled(["CELIK2020third", "nosuch"]) == ["2001.00001"]
    assert library.unfilled([]) == []
    library.take([Record("arxiv", posted="2022-01-06", identifiers={"arxiv": "2201.02177"})])
    assert library.on_arxiv(unfilled=True) == ["2001.00001"]
    assert library.on_arxiv("key:celik2020third") == library.on_arxiv("celik2020third") == ["2001.00001"]
    assert library.on_arxiv("2201.02177") == ["2201.02177"]
    assert library.on_arxiv("nosuch") == []


# --- tags --------------------------------------------------------------------------------------


def test_tags_are_one_in_any_case(library: Library) -> None:
    assert library.tag("Theory", KEYS[:2]).merged == KEYS[:2]
    assert library.tag("THEORY", KEYS).merged == KEYS[2:]
    assert library.tag("theory", KEYS) == Outcome(unchanged=KEYS)
    assert [number for _, number in library.tags()] == [3]
    assert len(library.find("tag:tHeOrY")) == 3
    assert library.untag("tHEORY", [KEYS[0]]).merged == (KEYS[0],)
    assert tags(library, KEYS[0]) == ()


def test_blanks_in_a_tag_are_one_and_at_its_ends_none(library: Library) -> None:
    library.tag("  to \t read\u00a0soon ", [KEYS[0]])
    assert tags(library, KEYS[0]) == ("to read soon",)
    assert library.untag(" to  read soon", [KEYS[0]]).changed


@pytest.mark.parametrize("tag", ["", "  ", "a\x1b[31m", "a\0b", "x" * 101, "\ud800", "\u202eevil"])
def test_what_is_no_tag_is_refused_everywhere(library: Library, path: Path, tag: str) -> None:
    library.tag("fine", KEYS)
    before = path.read_bytes()
    acts: tuple[Callable[[], object], ...] = (
        lambda: library.tag(tag, KEYS),
        lambda: library.untag(tag, KEYS),
        lambda: library.rename_tag("fine", tag),
        lambda: library.rename_tag(tag, "fine"),
        lambda: library.take(RECORDS, tags=[tag]),
    )
    for act in acts:
        with pytest.raises(BadInput, match="is no tag"):
            act()
    assert path.read_bytes() == before


def test_unknown_names_become_problems_while_the_rest_is_done(library: Library) -> None:
    outcome = library.tag("t", ["nosuch", KEYS[0], "power2022groking", "2201.02177"])
    assert outcome.merged == (KEYS[0],)
    assert [(problem.where, problem.what) for problem in outcome.problems] == [
        ("nosuch", "no paper 'nosuch'; look for it with: gencli search nosuch"),
        ("power2022groking", "no paper 'power2022groking'; did you mean power2022grokking?"),
    ]
    assert tags(library, KEYS[0]) == ("t",)


def test_renaming_a_tag(library: Library) -> None:
    library.tag("one", KEYS[:2])
    assert library.rename_tag("ONE", "two") == Outcome(merged=KEYS[:2])
    assert library.tags() == [("two", 2)]


def test_renaming_a_tag_into_another_merges_them(library: Library) -> None:
    library.tag("one", KEYS[:2])
    library.tag("two", KEYS[1:])
    assert library.rename_tag("one", "Two") == Outcome(merged=KEYS[:2])
    assert [(tag.lower(), number) for tag, number in library.tags()] == [("two", 3)]
    assert [tags(library, key) for key in KEYS] == [("Two",), ("Two",), ("two",)]


def test_tags_that_were_merged_come_apart_again(library: Library) -> None:
    library.tag("one", KEYS[:2])
    library.tag("two", KEYS[1:])
    library.rename_tag("one", "Two")
    library.undo()
    assert [tags(library, key) for key in KEYS] == [("one",), ("one", "two"), ("two",)]


def test_renaming_changes_how_a_tag_is_written(library: Library, path: Path) -> None:
    library.tag("one", [KEYS[0]])
    assert library.rename_tag("one", "ONE").merged == (KEYS[0],)
    assert tags(library, KEYS[0]) == ("ONE",)
    before = path.read_bytes()
    assert library.rename_tag("one", "ONE") == Outcome(unchanged=(KEYS[0],))
    assert path.read_bytes() == before


def test_an_unknown_tag_is_not_found(library: Library) -> None:
    with pytest.raises(NotFound, match="no paper has the tag 'nosuch'"):
        library.untag("nosuch", KEYS)
    with pytest.raises(NotFound, match="no paper has the tag 'nosuch'"):
        library.rename_tag("nosuch", "x")


# --- stars, status, notes ----------------------------------------------------------------------


def test_stars(library: Library) -> None:
    assert library.star(KEYS[:2], True).merged == KEYS[:2]
    assert library.star(KEYS[:2], True).unchanged == KEYS[:2]
    assert library.star(KEYS, False) == Outcome(merged=KEYS[:2], unchanged=KEYS[2:])
    assert not any(paper.starred for paper in library.find())


def test_status(library: Library) -> None:
    for status in STATUSES[1:]:
        assert library.status([KEYS[0]], status).merged == (KEYS[0],)
        assert library.get(KEYS[0]).status == status
        assert library.status([KEYS[0]], status).unchanged == (KEYS[0],)
    with pytest.raises(BadInput, match="'eaten' is no status"):
        library.status([KEYS[0]], "eaten")


def test_notes_are_written_appended_and_emptied(library: Library) -> None:
    name = KEYS[0]
    for text, append, after, changed in [
        ("first  thing", False, "first  thing", True),
        ("first  thing", False, "first  thing", False),
        ("second", True, "first  thing\nsecond", True),
        ("second", True, "first  thing\nsecond", False),
        ("", True, "first  thing\nsecond", False),
        ("thing\nseco", True, "first  thing\nsecond\nthing\nseco", True),
        ("second\nthing", True, "first  thing\nsecond\nthing\nseco", False),
        ("new\r\n\tone ", False, "new\r\n\tone ", True),
        ("", False, "", True),
        ("after nothing", True, "after nothing", True),
    ]:
        assert library.note(name, text, append=append).changed is changed
        assert library.get(name).note == after


def test_a_note_is_given_to_every_paper_that_is_taken(library: Library) -> None:
    library.note(KEYS[0], "mine")
    note = "from a talk\nof two lines"
    assert library.take(RECORDS[:2], note=note).merged == KEYS[:2]
    assert library.take(RECORDS[:2], note=note).unchanged == KEYS[:2]
    assert library.get(KEYS[0]).note == "mine\nfrom a talk\nof two lines"


def test_a_note_to_nobody_and_a_note_that_is_no_text(library: Library) -> None:
    with pytest.raises(NotFound):
        library.note("nosuch", "x")
    with pytest.raises(BadInput, match="the note is not valid UTF-8"):
        library.note(KEYS[0], "a\udcffb")
    with pytest.raises(BadInput, match="the note is not valid UTF-8"):
        library.take(RECORDS, note="a\udcffb")


@pytest.mark.parametrize(
    "act",
    [
        lambda library: library.tag("t", KEYS),
        lambda library: library.star(KEYS, True),
        lambda library: library.status(KEYS, "read"),
        lambda library: library.note(KEYS[0], "x"),
        lambda library: library.take([Record("user", title="Fourth")]),
    ],
)
def test_who_only_reads_changes_nothing(path: Path, act: Callable[[Library], Outcome]) -> None:
    before = path.read_bytes()
    with Library.open(path) as library, pytest.raises(LibraryFileError, match="cannot be written to"):
        act(library)
    assert path.read_bytes() == before


def test_names_that_are_told_as_they_come_are_read_once(library: Library) -> None:
    assert library.tag("t", iter(KEYS)).merged == KEYS
    assert library.star((key for key in (*KEYS, *KEYS)), True).merged == KEYS
    assert library.take(iter(RECORDS)).unchanged == KEYS


def test_an_error_is_its_message_and_has_a_code(library: Library) -> None:
    with pytest.raises(GencliError) as caught:
        library.get("nosuch")
    assert (caught.value.code, caught.value.exit_code) == ("not_found", 3)
    assert str(caught.value) == caught.value.message


# --- making ------------------------------------------------------------------------------------


def test_a_library_is_made_empty_or_as_a_copy(path: Path, tmp_path: Path) -> None:
    Library.create(tmp_path / "empty.sqlite")
    Library.create(tmp_path / "copy.sqlite", starter=path)
    with Library.open(tmp_path / "empty.sqlite") as library:
        assert library.find() == []
    with Library.open(tmp_path / "copy.sqlite") as library:
        assert len(library.find()) == 3


def test_a_library_is_let_go_of(path: Path) -> None:
    with Library.open(path) as library:
        pass
    with pytest.raises(GencliError):
        library.find()
