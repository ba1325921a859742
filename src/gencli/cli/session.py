"""One run of the command line: which library, the user's environment, the keys that were named."""

import os
import sys
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from gencli.errors import GencliError, NetworkError, NothingFound, UsageError

if TYPE_CHECKING:
    from contextlib import ExitStack

    from gencli.library import Library
    from gencli.query import Query
    from gencli.sources.addresses import Fetched, Validators
    from gencli.sources.arxiv.service import Service
    from gencli.sources.visits import Visits

LOCAL = Path("data") / "papers.sqlite"


class Session:
    """What a command needs of the world around it."""

    def __init__(self, db: str | None, offline: bool, words: list[str]) -> None:
        self.db = db
        self.words = words
        # Where words for the user go while something else, such as a bar, has the terminal.
        self.say: Callable[[str], None] | None = None
        self._visits: Visits | None = None
        self.offline = offline or os.environ.get("GENCLI_OFFLINE", "") not in ("", "0")

    def command(self, *words: str) -> str:
        """A gencli command on this library, as a person would type it."""
        import shlex

        return shlex.join(["gencli", *(["--db", self.db] if self.db else []), *words])

    def instead(self, typed: str, meant: str) -> str:
        """The command that was typed, with another query in the place of its own; a search where that is not found."""
        words = self.words
        for start in range(len(words)):
            for end in range(start + 1, len(words) + 1):
                if " ".join(words[start:end]).strip() == typed.strip():
                    import shlex

                    # What begins with a hyphen would seem to be an option.
                    query = ["--", meant] if meant.startswith("-") and words[start - 1] != "--where" else [meant]
                    return shlex.join(["gencli", *words[:start], *query, *words[end:]])
        return self.command("search", meant)

    @property
    def undo(self) -> str:
        """Behind the words that say what a change did: how to take it back."""
        return f"; undo: {self.command('undo')}"

    def path(self) -> Path:
        """The library file: --db, $GENCLI_DB, ./data/papers.sqlite, or the user's own."""
        named = self.db or os.environ.get("GENCLI_DB")
        if named:
            return Path(named).expanduser()
        if LOCAL.is_file():
            return LOCAL
        from platformdirs import user_data_path

        return user_data_path("gencli", appauthor=False) / "papers.sqlite"

    def is_own(self) -> bool:
        """Whether no other library was named, so that the user's own is meant."""
        return not self.db and not os.environ.get("GENCLI_DB") and not LOCAL.is_file()

    def exists(self, as_json: bool = False) -> bool:
        """Whether there is a library; the user's own is made here where it is the first use."""
        self._on_first_use(as_json)
        return self.path().exists()

    def reading(self, as_json: bool = False) -> "Library":
        """The library, opened so that nothing can change it."""
        from gencli.library import Library

        self._on_first_use(as_json)
        return Library.open(self.path(), say=self._aside_words(as_json))

    def writing(self, as_json: bool = False, *, make: bool = False, dry_run: bool = False) -> "Library":
        """The library, opened to change it; with `make` one that is not there is made first.

        For a dry run that one is made aside, and goes with the process.
        """
        from gencli.library import Library

        self._on_first_use(as_json)
        path = self.path()
        say = self.say or (lambda text: notice(text, as_json))
        if make and dry_run and not path.exists():
            path = self._aside()
        elif make and not path.exists():
            Library.create(path)
            say(f"made a new library at {path}")
        return Library.open(path, write=True, command=self._told(), say=self._aside_words(as_json))

    def _aside_words(self, as_json: bool) -> Callable[[str], None]:
        """What tells the user of what happens on the way, by which the change itself is not to be missed."""
        return self.say or (lambda text: notice(text, as_json, dim=_is_dim()))

    def _told(self) -> str:
        """The command as the history has it: no password in an address, no half signs, which a file's name may have."""
        import shlex

        words = self.words
        if any("@" in word for word in words):
            from gencli.sources.addresses import without_secrets

            words = [without_secrets(word) for word in words]
        return shlex.join(["gencli", *words]).encode("utf-8", "backslashreplace").decode("utf-8")

    def adding(self, stack: "ExitStack", as_json: bool) -> "Library":
        """The library to add papers to, made where there is none, as one step; `stack` closes it."""
        library = stack.enter_context(self.writing(as_json, make=True))
        stack.enter_context(library.together())
        return library

    def _aside(self) -> Path:
        import atexit
        from shutil import rmtree
        from tempfile import mkdtemp

        from gencli.library import Library

        folder = Path(mkdtemp(prefix="gencli-"))
        atexit.register(rmtree, folder, ignore_errors=True)
        Library.create(folder / "papers.sqlite")
        return folder / "papers.sqlite"

    def arxiv(self) -> "Service":
        """arXiv as the environment names it."""
        from gencli.sources.arxiv.service import service

        url, delay, contact = (os.environ.get(f"GENCLI_{name}") for name in ("ARXIV_URL", "ARXIV_DELAY", "CONTACT"))
        return service(url, delay, contact, self.cache())

    def fetched(self, address: str, known: "Validators | None" = None) -> "Fetched":
        """What is behind a web address, or that it is as it was when it gave the validators that are `known`.

        Raises `NetworkError` where the network is forbidden, and what `Visits` raise.
        """
        if self.offline:
            hint = "run it without --offline and GENCLI_OFFLINE, or import a file"
            raise NetworkError(f"the network is forbidden here; not fetched: {address}", hint)
        if self._visits is None:
            from gencli.sources.transport import agent, checked_contact

            who = agent(checked_contact(os.environ.get("GENCLI_CONTACT")))
            # It loads the packages that speak HTTP.
            from gencli.sources.visits import Visits

            self._visits = Visits(who, os.environ)
        return self._visits(address, known) if known else self._visits(address)

    def cache(self) -> Path:
        """The folder of what can be had again: answers of services, and the pace towards them."""
        from platformdirs import user_cache_path

        return user_cache_path("gencli", appauthor=False)

    def _on_first_use(self, as_json: bool) -> None:
        if not self.is_own() or self.path().exists():
            return
        from gencli.library import Library

        Library.create(self.path(), starter())
        notice(f"made your library at {self.path()}, a copy of the starter library", as_json)


