"""The BibTeX entries that stand in a page, between `<bibtex>` and `</bibtex>`, for the plugin that shows them."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from gencli.citation import Citation
from gencli.identifiers import STRONG, identify, mentioned
from gencli.latex import decode
from gencli.listing import Work
from gencli.names import split

_OPEN = re.compile(
    r"\s*<(?:bibtex\b|(?:code|file)[ \t]+bib(?:tex)?\b|(?:code|file)\b(?=[^<>\n]{0,200}>\s*@[A-Za-z]+\s*\{))"
    r"[^<>\n]{0,200}>",
    re.IGNORECASE,
)
_HEAD = re.compile(r"^[ \t]*@[ \t]*(\w+)[ \t]*\{", re.MULTILINE)
_FIELD = re.compile(r"(?<![\w-])([\w-]+)\s*=\s*")
_BARE = re.compile(r"[^\s,{}]+")
_BRACE = re.compile(r"\\.|[{}]", re.DOTALL)
# Fields that name a work, with the kind that their values do not say by themselves.
_NAMED = (
    ("doi", ""), ("eprint", "arxiv:"), ("arxiv", "arxiv:"), ("url", ""), ("pmid", "pmid:"), ("isbn", "isbn:"),
)  # fmt: skip
_YEAR = re.compile(r"(?<!\d)(1[5-9]\d\d|20\d\d)(?!\d)")
_NO_WORKS = ("string", "comment", "preamble")


class Entry(NamedTuple):
    """An entry as it is written, its line in the block (from 0), and the work; None where it has no title."""

    text: str
    line: int
    work: Work | None


def is_bibtex(text: str) -> bool:
    """Whether a block is one of BibTeX entries."""
    return _OPEN.match(text) is not None


def entries(text: str) -> Iterator[Entry]:
    """The entries of a block; one that is not closed ends where the next begins."""
    heads = list(_HEAD.finditer(text))
    line = counted = 0
    for number, head in enumerate(heads):
        line += text.count("\n", counted, head.start())
        counted = head.start()
        limit = heads[number + 1].start() if number + 1 < len(heads) else len(text)
        end = _closed(text, head.end(), limit)
        if head[1].lower() not in _NO_WORKS:
            fields = dict(_fields(text[head.end() : end - 1]))
            yield Entry(text[head.start() : end].strip(), line, _work(fields))


def _closed(text: str, start: int, limit: int) -> int:
    """Where what was opened by the brace before `start` ends; `limit` where it does not before."""
    depth = 1
    for match in _BRACE.finditer(text, start, limit):
        depth += {"{": 1, "}": -1}.get(match.group(), 0)
        if not depth:
            return match.end()
    return limit


def _quoted(body: str, start: int) -> int:
    """Where a value in quotes ends: a quote inside of braces is part of it."""
    depth = 0
    for at in range(start, len(body)):
        if body[at] == '"' and depth <= 0:
            return at + 1
        depth += {"{": 1, "}": -1}.get(body[at], 0)
    return len(body)


def _fields(body: str) -> Iterator[tuple[str, str]]:
    position = 0
    while (match := _FIELD.search(body, position)) is not None:
        start = match.end()
        if body.startswith("{", start):
            position = _closed(body, start + 1, len(body))
            value = body[start + 1 : position - 1]
        elif body.startswith('"', start):
            position = _quoted(body, start + 1)
            value = body[start + 1 : position - 1]
        else:
            bare = _BARE.match(body, start)
            value, position = (bare.group(), bare.end()) if bare else ("", start)
        yield match[1].lower(), " ".join(value.split())


def _work(fields: dict[str, str]) -> Work | None:
    title = decode(fields.get("title", "")).replace("{", "").replace("}", "").strip()
    if not title:
        return None
    authors, complete = split(fields.get("author") or fields.get("editor", ""))
    year = _YEAR.search(fields.get("year") or fields.get("date", ""))
    venue = decode(fields.get("journal") or fields.get("journaltitle") or fields.get("booktitle", ""))
    identifiers: dict[str, str] = {}
    is_preprint = venue.lower().startswith("arxiv")
    if is_preprint and (named := mentioned(venue).get("arxiv")):
        identifiers["arxiv"] = named
    venue = "" if is_preprint else venue
    for name, prefix in _NAMED:
        found = identify(prefix + fields[name]) if fields.get(name) else None
        if found is not None and found.kind in STRONG:
            identifiers.setdefault(found.kind, found.value)
    return Work(identifiers, Citation(authors, complete, int(year[1]) if year else None, title, venue), ())
