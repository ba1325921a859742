"""How good the order of the answers is: gencli beside plain FTS5, sqlite-utils and cobib, on judged queries."""

import argparse
import json
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import mean
from typing import Any, NamedTuple

from bib import set_up
from judged.library import HERE, build
from judged.systems import GENCLI, Answers, System, World, cobib, fts5_porter, fts5_quoted, fts5_typed, gencli, utils

from gencli.text import words

STARTER = HERE.parents[1] / "data" / "papers.sqlite"
FIRST = 10


class Files(NamedTuple):
    """The judged queries and the misspelt ones, files of `judged`."""

    queries: str
    typos: str


TUNED = Files("queries.jsonl", "typos.jsonl")
# Written after the search was tuned on the others.
HELD_OUT = Files("held_out.jsonl", "held_out_typos.jsonl")


class Query(NamedTuple):
    """A judged query: `right` are the keys that a person would accept, `best` the one that should come first."""

    library: str
    text: str
    kind: str
    right: frozenset[str]
    best: str | None

    def reciprocal(self, found: Sequence[str]) -> float:
        """1 by the rank of the first right answer, or of the best where one is meant."""
        wanted = {self.best} if self.best else self.right
        return next((1 / rank for rank, key in enumerate(found, 1) if key in wanted), 0.0)

    def recall(self, found: Sequence[str]) -> float:
        """How much of what could be right among the first ten is."""
        return len(self.right.intersection(found[:FIRST])) / min(FIRST, len(self.right))


def queries(worlds: dict[str, World], name: str = TUNED.queries) -> list[Query]:
    """The judged queries of a file; a handle that no paper has is a KeyError."""
    return [
        Query(
            told["library"],
            told["query"],
            told["kind"],
            frozenset(worlds[told["library"]].keys[handle] for handle in told["right"]),
            told["best"] and worlds[told["library"]].keys[told["best"]],
        )
        for told in _lines(name)
    ]


def _lines(name: str) -> Iterator[dict[str, Any]]:
    for line in (HERE / name).read_text("utf-8").splitlines():
        yield json.loads(line)


# --- measuring -----------------------------------------------------------------------------------------


class Result(NamedTuple):
    """What a system answered to each query."""

    name: str
    found: Answers

    def scores(self, asked: Sequence[Query], kind: str | None = None) -> tuple[float, float]:
        """Mean reciprocal rank and mean recall of the first ten, of all queries or of a kind."""
        chosen = [pair for pair in zip(asked, self.found, strict=True) if kind in (None, pair[0].kind)]
        return mean(one.reciprocal(found) for one, found in chosen), mean(one.recall(found) for one, found in chosen)


def measured(name: str, system: System, worlds: dict[str, World], asked: Sequence[Query]) -> Result:
    """All queries, each in its library, in their order."""
    found: Answers = [[] for _ in asked]
    for library, world in worlds.items():
        places = [place for place, query in enumerate(asked) if query.library == library]
        for place, keys in zip(places, system(world, [asked[place].text for place in places]), strict=True):
            found[place] = keys
    return Result(name, found)


def hints(worlds: dict[str, World], name: str = TUNED.typos) -> list[tuple[str, list[str], str]]:
    """The misspelt queries that do not lead to what was meant: (query, meant, what was said)."""
    missed = []
    for told in _lines(name):
        command = [str(GENCLI), "--db", str(worlds[told["library"]].path), "search", told["query"]]
        done = subprocess.run(command, capture_output=True, text=True)
        # A search that finds the right word itself needs no hint.
        named = words(done.stderr.partition("hint:")[2] if done.returncode else done.stdout)
        # It may be another form of the word: "transformers" for "transformer".
        meant = [word for text in told["meant"] for word in words(text)]
        if not all(any(name.startswith(word) for name in named) for word in meant):
            missed.append((told["query"], told["meant"], " ".join((done.stderr or done.stdout).split())[:200]))
    return missed


def misses(result: Result, asked: Sequence[Query]) -> list[dict[str, Any]]:
    """The queries that are not answered perfectly: which right answers are not in the first ten, what came first."""
    return [
        {
            "library": query.library, "kind": query.kind, "query": query.text, "best": query.best,
            "wanted": len(query.right), "missing": sorted(query.right.difference(found[:FIRST])),
            "came": [("" if key in query.right else "not ") + key for key in found[:5]],
            "rank": round(query.reciprocal(found), 3), "recall": round(query.recall(found), 3),
        }
        for query, found in zip(asked, result.found, strict=True)
        if min(query.reciprocal(found), query.recall(found)) < 1
    ]  # fmt: skip


