"""Normal forms of identifiers, from every form that is usual."""

import pytest

from gencli.identifiers import ARCHIVES, Identifier, identify, mentioned, normal_url
from gencli.pasted import no_identifier, whole

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
        "https://alphaxiv.org/abs/2201.02177", "https://arxiv.org/abs/2201.02177%20",
        "arXiv:2201.02177v1  [cs.LG]  6 Jan 2022", "[arXiv:2201.02177 [cs.LG]]", "(arXiv:2201.02177).", '"2201.02177",',
        "10.48550%2FarXiv.2201.02177", "info:doi/10.48550/arXiv.2201.02177", "https://doi.org/10.48550%2FARXIV.2201.02177v1",
        "2022arXiv220102177P", "2201.02177V2", "arxiv/2201.02177", "arxiv_2201.02177", "https://arxiv.org/abs/arXiv:2201.02177",
        "10.48550/arXiv:2201.02177",
        "https://arxiv.org/format/2201.02177", "https://arxiv.org/ps/2201.02177v1", "https://arxiv.org/src/2201.02177",
        "https://arxiv.org/e-print/2201.02177v2", "https://www.arxiv-vanity.com/papers/2201.02177/",
        "hf.co/papers/2201.02177",
        "https://www.alphaxiv.org/overview/2201.02177v1", "https://ar5iv.org/abs/2201.02177", "https://de.arxiv.org/abs/2201.02177",
        "http://xxx.lanl.gov/abs/2201.02177", "https://arxiv.org.ezproxy.example.edu/abs/2201.02177",
        "https://scholar.google.com/scholar?hl=en&q=arXiv:2201.02177", "https://scholar.google.de/scholar?q=2201.02177&hl=de",
        "https://scholar.google.com/scholar_lookup?arxiv_id=2201.02177",
        "https://scholar.google.com/scholar_url?url=https://arxiv.org/pdf/2201.02177&hl=en",
        "https://www.google.com/url?sa=t&url=https%3A%2F%2Farxiv.org%2Fabs%2F2201.02177&usg=x",
        "https://www.semanticscholar.org/arxiv/2201.02177", "https://api.semanticscholar.org/arXiv:2201.02177",
        "https://ui.adsabs.harvard.edu/abs/2022arXiv220102177P/abstract", "https://ui.adsabs.harvard.edu/abs/arXiv:2201.02177",
        "https://dblp.org/rec/journals/corr/abs-2201-02177.html", "https://inspirehep.net/api/arxiv/2201.02177",
        "https://web.archive.org/web/2022/https://arxiv.org/abs/2201.02177", "https://scirate.com/arxiv/2201.02177",
        "https://arxiv.org/search/?query=2201.02177&searchtype=all", "https://export.arxiv.org/api/query?id_list=2201.02177v2",
        "https://example.org/paper?ref=arxiv:2201.02177", *ADDRESSES,
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
        ("HEP-TH/9711200", "hep-th/9711200"),
        ("9711200 [hep-th]", "hep-th/9711200"),
        ("[hep-th] 9711200", "hep-th/9711200"),
        ("arXiv:0309136v1 (math.GT)", "math/0309136"),
        ("https://arxiv.org/ftp/hep-th/papers/9711/9711200.pdf", "hep-th/9711200"),
        ("https://inspirehep.net/api/arxiv/hep-th/9711200", "hep-th/9711200"),
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


@pytest.mark.parametrize("archive", ARCHIVES)
def test_every_archive_of_old_ids(archive: str) -> None:
    assert identify(f"{archive}/0309136") == Identifier("arxiv", f"{archive}/0309136")
    assert mentioned(f"see arXiv:{archive.upper()}/0309136.") == {"arxiv": f"{archive}/0309136"}


@pytest.mark.parametrize(
    ("written", "doi"),
    [
        ("10.1145/3292500.3330701", "10.1145/3292500.3330701"),
        ("https://dl.acm.org/doi/10.1145/3292500.3330701", "10.1145/3292500.3330701"),
        ("https://dl.acm.org/doi/pdf/10.1145/3292500.3330701?download=true", "10.1145/3292500.3330701"),
        ("10.1234/2201.02177", "10.1234/2201.02177"),
        ("10.5281/zenodo.arxiv.2201.02177", "10.5281/zenodo.arxiv.2201.02177"),
        ("https://doi.org/10.1145/2201.02177", "10.1145/2201.02177"),
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
        ("https://www.ncbi.nlm.nih.gov/pubmed/123456", "pmid", "123456"),
        ("ACL:P19-1001", "acl", "P19-1001"),
        ("2020.acl-main.1", "acl", "2020.acl-main.1"),
        ("openreview:ry_WPG-A-", "openreview", "ry_WPG-A-"),
        ("https://github.com/a/arxiv/2201.02177", "url", "https://github.com/a/arxiv/2201.02177"),
        ("https://example.org/2201.02177", "url", "https://example.org/2201.02177"),
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
        ("arXiv:22.02177", "an arXiv id is YYMM.NNNNN"),
        ("hep-th/971120", "hep-th/9711200"),
        ("hep-th/0812001", "hep-th/9711200"),
        ("section/0101001", "hep-th/9711200"),
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
    assert whole(written) is None
    error = no_identifier(written)
    assert hint in error.hint
    assert written.strip()[:80] in error.message


@pytest.mark.parametrize(
    "text",
    [
        "x" * 3000,
        "https://a.org/" + "x" * 3000,
        "10.1000/" + ")" * 1900,
        "\x00",
        "\ud800",
        "(" * 900_000 + ")" * 900_000,
        "http://[::1]@[x]/",
        "http://a@[/",
        "https://[::1",
    ],
    ids=range(9),
)
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
    assert mentioned("in 10.5281/arxiv:2201.02177, of 2022") == {"doi": "10.5281/arxiv:2201.02177"}
    assert mentioned("see 10.48550/arXiv.2201.02177.") == {"arxiv": "2201.02177"}
    assert mentioned("in 2012.10931 words, pp. 10-20, ISBN 978-1") == {}
