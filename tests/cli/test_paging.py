"""pages, sync: the library in step with its pages."""

from pathlib import Path

import pytest
from arxiv_server import Handler, serve

from conftest import PAGE, Run

pytestmark = pytest.mark.usefixtures("own")

WAS = """====== Reading ======
===== Phenomena =====
  * **[[https://arxiv.org/abs/2201.02177|Power et al. 2022 - Grokking]]** - Shows late generalization.
  * [[https://arxiv.org/abs/1812.11118|Belkin et al 2018 - Reconciling]]
  * [[https://arxiv.org/abs/1912.02292|Nakkiran et al 2019 - Deep Double Descent]]
===== Theory =====
  * [[https://arxiv.org/abs/1611.03530|Zhang et al 2016 - Understanding deep learning]]
As [[https://arxiv.org/abs/1706.05394|Arpit et al]] say.
"""
IS_NOW = """====== Reading ======
===== What is seen =====
  * **[[https://arxiv.org/abs/2201.02177|Power et al. 2022 - Grokking]]** - Shows that it comes late.
  * [[https://arxiv.org/abs/1912.02292|Nakkiran et al 2019 - Deep Double Descent]] [[https://example.org/x.pdf|pdf]]
  * [[https://arxiv.org/abs/1812.11118|Belkin et al 2018 - Reconciling modern practice]]
===== Theory =====
  * **[[https://arxiv.org/abs/1801.00001|New et al 2018 - A new thing]]**
"""
ZHANG = "zhang2016understanding"


@pytest.fixture
def page(tmp_path: Path, run: Run) -> Path:
    """A page that was imported, in a library of its own."""
    path = tmp_path / "reading.txt"
    path.write_text(WAS)
    assert run("import", path, "--no-fetch").code == 0
    return path


def differences(run: Run, *words: str) -> list[tuple[str, str | None]]:
    (told,) = run("sync", "--json", *words).json["pages"]
    return [(one["what"], one["key"]) for one in told["differences"]]


def test_the_pages_with_where_they_are_from_and_how_they_are(page: Path, run: Run) -> None:
    (told,) = run("pages", "--json").json
    assert {name: told[name] for name in ("page", "source", "format", "items", "papers", "state")} == {
        "page": "Reading", "source": str(page), "format": "wiki", "items": 4, "papers": 5, "state": "same",
    }  # fmt: skip
    assert told["read"].endswith("Z")
    assert run("pages").out == f"Reading\t{page}\twiki\t{told['read']}\t4\t5\tsame\n"
    page.write_text(IS_NOW)
    assert run("pages", "--json").json[0]["state"] == "changed"
    assert "changed" in run("pages", columns=100).out
    page.unlink()
    assert run("pages", "--json").json[0]["state"] == "gone"


def test_a_page_that_is_the_same_changes_nothing(page: Path, run: Run, tmp_path: Path) -> None:
    before = (tmp_path / "own.sqlite").read_bytes()
    done = run("sync", "--exit-code")
    assert (done.code, done.out) == (0, "")
    assert "'Reading' names what it named" in done.err
    assert (tmp_path / "own.sqlite").read_bytes() == before
    # Where something that names nothing is another, the page is taken in, and nothing need be said.
    page.write_text(WAS.replace(" say.", " say so."))
    assert differences(run) == []
    assert run("pages", "--json").json[0]["state"] == "same"


def test_what_is_otherwise_is_said_and_taken_in_as_one_step(page: Path, run: Run) -> None:
    page.write_text(IS_NOW)
    wanted = [
        ("renamed", None), ("added", "new2018new"), ("removed", ZHANG), ("removed", "arpit"),
        ("reordered", "nakkiran2019deep"), ("note", "power2022grokking"), ("links", "nakkiran2019deep"),
        ("label", "belkin2018reconciling"),
    ]  # fmt: skip
    assert differences(run, "--dry-run", "--no-fetch") == wanted
    assert run("list", "--count").out == "5\n"
    done = run("sync", "--no-fetch", "--exit-code")
    assert (done.code, len(done.lines)) == (1, len(wanted))
    assert done.lines[1] == "Reading\tadded\tnew2018new\tNew et al 2018 - A new thing\t\tTheory"
    assert "'Reading' changed: 8 differences" in done.err
    assert "1 page is otherwise than when last read" in done.err
    assert differences(run) == []
    # What left the page is in the library, without its mention.
    assert run("show", ZHANG, "--json").json[0]["mentions"] == []
    assert len(run("history").lines) == 2
    run("undo")
    assert run("list", "--count").out == "5\n"
    assert differences(run, "--no-fetch") == wanted


