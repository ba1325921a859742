"""export: the library, or a part of it, as a text."""

import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import typer

from gencli.cli import options
from gencli.cli.session import Session, asked, nothing, notice
from gencli.errors import BadInput, CheckFailed, NotFound, NothingFound, UsageError
from gencli.formats import save

if TYPE_CHECKING:
    from gencli.library import Library
    from gencli.listing.told import Pages
    from gencli.model import Paper
    from gencli.query import Query
    from gencli.sources.manuscripts import Manuscript

app = typer.Typer()

_BIB = ("bib", "biblatex")
_LISTS = ("markdown", "wiki")
_OF_BIBTEX = "--ascii, --aliases and --with-problems are for BibTeX"
GroupBy = Literal["section", "tag", "year"]


@app.command("export")
def export(
    ctx: typer.Context,
    words: list[str] = options.QUERY,
    bib: bool = typer.Option(False, "--bib", help="BibTeX; this is what is written where no format is named."),
    biblatex: bool = typer.Option(False, "--biblatex", help="BibTeX in biblatex's names, old keys as ids."),
    markdown: bool = typer.Option(False, "--markdown", help="A reading list in Markdown."),
    wiki: bool = typer.Option(False, "--wiki", help="A reading list in DokuWiki's syntax."),
    csl_json: bool = typer.Option(False, "--csl-json", help="CSL-JSON, for Zotero and pandoc."),
    ris: bool = typer.Option(False, "--ris", help="RIS, for EndNote and others."),
    jsonl: bool = typer.Option(False, "--jsonl", help="JSON lines: all of it, to be imported again."),
    page: str = typer.Option(None, "--page", "-p", metavar="PAGE", help="An imported page, in its own text."),
    diff: bool = typer.Option(False, "--diff", help="With --page: what is otherwise than where it was read from."),
    reflow: bool = typer.Option(False, "--reflow", help="With --page: line ends for a wiki page that lost them."),
    group_by: GroupBy = typer.Option(None, "--group-by", help="Sections of a reading list; without it the pages' own."),
    output: str = typer.Option(None, "--output", "-o", metavar="FILE", help="Write this file, whole or not at all."),
    check: bool = typer.Option(False, "--check", help="Write nothing; exit 1 where FILE is not what would be written."),
    keys_from: list[str] = typer.Option(
        None, "--keys-from", metavar="FILE", help="What a manuscript cites: .aux, .bcf, .tex, .md; may be repeated."
    ),
    only_ascii: bool = typer.Option(
        False, "--ascii", help="BibTeX for old engines: LaTeX's commands for signs beyond ASCII."
    ),
    aliases: bool = typer.Option(False, "--aliases", help="BibTeX: each entry once more under its old keys."),
    with_problems: bool = typer.Option(False, "--with-problems", help="BibTeX: what was kept aside, at the end."),
) -> None:
    """Write papers as BibTeX, Markdown, CSL-JSON, RIS or JSON lines.

    The same library gives the same bytes. What a .bib said is written as it was read. With --keys-from, keys
    that the library lacks are named, and the exit code is 1.

    \b
    Examples:
      gencli export --bib
      gencli export tag:thesis --biblatex -o refs.bib
      gencli export --keys-from main.aux -o refs.bib
      gencli export --markdown -o README.md --check
    """
    named = {
        "bib": bib, "biblatex": biblatex, "markdown": markdown, "wiki": wiki, "csl-json": csl_json, "ris": ris,
        "jsonl": jsonl,
    }  # fmt: skip
    chosen = [name for name, is_named in named.items() if is_named]
    if len(chosen) > 1:
        raise UsageError("name one format", " or ".join(f"--{name}" for name in chosen))
    form = chosen[0] if chosen else "bib"
    for is_wrong, what, hint in (
        (check and output is None, "--check compares a file", "name it with -o FILE"),
        (form not in _BIB and (only_ascii or aliases or with_problems), _OF_BIBTEX, "--bib or --biblatex"),
        ((diff or reflow) and page is None, "--diff and --reflow are for a page", "name it with --page"),
        (group_by and form not in _LISTS, "--group-by is for reading lists", "--wiki or --markdown"),
        (group_by and page is not None, "a page has its own sections", "leave --group-by out, or --page"),
        (page is not None and chosen and form not in _LISTS, "a page is a reading list", "--wiki or --markdown"),
    ):
        if is_wrong:
            raise UsageError(what, hint)
    query = asked(words or ())
    if page is not None:
        if query.root is not None:
            raise UsageError("a page is given back whole", "leave the query out, or --page")
        _page(ctx.obj, page, chosen, (diff, reflow), output, check)
        return
    if query.root is not None and keys_from:
        raise UsageError("give a query or --keys-from, not both")
    session: Session = ctx.obj
    paper = _manuscript(keys_from) if keys_from else None
    with session.reading() as library:
        lacking = _lacking(library, paper) if paper is not None else []
        keys = None if paper is None or paper.everything else paper.keys
        if keys is not None and not keys:
            raise NothingFound(f"{', '.join(keys_from)} cites nothing", "nothing was written")
        for what in paper.missing if paper is not None else ():
            notice(what)
        if form in _BIB:
            style = (form == "biblatex", only_ascii, aliases)
            cited = paper.keys if paper is not None else ()
            pieces, count = _bibtex(library, query, keys, cited, style, with_problems)
        else:
            pieces, count = _text(library, query, keys, form, group_by)
        if query.root is not None and not count:
            raise nothing(session, library, query)
        _give(session, pieces, count, None if output == "-" else output, check)
    if lacking:
        more = ", …" if len(lacking) > 20 else ""
        verb = "is" if len(lacking) == 1 else "are"
        what = f"{len(lacking)} of the {len(paper.keys if paper else ())} keys cited {verb} not in the library"
        raise NothingFound(f"{what}: {', '.join(lacking[:20])}{more}", "add them, or see: gencli search WORDS")


