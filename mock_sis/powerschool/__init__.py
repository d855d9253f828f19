"""PowerSchool: rosters as resources and tables, PowerTeacher Pro's gradebook, OneRoster push."""
