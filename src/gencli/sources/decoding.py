"""Bytes as text, in whatever encoding people's files are. Pure."""

import codecs
import re

_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_MARKS = tuple(mark for mark, _ in _BOMS)
# JabRef and others write it on top: `% Encoding: UTF-8`.
_DECLARED = re.compile(
    rb"^%\s*(?:This file was created with JabRef[^\n]*\n%\s*)?Encoding:\s*([\w-]{1,20})", re.IGNORECASE
)
# What is read as ASCII where it is declared is so in an encoding that may be meant; in UTF-16 or UTF-7 it is not.
_ASCII = rb"\u0041 \x41 ~{ +-"
_SAMPLE = 200_000
# What is valid beyond ASCII (Unicode 16, table 3-7), in a row; else one byte that is not.
_UTF8_OR_STRAY = (
    rb"((?:[\xc2-\xdf][\x80-\xbf]|\xe0[\xa0-\xbf][\x80-\xbf]|[\xe1-\xec\xee\xef][\x80-\xbf]{2}|\xed[\x80-\x9f][\x80-\xbf]"
    rb"|\xf0[\x90-\xbf][\x80-\xbf]{2}|[\xf1-\xf3][\x80-\xbf]{3}|\xf4[\x80-\x8f][\x80-\xbf]{2})++)|[\x80-\xff]"
)
_LIKELY = (
    "cp1252", "cp1251", "koi8_r", "cp1250", "iso8859_2", "cp1253", "cp1254", "cp1255", "cp1256", "gb18030", "big5",
    "shift_jis", "euc_jp", "mac_roman", "cp850", "cp852", "cp866",
)  # fmt: skip


def decoded(content: bytes) -> tuple[str, str]:
    """The text of bytes and the name of its encoding; nothing is raised, and nothing dropped.

    A byte order mark is believed first, then UTF-8 where it is valid, then what the file says of itself, then what is
    mostly UTF-8, else what its bytes look like.
    """
    for mark, name in _BOMS:
        if content.startswith(mark):
            return content[len(mark) :].decode(name, "replace"), name
    if (sixteen := _sixteen(content)) is not None:
        return content.decode(sixteen, "replace"), sixteen
    try:
        return content.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        pass
    declared = _declared(content)
    if declared is not None:
        return content.decode(declared), declared
    mixed, share = _mixed(content)
    # Bytes beyond ASCII in another encoding make valid UTF-8 by chance alone.
    if share > 0.5:
        return mixed, "utf-8 and cp1252"
    if (likely := _looks_like(content)) is not None:
        return content.decode(likely), likely
    return mixed, "cp1252"


def _sixteen(content: bytes) -> str | None:
    """UTF-16 without a mark: in a European text every other byte is zero."""
    sample = content[:4096]
    zeros = sample.count(0)
    if len(sample) < 20 or zeros * 3 < len(sample):
        return None
    return "utf-16-le" if sample[1::2].count(0) > sample[::2].count(0) else "utf-16-be"


def told(content: bytes, charset: str) -> bytes:
    """Bytes that are not UTF-8 made so, where the charset that a server tells of them fits; else as they are."""
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        # ISO-8859-1 is said where Windows-1252 is meant: https://encoding.spec.whatwg.org/#names-and-labels
        name = "cp1252" if charset.lower() in ("iso-8859-1", "latin1", "latin-1", "us-ascii") else charset
        if not content.startswith(_MARKS) and (fitting := _fitting(content, name)) is not None:
            return content.decode(fitting).encode("utf-8")
    return content


def _declared(content: bytes) -> str | None:
    match = _DECLARED.match(content)
    return _fitting(content, match[1].decode("ascii")) if match else None


def _fitting(content: bytes, name: str) -> str | None:
    """The encoding of a name, where all of the bytes are so encoded."""
    name = {"windows-1252": "cp1252", "windows-1251": "cp1251"}.get(name.lower(), name.lower())
    try:
        if _ASCII.decode(name) != _ASCII.decode("ascii"):
            return None
        content.decode(name).encode("utf-8")
    except (LookupError, ValueError):
        return None
    return name


def _mixed(content: bytes) -> tuple[str, float]:
    """UTF-8 where it is valid, else cp1252 byte by byte; and the share of what is beyond ASCII that was valid."""
    parts: list[str] = []
    position = valid = stray = 0
    for match in re.finditer(_UTF8_OR_STRAY, content):
        parts.append(content[position : match.start()].decode("ascii"))
        if match[1]:
            parts.append(match[1].decode("utf-8"))
            valid += len(match[1])
        else:
            parts.append(_byte(match.group()))
            stray += 1
        position = match.end()
    parts.append(content[position:].decode("ascii"))
    return "".join(parts), valid / (valid + stray) if valid + stray else 0.0


def _byte(one: bytes) -> str:
    try:
        return one.decode("cp1252")
    except UnicodeDecodeError:
        return one.decode("latin-1")


def _looks_like(content: bytes) -> str | None:
    """The encoding that the bytes look like, as charset-normalizer judges; few bytes are no evidence."""
    beyond = len(re.findall(rb"[\x80-\xff]", content[:_SAMPLE]))
    if beyond < 8:
        return None
    if _is_korean(content):
        return "euc_kr"
    from charset_normalizer import from_bytes

    best = from_bytes(content[:_SAMPLE], cp_isolation=list(_LIKELY)).best()
    if best is None:
        return None
    if best.encoding in _LATIN and _is_western(content):
        return "cp1252"
    try:
        content.decode(best.encoding)
    except UnicodeDecodeError:
        return None
    return best.encoding


def _is_western(content: bytes) -> bool:
    """Whether every sign beyond ASCII is one that Western texts have: then it is taken for Western, the likeliest."""
    try:
        text = content.decode("cp1252")
    except UnicodeDecodeError:
        return False
    return all(sign < "\x80" or sign in _WESTERN for sign in text)


# Encodings of the Latin script that are easily taken for each other.
_LATIN = ("cp1250", "iso8859_2", "cp1254", "mac_roman", "cp850", "cp852")
_WESTERN = frozenset("ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜÝßàáâãäåæçèéêëìíîïñòóôõöøùúûüýÿŒœŠšŽžŸ€‚„…‘’“”–—«»§°·¡¿ºª®©™\xa0\xad")


def _is_korean(content: bytes) -> bool:
    """Whether the bytes are Hangul nearly all; in any other East Asian encoding few would be by chance."""
    try:
        beyond = [sign for sign in content.decode("euc_kr") if sign > "\x7f"]
    except UnicodeDecodeError:
        return False
    return sum("\uac00" <= sign <= "\ud7a3" for sign in beyond) > 0.9 * len(beyond)
