"""DokuWiki pages as people write them: every rule of the syntax that a reading list meets, and two real pages."""

import re
from pathlib import Path

import pytest

from conftest import ROOT
from gencli.formats import dokuwiki
from gencli.identifiers import identify
from gencli.markup import inline
from gencli.model import Author, Link, Mention, Page, Record

WIKI = ROOT.parent / "shared" / "wiki"
X = "[[https://arxiv.org/abs/2201.02177|One et al 2022 - X of Nets]]"
Y = "[[https://arxiv.org/abs/1812.11118|Two 2018 - Y of Nets]]"
Z = "[[https://doi.org/10.1000/z|Three & Four 2020 - Z of Nets]]"


def read(text: str) -> Page:
    return dokuwiki.read(text, "lists/page.txt", "page")


def read_items(*items: str) -> Page:
    return read("====== Reading ======\n" + "".join(f"  * {item}\n" for item in items))


def only(page: Page) -> Record:
    assert len(page.records) == 1
    return page.records[0]


def mentions(page: Page) -> list[Mention]:
    return [mention for record in page.records for mention in record.mentions]


def items(page: Page) -> list[Mention]:
    found = [mention for mention in mentions(page) if mention.role == "item"]
    return sorted(found, key=lambda mention: mention.position or 0)


def notes(page: Page) -> list[str]:
    return [mention.note for mention in items(page)]


def title_and_names(record: Record) -> tuple[str | None, list[str], int | None]:
    return record.title, [author.surname for author in record.authors], record.year


# --- headings ------------------------------------------------------------------------------------


def test_the_level_of_a_heading_is_counted_on_its_left() -> None:
    page = read(
        f"====== Reading ==\n===== A =====\n==== B =====\n  * {X}\n==== C ==\n  * {Y}\n===== D ===\n== E ==\n  * {Z}\n"
    )
    assert page.title == "Reading"
    assert [mention.section for mention in items(page)] == [("A", "B"), ("A", "C"), ("D", "E")]


def test_a_page_without_a_single_top_heading_is_named_after_its_file() -> None:
    page = read(f"====== 2020 ======\n  * {X}\n====== 2019 ======\n  * {Y}\n")
    assert page.title == "page"
    assert [mention.section for mention in items(page)] == [("2020",), ("2019",)]
    assert read(f"===== A =====\n====== B ======\n  * {X}\n").title == "page"
    assert read(f"  * {X}\n").title == "page"
    assert items(read(f"  * {X}\n"))[0].section == ()


@pytest.mark.parametrize("line", ["if x == y and z == w", "== open", "a == b ==", "==", "====", "== ==", "= One ="])
def test_what_is_no_heading(line: str) -> None:
    page = read(f"====== Reading ======\n{line}\n  * {X}\n")
    assert items(page)[0].section == ()


def test_a_heading_may_hold_a_comparison_and_stand_indented() -> None:
    page = read(f"====== Reading ======\n == x == y ==  \n  * {X}\n")
    assert items(page)[0].section == ("x == y",)


def test_line_ends_of_any_system_and_a_byte_order_mark() -> None:
    text = f"====== Reading ======\n===== A =====\n  * {X} a note\n  * {Y}\n"
    for variant in (text.replace("\n", "\r\n"), text.replace("\n", "\r"), "\ufeff" + text, text.rstrip("\n")):
        page = read(variant)
        assert (page.title, page.records) == ("Reading", read(text).records)
        assert page.text == variant


# --- links ---------------------------------------------------------------------------------------


def test_a_link_is_split_at_its_first_bar() -> None:
    record = only(read_items("[[https://example.org/a|Nets | and Bars]]"))
    assert (record.title, dict(record.identifiers)) == ("Nets | and Bars", {"url": "https://example.org/a"})


def test_a_bare_address_ends_before_the_sentence() -> None:
    page = read_items("https://arxiv.org/abs/2201.02177, good", "(https://example.org/x_(y)).")
    assert [dict(record.identifiers) for record in page.records] == [
        {"arxiv": "2201.02177"},
        {"url": "https://example.org/x_(y)"},
    ]
    assert notes(page) == [", good", ""]


@pytest.mark.parametrize(
    ("target", "identifiers", "address"),
    [
        ("doi>10.1000/x", {"doi": "10.1000/x"}, "https://doi.org/10.1000/x"),
        ("DOI>10.1000/X", {"doi": "10.1000/x"}, "https://doi.org/10.1000/x"),
        ("arxiv>2201.02177v2", {"arxiv": "2201.02177"}, "https://arxiv.org/abs/2201.02177"),
        ("pmid>123456", {"pmid": "123456"}, "https://pubmed.ncbi.nlm.nih.gov/123456/"),
        ("www.example.org/a", {"url": "http://www.example.org/a"}, "http://www.example.org/a"),
        ("https://arxiv.org/pdf/2201.02177v1.pdf", {"arxiv": "2201.02177"}, "https://arxiv.org/pdf/2201.02177"),
        (
            "https://openreview.net/pdf?id=ry_WPG-A-",
            {"openreview": "ry_WPG-A-"},
            "https://openreview.net/pdf?id=ry_WPG-A-",
        ),
    ],
)
def test_targets(target: str, identifiers: dict[str, str], address: str) -> None:
    record = only(read_items(f"[[{target}|One 2020 - Nets of Nets]]"))
    assert (dict(record.identifiers), record.title) == (identifiers, "Nets of Nets")
    assert [link.url for link in record.links] == [address]


