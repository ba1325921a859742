"""BibTeX, written through bibtexparser, whose only door this is."""

import re
from collections.abc import Iterable

from bibtexparser.entrypoint import write_string
from bibtexparser.library import Library
from bibtexparser.model import Entry, Field
from bibtexparser.writer import BibtexFormat

from gencli.model import Author, Paper
from gencli.text import one_line

# Where each type of entry says where it appeared (BibTeX's own manual, "BibTeXing", section 3.1).
_VENUE = {
    "article": "journal", "inproceedings": "booktitle", "conference": "booktitle", "incollection": "booktitle",
    "phdthesis": "school", "mastersthesis": "school", "techreport": "institution", "misc": "howpublished",
}  # fmt: skip
_ORDER = (
    "author", "title", "journal", "booktitle", "school", "institution", "howpublished", "editor", "publisher",
    "series", "volume", "number", "pages", "year", "doi", "isbn", "eprint", "archiveprefix", "primaryclass", "url",
)  # fmt: skip
# What a program reads, not a typesetter: never escaped.
_VERBATIM = frozenset(("doi", "url", "eprint", "file", "isbn", "primaryclass", "archiveprefix"))

# Blocks that are no entries.
_COMMANDS = frozenset(("string", "preamble", "comment"))

_SPECIAL = {
    "&": r"\&", "%": r"\%", "#": r"\#", "_": r"\_", "$": r"\$", "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}", "\\": r"\textbackslash{}",
}  # fmt: skip
# BibTeX counts a brace behind a backslash too, so only a name can stand for one that has no partner.
_BRACES = {"{": r"\textbraceleft{}", "}": r"\textbraceright{}"}
# Accents and letters: the commands that a title from elsewhere may bring along.
_ACCENT = re.compile(r"\\(?:[`'^\"~=.](?=[A-Za-z{\\])|[cukvHrdbt](?=[ {])|(?:aa|AA|ae|AE|oe|OE|o|O|l|L|ss|i|j)\b)")
# As pandoc tells formulas from prices: no blank inside the signs, no digit behind them.
_MATH = re.compile(r"(?<!\\)\$(?=\S)[^$]*[^$\s\\]\$(?!\d)")
# What a formula may say. TeX can also read and write files, and hide a command's name (`^^`, \csname): what
# is not known here is set as it is written.
_FORMULA = frozenset(
    """
    alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa lambda mu nu xi pi varpi rho varrho
    sigma varsigma tau upsilon phi varphi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega
    mathbb mathcal mathrm mathbf mathit mathsf mathtt mathfrak mathscr boldsymbol bm text textrm textit textbf
    operatorname rm bf it cal ell hbar imath jmath Re Im wp aleph nabla partial infty emptyset varnothing forall
    exists neg prime frac dfrac tfrac binom sqrt sum prod coprod int oint bigcup bigcap bigoplus bigotimes hat
    widehat tilde widetilde bar overline underline vec dot ddot check breve acute grave times div cdot cdots ldots
    dots vdots ddots circ bullet star ast pm mp oplus ominus otimes odot wedge vee cap cup setminus sqcup sqcap
    amalg dagger ddagger le leq leqslant ge geq geqslant ne neq ll gg equiv approx sim simeq cong propto asymp in
    notin ni subset subseteq supset supseteq mid parallel perp models vdash to rightarrow leftarrow leftrightarrow
    Rightarrow Leftarrow Leftrightarrow longrightarrow longleftarrow mapsto hookrightarrow uparrow downarrow
    implies iff left right big Big bigg Bigg langle rangle lfloor rfloor lceil rceil vert Vert log ln lg exp sin cos
    tan cot sec csc arcsin arccos arctan sinh cosh tanh min max sup inf lim limsup liminf arg det dim ker deg gcd
    hom Pr bmod pmod mod quad qquad triangle square Box diamond top bot rtimes ltimes lesssim gtrsim S P ss
    """.split()
)
_COMMAND = re.compile(r"\\([A-Za-z@]+|.)", re.DOTALL)
_CAPITALS = re.compile(r"(?<![\w{\\])(?<!\\[`'^\"~=.])(?=[^\W\d_]*[^\s\w]?[\w])(\w+[A-Z]\w*|[A-Z]{2,})(?![\w}])")


def write(papers: Iterable[Paper]) -> str:
    """The papers as BibTeX entries, ordered by key; the same papers give the same bytes."""
    library = Library()
    for paper in sorted(papers, key=lambda paper: paper.key.casefold()):
        fields = [Field(_name_of_field(name), "{" + value + "}") for name, value in _fields(paper)]
        library.add(Entry(_type(paper.type), _key(paper.key), fields))
    layout = BibtexFormat()  # type: ignore[no-untyped-call]
    layout.indent, layout.block_separator, layout.trailing_comma = "  ", "\n", True
    return write_string(library, unparse_stack=[], bibtex_format=layout)


