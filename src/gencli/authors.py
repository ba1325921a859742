"""Persons as a text names them: one, or a list in either order. Pure."""

import re

from gencli.model import Author
from gencli.text import fold

_PARTICLES = frozenset(
    """
    van von der den de del della di da das do dos du la le les ten ter te vom zu zum zur af av bin ibn al el y e thi
    't
    """.split()
)
# Of these, those before all of a family's name, however long that is.
_BEFORE_A_FAMILY = frozenset(
    "van von der den de del della di da dos du ten ter zu ap Della St. Mac Ó Ní Uí Le Du".split()
)
# What is written with a capital in titles and in no name.
_NO_NAMES = frozenset(
    """
    using towards toward learning analysis approach models model neural networks network deep advanced based
    theory introduction survey system systems method methods framework study handbook proceedings with from into
    """.split()
)
_SUFFIX = re.compile(r"(?:[JS]r\.?|I{2,3}|IV|2nd|3rd)", re.ASCII)
# Capital letters of Latin scripts, for initials.
UP = "A-ZÀ-ÖØ-ÞĀĂĄĆČĎĐĒĘĚĞĢĪĮİĶĹĻĽŁŃŅŇŐŒŔŖŘŚŞŠȘŢŤȚŪŮŰŲŹŻŽ"
_BODY = re.compile(r"\b(?:Collaboration|Consortium|Team|Group|Foundation|Committee|Institute|Project|Investigators)\b")
_ET_AL = re.compile(r"(?<![\s,])[\s,]*\b(?:et\.?\s*al\.?|and others|u\.\s?a\.)(?=\W|$)", re.IGNORECASE)
# What every text has that `_ET_AL` is in, found sooner.
_OTHERS = re.compile(r"e(?<!\w.)t\.?\s*al|a(?<!\w.)nd other|u(?<!\w.)\.\s?a\.")
# What stands between two names of a list.
JOINT = re.compile(r"(?:(?<!\s)\s+)?(?:,\s*(?:and|&|og|und|et)\s+|[,;&]\s*)|(?<!\s)\s+(?:and|og|und)\s+", re.IGNORECASE)
_INITIALS = re.compile(rf"(?:[{UP}]\.?[\s.-]*){{1,4}}")
_GIVEN_INITIAL = re.compile(rf"([^\W\d_][\w'’-]+(?:\s[{UP}]\.)+)(?:\s([JS]r\.?|I{{2,3}}|IV))?")
BEFORE_FAMILY = (
    r"(?:(?:[ÓO]|ap|Mac|Mc|Ní|Uí|St\.|[dD]e|[dD]el|[dD]ella|[vV]an|[vV]on|der|den|[lL]a|[lL]e|[dD]i|[dD]a|[dD]os|ten|ter|zu|al|el|bin"
    r"|ibn)\s){0,3}"
)
_FAMILY_INITIALS = re.compile(
    rf"({BEFORE_FAMILY}[^\W\d_][\w'’-]+(?:\s[^\W\d_][\w'’-]+)?)\.?\s+((?:[{UP}]\.[\s-]?){{1,4}}[{UP}]?\.?|"
    rf"(?<=[^\W\d_{UP}] )(?!I{{2,3}}$|IV$)[{UP}]{{1,3}})(?:\s([JS]r\.?|2nd|3rd))?"
)
# `Nguyễn, Lan Anh`
ALONE = re.compile(rf"({BEFORE_FAMILY}[^\W\d_][\w'’-]+\.?),\s+([^\W\d_a-z][\w'’-]+(?: [^\W\d_a-z][\w'’-]+){{0,2}})\.?")
# `Lindh, Sara`
REVERSED = re.compile(rf"({BEFORE_FAMILY}[^\W\d_][\w'’-]+\.?),\s+([^\W\d_][\w'’-]+)\.?")
# `Osei ED, Nakagawa P`: the initials have no full stops.
WHO_UNDOTTED = (
    rf"{BEFORE_FAMILY}[^\W\d_][\w'’-]*[^\W\d_A-Z](?: [^\W\d_][\w'’-]*[^\W\d_A-Z])? [{UP}]{{1,3}}"
    r"(?: (?:Jr|Sr|2nd|3rd))?"
)
_NO_SIGN_OF_NAMES = re.compile(r"[\d:?!\"“”]")
_YEAR_BEHIND = re.compile(r"\(?\d{4}[a-z]?\)?[\s,.:]{0,9}$")
_NO_PART_OF_NAMES = re.compile(r"\(\d{4}[a-z]?\)?|[\x00-\x1f\x7f*†‡§¶#]")
_LEFT_OUT = re.compile(r",?\s*(?:\. \. \.|\.\.\.|…),?\s*(?:&\s*)?(?=\S)")
_AND = re.compile(r",?\s+(?:and|und|&)\s+")
_APART = re.compile(r";\s*(?:and\s+|&\s*)?|\s+&\s+")
_STOP_OF_A_SENTENCE = re.compile(r"[^\W\d_]{2}\.$")
_STOP_OF_A_SUFFIX = re.compile(r"\b[JS]r\.$")
# Most lists are of surnames alone, which need no closer look.
_SURNAME = r"(?:[A-Z][a-z])?[A-Z][a-zß-öø-ÿ]{2,20}(?:-[A-Z][a-zß-öø-ÿ]{2,20})?"
# `Mu`, `Belkin`, and no acronym.
SURNAME = re.compile(r"[^\W\d_a-z][^\W\d_A-Z][\w'’-]{0,30}")
SURNAMES = rf"{_SURNAME}(?:(?:, |,? and |,? & ){_SURNAME})*"
_SURNAMES = re.compile(SURNAMES)


