"""The app: finds a command's family and loads only that, and turns errors into words and exit codes."""

import errno
import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib import import_module
from typing import Any, TextIO

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command, get_command_from_info, get_group

from gencli import __version__
from gencli.errors import FULL, GencliError, more_room

# Each command with the module it lives in, in the order of the help.
FAMILIES = {
    "search": "finding", "list": "finding", "show": "finding", "like": "finding", "open": "finding",
    "add": "adding", "import": "importing", "pages": "paging", "sync": "paging", "page": "altering",
    "arxiv": "fetching", "refresh": "fetching", "export": "giving",
    "edit": "changing", "rekey": "changing", "remove": "changing", "merge": "changing", "distinct": "changing",
    "duplicates": "checking", "check": "checking",
    "tag": "tagging", "tags": "tagging", "stats": "tagging",
    "note": "marking", "star": "marking", "unstar": "marking", "status": "marking",
    "history": "keeping", "undo": "keeping", "redo": "keeping", "init": "keeping", "info": "keeping",
    "backup": "keeping", "help": "helping", "completion": "helping",
}  # fmt: skip
# Commands that take a query, in which `-word` is what a paper must not have.
_QUERIED = ("search", "list", "arxiv", "refresh", "export", "check", "stats")
# What seems to be `-word` and is a slip for an option.
_OPTIONS = frozenset("json keys count limit sort reverse help tag fix all fresh bib biblatex markdown wiki ris".split())
ALIASES = {"ls": "list", "rm": "remove", "find": "search"}


class Plain(TyperCommand):
    """A command whose usage line names what must be given without braces around it, as others do."""

    def collect_usage_pieces(self, ctx: Any) -> list[str]:
        """The pieces of the usage line behind the command's name."""
        return [piece[1:-1] if piece.startswith("{") else piece for piece in super().collect_usage_pieces(ctx)]


