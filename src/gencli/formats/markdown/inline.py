"""Markdown's inline markup, told apart into pieces: text, links, code, line breaks, each with its emphasis.

The rules are CommonMark's (https://spec.commonmark.org/0.31.2/#inlines) with GitHub's bare addresses, and the HTML that
people write in lists. Linear in the length of the text, and without recursion. Only http and https addresses, places
of the page and relative paths become links; any other address is `refused`.
"""

import re
from collections.abc import Mapping
from itertools import groupby
from typing import NamedTuple

from gencli.formats.markdown.blocks import label_form
from gencli.formats.markdown.emphasis import Node, flat, pair, run_of
from gencli.formats.markdown.targets import clean_target, enclosed, href_of, unescaped

# Each way begins with a sign of its own, so that most of a text is passed over without trying any; what is told of a
# sign before it stands behind it for the same reason. The name of a group, without its number, is the kind of token.
_TOKEN = re.compile(
    r"\\(?P<escaped>[!-/:-@\[-`{-~])"
    r"|\\(?P<break>\n)| (?<!  )(?P<break2> +\n)|\n(?P<break3>\n+)"
    r"|`(?P<ticks>`*)|\*(?P<run>\**)|_(?P<run2>_*)|!(?P<open>\[)|\[(?P<open2>)|\](?P<close>)"
    r"|<(?P<auto>[A-Za-z][A-Za-z0-9+.-]{1,31}:[^\s<>]{0,2000})>"
    r"|<(?P<tag>/?[A-Za-z][A-Za-z0-9]{0,10})(?P<more>\b[^<>]{0,2000})>"
    r"|&(?P<entity>#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z]\w{1,30});"
    + "".join(
        rf"|{letter}(?<!\w.)(?i:{rest})(?=\w)[^\s<>\[\]|{{}}\"“”^`\\]+(?P<bare{letter}>)"
        for rest, letters in (("ttps?://", "hH"), (r"ww\.", "wW"))
        for letter in letters
    )
)
_KINDS = {name: re.sub(r"[^a-z]$|(?<=bare).$", "", name) for name in _TOKEN.groupindex}
_LABEL = re.compile(r"\[((?:\\.|[^\[\]\\]){0,999})\]")
_STARS = re.compile(r"(?<!\d)(?<!\d[kK])(?<!\d )(?<!\d[kK] )(?:[⭐🌟]\ufe0f?|:star2?:)(?!\s*\d)")
_TAGS = frozenset(
    """
    a abbr b big blockquote br center cite code del details div dl dd dt em figure font h1 h2 h3 h4 h5 h6 hr i img ins
    kbd li mark ol p picture pre q s samp small source span strike strong sub summary sup table tbody td th thead tr tt
    u ul var
    """.split()
)
_STRONG, _EMPHASISED = ("b", "strong"), ("i", "em", "cite")


class Piece(NamedTuple):
    """A piece of a text: `kind` is text, link, code or break; `start` and `end` are its place in the source.

    `is_badge` is true of a link whose label is nothing but an image.
    """

    kind: str
    text: str
    start: int
    end: int
    target: str = ""
    strong: bool = False
    emphasised: bool = False
    is_badge: bool = False


class Read(NamedTuple):
    """A text as read: its pieces, whether a star stands in it, and the links that are not followed."""

    pieces: list[Piece]
    starred: bool
    refused: list[tuple[int, int, str]]


def read(text: str, addresses: Mapping[str, str]) -> Read:
    """The pieces of a text, in order; `addresses` are those that the page defines by label."""
    return _Scanner(text, addresses).read()


class _Bracket(NamedTuple):
    """An opening bracket that waits for its end: its node's place, where its text begins, whether of an image."""

    node: int
    start: int
    is_image: bool


