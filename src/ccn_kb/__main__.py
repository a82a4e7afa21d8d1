"""`python -m ccn_kb` is the command `ccn`."""

from ccn_kb.cli import main

main()
