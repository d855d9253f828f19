"""What many districts need in one window: workers, connections, database, by multiplication.

Every district is taken to be due at the same moment, so that the window is all the time there is:
a night that is spread over time zones needs less, see the simulation.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from load.profiles import END_OF_TERM, SCORES_PER_STUDENT, WINDOW, Night, Volume
from load.scale.constants import Constants
from load.scale.night import ANSWER_MEDIAN, Host, requests_of, seconds_of
from load.vendors import VENDORS

FULL = 0.7
"""The share of a worker's slots, or of a core, that is counted on: the rest is for a bad night."""
SCHOOL_DAYS = 180
TERMS = 4
SCHEMAS_A_DATABASE = 1_000
"""Districts in one database: dumps, vacuum and the catalogue still take minutes."""
GIGABYTE = 1e9


@dataclass(frozen=True, slots=True)
class NightPlan:
    """What the districts need for one night in one window.

    Attributes:
        slots: runs at the same time; longest: seconds of the longest run.
        over: districts whose run takes longer than the window, whatever the fleet.
        cores: of all workers together.
        connections: to PostgreSQL with every slot at work; pooled: with a pooler in session mode,
            which holds only those that runs at work hold.
        wal: bytes that PostgreSQL writes ahead, for replicas and backups too.
    """

    districts: int
    students: int
    scores: int
    requests: int
    cpu_seconds: float
    run_seconds: float
    longest: float
    over: int
    slots: int
    workers: int
    cores: int
    connections: int
    pooled: int
    memory: float
    wal: float


@dataclass(frozen=True, slots=True)
class YearPlan:
    """What the ledgers of the districts hold after a school year.

    Attributes:
        databases: of at most `SCHEMAS_A_DATABASE` districts; relations: of one of them.
        drop_databases, drop_schemas: seconds by the clock to drop them at rollover, one by one.
    """

    scores: int
    rows: float
    size: float
    databases: int
    relations: int
    drop_databases: float
    drop_schemas: float


def plan_night(
    sizes: Sequence[int], constants: Constants, night: Night, *, slots: int, window: float = WINDOW
) -> NightPlan:
    """The night of districts of these sizes with workers of *slots* each."""
    volumes = [Volume(size, night) for size in sizes]
    hosts = [Host("", sis, ANSWER_MEDIAN) for sis in VENDORS]
    placed = [(volume, hosts[n % len(hosts)]) for n, volume in enumerate(volumes)]
    runs = [seconds_of(volume, host) for volume, host in placed]
    scores = sum(volume.scores for volume in volumes)
    cpu = len(sizes) * constants.run_cpu + scores * constants.score_cpu
    at_once = ceil(sum(min(run, window) for run in runs) / window / FULL)
    workers = ceil(at_once / slots)
    return NightPlan(
        districts=len(sizes),
        students=sum(sizes),
        scores=scores,
        requests=sum(requests_of(volume, host.sis) for volume, host in placed),
        cpu_seconds=cpu,
        run_seconds=sum(runs),
        longest=max(runs),
        over=sum(run > window for run in runs),
        slots=at_once,
        workers=workers,
        cores=ceil(cpu / window / FULL),
        connections=_connections(constants, workers, workers * slots),
        pooled=_connections(constants, workers, ceil(at_once * FULL)),
        memory=workers * (constants.worker_mb + slots * constants.run_mb) * 1e6,
        wal=len(sizes) * constants.run_wal + scores * constants.score_wal,
    )


def plan_year(sizes: Sequence[int], constants: Constants) -> YearPlan:
    """The ledgers of districts of these sizes after a school year."""
    students = sum(sizes)
    scores = round(students * scores_a_student())
    runs = len(sizes) * SCHOOL_DAYS
    rows = students * constants.student_rows + scores * constants.score_rows
    size = students * constants.student_bytes + scores * constants.score_bytes
    databases = ceil(len(sizes) / SCHEMAS_A_DATABASE)
    return YearPlan(
        scores=scores,
        rows=rows + runs * constants.run_rows,
        size=size + runs * constants.run_bytes + len(sizes) * constants.ledger_bytes,
        databases=databases,
        relations=round(ceil(len(sizes) / databases) * constants.ledger_relations),
        drop_databases=databases * constants.drop_database,
        drop_schemas=len(sizes) * constants.drop_schema,
    )


def scores_a_student() -> float:
    """Scores of a student in a school year: typical nights, and the ends of its grading periods."""
    return SCORES_PER_STUDENT * (SCHOOL_DAYS + TERMS * (END_OF_TERM - 1))


def _connections(constants: Constants, workers: int, runs: int) -> int:
    return ceil(workers * constants.worker_connections + runs * constants.run_connections)
