"""What a manuscript cites: the keys in a .tex, .aux, .bcf or Markdown file. Pure.

What biblatex writes into a .aux and a .bcf: its own source (biblatex.sty). What is a citation in Markdown: the chapter
"Citation syntax" of pandoc's manual, and for labels that are none Quarto's on cross-references.
"""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple
from xml.parsers import expat

from gencli.errors import BadInput


class Cited(NamedTuple):
    r"""Keys in the order of first citation, each once, spelled as cited; `everything` is `\nocite{*}`."""

    keys: tuple[str, ...] = ()
    everything: bool = False


def cited(text: str, name: str) -> Cited:
    """What a file cites, read as the ending of its name says, or its content where that tells nothing.

    Keys that a macro makes (`#1`, `\\key`) cannot be known and are left out. Raises BadInput for a .bcf that is no XML.
    """
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    return _READERS[_kind(text, name)](text)


def inputs(text: str) -> tuple[str, ...]:
    r"""The files that a .aux or .tex reads in, as it names them, each once: a .tex often leaves the ending out.

    Of `\import{dir}{file}` the two are joined. Names that a macro makes, and output of commands (`|…`), are left out.
    """
    source = _without_asides(text.replace("\r\n", "\n").replace("\r", "\n"))
    found = (_file(match) for match in _INPUT.finditer(source))
    return tuple(dict.fromkeys(name for name in found if name and not re.search(r"[\\#{}$\x00-\x1f]|^\|", name)))


# What a name's ending says.
_ENDINGS = {
    "aux": ("aux",),
    "bcf": ("bcf",),
    "markdown": ("md", "markdown", "mdown", "mkd", "qmd", "rmd", "rmarkdown"),
    "tex": ("tex", "ltx", "latex", "rnw", "snw", "rtex", "sty", "cls", "dtx", "tikz"),
}
_BY_ENDING = {ending: kind for kind, endings in _ENDINGS.items() for ending in endings}
_AUX_LINE = re.compile(r"\A\\relax\b|^\\(?:citation\{|abx@aux@|bibdata\{|bibstyle\{|@input\{|@writefile\{)", re.M)
_TEX_SIGN = re.compile(r"\\(?:documentclass|begin|section|chapter|input|include|[a-zA-Z]{0,9}cite[a-z]{0,9})\b")
_MARKDOWN_SIGN = re.compile(r"(?:^|[\s\[(;])-?@[\w{*]", re.M)


def _kind(text: str, name: str) -> str:
    kind = _BY_ENDING.get(name.rpartition(".")[2].lower()) if "." in name else None
    if kind:
        return kind
    if "bcf:controlfile" in text[:5000]:
        return "bcf"
    if _AUX_LINE.search(text):
        return "aux"
    return "markdown" if not _TEX_SIGN.search(text) and _MARKDOWN_SIGN.search(text) else "tex"


def _collected(keys: Iterable[str], everything: bool = False) -> Cited:
    """Keys as they come, `*` among them for everything."""
    once = dict.fromkeys(keys)
    return Cited(tuple(key for key in once if key != "*"), everything or "*" in once)


_AUX = re.compile(r"\\(?:citation|abx@aux@cite)[ \t]*\{([^{}\n]*)\}(?:[ \t]*\{([^{}\n]*)\})?")


def _in_aux(text: str) -> Cited:
    r"""BibTeX's `\citation{a,b}`, biblatex's `\abx@aux@cite{section}{key}`, in old versions without the section."""
    last = (match[1] if match[2] is None else match[2] for match in _AUX.finditer(_without_comments(text)))
    return _collected(key for keys in last for key in _split(keys))


def _split(keys: str) -> Iterator[str]:
    """The keys of one argument; the star of mciteplus and revtex before a key that is joined to another is not part."""
    for part in keys.split(","):
        key = " ".join(part.split())
        key = key.lstrip("* ") or key
        if key and not re.search(r"[\\#]", key):
            yield key


def _in_bcf(text: str) -> Cited:
    """The keys that biblatex hands to biber. Of a set that the document itself defines, the members."""
    keys: list[str] = []
    inside: list[str] | None = None

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal inside
        if name.rpartition(":")[2] == "citekey":
            members = attributes.get("members", "")
            keys.extend(_split(members))
            inside = None if members else []

    def data(piece: str) -> None:
        if inside is not None:
            inside.append(piece)

    def end(name: str) -> None:
        nonlocal inside
        if name.rpartition(":")[2] == "citekey":
            keys.append(" ".join("".join(inside or ()).split()))
            inside = None

    def refuse(*_: object) -> None:
        raise BadInput("the .bcf holds a DOCTYPE, which biblatex never writes")

    parser = expat.ParserCreate("utf-8")
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, data
    # An entity can only be declared in a DOCTYPE: without one nothing can grow beyond the file.
    parser.StartDoctypeDeclHandler = refuse
    try:
        parser.Parse(text.encode("utf-8", "surrogatepass"), True)
    except expat.ExpatError as error:
        raise BadInput(f"the .bcf is no XML: {error}") from None
    return _collected(key for key in keys if key)