def _manuscript(files: list[str]) -> "Manuscript":
    from gencli.sources.manuscripts import read

    return read(files)


def _lacking(library: "Library", paper: "Manuscript") -> list[str]:
    """The keys that are cited and not there, each with the key that could be meant."""
    lacking = []
    for key in paper.keys:
        if not library.is_key(key):
            near = library.key_of(key)
            lacking.append(f"{key} (there is {near})" if near else key)
    return lacking


def _bibtex(
    library: "Library",
    query: "Query",
    keys: Iterable[str] | None,
    cited: Iterable[str],
    style: tuple[bool, bool, bool],
    with_problems: bool,
) -> tuple[Iterable[str], int]:
    """All papers that are wanted, those that are cited by an old key under that one, too."""
    from gencli.formats.bibtex.writer import Style, pieces

    volume, count = library.volume(query, keys=keys, with_asides=with_problems)
    if keys is None and cited:
        # All are wanted by their own keys, too.
        own = library.cited(cited)
        volume = volume._replace(cited={key: (key, *(old for old in olds if old != key)) for key, olds in own.items()})
    return pieces(volume, Style(*style)), count


def _page(
    session: Session, name: str, chosen: list[str], how: tuple[bool, bool], output: str | None, check: bool
) -> None:
    """A page in its own text, to the byte, with line ends where it lost them, or as the difference; or in another form.

    In the other syntax it is made of its papers, as it arranges them: what else it says is not in it.
    """
    diff, reflow = how
    from gencli.cli.paging import named_one

    with session.reading() as library:
        page = named_one(library.readings(), name)
        if chosen and chosen != [page.format]:
            if diff or reflow:
                raise UsageError(f"'{page.title}' is in the format {page.format}", "leave the other format out")
            laid = [one for one in library.pages() if one[0].source == page.source]
            papers = list(library.each(keys=dict.fromkeys(key for _, mentions in laid for key, _ in mentions))[0])
            text = _writer(chosen[0])(papers, laid)
            _give(session, [text], len(papers), None if output == "-" else output, check)
            return
    text = page.text
    if reflow:
        from gencli.formats.dokuwiki import edits

        text = edits.reflowed(text) if page.format == "wiki" else text
    if diff:
        from difflib import unified_diff

        was, now = ((one or "").splitlines(keepends=True) for one in (page.base or text, text))
        text = "".join(
            line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"
            for line in unified_diff(was, now, page.source, page.title, page.read)
        )
    _give(session, [text], page.papers, None if output == "-" else output, check)


def _text(
    library: "Library", query: "Query", keys: Iterable[str] | None, form: str, group_by: str | None
) -> tuple[Iterable[str], int]:
    if form == "jsonl":
        return library.lines(query, keys=keys)
    if form in _LISTS:
        from gencli.listing.told import arranged

        papers = list(library.each(query, keys=keys)[0])
        pages = library.pages() if group_by in (None, "section") else arranged(papers, group_by)
        return [_writer(form)(papers, pages)], len(papers)
    each, count = library.each(query, keys=keys)
    if form == "ris":
        from gencli.formats import ris

        return ris.write(each), count
    from gencli.formats import csljson

    return csljson.write(each), count


def _writer(form: str) -> "Callable[[Iterable[Paper], Pages], str]":
    """How a reading list is written in a syntax of pages."""
    from importlib import import_module

    found: Any = import_module({"wiki": "gencli.formats.dokuwiki.writer"}.get(form, "gencli.formats.markdown"))
    write: Callable[[Iterable[Paper], Pages], str] = found.write
    return write


def _give(session: Session, pieces: Iterable[str], count: int, output: str | None, check: bool) -> None:
    """Write the text where it was asked for, or compare it with what is there."""
    if output is None:
        sys.stdout.writelines(_harmless(pieces) if sys.stdout.isatty() else pieces)
    elif check:
        _compare(session, Path(output), pieces)
    else:
        save(Path(output), pieces)
        notice(f"wrote {count} {'paper' if count == 1 else 'papers'} to {output}")


def _harmless(pieces: Iterable[str]) -> Iterable[str]:
    """The text as a terminal may have it; a file and a pipe get every sign as it is."""
    from gencli.text import seen

    for piece in pieces:
        yield "\n".join(seen(line, len(line)) for line in piece.split("\n"))


def _compare(session: Session, path: Path, pieces: Iterable[str]) -> None:
    again = session.command(*(word for word in _words(session) if word != "--check"))
    try:
        with path.open("rb") as file:
            same = all(file.read(len(piece)) == piece for piece in (text.encode("utf-8") for text in pieces))
            same = same and not file.read(1)
    except FileNotFoundError as error:
        raise NotFound(f"there is no file {path}", f"write it: {again}") from error
    except OSError as error:
        raise BadInput(f"cannot read {path}: {(error.strerror or str(error)).lower()}") from error
    if not same:
        raise CheckFailed(f"{path} is not what would be written", f"write it anew: {again}")


def _words(session: Session) -> list[str]:
    """The words of this command, from its name on."""
    return session.words[session.words.index("export") :] if "export" in session.words else ["export"]
