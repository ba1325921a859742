"""Markdown's pieces as the text that notes are kept in, with its spans.

What the library keeps of a page is read with `gencli.markup`, whatever page it comes from. So a Markdown text is turned
into that markup once, when it is read: `[[url|label]]`, `**bold**`, `//emphasis//`, `''%%code%%''`; what only looks
like it stands in `%%…%%`. `markup.inline` reads the result to the same spans, which a property test holds it to.
"""

import re
from collections.abc import Mapping, Sequence

from gencli.formats.markdown.inline import Piece, read
from gencli.listing.kept import Text
from gencli.markup import Span

_MARKUP = re.compile(
    r"%%+|(?:\[\[+|\*\*+|//+|''+|__+|\{\{+|\\\\(?=\s|$)|<(?=(?:nowiki|code|file)\b)|\b(?:https?|ftp)://|\bwww\.(?=\w))",
    re.IGNORECASE,
)
_DOUBLED = re.compile(r"[\[\]]{2,}")
# Labels by which a badge is known for what it leads to.
_BADGES = (
    (re.compile(r"arxiv\.org/", re.IGNORECASE), "arXiv"),
    (re.compile(r"\bdoi\.org/", re.IGNORECASE), "doi"),
    (re.compile(r"\.pdf$|/pdf\b", re.IGNORECASE), "pdf"),
    (re.compile(r"//(?:www\.)?(?:github|gitlab|bitbucket|huggingface)\.", re.IGNORECASE), "code"),
    (re.compile(r"//(?:www\.)?(?:youtube\.com|youtu\.be|vimeo\.com)/", re.IGNORECASE), "video"),
    (re.compile(r"//openreview\.net/|//(?:www\.)?aclanthology\.org/", re.IGNORECASE), "link"),
)


def text_of(markdown: str, addresses: Mapping[str, str]) -> Text:
    """A Markdown text as it is kept; a badge is a link only where it leads to something of a work."""
    found = read(markdown, addresses)
    writer = _Writer([piece for piece in map(_badge, found.pieces) if piece is not None])
    return Text(writer.run(), tuple(writer.spans), tuple(writer.source), found.starred, tuple(found.refused))


def _badge(piece: Piece) -> Piece | None:
    if piece.kind != "link" or not piece.is_badge:
        return piece
    label = next((label for pattern, label in _BADGES if pattern.search(piece.target)), "")
    return piece._replace(text=label) if label else None


class _Writer:
    """Writes the pieces one behind the other and notes where each begins and ends."""

    def __init__(self, pieces: Sequence[Piece]) -> None:
        self.pieces = pieces
        self.out: list[str] = []
        self.length = 0
        self.spans: list[Span] = []
        self.source: list[tuple[int, int]] = []

    def run(self) -> str:
        """The text as a whole."""
        marks, state = [], (False, False)
        for piece in self.pieces:
            marks.append(_marks(state, (piece.strong, piece.emphasised)))
            state = (piece.strong, piece.emphasised)
        marks.append(_marks(state, (False, False)))
        for index, piece in enumerate(self.pieces):
            self._put(marks[index])
            following = self.pieces[index + 1] if index + 1 < len(self.pieces) else None
            if piece.kind == "link":
                self._link(piece, marks[index], following)
            elif piece.kind == "code":
                self._code(piece)
            elif piece.kind == "break":
                self._span(piece, "break", "\n", "\\\\ " if following else "")
            else:
                after = marks[index + 1] or ("''" if following and following.kind == "code" else "")
                before = marks[index] or ("''" if index and self.pieces[index - 1].kind == "code" else "")
                self._text(piece, before, after)
        self._put(marks[-1])
        return "".join(self.out)

    def _put(self, text: str) -> None:
        self.out.append(text)
        self.length += len(text)

    def _span(self, piece: Piece, kind: str, text: str, written: str) -> None:
        start = self.length
        self._put(written)
        if written:
            # DokuWiki's line break is its two signs; the blank behind them is text.
            self.spans.append(Span(kind, text, start, self.length, piece.target, piece.strong, piece.emphasised))
            self.source.append((piece.start, piece.end))

    def _link(self, piece: Piece, mark: str, following: Piece | None) -> None:
        """A link; a bare address stays bare between blanks."""
        label = " ".join(piece.text.split())
        gap = self.out[-2][-1:] if len(self.out) > 1 else ""
        is_bare = label == piece.target and not mark and (not gap or gap.isspace())
        if is_bare and (following is None or following.text[:1].isspace()) and label[-1:].isalnum() and label.isascii():
            written = label if "**" not in label and "''" not in label and label.count("//") == 1 else f"[[{label}]]"
        else:
            written = f"[[{piece.target}]]" if label == piece.target else f"[[{piece.target}|{_in_link(label)}]]"
        self._span(piece, "link", label, written)

    def _code(self, piece: Piece) -> None:
        code = " ".join(piece.text.split())
        opened, closed = ("%%", "%%") if "%" not in code else ("<nowiki>", "</nowiki>")
        if closed in code.lower():
            code = code.replace("%", "%\u2060") if closed == "%%" else re.sub(r"</(?=nowiki>)", "< /", code, flags=re.I)
        self._put("''")
        if code:
            self._span(piece, "raw", code, opened + code + closed)
        self._put("''")

    def _text(self, piece: Piece, before: str, after: str) -> None:
        """A text, with what would be read as markup put between signs that hide it."""
        text, position, end = piece.text, 0, len(piece.text)
        if before and text[0] == before[-1]:
            position = 1
            self._hidden(piece, text[0])
        held = ""
        if end > position and after and (text[-1] == after[0] or (text[-1] == ":" and after.startswith("/"))):
            end, held = end - 1, text[-1]
        for match in _MARKUP.finditer(text, position, end):
            self._span(piece, "text", text[position : match.start()], text[position : match.start()])
            self._hidden(piece, match.group())
            position = match.end()
        self._span(piece, "text", text[position:end], text[position:end])
        if held:
            self._hidden(piece, held)

    def _hidden(self, piece: Piece, text: str) -> None:
        written = f"<nowiki>{text}</nowiki>" if "%" in text else f"%%{text}%%"
        self._span(piece, "raw", text, written)


def _marks(before: tuple[bool, bool], now: tuple[bool, bool]) -> str:
    """The marks between two texts: emphasis inside, bold outside."""
    inner_ends = before[1] and (not now[1] or before[0] != now[0])
    inner_begins = now[1] and (not before[1] or before[0] != now[0])
    return "//" * inner_ends + "**" * (before[0] != now[0]) + "//" * inner_begins


def _in_link(label: str) -> str:
    """A label that cannot end its link: brackets that are doubled or have no partner are round."""
    if _DOUBLED.search(label[:-1]) or label.count("[") != label.count("]") or label.startswith("["):
        return label.replace("[", "(").replace("]", ")")
    return label
