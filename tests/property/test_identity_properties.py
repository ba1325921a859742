"""Normal forms are normal, and merging is fair."""

from hypothesis import given, settings
from hypothesis import strategies as st

from gencli.identifiers import identify, mentioned, names_no_work, normal_url
from gencli.identity import Merged, key_for, merge, rank, unique_key
from gencli.model import Author, Record
from gencli.pasted import no_identifier, whole

many = settings(deadline=None, max_examples=150, derandomize=True)

ARXIV = st.one_of(
    st.from_regex(r"(?:0[89]|1[0-4])(?:0[1-9]|1[0-2])\.[0-9]{4}", fullmatch=True),
    st.from_regex(r"(?:1[5-9]|2[0-9])(?:0[1-9]|1[0-2])\.[0-9]{5}", fullmatch=True),
    st.from_regex(r"(?:math|hep-th|cond-mat|cs)/(?:9[1-9]|0[0-6])(?:0[1-9]|1[0-2])[0-9]{3}", fullmatch=True),
)
FORMS = (
    "{}", "{}v2", "<{}>", "arXiv:{}", "arxiv: {}v1", "https://arxiv.org/abs/{}", "http://arxiv.org/pdf/{}v3.pdf",
    "10.48550/arXiv.{}", "https://doi.org/10.48550/arXiv.{}", "https://www.arxiv.org/pdf/{}.pdf?x=1#y",
    "export.arxiv.org/abs/{}",
)  # fmt: skip
SUFFIXES = st.text(st.sampled_from("abcXYZ0189./-_();:<>[]{}%2FfulpdtesV&+\"',é"), min_size=1, max_size=25)
DOIS = st.builds("10.{}/{}".format, st.from_regex(r"[0-9]{4,9}", fullmatch=True), SUFFIXES)
PATHS = st.text(st.sampled_from("abcXYZ0189./-_();:<>[]{}%25fF&+'@#?=é"), max_size=30)
SCHEMES = st.sampled_from(["http://", "https://", "HTTP://www.", "https://A."])
HOSTS = st.sampled_from(["example.org", "Doi.org", "arxiv.org", "openreview.net", "aclanthology.org"])
WEB = st.builds("{}{}/{}".format, SCHEMES, HOSTS, PATHS)
TEXTS = st.text() | ARXIV | DOIS | WEB


@given(ARXIV, st.sampled_from(FORMS))
@many
def test_every_form_of_an_arxiv_id_is_that_id(arxiv: str, form: str) -> None:
    found = identify(form.format(arxiv))
    assert found is not None
    assert found[:2] == ("arxiv", arxiv)


@given(TEXTS)
@many
def test_a_normal_form_is_its_own_normal_form(text: str) -> None:
    found = identify(text)
    if found is not None and found.kind in ("arxiv", "doi", "url", "isbn"):
        again = identify(found.value)
        assert again is not None
        assert again[:2] == found[:2]
    if found is not None and found.kind == "doi":
        assert identify(f"doi:{found.value}") == found


@given(TEXTS)
@many
def test_an_address_in_normal_form_is_its_own_normal_form(text: str) -> None:
    normal = normal_url(text)
    assert normal is None or normal_url(normal) == normal


@given(TEXTS)
@many
def test_any_text_is_an_identifier_or_is_refused(text: str) -> None:
    found = identify(text)
    if found is not None and not names_no_work(found):
        assert whole(text) == found
        return
    assert whole(text) is None
    assert no_identifier(text).hint


@given(st.lists(TEXTS, max_size=4).map(" ".join))
@many
def test_what_running_text_mentions_is_in_normal_form(text: str) -> None:
    for kind, value in mentioned(text).items():
        if kind in ("arxiv", "doi", "isbn"):
            found = identify(value)
            assert found is not None
            assert found[:2] == (kind, value)


NAMES = st.sampled_from(["user", "arxiv", "facts", "page:A", "page:B"])
RECORDS = st.builds(
    # Of a named tuple hypothesis would fill in every field.
    lambda **told: Record(**told),  # noqa: PLW0108
    source=NAMES,
    title=st.sampled_from([None, "", "Nets", "Trees"]),
    authors=st.sampled_from([(), (Author("One"),), (Author("One"), Author("Two"))]),
    authors_complete=st.booleans(),
    year=st.sampled_from([None, 2019, 2020]),
    fields=st.dictionaries(st.sampled_from(["volume", "pages"]), st.sampled_from(["", "1", "2"]), max_size=2),
)


@given(st.lists(RECORDS, max_size=6))
@many
def test_the_best_source_that_spoke_is_believed(records: list[Record]) -> None:
    known = Merged({}, {}, {}, [])
    for record in records:
        before = dict(known.facts)
        merged = merge(known.facts, known.fields, known.origins, record)
        assert known.facts == before
        assert all(rank(source) > 1 for _, source, _ in merged.variants)
        known = merged
    facts, _, origins, _ = known
    for name in ("title", "authors", "year"):
        spoke = [record.source for record in records if getattr(record, name)]
        assert (name in facts) == bool(spoke)
        assert not spoke or rank(origins[name]) == max(map(rank, spoke))
    assert not facts.get("year") or str(facts["date"]) == str(facts["year"])


@given(RECORDS, RECORDS)
@many
def test_saying_it_twice_changes_nothing(first: Record, second: Record) -> None:
    known = merge(*merge({}, {}, {}, first)[:3], second)
    assert merge(*known[:3], second)[:3] == known[:3]


@given(
    st.lists(st.builds(Author, family=st.text(max_size=60)), max_size=2), st.none() | st.integers(1500, 2099), st.text()
)
@many
def test_a_key_is_small_letters_and_digits(authors: list[Author], year: int | None, title: str) -> None:
    key = key_for(authors, year, title)
    assert key.isascii()
    assert key.isalnum()
    assert key == key.lower()


@given(st.lists(st.sampled_from("ab"), max_size=40))
@many
def test_keys_are_never_given_twice(wanted: list[str]) -> None:
    given: list[str] = []
    for key in wanted:
        given.append(unique_key(key, given.__contains__))
    assert len(set(given)) == len(given)
