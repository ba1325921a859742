"""page add, move, remove, reflow: the library's own text of a page, to be given back to where it lives."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

import typer

from gencli import formats
from gencli.cli import options
from gencli.cli.paging import named_one
from gencli.cli.screen import screen
from gencli.cli.session import Session, notice
from gencli.errors import BadInput, Conflict, NotFound

if TYPE_CHECKING:
    from gencli.drift import Difference
    from gencli.library import Library
    from gencli.listing.edits import Syntax

app = typer.Typer()
group = typer.Typer(name="page", no_args_is_help=True, rich_markup_mode=None)

PAGE = typer.Option(
    "", "--page", "-p", metavar="PAGE", help="Title or source of the page; not needed where there is one."
)
SECTION = typer.Option(
    "",
    "--section",
    "-s",
    metavar="SECTION",
    help="A heading's title, or 'Heading > Heading'; without it the page's top.",
)
GROUP = typer.Option(None, "--group", "-g", metavar="GROUP", help="A group of that section.")
KEY = typer.Argument(..., metavar="KEY", help="A key, an old key or an identifier.")
ITEM = typer.Option(
    None, "--item", min=1, metavar="N", help="Which of the page's items, where it names the paper twice."
)


class _Given(NamedTuple):
    """The page that is changed."""

    syntax: "Syntax"
    text: str
    title: str


@group.callback()
def page() -> None:
    """Change an imported page, and only its lines concerned.

    The page where it was read from stays as it is. `gencli export --page PAGE` gives the text, with --diff what to
    paste; when the page has it, `gencli sync` sees that.

    \b
    Examples:
      gencli page add power2022grokking --section "Phenomena > Grokking" --star
      gencli page move power2022grokking --section Theory
      gencli export --page "Reading list" --diff
    """


@group.command("add")
def add(
    ctx: typer.Context,
    name: str = KEY,
    title: str = PAGE,
    section: str = SECTION,
    group_name: str = GROUP,
    note: str = typer.Option("", "--note", metavar="TEXT", help="What stands behind the link, in the page's syntax."),
    star: bool = typer.Option(False, "--star", help="In bold."),
    dry_run: bool = options.DRY_RUN,
    as_json: bool = options.JSON,
) -> None:
    """Put a paper on a page, behind the others of a section or of a group in it.

    \b
    Example:
      gencli page add nakkiran2019deep --section "Double Descent" --note "- the deep case"
    """

    def make(library: "Library", page: _Given) -> str:
        from gencli.listing import edits
        from gencli.listing.told import address_for, label_for

        paper = library.get(name)
        content = page.syntax.item(label_for(paper), address_for(paper), note, starred=star)
        spot = edits.Spot(edits.section_called(page.syntax, page.text, section), group_name)
        here = [one for one in paper.mentions if one.page == page.title and one.role == "item"]
        if any((one.section, one.group) == spot for one in here):
            raise Conflict(f"'{page.title}' has {paper.key} there already", "nothing was changed")
        return edits.added(page.syntax, page.text, spot, content)

    def wanted(found: "Sequence[Difference]", key: str) -> str:
        rest = _but_links(found, key)
        added = [one for one in rest if one.what == "added"]
        if not any(one.key == key for one in added):
            return f"an item of the page would not be known as {key}: it has no arXiv id, DOI or other lasting address"
        # What its note links in passing comes with it.
        return "" if added == rest and len([one for one in added if one.key == key]) == 1 else _more(rest, key)

    _alter(ctx.obj, title, (name, "put on"), make, wanted, dry_run, as_json)


@group.command("move")
def move(
    ctx: typer.Context,
    name: str = KEY,
    title: str = PAGE,
    section: str = SECTION,
    group_name: str = GROUP,
    number: int = ITEM,
    dry_run: bool = options.DRY_RUN,
    as_json: bool = options.JSON,
) -> None:
    """Move a paper's item to another section or group of its page, with what stands under it.

    \b
    Example:
      gencli page move nakkiran2019deep --section Theory
    """

    def make(library: "Library", page: _Given) -> str:
        from gencli.listing import edits

        spot = edits.Spot(edits.section_called(page.syntax, page.text, section), group_name)
        return edits.moved(page.syntax, page.text, _item(library, name, title, number), spot)

    def wanted(found: "Sequence[Difference]", key: str) -> str:
        if not found:
            return f"{key} stands there already"
        return "" if all(one.what in ("moved", "reordered") and one.key == key for one in found) else _more(found, key)

    _alter(ctx.obj, title, (name, "moved on"), make, wanted, dry_run, as_json)


@group.command("remove")
def remove(
    ctx: typer.Context,
    name: str = KEY,
    title: str = PAGE,
    number: int = ITEM,
    dry_run: bool = options.DRY_RUN,
    as_json: bool = options.JSON,
) -> None:
    """Take a paper's item from a page; the paper stays in the library.

    \b
    Example:
      gencli page remove nakkiran2019deep
    """

    def make(library: "Library", page: _Given) -> str:
        from gencli.listing import edits

        return edits.removed(page.syntax, page.text, _item(library, name, title, number))

    def wanted(found: "Sequence[Difference]", key: str) -> str:
        # What its item says of others in passing goes with it.
        rest = _but_links(found, key)
        is_so = any(one.key == key for one in rest) and all(one.what == "removed" for one in rest)
        return "" if is_so else _more(rest, key)

    _alter(ctx.obj, title, (name, "taken from"), make, wanted, dry_run, as_json)


@group.command("link")
def link(
    ctx: typer.Context,
    cited: str = typer.Argument(..., metavar="TEXT", help="The citation, as `gencli pages --unresolved` has it."),
    name: str = KEY,
    title: str = PAGE,
    dry_run: bool = options.DRY_RUN,
    as_json: bool = options.JSON,
) -> None:
    """Make a citation in a page's text a link to a paper, wherever the page has it in these words.

    \b
    Example:
      gencli page link "Belkin et al., 2018" belkin2018reconciling
    """

    def make(library: "Library", page: _Given) -> str:
        from gencli.listing import edits
        from gencli.listing.told import address_for

        address = address_for(library.get(name))
        if address is None:
            raise BadInput(
                f"{name} has no address that a link could lead to", "give it one: gencli edit KEY --set url=…"
            )
        meant = _as_compared(cited)
        found = [one for one in page.syntax.unresolved(page.text) if _as_compared(one.reference.text) == meant]
        if not found:
            raise NotFound(f"'{page.title}' has no citation '{cited}' without a link", "see: gencli pages --unresolved")
        return edits.linked(page.syntax, page.text, found, address)

    def wanted(found: "Sequence[Difference]", key: str) -> str:
        rest = _but_links(found, key)
        is_so = bool(rest) and all((one.what, one.key) in (("added", key), ("note", one.key)) for one in rest)
        return "" if is_so else _more(rest, key)

    _alter(ctx.obj, title, (name, f"linked as '{cited}' in"), make, wanted, dry_run, as_json)


@group.command("reflow")
def reflow(
    ctx: typer.Context, title: str = PAGE, dry_run: bool = options.DRY_RUN, as_json: bool = options.JSON
) -> None:
    """Give a page that lost its line ends a line for each heading, item and paragraph.

    \b
    Example:
      gencli page reflow --page "Reading list"
    """

    from gencli.formats.dokuwiki import edits

    session: Session = ctx.obj
    with session.reading(as_json) as library:
        page = named_one(library.readings(), title)
    if page.format != "wiki":
        raise BadInput(f"'{page.title}' is no wiki page", "a page in Markdown has its line ends")
    if edits.reflowed(page.text) == page.text:
        notice(f"'{page.title}' has its line ends", as_json)
        return

    def make(_: "Library", page: _Given) -> str:
        return edits.reflowed(page.text)

    _alter(
        ctx.obj,
        title,
        ("", "given its lines:"),
        make,
        lambda found, key: _more(found, key) if found else "",
        dry_run,
        as_json,
    )


@group.command("drop")
def drop(ctx: typer.Context, title: str = PAGE, dry_run: bool = options.DRY_RUN, as_json: bool = options.JSON) -> None:
    """Forget a page, as one that is gone; its papers stay.

    \b
    Example:
      gencli page drop --page "Reading list"
    """
    session: Session = ctx.obj
    with session.writing(as_json) as library:
        page = named_one(library.readings(), title)
        outcome = library.drop_page(page.source, dry_run=dry_run)
    if as_json:
        screen(True).json(outcome.as_json())
    would, undo = ("would let", "") if dry_run else ("let", session.undo)
    notice(f"{would} go of the page '{page.title}'; its papers stay{undo}", as_json)


def _as_compared(text: str) -> str:
    return " ".join(text.split()).casefold()


def _but_links(found: "Sequence[Difference]", key: str) -> "list[Difference]":
    """What is otherwise but for where a paper leads, which may be elsewhere than where the page names it already."""
    return [one for one in found if (one.what, one.key) != ("links", key)]


def _more(found: "Sequence[Difference]", key: str) -> str:
    """What a page would say beside what was asked for."""
    from gencli.cli.words import difference_words

    other = next((one for one in found if one.key != key), found[0] if found else None)
    if other is None:
        return "the page would say what it says now"
    return f"the page would then say something else of {other.key or 'a section'}: {difference_words(other)}"


def _alter(
    session: Session,
    title: str,
    what: tuple[str, str],
    make: "Callable[[Library, _Given], str]",
    wanted: "Callable[[Sequence[Difference], str], str]",
    dry_run: bool,
    as_json: bool,
) -> None:
    """Change a page's text and say what is otherwise on it then; `what` are the paper and what is done with it."""
    name, verb = what
    with session.writing(as_json) as library, screen(as_json) as out:
        page = named_one(library.readings(), title)
        key = library.get(name).key if name else ""
        syntax = formats.syntax(page.format)
        outcome, found = library.alter_page(
            page.source,
            lambda text, known: make(library, _Given(syntax, text, known)),
            lambda some: wanted(some, key),
            f"{key} {verb} '{page.title}'".strip(),
            dry_run=dry_run,
        )
        if as_json:
            told = {"page": page.title, "source": page.source, "differences": [one.as_json() for one in found]}
            out.json(outcome.as_json() | {"pages": [told]})
        else:
            out.differences(page.title, found)
    would = "would be " if dry_run else ""
    after = "" if dry_run else f"; to paste: {session.command('export', '--page', page.title, '--diff')}"
    undo = "" if dry_run else session.undo
    notice(f"{key} {would}{verb} '{page.title}'{undo}{after}".strip(), as_json)


def _item(library: "Library", name: str, title: str, number: int | None) -> int:
    """Which of a page's items is a paper's. Raises `NotFound`, `BadInput` where that is not one."""
    page = named_one(library.readings(), title)
    key = library.get(name).key
    there = next(mentions for known, mentions in library.pages() if known.source == page.source)
    found = [one.position for other, one in there if other == key and one.position is not None]
    if not found:
        raise NotFound(f"'{page.title}' has no item of {key}", f"see: gencli show {key}")
    if number is not None and number not in found:
        raise NotFound(f"item {number} of '{page.title}' is not {key}", f"it has {key} as {', '.join(map(str, found))}")
    if number is None and len(found) > 1:
        raise BadInput(f"'{page.title}' has {key} several times", f"name one with --item: {', '.join(map(str, found))}")
    return number or found[0]
