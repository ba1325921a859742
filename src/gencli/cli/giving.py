"""export: the library, or a part of it, as a text."""

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from gencli.cli import options
from gencli.cli.session import Session, notice
from gencli.errors import BadInput, NotFound, NothingFound, UsageError
from gencli.formats import save

if TYPE_CHECKING:
    from gencli.library import Library

app = typer.Typer()


@app.command("export")
def export(
    ctx: typer.Context,
    words: list[str] = options.QUERY,
    bib: bool = typer.Option(False, "--bib", help="BibTeX; this is what is written where no format is named."),
    markdown: bool = typer.Option(False, "--markdown", help="A reading list in Markdown."),
    jsonl: bool = typer.Option(False, "--jsonl", help="JSON lines, a paper each."),
    output: str = typer.Option(None, "--output", "-o", metavar="FILE", help="Write this file, whole or not at all."),
    check: bool = typer.Option(False, "--check", help="Write nothing; exit 1 where FILE is not what would be written."),
) -> None:
    """Write papers as BibTeX, Markdown or JSON lines.

    The same library gives the same bytes. The Markdown is arranged as the pages are.

    \b
    Examples:
      gencli export --bib
      gencli export tag:thesis --bib -o refs.bib
      gencli export --markdown -o README.md --check
    """
    if bib + markdown + jsonl > 1:
        raise UsageError("name one format", "--bib, --markdown or --jsonl")
    if check and output is None:
        raise UsageError("--check compares a file", "name it with -o FILE")
    session: Session = ctx.obj
    query = " ".join(words or ())
    with session.reading() as library:
        pieces, count = _text(library, query, "markdown" if markdown else "jsonl" if jsonl else "bibtex")
        if query.strip() and not count:
            raise NothingFound(f"no paper matches '{query}'")
        if output is None:
            if sys.stdout is None:
                raise OSError(9, "standard output is closed")
            sys.stdout.writelines(pieces)
        elif check:
            _compare(Path(output), "".join(pieces))
        else:
            save(Path(output), pieces)
            notice(f"wrote {count} {'paper' if count == 1 else 'papers'} to {output}")


def _text(library: "Library", query: str, format_name: str) -> tuple[Iterable[str], int]:
    if format_name == "bibtex":
        from gencli.formats.bibtex.writer import pieces

        volume, count = library.volume(query)
        return pieces(volume), count
    papers = library.find(query, "key")
    if format_name == "markdown":
        from gencli.formats import markdown as writer

        return [writer.write(papers, library.pages())], len(papers)
    from gencli.formats import jsonl

    return jsonl.write(papers), len(papers)


def _compare(path: Path, text: str) -> None:
    try:
        same = path.read_bytes() == text.encode("utf-8")
    except FileNotFoundError as error:
        raise NotFound(f"there is no file {path}", f"write it: gencli export -o {path}") from error
    except OSError as error:
        raise BadInput(f"cannot read {path}: {(error.strerror or str(error)).lower()}") from error
    if not same:
        raise NothingFound(f"{path} is not what would be written", f"write it anew: gencli export -o {path}")
