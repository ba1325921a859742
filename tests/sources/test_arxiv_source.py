"""Records from arXiv: what its answers say, and what becomes of everything that is no answer."""

import socket
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
import requests
from arxiv_server import (
    Answer,
    Asked,
    Entry,
    Handler,
    Server,
    bomb,
    choosy,
    cut,
    empty,
    empty_of,
    endless,
    half,
    hanging_up,
    known,
    library_of,
    never,
    new_feed,
    old_feed,
    packed,
    refusing,
    saying,
    sending_to,
    serve,
    some,
    stuck,
    trickling,
)

from gencli import Author, Link, Record, __version__
from gencli.errors import BadInput, NetworkError
from gencli.sources.arxiv.asking import Arxiv, Batch
from gencli.sources.arxiv.client import Client
from gencli.sources.arxiv.service import Patience, Service, service
from gencli.sources.clock import Clock

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
    is_whole=True,
)


class Time:
    """A clock on which time passes only while somebody sleeps."""

    def __init__(self) -> None:
        self.now = 1_000_000.0
        self.slept: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.slept += [seconds] if seconds else []
        self.now += seconds

    @property
    def clock(self) -> Clock:
        return Clock(lambda: self.now, self.sleep, lambda: 0.5)


SOON = Patience(connect=0.5, read=0.3, answer=1.0, entry=0.0)


def at(server: Server, contact: str = "", time: Time | None = None, **more: object) -> Service:
    """The service that a server is: without a pace, or with arXiv's on a clock of its own."""
    clock = (time or Time()).clock
    return replace(service(server.url, "3" if time else "0", contact), clock=clock, **more)  # type: ignore[arg-type]


def fetch(ids: Sequence[str], where: Service) -> Iterator[Batch]:
    with Arxiv(where) as arxiv:
        yield from arxiv.papers(ids)


def whole(batches: Iterable[Batch]) -> tuple[list[Record], list[str], dict[str, str]]:
    """All batches as one: records, unknown ids, refused ones."""
    records: list[Record] = []
    unknown: list[str] = []
    refused: dict[str, str] = {}
    for batch in batches:
        records += batch.records
        unknown += batch.unknown
        refused |= {name: error.message for name, error in batch.refused.items()}
    return records, unknown, refused


def ask(answer: Answer, *ids: str) -> tuple[list[Record], list[str]]:
    with serve(answer) as server:
        [batch] = fetch(ids, at(server))
    assert batch.refused == {}
    return batch.records, batch.unknown


def trouble(answer: Answer, *ids: str, patience: Patience | None = None) -> NetworkError:
    with serve(answer) as server, pytest.raises(NetworkError) as caught:
        list(fetch(ids or ("2201.02177",), at(server, patience=patience or Patience())))
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
        ("arXiv 2001.01234", 2019),
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
    assert [len(batch.records) for batch in batches] == [100, 100, 40]
    assert {record.identifiers["arxiv"] for batch in batches for record in batch.records} == set(ids)
    assert [len(asked.ids) for asked in server.asked] == [100, 100, 40]
    assert [name for asked in server.asked for name in asked.ids] == ids
    assert [asked.parameters["max_results"] for asked in server.asked] == ["100", "100", "40"]
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
        assert len(next(batches).records) == 100
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
        [batch] = fetch(["1812.11118"], service(server.url + "?token={a}", "0", ""))
    assert len(batch.records) == 1
    assert server.asked[0].parameters["token"] == "{a}"


# --- no answers --------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [403, 404, 408, 500, 502, 503])
def test_a_status_is_told(status: int) -> None:
    assert trouble(saying(status, "oops")).message == f"arXiv answered with HTTP status {status}"


@pytest.mark.parametrize(
    "text",
    ["Rate exceeded.", "", "\0\xff", "{}", "<rss/>", "<!-- " + "x" * 3000 + " --><feed></feed>"],
)
def test_a_text_that_is_no_feed(text: str) -> None:
    assert trouble(saying(200, text, "text/plain")).message == "arXiv answered with something that is no feed"


def test_a_web_page_is_no_feed() -> None:
    page = "<!DOCTYPE html><html><body>Down for maintenance</body></html>"
    assert trouble(saying(200, page, "text/html")).message == "arXiv answered with a web page"


