"""Markdown: a reading list that a person would publish, with the pages' sections, groups, stars and notes."""

import re
from collections.abc import Iterable
from itertools import groupby, pairwise

from gencli.listing.told import Laid, Pages, address_for, by_pages, label_for, shown_label
from gencli.markup import Span, inline
from gencli.model import Paper
from gencli.text import is_web, written_line

_SPECIAL = re.compile(r"([\\`*_\[\]<>|~])")
_ENTITY = re.compile(r"&(?=#?\w+;)")
_LINE_START = re.compile(r"^(?:(\d{1,9})(?=[.)](?:\s|$))|(?=[#+=-]))")
# What GitHub and others make a link of by itself.
_ADDRESS = re.compile(r"\b(https?|ftp)(?=://)|\b(www)(?=\.)", re.IGNORECASE)
_SHOWN_LINKS = ("code", "video", "slides", "data", "pdf")


def write(papers: Iterable[Paper], pages: Pages = ()) -> str:
    """The papers as one list for each page, as it is arranged there, and one of those on no page."""
    lists, rest = by_pages(papers, pages)
    parts = [_page(title, laid) for title, laid in lists]
    if rest:
        heading = "## Not on a page" if parts else "# Reading list"
        parts.append(
            "\n".join([heading, "", *(_line(paper, label_for(paper), paper.starred, "", "") for paper in rest), ""])
        )
    return "\n".join(parts)


def _page(title: str, laid: Iterable[Laid]) -> str:
    lines = [f"# {_heading(title)}", ""]
    for one in laid:
        if one.paper is not None and one.mention is not None:
            label, indent = shown_label(one.paper, one.mention.label), "  " if one.mention.group else ""
            lines.append(_line(one.paper, label, one.mention.starred, one.mention.note, indent))
        elif one.level:
            lines += [*([""] if lines[-1] else []), f"{'#' * min(one.level + 1, 6)} {_heading(one.title)}", ""]
        else:
            lines.append(f"- **{_text(one.title)}**")
    return "\n".join([*lines, ""])


def _line(paper: Paper, label: str, starred: bool, note: str, indent: str) -> str:
    url = address_for(paper)
    shown = linked(label, url, starred)
    others = [
        link
        for link in paper.links
        if link.rel in _SHOWN_LINKS[:4] and link.url != url and is_web(link.url) and link.url not in note
    ]
    extra = "".join(f" ([{link.rel}]({_url(link.url)}))" for link in others)
    remark = _note(note)
    gap = "" if not remark or remark.startswith((":", ",", ".", ";")) else " "
    return f"{indent}- {shown}{extra}{gap}{remark}"


def linked(label: str, url: str | None, starred: bool) -> str:
    """A label that leads to an address, in bold where it is starred; whatever the label holds, it stays in the link."""
    shown = f"[{_text(label, linked=True)}]({_url(url)})" if url else _text(label)
    return f"**{shown}**" if starred else shown


def _note(note: str) -> str:
    """A page's remark in Markdown; a remark of several lines goes on one."""
    # An image without a label shows nothing, and keeps nothing apart.
    seen = [span for span in inline(note) if span.text]
    parts: list[str] = []
    for is_raw, group in groupby(seen, lambda span: span.kind == "raw"):
        spans = list(group)
        parts += [_raw("".join(span.text for span in spans))] if is_raw else map(_span, spans)
    for index, (part, following) in enumerate(pairwise(parts)):
        if part.endswith("!") and following.startswith("["):
            # It would make an image of the link.
            parts[index] = part[:-1] + "\\!"
    return " ".join("".join(parts).split())


def _raw(text: str) -> str:
    """Raw text as a code span; two of them side by side would be read as one, with the marks between them in it."""
    return "`" + written_line(text).replace("`", "'") + "`" if text.strip() else ""


def _span(span: Span) -> str:
    is_link = span.kind == "link" and is_web(span.target)
    shown = _escaped(span.text, linked=is_link)
    if is_link:
        shown = f"[{shown}]({_url(span.target)})"
    for mark, is_set in (("**", span.strong), ("*", span.emphasised)):
        if is_set and shown.strip():
            shown = shown.replace(shown.strip(), f"{mark}{shown.strip()}{mark}", 1)
    return shown


def _text(text: str, linked: bool = False) -> str:
    """A text of its own that Markdown shows as it is: it cannot become a link, a list, a heading or HTML."""
    return _LINE_START.sub(r"\1\\", _escaped(text.strip(), linked))


def _escaped(text: str, linked: bool = False) -> str:
    shown = _ENTITY.sub("&amp;", _SPECIAL.sub(r"\\\1", written_line(text)))
    return shown if linked else _ADDRESS.sub(lambda match: match.group() + "\\", shown)


def _heading(title: str) -> str:
    """A text as a heading, whose last signs `#` Markdown would take for its end."""
    return re.sub(r"(?<=\s)(#+)$", r"\\\1", _text(title))


def _url(url: str) -> str:
    """A web address inside `(…)`: what would end it is percent-encoded."""
    encoded = re.sub(
        r"[\s()<>\"\\\[\]`]",
        lambda match: "".join(f"%{byte:02X}" for byte in match.group().encode()),
        written_line(url),
    )
    return _ENTITY.sub("&amp;", encoded)
