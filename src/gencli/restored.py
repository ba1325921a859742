"""What a paper's line of a library says: completed, compared with what is there, as columns of a row. Pure."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from gencli import identity
from gencli.identifiers import STRONG, identify
from gencli.model import Author
from gencli.store import rows

# Whose word a line is that does not say.
WORD = "jsonl"
# What a paper is taken to be where nobody says otherwise.
_TAKEN = frozenset(("type", "authors_complete"))
# What the pages' lines say, not the papers'; and what only a search tells.
_NOT_ITS_OWN = frozenset(("mentions", "score", "snippet", "snippet_field"))

Value = dict[str, Any]


class Told(NamedTuple):
    """A line's value, with `kept` in any case; `names` are those that it said itself."""

    value: Value
    names: frozenset[str]

    def is_said_by(self, now: Value) -> bool:
        """Whether a paper as it is now says all of this already."""
        return all(self.value[name] == now[name] for name in self.names)


def completed(line: Mapping[str, Any]) -> Told:
    """A line with whose word each of its values is, as far as it does not tell that itself.

    The paper's own shape goes before `kept`, so that a script may change it.
    """
    value, names = dict(line), frozenset(line) - _NOT_ITS_OWN
    if "kept" in line:
        kept = dict(line["kept"])
        names -= {"starred"}
    else:
        kept = _words_of_its_own(value)
    origins = kept.get("origins", {})
    kept["origins"] = {
        name: word for name, word in origins.items() if name in identity.FACTS or name.startswith("fields.")
    }
    kept["origins"] |= {name: WORD for name in _said(value) if name not in kept["origins"]}
    if "identifiers" in value:
        kept["identifiers"] = _identifiers(value["identifiers"], kept.get("identifiers", []))
    links = value.get("links", [])
    if len(kept.get("links", ())) != len(links):
        kept["links"] = [WORD] * len(links)
    empty = [name for name in ("identifiers", "links") if not kept.get(name)]
    for name in empty:
        kept.pop(name, None)
    return Told(value | {"kept": kept}, names)


def _said(value: Value) -> list[str]:
    """The facts and fields that a line tells, each of which must be somebody's word."""
    facts = [name for name in identity.FACTS if value.get(name) not in (None, [], "") and name not in _TAKEN]
    return [*facts, *(f"fields.{name}" for name in value.get("fields", ()))]


def _words_of_its_own(value: Value) -> Value:
    """What a line says that has no `kept`: a list that somebody made, or the answer of another command."""
    kept: Value = {}
    if value.get("starred"):
        kept["starred"] = True
    if "identifiers" in value:
        value["identifiers"] = {kind: _normal(kind, name) for kind, name in value["identifiers"].items()}
    if not value.get("identifiers"):
        kept["fingerprint"] = _mark(value)
    return kept


def _normal(kind: str, name: str) -> str:
    found = identify(name)
    return found.value if found is not None and found.kind == kind else name


def _identifiers(shown: Mapping[str, str], kept: list[list[str]]) -> list[list[str]]:
    """All identifiers: those that the paper's own shape shows, each with its source, and the others of their kinds."""
    first: dict[str, str] = {}
    for kind, value, _ in kept:
        first.setdefault(kind, value)
    if first == shown:
        return kept
    sources = {(kind, value): source for kind, value, source in kept}
    names = [[kind, value, sources.get((kind, value), WORD)] for kind, value in shown.items()]
    return names + [name for name in kept if name[1] not in (first[name[0]], shown.get(name[0]))]


def with_sources(told: Told, source: Callable[[str], str], files: Mapping[str, str]) -> Told:
    """A line with other names for the files that are called otherwise here, and for whose word something is."""
    kept = dict(told.value["kept"])
    kept["origins"] = {name: source(word) for name, word in kept["origins"].items()}
    kept |= {
        "identifiers": [[kind, value, source(word)] for kind, value, word in kept.get("identifiers", ())],
        "links": [source(word) for word in kept.get("links", ())],
        "beside": [one | {"source": source(one["source"])} for one in kept.get("beside", ())],
        "entries": [_with_file(one, files) | {"source": source(one["source"])} for one in kept.get("entries", ())],
    }
    return told._replace(value=told.value | {"kept": {name: value for name, value in kept.items() if value != []}})


