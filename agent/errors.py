"""Every deliberate error of the agent, and the exit code that each one ends a command with.

    PassbackError
    ├── ConfigError 10          the configuration, a secret or a source folder cannot be used
    ├── LedgerError 10          the ledger is corrupt, or newer than this program
    │   ├── LedgerAwayError 6   its database cannot be reached, or is busy
    │   └── LedgerLostError 5   a run lost its ledger, or its lock, on the way; run again
    ├── PlanFileError 10        a plan cannot be kept on this machine, or a file holds none
    ├── StalePlanError 10       something moved on since that plan was made; nothing was sent
    ├── LockedError 11          another run holds this ledger
    ├── DecisionError 2         what a person decided cannot be done with that record
    ├── BrakeError 4            the plan is out of proportion; nothing was sent
    ├── DatabaseError 6         the database of a fleet does not answer
    ├── LostDatabaseError 5     a worker lost that database; whatever watches it starts it again
    ├── UnavailableError 6      a server did not answer, or not in a way that can be used
    │   ├── ThrottledError 6    it asked us to slow down
    │   ├── MaintenanceError 6  it is closed for maintenance
    │   ├── AskedToWaitError 6  it asked us to wait longer than a run does
    │   ├── DeniedError 6       it refused our credentials or the whole operation
    │   │   └── NoTokensError 6 it gives out no tokens at the addresses that we know
    │   └── NotUnderstoodError 6  it answered with something else than its contract says
    ├── UnknownOutcomeError 6   a write was sent and no usable answer came: it may have happened
    ├── InterruptedNightError 5 stopped, or the SIS went away, after the first write; run again
    └── StoppedError 130        told to stop: SIGINT (Ctrl-C) or SIGTERM

What the SIS says about one record is no exception: it is a `sis.port.Receipt`.
"""


class PassbackError(Exception):
    """Something an operator can act on: printed as one line, without a traceback."""

    exit_code = 1


class ConfigError(PassbackError):
    """A setting, a secret or a source folder is missing or cannot be used."""

    exit_code = 10


class LedgerError(PassbackError):
    """The ledger cannot be trusted: damaged, half-written, or made by a newer version."""

    exit_code = 10


class LedgerAwayError(LedgerError):
    """The database of a ledger cannot be reached, or lets nobody write for too long."""

    exit_code = 6


class LedgerLostError(LedgerError):
    """A run lost the connection to its ledger, and the lock with it: it sends nothing more.

    What it had begun is settled by the next run.
    """

    exit_code = 5


class PlanFileError(PassbackError):
    """A plan cannot be written to its file, or a file holds no plan; nothing was sent yet."""

    exit_code = 10


class StalePlanError(PassbackError):
    """What a plan was made of is not so any more; nothing was sent."""

    exit_code = 10

    def __init__(self, what: str) -> None:
        super().__init__(
            f"this plan is out of date: {what}. Nothing was sent; make a new one with"
            " `passback plan --out FILE`"
        )


class LockedError(PassbackError):
    """Another run is at work on this ledger."""

    exit_code = 11


class DecisionError(PassbackError):
    """What a person decided cannot be done with that record; nothing was noted."""

    exit_code = 2


class BrakeError(PassbackError):
    """The night would change more than the district allows without a person's word.

    `findings` says what is out of proportion.
    """

    exit_code = 4

    def __init__(self, findings: tuple[str, ...]) -> None:
        self.findings = findings
        super().__init__(
            "stopped by the brake, nothing was sent: "
            + "; ".join(findings)
            + " (look at `passback plan`; to go on: sync --force REASON)"
        )


class DatabaseError(PassbackError):
    """The fleet's database cannot be reached, or answered with an error."""

    exit_code = 6


class LostDatabaseError(PassbackError):
    """A worker lost the fleet's database: it ended its nights, and is to be started again."""

    exit_code = 5


class UnavailableError(PassbackError):
    """A server could not be reached or answered with a failure of its own.

    Attributes:
        system: "source" or "sis".
        operation: what was asked, by the contract's operationId.
        status: the HTTP status, or None when there was no answer.
        way: what on the way to the server failed: "certificate", "proxy", or nothing known.
    """

    exit_code = 6

    def __init__(
        self,
        message: str,
        *,
        system: str,
        operation: str,
        status: int | None = None,
        way: str = "",
    ) -> None:
        super().__init__(f"{system}: {operation}: {message}")
        self.system = system
        self.operation = operation
        self.status = status
        self.way = way


class ThrottledError(UnavailableError):
    """The server asked us to slow down."""


class MaintenanceError(UnavailableError):
    """The server sent us to its maintenance page."""


class AskedToWaitError(UnavailableError):
    """The server asked us to wait longer than this command does."""


class DeniedError(UnavailableError):
    """The server refused our credentials, or refuses this operation to us altogether."""


class NoTokensError(DeniedError):
    """No address that we know gives out tokens; its text names the settings to look at."""


FATAL = (MaintenanceError, DeniedError, AskedToWaitError)
"""Errors that every other request would meet too: the night ends, and the next run resumes it."""


class NotUnderstoodError(UnavailableError):
    """The answer is not what the contract promises: another content type, shape or value."""


class UnknownOutcomeError(PassbackError):
    """A write was sent and no usable answer came, so it may have happened: read back first."""

    exit_code = 6

    def __init__(self, operation: str, why: str) -> None:
        super().__init__(f"sis: {operation}: no usable answer ({why}); the outcome is unknown")


class InterruptedNightError(PassbackError):
    """The night ended early after a write; the next run resumes it and loses nothing."""

    exit_code = 5


class StoppedError(PassbackError):
    """Told to stop before anything was written."""

    exit_code = 130
