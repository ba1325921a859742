"""Makes libraries of any size from a seed, to measure on.

    python bench/made.py PATH COUNT

The papers are nobody's: their words are as unevenly frequent as those of a language, and rare ones never cease to come.
"""

import argparse
import random
import sqlite3
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from gencli import Author, Library, Record

# Words that stand in as many papers as is said here, whatever the size, and in no other.
RARE = "grokking"
RARE_PAPERS = 3
MIDDLING = "kernel"
PAIR = ("double", "descent")
PHRASE = " ".join(PAIR)
# One paper in so many has the middling word, the phrase; the words of the phrase stand apart as often as the former.
EACH_MIDDLING = 50
EACH_PHRASE = 200
COMMON = "learning"
IN_COMMON = 0.25
# What a hand does to a word; no paper has it, nor a word that begins so.
TYPO = "generalizaton"
TAGS = tuple(f"tag{number:02}" for number in range(30))
# One paper in so many has a tag.
TAGGED = 20
# So many papers are one transaction.
PORTION = 20_000

_OFTEN = """
    the of and to a in we for is on that with this by are as our from an can which be it at or show these using have
    model models networks neural deep data training method methods based results approach problem algorithm paper
    propose new performance large proposed learned classification optimal network stochastic gradient analysis
    convergence optimization set between such also has error many linear however state both generalization than
    number task tasks function functions framework time high different parameters study information graph efficient
    distribution image loss sample bounds random representation two first only while work its where under not more
    into over convolutional language attention adversarial bayesian sparse robust
""".split()
_SYLLABLES = [consonant + vowel for consonant in "bcdfghklmnprstvz" for vowel in "aeio"]
_PAIRS = [first + second for first in _SYLLABLES for second in _SYLLABLES]
_ENDS = "n r s l t d ng m st tion ment ric ly al ed ing".split()
# Ranks below this are drawn by Zipf's law from a table; above it a power law without an end takes over.
_KNOWN = 20_000
_UNKNOWN = 0.1
_POOL = 400_000
_TAIL = -1 / 0.7

_FAMILIES = """
    Müller Łukasiewicz Núñez Sørensen Çelik Šimić Dvořák Gödel Erdős Bengtsson Nguyễn García Martín Lefèvre Groß
    Smith Wang Li Zhang Chen Kim Lee Singh Kumar Johnson Brown Silva Rossi Ivanov Tanaka Sato Cohen Jones Davis Liu
""".split()
_GIVEN = """
    Jörg María Łukasz José Zoë François Ángel Björn Siân Émile Anna Wei Yuki Maria John David Wen Min Priya Ivan Sara
    Olga Pedro Hiro Ahmed Lena Tom Eva Noor Kofi Mei Raj Ada Max Ruth Paul Nina Omar Ines Karl
""".split()
_PEOPLE = 400_000
_VENUES = 300
_CATEGORIES = "cs.LG stat.ML cs.CV cs.CL cs.AI math.ST cs.NE math.OC cs.IT physics.data-an q-bio.NC eess.SP".split()


def _word(rank: int) -> str:
    """The word of a rank beyond the commonest: no two of them are equal below 2 to the 28th."""
    low = rank * 40_503 & 0xFFFF
    word = _PAIRS[low >> 4] + _ENDS[low & 15]
    return _PAIRS[(rank >> 16) * 1_597 & 4_095] + word if rank > 0xFFFF else word


def _zipf(words: list[str]) -> list[str]:
    """Each word as often as its rank asks, so that a plain draw is one by Zipf's law."""
    whole = sum(1 / (rank + 3) for rank in range(len(words)))
    return [word for rank, word in enumerate(words) for _ in range(max(round(_POOL / (rank + 3) / whole), 1))]


class _Texts:
    """Draws texts from a table of the known words and from the endless rest."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.known = _zipf(_OFTEN + [_word(rank) for rank in range(_KNOWN)])

    def words(self, size: int) -> list[str]:
        """So many words; about one in ten is beyond the known ones."""
        chance = self.chance.random
        found = self.chance.choices(self.known, k=size)
        for _ in range(int(size * _UNKNOWN + chance())):
            rank = int(_KNOWN * (1 - chance()) ** _TAIL)
            found[int(size * chance())] = _word(rank & 0xFFFFFFF)
        return found


class _People:
    """Authors by Zipf's law, of whom the first one has a paper in some hundreds."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        made = [_word(rank * 7).capitalize() for rank in range(8_000)]
        self.families = _FAMILIES + made
        self.given = _GIVEN + [f"{name} {letter}." for name in _GIVEN for letter in "ABCEHJKMRST"]

    def some(self) -> tuple[Author, ...]:
        """One to seven authors."""
        chance, families, given = self.chance.random, self.families, self.given
        found = []
        for _ in range(1 + int(7 * chance() ** 1.6)):
            # The logarithm of a rank is spread evenly where a frequency goes by one over the rank.
            rank = int(50 * (_PEOPLE / 50) ** chance()) - 50
            found.append(Author(families[rank * 31 % len(families)], given[rank * 17 % len(given)]))
        return tuple(found)


