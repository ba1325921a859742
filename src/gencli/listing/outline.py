"""Where the items of a page stand: under which headings, and in which group of a list."""

from collections.abc import Iterable

from gencli.markup import Span

# A text of more signs than this over other items is an entry of its own, not the name of a group.
_LONGEST_LABEL = 80


class Outline:
    """The headings and the items that are open at a place of a page, which is gone through block by block.

    A label without nested items, as in a page that lost its indents, holds for the items after it.
    """

    def __init__(self) -> None:
        self.path: list[tuple[int, str]] = []
        # The titles of the headings that a place is under, the highest first.
        self.section: tuple[str, ...] = ()
        self.nest: list[tuple[int, str]] = []
        self.standing: tuple[int, str] | None = None

    def heading(self, level: int, title: str) -> None:
        """A heading opens a section, which ends those of its level and below."""
        self.end_list()
        self.path = [entry for entry in self.path if entry[0] < level] + [(level, title)]
        self.section = tuple(title for _, title in self.path)

    def end_list(self) -> None:
        """What is no item ends the list."""
        self.nest, self.standing = [], None

    def head(self, depth: int, label: str) -> None:
        """What stands before the items of a depth names their group."""
        self.standing = (depth, label)

    def item(self, depth: int, label: str, is_label: bool, nests: bool) -> str | None:
        """The group of an item, which is what the item that it is nested under is called.

        `is_label` tells whether the item only names a group, `nests` whether items are nested under it.
        """
        while self.nest and self.nest[-1][0] >= depth:
            self.nest.pop()
        if is_label or (self.standing is not None and depth < self.standing[0]):
            self.standing = None
        standing = self.standing[1] if self.standing and self.standing[0] == depth else None
        group = self.nest[-1][1] if self.nest else standing
        if is_label and not nests:
            self.head(depth, label)
        self.nest.append((depth, label))
        return group


def is_bold(spans: Iterable[Span]) -> bool:
    """Whether a text has something to be seen, and all of it is bold."""
    shown = [span for span in spans if span.text.strip()]
    return bool(shown) and all(span.strong for span in shown)


def is_short(spans: Iterable[Span]) -> bool:
    """Whether a text has something to be seen, and so little that it may name a group of the items under it."""
    return 0 < sum(len(span.text) for span in spans if span.text.strip()) <= _LONGEST_LABEL


def label_of(spans: Iterable[Span]) -> str:
    """What an item is called where it names a group: by its first link, else by all of its text."""
    shown = ""
    for span in spans:
        if span.kind == "link":
            shown = span.text
            break
        shown += span.text
    return shown.strip().rstrip(":").strip()
