"""Normal forms of identifiers, merging what sources say, citation keys."""

from collections.abc import Sequence

import pytest

from gencli.citation import person
from gencli.errors import BadInput
from gencli.identity import (
    Identifier,
    Merged,
    fingerprint,
    identify,
    key_for,
    mentioned,
    merge,
    normal_url,
    rank,
    require,
    unique_key,
)
from gencli.model import Author, Record

ADDRESSES = [
    f"{scheme}://{host}arxiv.org/{path}{tail}"
    for scheme in ("http", "https", "HTTPS")
    for host in ("", "www.", "export.")
    for path in ("abs/2201.02177", "pdf/2201.02177", "pdf/2201.02177.pdf", "html/2201.02177v2", "abs/2201.02177v13")
    for tail in ("", "?context=cs.LG", "#S1", "/")
]


@pytest.mark.parametrize(
    "written",
    [
        "2201.02177", "2201.02177v1", " 2201.02177 ", "2201.02177.pdf", "[2201.02177]", "<2201.02177>",
        "arXiv:2201.02177", "arxiv: 2201.02177v3", "ARXIV 2201.02177", "arXiv:2201.02177v1 [cs.LG]", "arXiv.2201.02177",
        "arxiv.org/abs/2201.02177", "www.arxiv.org/pdf/2201.02177v1",
        "10.48550/arXiv.2201.02177", "10.48550/ARXIV.2201.02177v1", "doi:10.48550/arXiv.2201.02177",
        "DOI: 10.48550/arXiv.2201.02177", "https://doi.org/10.48550/arXiv.2201.02177",
        "http://dx.doi.org/10.48550/arXiv.2201.02177", "doi.org/10.48550/arXiv.2201.02177",
        "https://huggingface.co/papers/2201.02177", "https://ar5iv.labs.arxiv.org/html/2201.02177",
        "https://alphaxiv.org/abs/2201.02177", "https://arxiv.org/abs/2201.02177%20", *ADDRESSES,
    ],
)  # fmt: skip
def test_one_normal_form_of_an_arxiv_id(written: str) -> None:
    found = identify(written)
    assert found is not None
    assert found[:2] == ("arxiv", "2201.02177")


@pytest.mark.parametrize(
    ("written", "version"),
    [
        ("2201.02177", None),
        ("2201.02177v3", 3),
        ("https://arxiv.org/pdf/2201.02177v12.pdf", 12),
        ("hep-th/9711200v2", 2),
    ],
)
def test_the_version_is_told_and_no_part_of_the_id(written: str, version: int | None) -> None:
    found = identify(written)
    assert found is not None
    assert found.version == version


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("hep-th/9711200", "hep-th/9711200"),
        ("arXiv:hep-th/9711200v1", "hep-th/9711200"),
        ("https://arxiv.org/abs/hep-th/9711200", "hep-th/9711200"),
        ("https://arxiv.org/pdf/hep-th/9711200v3.pdf", "hep-th/9711200"),
        ("math.GT/0309136", "math/0309136"),
        ("math/0309136", "math/0309136"),
        ("https://arxiv.org/abs/math.GT/0309136v1", "math/0309136"),
        ("10.48550/arXiv.math/0309136", "math/0309136"),
        ("10.48550/arXiv.math.GT/0309136", "math/0309136"),
        ("0704.0001", "0704.0001"),
        ("1412.6980", "1412.6980"),
        ("1501.00001", "1501.00001"),
    ],
)
def test_old_and_short_arxiv_ids(written: str, value: str) -> None:
    assert identify(written) == Identifier("arxiv", value, identify(written)[2])  # type: ignore[index]


