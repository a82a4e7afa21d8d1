"""The site as a folder that any container platform can run, and nginx can stand before."""