@pytest.mark.parametrize("answer", [cut, some])
def test_a_part_of_a_feed_is_not_the_feed(answer: Answer) -> None:
    assert trouble(answer, "2201.02177", "1812.11118").message == "arXiv answered with a part only"


def test_an_empty_page_where_entries_must_be_is_none() -> None:
    assert "empty page where 1 entries must be" in trouble(empty).message


def test_half_a_body() -> None:
    assert trouble(half, "2201.02177").message == "arXiv broke off its answer"


def test_a_server_that_hangs_up() -> None:
    assert trouble(hanging_up).message == "arXiv broke off its answer"


@pytest.mark.parametrize("answer", [never, stuck, trickling])
def test_a_server_that_does_not_come_to_an_end(answer: Answer) -> None:
    error = trouble(answer, patience=SOON)
    assert error.message == "arXiv did not answer in time"
    assert "--no-fetch" in error.hint


def test_nobody_there() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        where = service(f"http://127.0.0.1:{taken.getsockname()[1]}/", "0", "")
        with pytest.raises(NetworkError, match="arXiv cannot be reached: connection refused"):
            list(fetch(["2201.02177"], where))


def test_a_name_that_nobody_knows() -> None:
    where = Service("https://arxiv.invalid/api/query", clock=Time().clock, patience=SOON)
    with pytest.raises(NetworkError, match=r"its name is not known here|did not answer in time"):
        list(fetch(["2201.02177"], where))


@pytest.mark.parametrize("moment", ["last Tuesday", "0001-01-01T00:00:00+23:59", "2019-13-45T00:00:00Z", ""])
def test_what_cannot_be_understood_of_one_paper_does_not_cost_the_others(moment: str) -> None:
    ids = [f"2201.{number:05}" for number in range(1, 9)]
    odd = known(*(Entry(name, published=moment if name == ids[5] else "2022-01-01T00:00:00Z") for name in ids))
    with serve(odd) as server:
        records, _, refused = whole(fetch(ids, at(server)))
    assert len(records) == 7
    assert refused == {ids[5]: f"what arXiv says of {ids[5]} cannot be understood"}


def test_the_first_page_of_many_is_whole() -> None:
    def first(handler: Handler) -> None:
        body = new_feed([Entry("2201.02177")]).replace(">100</", ">1</").replace("Results>1<", "Results>99<")
        handler.reply(body)

    assert ask(first, "2201.02177")[1] == []


@pytest.mark.parametrize(
    "doctype",
    [
        "<!DOCTYPE feed [<!ENTITY title SYSTEM 'file:///etc/hostname'>]>",
        "<!DOCTYPE feed [<!ENTITY a 'ha'><!ENTITY title '&a;&a;&a;&a;&a;&a;&a;&a;'>]>",
    ],
)
def test_a_feed_that_defines_entities_is_none(doctype: str) -> None:
    def evil(handler: Handler) -> None:
        body = new_feed([Entry("2201.02177", title="TITLE")]).replace("TITLE", "&title;")
        handler.reply(body.replace("<feed", doctype + "\n<feed", 1))

    assert trouble(evil).message == "arXiv answered with something that is no feed"


def test_an_encrypted_service_cannot_send_us_to_an_open_one() -> None:
    assert set(Client(Service())._client._session.adapters) == {"https://"}


def test_an_answer_has_an_end() -> None:
    assert trouble(endless).message == "arXiv's answer is larger than 32 MiB"


def test_a_packed_answer_has_an_end_too() -> None:
    assert trouble(bomb).message == "arXiv's answer is larger than 32 MiB"


@pytest.mark.parametrize("packing", ["gzip, gzip", "br", "deflate"])
def test_a_packing_that_was_not_asked_for_is_no_answer(packing: str) -> None:
    assert trouble(packed(packing, b"abcd")).message == "arXiv answered in a packing that was not asked for"


def test_no_password_of_the_user_is_sent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "netrc").write_text("default login me password secret\n")
    (tmp_path / "netrc").chmod(0o600)
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    session = Client(Service())._client._session
    request = session.prepare_request(requests.Request("GET", Service().url))
    assert "Authorization" not in request.headers
    assert request.headers["Accept-Encoding"] == "gzip"


def test_a_large_answer_that_is_almost_an_error_is_read_at_once() -> None:
    """A pattern that looks from every place to the end would hold the process for minutes, Ctrl-C included."""
    body = "<feed><totalResults " * 20_000 + "<id>http://arxiv.org/api/errors" * 20_000 + "</feed>"
    assert trouble(saying(200, body)).message == "arXiv answered with what cannot be understood"


