"""What is wrong or missing in one entry, and what can safely be mended. Pure.

What a type needs follows biblatex's default data model (blx-dm.def) and, where that asks for more than classic BibTeX's
styles or than a reader misses, those. What a key may hold was tried with btparse, which biber reads with, and BibTeX.
Check digits: ISO 2108 (ISBN), ISO 3297 (ISSN).
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from typing import NamedTuple

from gencli.identifiers import ARCHIVES, ID


class Finding(NamedTuple):
    """One thing that is wrong: `where` is a field's name, "key" or "type"; `what` says it in words.

    `change` is the safe change that mends it, a field and its new value, or None to drop it; `fix` says it in words.
    """

    where: str
    what: str
    fix: str | None = None
    change: tuple[str, str | None] | None = None


class Demand(NamedTuple):
    """What a type needs: one of `names`; or one of `instead`, which tells as much."""

    names: tuple[str, ...]
    instead: tuple[str, ...] = ()


_AUTHOR = Demand(("author",), ("collaboration", "editor", "organization", "key"))
_MAKER = Demand(("author", "editor"), ("organization", "institution", "key"))
_EDITOR = Demand(("editor",), ("author", "organization", "key"))
_TITLE = Demand(("title",))
_YEAR = Demand(("year", "date"), ("pubstate",))
_BOOK_TITLE = Demand(("booktitle",), ("maintitle", "eventtitle", "crossref"))
_HOUSE = Demand(("institution",), ("school", "organization", "publisher"))
_SCHOOL = Demand(("school",), ("institution", "organization", "publisher"))
_SEEN = Demand(("year", "date"), ("pubstate", "urldate", "url", "doi", "eprint", "howpublished", "note"))
_PLACE = Demand(("url",), ("doi", "eprint", "howpublished", "note"))
_JOURNAL = Demand(("journal",), ("journaltitle", "eprint", "archiveprefix", "eprinttype", "pubstate"))

# By entry type; a type that is not here needs nothing.
NEEDED: Mapping[str, tuple[Demand, ...]] = {
    "article": (_AUTHOR, _TITLE, _JOURNAL, _YEAR),
    "book": (Demand(("author", "editor"), ("organization", "key")), _TITLE, _YEAR),
    "mvbook": (Demand(("author", "editor"), ("organization", "key")), _TITLE, _YEAR),
    "inbook": (_MAKER, _TITLE, Demand(("booktitle",), ("maintitle", "chapter", "pages")), _YEAR),
    "bookinbook": (_MAKER, _TITLE, _BOOK_TITLE, _YEAR),
    "suppbook": (_MAKER, _TITLE, _BOOK_TITLE, _YEAR),
    "booklet": (_TITLE,),
    "collection": (_EDITOR, _TITLE, _YEAR),
    "mvcollection": (_EDITOR, _TITLE, _YEAR),
    "reference": (_EDITOR, _TITLE, _YEAR),
    "mvreference": (_EDITOR, _TITLE, _YEAR),
    "incollection": (_MAKER, _TITLE, _BOOK_TITLE, _YEAR),
    "suppcollection": (_MAKER, _TITLE, _BOOK_TITLE, _YEAR),
    "inreference": (_TITLE, _BOOK_TITLE, _YEAR),
    "inproceedings": (_AUTHOR, _TITLE, _BOOK_TITLE, _YEAR),
    "conference": (_AUTHOR, _TITLE, _BOOK_TITLE, _YEAR),
    "proceedings": (_TITLE, _YEAR),
    "mvproceedings": (_TITLE, _YEAR),
    "periodical": (_TITLE, _YEAR),
    "manual": (_TITLE,),
    "misc": (_TITLE, _SEEN),
    "online": (_TITLE, _PLACE),
    "electronic": (_TITLE, _PLACE),
    "www": (_TITLE, _PLACE),
    "patent": (Demand(("author",), ("holder",)), _TITLE, Demand(("number",)), _YEAR),
    "report": (_MAKER, _TITLE, _HOUSE, _YEAR),
    "techreport": (_MAKER, _TITLE, _HOUSE, _YEAR),
    "thesis": (_AUTHOR, _TITLE, Demand(("type",)), _SCHOOL, _YEAR),
    "mastersthesis": (_AUTHOR, _TITLE, _SCHOOL, _YEAR),
    "phdthesis": (_AUTHOR, _TITLE, _SCHOOL, _YEAR),
    "unpublished": (_AUTHOR, _TITLE),
    "dataset": (_TITLE, _YEAR),
    "software": (_TITLE,),
    "set": (Demand(("entryset",), ("crossref",)),),
}
# Types that need nothing; a name that is one of them is no other misspelt.
_OTHER_TYPES = """
    artwork audio bibnote codefragment commentary custom image jurisdiction legal legislation letter movie music
    performance review softwaremodule softwareversion standard suppperiodical video xdata
