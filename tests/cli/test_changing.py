"""edit, rekey, remove, merge, distinct, as a user meets them."""

import difflib
import json
import re
import shlex
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from conftest import PAGE, Run
from gencli import Author, Library, Record

REFS = """\
@string{jst = "Journal of Small Things"}

@article{moth84,
  Author   = {Ada B. Moth},
  title    = {On {M}oths and Lamps},
  journal  = jst,
  year     = 1984,
  month    = may,
  volume   = {27},
  pages    = {97--111},
  doi      = {10.5555/moth.1},
  keywords = {wings, light},
}

@misc{fern17,
  author        = {Fern, Bo and Reed, Cy},
  title         = {Ferns are all you need},
  year          = {2017},
  eprint        = {1706.00001},
  archiveprefix = {arXiv},
}

@inproceedings{part,
  author   = {Dee Pond},
  title    = {A part},
  pages    = {1--2},
  crossref = {whole},
}

@proceedings{whole,
  title     = {Proceedings of the Whole},
  publisher = {Heath},
  year      = {1999},
}
"""

Editor = Callable[..., Callable[[], list[str]]]

SCRIPT = """
import json, pathlib, sys
path, here = pathlib.Path(sys.argv[-1]), pathlib.Path(__file__).parent
number = len(list(here.glob("seen-*")))
text = path.read_text(encoding="utf-8")
(here / f"seen-{number}").write_text(text, encoding="utf-8")
step = json.loads((here / "steps.json").read_text())[number]
if isinstance(step, str):
    text = step
elif isinstance(step, int):
    sys.exit(step)
else:
    for old, new in step:
        assert old in text, (old, text)
        text = text.replace(old, new)
path.write_text(text, encoding="utf-8")
"""


@pytest.fixture
def refs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run: Run) -> Path:
    """A library of a small .bib, which is imported."""
    monkeypatch.setenv("GENCLI_DB", str(tmp_path / "refs.sqlite"))
    (tmp_path / "refs.bib").write_text(REFS)
    assert run("import", "refs.bib", "--no-fetch").code == 0
    return tmp_path / "refs.bib"


@pytest.fixture
def editor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Editor:
    """An editor that does one step each time it is opened: pairs (old, new), a whole text, or an exit code.

    Gives what it was shown, one text for each time.
    """
    here, drafts = tmp_path / "an editor", tmp_path / "drafts"
    here.mkdir()
    drafts.mkdir()
    (here / "edit.py").write_text(SCRIPT)
    monkeypatch.setattr(tempfile, "tempdir", str(drafts))

    def make(*steps: list[tuple[str, str]] | str | int, variable: str = "EDITOR") -> Callable[[], list[str]]:
        (here / "steps.json").write_text(json.dumps(steps))
        for old in here.glob("seen-*"):
            old.unlink()
        monkeypatch.setenv(variable, shlex.join([sys.executable, str(here / "edit.py")]))
        return lambda: [path.read_text(encoding="utf-8") for path in sorted(here.glob("seen-*"))]

    return make


def diff(before: str, after: str) -> list[str]:
    lines = difflib.ndiff(before.splitlines(), after.splitlines())
    return [line for line in lines if line[:2] in ("- ", "+ ")]


def entry(text: str, head: str) -> str:
    start = text.index(head)
    return text[start : text.index("\n}\n", start) + 3]


def one(run: Run, key: str) -> Any:
    return run("show", key, "--json").json[0]


def state(run: Run) -> object:
    """All that a user can see of a library, but its history."""
    return run("export").out, run("list", "--json").json, run("search", "moths", "--json").json


# --- edit in an editor -----------------------------------------------------------------------------


@pytest.mark.usefixtures("refs")
def test_the_entry_opens_in_the_editor_and_what_is_changed_there_is_changed(run: Run, editor: Editor) -> None:
    before, was = run("export").out, state(run)
    seen = editor([("volume = {27}", "volume = {28}")])
    done = run("edit", "moth84", typing=True)
    assert done.code == 0
    assert "moth84  volume: 28 (was: 27)\n" in done.err
    assert done.err.endswith("1 paper edited; undo: gencli undo\n")
    assert seen()[0].startswith("@article{moth84,\n  Author = {Ada B. Moth},\n")
    assert seen()[0] in before
    assert diff(before, run("export").out) == ["-   volume = {27},", "+   volume = {28},"]
    assert run("undo").code == 0
    assert state(run) == was


@pytest.mark.usefixtures("refs")
def test_visual_is_asked_before_editor(run: Run, editor: Editor, monkeypatch: pytest.MonkeyPatch) -> None:
    editor([("{27}", "{29}")], variable="VISUAL")
    monkeypatch.setenv("EDITOR", "false")
    assert run("edit", "moth84", typing=True).code == 0
    assert one(run, "moth84")["fields"]["volume"] == "29"


@pytest.mark.usefixtures("refs")
@pytest.mark.parametrize("step", [[], "", "\n \n", "% gencli: a remark of ours\n"])
def test_where_nothing_is_said_nothing_changes(run: Run, editor: Editor, step: Any, tmp_path: Path) -> None:
    before = (tmp_path / "refs.sqlite").read_bytes()
    editor(step)
    done = run("edit", "moth84", typing=True)
    assert (done.code, done.err) == (0, "1 paper as it was\n")
    assert (tmp_path / "refs.sqlite").read_bytes() == before
    assert list((tmp_path / "drafts").iterdir()) == []


