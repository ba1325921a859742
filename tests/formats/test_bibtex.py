"""BibTeX as it is written: read back the same by another program, and harmless to TeX."""

import re
from collections.abc import Sequence

import pytest
from bibtexparser.entrypoint import parse_string
from bibtexparser.middlewares import SeparateCoAuthors, SplitNameParts
from bibtexparser.middlewares.names import NameParts
from bibtexparser.model import Entry
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import paper
from gencli import Author, Link
from gencli.formats import bibtex


def entry(text: str) -> Entry:
    """The one entry that a reader finds, with nothing left over."""
    library = parse_string(text)
    assert library.failed_blocks == []
    assert len(library.blocks) == 1, library.blocks
    return library.entries[0]


def fields(**told: object) -> dict[str, str]:
    return {field.key: field.value for field in entry(bibtex.write([paper(**told)])).fields}


def tex_balanced(text: str) -> bool:
    """Whether BibTeX itself, which counts a brace behind a backslash too, finds as many ends as starts."""
    depth = 0
    for sign in text:
        depth += (sign == "{") - (sign == "}")
        if depth < 0:
            return False
    return depth == 0


BELKIN = paper(
    key="belkin2018reconciling",
    type="article",
    title="Reconciling modern machine learning",
    authors=(Author("Belkin", "Mikhail"), Author("Hsu", "Daniel")),
    year=2019,
    venue="Proceedings of the National Academy of Sciences",
    identifiers={"arxiv": "1812.11118", "doi": "10.1073/pnas.1903070116"},
    primary_category="stat.ML",
    fields={"volume": "116", "Pages": "15849--15854", "annote": "mine"},
)


def test_an_entry_as_it_is_written() -> None:
    assert bibtex.write([BELKIN]) == (
        "@article{belkin2018reconciling,\n"
        "  author = {Belkin, Mikhail and Hsu, Daniel},\n"
        "  title = {Reconciling modern machine learning},\n"
        "  journal = {Proceedings of the National Academy of Sciences},\n"
        "  volume = {116},\n"
        "  pages = {15849--15854},\n"
        "  year = {2019},\n"
        "  doi = {10.1073/pnas.1903070116},\n"
        "  eprint = {1812.11118},\n"
        "  archiveprefix = {arXiv},\n"
        "  primaryclass = {stat.ML},\n"
        "  url = {https://arxiv.org/abs/1812.11118},\n"
        "  annote = {mine},\n"
        "}\n"
    )


def test_it_is_read_back_with_the_same_fields() -> None:
    found = entry(bibtex.write([BELKIN]))
    assert (found.entry_type, found.key) == ("article", "belkin2018reconciling")
    assert found["author"] == "Belkin, Mikhail and Hsu, Daniel"
    assert found["volume"] == "116"
    assert found["doi"] == "10.1073/pnas.1903070116"


def test_entries_are_ordered_by_key_and_the_same_every_time() -> None:
    papers = [paper(key=key, title=key) for key in ("zeta", "Alpha", "beta")]
    text = bibtex.write(papers)
    assert re.findall(r"@misc\{(\w+)", text) == ["Alpha", "beta", "zeta"]
    assert bibtex.write(papers[::-1]) == text
    assert bibtex.write(papers) == text
    assert bibtex.write([]) == ""
    assert len(parse_string(text).entries) == 3


@pytest.mark.parametrize(
    ("kind", "name"),
    [("article", "journal"), ("inproceedings", "booktitle"), ("phdthesis", "school"), ("techreport", "institution"),
     ("misc", "howpublished"), ("online", "howpublished")],
)  # fmt: skip
def test_each_type_says_where_it_appeared_in_its_own_field(kind: str, name: str) -> None:
    assert fields(type=kind, venue="There") == {name: "There"}


def test_what_is_not_known_is_not_written_and_a_field_of_ones_own_stays() -> None:
    assert fields() == {}
    assert fields(fields={"URL": "https://x.org", "Title": "Kept", "howpublished": "Mail"}) == {
        "title": "Kept",
        "howpublished": "Mail",
        "url": "https://x.org",
    }
    assert fields(title="Known", fields={"title": "Kept"}) == {"title": "Known"}


