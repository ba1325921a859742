"""Hostile text in every field from every source: on a terminal, in a pipe, as JSON, in every export, in every error."""

import json
import re
import shlex
import time
import unicodedata
import webbrowser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from arxiv_server import Entry, known, serve
from bibtexparser.entrypoint import parse_string
from markdown_it import MarkdownIt

from conftest import Result, Run
from gencli.formats import ris
from gencli.formats.bibtex import reader as bibtex
from gencli.model import Record

CONTROLS = (
    "a\x1b[8mhidden\x1b[0m", "b\x1b]8;;http://evil.example\x1b\\click\x1b]8;;\x1b\\", "c\x1b]0;title\x07",
    "d\x9b31m\x9d0;t\x9c", "e\x01\x08\x7f", "f one\rtwo\vthree\ffour\x1c\x1d\x1e\x1f",
    "g\x85TY  - BOOK\u2028line\u2029par", "ad\ttab\ttab", "ae\nline\r\nTY  - BOOK",
)  # fmt: skip
HIDDEN = (
    "h \u202egnp.exe\u202c", "i \u2066isolate\u2069\u2067rtl\u2069", "j \u200bzero\ufeffwidth\u2060joined",
    "k \u061cmark\u200e\u200f", "l so\u00adft \u180e \u3164 \u115f", "m tags\U000e0001\U000e0041",
    "n \u2064plus \ufff9note\ufffb", "o plain \u202a", "q \u200djoin\u200c\ufe0fed", "af " + "e" + "\u0301" * 400,
)  # fmt: skip
MARKUP = (
    "[bold red]p[/] [link=http://evil.example]x[/link]", ":skull: q :smile:", "[r](javascript:alert(1)) <javascript:x>",
    "[s](file:///etc/passwd) ![i](http://evil.example/i.png)", "<script>t()</script><img src=x onerror=y>",
    "u &lt;b&gt; &#106;", "# w", "- x", "1. y", "> z", "``` aa", "**ee** __ff__ ~~gg~~", "|cc|dd|", "<!-- hh", "kk\\",
    "[[http://evil.example|bb]] {{http://evil.example/i.png}}", "](http://evil.example) ii", "[ll]: http://evil.example",
    "https://evil.example/jj www.evil.example", "mm `code", "===", "---",
)  # fmt: skip
TEX = (
    "nn \\write18{touch x}", "oo }, note = {x}} @book{evil, title={x}", "pp \\input{/etc/passwd}", "qq $\\write18{x}$",
    "rr {\\catcode`\\%", "ss ^^5cwrite18{x}", "tt % $ & # _ ~ ^ \\", "uu \\href{javascript:x}{y}", 'vv " # evil # "',
    "ww {{{", "xx }}}", "zz $", "ah \"}, {\"id\": \"evil\"",
)  # fmt: skip
WORDS = (
    "=cmd|' /C calc'!A0",
    "+ab+2",
    "@ac",
    "ai '; DROP TABLE paper; --",
    "aj %s%n{0}{key}$(id)`id`",
    "al -rf --help",
)
TEXTS = (*CONTROLS, *HIDDEN, *MARKUP, *TEX, *WORDS)
# In a single argument.
EVIL = "x\x1b[8m\n\t\u202e\x9b[bold]\u200b:smile: $(id)e" + "\u0301" * 50
# What gencli and its bars themselves send to a terminal.
OWN = re.compile(r"\x1b\[(?:0|1|2|31|33|36|1;31|1;36|1;33|32|38;5;\d+)m|\x1b\[(?:\?25[lh]|2K|1A)|\r")
TEX_ACTS = re.compile(r"(?<!\\)(?:\\\\)*\\(?:write18|input|catcode|href)")


def in_lines(text: str) -> str:
    return re.sub(r"[\r\n]+", " ", text)


def papers() -> Iterator[dict[str, Any]]:
    for number, text in enumerate(TEXTS):
        authors = [{"family": text, "given": text}, {"literal": text}]
        links = [{"rel": "web", "url": f"javascript:{text}"}, {"rel": "code", "url": f"https://a.org/{number}/{text}"}]
        yield {
            "key": f"l{number:02}", "title": text, "authors": authors, "year": 2020, "venue": text, "abstract": text,
            "note": text, "fields": {"annote": text, "keywords": text}, "categories": [text], "primary_category": text,
            "links": links, "tags": [" ".join("".join(filter(str.isprintable, text)).split())[:99], "of lines"],
        }  # fmt: skip


