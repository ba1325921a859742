"""Who a site is told that asks: from the environment, from the keyring, and where nothing of it may be seen."""

import sys
from types import SimpleNamespace

import pytest
from arxiv_server import Handler, saying, serve
from dokuwiki_server import PAGE, Wiki

from gencli.errors import BadInput, NetworkError
from gencli.sources import logins
from gencli.sources.addresses import LoginWanted, PatienceWanted, Validators
from gencli.sources.logins import Kept, exported, kept, read
from gencli.sources.visits import Visits

AGENT = "gencli/test"


@pytest.mark.parametrize(
    ("text", "headers"),
    [
        ("ada:secret", {"Authorization": "Basic YWRhOnNlY3JldA=="}),
        ("ada:sec:ret ü", {"Authorization": "Basic YWRhOnNlYzpyZXQgw7w="}),
        ("ey.Jh", {"Authorization": "Bearer ey.Jh", "X-DokuWiki-Token": "ey.Jh"}),
    ],
)
def test_a_login_is_a_name_and_a_password_or_a_token(text: str, headers: dict[str, str]) -> None:
    login = read(text, "a test")
    assert login.headers == headers
    assert repr(login) == f"{login}" == "Login(a test)"


@pytest.mark.parametrize("text", ["two words", "tökén", "a\nX-Evil: b", "a:b\r\nX-Evil: c", "a\x00", " "])
def test_what_is_no_login_is_refused_and_not_shown(text: str) -> None:
    with pytest.raises(BadInput) as caught:
        read(text, "GENCLI_WIKI_LOGIN")
    assert caught.value.message == "what GENCLI_WIKI_LOGIN has is neither NAME:PASSWORD nor a token"


@pytest.mark.parametrize(
    ("host", "address", "is_for"),
    [
        ("wiki.example", "https://wiki.example/a", True),
        ("WIKI.example", "https://wiki.EXAMPLE:443/a", True),
        ("wiki.example:8443", "https://wiki.example:8443/a", True),
        ("https://wiki.example/", "https://wiki.example/a", True),
        ("wiki.example", "https://wiki.example:8443/a", False),
        ("wiki.example", "https://evil.example/wiki.example", False),
        ("wiki.example", "https://wiki.example.evil.example/", False),
        ("example", "https://wiki.example/", False),
        ("", "https://wiki.example/", False),
    ],
)
def test_an_exported_login_is_for_one_host(host: str, address: str, is_for: bool) -> None:
    environment = {"GENCLI_WIKI_HOST": host, "GENCLI_WIKI_LOGIN": "ada:secret\n"}
    assert (exported(environment, address) is not None) is is_for


def test_a_host_that_is_none_is_named() -> None:
    with pytest.raises(BadInput, match="GENCLI_WIKI_HOST is 'wiki:x'"):
        exported({"GENCLI_WIKI_HOST": "wiki:x", "GENCLI_WIKI_LOGIN": "a:b"}, "https://wiki.example/")
    assert exported({"GENCLI_WIKI_HOST": "wiki:x"}, "https://wiki.example/") is None


def test_the_keyring_is_asked_for_the_site(monkeypatch: pytest.MonkeyPatch) -> None:
    def get_password(service: str, name: str) -> str | None:
        if name == "locked.example":
            raise RuntimeError("KeyringLocked: secret")
        return {("gencli", "wiki.example"): "ada:secret\n"}.get((service, name))

    module = SimpleNamespace(get_password=get_password, __spec__=object())
    monkeypatch.setitem(sys.modules, "keyring", module)
    assert kept("wiki.example") == Kept(read("ada:secret", "the keyring"))
    assert kept("other.example") == Kept()
    assert kept("locked.example") == Kept(trouble="the keyring cannot be asked (RuntimeError)")
    assert "pip install" not in logins.hint("wiki.example")
    # A module that is None cannot be imported.
    monkeypatch.setitem(sys.modules, "keyring", None)
    assert kept("wiki.example") == Kept()
    assert "pip install 'gencli[keyring]', then keyring set gencli wiki.example" in logins.hint("wiki.example")


