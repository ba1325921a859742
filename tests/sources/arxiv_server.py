"""arXiv on loopback: a real HTTP server with one small handler a nastiness.

The shapes of its feeds are those that the service gave in 2016 to 2019 and gives since 2026; the
papers in them are made up.
"""

import gzip
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit
from xml.sax.saxutils import escape, quoteattr

ATOM = 'xmlns="http://www.w3.org/2005/Atom"'
ARXIV = 'xmlns:arxiv="http://arxiv.org/schemas/atom"'
SEARCH = 'xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/"'


@dataclass(frozen=True)
class Entry:
    """A paper as arXiv tells it."""

    name: str
    version: int = 1
    title: str = "A Title"
    summary: str = "An abstract."
    authors: tuple[str, ...] = ("Ada Lovelace",)
    published: str = "2019-01-02T03:04:05Z"
    updated: str = "2020-02-03T04:05:06Z"
    primary: str = "cs.LG"
    categories: tuple[str, ...] = ("cs.LG", "stat.ML")
    doi: str = ""
    journal: str = ""
    comment: str = ""


@dataclass(frozen=True)
class Asked:
    """A request: its ids, its parameters, its headers in lower case, the length of its first line, when it came."""

    ids: tuple[str, ...]
    parameters: dict[str, str]
    headers: dict[str, str]
    line: int
    at: float


class Handler(BaseHTTPRequestHandler):
    """Hands each request to the answer that the test chose."""

    server: "Server"

    def do_GET(self) -> None:
        parameters = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
        ids = tuple(filter(None, parameters.get("id_list", "").split(",")))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.asked = Asked(ids, parameters, headers, len(self.requestline), time.monotonic())
        self.server.asked.append(self.asked)
        self.server.answer(self)

    def reply(
        self, body: str | bytes, status: int = 200, kind: str = "application/atom+xml", length: int = 0, after: str = ""
    ) -> None:
        """An answer; `length` is what its header says, where that is not the truth, `after` when to come back."""
        content = body.encode() if isinstance(body, str) else body
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(length or len(content)))
        if after:
            self.send_header("Retry-After", after)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


Answer = Callable[[Handler], None]


@dataclass
class Known:
    """Answers with the papers that it has, in an order of its own."""

    entries: dict[str, Entry] = field(default_factory=dict)
    feed: Callable[[list[Entry]], str] = field(default_factory=lambda: new_feed)

    def __call__(self, handler: Handler) -> None:
        found = [self.entries[name] for name in handler.asked.ids if name in self.entries]
        handler.reply(self.feed(found[::-1]))