_VERBATIM = "verbatim|[BLS]?Verbatim|SaveVerbatim|lstlisting|minted|comment|filecontents|tcblisting"
_ASIDE = re.compile(
    rf"""
    \\[\\%]                                                     # an escaped sign
    | (?P<address>\\(?:url|nolinkurl|path|href)[ ]?\{{[^{{}}\n]*\}})  # where % is a sign as any other
    | \\begin[ ]?\{{(?P<block>(?:{_VERBATIM})\*?)\}}
    | ^[ \t]*(?P<false>\\iffalse)(?![a-zA-Z@])                  # not \let\ifdraft\iffalse
    | \\(?:verb|lstinline)(?![a-zA-Z@])\*?(?:\[[^\[\]\n]{{0,200}}\])?(?P<sign>[^\sa-zA-Z*])
    | (?P<comment>%[^\n]*(?:\n[ \t]*)?)
    """,
    re.VERBOSE | re.MULTILINE,
)
_COMMENT = re.compile(r"(\\[\\%])|%[^\n]*(?:\n[ \t]*)?")
_FI = re.compile(r"\\(?:fi|else)(?![a-zA-Z@])")


def _without_comments(text: str) -> str:
    return _COMMENT.sub(r"\1", text) if "%" in text else text


def _without_asides(text: str) -> str:
    """A LaTeX source without comments and what is shown verbatim, up to the document's end."""
    pieces: list[str] = []
    # What was once looked for and does not follow: looking again and again would take quadratic time.
    open_for_ever: set[str] = set()
    position = kept = 0
    while (match := _ASIDE.search(text, position)) is not None:
        end = _aside_end(text, match, open_for_ever)
        position = max(end, match.end())
        if end > match.start():
            # A comment takes the line's end with it; TeX still sees an empty line behind it as one.
            pieces += [text[kept : match.start()], "" if match["comment"] else " "]
            kept = position
    source = "".join([*pieces, text[kept:]])
    return source.partition("\\end{document}")[0]


def _aside_end(text: str, match: re.Match[str], open_for_ever: set[str]) -> int:
    """Where the aside that begins here ends; the start itself where it is none."""
    if match["comment"]:
        return match.end()
    if match["sign"]:
        closing = "}" if match["sign"] == "{" else match["sign"]
        line_end = text.find("\n", match.end(), match.end() + 2000)
        return text.find(closing, match.end(), line_end if line_end >= 0 else match.end() + 2000) + 1
    if match["block"]:
        closing = f"\\end{{{match['block']}}}"
        found = -1 if closing in open_for_ever else text.find(closing, match.end())
        if found < 0:
            open_for_ever.add(closing)
        return found + len(closing) if found >= 0 else match.start()
    if match["false"] and "fi" not in open_for_ever:
        fi = _FI.search(text, match.end())
        if fi is None:
            open_for_ever.add("fi")
        return fi.end() if fi else match.start()
    return match.start()


# A command whose name tells that it cites; what defines such a command cites nothing.
_COMMAND = re.compile(
    r"\\(?:(?:re)?new|provide|DeclareRobust)command\*?\s?\{?\s?\\[a-zA-Z@]+|\\(?:[egx]?def|let)\s?\\[a-zA-Z@]+"
    r"|\\(?:(?:New|Renew|Provide|Declare)(?:Expandable)?DocumentCommand|Declare(?:Multi)?CiteCommand)\*?\s?\{?\s?\\\w+"
    r"|\\begin\{(?P<block>[a-z]{0,30}cquote)\*?\}"
    r"|\\(?P<name>[a-zA-Z]*[cC]ite[a-zA-Z]*|bibentry|[a-z]{0,30}cquote)(?![a-zA-Z@])"
)
_CITING = re.compile(r"\w*cites?|(?:no|short|foot|masc|mask)?cite\w*|bibentry|\w*cquote", re.IGNORECASE)
# They hold cite in their names and take no keys.
_NOT_CITING = frozenset(
    """
    bibcite citetext citestyle setcitestyle citereset citesetup citepunct citeleft citeright citemid citedash citeform
    citenumfont citeprefix citecolor citedelim citetrackertrue citetrackerfalse ateverycite atnextcite beforecite
    multicite newcites citeauthoryear citenamefont citeindextrue citeindexfalse
    """.split()
)
# Those that every LaTeX user knows: their argument is taken for keys even where one has a blank, a forgotten comma.
_WELL_KNOWN = re.compile(
    r"(?:no|paren|text|foot|auto|smart|super|full|footfull)?cites?|cite(?:p|t|alp|alt|author|year|yearpar|title)",
    re.IGNORECASE,
)
_GAP = re.compile(r"[ \t]*\n?[ \t]*")
_KEYS = re.compile(r"\{([^{}]*)\}")
_OVERLAY = re.compile(r"<[^<>{}\n]{0,80}>")
_BRACKET = re.compile(r"\\.|[\[\](){}]", re.DOTALL)
_PAIRS = {"]": "[", ")": "("}


