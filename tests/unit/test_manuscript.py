"""What a manuscript cites is found in every file that says it, and nothing else is."""

import pytest

from gencli.errors import BadInput
from gencli.manuscript import Cited, cited, inputs


def tex(text: str) -> list[str]:
    found = cited(text, "a.tex")
    assert not found.everything
    return list(found.keys)


def markdown(text: str, name: str = "a.md") -> list[str]:
    return list(cited(text, name).keys)


BCF = """<?xml version="1.0" encoding="UTF-8"?>
<bcf:controlfile version="3.10" xmlns:bcf="https://sourceforge.net/projects/biblatex">
  <bcf:section number="0">
    {}
  </bcf:section>
</bcf:controlfile>
"""


# .aux


def test_an_aux_of_bibtex() -> None:
    text = "\\relax \n\\citation{b,a}\n\\citation{a}\n\\citation{ c , Key:1}\n\\bibdata{refs}\n\\bibcite{z}{1}\n"
    assert cited(text, "paper.aux") == Cited(("b", "a", "c", "Key:1"), False)
    assert cited("\\citation{*}\n\\citation{a}\n", "paper.aux") == Cited(("a",), True)


def test_an_aux_of_biblatex() -> None:
    text = "\\abx@aux@cite{0}{a}\n\\abx@aux@segm{0}{0}{no}\n\\abx@aux@cite{1}{b}\n\\abx@aux@cite{c}\n"
    assert cited(text, "paper.aux") == Cited(("a", "b", "c"), False)


# .bcf


def test_a_bcf() -> None:
    keys = '<bcf:citekey order="1" intorder="1">b</bcf:citekey><bcf:citekey order="2">a&amp;c</bcf:citekey>'
    assert cited(BCF.format(keys), "paper.bcf") == Cited(("b", "a&c"), False)
    everything = keys + '<bcf:citekey order="3" nocite="1">*</bcf:citekey>'
    assert cited(BCF.format(everything), "paper.bcf") == Cited(("b", "a&c"), True)


def test_a_set_in_a_bcf_is_its_members() -> None:
    text = BCF.format('<bcf:citekey order="1" type="set" members="a,b">mine</bcf:citekey><bcf:citekey>c</bcf:citekey>')
    assert cited(text, "paper.bcf").keys == ("a", "b", "c")


def test_sections_of_a_bcf() -> None:
    text = BCF.format('<bcf:citekey>a</bcf:citekey></bcf:section><bcf:section number="1"><bcf:citekey>b</bcf:citekey>')
    assert cited(text, "paper.bcf").keys == ("a", "b")


@pytest.mark.parametrize(
    "text", ["", "no XML", "<a><b></a>", "<a>\0</a>", "\\citation{a}", "<a>\ud800</a>", "<x:a/><b/>"]
)
def test_a_bcf_that_is_no_xml(text: str) -> None:
    with pytest.raises(BadInput):
        cited(text, "paper.bcf")


def test_a_bcf_with_a_doctype_is_refused_before_it_grows() -> None:
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 30))
    bomb = f'<!DOCTYPE a [<!ENTITY e0 "x">{entities}]><a><citekey>&e29;</citekey></a>'
    with pytest.raises(BadInput, match="DOCTYPE"):
        cited(bomb, "paper.bcf")


# .tex


@pytest.mark.parametrize(
    "command",
    """
    cite citep citet citealp citealt Citet Cite cite* citet* citeauthor citeyear citeyearpar citetitle parencite
    parencite* Parencite textcite footcite footcitetext autocite Autocite smartcite supercite fullcite
    footfullcite nocite citeA shortcite shortciteA onlinecite citeasnoun citenum citefield bibentry citepalias
    possessivecite mycite textcquote newcite citeonline cites parencites
    """.split(),
)
def test_commands_that_cite(command: str) -> None:
    assert tex(f"See \\{command}{{a:1}} there") == ["a:1"]


