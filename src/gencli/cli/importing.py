"""import: what brings papers in from files and from addresses of the web."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Literal, TypeVar

import typer

from gencli import formats
from gencli.cli import options
from gencli.cli.filled import ask, say_united, say_withdrawn
from gencli.cli.gathering import bar_of, read_all, say_passed, with_papers, without_papers
from gencli.cli.screen import progress, screen
from gencli.cli.session import Session, notice
from gencli.cli.words import outcome_words
from gencli.errors import BadInput, GencliError, Interrupted, NetworkError
from gencli.filling import Done, Filled
from gencli.model import Header, Outcome, Page, Problem, Record
from gencli.sources.addresses import is_address
from gencli.sources.files import Listing

if TYPE_CHECKING:
    from gencli.cli.gathering import Found
    from gencli.filing import Place
    from gencli.library import Library
    from gencli.sources.folders import Folder

app = typer.Typer()

Work = TypeVar("Work")
# Of more than this the reading is done by another process.
_LONGER = 1500
# More doubts than this are no reading for a terminal; a check lists them.
_MOST_SAID = 8
# A list of more works than this is read with a bar.
_LONG = 500
# The formats that `--format` names.
Format = Literal["wiki", "markdown", "bibtex", "csl-json", "ris", "jsonl"]


@app.command("import")
def import_pages(
    ctx: typer.Context,
    sources: list[str] = typer.Argument(
        ..., metavar="SOURCE...", help="Files, folders of pages, addresses; '-' reads standard input."
    ),
    format_name: Format = typer.Option(None, "--format", help="The format, where its content does not tell."),
    tags: list[str] = options.TAGS,
    no_fetch: bool = options.NO_FETCH,
    fresh: bool = options.FRESH,
    dry_run: bool = options.DRY_RUN,
    as_json: bool = options.JSON,
) -> None:
    """Import reading-list pages and bibliographies.

    Pages (DokuWiki, Markdown) with where they mention papers, their stars and remarks; lists of works (BibTeX,
    CSL-JSON, RIS, JSON lines) with every field. A paper that is there already, by its identifiers, becomes one
    with it, and both keys work. What cannot be read of a .bib is kept aside: see `gencli check`. Importing the
    same again changes what changed in it and nothing else. Papers with an arXiv id are then filled in from arXiv;
    where it cannot be had, the import is done all the same.

    An address is one of http or https without a password: that of a DokuWiki page or of a text on a code host as the
    browser shows it, or that of a text. Of a folder (a wiki's data/pages, a namespace in it, lists in Markdown) every
    page is read.

    \b
    Examples:
      gencli import reading_list.txt --tag theory
      gencli import refs.bib thesis.bib --no-fetch
      gencli import 'https://wiki.example/doku.php?id=ml:reading'
      gencli import https://github.com/someone/awesome-papers
      gencli import /srv/dokuwiki/data/pages/ml
      gencli export --jsonl | gencli --db copy.sqlite import -
    """
    session: Session = ctx.obj
    found, problems, worst = read_all(session, sources, format_name, as_json)
    total, told = Outcome(problems=tuple(problems)), Outcome()
    if any(isinstance(one, Listing) or with_papers(one) for one in found):
        files = sum(1 if isinstance(one, Listing) else len(with_papers(one)) for one in found)
        done = f"imported {files} files" if files > 1 else ""
        pages = [page for one in found if not isinstance(one, Listing) for page in with_papers(one)]
        # Two files are two pages; two addresses may well be those of one.
        apart = frozenset(page.source for page in pages if not is_address(page.source))
        with session.writing(as_json, make=True, dry_run=dry_run) as library, library.together(done):
            lists = [one for one in found if isinstance(one, Listing)]
            counts = {one.source: formats.keys(one.text, one.format) for one in lists}
            keys = frozenset().union(*counts.values())
            take = partial(library.take_page, tags=tags or [], apart=apart, dry_run=dry_run)
            outcomes = [
                _take(session, library, one, _place(one, keys, counts[one.source]), tags or [], dry_run, as_json)
                if isinstance(one, Listing)
                else _take_pages(take, one, as_json)
                for one in found
            ]
            for outcome in outcomes:
                total = total.plus(outcome)
            those = [*total.added, *total.merged, *total.unchanged]
            # What an earlier import could not have filled in is asked for again.
            wanted = [] if no_fetch or dry_run else library.unfilled(those)
            for one, outcome in zip(found, outcomes, strict=True):
                _say_taken(session, one, outcome, dry_run, bool(wanted), as_json)
            say_united(total, as_json)
            _say_rekeyed(total, as_json)
            if wanted:
                told = _fill(session, library, wanted, fresh, total.changed, as_json)
    else:
        lost = [problem for one in found if not isinstance(one, Listing) for problem in without_papers(one)]
        total = total.plus(Outcome(problems=tuple(lost)))
    if as_json:
        screen(True).json(total.plus(told).as_json())
    _tell(total.problems, worst, any((total.added, total.merged, total.unchanged)), as_json)


def _take_pages(take: Callable[[Page], Outcome], one: "Page | Folder", as_json: bool) -> Outcome:
    """A page, or all of a folder, into the library; many with a bar."""
    if isinstance(one, Page):
        return take(one)
    total = Outcome()
    with progress(f"importing {one.files.named}", bar_of(len(one.pages)), as_json) as bar:
        for number, page in enumerate(one.pages, 1):
            total = total.plus(take(page))
            bar.done(number)
    return total


def _take(
    session: Session,
    library: "Library",
    one: Listing,
    place: "Place",
    tags: list[str],
    dry_run: bool,
    as_json: bool,
) -> Outcome:
    """A list of works into the library, a long one with a bar."""
    if one.format == "jsonl":
        from io import BytesIO

        with progress(f"reading {one.name}", one.content.count(b"\n"), as_json) as bar:
            return library.take_lines(counted(BytesIO(one.content), bar.done), one.name, tags, dry_run=dry_run)
    total = formats.count(one.text, one.format)
    origin = library.origin_of(place, one.format)
    read = partial(formats.listed, one.text, one.format, where=one.name)
    works = None
    if total > _LONGER:
        from gencli.filing import ready
        from gencli.sources.ahead import ahead

        # Before the bar, whose thread must not be taken along.
        works = ahead(partial(ready, read, origin))
    with progress(f"reading {one.name}", total if total > _LONG else 0, as_json) as bar:
        session.say = bar.say
        try:

            def told(now: str) -> Iterator[Record | Problem | Header]:
                # Another program may have read a file of this name meanwhile.
                return counted(works if works is not None and now == origin else read(now), bar.done)

            outcome = library.take_list(place, one.format, told, tags, dry_run=dry_run)
        finally:
            session.say = None
    if not total and not any(outcome):
        return Outcome(problems=(Problem(one.source, f"holds no work in the format {one.format}"),))
    return outcome


def _place(one: Listing, keys: frozenset[str], counts: Counter[str]) -> "Place":
    from gencli.filing import Place

    return Place(one.source, one.name, keys, frozenset(key for key, count in counts.items() if count > 1))


def counted(works: Iterable[Work], done: Done) -> Iterator[Work]:
    """The works as they come; `done` is told their number now and then."""
    for number, one in enumerate(works, 1):
        if number % _LONG == 0:
            done(number)
        yield one


def _say_taken(
    session: Session, one: "Found", outcome: Outcome, dry_run: bool, more_follows: bool, as_json: bool
) -> None:
    """What a page, a folder or a list brought, and how to take it back where no other line will say that."""
    would = "would import" if dry_run else "imported"
    undo = session.undo if outcome.changed and not dry_run and not more_follows else ""
    if not isinstance(one, Listing):
        pages = with_papers(one)
        items = sum(mention.role == "item" for page in pages for record in page.records for mention in record.mentions)
        if isinstance(one, Page):
            name = f"'{one.title}'"
        else:
            name = f"{len(pages)} page{'s' if len(pages) > 1 else ''} of {one.files.named}"
        if pages:
            notice(f"{would} {name} ({items} items): {outcome_words(outcome)}{undo}", as_json)
        if not isinstance(one, Page):
            say_passed(one, as_json)
        return
    read_as = "" if one.encoding.startswith("utf-8") and " " not in one.encoding else f", read as {one.encoding}"
    notice(f"{would} {one.name} ({one.format}{read_as}): {outcome_words(outcome)}{undo}", as_json)


def _say_rekeyed(outcome: Outcome, as_json: bool) -> None:
    """Say which papers could not keep the key that their file has for them."""
    for old, new in outcome.rekeyed[:_MOST_SAID]:
        notice(f"the key {old} is another paper's here; this one is {new}", as_json)
    if len(outcome.rekeyed) > _MOST_SAID:
        notice(f"{len(outcome.rekeyed) - _MOST_SAID} more keys are another paper's; --json names them all", as_json)


def _tell(problems: tuple[Problem, ...], worst: GencliError | None, took: bool, as_json: bool) -> None:
    """Name what could not be taken, each by its place; the last word is the error that ends the command."""
    doubts = [problem for problem in problems if problem.taken]
    for problem in doubts[:_MOST_SAID]:
        notice(f"{problem.where}: {problem.what}", as_json)
    if len(doubts) > _MOST_SAID:
        notice(
            f"{len(doubts) - _MOST_SAID} more are not well formed and were read all the same; see: gencli check",
            as_json,
        )
    problems = tuple(problem for problem in problems if not problem.taken)
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
        hint = "the rest was taken" if took else "nothing was taken"
        if problems[0].what == "names no paper":
            hint = "a list of identifiers is taken by: gencli add FILE"
        raise BadInput(f"{problems[0].where}: {problems[0].what}", hint)
    raise BadInput(
        f"{len(problems)} things could not be taken; each is named above",
        "the rest was taken" if took else "nothing was taken",
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
