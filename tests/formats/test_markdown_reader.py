"""Markdown as people write reading lists: the syntax, the shapes of an item, and our own export read back."""

import re
from pathlib import Path

import pytest

from conftest import ROOT, STARTER
from gencli.formats import markdown
from gencli.library import Library
from gencli.listing.facts import facts
from gencli.markup import plain
from gencli.model import Author, Link, Mention, Page, Record

X = "[One et al 2022 - X of Nets](https://arxiv.org/abs/2201.02177)"
Y = "[Two 2018 - Y of Nets](https://arxiv.org/abs/1812.11118)"
Z = "[Three & Four 2020 - Z of Nets](https://doi.org/10.1000/z)"


def read(text: str) -> Page:
    return markdown.read(text, "lists/page.md", "page")


def read_items(*items: str) -> Page:
    return read("# Reading\n\n" + "".join(f"- {item}\n" for item in items))


def only(page: Page) -> Record:
    assert len(page.records) == 1
    return page.records[0]


def items(page: Page) -> list[Mention]:
    found = [mention for record in page.records for mention in record.mentions if mention.role == "item"]
    return sorted(found, key=lambda mention: mention.position or 0)


def notes(page: Page) -> list[str]:
    return [mention.note for mention in items(page)]


def labels(page: Page) -> list[str]:
    return [mention.label for mention in items(page)]


def names(record: Record) -> list[str]:
    return [author.surname for author in record.authors]


# --- the page ------------------------------------------------------------------------------------


def test_a_page_is_kept_to_the_byte() -> None:
    text = f"\ufeff# Reading\r\n\r\n## A\r\n- {X} \r\n"
    page = read(text)
    assert (page.text, page.format, page.title, page.source) == (text, "markdown", "Reading", "lists/page.md")
    assert only(page).source == "page:Reading"
    assert items(page) == [Mention("Reading", ("A",), None, "item", 1, "One et al 2022 - X of Nets", False, "")]


@pytest.mark.parametrize(
    ("text", "title", "section"),
    [
        (f"# T\n## A\n### B\n- {X}", "T", ("A", "B")),
        (f"T\n===\nA\n---\n- {X}", "T", ("A",)),
        (f"# T #\n## A ##\n- {X}", "T", ("A",)),
        (f"# T\n# A\n- {X}", "T", ("A",)),
        (f"## T\n### A\n- {X}", "T", ("A",)),
        (f"## A\n- {X}\n## B", "page", ("A",)),
        (f"### A\n## T\n- {X}", "page", ("T",)),
        (f"- {X}", "page", ()),
        (f"# [T](https://a.org) **big** `x` \n- {X}", "T big x", ()),
        (f"# T [![Awesome](https://awesome.re/b.svg)](https://awesome.re)\n- {X}", "T", ()),
        (f"<h1 align=\"center\">T</h1>\n- {X}", "T", ()),
        (f"# T {{#id}}\n#hash\n- {X}", "T", ()),
        (f"---\ntitle: \"T\"\ntags: [a]\n---\n- {X}", "T", ()),
        (f"---\ntitle: T\n---\n# Head\n- {X}", "T", ()),
        (f"---\ntitle: T\n---\n# A\n- {X}\n# B\n", "T", ("A",)),
        (f"---\ntitle: T\n\n# A\n- {X}", "A", ()),
        (f"# T\nA\n***\n- {X}", "T", ()),
    ],
)  # fmt: skip
def test_headings_and_titles(text: str, title: str, section: tuple[str, ...]) -> None:
    page = read(text)
    assert (page.title, items(page)[0].section) == (title, section)


def test_lists_of_all_kinds() -> None:
    for marks in ("-", "*", "+", "1.", "1)"):
        page = read("".join(f"{marks} {item}\n" for item in (X, Y)))
        assert [mention.position for mention in items(page)] == [1, 2]
    page = read(f"1. {X}\n2. {Y}\n10) {Z}\n- [ ] {X}\n- [x] {Y}\n")
    assert len(items(page)) == 5
    assert notes(page) == [""] * 5


