"""Texts behind addresses: what is fetched, and what a stranger's server is not allowed."""

import gzip
import io
import socket
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
import requests
from arxiv_server import (
    Answer,
    Handler,
    endless,
    hanging_up,
    never,
    packed,
    saying,
    sending_to,
    serve,
    stuck,
    trickling,
)

from gencli.errors import BadInput, GencliError, NetworkError, NotFound
from gencli.sources import body as bodies
from gencli.sources import logins
from gencli.sources.addresses import (
    Fetched,
    LoginWanted,
    PatienceWanted,
    Validators,
    is_address,
    name_of,
    refuse_other,
    refuse_secret,
    refuse_secret_within,
    site_of,
    without_secrets,
)
from gencli.sources.body import BrokenOff, TooLarge, body
from gencli.sources.reach import Reach, reach, resolved
from gencli.sources.web import Hosts, Known, Limits, fetch

AGENT = "gencli/test"
TEXT = "====== List ======\n  * [[https://arxiv.org/abs/2201.02177|Müller 2022 - Grokking]]\n"
MIB = 1024 * 1024
SOON = Limits(connect=0.5, read=0.3, whole=0.8, size=MIB)
# Loopback plays the public web; what else is near is so.
PUBLIC = Hosts(reach=lambda address: Reach.PUBLIC if address == "127.0.0.1" else reach(address))


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


def got(answer: Answer, limits: Limits = SOON, hosts: Hosts = PUBLIC) -> Fetched:
    with serve(answer) as server:
        return fetch(server.url, AGENT, limits, hosts)


def trouble(answer: Answer, limits: Limits = SOON, hosts: Hosts = PUBLIC) -> GencliError:
    with serve(answer) as server, pytest.raises(GencliError) as caught:
        fetch(server.url, AGENT, limits, hosts)
    error = caught.value
    assert error.hint
    assert "\n" not in error.message
    error.message = error.message.replace(server.url, "URL")
    return error


def headed(content: bytes, **headers: str) -> Answer:
    """Bytes under headers of our own."""

    def answer(handler: Handler) -> None:
        handler.send_response(200)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        with suppress(OSError):
            handler.wfile.write(content)

    return answer


# --- what is fetched ---------------------------------------------------------------------------


def test_a_text_comes_as_it_is_with_its_kind_and_its_address() -> None:
    with serve(saying(200, TEXT, "text/plain; charset=utf-8")) as server:
        assert fetch(server.url, AGENT) == Fetched(TEXT.encode(), "text/plain", "utf-8", server.url)


def test_a_charset_is_told_and_the_bytes_are_left() -> None:
    content = TEXT.encode("latin-1")
    found = got(headed(content, Content_Type='text/plain; charset="ISO-8859-1"'))
    assert (found.content, found.charset) == (content, "iso-8859-1")


@pytest.mark.parametrize("kind", ["", "nonsense", "text/plain; charset", ";;;", "x" * 5000, "text/plain; charset=\xff"])
def test_a_kind_that_is_none_does_no_harm(kind: str) -> None:
    assert got(headed(b"x", Content_Type=kind)).content == b"x"


def test_nothing_of_the_users_is_sent_along(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "netrc").write_text("default login me password secret\n")
    (tmp_path / "netrc").chmod(0o600)
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))

    def biscuit(handler: Handler) -> None:
        if len(handler.server.asked) > 1:
            handler.reply("x")
            return
        handler.send_response(302)
        handler.send_header("Location", "/again")
        handler.send_header("Set-Cookie", "who=you; Path=/")
        handler.end_headers()

    with serve(biscuit) as server:
        fetch(server.url, AGENT)
        assert len(server.asked) == 2
        for asked in server.asked:
            del asked.headers["host"]
            wanted = {"user-agent": AGENT, "accept-encoding": "gzip", "accept": "*/*", "connection": "close"}
            assert asked.headers == wanted


