"""RIS read: each reference becomes a record, or a problem that says why not."""

import json
import re
from collections.abc import Iterator, Sequence

from gencli.errors import BadInput
from gencli.exchange import added, says_something, sound
from gencli.formats.ris.hearing import hear, urls
from gencli.formats.ris.tags import MARK, OURS, SAME, Reference, Tag, date_text, has_tags, references
from gencli.formats.ris.telling import tell
from gencli.identifiers import identify
from gencli.model import Problem, Record

# Formats that are taken for RIS because they have tags too.
_OTHERS = (
    (re.compile(r"^(?:FN|PT) \S.*\n(?:.*\n){0,4}?(?:VR|PT|AU|TY|AF) ", re.MULTILINE), "Web of Science's own format"),
    (re.compile(r"^PMID ?- ?\d", re.MULTILINE), "PubMed's own format (MEDLINE)"),
    (re.compile(r"^%[A0T] \S", re.MULTILINE), "EndNote's own format (Refer)"),
)
# What databases write above each reference: its number, where it is from.
_HEADING = re.compile(r"\d{1,6}[.)]?|Record #\d+ of \d+|(?:Provider|Content|Database): .*")
_DATES = ("PY", "Y1", "DA", "Y2")


def read(text: str, origin: str, where: str) -> Iterator[Record | Problem]:
    """The works of a text in RIS; an empty text holds none.

    Raises `BadInput` where no line has a tag of RIS.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    start = text[:64]
    text = start.replace("\ufeff", "") + text[64:]
    if text.strip() and not has_tags(text):
        name = next((name for pattern, name in _OTHERS if pattern.search(text[:20_000])), "")
        raise BadInput(
            f"{where} is in {name}, not in RIS" if name else f"{where} is no RIS: no line has one of its tags",
            "export it as RIS or BibTeX there" if name else "each reference begins with a line “TY  - ” and a type",
        )
    return (_understood(reference, origin, f"{where}:{reference.line}") for reference in references(text))


def _understood(reference: Reference, origin: str, where: str) -> Record | Problem:
    if not reference.tags:
        what = "a reference without its line TY" if has_tags(reference.raw) else "text outside of any reference"
        is_heading = all(_HEADING.fullmatch(line) for line in map(str.strip, reference.raw.split("\n")) if line)
        return Problem(where, what, sound(reference.raw), taken=is_heading)
    record = understood([Tag(name, sound(value)) for name, value in reference.tags], origin)
    if not says_something(record):
        return Problem(where, "a reference that tells of no work", sound(reference.raw))
    return record


def understood(tags: Sequence[Tag], origin: str) -> Record:
    """What the tags say; those that we would not write again stand in fields called `ris-…` too."""
    ours = next((value for name, value in tags if name == OURS and value.startswith(MARK)), "")
    rest = _parsed(ours[len(MARK) - 1 :]) if ours else None
    others = [tag for tag in tags if tag != (OURS, ours)]
    record = hear(others, origin)
    full = added(_with_odd(record, others), rest)
    return full or _with_odd(record, tags)


def _parsed(text: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _with_odd(record: Record, tags: Sequence[Tag]) -> Record:
    """The record with the tags, in fields called `ris-…`, that would not be written for it as they are."""
    said = {(SAME.get(name, name), _plainly(name, value)) for name, value in tell(record)}
    said |= {("PY", date) for date in (record.date, record.fields.get("date"), str(record.year)) if date}
    said |= {(name, record.fields.get("pages", "")) for name in ("SP", "EP")} | {("ER", ",")}
    said |= {("N1", _plainly("N1", line)) for line in record.fields.get("note", "").split("\n")}
    odd: dict[str, list[str]] = {}
    for name, value in tags:
        if value.strip() and not _is_said(name, value, said, record):
            odd.setdefault(f"ris-{name}", []).append(value)
    kept = {name: "\n".join(values) for name, values in odd.items()}
    return record._replace(fields={**record.fields, **kept}) if kept else record


def _is_said(name: str, value: str, said: set[tuple[str, str]], record: Record) -> bool:
    """Whether we would write a value under this tag, or under another one for the same thing."""
    same = SAME.get(name, name)
    if (same, _plainly(name, value)) in said:
        return True
    if name in ("UR", "SN", "KW", "N1"):
        parts = urls(value) if name == "UR" else re.split(r"[\s,;]+" if name == "SN" else r"\n", value)
        return all((same, _plainly(name, part)) in said for part in parts)
    if name in ("DO", "DI", "M3", "AN"):
        found = identify(value.strip()) or (identify(f"pmid {value.strip()}") if name == "AN" else None)
        return found is not None and record.identifiers.get(found.kind) == found.value
    return False


def _plainly(name: str, value: str) -> str:
    """A value as it is compared: a date in EDTF, anything else without its blanks."""
    if name in _DATES and (date := date_text(value)):
        return date
    value = "".join(value.split())
    return value.rstrip(",") if name in ("AU", "A1", "A2", "ED", "A4") else value
