"""The subcommands: each builds the parts that it needs, calls them, prints and exits."""
