"""A made library of 2,000 papers that look real, the same each time: what the ranking is judged on.

The works of works.jsonl are written by hand: facts of real papers, and some invented ones that a query needs
(`"made": true`). The others come from templates and the words of vocabulary.json, to be confused with them. Every
abstract is made. A paper's handle is its name in queries.jsonl; its key is whatever gencli gives it.
"""

import json
import random
import re
import sys
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from gencli import Author, Library, Mention, Page, Record

HERE = Path(__file__).resolve().parent
COUNT = 2_000
PAGE = "Reading list"


@dataclass(frozen=True, slots=True)
class Work:
    """A paper and what its reader made of it; `section` is where the page mentions it, with the page's `remark`."""

    handle: str
    title: str
    authors: tuple[Author, ...]
    year: int
    others: bool = False
    venue: str | None = None
    abstract: str | None = None
    identifiers: Mapping[str, str] | None = None
    tags: tuple[str, ...] = ()
    note: str = ""
    starred: bool = False
    status: str = "unread"
    section: tuple[str, ...] = ()
    remark: str = ""

    def record(self, mentions: tuple[Mention, ...] = ()) -> Record:
        """The paper as a source tells it: arXiv where there is LaTeX in the title, since arXiv leaves it there."""
        return Record(
            "arxiv" if re.search(r"[\\$]", self.title) else "facts",
            title=self.title,
            authors=self.authors,
            authors_complete=not self.others,
            year=self.year,
            venue=self.venue,
            abstract=self.abstract,
            identifiers=self.identifiers or {},
            mentions=mentions,
        )


class Words:
    """The vocabulary: by field, and what all fields share."""

    def __init__(self) -> None:
        told = json.loads((HERE / "vocabulary.json").read_text("utf-8"))
        self.fields: dict[str, dict[str, list[str]]] = told.pop("fields")
        self.shared: dict[str, list[str]] = told

    def filled(self, template: str, field: str, chance: random.Random) -> str:
        """A template with words of a field in its gaps."""
        words = self.fields[field]
        method, other = chance.sample(words["methods"], 2)
        thing, another = chance.sample(words["objects"], 2)
        # format_map would not know {Method}: a title or a sentence begins with a capital.
        gaps = {"method": method, "other": other, "object": thing, "another": another}
        gaps["setting"] = chance.choice(words["settings"])
        gaps |= {name.capitalize(): value[0].upper() + value[1:] for name, value in gaps.items()}
        return template.format_map(gaps)

    def abstract(self, field: str, chance: random.Random) -> str:
        """Three to five sentences about a field."""
        told = chance.sample(self.shared["sentences"], chance.randint(3, 5))
        return " ".join(self.filled(sentence, field, chance) for sentence in told)

    def author(self, chance: random.Random) -> Author:
        """A person who does not exist, often with a well-known surname."""
        return Author(chance.choice(self.shared["families"]), chance.choice(self.shared["givens"]))


def works() -> list[Work]:
    """All of them: those by hand first."""
    words = Words()
    by_hand = [_by_hand(json.loads(line), words) for line in (HERE / "works.jsonl").read_text("utf-8").splitlines()]
    return by_hand + list(_made(words, COUNT - len(by_hand)))


def _by_hand(told: dict[str, Any], words: Words) -> Work:
    """A work of the file; one in two without an abstract gets one about its field."""
    field = told.pop("field")
    told.pop("made", None)
    told["authors"] = tuple(Author(**author) for author in told["authors"])
    told["tags"], told["section"] = tuple(told.get("tags", ())), tuple(told.get("section", ()))
    number = zlib.crc32(told["handle"].encode())
    if number % 2:
        told.setdefault("abstract", words.abstract(field, random.Random(number)))
    return Work(**told)


def _made(words: Words, count: int) -> Iterator[Work]:
    """Works from templates, no two with one title."""
    chance, names, seen = random.Random(2_000), sorted(words.fields), set[str]()
    while len(seen) < count:
        field = chance.choice(names)
        title = words.filled(chance.choice(words.shared["titles"]), field, chance)
        if title not in seen:
            seen.add(title)
            yield _from_template(f"made{len(seen)}", title, field, words, chance)


def _from_template(handle: str, title: str, field: str, words: Words, chance: random.Random) -> Work:
    shared = words.shared
    section = (chance.choice(shared["sections"]),) if chance.random() < 0.05 else ()
    return Work(
        handle,
        title,
        tuple({words.author(chance): None for _ in range(chance.randint(1, 4))}),
        chance.randint(1985, 2024),
        venue=chance.choice(words.fields[field]["venues"]),
        abstract=words.abstract(field, chance) if chance.random() < 0.5 else None,
        tags=tuple(sorted(chance.sample(shared["tags"], 1 + (chance.random() < 0.3)))) if chance.random() < 0.2 else (),
        note=chance.choice(shared["notes"]) if chance.random() < 0.05 else "",
        starred=chance.random() < 0.03,
        section=section,
        remark=chance.choice(shared["remarks"]) if section else "",
    )


def build(path: Path) -> dict[str, str]:
    """Write the library to a new file; gives the key of each handle."""
    every = works()
    mentioned = sorted((work for work in every if work.section), key=lambda work: work.section)
    plain = [work for work in every if not work.section]
    Library.create(path)
    with Library.open(path, write=True) as library, library.together("made"):
        added = library.take([work.record() for work in plain]).added + library.take_page(_page(mentioned)).added
        keys = dict(zip((work.handle for work in plain + mentioned), added, strict=True))
        _mark(library, every, keys)
    return keys


def _page(mentioned: Sequence[Work]) -> Page:
    records = []
    for position, work in enumerate(mentioned, 1):
        label = f"{work.authors[0].surname} {work.year} - {work.title}"
        records.append(work.record((Mention(PAGE, work.section, None, "item", position, label, False, work.remark),)))
    return Page(PAGE, "reading_list.txt", "wiki", _source(mentioned), tuple(records), (), ())


def _source(mentioned: Sequence[Work]) -> str:
    """The page as its author would have written it."""
    lines = [f"====== {PAGE} ======"]
    for section, some in groupby(mentioned, key=lambda work: work.section):
        lines.append(f"===== {' / '.join(section)} =====")
        lines += [f"  * {work.title} {work.remark}".rstrip() for work in some]
    return "\n".join(lines) + "\n"


def _mark(library: Library, every: Sequence[Work], keys: Mapping[str, str]) -> None:
    """Tags, notes, stars and how far a paper is read, as a person gives them."""
    for tag in sorted({tag for work in every for tag in work.tags}):
        library.tag(tag, [keys[work.handle] for work in every if tag in work.tags])
    library.star([keys[work.handle] for work in every if work.starred], True)
    for work in every:
        if work.note:
            library.note(keys[work.handle], work.note)
        if work.status != "unread":
            library.status([keys[work.handle]], work.status)


if __name__ == "__main__":
    print(f"{len(build(Path(sys.argv[1])))} papers")