def test_being_sent_round_in_a_circle_ends() -> None:
    time = Time()
    with serve(sending_to("/again")) as server, pytest.raises(NetworkError, match="sends us round in a circle"):
        list(fetch(["2201.02177"], at(server, time=time)))
    assert len(server.asked) == 4
    # Each step is a question, too.
    assert time.slept == [3.0] * 3


def test_being_sent_elsewhere_on_the_same_host_is_followed() -> None:
    def moved(handler: Handler) -> None:
        (known(FULL) if handler.path.startswith("/new") else sending_to("/new?" + handler.path.partition("?")[2]))(
            handler
        )

    assert ask(moved, "1812.11118") == ([RECORD], [])


def test_being_sent_to_another_host_is_not_followed() -> None:
    with serve(known(FULL)) as other:
        for address in (other.url, "https://127.0.0.1/api/query", "//localhost/api"):
            error = trouble(sending_to(address + "?id_list=1812.11118"), "1812.11118")
            assert "sent us to another host" in error.message
        assert other.asked == []


def test_this_machine_is_not_asked_through_a_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9/")
    assert ask(known(FULL), "1812.11118") == ([RECORD], [])


# --- patience ----------------------------------------------------------------------------------


def turns(*answers: Answer) -> Answer:
    """One answer after the other, the last one for ever."""

    def answer(handler: Handler) -> None:
        answers[min(len(handler.server.asked), len(answers)) - 1](handler)

    return answer


BUSY = saying(429, "Rate exceeded.")


def test_arxiv_is_left_alone_longer_each_time_it_asks_for_patience() -> None:
    time = Time()
    said: list[str] = []
    with serve(turns(BUSY, BUSY, known(FULL))) as server, Arxiv(at(server, time=time), said.append) as arxiv:
        [batch] = arxiv.papers(["1812.11118"])
    assert batch.records == [RECORD]
    # A minute and an eighth by chance, then twice that.
    assert time.slept == [67.5, 135.0]
    assert said == [
        "arXiv answered with HTTP status 429: too many questions; asking in 68 s (2 of 3)",
        "arXiv answered with HTTP status 429: too many questions; asking in 135 s (3 of 3)",
    ]


def test_after_three_times_it_gives_up_and_the_next_command_waits(tmp_path: Path) -> None:
    time = Time()
    said: list[str] = []
    with serve(turns(BUSY, BUSY, BUSY, known(FULL))) as server:
        where = at(server, time=time, folder=tmp_path)
        with Arxiv(where, said.append) as arxiv, pytest.raises(NetworkError, match="429"):
            list(arxiv.papers(["1812.11118"]))
        assert len(server.asked) == 3
        time.slept.clear()
        with Arxiv(where, said.append) as arxiv:
            assert [batch.records for batch in arxiv.papers(["1812.11118"])] == [[RECORD]]
    assert time.slept == [67.5]
    assert said[-1] == "arXiv must be left alone; asking in 68 s"


def test_who_is_not_patient_does_not_wait_for_it(tmp_path: Path) -> None:
    time = Time()
    with serve(BUSY) as server:
        where = at(server, time=time, folder=tmp_path)
        for again in (False, True):
            with Arxiv(where, patient=False) as arxiv, pytest.raises(NetworkError) as caught:
                list(arxiv.papers(["1812.11118"]))
            assert ("left alone for another 68 s" in caught.value.message) is again
    assert len(server.asked) == 1
    assert time.slept == []


@pytest.mark.parametrize(
    ("after", "slept"), [("300", [300.0]), ("5", [67.5]), ("Wed, 21 Oct 2015 07:28:00 GMT", [67.5])]
)
def test_the_time_that_it_names_is_kept(after: str, slept: list[float]) -> None:
    time = Time()
    with serve(turns(saying(429, "Rate exceeded.", after=after), known(FULL))) as server:
        assert len(list(fetch(["1812.11118"], at(server, time=time)))) == 1
    assert time.slept == slept


@pytest.mark.parametrize("after", ["3600", "86400", "99999999"])
def test_nobody_waits_an_hour_at_a_prompt_and_nobody_asks_before_it_is_over(tmp_path: Path, after: str) -> None:
    time = Time()
    with serve(saying(429, "Rate exceeded.", after=after)) as server:
        where = at(server, time=time, folder=tmp_path)
        for words in ("HTTP status 429", "left alone for another 3600 s"):
            with pytest.raises(NetworkError, match=words):
                list(fetch(["1812.11118"], where))
    assert (len(server.asked), time.slept) == (1, [])


