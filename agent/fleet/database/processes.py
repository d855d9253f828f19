"""Signs of life of the fleet's processes, in its database."""

from agent.fleet.database.connection import Database


class Process:
    """This process, as others see it.

    Args:
        name: unique, such as `worker-HOST-PID`.
        every: seconds between two signs of life.
        slots: of a worker, how many nights it does at once.
    """

    def __init__(
        self,
        database: Database,
        *,
        name: str,
        kind: str,
        host: str,
        every: float,
        version: str,
        slots: int = 0,
    ) -> None:
        self._database = database
        self._facts = {
            "name": name,
            "kind": kind,
            "host": host,
            "every": every,
            "version": version,
            "slots": slots,
        }

    @property
    def name(self) -> str:
        """Its name."""
        return str(self._facts["name"])

    def beat(self, busy: int = 0, *, draining: bool = False) -> None:
        """Give a sign of life, and say how many nights are at work."""
        facts = {**self._facts, "busy": busy, "draining": draining}
        with self._database.transaction() as sql:
            sql.execute(BEAT, facts)

    def gone(self) -> None:
        """Say that it ended."""
        self._database.write("DELETE FROM process WHERE name = %s", self._facts["name"])


# By the database's clock, so that clocks of machines that differ do no harm.
BEAT = """
INSERT INTO process (name, kind, host, started, seen, every, version, slots, busy, draining)
VALUES (%(name)s, %(kind)s, %(host)s, now(), now(), %(every)s, %(version)s, %(slots)s,
    %(busy)s, %(draining)s)
ON CONFLICT (name) DO UPDATE
SET seen = now(), busy = excluded.busy, draining = excluded.draining
"""
