"""page, export --page: a page changed here, given back, and in step with what the wiki has by then."""

from pathlib import Path

import pytest

from conftest import PAGE, Run

pytestmark = pytest.mark.usefixtures("own")

TEXT = """====== Reading ======
===== One =====
  * [[https://arxiv.org/abs/2201.02177|Power et al. 2022 - Grokking]] - late
  * [[https://arxiv.org/abs/1812.11118|Belkin et al 2018 - Reconciling]]

===== Two =====
  * [[https://arxiv.org/abs/1611.03530|Zhang et al 2016 - Understanding deep learning]]
"""
NAKKIRAN = "  * **[[https://arxiv.org/abs/1912.02292|1912.02292]]** - deep\n"


@pytest.fixture
def page(tmp_path: Path, run: Run) -> Path:
    path = tmp_path / "reading.txt"
    path.write_text(TEXT)
    assert run("import", path, "--no-fetch").code == 0
    assert run("add", "1912.02292", "--no-fetch").code == 0
    return path


def text(run: Run) -> str:
    return run("export", "--page", "Reading").out


@pytest.mark.parametrize(
    "content",
    [TEXT.encode(), TEXT.replace("\n", "\r\n").encode(), b"\xef\xbb\xbf" + TEXT.encode(), TEXT.rstrip().encode(),
     TEXT.encode() + b"\n\n  \n<html>&nbsp;</html> ~~NOTOC~~ {{rss>x}}\n", PAGE.read_bytes()],
    ids=["plain", "CRLF", "BOM", "no last line end", "macros", "the user's own"],
)  # fmt: skip
def test_a_page_comes_back_byte_for_byte(content: bytes, tmp_path: Path, run: Run) -> None:
    (tmp_path / "p.txt").write_bytes(content)
    assert run("import", tmp_path / "p.txt", "--no-fetch").code == 0
    for words in (("--page", "p.txt"), ("--wiki", "--page", "p.txt")):
        assert run("export", *words, "-o", tmp_path / "out.txt").code == 0
        assert (tmp_path / "out.txt").read_bytes() == content
    assert run("export", "--page", "p.txt", "--diff").out == ""
    assert run("export", "--page", "p.txt", "-o", tmp_path / "p.txt", "--check").code == 0


def test_with_changes_only_the_lines_concerned_change(page: Path, run: Run) -> None:
    done = run("page", "add", "1912.02292", "--section", "One", "--note", "- deep", "--star")
    assert done.code == 0
    assert done.out == "Reading\tadded\tarxiv191202292\t1912.02292\t\tOne\n"
    assert "to paste: gencli export --page Reading --diff" in done.err
    assert text(run) == TEXT.replace("Reconciling]]\n", f"Reconciling]]\n{NAKKIRAN}")
    (mention,) = run("show", "1912.02292", "--json").json[0]["mentions"]
    assert (mention["section"], mention["starred"], mention["note"]) == (["One"], True, "- deep")
    assert run("page", "move", "1912.02292", "--section", "two").code == 0
    assert text(run) == TEXT + NAKKIRAN
    assert run("page", "remove", "1812.11118").code == 0
    assert run("show", "1812.11118", "--json").json[0]["mentions"] == []
    diff = run("export", "--page", "Reading", "--diff").out
    assert [line for line in diff.splitlines() if line[:1] in "+-"] == [
        f"--- {page}\t{run('pages', '--json').json[0]['read']}", "+++ Reading",
        "-  * [[https://arxiv.org/abs/1812.11118|Belkin et al 2018 - Reconciling]]", f"+{NAKKIRAN[:-1]}",
    ]  # fmt: skip
    assert page.read_text() == TEXT
    assert run("pages", "--json").json[0]["state"] == "edited"
    for _ in range(3):
        run("undo")
    assert text(run) == TEXT
    assert run("pages", "--json").json[0]["state"] == "same"


def test_a_dry_run_writes_nothing(page: Path, run: Run) -> None:
    done = run("page", "remove", "1812.11118", "--dry-run", "--json")
    assert [one["what"] for one in done.json["pages"][0]["differences"]] == ["removed"]
    assert text(run) == TEXT


def test_the_page_has_what_was_pasted(page: Path, run: Run) -> None:
    run("page", "add", "1912.02292", "--section", "Two")
    run("export", "--page", "Reading", "-o", page)
    assert run("sync", "--json").json["pages"][0]["differences"] == []
    assert run("pages", "--json").json[0]["state"] == "same"
    assert run("export", "--page", "Reading", "--diff").out == ""


