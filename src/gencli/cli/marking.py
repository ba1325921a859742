"""note, star, unstar, status: a person's own marks."""

from typing import Literal, get_args

import typer

from gencli.cli import options
from gencli.cli.screen import screen
from gencli.cli.session import Session, named, notice
from gencli.cli.words import outcome_words
from gencli.errors import BadInput, NotFound
from gencli.model import Outcome

app = typer.Typer()


# How far a paper is read.
Status = Literal["unread", "reading", "read"]


@app.command("star")
def star(
    ctx: typer.Context, names: list[str] = options.NAMES, where: str = options.WHERE, as_json: bool = options.JSON
) -> None:
    """Star papers.

    \b
    Examples:
      gencli star power2022grokking
      gencli list tag:dd --keys | gencli star -
    """
    session: Session = ctx.obj
    with session.writing(as_json) as library:
        outcome = library.star(named(session, library, names or (), where), True)
    finish(session, outcome, "starred", False, as_json)


@app.command("unstar")
def unstar(
    ctx: typer.Context, names: list[str] = options.NAMES, where: str = options.WHERE, as_json: bool = options.JSON
) -> None:
    """Take the star from papers, also where a page stars them.

    \b
    Example:
      gencli unstar power2022grokking
    """
    session: Session = ctx.obj
    with session.writing(as_json) as library:
        outcome = library.star(named(session, library, names or (), where), False)
    finish(session, outcome, "not starred any more", False, as_json)


@app.command("status")
def status(
    ctx: typer.Context,
    words: list[str] = typer.Argument(..., metavar="KEY... unread|reading|read", help="Keys, then the status."),
    where: str = options.WHERE,
    as_json: bool = options.JSON,
) -> None:
    """Say how far papers are read: unread, reading or read.

    \b
    Examples:
      gencli status power2022grokking reading
      gencli status --where tag:dd read
    """
    session: Session = ctx.obj
    *names, wanted = words
    if wanted not in get_args(Status):
        raise BadInput(f"'{wanted}' is no status", "the last word is the status: unread, reading or read")
    with session.writing(as_json) as library:
        outcome = library.status(named(session, library, names, where), wanted)
    finish(session, outcome, f"now {wanted}", False, as_json)


@app.command("note")
def note(
    ctx: typer.Context,
    name: str = typer.Argument(..., metavar="KEY", help="A key, an old key or an identifier."),
    words: list[str] = typer.Argument(
        None, metavar="[TEXT]", help="The note; '-' reads it from standard input, '' empties it."
    ),
    append: bool = typer.Option(False, "--append", "-a", help="Behind the note that is there, on a line of its own."),
    as_json: bool = options.JSON,
) -> None:
    """Write a note of your own to a paper.

    Without a text, in $EDITOR.

    \b
    Examples:
      gencli note power2022grokking "weight decay matters"
      gencli note power2022grokking --append "see also Wu 2025"
      gencli note power2022grokking
    """
    session: Session = ctx.obj
    with session.writing(as_json) as library:
        before = library.get(name)
        text = _typed(words) if words else _edited(before.note)
        outcome = library.note(name, text, append=append and bool(words))
    finish(session, outcome, "noted", False, as_json)


def _typed(words: list[str]) -> str:
    import sys

    if words == ["-"]:
        return sys.stdin.read().rstrip("\n") if sys.stdin is not None else ""
    return " ".join(words)


def _edited(before: str) -> str:
    """The note as the user leaves it in an editor."""
    import os
    import sys

    if not (sys.stdin is not None and sys.stdin.isatty()):
        raise BadInput("there is no text, and no terminal for an editor", "gencli note KEY TEXT")
    editor = os.environ.get("VISUAL") or os.environ.get("EDITOR")
    if not editor:
        raise BadInput("no editor is named", "set $EDITOR, or give the note: gencli note KEY TEXT")
    from gencli.sources.editor import edit

    return edit(before, editor)


def finish(
    session: Session, outcome: Outcome, done: str, dry_run: bool, as_json: bool, *, printed: bool = False
) -> None:
    """Say what a change did and how to undo it; what could not be done is named, and is the exit code.

    With `printed` its JSON was printed already.
    """
    if as_json and not printed:
        screen(True).json(outcome.as_json())
    for problem in outcome.problems[:-1]:
        notice(f"gencli: {problem.what}", as_json)
    would = "would be " if dry_run else ""
    if outcome.changed or outcome.unchanged:
        words = outcome_words(outcome, would + done, would + "removed")
        notice(words + (session.undo if outcome.changed and not dry_run else ""), as_json)
    if outcome.problems:
        what, _, hint = outcome.problems[-1].what.rpartition("; ")
        raise NotFound(what, hint)
