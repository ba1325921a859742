"""What stands beside a title in a list: who wrote the work, where it was published, when. Pure.

`Ann One, Bo Two, NeurIPS 2019.` is told from a remark by what it is made of: names of persons, a venue, a year. Where
that is not sure, nothing is taken, and the text stays a remark.
"""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from gencli.citation import names_of
from gencli.model import Author
from gencli.text import fold

# Beside a title nobody writes more than this about who wrote it.
_LONGEST = 3000
_SEPARATOR = re.compile(
    r"(?:(?<=[^\W\d_]{2})(?<!\bProc)(?<!\bConf)(?<!\bTrans)(?<!\bInt)(?<!\bJr)(?<!\bSt)|(?<=[\d)\]\"”’'*?!]))\.(?=\s|$)"
    r"|\s[-–—|·•/:]+\s|[()（）\[\]|\n\x00\ufffc]|[:;](?=\s)"
)
_LEAD_IN = re.compile(r"(?:(?:written\s+)?by|authors?|from)\b[:\s]*", re.IGNORECASE)
_VENUE_LEAD_IN = re.compile(
    r"(?:(?:published|to appear)\s+(?:in|at)|in|at)\b[:\s]*|(?:venue|journal):\s*", re.IGNORECASE
)
# What some lists write before each of them.
_HEADER = re.compile(
    r"\W*(?:authors?|date|year|venue|publisher|publication|published(?: (?:in|at|on))?|journal|conference)\W*",
    re.IGNORECASE,
)
_JOINT = re.compile(r"\s*(?:[,;]\s*(?:and\b|&)?|\s(?:and|&)\s)\s*")
_ET_AL = re.compile(r"[\s,]*\b(?:et\.?\s?al\b\.?|and others\b|and colleagues\b)", re.IGNORECASE)
_ELLIPSIS = re.compile(r"[\s,]*(?:\.\.\.|…)")
_NAME_AND_YEAR = re.compile(r"([^\d]{2,48}?)\s+(?:1[89]|20)\d\d")
_INITIALS = re.compile(r"(?:[A-Z]\.?[\s-]?){1,4}")
_MONTH = r"(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]{0,6}\.?"
_DATE = re.compile(
    rf"(?:{_MONTH}\s*\d{{0,2}},?\s*)?(?P<year>(?:1[89]|20)\d\d)(?:[-/.]\d{{1,2}}){{0,2}}(?:\s+{_MONTH})?", re.IGNORECASE
)
_YEAR = re.compile(r"(?<![\d.])(?:(?P<year>(?:1[89]|20)\d\d)|(?<=[A-Za-z\s])['’](?P<short>\d\d))(?![\d.]*\d)")
# In brackets behind names, `(Eurographics 2017)`.
_PLACED = re.compile(r"(?P<venue>[A-Z][\w&.'’-]*(?: [A-Z][\w&.'’-]*){0,3}),? (?P<year>(?:19|20)\d\d)")
_PREPRINT = re.compile(r"(?:arxiv|corr|bioarxiv|preprint|pre-print|technical report|tech report)\b", re.IGNORECASE)
_THESIS = re.compile(
    r"(?:ph\.?\s?d|m\.?\s?sc|(?:doctoral|master'?s|bachelor'?s) |thesis|dissertation|diss)\b", re.IGNORECASE
)
_MEETING = re.compile(
    r"\b(?:proceedings|proc|conference|workshops?|symposium|journal|transactions|trans|letters|review|annals|magazine"
    r"|bulletin|nature|science|physics|press|thesis)\b",
    re.IGNORECASE,
)
_CAPITALS = re.compile(r"[A-Z]{3,10}(?![\w])")
_NUMBERS = re.compile(r"[\s,.:;()pvolnissuearticl–-]*(?:\d[\d\s,.:;()pvolnissuearticl–-]*)?", re.IGNORECASE)
_VENUES = frozenset(
    """
    3dv aaai aamas accv acl acmmm aistats alt apsipa arxiv asplos asru automl bmvc ccs cell chi cikm cl coling colt
    conll corl corr cscw cvpr cvprw dac dsn eacl eccv eccvw ecir ecml ecmlpkdd emnlp esa eurocrypt eurographics eurosys
    focs fse hpca hri ica icalp icassp iccv iccvw icde icdm icip iclr icml icpr icra icse icwsm ieee ijcai ijcnn ijcv
    ijrr imc infocom interspeech iros isca ismir iswc itcs itsc jair jmlr kdd lncs lrec mcss miccai micro midl mlsys mm
    mobicom msml naacl ndss nerips neco neurips neuroimage nips nsdi ooplsa oopsla osdi pacmpl pakdd pami pkdd pldi
    plos pmlr pnas pods popl ral recsys rss sdm sigcomm siggraph sigir sigmod soda sosp sp spl stoc tacl tcsvt tgrs
    tifs tip tist tits tkde tmi tmlr tmm tnnls tog toit tois tpami tsp tvcg uai uist usenix vldb vr wacv wsdm www
    """.split()
)
# Words of titles and remarks that begin with a capital as names do.
_NOT_NAMES = frozenset(
    """
    a about adaptive advanced advances agent agents ai algorithm algorithms all an analysis and applications approach
    are article artificial as at attention automatic awesome based bayesian beginner benchmark benchmarks best better
    big blog book books by chapter chinese classic classification code collection communications computer computing
    convolutional course courses data dataset datasets deep demo demos design detection documentation efficient end
    english estimation evaluation example examples explanation explained fast for foundation foundations framework free
    from fundamentals general generation generative github good gradient graph graphs great guide hands how image images
    implementation implementations important in inference information intelligence intro introduction is issue it its
    jax journal keras language large latent lecture lectures letters library linear list logic machine math mathematics
    matlab medium memory method methods model modeling modelling models modern most must natural nature networks network
    neural new nlp not note notebook notebooks notes object of official on online open optimization original our
    overview package page paper papers part pdf performance physics podcast post practical practice press probabilistic
    problem problems processing programming project python pytorch quick read reading recent recognition recurrent
    reference reinforcement remote repo representation research resources review reviews robust see self series short
    simple site slides software source space state statistical statistics stochastic study supervised support survey
    system systems talk tensorflow text that the their theory these thesis this to tool toolkit tools towards toward
    training transactions transfer transformer transformers translation tutorial tutorials understanding university
    unofficial unsupervised use used useful using variational version very via video videos vision visual web website
    what when where which why wiki wikipedia with without work workshop world you your zero
    """.split()
)
_PARTICLES = frozenset("van von der den de del della di da dos du la le los ten ter bin ibn al el y zu dal st".split())