def test_a_link_is_the_url_where_neither_arxiv_nor_a_doi_is() -> None:
    links = (Link("code", "https://github.com/x"), Link("web", "https://x.org/a_b#c~d%20e&f"))
    assert fields(links=links) == {"url": "https://x.org/a_b#c~d%20e&f"}
    assert fields(links=links, identifiers={"doi": "10.1/a"}) == {"doi": "10.1/a"}


# --- names -------------------------------------------------------------------------------------


def split(names: Sequence[Author], complete: bool = True) -> list[NameParts]:
    text = bibtex.write([paper(authors=tuple(names), authors_complete=complete)])
    library = parse_string(text, append_middleware=[SeparateCoAuthors(), SplitNameParts()])
    assert library.failed_blocks == []
    found: list[NameParts] = library.entries[0]["author"]
    return found


@pytest.mark.parametrize(
    ("author", "first", "von", "last", "jr"),
    [
        (Author("Belkin", "Mikhail"), "Mikhail", "", "Belkin", ""),
        (Author("van der Berg", "Kees"), "Kees", "van der", "Berg", ""),
        (Author("King", "Martin Luther", "Jr."), "Martin Luther", "", "King", "Jr."),
        (Author("de la Cruz", "J.", "III"), "J.", "de la", "Cruz", "III"),
        (Author("Valero Cuevas", "Francisco"), "Francisco", "", "Valero Cuevas", ""),
        (Author("Müller", "Jörg"), "Jörg", "", "Müller", ""),
        (Author("", "Plato"), "", "", "Plato", ""),
        (Author("Plato"), "", "", "Plato", ""),
        (Author("El Ghaoui"), "", "", "{El Ghaoui}", ""),
        (Author(literal="The ATLAS Collaboration"), "", "", "{The ATLAS Collaboration}", ""),
        (Author(literal="Research and Development, Inc."), "", "", "{Research and Development, Inc.}", ""),
        (Author("Smith and Sons", "A."), "A.", "", "{Smith and Sons}", ""),
        (Author("Smith", "A. AND B."), "{A. AND B.}", "", "Smith", ""),
        (Author("Ortega, y", "Gasset"), "Gasset", "", "{Ortega, y}", ""),
        (Author("others"), "", "", "{others}", ""),
        (Author("King", "", "Jr"), "{}", "", "King", "Jr"),
    ],
)  # fmt: skip
def test_a_name_is_read_back_as_it_was(author: Author, first: str, von: str, last: str, jr: str) -> None:
    other = Author("Other", "One")
    found = split([other, author, other])
    assert len(found) == 3
    name = found[1]
    assert [" ".join(part) for part in (name.first, name.von, name.last, name.jr)] == [first, von, last, jr]


def test_authors_that_are_not_all_told_end_in_others() -> None:
    assert fields(authors=(Author("A", "B"),), authors_complete=False)["author"] == "A, B and others"
    assert fields(authors=(), authors_complete=False) == {}


def test_a_name_of_nothing_is_left_out() -> None:
    assert fields(authors=(Author(), Author("A", "B"), Author(" ")))["author"] == "A, B"


def test_authors_that_only_a_field_tells_are_a_text_like_any_other() -> None:
    assert fields(fields={"Author": "A & B } and C"}) == {"author": r"A \& B \textbraceright{} and C"}


def test_signs_in_names_are_escaped() -> None:
    assert fields(authors=(Author("M&M", "100%"), Author(literal="A_B {"))) == {
        "author": r"M\&M, 100\% and {A\_B \textbraceleft{}}"
    }


