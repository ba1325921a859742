"""tag add, remove, rename, list; tags; stats."""

import typer

from gencli.cli import options
from gencli.cli.marking import finish
from gencli.cli.screen import screen
from gencli.cli.session import Session, asked, named, nothing

app = typer.Typer()
group = typer.Typer(name="tag", no_args_is_help=True, rich_markup_mode=None)


@group.callback()
def tag() -> None:
    """Tag papers, rename and list tags.

    \b
    Examples:
      gencli tag add dd belkin2018reconciling nakkiran2019deep
      gencli search "double descent" --keys | gencli tag add dd -
    """


@group.command("add")
def add(
    ctx: typer.Context,
    name: str = typer.Argument(..., metavar="TAG", help="The tag: any visible text."),
    names: list[str] = options.NAMES,
    where: str = options.WHERE,
    dry_run: bool = options.DRY_RUN,
    as_json: bool = options.JSON,
) -> None:
    """Tag papers.

    \b
    Examples:
      gencli tag add dd belkin2018reconciling
      gencli tag add classic --where year:..2017
    """
    session: Session = ctx.obj
    with session.writing(as_json) as library:
        outcome = library.tag(name, named(session, library, names or (), where), dry_run=dry_run)
    finish(session, outcome, f"tagged '{name}'", dry_run, as_json)


@group.command("remove")
def remove(
    ctx: typer.Context,
    name: str = typer.Argument(..., metavar="TAG", help="The tag."),
    names: list[str] = options.NAMES,
    where: str = options.WHERE,
    dry_run: bool = options.DRY_RUN,
    as_json: bool = options.JSON,
) -> None:
    """Take a tag from papers.

    \b
    Example:
      gencli tag remove dd belkin2018reconciling
    """
    session: Session = ctx.obj
    with session.writing(as_json) as library:
        outcome = library.untag(name, named(session, library, names or (), where), dry_run=dry_run)
    finish(session, outcome, f"without the tag '{name}'", dry_run, as_json)


@group.command("rename")
def rename(
    ctx: typer.Context,
    old: str = typer.Argument(..., metavar="OLD", help="The tag as it is."),
    new: str = typer.Argument(..., metavar="NEW", help="The tag as it shall be."),
    dry_run: bool = options.DRY_RUN,
    as_json: bool = options.JSON,
) -> None:
    """Rename a tag on all papers; papers that have both keep one.

    \b
    Example:
      gencli tag rename dd double-descent
    """
    session: Session = ctx.obj
    with session.writing(as_json) as library:
        outcome = library.rename_tag(old, new, dry_run=dry_run)
    finish(session, outcome, f"renamed '{old}' to '{new}'", dry_run, as_json)


@group.command("list")
def list_tags(ctx: typer.Context, as_json: bool = options.JSON) -> None:
    """List the tags with the number of papers of each.

    \b
    Example:
      gencli tag list
    """
    session: Session = ctx.obj
    with session.reading(as_json) as library:
        tags = library.tags()
    with screen(as_json) as out:
        out.counts(tags)


@app.command("tags")
def tags(ctx: typer.Context, as_json: bool = options.JSON) -> None:
    """Count papers by tag, as bars in a terminal.

    \b
    Example:
      gencli tags
    """
    list_tags(ctx, as_json)


@app.command("stats")
def stats(ctx: typer.Context, words: list[str] = options.QUERY, as_json: bool = options.JSON) -> None:
    """Count papers by year, section, category, tag, venue.

    In a terminal as bars.

    A terminal shows the most frequent ones; a pipe gets all of them, in lines of what is counted, its value and
    the number of papers.

    \b
    Examples:
      gencli stats
      gencli stats author:belkin year:2015..
      gencli stats is:starred --json
    """
    session: Session = ctx.obj
    query = asked(words or (), as_json)
    with session.reading(as_json) as library, screen(as_json) as out:
        total, tallies = library.stats(query)
        if not total and query.root is not None:
            raise nothing(session, library, query)
        out.tallies(total, tallies)