@pytest.mark.parametrize(
    ("written", "doi"),
    [
        ("10.1145/3292500.3330701", "10.1145/3292500.3330701"),
        ("https://dl.acm.org/doi/10.1145/3292500.3330701", "10.1145/3292500.3330701"),
        ("https://dl.acm.org/doi/pdf/10.1145/3292500.3330701?download=true", "10.1145/3292500.3330701"),
        ("10.1234/2201.02177", "10.1234/2201.02177"),
        ("DOI:10.1073/PNAS.1903070116", "10.1073/pnas.1903070116"),
        ("doi = 10.1073/pnas.1903070116", "10.1073/pnas.1903070116"),
        ("https://doi.org/10.1073/pnas.1903070116.", "10.1073/pnas.1903070116"),
        ("https://doi.org/https://doi.org/10.32508/stdjet.v3iSI1.515", "10.32508/stdjet.v3isi1.515"),
        (
            "https://www.annualreviews.org/doi/pdf/10.1146/annurev-conmatphys-031119-050745",
            "10.1146/annurev-conmatphys-031119-050745",
        ),
        ("https://link.springer.com/content/pdf/10.1007/s10994-019-05855-6.pdf", "10.1007/s10994-019-05855-6"),
        ("https://www.science.org/doi/full/10.1126/science.aab1", "10.1126/science.aab1"),
        ("https://example.org/10.1000/abc/full", "10.1000/abc"),
        ("https://journals.plos.org/plosone/article?id=10.1371/journal.pone.0255801", "10.1371/journal.pone.0255801"),
        ("https://www.biorxiv.org/content/10.1101/2020.01.01.123456v2.full.pdf", "10.1101/2020.01.01.123456"),
        ("10.1000/a(b)c", "10.1000/a(b)c"),
        ("10.1000/a(b)", "10.1000/a(b)"),
        ("10.1000/abc)", "10.1000/abc"),
        (
            "10.1002/(SICI)1097-0258(19980815/30)17:15/16<1661::AID-SIM968>3.0.CO;2-2",
            "10.1002/(sici)1097-0258(19980815/30)17:15/16<1661::aid-sim968>3.0.co;2-2",
        ),
        (
            "https://doi.org/10.1002/(SICI)1097-0258(19980815/30)17:15/16%3C1661::AID-SIM968%3E3.0.CO;2-2",
            "10.1002/(sici)1097-0258(19980815/30)17:15/16<1661::aid-sim968>3.0.co;2-2",
        ),
    ],
)
def test_dois(written: str, doi: str) -> None:
    assert identify(written) == Identifier("doi", doi)


@pytest.mark.parametrize(
    ("written", "kind", "value"),
    [
        ("https://openreview.net/pdf?id=ry_WPG-A-", "openreview", "ry_WPG-A-"),
        ("https://openreview.net/forum?id=Sy8gdB9xx&noteId=abc", "openreview", "Sy8gdB9xx"),
        ("https://aclanthology.org/P19-1001/", "acl", "P19-1001"),
        ("https://www.aclweb.org/anthology/2020.acl-main.1.pdf", "acl", "2020.acl-main.1"),
        ("https://pubmed.ncbi.nlm.nih.gov/0123456/", "pmid", "123456"),
        ("PMID: 123456", "pmid", "123456"),
        ("https://Example.ORG/Path/?q=1#top", "url", "https://example.org/Path?q=1"),
        ("https://user:secret@example.org/", "url", "https://example.org"),
        ("https://openreview.net/group?id=x", "url", "https://openreview.net/group?id=x"),
        ("https://arxiv.org/list/cs.LG/recent", "url", "https://arxiv.org/list/cs.LG/recent"),
    ],
)
def test_other_kinds(written: str, kind: str, value: str) -> None:
    assert identify(written) == Identifier(kind, value)


@pytest.mark.parametrize(
    ("written", "isbn"),
    [
        ("ISBN 978-3-642-35454-0", "9783642354540"),
        ("isbn:9783642354540", "9783642354540"),
        ("9783642354540", "9783642354540"),
        ("ISBN-13: 978-0-306-40615-7", "9780306406157"),
        ("ISBN-10 0-306-40615-2", "9780306406157"),
        ("isbn 3-540-77093-3", "9783540770930"),
        ("isbn 0-8044-2957-X", "9780804429573"),
        ("isbn 0-8044-2957-x", "9780804429573"),
        ("ISBN 978-3-642-35454-1", None),
        ("ISBN-10 0-306-40615-3", None),
        ("isbn 4006381333931", None),
        ("9783642354541", None),
        ("isbn 12-34", None),
    ],
)
def test_isbn_check_digits(written: str, isbn: str | None) -> None:
    assert identify(written) == (Identifier("isbn", isbn) if isbn else None)


