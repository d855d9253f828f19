"""What a change of a contract breaks, and whether the agent would feel it."""
