"""A text behind an http or https address, fetched with care: this and arXiv's client are the doors of `requests`.

An address is typed by the user, but what answers is a stranger. So there are limits of size, time and steps, nothing of
the user's is sent along, and no answer leads us nearer to this machine than it is itself (see `reach`).
"""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from email.message import Message
from typing import Any, NamedTuple
from urllib.parse import urljoin, urlsplit

import requests
from requests.adapters import HTTPAdapter
from requests.utils import select_proxy
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import HTTPError

from gencli.errors import BadInput, NetworkError, NotFound
from gencli.sources import reach
from gencli.sources.addresses import Fetched, refuse_other
from gencli.sources.body import BrokenOff, TooLarge, body
from gencli.sources.reach import Reach
from gencli.sources.transport import nothing_more, reason, within

_PIECE = 65_536
_AGAIN = "try again later, or save it with another program and import the file"
_ELSEWHERE = "fetch it with a program that you trust with that, then import the file"
_MOVED = (301, 302, 303, 307, 308)
_INSIDE = {
    Reach.NETWORK: "which is on a private network",
    Reach.MACHINE: "which is this machine",
    Reach.SPECIAL: "which is no address of a web server",
}


class Limits(NamedTuple):
    """Seconds to wait for a connection, for the next bytes and for all of it; the most bytes; the most steps."""

    connect: float = 10.0
    read: float = 30.0
    whole: float = 180.0
    size: int = 64 * 1024 * 1024
    steps: int = 5


class Hosts(NamedTuple):
    """How the addresses of a host are found, and how near each is."""

    resolve: Callable[[str, int], list[str]] = reach.resolved
    reach: Callable[[str], Reach] = reach.reach


_LIMITS = Limits()
_HOSTS = Hosts()


def fetch(url: str, agent: str, limits: Limits = _LIMITS, hosts: Hosts = _HOSTS) -> Fetched:
    """What is behind an address that the user typed; `agent` says who asks.

    Raises `BadInput` for what is no http or https address, or has a password in it, `NotFound` where nothing is there
    (404, 410), else `NetworkError`.
    """
    refuse_other(url)
    journey = _Journey(url, agent, limits, hosts)
    try:
        return within(limits.whole, journey.arrive)
    except TimeoutError as error:
        raise NetworkError(f"{url} was not read in {limits.whole:g} s", _AGAIN) from error
    except (requests.RequestException, HTTPError, OSError, ValueError) as error:
        raise _trouble(url, error) from error