@pytest.mark.parametrize(
    "answer",
    [saying(503, "busy"), saying(200, "<html>x</html>", "text/html"), empty, cut, half, hanging_up],
    ids=["busy", "html", "empty", "cut", "half", "hanging up"],
)
def test_what_is_no_answer_is_asked_for_again(answer: Answer) -> None:
    time = Time()
    said: list[str] = []
    with serve(turns(answer, answer, known(FULL))) as server, Arxiv(at(server, time=time), said.append) as arxiv:
        [batch] = arxiv.papers(["1812.11118"])
    assert batch.records == [RECORD]
    assert time.slept == [6.0, 12.0]
    assert all("; asking in " in line for line in said)


def test_a_pause_between_two_questions() -> None:
    ids = [f"2201.{number:05}" for number in range(1, 251)]
    time = Time()
    with serve(known(*(Entry(name) for name in ids))) as server:
        assert [len(batch.records) for batch in fetch(ids, at(server, time=time))] == [100, 100, 50]
    assert time.slept == [3.0, 3.0]


# --- ids that spoil it for the others ----------------------------------------------------------

HUNDRED = [f"2201.{number:05}" for number in range(1, 101)]


@pytest.mark.parametrize("status", [200, 400])
def test_one_id_that_arxiv_does_not_take_is_named_and_the_ninety_nine_come(status: int) -> None:
    wrong = HUNDRED[41]
    with serve(choosy(wrong, status)) as server:
        records, _, refused = whole(fetch(HUNDRED, at(server)))
    assert len(records) == 99
    assert refused == {wrong: f"arXiv does not take {wrong}: incorrect id format for {wrong}"}
    assert len(server.asked) == 2


def test_one_that_arxiv_does_not_name_is_found_by_halves() -> None:
    wrong = HUNDRED[41]
    with serve(choosy(wrong, 400, named=False)) as server:
        records, _, refused = whole(fetch(HUNDRED, at(server)))
    assert len(records) == 99
    assert list(refused) == [wrong]
    assert len(server.asked) <= 15


def test_the_half_that_came_stays_when_the_other_finds_trouble() -> None:
    refused = saying(400, "<html>Bad Request</html>", "text/html")
    with serve(turns(refused, known(*(Entry(name) for name in HUNDRED)), saying(403, "no"))) as server:
        batches = fetch(HUNDRED, at(server))
        assert len(next(batches).records) == 50
        with pytest.raises(NetworkError, match="403"):
            next(batches)


@pytest.mark.parametrize("count", [1, 2, 4, 100])
@pytest.mark.parametrize(
    "answer",
    [refusing(400, "you"), saying(400, "<html>Bad Request</html>", "text/html"), saying(400, "")],
    ids=["you", "html", "nothing"],
)
def test_where_it_takes_nothing_it_is_no_id_that_is_wrong(answer: Answer, count: int) -> None:
    with serve(answer) as server, pytest.raises(NetworkError, match=r"arXiv refused|HTTP status 400"):
        list(fetch(HUNDRED[:count], at(server)))
    assert len(server.asked) <= 7


def test_where_it_names_one_after_the_other_it_is_no_id_that_is_wrong() -> None:
    def answer(handler: Handler) -> None:
        refusing(400, handler.asked.ids[0])(handler)

    with serve(answer) as server, pytest.raises(NetworkError, match="arXiv refused the question"):
        list(fetch(HUNDRED, at(server)))
    assert len(server.asked) == 11


@pytest.mark.parametrize("wrong", [(0, 99), (10, 60, 61), (0,), (99,), (49, 50)])
def test_several_that_it_does_not_name_are_found(wrong: tuple[int, ...]) -> None:
    def answer(handler: Handler) -> None:
        if any(HUNDRED[place] in handler.asked.ids for place in wrong):
            handler.reply("<html>Bad Request</html>", 400)
        else:
            handler.reply(new_feed([Entry(name) for name in handler.asked.ids]))

    with serve(answer) as server:
        records, _, refused = whole(fetch(HUNDRED, at(server)))
    assert len(records) == 100 - len(wrong)
    assert sorted(refused) == [HUNDRED[place] for place in sorted(wrong)]


