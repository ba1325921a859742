"""What .bib files said, written again: as it was read, in a fixed order, with what is known from elsewhere."""

import io
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from bibtexparser.entrypoint import parse_string
from pybtex.database.input.bibtex import Parser

from gencli import Author, Library, Outcome, Record, formats
from gencli.filing import Place
from gencli.formats.bibtex import reader
from gencli.formats.bibtex.writer import Style, pieces
from gencli.store import schema

Take = Callable[..., Outcome]


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    schema.create(tmp_path / "l.sqlite")
    with Library.open(tmp_path / "l.sqlite", write=True, now=lambda: "2026-01-01T00:00:00Z") as found:
        yield found


@pytest.fixture
def take(library: Library) -> Take:
    def act(text: str, name: str = "a.bib") -> Outcome:
        place = Place(f"/somewhere/{name}", name, frozenset(formats.keys(text, "bibtex")))
        return library.take_list(place, "bib", lambda origin: reader.read(text, origin, name))

    return act


def export(library: Library, query: str = "", style: Style = Style(), **more: Any) -> str:  # noqa: B008
    return "".join(pieces(library.volume(query, **more)[0], style))


ARTICLE = (
    "@Article{k,\n  author = {Lee, Ann and {The X Team} and others},\n  title = \"The {GAN} of G{\\\"o}del\",\n"
    "  journal = {J. of~X},\n  year = 2001,\n  url = {https://x.org/a_b#c%20d},\n  Note-X = {A \\& B},\n}\n"
)  # fmt: skip


def test_an_entry_is_written_as_it_was_read(library: Library, take: Take) -> None:
    take(ARTICLE)
    assert export(library) == ARTICLE


def test_fields_are_in_a_fixed_order_and_entries_by_key(library: Library, take: Take) -> None:
    take("@misc{b, zeta={z}, year=1, title={B}}\n@misc{A, alpha = {a}, title={A}, author={X, Y}}\n@misc{c,title={C}}")
    assert export(library) == (
        "@misc{A,\n  author = {X, Y},\n  title = {A},\n  alpha = {a},\n}\n\n"
        "@misc{b,\n  title = {B},\n  year = 1,\n  zeta = {z},\n}\n\n"
        "@misc{c,\n  title = {C},\n}\n"
    )


def test_the_order_in_which_a_file_says_it_makes_no_difference(library: Library, take: Take, tmp_path: Path) -> None:
    one, other = "@misc{a, year=1, title={A}, note={N}}", "@misc{b, title={B}, doi={10.1000/b}}"
    take(f"{one}\n{other}")
    schema.create(tmp_path / "m.sqlite")
    with Library.open(tmp_path / "m.sqlite", write=True) as second:
        text = f"{other}\n@misc{{a, note={{N}}, title={{A}}, year=1}}"
        second.take_list(Place("/x", "x.bib"), "bib", lambda origin: reader.read(text, origin, "x.bib"))
        assert export(second) == export(library)


# --- macros, preambles, comments -----------------------------------------------------------------------


def test_the_macros_that_are_used_stand_on_top_as_they_are_worked_out(library: Library, take: Take) -> None:
    take(
        '@string{p = "A"}\n@string{q = p # {~B}}\n@string{unused = {u}}\n@misc{k, note = q # "!", month = mar, x = JMS}'
    )
    assert export(library) == '@string{q = {A~B}}\n\n@misc{k,\n  month = mar,\n  note = q # "!",\n  x = JMS,\n}\n'


def test_macros_that_two_files_define_otherwise(library: Library, take: Take) -> None:
    take("@string{j = {One}}\n@misc{a, title={A}, note = j, x = j # jan}")
    take("@string{J = {Two}}\n@misc{b, title={B}, note = J, x = {<} # j # {>}}", "b.bib")
    take("@misc{c, title={C}, note = j}", "c.bib")
    take("@string{j = {One}}\n@misc{d, title={D}, note = j}", "d.bib")
    assert export(library) == (
        "@string{j = {One}}\n\n"
        "@misc{a,\n  title = {A},\n  note = j,\n  x = j # jan,\n}\n\n"
        "@misc{b,\n  title = {B},\n  note = {Two},\n  x = {<Two>},\n}\n\n"
        "@misc{c,\n  title = {C},\n  note = {j},\n}\n\n"
        "@misc{d,\n  title = {D},\n  note = j,\n}\n"
    )
    assert export(library, "key:d").startswith("@string{j = {One}}\n\n@misc{d,")


def test_a_month_that_a_file_defines_itself(library: Library, take: Take) -> None:
    take("@string{mar = {März}}\n@misc{a, title={A}, month = mar}")
    take("@misc{b, title={B}, month = mar}", "b.bib")
    text = export(library)
    assert "@string{mar = {März}}" in text
    assert read(text)["a"]["month"] == "März"
    assert read(text)["b"]["month"].lower() in ("mar", "march")


