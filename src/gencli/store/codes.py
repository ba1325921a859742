"""What the index holds of a paper: its texts with compounds in one word, keys in parts, initials, categories. Pure."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from gencli.question import INITIALS

# The columns of the full-text index, in the order of a row.
COLUMNS = (
    "title", "authors", "abstract", "venue", "key", "tags", "note", "page_notes", "labels", "sections", "page", "years",
    "codes",
)  # fmt: skip
# What stands behind it in a column is no part of the text.
BEHIND = "\n\x1e "
# Like INITIALS in front of what is no word of a text, so that no word that is asked for meets it: private use, which
# FTS5 takes for letters and `folding` drops.
CATEGORY, WITHDRAWN = "\ue000", "\ue002withdrawn"
_PARTS = r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[0-9]+"
_WORD = r"[^\W_]+"
_COMPOUND = r"[^\W_]+(?:[-'][^\W_]+)+|\b(?:[a-z]\.){2,8}"
# All that is no letter, number or blank in ASCII; and controls too, since FTS5 parts words at each of them.
_SIGNS = dict.fromkeys((ord(sign) for sign in "\x1e!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"), " ")
_PARTING = dict.fromkeys((code for code in range(128) if not chr(code).isalnum()), " ")
# Words that an acronym may leave out.
_SMALL = frozenset("a an and as at by for from in is of on or the to via with".split())
_JOINTS = {ord(sign): None for sign in "-'."}
_LONGEST = 40
# In a longer text nobody looks for `i.i.d.` by its letters alone.
_SHORT = 300


def key(text: str) -> str:
    """A key with its parts: `belkin2018reconciling belkin 2018 reconciling`."""
    from gencli.folding import searchable

    parts = re.findall(_PARTS, text)
    return searchable(" ".join([text, *parts]) if len(parts) > 1 else text)


def years(year: int | None, posted: str | None) -> str:
    """The year of a paper, and of its first version."""
    found = [str(year)] if year is not None else []
    return " ".join(dict.fromkeys([*found, posted[:4]] if posted else found))


def text(written: str) -> str:
    """A text as it is looked for, its compounds in one word behind it: `over-parameterized` as `overparameterized`."""
    from gencli.folding import searchable

    folded = searchable(written)
    return folded + BEHIND + " ".join(compounds) if (compounds := _joined(folded)) else folded


def _joined(text: str) -> list[str]:
    """The compounds of a folded text in one word; of a short one also `i.i.d.` as `iid`."""
    if "'" in text or ("." in text and len(text) < _SHORT):
        found = re.findall(_COMPOUND, text)
    elif "-" in text:
        found = [compound for piece in _hyphened(text) for compound in re.findall(_COMPOUND, piece)]
    else:
        return []
    words = {compound.translate(_JOINTS) for compound in found}
    return sorted(word for word in words if len(word) <= _LONGEST)


def _hyphened(text: str) -> Iterator[str]:
    """The pieces between blanks that have a hyphen; to look for hyphens is far quicker than to look at all words."""
    place = text.find("-")
    while place >= 0:
        end = text.find(" ", place)
        end = len(text) if end < 0 else end
        yield text[text.rfind(" ", 0, place) + 1 : end]
        place = text.find("-", end)


def called(title: str, venue: str) -> list[str]:
    """What a title and a venue may be called by their initials."""
    return sorted({*initials(title), *_venue(venue)})


@lru_cache(maxsize=512)
def _venue(name: str) -> tuple[str, ...]:
    # Of few names, each of many papers.
    return tuple(initials(name))


def initials(title: str) -> list[str]:
    """What a folded title may be called by its initials: three or four of its words in a row, small ones in or out."""
    pieces = title.partition(BEHIND)[0].translate(_SIGNS).split()[:24]
    words = [piece for piece in pieces if piece[0].isalnum()][:16]
    heads = "".join([word[0] for word in words if word not in _SMALL])
    found = {*_rows(heads)}
    if len(heads) < len(words):
        # Small ones stand within, not at the ends.
        heads = "".join([word[0].upper() if word in _SMALL else word[0] for word in words])
        found.update([row.lower() for row in _rows(heads) if row[0].islower() and row[-1].islower()])
    return [INITIALS + name for name in sorted(found)]


def _rows(heads: str) -> Iterator[str]:
    yield from map("".join, zip(heads, heads[1:], heads[2:], strict=False))
    yield from map("".join, zip(heads, heads[1:], heads[2:], heads[3:], strict=False))


def words(row: Sequence[str]) -> set[str]:
    """The words of a paper's row in the index; to cut ASCII at its blanks is several times as fast as a pattern."""
    text = "\n".join(row[:-1])
    return set(text.translate(_PARTING).split() if text.isascii() else re.findall(_WORD, text))


def categories(primary: str | None, others: Sequence[str]) -> list[str]:
    """The categories, and the archives that they are of."""
    seen: dict[str, None] = {}
    for name in (*((primary,) if primary else ()), *others):
        seen |= {category(name): None, category(name.partition(".")[0]): None}
    return list(seen)


def category(name: str) -> str:
    """A category, or an archive, as the index has it."""
    return CATEGORY + re.sub(r"[^a-z0-9]", "", name.lower())
