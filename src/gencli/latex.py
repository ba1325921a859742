"""LaTeX source and plain text, there and back. Pure; pylatexenc is asked, on use, for the rarer signs only."""

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache

# Accents as the signs that Unicode sets behind a letter.
_MARKS = {
    "`": "\u0300", "'": "\u0301", "^": "\u0302", "~": "\u0303", "=": "\u0304", "u": "\u0306", ".": "\u0307",
    '"': "\u0308", "h": "\u0309", "r": "\u030a", "H": "\u030b", "v": "\u030c", "d": "\u0323", "c": "\u0327",
    "k": "\u0328", "b": "\u0331", "t": "\u0361",
}  # fmt: skip
_LETTERS = {
    "aa": "å", "AA": "Å", "ae": "æ", "AE": "Æ", "oe": "œ", "OE": "Œ", "o": "ø", "O": "Ø", "l": "ł", "L": "Ł",
    "ss": "ß", "SS": "ẞ", "i": "ı", "j": "ȷ", "dh": "ð", "DH": "Ð", "dj": "đ", "DJ": "Đ", "th": "þ", "TH": "Þ",
    "ng": "ŋ", "NG": "Ŋ", "ij": "ĳ", "IJ": "Ĳ",
}  # fmt: skip
# Commands that set their argument, or what follows, in another way, or only move it.
_LAYOUT = """
    emph textit textbf texttt textsc textrm textsf textsl textup textmd textnormal text mbox hbox fbox underline
    uppercase lowercase MakeUppercase MakeLowercase textsuperscript textsubscript mathrm mathbf mathit mathsf mathtt
    mathop mathbin mathrel boldsymbol bm operatorname ensuremath em it bf tt sc rm sf sl cal itshape bfseries ttfamily
    scshape rmfamily sffamily slshape upshape mdseries normalfont tiny scriptsize footnotesize small normalsize large
    Large LARGE huge Huge left right big Big bigg Bigg displaystyle textstyle limits nolimits protect relax noindent
    leavevmode nobreak allowbreak break linebreak nobreakdash newblock bgroup egroup null sloppy noopsort
    """.split()
_SIGNS = dict.fromkeys([*_LAYOUT, *"ckvHrdbthu!-/@()[]"], "") | _LETTERS
_SIGNS |= dict.fromkeys([*" ,;:>\\\n", "par", "newline", "quad", "qquad", "space", "thinspace", "hfill"], " ")
_SIGNS |= {
    "textasciitilde": "~", "textasciicircum": "^", "textbackslash": "\\", "backslash": "\\", "textbraceleft": "{",
    "textbraceright": "}", "lbrace": "{", "rbrace": "}", "textdollar": "$", "textquotesingle": "'", "slash": "/",
    "textunderscore": "_", "TeX": "TeX", "LaTeX": "LaTeX", "LaTeXe": "LaTeX2e", "BibTeX": "BibTeX", "today": "today",
    "texteuro": "€", "euro": "€", "cprime": "ʹ", "cdprime": "ʺ", "sp": "^", "sb": "_", "hyphen": "-",
}  # fmt: skip
_PAIRS = """
    alpha α beta β gamma γ delta δ epsilon ε varepsilon ε zeta ζ eta η theta θ vartheta ϑ iota ι kappa κ lambda λ mu μ
    nu ν xi ξ pi π rho ρ varrho ϱ sigma σ varsigma ς tau τ upsilon υ phi φ varphi φ chi χ psi ψ omega ω Gamma Γ Delta
    Δ Theta Θ Lambda Λ Xi Ξ Pi Π Sigma Σ Upsilon Υ Phi Φ Psi Ψ Omega Ω times × div ÷ pm ± cdot · to → rightarrow →
    leftarrow ← leftrightarrow ↔ Rightarrow ⇒ le ≤ leq ≤ ge ≥ geq ≥ ne ≠ neq ≠ approx ≈ sim ∼ equiv ≡ infty ∞ partial
    ∂ nabla ∇ sum ∑ prod ∏ int ∫ in ∈ notin ∉ subset ⊂ subseteq ⊆ cup ∪ cap ∩ forall ∀ exists ∃ emptyset ∅ ell ℓ oplus
    ⊕ otimes ⊗ circ ∘ bullet • ast ∗ star ⋆ langle ⟨ rangle ⟩ dots … ldots … cdots ⋯ textellipsis … prime ′ degree °
    textdegree ° S § P ¶ pounds £ copyright © textcopyright © textregistered ® texttrademark ™ textendash – textemdash
    — textquoteleft ‘ textquoteright ’ textquotedblleft “ textquotedblright ” textless < textgreater > textbar |
    textperiodcentered · textbullet • texttimes × textmu µ log log exp exp sin sin cos cos tan tan min min max max lim
    lim sup sup inf inf
    """.split()
