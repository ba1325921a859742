"""The SQLite file; SQL is written in this package and nowhere else."""