@pytest.mark.parametrize("unit", ["  ", "   ", "    ", "\t", "      "])
@pytest.mark.parametrize("mark", ["-", "1."])
def test_nesting_of_any_depth(unit: str, mark: str) -> None:
    lines = ["- **Overviews**", f"\t{mark} {X}", "\t\t- a remark", f"\t{mark} {Y}", f"- {Z}"]
    page = read("".join(line.replace("\t", unit) + "\n" for line in lines))
    assert [(mention.group, mention.note) for mention in items(page)] == [
        ("Overviews", "a remark"),
        ("Overviews", ""),
        (None, ""),
    ]


def test_a_sloppy_indent_is_no_nesting() -> None:
    assert [mention.group for mention in items(read(f" - {X}\n- {Y}\n - {Z}\n"))] == [None, None, None]


def test_lines_that_go_on() -> None:
    page = read(f"- {X} a remark\n  that goes on\nlazily\n\n  with a paragraph\n- {Y}\n\nText.\n")
    assert notes(page) == ["a remark\nthat goes on\nlazily\\\\ with a paragraph", ""]
    page = read(f"- {X} it was in\n2019. A year\n- {Y}")
    assert notes(page) == ["it was in\n2019. A year", ""]


def test_two_items_in_a_quote() -> None:
    assert len(items(read(f"> - {X}\n> - {Y}\n"))) == 2


def test_groups() -> None:
    page = read(f"- Theory papers:\n  - {X}\n- {Y}\n\n**Bold**\n\n- {Z}\n\n- **Standing**\n- {X}\n\ntext\n\n- {Y}\n")
    assert [mention.group for mention in items(page)] == ["Theory papers", None, "Bold", "Standing", None]
    page = read(f"- [Section](#section)\n  - {X}\n")
    assert items(page)[0].group == "Section"


def test_a_paper_under_a_paper_is_in_its_group() -> None:
    page = read(f"- {X}\n  - {Y}\n    - of Y\n  - of X\n")
    assert [(label[:3], note) for label, note in zip(labels(page), notes(page), strict=True)] == [
        ("One", "of X"),
        ("Two", "of Y"),
    ]
    assert items(page)[1].group == "One et al 2022 - X of Nets"


# --- links ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("link", "address"),
    [
        ("[Nets](https://a.org/x)", "https://a.org/x"),
        ("[Nets](<https://a.org/x> 'title')", "https://a.org/x"),
        ("[Nets](https://a.org/x_(y) \"title\")", "https://a.org/x_(y)"),
        ("[Nets](https://a.org/x\\_y?a=1&amp;b=2)", "https://a.org/x_y?a=1&b=2"),
        ("[Nets][ref]", "https://ref.org/x"),
        ("[Nets][ReF  Label]", "https://ref.org/y"),
        ("[Nets][]", "https://nets.org"),
        ("[Nets]", "https://nets.org"),
        ("<https://a.org/x>", "https://a.org/x"),
        ("https://a.org/x.", "https://a.org/x"),
        ("(https://a.org/x_(y)).", "https://a.org/x_(y)"),
        ("www.a.org/x", "http://www.a.org/x"),
        ("<a class=\"b\" href='https://a.org/x'>Nets</a>", "https://a.org/x"),
        ("[**Nets**](https://a.org/x)", "https://a.org/x"),
        ("[Nets](HTTPS://a.org/x)", "HTTPS://a.org/x"),
        ("[Nets](//a.org/x)", "https://a.org/x"),
        ("[Nets](https://a.org/x|y)", "https://a.org/x%7Cy"),
    ],
)  # fmt: skip
def test_links_of_all_kinds(link: str, address: str) -> None:
    page = read(
        f"# R\n- {link}\n\n[ref]: https://ref.org/x\n[ref label]: <https://ref.org/y> 'T'\n[nets]: https://nets.org\n"
    )
    assert [link.url for link in only(page).links] == [address]
    assert only(page).title == ("Nets" if "Nets" in link else None)
    assert page.problems == ()


