"""The judged set of queries: the search finds what is meant, and a change that makes it worse is seen."""

import json
import sys
from collections.abc import Iterator

import pytest

from conftest import ROOT
from gencli import Library

sys.path.insert(0, str(ROOT / "bench"))
JUDGED = ROOT / "bench" / "judged"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Library, dict[str, str]]]:
    from judged.library import build

    path = tmp_path_factory.mktemp("judged") / "made.sqlite"
    handles = build(path)
    with Library.open(path) as library:
        yield library, handles


def queries(name: str) -> list[dict[str, object]]:
    lines = (JUDGED / name).read_text(encoding="utf-8").splitlines()
    return [found for line in lines if (found := json.loads(line))["library"] == "made"]


def reciprocal_rank(library: Library, handles: dict[str, str], query: dict[str, object]) -> float:
    text = str(query["query"])
    found = [hit.paper.key for hit in library.search(text, 10) or library.nearly(text, 10)]
    right = [str(query["best"])] if query.get("best") else list(query["right"])  # type: ignore[call-overload]
    places = [found.index(key) for handle in right if (key := handles.get(handle, handle)) in found]
    return 1 / (min(places) + 1) if places else 0.0


# A little below what bench/README.md has: one query of a hundred may be ranked otherwise.
@pytest.mark.parametrize(("name", "least"), [("queries.jsonl", 0.97), ("held_out.jsonl", 0.95)])
def test_what_is_meant_is_found_first(made: tuple[Library, dict[str, str]], name: str, least: float) -> None:
    library, handles = made
    ranks = [reciprocal_rank(library, handles, query) for query in queries(name)]
    assert len(ranks) > 100
    assert sum(ranks) / len(ranks) >= least
