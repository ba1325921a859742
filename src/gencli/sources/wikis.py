"""DokuWiki's addresses, and what the web pages that it makes say of themselves. Pure.

A page has three kinds of addresses (`doku.php?id=ns:page`, `doku.php/ns:page`, `ns:page` or `ns/page`), and under each
of them its source is had with `do=export_raw`. Where an address does not tell that it is a wiki's, the web page does.
"""

import json
import re
from contextlib import suppress
from typing import NamedTuple
from urllib.parse import parse_qsl, quote, unquote, urlsplit, urlunsplit

# In so much of a web page its head stands, and of DokuWiki's what it says of itself.
_BEGINNING = 20_000
# The forms of a page may stand behind all that its template has on top.
_FORMS = 200_000
_HTML = rb"(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)?<(?:!doctype\s+html|html)\b"
_GENERATOR = rb"<meta\s[^<>]*\bcontent=[\"']DokuWiki\b"
_TOLD = rb"\bJSINFO\s*=\s*(?=\{)"
_LONG = 50_000
_CLASSES = rb"\bclass=[\"']([^\"']*\bmode_[a-z]+\b[^\"']*)"
_PASSWORD = rb"<input\b[^<>]*\btype\s*=\s*[\"']?password\b"
# These choose what is shown; whatever else there may be tells how.
_CHOOSING = ("id", "rev", "at")


class Seen(NamedTuple):
    """What a web page of DokuWiki says of itself: the page's name, what is done with it, whether there is one."""

    page: str
    doing: str
    exists: bool


def is_page(address: str) -> bool:
    """Whether an address is that of a DokuWiki page by itself, in whatever way it shows it."""
    return re.search(r"/doku\.php(?:/|$)", urlsplit(address).path) is not None


def is_source(address: str) -> bool:
    """Whether an address asks for a source already."""
    parts = urlsplit(address)
    return ("do", "export_raw") in parse_qsl(parts.query) or "/_export/raw/" in parts.path


def source_of(address: str) -> str:
    """The address of a page's source, of the revision that is shown: without its section, and how it is shown."""
    parts = urlsplit(address)
    kept = [(name, value) for name, value in parse_qsl(parts.query) if name in _CHOOSING]
    query = "&".join(f"{name}={quote(value, safe=':/')}" for name, value in [*kept, ("do", "export_raw")])
    return urlunsplit((parts.scheme, parts.netloc, parts.path, query, ""))


def page_of(address: str) -> str:
    """The name of the page that an address of DokuWiki's own kinds shows (`ns:page`); empty where it names none."""
    parts = urlsplit(address)
    named = dict(parse_qsl(parts.query)).get("id") or unquote(parts.path.partition("/doku.php")[2])
    return named.replace("/", ":").strip(":")


def is_html(content: bytes, content_type: str = "") -> bool:
    """Whether bytes are a web page, told by their beginning, or by their type where they begin with a tag."""
    start = content[:_BEGINNING].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    is_said = content_type in ("text/html", "application/xhtml+xml") and start.startswith(b"<")
    return is_said or re.match(_HTML, start, re.DOTALL) is not None


def seen(content: bytes) -> Seen | None:
    """What a web page says of itself where DokuWiki made it."""
    start = content[:_FORMS]
    told = re.search(_TOLD, start)
    if told is None and not re.search(_GENERATOR, start[:_BEGINNING], re.IGNORECASE):
        return None
    said: dict[str, object] = {}
    with suppress(ValueError, RecursionError):
        text = start[told.end() :][:_LONG].decode("utf-8", "replace") if told else "{}"
        said, _ = json.JSONDecoder().raw_decode(text)
    classes = re.search(_CLASSES, start)
    names = classes[1].decode("ascii", "replace").split() if classes else []
    mode = next((name.removeprefix("mode_") for name in names if name.startswith("mode_")), "")
    return Seen(str(said.get("id", ""))[:200], str(said.get("ACT") or mode), "notFound" not in names)


def wants_login(content: bytes) -> bool:
    """Whether bytes are a web page that wants to know who asks before it shows what was asked for."""
    if not is_html(content):
        return False
    page = seen(content)
    if page is not None and page.doing:
        # A form to log in may stand on every page.
        return page.doing in ("denied", "login")
    return re.search(_PASSWORD, content[:_FORMS], re.IGNORECASE) is not None