def test_schemes_of_identifiers() -> None:
    page = read_items("[Nets](doi:10.1000/X)", "[Trees](arxiv:2201.02177)")
    assert [dict(record.identifiers) for record in page.records] == [{"doi": "10.1000/x"}, {"arxiv": "2201.02177"}]


@pytest.mark.parametrize(
    "target",
    ["javascript:alert(1)", "JavaScript:alert(1)", " javascript:x", "data:text/html,x", "file:///etc/passwd",
     "java\\script:x", "&#106;avascript:x", "vbscript:x", "ftp://a.org/x"],
)  # fmt: skip
@pytest.mark.parametrize("form", ["[x]({})", "[x][r]", "<a href='{}'>x</a>", "[![i](i.png)]({})"])
def test_what_is_not_of_the_web_is_no_link(target: str, form: str) -> None:
    page = read(f"- {X} {form.format(target)}\n\ntext {form.format(target)}\n\n[r]: <{target}>\n")
    told = [link.url for record in page.records for link in record.links]
    assert told == ["https://arxiv.org/abs/2201.02177"]
    assert all("[[" not in note for note in notes(page))
    if "\\" not in target:
        assert {problem.where for problem in page.problems} == {"lists/page.md:1", "lists/page.md:3"}
        assert all("not of the web" in problem.what for problem in page.problems)


def test_images_are_ignored_and_badges_are_links_of_the_work() -> None:
    page = read_items(
        f"{X} ![figure](https://a.org/f.png) [![Stars](https://img.io/s.svg)](https://github.com/a/b)"
        " [![Build](https://ci.org/b.svg)](https://ci.org)"
    )
    assert only(page).links == (Link("abs", "https://arxiv.org/abs/2201.02177"), Link("code", "https://github.com/a/b"))
    assert (notes(page), page.problems) == ([""], ())
    page = read("# T\n\n[![CI](https://ci.org/b.svg)](https://ci.org) and text\n")
    assert (page.records, page.problems) == ((), ())


def test_what_hides_links() -> None:
    page = read(
        f"# T\n\n```\n- {X}\n```\n\n~~~~ md\n- {X}\n```\n~~~~\n\n    - {X}\n\n<!-- - {X}\n- {X}\n-->\n"
        f"`{X}` and <!-- {X} --> text\n\n- {Y}\n"
    )
    assert (labels(page), len(page.records)) == (["Two 2018 - Y of Nets"], 1)


@pytest.mark.parametrize("opened", ["```", "<!--", "`", "**", "[", "[a](", "<a href='x'>", "~~~", "<b>", "``` py"])
def test_what_is_never_closed_hides_nothing(opened: str) -> None:
    assert labels(read(f"# T\n\n{opened}\n\n- {X}\n- {Y} {opened}\n- {Z}\n")) == [
        "One et al 2022 - X of Nets",
        "Two 2018 - Y of Nets",
        "Three & Four 2020 - Z of Nets",
    ]


def test_escaped_signs_and_entities_in_labels() -> None:
    page = read_items(
        "[One 2020 - A \\[B\\] \\*C\\* D\\_E &amp; F](https://a.org/x)", "[`f` of *x* and **y**](https://a.org/y)"
    )
    assert [record.title for record in page.records] == ["A [B] *C* D_E & F", "f of x and y"]


def test_running_text() -> None:
    page = read(f"# T\n\nFrom {X} and\nhttps://doi.org/10.1000/y; see [a site](https://a.org/x).\n")
    assert [(m.role, m.position, m.label) for record in page.records for m in record.mentions] == [
        ("prose", None, "One et al 2022 - X of Nets"),
        ("prose", None, "https://doi.org/10.1000/y"),
    ]
    assert [(problem.where, problem.raw) for problem in page.problems] == [
        ("lists/page.md:4", "[a site](https://a.org/x)")
    ]


def test_tables_of_contents_and_related_pages() -> None:
    page = read_items("[A](#a)", "[More](./docs/more.md#x)", "[License](LICENSE)", "see [More](docs/more.md) too", X)
    assert page.related == (("docs/more.md", "More"),)
    assert (len(page.records), page.problems) == (1, ())