class Facts(NamedTuple):
    """What was understood; `is_sure` tells whether the names are names beyond doubt."""

    authors: tuple[Author, ...] = ()
    authors_complete: bool = True
    venue: str = ""
    year: int | None = None
    is_sure: bool = False

    def plus(self, other: "Facts") -> "Facts | None":
        """Both together, or None where they tell of the same twice."""
        if (self.authors and other.authors) or (self.venue and other.venue) or (self.year and other.year):
            return None
        return Facts(
            self.authors or other.authors,
            self.authors_complete and other.authors_complete,
            self.venue or other.venue,
            self.year or other.year,
            self.is_sure or other.is_sure,
        )


def facts(text: str, start: int = 0, marked: Sequence[tuple[int, int]] = ()) -> tuple[Facts, int]:
    """What is told at the start of a text, and where it ends: at the first piece that is something else.

    `marked` are the (start, end) of what the page sets in italics, which may be a venue.
    """
    told, stop = Facts(), start
    for begin, end in _set_off(text, pieces(text, start), marked):
        piece = text[begin:end].strip(" ,.;:\t\n")
        if piece:
            first = end - len(text[begin:end].lstrip(" ,.;:\t\n"))
            # In brackets stands as a rule who employs the authors.
            is_beside = text[first - 1 : first] in ("(", "[")
            venue = next((text[s:e].strip(" ,.;:") for s, e in marked if s <= first < e <= end and not is_beside), "")
            found = _piece(piece, venue)
            if found is None and told.authors and is_beside and (placed := _PLACED.fullmatch(piece)) is not None:
                found = Facts(venue=placed["venue"], year=int(placed["year"]))
            more = told.plus(found) if found is not None else None
            if more is None:
                break
            if found == Facts() and _HEADER.fullmatch(piece):
                # Whether it heads anything is told by what follows.
                continue
            told = more
        stop = end
    if told.authors and not told.is_sure and not (told.year or told.venue):
        return Facts(), start
    return (told, stop) if told != Facts() else (told, start)


