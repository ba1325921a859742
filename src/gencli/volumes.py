"""The papers of a .bib in their order, and what they need beside them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from gencli.formats.bibtex.cut import macros
from gencli.model import Entry, Header, Paper, Volume
from gencli.store import entries
from gencli.store.store import Store

# So many papers are in memory at a time.
_AT_ONCE = 500
# Nobody nests deeper than a chapter in a volume in a series; a circle of parents ends here, too.
_DEEPEST = 10


def volume(
    store: Store, numbers: Sequence[int], *, is_all: bool = False, with_asides: bool = False
) -> tuple[Volume, int]:
    """The papers with these ids, in this order, with those that their entries inherit from; and how many they are.

    Parents stand behind their children: BibTeX reads them in that order alone ("BibTeXing", section 2.2).
    """
    connection = store.connection
    ordered, otherwise = _with_parents(store, numbers)
    used = None if is_all else ordered
    headers = entries.headers(connection)
    if not is_all:
        files = entries.files(connection, ordered)
        headers = {name: header for name, header in headers.items() if name in files}
    named = [(file, name) for file, header in headers.items() for raw in header.preambles for name in _names(raw)]
    macros = _macros(headers, [*entries.macros(connection, used), *named])
    headers = {file: header._replace(preambles=_sound(header, macros)) for file, header in headers.items()}
    asides = tuple(entries.asides(connection)) if with_asides else ()
    found = Volume(papers(store, ordered), headers, macros, otherwise, asides, is_all=is_all)
    return found._replace(with_remarks=with_asides and is_all), len(ordered)


def _names(preamble: str) -> list[str]:
    """The macros that a preamble names."""
    inner = preamble[preamble.find("{" if "{" in preamble[:12] else "(") + 1 : -1]
    return macros(inner)


def _sound(header: Header, macros: Mapping[str, str | None]) -> tuple[str, ...]:
    """The preambles of a file without those that name a macro which is not defined, or is otherwise, in the whole."""
    return tuple(
        raw
        for raw in header.preambles
        if all(name in header.macros and header.macros[name] == macros.get(name) for name in _names(raw))
    )


def papers(store: Store, numbers: Sequence[int]) -> Iterator[tuple[Paper, tuple[Entry, ...]]]:
    """Papers with their entries, some at a time, so that a library of any size can be written."""
    for start in range(0, len(numbers), _AT_ONCE):
        some = numbers[start : start + _AT_ONCE]
        kept = entries.of(store.connection, some)
        for number, paper in store.numbered(some).items():
            yield paper, kept.get(number, ())


def cited(store: Store, keys: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """By which keys, old ones too, each paper is cited."""
    found: dict[str, tuple[str, ...]] = {}
    for name in keys:
        number = store.called(name)
        if number is not None:
            key = store.keys([number]).get(number, name)
            found[key] = (*found.get(key, ()), name)
    return {key: tuple(dict.fromkeys(names)) for key, names in found.items()}


def renamed(store: Store, numbers: Sequence[int]) -> dict[tuple[str, str], str]:
    """The keys of parents of these papers that their file calls otherwise, by (file, key there)."""
    found = entries.parents(store.connection, numbers)
    keys = store.keys(list(dict.fromkeys(found.values())))
    here = {name: keys[number] for name, number in found.items() if number in keys}
    # Only the case of letters is none of BibTeX's business.
    return {name: key for name, key in here.items() if key.lower() != name[1].lower()}


def _with_parents(store: Store, numbers: Sequence[int]) -> tuple[list[int], dict[tuple[str, str], str]]:
    """The papers and all that they inherit from, children first; and the keys of parents that are called otherwise."""
    place = dict.fromkeys(numbers, 0)
    otherwise: dict[tuple[str, str], str] = {}
    level: Iterable[int] = numbers
    for depth in range(1, _DEEPEST):
        found = entries.parents(store.connection, list(level))
        keys = store.keys(list(dict.fromkeys(found.values())))
        otherwise |= renamed(store, list(level))
        level = sorted(keys, key=lambda number: keys[number].casefold())
        if not level:
            break
        for number in level:
            # Its place is anew behind all that were found before.
            place.pop(number, None)
            place[number] = depth
    return list(place), otherwise


def _macros(headers: dict[str, Header], used: Iterable[tuple[str, str]]) -> dict[str, str | None]:
    """The value of each macro for the whole: that of the first file that defines it, None where none does."""
    found: dict[str, str | None] = {}
    for file, name in used:
        value = headers[file].macros.get(name) if file in headers else None
        if found.get(name) is None and (value is not None or name not in found):
            found[name] = value
    return found
