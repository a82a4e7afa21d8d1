"""What is measured: run by hand, never in a test."""