@pytest.mark.parametrize("item", ["read this first", "Good summary. Read in 2019.", "<someone@example.org>", "`x`"])
def test_an_item_that_names_no_paper_is_a_problem_with_its_line(item: str) -> None:
    page = read_items(X, item)
    assert [(problem.where, problem.raw) for problem in page.problems] == [("lists/page.md:4", item)]
    assert len(page.records) == 1


# --- stars and notes -----------------------------------------------------------------------------


def test_stars() -> None:
    page = read_items(
        f"**{X}** good", f"⭐ {Y}", f"{Z} :star:", "[N](https://a.org/n) 🌟 a must", "[O](https://a.org/o) 5k ⭐"
    )
    assert [mention.starred for mention in items(page)] == [True, True, True, True, False]
    assert notes(page) == ["good", "", "", "a must", "5k ⭐"]


@pytest.mark.parametrize(
    ("remark", "note"),
    [
        ("a **bold** and *emphasised* _remark_", "a **bold** and //emphasised// //remark//"),
        ("see [this](https://a.org/x)", "see [[https://a.org/x|this]]"),
        ("with `code` and `**x**`", "with ''%%code%%'' and ''%%**x**%%''"),
        ("costs O(n\\*\\*2), and // or [[wiki]]", "costs O(n%%**%%2), and %%//%% or %%[[%%wiki]]"),
        ("*Note:* x", "//Note%%:%%// x"),
        (": a colon", ": a colon"),
        ("- a dash", "- a dash"),
        ("one<br>two", "one\\\\ two"),
        ("2 < 3 &amp; 4 &lt; 5", "2 < 3 & 4 < 5"),
        ("[^1]", ""),
    ],
)
def test_notes_are_kept_in_the_markup_that_notes_have(remark: str, note: str) -> None:
    page = read_items(f"{X} {remark}")
    assert notes(page) == [note]


def test_remarks_links_and_details_under_a_paper_are_the_papers() -> None:
    page = read(
        f"- {X} first\n  - second\n  - [Code](https://github.com/a/b) [Slides](https://a.org/s)\n"
        '  - ICML 2022 [doi](https://doi.org/10.1000/x)\n  - Good summary. Read in 2019, says "what neural nets do".\n- [T](https://a.org/t)\n'
        "  - Ann One, Bo Two\n  - *Journal of Nets*, 2019\n"
    )
    first, second = page.records
    assert notes(page) == ['first\nsecond\nGood summary. Read in 2019, says "what neural nets do".', ""]
    assert [link.rel for link in first.links] == ["abs", "code", "slides", "web"]
    assert (dict(first.identifiers), first.venue) == ({"arxiv": "2201.02177", "doi": "10.1000/x"}, "ICML")
    assert (names(second), second.venue, second.year) == (["One", "Two"], "Journal of Nets", 2019)


# --- the shapes of an item -------------------------------------------------------------------------

