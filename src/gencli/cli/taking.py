"""add, import: what brings papers in."""

from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import typer

from gencli.cli import options
from gencli.cli.filled import Failed, ask, fail, say_withdrawn, tell, unfinished
from gencli.cli.screen import screen
from gencli.cli.session import UNDO, Session, notice
from gencli.cli.words import outcome_words
from gencli.errors import BadInput, GencliError, Interrupted, NetworkError
from gencli.model import Outcome, Page, Problem, Record

if TYPE_CHECKING:
    from gencli.identifiers import Identifier
    from gencli.library import Library
    from gencli.pasted import Pasted

app = typer.Typer()

_KINDS = {
    "doi": "a DOI",
    "isbn": "an ISBN",
    "pmid": "a PubMed id",
    "acl": "an ACL Anthology id",
    "openreview": "an OpenReview id",
    "url": "a web address",
}
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
      curl -s 'https://wiki.example/doku.php?id=list&do=export_raw' | gencli import -
    """
    session: Session = ctx.obj
    pages, problems, worst = _read(sources, format_name)
    total = Outcome(problems=tuple(problems))
    if any(page.records for page in pages):
        with session.writing(as_json, make=True, dry_run=dry_run) as library, library.together():
            for page in pages:
                total = total.plus(_taken(library, page, tags or [], dry_run, as_json))
            if not (no_fetch or dry_run or session.offline):
                total = total.plus(_fill(session, library, [*total.added, *total.merged], fresh, as_json))
    else:
        lost = [problem for page in pages for problem in (*page.problems, Problem(page.source, "names no paper"))]
        total = total.plus(Outcome(problems=tuple(lost)))
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


def _fill(session: Session, library: "Library", keys: list[str], fresh: bool, as_json: bool) -> Outcome:
    """Ask arXiv about papers that an import brought; the import stands whatever comes of it."""
    wanted = library.unfilled(keys) if keys else []
    # What can be filled in later need not be waited for when arXiv asks for patience.
    filled = ask(session, wanted, library.take, fresh=fresh, patient=False, as_json=as_json)
    done = len(wanted) - len(filled.left) - len(filled.failed)
    unknown = ", ".join(name for name, _ in filled.failed[:10])
    if isinstance(filled.trouble, Interrupted):
        notice(f"filled in {done} of {len(wanted)} papers from arXiv; the others later: gencli refresh", as_json)
        raise filled.trouble
    if filled.trouble is not None:
        some = f"only {done} of {len(wanted)} papers" if done else "not"
        notice(f"{some} filled in from arXiv ({filled.trouble.message}); later: gencli refresh", as_json)
    elif wanted:
        lacking = f"; it does not know {unknown}" if unknown else ""
        notice(f"filled in {done} of {len(wanted)} papers from arXiv{lacking}{UNDO}", as_json)
    say_withdrawn(filled.withdrawn, as_json)
    return filled.outcome


@app.command("add")
def add(
    ctx: typer.Context,
    names: list[str] = typer.Argument(
        ..., metavar="IDENT...", help="arXiv ids, URLs, DOIs, or files that hold some; '-' reads standard input."
    ),
    tags: list[str] = options.TAGS,
    note: str = options.NOTE,
    no_fetch: bool = options.NO_FETCH,
    fresh: bool = options.FRESH,
    as_json: bool = options.JSON,
) -> None:
    """Add papers by identifier.

    Any usual form will do, see docs/arxiv.md: ids, addresses, DOIs of arXiv, a list, a mail or BibTeX that
    holds them. A paper that the library has needs no network: it gets the tags and the note. Only arXiv
    is asked today; other identifiers are kept with --no-fetch. Run again, it asks only for what is missing.

    \b
    Examples:
      gencli add arXiv:2201.02177
      gencli add https://arxiv.org/abs/1812.11118v2 --tag dd --note "the U and the peak"
      pbpaste | gencli add -
      gencli add 10.1073/pnas.1903070116 --no-fetch
    """
    session: Session = ctx.obj
    wanted, known, failed = _named(session, names, as_json)
    unknown = _unknown(session, wanted, as_json)
    if no_fetch:
        at_once, asked, others = wanted, [], []
    else:
        at_once = [found for found in wanted if found not in unknown]
        asked = [found.value for found in unknown if found.kind == "arxiv"]
        others = [found for found in unknown if found.kind != "arxiv"]
    if asked and session.offline:
        later = "keep the ids for later: gencli add --no-fetch …"
        what = f"the network is forbidden here; not asked for: {', '.join(asked[:3])}{', …' * (len(asked) > 3)}"
        failed.append((", ".join(asked), NetworkError(what, later)))
        asked = []
    said = _say_at_once(failed) if asked and not as_json else 0
    with ExitStack() as stack:
        taking = _Taking(session, stack, tags or (), note, as_json)
        total = taking.keys(known).plus(taking.take([_bare(found) for found in at_once]))
        filled = ask(session, asked, taking.take, fresh=fresh, as_json=as_json)
        # What arXiv told may have been the paper with that DOI.
        met = [found for found in others if taking.has(found)]
        total = total.plus(filled.outcome).plus(taking.take([_bare(found) for found in met]))
    failed += [*_not_asked(found for found in others if found not in met), *filled.failed, *unfinished(session, filled)]
    tell(total, failed, as_json)
    say_withdrawn(filled.withdrawn, as_json)
    fail(failed, as_json, said)


class _Taking:
    """The library that papers are added to: opened, and made where there is none, when the first one comes."""

    def __init__(self, session: Session, stack: ExitStack, tags: Sequence[str], note: str, as_json: bool) -> None:
        self._session, self._stack, self._as_json = session, stack, as_json
        self._tags, self._note = tags, note
        self._library: Library | None = None

    def take(self, records: list[Record]) -> Outcome:
        """Add papers, or what is new of those that are there, with the tags and the note."""
        return self._opened().take(records, self._tags, self._note) if records else Outcome()

    def keys(self, keys: Sequence[str]) -> Outcome:
        """Give papers of the library the tags and the note."""
        return self._opened().mark(keys, self._tags, self._note) if keys else Outcome()

    def has(self, found: "Identifier") -> bool:
        """Whether a paper came meanwhile that has this identifier."""
        return self._library is not None and self._library.has(found)

    def _opened(self) -> "Library":
        if self._library is None:
            self._library = self._stack.enter_context(self._session.writing(self._as_json, make=True))
            self._stack.enter_context(self._library.together())
        return self._library


def _named(session: Session, names: list[str], as_json: bool) -> "tuple[list[Identifier], list[str], list[Failed]]":
    """The identifiers that were named, each once, the keys of papers that are there, and the errors of the rest."""
    from gencli.pasted import joined, no_identifier

    found: dict[Identifier, None] = {}
    others: dict[str, None] = {}
    failed: list[Failed] = []
    for name in joined(names):
        try:
            pasted = _pasted(name)
        except GencliError as error:
            failed.append((name, error))
            continue
        # Which version was named does not matter: they are one paper.
        found |= dict.fromkeys(identifier._replace(version=None) for identifier in pasted.found)
        others |= dict.fromkeys(pasted.others)
        if pasted == ((), ()):
            what = "standard input" if name == "-" else name
            failed.append((name, BadInput(f"there is no identifier in {what}", "gencli add 2201.02177")))
    known: list[str] = []
    if others and session.exists(as_json):
        with session.reading(as_json) as library:
            keys = {name: library.key_of(name) for name in others}
        known = [key for key in keys.values() if key is not None]
        others = {name: None for name, key in keys.items() if key is None}
    failed += [(name, no_identifier(name)) for name in others]
    return list(found), known, failed


def _pasted(name: str) -> "Pasted":
    """What one word of the command line names: an identifier, what a file or standard input holds, or a text."""
    from gencli.identifiers import identify
    from gencli.pasted import Pasted, read
    from gencli.sources.files import read_text

    if name == "-":
        return read(read_text("-"))
    if (found := identify(name)) is not None:
        return Pasted((found,))
    try:
        is_file = Path(name).is_file()
    except (OSError, ValueError):
        is_file = False
    if is_file:
        return read(read_text(name))
    pasted = read(name)
    return pasted if pasted.found else Pasted((), (name,))


def _unknown(session: Session, wanted: "list[Identifier]", as_json: bool) -> "list[Identifier]":
    """The identifiers that no paper of the library has; without a library, all of them."""
    if not wanted or not session.exists(as_json):
        return wanted
    with session.reading(as_json) as library:
        return [found for found in wanted if not library.has(found)]


def _say_at_once(failed: list[Failed]) -> int:
    """Name what is no identifier before anything is fetched; how many were named."""
    for _, error in failed:
        notice(f"gencli: {error.message}" + (f" ({error.hint})" if error.hint else ""))
    return len(failed)


def _not_asked(others: "Iterable[Identifier]") -> list[Failed]:
    hint = "keep it without its details: --no-fetch"
    return [
        (
            found.value,
            BadInput(f"{found.value} is {_KINDS.get(found.kind, found.kind)}; only arXiv is asked today", hint),
        )
        for found in others
    ]


def _bare(found: "Identifier") -> Record:
    """A record that says no more than the identifier."""
    return Record(source="user-named", identifiers={found.kind: found.value})