def test_a_feed_with_signs_that_no_xml_may_hold_loses_no_other() -> None:
    bad = Entry("2201.00002", title="One", summary="bad \x1b here \x00")
    good = Entry("2201.00005", title="a <b>bold</b> & c < d", summary="p < 0.05 & q")
    records, unknown = ask(known(good, bad), "2201.00002", "2201.00005")
    assert unknown == []
    assert [(record.title, record.abstract) for record in records] == [
        ("One", "bad here"), ("a <b>bold</b> & c < d", "p < 0.05 & q"),
    ]  # fmt: skip


def test_an_entry_that_is_no_xml_costs_the_others_nothing() -> None:
    def answer(handler: Handler) -> None:
        body = new_feed([Entry(name, title=f"T {name}", summary="x & y") for name in handler.asked.ids])
        handler.reply(body.replace("T 2201.00003<", "T & &nbsp; 2201.00003<"))

    with serve(answer) as server:
        records, _, refused = whole(fetch(HUNDRED[:8], at(server)))
    assert [record.abstract for record in records] == ["x & y"] * 7
    assert list(refused) == ["2201.00003"]


def test_an_answer_to_another_question_is_none() -> None:
    def other(handler: Handler) -> None:
        handler.reply(new_feed([Entry("1234.56789")]))

    assert trouble(other, "2201.02177").message == "arXiv answered another question"


def test_a_long_address_of_the_service_makes_smaller_batches() -> None:
    with serve(known(*(Entry(name) for name in HUNDRED))) as server:
        where = replace(at(server), url=server.url + "?token=" + "x" * 3400)
        batches = list(fetch(HUNDRED, where))
    assert sum(len(batch.records) for batch in batches) == 100
    assert len(batches) > 2
    assert all(asked.line <= 4000 for asked in server.asked)


def test_the_same_paper_twice_in_an_answer_is_one() -> None:
    def twice(handler: Handler) -> None:
        handler.reply(
            new_feed([Entry("2201.02177", version=1), Entry("2201.02177", version=3), Entry("2201.02177", 2)])
        )

    [record], _ = ask(twice, "2201.02177", "2201.02178", "2201.02179")
    assert record.arxiv_version == 3


# --- what is kept for a day --------------------------------------------------------------------


def test_an_answer_is_kept_for_a_day(tmp_path: Path) -> None:
    time = Time()
    with serve(known(FULL, Entry("2201.02177"))) as server:
        where = at(server, time=time, folder=tmp_path)

        def batches(*ids: str, fresh: bool = False) -> list[Batch]:
            with Arxiv(where, fresh=fresh) as arxiv:
                return list(arxiv.papers(ids))

        assert batches("1812.11118") == [Batch([RECORD], [], {})]
        assert batches("1812.11118") == [Batch([RECORD], [], {}, is_cached=True)]
        assert [batch.is_cached for batch in batches("2201.02177", "1812.11118", "2201.09999")] == [True, False]
        assert [asked.ids for asked in server.asked] == [("1812.11118",), ("2201.02177", "2201.09999")]
        batches("1812.11118", fresh=True)
        assert len(server.asked) == 3
        time.now += 86_300
        batches("1812.11118")
        assert len(server.asked) == 3
        time.now += 200
        batches("1812.11118")
        assert len(server.asked) == 4


@pytest.mark.parametrize("content", [b"", b"no database", b"SQLite format 3\0" + b"x" * 5000, None])
def test_a_damaged_cache_is_thrown_away(tmp_path: Path, content: bytes | None) -> None:
    kept = tmp_path / "answers.sqlite"
    with serve(known(FULL)) as server:
        where = at(server, folder=tmp_path)
        list(fetch(["1812.11118"], where))
        if content is None:
            with closing(sqlite3.connect(kept, isolation_level=None)) as connection:
                connection.execute("UPDATE answer SET text = '{broken'")
        else:
            kept.write_bytes(content)
        for _ in range(2):
            assert [batch.records for batch in fetch(["1812.11118"], where)] == [[RECORD]]
        assert len(server.asked) == 2


