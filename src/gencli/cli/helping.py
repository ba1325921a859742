"""help, completion: what gencli says of itself."""

from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import typer

from gencli.cli.app import ALIASES
from gencli.errors import UsageError

if TYPE_CHECKING:
    from typer import Context

app = typer.Typer()

PACKAGE = Path(__file__).resolve().parent.parent
# What there is a text of, each with what it is about.
TOPICS = {
    "query": "what to look for: words, phrases, fields, ranges",
    "identifiers": "how papers are named: keys, arXiv ids, DOIs",
    "formats": "what import reads and export writes",
    "output": "terminals, pipes, JSON",
    "exit-codes": "what the exit code says",
    "environment": "variables, and which library is used",
}


def topic(name: str) -> str:
    """The text of a topic."""
    return (PACKAGE / "topics" / f"{name}.txt").read_text(encoding="utf-8")


@app.command("help")
def help_(
    ctx: typer.Context,
    words: list[str] = typer.Argument(None, metavar="[TOPIC]...", help="A topic, or a command."),
) -> None:
    """Explain a topic or a command.

    Without one, list the commands and topics. Topics: query, identifiers, formats, output, exit-codes, environment.

    \b
    Examples:
      gencli help query
      gencli help tag add
    """
    from gencli.cli.screen import screen

    text = _said(ctx, words or [])
    with screen() as out:
        out.out.write(text.rstrip("\n") + "\n")


def _said(ctx: "Context", words: list[str]) -> str:
    group = ctx.parent
    assert group is not None
    if not words:
        told = "\n".join(f"  {name:12} {about}" for name, about in TOPICS.items())
        return f"{group.get_help()}\n\nTopics (gencli help TOPIC):\n{told}\n"
    if len(words) == 1 and words[0] in TOPICS:
        return topic(words[0])
    context: Any = group
    for word in words:
        known = list(context.command.list_commands(context)) if hasattr(context.command, "list_commands") else []
        command = context.command.get_command(context, word) if known else None
        if command is None:
            others = (*TOPICS, *ALIASES) if context is group else ()
            raise _unknown(words[: words.index(word)], word, [*known, *others])
        context = type(ctx)(command, info_name=command.name, parent=context)
    said: str = context.get_help()
    return said


def _unknown(before: list[str], word: str, known: list[str]) -> UsageError:
    from difflib import get_close_matches

    begun = [name for name in known if name.startswith(word.lower())]
    close = dict.fromkeys([*begun, *get_close_matches(word.lower(), known, 2, 0.6)])
    near = [" ".join(["gencli help", *before, name]) for name in [*close][:2]]
    hint = f"did you mean: {'  or: '.join(near)}" if near else "see: gencli help"
    return UsageError(f"there is no help on '{' '.join([*before, word])}'", hint)


@app.command("completion")
def completion(
    shell: Literal["bash", "zsh", "fish"] = typer.Argument(..., metavar="bash|zsh|fish", help="Your shell."),
) -> None:
    """Print a shell's script for completion.

    Commands, options, keys, tags, titles of pages, fields and values of queries, from the library that the line
    names. Nothing is written.

    In bash and zsh the first two of these belong into ~/.bashrc, or into ~/.zshrc behind compinit; fish needs the
    third once.

    \b
    Examples:
      source <(gencli completion bash)
      source <(gencli completion zsh)
      gencli completion fish > ~/.config/fish/completions/gencli.fish
    """
    typer.echo((PACKAGE / "shell" / f"completion.{shell}").read_text(encoding="utf-8"), nl=False)
