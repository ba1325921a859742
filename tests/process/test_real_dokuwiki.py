"""What gencli reads of a page is what a real DokuWiki shows of it, and it gets the page from one.

The wiki is made of Debian's packages, `apt-get install --no-install-recommends dokuwiki php-cli php-xml php-mbstring`,
and served on loopback from a folder of the test's own; nothing that the packages installed is written to, nor is a web
server needed. Where they are not there the tests are skipped and say what is missing.
"""

import re
from collections import Counter
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

import pytest
from real_dokuwiki import LOGIN, RealWiki, missing, running

from conftest import PAGE, ROOT, Run
from gencli.formats.dokuwiki import Block, blocks, structure
from gencli.formats.dokuwiki.footnotes import footnotes, outside
from gencli.listing import internal_page
from gencli.markup import Span, inline

_WWW = re.compile(r"(?=www\.)")
WIKI = ROOT.parent / "shared" / "wiki"
REASON = missing()
pytestmark = pytest.mark.skipif(bool(REASON), reason=f"no DokuWiki: {REASON}")

CONSTRUCTS = r"""====== Constructs ==
===== Two =====
==== Three =====
== Five ==
=== Four ======
Text with **bold** and //italics//, [[https://a.org/x|a label | with a bar]] and https://a.org/y.,
[[https://a.org/over|a label over
two lines]] and %%[[https://a.org/hidden|hidden]]%% and <nowiki>**hidden** [[https://a.org/hidden]]</nowiki>.
A note((with **bold** and [[https://a.org/foot|a link]])) and another ((plain)).

  * **[[https://arxiv.org/abs/2201.02177|One et al 2022 - Nets]]** a remark
    * nested, with https://a.org/z?a=b#c).
      * deeper **still**
    * [[doi>10.5555/x|a DOI]] and [[ml:Other Page#Part|another page]]
  - ordered \\ on two lines \\ //Venue//, 2020
  * {{https://a.org/paper.pdf|A paper}} and **bold [[https://a.org/in|link]] in it**

<code>
  * [[https://a.org/code|no item]]
</code>

  [[https://a.org/indented]] in an indented block

<file txt x.txt>
===== No heading =====
</file>

^ Title ^ Link ^
| **Nets** | [[https://a.org/cell|cell]] |

x == y and z == w, an odd ** too
"""


class Shown(NamedTuple):
    """What a page shows: headings and items in order, bold stretches and links however often each."""

    headings: list[tuple[int, str]]
    items: list[tuple[int, str]]
    bold: Counter[str]
    links: Counter[tuple[str, str]]


@pytest.fixture(scope="module")
def wiki(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealWiki]:
    with running(tmp_path_factory.mktemp("wiki")) as found:
        yield found


def one_line(text: str) -> str:
    return " ".join(text.split())


# --- what the wiki shows -----------------------------------------------------------------------


class _Body(HTMLParser):
    """Takes a rendered body apart; what it adds of its own, marks of footnotes, is left out."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[tuple[str, str, list[str]]] = []
        self.target: list[tuple[str, str]] = []
        self.depth = 0
        self.shown = Shown([], [], Counter(), Counter())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if tag == "br":
            self.handle_data(" ")
        elif tag not in ("img", "hr", "col", "input"):
            self.depth += tag in ("ul", "ol")
            kind = "skipped" if tag == "sup" else ("item" if told.get("class") == "li" else tag)
            self.open.append((kind, tag, []))
            if tag == "a":
                self.target.append(self._target(told))
            if kind == "item":
                self.shown.items.append((self.depth, ""))
                self.open[-1][2].append(str(len(self.shown.items) - 1))

    def _target(self, told: dict[str, str]) -> tuple[str, str]:
        classes = told.get("class", "").split()
        if "urlextern" in classes or ("media" in classes and "://" in told.get("title", "")):
            return "web", told["title"]
        if "data-wiki-id" in told:
            return "page", told["data-wiki-id"]
        return ("interwiki", "") if "interwiki" in classes else ("", "")

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open[-1][1] != tag:
            return
        kind, _, parts = self.open.pop()
        self.depth -= tag in ("ul", "ol")
        if kind == "item":
            place, *parts = parts
            self.shown.items[int(place)] = (self.shown.items[int(place)][0], one_line("".join(parts)))
            return
        text = one_line("".join(parts))
        if re.fullmatch("h[1-5]", tag):
            self.shown.headings.append((int(tag[1]), text))
        elif kind == "strong":
            self.shown.bold[text] += 1
        elif kind == "a" and (target := self.target.pop())[0]:
            self.shown.links[target if target[0] == "page" else (text, target[1])] += 1

    def handle_data(self, data: str) -> None:
        if any(kind == "skipped" for kind, _, _ in self.open):
            return
        for kind, _, parts in reversed(self.open):
            parts.append(data)
            if kind == "item":
                break


def shown_by_the_wiki(wiki: RealWiki, text: str) -> Shown:
    wiki.write("shown", text)
    body = _Body()
    body.feed(wiki.shown("shown"))
    return body.shown


# --- what gencli reads ---------------------------------------------------------------------------


def read_by_gencli(text: str) -> Shown:
    shape, found = structure(text, "page"), blocks(text)
    links: Counter[tuple[str, str]] = Counter()
    for span in shape.links():
        # `[[www.example.org]]` leads the wiki to a page of its own of that name, gencli to where it was meant to lead.
        is_own = bool(_WWW.match(span.target)) and span.text != span.target
        page = span.target if is_own else internal_page(span.target)
        is_interwiki = ">" in span.target
        target = ("http://" if _WWW.match(span.target) else "") + span.target
        links[("page", page) if page else (one_line(span.text), "" if is_interwiki else target)] += 1
    return Shown(
        [(block.depth, one_line(block.text)) for block in found if block.kind == "heading"],
        list(_items(found)),
        Counter(one_line(text) for text, _ in shape.bold()),
        links,
    )


def _items(found: list[Block]) -> Iterator[tuple[int, str]]:
    """The items, each with its depth in its list; an empty line ends a list."""
    depths: list[int] = []
    following = 0
    for block in found:
        if block.kind != "item" or block.line != following:
            depths = []
        if block.kind == "item":
            while depths and depths[-1] > block.depth:
                depths.pop()
            depths += [block.depth] if depths[-1:] != [block.depth] else []
            yield len(depths), _seen(block.text)
            following = block.line + 1 + block.text.count("\n")


def _seen(text: str) -> str:
    spans = inline(text)
    seen = outside(spans, footnotes(text, spans))
    # The wiki calls a page of its own by the last part of its id, where no label does.
    return one_line("".join(span.text.rpartition(":")[2] if _is_page(span) else span.text for span in seen))


def _is_page(span: Span) -> bool:
    return span.kind == "link" and span.text == span.target and bool(internal_page(span.target))


def written() -> str:
    """The user's page with its line ends."""
    text = re.sub(r"\s*(={2,6} [^=\n]+ ={2,6})\s*", r"\n\n\1\n\n", PAGE.read_text(encoding="utf-8"))
    return re.sub(r"(?:(?<=\n)| )\* (?=\*\*|\[\[|Aarti)", r"\n  * ", text)