U = "https://a.org/x"
SHAPES = [
    (f"[Nets of Nets]({U}) - Ann One, Bo Two, NeurIPS 2019.", "Nets of Nets", "One Two", "NeurIPS", 2019, ""),
    (
        f"[Nets of Nets]({U}) - Ann One et al., ICLR 2019. A fine remark.",
        "Nets of Nets",
        "One",
        "ICLR",
        2019,
        "A fine remark.",
    ),
    (f"[Nets of Nets]({U}), Ann One, Bo Two, *Nets*, 2019", "Nets of Nets", "One Two", "Nets", 2019, ""),
    (f"[Nets of Nets]({U}) (Ann One and Bo Two, 2019)", "Nets of Nets", "One Two", None, 2019, ""),
    (f"[Nets of Nets]({U}) by Ann One & Bo Two", "Nets of Nets", "One Two", None, None, ""),
    (f"[Nets of Nets]({U}) | NeurIPS'19 | [code](https://github.com/a/b)", "Nets of Nets", "", "NeurIPS", 2019, ""),
    (f"[Nets of Nets]({U}) <br> Ann One, Bo Two <br> *CVPR 2020*", "Nets of Nets", "One Two", "CVPR", 2020, ""),
    (f"[Nets of Nets]({U}), One, A., Two, B., 2017.", "Nets of Nets", "One Two", None, 2017, ""),
    (
        f"**Nets of Nets** Ann One, Bo Two. *Venue* 2019. [[paper]]({U}) [[code]](https://github.com/a/b)",
        "Nets of Nets",
        "One Two",
        "Venue",
        2019,
        "",
    ),
    (f"[Ann One, Bo Two (2019). Nets of Nets. Nature.]({U})", "Nets of Nets", "One Two", "Nature", 2019, ""),
    (
        "Attention Is All You Need, Ashish Vaswani, Noam Shazeer, [arXiv:1706.03762](https://arxiv.org/abs/1706.03762)",
        "Attention Is All You Need",
        "Vaswani Shazeer",
        None,
        None,
        "",
    ),
    (f"(2019) [Nets of Nets]({U}) [pdf]({U}.pdf)", "Nets of Nets", "", None, 2019, ""),
    (f"[ICLR 2019] [Nets of Nets]({U}) [[code](https://github.com/a/b)]", "Nets of Nets", "", "ICLR", 2019, ""),
    ("One et al 2019 - Nets of Nets", "Nets of Nets", "One", None, 2019, ""),
    (f"[One et al 2019 - Nets of Nets]({U})", "Nets of Nets", "One", None, 2019, ""),
    (f"One et al. (2017). [Nets of Nets]({U}). ICLR.", "Nets of Nets", "One", "ICLR", 2017, ""),
    (f"Ann One et al., [Nets of Nets]({U}), NeurIPS 2017", "Nets of Nets", "One", "NeurIPS", 2017, ""),
    (f"Ann One, Bo Two. Nets of nets. NIPS, 2017. [pdf]({U}.pdf)", "Nets of nets", "One Two", "NIPS", 2017, ""),
    (f"Mask R-CNN. ICCV 2017. [[Paper]({U}.pdf)] [[Code](https://github.com/a/b)]", "Mask R-CNN", "", "ICCV", 2017, ""),
    (f"Nets of Nets: [pdf]({U}.pdf)", "Nets of Nets", "", None, None, ""),
    (f'"Nets of Nets" by Ann One and Bo Two (2019) [link]({U})', "Nets of Nets", "One Two", None, 2019, ""),
    (f"[pdf]({U}.pdf) One 2020 - Nets of Nets", "Nets of Nets", "One", None, 2020, ""),
    ("[![Paper](i.svg)](https://arxiv.org/abs/2201.02177) **Nets of Nets**", "Nets of Nets", "", None, None, ""),
    (
        f"Nets of Nets\n  Ann One, Bo Two\n  [pdf]({U}.pdf) [code](https://github.com/a/b)",
        "Nets of Nets",
        "One Two",
        None,
        None,
        "",
    ),
    (f"[Nets of Nets]({U})\n  Ann One, Bo Two. ICML 2018", "Nets of Nets", "One Two", "ICML", 2018, ""),
    (
        f"Nets that are long and\n  wrapped. Ann One, Bo Two. 2019. [pdf]({U}.pdf)",
        "Nets that are long and wrapped",
        "One Two",
        None,
        2019,
        "",
    ),
    (
        f"Nets of Nets\n  - Ann One, Bo Two\n  - ICML 2018\n  - [pdf]({U}.pdf) [code](https://github.com/a/b)",
        "Nets of Nets",
        "One Two",
        "ICML",
        2018,
        "",
    ),
    (f"**Nets of Nets**\n\n  Ann One, Bo Two\n\n  [pdf]({U}.pdf)", "Nets of Nets", "One Two", None, None, ""),
    (
        "[DeepNet](https://github.com/m/deepnet) - A library of things",
        "DeepNet",
        "",
        None,
        None,
        "- A library of things",
    ),
    (f"[A Site of Nets]({U})", "A Site of Nets", "", None, None, ""),
    ("[Nets of Nets](papers/nets.pdf)", "Nets of Nets", "", None, None, ""),
    (f"**Nets of old** (2015), G. One et al. [[pdf]]({U}.pdf)", "Nets of old", "One", None, 2015, ""),
    (f"**Nets of old (2015)**, O. One et al. [[pdf]]({U}.pdf)", "Nets of old", "One", None, 2015, ""),
    (f"Do nets of nets learn?. In *ITA 2018*. [[pdf]({U}.pdf)]", "Do nets of nets learn?", "", "ITA", 2018, ""),
    (
        f'**NN**: "Nets of Nets", ICCV, 2019 (*Company*). [[Paper]({U}.pdf)][[PyTorch (me)](https://github.com/a/b)]',
        "Nets of Nets",
        "",
        "ICCV",
        2019,
        "",
    ),
    (f"[[AAAI2022]({U})] Nets: Rethinking the Second Stage", "Nets: Rethinking the Second Stage", "", "AAAI", 2022, ""),
    (
        "[[Arxiv](https://arxiv.org/abs/2201.02177)] Single Stride Nets [[github](https://github.com/a/b)]",
        "Single Stride Nets",
        "",
        None,
        None,
        "",
    ),
    ("Self-Driving Nets of Nets (CIDR 2017)", "Self-Driving Nets of Nets", "", "CIDR", 2017, ""),
    ("***Self-Driving Nets of Nets (CIDR 2017)***", "Self-Driving Nets of Nets", "", "CIDR", 2017, ""),
    (
        "Universal Nets of Nets (arXiv 2021) [Source Code](https://github.com/a/b)",
        "Universal Nets of Nets",
        "",
        None,
        2021,
        "",
    ),
    (f"2019-ICLR - Nets of Nets [[Paper]]({U}.pdf)", "Nets of Nets", "", "ICLR", 2019, ""),
    (f"refined nets: [Nets of Nets]({U})", "Nets of Nets", "", None, None, "refined nets:"),
    (
        f"[Nets of Nets]({U})\n    - Zehai He, Wenyi Hong\n"
        "    - 📅 Date: March 27, 2026\n    - 📑 Publisher: CVPR 2026\n    - 🔑 Key: [x]",
        "Nets of Nets",
        "He Hong",
        "CVPR",
        2026,
        "🔑 Key: [x]",
    ),
]


