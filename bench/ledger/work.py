"""What one store does, in a process of its own, so that the peak memory is that of the work.

Run as `python -m bench.ledger.work URL RECORDS`; prints a line of JSON.
"""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from decimal import Decimal
from itertools import islice
from pathlib import Path
from resource import RUSAGE_SELF, getrusage
from time import perf_counter, process_time
from typing import Any

from agent.domain import Assessment, AssessmentId, Class, ClassId, PersonId, Progress, Scale, Score
from agent.ledger import Ledger, open_ledger, open_store
from agent.ledger.store import Store
from agent.records import Change, Intent, Outcome

DISTRICT = "bench"
NOW = datetime(2026, 10, 14, 3, tzinfo=UTC)
OF_AN_ASSESSMENT = 25
CLASSES = 500
PAGE = 1000
BATCHES = 200
ONES = 1000


@dataclass(frozen=True, slots=True)
class Work:
    """Seconds by the clock and of this process's CPU; what was done; bytes of log for it."""

    seconds: float
    cpu: float
    count: int
    log: int


def measure(url: str, records: int) -> dict[str, Any]:
    """Do each part once on a new ledger."""
    with (
        closing(open_ledger(url, DISTRICT)) as ledger,
        closing(open_store(url, DISTRICT)) as beside,
    ):
        logged = _logged(beside)
        parts = {
            "first": _work(logged, records, lambda: pull(ledger, records)),
            "unchanged": _work(logged, records, lambda: pull(ledger, records)),
            "attempts": _work(logged, BATCHES * OF_AN_ASSESSMENT, lambda: attempts(ledger)),
            "one by one": _work(logged, ONES, lambda: one_by_one(ledger)),
        }
        size = beside.size()
    return {
        "parts": {name: asdict(part) for name, part in parts.items()},
        "bytes": size,
        "peak_mb": getrusage(RUSAGE_SELF).ru_maxrss / 1024,
    }


def _work(logged: Callable[[], int], count: int, work: Callable[[], object]) -> Work:
    log, began, cpu = logged(), perf_counter(), process_time()
    work()
    return Work(perf_counter() - began, process_time() - cpu, count, logged() - log)


def _logged(store: Store) -> Callable[[], int]:
    """Bytes of PostgreSQL's log so far; with SQLite, all that this process wrote."""
    if store.file is None:
        return lambda: int(store.read("SELECT pg_current_wal_insert_lsn() - '0/0'::pg_lsn")[0][0])
    return lambda: int(Path("/proc/self/io").read_text().split("wchar: ")[1].split()[0])


def pull(ledger: Ledger, records: int) -> None:
    """Take every record as from a source that gives all of them."""
    staged = ledger.begin_pull(snapshot=True)
    every = changes(records)
    while page := list(islice(every, PAGE)):
        staged.take(page)
    staged.diff()
    staged.commit("cursor", NOW)


def changes(records: int) -> Iterator[Change]:
    """Classes, assessments and so many scores, one kind after the other as a source gives them."""
    for number in range(CLASSES):
        key = f"c-{number:04}"
        value = Class(id=ClassId(key), title=f"Class {number}", section=None, teachers=())
        yield Change(kind="class", key=(key,), value=value)
    many = range(-(-records // OF_AN_ASSESSMENT))
    yield from (_assessment(number) for number in many)
    yield from (_score(number, place) for number in many for place in range(OF_AN_ASSESSMENT))


def _assessment(number: int) -> Change:
    key, owner = f"a-{number:06}", f"c-{number % CLASSES:04}"
    value = Assessment(
        id=AssessmentId(key),
        class_id=ClassId(owner),
        title=f"Quiz {number}",
        type="Quiz",
        scale=Scale.POINTS,
        total_points=Decimal(20),
        assigned_by=None,
        assigned_on=NOW.date(),
        due=NOW.date(),
    )
    return Change(kind="assessment", key=(key, owner), value=value)


def _score(number: int, place: int) -> Change:
    key, student = f"a-{number:06}", f"s-{number % CLASSES:04}-{place:02}"
    score = Score(
        assessment=AssessmentId(key),
        student=PersonId(student),
        progress=Progress.GRADED,
        points=Decimal(place % 21),
        flags=frozenset(),
    )
    return Change(kind="score", key=(key, student), value=score)


def attempts(ledger: Ledger) -> None:
    """Write the intents of a column's scores, then what came of them, as a night does."""
    for batch in range(BATCHES):
        _attempt(ledger, [_intent(f"a-{batch:06}", place) for place in range(OF_AN_ASSESSMENT)])


def one_by_one(ledger: Ledger) -> None:
    """Write each intent and its outcome alone."""
    for number in range(ONES):
        _attempt(ledger, [_intent(f"a-{number:06}", 99)])


def _attempt(ledger: Ledger, intents: list[Intent]) -> None:
    ids = ledger.attempts.intend("r-1", intents, NOW)
    ledger.attempts.settle([Outcome(attempt=each, kind="accepted") for each in ids], NOW)


def _intent(assessment: str, place: int) -> Intent:
    return Intent(
        op="put",
        assessment=AssessmentId(assessment),
        owner=ClassId("c-0000"),
        student=PersonId(f"s-{place}"),
        section="501",
        sending={"points": "17", "seen": "17", "sis_student": f"70{place:04}"},
        before=None,
    )


if __name__ == "__main__":
    print(json.dumps(measure(sys.argv[1], int(sys.argv[2]))))