MISTAKES = [
    ([("97--111}", "97--111")], "is never closed"),
    ([("27}", "27}}")], ""),
    ([("volume =", "year =")], "year is there twice"),
    ([("= jst", "= nosuch")], "'nosuch'"),
    ([("@article{moth84,", "@article{a b,")], ""),
    ([("@article{moth84,", "@article{,")], "is no key"),
    ([("@article", "article")], "no entry"),
    ([("@article{moth84", "@misc{other, title={x}}\n@article{moth84")], "2 blocks"),
    ([("{10.5555/moth.1}", "{10.5555/moth.1},\n eprint = {1706.00001}")], "arXiv id"),
    ([("@article{moth84,", "@article{FERN17,")], "another paper's key"),
]


@pytest.mark.usefixtures("refs")
@pytest.mark.parametrize(("mistake", "words"), MISTAKES)
def test_a_mistake_opens_the_editor_again(run: Run, editor: Editor, mistake: Any, words: str, tmp_path: Path) -> None:
    before = run("export").out
    seen = editor(mistake, entry(before, "@article{moth84").replace("{27}", "{28}"))
    done = run("edit", "moth84", typing=True)
    assert done.code == 0, done.err
    first, second = seen()
    error, _, rest = second.partition("\n")
    assert error.startswith("% gencli: ")
    assert words in error
    typed = first
    for old, new in mistake:
        typed = typed.replace(old, new)
    assert rest == typed.rstrip("\n")
    assert diff(before, run("export").out) == ["-   volume = {27},", "+   volume = {28},"]
    assert list((tmp_path / "drafts").iterdir()) == []


@pytest.mark.usefixtures("refs")
@pytest.mark.parametrize(("mistake", "words"), MISTAKES)
def test_a_mistake_left_as_it_is_changes_nothing_and_is_kept(
    run: Run, editor: Editor, mistake: Any, words: str, tmp_path: Path
) -> None:
    before = (tmp_path / "refs.sqlite").read_bytes()
    seen = editor(mistake, [])
    done = run("edit", "moth84", typing=True)
    assert done.code == (7 if words in ("arXiv id", "another paper's key") else 4)
    assert words in done.err
    (draft,) = (tmp_path / "drafts").iterdir()
    assert f"what you wrote is in {draft}" in done.err
    assert draft.read_text(encoding="utf-8") == seen()[1].partition("\n")[2]
    assert (tmp_path / "refs.sqlite").read_bytes() == before


@pytest.mark.usefixtures("refs")
def test_an_editor_that_fails_loses_nothing(run: Run, editor: Editor, tmp_path: Path) -> None:
    before = run("export").out
    seen = editor([("{27}", "{27")], 1)
    done = run("edit", "moth84", typing=True)
    assert done.code == 4
    (draft,) = (tmp_path / "drafts").iterdir()
    assert str(draft) in done.err
    assert draft.read_text(encoding="utf-8") == seen()[1]
    assert run("export").out == before


