"""BibTeX and biblatex, written: what a .bib said as it was read, what is known from elsewhere in good LaTeX."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from gencli.formats.bibtex.cut import MONTHS, PARENTS, macros
from gencli.latex import ascii_only, encode, protected
from gencli.model import Entry, Paper, Volume
from gencli.names import join
from gencli.text import is_visible, written_line

# Where each type of entry says where it appeared (BibTeX's own manual, "BibTeXing", section 3.1).
_VENUE = {
    "article": "journal", "inproceedings": "booktitle", "conference": "booktitle", "incollection": "booktitle",
    "phdthesis": "school", "mastersthesis": "school", "techreport": "institution", "misc": "howpublished",
}  # fmt: skip
_ORDER = (
    "author", "title", "subtitle", "journal", "journaltitle", "booktitle", "school", "institution", "howpublished",
    "editor", "publisher", "series", "volume", "number", "pages", "year", "date", "month", "day", "doi", "isbn",
    "eprint", "archiveprefix", "eprinttype", "primaryclass", "eprintclass", "url",
)  # fmt: skip
_PLACES = {name: place for place, name in enumerate(_ORDER)}
# What a program reads, not a typesetter: never escaped.
_VERBATIM = frozenset(
    "doi url eprint file isbn issn primaryclass archiveprefix eprinttype eprintclass crossref xdata ids keywords"
    " urldate date".split()
) - {"keywords"}
# The fact that a field tells, and what other names biblatex has for what BibTeX calls otherwise.
FACTS = {
    "title": "title", "subtitle": "title", "author": "authors", "year": "year", "date": "year", "month": "date",
    "day": "date", "journal": "venue", "journaltitle": "venue", "booktitle": "venue", "school": "venue",
    "institution": "venue", "howpublished": "venue", "abstract": "abstract",
}  # fmt: skip
_BIBLATEX = {
    "journal": "journaltitle", "school": "institution", "archiveprefix": "eprinttype", "primaryclass": "eprintclass",
    "address": "location", "year": "date",
}  # fmt: skip
_SAME = {name: other for pair in _BIBLATEX.items() for name, other in (pair, pair[::-1])}
# Blocks that are no entries.
_COMMANDS = frozenset(("string", "preamble", "comment"))
_TYPE = re.compile(r"[A-Za-z][\w+.:/*-]*")


class Style(NamedTuple):
    """How to write: in biblatex's names, in ASCII alone, each entry once more under its old keys."""

    biblatex: bool = False
    ascii: bool = False
    aliases: bool = False


class Field(NamedTuple):
    """A field as it is written: its name, its expression, and what that says."""

    name: str
    raw: str
    value: str


def write(papers: Iterable[Paper], style: Style = Style()) -> str:  # noqa: B008
    """Papers that no .bib tells of, ordered by key; the same papers give the same bytes."""
    ordered = sorted(papers, key=lambda paper: paper.key.casefold())
    return "".join(pieces(Volume([(paper, ()) for paper in ordered]), style))


def pieces(volume: Volume, style: Style = Style()) -> Iterator[str]:  # noqa: B008
    """A .bib piece by piece: the macros and preambles that it needs, its entries in their order, what is left."""
    before = [f"@string{{{name} = {{{value}}}}}" for name, value in sorted(volume.macros.items()) if value is not None]
    before += dict.fromkeys(raw for header in volume.headers.values() for raw in header.preambles)
    if before:
        yield "\n".join(before) + "\n"
    gap = "\n" if before else ""
    for paper, entries in volume.papers:
        kind, fields = told(paper, entries, style, volume)
        old = [key for key in paper.aliases if written_key(key) == key] if style.aliases else ()
        names = (paper.key, *old) if style.aliases else volume.cited.get(paper.key, (paper.key,))
        for key in (paper.key,) if style.biblatex else names:
            yield f"{gap}{written(kind, key, fields, style)}"
            gap = "\n"
    after: list[str] = []
    if volume.is_all:
        after += dict.fromkeys(raw for header in volume.headers.values() for raw in header.comments)
    if volume.with_remarks:
        after += dict.fromkeys(raw for header in volume.headers.values() for raw in header.remarks)
    # Where each was stands before them all: what is not closed would swallow a line between them.
    if volume.asides:
        after.append("\n".join(f"% {written_line(one.where)}: {written_line(one.what)}" for one in volume.asides))
    after += dict.fromkeys(problem.raw for problem in volume.asides)
    for raw in after:
        yield f"{gap}{raw}\n"
        gap = "\n"


