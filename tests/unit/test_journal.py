"""Every change can be taken back, and done again; the library is then equal to what it was, its index too."""

import random
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from conftest import PAGE
from gencli import Library, Link, Mention, Page, Record
from gencli.errors import Conflict, NotFound
from gencli.formats import dokuwiki
from gencli.store import index as rooms
from gencli.store import turning

OURS = ("paper", "alias", "identifier", "link", "tag", "variant", "page", "mention", "problem", "words")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    target = tmp_path / "mine.sqlite"
    Library.create(target)
    return target


@pytest.fixture
def library(path: Path) -> Iterator[Library]:
    with Library.open(path, write=True, now=lambda: "2026-01-01T00:00:00Z") as opened:
        yield opened


def content(path: Path) -> dict[str, list[tuple[object, ...]]]:
    """Everything but the journal, row by row, with the row numbers."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        return {table: connection.execute(f"SELECT rowid, * FROM {table} ORDER BY rowid").fetchall() for table in OURS}


def paper(number: int, title: str = "A Title") -> Record:
    return Record("arxiv", title=f"{title} {number}", year=2020, identifiers={"arxiv": f"2001.{number:05d}"})


def page(title: str, numbers: list[int]) -> Page:
    records = [
        Record(
            f"page:{title}",
            title=f"On {number}",
            identifiers={"arxiv": f"2001.{number:05d}"},
            links=(Link("pdf", f"https://arxiv.org/pdf/2001.{number:05d}"),),
            mentions=(Mention(title, ("S",), None, "item", place, f"On {number}", place % 2 == 0, "a remark"),),
        )
        for place, number in enumerate(numbers, 1)
    ]
    return Page(title, f"/{title}", "wiki", f"text of {numbers}", tuple(records), (), ())


def test_one_change_there_and_back(library: Library, path: Path) -> None:
    library.take([paper(1)], tags=["a"], note="mine")
    before = content(path)
    library.tag("b", ["2001.00001"])
    after = content(path)
    library.undo()
    assert content(path) == before
    assert library.find("tag:b") == []
    library.redo()
    assert content(path) == after
    assert [found.tags for found in library.find("tag:b")] == [("a", "b")]


def test_many_papers_there_and_back_read_the_words_of_the_index_once(
    library: Library, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rooms, "_AT_ONCE", 10)
    library.take([paper(number, f"Alone{number}") for number in range(1, 100)])
    full = content(path)
    vocabulary = "SELECT term, doc FROM temp.indexed"
    library.undo()
    asked: list[str] = []
    library._store.connection.set_trace_callback(asked.append)
    library.redo()
    # Once for the words before the codes, once for those behind them.
    assert len([sql for sql in asked if sql.startswith(vocabulary)]) == 2
    assert content(path) == full
    assert [one for one in library.check() if one.is_of_index] == []


def test_what_a_step_noted_is_read_in_its_order_without_sorting_it(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        plan = connection.execute(f"EXPLAIN QUERY PLAN {turning.NOTED}", [1, 9, 1, 5]).fetchall()
    assert [row[3] for row in plan] == ["SEARCH change USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)"]


def test_the_users_page_imported_and_taken_back(library: Library, path: Path) -> None:
    empty = content(path)
    library.take_page(dokuwiki.read(PAGE.read_text(encoding="utf-8"), "page.txt", "page"))
    full = content(path)
    library.undo()
    assert content(path) == empty
    assert library.search("double descent") == []
    library.redo()
    assert content(path) == full
    assert len(library.search("double descent")) == 10


def test_what_changed_nothing_is_no_step(library: Library, path: Path) -> None:
    library.take([paper(1)])
    steps, data = library.history(), path.read_bytes()
    library.take([paper(1)])
    library.star(["2001.00001"], False)
    library.take([paper(2)], dry_run=True)
    assert library.history() == steps
    assert path.read_bytes() == data


def test_an_earlier_step_where_nothing_later_touched_the_same(library: Library) -> None:
    library.take([paper(1), paper(2)])
    library.tag("first", ["2001.00001"])
    library.tag("second", ["2001.00002"])
    first = next(step for step in library.history() if "first" in step.summary)
    library.undo(first.number)
    assert [name for name, _ in library.tags()] == ["second"]


def test_what_stands_in_the_way_is_named_and_nothing_is_half_done(library: Library, path: Path) -> None:
    library.take([paper(1)])
    library.note("2001.00001", "one")
    library.note("2001.00001", "two")
    before = content(path)
    first, _, last = library.history()[::-1]
    middle = library.history()[1]
    with pytest.raises(Conflict, match=f"change {last.number}"):
        library.undo(middle.number)
    with pytest.raises(Conflict):
        library.undo(first.number)
    assert content(path) == before


def test_a_tag_given_later_keeps_its_paper(library: Library, path: Path) -> None:
    library.take([paper(1)])
    [added] = library.history()
    library.tag("later", ["2001.00001"])
    before = content(path)
    with pytest.raises(Conflict):
        library.undo(added.number)
    assert content(path) == before


def test_history_of_one_paper(library: Library) -> None:
    library.take([paper(1)])
    library.take([paper(2)])
    library.tag("x", ["2001.00002"])
    assert [step.summary for step in library.history("2001.00001")] == [library.history()[-1].summary]
    assert len(library.history("2001.00002")) == 2


def test_nothing_to_undo_or_redo(library: Library) -> None:
    with pytest.raises(NotFound, match="nothing to undo"):
        library.undo()
    with pytest.raises(NotFound, match="nothing to redo"):
        library.redo()
    with pytest.raises(NotFound, match="no step 9"):
        library.undo(9)


@pytest.mark.parametrize("seed", range(12))
def test_any_changes_can_be_taken_back_one_by_one_and_done_again(library: Library, path: Path, seed: int) -> None:
    chance = random.Random(seed)
    library.take([paper(number) for number in range(1, 6)])
    keys = [f"2001.{number:05d}" for number in range(1, 6)]
    acts: list[Callable[[], object]] = [
        lambda: library.take([paper(chance.randint(1, 9), "Other")], tags=["t"], note="n"),
        lambda: library.tag(chance.choice("abc"), chance.sample(keys, 2)),
        lambda: library.rename_tag(library.tags()[0][0], chance.choice("abc")) if library.tags() else None,
        lambda: library.star(chance.sample(keys, 2), chance.random() < 0.5),
        lambda: library.status(chance.sample(keys, 2), chance.choice(["read", "reading", "unread"])),
        lambda: library.note(chance.choice(keys), chance.choice("xyz"), append=True),
        lambda: library.take_page(page("P", chance.sample(range(1, 9), 4))),
        lambda: library.take_page(page("Q", chance.sample(range(1, 9), 3))),
    ]
    states = [content(path)]
    for _ in range(15):
        chance.choice(acts)()
        if (state := content(path)) != states[-1]:
            states.append(state)
    for state in states[-2::-1]:
        library.undo()
        assert content(path) == state
    for state in states[1:]:
        library.redo()
        assert content(path) == state


def test_two_things_of_one_paper_do_not_stand_in_each_others_way(library: Library) -> None:
    library.take([paper(1)])
    library.star(["2001.00001"], True)
    library.note("2001.00001", "mine")
    library.tag("a", ["2001.00001"])
    library.tag("b", ["2001.00001"])
    for number in (2, 4):
        library.undo(number)
    found = library.get("2001.00001")
    assert (found.starred, found.note, found.tags) == (False, "mine", ("b",))
    with pytest.raises(Conflict, match="change 3"):
        library.undo(1)


def test_a_number_is_never_given_twice(library: Library) -> None:
    library.take([paper(1)])
    library.remove(["2001.00001"])
    library.take([paper(2, "Another")])
    library.undo(2)
    assert [found.title for found in library.find("", "title")] == ["A Title 1", "Another 2"]


def test_a_key_that_is_another_papers_by_now_stands_in_the_way(library: Library, path: Path) -> None:
    library.take([Record("user", title="Alike", year=2000, identifiers={"url": "https://x.org/1"})])
    key = library.find()[0].key
    library.remove([key])
    library.take([Record("user", title="Alike", year=2000, identifiers={"url": "https://x.org/2"})])
    before = content(path)
    with pytest.raises(Conflict, match=rf"change 3 .*'{key}' is there anew"):
        library.undo(2)
    assert content(path) == before


def test_what_belongs_to_a_paper_that_is_gone_does_not_come_back(library: Library) -> None:
    library.take([paper(1)], tags=["a"])
    library.untag("a", ["2001.00001"])
    library.remove(["2001.00001"])
    with pytest.raises(Conflict, match=r"change 3 .*gone"):
        library.undo(2)


def test_redo_waits_for_what_was_taken_back_after_it(library: Library) -> None:
    library.take([paper(1)])
    library.note("2001.00001", "one")
    library.note("2001.00001", "two")
    library.undo()
    library.undo()
    with pytest.raises(Conflict, match=r"change 2 .*was taken back since"):
        library.redo(3)
    library.redo()
    library.redo()
    assert library.get("2001.00001").note == "two"


def test_the_history_of_a_paper_that_is_gone(library: Library) -> None:
    library.take([paper(1)], tags=["a"])
    library.take([paper(2)])
    key = library.key_of("2001.00001")
    assert key
    library.remove([key])
    assert [step.number for step in library.history(key)] == [3, 1]
    with pytest.raises(NotFound):
        library.history("nobody1999none")


def test_only_so_much_is_kept_the_oldest_goes_first(library: Library) -> None:
    library.take([paper(1)])
    for number in range(6):
        library.note("2001.00001", "x" * 1000 + str(number))
    assert library.info()["history_let_go"] == 0
    gone = library.keep_history(size=5000)
    numbers = [step.number for step in library.history()]
    assert gone > 0
    assert numbers == list(range(8, gone, -1)), "the oldest went"
    info = library.info()
    assert (info["history_let_go"], info["history_most_bytes"]) == (gone, 5000)
    assert info["history_bytes"] <= 5000
    with pytest.raises(NotFound):
        library.undo(1)
    library.undo()
    assert library.info()["history_most_bytes"] == 256 * 1024 * 1024


def test_what_is_older_than_the_limit_goes(path: Path) -> None:
    for year in ("2019", "2026"):
        with Library.open(path, write=True, now=lambda year=year: f"{year}-06-01T00:00:00Z") as library:  # type: ignore[misc]
            library.take([paper(int(year))])
    with Library.open(path, write=True, now=lambda: "2026-06-02T00:00:00Z") as library:
        library.keep_history(days=365)
        assert [step.at[:4] for step in library.history()] == ["2026", "2026"]