class _Dated(NamedTuple):
    """When a paper appeared, and what it is called by."""

    year: int
    date: str
    identifiers: dict[str, str]


class _Numbers:
    """Years, most of them late, and identifiers of which no two are equal."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.months: defaultdict[str, int] = defaultdict(int)

    def dated(self, number: int) -> _Dated:
        """The year and the identifiers of a paper."""
        chance = self.chance.random
        year = 2026 - min(int(self.chance.expovariate(1 / 9)), 76)
        names = {}
        month = 1 + number % 10
        if chance() < 0.7:
            # Ids of this form have five digits since 2015; an older paper was posted later.
            posted = f"{(year if year > 2014 else 2015 + number % 11) - 2000:02}{month:02}"
            self.months[posted] += 1
            names["arxiv"] = f"{posted}.{self.months[posted]:05}"
        if chance() < 0.4:
            names["doi"] = f"10.{1000 + number % 97}/m.{year}.{number}"
        return _Dated(year, f"{year}-{month:02}", names)


def papers(count: int, seed: int = 7) -> Iterator[Record]:
    """So many papers, one after the other; the same count and seed give the same ones.

    Above 13 million the arXiv ids would need a sixth digit.
    """
    chance = random.Random(seed)
    texts, people, numbers = _Texts(chance), _People(chance), _Numbers(chance)
    venues = [" ".join(("Journal of", *texts.words(3))).title() for _ in range(_VENUES)]
    rare = {count * part // (RARE_PAPERS + 1) for part in range(1, RARE_PAPERS + 1)}
    draw = chance.random
    for number in range(count):
        title, abstract = texts.words(5 + int(10 * draw())), []
        if draw() < 0.6:
            abstract = texts.words(60 + int(141 * draw()))
        _plant(draw, number, title, abstract)
        if number in rare:
            title[-1:] = [RARE]
        dated = numbers.dated(number)
        posted = "arxiv" in dated.identifiers
        category = _CATEGORIES[int(len(_CATEGORIES) * draw() ** 2)]
        yield Record(
            source="made",
            type="article",
            title=" ".join(title).capitalize(),
            authors=people.some(),
            year=dated.year,
            date=dated.date,
            venue=venues[int(_VENUES * draw() ** 2)],
            abstract=" ".join(abstract).capitalize() + "." if abstract else None,
            identifiers=dated.identifiers,
            primary_category=category if posted else None,
            categories=(category,) if posted else (),
        )


def _plant(draw: Callable[[], float], number: int, title: list[str], abstract: list[str]) -> None:
    """Put words of which it is known how many papers have them in place of others."""
    wanted = [COMMON] if draw() < IN_COMMON else []
    wanted += [word for word in PAIR if draw() < 1 / EACH_MIDDLING]
    if number % EACH_MIDDLING == 11:
        wanted.append(MIDDLING)
    for word in wanted:
        _put(draw, abstract if abstract and draw() < 0.6 else title, (word,))
    if number % EACH_PHRASE == 40:
        # In a title now and then, since some look for words there alone.
        _put(draw, title if number % (2 * EACH_PHRASE) == 40 else abstract or title, PAIR)


def _put(draw: Callable[[], float], text: list[str], words: Sequence[str]) -> None:
    place = int((len(text) - len(words)) * draw())
    text[place : place + len(words)] = words


def make(path: Path, count: int, seed: int = 7) -> float:
    """Write a library of so many papers to `path`, where nothing is; gives the CPU seconds of gencli's own part in it.

    All that is taken in goes through the public interface. The journal is emptied after that, as it is in the
    library that comes with gencli: nobody takes back how their library began, and so many steps would be a good part
    of the file.
    """
    Library.create(path)
    chance, used = random.Random(seed), 0.0
    source = papers(count, seed)
    with Library.open(path, write=True) as library:
        while portion := list(islice(source, PORTION)):
            begun = time.process_time()
            keys = library.take(portion).added
            tagged = defaultdict(list)
            for key in chance.sample(keys, -(-len(keys) // TAGGED)):
                tagged[TAGS[int(len(TAGS) * chance.random() ** 2)]].append(key)
            for tag, names in sorted(tagged.items()):
                library.tag(tag, names)
            used += time.process_time() - begun
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript("DELETE FROM change; DELETE FROM step; VACUUM;")
    return used


def main() -> int:
    """Make a library and say how fast, and how large it is; gives the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("path", type=Path, metavar="PATH", help="where nothing is yet")
    parser.add_argument("count", type=int, metavar="COUNT", help="so many papers")
    asked = parser.parse_args()
    if asked.path.exists():
        print(f"made: {asked.path} is there already", file=sys.stderr)
        return 2
    begun = time.perf_counter()
    used = make(asked.path, asked.count)
    spent, size = time.perf_counter() - begun, asked.path.stat().st_size
    print(
        f"{asked.count:,} papers in {spent:.1f} s, {asked.count / spent:,.0f} a second"
        f" (gencli's part: {asked.count / used:,.0f} a second of CPU time); {size / asked.count:,.0f} bytes a paper"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
