"""Citation keys that a person gives to papers, one by one or by a pattern."""

import re
from collections.abc import Sequence

from gencli import identity
from gencli.errors import BadInput, Conflict
from gencli.intake import Change
from gencli.model import Problem
from gencli.store.store import Store

_PARTS = re.compile(r"\{(\w+)\}")


def rekey(change: Change, number: int, new: str) -> None:
    """Give a paper another key; the one that it has becomes an old one.

    Raises `BadInput` for what is no key, `Conflict` where another paper has it, also as an old one.
    """
    store = change.store
    old = store.keys([number])[number]
    change.note(number, False)
    if new == old:
        return
    if not new or identity.clean_key(new) != new:
        raise BadInput(f"'{new}' is no key", identity.NO_KEY)
    if (other := store.key_holder(new, but=number)) is not None:
        held = store.keys([other])[other]
        whose = "another paper's key" if held.lower() == new.lower() else f"an old key of {held}"
        raise Conflict(f"'{new}' is {whose}", "choose another, or rekey that one first")
    store.drop_alias(new)
    store.set(number, {"key": new})
    store.add_alias(number, old)
    change.note(number, True)


def rekey_all(change: Change, numbers: Sequence[int], pattern: str) -> list[tuple[str, str]]:
    """Give papers keys by a pattern: `{author}{year}{word}` and other parts; pairs (old key, new key) of what changed.

    Of several with one key the first keeps it bare, the next gets `a`; a paper whose key is right already keeps it.
    A paper of which nothing is known that the pattern asks for keeps its key, too, and is a problem. Raises `BadInput`
    for a pattern that gives no paper a key.
    """
    store = change.store
    found = {number: _by_pattern(store, number, pattern) for number in numbers}
    wanted = {number: base for number, base in found.items() if base}
    if found and not wanted:
        raise BadInput(f"'{pattern}' gives no key", "use {author}, {year}, {word} and the like")
    for number, key in store.keys([number for number in found if number not in wanted]).items():
        change.note(number, False)
        change.problems.append(Problem(key, f"'{pattern}' gives {key} no key"))
    done = []
    # Keys that stay are taken before others are given.
    for number, base in wanted.items():
        old = store.keys([number])[number]
        # A letter behind it is right where another paper has the bare one.
        is_free = store.key_holder(base, but=number) is None
        if old == base or (not is_free and re.fullmatch(re.escape(base) + r"[a-z]{1,3}", old)):
            change.note(number, False)
            continue
        new = identity.unique_key(base, lambda key, own=number: store.key_holder(key, but=own) is not None)  # type: ignore[misc]
        rekey(change, number, new)
        done.append((old, new))
    return done


def _by_pattern(store: Store, number: int, pattern: str) -> str:
    paper = store.papers([number])[0]
    facts = identity.key_parts(paper.authors, paper.year, paper.title)

    def part(match: re.Match[str]) -> str:
        if match[1] not in facts:
            raise BadInput(f"a key has no part '{match[0]}'", "parts: " + " ".join(f"{{{name}}}" for name in facts))
        return facts[match[1]]

    return identity.clean_key(_PARTS.sub(part, pattern))
