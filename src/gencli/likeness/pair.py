"""How alike two works are: titles, authors, years."""

from collections import Counter
from collections.abc import Iterable, Sequence

from gencli.likeness.against import is_against, same_place, same_venue, years_apart
from gencli.likeness.work import GENERIC, Read, Work, plain_name, read
from gencli.text import words


def alike(one: Work, other: Work) -> tuple[float, str] | None:
    """How surely two works are the same, from 0 to 1, and why; None where they are not called duplicates."""
    return likeness(read(one), read(other))


def likeness(one: Read, other: Read) -> tuple[float, str] | None:
    """As `alike`, of works that were read."""
    if not one.letters or not other.letters:
        return None
    if one.work._replace(key="") == other.work._replace(key=""):
        return 1.0, "the same in everything that is known"
    place = same_place(one, other)
    title = _titles(one, other, place)
    if title is None or (_is_generic(one, other) and not (place and years_apart(one, other) == 0)):
        return None
    by = _by(one, other, place)
    if by is None or is_against(one, other) or not _is_enough(one, other, title[0], by[0]):
        return None
    when = _when(one, other)
    return round(title[0] * by[0] * when[0], 3), ", ".join(filter(None, (title[1], by[1], when[1])))


def _is_enough(one: Read, other: Read, title: float, by: float) -> bool:
    """Whether titles that many works have, and works of no author, agree in enough else."""
    if _is_generic(one, other):
        return by >= 0.9
    if title < 0.9:
        return by == 1.0 and min(len(one.names), len(other.names)) > 1
    if len(one.words) <= 2 and not same_place(one, other):
        return by >= 0.9 and years_apart(one, other) in (0, 1)
    return True


def _is_generic(one: Read, other: Read) -> bool:
    return GENERIC.issuperset(one.words) or GENERIC.issuperset(other.words)


def _titles(one: Read, other: Read, place: bool) -> tuple[float, str] | None:
    if one.letters == other.letters or one.every == other.every:
        return 1.0, "same title"
    if _is_spelled_alike(one.words, other.words):
        return 0.95, "nearly the same title"
    gap = years_apart(one, other)
    if (one.letters in other.shorter or other.letters in one.shorter) and gap in (0, 1):
        return 0.9, "same title but for a subtitle"
    if place and (_share(one.words, other.words) >= 0.5 or _holds(one, other) or _holds(other, one)):
        return 0.9, "similar title, same pages"
    if one.waiting != other.waiting and _is_a_word_longer(one.words, other.words):
        return 0.85, "nearly the same title"
    short, long = sorted((one.words, other.words), key=lambda each: (len(each), each))
    if len(short) >= 3 and long[: len(short)] == short and gap == 0 and same_venue(one, other):
        return 0.8, "one title begins with the other, same venue"
    return None


def _holds(one: Read, other: Read) -> bool:
    return len(other.letters) >= 15 and other.letters in one.letters


def _is_a_word_longer(one: Sequence[str], other: Sequence[str]) -> bool:
    """Whether a long title has one word that the other has not."""
    few, many = sorted((one, other), key=len)
    return len(few) >= 6 and len(many) == len(few) + 1 and not Counter(few) - Counter(many)


def _share(one: Iterable[str], other: Iterable[str]) -> float:
    """How many of the words of two are in both."""
    every = set(one).union(other)
    return len(set(one).intersection(other)) / len(every) if every else 0.0


def _is_spelled_alike(one: Sequence[str], other: Sequence[str]) -> bool:
    """Whether two titles differ by a few letters in at most two words, by joined words, or by the order alone."""
    if abs(len(one) - len(other)) > 2:
        return False
    these, those = Counter(one), Counter(other)
    left = [word for word in one if these[word] > those[word]]
    right = [word for word in other if those[word] > these[word]]
    if len(left) > 3 or len(right) > 3 or not all(map(str.isalpha, left + right)):
        return False
    if not left or not right:
        return not left and not right and len(one) > 2
    if len(left) == len(right) <= 2 and all(map(_is_close, left, right)):
        return len(one) > 2 or min(len(left[0]), len(right[0])) > 5
    return len(left) != len(right) and _is_close("".join(left), "".join(right))


def _is_close(one: str, other: str) -> bool:
    """Whether one word is another misspelt: the first letter is the same, few others are not."""
    if one in (other, f"{other}s") or other == f"{one}s":
        return True
    shorter = min(len(one), len(other))
    allowed = 0 if shorter < 4 else 1 if shorter < 9 else 2
    return one[:1] == other[:1] and abs(len(one) - len(other)) <= allowed and _distance(one, other, allowed) <= allowed


def _distance(one: str, other: str, most: int) -> int:
    """How many letters are added, dropped, changed or swapped with the next; more than `most` is not counted out."""
    if max(len(one), len(other)) > 80:
        return most + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for down, letter in enumerate(one, 1):
        earlier, before, row = before, row, [down]
        for across, sign in enumerate(other, 1):
            cost = min(before[across] + 1, row[-1] + 1, before[across - 1] + (letter != sign))
            if down > 1 and across > 1 and letter == other[across - 2] and one[down - 2] == sign:
                cost = min(cost, earlier[across - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
    return row[-1]


def _by(one: Read, other: Read, place: bool) -> tuple[float, str] | None:
    """How far the authors are the same."""
    if not one.names or not other.names:
        return (0.85, "no author in one") if place or min(len(one.words), len(other.words)) >= 4 else None
    few, many = sorted((one, other), key=lambda each: (len(each.names), each.names))
    shared = sum(any(_same_name(name, each) for each in many.names) for name in few.names)
    if _same_name(one.names[0], other.names[0]):
        if shared == len(few.names) == len(many.names):
            return (1.0, "authors") if shared > 1 or not _other_given(one, other) else None
        is_cut = not (one.work.authors_complete and other.work.authors_complete)
        if is_cut or place or 2 * shared >= len(few.names) > 1 or not _other_given(one, other):
            return 0.95, "first author"
        return None
    if len(few.names) > 1 and shared == len(few.names) >= len(many.names) - 1:
        return 0.9, "authors in another order"
    is_near = few.names[0] in many.names[:2] or many.names[0] in few.names[:2]
    if place and is_near:
        return 0.9, "authors"
    if place and 2 * shared > len(few.names) > 1:
        return 0.85, "most authors"
    if _share(_parts(one), _parts(other)) > 0.5:
        return 0.85, "authors' names"
    return None


def _same_name(one: str, other: str) -> bool:
    if one == other:
        return True
    if min(len(one), len(other)) >= 4 and (one.endswith(other) or other.endswith(one)):
        return True
    return _is_close(one, other)


def _other_given(one: Read, other: Read) -> bool:
    """Whether the first authors bear given names with other first letters."""
    these, those = (plain_name(each.work.authors[0].given[:20])[:1] for each in (one, other))
    return bool(these and those and these != those)


def _parts(each: Read) -> set[str]:
    """The words of all names but initials, which are the same however the names were split."""
    every = (word for author in each.work.authors[:60] for word in words(f"{author.surname} {author.given}"))
    return {name for word in every if len(name := plain_name(word)) > 1}


def _when(one: Read, other: Read) -> tuple[float, str]:
    years = sorted(year for year in (one.work.year, other.work.year) if year is not None)
    if len(years) < 2:
        return 0.9, "year unknown in one"
    if one.waiting != other.waiting:
        told = ", ".join(map(str, sorted(set(years))))
        return 0.97, f"preprint or report and published version ({told})"
    return (1.0, "year") if years[0] == years[1] else (0.9, f"years {years[0]} and {years[1]}")
