"""Care for a ledger's file: copies and their return, what is removed, and whether it is sound."""