@pytest.mark.usefixtures("refs")
@pytest.mark.parametrize("command", ["no-such-editor-here", "", "'"])
def test_an_editor_that_is_not_there(
    run: Run, editor: Editor, command: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("EDITOR", command)
    done = run("edit", "moth84", typing=True)
    assert done.code == 4
    assert "EDITOR" in done.err
    assert list((tmp_path / "drafts").iterdir()) == []


@pytest.mark.usefixtures("refs")
def test_a_paper_that_is_not_there_opens_no_editor(run: Run, editor: Editor) -> None:
    seen = editor([])
    assert run("edit", "nosuch", typing=True).code == 3
    assert seen() == []


@pytest.mark.usefixtures("refs")
def test_a_key_changed_in_the_text_leaves_the_old_one(run: Run, editor: Editor) -> None:
    was = state(run)
    editor([("@article{moth84", "@article{Moth1984"), ("{27}", "{28}")])
    assert run("edit", "moth84", typing=True).code == 0
    assert (one(run, "moth84")["key"], one(run, "moth84")["aliases"]) == ("Moth1984", ["moth84"])
    assert one(run, "moth84")["fields"]["volume"] == "28"
    assert run("undo").code == 0
    assert state(run) == was


@pytest.mark.usefixtures("refs")
def test_a_macro_in_the_text_is_what_the_files_say_of_it(run: Run, editor: Editor) -> None:
    editor([("= jst", '= jst # " B"'), ("= may", "= jun")])
    assert run("edit", "moth84", typing=True).code == 0
    assert (one(run, "moth84")["venue"], one(run, "moth84")["date"]) == ("Journal of Small Things B", "1984-06")
    text = run("export", "moth84").out
    assert "  journal = {Journal of Small Things B},\n" in text
    assert "  month = jun,\n" in text
    # The entry of another paper, which names no macro yet.
    editor([("year = {2017}", "journal = jst,\n year = {2017}")])
    assert run("edit", "fern17", typing=True).code == 0
    assert "journal = {Journal of Small Things}" in run("export", "fern17").out


@pytest.mark.usefixtures("refs")
def test_fields_taken_out_and_put_in_and_the_type(run: Run, editor: Editor) -> None:
    before = run("export").out
    editor([("  keywords = {wings, light},\n", "  note = {50\\% {\\'e}},\n"), ("@article", "@book")])
    assert run("edit", "moth84", typing=True).code == 0
    assert diff(before, run("export").out) == [
        "- @article{moth84,",
        "+ @book{moth84,",
        "-   keywords = {wings, light},",
        "+   note = {50\\% {\\'e}},",
    ]
    assert one(run, "moth84")["type"] == "book"
    assert run("search", "wings", "--keys").lines == []


@pytest.mark.usefixtures("refs")
def test_line_ends_and_a_mark_of_the_editor_change_nothing(run: Run, editor: Editor) -> None:
    before = run("export").out
    editor("\ufeff" + entry(before, "@article{moth84").replace("{27}", "{28}").replace("\n", "\r\n"))
    assert run("edit", "moth84", typing=True).code == 0
    assert diff(before, run("export").out) == ["-   volume = {27},", "+   volume = {28},"]


@pytest.mark.usefixtures("refs")
def test_a_dry_run_in_the_editor(run: Run, editor: Editor, tmp_path: Path) -> None:
    before = (tmp_path / "refs.sqlite").read_bytes()
    editor([("{27}", "{28}")])
    done = run("edit", "moth84", "--dry-run", typing=True)
    assert (done.code, done.err) == (0, "moth84  volume: 28 (was: 27)\n1 paper would be edited\n")
    assert (tmp_path / "refs.sqlite").read_bytes() == before


# --- edit --set and --unset --------------------------------------------------------------------------


@pytest.mark.usefixtures("refs")
@pytest.mark.parametrize(
    ("words", "lines"),
    [
        (["title=Lamps & {M}oths"], ["-   title = {On {M}oths and Lamps},", "+   title = {Lamps \\& {M}oths},"]),
        (["author=Moth, Ada and {NASA}"], ["-   Author = {Ada B. Moth},", "+   Author = {Moth, Ada and {NASA}},"]),
        (["year=1985"], ["-   year = 1984,", "+   year = {1985},"]),
        (["month=jun"], ["-   month = may,", "+   month = jun,"]),
        (["month=6"], ["-   month = may,", "+   month = {6},"]),
        (["journal=A&B 50% #1"], ["-   journal = jst,", "+   journal = {A\\&B 50\\% \\#1},"]),
        (["journal=A\\&B"], ["-   journal = jst,", "+   journal = {A\\&B},"]),
        (["doi=10.5555/Moth_2"], ["-   doi = {10.5555/moth.1},", "+   doi = {10.5555/Moth_2},"]),
        (["eprint=2001.00001"], ["+   eprint = {2001.00001},", "+   archiveprefix = {arXiv},"]),
        (["url=https://moth.example/a_b%20c?d&e#f"], ["+   url = {https://moth.example/a_b%20c?d&e#f},"]),
        (["type=techreport"], ["- @article{moth84,", "+ @techreport{moth84,"]),
        (["x-wing.span=12 cm"], ["+   x-wing.span = {12 cm},"]),
        (["VOLUME=28"], ["-   volume = {27},", "+   volume = {28},"]),
        (["note= two  words "], ["+   note = {two  words},"]),
        (["note=a=b"], ["+   note = {a=b},"]),
    ],
)
def test_set_changes_its_line_and_no_other(run: Run, words: list[str], lines: list[str]) -> None:
    before, was = run("export").out, state(run)
    done = run("edit", "moth84", *(part for word in words for part in ("--set", word)))
    assert done.code == 0
    assert done.err.endswith("1 paper edited; undo: gencli undo\n")
    assert diff(before, run("export").out) == lines
    again = run("edit", "moth84", *(part for word in words for part in ("--set", word)))
    assert again.code == 0
    assert diff(before, run("export").out) == lines
    for _ in run("history", "--json").json[:-1]:
        run("undo")
    run("redo")
    assert diff(before, run("export").out) == lines
    run("undo")
    assert state(run) == was


@pytest.mark.usefixtures("refs")
def test_what_is_set_is_what_the_library_knows(run: Run) -> None:
    values = ["title=Schr{\\\"o}dinger's moth", "author={\\'E}mile Zo{\\\"e} and others", "year=1990", "month=7"]
    values += ["journal=Lamps", "doi=https://doi.org/10.5555/MOTH.9", "eprint=2001.00001", "abstract=Of light."]
    done = run("edit", "moth84", *(part for value in values for part in ("--set", value)))
    assert done.code == 0
    paper = one(run, "moth84")
    assert (paper["title"], paper["date"], paper["venue"]) == ("Schrödinger's moth", "1990-07", "Lamps")
    assert (paper["authors"], paper["authors_complete"]) == ([{"family": "Zoë", "given": "Émile"}], False)
    assert paper["identifiers"] == {"doi": "10.5555/moth.9", "arxiv": "2001.00001"}
    assert paper["abstract"] == "Of light."
    assert run("search", "schrodinger moth", "--keys").lines == ["moth84"]
    assert run("show", "10.5555/moth.9").code == 0
    assert run("show", "10.5555/moth.1").code == 3


@pytest.mark.usefixtures("refs")
@pytest.mark.parametrize(
    ("field", "gone", "fact"),
    [
        ("keywords", "-   keywords = {wings, light},", None),
        ("year", "-   year = 1984,", "year"),
        ("journal", "-   journal = jst,", "venue"),
        ("title", "-   title = {On {M}oths and Lamps},", "title"),
        ("DOI", "-   doi = {10.5555/moth.1},", None),
        ("volume", "-   volume = {27},", None),
    ],
)
def test_what_is_unset_is_gone_and_stays_away(run: Run, field: str, gone: str, fact: str | None, refs: Path) -> None:
    before, was = run("export").out, state(run)
    assert run("edit", "moth84", "--unset", field).code == 0
    assert diff(before, run("export").out) == [gone]
    if fact:
        assert one(run, "moth84")[fact] is None
    refs.write_text(REFS.replace("97--111", "98--111"))
    assert run("import", "refs.bib", "--no-fetch").code == 0
    assert sorted(diff(before, run("export").out)) == sorted([gone, "-   pages = {97--111},", "+   pages = {98--111},"])
    assert run("undo").code == run("undo").code == 0
    assert state(run) == was


@pytest.mark.usefixtures("refs")
def test_what_is_not_there_can_be_unset(run: Run, tmp_path: Path) -> None:
    before = (tmp_path / "refs.sqlite").read_bytes()
    done = run("edit", "moth84", "--unset", "nosuch")
    assert (done.code, done.err) == (0, "1 paper as it was\n")
    assert (tmp_path / "refs.sqlite").read_bytes() == before


@pytest.mark.usefixtures("refs")
@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["--set", "title=A{B"], 4, "do not match"),
        (["--set", "title=A}{B"], 4, "do not match"),
        (["--set", "doi=10.1/{"], 4, "do not match"),
        (["--set", "volume"], 2, "is not FIELD=VALUE"),
        (["--set", "=3"], 2, "is not FIELD=VALUE"),
        (["--set", "key=x"], 4, "gencli rekey"),
        (["--set", "tags=x"], 4, "gencli tag"),
        (["--set", "status=read"], 4, "gencli status"),
        (["--set", "starred=yes"], 4, "gencli star"),
        (["--unset", "key"], 4, "gencli rekey"),
        (["--set", "type=string"], 4, "no type"),
        (["--unset", "type"], 4, "no type"),
        (["--set", "9lives=x"], 4, "no name of a field"),
        (["--set", "two words=x"], 4, "no name of a field"),
        (["--set", "eprint=1706.00001"], 7, "fern17 has this arXiv id already"),
        (["--set", "volume=1", "--set", "title=A{B"], 4, "do not match"),
    ],
)
def test_what_cannot_be_set_is_refused_and_nothing_done(
    run: Run, words: list[str], code: int, said: str, tmp_path: Path
) -> None:
    before = (tmp_path / "refs.sqlite").read_bytes()
    done = run("edit", "moth84", *words)
    assert (done.code, said in done.err) == (code, True), done.err
    assert (tmp_path / "refs.sqlite").read_bytes() == before


