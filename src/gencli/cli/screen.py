"""Everything that is shown: tables for eyes, tab-separated lines for pipes, JSON. The only user of rich."""

import os
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain, islice
from typing import TYPE_CHECKING, Any, NamedTuple, Self, TextIO, cast

from gencli.cli.session import notice
from gencli.cli.words import brief, details_of, difference_words, names, news_words, shown_name, size_words
from gencli.model import Hit, Line, News, Paper, Reading, Record, Variant
from gencli.text import json_seen, one_line, seen, seen_block

if TYPE_CHECKING:
    from gencli.cli.pager import Paged
    from gencli.drift import Difference
    from gencli.excerpt import Sought
    from gencli.store.changes import Changed
    from gencli.store.steps import Step
    from gencli.upkeep import Likely, Wrong

_KEY, _DIM, _STAR, _HIT, _OFF = "\x1b[36m", "\x1b[2m", "\x1b[33m", "\x1b[1;31m", "\x1b[0m"
_BOLD = "\x1b[1m"
_GONE, _NEW = "\x1b[31m", "\x1b[32m"
_GAP = "  "
# So many rows of a table are looked at for the widths of its columns.
_MEASURED = 100
# What is longer is cut where eyes see it: what stands in one line, and what may go on over some.
_LINE, _TITLE = 500, 2000
# So many years, and so many of the others, are shown to eyes, their names in so many columns.
_YEARS, _MOST, _NAMED = 30, 12, 36
# No terminal has more columns.
_WIDEST = 1000


