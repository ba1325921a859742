"""export, as a person with a manuscript meets it: files, --check, --keys-from, what was kept aside."""

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from conftest import Run

REFS = """\
@string{bog = "Bog & Fen"}

@article{ash01,
  author  = {Jos{\\'e} Ash and Zoë Birch},
  title   = {Growth of {B}ogs – a study},
  journal = bog,
  year    = 2001,
  month   = mar,
  doi     = {10.5555/bog_1},
  url     = {https://bog.example/a_b%20c},
}

@inproceedings{part,
  author   = {Dee Pond},
  title    = {A part},
  pages    = {1--2},
  crossref = {whole},
}

@misc{fern17,
  author        = {Fern, Bo},
  title         = {Ferns},
  year          = {2017},
  eprint        = {1706.00001},
  archiveprefix = {arXiv},
}

@proceedings{whole,
  title     = {Proceedings of the Whole},
  publisher = {Heath},
  year      = {1999},
}
"""
FORMATS = ["--bib", "--biblatex", "--csl-json", "--ris"]


@pytest.fixture(autouse=True)
def refs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run: Run) -> None:
    """A library of a small .bib, which is imported."""
    monkeypatch.setenv("GENCLI_DB", str(tmp_path / "refs.sqlite"))
    (tmp_path / "refs.bib").write_text(REFS, encoding="utf-8")
    assert run("import", "refs.bib", "--no-fetch").code == 0


def heads(text: str) -> list[str]:
    """The keys of the entries of a .bib, in its order."""
    return [
        line.partition("{")[2].rstrip(",")
        for line in text.splitlines()
        if line.startswith("@") and not line.startswith("@string")
    ]


# --- files and --check -------------------------------------------------------------------------------


@pytest.mark.parametrize("form", FORMATS)
def test_a_file_is_what_the_standard_output_is_and_stays_so(run: Run, tmp_path: Path, form: str) -> None:
    done = run("export", form, "-o", "out")
    assert (done.code, done.out, done.err) == (0, "", "wrote 4 papers to out\n")
    written = (tmp_path / "out").read_bytes()
    assert written.decode() == run("export", form).out
    assert (run("export", form, "-o", "out", "--check").code, run("export", form, "-o", "out").code) == (0, 0)
    assert (tmp_path / "out").read_bytes() == written


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize(
    "change",
    [
        lambda text: text + b"\n",
        lambda text: text[:-1],
        lambda text: b"",
        lambda text: text.replace(b"Ferns", b"ferns"),
        lambda text: text.replace(b"\n", b"\r\n"),
        lambda text: text.replace("ë".encode(), b"\xeb"),
    ],
    ids=["longer", "shorter", "empty", "another", "line ends", "encoding"],
)
def test_check_sees_a_file_that_is_another(run: Run, tmp_path: Path, form: str, change: Any) -> None:
    run("export", form, "-o", "out")
    path = tmp_path / "out"
    before = path.read_bytes()
    other = change(before)
    if other == before:
        # A format may have none of these signs.
        return
    path.write_bytes(other)
    done = run("export", form, "-o", "out", "--check")
    assert (done.code, done.out) == (1, "")
    assert "out is not what would be written" in done.err
    assert path.read_bytes() == other


def test_the_hint_of_check_writes_the_file(run: Run, tmp_path: Path) -> None:
    words = ["export", "ferns", "--biblatex", "-o", "my refs.bib", "--check"]
    missing = run(*words)
    assert missing.code == 3
    assert "there is no file my refs.bib" in missing.err
    command = missing.err[missing.err.index("gencli export") :]
    assert run(*shlex.split(command)[1:]).code == 0
    assert run(*words).code == 0
    (tmp_path / "my refs.bib").write_text("")
    stale = run("--db", tmp_path / "refs.sqlite", *words)
    assert stale.code == 1
    command = stale.err[stale.err.index("gencli --db") :]
    assert run(*shlex.split(command)[1:]).code == 0
    assert run(*words).code == 0