@pytest.mark.parametrize(
    ("label", "address", "rel"),
    [
        ("pdf", "https://example.org/x", "web"),
        ("pdf", "https://example.org/x.pdf", "pdf"),
        ("Code", "https://example.org/x", "code"),
        ("our own repository", "https://github.com/a/b", "code"),
        ("Slides", "https://example.org/s.pdf", "slides"),
        ("a lecture", "https://www.youtube.com/watch?v=1", "video"),
        ("Talk", "https://example.org/t", "video"),
        ("Poster", "https://example.org/p", "poster"),
        ("website", "https://example.org/", "web"),
    ],
)
def test_the_second_link_of_an_item_is_of_the_work(label: str, address: str, rel: str) -> None:
    page = read_items(f"{X} [[{address}|{label}]]")
    assert only(page).links == (Link("abs", "https://arxiv.org/abs/2201.02177"), Link(rel, address))
    assert dict(only(page).identifiers) == {"arxiv": "2201.02177"}
    assert notes(page) == [""]


def test_a_second_name_of_the_work_is_its_identifier() -> None:
    page = read_items(f"{X} [[https://doi.org/10.1000/x|doi]]", "[[https://doi.org/10.1000/x|One 2022 - X, in print]]")
    assert dict(only(page).identifiers) == {"arxiv": "2201.02177", "doi": "10.1000/x"}
    assert len(mentions(page)) == 2


def test_the_doi_of_the_code_is_not_the_papers() -> None:
    record = only(read_items(f"{X} [[https://doi.org/10.5281/zenodo.1|code]]"))
    assert dict(record.identifiers) == {"arxiv": "2201.02177"}
    assert Link("code", "https://doi.org/10.5281/zenodo.1") in record.links


def test_another_paper_in_a_note_is_mentioned_in_passing() -> None:
    page = read_items(f"{X} builds on {Y} (see **{Z}**)")
    assert notes(page) == [f"builds on {Y} (see **{Z}**)"]
    passing = [mention for mention in mentions(page) if mention.role == "prose"]
    assert [(mention.label, mention.position, mention.starred) for mention in passing] == [
        ("Two 2018 - Y of Nets", None, False),
        ("Three & Four 2020 - Z of Nets", None, True),
    ]
    assert [record.title for record in page.records] == ["X of Nets", "Y of Nets", "Z of Nets"]


def test_one_paper_linked_in_many_ways_is_one_record() -> None:
    page = read_items(
        X,
        "[[http://www.arxiv.org/pdf/2201.02177v2.pdf|One 2022]]",
        "[[https://doi.org/10.48550/arXiv.2201.02177|X of Nets]]",
        "[[arxiv>2201.02177]]",
    )
    assert [mention.position for mention in only(page).mentions] == [1, 2, 3, 4]
    assert only(page).title == "X of Nets"


def test_an_item_knows_a_paper_better_than_a_passing_mention() -> None:
    page = read(f"From [[https://arxiv.org/abs/2201.02177|One 2022 - A short name]]:\n  * {X}\n")
    assert [mention.role for mention in only(page).mentions] == ["prose", "item"]
    assert only(page).title == "X of Nets"


# --- emphasis ------------------------------------------------------------------------------------


def test_a_paper_in_bold_is_starred() -> None:
    page = read_items(f"**{X}**", f"**{Y}** a **bold** note", f"{Z} a **bold** note")
    assert [mention.starred for mention in items(page)] == [True, True, False]
    assert notes(page) == ["", "a **bold** note", "a **bold** note"]


def test_an_odd_mark_is_literal() -> None:
    page = read_items(f"{X} costs O(n**2)", f"**{Y}**", f"//{Z}// ** new")
    assert [mention.starred for mention in items(page)] == [False, True, False]
    assert notes(page) == ["costs O(n**2)", "", "** new"]


def test_bold_stretches_and_links_of_the_structure() -> None:
    shape = dokuwiki.structure(f"====== Reading ======\n  * **{X}** and **more**\n  * **{Y} with {Z}**\n", "page")
    assert shape.bold() == [("One et al 2022 - X of Nets", True), ("more", False), (_plain(f"{Y} with {Z}"), True)]
    assert [span.target for span in shape.links()] == [
        "https://arxiv.org/abs/2201.02177",
        "https://arxiv.org/abs/1812.11118",
        "https://doi.org/10.1000/z",
    ]


def _plain(text: str) -> str:
    return "".join(span.text for span in inline(text))


# --- what hides links, and where else they stand ---------------------------------------------------


@pytest.mark.parametrize(
    "hidden",
    [
        f"%%{X}%%",
        f"<nowiki>{X}</nowiki>",
        f"<code>{X}</code>",
        f"<code>\n{X}\n  * {X}\n\n===== No heading =====\n</code>",
        f"<file txt x.txt>\n  * {X}\n</file>",
        f"before <CODE python>\n  * {X}\n</CODE> after",
        f"  {X} in an indented block",
        f"\t{X} in an indented block",
    ],
)
def test_raw_text_hides_links(hidden: str) -> None:
    page = read(f"====== Reading ======\n===== A =====\n{hidden}\n  * {Y}\n")
    assert dict(only(page).identifiers) == {"arxiv": "1812.11118"}
    assert items(page)[0].section == ("A",)
    assert page.problems == ()