def _in_tex(text: str) -> Cited:
    return _collected(_commands(_without_asides(text)))


def _commands(source: str) -> Iterator[str]:
    """The keys of all commands that cite, in order; `*` only where `\\nocite` has it."""
    ends: dict[int, int] | None = None
    for match in _COMMAND.finditer(source):
        name = match["name"] or match["block"]
        if not name or not _CITING.fullmatch(name) or name.lower() in _NOT_CITING:
            continue
        if ends is None:
            ends = _bracket_ends(source)
        for argument in _arguments(source, match.end(), name.lower(), ends):
            yield from _of_argument(argument, name)


def _of_argument(argument: str, name: str) -> Iterator[str]:
    for key in _split(argument):
        if key == "*":
            if name.lower().startswith("nocite"):
                yield key
        elif " " not in key or _WELL_KNOWN.fullmatch(name):
            yield key


def _bracket_ends(source: str) -> dict[int, int]:
    """For each bracket that is closed within its group, where; one pass, so that nothing nested costs more."""
    ends: dict[int, int] = {}
    opened: dict[str, list[int]] = {"[": [], "(": []}
    groups: list[tuple[int, int, int]] = []
    for match in _BRACKET.finditer(source):
        sign, at = match.group(), match.start()
        if sign == "{":
            groups.append((at, len(opened["["]), len(opened["("])))
        elif sign == "}":
            if groups:
                start, squares, rounds = groups.pop()
                ends[start] = at
                del opened["["][squares:], opened["("][rounds:]
        elif sign in opened:
            opened[sign].append(at)
        elif sign in _PAIRS:
            floor = groups[-1][1 if sign == "]" else 2] if groups else 0
            if len(opened[_PAIRS[sign]]) > floor:
                ends[opened[_PAIRS[sign]].pop()] = at
    return ends


def _arguments(source: str, position: int, name: str, ends: dict[int, int]) -> Iterator[str]:
    """The arguments that hold keys: one, or for a command in the plural one after another."""
    is_plural = name.endswith("cites")
    # \volcite{volume}[pages]{key}, \foreigntextcquote{language}{key}{text}
    is_behind = "volcite" in name or re.match(r"(?:foreign|hyphen|hybrid).*cquote", name) is not None
    position += source.startswith("*", position)
    while (found := _next_argument(source, position, is_plural, ends)) is not None:
        place = _next_argument(source, ends.get(found, found) + 1, False, ends) if is_behind else found
        match = _KEYS.match(source, place) if place is not None else None
        if match is None:
            return
        yield match[1]
        if not is_plural:
            return
        position = match.end()


def _next_argument(source: str, position: int, is_plural: bool, ends: dict[int, int]) -> int | None:
    """Where the next `{` stands, behind overlays and optional arguments; None where something else follows."""
    while True:
        gap = _GAP.match(source, position)
        position = gap.end() if gap else position
        sign = source[position : position + 1]
        if sign == "{":
            return position
        if sign == "<" and (overlay := _OVERLAY.match(source, position)) is not None:
            position = overlay.end()
        elif sign == "[" or (sign == "(" and is_plural):
            # A bracket too many in a remark: LaTeX takes the first closing one.
            end = ends.get(position, source.find("]", position, position + 500) if sign == "[" else -1)
            if end < 0:
                return None
            position = end + 1
        else:
            return None


_INPUT = re.compile(
    r"\\(?:@input|input|include|subfile|subfileinclude|InputIfFileExists)[ \t]*\{(?P<file>[^{}]*)\}"
    r"|\\(?:sub)?(?:import|inputfrom|includefrom)\*?[ \t]*\{(?P<folder>[^{}]*)\}[ \t\n]?\{(?P<inside>[^{}]*)\}"
    r"|\\input[ \t]+(?P<bare>[^\s{}\\]+)"
)


def _file(match: re.Match[str]) -> str:
    if match["folder"] is not None:
        folder, inside = match["folder"].strip(), match["inside"].strip()
        return f"{folder.rstrip('/')}/{inside}" if folder.rstrip("/") and inside else inside and folder + inside
    return (match["bare"] or match["file"] or "").strip().strip('"')