class Families(TyperGroup):
    """A group that knows its commands by name and builds one when it is asked for.

    Building all of them costs as much again as a bare Typer app takes to start.
    """

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002
        """The names that the help shows."""
        return list(FAMILIES)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002
        """The command of a name or an alias, or None."""
        name = ALIASES.get(cmd_name, cmd_name)
        if name not in FAMILIES:
            return None
        family = import_module(f"gencli.cli.{FAMILIES[name]}")
        if name in ("tag", "page"):
            for info in family.group.registered_commands:
                info.cls = Plain
            return get_group(family.group)
        info = next(info for info in family.app.registered_commands if info.name == name)
        info.cls = Plain
        return get_command_from_info(info, pretty_exceptions_short=False, rich_markup_mode=None)

    def make_context(self, *given: Any, **named: Any) -> Any:
        """Read the words; those that ask for the version or for help are done here."""
        with _kept_from_typer():
            return super().make_context(*given, **named)

    def invoke(self, ctx: Any) -> Any:
        """Run the command."""
        with _kept_from_typer():
            return super().invoke(ctx)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command that the words name; a slip of the keys gets the nearest name as a hint."""
        # What the base class compares a typo with.
        self.commands = dict.fromkeys(FAMILIES)  # type: ignore[assignment]
        return super().resolve_command(ctx, args)


class _ReaderGone(Exception):
    """Who read the output has enough of it."""


@contextmanager
def _kept_from_typer() -> Iterator[None]:
    """Typer would end a closed pipe with 1, before anyone could tell it from an error, and Ctrl-C without a word."""
    try:
        yield
    except BrokenPipeError as error:
        raise _ReaderGone from error
    except KeyboardInterrupt as error:
        raise typer.Abort from error


class _Closed(io.TextIOBase):
    """A standard output that was closed before we began: to write nothing to it is no error."""

    def write(self, _: str) -> int:
        """Say that it is closed, as a file does that is not open for writing."""
        raise OSError(errno.EBADF, "standard output is closed")


app = typer.Typer(
    cls=Families,
    name="gencli",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    # Ours knows keys and tags, and is quicker: `gencli completion`.
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"gencli {__version__}")
        raise typer.Exit


@app.callback(epilog="Each command explains itself: gencli COMMAND -h; the query language and more: gencli help")
def main(
    ctx: typer.Context,
    db: str = typer.Option(None, "--db", metavar="PATH", help="The library to use, instead of the usual one."),
    offline: bool = typer.Option(False, "--offline", help="Never use the network."),
    version: bool = typer.Option(False, "--version", callback=_version, is_eager=True, help="Show the version."),  # noqa: ARG001
) -> None:
    """A bibliography manager: reading lists and arXiv in, one SQLite file, BibTeX and Markdown out."""
    from gencli.cli.session import Session

    ctx.obj = Session(db, offline, ctx.obj or [])


def flush(code: int) -> int:
    """Write out what is still buffered; the exit code, or another one where it cannot be written."""
    try:
        sys.stdout.flush()
    except OSError as error:
        # What failed before is not undone by a reader who has enough.
        code = _unwritten(error, "--json" in sys.argv) or code
    try:
        if sys.stderr is not None:
            sys.stderr.flush()
    except OSError:
        # Words that nobody can read change nothing.
        _give_up(sys.stderr)
    return code


def execute(arguments: list[str]) -> int:
    """Run one command; gives its exit code. Nothing that a user can do ends in a traceback."""
    words = arguments[: arguments.index("--")] if "--" in arguments else arguments
    as_json = "--json" in words
    sys.stdout = _whole(sys.stdout)
    for stream in (sys.stdout, sys.stderr):
        if stream is not None and hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    if sys.stdin is not None and hasattr(sys.stdin, "reconfigure"):
        # What is no UTF-8 is no paper's name; where some was read already it stays as it was.
        with suppress(ValueError, OSError):
            sys.stdin.reconfigure(encoding="utf-8", errors="surrogateescape")
    try:
        if arguments[:1] == ["complete-words"]:
            # What the scripts of `gencli completion` call: Typer would read the words that are still being typed.
            from gencli.cli.completing import answer

            answer(get_command(app), arguments[1:])
            return 0
        return _outcome(arguments, as_json)
    except _ReaderGone:
        return _unwritten(BrokenPipeError(), as_json)
    except KeyboardInterrupt:
        # While its parts were loaded or its words read; inside a command it is an Abort.
        return _say("interrupted", 130, "interrupted", "", as_json)
    except OSError as error:
        return _unwritten(error, as_json)


def _whole(stream: TextIO | None) -> TextIO:
    """Standard output as a stream that writes all it is given, or raises `OSError`."""
    if stream is None:
        return _Closed()  # type: ignore[return-value]
    if isinstance(getattr(stream, "buffer", None), io.RawIOBase):
        # Unbuffered (PYTHONUNBUFFERED), Python writes the part of a text that there is room for, and says nothing.
        return open(stream.fileno(), "w", encoding="utf-8", closefd=False)
    return stream


def _outcome(arguments: list[str], as_json: bool) -> int:
    try:
        result = get_command(app).main(_refusing(arguments), prog_name="gencli", standalone_mode=False, obj=arguments)
    except GencliError as error:
        return _say(error.code, error.exit_code, error.message, error.hint, as_json)
    except typer.Abort:
        return _say("interrupted", 130, "interrupted", "", as_json)
    except typer.TyperException as error:
        return _usage(error, as_json)
    return result if isinstance(result, int) else 0


def _refusing(arguments: list[str]) -> list[str]:
    """The arguments of a command that takes a query, `-word` put where it is no option: behind all others."""
    pairs = zip(["", *arguments], arguments, strict=False)
    command = next((word for before, word in pairs if not word.startswith("-") and before != "--db"), "")
    if ALIASES.get(command, command) not in _QUERIED or "--" in arguments:
        return arguments
    refused = [word for word in arguments[arguments.index(command) :] if _is_refused(word)]
    return [*(word for word in arguments if word not in refused), "--", *refused] if refused else arguments


def _is_refused(word: str) -> bool:
    """Whether an argument is what a paper must not have (`-least`, `-tag:dd`, `-(a OR b)`); no option is so."""
    if len(word) < 3 or word[0] != "-" or word[1] == "-":
        return False
    if not word.isascii() or any(sign in ' :("' for sign in word):
        return True
    return word[1:].isalpha() and word[1:] not in _OPTIONS


def _usage(error: Any, as_json: bool) -> int:
    """What Typer says of words that do not fit; asked without any, gencli shows its help."""
    context = getattr(error, "ctx", None)
    if type(error).__name__ == "NoArgsIsHelpError":
        print(error.message)
        return 2
    path = context.command_path if context is not None else "gencli"
    hint = f"see: {path} -h"
    option = getattr(error, "option_name", None)
    if option in ("--db", "--offline") and path != "gencli":
        hint = f"{option} goes before the command: gencli {option} … {path.removeprefix('gencli ')}"
    if type(error).__name__ == "NoSuchOption" and path.rpartition(" ")[2] in _QUERIED:
        hint += f"; for what lacks a word write NOT word, or put the query behind --: {path} -- QUERY"
    return _say("usage", 2, error.format_message().rstrip(".").replace("\n", " "), hint, as_json)


def _unwritten(error: OSError, as_json: bool) -> int:
    """A closed pipe is the reader's word that it has enough; a full disk and a folder that is gone are said."""
    _give_up(sys.stdout)
    if isinstance(error, BrokenPipeError):
        return 0
    reason = (error.strerror or str(error)).lower()
    if error.filename is not None:
        name = os.fsdecode(error.filename) if isinstance(error.filename, str | bytes) else error.filename
        return _say("output", 6, f"cannot use {name}: {reason}", "check the file and its folder", as_json)
    if error.errno == errno.ENOENT:
        # No name: it is the folder that we are in, which somebody removed.
        return _say("not_found", 3, "the current folder is not there any more", "go to another one", as_json)
    hint = f"{more_room(error.errno)}, then try again" if error.errno in FULL else "check where it goes"
    return _say("output", 6, f"cannot write the output: {reason}", hint, as_json)


def _give_up(stream: TextIO) -> None:
    """What is still buffered must not be written again when Python closes the stream."""
    with suppress(OSError, ValueError):
        number = stream.fileno()
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, number)
        os.close(nowhere)


def _say(code: str, exit_code: int, message: str, hint: str, as_json: bool) -> int:
    # Where nobody can read the words, the exit code still tells.
    with suppress(OSError):
        if sys.stderr is not None:
            _print_error(code, message, hint, as_json)
    return exit_code


def _print_error(code: str, message: str, hint: str, as_json: bool) -> None:
    if as_json:
        import json

        from gencli.text import json_seen

        error = {"error": {"code": code, "message": message, "hint": hint}}
        print(json_seen(json.dumps(error, ensure_ascii=False)), file=sys.stderr)
        return
    from gencli.cli.session import harmless

    print(f"gencli: {harmless(message, sys.stderr)}", file=sys.stderr)
    if hint:
        print(f"  hint: {harmless(hint, sys.stderr)}", file=sys.stderr)
