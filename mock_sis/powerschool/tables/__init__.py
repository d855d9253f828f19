"""The database as tables and named queries, `/ws/schema`."""
