"""Records from arXiv: what its answers say, and what becomes of everything that is no answer."""

import socket
from collections.abc import Callable
from pathlib import Path

import pytest
from arxiv_server import (
    Answer,
    Entry,
    Handler,
    Server,
    cut,
    half,
    known,
    never,
    new_feed,
    old_feed,
    refusing,
    saying,
    serve,
    some,
    stuck,
    trickling,
)

from gencli import Author, Link, Record, __version__
from gencli.errors import BadInput, NetworkError
from gencli.sources import arxiv
from gencli.sources.arxiv import Service, fetch, service

FULL = Entry(
    "1812.11118",
    version=2,
    title="Reconciling modern machine learning\n  practice & the <bias>-variance trade-off",
    summary="  Breakthroughs in\nmachine learning\n\n are rapidly changing. ",
    authors=("Mikhail Belkin", "Kees van der Berg", "The ATLAS Collaboration", "  "),
    published="2018-12-28T18:44:45Z",
    updated="2019-09-10T13:33:34Z",
    primary="stat.ML",
    categories=("stat.ML", "cs.LG", "stat.ML", "68T05", "I.2.6; G.3", "astro-ph", "cond-mat.dis-nn"),
    doi="10.1073/PNAS.1903070116",
    journal="Proc. Natl. Acad. Sci. 116 (2019),\n 1999-2032",
    comment="12 pages,\n 3 figures",
)
RECORD = Record(
    source="arxiv",
    type="article",
    title="Reconciling modern machine learning practice & the <bias>-variance trade-off",
    authors=(Author("Belkin", "Mikhail"), Author("van der Berg", "Kees"), Author(literal="The ATLAS Collaboration")),
    year=2019,
    date="2019",
    posted="2018-12-28",
    updated="2019-09-10",
    venue="Proc. Natl. Acad. Sci. 116 (2019), 1999-2032",
    abstract="Breakthroughs in machine learning are rapidly changing.",
    identifiers={"arxiv": "1812.11118", "doi": "10.1073/pnas.1903070116"},
    arxiv_version=2,
    primary_category="stat.ML",
    categories=("stat.ML", "cs.LG", "astro-ph", "cond-mat.dis-nn"),
    links=(Link("abs", "https://arxiv.org/abs/1812.11118"), Link("pdf", "https://arxiv.org/pdf/1812.11118")),
    fields={"comment": "12 pages, 3 figures"},
)


