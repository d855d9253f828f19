"""The shell of a run: it reads and writes source, SIS and ledger, and calls `decide` in between."""
