"""A recording of somebody else's traffic (HAR), held to a contract and replayed on the mock."""
