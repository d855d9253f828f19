"""The lock and the epoch of a run: who does not hold them any more writes nothing more.

The lock is the server's, of the session that writes the ledger. It is gone with the connection, and
so is the way to write. The epoch is for what breaks that: a pooler that hands one session to two
clients. It rises when a run takes the lock, and every transaction of a run compares it.
"""

from agent.errors import LedgerLostError, LockedError
from agent.ledger.postgres import Connection
from agent.ledger.postgres.schema import lock_of

FENCED = "22012"
"""The SQLSTATE of a division by zero, which is how a write of a run that was replaced ends."""


def taken(connection: Connection, schema: str, name: str) -> int:
    """Take the lock for as long as the connection lasts; the epoch of this run.

    Raises:
        LockedError: at once, when another session holds it.
    """
    key = lock_of(schema, "run")
    [held] = connection.execute("SELECT pg_try_advisory_lock(%s)", (key,)).fetchall()[0]
    if not held:
        holder = connection.execute(HOLDER, (key, key)).fetchone()
        who = f" ({holder[0]})" if holder and holder[0] else ""
        raise LockedError(
            f"another run, or a preview, is at work{who} and holds the ledger {name};"
            " wait until it has ended"
        )
    with connection.transaction():
        connection.execute("SET LOCAL synchronous_commit = on")
        raised = connection.execute("UPDATE ledger SET epoch = epoch + 1 RETURNING epoch")
        [epoch] = raised.fetchall()[0]
    return int(epoch)


def prelude(epoch: int | None, *, durable: bool) -> str:
    """Begin a transaction: one writer at a time, and of the runs only the last.

    All of it is one message to the server, and fails where the epoch is another one.
    """
    fence = "1" if epoch is None else f"1 / (epoch = {epoch:d})::int"
    waits = "on" if durable else "off"
    return f"BEGIN; SET LOCAL synchronous_commit = {waits}; SELECT {fence} FROM ledger FOR UPDATE"


def replaced(name: str) -> LedgerLostError:
    """What a run ends with after another one took its place."""
    return LedgerLostError(
        f"another run has taken over the ledger {name}; this one ends, and sent nothing since"
    )


HOLDER = """
SELECT application_name FROM pg_locks JOIN pg_stat_activity USING (pid)
WHERE locktype = 'advisory' AND granted AND objsubid = 1
AND classid = ((%s::bigint >> 32) & 4294967295)::oid AND objid = (%s::bigint & 4294967295)::oid
"""