""".split()


def findings(key: str, type: str, fields: Mapping[str, str], this_year: int) -> Iterator[Finding]:
    """What is wrong or missing in an entry: its key, its type, what it lacks, then field by field. Never raises.

    `fields` are BibTeX's, with names in lower case, macros worked out and inherited ones added; `this_year` tells which
    years are still to come.
    """
    yield from _key(key)
    told = {name for name, value in fields.items() if not _is_empty(value)}
    yield from _missing(type.strip().lower(), told)
    # In an entry that inherits, an empty field may be there to keep a value out.
    heeds_empty = told.isdisjoint(("crossref", "xdata"))
    for name, value in fields.items():
        if name not in told:
            # Emacs leaves empty fields OPTnote, which nothing reads.
            if heeds_empty and not name.startswith(("opt", "alt")):
                yield Finding(name, f"{name} is empty", "drop the field", (name, None))
            continue
        yield from _braces(name, value)
        if not name.startswith(_PATHS):
            yield from _running(name, value, _DOES | _CHANGES)
        for rule in _RULES.get(name, ()):
            yield from rule(name, value)
    yield from _years(fields, this_year)
    yield from _eprint(fields)


def _is_empty(value: str) -> bool:
    return re.fullmatch(r"[\s{}]*", value) is not None


def _shown(value: str) -> str:
    """A value for a sentence: on one line, cut where it is long."""
    line = " ".join(value[:200].split())
    return f"'{line[:57]}...'" if len(line) > 60 else f"'{line}'"


def _plain(value: str) -> str:
    """A value without the braces around the whole of it."""
    value = value.strip()
    while value.startswith("{") and value.endswith("}") and "{" not in value[1:] and "}" not in value[:-1]:
        value = value[1:-1].strip()
    return value


_KEY_SIGNS = (
    (r"[\s\x00-\x1f\x7f]", "white space", "neither BibTeX nor biber can use it"),
    (r",", "a comma", "\\cite takes it for two keys"),
    (r"[{}%#\\]", "one of { } % # \\", "\\cite cannot hold it"),
    (r"~", "a ~", "LaTeX makes a blank of it"),
    (r"[\"'()=]", "one of \" ' ( ) =", "biber cannot read the entry"),
    (r"[^\x00-\x7f]", "letters beyond ASCII", "biber can use it, BibTeX may not"),
)


def _key(key: str) -> Iterator[Finding]:
    if not key.strip():
        yield Finding("key", "the entry has no key")
        return
    for pattern, sign, trouble in _KEY_SIGNS:
        if re.search(pattern, key):
            yield Finding("key", f"the key {_shown(key)} holds {sign}: {trouble}")


def _missing(kind: str, told: Set[str]) -> Iterator[Finding]:
    if not told:
        yield Finding("type", "the entry has no fields")
    elif kind not in NEEDED:
        yield from _type(kind)
    elif "xdata" not in told:
        for demand in NEEDED[kind]:
            # What an entry could inherit and has not, its parent lacks: it is said there.
            is_inherited = "crossref" in told and demand.names[0] not in ("author", "title")
            if not is_inherited and told.isdisjoint(demand.names + demand.instead):
                yield Finding(
                    demand.names[0], f"{_with_article(kind)} needs {_with_article(' or '.join(demand.names))}"
                )


def _type(kind: str) -> Iterator[Finding]:
    """A type that is nearly one that everybody knows."""
    from difflib import get_close_matches

    known = [*NEEDED, *_OTHER_TYPES]
    if kind not in known and 3 < len(kind) < 20 and (close := get_close_matches(kind, known, 1, 0.85)):
        yield Finding("type", f"there is no type {kind}; is {close[0]} meant?")


def _with_article(word: str) -> str:
    return f"{'an' if word[0] in 'aeio' or word.startswith('un') else 'a'} {word}"


def _braces(name: str, value: str) -> Iterator[Finding]:
    r"""BibTeX and biber count `\{` as a brace, too."""
    depth = 0
    for brace in re.findall(r"[{}]", value):
        depth += 1 if brace == "{" else -1
        if depth < 0:
            break
    if depth:
        yield Finding(name, f"the braces of {name} do not balance")


# Fields in which programs keep names of files, where a backslash may be no command's.
_PATHS = ("file", "pdf", "local", "bdsk-file")
# What TeX does beyond setting text: run programs, read and write files, speak to the driver or to Lua.
_DOES = frozenset(
    """
    write immediate openout openin closeout closein read readline input include includeonly InputIfFileExists @input
    @@input @iinput endinput verbatiminput lstinputlisting includegraphics includepdf usepackage RequirePackage
    documentclass ShellEscape DelayedShellEscape pdfsystem special pdfliteral pdfobj pdffiledump pdfmdfivesum directlua
    latelua luadirect luaexec luacode scantokens tex_input:D output shipout batchmode nonstopmode scrollmode
    """.split()
)
# What gives commands or signs another meaning, so that nobody sees what is done.
_CHANGES = frozenset(
    """
    def edef gdef xdef let futurelet newcommand renewcommand providecommand DeclareRobustCommand newenvironment
    renewenvironment NewDocumentCommand RenewDocumentCommand catcode lccode uccode mathcode csname expandafter
    makeatletter ExplSyntaxOn afterassignment aftergroup everypar everymath loop active endlinechar escapechar
    """.split()
)


def _running(name: str, value: str, known: Set[str]) -> Iterator[Finding]:
    r"""Commands that do more than set text; `^^5c` is a backslash to TeX, so that any can hide behind such signs."""
    if "\\" not in value and "^^" not in value:
        return
    for match in re.finditer(r"\\([A-Za-z@]+(?::D)?)|\\.|\^\^", value, re.DOTALL):
        command = match[1] or ""
        if match.group() == "^^":
            yield Finding(name, f"{name} holds ^^, by which TeX reads any sign, also one that begins a command")
            return
        if command in known:
            what = "does more than set text" if command in _DOES else "gives commands or signs another meaning"
            yield Finding(name, f"{name} holds \\{command}, which {what}; look at it before TeX does")
            return
        if command == "href" and (found := re.compile(_RUN_LINK, re.IGNORECASE).match(value, match.end())):
            yield Finding(name, f"{name} holds a link that runs or opens something: {_shown(found[1])}")
            return


_RUN_LINK = r"\s?\{\s*((?:javascript|vbscript|data|file|run|launch):[^{}]{0,60})"


def preamble(raw: str) -> Iterator[Finding]:
    """What a preamble holds that does more than define commands, which is what preambles are for."""
    yield from _running("preamble", raw, _DOES)


def _dollars(name: str, value: str) -> Iterator[Finding]:
    if "$" in value and len(re.findall(r"\$", re.sub(r"\\.", "", value, flags=re.DOTALL))) % 2:
        yield Finding(name, f"{name} has an odd number of $: a formula is left open")


_ESCAPED = re.compile(
    r"\{?\\([_%&#])\}?|\\textunderscore(?:\{\}|\s)?|\{?\\text(less|greater)\}?(?:\{\}|\s)?|\$([<>])\$"
)
_DOI_HEAD = re.compile(
    r"(?P<command>\\(?:url|doi)\s?\{)?\s*"
    r"(?:(?P<address>https?://(?:[\w-]+\.){0,4}doi\.[a-z.]{1,40}/|(?:dx\.)?doi\.org/)|doi\s?[:=]?\s?)?",
    re.IGNORECASE,
)
_DOI = re.compile(r"10\.\d{4,9}(?:\.\d+)*/\S+|10/[a-z0-9]+", re.ASCII | re.IGNORECASE)
_SIGNS = {"less": "<", "greater": ">"}


def _doi(name: str, value: str) -> Iterator[Finding]:
    """A DOI alone: no address, no LaTeX. Where it is not sure what the DOI is, nothing is mended."""
    bare = _ESCAPED.sub(lambda found: found[1] or _SIGNS.get(found[2] or "", found[3] or "_"), _plain(value))
    head = _DOI_HEAD.match(bare)
    tail = bare[head.end() :] if head else bare
    tail = tail.removesuffix("}") if head and head["command"] else tail
    if not _DOI.fullmatch(tail) or "://" in tail:
        yield Finding(name, f"{_shown(value)} is no DOI")
    elif re.search(r"[{}\\]", tail) or (head and head["address"] and re.search(r"[?#%]", tail)):
        yield Finding(name, f"{_shown(value)} is not the bare DOI")
    elif tail != value.strip():
        yield Finding(name, f"{_shown(value)} is not the bare DOI", f"write {tail}", (name, tail))


# What stands beside a number: (print), [electronic], ISBN-13, and a line end as Mendeley writes it.
_LABELS = re.compile(
    r"\([^()]*\)|\[[^\[\]]*\]|\$\\backslash\$[nr]|(?:e-?|p-?)?IS[BS]N(?:[- ]?1[03]\b|-?L)?|\\.|[~{}]|[^\W\dxX_]{2,}\.?",
    re.IGNORECASE,
)
_HYPHENS = re.compile(r"[-‐‑‒–—−.:]")


def _numbers(name: str, value: str) -> Iterator[Finding]:
    """ISBNs or ISSNs, perhaps several in one field; at most one finding. Nobody writes more than 2000 signs of them."""
    kinds: dict[str, str] = {}
    for part in re.split(r"[,;/|&\n]", _LABELS.sub(" ", value[:2000])):
        whole = _HYPHENS.sub("", re.sub(r"\s", "", part)).upper()
        pieces = [whole] if _kind_of(whole) else [_HYPHENS.sub("", piece).upper() for piece in part.split()]
        kinds.update((piece, _kind_of(piece)) for piece in pieces if re.search(r"\d", piece, re.ASCII))
    wrong = [piece for piece, kind in kinds.items() if not kind and _is_nearly(name, piece)]
    other = [piece for piece, kind in kinds.items() if kind and kind != name]
    if wrong:
        yield Finding(name, f"the check digit of {name.upper()} {wrong[0]} is wrong")
    elif other and name not in kinds.values():
        yield Finding(name, f"{name} holds {other[0]}, an {kinds[other[0]].upper()}")
    elif not any(kinds.values()):
        yield Finding(name, f"{_shown(value)} is no {name.upper()}")


def _is_nearly(name: str, digits: str) -> bool:
    return len(digits) in _LENGTHS[name] and re.fullmatch(r"\d+X?", digits, re.ASCII) is not None


_LENGTHS = {"isbn": (10, 13), "issn": (8,)}


def _kind_of(digits: str) -> str:
    """`isbn` or `issn` where the check digit is right, else nothing. An old SBN is an ISBN without its first 0."""
    if re.fullmatch(r"\d{7}[\dX]", digits, re.ASCII):
        return "issn" if _modulo_11(digits) else ""
    if re.fullmatch(r"\d{8,9}[\dX]", digits, re.ASCII):
        return "isbn" if _modulo_11(digits) else ""
    if re.fullmatch(r"97[89]\d{10}", digits, re.ASCII):
        return "" if sum(int(sign) * (3 if at % 2 else 1) for at, sign in enumerate(digits)) % 10 else "isbn"
    return ""


def _modulo_11(digits: str) -> bool:
    weights = range(len(digits), 0, -1)
    return (
        sum(weight * (10 if sign == "X" else int(sign)) for weight, sign in zip(weights, digits, strict=True)) % 11 == 0
    )


_ARXIV_HEAD = re.compile(r"(?:https?://arxiv\.org/(?:abs|pdf)/|arxiv\s?:\s?)+", re.IGNORECASE)


def _eprint(fields: Mapping[str, str]) -> Iterator[Finding]:
    """Only where the entry says that it is arXiv's: other archives have forms of their own."""
    value = _plain(fields.get("eprint", ""))
    archive = fields.get("eprinttype") or fields.get("archiveprefix") or ""
    if not value or _plain(archive).lower() != "arxiv":
        return
    bare = _ARXIV_HEAD.sub("", value, count=1).removesuffix(".pdf") if _ARXIV_HEAD.match(value) else value
    match = re.fullmatch(ID, bare, re.ASCII)
    # math.GT/0309136: the class is no part of the archive's name.
    group, slash, _ = bare.rpartition("/")
    if match is None or (slash and group.partition(".")[0].lower() not in ARCHIVES):
        yield Finding("eprint", f"{_shown(value)} is no arXiv id")
    elif bare != value:
        yield Finding("eprint", f"{_shown(value)} is not the bare arXiv id", f"write {bare}", ("eprint", bare))


