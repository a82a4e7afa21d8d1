"""The pages of the site: each module holds the typed content of one page and the function that makes it."""
