"""Text as it is compared (folded) and as it is shown (harmless, on one line). Pure."""

import re
import unicodedata
from collections.abc import Callable
from unicodedata import category

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
        plain = "".join(sign for sign in plain if category(sign) not in ("Mn", "Cs"))
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

# What a terminal or a line-based reader would act on instead of showing: C0 and C1 controls, bidirectional controls,
# zero-width signs, line separators; half signs.
_OBEYED = (
    (0x00, 0x1F), (0x7F, 0x9F), (0x61C, 0x61C), (0x200B, 0x200B), (0x200E, 0x200F), (0x2028, 0x202E), (0x2060, 0x2069),
    (0xD800, 0xDFFF), (0xFEFF, 0xFEFF),
)  # fmt: skip
# What takes no room, or shows nothing in it, and so hides: fillers, tags, annotations (of Unicode's
# Default_Ignorable_Code_Point in DerivedCoreProperties.txt what is not above or below).
_HIDING = (
    (0xAD, 0xAD), (0x115F, 0x1160), (0x17B4, 0x17B5), (0x180E, 0x180E), (0x206A, 0x206F), (0x3164, 0x3164),
    (0xFFA0, 0xFFA0), (0xFFF0, 0xFFFB), (0x1BCA0, 0x1BCA3), (0x1D173, 0x1D17A), (0xE0000, 0xE00FF), (0xE01F0, 0xE0FFF),
)  # fmt: skip
# What takes no room either, and belongs to some scripts and to emoji: joiners, selectors of variants.
_IN_PLACE = "[\u034f\u180b-\u180d\u180f\u200c\u200d\ufe00-\ufe0f\U000e0100-\U000e01ef]"
# Those of both kinds that Python calls printable.
_SEEMING = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u3164\uffa0") | frozenset(
    map(chr, (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)))
)
_BLANK = r"[\t\n\v\f\r\u2028\u2029]+"
# Scripts whose letters take another shape beside a joiner: Arabic to Mongolian, what is like them further on.
_JOINING = ((0x600, 0x18AF), (0x1900, 0x1CFF), (0xA800, 0xAAFF), (0xABC0, 0xABFF), (0xFB1D, 0xFEFC), (0x10A00, 0x11FFF))
# No script sets more marks on one letter; Tibetan comes near.
_MOST_MARKS, _KEPT_MARKS = 8, 2
# What is longer is cut where eyes see it.
LONG = 20_000


class _Shown(dict[int, str]):
    """How each sign is shown, found out when it is met: those in some ranges are made visible."""

    def __init__(self, ranges: tuple[tuple[int, int], ...]) -> None:
        self._ranges = ranges

    def __missing__(self, code: int) -> str:
        self[code] = _visible(code) if _is_in(code, self._ranges) else chr(code)
        return self[code]


class _Marks(dict[int, str]):
    """Signs that stand on the one before them as `\0`, others as a blank: as many as before."""

    def __missing__(self, code: int) -> str:
        # Vowels and ends of Hangul syllables are no marks to Unicode, but to a terminal.
        is_mark = category(chr(code)) in ("Mn", "Me") or 0x1160 <= code <= 0x11FF or 0xD7B0 <= code <= 0xD7FB
        self[code] = "\0" if is_mark else " "
        return self[code]


class _InJson(dict[int, str]):
    """Each sign of a JSON text, by its number where it is not shown by itself; those of ASCII JSON has so already."""

    def __missing__(self, code: int) -> str:
        is_kept = code < 0x7F or _SHOWN[code] == chr(code)
        self[code] = chr(code) if is_kept else _by_number(code)
        return self[code]


def _is_in(code: int, ranges: tuple[tuple[int, int], ...]) -> bool:
    return any(low <= code <= high for low, high in ranges)


# For eyes, and in a file that others read, where only what is obeyed is made visible.
_SHOWN, _WRITTEN_AS = _Shown(_OBEYED + _HIDING), _Shown(_OBEYED)
_MARKS, _IN_JSON = _Marks(), _InJson()


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


def is_whole(text: str) -> bool:
    """Whether a text has no half of a surrogate pair, which no file can hold; a word of the command line may."""
    if not text.isascii():
        try:
            text.encode("utf-8")
        except UnicodeEncodeError:
            return False
    return True


def is_visible(text: str) -> bool:
    """Whether each sign of a text is seen, or is a blank: none is a control, and none hides."""
    return text.isprintable() and (text.isascii() or _SEEMING.isdisjoint(text))


def one_line(text: str) -> str:
    """A text as one harmless line: tabs and line ends become spaces; controls and what would hide become visible.

    Joiners and selectors of variants stay where a script or an emoji needs them. Nothing is cut.
    """
    if is_visible(text):
        return text
    text = re.sub(_IN_PLACE, _placed, re.sub(_BLANK, " ", text))
    return text.translate(_SHOWN)


