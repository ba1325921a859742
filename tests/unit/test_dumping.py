"""A library as lines and back: nothing is lost, nothing comes twice, what is there stays."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from library_rows import Lines, opened, rows, steps, values

from gencli import Author, Link, Mention, Outcome, Page, Problem, Record, formats
from gencli.filing import Place
from gencli.formats import jsonl
from gencli.store import lines as store_lines

STARTER = Path(__file__).resolve().parents[2] / "data" / "papers.sqlite"
SHARED = Path(__file__).resolve().parents[3] / "shared" / "bib"

FIRST = r"""
@preamble{ "\providecommand{\noop}[1]{}" }
@string{jml = "Journal of " # {Made-up Learning}}
% a remark between
@article{Lee99, author = {Lee, Ann and {The Group}}, title = {A {Made-up} Study of Lines}, journal = jml, year = 1999,
  doi = {10.1234/first}, month = jan # "~1", keywords = "a, b"}
@comment{jabref-meta: databaseType:bibtex;}
@inproceedings{part, crossref = {whole}, author = {M{\"u}ller, J.}, title = {A Part}, pages = {1--2}}
@proceedings{whole, title = {The Whole}, year = {2001}, booktitle = {The Whole}}
@misc{lee99, author = {Lee, Bob}, title = {Another Thing Entirely}, year = 1999}
@article{broken, title = {never closed, year = 2000
@misc{notes, title = {Notes}}
"""
SECOND = r"""
@string{jml = "J. of Made-up Learning"}
@article{lee:lines, author = {Lee, Ann}, title = {A Made-up Study of Lines}, journal = jml, year = 2000,
  doi = {10.1234/first}, note = {Seen}}
@misc{part, title = {Of the same key and another work}, author = {Else, Some One}, year = 1980}
"""
RECORDS = (
    Record(
        "page:P",
        title="Grokking",
        authors=(Author("Power", "Alethea"),),
        year=2022,
        identifiers={"arxiv": "2201.02177"},
        links=(Link("abs", "https://arxiv.org/abs/2201.02177"), Link("code", "https://code.example/g")),
        mentions=(
            Mention("P", ("S", "T"), "Group", "item", 1, "Power 2022", True, "a **note**\u2028"),
            Mention("P", (), None, "prose", None, "again", False, ""),
            Mention("P", (), None, "prose", None, "again", False, ""),
        ),
    ),
    Record("page:P", title="No identifier", year=2020, mentions=(Mention("P", (), None, "item", 2, "N", False, ""),)),
)
PAGE = Page("P", "/p.txt", "wiki", "text\r\n\u2028", RECORDS, (("q", "Q"),), (Problem("/p.txt:3", "odd", "raw"),))
ARXIV = Record(
    "arxiv",
    title="Grokking: Generalization",
    authors=(Author("Power", "A."), Author("Burda", "Yuri", "Jr.")),
    year=2022,
    date="2022-01-06",
    posted="2022-01-06",
    identifiers={"arxiv": "2201.02177", "doi": "10.48550/x"},
    arxiv_version=2,
    categories=("cs.LG", "cs.AI"),
    fields={"comment": "10 pages"},
)


class Clock:
    """A time that goes on by a second whenever it is asked."""

    def __init__(self, minute: int = 0) -> None:
        self.seconds, self.minute = 0, minute

    def __call__(self) -> str:
        self.seconds += 1
        return f"2026-01-01T{self.minute:02}:{self.seconds // 60:02}:{self.seconds % 60:02}Z"


def take_bib(library: Lines, text: str, name: str, place: str = "/refs") -> Outcome:
    counts = formats.keys(text, "bibtex")
    repeated = frozenset(key for key, count in counts.items() if count > 1)
    where = Place(f"{place}/{name}", name, frozenset(counts), repeated)
    return library.take_list(where, "bibtex", lambda origin: formats.listed(text, "bibtex", origin, name))


def keep_aside(library: Lines, problem: Problem, number: int = 1) -> None:
    shape = {"where": problem.where, "what": problem.what, "raw": problem.raw, "taken": problem.taken}
    for _ in range(number):
        library.doing(lambda change: store_lines.keep_aside(change.store.connection, shape))


@pytest.fixture
def rich(tmp_path: Path) -> Path:
    """A library with one of everything."""
    path = tmp_path / "rich.sqlite"
    with opened(path, Clock()) as library:
        take_bib(library, FIRST, "refs.bib")
        take_bib(library, SECOND, "refs.bib", "/other")
        library.take_page(PAGE, ["page tag"])
        library.take([ARXIV])
        library.take([Record("user", title="My own title", identifiers={"arxiv": "2201.02177"})])
        library.tag("tag é", ["Lee99", "part"])
        library.star(["Lee99"], True)
        library.star(["power2022grokking"], False)
        library.status(["part"], "reading")
        library.note("Lee99", "one\r\ntwo\x00\u2028 ")
        numbers = [library.paper_number(key) for key in ("Lee99", "notes")]
        library.doing(lambda change: change.store.set_apart(*numbers))
        keep_aside(library, Problem("stdin:1", "odd", "r", True), 2)
    return path


@pytest.fixture
def starter(tmp_path: Path) -> Path:
    path = tmp_path / "starter.sqlite"
    shutil.copyfile(STARTER, path)
    with opened(path, Clock()) as library:
        keys = [paper.key for paper in library.find("", "key")]
        library.tag("read this", keys[:5])
        library.star(keys[3:6], True)
        library.status(keys[:2], "read")
        library.note(keys[7], "my note")
        library.take([Record("user", title="Mine", year=1900, identifiers=library.get(keys[9]).identifiers)])
    return path


@pytest.fixture(params=["rich", "starter"])
def source(request: pytest.FixtureRequest) -> Path:
    path: Path = request.getfixturevalue(request.param)
    return path


def text_of(path: Path) -> str:
    with opened(path) as library:
        return library.text()


def taken(path: Path, text: str, minute: int = 5) -> Outcome:
    with opened(path, Clock(minute)) as library:
        return library.take_text(text)


# --- the same library ----------------------------------------------------------------------------


def test_a_library_comes_back_row_by_row(source: Path, tmp_path: Path) -> None:
    text, target = text_of(source), tmp_path / "target.sqlite"
    outcome = taken(target, text)
    assert not outcome.problems
    assert not outcome.merged
    assert rows(target) == rows(source)
    assert text_of(target) == text


def test_the_rich_library_is_rich(rich: Path) -> None:
    found = rows(rich)
    assert all(found[table] for table in found), {table for table in found if not found[table]}
    assert len(found["file"]) == 2


def test_again_it_changes_nothing(source: Path, tmp_path: Path) -> None:
    text, target = text_of(source), tmp_path / "target.sqlite"
    taken(target, text)
    outcome = taken(target, text, 6)
    assert (outcome.changed, len(outcome.unchanged), steps(target)) == (False, len(rows(source)["paper"]), 1)
    assert taken(source, text).changed is False
    assert text_of(source) == text


def test_undo_takes_it_back_and_redo_brings_it(source: Path, rich: Path, tmp_path: Path) -> None:
    target = tmp_path / "target.sqlite"
    with opened(target) as library:
        library.take([Record("user", title="Of its own", year=2001)])
    before = rows(target)
    taken(target, text_of(source))
    after = rows(target)
    with opened(target) as library:
        library.undo()
    assert rows(target) == before
    with opened(target) as library:
        library.redo()
    assert rows(target) == after


def test_dry_run_writes_nothing(rich: Path, tmp_path: Path) -> None:
    with opened(tmp_path / "target.sqlite") as library:
        assert library.take_text(text_of(rich), dry_run=True).changed
        assert library.text() == ""


def test_the_lines_are_papers_in_their_shape_and_files_before_them(rich: Path) -> None:
    with opened(rich) as library:
        told, papers = values(library.text()), {paper.key: paper for paper in library.find()}
    kinds = [next(iter(value)) if len(value) == 1 else "paper" for value in told]
    assert list(dict.fromkeys(kinds)) == ["file", "paper", "page", "aside", "apart"]
    lines = [value for value, kind in zip(told, kinds, strict=True) if kind == "paper"]
    for line in lines:
        shape = papers[line["key"]].as_json()
        assert list(line) == [*shape, "kept"]
        assert {name: line[name] for name in shape} == shape


def test_some_papers_come_with_their_files_alone(rich: Path, tmp_path: Path) -> None:
    with opened(rich) as library:
        text = library.text([library.paper_number("lee99")])
        alone = library.text([library.paper_number("power2022grokking")])
    assert [next(iter(value)) for value in values(text)] == ["file", "key"]
    assert [next(iter(value)) for value in values(alone)] == ["key"]
    target = tmp_path / "target.sqlite"
    assert not taken(target, text + alone).problems
    wanted = [row for row in rows(rich)["paper"] if row[0] in ("lee99a", "power2022grokking")]
    assert sorted(rows(target)["paper"]) == sorted(wanted)


def test_each_export_of_one_library_is_the_same(rich: Path) -> None:
    assert text_of(rich) == text_of(rich)


# --- into a library that has something -----------------------------------------------------------


def test_what_both_have_is_united_and_stays(rich: Path, tmp_path: Path) -> None:
    target = tmp_path / "target.sqlite"
    with opened(target, Clock(1)) as library:
        library.take([ARXIV._replace(title="Its own", source="user", key="grok")], ["mine"], "my note")
        library.status(["grok"], "read")
    text = text_of(rich)
    outcome = taken(target, text)
    assert outcome.merged == ("grok",)
    assert ("grok", "power2022grokking") in outcome.united
    with opened(target) as library:
        paper = library.get("power2022grokking")
        assert (paper.key, paper.title, paper.status, paper.note) == ("grok", "Its own", "read", "my note")
        assert set(paper.tags) == {"mine", "page tag"}
        assert [mention.label for mention in paper.mentions] == ["Power 2022", "again", "again"]
        assert any(said.value == "My own title" for said in library.beside("grok"))
    before = rows(target)
    assert taken(target, text, 6).changed is False
    assert rows(target) == before


def test_the_same_paper_in_another_state_gets_what_it_lacks(rich: Path, tmp_path: Path) -> None:
    target, text = tmp_path / "target.sqlite", text_of(rich)
    taken(target, text)
    with opened(target, Clock(6)) as library:
        library.note("Lee99", "another note")
        library.tag("here", ["Lee99"])
        library.untag("tag é", ["Lee99"])
        library.star(["notes"], True)
    outcome = taken(target, text, 7)
    # The star that only the target has is no change.
    assert outcome.merged == ("Lee99",)
    assert outcome.united == ()
    with opened(target) as library:
        paper = library.get("Lee99")
        assert set(paper.tags) == {"here", "tag é"}
        assert paper.note == "another note\none\r\ntwo\x00\u2028 "
        assert paper.aliases == ("lee:lines",)
        assert library.get("notes").starred
        assert not any("elsewhere" in key for key in paper.aliases)
    now = rows(target)
    assert len(now["entry"]) == len(rows(rich)["entry"])
    assert taken(target, text, 8).changed is False
    assert rows(target) == now
    with opened(target) as library:
        library.undo()
        assert library.get("Lee99").note == "another note"


def test_a_value_of_the_same_source_stays_beside(rich: Path, tmp_path: Path) -> None:
    target, text = tmp_path / "target.sqlite", text_of(rich)
    taken(target, text)
    with opened(target) as library:
        library.take([Record("user", title="Mine now", identifiers={"arxiv": "2201.02177"})])
    assert taken(target, text, 7).merged == ("power2022grokking",)
    with opened(target) as library:
        assert library.get("power2022grokking").title == "Mine now"
        assert "My own title" in [said.value for said in library.beside("power2022grokking")]
    assert taken(target, text, 8).changed is False


def test_a_key_of_another_work_gets_a_letter(tmp_path: Path) -> None:
    target = tmp_path / "target.sqlite"
    with opened(target) as library:
        library.take([Record("user", key="lee99", title="Quite another one", year=1970)])
    line = {"key": "lee99", "title": "A Study", "year": 1999, "added": "2020-01-01T00:00:00Z", "kept": {}}
    text = "".join(jsonl.write([line, {"apart": ["lee99", "lee99"]}]))
    outcome = taken(target, text)
    assert outcome.added == ("lee99a",)
    assert ["lee99a" in one.what for one in outcome.problems] == [True, False]
    assert outcome.problems[0].taken
    assert taken(target, text, 6).changed is False
    assert len(rows(target)["paper"]) == 2


def test_keys_that_differ_in_case_alone_stay_old_keys(rich: Path, tmp_path: Path) -> None:
    target = tmp_path / "target.sqlite"
    with opened(rich) as library:
        assert library.get("Lee99").key != library.get("lee99").key
    taken(target, text_of(rich))
    with opened(target) as library:
        assert library.get("Lee99").title != library.get("lee99").title


def test_an_identifier_of_another_work_stays_there(tmp_path: Path) -> None:
    target = tmp_path / "target.sqlite"
    with opened(target) as library:
        library.take([Record("user", key="a", title="Completely other words", identifiers={"doi": "10.1/a"})])
    line = {"key": "b", "title": "Nothing of that kind", "identifiers": {"doi": "10.1/a"}}
    outcome = taken(target, json.dumps(line))
    assert outcome.added == ("b",)
    assert [one.what for one in outcome.problems] == ["doi 10.1/a is that of a here, and stays so"]
    assert taken(target, json.dumps(line)).changed is False


def test_part_two_is_not_part_one(tmp_path: Path) -> None:
    target = tmp_path / "target.sqlite"
    told = {"authors": [{"family": "Smith", "given": "A"}], "year": 2001, "kept": {}}
    taken(target, json.dumps({"key": "s", "title": "On the theory of lines I", **told}))
    outcome = taken(target, json.dumps({"key": "s", "title": "On the theory of lines II", **told}))
    assert outcome.added == ("sa",)


def test_a_key_whose_identifiers_differ_is_another_work(tmp_path: Path) -> None:
    target = tmp_path / "target.sqlite"
    told = {"key": "s", "title": "T", "year": 2001}
    taken(target, json.dumps({**told, "identifiers": {"arxiv": "2001.00001"}}))
    assert taken(target, json.dumps({**told, "identifiers": {"arxiv": "2001.00002"}})).added == ("sa",)


# --- files ---------------------------------------------------------------------------------------


def test_another_file_of_the_same_name_gets_a_name_of_its_own(rich: Path, tmp_path: Path) -> None:
    target = tmp_path / "target.sqlite"
    with opened(target) as library:
        take_bib(library, "@misc{x, title = {X of mine}, year = 1950}", "refs.bib", "/mine")
    text = text_of(rich)
    assert not taken(target, text).problems
    told = {value["file"]["source"]: value["file"]["name"] for value in values(text_of(target)) if "file" in value}
    assert told == {
        "/mine/refs.bib": "refs.bib",
        "/refs/refs.bib": "refs.bib (2)",
        "/other/refs.bib": "refs.bib (2) (2)",
    }
    with opened(target) as library:
        assert library.get("Lee99").origins["title"] == "bib:refs.bib (2)"
    before = rows(target)
    assert taken(target, text, 6).changed is False
    assert rows(target) == before


def test_the_same_file_gets_what_it_lacks(rich: Path, tmp_path: Path) -> None:
    target = tmp_path / "target.sqlite"
    with opened(target) as library:
        take_bib(library, '@string{jml = "mine"}\n@misc{y, title = jml, year = 1950}', "refs.bib")
    taken(target, text_of(rich))
    told = [value["file"] for value in values(text_of(target)) if "file" in value]
    assert (told[0]["macros"]["jml"], len(told[0]["preambles"]), len(told)) == ("mine", 1, 2)
    assert any("never closed" in one["raw"] for one in told[0]["problems"])


def test_importing_the_file_again_after_that_changes_nothing(rich: Path, tmp_path: Path) -> None:
    target = tmp_path / "target.sqlite"
    taken(target, text_of(rich))
    before = rows(target)
    with opened(target) as library:
        outcomes = [take_bib(library, FIRST, "refs.bib"), take_bib(library, SECOND, "refs.bib", "/other")]
    assert [outcome.changed for outcome in outcomes] == [False, False]
    assert rows(target) == before


def test_an_entry_of_a_file_that_no_line_tells(tmp_path: Path) -> None:
    entry = {"file": "lost.bib", "source": "bib:lost.bib", "type": "misc", "key": "k", "fields": [["title", "{T}"]]}
    text = json.dumps({"key": "k", "title": "T", "kept": {"origins": {}, "entries": [entry]}})
    target = tmp_path / "target.sqlite"
    assert taken(target, text).added == ("k",)
    assert rows(target)["entry"][0][1] == "lost.bib"
    assert taken(target, text, 6).changed is False


# --- pages ---------------------------------------------------------------------------------------


def page_line(**told: Any) -> str:
    mention = {"key": "a", "role": "item", "position": 1, "label": "A"}
    page = {"title": "P", "source": "/p", "format": "wiki", "text": "one", "read": "2026-01-01T00:00:00Z"}
    return json.dumps({"key": "a", "title": "A"}) + "\n" + json.dumps({"page": page | {"mentions": [mention]} | told})


def test_of_two_readings_of_a_page_the_later_holds(tmp_path: Path) -> None:
    target = tmp_path / "target.sqlite"
    taken(target, page_line())
    later = page_line(text="two", read="2026-02-01T00:00:00Z", mentions=[])
    assert taken(target, later).merged == ("a",)
    assert rows(target)["page"][0][3:6] == ("two", "[]", "2026-02-01T00:00:00Z")
    assert rows(target)["mention"] == []
    outcome = taken(target, page_line())
    assert (outcome.changed, [one.taken for one in outcome.problems]) == (False, [True])
    assert rows(target)["page"][0][3] == "two"


def test_a_page_of_the_same_text_has_the_mentions_of_both(tmp_path: Path) -> None:
    target = tmp_path / "target.sqlite"
    taken(target, page_line())
    other = page_line(mentions=[{"key": "a", "role": "prose", "label": "B"}], title="Q")
    assert taken(target, other).merged == ("a",)
    assert sorted(row[6] for row in rows(target)["mention"]) == ["A", "B"]
    assert rows(target)["page"][0][0] == "P"
    assert taken(target, other).changed is False


def test_a_mention_of_no_paper_is_told(tmp_path: Path) -> None:
    text = page_line(mentions=[{"key": "nobody", "role": "item", "label": "N"}])
    (problem,) = taken(tmp_path / "target.sqlite", text).problems
    assert problem == Problem("lines:2", "'P' mentions nobody, which is no paper here", "N")


# --- lines that somebody made --------------------------------------------------------------------


def test_a_line_of_a_script_is_a_paper(tmp_path: Path) -> None:
    line = {
        "title": "A Study",
        "authors": [{"family": "Lee", "given": "A."}],
        "year": 1999,
        "identifiers": {"doi": "https://doi.org/10.1234/ABC"},
        "links": [{"rel": "pdf", "url": "https://x.example/a.pdf"}],
        "tags": ["t"],
        "starred": True,
        "fields": {"volume": "3"},
    }
    target = tmp_path / "target.sqlite"
    assert taken(target, json.dumps(line)).added == ("lee1999study",)
    with opened(target) as library:
        paper = library.get("10.1234/abc")
    assert (paper.title, paper.starred, paper.status, paper.added) == (
        "A Study",
        True,
        "unread",
        "2026-01-01T05:00:01Z",
    )
    assert paper.origins == {"title": "jsonl", "authors": "jsonl", "year": "jsonl", "fields.volume": "jsonl"}
    assert taken(target, json.dumps(line)).changed is False


def test_a_line_that_names_a_paper_says_more_of_it(rich: Path) -> None:
    assert taken(rich, json.dumps({"key": "lee:lines", "tags": ["more"]})).merged == ("Lee99",)
    with opened(rich) as library:
        assert "more" in library.get("Lee99").tags


def test_what_a_script_changed_goes_before_what_is_kept(rich: Path, tmp_path: Path) -> None:
    with opened(rich) as library:
        (line,) = [value for value in values(library.text()) if value.get("key") == "power2022grokking"]
    line["identifiers"]["doi"] = "10.1/other"
    line["links"].append({"rel": "web", "url": "https://x.example"})
    target = tmp_path / "target.sqlite"
    assert not taken(target, json.dumps(line)).problems
    with opened(target) as library:
        paper = library.get("power2022grokking")
    assert paper.identifiers == {"arxiv": "2201.02177", "doi": "10.1/other"}
    assert len(paper.links) == 3


def test_origins_of_nothing_do_no_harm(tmp_path: Path) -> None:
    kept = {"origins": {"__class__": "x", "title.x": "y", "fields.none": "user", "venue": "user"}}
    target = tmp_path / "target.sqlite"
    text = json.dumps({"key": "k", "title": "T", "year": 2000, "kept": kept})
    taken(target, text)
    assert taken(target, text).changed is False
    changed = json.dumps({"key": "k", "title": "T", "year": 2000, "venue": "V", "kept": kept})
    assert taken(target, changed).merged == ("k",)


def test_a_title_that_was_changed_in_one_copy_makes_no_other_paper(tmp_path: Path) -> None:
    target = tmp_path / "target.sqlite"
    line = {"key": "k", "title": "As it was", "year": 2000, "added": "2020-01-01T00:00:00Z", "kept": {}}
    taken(target, json.dumps(line))
    other = json.dumps(line | {"title": "Something else"})
    assert taken(target, other).merged == ("k",)
    with opened(target) as library:
        assert library.get("k").title == "As it was"
        assert [said.value for said in library.beside("k")] == ["Something else"]
    assert taken(target, other).changed is False


def test_two_lines_of_one_paper(tmp_path: Path) -> None:
    one, two = {"key": "a", "title": "T", "tags": ["x"]}, {"key": "a", "title": "T", "tags": ["y"]}
    target = tmp_path / "target.sqlite"
    assert taken(target, json.dumps(one) + "\n" + json.dumps(two)).added == ("a",)
    assert rows(target)["tag"] == [("a", "x"), ("a", "y")]


# --- real files ----------------------------------------------------------------------------------


@pytest.fixture
def real(tmp_path: Path) -> Path:
    if not SHARED.is_dir():
        pytest.skip("no real .bib files here")
    path = tmp_path / "real.sqlite"
    with opened(path) as library:
        # Small ones of each kind.
        for file in sorted(SHARED.glob("*.bib"), key=lambda file: file.stat().st_size)[:40]:
            take_bib(library, file.read_text(encoding="utf-8", errors="replace"), file.name, str(file.parent))
    return path


def test_real_files_come_back_row_by_row(real: Path, tmp_path: Path) -> None:
    target, text = tmp_path / "target.sqlite", text_of(real)
    taken(target, text)
    assert rows(target) == rows(real)
    assert text_of(target) == text
    assert taken(target, text, 6).changed is False