def test_raw_text_that_is_never_closed_hides_nothing() -> None:
    page = read(f"  * {X}\nthe <code> tag, 100 %% of it\n  * {Y}\n")
    assert len(page.records) == 2


def test_raw_text_inside_an_item_may_hold_what_looks_like_items() -> None:
    page = read(f"  * {X} with <code>\n  * {Y}\n\n</code> and more\n  * {Z}\n")
    assert [record.title for record in page.records] == ["X of Nets", "Z of Nets"]
    assert notes(page) == [f"with <code>\n  * {Y}\n\n</code> and more", ""]


def test_links_in_footnotes_and_tables_and_running_text() -> None:
    page = read(
        "====== Reading ======\n"
        "===== A =====\n"
        f"As was shown (({X})), and before by https://arxiv.org/abs/1812.11118.\n"
        "^ Paper ^ Year ^\n"
        f"| {Z} | 2020 |\n"
    )
    assert [(mention.role, mention.position, mention.section) for mention in mentions(page)] == [
        ("prose", None, ("A",)),
        ("prose", None, ("A",)),
        ("item", 1, ("A",)),
    ]
    assert [next(iter(record.identifiers.values())) for record in page.records] == [
        "2201.02177",
        "1812.11118",
        "10.1000/z",
    ]


def test_an_item_whose_footnote_names_a_paper_is_no_problem() -> None:
    page = read_items('it is known ((Ann One, "Nets of Nets", //Nets//, 2020))', "who knows ((nobody))")
    assert [(mention.role, mention.label) for mention in mentions(page)] == [
        ("prose", 'Ann One, "Nets of Nets", Nets, 2020')
    ]
    assert [problem.raw for problem in page.problems] == ["who knows ((nobody))"]


def test_a_link_out_of_the_wiki_in_running_text_is_a_problem_with_its_line() -> None:
    page = read("====== Reading ======\n\nSee [[https://example.org/a|this]] and www.example.org.\n")
    assert [(problem.where, problem.raw) for problem in page.problems] == [
        ("lists/page.txt:3", "[[https://example.org/a|this]]"),
        ("lists/page.txt:3", "www.example.org"),
    ]
    assert "https://example.org/a" in page.problems[0].what
    assert page.records == ()


def test_a_quotation_full_of_citations_makes_no_paper() -> None:
    page = read(f"From {X}:\nIt is known (Opper, 1995, 2001; Geiger et al., 2019b; Xu & Hsu, 2019).\n")
    assert len(page.records) == 1


# --- items that run on, and forced line ends -------------------------------------------------------


@pytest.mark.parametrize(
    ("item", "note"),
    [
        ("[[https://arxiv.org/abs/2201.02177|One et al 2022 -\nX of Nets]] good", "good"),
        (f"{X} a **bold\nnote** here", "a **bold\nnote** here"),
        (f"{X} an //emphasised\nnote// here", "an //emphasised\nnote// here"),
        (f"{X} costs O(n**2), see [[https://example.org/a|our\nblog]]", None),
    ],
)
def test_what_is_open_at_a_lines_end_goes_on_in_the_next(item: str, note: str | None) -> None:
    page = read(f"====== Reading ======\n  * {item}\nplain text\n  * {Y}\n")
    assert [record.title for record in page.records] == ["X of Nets", "Y of Nets"]
    assert notes(page)[0] == (item.removeprefix(f"{X} ") if note is None else note)


@pytest.mark.parametrize("opened", ["[[", "**", "//", "costs O(n**2)", "[[https://example.org/a|never"])
def test_what_is_never_closed_takes_in_no_other_item(opened: str) -> None:
    page = read(f"====== Reading ======\n  * {X} {opened}\n  * {Y}\n\n===== A =====\n  * {Z}\n")
    assert [record.title for record in page.records] == ["X of Nets", "Y of Nets", "Z of Nets"]
    assert items(page)[2].section == ("A",)


def test_a_link_in_running_text_may_run_on() -> None:
    page = read("From [[https://arxiv.org/abs/2201.02177|One et al\n2022 - X of Nets]]:\nand so on\n")
    assert (only(page).title, only(page).mentions[0].role) == ("X of Nets", "prose")


def test_what_is_left_open_hides_no_link_behind_it() -> None:
    page = read_items(f"see [[ or {Y}", f"{X} and [[ open, {Z}")
    assert [record.title for record in page.records] == ["Y of Nets", "X of Nets", "Z of Nets"]


def test_the_pieces_of_an_item_may_be_authors_title_and_venue() -> None:
    page = read_items(
        "Ann One, Bo Two \\\\ Learning of Nets \\\\ ICLR 2017 \\\\ https://arxiv.org/abs/2201.02177",
        "**Learning of Trees** \\\\ Ann One, Bo Two \\\\ //Nets Journal//, 2018 \\\\ [[https://doi.org/10.1000/x|pdf]]",
    )
    assert [title_and_names(record) for record in page.records] == [
        ("Learning of Nets", ["One", "Two"], 2017),
        ("Learning of Trees", ["One", "Two"], 2018),
    ]
    assert [record.venue for record in page.records] == ["ICLR", "Nets Journal"]
    assert [dict(record.identifiers) for record in page.records] == [{"arxiv": "2201.02177"}, {"doi": "10.1000/x"}]


