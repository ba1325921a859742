"""The floor of a search: plain sqlite3, one ranked full-text query with snippets, no command line."""

import sqlite3
import sys

SQL = """
    SELECT p.key, p.year, p.title, snippet(words, -1, '', '', '…', 20)
    FROM words JOIN paper p ON p.id = words.rowid
    WHERE words MATCH ? ORDER BY bm25(words)
"""

connection = sqlite3.connect(f"file:{sys.argv[1]}?mode=ro", uri=True)
for row in connection.execute(SQL, ['"double" "descent"']):
    print(*row, sep="\t")
