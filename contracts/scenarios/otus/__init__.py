"""Scenarios on otus, one file each."""
