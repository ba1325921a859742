"""Answers that arXiv really gave, in the form of 2016, 2019 and 2026, where they lie beside the project."""

import re
from pathlib import Path

import pytest
from arxiv_server import Server, saying, serve

from conftest import ROOT
from gencli.errors import BadInput, NetworkError
from gencli.model import Record
from gencli.sources.arxiv.asking import Arxiv, Batch
from gencli.sources.arxiv.service import service

FEEDS = ROOT.parent / "shared" / "feeds"
pytestmark = pytest.mark.skipif(not FEEDS.exists(), reason="the recorded answers are not here")
RECORDED = sorted(FEEDS.glob("*/*.xml")) if FEEDS.exists() else []
ERRORS = [path for path in RECORDED if "api/errors" in path.read_text(encoding="utf-8")]
ENTRIES = [path for path in RECORDED if path not in ERRORS]


def at(server: Server) -> Arxiv:
    return Arxiv(service(server.url, "0", None))


def answered(path: Path, *ids: str) -> Batch:
    with serve(saying(200, path.read_text(encoding="utf-8"))) as server, at(server) as arxiv:
        [batch] = arxiv.papers(ids)
    return batch


@pytest.mark.parametrize("path", ENTRIES, ids=lambda path: path.name[:60])
def test_every_entry_is_read(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    names = re.findall(r"<id>https?://arxiv\.org/abs/(\S+?)v(\d+)</id>", text)
    [start] = re.findall(r"startIndex[^>]*>(\d+)<", text)
    [total] = re.findall(r"totalResults[^>]*>(\d+)<", text)
    with serve(saying(200, text)) as server, at(server) as arxiv:
        [page] = arxiv.search("all:x", limit=int(start) + max(len(names), 1)) if start == "0" else [None]
    if page is None:
        records = answered(path, *(name for name, _ in names)).records
    else:
        records = page.records
        assert page.total == int(total)
    assert [(record.identifiers["arxiv"], str(record.arxiv_version)) for record in records] == names
    for record in records:
        assert record.title
        assert record.authors
        assert record.abstract
        assert "\n" not in record.title + record.abstract
        assert record.primary_category in record.categories


@pytest.mark.parametrize("path", ERRORS, ids=lambda path: path.name[:60])
def test_an_error_is_one(path: Path) -> None:
    with serve(saying(400, path.read_text(encoding="utf-8"))) as server, at(server) as arxiv:
        with pytest.raises(BadInput, match="arXiv refused the question: "):
            list(arxiv.search("all:x", limit=10))
        with pytest.raises(NetworkError, match="arXiv refused the question: "):
            list(arxiv.papers(["2201.02177"]))


def first(name: str, *ids: str) -> Record:
    [path] = FEEDS.glob(f"*/*{name}*")
    [record] = answered(path, *ids).records
    return record


def test_the_old_form_says_the_same_as_the_new() -> None:
    record = first("math_0211159", "math/0211159")
    assert record.title == "The entropy formula for the Ricci flow and its geometric applications"
    assert (record.authors[0].family, record.year, record.posted) == ("Perelman", 2002, "2002-11-11")
    assert (record.primary_category, record.categories) == ("math.DG", ("math.DG",))
    assert record.fields == {"comment": "39 pages"}


def test_a_title_that_is_a_number() -> None:
    assert first("2104.12255", "2104.12255").title == "0"


def test_an_id_that_arxiv_does_not_know() -> None:
    [path] = FEEDS.glob("*/id_0808.05394_1707*")
    batch = answered(path, "0808.0539", "1707.08567")
    assert ([record.identifiers["arxiv"] for record in batch.records], batch.unknown) == (["1707.08567"], ["0808.0539"])
