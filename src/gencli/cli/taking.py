"""add, import, refresh: what brings papers in."""

from collections.abc import Iterable
from itertools import chain
from typing import TYPE_CHECKING, Literal

import typer

from gencli.cli import options
from gencli.cli.screen import outcome_words, screen
from gencli.cli.session import UNDO, Session, expand, notice
from gencli.errors import BadInput, GencliError, NetworkError, NotFound
from gencli.model import Outcome, Page, Problem, Record

if TYPE_CHECKING:
    from gencli.identifiers import Identifier
    from gencli.library import Library

app = typer.Typer()

_KINDS = {
    "doi": "a DOI",
    "isbn": "an ISBN",
    "pmid": "a PubMed id",
    "acl": "an ACL Anthology id",
    "openreview": "an OpenReview id",
    "url": "a web address",
}
# What was asked for, and why it could not be had.
Failed = tuple[str, GencliError]


# The formats that `--format` names.
Format = Literal["wiki", "markdown", "bibtex", "csl-json", "ris", "jsonl"]


@app.command("import")
def import_pages(
    ctx: typer.Context,
    sources: list[str] = typer.Argument(..., metavar="SOURCE...", help="Files; '-' reads standard input."),
    format_name: Format = typer.Option(None, "--format", help="The format, where its content does not tell."),
    tags: list[str] = options.TAGS,
    no_fetch: bool = options.NO_FETCH,
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
      curl -s 'https://wiki.example/doku.php?id=list&do=export_raw' | gencli import -
    """
    session: Session = ctx.obj
    pages, problems, worst = _read(sources, format_name)
    total = Outcome(problems=tuple(problems))
    if any(page.records for page in pages):
        with session.writing(as_json, make=True, dry_run=dry_run) as library:
            for page in pages:
                total = _joined(total, _taken(library, page, tags or [], dry_run, as_json))
            if not (no_fetch or dry_run or session.offline):
                _fill(session, library, [*total.added, *total.merged], as_json)
    else:
        lost = [problem for page in pages for problem in (*page.problems, Problem(page.source, "names no paper"))]
        total = _joined(total, Outcome(problems=tuple(lost)))
    if as_json:
        screen(True).json(total.as_json())
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


def _taken(library: "Library", page: Page, tags: list[str], dry_run: bool, as_json: bool) -> Outcome:
    outcome = library.take_page(page, tags, dry_run=dry_run)
    items = sum(mention.role == "item" for record in page.records for mention in record.mentions)
    would = "would import" if dry_run else "imported"
    if page.records:
        undo = UNDO if outcome.changed and not dry_run else ""
        notice(f"{would} '{page.title}' ({items} items): {outcome_words(outcome)}{undo}", as_json)
    return outcome


def _tell(problems: tuple[Problem, ...], worst: GencliError | None, as_json: bool) -> None:
    """Name what could not be taken, each by its place; the last word is the error that ends the command."""
    if not problems:
        return
    for problem in problems if len(problems) > 1 else ():
        notice(f"{problem.where}: {problem.what}", as_json)
    if worst is not None:
        raise worst
    if len(problems) == 1:
        raise BadInput(f"{problems[0].where}: {problems[0].what}", "the rest was taken, if there was more")
    raise BadInput(
        f"{len(problems)} things could not be taken; each is named above", "the rest was taken, if there was more"
    )


@app.command("add")
def add(
    ctx: typer.Context,
    names: list[str] = typer.Argument(
        ..., metavar="IDENT...", help="arXiv ids, URLs or DOIs; '-' reads them from standard input."
    ),
    tags: list[str] = options.TAGS,
    note: str = typer.Option("", "--note", metavar="TEXT", help="A note of your own to the papers."),
    no_fetch: bool = options.NO_FETCH,
    as_json: bool = options.JSON,
) -> None:
    """Add papers by identifier.

    A paper that the library has needs no network: it gets the tags and the note. Only arXiv is asked today;
    other identifiers are kept with --no-fetch.

    \b
    Examples:
      gencli add arXiv:2201.02177
      gencli add https://arxiv.org/abs/1812.11118v2 --tag dd --note "the U and the peak"
      gencli add 10.1073/pnas.1903070116 --no-fetch
    """
    session: Session = ctx.obj
    wanted, failed = _identified(expand(names))
    unknown = _unknown(session, wanted, as_json) if wanted else []
    asked, refused = ([], []) if no_fetch else _fetchable(session, unknown)
    failed += refused
    records = [_bare(found) for found in wanted if no_fetch or found not in unknown]
    total = Outcome()
    try:
        for batch, lacking in chain([(records, [])] if records else [], _asked(session, asked)):
            failed += [(name, NotFound(f"arXiv knows no paper {name}", "check the number")) for name in lacking]
            if batch:
                with session.writing(as_json, make=True) as library:
                    total = _joined(total, library.take(batch, tags or (), note))
    except NetworkError as error:
        failed.append((", ".join(asked[:3]), error))
    _tell_added(total, failed, as_json)


def _tell_added(outcome: Outcome, failed: list[Failed], as_json: bool) -> None:
    """Say which papers came and which were there; name what failed, the worst of it last."""
    out = screen(as_json)
    if as_json:
        problems = tuple(Problem(name, error.message) for name, error in failed)
        out.json(_joined(outcome, Outcome(problems=problems)).as_json())
    elif not out.is_terminal:
        for key in (*outcome.added, *outcome.merged, *outcome.unchanged):
            out.line(key)
    for key in outcome.unchanged:
        notice(f"{key} is in the library already", as_json)
    if outcome.changed:
        keys = ", ".join((*outcome.added, *outcome.merged)[:8])
        notice(f"{outcome_words(outcome)}: {keys}{UNDO}", as_json)
    errors = sorted((error for _, error in failed), key=lambda error: error.exit_code)
    for error in errors[:-1]:
        notice(f"gencli: {error.message}", as_json)
    if errors:
        raise errors[-1]


@app.command("refresh")
def refresh(
    ctx: typer.Context,
    words: list[str] = options.QUERY,
    every: bool = typer.Option(False, "--all", help="Also papers that arXiv was asked about before."),
    dry_run: bool = options.DRY_RUN,
    as_json: bool = options.JSON,
) -> None:
    """Fill in papers from arXiv.

    Those that were added or imported without it. What you set yourself stays.

    \b
    Examples:
      gencli refresh
      gencli refresh tag:dd --all
    """
    session: Session = ctx.obj
    with session.writing(as_json) as library:
        papers = library.find(" ".join(words or ()))
        known = [paper.identifiers["arxiv"] for paper in papers if "arxiv" in paper.identifiers]
        wanted = known if every else library.unfilled(paper.key for paper in papers)
        if wanted and session.offline:
            raise NetworkError("the network is forbidden here", "run it without --offline and GENCLI_OFFLINE")
        total = Outcome()
        for batch, lacking in _asked(session, wanted):
            problems = tuple(Problem(name, "arXiv knows no such paper") for name in lacking)
            total = _joined(total, _joined(library.take(batch, dry_run=dry_run), Outcome(problems=problems)))
    if as_json:
        screen(True).json(total.as_json())
    notice(
        f"asked arXiv about {len(wanted)} paper{'s' * (len(wanted) != 1)}: {outcome_words(total)}"
        if wanted
        else "nothing to fill in",
        as_json,
    )
    if total.problems:
        raise NotFound(f"arXiv knows no paper {', '.join(problem.where for problem in total.problems[:10])}")


def _unknown(session: Session, wanted: "list[Identifier]", as_json: bool) -> "list[Identifier]":
    """The identifiers that no paper of the library has; without a library, all of them."""
    if not session.exists(as_json):
        return wanted
    with session.reading(as_json) as library:
        return [found for found in wanted if not library.has(found)]


def _identified(names: list[str]) -> "tuple[list[Identifier], list[Failed]]":
    """The identifiers that were typed, each once, and the errors of what is none."""
    from gencli.pasted import require

    found: list[Identifier] = []
    failed: list[Failed] = []
    for name in names:
        try:
            # Which version was named does not matter: they are one paper.
            found.append(require(name)._replace(version=None))
        except BadInput as error:
            failed.append((name, error))
    if not found and not failed:
        raise BadInput("no identifier is named", "gencli add 2201.02177")
    return list(dict.fromkeys(found)), failed


def _fetchable(session: Session, unknown: "list[Identifier]") -> tuple[list[str], list[Failed]]:
    """The arXiv ids to ask for, and the errors of what cannot be asked for."""
    hint = "keep it without its details: --no-fetch"
    failed: list[Failed] = [
        (
            found.value,
            BadInput(f"{found.value} is {_KINDS.get(found.kind, found.kind)}; only arXiv is asked today", hint),
        )
        for found in unknown
        if found.kind != "arxiv"
    ]
    asked = [found.value for found in unknown if found.kind == "arxiv"]
    if asked and session.offline:
        later = "keep the id for later: gencli add --no-fetch …"
        return [], [*failed, (asked[0], NetworkError("the network is forbidden here", later))]
    return asked, failed


def _bare(found: "Identifier") -> Record:
    """A record that says no more than the identifier."""
    return Record(source="user-named", identifiers={found.kind: found.value})


def _asked(session: Session, ids: list[str]) -> Iterable[tuple[list[Record], list[str]]]:
    """What arXiv says of these ids, batch by batch; nothing is loaded where there are none."""
    if not ids:
        return ()
    from gencli.sources.arxiv import fetch

    return fetch(ids, session.arxiv())


def _fill(session: Session, library: "Library", keys: list[str], as_json: bool) -> None:
    """Ask arXiv about papers that an import brought; the import stands whatever comes of it."""
    wanted = library.unfilled(keys) if keys else []
    done = 0
    try:
        for batch, _ in _asked(session, wanted):
            library.take(batch)
            done += len(batch)
    except NetworkError as error:
        notice(f"not filled in from arXiv ({error.message}); later: gencli refresh", as_json)
    else:
        if wanted:
            notice(f"filled in {done} of {len(wanted)} papers from arXiv{UNDO}", as_json)


def _joined(one: Outcome, other: Outcome) -> Outcome:
    """Two outcomes as one; a key that was added stays added, one that changed stays changed."""
    added = tuple(dict.fromkeys(one.added + other.added))
    merged = tuple(key for key in dict.fromkeys(one.merged + other.merged) if key not in added)
    unchanged = tuple(key for key in dict.fromkeys(one.unchanged + other.unchanged) if key not in added + merged)
    return Outcome(added, merged, unchanged, one.removed + other.removed, one.problems + other.problems)
