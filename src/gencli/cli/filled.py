"""What add, arxiv, import and refresh have in common: asking arXiv with a bar, and telling what came of it."""

import shlex
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

import typer

from gencli.cli.screen import progress, screen
from gencli.cli.session import UNDO, Session, complain, notice
from gencli.cli.words import brief, outcome_words
from gencli.errors import GencliError, Interrupted, NetworkError
from gencli.filling import Filled, Take, fill
from gencli.model import Outcome, Problem

if TYPE_CHECKING:
    from gencli.sources.arxiv.asking import Arxiv

# What was asked for, and why it could not be had.
Failed = tuple[str, GencliError]
# More words than this are no command that a person would copy, and more keys than this no line that one reads.
_MOST_NAMED = 100
_MOST_SAID = 8
# Options behind which a `-` is their value, not standard input.
_WITH_VALUE = ("--db", "--tag", "-t", "--note", "--limit", "-L", "--sort", "--format")


def ask(
    session: Session, ids: Sequence[str], take: Take, *, fresh: bool = False, patient: bool = True, as_json: bool
) -> Filled:
    """Ask arXiv for papers and give them to `take`, with a bar on a terminal; nothing is loaded for no ids."""
    if not ids:
        return Filled()
    with progress("asking arXiv", len(ids), as_json) as bar, connection(session, bar.say, fresh, patient) as arxiv:
        return fill(ids, arxiv, take, bar.done)


def connection(session: Session, say: Callable[[str], None], fresh: bool, patient: bool = True) -> "Arxiv":
    """arXiv as the environment names it."""
    from gencli.sources.arxiv.asking import Arxiv

    return Arxiv(session.arxiv(), say, fresh=fresh, patient=patient)


def online(session: Session) -> None:
    """Raise `NetworkError` where the network is forbidden."""
    if session.offline:
        raise NetworkError("the network is forbidden here", "run it without --offline and GENCLI_OFFLINE")


def tell(outcome: Outcome, failed: Sequence[Failed], as_json: bool) -> None:
    """Say which papers came and which were there; in a pipe, print their keys."""
    out = screen(as_json)
    if as_json:
        problems = tuple(Problem(name, error.message) for name, error in failed)
        out.json(outcome.plus(Outcome(problems=problems)).as_json())
    elif not out.is_terminal:
        # Who reads the keys may have enough of them; what was done and what failed must be said all the same.
        with suppress(BrokenPipeError):
            for key in (*outcome.added, *outcome.merged, *outcome.unchanged):
                out.line(key)
    if len(outcome.unchanged) > _MOST_SAID:
        notice(f"{len(outcome.unchanged)} papers are in the library already", as_json)
    for key in outcome.unchanged if len(outcome.unchanged) <= _MOST_SAID else ():
        notice(f"{key} is in the library already", as_json)
    say_united(outcome, as_json)
    for problem in outcome.problems:
        notice(f"{problem.where}: {problem.what}", as_json)
    if outcome.changed:
        some = (*outcome.added, *outcome.merged)
        keys = ", ".join(some[:_MOST_SAID]) + (", …" if len(some) > _MOST_SAID else "")
        notice(f"{outcome_words(outcome)}: {keys}{UNDO}", as_json)


def say_united(outcome: Outcome, as_json: bool) -> None:
    """Say which papers turned out to be one."""
    for key, old in outcome.united:
        notice(f"{old} is the same paper as {key}: they are one now, and both keys work", as_json)


def say_withdrawn(filled: Filled, as_json: bool) -> None:
    """Say which papers were taken back, in the words of who did it."""
    for name, comment in filled.withdrawn:
        notice(f"{name} was withdrawn: {brief(comment, 150)}", as_json)


def fail(failed: Sequence[Failed], as_json: bool, said: int = 0) -> None:
    """Name what failed and end with the worst code; the first `said` are named already."""
    if not failed:
        return
    worst = max((error for _, error in failed), key=lambda error: error.exit_code)
    if as_json or len(failed) == 1 > said:
        raise worst
    for _, error in failed[said:]:
        complain(error)
    raise typer.Exit(worst.exit_code)


def unfinished(session: Session, filled: Filled) -> list[Failed]:
    """The trouble that ended it early, with what was not reached and the command that goes on."""
    if filled.trouble is None:
        return []
    what = f"{len(filled.left)} of {filled.asked} papers not asked for" if filled.asked > 1 else ""
    return [(", ".join(filled.left[:3]), cut_short(session, filled.trouble, what, filled.left))]


def cut_short(session: Session, trouble: BaseException, what: str, left: Sequence[str] = ()) -> GencliError:
    """The error of a command that trouble ended early: what is lacking, and the command that goes on."""
    lacking = f"; {what}" if what else ""
    if not isinstance(trouble, NetworkError):
        return Interrupted(f"interrupted{lacking}", f"go on with: {again(session, left)}")
    before = f"{trouble.hint}; " if trouble.hint else ""
    return NetworkError(f"{trouble.message}{lacking}", f"{before}go on with: {again(session, left)}")


def again(session: Session, left: Sequence[str]) -> str:
    """The command that goes on: the same, for it asks only for what is missing; what it read is named."""
    # What came by then was asked for anew, and is answered from what is kept.
    words = [word for word in session.words if word != "--fresh"]
    places = [i for i, word in enumerate(words) if word == "-" and (not i or words[i - 1] not in _WITH_VALUE)]
    if places:
        if len(left) > _MOST_NAMED:
            return f"{shlex.join(['gencli', *words])} with the same input"
        words[places[0] : places[0] + 1] = left
    return shlex.join(["gencli", *words])
