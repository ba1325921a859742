"""Pages in a folder: a wiki's `data/pages`, a namespace in it, or lists in Markdown."""

import os
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from gencli.errors import BadInput, GencliError
from gencli.model import Page
from gencli.sources.files import is_folder, read_source, title_of

_PAGES = (".txt", ".md", ".markdown")
# Nobody's wiki, but somebody's home.
_MOST = 20_000


class Files(NamedTuple):
    """The files of the pages below a folder, and what else is there, by how its names end.

    `failed` are the files and folders that could not be read, with the reason.
    """

    named: str
    top: Path
    pages: list[Path]
    others: Counter[str]
    failed: list[tuple[str, GencliError]]


class Folder(NamedTuple):
    """A folder as read: its pages, the names of those that name no paper, its files."""

    pages: tuple[Page, ...]
    without: tuple[str, ...]
    files: Files


def look(folder: str) -> Files:
    """The files of every page below a folder, in order, and what else is there.

    Raises `BadInput` where the folder cannot be read, or holds no page, or more than any wiki has.
    """
    top = _pages_of(Path(folder).resolve())
    found = Files(folder, top, [], Counter(), [])

    def refused(error: OSError) -> None:
        place = str(error.filename)
        if Path(place) == top:
            raise _unreadable(place, error) from error
        found.failed.append((place, _unreadable(place, error)))

    for place, folders, files in os.walk(top, onerror=refused):
        seen = sorted(name for name in folders if not name.startswith("."))
        # A link may lead back up.
        folders[:] = [name for name in seen if not (Path(place) / name).is_symlink()]
        found.others["linked folders"] += len(seen) - len(folders)
        # A namespace's templates begin with `_`, as no page does.
        _sort_out([Path(place) / name for name in sorted(files) if not name.startswith((".", "_"))], found)
        if len(found.pages) > _MOST:
            raise BadInput(f"{folder} holds more than {_MOST} pages", "import it in parts, folder by folder")
    if not (found.pages or found.failed):
        hint = "pages are files *.txt, as in a wiki's data/pages, or *.md; other files are imported by name"
        raise BadInput(f"{folder} holds no page", hint)
    return found


def _sort_out(paths: list[Path], found: Files) -> None:
    for path in paths:
        # Why one cannot be looked at is said when it is read.
        with suppress(OSError):
            if not path.is_file():
                continue
        if path.suffix.lower() in _PAGES:
            found.pages.append(path)
        else:
            found.others[path.suffix.lower() or "without a suffix"] += 1


def read(files: Files, format_name: str | None, done: Callable[[int], None]) -> Folder:
    """The pages of a folder; `done` is told their number as they are read. A list of works is no page.

    Raises `BadInput` for a format that no page has.
    """
    if format_name not in (None, "wiki", "markdown"):
        raise BadInput(f"{files.named} is a folder, which is read for pages alone", f"name the files: {files.named}/*")
    pages: list[Page] = []
    without: list[str] = []
    for number, path in enumerate(files.pages, 1):
        try:
            found = read_source(str(path), format_name, top=files.top) if path.stat().st_size else None
        except GencliError as error:
            files.failed.append((str(path), error))
        except OSError as error:
            files.failed.append((str(path), _unreadable(str(path), error)))
        else:
            if isinstance(found, Page) and found.records:
                pages.append(found)
            elif found is None or isinstance(found, Page):
                without.append(title_of(path, files.top))
            else:
                files.others[f"{path.suffix.lower()} with {found.format}"] += 1
        done(number)
    return Folder(tuple(pages), tuple(without), files)


def _pages_of(folder: Path) -> Path:
    """The folder of a wiki's pages, where what was named is the wiki or its data: old revisions are not read."""
    for data in (folder, folder / "data") if folder.name != "pages" else ():
        if is_folder(data / "pages") and any(is_folder(data / name) for name in ("attic", "meta")):
            return data / "pages"
    return folder


def _unreadable(place: str, error: OSError) -> BadInput:
    return BadInput(f"cannot read {place}: {(error.strerror or str(error)).lower()}", "name a folder that can be read")