def person(name: str) -> Author:
    """One full name as written: `Kees van der Berg`, `Berg, Kees`, `The ATLAS Collaboration`."""
    name = " ".join(name.split()).strip(" ,;")
    if _BODY.search(name):
        return Author(literal=name)
    if "," in name:
        family, *middle, given = (part.strip() for part in name.split(","))
        if _SUFFIX.fullmatch(given):
            return person(" ".join([family, *middle]))._replace(suffix=given)
        suffix = middle[0] if middle and _SUFFIX.fullmatch(middle[0]) else ""
        *some, last = given.split(" ")
        if some and not suffix and _SUFFIX.fullmatch(last):
            given, suffix = " ".join(some), last
            return Author(family=family, given=" ".join([*middle, given]), suffix=suffix)
        return Author(family=family, given=" ".join([*middle[bool(suffix) :], given]), suffix=suffix)
    parts = name.split(" ")
    suffix = parts.pop() if len(parts) > 2 and _SUFFIX.fullmatch(parts[-1]) else ""
    start = len(parts) - 1
    # `Maria de Guzmán Ferrer`, `M. A. St. John`: all that stands behind the first of these is of the family's name.
    start = next((at for at in range(1, start) if parts[at] in _BEFORE_A_FAMILY), start)
    if start == 1 and parts[0] in ("Ó", "Ní", "Uí", "Mac", "Le", "St."):
        start = 0
    if start > 1 and parts[start] in ("da", "de", "do", "dos") and _INITIALS.fullmatch(" ".join(parts[: start - 1])):
        # `R. Teixeira da Silva`
        start -= len(parts[start - 1].rstrip(".")) > 1
    while start > 1 and parts[start - 1].lower() in _PARTICLES and not parts[start - 1][0].isupper():
        start -= 1
    if start == 1 and len(parts) > 1 and parts[0] in _PARTICLES:
        start = 0
    return Author(family=" ".join(parts[max(start, 0) :]), given=" ".join(parts[: max(start, 0)]), suffix=suffix)


def others(text: str) -> re.Match[str] | None:
    """Where a text first says that authors are left out: `et al.`, `and others`."""
    return _ET_AL.search(text) if _OTHERS.search(text.lower()) else None


def without_others(text: str) -> str:
    """A text without what it says of authors that are left out."""
    return _ET_AL.sub("", text) if others(text) is not None else text


def parts_of(text: str) -> list[str]:
    """The names of a list, as they are written."""
    return [part for part in JOINT.split(text) if part]


def is_capital_or_particle(word: str) -> bool:
    """Whether a word may be part of a name by its first letter, or because it is a particle."""
    return word[0].isupper() or word.lower() in _PARTICLES


def is_name(text: str) -> bool:
    """Whether a text may be a name; so may one that is empty."""
    parts = text.strip(" .").rstrip(" .#*†‡§").split()
    if not parts:
        return True
    return len(parts) <= 5 and len(text) <= 48 and _NO_SIGN_OF_NAMES.search(text) is None and all(
        part[0].isupper() or part[0] in "'’" or part.lower() in _PARTICLES or part == "-" for part in parts
    ) and not any(len(part) > 3 and fold(part) in _NO_NAMES for part in parts)  # fmt: skip


def are_names(text: str) -> bool:
    """Whether a list is of nothing but names."""
    return _surnames(text) != () or all(map(is_name, parts_of(text)))


def are_dated_names(text: str) -> bool:
    """Whether a text is nothing but names, perhaps with a year behind them and `et al.`."""
    return are_names(without_others(_YEAR_BEHIND.sub("", text.rstrip(" ,.;:("))))


