"""Whatever a Markdown page holds, reading it fails never, loses no link of a list, and lets no script through."""

import re

from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from conftest import paper
from gencli.formats import markdown
from gencli.formats.markdown import inline as pieces
from gencli.formats.markdown.spans import text_of
from gencli.identifiers import identify
from gencli.listing.apart import told
from gencli.listing.facts import facts
from gencli.markup import Span, inline, plain
from gencli.model import Mention, Page

many = settings(deadline=None, max_examples=100, derandomize=True)
more = settings(deadline=None, max_examples=250, derandomize=True)

MARKS = st.sampled_from(
    [
        "[",
        "]",
        "](",
        ")",
        "](https://a.org/x)",
        "![",
        "**",
        "*",
        "_",
        "__",
        "`",
        "``",
        "```\n",
        "# ",
        "## ",
        "- ",
        "  - ",
        "1. ",
        "\t- ",
        "\n",
        "\n\n",
        "\r\n",
        "  \n",
        "\\\n",
        "\\",
        "<",
        ">",
        "<b>",
        "</b>",
        "<a href='https://b.org'>",
        "</a>",
        "<br>",
        "<!--",
        "-->",
        "| ",
        "|",
        "\n|---|---|\n",
        "| Title | Authors |\n|--|--|\n",
        "---\n",
        "===\n",
        "&amp;",
        "&lt;",
        "[r]: https://r.org\n",
        "[r]",
        "[^1]",
        "https://arxiv.org/abs/2201.02177",
        "www.c.org",
        "javascript:",
        "data:x",
        "%%",
        "//",
        "''",
        "[[",
        "]]",
        "{{",
        "<nowiki>",
        "</nowiki>",
        "<code>",
        "⭐",
        ":star:",
        "One et al 2019 - ",
        " - ",
        ", ",
        "Ann One",
        "2019",
        "NeurIPS",
        "et al.",
        " and ",
        ":",
        ".",
        '"',
        "(",
        "title: x\n",
        "> ",
        "~~~\n",
        "    ",
        "\x00",
        "\ufffc",
    ]
)
NEARLY_MARKUP = st.lists(MARKS | st.text(max_size=5), max_size=40).map("".join)
ANY_TEXT = st.text() | NEARLY_MARKUP


# --- a text and the form in which it is kept ---------------------------------------------------------


def seen(spans: list[Span]) -> list[tuple[str, str, bool, bool]]:
    """What a reader sees: each sign with its link and its emphasis; how it is hidden from markup does not matter."""
    found = []
    for span in spans:
        text = span.text
        if span.kind == "link":
            # Brackets that would end a link are round in the text that is kept.
            text = re.sub(r"[\[(]", "(", re.sub(r"[\])]", ")", text))
        target = span.target if span.kind == "link" else ""
        found += [(sign, target, span.strong, span.emphasised) for sign in text if not sign.isspace()]
    return found


@given(ANY_TEXT)
@more
def test_a_text_is_kept_in_markup_that_is_read_to_the_same_spans(text: str) -> None:
    kept = text_of(text, {"r": "https://r.org"})
    assert seen(list(kept.spans)) == seen(inline(kept.text))
    assert plain(kept.text).split() == "".join(span.text for span in inline(kept.text)).split()
    end = 0
    for span in kept.spans:
        assert end <= span.start < span.end <= len(kept.text)
        end = span.end


@given(ANY_TEXT)
@more
def test_only_addresses_of_the_web_and_paths_are_links(text: str) -> None:
    for span in text_of(text, {"r": "javascript:x"}).spans:
        if span.kind == "link":
            scheme = re.match(r"([^/?#:>]*)([:>])", span.target)
            assert scheme is None or scheme[1].lower() in ("http", "https", "doi", "arxiv")
            assert not re.search(r"[\s|\[\]]", span.target) or (scheme is not None and scheme[2] == ">")


@given(ANY_TEXT)
@many
def test_the_pieces_of_any_text_lie_one_behind_the_other(text: str) -> None:
    end = 0
    for piece in pieces.read(text, {}).pieces:
        assert end <= piece.start <= piece.end <= len(text)
        end = piece.end


# --- the same as another reader of Markdown ------------------------------------------------------------

