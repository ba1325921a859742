"""Markdown as it is written: the page's own arrangement, and nothing that a text could smuggle in."""

from collections.abc import Iterator, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from conftest import PAGE, paper
from gencli import Author, Library, Link, Mention, Page, Record
from gencli.formats import dokuwiki, markdown
from gencli.identifiers import identify


def page(title: str, *entries: tuple[str, Mention]) -> tuple[Page, Sequence[tuple[str, Mention]]]:
    return Page(title, "p.txt", "wiki", "", (), (), ()), entries


def mention(
    label: str = "", section: tuple[str, ...] = (), group: str | None = None, position: int | None = 1, note: str = "",
    starred: bool = False,
) -> Mention:  # fmt: skip
    return Mention("P", section, group, "item" if position else "prose", position, label, starred, note)


# --- as a Markdown reader sees it --------------------------------------------------------------


def tokens(text: str) -> Iterator[Token]:
    """Every token of a text, as CommonMark with tables, strikethrough and bare addresses reads it."""
    for block in MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(text):
        yield block
        yield from block.children or ()


def shown(text: str) -> str:
    """What a reader sees."""
    return "".join("\n" if token.type == "inline" else token.content for token in tokens(text)).strip()


def kinds(text: str) -> set[str]:
    return {token.type for token in tokens(text)}


def links(text: str) -> list[str]:
    return [str(token.attrs["href"]) for token in tokens(text) if token.type == "link_open"]


# --- the user's page ---------------------------------------------------------------------------


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> str:
    place = tmp_path_factory.mktemp("page") / "l.sqlite"
    Library.create(place)
    with Library.open(place, write=True) as library:
        library.take_page(dokuwiki.read(PAGE.read_text(encoding="utf-8"), str(PAGE), PAGE.stem))
        library.take([Record("user", title="Elsewhere", year=2024, identifiers={"doi": "10.1/else"})])
        text = markdown.write(library.find(), library.pages())
        assert markdown.write(library.find(), library.pages()) == text
    return text


def test_the_page_has_its_headings(written: str) -> None:
    assert [line for line in written.splitlines() if line.startswith("#")] == [
        "# Generalization in Deep Learning",
        "## Overviews",
        "## Key Papers",
        "## Sample Complexity Bounds",
        "## Phenomena",
        "### Double Descent",
        "### Grokking",
        "## Not on a page",
    ]


def test_every_item_stands_once_in_the_pages_order(written: str) -> None:
    items = [line for line in written.splitlines() if line.lstrip().startswith(("- [", "- **["))]
    assert len(items) == 29
    names = ["Lil'log", "He and Tao", "Roberts", "Zhang", "Frankle", "Shwartz-Ziv", "Arpit"]
    assert all(name in item for name, item in zip(names, items, strict=False))


def test_nested_groups_are_nested(written: str) -> None:
    lines = written.splitlines()
    start = lines.index("- **Theory Papers**")
    assert lines[start + 1].startswith("  - **[Deng et al 2019 - ")
    assert lines[start + 2].startswith("  - **[Lee & Cherkassky 2022 - ")
    assert lines[start + 3] == ""
    assert lines[lines.index("- **Overview Papers**") + 1].startswith("  - [He and Tao 2022")


def test_stars_are_bold_outside_the_link(written: str) -> None:
    starred = [line for line in written.splitlines() if line.lstrip().startswith("- **[")]
    assert len(starred) == 8
    assert (
        "- **[Arpit et al 2017 - A Closer Look at Memorization in Deep Networks](https://arxiv.org/abs/1706.05394)**"
        in (written.splitlines())
    )


def test_notes_stand_beside_with_their_links_and_characters(written: str) -> None:
    assert "(from [Raj 2020](https://arxiv.org/pdf/2006.07522.pdf))\n" in written
    assert '(https://arxiv.org/abs/2505.20896): "We find that the model’s final solution' in written
    assert "Shows O(1/sqrt(n)). Also shows matching lower bound.\n" in written


def test_code_has_its_own_link(written: str) -> None:
    assert (
        "(https://arxiv.org/abs/1611.03530)** ([code](https://github.com/pluskid/fitting-random-labels))\n" in written
    )