@pytest.mark.parametrize(("item", "title", "who", "venue", "year", "note"), SHAPES)
def test_items_of_all_shapes(item: str, title: str, who: str, venue: str | None, year: int | None, note: str) -> None:
    page = read_items(item)
    record = only(page)
    assert (record.title, " ".join(names(record)), record.venue, record.year) == (title, who, venue, year)
    assert (notes(page), page.problems) == ([note], ())


def test_the_shapes_of_the_documentation_are_one_paper() -> None:
    text = (ROOT / "docs" / "markdown.md").read_text(encoding="utf-8")
    block = re.search(r"```markdown\n(.*?)```", text, re.DOTALL)
    assert block is not None
    page = read(block[1])
    assert page.problems == ()
    assert len(items(page)) == 6
    for record in page.records:
        told = (record.title, names(record), record.venue, record.year, record.authors_complete)
        assert told == ("Nets of Nets", ["One", "Two"], "NeurIPS", 2019, True)
    assert set(notes(page)) == {""}


def test_links_of_an_item_have_roles() -> None:
    page = read_items(
        f"**Nets of Nets** [[paper]]({U}.pdf) [[code]](https://github.com/a/b) [video](https://youtu.be/q)"
    )
    assert [link.rel for link in only(page).links] == ["pdf", "code", "video"]
    assert only(read_items("[DeepNet](https://github.com/m/deepnet)")).links[0].rel == "code"


