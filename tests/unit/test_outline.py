"""Under which headings an item stands, and in which group."""

import pytest

from gencli.listing.outline import Outline, is_bold, is_short, label_of
from gencli.markup import Span, inline


def spans(text: str) -> list[Span]:
    return inline(text)


def test_a_heading_ends_those_of_its_level_and_below() -> None:
    outline = Outline()
    found = []
    for level, title in [(2, "A"), (3, "B"), (5, "C"), (4, "D"), (3, "E"), (1, "F")]:
        outline.heading(level, title)
        found.append(outline.section)
    assert found == [("A",), ("A", "B"), ("A", "B", "C"), ("A", "B", "D"), ("A", "E"), ("F",)]


def test_an_item_is_in_the_group_of_the_item_it_is_nested_under() -> None:
    outline = Outline()
    assert outline.item(1, "one", False, True) is None
    assert outline.item(2, "two", False, True) == "one"
    assert outline.item(4, "three", False, False) == "two"
    assert outline.item(3, "four", False, False) == "two"
    assert outline.item(2, "five", False, False) == "one"
    assert outline.item(1, "six", False, False) is None


def test_a_label_without_items_under_it_holds_for_those_after_it() -> None:
    outline = Outline()
    assert outline.item(1, "Theory", True, False) is None
    assert outline.section == ()
    outline.item(2, "below", False, False)
    # An item as deep as the label is in its group, until another label or a higher item comes.
    assert outline.item(1, "one", False, False) == "Theory"
    assert outline.item(1, "Practice", True, False) is None
    assert outline.item(1, "two", False, False) == "Practice"


def test_an_item_that_is_higher_than_the_label_ends_its_group() -> None:
    outline = Outline()
    outline.item(2, "Theory", True, False)
    assert outline.item(2, "one", False, False) == "Theory"
    assert outline.item(1, "two", False, False) is None
    assert outline.item(2, "three", False, False) == "two"


def test_what_is_no_item_ends_the_list_and_may_head_the_next() -> None:
    outline = Outline()
    outline.item(1, "one", False, True)
    outline.end_list()
    assert outline.item(2, "two", False, False) is None
    outline.end_list()
    outline.head(1, "Theory")
    assert outline.item(1, "three", False, False) == "Theory"
    outline.heading(2, "A")
    assert outline.item(1, "four", False, False) is None


@pytest.mark.parametrize(
    ("text", "bold", "short", "label"),
    [
        ("**Theory**", True, True, "Theory"),
        ("**Theory** ", True, True, "Theory"),
        ("**Theory:** ", True, True, "Theory"),
        ("**Theory** of nets :", False, True, "Theory of nets"),
        ("**[[https://x.org|A Title]]**, a remark", False, True, "A Title"),
        ("x" * 80, False, True, "x" * 80),
        ("x" * 81, False, False, "x" * 81),
        (" ", False, False, ""),
        ("", False, False, ""),
    ],
)
def test_what_names_a_group(text: str, bold: bool, short: bool, label: str) -> None:
    assert (is_bold(spans(text)), is_short(spans(text)), label_of(spans(text))) == (bold, short, label)
