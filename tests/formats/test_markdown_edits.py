"""A Markdown page changed in its own text: only the lines concerned are others."""

import random

import pytest

from gencli.errors import Conflict, NotFound
from gencli.formats import markdown
from gencli.formats.markdown import edits as syntax
from gencli.formats.markdown.citations import unresolved
from gencli.listing import edits
from gencli.listing.edits import Spot

TEXT = """---
title: A blog
---

# Reading

Words before.

```
- no item
```

## One

- [A 2022 - First](https://arxiv.org/abs/2201.00001)
  goes on
  ```
  code of it
  ```
  - a remark
- **Early**
  - [B 2022 - Second](https://arxiv.org/abs/2201.00002)
  - [C 2022 - Third](https://arxiv.org/abs/2201.00003)

Words, [D](https://arxiv.org/abs/2201.00004).

### Below

Two
---

| Paper | Year |
|-|-|
| [E](https://arxiv.org/abs/2201.00006) | 2022 |

## Numbered

1. [F 2022 - Sixth](https://arxiv.org/abs/2201.00007)
2. [G 2022 - Seventh](https://arxiv.org/abs/2201.00008)

## Apart

* [ ] [H 2022 - Eighth](https://arxiv.org/abs/2201.00009)

* [x] [I 2022 - Ninth](https://arxiv.org/abs/2201.00010)

## Quoted

> - [J 2022 - Tenth](https://arxiv.org/abs/2201.00011)
"""
CONTENT = syntax.item("K 2022 - New", "https://arxiv.org/abs/2201.00005", "- good", starred=True)


def where(text: str) -> list[tuple[str, tuple[str, ...], str | None]]:
    page = markdown.read(text, "p", "p")
    found = [
        (one.position, one.label, one.section, one.group)
        for record in page.records for one in record.mentions if one.role == "item"
    ]  # fmt: skip
    return [entry[1:] for entry in sorted(found, key=lambda entry: entry[0] or 0)]


def at(text: str, label: str) -> int:
    return next(number for number, (known, *_) in enumerate(where(text), 1) if known == label)


@pytest.mark.parametrize(
    ("spot", "new", "behind"),
    [
        (Spot(("One",)), f"- {CONTENT}\n", "  - a remark\n"),
        (Spot(("One",), "Early"), f"  - {CONTENT}\n", "00003)\n"),
        (Spot(("One", "Below")), f"\n- {CONTENT}\n", "### Below\n"),
        (Spot(("Two",)), f"\n- {CONTENT}\n", "00006) | 2022 |\n"),
        (Spot(()), f"\n- {CONTENT}\n", "- no item\n```\n"),
        (Spot(("Numbered",)), f"3. {CONTENT}\n", "00008)\n"),
        (Spot(("Apart",)), f"\n* [ ] {CONTENT}\n", "00010)\n"),
        (Spot(("Quoted",)), f"> - {CONTENT}\n", "00011)\n"),
    ],
)
def test_an_item_is_put_behind_the_others_of_its_place(spot: Spot, new: str, behind: str) -> None:
    text = edits.added(syntax, TEXT, spot, CONTENT)
    assert text == TEXT.replace(behind, behind + new, 1)
    assert ("K 2022 - New", spot.section, spot.group) in where(text)
    assert len(where(text)) == len(where(TEXT)) + 1
    assert edits.removed(syntax, text, at(text, "K 2022 - New")) == TEXT


def test_a_page_of_nothing_but_front_matter_gets_its_item_behind_it() -> None:
    for text in ("---\ntitle: A\n---\n", "---\ntitle: A\n---", "\ufeff---\r\ntitle: A\r\n---\r\n"):
        there = edits.added(syntax, text, Spot(()), CONTENT)
        assert there.startswith(text.rstrip("\r\n"))
        assert where(there) == [("K 2022 - New", (), None)]
    assert edits.added(syntax, "", Spot(()), CONTENT) == f"- {CONTENT}\n"
    assert edits.added(syntax, "\ufeff# A\r\n", Spot(()), CONTENT) == f"\ufeff# A\r\n\r\n- {CONTENT}\r\n"


def test_an_item_goes_with_what_stands_under_it_and_no_paper_does() -> None:
    text = edits.removed(syntax, TEXT, at(TEXT, "A 2022 - First"))
    gone = TEXT[TEXT.index("- [A 2022") : TEXT.index("- **Early**")]
    assert text == TEXT.replace(gone, "")
    nested = TEXT.replace("- **Early**", "- [N 2022 - Nested](https://arxiv.org/abs/2201.00020)")
    with pytest.raises(Conflict, match="other papers stand under"):
        edits.removed(syntax, nested, at(nested, "N 2022 - Nested"))
    with pytest.raises(NotFound, match="has no item 99"):
        edits.removed(syntax, TEXT, 99)


