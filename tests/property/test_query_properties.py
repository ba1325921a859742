"""No text makes a query fail."""

from hypothesis import given, settings
from hypothesis import strategies as st

from gencli.query import Check, Group, Match, Node, parse
from gencli.text import words

many = settings(deadline=None, max_examples=150, derandomize=True)

PIECES = st.sampled_from(
    ["a", "b", "deep ", " OR ", " AND ", " NOT ", "NOT", "(", ")", "-", "-(", '"', "title:", "year:2019..", "year:x",
     "is:starred", " ", "tag:", ":", "colour:red", "深度", "\x00", "\ud800", "*", "^", "{", "'", "é", "\n",
     "arxiv:2201.02177"]
)  # fmt: skip
TYPED = (
    st.text()
    | st.lists(PIECES, max_size=60).map("".join)
    | st.lists(PIECES, max_size=30).map(lambda one: "".join(one) * 100)
)


def parts(node: Node, depth: int = 0) -> list[Node]:
    # At most fifty parentheses, each an alternative, a list and a refusal.
    assert depth <= 160
    below = [part for inner in (node.parts if isinstance(node, Group) else ()) for part in parts(inner, depth + 1)]
    return [node, *below]


@given(TYPED)
@many
def test_any_text_is_a_query(typed: str) -> None:
    query = parse(typed)
    assert (query.root is None) == (not typed.strip())
    for node in parts(query.root) if query.root else ():
        if isinstance(node, Match):
            assert node.words == tuple(words(" ".join(node.words)))
        elif isinstance(node, Check):
            assert node.value
        else:
            assert node.op in ("and", "or", "not")
            assert len(node.parts) == 1 if node.op == "not" else len(node.parts) > 1
    assert all(isinstance(term, Match) for term in query.terms())


@given(TYPED)
@many
def test_a_query_is_read_the_same_twice(typed: str) -> None:
    query = parse(typed)
    assert parse(query.text) == query


@given(st.lists(st.sampled_from(["deep", "net", "É", "2019"]), min_size=1, max_size=5))
@many
def test_plain_words_are_wanted_all(typed: list[str]) -> None:
    found = parse(" ".join(typed) + " ").terms()
    # A word that is said twice is wanted once.
    wanted = dict.fromkeys(word for one in typed for word in words(one))
    assert [word for term in found for word in term.words] == list(wanted)
