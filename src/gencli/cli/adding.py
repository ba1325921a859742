"""add: papers by their identifiers."""

from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from typing import TYPE_CHECKING

import typer

from gencli.cli import options
from gencli.cli.filled import Failed, ask, fail, say_withdrawn, tell, unfinished
from gencli.cli.session import Session, complain, notice
from gencli.errors import BadInput, NetworkError
from gencli.filling import Adding
from gencli.sources.addresses import refuse_secret_within
from gencli.sources.named import Named, read_names

if TYPE_CHECKING:
    from gencli.identifiers import Identifier

app = typer.Typer()

_KINDS = {
    "doi": "a DOI",
    "isbn": "an ISBN",
    "pmid": "a PubMed id",
    "acl": "an ACL Anthology id",
    "openreview": "an OpenReview id",
    "url": "a web address",
}


@app.command("add")
def add(
    ctx: typer.Context,
    names: list[str] = typer.Argument(
        ..., metavar="IDENT...", help="arXiv ids, URLs, DOIs, or files that hold some; '-' reads standard input."
    ),
    tags: list[str] = options.TAGS,
    note: str = options.NOTE,
    no_fetch: bool = options.NO_FETCH,
    fresh: bool = options.FRESH,
    as_json: bool = options.JSON,
) -> None:
    """Add papers by identifier.

    Any usual form will do, see docs/arxiv.md: ids, addresses, DOIs of arXiv, a list, a mail or BibTeX that
    holds them. A paper that the library has needs no network: it gets the tags and the note. Only arXiv
    is asked today; other identifiers are kept with --no-fetch. Run again, it asks only for what is missing.

    \b
    Examples:
      gencli add arXiv:2201.02177
      gencli add https://arxiv.org/abs/1812.11118v2 --tag dd --note "the peak"
      pbpaste | gencli add -
      gencli add 10.1073/pnas.1903070116 --no-fetch
    """
    session: Session = ctx.obj
    for name in names:
        refuse_secret_within(name)
    named = read_names(names)
    keys, failed = _keys(session, named, as_json)
    unknown = [] if no_fetch else _unknown(session, named.found, as_json)
    asked = [found.value for found in unknown if found.kind == "arxiv"]
    others = [found for found in unknown if found.kind != "arxiv"]
    if asked and session.offline:
        failed.append((", ".join(asked), _forbidden(asked)))
        asked = []
    said = _say_at_once(failed) if asked and not as_json else 0
    with ExitStack() as stack:
        adding = Adding(lambda: session.adding(stack, as_json), named.same, tags or (), note)
        total = adding.keys(keys).plus(adding.bare([found for found in named.found if found not in unknown]))
        filled = ask(session, asked, adding.take, fresh=fresh, as_json=as_json)
        # What arXiv told may have been the paper with that DOI.
        met = [found for found in others if adding.has(found)]
        total = total.plus(filled.outcome).plus(adding.bare(met))
    failed += [*_not_asked(found for found in others if found not in met), *filled.failed]
    failed += unfinished(session, filled, names)
    for key in filled.outcome.merged:
        notice(f"{key} was in the library under another identifier: it is one paper", as_json)
    tell(session, total, failed, as_json)
    say_withdrawn(filled, as_json)
    fail(failed, as_json, said)


def _keys(session: Session, named: Named, as_json: bool) -> tuple[list[str], list[Failed]]:
    """What is no identifier: keys of papers that are there, and the errors of the rest."""
    if not named.others:
        return [], list(named.failed)
    from gencli.pasted import no_identifier

    keys: dict[str, str | None] = dict.fromkeys(named.others)
    if session.exists(as_json):
        with session.reading(as_json) as library:
            keys = {name: library.key_of(name) for name in keys}
    failed: list[Failed] = list(named.failed)
    for name in (name for name, key in keys.items() if key is None):
        place, error = named.others[name], no_identifier(name)
        failed.append((place or name, BadInput(f"{place}: {error.message}", error.hint) if place else error))
    return [key for key in keys.values() if key is not None], failed


def _unknown(session: Session, wanted: "Sequence[Identifier]", as_json: bool) -> "list[Identifier]":
    """The identifiers that no paper of the library has; without a library, all of them."""
    if not wanted or not session.exists(as_json):
        return list(wanted)
    with session.reading(as_json) as library:
        return [found for found in wanted if not library.has(found)]


def _say_at_once(failed: list[Failed]) -> int:
    """Name what is no identifier before anything is fetched; how many were named."""
    for _, error in failed:
        complain(error)
    return len(failed)


def _forbidden(asked: list[str]) -> NetworkError:
    some = ", ".join(asked[:3]) + ", …" * (len(asked) > 3)
    what = f"the network is forbidden here; not asked for: {some}"
    return NetworkError(what, "keep the ids for later: gencli add --no-fetch …")


def _not_asked(others: "Iterable[Identifier]") -> list[Failed]:
    hint = "keep it without its details: --no-fetch"
    return [
        (
            found.value,
            BadInput(f"{found.value[:80]} is {_KINDS.get(found.kind, found.kind)}; only arXiv is asked today", hint),
        )
        for found in others
    ]