_SYMBOLS = dict(zip(_PAIRS[::2], _PAIRS[1::2], strict=True))
_SIGNS |= _SYMBOLS
_EATS = frozenset((*_LAYOUT, *_LETTERS))

_PLAIN_SIGNS = {"~": " ", "--": "–", "---": "—", "``": "“", "''": "”"}
# What may be LaTeX; `/\~` is of an address. Repetitions are bounded, so that tokens are short and no text takes long.
_TOKEN = re.compile(
    r"""
    \{?((?:\\(?:[`'^"=.]|(?<!/\\)~|[ckvHrdbthu](?![A-Za-z]))[\s{]{0,4}){1,3}+)
       (?:\\(AA|AE|OE|aa|ae|oe|[OoLlij])(?![A-Za-z])|([^\W\d_]))\}{0,2}
    |\\([A-Za-z]+|.)(\{\}|\s{1,4})?
    |[{}$]{1,4}|~|---?|``|''
    """,
    re.VERBOSE | re.DOTALL,
)
# A command with arguments that hold no more than text; an address, where nothing is a command.
_GROUP = r"\{(?:[^{}\\]|\\.|\{[^{}]*+\})*+\}"
_CALL = (
    rf"(?s)\\(?:(?:url|path|nolinkurl)\s?\{{([^{{}}]*+)\}}|(?:href\s?{_GROUP}|(?:begin|end)\s?\{{[^{{}}]*+\}})"
    r"|([A-Za-z]+)\*?((?:\s?\{[^{}\\$]{0,200}\}){0,2})|.)"
)
_INERT = str.maketrans(
    {
        "\\": r"{\textbackslash}", "{": r"{\textbraceleft}", "}": r"{\textbraceright}", "$": r"\$",
        "~": r"{\textasciitilde}", "-": "{-}", "`": "{`}", "'": "{'}",
    }
)  # fmt: skip
# Longer values are no titles, and pylatexenc takes a tenth of a millisecond for each command.
_LONG = 20_000

_SPECIAL = {
    "&": r"\&", "%": r"\%", "#": r"\#", "_": r"\_", "$": r"\$", "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}", "\\": r"\textbackslash{}",
}  # fmt: skip
# BibTeX counts a brace behind a backslash too, so only a name can stand for one that has no partner.
_BRACES = {"{": r"\textbraceleft{}", "}": r"\textbraceright{}"}
# Accents and letters: the commands that a title from elsewhere may bring along.
_ACCENT = r"\\(?:[`'^\"~=.](?=[A-Za-z{\\])|[cukvHrdbt](?=[ {])|(?:aa|AA|ae|AE|oe|OE|o|O|l|L|ss|i|j)\b)"
_KEPT_OR_SPECIAL = re.compile(_ACCENT + r"|\\[&%#_${}]|[&%#_$~^\\]")
_KEPT_OR_SPECIAL_BESIDE_BRACES = re.compile(_ACCENT + r"|\\[&%#_$]|[&%#_$~^\\{}]")
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
_CAPITALS = re.compile(r"(?<![\w{\\])(?<!\\[`'^\"~=.])(?=[^\W\d_]*[^\s\w]?[\w])((?=\w+[A-Z])\w++)(?!})")

_NAMES = {letter: "\\" + name for name, letter in _LETTERS.items()}
# Where pylatexenc has another sign.
_OWN = {"·": r"{\textperiodcentered}", "\u2010": "-", "\u2011": "-"}
_ACCENTS = {mark: accent for accent, mark in _MARKS.items()}
# A backslash before such a sign would make a command of what is put in its place, so it goes too.
_BEYOND = r"\\(?:[A-Za-z]+|[\x00-\x7f])|\\?([A-Za-z]?[\u0300-\u036f]{1,8}|[^\x00-\x7f][\u0300-\u036f]{0,8})"


