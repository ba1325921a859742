"""One question to arXiv through the `arxiv` package, whose only door this is.

The package has no time-outs, follows where it is sent, and reads whatever comes; what a careful
client adds is here. The service's rules: https://info.arxiv.org/help/api/tou.html and
https://info.arxiv.org/help/api/user-manual.html.
"""

import logging
from typing import Any
from urllib.parse import urlsplit

import arxiv
import requests
from requests.adapters import HTTPAdapter

from gencli.errors import NetworkError
from gencli.model import Record
from gencli.sources.arxiv.answer import LATER, UNREADABLE, Busy, Counts, Flaky, Refused, Unreadable, counted, whole
from gencli.sources.arxiv.question import Question, Reply
from gencli.sources.arxiv.records import record_of
from gencli.sources.arxiv.service import Service
from gencli.sources.transport import agent, nothing_more, reason, seconds_asked, within

MAX_BYTES = 32 * 1024 * 1024
MAX_REDIRECTS = 3
# A line of 4,094 bytes is refused with a web page.
MAX_LINE = 4000
_OFFLINE = "check the network, or keep the id for later: gencli add --no-fetch …"
_SORTS = {
    "relevance": arxiv.SortCriterion.Relevance,
    "submitted": arxiv.SortCriterion.SubmittedDate,
    "updated": arxiv.SortCriterion.LastUpdatedDate,
}
# The package tells its log about entries that it passes over; they are counted here.
logging.getLogger("arxiv").addHandler(logging.NullHandler())
logging.getLogger("arxiv").propagate = False


class Client:
    """A connection to arXiv; whose turn it is to use it is somebody else's matter."""

    def __init__(self, where: Service) -> None:
        self._where = where
        self._transport = _Transport(where)
        # Pace and second tries are kept outside, for all processes together.
        self._client = arxiv.Client(delay_seconds=0, num_retries=0)
        address = where.url.replace("{", "%7B").replace("}", "%7D")
        self._client.query_url_format = address + ("&{}" if "?" in address else "?{}")
        self._client._session = _Session(where, self._transport)

    def close(self) -> None:
        """Let go of the connection."""
        self._client._session.close()

    def fits(self, question: Question) -> bool:
        """Whether the line that asks the question is short enough for the service."""
        url = self._client._format_url(_search(question), question.start, question.size)
        parts = urlsplit(url)
        return len(f"GET {parts.path}?{parts.query} HTTP/1.1") <= MAX_LINE

    def ask(self, question: Question) -> Reply:
        """Ask once.

        Raises `Busy` for 429, `Flaky` for what is worth another try, `Refused` for what the service does not
        take, `Unreadable` for what we do not, `NetworkError` where it cannot be reached or comes to no end.
        """
        patience = self._where.patience
        self._transport.begin(question)
        self._client.page_size = question.size
        seconds = patience.answer + patience.entry * question.size
        try:
            return within(seconds, lambda: self._read(question))
        except TimeoutError as error:
            raise NetworkError("arXiv did not answer in time", _OFFLINE) from error
        except NetworkError:
            raise
        except arxiv.HTTPError as error:
            raise _of_status(error.status, self._transport.retry_after) from error
        except requests.RequestException as error:
            raise _trouble(error) from error
        except Exception as error:
            # Whatever the package trips over in an answer (a date in words, a number too large) is the answer's fault.
            raise Unreadable(UNREADABLE, LATER) from error

    def _read(self, question: Question) -> Reply:
        results = list(self._client.results(_search(question), offset=question.start))
        counts = self._transport.counts
        if len(results) < min(counts.entries, question.size):
            raise Unreadable(UNREADABLE, LATER)
        newest: dict[str, Record] = {}
        for record in filter(None, map(record_of, results)):
            name = record.identifiers["arxiv"]
            if name not in newest or (record.arxiv_version or 0) > (newest[name].arxiv_version or 0):
                newest[name] = record
        if question.ids and counts.entries and not any(name in newest for name in question.ids):
            raise Flaky("arXiv answered another question", LATER)
        return Reply(list(newest.values()), counts.total)


def _search(question: Question) -> arxiv.Search:
    return arxiv.Search(
        query=question.query,
        id_list=list(question.ids),
        max_results=question.start + question.size,
        sort_by=_SORTS[question.sort],
    )