# --- escaping ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("A & B", r"A \& B"),
        ("50% of #1", r"50\% of \#1"),
        ("a_b", r"a\_b"),
        ("$5 and $10", r"\$5 and \$10"),
        ("US$ 5/US$6", r"US\$ 5/US\$6"),
        ("~x^2", r"\textasciitilde{}x\textasciicircum{}2"),
        ("back\\slash", r"back\textbackslash{}slash"),
        ("the end\\", r"the end\textbackslash{}"),
        (r"already \& escaped \% \_ \# \$5", r"already \& escaped \% \_ \# \$5"),
        ("naïve Łukasz 深層学習", "naïve Łukasz 深層学習"),
        ("{Kept} braces", "{Kept} braces"),
        ("open { brace", r"open \textbraceleft{} brace"),
        ("closing } brace", r"closing \textbraceright{} brace"),
        ("}{", r"\textbraceright{}\textbraceleft{}"),
        (r"escaped \{ alone", r"escaped \textbackslash{}\textbraceleft{} alone"),
        (r"a \{set\} b", r"a \{set\} b"),
        (r"mixed {\} b", r"mixed \textbraceleft{}\textbackslash{}\textbraceright{} b"),
        (r"G\"odel, Erd\H{o}s, \L{}ukasz, na\"{\i}ve", r"G\"odel, Erd\H{o}s, \L{}ukasz, na\"{\i}ve"),
        (r"\write18{rm -rf /}", r"\textbackslash{}write18{rm -rf /}"),
        (r"\input{/etc/passwd}", r"\textbackslash{}input{/etc/passwd}"),
        (r"{\catcode`\%=12}", r"{\textbackslash{}catcode`\%=12}"),
        ("two\nlines\tof  text", "two lines of text"),
        ("\x1b[31mred\0", "␛[31mred␀"),
    ],
)
def test_a_text_is_set_as_it_is_read(text: str, written: str) -> None:
    assert fields(venue=text) == {"howpublished": written}
    assert tex_balanced(written)


@pytest.mark.parametrize(
    "formula",
    [
        "$O(n^2)$", r"$\mathcal{N}=4$", r"$\frac{a_1}{b^{2}}$", r"$\alpha\to\infty$", "$x$", r"$\{a\}$", r"$a\,b\;c$",
        r"$\sqrt{n}$", r"$50\%$", r"$L_2$",
    ],
)  # fmt: skip
def test_formulas_are_kept(formula: str) -> None:
    assert fields(venue=f"Bounds of {formula} & more") == {"howpublished": f"Bounds of {formula} \\& more"}


@pytest.mark.parametrize(
    "text",
    [
        r"$\input{/etc/passwd}$", r"$\write18{rm}$", r"$\csname input\endcsname x$", "$^^5cinput x$", r"$\@@input x$",
        r"$\immediate\openout1=x$", r"$\def\a{b}$", r"$\scantokens{x}$", r"$\directlua{os.exit()}$",
        r"$\expandafter\a\b$", r"$\href{x}{y}$", r"$\unknowncommand$",
    ],
)  # fmt: skip
def test_a_formula_that_holds_more_is_set_as_a_text(text: str) -> None:
    written = fields(venue=f"A {text} B")["howpublished"]
    assert "$" not in written.replace(r"\$", "")
    assert "^^" not in written
    assert set(re.findall(r"\\([A-Za-z@]+)", written)) <= {"textbackslash", "textasciicircum"}
    assert tex_balanced(written)


def test_a_comment_cannot_hide_in_a_formula() -> None:
    assert fields(venue="a $b % c$ d") == {"howpublished": r"a \$b \% c\$ d"}
    assert fields(venue="a $b & c # d$") == {"howpublished": r"a \$b \& c \# d\$"}


@pytest.mark.parametrize(
    ("title", "written"),
    [
        ("On GPT-3 and ImageNet", "On {GPT}-3 and {ImageNet}"),
        ("ReLU at NeurIPS", "{ReLU} at {NeurIPS}"),
        ("A Title Of Words", "A Title Of Words"),
        ("{BERT} and {the {GPT}}", "{BERT} and {the {GPT}}"),
        ("$SU(2)$ and SU", "$SU(2)$ and {SU}"),
        (r"\'ETUDE", r"\'ETUDE"),
        ("AB & CD", r"{AB} \& {CD}"),
    ],
)
def test_acronyms_in_a_title_are_protected(title: str, written: str) -> None:
    assert fields(title=title) == {"title": written}


def test_acronyms_elsewhere_are_not() -> None:
    assert fields(type="article", venue="IEEE") == {"journal": "IEEE"}