def _pmid(name: str, value: str) -> Iterator[Finding]:
    if not re.fullmatch(r"\d{1,8}", _plain(value), re.ASCII):
        yield Finding(name, f"{_shown(value)} is no PubMed id, which has up to 8 digits")


_URL_IN = re.compile(r"\\url\s?\{([^{}]*)\}")


def _url(name: str, value: str) -> Iterator[Finding]:
    address = _plain(value)
    address = found[1].strip() if (found := _URL_IN.fullmatch(address)) else address
    if re.search(r"\s", address):
        yield Finding(name, f"{name} holds a blank: {_shown(address)}")
    elif re.match(r"[a-z][a-z0-9+.-]{0,30}://[^/?#@:]*:[^/?#@]+@", address, re.IGNORECASE):
        yield Finding(name, f"{name} holds a password, which whoever gets the entry can read")
    elif not re.match(r"[a-z][a-z0-9+.-]{0,30}:", address, re.IGNORECASE):
        yield Finding(name, f"{name} does not begin with https:// or another scheme: {_shown(address)}")


_ENTITY = re.compile(r"\\?&(?:\\?#\d{1,7}|\\?#x[0-9a-f]{1,6}|[a-z]{2,8}\d{0,2});", re.IGNORECASE)
_TAG = re.compile(
    r"</?(?:i|b|u|em|strong|su[bp]|sc|scp|inf|tt|p|br|hr|span|div|font|a|italic|bold|title|\w{2,5}:\w{1,30})"
    r"(?:\s[^<>$=]*=[^<>$]*)?\s?/?>",
    re.IGNORECASE,
)
_LESS = re.compile(r"\{?\$<\$\}?|\{?\\textless(?:\{\}|\})?\s?")
_GREATER = re.compile(r"\{?\$>\$\}?|\{?\\textgreater(?:\{\}|\})?\s?")


