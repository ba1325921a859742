"""arxiv, refresh: what asks arXiv for papers by words, and for what is new of those that are there."""

from contextlib import ExitStack, suppress
from typing import TYPE_CHECKING, Literal

import typer

from gencli.cli import options
from gencli.cli.filled import Failed, ask, asking, cut_short, fail, online, say_withdrawn, tell, unfinished
from gencli.cli.screen import screen
from gencli.cli.session import Session, asked, nothing, notice
from gencli.cli.words import outcome_words
from gencli.errors import BadInput, NetworkError, NothingFound, UsageError
from gencli.filling import Adding, Filled, gather
from gencli.model import Outcome, Problem, Record
from gencli.text import is_whole

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gencli.library import Library
    from gencli.query import Query
    from gencli.sources.arxiv.asking import Arxiv, Found

app = typer.Typer()

# The orders of arXiv's results.
Sort = Literal["relevance", "submitted", "updated"]


@app.command("arxiv")
def arxiv(
    ctx: typer.Context,
    words: list[str] = typer.Argument(..., metavar="QUERY...", help="What to look for; see docs/arxiv.md."),
    limit: int = typer.Option(20, "--limit", "-L", min=1, metavar="N", help="At most N papers, 10000 in all."),
    sort: Sort = typer.Option("relevance", "--sort", help="Order by this, the newest first."),
    raw: bool = typer.Option(False, "--raw", help="The query is in arXiv's own language."),
    take: bool = typer.Option(False, "--add", help="Add what is found to the library."),
    tags: list[str] = options.TAGS,
    note: str = options.NOTE,
    keys: bool = typer.Option(False, "--keys", help="Print bare arXiv ids, one a line, as `gencli add -` reads them."),
    fresh: bool = options.FRESH,
    as_json: bool = options.JSON,
) -> None:
    """Search arXiv.

    Words and phrases, title: author: abstract: venue: cat: year:, OR, NOT and groups, as in `search`. What
    the library has is marked with its key. In a pipe the lines hold arXiv id, year, authors, title and key.

    \b
    Examples:
      gencli arxiv double descent cat:stat.ML year:2019..
      gencli arxiv --raw 'ti:"lottery ticket" AND au:frankle' --sort submitted
      gencli arxiv '"neural tangent kernel"' --keys | gencli add - --tag ntk
    """
    if (tags or note) and not take:
        raise UsageError("--tag and --note go with --add", "gencli arxiv QUERY --add --tag TAG")
    session: Session = ctx.obj
    text = " ".join(words).strip()
    name, query = _question(text, raw, as_json)
    online(session)
    from gencli.sources.arxiv.asking import MOST_RESULTS, Batch

    if limit > MOST_RESULTS:
        notice(f"arXiv gives {MOST_RESULTS} results at most", as_json)
    # What is shown is shown as it comes: no bar may stand in its way.
    counted = min(limit, MOST_RESULTS) if take and limit > 100 else 0
    with ExitStack() as stack, asking(session, counted, fresh, as_json) as (asked, done):
        pages = _one(asked, name) if name else asked.search(query, limit=limit, sort=sort)
        if not take:
            _show_found(session, pages, keys, as_json)
            return
        adding = Adding(lambda: session.adding(stack, as_json), tags=tags or (), note=note)
        filled = gather((Batch(page.records, [], {}) for page in pages), adding.take, done)
    _tell_added(session, filled, as_json)


def _question(text: str, raw: bool, as_json: bool) -> tuple[str, str]:
    """The one arXiv id that is asked for, or the query in arXiv's language."""
    if not text:
        raise BadInput("there is nothing to look for", "gencli arxiv double descent")
    if not is_whole(text):
        raise BadInput("the query is not valid UTF-8", "type it anew")
    if raw:
        return "", text
    from gencli.identifiers import identify
    from gencli.sources.arxiv.question import in_its_words

    if (found := identify(text)) is not None and found.kind == "arxiv":
        return found.value, ""
    return "", in_its_words(asked([text], as_json))


def _one(asked: "Arxiv", name: str) -> "Iterator[Found]":
    from gencli.sources.arxiv.asking import Found

    for batch in asked.papers([name]):
        yield Found(batch.records, len(batch.records))


