"""What is fuzzed: each target takes one input and fails where a promise of its reader does not hold.

None may raise anything but the errors that its reader documents; what it yields must be well formed, so that a library
can hold it; and where a format promises that nothing is dropped in silence, that is asked for, too.
"""

import json
import re
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, NamedTuple
from unittest import mock

from conftest import told_of_bib
from gencli import formats
from gencli.citation import author_lead, names_of, read_citation, read_label, read_lines
from gencli.editing import read_entry
from gencli.edtf import edtf, when
from gencli.errors import BadInput, GencliError, NetworkError, NotFound
from gencli.exchange import join_names, split_names
from gencli.folding import searchable, spans, words
from gencli.formats import csljson, dokuwiki, jsonl, markdown, ris
from gencli.formats.bibtex import reader as bibtex
from gencli.formats.bibtex.cut import cut
from gencli.formats.ris.tags import date_text, references, ris_date
from gencli.identifiers import identify, mentioned, normal_url, scan
from gencli.latex import ascii_only, balanced, decode, encode, is_latex, protected
from gencli.manuscript import cited, inputs
from gencli.markup import inline, plain
from gencli.model import Author, Entry, Header, Link, Mention, Page, Problem, Record
from gencli.names import join, split
from gencli.pasted import joined, meant_by, no_identifier, read, whole
from gencli.query import Check, Group, Match, Node, parse, with_known_fields, written
from gencli.sources.arxiv.records import as_text, from_text
from gencli.sources.decoding import decoded
from gencli.sources.files import Listing, read_source, read_text
from gencli.text import block, one_line


class Target(NamedTuple):
    """A reader: the kind of its seeds, whether it reads bytes, what it does with one input.

    Of `every` inputs one is made: where one takes as long as so many of another reader's.
    """

    kind: str
    takes_bytes: bool
    act: Callable[[Any], object]
    every: int = 1


# --- what is well formed -----------------------------------------------------------------------------------


def sound_text(value: object, name: str, *, some: bool = False) -> None:
    """A text that a database and a file can hold: no half of a surrogate pair."""
    assert isinstance(value, str), f"{name} is {type(value).__name__}: {value!r}"
    assert value.isascii() or not re.search("[\ud800-\udfff]", value), f"{name} holds half a sign: {value!r}"
    assert value or not some, f"{name} is empty"


def sound_number(value: object, name: str) -> None:
    assert value is None or (isinstance(value, int) and not isinstance(value, bool)), f"{name} is {value!r}"
    assert value is None or -(2**63) <= value < 2**63, f"{name} is too large: {value!r}"


def sound_problem(problem: Problem) -> None:
    assert type(problem) is Problem
    sound_text(problem.where, "where", some=True)
    sound_text(problem.what, "what", some=True)
    sound_text(problem.raw, "raw")
    assert isinstance(problem.taken, bool)


def sound_record(record: Record) -> None:
    """Types, and texts that can be kept, in all that a record says."""
    assert type(record) is Record
    for name in (
        "source",
        "type",
        "title",
        "date",
        "posted",
        "updated",
        "venue",
        "abstract",
        "primary_category",
        "key",
    ):
        if getattr(record, name) is not None:
            sound_text(getattr(record, name), name)
    sound_text(record.source, "source", some=True)
    for name in ("year", "arxiv_version"):
        sound_number(getattr(record, name), name)
    assert record.authors_complete in (True, False)
    for author in record.authors:
        assert type(author) is Author
        assert author.surname, f"a nameless author in {record.authors!r}"
        for part in author:
            sound_text(part, "author")
    for mapping in (record.identifiers, record.fields):
        for key, value in mapping.items():
            sound_text(key, "name")
            sound_text(value, key)
    assert all(record.identifiers.values()), f"an empty identifier in {record.identifiers!r}"
    for category in record.categories:
        sound_text(category, "category")
    for link in record.links:
        assert type(link) is Link
        sound_text(link.rel, "rel")
        sound_text(link.url, "url")
    for mention in record.mentions:
        _sound_mention(mention)
    if record.entry is not None:
        _sound_entry(record.entry)


def _sound_mention(mention: Mention) -> None:
    assert type(mention) is Mention
    sound_text(mention.page, "page")
    assert isinstance(mention.section, tuple)
    for part in mention.section:
        sound_text(part, "section")
    if mention.group is not None:
        sound_text(mention.group, "group")
    assert mention.role in ("item", "prose")
    assert (mention.position is None) == (mention.role == "prose")
    sound_text(mention.label, "label")
    sound_text(mention.note, "note")
    assert isinstance(mention.starred, bool)


