"""CSL-JSON, the language of Zotero, pandoc and citeproc: https://citationstyles.org, schema csl-data.json."""

from gencli.formats.csljson.reader import read
from gencli.formats.csljson.writer import write

__all__ = ["read", "write"]
