"""The Open University's anonymised gradebook (OULAD) as a OneRoster 1.2 CSV folder.

    python -m tools.oulad SOURCE OUT [--presentation AAA-2013J ...]

Nothing is invented but what a gradebook cannot be without: a calendar, sections of up to 30
students in the order of their ids, tutors, titles, and the day on which work was assigned.
Beside the standard's files stands `rows.csv`: each row of studentAssessment.csv and what became of
it, so that a night can be accounted for row by row.
"""
