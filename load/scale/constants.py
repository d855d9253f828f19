"""What one score, one run and one worker cost: measured by `python -m load.scale measure`."""

import tomllib
from pathlib import Path

import msgspec
import tomli_w

FILE = Path(__file__).with_name("constants.toml")


class Constants(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Measured constants; seconds are of CPU unless a name says otherwise, bytes are on disk.

    Attributes:
        measured: the day, and on what.
        run_cpu: of a run that finds nothing changed, its process from start to end.
        score_cpu: of the agent for each delivered score, beyond `run_cpu`.
        run_mb: the most resident memory of a run's process.
        run_requests: of a run that finds nothing changed; score_requests: of a delivered score.
        run_connections: to PostgreSQL while a run is at work; worker_connections: always.
        worker_mb: resident memory of a worker beside its runs.
        ledger_bytes, ledger_relations: of a district's schema before anything is in it.
        student_rows, student_bytes, student_wal: what the roster of a student takes.
        score_rows, score_bytes, score_wal: what a delivered score takes.
        run_rows, run_bytes, run_wal: what a run leaves that finds nothing changed.
        drop_schema: seconds by the clock to drop a district's schema with a typical night in it.
        drop_database: seconds by the clock to drop a database of one such schema.
    """

    measured: str
    run_cpu: float
    score_cpu: float
    run_mb: float
    run_requests: float
    score_requests: float
    run_connections: float
    worker_connections: float
    worker_mb: float
    ledger_bytes: float
    ledger_relations: float
    student_rows: float
    student_bytes: float
    student_wal: float
    score_rows: float
    score_bytes: float
    score_wal: float
    run_rows: float
    run_bytes: float
    run_wal: float
    drop_schema: float
    drop_database: float


def read(path: Path = FILE) -> Constants:
    """Read the constants that are kept beside this module."""
    return msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), Constants)


def write(constants: Constants, path: Path = FILE) -> None:
    """Keep *constants*, each with three figures that count."""
    values = msgspec.structs.asdict(constants)
    rounded = {k: float(f"{v:.3g}") if isinstance(v, float) else v for k, v in values.items()}
    path.write_text(tomli_w.dumps(rounded), encoding="utf-8")