def pieces(text: str, start: int) -> list[tuple[int, int]]:
    """The parts of a text between full stops, dashes, brackets and line ends, as (start, end)."""
    limit = min(len(text), start + _LONGEST)
    found, position = [], start
    for match in _SEPARATOR.finditer(text, start, limit):
        found.append((position, match.start()))
        if match.group() == "\ufffc":
            # Another work is named here.
            return found
        position = match.end()
    return [*found, (position, limit)]


def _set_off(
    text: str, parts: Sequence[tuple[int, int]], marked: Sequence[tuple[int, int]]
) -> Iterator[tuple[int, int]]:
    """The parts, divided where italics begin inside them: a venue is set off from the names before it."""
    starts = [start for start, end in marked if not _ET_AL.fullmatch(text[start:end].strip(" .,"))]
    for begin, end in parts:
        position = begin
        for start in starts:
            before = text[position:start].strip(" ,;.")
            if position < start < end and before and not _VENUE_LEAD_IN.fullmatch(before):
                yield position, start
                position = start
        yield position, end


def venue_of(text: str) -> Facts:
    """A venue and a year, where a text is known to tell them."""
    text = text.strip()
    years = list(_YEAR.finditer(text))
    year = _year(years[-1]) if years else None
    if _PREPRINT.match(text) or ("," in text and _THESIS.match(text)):
        return Facts(year=year)
    return Facts(venue=_bare(re.sub(r"\[[^\[\]]*\]|\([^()]*\)", "", text)), year=year)


def _piece(piece: str, marked: str) -> Facts | None:
    """What one part of a text tells: names, a venue, a year or several of them; None where it is something else."""
    if len(piece) > 1500:
        return None
    if _HEADER.fullmatch(piece):
        return Facts()
    if marked and piece.startswith(marked) and not _persons(marked)[1]:
        return _venue(piece, marked, behind_names=False)
    by = _LEAD_IN.match(piece)
    rest = piece[by.end() :] if by else piece
    count, is_sure = _persons(rest)
    if count:
        who, rest = rest[:count].strip(" ,;"), rest[count:].strip(" ,;.")
        authors, complete = names_of(who)
        place = _venue(rest, marked, behind_names=True) if rest else Facts()
        if authors and place is not None:
            return Facts(authors, complete, place.venue, place.year, is_sure or by is not None)
        if authors or by:
            return None
    return None if by else _venue(piece, marked, behind_names=False)


def _persons(text: str) -> tuple[int, bool]:
    """How far a text is names, and whether they are so beyond doubt.

    Two whole names, initials or "et al." are; a single name of two words may be any two words.
    """
    position = end = whole = single = 0
    dotted = False
    while position < len(text):
        match = _JOINT.search(text, position)
        part = text[position : match.start() if match else len(text)]
        if (dated := _NAME_AND_YEAR.fullmatch(part)) is not None and _kind(dated[1]):
            return position + len(dated[1]), whole + single > 0 and whole > 0
        others = _ET_AL.search(part) or _ELLIPSIS.search(part)
        name = part[: others.start()] if others else part
        kind = _kind(name.strip()) if name.strip() or not others else "others"
        if others and kind and _DATE.fullmatch(part[others.end() :].strip(" .,")):
            return position + others.end(), True
        if not kind or (others and part[others.end() :].strip(" .")):
            break
        dotted = dotted or kind == "initials" or re.search(r"\b[A-Z]\.", name) is not None
        whole, single = whole + (kind == "whole"), single + (kind == "single")
        end = position + len(part)
        if others:
            return end, bool(whole or single)
        position = match.end() if match else len(text)
    if not whole and single < (1 if dotted else 2):
        return 0, False
    return end, whole > 1 or (dotted and whole + single > 0 and (whole > 0 or single > 1))


