"""search, list, show, open: what reads the library."""

from typing import TYPE_CHECKING, Literal

import typer

from gencli.cli import options
from gencli.cli.screen import screen
from gencli.cli.session import Session, expand, notice
from gencli.errors import BadInput, GencliError, NotFound, NothingFound

if TYPE_CHECKING:
    from gencli.cli.screen import Screen
    from gencli.library import Library
    from gencli.model import Paper
    from gencli.query import Query

app = typer.Typer()


# The orders of a list.
Sort = Literal["key", "year", "added", "title", "author"]


@app.command("search")
def search(
    ctx: typer.Context,
    words: list[str] = typer.Argument(..., metavar="QUERY...", help="What to look for; see docs/query.md."),
    limit: int = options.LIMIT,
    keys: bool = options.KEYS,
    as_json: bool = options.JSON,
) -> None:
    """Find papers, best match first.

    Looks in titles, authors, abstracts, venues, keys, tags, notes and the pages' remarks and sections.
    Any text is fine; a key or an identifier finds its paper.

    \b
    Examples:
      gencli search "double descent"
      gencli search '"bias variance" author:belkin year:2018..'
      gencli search grokking --keys | gencli tag add to-read -
    """
    from gencli.query import parse

    session: Session = ctx.obj
    query = parse(" ".join(words))
    with session.reading(as_json) as library:
        hits = library.search(query, limit)
        _say_notes(query, as_json)
        out = screen(as_json)
        if keys and not as_json:
            for hit in hits:
                out.line(hit.paper.key)
        else:
            out.hits(hits, query.terms())
        if not hits:
            raise _nothing(library, query)
    _say_count(out, len(hits), keys)


@app.command("list")
def list_papers(
    ctx: typer.Context,
    words: list[str] = options.QUERY,
    sort: Sort = typer.Option(None, "--sort", help="Order by this; without it by key, or best match first."),
    reverse: bool = typer.Option(False, "--reverse", "-r", help="The other way round."),
    limit: int = options.LIMIT,
    keys: bool = options.KEYS,
    as_json: bool = options.JSON,
) -> None:
    """List papers, one a line.

    In a pipe the lines hold key, year, authors, title and tags, separated by tabs.

    \b
    Examples:
      gencli list
      gencli list is:starred --sort year
      gencli list 'in:"double descent"' --json
    """
    from gencli.query import parse

    session: Session = ctx.obj
    query = parse(" ".join(words or ()))
    with session.reading(as_json) as library:
        papers = library.find(query, sort, reverse=reverse, limit=limit)
        _say_notes(query, as_json)
        out = screen(as_json)
        if keys and not as_json:
            for paper in papers:
                out.line(paper.key)
        else:
            out.papers(papers)
        if not papers and query.root is not None:
            raise _nothing(library, query)
    _say_count(out, len(papers), keys)


@app.command("show")
def show(
    ctx: typer.Context,
    names: list[str] = typer.Argument(..., metavar="KEY...", help=options.NAMED),
    as_json: bool = options.JSON,
) -> None:
    """Show everything known of papers.

    Fields, links, tags, notes, and where pages mention them.

    \b
    Examples:
      gencli show belkin2018reconciling
      gencli show arXiv:2201.02177 --json
    """
    session: Session = ctx.obj
    with session.reading(as_json) as library:
        found, missing = _each(library, expand(names), as_json)
        beside = [library.beside(paper.key) for paper in found]
    if not found and not missing:
        raise NothingFound("no paper is named on standard input")
    if found:
        screen(as_json).show(found, beside)
    if missing is not None:
        raise missing


@app.command("open")
def open_paper(
    ctx: typer.Context,
    name: str = typer.Argument(..., metavar="KEY", help="A key, an old key or an identifier."),
    pdf: bool = typer.Option(False, "--pdf", help="The PDF instead of the page about it."),
) -> None:
    """Open a paper's link in the browser.

    Only http and https addresses are opened. $BROWSER names the browser.

    \b
    Examples:
      gencli open power2022grokking
      gencli open power2022grokking --pdf
    """
    import webbrowser

    session: Session = ctx.obj
    with session.reading() as library:
        paper = library.get(name)
    url = paper.address(pdf)
    if url is None:
        kind = "PDF" if pdf else "link"
        raise NotFound(f"{paper.key} has no {kind} that a browser can open", f"see its links: gencli show {paper.key}")
    if not webbrowser.open(url):
        raise BadInput("no browser was found", f"open it by hand, or set $BROWSER: {url}")
    notice(f"opened {url}")


def _each(library: "Library", names: list[str], as_json: bool) -> "tuple[list[Paper], GencliError | None]":
    """The papers of these names, and the error of the last that is none; the others are said."""
    found, missing = [], None
    for name in names:
        try:
            found.append(library.get(name))
        except NotFound as error:
            if missing is not None:
                notice(f"gencli: {missing.message}", as_json)
            missing = error
    return found, missing


def _say_count(out: "Screen", count: int, keys: bool) -> None:
    """How many there were, for a person who may have seen only the last of them."""
    if out.is_terminal and not keys:
        notice(f"{count} paper{'' if count == 1 else 's'}")


def _say_notes(query: "Query", as_json: bool) -> None:
    for note in query.notes:
        notice(f"note: {note}", as_json)


def _nothing(library: "Library", query: "Query") -> NothingFound:
    near = library.nearest(query)
    hint = f"the library has: {', '.join(near)}" if near else ""
    return NothingFound(f"no paper matches '{query.text.strip()[:200]}'", hint)