def _with_file(entry: Value, files: Mapping[str, str]) -> Value:
    return entry | {"file": files.get(entry["file"], entry["file"])} if "file" in entry else entry


# --- the same work or not ------------------------------------------------------------------------


def strong(told: Value) -> list[tuple[str, str]]:
    """The identifiers that name one work; editions and volumes share an ISBN, rightly or not."""
    names = told["kept"].get("identifiers", ())
    return [(kind, value) for kind, value, _ in names if kind in STRONG and kind != "isbn"]


def identifies(told: Value, now: Value) -> bool:
    """Whether a line and a paper that share an identifier can be one work: some DOIs name a volume of several.

    What else they have in common counts before their titles, which a person may have changed.
    """
    mine, theirs = ({value for kind, value in strong(one) if kind == "arxiv"} for one in (told, now))
    if mine and theirs and not mine & theirs:
        return False
    is_of_one_library = told.get("key") == now["key"] or told.get("added") == now["added"]
    return is_of_one_library or identity.may_be_one(now["title"], told.get("title"))


def is_another(told: Value, now: Value) -> bool:
    """Whether a line and a paper have other identifiers of one kind that names one work."""
    mine, theirs = set(strong(told)), set(strong(now))
    kinds = {kind for kind, _ in mine} & {kind for kind, _ in theirs}
    return not kinds <= {kind for kind, _ in mine & theirs}


def is_one(told: Value, now: Value) -> bool:
    """Whether a line and a paper of the same key are one work, and not just two that were given the same key."""
    if is_another(told, now):
        return False
    if not any(told.get(name) for name in ("title", "authors", "identifiers")):
        # It names the paper, to say something else of it.
        return True
    if told.get("added") == now["added"]:
        # Of copies of one library, whatever was done to either since.
        return True
    shared = {tuple(name[:2]) for name in told["kept"].get("identifiers", ())}
    shared &= {tuple(name[:2]) for name in now["kept"].get("identifiers", ())}
    return (bool(shared) and identity.may_be_one(now["title"], told.get("title"))) or "" != _mark(told) == _mark(now)


def _mark(value: Mapping[str, Any]) -> str:
    return identity.fingerprint(value.get("title"), _authors(value), value.get("year"))


def key_for(value: Mapping[str, Any]) -> str:
    """The key of a paper that brings none."""
    authors = _authors(value)
    site = value.get("venue") if not authors else ""
    if not (authors or value.get("title") or site):
        site = "".join(next(iter(value.get("identifiers", {}).items()), ()))
    return identity.key_for(authors, value.get("year"), value.get("title"), site or "")


# --- as rows -------------------------------------------------------------------------------------


def _authors(value: Mapping[str, Any]) -> tuple[Author, ...]:
    return tuple(Author(**shape) for shape in value.get("authors", ()))


def columns(told: Value, time: str) -> Value:
    """The columns of a paper's row but its key; `time` is that of a paper that brings none."""
    kept = told["kept"]
    facts = told | {"authors": _authors(told)}
    added = told.get("added", time)
    return rows.fact_columns(facts) | {
        "fields": rows.as_json(told.get("fields", {})),
        "starred": int(kept["starred"]) if "starred" in kept else None,
        "status": told.get("status", "unread"),
        "note": told.get("note", ""),
        "origins": rows.as_json(kept["origins"]),
        "fingerprint": kept.get("fingerprint", ""),
        "added": added,
        "changed": told.get("changed", added),
    }


def telling(told: Value) -> Value:
    """The columns that tell a paper from all others, but for its key and its identifiers."""
    names = ("year", "title", "type", "authors", "fields", *(("added",) if "added" in told else ()))
    every = columns(told, "")
    return {name: every[name] for name in names}
