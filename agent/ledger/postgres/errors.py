"""What psycopg and the server say, as one line without values, names of users, or a password."""

import re

import psycopg

from agent.errors import LedgerAwayError, LedgerError, LedgerLostError

BUSY = "55P03"
AWAY = ("08", "53", "57P", "58")
"""How SQLSTATEs begin: no connection, no room, the server goes down or comes up, its machine."""

WRONG = re.compile(
    "password authentication failed|no password supplied|does not exist|no pg_hba.conf entry"
)
"""What trying again does not mend. Of a refused connection libpq tells no SQLSTATE."""


def refusal(name: str, error: psycopg.Error, *, at_work: bool) -> LedgerError:
    """Tell of an error of the database; *at_work*: in the middle of a run."""
    if _is_away(error):
        return _away(name, _first_line(error), at_work=at_work)
    if error.sqlstate == BUSY:
        return LedgerAwayError(f"the ledger {name} is busy: somebody has been writing for too long")
    if isinstance(error, psycopg.IntegrityError):
        what = error.diag.constraint_name or error.diag.message_primary or error.sqlstate
        return LedgerError(f"the ledger {name} refuses this: {what}")
    if isinstance(error, psycopg.DataError):
        # What it says quotes the value.
        state = error.sqlstate or "none"
        return LedgerError(f"the ledger {name} cannot hold a value (SQLSTATE {state})")
    return LedgerError(f"the ledger {name} cannot be used: {_first_line(error)}")


def _away(name: str, why: str, *, at_work: bool) -> LedgerError:
    if WRONG.search(why):
        return LedgerError(f"the ledger {name} cannot be opened: {why}")
    if at_work:
        return LedgerLostError(
            f"the connection to the ledger {name} was lost ({why}); run again to resume"
        )
    return LedgerAwayError(f"the ledger {name} cannot be reached: {why}")


def _is_away(error: psycopg.Error) -> bool:
    if error.sqlstate is None:
        return isinstance(error, psycopg.OperationalError)
    return error.sqlstate.startswith(AWAY)


def _first_line(error: psycopg.Error) -> str:
    primary = error.diag.message_primary
    text = primary or next(iter(str(error).splitlines()), "") or type(error).__name__
    return text.strip().rstrip(".")