@pytest.mark.parametrize(
    ("spot", "lines"),
    [
        (Spot(("One",), "Early"), ["  - [A", "    goes on", "    ```", "    code of it", "    ```", "    - a remark"]),
        (Spot(("Numbered",)), ["3. [A", "   goes on", "   ```", "   code of it", "   ```", "   - a remark"]),
        (Spot(("Two",)), ["- [A", "  goes on", "  ```", "  code of it", "  ```", "  - a remark"]),
    ],
)  # fmt: skip
def test_an_item_moves_with_what_stands_under_it(spot: Spot, lines: list[str]) -> None:
    text = edits.moved(syntax, TEXT, at(TEXT, "A 2022 - First"), spot)
    assert ("A 2022 - First", spot.section, spot.group) in where(text)
    found = text.splitlines()
    first = next(number for number, line in enumerate(found) if "A 2022" in line)
    for line, wanted in zip(found[first:], lines, strict=False):
        assert line.startswith(wanted)
    (record,) = [one for one in markdown.read(text, "p", "p").records if one.mentions[0].label == "A 2022 - First"]
    (before,) = [one for one in markdown.read(TEXT, "p", "p").records if one.mentions[0].label == "A 2022 - First"]
    assert record.mentions[0].note == before.mentions[0].note


def test_what_cannot_be_moved_is_said() -> None:
    with pytest.raises(Conflict, match="in a quotation"):
        edits.moved(syntax, TEXT, at(TEXT, "J 2022 - Tenth"), Spot(("One",)))
    with pytest.raises(Conflict, match="in no item of a list"):
        edits.moved(syntax, TEXT, at(TEXT, "E"), Spot(("One",)))
    assert "| [E]" not in edits.removed(syntax, TEXT, at(TEXT, "E"))


def test_what_a_label_or_a_note_holds_stays_in_its_item() -> None:
    for label in ("a ](b) c", "a | b", "**x**", "# h", "a\n- b", "[c][d]", "<!-- x", "`y", "&lt;"):
        for note in ("", "n\n\n# h", "- ok"):
            content = syntax.item(label, "https://x.org/a b)c", note, starred=False)
            text = edits.added(syntax, TEXT, Spot(("Two",)), content)
            assert len(where(text)) == len(where(TEXT)) + 1
            assert [one for one in where(text) if one[1] != ("Two",)] == [
                one for one in where(TEXT) if one[1] != ("Two",)
            ]


def test_whatever_is_done_and_taken_back_in_turn_gives_the_page_back() -> None:
    chance = random.Random(12)
    for _ in range(60):
        sections = [f"S{number}" for number in range(chance.randrange(1, 4))]
        lines, gap = ["# P"], [""] * chance.randrange(2)
        mark = chance.choice(["-", "*", "1."])
        for section in sections:
            lines += ["", f"## {section}", ""]
            for item in range(chance.randrange(4)):
                number = chance.randrange(10_000)
                lines += gap if item else []
                lines.append(f"{mark} [L {number}](https://arxiv.org/abs/2201.{number:05d}) note")
                lines += [f"{' ' * (len(mark) + 1)}- under it"] * chance.randrange(2)
            lines += ["", "Words."] * chance.randrange(2)
        text = "\n".join(lines).rstrip("\n") + "\n"
        there = edits.added(
            syntax, text, Spot((chance.choice(sections),)), "[The new one](https://arxiv.org/abs/2399.99999)"
        )
        assert edits.removed(syntax, there, at(there, "The new one")) == text
        elsewhere = edits.moved(syntax, there, at(there, "The new one"), Spot((chance.choice(sections),)))
        assert edits.removed(syntax, elsewhere, at(elsewhere, "The new one")) == text


def test_citations_are_found_where_they_stand() -> None:
    text = (
        "# P\r\n\r\n> As Belkin et al.\r\n> (2018) said; `Power et al. (2022)` not.\r\n\r\n"
        "- [Zhang 2017](https://arxiv.org/abs/1611.03530), see Frankle and Carbin (2019)\r\n"
        "- Raj et al. (2020). Title.\r\n"
        "\r\n[x]: https://x.org\r\n| a | b |\r\n|-|-|\r\n| (Neal, 2018) | c |\r\n"
    )
    # One over two lines of a quotation is none: its link would take the second line's mark in.
    assert [(text[one.start : one.end], one.line) for one in unresolved(text)] == [
        ("Frankle and Carbin (2019)", 6),
        ("Neal, 2018", 12),
    ]
    text = "# P\n\nAs Belkin et al.\n(2018) said.\n"
    assert [(text[one.start : one.end], one.line) for one in unresolved(text)] == [("Belkin et al.\n(2018)", 3)]
