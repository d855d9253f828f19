"""The file of a ledger, reached past the agent."""

import sqlite3
from contextlib import closing


def raw(path, *statements):
    with closing(sqlite3.connect(path)) as connection, connection:
        for statement in statements:
            connection.execute(statement)