@pytest.mark.parametrize(
    "text",
    ["[]", "5", "null", "{}", "[" * 5000, '{"identifiers": {"arxiv": 5}}', '{"source": "arxiv", "identifiers": []}',
     '{"source": "arxiv", "identifiers": {"arxiv": "1812.11118"}, "title": [1]}',
     '{"source": "arxiv", "identifiers": {"arxiv": "1812.11118"}, "fields": 3}',
     '{"source": "arxiv", "identifiers": {"arxiv": "1812.11118"}, "year": "x"}',
     '{"source": "arxiv", "identifiers": {"arxiv": "1812.11118"}, "authors": [5]}',
     '{"source": "arxiv", "identifiers": {"arxiv": "1812.11118"}, "odd": 1}'],
)  # fmt: skip
def test_a_damaged_record_is_asked_for_again(tmp_path: Path, text: str) -> None:
    with serve(known(FULL)) as server:
        where = at(server, folder=tmp_path)
        list(fetch(["1812.11118"], where))
        with closing(sqlite3.connect(tmp_path / "answers.sqlite", isolation_level=None)) as connection:
            connection.execute("UPDATE answer SET text = ?", [text])
        assert [batch.records for batch in fetch(["1812.11118"], where)] == [[RECORD]]
        assert len(server.asked) == 2


def test_whatever_byte_of_the_cache_is_damaged_it_serves_again(tmp_path: Path) -> None:
    kept = tmp_path / "answers.sqlite"
    with serve(known(FULL)) as server:
        where = at(server, folder=tmp_path)
        list(fetch(["1812.11118"], where))
        sound = kept.read_bytes()
        for place in [*range(0, 100, 3), *range(100, len(sound), 97)]:
            for byte in (0x00, 0xFF):
                kept.write_bytes(sound[:place] + bytes([byte]) + sound[place + 1 :])
                # It may hold another text then, as any sound file may; but it is no traceback, and it goes on.
                assert len(list(fetch(["1812.11118"], where))) == 1
                [batch] = fetch(["1812.11118"], where)
                assert batch.is_cached, place


def test_a_damaged_page_of_results_is_asked_for_again(tmp_path: Path) -> None:
    with serve(library_of(MANY)) as server:
        for damage in (None, "{broken", "[30]", "[30, [1, {}]]", '[30, ["2201.99999"]]', '["x", []]'):
            if damage is not None:
                with closing(sqlite3.connect(tmp_path / "answers.sqlite", isolation_level=None)) as connection:
                    connection.execute("UPDATE answer SET text = ? WHERE kind = 'page'", [damage])
            with Arxiv(at(server, folder=tmp_path)) as arxiv:
                [page] = arxiv.search("all:nets", limit=5)
            assert (len(page.records), page.total) == (5, 30)
        assert len(server.asked) == 6


def test_without_a_folder_nothing_is_kept(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with serve(known(FULL)) as server:
        for _ in range(2):
            assert len(list(fetch(["1812.11118"], at(server, folder=tmp_path / "file")))) == 1
        assert len(server.asked) == 2


# --- withdrawn ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "comment",
    [
        "This paper has been withdrawn by the author due to a crucial sign error in equation 1",
        "Withdrawn", "withdrawn by the authors", "Paper withdrawn", "The author has withdrawn this paper",
        "This submission has been withdrawn by arXiv administrators because it contains inappropriate text",
        "arXiv admin note: This version has been removed by arXiv administrators",
        "We are withdrawing this article: Lemma 3 is wrong", "12 pages; this article was retracted",
        "The paper is withdrawn because the first author found an error",
        "This manuscript is withdrawn since it is superseded by arXiv:1234.5678",
        "This is the first version, it has been withdrawn", "8 pages, withdrawn", "withdrawn from arXiv",
        "Because of an error in an earlier paper this paper is withdrawn", "I withdraw this paper",
        "Our original paper and this article were wrong; withdrawn",
    ],
)  # fmt: skip
def test_a_withdrawn_paper_is_marked(comment: str) -> None:
    [record], _ = ask(known(Entry("2201.02177", comment=comment)), "2201.02177")
    assert record.fields == {"comment": comment, "pubstate": "withdrawn"}


@pytest.mark.parametrize(
    "comment",
    [
        "8 pages", "This paper supersedes the withdrawn arXiv:1234.56789", "replaces our withdrawn paper",
        "An earlier version was withdrawn", "v1 was withdrawn", "Extended version of a withdrawn paper",
        "Dataset of retracted papers", "code to detect withdrawn drugs", "Theorem 3 withdrawn",
        "withdrawn from NeurIPS",
        "Withdrawn from ICLR 2024", "withdrawn submission at ICLR", "not withdrawn",
    ],
)  # fmt: skip
def test_another_that_was_withdrawn_is_another(comment: str) -> None:
    [record], _ = ask(known(Entry("2201.02177", comment=comment)), "2201.02177")
    assert record.fields == {"comment": comment}