def _markup(name: str, value: str) -> Iterator[Finding]:
    if found := _ENTITY.search(value):
        yield Finding(name, f"{name} holds HTML: {found.group()}")
    elif found := _TAG.search(_GREATER.sub(">", _LESS.sub("<", value))):
        yield Finding(name, f"{name} holds HTML: {_shown(found.group())}")


def _ampersand(name: str, value: str) -> Iterator[Finding]:
    if "://" in value or "$" in value or "\\url" in value or _ENTITY.search(value):
        return
    plain = re.sub(r"\\.", "", value, flags=re.DOTALL)
    for sign, what in (
        ("&", "at which LaTeX stops"),
        ("%", "which hides the rest of the line"),
        ("_", "at which LaTeX stops"),
    ):
        if sign in plain:
            yield Finding(name, f"{name} holds a bare {sign}, {what}; it is written \\{sign}")


def _capitals(name: str, value: str) -> Iterator[Finding]:
    words = re.findall(r"[^\W\d_]{2,}", re.sub(r"\\[a-zA-Z]+|\$[^$]*\$", " ", value))
    if len(words) > 3 and sum(map(len, words)) > 20 and all(word.isupper() for word in words):
        yield Finding(name, f"{name} is all in capitals")


def _outside(value: str) -> str:
    """A value without what stands in braces, which belongs together."""
    pieces, depth, position = [], 0, 0
    for match in re.finditer(r"[{}]", value):
        if depth == 0:
            pieces.append(value[position : match.start()])
        depth = max(depth + (1 if match.group() == "{" else -1), 0)
        position = match.end()
    return "".join([*pieces, "" if depth else value[position:]])


