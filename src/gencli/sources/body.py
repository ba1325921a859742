"""The body of an HTTP answer, read no further than to its limit, packed or not. Pure."""

import zlib
from collections.abc import Iterable, Iterator

# Each piece of a packed body may be packed by itself; many small ones cost much and hold nothing.
_MOST_PIECES = 10_000


class TooLarge(Exception):
    """More than is wanted comes, or comes out of it."""


class BrokenOff(Exception):
    """It is not whole, or not packed as it is said to be."""


def body(parts: Iterable[bytes], packing: str, most: int) -> bytes:
    """The whole of a body that comes in parts; `packing` is "gzip", else it is as it is.

    At most `most` bytes are read, and unpacked. Raises `TooLarge`, `BrokenOff`.
    """
    limited = _limited(parts, most)
    return b"".join(_unpacked(limited, most) if packing == "gzip" else limited)


def _limited(parts: Iterable[bytes], most: int) -> Iterator[bytes]:
    size = 0
    for part in parts:
        size += len(part)
        if size > most:
            raise TooLarge
        yield part


def _unpacked(parts: Iterable[bytes], most: int) -> Iterator[bytes]:
    """What is packed as gzip (RFC 1952), in one piece or several; never more than one byte too much is unpacked."""
    left, pieces = most, 1
    piece = zlib.decompressobj(zlib.MAX_WBITS | 16)
    for part in parts:
        rest = part
        while rest:
            if piece.eof:
                piece, pieces = zlib.decompressobj(zlib.MAX_WBITS | 16), pieces + 1
            try:
                data = piece.decompress(rest, left + 1)
            except zlib.error as error:
                raise BrokenOff from error
            left -= len(data)
            if left < 0:
                raise TooLarge
            if pieces > _MOST_PIECES:
                raise BrokenOff
            yield data
            rest = piece.unused_data
    if not piece.eof:
        raise BrokenOff