SIGNS = st.lists(
    st.sampled_from(
        ["*", "**", "_", "__", "***", "a", "b ", " ", "c.", "\\", "`", "``", "(", "&amp;", "\n", "a_b", "é", "!"]
    ),
    max_size=14,
).map("".join)
LINKED = st.lists(
    st.sampled_from(
        ["[", "]", "](u.md)", '](v.md "t")', "](<w x.md>)", "](", "(", ")", "a", " ", "![", "\\", "`", "!"]
    ),
    max_size=12,
).map("".join)


def as_shown(text: str) -> list[tuple[str, bool, bool]]:
    """Each sign of a paragraph with its emphasis, as markdown-it has it."""
    found, strong, emphasised = [], 0, 0
    for token in MarkdownIt("commonmark").parseInline(text)[0].children or ():
        strong += {"strong_open": 1, "strong_close": -1}.get(token.type, 0)
        emphasised += {"em_open": 1, "em_close": -1}.get(token.type, 0)
        found += [(sign, strong > 0, emphasised > 0) for sign in token.content if token.type != "image"]
    return [entry for entry in found if not entry[0].isspace()]


@given(SIGNS)
@more
def test_emphasis_is_what_commonmark_says(text: str) -> None:
    text = text.strip()
    if "\n\n" in re.sub(r"\n\s*\n", "\n\n", text):
        return
    read = pieces.read(text, {}).pieces
    mine = [(sign, piece.strong, piece.emphasised) for piece in read for sign in piece.text if not sign.isspace()]
    assert mine == as_shown(text)


@given(LINKED)
@more
def test_links_are_what_commonmark_says(text: str) -> None:
    tokens = MarkdownIt("commonmark").parseInline(text.strip())[0].children or ()
    theirs = [token.attrs["href"] for token in tokens if token.type == "link_open"]
    mine = [piece.target for piece in pieces.read(text.strip(), {}).pieces if piece.kind == "link"]
    assert mine == [href for href in theirs if href]


# --- whole pages ---------------------------------------------------------------------------------------

WORDS = st.text(
    st.characters(codec="utf-8", categories=("L", "N"), max_codepoint=0x2FF) | st.sampled_from(" .,:;!?-"), max_size=30
)
ADDRESSES = st.one_of(
    st.from_regex(r"https?://[a-z]{1,8}\.org/[a-z0-9/-]{0,12}", fullmatch=True),
    st.from_regex(r"https://arxiv\.org/(?:abs|pdf)/1[5-9]0[1-9]\.[0-9]{5}(?:v[1-9])?", fullmatch=True),
    st.from_regex(r"https://doi\.org/10\.[0-9]{4}/[a-z0-9]{1,9}", fullmatch=True),
    st.from_regex(r"https://(?:github\.com|youtu\.be)/[a-z]{1,5}", fullmatch=True),
)
LABELS = st.sampled_from(
    ["Code", "pdf", "One et al 2019 - A Net", "Two 2020", "see \\[1\\]", "a | b", "arXiv:1501.00001"]
)
LINKS = st.builds("[{}]({})".format, LABELS, ADDRESSES) | ADDRESSES.map("<{}>".format)
EMPHASISED = st.builds("{0}{1}{0}".format, st.sampled_from(["**", "*", ""]), LINKS)
ITEM_TEXTS = st.builds(
    "".join, st.lists(st.one_of(EMPHASISED, WORDS, st.sampled_from([" ", " - ", "<br>", ", "])), max_size=6)
)
ITEMS = st.builds("{}{} {}".format, st.sampled_from(["", "  ", "   "]), st.sampled_from("-*+"), ITEM_TEXTS)
LINES = st.one_of(ITEMS, ITEMS, ITEMS, WORDS, LINKS, st.just(""), st.builds("# {}".format, WORDS))
PAGES = st.lists(LINES, max_size=12).map(lambda lines: "- first\n" + "\n".join(lines))


def _normal(address: str) -> str:
    found = identify(address)
    return found.value if found else address


def told_addresses(page: Page) -> set[str]:
    found = {value for record in page.records for value in record.identifiers.values()}
    found |= {_normal(link.url) for record in page.records for link in record.links}
    texts = [mention.note for record in page.records for mention in record.mentions]
    found |= {_normal(span.target) for text in texts for span in inline(text) if span.kind == "link"}
    raws = " ".join(problem.raw + " " + problem.what for problem in page.problems)
    return found | {_normal(address.rstrip(".,;:!?")) for address in re.findall(r"https?://[^\s)>]+", raws)}


