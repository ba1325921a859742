"""What is shown as words, and the bar of a long command."""

import pytest

from conftest import Pipe
from gencli.cli.screen import progress
from gencli.cli.words import news_words, size_words
from gencli.model import News


@pytest.mark.parametrize(
    ("news", "words"),
    [
        (("filled in", "title", None, "Nets"), "filled in: Nets"),
        (("new version", "arxiv_version", 1, 2), "new version 2 (was 1)"),
        (("new version", "arxiv_version", None, 2), "new version 2"),
        (("published", "venue", None, "J. Nets"), "published: J. Nets"),
        (("not published", "venue", "J. Nets", None), "not published in J. Nets any more"),
        (("doi", "doi", None, "10.1000/a"), "DOI: 10.1000/a"),
        (("doi", "doi", "10.1000/a", "10.1000/b"), "DOI: 10.1000/b (was 10.1000/a)"),
        (("doi", "doi", "10.1000/a", None), "DOI: none any more (was 10.1000/a)"),
        (("withdrawn", "pubstate", None, "withdrawn"), "withdrawn"),
        (("not withdrawn", "pubstate", "withdrawn", None), "not withdrawn any more"),
        (("title", "title", "Nes", "Nets"), "title: Nets (was: Nes)"),
        (("united", "key", "b2020", "a2019"), "is one paper with b2020, which becomes an old key"),
        (("kept beside", "year", 2000, 2023), "year stays; arXiv says: 2023"),
        (("changed", "comment", "8 pages", None), "comment: nothing (was: 8 pages)"),
        (
            ("changed", "authors", [], [{"family": "One", "given": "Ann"}, {"literal": "A Team"}]),
            "authors: Ann One, A Team",
        ),
        (("changed", "categories", None, ["cs.LG", "stat.ML"]), "categories: cs.LG, stat.ML"),
        (("changed", "abstract", None, "x" * 200), "abstract: " + "x" * 99 + "…"),
    ],
)
def test_news_as_a_person_would_say_it(news: tuple[str, str, object, object], words: str) -> None:
    assert news_words(News("key", *news)) == words


@pytest.mark.parametrize(
    ("size", "words"),
    [(0, "0 bytes"), (1023, "1023 bytes"), (167_936, "164 KiB"), (2_506_922, "2.4 MiB"), (2**41, "2048.0 GiB")],
)
def test_sizes_for_eyes(size: int, words: str) -> None:
    assert size_words(size) == words


def test_a_terminal_gets_a_bar_with_counts_and_the_time_that_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    err = Pipe(terminal=True)
    monkeypatch.setattr("sys.stderr", err)
    monkeypatch.setenv("COLUMNS", "80")
    with progress("asking arXiv", 250) as bar:
        bar.done(100)
        bar.say("it says [/b] :smile: \x1b[31m")
        shown = err.text()
    assert "asking arXiv" in shown
    assert "100/250" in shown
    assert "it says [/b] :smile: ␛[31m" in shown


@pytest.mark.parametrize(
    ("terminal", "as_json", "said"), [(False, False, "waiting\n"), (False, True, ""), (True, True, "")]
)
def test_elsewhere_there_is_no_bar(monkeypatch: pytest.MonkeyPatch, terminal: bool, as_json: bool, said: str) -> None:
    err = Pipe(terminal=terminal)
    monkeypatch.setattr("sys.stderr", err)
    with progress("asking arXiv", 250, as_json) as bar:
        bar.done(100)
        bar.say("waiting")
    assert err.text() == said
