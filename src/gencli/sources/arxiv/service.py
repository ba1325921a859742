"""arXiv's query service as the environment names it: where it is, how it is asked, where answers are kept."""

import math
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from gencli.errors import BadInput
from gencli.sources.clock import Clock
from gencli.sources.transport import checked_contact

DEFAULT_URL = "https://export.arxiv.org/api/query"
# https://info.arxiv.org/help/api/tou.html: one request every three seconds, over one connection.
DEFAULT_DELAY = 3.0


class Patience(NamedTuple):
    """How long (seconds) to wait for a connection, for the next bytes, and for one whole answer.

    A page of many entries takes arXiv longer: `entry` seconds more for each that is asked for.
    """

    connect: float = 5.0
    read: float = 15.0
    answer: float = 30.0
    entry: float = 0.02


@dataclass(frozen=True, slots=True)
class Service:
    """Where arXiv is, how long to wait between two questions (seconds), who asks, where answers are kept."""

    url: str = DEFAULT_URL
    delay: float = DEFAULT_DELAY
    contact: str = ""
    folder: Path | None = None
    patience: Patience = field(default_factory=Patience)
    clock: Clock = field(default_factory=Clock)

    @property
    def is_local(self) -> bool:
        """Whether it is on this machine."""
        return _is_local(urlsplit(self.url).hostname or "")


def service(url: str | None, delay: str | None, contact: str | None, cache: Path | None = None) -> Service:
    """The service that the environment names; it has a folder of its own in the folder `cache`.

    A delay under 3 s holds on loopback only. Raises `BadInput` for an address that is neither https nor on
    loopback, for a delay that is no number, and for a contact that no header can carry.
    """
    address = url or DEFAULT_URL
    try:
        parts = urlsplit(address)
        host, scheme, port = parts.hostname or "", parts.scheme, parts.port
    except ValueError:
        host, scheme, port = "", "", None
    is_local = _is_local(host)
    if not host or not (scheme == "https" or (scheme == "http" and is_local)):
        raise BadInput(f"GENCLI_ARXIV_URL is '{address}'", "it must be an https address, or http on this machine")
    try:
        seconds = float(delay) if delay else DEFAULT_DELAY
    except ValueError:
        seconds = math.nan
    if not 0 <= seconds <= 3600:
        raise BadInput(f"GENCLI_ARXIV_DELAY is '{delay}'", "it is a number of seconds")
    known = checked_contact(contact)
    name = "".join(sign if sign.isalnum() or sign in ".-" else "_" for sign in host) + (f"-{port}" if port else "")
    pause = seconds if is_local else max(seconds, DEFAULT_DELAY)
    return Service(address, pause, known, cache and cache / name)


def _is_local(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