@pytest.mark.parametrize(
    "remark",
    ["Best paper at NeurIPS 2021", "Good summary from 2019.", "Simple, powerful nets", "A great paper on nets. Read it",
     "Deep Learning, Big Data, Small Models", "Shows that Ann One, Bo Two were wrong", "Jane Doe", "OpenAI, 2023",
     "Introduction, Overview", "Learning, Vision, 2017", "Python, 2019", "code is here", "Official, Unofficial",
     "PyTorch Lightning", "Ann One said so."],
)  # fmt: skip
def test_a_remark_is_no_list_of_authors(remark: str) -> None:
    page = read_items(f"[Nets of Nets]({U}) {remark}")
    assert (notes(page), only(page).authors, only(page).title) == ([remark], (), "Nets of Nets")


def test_a_preprint_has_no_venue() -> None:
    for venue in ("arXiv 2019", "arXiv preprint arXiv:1706.03762, 2019", "CoRR 2019"):
        record = only(read_items(f"[Nets of Nets]({U}) Ann One, Bo Two. {venue}"))
        assert (record.venue, record.year) == (None, 2019)


def test_names_of_all_forms() -> None:
    told = facts(" Kees van der Berg, Élodie Ñu, Jan-Peter O’Neil and Li Q. Wu. ICML 2020")[0]
    assert told.authors == (
        Author("van der Berg", "Kees"), Author("Ñu", "Élodie"), Author("O’Neil", "Jan-Peter"), Author("Wu", "Li Q."),
    )  # fmt: skip
    assert facts(" A. One, B. C. Two, et al. (2020)")[0].authors_complete is False


def test_two_works_in_one_item_and_one_work_twice() -> None:
    page = read_items(f"{X}, extends {Z}", f"{X} again", "[X of Nets](https://doi.org/10.48550/arXiv.2201.02177)")
    assert [record.title for record in page.records] == ["X of Nets", "Z of Nets"]
    assert [mention.position for mention in page.records[0].mentions] == [1, 2, 3]
    assert notes(page)[0] == ", extends [[https://doi.org/10.1000/z|Three & Four 2020 - Z of Nets]]"


# --- tables ----------------------------------------------------------------------------------------


def test_a_table_with_columns_that_say_what_they_hold() -> None:
    page = read(
        "# T\n\n## A\n\n| Year | Title | Authors | Venue | Code | Notes |\n|:--|---|---|---|:-:|--:|\n"
        f"| 2018 | [Nets of Nets]({U}) | Jane Doe and Joe Roe | PNAS | [link](https://github.com/q/r)"
        " | nice **one** |\n"
        "| 2019 | Trees \\| Nets | A. One, B. Two | arXiv 2019 | | |\n"
        "| 2020 | | | | | |\n"
    )
    first, second = page.records
    assert (first.title, names(first), first.venue, first.year) == ("Nets of Nets", ["Doe", "Roe"], "PNAS", 2018)
    assert [link.rel for link in first.links] == ["web", "code"]
    assert (second.title, names(second), second.venue, second.year) == ("Trees | Nets", ["One", "Two"], None, 2019)
    assert [(m.position, m.section, m.note) for m in items(page)] == [(1, ("A",), "nice **one**"), (2, ("A",), "")]


def test_a_table_without_such_columns() -> None:
    page = read(
        "Model | Where | x\n---|---|---\n"
        "ResNet [paper](https://arxiv.org/abs/1512.03385) | CVPR 2016 | 5\nnone | 5 | 6\n"
        "[a site](https://a.org/x) | 1 | 2\n"
    )
    assert (only(page).title, only(page).venue, only(page).year) == ("ResNet", "CVPR", 2016)
    assert [problem.where for problem in page.problems] == ["lists/page.md:5"]


def test_rows_of_any_length() -> None:
    head = "| Title | Authors |\n|---|---|\n"
    assert len(read(head + f"| {X} |\n| {Y} | One | more | and more |\n||\n|\n").records) == 2


# --- there and back ----------------------------------------------------------------------------------


