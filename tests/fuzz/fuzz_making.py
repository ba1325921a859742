"""Inputs out of seeds: each is made from a seed, a target's name and a number alone, so that it can be made again."""

# ruff: noqa: E501 - signs and names that are data, as in the seeds
import json
import random
import re
from collections.abc import Callable

from fuzz_seeds import SEEDS, Seeds

# So long an input is at most; the short ones are the most, as they find the most.
LONGEST = 20_000
_NASTY = (
    "\0", "\ufeff", "\x1b[31m", "\x1b]8;;http://a\x07", "\u202e", "\u2066", "\u2028", "\u2029", "\x85", "\x0b", "\x0c", "\r", "\r\n", "\n",
    "\t", "\u200b", "\u0301", "\u0301" * 50, "\ud800", "\udfff", "\U0001f468\u200d\U0001f469", "\U0010ffff", "\uffff", "İ", "ß", "ǅ", "ﬁ",
    "深度学习", "עברית", "ไทย", "½", "²", "٣", "\xa0", "\x7f", "\x80", "\x01", "\x02", "\x03", "\ue001", "=cmd|'/C'!A0", "<script>", "javascript:x",
    "\\write18{x}", "%s%n", "{0}", "'; DROP TABLE paper; --", "../../etc/passwd", ":smile:", "[bold]", "\\x00", "&#0;", "Ω" * 30, " " * 40,
)  # fmt: skip
_NUMBERS = (
    "0",
    "-1",
    "00",
    "9" * 5,
    "9" * 19,
    "9" * 400,
    "2147483648",
    "9223372036854775808",
    "1e999",
    "-9223372036854775809",
    "0x10",
    "１９",
)
_CODECS = (
    "utf-8",
    "utf-8-sig",
    "utf-16",
    "utf-16-le",
    "utf-16-be",
    "utf-32",
    "cp1252",
    "latin-1",
    "cp1251",
    "gb18030",
    "shift_jis",
    "euc_kr",
    "big5",
    "utf-7",
    "koi8_r",
    "cp037",
)
_DIGITS = re.compile(r"\d+")

Mutate = Callable[[random.Random, str, Seeds], str]


def text(name: str, number: int, seed: str, kind: str) -> str:
    """The input of this number for a target, in the format `kind` or nearly; a "seed" is what others are made from."""
    if kind == "seed":
        return f"{seed}/{name}/{number}"
    rng = random.Random(f"{seed}/{name}/{number}")
    return made(rng, kind)


def content(name: str, number: int, seed: str, kind: str) -> bytes:
    """The same as bytes, in some encoding or in none."""
    rng = random.Random(f"{seed}/{name}/{number}")
    return as_bytes(rng, made(rng, kind))


