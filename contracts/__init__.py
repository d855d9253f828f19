"""The contract files, and the programs that read them; nobody's package depends on this one."""
