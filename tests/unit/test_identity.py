"""Merging what sources say, citation keys."""

from collections.abc import Sequence

import pytest

from gencli.authors import person
from gencli.errors import BadInput
from gencli.identity import Merged, clean_key, fingerprint, key_for, merge, rank, unique_key
from gencli.model import Author, Record

# --- merging -------------------------------------------------------------------------------------


def told(*records: Record) -> Merged:
    """What is known after all of them spoke, one after the other, with all that lost."""
    known = Merged({}, {}, {}, [])
    for record in records:
        after = merge(known.facts, known.fields, known.origins, record)
        known = Merged(after.facts, after.fields, after.origins, known.variants + after.variants)
    return known


def test_sources_are_ranked() -> None:
    assert rank("user") > rank("arxiv") == rank("bib:refs.bib") > rank("facts") > rank("page:A List")


PAGE = Record(
    source="page:A List", title="Nets (v2 title)", authors=(Author("One"),), authors_complete=False, year=2022
)
ARXIV = Record(
    source="arxiv", title="Nets", authors=(Author("One", "Ann"), Author("Two", "Bo")), year=2021, date="2021-01-06"
)
USER = Record(source="user", title="My Nets")


@pytest.mark.parametrize("order", [(PAGE, ARXIV, USER), (USER, ARXIV, PAGE), (ARXIV, USER, PAGE), (PAGE, USER, ARXIV)])
def test_the_best_source_wins_in_any_order(order: Sequence[Record]) -> None:
    merged = told(*order)
    assert (merged.facts["title"], merged.origins["title"]) == ("My Nets", "user")
    assert (merged.facts["authors"], merged.origins["authors"]) == (ARXIV.authors, "arxiv")
    assert merged.facts["authors_complete"] is True
    assert (merged.facts["year"], merged.facts["date"]) == (2021, "2021-01-06")
    assert [variant for variant in merged.variants if variant[0] == "title"] == [("title", "arxiv", "Nets")]


def test_a_pages_label_is_never_a_variant() -> None:
    other = Record(source="page:Another", title="Other words", year=1999)
    for order in ((PAGE, ARXIV), (ARXIV, PAGE), (PAGE, other), (other, PAGE, ARXIV)):
        assert not [variant for variant in told(*order).variants if variant[1].startswith("page:")]


def test_among_equals_the_first_wins_and_the_other_is_a_variant() -> None:
    other = Record(source="bib:x.bib", title="Nets and Things", venue="ICLR")
    merged = told(ARXIV, other)
    assert merged.facts["title"] == "Nets"
    assert merged.facts["venue"] == "ICLR"
    assert merged.variants == [("title", "bib:x.bib", "Nets and Things")]


def test_a_venue_brings_its_year_and_a_preprints_year_does_not_replace_it() -> None:
    preprint = Record("arxiv", type="misc", title="Nets", year=2018, date="2018-12-28", posted="2018-12-28")
    published = Record("bib:x.bib", type="article", venue="PNAS", year=2019, date="2019-07-24")
    for order in ((preprint, published), (published, preprint), (preprint, published, preprint)):
        merged = told(*order)
        facts = merged.facts
        assert (facts["type"], facts["venue"], facts["year"], facts["date"]) == ("article", "PNAS", 2019, "2019-07-24")
        assert facts["posted"] == "2018-12-28"
        assert merged.variants == []
    mine = told(preprint, Record("user", year=2017), published)
    assert (mine.facts["year"], mine.facts["date"], mine.facts["venue"]) == (2017, "2017", "PNAS")


def test_arxiv_knows_its_own_versions_best() -> None:
    old = Record("bib:x.bib", title="Nets", arxiv_version=1, primary_category="cs.LG", categories=("cs.LG",))
    new = Record("arxiv", title="Nets", arxiv_version=3, primary_category="stat.ML", categories=("stat.ML", "cs.LG"))
    merged = told(old, new)
    assert (merged.facts["arxiv_version"], merged.facts["primary_category"]) == (3, "stat.ML")
    assert ("primary_category", "bib:x.bib", "cs.LG") in merged.variants
    assert told(old._replace(source="facts"), new).variants == []
    assert told(Record("user", arxiv_version=1), new).facts["arxiv_version"] == 1


def test_facts_of_ours_give_way_to_the_service_that_they_are_about() -> None:
    merged = told(Record("facts", title="Nets", venue="ICLR", year=2019), Record("arxiv", title="Nets!", year=2018))
    assert (merged.facts["title"], merged.facts["venue"], merged.facts["year"]) == ("Nets!", "ICLR", 2019)
    assert merged.variants == [("title", "facts", "Nets")]


def test_a_source_may_change_its_own_word() -> None:
    merged = told(ARXIV, Record(source="arxiv", title="Nets, Revised"))
    assert merged.facts["title"] == "Nets, Revised"
    assert merged.variants == []


def test_nothing_said_changes_nothing() -> None:
    assert told(ARXIV, Record(source="user")) == told(ARXIV)
    assert told(USER, Record(source="arxiv", title="")) == told(USER)


def test_the_same_word_again_raises_its_rank_only() -> None:
    merged = told(PAGE, Record(source="arxiv", year=2022))
    assert (merged.facts["year"], merged.origins["year"], merged.variants) == (2022, "arxiv", [])