def _names(name: str, value: str) -> Iterator[Finding]:
    people = " ".join(_outside(value).split())
    if re.search(r"\bet\.? al\b", people, re.IGNORECASE):
        yield Finding(name, f"{name} holds 'et al', which becomes somebody's name; 'and others' says it")
    if re.search(r"(?:^| )and(?: and\b|,|$)|^and ", " ".join(value.split())):
        yield Finding(name, f"{name} has an 'and' with nobody on one side")
    if any(part.count(",") > 2 for part in people.split(" and ")):
        yield Finding(name, f"{name} has a name with more than two commas; names are divided by 'and'")
    elif re.search(r";(?! ?$)", people) and not _ENTITY.search(value):
        yield Finding(name, f"{name} has a semicolon; names are divided by 'and'")


_RANGE = re.compile(r"(\d+)\s*(-{1,3}|[‐‑‒–—−])\s*(\d+)", re.ASCII)
_THOUSANDS = re.compile(r"\d,\d{3}\s?[-–]{1,3}\s?\d{1,3},\d{3}(?!\d)", re.ASCII)


def _pages(name: str, value: str) -> Iterator[Finding]:
    parts = [part.strip() for part in re.split(r"[,;]", value)]
    ranges = [match for part in parts if (match := _RANGE.fullmatch(part))]
    if _THOUSANDS.search(value) or any(_may_be_one_page(match) for match in ranges):
        return
    if backwards := next((match.group() for match in ranges if _runs_back(match)), None):
        yield Finding(name, f"{name} run backwards: {_shown(backwards)}")
    elif any(match[2] != "--" for match in ranges) and all(_RANGE.fullmatch(part) or part.isdigit() for part in parts):
        mended = _RANGE.sub(r"\1--\3", value)
        yield Finding(name, f"a range of pages is written with --: {_shown(value)}", f"write {mended}", (name, mended))


