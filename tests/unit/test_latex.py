"""LaTeX is read as a person would, and nothing that is no LaTeX is touched."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from gencli.latex import ascii_only, balanced, decode, encode, is_latex, protected

BIB = Path(__file__).resolve().parents[2].parent / "shared" / "bib"


@pytest.mark.parametrize(
    ("source", "text"),
    [
        (r"\'e {\'e} \'{e} {\'{e}} \' e", "é é é é é"),
        (r"\`a \^a \~a \=a \.z \"a", "à â ã ā ż ä"),
        (r"\u{g} \v{c} \v c \c{c} \c c \H{o} \k{a} \r{a} \d{a} \b{d} \t{oo}", "ğ č č ç ç ő ą å ạ ḏ o͡o"),
        (r"\"{\i} {\'\i} \'{\i} \v{\j}", "ï í í ǰ"),
        (r"\ss{} \o{} \O \l \L \aa \AA \ae \AE \oe{} \OE{} \i{} \j{}", "ß ø ØłŁåÅæÆœ Œ ı ȷ"),
        (r"{\dh}{\DH}{\dj}{\DJ}{\th}{\TH}{\ng}", "ðÐđĐþÞŋ"),
        (r"S\o rensen, {\O}ster, \L ukasz, Stra\ss e, Wei{\ss}", "Sørensen, Øster, Łukasz, Straße, Weiß"),
        (r"\'{\^e} \'\ae \'{\o}", "ế ǽ ǿ"),
        (r"\'E\'{E}\'q", "ÉÉq\u0301"),
        (r"Erd{\H{o}}s, {\v{S}}, {{\"O}}", "Erdős, Š, Ö"),
        ('G\\"\no', "Gö"),
        (r"\~{} \^{} \' ", "~ ^ '"),
    ],
)
def test_accents_and_letters(source: str, text: str) -> None:
    assert decode(source) == text


@pytest.mark.parametrize(
    ("source", "text"),
    [
        (r"\& \% \$ \# \_ \{ \}", "& % $ # _ { }"),
        (r"a\ b\,c\-d\/e\\f\@ g", "a b cde f g"),
        (r"Donald~E. Knuth", "Donald E. Knuth"),
        (r"1--2 --- ``three'' `four'", "1–2 — “three” `four'"),
        ("-{}-", "--"),
        ("50% of it % is not a comment", "50% of it % is not a comment"),
        (r"a \LaTeX{} and \TeX book", "a LaTeX and TeX book"),
        (r"\textendash{}\textemdash\textquotedblleft x\textquotedblright", "–—“ x”"),
        (r"\textasciitilde\textbackslash\textbraceleft\textbraceright\textdollar", "~\\{}$"),
        (r"2\texttimes 3, 5\textdegree{}", "2× 3, 5°"),
        ("the end\\", "the end\\"),
        ("", ""),
        (" two\r\n\tlines  of text ", "two lines of text"),
        ("{two\n lines}", "two lines"),
    ],
)
def test_signs(source: str, text: str) -> None:
    assert decode(source) == text


@pytest.mark.parametrize(
    ("source", "text"),
    [
        (r"\emph{a} \textit{b} \textbf{c}\texttt{d}\textsc{e} \mbox{f g}", "a b cde f g"),
        (r"{\em a} {\it b\/} {\bf c}{\sc d}", "a b cd"),
        (r"The {ATLAS} {{D}etector}", "The ATLAS Detector"),
        (r"19\textsuperscript{th}", "19th"),
        (r"\href{https://example.org/a_{b}%20c}{the text} here", "the text here"),
        (r"\url{https://example.org/~a--b_c%20d\_e}", "https://example.org/~a--b_c%20d_e"),
        (r"https://example.org/\~me and \~n", "https://example.org/~me and ñ"),
        (r"\uppercase{a} \emph{Erd\H{o}s \textbf{graphs}}", "a Erdős graphs"),
        (r"\begin{itemize}one\end{itemize}", "one"),
    ],
)
def test_fonts_and_braces_go_and_their_text_stays(source: str, text: str) -> None:
    assert decode(source) == text


@pytest.mark.parametrize(
    ("source", "text"),
    [
        (r"$\alpha$-stable", "α-stable"),
        (r"$O(n^2)$ and $x_2$ and $^2$", "O(n^2) and x_2 and ^2"),
        (r"$a \times b \leq \infty$", "a × b ≤ ∞"),
        (r"$\mathrm{SU}(2)$ $\mathbf{x}$", "SU(2) x"),
        (r"\(x\) \[y\]", "x y"),
        (r"it costs $5 only", "it costs $5 only"),
        (r"US\$5 and \$6", "US$5 and $6"),
        (r"$\sin x$ and $\log n$", "sin x and log n"),
        (r"\ensuremath{\Delta}x", "Δx"),
    ],
)
def test_formulas(source: str, text: str) -> None:
    assert decode(source) == text


@pytest.mark.parametrize(
    ("source", "text"),
    [
        (r"$\mathbb{R}^n$", "ℝ^n"),
        (r"\textonehalf{} and \aleph", "½ and ℵ"),
        (r"\frac{1}{2} \frac{\alpha}{2} \sqrt{n}", "1/2 α/2 √(n)"),
    ],
)
def test_rarer_signs_are_known_too(source: str, text: str) -> None:
    assert decode(source) == text


@pytest.mark.parametrize(
    ("source", "text"),
    [
        (r"\nosuch{one two}", "one two"),
        (r"\nosuch{one}{two}", "one two"),
        (r"\nosuch{\'e}{x}", "éx"),
        (r"\nosuch{\other{x}} y", "x y"),
        (r"\nosuch: a verifier", "nosuch: a verifier"),
        (r"\alpha\nosuch", "αnosuch"),
        (r"as \cite{knuth} says", "as knuth says"),
        (r"\section{Big} \footnote{note} \today", "Big [note] today"),
        (r"\input{/etc/passwd} \include{x}", "/etc/passwd x"),
        (r"\nosuch{100% sure} and more", "100% sure and more"),
        (r"\textcolor{red}{word}", "red word"),
        ("\\nosuch\\", "nosuch\\"),
    ],
)
def test_no_word_goes_with_a_command_that_nobody_knows(source: str, text: str) -> None:
    assert decode(source) == text


@pytest.mark.parametrize("text", ["plain", "a - b", "it's", "x^2 & 3_4 %", "深層学習 naïve", "a'b`c", '"quoted"'])
def test_what_is_no_latex_is_left_as_it_is(text: str) -> None:
    assert not is_latex(text)
    assert decode(text) == text


def test_a_tower_of_braces_and_a_long_value_are_read() -> None:
    deep = "{" * 50_000 + "x" + "}" * 50_000
    assert decode(deep) == "x"
    assert decode(r"\emph{" * 20_000 + "x") == "x"
    assert decode(r"\nosuch{" * 20_000 + "x") == "x"
    assert decode(r"\'" * 100_000 + "e").startswith("'''")
    assert decode(r"$\frac{a}{b}$ " * 5_000).startswith("a b a b")


def test_pylatexenc_is_loaded_only_for_what_the_tables_do_not_have() -> None:
    code = (
        "import sys; from gencli.latex import ascii_only, decode; "
        r"""decode(r'{\"O}zg{\"u}r $\alpha$ \emph{x} \textendash'); ascii_only('é ł'); """
        "assert 'pylatexenc' not in sys.modules; "
        r"""decode(r'\textonehalf'); assert 'pylatexenc' in sys.modules"""
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("é ł ß Ø", r"{\'e} {\l} {\ss} {\O}"),
        ("í ǰ į İ ı", r"{\'{\i}} {\v{\j}} {\k{i}} {\.I} {\i}"),
        ("ế ǿ", r"{\'{\^e}} {\'{\o}}"),
        ("e\u0301 q\u0303 n\u0303a", r"{\'e} {\~q} {\~n}a"),
        ("α-stable ≤", r"\ensuremath{\alpha}-stable \ensuremath{\leq}"),
        ("$αx+β≤γ$ δ", r"$\alpha{}x+\beta\leq{}\gamma$ \ensuremath{\delta}"),
        ("cost \\$5 α \\$6", r"cost \$5 \ensuremath{\alpha} \$6"),
        ("a – b “c”", r"a {\textendash} b {\textquotedblleft}c{\textquotedblright}"),
        ("A·B", r"A{\textperiodcentered}B"),
        (r"\'e \emph{é} \\é", r"\'e \emph{{\'e}} \\{\'e}"),
        (r"\é", r"{\'e}"),
        ("深層学習", "深層学習"),
        ("ħ ơ", "ħ ơ"),
        ("plain {T}ext", "plain {T}ext"),
        ("\u0301", "\u0301"),
    ],
)
def test_signs_beyond_ascii_become_commands(source: str, text: str) -> None:
    assert ascii_only(source) == text


@pytest.mark.parametrize(
    "source", ["Çağrı Żółć Ærøskøbing Þór Đặng", "naïve Škoda, {Ö}", "α $βx$ – ½ × €", r"\emph{é} \'e", "Ŵŷ ȳ ṡ ḍ Ǻ"]
)
def test_what_became_commands_is_read_as_before(source: str) -> None:
    assert ascii_only(source).isascii()
    assert decode(ascii_only(source)) == decode(source)


def test_encode_and_protected_give_what_decode_reads() -> None:
    assert encode("A & B_c 100% {x} ~ \\") == r"A \& B\_c 100\% {x} \textasciitilde{} \textbackslash{}"
    assert protected("On GPT-3") == "On {GPT}-3"
    text = "A & B_c: 100% of #1 for $5 ~ x^2 \\ é"
    assert decode(protected(encode(text))) == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [("", True), ("{a{b}}", True), ("{", False), ("}{", False), (r"\{", False), (r"{\}", False), (r"\{a\}", True)],
)  # fmt: skip
def test_balanced(text: str, expected: bool) -> None:
    assert balanced(text) is expected


@pytest.mark.skipif(not BIB.exists(), reason="the files are not here")
def test_no_word_of_a_real_title_vanishes() -> None:
    title = re.compile(r"^[ \t]*(?:title|journal|booktitle|publisher)\s*=\s*\{([^\n]*)\},?\s*$", re.I | re.M)
    seen = 0
    for file in sorted(BIB.glob("*.bib")):
        for match in title.finditer(file.read_bytes().decode("utf-8", "replace")):
            if "\\href" in match[1]:
                continue
            seen += 1
            told = decode(match[1])
            plain = re.sub(r"\\[A-Za-z]+\s?(?:\{[^{}]*\})?|\\.(?:\s?\{\w\}|\w)?", "\\\\", match[1])
            for word in re.findall(r"(?<![\w\\{}])[A-Za-z]{3,}(?![\w\\{}])", plain):
                assert word in told, (file.name, match[1], told)
    assert seen > 5_000


def test_a_long_word_is_protected_in_time() -> None:
    word = "A" * 20_000
    assert protected(f"{{a {{b}} {word}}} {word}") == f"{{a {{b}} {word}}} {{{word}}}"