@pytest.mark.parametrize(
    ("written", "hint"),
    [
        ("2201.2177", "2201.02177"),
        ("2201.021777", "2201.02177"),
        ("2213.02177", "2201.02177"),
        ("1412.69801", "2201.02177"),
        ("0601.0001", "2201.02177"),
        ("2201.02177v", "2201.02177"),
        ("2201.02177v0", "2201.02177"),
        ("2201:02177", "2201.02177"),
        ("arXiv:22.02177", "arXiv id or URL"),
        ("hep-th/971120", "hep-th/9711200"),
        ("math/1399999", "hep-th/9711200"),
        ("10.12/abc", "10.PREFIX/SUFFIX"),
        ("doi:10.1000/", "10.PREFIX/SUFFIX"),
        ("hello", "2201.02177"),
        ("", "2201.02177"),
        ("9783642354541", "2201.02177"),
    ],
)
def test_what_is_no_identifier_is_refused_with_a_hint(written: str, hint: str) -> None:
    assert identify(written) is None
    with pytest.raises(BadInput) as raised:
        require(written)
    assert hint in raised.value.hint
    assert written.strip()[:80] in raised.value.message


def test_require_gives_what_identify_finds() -> None:
    assert require("arXiv:2201.02177v2") == Identifier("arxiv", "2201.02177", 2)


@pytest.mark.parametrize("text", ["x" * 3000, "https://a.org/" + "x" * 3000, "10.1000/" + ")" * 1900, "\x00", "\ud800"])
def test_hostile_texts_are_no_identifiers(text: str) -> None:
    assert identify(text) is None


@pytest.mark.parametrize(
    ("address", "normal"),
    [
        ("HTTP://Example.org:80/A/B/", "http://example.org:80/A/B"),
        ("https://example.org", "https://example.org"),
        ("https://example.org/#top", "https://example.org"),
        ("https://example.org/a?b=/", "https://example.org/a?b=/"),
        ("ftp://example.org/a", None),
        ("javascript:alert(1)", None),
        ("https://", None),
        ("https://[bad", None),
        ("https://a.org/b c", None),
        ("https://a.org/b\x00", None),
        ("", None),
    ],
)
def test_normal_form_of_an_address(address: str, normal: str | None) -> None:
    assert normal_url(address) == normal


def test_identifiers_in_running_text() -> None:
    text = (
        "A. One, arXiv preprint arXiv:1812.11118v2 [stat.ML] (doi: 10.1073/pnas.1903070116), PMID 123, "
        "ISBN: 978-3-642-35454-0, again arXiv:2201.02177."
    )
    assert mentioned(text) == {
        "arxiv": "1812.11118",
        "doi": "10.1073/pnas.1903070116",
        "pmid": "123",
        "isbn": "9783642354540",
    }
    assert mentioned("see 10.48550/arXiv.2201.02177.") == {"arxiv": "2201.02177"}
    assert mentioned("in 2012.10931 words, pp. 10-20, ISBN 978-1") == {}


# --- merging -------------------------------------------------------------------------------------


def told(*records: Record) -> Merged:
    """What is known after all of them spoke, one after the other, with all that lost."""
    known = Merged({}, {}, {}, [])
    for record in records:
        after = merge(known.facts, known.fields, known.origins, record)
        known = Merged(after.facts, after.fields, after.origins, known.variants + after.variants)
    return known


def test_sources_are_ranked() -> None:
    assert rank("user") > rank("arxiv") == rank("facts") == rank("bib:refs.bib") > rank("page:A List")


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
    facts = Record(source="facts", title="Nets and Things", venue="ICLR")
    merged = told(ARXIV, facts)
    assert merged.facts["title"] == "Nets"
    assert merged.facts["venue"] == "ICLR"
    assert merged.variants == [("title", "facts", "Nets and Things")]


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
