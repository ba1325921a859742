"""A citation as the lists of Markdown pages write it: title first or authors first, venue and year somewhere. Pure."""

import re
from collections.abc import Sequence

from gencli.citation import Citation, read_label
from gencli.listing.facts import Facts, facts, pieces

_LETTER = re.compile(r"[^\W_]")
_QUOTED = re.compile(r"\s*[\"“„«]([^\"“”„«»]{3,400})[\"”“»]")
_DATED = re.compile(r"\(((?:1[89]|20)\d\d)\)$")
_COMMA = re.compile(r",\s|\s(?=by\s[^\W\d_a-z])")
_EDGES = ' \t\n\x00.,;:-–—·•|"“”()[]*'
# So many places are tried where a title might end.
_CUTS = 12

Places = Sequence[tuple[int, int]]


def told(text: str, strong: Places = (), marked: Places = ()) -> Citation:
    """The citation that a text is, as far as it can be told apart; without a title where it cannot.

    `strong` and `marked` are the (start, end) of what the page sets in bold and in italics.
    """
    text = text[:4000]
    labelled = read_label(" ".join(text.replace("\x00", " ").split()).strip(" -–—,.;:|[]"))
    if labelled.title and labelled.authors and labelled.year:
        return labelled
    first, start = facts(text, 0, marked)
    if first.authors and not _LETTER.search(text, start):
        first, start = Facts(), 0
    found = _set_off(text, start, first, strong, marked)
    found = found if found.title else _behind_names(text, start, first, marked)
    found = found if found.title else _before_names(text, start, first, marked)
    if not found.title and (first.venue or first.year) and len(text[start:].split()) > 1:
        return _citation(text[start:], first, Facts())
    return found


def _set_off(text: str, start: int, first: Facts, strong: Places, marked: Places) -> Citation:
    """A title in bold or in quotes, with what stands before and behind it."""
    begin = start + len(text[start:]) - len(text[start:].lstrip(_EDGES))
    title, end = next(((text[s:e], e) for s, e in strong if s <= begin < e and _LETTER.search(text, e)), ("", 0))
    # `**Net**: "Nets of Nets"`: the name of what the title is about stands before it.
    if (match := _QUOTED.match(text, end or start)) is not None or (
        title and (match := _QUOTED.match(text, end + len(text[end:]) - len(text[end:].lstrip(" :-–—")))) is not None
    ):
        title, end = match[1], match.end()
    if not title or not _LETTER.search(title):
        return Citation()
    # Only the beginning of a sentence is in bold.
    if not first.authors and text[end : end + 2].strip() and text[end : end + 2].strip()[0].isalnum():
        behind = facts(text, end, marked)[0]
        if not behind.authors:
            return Citation()
    return _citation(title, first, facts(text, end, marked)[0])


def _behind_names(text: str, start: int, first: Facts, marked: Places) -> Citation:
    """`A. One, B. Two. Title. Venue 2019`: the title is the first sentence behind the names."""
    if not first.authors:
        return Citation()
    for begin, end in pieces(text, start):
        if not _LETTER.search(text, begin, end):
            continue
        title = text[begin:end]
        for match in _COMMA.finditer(title):
            # `Title, Venue 2019`
            more, stop = facts(text, begin + match.end(), marked)
            if more.venue or (more.year and not _LETTER.search(text, stop)):
                return _citation(title[: match.start()], first, more)
        return _citation(title, first, facts(text, end, marked)[0])
    return Citation()


def _before_names(text: str, start: int, first: Facts, marked: Places) -> Citation:
    """`Title, A. One, B. Two, Venue 2019`, `Title - A. One et al.`, `Title. Venue 2019`."""
    cuts = sorted({end for _, end in pieces(text, start)} | {m.start() for m in _COMMA.finditer(text, start)})
    by_place = Citation()
    for cut in [cut for cut in cuts if _LETTER.search(text, start, cut)][:_CUTS]:
        found, stop = facts(text, cut, marked)
        if found.authors:
            return _citation(text[start:cut], first, found)
        ends = not _LETTER.search(text, stop)
        if not by_place.title and ends and (found.venue or found.year):
            by_place = _citation(text[start:cut], first, found)
    return by_place


def _citation(title: str, first: Facts, second: Facts) -> Citation:
    title = " ".join(title.replace("\x00", " ").split()).strip(_EDGES.replace(")", "").replace("(", ""))
    if title.count("(") != title.count(")"):
        title = title.strip("()")
    dated = _DATED.search(title, max(len(title) - 8, 0))
    title, year = (title[: dated.start()].rstrip(), int(dated[1])) if dated else (title, None)
    both = first.plus(second) or first
    return Citation(
        both.authors, both.authors_complete, both.year or second.year or year, title, both.venue or second.venue
    )