def written(kind: str, key: str, fields: Iterable[Field], style: Style = Style()) -> str:  # noqa: B008
    """An entry as it stands in a .bib."""
    lines = [f"@{kind}{{{written_key(key)},"]
    for name, raw, _ in fields:
        lines.append(f"  {name} = {ascii_only(raw) if style.ascii and name not in _VERBATIM else raw},")
    return "\n".join([*lines, "}\n"])


def told(
    paper: Paper,
    entries: Sequence[Entry],
    style: Style = Style(),  # noqa: B008
    volume: Volume = Volume(()),  # noqa: B008
) -> tuple[str, list[Field]]:
    """The type and the fields that an entry of a paper has, in their order.

    Of each field the word of whom the library believes in it, as it was written; what no .bib tells comes last.
    """
    sources = {entry.source for entry in entries}
    from_file = any(entry.file for entry in entries)
    fields = _read(paper, entries, sources, volume) if entries else {}
    kind = paper.type
    for entry in entries:
        if paper.origins.get("type", entry.source) == entry.source:
            kind = entry.type
            break
    for name, raw in _known(paper, sources, fields, style, from_file).items():
        fields[name.lower()] = Field(name, raw, raw[1:-1] if raw[0] == "{" else raw)
    if style.biblatex and not entries and kind == "misc" and "eprint" in fields:
        kind = "online"
    if style.biblatex and paper.aliases:
        _add_ids(fields, paper)
    # An empty expression is the user's word that there shall be none.
    fields = {name: field for name, field in fields.items() if field.raw}
    ordered = sorted(fields, key=lambda name: (_PLACES.get(name, len(_ORDER)), name))
    return _type(kind), [fields[name] for name in ordered]


def _read(paper: Paper, entries: Sequence[Entry], sources: set[str], volume: Volume) -> dict[str, Field]:
    """The fields that .bib files have, each as the one says it whom the library believes in it, else the first."""
    fields: dict[str, Field] = {}
    origins = paper.origins
    for entry in entries:
        for name, raw, value in entry.fields:
            lower = name.lower()
            origin = origins.get(FACTS.get(lower, "fields." + lower))
            if origin is not None and origin not in sources:
                # Somebody else is believed.
                continue
            if lower not in fields or origin == entry.source:
                here = _expression(raw, value, lower, entry, volume)
                fields[lower] = Field(name, here, value if here is raw else here[1:-1])
    return fields


def _expression(raw: str, value: str, name: str, entry: Entry, volume: Volume) -> str:
    """An expression as it was read, unless a macro in it, or the key of a parent, means something else here."""
    if name in PARENTS and volume.renamed:
        keys = [volume.renamed.get((entry.file, key.strip()), key.strip()) for key in value.split(",")]
        return raw if ",".join(keys) == value else "{" + ",".join(keys) + "}"
    if entry.macros and (raw[:1] != "{" or "#" in raw):
        own = volume.headers[entry.file].macros if entry.file in volume.headers else {}
        if any(own.get(macro) != volume.macros.get(macro) for macro in macros(raw)):
            return "{" + value + "}"
    return raw


def _known(
    paper: Paper, sources: set[str], fields: Mapping[str, Field], style: Style, from_file: bool
) -> dict[str, str]:
    """What the library knows from elsewhere than .bib files, as expressions by name."""
    names = _BIBLATEX if style.biblatex else {}
    found: dict[str, str] = {}
    for name, value in _facts(paper, sources, fields, from_file).items():
        if not value or name in fields or _SAME.get(name) in fields:
            continue
        told_as = names.get(name, name)
        said = {"date": paper.date or value, "eprinttype": "arxiv"}.get(told_as, value)
        # Names are put together from parts that are in LaTeX already.
        found[told_as] = "{" + (said if name == "author" else _value(name, said)) + "}"
    for name, value in paper.fields.items():
        origin = paper.origins.get(f"fields.{name}", "")
        if name.lower() not in fields and value and (origin not in sources or not sources):
            found.setdefault(_name_of_field(name.lower()), "{" + _value(name.lower(), value) + "}")
    if not style.biblatex and paper.origins.get("date", "").startswith(("csl-json:", "ris:")):
        found |= {name: raw for name, raw in _day(paper.date or "") if name not in fields}
    return found


