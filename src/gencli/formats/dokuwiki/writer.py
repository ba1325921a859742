"""A page in DokuWiki's syntax: a reading list with sections, groups, stars and notes."""

from collections.abc import Iterable, Mapping, Sequence

from gencli.formats.dokuwiki.edits import item
from gencli.listing.told import address_for, label_for, place
from gencli.model import Mention, Page, Paper
from gencli.text import is_web, written_line

_SHOWN_LINKS = ("code", "video", "slides", "data")
Pages = Sequence[tuple[Page, Sequence[tuple[str, Mention]]]]


def write(papers: Iterable[Paper], pages: Pages = ()) -> str:
    """The papers as one list for each page, as it is arranged there, and one of those on no page."""
    by_key = {paper.key: paper for paper in papers}
    placed: set[str] = set()
    parts = []
    for page, mentions in pages:
        items = sorted((entry for entry in mentions if entry[0] in by_key), key=place)
        if items:
            parts.append(_page(page.title, items, by_key))
            placed |= {key for key, _ in items}
    rest = [paper for key, paper in by_key.items() if key not in placed]
    if rest:
        heading = _heading("Not on a page", 1) if parts else _heading("Reading list", 0)
        parts.append("\n".join([heading, "", *(f"  * {_item(paper, '', paper.starred, '')}" for paper in rest), ""]))
    return "\n".join(parts)


def _page(title: str, items: Sequence[tuple[str, Mention]], by_key: Mapping[str, Paper]) -> str:
    lines = [_heading(title, 0), ""]
    section: tuple[str, ...] = ()
    group: str | None = None
    listed = {key for key, mention in items if mention.role == "item"}
    for key, mention in items:
        if mention.role == "prose" and key in listed:
            continue
        if mention.section != section:
            common = next(
                (i for i, pair in enumerate(zip(section, mention.section, strict=False)) if pair[0] != pair[1]),
                min(len(section), len(mention.section)),
            )
            first = min(common, len(mention.section) - 1)
            for level in range(max(first, 0), len(mention.section)):
                lines += (
                    ["", _heading(mention.section[level], level + 1)]
                    if lines[-1]
                    else [_heading(mention.section[level], level + 1)]
                )
            section, group = mention.section, None
        if mention.group != group and mention.group is not None:
            lines.append(f"  * **{_plain(mention.group)}**")
        group = mention.group
        indent = "    " if group else "  "
        lines.append(f"{indent}* {_item(by_key[key], mention.label, mention.starred, mention.note)}")
        listed.add(key)
    return "\n".join([*lines, ""])


def _item(paper: Paper, label: str, starred: bool, note: str) -> str:
    address = address_for(paper)
    others = [
        f"[[{link.url}|{link.rel}]]"
        for link in paper.links
        if link.rel in _SHOWN_LINKS and link.url != address and is_web(link.url) and not set("|[]") & set(link.url)
    ]
    return item(label or label_for(paper), address, " ".join([*others, note]), starred=starred)


def _heading(title: str, level: int) -> str:
    sign = "=" * max(6 - level, 2)
    return f"{sign} {_plain(title)} {sign}"


def _plain(title: str) -> str:
    """A text as a heading or a group's name: nothing in it can end that, or begin a link."""
    text = written_line(title).strip()
    return text.replace("==", "= =").replace("[[", "[ [").replace("**", "* *").strip("= ")