# --- what a program reads ----------------------------------------------------------------------


def test_addresses_and_identifiers_are_never_escaped() -> None:
    found = fields(
        identifiers={"doi": "10.1002/(sici)1097-4571<1::aid_a>3.0.co;2-x#b%20&c"},
        fields={"file": r":C\:\\a_b.pdf:PDF"},
    )
    assert found == {"doi": "10.1002/(sici)1097-4571<1::aid_a>3.0.co;2-x#b%20&c", "file": r":C\:\\a_b.pdf:PDF"}


@pytest.mark.parametrize(
    "value",
    [
        "https://x.org/}",
        "https://x.org/{",
        "https://x.org/},\n evil = {1",
        "https://x.org/\\",
        "https://x.org/\\}",
        "}{",
    ],
)
def test_no_address_breaks_out_of_its_braces(value: str) -> None:
    told = {"links": (Link("web", value),), "identifiers": {}, "fields": {"doi": value, "file": value}}
    found = fields(**told)
    assert set(found) == {"doi", "url", "file"}
    assert not any(re.search(r"[{}\n]|\\$", value) for value in found.values())


@pytest.mark.parametrize("key", ["a,b", "a b", "a}b", 'G{\\"o}del', "a%b", "a#b=c", "a\nb", "a~b", "(a)", "ключ2020"])
def test_a_key_is_one_word_and_tells_keys_apart(key: str) -> None:
    found = entry(bibtex.write([paper(key=key, title="T")]))
    assert not re.search(r"[\s{}\",=\\]", found.key)
    assert found["title"] == "T"
    assert entry(bibtex.write([paper(key=key + "x", title="T")])).key != found.key


@pytest.mark.parametrize("kind", ["string", "PREAMBLE", "comment", "a{b", "", "mi sc", "misc,\nx"])
def test_a_type_begins_an_entry_and_nothing_else(kind: str) -> None:
    found = entry(bibtex.write([paper(type=kind, title="T")]))
    assert found.entry_type == "misc"
    assert found["title"] == "T"


@pytest.mark.parametrize("name", ["a b", "a={x}, b", "1st", "a}b", "ä,ö", "", "a\nb"])
def test_a_fields_name_is_a_name(name: str) -> None:
    found = entry(bibtex.write([paper(fields={name: "v"}, title="T")])).fields
    assert [field.value for field in found] == ["T", "v"]
    assert re.fullmatch(r"[A-Za-z][A-Za-z0-9:._+-]*", found[1].key)


HOSTILE = st.one_of(
    st.text(max_size=40),
    st.lists(
        st.sampled_from(
            ["{", "}", "\\", "$", "%", '"', ",", "@", "=", "#", "&", "~", "^", "\n", " and ", "@article{", "\\{", "\\}",
             "\\write18", "x", " ", "\\'", "$a$", "^^5c", "others", "A"]
        ),
        max_size=20,
    ).map("".join),
)  # fmt: skip


@settings(max_examples=150, derandomize=True, deadline=None)
@given(text=HOSTILE, other=HOSTILE)
def test_whatever_a_text_holds_the_entry_stays_whole(text: str, other: str) -> None:
    text = text.encode("utf-8", "replace").decode()
    other = other.encode("utf-8", "replace").decode()
    told = paper(
        title=text,
        venue=other,
        authors=(Author(text, other), Author(literal=other or "x")),
        links=(Link("web", "https://x.org/" + text),),
        fields={"volume": text, "note": other},
    )
    written = bibtex.write([told, paper(key="zz", title="The next one")])
    library = parse_string(written)
    assert library.failed_blocks == []
    assert [found.key for found in library.entries] == ["k2020", "zz"]
    assert len(library.blocks) == 2
    assert set(library.entries[0].fields_dict) <= {"title", "howpublished", "author", "url", "volume", "note"}
    assert library.entries[1]["title"] == "The next one"
    assert tex_balanced(written)
    texts = [value for name, value in library.entries[0].fields_dict.items() if name != "url"]
    assert not any(re.search(r"(?<!\\)(?:\\\\)*%", field.value) for field in texts)
    assert "\\write" not in written
