"""import: what brings papers in from files."""

from typing import TYPE_CHECKING, Literal

import typer

from gencli.cli import options
from gencli.cli.filled import ask, say_united, say_withdrawn
from gencli.cli.screen import screen
from gencli.cli.session import Session, notice
from gencli.cli.words import outcome_words
from gencli.errors import BadInput, GencliError, Interrupted, NetworkError
from gencli.filling import Filled
from gencli.model import Outcome, Page, Problem

if TYPE_CHECKING:
    from gencli.library import Library

app = typer.Typer()

# The formats that `--format` names.
Format = Literal["wiki", "markdown", "bibtex", "csl-json", "ris", "jsonl"]


@app.command("import")
def import_pages(
    ctx: typer.Context,
    sources: list[str] = typer.Argument(..., metavar="SOURCE...", help="Files; '-' reads standard input."),
    format_name: Format = typer.Option(None, "--format", help="The format, where its content does not tell."),
    tags: list[str] = options.TAGS,
    no_fetch: bool = options.NO_FETCH,
    fresh: bool = options.FRESH,
    dry_run: bool = options.DRY_RUN,
    as_json: bool = options.JSON,
) -> None:
    """Import reading-list pages.

    Their papers, where the page mentions them, its stars and its remarks. Today's format is the DokuWiki
    page, also one whose line ends were lost. Importing a page again changes
    what changed in it and nothing else. Papers with an arXiv id are then filled in from arXiv; where it
    cannot be had, the import is done all the same.

    \b
    Examples:
      gencli import reading_list.txt
      gencli import reading_list.txt --tag theory --no-fetch
      curl -s 'https://wiki.example/doku.php?id=l&do=export_raw' | gencli import -
    """
    session: Session = ctx.obj
    pages, problems, worst = _read(sources, format_name)
    total, told = Outcome(problems=tuple(problems)), Outcome()
    if any(page.records for page in pages):
        with session.writing(as_json, make=True, dry_run=dry_run) as library, library.together():
            outcomes = [library.take_page(page, tags or [], dry_run=dry_run) for page in pages]
            for outcome in outcomes:
                total = total.plus(outcome)
            keys = [*total.added, *total.merged, *total.unchanged]
            # What an earlier import could not have filled in is asked for again.
            wanted = [] if no_fetch or dry_run else library.unfilled(keys)
            for page, outcome in zip(pages, outcomes, strict=True):
                _say_taken(session, page, outcome, dry_run, bool(wanted), as_json)
            if wanted:
                told = _fill(session, library, wanted, fresh, total.changed, as_json)
    else:
        lost = [problem for page in pages for problem in (*page.problems, Problem(page.source, "names no paper"))]
        total = total.plus(Outcome(problems=tuple(lost)))
    if as_json:
        screen(True).json(total.plus(told).as_json())
    _tell(total.problems, worst, as_json)


def _read(sources: list[str], format_name: str | None) -> tuple[list[Page], list[Problem], GencliError | None]:
    """The pages of these sources; one that cannot be read is named, and the worst of them told at the end.

    All are read before the library is opened, so that bad input alone does not even make one.
    """
    from gencli.sources.files import read_page

    pages: list[Page] = []
    problems: list[Problem] = []
    worst: GencliError | None = None
    for source in sources:
        try:
            pages.append(read_page(source, format_name))
        except GencliError as error:
            problems.append(Problem(source, error.message))
            worst = error if worst is None or error.exit_code > worst.exit_code else worst
    return pages, problems, worst


def _say_taken(
    session: Session, page: Page, outcome: Outcome, dry_run: bool, more_follows: bool, as_json: bool
) -> None:
    """What a page brought, and how to take it back where no other line will say that."""
    items = sum(mention.role == "item" for record in page.records for mention in record.mentions)
    would = "would import" if dry_run else "imported"
    if page.records:
        undo = session.undo if outcome.changed and not dry_run and not more_follows else ""
        notice(f"{would} '{page.title}' ({items} items): {outcome_words(outcome)}{undo}", as_json)


def _tell(problems: tuple[Problem, ...], worst: GencliError | None, as_json: bool) -> None:
    """Name what could not be taken, each by its place; the last word is the error that ends the command."""
    if not problems:
        return
    # The worst is said as the command's last word.
    last = worst.message if worst is not None else ""
    for problem in problems if len(problems) > 1 else ():
        if problem.what != last:
            notice(f"{problem.where}: {problem.what}", as_json)
    if worst is not None:
        raise worst
    if len(problems) == 1:
        hint = "the rest was taken, if there was more"
        if problems[0].what == "names no paper":
            hint = "a list of identifiers is taken by: gencli add FILE"
        raise BadInput(f"{problems[0].where}: {problems[0].what}", hint)
    raise BadInput(
        f"{len(problems)} things could not be taken; each is named above", "the rest was taken, if there was more"
    )


def _fill(
    session: Session, library: "Library", wanted: list[str], fresh: bool, is_changed: bool, as_json: bool
) -> Outcome:
    """Ask arXiv about papers of an import, which stands whatever comes of it; what could not be had is a problem.

    With `is_changed` the import has changed the library, which can be taken back.
    """
    if session.offline:
        trouble: GencliError | None = NetworkError("the network is forbidden here")
        filled = Filled(left=tuple(wanted), trouble=trouble, asked=len(wanted))
    else:
        # What can be filled in later need not be waited for when arXiv asks for patience.
        filled = ask(session, wanted, library.take, fresh=fresh, patient=False, as_json=as_json)
    done = filled.answered - len(filled.failed)
    undo = session.undo if is_changed or filled.outcome.changed else ""
    unknown = ", ".join(name for name, _ in filled.failed[:10])
    lacking = f"; it does not know {unknown}" if unknown else ""
    words = f"filled in {done} of {len(wanted)} papers from arXiv{lacking}"
    problems = [Problem(name, error.message) for name, error in filled.failed]
    if filled.trouble is not None:
        later = f"({filled.trouble.message}); later: {session.command('refresh')}"
        words = f"{words if done else 'not filled in from arXiv'} {later}"
        if not session.offline:
            problems.append(Problem("arXiv", f"{len(filled.left)} papers not filled in: {filled.trouble.message}"))
    say_united(filled.outcome, as_json)
    say_withdrawn(filled, as_json)
    notice(words + undo, as_json)
    if isinstance(filled.trouble, Interrupted):
        raise filled.trouble
    return filled.outcome.plus(Outcome(problems=tuple(problems)))