@pytest.mark.parametrize(
    "text",
    [
        r"\citestyle{apa} \setcitestyle{round} \citetext{see} \newcites{sec}{Secondary} \DeclareCiteCommand{\xcite}{a}",
        r"\newcommand{\mycite}[1]{\cite{#1}} \renewcommand\mycites{a} \def\ourcite{b} \let\oldcite\cite",
        r"\cite \cite{} \cite{ , } \cite{\key} \cite{#1} \site{a} \recite{a poem of mine} \bibcite{a}{1} \@cite{a}",
        r"\cite{a",
        "no command at all, a@b.org",
        "",
    ],
)
def test_what_cites_nothing(text: str) -> None:
    assert tex(text) == []


def test_keys_keep_their_order_and_spelling() -> None:
    assert tex(r"\cite{Zoe:2,ada} \citet{bob} \citep{ada} \cite{ZOE:2}") == ["Zoe:2", "ada", "bob", "ZOE:2"]


def test_optional_arguments() -> None:
    assert tex(r"\cite[see][p.~3]{a} \cite[][]{b} \cite [12] {c}") == ["a", "b", "c"]
    assert tex(r"\cite[see [x] and {]}]{a}") == ["a"]
    assert tex(r"\cite[a bracket [too many]{a}") == ["a"]
    assert set(tex(r"\cite[as in \cite{b}]{a}")) == {"a", "b"}
    assert tex(r"\textcite<2->{a} \citeA<see>[p.~1]{b}") == ["a", "b"]


def test_commands_in_the_plural() -> None:
    assert tex(r"\cites(see)(and more)[12][]{a}[3]{b,c} {d}") == ["a", "b", "c", "d"]
    assert tex("\\parencites{a}%\n  [5]{b} and {c}") == ["a", "b"]
    assert tex(r"\citet{a}{b} \citetalias{c} {d}") == ["a", "c"]


def test_keys_behind_another_argument() -> None:
    assert tex(r"\volcite{2}[3]{a} \pvolcite[see]{1}{b} \foreigntextcquote{german}[3]{c}{Text}") == ["a", "b", "c"]
    assert tex(r"\begin{displaycquote}[3]{d} x \end{displaycquote}") == ["d"]


def test_keys_on_several_lines() -> None:
    assert tex("\\cite{a, % why\n  b,%\n\tc\n}") == ["a", "b", "c"]
    assert tex("\\cite{a,\r\n b}") == ["a", "b"]


def test_a_forgotten_comma_shows() -> None:
    assert tex("\\cite{a\n  b}") == ["a b"]


def test_comments() -> None:
    assert tex("% \\cite{no}\n\\cite{a}% \\cite{no}\n5\\% \\cite{b} \\\\% \\cite{no}\n\\cite{c}") == ["a", "b", "c"]
    assert tex(r"\url{https://a.org/b%20c} \cite{a} \href{https://a.org/%20}{x} \cite{b}") == ["a", "b"]


@pytest.mark.parametrize("block", "verbatim verbatim* Verbatim lstlisting minted comment filecontents*".split())
def test_what_is_shown_verbatim(block: str) -> None:
    assert tex(f"\\cite{{a}}\\begin{{{block}}}[x]\n\\cite{{no}} %\n\\end{{{block}}}\\cite{{b}}") == ["a", "b"]


def test_verbatim_within_a_line() -> None:
    assert tex(
        r"\verb|\cite{no}| \verb*+\cite{no}+ \lstinline!\cite{no}! \lstinline[language=TeX]|\cite{no}| \cite{a}"
    ) == ["a"]
    assert tex("\\verb|x\n\\cite{a}|") == ["a"]


def test_what_is_switched_off() -> None:
    assert tex("\\iffalse\n\\cite{no}\n\\fi\\cite{a}\\end{document}\\cite{no}") == ["a"]
    assert tex("\\let\\ifdraft\\iffalse\n\\cite{a}\\ifdraft x\\fi") == ["a"]


def test_an_environment_that_never_ends_hides_nothing() -> None:
    assert tex("\\begin{comment}\\cite{a}") == ["a"]


def test_everything() -> None:
    assert cited(r"\cite{a}\nocite{*}", "a.tex") == Cited(("a",), True)
    assert cited(r"\nociteA{*} \nocite{b}", "a.tex") == Cited(("b",), True)
    assert cited(r"% \nocite{*}", "a.tex") == Cited((), False)
    assert cited(r"\cite{*}", "a.tex") == Cited((), False)


