"""Whole libraries under the fuzzer: what readers yield is taken in, checked, exported, read back and taken back."""

import random
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Any

import fuzz_making
from fuzz_targets import TARGETS, Target, whole_signs

from gencli import Author, Library, Link, Mention, Outcome, Page, Problem, Record, formats
from gencli.errors import BadInput, Conflict, NotFound
from gencli.filing import Place
from gencli.formats import csljson, markdown, ris
from gencli.formats.bibtex import reader as bibtex
from gencli.formats.bibtex.writer import Style, pieces
from gencli.model import Header
from gencli.query import parse
from gencli.store import schema

_FAST = "/dev/shm" if Path("/dev/shm").is_dir() else None


@cache
def _empty() -> bytes:
    with tempfile.TemporaryDirectory(dir=_FAST) as folder:
        path = Path(folder) / "l.sqlite"
        schema.create(path)
        return path.read_bytes()


@contextmanager
def library() -> Iterator[Library]:
    """An empty library; hundreds are made and thrown away, so that nobody waits for the disk."""
    with tempfile.TemporaryDirectory(dir=_FAST) as folder:
        path = Path(folder) / "l.sqlite"
        path.write_bytes(_empty())
        with Library.open(path, write=True, now=lambda: "2026-01-01T00:00:00Z") as found:
            found._store.connection.execute("PRAGMA synchronous = OFF")
            yield found


# --- taking in, giving out ------------------------------------------------------------------------------------------


def take(found: Library, text: str, kind: str, name: str) -> Outcome:
    """A text into a library as the command `import` does it. Raises `BadInput`."""
    if kind in formats.READERS:
        return found.take_page(formats.read(text, kind, f"/f/{name}", name))
    if kind == "jsonl":
        return found.take_lines(text.split("\n"), name)
    counts = formats.keys(text, kind)
    place = Place(f"/f/{name}", name, frozenset(counts), frozenset(key for key, count in counts.items() if count > 1))
    return found.take_list(place, kind, lambda origin: formats.listed(text, kind, origin, name))


def sound(found: Library) -> None:
    """A library whose file, index and rows are as they must be."""
    connection = found._store.connection
    assert connection.execute("PRAGMA integrity_check").fetchall()[0][0] == "ok"
    assert not connection.execute("PRAGMA foreign_key_check").fetchall()
    wrong = [one for one in found.check() if one.is_of_index]
    assert not wrong, wrong
    list(found.duplicates())


def exported(found: Library) -> dict[str, str]:
    """The library in every format that we write."""
    texts = {}
    for name, style in (
        ("bib", Style()),
        ("biblatex", Style(biblatex=True, aliases=True)),
        ("ascii", Style(ascii=True)),
    ):
        texts[name] = "".join(pieces(found.volume(with_asides=name == "biblatex")[0], style))
    papers = list(found.each()[0])
    texts["markdown"] = markdown.write(papers, found.pages())
    texts["csl-json"] = "".join(csljson.write(papers))
    texts["ris"] = "".join(ris.write(papers))
    texts["jsonl"] = "".join(found.lines()[0])
    for name, text in texts.items():
        assert text == whole_signs(text), f"{name} holds half a sign"
    return texts


def read_back(texts: dict[str, str], count: int) -> None:
    """What was written is read again: as many papers, and nothing that cannot be taken."""
    for name, told in (
        ("bib", bibtex.read(texts["bib"], "bib:a", "a")),
        ("ascii", bibtex.read(texts["ascii"], "bib:a", "a")),
        ("csl-json", csljson.read(texts["csl-json"], "csl-json:a", "a")),
        ("ris", ris.read(texts["ris"], "ris:a", "a") if count else ()),
    ):
        found = list(told)
        # A paper of which nothing but its key is known is told of as such.
        problems = [one for one in found if isinstance(one, Problem) and "tells of no work" not in one.what]
        assert not problems, f"{name} reads back with {problems[:2]}"
        works = sum(not isinstance(one, Header) for one in found)
        assert works == count, f"{name}: {count} papers written, {works} read"
    list(bibtex.read(texts["biblatex"], "bib:a", "a"))
    markdown.read(texts["markdown"], "/m", "m")
    with library() as second:
        outcome = second.take_lines(texts["jsonl"].split("\n"), "lines")
        assert not outcome.problems, outcome.problems[:2]
        again = "".join(second.lines()[0])
        assert again == texts["jsonl"], _first_difference(again, texts["jsonl"])


def _first_difference(one: str, other: str) -> str:
    place = next((number for number, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1]), 0)
    return f"{one[max(place - 80, 0) : place + 80]!r} is not {other[max(place - 80, 0) : place + 80]!r}"


_KINDS = ("wiki", "markdown", "bibtex", "csl-json", "ris", "jsonl")