def _kind(name: str) -> str:
    """Whether a text is a whole name, a single word that may be one, initials, or nothing of the kind."""
    if _INITIALS.fullmatch(name) and (len(name) < 3 or "." in name):
        return "initials"
    parts = name.split()
    if not parts or len(parts) > 5 or len(name) > 48 or re.search(r"[\d:?!\"“”`()/@#%&+=<>\\]", name):
        return ""
    words = [part for part in parts if part.lower() not in _PARTICLES or part[0].isupper()]
    if not words or not all(word[0].isupper() and _is_name(word) for word in words):
        return ""
    return "whole" if len(parts) > 1 else "single"


def _is_name(word: str) -> bool:
    bare = word.strip(".,*'’")
    if len(bare) == 1 and word.endswith("."):
        return True
    if any(fold(part) in _NOT_NAMES for part in bare.split("-")) or fold(bare) in _VENUES:
        return False
    return not (len(bare) > 2 and bare.isupper() and bare.isascii() and "." not in bare and "-" not in bare)


def _venue(text: str, marked: str, behind_names: bool) -> Facts | None:
    """A venue, a year, or both; None where a text is neither."""
    text = text.strip(" ,.;:*")
    lead = _VENUE_LEAD_IN.match(text)
    if (dated := _DATE.fullmatch(text)) is not None:
        return Facts(year=int(dated["year"]))
    years = list(_YEAR.finditer(text))
    year = _year(years[-1]) if years else None
    if marked and lead and not text.startswith(marked):
        text = text[lead.end() :]
    if marked and text.startswith(marked[:20]) and _NUMBERS.fullmatch(_YEAR.sub("", text[len(marked) :])):
        return Facts(venue="" if _PREPRINT.match(marked) else _bare(marked), year=year)
    place = _bare(text[lead.end() :] if lead else text)
    words = [fold(word) for word in re.findall(r"[^\W_]+", place)]
    if not words or len(words) > 16 or not (place[0].isupper() or place[0].isdigit() or words[0] in _VENUES):
        return Facts() if not words and not text.strip(" ,.;:*()") else None
    if _PREPRINT.match(place):
        return Facts(year=year)
    written = re.findall(r"[^\W_]+", place)[:3]
    is_acronym = any(fold(word) in _VENUES and sum(map(str.isupper, word)) > 1 for word in written)
    is_acronym = is_acronym or (year is not None and len(words) <= 3 and _CAPITALS.match(place) is not None)
    named = (is_acronym and len(words) <= 6) or place in ("Nature", "Science", "Cell")
    described = _MEETING.search(place) is not None and (lead is not None or year is not None or behind_names)
    if named or described or (behind_names and year is not None and len(words) <= 12):
        return Facts(venue=place, year=year)
    return None


def _year(match: re.Match[str]) -> int:
    if match["year"]:
        return int(match["year"])
    short = int(match["short"])
    return (2000 if short < 70 else 1900) + short


def _bare(venue: str) -> str:
    """A venue without its year and what numbers stand behind it."""
    venue = " ".join(re.sub(r"\sfrom\s.*", "", _YEAR.sub(" ", venue)).split())
    return re.sub(r"(?:[\s,]+(?:vol|no|pp?)?\.?\s*\d[\d\s,.:()–-]*)$", "", venue, flags=re.IGNORECASE).strip(
        " ,.;:*()-'’"
    )
