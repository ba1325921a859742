"""What the formats for exchange share: lists of names as one text, and what has no place in a format. Pure."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from gencli.edtf import when
from gencli.model import Author, Link, Paper, Record, author_as_json, is_latex_word
from gencli.text import fold

# Fields that hold names: biblatex's, and CSL's by their own names where biblatex has none.
NAME_FIELDS = frozenset(
    """
    editor translator bookauthor chair collection-editor compiler composer contributor curator director
    editorial-director executive-producer guest host illustrator interviewer narrator organizer original-author
    performer producer recipient reviewed-author script-writer series-creator
    """.split()
)
# What a program reads in a .bib, not a typesetter: there is no LaTeX in it.
_VERBATIM = frozenset(("doi", "url", "file", "eprint", "isbn", "issn", "date", "urldate", "origdate", "eventdate"))


def told_date(record: Record) -> str:
    """The date that a record tells, in EDTF where it can be: its field `date` as long as that is of its year."""
    text = record.fields.get("date", "")
    if text and when(text)[0] == record.year:
        return text
    return record.date or (f"{record.year:04}" if record.year else "")


def join_names(authors: Iterable[Author]) -> str:
    """A list of names as one text: `Family, Given and {Body}`, as BibTeX has it, without LaTeX."""
    return " and ".join(name for author in authors if (name := _name(author)))


def _name(author: Author) -> str:
    if author.literal:
        return f"{{{author.literal}}}"
    family, suffix, given = (_guarded(part) for part in author[:1] + author[2:3] + author[1:2])
    if suffix:
        return f"{family}, {suffix}, {given}"
    if given:
        return f"{family}, {given}"
    return f"{{{family}}}" if " " in family else family


def _guarded(part: str) -> str:
    return f"{{{part}}}" if re.search(r"[,{}]|\band\b", part) else part


def split_names(text: str) -> tuple[Author, ...]:
    """The names of such a text; one without a comma ends with its surname."""
    parts = _apart(" ".join(text.split()), " and ")
    return tuple(_author(part.strip()) for part in parts if part.strip(" {},"))


def _author(name: str) -> Author:
    if name.startswith("{") and len(_apart(name, "}")) == 1:
        return Author(literal=_bare(name))
    family, *rest = [_bare(part.strip()) for part in _apart(name, ",")]
    if len(rest) > 1:
        return Author(family, ", ".join(rest[1:]), rest[0])
    if rest:
        return Author(family, rest[0])
    words = name.split(" ")
    start = len(words) - 1
    while start > 1 and words[start - 1].islower():
        start -= 1
    return Author(_bare(" ".join(words[start:])), " ".join(words[:start]))


def _bare(part: str) -> str:
    """A part without the braces around the whole of it."""
    return part[1:-1] if part.startswith("{") and part.endswith("}") else part


def _apart(text: str, sign: str) -> list[str]:
    """A text divided at a sign where no brace is open; a brace that closes all counts where it is not the last sign."""
    if sign == "}":
        depth = 0
        for position, letter in enumerate(text):
            depth += (letter == "{") - (letter == "}")
            if depth == 0:
                return [text] if position == len(text) - 1 else [text[: position + 1], text[position + 1 :]]
        return [text, ""]
    parts: list[str] = []
    held: list[str] = []
    depth = 0
    for piece in text.split(sign):
        held.append(piece)
        depth = max(depth + piece.count("{") - piece.count("}"), 0)
        if depth == 0:
            parts.append(sign.join(held))
            held = []
    return [*parts, *([sign.join(held)] if held else [])]


def plain(paper: Paper) -> Record:
    """What may be told of a paper to others, without LaTeX; its tags, notes, status and star are a person's own."""
    fields = {
        name: _plain(name, value, paper.origins.get(f"fields.{name}", "")) for name, value in paper.fields.items()
    }
    return Record(
        source="paper",
        type=paper.type,
        title=paper.title,
        authors=paper.authors,
        authors_complete=paper.authors_complete,
        year=paper.year,
        date=paper.date,
        posted=paper.posted,
        updated=paper.updated,
        venue=paper.venue,
        abstract=paper.abstract,
        identifiers=paper.identifiers,
        arxiv_version=paper.arxiv_version,
        primary_category=paper.primary_category,
        categories=paper.categories,
        links=paper.links,
        fields={name: value for name, value in fields.items() if value},
        key=paper.key,
    )


