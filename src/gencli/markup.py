"""A wiki's inline markup, told apart into spans. Pure, and linear in the length of the text.

The rules are DokuWiki's (https://www.dokuwiki.org/wiki:syntax): a link is `[[target|label]]`, split at
the first bar; an odd `**` is literal; nothing is markup inside `%%`, `<nowiki>`, `<code>` and `<file>`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_MARK = re.compile(
    r"\[\[|\*\*|//|''|%%|\{\{|\\\\(?=\s|$)|<(?:nowiki|code|file)\b[^<>\n]{0,200}>|\b(?:https?|ftp)://|\bwww\.(?=\w)",
    re.IGNORECASE,
)
_BARE = re.compile(r"[^\s<>\[\]|{}\"“”^`]+")
_CLOSERS = {"%%": "%%", "{{": "}}"}


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of a text: `kind` is text, link, raw (no markup inside), image or break.

    `text` is what a reader sees, `target` where a link leads; `start` and `end` include the markup.
    """

    kind: str
    text: str
    start: int
    end: int
    target: str = ""
    strong: bool = False
    emphasised: bool = False


def inline(text: str) -> list[Span]:
    """The spans of a text, in order and without gaps, markers of emphasis left out."""
    return list(_Scanner(text).spans())


def plain(text: str) -> str:
    """What a reader sees of a text: labels instead of links, no marks of emphasis."""
    return "".join(span.text for span in inline(text))


class _Scanner:
    """One pass over a text; remembers for each closing mark that there is none left."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.missing: set[str] = set()
        self.is_open = {"**": False, "//": False, "''": False}

    def spans(self) -> Iterator[Span]:
        text, position, done = self.text, 0, 0
        while (match := _MARK.search(text, position)) is not None:
            span, end = self._at(match)
            if end == match.start():
                position = match.end()
                continue
            if match.start() > done:
                yield self._span("text", text[done : match.start()], done, match.start())
            if span is None:
                self.is_open[match.group()] = not self.is_open[match.group()]
            else:
                yield span
            position = done = end
        if len(text) > done:
            yield self._span("text", text[done:], done, len(text))

    def _at(self, match: re.Match[str]) -> tuple[Span | None, int]:
        """The span that starts here and where it ends; the end is the start where nothing does."""
        mark, start = match.group(), match.start()
        if mark == "[[":
            return self._link(start)
        if mark in self.is_open:
            return None, self._emphasis(mark, start)
        if mark == "\\\\":
            return self._span("break", "\n", start, match.end()), match.end()
        if mark in _CLOSERS or mark.startswith("<"):
            return self._raw(match)
        return self._address(match)

    def _link(self, start: int) -> tuple[Span | None, int]:
        close = self._find("]]", start + 2)
        if close < 0:
            return None, start
        while self.text.startswith("]", close + 2):
            close += 1
        target, _, label = self.text[start + 2 : close].partition("|")
        target, label = target.strip(), " ".join(label.split())
        return self._span("link", label or target, start, close + 2, target), close + 2

    def _emphasis(self, mark: str, start: int) -> int:
        if mark == "//" and self.text[max(start - 1, 0) : start] == ":":
            return start
        if not self.is_open[mark]:
            close = self._find(mark, start + 2)
            if close < 0 or (mark == "//" and "\n\n" in self.text[start:close]):
                return start
        return start + 2

    def _raw(self, match: re.Match[str]) -> tuple[Span | None, int]:
        mark = match.group()
        closer = _CLOSERS.get(mark) or f"</{re.match(r'[a-z]+', mark[1:].lower())[0]}>"  # type: ignore[index]
        close = self._find(closer, match.end())
        if close < 0:
            return None, match.start()
        kind = "image" if mark == "{{" else "raw"
        shown = "" if kind == "image" else self.text[match.end() : close]
        return self._span(kind, shown, match.start(), close + len(closer)), close + len(closer)

    def _address(self, match: re.Match[str]) -> tuple[Span | None, int]:
        found = _BARE.match(self.text, match.start())
        if found is None:
            return None, match.start()
        address = found.group()
        for mark in ("**", "''", "//"):
            cut = address.find(mark, match.end() - match.start())
            # `https://doi.org/https://doi.org/10…` is one address that a person doubled.
            if cut > 0 and not (mark == "//" and address[cut - 1] == ":"):
                address = address[:cut]
        address = address.rstrip(".,;:?!-")
        unopened = address.count(")") - address.count("(")
        while unopened > 0 and address.endswith(")"):
            address, unopened = address[:-1].rstrip(".,;:?!-"), unopened - 1
        if len(address) <= match.end() - match.start():
            return None, match.start()
        end = match.start() + len(address)
        return self._span("link", address, match.start(), end, address), end

    def _find(self, closer: str, start: int) -> int:
        if closer in self.missing:
            return -1
        found = self.text.find(closer, start)
        if found < 0:
            self.missing.add(closer)
        return found

    def _span(self, kind: str, text: str, start: int, end: int, target: str = "") -> Span:
        return Span(kind, text, start, end, target, self.is_open["**"], self.is_open["//"])
