"""`gencli` and `python -m gencli`: the process, from its start to its exit code."""

import gc
import sys
from contextlib import suppress
from typing import NoReturn


def run() -> NoReturn:
    """Run the command line and leave the process with its exit code.

    A command is short and keeps what it loads, so the garbage collector only costs: passes while modules
    are loaded, and a last one at the end, are a fifth of an empty Typer program's time.
    """
    gc.set_threshold(50_000)
    try:
        from gencli.cli.app import execute, flush

        code = flush(execute(sys.argv[1:]))
        gc.freeze()
    except KeyboardInterrupt:
        # While it is loaded, or when all is done.
        code = 130
        with suppress(OSError, AttributeError):
            print("gencli: interrupted", file=sys.stderr)
    sys.exit(code)


if __name__ == "__main__":
    run()