class Server(ThreadingHTTPServer):
    """Answers as it is told, and remembers what it was asked."""

    daemon_threads = True

    def __init__(self, answer: Answer) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.answer = answer
        self.asked: list[Asked] = []
        self.closing = threading.Event()

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.server_address[1]}/api/query"

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hung up is what some tests are about."""


@contextmanager
def serve(answer: Answer) -> Iterator[Server]:
    """The server, for as long as it is needed."""
    server = Server(answer)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        server.closing.set()
        server.shutdown()
        server.server_close()
        thread.join()


def known(*entries: Entry, feed: Callable[[list[Entry]], str] | None = None) -> Known:
    """An arXiv of these papers."""
    papers = {entry.name: entry for entry in entries}
    return Known(papers, feed) if feed else Known(papers)


# --- nastinesses -------------------------------------------------------------------------------


def never(handler: Handler) -> None:
    """Takes the question and says nothing, until the server closes."""
    handler.server.closing.wait(30)


def trickling(handler: Handler) -> None:
    """Begins an answer and never ends it, one byte at a time."""
    handler.send_response(200)
    handler.end_headers()
    while not handler.server.closing.wait(0.02):
        handler.wfile.write(b" ")
        handler.wfile.flush()


def stuck(handler: Handler) -> None:
    """Begins an answer and stops in the middle of it."""
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    handler.wfile.write(b"<?xml version='1.0'?><feed")
    handler.wfile.flush()
    handler.server.closing.wait(30)


def half(handler: Handler) -> None:
    """Promises more than it sends, and hangs up."""
    body = new_feed([Entry(name) for name in handler.asked.ids])
    handler.reply(body[: len(body) // 2], length=len(body))


def cut(handler: Handler) -> None:
    """A whole HTTP answer with half a feed in it."""
    body = new_feed([Entry(name) for name in handler.asked.ids])
    handler.reply(body[: body.index("</entry>") + 12])


def some(handler: Handler) -> None:
    """A whole feed that holds fewer papers than it says there are."""
    body = new_feed([Entry(name) for name in handler.asked.ids])
    start, end = body.index("<entry>"), body.index("</entry>") + len("</entry>")
    handler.reply(body[:start] + body[end:])


def hanging_up(handler: Handler) -> None:
    """Takes the question and hangs up."""
    handler.close_connection = True


def empty(handler: Handler) -> None:
    """A feed that says how many papers there are and holds none."""
    empty_of(len(handler.asked.ids))(handler)


def empty_of(total: int) -> Answer:
    """A feed without entries that says there are so many."""
    body = new_feed([]).replace("totalResults>0<", f"totalResults>{total}<")
    return lambda handler: handler.reply(body)


def endless(handler: Handler) -> None:
    """A feed that does not stop; what has read enough hangs up."""
    handler.send_response(200)
    handler.end_headers()
    with suppress(OSError):
        handler.wfile.write(new_feed([]).removesuffix("</feed>\n").encode())
        for _ in range(100):
            handler.wfile.write(b" " * 1024 * 1024)


def packed(packing: str, content: bytes) -> Answer:
    """Any bytes, said to be packed in some way; what has read enough hangs up."""

    def answer(handler: Handler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Encoding", packing)
        handler.send_header("Content-Length", str(len(content)))
        handler.end_headers()
        with suppress(OSError):
            handler.wfile.write(content)

    return answer


def bomb(handler: Handler) -> None:
    """A small answer that unpacks to a large one."""
    packed("gzip", gzip.compress(new_feed([]).encode() + b" " * 64 * 1024 * 1024))(handler)


def sending_to(address: str) -> Answer:
    """Sends whoever asks to another address."""

    def answer(handler: Handler) -> None:
        handler.send_response(302)
        handler.send_header("Location", address)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    return answer


def choosy(wrong: str, status: int, named: bool = True) -> Answer:
    """Knows every paper, and refuses a question with one id in it."""

    def answer(handler: Handler) -> None:
        if wrong in handler.asked.ids:
            text = error_feed(f"incorrect id format for {wrong}") if named else "<html>Bad Request</html>"
            handler.reply(text, status)
        else:
            handler.reply(new_feed([Entry(name) for name in handler.asked.ids]))

    return answer


def library_of(entries: list[Entry]) -> Answer:
    """Finds all its papers for every query, in pages."""

    def answer(handler: Handler) -> None:
        start, size = (int(handler.asked.parameters[name]) for name in ("start", "max_results"))
        body = new_feed(entries[start : start + size], total=len(entries), start=start, size=size)
        handler.reply(body)

    return answer


def refusing(status: int, wrong: str) -> Answer:
    """The error that arXiv tells as an entry of a feed."""

    def answer(handler: Handler) -> None:
        handler.reply(error_feed(f"incorrect id format for {wrong}"), status)

    return answer


def saying(status: int, text: str, kind: str = "text/plain", after: str = "") -> Answer:
    """Any text with any status, and when to come back."""
    return lambda handler: handler.reply(text, status, kind, after=after)


# --- feeds -------------------------------------------------------------------------------------


def new_feed(entries: list[Entry], total: int | None = None, start: int = 0, size: int = 100) -> str:
    """A feed as the service gives it since 2026; of all results, or of so many."""
    return (
        f"<?xml version='1.0' encoding='UTF-8'?>\n<feed {SEARCH} {ARXIV} {ATOM}>\n"
        "  <id>https://arxiv.org/api/x191cA4DP50d5BMySOYKYRWV5Es</id>\n  <title>arXiv Query: id_list=…</title>\n"
        "  <updated>2026-04-12T22:45:06Z</updated>\n"
        f"  <opensearch:itemsPerPage>{size}</opensearch:itemsPerPage>\n"
        f"  <opensearch:totalResults>{len(entries) if total is None else total}</opensearch:totalResults>\n"
        f"  <opensearch:startIndex>{start}</opensearch:startIndex>\n" + "".join(map(_new_entry, entries)) + "</feed>\n"
    )


def _new_entry(entry: Entry) -> str:
    name = f"{entry.name}v{entry.version}"
    scheme = 'scheme="http://arxiv.org/schemas/atom"'
    return (
        f"  <entry>\n    <id>http://arxiv.org/abs/{name}</id>\n    <title>{escape(entry.title)}</title>\n"
        f"    <updated>{entry.updated}</updated>\n"
        f'    <link href="https://arxiv.org/abs/{name}" rel="alternate" type="text/html"/>\n'
        f'    <link href="https://arxiv.org/pdf/{name}" rel="related" type="application/pdf" title="pdf"/>\n'
        f"    <summary>{escape(entry.summary)}</summary>\n"
        + "".join(f"    <category term={quoteattr(term)} {scheme}/>\n" for term in entry.categories)
        + f"    <published>{entry.published}</published>\n"
        + _told("comment", entry.comment)
        + f"    <arxiv:primary_category term={quoteattr(entry.primary)}/>\n"
        + _told("journal_ref", entry.journal)
        + "".join(f"    <author>\n      <name>{escape(name)}</name>\n    </author>\n" for name in entry.authors)
        + _told("doi", entry.doi)
        + "  </entry>\n"
    )


def _told(name: str, value: str, namespace: str = "") -> str:
    return f"    <arxiv:{name}{namespace}>{escape(value)}</arxiv:{name}>\n" if value else ""


def old_feed(entries: list[Entry]) -> str:
    """A feed as the service gave it until 2026: other order, prefixes told where they are used, lines wrapped."""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<feed {ATOM}>\n'
        '  <title type="html">ArXiv Query: search_query=&amp;id_list=…</title>\n'
        "  <id>http://arxiv.org/api/bNB5RPNlUYbELau5YJ4IzaIq1x8</id>\n  <updated>2019-01-04T00:00:00-05:00</updated>\n"
        f"  <opensearch:totalResults {SEARCH}>{len(entries)}</opensearch:totalResults>\n"
        f"  <opensearch:startIndex {SEARCH}>0</opensearch:startIndex>\n"
        + "".join(map(_old_entry, entries))
        + "</feed>\n"
    )


def _old_entry(entry: Entry) -> str:
    name = f"{entry.name}v{entry.version}"
    title, summary = (escape(text).replace(" ", "\n  ", 1) for text in (entry.title, entry.summary))
    return (
        f"  <entry>\n    <id>http://arxiv.org/abs/{name}</id>\n    <updated>{entry.updated}</updated>\n"
        f"    <published>{entry.published}</published>\n    <title>{title}</title>\n"
        f"    <summary>  {summary}\n</summary>\n"
        + "".join(f"    <author>\n      <name>{escape(person)}</name>\n    </author>\n" for person in entry.authors)
        + _told("doi", entry.doi, f" {ARXIV}")
        + (f'    <link title="doi" href="http://dx.doi.org/{escape(entry.doi)}" rel="related"/>\n' if entry.doi else "")
        + _told("comment", entry.comment, f" {ARXIV}")
        + _told("journal_ref", entry.journal, f" {ARXIV}")
        + f'    <link href="http://arxiv.org/abs/{name}" rel="alternate" type="text/html"/>\n'
        f"    <arxiv:primary_category {ARXIV} term={quoteattr(entry.primary)}/>\n"
        + "".join(f"    <category term={quoteattr(term)}/>\n" for term in entry.categories)
        + "  </entry>\n"
    )


def error_feed(summary: str) -> str:
    """The feed that tells an error as its one entry."""
    where = f"https://arxiv.org/api/errors#{summary.replace(' ', '_')}"
    return (
        f"<?xml version='1.0' encoding='UTF-8'?>\n<feed {SEARCH} {ARXIV} {ATOM}>\n  <id>https://arxiv.org/</id>\n"
        "  <title>arXiv Search Results</title>\n  <updated>2026-04-12T22:59:06Z</updated>\n"
        "  <opensearch:totalResults>1</opensearch:totalResults>\n"
        f"  <entry>\n    <id>{escape(where)}</id>\n    <title>Error</title>\n"
        "    <updated>2026-04-12T22:59:06Z</updated>\n"
        f"    <summary>{escape(summary)}</summary>\n    <author>\n      <name>arXiv api core</name>\n    </author>\n"
        "  </entry>\n</feed>\n"
    )