def test_json_lines_have_what_was_read_too(page: Path, run: Run, tmp_path: Path) -> None:
    run("page", "add", "1912.02292", "--section", "Two")
    diff = run("export", "--page", "Reading", "--diff").out
    run("export", "--jsonl", "-o", tmp_path / "all.jsonl")
    other = ("--db", tmp_path / "other.sqlite")
    assert run(*other, "import", tmp_path / "all.jsonl").code == 0
    assert run(*other, "export", "--page", "Reading", "--diff").out == diff
    assert run(*other, "export", "--jsonl").out == (tmp_path / "all.jsonl").read_text()


def test_what_others_changed_meanwhile_comes_together_with_what_was_changed_here(page: Path, run: Run) -> None:
    run("page", "add", "1912.02292", "--section", "Two", "--star", "--note", "- deep")
    page.write_text(TEXT.replace("- late", "- very late"))
    (told,) = run("sync", "--json").json["pages"]
    assert [(one["what"], one["after"]) for one in told["differences"]] == [("note", "- very late")]
    assert text(run) == TEXT.replace("- late", "- very late") + NAKKIRAN
    assert run("export", "--page", "Reading", "--diff").out.count("\n+ ") == 1
    assert run("sync", "--json").json["pages"][0]["differences"] == []


def test_where_both_changed_the_same_lines_nothing_is_done(page: Path, run: Run) -> None:
    run("page", "remove", "1812.11118")
    mine = text(run)
    page.write_text(TEXT.replace("Reconciling", "Reconciling modern practice"))
    done = run("sync")
    assert (done.code, "was changed in line 4 where it was read, and here too" in done.err) == (7, True)
    assert text(run) == mine
    run("undo")
    assert run("sync").code == 0
    assert "modern practice" in text(run)


def test_what_cannot_be_is_said(page: Path, run: Run, tmp_path: Path) -> None:
    for words, code, said in (
        (("add", "nosuch", "--section", "One"), 3, "no paper 'nosuch'"),
        (("add", "1912.02292", "--section", "Nine"), 3, "no section 'Nine'"),
        (("add", "1912.02292", "--section", "One", "--group", "G"), 3, "no group is called 'G'"),
        (("add", "1912.02292", "--section", "One", "--page", "other"), 3, "no page is called 'other'"),
        (("move", "1912.02292", "--section", "One"), 3, "has no item of"),
        (("remove", "1812.11118", "--item", "9"), 3, "it has belkin2018reconciling as 2"),
    ):
        done = run("page", *words)
        assert (done.code, said in done.err) == (code, True), (words, done.err)
    (tmp_path / "l.md").write_text("# L\n\n- [A 2020 - B](https://arxiv.org/abs/2001.00001)\n")
    run("import", tmp_path / "l.md", "--no-fetch")
    assert "there are several pages" in run("page", "remove", "1812.11118").err
    done = run("page", "reflow", "--page", "L")
    assert (done.code, "is no wiki page" in done.err) == (4, True)
    assert run("export", "--page", "L").out.startswith("# L\n")
    for line in ("--wiki --page L --diff", "--bib --page L", "--page L --wiki --group-by tag"):
        assert run("export", *line.split()).code == 2, line
    assert text(run) == TEXT


def test_a_paper_twice_on_a_page_wants_to_know_which(page: Path, run: Run) -> None:
    run("page", "add", "1812.11118", "--section", "Two")
    done = run("page", "remove", "1812.11118")
    assert (done.code, "name one with --item: 2, 4" in done.err) == (4, True)
    assert run("page", "remove", "1812.11118", "--item", "4").code == 0
    assert text(run) == TEXT


def test_a_paper_without_an_address_is_put_by_its_label_or_not_at_all(page: Path, run: Run, tmp_path: Path) -> None:
    (tmp_path / "x.bib").write_text("@book{ash2001, title={Nothing in Particular}, author={Ash, Ann}, year={2001}}")
    run("import", tmp_path / "x.bib", "--no-fetch")
    done = run("page", "add", "ash2001", "--section", "One")
    if done.code:
        assert (done.code, text(run)) == (7, TEXT)
    else:
        assert run("show", "ash2001", "--json").json[0]["mentions"]


