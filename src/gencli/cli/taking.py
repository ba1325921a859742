"""add, import: what brings papers in."""

from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import typer

from gencli.cli import options
from gencli.cli.filled import Failed, ask, fail, say_united, say_withdrawn, tell, unfinished
from gencli.cli.screen import screen
from gencli.cli.session import UNDO, Session, complain, notice
from gencli.cli.words import outcome_words
from gencli.errors import BadInput, GencliError, Interrupted, NetworkError
from gencli.filling import Filled
from gencli.model import Outcome, Page, Problem, Record

if TYPE_CHECKING:
    from gencli.identifiers import Identifier
    from gencli.library import Library
    from gencli.pasted import Pasted

    Same = list[tuple[Identifier, ...]]

app = typer.Typer()

_KINDS = {
    "doi": "a DOI",
    "isbn": "an ISBN",
    "pmid": "a PubMed id",
    "acl": "an ACL Anthology id",
    "openreview": "an OpenReview id",
    "url": "a web address",
}
# Names that end so are files, also where they are not there.
_TEXTS = (".txt", ".bib", ".md", ".csv", ".tsv", ".tex", ".list")


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
                _say_taken(page, outcome, dry_run, bool(wanted), as_json)
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


def _say_taken(page: Page, outcome: Outcome, dry_run: bool, more_follows: bool, as_json: bool) -> None:
    """What a page brought, and how to take it back where no other line will say that."""
    items = sum(mention.role == "item" for record in page.records for mention in record.mentions)
    would = "would import" if dry_run else "imported"
    if page.records:
        undo = UNDO if outcome.changed and not dry_run and not more_follows else ""
        notice(f"{would} '{page.title}' ({items} items): {outcome_words(outcome)}{undo}", as_json)


