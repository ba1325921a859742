"""Where the text is that a code host shows."""

import pytest

from gencli.sources.codehosts import Raw, raw

GH, CB, GL = "https://raw.githubusercontent.com", "https://codeberg.org", "https://gitlab.com"
SHA = "0123456789abcdef0123"


@pytest.mark.parametrize(
    ("address", "first", "name"),
    [
        ("https://github.com/o/r", f"{GH}/o/r/HEAD/README.md", "o/r"),
        ("https://www.github.com/o/r.git/", f"{GH}/o/r/HEAD/README.md", "o/r"),
        ("http://github.com/o/r?tab=readme-ov-file#papers", f"{GH}/o/r/HEAD/README.md", "o/r"),
        ("https://github.com/o/r/tree/main", f"{GH}/o/r/main/README.md", "o/r"),
        ("https://github.com/o/r/tree/v1/docs/a", f"{GH}/o/r/v1/docs/a/README.md", "o/r"),
        ("https://github.com/o/r/blob/main/refs.bib?plain=1#L3", f"{GH}/o/r/main/refs.bib", "refs.bib"),
        ("https://github.com/o/r/blame/a/b%20c.md", f"{GH}/o/r/a/b%20c.md", "b c.md"),
        ("https://github.com/o/r/wiki", f"{GH}/wiki/o/r/Home.md", "Home.md"),
        ("https://github.com/o/r/wiki/Papers", f"{GH}/wiki/o/r/Papers.md", "Papers.md"),
        (f"https://gist.github.com/o/{SHA}", f"https://gist.github.com/o/{SHA}/raw", f"gist {SHA}"),
        (f"https://gist.github.com/{SHA}", f"https://gist.github.com/{SHA}/raw", f"gist {SHA}"),
        (f"https://gist.github.com/o/{SHA}/ab12", f"https://gist.github.com/o/{SHA}/ab12/raw", f"gist {SHA}"),
        (f"{GL}/g/s/r", f"{GL}/g/s/r/-/raw/HEAD/README.md", "g/s/r"),
        (f"{GL}/g/r/-/tree/main", f"{GL}/g/r/-/raw/main/README.md", "g/r"),
        (f"{GL}/g/s/r/-/blob/main/a/l.md?ref_type=heads", f"{GL}/g/s/r/-/raw/main/a/l.md", "l.md"),
        ("https://gitlab.uni.example/g/r", "https://gitlab.uni.example/g/r/-/raw/HEAD/README.md", "g/r"),
        ("http://git.example:3000/g/r/-/blob/m/l.md", "http://git.example:3000/g/r/-/raw/m/l.md", "l.md"),
        (f"{GL}/g/r/-/snippets/7", f"{GL}/g/r/-/snippets/7/raw", "snippet 7"),
        (f"{CB}/o/r", f"{CB}/o/r/raw/branch/HEAD/README.md", "o/r"),
        (f"{CB}/o/r/src/branch/main", f"{CB}/o/r/raw/branch/main/README.md", "o/r"),
        (f"{CB}/o/r/src/branch/main/a/refs.bib", f"{CB}/o/r/raw/branch/main/a/refs.bib", "refs.bib"),
        ("https://git.example/o/r/src/tag/v1/l.md", "https://git.example/o/r/raw/tag/v1/l.md", "l.md"),
        (f"{CB}/o/r/src/branch/main/LIST", f"{CB}/o/r/raw/branch/main/LIST", "LIST"),
        ("https://bitbucket.org/o/r", "https://bitbucket.org/o/r/raw/HEAD/README.md", "o/r"),
        ("https://bitbucket.org/o/r/src/main/l.md", "https://bitbucket.org/o/r/raw/main/l.md", "l.md"),
        ("https://git.sr.ht/~o/r", "https://git.sr.ht/~o/r/blob/HEAD/README.md", "~o/r"),
        ("https://git.sr.ht/~o/r/tree/master/item/l.md", "https://git.sr.ht/~o/r/blob/master/l.md", "l.md"),
    ],
)
def test_the_text_behind_what_is_shown(address: str, first: str, name: str) -> None:
    found = raw(address)
    assert found is not None
    assert (found.addresses[0], found.name) == (first, name)
    # What is a text already needs no deriving.
    assert raw(first) is None


def test_a_readme_may_be_written_in_small_letters() -> None:
    folder = f"{CB}/o/r/raw/branch/main/list"
    assert raw(f"{CB}/o/r/src/branch/main/list") == Raw((folder, f"{folder}/README.md", f"{folder}/readme.md"), "list")


@pytest.mark.parametrize(
    "address",
    ["https://github.com", "https://github.com/o", "https://github.com/topics/papers", "https://github.com/o/r/issues/1",
     "https://github.com/o/r/raw/main/l.md", "https://github.com/o/r/../../x/blob/m/a", "https://gitlab.com/users/a",
     "https://gitlab.com/g/r/-/issues", "https://gist.github.com/o", f"https://gist.github.com/o/{SHA}/raw/a.md",
     "https://notgithub.com/o/r", "https://github.com.evil.example/o/r", "https://example.org/o/r",
     "https://codeberg.org/explore/repos", "https://wiki.example/ml/src/branch", "https://git.sr.ht/o/r"],
)  # fmt: skip
def test_what_is_no_text_on_a_code_host(address: str) -> None:
    assert raw(address) is None