_SHOWN = re.compile(
    r"""
    \\[^\n]
    | ^[ \t>]*(?P<fence>`{3,}+(?=[^`\n]*$)|~{3,}+)[^\n]*
    | (?P<comment><!--)
    | (?P<code>`+)
    | \]\([^()\s]*                       # where a link leads
    | (?<!@\{)(?:https?|ftp)://[^\s<>"]*
    | </?[a-zA-Z][^<>\n]*>
    """,
    re.VERBOSE | re.MULTILINE,
)
_IN_PROSE = re.compile(
    r"(?<![\w\\@/.+])@(?:\{(?P<braced>[^{}\n]+)\}|(?P<key>\*|\w+(?:[:.\#$%&\-+?<>~/]\w+)*))"
    r"|(?P<command>\\[a-zA-Z]*[cC]ite[a-zA-Z]*(?:\[[^\[\]\n]{0,500}\]){0,2}\{[^{}]*\})"
)
# Quarto's and pandoc-crossref's labels of figures, tables, sections and so on.
_LABEL = re.compile(r"(?:fig|tbl|sec|eq|lst|thm|lem|cor|prp|cnj|def|exm|exr|sol|rem|alg|nte|tip|wrn|imp|cau)[-:]")
_FRONT = re.compile(r"\A---[ \t]*\n")
_FRONT_END = re.compile(r"^(?:---|\.\.\.)[ \t]*$", re.MULTILINE)


def _in_markdown(text: str) -> Cited:
    """`@key`, `-@key`, `@{key}`; in the metadata only where works are named; LaTeX's commands, which pandoc knows."""
    text = _front_matter_read(text)
    return _collected(_in_prose(_without_code(text)))


def _in_prose(text: str) -> Iterator[str]:
    for match in _IN_PROSE.finditer(text):
        if match["command"]:
            yield from _commands(match["command"])
        else:
            key = match["key"] or " ".join(match["braced"].split())
            if key and not (match["key"] and _LABEL.match(key)):
                yield key


def _front_matter_read(text: str) -> str:
    """The text with only those parts of its YAML head that cite: `nocite` and `abstract`, not an author's handle."""
    start = _FRONT.match(text)
    end = _FRONT_END.search(text, start.end()) if start else None
    if start is None or end is None:
        return text
    kept: list[str] = []
    is_kept = False
    for line in text[start.end() : end.start()].split("\n"):
        if line[:1].strip() and line[:1] not in "-#":
            is_kept = line.partition(":")[0] in ("nocite", "abstract")
        kept += [line] if is_kept else []
    return "\n".join(kept) + "\n\n" + text[end.end() :]


def _without_code(text: str) -> str:
    """A Markdown text without code, comments and addresses."""
    pieces: list[str] = []
    missing: set[str] = set()
    position = paragraph_end = 0
    kept = 0
    while (match := _SHOWN.search(text, position)) is not None:
        if match.start() >= paragraph_end:
            blank = text.find("\n\n", match.start())
            paragraph_end = blank if blank >= 0 else len(text)
            missing = {sign for sign in missing if sign == "-->"}
        end = _shown_end(text, match, missing, paragraph_end)
        position = max(end, match.end())
        if end > match.start():
            pieces += [text[kept : match.start()], " "]
            kept = position
    return "".join([*pieces, text[kept:]])


def _shown_end(text: str, match: re.Match[str], missing: set[str], paragraph_end: int) -> int:
    """Where the code, comment or address that begins here ends; the start itself where it is none."""
    if match.group().startswith("\\"):
        return match.start()
    if fence := match["fence"]:
        # Of so many signs as the first line has, or more; nobody writes a thousand.
        closing = re.compile(rf"^[ \t>]*{fence[0]}{{{min(len(fence), 1000)},}}[ \t]*$", re.MULTILINE)
        end = closing.search(text, match.end())
        return end.end() if end else len(text)
    if match["comment"]:
        found = -1 if "-->" in missing else text.find("-->", match.end())
        if found < 0:
            missing.add("-->")
        return found + 3 if found >= 0 else match.start()
    if ticks := match["code"]:
        # Nobody opens code with so many; each length is looked for once a paragraph, so their number must be small.
        if len(ticks) > 9 or ticks in missing:
            return match.start()
        run = re.compile(rf"(?<!`){ticks}(?!`)").search(text, match.end(), paragraph_end)
        if run is None:
            missing.add(ticks)
        return run.end() if run else match.start()
    return match.end()


_READERS = {"aux": _in_aux, "bcf": _in_bcf, "tex": _in_tex, "markdown": _in_markdown}
