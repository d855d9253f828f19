"""`passback contract` and its subcommands, a file each; each imports what it needs when it runs."""
