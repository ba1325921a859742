"""Read a coverage report (JSON) and fail where too few branches of src were taken.

cli/screen is left out: what it draws is looked at, and tested by its lines.
"""

import json
import sys
from pathlib import Path

LEAST = 90.0


def main() -> int:
    """Print the share of branches taken, the least covered files first; 1 where it is too small."""
    report = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    files = {
        name: entry["summary"]
        for name, entry in report["files"].items()
        if entry["summary"]["num_branches"] and not name.endswith("cli/screen.py")
    }
    taken = sum(summary["covered_branches"] for summary in files.values())
    total = sum(summary["num_branches"] for summary in files.values())
    for name, summary in sorted(files.items(), key=lambda item: item[1]["covered_branches"] / item[1]["num_branches"])[
        :5
    ]:
        print(f"{summary['covered_branches'] / summary['num_branches']:6.1%}  {name}")
    share = 100.0 * taken / total
    print(f"{share:5.1f}% of {total} branches outside cli/screen were taken; at least {LEAST:.0f}% must be")
    return share < LEAST


if __name__ == "__main__":
    sys.exit(main())
