"""What a person decided about records, and what deciding makes of it."""
