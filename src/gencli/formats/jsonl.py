"""JSON lines: one paper a line, in the shape of `--json`."""

import json
from collections.abc import Iterable, Iterator

from gencli.model import Paper


def write(papers: Iterable[Paper]) -> Iterator[str]:
    """The papers as lines of JSON, each with its line end."""
    for paper in papers:
        yield json.dumps(paper.as_json(), ensure_ascii=False) + "\n"
