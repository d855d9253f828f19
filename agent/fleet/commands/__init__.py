"""The subcommands of `passback fleet`."""