def test_the_environments_proxy_is_used_but_not_for_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    with serve(saying(200, "by proxy")) as proxy, serve(saying(200, "directly")) as server:
        monkeypatch.setenv("http_proxy", proxy.url)
        assert fetch(server.url, AGENT).content == b"directly"
        # The proxy knows names that are not known here.
        assert fetch("http://wiki.invalid/list", AGENT, SOON, nowhere()).content == b"by proxy"


def nowhere() -> Hosts:
    def resolve(host: str, port: int) -> list[str]:
        raise socket.gaierror("not known")

    return Hosts(resolve=resolve)


# --- size and time -----------------------------------------------------------------------------


def test_a_packed_text_is_unpacked() -> None:
    assert got(packed("gzip", gzip.compress(TEXT.encode()))).content == TEXT.encode()
    assert got(packed("x-gzip", gzip.compress(b"a") + gzip.compress(b"b"))).content == b"ab"
    assert got(packed("identity", b"a")).content == b"a"


@pytest.mark.parametrize(
    "answer",
    [
        endless,
        headed(b"x" * (2 * MIB)),
        headed(b"x", Content_Length="9" * 30),
        packed("gzip", gzip.compress(bytes(64 * MIB))),
        # Packed, it is longer than what it holds.
        packed("gzip", gzip.compress(b"", 0) * (MIB // 18)),
    ],
    ids=["endless", "long", "promised", "bomb", "many"],
)
def test_more_than_the_limit_is_not_read(answer: Answer) -> None:
    error = trouble(answer, SOON._replace(whole=20.0))
    assert isinstance(error, NetworkError)
    assert error.message == "URL is larger than 1 MiB"


def test_as_much_as_the_limit_is_read() -> None:
    assert got(headed(bytes(MIB))).content == bytes(MIB)
    assert got(packed("gzip", gzip.compress(bytes(MIB)))).content == bytes(MIB)


@pytest.mark.parametrize("packing", ["gzip, gzip", "br", "deflate", "zstd"])
def test_another_packing_is_refused(packing: str) -> None:
    assert trouble(packed(packing, b"abcd")).message == "URL answers in a packing that was not asked for"


def chunked(content: bytes) -> Answer:
    return headed(content, Transfer_Encoding="chunked")


@pytest.mark.parametrize(
    "answer",
    [
        headed(b"half", Content_Length="8"),
        packed("gzip", gzip.compress(TEXT.encode())[:-9]),
        packed("gzip", b"this is not packed"),
        packed("gzip", gzip.compress(b"a") + b"rest"),
        packed("gzip", b""),
        chunked(b"4\r\nhalf\r\n4\r\nha"),
        hanging_up,
    ],
    ids=["short", "cut", "unpacked", "rest", "nothing", "chunk", "hanging-up"],
)  # fmt: skip
def test_what_breaks_off_is_not_taken_for_whole(answer: Answer) -> None:
    error = trouble(answer)
    assert isinstance(error, NetworkError)
    assert error.message == "URL broke off its answer"


@pytest.mark.parametrize("answer", [never, stuck, trickling])
def test_nobody_waits_for_ever(answer: Answer) -> None:
    error = trouble(answer)
    assert isinstance(error, NetworkError)
    assert error.message in ("URL did not answer in time", "URL was not read in 0.8 s")


def test_many_small_pieces_have_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "_MOST_PIECES", 10)
    assert body([gzip.compress(b"x") * 10], "gzip", MIB) == b"x" * 10
    with pytest.raises(BrokenOff):
        body([gzip.compress(b"x") * 11], "gzip", MIB)


def test_a_bomb_is_unpacked_no_further_than_to_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    bomb, sizes = gzip.compress(bytes(32 * MIB)), []
    real = zlib.decompressobj

    class Measured:
        def __init__(self, bits: int) -> None:
            self._real = real(bits)

        def __getattr__(self, name: str) -> object:
            return getattr(self._real, name)

        def decompress(self, data: bytes, most: int) -> bytes:
            found = self._real.decompress(data, most)
            sizes.append(len(found))
            return found

    monkeypatch.setattr(zlib, "decompressobj", Measured)
    with pytest.raises(TooLarge):
        body([bomb], "gzip", MIB)
    assert sizes == [MIB + 1]


# --- where it sends us -------------------------------------------------------------------------


def by_path(**answers: Answer) -> Answer:
    """Another answer for each path; what is asked first is `api`."""
    return lambda handler: answers[handler.path.strip("/").partition("/")[0]](handler)


def test_it_may_send_us_on_five_times() -> None:
    steps: dict[str, Answer] = {f"s{number}": sending_to(f"/s{number + 1}") for number in range(2, 7)}
    with serve(by_path(s1=saying(200, TEXT), api=sending_to("/s2"), **steps | {"s6": saying(200, "end")})) as server:
        found = fetch(server.url, AGENT, SOON, PUBLIC)
        assert (found.content, found.url) == (b"end", server.url.replace("/api/query", "/s6"))
        assert len(server.asked) == 6


def test_being_sent_round_in_a_circle_ends() -> None:
    with serve(sending_to("/again")) as server, pytest.raises(NetworkError, match="sends us on more than 5 times"):
        fetch(server.url, AGENT, SOON, PUBLIC)
    assert len(server.asked) == 6


@pytest.mark.parametrize("location", ["/Müller list", "//127.0.0.1:PORT/x", "?new=1", "http://127.1:PORT/x#part"])
def test_a_place_may_be_told_in_many_ways(location: str) -> None:
    def answer(handler: Handler) -> None:
        if len(handler.server.asked) > 1:
            handler.reply("x")
            return
        told = location.replace("PORT", str(handler.server.server_address[1]))
        sending_to(told.encode().decode("latin-1"))(handler)

    assert got(answer).content == b"x"


@pytest.mark.parametrize(
    ("location", "word"),
    [
        ("file:///etc/passwd", "another address, which is no http or https address"),
        ("ftp://127.0.0.1/x", "no http or https address"),
        ("gopher://127.0.0.1:25/x", "no http or https address"),
        ("data:text/plain,x", "no http or https address"),
        ("javascript:alert(1)", "no http or https address"),
        ("http://me:secret@127.0.0.1/", "has a password in it"),
        ("http://[::1", "no http or https address"),
        ("http://127.0.0.1:99999/", "no http or https address"),
        ("http://127.0.0.1\\@10.0.0.1/", "no http or https address"),
        ("http://10.0.0.1/x", "10.0.0.1, which is on a private network; that was not followed"),
        ("http://[::ffff:192.168.1.1]/", "private network"),
        ("http://100.64.0.1/", "private network"),
        ("http://[fd00::1]/", "private network"),
        ("http://127.0.0.2/", "this machine"),
        ("http://[::1]/", "this machine"),
        ("http://0.0.0.0/", "this machine"),
        ("http://2130706434/", "this machine"),
        ("http://0177.0.0.2/", "this machine"),
        ("http://0x7f.2/", "this machine"),
        ("http://①②⑦.0.0.2/", "which is no address"),
        ("http://169.254.169.254/latest/meta-data", "no address of a web server"),
        ("http://224.0.0.1/", "no address of a web server"),
        ("http://x..invalid/", "(which sends us to x..invalid) cannot be reached"),
    ],
)  # fmt: skip
def test_it_may_not_send_us_just_anywhere(location: str, word: str) -> None:
    error = trouble(sending_to(location.encode().decode("latin-1")))
    assert isinstance(error, NetworkError)
    assert word in error.message
    assert "secret" not in error.message + error.hint


def test_a_name_is_looked_up_before_it_is_followed() -> None:
    """One private address among many is enough."""
    addresses = {"127.0.0.1": ["127.0.0.1"], "inside.example": ["93.184.216.34", "10.1.2.3"]}
    hosts = PUBLIC._replace(resolve=lambda host, port: addresses[host])
    assert (
        "inside.example, which is on a private network"
        in trouble(sending_to("http://inside.example/"), hosts=hosts).message
    )


def test_who_named_this_machine_may_be_sent_on_in_it() -> None:
    with serve(saying(200, "x")) as other:
        hosts = Hosts()
        assert got(sending_to(other.url), hosts=hosts).content == b"x"
        assert got(sending_to(other.url.replace("127.0.0.1", "localhost")), hosts=hosts).content == b"x"


def test_who_named_the_network_is_not_sent_to_this_machine() -> None:
    """A wiki inside may send us to its neighbour, not to what listens here, nor to a cloud's secrets."""
    hosts = Hosts(reach=lambda address: Reach.NETWORK if address == "127.0.0.1" else reach(address))
    with serve(saying(200, "x")) as other:
        assert got(sending_to(other.url), hosts=hosts).content == b"x"
    assert "this machine" in trouble(sending_to("http://127.0.0.2/"), hosts=hosts).message
    assert "no address of a web" in trouble(sending_to("http://169.254.169.254/"), hosts=hosts).message


def test_there_is_no_way_back_in_from_outside() -> None:
    """Inside names outside, outside names inside: the last step is a stranger's."""
    with serve(saying(200, "inside")) as inside, serve(sending_to(inside.url)) as outside:
        near = {str(server.server_address[1]): server for server in (inside,)}
        addresses: Callable[[str, int], list[str]] = lambda host, port: (  # noqa: E731
            ["127.0.0.1"] if host == "127.0.0.1" and str(port) not in near else ["10.0.0.1"]
        )
        hosts = PUBLIC._replace(resolve=addresses)
        with serve(sending_to(outside.url)) as first:
            near[str(first.server_address[1])] = first
            with pytest.raises(NetworkError, match="on a private network; that was not followed"):
                fetch(first.url, AGENT, SOON, hosts)
        assert (len(first.asked), len(outside.asked), len(inside.asked)) == (1, 1, 0)


def test_a_name_that_means_another_host_when_it_is_called() -> None:
    """The name server said a public address when it was asked first."""
    with serve(saying(200, "secret")) as server:
        hosts = Hosts(resolve=lambda host, port: ["93.184.216.34"])
        with pytest.raises(NetworkError, match=r"the name 127\.0\.0\.1 led to another host than before"):
            fetch(server.url, AGENT, SOON, hosts)
        assert server.asked == []


@contextmanager
def certified(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Answers of https without its encryption: what an adapter would be sent stays here."""
    sent: list[str] = []

    def send(self: object, request: requests.PreparedRequest, **_: object) -> requests.Response:
        response = requests.Response()
        response.status_code, response.raw = 302, io.BytesIO()
        response.headers["Location"] = "http://127.0.0.1/open"
        sent.append(str(request.url))
        return response

    with monkeypatch.context() as patch:
        patch.setattr("requests.adapters.HTTPAdapter.send", send)
        yield sent


def test_an_encrypted_page_does_not_send_us_to_an_open_one(monkeypatch: pytest.MonkeyPatch) -> None:
    with certified(monkeypatch) as sent, pytest.raises(NetworkError) as caught:
        fetch("https://127.0.0.1/list", AGENT, SOON, PUBLIC)
    assert caught.value.message.endswith("sends us to 127.0.0.1, without encryption; that was not followed")
    assert sent == ["https://127.0.0.1/list"]


# --- what is no answer -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "kind", "word"),
    [
        (404, NotFound, "there is nothing at URL (HTTP status 404)"),
        (410, NotFound, "there is nothing at URL (HTTP status 410)"),
        (401, LoginWanted, "URL wants a password (HTTP status 401)"),
        (403, LoginWanted, "URL wants a password (HTTP status 403)"),
        (407, NetworkError, "the proxy on the way to URL wants a password (HTTP status 407)"),
        (400, NetworkError, "URL answers with HTTP status 400"),
        (429, PatienceWanted, "URL asks for patience (HTTP status 429)"),
        (500, NetworkError, "URL answers with HTTP status 500"),
        (503, NetworkError, "URL answers with HTTP status 503"),
        (202, NetworkError, "URL answers with HTTP status 202"),
        (302, NetworkError, "URL answers with HTTP status 302"),
        (304, NetworkError, "URL answers with HTTP status 304"),
    ],
)
def test_a_status_is_told(status: int, kind: type[GencliError], word: str) -> None:
    error = trouble(saying(status, "<html>no</html>", "text/html"))
    assert type(error) is kind
    assert error.message == word


@pytest.mark.parametrize(
    ("status", "after", "hint"),
    [(429, "7", "try again in 7 s"), (503, "3600", "try again in 60 min"), (429, "soon", "try again later"),
     (429, "Sun, 06 Nov 1994 08:49:37 GMT", "try again later")],
)  # fmt: skip
def test_who_asks_for_patience_says_how_long(status: int, after: str, hint: str) -> None:
    error = trouble(saying(status, "", after=after))
    assert (type(error), error.hint) == (PatienceWanted, hint)


# --- asked again -------------------------------------------------------------------------------


def remembering(handler: Handler) -> None:
    """Gives a text with a tag and a date, or says that it is as it was."""
    if handler.asked.headers.get("if-none-match") == 'W/"7"':
        handler.send_response(304)
        handler.end_headers()
        return
    headed(TEXT.encode(), ETag='W/"7"', Last_Modified="Sun, 06 Nov 1994 08:49:37 GMT")(handler)


def test_what_did_not_change_is_not_sent_again() -> None:
    with serve(remembering) as server:
        found = fetch(server.url, AGENT)
        assert found.validators == Validators('W/"7"', "Sun, 06 Nov 1994 08:49:37 GMT", server.url)
        again = fetch(server.url, AGENT, known=Known(validators=found.validators))
        assert (again.changed, again.content, again.validators) == (False, b"", found.validators)
        assert server.asked[1].headers["if-modified-since"] == "Sun, 06 Nov 1994 08:49:37 GMT"
        # Another address gave them: what it calls "7" is another text.
        other = fetch(server.url + "?b", AGENT, known=Known(validators=found.validators))
        assert (other.changed, "if-none-match" in server.asked[2].headers) == (True, False)


@pytest.mark.parametrize("etag", ["7", '"a b"', '"a\x01"', '"' + "x" * 600 + '"', ""])
def test_a_tag_that_is_none_is_not_kept(etag: str) -> None:
    assert got(headed(b"x", ETag=etag, Last_Modified="yesterday; or so")).validators == Validators()


# --- logins ------------------------------------------------------------------------------------

ADA = Known(logins.read("ada:secret", "a test"))


def test_a_login_is_sent_to_its_host_alone() -> None:
    with serve(saying(200, "x")) as other, serve(sending_to(other.url)) as server:
        fetch(server.url, AGENT, known=ADA)
        assert server.asked[0].headers["authorization"] == "Basic YWRhOnNlY3JldA=="
        assert "authorization" not in other.asked[0].headers


def test_a_login_is_not_sent_again_where_another_host_chose_the_address() -> None:
    def first(handler: Handler) -> None:
        sending_to(other.url)(handler) if len(server.asked) == 1 else handler.reply("x")

    with serve(first) as server, serve(sending_to(f"{server.url}?evil")) as other:
        fetch(server.url, AGENT, known=ADA)
        assert ["authorization" in asked.headers for asked in server.asked] == [True, False]


def test_a_login_goes_on_with_its_own_host() -> None:
    def first(handler: Handler) -> None:
        sending_to("/again")(handler) if len(server.asked) == 1 else handler.reply("x")

    with serve(first) as server:
        fetch(server.url, AGENT, known=ADA)
        assert ["authorization" in asked.headers for asked in server.asked] == [True, True]


def test_a_login_is_not_sent_without_encryption() -> None:
    with serve(saying(200, "x")) as server:
        with pytest.raises(BadInput, match="is not encrypted: its login is not sent there") as caught:
            fetch(server.url, AGENT, SOON, PUBLIC, ADA)
        assert "secret" not in caught.value.message + caught.value.hint
        # The name was this machine's when it was looked up, and is not when it is called.
        turns = iter([Reach.MACHINE])
        hosts = Hosts(reach=lambda _: next(turns, Reach.PUBLIC))
        with pytest.raises(BadInput, match="is not encrypted"):
            fetch(server.url, AGENT, SOON, hosts, ADA)
        assert server.asked == []


def test_a_login_is_sent_with_encryption(monkeypatch: pytest.MonkeyPatch) -> None:
    with certified(monkeypatch) as sent, pytest.raises(NetworkError):
        fetch("https://127.0.0.1/list", AGENT, SOON, PUBLIC, ADA)
    assert sent == ["https://127.0.0.1/list"]


def test_nobody_there() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/list"
        with pytest.raises(NetworkError, match="cannot be reached: connection refused"):
            fetch(url, AGENT, SOON)


def test_a_name_that_nobody_knows() -> None:
    with pytest.raises(NetworkError, match="cannot be reached: its name is not known here"):
        fetch("http://wiki.invalid/list", AGENT, SOON, nowhere())


def test_what_speaks_no_tls_where_it_should() -> None:
    with serve(saying(200, "x")) as server, pytest.raises(NetworkError, match="cannot be reached"):
        fetch(server.url.replace("http:", "https:"), AGENT, SOON)


def test_what_is_no_http_at_all() -> None:
    def babble(handler: Handler) -> None:
        handler.wfile.write(b"SSH-2.0-OpenSSH_9.7\r\n" * 2)

    assert isinstance(trouble(babble), NetworkError)


# --- addresses ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "word"),
    [
        ("ftp://x.org/a", "only http and https are"), ("file:///etc/passwd", "only http and https are"),
        ("javascript://x/%0aalert(1)", "only http and https are"), ("http://", "is no address"),
        ("https:///x", "is no address"), ("http://[::1", "is no address"), ("http://x:99999/", "is no address"),
        ("http://x:0/", "is no address"), ("http://x:a/", "is no address"), ("http://a b/", "is no address"),
        ("http://a\\b/", "is no address"), ("http://a/\r\nHost: b", "is no address"),
        ("http://a/\x00", "is no address"), ("http://\udcff/", "is no address"),
        ("http://me:secret@x.org/", "password"), ("http://me@x.org/", "password"), ("HTTPS://:@x.org", "password"),
        ("ftp://me:secret@x.org/", "password"), ("https://me:secret@[bad/", "password"),
        ("https://x..org/", "is not known here"), ("https://" + "a" * 64 + ".org/", "is not known here"),
    ],
)  # fmt: skip
def test_what_is_not_asked_at_all(url: str, word: str) -> None:
    with pytest.raises((BadInput, NetworkError), match=word) as caught:
        fetch(url, AGENT, SOON)
    assert "secret" not in caught.value.message + caught.value.hint


@pytest.mark.parametrize(
    "url", ["http://x.org", "https://x.org/a@b?c=d@e#f", "https://müller.example/ü x", "HTTP://[::1]:80/"]
)
def test_what_may_be_asked(url: str) -> None:
    assert is_address(url)
    refuse_other(url)


@pytest.mark.parametrize("url", ["https:me:secret@x.org", "https:/me:secret@x.org/", "ssh://me@x.org", "ftp:me@x"])
def test_a_password_in_what_is_hardly_an_address(url: str) -> None:
    with pytest.raises(BadInput, match="name or a password"):
        refuse_secret(url)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("https://me:secret@x.org/a@b", "https://…@x.org/a@b"),
        ("url=see http:secret@x.org and HTTPS://secret@y.org", "url=see http:…@x.org and HTTPS://…@y.org"),
    ],
)
def test_a_password_in_the_midst_of_a_text(text: str, kept: str) -> None:
    assert without_secrets(text) == kept
    with pytest.raises(BadInput, match="name or a password"):
        refuse_secret_within(text)


@pytest.mark.parametrize("text", ["10.1000/a@b", "me@x.org", "https://x.org/~me@home?a=b@c", "a note: me@x.org"])
def test_a_text_without_a_password(text: str) -> None:
    assert without_secrets(text) == text
    refuse_secret_within(text)


@pytest.mark.parametrize("name", ["refs.bib", "a@b.txt", "C:a@b", "x:y@z", "-", "http", "https:", "a/b://c"])
def test_what_is_the_name_of_a_file(name: str) -> None:
    assert not is_address(name)
    refuse_secret(name)


@pytest.mark.parametrize(
    ("url", "name"),
    [("https://x.org/a/refs.bib?raw=1#top", "refs.bib"), ("https://x.org/", "x.org"), ("https://x.org", "x.org"),
     ("https://x.org/a/b%20c/", "b c"), ("https://x.org/..%2f..%2fetc%2fpasswd", "passwd"), ("https://x.org/..", "..")],
)  # fmt: skip
def test_what_it_is_called(url: str, name: str) -> None:
    assert name_of(url) == name


@pytest.mark.parametrize(
    ("url", "site"),
    [("https://Wiki.example/a", "wiki.example"), ("http://wiki.example:80", "wiki.example"),
     ("https://wiki.example.:8443/", "wiki.example:8443"), ("http://wiki.example:443/", "wiki.example:443"),
     ("http://[::1]:8080/", "[::1]:8080")],
)  # fmt: skip
def test_whom_a_login_is_for(url: str, site: str) -> None:
    assert site_of(url) == site


@pytest.mark.parametrize(
    ("address", "near"),
    [
        ("93.184.216.34", Reach.PUBLIC), ("2606:2800:220:1::1", Reach.PUBLIC), ("64:ff9b::5db8:d822", Reach.PUBLIC),
        ("10.0.0.1", Reach.NETWORK), ("172.31.0.1", Reach.NETWORK), ("192.168.0.1", Reach.NETWORK),
        ("100.127.255.255", Reach.NETWORK), ("fd12::1", Reach.NETWORK), ("fec0::1", Reach.NETWORK),
        ("198.18.0.1", Reach.NETWORK), ("0.1.2.3", Reach.NETWORK), ("::ffff:10.0.0.1", Reach.NETWORK),
        ("64:ff9b::a00:1", Reach.NETWORK), ("2002:a00:1::", Reach.NETWORK),
        ("127.0.0.1", Reach.MACHINE), ("127.255.0.9", Reach.MACHINE), ("::1", Reach.MACHINE), ("::", Reach.MACHINE),
        ("0.0.0.0", Reach.MACHINE), ("::ffff:127.0.0.1", Reach.MACHINE), ("64:ff9b::7f00:1", Reach.MACHINE),
        ("169.254.169.254", Reach.SPECIAL), ("fe80::1%eth0", Reach.SPECIAL), ("224.0.0.1", Reach.SPECIAL),
        ("ff02::1", Reach.SPECIAL), ("255.255.255.255", Reach.SPECIAL), ("240.0.0.1", Reach.SPECIAL),
        ("::127.0.0.1", Reach.SPECIAL), ("::ffff:169.254.169.254", Reach.SPECIAL), ("nonsense", Reach.SPECIAL),
    ],
)  # fmt: skip
def test_how_near_an_address_is(address: str, near: Reach) -> None:
    assert reach(address) is near


def test_a_number_is_looked_up_as_the_system_reads_it() -> None:
    assert {*resolved("2130706433", 80), *resolved("127.1", 80), *resolved("0x7f000001", 80)} == {"127.0.0.1"}
