"""add, import, refresh, as a user meets them, with no network."""

from pathlib import Path

import pytest

from conftest import PAGE, Run

ITEM = "  * [[https://arxiv.org/abs/{}|{}]] {}\n"


def write(path: Path, *items: tuple[str, str, str], title: str = "My list") -> Path:
    path.write_text(f"====== {title} ======\n" + "".join(ITEM.format(*item) for item in items))
    return path


def test_importing_the_page_into_a_new_library(run: Run, tmp_path: Path) -> None:
    new = tmp_path / "new.sqlite"
    done = run("--db", new, "import", PAGE, "--json")
    assert done.code == 0
    assert len(done.json["added"]) == 27
    assert done.json["problems"] == []
    assert done.err == ""
    again = run("--db", new, "import", PAGE, "--json")
    assert len(again.json["unchanged"]) == 27
    assert not any(again.json[kind] for kind in ("added", "merged", "removed", "problems"))


def test_importing_the_page_into_the_starter_library_changes_nothing(run: Run, library: Path) -> None:
    before = run("list", "--json").out
    done = run("import", PAGE)
    assert done.code == 0
    assert done.err == "imported 'Generalization in Deep Learning' (28 items): 27 papers as they were\n"
    # It is known by where it is now.
    assert run("list", "--json").out == before
    assert run("pages", "--json").json[0]["source"] == str(PAGE)
    bytes_before = library.read_bytes()
    assert run("import", PAGE).err == done.err
    assert library.read_bytes() == bytes_before


def test_import_says_what_it_did_and_tags(run: Run, tmp_path: Path, library: Path) -> None:
    page = write(tmp_path / "p.txt", ("2301.00001", "One 2023 - First thing", "good"), ("2201.02177", "Power", ""))
    done = run("import", page, "--tag", "mine")
    assert done.code == 0
    assert "imported 'My list' (2 items): 1 paper added, 1 changed" in done.err
    assert run("list", "tag:mine", "--keys").lines == ["one2023first", "power2022grokking"]


def test_import_dry_run_writes_nothing(run: Run, tmp_path: Path, library: Path) -> None:
    page = write(tmp_path / "p.txt", ("2301.00001", "One 2023 - First thing", ""))
    before = library.read_bytes()
    assert "would import 'My list' (1 item): 1 paper added" in run("import", page, "--dry-run").err
    assert library.read_bytes() == before
    assert run("--db", tmp_path / "none.sqlite", "import", page, "--dry-run").code == 0
    assert not (tmp_path / "none.sqlite").exists()


def test_import_from_standard_input(run: Run, library: Path) -> None:
    text = "====== Piped ======\n  * [[https://arxiv.org/abs/2301.00001|One 2023 - First thing]]\n"
    assert (
        run(
            "import",
            "-",
            stdin=text,
        ).code
        == 0
    )
    assert run("show", "2301.00001", "--json").json[0]["mentions"][0]["page"] == "Piped"


def test_what_cannot_be_understood_is_named_and_the_rest_taken(run: Run, tmp_path: Path, library: Path) -> None:
    page = tmp_path / "p.txt"
    page.write_text("====== L ======\n  * [[https://arxiv.org/abs/2301.00001|One 2023 - First thing]]\n  * milk\n")
    done = run("import", page)
    assert done.code == 4
    assert f"{page}:3: a list item that names no paper" in done.err
    assert run("show", "one2023first").code == 0


@pytest.mark.parametrize(
    ("content", "code", "word"),
    [
        (None, 3, "there is no file"),
        (b"", 4, "is empty"),
        (b" \n\n", 4, "is empty"),
        (b"\x7fELF\0\0\1", 4, "NUL byte"),
        ("====== T ======\nonly prose\n".encode("utf-16"), 4, "UTF-16"),
        ("  * [[https://arxiv.org/abs/2301.00001|é]]".encode("latin-1"), 4, "not UTF-8"),
        (b"====== T ======\nonly prose\n", 4, "names no paper"),
        (b"  * [[https://arxiv.org/abs/2301.00001|a\0b]]", 4, "NUL byte in line 1"),
    ],
)
def test_bad_input_is_one_line_with_its_code_and_changes_nothing(
    run: Run, tmp_path: Path, library: Path, content: bytes | None, code: int, word: str
) -> None:
    page = tmp_path / "page.txt"
    if content is not None:
        page.write_bytes(content)
    before = library.read_bytes()
    done = run("import", page)
    assert done.code == code
    assert word in done.err
    assert done.err.startswith("gencli: ")
    assert len([line for line in done.err.splitlines() if not line.startswith("  hint:")]) == 1
    assert library.read_bytes() == before
    assert run("--db", tmp_path / "new.sqlite", "import", page).code == code
    assert not (tmp_path / "new.sqlite").exists()
    assert run("import", page, "--json").error["message"] in done.err