def test_the_users_page_with_its_lines_given_back(run: Run, tmp_path: Path) -> None:
    run("import", PAGE, "--no-fetch")
    before = [run("show", key, "--json").json[0]["mentions"] for key in run("list", "--keys").lines]
    out = run("export", "--page", "Generalization", "--reflow").out
    assert len(out.splitlines()) > 50
    assert run("page", "add", "1611.03530", "--section", "Grokking").code == 4
    done = run("page", "reflow")
    assert (done.code, done.out) == (0, "")
    assert run("export", "--page", "Generalization").out == out
    assert before == [run("show", key, "--json").json[0]["mentions"] for key in run("list", "--keys").lines]
    assert "has its line ends" in run("page", "reflow").err
    assert run("page", "add", "1611.03530", "--section", "Grokking").code == 0


MARKDOWN = """# Papers

Some words ([Power 2022](https://arxiv.org/abs/2201.02177)), as Zhang et al. (2016) said.

## Theory

- [Zhang et al 2016 - Understanding deep learning](https://arxiv.org/abs/1611.03530) *must* read
- [Belkin et al 2018 - Reconciling](https://arxiv.org/abs/1812.11118)

## Practice
"""


def test_a_page_in_markdown_is_changed_in_its_own_text(run: Run, tmp_path: Path) -> None:
    (tmp_path / "p.md").write_text(MARKDOWN)
    run("import", tmp_path / "p.md", "--no-fetch")
    assert run("add", "1912.02292", "--no-fetch").code == 0
    done = run("page", "add", "1912.02292", "--section", "Practice", "--star", "--note", "- *deep*")
    assert (done.code, done.out) == (0, "Papers\tadded\tarxiv191202292\t1912.02292\t\tPractice\n")
    new = "\n- **[1912.02292](https://arxiv.org/abs/1912.02292)** - *deep*\n"
    assert run("export", "--page", "Papers").out == MARKDOWN + new
    (mention,) = run("show", "1912.02292", "--json").json[0]["mentions"]
    assert (mention["section"], mention["starred"], mention["note"]) == (["Practice"], True, "- //deep//")
    diff = run("export", "--page", "Papers", "--diff").lines
    assert [line for line in diff if line[:1] in "+-" and line[:3] not in ("+++", "---")] == ["+", f"+{new.strip()}"]
    assert run("page", "move", "1812.11118", "--section", "Practice").code == 0
    assert run("page", "remove", "1912.02292").code == 0
    belkin = "- [Belkin et al 2018 - Reconciling](https://arxiv.org/abs/1812.11118)\n"
    assert run("export", "--page", "Papers").out == MARKDOWN.replace(belkin, "") + "\n" + belkin
    assert [(one["text"], one["line"]) for one in run("pages", "--unresolved", "--json").json] == [
        ("Zhang et al. (2016)", 3)
    ]
    assert run("page", "link", "zhang et al. (2016)", "1611.03530").code == 0
    link = "as [Zhang et al. (2016)](https://arxiv.org/abs/1611.03530) said."
    assert link in run("export", "--page", "Papers").out
    for _ in range(4):
        assert run("undo").code == 0
    assert run("export", "--page", "Papers").out == MARKDOWN


def test_a_page_in_the_other_syntax_is_made_of_its_papers(page: Path, run: Run, tmp_path: Path) -> None:
    (tmp_path / "p.md").write_text(MARKDOWN)
    run("import", tmp_path / "p.md", "--no-fetch")
    assert run("export", "--markdown", "--page", "Reading").out == (
        "# Reading\n\n## One\n\n- [Power et al. 2022 - Grokking](https://arxiv.org/abs/2201.02177) - late\n"
        "- [Belkin et al 2018 - Reconciling](https://arxiv.org/abs/1812.11118)\n\n"
        "## Two\n\n- [Zhang et al 2016 - Understanding deep learning](https://arxiv.org/abs/1611.03530)\n"
    )
    wiki = run("export", "--wiki", "--page", "Papers").out
    assert wiki.startswith("====== Papers ======\n\n===== Theory =====\n  * [[https://arxiv.org/abs/1611.03530|Zhang")
    assert "//must// read\n" in wiki
    assert run("export", "--markdown", "--page", "Papers").out == MARKDOWN


