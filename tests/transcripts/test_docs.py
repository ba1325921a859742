"""The docs tell the truth: their examples are run, their pages are what the code says, their links lead somewhere."""

import re
import runpy
import shlex
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import ROOT, Run
from gencli import Author, formats
from gencli.store import migrations

README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), *(ROOT / "bench").glob("*.md")])


def blocks(text: str, language: str) -> list[str]:
    """The code blocks of a language, in order."""
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def steps(block: str) -> list[tuple[str, str]]:
    """A console block as (command line, what it shows)."""
    found: list[tuple[str, str]] = []
    for line in block.splitlines(keepends=True):
        if line.startswith("$ "):
            found.append((line[2:].rstrip("\n"), ""))
        else:
            command, shown = found[-1]
            found[-1] = (command, shown + line)
    return found


def test_the_first_two_blocks_are_one_line_each() -> None:
    first, second = blocks(README, "sh")[:2]
    assert first.count("\n") == second.count("\n") == 1
    assert first.rstrip().endswith('gencli search "double descent"')
    assert "pytest" in second


def test_the_tour_is_what_happens(run: Run, library: Path) -> None:
    [tour] = blocks(README, "console")
    for line, shown in steps(tour):
        piped = ""
        for part in line.split(" | "):
            words = shlex.split(part)
            assert words[0] == "gencli"
            done = run(*words[1:], stdin=piped)
            piped = done.out
        assert done.out + done.err == shown, line


