"""A wiki page changed in its own text: only the lines concerned are others."""

import random

import pytest

from conftest import PAGE
from gencli.errors import BadInput, Conflict, NotFound
from gencli.formats import dokuwiki
from gencli.formats.dokuwiki import edits as wiki
from gencli.listing import edits
from gencli.listing.edits import Spot

TEXT = """====== Reading ======
Words before. <code>
  * no item
</code>

===== One =====
  * [[https://arxiv.org/abs/2201.00001|A 2022 - First]]
    * a remark
  * **Early**
    * [[https://arxiv.org/abs/2201.00002|B 2022 - Second]] ((a footnote))
    * [[https://arxiv.org/abs/2201.00003|C 2022 - Third]]

Words, [[https://arxiv.org/abs/2201.00004|D]].

==== Below ====
===== Two =====
^ a table ^ of two ^
| with | cells |
"""


def new(text: str, before: str = TEXT) -> list[str]:
    """The lines that are new; those that were there are there, in their order."""
    old, now = before.splitlines(keepends=True), text.splitlines(keepends=True)
    found = []
    for line in now:
        if old and line == old[0]:
            old.pop(0)
        else:
            found.append(line)
    assert old == []
    return found


def where(text: str) -> list[tuple[str, tuple[str, ...], str | None]]:
    page = dokuwiki.read(text, "p", "p")
    return [
        (one.label, one.section, one.group) for record in page.records for one in record.mentions if one.role == "item"
    ]


CONTENT = wiki.item("E 2022 - Fifth", "https://arxiv.org/abs/2201.00005", "- good", starred=True)


@pytest.mark.parametrize(
    ("spot", "line", "behind"),
    [
        # Behind those that are in no group either, with what stands under them.
        (Spot(("One",)), f"  * {CONTENT}\n", "    * a remark\n"),
        (Spot(("One",), "Early"), f"    * {CONTENT}\n", "    * [[https://arxiv.org/abs/2201.00003|C 2022 - Third]]\n"),
        (Spot(("One", "Below")), f"  * {CONTENT}\n", "==== Below ====\n"),
        (Spot(("Two",)), f"  * {CONTENT}\n", "| with | cells |\n"),
        (Spot(()), f"  * {CONTENT}\n", "</code>\n"),
    ],
)
def test_an_item_is_put_behind_the_others_of_its_place(spot: Spot, line: str, behind: str) -> None:
    text = edits.added(wiki, TEXT, spot, CONTENT)
    assert new(text) == [line]
    lines = text.splitlines(keepends=True)
    assert lines[lines.index(line) - 1] == behind
    assert ("E 2022 - Fifth", spot.section, spot.group) in where(text)


def test_what_is_not_there_is_named_with_what_is() -> None:
    with pytest.raises(NotFound) as caught:
        edits.section_called(wiki, TEXT, "Three")
    assert caught.value.hint == "it has 'One', 'One › Below', 'Two'"
    with pytest.raises(NotFound, match="no group is called 'Late'"):
        edits.added(wiki, TEXT, Spot(("One",), "Late"), CONTENT)
    with pytest.raises(NotFound, match="no section is called"):
        edits.added(wiki, TEXT, Spot(("Nine",)), CONTENT)
    with pytest.raises(NotFound, match="has no item 9"):
        edits.removed(wiki, TEXT, 9)


@pytest.mark.parametrize(
    ("wanted", "path"),
    [
        ("One", ("One",)),
        ("below", ("One", "Below")),
        ("One > below", ("One", "Below")),
        ("one›Below", ("One", "Below")),
    ],
)
def test_a_section_is_named_by_its_title_or_its_path(wanted: str, path: tuple[str, ...]) -> None:
    assert edits.section_called(wiki, TEXT, wanted) == path


def test_a_title_that_two_sections_have_is_not_enough() -> None:
    text = "====== P ======\n===== A =====\n==== X ====\n===== B =====\n==== X ====\n"
    with pytest.raises(BadInput) as caught:
        edits.section_called(wiki, text, "X")
    assert caught.value.hint == "name one of 'A › X', 'B › X'"
    assert edits.section_called(wiki, text, "B > X") == ("B", "X")


