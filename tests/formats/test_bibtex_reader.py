"""A .bib read: what becomes an entry, what is kept aside with its place, and that nothing is lost."""

import re

import pytest

from gencli.formats.bibtex import reader
from gencli.model import Entry, Header, Problem, Record

NEXT = "\n@misc{next, title = {N}}\n"


class Told:
    """What a text tells, sorted."""

    def __init__(self, text: str) -> None:
        told = list(reader.read(text, "bib:a.bib", "a.bib"))
        self.records = [one for one in told if isinstance(one, Record)]
        self.problems = [one for one in told if isinstance(one, Problem)]
        headers = [one for one in told if isinstance(one, Header)]
        assert len(headers) == 1
        assert told[-1] is headers[0]
        self.header = headers[0]
        self.entries = [record.entry for record in self.records if record.entry is not None]
        assert len(self.entries) == len(self.records)
        assert not _words(text) - _words(self._said()) - {"string"}

    def _said(self) -> str:
        parts = [part for entry in self.entries for part in (entry.type, entry.key, *map(" ".join, entry.fields))]
        parts += [problem.raw for problem in self.problems]
        parts += [f"{name} {value}" for name, value in self.header.macros.items()]
        return "\n".join((*parts, *self.header.preambles, *self.header.comments, *self.header.remarks))

    @property
    def entry(self) -> Entry:
        (entry,) = self.entries
        return entry

    @property
    def values(self) -> dict[str, str]:
        return {name: value for name, _, value in self.entry.fields}


def _words(text: str) -> set[str]:
    return {word.lower() for word in re.findall(r"\w+", text)}


# --- entries -------------------------------------------------------------------------------------


def test_an_entry_keeps_its_expressions_and_their_values() -> None:
    told = Told('@string{pub = "A~Press"}\n@Book(k:1, Title = "The {B}", publisher = pub # ", {Inc}", year = 1999)')
    assert told.entry == Entry(
        "Book",
        "k:1",
        (("Title", '"The {B}"', "The {B}"), ("publisher", 'pub # ", {Inc}"', "A~Press, {Inc}"),
         ("year", "1999", "1999")),
        ("pub",),
    )  # fmt: skip
    assert told.header == Header({"pub": "A~Press"})
    assert (told.records[0].source, told.records[0].key, told.records[0].is_whole) == ("bib:a.bib", "k:1", True)
    assert told.problems == []


@pytest.mark.parametrize(
    ("text", "value", "macros"),
    [
        ("@string{a={x-}, b=a # {y-}} @string{c = B # A} @misc{k, t = c # c}", "x-y-x-x-y-x-", ("c",)),
        ("@misc{k, t = late} @string{late = {L}}", "L", ("late",)),
        ("@misc{k, t = JMS}", "JMS", ("jms",)),
        ("@misc{k, t = {1~} # mar # {--} # MAR}", "1~mar--MAR", ("mar",)),
        ("@misc{k, t = 12 # {a}}", "12a", ()),
        ('@misc{k, t = "a" # {b}}', "ab", ()),
        ("@string{t = u} @misc{k, t = t}", "u", ("t",)),
        ("@string(s = (x))\n@misc{k, t = {y}}", "y", ()),
    ],
    ids=["chains", "late", "not defined", "months", "numbers", "texts", "of a name", "broken string"],
)
def test_macros_are_worked_out(text: str, value: str, macros: tuple[str, ...]) -> None:
    told = Told(text)
    assert (told.values["t"], told.entry.macros) == (value, macros)


def test_a_macro_that_means_something_else_later_says_what_it_meant() -> None:
    told = Told("@string{s = {1}}\n@misc{a, t = s}\n@string{s = {2}}\n@misc{b, t = s # {3}}\n@string{v = {s}, v = {w}}")
    assert [entry.fields for entry in told.entries] == [(("t", "{1}", "1"),), (("t", "s # {3}", "23"),)]
    assert [entry.macros for entry in told.entries] == [(), ("s",)]
    assert told.header.macros == {"s": "2", "v": "w"}
    assert told.header.remarks == ("@string{s = {1}}", "@string{v = {s}, v = {w}}")
    assert Told("@string{s = {1}}\n@string{s = {1}}").header == Header({"s": "1"})


def test_what_stands_beside_the_entries_is_kept() -> None:
    text = (
        "% Encoding: UTF-8\nsome text\n@preamble{ {\\x} # \"y\" }\n@comment{jabref-meta: groups:\n1 A\\;0\\;;\n}\n"
        "@misc{k, % inside\n t={T},\n% u = {V}\n}\n%@misc{l, t={U}}\nthe end"
    )  # fmt: skip
    assert Told(text).header == Header(
        {},
        ('@preamble{ {\\x} # "y" }',),
        ("@comment{jabref-meta: groups:\n1 A\\;0\\;;\n}",),
        ("% Encoding: UTF-8\nsome text", "% inside", "% u = {V}", "%@misc{l, t={U}}\nthe end"),
    )


