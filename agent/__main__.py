"""`python -m agent` is `passback`."""

from agent.cli import main

main()