# --- lists ---------------------------------------------------------------------------------------


def test_nesting_by_blanks_and_by_tabs() -> None:
    lines = ["* **Overviews**", f"\t* {X}", "\t\t* a remark", f"\t* {Y}", f"* {Z}"]
    for unit in ("  ", "\t"):
        page = read("".join(line.replace("\t", unit).replace("*", f"{unit}*", 1) + "\n" for line in lines))
        assert [(mention.group, mention.note) for mention in items(page)] == [
            ("Overviews", "a remark"),
            ("Overviews", ""),
            (None, ""),
        ]


def test_a_list_may_be_indented_as_a_whole() -> None:
    page = read(f"    * {X}\n      * a remark\n    * {Y}\n")
    assert notes(page) == ["a remark", ""]
    assert {mention.group for mention in items(page)} == {None}


def test_an_item_that_is_shallower_than_the_first_of_its_list_is_beside_it() -> None:
    page = read(f"    * {X}\n   * {Y}\n    * {Z}\n")
    assert [mention.group for mention in items(page)] == [None, None, None]


def test_a_list_behind_an_indented_one_has_depths_of_its_own() -> None:
    page = read(f"      * {X}\n\n  * **A**\n    * {Y}\n  * {Z}\n")
    assert [mention.group for mention in items(page)] == [None, "A", None]


def test_an_item_between_two_depths_is_beside_the_shallower_one() -> None:
    page = read(f"  * **A**\n    * {X}\n        * a remark\n      * {Y}\n")
    assert [mention.group for mention in items(page)] == ["A", "A"]
    assert notes(page) == ["a remark", ""]


def test_ordered_lists() -> None:
    page = read(f"  - {X}\n    - a remark\n  - {Y}\n")
    assert [(mention.position, mention.note) for mention in items(page)] == [(1, "a remark"), (2, "")]


def test_a_paper_under_a_paper_is_in_its_group() -> None:
    page = read(f"  * {X}\n    * {Y}\n      * of Y\n    * of X\n")
    assert [(mention.label[:3], mention.group, mention.note) for mention in items(page)] == [
        ("One", None, "of X"),
        ("Two", "One et al 2022 - X of Nets", "of Y"),
    ]


def test_an_item_with_items_under_it_and_no_link_names_their_group() -> None:
    page = read(f"  * Overview papers:\n    * {X}\n  * {Y}\n")
    assert [mention.group for mention in items(page)] == ["Overview papers", None]
    assert page.problems == ()


def test_a_bold_label_holds_for_the_items_after_it_to_the_end_of_the_list() -> None:
    page = read(f"  * {X}\n  * **Theory**\n  * {Y}\n\nSome text.\n  * {Z}\n")
    assert [mention.group for mention in items(page)] == [None, "Theory", None]


def test_remarks_and_links_under_a_paper_are_the_papers() -> None:
    page = read(
        f"  * {X} first\n"
        "    * second (see O(1/sqrt(n)))\n"
        '    * Good summary. Read in 2019, says "what neural nets do".\n'
        "    * [[https://github.com/a/b|Code]]\n"
        "    * [[https://example.org/s|Slides]] of the talk in Rome\n"
        "    * [[https://doi.org/10.1000/x|doi]]\n"
        "      * **third**, deeper\n"
        f"  * {Y}\n"
    )
    first, second = page.records
    assert notes(page) == [
        "first\nsecond (see O(1/sqrt(n)))\n"
        'Good summary. Read in 2019, says "what neural nets do".'
        "\nof the talk in Rome\n**third**, deeper",
        "",
    ]
    assert [link.rel for link in first.links] == ["abs", "code", "slides", "web"]
    assert dict(first.identifiers) == {"arxiv": "2201.02177", "doi": "10.1000/x"}
    assert len(second.links) == 1


def test_two_papers_with_one_repository_are_two() -> None:
    code = "    * [[https://github.com/a/b|Code]]\n"
    page = read(f"  * {X}\n{code}  * {Y}\n{code}")
    assert [dict(record.identifiers) for record in page.records] == [{"arxiv": "2201.02177"}, {"arxiv": "1812.11118"}]


def test_bold_without_a_bullet_and_doubled_bullets() -> None:
    page = read(f"  **{X}** good\n    ** {Y}\n  * {Z}\n")
    assert [(mention.label[:3], mention.starred) for mention in items(page)] == [
        ("One", True),
        ("Two", False),
        ("Thr", False),
    ]


def test_items_at_the_lines_start_count_where_no_item_is_indented() -> None:
    assert len(items(read(f"* {X}\n* {Y} good\n"))) == 2
    assert len(items(read(f"- {X}\n- {Y}\n"))) == 2
    assert [mention.role for mention in mentions(read(f"* {X}\n  * {Y}\n"))] == ["prose", "item"]


def test_a_page_of_the_wiki_is_related_and_no_problem() -> None:
    page = read_items("[[ml:Deep Learning#Theory|Theory]]", "see [[ML:Deep learning]] too", X)
    assert page.related == (("ml:deep_learning", "Theory"),)
    assert len(page.records) == 1
    assert page.problems == ()