def test_our_own_export_is_read_back() -> None:
    with Library.open(STARTER) as library:
        papers = {paper.key: paper for paper in library.find("", "key")}
        pages = library.pages()
        page = read(markdown.write(papers.values(), pages))
    assert page.problems == ()
    assert page.title == pages[0][0].title
    before = sorted((m.position or 0, key, m) for key, m in pages[0][1] if m.role == "item")
    after = sorted((m.position or 0, record, m) for record in page.records for m in record.mentions if m.role == "item")
    assert len(before) == len(after) == 28
    for (_, key, was), (_, record, now) in zip(before, after, strict=True):
        assert now._replace(label=was.label) == was
        # A bare year in a label gets the authors, whom the page names before the link.
        assert now.label in (was.label, f"Singh {was.label}")
        assert set(record.identifiers.items()) <= set(papers[key].identifiers.items())
        assert record.identifiers
        assert record.title
    code = [link.url for record in page.records for link in record.links if link.rel == "code"]
    assert code == ["https://github.com/pluskid/fitting-random-labels"]


def test_what_is_read_back_is_written_again_the_same(tmp_path: Path) -> None:
    with Library.open(STARTER) as library:
        text = markdown.write(library.find(), library.pages())
    Library.create(tmp_path / "l.sqlite")
    with Library.open(tmp_path / "l.sqlite", write=True) as library:
        library.take_page(read(text))
        assert markdown.write(library.find(), library.pages()) == text


# --- hostile pages -----------------------------------------------------------------------------------

HOSTILE = {
    "brackets": "[" * 200_000,
    "stars": "*a" * 100_000,
    "parens": "](" * 100_000,
    "ticks": "`" * 200_000,
    "ticks of all lengths": "".join("`" * (i % 400 + 1) + "a" for i in range(900)),
    "pairs": "[]" * 100_000,
    "images": "![" * 100_000,
    "links in links": "[" * 50_000 + "](y)" * 50_000,
    "titles": "[a](b '" * 30_000,
    "anchors": "<a href=x>" * 20_000,
    "bold": "<b>" * 50_000 + "</b>" * 10,
    "bold links": "<b>" * 20_000 + "[x](y)" * 20_000,
    "nested": "- " * 30_000 + f"{X}",
    "nested lines": "".join(" " * i + "- Title of it\n" for i in range(0, 2000, 2)),
    "ten thousand deep": "- " * 10_000 + "x\n" + "- y\n",
    "quotes": ">" * 200_000,
    "blanks": " " * 200_000 + "x",
    "fences": "~~~~ x\n" * 20_000 + "~~~\n" * 20_000,
    "comments": "-->" + "<!--" * 50_000,
    "comment lines": "<!--\n" * 50_000,
    "definitions": "[a]: b\n" * 20_000 + "[a]" * 20_000,
    "hashes": "#" * 200_000,
    "rules": "- " * 100_000,
    "names": "- " + "Ann One, " * 25_000 + f"[pdf]({U})",
    "commas": "- " + ", " * 100_000 + "x",
    "quotation": "- " + '"a ' * 60_000,
    "remarks": f"- {X}\n" + "  - a remark of some length\n" * 10_000,
    "details": ("- Title\n" + "  - 2019\n" * 29 + "  - a\n") * 300,
    "bars": "|" * 50_000 + "\n|--|\n" + "|" * 50_000,
    "rows": "| Title |\n|--|\n" + f"| {X} |\n" * 4_000,
    "backslashes": "\\" * 200_000,
    "address": "http://a.org/" + ")" * 200_000,
    "addresses": "http://" * 30_000,
    "entities": "&amp;" * 40_000,
    "headings": "# a\n" * 20_000,
    "front": "---\n" * 50_000,
    "years": f"- [x]({U}) " + "2019, " * 30_000,
    "lines": "- a\n" + "  Ann One\n" * 20_000,
    "nuls": "- \x00 [\x00](https://a.org/\x00) \ufffc\x00" * 5_000,
    "surrogate": "- [\ud800](https://a.org/\ud800) \ud800",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_page_is_read_to_its_end(name: str) -> None:
    text = HOSTILE[name]
    page = read(text)
    assert page.text == text
    assert all(plain(note) is not None for note in notes(page))
    assert sum(len(problem.raw) for problem in page.problems) <= len(text)
