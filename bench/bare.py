"""The smallest Typer app: one command that prints a word. What every ratio is a ratio to."""

import typer

app = typer.Typer()


@app.command()
def main() -> None:
    """Print a word."""
    print("bare")


if __name__ == "__main__":
    app()
