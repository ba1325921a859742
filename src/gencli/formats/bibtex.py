"""BibTeX, written through bibtexparser, whose only door this is."""

import re
from collections.abc import Iterable

from bibtexparser.entrypoint import write_string
from bibtexparser.library import Library
from bibtexparser.model import Entry, Field
from bibtexparser.writer import BibtexFormat

from gencli.model import Author, Paper
from gencli.text import one_line

# Where each type of entry says where it appeared (BibTeX's own manual, "BibTeXing", section 3.1).
_VENUE = {
    "article": "journal", "inproceedings": "booktitle", "conference": "booktitle", "incollection": "booktitle",
    "phdthesis": "school", "mastersthesis": "school", "techreport": "institution", "misc": "howpublished",
}  # fmt: skip
_ORDER = (
    "author", "title", "journal", "booktitle", "school", "institution", "howpublished", "editor", "publisher",
    "series", "volume", "number", "pages", "year", "doi", "isbn", "eprint", "archiveprefix", "primaryclass", "url",
)  # fmt: skip
# What a program reads, not a typesetter: never escaped.
_VERBATIM = frozenset(("doi", "url", "eprint", "file", "isbn", "primaryclass", "archiveprefix"))

_SPECIAL = {
    "&": r"\&", "%": r"\%", "#": r"\#", "_": r"\_", "$": r"\$", "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}", "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}",
}  # fmt: skip
# Accents and letters: the commands that a title from elsewhere may bring along.
_ACCENT = re.compile(r"\\(?:[`'^\"~=.](?=[A-Za-z{\\])|[cukvHrdbt](?=[ {])|(?:aa|AA|ae|AE|oe|OE|o|O|l|L|ss|i|j)\b)")
_MATH = re.compile(r"(?<!\\)\$[^$]+(?<!\\)\$")
# TeX that does more than set a formula.
_ACTIVE = re.compile(
    r"\\(?:write|input|include|open|close|read|immediate|catcode|e?def|[gx]def|let|csname|expandafter|special|href|url|"
    r"usepackage|newcommand|renewcommand|directlua|end|begin|loop|shell|verb)",
    re.IGNORECASE,
)
_CAPITALS = re.compile(r"(?<![\w{\\])(?=[^\W\d_]*[^\s\w]?[\w])(\w+[A-Z]\w*|[A-Z]{2,})(?![\w}])")


def write(papers: Iterable[Paper]) -> str:
    """The papers as BibTeX entries, ordered by key; the same papers give the same bytes."""
    library = Library()
    for paper in sorted(papers, key=lambda paper: paper.key.casefold()):
        fields = [Field(name, "{" + value + "}") for name, value in _fields(paper)]
        library.add(Entry(paper.type, paper.key, fields))
    layout = BibtexFormat()  # type: ignore[no-untyped-call]
    layout.indent, layout.block_separator, layout.trailing_comma = "  ", "\n", True
    return write_string(library, unparse_stack=[], bibtex_format=layout)


def _fields(paper: Paper) -> list[tuple[str, str]]:
    arxiv = paper.identifiers.get("arxiv")
    url = next((link.url for link in paper.links if link.rel in ("web", "video", "abs", "pdf")), None)
    values: dict[str, str | None] = {
        **{name.lower(): value for name, value in paper.fields.items()},
        "author": _names(paper),
        "title": paper.title,
        "year": str(paper.year) if paper.year else None,
        _VENUE.get(paper.type, "howpublished"): paper.venue,
        "doi": paper.identifiers.get("doi"),
        "isbn": paper.identifiers.get("isbn"),
        "eprint": arxiv,
        "archiveprefix": "arXiv" if arxiv else None,
        "primaryclass": paper.primary_category if arxiv else None,
        "url": f"https://arxiv.org/abs/{arxiv}" if arxiv else (None if "doi" in paper.identifiers else url),
    }
    names = [*_ORDER, *sorted(set(values) - set(_ORDER))]
    return [(name, _value(name, value)) for name in names if (value := values.get(name))]


def _value(name: str, value: str) -> str:
    value = one_line(" ".join(value.split()))
    if name in _VERBATIM:
        # Nothing is escaped there, so only what cannot break out of the braces is let through.
        return re.sub(r"[{}]", lambda match: f"%{ord(match.group()):02X}", value)
    if name == "author":
        return value
    escaped = latex(value)
    return protected(escaped) if name == "title" else escaped


def latex(text: str) -> str:
    """A text in LaTeX: special signs escaped, Unicode kept, formulas and accents left as they are.

    Braces that do not match, and formulas that hold more than a formula, are set as they are written.
    """
    parts = []
    position = 0
    for match in _MATH.finditer(text) if text.count("$") > 1 else ():
        formula = match.group()
        if _balanced(formula) and not _ACTIVE.search(formula):
            parts += [_plain(text[position : match.start()]), formula]
            position = match.end()
    return "".join([*parts, _plain(text[position:])])


def _plain(text: str) -> str:
    special = dict(_SPECIAL)
    if _balanced(text):
        del special["{"], special["}"]
    parts = []
    position = 0
    while position < len(text):
        accent = _ACCENT.match(text, position) if text[position] == "\\" else None
        escaped = re.match(r"\\[&%#_${}]", text[position : position + 2])
        found = accent.group() if accent else (escaped.group() if escaped else None)
        parts.append(found or special.get(text[position], text[position]))
        position += len(found) if found else 1
    return "".join(parts)


def _balanced(text: str) -> bool:
    depth = 0
    for sign in re.sub(r"\\[{}]", "", text):
        depth += (sign == "{") - (sign == "}")
        if depth < 0:
            return False
    return depth == 0 and not text.endswith("\\")


def protected(title: str) -> str:
    """A title in LaTeX with its acronyms in braces, so that no style turns them to small letters."""
    pieces = re.split(r"(\$[^$]*\$|\{[^{}]*\}|\\[A-Za-z]+)", title)
    return "".join(piece if index % 2 else _CAPITALS.sub(r"{\1}", piece) for index, piece in enumerate(pieces))


def _names(paper: Paper) -> str | None:
    names = [_name(author) for author in paper.authors]
    if names and not paper.authors_complete:
        names.append("others")
    return " and ".join(names) or None


def _name(author: Author) -> str:
    """A name as BibTeX reads it: `von Last, Jr, First`, a body in braces."""
    if author.literal:
        return "{" + _part(author.literal) + "}"
    parts = [author.family, author.suffix, author.given] if author.suffix else [author.family, author.given]
    shown = [_part(part) for part in parts if part]
    return ", ".join("{" + part + "}" if "," in part or re.search(r"\band\b", part) else part for part in shown)


def _part(name: str) -> str:
    return latex(one_line(" ".join(name.split())))
