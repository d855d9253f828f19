"""What a night came to: as the mock, the agent's ledger, Locust and the gradebooks have it."""
