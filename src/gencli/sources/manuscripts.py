"""What manuscripts cite, with the files that they include."""

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from gencli.errors import BadInput, NotFound
from gencli.manuscript import cited, inputs
from gencli.sources.decoding import decoded

# A book has some dozens; a circle of files ends here, too.
_MOST_FILES = 500
_NO_MANUSCRIPTS = (".bib", ".json", ".jsonl", ".ris", ".sqlite", ".pdf")
_MOST_BYTES = 64 * 1024 * 1024


class Manuscript(NamedTuple):
    """What is cited: the keys in the order of their first citation; `everything` for `\\nocite{*}`.

    `missing` says which files that are included are not there.
    """

    keys: tuple[str, ...]
    everything: bool
    missing: tuple[str, ...] = ()


def read(files: Iterable[str]) -> Manuscript:
    """The keys that manuscripts cite; what they include is read where it is there.

    Raises `NotFound` for a file that was named and is not there, `BadInput` for what cannot be read.
    """
    keys: dict[str, None] = {}
    everything = False
    missing: list[str] = []
    for name in files:
        if Path(name).suffix.lower() in _NO_MANUSCRIPTS:
            raise BadInput(f"{name} is no manuscript", "name a .tex, .aux, .bcf or .md file")
        root = Path(name).parent
        pending, seen = [Path(name)], set[Path]()
        while pending and len(seen) < _MOST_FILES:
            path = pending.pop(0)
            if path in seen:
                continue
            text = _text(path, is_named=not seen)
            seen.add(path)
            if text is None:
                missing.append(f"{name} includes {path}, which is not there; what that cites is not known")
                continue
            found = cited(text, path.name)
            keys.update(dict.fromkeys(found.keys))
            everything = everything or found.everything
            pending[:0] = [_found(root, part) for part in inputs(text)]
    return Manuscript(tuple(keys), everything, tuple(missing))


def _found(root: Path, part: str) -> Path:
    """A file that another one includes: TeX adds the ending where there is such a file, from the main file's place."""
    path, ended = root / part, root / f"{part}.tex"
    return ended if _is_file(ended) else path


def _is_file(path: Path) -> bool:
    """Whether a file is there; no name that a text can hold is an error."""
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def _text(path: Path, is_named: bool) -> str | None:
    try:
        if not is_named and not _is_file(path):
            return None
        with path.open("rb") as file:
            return decoded(file.read(_MOST_BYTES))[0]
    except FileNotFoundError as error:
        raise NotFound(f"there is no file {path}") from error
    except (OSError, ValueError) as error:
        reason = (getattr(error, "strerror", None) or str(error)).lower()
        raise BadInput(f"cannot read {path}: {reason}") from error
