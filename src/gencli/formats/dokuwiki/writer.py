"""A page in DokuWiki's syntax: a reading list with sections, groups, stars and notes."""

from collections.abc import Iterable

from gencli.formats.dokuwiki.edits import item
from gencli.listing.told import Laid, Pages, address_for, by_pages, label_for
from gencli.model import Paper
from gencli.text import is_web, written_line

_SHOWN_LINKS = ("code", "video", "slides", "data")


def write(papers: Iterable[Paper], pages: Pages = ()) -> str:
    """The papers as one list for each page, as it is arranged there, and one of those on no page."""
    lists, rest = by_pages(papers, pages)
    parts = [_page(title, laid) for title, laid in lists]
    if rest:
        heading = _heading("Not on a page", 1) if parts else _heading("Reading list", 0)
        parts.append("\n".join([heading, "", *(f"  * {_item(paper, '', paper.starred, '')}" for paper in rest), ""]))
    return "\n".join(parts)


def _page(title: str, laid: Iterable[Laid]) -> str:
    lines = [_heading(title, 0), ""]
    for one in laid:
        if one.paper is not None and one.mention is not None:
            mention = one.mention
            indent = "    " if mention.group else "  "
            lines.append(f"{indent}* {_item(one.paper, mention.label, mention.starred, mention.note)}")
        elif one.level:
            lines += [*([""] if lines[-1] else []), _heading(one.title, one.level)]
        else:
            lines.append(f"  * **{_plain(one.title)}**")
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
