"""The scores of one column: compared student by student, in this column or another one of it."""
