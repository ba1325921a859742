"""The command line: words in, words and exit codes out; every rule lives further down."""
