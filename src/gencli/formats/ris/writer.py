"""RIS written, in a fixed order of tags."""

import json
from collections.abc import Iterable, Iterator

from gencli import kinds
from gencli.exchange import beside, plain
from gencli.formats.ris.reader import understood
from gencli.formats.ris.tags import MARK, OURS, Tag, lines
from gencli.formats.ris.telling import tell
from gencli.model import Paper, Record
from gencli.text import json_seen, written_line


def write(papers: Iterable[Paper]) -> Iterator[str]:
    """The papers as RIS in pieces, in the order given; a person's own tags, notes, status and stars are not told.

    Lines end in LF: the standard asks for CR LF, but files in the wild have either, and all of ours end alike.
    """
    between = ""
    for paper in papers:
        yield between + "".join(lines(_tags(plain(paper))))
        between = "\n"


def _tags(told: Record) -> list[Tag]:
    """The tags of a work, with what RIS has no place for in one of the user's own fields, so that nothing is lost."""
    odd = {name[4:]: value for name, value in told.fields.items() if name.startswith("ris-") and _is_tag(name[4:])}
    core = told._replace(fields={name: value for name, value in told.fields.items() if not name.startswith("ris-")})
    first, *tags = tell(core)
    if (
        kinds.from_ris(odd.get("TY", "")) == kinds.from_ris(first.value)
        or kinds.from_ris(odd.get("TY", "")) == told.type
    ):
        first = Tag("TY", odd.get("TY", first.value))
    tags = [first, *tags]
    tags += [tag for name, value in odd.items() if name not in ("TY", "ER") for tag in _repeated(name, value)]
    end = Tag("ER", odd.get("ER", "") if "ER" in odd and odd["ER"].isprintable() else "")
    tags = [Tag(name, _harmless(value)) for name, value in tags]
    # What is read is what the lines say, not what was put into them.
    rest = beside(told, understood([*tags, end], told.source))
    if rest:
        tags.append(Tag(OURS, MARK[:-1] + json_seen(json.dumps(rest, ensure_ascii=False, separators=(",", ":")))))
    return [*tags, end]


def _is_tag(name: str) -> bool:
    return len(name) == 2 and name.isascii() and name.isalnum() and name.isupper()


def _harmless(value: str) -> str:
    """A value whose lines are those that every reader sees: some take other signs than these for the end of one."""
    return "\n".join(map(written_line, value.replace("\r\n", "\n").replace("\r", "\n").split("\n")))


def _repeated(name: str, value: str) -> Iterator[Tag]:
    """A tag for each line that has something; an empty one goes with the line before it."""
    held = ""
    for number, line in enumerate(value.split("\n")):
        if line.strip() and number:
            yield Tag(name, held)
            held = line
        else:
            held = f"{held}\n{line}" if number else line
    yield Tag(name, held)