def test_what_a_person_sees(page: Path, run: Run) -> None:
    page.write_text(IS_NOW)
    out = run("sync", "--no-fetch", columns=100).out
    for words in (
        "'Phenomena' is 'What is seen' now", "new in Theory: New et al 2018", "no longer in Theory: Zhang et al 2016",
        "now behind 'Power et al. 2022 - Grokking'", "remark: Shows that it comes late. (was: Shows late",
        "leads to https://example.org/x.pdf", "now called 'Belkin et al 2018 - Reconciling modern practice'",
    ):  # fmt: skip
        assert words in " ".join(out.replace("\x1b[36m", "").replace("\x1b[0m", "").split()), words


def test_ones_own_marks_are_never_touched(page: Path, run: Run) -> None:
    for words in (
        ("tag", "add", "mine", ZHANG), ("note", ZHANG, "my own"), ("star", ZHANG), ("status", ZHANG, "read"),
        ("unstar", "power2022grokking"),
    ):  # fmt: skip
        assert run(*words).code == 0
    marks = ("tags", "note", "starred", "status")
    before = {key: [run("show", key, "--json").json[0][name] for name in marks] for key in (ZHANG, "power2022grokking")}
    page.write_text(IS_NOW)
    assert run("sync", "--no-fetch", "--remove").code == 0
    assert before == {key: [run("show", key, "--json").json[0][name] for name in marks] for key in before}


def test_what_the_user_removed_or_corrected_stays_so_wherever_the_page_says_it_now(page: Path, run: Run) -> None:
    run("rm", "1812.11118", "--yes")
    run("edit", "1912.02292", "--set", "eprint=1912.99999")
    moved = WAS.replace("===== Phenomena =====", "===== What is seen =====")
    nakkiran = next(line for line in WAS.splitlines() if "Nakkiran" in line)
    page.write_text(moved.replace(f"{nakkiran}\n", "").replace("===== Theory =====", f"===== Theory =====\n{nakkiran}"))
    assert ("moved", "nakkiran2019deep") in differences(run, "--no-fetch")
    keys = run("list", "--keys").lines
    assert len(keys) == 4
    assert not any(key.startswith("belkin") for key in keys)
    (paper,) = run("show", "1912.99999", "--json").json
    assert paper["mentions"][0]["section"] == ["Theory"]


def test_with_remove_what_nothing_else_holds_goes(page: Path, run: Run) -> None:
    run("tag", "add", "mine", ZHANG)
    page.write_text(IS_NOW)
    assert run("sync", "--no-fetch", "--remove", "--json").json["removed"] == ["arpit"]
    assert run("show", "arpit").code == 3
    assert run("show", ZHANG).code == 0
    run("undo")
    assert run("show", "arpit", "--json").json[0]["mentions"]


def test_pages_are_named_by_title_or_source_or_a_part(page: Path, run: Run, tmp_path: Path) -> None:
    other = tmp_path / "other list.txt"
    other.write_text(WAS.replace("Reading", "Other readings").replace("2201.02177", "2201.02178"))
    assert run("import", other, "--no-fetch").code == 0
    for name, titles in (
        ("Reading", ["Reading"]), (str(page), ["Reading"]), ("other", ["Other readings"]),
        ("other list.txt", ["Other readings"]), ("OTHER READ", ["Other readings"]),
    ):  # fmt: skip
        assert [one["page"] for one in run("sync", name, "--json").json["pages"]] == titles, name
    assert len(run("sync", "--json").json["pages"]) == 2
    done = run("sync", "read")
    assert (done.code, "is a part of several" in done.err) == (4, True)
    done = run("sync", "nosuch")
    assert (done.code, "no page is called 'nosuch'" in done.err) == (3, True)


def test_a_page_that_cannot_be_read_stops_no_other(page: Path, run: Run, tmp_path: Path) -> None:
    other = tmp_path / "other.txt"
    other.write_text(WAS.replace("Reading", "Other"))
    assert run("import", other, "--no-fetch").code == 0
    page.unlink()
    other.write_text(IS_NOW.replace("Reading", "Other"))
    done = run("sync", "--no-fetch", "--json")
    assert done.code == 3
    assert [one["page"] for one in done.json["pages"]] == ["Other"]
    assert done.json["problems"] == [{"where": str(page), "what": f"there is no file {page}"}]
    assert run("show", "new2018new").code == 0
    assert "hint: import it from where it is now, or let go of it: gencli page drop" in run("sync", "Reading").err


