"""Pages of the kinds that people keep, and what a person would say of each work on them: how many are read so.

`data/pages/NAME.txt` is a page, `NAME.json` what a person says of it, written before it was read. A held-out page was
scored before any of its errors was looked at.
"""

import json
import re
from pathlib import Path
from typing import Any, NamedTuple

from conftest import ROOT
from gencli.formats import dokuwiki
from gencli.model import Page, Record
from gencli.text import fold

PAGES = ROOT / "tests" / "data" / "pages"


class Score(NamedTuple):
    """Of the works on a page: how many are right, wrong, a Problem, lost; and what is no work and was taken for one."""

    works: int
    right: int
    wrong: int = 0
    problem: int = 0
    lost: int = 0
    extra: int = 0


SCORES: dict[str, Score] = {}


def page_of(name: str) -> Page:
    return dokuwiki.read((PAGES / f"{name}.txt").read_text(encoding="utf-8"), name, name)


def told(record: Record) -> dict[str, Any]:
    """What a record says, in the terms of an expectation."""
    return {
        "authors": [", ".join(filter(None, author[:3])) or author.literal for author in record.authors],
        "others": not record.authors_complete,
        "year": record.year,
        "title": plain(record.title),
        "venue": plain(record.venue),
        "identifiers": {kind: value for kind, value in record.identifiers.items() if kind != "url"},
        "role": sorted({mention.role for mention in record.mentions})[0],
    }


def plain(text: str | None) -> str:
    """A title or a venue as it is compared: a year at its end may be said or not."""
    return re.sub(r"[\W_]*(?:\b(?:19|20)\d\d)?[\W_]*$", "", fold(text or ""))


def expected(work: dict[str, Any]) -> dict[str, Any]:
    said = {"others": False, **work, "title": plain(work["title"]), "venue": plain(work["venue"])}
    return {name: value for name, value in said.items() if name != "line"}


def words(text: str) -> set[str]:
    return set(re.findall(r"\w{3,}", fold(text)))


def likeness(record: Record, work: dict[str, Any]) -> float:
    """How likely a record is the work: by an identifier, else by the words of the title."""
    if set(record.identifiers.items()) & set(work["identifiers"].items()):
        return 2
    known, title = words(record.title or ""), words(work["title"])
    return len(known & title) / len(known | title) if known | title else 0


def matches(name: str) -> tuple[list[tuple[dict[str, Any], Record | None]], list[Record], set[int]]:
    """Each work with the record that was read of it; records of no work; the lines of the Problems."""
    said, page = json.loads((PAGES / f"{name}.json").read_text(encoding="utf-8")), page_of(name)
    rest = list(page.records)
    found: list[tuple[dict[str, Any], Record | None]] = []
    for work in said["works"]:
        best = max(rest, key=lambda record: likeness(record, work), default=None)
        if best is not None and likeness(best, work) > 0.4:
            rest.remove(best)
            found.append((work, best))
        else:
            found.append((work, None))
    return found, rest, {int(problem.where.rpartition(":")[2]) for problem in page.problems}


def score(name: str) -> Score:
    found, extra, problems = matches(name)
    right = sum(record is not None and told(record) == expected(work) for work, record in found)
    missing = [work["line"] for work, record in found if record is None]
    problem = sum(line in problems for line in missing)
    wrong = len(found) - right - len(missing)
    return Score(len(found), right, wrong, problem, len(missing) - problem, len(extra))


if __name__ == "__main__":
    import sys

    names = sys.argv[1:] or sorted(Path(path).stem for path in PAGES.glob("*.json"))
    for name in names:
        print(name, *score(name))
        if len(sys.argv) == 1:
            continue
        found, extra, problems = matches(name)
        for work, record in found:
            if record is None:
                print("   LOST" if work["line"] not in problems else "   PROBLEM", work["line"], work["title"])
            else:
                read, want = told(record), expected(work)
                for field, value in want.items():
                    if read[field] != value:
                        print(f"   {work['line']}: {field}: {read[field]!r} not {value!r}")
        for record in extra:
            print("   EXTRA", told(record))
