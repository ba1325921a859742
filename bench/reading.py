"""How fast a page is read: items and megabytes a second, and whether a longer page takes more for each.

    python bench/reading.py [--items N] [--runs N]

What is read are pages made from a seed, as people keep them: linked items as on the page that comes with gencli,
citations without a link, a list in Markdown, running text. The time is that of `read` in this process, from the text to
the works of the page. `growth` is the time for a sign, by that of a page a quarter as long: 1 is linear.
"""

import argparse
import gc
import os
import platform
import random
import sys
import time
from collections.abc import Callable, Iterator
from itertools import islice
from typing import NamedTuple

from made import papers

from gencli import Record
from gencli.formats import dokuwiki, markdown
from gencli.model import Page

EACH_SECTION = 25
ASKED_ITEMS, ASKED_BYTES = 50_000, 20_000_000
# A page that is so many times as long shows whether the time is linear.
LONGER = 4
# What could take time that grows faster than the page: 10 MB of each.
SIGNS = ("*", "[[", "  * [[", "**", "//a", "((", "{{", "<code>", "=", "| ", "[", "](", "`", "_a", "&", "\\\\ ")
SIGNS_LENGTH = 10_000_000


class Kind(NamedTuple):
    """A kind of page: its name, who reads it, and its text made of papers."""

    name: str
    read: Callable[[str, str, str], Page]
    page: Callable[[list[Record]], str]


def _who(paper: Record) -> str:
    """The names before a label as people write them."""
    names = [author.family for author in paper.authors]
    if len(names) > 3:
        return f"{names[0]} et al"
    return " & ".join(names) if len(names) < 3 else f"{names[0]}, {names[1]} and {names[2]}"


def _address(number: int) -> str:
    return f"https://arxiv.org/{'pdf' if number % 3 else 'abs'}/{1501 + number // 90_000}.{10_000 + number % 90_000}"


def _in_sections(title: str, section: str, lines: Iterator[str]) -> str:
    found = [title]
    for number, line in enumerate(lines):
        if number % EACH_SECTION == 0:
            found.append(section.format(number // EACH_SECTION))
        found.append(line)
    return "\n".join(found) + "\n"


def _note(paper: Record, number: int) -> str:
    """What stands behind three items in ten."""
    return f" {paper.abstract[:120]}" if paper.abstract and number % 10 < 3 else ""


def links(made: list[Record]) -> str:
    """`[[address|One et al 2019 - Title]] note`, one in four in bold."""
    marks = ("**", "", "", "")
    lines = (
        f"  * {marks[n % 4]}[[{_address(n)}|{_who(paper)} {paper.year} - {paper.title}]]{marks[n % 4]}{_note(paper, n)}"
        for n, paper in enumerate(made)
    )
    return _in_sections("====== Reading list ======", "===== Subject {} =====", lines)


def citations(made: list[Record]) -> str:
    """`A. One, B. Two and C. Three. Title. In //Venue//, 2019.`"""
    lines = (
        "  * {}. {}. In //{}//, {}.".format(
            ", ".join(f"{author.given[:1]}. {author.family}" for author in paper.authors),
            paper.title, paper.venue, paper.year,
        )
        for paper in made
    )  # fmt: skip
    return _in_sections("====== Publications ======", "===== Part {} =====", lines)


def listed(made: list[Record]) -> str:
    """`- [Title](address), Ann One et al., Venue 2019. note`"""
    lines = (
        f"- [{paper.title}]({_address(n)}), {paper.authors[0].given} {paper.authors[0].family} et al., "
        f"{paper.venue} {paper.year}.{_note(paper, n)}"
        for n, paper in enumerate(made)
    )
    return _in_sections("# Papers", "\n## Subject {}\n", lines)


def prose(made: list[Record]) -> str:
    """Paragraphs of which some cite, or link, a work."""
    chance, found = random.Random(5), ["====== A survey ======"]
    for number, paper in enumerate(made):
        cited = f" ({_who(paper)}, {paper.year})" if chance.random() < 0.3 else ""
        link = f" [[{_address(number)}|{_who(paper)} {paper.year}]]" if chance.random() < 0.1 else ""
        found.append(f"{paper.abstract or paper.title}{cited}{link}\n")
    return "\n".join(found)


KINDS = (
    Kind("linked items", dokuwiki.read, links),
    Kind("citations", dokuwiki.read, citations),
    Kind("Markdown", markdown.read, listed),
    Kind("running text", dokuwiki.read, prose),
)


def seconds(read: Callable[[], Page], runs: int) -> tuple[float, Page]:
    """The least CPU time of some runs: what is more is the machine's."""
    least, page = float("inf"), read()
    for _ in range(runs):
        begun = time.process_time()
        page = read()
        least = min(least, time.process_time() - begun)
    return least, page


def measured(kind: Kind, made: list[Record], runs: int) -> None:
    """A line of the table: a page, and one that is longer."""
    short, long = kind.page(made[: len(made) // LONGER]), kind.page(made)
    few, _ = seconds(lambda: kind.read(short, "page", "page"), runs)
    many, page = seconds(lambda: kind.read(long, "page", "page"), runs)
    size, works = len(long.encode()), sum(len(record.mentions) for record in page.records)
    growth = (many / len(long)) / (few / len(short))
    is_right = works >= len(made) * (1 if kind.page is not prose else 0.05) * 0.98
    is_reached = works / many >= ASKED_ITEMS or size / many >= ASKED_BYTES
    print(
        f"| {kind.name} | {works:,} | {size / 1e6:.1f} | {many:.2f} | {works / many:,.0f} | {size / 1e6 / many:.1f} "
        f"| {growth:.2f} | {'yes' if is_reached else 'no'}{'' if is_right else ', and works are missing'} |"
    )


def hostile() -> None:
    """Ten megabytes of one sign each, in both kinds of pages: the slowest."""
    took = []
    for sign in SIGNS:
        text = "text " + sign * (SIGNS_LENGTH // len(sign))
        for name, read in (("wiki", dokuwiki.read), ("Markdown", markdown.read)):
            begun = time.process_time()
            read(text, "page", "page")
            took.append((time.process_time() - begun, f"{sign!r} as {name}"))
    slowest, what = max(took)
    middle = sorted(took)[len(took) // 2][0]
    print(f"\n10 MB of one sign, {len(took)} pages: the slowest {slowest:.1f} s ({what}), the middle {middle:.1f} s")


def main() -> int:
    """Read each kind of page and say how fast; gives the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--items", type=int, default=20_000, metavar="N", help="so many papers on the longer page")
    parser.add_argument("--runs", type=int, default=5, metavar="N", help="the least of so many runs counts")
    parser.add_argument("--no-hostile", action="store_true", help="leave out the pages of one sign")
    asked = parser.parse_args()
    # As gencli itself has it.
    gc.set_threshold(50_000)
    print(f"{os.cpu_count()} cores, Python {platform.python_version()}; the least CPU time of {asked.runs} runs\n")
    print("| page | works | MB | s | works a second | MB a second | growth | asked for |")
    print("|-|-:|-:|-:|-:|-:|-:|-|")
    made = list(islice(papers(asked.items), asked.items))
    for kind in KINDS:
        measured(kind, made, asked.runs)
    if not asked.no_hostile:
        hostile()
    return 0


if __name__ == "__main__":
    sys.exit(main())