def starter() -> Path:
    """The starter library: in the package when it was installed, in data/ in a checkout."""
    package = Path(__file__).resolve().parent.parent
    shipped = package / "starter.sqlite"
    return shipped if shipped.exists() else package.parent.parent / LOCAL


def size_of(folder: Path) -> int:
    """The bytes of the files in a folder and the folders in it; nothing where it is not there."""
    total = 0
    # One may go meanwhile, as a journal does; a folder may not be one, or not be ours to read.
    with suppress(OSError):
        for path in folder.rglob("*"):
            with suppress(OSError):
                total += path.stat().st_size if path.is_file() else 0
    return total


def notice(text: str, as_json: bool = False, *, dim: bool = False) -> None:
    """Words for the user, on stderr; none where a program listens."""
    if not as_json and sys.stderr is not None:
        text = harmless(text, sys.stderr)
        # Words that cannot be written, as on a full disk, are no reason to stop.
        with suppress(OSError):
            print(f"\x1b[2m{text}\x1b[0m" if dim else text, file=sys.stderr)


def _is_dim() -> bool:
    """Whether words on stderr can be dim."""
    return sys.stderr is not None and sys.stderr.isatty() and not os.environ.get("NO_COLOR")


def harmless(text: str, stream: TextIO) -> str:
    """Words as one line of a stream: cut for eyes, whole for what reads a pipe."""
    from gencli.text import one_line, seen

    return seen(text) if stream.isatty() else one_line(text)


def complain(error: GencliError, *, with_hint: bool = True) -> None:
    """An error as the user reads it, where it does not end the command."""
    notice(f"gencli: {error.message}")
    if error.hint and with_hint:
        notice(f"  hint: {error.hint}")


def asked(words: Iterable[str], as_json: bool = False) -> "Query":
    """The query that was typed; how it was understood is said in one dim line where that needs to be."""
    text = " ".join(words)
    if not text.strip():
        from gencli.question import Query

        return Query(text, None)
    from gencli.query import parse

    query = parse(text)
    for note in query.notes:
        notice(f"note: {note}", as_json, dim=_is_dim())
    return query


def expand(names: Iterable[str]) -> list[str]:
    """The names that were given; "-" stands for those on standard input, one a line.

    Of a line with tabs, as `gencli list` writes it, the first part is the name.
    """
    found: list[str] = []
    for name in names:
        if name != "-":
            found.append(name)
        elif sys.stdin is not None:
            lines = (line.partition("\t")[0].strip() for line in sys.stdin)
            found += [line for line in lines if line]
    return found


def nothing(session: Session, library: "Library", query: "Query") -> NothingFound:
    """That a query finds nothing, with commands that find something; they can be pasted."""
    meant = [session.instead(query.text, text) for text in library.nearest(query)]
    hint = f"did you mean: {'  or: '.join(meant)}" if meant else ""
    return NothingFound(f"no paper matches '{query.text.strip()[:200]}'", hint)


def named(session: Session, library: "Library", names: Iterable[str], where: str | None = None) -> list[str]:
    """The papers meant: those that were named, or those that a query finds.

    Raises `UsageError` where neither is given, `NothingFound` where there are none.
    """
    given = list(names)
    if given and where is not None:
        raise UsageError("name papers or give --where, not both")
    if not given and where is None:
        raise UsageError("no paper is named", "name keys, '-' for keys on standard input, or --where QUERY")
    if where is None:
        if not (found := expand(given)):
            raise NothingFound("no paper is named on standard input")
        return found
    query = asked([where])
    if not (found := list(library.keys(query))):
        raise nothing(session, library, query)
    return found
