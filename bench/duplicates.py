"""Likely duplicates: precision and recall on pairs judged by hand, by kind of pair, and the time for many works."""

import argparse
import json
import random
import sys
import time
import zlib
from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple

from gencli.likeness import Work, alike, groups
from gencli.model import Author
from gencli.text import words

PAIRS = Path(__file__).resolve().parents[1] / "tests" / "data" / "likely_pairs.jsonl"


class Pair(NamedTuple):
    """Two works and what a person judged: `same` or not, and the kind of pair."""

    one: Work
    other: Work
    same: bool
    kind: str
    held_out: bool


def work(facts: dict[str, Any], key: str = "one") -> Work:
    """A work from its facts in JSON."""
    return Work(
        key,
        facts.get("type", "misc"),
        facts.get("title"),
        tuple(Author(**author) for author in facts.get("authors", ())),
        facts.get("authors_complete", True),
        facts.get("year"),
        facts.get("venue"),
        facts.get("identifiers", {}),
        facts.get("details", {}),
    )


def pairs(path: Path = PAIRS) -> list[Pair]:
    """The judged pairs; half of them, by a checksum of their titles, took no part when the rules were tuned."""
    found = []
    for line in path.read_text("utf-8").splitlines():
        told = json.loads(line)
        one, other = work(told["one"]), work(told["other"], "other")
        first = min(" ".join(words(each.title or "")) for each in (one, other))
        held_out = bool(zlib.crc32(first.encode()) % 2)
        found.append(Pair(one, other, told["label"] == "same", told["kind"], held_out))
    return found


def scores(judged: list[Pair]) -> tuple[float, float]:
    """Precision and recall."""
    called = [pair.same for pair in judged if alike(pair.one, pair.other)]
    same = sum(pair.same for pair in judged)
    return sum(called) / max(len(called), 1), sum(called) / max(same, 1)


def made(count: int) -> list[Work]:
    """Works of usual size, their words as unevenly frequent as in a language; one in a hundred is there twice."""
    chance = random.Random(5)
    every = [f"{a}{b}{c}" for a in "bcdfglmnprst" for b in ("a", "e", "io", "u") for c in _ENDS]
    weights = [1 / (rank + 2) for rank in range(len(every))]
    names = [word.title() for word in every]
    found: list[Work] = []
    for number in range(count):
        if number % 100 == 99:
            found.append(found[-chance.randint(1, 90)]._replace(key=f"k{number}", venue=None, details={}))
            continue
        title = "Introduction" if number % 50 == 7 else " ".join(chance.choices(every, weights, k=9)).capitalize()
        authors = tuple(Author(chance.choice(names), chance.choice(names)) for _ in range(chance.randint(1, 6)))
        details = {
            "volume": str(chance.randint(1, 90)),
            "pages": f"{chance.randint(1, 900)}-{chance.randint(900, 999)}",
        }
        venue = f"Journal of {chance.choice(every)}"
        found.append(
            Work(f"k{number}", "article", title, authors, True, chance.randint(1970, 2025), venue, {}, details)
        )
    return found


_ENDS = [f"{a}{b}" for a in ("l", "nt", "r", "s", "st", "x") for b in ("a", "en", "ing", "o", "is", "us", "ation")]


def main() -> None:
    """Print the tables."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--wrong", action="store_true", help="show what is judged otherwise")
    options.add_argument("--works", type=int, default=68_000, help="how many works to group (68000)")
    options.add_argument("--half", choices=("tuning", "held-out"), help="show wrong pairs of this half only")
    told = options.parse_args()
    judged = pairs()
    print("| pairs | same | different | precision | recall |\n|-|-:|-:|-:|-:|")
    for name, some in (
        ("tuning half", [pair for pair in judged if not pair.held_out]),
        ("held-out half", [pair for pair in judged if pair.held_out]),
        ("all", judged),
    ):
        same = sum(pair.same for pair in some)
        precision, recall = scores(some)
        print(f"| {name} | {same} | {len(some) - same} | {precision:.3f} | {recall:.3f} |")
    right = Counter((pair.same, pair.kind) for pair in judged if bool(alike(pair.one, pair.other)) == pair.same)
    print("\n| judged | kind | pairs | right |\n|-|-|-:|-:|")
    for (same_, kind), count in sorted(Counter((pair.same, pair.kind) for pair in judged).items(), reverse=True):
        print(f"| {'same' if same_ else 'different'} | {kind} | {count} | {right[same_, kind]} |")
    if told.wrong:
        _show_wrong([pair for pair in judged if told.half is None or pair.held_out == (told.half == "held-out")])
    if told.works:
        works = made(told.works)
        start = time.perf_counter()
        found = groups(works)
        print(f"\n{told.works} made works: {len(found)} groups in {time.perf_counter() - start:.1f} s")


def _show_wrong(judged: list[Pair]) -> None:
    for pair in judged:
        likeness = alike(pair.one, pair.other)
        if bool(likeness) != pair.same:
            print(f"\n{'missed' if pair.same else 'wrongly called one'}: {pair.kind} {likeness or ''}", file=sys.stderr)
            for each in (pair.one, pair.other):
                print("   ", each.type, each.title, [author.surname for author in each.authors][:4], file=sys.stderr)
                print("       ", each.year, each.venue, dict(each.identifiers), dict(each.details), file=sys.stderr)


if __name__ == "__main__":
    main()
