"""Whatever a manuscript holds, reading it fails never; what is put in is found; size costs no more than size."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gencli.errors import BadInput
from gencli.manuscript import cited, inputs

many = settings(deadline=None, max_examples=150, derandomize=True)

# Signs that mean something to the reader, so that texts are often nearly manuscripts.
PIECES = st.sampled_from(
    ["\\cite", "\\cites", "\\nocite", "\\textcite", "\\volcite", "\\citation", "\\abx@aux@cite", "{", "}", "[", "]",
     "(", ")", "*", ",", "%", "\\%", "\\\\", "\\", "\n", "\r\n", " ", "a", "key:1", "\\begin{verbatim}",
     "\\end{verbatim}", "\\verb|", "|", "\\iffalse", "\\fi", "\\begin{comment}", "\\end{comment}", "\\url{", "@",
     "-@", "[@", "@{", ";", "`", "```", "~~~", "<!--", "-->", "---\n", "nocite: ", "https://a.org/", "<", ">",
     "&amp;", "<citekey>", "</citekey>", "<!DOCTYPE a>", "\\input", "\\import", "\\newcommand", "\\end{document}",
     "\x00", "\ud800", "é", "#1"]
)  # fmt: skip
NEARLY = st.lists(PIECES | st.text(max_size=4), max_size=40).map("".join)
NAMES = st.sampled_from(["a.tex", "a.aux", "a.bcf", "a.md", "a", "", "a.qmd"])
KEYS = st.from_regex(r"[A-Za-z][A-Za-z0-9:_.-]{0,10}[A-Za-z0-9]", fullmatch=True)
# Running text in which nothing opens what would hide a citation.
PROSE = st.text(st.sampled_from("ab .,;:!?()é\n-"), max_size=20)
COMMANDS = st.sampled_from(["cite", "citep", "citet*", "Textcite", "autocite", "footcite", "citeauthor", "ourcite"])
NOTES = st.sampled_from(["", "[]", "[p.~3]", "[see][12--14]", "[see {]}]", "[[x]]"])


@many
@given(NEARLY, NAMES)
def test_reading_never_fails(text: str, name: str) -> None:
    try:
        found = cited(text, name)
    except BadInput:
        assert name.endswith(".bcf") or "bcf:" in text
        return
    assert len(set(found.keys)) == len(found.keys)
    assert all(key and key == key.strip() and key != "*" for key in found.keys)


@many
@given(NEARLY)
def test_inputs_never_fail(text: str) -> None:
    assert all(name.strip() and "\n" not in name for name in inputs(text))


@many
@given(st.lists(st.tuples(PROSE, COMMANDS, NOTES, st.lists(KEYS, min_size=1, max_size=4)), max_size=8))
def test_what_latex_cites_is_found_in_order(parts: list[tuple[str, str, str, list[str]]]) -> None:
    text = "".join(f"{prose}\\{command}{notes}{{{' , '.join(keys)}}}" for prose, command, notes, keys in parts)
    assert cited(text, "a.tex").keys == tuple(dict.fromkeys(key for *_, keys in parts for key in keys))
    aux = "".join(f"\\citation{{{','.join(keys)}}}\n" for *_, keys in parts)
    assert cited(aux, "a.aux").keys == cited(text, "a.tex").keys


@many
@given(st.lists(st.tuples(PROSE, KEYS), max_size=8))
def test_what_markdown_cites_is_found_in_order(parts: list[tuple[str, str]]) -> None:
    text = "".join(f"{prose} [@{{{key}}}, p. 3; -@{{{key}}}]\n" for prose, key in parts)
    assert cited(text, "a.md").keys == tuple(dict.fromkeys(key for _, key in parts))


@many
@given(NEARLY)
def test_comments_cite_nothing(text: str) -> None:
    hidden = "".join(f"% {line}\n" for line in text.replace("\r", "\n").split("\n"))
    assert cited(hidden, "a.tex") == cited("", "a.tex")


WORST = [
    "\\cite{", "\\cite[", "\\cites{a}", "\\cites[", "\\cites(", "\\cites{a}[\\cites{a}", "\\begin{comment}",
    "\n\\iffalse ", "\\verb|", "\\verb", "%\n", "\\\\", "[", "{", "(", "`", "``` ", "~", "~~~\n", "<!--", "](",
    "http://", "@a:", "@{", "<a ", "``` `` ` ", "\n", " ", "\\url{", "\\newcommand", "\\input ", "\\import{a}{",
    "\\citation{", "a", "\\textcquote[", "\\a",
]  # fmt: skip


@pytest.mark.parametrize("piece", WORST)
def test_ten_times_the_size_is_no_hundred_times_the_work(piece: str) -> None:
    def work(size: int) -> float:
        text = (piece * (size // len(piece) + 1))[:size] + "`]}"
        begun = time.process_time()
        for name in ("a.tex", "a.aux", "a.md", "a"):
            cited(text, name)
        inputs(text)
        return time.process_time() - begun

    small = min(work(10_000) for _ in range(3))
    assert min(work(100_000) for _ in range(2)) < 40 * max(small, 0.001)