@given(PAGES)
@many
def test_every_link_of_a_list_is_in_a_record_a_note_or_a_problem(text: str) -> None:
    page = markdown.read(text, "page.md", "page")
    written = re.findall(r"(?<=\(|<)https?://[^\s)>]+(?=[)>])", text)
    headings = " ".join(line for line in text.split("\n") if line.startswith("#"))
    lost = {_normal(address) for address in written if address not in headings} - told_addresses(page)
    assert not lost


@given(PAGES, st.sampled_from(["\r\n", "\r"]))
@many
def test_line_ends_change_nothing(text: str, line_end: str) -> None:
    page = markdown.read(text, "page.md", "page")
    other = markdown.read(text.replace("\n", line_end), "page.md", "page")
    assert (other.title, other.records, other.problems) == (page.title, page.records, page.problems)


@given(PAGES)
@many
def test_items_are_counted_from_one_and_names_stand_for_one_work(text: str) -> None:
    page = markdown.read(text, "page.md", "page")
    positions = [m.position for record in page.records for m in record.mentions if m.role == "item"]
    assert sorted(position for position in positions if position) == list(range(1, len(positions) + 1))
    assert all(record.mentions and (record.identifiers or record.title) for record in page.records)
    for problem in page.problems:
        line = int(problem.where.rpartition(":")[2])
        assert problem.raw.split("\n")[0] in text.split("\n")[line - 1]


@given(ANY_TEXT)
@more
def test_any_text_is_a_page(text: str) -> None:
    page = markdown.read(text, "page.md", "page")
    assert (page.text, page.format) == (text, "markdown")
    assert page.title
    for record in page.records:
        assert all(link.url.lower().startswith(("http://", "https://", "www.")) for link in record.links)
        assert record.year is None or 1500 <= record.year <= 2099


@given(ANY_TEXT)
@more
def test_any_text_may_stand_beside_a_title(text: str) -> None:
    found, stop = facts(text)
    assert 0 <= stop <= len(text)
    assert all(author.surname for author in found.authors)
    read = told(text, [(0, len(text) // 2)], [(0, len(text) // 3)])
    assert all(author.surname for author in read.authors)
    assert read.title or not read.authors


# --- there and back ------------------------------------------------------------------------------------

LINES_OF_TEXT = st.lists(
    st.sampled_from(
        [*"[]()!*_`<>#-+=|~&;:\\/'ab1. ", "https://e.org", "](", "&lt;", "**", "//", "%%", "[[", "Nets of ", "x"]
    ),
    min_size=1,
    max_size=15,
).map(lambda signs: " ".join(f"x{''.join(signs)}x".split()))
NOTES = st.lists(
    st.sampled_from(
        [
            "[[https://n.org/a|see]]",
            "**bold**",
            "//it//",
            "''%%code%%''",
            " ",
            "words ",
            "1. ",
            "# ",
            "%%**%%",
            "(",
            ")",
        ]
    ),
    max_size=6,
).map(lambda parts: " ".join(f"says {' '.join(parts)} so".split()))
PLACED = st.tuples(
    LINES_OF_TEXT,
    st.lists(LINES_OF_TEXT, min_size=1, max_size=3),
    st.none() | LINES_OF_TEXT,
    st.booleans(),
    st.just("") | NOTES,
)


@given(st.lists(PLACED, min_size=1, max_size=5), LINES_OF_TEXT)
@many
def test_what_is_exported_is_read_back(entries: list[tuple[str, list[str], str | None, bool, str]], title: str) -> None:
    papers, mentions = [], []
    for number, (label, section, group, starred, note) in enumerate(entries, 1):
        shown = f"One et al 2019 - {label}"
        papers.append(paper(key=f"k{number}", identifiers={"arxiv": f"2001.{number:05d}"}))
        mentions.append((f"k{number}", Mention(title, tuple(section), group, "item", number, shown, starred, note)))
    page = Page(title, "p.txt", "wiki", "", (), (), ())
    back = markdown.read(markdown.write(papers, [(page, mentions)]), "p.md", "p")
    assert (back.title, back.problems) == (title, ())
    found = [(m.position, record.identifiers["arxiv"], m) for record in back.records for m in record.mentions]
    items = [(name, m) for _, name, m in sorted(f for f in found if f[2].role == "item")]
    assert len(items) == len(mentions)
    for (_, was), (name, now) in zip(mentions, items, strict=True):
        assert name == f"2001.{was.position:05d}"
        assert now._replace(note="") == was._replace(note="", group=was.group and was.group.rstrip(":").strip())
        assert " ".join(plain(now.note).split()) == " ".join(plain(was.note).split())
