"""What is shown, as words: of outcomes, of news, of papers. No output."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from gencli.model import Line, News, Outcome, Paper, Record, Variant, is_latex_word

if TYPE_CHECKING:
    from gencli.drift import Difference


def outcome_words(outcome: Outcome, changed: str = "changed", removed: str = "removed") -> str:
    """`27 papers added, 1 changed, 3 as they were`: what a change did, in one line."""
    same = "as it was" if len(outcome.unchanged) == 1 else "as they were"
    counts = [
        (len(outcome.added), "added"), (len(outcome.merged), changed), (len(outcome.removed), removed),
        (len(outcome.unchanged), same),
    ]  # fmt: skip
    said = [(count, word) for count, word in counts if count]
    if not said:
        return "no paper"
    (first, word), *rest = said
    noun = "paper" if first == 1 else "papers"
    return ", ".join([f"{first} {noun} {word}", *(f"{count} {word}" for count, word in rest)])


def shown_name(paper: Paper | Line) -> str:
    """What a paper is called where eyes read it: that it was withdrawn comes first."""
    return f"withdrawn: {paper.name}" if paper.is_withdrawn else paper.name


def names(paper: Paper | Record) -> str:
    """The authors with all of their names."""
    found = [f"{author.given} {author.surname} {author.suffix}".strip() for author in paper.authors]
    return ", ".join(found) + ("" if paper.authors_complete else " et al.")


def news_words(news: News) -> str:
    """A piece of news as a person would say it."""
    before, after = (brief(value, 100) for value in (news.before, news.after))
    said = {
        "filled in": f"filled in: {after}",
        "new version": f"new version {after}" + (f" (was {before})" if before else ""),
        "published": f"published: {after}",
        "not published": f"not published in {before} any more",
        "doi": f"DOI: {after or 'none any more'}" + (f" (was {before})" if before else ""),
        "withdrawn": "withdrawn",
        "not withdrawn": "not withdrawn any more",
        "title": f"title: {after}" + (f" (was: {before})" if before else ""),
        "united": f"is one paper with {before}, which becomes an old key",
        "kept beside": f"{news.field} stays; arXiv says: {after}",
    }
    return said.get(news.what) or f"{news.field}: {after or 'nothing'}" + (f" (was: {before})" if before else "")


def difference_words(one: "Difference") -> str:
    """What is otherwise on a page, as a person would say it."""
    what = {
        "added": f"new in {one.after}: {one.label}",
        "removed": f"no longer in {one.before}: {one.label}",
        "moved": f"moved from {one.before} to {one.after}",
        "reordered": f"now behind '{one.after}'" if one.after else "now the first of its list",
        "label": f"now called '{one.after}' (was '{one.before}')",
        "note": f"remark: {_remark(one.after) or 'none'}" + (f" (was: {_remark(one.before)})" if one.before else ""),
        "star": "starred" if one.after else "not starred any more",
        "links": "; ".join(
            f"{verb} {leads}" for verb, leads in (("leads to", one.after), ("no longer to", one.before)) if leads
        ),
        "renamed": f"'{one.before}' is '{one.after}' now",
    }[one.what]
    return " ".join(what.split())


def _remark(note: str) -> str:
    """A page's remark without the dash that parts it from the link."""
    return note.lstrip("-–— :,").strip()


def brief(value: Any, size: int) -> str:
    """A value as words: authors by name, lists with commas; cut where it is longer than `size`."""
    if isinstance(value, list):
        parts = [_brief_author(part) if isinstance(part, dict) else str(part) for part in value]
        value = ", ".join(parts)
    text = "" if value is None else str(value)
    return text[: size - 1] + "…" if size and len(text) > size else text


def _brief_author(shape: dict[str, str]) -> str:
    return shape.get("literal") or f"{shape.get('given', '')} {shape.get('family', '')}".strip()


def details_of(paper: Paper, beside: Sequence[Variant] = ()) -> list[tuple[str, str]]:
    """The fields that a paper has, in the order in which a person asks for them."""
    from gencli.markup import plain

    identifiers = dict(paper.identifiers)
    if paper.arxiv_version and "arxiv" in identifiers:
        identifiers["arxiv"] += f" (version {paper.arxiv_version})"
    categories = dict.fromkeys([*([paper.primary_category] if paper.primary_category else []), *paper.categories])
    hidden = ("pubstate",) if paper.is_withdrawn else ()
    found: list[tuple[str, Any]] = [
        ("key", paper.key), ("aliases", ", ".join(paper.aliases)), ("title", paper.title), ("authors", names(paper)),
        ("type", paper.type), ("year", paper.year), ("date", paper.date if paper.date != str(paper.year) else None),
        ("venue", paper.venue), *identifiers.items(), ("categories", " ".join(categories)),
        ("posted", paper.posted), ("updated", paper.updated), *((f"{link.rel} link", link.url) for link in paper.links),
        ("withdrawn", "yes, see the comment" if paper.is_withdrawn else None),
        *((name, _read(paper, name, text)) for name, text in paper.fields.items() if name not in hidden),
        *((f"{v.field.removeprefix('fields.')}, {v.source}", brief(v.value, 0)) for v in beside),
        ("starred", "yes" if paper.starred else None), ("status", paper.status),
        ("tags", ", ".join(paper.tags)), ("note", paper.note), ("abstract", paper.abstract),
    ]  # fmt: skip
    for mention in paper.mentions:
        place = " › ".join([mention.page, *mention.section, *([mention.group] if mention.group else [])])
        number = f", item {mention.position}" if mention.position else ", in the text"
        star = ", starred" if mention.starred else ""
        found.append(
            ("page", "\n".join(text for text in (place + number + star, mention.label, plain(mention.note)) if text))
        )
    return [(name, str(value)) for name, value in found if value]


def _read(paper: Paper, name: str, text: str) -> str:
    """A field as eyes read it: what a .bib or the user says of it is LaTeX."""
    if not is_latex_word(paper.origins.get(f"fields.{name}", "")):
        return text
    from gencli.latex import decode

    return decode(text)


def size_words(size: int) -> str:
    """A number of bytes for eyes: `164 KiB`, `2.4 MiB`."""
    shown, units = float(size), ["bytes", "KiB", "MiB", "GiB"]
    while shown >= 1024 and len(units) > 1:
        shown /= 1024
        units.pop(0)
    return f"{shown:.1f} {units[0]}" if units[0] in ("MiB", "GiB") else f"{shown:.0f} {units[0]}"
