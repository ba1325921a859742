"""What the sources of an import hold: files, folders, addresses, standard input. All is read before any is kept."""

from pathlib import Path
from typing import TYPE_CHECKING

from gencli.cli.screen import progress
from gencli.cli.session import Session, notice
from gencli.errors import GencliError
from gencli.model import Page, Problem
from gencli.sources.addresses import refuse_secret
from gencli.sources.files import Listing, is_folder, read_source

if TYPE_CHECKING:
    from gencli.sources.folders import Folder

    Found = Page | Listing | Folder

# More pages than this are read with a bar.
_MANY = 50
# More names than this are no reading.
_MOST_SAID = 8


def read_all(
    session: Session, sources: list[str], format_name: str | None, as_json: bool
) -> tuple[list["Found"], list[Problem], GencliError | None]:
    """What is in these sources; one that cannot be read is named, and the worst of them told at the end.

    All are read before the library is opened, so that bad input alone does not even make one. Raises `BadInput` where
    one is an address with a password: with any of the others that would stand in the history.
    """
    for source in sources:
        refuse_secret(source)
    found: list[Found] = []
    failed: list[tuple[str, GencliError]] = []
    for source in sources:
        try:
            # Nothing, as an empty variable has it, is not the folder that one is in.
            if source and is_folder(Path(source)):
                folder = _folder(source, format_name, as_json)
                found.append(folder)
                failed += folder.files.failed
            else:
                found.append(read_source(source, format_name, session.fetched))
        except GencliError as error:
            failed.append((source, error))
    worst = max((error for _, error in failed), key=lambda error: error.exit_code, default=None)
    return found, [Problem(source, error.message) for source, error in failed], worst


def _folder(source: str, format_name: str | None, as_json: bool) -> "Folder":
    """The pages of a folder, many with a bar."""
    from gencli.sources.folders import look, read

    files = look(source)
    with progress(f"reading {source}", bar_of(len(files.pages)), as_json) as bar:
        return read(files, format_name, bar.done)


def with_papers(one: "Page | Folder") -> tuple[Page, ...]:
    """The pages with papers in what was read."""
    if isinstance(one, Page):
        return (one,) if one.records else ()
    return one.pages


def without_papers(one: "Page | Folder") -> tuple[Problem, ...]:
    """What is said where no page names a paper."""
    if isinstance(one, Page):
        return (*one.problems, Problem(one.source, "names no paper"))
    count = len(one.without)
    what = f"none of its {count} pages names a paper" if count > 1 else "its page names no paper"
    return (Problem(one.files.named, what),) if count else ()


def bar_of(pages: int) -> int:
    """So many pages as a bar shows; few need none."""
    return pages if pages > _MANY else 0


def say_passed(folder: "Folder", as_json: bool) -> None:
    """Say what of a folder was not taken, and is no fault."""
    if folder.without:
        some = ", ".join(folder.without[:_MOST_SAID]) + (", …" if len(folder.without) > _MOST_SAID else "")
        notice(f"passed over {len(folder.without)} that name no paper: {some}", as_json)
    others = [f"{count} {name}" for name, count in sorted(folder.files.others.items()) if count]
    if others:
        notice(f"passed over what is no page: {', '.join(others)}; import a list of works by its name", as_json)
