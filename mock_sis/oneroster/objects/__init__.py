"""What of a world is which OneRoster object, as queries and as JSON."""