def test_a_page_that_names_nothing_any_more_is_not_believed(page: Path, run: Run) -> None:
    page.write_text("====== Reading ======\nThis page was removed.\n")
    done = run("sync", "--remove")
    assert (done.code, "names no paper any more; nothing was changed" in done.err) == (4, True)
    assert run("list", "--count").out == "5\n"
    assert run("show", ZHANG, "--json").json[0]["mentions"]


def test_without_pages_it_is_said(run: Run) -> None:
    run("init", "--empty")
    assert run("pages", "--json").json == []
    assert run("pages").out == ""
    assert run("sync").code == 3


def test_what_came_through_a_pipe_cannot_be_read_again(run: Run) -> None:
    run("import", "-", "--no-fetch", stdin=WAS)
    done = run("sync")
    assert (done.code, "it came through standard input" in done.err) == (4, True)


def test_the_users_page_is_as_it_was(run: Run) -> None:
    assert run("import", PAGE, "--no-fetch").code == 0
    assert differences(run) == []


def test_a_page_behind_an_address_is_asked_whether_it_is_another(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GENCLI_OFFLINE")
    text = WAS

    def answer(handler: Handler) -> None:
        mark = f'"{len(text)}"'
        if handler.headers.get("If-None-Match") == mark:
            handler.send_response(304)
            handler.send_header("ETag", mark)
            handler.end_headers()
            return
        content = text.encode()
        handler.send_response(200)
        for name, value in (("Content-Type", "text/plain"), ("ETag", mark), ("Content-Length", str(len(content)))):
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(content)

    with serve(answer) as server:
        assert run("import", f"{server.url}?id=reading&do=export_raw", "--no-fetch").code == 0
        assert run("pages", "--json").json[0]["state"] is None
        assert differences(run) == []
        assert "if-none-match" in server.asked[-1].headers
        text = IS_NOW
        assert len(differences(run, "--no-fetch")) == 8
        assert differences(run) == []
        assert len(server.asked) == 4


def test_before_several_papers_go_the_library_is_copied(page: Path, run: Run, tmp_path: Path) -> None:
    page.write_text(IS_NOW.replace("1912.02292", "1912.02293").replace("Nakkiran", "Other"))
    assert len(run("sync", "--no-fetch", "--remove", "--json").json["removed"]) == 3
    assert len(list(tmp_path.glob("own.backup-*-before-remove.sqlite"))) == 1


def test_a_page_that_was_moved_is_known_by_where_it_is_now(page: Path, run: Run, tmp_path: Path) -> None:
    moved = page.rename(tmp_path / "elsewhere.txt")
    assert run("import", moved, "--no-fetch").code == 0
    (told,) = run("pages", "--json").json
    assert (told["source"], told["state"]) == (str(moved), "same")


def test_a_page_that_is_gone_can_be_let_go_of_and_its_papers_stay(page: Path, run: Run) -> None:
    page.unlink()
    before = run("show", ZHANG, "--json").json[0]
    assert run("page", "drop", "--dry-run").code == 0
    assert len(run("pages").lines) == 1
    done = run("page", "drop", "--page", "Reading")
    assert (done.code, "let go of the page 'Reading'; its papers stay; undo: gencli undo" in done.err) == (0, True)
    assert run("pages").out == ""
    assert run("list", "--count").out == "5\n"
    assert run("show", ZHANG, "--json").json[0]["mentions"] == []
    assert run("search", "in:theory").code == 1
    assert run("check").code in (0, 1)
    run("undo")
    assert run("show", ZHANG, "--json").json[0] == before
    assert sorted(run("search", "in:theory", "--keys").lines) == ["arpit", ZHANG]


def test_another_title_is_a_difference(page: Path, run: Run) -> None:
    page.write_text(WAS.replace("= Reading =", "= Reading list ="))
    assert run("sync", "--dry-run", "--exit-code").code == 1
    (told,) = run("sync", "--no-fetch", "--json").json["pages"]
    assert [(one["what"], one["before"], one["after"]) for one in told["differences"]] == [
        ("renamed", "Reading", "Reading list")
    ]


def test_what_was_not_understood_before_is_no_news(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "p.txt"
    path.write_text(WAS + "See [[https://example.org|my site]] too.\n")
    run("import", path, "--no-fetch")
    path.write_text(WAS.replace("Shows", "Tells of") + "See [[https://example.org|my site]] too.\n")
    done = run("sync", "--no-fetch", "--exit-code")
    assert (done.code, "my site" in done.err) == (1, False)
    path.write_text(path.read_text() + "And [[https://example.com|another]].\n")
    assert "https://example.com" in run("sync", "--no-fetch").err
