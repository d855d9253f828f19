"""The fleet's own tables in PostgreSQL, in the schema `passback_fleet`."""