def test_joined_keys_have_a_star() -> None:
    assert tex(r"\cite{a,*b,* c}") == ["a", "b", "c"]


# Markdown


def test_citations_in_markdown() -> None:
    text = "As @a says [@b; see also @c, p. 3; -@d], @e [p. 1], (@f)\n[-@g]. *@h* and @i.\n@j's"
    assert markdown(text) == list("abcdefghij")


def test_keys_in_markdown() -> None:
    text = "@Foo_bar.baz. @foo--bar @a:b/c, @{https://a.org/x_(1)} @10.1000/x; @müller20"
    assert markdown(text) == ["Foo_bar.baz", "foo", "a:b/c", "https://a.org/x_(1)", "10.1000/x", "müller20"]


@pytest.mark.parametrize(
    "text",
    [
        "me@a.org, first.last@a.org",
        r"\@a",
        "`@a` and ``x ` @b``",
        "```\n@a\n```",
        "~~~ {.r}\n@a\n```\n~~~",
        "```{r}\nx@y; [@a]",
        "<!-- @a -->",
        "https://social.org/@a and [text](https://b.org/@c) <https://a.org/@d>",
        "@fig-map, @tbl-1, @eq:sum and [@sec-intro]",
        "@ a, @, @-",
        "---\nauthor: x@y.org\ntwitter: '@a'\n---\n",
    ],
)
def test_what_is_no_citation_in_markdown(text: str) -> None:
    assert markdown(text, "a.qmd") == []


def test_metadata_of_markdown() -> None:
    assert markdown("---\ntitle: x\nnocite: |\n  @a, @b\nabstract: as @c\nhandle: '@no'\n...\n\n@d\n") == [
        "a",
        "b",
        "c",
        "d",
    ]
    assert cited("---\nnocite: '@*'\n---\n@a", "a.Rmd") == Cited(("a",), True)


def test_latex_in_markdown() -> None:
    assert cited("@a \\citep[3]{b,c} \\nocite{*} 100% @d", "a.md") == Cited(("a", "b", "c", "d"), True)


def test_an_open_fence_or_comment() -> None:
    assert markdown("@a\n\n```\n@b") == ["a"]
    assert markdown("@a <!-- @b") == ["a", "b"]
    assert markdown("a ` lonely tick, @a\n\nand ` another @b") == ["a", "b"]


# Which it is


@pytest.mark.parametrize("name", ["", "-", "paper", "paper.txt", "paper.v2", "https://a.org/paper?x=1.0"])
def test_content_decides_where_the_name_does_not(name: str) -> None:
    assert cited("\\relax \n\\citation{a}\n", name).keys == ("a",)
    assert cited("\\abx@aux@cite{0}{a}\n", name).keys == ("a",)
    assert cited(BCF.format("<bcf:citekey>a</bcf:citekey>"), name).keys == ("a",)
    assert cited("\\documentclass{x}\n% @b\n\\cite{a}", name).keys == ("a",)
    assert cited("# Title\n\nAs [@a] says 100% [@b].", name).keys == ("a", "b")
    assert cited("", name) == Cited()


def test_the_name_decides_where_it_says_something() -> None:
    assert cited("[@a] \\cite{b}", "x.TEX").keys == ("b",)
    assert cited("\ufeff@a", "x.RMD").keys == ("a",)
    assert cited("\\citation{a} \\cite{b}", "x.aux").keys == ("a",)


# What else is read


def test_inputs_of_an_aux() -> None:
    assert inputs("\\relax \n\\@input{chapters/one.aux}\n\\@input{two.aux}\n\\@input{two.aux}\n") == (
        "chapters/one.aux",
        "two.aux",
    )


def test_inputs_of_a_tex() -> None:
    text = r"""
    \input{one} \include{two/three.tex} \subfile{four} \import{five/}{six} \subimport*{seven}{eight} \input nine
    % \input{no}
    \verb|\input{no}| \input{#1} \input{\dir/no} \input{|ls} \inputencoding{no} \includegraphics{no} \input{"ten x"}
    """
    assert inputs(text) == ("one", "two/three.tex", "four", "five/six", "seven/eight", "nine", "ten x")
    assert inputs("\\import{}{a}\\import{./}{b}\\input{}\\input{a\0b}") == ("a", "./b")
