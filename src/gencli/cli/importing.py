"""import: what brings papers in from files and from addresses of the web."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Literal, TypeVar

import typer

from gencli import formats
from gencli.cli import options
from gencli.cli.filled import fill_in, say_problems, say_united
from gencli.cli.gathering import bar_of, read_all, say_passed, with_papers, without_papers
from gencli.cli.screen import progress, screen
from gencli.cli.session import Session, notice
from gencli.cli.words import outcome_words
from gencli.filling import Done
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
                told = fill_in(session, library, wanted, fresh, total.changed, as_json)
    else:
        lost = [problem for one in found if not isinstance(one, Listing) for problem in without_papers(one)]
        total = total.plus(Outcome(problems=tuple(lost)))
    if as_json:
        screen(True).json(total.plus(told).as_json())
    say_problems(total.problems, worst, any((total.added, total.merged, total.unchanged)), as_json)


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
            notice(
                f"{would} {name} ({items} {'item' if items == 1 else 'items'}): {outcome_words(outcome)}{undo}", as_json
            )
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
