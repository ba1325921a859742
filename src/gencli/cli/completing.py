"""What may be typed next on a command line, for the shells: commands, options, keys, tags, pages, queries.

The scripts that `gencli completion` prints call `gencli complete-words SHELL LINE [BREAKS]` with the line up to the
cursor as it was typed. The first line of the answer says what comes: `words` (each ends with a blank), `part` (more
follows without one) or `files` (the shell knows them). Then a word a line, behind a tab what it is. Nothing is ever
written, and where there is no library, or one that cannot be read, there are no words and no error.
"""

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from gencli.cli.app import FAMILIES
from gencli.errors import GencliError

if TYPE_CHECKING:
    from gencli.store.hints import Hints

# What bash takes as it stands; all else gets a backslash, unless a quote is open.
_BARE = r"[^\w./:=@%+,^-]"
# What a value of a query may be without quotes around it.
_ONE_WORD = r"[\w.+/-]+"
_TOLD = 60


class Word(NamedTuple):
    """What may be typed, and what it is."""

    text: str
    told: str = ""


class Typed(NamedTuple):
    """A line up to the cursor: its whole words, the one that is typed, and how its end stands in the line.

    `head` is how much of that word the shell leaves as it is; `quote` is the quote that is open, or "".
    """

    words: list[str]
    last: str
    head: int
    quote: str


def typed(line: str, breaks: str = "") -> Typed:
    """Read a line as a shell does, also one with an open quote; at `breaks` bash begins a new word to complete."""
    words: list[str] = []
    word, head, quote, is_word, place = "", 0, "", False, 0
    while place < len(line):
        sign = line[place]
        place += 1
        if quote:
            if sign == quote:
                quote = ""
            elif sign == "\\" and quote == '"' and line[place : place + 1] in ("$", "`", '"', "\\"):
                word += line[place]
                place += 1
            else:
                word += sign
        elif sign in "\"'":
            quote, is_word, head = sign, True, len(word)
        elif sign == "\\" and place < len(line):
            word, is_word = word + line[place], True
            place += 1
        elif sign.isspace():
            if is_word:
                words.append(word)
            word, head, is_word = "", 0, False
        else:
            word, is_word = word + sign, True
            if sign in breaks:
                head = len(word)
    return Typed(words, word, head, quote)


def answer(group: Any, asked: Sequence[str]) -> None:
    """Print what may be typed next; `asked` is the shell, the line and, from bash, what parts words."""
    shell, line, breaks = (*asked, "", "", "")[:3]
    read = typed(line, breaks if shell == "bash" else "")
    how, found = words(group, read)
    lines = [_answered(word, read, shell) for word in found if word.text.isprintable()]
    print("\n".join([how, *lines]))


def _answered(word: Word, read: Typed, shell: str) -> str:
    if shell == "bash":
        return _quoted(word.text[read.head :], read.quote)
    told = "".join(sign if sign.isprintable() else " " for sign in word.told)
    return f"{word.text}\t{told if len(told) <= _TOLD else told[: _TOLD - 1] + '…'}" if told else word.text


def _quoted(text: str, quote: str) -> str:
    """A text as bash has to read it behind this quote, or behind none."""
    if quote == "'":
        return text.replace("'", r"'\''")
    return re.sub(r'[$`"\\]' if quote else _BARE, r"\\\g<0>", text)


def words(group: Any, read: Typed) -> tuple[str, list[Word]]:
    """What comes next, as (`words`, `part` or `files`, the words)."""
    try:
        place = _placed(group, _behind_gencli(read.words), read.last)
        if place.kind == "files":
            return "files", []
        value = read.last.removeprefix(place.attached)
        found = [Word(place.attached + word.text, word.told) for word in _of_kind(place, value)]
    except (GencliError, ValueError, OSError):
        # No library, another's file, one in use, bytes that are no text: a shell shows no errors here.
        return "words", []
    is_part = bool(found) and all(word.text.endswith((":", "=")) for word in found)
    return "part" if is_part else "words", found


def _behind_gencli(words: list[str]) -> list[str]:
    """The words behind the command itself, before which `env` or `sudo` may stand."""
    names = [place for place, word in enumerate(words) if word.rpartition("/")[2] == "gencli"]
    return words[names[0] + 1 if names else 1 :]


class _Place(NamedTuple):
    """Where in a command the word stands: which kind of word, which command's options, which library."""

    kind: str
    db: str | None
    command: Any
    # What of the word is no part of the value: `--tag=`.
    attached: str = ""
    choices: tuple[str, ...] = ()


def _placed(group: Any, words: list[str], last: str) -> _Place:
    """Which kind of word comes behind these."""
    db: str | None = None
    command, names, given = group, [*FAMILIES], 0
    is_closed, is_open, rest = False, True, iter(words)
    waiting: Any = None
    for word in rest:
        option, equals, value = word.partition("=")
        if not is_closed and word.startswith("-") and word != "-":
            is_closed = word == "--"
            waiting = None if is_closed else _option(command, option)
            if waiting is None or waiting.is_flag:
                continue
            given_value = value if equals else next(rest, None)
            if given_value is None:
                return _Place(_kind(waiting.metavar), db, command, "", _choices(waiting))
            db = given_value if "--db" in waiting.opts else db
        elif is_open:
            command = command.get_command(None, word)
            is_open = hasattr(command, "list_commands")
            if command is None:
                return _Place("", db, group)
            names = list(command.list_commands(None)) if is_open else []
        else:
            given += 1
    option, equals, _ = last.partition("=")
    if equals and not is_closed and (known := _option(command, option)) is not None and not known.is_flag:
        return _Place(_kind(known.metavar), db, command, f"{option}=", _choices(known))
    argument = None if is_open else _argument(command, given)
    if last.startswith("-") and not is_closed and not (":" in last and argument and _kind(argument.metavar) == "query"):
        return _Place("options", db, command)
    if is_open:
        return _Place("commands", db, command, "", tuple(names))
    if argument is None:
        return _Place("", db, command)
    return _Place(_kind(argument.metavar, command.name), db, command, "", _choices(argument))


