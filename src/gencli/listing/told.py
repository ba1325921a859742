"""What a page says of a paper that it lists: a label, and an address to lead to. Pure."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import takewhile
from typing import NamedTuple

from gencli.model import Mention, Page, Paper
from gencli.text import fold, is_web


def label_for(paper: Paper) -> str:
    """`Family et al. 2019 - Title`, as a page would label the paper."""
    head = " ".join(part for part in (paper.who, str(paper.year or "")) if part)
    return f"{head} - {paper.name}" if head else paper.name


def shown_label(paper: Paper, label: str) -> str:
    """A page's own label; one that is the title or a year alone gets the authors, whom the page has elsewhere."""
    if paper.authors and re.match(r"\d{4}\s+[-–—]\s", label):
        return f"{paper.who} {label}"
    is_title = paper.authors and paper.title and fold(label) == fold(paper.title)
    return label_for(paper) if is_title or not label else label


def address_for(paper: Paper) -> str | None:
    """Where a page would lead to: arXiv, else the DOI, else what is no code."""
    if "arxiv" in paper.identifiers:
        return f"https://arxiv.org/abs/{paper.identifiers['arxiv']}"
    if "doi" in paper.identifiers:
        # What would end the path of an address is part of some DOIs.
        doi = re.sub("[%?#]", lambda match: f"%{ord(match.group()):02X}", paper.identifiers["doi"])
        return f"https://doi.org/{doi}"
    return next((link.url for link in paper.links if link.rel != "code" and is_web(link.url)), None)


class Laid(NamedTuple):
    """A line of a list: a heading (`level` from 1), a group's name (0), or a paper as the page has it (None)."""

    level: int | None
    title: str = ""
    paper: Paper | None = None
    mention: Mention | None = None


Pages = Sequence[tuple[Page, Sequence[tuple[str, Mention]]]]


def by_pages(papers: Iterable[Paper], pages: Pages) -> tuple[list[tuple[str, list[Laid]]], list[Paper]]:
    """The papers as one list for each page that has some, with its title, and those on no page."""
    by_key = {paper.key: paper for paper in papers}
    placed: set[str] = set()
    lists = []
    for page, mentions in pages:
        items = sorted((entry for entry in mentions if entry[0] in by_key), key=_place)
        if items:
            lists.append((page.title, list(_laid(items, by_key))))
            placed |= {key for key, _ in items}
    return lists, [paper for key, paper in by_key.items() if key not in placed]


def _place(entry: tuple[str, Mention]) -> tuple[bool, int]:
    """Items in the page's order; what only running text names comes last."""
    position = entry[1].position
    return position is None, position or 0


def _laid(items: Sequence[tuple[str, Mention]], by_key: Mapping[str, Paper]) -> Iterator[Laid]:
    section: tuple[str, ...] = ()
    group = above = None
    listed = {key for key, mention in items if mention.role == "item"}
    for key, mention in items:
        if mention.role == "prose" and key in listed:
            continue
        if mention.section != section:
            same = takewhile(lambda pair: pair[0] == pair[1], zip(section, mention.section, strict=False))
            common = sum(1 for _ in same)
            for level in range(min(common, max(len(mention.section) - 1, 0)), len(mention.section)):
                yield Laid(level + 1, mention.section[level])
            section, group, above = mention.section, None, None
        # Where a paper's own item is what the group is under, it stands there already.
        if mention.group not in (group, None, above):
            yield Laid(0, str(mention.group))
        group = mention.group
        above = mention.label if group is None else above
        yield Laid(None, "", by_key[key], mention)
        listed.add(key)


def arranged(papers: Iterable[Paper], by: str) -> list[tuple[Page, list[tuple[str, Mention]]]]:
    """One page of all papers, in sections by `tag` (a paper in each of its own) or by `year`, the newest first."""
    sections: dict[str, list[Paper]] = {}
    for paper in papers:
        names = paper.tags if by == "tag" else (str(paper.year),) if paper.year else ()
        for name in names or ("",):
            sections.setdefault(name, []).append(paper)
    order = sorted((name for name in sections if name), key=str.casefold, reverse=by == "year")
    mentions: list[tuple[str, Mention]] = []
    for name in [*order, *([""] if "" in sections else [])]:
        shown = name or ("Without a tag" if by == "tag" else "Without a year")
        for paper in sections[name]:
            mention = Mention("Reading list", (shown,), None, "item", len(mentions) + 1, "", paper.starred, "")
            mentions.append((paper.key, mention))
    return [(Page("Reading list", "", "", "", (), (), ()), mentions)]
