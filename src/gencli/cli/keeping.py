"""init, info, backup, history, undo, redo: the library file itself."""

from pathlib import Path
from typing import Any

import typer

from gencli.cli import options
from gencli.cli.screen import screen
from gencli.cli.session import Session, notice, size_of, starter
from gencli.errors import Conflict, NotFound, UsageError

app = typer.Typer()


@app.command("init")
def init(
    ctx: typer.Context,
    path: str = typer.Argument(None, metavar="[PATH]", help="Where; without it, where the usual library is."),
    empty: bool = typer.Option(False, "--empty", help="Without the papers of the starter library."),
    backup: str = typer.Option(
        None, "--from", metavar="BACKUP", help="As a copy that `backup` made, or gencli by itself."
    ),
) -> None:
    """Make a library: the starter's copy, or an empty one.

    With --from, one from a backup. A file that is there is never replaced.

    \b
    Examples:
      gencli init
      gencli init thesis.sqlite --empty
      gencli init --from papers.backup-20261125T080000Z-before-merge.sqlite
    """
    from gencli.library import Library

    session: Session = ctx.obj
    if empty and backup:
        raise UsageError("give --empty or --from, not both")
    target = Path(path).expanduser() if path else session.path()
    if target.exists():
        hint = "name another place, or look at it: gencli info"
        if backup:
            import shlex

            aside = target.with_name(f"{target.stem}.before{target.suffix}")
            hint = f"move it away first: mv {shlex.quote(str(target))} {shlex.quote(str(aside))}"
        raise Conflict(f"there is a file at {target} already", hint)
    source, made = starter(), "a copy of the starter library"
    if backup:
        source, made = Path(backup).expanduser(), f"a copy of {backup}"
        if not source.exists():
            raise NotFound(f"there is no file {backup}", "the copies that are there: gencli info")
    Library.create(target, None if empty else source)
    notice(f"made {'an empty library' if empty else made} at {target}")


@app.command("backup")
def backup(
    ctx: typer.Context,
    path: str = typer.Argument(None, metavar="[FILE]", help="Where; without it, beside the library."),
    as_json: bool = options.JSON,
) -> None:
    """Copy the library to a file, while it is in use.

    gencli copies it by itself before a new schema, `merge`, the removal of several papers and the undo of more
    than 1,000 rows; of those copies it keeps five. What you ask for here stays.

    \b
    Examples:
      gencli backup
      gencli backup ~/papers-november.sqlite
    """
    session: Session = ctx.obj
    with session.reading(as_json) as library:
        target = library.backup(Path(path).expanduser() if path else None)
    if as_json:
        screen(True).json({"path": str(target)})
    notice(f"copied the library to {target}; a library of it: gencli init NEW --from FILE", as_json)


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
    facts |= {"cache": str(cache), "cache_size": size_of(cache)}
    screen(as_json).facts(facts if as_json else _in_words(facts))


def _in_words(facts: dict[str, Any]) -> dict[str, Any]:
    """The facts with what is said of the history in one line, and the copies in one each."""
    shown = {name: value for name, value in facts.items() if not name.startswith(("history", "backups"))}
    since = f" since {facts['history_since'][:10]}" if facts["history_since"] else ""
    gone, number = facts["history_let_go"], facts["history_steps"]
    went = f"; {gone} older {'one was' if gone == 1 else 'ones were'} let go" if gone else ""
    most = [
        f"{facts['history_most_bytes'] // 1024 // 1024} MB" if facts["history_most_bytes"] is not None else "",
        f"{facts['history_most_days']} days" if facts["history_most_days"] is not None else "",
    ]
    limit = " and ".join(filter(None, most)) or "all"
    shown["history"] = f"{number} {'change' if number == 1 else 'changes'}{since}{went}; kept: {limit}"
    return shown | {f"backup {number}": path for number, path in enumerate(facts["backups"], 1)}


@app.command("history")
def history(
    ctx: typer.Context,
    name: str = typer.Argument(
        None, metavar="[KEY|N]", help="Only what changed this paper, or the change of this number."
    ),
    limit: int = typer.Option(None, "--limit", "-L", min=1, metavar="N", help="At most N changes."),
    rows: bool = typer.Option(False, "--rows", help="Show each row that was changed, before and after."),
    keep_size: int = typer.Option(None, "--keep-size", min=0, metavar="MB", help="Keep at most so much; 0 is all."),
    keep_days: int = typer.Option(None, "--keep-days", min=0, metavar="N", help="Keep at most so long; 0 is for ever."),
    as_json: bool = options.JSON,
) -> None:
    """List what changed the library, newest first.

    Each change has its number, its time (UTC), what it did and the command that did it. --rows adds the columns
    of each row that it changed, before (-) and after (+). How much of it is kept is set in the library, by size and
    by age; the oldest goes first, and cannot be taken back any more.

    \b
    Examples:
      gencli history
      gencli history power2022grokking --json
      gencli history 12 --rows
      gencli history --keep-size 100 --keep-days 730
    """
    session: Session = ctx.obj
    if keep_size is not None or keep_days is not None:
        size = None if keep_size is None else keep_size * 1024 * 1024
        with session.writing(as_json) as library:
            gone = library.keep_history(size=size, days=keep_days)
        notice(f"set; {gone} older {'change was' if gone == 1 else 'changes were'} let go{session.undo}", as_json)
        return
    with session.reading(as_json) as library:
        steps = library.history(name)[:limit]
        if rows:
            with screen(as_json) as out:
                out.changes(library.changes(steps, name))
            return
    with screen(as_json) as out:
        out.steps(steps)


@app.command("undo")
def undo(
    ctx: typer.Context,
    number: int = typer.Argument(None, metavar="[N]", help="The change's number; without it, the last."),
) -> None:
    """Take back the last change, or an earlier one.

    An earlier one where nothing later stands on it.

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