@pytest.fixture
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Patience runs out soon."""
    monkeypatch.setattr(arxiv, "CONNECT_SECONDS", 0.5)
    monkeypatch.setattr(arxiv, "READ_SECONDS", 0.3)
    monkeypatch.setattr(arxiv, "ANSWER_SECONDS", 1.0)


def at(server: Server, contact: str = "") -> Service:
    return service(server.url, "0", contact)


def ask(answer: Answer, *ids: str) -> tuple[list[Record], list[str]]:
    with serve(answer) as server:
        [batch] = fetch(ids, at(server))
    return batch


def trouble(answer: Answer, *ids: str) -> NetworkError:
    with serve(answer) as server, pytest.raises(NetworkError) as caught:
        list(fetch(ids or ("2201.02177",), at(server)))
    assert "\n" not in caught.value.message
    assert caught.value.hint
    return caught.value


# --- answers -----------------------------------------------------------------------------------


@pytest.mark.parametrize("feed", [new_feed, old_feed])
def test_a_record_holds_what_arxiv_says(feed: Callable[[list[Entry]], str]) -> None:
    assert ask(known(FULL, feed=feed), "1812.11118") == ([RECORD], [])


def test_what_arxiv_does_not_say_is_not_there() -> None:
    [record], _ = ask(known(Entry("2201.02177", categories=())), "2201.02177")
    assert (record.type, record.venue, record.fields, record.categories) == ("misc", None, {}, ())
    assert (record.year, record.date, record.posted, record.updated) == (2019, "2019-01-02", "2019-01-02", "2020-02-03")
    assert record.identifiers == {"arxiv": "2201.02177"}


def test_a_title_may_be_a_zero_and_an_abstract_nothing() -> None:
    [record], _ = ask(known(Entry("2104.12255", title="0", summary="")), "2104.12255")
    assert record.title == "0"
    assert record.abstract is None


@pytest.mark.parametrize("name", ["hep-th/9711200", "math/0211159", "0704.0001", "2201.02177"])
def test_ids_of_all_ages(name: str) -> None:
    [record], missing = ask(known(Entry(name, version=12)), name)
    assert missing == []
    assert record.identifiers == {"arxiv": name}
    assert record.arxiv_version == 12


@pytest.mark.parametrize(
    ("journal", "year"),
    [
        ("Phys. Rev. D 76, 2013 (2007)", 2007),
        ("JHEP 0711:2013,2007", 2007),
        ("ActaAstron.56:1-50,2006", 2006),
        ("Machine Learning 2018, 108, 1999-2020", 2018),
        ("2022 IEEE Conference (AITest), 2022, pp. 26-33", 2022),
        ("Proceedings of NeurIPS 32", 2019),
        ("Nature 1234, 56789", 2019),
    ],
)
def test_the_year_of_a_journal_reference(journal: str, year: int) -> None:
    [record], _ = ask(known(Entry("2201.02177", journal=journal)), "2201.02177")
    assert record.year == year
    assert record.venue == journal
    assert record.date == (str(year) if str(year) in journal else "2019-01-02")


@pytest.mark.parametrize(
    ("doi", "found"),
    [
        ("10.1103/PhysRevD.76.013009", "10.1103/physrevd.76.013009"),
        ("10.1/nothing", None),
        ("10.1109/5.771073 10.1109/5.771074", "10.1109/5.771073"),
        ("10.1002/(SICI)1097-4571<1::AID-ASI1>3.0.CO;2-X", "10.1002/(sici)1097-4571<1::aid-asi1>3.0.co;2-x"),
        ("10.48550/arXiv.2201.02177", None),
        ("to appear", None),
    ],
)
def test_a_doi_in_normal_form(doi: str, found: str | None) -> None:
    [record], _ = ask(known(Entry("2201.02177", doi=doi)), "2201.02177")
    assert record.identifiers.get("doi") == found


def test_papers_are_told_by_their_ids_not_by_their_order() -> None:
    entries = [Entry(f"2201.0000{i}", title=f"Title {i}") for i in range(1, 6)]
    ids = [entry.name for entry in entries]
    records, missing = ask(known(*entries), *ids)
    assert missing == []
    assert {record.identifiers["arxiv"]: record.title for record in records} == {
        entry.name: entry.title for entry in entries
    }


def test_an_id_that_arxiv_does_not_know_is_told() -> None:
    records, missing = ask(known(FULL), "2201.99999", "1812.11118", "0704.9999")
    assert [record.identifiers["arxiv"] for record in records] == ["1812.11118"]
    assert missing == ["2201.99999", "0704.9999"]
    assert ask(known(), "2201.99999") == ([], ["2201.99999"])


def test_a_paper_that_was_not_asked_for_is_not_taken() -> None:
    def more(handler: Handler) -> None:
        handler.reply(new_feed([Entry("2201.02177"), Entry("1234.56789")]))

    records, missing = ask(more, "2201.02177")
    assert [record.identifiers["arxiv"] for record in records] == ["2201.02177"]
    assert missing == []


# --- questions ---------------------------------------------------------------------------------


def test_a_hundred_ids_are_one_question() -> None:
    ids = [f"22{month:02}.{number:05}" for month in range(1, 13) for number in range(1, 21)]
    with serve(known(*(Entry(name) for name in ids))) as server:
        batches = list(fetch(ids, at(server)))
    assert [len(records) for records, _ in batches] == [100, 100, 40]
    assert {record.identifiers["arxiv"] for records, _ in batches for record in records} == set(ids)
    assert [len(asked.ids) for asked in server.asked] == [100, 100, 40]
    assert [name for asked in server.asked for name in asked.ids] == ids
    assert all(asked.parameters["max_results"] == "100" for asked in server.asked)
    assert all(asked.line < 4094 for asked in server.asked)


def test_nothing_to_ask_asks_nothing() -> None:
    with serve(known()) as server:
        assert list(fetch([], at(server))) == []
        assert server.asked == []


def test_what_came_before_the_trouble_is_kept() -> None:
    ids = [f"2201.{number:05}" for number in range(150)]
    good = known(*(Entry(name) for name in ids))

    def second_fails(handler: Handler) -> None:
        (good if len(handler.server.asked) == 1 else saying(500, "oops"))(handler)

    with serve(second_fails) as server:
        batches = fetch(ids, at(server))
        assert len(next(batches)[0]) == 100
        with pytest.raises(NetworkError, match="HTTP status 500"):
            next(batches)


def test_it_says_who_asks() -> None:
    with serve(known()) as server:
        list(fetch(["2201.02177"], at(server, "me@example.org")))
        list(fetch(["2201.02177"], at(server)))
    agents = [asked.headers["user-agent"] for asked in server.asked]
    assert agents == [
        f"gencli/{__version__} (bibliography manager; me@example.org)",
        f"gencli/{__version__} (bibliography manager)",
    ]


def test_an_address_with_a_question_or_a_brace_of_its_own() -> None:
    with serve(known(FULL)) as server:
        [(records, _)] = fetch(["1812.11118"], service(server.url + "?token={a}", "0", ""))
    assert len(records) == 1
    assert server.asked[0].parameters["token"] == "{a}"


# --- no answers --------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [400, 403, 404, 429, 500, 503])
def test_a_status_is_told(status: int) -> None:
    text = "Rate exceeded." if status == 429 else new_feed([]) if status == 400 else "oops"
    error = trouble(saying(status, text))
    assert error.message == f"arXiv answered with HTTP status {status}"
    assert ("a minute" in error.hint) == (status == 429)


@pytest.mark.parametrize("status", [200, 400])
def test_an_error_that_is_told_as_a_paper_is_an_error(status: int) -> None:
    error = trouble(refusing(status, "abc & co"), "2201.02177", "1812.11118")
    assert error.message == "arXiv refused the question: incorrect id format for abc & co"


@pytest.mark.parametrize(
    "text",
    ["<!DOCTYPE html><html><body>Down for maintenance</body></html>", "Rate exceeded.", "", "\0\xff", "{}", "<rss/>"],
)
def test_a_page_that_is_no_feed(text: str) -> None:
    assert trouble(saying(200, text, "text/html")).message == "arXiv answered with something that is no feed"


@pytest.mark.parametrize("answer", [cut, some])
def test_a_part_of_a_feed_is_not_the_feed(answer: Answer) -> None:
    assert trouble(answer, "2201.02177", "1812.11118").message == "arXiv answered with a part only"


def test_half_a_body() -> None:
    assert trouble(half, "2201.02177").message in ("arXiv broke off its answer", "arXiv cannot be reached")


@pytest.mark.usefixtures("soon")
@pytest.mark.parametrize("answer", [never, stuck, trickling])
def test_a_server_that_does_not_come_to_an_end(answer: Answer) -> None:
    error = trouble(answer)
    assert error.message == "arXiv did not answer in time"
    assert "--no-fetch" in error.hint


def test_nobody_there() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        where = service(f"http://127.0.0.1:{taken.getsockname()[1]}/", "0", "")
        with pytest.raises(NetworkError, match="arXiv cannot be reached"):
            list(fetch(["2201.02177"], where))


@pytest.mark.parametrize("moment", ["last Tuesday", "0001-01-01T00:00:00+23:59", "2019-13-45T00:00:00Z"])
def test_an_answer_that_cannot_be_understood_is_no_traceback(moment: str) -> None:
    def odd(handler: Handler) -> None:
        handler.reply(new_feed([Entry("2201.02177", published=moment)]))

    assert trouble(odd).message == "arXiv answered with what cannot be understood"


def test_an_entry_that_lacks_its_dates_is_no_paper() -> None:
    def dateless(handler: Handler) -> None:
        handler.reply(new_feed([Entry("2201.02177")]).replace("published>", "posted>"))

    assert ask(dateless, "2201.02177") == ([], ["2201.02177"])


def test_the_first_page_of_many_is_whole() -> None:
    def first(handler: Handler) -> None:
        body = new_feed([Entry("2201.02177")]).replace(">100</", ">1</").replace("Results>1<", "Results>99<")
        handler.reply(body)

    assert ask(first, "2201.02177")[1] == []


def test_an_entity_is_not_expanded_from_a_file(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("s3cret")

    def evil(handler: Handler) -> None:
        body = new_feed([Entry("2201.02177", title="TITLE")]).replace("TITLE", "&file;")
        doctype = f"<!DOCTYPE feed [<!ENTITY file SYSTEM 'file://{secret}'>]>\n"
        handler.reply(body.replace("<feed", doctype + "<feed", 1))

    records, _ = ask(evil, "2201.02177")
    assert "s3cret" not in str(records)


def test_an_encrypted_service_cannot_send_us_to_an_open_one() -> None:
    assert set(arxiv._client(Service())._session.adapters) == {"https://"}


def test_being_sent_elsewhere_for_ever_ends() -> None:
    def round_about(handler: Handler) -> None:
        handler.send_response(302)
        handler.send_header("Location", "/again")
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    assert trouble(round_about).message == "arXiv cannot be reached"


# --- where it is -------------------------------------------------------------------------------


def test_where_arxiv_is_by_itself() -> None:
    assert service(None, None, None) == Service("https://export.arxiv.org/api/query", 3.0, "")
    assert service("", "", "") == Service()


@pytest.mark.parametrize(
    "url",
    ["http://export.arxiv.org/api/query", "http://127.evil.org/", "http://localhost.evil.org/", "ftp://127.0.0.1/",
     "file:///etc/passwd", "127.0.0.1:80", "https://", "https:///path", "http://[", "https://x:port/", "arxiv", "//x"],
)  # fmt: skip
def test_only_https_or_this_machine(url: str) -> None:
    with pytest.raises(BadInput) as caught:
        service(url, None, None)
    assert caught.value.message == f"GENCLI_ARXIV_URL is '{url}'"
    assert "https" in caught.value.hint


@pytest.mark.parametrize("host", ["localhost:8080", "127.0.0.1", "127.1.2.3:1", "[::1]:80"])
def test_on_this_machine_nobody_need_wait(host: str) -> None:
    assert service(f"http://{host}/q", "0", None).delay == 0
    assert service(f"http://{host}/q", "0.5", None).delay == 0.5
    assert service(f"http://{host}/q", None, None).delay == 3


@pytest.mark.parametrize(("delay", "seconds"), [("0", 3), ("1.5", 3), ("10", 10), ("", 3)])
def test_elsewhere_three_seconds_are_the_least(delay: str, seconds: float) -> None:
    assert service("https://arxiv.example.org/q", delay, None).delay == seconds


@pytest.mark.parametrize("delay", ["soon", "-1", "nan", "inf", "-inf", "1e9", "3s"])
def test_a_delay_is_a_number_of_seconds(delay: str) -> None:
    with pytest.raises(BadInput, match="GENCLI_ARXIV_DELAY"):
        service("http://localhost/q", delay, None)


@pytest.mark.parametrize("contact", ["a\r\nX-Evil: 1", "深", "a\0b"])
def test_a_contact_is_one_line_that_a_header_can_carry(contact: str) -> None:
    with pytest.raises(BadInput, match="GENCLI_CONTACT"):
        service(None, None, contact)