def test_a_page_of_the_wiki_on_a_paper_names_the_paper() -> None:
    page = read_items("[[papers:one2020|One & Two 2020 - Nets of Nets]] must read")
    assert title_and_names(only(page)) == ("Nets of Nets", ["One", "Two"], 2020)
    assert (notes(page), page.related[0][0]) == (["must read"], "papers:one2020")


@pytest.mark.parametrize(
    "item",
    [
        "read this first",
        "Good summary. Read in 2019.",
        "[[http://[bad|X]]",
        "[[someone@example.org]]",
        "{{:x.png}}",
        "[[wp>Net]]",
        "<code>x</code>",
    ],
)
def test_an_item_that_names_no_paper_is_a_problem_with_its_line(item: str) -> None:
    page = read(f"====== Reading ======\n\n  * {X}\n  * {item}\n")
    assert [(problem.where, problem.raw) for problem in page.problems] == [("lists/page.txt:4", item)]
    assert len(page.records) == 1


# --- what an item says of its work -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("item", "told", "note"),
    [
        (f"Aarti Singh's work: {Z}", ("Z of Nets", ["Three", "Four"], 2020), "Aarti Singh's work:"),
        ("Aarti Singh's work: [[https://doi.org/10.1000/z|2019 - Z of Nets]]", ("Z of Nets", ["Singh"], 2019), ""),
        (f"Important: {Z} indeed", ("Z of Nets", ["Three", "Four"], 2020), "Important: indeed"),
        (f"(new) {Z}", ("Z of Nets", ["Three", "Four"], 2020), "(new)"),
        ("Z of Nets: [[https://doi.org/10.1000/z|pdf]]", ("Z of Nets", [], None), ""),
        ("Z of Nets: [[https://arxiv.org/abs/2201.02177|arXiv:2201.02177]]", ("Z of Nets", [], None), ""),
        ("[[https://doi.org/10.1000/z|pdf]] Ann One 2020 - Z of Nets", ("Z of Nets", ["One"], 2020), None),
        ("One et al. (2017). [[https://doi.org/10.1000/z|Z of Nets]]. ICLR.", ("Z of Nets", ["One"], 2017), ""),
        ("see https://doi.org/10.1000/z", (None, [], None), ""),
        ("[[https://doi.org/10.1000/z]] - a must", (None, [], None), "- a must"),
        ("[[https://doi.org/10.1000/z|Raj 2020]]", (None, ["Raj"], 2020), ""),
    ],
)
def test_items(item: str, told: tuple[str | None, list[str], int | None], note: str | None) -> None:
    page = read_items(item)
    assert title_and_names(only(page)) == told
    assert note is None or notes(page) == [note]
    assert not set(only(page).identifiers) & {"url"}


def test_title_pdf_code() -> None:
    page = read_items("Nets of Nets: [[https://arxiv.org/abs/2201.02177|pdf]] [[https://github.com/a/b|code]]")
    record = only(page)
    assert (record.title, dict(record.identifiers)) == ("Nets of Nets", {"arxiv": "2201.02177"})
    assert [(link.rel, link.url) for link in record.links] == [
        ("abs", "https://arxiv.org/abs/2201.02177"),
        ("code", "https://github.com/a/b"),
    ]
    assert (items(page)[0].label, items(page)[0].note) == ("Nets of Nets", "")


def test_links_without_any_name_of_a_work_are_two_works_where_they_lead_to_two_places() -> None:
    page = read_items("[[https://github.com/a/b|Code]] in Python", "[[https://github.com/c/d|Code]] in Rust")
    assert [dict(record.identifiers) for record in page.records] == [
        {"url": "https://github.com/a/b"},
        {"url": "https://github.com/c/d"},
    ]
    assert notes(page) == ["in Python", "in Rust"]


def test_an_article_is_dated_by_its_address() -> None:
    record = only(read_items("[[https://blog.org/2019/03/14/nets.html|Some Blog - Are Nets Overfitted?]]"))
    assert (record.year, record.date, record.venue, record.title) == (
        2019,
        "2019-03-14",
        "Some Blog",
        "Are Nets Overfitted?",
    )


@pytest.mark.parametrize(
    ("item", "identifiers"),
    [
        ('Ann One, "Nets of Nets", //Nets//, 2020. doi: 10.1000/X.', {"doi": "10.1000/x"}),
        ('Ann One, "Nets of Nets", 2020. arXiv:2201.02177v2 [cs.LG]', {"arxiv": "2201.02177"}),
        ('Ann One, "Nets of Nets", 2020, ISBN 978-3-642-35454-0', {}),
        (
            'Ann One, "Nets of Nets", 2020, https://doi.org/10.1000/x, https://arxiv.org/abs/2201.02177',
            {"doi": "10.1000/x", "arxiv": "2201.02177"},
        ),
    ],
)
def test_a_citation_without_a_link(item: str, identifiers: dict[str, str]) -> None:
    page = read_items(item)
    assert title_and_names(only(page)) == ("Nets of Nets", ["One"], 2020)
    assert dict(only(page).identifiers) == identifiers
    assert page.problems == ()


