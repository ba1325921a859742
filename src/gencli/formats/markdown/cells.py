"""The cells of a row of a Markdown table."""

import re

_CELL = re.compile(r"(?:\\.|`[^`|]*`|[^|\\])*", re.DOTALL)


def cells(line: str) -> list[str]:
    """The cells of a row; a bar behind a backslash divides none."""
    line = line.strip().removeprefix("|")
    if line.endswith("|") and not line.endswith("\\|"):
        line = line[:-1]
    found, position = [], 0
    while position <= len(line):
        match = _CELL.match(line, position)
        end = match.end() if match else position
        if end < len(line) and line[end] != "|":
            end += 1  # a lone backslash at the end
        found.append(line[position:end].replace("\\|", "|").strip())
        position = end + 1
    return found