# --- visits ------------------------------------------------------------------------------------


def nobody(site: str) -> Kept:
    """A keyring with nothing in it."""
    return Kept()


@pytest.mark.parametrize("wiki", [Wiki(login="ada:secret"), Wiki(login="tok-en"), Wiki(login="a:b", denies_with=403)])
def test_an_exported_login_is_sent_at_once(wiki: Wiki) -> None:
    with serve(wiki) as server:
        environment = {"GENCLI_WIKI_HOST": f"127.0.0.1:{server.server_address[1]}", "GENCLI_WIKI_LOGIN": wiki.login}
        found = Visits(AGENT, environment, nobody)(server.url.replace("/api", "/ml:grokking?do=export_raw&x="))
        assert (found.content.decode(), len(server.asked)) == (PAGE, 1)


def test_the_keyring_is_asked_where_a_login_is_wanted_and_once() -> None:
    asked: list[str] = []

    def keyring(site: str) -> Kept:
        asked.append(site)
        return Kept(read("ada:secret", "the keyring"))

    with serve(Wiki()) as server:
        Visits(AGENT, {}, keyring)(server.url)
        assert asked == []
        server.answer = Wiki(login="ada:secret")
        visits = Visits(AGENT, {}, keyring)
        for _ in range(2):
            assert visits(f"{server.url}?id=ml:grokking&do=export_raw").content.decode() == PAGE
        assert asked == [f"127.0.0.1:{server.server_address[1]}"]
        # It is asked without at first: what is public needs no name.
        assert ["authorization" in one.headers for one in server.asked[1:]] == [False, True, True]


@pytest.mark.parametrize(
    ("environment", "found", "message", "hint"),
    [
        ({}, Kept(), "wants a login", "export GENCLI_WIKI_HOST="),
        ({}, Kept(trouble="it is locked"), "wants a login", "it is locked; export GENCLI_WIKI_HOST="),
        ({}, Kept(read("ada:old", "")), "does not take its login", "keyring set gencli 127.0.0.1:"),
        ({"GENCLI_WIKI_LOGIN": "ada:old"}, Kept(), "does not take its login", "check GENCLI_WIKI_LOGIN"),
    ],
)
def test_who_is_not_let_in_is_told_what_to_do(
    environment: dict[str, str], found: Kept, message: str, hint: str
) -> None:
    with serve(Wiki(login="ada:secret")) as server:
        environment = environment | {"GENCLI_WIKI_HOST": f"127.0.0.1:{server.server_address[1]}"}
        with pytest.raises(LoginWanted, match=message) as caught:
            Visits(AGENT, environment, lambda _: found)(server.url)
        # Without a login there is nothing to ask again with.
        assert len(server.asked) == (2 if found.login else 1)
    assert hint in caught.value.hint
    assert "old" not in caught.value.message + caught.value.hint


def test_who_asks_for_patience_is_left_alone() -> None:
    with serve(saying(429, "", after="60")) as server, serve(saying(200, "x")) as other:
        visits = Visits(AGENT, {}, nobody)
        for address in (server.url, f"{server.url}?b", other.url):
            if address == other.url:
                assert visits(address).content == b"x"
            else:
                with pytest.raises(PatienceWanted):
                    visits(address)
        assert len(server.asked) == 1


def test_what_is_known_is_said_to_the_site() -> None:
    def answer(handler: Handler) -> None:
        handler.send_response(304 if handler.asked.headers.get("if-none-match") == '"7"' else 500)
        handler.end_headers()

    with serve(answer) as server:
        visits = Visits(AGENT, {}, nobody)
        assert not visits(server.url, Validators('"7"', "", server.url)).changed
        with pytest.raises(NetworkError):
            visits(server.url)