def test_a_bare_year_gets_the_authors_that_the_page_names_before_it(written: str) -> None:
    assert "- [Singh 2019 - Sample-complexity of Estimating Convolutional" in written


def test_a_paper_on_no_page_comes_last(written: str) -> None:
    assert written.endswith("## Not on a page\n\n- [2024 - Elsewhere](https://doi.org/10.1/else)\n")


def test_markdown_readers_see_what_the_page_says(written: str) -> None:
    assert kinds(written) <= {
        "heading_open", "heading_close", "inline", "text", "bullet_list_open", "bullet_list_close", "list_item_open",
        "list_item_close", "paragraph_open", "paragraph_close", "link_open", "link_close", "strong_open",
        "strong_close",
    }  # fmt: skip
    assert "\\" not in shown(written)
    assert "**" not in shown(written)
    assert "Introduced the concept of double-descent." in shown(written)


# --- how pages are arranged --------------------------------------------------------------------


def test_headings_come_again_where_a_section_goes_on_elsewhere() -> None:
    papers = [paper(key=key, title=key.upper()) for key in "abcd"]
    text = markdown.write(
        papers,
        [
            page(
                "P",
                ("a", mention("A", ("S", "T"), position=1)),
                ("b", mention("B", ("S",), position=2)),
                ("c", mention("C", ("S", "U"), position=3)),
                ("d", mention("D", ("S", "U"), position=4)),
            )
        ],
    )
    assert text == "# P\n\n## S\n\n### T\n\n- A\n\n## S\n\n- B\n\n### U\n\n- C\n- D\n"


def test_deep_sections_stay_headings() -> None:
    deep = tuple(f"L{level}" for level in range(8))
    text = markdown.write([paper(title="T")], [page("P", ("k2020", mention("T", deep)))])
    assert text.splitlines()[2::2][:8] == [
        *(f"{'#' * n} L{n - 2}" for n in range(2, 7)),
        "###### L5",
        "###### L6",
        "###### L7",
    ]


def test_an_item_after_a_group_stands_outside_it() -> None:
    papers = [paper(key=key, title=key.upper()) for key in "ab"]
    text = markdown.write(papers, [page("P", ("a", mention("A", (), "G", 1)), ("b", mention("B", (), None, 2)))])
    assert text == "# P\n\n- **G**\n  - A\n- B\n"


def test_what_only_running_text_names_comes_once_and_last() -> None:
    papers = [paper(key=key, title=key.upper()) for key in "ab"]
    entries = (("b", mention("B", ("S",), None, None)), ("a", mention("A", ("S",), None, 1)))
    more = (*entries, ("a", mention("A again", ("T",), None, None)), ("b", mention("B again", ("T",), None, None)))
    assert markdown.write(papers, [page("P", *more)]) == "# P\n\n## S\n\n- A\n- B\n"


def test_only_the_papers_that_were_asked_for_are_written() -> None:
    entries = (("k2020", mention("T")), ("other", mention("O", ("S",), None, 2)))
    assert markdown.write([paper(title="T")], [page("P", *entries), page("Empty")]) == "# P\n\n- T\n"
    assert markdown.write([], [page("P", *entries)]) == ""


@pytest.mark.parametrize(
    ("told", "line"),
    [
        ({"authors": (Author("A"), Author("B"), Author("C")), "year": 2020, "title": "T"}, "A et al. 2020 - T"),
        ({"authors": (Author("A"), Author("B")), "title": "T"}, "A & B - T"),
        ({"authors": (Author("A"),), "authors_complete": False, "year": 2020, "title": "T"}, "A et al. 2020 - T"),
        ({"authors": (Author(literal="CERN"),), "title": "T"}, "CERN - T"),
        ({"title": "T"}, "T"),
        ({"identifiers": {"doi": "10.1/a"}}, "[10.1/a](https://doi.org/10.1/a)"),
        ({}, "k2020"),
        ({"title": "T", "starred": True}, "**T**"),
        ({"title": "T", "links": (Link("code", "https://c.org"), Link("slides", "https://s.org"))},
         "[T](https://s.org) ([code](https://c.org))"),
        ({"title": "T", "links": (Link("web", "https://w.org"), Link("pdf", "https://w.org/p.pdf"))}, "[T](https://w.org)"),
    ],
)  # fmt: skip
def test_a_paper_on_no_page(told: dict[str, object], line: str) -> None:
    assert markdown.write([paper(**told)]) == f"# Reading list\n\n- {line}\n"


