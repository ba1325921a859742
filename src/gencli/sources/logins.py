"""By what a person is known to a site: a name and a password, or a token, from the environment or the system's keyring.

It is never a word of a command, so that no history has it, and never a part of what is shown or kept.
"""

import re
from base64 import b64encode
from collections.abc import Mapping
from importlib.util import find_spec
from typing import NamedTuple

from gencli.errors import BadInput
from gencli.sources.addresses import is_address, site_of
from gencli.sources.transport import within

HOST, LOGIN = "GENCLI_WIKI_HOST", "GENCLI_WIKI_LOGIN"
# Under this name keyrings have it: `keyring set gencli wiki.example`.
_SERVICE = "gencli"
# Who has to unlock it first is asked for a password.
_UNLOCKING = 120.0


class Login(NamedTuple):
    """The headers that tell a site who asks, and where they are from; what is shown of it is that alone."""

    headers: Mapping[str, str]
    whence: str

    def __repr__(self) -> str:
        return f"Login({self.whence})"


class Kept(NamedTuple):
    """What the keyring has for a site, or why it cannot be asked."""

    login: Login | None = None
    trouble: str = ""


def read(text: str, whence: str) -> Login:
    """NAME:PASSWORD or a token as headers. Raises `BadInput` for what is neither, without showing it."""
    if ":" in text and text.isprintable():
        return Login({"Authorization": f"Basic {b64encode(text.encode()).decode()}"}, whence)
    if not re.fullmatch(r"[\x21-\x7e]+", text):
        raise BadInput(f"what {whence} has is neither NAME:PASSWORD nor a token", "it is one line of text")
    # Some servers take the first away before DokuWiki sees it; the other it has for that.
    return Login({"Authorization": f"Bearer {text}", "X-DokuWiki-Token": text}, whence)


def exported(environment: Mapping[str, str], address: str) -> Login | None:
    """The login in the environment, where it is for the host of this address. Raises `BadInput`."""
    host, text = environment.get(HOST, "").strip().rstrip("/"), environment.get(LOGIN, "").strip("\r\n")
    if not text or not host:
        return None
    try:
        # Who copies the address of the wiki means its host.
        named = site_of(host) if is_address(host) else site_of(f"https://{host}")
    except ValueError as error:
        raise BadInput(f"{HOST} is '{host[:200]}'", "the name of a host: wiki.example or wiki.example:8080") from error
    return read(text, LOGIN) if named == site_of(address) else None


def kept(site: str) -> Kept:
    """The login that the system's keyring has for a site. Raises `BadInput` for what is no login."""
    if find_spec("keyring") is None:
        return Kept()
    try:
        import keyring

        text = within(_UNLOCKING, lambda: keyring.get_password(_SERVICE, site))
    except Exception as error:
        # Each system's keyring has errors of its own.
        return Kept(trouble=f"the keyring cannot be asked ({type(error).__name__})")
    return Kept(read(text.strip("\r\n"), "the keyring")) if text else Kept()


def hint(site: str, trouble: str = "") -> str:
    """How to say who one is to a site that wants to know."""
    again = "" if find_spec("keyring") else "pip install 'gencli[keyring]', then "
    ways = f"export {HOST}={site} and {LOGIN}=NAME:PASSWORD (or a token); or {again}keyring set gencli {site}"
    return f"{trouble}; {ways}" if trouble else f"{ways}; or save it with your browser, then import the file"
