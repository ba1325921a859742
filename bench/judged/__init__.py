"""What the ranking is judged on: a made library, and queries with their right answers."""
