"""What a ledger in PostgreSQL shows to one who only looks, also one of another version."""

from dataclasses import dataclass

import psycopg

from agent.district_key import schema_of
from agent.errors import LedgerError
from agent.ledger.postgres import Connection, schema
from agent.ledger.postgres.errors import refusal
from agent.ledger.postgres.opening import called, connected

NEAR = "host(inet_server_addr()) IN ('127.0.0.1', '::1') OR inet_server_addr() IS NULL"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFacts:
    """What was seen of a ledger.

    Attributes:
        version: of its schema; 0 where there is none yet.
        ids: of the columns that it knows.
        open_wire: others on the way can read what goes to the database and back.
    """

    name: str
    version: int
    ids: frozenset[str]
    open_wire: bool


def facts_of(url: str, district: str, password: str) -> StoredFacts:
    """Look at the ledger of a district; writes nothing.

    Raises:
        LedgerError: no run can use it: it is away, newer, another district's, or cannot be made.
    """
    own = schema_of(district)
    name = called(url, own)
    try:
        with connected(url, password, own, read_only=True) as connection:
            version, ids = _seen(connection, own, name, district)
            wire = connection.execute(
                f"SELECT NOT (ssl OR {NEAR}) FROM pg_stat_ssl WHERE pid = pg_backend_pid()".encode()
            ).fetchone()
    except psycopg.Error as error:
        raise refusal(name, error, at_work=False) from error
    return StoredFacts(name=name, version=version, ids=ids, open_wire=bool(wire and wire[0]))


def _seen(connection: Connection, own: str, name: str, district: str) -> tuple[int, frozenset[str]]:
    version = schema.version_of(connection, own)
    schema.refuse_newer(version, name)
    if not version:
        may = "SELECT has_database_privilege(current_database(), 'CREATE')"
        if connection.execute(may).fetchone() != (True,):
            raise LedgerError(
                f"there is no ledger {name} yet, and this user may not make its schema:"
                " GRANT CREATE ON DATABASE"
            )
        return 0, frozenset()
    schema.refuse_other_district(connection, name, district)
    rows = connection.execute("SELECT external_id FROM known_column")
    return version, frozenset(row[0] for row in rows)
