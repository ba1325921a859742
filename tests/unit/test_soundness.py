"""What is written as it stands must be what it seems to be."""

from pathlib import Path

import pytest

from gencli import Library
from gencli.formats.bibtex.soundness import is_sound, sound
from gencli.formats.bibtex.writer import pieces
from gencli.model import Entry, Header


@pytest.mark.parametrize(
    ("name", "raw"),
    [
        ("title", "{T}}\n@misc{evil, title={x}"),
        ("title", "{T}, note = {N}"),
        ("title", "T} "),
        ("a b", "{T}"),
        ("title = {x}, evil", "{T}"),
        ("title", '"T'),
        ("title", "{T} # "),
    ],
)
def test_what_breaks_out_of_its_field_is_none(name: str, raw: str) -> None:
    assert not is_sound(Entry("misc", "k", ((name, raw, ""),)))


@pytest.mark.parametrize("raw", ["{T}", '"T"', "12", "jan", '"a" # jan # {b}', "{{a}{b{c}}}", "{@misc{x,}}", "{T\n%}"])
def test_what_a_bib_may_say_is_sound(raw: str) -> None:
    assert is_sound(Entry("misc", "k", (("title", raw, ""), ("note", "", ""))))


def test_a_header_keeps_what_it_says_it_is() -> None:
    told = Header(
        {"ok": "v {x}", "a}": "v", "b": "}{", "c d": "v"},
        ("@preamble{ {x} }", "@misc{evil, title={x}}", "@preamble{x} @misc{evil,}"),
        ("@comment{x}", "@misc{evil,}"),
        ("some text",),
    )
    assert sound(told) == Header({"ok": "v {x}"}, ("@preamble{ {x} }",), ("@comment{x}",), ("some text",))


def test_lines_of_a_stranger_cannot_write_an_entry_of_their_own(tmp_path: Path) -> None:
    Library.create(tmp_path / "l.sqlite")
    lines = [
        '{"file": {"name": "x.bib", "source": "/x", "macros": {"a}": "v"}, "preambles": ["@misc{evil,}"]}}',
        '{"key": "k", "type": "misc", "title": "T", "kept": {"origins": {"title": "bib:x.bib"}, "entries": [{"file":'
        ' "x.bib", "source": "bib:x.bib", "type": "misc", "key": "k", "fields": [["title", "{T}}@misc{evil,{"]]}]}}',
    ]
    with Library.open(tmp_path / "l.sqlite", write=True) as library:
        outcome = library.take_lines(lines, "x.jsonl")
        volume, _ = library.volume()
        assert "evil" not in "".join(pieces(volume))
    assert [problem.where for problem in outcome.problems if not problem.taken] == ["x.jsonl:1", "x.jsonl:2"]
