"""Lists of names as BibTeX writes them, there and back. Pure.

The rules are BibTeX's own (N. Markey, "Tame the BeaST", chapter 11) and those of biblatex's extended name format
(its manual, section 3.4), with one difference: particles belong to the family.
"""

import re
from collections.abc import Iterable, Iterator

from gencli.latex import decode, encode, is_latex
from gencli.model import Author
from gencli.text import one_line

_AND = re.compile(r"(?:^| )and(?= |$)", re.IGNORECASE)
_REST = re.compile(r"(?:^|[, ] ?)et\.? ?al\.?$", re.IGNORECASE)
# Braces; a command or accent whose blank is its own and parts no words; a tie, which does.
_MARKUP = re.compile(r"[{}]|\\(?:[A-Za-z]+ |[`'^\"~=.] ?)(?!and\b)|~", re.IGNORECASE)
_KEYED = re.compile(r' ?(family|given|prefix|suffix|(?:family|given|prefix|suffix)-i|use\w+|id) ?= ?"?(.*?)"? ?')
_ACCENT = re.compile(r"\\(?:[`'^\"~=.]|[ckvHrdbthu] ?)\Z")

# What stands for braces and their content in a text where separators are looked for.
_OPEN, _WITHIN, _CLOSED, _UNCLOSED = "\1", "\0", "\2", "\3"


def split(value: str) -> tuple[tuple[Author, ...], bool]:
    """The authors of a BibTeX name list (LaTeX source) in plain text, and whether they are all; never raises.

    They are not all where the list ends with `and others` or `et al.`. A name in braces, one with more commas than
    a name can have, and one with an open brace is a `literal`. Empty names are left out.
    """
    text = " ".join(value.split())
    is_plain = not is_latex(text)
    mask = text
    if not is_plain:
        text = re.sub(r"(?<!\\)\\ ", " ~", text)
        mask = _mask(text)
    names = [(text[start:end], mask[start:end]) for start, end in _spans(mask)]
    complete = not names or not _is_rest(*names[-1])
    if not complete:
        names.pop()
    elif (rest := _REST.search(names[-1][1]) if names else None) is not None:
        complete = False
        names[-1] = (names[-1][0][: rest.start()], names[-1][1][: rest.start()])
    authors = [_author(name, seen, is_plain) for name, seen in names]
    return tuple(author for author in authors if author is not None), complete


def _is_rest(name: str, seen: str) -> bool:
    return seen.lower() == "others" or ("al" in name[-8:] and decode(name[-200:]).lower() in ("et al.", "et al"))


def _mask(text: str) -> str:
    """The text, of the same length, with all that stands in braces blotted out and ties as blanks."""
    parts = []
    position = depth = 0
    for match in _MARKUP.finditer(text):
        sign = match.group()
        start, end = match.span()
        if sign == "}":
            if depth == 1:
                parts += [_OPEN, _WITHIN * (start - position - 1), _CLOSED]
                position = end
            depth = max(depth - 1, 0)
        elif sign == "{":
            if depth == 0:
                parts.append(text[position:start])
                position = start
            depth += 1
        elif depth == 0:
            parts += [text[position:start], " " if sign == "~" else _WITHIN * (end - start)]
            position = end
    parts.append(_UNCLOSED * (len(text) - position) if depth else text[position:])
    return "".join(parts)


def _spans(mask: str) -> Iterator[tuple[int, int]]:
    """Where the names of a list stand, without the blanks around them and the commas behind."""
    position = 0
    while position <= len(mask):
        match = _AND.search(mask, position)
        end = match.start() if match else len(mask)
        part = mask[position:end].rstrip(", ")
        if start := part.lstrip(" "):
            yield position + len(part) - len(start), position + len(part)
        position = match.end() if match else len(mask) + 1