def csl(text: str) -> dict[str, Any]:
    told = dict.fromkeys(("type", "note", "container-title", "DOI", "page", text), text)
    author, custom = {"family": text, "given": text}, {text: text}
    return {
        "id": f"c {text}",
        "title": f"csl {text}",
        "author": [author],
        "URL": f"file:{text}",
        "custom": custom,
    } | told


def reference(text: str) -> str:
    told = {
        "ID": f"r {text}",
        "TI": f"ris {text}",
        "AU": text,
        "PY": text,
        "T2": text,
        "UR": f"file:{text}",
        "KW": text,
    }
    return "TY  - JOUR\n" + "".join(f"{tag}  - {value}\n" for tag, value in (told | {"Z9": text}).items()) + "ER  - \n"


def entry(number: int, text: str) -> str:
    value = "{" + text.replace("{", "").replace("}", "") + "}"
    names = ("title", "author", "journal", "year", "url", "note", "crossref")
    return (
        f"@article{{bib{number}{in_lines(text)[:2].strip()},\n"
        + "".join(f"{name} = {value},\n" for name in names)
        + "}\n"
    )


def item(number: int, text: str) -> str:
    link = f"[[https://w.org/{number}|{text} 2020 - {text}]] note {text}"
    others = f"  * [[javascript:{text}|two {text}]]\n  * {text}\n"
    return f"===== sec {text} =====\n\n  * **group {text}**\n    * {link}\n{others}"


def in_markdown(number: int, text: str) -> str:
    link = f"[md {number} - {text}](https://b.org/{number}/{text}) note {text}"
    return f"## {text}\n\n- {link}\n- [two {text}](javascript:{text})\n"


def sources() -> dict[str, str]:
    """A text in every format that is read, by the name of its file."""
    lines = [in_lines(text) for text in TEXTS]
    wild = "".join(f"@misc{{{text}, {text} = {{{text}}}}}\n" for text in lines)
    return {
        "a.jsonl": "".join(json.dumps(paper) + "\n" for paper in papers()),
        "b.json": json.dumps([csl(text) for text in TEXTS]),
        "c.ris": "".join(map(reference, lines)),
        "d.bib": "@string{m = {\x1b[8m}}\n@preamble{\"\\input{x}\x9b8m\"}\n" + "".join(map(entry, range(99), lines)),
        "e\x1b[8m\n\u202e\ttwo.bib": wild + "@misc{g2, title {no}\n",
        "f.txt": "====== page \x1b[8m\u202e [x] ======\n" + "".join(map(item, range(99), lines)),
        "g.md": "# md \x1b[8m\u202e\n\n" + "".join(map(in_markdown, range(99), lines)),
    }  # fmt: skip


def forbidden(text: str) -> set[str]:
    """The signs of a text that a terminal obeys, or that nobody sees."""
    odd = {sign for sign in set(text) if unicodedata.category(sign) in ("Cc", "Cf", "Zl", "Zp", "Cs", "Co", "Cn")}
    return odd | (set(text) & set("\u3164\u115f\u1160\uffa0\u034f"))


def is_harmless(result: Result) -> bool:
    """Whether a terminal shows what a command says as it is: lines, no control but our own, no flood of marks."""
    shown = OWN.sub("", result.out + result.err)
    assert "Traceback" not in shown
    assert forbidden(shown.replace("\n", "")) == set()
    return re.search("\u0301{9}", shown) is None


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("hostile") / "l.sqlite"


