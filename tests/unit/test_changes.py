"""What each step changed, row by row: enough to make the library again from nothing."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from conftest import Run
from gencli import Author, Library, Link, Mention, Page, Record
from gencli.errors import LibraryFileError, NotFound
from gencli.filing import Place
from gencli.formats import listed
from gencli.store.steps import TABLES

NOW = "2026-11-23T10:00:00Z"
BIB = (
    "@article{ash, author={Ash, A}, title={Alder carr}, journal={Bog}, year={2001}, doi={10.1000/1}}\n"
    "@article{birch, author={Birch, B}, title={Beech woods}, journal={Fen}, year={2002}}\n"
    "@misc{cedar, title={Cedars}, year={2003}}\n@misc{dogwood, title={Dogwoods}, year={2004}}\n"
)


def page(*names: str) -> Page:
    records = [
        Record(
            "page:P", title=name, authors=(Author("Fir"),), year=2004, links=(Link("pdf", f"https://x.org/{name}.pdf"),),
            mentions=(Mention("P", ("S",), None, "item", number, name, number == 1, "said"),),
        )
        for number, name in enumerate(names, 1)
    ]  # fmt: skip
    return Page("P", "/p", "wiki", "\n".join(names), tuple(records), (), ())


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    Library.create(tmp_path / "l.sqlite")
    with Library.open(tmp_path / "l.sqlite", write=True, now=lambda: NOW, command="gencli x") as found:
        take(found, BIB)
        yield found


def take(library: Library, text: str) -> None:
    library.take_list(Place("/r.bib", "r.bib"), "bibtex", lambda origin: listed(text, "bibtex", origin, "r.bib"))


def again(library: Library) -> dict[str, dict[int, dict[str, Any]]]:
    """The rows that come of all steps which stand, done one after the other from nothing."""
    tables: dict[str, dict[int, dict[str, Any]]] = {table: {} for table in TABLES}
    steps = [step for step in library.history() if not step.undone]
    for _, rows in reversed(list(library.changes(steps))):
        for one in rows:
            table = tables[one.table]
            if one.before is None:
                assert one.row not in table
                table[one.row] = dict(one.after or {})
                continue
            assert one.before.items() <= table[one.row].items()
            if one.after is None:
                assert one.before == table.pop(one.row)
            else:
                table[one.row].update(one.after)
    return tables


def rows(path: Path) -> dict[str, dict[int, dict[str, Any]]]:
    found: dict[str, dict[int, dict[str, Any]]] = {}
    with closing(sqlite3.connect(path)) as connection:
        connection.row_factory = sqlite3.Row
        for table in TABLES:
            every = [dict(row) for row in connection.execute(f"SELECT * FROM {table}")]
            found[table] = {row.pop("id"): row for row in every}
    return found


def test_all_steps_one_after_the_other_make_the_library(library: Library, tmp_path: Path) -> None:
    library.take_page(page("Firs", "Larches"))
    library.tag("wet", ["ash", "birch", "cedar"])
    library.rename_tag("wet", "dry")
    library.note("ash", "one")
    library.note("ash", "two")
    library.star(["birch"], True)
    library.merge("ash", ["cedar"])
    library.rekey("ash", "ashes")
    library.distinct("ashes", "birch")
    library.remove(["birch"])
    library.undo()
    library.untag("dry", ["birch"])
    library.note("dogwood", "three")
    library.status(["dogwood"], "read")
    note, status = library.history()[1].number, library.history()[0].number
    library.undo(note)
    library.undo(status)
    library.redo(note)
    library.take_page(page("Larches", "Yews"))
    take(library, BIB.replace("Bog", "Peat"))
    library.remove(["dogwood"])
    library.keep_history(days=9)
    assert again(library) == rows(tmp_path / "l.sqlite")


def test_a_row_is_told_as_it_was_then(library: Library) -> None:
    library.tag("wet", ["birch"])
    library.rename_tag("wet", "dry")
    library.rekey("birch", "beech")
    library.remove(["beech"])
    told = {step.number: rows for step, rows in library.changes(library.history())}
    new = next(one for one in told[2] if one.table == "tag")
    assert (new.key, new.before, new.after) == ("birch", None, {"paper": 2, "name": "wet"})
    (renamed,) = told[3]
    assert (renamed.key, renamed.before, renamed.after) == ("birch", {"name": "wet"}, {"name": "dry"})
    gone = {(one.table, one.key) for one in told[5] if one.after is None}
    assert {("paper", "beech"), ("tag", "beech"), ("entry", "beech"), ("alias", "beech")} <= gone


def test_of_one_paper_only_its_own_rows(library: Library) -> None:
    library.tag("wet", ["ash", "birch"])
    library.distinct("ash", "cedar")
    library.merge("ash", ["dogwood"])
    told = {
        name: {step.number: {one.key for one in rows} for step, rows in library.changes(library.history(name), name)}
        for name in ("ash", "dogwood", "birch")
    }
    assert told["ash"] == told["dogwood"] == {4: {"ash", "dogwood"}, 3: {"ash"}, 2: {"ash"}, 1: {"ash"}}
    assert told["birch"] == {2: {"birch"}, 1: {"birch"}}


@pytest.mark.parametrize("before", ["{", "[]", '{"paper":[1]}', '{"paper":1,"key":5}'])
def test_a_journal_that_cannot_be_read(library: Library, tmp_path: Path, before: str) -> None:
    library.tag("wet", ["ash"])
    library.untag("wet", ["ash"])
    with closing(sqlite3.connect(tmp_path / "l.sqlite")) as connection:
        table = "paper" if "key" in before else "tag"
        connection.execute("UPDATE change SET tbl = ?, before = ? WHERE step = 3 AND tbl = 'tag'", [table, before])
        connection.commit()
    with pytest.raises(LibraryFileError, match="damaged"):
        list(library.changes(library.history()))


def test_a_table_that_is_none_never_becomes_sql(library: Library, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "l.sqlite")) as connection:
        connection.execute("UPDATE change SET tbl = 'paper; --'")
        connection.commit()
    with pytest.raises(LibraryFileError, match="damaged"):
        list(library.changes(library.history()))


def test_rows_as_a_user_meets_them(library: Library, run: Run, tmp_path: Path) -> None:
    library.note("ash", "one")
    library.note("ash", "two\x1b[31m")
    db = ("--db", tmp_path / "l.sqlite", "history")
    (step,) = run(*db, "3", "--rows", "--json").json
    (change,) = step.pop("changes")
    assert step == run(*db, "--json", "-L", "1").json[0]
    assert list(change) == ["table", "row", "key", "before", "after"]
    assert change["after"] == {"note": "two\x1b[31m"}
    assert run(*db, "2", "--rows").lines == ["2\tpaper\tash\tnote\t\tone"]
    shown = run(*db, "ash", "--rows", columns=80).lines
    assert shown[0] == "\x1b[36m3\x1b[0m  2026-11-23 10:00  wrote a note: 1 changed"
    assert [json.dumps(line)[1:-1] for line in shown[1:4]] == [
        r"\u001b[2m  paper ash\u001b[0m", r"\u001b[31m    - note: one\u001b[0m",
        r"\u001b[32m    + note: two\u241b[31m\u001b[0m",
    ]  # fmt: skip
    assert run(*db, "99").code == 3
    with pytest.raises(NotFound):
        library.history("99")


def test_one_change_is_no_changes(run: Run, library: Library, tmp_path: Path) -> None:
    db = ("--db", tmp_path / "l.sqlite")
    assert "history\t1 change since 2026-11-23; kept: " in run(*db, "info").out
    library.note("ash", "one")
    assert "history\t2 changes since" in run(*db, "info").out
    with closing(sqlite3.connect(tmp_path / "l.sqlite")) as connection:
        connection.execute("DELETE FROM step WHERE id = 1")
        connection.commit()
    assert "history\t1 change since 2026-11-23; 1 older one was let go; kept: " in run(*db, "info").out
