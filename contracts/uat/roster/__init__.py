"""A district's own OneRoster export: looked at, cleaned, given made-up names, made a world."""
