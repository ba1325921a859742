"""What the fuzzer begins with: for each format a few well-formed texts and the pieces that mean something in it."""

# ruff: noqa: E501 - the seeds are data, a line of theirs is a line
from typing import NamedTuple


class Seeds(NamedTuple):
    """Whole texts in a format, its pieces, and what opens and closes in it."""

    texts: tuple[str, ...]
    tokens: tuple[str, ...]
    pairs: tuple[tuple[str, str], ...] = (("{", "}"), ("(", ")"), ("[", "]"))


_WIKI = """====== Reading about nets ======

Some prose with [[https://arxiv.org/abs/2201.02177|Power et al 2022 - Grokking]] and ((a footnote)).

===== Double descent =====
  * **[[https://arxiv.org/abs/1812.11118|Belkin et al 2019 - Reconciling modern machine learning]]** the peak
    * [[doi>10.1073/pnas.1903070116]] //PNAS//, 116(32)
    * A. One, B. Two. "On lines". Venue 2019. http://example.org/a.pdf
  - [[ns:other page]] \\\\ second line
  * Theory:
    * [[https://www.youtube.com/watch?v=abc|Talk]] %%[[hidden]]%% <nowiki>[[x]]</nowiki>

| [[https://openreview.net/forum?id=abc|One 2020]] | cell |
<code>
  * no item
</code>
"""
_FLAT = (
    "====== T ====== text * [[https://arxiv.org/abs/1912.02292|Deep]] * **[[https://a.org/b|B et al 2020 - C]]** end."
)
_MARKDOWN = """---
title: Papers
---
# Reading list

Intro with [a link](https://arxiv.org/abs/1706.03762 "title") and <https://example.org/x>.

## Attention
- **[Attention is all you need](https://arxiv.org/abs/1706.03762)**, Vaswani et al., NeurIPS 2017. [[code]](https://github.com/a/b)
  - A. One, B. Two. *On lines*. JMLR 2019. [pdf](https://example.org/a.pdf)
1. [Net][net] - `code` and ![picture](x.png)

| Title | Venue | Year |
|---|---|---|
| [One](https://a.org/1) | ICML | 2020 |

```
- [no](https://a.org/2)
```
<details><summary>More</summary>
* <a href="https://doi.org/10.1000/x">Old</a> [ ] &amp; \\* x
</details>

[net]: https://arxiv.org/abs/1512.03385 "Res"
"""
_BIB = """% Encoding: UTF-8
@string{jm = "J. of " # {Machines}}
@preamble{ "\\newcommand{\\noop}[1]{}" }
@article{belkin2019, author = {Belkin, Mikhail and Hsu, Daniel and others},
  title = {Reconciling {ML} and the bias--variance trade-off}, journal = jm, year = 2019, month = aug # "~1",
  doi = {10.1073/pnas.1903070116}, pages = {15849--15854}, url = {https://example.org/a_b%20c},
}
@InProceedings(k:2, title = "G{\\"o}del, \\'Etude \\& $O(n^2)$", crossref = {proc}, keywords = {a, b},
  % volume = 3,
  keywords = {c})
@comment{jabref-meta: x;}
@proceedings{proc, title = {Proc}, year = {2020}, isbn = {978-3-16-148410-0}, editor = {van der Berg, Jr., A.}}
@misc{x, eprint = {2201.02177}, archiveprefix = {arXiv}, note = {line
two}, author = {{OpenAI}}}
between
@online{y, date = {2019-05/2020~}, title = {T}, urldate = {2020-01-02}, author = {family=Lee, given=A}}
"""
_CSL = """[{"id": "a1", "type": "article-journal", "title": "On <i>lines</i>", "DOI": "10.1000/x_1",
 "author": [{"family": "Belkin", "given": "M.", "non-dropping-particle": "van"}, {"literal": "OpenAI"}],
 "issued": {"date-parts": [[2019, 5], [2020]], "season": 1, "circa": true}, "volume": 12, "page": "1-9",
 "container-title": "J", "custom": {"gencli": {"note": "x"}, "more": [1, 2.5, null]}, "keyword": "a, b"},
 {"type": "paper-conference", "title": "\\u00e9\\ud83d\\ude00 \\ud800", "URL": "https://arxiv.org/abs/2201.02177v2",
 "issued": "2019-05-01", "accessed": {"raw": "May 2020"}, "ISBN": ["9783161484100"], "number": 1e5},
 {"type": "book", "editor": [{"family": "Lee", "suffix": "Jr", "comma-suffix": true}], "issued": {"literal": "n.d."},
 "abstract": "line\\nline", "PMID": 123, "title-short": "S", "categories": ["c"], "note": "{:arxiv: 1}"}]
"""
_RIS = """TY  - JOUR
ID  - belkin2019
TI  - Reconciling modern machine learning
AU  - Belkin, Mikhail
AU  - Hsu, Daniel, Jr
PY  - 2019/08/06/
DA  - 2019/08/06/summer
T2  - PNAS
VL  - 116
SP  - 15849
EP  - 15854
DO  - 10.1073/pnas.1903070116
AN  - arXiv:1812.11118
UR  - https://example.org/a; https://example.org/b
N1  - first line
      second line
KW  - a
U5  - gencli {"note":"x"}
ER  -\x20

TY - CPAPER
T1  - Other
SN  - 978-3-16-148410-0
Y1  - 2020
M3  - PhD thesis
XX  - odd
continued
ER  -
"""
_LINES = """{"key":"belkin2019","aliases":["b19"],"type":"article","title":"On lines","authors":[{"family":"Belkin","given":"M."},{"literal":"X"}],"authors_complete":true,"year":2019,"date":"2019-05","venue":"PNAS","abstract":null,"identifiers":{"doi":"10.1000/x"},"arxiv_version":2,"categories":["cs.LG"],"links":[{"rel":"pdf","url":"https://a.org/b.pdf"}],"tags":["t"],"starred":false,"status":"unread","note":"n","fields":{"volume":"12"},"added":"2020-01-01T00:00:00Z","changed":"2020-01-01T00:00:00Z"}
{"page":{"title":"P","source":"/p","format":"wiki","text":"t","read":"2020-01-01T00:00:00Z","problems":[]}}
{"file":{"name":"a.bib","source":"/a.bib"}}
{"apart":["a","b"]}
{"key":"only","title":"\\u00e9\\ud83d\\ude00"}
"""
_ATOM = """<?xml version='1.0' encoding='UTF-8'?>
<feed xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/" xmlns:arxiv="http://arxiv.org/schemas/atom" xmlns="http://www.w3.org/2005/Atom">
  <id>https://arxiv.org/api/x</id><title>arXiv Query</title><updated>2026-01-01T00:00:00Z</updated>
  <link href="https://arxiv.org/api/query" type="application/atom+xml"/>
  <opensearch:itemsPerPage>2</opensearch:itemsPerPage><opensearch:totalResults>2</opensearch:totalResults>
  <opensearch:startIndex>0</opensearch:startIndex>
  <entry><id>http://arxiv.org/abs/2201.02177v1</id><title>Grokking &amp; more</title><updated>2022-01-06T18:43:37Z</updated>
    <link href="https://arxiv.org/abs/2201.02177v1" rel="alternate" type="text/html"/>
    <link href="https://arxiv.org/pdf/2201.02177v1" rel="related" type="application/pdf" title="pdf"/>
    <summary>In this
      paper</summary><category term="cs.LG" scheme="http://arxiv.org/schemas/atom"/><published>2022-01-06T18:43:37Z</published>
    <arxiv:comment>Correspondence to A. Power</arxiv:comment><arxiv:primary_category term="cs.LG"/>
    <arxiv:journal_ref>J. 12 (2023) 3</arxiv:journal_ref><arxiv:doi>10.1000/xyz</arxiv:doi>
    <author><name>Alethea Power</name><arxiv:affiliation>X</arxiv:affiliation></author><author><name>Yuri Burda</name></author></entry>
  <entry><id>http://arxiv.org/abs/math/0309136v2</id><title>0</title><updated>2004-01-01T00:00:00Z</updated><summary/>
    <published>2003-09-08T00:00:00Z</published><arxiv:comment>This paper has been withdrawn by the authors.</arxiv:comment>
    <author><name>B. Two</name></author><arxiv:primary_category term="math.GT"/><category term="math.GT"/></entry>
</feed>
"""
_REFUSED = """<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns="http://www.w3.org/2005/Atom"><opensearch:totalResults xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/">1</opensearch:totalResults>
<entry><id>http://arxiv.org/api/errors#incorrect_id_format_for_x</id><title>Error</title>
<summary>incorrect id format for x</summary><updated>2026-01-01T00:00:00Z</updated><author><name>arXiv api core</name></author></entry></feed>
"""
_PASTED = (
    "2201.02177v1\nhttps://arxiv.org/abs/1812.11118\n# a comment\n10.1073/pnas.1903070116\n",
    "Dear all, see arXiv:2201.02177 [cs.LG], doi:10.1000/x_1 (2019), https://doi.org/10.1016/S0140-6736(20)30183-5.\n"
    "PMID: 12345; ISBN 978-3-16-148410-0, math.GT/0309136, https://openreview.net/forum?id=aBc-_1 2022arXiv220102177P",
    "@article{a, doi = {10.1000/x}, eprint={2201.02177}, url = \"https://aclanthology.org/P19-1001/\"}\nand 1706.03762",
    "https://www.example.org:8080/a/b?id=arXiv:2201.02177&x=1#frag http://[::1]/x http://user:pw@host/ https://pubmed.ncbi.nlm.nih.gov/123/",
    "arxiv 2201 02177", "22O1.02177", "https://arxiv.org/pdf/2201.02177.pdf", "hep-th/9901001v3", "10.48550/arXiv.2201.02177",
)  # fmt: skip
_TEX = r"""\documentclass{article} % \cite{no}
\newcommand{\mycite}[1]{\cite{#1}}
\begin{document}
\cite[see][p.~3]{belkin2019,k:2}, \textcite*{x}, \parencites(pre)(post)[1]{a}[2]{b}{c}, \nocite{*}
\begin{verbatim}\cite{no}\end{verbatim} \verb|\cite{no}| \input{chapter} \include{two} \import{dir/}{file}
\foreigntextcquote{german}[1]{key}{text} \volcite{2}[3]{vol} \citet <1> [a] {z, *y}
\end{document} \cite{after}
"""
_AUX = r"""\relax
\citation{a,b}
\abx@aux@cite{0}{key}
\abx@aux@cite{old}
\@input{chapter.aux}
\bibdata{refs}
\citation{*}
"""
_BCF = """<?xml version="1.0" encoding="UTF-8"?>
<bcf:controlfile version="3.8" xmlns:bcf="https://sourceforge.net/projects/biblatex">
<bcf:section number="0"><bcf:citekey order="1">a</bcf:citekey>
<bcf:citekey order="2" type="set" members="b,c">s</bcf:citekey><bcf:citekey order="0">*</bcf:citekey></bcf:section>
</bcf:controlfile>
"""
_PANDOC = """---
nocite: '@a, @b'
author: "@handle"
---
As @belkin2019 [p. 3] says [see @k:2, pp. 1-2; -@x], `@no` and me@example.org, @{weird key}. <!-- @no -->
```
@no
```
\\cite{z}
"""
_QUERIES = (
    'double descent author:belkin year:2019.. -tag:old "exact words" (a OR b) NOT c',
    "author:(belkin OR hsu) title:\"on lines\" is:starred has:pdf", "arxiv:2201.02177v2 10.1000/x_1 O(n^2) C++ Muller,Jorg",
    "year:<2020 added:2020-01..  cat:cs.* status:read type:article in:theory key:belkin2019 note:x venue:pnas", "2201.02177",
    "belkin2019", "over-parameterized bias/variance regulari-\nzation 深度 学习 it's", "Belkin et al. 2019, PNAS 116(32):15849, pp. 1-9",
)  # fmt: skip
_DATES = (
    "2019", "2019-05", "2019-05-31", "2019-05/2020", "2019~", "1999?/..", "../2000%", "-0044-03-15", "2019-21", "201X",
    "May 2020", "2019/08/06/summer", "2019/05", "2019-05-31T12:00:00Z", "0000", "2019-13", "12 June 2020", "Y17E8", "9999-12-31",
)  # fmt: skip
_LATEX = (
    "{The {GAN} game}: $O(n^2)$ \\emph{with} G{\\\"o}del \\& \\'Etude --- ``quotes''~x \\href{http://a.org/b%20c}{text}",
    "\\begin{equation} \\frac{1}{2} \\alpha^{\\beta} \\end{equation} \\nosuch{x}[y] \\c{c} \\v{S} \\ss{} \\i \\verb|a| %x\ny",
    "van der Berg, Jr., A. and {Barnes and Noble, Inc.} and family=Lee, given=Ann and others",
    "Belkin, Mikhail and Hsu, D. and Łukasz Kaiser and O'Neil, C. et al.", "50\\% of x_1 ~ \\textbf{\\textit{b}} \\url{http://a.org/_%#}",
)  # fmt: skip
_PATTERNS = (
    "{author}{year}{word}", "{Author}:{year}", "{authors}_{yy}-{title}", "x{nope}", "{", "{}{author", "a b", "", "{year}{year}",
)  # fmt: skip
_CITED = (
    "Belkin, M., Hsu, D. \"Reconciling modern machine learning\". PNAS 116(32), 2019.", "Belkin et al 2019 - Reconciling (video)",
    "A. One, B. Two and C. Three, Title with, commas, Nature 521, 2015", "Aarti Singh's work:", "Distill - Title", "2019 - Title",
)  # fmt: skip