def _day(date: str) -> Iterator[tuple[str, str]]:
    """The month, as the macro that every style has, and the day of a date in ISO form."""
    _, month, day = (*date.split("-"), "", "")[:3]
    if month.isdigit() and 1 <= int(month) <= 12:
        yield "month", MONTHS[int(month) - 1]
        if day.isdigit():
            yield "day", f"{{{int(day)}}}"


def _facts(paper: Paper, sources: set[str], fields: Mapping[str, Field], from_file: bool) -> dict[str, str | None]:
    """The facts that no .bib tells, by BibTeX's names."""
    arxiv, doi = paper.identifiers.get("arxiv"), paper.identifiers.get("doi")
    url = next((link.url for link in paper.links if link.rel in ("web", "video", "abs", "pdf")), None)
    is_own = {fact: paper.origins.get(fact, "") not in sources for fact in ("authors", "title", "year", "venue")}
    # What stands in an address or a note is told already.
    said = " ".join(field.value for field in fields.values()).lower() if sources and doi else ""
    doi = None if doi and doi in said else doi
    # What belongs to an id of arXiv's is no part of another archive's.
    if arxiv and "eprint" in fields and arxiv not in fields["eprint"].value.lower():
        arxiv = None
    return {
        "author": join(paper.authors, paper.authors_complete) if is_own["authors"] else None,
        "title": paper.title if is_own["title"] else None,
        "year": str(paper.year) if paper.year and is_own["year"] else None,
        _VENUE.get(paper.type, "howpublished"): paper.venue if is_own["venue"] else None,
        "doi": doi,
        "isbn": None if from_file else paper.identifiers.get("isbn"),
        "eprint": arxiv,
        "archiveprefix": "arXiv" if arxiv else None,
        "primaryclass": paper.primary_category if arxiv else None,
        "url": None if from_file else (f"https://arxiv.org/abs/{arxiv}" if arxiv else (None if doi else url)),
    }


def _add_ids(fields: dict[str, Field], paper: Paper) -> None:
    known = [key.strip() for key in fields["ids"].value.split(",")] if "ids" in fields else []
    more = [key for key in paper.aliases if written_key(key) == key and key not in known]
    if more:
        value = ", ".join([*known, *more])
        fields["ids"] = Field("ids", "{" + value + "}", value)


def _type(name: str) -> str:
    """A type that begins an entry and nothing else."""
    return name if _TYPE.fullmatch(name) and name.lower() not in _COMMANDS else "misc"


def written_key(key: str) -> str:
    """A key without the signs that end one in BibTeX, or are not seen; each becomes its number."""
    pattern = r"[\s{}\",=\\]" if is_visible(key) else r"[\s{}\",=\\]|[^\w!-~]"
    return re.sub(pattern, lambda match: f"-{ord(match.group()):x}-", key)


def _name_of_field(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9:._+-]", "-", name if re.match("[A-Za-z]", name) else f"x{name}")


def _value(name: str, value: str) -> str:
    value = written_line(" ".join(value.split()))
    if name in _VERBATIM:
        # Nothing is escaped there, so only what cannot break out of the braces, nor begin a command, is let through.
        return re.sub(r"[{}]|\\$" if name == "file" else r"[{}\\^]", lambda match: f"%{ord(match.group()):02X}", value)
    if name == "pages":
        # A range has two strokes in LaTeX, whatever dash it has elsewhere.
        value = re.sub(r"(?<=[\w.])\s?[-–—]{1,3}\s?(?=\w)", "--", value)
    escaped = encode(value)
    return protected(escaped) if name == "title" else escaped
