"""What a word that no text has was meant to be: the nearest words of a vocabulary. Pure."""

from collections.abc import Callable, Iterable, Iterator
from itertools import islice

from gencli.text import words

LONGEST = 40
_LATIN = "abcdefghijklmnopqrstuvwxyz0123456789"
_GREEK = "αβγδεζηθικλμνξοπρστυφχψω"
_CYRILLIC = "абвгдежзиклмнопрстуфхцчшщъыьэюяєіђјљњћџ"
_ALIKE = "aeiouy ck sz bp dt vw vf mn gj αεηιουω αо аоеиыуэюя іи".split()
# What writers of names put for each other: `shmidhuber`, `tychonoff`, `chebyshov`.
_SOUNDS = (
    ("sch", "sh"), ("ch", "kh"), ("kh", "h"), ("ph", "f"), ("tz", "ts"), ("zh", "j"), ("off", "ov"), ("eff", "ev"),
    ("ow", "ov"), ("ew", "ev"), ("ks", "x"), ("y", "i"), ("j", "i"), ("w", "v"), ("ck", "k"), ("c", "k"), ("th", "t"),
    ("oe", "o"), ("ue", "u"), ("ae", "a"), ("yu", "iu"), ("ya", "ia"), ("tsch", "ch"), ("dj", "j"),
)  # fmt: skip
# So that no word takes long, whatever the vocabulary: how many words are looked at, how many are made.
_LOOKED_AT = 12_000
_SOUNDED = 300
_CUTS = 6

Known = Callable[[Iterable[str]], set[str]]
Beginning = Callable[[str, int, int], Iterable[str]]
# How odd a slip is: two letters swapped or one doubled; a letter lost, gained or like the right one; another.
# Two words with a slip in one of them come last.
_SWAPPED, _LIKELY, _OTHER, _SPLIT = range(4)


def nearest(word: str, known: Known, beginning: Beginning, count: int = 3) -> list[str]:
    """The words that a folded word was likeliest meant to be, best first; several words have a blank between.

    `known` tells which of some words the vocabulary has; `beginning` gives its words that begin with a
    text and have from one number of letters to another. What takes a second slip is looked for only
    where one slip explains nothing. Numbers and very short or long words get nothing.
    """
    if not 3 <= len(word) <= LONGEST or word.isdecimal():
        return []
    found = ([] if word.isascii() else _in_latin(word, known)) or _ranked(word, _one_slip(word, known))
    if not found and len(word) > 3:
        found = _ranked(word, _two_slips(word, known, beginning))
    return found[:count]


def edits(word: str) -> set[str]:
    """All words that are one slip away: a letter too many, too few, another, or two swapped.

    New letters are of the scripts that the word has: Latin with digits, Greek, Cyrillic; of another script
    there are none. A word over 40 letters has no edits.
    """
    if len(word) > LONGEST:
        return set()
    letters = _alphabet(word)
    halves = [(word[:place], word[place:]) for place in range(len(word) + 1)]
    found = {head + tail[1:] for head, tail in halves if tail}
    found.update([head + tail[1] + tail[0] + tail[2:] for head, tail in halves if len(tail) > 1])
    for head, tail in halves:
        found.update([head + letter + tail for letter in letters])
        rest = tail[1:]
        if tail:
            found.update([head + letter + rest for letter in letters])
    found.discard(word)
    return found


def distance(one: str, other: str, most: int = 2) -> int:
    """How many slips are between two words, two neighbours swapped being one; beyond `most`, most + 1.

    This is optimal string alignment: no letter is touched twice.
    """
    if abs(len(one) - len(other)) > most:
        return most + 1
    one, other = _apart(one, other)
    if not one or not other:
        return min(len(one) + len(other), most + 1)
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i in range(1, len(one) + 1):
        before, row, last = row, _row(i, (one[max(i - 2, 0) : i], other), before, row), min(row)
        if last > most:
            return most + 1
    return min(row[-1], most + 1)


def _row(i: int, texts: tuple[str, str], before: list[int], last: list[int]) -> list[int]:
    """The next row of the table of distances, from the last two."""
    pair, other = texts
    letter = pair[-1]
    row = [i]
    for j, facing in enumerate(other, 1):
        best = last[j - 1] if letter == facing else 1 + min(last[j - 1], last[j], row[-1])
        if i > 1 and j > 1 and letter == other[j - 2] and pair[0] == facing:
            best = min(best, before[j - 2] + 1)
        row.append(best)
    return row


def _apart(one: str, other: str) -> tuple[str, str]:
    """Two words without what they begin and end with alike."""
    least = min(len(one), len(other))
    start = 0
    while start < least and one[start] == other[start]:
        start += 1
    end = 0
    while end < least - start and one[-1 - end] == other[-1 - end]:
        end += 1
    return one[start : len(one) - end], other[start : len(other) - end]


