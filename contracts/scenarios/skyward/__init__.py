"""Scenarios on skyward, one file each."""