class Screen:
    """Where output goes, and what that place can show."""

    def __init__(self, out: TextIO, as_json: bool = False) -> None:
        self.out = out
        self._paged: Paged | None = None
        self.as_json = as_json
        self.is_terminal = out.isatty() and not as_json
        self.colour = self.is_terminal and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
        # $COLUMNS may say anything.
        self.width = min(shutil.get_terminal_size((80, 24)).columns, _WIDEST) if self.is_terminal else 0

    def __enter__(self) -> Self:
        """Let what follows go through a pager where it is longer than the terminal's screen."""
        if self.is_terminal:
            from gencli.cli.pager import Paged

            size = shutil.get_terminal_size((80, 24))
            self._paged = Paged(self.out, size.lines, size.columns, os.environ)
            # It has what is used here of a text stream.
            self.out = cast("TextIO", self._paged)
        return self

    def __exit__(self, *_: object) -> None:
        if self._paged is not None:
            self._paged.close()

    def json(self, value: Any) -> None:
        """One JSON document, characters kept, but for those that a terminal would obey: they stand by their numbers."""
        import json

        self.out.write(json_seen(json.dumps(value, ensure_ascii=False, indent=2)) + "\n")

    def line(self, *parts: object) -> None:
        """One line of a pipe: its parts between tabs, each harmless and without line ends."""
        self.out.write("\t".join(one_line("" if part is None else str(part)) for part in parts) + "\n")

    def papers(self, lines: Iterable[Line]) -> int:
        """A list of papers: a table, or lines of key, year, authors, title, tags; how many there were."""
        count = 0

        def counted() -> Iterator[Line]:
            nonlocal count
            for line in lines:
                count += 1
                yield line

        if not self.is_terminal:
            for line in counted():
                self.line(*line[:5])
        else:
            narrow = self.width < 100
            self.table(
                (
                    ("★" if line.starred else "", line.key, str(line.year or ""), line.who, shown_name(line), line.tags)
                    for line in counted()
                ),
                [1, 24 if narrow else 30, 4, 14 if narrow else 24, 0, 12 if narrow else 20],
                [_STAR, _KEY, "", "", "", _DIM],
            )
        return count

    def hits(self, hits: Iterable[Hit]) -> int:
        """What a search found: each paper on two or three lines, or a line of key, year, authors, title, snippet.

        How many there were.
        """
        if self.as_json:
            every = list(hits)
            self.json([{**hit.paper.as_json(), "score": round(hit.score, 6), "snippet": hit.snippet} for hit in every])
            return len(every)
        count = 0
        for hit in hits:
            count += 1
            if self.is_terminal:
                self._hit(hit)
            else:
                self.line(hit.paper.key, hit.paper.year, names(hit.paper), hit.paper.name, hit.snippet)
        return count

    def _hit(self, hit: Hit) -> None:
        paper = hit.paper
        star = self.styled("★", _STAR) if paper.starred else " "
        tags = _GAP + self.styled(seen(", ".join(paper.tags), _LINE), _DIM) if paper.tags else ""
        head = [
            f"{star} {self.styled(seen(paper.key, _LINE), _KEY)}",
            str(paper.year or "    "),
            seen(paper.who, _LINE),
        ]
        self.out.write(_GAP.join(head) + tags + "\n")
        for text in self._wrapped(self._marked(seen(shown_name(paper), _TITLE), hit.sought)):
            self.out.write(f"  {text}\n")
        if hit.snippet_field != "title" and hit.snippet:
            from gencli.markup import plain

            shown = self._marked(seen(plain(hit.snippet), _TITLE), hit.sought)
            for text in self._wrapped([(hit.snippet_field + ": ", _DIM), *shown]):
                self.out.write(f"  {text}\n")

    def _marked(self, text: str, sought: "Sought") -> list[tuple[str, str]]:
        """A text in pieces, those that were looked for with a style."""
        from gencli.excerpt import marks

        pieces: list[tuple[str, str]] = []
        position = 0
        for start, end in marks(text, sought):
            pieces += [(text[position:start], ""), (text[start:end], _HIT)]
            position = end
        return [*pieces, (text[position:], "")]

    def _wrapped(self, pieces: Iterable[tuple[str, str]]) -> list[str]:
        """Styled pieces as lines of the terminal's width, broken between words."""
        lines: list[str] = []
        line, used = "", 0
        room = max(self.width - 2, 20)
        for text, style in pieces:
            for word in _words(text):
                size = _size(word.rstrip())
                if used and used + size > room:
                    lines.append(line.rstrip())
                    line, used = "", 0
                line += self.styled(word.rstrip(), style) + word[len(word.rstrip()) :]
                used += _size(word)
        return [*lines, line.rstrip()] if line.strip() else lines

    def table(self, rows: Iterable[Sequence[str]], limits: Sequence[int], styles: Sequence[str]) -> None:
        """Aligned columns, cut to the terminal's width; a limit of 0 takes what is left.

        The first rows say how wide the columns are, so that they are there while the others are still to come.
        """
        rest = ([seen(cell, _LINE) for cell in row] for row in rows)
        first = list(islice(rest, _MEASURED))
        sizes = [max((_size(row[i]) for row in first), default=0) for i in range(len(limits))]
        sizes = [min(size, limit) if limit else size for size, limit in zip(sizes, limits, strict=True)]
        if len(first) == _MEASURED:
            # Tags may come later.
            sizes[-1] = max(sizes[-1], limits[-1])
        if 0 in limits:
            others = sum(size + len(_GAP) for i, size in enumerate(sizes) if limits[i] and size)
            open_column = limits.index(0)
            room = max(self.width - others, 16)
            sizes[open_column] = min(sizes[open_column], room) if len(first) < _MEASURED else room
        used = [i for i, size in enumerate(sizes) if size]
        for row in chain(first, rest):
            cells = [self.styled(_fit(row[i], sizes[i]), styles[i]) for i in used]
            self.out.write(_GAP.join(cells).rstrip() + "\n")

    def results(self, records: Sequence[Record], keys: Sequence[str | None]) -> None:
        """What arXiv found, with the keys of what the library has: two lines each, or id, year, authors, title, key."""
        for record, key in zip(records, keys, strict=True):
            name, who = record.identifiers["arxiv"], record.who
            withdrawn = "withdrawn: " if record.is_withdrawn else ""
            if not self.is_terminal:
                self.line(name, record.year, names(record), record.title, key)
                continue
            mark = self.styled("✓", _STAR) if key else " "
            head = [f"{mark} {self.styled(seen(name, _LINE), _KEY)}", str(record.year or ""), seen(who, _LINE)]
            tail = _GAP + self.styled(seen(" ".join(filter(None, (record.primary_category, key))), _LINE), _DIM)
            self.out.write(_GAP.join(head) + tail + "\n")
            for text in self._wrapped([(seen(withdrawn + (record.title or ""), _TITLE), "")]):
                self.out.write(f"  {text}\n")

    def news(self, news: Sequence[News]) -> None:
        """What is new of papers: a line each, or key, what, field, before, after."""
        for entry in news:
            if not self.is_terminal:
                before, after = (brief(value, 0) for value in (entry.before, entry.after))
                self.line(entry.key, entry.what, entry.field, before, after)
            else:
                words = [(entry.key, _KEY), (f"  {news_words(entry)}", "")]
                first, *rest = self._wrapped([(seen(text, _TITLE), style) for text, style in words])
                self.out.write("\n    ".join([first, *rest]) + "\n")

    def show(self, papers: Sequence[Paper], beside: Sequence[Sequence[Variant]] = ()) -> None:
        """Everything known of papers: aligned fields for eyes, `field TAB value` for a pipe.

        `beside` is, for each paper, what sources say beside the values that hold.
        """
        others = beside or [()] * len(papers)
        if self.as_json:
            shapes = [paper.as_json() for paper in papers]
            for shape, variants in zip(shapes, others, strict=True):
                if variants:
                    shape["variants"] = [variant._asdict() for variant in variants]
            self.json(shapes)
            return
        for number, (paper, variants) in enumerate(zip(papers, others, strict=True)):
            if number:
                self.out.write("\n")
            details = details_of(paper, variants)
            if self.is_terminal:
                self._shown(details)
            else:
                for name, value in details:
                    self.line(name, value)

    def _shown(self, details: Sequence[tuple[str, str]]) -> None:
        from rich.console import Console
        from rich.table import Table
        from rich.text import Text

        class Shown(Console):
            """One that leaves it to us what a reader who has enough means; rich would end with 1."""

            def on_broken_pipe(self) -> None:
                raise BrokenPipeError

        console = Shown(
            file=self.out,
            width=self.width,
            color_system="standard" if self.colour else None,
            highlight=False,
            force_terminal=True,
        )
        grid = Table.grid(padding=(0, 2))
        grid.add_column(style="dim", no_wrap=True)
        grid.add_column(overflow="fold")
        for name, value in details:
            # Text, never markup: `[cs.LG]` in a title is no style.
            style = {"key": "cyan", "title": "bold", "starred": "yellow", "withdrawn": "bold red"}.get(name, "")
            grid.add_row(Text(seen(name, _LINE)), Text(seen_block(value), style=style))
        console.print(grid)

    def counts(self, rows: Sequence[tuple[str, int]]) -> None:
        """Names with their counts: bars for eyes, lines of name and count for a pipe."""
        if self.as_json:
            self.json([{"tag": name, "papers": count} for name, count in rows])
        elif not self.is_terminal:
            for name, count in rows:
                self.line(name, count)
        else:
            self._bars(rows)

    def _bars(self, rows: Sequence[tuple[str, int]], size: int = 0) -> None:
        """Names with bars as long as their counts; with `size` the names take so many columns."""
        most = max((count for _, count in rows), default=1)
        digits = max(len(str(most)), 5)
        room = max(self.width - (size or 30) - digits - 3 * len(_GAP) - 5, 10)
        shown = [
            (_fit(seen(name, _LINE), size) if size else name, str(count).rjust(digits), _bar(count, most, room))
            for name, count in rows
        ]
        self.table(shown, [size or 30, digits, 0], [_KEY, "", _DIM])

    def tallies(self, total: int, tallies: dict[str, list[tuple[Any, int]]]) -> None:
        """Counts by year, section, …: bars for eyes, the most first; lines of what, value and count for a pipe."""
        if self.as_json:
            shape = {by: [{"value": value, "papers": count} for value, count in rows] for by, rows in tallies.items()}
            self.json({"papers": total} | shape)
            return
        if not self.is_terminal:
            for by, rows in tallies.items():
                for value, count in rows:
                    self.line(by, value, count)
            return
        self.out.write(f"{total} paper{'' if total == 1 else 's'}\n")
        for by, rows in tallies.items():
            if not rows:
                continue
            shown = rows[-_YEARS:] if by == "year" else rows[:_MOST]
            left = len(rows) - len(shown)
            more = f"{_GAP}({left} {'earlier' if by == 'year' else 'more'})" if left else ""
            self.out.write(f"\n{self.styled(by, _BOLD)}{self.styled(more, _DIM)}\n")
            names = [_tail(str(value), _NAMED) if by == "section" else str(value) for value, _ in shown]
            self._bars([(name, count) for name, (_, count) in zip(names, shown, strict=True)], _NAMED)

    def likely(self, group: "Likely", papers: Sequence[Paper], command: str) -> None:
        """Papers that are likely one: a block for eyes, or a line of score, reason and keys."""
        if not self.is_terminal:
            self.line(f"{group.score:.3f}", group.reason, " ".join(group.keys))
            return
        for text in self._wrapped([(f"{group.score:.2f}  {seen(group.reason, _TITLE)}", _DIM)]):
            self.out.write(f"{text}\n")
        rows = [(paper.key, str(paper.year or ""), paper.who, shown_name(paper)) for paper in papers]
        self.table(rows, [30, 4, 20, 0], [_KEY, "", "", ""])
        if group.conflicts:
            names = dict.fromkeys(name.removeprefix("fields.") for name, _, _ in group.conflicts)
            for text in self._wrapped([(seen(f"kept beside: {', '.join(names)}", _TITLE), _DIM)]):
                self.out.write(f"  {text}\n")
        self.out.write(f"  {seen(command)}\n\n")

    def findings(self, found: "Sequence[Wrong]") -> None:
        """What wants an eye: by paper for eyes, or lines of key, where, what, fix."""
        if self.as_json:
            self.json([one.as_json() for one in found])
            return
        last = ""
        for one in found:
            if not self.is_terminal:
                self.line(one.key, one.where, one.what, one.fix)
                continue
            if one.about != last:
                self.out.write(self.styled(seen(one.about, _LINE), _KEY) + "\n")
                last = one.about
            fix = [(f" (--fix: {seen(one.fix, _TITLE)})", _DIM)] if one.fix else []
            for text in self._wrapped([(f"{seen(one.where, _LINE)}: ", _DIM), (seen(one.what, _TITLE), ""), *fix]):
                self.out.write(f"  {text}\n")

    def steps(self, steps: "Sequence[Step]") -> None:
        """What changed a library: a table, or lines of number, time, what it did, command, and whether it is undone."""
        if self.as_json:
            self.json([_step(step) for step in steps])
        elif not self.is_terminal:
            for step in steps:
                self.line(step.number, step.at, step.summary, step.command, "undone" if step.undone else "")
        else:
            rows = [
                (str(step.number), step.at[:16].replace("T", " "), "undone" if step.undone else "", step.summary)
                for step in steps
            ]
            self.table(rows, [6, 16, 6, 0], [_KEY, _DIM, _DIM, ""])

    def readings(self, readings: "Sequence[tuple[Reading, str]]") -> None:
        """The pages: a table, or lines of title, source, format, time of reading, items, papers, state."""
        if not self.is_terminal:
            for page, state in readings:
                self.line(page.title, page.source, page.format, page.read, page.items, page.papers, state)
            return
        rows = [
            (page.title, page.read[:10], f"{page.items} items", "" if state == "same" else state, page.source)
            for page, state in readings
        ]
        self.table(rows, [40, 10, 11, 12, 0], [_KEY, _DIM, "", _STAR, _DIM])

    def unresolved(self, found: "Sequence[tuple[str, int, str, tuple[str, ...], Sequence[str]]]") -> None:
        """Citations that no link settles: a table, or lines of page, line, text, section, keys of who may be meant."""
        if not self.is_terminal:
            for title, line, text, section, keys in found:
                self.line(title, line, text, " › ".join(section), " ".join(keys))
            return
        rows = [(str(line), text, " ".join(keys[:3])) for _, line, text, _, keys in found]
        self.table(rows, [5, 40, 0], [_DIM, "", _KEY])

    def differences(self, title: str, found: "Sequence[Difference]") -> None:
        """What is otherwise on a page: a line each, or page, what, key, label, before, after."""
        for one in found:
            if not self.is_terminal:
                self.line(title, one.what, one.key, one.label, one.before, one.after)
                continue
            sign = {"added": "+", "removed": "-"}.get(one.what, "~")
            name = (seen(one.key, _LINE), _KEY) if one.key else ("section", _DIM)
            words = seen(difference_words(one), _TITLE)
            first, *rest = self._wrapped([(f"{sign} ", ""), name, (_GAP, ""), (words, "")])
            self.out.write("\n    ".join([first, *rest]) + "\n")

    def changes(self, found: "Iterable[tuple[Step, list[Changed]]]") -> None:
        """What steps did row by row: `-` and `+` a column, or lines of step, table, key, column, before, after."""
        if self.as_json:
            self.json([_step(step) | {"changes": [one._asdict() for one in rows]} for step, rows in found])
            return
        for step, rows in found:
            if self.is_terminal:
                head = f"  {step.at[:16].replace('T', ' ')}  {'undone  ' if step.undone else ''}"
                self.out.write(f"{self.styled(str(step.number), _KEY)}{head}{seen(step.summary, _LINE)}\n")
            for one in rows:
                names = dict.fromkeys([*(one.before or ()), *(one.after or ())])
                if self.is_terminal:
                    self.out.write(self.styled(f"  {one.table} {seen(one.key or str(one.row), _LINE)}", _DIM) + "\n")
                for name in names:
                    before, after = ((values or {}).get(name) for values in (one.before, one.after))
                    if not self.is_terminal and before != after:
                        self.line(step.number, one.table, one.key, name, before, after)
                    for sign, value, style in (("-", before, _GONE), ("+", after, _NEW)) if self.is_terminal else ():
                        if value not in (None, ""):
                            text = f"    {sign} {seen(f'{name}: {value}', _LINE)}"
                            self.out.write(self.styled(text, style) + "\n")

    def facts(self, values: dict[str, Any]) -> None:
        """Named values: aligned for eyes, `name TAB value` for a pipe."""
        if self.as_json:
            self.json(values)
        for name, value in () if self.as_json else values.items():
            if self.is_terminal:
                shown = size_words(value) if name.endswith("size") else seen(str(value))
                self.out.write(f"{self.styled(name.replace('_', ' ').ljust(12), _DIM)}{shown}\n")
            else:
                self.line(name, value)

    def styled(self, text: str, style: str) -> str:
        """A text in a style, where there are colours."""
        return f"{style}{text}{_OFF}" if style and text and self.colour else text


