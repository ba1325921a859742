"""RIS, the tagged format of Reference Manager, EndNote and most publishers."""

from gencli.formats.ris.reader import read
from gencli.formats.ris.writer import write

__all__ = ["read", "write"]
