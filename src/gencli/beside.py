"""The lines of a library that are no papers: pages with their mentions, what was kept aside, who is not who."""

from collections import Counter
from typing import Any

from gencli.formats.jsonl import Line
from gencli.intake import Change
from gencli.model import Mention, Page, Problem
from gencli.store import lines

Placed = tuple[int, Mention]


class Beside:
    """What such lines bring into a library; `numbers` are the papers that came with them, by the keys of the lines."""

    def __init__(self, change: Change, numbers: dict[str, int]) -> None:
        self.change, self.store, self.numbers = change, change.store, numbers
        self.connection = change.store.connection
        self.asides: Counter[tuple[Any, ...]] | None = None

    def _named(self, key: str) -> int | None:
        number = self.numbers.get(key)
        return self.store.called(key) if number is None else self.change.current(number)

    # --- pages -------------------------------------------------------------------------------------

    def page(self, line: Line) -> None:
        """A page: of two readings of one place the later holds; of the same text the mentions of both."""
        told = line.value
        row = lines.page(self.connection, told["source"])
        title = told["title"] if row is None or row["text"] != told["text"] else row["title"]
        mentions = self._mentions(line, title)
        had = self.store.page_mentions(row["id"]) if row is not None else []
        if row is None:
            self._write(told, None, told["read"], mentions)
        elif row["text"] == told["text"]:
            if not Counter(mentions) - Counter(had):
                return
            told = told | {"title": title, "problems": lines.problems(self.connection, "page", row["id"])}
            mentions = [*mentions, *(Counter(had) - Counter(mentions)).elements()]
            self._write(told, row["id"], row["read"], mentions)
        elif told["read"] > row["read"]:
            self._write(told, row["id"], told["read"], mentions)
        else:
            what = f"the page '{row['title']}' was read later here, and stays as it is"
            self.change.problems.append(Problem(line.where, what, "", True))
            return
        before, after = _by_paper(had), _by_paper(mentions)
        for paper in before | after:
            self.change.note(paper, before.get(paper) != after.get(paper))

    def _mentions(self, line: Line, title: str) -> list[Placed]:
        found = []
        for told in line.value.get("mentions", ()):
            number = self._named(told["key"])
            if number is None:
                what = f"'{line.value['title']}' mentions {told['key']}, which is no paper here"
                self.change.problems.append(Problem(line.where, what, told["label"]))
                continue
            section, group, position = tuple(told.get("section", ())), told.get("group"), told.get("position")
            starred, note = told.get("starred", False), told.get("note", "")
            mention = Mention(title, section, group, told["role"], position, told["label"], starred, note)
            found.append((number, mention))
        return found

    def _write(self, told: dict[str, Any], number: int | None, read: str, mentions: list[Placed]) -> None:
        related = tuple((page, label) for page, label in told.get("related", ()))
        page = Page(told["title"], told["source"], told["format"], told["text"], (), related, (), told.get("base"))
        row = self.store.write_page(page, number, read)
        for paper, mention in mentions:
            self.store.add_mention(row, paper, mention)
        for problem in told.get("problems", ()):
            lines.keep_aside(self.connection, problem, row)

    # --- the rest ----------------------------------------------------------------------------------

    def aside(self, line: Line) -> None:
        """What was kept aside of neither a page nor a file, as often as it stands in the lines."""
        if self.asides is None:
            self.asides = Counter(_shape(one) for one in lines.problems(self.connection))
        shape = _shape(line.value)
        if self.asides[shape] > 0:
            self.asides[shape] -= 1
        else:
            lines.keep_aside(self.connection, line.value)

    def apart(self, line: Line) -> None:
        """Two papers that are said not to be one."""
        numbers = [self._named(key) for key in line.value]
        one, other = numbers
        if one is None or other is None:
            lacking = next(key for key, number in zip(line.value, numbers, strict=True) if number is None)
            self.change.problems.append(Problem(line.where, f"{lacking}, kept apart from another, is no paper here"))
        elif one == other:
            what = f"{' and '.join(line.value)} are kept apart in the lines, and one paper here"
            self.change.problems.append(Problem(line.where, what))
        else:
            self.store.set_apart(one, other)


def _shape(told: dict[str, Any]) -> tuple[Any, ...]:
    return told["where"], told["what"], told["raw"], told.get("taken", False)


def _by_paper(mentions: list[Placed]) -> dict[int, list[Mention]]:
    found: dict[int, list[Mention]] = {}
    for number, mention in mentions:
        found.setdefault(number, []).append(mention)
    return found
