"""edit, rekey, remove, merge, distinct: a person's own changes of what a paper is."""

import os
import sys
from typing import TYPE_CHECKING

import typer

from gencli.cli import options
from gencli.cli.marking import finish
from gencli.cli.screen import screen
from gencli.cli.session import Session, asked, named, nothing, notice
from gencli.cli.words import news_words
from gencli.errors import BadInput, Conflict, GencliError, NothingFound, UsageError
from gencli.model import Outcome

if TYPE_CHECKING:
    from gencli.library import Library

app = typer.Typer()

# A text that is wrong so often is not meant to be mended.
_MOST_TRIES = 20
_ERROR = "% gencli: "
YES = typer.Option(False, "--yes", "-y", help="Do not ask.")


@app.command("edit")
def edit(
    ctx: typer.Context,
    name: str = typer.Argument(..., metavar="KEY", help="A key, an old key or an identifier."),
    values: list[str] = typer.Option(None, "--set", metavar="FIELD=VALUE", help="Give a field a value, in LaTeX."),
    unset: list[str] = typer.Option(None, "--unset", metavar="FIELD", help="Take a field away."),
    dry_run: bool = options.DRY_RUN,
    as_json: bool = options.JSON,
) -> None:
    """Change a paper's BibTeX entry; without options, in $EDITOR.

    What you say stays, whatever arXiv or a .bib says later; what they said is kept beside it. A mistake opens
    the editor again. Values are LaTeX; a bare & % or # given to --set is escaped.

    \b
    Examples:
      gencli edit power2022grokking
      gencli edit power2022grokking --set 'title={Grokking}: a study' --unset url
      gencli edit power2022grokking --set type=techreport --set institution=OpenAI
    """
    session: Session = ctx.obj
    wanted = _wanted(values or [], unset or [])
    with session.writing(as_json) as library:
        if wanted:
            outcome = library.set_fields(name, wanted, dry_run=dry_run)
        else:
            outcome = _edited(library, name, dry_run, as_json)
    _tell(session, outcome, "edited", dry_run, as_json)


def _wanted(values: list[str], unset: list[str]) -> dict[str, str | None]:
    wanted: dict[str, str | None] = {}
    for value in values:
        field, sign, text = value.partition("=")
        if not sign or not field.strip():
            raise UsageError(f"'{value}' is not FIELD=VALUE", "such as --set year=2019")
        wanted[field.strip()] = text.strip()
    return wanted | {field.strip(): None for field in unset}


def _edited(library: "Library", name: str, dry_run: bool, as_json: bool) -> Outcome:
    """The entry as the user leaves it in an editor, which opens again on a mistake; nothing typed is lost."""
    from gencli.sources.editor import edit, keep

    editor = os.environ.get("VISUAL") or os.environ.get("EDITOR")
    if not editor:
        raise BadInput("no editor is named", "set $EDITOR, or give the change: --set FIELD=VALUE")
    before = library.entry(name)
    shown, tried = before, ""
    for _ in range(_MOST_TRIES):
        text = "".join(line for line in edit(shown, editor, ".bib").splitlines(True) if not line.startswith(_ERROR))
        if not text.strip() or text.strip() == before.strip():
            return Outcome(unchanged=(library.get(name).key,))
        try:
            return library.edit(name, text, shown=before, dry_run=dry_run)
        except (GencliError, KeyboardInterrupt) as error:
            if not isinstance(error, (BadInput, Conflict)):
                notice(f"what you wrote is in {keep(text)}", as_json)
                raise
            if text == tried:
                raise type(error)(error.message, f"nothing was changed; what you wrote is in {keep(text)}") from error
            notice(f"gencli: {error.message}", as_json)
            shown, tried = f"{_ERROR}{error.message}\n{text}", text
    raise BadInput("the entry is still not right", f"nothing was changed; what you wrote is in {keep(tried)}")


def _tell(session: Session, outcome: Outcome, done: str, dry_run: bool, as_json: bool) -> None:
    """What changed, field by field, before the line that says how to undo it."""
    if as_json:
        shape = outcome.as_json() | {"changes": [news._asdict() for news in outcome.news]}
        screen(True).json(shape)
    for news in outcome.news:
        notice(f"{news.key}  {news_words(news)}", as_json)
    finish(session, outcome, done, dry_run, as_json, printed=True)


