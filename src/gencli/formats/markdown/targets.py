"""Where a Markdown link leads: its address cut out of the text, and made harmless."""

import re

_DESTINATION = re.compile(r"[^\s()<>\\]+|\\.")
_BLANKS = re.compile(r"[ \t]*\n?[ \t]*")
_TITLE = re.compile(r"\"[^\"]{0,500}\"|'[^']{0,500}'|\([^()]{0,500}\)")
_HREF = re.compile(r"\bhref\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))", re.IGNORECASE)
# Whatever stands before a colon is taken for a scheme, so that none can hide from the list of those allowed.
_SCHEME = re.compile(r"\s*([^/?#:]*):")
_UNSAFE = re.compile(r"[\s\[\]|\x00-\x1f\x7f]")
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")


def clean_target(target: str) -> tuple[str, bool]:
    """An address without escapes, with the signs that would end a link encoded; and whether it may be a link."""
    target = unescaped(target.strip())
    scheme = _SCHEME.match(target)
    if scheme is not None and scheme[1].lower() in ("doi", "arxiv"):
        return f"{scheme[1].lower()}>{target[scheme.end() :].strip()}", True
    is_web = scheme is None or scheme[1].lower() in ("http", "https")
    if target.startswith("//"):
        target = "https:" + target
    return _UNSAFE.sub(_encoded, target), is_web


def _encoded(match: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in match.group().encode("utf-8", "replace"))


def unescaped(text: str) -> str:
    """A text in which escaped signs and entities are the signs that they stand for."""
    if "&" in text:
        from html import unescape

        text = re.sub(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|\w{1,31});", lambda match: unescape(match.group()), text)
    return _ESCAPE.sub(r"\1", text) if "\\" in text else text


def enclosed(text: str, position: int) -> tuple[str, int] | None:
    """An address in parentheses, with a title or without, and where they end."""
    start = _end(_BLANKS, text, position)
    if text.startswith("<", start):
        end = text.find(">", start, start + 2000)
        if end < 0 or "\n" in text[start:end]:
            return None
        target, end = text[start + 1 : end], end + 1
    else:
        end = _bare_end(text, start)
        if end < 0:
            return None
        target = text[start:end]
    after = _end(_BLANKS, text, end)
    if after > end and (title := _TITLE.match(text, after)) is not None:
        after = _end(_BLANKS, text, title.end())
    return (target, after + 1) if text.startswith(")", after) else None


def _bare_end(text: str, position: int) -> int:
    """Where an address that no signs enclose ends; its parentheses are balanced, and few."""
    depth = 0
    while depth <= 8:
        match = _DESTINATION.match(text, position)
        position = match.end() if match else position
        sign = text[position : position + 1]
        if sign == "(":
            depth += 1
        elif sign == ")" and depth:
            depth -= 1
        elif match is None or sign in ("", ")", "<", ">") or sign.isspace():
            return position if not depth and (sign in ("", ")") or sign.isspace()) else -1
        position += sign in ("(", ")")
    return -1


def href_of(attributes: str) -> str:
    """The address among a tag's attributes, or nothing."""
    found = _HREF.search(attributes)
    return next((part for part in found.groups() if part), "") if found else ""


def _end(pattern: re.Pattern[str], text: str, position: int) -> int:
    match = pattern.match(text, position)
    return match.end() if match else position
