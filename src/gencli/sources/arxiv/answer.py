"""Is what arXiv sent an answer? The `arxiv` package takes an error, a web page or half a feed for few papers. Pure."""

import re
from html import unescape
from typing import NamedTuple
from xml.parsers import expat

from gencli.errors import NetworkError

# Nothing but this may stand before a feed: above all no DOCTYPE, which could define entities.
_PROLOG = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml\b[^>]{0,200}\?>\s*)?(?:<!--.{0,2000}?-->\s*)?<(?:\w+:)?feed\b", re.S
)
_FEED_END = re.compile(rb"</(?:\w+:)?feed\s*>\s*\Z")
_COUNT = re.compile(rb"<(?:\w+:)?(totalResults|startIndex|itemsPerPage)\b[^>]{0,200}>\s*(\d{1,9})\s*<")
_ENTRY = re.compile(rb"<(?:\w+:)?entry\b")
_REFUSED = re.compile(
    rb"<(?:\w+:)?id>\s*https?://[\w.]*arxiv\.org/api/errors.{0,8000}?<(?:\w+:)?summary\b[^>]{0,200}>([^<]{0,8000})<",
    re.S,
)
# XML 1.0, 2.2: no other control characters may be in a text, not even escaped.
_ILLEGAL = re.compile(
    rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|&#(?:x0*(?:[0-8bcef]|1[0-9a-f])|0*(?:[0-8]|1[1245-9]|2\d|3[01]));", re.I
)
_WRONG_ID = re.compile(r"incorrect id format for\s+(\S+)")
LATER = "try again later"
UNREADABLE = "arXiv answered with what cannot be understood"


class Flaky(NetworkError):
    """An answer that is none, as the service gives it now and then: worth another try."""


class Busy(NetworkError):
    """The service asks for patience; `seconds` is how long, where it says so."""

    def __init__(self, message: str, seconds: float = 0.0) -> None:
        super().__init__(message, "it asks for patience: try again in some minutes")
        self.seconds = seconds


class Refused(NetworkError):
    """The question has something in it that the service does not take; `name` is that id, where it says so."""

    def __init__(self, message: str, name: str = "") -> None:
        super().__init__(message, "ask for the other ids without that one")
        self.name = name


class Unreadable(NetworkError):
    """An answer in which something is that cannot be understood, such as a date in words."""


class Counts(NamedTuple):
    """How many results there are in all, and how many entries are in this answer."""

    total: int
    entries: int


def whole(content: bytes) -> bytes:
    """An answer as well-formed XML: without the control characters that no XML may hold.

    Raises `Unreadable` for what is none all the same, which the `arxiv` package would mend by leaving words out.
    """
    for text in (content, _ILLEGAL.sub(b" ", content)):
        try:
            expat.ParserCreate().Parse(text, True)
        except expat.ExpatError:
            continue
        return text
    raise Unreadable(UNREADABLE, LATER)


def counted(content: bytes, start: int, size: int) -> Counts:
    """The counts of an answer to a question for `size` entries from `start`.

    Raises `Refused` for an error told as an entry, `Flaky` for a web page and for a part of a feed.
    """
    # An error is the only entry of its feed.
    if (told := _REFUSED.search(content[:20_000])) is not None:
        reason = " ".join(unescape(told[1].decode("utf-8", "replace")).split())
        wrong = _WRONG_ID.search(reason)
        raise Refused(f"arXiv refused the question: {reason}", wrong[1] if wrong else "")
    if not _PROLOG.match(content):
        what = "a web page" if b"<html" in content[:2000].lower() else "something that is no feed"
        raise Flaky(f"arXiv answered with {what}", LATER)
    first = _ENTRY.search(content)
    counts = {name: int(number) for name, number in _COUNT.findall(content[: first.start()] if first else content)}
    entries = len(_ENTRY.findall(content))
    total = counts.get(b"totalResults", entries)
    promised = min(total - counts.get(b"startIndex", start), counts.get(b"itemsPerPage", size), size)
    if entries < promised and not entries:
        raise Flaky(f"arXiv answered with an empty page where {promised} entries must be", LATER)
    if not _FEED_END.search(content) or entries < promised:
        raise Flaky("arXiv answered with a part only", LATER)
    return Counts(total, entries)