def same(wiki: RealWiki, text: str) -> Shown:
    """What both make of a page, element by element."""
    theirs, ours = shown_by_the_wiki(wiki, text), read_by_gencli(text)
    assert ours.headings == theirs.headings
    assert ours.items == theirs.items
    assert ours.bold == theirs.bold
    assert ours.links == theirs.links
    return ours


def test_the_users_page(wiki: RealWiki) -> None:
    found = same(wiki, written())
    assert (len(found.headings), len(found.items), found.bold.total(), found.links.total()) == (8, 32, 11, 32)


def test_the_users_page_as_it_is_stored(wiki: RealWiki) -> None:
    text = PAGE.read_text(encoding="utf-8")
    theirs, ours = shown_by_the_wiki(wiki, text), read_by_gencli(text)
    # Its line ends are lost: the wiki sees no list in it any more, gencli finds it again.
    assert (theirs.items, len(ours.items)) == ([], 32)
    assert (ours.bold, ours.links) == (theirs.bold, theirs.links)


def test_a_page_of_every_construct(wiki: RealWiki) -> None:
    found = same(wiki, CONSTRUCTS)
    assert [level for level, _ in found.headings] == [1, 2, 3, 5, 4]
    assert [depth for depth, _ in found.items] == [1, 2, 3, 2, 1, 1]


@pytest.mark.skipif(not WIKI.is_dir(), reason="the real pages are not beside the repository")
@pytest.mark.parametrize("name", ["links_real_page", "publications_real_page"])
def test_a_real_page(wiki: RealWiki, name: str) -> None:
    same(wiki, (WIKI / f"{name}.txt").read_text(encoding="utf-8"))


# --- and how it gets it ----------------------------------------------------------------------------


def test_a_page_is_imported_by_its_address(
    wiki: RealWiki, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GENCLI_DB", str(tmp_path / "own.sqlite"))
    monkeypatch.delenv("GENCLI_OFFLINE")
    address = wiki.write("ml:generalization", written())
    done = run("import", address, "--no-fetch")
    assert (done.code, "27 papers added" in done.err) == (0, True)
    again = run("import", address, "--no-fetch", "--json")
    assert (again.code, again.json["added"], len(again.json["unchanged"])) == (0, [], 27)
    assert [page["items"] for page in run("pages", "--json").json] == [28]
    gone = run("import", f"{wiki.url}?id=ml:nowhere")
    assert (gone.code, gone.err.count("\n")) == (3, 2)


def test_a_private_page_wants_its_password(
    wiki: RealWiki, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GENCLI_DB", str(tmp_path / "own.sqlite"))
    monkeypatch.delenv("GENCLI_OFFLINE")
    address = wiki.write("private:list", "====== Private ======\n  * [[doi>10.5555/p|One 2020 - Nets of Nets]]\n")
    assert run("import", address, "--no-fetch").code == 5
    monkeypatch.setenv("GENCLI_WIKI_HOST", urlsplit(wiki.url).netloc)
    monkeypatch.setenv("GENCLI_WIKI_LOGIN", "reader:wr0ng")
    wrong = run("import", address, "--no-fetch")
    assert (wrong.code, wrong.err.count("\n"), "wr0ng" in wrong.err) == (5, 2, False)
    monkeypatch.setenv("GENCLI_WIKI_LOGIN", LOGIN)
    done = run("import", address, "--no-fetch")
    assert (done.code, "1 paper added" in done.err) == (0, True)