def _author(name: str, seen: str, is_plain: bool) -> Author | None:
    """A name; `seen` is the same text without what stands in braces."""
    parts = None
    if is_plain or not _is_body(name, seen):
        parts = _parts(name, seen) if "," in seen or "=" in seen else _words(name, seen)
    if parts is None:
        literal = decode(name)
        return Author(literal=literal) if literal else None
    family, given, suffix = parts
    if not is_plain:
        family, given, suffix = decode(family), decode(given), decode(suffix)
    if not family:
        family, given, suffix = given or suffix, "", suffix if given else ""
    return Author(family, given, suffix) if family else None


def _is_body(name: str, seen: str) -> bool:
    """Whether a name is one pair of braces (but no accented letter, `{\\'E}`), or has one that is open."""
    if _UNCLOSED in seen:
        return True
    is_braced = seen[:1] == _OPEN and seen.find(_CLOSED) == len(seen) - 1
    return is_braced and not (name.startswith("{\\") and len(decode(name)) == 1)


def _words(name: str, seen: str) -> tuple[str, str, str]:
    """`First von Last`: the family begins at the first word in small letters, else it is the last word."""
    position = 0
    for word in seen.split(" ")[:-1]:
        if word and not word[0].isupper() and _is_small(name[position : position + len(word)]):
            break
        position += len(word) + 1
    return name[position:], name[:position].rstrip(), ""


def _is_small(word: str) -> bool:
    """Whether the first letter outside braces is a small one; in braces only one with an accent counts."""
    if "{" in word or "\\" in word:
        word = decode(_outside(word))
    for sign in word:
        if sign.islower():
            return True
        if sign.isalpha():
            return False
    return False


def _outside(word: str) -> str:
    """A word without its groups in braces, but with those that begin with a command or follow an accent."""
    kept = []
    depth = 0
    is_kept = True
    for index, sign in enumerate(word):
        if sign == "{":
            if depth == 0:
                is_kept = word.startswith("\\", index + 1) or bool(_ACCENT.search(word[max(index - 3, 0) : index]))
            depth += 1
        if depth == 0 or is_kept:
            kept.append(sign)
        if sign == "}":
            depth = max(depth - 1, 0)
    return "".join(kept)


def _parts(name: str, seen: str) -> tuple[str, str, str] | None:
    """`von Last, First`, `von Last, Jr, First` or `family=Last, given=First`; None for more commas."""
    parts = []
    position = 0
    for part in seen.split(","):
        parts.append(name[position : position + len(part)].strip(" "))
        position += len(part) + 1
    told = {match[1]: match[2] for part in parts if (match := _KEYED.fullmatch(part))} if "=" in seen else {}
    if len(told) == len(parts):
        family = f"{told.get('prefix', '')} {told.get('family', '')}".strip()
        return family, told.get("given", ""), told.get("suffix", "")
    if len(parts) > 3:
        return None
    if len(parts) == 1:
        return _words(name, seen)
    return parts[0], parts[-1], parts[1] if len(parts) == 3 else ""


def join(authors: Iterable[Author], complete: bool = True) -> str:
    """The authors as BibTeX's list of names, in LaTeX; it ends in `and others` where they are not all."""
    names = [name for author in authors if (name := _name(author))]
    if names and not complete:
        names.append("others")
    return " and ".join(names)


def _name(author: Author) -> str:
    """A name as BibTeX reads it: `von Last, Jr, First`, a body in braces."""
    if author.literal:
        return "{" + _part(author.literal) + "}"
    family, suffix, given = (_guarded(_part(part)) for part in (author.family, author.suffix, author.given))
    if not (family and given):
        alone = family or given
        # Without a comma BibTeX would take the last word alone for the surname.
        alone = f"{{{alone}}}" if " " in alone and not alone[0].islower() and alone[0] != "{" else alone
        return f"{alone}, {suffix}, {{}}" if suffix and alone else alone
    return ", ".join([family, suffix, given] if suffix else [family, given])


def _guarded(part: str) -> str:
    """A part of a name, in braces where BibTeX would see more in it than a part."""
    is_more = "," in part or re.search(r"\band\b", part, re.IGNORECASE) or part.lower() == "others"
    return "{" + part + "}" if is_more else part


def _part(name: str) -> str:
    return encode(one_line(" ".join(name.split())))
