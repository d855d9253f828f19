"""What a run found, as values, for a terminal, as JUnit XML and as one page."""
