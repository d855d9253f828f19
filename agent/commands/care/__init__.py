"""Commands that care for a ledger as a whole."""