def _mixed(seed: str) -> None:
    """Some texts in several formats into one library, the first of them twice."""
    rng = random.Random(seed)
    kinds = [rng.choice(_KINDS) for _ in range(rng.choice((1, 1, 2, 3, 5)))]
    texts = [(kind, whole_signs(fuzz_making.made(rng, kind))) for kind in kinds]
    with library() as found:
        steps = 0
        for number, (kind, text) in enumerate([*texts, texts[0]]):
            name = "f0" if number == len(texts) else f"f{number}"
            try:
                outcome = take(found, text, kind, name)
            except BadInput:
                continue
            steps = len(found.history())
            assert all(type(problem) is Problem for problem in outcome.problems)
        sound(found)
        count = found.count()
        read_back(exported(found), count)
        for _ in range(steps):
            found.undo()
        assert found.count() == 0, "papers are left when all was taken back"
        assert not found.tags()
        sound(found)


# --- asking ---------------------------------------------------------------------------------------------------------


def _records() -> Iterator[Record]:
    nouns = (
        "double descent",
        "neural tangent",
        "regularization of nets",
        "深度学习",
        "O(n^2) lines",
        "C++",
        "over-parameterized models",
        "a",
        "",
    )
    for number in range(45):
        noun = nouns[number % len(nouns)]
        yield Record(
            "page:P" if number % 2 else "arxiv",
            type="article" if number % 3 else "misc",
            title=f"On {noun} {number}" if noun else None,
            authors=(Author("Belkin" if number % 4 else "Łukasz", "M."), Author(literal=f"Body {number}")),
            year=1990 + number,
            venue="PNAS" if number % 5 else None,
            abstract=f"We study {noun} and more words of {number}" if number % 2 else None,
            identifiers={"arxiv": f"22{number % 12 + 1:02}.{number:05}"}
            | ({"doi": f"10.1000/x_{number}"} if number % 2 else {}),
            categories=("cs.LG", "stat.ML")[: number % 3],
            links=(Link("pdf", f"https://a.org/{number}.pdf"),),
            fields={"volume": str(number)},
            mentions=(Mention("P", ("Theory", noun), None, "item", number + 1, noun, number % 7 == 0, "a note"),),
        )


@cache
def _asked() -> Library:
    """A small library that is only asked; it is closed with the process."""
    folder = tempfile.mkdtemp(prefix="gencli-fuzz-")
    path = Path(folder) / "l.sqlite"
    schema.create(path)
    with Library.open(path, write=True, now=lambda: "2026-01-01T00:00:00Z") as found:
        found.take_page(Page("P", "/p", "wiki", "", tuple(_records()), (), ()))
        for number, key in enumerate(found.keys()):
            if number % 6 == 0:
                found.mark([key], ["theory", "a b"], "to read")
    return Library.open(path)


def _search(text: str) -> None:
    """Every way of asking a library: none fails, and they agree on what is found."""
    found = _asked()
    query = parse(text)
    count = found.count(query)
    keys = list(found.keys(query))
    assert len(keys) == len(set(keys)) == count, f"{count} counted, {len(keys)} listed"
    hits = found.search(query)
    assert {hit.paper.key for hit in hits} == set(keys), f"{len(hits)} found, {len(keys)} listed"
    assert sorted(paper.key for paper in found.find(query, "year")) == sorted(keys)
    assert all(isinstance(hit.snippet, str) for hit in hits)
    list(found.listed(query, "author", reverse=True, limit=3, seen=True))
    assert len(list(found.hits(query, 2))) == min(2, len(hits))
    if not count:
        found.nearly(query)
        for other in found.nearest(query):
            assert found.count(other), f"{other!r} finds nothing"
    found.on_arxiv(query)
    name = text.strip()[:200]
    with suppress(NotFound):
        found.get(name)


# --- changing -------------------------------------------------------------------------------------------------------


@cache
def _changed() -> Library:
    folder = tempfile.mkdtemp(prefix="gencli-fuzz-")
    path = Path(folder) / "l.sqlite"
    schema.create(path)
    found = Library.open(path, write=True, now=lambda: "2026-01-01T00:00:00Z")
    found._store.connection.execute("PRAGMA synchronous = OFF")
    found.take(list(_records())[:5])
    return found


def _pattern(text: str) -> None:
    """Keys by any pattern, or any text as a key."""
    found = _changed()
    try:
        _, pairs = found.rekey_all(text, dry_run=True)
        assert len({new.lower() for _, new in pairs}) == len(pairs), pairs
    except BadInput:
        pass
    key = next(iter(found.keys()))
    with suppress(BadInput, Conflict):
        found.rekey(key, text, dry_run=True)


def _edit(text: str) -> None:
    """Any text in the place of a paper's entry, or of one of its fields."""
    found = _changed()
    key = next(iter(found.keys()))
    for act in (
        lambda: found.edit(key, text, dry_run=True),
        lambda: found.set_fields(key, {"title": text}, dry_run=True),
        lambda: found.set_fields(key, {text[:30]: "x"}, dry_run=True),
        lambda: found.tag(text[:120], [key], dry_run=True),
    ):
        _permitted(act)


def _permitted(act: Callable[[], Any]) -> None:
    with suppress(BadInput, Conflict):
        act()


TARGETS |= {
    "search": Target("query", False, _search, every=4),
    "pattern": Target("pattern", False, _pattern, every=4),
    "edit": Target("bibtex", False, _edit, every=4),
    "library": Target("seed", False, _mixed, every=40),
}

__all__ = ["TARGETS"]
