"""Texts as they are looked for: the one form in which what is indexed and what is asked for meet. Pure."""

import re
import unicodedata
from functools import lru_cache

from gencli import text as plain

_WORD = re.compile(r"[^\W_]+")
# Where none of these stands, ASCII text is its own words: LaTeX, C++ and C#, indices and powers.
_ODD = re.compile(r"[\\{}+#^_]|'s\b")
_GREEK = {
    letter: name
    for letters, name in zip(
        "α βϐ γ δ εϵ ζ η θϑ ι κϰ λ μ ν ξ ο πϖ ρϱ σςϲ τ υ φϕ χ ψ ω".split(),
        "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigma tau upsilon phi "
        "chi psi omega".split(),
        strict=True,
    )
    for letter in letters
}
# A letter among letters of its own script is of a word, not a sign of a formula.
_GREEK_SIGN = r"(?<![\u0370-\u03ff])[\u0391-\u03f5](?![\u0370-\u03ff])"
# Scripts without spaces beside those that `text.fold` takes apart: Tibetan, Burmese, Khmer; and Korean, whose words
# carry their particles with them.
_SIGN_BY_SIGN = r"[\u0f00-\u109f\u1780-\u17ff\uac00-\ud7a3]"

_LATEX_PIECE = (
    r"""\{?\\[`'^"~=.]\s?\{?[^\W\d_]\}{0,2}|\{\\[A-Za-z]{1,2}\}|\\(?:ss|ae|oe|aa|AE|OE|AA|[oOlLij])(?:\s|\{\}|(?![A-Za-z]))"""
    r"""|\\[A-Za-z]+(?:\{[^\W_]{0,20}\})?"""
)
_WRITTEN_ODD = (
    r"(?:[^\W_][\u0300-\u036f]*|[_^]\{?(?=\d)|(?<=[^\W_])\}?\+\+|(?<=[ACFJacfj])\#|(?<=[^\W_])[{}](?=[^\W_])|"
    rf"{_LATEX_PIECE})+"
)


def searchable(text: str) -> str:
    """A text in the form in which it is indexed: folded, LaTeX read, `β` named `beta`, `n^2` and `n²` alike.

    What `words` finds in it is what a query can find.
    """
    if text.isascii() and not _ODD.search(text):
        return text.lower()
    if "\\" in text:
        from gencli.latex import decode

        text = decode(text, ask=False)
    text = text.replace("{", "").replace("}", "")
    text = plain.fold(text)
    highest = max(text, default="")
    if highest >= "\u0370":
        text = re.sub(_GREEK_SIGN, lambda match: _GREEK.get(match[0], match[0]), text)
        if highest >= "\u0f00":
            # Folding takes Korean syllables apart into their letters.
            text = re.sub(_SIGN_BY_SIGN, r" \g<0> ", unicodedata.normalize("NFC", text))
            text = re.sub("[\ue000-\uf8ff]", "", text)
        # Unicode's newer signs, emoji above all, are letters to FTS5, whose tables are of Unicode 6.1.
        text = re.sub(r"[^\w\s\x00-\x7f]", " ", text)
    return _odd_folded(text) if _ODD.search(text) else text


def _odd_folded(text: str) -> str:
    text = re.sub(r"([^\W_])\+\+", r"\1plusplus", re.sub(r"\b([acfj])#", r"\1sharp", text))
    text = re.sub(r"(?<=[^\W_])'s\b", "", text)
    return re.sub(r"(?<=[^\W_])[_^](?=\d)", "", text)


def words(text: str) -> list[str]:
    """The words of a text as they are indexed, in order."""
    return _WORD.findall(searchable(text))


def spans(text: str) -> list[tuple[int, int, str]]:
    """The words of a text as (start, end, word as indexed), so that the original can be marked."""
    if text.isascii() and not _ODD.search(text):
        return [(match.start(), match.end(), match[0].lower()) for match in _WORD.finditer(text)]
    is_odd = any(sign in text for sign in "\\{}+#^_")
    # The mask has a sign for each sign of the text: of a word, a word of its own, or neither.
    found = re.finditer(_WRITTEN_ODD, text) if is_odd else re.finditer("s|w+", text.translate(_MASK))
    return [
        (match.start(), match.end(), word)
        for match in found
        for word in _words_of(text[match.start() : match.end()])
        if word != "s" or not _is_possessive(text, match.start(), match.end())
    ]


def _is_possessive(text: str, start: int, end: int) -> bool:
    return end - start == 1 and start > 1 and text[start - 1] in "'’" and text[start - 2].isalnum()


@lru_cache(maxsize=8192)
def _words_of(piece: str) -> tuple[str, ...]:
    """The words of a piece between blanks; a long text has the same ones again and again."""
    return tuple(words(piece))


class _Mask(dict[int, str]):
    """What each sign is for `spans`, found out when it is met."""

    def __missing__(self, code: int) -> str:
        sign = chr(code)
        if len(plain.fold(sign).split()) == 1 and searchable(f"a{sign}b").count(" ") >= 2:
            kind = "s"
        else:
            is_of_word = unicodedata.category(sign)[0] in "LNM" or sign.isalnum() or bool(words(sign))
            kind = "w" if is_of_word or "\ue000" <= sign <= "\uf8ff" else " "
        self[code] = kind
        return kind


_MASK = _Mask()