# --- printing ------------------------------------------------------------------------------------------


def table(results: Sequence[Result], asked: Sequence[Query]) -> Iterator[str]:
    """MRR and recall by kind, a column for each system."""
    yield "| kind | queries | " + " | ".join(result.name for result in results) + " |"
    yield "|-|-:|" + "-:|" * len(results)
    for kind in (None, *dict.fromkeys(query.kind for query in asked)):
        count = sum(kind in (None, query.kind) for query in asked)
        cells = [" ".join(f"{score:.2f}" for score in result.scores(asked, kind)) for result in results]
        yield f"| {kind or '**all**'} | {count} | " + " | ".join(cells) + " |"


def _show_misses(result: Result, asked: Sequence[Query], wrong: Sequence[tuple[str, list[str], str]]) -> None:
    for miss in misses(result, asked):
        print(f"\n[{miss['kind']}, {miss['library']}] {miss['query']}   MRR {miss['rank']} recall {miss['recall']}")
        print(f"  wanted:  {miss['wanted']}{', first ' + miss['best'] if miss['best'] else ''}")
        print("  missing:", ", ".join(miss["missing"][:FIRST]) or "none")
        print("  came:   ", ", ".join(miss["came"]) or "nothing")
    for text, meant, said in wrong:
        print(f"\n[typo] {text}\n  meant:   {' '.join(meant)}\n  said:    {said}")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--keep", type=Path, metavar="FILE", help="leave the made library there")
    parser.add_argument("--peers", type=Path, metavar="FOLDER", help="make an environment for cobib there")
    parser.add_argument("--held-out", action="store_true", help="ask the queries that the search was not tuned on")
    parser.add_argument("--misses", action="store_true", help="show what gencli does not answer perfectly")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    return parser.parse_args()


def _measure(told: argparse.Namespace, folder: Path) -> None:
    made, starter = folder / "made.sqlite", folder / "starter.sqlite"
    # A copy, so that nothing is written beside the library that is shipped.
    shutil.copyfile(STARTER, starter)
    worlds = {"starter": World.of(starter), "made": World.of(made, build(made))}
    if told.keep:
        shutil.copyfile(made, told.keep)
    systems: dict[str, System] = {
        "gencli": gencli,
        "FTS5, as typed": fts5_typed,
        "FTS5, quoted": fts5_quoted,
        "FTS5, porter": fts5_porter,
        "sqlite-utils": utils,
    }
    if told.peers:
        set_up(told.peers)
        systems["cobib"] = cobib(told.peers)
    files = HELD_OUT if told.held_out else TUNED
    asked = queries(worlds, files.queries)
    results = [measured(name, system, worlds, asked) for name, system in systems.items()]
    wrong, typos = hints(worlds, files.typos), sum(1 for _ in _lines(files.typos))
    if told.json:
        print(json.dumps(_document(results, asked, wrong, typos), ensure_ascii=False, indent=1))
        return
    print(f"{len(asked)} queries; in each cell MRR and recall@10\n")
    print("\n".join(table(results, asked)))
    print(f"\ntypos that lead to what was meant: {typos - len(wrong)} of {typos}")
    if told.misses:
        _show_misses(results[0], asked, wrong)


def _document(
    results: Sequence[Result], asked: Sequence[Query], wrong: Sequence[tuple[str, list[str], str]], typos: int
) -> dict[str, Any]:
    def named(scores: tuple[float, float]) -> dict[str, float]:
        return {"mrr": round(scores[0], 4), "recall": round(scores[1], 4)}

    kinds = list(dict.fromkeys(query.kind for query in asked))
    return {
        "queries": len(asked),
        "systems": {
            result.name: {
                "all": named(result.scores(asked)),
                "kinds": {kind: named(result.scores(asked, kind)) for kind in kinds},
            }
            for result in results
        },
        "typos": {"count": typos, "held": typos - len(wrong)},
        "misses": misses(results[0], asked),
        "wrong_hints": [{"query": text, "meant": meant, "said": said} for text, meant, said in wrong],
    }


def main() -> None:
    """Build, ask, print."""
    told = _arguments()
    with tempfile.TemporaryDirectory(prefix="gencli-bench-") as folder:
        _measure(told, Path(folder))


if __name__ == "__main__":
    main()