# --- what a text could smuggle in --------------------------------------------------------------

HOSTILE = [
    "## Evil", "# Evil", "- evil", "* evil", "+ evil", "1. evil", "1) evil", "---", "***", "===", "> evil", "    evil",
    "```\nevil", "~~~ evil", "[evil](https://evil.org)", "[evil](javascript:alert(1))", "![evil](https://evil.org/x.png)",
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<https://evil.org>", "https://evil.org",
    "www.evil.org", "&lt;script&gt;", "&#60;b&#62;", "**evil**", "_evil_", "`evil`", "~~evil~~", "| a | b |",
    "[evil]: https://evil.org", "[evil][1]", "evil\n\n# Evil\n\n", "evil\r\n- evil", "\u2028# Evil", "evil\\", "evil!",
    "evil #", "evil ##", "\x1b[31mevil", "]( https://evil.org )", "](https://evil.org) [", "evil\\](https://evil.org)",
    "<!-- evil", "$\\evil$", "\tevil",
]  # fmt: skip
HARMLESS = {
    "heading_open", "heading_close", "inline", "text", "text_special", "bullet_list_open", "bullet_list_close",
    "list_item_open", "list_item_close", "paragraph_open", "paragraph_close",
}  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
def test_a_title_is_only_a_title(text: str) -> None:
    alone = markdown.write([paper(title=text)])
    assert kinds(alone) <= HARMLESS
    assert alone.count("\n") == 3
    assert shown(alone).splitlines()[-1] == shown_as(text)
    assert len([token for token in tokens(alone) if token.type == "heading_open"]) == 1
    linked = markdown.write([paper(title=text, identifiers={"doi": "10.1/a"})])
    assert kinds(linked) <= HARMLESS | {"link_open", "link_close"}
    assert links(linked) == ["https://doi.org/10.1/a"]
    assert shown(linked).splitlines()[-1] == shown_as(text)


def shown_as(text: str) -> str:
    """A text as one visible line."""
    from gencli.text import one_line

    return one_line(text.strip())


@pytest.mark.parametrize("text", HOSTILE)
def test_headings_labels_groups_and_notes_are_only_texts(text: str) -> None:
    entry = mention(text, (text,), text, 1, note=f"before %%{text.replace('%', '')}%% <nowiki>{text}</nowiki>")
    written = markdown.write([paper(title="T")], [page(text, ("k2020", entry))])
    assert kinds(written) <= HARMLESS | {"strong_open", "strong_close", "code_inline"}
    headings = [token.content for token in tokens(written) if token.type == "inline" and token.level == 1][:2]
    assert len([token for token in tokens(written) if token.type == "heading_open"]) == 2 == len(headings)
    assert shown(written).splitlines()[0] == shown_as(text)


@pytest.mark.parametrize(
    "text",
    ["plain ## text", "Wow!", "a [b] c", "C++ and C#", "2019. A year", "1. a", "3-D", "x < y > z", "a | b",
     "AT&T &amp; co", "snake_case_name", "5 * 3 * 2", "#1 of 2", "back\\slash", "~tilde~"],
)  # fmt: skip
def test_what_a_text_says_is_what_a_reader_sees(text: str) -> None:
    assert shown(markdown.write([paper(title=text)])).splitlines()[-1] == text
    entry = mention("T", note=f"note: {text}")
    assert shown(markdown.write([paper(title="T")], [page("P", ("k2020", entry))])).endswith(f"note: {text}")
    assert shown(markdown.write([paper(title="T")], [page(text, ("k2020", mention("T")))])).splitlines()[0] == text


