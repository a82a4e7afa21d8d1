"""The published formats, one module a format: bytes made from a network; `folder` alone writes them."""