def _plain(name: str, value: str, origin: str) -> str:
    if not is_latex_word(origin) or name in _VERBATIM:
        return value
    if name.startswith(("csl-", "ris-")) or not any(sign in value for sign in "\\{}$~-`'"):
        return value
    if name in NAME_FIELDS:
        from gencli.names import split

        return join_names(split(value)[0])
    from gencli.latex import decode

    # A range has a dash of two strokes in LaTeX, and a hyphen elsewhere.
    return decode(value).replace("–", "-") if name == "pages" else decode(value)


def says_something(record: Record) -> bool:
    """Whether a record tells more than a type, a key and a date."""
    known = (record.title, record.authors, record.identifiers, record.links, record.venue, record.abstract)
    return any(known) or any(name in NAME_FIELDS for name in record.fields)


# --- what a format has no place for ---------------------------------------------------------


def beside(told: Record, heard: Record) -> dict[str, Any]:
    """What a reader of the text does not hear of what is told, in the shape of `--json`; None is "not said"."""
    said, got = _shape(told), _shape(heard)
    rest = {name: said[name] for name in said if said[name] != got[name] and not _same_date(name, said, got)}
    one, other = told.fields, heard.fields
    fields = {
        name: one.get(name) for name in sorted({*one, *other}) if not _alike(name, one.get(name), other.get(name))
    }
    return {**rest, **({"fields": fields} if fields else {})}


def _shape(record: Record) -> dict[str, Any]:
    return {**record.as_json(), "key": record.key, "fields": None}


def _same_date(name: str, said: Mapping[str, Any], got: Mapping[str, Any]) -> bool:
    """Whether a date says no more than the year beside it."""
    year = said["year"]
    return name == "date" and year == got["year"] and bool(year) and {said[name], got[name]} == {None, f"{year:04}"}


def _alike(name: str, one: str | None, other: str | None) -> bool:
    if one == other:
        return True
    return name == "pages" and bool(one and other) and re.sub("-+", "-", fold(one or "")) == fold(other or "")


def added(heard: Record, rest: object) -> Record | None:
    """A record with what was written beside it; None where that is not what `beside` makes."""
    if not isinstance(rest, dict) or not set(rest) <= set(_READ):
        return None
    facts: dict[str, Any] = {}
    try:
        for name, value in rest.items():
            facts[name] = _READ[name](value)
    except (TypeError, ValueError, KeyError, AttributeError):
        return None
    fields = {**heard.fields, **facts.pop("fields", {})}
    return heard._replace(**facts, fields={name: value for name, value in fields.items() if value is not None})


def sound(text: str) -> str:
    """A text without halves of surrogate pairs, which no file can hold; each becomes the sign for an unknown one."""
    if text.isascii():
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _text(value: Any) -> str | None:
    return None if value is None else _word(value)


def _number(value: Any) -> int | None:
    if value is not None and (not isinstance(value, int) or isinstance(value, bool) or abs(value) > 10**9):
        raise TypeError
    return value


def _truth(value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError
    return value


def _texts(value: Any) -> tuple[str, ...]:
    return tuple(_word(text) for text in _list(value))


def _word(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    return sound(value)


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise TypeError
    return value


def _authors(value: Any) -> tuple[Author, ...]:
    people = tuple(Author(**{name: _word(part) for name, part in person.items()}) for person in _list(value))
    if [author_as_json(person) for person in people] != value:
        raise ValueError
    return people


def _links(value: Any) -> tuple[Link, ...]:
    return tuple(Link(_word(link["rel"]), _word(link["url"])) for link in _list(value))


def _mapping(value: Any) -> dict[str, str]:
    return {_word(name): _word(text) for name, text in value.items()}


def _fields(value: Any) -> dict[str, str | None]:
    return {_word(name): _text(text) for name, text in value.items()}


_READ: dict[str, Any] = {
    **dict.fromkeys(
        ("type", "title", "date", "posted", "updated", "venue", "abstract", "primary_category", "key"), _text
    ),
    "authors": _authors,
    "authors_complete": _truth,
    "year": _number,
    "identifiers": _mapping,
    "arxiv_version": _number,
    "categories": _texts,
    "links": _links,
    "fields": _fields,
}
