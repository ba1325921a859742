"""What a name or a word of the user can mean in a library: the paper, or the nearest that there is."""

import shlex

from gencli.errors import NotFound
from gencli.store.store import Store
from gencli.text import fold, is_whole


def find(store: Store, name: str) -> int | None:
    """The paper with a key, an old key, or an identifier in any form."""
    name = name.strip()
    if not name or len(name) > 2000 or not is_whole(name):
        return None
    number = store.by_key(name)
    # No identifier is without a digit, a slash or a colon.
    if number is None and any(sign in "/:" or sign.isdigit() for sign in name):
        from gencli.identifiers import identify

        found = identify(name)
        number = next(iter(store.by_identifiers([(found.kind, found.value)]) if found else []), None)
    return number


def require(store: Store, name: str) -> int:
    """The paper of a name. Raises `NotFound` with the nearest keys as a hint."""
    number = find(store, name)
    if number is not None:
        return number
    near = _close(store, name, 0.5)
    first = next((shlex.quote(word[:60]) for word in name.split()), "…")
    hint = f"did you mean {' or '.join(near)}?" if near else f"look for it with: gencli search {first}"
    if not near and any(sign.isdigit() for sign in name):
        from gencli.pasted import meant_by

        hint = f"did you mean {meant}?" if (meant := meant_by(name)) else hint
    raise NotFound(f"no paper '{name}'", hint)


def keys_near(store: Store, text: str) -> list[str]:
    """The keys that are nearest to what seems to be one: a word that has a year in it."""
    word = text.strip()
    is_key = len(word) < 80 and any(sign.isdigit() for sign in word) and word[:1].isalpha() and word.isalnum()
    return _close(store, word, 0.75) if is_key else []


def _close(store: Store, name: str, cutoff: float) -> list[str]:
    from difflib import get_close_matches

    return get_close_matches(fold(name), _keys_like(store, name), n=3, cutoff=cutoff)


def _keys_like(store: Store, name: str) -> list[str]:
    """The keys that begin as the name does."""
    from gencli.question import Match

    start = fold(name)[:3]
    if not start.isalnum():
        return []
    found = store.find(Match("key", (start,), prefix=True), "key", False, 200)
    return list(store.keys(found).values())
