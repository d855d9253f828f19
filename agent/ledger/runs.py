"""The runs of the agent: one at a time, how each ended, and every write that they tried."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Literal, TypedDict

from agent.domain import AssessmentId, PersonId
from agent.ledger.care.note_file import BEGAN, ENDED, note_run
from agent.ledger.care.signs import NOTED
from agent.ledger.rows import Row, instant, json, maybe
from agent.ledger.store import ANY_OF, Store, listed
from agent.records import DoneAttempt, Intent, OpenAttempt, Outcome


class Runs:
    """Each run: when it began, why the brake was overridden, how it ended."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def begin(self, run: str, at: datetime, command: str, forced: str | None) -> None:
        """Note that *run* began; `forced` is the reason given for overruling the brake."""
        with self._store.write(durable=True) as sql:
            sql.execute(
                "INSERT INTO run (id, at, command, forced) VALUES (?, ?, ?, ?)",
                (run, instant(at), command, forced),
            )
            sql.execute(NOTE, (NOTED,))
        self._note(run, BEGAN)

    def end(self, run: str, at: datetime, exit_code: int, summary: Mapping[str, Any]) -> None:
        """Note how *run* ended."""
        with self._store.write(durable=True) as sql:
            sql.execute(
                "UPDATE run SET ended = ?, exit_code = ?, summary = ? WHERE id = ?",
                (instant(at), exit_code, json(summary), run),
            )
        self._note(run, ENDED)

    def _note(self, run: str, how: str) -> None:
        """Note it beside the file too, by which an older file that is put back is known."""
        if self._store.file is not None:
            note_run(str(self._store.file), run, how)

    def latest(self, limit: int, skip: int = 0) -> Sequence[Mapping[str, Any]]:
        """The runs, the last begun first; `ended`, `exit_code`, `summary` None: killed, or runs."""
        return self._store.values(StoredRun, LATEST, limit, skip)

    def find(self, run: str) -> Mapping[str, Any] | None:
        """One run, as `latest` gives it."""
        found = self._store.values(StoredRun, ONE, run)
        return found[0] if found else None

    def last_done(self) -> str | None:
        """The last run that may have changed anything; None before the first.

        Not one that ended before it wrote (the brake, no SIS, told to stop), nor a shadow night.
        """
        rows = self._store.read(LAST_DONE)
        return rows[0][0] if rows else None

    def last_ended(self, exit_codes: Iterable[int] | None = None) -> Mapping[str, Any] | None:
        """The last night that ended, of these *exit_codes*, as `latest` gives it.

        What a person sent again or took back is no night: it tells nothing of the rest.
        """
        if exit_codes is None:
            found = self._store.values(StoredRun, LAST_ENDED)
        else:
            found = self._store.values(StoredRun, LAST_AS, listed(str(c) for c in exit_codes))
        return found[0] if found else None

    def sent_before(self) -> bool:
        """Whether any run ever tried to send anything."""
        return bool(self._store.read(SENT_BEFORE)[0][0])

    def shadow_runs(self) -> Sequence[datetime]:
        """The moments of all runs that came to a plan and were to send nothing."""
        rows = self._store.read("SELECT at FROM run WHERE command = 'shadow' AND exit_code = 0")
        return [datetime.fromisoformat(row[0]) for row in rows]

    def history(
        self, assessment: AssessmentId, student: PersonId | None
    ) -> Sequence[Mapping[str, Any]]:
        """What was tried with a record and what states it was in, newest last.

        An entry has `event` "attempt" (op, sending, before, outcome, detail, settled_at) or "state"
        (state, codes, reason); both have run, at and section. `outcome` None: not known.
        """
        record = (assessment, student or "")
        events = self._store.values(StoredEvent, EVENTS, *record, *record, *record)
        return [{n: v for n, v in each.items() if n in MEMBERS[each["event"]]} for each in events]


class Attempts:
    """Every write that was ever begun: the intent before a request, the outcome after it.

    Both are append-only. The database refuses an outcome of an unknown attempt, and a second one of
    the same attempt.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    def intend(self, run: str, intents: Sequence[Intent], at: datetime) -> Sequence[int]:
        """Note what is about to be sent, on the disk before this returns; ids in order."""
        if not intents:
            return ()
        when = instant(at)
        rows = [(run, when, *_row(intent)) for intent in intents]
        return self._store.number("attempt", ATTEMPT, rows, durable=True)

    def settle(self, outcomes: Sequence[Outcome], at: datetime) -> None:
        """Note what came of attempts; `LedgerError`, and none is noted, if one is not open.

        The next intent puts it on the disk; until then a power cut leaves the attempt open.
        """
        when = instant(at)
        rows = [(each.attempt, when, each.kind, each.detail) for each in outcomes]
        self._store.insert("outcome", ("attempt", "at", "kind", "detail"), rows)

    def of_run(self, run: str) -> Sequence[DoneAttempt]:
        """What *run* wrote into the SIS, oldest first."""
        return self._store.values(DoneAttempt, DONE, run)

    def open(self) -> Sequence[OpenAttempt]:
        """Attempts without an outcome, oldest first."""
        return self._store.values(OpenAttempt, OPEN)

    def some(self, ids: Sequence[int]) -> Sequence[OpenAttempt]:
        """The attempts of these *ids*, oldest first, whatever came of them."""
        return self._store.values(OpenAttempt, SOME, listed(map(str, ids)))


def _row(intent: Intent) -> Row:
    return (
        *(intent.op, intent.assessment, intent.owner, intent.student or "", intent.section),
        *(json(intent.sending), maybe(json, intent.before)),
    )


# ---- what is stored ------------------------------------------------------------------------------


class StoredRun(TypedDict):
    """A run as `Runs.latest` gives it."""

    run: str
    at: str
    command: str
    forced: str | None
    ended: str | None
    exit_code: int | None
    summary: dict[str, Any] | None


class StoredEvent(TypedDict):
    """An attempt or a state, as `Runs.history` gives it; of the other's members it has none."""

    event: Literal["attempt", "state"]
    run: str
    at: str | None
    section: str
    op: str | None
    sending: Any
    before: Any
    outcome: str | None
    detail: str | None
    settled_at: str | None
    state: str | None
    codes: Any
    reason: str | None