def test_a_citation_links_another_work() -> None:
    page = read_items(f"Nets of Nets: [[https://arxiv.org/abs/2201.02177|pdf]], extends {Z}")
    assert [dict(record.identifiers) for record in page.records] == [{"arxiv": "2201.02177"}, {"doi": "10.1000/z"}]
    assert [mention.role for mention in mentions(page)] == ["item", "prose"]


def test_a_citation_that_stands_twice_is_one_work() -> None:
    citation = 'Ann One, Bo Two, "Nets – of Nets", //Proceedings of Nets//, Rome, 2020'
    page = read(f"  * {citation}\n  * {X}\n  * {citation.replace('–', '-')}\n")
    assert len(page.records) == 2
    assert [mention.position for mention in page.records[0].mentions] == [1, 3]


@pytest.mark.parametrize(
    ("item", "type_"),
    [
        ('Ann One, "Nets of Nets", //Proceedings of Nets 2020//', "inproceedings"),
        ('Ann One, "Nets of Nets", //Nets Workshop//, 2020', "inproceedings"),
        ('Ann One, "Nets of Nets", //Journal of Nets//, 2020', "article"),
        (Z, "article"),
        (X, "misc"),
    ],
)
def test_types(item: str, type_: str) -> None:
    assert only(read_items(item)).type == type_


def test_media_of_the_wiki() -> None:
    page = read_items(
        "{{:papers:one2020.pdf|One 2020 - Nets of Nets}}", "{{https://example.org/x.pdf|Two 2021 - Trees}}"
    )
    assert [title_and_names(record) for record in page.records] == [
        ("Nets of Nets", ["One"], 2020),
        ("Trees", ["Two"], 2021),
    ]
    assert page.records[1].links == (Link("pdf", "https://example.org/x.pdf"),)


# --- pages that lost their line ends ----------------------------------------------------------------


def flat(*pieces: str) -> Page:
    return read(" ".join(pieces))


def test_headings_and_items_are_found_inside_a_line() -> None:
    page = flat(
        "====== Reading ======", "Words.", "===== A =====", f"* {X} good.", f"* **{Y}**", "==== B =====", f"* {Z}"
    )
    assert page.title == "Reading"
    assert [(mention.section, mention.note, mention.starred) for mention in items(page)] == [
        (("A",), "good.", False),
        (("A",), "", True),
        (("A", "B"), "", False),
    ]


@pytest.mark.parametrize(
    "prose",
    [
        "where a * b is small",
        f"cost n * m (see {Z})",
        "a * Big idea about nets",
        "x * (y + z) * w",
        "for 2 * 3 of them",
    ],
)
def test_a_star_in_prose_or_in_a_formula_begins_no_item(prose: str) -> None:
    page = flat("====== Reading ======", "===== A =====", f"* {X} {prose} so", f"* {Y}")
    assert notes(page) == [f"{prose} so", ""]
    page = flat("====== Reading ======", f"Here {prose} so.", "===== A =====", f"* {Y}")
    assert [mention.position for mention in items(page)] == [1]


def test_a_comparison_in_a_line_is_no_heading() -> None:
    page = flat("====== Reading ======", f"* {X} if x == y and z == w", f"* {Y}", "===== A =====", f"* {Z}")
    assert [mention.section for mention in items(page)] == [(), (), ("A",)]
    assert notes(page)[0] == "if x == y and z == w"


def test_plain_citations_are_found_inside_a_line() -> None:
    one, two = 'Ann One, "Nets of Nets", //Nets//, 2020.', 'Bo Two, "Trees of Nets", //Nets//, 2021.'
    page = flat("====== Reading ======", f"* {one}", f"* {two}", "===== B =====", f"* {X}")
    assert [record.title for record in page.records] == ["Nets of Nets", "Trees of Nets", "X of Nets"]


def test_stars_inside_links_and_raw_text_begin_no_item() -> None:
    page = flat(
        "====== Reading ======", "* [[https://example.org/a|One 2020 - A * [B] Net]]", "%% * [[x]] %%", f"* {X}"
    )
    assert [mention.position for mention in items(page)] == [1, 2]
    assert page.records[0].title == "A * [B] Net"


# --- the user's page --------------------------------------------------------------------------------


def test_the_links_of_the_users_page() -> None:
    text = (ROOT / "data" / "generalization_in_deep_learning.txt").read_text(encoding="utf-8")
    targets = [span.target for span in dokuwiki.structure(text, "page").links()]
    assert (len(targets), len([target for target in targets if "://" in target])) == (32, 31)
    assert read(text).text == text


# --- two real pages ---------------------------------------------------------------------------------

real = pytest.mark.skipif(not WIKI.is_dir(), reason="the real pages are not beside the repository")


def real_page(name: str) -> tuple[str, Page]:
    text = (WIKI / name).read_text(encoding="utf-8")
    return text, dokuwiki.read(text, name, Path(name).stem)


def told_addresses(page: Page) -> set[str]:
    """Every place that a page's records, notes and problems lead to, in normal form."""
    texts = [mention.note + " " + mention.label for mention in mentions(page)]
    texts += [f"{problem.raw} {problem.what}" for problem in page.problems]
    found = [span.target for text in texts for span in inline(text) if span.kind == "link"]
    found += [link.url for record in page.records for link in record.links]
    values = {value for record in page.records for value in record.identifiers.values()}
    return values | {_normal(address) for address in found}