def test_preambles_and_comments_come_along_once(library: Library, take: Take) -> None:
    beside = '@preamble{ "\\newcommand{\\x}{y}" }\n@comment{jabref-meta: groups:\n1 A;\n}\n'
    take(beside + "@misc{a, title={A}}")
    take(beside + "@comment{more}\n@misc{b, title={B}}", "b.bib")
    text = export(library)
    assert text.startswith('@preamble{ "\\newcommand{\\x}{y}" }\n\n@misc{a,')
    assert text.endswith("}\n\n@comment{jabref-meta: groups:\n1 A;\n}\n\n@comment{more}\n")
    part = export(library, "key:b")
    assert "@preamble" in part
    assert "@comment" not in part


def test_what_was_kept_aside_comes_with_its_place_where_it_is_asked_for(library: Library, take: Take) -> None:
    take("@misc{a, title={A}}\n@misc{b, title={x}{y}}")
    assert "x}{y" not in export(library)
    text = export(library, with_asides=True)
    assert text.endswith("\n@misc{b, title={x}{y}}\n")
    assert re.search(r"^% a\.bib:2: 'b' was kept aside", text, re.MULTILINE)


# --- parents -------------------------------------------------------------------------------------------

PARTS = (
    "@proceedings{a, title = {Proc. A}, year = 2001}\n"
    "@inproceedings{k, title = {T}, author = {Lee, Ann}, crossref = {a}}\n"
)


def test_parents_stand_behind_their_children_and_come_with_them(library: Library, take: Take) -> None:
    take(PARTS + "@misc{z, title={Z}}")
    assert re.findall(r"^@\w+\{(\w+)", export(library), re.MULTILINE) == ["k", "z", "a"]
    assert re.findall(r"^@\w+\{(\w+)", export(library, "key:k"), re.MULTILINE) == ["k", "a"]
    assert library.volume("key:k")[1] == 2
    assert "booktitle" not in export(library)
    assert library.get("k").venue == "Proc. A"


def test_a_parent_that_bears_another_key_here_is_named_by_that(library: Library, take: Take) -> None:
    take("@misc{a, title = {Another}}")
    take(PARTS, "b.bib")
    text = export(library)
    assert "crossref = {aa}" in text
    assert read(text)["aa"]["title"] == "Proc. A"
    before = text
    assert not take(text, "out.bib").changed
    assert export(library) == before


def test_chains_and_circles_of_parents(library: Library, take: Take) -> None:
    take(
        "@inbook{a, title={A}, crossref={b}}\n@inbook{b, title={B}, crossref={c}}\n"
        "@book{c, title={C}, crossref={a}}\n@misc{d, title={D}, xdata={x, y}}\n"
        "@xdata{x, note={X}}\n@xdata{y, xdata={x}}"
    )
    text = export(library)
    assert sorted(re.findall(r"^@\w+\{(\w+)", text, re.MULTILINE)) == ["a", "b", "c", "d", "x", "y"]
    assert text.index("@misc{d") < text.index("@xdata{y") < text.index("@xdata{x")
    assert "xdata = {x, y}" in text


def test_a_parent_that_is_nowhere_is_named_all_the_same(library: Library, take: Take) -> None:
    take("@inproceedings{k, title = {T}, crossref = {none}}")
    assert "crossref = {none}," in export(library)


# --- what is known from elsewhere -------------------------------------------------------------------------

ARXIV = Record(
    "arxiv", type="misc", title="The GAN of Gödel", authors=(Author("Lee", "Ann"),), year=2001, date="2001-02-03",
    abstract="An abstract & more", identifiers={"arxiv": "2201.02177", "doi": "10.1000/x"}, primary_category="cs.LG",
    categories=("cs.LG", "stat.ML"), arxiv_version=2,
)  # fmt: skip


def test_what_arxiv_knows_is_added_where_the_file_does_not_say_it(library: Library, take: Take) -> None:
    take(ARTICLE.replace("Note-X = {A \\& B}", "doi = {10.1000/X}"))
    library.take([ARXIV])
    fields = read(export(library))["k"]
    assert (fields["eprint"], fields["archiveprefix"], fields["primaryclass"]) == ("2201.02177", "arXiv", "cs.LG")
    assert fields["doi"] == "10.1000/X"
    assert fields["title"] == 'The {GAN} of G{\\"o}del'
    assert "booktitle" not in fields
    assert "year-2" not in fields


def test_a_preprint_gets_its_eprint_and_what_stands_in_an_address_is_not_said_again(
    library: Library, take: Take
) -> None:
    take("@misc{k, title = {T}, journal = {arXiv preprint arXiv:2201.02177}, url = {https://doi.org/10.1000/x}}")
    library.take([ARXIV])
    fields = read(export(library))["k"]
    assert (fields["eprint"], fields["archiveprefix"], fields["primaryclass"]) == ("2201.02177", "arXiv", "cs.LG")
    assert "doi" not in fields