def _sound_entry(entry: Entry) -> None:
    assert type(entry) is Entry
    for text in (entry.type, entry.key, entry.source, entry.file, *entry.macros, *entry.parents):
        sound_text(text, "entry")
    names = [name.lower() for name, _, _ in entry.fields]
    assert len(names) == len(set(names)), f"a field twice: {names}"
    for field in entry.fields:
        for part in field:
            sound_text(part, "field")


def sound_works(works: Iterable[object]) -> list[Any]:
    """The works of a list, each well formed."""
    found = list(works)
    for one in found:
        if isinstance(one, Record):
            sound_record(one)
        elif isinstance(one, Problem):
            sound_problem(one)
        else:
            assert isinstance(one, Header), f"a {type(one).__name__} among the works"
    return found


def sound_page(page: Page, text: str) -> None:
    """A page with its text to the byte, its mentions in order, nothing in it that cannot be kept."""
    assert page.text == text
    sound_text(page.title, "title")
    positions = []
    for record in page.records:
        sound_record(record)
        assert record.mentions, "a paper that is mentioned nowhere"
        positions += [mention.position for mention in record.mentions if mention.position is not None]
    assert len(positions) == len(set(positions)), "two items at one place"
    assert all(position >= 1 for position in positions)
    for problem in page.problems:
        sound_problem(problem)
    for pair in page.related:
        for part in pair:
            sound_text(part, "related")


# --- pages ---------------------------------------------------------------------------------------------------


