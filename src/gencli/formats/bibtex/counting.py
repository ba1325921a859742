"""Braces counted, where no expression matches them: where a value or a block ends, however deep it is. Pure."""

import re

BARE = r"[^\s\"#%(),={}@][^\s\"#%(),={}]*+"
_BARE = re.compile(BARE)
_JOINT = re.compile(r"\s*+#\s*+")
_SIGNS = re.compile(r"[{}\"]")
# Brackets, and what may be the head of a block.
_BRACES = re.compile(r"[{}]")
_BRACKETS = re.compile(r"[{}()]|^[ \t]*@", re.MULTILINE)
_KEY = r"[^\s{}(),=\"#%@]"
# What a block looks like at the start of a line: where it stands inside another, that one may never have closed.
# A key with blanks in it is one where a field follows.
HEAD = re.compile(
    r"^[ \t]*@[ \t]*(?:(?:string|preamble|comment)[ \t]*[{(]|[A-Za-z][\w-]*[ \t]*[{(]\s*+"
    rf"{_KEY}*+(?>[ \t]*+,|(?>[ \t]++{_KEY}++)++[ \t]*+,\s*+[A-Za-z][\w-]*+\s*+=))",
    re.IGNORECASE | re.MULTILINE,
)


def counted(text: str, position: int, end: int) -> list[tuple[int, int]]:
    """The places of the parts of an expression, however deep its braces are; none where one has no end."""
    found: list[tuple[int, int]] = []
    while True:
        bare = _BARE.match(text, position, end) if text[position : position + 1] not in ("{", '"') else None
        behind = bare.end() if bare else _behind(text, position, end)
        if behind < 0:
            return []
        found.append((position, behind))
        joint = _JOINT.match(text, behind, end)
        if joint is None:
            return found
        position = joint.end()


def _behind(text: str, at: int, end: int) -> int:
    """The place behind a text in braces or quotes; -1 where it has no end."""
    quoted = text[at : at + 1] == '"'
    if not quoted and text[at : at + 1] != "{":
        return -1
    depth = 0
    for match in _SIGNS.finditer(text, at + 1, end):
        sign = match.group()
        if sign == "{":
            depth += 1
        elif sign == "}":
            depth -= 1
            if depth < 0:
                return -1 if quoted else match.end()
        elif quoted and depth == 0:
            return -1 if text[match.start() - 1] == "\\" else match.end()
    return -1


def closing(text: str, at: int, unclosed: set[int] | None = None) -> int:
    """The place behind the bracket that closes the one at `at`; -1 where none does. Brackets in braces count not.

    It is not looked for behind the head of another block, but with `unclosed`, which are brackets that none closes:
    those that are found are put there, so that nobody looks for their ends again.
    """
    is_brace = text[at] == "{"
    if unclosed is not None and (at in unclosed or (not is_brace and -1 in unclosed)):
        return -1
    opened: list[int] = []
    braces = 0
    for match in (_BRACES if is_brace and unclosed is not None else _BRACKETS).finditer(text, at):
        sign = match.group()
        if sign[-1] == "@":
            if unclosed is None and HEAD.match(text, match.start()):
                return -1
        elif sign == "{" if is_brace else sign == "(" and braces == 0:
            opened.append(match.start())
        elif sign == "}" if is_brace else sign == ")" and braces == 0:
            opened.pop()
            if not opened:
                return match.end()
        else:
            braces += (sign == "{") - (sign == "}")
    if unclosed is not None:
        unclosed.update(opened if is_brace else (-1,))
    return -1