def test_an_item_goes_with_what_stands_under_it_and_no_paper_does() -> None:
    text = edits.removed(wiki, TEXT, 1)
    assert new(TEXT, text) == ["  * [[https://arxiv.org/abs/2201.00001|A 2022 - First]]\n", "    * a remark\n"]
    nested = TEXT.replace("  * **Early**", "  * [[https://arxiv.org/abs/2201.00009|N 2022 - Ninth]]")
    with pytest.raises(Conflict, match="other papers stand under"):
        edits.removed(wiki, nested, 2)


def test_an_item_moves_with_what_stands_under_it() -> None:
    text = edits.moved(wiki, TEXT, 1, Spot(("Two",)))
    assert ("A 2022 - First", ("Two",), None) in where(text)
    assert text.endswith("cells |\n  * [[https://arxiv.org/abs/2201.00001|A 2022 - First]]\n    * a remark\n")
    assert sorted(text.splitlines()) == sorted(TEXT.splitlines())
    text = edits.moved(wiki, TEXT, 1, Spot(("One",), "Early"))
    assert "    * [[https://arxiv.org/abs/2201.00001|A 2022 - First]]\n      * a remark\n" in text
    back = edits.moved(wiki, text, 3, Spot(("Two",)))
    assert back.endswith("cells |\n  * [[https://arxiv.org/abs/2201.00001|A 2022 - First]]\n    * a remark\n")


@pytest.mark.parametrize("end", ["\r\n", "\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("last", [True, False])
def test_line_ends_and_the_mark_of_utf8_stay(end: str, mark: str, last: bool) -> None:
    text = mark + (TEXT if last else TEXT.rstrip("\n")).replace("\n", end)
    there = edits.added(wiki, text, Spot(("Two",)), CONTENT)
    assert there == text + ("" if last else end) + f"  * {CONTENT}{end}"
    page = wiki.layout(there)
    position = next(position for position, number in page.named if page.blocks[number].section == ("Two",))
    assert edits.removed(wiki, there, position) == text + ("" if last else end)


def test_what_a_label_or_a_note_holds_stays_in_its_item() -> None:
    for label in ("a ]] b", "a | b", "** x **", "== h ==", "a\n  * b", "[[c]]", "<code>", "%%"):
        for note in ("", "n\n====== h ======", "- ok"):
            text = edits.added(
                wiki, TEXT, Spot(("Two",)), wiki.item(label, "https://x.org/a b|c]", note, starred=False)
            )
            assert len(new(text)) == 1
            assert len(where(text)) == len(where(TEXT)) + 1
            assert where(text)[:-1] == where(TEXT)


def test_whatever_is_done_and_taken_back_in_turn_gives_the_page_back() -> None:
    chance = random.Random(11)
    for _ in range(40):
        sections = [f"S{number}" for number in range(chance.randrange(1, 4))]
        lines = ["====== P ======"]
        for section in sections:
            lines += ["", f"===== {section} ====="]
            for _ in range(chance.randrange(4)):
                number = chance.randrange(10_000)
                lines.append(f"  * [[https://arxiv.org/abs/2201.{number:05d}|L {number}]] note")
                lines += ["    * under it"] * chance.randrange(2)
            lines += ["Words."] * chance.randrange(2)
        text = "\n".join(lines) + "\n" * chance.randrange(1, 3)
        spot = Spot((chance.choice(sections),))
        there = edits.added(wiki, text, spot, "[[https://arxiv.org/abs/2399.99999|The new one]]")
        assert len(new(there, text)) == 1
        position = next(at for at, (label, *_) in enumerate(where(there), 1) if label == "The new one")
        assert edits.removed(wiki, there, position) == text
        elsewhere = edits.moved(wiki, there, position, Spot((chance.choice(sections),)))
        position = next(at for at, (label, *_) in enumerate(where(elsewhere), 1) if label == "The new one")
        assert edits.removed(wiki, elsewhere, position) == text


def test_the_users_page_means_the_same_with_its_lines_given_back() -> None:
    flat = PAGE.read_text(encoding="utf-8")
    with pytest.raises(BadInput, match="lost its line ends"):
        edits.added(wiki, flat, Spot(("Key Papers",)), CONTENT)
    text = wiki.reflowed(flat)
    before, after = (dokuwiki.read(one, "p", "p") for one in (flat, text))
    assert before.records == after.records
    assert (before.title, before.related) == (after.title, after.related)
    assert max(map(len, text.splitlines())) < max(map(len, flat.splitlines()))
    assert wiki.reflowed(text) == text
    assert edits.added(wiki, text, Spot(("Phenomena", "Grokking")), CONTENT) != text