def test_the_word_of_the_user_stands_for_that_of_the_file(library: Library, take: Take) -> None:
    take("@misc{k, title = {T}, year = 1999, doi = {10.1000/x}, note = {old}}")
    library.take(
        [Record("user", title="The DNA & more", year=2000, identifiers={"doi": "10.1000/x"}, fields={"note": "new"})]
    )
    fields = read(export(library))["k"]
    assert (fields["title"], fields["year"], fields["note"]) == ("The {DNA} \\& more", "2000", "new")


def test_biblatex_has_its_own_names_for_what_no_file_says(library: Library, take: Take) -> None:
    take(ARTICLE)
    library.take([
        Record("arxiv", type="article", title="A New One", authors=(Author("Çelik", "Ö"),), year=2020, date="2020-05",
               venue="J. of Y", identifiers={"arxiv": "2005.00001"}, primary_category="cs.LG"),
    ])  # fmt: skip
    text = export(library, style=Style(biblatex=True))
    assert ARTICLE in text
    fields = read(text)["celik2020new"]
    assert (fields["journaltitle"], fields["date"], fields["eprinttype"], fields["eprintclass"]) == (
        "J. of Y", "2020-05", "arxiv", "cs.LG",
    )  # fmt: skip
    assert not {"journal", "year", "archiveprefix", "primaryclass"} & set(fields)


def test_old_keys_as_ids_or_as_entries_of_their_own(library: Library, take: Take) -> None:
    take("@misc{k, title = {T}, doi = {10.1000/x}}")
    take("@misc{old1, title = {T}, doi = {10.1000/x}}\n@misc{old2, ids = {older}, doi = {10.1000/x}}", "b.bib")
    assert "ids = {older, old1, old2}" in export(library, style=Style(biblatex=True))
    again = read(export(library, style=Style(aliases=True)))
    assert sorted(again) == ["k", "old1", "old2", "older"]
    assert again["k"] == again["old1"] == again["old2"]
    assert sorted(read(export(library))) == ["k"]


def test_ascii_alone(library: Library, take: Take) -> None:
    take("@misc{é:1, title = {Über Łódź — “x” $α$}, author = {Çelik, Ö}, url = {https://x.org/ü}}")
    text = export(library, style=Style(ascii=True))
    assert [line for line in text.splitlines() if not line.isascii()] == ["@misc{é:1,", "  url = {https://x.org/ü},"]
    assert "\\L" in text
    assert export(library) != text


# --- other readers ------------------------------------------------------------------------------------------


def read(text: str) -> dict[str, dict[str, str]]:
    """The entries that bibtexparser reads, by key, their fields without delimiters."""
    library = parse_string(text)
    assert library.failed_blocks == []
    return {found.key: {field.key.lower(): field.value for field in found.fields} for found in library.entries}


def test_two_readers_agree_with_what_is_known(library: Library, take: Take) -> None:
    take(
        "@string{j = {J. of X}}\n" + ARTICLE.replace("{J. of~X}", 'j # " (B)"')
        + "@book(b, author = \"van der Berg, Jr, Kees and {Body and Co} and Plato\", title = {T {\\\"U} {\\'{e}}},\n"
        " publisher = j # { Press}, month = jan # \"~1\", year = {2000})\n" + PARTS
    )  # fmt: skip
    library.take([ARXIV])
    text = export(library)
    ours = {
        one.entry.key: {name.lower(): " ".join(value.split()) for name, _, value in one.entry.fields}
        for one in reader.read(text, "bib:x", "x")
        if isinstance(one, Record) and one.entry is not None
    }
    assert len(ours) == 5
    theirs = {
        key: {name: " ".join(value.split()) for name, value in fields.items()} for key, fields in read(text).items()
    }
    assert {key: set(fields) for key, fields in theirs.items()} == {key: set(fields) for key, fields in ours.items()}
    assert theirs["b"]["title"] == ours["b"]["title"]
    found = Parser(wanted_entries=None).parse_stream(io.StringIO(text))
    assert sorted(found.entries) == sorted(ours)
    for key, entry in found.entries.items():
        said = {name.lower(): " ".join(value.split()) for name, value in entry.fields.items()}
        wanted = {name: value for name, value in ours[key].items() if name not in ("author", "editor", "month")}
        own = {name: said[name] for name in wanted}
        assert own == wanted
    people = found.entries["b"].persons["author"]
    names = [
        tuple(map(" ".join, (one.prelast_names + one.last_names, one.first_names, one.lineage_names))) for one in people
    ]
    assert names == [("van der Berg", "Kees", "Jr"), ("{Body and Co}", "", ""), ("Plato", "", "")]
    assert library.get("b").authors == (
        Author("van der Berg", "Kees", "Jr"), Author(literal="Body and Co"), Author("Plato"),
    )  # fmt: skip