def _may_be_one_page(match: re.Match[str]) -> bool:
    """12-3 may be page 3 of part 12."""
    return match[2] in "-‐‑" and len(match[1]) < 3 and (len(match[3]), match[3]) < (len(match[1]), match[1])


def _runs_back(match: re.Match[str]) -> bool:
    """Whether a range ends before it begins; 123-45 is short for 123-145."""
    first, last = match[1].lstrip("0"), match[3].lstrip("0")
    if 0 < len(last) < len(first):
        first = first[-len(last) :]
    return (len(first), first) > (len(last), last)


# The first three letters of months and seasons in the languages that .bib files are written in.
_MONTHS = frozenset(
    """
    jan feb mar apr may jun jul aug sep oct nov dec ene fev avr abr mai mag mei maj maa mae mrt gen giu jui lug aou ago
    set ott out okt dez des dic spr sum aut fal win fru som her hol chr eas mic len hil tri
    """.split()
)


def _month(name: str, value: str) -> Iterator[Finding]:
    plain = _plain(re.sub(r"\\.|[{}\"#~]", "", value))
    words = re.findall(r"[^\W\d_]+", plain.lower())
    numbers = re.findall(r"\d+", plain, re.ASCII)
    if words:
        is_month = any(word[:3] in _MONTHS or word.startswith("q") or not word.isascii() for word in words)
    else:
        is_month = bool(numbers) and any(0 < int(number[-4:]) < 13 for number in numbers)
    if not is_month:
        yield Finding(name, f"{_shown(value)} is no month")


