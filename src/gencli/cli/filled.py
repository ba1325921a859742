"""What add, arxiv, import and refresh have in common: asking arXiv with a bar, and telling what came of it."""

import shlex
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

import typer

from gencli.cli.screen import progress, screen
from gencli.cli.session import Session, complain, notice
from gencli.cli.words import brief, outcome_words
from gencli.errors import BadInput, GencliError, Interrupted, NetworkError
from gencli.filling import Done, Filled, Take, fill
from gencli.model import Outcome, Problem

if TYPE_CHECKING:
    from gencli.library import Library
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
    with asking(session, len(ids), fresh, as_json, patient=patient) as (arxiv, done):
        return fill(ids, arxiv, take, done)


@contextmanager
def asking(
    session: Session, total: int, fresh: bool, as_json: bool, *, patient: bool = True
) -> Iterator[tuple["Arxiv", Done]]:
    """arXiv as the environment names it, and whom to tell how far it is; with a bar where `total` is not 0."""
    from gencli.sources.arxiv.asking import Arxiv

    with progress("asking arXiv", total, as_json) as bar:
        # What else is said meanwhile must not be written into the bar.
        session.say = bar.say
        try:
            with Arxiv(session.arxiv(), bar.say, fresh=fresh, patient=patient) as arxiv:
                yield arxiv, bar.done
        finally:
            session.say = None


def fill_in(
    session: Session, library: "Library", wanted: list[str], fresh: bool, is_changed: bool, as_json: bool
) -> Outcome:
    """Ask arXiv about papers that were taken in, which stand whatever comes of it; what cannot be had is a problem.

    With `is_changed` the library was changed by that, which can be taken back.
    """
    if session.offline:
        trouble: GencliError | None = NetworkError("the network is forbidden here")
        filled = Filled(left=tuple(wanted), trouble=trouble, asked=len(wanted))
    else:
        # What can be filled in later need not be waited for when arXiv asks for patience.
        filled = ask(session, wanted, library.take, fresh=fresh, patient=False, as_json=as_json)
    done = filled.answered - len(filled.failed)
    undo = session.undo if is_changed or filled.outcome.changed else ""
    unknown = ", ".join(name for name, _ in filled.failed[:10])
    lacking = f"; it does not know {unknown}" if unknown else ""
    words = f"filled in {done} of {len(wanted)} papers from arXiv{lacking}"
    problems = [Problem(name, error.message) for name, error in filled.failed]
    if filled.trouble is not None:
        later = f"({filled.trouble.message}); later: {session.command('refresh')}"
        words = f"{words if done else 'not filled in from arXiv'} {later}"
        if not session.offline:
            problems.append(Problem("arXiv", f"{len(filled.left)} papers not filled in: {filled.trouble.message}"))
    say_united(filled.outcome, as_json)
    say_withdrawn(filled, as_json)
    notice(words + undo, as_json)
    if isinstance(filled.trouble, Interrupted):
        raise filled.trouble
    return filled.outcome.plus(Outcome(problems=tuple(problems)))


def say_problems(problems: tuple[Problem, ...], worst: GencliError | None, took: bool, as_json: bool) -> None:
    """Name what could not be taken, each by its place; the last word is the error that ends the command."""
    doubts = [problem for problem in problems if problem.taken]
    for problem in doubts[:_MOST_SAID]:
        notice(f"{problem.where}: {problem.what}", as_json)
    if len(doubts) > _MOST_SAID:
        notice(
            f"{len(doubts) - _MOST_SAID} more are not well formed and were read all the same; see: gencli check",
            as_json,
        )
    problems = tuple(problem for problem in problems if not problem.taken)
    if not problems:
        return
    # The worst is said as the command's last word.
    last = worst.message if worst is not None else ""
    for problem in problems if len(problems) > 1 else ():
        if problem.what != last:
            notice(f"{problem.where}: {problem.what}", as_json)
    if worst is not None:
        raise worst
    if len(problems) == 1:
        hint = "the rest was taken" if took else "nothing was taken"
        if problems[0].what == "names no paper":
            hint = "a list of identifiers is taken by: gencli add FILE"
        raise BadInput(f"{problems[0].where}: {problems[0].what}", hint)
    raise BadInput(
        f"{len(problems)} things could not be taken; each is named above",
        "the rest was taken" if took else "nothing was taken",
    )


