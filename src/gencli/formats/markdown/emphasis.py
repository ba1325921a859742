"""Which marks of emphasis belong together: CommonMark's rule for runs of stars and underscores.

https://spec.commonmark.org/0.31.2/#phase-2-inline-structure; what was looked for once is not looked for again, so that
the time is linear in the number of marks.
"""

from collections.abc import Iterator


class Node:
    """A piece of a text under construction; a run of marks has a `count` of those that are not paired yet.

    `opens` and `closes` tell how many (strong, emphasised) stretches begin behind it and end before it.
    """

    __slots__ = (
        "can_close", "can_open", "closes", "count", "end", "is_badge", "kind", "length", "opens", "start", "target",
        "text",
    )  # fmt: skip

    def __init__(self, kind: str, text: str, start: int, end: int, target: str = "") -> None:
        self.kind, self.text, self.start, self.end, self.target = kind, text, start, end, target
        self.opens = self.closes = (0, 0)
        self.count = self.length = 0
        self.can_open = self.can_close = self.is_badge = False


def run_of(text: str, start: int, end: int) -> Node:
    """A run of stars or underscores, with whether it can open and close emphasis."""
    node = Node("run", text[start], start, end)
    node.count = node.length = end - start
    before, after = text[start - 1 : start] or " ", text[end : end + 1] or " "
    is_left = not after.isspace() and (after.isalnum() or before.isspace() or not before.isalnum())
    is_right = not before.isspace() and (before.isalnum() or after.isspace() or not after.isalnum())
    inside = text[start] == "_"
    node.can_open = is_left and (not inside or not is_right or not before.isalnum())
    node.can_close = is_right and (not inside or not is_left or not after.isalnum())
    return node


def pair(nodes: list[Node], first: int) -> None:
    """Pair the runs from one node on; what is left of a run is literal, and so are all unpaired ones."""
    openers: list[Node] = []
    bottom: dict[tuple[str, bool, int], int] = {}
    for index in range(first, len(nodes)):
        node = nodes[index]
        if node.kind == "end":
            openers, bottom = [], {}
        if node.kind != "run":
            continue
        while node.count and node.can_close:
            kind = (node.text, node.can_open, node.length % 3)
            place = _opener(openers, node, min(bottom.get(kind, 0), len(openers)))
            if place < 0:
                bottom[kind] = len(openers)
                break
            del openers[place + 1 :]
            _match(openers[place], node)
            if not openers[place].count:
                del openers[place:]
            bottom = {key: min(value, len(openers)) for key, value in bottom.items()}
        if node.count and node.can_open:
            openers.append(node)


def _opener(openers: list[Node], closer: Node, bottom: int) -> int:
    """The place of the nearest run that a closing one may pair with, or -1."""
    for place in range(len(openers) - 1, bottom - 1, -1):
        opener = openers[place]
        odd = (opener.can_close or closer.can_open) and (opener.length + closer.length) % 3 == 0
        is_odd = odd and (opener.length % 3 or closer.length % 3)
        if opener.text == closer.text and not is_odd:
            return place
    return -1


def _match(opener: Node, closer: Node) -> None:
    """Take one mark or two of each run."""
    width = 2 if opener.count >= 2 and closer.count >= 2 else 1
    strong, emphasised = (1, 0) if width == 2 else (0, 1)
    opener.count -= width
    closer.count -= width
    opener.opens = (opener.opens[0] + strong, opener.opens[1] + emphasised)
    closer.closes = (closer.closes[0] + strong, closer.closes[1] + emphasised)


def flat(nodes: list[Node]) -> Iterator[tuple[Node, str, bool, bool]]:
    """Each node with the text that it shows, and whether that is strong and emphasised."""
    strong = emphasised = 0
    for node in nodes:
        if node.kind == "link":
            yield node, node.text, strong + node.opens[0] > 0, emphasised + node.opens[1] > 0
            continue
        strong, emphasised = strong - node.closes[0], emphasised - node.closes[1]
        text = node.text * node.count if node.kind == "run" else node.text
        if text or node.kind != "run":
            yield node, text, strong > 0, emphasised > 0
        strong, emphasised = strong + node.opens[0], emphasised + node.opens[1]
