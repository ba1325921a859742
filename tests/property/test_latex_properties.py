"""Whatever a value holds, it is read without an error and without losing words; what is written is read back."""

import re
import unicodedata

import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from gencli.latex import ascii_only, balanced, decode, encode, is_latex, protected
from gencli.model import Author
from gencli.names import join, split
from gencli.text import fold

# How long texts take to make says nothing of the code, only of what else the machine does.
quiet = settings(deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
many = settings(quiet, max_examples=300)

PIECES = st.sampled_from(
    ["{", "}", "\\", "$", "%", "~", "-", "--", "`", "'", '"', ",", " ", "\n", "=", "^", "_", "&", "a", "E", "é",
     "α", "深", "\u0301", "\0", "\x01", "\x02", "\x03", "\ud800", " and ", "others", "et al.", "\\'", "\\'{",
     "\\c ", "\\c{c}", "{\\o}", "\\i", "\\ss", "\\emph{", "\\em ", "\\href{", "\\url{", "\\begin{", "\\nosuch",
     "\\nosuch{x}", "\\frac{1}{2}", "\\sqrt", "\\mathbb{R}", "\\cite{k}", "\\alpha", "\\textbackslash", "\\verb|",
     "\\item[", "\\def\\a#1{", "\\input{x}", "\\ ", "family=", "given=x", "\\%", "\\{", "\\}", "\\\\", "\\_", "1",
     "ab", "von "]
)  # fmt: skip
HOSTILE = st.one_of(st.text(), st.lists(PIECES, max_size=25).map("".join))


@given(HOSTILE)
@many
def test_no_text_makes_reading_fail(text: str) -> None:
    told = decode(text)
    assert told == " ".join(told.split())
    authors, complete = split(text)
    assert isinstance(complete, bool)
    for author in authors:
        assert author.surname
        assert bool(author.literal) != bool(author.family)
        assert all(part == " ".join(part.split()) for part in author)
    ascii_only(text)
    protected(encode(text))


@given(HOSTILE)
@many
def test_plain_text_is_read_as_it_is(text: str) -> None:
    told = decode(text)
    if not is_latex(told):
        assert decode(told) == told


@given(st.lists(st.one_of(PIECES, st.sampled_from(["alpha", "Beta", "gamma"])), max_size=25).map("".join))
@many
def test_words_do_not_vanish(text: str) -> None:
    # An address behind \href and the name of an environment or a command are no words of the text.
    assume("href" not in text and "begin" not in text)
    bare = re.sub(r"\\(?:[A-Za-z]+|.)", "\0", text)
    told = fold(decode(text))
    for word in re.findall(r"(?<![^\W_])(?:alpha|Beta|gamma)(?![^\W_]|[\u0300-\u036f])", bare):
        assert fold(word) in told


@given(HOSTILE)
@many
def test_ascii_only_changes_no_ascii_and_keeps_the_braces(text: str) -> None:
    written = ascii_only(text)
    assert ascii_only(text.encode("ascii", "ignore").decode()) == text.encode("ascii", "ignore").decode()
    assert ascii_only(written) == written
    if balanced(text):
        assert balanced(written)


LATIN = "".join(
    sign
    for sign in map(chr, [*range(0xC0, 0x250), *range(0x1E00, 0x1F00)])
    if sign.isalpha() and unicodedata.normalize("NFC", sign) == sign
)
WORDS = st.text(st.sampled_from(LATIN + "abcXYZij")) | st.text(st.sampled_from("éÄøłßıçőńĞ aiE-.,'"))
LATEX = st.sampled_from(["\\'e", "{\\o}", "{", "}", "\\emph{", "$", "~", "\\c c", "\\alpha ", "%", "\\&"])


@given(st.lists(WORDS | LATEX, max_size=8).map("".join))
@example(LATIN)
@many
def test_accented_latin_text_is_read_back_from_ascii(text: str) -> None:
    # An accent in front of an accented letter makes one letter of both: `\'ế` has more than a letter takes.
    assume(not re.search(r"\\(?:[`'^\"~=.c]|c )[\s{]*[^\x00-\x7f]", text))
    assert decode(ascii_only(text)) == decode(text)


def test_every_letter_that_latex_can_write_becomes_ascii() -> None:
    marks = set("\u0300\u0301\u0302\u0303\u0304\u0306\u0307\u0308\u030a\u030b\u030c\u0323\u0327\u0328")
    parts = {sign: unicodedata.normalize("NFD", sign) for sign in LATIN}
    known = [sign for sign, part in parts.items() if part[0].isascii() and part[1:] and marks.issuperset(part[1:])]
    assert len(known) > 300
    assert [sign for sign in [*known, *"æøœłßåıðþđŋ"] if not ascii_only(sign).isascii()] == []


# --- names -------------------------------------------------------------------------------------
# Left out, because LaTeX or BibTeX gives them a meaning of their own: a backslash, braces and a dollar (what holds
# them is taken for LaTeX already), signs that are drawn together (--, ``, ''), a part with `=` (biblatex's extended
# form), and `et al.` at the end (which says that the names are not all).
SIGNS = st.characters(codec="utf-8", exclude_categories=("C", "Z"), exclude_characters="\\{}$=")
PART = st.text(SIGNS, min_size=1, max_size=8).filter(
    lambda word: not any(sign in word for sign in ("--", "``", "''")) and word == " ".join(word.split())
)
SPECIAL = st.sampled_from(
    ["van der Berg", "de", "O'Neil", "and", "AND", "A and B", "Smith, Jr", "others", "Others", "Jr.", "III", "Élan",
     "王小明", "A&B", "50%", "a_b", "x~y", "ß", "'t Hooft", "d'Alembert", "Smith-Jones", "al", ",", "von"]
)  # fmt: skip
NAME = st.lists(PART | SPECIAL, min_size=1, max_size=3).map(" ".join)
FULL = NAME.filter(lambda text: not re.search(r"(?i)et\.? ?al\.?$", text) and text.isprintable())
NOTHING = st.just("")
PERSON = st.builds(Author, FULL, FULL, NOTHING | FULL, NOTHING)
NO_GIVEN = st.builds(Author, FULL, NOTHING, FULL, NOTHING)
BODY = st.builds(Author, NOTHING, NOTHING, NOTHING, FULL)
SINGLE = FULL.filter(lambda text: join([Author(text)])[:1] != "{").map(Author)


@given(st.lists(PERSON | NO_GIVEN | BODY | SINGLE, min_size=1, max_size=4).map(tuple), st.booleans())
@example((Author("van der Maaten", "Laurens"), Author("others", "x"), Author(literal="others")), False)
@example((Author("King", "", "Jr"), Author(literal="Barnes and Noble, Inc.")), True)
@settings(quiet, max_examples=300)
def test_names_are_read_back_as_they_were_written(authors: tuple[Author, ...], complete: bool) -> None:
    assert split(join(authors, complete)) == (authors, complete)


@given(FULL, st.booleans())
@many
def test_a_family_alone_is_read_back_by_its_name(family: str, complete: bool) -> None:
    # One of several words is written in braces, as a body is, so it is read back as one.
    authors, found = split(join([Author(family)], complete))
    assert [author.surname for author in authors] == [family]
    assert found is complete


@pytest.mark.parametrize(
    "unit",
    ["{", "}", "\\", "$", "~ ", "\\'", "\\' ", "{\\'", "\\c{", "\\nosuch", "\\nosuch{", "\\nosuch{a}", "\\href{",
     "\\href{{}", "\\url{", "\\begin{", "  ", " and", "a, ", "\\ ", "\\é", "\u0301", "$α", "\\frac{1}{2}", "{a ", "=,",
     "family=,", "''"],
)  # fmt: skip
def test_a_long_text_is_read_in_time(unit: str) -> None:
    text = unit * (300_000 // len(unit))
    decode(text)
    split(text)
    ascii_only(text + "é")
