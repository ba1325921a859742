"""JSON lines: each line is the paper as `--json` shows it."""

import json
from pathlib import Path

from gencli import Author, Library, Mention, Page, Record
from gencli.formats import jsonl


def test_each_line_is_one_paper_as_json(tmp_path: Path) -> None:
    mention = Mention("P", ("S",), None, "item", 1, "Label", True, "line\u2028one\nline two\r\n\x85")
    records = (
        Record("page:P", title='Tëxt "quoted" \\ 深層 \u2028', authors=(Author("Müller", "J"),), mentions=(mention,)),
        Record("page:P", title="Second", year=2020, identifiers={"doi": "10.1/a"}),
    )
    Library.create(tmp_path / "l.sqlite")
    with Library.open(tmp_path / "l.sqlite", write=True) as library:
        library.take_page(Page("P", "p.txt", "wiki", "text", records, (), ()))
        papers = library.find()
    lines = list(jsonl.write(papers))
    assert len(lines) == 2
    assert all(line.endswith("\n") and line.count("\n") == 1 for line in lines)
    assert [json.loads(line) for line in lines] == [paper.as_json() for paper in papers]
    assert "Müller" in "".join(lines)
    assert list(jsonl.write(papers)) == lines


def test_nothing_gives_nothing() -> None:
    assert list(jsonl.write([])) == []
