"""The options that several commands share, each with one wording."""

import typer

JSON = typer.Option(False, "--json", help="Print one JSON document.")
KEYS = typer.Option(False, "--keys", help="Print bare keys, one a line.")
COUNT = typer.Option(False, "--count", help="Print how many papers there are, and no more.")
REVERSE = typer.Option(False, "--reverse", "-r", help="The other way round.")
LIMIT = typer.Option(None, "--limit", "-L", min=1, metavar="N", help="At most N papers.")
DRY_RUN = typer.Option(False, "--dry-run", help="Show the change, write nothing.")
NO_FETCH = typer.Option(False, "--no-fetch", help="Do not ask arXiv; `gencli refresh` does that later.")
FRESH = typer.Option(False, "--fresh", help="Ask arXiv anew, also what it answered within a day.")
TAGS = typer.Option(None, "--tag", "-t", metavar="TAG", help="Give the papers this tag; may be repeated.")
NOTE = typer.Option("", "--note", metavar="TEXT", help="A note of your own to the papers.")
WHERE = typer.Option(None, "--where", metavar="QUERY", help="The papers that a query finds, instead of keys.")
NAMED = "Keys, old keys or identifiers; '-' reads them from standard input."
NAMES = typer.Argument(None, metavar="KEY...", help=NAMED)
QUERY = typer.Argument(None, metavar="[QUERY]", help="What to look for; see: gencli help query.")