def whole_signs(text: str) -> str:
    """A text as a file can hold it: what is decoded has no half of a surrogate pair."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _wiki(text: str) -> None:
    text = whole_signs(text)
    sound_page(dokuwiki.read(text, "/p", "P"), text)
    shape = dokuwiki.structure(text, "P")
    shape.bold()
    shape.links()
    for line in text.split("\n")[:20]:
        position = 0
        for span in inline(line):
            assert span.start >= position, "two stretches of a line overlap"
            position = span.end
        plain(line)


def _markdown(text: str) -> None:
    text = whole_signs(text)
    sound_page(markdown.read(text, "/p", "P"), text)


# --- lists ---------------------------------------------------------------------------------------------------


def _bibtex(text: str) -> None:
    text = whole_signs(text)
    together = told_of_bib(sound_works(bibtex.read(text, "bib:a", "a"))).lower()
    lost = set(re.findall(r"\w+", text.lower())) - set(re.findall(r"\w+", together)) - {"string"}
    # Words that a macro puts together stand in one.
    gone = [word for word in lost if word not in together]
    assert not gone, f"words are lost: {gone[:5]}"
    _blocks(text.replace("\r\n", "\n").replace("\r", "\n"))


def _blocks(text: str) -> None:
    position = 0
    for piece in cut(text):
        assert not text[position : piece.start].strip(), "something between the blocks"
        assert piece.start < piece.end
        position = piece.end
    assert not text[position:].strip(), "something behind the blocks"


def _entry(text: str) -> None:
    try:
        _sound_entry(read_entry(whole_signs(text)))
    except BadInput as error:
        sound_text(error.message, "message", some=True)


def _taken(read: Callable[[str, str, str], Iterable[object]], text: str) -> list[Any] | None:
    """The works that a reader gives, all sound; None where it refuses the text in words that are."""
    try:
        return sound_works(read(text, "list:a", "a"))
    except BadInput as error:
        sound_text(error.message, "message", some=True)
        return None


def _csl(text: str) -> None:
    text = whole_signs(text)
    found = _taken(csljson.read, text)
    if found is None:
        return
    data = json.loads(text.lstrip("\ufeff \t\r\n"), parse_int=str, parse_float=str)
    if isinstance(data, dict):
        data = next((data[name] for name in ("items", "references") if isinstance(data.get(name), list)), [data])
    items = [one for one in found if isinstance(one, Record) or " item " in one.where]
    assert len(items) == len(data), f"{len(data)} items, {len(items)} told of"


def _ris(text: str) -> None:
    text = whole_signs(text)
    found = _taken(ris.read, text)
    if found is None:
        return
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    lines = lines[:64].replace("\ufeff", "") + lines[64:]
    assert len(found) == len(list(references(lines))), "a reference is neither taken nor told of"


def _jsonl(text: str) -> None:
    told = [line for line in text.split("\n")[1:] if line.strip(" \t\r")]
    told += [line for line in text.split("\n")[:1] if line.strip(" \t\r\ufeff")]
    found = list(jsonl.read(text, "a"))
    lines = []
    for one in found:
        if isinstance(one, Problem):
            sound_problem(one)
            lines += [] if one.taken else [one.where]
        else:
            assert isinstance(one, jsonl.Line)
            lines.append(one.where)
            json.dumps(one.value, ensure_ascii=False).encode("utf-8")
    assert len(lines) == len(set(lines)), "a line is told of twice"
    assert len(lines) == len(told), f"{len(told)} lines, {len(lines)} told of"


def _file(content: bytes) -> None:
    """A file of any bytes, as the commands read it."""
    with tempfile.NamedTemporaryFile(suffix=_SUFFIXES[sum(content[:50]) % len(_SUFFIXES)], dir=_FAST) as file:
        file.write(content)
        file.flush()
        try:
            found = read_source(file.name)
            if isinstance(found, Page):
                sound_page(found, found.text)
            elif found.format == "jsonl":
                for _ in jsonl.read([found.content], "a"):
                    pass
            else:
                assert isinstance(found, Listing)
                formats.count(found.text, found.format)
                formats.keys(found.text, found.format)
                sound_works(formats.listed(found.text, found.format, f"{found.format}:a", "a"))
        except (BadInput, NotFound) as error:
            sound_text(error.message, "message", some=True)
        try:
            read(read_text(file.name, "add"))
        except (BadInput, NotFound) as error:
            sound_text(error.message, "message", some=True)


_SUFFIXES = (".txt", ".bib", ".md", ".json", ".ris", ".jsonl", "")
_FAST = "/dev/shm" if Path("/dev/shm").is_dir() else None


def _decoding(content: bytes) -> None:
    text, name = decoded(content)
    sound_text(text, "text")
    sound_text(name, "encoding", some=True)
    assert formats.detect(text, "a") in formats.NAMES
    try:
        plainly = content.decode("utf-8")
    except UnicodeDecodeError:
        return
    if not plainly.startswith("\ufeff") and "\0" not in plainly and content[:2] not in (b"\xff\xfe", b"\xfe\xff"):
        assert text == plainly, "valid UTF-8 is read as something else"


# --- arXiv ---------------------------------------------------------------------------------------------------


def _atom(content: bytes) -> None:
    """An answer of arXiv's, through all that a real one goes through but the network."""
    import requests

    from gencli.sources.arxiv.client import Client
    from gencli.sources.arxiv.question import Question
    from gencli.sources.arxiv.service import Service
    from gencli.sources.clock import Clock

    answer = requests.Response()
    answer.status_code, answer.url, answer._content = 200, "http://127.0.0.1/api", content
    answer.raw = None
    client = Client(Service("http://127.0.0.1:9/api", 0.0, clock=Clock(sleep=lambda _: None)))
    try:
        with mock.patch("requests.adapters.HTTPAdapter.send", return_value=answer):
            reply = client.ask(Question(query="all:x", size=2))
    except NetworkError as error:
        sound_text(error.message, "message", some=True)
        return
    finally:
        client.close()
    for record in reply.records:
        sound_record(record)
        assert record.identifiers["arxiv"]
        kept = from_text(as_text(record))
        assert kept == record, f"kept as {kept!r}, was {record!r}"


# --- identifiers, manuscripts, LaTeX ---------------------------------------------------------------------------


def _pasted(text: str) -> None:
    found = read(text)
    for one in found.found:
        sound_text(one.value, one.kind, some=True)
        sound_number(one.version, "version")
    lines = len(text.splitlines()) + 1
    assert all(stray.text and 1 <= stray.line <= lines for stray in found.others)
    assert all(group[0] in found.found for group in found.same), "what names one work is led by none that was found"
    for line in text.split("\n")[:10]:
        _identifier(line)
    joined(text.split())
    no_identifier(text[:3000])
    mentioned(text)
    spans_of = {kind: [(start, end) for start, end, one in scan(text) if one.kind == kind] for kind in ("doi", "arxiv")}
    for begin, _ in spans_of["arxiv"]:
        assert not any(start < begin < end for start, end in spans_of["doi"]), "an arXiv id inside of a DOI"


def _identifier(text: str) -> None:
    one = identify(text)
    whole(text)
    meant_by(text)
    normal_url(text)
    if one is not None:
        sound_text(one.value, one.kind, some=True)
        shown = {"pmid": f"pmid {one.value}", "openreview": f"https://openreview.net/forum?id={one.value}"}
        shown |= {"acl": f"https://aclanthology.org/{one.value}/", "isbn": f"isbn {one.value}"}
        again = identify(shown.get(one.kind, one.value))
        assert again is not None, f"{one!r} is none when read again"
        assert again[:2] == one[:2], f"{one!r} is {again!r} when read again"


