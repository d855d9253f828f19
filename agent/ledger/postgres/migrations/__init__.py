"""The schema of a ledger, one SQL file a version; `schema` applies them in order."""
