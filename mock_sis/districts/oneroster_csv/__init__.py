"""Reads a OneRoster 1.1 or 1.2 CSV export into a new world."""
