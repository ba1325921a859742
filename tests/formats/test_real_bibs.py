"""Real .bib files of many people, where they are at hand: nothing lost, by the word of an independent judge.

In full: `GENCLI_BIBS=all pytest tests/formats/test_real_bibs.py`; without that a part of them, which is enough to see
that something broke and does not take a minute.
"""

import importlib.util
import json
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from gencli import Library, formats
from gencli.filing import Place
from gencli.formats.bibtex import reader
from gencli.formats.bibtex.writer import pieces
from gencli.sources.decoding import decoded
from gencli.store import schema

BIBS = Path(__file__).resolve().parents[2].parent / "shared" / "bib"
IS_FULL = os.environ.get("GENCLI_BIBS") == "all"
FILES = sorted(BIBS.glob("*.bib"))[:: 1 if IS_FULL else 6]

pytestmark = pytest.mark.skipif(not FILES, reason="the real files are not here")


@pytest.fixture(scope="module")
def texts() -> dict[str, str]:
    return {path.name: decoded(path.read_bytes())[0] for path in FILES}


@pytest.fixture(scope="module")
def judge() -> Iterator[ModuleType]:
    spec = importlib.util.spec_from_file_location("fidelity", BIBS / "fidelity.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    # Its dataclasses look for their module there.
    sys.modules["fidelity"] = module
    spec.loader.exec_module(module)
    as_it_was = module.Judge._fair_double
    # It falls over an entry that nothing claims.
    module.Judge._fair_double = lambda self, one, other: (
        bool(one.keys & other.known_as) if other.claimed_by is None else as_it_was(self, one, other)
    )
    yield module
    del sys.modules["fidelity"]


@contextmanager
def library() -> Iterator[Library]:
    with tempfile.TemporaryDirectory() as folder:
        schema.create(Path(folder) / "l.sqlite")
        with Library.open(Path(folder) / "l.sqlite", write=True, now=lambda: "2026-01-01T00:00:00Z") as found:
            yield found


def take(found: Library, texts: dict[str, str]) -> bool:
    """Import these files as one command does; whether that changed anything."""
    counts = {name: formats.keys(text, "bibtex") for name, text in texts.items()}
    keys = frozenset().union(*counts.values())
    changed = False
    for name, text in texts.items():
        repeated = frozenset(key for key, count in counts[name].items() if count > 1)

        def read(origin: str, text: str = text, name: str = name) -> Iterator[Any]:
            return reader.read(text, origin, name)

        outcome = found.take_list(Place(f"/somewhere/{name}", name, keys, repeated), "bib", read)
        changed = changed or outcome.changed
    return changed


def export(found: Library) -> str:
    return "".join(pieces(found.volume()[0]))


def judged(judge: ModuleType, found: Library, folder: Path, paths: list[Path]) -> dict[str, Any]:
    """What the judge says of a library that these files were imported into."""
    out, aside = folder / "out.bib", folder / "aside.json"
    out.write_text(export(found), encoding="utf-8", newline="")
    asides = found.volume(with_asides=True)[0].asides
    aside.write_text(json.dumps([problem.raw for problem in asides]), encoding="utf-8")
    aliases = {paper.key: list(paper.aliases) for paper in found.find("", "key")}
    told = judge.Judge([str(path) for path in paths], str(out), [str(aside)], aliases, {"doi", "arxiv"})
    report: dict[str, Any] = told.report()
    return report


def test_all_in_one_library(judge: ModuleType, texts: dict[str, str], tmp_path: Path) -> None:
    with library() as found:
        take(found, texts)
        written = export(found)
        report = judged(judge, found, tmp_path, FILES)
        total = report["total"]
        assert total["entries"] > (15_000 if IS_FULL else 1_500)
        assert (total["lost"], total["malformed_dropped"]) == (0, 0)
        assert total["strict_pct"] >= 99.9
        # A parent that bears another key in a library of several files must be named by that.
        otherwise = [told for told in report["differences"] if told["field"] not in ("crossref", "xdata")]
        assert [told for told in otherwise if told.get("kind") != "loose" and "only aside" not in told["field"]] == []
        assert not take(found, texts)
        assert export(found) == written
        steps = len(found.history())
        assert not take(found, {"export.bib": written})
        assert len(found.history()) == steps
        assert export(found) == written


def test_each_by_itself(judge: ModuleType, texts: dict[str, str], tmp_path: Path) -> None:
    failing = {}
    for path in FILES:
        with library() as found:
            take(found, {path.name: texts[path.name]})
            written = export(found)
            total = judged(judge, found, tmp_path, [path])["total"]
            if total["strict_pct"] < 99.9 or total["loose_pct"] < 99.99 or total["lost"] or total["malformed_dropped"]:
                failing[path.name] = total
            assert not take(found, {"export.bib": written}), path.name
            assert export(found) == written, path.name
    assert failing == {}
