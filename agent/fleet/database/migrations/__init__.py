"""The schema of the fleet's tables, one SQL file for each version."""