_both = ("event", "run", "at", "section")
MEMBERS: Mapping[str, Sequence[str]] = {
    "attempt": (*_both, "op", "sending", "before", "outcome", "detail", "settled_at"),
    "state": (*_both, "state", "codes", "reason"),
}


ATTEMPT = (
    *("run", "at", "op", "assessment", "owner", "student", "section"),
    *("sending", "before"),
)

NOTE = """
INSERT INTO setting (name, value) VALUES (?, '1') ON CONFLICT (name) DO UPDATE SET value = '1'
"""

RUNS = """
SELECT id AS run, at, command, forced, ended, exit_code, summary FROM run {}
"""

LATEST = RUNS.format("ORDER BY rowid DESC LIMIT ? OFFSET ?")

ONE = RUNS.format("WHERE id = ?")

# The columns too, since attempts of long ago may have been purged.
SENT_BEFORE = "SELECT EXISTS (SELECT 1 FROM attempt) OR EXISTS (SELECT 1 FROM known_column)"

LAST_DONE = """
SELECT id FROM run WHERE command <> 'shadow'
AND (exit_code IS NULL OR exit_code NOT IN (4, 6, 10, 11, 130)) ORDER BY rowid DESC LIMIT 1
"""

NIGHTS = "command IN ('sync', 'shadow') ORDER BY at DESC, rowid DESC LIMIT 1"

LAST_ENDED = RUNS.format(f"WHERE ended IS NOT NULL AND {NIGHTS}")

LAST_AS = RUNS.format(f"WHERE CAST(exit_code AS TEXT) {ANY_OF} AND {NIGHTS}")

EVENTS = """
SELECT event, run, at, section, op, sending, before, outcome, detail, settled_at,
    state, codes, reason
FROM (
    SELECT 'attempt' AS event, attempt.run, attempt.at, section, op, sending, before,
        outcome.kind AS outcome, outcome.detail, outcome.at AS settled_at,
        NULL AS state, NULL AS codes, NULL AS reason,
        coalesce(run.at, attempt.at) AS began, 1 AS part, attempt.id AS number
    FROM attempt LEFT JOIN outcome ON outcome.attempt = attempt.id
        LEFT JOIN run ON run.id = attempt.run
    WHERE assessment = ? AND student = ?
    UNION ALL
    SELECT 'state', states.run, run.at, section, NULL, NULL, NULL, NULL, NULL, NULL,
        state, codes, reason, coalesce(run.at, ''), states.part, states.id
    FROM (
        SELECT 2 AS part, id, run, section, state, codes, reason FROM past_record
        WHERE assessment = ? AND student = ?
        UNION ALL
        SELECT 3, 0, run, section, state, codes, reason FROM record
        WHERE assessment = ? AND student = ?
    ) AS states LEFT JOIN run ON run.id = states.run
) AS events
ORDER BY began, run, part, number, section
"""
"""By run, its attempts before its states. The state that stands now comes after all past ones."""

COLUMNS = """attempt.id, run, op, assessment, owner, nullif(student, '') AS student, section,
    sending, before"""

OPEN = f"SELECT {COLUMNS} FROM open_attempt JOIN attempt USING (id) ORDER BY id"

SOME = f"SELECT {COLUMNS} FROM attempt WHERE CAST(id AS text) {ANY_OF} ORDER BY id"

SAME_RECORD = """(other.assessment, other.owner, other.student)
    = (attempt.assessment, attempt.owner, attempt.student)"""

DONE = f"""
SELECT {COLUMNS},
    EXISTS (
        SELECT 1 FROM attempt AS other LEFT JOIN outcome ON outcome.attempt = other.id
        WHERE {SAME_RECORD} AND other.id > attempt.id
        AND coalesce(outcome.kind, 'open') NOT IN ('rejected', 'failed', 'dropped')
    ) AS later,
    (
        SELECT other.sending FROM attempt AS other JOIN outcome ON outcome.attempt = other.id
        WHERE {SAME_RECORD} AND other.id < attempt.id
        AND outcome.kind IN ('accepted', 'adopted') ORDER BY other.id DESC LIMIT 1
    ) AS earlier
FROM attempt JOIN outcome ON outcome.attempt = attempt.id
WHERE run = ? AND outcome.kind IN ('accepted', 'adopted') ORDER BY attempt.id
"""
