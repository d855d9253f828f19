"""Makes a district: generated from a size and a seed, or imported from a OneRoster export."""
