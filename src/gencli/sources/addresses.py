"""Addresses of texts on the web: which are taken, and what one is called. Pure."""

import re
from pathlib import PurePosixPath
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from gencli.errors import BadInput, NetworkError

_ADDRESS = r"[a-z][a-z0-9+.-]*://"
# A slash too few does not make a password less of one.
_SCHEME = r"(?:[a-z][a-z0-9+.-]*://|(?:https?|ftps?|sftp):/?)"
_WITH_NAME = _SCHEME + r"[^/?#]*@"
# The same in the midst of a text.
_SECRET = rf"(?<![a-z0-9+.-])({_SCHEME})[^/?#\s]*@"
_REFUSAL = "an address with a name or a password in it is not taken: the history would keep them"


class Validators(NamedTuple):
    """By what a server knows again what it gave (RFC 9110, 8.8): its tag, its date, and the address that gave it."""

    etag: str = ""
    modified: str = ""
    url: str = ""


NOTHING_KNOWN = Validators()


class Fetched(NamedTuple):
    """What is behind an address: its bytes, their media type and charset as the server tells, the last address.

    Where `changed` is false it is as it was when its validators were given, and there are no bytes.
    """

    content: bytes
    content_type: str
    charset: str
    url: str
    validators: Validators = Validators()
    changed: bool = True


class LoginWanted(NetworkError):
    """A site gives this to those alone whom it knows, or does not know the login that was sent."""


class PatienceWanted(NetworkError):
    """A site asks to be left alone for a while."""


def is_address(text: str) -> bool:
    """Whether a text is an address, of whatever scheme, and not the name of a file."""
    return re.match(_ADDRESS, text, re.IGNORECASE) is not None


def refuse_secret(text: str) -> None:
    """Raise `BadInput` for an address with a name or a password in it: the history would keep it."""
    if re.match(_WITH_NAME, text, re.IGNORECASE):
        raise BadInput(_REFUSAL, "leave them out, or fetch it with another program: curl … | gencli import -")


def refuse_secret_within(text: str) -> None:
    """Raise `BadInput` for a text with such an address in it."""
    if re.search(_SECRET, text, re.IGNORECASE):
        raise BadInput(_REFUSAL, "leave them out")


def without_secrets(text: str) -> str:
    """A text with no names and passwords in its addresses."""
    return re.sub(_SECRET, r"\1…@", text, flags=re.IGNORECASE)


def refuse_other(text: str) -> None:
    """Raise `BadInput` for what is no http or https address of a host, in one spelling for every reader of it."""
    refuse_secret(text)
    try:
        parts = urlsplit(text)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        parts, host, port = urlsplit(""), "", None
    scheme = text.partition(":")[0].lower()
    if scheme not in ("http", "https"):
        hint = "save what is there, then import the file" if scheme != "file" else "name the file by its path"
        raise BadInput(f"{text[:200]} is no address that is read: only http and https are", hint)
    # Some readers of addresses take a backslash for a slash, others drop line ends.
    if not host or port == 0 or re.search(r"[\x00-\x1f\x7f]", text) or re.search(r"[\\\s@]", parts.netloc):
        raise BadInput(f"{text[:200]} is no address", "it should look like https://wiki.example/list.txt")


def site_of(address: str) -> str:
    """The host of an address, with its port where that is not the usual one: whom a login is for."""
    parts = urlsplit(address)
    host = (parts.hostname or "").rstrip(".")
    host = f"[{host}]" if ":" in host else host
    usual = {"http": 80, "https": 443}.get(parts.scheme)
    return host if parts.port in (None, usual) else f"{host}:{parts.port}"


def name_of(address: str) -> str:
    """What the text behind an address is called: the last part of its path, else its host."""
    parts = urlsplit(address)
    return PurePosixPath(unquote(parts.path)).name or parts.hostname or address