def test_a_folder_and_a_huge_file_are_no_pages(run: Run, tmp_path: Path, library: Path) -> None:
    assert run("import", tmp_path).code == 4
    huge = tmp_path / "huge.txt"
    with huge.open("wb") as file:
        file.truncate(50_000_000)
    assert "larger than 32 MiB" in run("import", huge).err


def test_of_several_sources_the_good_ones_are_taken(run: Run, tmp_path: Path, library: Path) -> None:
    page = write(tmp_path / "p.txt", ("2301.00001", "One 2023 - First thing", ""))
    done = run("import", "nosuch.txt", page, "--json")
    assert done.code == 3
    assert done.json["added"] == ["one2023first"]
    assert done.json["problems"] == [{"where": "nosuch.txt", "what": "there is no file nosuch.txt"}]


def test_a_paper_that_is_there_needs_no_network(run: Run, library: Path) -> None:
    before = library.read_bytes()
    done = run("add", "arXiv:2201.02177")
    assert done.code == 0
    assert done.lines == ["power2022grokking"]
    assert "power2022grokking is in the library already" in done.err
    assert library.read_bytes() == before
    assert run("add", "2201.02177v1", "--json").json["unchanged"] == ["power2022grokking"]


def test_adding_a_paper_that_is_there_gives_it_tags_and_note(run: Run, library: Path) -> None:
    done = run("add", "https://arxiv.org/pdf/2201.02177v1.pdf", "--tag", "dd", "--note", "tried it", "--json")
    assert done.json["merged"] == ["power2022grokking"]
    [paper] = run("show", "power2022grokking", "--json").json
    assert (paper["tags"], paper["note"]) == (["dd"], "tried it")
    assert run("add", "2201.02177", "--tag", "dd", "--note", "tried it", "--json").json["unchanged"] == [
        "power2022grokking"
    ]


def test_without_the_network_an_unknown_paper_is_refused_and_nothing_added(
    run: Run, library: Path, tmp_path: Path
) -> None:
    before = library.read_bytes()
    done = run("add", "2301.00001")
    assert done.code == 5
    assert "--no-fetch" in done.err
    assert library.read_bytes() == before
    assert run("--db", tmp_path / "new.sqlite", "add", "2301.00001").code == 5
    assert not (tmp_path / "new.sqlite").exists()


def test_no_fetch_keeps_the_identifier_for_refresh(run: Run, library: Path) -> None:
    done = run("add", "2301.00001v2", "10.1000/XYZ.1", "--no-fetch", "--json")
    assert done.json["added"] == ["arxiv230100001", "doi101000xyz1"]
    [paper] = run("show", "10.1000/xyz.1", "--json").json
    assert paper["identifiers"] == {"doi": "10.1000/xyz.1"}
    assert run("refresh").code == 5


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("2201.0217", "looks like an arXiv id and is none"),
        ("2213.00001", "looks like an arXiv id and is none"),
        ("foo", "not an identifier"),
        ("10.1000", "not an identifier"),
        ("10.x/y", "is not a DOI"),
        ("", "not an identifier"),
    ],
)
def test_what_is_no_identifier_is_named(run: Run, library: Path, name: str, word: str) -> None:
    before = library.read_bytes()
    done = run("add", name, "--tag", "t")
    assert done.code == 4
    assert word in done.err
    assert library.read_bytes() == before


def test_the_rest_is_done_and_each_failure_named(run: Run, library: Path) -> None:
    done = run("add", "2201.0217", "2201.02177", "10.1145/3292500.3330701", "2301.00001", "--tag", "t")
    assert done.code == 5
    assert done.lines == ["power2022grokking"]
    for word in ("'2201.0217' looks like an arXiv id", "only arXiv is asked today", "the network is forbidden here"):
        assert word in done.err
    assert run("list", "tag:t", "--keys").lines == ["power2022grokking"]
    shown = run("add", "2201.0217", "2201.02177", "--json")
    assert shown.code == 4
    assert [problem["where"] for problem in shown.json["problems"]] == ["2201.0217"]
    assert shown.error["code"] == "bad_input"


def test_only_arxiv_is_asked(run: Run, library: Path) -> None:
    done = run("add", "10.1145/3292500.3330701")
    assert done.code == 4
    assert "only arXiv is asked today" in done.err


def test_identifiers_come_from_standard_input(run: Run, library: Path) -> None:
    done = run("add", "-", "--tag", "x", stdin="2201.02177\n\narXiv:1812.11118v2\n")
    assert done.code == 0
    assert set(done.lines) == {"power2022grokking", "belkin2018reconciling"}


def test_nothing_to_refresh_asks_nothing(run: Run, library: Path) -> None:
    done = run("refresh")
    assert done.code == 0
    assert "nothing to fill in" in done.err