def test_fields_that_are_said_twice() -> None:
    told = Told("@misc{k, t={A}, T={B}, t={A}, t={C}, t-2={D}, keywords={x, y}, keywords={z}, year=1, year={1}}")
    assert told.values == {"t": "A", "t-2": "D", "T-3": "B", "t-4": "C", "keywords": "x, y, z", "year": "1"}
    assert told.problems == []


def test_values_that_come_again_behind_others_hide_none() -> None:
    told = Told("@misc{k, t={A}, t={B}, t={A}}")
    assert told.values == {"t": "A", "t-2": "B"}


@pytest.mark.parametrize("text", ["@misc{}", "@misc{,}", "@article{, author = {}, title = {},\n year = {}}"])
def test_a_form_that_says_nothing_is_no_entry(text: str) -> None:
    told = Told("one\n" + text)
    assert (told.entries, told.problems) == ([], [])
    assert told.header.remarks == ("one", text)


def test_entries_without_a_key_and_with_the_same() -> None:
    told = Told("@misc{, t={A}}\n@misc{, t={B}}\n@misc{k, t={C}}\n@misc{k, t={D}}\n@misc{K, t={D}}")
    assert [(entry.key, entry.fields[0][2]) for entry in told.entries] == [
        ("", "A"), ("", "B"), ("k", "C"), ("k", "D"), ("K", "D"),
    ]  # fmt: skip
    assert [record.key for record in told.records] == [None, None, "k", "k", "K"]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_of_any_kind(end: str) -> None:
    told = Told("@misc{k,\n t = {one\ntwo},\n % x\n}\n@misc{l,\n t={T\n@misc{m, t={M}}".replace("\n", end))
    assert [entry.fields for entry in told.entries] == [(("t", "{one\ntwo}", "one\ntwo"),), (("t", "{M}", "M"),)]
    assert [(problem.where, problem.raw) for problem in told.problems] == [("a.bib:6", "@misc{l,\n t={T")]


def test_a_zero_and_other_controls_stay_where_they_are() -> None:
    told = Told("@misc{k, t = {a\0b\x0c\u2028c}}")
    assert told.values == {"t": "a\0b\x0c\u2028c"}
    assert told.records[0].title is None


def test_a_value_of_a_megabyte() -> None:
    value = "word " * 200_000
    assert Told(f"@misc{{k, abstract = {{{value}}}, title = {{T}}}}{NEXT}").entries[0].fields[0][2] == value


# --- what is not well formed ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('@misc{G{\\"o}del, title={T}}', "it has no key that can be read"),
        ("@misc{k, title={T, year={1999}", "the value of title is not closed before the next entry"),
        ("@misc{k, title={T, year={1999}}", "it is not closed before the next entry"),
        ("@misc{k, title={T}}, title={U}}", "a brace too many closes it early"),
        ("@misc{k, title={T} volume 3 year = 1999}", "it cannot be read from 'title={T} volume 3"),
        ("@misc{k, booktitle = Conference on X year = 1999}", "it cannot be read from"),
        ("@misc{k, title == {T}}", "it cannot be read from"),
        ("@misc{k, title = ){T}}", "it cannot be read from"),
        ("@misc{k, ti = tle = {T}}", "it cannot be read from"),
        ("@misc{k, title = {x}{y}}", "it cannot be read from"),
        ('@misc{k, title = "a "quoted" b"}', "it cannot be read from"),
        ('@misc{k, title = "a } b"}', "the value of title is not closed before the next entry"),
        ("@string{s = }", "it is no definition of a string"),
        ("@preamble{ {x}", "its brace is never closed"),
    ],
)
def test_what_cannot_be_read_is_kept_aside_with_its_place_and_its_text(text: str, why: str) -> None:
    told = Told(f"@misc{{a, title = {{A}}}}\n\n{text}{NEXT}")
    assert [entry.key for entry in told.entries] == ["a", "next"]
    (problem,) = told.problems
    assert (problem.where, problem.raw, problem.taken) == ("a.bib:3", text, False)
    assert "was kept aside: " + why in problem.what


@pytest.mark.parametrize(
    ("text", "key", "title"),
    [
        ("@misc{k title={T}, year = 1999}", "k", "T"),
        ("@misc{k, title={T})", "k", "T"),
        ("@misc(k, title={T}}", "k", "T"),
        ("@misc{k, title = The title}", "k", "The title"),
        ("@misc{a b, title={T}}", "a b", "T"),
        ("@misc{title={T}}", "", "T"),
        ("@misc{k, title={T}", "k", "T"),
        ("@misc{k, title={T}}, year={1999}}", "k", "T"),
    ],
    ids=[
        "no comma behind the key",
        "closed by the other",
        "closed by the other brace",
        "no braces",
        "blank in the key",
        "no key",
        "not closed",
        "a brace too many",
    ],
)
def test_what_can_be_understood_without_loss_is_taken_and_named(text: str, key: str, title: str) -> None:
    told = Told(f"\n{text}{NEXT}")
    assert [(entry.key, dict(field[::2] for field in entry.fields)["title"]) for entry in told.entries] == [
        (key, title),
        ("next", "N"),
    ]
    (problem,) = told.problems
    assert (problem.where, problem.raw, problem.taken) == ("a.bib:2", text, True)
    assert "it was read all the same" in problem.what