def _manuscript(text: str) -> None:
    for name in ("a.tex", "a.aux", "a.bcf", "a.md", "a"):
        try:
            found = cited(text, name)
        except BadInput as error:
            assert name in ("a.bcf", "a")
            sound_text(whole_signs(error.message), "message", some=True)
            continue
        assert len(found.keys) == len(set(found.keys))
        for key in found.keys:
            assert key, f"an empty key in {name}"
            assert key == " ".join(key.split()), f"a key with blanks: {key!r}"
            assert key != "*"
    assert all(inputs(text))


def _latex(text: str) -> None:
    told = decode(text)
    assert told == " ".join(told.split())
    sent = encode(text)
    assert balanced(sent), f"open braces in {sent!r}"
    protected(sent)
    is_latex(text)
    assert ascii_only(text.encode("ascii", "ignore").decode()) == text.encode("ascii", "ignore").decode()
    ascii_only(text)
    assert one_line(text) == one_line(one_line(text))
    assert "\n" not in one_line(text)
    block(text)


def _names(text: str) -> None:
    authors, complete = split(text)
    assert isinstance(complete, bool)
    for author in authors:
        assert author.surname
        assert bool(author.literal) != bool(author.family), author
        assert all(part == " ".join(part.split()) for part in author)
    again = join(authors, complete)
    assert balanced(again), again
    split(again)
    for one in split_names(text):
        assert one.surname or one.suffix
    join_names(authors)


def _citation(text: str) -> None:
    for cite in (read_label(text), read_citation(text), read_lines(text.split("\n"))):
        assert all(author.surname for author in cite.authors)
        sound_number(cite.year, "year")
    author_lead(text)
    names_of(text)


# --- queries and dates -----------------------------------------------------------------------------------------


def nodes(root: Node) -> list[Node]:
    """Every part of a question."""
    found, pending = [], [root]
    while pending:
        node = pending.pop()
        found.append(node)
        pending += node.parts if isinstance(node, Group) else ()
    return found


def _query(text: str) -> None:
    query = parse(text)
    sound_text(query.text, "text")
    assert parse(query.text) == query, "read twice it is another"
    with_known_fields(text)
    for note in query.notes:
        sound_text(note, "note")
    if query.root is None:
        assert not text[:10_000].strip()
        return
    for node in nodes(query.root):
        if isinstance(node, Match):
            for word in node.words:
                sound_text(word, "word")
            assert node.words == tuple(words(" ".join(node.words))), node
        elif isinstance(node, Check):
            assert node.value
            for value in node.value:
                sound_text(value, node.field)
        else:
            assert len(node.parts) == 1 if node.op == "not" else len(node.parts) > 1, node
    sound_text(written(query.root), "written")
    searchable(text)
    for start, end, _ in spans(text):
        assert 0 <= start < end <= len(text)


def _date(text: str) -> None:
    points = edtf(text)
    assert len(points) <= 2
    if points:
        assert edtf("/".join("" if point is None else str(point) for point in points)), text
    year, iso, other = when(text)
    sound_number(year, "year")
    assert iso is None or re.fullmatch(r"\d{4}(-\d\d){0,2}", iso, re.ASCII), iso
    assert iso is None or other is None
    assert year is None or year > 0
    told = date_text(text)
    assert not told or edtf(told), f"{told!r} is no date"
    again = date_text(ris_date(text).rstrip("\n"))
    assert not points or "\n" in text or again == text, f"{text!r} came back as {again!r}"
    parse(f"year:{text} added:{text}")


TARGETS: dict[str, Target] = {
    "wiki": Target("wiki", False, _wiki),
    "markdown": Target("markdown", False, _markdown),
    "bibtex": Target("bibtex", False, _bibtex),
    "entry": Target("bibtex", False, _entry),
    "csl-json": Target("csl-json", False, _csl),
    "ris": Target("ris", False, _ris),
    "jsonl": Target("jsonl", False, _jsonl),
    "decoding": Target("bibtex", True, _decoding),
    "atom": Target("atom", True, _atom),
    "pasted": Target("pasted", False, _pasted),
    "manuscript": Target("manuscript", False, _manuscript),
    "latex": Target("latex", False, _latex),
    "names": Target("latex", False, _names),
    "citation": Target("citation", False, _citation),
    "query": Target("query", False, _query),
    "date": Target("date", False, _date),
    "file": Target("any", True, _file),
}

__all__ = ["TARGETS", "GencliError", "Target", "sound_works", "whole_signs"]