def _normal(address: str) -> str:
    found = identify(address)
    return found.value if found else address


@real
@pytest.mark.parametrize("name", ["links_real_page.txt", "publications_real_page.txt"])
def test_no_link_of_a_real_page_is_lost(name: str) -> None:
    text, page = real_page(name)
    written = re.findall(r"\[\[\s*((?:https?://|www\.)[^|\]\s]+)", text) + re.findall(
        r"(?<![\[/])https?://[^\s|\]]+", text
    )
    assert len(written) >= 4
    assert {_normal(address.rstrip(".,")) for address in written} <= told_addresses(page)


@real
def test_no_item_of_a_real_page_is_lost() -> None:
    text, page = real_page("publications_real_page.txt")
    lines = re.findall(r"^(?: {2,}|\t)\s*\*(?!\*)", text, re.MULTILINE)
    assert len(items(page)) == len(lines)
    assert page.problems == ()
    assert len(page.records) >= 220
    assert {mention.section for mention in items(page)} >= {("2024",), ("2016",), ("2003",)}
    text, page = real_page("links_real_page.txt")
    assert page.records == ()
    assert len(page.problems) == 26


@real
@pytest.mark.parametrize(
    ("title", "names", "venue", "year"),
    [
        (
            "BERTVRepair: On the Adoption of CodeBERT for Automated Vulnerability Code Repair",
            ["Dang", "Thanh", "Nguyen-Duc"],
            "Generative AI for Effective Software Development",
            2024,
        ),
        (
            "Supervised Learning Models for Social Bot Detection: Literature review and benchmark",
            [
                "Nguyen",
                "Nguyen",
                "Nguyen",
                "T.To",
                "Nguyen",
                "Nguyen-Gia",
                "Tran",
                "Tran",
                "Dang-Hieu",
                "Nguyen-Duc",
                "Quan",
            ],
            "Expert System with Applications",
            2024,
        ),
        (
            "A Nature-Inspired Method to Mine Top-k Multi-Level High-Utility Itemsets",
            ["Tung", "Nguyen", "Nguyen", "Tho", "Mai"],
            "Cybernetics and Systems",
            2023,
        ),
        (
            "Transforming Data with Ontology and Word Embedding for an Efficient Classification Framework",
            ["Nguyen", "Do", "Nguyen", "Quan"],
            "EAI Endorsed Transactions on Industrial Networks and Intelligent Systems",
            2023,
        ),
        (
            "Monthly and Seasonal Hydrological Drought Forecasting Using Multi-ELM Models",
            ["Wang", "Zhang", "Band", "Dehghani", "Chau", "Tho", "Zhu", "Samadianfard", "Mosavi"],
            "Engineering Applications of Computational Fluid Mechanics",
            2022,
        ),
        (
            "Packer Identification using Hidden Markov Model",
            ["Hai", "Tho"],
            "The 11th Multi-disciplinary International Workshop on Artificial Intelligence (MIWAI 2017)",
            2017,
        ),
        (
            "Goal-oriented dynamic test generation",
            ["Do", "Khoo", "Fong", "Pears", "Quan"],
            "Information and Software Technology",
            2015,
        ),
        (
            "A Lightweight Formal Approach for Component Reuse",
            ["Huynh", "Bui", "Quan"],
            "Proceedings of Knowledge and Systems Engineering (KSE 2014)",
            2014,
        ),
        (
            "Specification-based Verification of Incomplete Programs",
            ["Le", "Quan", "Le"],
            "Proceedings of Third International Conference on Advances in Computing, Control, and Telecommunication "
            "Technologies (ACT) 2011",
            2011,
        ),
        (
            "MAFSE: A model-based framework for software verification",
            ["Quan", "Hoang", "Nguyen", "Nguyen", "Tran", "Nguyen", "Bui"],
            "Proceedings of the 4th International Conference on Secure Software Integration and Reliability "
            "Improvement",
            2010,
        ),
        (
            "A scholarly semantic web system for advanced search functions",
            ["Quan", "Fong", "Hui"],
            "Online Information Review",
            2007,
        ),
        (
            "Mining multiple clustering data for knowledge discovery",
            ["Quan", "Hui", "Fong"],
            "Proceedings of Conference of Discovery Science 2003 (DS'03)",
            2003,
        ),
    ],
)
def test_papers_of_a_real_page(title: str, names: list[str], venue: str, year: int) -> None:
    _, page = real_page("publications_real_page.txt")
    record = next(record for record in page.records if record.title == title)
    assert [author.surname for author in record.authors] == names
    assert (record.venue, record.year) == (venue, year)


@real
def test_identifiers_and_names_of_a_real_page() -> None:
    _, page = real_page("publications_real_page.txt")
    dois = sorted(record.identifiers["doi"] for record in page.records if "doi" in record.identifiers)
    assert dois == [
        "10.1007/978-3-031-55642-5_8",
        "10.1080/01969722.2023.2296244",
        "10.32508/stdjet.v3isi1.515",
        "10.4108/eetinis.v10i2.2726",
    ]
    seen = {author for record in page.records for author in record.authors}
    assert Author("Quan", "T. T.") in seen
    assert not [author for author in seen if not author.surname or len(author.surname) > 30]