def test_a_missing_comma_loses_no_field() -> None:
    told = Told("@misc{k, title={T} year={1999}, note={N}}" + NEXT)
    assert len(told.problems) == 1
    assert [entry.key for entry in told.entries] == ["k", "next"]
    assert told.entries[0].fields == (("title", "{T}", "T"), ("year", "{1999}", "1999"), ("note", "{N}", "N"))


def test_what_stands_between_the_fields_of_a_broken_entry_and_behind_it_is_kept() -> None:
    told = Told("@misc{k, title={T} % one\n% two = {x}\n year=1999 )\n\nSome words behind.\n" + NEXT)
    assert told.header.remarks == ("% one", "% two = {x}", "Some words behind.")
    (problem,) = told.problems
    assert (problem.raw, problem.taken) == ("@misc{k, title={T} % one\n% two = {x}\n year=1999 )", True)


@pytest.mark.parametrize(
    "text",
    ["@", "@{", "@misc", "@misc{", "@misc{k", "@misc{k,", "@misc{k, t", "@misc{k, t=", "@misc{k, t={", '@misc{k, t="',
     "@misc(", "@string{", "@string{a", "@preamble{", "@comment{", "@comment{{{", "{" * 50, "}" * 50, "@@@@", '"',
     "@misc{k, t = # }", "@misc{k, = {x}}", "@misc{k, t = {x} #}", "@string{a = a # a}@misc{k, t = a}",
     "@misc{k, crossref = {k}}", "@misc{k, crossref={l}, t={T}}@misc{l, crossref={k}}", "@article{\0, t={\0}}"],
)  # fmt: skip
def test_whatever_ends_early_is_not_lost(text: str) -> None:
    Told(text)
    Told(text + NEXT)
    Told("@misc{a, title = {A}}\n" + text)


def test_nothing_of_the_text_before_is_taken_for_an_entry_that_says_nothing() -> None:
    told = Told("one two three\n@misc{")
    assert told.header.remarks == ("one two three",)
    assert [problem.raw for problem in told.problems] == ["@misc{"]


def test_a_place_is_the_line_in_the_file() -> None:
    text = "".join(f"@misc{{k{number}, title = {{a\nb}}}}\n@misc{{x{number}, = }}\n" for number in range(50))
    told = Told(text)
    assert [problem.where for problem in told.problems] == [f"a.bib:{3 * number + 3}" for number in range(50)]
    assert [problem.raw for problem in told.problems] == [f"@misc{{x{number}, = }}" for number in range(50)]


# --- inheritance ------------------------------------------------------------------------------------

PROCEEDINGS = "@proceedings{p, title = {Proc. of X}, year = 2001, editor = {E, F}, doi = {10.1000/p}, publisher = {P}}"


def test_what_is_inherited_is_known_of_the_paper_and_not_said_by_its_entry() -> None:
    told = Told("@inproceedings{k, title = {T}, crossref = {P}}\n" + PROCEEDINGS)
    record = told.records[0]
    assert (record.title, record.year, record.venue) == ("T", 2001, "Proc. of X")
    assert record.entry is not None
    assert record.entry.fields == (("title", "{T}", "T"), ("crossref", "{P}", "P"))
    assert record.entry.parents == ("P",)
    assert "doi" not in record.identifiers
    assert told.records[1].identifiers == {"doi": "10.1000/p"}


def test_several_parents_and_theirs_and_a_circle() -> None:
    text = (
        "@xdata{x, publisher = {X}, crossref = {k}}\n@xdata{y, title = {Y}, year = 1999, xdata = {x, x}}\n"
        "@book{k, xdata = {y, no-such ,x}}"
    )
    told = Told(text)
    record = told.records[2]
    assert (record.title, record.year, record.fields) == ("Y", 1999, {})
    assert record.entry is not None
    assert record.entry.parents == ("y", "no-such", "x")


def test_a_parent_that_is_commented_out_or_broken_gives_nothing() -> None:
    told = Told("@inproceedings{k, title = {T}, crossref = {p}}\n%" + PROCEEDINGS)
    assert (told.records[0].year, told.records[0].venue) == (None, None)


def test_many_parents_take_no_long_time() -> None:
    told = Told("@misc{k, xdata = {" + "p," * 200_000 + "}}")
    assert len(told.entry.parents) == 200_000
