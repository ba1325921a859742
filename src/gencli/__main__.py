"""`python -m gencli`."""

from gencli.cli.app import run

if __name__ == "__main__":
    run()
