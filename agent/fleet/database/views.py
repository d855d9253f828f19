"""The views of the fleet's tables, as of a moment."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from agent.fleet.database.connection import Connection, Database


@contextmanager
def as_of(database: Database, now: datetime) -> Iterator[Connection]:
    """One transaction in which the views take *now* for the present.

    Whoever asks by SQL without this gets the database's clock.
    """
    with database.transaction() as sql:
        take_for_now(sql, now)
        yield sql


def take_for_now(sql: Connection, now: datetime) -> None:
    """Let the views take *now* for the present, until the end of the transaction."""
    # To compile a query over thousands of districts takes longer than to do it.
    settings = "SELECT set_config('passback.now', %s, true), set_config('jit', 'off', true)"
    sql.execute(settings, (now.isoformat(),))
