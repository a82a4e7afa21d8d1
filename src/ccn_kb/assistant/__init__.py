"""The network as tools for language models (Model Context Protocol): read-only, cited, a page at a time."""
