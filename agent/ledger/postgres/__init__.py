"""A ledger in a schema of its own in PostgreSQL; psycopg is imported here and in `agent.fleet`."""

from typing import Any

import psycopg

Connection = psycopg.Connection[tuple[Any, ...]]
