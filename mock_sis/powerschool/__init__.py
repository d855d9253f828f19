"""PowerSchool: rosters as resources and tables, PowerTeacher Pro's gradebook, OneRoster push."""

from mock_sis.powerschool.operations import Operations

__all__ = ["Operations"]
