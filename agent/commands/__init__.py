"""The subcommands of the agent; each builds what it needs, calls, prints and exits."""
