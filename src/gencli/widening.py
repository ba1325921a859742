"""What else the words of a query can be written as: other forms, compounds, initials, beginnings. Pure.

A query is widened to a query: each word becomes the alternatives that the library really has.
"""

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from itertools import pairwise
from typing import NamedTuple

from gencli.folding import words as folded
from gencli.forms import forms
from gencli.question import INITIALS, SMALL, Check, Group, Match, Node, Query, matches

# Of a long question only so many words are widened, and each to so many others.
_MOST_WORDS = 24
_MOST = 8
_MOST_BEGUN = 64
_FEW = 20_000
# Fields in which a word is a name, which has no other forms.
_NAMES = ("author", "key")
# Everyday words of three letters or so, which are no initials.
_USUAL = frozenset(
    """and the for net map set new low bit cut fit gap key law log max min odd off one out own per pre pro raw sum tax
    test text time tree true two use via was way web zero age air art bad bag bar bed big box boy bus can car cat cow
    cup day dog dry due ear eat egg end eye far fat few fly fun get gas god gut had has hat her him his hot how ice ill
    its job joy kin kid lab lay led leg let lie lip lot mad man may men met mix mud not now nor oil old ore our pay pen
    pet pie pig pit pop pot put rat red rid row run say sea see sex she sky son sun ten tie tip top toy try van vet war
    wet who why win you yes yet
    """.split()
)


class Vocabulary(NamedTuple):
    """The words of a library: in how many papers some are; those that begin with a text, at most so many; its
    tags that are written like one.
    """

    counts: Callable[[Iterable[str]], Mapping[str, int]]
    beginning: Callable[[str, int], list[str]]
    tags: Callable[[str], tuple[str, ...]] = lambda name: (name,)


class Wide(NamedTuple):
    """A question with its alternatives: `near` has words as typed and their forms, `far` beginnings, too.

    `terms` are the words looked for, each with its alternatives, in the order in which they were typed; `counts` tells
    in how many papers words are.
    """

    near: Node | None
    far: Node | None
    terms: tuple[tuple[Match, tuple[Match, ...]], ...]
    counts: Mapping[str, int]

    def sought(self) -> list[Match]:
        """All that counts as a match, for marking it in a text."""
        return list(dict.fromkeys(match for term, others in self.terms for match in (term, *others)))


def widen(query: Query, vocabulary: Vocabulary) -> Wide:
    """A query with the alternatives that a library has for its words."""
    if query.root is None:
        return Wide(None, None, (), {})
    typed = _with_tags(query.root, vocabulary)
    some = list(dict.fromkeys(match for match in matches(typed, refused=True) if match.words))[:_MOST_WORDS]
    candidates = {match: _candidates(match) for match in some}
    optional = SMALL.union(re.findall(r"\b([a-z])\.", query.text.lower()))
    asked_for = _without(typed, optional)
    called = _called(typed, asked_for)
    asked = {word for found in candidates.values() for other in found for word in other.words} | called
    asked |= {word for match in some for word in match.words} | {word for run in _runs(asked_for) for word in run}
    counts = vocabulary.counts(asked)
    capitals = {word for text in re.findall(r"\b[A-Z]{2,}[a-z]?\b", query.text) for word in folded(text)}
    near = {match: _near(match, candidates[match], counts, capitals) for match in some}
    far = {match: _begun(match, vocabulary) for match in some if match.prefix}
    wide: dict[Match, tuple[Match, ...]] = {match: (*near.get(match, ()), *far.get(match, ())) for match in some}
    names = tuple(Match("", (name,)) for name in sorted(called) if name in counts and name not in _USUAL)
    roots = [_widened(asked_for, others, counts) for others in ((near, wide) if any(far.values()) else (near,))]
    if names:
        roots = [Group("or", (root, *names)) for root in roots]
    return Wide(roots[0], roots[-1], _terms(query, wide, _runs(asked_for), counts), counts)


