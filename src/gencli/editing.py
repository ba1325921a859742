"""A person's own changes to a paper: its entry, its keys, with which others it is one."""

import re
import shlex
from collections.abc import Iterable, Mapping, Sequence

from gencli import identity, rekeying
from gencli.errors import BadInput, Conflict
from gencli.formats.bibtex.cut import MONTHS, cut, macros, parents, parts
from gencli.formats.bibtex.records import record
from gencli.formats.bibtex.writer import FACTS, Field, told, written
from gencli.intake import Change
from gencli.latex import balanced
from gencli.model import Author, Entry, Header, Record, Volume, author_as_json
from gencli.store import entries
from gencli.store.store import Store
from gencli.volumes import renamed

# What a field is called; and those that are no field of an entry, with the command that is for them.
_NAME = re.compile(r"[A-Za-z][\w:.+-]*")
_ELSEWHERE = {"key": "rekey", "tags": "tag", "tag": "tag", "status": "status", "starred": "star"}
# Read by programs, not by TeX.
_VERBATIM = ("doi", "url", "file", "eprint", "ids", "crossref", "xdata")
_KINDS = {
    "arxiv": "arXiv id", "doi": "DOI", "openreview": "OpenReview id", "acl": "ACL id", "pmid": "PMID", "isbn": "ISBN",
}  # fmt: skip


def entry_text(store: Store, number: int) -> str:
    """A paper as the entry that an export writes of it."""
    paper = store.papers([number])[0]
    kind, fields = _told(store, number)
    return written(kind, paper.key, fields)


