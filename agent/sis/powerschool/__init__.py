"""PowerSchool: its own gradebook interface (XTE), and its OneRoster push."""