def _terms(
    query: Query,
    wide: Mapping[Match, tuple[Match, ...]],
    runs: Iterable[tuple[str, str, str]],
    counts: Mapping[str, int],
) -> tuple[tuple[Match, tuple[Match, ...]], ...]:
    """The words looked for with what counts for them; two side by side may be one word in a text."""
    as_one: dict[str, list[Match]] = {}
    for joined, one, other in runs:
        if joined in counts:
            for word in (one, other):
                as_one.setdefault(word, []).append(Match("", (joined,)))
    found = []
    for match in dict.fromkeys(query.terms()):
        if match.words:
            others = as_one.get(match.words[0], []) if len(match.words) == 1 and not match.field else []
            found.append((match._replace(prefix=False), (*wide.get(match, ()), *others)))
    return tuple(found)


def _with_tags(node: Node, vocabulary: Vocabulary) -> Node:
    """A tag as the library writes it: with its accents, its hyphens."""
    if isinstance(node, Check) and node.field == "tag":
        return Check("tag", vocabulary.tags(node.value[0]) or node.value)
    if isinstance(node, Group):
        return Group(node.op, tuple(_with_tags(part, vocabulary) for part in node.parts))
    return node


def _called(*roots: Node) -> set[str]:
    """What the words of a question, if it is no more than words, may be called by their initials: one, or several."""
    found: set[str] = set()
    for root in roots:
        parts = root.parts if isinstance(root, Group) and root.op == "and" else ()
        if 3 <= len(parts) <= 5 and all(isinstance(part, Match) and _is_plain(part) for part in parts):
            initials = "".join(part.words[0][0] for part in parts if isinstance(part, Match))
            found |= {initials, initials + "s"}
    return found


def _is_plain(match: Match) -> bool:
    return not match.field and len(match.words) == 1 and match.words[0].isascii()


def _without(node: Node, small: Collection[str]) -> Node:
    """Of `theory of deep nets` and `D. Hsu et al.` what tells something; a quoted phrase and a field stay whole."""
    if not isinstance(node, Group):
        return node
    parts = tuple(_without(part, small) for part in node.parts)
    if node.op == "and":
        telling = tuple(part for part in parts if not _is_of(part, small))
        parts = telling if any(_asks(part) for part in telling) else parts
    return Group(node.op, parts) if len(parts) > 1 or node.op == "not" else parts[0]


def _asks(part: Node) -> bool:
    return isinstance(part, Match) or (isinstance(part, Group) and part.op != "not")


def _is_of(part: Node, small: Collection[str]) -> bool:
    return isinstance(part, Match) and not part.field and len(part.words) == 1 and part.words[0] in small


def _candidates(match: Match) -> list[Match]:
    """What a match could be written as, whether the library has it or not; likeliest first."""
    found: list[tuple[str, ...]] = []
    words = match.words
    if match.field not in _NAMES and len(words) <= 4:
        for place, word in enumerate(words):
            found += [(*words[:place], form, *words[place + 1 :]) for form in forms(word)]
    if len(words) == 1 and match.field not in ("key", "in"):
        found += [(spelt,) for spelt in _umlauts(words[0])]
    if 1 < len(words) <= 5:
        whole = "".join(words)
        found += [(whole,), *((form,) for form in forms(whole))]
        pairs = range(len(words) - 1) if len(words) > 2 else ()
        found += [(*words[:place], words[place] + words[place + 1], *words[place + 2 :]) for place in pairs]
        if len(words) >= 3:
            found.append(("".join(word[0] for word in words),))
        found += [
            (*words[:place], word[:cut], word[cut:], *words[place + 1 :])
            for place, word in enumerate(words)
            for cut in range(3, len(word) - 2 if len(word) <= 40 else 0)
        ]
    elif len(words) == 1 and 6 <= len(words[0]) <= 40:
        # Only of a word that the library hardly has; see `_near`.
        found += [(words[0][:cut], words[0][cut:]) for cut in range(3, len(words[0]) - 2)]
    return [Match(match.field, other) for other in dict.fromkeys(found)]


def _umlauts(word: str) -> list[str]:
    """`scholkopf` and `schoelkopf`, `dokovic` and `djokovic`: letters that some write as two."""
    if not (5 <= len(word) <= 20 and word.isascii() and word.isalpha()):
        return []
    whole = re.sub("([aou])e|(d)j", r"\1\2", word)
    single = [word[: hit.end() - 1] + word[hit.end() :] for hit in re.finditer("[aou]e|dj", word)]
    longer = [word[: hit.end()] + "e" + word[hit.end() :] for hit in re.finditer("[aou](?!e)", word)]
    longer += [word[: hit.end()] + "j" + word[hit.end() :] for hit in re.finditer("d(?!j)", word)]
    return [other for other in dict.fromkeys([whole, *single, *longer]) if other != word]


