"""init, info: the library file itself."""

from pathlib import Path

import typer

from gencli.cli import options
from gencli.cli.screen import screen
from gencli.cli.session import Session, notice, starter
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
        screen(as_json).facts(library.info())
