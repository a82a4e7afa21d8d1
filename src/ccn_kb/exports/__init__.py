"""The published formats, one module a format: text made from a network, and nothing written."""