def _near(match: Match, candidates: list[Match], counts: Mapping[str, int], capitals: set[str]) -> tuple[Match, ...]:
    least = counts.get(match.words[0], 0) if len(match.words) == 1 else 0
    found = [
        other
        for other in candidates
        # What is no word of letters, or of one alone, is in no list.
        if all(word in counts or not word.isalpha() or len(word) == 1 for word in other.words)
        # `network` is no net work, but `doubledescent` is a double descent: its parts are more usual than itself.
        and not (len(other.words) > len(match.words) and any(counts.get(word, 0) <= least for word in other.words))
    ][:_MOST]
    if match.field in ("", "title", "venue") and len(match.words) == 1:
        found += _initials(match.words[0], counts, capitals)
    return tuple(found)


def _initials(word: str, known: Collection[str], capitals: set[str]) -> list[Match]:
    """A word that may be the initials of a title or of a venue; an everyday word is not."""
    # Neural Information Processing Systems was NIPS before.
    word = "nips" if word == "neurips" else word
    word = word[:-1] if len(word) > 3 and word.endswith("s") and (word in capitals or word[:-1] in known) else word
    if not (3 <= len(word) <= 5 and word.isalpha() and word.isascii()):
        return []
    is_one = word in capitals or word not in known or (len(word) == 3 and word not in _USUAL)
    is_one |= not re.search("[aeiouy]", word)
    return [Match("", (INITIALS + word,))] if is_one else []


def _begun(match: Match, vocabulary: Vocabulary) -> tuple[Match, ...]:
    """What begins with the last word of a match: each as it is or, where they are many, whatever begins so."""
    *before, word = match.words
    if len(word) < 2:
        return ()
    begun = vocabulary.beginning(word, _MOST_BEGUN + 1) if word.isalpha() else None
    if begun is None or len(begun) > _MOST_BEGUN or sum(vocabulary.counts(begun).values()) < _FEW:
        # Words with digits, too, which no list has; to look all of them up at once is quick where they are few.
        return (match,)
    return tuple(Match(match.field, (*before, other)) for other in begun if other != word)


def _widened(node: Node, wide: Mapping[Match, tuple[Match, ...]], known: Collection[str]) -> Node:
    if isinstance(node, Match):
        others = wide.get(node, ())
        exact = node._replace(prefix=False)
        return Group("or", (exact, *others)) if others else exact
    if not isinstance(node, Group):
        return node
    if node.op == "not":
        # Refused is what is refused, and its forms.
        return Group("not", (_widened(node.parts[0], wide, known),))
    whole = Group(node.op, tuple(_widened(part, wide, known) for part in node.parts))
    if node.op != "and":
        return whole
    rest = [_widened(other, wide, known) for other in _with_joined(node, known)]
    return Group("or", (whole, *rest)) if rest else whole


def _runs(root: Node) -> list[tuple[str, str, str]]:
    """Bare words side by side, all of which are wanted: as one word, the one, the other, and so on."""
    found = []
    pending = [root]
    while pending:
        node = pending.pop()
        if isinstance(node, Group):
            pending += node.parts
            found += [(one + other, one, other) for _, one, other in _pairs(node)]
    return found


def _pairs(node: Group) -> Iterable[tuple[int, str, str]]:
    """Two bare words that stand side by side in a group, with the place of the first."""
    for place, (one, other) in enumerate(pairwise(node.parts[:_MOST_WORDS] if node.op == "and" else ())):
        if isinstance(one, Match) and isinstance(other, Match) and _is_plain(one) and _is_plain(other):
            yield place, one.words[0], other.words[0]


def _with_joined(node: Group, known: Collection[str]) -> Iterable[Node]:
    """The group with two words side by side as one, where the library has that."""
    for place, one, other in _pairs(node):
        if one + other in known:
            parts = (*node.parts[:place], Match("", (one + other,)), *node.parts[place + 2 :])
            yield Group("and", parts) if len(parts) > 1 else parts[0]
