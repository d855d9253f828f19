"""The pages that a browser shows: gradebooks as a teacher knows them, and the API log."""