def test_files_that_cannot_be_written_or_compared(run: Run, tmp_path: Path) -> None:
    assert run("export", "-o", ".").code == 4
    assert run("export", "-o", ".", "--check").code == 4
    assert run("export", "-o", "no/such/folder.bib").code == 4
    assert run("export", "--check").code == 2
    assert run("export", "nosuchword", "-o", "none.bib").code == 1
    assert not (tmp_path / "none.bib").exists()


@pytest.mark.parametrize(
    "words",
    [
        ["--bib", "--biblatex"],
        ["--ris", "--csl-json"],
        ["--ris", "--ascii"],
        ["--csl-json", "--aliases"],
        ["--markdown", "--with-problems"],
        ["ferns", "--keys-from", "m.tex"],
    ],
)
def test_what_does_not_fit_together(run: Run, words: list[str], tmp_path: Path) -> None:
    (tmp_path / "m.tex").write_text("\\cite{ash01}")
    done = run("export", *words, "-o", "out")
    assert done.code == 2
    assert not (tmp_path / "out").exists()


@pytest.mark.process
def test_a_closed_pipe_is_no_error() -> None:
    command = f"{shlex.quote(sys.executable)} -m gencli export | head -n 1; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, env=dict(os.environ))
    assert done.stdout.splitlines() == ["@string{bog = {Bog & Fen}}", "0"]
    assert done.stderr == ""


# --- --keys-from -------------------------------------------------------------------------------------


def test_what_a_tex_cites_with_its_chapters(run: Run, tmp_path: Path) -> None:
    (tmp_path / "m.tex").write_text("\\documentclass{article}\\cite{fern17}\\input{ch}")
    (tmp_path / "ch.tex").write_text("\\citep{ash01}")
    done = run("export", "--keys-from", "m.tex")
    assert (done.code, heads(done.out), done.err) == (0, ["ash01", "fern17"], "")


def test_what_an_aux_a_bcf_and_a_markdown_cite(run: Run, tmp_path: Path) -> None:
    (tmp_path / "m.aux").write_text("\\relax\n\\citation{fern17}\n\\abx@aux@cite{0}{ash01}\n")
    (tmp_path / "m.bcf").write_text(
        '<?xml version="1.0"?><bcf:controlfile xmlns:bcf="x"><bcf:citekey>fern17</bcf:citekey></bcf:controlfile>'
    )
    (tmp_path / "m.md").write_text("As @ash01 says [@fern17].\n")
    assert heads(run("export", "--keys-from", "m.aux").out) == ["ash01", "fern17"]
    assert heads(run("export", "--keys-from", "m.bcf").out) == ["fern17"]
    assert heads(run("export", "--keys-from", "m.md").out) == ["ash01", "fern17"]
    assert heads(run("export", "--keys-from", "m.bcf", "--keys-from", "m.md").out) == ["ash01", "fern17"]
    for form, sign in (("--csl-json", '"id"'), ("--ris", "TY  -")):
        assert run("export", "--keys-from", "m.md", form).out.count(sign) == 2


def test_the_parents_of_what_is_cited_come_along_behind_it(run: Run, tmp_path: Path) -> None:
    (tmp_path / "m.tex").write_text("\\cite{part}")
    assert heads(run("export", "--keys-from", "m.tex").out) == ["part", "whole"]
    assert heads(run("export", "key:part").out) == ["part", "whole"]
    assert heads(run("export", "ferns").out) == ["fern17"]


def test_keys_that_are_lacking_are_named_and_the_rest_is_written(run: Run, tmp_path: Path) -> None:
    (tmp_path / "m.tex").write_text("\\cite{fern17,nosuch}\\cite{Ash01}\\cite{other}")
    done = run("export", "--keys-from", "m.tex", "-o", "out.bib")
    assert done.code == 1
    assert heads((tmp_path / "out.bib").read_text()) == ["fern17"]
    assert "wrote 1 paper to out.bib\n" in done.err
    said = "3 of the 4 keys cited are not in the library: nosuch, Ash01 (there is ash01), other\n"
    assert said in done.err
    checked = run("export", "--keys-from", "m.tex", "-o", "out.bib", "--check")
    assert (checked.code, said in checked.err) == (1, True)
    (tmp_path / "m.tex").write_text("".join(f"\\cite{{x{number}}}" for number in range(30)))
    assert "x19, …\n" in run("export", "--keys-from", "m.tex").err


