"""What one item of a list with its title first, or one row of a table, says of a work."""

import re
from collections.abc import Iterable

from gencli.citation import Citation, read_label
from gencli.identifiers import STRONG
from gencli.listing.apart import told
from gencli.listing.facts import Facts, facts
from gencli.listing.items import Item, Work, led_by_link, led_by_text
from gencli.listing.items import read_item as read_any_item
from gencli.listing.kept import Text
from gencli.listing.links import Named, read_links, rel_of, said
from gencli.listing.view import OTHER, View, facts_behind, view_of
from gencli.markup import Span

_LETTER = re.compile(r"[^\W_]")
_WEB = re.compile(r"(?:https?://|www\.|doi>|arxiv>)", re.IGNORECASE)
_PDF = re.compile(r"[^\s:]+\.pdf(?:[?#]|$)", re.IGNORECASE)
_BEHIND = re.compile(r"(?:\\\\(?=\s|$)|[\s,.;:|)\]–—-])*")
_BEHIND_LINK = re.compile(r"(?:\\\\(?=\s|$)|[\s)\]|])*(?:,\s*)?")
_DIGITS = re.compile(r"\d\d")
_BREAKS = re.compile(r"(?:\\\\\s)*")
_EMPTY_BRACKETS = re.compile(r"[\[(][\s,|/]*[\])]")
_PREPRINT = re.compile(r"\barxiv\b|\bpreprint\b", re.IGNORECASE)


def read_item(kept: Text, is_under: bool = False) -> Item:
    """One item: which work it names, how the page labels it, and what it says beside.

    `is_under` tells whether it is nested under a paper, whose links it may hold.
    """
    spans = list(kept.spans)
    links = read_links(spans)
    if links and _is_title(links[0]):
        item = _titled(kept.text, spans, links)
    elif (own := next((span for span in spans if _is_own_file(span)), None)) is not None and not links:
        item = Item(Work({}, read_label(own.text), ()), own.text, own.strong)
    else:
        item = _told(kept.text, spans, links, is_under)
    if item.work is None and not item.internal:
        item = item._replace(internal=is_internal(spans))
    return item._replace(starred=item.starred or kept.starred)


def is_internal(spans: Iterable[Span]) -> bool:
    """Whether all that a text links is in the page or beside it."""
    targets = [span.target for span in spans if span.kind == "link"]
    return bool(targets) and not any(_WEB.match(target) for target in targets)


def details(kept: Text) -> Facts | None:
    """What a text tells that holds nothing but names, a venue, a year or links of a work; None of any other."""
    links = read_links(kept.spans)
    if any(_is_title(link) for link in links):
        return None
    view = _view(list(kept.spans), links)
    found, stop = facts(view.shown, 0, view.marked)
    return None if view.has_words(stop) or (found == Facts() and not links) else found


def _view(spans: list[Span], own: list[Named]) -> View:
    """What is seen beside the links of the work; a link labelled by where it was published is seen as its label."""
    labels = {link.span.start for link in own if link.span.text != link.span.target and _is_venue(link.span.text)}
    return view_of(spans, {link.span.start for link in own}, labels)


def _is_title(link: Named) -> bool:
    """Whether a link's label is the work's, not what it leads to ("pdf"), its id or its bare address."""
    span = link.span
    is_named = span.text != span.target and not said(span.text) and rel_of(span) in ("", "code")
    return is_named and not _is_venue(span.text)


def _is_venue(label: str) -> bool:
    """Whether a link is labelled by where or when the work was published (`[NeurIPS2021](url)`)."""
    if len(label) > 40 or label.strip()[:1].islower():
        return False
    found, stop = facts(label)
    return not found.authors and bool(found.venue or found.year) and not _LETTER.search(label, stop)


def _is_own_file(span: Span) -> bool:
    return span.kind == "link" and _PDF.fullmatch(span.target) is not None and not said(span.text)


def _own(links: list[Named]) -> list[Named]:
    """The first link and those that only say what they lead to, or lead to nothing that names a work."""
    main = links[:1]
    return main + [link for link in links[1:] if link.rel or link.identifier.kind not in STRONG]


# --- a title that is a link ------------------------------------------------------------------------