def test_papers_under_a_paper_stand_under_it_in_the_other_syntax(run: Run, tmp_path: Path) -> None:
    (tmp_path / "p.md").write_text(
        "# P\n\n- [One 2001 - First](https://arxiv.org/abs/2201.00001)\n"
        "  - [Two 2002 - Second](https://arxiv.org/abs/2201.00002)\n"
    )
    run("import", tmp_path / "p.md", "--no-fetch")
    assert run("export", "--wiki", "--page", "P").out == (
        "====== P ======\n\n  * [[https://arxiv.org/abs/2201.00001|One 2001 - First]]\n"
        "    * [[https://arxiv.org/abs/2201.00002|Two 2002 - Second]]\n"
    )


def test_a_list_of_what_a_query_finds_in_sections(page: Path, run: Run) -> None:
    run("tag", "add", "dd", "1812.11118", "1611.03530")
    out = run("export", "--wiki", "--group-by", "tag").out
    assert out.startswith("====== Reading list ======\n\n===== dd =====\n  * [[https://arxiv.org/abs/1812.11118|")
    assert "===== Without a tag =====" in out
    assert run("export", "tag:dd", "--wiki", "--group-by", "year").out.count("=====") == 6
    assert run("export", "--markdown", "--group-by", "year").out.startswith("# Reading list\n\n## 2022\n")
    listed = run("export", "--wiki").out
    assert "===== One =====\n  * [[https://arxiv.org/abs/2201.02177|Power et al. 2022 - Grokking]] - late" in listed
    assert "===== Not on a page =====" in listed
    assert run("export", "--bib", "--group-by", "year").code == 2
    assert run("export", "--diff").code == 2


def test_a_citation_by_author_and_year_is_settled(tmp_path: Path, run: Run) -> None:
    (tmp_path / "p.txt").write_text(f"{TEXT}\nAs seen (Zhang et al., 2017; Nobody, 1900). Zhang et al., 2017!\n")
    assert run("import", tmp_path / "p.txt", "--no-fetch").code == 0
    told = run("pages", "--unresolved", "--json").json
    zhang = "zhang2016understanding"
    assert [(one["text"], one["line"], one["section"], one["candidates"]) for one in told] == [
        ("Zhang et al., 2017", 9, ["Two"], [zhang]), ("Nobody, 1900", 9, ["Two"], []),
        ("Zhang et al., 2017", 9, ["Two"], [zhang]),
    ]  # fmt: skip
    assert run("pages", "--unresolved").lines[0] == f"Reading\t9\tZhang et al., 2017\tTwo\t{zhang}"
    seen = run("pages", "--unresolved", columns=80, watching=True)
    assert "3 citations without a link, 2 with a likely paper" in seen.err
    done = run("page", "link", "zhang et al.,  2017", zhang)
    assert (done.code, [line.split("\t")[1] for line in done.lines]) == (0, ["added", "added"])
    assert text(run).count("[[https://arxiv.org/abs/1611.03530|Zhang et al., 2017]]") == 2
    assert [one["text"] for one in run("pages", "--unresolved", "--json").json] == ["Nobody, 1900"]
    done = run("page", "link", "Zhang et al., 2017", zhang)
    assert (done.code, "has no citation" in done.err) == (3, True)
    run("undo")
    assert len(run("pages", "--unresolved", "--json").json) == 3


def test_importing_it_again_keeps_what_was_changed_here(page: Path, run: Run) -> None:
    run("page", "add", "1912.02292", "--section", "Two", "--star", "--note", "- deep")
    assert run("import", page, "--no-fetch").code == 0
    assert text(run) == TEXT + NAKKIRAN
    page.write_text(TEXT.replace("- late", "- very late"))
    assert run("import", page, "--no-fetch").code == 0
    assert text(run) == TEXT.replace("- late", "- very late") + NAKKIRAN
    page.write_text(TEXT + "A line at the end.\n")
    assert run("import", page, "--no-fetch").code == 7


def test_what_was_removed_or_corrected_is_not_brought_back_by_a_page_that_says_what_it_said(
    page: Path, run: Run
) -> None:
    run("remove", "1812.11118")
    run("edit", "zhang2016understanding", "--set", "eprint=1912.99999")
    before = run("list", "--keys").out
    assert run("page", "add", "1912.02292", "--section", "Two").code == 0
    page.write_text(TEXT.replace("- late", "- very late"))
    assert run("sync", "--no-fetch").code == 0
    assert run("list", "--keys").out == before
    assert run("show", "zhang2016understanding", "--json").json[0]["mentions"]
    # Who imports the page says that all of it is wanted.
    assert run("import", page, "--no-fetch", "--json").json["added"]


