"""pages, sync: the pages that the library knows, and the library in step with them."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from gencli.cli import options
from gencli.cli.filled import fill_in, say_problems
from gencli.cli.screen import screen
from gencli.cli.session import Session, notice
from gencli.cli.words import outcome_words
from gencli.errors import BadInput, CheckFailed, GencliError, NotFound
from gencli.model import Outcome, Problem, Reading

if TYPE_CHECKING:
    from gencli.drift import Difference
    from gencli.library import Library

app = typer.Typer()


@app.command("pages")
def pages(
    ctx: typer.Context,
    unresolved: bool = typer.Option(
        False, "--unresolved", help="The citations by author and year in pages' text, with who may be meant."
    ),
    as_json: bool = options.JSON,
) -> None:
    """List the imported pages, and which are out of date.

    Where each is from, when it was read, how many items it has.

    A page in a file is out of date where the file is another now, or gone; behind an address only `gencli sync` can
    tell. One that was changed here with `gencli page` is edited.

    \b
    Examples:
      gencli pages
      gencli pages --json
      gencli pages --unresolved
    """
    session: Session = ctx.obj
    if unresolved:
        _unresolved(session, as_json)
        return
    with session.reading(as_json) as library, screen(as_json) as out:
        found = [(page, _state(page)) for page in library.readings()]
        if as_json:
            out.json([_shape(page, state) for page, state in found])
        else:
            out.readings(found)
    if not as_json and out.is_terminal and not found:
        notice("no page was imported yet; see: gencli import --help")


def _unresolved(session: Session, as_json: bool) -> None:
    with session.reading(as_json) as library, screen(as_json) as out:
        found = [(page, *one) for page in library.readings() for one in library.unresolved(page)]
        if as_json:
            out.json(
                [
                    {
                        "page": page.title,
                        "source": page.source,
                        "line": cited.line,
                        "text": cited.reference.text,
                        "section": list(cited.section),
                        "candidates": keys,
                    }
                    for page, cited, keys in found
                ]
            )
        else:
            out.unresolved([(page.title, one.line, one.reference.text, one.section, keys) for page, one, keys in found])
    if not as_json and out.is_terminal:
        likely = sum(1 for _, _, keys in found if keys)
        how = "settle one with: gencli page link TEXT KEY" if likely else "the library has none of them"
        noun = "citation" if len(found) == 1 else "citations"
        told = f"{len(found)} {noun} without a link, {likely} with a likely paper; {how}"
        notice(told if found else "no citation without a link")


def _state(page: Reading) -> str:
    """Whether a page is as it was: same, edited (here), changed (there), both, gone; "" where nobody can tell."""
    from gencli.sources.addresses import is_address
    from gencli.sources.files import read_again

    if is_address(page.source):
        return ""
    try:
        again = read_again(page.source)
        is_same = again is None or again.text == _known(page)
        return ("same" if is_same else "changed") if page.base is None else ("edited" if is_same else "both")
    except NotFound:
        return "gone"
    except GencliError:
        return ""


def _known(page: Reading) -> str:
    """The text of a page as it was read last."""
    return page.text if page.base is None else page.base


def _shape(page: Reading, state: str) -> dict[str, Any]:
    return {
        "page": page.title,
        "source": page.source,
        "format": page.format,
        "read": page.read,
        "items": page.items,
        "papers": page.papers,
        "state": state or None,
    }


@app.command("sync")
def sync(
    ctx: typer.Context,
    names: list[str] = typer.Argument(None, metavar="[PAGE]...", help="Titles or sources of pages; else all of them."),
    with_papers: bool = typer.Option(
        False, "--remove", help="Remove papers that left a page where no page, tag, note or star holds them."
    ),
    no_fetch: bool = options.NO_FETCH,
    exit_code: bool = typer.Option(False, "--exit-code", help="Exit with 1 where a page is otherwise."),
    dry_run: bool = options.DRY_RUN,
    as_json: bool = options.JSON,
) -> None:
    """Read pages again and say what is otherwise.

    The library is brought up to date.

    Items that are new, gone, moved or reworded, stars, remarks, links and headings. A paper that left a page stays in
    the library. Your own tags, notes, stars and status are never touched. Each page is a change of its own for undo.
    New papers with an arXiv id are then filled in from arXiv, as import does.

    \b
    Examples:
      gencli sync --dry-run
      gencli sync "Reading list"
      gencli sync --exit-code --dry-run
    """
    session: Session = ctx.obj
    total, told, worst = Outcome(), list[dict[str, Any]](), None
    with session.writing(as_json, dry_run=dry_run) as library, screen(as_json) as out:
        for page in _named(library.readings(), names or ()):
            try:
                outcome, found = _synced(session, library, page, with_papers, dry_run)
            except GencliError as error:
                total = total.plus(Outcome(problems=(Problem(page.source, error.message),)))
                worst = error if worst is None or error.exit_code > worst.exit_code else worst
                continue
            told.append({"page": page.title, "source": page.source, "differences": [one.as_json() for one in found]})
            _say(session, page, outcome, found, dry_run, as_json)
            if not as_json:
                out.differences(page.title, found)
            total = total.plus(outcome)
        if not (no_fetch or dry_run) and (wanted := library.unfilled(total.added)):
            total = total.plus(fill_in(session, library, wanted, False, False, as_json))
        if as_json:
            out.json(total.as_json() | {"pages": told})
    say_problems(total.problems, worst, total.changed, as_json)
    others = sum(1 for one in told if one["differences"])
    if exit_code and others:
        what = "1 page is" if others == 1 else f"{others} pages are"
        raise CheckFailed(f"{what} otherwise than when last read")


def _named(readings: Sequence[Reading], names: Sequence[str]) -> list[Reading]:
    """The pages that are meant: by title or source, whole or in part. Raises `NotFound`, `BadInput`."""
    if not readings:
        raise NotFound("no page was imported yet", "import one with: gencli import PAGE")
    if not names:
        return list(readings)
    found: dict[str, Reading] = {}
    for name in names:
        found |= {page.source: page for page in [_one(readings, name)]}
    return list(found.values())


def named_one(readings: Sequence[Reading], name: str) -> Reading:
    """The page that is meant; without a name the only one. Raises `NotFound`, `BadInput`."""
    found = _named(readings, [name] if name else ())
    if len(found) > 1:
        raise BadInput(
            "there are several pages", f"name one with --page: {', '.join(repr(one.title) for one in found[:8])}"
        )
    return found[0]


def _one(readings: Sequence[Reading], name: str) -> Reading:
    path = str(Path(name).resolve())
    exact = [page for page in readings if name in (page.title, page.source) or page.source == path]
    wanted = name.casefold()
    part = [page for page in readings if wanted in page.title.casefold() or wanted in page.source.casefold()]
    for some in (exact, part):
        if len(some) == 1:
            return some[0]
        if some:
            titles = ", ".join(f"'{page.source}'" for page in some[:5])
            raise BadInput(f"'{name}' is a part of several pages' names", f"name one of {titles}")
    raise NotFound(f"no page is called '{name}'", "see: gencli pages")


def _synced(
    session: Session, library: "Library", page: Reading, with_papers: bool, dry_run: bool
) -> "tuple[Outcome, list[Difference]]":
    """One page read again; one that is the same to the letter is not taken apart."""
    from gencli.sources.addresses import Validators
    from gencli.sources.files import read_again, told_of

    try:
        again = read_again(page.source, session.fetched, Validators(**page.validators))
    except NotFound as error:
        drop = session.command("page", "drop", "--page", page.title)
        error.hint = error.hint or f"import it from where it is now, or let go of it: {drop}"
        raise
    if again is None or again.text == _known(page):
        return Outcome(), []
    from gencli import formats

    # One that has no heading is called what it was called.
    now = formats.read(again.text, page.format, page.source, page.title)
    now = now._replace(validators=told_of(again.validators))
    return library.sync(now, with_papers=with_papers, dry_run=dry_run)


def _say(
    session: Session, page: Reading, outcome: Outcome, found: "Sequence[Difference]", dry_run: bool, as_json: bool
) -> None:
    undo = session.undo if outcome.changed and not dry_run else ""
    if outcome.problems and not found:
        return
    if not found and not outcome.changed:
        notice(f"'{page.title}' names what it named", as_json)
        return
    verb = "would change" if dry_run else "changed"
    count = "1 difference" if len(found) == 1 else f"{len(found)} differences"
    notice(f"'{page.title}' {verb}: {count}; {outcome_words(outcome)}{undo}", as_json)
