"""The release recipe; the package itself knows nothing of it."""
