"""Records from arXiv's query service, through the `arxiv` package, whose only door this is.

The service's rules: https://info.arxiv.org/help/api/tou.html and
https://info.arxiv.org/help/api/user-manual.html.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

from gencli import __version__, identity
from gencli.citation import person
from gencli.errors import BadInput, NetworkError
from gencli.model import Link, Record

DEFAULT_URL = "https://export.arxiv.org/api/query"
DEFAULT_DELAY = 3.0
# A GET line over 4094 bytes is refused; a hundred ids stay well under it.
BATCH = 100
CONNECT_SECONDS = 3.0
READ_SECONDS = 6.0
# What one question may take in all, name resolution included, which has no time-out of its own.
ANSWER_SECONDS = 8.0


@dataclass(frozen=True, slots=True)
class Service:
    """Where arXiv is, how long to wait between two questions (seconds), and who asks."""

    url: str = DEFAULT_URL
    delay: float = DEFAULT_DELAY
    contact: str = ""


def service(url: str | None, delay: str | None, contact: str | None) -> Service:
    """The service that the environment names.

    Raises `BadInput` for an address that is neither https nor on loopback, or a delay under 3 s elsewhere.
    """
    address = url or DEFAULT_URL
    parts = urlsplit(address)
    is_local = parts.hostname in ("localhost", "::1") or (parts.hostname or "").startswith("127.")
    if parts.scheme != "https" and not (parts.scheme == "http" and is_local):
        raise BadInput(f"GENCLI_ARXIV_URL is '{address}'", "it must be an https address, or http on this machine")
    try:
        seconds = float(delay) if delay else DEFAULT_DELAY
    except ValueError as error:
        raise BadInput(f"GENCLI_ARXIV_DELAY is '{delay}'", "it is a number of seconds") from error
    return Service(address, seconds if is_local else max(seconds, DEFAULT_DELAY), contact or "")


def fetch(ids: Sequence[str], where: Service) -> Iterator[tuple[list[Record], list[str]]]:
    """Ask arXiv for papers, a hundred at a time: for each batch the records, and the ids it does not know.

    Raises `NetworkError` where it cannot be reached or answers what is no answer.
    """
    client = _client(where)
    for start in range(0, len(ids), BATCH):
        batch = list(ids[start : start + BATCH])
        records = _ask(client, batch)
        known = {record.identifiers["arxiv"] for record in records}
        yield records, [name for name in batch if name not in known]


def _client(where: Service) -> Any:
    import arxiv
    from requests.adapters import HTTPAdapter

    class Patient(HTTPAdapter):
        """Gives every request a time-out and our name, which the package itself does not."""

        def send(self, request: Any, *args: Any, **options: Any) -> Any:
            options["timeout"] = (CONNECT_SECONDS, READ_SECONDS)
            contact = f"; {where.contact}" if where.contact else ""
            request.headers["User-Agent"] = f"gencli/{__version__} (bibliography manager{contact})"
            return super().send(request, *args, **options)

    client = arxiv.Client(page_size=BATCH, delay_seconds=where.delay, num_retries=0)
    client.query_url_format = where.url + "?{}"
    client._session.mount("https://", Patient())
    client._session.mount("http://", Patient())
    return client


def _ask(client: Any, batch: list[str]) -> list[Record]:
    import arxiv
    import requests

    search = arxiv.Search(id_list=batch, max_results=len(batch))
    try:
        results = _within(ANSWER_SECONDS + client.delay_seconds, lambda: list(client.results(search)))
    except arxiv.HTTPError as error:
        hint = "it asks for patience: try again in a minute" if error.status == 429 else "try again later"
        raise NetworkError(f"arXiv answered with HTTP status {error.status}", hint) from error
    except (arxiv.ArxivError, requests.RequestException, ValueError, KeyError) as error:
        reason = "did not answer in time" if isinstance(error, requests.Timeout) else "cannot be reached"
        raise NetworkError(
            f"arXiv {reason}", "check the network, or keep the id for later: gencli add --no-fetch …"
        ) from error
    return [record for result in results if (record := _record(result)) is not None]


def _within(seconds: float, call: Any) -> Any:
    """What `call` returns or raises, or `NetworkError` where that takes longer than `seconds`."""
    box: list[tuple[bool, Any]] = []

    def run() -> None:
        try:
            box.append((True, call()))
        except Exception as error:
            box.append((False, error))

    # A daemon, so that a name server that never answers cannot hold the process at its end.
    thread = Thread(target=run, daemon=True)
    thread.start()
    thread.join(seconds)
    if not box:
        raise NetworkError(
            "arXiv did not answer in time", "check the network, or keep the id for later: gencli add --no-fetch …"
        )
    fine, value = box[0]
    if not fine:
        raise value
    return value


def _record(result: Any) -> Record | None:
    """A result as a record; None for the entry that reports an error instead of a paper."""
    found = identity.identify(result.entry_id)
    if found is None or found.kind != "arxiv":
        return None
    doi = identity.identify(result.doi) if result.doi else None
    identifiers = {"arxiv": found.value} | ({"doi": doi.value} if doi and doi.kind == "doi" else {})
    posted, updated = (moment.strftime("%Y-%m-%d") for moment in (result.published, result.updated))
    published = _line(result.journal_ref)
    year = re.findall(r"\b(?:19|20)\d\d\b", published or "")
    return Record(
        source="arxiv",
        type="article" if published else "misc",
        title=_line(result.title),
        authors=tuple(person(author.name) for author in result.authors if author.name.strip()),
        year=int(year[-1]) if year else int(posted[:4]),
        date=year[-1] if year else posted,
        posted=posted,
        updated=updated,
        venue=published,
        abstract=" ".join(result.summary.split()) or None,
        identifiers=identifiers,
        arxiv_version=found.version,
        primary_category=result.primary_category or None,
        categories=tuple(dict.fromkeys(result.categories)),
        links=(
            Link("abs", f"https://arxiv.org/abs/{found.value}"),
            Link("pdf", f"https://arxiv.org/pdf/{found.value}"),
        ),
        fields={"comment": comment} if (comment := _line(result.comment)) else {},
    )


def _line(text: str | None) -> str | None:
    return " ".join((text or "").split()) or None