def _titled(text: str, spans: list[Span], links: list[Named]) -> Item:
    """`[Title](url) - A. One, Venue 2019. Remark`: what stands around the link belongs to it or is a remark."""
    main = links[0].span
    own = _own(links)
    view = _view(spans, own)
    start = view.at(main.start)
    before, stop = facts(view.shown[:start], 0, view.marked) if start else (Facts(), 0)
    if view.has_words(stop, start):
        return _with_lead(text, spans, links)
    item = led_by_link(text, links, "")
    assert item.work is not None
    cited = item.work.citation
    if cited.authors:
        return item._replace(note=_note(text, view, own, 0, item.note))
    whole = told(main.text) if not cited.year and _DIGITS.search(main.text) else Citation()
    if whole.title and whole.authors and whole.year:
        cited = whole
        behind, stop = Facts(), 0
    else:
        behind, stop = facts_behind(view, view.at(main.end))
    both = before.plus(behind) or before
    cited = cited._replace(
        authors=cited.authors or both.authors,
        authors_complete=cited.authors_complete and both.authors_complete,
        year=cited.year or both.year,
        venue=cited.venue or both.venue,
    )
    return item._replace(work=item.work._replace(citation=cited), note=_note(text, view, own, stop, item.note))


def _with_lead(text: str, spans: list[Span], links: list[Named]) -> Item:
    """An item whose link has words before it: an author, a remark, or the beginning of a citation."""
    item = read_any_item(text, spans)
    if item.work is not None and not item.work.citation.title:
        cited = item.work.citation._replace(title=links[0].span.text)
        return item._replace(work=item.work._replace(citation=cited))
    return item


def _note(text: str, view: View, own: list[Named], stop: int, note: str) -> str:
    """What stands behind the title, what was understood, and the links of the work next to them."""
    main = own[0].span
    start = _end(_BEHIND, text, stop) if stop > main.end else main.end
    for link in own[1:]:
        if link.span.start >= start and not view.has_words(view.at(start), view.at(link.span.start)):
            start = _end(_BEHIND_LINK, text, link.span.end)
    if not view.has_words(view.at(start)):
        return ""
    if start == main.end:
        return note[_end(_BREAKS, note, 0) :]
    rest = text[start:].strip()
    for mark in ("**", "//"):
        if rest.startswith(mark) and rest.count(mark) % 2:
            rest = rest.removeprefix(mark).strip()
    return rest


def _end(pattern: re.Pattern[str], text: str, position: int) -> int:
    match = pattern.match(text, position)
    return match.end() if match else position


# --- a title that is text --------------------------------------------------------------------------


def _told(text: str, spans: list[Span], links: list[Named], is_under: bool) -> Item:
    """`**Title** A. One. *Venue* 2019. [pdf](url)`, or a citation with no link at all."""
    if links and not links[0].rel and _is_venue(links[0].span.text):
        item = led_by_text(spans, links, "", text)
    else:
        item = read_any_item(text, spans)
    own = _own(links)
    view = _view(spans, own)
    if not view.has_words() or (item.only_links and is_under):
        return item
    found = _citation(view)
    work, label = item.work, _label(view)
    if work is None:
        return _unlinked(item, view, found, is_under)
    known = work.citation
    # A title in quotes is known for one.
    has_authors = any(not author.surname.isupper() for author in known.authors)
    is_quoted = has_authors and bool(known.title) and any(f"{sign}{known.title}" in view.shown for sign in '"“„')
    if found.title and not is_quoted and (found.authors or found.venue or found.year or not known.authors):
        known = found._replace(year=found.year or known.year)
    elif not known.title and label and (label[0].isupper() or len(label.split()) > 2) and OTHER not in label:
        known = known._replace(title=label)
    if item.only_links and known.title:
        item = item._replace(label=label, note="", only_links=False)
    label = item.label if item.only_links or not known.title or OTHER in label else label
    return item._replace(work=work._replace(citation=known), label=label)


def _citation(view: View) -> Citation:
    """The citation that a text is; a line's end may divide it or be only where it was wrapped."""
    found = told(view.shown.replace("\n", " "), view.strong, view.marked)
    on_lines = told(view.shown, view.strong, view.marked) if "\n" in view.shown else found
    return found if found.authors or not on_lines.authors else on_lines


def _label(view: View) -> str:
    shown = _EMPTY_BRACKETS.sub(" ", view.shown.replace("\x00", " "))
    return " ".join(shown.split()).strip(" :-–—|,")


def _unlinked(item: Item, view: View, found: Citation, is_under: bool) -> Item:
    """A citation without any address: it has authors, or a venue and a year, and is no remark under a paper."""
    is_dated = found.year and (found.venue or _PREPRINT.search(view.shown)) and len(found.title.split()) > 2
    if not found.title or not (found.authors or (is_dated and not is_under)):
        return item
    starts = [place for place in view.strong if not view.has_words(0, place[0]) and not view.has_words(place[1])]
    return Item(Work({}, found, ()), _label(view), bool(starts))