def test_year_and_date_are_one_statement() -> None:
    later = told(ARXIV, Record(source="user", year=2023))
    assert (later.facts["year"], later.facts["date"], later.origins["date"]) == (2023, "2023", "user")
    kept = told(Record(source="user", year=2023), ARXIV)
    assert (kept.facts["year"], kept.facts["date"]) == (2023, "2023")
    assert ("year", "arxiv", 2021) in kept.variants
    same = told(ARXIV, Record(source="user", year=2021))
    assert same.facts["date"] == "2021-01-06"
    assert "date" not in told(Record(source="arxiv", date="2021-01-06")).facts


def test_fields_are_merged_like_facts() -> None:
    merged = told(Record(source="facts", fields={"volume": "116"}), Record(source="user", fields={"volume": "117"}))
    assert (merged.fields, merged.origins["fields.volume"]) == ({"volume": "117"}, "user")
    assert merged.variants == [("fields.volume", "facts", "116")]


def test_merging_leaves_what_was_given() -> None:
    facts, fields, origins = {"title": "Nets"}, {"volume": "1"}, {"title": "arxiv", "fields.volume": "arxiv"}
    merge(facts, fields, origins, Record(source="user", title="X", fields={"volume": "2"}))
    assert (facts, fields) == ({"title": "Nets"}, {"volume": "1"})


def test_fingerprint_ignores_what_writers_vary() -> None:
    one = fingerprint("Deep Nets: a Study", [Author("Müller", "J.")], 2020)
    assert one == fingerprint("Deep nets – A study", [Author("Muller")], 2020)
    assert one != fingerprint("Deep Nets: a Study", [Author("Müller")], 2021)
    assert one != fingerprint("Deep Nets: a Study", [Author("Meier")], 2020)
    assert fingerprint("Deep Nets", [], None) != ""
    assert fingerprint(None, [Author("Müller")], 2020) == fingerprint("", [], None) == ""


# --- keys ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("author", "year", "title", "key"),
    [
        ("Alethea Power", 2022, "Grokking: Generalization Beyond Overfitting", "power2022grokking"),
        ("Ravid Shwartz-Ziv", 2017, "Opening the Black Box of Deep Networks", "shwartzziv2017opening"),
        ("Laurens van der Maaten", 2008, "Visualizing Data using t-SNE", "vandermaaten2008visualizing"),
        ("Léon Bottou", 1998, "On the Convergence of Nets", "bottou1998convergence"),
        ("Stanisław Jastrzębski", 2018, "“Three Factors”", "jastrzebski2018three"),
        ("Jörg Müßig", None, "How Do Transformers Learn?", "mussigtransformers"),
        ("Simon Du", 2019, "How Many Samples are Needed", "du2019samples"),
        ("The ATLAS Collaboration", 2012, "Observation of a Particle", "theatlascollaboration2012observation"),
        ("Ann One", 2019, "What Is It?", "one2019what"),
        ("Ann One", 2019, None, "one2019"),
        ("Ann One", None, "1984: a Net", "one1984"),
        ("Ann O’Neil", 2001, "t-SNE's Nets", "oneil2001t"),
    ],
)
def test_keys(author: str, year: int | None, title: str | None, key: str) -> None:
    assert key_for([person(author), Author("Last")], year, title) == key


def test_a_site_stands_in_for_an_author() -> None:
    assert key_for([], 2019, "Are Deep Networks Overfitted?", "Lil'log") == "lillog2019deep"
    assert key_for([], None, None) == "paper"


@pytest.mark.parametrize("name", ["李飞飞", "山田太郎", "Иван Петров", "محمد", "Ελένη", "한국", "नेहा"])
def test_a_name_that_is_not_latin_gives_a_key(name: str) -> None:
    key = key_for([Author(name)], 2020, "深度学习")
    assert key.isascii()
    assert key.isalnum()
    assert key == key.lower()
    assert not key.startswith("2020")
    assert not key.endswith("2020")


def test_a_key_is_never_endless() -> None:
    assert len(key_for([Author("A" * 500)], 2020, "B" * 500)) == 74


def test_the_first_free_letter_makes_a_key_unique() -> None:
    taken: set[str] = set()
    for _ in range(29):
        taken.add(unique_key("power2022", taken.__contains__))
    tails = sorted((key.removeprefix("power2022") for key in taken), key=lambda tail: (len(tail), tail))
    assert tails == ["", *"abcdefghijklmnopqrstuvwxyz", "aa", "ab"]


def test_a_library_that_has_every_key_is_told() -> None:
    with pytest.raises(BadInput, match="no free key"):
        unique_key("x", lambda _: True)


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("Lee:1999+ä#1", "Lee:1999+ä#1"),
        ('a b{c},"d"=\\e', "a-b-c-d-e"),
        ("a\x1b[8mb\x9bc", "a-[8mb-c"),
        ("a\u202eb\u200b\u2028c\u3164\U000e0041", "a-b-c"),
        ("\x7f\u202e", ""),
    ],
)
def test_a_key_from_elsewhere_holds_nothing_that_ends_it_or_hides(written: str, kept: str) -> None:
    assert clean_key(written) == kept
