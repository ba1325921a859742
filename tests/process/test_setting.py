"""A paper's bibliography, from the shipped library to what LaTeX sets, where LaTeX and biber are installed."""

import shutil
import subprocess
from pathlib import Path

import pytest

from conftest import ROOT, Run

pytestmark = [
    pytest.mark.process,
    pytest.mark.skipif(not (shutil.which("pdflatex") and shutil.which("biber")), reason="no LaTeX with biber here"),
]
CITED = ("power2022grokking", "nakkiran2019deep", "belkin2018reconciling")


def made(folder: Path, *command: str) -> str:
    done = subprocess.run(command, cwd=folder, capture_output=True, check=False, timeout=120)
    return (done.stdout + done.stderr).decode("utf-8", "replace")


@pytest.mark.parametrize("package", ["biblatex", "bibtex"])
def test_what_a_paper_cites_is_set(package: str, run: Run, tmp_path: Path) -> None:
    library = tmp_path / "l.sqlite"
    shutil.copy(ROOT / "data" / "papers.sqlite", library)
    head, tail = (
        (r"\usepackage[backend=biber]{biblatex}\addbibresource{refs.bib}", r"\printbibliography")
        if package == "biblatex"
        else ("", r"\bibliographystyle{plain}\bibliography{refs}")
    )
    body = " ".join(rf"\cite{{{key}}}" for key in CITED)
    (tmp_path / "main.tex").write_text(
        rf"\documentclass{{article}}{head}\begin{{document}}{body} {tail}\end{{document}}"
    )
    made(tmp_path, "pdflatex", "-draftmode", "-interaction=batchmode", "main.tex")
    form, cited = ("--biblatex", "main.bcf") if package == "biblatex" else ("--bib", "main.aux")
    done = run("--db", library, "export", form, "--keys-from", tmp_path / cited, "-o", tmp_path / "refs.bib")
    assert (done.code, done.err.strip()) == (0, f"wrote 3 papers to {tmp_path / 'refs.bib'}")
    said = made(tmp_path, "biber" if package == "biblatex" else "bibtex", "main")
    assert "WARN" not in said
    assert "Warning" not in said
    set_as = (tmp_path / "main.bbl").read_text(encoding="utf-8")
    for key in CITED:
        assert f"{{{key}}}" in set_as
    made(tmp_path, "pdflatex", "-draftmode", "-interaction=batchmode", "main.tex")
    log = made(tmp_path, "pdflatex", "-draftmode", "-interaction=batchmode", "main.tex")
    assert "undefined" not in (tmp_path / "main.log").read_text(encoding="utf-8", errors="replace"), log