def _tell(problems: tuple[Problem, ...], worst: GencliError | None, as_json: bool) -> None:
    """Name what could not be taken, each by its place; the last word is the error that ends the command."""
    if not problems:
        return
    for problem in problems if len(problems) > 1 else ():
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
    undo = UNDO if is_changed or filled.outcome.changed else ""
    unknown = ", ".join(name for name, _ in filled.failed[:10])
    lacking = f"; it does not know {unknown}" if unknown else ""
    words = f"filled in {done} of {len(wanted)} papers from arXiv{lacking}"
    problems = [Problem(name, error.message) for name, error in filled.failed]
    if filled.trouble is not None:
        words = f"{words if done else 'not filled in from arXiv'} ({filled.trouble.message}); later: gencli refresh"
        if not session.offline:
            problems.append(Problem("arXiv", f"{len(filled.left)} papers not filled in: {filled.trouble.message}"))
    say_united(filled.outcome, as_json)
    say_withdrawn(filled, as_json)
    notice(words + undo, as_json)
    if isinstance(filled.trouble, Interrupted):
        raise filled.trouble
    return filled.outcome.plus(Outcome(problems=tuple(problems)))


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
      gencli add https://arxiv.org/abs/1812.11118v2 --tag dd --note "the peak"
      pbpaste | gencli add -
      gencli add 10.1073/pnas.1903070116 --no-fetch
    """
    session: Session = ctx.obj
    wanted, same, known, failed = _named(session, names, as_json)
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
        taking.same = same
        total = taking.keys(known).plus(taking.named(at_once))
        filled = ask(session, asked, taking.take, fresh=fresh, as_json=as_json)
        # What arXiv told may have been the paper with that DOI.
        met = [found for found in others if taking.has(found)]
        total = total.plus(filled.outcome).plus(taking.named(met))
    failed += [*_not_asked(found for found in others if found not in met), *filled.failed, *unfinished(session, filled)]
    for key in filled.outcome.merged:
        notice(f"{key} was in the library under another identifier: it is one paper", as_json)
    tell(total, failed, as_json)
    say_withdrawn(filled, as_json)
    fail(failed, as_json, said)


class _Taking:
    """The library that papers are added to: opened, and made where there is none, when the first one comes."""

    def __init__(self, session: Session, stack: ExitStack, tags: Sequence[str], note: str, as_json: bool) -> None:
        self._session, self._stack, self._as_json = session, stack, as_json
        self._tags, self._note = tags, note
        self._library: Library | None = None
        self.same: Sequence[tuple[Identifier, ...]] = ()

    def take(self, records: list[Record]) -> Outcome:
        """Add papers, or what is new of those that are there, with the tags and the note.

        Where the user named one of them by several identifiers, it has all of them.
        """
        if not records:
            return Outcome()
        there = {record.identifiers.get("arxiv") for record in records}
        more = [_bare(*group) for group in self.same if group[0].kind == "arxiv" and group[0].value in there]
        return self._opened().take([*records, *more], self._tags, self._note)

    def named(self, found: "Sequence[Identifier]") -> Outcome:
        """Papers of which no more is said than their identifiers."""
        groups = {group[0]: group for group in self.same}
        return self.take([_bare(*groups.get(one, (one,))) for one in found])

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


def _named(
    session: Session, names: list[str], as_json: bool
) -> "tuple[list[Identifier], Same, list[str], list[Failed]]":
    """What was named: identifiers, each once; those that name one work; keys of papers that are there; errors."""
    from gencli.pasted import joined, no_identifier

    found: dict[Identifier, None] = {}
    same: list[tuple[Identifier, ...]] = []
    others: dict[str, str] = {}
    failed: list[Failed] = []
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
            others.setdefault(stray.text, f"{place}:{stray.line}" if place else stray.text)
        if not (pasted.found or pasted.others):
            failed.append((name, BadInput(f"there is no identifier in {place or name}", "gencli add 2201.02177")))
    known: list[str] = []
    if others and session.exists(as_json):
        with session.reading(as_json) as library:
            keys = {name: library.key_of(name) for name in others}
        known = [key for key in keys.values() if key is not None]
        others = {name: others[name] for name, key in keys.items() if key is None}
    failed += [(place, _placed(place, name, no_identifier(name))) for name, place in others.items()]
    return list(found), same, known, failed


def _placed(place: str, name: str, error: BadInput) -> BadInput:
    return error if place == name else BadInput(f"{place}: {error.message}", error.hint)


def _pasted(name: str) -> "tuple[str, Pasted]":
    """What one word of the command line names, and the place of it: an identifier, a text, what a file holds.

    Raises `NotFound` for a file that is not there, `BadInput` for one that is no text.
    """
    from gencli.pasted import Pasted, Stray, read, whole
    from gencli.sources.files import read_text

    if name == "-":
        return "standard input", read(read_text("-", "add"))
    if (found := whole(name)) is not None:
        return "", Pasted((found,))
    try:
        is_there = bool(name.strip()) and Path(name).exists()
    except (OSError, ValueError):
        is_there = False
    if is_there or name.startswith(("./", "../", "/", "~")) or name.lower().endswith(_TEXTS):
        return name, read(read_text(name, "add"))
    pasted = read(name)
    return "", pasted if pasted.found else Pasted((), (Stray(name, 1),))


def _unknown(session: Session, wanted: "list[Identifier]", as_json: bool) -> "list[Identifier]":
    """The identifiers that no paper of the library has; without a library, all of them."""
    if not wanted or not session.exists(as_json):
        return wanted
    with session.reading(as_json) as library:
        return [found for found in wanted if not library.has(found)]


def _say_at_once(failed: list[Failed]) -> int:
    """Name what is no identifier before anything is fetched; how many were named."""
    for _, error in failed:
        complain(error)
    return len(failed)


def _not_asked(others: "Iterable[Identifier]") -> list[Failed]:
    hint = "keep it without its details: --no-fetch"
    return [
        (
            found.value,
            BadInput(f"{found.value[:80]} is {_KINDS.get(found.kind, found.kind)}; only arXiv is asked today", hint),
        )
        for found in others
    ]


def _bare(*found: "Identifier") -> Record:
    """A record that says no more than the identifiers of a paper."""
    return Record(source="user-named", identifiers={identifier.kind: identifier.value for identifier in found})
