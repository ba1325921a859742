"""A person's own changes to a paper: its entry, its keys, with which others it is one."""

import re
from collections.abc import Iterable, Mapping, Sequence

from gencli import identity
from gencli.errors import BadInput, Conflict
from gencli.formats.bibtex.cut import cut, parts
from gencli.formats.bibtex.records import record
from gencli.formats.bibtex.writer import Field, told, written
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
_KINDS = ("arxiv", "doi", "openreview", "acl", "pmid", "isbn")


def entry_text(store: Store, number: int) -> str:
    """A paper as the entry that an export writes of it."""
    paper = store.papers([number])[0]
    kind, fields = _told(store, number)
    return written(kind, paper.key, fields)


def read_entry(text: str) -> Entry:
    """The one entry that a text is; macros stand for their own names.

    Raises `BadInput` with what is wrong, in one line.
    """
    blocks = [block for block in cut(text.replace("\r\n", "\n").replace("\r", "\n")) if block.kind != "text"]
    broken = next((block for block in blocks if block.kind == "broken"), None)
    if broken is not None:
        raise BadInput(f"line {text.count(chr(10), 0, broken.start) + 1}: this is no entry: {broken.why}")
    if len(blocks) != 1 or blocks[0].kind != "entry":
        raise BadInput(f"there are {len(blocks)} blocks, not one entry" if blocks else "there is no entry")
    block = blocks[0]
    names = [name.lower() for name, _ in block.fields]
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise BadInput(f"the field {twice} is there twice")
    if not block.key or identity.clean_key(block.key) != block.key:
        raise BadInput(f"'{block.key}' is no key", "a key has no blanks, braces, commas, quotes, backslashes or =")
    fields = tuple((name, raw, "".join(_said(part) for part in parts(raw))) for name, raw in block.fields)
    return Entry(block.type, block.key, fields)


def _said(part: str) -> str:
    return part[1:-1] if part[0] in '{"' else part


def rewrite(change: Change, number: int, entry: Entry) -> None:
    """Make a paper's entry what the user made of it; its key, too."""
    store = change.store
    kind, fields = _told(store, number)
    before = {field.name.lower(): field for field in fields}
    after = {name.lower(): Field(name, raw, value) for name, raw, value in entry.fields}
    changes: dict[str, Field | None] = {name: None for name in before if name not in after}
    macros = _macros(store, number)
    for name, field in after.items():
        if name not in before or before[name].raw != field.raw:
            value = "".join(macros.get(part.lower(), _said(part)) for part in parts(field.raw))
            changes[name] = field._replace(value=value)
    _apply(change, number, (kind, before), entry.type, changes)
    rekey(change, number, entry.key)


def set_fields(change: Change, number: int, values: Mapping[str, str | None]) -> None:
    """Give fields of a paper's entry the user's values, which are LaTeX; None takes a field away.

    `type` is the entry's type. Raises `BadInput` for what is no field, or no value that BibTeX can hold.
    """
    kind, fields = _told(change.store, number)
    before = {field.name.lower(): field for field in fields}
    wanted = kind
    changes: dict[str, Field | None] = {}
    for name, value in values.items():
        lower = name.lower()
        if lower in _ELSEWHERE:
            raise BadInput(f"{name} is no field of the entry", f"see: gencli {_ELSEWHERE[lower]} -h")
        if lower == "type":
            wanted = _type(value)
            continue
        if _NAME.fullmatch(name) is None:
            raise BadInput(f"'{name}' is no name of a field", "letters, digits and - : . + _")
        if value is None:
            changes.update({lower: None} if lower in before else {})
            continue
        text = _value(lower, value)
        changes[lower] = Field(before[lower].name if lower in before else lower, "{" + text + "}", text)
    _apply(change, number, (kind, before), wanted, changes)


def _type(value: str | None) -> str:
    if value is None or _NAME.fullmatch(value) is None or value.lower() in ("string", "preamble", "comment"):
        raise BadInput(f"'{value or ''}' is no type of an entry", "such as article, inproceedings, misc")
    return value


