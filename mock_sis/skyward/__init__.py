"""Skyward: OneRoster for rosters and grades, Qmlativ's Generic API for what OneRoster lacks."""
