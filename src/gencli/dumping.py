"""A library, or some of its papers, as the values of JSON lines (docs/jsonl.md says what each line is)."""

from collections.abc import Iterator, Sequence
from typing import Any

from gencli.model import mention_as_json
from gencli.store import entries, lines
from gencli.store.store import Store

# So many papers are in memory at a time.
_AT_ONCE = 500

Value = dict[str, Any]


def dump(store: Store, numbers: Sequence[int] | None = None) -> Iterator[Value]:
    """All that a library holds, history apart; with `numbers` these papers and the files that their entries are from.

    The files come first, since entries name them; the papers in the order in which they came (or the one that is
    given), the rest behind them.
    """
    wanted = lines.everyone(store.connection) if numbers is None else numbers
    yield from _files(store, None if numbers is None else wanted)
    for start in range(0, len(wanted), _AT_ONCE):
        yield from papers(store, wanted[start : start + _AT_ONCE])
    if numbers is None:
        yield from _pages(store)
        for aside in lines.problems(store.connection):
            yield {"aside": aside}
        pairs = store.apart()
        keys = store.keys(list(dict.fromkeys(number for pair in pairs for number in pair)))
        for one, other in pairs:
            if one in keys and other in keys:
                yield {"apart": [keys[one], keys[other]]}


def papers(store: Store, numbers: Sequence[int]) -> list[Value]:
    """Papers as they show themselves, each with what that leaves out."""
    told, beside = lines.told(store.connection, numbers), store.variants(numbers)
    found = []
    for number, paper in store.numbered(numbers).items():
        # Another process may have brought it back meanwhile.
        if number not in told:
            continue
        known = told[number]
        kept: Value = {"origins": dict(paper.origins)}
        if known.starred is not None:
            kept["starred"] = known.starred
        if known.fingerprint:
            kept["fingerprint"] = known.fingerprint
        kept |= {
            "identifiers": [list(name) for name in known.identifiers],
            "links": known.links,
            "beside": [variant._asdict() for variant in beside.get(number, ())],
            "entries": known.entries,
        }
        found.append(paper.as_json() | {"kept": {name: value for name, value in kept.items() if value != []}})
    return found


def _files(store: Store, numbers: Sequence[int] | None) -> Iterator[Value]:
    used = None if numbers is None else entries.files(store.connection, numbers)
    for number, file in lines.files(store.connection):
        if used is None or file["name"] in used:
            yield {"file": file | {"problems": lines.problems(store.connection, "file", number)}}


def _pages(store: Store) -> Iterator[Value]:
    for row in store.pages():
        mentions = store.page_mentions(row["id"])
        keys = store.keys(list(dict.fromkeys(number for number, _ in mentions)))
        page: Value = lines.told_of(row) | {"related": lines.related(row)}
        # Where a paper is gone, so is what is said of it, unless the file is damaged: `check` names such rows.
        there = [(keys[number], mention) for number, mention in mentions if number in keys]
        page["mentions"] = [{"key": key} | mention_as_json(mention) for key, mention in there]
        for mention in page["mentions"]:
            del mention["page"]
        yield {"page": page | {"problems": lines.problems(store.connection, "page", row["id"])}}
