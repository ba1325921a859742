"""From an address as a person copies it out of a browser to the text that the web page is made from."""

from collections.abc import Callable
from pathlib import PurePosixPath
from shlex import quote
from typing import NamedTuple

from gencli.errors import BadInput, NotFound
from gencli.identifiers import STRONG, identify
from gencli.sources import codehosts, wikis
from gencli.sources.addresses import Fetched, name_of, refuse_other, site_of

Fetch = Callable[[str], Fetched]


class Source(NamedTuple):
    """What was fetched, the address that it is known by, what it is called as a list and as a page."""

    fetched: Fetched
    address: str
    name: str
    title: str


def source_behind(address: str, fetch: Fetch) -> Source:
    """The source of what an address shows: a page of DokuWiki, a text on a code host, or a text as it is.

    Raises `BadInput` for a web page whose source is not known to us, and what `fetch` raises.
    """
    refuse_other(address)
    # A section is never asked for: the whole page is read.
    whole = address.partition("#")[0]
    if (raw := codehosts.raw(whole)) is not None:
        return _first(address, raw, fetch)
    if wikis.is_page(whole):
        return _wiki_page(address, wikis.source_of(whole), wikis.page_of(whole), fetch)
    found = fetch(whole)
    if not _is_html(found):
        name = name_of(whole)
        return Source(found, whole, name, _title(name))
    page = wikis.seen(found.content)
    if page is None or wikis.is_source(whole):
        raise _refused(address, page)
    if not page.exists:
        raise _no_page(address, page.page)
    source = wikis.source_of(found.url)
    if site_of(found.url) != site_of(whole):
        raise BadInput(f"{address} sends us to a page of another site", f"if you mean that, give its address: {source}")
    return _wiki_page(address, source, page.page, fetch)


def _first(address: str, raw: codehosts.Raw, fetch: Fetch) -> Source:
    """The first of some texts that is there."""
    for one in raw.addresses:
        try:
            found = fetch(one)
        except NotFound:
            continue
        if _is_html(found):
            raise _refused(address, None)
        return Source(found, one, name_of(one), _title(raw.name))
    asked = " or ".join(name_of(one) for one in raw.addresses)
    hint = f"asked for: {raw.addresses[0]}; what is private needs a login: see docs/import.md"
    raise NotFound(f"there is no {asked} at {address}, for everybody to read", hint)


def _wiki_page(address: str, source: str, page: str, fetch: Fetch) -> Source:
    try:
        found = fetch(source)
    except NotFound as error:
        raise _no_page(address, page) from error
    # A source may begin with a tag: DokuWiki says which of both it gives.
    if found.content_type != "text/plain" and _is_html(found):
        shown = wikis.seen(found.content)
        raise _refused(address, shown) if shown is None or shown.exists else _no_page(address, page)
    name = page or name_of(source)
    return Source(found, source, name, name)


def _is_html(found: Fetched) -> bool:
    return wikis.is_html(found.content, found.content_type)


def _title(name: str) -> str:
    return PurePosixPath(name).stem.replace("_", " ") if "/" not in name else name


def _no_page(address: str, page: str) -> NotFound:
    return NotFound(f"there is no page {page or 'there'} in the wiki: {address}", "check the address")


def _refused(address: str, page: wikis.Seen | None) -> BadInput:
    """That a web page came where its source is wanted, with what to do."""
    if page is not None:
        return BadInput(
            f"{address} is a page of a wiki that does not give its source (export_raw)",
            "save what 'Show pagesource' shows there as a file, then import that",
        )
    named = identify(address)
    if named is not None and named.kind in STRONG:
        return BadInput(f"{address} is a paper's web page, not a list", f"add the paper: gencli add {quote(address)}")
    return BadInput(
        f"{address} is a web page, not the source of one",
        f"give the address of its source, on a code host the one called raw, of a wiki {wikis.source_of(address)};"
        " or save the source as a file",
    )
