"""Secrets that a configuration refers to: where they stand, and how they are read anew."""
