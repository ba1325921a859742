"""A .bib read: entry by entry, as records, with what could not be taken beside them."""

import re
from collections.abc import Iterator, Mapping

from gencli.formats.bibtex.cut import Block, cut, definitions, keyed, macros, parents, parts
from gencli.formats.bibtex.records import inherited, record
from gencli.identity import clean_key
from gencli.model import Entry, Header, Problem, Record

# Lists that say the same in one field as in several.
# Nobody nests deeper; a chain of thousands is a jest.
_DEEPEST = 20
_LISTS = ("keywords", "keyword")
# A file without any of these words names no parent; to look for a word in any case takes ten times as long.
_NAMED = re.compile(r"\w+\s*=\s*[{\"]([^{}\"]*)[}\"]")
_PARENT_WORDS = ("crossref", "crossRef", "Crossref", "CrossRef", "CROSSREF", "xdata", "Xdata", "XData", "XDATA")


def read(text: str, origin: str, where: str) -> Iterator[Record | Problem | Header]:
    """The entries of a .bib in its order, what could not be taken, and at last what it has beside them.

    `origin` names the source of the records, `where` the file in what is said of it. A doubt stands before the record
    that it is about. Nothing is raised.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _Reader(text, origin, where).records()


class _Reader:
    """Goes through the blocks of a file; knows which macros are defined by then."""

    def __init__(self, text: str, origin: str, where: str) -> None:
        self.text, self.origin, self.where = text, origin, where
        self.macros: dict[str, str] = {}
        # What each macro is in the end: one may be used before its definition.
        self.last: dict[str, str] = {}
        for name, raw in definitions(text):
            self.last[name.lower()] = self._value(raw, {}, self.last)
        self.parents = self._parents() if any(word in text for word in _PARENT_WORDS) else {}
        self.preambles: list[str] = []
        self.comments: list[str] = []
        self.remarks: list[str] = []
        self.line, self.counted = 1, 0

    def records(self) -> Iterator[Record | Problem | Header]:
        """All that the file holds."""
        for block in cut(self.text):
            if block.kind == "entry":
                if (entry := self._entry(block)) is None:
                    self.remarks.append(self.text[block.start : block.end])
                else:
                    if entry.key and clean_key(entry.key) != entry.key:
                        yield self._doubtful(block, "its key has signs that end one, or are not seen")
                    yield record(entry, self.origin, self._inherited(entry))
                self.remarks += block.remarks
            elif block.kind == "string":
                self._define(block)
            elif block.kind == "broken":
                yield from self._broken(block)
            else:
                place = {"preamble": self.preambles, "comment": self.comments}.get(block.kind, self.remarks)
                place.append(self.text[block.start : block.end].strip())
        yield Header(dict(self.last), tuple(self.preambles), tuple(self.comments), tuple(self.remarks))

    def _define(self, block: Block) -> None:
        """Take the macros of a block; what one of them means for a while only is kept as it was written."""
        is_all = True
        for name, raw in block.fields:
            value = self.macros[name.lower()] = self._value(raw, self.macros, {})
            is_all = is_all and self.last.setdefault(name.lower(), value) == value
        if not is_all:
            self.remarks.append(self.text[block.start : block.end])
        else:
            self.remarks += block.remarks

    def _entry(self, block: Block) -> Entry | None:
        """The entry of a block; a form that says nothing is none."""
        if not block.key and not any(len(raw) > 2 for _, raw in block.fields):
            return None
        used: dict[str, None] = {}
        fields = []
        for name, raw in block.fields:
            if raw[0] == "{" and raw.find("#") < 0:
                fields.append((name, raw, raw[1:-1]))
            else:
                fields.append((name, *self._worked_out(raw, used)))
        names = {name.lower(): value for name, _, value in fields}
        if len(names) < len(fields):
            fields = _each_once(fields)
        return Entry(block.type, block.key, tuple(fields), tuple(used), parents(names))

    def _worked_out(self, raw: str, used: dict[str, None]) -> tuple[str, str]:
        """An expression and its value. One with a macro that means something else later says its value instead."""
        value = self._value(raw, self.macros, self.last)
        names = macros(raw)
        for name in names:
            if self.macros.get(name, self.last.get(name)) != self.last.get(name):
                return "{" + value + "}", value
        used.update(dict.fromkeys(names))
        return raw, value

    @staticmethod
    def _value(raw: str, macros: Mapping[str, str], last: Mapping[str, str]) -> str:
        """What an expression says; an unknown macro stands for its own name, as a month does."""
        said = []
        for part in parts(raw):
            if part[0] in '{"':
                said.append(part[1:-1])
            else:
                name = part.lower()
                said.append(macros.get(name, last.get(name, part)))
        return "".join(said)

    # --- inheritance -----------------------------------------------------------------------------

    def _parents(self) -> dict[str, dict[str, str]]:
        """The fields of the entries that others name as their parents, by key."""
        named: set[str] = set()
        for word in _PARENT_WORDS:
            position = self.text.find(word)
            while position >= 0:
                if (match := _NAMED.match(self.text, position)) is not None:
                    named.update(key.strip().lower() for key in match[1].split(","))
                position = self.text.find(word, position + len(word))
        if not named:
            return {}
        found: dict[str, dict[str, str]] = {}
        for block in keyed(self.text, named):
            if block.kind == "entry":
                told = {name.lower(): self._value(raw, self.last, {}) for name, raw in reversed(block.fields)}
                found.setdefault(block.key.lower(), {"entrytype": block.type.lower()} | told)
        return found

    def _inherited(self, entry: Entry) -> Mapping[str, str]:
        if not entry.parents:
            return {}
        found: dict[str, str] = {}
        pending, seen = [key.lower() for key in entry.parents], set[str]()
        for key in pending:
            if key in self.parents and key not in seen and len(seen) < _DEEPEST:
                seen.add(key)
                told = self.parents[key]
                found = inherited(entry.type, told) | found
                pending += [further.lower() for further in parents(told)]
        return found

    # --- what is not well formed -------------------------------------------------------------------

    def _broken(self, block: Block) -> Iterator[Record | Problem]:
        """A broken block as another way of reading understands it without loss, else kept aside."""
        from gencli.formats.bibtex.opinions import second

        raw = self.text[block.start : block.end]
        taken = second(raw)
        entry = self._entry(taken.block) if taken is not None else None
        if taken is None or entry is None:
            where = f"{self.where}:{self._line(block.start)}"
            # What stands behind the entry's end is no part of it.
            yield Problem(where, f"{_named(raw)} was kept aside: {block.why}", raw.rstrip())
            return
        yield self._doubtful(block._replace(end=block.start + taken.end), block.why)
        yield record(entry, self.origin, self._inherited(entry))
        self.remarks += taken.block.remarks
        if beside := raw[taken.end :].strip():
            self.remarks.append(beside)

    def _doubtful(self, block: Block, why: str) -> Problem:
        """What was read, but may have been meant otherwise; its text is kept."""
        raw = self.text[block.start : block.end].rstrip()
        where = f"{self.where}:{self._line(block.start)}"
        return Problem(where, f"{_named(raw)} is not well formed ({why}); it was read all the same", raw, True)

    def _line(self, position: int) -> int:
        """The line of a place, counted from 1; places come in their order."""
        self.line += self.text.count("\n", self.counted, position)
        self.counted = position
        return self.line


def _named(raw: str) -> str:
    match = re.match(r"@\s*[\w-]+\s*[{(]\s*([^\s,{}=\"]{1,60})", raw)
    return f"'{match[1]}'" if match else "an entry"


def _each_once(fields: list[tuple[str, str, str]]) -> list[tuple[str, str, str]]:
    """Fields with each name once, which is all that BibTeX can say.

    What is said twice alike goes; of lists the values are joined; another value gets a name of its own.
    """
    known: dict[str, list[tuple[str, str, str]]] = {}
    for field in fields:
        known.setdefault(field[0].lower(), []).append(field)
    found: dict[str, tuple[str, str, str]] = {name: same[0] for name, same in known.items()}
    for name, same in known.items():
        distinct: dict[str, tuple[str, str, str]] = {}
        for field in same:
            distinct.setdefault(" ".join(field[2].split()), field)
        values = list(distinct.values())
        if len(values) == 1:
            continue
        if name in _LISTS:
            joined = ", ".join(value for _, _, value in values)
            found[name] = (same[0][0], "{" + joined + "}", joined)
            continue
        number = 2
        for written, raw, value in values[1:]:
            while f"{name}-{number}" in found:
                number += 1
            found[f"{name}-{number}"] = (f"{written}-{number}", raw, value)
    return list(found.values())
