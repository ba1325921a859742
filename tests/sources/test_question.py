"""Our query language in arXiv's own words, and that nothing a user types can become a part of its syntax."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gencli.errors import BadInput
from gencli.query import parse
from gencli.sources.arxiv.question import in_its_words


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ("grokking", "all:grokking"),
        ("double descent", "all:double AND all:descent"),
        ('"double descent"', 'all:"double descent"'),
        ("double-descent", 'all:"double descent"'),
        ("title:grokking author:power", "ti:grokking AND au:power"),
        ('author:"Mikhail Belkin" abstract:kernel', 'au:"mikhail belkin" AND abs:kernel'),
        ("venue:PNAS", "jr:pnas"),
        ("Erdős Łukasz", "all:erdos AND all:lukasz"),
        ("grokking OR memorization", "all:grokking OR all:memorization"),
        ("(grokking OR memorization) descent", "(all:grokking OR all:memorization) AND all:descent"),
        ("descent -least", "all:descent ANDNOT all:least"),
        ("double descent NOT least -most", "(all:double AND all:descent) ANDNOT all:least ANDNOT all:most"),
        ("nets -(deep OR wide)", "all:nets ANDNOT (all:deep OR all:wide)"),
        ("nets cat:cs.LG", "all:nets AND cat:cs.LG"),
        ("cat:cs.lg", "cat:cs.LG"),
        ("cat:cond-mat.str-el", "cat:cond-mat.str-el"),
        ("cat:stat", "(cat:stat OR cat:stat.*)"),
        ("cat:stat.*", "(cat:stat OR cat:stat.*)"),
        ("nets year:2019", "all:nets AND submittedDate:[201901010000 TO 201912312359]"),
        ("nets year:2019..2021", "all:nets AND submittedDate:[201901010000 TO 202112312359]"),
        ("nets year:2019..", "all:nets AND submittedDate:[201901010000 TO 299912312359]"),
        ("nets year:..2015", "all:nets AND submittedDate:[198601010000 TO 201512312359]"),
        ("C++ AND", 'all:cplusplus AND all:and'),
    ],
)  # fmt: skip
def test_our_words_become_arxivs(typed: str, asked: str) -> None:
    assert in_its_words(parse(typed)) == asked


@pytest.mark.parametrize(
    "typed",
    ["", "  ", "-nets", "NOT nets", "nets OR -deep", "tag:dd nets", "note:x", "key:x", "in:page", "is:starred",
     "has:pdf", "doi:10.1000/x", "added:7d", "type:article", "status:read", "???"],
)  # fmt: skip
def test_what_arxiv_cannot_be_asked_is_refused(typed: str) -> None:
    with pytest.raises(BadInput) as caught:
        in_its_words(parse(typed))
    assert "--raw" in caught.value.hint


@given(st.text() | st.text(st.sampled_from("ab \"'():-+*[]ANDORNOTtitle:cat:year:2019..é中")))
@settings(deadline=None, max_examples=300, derandomize=True)
def test_only_words_of_the_user_and_signs_of_ours_are_asked(typed: str) -> None:
    try:
        asked = in_its_words(parse(typed))
    except BadInput:
        return
    part = (
        r'(?:ti|au|abs|jr|all):(?:[^\W_]+|"[^\W_]+(?: [^\W_]+)+")|cat:[a-z-]+(?:\.(?:[A-Za-z-]+|\*))?'
        r"|submittedDate:\[\d{12} TO \d{12}\]"
    )
    rest = re.sub(part, "x", asked)
    assert re.fullmatch(r"(?:[()x ]|AND|OR|NOT)+", rest), asked
    assert rest.count("(") == rest.count(")")