_NETWORK = (
    "https://arxiv.org/abs/2201.02177",
    "https://a.org/b",
    "10.1000/x",
    "arXiv:2201.02177",
    "doi:",
    "https://",
    "http://[",
)
SEEDS: dict[str, Seeds] = {
    "wiki": Seeds(
        (_WIKI, _FLAT),
        ("[[", "]]", "|", "**", "//", "''", "==", "======", "  * ", "    * ", "  - ", "\t* ", "* ", "\\\\ ", "%%", "<code>",
         "</code>", "<nowiki>", "</nowiki>", "((", "))", "{{", "}}", "doi>10.1000/x", "et al", "(2019)", " - ", *_NETWORK),
        (("[[", "]]"), ("((", "))"), ("**", "**"), ("<code>", "</code>"), ("{{", "}}"), ("//", "//")),
    ),
    "markdown": Seeds(
        (_MARKDOWN,),
        ("[", "]", "](", ")", "<", ">", "![", "# ", "- ", "  - ", "1. ", "* ", "**", "_", "*", "`", "```\n", "~~~\n", "|", "\n---\n",
         "[x]: https://a.org\n", "<a href=", "<!--", "-->", "&amp;", "&#0;", "&#x110000;", "\\", "[^1]", "> ", "\t", *_NETWORK),
        (("[", "]"), ("(", ")"), ("<", ">"), ("**", "**"), ("`", "`"), ("> ", ""), ("[a](", ")"), ("<b>", "</b>")),
    ),
    "bibtex": Seeds(
        (_BIB,),
        ("@", "{", "}", "(", ")", '"', "#", "=", ",", "%", "@misc{", "@article(", "@string{", "@preamble{", "@comment{", "\n@misc{k,",
         "title = {T}", "crossref = {proc}", "jan", "author = {A and B}", "}\n", "\\", "~", "$", "\\\"{o}", " and ", "@string{s = s}",
         "year = 2019", "eprint = {2201.02177}", "doi = {10.1000/x}", "keywords = {a}", "date = {2019~}", "xdata = {x, y}", *_NETWORK),
    ),
    "csl-json": Seeds(
        (_CSL,),
        ("{", "}", "[", "]", ":", ",", '"', "null", "true", "1e999", "-0", "NaN", "\\ud800", "\\u0000", '"issued":', '"date-parts":',
         '"author":', '"family":', '"custom":', '"gencli":', '"type":', '"id":', "[[2019]]", "[[]]", '{"raw": "x"}', '"items":',
         '{"references": [', "1" * 30, *_NETWORK),
        (("[", "]"), ('{"a":', "}"), ('{"items": [', "]}"), ('"', '"')),
    ),
    "ris": Seeds(
        (_RIS,),
        ("TY  - JOUR\n", "ER  - \n", "\nAU  - ", "\nTI  - ", "\nPY  - ", "\nDA  - 2019/13/40/x", "      ", "\nU5  - gencli {", "\nSP  - ",
         "\nSN  - ", "\nUR  - ", "\nN1  - ", "\nZZ  - ", "  -", "\tTY\t- ", "FN x\nVR 1\n", "\nM3  - ", "\nAN  - ", "\nKW  - ", *_NETWORK),
        (("TY  - JOUR\n", "ER  - \n"), ("{", "}"), ("[", "]")),
    ),
    "jsonl": Seeds(
        (_LINES,),
        ("{", "}", "[", "]", ":", ",", '"', "null", "true", "\n", '{"page":', '{"aside":', '{"apart":', '{"file":', '"key":', '"title":',
         "1e999", "NaN", "\\ud800", "\\u0000", "1" * 30, '"mentions":', '"said":', '"entries":', '"tags":', '"":', *_NETWORK),
        (("[", "]"), ('{"a":', "}"), ('"', '"')),
    ),
    "atom": Seeds(
        (_ATOM, _REFUSED),
        ("<entry>", "</entry>", "<id>", "</id>", "<title>", "</title>", "&#0;", "&#x1f;", "&amp;", "&x;", "<!DOCTYPE x [", "<![CDATA[",
         "]]>", "<!--", "-->", "<author>", "</author>", "<name>", "</name>", "99999999999", "<arxiv:doi>", "<html>", "</feed>", *_NETWORK),
        (("<entry>", "</entry>"), ("<author><name>", "</name></author>"), ("<a>", "</a>"), ("<!--", "-->")),
    ),
    "pasted": Seeds(
        _PASTED,
        ("arXiv:", "doi:", "10.", "/", "v2", "2201.02177", "10.1000/", "PMID:", "ISBN", "978", "https://", "http://[", "]", "@", ":80",
         "?id=", "#", "%", "%2F", "<", ">", "(", ")", "math.GT/0309136", "\t", "\n", "@article{", "eprint = {", "X", "-"),
        (("<", ">"), ("(", ")"), ("[", "]"), ('"', '"'), ("@misc{a, doi={", "}}"), ("https://doi.org/", "")),
    ),
    "manuscript": Seeds(
        (_TEX, _AUX, _BCF, _PANDOC),
        ("\\cite", "\\cites", "{", "}", "[", "]", "(", ")", ",", "*", "%", "\\nocite{*}", "\\begin{verbatim}", "\\end{verbatim}",
         "\\verb|", "\\citation{", "\\input{", "\\import{", "\\@input{", "@", "-@", "@{", "`", "```\n", "---\n", "<!--", "-->", "#1",
         "<bcf:citekey>", "</bcf:citekey>", "&x;", "<!DOCTYPE a>", "\\end{document}", "bcf:controlfile", "\\iffalse", "\\fi", "\\begin{comment}"),
        (("{", "}"), ("[", "]"), ("(", ")"), ("\\cite[", "]"), ("<bcf:citekey>", "</bcf:citekey>"), ("\\begin{comment}", "\\end{comment}")),
    ),
    "query": Seeds(
        _QUERIES,
        (" OR ", " AND ", " NOT ", "(", ")", "-", "-(", '"', "title:", "year:2019..", "year:", "is:starred", "tag:", ":", "*", "^", "{",
         "+", "NEAR(", "author:(", "has:", "cat:", "key:", "in:", "arxiv:", "doi:", "added:", "'", ";", "--", "deep", "net", "ﬁ", "深",
         "\ue001", "regularisation", "nets", "a", "--", "%", "_", "colour"),
        (("(", ")"), ("NOT (", ")"), ("-(", ")"), ('"', '"'), ("author:(", ")"), ("(a OR ", ")")),
    ),
    "date": Seeds(_DATES, ("-", "/", "..", "~", "?", "%", "2019", "05", "31", "21", "X", "T", ":", "-", "May", "0", "９", "٣"), ()),
    "latex": Seeds(
        _LATEX,
        ("{", "}", "\\", "$", "%", "~", "--", "``", "''", '"', "\\'", "\\'{", "\\c ", "{\\o}", "\\i", "\\emph{", "\\em ", "\\href{", "\\url{",
         "\\begin{", "\\end{", "\\nosuch", "\\frac{1}{2}", "\\sqrt[", "\\mathbb{R}", "\\def\\a#1{", "\\input{x}", "\\verb|", " and ", ",",
         "others", "et al.", "family=", "given=", "von ", "^", "_", "&", "#", "\\textbackslash", "\u0301"),
        (("{", "}"), ("$", "$"), ("\\emph{", "}"), ("\\sqrt{", "}"), ("{\\bf ", "}"), ("\\href{", "}{x}")),
    ),
    "pattern": Seeds(_PATTERNS, ("{author}", "{year}", "{word}", "{title}", "{", "}", ":", "-", " ", "é", "%", "\\", ",", "a"), (("{", "}"),)),
    "citation": Seeds(
        _CITED,
        ("A. One", "One", "Bo Two", ", ", " and ", "et al", "(2019)", "2020", "“", "”", '"', " - ", ". ", "Nature", "In: ", "pp. ", "Jr.", "van der", "(video)", ":"),
        (("“", "”"), ("(", ")"), ("[", "]")),
    ),
}  # fmt: skip