# --- hostile pages ----------------------------------------------------------------------------------


def test_a_page_of_twenty_thousand_items() -> None:
    lines = [
        f"  * [[https://arxiv.org/abs/15{i // 90_000 + 10}.{i % 90_000:05d}|One 2015 - Net {i}]] n{i}\n"
        for i in range(20_000)
    ]
    page = read("====== Reading ======\n" + "".join(lines))
    assert (len(page.records), notes(page)[-1]) == (20_000, "n19999")
    assert len(flat("====== Reading ======", *(line.strip() for line in lines)).records) == 20_000


HOSTILE = {
    "links": "[[" * 200_000,
    "one link": "[[" * 200_000 + "]]",
    "stars": "* " * 200_000,
    "bold": "**" * 200_000,
    "signs": "= " * 100_000 + "== a " * 50_000,
    "italics": "// a" * 100_000,
    "raw": "<code>\n" * 50_000,
    "raw in items": "  * <code> a\n" * 20_000,
    "percents": "%% " * 100_000,
    "media": "{{" * 100_000,
    "blanks": " " * 200_000 + "x",
    "empty lines": "\n" * 200_000,
    "tabs": "\t" * 200_000 + "*",
    "equals": "=" * 200_000 + "x",
    "brackets": "[[" + "]" * 200_000,
    "addresses": "http://a.org/" + ")" * 200_000,
    "doi": "  * 10.1000/" + ")" * 200_000,
    "tails": "  * 10.1000/" + "/full" * 40_000 + "x",
    "commas": "  * " + ", " * 100_000 + "x",
    "names": "  * " + "A. One, " * 25_000 + '"A title here" 2019\n',
    "lead": "  * " + "Aa " * 60_000 + ": [[https://a.org/c|d]]",
    "remarks": f"  * {X}\n" + "    * a remark of some length\n" * 20_000,
    "links under": f"  * {X}\n" + "".join(f"    * [[https://github.com/a/{i}|Code]]\n" for i in range(10_000)),
    "links beside": f"  * {X}" + "".join(f" [[https://github.com/a/{i}|Code]]" for i in range(10_000)),
    "mentions": f"see {X}\n" * 10_000,
    "footnotes": "((" * 50_000 + "[(" * 50_000,
    "many footnotes": "((a 2019 b)) " * 5_000,
    "bars": "|" * 20_000 + "\n" + "^|" * 20_000 + "|",
    "rows": "^ Title ^ Authors ^\n" + f"| {X} | A. One, B. Two |\n" * 1_000,
    "above": "^ Title ^\n" + "| ::: |\n" * 3_000,
    "entries": "<bibtex>\n" + "@article{\n" * 10_000 + "a = {" * 5_000 + "</bibtex>",
    "names over titles": "  * A. One, B. Two 2019\n    * x\n" * 2_000,
    "references": "[1] A. One, B. Two. " + "Nets. " * 10_000 + "2019\n" + "[1] A. One, 2019. Nets\n" * 1_000,
    "broken lines": "Nets 2019 \\\\\n" * 5_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_page_is_read_to_its_end(name: str) -> None:
    text = HOSTILE[name]
    page = read(text)
    assert page.text == text
    assert sum(len(problem.raw) for problem in page.problems) <= len(text)


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_text_is_told_from_a_page(name: str) -> None:
    assert dokuwiki.looks_like(HOSTILE[name]) in (True, False)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("====== T ======\nwords", True),
        (" == T ==", True),
        ("words\n  * item", True),
        ("  - item", True),
        ("words [[ns:page]] words", True),
        ("words ===== T ===== words", True),
        ("a == b", False),
        ("# Heading\n\n* [a](https://a.org)", False),
        ("@article{a, title={b}}", False),
        ("plain words", False),
        ("", False),
    ],
)
def test_the_marks_of_a_page(text: str, expected: bool) -> None:
    assert dokuwiki.looks_like(text) is expected


@pytest.mark.parametrize(
    "behind", ["Choromanski et al 2020", "(Choromanski et al., 2020)", "(Choromanski, 2020)", "Choromanski et al. 2020"]
)
def test_who_and_when_stand_behind_a_title_that_is_a_link(behind: str) -> None:
    record = only(read_items(f"[[https://arxiv.org/abs/2009.14794|Performers of all kinds]] {behind}"))
    assert title_and_names(record) == ("Performers of all kinds", ["Choromanski"], 2020)


def test_a_remark_under_a_paper_is_no_paper_whatever_it_links() -> None:
    page = read_items(
        f"{Z}\n    * nice experiments, see [[https://github.com/a/b|code]]\n"
        "    * compare with [[https://arxiv.org/abs/2201.02177|Power 2022]]"
    )
    (record, other) = page.records
    assert record.mentions[0].note.count("\n") == 1
    assert [link.rel for link in record.links].count("code") == 1
    assert (other.identifiers["arxiv"], other.mentions[0].role) == ("2201.02177", "prose")


@pytest.mark.parametrize(
    "note", ["Smith et al. 2020, p. 5", "see Jones & Lee, 2019 for a proof", "cf. Smith et al., 2020"]
)
def test_a_footnote_that_only_cites_is_no_paper(note: str) -> None:
    assert dokuwiki.read(f"====== P ======\nWords (({note})).", "p", "p").records == ()
