"""Make data/papers.sqlite, the starter library, from the page and the facts beside this file.

    python data/build.py [TARGET]

The page is the user's own; facts.json holds what is known of its papers (full authors, dates,
categories, versions, venues), with what was unsure left out.
"""

import json
import sqlite3
import sys
from pathlib import Path

from gencli import Library, Link, Record
from gencli.authors import person
from gencli.formats import dokuwiki

HERE = Path(__file__).resolve().parent
PAGE = HERE / "generalization_in_deep_learning.txt"
FACTS = HERE / "facts.json"
# The day on which this library was put together, so that building it again gives the same content.
BUILT = "2026-11-24T00:00:00Z"


def records() -> list[Record]:
    """The facts as records."""
    return [
        Record(
            source="facts",
            **{name: fact[name] for name in fact if name not in ("authors", "categories", "links")},
            authors=tuple(person(name) for name in fact["authors"]),
            categories=tuple(fact.get("categories", ())),
            links=tuple(Link(rel, url) for rel, url in fact.get("links", ())),
        )
        for fact in json.loads(FACTS.read_text(encoding="utf-8"))
    ]


def build(target: Path) -> None:
    """Write the starter library to `target`, where nothing is."""
    Library.create(target)
    with Library.open(target, write=True, now=lambda: BUILT) as library:
        text = PAGE.read_text(encoding="utf-8")
        library.take_page(dokuwiki.read(text, f"data/{PAGE.name}", PAGE.stem))
        library.take(records())
    connection = sqlite3.connect(target)
    # It is where a user begins: there is nothing yet to take back.
    connection.executescript(
        "DELETE FROM change; DELETE FROM step; UPDATE sqlite_sequence SET seq = 0 WHERE name = 'step'; VACUUM;"
    )
    connection.close()


if __name__ == "__main__":
    place = Path(sys.argv[1]) if len(sys.argv) > 1 else HERE / "papers.sqlite"
    draft = place.with_name(place.name + ".new")
    draft.unlink(missing_ok=True)
    build(draft)
    draft.replace(place)
    print(f"wrote {place}")