@pytest.mark.parametrize("page", [ROOT / "docs" / "api.md"], ids=lambda path: path.name)
def test_python_examples_run(page: Path) -> None:
    for block in blocks(page.read_text(encoding="utf-8"), "python"):
        done = subprocess.run([sys.executable, "-c", block], cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        assert done.stdout


def test_the_items_of_the_markdown_page_are_the_same_work() -> None:
    [items] = blocks((ROOT / "docs" / "markdown.md").read_text(encoding="utf-8"), "markdown")
    told = [
        (record.title, record.authors, record.year, record.venue)
        for item in re.split(r"^(?=- )", items, flags=re.MULTILINE)[1:]
        for record in formats.read(item, formats.detect(item), "list.md", "list").records
    ]
    assert told == [("Nets of Nets", (Author("One", "Ann"), Author("Two", "Bo")), 2019, "NeurIPS")] * 6


def test_the_lines_of_the_json_lines_page_are_read(run: Run, library: Path, tmp_path: Path) -> None:
    piped, line = blocks((ROOT / "docs" / "jsonl.md").read_text(encoding="utf-8"), "")
    assert piped == "gencli export --jsonl | gencli --db other.sqlite import -\n"
    whole, other = run("export", "--jsonl").out, ("--db", str(tmp_path / "other.sqlite"))
    assert run(*other, "import", "-", stdin=whole).code == 0
    assert run(*other, "export", "--jsonl").out == whole
    assert run(*other, "import", "-", stdin=line).code == 0
    assert run(*other, "list", "--keys", "doi:10.1234/abc").out == "lee1999study\n"


def test_the_queries_of_the_page_say_something(run: Run, library: Path) -> None:
    page = (ROOT / "docs" / "query.md").read_text(encoding="utf-8")
    rows = [row.partition("` | ")[0] for row in re.findall(r"^\| (`.*)$", page, re.MULTILINE)]
    queries = [query for row in rows for query in re.findall(r"`([^`]+)`", row + "`") if not query.endswith(":")]
    assert len(queries) > 40
    for query in queries:
        done = run("list", query)
        assert done.code in {0, 1}, query
        assert not re.search(r"^note:", done.err, re.MULTILINE), done.err


def test_sql_examples_work_on_the_starter_library() -> None:
    statements = blocks((ROOT / "docs" / "sql.md").read_text(encoding="utf-8"), "sql")
    assert len(statements) == 3
    connection = sqlite3.connect(f"file:{ROOT / 'data' / 'papers.sqlite'}?immutable=1", uri=True)
    for statement in statements:
        assert statement.count("\n") == 1
        assert connection.execute(statement).fetchall()
    for view, columns in re.findall(
        r"^\| `(paper\w*)` \| (.*) \|$", (ROOT / "docs" / "sql.md").read_text(), re.MULTILINE
    ):
        told = re.findall(r"`(\w+)`", columns)
        assert [row[1] for row in connection.execute(f"PRAGMA table_info({view})")] == told
    connection.close()


def test_pages_written_from_the_code_are_up_to_date() -> None:
    generated = runpy.run_path(str(ROOT / "docs" / "generate.py"))
    assert (ROOT / "docs" / "commands.md").read_text(encoding="utf-8") == generated["commands"]()
    assert (ROOT / "docs" / "gencli.1").read_text(encoding="utf-8") == generated["manual"]()
    for page in (ROOT / "docs" / "schema.sql", migrations.SNAPSHOT):
        assert page.read_text(encoding="utf-8") == migrations.snapshot()


@pytest.mark.parametrize("tool", ["mandoc -T lint", "man -l --warnings=w"])
def test_the_page_for_man_has_nothing_that_its_readers_complain_of(tool: str) -> None:
    words = tool.split()
    if shutil.which(words[0]) is None:
        pytest.skip(f"{words[0]} is not installed here")
    done = subprocess.run([*words, str(ROOT / "docs" / "gencli.1")], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert words[0] == "man" or done.stdout == ""


def links(text: str) -> list[str]:
    """The targets of a page's links; what stands in code is an example."""
    return re.findall(r"\]\(([^)\s]+)\)", re.sub(r"```.*?```|`[^`\n]*`", "", text, flags=re.DOTALL))


def anchors(text: str) -> set[str]:
    """The names by which a code host, and the site, know a page's headings."""
    headings = re.findall(r"^#+ (.+)$", re.sub(r"```.*?```", "", text, flags=re.DOTALL), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_the_names_of_headings_are_those_of_code_hosts() -> None:
    text = "# `gencli arxiv`, and *more*\n\n```sh\n# a comment\n```\n\n## BibTeX in\n"
    assert anchors(text) == {"gencli-arxiv-and-more", "bibtex-in"}
    assert links("[a](b.md#c), `[no](d.md)`, [e](#f)") == ["b.md#c", "#f"]


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(page: Path) -> None:
    for target in links(page.read_text(encoding="utf-8")):
        if re.match(r"https?://", target):
            continue
        file, _, anchor = target.partition("#")
        path = page.parent / file if file else page
        assert path.exists(), target
        assert not anchor or anchor in anchors(path.read_text(encoding="utf-8")), target


def test_every_page_is_on_the_index() -> None:
    index = ROOT / "docs" / "index.md"
    named = [(index.parent / target).resolve() for target in links(index.read_text(encoding="utf-8"))]
    assert len(set(named)) == len(named)
    assert {path for path in named if path.suffix == ".md"} == {*PAGES} - {index}


def test_every_command_and_variable_is_documented() -> None:
    from gencli.cli.app import FAMILIES

    commands = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    rules = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")
    source = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "src").rglob("*.py"))
    for name in FAMILIES:
        assert f"## gencli {name}\n" in commands
    for variable in set(re.findall(r'environ\.get\("(\w+)"', source)) - {"TERM"}:
        assert f"`{variable}`" in rules, variable


def test_the_query_page_shows_fields_that_exist() -> None:
    from gencli.query import TEXT_FIELDS, VALUE_FIELDS

    page = (ROOT / "docs" / "query.md").read_text(encoding="utf-8")
    for field in (*TEXT_FIELDS, *VALUE_FIELDS):
        assert f"`{field}:" in page, field


def test_the_design_names_every_room() -> None:
    page = (ROOT / "docs" / "design.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`(\w+)(?:\.py|/)`", page))
    modules = {path.stem for path in (ROOT / "src" / "gencli").iterdir() if path.is_dir() or path.suffix == ".py"}
    assert {name for name in modules if not name.startswith("_")} <= named


def test_the_public_names_are_there() -> None:
    import gencli

    for name in gencli.__all__:
        assert getattr(gencli, name).__module__.startswith("gencli.")
    with pytest.raises(AttributeError):
        _ = gencli.nothing


def test_the_pictures_show_what_happens() -> None:
    made = runpy.run_path(str(ROOT / "docs" / "pictures.py"))
    seen = {}
    for scene, screen in made["screens"]():
        drawn = (ROOT / "docs" / "pictures" / f"{scene.name}.svg").read_text(encoding="utf-8")
        assert made["words_of"](drawn) == made["shown"](screen), "draw them anew: python docs/pictures.py"
        assert f"docs/pictures/{scene.name}.svg" in README
        # Nothing is loaded from anywhere when a picture is looked at.
        assert "url(http" not in drawn
        assert "<script" not in drawn
        seen[scene.name] = screen
    assert "\x1b[" in seen["search"]
