"""The nights of many districts on several machines: `serve` on PostgreSQL and Procrastinate."""
