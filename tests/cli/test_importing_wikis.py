"""import of wiki pages from where they live: a wiki on the web, a code host, a wiki's folder of pages."""

import os
from pathlib import Path

import pytest
from arxiv_server import Handler, Server, saying, sending_to, serve
from dokuwiki_server import PAGE, Wiki

from conftest import Run

pytestmark = pytest.mark.usefixtures("own", "online")

ITEM = PAGE.partition("\n")[2]


def at(server: Server, path: str) -> str:
    return server.url.removesuffix("/api/query") + path


# --- a wiki on the web -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "source", "requests"),
    [
        ("/doku.php?id=ml:grokking", "/doku.php?id=ml:grokking&do=export_raw", 1),
        ("/doku.php?do=edit&id=ml:grokking&rev=7#first", "/doku.php?id=ml:grokking&rev=7&do=export_raw", 1),
        ("/doku.php?id=ml:grokking&do=export_raw", "/doku.php?id=ml:grokking&do=export_raw", 1),
        ("/doku.php/ml:grokking#first", "/doku.php/ml:grokking?do=export_raw", 1),
        ("/ml:grokking", "/ml:grokking?do=export_raw", 2),
        ("/ml/grokking?s[]=papers#first", "/ml/grokking?do=export_raw", 2),
    ],
)
def test_a_page_is_had_from_the_address_in_the_browser(run: Run, typed: str, source: str, requests: int) -> None:
    with serve(Wiki()) as server:
        done = run("import", at(server, typed), "--no-fetch")
        assert (done.code, "imported 'Grokking' (1 items): 1 paper added" in done.err) == (0, True)
        assert len(server.asked) == requests
        assert run("import", at(server, typed), "--no-fetch", "--json").json["merged"] == []
        lines = run("export", "--jsonl").out
    assert f'"source": "{at(server, source)}"' in lines or at(server, source) in lines


def test_three_addresses_of_a_page_are_one_page(run: Run) -> None:
    with serve(Wiki()) as server:
        for typed in ("/doku.php?id=ml:grokking", "/doku.php/ml:grokking", "/ml/grokking"):
            assert run("import", at(server, typed), "--no-fetch").code == 0
        assert run("import", at(server, "/doku.php?id=ml:grokking"), at(server, "/ml:grokking"), "--no-fetch").code == 0
    assert (run("info", "--json").json["pages"], run("info", "--json").json["papers"]) == (1, 1)


def test_a_page_without_a_heading_is_called_as_its_wiki_does(run: Run) -> None:
    with serve(Wiki({"ml:list": ITEM})) as server:
        for typed in ("/doku.php?id=ml:list", "/ml/list"):
            assert "imported 'ml:list' (1 items)" in run("import", at(server, typed), "--no-fetch").err


def test_a_source_that_begins_with_a_tag_is_one(run: Run) -> None:
    with serve(Wiki({"list": "<html>\n</html>\n" + PAGE})) as server:
        assert run("import", at(server, "/doku.php?id=list"), "--no-fetch").code == 0


@pytest.mark.parametrize(
    ("wiki", "typed", "code", "said"),
    [
        (Wiki(), "/doku.php?id=ml:none", 3, ("there is no page ml:none in the wiki", "check the address")),
        (Wiki(), "/ml/none", 3, ("there is no page ml:none in the wiki", "check the address")),
        (Wiki(none_with=404), "/doku.php/ml:none", 3, ("there is no page ml:none", "check the address")),
        (Wiki(none_with=404), "/ml/none", 3, ("there is nothing at", "check the address")),
        (Wiki(gives_sources=False), "/doku.php?id=ml:grokking", 4, ("does not give its source", "Show pagesource")),
        (Wiki(gives_sources=False), "/ml:grokking", 4, ("does not give its source", "Show pagesource")),
        (Wiki(login="a:b"), "/doku.php?id=ml:grokking", 5, ("wants a login", "export GENCLI_WIKI_HOST=127.0.0.1:")),
        (Wiki(login="a:b", denies_with=403), "/ml:grokking", 5, ("wants a password", "export GENCLI_WIKI_HOST=")),
        (Wiki(login="a:b", denies_with=401), "/ml:grokking", 5, ("(HTTP status 401)", "keyring set gencli 127.0.0.1:")),
    ],
)
def test_a_page_that_cannot_be_had(
    run: Run, own: Path, wiki: Wiki, typed: str, code: int, said: tuple[str, str]
) -> None:
    with serve(wiki) as server:
        done = run("import", at(server, typed))
    assert (done.code, done.err.count("\n")) == (code, 2)
    message, hint = done.err.splitlines()
    assert said[0] in message
    assert said[1] in hint
    assert not own.exists()