@pytest.mark.parametrize(
    ("note", "line"),
    [
        ("see [[https://x.org/a|this]] too", "see [this](https://x.org/a) too"),
        ("see https://x.org/a.", "see [https://x.org/a](https://x.org/a)."),
        ("[[javascript:alert(1)|click]]", "click"),
        ("[[data:text/html,x|click]]", "click"),
        ("[[file:///etc/passwd|click]]", "click"),
        ("[[ml:other|Other page]]", "Other page"),
        ("Wow![[https://x.org|x]]", "Wow\\![x](https://x.org)"),
        ("[[https://x.org/a)b(c|x]]", "[x](https://x.org/a%29b%28c)"),
        ('[[https://x.org/a "title" <b>|x]]', "x"),
        ("[[https://x.org/?a=1&lt;=2|x]]", "[x](https://x.org/?a=1&amp;lt;=2)"),
        ("[[https://x.org|a]b]]", "[a\\]b](https://x.org)"),
        ("**bold** and //italic//", "**bold** and *italic*"),
        ("%%[[raw]]%% and <nowiki>`x`</nowiki>", "`[[raw]]` and `'x'`"),
        ("two\nlines \\\\ three", "two lines three"),
        ("{{image.png}} gone", "gone"),
    ],
)
def test_a_note_in_markdown(note: str, line: str) -> None:
    written = markdown.write([paper(title="T")], [page("P", ("k2020", mention("T", note=note)))])
    assert written == f"# P\n\n- T {line}\n"
    assert "image" not in kinds(written)


@pytest.mark.parametrize(
    ("note", "line", "seen"),
    [
        ("see %%a%%%%b%% there", "see `ab` there", "see ab there"),
        ("%%a%%<nowiki>%</nowiki>%%b%%", "`a%b`", "a%b"),
        ("%%a%%{{image.png}}%%b%%", "`ab`", "ab"),
        ("%%a%%%% %%%%b%%", "`a b`", "a b"),
        ("''%%a%%''''%%b%%''", "`ab`", "ab"),
        ("**%%a%%**%%b%%", "`ab`", "ab"),
        ("%%a%% %%b%%", "`a` `b`", "a b"),
        ("%%a%%-%%b%%", "`a`-`b`", "a-b"),
        ("Wow!{{image.png}}[[https://x.org|x]]", "Wow\\![x](https://x.org)", "Wow!x"),
    ],
)
def test_raw_texts_side_by_side_are_one(note: str, line: str, seen: str) -> None:
    written = markdown.write([paper(title="T")], [page("P", ("k2020", mention("T", note=note)))])
    assert written == f"# P\n\n- T {line}\n"
    assert shown(written).splitlines()[-1] == f"T {seen}"


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "JAVASCRIPT:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "//evil.org",
        "https:// x",
        "",
    ],
)
def test_an_address_that_is_not_of_the_web_is_no_link(url: str) -> None:
    told = paper(title="T", links=(Link("web", url), Link("code", url), Link("pdf", url)))
    assert markdown.write([told]) == "# Reading list\n\n- T\n"


SIGNS = st.lists(
    st.sampled_from([*"[]()!*_`<>#-+=|~&;:\\ab1. \n", "https://e.org", "www.e.org", "](", "&lt;", "javascript:"]),
    max_size=25,
).map("".join)


@settings(max_examples=150, derandomize=True, deadline=None)
@given(text=SIGNS, url=SIGNS)
def test_whatever_a_text_holds_it_stays_a_text(text: str, url: str) -> None:
    told = paper(title=text, links=(Link("web", "https://x.org/" + url), Link("code", "https://c.org/" + url)))
    written = markdown.write([told, paper(key="b", title=text)], [page(text, ("b", mention(text, (text,), None)))])
    assert kinds(written) <= HARMLESS | {"link_open", "link_close"}
    assert all(link.startswith(("https://x.org/", "https://c.org/")) for link in links(written))
    assert len([token for token in tokens(written) if token.type == "heading_open"]) == 3


@pytest.mark.parametrize(
    "doi", ["10.1000/a#b", "10.1000/a?b=1", "10.1002/(sici)1097(19)17:15<16::aid>3.0.co;2-2", "10.1000/a%b"]
)
def test_a_link_of_a_doi_is_that_of_the_whole_doi(doi: str) -> None:
    (address,) = links(markdown.write([paper(title="T", identifiers={"doi": doi})]))
    found = identify(address)
    assert found is not None
    assert found.value == doi