def _option(command: Any, name: str) -> Any:
    return next((one for one in command.params if name in one.opts and one.param_type_name == "option"), None)


def _argument(command: Any, number: int) -> Any:
    """The argument that a command's word of this number is."""
    for one in command.params:
        if one.param_type_name == "argument":
            if one.nargs < 0 or number < one.nargs:
                return one
            number -= one.nargs
    return None


def _choices(parameter: Any) -> tuple[str, ...]:
    return tuple(getattr(parameter.type, "choices", ()))


# What the help calls a value, and which kind of words it takes; what stands nowhere here takes none that are known.
KINDS = {
    "KEY": "keys", "OTHER": "keys", "KEY|N": "keys", "KEY unread|reading|read": "marked", "TAG": "tags", "OLD": "tags",
    "NEW": "new", "QUERY": "query", "PAGE": "pages", "SECTION": "sections", "FILE": "files", "PATH": "files",
    "SOURCE": "files", "BACKUP": "files", "TOPIC": "topics",
}  # fmt: skip


def _kind(metavar: str | None, command: str | None = "") -> str:
    name = re.sub(r"[\[\]]|\.\.\.", "", metavar or "").strip()
    found = KINDS.get(name, "")
    if found == "new":
        # A tag may become one that is there; a key may not.
        return "tags" if command == "rename" else ""
    return found or "choices"


def _of_kind(place: _Place, last: str) -> list[Word]:
    """The words of a kind that begin with what was typed."""
    if place.kind in ("keys", "marked", "tags", "pages", "sections", "query"):
        found = getattr(_Library(place.db), place.kind)(last)
        return list({word.text: word for word in found}.values())
    return [word for word in _known(place) if word.text.startswith(last)]


def _known(place: _Place) -> Iterator[Word]:
    """The words of a kind that are the same in every library."""
    if place.kind in ("commands", "choices"):
        yield from map(Word, place.choices)
    elif place.kind == "options":
        for one in place.command.params:
            if one.param_type_name == "option":
                yield from (Word(name, one.help or "") for name in one.opts if name.startswith("--"))
        yield Word("--help", "Show this message and exit.")
    elif place.kind == "topics":
        from gencli.cli.helping import TOPICS

        yield from map(Word, (*TOPICS, *FAMILIES))


class _Library:
    """The library that the line names, opened where a word of it is wanted."""

    def __init__(self, db: str | None) -> None:
        self._db = db

    def _hints(self) -> "Hints":
        from gencli.cli.session import Session
        from gencli.store.hints import Hints

        return Hints(Session(self._db, False, []).path())

    def keys(self, last: str) -> list[Word]:
        """Citation keys, with titles."""
        with self._hints() as hints:
            return [Word(*row) for row in hints.keys(last)]

    def marked(self, last: str) -> list[Word]:
        """Citation keys, or how far they are read."""
        return [*_choosable("status", last), *self.keys(last)]

    def tags(self, last: str) -> list[Word]:
        """Tags."""
        with self._hints() as hints:
            return [Word(name) for name in hints.tags(last)]

    def types(self, last: str) -> list[Word]:
        """Types of papers."""
        with self._hints() as hints:
            return [Word(name) for name in hints.types(last)]

    def pages(self, last: str) -> list[Word]:
        """Titles of pages."""
        with self._hints() as hints:
            return [Word(name) for name in hints.pages() if name.lower().startswith(last.lower())]

    def sections(self, last: str) -> list[Word]:
        """Headings of pages, those above before them."""
        with self._hints() as hints:
            paths = [" > ".join(path) for path in hints.sections() if path]
        return [Word(path) for path in paths if path.lower().startswith(last.lower())]

    def query(self, last: str) -> Iterator[Word]:
        """What a query may go on with: fields, their values, keys."""
        from gencli.question import TEXT_FIELDS, VALUE_FIELDS

        start = _last_part(last)
        minus = "-" if last[start:].startswith("-") else ""
        head, part = last[:start] + minus, last[start + len(minus) :]
        field, colon, value = part.partition(":")
        if not colon:
            yield from (Word(f"{head}{name}:") for name in (*TEXT_FIELDS, *VALUE_FIELDS) if name.startswith(part))
            yield from self.keys(part) if part and not head else ()
            return
        ask = {"tag": self.tags, "key": self.keys, "in": self.pages, "type": self.types}.get(field.lower())
        bare = value.strip('"')
        for one in ask(bare) if ask else _choosable(field.lower(), bare):
            if '"' not in one.text:
                is_one = re.fullmatch(_ONE_WORD, one.text) and not value.startswith('"')
                yield Word(f"{head}{field}:{one.text}" if is_one else f'{head}{field}:"{one.text}"', one.told)


def _choosable(field: str, last: str) -> list[Word]:
    """The words that a field takes, of those that take one of a few."""
    from gencli.values import CHOICES

    return [Word(word) for word in CHOICES.get(field, ()) if word.startswith(last)]


def _last_part(query: str) -> int:
    """Where the last word of a query begins, outside of its quotes."""
    start, is_quoted = 0, False
    for place, sign in enumerate(query):
        if sign == '"':
            is_quoted = not is_quoted
        elif not is_quoted and sign in " (":
            start = place + 1
    return start
