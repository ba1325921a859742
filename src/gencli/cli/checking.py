"""duplicates, check: what wants a person's eye."""

from typing import TYPE_CHECKING

import typer

from gencli.cli import options
from gencli.cli.marking import finish
from gencli.cli.screen import screen
from gencli.cli.session import Session, asked, nothing, notice
from gencli.errors import CheckFailed

if TYPE_CHECKING:
    from gencli.upkeep import Likely

app = typer.Typer()


@app.command("duplicates")
def duplicates(ctx: typer.Context, as_json: bool = options.JSON) -> None:
    """List papers that are likely one, with the reason.

    Each group has the command that would merge it. Say `gencli distinct KEY KEY` of two that are not one.

    \b
    Examples:
      gencli duplicates
      gencli duplicates --json
    """
    session: Session = ctx.obj
    with session.reading(as_json) as library, screen(as_json) as out:
        found = library.duplicates()
        if as_json:
            out.json([_shape(group) for group in found])
        for group in () if as_json else found:
            papers = [library.get(key) for key in group.keys]
            out.likely(group, papers, session.command("merge", *group.keys))
    if not as_json and out.is_terminal:
        noun = "group" if len(found) == 1 else "groups"
        notice(f"{len(found)} {noun} of likely duplicates" if found else "no likely duplicates")


def _shape(group: "Likely") -> dict[str, object]:
    return {
        "keys": list(group.keys),
        "reason": group.reason,
        "score": group.score,
        "merge": {
            "key": group.keys[0],
            "aliases": list(group.keys[1:]),
            "conflicts": [dict(zip(("field", "kept", "beside"), one, strict=True)) for one in group.conflicts],
        },
    }


@app.command("check")
def check(
    ctx: typer.Context,
    words: list[str] = options.QUERY,
    fix: bool = typer.Option(False, "--fix", help="Make the changes that are safe."),
    as_json: bool = options.JSON,
) -> None:
    """Say what is wrong or missing, paper by paper.

    The exit code is 1 where something is.

    The file itself (its pages and indexes, rows that belong to nothing or cannot be read, triggers that are not ours),
    identifiers, the search index, fields that an entry's type needs, broken DOIs and ISBNs, braces, keys that LaTeX
    cannot use, dead cross-references, odd years, entries that say otherwise, and what could not be read of a file.
    Before --fix changes the file beyond papers' own fields it copies it.

    \b
    Examples:
      gencli check
      gencli check tag:thesis
      gencli check --fix
    """
    session: Session = ctx.obj
    query = asked(words or (), as_json)
    if fix:
        with session.writing(as_json) as library:
            before = list(library.check(query))
            outcome = library.mend(before)
            found = list(library.check(query))
        left = set(found)
        mended = [one for one in before if one.fix is not None and one not in left]
        if of_file := sum(one.fault is not None and one.fault.is_mendable for one in mended):
            noun = "fault" if of_file == 1 else "faults"
            notice(f"mended {of_file} {noun} of the file, which `undo` does not take back", as_json)
        if any(one.is_of_index for one in mended):
            notice("wrote the search index anew", as_json)
        if outcome.changed:
            finish(session, outcome, "mended", False, as_json, printed=True)
    else:
        with session.reading(as_json) as library:
            found = list(library.check(query))
            if query.root is not None and not found and not library.count(query):
                raise nothing(session, library, query)
    with screen(as_json) as out:
        out.findings(found)
    wrong = [one for one in found if not one.is_notice]
    if wrong:
        mendable = sum(one.fix is not None for one in wrong)
        hint = (
            f"{mendable} can be mended safely: {session.command('check', '--fix', *(words or ()))}" if mendable else ""
        )
        noun = "thing" if len(wrong) == 1 else "things"
        raise CheckFailed(f"{len(wrong)} {noun} to look at", hint)
    if out.is_terminal:
        notice("all is well")