def _type(name: str) -> str:
    """A type that begins an entry and nothing else."""
    return name if re.fullmatch(r"[A-Za-z]+", name) and name.lower() not in _COMMANDS else "misc"


def _key(key: str) -> str:
    """A key without the signs that end one in BibTeX or LaTeX; each becomes its number."""
    return re.sub(r"[^\w:./+*-]", lambda match: f"-{ord(match.group()):x}-", key)


def _name_of_field(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9:._+-]", "-", name if re.match("[A-Za-z]", name) else f"x{name}")


def _fields(paper: Paper) -> list[tuple[str, str]]:
    arxiv = paper.identifiers.get("arxiv")
    url = next((link.url for link in paper.links if link.rel in ("web", "video", "abs", "pdf")), None)
    known: dict[str, str | None] = {
        "author": _names(paper),
        "title": paper.title,
        "year": str(paper.year) if paper.year else None,
        _VENUE.get(paper.type, "howpublished"): paper.venue,
        "doi": paper.identifiers.get("doi"),
        "isbn": paper.identifiers.get("isbn"),
        "eprint": arxiv,
        "archiveprefix": "arXiv" if arxiv else None,
        "primaryclass": paper.primary_category if arxiv else None,
        "url": f"https://arxiv.org/abs/{arxiv}" if arxiv else (None if "doi" in paper.identifiers else url),
    }
    values = {name.lower(): value for name, value in paper.fields.items()}
    values |= {name: value for name, value in known.items() if value}
    names = [*_ORDER, *sorted(set(values) - set(_ORDER))]
    # Names are put together from parts that are in LaTeX already.
    ready = {"author": known["author"]}
    return [(name, ready.get(name) or _value(name, value)) for name in names if (value := values.get(name))]


def _value(name: str, value: str) -> str:
    value = one_line(" ".join(value.split()))
    if name in _VERBATIM:
        # Nothing is escaped there, so only what cannot break out of the braces, nor begin a command, is let through.
        return re.sub(r"[{}]|\\$" if name == "file" else r"[{}\\^]", lambda match: f"%{ord(match.group()):02X}", value)
    escaped = latex(value)
    return protected(escaped) if name == "title" else escaped


def latex(text: str) -> str:
    """A text in LaTeX: special signs escaped, Unicode kept, formulas and accents left as they are.

    Braces that do not match, and formulas that hold more than a formula, are set as they are written.
    """
    parts = []
    position = 0
    for match in _MATH.finditer(text) if text.count("$") > 1 else ():
        formula = match.group()
        if _balanced(formula) and _is_formula(formula):
            parts += [_plain(text[position : match.start()]), formula]
            position = match.end()
    return "".join([*parts, _plain(text[position:])])


def _is_formula(text: str) -> bool:
    """Whether this is a formula and nothing more: known commands, no comment, no sign by its number."""
    if "^^" in text or re.search(r"(?<!\\)[%#&]", text):
        return False
    return all(name in _FORMULA or not name.isalpha() for name in _COMMAND.findall(text)) and "\\@" not in text


def _plain(text: str) -> str:
    special = _SPECIAL if _balanced(text) else _SPECIAL | _BRACES
    taken = re.compile(r"\\[&%#_${}]" if special is _SPECIAL else r"\\[&%#_$]")
    parts = []
    position = 0
    while position < len(text):
        accent = _ACCENT.match(text, position) if text[position] == "\\" else None
        escaped = taken.match(text, position)
        found = accent.group() if accent else (escaped.group() if escaped else None)
        parts.append(found or special.get(text[position], text[position]))
        position += len(found) if found else 1
    return "".join(parts)


def _balanced(text: str) -> bool:
    """Whether braces match, both for BibTeX, which counts each, and for readers that pass over `\\{`."""
    for seen in (text, re.sub(r"\\[{}]", "", text)):
        depth = 0
        for sign in seen:
            depth += (sign == "{") - (sign == "}")
            if depth < 0:
                return False
        if depth:
            return False
    return True


def protected(title: str) -> str:
    """A title in LaTeX with its acronyms in braces, so that no style turns them to small letters."""
    pieces = re.split(r"(\$[^$]*\$|\{[^{}]*\}|\\[A-Za-z]+)", title)
    return "".join(piece if index % 2 else _CAPITALS.sub(r"{\1}", piece) for index, piece in enumerate(pieces))


def _names(paper: Paper) -> str | None:
    names = [name for author in paper.authors if (name := _name(author))]
    if names and not paper.authors_complete:
        names.append("others")
    return " and ".join(names) or None


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
    return latex(one_line(" ".join(name.split())))
