"""Whatever a .bib holds: no word of it is lost, and what is written is read as it was."""

import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hypothesis import example, given, settings
from hypothesis import strategies as st

from conftest import told_of_bib
from gencli import Library, formats
from gencli.filing import Place
from gencli.formats.bibtex import reader
from gencli.formats.bibtex.cut import cut
from gencli.formats.bibtex.writer import pieces
from gencli.model import Problem, Record
from gencli.store import schema

many = settings(deadline=None, max_examples=200, derandomize=True)
few = settings(deadline=None, max_examples=40, derandomize=True)

# --- any text ------------------------------------------------------------------------------------------

MARKS = st.sampled_from(
    ["@", "{", "}", "(", ")", '"', "#", "=", ",", "%", "\n", "\r", "\r\n", " ", "\\", "@misc{", "@article(", "@string{",
     "@preamble{", "@comment{", "\n@misc{k,", "\n@ book {", "title = {T}", "crossref = {k}", "jan", "1999", "\0",
     "\x0c", "\u2028", "é", ",\n year = 2001", "% ", "}\n", "author = \"A and B\"", "s = {1}", "@string{s = {2}}"]
)  # fmt: skip
TEXTS = st.one_of(st.text(max_size=60), st.lists(st.one_of(MARKS, st.text(max_size=5)), max_size=40).map("".join))


def words(text: str) -> set[str]:
    return {word.lower() for word in re.findall(r"\w+", text)}


@many
@given(TEXTS)
@example("@misc{k, t={A}, t={B}, t={A}}")
@example("@string{s = {one}}@string{s = {two}}")
@example("@misc{d,\n% year = 1974,\n volume = 4}")
@example("@misc{a, t = {50\\% off}} @misc{b, t = {T}}")
def test_no_word_of_a_text_is_lost(text: str) -> None:
    said = told_of_bib(reader.read(text, "bib:a", "a"))
    # Words that a macro puts together stand in one.
    lost = words(text) - words(said) - {"string"}
    together = "\n".join(said).lower()
    assert not [word for word in lost if word not in together]


@many
@given(TEXTS)
def test_the_blocks_are_the_text(text: str) -> None:
    position = 0
    for block in cut(text):
        assert not text[position : block.start].strip()
        assert block.start < block.end
        position = block.end
    assert not text[position:].strip()


# --- what is well formed ----------------------------------------------------------------------------------

LETTERS = st.sampled_from("abcXYZ 019é世~-–.:;'`?!&$_^<>[]/|*+\n\t")
PLAIN = st.text(LETTERS, min_size=1, max_size=12)
INNER = st.recursive(
    st.one_of(PLAIN, st.sampled_from(["\\'{e}", '{\\"o}', "\\&", "\\{", "\\%", "@x", "a=b", ",", "(", ")", "#"])),
    lambda inner: st.lists(inner, max_size=3).map(lambda parts: "{" + "".join(parts) + "}"),
    max_leaves=6,
)
TEXT = st.lists(INNER, max_size=5).map("".join).map(lambda text: text.replace("\\{", "\\textbraceleft "))
NAMES = st.sampled_from(
    ["title", "Author", "year", "note", "KEYWORDS", "x-y", "a.b:c", "doi", "url", "journal", "month", "date", "isbn",
     "volume", "pages", "crossref", "booktitle", "1st", "abstract", "editor", "file", "eprint"]
)  # fmt: skip
PART = st.one_of(
    TEXT.map(lambda text: "{" + text + "}"),
    TEXT.filter(lambda text: '"' not in text).map(lambda text: f'"{text}"'),
    st.sampled_from(["jan", "DEC", "s1", "S2", "never", "1999", "7"]),
)
VALUE = st.lists(PART, min_size=1, max_size=3).map(" # ".join)
TYPES = st.sampled_from(
    ["article", "Book", "MISC", "inproceedings", "online", "xdata", "dataset", "x-type", "commentary"]
)
KEYS = st.sampled_from(["k", "K", "a:b/c", "Lee99", "lee99", "é", "x.y+z", "k'2", "DBLP:conf/a-b", "1"])


@st.composite
def entries(draw: st.DrawFn) -> str:
    kind, key = draw(TYPES), draw(KEYS)
    fields = draw(st.lists(st.tuples(NAMES, VALUE), max_size=6, unique_by=lambda field: field[0].lower()))
    gap = draw(st.sampled_from([" ", "", "\n\t", "\n% x = {remark}\n"]))
    told = f",{gap}".join(f"{name}{gap.partition('%')[0]}= {value}" for name, value in fields)
    opener, closer = ("(", ")") if draw(st.booleans()) and not re.search("[()]", told) else ("{", "}")
    return f"@{kind}{opener}{key},{gap}{told}{draw(st.sampled_from(['', ',', ' ,', chr(10)]))}{closer}"


