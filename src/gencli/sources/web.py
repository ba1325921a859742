"""A text behind an http or https address, fetched with care: this and arXiv's client are the doors of `requests`.

An address is typed by the user, but what answers is a stranger. So there are limits of size, time and steps, nothing
of the user's is sent along but a login to the host that it is for, and no answer leads us nearer to this machine than
it is itself (see `reach`).
"""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from email.message import Message
from math import ceil
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
from gencli.sources.addresses import Fetched, LoginWanted, PatienceWanted, Validators, refuse_other, site_of
from gencli.sources.body import BrokenOff, TooLarge, body
from gencli.sources.logins import Login
from gencli.sources.reach import Reach
from gencli.sources.transport import nothing_more, reason, seconds_asked, within

_PIECE = 65_536
_AGAIN = "try again later, or save it with another program and import the file"
_BY_HAND = "save it with your browser, then import the file"
_ELSEWHERE = "fetch it with a program that you trust with that, then import the file"
_MOVED = (301, 302, 303, 307, 308)
_NOT_CHANGED = 304
# What is no tag (RFC 9110, 8.8.3) is not sent back.
_TAG = r'(?:W/)?"[\x21\x23-\x7e\x80-\xff]{0,500}"'
_DATE = r"[\w,: +-]{1,60}"
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


class Known(NamedTuple):
    """What is known beforehand: by what the site knows the user, by what it knows again what it gave."""

    login: Login | None = None
    validators: Validators = Validators()


_LIMITS = Limits()
_HOSTS = Hosts()
_NOTHING = Known()


def fetch(url: str, agent: str, limits: Limits = _LIMITS, hosts: Hosts = _HOSTS, known: Known = _NOTHING) -> Fetched:
    """What is behind an address that the user typed; `agent` says who asks.

    Where it is as it was when it gave the validators that are known, `changed` is false. Raises `BadInput` for what is
    no http or https address, has a password in it, or would have a login sent without encryption, `NotFound` where
    nothing is there (404, 410), `LoginWanted` (401, 403), `PatienceWanted` (429, 503 with a time), else `NetworkError`.
    """
    refuse_other(url)
    journey = _Journey(url, agent, limits, hosts, known)
    try:
        return within(limits.whole, journey.arrive)
    except TimeoutError as error:
        raise NetworkError(f"{url} was not read in {limits.whole:g} s", _AGAIN) from error
    except (requests.RequestException, HTTPError, OSError, ValueError) as error:
        raise _trouble(url, error) from error


class _Journey:
    """The way from the address that was typed to the one that answers."""

    def __init__(self, url: str, agent: str, limits: Limits, hosts: Hosts, known: Known) -> None:
        self._typed = url
        self._validators = known.validators
        self._login = known.login
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
                if site_of(url) != site_of(self._typed):
                    # Not even where that sends us back: the address would be of a stranger's choice.
                    self._login = None
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
            if self._is_open(here) and not nearest is farthest is Reach.MACHINE:
                raise _not_encrypted(url)
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
            headers = {**self._headers, **self._conditions(url), **(self._login.headers if self._login else {})}
            return session.prepare_request(requests.Request("GET", url, headers=headers, auth=nothing_more))
        except (requests.RequestException, ValueError) as error:
            if url != self._typed:
                raise self._not_followed(url, "which is no address") from error
            raise BadInput(f"{url} is no address", "it should look like https://wiki.example/list.txt") from error

    def _conditions(self, url: str) -> dict[str, str]:
        """Ask for what is there only where it is not what this address gave before."""
        etag, modified, given_by = self._validators
        conditions = {"If-None-Match": etag, "If-Modified-Since": modified}
        return {name: told for name, told in conditions.items() if told and url == given_by}

    def _is_open(self, url: str) -> bool:
        """Whether a login would be read by all on the way."""
        return self._login is not None and urlsplit(url).scheme != "https"

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
        near = self._hosts.reach(peer)
        if self._is_open(url) and near is not Reach.MACHINE:
            raise _not_encrypted(url)
        if near > nearest:
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
        head = response.headers
        if response.status_code == _NOT_CHANGED and self._conditions(url):
            return Fetched(b"", "", "", url, self._validators, changed=False)
        if response.status_code not in (200, 203):
            raise self._of_status(response.status_code, seconds_asked(head.get("Retry-After", "")))
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
        return Fetched(
            content, told.get_content_type(), str(told.get_content_charset() or ""), url, _validators(url, head)
        )

    def _of_status(self, status: int, seconds: float) -> NetworkError | NotFound:
        url = self._typed
        if status in (404, 410):
            return NotFound(f"there is nothing at {url} (HTTP status {status})", "check the address")
        if status in (401, 403):
            wants = "does not take its login" if self._login else "wants a password"
            return LoginWanted(f"{url} {wants} (HTTP status {status})", _BY_HAND)
        if status == 407:
            return NetworkError(f"the proxy on the way to {url} wants a password (HTTP status 407)", _BY_HAND)
        if status == 429 or (status == 503 and seconds):
            when = f"in {ceil(seconds / 60)} min" if seconds > 120 else f"in {ceil(seconds)} s" if seconds else "later"
            return PatienceWanted(f"{url} asks for patience (HTTP status {status})", f"try again {when}")
        return NetworkError(f"{url} answers with HTTP status {status}", _AGAIN)


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


def _not_encrypted(url: str) -> BadInput:
    what = f"{url} is not encrypted: its login is not sent there"
    return BadInput(what, "give its address with https, or do without the login")


def _validators(url: str, head: Mapping[str, str]) -> Validators:
    """By what an answer is known again, as far as it is well formed."""
    etag, modified = head.get("ETag", "").strip(), head.get("Last-Modified", "").strip()
    etag = etag if re.fullmatch(_TAG, etag) else ""
    modified = modified if re.fullmatch(_DATE, modified, re.ASCII) else ""
    return Validators(etag, modified, url) if etag or modified else Validators()


def _trouble(url: str, error: Exception) -> NetworkError:
    text = str(error)
    # A time-out in the middle of a body is told as a lost connection.
    if isinstance(error, requests.Timeout) or "timed out" in text:
        return NetworkError(f"{url} did not answer in time", _AGAIN)
    marks = ("IncompleteRead", "RemoteDisconnected", "Connection aborted", "ConnectionReset", "InvalidChunkLength")
    if any(mark in text for mark in marks):
        return NetworkError(f"{url} broke off its answer", _AGAIN)
    return NetworkError(f"{url} cannot be reached{reason(error)}", "check the address and the network")
