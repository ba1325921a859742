"""DokuWiki's addresses, and what its web pages say of themselves."""

import time

import pytest
from dokuwiki_server import Wiki

from gencli.sources.wikis import Seen, is_html, is_page, is_source, page_of, seen, source_of, wants_login

WIKI = Wiki()
W = "https://wiki.example/"


@pytest.mark.parametrize(
    ("address", "source", "page"),
    [
        ("doku.php?id=ml:a", "doku.php?id=ml:a&do=export_raw", "ml:a"),
        ("doku.php?id=ml%3Aa&do=edit&rev=1700000000#top", "doku.php?id=ml:a&rev=1700000000&do=export_raw", "ml:a"),
        ("doku.php?do=export_raw&id=ml:a", "doku.php?id=ml:a&do=export_raw", "ml:a"),
        ("doku.php?id=a&s[]=double&at=2024", "doku.php?id=a&at=2024&do=export_raw", "a"),
        ("doku.php?id=ml:%C3%BCber&x=1", "doku.php?id=ml:%C3%BCber&do=export_raw", "ml:über"),
        ("w/doku.php/ml:a?do=show#top", "w/doku.php/ml:a?do=export_raw", "ml:a"),
        ("doku.php/ml/a", "doku.php/ml/a?do=export_raw", "ml:a"),
        ("doku.php", "doku.php?do=export_raw", ""),
    ],
)
def test_a_page_has_its_source_under_its_own_address(address: str, source: str, page: str) -> None:
    assert is_page(W + address)
    assert (source_of(W + address), page_of(W + address)) == (W + source, page)
    assert is_source(source_of(W + address))
    assert source_of(source_of(W + address)) == W + source


@pytest.mark.parametrize("address", ["ml:a", "ml/a", "?id=a", "doku.phpx/a", "a?b=/doku.php", "mydoku.php"])
def test_what_is_no_page_by_its_address(address: str) -> None:
    assert not is_page(W + address)
    assert not is_source(W + address)


def test_a_rewritten_address_of_a_source() -> None:
    assert is_source(W + "_export/raw/ml/a")
    assert source_of(W + "ml/a?do=diff&rev=7#x") == W + "ml/a?rev=7&do=export_raw"


@pytest.mark.parametrize(
    ("html", "told"),
    [
        (WIKI.html("ml:a", "show", ""), Seen("ml:a", "show", True)),
        (WIKI.html("ml:über", "show", "", exists=False), Seen("ml:über", "show", False)),
        (WIKI.html("a", "denied", ""), Seen("a", "denied", True)),
        # A template of one's own need not have all of it, nor in this order.
        (WIKI.html("a", "login", "").replace("JSINFO", "OTHER"), Seen("", "login", True)),
        ('<html><head><META content="DokuWiki Release" name="generator"></head>', Seen("", "", True)),
        ('<html><script>var JSINFO = {"id":"a"', Seen("", "", True)),
        ("<html><script>var JSINFO = {" + '"a":[' * 2000, Seen("", "", True)),
        ('<html><meta name="generator" content="MediaWiki 1.44">', None),
        ("<html><p>written with DokuWiki</p>", None),
    ],
)
def test_what_a_web_page_says_of_itself(html: str, told: Seen | None) -> None:
    assert seen(html.encode()) == told


@pytest.mark.parametrize(
    ("html", "wants"),
    [
        (WIKI.html("a", "denied", ""), True),
        (WIKI.html("a", "login", ""), True),
        # Some templates have the form on every page.
        (WIKI.html("a", "show", '<input type="password">'), False),
        ("<html><form><input name=p type='password' /></form>", True),
        ("<!doctype html><INPUT TYPE=PASSWORD>", True),
        ("<html><input type=text>", False),
        ('In HTML one writes <input type="password"> for that.', False),
        ("", False),
    ],
)
def test_a_page_that_wants_a_login(html: str, wants: bool) -> None:
    assert wants_login(html.encode()) is wants


@pytest.mark.parametrize(
    "text", ["<input ", "<input type ", "class='mode_A ", "<meta content=", "<!--", "JSINFO={", "{"]
)
def test_a_hostile_page_costs_little(text: str) -> None:
    start = time.process_time()
    assert not wants_login(f"<html>{text * 40_000}".encode())
    assert time.process_time() - start < 1


def test_what_is_html() -> None:
    assert is_html(b"\xef\xbb\xbf \n<!-- a -->\n<!DOCTYPE  HTML>")
    assert is_html(b"<p>", "text/html")
    assert not is_html(b"<p>", "text/plain")
    assert not is_html(b"@article{a}", "text/html")