def test_an_identifier_is_no_key_for_latex(run: Run, tmp_path: Path) -> None:
    (tmp_path / "m.tex").write_text("\\cite{10.5555/bog_1}")
    done = run("export", "--keys-from", "m.tex")
    assert (done.code, heads(done.out)) == (1, [])
    assert "10.5555/bog_1 (there is ash01)" in done.err


@pytest.mark.parametrize(
    ("text", "own"),
    [("\\cite{ash01}", set()), ("\\cite{ash01,bogs}", {"bogs"}), ("\\nocite{*}\\cite{ash01}", {"bogs"})],
)
def test_what_is_cited_by_an_old_key_is_found_by_latex(run: Run, tmp_path: Path, text: str, own: set[str]) -> None:
    run("rekey", "ash01", "bogs")
    (tmp_path / "m.tex").write_text(text)
    done = run("export", "--keys-from", "m.tex")
    assert done.code == 0
    assert {"ash01", "bogs"} & set(heads(done.out)) == {"ash01", *own}
    new = run("export", "--keys-from", "m.tex", "--biblatex")
    assert "ids = {ash01}" in new.out
    assert "ash01" not in heads(new.out)


def test_everything_is_everything(run: Run, tmp_path: Path) -> None:
    (tmp_path / "m.tex").write_text("\\nocite{*}")
    assert run("export", "--keys-from", "m.tex").out == run("export").out
    (tmp_path / "m.tex").write_text("\\nocite{*}\\cite{nosuch}")
    done = run("export", "--keys-from", "m.tex")
    assert (done.code, done.out) == (1, run("export").out)
    assert "1 of the 1 keys cited is not in the library: nosuch\n" in done.err


def test_a_manuscript_that_cites_nothing_or_is_not_there(run: Run, tmp_path: Path) -> None:
    (tmp_path / "m.tex").write_text("nothing")
    (tmp_path / "refs.bib").write_text("as it was")
    done = run("export", "--keys-from", "m.tex", "-o", "refs.bib")
    assert (done.code, done.err.splitlines()[0]) == (1, "gencli: m.tex cites nothing")
    assert (tmp_path / "refs.bib").read_text() == "as it was"
    assert "refs.bib is no manuscript" in run("export", "--keys-from", "refs.bib").err
    (tmp_path / "m.tex").write_text("\\cite{ash01}\\input{gone}")
    assert "includes gone, which is not there" in run("export", "--keys-from", "m.tex").err
    assert run("export", "--keys-from", "gone.tex").code == 3
    assert run("export", "--keys-from", ".").code == 4
    (tmp_path / "m.bcf").write_text("<bcf:controlfile")
    assert run("export", "--keys-from", "m.bcf").code == 4


# --- how it is written -------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["--bib", "--biblatex"])
def test_ascii_is_pure_ascii(run: Run, form: str) -> None:
    plain = run("export", form).out
    assert "Zoë Birch" in plain
    assert "Jos{\\'e} Ash" in plain
    ascii_ = run("export", form, "--ascii").out
    assert ascii_.isascii()
    assert 'Zo{\\"e} Birch' in ascii_
    assert "Jos{\\'e} Ash" in ascii_
    for verbatim in ("doi = {10.5555/bog_1}", "url = {https://bog.example/a_b%20c}"):
        assert verbatim in plain
        assert verbatim in ascii_