def read_entry(text: str) -> Entry:
    """The one entry that a text is; macros stand for their own names.

    Raises `BadInput` with what is wrong, in one line.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    everything = list(cut(text))
    blocks = [block for block in everything if block.kind != "text"]
    broken = next((block for block in blocks if block.kind == "broken"), None)
    if broken is not None:
        raise BadInput(f"line {text.count(chr(10), 0, broken.start) + 1}: this is no entry: {broken.why}")
    if len(blocks) != 1 or blocks[0].kind != "entry":
        raise BadInput(f"there are {len(blocks)} blocks, not one entry" if blocks else "there is no entry")
    outside = (text[block.start : block.end] for block in everything if block.kind == "text")
    if stray := " ".join(re.sub(r"(?m)^[ \t]*%.*", "", " ".join(outside)).split()):
        raise BadInput(f"outside the entry there is '{stray[:60]}'", "a remark begins with %")
    block = blocks[0]
    names = [name.lower() for name, _ in block.fields]
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise BadInput(f"the field {twice} is there twice")
    if not block.key or identity.clean_key(block.key) != block.key:
        raise BadInput(f"'{block.key}' is no key", identity.NO_KEY)
    fields = tuple((name, raw, "".join(_said(part) for part in parts(raw))) for name, raw in block.fields)
    return Entry(block.type, block.key, fields)


def _said(part: str) -> str:
    return part[1:-1] if part[0] in '{"' else part


def rewrite(change: Change, number: int, entry: Entry, shown: Entry | None = None) -> None:
    """Make a paper's entry what the user made of it; its key, too.

    `shown` is the entry that the user saw: what is as it was there is not the user's word, whatever others made of it
    meanwhile.
    """
    store = change.store
    kind, fields = _told(store, number)
    before = {field.name.lower(): field for field in fields}
    after = {name.lower(): Field(name, raw, value) for name, raw, value in entry.fields}
    seen = before if shown is None else {name.lower(): Field(name, raw, value) for name, raw, value in shown.fields}
    changes: dict[str, Field | None] = {name: None for name in seen if name not in after and name in before}
    for name, field in after.items():
        if name not in seen or seen[name].raw != field.raw:
            changes[name] = _worked_out(store, number, field)
    wanted = kind if shown is not None and shown.type == entry.type else entry.type
    _apply(change, number, (kind, before), wanted, changes)
    old = store.keys([number])[number]
    if shown is None or shown.key != entry.key:
        rekeying.rekey(change, number, entry.key)
    if store.keys([number])[number] != old:
        change.tell(number, "key", old, entry.key)


def _worked_out(store: Store, number: int, field: Field) -> Field:
    """A field that says the same in whatever file it is written: of macros only months stay in it.

    Raises `BadInput` for a macro that no .bib defines.
    """
    names = macros(field.raw)
    if all(name in MONTHS for name in names):
        return field
    known = _macros(store, number)
    if unknown := next((name for name in names if name not in known and name not in MONTHS), None):
        raise BadInput(f"no .bib defines '{unknown}', which the field {field.name} names", "a text stands in braces")
    value = "".join(known.get(part.lower(), _said(part)) for part in parts(field.raw))
    return Field(field.name, "{" + value + "}", value)


def set_fields(change: Change, number: int, values: Mapping[str, str | None]) -> None:
    """Give fields of a paper's entry the user's values, which are LaTeX; None takes a field away.

    `type` is the entry's type. Raises `BadInput` for what is no field, or no value that BibTeX can hold.
    """
    kinds = [_type(value) for name, value in values.items() if name.lower() == "type"]
    fields = {name: value for name, value in values.items() if name.lower() != "type"}
    put_fields(change, number, fields, kinds[-1] if kinds else None)


def put_fields(change: Change, number: int, values: Mapping[str, str | None], kind: str | None = None) -> None:
    """Do as `set_fields` does; `type` is a field as any other here, `kind` the type of the entry."""
    kind_before, fields = _told(change.store, number)
    before = {field.name.lower(): field for field in fields}
    changes: dict[str, Field | None] = {}
    for name, value in values.items():
        lower = name.lower()
        if lower not in before:
            _require_name(name)
        if value is None:
            changes.update({lower: None} if lower in before else {})
            continue
        text = _value(lower, value)
        # Only as a macro is a month written out in the style's own way.
        raw = text.lower() if lower == "month" and text.lower() in MONTHS else "{" + text + "}"
        changes[lower] = Field(before[lower].name if lower in before else lower, raw, text)
    _apply(change, number, (kind_before, before), kind or kind_before, changes)


def _require_name(name: str) -> None:
    if command := _ELSEWHERE.get(name.lower()):
        raise BadInput(f"{name} is no field of the entry", f"see: gencli {command} -h")
    if _NAME.fullmatch(name) is None:
        raise BadInput(f"'{name}' is no name of a field", "letters, digits and - : . + _")


def _type(value: str | None) -> str:
    if value is None or _NAME.fullmatch(value) is None or value.lower() in ("string", "preamble", "comment"):
        raise BadInput(f"'{value or ''}' is no type of an entry", "such as article, inproceedings, misc")
    return value


def _value(name: str, value: str) -> str:
    """A value as it goes between braces; signs that LaTeX would choke on are escaped."""
    if not balanced(value):
        raise BadInput(f"the braces in '{value[:60]}' do not match", "each { needs its }")
    # In a formula they mean something.
    special = r"(?<!\\)[&%#]" if "$" in value else r"(?<!\\)[&%#_]"
    text = value if name in _VERBATIM else re.sub(special, r"\\\g<0>", value)
    return re.sub(r"[\x00-\x08\x0b-\x1f\x7f]", " ", text)


def _told(store: Store, number: int) -> tuple[str, list[Field]]:
    paper = store.papers([number])[0]
    kept = entries.of(store.connection, [number]).get(number, ())
    names = renamed(store, [number]) if any(entry.parents for entry in kept) else {}
    headers = {name: Header(macros) for name, macros in _headers(store, kept).items()}
    own = {macro: value for header in headers.values() for macro, value in header.macros.items()}
    return told(paper, kept, volume=Volume((), headers, own, names))


def _headers(store: Store, kept: Sequence[Entry]) -> dict[str, Mapping[str, str]]:
    if not any(entry.macros for entry in kept):
        return {}
    files = {entry.file for entry in kept}
    return {name: header.macros for name, header in entries.headers(store.connection).items() if name in files}


def _macros(store: Store, number: int) -> dict[str, str]:
    """What macros mean, as the files of a paper define them, else another file."""
    own = {entry.file for entry in entries.of(store.connection, [number]).get(number, ())}
    headers = entries.headers(store.connection)
    ordered = sorted(headers, key=lambda name: name in own)
    return {macro: value for name in ordered for macro, value in headers[name].macros.items()}


def _apply(
    change: Change,
    number: int,
    before: tuple[str, Mapping[str, Field]],
    kind: str,
    changes: Mapping[str, Field | None],
) -> None:
    """Take the user's word: in the entry as it is written, and in what the library knows of the paper."""
    kind_before, fields = before
    if not changes and kind == kind_before:
        change.note(number, False)
        return
    after = {name: field for name, field in fields.items() if name not in changes}
    after |= {name: field for name, field in changes.items() if field is not None}
    old, new = (_record(*one) for one in ((kind_before, fields), (kind, after)))
    _keep(change.store, number, kind, changes)
    _set_identifiers(change, number, old, new)
    _set_links(change, number, old, new)
    _set_facts(change, number, old, new, changes)
    change.note(number, True)
    if kind != kind_before:
        change.tell(number, "type", kind_before, kind)
    for name, field in changes.items():
        was = fields[name].value if name in fields else None
        change.tell(number, name, was, field.value if field is not None else None)


