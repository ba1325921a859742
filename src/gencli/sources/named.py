"""What a person names on a command line, in files and on standard input: identifiers, and what is none."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from gencli.errors import BadInput, GencliError

if TYPE_CHECKING:
    from gencli.identifiers import Identifier
    from gencli.pasted import Pasted

# Names that end so are files, also where they are not there.
_TEXTS = (".txt", ".bib", ".md", ".csv", ".tsv", ".tex", ".list")


class Named(NamedTuple):
    """Identifiers without versions, each once; those that name one work; what is none, with its place; errors.

    The place of a word of the command line is empty, that of one in a text is FILE:LINE.
    """

    found: "tuple[Identifier, ...]"
    same: "tuple[tuple[Identifier, ...], ...]"
    others: Mapping[str, str]
    failed: tuple[tuple[str, GencliError], ...]


def read_names(names: Sequence[str]) -> Named:
    """What these words name; "-" and files stand for the identifiers in them. What cannot be read is an error."""
    from gencli.pasted import joined

    found: dict[Identifier, None] = {}
    same: list[tuple[Identifier, ...]] = []
    others: dict[str, str] = {}
    failed: list[tuple[str, GencliError]] = []
    # Standard input can be read once.
    for name in dict.fromkeys(joined(names)):
        try:
            place, pasted = _pasted(name)
        except GencliError as error:
            failed.append((name, error))
            continue
        # Which version was named does not matter: they are one paper.
        found |= dict.fromkeys(identifier._replace(version=None) for identifier in pasted.found)
        same += [tuple(identifier._replace(version=None) for identifier in group) for group in pasted.same]
        for stray in pasted.others:
            others.setdefault(stray.text, f"{place}:{stray.line}" if place else "")
        if not (pasted.found or pasted.others):
            failed.append((name, BadInput(f"there is no identifier in {place or name}", "gencli add 2201.02177")))
    return Named(tuple(found), tuple(same), others, tuple(failed))


def _pasted(name: str) -> "tuple[str, Pasted]":
    """What one word names, and the place of it: an identifier, a text, what a file holds.

    Raises `NotFound` for a file that is not there, `BadInput` for one that is no text.
    """
    from gencli.pasted import Pasted, Stray, read, whole
    from gencli.sources.files import read_text

    if name == "-":
        return "standard input", read(read_text("-", "add"))
    if (identifier := whole(name)) is not None:
        return "", Pasted((identifier,))
    try:
        is_there = bool(name.strip()) and Path(name).exists()
    except (OSError, ValueError):
        is_there = False
    if is_there or name.startswith(("./", "../", "/", "~")) or name.lower().endswith(_TEXTS):
        return name, read(read_text(name, "add"))
    pasted = read(name)
    return "", pasted if pasted.found else Pasted((), (Stray(name, 1),))