def test_reasons_why_an_item_cannot_be_put(page: Path, run: Run, tmp_path: Path) -> None:
    (tmp_path / "x.bib").write_text("@book{nobody, title={Nothing at All}}")
    run("import", tmp_path / "x.bib", "--no-fetch")
    for words, said in (
        (("add", "nobody", "--section", "One"), "it has no arXiv id, DOI or other lasting address"),
        (("add", "1812.11118", "--section", "One"), "has belkin2018reconciling there already"),
        (("move", "2201.02177", "--section", "Nine"), "no section 'Nine'"),
    ):
        done = run("page", *words)
        assert done.code in (3, 7)
        assert said in done.err
    assert text(run) == TEXT


def test_the_top_of_a_page_and_a_group_that_was_emptied(tmp_path: Path, run: Run) -> None:
    top = "====== List ======\n  * [[https://arxiv.org/abs/2201.02177|A 2022 - B]]\n  * **Old**\n"
    path = tmp_path / "l.txt"
    path.write_text(f"{top}    * [[https://arxiv.org/abs/1812.11118|Belkin et al 2018 - R]]\n")
    run("import", path, "--no-fetch")
    run("add", "1912.02292", "--no-fetch")
    assert run("page", "add", "1912.02292").code == 0
    assert run("page", "move", "1812.11118").code == 0
    assert run("page", "move", "1912.02292", "--group", "Old").code == 0
    assert run("export", "--page", "List").out == (
        "====== List ======\n  * [[https://arxiv.org/abs/2201.02177|A 2022 - B]]\n"
        "  * [[https://arxiv.org/abs/1812.11118|Belkin et al 2018 - R]]\n"
        "  * **Old**\n    * [[https://arxiv.org/abs/1912.02292|1912.02292]]\n"
    )


def test_what_was_changed_here_comes_along_where_the_page_is_read_from_elsewhere(
    page: Path, run: Run, tmp_path: Path
) -> None:
    run("page", "move", "1812.11118", "--section", "Two")
    there = tmp_path / "elsewhere.txt"
    there.write_text(TEXT.replace("- late", "- very late"))
    page.unlink()
    assert run("import", there, "--no-fetch").code == 0
    belkin = "  * [[https://arxiv.org/abs/1812.11118|Belkin et al 2018 - Reconciling]]\n"
    assert text(run) == TEXT.replace(belkin, "").replace("- late", "- very late") + belkin
    (told,) = run("pages", "--json").json
    assert (told["source"], told["state"]) == (str(there), "edited")


def test_sections_and_groups_are_named_as_they_are_seen(run: Run, tmp_path: Path) -> None:
    (tmp_path / "p.txt").write_text(
        "====== P ======\n===== Training -> Inference =====\n  * **Bold Topic:**\n"
        "    * [[https://arxiv.org/abs/2201.02177|Power et al. 2022 - Grokking]]\n===== B =====\n"
        "  - [[https://arxiv.org/abs/1611.03530|Zhang et al 2016 - Understanding]]\n"
    )
    run("import", tmp_path / "p.txt", "--no-fetch")
    run("add", "1912.02292", "--no-fetch")
    section = "Training -> Inference"
    assert run("page", "add", "1912.02292", "-s", section, "-g", "bold topic").code == 0
    assert "    * [[https://arxiv.org/abs/1912.02292|1912.02292]]\n" in run("export", "--page", "P").out
    done = run("page", "move", "1912.02292", "-s", "B", "-g", "none")
    assert (done.code, "the section has none" in done.err) == (3, True)
    done = run("page", "move", "1912.02292", "-s", section, "-g", "none")
    assert "name one of 'Bold Topic'" in done.err
    # It takes its neighbours' bullet.
    assert run("page", "move", "1912.02292", "-s", "B").code == 0
    assert run("export", "--page", "P").out.endswith("  - [[https://arxiv.org/abs/1912.02292|1912.02292]]\n")
    for key in ("1912.02292", "1611.03530", "2201.02177"):
        assert run("page", "remove", key).code == 0
    # Emptied here, and there.
    (tmp_path / "p.txt").write_text(run("export", "--page", "P").out)
    assert run("sync", "--no-fetch").code == 0
    assert run("pages", "--json").json[0]["state"] == "same"