def test_biblatex_has_its_own_names_for_what_is_not_of_a_file(run: Run) -> None:
    run("edit", "fern17", "--set", "note=mine")
    text = run("export", "--biblatex").out
    # What a .bib said stays as it was read.
    assert "journal = bog," in text
    assert "archiveprefix = {arXiv}," in text


def test_aliases_repeat_an_entry_under_its_old_keys(run: Run) -> None:
    assert run("export", "--aliases").out == run("export").out
    run("rekey", "fern17", "ferns")
    run("rekey", "ferns", "fern")
    text = run("export", "--aliases").out
    assert sorted(heads(text)) == ["ash01", "fern", "fern17", "ferns", "part", "whole"]
    assert "ids" not in text
    new = run("export", "--biblatex", "--aliases").out
    assert heads(new) == heads(run("export", "--biblatex").out)
    (ids,) = (line.strip() for line in new.splitlines() if line.startswith("  ids"))
    assert sorted(ids.removeprefix("ids = {").removesuffix("},").split(", ")) == ["fern17", "ferns"]


BROKEN = "@article{broken,\n  title = {Never closed,\n  year = {2001}"


def test_what_was_kept_aside_is_given_back_and_taken_again(run: Run, tmp_path: Path) -> None:
    (tmp_path / "bad.bib").write_text(f"{BROKEN}\n\n@misc{{fine, title = {{Fine}}, year = {{2001}}}}\n")
    assert run("import", "bad.bib", "--no-fetch").code == 4
    assert BROKEN not in run("export").out
    text = run("export", "--with-problems").out
    assert text.startswith(run("export").out)
    assert BROKEN in text
    assert "% bad.bib:1: 'broken' was kept aside" in text
    before = run("list", "--json").json
    (tmp_path / "again.bib").write_text(text)
    again = run("import", "again.bib", "--no-fetch", "--json")
    assert (again.json["added"], again.json["merged"]) == ([], [])
    assert run("list", "--json").json == before
    assert run("export", "--with-problems").out == text


def test_an_export_imported_again_changes_nothing(run: Run, tmp_path: Path) -> None:
    before, was = run("export").out, run("list", "--json").json
    for form in ("--bib", "--biblatex"):
        (tmp_path / "again.bib").write_text(run("export", form).out, encoding="utf-8")
        done = run("import", "again.bib", "--no-fetch", "--json").json
        assert (done["added"], done["merged"]) == ([], []), form
        assert (run("export").out, run("list", "--json").json) == (before, was)


def test_an_export_into_a_new_library_is_the_same_again(run: Run, tmp_path: Path) -> None:
    run("rekey", "fern17", "ferns")
    run("edit", "ash01", "--set", "note=50% & more")
    text = run("export").out
    (tmp_path / "again.bib").write_text(text, encoding="utf-8")
    assert run("--db", "new.sqlite", "import", "again.bib", "--no-fetch").code == 0
    assert run("--db", "new.sqlite", "export").out == text


def test_csl_json_is_one_document(run: Run) -> None:
    items = {item["id"]: item for item in json.loads(run("export", "--csl-json").out)}
    assert sorted(items) == ["ash01", "fern17", "part", "whole"]
    assert items["ash01"]["issued"] == {"date-parts": [[2001, 3]]}
    assert items["ash01"]["author"][0] == {"family": "Ash", "given": "José"}


def test_authors_beside_a_link_and_a_link_in_a_remark_are_written_once(run: Run, tmp_path: Path) -> None:
    page = tmp_path / "l.md"
    page.write_text(
        "# L\n\n- [Wide nets](https://arxiv.org/abs/1902.06720) - Lee et al.\n"
        "- [A 2020 - B](https://arxiv.org/abs/2001.00001) the classic ([code](https://github.com/x/y))\n"
    )
    db = ("--db", tmp_path / "new.sqlite")
    run(*db, "import", page, "--no-fetch")
    for form in ("--markdown", "--wiki"):
        out = run(*db, "export", form).out
        assert out.count("https://github.com/x/y") == 1
        assert "Lee et al. - Wide nets" in out
