"""Same paper or not: merging what sources say, citation keys. Pure."""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from gencli.errors import BadInput
from gencli.model import Author, Record
from gencli.text import fold, is_visible, words

# --- what several sources say of one paper -------------------------------------------------

FACTS = (
    "type", "title", "authors", "authors_complete", "year", "date", "posted", "updated", "venue",
    "abstract", "arxiv_version", "primary_category", "categories",
)  # fmt: skip
# Facts that are one statement: who gives one of them gives all.
_TOGETHER = {"authors_complete": "authors", "date": "year"}
# What goes with the venue: a paper's year is that of where it was published, a preprint's that of version 1.
_PUBLISHED = ("type", "year", "date")
# What arXiv alone can know.
_ARXIV_OWN = ("posted", "updated", "arxiv_version", "primary_category", "categories")
_RANKS = {"user": 4, "facts": 2, "page": 1}
_EMPTY: tuple[Any, ...] = (None, "", ())
_NOTHING: dict[str, Any] = {"authors": (), "categories": ()}


class Merged(NamedTuple):
    """What a paper is after one more source spoke: values, where each is from, and what lost."""

    facts: dict[str, Any]
    fields: dict[str, str]
    origins: dict[str, str]
    variants: list[tuple[str, str, Any]]


def rank(source: str) -> int:
    """How far a source is believed: a person's own word, then records of the work, facts of ours, a page's label."""
    return _RANKS.get(source.partition(":")[0], 3)


def merge(facts: Mapping[str, Any], fields: Mapping[str, str], origins: Mapping[str, str], record: Record) -> Merged:
    """Add what a record says to what is known: a better source wins, an earlier one among equals.

    A source that spoke before may change its own word; one that is whole takes back what it says no more. What
    loses is returned as (field, source, value), but a page's label is not: it stays with its mention.
    """
    merged = Merged(dict(facts), dict(fields), dict(origins), [])
    spoken = {name: getattr(record, name) for name in FACTS}
    if record.year and not record.date and record.year != facts.get("year"):
        # The day that is known is one of another year.
        spoken["date"] = str(record.year)
    certain, unheard = _certain(facts, record), _unheard(facts, origins, record)
    for name, value in spoken.items():
        lead = _TOGETHER.get(name, name)
        if name in unheard or value in _EMPTY or spoken[lead] in _EMPTY:
            continue
        if merged.facts.get(lead) == spoken[lead] or lead == name:
            _settle(merged, name, value, record.source, certain=name in certain)
        elif rank(record.source) > 1 and value != merged.facts.get(name):
            merged.variants.append((name, record.source, value))
    for name, text in record.fields.items():
        _settle(merged, name, text, record.source, "fields.")
    if record.is_whole:
        _take_back(merged, record)
    return merged


def fresh(record: Record) -> Merged:
    """A paper of which only this record is known; what `merge` makes of nothing and the record."""
    spoken = {name: getattr(record, name) for name in FACTS}
    if record.year and not record.date and not record.is_whole:
        spoken["date"] = str(record.year)
    told = [
        name
        for name, value in spoken.items()
        if value not in _EMPTY and spoken[_TOGETHER.get(name, name)] not in _EMPTY
    ]
    origins = dict.fromkeys(told, record.source)
    origins.update((f"fields.{name}", record.source) for name in record.fields)
    facts = {name: spoken[name] if name in origins else _NOTHING.get(name) for name in FACTS}
    facts["authors_complete"] = record.authors_complete if "authors_complete" in origins else True
    return Merged(facts, dict(record.fields), origins, [])


def _certain(facts: Mapping[str, Any], record: Record) -> tuple[str, ...]:
    """The facts in which a record is believed before all but the user."""
    own = _ARXIV_OWN if record.source == "arxiv" else ()
    brings_the_venue = _is_of_the_work(record.source) and record.venue and not facts.get("venue")
    return (*own, *_PUBLISHED) if brings_the_venue else own


def _unheard(facts: Mapping[str, Any], origins: Mapping[str, str], record: Record) -> tuple[str, ...]:
    """The facts that a record of a preprint cannot know where another source knows the venue."""
    is_elsewhere = facts.get("venue") and origins.get("venue") != record.source
    return _PUBLISHED if _is_of_the_work(record.source) and not record.venue and is_elsewhere else ()


def _is_of_the_work(source: str) -> bool:
    """Neither a page's label nor the user's own word."""
    return _RANKS["page"] < rank(source) < _RANKS["user"]


def _take_back(merged: Merged, record: Record) -> None:
    """Drop what the source said before and does not say now."""
    for name in FACTS:
        if getattr(record, name) in _EMPTY and merged.origins.get(name) == record.source:
            merged.facts[name] = _NOTHING.get(name)
            del merged.origins[name]
    for name in [name for name in merged.fields if name not in record.fields]:
        if merged.origins.get(f"fields.{name}") == record.source:
            del merged.fields[name], merged.origins[f"fields.{name}"]


