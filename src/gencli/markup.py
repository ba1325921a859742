"""A wiki's inline markup, told apart into spans. Pure, and linear in the length of the text.

The rules are DokuWiki's (https://www.dokuwiki.org/wiki:syntax): a link is `[[target|label]]`, split at
the first bar; an odd `**` is literal; nothing is markup inside `%%`, `<nowiki>`, `<code>` and `<file>`.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

# Each way begins with a sign of its own, so that most of a text is passed over without trying any; the boundary of
# the word stands behind the first letter for the same reason.
_MARK = re.compile(
    r"\[\[|\*\*|//|''|__|%%|\{\{|\\\\(?=\s|$)|<(?P<raw>(?i:nowiki|code|file))\b[^<>\n]{0,200}>"
    + "".join(rf"|{letter}(?<!\w.)(?i:ttps?)://" for letter in "hH")
    + "".join(rf"|{letter}(?<!\w.)(?i:tp)://" for letter in "fF")
    + "".join(rf"|{letter}(?<!\w.)(?i:ww\.)(?=\w)" for letter in "wW")
)
# `[[target|label]]` or `**[[target|label]]**`, as most items begin.
_FIRST_LINK = re.compile(r"(\*\*)?\[\[([^\[\]|\n]+)\|([^\[\]\n]*)\]\](?(1)\*\*)")
# What ends a bare address, or may.
_ENDING = re.compile(r"[\s<>\[\]|{}\"“”^`]|\*\*|''|//")
_WEB = re.compile(r"https?://", re.IGNORECASE)
_IMAGE = re.compile(r"\.(?:gif|jpe?g|png|svg|webp|ico)(?=$|[?#])", re.IGNORECASE)
_CLOSERS = {"%%": "%%", "{{": "}}"}
_PAIRED = ("**", "''", "//", "__")


class Span(NamedTuple):
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
    return _usual(text) or _Scanner(text).spans()


def plain(text: str) -> str:
    """What a reader sees of a text: labels instead of links, no marks of emphasis."""
    return "".join(span.text for span in inline(text))


def _usual(text: str) -> list[Span]:
    """The spans of a text that is a link, perhaps in bold, or begins with one and has no other mark; else none."""
    link = _FIRST_LINK.match(text)
    if link is None or _MARK.search(text, link.end()) is not None:
        return []
    target, label, end = link[2].strip(), " ".join(link[3].split()), link.end()
    is_bold = link[1] is not None
    first = Span("link", label or target, 2 if is_bold else 0, end - 2 if is_bold else end, target, is_bold)
    return [first, Span("text", text[end:], end, len(text))] if end < len(text) else [first]


class _Scanner:
    """One pass over a text; remembers where each closing mark was found last, so that none is looked for twice."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.closers: dict[str, int] = {}

    def spans(self) -> list[Span]:
        spans: list[Span] = []
        strong = emphasised = False
        text, done = self.text, 0
        found = list(self._found())
        if not found:
            return [Span("text", text, 0, len(text))] if text else []
        paired = _paired(text, found)
        for span in found:
            kind, shown, start, end, target, _, _ = span
            if kind == "mark" and start not in paired:
                continue
            if start > done:
                spans.append(Span("text", text[done:start], done, start, "", strong, emphasised))
            done = end
            if kind != "mark":
                is_set_off = strong or emphasised
                spans.append(Span(kind, shown, start, end, target, strong, emphasised) if is_set_off else span)
            elif shown == "**":
                strong = not strong
            elif shown == "//":
                emphasised = not emphasised
        if done < len(text):
            spans.append(Span("text", text[done:], done, len(text), "", strong, emphasised))
        return spans

    def _found(self) -> Iterator[Span]:
        """What stands between the text: links, raw text, images, breaks, and the marks of emphasis."""
        position = 0
        while (match := _MARK.search(self.text, position)) is not None:
            span = self._at(match)
            if span is not None:
                yield span
            # `[[[` may be a bracket before a link.
            position = span.end if span else match.end() - (match.group() == "[[")

    def _at(self, match: re.Match[str]) -> Span | None:
        mark, start, end = match.group(), match.start(), match.end()
        if mark == "[[":
            return self._link(start)
        if mark in _PAIRED:
            in_address = mark == "//" and start > 0 and self.text[start - 1] == ":"
            return None if in_address else Span("mark", mark, start, end)
        if mark == "\\\\":
            return Span("break", "\n", start, end)
        if mark in _CLOSERS or mark.startswith("<"):
            return self._raw(match)
        return self._address(match)

    def _link(self, start: int) -> Span | None:
        close = self._find("]]", start + 2)
        if close < 0 or self.text.find("[[", start + 1, close) >= 0:
            # What was opened and not closed is literal, and hides no link behind it.
            return None
        spare = self.text.count("[", start + 2, close) - self.text.count("]", start + 2, close)
        while spare > 0 and self.text.startswith("]", close + 2):
            close, spare = close + 1, spare - 1
        target, _, label = self.text[start + 2 : close].partition("|")
        target, label = target.strip(), " ".join(label.split())
        return Span("link", label or target, start, close + 2, target)

    def _raw(self, match: re.Match[str]) -> Span | None:
        mark = match.group()
        closer = _CLOSERS.get(mark) or f"</{match['raw'].lower()}>"
        close = self._find(closer, match.end())
        if close < 0:
            return None
        inner, start, end = self.text[match.end() : close], match.start(), close + len(closer)
        if mark != "{{":
            return Span("raw", inner, start, end)
        target, _, label = (part.strip() for part in inner.partition("|"))
        # Media that is no image is shown as a link to it.
        if _WEB.match(target) and not _IMAGE.search(target):
            return Span("link", label or target, start, end, target)
        return Span("image", label, start, end)

    def _address(self, match: re.Match[str]) -> Span | None:
        address = _without_end(self.text[match.start() : self._address_end(match.end())])
        if len(address) <= match.end() - match.start():
            return None
        return Span("link", address, match.start(), match.start() + len(address), address)

    def _address_end(self, start: int) -> int:
        """Where a bare address ends at the latest: at a blank, a bracket, or a mark of emphasis."""
        is_doubled = False
        for found in _ENDING.finditer(self.text, start):
            if found.group() != "//":
                return found.start()
            # `https://doi.org/https://doi.org/10…` is one address that a person doubled.
            is_doubled = is_doubled or self.text[found.start() - 1] == ":"
            if not is_doubled:
                return found.start()
        return len(self.text)

    def _find(self, closer: str, start: int) -> int:
        """Where a closing mark stands next; each call asks at a later place than the one before."""
        known = self.closers.get(closer, 0)
        if 0 <= known < start:
            if closer.startswith("<"):
                match = re.compile(re.escape(closer), re.IGNORECASE).search(self.text, start)
                known = match.start() if match else -1
            else:
                known = self.text.find(closer, start)
            self.closers[closer] = known
        return known


def _paired(text: str, found: list[Span]) -> set[int]:
    """Where the marks of emphasis stand that open or close something in their paragraph; others are literal."""
    paired: set[int] = set()
    waiting: dict[str, int] = {}
    for span in found:
        if span.kind == "mark":
            opened = waiting.pop(span.text, None)
            if opened is None or text.find("\n\n", opened, span.start) >= 0:
                waiting[span.text] = span.start
            else:
                paired |= {opened, span.start}
    return paired


def _without_end(address: str) -> str:
    """An address without the punctuation of the sentence around it, nor a bracket that was opened before it."""
    unopened, end = address.count(")") - address.count("("), len(address)
    while end and (address[end - 1] in ".,;:?!-" or (address[end - 1] == ")" and unopened > 0)):
        end -= 1
        unopened -= address[end] == ")"
    return address[:end]