def written_line(text: str) -> str:
    """A text as one line of a file that others read: no controls; what only hides, as a soft hyphen, stays in it."""
    return text if text.isprintable() else re.sub(_BLANK, " ", text).translate(_WRITTEN_AS)


def block(text: str) -> str:
    """A text of several lines made harmless: line ends stay, other controls become visible."""
    return "\n".join(one_line(line) for line in text.splitlines())


def seen(text: str, most: int = LONG) -> str:
    """A text as one harmless line for eyes: what is longer than `most` is cut, and marks that pile up are counted."""
    return _thinned(one_line(_cut(text, most)))


def seen_block(text: str, most: int = LONG) -> str:
    """The same for a text of several lines, whose ends stay."""
    return _thinned(block(_cut(text, most)))


def json_seen(text: str) -> str:
    """JSON with each control, each sign that hides and floods of marks by their numbers: the same, and harmless."""
    if text.isascii() and "\x7f" not in text:
        return text
    text = re.sub(_IN_PLACE, lambda match: match[0] if _is_placed(match) else _by_number(ord(match[0])), text)
    text = text.translate(_IN_JSON)
    return _without_floods(text, lambda marks: "".join(_by_number(ord(mark)) for mark in marks))


def is_web(address: str) -> bool:
    """Whether an address may be opened or made a link: http or https, no blank and nothing hidden in it."""
    return address[:8].lower().startswith(("http://", "https://")) and is_visible(address) and " " not in address


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[:most]}… ({len(text):,} characters)"


def _thinned(text: str) -> str:
    """A text without floods of marks on one sign; how many were left out is said."""
    return _without_floods(text, lambda marks: f"<+{len(marks)} marks>")


def _without_floods(text: str, instead: Callable[[str], str]) -> str:
    """A text with something else in the place of marks that pile up on one sign, but for the first of them."""
    if text.isascii():
        return text
    marks = text.translate(_MARKS)
    if "\0" * (_MOST_MARKS + 1) not in marks:
        return text
    parts, position = [], 0
    for match in re.finditer(f"\0{{{_MOST_MARKS + 1},}}", marks):
        kept = match.start() + _KEPT_MARKS
        parts += [text[position:kept], instead(text[kept : match.end()])]
        position = match.end()
    return "".join([*parts, text[position:]])


def _placed(match: re.Match[str]) -> str:
    """A joiner or a selector where it belongs, else its number."""
    return match.group() if _is_placed(match) else _visible(ord(match.group()))


def _is_placed(match: re.Match[str]) -> bool:
    text, sign, place = match.string, ord(match.group()), match.start()
    before, behind = text[place - 1 : place], text[place + 1 : place + 2]
    if sign == 0x200D and before == "\ufe0f":
        before = text[place - 2 : place - 1]
    return before != "" and before not in _SEEMING and _is_in_place(sign, before, behind)


def _is_in_place(sign: int, before: str, behind: str) -> bool:
    kind, code = category(before), ord(before)
    if sign in (0x200C, 0x200D):
        is_letter = kind[0] in "LM" and _is_in(code, _JOINING)
        return is_letter or (sign == 0x200D and _is_picture(before) and _is_picture(behind))
    if sign == 0x34F:
        return kind[0] == "M"
    if 0x180B <= sign <= 0x180F:
        return 0x1820 <= code <= 0x18AA
    if code < 0x80:
        # A key: `1`, a selector, and the frame around them.
        return behind == "\u20e3" and before in "0123456789#*"
    # Pictures and signs of mathematics; ideographs; what Unicode has variants of in Myanmar and Phags-pa.
    return kind in ("So", "Sm", "Sk", "Po", "Pd") or code == 0x2139 or (kind == "Lo" and code >= 0x1000)


def _is_picture(sign: str) -> bool:
    return sign != "" and (category(sign) == "So" or "\U0001f3fb" <= sign <= "\U0001f3ff" or sign == "↔")


def _by_number(sign: int) -> str:
    """A sign as JSON writes it by its number, in UTF-16 (RFC 8259, section 7)."""
    if 0xD800 <= sign <= 0xDFFF:
        # Many readers of JSON refuse half a sign.
        return "\ufffd"
    if sign < 0x10000:
        return f"\\u{sign:04x}"
    return f"\\u{0xD7C0 + (sign >> 10):04x}\\u{0xDC00 + (sign & 0x3FF):04x}"


def _visible(sign: int) -> str:
    if sign < 0x20:
        return chr(0x2400 + sign)
    if sign == 0x7F:
        return "\u2421"
    return f"<{sign:04X}>" if sign < 0xD800 or sign > 0xDFFF else "\ufffd"