def _settle(merged: Merged, name: str, value: Any, source: str, prefix: str = "", certain: bool = False) -> None:
    place = merged.fields if prefix else merged.facts
    known, origin = place.get(name), merged.origins.get(prefix + name, "")
    if known == value and (known is not None) and rank(source) <= rank(origin or "page"):
        return
    is_believed = rank(source) > rank(origin) or (certain and rank(origin) < _RANKS["user"])
    # What the user took away stays away.
    is_free = known in _EMPTY and rank(origin) < _RANKS["user"]
    if is_free or is_believed or source == origin or not origin:
        # A preprint's own year is no word against that of the venue, and facts of ours are copies.
        is_lost = known not in _EMPTY and known != value and origin not in ("", source) and rank(origin) > 1
        if is_lost and not (certain and (origin == "arxiv" or rank(origin) == _RANKS["facts"])):
            merged.variants.append((prefix + name, origin, known))
        place[name] = value
        merged.origins[prefix + name] = source
    elif rank(source) > 1:
        merged.variants.append((prefix + name, source, value))


def fingerprint(title: str | None, authors: Iterable[Author], year: int | None) -> str:
    """By what two records without any identifier are taken for one work: title, first author, year."""
    if not title:
        return ""
    first = next(iter(authors), Author())
    return "|".join([letters(title), letters(first.surname), str(year or "")])


def letters(text: str | None) -> str:
    """The folded letters and digits of a text, by which two are compared whatever stands between them."""
    return "".join(filter(str.isalnum, fold(text or "")))


# --- citation keys ---------------------------------------------------------------------------

_EMPTY_WORDS = frozenset(
    """
    a an the of on in for and or to with without from by at as into onto over under between among via per is are
    was were be been being am do does did can could may might must shall should will would has have had how what
    when where why who whose which whether that this these those it its their our your my we you they if than
    then but not no so such some any all many much more most few both each every der die das ein eine und von zu
    im am le la les un une des du de et el los las il lo gli
    """.split()
)


def key_for(authors: Iterable[Author], year: int | None, title: str | None, site: str = "") -> str:
    """The citation key: first author's surname with its particles, year, first title word that means something.

    Only a-z and 0-9; what is not Latin is transliterated. A site stands in where there is no author.
    """
    found = key_parts(authors, year, title)
    name = found["author"] or _ascii(site)[:40]
    return (name + found["year"] + found["word"]) or "paper"


def key_parts(authors: Iterable[Author], year: int | None, title: str | None) -> dict[str, str]:
    """The parts that a citation key can be made of, each of a-z and 0-9 or, with a capital, A-Z."""
    people = [_ascii(author.surname)[:40] for author in authors]
    title_words = [_ascii(word)[:30] for word in re.split(r"[^\w'’]+", title or "")]
    telling = [word for word in title_words if word and word not in _EMPTY_WORDS]
    telling = telling or [word for word in title_words if word]
    author, word = next(iter(people), ""), next(iter(telling), "")
    said = str(year) if year else ""
    return {
        "author": author, "Author": author.capitalize(), "authors": "".join(people[:3]) + "etal" * (len(people) > 3),
        "Authors": "".join(name.capitalize() for name in people[:3]) + "EtAl" * (len(people) > 3),
        "year": said, "yy": said[-2:], "word": word, "Word": word.capitalize(), "words": "".join(telling[:3]),
        "Words": "".join(part.capitalize() for part in telling[:3]),
    }  # fmt: skip


NO_KEY = "a key has no blanks, braces, commas, quotes, backslashes or =, and nothing that is not seen"


def clean_key(key: str) -> str:
    """A key from elsewhere as it is, without the signs that end one for BibTeX, are blank, or are not seen."""
    if not is_visible(key):
        key = "".join(sign if is_visible(sign) else " " for sign in key)
    return re.sub(r"[\s{}\",=\\]+", "-", key).strip("-")


def may_be_one(title: str | None, other: str | None) -> bool:
    """Whether two titles can be those of one work that shares an identifier, which some copy from another entry."""
    if not title or not other:
        return True
    one, two = set(words(title)), set(words(other))
    return not one or not two or 2 * len(one & two) >= min(len(one), len(two))


def unique_key(key: str, taken: Callable[[str], bool]) -> str:
    """The key itself where it is free, else with `a`, `b`, … `z`, `aa`, … behind it.

    The first free letter where they are taken one after the other; asked in steps that double, so that many papers
    of one name cost little.
    """
    if not taken(key):
        return key
    high = 1
    while taken(key + _letters_of(high)):
        if high > 1_000_000:
            raise BadInput(f"no free key beside '{key}'")
        high *= 2
    low = high // 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if taken(key + _letters_of(middle)) else (low, middle)
    return key + _letters_of(high)


def _letters_of(number: int) -> str:
    tail = ""
    while number:
        number, letter = divmod(number - 1, 26)
        tail = chr(ord("a") + letter) + tail
    return tail


def _ascii(text: str) -> str:
    text = fold(text)
    if not text.isascii():
        from anyascii import anyascii

        text = anyascii(text).lower()
    return re.sub(r"[^a-z0-9]", "", text)