def stretched(name: str, number: int, seed: str, kind: str, length: int) -> str:
    """A short piece over and over, between two others: what shows whether a reader's time grows with its text."""
    rng = random.Random(f"{seed}/{name}/{number}/stretched")
    seeds = SEEDS[rng.choice(tuple(SEEDS)) if kind == "any" else kind]
    head, unit, tail = ("".join(_piece(rng, seeds) for _ in range(rng.randint(0, 3)))[:60] for _ in range(3))
    if rng.random() < 0.3:
        found = rng.choice(seeds.texts)
        head = found[: rng.randrange(len(found) + 1)]
    return head + (unit or "a") * (length // len(unit or "a")) + tail


def made(rng: random.Random, kind: str) -> str:
    """A text nearly in a format: a seed changed, seeds crossed, or its pieces in any order."""
    seeds = SEEDS[rng.choice(tuple(SEEDS)) if kind == "any" else kind]
    way = rng.random()
    if way < 0.2:
        found = "".join(_piece(rng, seeds) for _ in range(rng.choice((1, 3, 8, 20, 60))))
    elif way < 0.35:
        other = SEEDS[rng.choice(tuple(SEEDS))] if rng.random() < 0.5 else seeds
        found = _crossed(rng, rng.choice(seeds.texts), rng.choice(other.texts))
    elif way < 0.8 and kind in _IN_A_TREE:
        found = _IN_A_TREE[kind](rng, rng.choice(seeds.texts), seeds)
        if rng.random() < 0.8:
            return found[:LONGEST]
    else:
        found = rng.choice(seeds.texts)
        if rng.random() < 0.4:
            found = _part(rng, found)
    for _ in range(rng.choice((0, 1, 1, 2, 3, 5, 9))):
        found = rng.choices(_WAYS, _WEIGHTS)[0](rng, found, seeds)[:LONGEST]
    return found


def as_bytes(rng: random.Random, found: str) -> bytes:
    """A text in an encoding, perhaps with some bytes changed, or broken off."""
    codec = "utf-8" if rng.random() < 0.5 else rng.choice(_CODECS)
    done = bytearray(
        found.encode(codec, "surrogatepass" if codec.startswith("utf-") and codec != "utf-7" else "replace")
    )
    for _ in range(rng.choice((0, 0, 1, 3, 20))):
        if done:
            done[rng.randrange(len(done))] = rng.randrange(256)
    if rng.random() < 0.1:
        del done[rng.randrange(len(done) + 1) :]
    if rng.random() < 0.1:
        done[:0] = rng.choice(
            (
                b"\xef\xbb\xbf",
                b"\xff\xfe",
                b"\xfe\xff",
                b"\0",
                b"\x1f\x8b",
                b"% Encoding: UTF-7\n",
                b"% Encoding: rot13\n",
            )
        )
    return bytes(done[:LONGEST])


def _piece(rng: random.Random, seeds: Seeds) -> str:
    way = rng.random()
    if way < 0.6:
        return rng.choice(seeds.tokens)
    if way < 0.75:
        return rng.choice(("a", " ", "Belkin", "2019", "\n", "x y", "é", "deep nets", ", ", "1"))
    if way < 0.9:
        return rng.choice(_NASTY)
    return chr(rng.choice((rng.randrange(0x80), rng.randrange(0x3000), rng.randrange(0x110000))))


def _part(rng: random.Random, found: str) -> str:
    """Some neighbouring lines of a text."""
    lines = found.splitlines(keepends=True)
    start = rng.randrange(len(lines) or 1)
    return "".join(lines[start : start + rng.randint(1, 8)])


def _crossed(rng: random.Random, one: str, other: str) -> str:
    start = rng.randrange(len(other) + 1)
    return one[: rng.randrange(len(one) + 1)] + other[start : start + rng.choice((20, 200, 5000))]


def _span(rng: random.Random, found: str) -> tuple[int, int]:
    start = rng.randrange(len(found) + 1)
    return start, min(start + rng.choice((1, 1, 3, 10, 40, 200)), len(found))


def _insert(rng: random.Random, found: str, seeds: Seeds) -> str:
    place = rng.randrange(len(found) + 1)
    return found[:place] + _piece(rng, seeds) + found[place:]


def _replace(rng: random.Random, found: str, seeds: Seeds) -> str:
    start, end = _span(rng, found)
    return found[:start] + _piece(rng, seeds) + found[end:]


def _delete(rng: random.Random, found: str, seeds: Seeds) -> str:
    start, end = _span(rng, found)
    return found[:start] + found[end:]


def _repeat(rng: random.Random, found: str, seeds: Seeds) -> str:
    start, end = _span(rng, found)
    times = rng.choice((2, 2, 3, 30, 400))
    return found[:start] + found[start:end] * times + found[end:]


def _move(rng: random.Random, found: str, seeds: Seeds) -> str:
    start, end = _span(rng, found)
    rest = found[:start] + found[end:]
    place = rng.randrange(len(rest) + 1)
    return rest[:place] + found[start:end] + rest[place:]


def _nest(rng: random.Random, found: str, seeds: Seeds) -> str:
    opener, closer = rng.choice(seeds.pairs or (("(", ")"),))
    depth = rng.choice((1, 2, 7, 60, 1500))
    start, end = _span(rng, found)
    left = depth if rng.random() < 0.3 else 0
    return found[:start] + opener * depth + found[start:end] + closer * (depth - left) + found[end:]


def _truncate(rng: random.Random, found: str, seeds: Seeds) -> str:
    return found[: rng.randrange(len(found) + 1)] if rng.random() < 0.7 else found[rng.randrange(len(found) + 1) :]


def _number(rng: random.Random, found: str, seeds: Seeds) -> str:
    places = list(_DIGITS.finditer(found[:4000]))
    if not places:
        return found + rng.choice(_NUMBERS)
    match = rng.choice(places)
    return found[: match.start()] + rng.choice(_NUMBERS) + found[match.end() :]


def _line_ends(rng: random.Random, found: str, seeds: Seeds) -> str:
    return found.replace("\n", rng.choice(("\r\n", "\r", "\u2028", " ", "\n\n", "\x85", "\x0b", "")))


def _flip(rng: random.Random, found: str, seeds: Seeds) -> str:
    if not found:
        return found
    place = rng.randrange(len(found))
    return found[:place] + chr((ord(found[place]) ^ (1 << rng.randrange(7))) % 0x110000) + found[place + 1 :]


def _swap_signs(rng: random.Random, found: str, seeds: Seeds) -> str:
    one, other = rng.choice(seeds.tokens), rng.choice(seeds.tokens)
    return found.replace(one, other, rng.choice((1, 3, -1)))


def _case(rng: random.Random, found: str, seeds: Seeds) -> str:
    start, end = _span(rng, found)
    return found[:start] + rng.choice((str.upper, str.lower, str.swapcase))(found[start:end]) + found[end:]


_CHOICES: tuple[tuple[Mutate, int], ...] = (
    (_insert, 6), (_replace, 5), (_delete, 5), (_repeat, 3), (_move, 3), (_nest, 2), (_truncate, 2), (_number, 2), (_line_ends, 1),
    (_flip, 4), (_swap_signs, 3), (_case, 1),
)  # fmt: skip
_WAYS = [way for way, _ in _CHOICES]
_WEIGHTS = [weight for _, weight in _CHOICES]


# --- formats that a change at any place breaks: what stands in them is changed, and they stay well formed ----------------


def _in_json(rng: random.Random, found: str, seeds: Seeds) -> str:
    """JSON of which some values, names and lists are others."""
    value = json.loads(found)
    for _ in range(rng.choice((1, 1, 2, 4, 10))):
        value = _other_value(rng, value, seeds)
    return json.dumps(value, ensure_ascii=rng.random() < 0.5, indent=rng.choice((None, None, 1)))


def _in_lines(rng: random.Random, found: str, seeds: Seeds) -> str:
    """Lines of JSON, each of which may have been changed."""
    lines = [line for line in found.split("\n") if line]
    told = [
        _in_json(rng, line, seeds) if rng.random() < 0.7 else line for line in rng.choices(lines, k=rng.randint(1, 5))
    ]
    return "".join(line.replace("\n", "") + "\n" for line in told)


def _other_value(rng: random.Random, value: object, seeds: Seeds) -> object:
    """The value with something in it changed, however deep that is."""
    if rng.random() < 0.75:
        if isinstance(value, dict) and value:
            name = rng.choice(list(value))
            return {key: _other_value(rng, one, seeds) if key == name else one for key, one in value.items()}
        if isinstance(value, list) and value:
            place = rng.randrange(len(value))
            return [_other_value(rng, one, seeds) if number == place else one for number, one in enumerate(value)]
    if isinstance(value, dict) and rng.random() < 0.7:
        names = list(value)
        if names and rng.random() < 0.4:
            del value[rng.choice(names)]
        name = rng.choice([*names, *_NAMES, _text_in(rng, seeds)])
        return {**value, name: _any_value(rng, seeds)}
    if isinstance(value, list) and rng.random() < 0.7:
        return rng.choice((value[:-1], value * 2, [*value, _any_value(rng, seeds)], value[::-1], [value]))
    if isinstance(value, str) and rng.random() < 0.7:
        return rng.choices(_WAYS, _WEIGHTS)[0](rng, value, seeds)[:3000]
    return _any_value(rng, seeds)


_NAMES = (
    "id", "type", "title", "author", "issued", "custom", "gencli", "note", "key", "aliases", "fields", "identifiers", "links", "tags", "kept",
    "year", "date", "date-parts", "literal", "family", "given", "suffix", "DOI", "origins", "beside", "entries", "starred", "mentions", "",
)  # fmt: skip


def _text_in(rng: random.Random, seeds: Seeds) -> str:
    return "".join(_piece(rng, seeds) for _ in range(rng.choice((0, 1, 1, 2, 5))))


def _any_value(rng: random.Random, seeds: Seeds) -> object:
    way = rng.random()
    if way < 0.4:
        return _text_in(rng, seeds)
    if way < 0.5:
        deep: object = _text_in(rng, seeds)
        for _ in range(rng.choice((1, 2, 50, 300))):
            deep = [deep] if way < 0.45 else {"a": deep}
        return deep
    return rng.choice(
        (None, True, False, 0, -1, 1, 2019, 2**31, 2**63, -(2**64), 10**30, 0.5, 1e308, float("inf"), float("nan"), "", [], {}, [[]], [None],
         {"": ""}, [[2019, 5]], [{}], ["a", 1], {"date-parts": [[2019]]}, {"literal": ""}, "2019-05", "a\nb", "\ud800")
    )  # fmt: skip


_TAG = re.compile(r"(<[^>]*>)")
_ELEMENT = re.compile(r"<((?:\w+:)?\w+)\b[^>]*>[^<]*</\1>|<(?:\w+:)?\w+\b[^>]*/>")


def _in_xml(rng: random.Random, found: str, seeds: Seeds) -> str:
    """XML of which texts and whole elements are others."""
    for _ in range(rng.choice((1, 1, 2, 5))):
        elements = list(_ELEMENT.finditer(found))
        one, other = rng.choice(elements), rng.choice(elements)
        way = rng.random()
        piece = (
            ""
            if way < 0.3
            else other.group()
            if way < 0.5
            else one.group() * 2
            if way < 0.6
            else _other_text(rng, one.group(), seeds)
        )
        found = found[: one.start()] + piece + found[one.end() :]
        if not _ELEMENT.search(found):
            break
    return found


def _other_text(rng: random.Random, element: str, seeds: Seeds) -> str:
    pieces = _TAG.split(element)
    place = rng.choice(range(0, len(pieces), 2))
    text = rng.choices(_WAYS, _WEIGHTS)[0](rng, pieces[place] or _text_in(rng, seeds), seeds)[:3000]
    pieces[place] = text if rng.random() < 0.2 else text.replace("&", "&amp;").replace("<", "&lt;")
    return "".join(pieces)


_IN_A_TREE: dict[str, Mutate] = {"csl-json": _in_json, "jsonl": _in_lines, "atom": _in_xml}