def _record(kind: str, fields: Mapping[str, Field]) -> Record:
    entry = Entry(kind, "", tuple((field.name, field.raw, field.value) for field in fields.values()))
    return record(entry, "user", {})


def _keep(store: Store, number: int, kind: str, changes: Mapping[str, Field | None]) -> None:
    """The user's own entry of a paper: what they said of its fields; an empty expression takes one away."""
    kept = entries.of(store.connection, [number]).get(number, ())
    own = next((entry for entry in kept if entry.source == "user"), None)
    fields = {name.lower(): (name, raw, value) for name, raw, value in own.fields} if own else {}
    for name, field in changes.items():
        fields[name] = (name, "", "") if field is None else (field.name, field.raw, field.value)
    entries.drop(store.connection, number, "user")
    inherits = parents({name: value for name, (_, _, value) in fields.items()})
    entries.add(store.connection, number, None, Entry(kind, "", tuple(fields.values()), parents=inherits), "user")


def _set_identifiers(change: Change, number: int, old: Record, new: Record) -> None:
    """Identifiers that the entry names otherwise now. Raises `Conflict` where another paper has one."""
    store = change.store
    for kind, called in _KINDS.items():
        was, now = old.identifiers.get(kind), new.identifiers.get(kind)
        if was == now:
            continue
        if was is not None:
            store.remove_identifier(number, kind, was)
        if now is None or store.add_identifier(number, kind, now, "user"):
            continue
        (other,) = store.by_identifiers([(kind, now)])
        if other != number:
            key, own = store.keys([other])[other], store.keys([number])[number]
            hint = f"if they are one: {shlex.join(['gencli', 'merge', key, own])}"
            raise Conflict(f"{key} has this {called} already: {now}", hint)


def _set_links(change: Change, number: int, old: Record, new: Record) -> None:
    for link in old.links:
        if link not in new.links:
            change.store.remove_link(number, link)
    for link in new.links:
        if link not in old.links:
            change.store.add_link(number, link, "user")


def _set_facts(change: Change, number: int, old: Record, new: Record, names: Iterable[str]) -> None:
    """Facts and fields that the entry tells otherwise now; what another source says of them is kept beside.

    `names` are the fields that the user spoke of: where only the LaTeX is another, they are the user's word, too.
    """
    paper = change.store.papers([number])[0]
    facts = {name: getattr(paper, name) for name in identity.FACTS}
    fields, origins = dict(paper.fields), dict(paper.origins)
    beside: list[tuple[str, object]] = []
    for name in identity.FACTS:
        if getattr(old, name) != getattr(new, name):
            beside.append((name, facts[name]))
            facts[name] = getattr(new, name)
            origins[name] = "user"
    for name in dict.fromkeys([*old.fields, *new.fields]):
        if old.fields.get(name) != new.fields.get(name):
            beside.append((f"fields.{name}", fields.pop(name, None)))
            fields |= {name: new.fields[name]} if name in new.fields else {}
            origins[f"fields.{name}"] = "user"
    origins |= {FACTS.get(name, f"fields.{name}"): "user" for name in names}
    for name, value in beside:
        origin = paper.origins.get(name, "user")
        if value not in (None, ()) and identity.rank(origin) in (2, 3):
            change.store.add_variant(number, name, origin, _shape(value))
    merged = identity.Merged(facts, fields, origins, [])
    mark = "" if paper.identifiers else identity.fingerprint(facts["title"], facts["authors"], facts["year"])
    change.store.update_facts(number, merged, mark)


def _shape(value: object) -> object:
    if isinstance(value, tuple):
        return [author_as_json(part) if isinstance(part, Author) else part for part in value]
    return value


# --- several papers that are one, or are not -------------------------------------------------------


def merge(change: Change, first: int, others: Iterable[int]) -> None:
    """Make one paper of several: the first with all that the others have.

    Raises `BadInput` where a paper is to be one with itself.
    """
    for other in others:
        if other == first:
            raise BadInput(f"{change.store.keys([first])[first]} is one with itself already", "name another paper")
        change.unite(first, other)


def part(change: Change, one: int, other: int) -> None:
    """Remember that two papers are not one. Raises `BadInput` for a paper and itself."""
    if one == other:
        raise BadInput("both names are of one paper", "name two papers")
    is_new = change.store.set_apart(one, other)
    for number in (one, other):
        change.note(number, is_new)