def test_a_private_page_is_had_with_a_login_that_stands_nowhere(
    run: Run, own: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serve(Wiki(login="ada:s3cret")) as server:
        monkeypatch.setenv("GENCLI_WIKI_HOST", at(server, ""))
        monkeypatch.setenv("GENCLI_WIKI_LOGIN", "ada:s3cret")
        done = run("import", at(server, "/ml/grokking"), "--no-fetch")
        assert (done.code, "1 paper added" in done.err) == (0, True)
        monkeypatch.setenv("GENCLI_WIKI_LOGIN", "ada:wr0ng")
        wrong = run("import", at(server, "/ml/grokking"))
        assert (wrong.code, "does not take its login" in wrong.err, "check GENCLI_WIKI_LOGIN" in wrong.err) == (
            5, True, True,
        )  # fmt: skip
    shown = done.err + wrong.err + run("history", "--json").out + run("export", "--jsonl").out
    for secret in ("s3cret", "wr0ng", "YWRhOnMzY3JldA"):
        assert secret not in shown
        assert secret.encode() not in own.read_bytes()


def test_a_page_of_another_site_is_not_asked_for_its_source(run: Run) -> None:
    with serve(Wiki()) as wiki, serve(sending_to(at(wiki, "/ml:grokking"))) as server:
        done = run("import", server.url)
        assert (done.code, len(wiki.asked)) == (4, 1)
        assert f"give its address: {at(wiki, '/ml:grokking?do=export_raw')}" in done.err


def test_a_host_that_asks_for_patience_is_asked_once(run: Run) -> None:
    with serve(saying(429, "", after="60")) as server:
        done = run("import", at(server, "/a.bib"), at(server, "/b.bib"))
        assert (done.code, len(server.asked)) == (5, 1)
        assert "hint: try again in 60 s" in done.err


# --- a code host -------------------------------------------------------------------------------

README = "# Papers\n\n- [Power 2022 - Grokking](https://arxiv.org/abs/2201.02177)\n"


def test_a_readme_is_had_from_where_it_is_shown(run: Run) -> None:
    def host(handler: Handler) -> None:
        found = {"/o/r/-/raw/main/docs/readme.md": README, "/o/r/-/raw/main/a_list.md": README.partition("\n")[2]}
        text = found.get(handler.path)
        handler.reply(text or "<html>", 200 if text else 404, "text/plain")

    with serve(host) as server:
        folder = run("import", at(server, "/o/r/-/tree/main/docs#papers"), "--no-fetch")
        assert "imported 'Papers' (1 items): 1 paper added" in folder.err
        file = run("import", at(server, "/o/r/-/blob/main/a_list.md?ref_type=heads"), "--no-fetch")
        assert "imported 'a list' (1 items): 1 paper changed" in file.err
        none = run("import", at(server, "/o/r/-/tree/main/none"))
        assert none.code == 3
        assert "there is no README.md or readme.md at" in none.err
        assert len(server.asked) == 5


def test_a_page_to_sign_in_is_no_readme(run: Run) -> None:
    with serve(saying(200, "<!DOCTYPE html><form><input type='password'></form>", "text/html")) as server:
        assert run("import", at(server, "/o/r/-/blob/main/l.md")).code == 5
        server.answer = saying(200, "<!DOCTYPE html><p>Hello</p>", "text/html")
        done = run("import", at(server, "/o/r/-/blob/main/l.md"))
    assert (done.code, "is a web page, not the source of one" in done.err) == (4, True)


# --- a folder ----------------------------------------------------------------------------------


@pytest.fixture
def wiki(tmp_path: Path) -> Path:
    """A wiki's folder with two pages, and all that there is beside them."""
    data = tmp_path / "dw" / "data"
    for name, text in {
        "pages/ml/grokking.txt": PAGE,
        "pages/ml/theory/%C3%BCber_uns.txt": ITEM.replace("2201.02177", "1812.11118"),
        "pages/start.txt": "====== Start ======\nHello\n",
        "pages/empty.txt": "",
        "pages/ml/_template.txt": ITEM,
        "pages/.trash/old.txt": ITEM,
        "pages/ml/refs.bib": "@article{a, title={T}}",
        "pages/ml/list.txt": "@article{a,\n  title = {T},\n}\n",
        "attic/ml/grokking.1700000000.txt": ITEM,
        "meta/ml/notes.txt": ITEM,
    }.items():
        (data / name).parent.mkdir(parents=True, exist_ok=True)
        (data / name).write_text(text)
    (data / "pages" / "round").symlink_to(data)
    return data


@pytest.mark.parametrize("named", ["", "data", "data/pages", "data/pages/../pages/"])
def test_every_page_of_a_wiki_in_one_command(run: Run, wiki: Path, named: str) -> None:
    done = run("import", wiki.parent / named, "--no-fetch", "--json")
    assert (done.code, len(done.json["added"])) == (0, 2)
    assert run("info", "--json").json["pages"] == 2
    lines = run("export", "--jsonl").out
    assert str(wiki / "pages/ml/grokking.txt") in lines
    assert '"title": "ml:theory:über_uns"' in lines or '"ml:theory:über_uns"' in lines
    assert len(run("history", "--json").json) == 1
    assert run("import", wiki.parent / named, "--no-fetch", "--json").json["merged"] == []


def test_what_is_passed_over_is_said(run: Run, wiki: Path) -> None:
    said = run("import", wiki, "--no-fetch").err.splitlines()
    assert said[1].startswith(f"imported 2 pages of {wiki} (2 items): 2 papers added; undo: ")
    assert said[2:] == [
        "passed over 2 that name no paper: empty, start",
        "passed over what is no page: 1 .bib, 1 .txt with bibtex, 1 linked folders; import a list of works by its name",
    ]


def test_a_namespace_is_called_as_in_the_whole_wiki(run: Run, wiki: Path) -> None:
    run("import", wiki / "pages" / "ml" / "theory", "--no-fetch")
    assert "'ml:theory:über_uns'" in run("import", next((wiki / "pages/ml/theory").iterdir()), "--no-fetch").err
    assert run("info", "--json").json["pages"] == 1


def test_pages_that_are_alike_stay_pages_of_their_own(run: Run, tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / "lists" / name).mkdir(parents=True)
        (tmp_path / "lists" / name / "README.md").write_text(README)
    assert len(run("import", "lists", "--no-fetch", "--json").json["added"]) == 1
    assert run("info", "--json").json["pages"] == 2
    before = run("export", "--jsonl").out
    assert run("import", "lists", "--no-fetch").code == 0
    assert run("export", "--jsonl").out == before


def test_one_page_that_cannot_be_read_is_named_and_the_rest_taken(run: Run, wiki: Path) -> None:
    (wiki / "pages" / "ml" / "latin.txt").write_bytes(b"====== M\xfcller ======\n")
    done = run("import", wiki, "--no-fetch")
    assert done.code == 4
    assert "2 papers added" in done.err
    assert f"gencli: {wiki}/pages/ml/latin.txt is not UTF-8: byte 0xFC in line 1" in done.err


@pytest.mark.parametrize(
    ("files", "words", "message"),
    [
        ({}, (), "lists holds no page"),
        ({"a.bib": "@article{a, title={T}}", ".b.txt": ITEM}, (), "lists holds no page"),
        ({"a.txt": "Hello\n", "b.md": ""}, (), "lists: none of its 2 pages names a paper"),
        ({"a.txt": "Hello\n"}, (), "lists: its page names no paper"),
        ({"a.txt": ITEM}, ("--format", "bibtex"), "lists is a folder, which is read for pages alone"),
    ],
)
def test_a_folder_without_pages(
    run: Run, tmp_path: Path, own: Path, files: dict[str, str], words: tuple[str, ...], message: str
) -> None:
    (tmp_path / "lists").mkdir()
    for name, text in files.items():
        (tmp_path / "lists" / name).write_text(text)
    done = run("import", "lists", *words)
    assert (done.code, message in done.err, "hint: " in done.err) == (4, True, True)
    assert not own.exists()


def test_nothing_is_not_the_current_folder(run: Run, own: Path, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(PAGE)
    assert run("import", "").code == 4
    assert not own.exists()


def test_a_name_need_not_be_utf8_nor_a_file_an_ordinary_one(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "lists"
    folder.mkdir()
    (folder / os.fsdecode(b"a\xff.txt")).write_text(PAGE)
    (folder / os.fsdecode(b"b\xff.txt")).write_text("a\0b")
    os.mkfifo(folder / "pipe.txt")
    (folder / "nowhere.txt").symlink_to("none")
    done = run("import", "lists", "--no-fetch", "--json")
    assert (done.code, len(done.json["added"]), len(done.json["problems"])) == (4, 1, 1)
    assert r"lists/a\\udcff.txt" in run("export", "--jsonl").out


def test_a_folder_of_a_whole_machine_is_refused(run: Run, wiki: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gencli.sources.folders._MOST", 3)
    done = run("import", wiki)
    assert (done.code, "holds more than 3 pages" in done.err) == (4, True)


def test_what_may_not_be_read_is_named(run: Run, unprivileged: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GENCLI_DB", str(unprivileged / "own.sqlite"))
    (unprivileged / "lists" / "private").mkdir(parents=True)
    (unprivileged / "lists" / "a.txt").write_text(PAGE)
    (unprivileged / "lists" / "private").chmod(0)
    done = run("import", unprivileged / "lists", "--no-fetch")
    assert (done.code, "1 paper added" in done.err) == (4, True)
    assert f"cannot read {unprivileged}/lists/private: permission denied" in done.err
    alone = run("import", unprivileged / "lists" / "private")
    assert (alone.code, "private: permission denied" in alone.err) == (4, True)
    (unprivileged / "lists" / "private").chmod(0o700)


def test_a_dry_run_of_a_folder_writes_nothing(run: Run, wiki: Path, own: Path) -> None:
    done = run("import", wiki, "--dry-run")
    assert (done.code, "would import 2 pages of" in done.err, own.exists()) == (0, True, False)
