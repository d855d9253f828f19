"""A synthetic district in one file: its clock, snapshots, faults, journal and Otus feed."""
