"""The report that a district reads and signs: one HTML file that needs nothing else."""