# What may stand where a year would.
_NO_YEAR = re.compile(
    r"press|forthcoming|appear|submitted|accepted|preparation|review|progress|published|publication|preprint|present"
    r"|erscheinen|druck|\bn\.? ?d\b|\bs\.? ?[ad]\b|\bo\.? ?J\b|no date|undated|unknown|printing|draft|online|ahead"
    r"|early|\bB\.?C\b",
    re.IGNORECASE,
)
_DATE = re.compile(
    r"-?\d{4}(?:-(?P<month>\d\d)(?:-(?P<day>\d\d)(?:T[\d:.+Z-]{4,30})?)?)?[?~%]?|-?\d{1,3}[Xu]{1,3}(?:-[Xu\d]{2}){0,2}[?~%]?",
    re.ASCII,
)


def _years(fields: Mapping[str, str], this_year: int) -> Iterator[Finding]:
    year, date = _plain(fields.get("year", "")), _plain(fields.get("date", ""))
    yield from _year("year", year, this_year)
    starts = re.match(r"\d{4}(?!\d)", date, re.ASCII)
    if starts:
        yield from _year("date", starts.group(), this_year)
    if starts and re.fullmatch(r"\d{4}", year, re.ASCII) and starts.group() != year:
        yield Finding("year", f"year is {year}, but date is {_shown(date)}")
    for name in ("date", "urldate", "origdate", "eventdate"):
        yield from _date(name, _plain(fields.get(name, "")))


def _year(where: str, year: str, this_year: int) -> Iterator[Finding]:
    if re.fullmatch(r"\d{4}", year, re.ASCII):
        if int(year) > this_year + 2:
            yield Finding(where, f"{where} {year} is still to come")
        elif int(year) < 1450:
            yield Finding(where, f"{where} {year} is before books were printed")
    elif re.fullmatch(r"'?\d\d", year, re.ASCII):
        yield Finding(where, f"{where} has two digits: {_shown(year)}")
    elif year and not re.search(r"(?<!\d)(?:1\d|20)\d\d(?!\d)", year, re.ASCII) and not _NO_YEAR.search(year):
        yield Finding(where, f"{_shown(year)} is no year")


def _date(name: str, date: str) -> Iterator[Finding]:
    if not date or _NO_YEAR.search(date):
        return
    for end in filter(lambda end: end.strip() not in ("", "..", "open", "unknown"), date.split("/")):
        match = _DATE.fullmatch(end.strip())
        month, day = (int(match["month"] or 1), int(match["day"] or 1)) if match else (0, 0)
        # 21 to 41 are the seasons, quarters and halves of ISO 8601-2.
        if not (0 < month < 13 or 20 < month < 42) or not 0 < day < 32:
            yield Finding(name, f"{name} is not written as 2019-07-24: {_shown(date)}")
            return


_Rule = Callable[[str, str], Iterator[Finding]]


def _by_field(pairs: Iterable[tuple[str, tuple[_Rule, ...]]]) -> dict[str, tuple[_Rule, ...]]:
    rules: dict[str, tuple[_Rule, ...]] = {}
    for names, own in pairs:
        for name in names.split():
            rules[name] = rules.get(name, ()) + own
    return rules


_RULES = _by_field(
    (
        ("title booktitle", (_markup, _capitals)),
        ("subtitle maintitle journal journaltitle series shorttitle", (_markup,)),
        ("title booktitle subtitle maintitle journal journaltitle series publisher address location edition chapter "
         "organization institution school", (_dollars, _ampersand)),
        ("author editor", (_names, _dollars, _ampersand)),
        ("note howpublished type", (_dollars,)),
        ("doi", (_doi,)), ("isbn issn", (_numbers,)), ("pmid", (_pmid,)), ("url", (_url,)), ("pages", (_pages,)),
        ("month", (_month,)),
    )
)  # fmt: skip
