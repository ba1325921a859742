"""What a person pastes where identifiers are asked for: a list, a sentence, BibTeX, a slip of the keys. Pure."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from gencli.errors import BadInput
from gencli.identifiers import ARCHIVES, ID, Identifier, identify, names_no_work, scan

_ENTRY = re.compile(r"^[ \t]*@[ \t]*(\w+)[ \t]*[{(][ \t]*([^\s,{}]*)", re.MULTILINE)
_FIELD = re.compile(r"\b(\w+)\s*=\s*(?:[{\"]+([^{}\"]*)|(\d[\w./-]*))", re.ASCII)
_COMMENTS = ("#", "%")
_NO_ENTRIES = ("string", "comment", "preamble")
_ADDRESS = re.compile(
    r"(?:https?://|(?<![\w./@-])(?:[\w-]+\.)+(?:org|net|com|co|gov|edu|ai)/)[^\s<>\"|\\^`{}\[\]]+", re.I
)
# An id that no name goes before: not in the middle of a number, a path or a name.
_BARE = re.compile(
    rf"(?<![\w./-])(?:(?:abs|pdf|corr\s+abs)/)?{ID}(?:\.pdf)?(?![\w/@-])(?!\.\w)", re.ASCII | re.IGNORECASE
)
_NUMBER_APART = re.compile(r"(?<![\w./-])\d{7}(?:v\d+)?\s*[\[(]\s*[a-z-]+(?:\.[A-Za-z-]+)?\s*[\])]", re.ASCII)
_ARXIV_LIKE = re.compile(r"arxiv\s?[:.]\s?(?:[a-z-]{2,9}/)?\d[\w.]*", re.IGNORECASE | re.ASCII)
_ARXIV_SHAPED = re.compile(
    r"(?:arxiv\s*[:.]\s*\d+[.:]\d+|\d{4,5}[.:]\d{2,6}|(?:arxiv\s*[:.]\s*)?[a-z-]+(?:\.[a-z]{2})?/\d{5,9})(?:v\d*)?",
    re.IGNORECASE | re.ASCII,
)
_CATEGORY = re.compile(r"\[[a-z-]+(?:\.[A-Za-z-]+)?\]+", re.ASCII)
_KINDS = r"(?:arxiv|doi|pmid|isbn(?:-1[03])?|acl|openreview)"
_LABEL = re.compile(rf"\[?{_KINDS}\s*[:.=]?", re.IGNORECASE | re.ASCII)
# A line that says which identifier it holds.
_NUMBERED = r"(?=\S*\d)\S++"
_LABELLED = re.compile(
    rf"{_KINDS}\s{{0,2}}[:.=]?\s{{0,2}}{_NUMBERED}(?:\s{_NUMBERED}){{0,4}}$", re.IGNORECASE | re.ASCII
)
# Signs that are taken for one another.
_LOOK_ALIKE = str.maketrans("OoIlS–—−·", "00115---.")
# What in running text is likely to be meant as an identifier: digits enough, or a path of some. Each looks from its
# first sign only.
_ID_LIKE = re.compile(r"(?>.*?\d{4}).*\d|[^/]*+/.*\d|\D*+\d.*/", re.ASCII)


class Stray(NamedTuple):
    """What stands where an identifier should and is none, with its line (from 1)."""

    text: str
    line: int


class Pasted(NamedTuple):
    """The identifiers that a text holds, in its order, and what stands where one should and is none.

    `same` are those that name one work; the first of them stands in `found`.
    """

    found: tuple[Identifier, ...] = ()
    others: tuple[Stray, ...] = ()
    same: tuple[tuple[Identifier, ...], ...] = ()


def whole(text: str) -> Identifier | None:
    """The identifier that a text is, as `identify` finds it; addresses of arXiv that hold none are none."""
    found = identify(text)
    return None if found is None or names_no_work(found) else found


def read(text: str) -> Pasted:
    """The identifiers in a text: one a line, any number in sentences, those of BibTeX entries.

    Lines that begin with `#` or `%` are passed over, and sentences that hold none. Of a list, each line that is no
    identifier is one of the others; in a text, what looks like one.
    """
    return _from_bibtex(text) if _ENTRY.search(text) else _plain(text)


def _plain(text: str, first_line: int = 1) -> Pasted:
    found: list[Identifier] = []
    others: list[Stray] = []
    lines = [(number, line) for number, line in enumerate(text.splitlines(), first_line) if line.strip()]
    is_list = all(len(line.split()) == 1 or "\t" in line or line.lstrip().startswith(_COMMENTS) for _, line in lines)
    for number, written in lines:
        # What `gencli list` writes has its name before the first tab.
        line = written.partition("\t")[0].strip()
        if not line or line.startswith(_COMMENTS):
            continue
        named = whole(line)
        held = [named] if named else list(_fished(line))
        found += held
        if not held and _LABELLED.match(line):
            others.append(Stray(line, number))
        elif held or len(line.split()) > 1:
            values = {identifier.value for identifier in held}
            likely = () if named else _ARXIV_LIKE.finditer(line)
            others += [Stray(match.group(), number) for match in likely if _bare_id(match.group()) not in values]
        elif is_list or "\t" in written or _ID_LIKE.match(line):
            others.append(Stray(line, number))
    return Pasted(tuple(dict.fromkeys(found)), tuple(dict.fromkeys(others)))


def joined(words: Sequence[str]) -> list[str]:
    """Words of a command line, those put together again that a shell took apart: `arxiv: ID`, `ID [cs.LG]`."""
    parts: list[str] = []
    for word in words:
        is_tail = bool(parts) and _CATEGORY.fullmatch(word) is not None and parts[-1] != "-"
        if parts and (is_tail or _LABEL.fullmatch(parts[-1])):
            parts[-1] += f" {word}"
        else:
            parts.append(word)
    return parts


def no_identifier(text: str) -> BadInput:
    """The error of a text that is no identifier, with the nearest that it could be as its hint."""
    text = " ".join(text.split())
    shown = text if len(text) <= 80 else text[:79] + "…"
    if (entry := re.fullmatch(r"@\w+\{(.*)\}", text)) is not None:
        return BadInput(f"the entry '{entry[1][:80]}' names no identifier", "give it an eprint or a doi")
    meant = f"did you mean {near}?" if (near := meant_by(text)) else ""
    if re.fullmatch(r"(?i:arxiv\W{0,2})?\d{7}(?:v\d+)?", text, re.ASCII):
        return BadInput(f"'{shown}' lacks its archive", "an old arXiv id is archive/YYMMNNN, as in hep-th/9711200")
    if _ARXIV_SHAPED.fullmatch(text):
        hint = "an arXiv id is YYMM.NNNNN (2201.02177) or, before April 2007, archive/YYMMNNN (hep-th/9711200)"
        return BadInput(f"'{shown}' looks like an arXiv id and is none", meant or hint)
    if meant:
        return BadInput(f"'{shown}' is not an identifier", meant)
    if re.fullmatch(r"\d{8}", text, re.ASCII):
        return BadInput(f"'{shown}' is not an identifier", f"a PubMed id is written PMID:{text}")
    if "10." in text and "/" in text:
        return BadInput(f"'{shown}' is not a DOI", "a DOI is 10.PREFIX/SUFFIX, as in 10.1073/pnas.1903070116")
    digits = re.sub(r"(?i:isbn(?:-1[03])?)?[\s:-]*", "", text)
    if re.fullmatch(r"(?:97[89])?\d{9}[\dXx]", digits):
        if identify(f"isbn {digits}"):
            return BadInput(f"'{shown}' is not an identifier", f"an ISBN is written: ISBN {text}")
        hint = "look at the number again; an arXiv id is YYMM.NNNNN (2201.02177)"
        return BadInput(f"'{shown}' is no ISBN: its check digit is wrong", hint)
    hint = "give an arXiv id or URL, or a DOI: gencli add 2201.02177"
    if re.search(r"[^\W\d_]{3}", text) and not re.search(r"[/\\:@]", text):
        words = " ".join(word[:30] for word in re.findall(r"[^\W_]+", text[:400])[:4])
        hint += f"; words are looked for with: gencli arxiv {words}"
    return BadInput(f"'{shown}' is not an identifier", hint)


def _from_bibtex(text: str) -> Pasted:
    """Each entry is one work; what one has for an id and is none is named, and an entry without any.

    What stands between the entries is read as any text.
    """
    heads = list(_ENTRY.finditer(text))
    found: list[Identifier] = []
    others: list[Stray] = []
    same: list[tuple[Identifier, ...]] = []
    line, counted, behind = 1, 0, 0
    for head, end in zip(heads, [match.start() for match in heads[1:]] + [len(text)], strict=True):
        between = _plain(text[behind : head.start()], line)
        line, counted = line + text.count("\n", counted, head.end()), head.end()
        behind = _closed(text, head.end(), end)
        found += between.found
        others += between.others
        if head[1].lower() in _NO_ENTRIES:
            continue
        held = _of_entry(body := text[head.end() : behind])
        found += held[:1]
        same += [tuple(held)] if len(held) > 1 else []
        if not held:
            eprint = re.search(r"\beprint\s*=\s*[{\"]\s*([^{}\"]{1,80})", body, re.IGNORECASE)
            others.append(Stray((eprint[1].strip() if eprint else "") or f"@{head[1]}{{{head[2]}}}", line))
    rest = _plain(text[behind:], line + text.count("\n", counted, behind))
    return Pasted(
        tuple(dict.fromkeys([*found, *rest.found])), tuple(dict.fromkeys([*others, *rest.others])), tuple(same)
    )


def _closed(text: str, start: int, end: int) -> int:
    """Where the entry ends whose brace was opened before `start`; `end` where it is not closed before."""
    depth = 1
    for match in re.finditer(r"\\.|[{}]", text[start:end], re.DOTALL):
        depth += {"{": 1, "}": -1}.get(match.group(), 0)
        if not depth:
            return start + match.end()
    return end


def _of_entry(body: str) -> list[Identifier]:
    """The identifiers of a BibTeX entry, one of each kind, arXiv's first, since it can be asked for.

    Its ISBN counts where nothing else does: as a rule it is that of a whole volume.
    """
    fields: dict[str, str] = {}
    for match in _FIELD.finditer(body):
        # What an abstract quotes stands behind.
        fields.setdefault(match[1].lower(), (match[2] or match[3] or "").strip())
    eprint = fields.get("eprint", "")
    archives = (fields.get(name, "") for name in ("primaryclass", "archive", "archiveprefix", "eprinttype"))
    archive = next((name for name in archives if name.partition(".")[0].lower() in ARCHIVES), "")
    tried = [eprint, f"{archive}/{eprint}" if archive else "", fields.get("arxiv", ""), fields.get("arxivid", "")]
    tried += [fields.get("doi", ""), fields.get("url", ""), fields.get("howpublished", "")]
    is_pubmed = fields.get("eprinttype", fields.get("archiveprefix", "")).lower() in ("pubmed", "pmid")
    tried += [f"pmid:{number}" if (number := fields.get("pmid") or (eprint if is_pubmed else "")) else ""]
    tried += re.findall(r"\\(?:url|href)\s*\{([^{}\s]{8,300})\}", body)
    held = [found for text in tried if text and (found := whole(text)) and found.kind != "url"]
    # DBLP writes `volume = {abs/2201.02177}`, Google Scholar `journal = {arXiv preprint arXiv:2201.02177}`.
    places = ("journal", "volume", "number", "note", "howpublished")
    held += _fished(" ; ".join(fields.get(name, "") for name in places))
    if not held and (book := whole("isbn " + fields.get("isbn", ""))) is not None:
        held = [book]
    one_each = {found.kind: found for found in reversed(held)}
    return sorted(one_each.values(), key=lambda found: (found.kind != "arxiv", found.kind))


def _fished(line: str) -> Iterator[Identifier]:
    """The identifiers in running text, in its order; each piece of the text is taken once."""
    hits = [(match.start(), match.end(), whole(_ended(match.group()))) for match in _ADDRESS.finditer(line)]
    hits += (hit for hit in scan(line) if not names_no_work(hit[2]))
    for pattern in (_NUMBER_APART, _BARE):
        hits += [(m.start(), m.end(), identify(re.sub(r"^.*\b(?:abs|pdf)/", "", m.group(), flags=re.IGNORECASE)))
                 for m in pattern.finditer(line)]  # fmt: skip
    end = 0
    # Of two that begin at the same place the longer one counts, and an address before what it holds.
    for start, stop, found in sorted(hits, key=lambda hit: (hit[0], -hit[1])):
        if start >= end:
            end = stop
            if found is not None and found.kind != "url":
                yield found


def _ended(address: str) -> str:
    """An address without the punctuation of the sentence behind it."""
    address = address.rstrip(".,;:!?'*_")
    return address[:-1] if address.endswith(")") and address.count(")") > address.count("(") else address


def _bare_id(text: str) -> str:
    found = identify(text.rstrip("."))
    return found.value if found else ""


def meant_by(text: str) -> str | None:
    """The identifier that a slip of the keys was meant to be, where there is just one."""
    if (found := identify(text)) is not None:
        if not names_no_work(found):
            return None
        # An address or a DOI of arXiv: its end is the id that it was to be.
        text = re.sub(r"(?i)^.*[/:]|^.*arxiv[.:]|[?#].*$|\.pdf$", "", text.rstrip("/"))
    bare = re.sub(r"(?i)^\W*(?:arxiv|abs|pdf)\b\W{0,2}", "", text).strip(" .,;:/")
    if (match := re.fullmatch(r"([a-z][a-z. -]*[a-z])\s?[/:]?\s?(\d{7})(v\d+)?", bare, re.IGNORECASE)) is not None:
        return _old_form(match[1], match[2])
    if text.lower().startswith(("htp", "htt", "ttp", "ftp", "www")):
        rest = re.sub(r"^[a-z]*:?/*(?:www\.)?", "", text, flags=re.IGNORECASE)
        return f"https://{rest}" if (found := identify(f"https://{rest}")) and found.kind != "url" else None
    if not bare[:3].strip("0123456789OoIl"):
        bare = bare.translate(_LOOK_ALIKE)
    match = re.fullmatch(r"(\d{4})[.,:\-_/ ]?(\d{3,5})\d?(v\d*)?", bare)
    if match is None or (len(match[2]) == 3 and "." not in bare):
        # An id with a sign too much before or behind it.
        held = re.search(rf"(?<!\d){ID}(?!\d)", text, re.ASCII)
        return held["id"] if held and " " not in text and identify(held["id"]) else None
    tried = f"{match[1]}.{match[2].zfill(5 if match[1] >= '1501' else 4)}"
    return tried if identify(tried) else None


def _old_form(name: str, number: str) -> str | None:
    from difflib import get_close_matches

    archive, dot, part = name.strip().lower().replace(" ", "-").partition(".")
    near = get_close_matches(archive, ARCHIVES, n=1, cutoff=0.6)
    tried = f"{near[0]}{dot}{part.upper()}/{number}" if near else ""
    return tried if tried and identify(tried) else None
