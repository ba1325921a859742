"""Text as it is compared (folded) and as it is shown (harmless, on one line). Pure."""

import re
import unicodedata

# Letters that no Unicode decomposition takes apart.
_LETTERS = str.maketrans(
    {
        "ł": "l", "ø": "o", "æ": "ae", "œ": "oe", "ð": "d", "đ": "d", "þ": "th", "ı": "i",
        "ħ": "h", "ŧ": "t", "ŋ": "n", "ĸ": "k", "ſ": "s", "ƒ": "f",
        "‐": "-", "‑": "-", "‒": "-", "–": "-", "—": "-", "―": "-", "−": "-",
        "‘": "'", "’": "'", "‚": "'", "‛": "'", "′": "'", "`": "'", "´": "'",
        "“": '"', "”": '"', "„": '"', "‟": '"', "″": '"', "«": '"', "»": '"',
    }
)  # fmt: skip


class _Folded(dict[int, str]):
    """What each sign folds to, found out when it is met: to look at every sign of every text is slow."""

    def __missing__(self, code: int) -> str:
        plain = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", chr(code)).casefold())
        plain = "".join(sign for sign in plain if unicodedata.category(sign) not in ("Mn", "Cs"))
        self[code] = plain.translate(_LETTERS)
        return self[code]


_FOLDED = _Folded()
# Scripts written without spaces: each sign becomes a word, so that any part of a text is found.
_SPACELESS = "\u2e80-\u2fdf\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\u0e00-\u0eff\U00020000-\U0003ffff"
# Patterns with such wide ranges take milliseconds to compile: `re` does it, once, when a text needs it.
_BESIDE_SPACELESS = rf"(?<=\S)(?=[{_SPACELESS}])|(?<=[{_SPACELESS}])(?=\S)"

_WORD = re.compile(r"[^\W_]+")
# A word as written: accents may stand behind their letters as signs of their own.
_WRITTEN = rf"[{_SPACELESS}]|(?:(?![{_SPACELESS}])[^\W_][\u0300-\u036f]*)+"

# C0 and C1 controls, the bidirectional controls, zero-width signs and line separators: what a
# terminal or a line-based reader would act on instead of showing.
_UNSAFE = "[\x00-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
_BLANK = r"[\t\n\v\f\r\u2028\u2029]+"


def fold(text: str) -> str:
    """The form in which texts are compared: case, accents, ligatures, dashes and quotes are gone.

    What is indexed and what is asked for go through this one function.
    """
    if text.isascii():
        return text.lower()
    text = text.translate(_FOLDED)
    # The first of those scripts is Thai.
    return re.sub(_BESIDE_SPACELESS, " ", text) if max(text, default="") >= "\u0e00" else text


def words(text: str) -> list[str]:
    """The folded words of a text, in order."""
    return _WORD.findall(fold(text))


def spans(text: str) -> list[tuple[int, int, str]]:
    """The words of a text as (start, end, folded word), so that the original can be marked."""
    found = _WORD.finditer(text) if text.isascii() else re.finditer(_WRITTEN, text)
    return [(match.start(), match.end(), word) for match in found for word in words(match.group())]


def one_line(text: str) -> str:
    """A text as one harmless line: tabs and line ends become spaces, controls become visible."""
    if text.isprintable():
        return text
    return re.sub(_UNSAFE, _visible, re.sub(_BLANK, " ", text))


def block(text: str) -> str:
    """A text of several lines made harmless: line ends stay, other controls become visible."""
    return "\n".join(one_line(line) for line in text.splitlines())


def _visible(match: re.Match[str]) -> str:
    sign = ord(match.group())
    if sign < 0x20:
        return chr(0x2400 + sign)
    if sign == 0x7F:
        return "\u2421"
    return f"<{sign:04X}>" if sign < 0xD800 or sign > 0xDFFF else "\ufffd"