def is_latex(value: str) -> bool:
    """Whether a value may hold LaTeX, so that its plain text is another."""
    return (
        "\\" in value
        or "{" in value
        or "}" in value
        or "$" in value
        or "~" in value
        or "--" in value
        or "``" in value
        or "''" in value
    )


def decode(value: str, *, ask: bool = True) -> str:
    """A BibTeX value (LaTeX source, without its delimiters) as plain text, for reading and searching; never raises.

    White space is collapsed and trimmed. Accents, letters and signs become Unicode, fonts and braces go, formulas
    lose their dollars (`$x_2$` is x_2), `%` is no comment. Where nobody knows a command its arguments stay, or else
    its name; without `ask` only our own tables are looked at.
    """
    if is_latex(value):
        if "$" in value and value.count("$") - value.count("\\$") == 1:
            value = re.sub(r"(?<!\\)\$", r"\\$", value)  # One alone begins no formula: a price.
        try:
            value = _TOKEN.sub(_read, value)
        except KeyError:
            called = _known if ask and len(value) <= _LONG else _unknown
            value = _COMMAND.sub(lambda match: _SYMBOLS.get(match[1], match[0]), value)
            value = _TOKEN.sub(_read, re.sub(_CALL, lambda match: _spelled(match, called), value))
    return " ".join(value.split())


def _read(match: re.Match[str]) -> str:
    return _text(match[0])


@lru_cache(maxsize=8192)
def _text(token: str) -> str:
    """What a token says; raises KeyError for a command that the tables do not have."""
    match = _TOKEN.fullmatch(token)
    if match is None or "\\" not in token:
        return _PLAIN_SIGNS.get(token, "")
    accents, letter, sign, name, behind = match.groups()
    if accents:
        base = {"i": "i", "j": "j"}.get(letter) or _LETTERS.get(letter, sign)
        marks = [_MARKS[found] for found in re.findall(r"\\(.)", accents)]
        return unicodedata.normalize("NFC", "".join([base, *reversed(marks)]))
    text = _SIGNS[name] if name.isascii() and name.isalpha() else _SIGNS.get(name, name)
    # TeX eats the blank behind any command; behind a sign a reader misses it.
    return text + " " if behind and behind.isspace() and name not in _EATS else text


def _spelled(match: re.Match[str], called: Callable[[str, str], str]) -> str:
    """A command that the tables do not have, in LaTeX that they have."""
    address, name, arguments = match.groups()
    if address is not None:
        return "{" + re.sub(r"\\([%#&_~{}$^])", r"\1", address).translate(_INERT) + "}"
    if name is None:
        return " " if match[0][1:2].isalpha() else match[0]
    if name in _SIGNS:
        return match[0]
    text = called(name, arguments)
    if text == name and not arguments and match.string.startswith(("{", " {"), match.end()):
        return ""  # Its arguments hold more than text; they follow.
    return "{" + text + "}"


def _unknown(name: str, arguments: str) -> str:
    """What is left of an unknown command: its arguments as they are, or its name; nothing where more follows."""
    return " ".join(re.findall(r"\{([^{}]*)\}", arguments)) or name


@lru_cache(maxsize=4096)
def _known(name: str, arguments: str) -> str:
    """What pylatexenc makes of a command, where that holds all the words of its arguments; else as if unknown."""
    import logging

    from pylatexenc.latex2text import LatexNodes2Text, get_default_latex_context_db

    # It tells its log, and so the terminal, what it could not read.
    logging.getLogger("pylatexenc").setLevel(logging.CRITICAL + 1)
    spec = get_default_latex_context_db().get_macro_spec(name)
    plain = _unknown(name, arguments)
    if spec is None:
        return plain
    if isinstance(spec.simplify_repl, str) and "%" not in spec.simplify_repl:
        return plain if spec.simplify_repl.startswith("<") else spec.simplify_repl.translate(_INERT) + arguments
    if not arguments:
        return plain
    try:
        text: str = LatexNodes2Text().latex_to_text("\\" + name + arguments.replace("%", "\\%"))
    except Exception:
        return plain
    told = unicodedata.normalize("NFKC", text)
    return text.translate(_INERT) if text and all(word in told for word in re.findall(r"\w+", plain)) else plain


