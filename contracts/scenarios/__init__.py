"""Sequences of calls that show a behaviour, to be run against a mock or the real system."""
