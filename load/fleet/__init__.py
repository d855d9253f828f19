"""A night of many districts on a fleet: PostgreSQL, tick, sweep and workers as processes."""
