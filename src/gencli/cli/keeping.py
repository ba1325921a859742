"""init, info: the library file itself."""

from pathlib import Path

import typer

from gencli.cli import options
from gencli.cli.screen import screen
from gencli.cli.session import Session, notice, size_of, starter
from gencli.errors import Conflict

app = typer.Typer()


@app.command("init")
def init(
    ctx: typer.Context,
    path: str = typer.Argument(None, metavar="[PATH]", help="Where; without it, where the usual library is."),
    empty: bool = typer.Option(False, "--empty", help="Without the papers of the starter library."),
) -> None:
    """Make a library: a copy of the starter library, or an empty one.

    A file that is there is never replaced.

    \b
    Examples:
      gencli init
      gencli init thesis.sqlite --empty
    """
    from gencli.library import Library

    session: Session = ctx.obj
    target = Path(path).expanduser() if path else session.path()
    if target.exists():
        raise Conflict(f"there is a file at {target} already", "name another place, or look at it: gencli info")
    Library.create(target, None if empty else starter())
    notice(f"made {'an empty library' if empty else 'a copy of the starter library'} at {target}")


@app.command("info")
def info(ctx: typer.Context, as_json: bool = options.JSON) -> None:
    """Describe the library: its file, its size, what it holds.

    \b
    Example:
      gencli info
    """
    session: Session = ctx.obj
    with session.reading(as_json) as library:
        facts = library.info()
    cache = session.cache()
    screen(as_json).facts(facts | {"cache": str(cache), "cache_size": size_of(cache)})


@app.command("history")
def history(
    ctx: typer.Context,
    name: str = typer.Argument(None, metavar="[KEY]", help="Only what changed this paper."),
    limit: int = typer.Option(None, "--limit", "-L", min=1, metavar="N", help="At most N changes."),
    as_json: bool = options.JSON,
) -> None:
    """List what changed the library, newest first.

    Each change has its number, its time (UTC), what it did and the command that did it.

    \b
    Examples:
      gencli history
      gencli history power2022grokking --json
    """
    session: Session = ctx.obj
    with session.reading(as_json) as library:
        steps = library.history(name)[:limit]
    with screen(as_json) as out:
        out.steps(steps)


@app.command("undo")
def undo(
    ctx: typer.Context,
    number: int = typer.Argument(None, metavar="[N]", help="The change's number; without it, the last."),
) -> None:
    """Take back the last change, or another one that nothing later stands on.

    \b
    Examples:
      gencli undo
      gencli undo 12
    """
    session: Session = ctx.obj
    with session.writing() as library:
        step = library.undo(number)
    notice(f"took back change {step.number} ({step.summary}); redo: {session.command('redo')}")


@app.command("redo")
def redo(
    ctx: typer.Context,
    number: int = typer.Argument(None, metavar="[N]", help="The change's number; without it, the last undone."),
) -> None:
    """Do again what was undone.

    \b
    Example:
      gencli redo
    """
    session: Session = ctx.obj
    with session.writing() as library:
        step = library.redo(number)
    notice(f"did change {step.number} again ({step.summary}){session.undo}")