def _step(step: "Step") -> dict[str, Any]:
    """A step in the shape of `history --json`."""
    return {name: getattr(step, name) for name in ("number", "at", "command", "summary", "undone")}


class Progress(NamedTuple):
    """How far a long command is: `done` takes the number that is dealt with, `say` words for the user."""

    done: Callable[[int], None]
    say: Callable[[str], None]


@contextmanager
def progress(what: str, total: int, as_json: bool = False) -> Iterator[Progress]:
    """A bar with counts and the time that is left, on a terminal and while it lasts; elsewhere words alone."""
    if as_json or sys.stderr is None or not sys.stderr.isatty() or total < 1:
        yield Progress(lambda _: None, lambda text: notice(text, as_json))
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar
    from rich.text import Text

    console = Console(file=sys.stderr, highlight=False)
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Bar(*columns, console=console, transient=True, redirect_stdout=False, redirect_stderr=False) as bar:
        task = bar.add_task(seen(what, _LINE), total=total)
        yield Progress(
            lambda count: bar.update(task, completed=count, refresh=True),
            lambda text: console.print(Text(seen(text))),
        )


def screen(as_json: bool = False) -> Screen:
    """The screen that standard output is."""
    return Screen(sys.stdout, as_json)


def _bar(count: int, most: int, room: int) -> str:
    return "█" * max(round(count / most * room), 1)


def _tail(path: str, size: int) -> str:
    """A path of headings without the first ones where it is long: its end tells most."""
    parts = path.split(" › ")
    while len(parts) > 1 and len(path) > size:
        parts = parts[1:]
        path = " › ".join(["…", *parts])
    return path


def _words(text: str) -> list[str]:
    """The words of a text, each with the blanks behind it."""
    words, start = [], 0
    for position in range(1, len(text) + 1):
        if position == len(text) or (text[position - 1] == " " and text[position] != " "):
            words.append(text[start:position])
            start = position
    return words


def _size(text: str) -> int:
    """How many columns of a terminal a text takes."""
    if text.isascii():
        return len(text)
    from rich.cells import cell_len

    return cell_len(text)


def _fit(text: str, size: int) -> str:
    """A text cut or filled to a number of columns."""
    taken = _size(text)
    if taken <= size:
        return text + " " * (size - taken)
    if text.isascii():
        return text[: size - 1] + "…"
    from rich.cells import set_cell_size

    return set_cell_size(text, size - 1) + "…"
