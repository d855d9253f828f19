"""The start page, and the way in for a district's own roster."""
