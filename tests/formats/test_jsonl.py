"""JSON lines: objects a line, written and read; what is no such line is a problem with its place and its text."""

import json
from typing import Any

import pytest

from conftest import paper
from gencli.formats import jsonl
from gencli.formats.jsonl import Line
from gencli.model import Author, Mention, Problem

NOTE = "line\u2028one\nline two\r\n\x85"
PAPER = paper(
    key="müller2020",
    title='Tëxt "quoted" \\ 深層 \u2028',
    authors=(Author("Müller", "J"), Author(literal="A Body")),
    mentions=(Mention("P", ("S",), None, "item", 1, "Label", True, NOTE),),
    links=(),
    added="2026-01-01T00:00:00Z",
    changed="2026-01-01T00:00:00Z",
).as_json()


def lines(text: str) -> list[Line]:
    found = list(jsonl.read(text, "f.jsonl"))
    assert all(isinstance(one, Line) for one in found), found
    return [one for one in found if isinstance(one, Line)]


def problem(text: str | list[bytes]) -> Problem:
    (found,) = jsonl.read(text, "f.jsonl")
    assert isinstance(found, Problem)
    return found


def test_each_value_is_one_line() -> None:
    told = list(jsonl.write([PAPER, {"apart": ["a", "b"]}]))
    assert len(told) == 2
    assert all(line.endswith("\n") and line.count("\n") == 1 for line in told)
    assert [json.loads(line) for line in told] == [PAPER, {"apart": ["a", "b"]}]
    assert "Müller" in told[0]


def test_nothing_gives_nothing() -> None:
    assert list(jsonl.write([])) == []
    assert list(jsonl.read("\n \r\n", "f")) == []


def test_what_is_written_is_read() -> None:
    text = "".join(jsonl.write([PAPER, {"apart": ["a", "b"]}]))
    assert lines(text) == [Line("f.jsonl:1", "paper", PAPER), Line("f.jsonl:2", "apart", ["a", "b"])]


def test_lines_end_with_a_line_feed_alone() -> None:
    text = "\ufeff" + json.dumps({"key": "a", "note": "\u2028\x85"}, ensure_ascii=False) + "\r\n\n" + '{"key": "b"}'
    assert [(line.where, line.value["key"]) for line in lines(text)] == [("f.jsonl:1", "a"), ("f.jsonl:3", "b")]


def test_bytes_are_read_line_by_line() -> None:
    assert lines('{"key": "ü"}') == list(jsonl.read(['{"key": "ü"}\n'.encode()], "f.jsonl"))
    assert problem([b'{"key": "\xfc"}\n']) == Problem("f.jsonl:1", "is not UTF-8", '{"key": "\\xfc"}\n')


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("nonsense", "is no JSON: expecting value at sign 1"),
        ('{"key": "a"', "is no JSON"),
        ('{"key": "a"} {"key": "b"}', "is no JSON: extra data"),
        ("[1, 2]", "is no object"),
        ("null", "is no object"),
        ('{"key": "a", "key": "b"}', "says 'key' twice"),
        ('{"key": "a", "fields": {"x": "1", "x": "1"}}', "says 'x' twice"),
        ('{"key": "a", "year": NaN}', "has a number that is none: NaN"),
        ('{"key": "a", "year": -Infinity}', "has a number that is none"),
        ('{"key": "a", "year": 1e999}', "has a number that is none"),
        ('{"key": "a", "year": %s}' % ("9" * 5000), "has a number that is too long"),
        ('{"key": "a", "year": 9223372036854775808}', "'year' is no whole number"),
        ('{"key": "a", "year": 2020.5}', "'year' is no whole number"),
        ('{"key": "a", "year": true}', "'year' is no whole number"),
        ('{"key": "a", "year": "2020"}', "'year' is no whole number"),
        ('{"key": "a", "title": "\\ud800"}', "has half a sign (a lone surrogate)"),
        ('{"\\udfff": "a", "key": "a"}', "has half a sign (a lone surrogate)"),
        ('{"key": "a\udc80"}', "has half a sign (a lone surrogate)"),
        ("[" * 100_000, "is nested too deeply"),
        ('{"key": ' + '{"a":' * 100_000, "is nested too deeply"),
        ("{}", "tells of no paper"),
        ('{"year": 2020}', "tells of no paper"),
        ('{"key": ""}', "tells of no paper"),
        ('{"key": 5}', "'key' is no text"),
        ('{"key": "a", "authors": {}}', "'authors' is no list"),
        ('{"key": "a", "authors": ["Lee"]}', "'authors' 1 is no object"),
        ('{"key": "a", "authors": [{"family": 1}]}', "'authors' 1 'family' is no text"),
        ('{"key": "a", "authors": [{"literal": "x", "family": "y"}]}', "'authors' 1 is a body and a person"),
        ('{"key": "a", "status": "half"}', "'status' is none of unread, reading, read"),
        ('{"key": "a", "status": []}', "'status' is none of"),
        ('{"key": "a", "added": "yesterday"}', "'added' is no time"),
        ('{"key": "a", "tags": ["a\\nb"]}', "'tags' 1 is no tag"),
        ('{"key": "a", "links": [{"rel": "pdf"}]}', "'links' 1 lacks 'url'"),
        ('{"key": "a", "fields": {"volume": 3}}', "'fields' 'volume' is no text"),
        ('{"key": "a", "kept": []}', "'kept' is no object"),
        ('{"key": "a", "kept": {"identifiers": [["doi", "10.1/a"]]}}', "'kept' 'identifiers' 1 is no list of 3"),
        (
            '{"key": "a", "kept": {"entries": [{"source": "", "type": "", "key": "", "fields": [["year", "2020"]]}]}}',
            "'kept' 'entries' 1 'fields' 1 is a field without its value",
        ),
        ('{"page": 1}', "'page' is no object"),
        ('{"page": {"title": "P"}}', "'page' lacks 'source'"),
        ('{"apart": ["a"]}', "'apart' is no list of 2"),
        ('{"file": {"name": "a", "source": "b", "macros": ["x"]}}', "'file' 'macros' is no object"),
        ('{"aside": {"where": "x", "what": "y"}}', "'aside' lacks 'raw'"),
    ],
)
def test_what_is_no_line_is_a_problem(text: str, what: str) -> None:
    found = problem(text)
    assert found.where == "f.jsonl:1"
    assert found.what.startswith(what)
    assert found.raw == text.encode("utf-8", "backslashreplace").decode("utf-8")
    assert not found.taken


def test_a_line_of_a_megabyte_is_read() -> None:
    (line,) = lines(json.dumps({"key": "a", "note": "x" * 1_000_000}))
    assert len(line.value["note"]) == 1_000_000


def test_a_bad_line_is_left_out_alone() -> None:
    found = list(jsonl.read('{"key": "a"}\noops\n{"key": "b"}\n', "f"))
    assert [type(one) for one in found] == [Line, Problem, Line]


def test_unknown_names_are_told_once() -> None:
    text = '{"key": "a", "mood": 1, "kept": {"colour": "red"}}\n{"key": "b", "mood": 2}\n'
    found = list(jsonl.read(text, "f"))
    told = [one for one in found if isinstance(one, Problem)]
    assert [(one.where, one.what.partition(" ")[0], one.taken) for one in told] == [
        ("f:1", "'mood'", True),
        ("f:1", "'colour'", True),
    ]
    assert sum(isinstance(one, Line) for one in found) == 2


def test_what_a_search_tells_is_no_unknown_name() -> None:
    told: dict[str, Any] = {**PAPER, "score": 1.5, "snippet": "x"}
    assert len(lines("".join(jsonl.write([told])))) == 1