def encode(text: str) -> str:
    """A text in LaTeX: special signs escaped, Unicode kept, formulas and accents left as they are.

    Braces that do not match, and formulas that hold more than a formula, are set as they are written.
    """
    parts = []
    position = 0
    for match in _MATH.finditer(text) if text.count("$") > 1 else ():
        formula = match.group()
        if balanced(formula) and _is_formula(formula):
            parts += [_plain(text[position : match.start()]), formula]
            position = match.end()
    return "".join([*parts, _plain(text[position:])])


def _is_formula(text: str) -> bool:
    """Whether this is a formula and nothing more: known commands, no comment, no sign by its number."""
    if "^^" in text or re.search(r"(?<!\\)[%#&]", text):
        return False
    return all(name in _FORMULA or not name.isalpha() for name in _COMMAND.findall(text)) and "\\@" not in text


def _plain(text: str) -> str:
    # Commands that stay are of several signs, and no key of these.
    special = _SPECIAL if balanced(text) else _SPECIAL | _BRACES
    pattern = _KEPT_OR_SPECIAL if special is _SPECIAL else _KEPT_OR_SPECIAL_BESIDE_BRACES
    return pattern.sub(lambda match: special.get(match[0], match[0]), text)


def balanced(text: str) -> bool:
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
    # Between commands that follow each other stands nothing.
    return "".join(
        piece if index % 2 or not piece else _CAPITALS.sub(r"{\1}", piece) for index, piece in enumerate(pieces)
    )


def ascii_only(source: str) -> str:
    """LaTeX source with every sign beyond ASCII as a command, for engines that read nothing else.

    In a formula no dollars are added. What LaTeX has no command for (other scripts, mostly) stays as it is.
    """
    if source.isascii():
        return source
    parts = re.split(r"(?<!\\)(\$)", source)
    is_even = parts.count("$") % 2 == 0
    return "".join(
        part if part.isascii() else _commands(part, in_formula=is_even and index % 4 == 2)
        for index, part in enumerate(parts)
    )


def _commands(source: str, *, in_formula: bool) -> str:
    def command(match: re.Match[str]) -> str:
        if not match[1]:
            return match[0]
        text = _command(match[1])
        if not in_formula or not text.startswith(r"\ensuremath{"):
            return text
        text = re.sub(r"^\\ensuremath\{(.*)\}", r"\1", text)
        following = source[match.end() : match.end() + 1]
        return text + "{}" if following.isalpha() and text[-1:].isalpha() else text

    return re.sub(_BEYOND, command, source)


@lru_cache(maxsize=8192)
def _command(text: str) -> str:
    """A sign beyond ASCII, or a letter with the marks that stand behind it, as a command, else as it is."""
    decomposed = unicodedata.normalize("NFD", text)
    base, marks = decomposed[0], decomposed[1:]
    inner = base if base.isascii() else _NAMES.get(base)
    if inner and all(mark in _ACCENTS for mark in marks) and len(marks) <= 3:
        dotless = marks and base in "ij" and not any(unicodedata.combining(mark) < 230 for mark in marks[:1])
        inner = "\\" + base if dotless else inner
        for mark in marks:
            accent = _ACCENTS[mark]
            inner = f"\\{accent}{inner}" if len(inner) == 1 and not accent.isalpha() else f"\\{accent}{{{inner}}}"
        return "{" + inner + "}" if inner != text else text
    return "".join(map(_encoded, text))


def _encoded(sign: str) -> str:
    if sign.isascii() or unicodedata.combining(sign) or sign in _OWN:
        return _OWN.get(sign, sign)
    from pylatexenc.latexencode import UnicodeToLatexEncoder

    encoder = UnicodeToLatexEncoder(non_ascii_only=True, unknown_char_policy="keep", unknown_char_warning=False)
    text: str = encoder.unicode_to_latex(sign)
    # Some letters it turns into others that only look like them.
    return text if not sign.isalpha() or decode(text) == sign else sign
