"""What says that two works are not one."""

from collections.abc import Mapping, Sequence

from gencli.identifiers import STRONG
from gencli.likeness.work import PREPRINT_DOIS, SMALL, Read, acronyms
from gencli.text import words

# Kinds that are never one work; whatever is not named above can be anything.
_APART = {
    frozenset(pair.split("/"))
    for pair in (
        "thesis/book thesis/proceedings thesis/part thesis/software thesis/paper book/part book/software book/paper "
        "proceedings/part proceedings/software proceedings/paper software/part software/paper "
        "thing/thesis thing/book thing/proceedings thing/part thing/software thing/paper"
    ).split()
}


def is_against(one: Read, other: Read) -> bool:
    """Whether something says that two works are not one, be they as like as they may."""
    return (
        one.notices != other.notices
        or frozenset((one.kind, other.kind)) in _APART
        or _other_identifiers(one.work.identifiers, other.work.identifiers)
        or bool(one.edition and other.edition and one.edition != other.edition)
        or _other_number(one, other)
        or _other_publication(one, other)
    )


def _other_identifiers(one: Mapping[str, str], other: Mapping[str, str]) -> bool:
    """Whether two works have an identifier of one kind and not the same; a preprint's DOI stands beside another."""
    both = [kind for kind in STRONG if kind != "isbn" and kind in one and kind in other]
    if any(one[kind] == other[kind] for kind in both):
        return False
    return any(
        kind != "doi" or not (one[kind].startswith(PREPRINT_DOIS) or other[kind].startswith(PREPRINT_DOIS))
        for kind in both
    )


def _other_number(one: Read, other: Read) -> bool:
    """Whether titles, chapters or reports have other numbers; one that is left out does no harm on the same pages."""
    if one.numbers != other.numbers and not (same_place(one, other) and years_apart(one, other) == 0):
        return True
    if one.kind == other.kind == "" and _apart(one, other, "number"):
        return True
    return one.kind == other.kind == "part" and _apart(one, other, "chapter")


def _apart(one: Read, other: Read, field: str) -> bool:
    these, those = (words(each.work.details.get(field, "")) for each in (one, other))
    return bool(these and those and these != those)


def years_apart(one: Read, other: Read) -> int | None:
    """The years between two works."""
    return None if one.work.year is None or other.work.year is None else abs(one.work.year - other.work.year)


def same_place(one: Read, other: Read) -> bool:
    """Whether two works begin on the same page of the same volume; a first page tells nothing."""
    if not one.page or one.page != other.page or one.page in ("1", ""):
        return False
    these, those = one.volume.lstrip("abcdefg"), other.volume.lstrip("abcdefg")
    if not these or not those:
        is_article = "article" in (one.work.type.lower(), other.work.type.lower())
        return is_article and one.kind == other.kind == "paper" and same_venue(one, other) is not False
    return these == those or (years_apart(one, other) == 0 and same_venue(one, other) is True)


def _other_publication(one: Read, other: Read) -> bool:
    """Whether two works were published as two: in other years at other places, or on other pages."""
    gap = years_apart(one, other)
    if "book" in (one.kind, other.kind) or "proceedings" in (one.kind, other.kind):
        return _other_book(one, other, gap)
    if same_place(one, other):
        return False
    if one.waiting or other.waiting:
        return gap is not None and _too_far(one, other, gap)
    venue = same_venue(one, other)
    other_page = bool(one.page and other.page and one.page != other.page)
    if gap == 0:
        return other_page and (venue is False or (venue is True and _apart(one, other, "number")))
    if gap is None:
        return other_page or venue is False
    return other_page or venue is False or gap > (2 if venue else 1)


def _too_far(one: Read, other: Read, gap: int) -> bool:
    """Whether the years of a preprint and what was published of it, or of two preprints, are too far apart.

    What is in full the same title by the same authors may be longer on its way, or put on arXiv long after.
    """
    is_one_title = one.letters == other.letters and len(one.words) > 3
    if one.waiting and other.waiting:
        is_on_arxiv = "arxiv" in one.work.identifiers or "arxiv" in other.work.identifiers
        return gap > (3 if is_on_arxiv and is_one_title else 1)
    early, late = (one, other) if one.waiting else (other, one)
    after = (late.work.year or 0) - (early.work.year or 0)
    if "arxiv" in early.work.identifiers and is_one_title:
        return after > 5 or (after < -1 and (one.names != other.names or len(one.names) < 2))
    return not -1 <= after <= 3


def _other_book(one: Read, other: Read, gap: int | None) -> bool:
    if one.volume and other.volume and one.volume != other.volume and one.kind == other.kind:
        return True
    isbns = {each.work.identifiers["isbn"] for each in (one, other) if "isbn" in each.work.identifiers}
    if gap is None or gap == 0:
        return False
    if one.waiting or other.waiting:
        return gap > 3
    is_in_a_series = bool(one.volume and one.volume == other.volume)
    return gap > 1 and not is_in_a_series if len(isbns) < 2 else True


# What tells nothing of a venue's name.
_ANY_VENUE = frozenset(
    """
    proceedings proc international int intl conference conf journal j annual symposium symp workshop ieee acm usenix
    transactions trans lecture notes series revised selected papers advances adv preprint european national the of on
    in and for de
    """.split()
)


_CONFERENCES = frozenset("conference conf symposium symp workshop workshops meeting colloquium congress".split())
_JOURNALS = frozenset("journal j jour transactions trans letters lett magazine annals ann review rev".split())


def same_venue(one: Read, other: Read) -> bool | None:
    """Whether two venues are one, in full or abbreviated; None where one is not told."""
    here, there = ((each.work.venue or "")[:300] for each in (one, other))
    this, that = words(here), words(there)
    if not this or not that:
        return None
    if _sort_of_venue(this) * _sort_of_venue(that) < 0:
        return False
    if this == that or acronyms(here) & acronyms(there):
        return True
    these, those = (
        [word for word in each if word not in _ANY_VENUE and not word[0].isdigit()] for each in (this, that)
    )
    few, many = sorted((these, those), key=lambda each: (len(each), each))
    if not few:
        return True
    hits = sum(any(word.startswith(each) or each.startswith(word) for each in many) for word in few)
    return 3 * hits >= 2 * len(few) or _is_initials(these, that) or _is_initials(those, this)


def _sort_of_venue(venue: Sequence[str]) -> int:
    """1 for a journal, -1 for a conference, 0 where the name does not tell."""
    if not _CONFERENCES.isdisjoint(venue):
        return -1
    return 0 if _JOURNALS.isdisjoint(venue) else 1


def _is_initials(one: Sequence[str], other: Sequence[str]) -> bool:
    """Whether a word of one venue is made of the first letters of the other's words."""
    initials = "".join(word[0] for word in other if word not in SMALL)
    return any(3 <= len(word) <= 8 and word in initials for word in one)
