"""Scenarios: what one is, the words that it is written in, and how many are played together."""
