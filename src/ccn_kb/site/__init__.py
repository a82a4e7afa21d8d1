"""The web site: Datasette over the database, which it reads and nothing else."""