class _Scanner:
    """One pass over a text."""

    def __init__(self, text: str, addresses: Mapping[str, str]) -> None:
        self.text = text
        self.addresses = addresses
        self.nodes: list[Node] = []
        self.brackets: list[_Bracket] = []
        self.inactive = 0  # how many of the brackets hold a link already, and cannot become one
        self.anchor: tuple[int, int, int, str] | None = None
        self.html: list[tuple[str, int]] = []
        self.refused: list[tuple[int, int, str]] = []
        self.ticks: dict[int, list[int]] | None = None

    def read(self) -> Read:
        """The text as read."""
        position = done = 0
        while (match := _TOKEN.search(self.text, position)) is not None:
            count = len(self.nodes)
            position = self._take(match, done)
            if position < 0:
                position = match.end()
                if len(self.nodes) == count:
                    continue
            done = position
        self._plain(done, len(self.text))
        pair(self.nodes, 0)
        return self._pieces()

    def _pieces(self) -> Read:
        pieces: list[Piece] = []
        starred = False
        for (kind, strong, emphasised), group in groupby(flat(self.nodes), _kind_of):
            shown = list(group)
            if kind == "text":
                text = "".join(entry[1] for entry in shown)
                bare = text if text.isascii() and ":star" not in text else _STARS.sub("", text)
                starred = starred or bare != text
                if bare:
                    pieces.append(Piece(kind, bare, shown[0][0].start, shown[-1][0].end, "", strong, emphasised))
            elif kind != "image":
                for node, text, _, _ in shown:
                    place = (node.start, node.end, node.target)
                    pieces.append(Piece(kind, text, *place, strong, emphasised, node.is_badge))
        return Read(pieces, starred, self.refused)

    def _plain(self, start: int, end: int) -> None:
        if start < end:
            self.nodes.append(Node("text", self.text[start:end], start, end))

    def _take(self, match: re.Match[str], done: int) -> int:
        """Add what a token is, and the text before it; where to go on, or -1 where it is only text."""
        start, kind = match.start(), _KINDS[str(match.lastgroup)]
        if kind == "ticks":
            return self._code(match, done)
        if kind in ("tag", "more"):
            return self._tag(match, done)
        if kind == "bare":
            return self._bare(match, done)
        self._plain(done, start)
        if kind == "close":
            return self._close(start)
        if kind == "open":
            self.brackets.append(_Bracket(len(self.nodes), match.end(), match.group() == "!["))
            self.nodes.append(Node("mark", match.group(), *match.span()))
        elif kind == "run":
            self.nodes.append(run_of(self.text, *match.span()))
        elif kind == "auto":
            self._link(match["auto"], match["auto"], start, match.end())
        else:
            text = "\n" if kind == "break" else match["escaped"] or unescaped(match.group())
            if kind == "break" and match.group().startswith("\n"):
                self._end_paragraph(match.start())
            self.nodes.append(Node("break" if kind == "break" else "text", text, start, match.end()))
        return match.end()

    def _end_paragraph(self, position: int) -> None:
        """What is open in a paragraph does not go on in the next."""
        self.brackets, self.html, self.anchor, self.inactive = [], [], None, 0
        self.nodes.append(Node("end", "", position, position))

    def _code(self, match: re.Match[str], done: int) -> int:
        """A code span, where a run of backticks of the same length closes it."""
        length = len(match.group())
        if self.ticks is None:
            self.ticks = {}
            for found in re.finditer(r"`+", self.text):
                self.ticks.setdefault(len(found.group()), []).append(found.start())
            for places in self.ticks.values():
                places.reverse()
        places = self.ticks.get(length, [])
        while places and places[-1] < match.end():
            places.pop()
        if not places:
            return -1
        self._plain(done, match.start())
        inner, end = self.text[match.end() : places[-1]].replace("\n", " "), places[-1] + length
        if inner.startswith(" ") and inner.endswith(" ") and inner.strip():
            inner = inner[1:-1]
        self.nodes.append(Node("code", inner, match.start(), end))
        return end

    def _bare(self, match: re.Match[str], done: int) -> int:
        """An address that stands in the text, without the punctuation of the sentence around it."""
        address = match.group()
        spare, end = address.count(")") - address.count("("), len(address)
        while end and (address[end - 1] in "?!.,:;*_~'" or (address[end - 1] == ")" and spare > 0)):
            end -= 1
            spare -= address[end] == ")"
        if end <= len("www.") or address[:end].endswith("//"):
            return -1
        self._plain(done, match.start())
        # A bare address inside brackets does not keep them from being a link.
        self._link(address[:end], unescaped(address[:end]), match.start(), match.start() + end)
        return match.start() + end

    def _link(
        self, target: str, label: str, start: int, end: int, strong: bool = False, emphasised: bool = False
    ) -> None:
        """A link, or only its label where the address is none of the web."""
        is_badge = not label.strip()
        target, is_web = clean_target(target)
        if not is_web:
            self.refused.append((start, end, target))
        kind = "link" if is_web and target else "text"
        node = Node(kind, label or (target if kind == "link" else ""), start, end, target if kind == "link" else "")
        node.opens = (int(strong), int(emphasised)) if kind == "link" else (0, 0)
        node.closes, node.is_badge = node.opens, is_badge
        self.nodes.append(node)

    # --- brackets ----------------------------------------------------------------------------

    def _close(self, position: int) -> int:
        """A closing bracket: a link or an image ends here, or it is only a sign."""
        bracket = self.brackets.pop() if self.brackets else None
        is_inactive = len(self.brackets) < self.inactive
        self.inactive = min(self.inactive, len(self.brackets))
        found = None
        if bracket is not None and (bracket.is_image or not is_inactive):
            found = self._destination(bracket, position)
        if bracket is None or found is None:
            self.nodes.append(Node("text", "]", position, position + 1))
            return position + 1
        target, end = found
        if not target and end == position + 1:
            # The mark of a footnote is no text.
            del self.nodes[bracket.node :]
            return end
        self._collapse(bracket.node, 1, target, end, bracket.is_image)
        return end

    def _collapse(self, first: int, opening: int, target: str, end: int, is_image: bool = False) -> None:
        """Make one link of the nodes from one on."""
        start = self.nodes[first].start if first < len(self.nodes) else end
        pair(self.nodes, first + opening)
        inner = list(flat(self.nodes[first + opening :]))
        del self.nodes[first:]
        while self.html and self.html[-1][1] >= first:
            self.html.pop()
        if is_image:
            self.nodes.append(Node("image", "", start, end))
            return
        label = " ".join("".join(text for _, text, _, _ in inner).split())
        shown = [entry for entry in inner if entry[1].strip()]
        strong = bool(shown) and all(entry[2] for entry in shown)
        emphasised = bool(shown) and all(entry[3] for entry in shown)
        self._link(target, label, start, end, strong, emphasised)
        self.inactive = len(self.brackets)

    def _destination(self, bracket: _Bracket, position: int) -> tuple[str, int] | None:
        """Where brackets lead that end at a position, and where that ends."""
        if self.text.startswith("(", position + 1) and (found := enclosed(self.text, position + 2)) is not None:
            return found
        label = self.text[bracket.start : position] if position - bracket.start < 1000 else ""
        if label.startswith("^") and not bracket.is_image:
            return "", position + 1
        if not self.addresses:
            return None
        end = position + 1
        if (match := _LABEL.match(self.text, end)) is not None:
            label, end = match[1].strip() or label, match.end()
        target = self.addresses.get(label_form(label))
        return (target, end) if target is not None else None

    # --- HTML --------------------------------------------------------------------------------

    def _tag(self, match: re.Match[str], done: int) -> int:
        """A tag of HTML: a break, emphasis or a link; others only go, and what is no tag is text."""
        name, is_end = match["tag"].lstrip("/").lower(), match["tag"].startswith("/")
        if name not in _TAGS:
            return -1
        self._plain(done, match.start())
        if name == "a":
            self._anchor(match, is_end)
        elif name in _STRONG or name in _EMPHASISED:
            self._emphasis(name, match, is_end)
        elif name in ("br", "p", "li", "tr", "div", "summary", "hr"):
            self.nodes.append(Node("break", "\n", *match.span()))
        elif name in ("td", "th"):
            self.nodes.append(Node("text", " ", *match.span()))
        return match.end()

    def _anchor(self, match: re.Match[str], is_end: bool) -> None:
        if is_end and self.anchor is not None:
            first, height, inactive, target = self.anchor
            self.anchor = None
            if height <= len(self.brackets) and first <= len(self.nodes):
                del self.brackets[height:]
                self._collapse(first, 0, target, match.end())
                self.inactive = min(inactive, len(self.brackets))
        elif not is_end and (target := href_of(match["more"])):
            self.anchor = (len(self.nodes), len(self.brackets), self.inactive, target)

    def _emphasis(self, name: str, match: re.Match[str], is_end: bool) -> None:
        self.nodes.append(Node("mark", "", *match.span()))
        if not is_end:
            self.html.append((name, len(self.nodes) - 1))
        elif self.html and self.html[-1][0] == name:
            opened = self.nodes[self.html.pop()[1]]
            opened.opens = self.nodes[-1].closes = (1, 0) if name in _STRONG else (0, 1)


def _kind_of(entry: tuple[Node, str, bool, bool]) -> tuple[str, bool, bool]:
    node, _, strong, emphasised = entry
    return "text" if node.kind in ("mark", "run", "end") else node.kind, strong, emphasised
