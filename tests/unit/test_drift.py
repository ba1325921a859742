"""What is otherwise on a page, by what it names and where."""

import random

import pytest

from gencli.drift import Difference, Named, differences
from gencli.model import Mention


def named(key: str, position: int | None, *section: str, **more: object) -> Named:
    links = more.pop("links", None)
    given = {"group": None, "role": "item" if position else "prose", "label": key.title(), "starred": False, "note": ""}
    mention = Mention("P", tuple(section), position=position, **(given | more))  # type: ignore[arg-type]
    return Named(key, mention, frozenset(links) if isinstance(links, list) else None)


def listed(*keys: str, section: str = "S") -> list[Named]:
    return [named(key, place, section) for place, key in enumerate(keys, 1)]


def told(before: list[Named], now: list[Named]) -> list[tuple[str, str | None, str, str]]:
    return [(one.what, one.key, one.before, one.after) for one in differences(before, now)]


def test_a_page_that_is_as_it_was_has_no_difference() -> None:
    page = [*listed("a", "b", "c"), named("a", None, "T"), named("a", None, "T")]
    assert differences(page, list(page)) == []
    assert differences([], []) == []


def test_what_is_new_and_what_is_gone() -> None:
    assert told(listed("a", "b"), listed("a", "c")) == [("added", "c", "", "S"), ("removed", "b", "S", "")]


def test_one_that_is_named_elsewhere_still_has_not_left() -> None:
    before = [*listed("a"), named("a", None, "T")]
    (gone,) = differences(before, listed("a"))
    assert (gone.what, gone.before, gone.is_last) == ("removed", "the text of T", False)
    (gone,) = differences(before[:1], [])
    assert gone.is_last


def test_an_item_that_was_put_in_counts_the_others_on_and_moves_none() -> None:
    assert told(listed("a", "b", "c"), listed("new", "a", "b", "c")) == [("added", "new", "", "S")]


def test_as_few_as_can_be_are_in_another_order() -> None:
    assert told(listed("a", "b", "c", "d", "e"), listed("e", "a", "b", "c", "d")) == [("reordered", "e", "", "")]
    assert told(listed("a", "b", "c", "d"), listed("b", "c", "a", "d")) == [("reordered", "a", "", "C")]
    chance = random.Random(7)
    for _ in range(50):
        keys = [f"k{number}" for number in range(12)]
        moved = chance.sample(keys, 3)
        rest = [key for key in keys if key not in moved]
        for key in moved:
            rest.insert(chance.randrange(len(rest) + 1), key)
        assert len(told(listed(*keys), listed(*rest))) <= 3


def test_an_item_in_another_section_or_group_is_moved() -> None:
    before = [*listed("a", "b"), named("c", 3, "T")]
    now = [*listed("a"), named("b", 2, "T"), named("c", 3, "T")]
    assert told(before, now) == [("moved", "b", "S", "T")]
    assert told(listed("a"), [named("a", 1, "S", group="Early")]) == [("moved", "a", "S", "S › Early")]
    assert told(listed("a"), [named("a", None, "S")]) == [("moved", "a", "S", "the text of S")]


def test_a_heading_that_has_another_name_moves_nothing() -> None:
    before = [named("a", 1, "S", "One"), named("b", 2, "S", "Two"), named("c", 3, "R")]
    now = [named("a", 1, "New S", "One"), named("b", 2, "New S", "Two"), named("c", 3, "R")]
    assert told(before, now) == [("renamed", None, "S", "New S")]
    now = [named("a", 1, "New S", "First"), named("b", 2, "New S", "Two"), named("c", 3, "R")]
    assert told(before, now) == [
        ("renamed", None, "S", "New S"), ("renamed", None, "S › One", "New S › First"),
    ]  # fmt: skip


def test_a_group_that_has_another_name_moves_nothing() -> None:
    before = [named(key, place, "S", group="Old") for place, key in enumerate("abc", 1)]
    now = [named(key, place, "S", group="New") for place, key in enumerate("abc", 1)]
    assert told(before, now) == [("renamed", None, "S › Old", "S › New")]


def test_of_two_headings_that_became_one_only_the_larger_is_renamed() -> None:
    before = [*listed("a", "b", section="One"), named("c", 3, "Two")]
    now = listed("a", "b", "c", section="Both")
    assert told(before, now) == [("renamed", None, "One", "Both"), ("moved", "c", "Two", "Both")]


def test_one_item_of_many_that_goes_to_a_new_section_renames_nothing() -> None:
    before = listed("a", "b", "c")
    now = [*listed("a", "b"), named("c", 3, "New")]
    assert told(before, now) == [("moved", "c", "S", "New")]
    now = [named("a", 1, "New"), named("b", 2, "Other"), named("c", 3, "Third")]
    assert [what for what, *_ in told(before, now)] == ["moved"] * 3


@pytest.mark.parametrize(
    ("more", "what", "before", "after"),
    [
        ({"label": "Another"}, "label", "A", "Another"),
        ({"note": "- good"}, "note", "", "- good"),
        ({"starred": True}, "star", "", "starred"),
        ({"links": ["arxiv:1", "https://x.org/p.pdf"]}, "links", "", "https://x.org/p.pdf"),
        ({"links": []}, "links", "arxiv:1", ""),
    ],
)
def test_what_is_said_of_a_paper_in_its_place(more: dict[str, object], what: str, before: str, after: str) -> None:
    was = named("a", 1, "S", links=["arxiv:1"])
    assert told([was], [named("a", 1, "S", **({"links": ["arxiv:1"]} | more))]) == [(what, "a", before, after)]


def test_where_a_paper_leads_is_said_once_and_not_where_nobody_knows() -> None:
    before = [named("a", place, "S", links=["x"]) for place in (1, 2, 3)]
    now = [named("a", place, "S", links=["y"]) for place in (1, 2, 3)]
    assert told(before, now) == [("links", "a", "x", "y")]
    assert told(before, [one._replace(links=None) for one in now]) == []


def test_of_a_paper_that_stands_in_several_places_each_is_compared_with_its_own() -> None:
    before = [named("a", 1, "S"), named("a", 2, "T", note="two"), named("a", None, "U")]
    now = [named("a", 1, "T", note="three"), named("a", 2, "S"), named("a", None, "U")]
    assert told(before, now) == [("note", "a", "two", "three")]
    now = [named("a", 1, "S"), named("a", None, "U")]
    assert told(before, now) == [("removed", "a", "T", "")]


def test_every_page_against_every_other_says_what_it_takes() -> None:
    chance = random.Random(3)

    def page() -> list[Named]:
        return [
            named(chance.choice("abcdef"), place, chance.choice("ST"), starred=chance.random() < 0.3)
            for place in range(1, chance.randrange(8))
        ]

    for _ in range(300):
        before, now = page(), page()
        found = differences(before, now)
        assert all(isinstance(one, Difference) for one in found)
        grown = sum(one.what == "added" for one in found) - sum(one.what == "removed" for one in found)
        assert grown == len(now) - len(before)
        if not found:
            assert [one.key for one in sorted_by_place(before)] == [one.key for one in sorted_by_place(now)]


def sorted_by_place(page: list[Named]) -> list[Named]:
    return sorted(page, key=lambda one: (one.mention.section, one.mention.position))
