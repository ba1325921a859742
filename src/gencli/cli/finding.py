"""search, list, show, open: what reads the library."""

from typing import TYPE_CHECKING, Literal

import typer

from gencli.cli import options
from gencli.cli.screen import screen
from gencli.cli.session import Session, asked, expand, nothing, notice
from gencli.errors import BadInput, GencliError, NotFound, NothingFound

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gencli.cli.screen import Screen
    from gencli.library import Library
    from gencli.model import Hit, Paper
    from gencli.query import Query

app = typer.Typer()


# The orders of a list.
Sort = Literal["key", "year", "added", "title", "author"]


@app.command("search")
def search(
    ctx: typer.Context,
    words: list[str] = typer.Argument(..., metavar="QUERY...", help="What to look for; see: gencli help query."),
    sort: Sort = typer.Option(None, "--sort", help="Order by this instead of the best match first."),
    reverse: bool = options.REVERSE,
    limit: int = options.LIMIT,
    keys: bool = options.KEYS,
    count: bool = options.COUNT,
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
    session: Session = ctx.obj
    query = asked(words, as_json)
    with session.reading(as_json) as library, screen(as_json) as out:
        if count or (keys and not as_json):
            found = _bare(out, library, query, (sort, reverse, limit), count=count)
        else:
            ordered = library.hits_by(query, sort, reverse=reverse, limit=limit)
            hits = _peeked(ordered if sort or reverse else library.hits(query, limit))
            found = out.hits(hits) if hits else 0
        if not found and not count:
            found = _nearly(out, library, query, limit, keys)
        if not found:
            raise nothing(session, library, query)
    _say_count(out, found, keys or count)


def _nearly(out: "Screen", library: "Library", query: "Query", limit: int | None, keys: bool) -> int:
    """Show the papers that have most of the words, where none has all; a pasted citation finds its paper."""
    near = library.nearly(query, limit)
    if near:
        notice("note: no paper has all of these words; these have most of them", out.as_json)
    if near or out.as_json:
        _shown(out, near, keys)
    return len(near)


def _shown(out: "Screen", hits: "list[Hit]", keys: bool) -> None:
    """Hits, or only their keys; with --json always all of them."""
    if keys and not out.as_json:
        for hit in hits:
            out.line(hit.paper.key)
    else:
        out.hits(hits)


def _peeked(hits: "Iterator[Hit]") -> "Iterator[Hit] | None":
    """The hits, or None where there is none: what is shown of nothing depends on what is near."""
    from itertools import chain

    first = next(hits, None)
    return None if first is None else chain([first], hits)


@app.command("list")
def list_papers(
    ctx: typer.Context,
    words: list[str] = options.QUERY,
    sort: Sort = typer.Option(None, "--sort", help="Order by this; without it by key, or best match first."),
    reverse: bool = options.REVERSE,
    limit: int = options.LIMIT,
    keys: bool = options.KEYS,
    count: bool = options.COUNT,
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
    session: Session = ctx.obj
    query = asked(words or (), as_json)
    with session.reading(as_json) as library, screen(as_json) as out:
        if count or (keys and not as_json):
            found = _bare(out, library, query, (sort, reverse, limit), count=count)
        elif as_json:
            papers = library.find(query, sort, reverse=reverse, limit=limit)
            out.json([paper.as_json() for paper in papers])
            found = len(papers)
        else:
            found = out.papers(library.listed(query, sort, reverse=reverse, limit=limit, seen=out.is_terminal))
        if not found and query.root is not None:
            raise nothing(session, library, query)
    _say_count(out, found, keys or count)


def _bare(
    out: "Screen", library: "Library", query: "Query", order: tuple[str | None, bool, int | None], *, count: bool
) -> int:
    """Only the keys of what is found, or only how many there are."""
    sort, reverse, limit = order
    if count:
        found = library.count(query)
        if out.as_json:
            out.json({"count": found})
        else:
            out.line(found)
        return found
    found = 0
    for key in library.keys(query, sort, reverse=reverse, limit=limit):
        out.line(key)
        found += 1
    return found


@app.command("like")
def like(
    ctx: typer.Context,
    name: str = typer.Argument(..., metavar="KEY", help="A key, an old key or an identifier."),
    limit: int = typer.Option(10, "--limit", "-L", min=1, metavar="N", help="At most N papers; 10 without it."),
    keys: bool = options.KEYS,
    as_json: bool = options.JSON,
) -> None:
    """List the papers nearest to one.

    Near is what shares its rarer words, its tags, its authors or the sections that it stands in. Nothing
    but the library's own index is asked.

    \b
    Examples:
      gencli like belkin2018reconciling
      gencli like arXiv:2201.02177 --limit 3 --json
    """
    session: Session = ctx.obj
    with session.reading(as_json) as library, screen(as_json) as out:
        near = library.like(name, limit)
        _shown(out, near, keys)
        if not near:
            raise NothingFound(f"no paper is like {name}", "papers are alike by words, tags, authors and sections")


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
        with screen(as_json) as out:
            out.show(found, beside)
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
    session: Session = ctx.obj
    with session.reading() as library:
        paper = library.get(name)
    url = paper.address(pdf)
    if url is None:
        kind = "PDF" if pdf else "link"
        raise NotFound(
            f"{paper.key} has no {kind} that a browser can open", f"see its links: {session.command('show', paper.key)}"
        )
    if not _opened(url):
        raise BadInput("no browser was found", f"open it by hand, or set $BROWSER: {url}")
    notice(f"opened {url}")


def _opened(url: str) -> bool:
    """Whether a browser took the address; it is started as a program with its arguments, never by a shell."""
    import webbrowser

    try:
        return webbrowser.open(url)
    except (webbrowser.Error, OSError, ValueError):
        # $BROWSER may be no command at all, such as a quote without its end.
        return False


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