# --- results -----------------------------------------------------------------------------------

MANY = [Entry(f"2201.{number:05}", title=f"Nets {number}") for number in range(1, 31)]


def results(answer: Answer, limit: int) -> tuple[list[str], list[Asked]]:
    with serve(answer) as server, Arxiv(at(server)) as arxiv:
        pages = list(arxiv.search("all:nets", limit=limit, sort="submitted"))
    return [record.identifiers["arxiv"] for page in pages for record in page.records], server.asked


def test_results_come_in_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gencli.sources.arxiv.asking.PAGE", 10)
    names = [entry.name for entry in MANY]
    found, asked = results(library_of(MANY), 25)
    assert found == names[:25]
    assert [(one.parameters["start"], one.parameters["max_results"]) for one in asked] == [
        ("0", "10"), ("10", "10"), ("20", "5"),
    ]  # fmt: skip
    assert {one.parameters["search_query"] for one in asked} == {"all:nets"}
    assert {one.parameters["sortBy"] for one in asked} == {"submittedDate"}
    found, asked = results(library_of(MANY), 1000)
    assert found == names
    assert len(asked) == 3


def test_a_paper_that_moves_to_the_next_page_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gencli.sources.arxiv.asking.PAGE", 10)
    found, _ = results(turns(library_of(MANY), library_of([MANY[29], *MANY])), 20)
    assert len(found) == len(set(found)) == 19


@pytest.mark.parametrize("wrong", [(0,), (29,), (3, 17)])
def test_a_result_that_cannot_be_understood_does_not_cost_the_others(wrong: tuple[int, ...]) -> None:
    odd = [replace(entry, published="soon") if place in wrong else entry for place, entry in enumerate(MANY)]
    said: list[str] = []
    with serve(library_of(odd)) as server, Arxiv(at(server), said.append) as arxiv:
        pages = list(arxiv.search("all:nets", limit=30))
    names = [record.identifiers["arxiv"] for page in pages for record in page.records]
    assert names == [entry.name for place, entry in enumerate(MANY) if place not in wrong]
    assert pages[-1].total == 30
    assert said == [f"result {place + 1} of arXiv cannot be understood and is left out" for place in wrong]


def test_results_of_which_none_can_be_understood_are_an_error() -> None:
    odd = [replace(entry, published="soon") for entry in MANY]
    with serve(library_of(odd)) as server, Arxiv(at(server)) as arxiv:
        with pytest.raises(NetworkError, match="cannot be understood"):
            list(arxiv.search("all:nets", limit=30))
        assert len(server.asked) <= 13


def test_no_result_is_an_answer() -> None:
    found, asked = results(library_of([]), 10)
    assert (found, len(asked)) == ([], 1)


def test_results_are_kept_for_a_day_with_their_papers(tmp_path: Path) -> None:
    with serve(library_of(MANY)) as server:
        for _ in range(2):
            with Arxiv(at(server, folder=tmp_path)) as arxiv:
                [page] = arxiv.search("all:nets", limit=5)
                assert (len(page.records), page.total) == (5, 30)
        with Arxiv(at(server, folder=tmp_path)) as arxiv:
            [batch] = arxiv.papers([entry.name for entry in MANY[:5]])
        assert batch.is_cached
        assert len(server.asked) == 1


def test_a_page_that_lacks_entries_is_asked_for_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gencli.sources.arxiv.asking.PAGE", 10)
    whole = library_of(MANY)
    found, asked = results(turns(whole, empty_of(30), whole), 30)
    assert len(found) == 30
    assert len(asked) == 4


def test_a_query_that_is_refused_is_bad_input() -> None:
    with serve(refusing(400, "x")) as server, Arxiv(at(server)) as arxiv, pytest.raises(BadInput, match="refused"):
        list(arxiv.search("ti:(", limit=10))
    with serve(known()) as server, Arxiv(at(server)) as arxiv, pytest.raises(BadInput, match="too long"):
        list(arxiv.search("all:" + "x" * 4000, limit=10))
    assert server.asked == []


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
