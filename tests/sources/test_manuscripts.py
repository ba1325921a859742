"""What manuscripts cite, read from files with those that they include."""

import os
from pathlib import Path

import pytest

from conftest import ordinary_user
from gencli.errors import BadInput, NotFound
from gencli.sources import manuscripts
from gencli.sources.manuscripts import Manuscript, read


def write(path: Path, text: str) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_an_aux_with_those_of_its_chapters(tmp_path: Path) -> None:
    main = write(tmp_path / "m.aux", "\\relax\n\\citation{a,b}\n\\@input{part/one.aux}\n\\@input{gone.aux}\n")
    write(tmp_path / "part" / "one.aux", "\\relax\n\\citation{c}\n\\citation{a}\n")
    found = read([main])
    assert found[:2] == (("a", "b", "c"), False)
    assert [what.split()[-11] for what in found.missing] == [str(tmp_path / "gone.aux") + ","]


@pytest.mark.parametrize("part", ["ch", "ch.tex", "./ch", "sub/../ch"])
def test_a_tex_with_its_chapters(tmp_path: Path, part: str) -> None:
    (tmp_path / "sub").mkdir()
    main = write(tmp_path / "m.tex", f"\\documentclass{{x}}\\cite{{a}}\\input{{{part}}}\\include{{gone}}")
    write(tmp_path / "ch.tex", "\\citep[see][]{b}")
    assert read([main]).keys == ("a", "b")


def test_chapters_are_looked_for_from_where_the_main_file_is(tmp_path: Path) -> None:
    main = write(tmp_path / "m.tex", "\\input{sub/one}")
    write(tmp_path / "sub" / "one.tex", "\\cite{a}\\input{sub/two}\\input{two}")
    write(tmp_path / "sub" / "two.tex", "\\cite{b}")
    write(tmp_path / "two.tex", "\\cite{c}")
    assert read([main]).keys == ("a", "b", "c")


def test_names_with_dots_and_folders_of_the_same_name(tmp_path: Path) -> None:
    main = write(tmp_path / "m.ltx", "\\input{ch.1}\\include{sub}\\input{raw}")
    write(tmp_path / "ch.1.tex", "\\cite{a}")
    write(tmp_path / "sub.tex", "\\cite{b}\\input{sub/x}")
    write(tmp_path / "sub" / "x.tex", "\\cite{c}")
    write(tmp_path / "raw", "\\cite{d}")
    assert set(read([main]).keys) == {"a", "b", "c", "d"}


def test_files_that_include_each_other_end(tmp_path: Path) -> None:
    main = write(tmp_path / "m.tex", "\\cite{a}\\input{n}\\input{m}")
    write(tmp_path / "n.tex", "\\cite{b}\\input{m}\\input{n}\\input{./n}")
    assert read([main]).keys == ("a", "b")


def test_so_many_files_are_read_and_no_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(manuscripts, "_MOST_FILES", 3)
    main = write(tmp_path / "f0.tex", "\\cite{k0}\\input{f1}")
    for number in range(1, 9):
        write(tmp_path / f"f{number}.tex", f"\\cite{{k{number}}}\\input{{f{number + 1}}}")
    assert read([main]).keys == ("k0", "k1", "k2")


@pytest.mark.parametrize(
    "part",
    ["x" * 5000, "x" * 300 + "/y", ".", "..", "/", "./", "a/..", "~", "/dev/zero", "a\x00b", "é\ud800".encode(
        "utf-8", "surrogatepass").decode("utf-8", "replace"), "con.tex", "*"],
)  # fmt: skip
def test_a_chapter_of_any_name_is_no_error(tmp_path: Path, part: str) -> None:
    main = write(tmp_path / "m.tex", f"\\cite{{a}}\\input{{{part}}}\\cite{{b}}")
    assert read([main]).keys == ("a", "b")
    main = write(tmp_path / "m.aux", f"\\relax\n\\citation{{a}}\n\\@input{{{part}}}\n")
    assert read([main]).keys == ("a",)


def test_a_chapter_that_is_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "p.tex")
    assert read([write(tmp_path / "m.tex", "\\cite{a}\\input{p}")]).keys == ("a",)


def test_several_manuscripts_are_one(tmp_path: Path) -> None:
    one = write(tmp_path / "one.tex", "\\cite{b,a}")
    two = write(tmp_path / "two.md", "As [@c; @a] say.")
    assert read([one, two]) == Manuscript(("b", "a", "c"), False)
    assert read([two, one]).keys == ("c", "a", "b")
    assert read([]) == Manuscript((), False)


def test_everything_said_anywhere_is_everything(tmp_path: Path) -> None:
    main = write(tmp_path / "m.tex", "\\cite{a}\\input{back}")
    write(tmp_path / "back.tex", "\\nocite{*}")
    assert read([main]) == Manuscript(("a",), True)


def test_a_bcf_and_a_text_that_cites_nothing(tmp_path: Path) -> None:
    bcf = (
        '<?xml version="1.0" encoding="UTF-8"?>\n<bcf:controlfile xmlns:bcf="https://sourceforge.net/projects/biblatex">'
        '<bcf:section number="0"><bcf:citekey order="1">b</bcf:citekey><bcf:citekey order="2">a</bcf:citekey>'
        "</bcf:section></bcf:controlfile>"
    )
    assert read([write(tmp_path / "m.bcf", bcf)]).keys == ("b", "a")
    assert read([write(tmp_path / "m.md", "Nobody is cited.")]) == Manuscript((), False)
    assert read([write(tmp_path / "m.tex", "")]) == Manuscript((), False)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_manuscripts_of_any_encoding(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "m.tex"
    path.write_bytes("\\section{Über}\r\n\\cite{müller}\r\n".encode(encoding))
    assert read([str(path)]).keys == ("müller",)


def test_a_named_file_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match=r"there is no file .*gone\.tex"):
        read([str(tmp_path / "gone.tex")])
    with pytest.raises(BadInput, match="cannot read"):
        read([str(tmp_path)])
    with pytest.raises(BadInput, match="cannot read"):
        read(["a\x00b"])
    with pytest.raises(BadInput, match=r"\.bcf is no XML"):
        read([write(tmp_path / "m.bcf", "<bcf:controlfile")])


def test_a_named_file_that_may_not_be_read(tmp_path: Path) -> None:
    main = tmp_path / "m.tex"
    write(main, "\\cite{a}")
    main.chmod(0)
    tmp_path.chmod(0o755)
    with ordinary_user(tmp_path), pytest.raises(BadInput, match="cannot read"):
        read([str(main)])


def test_binary_is_read_without_end_or_error(tmp_path: Path) -> None:
    path = tmp_path / "m.tex"
    path.write_bytes(bytes(range(256)) * 200 + b"\\cite{a}\n")
    assert isinstance(read([str(path)]), Manuscript)