def _alphabet(word: str) -> str:
    """The letters of the scripts that a word has."""
    latin = any("a" <= sign <= "z" or "0" <= sign <= "9" for sign in word)
    greek = any("\u0370" <= sign <= "\u03ff" for sign in word)
    cyrillic = any("\u0400" <= sign <= "\u04ff" for sign in word)
    return _LATIN * latin + _GREEK * greek + _CYRILLIC * cyrillic


def _one_slip(word: str, known: Known) -> set[str]:
    found = {other for other in known(edits(word)) if len(other) > 2}
    if len(word) == 3:
        return {other for other in found if other[0] == word[0]}
    # Words of three letters are in many a word: they are seen only where nothing else is.
    halves = _halves(word, 4 if found else 3)
    both = known({half for pair in halves for half in pair})
    return found | {f"{one} {other}" for one, other in halves if one in both and other in both}


def _halves(word: str, least: int = 3) -> list[tuple[str, str]]:
    return [(word[:place], word[place:]) for place in range(least, len(word) - least + 1)]


def _in_latin(word: str, known: Known) -> list[str]:
    """The word in Latin letters, as it is or, where no word of its own script is one slip away, with a slip."""
    from anyascii import anyascii

    latin = words(anyascii(word))
    if latin and known(set(latin)) >= set(latin):
        return [" ".join(latin)]
    if len(latin) != 1 or not 3 <= len(latin[0]) <= LONGEST or known(edits(word)):
        return []
    return _ranked(latin[0], _one_slip(latin[0], known))


def _two_slips(word: str, known: Known, beginning: Beginning) -> set[str]:
    found = known(_like_sounds(word))
    found |= _slip_in_a_half(word, known)
    if len(word) >= 6:
        found.update(_within_two(word, beginning))
    return found


def _slip_in_a_half(word: str, known: Known) -> set[str]:
    """Two words without their blank, one with a slip; the other one, as long as may be, is known."""
    halves = _halves(word)
    sure = known({half for pair in halves for half in pair})
    cuts = [(one, other, True) for one, other in halves if one in sure and len(other) > 4]
    cuts += [(other, one, False) for one, other in halves if other in sure and len(one) > 4]
    found: set[str] = set()
    for right, wrong, first in sorted(cuts, key=lambda cut: len(cut[1]))[:_CUTS]:
        meant = [other for other in known(edits(wrong)) if len(other) > 3]
        found.update(f"{right} {other}" if first else f"{other} {right}" for other in meant)
    return found


def _within_two(word: str, beginning: Beginning) -> Iterator[str]:
    """The words of the vocabulary that are two slips away and begin alike."""
    size = len(word)
    # A swap, a lost and a gained letter among the first three are met half-way.
    starts = {word[:3], word[0] + word[2] + word[1], word[0] + word[2:4], word[:2] + word[3]}
    looked_at = 0
    for start in sorted(starts, key=lambda start: start != word[:3]):
        for other in islice(beginning(start, size - 2, size + 2), _LOOKED_AT - looked_at):
            looked_at += 1
            if _may_be_near(word, other) and distance(word, other) <= 2:
                yield other


def _may_be_near(word: str, other: str) -> bool:
    # Each slip takes at most one letter out of a word and puts at most one in.
    return len(set(word) ^ set(other)) <= 4


def _like_sounds(word: str) -> set[str]:
    """Words that sound the same: up to three kinds of writing a sound changed."""
    found = {word}
    last = [word]
    for _ in range(3):
        made = {other.replace(old, new) for other in last for pair in _SOUNDS for old, new in (pair, pair[::-1])}
        last = sorted(made - found)[: _SOUNDED - len(found)]
        found.update(last)
    return found - {word}


def _ranked(word: str, found: set[str]) -> list[str]:
    return sorted(found - {word}, key=lambda other: _rank(word, other))


def _rank(word: str, other: str) -> tuple[int, int, bool, int, int, str]:
    """The fewest slips first, then the commonest, the same first letter, the same length, a letter lost."""
    joined = other.replace(" ", "")
    kind = _kind(word, joined)
    if joined != other:
        short = min(map(len, other.split())) < 4
        kind = _SPLIT + kind if joined != word else _OTHER if short else _LIKELY
    # A blank left out is a slip. What is further than two slips away sounds the same, and counts as two.
    slips = min(distance(word, joined, 1) + (joined != other), 2)
    return slips, kind, word[0] != other[0], abs(len(word) - len(joined)), -len(joined), other


def _kind(word: str, other: str) -> int:
    one, two = _apart(word, other)
    if sorted(one) == sorted(two) or _single(word) == _single(other):
        return _SWAPPED
    if len(word) != len(other):
        return _LIKELY
    return _LIKELY if any(one in alike and two in alike for alike in _ALIKE) else _OTHER


def _single(word: str) -> str:
    """A word whose doubled letters are single."""
    return "".join(letter for place, letter in enumerate(word) if word[place - 1 : place] != letter)
