"""import of what is behind an address, as a user meets it."""

from pathlib import Path

import pytest
from arxiv_server import Answer, Handler, saying, serve

from conftest import Run

pytestmark = pytest.mark.usefixtures("own", "online")

BIB = "@article{ash01, author = {José Ash}, title = {Growth of Bogs}, year = {2001}, doi = {10.5555/b1}}\n"
WIKI = "====== Bogs ======\n  * [[https://arxiv.org/abs/2201.02177|Müller 2022 - Grokking]]\n"
HTML = "<!DOCTYPE html>\n<html><head><title>List</title></head><body>" + WIKI + "</body></html>"


def test_a_list_is_imported_and_the_second_time_changes_nothing(run: Run, own: Path) -> None:
    with serve(saying(200, BIB, "text/x-bibtex")) as server:
        url = server.url.replace("/api/query", "/a/refs.bib?at=head")
        done = run("import", url, "--no-fetch", "--json")
        assert (done.code, done.json["added"]) == (0, ["ash01"])
        history = run("history", "--json").json
        before = own.read_bytes()
        again = run("import", url, "--no-fetch")
        assert (again.code, own.read_bytes()) == (0, before)
        assert again.err == "imported refs.bib (bibtex): 1 paper as it was\n"
        # Another address is another list, though the file is called the same.
        run("import", url.replace("/a/", "/b/"), "--no-fetch")
    assert f"import '{url}'" in str(history)
    assert run("export", "--bib").out.count("@article") == 1


def test_a_page_is_known_by_its_address(run: Run) -> None:
    kind = "text/plain; charset=utf-8"
    with serve(saying(200, WIKI, kind)) as server:
        url = f"{server.url}?id=bogs&do=export_raw"
        assert "imported 'Bogs' (1 item)" in run("import", url, "--no-fetch").err
        assert run("import", url, "--no-fetch", "--json").json["added"] == []
        server.answer = saying(200, WIKI.replace("= Bogs =", "= Fens =").replace("2201.02177", "1812.11118"), kind)
        assert len(run("import", url, "--no-fetch", "--json").json["added"]) == 1
        pages = run("info", "--json").json
        assert len(server.asked) == 3
    assert pages["pages"] == 1


@pytest.mark.parametrize("text", [BIB, WIKI])
def test_a_text_in_another_charset(run: Run, text: str) -> None:
    def answer(handler: Handler) -> None:
        handler.reply(text.encode("latin-1"), kind="text/plain; charset=ISO-8859-1")

    with serve(answer) as server:
        assert run("import", server.url, "--no-fetch").code == 0
    assert ("José" if text == BIB else "Müller") in run("export", "--jsonl").out


def test_bytes_of_no_known_charset_are_refused_with_a_way_out(run: Run) -> None:
    with serve(lambda handler: handler.reply(WIKI.encode("latin-1"), kind="text/plain")) as server:
        done = run("import", server.url)
    assert done.code == 4
    assert f"convert it: curl -sL {server.url} | iconv -f ISO-8859-1 -t UTF-8 | gencli import -" in done.err


@pytest.mark.parametrize(
    ("kind", "text"),
    [("text/html", HTML), ("text/plain", HTML), ("text/html; charset=utf-8", "<p>Not here</p>"),
     ("application/xhtml+xml", '<?xml version="1.0"?>\n<html xmlns="http://www.w3.org/1999/xhtml"/>')],
)  # fmt: skip
def test_a_web_page_is_refused_with_the_way_to_its_source(run: Run, own: Path, kind: str, text: str) -> None:
    with serve(saying(200, text, kind)) as server:
        for address, source in ((server.url, "?do=export_raw"), (server.url + "?id=a#b", "?id=a&do=export_raw")):
            done = run("import", address)
            assert done.code == 4
            assert f"{address} is a web page, not the source of one" in done.err
            assert server.url + source in done.err
    assert not own.exists()


def test_a_source_that_is_said_to_be_a_web_page_is_taken(run: Run) -> None:
    with serve(saying(200, BIB, "text/html")) as server:
        assert run("import", server.url, "--no-fetch").code == 0


@pytest.mark.parametrize(
    ("answer", "code", "word"),
    [
        (saying(404, "no"), 3, "there is nothing at"),
        (saying(401, "no"), 5, "wants a password"),
        (saying(500, "no"), 5, "answers with HTTP status 500"),
        (saying(200, ""), 4, "is empty"),
        (saying(200, "a\0b"), 4, "is not text: a NUL byte in line 1"),
        (lambda handler: handler.reply("half", length=9), 5, "broke off its answer"),
    ],
)
def test_what_cannot_be_had_is_one_line_and_makes_no_library(
    run: Run, own: Path, answer: Answer, code: int, word: str
) -> None:
    with serve(answer) as server:
        done = run("import", server.url)
        assert done.code == code
        assert done.err.count("\n") <= 2
        assert word in done.err
        assert run("import", server.url, "--json").code == code
    assert not own.exists()


def test_of_several_the_good_ones_are_taken(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.bib").write_text(BIB)
    with serve(saying(404, "no")) as server:
        done = run("import", "a.bib", server.url, "--no-fetch", "--json")
    assert (done.code, done.json["added"]) == (3, ["ash01"])
    assert done.json["problems"][0]["where"] == server.url


def test_a_password_stands_nowhere_afterwards(run: Run, own: Path, tmp_path: Path) -> None:
    (tmp_path / "a.bib").write_text(BIB)
    done = run("import", "a.bib", "https://me:secret@wiki.example/list")
    assert done.code == 4
    assert "secret" not in done.err + done.out
    assert not own.exists()


def test_another_scheme_is_no_address_to_read(run: Run) -> None:
    for address in ("file:///etc/passwd", "ftp://x.org/a"):
        done = run("import", address)
        assert (done.code, "only http and https are" in done.err) == (4, True)


def test_nothing_is_fetched_where_the_network_is_forbidden(
    run: Run, own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serve(saying(200, BIB)) as server:
        done = run("--offline", "import", server.url)
        assert (done.code, "the network is forbidden here" in done.err) == (5, True)
        monkeypatch.setenv("GENCLI_OFFLINE", "1")
        assert run("import", server.url, "--json").error["code"] == "network"
        assert server.asked == []
    assert not own.exists()


def test_it_says_who_asks(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GENCLI_CONTACT", "me@example.org")
    with serve(saying(200, BIB)) as server:
        run("import", server.url, "--no-fetch")
        assert "(bibliography manager; me@example.org)" in server.asked[0].headers["user-agent"]


def test_json_lines_come_from_an_address_too(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.bib").write_text(BIB)
    run("import", "a.bib", "--no-fetch")
    lines = run("export", "--jsonl").out
    with serve(saying(200, lines, "application/x-ndjson")) as server:
        done = run("--db", "copy.sqlite", "import", server.url.replace("query", "all.jsonl"), "--json")
    assert (done.code, done.json["added"]) == (0, ["ash01"])


def test_the_web_page_of_a_paper_is_added_not_imported(run: Run) -> None:
    with serve(saying(200, HTML, "text/html")) as server:
        address = server.url.replace("/api/query", "/doi/10.5555/12345678")
        done = run("import", address)
    assert (done.code, f"hint: add the paper: gencli add {address}" in done.err) == (4, True)
