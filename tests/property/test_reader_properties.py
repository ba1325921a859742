"""Whatever a page holds, reading it fails never and loses no link of a list."""

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from gencli.citation import names_lead, read_citation, read_label, read_lines
from gencli.formats import dokuwiki
from gencli.identifiers import identify
from gencli.markup import inline
from gencli.model import Page
from gencli.text import fold, one_line, spans, words

many = settings(deadline=None, max_examples=100, derandomize=True)

# Signs that mean something to the reader, so that texts are often nearly markup.
MARKS = st.sampled_from(
    ["[[", "]]", "|", "**", "//", "''", "==", "=====", "  * ", "  - ", "\t* ", "* ", "\n", "\n\n", "\r", "\\\\ ", "%%",
     "<code>", "</code>", "<nowiki>", "</nowiki>", "((", "))", "{{", "}}", "http://a.org/", ">", "doi>10.1000/x", " ",
     "https://arxiv.org/abs/2201.02177", "(2019)", "et al", " and ", ", ", "“", "”", '"', " - ", "A. One", "2020", ".",
     "arXiv:"]
)  # fmt: skip
NEARLY_MARKUP = st.lists(MARKS | st.text(max_size=5), max_size=40).map("".join)

# Names and what joins them, so that a text is often nearly a citation.
NEARLY_NAMES = st.lists(
    st.sampled_from(
        ["One", "Ann", "A.", "de", "Bo Two", "Carl Three", "and", "&", "et al.", "II", "Jr.", "McO", "o’", "deep",
         "nets of", ",", ";", ".", ":", "-", "–", "\n", "2019", "(2019)", "'19", "In", "Proc.", "(eds.)", "[1]", '"',
         "“", "”", "12(3)", "*"]
    )
    | st.sampled_from([" ", " ", ", ", " and ", "; ", ". "]),
    min_size=3, max_size=30,
).flatmap(lambda parts: st.sampled_from(["", " "]).map(lambda between: between.join(parts)))  # fmt: skip

# Pages put together of whole pieces. Words hold no mark that could hide or swallow what follows.
WORDS = st.text(
    st.characters(codec="utf-8", categories=("L", "N"), max_codepoint=0x2FF) | st.sampled_from(" .,:;!?-"), max_size=30
)
ADDRESSES = st.one_of(
    st.from_regex(r"https?://[a-z]{1,8}\.org/[a-z0-9_/-]{0,12}", fullmatch=True),
    st.from_regex(r"https://arxiv\.org/(?:abs|pdf)/1[5-9]0[1-9]\.[0-9]{5}(?:v[1-9])?", fullmatch=True),
    st.from_regex(r"https://doi\.org/10\.[0-9]{4}/[a-z0-9.]{1,9}", fullmatch=True),
    st.from_regex(r"https://(?:github\.com|youtu\.be)/[a-z]{1,5}", fullmatch=True),
)
LABELS = st.sampled_from(
    ["", "|Code", "|pdf", "|One et al 2019 - A Net", "|Two 2020", "|see [1]", "|a | b", "|arXiv:1501.00001"]
)
LINKS = st.builds("[[{}{}]]".format, ADDRESSES, LABELS)
EMPHASISED = st.builds("{0}{1}{0}".format, st.sampled_from(["**", "//", ""]), LINKS)
ITEM_TEXTS = st.builds(
    "".join,
    st.lists(st.one_of(EMPHASISED, WORDS, st.sampled_from([" ", "((note))", " \\\\ ", "[[ns:page]]"])), max_size=6),
)
ITEMS = st.builds(
    "{}{} {}".format, st.sampled_from(["  ", "    ", "\t", "\t\t", "      "]), st.sampled_from("*-"), ITEM_TEXTS
)
HEADINGS = st.builds("{0} {1} {0}".format, st.sampled_from(["=" * n for n in range(2, 7)]), WORDS)
LINES = st.one_of(
    HEADINGS, ITEMS, ITEMS, ITEMS, WORDS, LINKS, st.just(""), st.builds("| {} | {} |".format, LINKS, WORDS)
)
PAGES = st.lists(LINES, max_size=12).map("\n".join)


def addresses(text: str) -> set[str]:
    return {_normal(span.target) for span in inline(text) if span.kind == "link" and "://" in span.target}


def _normal(address: str) -> str:
    found = identify(address)
    return found.value if found else address


def told(page: Page) -> set[str]:
    found = {value for record in page.records for value in record.identifiers.values()}
    found |= {_normal(link.url) for record in page.records for link in record.links}
    return found.union(*(addresses(problem.raw) for problem in page.problems))


@given(PAGES)
@many
def test_every_link_of_an_item_is_in_a_record_or_a_problem(text: str) -> None:
    page = dokuwiki.read(text, "page.txt", "page")
    listed = [line for line in text.split("\n") if re.match(r"(?: {2}|\t)\s*[*-] ", line)]
    assert {address for line in listed for address in addresses(line)} <= told(page)


@given(PAGES, st.sampled_from(["\r\n", "\r"]))
@many
def test_line_ends_change_nothing(text: str, line_end: str) -> None:
    page = dokuwiki.read(text, "page.txt", "page")
    other = dokuwiki.read(text.replace("\n", line_end), "page.txt", "page")
    assert (other.title, other.records, other.problems) == (page.title, page.records, page.problems)


@given(PAGES)
@many
def test_items_are_counted_from_one_and_names_stand_for_one_work(text: str) -> None:
    page = dokuwiki.read(text, "page.txt", "page")
    positions = [m.position for record in page.records for m in record.mentions if m.role == "item"]
    assert sorted(position for position in positions if position) == list(range(1, len(positions) + 1))
    assert all(record.mentions and (record.identifiers or record.title) for record in page.records)
    for problem in page.problems:
        line = int(problem.where.rpartition(":")[2])
        assert problem.raw.split("\n")[0] in text.split("\n")[line - 1]


@given(st.text() | NEARLY_MARKUP)
@many
def test_any_text_is_a_page(text: str) -> None:
    page = dokuwiki.read(text, "page.txt", "page")
    assert page.text == text
    assert dokuwiki.looks_like(text) in (True, False)
    assert page.title


@given(st.text() | NEARLY_MARKUP)
@many
def test_the_spans_of_any_text_lie_one_behind_the_other(text: str) -> None:
    end = 0
    for span in inline(text):
        assert end <= span.start < span.end <= len(text)
        assert span.kind in ("text", "link", "raw", "image", "break")
        assert span.kind != "text" or span.text == text[span.start : span.end]
        end = span.end


@given(st.text() | NEARLY_MARKUP | NEARLY_NAMES)
@many
def test_any_text_may_be_a_label_or_a_citation(text: str) -> None:
    for read in (
        read_label(text),
        read_citation(text),
        read_citation(text, [(0, len(text) // 2)]),
        read_lines(text.split("\\\\")),
        names_lead(text),
    ):
        assert read.year is None or 1500 <= read.year <= 2099
        assert all(author.surname for author in read.authors)


@given(st.text())
@many
def test_fold_is_the_same_twice(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert words(fold(text)) == words(text)


@given(st.text(st.characters(categories=("L", "Nd", "P", "Z"))))
@many
def test_spans_tell_the_words(text: str) -> None:
    assert [word for _, _, word in spans(text)] == [
        word for part in re.findall(r"[^\W_]+", text) for word in words(part)
    ]


@given(st.text())
@many
def test_one_line_is_one_line(text: str) -> None:
    assert len(one_line(text).splitlines()) <= 1
    assert one_line(one_line(text)) == one_line(text)
