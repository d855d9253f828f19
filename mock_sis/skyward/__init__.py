"""Skyward: OneRoster for rosters and grades, Qmlativ's Generic API for what OneRoster lacks."""

from mock_sis.skyward.operations import Operations

__all__ = ["Operations"]
