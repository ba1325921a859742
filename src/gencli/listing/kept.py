"""A text of a page as the library keeps it, with its spans."""

from collections.abc import Sequence
from typing import NamedTuple

from gencli.markup import Span


class Text(NamedTuple):
    """A text of a page as it is kept, its spans, whether a star stands in it, and the links that are not followed.

    `source` is the place of each span in the page's own text; `refused` are places and addresses there.
    """

    text: str
    spans: tuple[Span, ...] = ()
    source: tuple[tuple[int, int], ...] = ()
    starred: bool = False
    refused: tuple[tuple[int, int, str], ...] = ()


def joined(texts: Sequence[Text]) -> Text:
    """Texts as the lines of one."""
    parts: list[str] = []
    spans: list[Span] = []
    source: list[tuple[int, int]] = []
    length = 0
    for text in texts:
        if parts:
            parts.append("\\\\ ")
            spans.append(Span("break", "\n", length, length + 3))
            source.append((0, 0))
            length += 3
        spans += [span._replace(start=span.start + length, end=span.end + length) for span in text.spans]
        source += text.source
        parts.append(text.text)
        length += len(text.text)
    refused = tuple(entry for text in texts for entry in text.refused)
    return Text("".join(parts), tuple(spans), tuple(source), any(text.starred for text in texts), refused)