@app.command("rekey")
def rekey(
    ctx: typer.Context,
    name: str = typer.Argument(None, metavar="[KEY]", help="A key, an old key or an identifier."),
    new: str = typer.Argument(None, metavar="[NEW]", help="The new key."),
    pattern: str = typer.Option(None, "--pattern", metavar="PATTERN", help="Give many papers keys like this."),
    where: str = options.WHERE,
    dry_run: bool = options.DRY_RUN,
    as_json: bool = options.JSON,
) -> None:
    """Give a paper another key; the old one goes on working.

    A pattern is made of {author} {authors} {year} {yy} {word} {words}, with a capital for capitals, and of
    any other signs; a second paper of the same key gets an 'a' behind it.

    \b
    Examples:
      gencli rekey power2022grokking grokking
      gencli rekey --pattern '{Author}{yy}{Word}' --dry-run
      gencli rekey --pattern '{author}:{year}' --where tag:thesis
    """
    session: Session = ctx.obj
    if (pattern is None) == (name is None) or (pattern is None and new is None) or (where and pattern is None):
        raise UsageError("name a key and its new one, or give --pattern", "gencli rekey KEY NEW")
    with session.writing(as_json) as library:
        if pattern is None:
            old = library.get(name).key
            outcome = library.rekey(name, new, dry_run=dry_run)
            pairs = [(old, new)] if as_json and outcome.changed else []
        else:
            query = asked([where or ""], as_json)
            outcome, pairs = library.rekey_all(pattern, query, dry_run=dry_run)
            if where and not (outcome.changed or outcome.unchanged):
                raise nothing(session, library, query)
    _tell_keys(outcome, pairs, as_json)
    finish(session, outcome._replace(problems=()), "given a new key", dry_run, as_json, printed=True)
    if outcome.problems:
        keys = ", ".join(problem.where for problem in outcome.problems[:10])
        more = ", …" if len(outcome.problems) > 10 else ""
        raise BadInput(f"'{pattern}' gives no key to {keys}{more}", "they keep theirs: gencli rekey KEY NEW")


def _tell_keys(outcome: Outcome, pairs: list[tuple[str, str]], as_json: bool) -> None:
    """The old and the new key of each paper that a pattern gave another one."""
    out = screen(as_json)
    if as_json:
        out.json(outcome.as_json() | {"rekeyed": [{"old": old, "new": key} for old, key in pairs]})
    elif out.is_terminal:
        out.table(pairs, [40, 0], ["", ""])
    else:
        for old, key in pairs:
            out.line(old, key)


@app.command("remove")
def remove(
    ctx: typer.Context,
    names: list[str] = options.NAMES,
    where: str = options.WHERE,
    yes: bool = YES,
    dry_run: bool = options.DRY_RUN,
    as_json: bool = options.JSON,
) -> None:
    """Take papers out, with their tags, notes and mentions.

    \b
    Examples:
      gencli remove power2022grokking
      gencli remove --where tag:later --dry-run
    """
    session: Session = ctx.obj
    with session.writing(as_json) as library:
        wanted = named(session, library, names or (), where)
        if len(wanted) > 1 and not dry_run and not yes and not _agreed(f"remove {len(wanted)} papers?"):
            raise NothingFound("nothing was removed")
        outcome = library.remove(wanted, dry_run=dry_run)
    finish(session, outcome, "removed", dry_run, as_json)


@app.command("merge")
def merge(
    ctx: typer.Context,
    name: str = typer.Argument(..., metavar="KEY", help="The paper that stays; its values hold."),
    others: list[str] = typer.Argument(..., metavar="OTHER...", help="The papers that become one with it."),
    dry_run: bool = options.DRY_RUN,
    as_json: bool = options.JSON,
) -> None:
    """Make one paper of several.

    The first keeps its key and its values; the others' keys become old keys, which go on working. All tags,
    notes, mentions, identifiers and fields are kept; what they say otherwise is kept beside. Which papers
    are likely one, `gencli duplicates` says.

    \b
    Example:
      gencli merge belkin2019reconciling belkin2018reconciling
    """
    from gencli.upkeep import conflicts

    session: Session = ctx.obj
    with session.writing(as_json) as library:
        papers = [library.get(one) for one in dict.fromkeys((name, *others))]
        outcome = library.merge(name, others, dry_run=dry_run)
    otherwise = dict.fromkeys(field for field, _, _ in conflicts(papers))
    would = "would be" if dry_run else "is"
    for key, old in outcome.united:
        notice(f"{old} {would} one paper with {key}", as_json)
    if otherwise and outcome.united:
        notice(f"kept beside: {', '.join(otherwise)}", as_json)
    finish(session, outcome, "merged", dry_run, as_json)


@app.command("distinct")
def distinct(
    ctx: typer.Context,
    one: str = typer.Argument(..., metavar="KEY", help="A paper."),
    other: str = typer.Argument(..., metavar="OTHER", help="The paper that only looks like it."),
    as_json: bool = options.JSON,
) -> None:
    """Remember that two papers are not one.

    `duplicates` does not name them again.

    \b
    Example:
      gencli distinct knuth1984literate knuth1992literate
    """
    session: Session = ctx.obj
    with session.writing(as_json) as library:
        outcome = library.distinct(one, other)
    finish(session, outcome, "told apart", False, as_json)


def _agreed(question: str) -> bool:
    """Ask where both ends are a terminal; elsewhere nobody could answer, and undo is near."""
    if sys.stdin is None or sys.stderr is None or not (sys.stdin.isatty() and sys.stderr.isatty()):
        return True
    from gencli.text import seen

    sys.stderr.write(f"{seen(question)} [y/N] ")
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() in ("y", "yes")