@pytest.fixture
def hostile(run: Run, tmp_path: Path, shelf: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A library of everything, named by $GENCLI_DB; the keys of its papers. It is made once, and only read."""
    monkeypatch.setenv("GENCLI_DB", str(shelf))
    if not shelf.exists():
        for name, text in sources().items():
            Path(name).write_text(text, encoding="utf-8", newline="")
            assert is_harmless(run("import", name, "--no-fetch", columns=80, watching=True))
        legal = [text for text in TEXTS if all(sign >= " " or sign in "\t\n\r" for sign in text)]
        told = [
            Entry(
                f"2301.{number:05}",
                1,
                text,
                text,
                (text,),
                categories=(text,),
                primary=text,
                comment=text,
                journal=text,
            )
            for number, text in enumerate(legal, 1)
        ]
        with monkeypatch.context() as patch, serve(known(*told)) as server:
            patch.delenv("GENCLI_OFFLINE")
            patch.setenv("GENCLI_ARXIV_URL", server.url)
            patch.setenv("GENCLI_ARXIV_DELAY", "0")
            assert is_harmless(run("add", *(one.name for one in told), columns=80, watching=True))
            assert is_harmless(run("arxiv", "id:2301.00001", columns=80, watching=True))
    return run("list", "--keys").lines


SHOWN = (
    "list",
    "show -",
    "search m OR one OR click OR bib OR csl",
    "like l01",
    "tags",
    "stats",
    "history",
    "history --rows",
    "info",
    "check",
    "duplicates",
)
EXPORTS = ("--bib --aliases --with-problems", "--markdown", "--csl-json", "--ris", "--jsonl")


@pytest.mark.parametrize("words", [*SHOWN, *(f"export {form}" for form in EXPORTS)])
def test_a_terminal_shows_it_harmless(run: Run, hostile: list[str], words: str) -> None:
    some = [key for key in hostile if key.startswith(("l", "bib"))]
    shown = run(*words.split(), columns=100, watching=True, stdin="\n".join(some))
    assert len(shown.out) > 80
    assert is_harmless(shown)


def test_a_terminal_shows_what_hides(run: Run, hostile: list[str]) -> None:
    shown = run("show", *(f"l{number:02}" for number in range(20)), columns=200)
    for text in "a␛[8mhidden␛[0m", "d<009B>31m", "<202E>gnp", "<+398 marks>", "[bold red]p[/]":
        assert text in shown.out


@pytest.mark.parametrize("words", SHOWN)
def test_in_a_pipe_a_record_stays_a_line(run: Run, hostile: list[str], words: str) -> None:
    piped = run(*words.split(), stdin="\n".join(hostile))
    tabs = {
        "stats": 2,
        "search": 4,
        "check": 3,
        "duplicates": 2,
        "history --rows": 5,
        "list": 4,
        "like": 4,
        "history": 4,
    }
    expected = next((count for start, count in tabs.items() if words.startswith(start)), 1)
    lines = piped.out.removesuffix("\n").split("\n")
    # Between two papers that are shown stands an empty line.
    assert {line.count("\t") for line in lines if line or words != "show -"} == {expected}
    assert forbidden(re.sub(r"[\n\t]", "", piped.out + piped.err)) == set()
    if words == "list":
        assert [line.partition("\t")[0] for line in piped.out.split("\n")[:-1]] == hostile


@pytest.mark.parametrize("words", SHOWN)
def test_json_is_exact_and_harmless(run: Run, hostile: list[str], words: str) -> None:
    told = run(*words.split(), "--json", stdin="\n".join(hostile), columns=80, watching=True)
    assert forbidden((told.out + told.err).replace("\n", "")) == set()
    assert not re.search("\u0301{9}", told.out)
    if words == "show -":
        by_key = {paper["key"]: paper for paper in told.json}
        for paper in papers():
            assert {name: by_key[paper["key"]][name] for name in paper} == paper | {"tags": sorted(paper["tags"])}
    else:
        assert told.json


def test_no_text_breaks_out_of_bibtex(run: Run, hostile: list[str]) -> None:
    text = run("export", "--bib").out
    read = [one for one in bibtex.read(text, "bib:a", "a") if isinstance(one, Record)]
    assert sorted(str(one.key) for one in read) == sorted(hostile)
    by_others = {one.key: one.raw or "" for one in parse_string(text).entries}
    ours = [key for key in hostile if re.fullmatch(r"l\d\d|.*(?:csl|ris|2019[a-z]*)", key)]
    assert len(ours) > 3 * len(TEXTS)
    for key in ours:
        assert not TEX_ACTS.search(by_others[key]), key
    # What a .bib itself says is written as it was read, and `check` tells of it.
    assert TEX_ACTS.search(text)
    told = run("check").out
    assert all(f"bib{number}" in told and f"\\{name}" in told for number, name in ((40, "write18"), (42, "input")))


def links_in(text: str) -> list[str]:
    """Where the links of a Markdown text lead; there is nothing in it but lists of links and headings."""
    tokens = MarkdownIt("commonmark").parse(text)
    inner = [child for token in tokens for child in token.children or ()]
    blocks = {token.type.removesuffix("_open").removesuffix("_close") for token in tokens}
    assert blocks <= {"inline", "heading", "bullet_list", "list_item", "paragraph"}
    assert not {one.type for one in inner} & {"image", "html_inline", "hardbreak"}
    return [str(one.attrs["href"]) for one in inner if one.type == "link_open"]


def test_no_text_breaks_out_of_markdown(run: Run, hostile: list[str]) -> None:
    assert all(re.match(r"https?://[!-~]+$", place) for place in links_in(run("export", "--markdown").out))
    places = links_in(run("export", "--markdown", "tag:'of lines' OR has:arxiv").out)
    assert len(places) > 40
    assert all(re.match(r"https://(?:a\.org/\d+/|arxiv\.org/abs/2301\.\d{5}$)", place) for place in places)


def test_no_text_breaks_out_of_what_programs_read(run: Run, hostile: list[str]) -> None:
    items = json.loads(run("export", "--csl-json").out)
    assert [one["id"] for one in items] == [one["citation-key"] for one in items]
    assert len(items) == len(hostile)
    text = run("export", "--ris").out
    assert sum(line.startswith("TY  - ") for line in text.splitlines()) == len(hostile)
    assert len(list(ris.read(text, "ris:a", "a"))) == len(hostile)
    assert forbidden(text.replace("\n", "")) <= set("".join(HIDDEN))
    lines = run("export", "--jsonl").out.splitlines()
    assert sum("key" in json.loads(line) for line in lines) == len(hostile)


# --- what is typed ----------------------------------------------------------------------------------------

HALF = EVIL + "\udcff"
# Commands, with EVIL, HALF and HIDDEN in the place of texts.
TYPED = """
HALF
search HALF
list year:EVIL
list --sort EVIL
list --EVIL
list NOT HALF
show HALF
like HALF
open HALF
tag add HALF k1
tag add t HALF
tag rename HALF x
note k1 HALF
note k1 EVIL
star HALF HALF2
status k1 HALF
edit k1 --set HALF
edit k1 --set HALF=x
edit k1 --set title=EVIL
edit k1 --set type=EVIL
edit k1 --set url=javascript:EVIL
edit k1 --unset HALF
rekey k1 HALF
rekey k1 aHIDDENb
rekey --pattern HALF
rekey --pattern {EVIL} --dry-run
rekey --pattern {word}EVIL --dry-run
remove HALF HALF2
merge k1 HALF
history HALF
undo HALF
init HALF.sqlite
init --from HALF
backup HALF.copy
--db HALF.db list
--db HALF.db import a.jsonl
import HALF
import a.jsonl --tag HALF
import https://HALF
add HALF
add 10.1000/HALF --no-fetch
add ./HALF
arxiv HALF
export -o HALF.bib
export -o HALF.ris --check
export --keys-from HALF.tex
check HALF
history
show k1
info
""".strip().splitlines()
NO_JSON = ("open", "undo", "init", "export")


@pytest.fixture
def small(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GENCLI_DB", "l.sqlite")
    links = [{"rel": "web", "url": "javascript:alert(1)"}, {"rel": "pdf", "url": "file:///etc/passwd"}]
    paper = {"key": "k1", "title": "one", "links": links}
    Path("a.jsonl").write_text(json.dumps(paper) + "\n" + json.dumps({"key": "k2", "title": "two"}) + "\n")
    assert run("import", "a.jsonl").code == 0


def test_what_is_typed_comes_back_harmless(run: Run, small: None) -> None:
    for line in TYPED:
        words = [word.replace("EVIL", EVIL).replace("HALF", HALF).replace("HIDDEN", "\u202e") for word in line.split()]
        assert is_harmless(run(*words, columns=80, watching=True)), line
        told = run(*words, *([] if words[0] in NO_JSON else ["--json"]), columns=80, watching=True)
        assert forbidden(OWN.sub("", told.out + told.err).replace("\n", "")) == set(), line
        if told.code and words[0] not in NO_JSON:
            assert json.loads(told.err)["error"]["message"]
    assert [paper["key"] for paper in run("list", "--json").json][-2:] == ["k1", "k2"]


@pytest.mark.parametrize(
    "words", ["show -", "note k1 -", "tag add t -", "remove -", "status - read", "add -", "import -"]
)
def test_what_is_read_from_standard_input_may_be_no_text(run: Run, small: None, words: str) -> None:
    refused = run(*words.split(), stdin=f"{HALF}\n", watching=True)
    assert refused.code in (3, 4)
    assert is_harmless(refused)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("GENCLI_DB", "info"), ("EDITOR", "edit k1"), ("BROWSER", "open k2"), ("GENCLI_ARXIV_URL", "arxiv x"),
        ("GENCLI_ARXIV_DELAY", "arxiv x"), ("GENCLI_CONTACT", "arxiv x"), ("XDG_CACHE_HOME", "info"), ("TERM", "list"),
        ("LINES", "list"), ("PAGER", "list"),
    ],
)  # fmt: skip
def test_what_the_environment_says_comes_back_harmless(
    run: Run, small: None, monkeypatch: pytest.MonkeyPatch, name: str, words: str
) -> None:
    assert run("edit", "k2", "--set", "url=https://a.org/2").code == 0
    monkeypatch.setenv(name, f"'{HALF}")
    if words.startswith("arxiv"):
        monkeypatch.delenv("GENCLI_OFFLINE")
    assert is_harmless(run(*words.split(), columns=80, watching=True))


@pytest.mark.parametrize("columns", [1, 10**9, 10**20])
def test_a_terminal_of_any_width(run: Run, small: None, columns: int) -> None:
    assert run("tag", "add", "t", "k1").code == 0
    for words in "tags", "list", "show k1", "search one", "info":
        shown = run(*words.split(), columns=columns, watching=True)
        assert shown.code == 0
        assert len(shown.out) < 20_000


def test_a_hint_can_be_pasted_whatever_a_key_is(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GENCLI_DB", "l.sqlite")
    entries = "@misc{$(id), title = {Lines of one}, doi = {10.1000/x}}\n@misc{;id, title = {Rain}, doi = {10.1000/x}}\n"
    Path("a.bib").write_text(entries)
    run("import", "a.bib", "--no-fetch")
    told = run("check").out + run("open", ";id").err + run("show", "`id` x").err
    told += (
        run("edit", ";id", "--set", "eprint=2201.00001").err + run("edit", "$(id)", "--set", "eprint=2201.00001").err
    )
    hints = re.findall("gencli (?:merge|show|search) .*", told)
    assert len(hints) == 4
    for hint in map(str.rstrip, hints):
        assert hint == shlex.join(shlex.split(hint))


def test_only_the_web_is_opened_and_without_a_shell(run: Run, small: None, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []

    def start(url: str) -> bool:
        opened.append(url)
        return True

    monkeypatch.setattr(webbrowser, "open", start)
    for words in ("k1",), ("k1", "--pdf"):
        assert run("open", *words).code == 3
    for address in "data:text/html,x", "vbscript:x", "//evil.example", "https://a.org/\u202ex":
        run("edit", "k2", "--set", f"url={address}")
        assert run("open", "k2").code == 3
    assert opened == []
    run("edit", "k2", "--set", "url=https://a.org/$(id);'\"|&")
    assert run("open", "k2").code == 0
    assert all(place.startswith("https://a.org/$(id)") for place in opened)


@pytest.mark.parametrize("browser", ["'", "'%s", "no-such-browser %s", "/bin/false %s", "\x1b[8m %s", ""])
def test_a_browser_that_is_none(run: Run, small: None, monkeypatch: pytest.MonkeyPatch, browser: str) -> None:
    monkeypatch.setenv("BROWSER", browser)
    monkeypatch.setenv("PATH", "")
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.setattr(webbrowser, "_tryorder", None)
    run("edit", "k2", "--set", "url=https://a.org/2")
    opened = run("open", "k2", watching=True)
    assert opened.code == 4
    assert "no browser was found" in opened.err
    assert is_harmless(opened)


def test_a_password_in_an_address_does_not_stand_in_the_history(run: Run, small: None) -> None:
    refused = run("add", "https://me:secret@a.org/x", "--no-fetch")
    assert (refused.code, "secret" in refused.err) == (4, False)
    assert run("edit", "k2", "--set", "url=https://me:secret@a.org/x").code == 0
    assert "secret" not in run("history", "--json").out
    assert "url holds a password" in run("check").out


# --- floods -----------------------------------------------------------------------------------------------

FLOODS = ("\\", "{", "}", "$", "%", "&", "\u0301", "{}", "\\{", "**https://", "[[", "a-", "深")
READING = """list; show k6; search word; export --bib; export --markdown; export --ris; check""".split("; ")


def test_floods_of_a_sign_are_dealt_with_in_time(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GENCLI_DB", "l.sqlite")
    titles = [f"word {sign * (6_000 // len(sign))}" for sign in FLOODS]
    # FTS5 cuts a word of more than 32768 bytes, the first of these within a sign.
    titles += ["word x" + "क" * 12_000, "word " + "x" * 100_000]
    lines = (json.dumps({"key": f"k{number}", "title": title}) for number, title in enumerate(titles))
    Path("a.jsonl").write_text("\n".join(lines))
    for words in ("import a.jsonl", *READING):
        began = time.process_time()
        done = run(*words.split(), columns=80, watching=True)
        took = time.process_time() - began
        assert done.code == (1 if words == "check" else 0)
        assert "search index" not in done.out
        assert is_harmless(done)
        assert took < 3, words