@pytest.mark.usefixtures("refs")
def test_the_hint_at_another_papers_doi_merges_them(run: Run) -> None:
    done = run("edit", "fern17", "--set", "doi=10.5555/MOTH.1")
    assert done.code == 7
    assert "moth84 has this DOI already: 10.5555/moth.1" in done.err
    hint = done.err[done.err.index("gencli merge") :].split()
    assert run(*hint[1:]).code == 0
    assert one(run, "fern17")["key"] == "moth84"


@pytest.mark.usefixtures("refs")
def test_the_users_value_survives_the_file_and_the_file_is_heard_beside(run: Run, refs: Path) -> None:
    run("edit", "moth84", "--set", "title=My own", "--set", "volume=1")
    refs.write_text(REFS.replace("On {M}oths and Lamps", "Other {M}oths").replace("{27}", "{30}"))
    assert run("import", "refs.bib", "--no-fetch").code == 0
    paper = one(run, "moth84")
    assert (paper["title"], paper["fields"]["volume"]) == ("My own", "1")
    beside = {(variant["field"], variant["value"]) for variant in paper["variants"]}
    assert {("title", "Other Moths"), ("fields.volume", "30")} <= beside
    assert "Other Moths" in run("show", "moth84").out
    text = run("export", "moth84").out
    assert "title = {My own}" in text
    assert "volume = {1}" in text
    done = run("import", "refs.bib", "--no-fetch", "--json").json
    assert (done["merged"], len(done["unchanged"])) == ([], 4)


@pytest.mark.usefixtures("refs")
def test_the_users_value_survives_a_refresh(run: Run, tmp_path: Path) -> None:
    assert run("edit", "fern17", "--set", "title={Ferns}", "--set", "author=Only Me", "--unset", "year").code == 0
    told = Record(
        source="arxiv", type="misc", title="Ferns Are All You Need", authors=(Author("Fern", "Bo"), Author("Reed")),
        year=2017, date="2017-06-01", posted="2017-06-01", updated="2018-01-01", abstract="Of ferns.",
        identifiers={"arxiv": "1706.00001"}, arxiv_version=2, primary_category="cs.LG", is_whole=True,
    )  # fmt: skip
    with Library.open(tmp_path / "refs.sqlite", write=True) as library:
        library.update([told])
    paper = one(run, "fern17")
    assert (paper["title"], paper["year"], paper["abstract"]) == ("Ferns", None, "Of ferns.")
    assert paper["authors"] == [{"family": "Me", "given": "Only"}]
    assert ("title", "arxiv", "Ferns Are All You Need") in [
        (variant["field"], variant["source"], variant["value"]) for variant in paper["variants"]
    ]
    text = run("export", "fern17").out
    assert "title = {{Ferns}}" in text
    assert "author = {Only Me}" in text
    assert "year" not in text