def _show_found(session: Session, pages: "Iterator[Found]", bare: bool, as_json: bool) -> None:
    out = screen(as_json)
    shapes, shown, total = [], 0, 0
    failed: list[Failed] = []
    try:
        for page in pages:
            keys = _keys(session, page.records, as_json)
            if as_json:
                shapes += [{"key": key, **record.as_json()} for record, key in zip(page.records, keys, strict=True)]
            elif bare:
                for record in page.records:
                    out.line(record.identifiers["arxiv"])
            else:
                out.results(page.records, keys)
            shown, total = shown + len(page.records), page.total
    except (NetworkError, KeyboardInterrupt) as trouble:
        failed.append(("arXiv", cut_short(session, trouble, f"{shown} results came before" if shown else "")))
    if as_json:
        out.json(shapes)
    if not shown and not failed:
        raise _nothing()
    if not failed and (total > shown or not bare):
        notice(f"{shown} of {total} that arXiv found" + ("; more with --limit N" if total > shown else ""), as_json)
    fail(failed, as_json)


def _nothing() -> NothingFound:
    return NothingFound("arXiv found nothing", "try fewer words, or a part of them with OR")


def _keys(session: Session, records: list[Record], as_json: bool) -> list[str | None]:
    """The keys under which the library has these papers."""
    if not session.exists(as_json):
        return [None] * len(records)
    with session.reading(as_json) as library:
        return [library.key_with(record.identifiers) for record in records]


def _tell_added(session: Session, filled: Filled, as_json: bool) -> None:
    failed: list[Failed] = []
    if filled.trouble is not None:
        failed.append(("arXiv", cut_short(session, filled.trouble, f"{filled.answered} papers came")))
    elif not filled.answered:
        raise _nothing()
    tell(session, filled.outcome, failed, as_json)
    say_withdrawn(filled, as_json)
    fail(failed, as_json)


@app.command("refresh")
def refresh(
    ctx: typer.Context,
    words: list[str] = options.QUERY,
    every: bool = typer.Option(False, "--all", help="All papers of the library that arXiv has."),
    fresh: bool = options.FRESH,
    dry_run: bool = options.DRY_RUN,
    as_json: bool = options.JSON,
) -> None:
    """Fill in and update papers from arXiv.

    Without a query those that arXiv has told nothing of yet; with one, or with --all, it also tells what
    is new of the others: a version, a publication, a DOI, a withdrawal, a title. What you set yourself
    stays, and `show` has what arXiv says beside it.

    \b
    Examples:
      gencli refresh
      gencli refresh tag:thesis --dry-run
      gencli refresh --all --fresh
    """
    session: Session = ctx.obj
    query = asked(words or (), as_json)
    is_all = query.root is None
    with session.writing(as_json) as library:
        wanted = library.on_arxiv(query, unfilled=is_all and not (every or fresh))
        others = _others(session, library, query, wanted, as_json)
        if wanted:
            online(session)
        with library.together():
            filled = ask(
                session, wanted, lambda batch: library.update(batch, dry_run=dry_run), fresh=fresh, as_json=as_json
            )
    failed: list[Failed] = [*filled.failed, *unfinished(session, filled)]
    out = screen(as_json)
    if as_json:
        problems = tuple(Problem(name, error.message) for name, error in failed)
        shape = filled.outcome.plus(Outcome(problems=problems)).as_json()
        out.json(shape | {"changes": [entry._asdict() for entry in filled.outcome.news]})
    else:
        # Who reads the news may have enough of it; what was done must be said all the same.
        with suppress(BrokenPipeError):
            out.news(filled.outcome.news)
    if words_of := _summary(session, filled, others, dry_run):
        notice(words_of, as_json)
    fail(failed, as_json)


def _others(session: Session, library: "Library", query: "Query", wanted: list[str], as_json: bool) -> str:
    """Why there is nothing to ask about. Raises `NothingFound` where the query finds no paper at all."""
    if wanted:
        return ""
    if query.root is None:
        count = len(library.on_arxiv())
        return (
            f"nothing to fill in; what is new of the {count} others: {session.command('refresh', '--all')}"
            if count
            else "nothing to fill in"
        )
    if not library.count(query):
        if as_json:
            screen(True).json(Outcome().as_json() | {"changes": []})
        raise nothing(session, library, query)
    return "no paper of these has an arXiv id, and only arXiv is asked today"


def _summary(session: Session, filled: Filled, others: str, dry_run: bool) -> str:
    """The last line: how many papers were asked about, and how many changed; nothing where none was answered."""
    if not filled.asked:
        return others
    answered, outcome = filled.answered, filled.outcome
    if not answered:
        return ""
    words = outcome_words(outcome, "would change" if dry_run else "changed") if outcome.changed else "nothing new"
    undo = session.undo if outcome.changed and not dry_run else ""
    papers = f"{answered} paper{'s' * (answered != 1)}"
    if filled.cached == answered:
        return f"arXiv answered about {papers} within a day (--fresh asks again): {words}{undo}"
    kept = f" ({filled.cached} of them answered within a day; --fresh asks again)" if filled.cached else ""
    return f"asked arXiv about {papers}{kept}: {words}{undo}"
