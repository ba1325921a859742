"""Records from arXiv's query service, through the `arxiv` package, whose only door this is.

The service's rules: https://info.arxiv.org/help/api/tou.html and
https://info.arxiv.org/help/api/user-manual.html.
"""

import math
import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import unescape
from ipaddress import ip_address
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

from gencli import __version__
from gencli.citation import person
from gencli.errors import BadInput, NetworkError
from gencli.identifiers import identify
from gencli.model import Link, Record
from gencli.sources.pace import keep

DEFAULT_URL = "https://export.arxiv.org/api/query"
DEFAULT_DELAY = 3.0
# A GET line over 4094 bytes is refused; a hundred ids stay well under it.
BATCH = 100
CONNECT_SECONDS = 3.0
READ_SECONDS = 6.0
# What one question may take in all, name resolution included, which has no time-out of its own.
ANSWER_SECONDS = 8.0

_LATER = "check the network, or keep the id for later: gencli add --no-fetch …"
_FEED = re.compile(rb"<(?:\w+:)?feed\b")
_FEED_END = re.compile(rb"</(?:\w+:)?feed\s*>\s*\Z")
_COUNT = re.compile(rb"<(?:\w+:)?(totalResults|startIndex|itemsPerPage)\b[^>]*>\s*(\d{1,9})\s*<")
_ENTRY = re.compile(rb"<(?:\w+:)?entry\b")
_REFUSED = re.compile(
    rb"<(?:\w+:)?id>\s*https?://[\w.]*arxiv\.org/api/errors.*?<(?:\w+:)?summary\b[^>]*>([^<]*)<", re.S
)
# Subjects that others number (MSC, ACM) stand among arXiv's own.
_CATEGORY = re.compile(r"[a-z][a-z-]*(?:\.[A-Za-z-]+)?")
_YEAR = r"(?:19|20)\d\d"


@dataclass(frozen=True, slots=True)
class Service:
    """Where arXiv is, how long to wait between two questions (seconds), and who asks."""

    url: str = DEFAULT_URL
    delay: float = DEFAULT_DELAY
    contact: str = ""
    pace: Path | None = None


def service(url: str | None, delay: str | None, contact: str | None, cache: Path | None = None) -> Service:
    """The service that the environment names; in the folder `cache` all processes of a user keep one pace.

    A delay under 3 s holds on loopback only. Raises `BadInput` for an address that is neither https nor on
    loopback, for a delay that is no number, and for a contact that no header can carry.
    """
    address = url or DEFAULT_URL
    try:
        parts = urlsplit(address)
        host, scheme, _ = parts.hostname or "", parts.scheme, parts.port
    except ValueError:
        host = scheme = ""
    is_local = _is_local(host)
    if not host or not (scheme == "https" or (scheme == "http" and is_local)):
        raise BadInput(f"GENCLI_ARXIV_URL is '{address}'", "it must be an https address, or http on this machine")
    try:
        seconds = float(delay) if delay else DEFAULT_DELAY
    except ValueError:
        seconds = math.nan
    if not 0 <= seconds <= 3600:
        raise BadInput(f"GENCLI_ARXIV_DELAY is '{delay}'", "it is a number of seconds")
    if contact and not (contact.isascii() and contact.isprintable()):
        raise BadInput(f"GENCLI_CONTACT is '{contact}'", "an e-mail address, say: one line of ASCII")
    return Service(
        address, seconds if is_local else max(seconds, DEFAULT_DELAY), contact or "", cache and cache / "arxiv.pace"
    )