def _value(name: str, value: str) -> str:
    """A value as it goes between braces; signs that LaTeX would choke on are escaped."""
    if not balanced(value):
        raise BadInput(f"the braces in '{value[:60]}' do not match", "each { needs its }")
    text = value if name in _VERBATIM else re.sub(r"(?<!\\)[&%#]", r"\\\g<0>", value)
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
    """What the macros mean that the files of a paper define."""
    kept = entries.of(store.connection, [number]).get(number, ())
    return {macro: value for macros in _headers(store, kept).values() for macro, value in macros.items()}


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
    change.remember(number, "user")
    after = {name: field for name, field in fields.items() if name not in changes}
    after |= {name: field for name, field in changes.items() if field is not None}
    old, new = (_record(*one) for one in ((kind_before, fields), (kind, after)))
    _keep(change.store, number, kind, changes)
    _set_identifiers(change, number, old, new)
    _set_links(change, number, old, new)
    _set_facts(change, number, old, new)
    change.note(number, True)


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
    entries.add(store.connection, number, None, Entry(kind, "", tuple(fields.values())), "user")


def _set_identifiers(change: Change, number: int, old: Record, new: Record) -> None:
    """Identifiers that the entry names otherwise now. Raises `Conflict` where another paper has one."""
    store = change.store
    for kind in _KINDS:
        was, now = old.identifiers.get(kind), new.identifiers.get(kind)
        if was == now:
            continue
        if was is not None:
            store.remove_identifier(number, kind, was)
        if now is None or store.add_identifier(number, kind, now, "user"):
            continue
        (other,) = store.by_identifiers([(kind, now)])
        if other != number:
            key = store.keys([other])[other]
            raise Conflict(f"{key} has this {kind} already: {now}", f"if they are one: gencli merge {key} …")


def _set_links(change: Change, number: int, old: Record, new: Record) -> None:
    for link in old.links:
        if link not in new.links:
            change.store.remove_link(number, link)
    for link in new.links:
        if link not in old.links:
            change.store.add_link(number, link, "user")


def _set_facts(change: Change, number: int, old: Record, new: Record) -> None:
    """Facts and fields that the entry tells otherwise now; what another source says of them is kept beside."""
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


# --- keys ----------------------------------------------------------------------------------------


def rekey(change: Change, number: int, new: str) -> None:
    """Give a paper another key; the one that it has becomes an old one.

    Raises `BadInput` for what is no key, `Conflict` where another paper has it, also as an old one.
    """
    store = change.store
    old = store.keys([number])[number]
    change.note(number, False)
    if new == old:
        return
    if not new or identity.clean_key(new) != new:
        raise BadInput(f"'{new}' is no key", "a key has no blanks, braces, commas, quotes, backslashes or =")
    if (other := store.key_holder(new, but=number)) is not None:
        raise Conflict(f"'{new}' is a key of {store.keys([other])[other]}", "choose another, or rekey that one first")
    store.drop_alias(new)
    store.set(number, {"key": new})
    store.add_alias(number, old)
    change.note(number, True)


_PARTS = re.compile(r"\{(\w+)\}")


def rekey_all(change: Change, numbers: Sequence[int], pattern: str) -> list[tuple[str, str]]:
    """Give papers keys by a pattern: `{author}{year}{word}` and other parts; pairs (old key, new key) of what changed.

    Of several with one key the first keeps it bare, the next gets `a`; a paper whose key is right already keeps it.
    """
    store = change.store
    wanted = {number: _by_pattern(store, number, pattern) for number in numbers}
    done = []
    # Keys that stay are taken before others are given.
    for number, base in wanted.items():
        old = store.keys([number])[number]
        if re.fullmatch(re.escape(base) + r"[a-z]{0,3}", old):
            change.note(number, False)
            continue
        new = identity.unique_key(base, lambda key, own=number: store.key_holder(key, but=own) is not None)  # type: ignore[misc]
        rekey(change, number, new)
        done.append((old, new))
    return done


def _by_pattern(store: Store, number: int, pattern: str) -> str:
    paper = store.papers([number])[0]
    facts = identity.key_parts(paper.authors, paper.year, paper.title)

    def part(match: re.Match[str]) -> str:
        if match[1] not in facts:
            raise BadInput(f"a key has no part '{match[0]}'", "parts: " + " ".join(f"{{{name}}}" for name in facts))
        return facts[match[1]]

    found = identity.clean_key(_PARTS.sub(part, pattern))
    if not found:
        raise BadInput(f"'{pattern}' gives {paper.key} no key", "use {author}, {year}, {word} and the like")
    return found


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
