"""What all that speak HTTP do alike: say who asks, wait no longer than this, tell why a host cannot be reached."""

from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from threading import Thread
from typing import TYPE_CHECKING, TypeVar

from gencli import __version__
from gencli.errors import BadInput

if TYPE_CHECKING:
    from requests import PreparedRequest

Answer = TypeVar("Answer")

_REASONS = (
    ("nameresolutionerror", "its name is not known here"),
    ("connection refused", "connection refused"),
    ("certificateerror", "its certificate is not trusted"),
    ("sslerror", "its certificate is not trusted"),
    ("toomanyredirects", "it sends us round in a circle"),
)


def checked_contact(contact: str | None) -> str:
    """Who can be written to, as the environment names it. Raises `BadInput` for what no header can carry."""
    if contact and not (contact.isascii() and contact.isprintable()):
        raise BadInput(f"GENCLI_CONTACT is '{contact}'", "an e-mail address, say: one line of ASCII")
    return contact or ""


def agent(contact: str) -> str:
    """What a User-Agent header says: the program, and who can be written to where that is known."""
    return f"gencli/{__version__} (bibliography manager{f'; {contact}' if contact else ''})"


def nothing_more(request: "PreparedRequest") -> "PreparedRequest":
    """The request as it is, where `requests` would add a password out of ~/.netrc."""
    return request


def reason(error: Exception) -> str:
    """Why a host cannot be reached, behind a colon; nothing where that is not known."""
    told = f"{type(error).__name__} {error}".lower()
    return next((f": {said}" for mark, said in _REASONS if mark in told), "")


def within(seconds: float, call: Callable[[], Answer]) -> Answer:
    """What `call` returns or raises. Raises `TimeoutError` where that takes longer than `seconds`."""
    box: list[Answer | Exception] = []

    def run() -> None:
        try:
            box.append(call())
        except Exception as error:
            box.append(error)

    # A daemon, so that a name server that never answers cannot hold the process at its end.
    thread = Thread(target=run, daemon=True)
    thread.start()
    thread.join(seconds)
    if not box:
        raise TimeoutError
    if isinstance(box[0], Exception):
        raise box[0]
    return box[0]


def seconds_asked(text: str) -> float:
    """What a Retry-After header asks for: a number of seconds, or a date (RFC 9110, 10.2.3)."""
    text = text.strip()[:60]
    if text.isascii() and text.isdigit():
        return min(float(text), 86_400.0)
    try:
        return max((parsedate_to_datetime(text) - datetime.now(UTC)).total_seconds(), 0.0)
    except (ValueError, TypeError, OverflowError):
        return 0.0