def online(session: Session) -> None:
    """Raise `NetworkError` where the network is forbidden."""
    if session.offline:
        raise NetworkError("the network is forbidden here", "run it without --offline and GENCLI_OFFLINE")


def tell(session: Session, outcome: Outcome, failed: Sequence[Failed], as_json: bool) -> None:
    """Say which papers came and which were there; in a pipe, print their keys."""
    out = screen(as_json)
    if as_json:
        problems = tuple(Problem(name, error.message.removeprefix(f"{name}: ")) for name, error in failed)
        out.json(outcome.plus(Outcome(problems=problems)).as_json())
    elif not out.is_terminal:
        # Who reads the keys may have enough of them; what was done and what failed must be said all the same.
        with suppress(BrokenPipeError):
            for key in (*outcome.added, *outcome.merged, *outcome.unchanged):
                out.line(key)
    if len(outcome.unchanged) > _MOST_SAID:
        notice(f"{len(outcome.unchanged)} papers are in the library already", as_json)
    else:
        for key in outcome.unchanged:
            notice(f"{key} is in the library already", as_json)
    say_united(outcome, as_json)
    for problem in outcome.problems:
        notice(f"{problem.where}: {problem.what}", as_json)
    if outcome.changed:
        some = (*outcome.added, *outcome.merged)
        keys = ", ".join(some[:_MOST_SAID]) + (", …" if len(some) > _MOST_SAID else "")
        notice(f"{outcome_words(outcome)}: {keys}{session.undo}", as_json)


def say_united(outcome: Outcome, as_json: bool) -> None:
    """Say which papers turned out to be one."""
    for key, old in outcome.united[:_MOST_SAID]:
        notice(f"{old} is the same paper as {key}: they are one now, and both keys work", as_json)
    if more := len(outcome.united) - _MOST_SAID if len(outcome.united) > _MOST_SAID else 0:
        notice(f"{more} more are the same paper as another; both keys of each work: gencli show KEY", as_json)


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
    hints: set[str] = set()
    for _, error in failed[said:]:
        # The same advice is given once.
        complain(error, with_hint=error.hint not in hints)
        hints.add(error.hint)
    raise typer.Exit(worst.exit_code)


def unfinished(session: Session, filled: Filled, names: Sequence[str] = ()) -> list[Failed]:
    """The trouble that ended it early, with what did not come and the command that goes on.

    `names` are the words of the command that named the papers.
    """
    if filled.trouble is None:
        return []
    what = f"{len(filled.left)} of {filled.asked} papers did not come" if filled.asked > 1 else ""
    some = ", ".join(filled.left[:3]) + ", …" * (len(filled.left) > 3)
    return [(some, cut_short(session, filled.trouble, what, again(session, names, filled.left)))]


def cut_short(session: Session, trouble: BaseException, what: str, command: str = "") -> GencliError:
    """The error of a command that trouble ended early: what is lacking, and the command that goes on."""
    lacking = f"; {what}" if what else ""
    on = f"go on with: {command or again(session)}"
    if not isinstance(trouble, NetworkError):
        return Interrupted(f"interrupted{lacking}", on)
    return NetworkError(f"{trouble.message}{lacking}", f"{trouble.hint}; {on}" if trouble.hint else on)


def again(session: Session, names: Sequence[str] = (), left: Sequence[str] = ()) -> str:
    """The command that goes on: the same, for it asks only for what is missing.

    In place of the words that named papers, those that are missing are named, where they are not too many.
    """
    # What came by then was asked for anew, and is answered from what is kept.
    words = [word for word in session.words if word != "--fresh"]
    if not names:
        return shlex.join(["gencli", *words])
    if len(left) > _MOST_NAMED:
        is_read = any(name == "-" or name.startswith("/dev/") for name in names)
        return shlex.join(["gencli", *words]) + (" with the same input" if is_read else "")
    place = len(words)
    for name in names:
        # From the end: the command itself may be called like a name.
        places = range(len(words) - 1, 0, -1)
        found = next((i for i in places if words[i] == name and words[i - 1] not in _WITH_VALUE), None)
        if found is not None:
            place = min(place, found)
            del words[found]
    return shlex.join(["gencli", *words[:place], *left, *words[place:]])
