"""Runs that a person asks for: what an earlier one wrote is taken back, or sent once more."""
