"""What a name or a word of the user can mean in a library: the paper, or the nearest that there is."""

from gencli.errors import NotFound
from gencli.query import Match, Query
from gencli.store.store import Store
from gencli.text import fold

# Of a longer question only the first words are looked at for nearer ones.
_MOST_WORDS = 12


def find(store: Store, name: str) -> int | None:
    """The paper with a key, an old key, or an identifier in any form."""
    name = name.strip()
    if not name or len(name) > 2000 or any("\ud800" <= sign <= "\udfff" for sign in name):
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
    from difflib import get_close_matches

    near = get_close_matches(fold(name), _keys_like(store, name), n=3, cutoff=0.5)
    first = next(iter(name.split()), "…")
    hint = f"did you mean {' or '.join(near)}?" if near else f"look for it with: gencli search {first[:60]}"
    if not near and any(sign.isdigit() for sign in name):
        from gencli.pasted import meant_by

        hint = f"did you mean {meant}?" if (meant := meant_by(name)) else hint
    raise NotFound(f"no paper '{name}'", hint)


def nearest(store: Store, query: Query) -> list[str]:
    """Words of the library that are like those of a query that it lacks."""
    from difflib import get_close_matches

    suggestions = []
    wanted = list(dict.fromkeys(word for term in query.terms() for word in term.words))
    for word in wanted[:_MOST_WORDS]:
        if not word.isdigit() and not store.find(Query(word, Match("", (word,))), "key", False, 1):
            suggestions += get_close_matches(word, store.nearest_words(word), n=2, cutoff=0.7)
    return suggestions


def _keys_like(store: Store, name: str) -> list[str]:
    """The keys that begin as the name does."""
    start = fold(name)[:3]
    if not start.isalnum():
        return []
    found = store.find(Query(name, Match("key", (start,), prefix=True)), "key", False, 200)
    return list(store.keys([number for number, _ in found]).values())
