"""Skyward: its OneRoster gradebook, and what Qmlativ's Generic API has beside it."""
