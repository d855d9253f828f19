"""A fleet under test: its parts as processes, what may happen to them, and what must be so then."""