class _Journey:
    """The way from the address that was typed to the one that answers."""

    def __init__(self, url: str, agent: str, limits: Limits, hosts: Hosts) -> None:
        self._typed = url
        self._headers = {"User-Agent": agent, "Accept-Encoding": "gzip", "Connection": "close"}
        self._limits = limits
        self._hosts = hosts
        # The user may name whatever there is.
        self._granted = Reach.SPECIAL

    def arrive(self) -> Fetched:
        url = self._typed
        for _ in range(self._limits.steps + 1):
            with self._answer(url) as response:
                location = response.headers.get("Location", "")
                if response.status_code not in _MOVED or not location:
                    return self._taken(url, response)
                url = self._next(url, location)
        raise NetworkError(f"{self._typed} sends us on more than {self._limits.steps} times", "name its last address")

    @contextmanager
    def _answer(self, url: str) -> Iterator[requests.Response]:
        """The head of what an address answers. The adapter is asked itself: a session would read where it sends us."""
        limits = self._limits
        with requests.Session() as session:
            request = self._prepared(session, url)
            here = request.url or ""
            settings = session.merge_environment_settings(here, {}, True, None, None)
            proxies = dict(settings["proxies"])
            nearest, farthest = self._found(here, bool(select_proxy(here, proxies)))
            if nearest > self._granted:
                raise self._not_followed(url, _INSIDE[nearest])
            if farthest is Reach.MACHINE:
                proxies = {}
            # From here on nothing is granted that this host is not itself.
            self._granted = farthest
            with closing(_Adapter(lambda peer: self._check(url, peer, nearest))) as adapter:
                waits = (limits.connect, limits.read)
                trusted = settings["verify"] or True
                answer = adapter.send(request, stream=True, timeout=waits, verify=trusted, proxies=proxies)
                with closing(answer) as response:
                    yield response

    def _prepared(self, session: requests.Session, url: str) -> requests.PreparedRequest:
        try:
            return session.prepare_request(requests.Request("GET", url, headers=self._headers, auth=nothing_more))
        except (requests.RequestException, ValueError) as error:
            if url != self._typed:
                raise self._not_followed(url, "which is no address") from error
            raise BadInput(f"{url} is no address", "it should look like https://wiki.example/list.txt") from error

    def _found(self, url: str, by_proxy: bool) -> tuple[Reach, Reach]:
        """How near the nearest and the farthest address of a host is."""
        parts = urlsplit(url)
        try:
            port = parts.port or (443 if parts.scheme == "https" else 80)
            addresses = self._hosts.resolve(parts.hostname or "", port)
        except (OSError, ValueError) as error:
            if not by_proxy:
                where = "" if _host(url) == _host(self._typed) else f" (which sends us to {_host(url)})"
                what = f"{self._typed}{where} cannot be reached: its name is not known here"
                raise NetworkError(what, "check the address and the network") from error
            # Inside, names of the outside may be known to the proxy alone.
            addresses = []
        found = [self._hosts.reach(address) for address in addresses] or [Reach.PUBLIC]
        return max(found), min(found)

    def _check(self, url: str, peer: str, nearest: Reach) -> None:
        """Look at who answers the phone: a name may have meant another host when it was looked up."""
        if self._hosts.reach(peer) > nearest:
            raise NetworkError(
                f"the name {_host(url)} led to another host than before ({peer}), which was not asked", _ELSEWHERE
            )

    def _next(self, url: str, location: str) -> str:
        """Where an answer sends us to. Raises `NetworkError` where we do not go."""
        # A header is bytes, which most servers write in UTF-8.
        told = location.encode("latin-1", "replace").decode("utf-8", "replace").strip()
        try:
            target = urljoin(url, told)
            refuse_other(target)
        except (BadInput, ValueError) as error:
            raise self._not_followed("", "which is no http or https address, or has a password in it") from error
        if urlsplit(url).scheme == "https" and urlsplit(target).scheme != "https":
            raise self._not_followed(target, "without encryption")
        return target

    def _not_followed(self, target: str, why: str) -> NetworkError:
        where = _host(target) or "another address"
        return NetworkError(
            f"{self._typed} sends us to {where}, {why}; that was not followed",
            "if you mean that address, name it yourself",
        )

    def _taken(self, url: str, response: requests.Response) -> Fetched:
        if response.status_code not in (200, 203):
            raise _of_status(self._typed, response.status_code)
        head = response.headers
        packing = head.get("Content-Encoding", "").strip().lower().removeprefix("x-")
        if packing not in ("", "identity", "gzip"):
            raise NetworkError(f"{self._typed} answers in a packing that was not asked for", _AGAIN)
        promised = head.get("Content-Length", "")
        size = self._limits.size
        try:
            if promised.isascii() and promised[:20].isdigit() and int(promised[:20]) > size:
                raise TooLarge
            content = body(response.raw.stream(_PIECE, decode_content=False), packing, size)
        except TooLarge as error:
            what = f"{self._typed} is larger than {size // 1024 // 1024} MiB"
            raise NetworkError(what, "fetch it with another program, then import the file") from error
        except BrokenOff as error:
            raise NetworkError(f"{self._typed} broke off its answer", _AGAIN) from error
        told = Message()
        told["Content-Type"] = head.get("Content-Type", "")[:200] or "application/octet-stream"
        return Fetched(content, told.get_content_type(), str(told.get_content_charset() or ""), url)


class _Adapter(HTTPAdapter):
    """Shows who is at the other end of a connection before the request is sent there; a proxy is not looked at."""

    def __init__(self, check: Callable[[str], None]) -> None:
        self._pools = _pools(check)
        super().__init__(pool_connections=1, pool_maxsize=1)

    def init_poolmanager(self, *arguments: Any, **options: Any) -> None:
        """Make the connections ours."""
        super().init_poolmanager(*arguments, **options)
        self.poolmanager.pool_classes_by_scheme = self._pools


def _pools(check: Callable[[str], None]) -> dict[str, type[HTTPConnectionPool]]:
    """The kinds of connections by scheme, each with the check of its peer."""

    class Open(HTTPConnection):
        def connect(self) -> None:
            super().connect()
            check(self.sock.getpeername()[0])

    class Encrypted(HTTPSConnection):
        def connect(self) -> None:
            super().connect()
            check(self.sock.getpeername()[0])

    class OpenPool(HTTPConnectionPool):
        ConnectionCls = Open

    class EncryptedPool(HTTPSConnectionPool):
        ConnectionCls = Encrypted

    return {"http": OpenPool, "https": EncryptedPool}


def _host(url: str) -> str:
    return (urlsplit(url).hostname or "")[:80]


def _of_status(url: str, status: int) -> NetworkError | NotFound:
    if status in (404, 410):
        return NotFound(f"there is nothing at {url} (HTTP status {status})", "check the address")
    if status in (401, 403, 407):
        hint = "save it with your browser, then import the file"
        return NetworkError(f"{url} wants a password (HTTP status {status})", hint)
    return NetworkError(f"{url} answers with HTTP status {status}", _AGAIN)


def _trouble(url: str, error: Exception) -> NetworkError:
    text = str(error)
    # A time-out in the middle of a body is told as a lost connection.
    if isinstance(error, requests.Timeout) or "timed out" in text:
        return NetworkError(f"{url} did not answer in time", _AGAIN)
    marks = ("IncompleteRead", "RemoteDisconnected", "Connection aborted", "ConnectionReset", "InvalidChunkLength")
    if any(mark in text for mark in marks):
        return NetworkError(f"{url} broke off its answer", _AGAIN)
    return NetworkError(f"{url} cannot be reached{reason(error)}", "check the address and the network")
