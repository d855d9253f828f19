"""The two stores of a ledger side by side: pulls, attempts, bytes, a quiet night, a move."""
