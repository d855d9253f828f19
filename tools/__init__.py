"""Programs for who works on Passback; none of them is in the wheel."""
