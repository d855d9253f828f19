"""A district's schema found, made or migrated before anything reads it."""

from typing import NoReturn

from agent.district_key import schema_of
from agent.errors import LedgerError
from agent.ledger.postgres import Connection, schema
from agent.ledger.postgres.connection import connected


def opened(
    url: str, district: str, name: str, password: str, *, read_only: bool, existing: bool
) -> Connection:
    """Connect to the ledger of a district; it is made where there is none.

    Raises:
        LedgerError: it is newer than this program, another district's, or to be there and is not.
    """
    own = schema_of(district)
    connection = connected(url, password, own, read_only=read_only)
    try:
        version = schema.version_of(connection, own)
        schema.refuse_newer(version, name)
        if not version and (read_only or existing):
            _refuse(f"there is no ledger {name} yet; the first `passback sync` makes it")
        if version < schema.VERSION and read_only:
            _refuse(f"an earlier version made the ledger {name}; the next run brings it up to date")
        if version < schema.VERSION:
            schema.migrate(connection, own, district)
        schema.refuse_other_district(connection, name, district)
    except BaseException:
        connection.close()
        raise
    return connection


def _refuse(why: str) -> NoReturn:
    raise LedgerError(why)