def _is_local(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def fetch(ids: Sequence[str], where: Service) -> Iterator[tuple[list[Record], list[str]]]:
    """Ask arXiv for papers, a hundred at a time: for each batch the records, and the ids it does not know.

    Raises `NetworkError` where it cannot be reached or answers what is no answer.
    """
    client = _client(where)
    try:
        for start in range(0, len(ids), BATCH):
            batch = list(ids[start : start + BATCH])
            _wait(where, is_first=start == 0)
            # Answers come in an order of their own: what counts is the id.
            records = [record for record in _ask(client, batch) if record.identifiers["arxiv"] in batch]
            known = {record.identifiers["arxiv"] for record in records}
            yield records, [name for name in batch if name not in known]
    finally:
        client._session.close()


def _wait(where: Service, is_first: bool) -> None:
    """Keep arXiv's pace with all other processes, or at least with oneself."""
    shared = where.pace is not None and keep(where.pace, where.delay)
    if not shared and not is_first:
        time.sleep(where.delay)


def _client(where: Service) -> Any:
    import arxiv
    from requests.adapters import HTTPAdapter

    class Patient(HTTPAdapter):
        """Gives every request a time-out and our name, and checks its answer, which the package does not."""

        def send(self, request: Any, *args: Any, **options: Any) -> Any:
            options["timeout"] = (CONNECT_SECONDS, READ_SECONDS)
            contact = f"; {where.contact}" if where.contact else ""
            request.headers["User-Agent"] = f"gencli/{__version__} (bibliography manager{contact})"
            response = super().send(request, *args, **options)
            if response.status_code in (200, 400):
                _check(response.content)
            return response

    # The pace is kept outside, for all processes together.
    client = arxiv.Client(page_size=BATCH, delay_seconds=0, num_retries=0)
    address = where.url.replace("{", "%7B").replace("}", "%7D")
    client.query_url_format = address + ("&{}" if "?" in address else "?{}")
    # Nothing else is spoken: https cannot be led away to http.
    client._session.adapters.clear()
    client._session.mount(urlsplit(where.url).scheme + "://", Patient())
    return client


def _check(content: bytes) -> None:
    """Refuse an answer that is no answer: an error told as an entry, a web page, a part of a feed.

    The package itself would take each of them for a feed that lacks some papers.
    """
    if (refused := _REFUSED.search(content)) is not None:
        reason = " ".join(unescape(refused[1].decode("utf-8", "replace")).split())
        raise NetworkError(f"arXiv refused the question: {reason}", "ask for the other ids without that one")
    if not _FEED.search(content):
        raise NetworkError("arXiv answered with something that is no feed", "try again later")
    counts = {name: int(number) for name, number in _COUNT.findall(content)}
    promised = min(counts.get(b"totalResults", 1) - counts.get(b"startIndex", 0), counts.get(b"itemsPerPage", BATCH))
    if not _FEED_END.search(content) or len(_ENTRY.findall(content)) < promised:
        raise NetworkError("arXiv answered with a part only", "try again later")


def _ask(client: Any, batch: list[str]) -> list[Record]:
    import arxiv
    import requests

    search = arxiv.Search(id_list=batch, max_results=len(batch))
    try:
        results = _within(ANSWER_SECONDS, lambda: list(client.results(search)))
        return [record for result in results if (record := _record(result)) is not None]
    except NetworkError:
        raise
    except arxiv.HTTPError as error:
        hint = "it asks for patience: try again in a minute" if error.status == 429 else "try again later"
        raise NetworkError(f"arXiv answered with HTTP status {error.status}", hint) from error
    except requests.RequestException as error:
        raise NetworkError(f"arXiv {_trouble(error)}", _LATER) from error
    except Exception as error:
        # Whatever the package trips over in an answer (a date in words, a number too large) is the answer's fault.
        raise NetworkError("arXiv answered with what cannot be understood", "try again later") from error


def _trouble(error: Exception) -> str:
    import requests

    # A time-out in the middle of a body is told as a lost connection.
    if isinstance(error, requests.Timeout) or "timed out" in str(error):
        return "did not answer in time"
    is_broken = isinstance(error, requests.exceptions.ChunkedEncodingError | requests.exceptions.ContentDecodingError)
    return "broke off its answer" if is_broken else "cannot be reached"


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
        raise NetworkError("arXiv did not answer in time", _LATER)
    fine, value = box[0]
    if not fine:
        raise value
    return value


def _record(result: Any) -> Record | None:
    """A result as a record; None for an entry that is no paper."""
    found = identify(result.entry_id)
    if found is None or found.kind != "arxiv":
        return None
    # Two DOIs may stand in the one field.
    doi = identify(next(iter((result.doi or "").split()), ""))
    identifiers = {"arxiv": found.value} | ({"doi": doi.value} if doi and doi.kind == "doi" else {})
    posted, updated = (moment.strftime("%Y-%m-%d") for moment in (result.published, result.updated))
    published = _line(result.journal_ref)
    year = _year(published or "")
    return Record(
        source="arxiv",
        type="article" if published else "misc",
        title=_line(result.title),
        authors=tuple(person(author.name) for author in result.authors if author.name.strip()),
        year=int(year or posted[:4]),
        date=year or posted,
        posted=posted,
        updated=updated,
        venue=published,
        abstract=" ".join(result.summary.split()) or None,
        identifiers=identifiers,
        arxiv_version=found.version,
        primary_category=result.primary_category or None,
        categories=tuple(dict.fromkeys(name for name in result.categories if _CATEGORY.fullmatch(name))),
        links=(
            Link("abs", f"https://arxiv.org/abs/{found.value}"),
            Link("pdf", f"https://arxiv.org/pdf/{found.value}"),
        ),
        fields={"comment": comment} if (comment := _line(result.comment)) else {},
    )


def _year(published: str) -> str:
    """The year of a journal reference: in brackets as a rule, for pages and volumes may look like years."""
    found = re.findall(rf"\(({_YEAR})\)", published) or re.findall(rf"(?<![\d.:-])\b{_YEAR}\b(?!-)", published)
    found = found or re.findall(rf"\b{_YEAR}\b", published)
    return found[-1] if found else ""


def _line(text: str | None) -> str | None:
    return " ".join((text or "").split()) or None
