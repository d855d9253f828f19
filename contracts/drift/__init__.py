"""What the mocks are known not to copy, and what nobody has shown us yet."""