def are_mostly_names(text: str) -> bool:
    """Whether a text before a quotation tells who wrote it; else the quotation is one inside a title or a remark."""
    parts = [part for part in JOINT.split(text) if part.strip(" .(")]
    odd = [part for part in parts if not are_dated_names(part)]
    return all(len(part.split()) <= 6 for part in odd) and (not parts or len(odd) < len(parts))


def authors_of(text: str) -> tuple[tuple[Author, ...], bool]:
    """The authors of a list of names, in either order, and whether it names all.

    `A. One, B. Two`, `One, A., Two, B.`, `One AB, Two C`, `One et al.`
    """
    is_complete = others(text) is None
    text = text if is_complete else _ET_AL.sub("", text)
    if _LEFT_OUT.search(text):
        text, is_complete = _LEFT_OUT.sub(", ", text), False
    return _surnames(text) or _in_either_order(text), is_complete


def _surnames(text: str) -> tuple[Author, ...]:
    """The authors of a list that is of usual surnames alone; of any other, nobody."""
    return listed(text) if _SURNAMES.fullmatch(text) else ()


def listed(text: str) -> tuple[Author, ...]:
    """The authors of a text that has the form of `SURNAMES`; nobody where one of them is a body, or no name."""
    surnames = JOINT.split(text) if " " in text else [text]
    if "," in text and "," in _AND.split(text)[-1] and _AND.search(text):
        # `Gal, Yarin and Ghahramani, Zoubin`
        return ()
    if _BODY.search(text) or not _NO_NAMES.isdisjoint(map(str.lower, surnames)):
        return ()
    return tuple(map(Author, surnames))


def _in_either_order(text: str) -> tuple[Author, ...]:
    text = _NO_PART_OF_NAMES.sub(" ", text).strip(" ,;:(")
    pieces = JOINT.split(text)
    parts = [part for part in map(str.strip, pieces) if part]
    if found := _family_first(text, parts):
        return found
    # `Thien PHAM, Loi VO` is no list of initials.
    is_undotted = all(_FAMILY_INITIALS.fullmatch(part) for part in parts)
    first = REVERSED.match(text) if len(parts) > 2 and all(" " in part for part in parts[2:]) else None
    authors: list[Author] = []
    if first is not None and [first[1], first[2]] == [parts[0], parts[1].rstrip(".")]:
        # `Lindh, Sara, and Omar Aziz`
        pieces = JOINT.split(text[first.end() :])
        authors = [Author(first[1], first[2])]
    for part in filter(str.strip, (_undotted(piece.strip(" :(")) for piece in pieces)):
        last = authors[-1] if authors else Author(literal="nobody")
        initials = _INITIALS.fullmatch(part) is not None
        behind = _GIVEN_INITIAL.fullmatch(part) if len(authors) == 1 and " " not in last.family else None
        if last.family and not last.given and behind is not None:
            authors[-1] = last._replace(given=behind[1], suffix=behind[2] or "")
        elif last.family and not last.given and initials:
            authors[-1] = last._replace(given=part)
        elif last.family and initials and _INITIALS.fullmatch(last.given):
            authors[-1] = last._replace(given=f"{last.given} {part}")
        elif last.given and _SUFFIX.fullmatch(part):
            authors[-1] = last._replace(suffix=part)
        elif (trailing := _FAMILY_INITIALS.fullmatch(part)) is not None and (is_undotted or "." in trailing[2]):
            authors.append(Author(trailing[1], trailing[2], trailing[3] or ""))
        else:
            authors.append(person(part))
    return tuple(authors)


def _family_first(text: str, parts: list[str]) -> tuple[Author, ...]:
    """The authors of a list in which every family name stands before a comma, and the given name behind it."""
    apart = [part for part in _APART.split(text) if part.strip()] if ";" in text else []
    if not apart and " and " in text:
        # `Gal, Yarin and Ghahramani, Zoubin`
        apart = [part for part in _AND.split(text) if part.strip()]
        apart = apart if len(apart) > 1 and all(map(REVERSED.fullmatch, apart)) else []
    if apart and all(part.count(",") == 1 for part in apart):
        return tuple(person(_undotted(part)) for part in apart)
    if len(parts) > 1 and len(parts) % 2 == 0 and all(map(_INITIALS.fullmatch, parts[1::2])):
        # `van der Maaten, L., de Oliveira Prado, T.`
        return tuple(map(Author, parts[::2], map(_undotted, parts[1::2])))
    return ()


def _undotted(name: str) -> str:
    """A name without the full stop of the sentence it stands in; that of an initial or of Jr. stays."""
    name = name.lstrip(" .")
    if not name.endswith("."):
        return name
    return name[:-1].rstrip() if _STOP_OF_A_SENTENCE.search(name) and not _STOP_OF_A_SUFFIX.search(name) else name
