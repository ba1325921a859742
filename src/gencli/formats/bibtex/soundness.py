"""Whether what is to be written as it stands would be read again as just that, so that nothing breaks out of it."""

from gencli.formats.bibtex.cut import cut
from gencli.model import Entry, Header


def is_sound(entry: Entry) -> bool:
    """Whether the fields of an entry are fields; one that the user took away has no expression."""
    fields = tuple((name, raw) for name, raw, _ in entry.fields if raw)
    text = "@misc{k,\n" + "".join(f"  {name} = {raw},\n" for name, raw in fields) + "}"
    blocks = list(cut(text))
    return len(blocks) == 1 and blocks[0].kind == "entry" and blocks[0].fields == fields


def sound(header: Header) -> Header:
    """What of a file's header is what it says it is: definitions, preambles, comments."""
    macros = {
        name: value
        for name, value in header.macros.items()
        if _is_one(f"@string{{{name} = {{{value}}}}}", "string", (name, f"{{{value}}}"))
    }
    preambles = tuple(raw for raw in header.preambles if _is_one(raw, "preamble"))
    return Header(macros, preambles, tuple(raw for raw in header.comments if _is_one(raw, "comment")), header.remarks)


def _is_one(text: str, kind: str, field: tuple[str, str] | None = None) -> bool:
    blocks = list(cut(text))
    return len(blocks) == 1 and blocks[0].kind == kind and (field is None or blocks[0].fields == (field,))
