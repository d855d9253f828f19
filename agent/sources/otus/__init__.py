"""Otus as a source: its change feed over HTTP, as contracts/otus.yaml describes it."""