@pytest.mark.usefixtures("library")
def test_a_paper_known_from_arxiv_is_edited_too(run: Run) -> None:
    before, was = run("export").out, run("list", "--json").json
    title = one(run, "power2022grokking")["title"]
    assert run("edit", "power2022grokking", "--set", "title={Grokking}: a study", "--unset", "url").code == 0
    lines = diff(before, run("export").out)
    assert [line for line in lines if line.startswith("+")] == ["+   title = {{Grokking}: a study},"]
    assert all(line.startswith(("-   title", "-   url", "+")) for line in lines)
    paper = one(run, "power2022grokking")
    assert paper["title"] == "Grokking: a study"
    assert title in [variant["value"] for variant in paper["variants"]]
    assert run("undo").code == 0
    assert (run("export").out, run("list", "--json").json) == (before, was)


def test_a_paper_known_from_a_page_is_edited_too(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GENCLI_DB", str(tmp_path / "page.sqlite"))
    run("import", PAGE, "--no-fetch")
    before = run("export").out
    done = run("edit", "2201.02177", "--set", "author=Power, Alethea and Burda, Yuri", "--set", "year=2022")
    assert done.code == 0
    paper = one(run, "2201.02177")
    assert [author["family"] for author in paper["authors"]] == ["Power", "Burda"]
    assert any("Power, Alethea and Burda, Yuri" in line for line in diff(before, run("export").out))
    run("import", PAGE, "--no-fetch")
    assert one(run, "2201.02177")["authors"] == paper["authors"]
    run("undo")
    assert run("export").out == before


@pytest.mark.usefixtures("refs")
def test_a_parent_that_is_set_comes_along(run: Run) -> None:
    assert run("edit", "fern17", "--set", "crossref=whole").code == 0
    text = run("export", "fern17").out
    assert text.index("@misc{fern17") < text.index("@proceedings{whole")
    # BibTeX reads a parent behind its children alone.
    run("rekey", "whole", "a")
    text = run("export").out
    assert text.index("@misc{fern17") < text.index("@proceedings{a,")
    assert "crossref = {a}" in text[text.index("@inproceedings{part") : text.index("@proceedings")]


@pytest.mark.usefixtures("refs")
def test_a_parent_that_is_set_is_known_by_its_old_key(run: Run) -> None:
    run("edit", "fern17", "--set", "crossref=whole")
    run("rekey", "whole", "all-of-it")
    assert "crossref = {all-of-it}" in run("export", "key:fern17").out
    assert run("check", "key:fern17").code == 0


@pytest.mark.usefixtures("refs")
def test_a_parent_that_is_unset_stays_behind(run: Run) -> None:
    run("edit", "part", "--unset", "crossref", "--set", "booktitle=B")
    assert "@proceedings" not in run("export", "key:part").out


@pytest.mark.usefixtures("refs")
def test_edit_as_json(run: Run) -> None:
    done = run("edit", "moth84", "--set", "volume=28", "--json")
    assert (done.code, done.err) == (0, "")
    assert done.json["merged"] == ["moth84"]
    assert done.json["changes"] == [
        {"key": "moth84", "what": "changed", "field": "volume", "before": "27", "after": "28"}
    ]
    failed = run("edit", "moth84", "--set", "title=}", "--json")
    assert (failed.code, failed.error["code"], failed.out) == (4, "bad_input", "")


@pytest.mark.usefixtures("refs")
def test_a_dry_run_of_set_writes_nothing(run: Run, tmp_path: Path) -> None:
    before = (tmp_path / "refs.sqlite").read_bytes()
    done = run("edit", "moth84", "--set", "volume=28", "--dry-run")
    assert (done.code, done.err) == (0, "moth84  volume: 28 (was: 27)\n1 paper would be edited\n")
    assert (tmp_path / "refs.sqlite").read_bytes() == before


# --- rekey -----------------------------------------------------------------------------------------


@pytest.mark.usefixtures("refs")
def test_an_old_key_works_everywhere(run: Run, tmp_path: Path) -> None:
    before, was = run("export").out, state(run)
    done = run("rekey", "moth84", "moth1984lamps")
    assert (done.code, done.err) == (0, "1 paper given a new key; undo: gencli undo\n")
    assert one(run, "moth84")["key"] == "moth1984lamps"
    assert run("tag", "add", "t", "moth84").code == 0
    assert run("list", "tag:t", "--keys").lines == ["moth1984lamps"]
    assert run("search", "moth84", "--keys").lines == ["moth1984lamps"]
    (tmp_path / "m.tex").write_text("\\cite{moth84}")
    cited = run("export", "--keys-from", "m.tex")
    assert cited.code == 0
    assert "@article{moth84," in cited.out
    run("undo")
    assert diff(before, run("export").out) == ["- @article{moth84,", "+ @article{moth1984lamps,"]
    run("undo")
    assert state(run) == was


@pytest.mark.usefixtures("refs")
def test_back_to_an_old_key_and_another_case(run: Run) -> None:
    assert run("rekey", "moth84", "Moth84").code == 0
    assert (one(run, "moth84")["key"], one(run, "moth84")["aliases"]) == ("Moth84", ["moth84"])
    assert run("rekey", "Moth84", "other").code == 0
    assert run("rekey", "other", "moth84").code == 0
    paper = one(run, "other")
    assert (paper["key"], sorted(paper["aliases"])) == ("moth84", ["Moth84", "other"])
    assert run("rekey", "other", "moth84").err == "1 paper as it was\n"


@pytest.mark.usefixtures("refs")
@pytest.mark.parametrize(
    ("new", "code", "said"),
    [
        ("fern17", 7, "'fern17' is another paper's key"),
        ("FERN17", 7, "'FERN17' is another paper's key"),
        ("oldfern", 7, "'oldfern' is an old key of fern17"),
        ("a b", 4, "is no key"),
        ("a,b", 4, "is no key"),
        ("a{b}", 4, "is no key"),
        ("", 4, "is no key"),
    ],
)
def test_what_cannot_be_a_key(run: Run, new: str, code: int, said: str) -> None:
    run("rekey", "fern17", "oldfern")
    run("rekey", "oldfern", "fern17")
    was = state(run)
    done = run("rekey", "moth84", new)
    assert (done.code, said in done.err) == (code, True), done.err
    assert state(run) == was


@pytest.mark.usefixtures("refs")
def test_rekey_dry_run_json_and_usage(run: Run, tmp_path: Path) -> None:
    before = (tmp_path / "refs.sqlite").read_bytes()
    assert run("rekey", "moth84", "new", "--dry-run").err == "1 paper would be given a new key\n"
    assert (tmp_path / "refs.sqlite").read_bytes() == before
    for words in (["moth84"], [], ["a", "b", "--pattern", "x"], ["a", "b", "--where", "x"]):
        assert run("rekey", *words).code == 2
    assert run("rekey", "nosuch", "x").code == 3
    done = run("rekey", "moth84", "new", "--json")
    assert (done.json["merged"], done.json["rekeyed"]) == (["new"], [{"old": "moth84", "new": "new"}])


@pytest.mark.usefixtures("refs")
def test_a_pattern_gives_all_papers_keys(run: Run, tmp_path: Path) -> None:
    was, before = state(run), (tmp_path / "refs.sqlite").read_bytes()
    dry = run("rekey", "--pattern", "{Author}{yy}{Word}", "--dry-run")
    assert (dry.code, dry.err) == (0, "4 papers would be given a new key\n")
    assert dry.lines == [
        "fern17\tFern17Ferns",
        "moth84\tMoth84Moths",
        "part\tPond99Part",
        "whole\t99Proceedings",
    ]
    assert (tmp_path / "refs.sqlite").read_bytes() == before
    done = run("rekey", "--pattern", "{Author}{yy}{Word}")
    assert (done.code, done.out) == (0, dry.out)
    assert run("list", "--keys").lines == ["99Proceedings", "Fern17Ferns", "Moth84Moths", "Pond99Part"]
    assert one(run, "moth84")["key"] == "Moth84Moths"
    assert "crossref = {99Proceedings}" in run("export").out
    again = run("rekey", "--pattern", "{Author}{yy}{Word}")
    assert (again.out, again.err) == ("", "4 papers as they were\n")
    run("undo")
    assert state(run) == was


@pytest.mark.usefixtures("refs")
@pytest.mark.parametrize(
    ("pattern", "key"),
    [
        ("{author}", "fern"),
        ("{Author}", "Fern"),
        ("{authors}", "fernreed"),
        ("{Authors}", "FernReed"),
        ("{authors}{year}", "fernreed2017"),
        ("x:{yy}", "x:17"),
        ("{word}", "ferns"),
        ("{Word}-{author}", "Ferns-fern"),
        ("{words}", "fernsneed"),
        ("{Words}/{year}", "FernsNeed/2017"),
        ("{author} {year}", "fern-2017"),
    ],
)
def test_parts_of_a_pattern(run: Run, pattern: str, key: str) -> None:
    assert run("rekey", "--pattern", pattern, "--where", "key:fern17").lines == [f"fern17\t{key}"]
    assert run("list", "ferns", "--keys").lines == [key]


@pytest.mark.usefixtures("refs")
def test_keys_of_one_pattern_stay_unique(run: Run) -> None:
    assert run("rekey", "--pattern", "x").lines == ["fern17\tx", "moth84\txa", "part\txb", "whole\txc"]
    assert run("rekey", "--pattern", "x").err == "4 papers as they were\n"
    # Letters that are no counter are none of the pattern's.
    run("rekey", "xa", "moth1984abc")
    assert run("rekey", "--pattern", "{author}{year}", "--where", "moths").lines == ["moth1984abc\tmoth1984"]


@pytest.mark.usefixtures("refs")
@pytest.mark.parametrize("pattern", ["{nosuch}", "", " ", "{", "{}", "{author", "\\"])
def test_a_pattern_that_gives_no_key(run: Run, pattern: str) -> None:
    was = state(run)
    done = run("rekey", "--pattern", pattern, "--where", "key:whole")
    if pattern == "{author":
        # What is no part is a sign as any other, and a brace is none for a key.
        assert done.lines == ["whole\tauthor"]
        return
    assert done.code == 4
    assert state(run) == was


@pytest.mark.usefixtures("refs")
def test_papers_that_a_pattern_gives_nothing_are_named_and_the_rest_is_done(run: Run) -> None:
    done = run("rekey", "--pattern", "{Author}")
    assert (done.code, done.lines) == (4, ["fern17\tFern", "moth84\tMoth", "part\tPond"])
    assert done.err.startswith("3 papers given a new key, 1 as it was; undo: gencli undo\n")
    assert "'{Author}' gives no key to whole\n" in done.err
    told = run("rekey", "--pattern", "{Author}", "--json")
    assert (told.code, told.json["problems"][0]["where"], told.error["code"]) == (4, "whole", "bad_input")


@pytest.mark.usefixtures("refs")
def test_a_pattern_where_nothing_is_found(run: Run) -> None:
    done = run("rekey", "--pattern", "x", "--where", "nosuchword")
    assert (done.code, done.out) == (1, "")
    assert "no paper matches 'nosuchword'" in done.err


@pytest.mark.usefixtures("refs")
def test_keys_of_a_pattern_in_a_terminal_and_as_json(run: Run) -> None:
    shown = run("rekey", "--pattern", "{author}{word}", "--dry-run", columns=80).lines
    assert shown[:2] == ["fern17  fernferns", "moth84  mothmoths"]
    done = run("rekey", "--pattern", "{author}{word}", "--where", "moths", "--json")
    assert done.err == ""
    assert done.json["rekeyed"] == [{"old": "moth84", "new": "mothmoths"}]


# --- remove ----------------------------------------------------------------------------------------


@pytest.mark.usefixtures("refs")
def test_remove_and_undo(run: Run) -> None:
    run("tag", "add", "t", "moth84")
    run("note", "moth84", "mine")
    run("rekey", "moth84", "new")
    run("edit", "new", "--set", "volume=3")
    was = state(run)
    done = run("remove", "moth84")
    assert (done.code, done.err) == (0, "1 paper removed; undo: gencli undo\n")
    assert run("show", "new").code == run("show", "moth84").code == run("show", "10.5555/moth.1").code == 3
    assert run("search", "moths", "--keys").lines == []
    assert "jst" not in run("export").out
    run("undo")
    assert state(run) == was


@pytest.mark.usefixtures("refs")
def test_remove_from_a_pipe_by_query_and_dry(run: Run, tmp_path: Path) -> None:
    before = (tmp_path / "refs.sqlite").read_bytes()
    assert run("remove", "-", "--dry-run", stdin="moth84\nfern17\n").err == "2 papers would be removed\n"
    assert run("rm", "--where", "moths", "--dry-run", "--json").json["removed"] == ["moth84"]
    assert (tmp_path / "refs.sqlite").read_bytes() == before
    done = run("remove", "moth84", "nosuch", "--json")
    assert (done.code, done.json["removed"], done.error["code"]) == (3, ["moth84"], "not_found")
    assert run("remove", "--where", "nosuchword").code == 1
    assert run("remove").code == 2
    assert run("rm", "-", stdin="fern17\tand more\npart\n").code == 0
    assert run("list", "--keys").lines == ["whole"]


@pytest.mark.usefixtures("refs")
def test_several_are_asked_about_where_both_ends_are_a_terminal(run: Run) -> None:
    refused = run("remove", "moth84", "fern17", stdin="n\n", typing=True, watching=True)
    assert refused.code == 1
    assert refused.err == "remove 2 papers? [y/N] gencli: nothing was removed\n"
    assert run("remove", "moth84", "fern17", stdin="", typing=True, watching=True).code == 1
    assert len(run("list", "--keys").lines) == 4
    assert run("remove", "moth84", "fern17", stdin="y\n", typing=True, watching=True).code == 0
    assert run("undo").code == 0
    done = run("remove", "moth84", "fern17", "--yes", stdin="", typing=True, watching=True)
    said = done.err.splitlines()
    assert (done.code, len(said), said[-1]) == (0, 2, "2 papers removed; undo: gencli undo")
    assert re.fullmatch(r"\x1b\[2mcopied the library to .+-before-remove[.2]*\.sqlite first\x1b\[0m", said[0])
    assert run("remove", "part", typing=True, watching=True).code == 0


# --- merge -----------------------------------------------------------------------------------------

TWIN = """\
@article{lamp1,
  author = {Moth, Ada}, title = {Of Moths and lamps}, journal = {JST}, year = {1984}, volume = {99}, number = {4},
  note = {Read it}, eprint = {8401.00001}, archiveprefix = {arXiv},
}
@article{lamp2,
  author = {Wren, Eve}, title = {Wrens}, journal = {Birds}, year = {2001}, issn = {0000-0000},
}
@article{lamp3,
  author = {Wren, E.}, title = {Wrens}, journal = {Birds}, year = {2001}, pages = {3}
}
"""


@pytest.fixture
def twins(refs: Path, run: Run, tmp_path: Path) -> Path:
    """The small library with papers of a second file that are one with others."""
    path = tmp_path / "twins.bib"
    path.write_text(TWIN)
    assert run("import", "twins.bib", "--no-fetch").code == 0
    return path


@pytest.mark.usefixtures("twins")
def test_merge_keeps_all_of_both(run: Run) -> None:
    run("tag", "add", "one", "moth84")
    run("tag", "add", "two", "lamp1")
    run("tag", "add", "one", "lamp1")
    run("note", "moth84", "first")
    run("note", "lamp1", "second")
    run("star", "lamp1")
    run("status", "lamp1", "reading")
    run("rekey", "lamp1", "lampold")
    run("edit", "lampold", "--set", "volume=100")
    was = state(run)
    dry = run("merge", "moth84", "lamp1", "--dry-run")
    assert dry.code == 0
    assert dry.err.splitlines() == [
        "lampold would be one paper with moth84",
        "kept beside: title, venue, authors, volume",
        "1 paper would be merged",
    ]  # fmt: skip
    assert state(run) == was
    done = run("merge", "moth84", "lamp1")
    copied, *said = done.err.splitlines()
    assert re.fullmatch(r"copied the library to .+-before-merge[.2]*\.sqlite first", copied)
    assert (done.code, said) == (
        0,
        ["lampold is one paper with moth84", "kept beside: title, venue, authors, volume",
         "1 paper merged; undo: gencli undo"],
    )  # fmt: skip
    paper = one(run, "lampold")
    assert paper == one(run, "lamp1") == one(run, "8401.00001")
    assert (paper["key"], sorted(paper["aliases"])) == ("moth84", ["lamp1", "lampold"])
    assert (paper["tags"], paper["note"], paper["starred"], paper["status"]) == (
        ["one", "two"], "first\nsecond", True, "reading",
    )  # fmt: skip
    assert paper["identifiers"] == {"doi": "10.5555/moth.1", "arxiv": "8401.00001"}
    assert (paper["title"], paper["venue"]) == ("On Moths and Lamps", "Journal of Small Things")
    # The user's word is believed before both files, whichever paper it was of.
    assert paper["fields"]["volume"] == "100"
    assert (paper["fields"]["number"], paper["fields"]["note"]) == ("4", "Read it")
    beside = {(variant["field"], str(variant["value"])) for variant in paper["variants"]}
    assert {("title", "Of Moths and lamps"), ("venue", "JST"), ("fields.volume", "27")} <= beside
    text = run("export", "moth84").out
    for line in ("journal = jst,", "volume = {100},", "number = {4},", "note = {Read it},", "eprint = {8401.00001},"):
        assert f"  {line}\n" in text
    assert run("import", "twins.bib", "--no-fetch", "--json").json["merged"] == []
    run("undo")
    assert state(run) == was


@pytest.mark.usefixtures("twins")
def test_merge_of_two_entries_of_one_file(run: Run) -> None:
    was = state(run)
    assert run("merge", "lamp2", "lamp3").code == 0
    text = run("export", "lamp3").out
    assert "@article{lamp2," in text
    assert "author = {Wren, Eve}" in text
    assert "issn = {0000-0000}" in text
    assert "pages = {3}" in text
    again = run("import", "twins.bib", "--no-fetch", "--json").json
    assert (again["added"], again["merged"]) == ([], [])
    assert run("export", "lamp3").out == text
    run("undo")
    assert state(run) == was


def test_merge_keeps_mentions(run: Run, library: Path) -> None:
    was = run("list", "--json").json
    one_, two = one(run, "power2022grokking"), one(run, "belkin2018reconciling")
    done = run("merge", "power2022grokking", "belkin2018reconciling", "--json")
    assert done.json["merged"] == ["power2022grokking"]
    assert done.err == ""
    merged = one(run, "belkin2018reconciling")
    for mention in [*one_["mentions"], *two["mentions"]]:
        assert mention in merged["mentions"]
    run("undo")
    assert run("list", "--json").json == was


@pytest.mark.usefixtures("twins")
def test_merge_of_several_and_of_a_paper_with_itself(run: Run) -> None:
    was = state(run)
    assert run("merge", "lamp2", "lamp2").code == 4
    assert run("merge", "lamp2", "lamp3", "lamp2").code == 4
    assert run("merge", "lamp2", "nosuch").code == 3
    assert run("merge", "lamp2").code == 2
    assert run("merge", "lamp2", "lamp3", "nosuch").code == 3
    assert state(run) == was
    assert run("merge", "lamp2", "lamp3", "lamp1").code == 0
    assert sorted(one(run, "lamp2")["aliases"]) == ["lamp1", "lamp3"]
    run("undo")
    assert state(run) == was


# --- distinct --------------------------------------------------------------------------------------


def wrens(run: Run) -> list[str]:
    """The groups of likely duplicates that have a paper about wrens."""
    return [line for line in run("duplicates").lines if "lamp2" in line or "lamp3" in line]


@pytest.mark.usefixtures("twins")
def test_what_is_told_apart_is_remembered(run: Run) -> None:
    assert wrens(run)
    done = run("distinct", "lamp2", "lamp3")
    assert (done.code, done.err) == (0, "2 papers told apart; undo: gencli undo\n")
    assert not wrens(run)
    again = run("distinct", "lamp3", "lamp2")
    assert (again.code, again.err) == (0, "2 papers as they were\n")
    run("rekey", "lamp2", "wren")
    assert not wrens(run)
    run("undo")
    run("undo")
    assert wrens(run)


@pytest.mark.usefixtures("twins")
def test_what_is_told_apart_stays_so_when_one_of_them_becomes_one_with_a_third(run: Run) -> None:
    run("distinct", "lamp2", "lamp3")
    run("merge", "moth84", "lamp3")
    run("edit", "moth84", "--set", "title=Wrens", "--set", "author=Wren, Eve", "--set", "year=2001")
    assert not wrens(run)
    run("undo")
    run("undo")
    assert not wrens(run)
    run("undo")
    assert wrens(run)


@pytest.mark.usefixtures("twins")
def test_distinct_needs_two_papers(run: Run) -> None:
    assert run("distinct", "lamp2", "lamp2").code == 4
    assert run("distinct", "lamp2", "nosuch").code == 3
    assert run("distinct", "lamp2").code == 2
    assert run("distinct", "lamp2", "lamp3", "--json").json["merged"] == ["lamp2", "lamp3"]
