"""Plans as people see them: section by section, as text, and kept in a file for a later run."""
