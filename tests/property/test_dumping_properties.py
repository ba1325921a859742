"""Whatever a library holds comes back; whatever a line says, nothing breaks, and saying it twice changes nothing."""

import json
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from library_rows import opened, rows, steps

from gencli import Author, Library, Link, Mention, Page, Problem, Record
from gencli.formats import jsonl

many = settings(deadline=None, max_examples=20, derandomize=True)

# What SQLite can hold.
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12) | st.sampled_from(
    ["\u2028", '"\\', "a\r\nb", "\x00"]
)
WORDS = TEXT.filter(lambda text: text.strip() != "")
SOURCE = st.sampled_from(["arxiv", "page:P", "user", "facts", "csl-json:a.json"])
IDENTIFIERS = st.dictionaries(
    st.sampled_from(["arxiv", "doi", "isbn", "url", "pmid"]), st.sampled_from(["1", "2", "3"]), max_size=2
)
MENTION = st.builds(
    Mention, st.just("P"), st.lists(TEXT, max_size=2).map(tuple), st.none() | TEXT, st.sampled_from(["item", "prose"]),
    st.none() | st.integers(1, 9), TEXT, st.booleans(), TEXT,
)  # fmt: skip
PEOPLE = st.tuples(TEXT, TEXT, TEXT).map(lambda parts: Author(*parts)) | WORDS.map(lambda name: Author(literal=name))
RECORD = st.builds(
    # Of a named tuple hypothesis would fill in every field.
    lambda *told, **more: Record(*told, **more),  # noqa: PLW0108
    SOURCE,
    type=st.none() | st.sampled_from(["article", "misc"]),
    title=st.none() | TEXT | st.sampled_from(["On lines", "On lines II"]),
    authors=st.lists(PEOPLE, max_size=2).map(tuple),
    authors_complete=st.booleans(),
    year=st.none() | st.integers(1900, 2030),
    date=st.none() | st.just("2020-01-02"),
    venue=st.none() | TEXT,
    abstract=st.none() | TEXT,
    identifiers=IDENTIFIERS,
    arxiv_version=st.none() | st.integers(1, 3),
    categories=st.lists(TEXT, max_size=2).map(tuple),
    links=st.lists(st.builds(Link, TEXT, TEXT), max_size=2).map(tuple),
    fields=st.dictionaries(TEXT, TEXT, max_size=2),
    mentions=st.lists(MENTION, max_size=2).map(tuple),
)
TAGS = st.lists(st.sampled_from(["a", "A b", "ü"]), max_size=2)
STEP = st.tuples(st.lists(RECORD, min_size=1, max_size=4), TAGS, TEXT)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**65), 2**65) | st.floats() | st.text(max_size=5),
    lambda parts: st.lists(parts, max_size=3) | st.dictionaries(st.text(max_size=5), parts, max_size=3),
    max_leaves=6,
)


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("empty") / "l.sqlite"
    Library.create(place)
    return place


def filled(path: Path, told: list[Any], empty: Path, time: str) -> None:
    path.write_bytes(empty.read_bytes())
    with opened(path, lambda: time) as library:
        for records, tags, note in told:
            library.take(records, tags, note)
        records = [record for step in told for record in step[0]]
        library.take_page(Page("P", "/p", "wiki", "t", tuple(records), (), (Problem("w", "x", "r"),)))
        for number, paper in enumerate(library.find()):
            if number % 3 == 1:
                library.star([paper.key], number % 2 == 0)
            if number % 3 == 2:
                library.status([paper.key], "read")


@many
@given(st.lists(STEP, min_size=1, max_size=3))
def test_any_library_comes_back(empty: Path, told: list[Any]) -> None:
    with tempfile.TemporaryDirectory() as place:
        source, target = Path(place, "a.sqlite"), Path(place, "b.sqlite")
        filled(source, told, empty, "2026-01-01T00:00:00Z")
        target.write_bytes(empty.read_bytes())
        with opened(source) as library:
            text = library.text()
        with opened(target) as library:
            outcome = library.take_text(text)
            assert not outcome.problems
            assert library.text() == text
            assert library.take_text(text).changed is False
        assert rows(target) == rows(source)
        assert steps(target) == 1


@many
@given(st.lists(STEP, min_size=1, max_size=2), st.lists(STEP, min_size=1, max_size=2))
def test_any_two_libraries_become_one(empty: Path, one: list[Any], other: list[Any]) -> None:
    with tempfile.TemporaryDirectory() as place:
        source, target = Path(place, "a.sqlite"), Path(place, "b.sqlite")
        filled(source, one, empty, "2026-01-01T00:00:00Z")
        filled(target, other, empty, "2026-02-02T00:00:00Z")
        with opened(source) as library:
            text = library.text()
        before, count = rows(target), steps(target)
        with opened(target) as library:
            library.take_text(text)
            after = library.text()
        whole = rows(target)
        with opened(target) as library:
            again = library.take_text(text)
            assert library.text() == after
            assert again.changed is False
            assert rows(target) == whole
            if steps(target) > count:
                library.undo()
        assert rows(target) == before
        tags = {row[1] for row in rows(source)["tag"]}
        assert tags <= {row[1] for row in whole["tag"]}
        mentioned = {row[6] for row in rows(source)["mention"]}
        assert mentioned <= {row[6] for row in whole["mention"]}


@many
@given(st.lists(JSON | st.dictionaries(st.sampled_from([*jsonl.PAPER, *jsonl.OTHERS]), JSON, max_size=4), max_size=5))
def test_any_lines_are_taken_or_told(empty: Path, told: list[Any]) -> None:
    text = "\n".join(json.dumps(value) for value in told)
    with tempfile.TemporaryDirectory() as place:
        path = Path(place, "a.sqlite")
        path.write_bytes(empty.read_bytes())
        with opened(path) as library:
            library.take_text(text)
            after = library.text()
            assert library.take_text(text).changed is False
            assert library.text() == after


@many
@given(st.text(max_size=60) | st.binary(max_size=60))
def test_any_text_is_read(told: str | bytes) -> None:
    found = list(jsonl.read(told if isinstance(told, str) else [told], "f"))
    lines = told.split("\n") if isinstance(told, str) else [told]
    assert len(found) <= 2 * len(lines)
    for one in found:
        if isinstance(one, Problem):
            one.raw.encode("utf-8")


def _put(value: Any, path: list[int], what: Any) -> Any:
    """A value with another one at some place within it."""
    if not path or not isinstance(value, (dict, list)) or not value:
        return what
    names = list(value) if isinstance(value, dict) else list(range(len(value)))
    place = names[path[0] % len(names)]
    made: Any = dict(value) if isinstance(value, dict) else list(value)
    made[place] = _put(made[place], path[1:], what)
    return made


@many
@given(st.lists(STEP, min_size=1, max_size=1), st.lists(st.integers(0, 40), max_size=6), JSON, st.integers(0, 9))
def test_any_value_at_any_place_is_taken_or_told(
    empty: Path, told: list[Any], path: list[int], what: Any, which: int
) -> None:
    with tempfile.TemporaryDirectory() as place:
        source, target = Path(place, "a.sqlite"), Path(place, "b.sqlite")
        filled(source, told, empty, "2026-01-01T00:00:00Z")
        target.write_bytes(empty.read_bytes())
        with opened(source) as library:
            values = [json.loads(line) for line in library.text().split("\n") if line]
        values[which % len(values)] = _put(values[which % len(values)], path, what)
        text = "\n".join(json.dumps(value) for value in values)
        for library_path in (target, source):
            with opened(library_path) as library:
                library.take_text(text)
                after = library.text()
                library.take_text(text)
                assert library.text() == after