@st.composite
def files(draw: st.DrawFn) -> str:
    strings = [
        f"@string{{{name} = {value}}}"
        for name, value in draw(st.lists(st.tuples(st.sampled_from(["s1", "S2", "jan", "s3"]), VALUE), max_size=3))
    ]
    beside = draw(st.lists(st.sampled_from(["@preamble{{x} # s1}", "@comment{c}", "between", "% line"]), max_size=3))
    blocks = [*strings, *beside, *draw(st.lists(entries(), min_size=1, max_size=6))]
    return "\n".join(draw(st.permutations(blocks)))


@contextmanager
def library() -> Iterator[Library]:
    with tempfile.TemporaryDirectory() as folder:
        schema.create(Path(folder) / "l.sqlite")
        with Library.open(Path(folder) / "l.sqlite", write=True, now=lambda: "2026-01-01T00:00:00Z") as found:
            # Hundreds of them are made and thrown away: nobody need wait for the disk.
            found._store.connection.execute("PRAGMA synchronous = OFF")
            yield found


def take(found: Library, text: str, name: str) -> bool:
    counts = formats.keys(text, "bibtex")
    repeated = frozenset(key for key, count in counts.items() if count > 1)
    place = Place(f"/somewhere/{name}", name, frozenset(counts), repeated)
    return found.take_list(place, "bib", lambda origin: reader.read(text, origin, name)).changed


def export(found: Library) -> str:
    return "".join(pieces(found.volume()[0]))


def values(text: str) -> list[tuple[str, dict[str, str]]]:
    """What the entries of a text say, whatever they are called; the key of a parent follows that."""
    found = []
    for one in reader.read(text, "bib:a", "a"):
        assert not isinstance(one, Problem), one
        if isinstance(one, Record) and one.entry is not None:
            said = {name.lower(): " ".join(value.split()) for name, _, value in one.entry.fields}
            found.append((one.entry.type.lower(), {name: said[name] for name in said if name != "crossref"}))
    return found


@few
@given(files())
@example("@string{s1 = {a}}\n@misc{k, note = {x} # s1}\n@string{s1 = {b}}\n@misc{l, note = {x} # s1}")
def test_what_goes_in_comes_out(text: str) -> None:
    before = values(text)
    with library() as found:
        take(found, text, "a.bib")
        written = export(found)
        after = values(written)
        for kind, said in before:
            # Where several entries are one paper, it says what each of them does.
            assert any(kind == other and said.items() <= more.items() for other, more in after) or _is_shared(
                said, before, after
            ), (kind, said, written)
        assert len(after) <= len(before)
        assert export(found) == written


def _is_shared(
    said: dict[str, str], before: list[tuple[str, dict[str, str]]], after: list[tuple[str, dict[str, str]]]
) -> bool:
    """Whether entries that share an identifier became one, whose word that of an earlier one is."""
    strong = {"doi", "url", "eprint"}
    if not strong & set(said) or len(before) == len(after):
        return False
    return all(any(name in more for _, more in after) for name in said)


@few
@given(st.lists(files(), min_size=1, max_size=2))
# A key twice in a file, once under a type that no word is.
@example(["@article{k, }\n@online{k, title = {T}}", "@online{K, title = {T}}\n@x-type{K, }"])
def test_an_export_taken_in_again_changes_nothing(texts: list[str]) -> None:
    with library() as found:
        for number, text in enumerate(texts):
            take(found, text, f"{number}.bib")
        written = export(found)
        for number, text in enumerate(texts):
            assert not take(found, text, f"{number}.bib")
        assert not take(found, written, "export.bib")
        assert export(found) == written


@few
@given(files())
def test_export_then_import_is_the_identity(text: str) -> None:
    with library() as first, library() as second:
        take(first, text, "a.bib")
        written = export(first)
        take(second, written, "a.bib")
        assert export(second) == written
        facts = [
            {paper.key: {**paper.as_json(), "aliases": None} for paper in one.find("", "key")}
            for one in (first, second)
        ]
        assert facts[0].keys() == facts[1].keys()
        for key, paper in facts[0].items():
            assert {**paper, "links": sorted(map(str, paper["links"]))} == {
                **facts[1][key],
                "links": sorted(map(str, facts[1][key]["links"])),
            }