class _Session(requests.Session):
    """A session that speaks to one host over one connection, and is not led away from it."""

    def __init__(self, where: Service, transport: "_Transport") -> None:
        super().__init__()
        # Nothing else is spoken: https cannot be led away to http.
        self.adapters.clear()
        self.mount(urlsplit(where.url).scheme + "://", transport)
        self.max_redirects = MAX_REDIRECTS
        self._where = where
        # What a packed answer unpacks to is limited, which holds for one wrapping.
        self.headers["Accept-Encoding"] = "gzip"
        # No word of the user's own, such as a password in ~/.netrc, is sent.
        self.auth = nothing_more
        # What is on this machine is not asked through a proxy elsewhere.
        self.trust_env = not where.is_local

    def get_redirect_target(self, resp: requests.Response) -> str | None:
        """Where an answer sends us to: on the same host, or nowhere."""
        target = super().get_redirect_target(resp)
        if target is not None:
            goal = urlsplit(requests.compat.urljoin(resp.url, target))
            if (goal.scheme, goal.netloc) != urlsplit(self._where.url)[:2]:
                raise NetworkError(f"arXiv sent us to another host ({goal.netloc[:80]}), which was not followed", LATER)
        return target


class _Transport(HTTPAdapter):
    """Gives every request time-outs and our name, and reads its answer with a limit and a check."""

    def __init__(self, where: Service) -> None:
        super().__init__(pool_connections=1, pool_maxsize=1)
        self._agent = agent(where.contact)
        self._where = where
        self._hops = 0
        self.asked = Question()
        self.is_answered = False
        self.counts = Counts(0, 0)
        self.retry_after = 0.0

    def begin(self, question: Question) -> None:
        """The next request asks this."""
        self.asked, self.is_answered, self._hops = question, False, 0

    def send(self, request: Any, *_: Any, **options: Any) -> Any:
        """Send a request and read the whole answer; what is no answer is an error."""
        if self.is_answered:
            # The package turns the page where it could not read all entries of this one.
            raise Unreadable(UNREADABLE, LATER)
        # To be sent elsewhere on the same host is a question more, and keeps the pace.
        self._where.clock.sleep(self._where.delay if self._hops else 0)
        self._hops += 1
        patience = self._where.patience
        request.headers["User-Agent"] = self._agent
        options |= {"timeout": (patience.connect, patience.read + patience.entry * self.asked.size), "stream": True}
        response = super().send(request, **options)
        self.retry_after = seconds_asked(response.headers.get("Retry-After", ""))
        if response.status_code not in (200, 400):
            # Not read: an error's page may be of any size. The connection is not used again.
            response._content = b""
            response.close()
            return response
        self.is_answered = True
        response._content = _limited(response)
        if response.status_code == 200 or b"/api/errors" in response.content[:20_000]:
            self.counts = counted(response.content, self.asked.start, self.asked.size)
            response._content = whole(response.content)
        return response


def _limited(response: requests.Response) -> bytes:
    """The body of an answer. Raises `NetworkError` where it is larger than any feed."""
    if response.headers.get("Content-Encoding", "identity").strip().lower() not in ("", "identity", "gzip"):
        response.close()
        raise Flaky("arXiv answered in a packing that was not asked for", LATER)
    parts, size = [], 0
    for part in response.iter_content(65_536):
        parts.append(part)
        size += len(part)
        if size > MAX_BYTES:
            response.close()
            raise NetworkError(f"arXiv's answer is larger than {MAX_BYTES // 1024 // 1024} MiB", LATER)
    promised = response.headers.get("Content-Length", "")
    if (
        promised.isascii()
        and promised.isdigit()
        and "Content-Encoding" not in response.headers
        and size < int(promised)
    ):
        raise Flaky("arXiv broke off its answer", LATER)
    return b"".join(parts)


def _of_status(status: int, retry_after: float) -> NetworkError:
    if status == 429:
        return Busy("arXiv answered with HTTP status 429: too many questions", retry_after)
    what = f"arXiv answered with HTTP status {status}"
    if status == 400:
        return Refused(what)
    # 503 with a time to come back is how a server asks for patience too.
    if status == 503 and retry_after:
        return Busy(what, retry_after)
    return Flaky(what, LATER) if status >= 500 or status == 408 else NetworkError(what, LATER)


def _trouble(error: requests.RequestException) -> NetworkError:
    text = str(error)
    # A time-out in the middle of a body is told as a lost connection.
    if isinstance(error, requests.Timeout) or "timed out" in text:
        return NetworkError("arXiv did not answer in time", _OFFLINE)
    if isinstance(error, requests.exceptions.ChunkedEncodingError | requests.exceptions.ContentDecodingError):
        return Flaky("arXiv broke off its answer", LATER)
    if "RemoteDisconnected" in text or "Connection aborted" in text or "ConnectionReset" in text:
        return Flaky("arXiv broke off its answer", LATER)
    return NetworkError(f"arXiv cannot be reached{reason(error)}", _OFFLINE)
