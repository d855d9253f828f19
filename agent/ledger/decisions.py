"""What persons decided about records: who, when, why, and how each decision ended."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from agent.decide.person.decision import (
    HOLDING,
    Choice,
    Decision,
    EndedDecision,
    Undone,
    assessment_as_text,
    choices_for,
    score_as_text,
)
from agent.domain import Assessment, AssessmentId, PersonId, SisPersonId, Student
from agent.errors import DecisionError
from agent.ledger.rows import STILL, Row, instant, json, maybe
from agent.ledger.store import ANY_OF, Store, listed
from agent.records import RecordKey, RecordState, SourceScore, State


class SourceNow(Protocol):
    """What a decision is about: the local copy of the source, which the ledger hands in."""

    def scores(
        self, assessments: Iterable[AssessmentId]
    ) -> Mapping[AssessmentId, Mapping[PersonId, SourceScore]]:
        """Every score of *assessments*, by student."""

    def in_classes(self, assessment: AssessmentId) -> Sequence[Assessment]:
        """An assessment as each class has it."""

    def students(self, ids: Iterable[PersonId]) -> Mapping[PersonId, Student]:
        """Those of *ids* that are known."""


class Decisions:
    """A record has at most one open decision; a new one takes its place."""

    def __init__(self, store: Store, source: SourceNow) -> None:
        self._store, self._source = store, source

    def decide(
        self, records: Iterable[RecordKey], choice: Choice, *, by: str, at: datetime, reason: str
    ) -> Sequence[int]:
        """Note what a person chose for each of *records*: SEND, KEEP or IGNORE; all or none.

        Their gradebooks are looked at in the next run, which carries it out.

        Raises:
            DecisionError: there is no such record, or this cannot be chosen for it.
        """
        keys = list(dict.fromkeys(records))
        stored = self._stored(keys)
        for key in keys:
            _refuse_if_wrong(key, stored.get(key), choice)
        return self._note(keys, choice, by=by, at=at, reason=reason)

    def resend(
        self, records: Iterable[RecordKey], *, over: bool, by: str, at: datetime, reason: str
    ) -> Sequence[int]:
        """Have *records* sent once more; *over*: also where the SIS holds something else.

        What a decision holds is left out: that must be released first. Nor is one that waits to be
        carried out replaced by one that may do less.
        """
        choice = Choice.SEND if over else Choice.RESEND
        stays = {*HOLDING, Choice.SEND} if over else {*Choice}
        keys = list(dict.fromkeys(records))
        decided = {key for key, each in self.of(keys).items() if each.choice in stays}
        free = [key for key in keys if key not in decided]
        return self._note(free, choice, by=by, at=at, reason=reason)

    def undone(
        self, records: Mapping[RecordKey, Undone], *, by: str, at: datetime, reason: str
    ) -> None:
        """Hold *records* that the undoing of a run takes back."""
        with self._store.together(durable=True):
            self._write([*records], Choice.UNDONE, by=by, at=at, reason=reason, undone=records)

    def release(
        self, records: Iterable[RecordKey], *, by: str, at: datetime, reason: str = ""
    ) -> int:
        """Take back the open decisions of *records*; how many there were.

        What an undone run had sent is sent again, where the SIS still holds what the undoing left.
        """
        open_ = self.of(records)
        why = f"{by}: {reason}" if reason else by
        with self._store.together(durable=True):
            self.end([EndedDecision(id=d.id, how="released", why=why) for d in open_.values()], at)
            again = {
                d.key: d.undone
                for d in open_.values()
                if d.choice is Choice.UNDONE and d.undone and d.undone.left is not None
            }
            self._write([*again], Choice.RESEND, by=by, at=at, reason=reason, undone=again)
            self._keep_cells(open_[key] for key in again)
            self._mark_due({d.assessment for d in open_.values()})
        return len(open_)

    def end(self, ended: Iterable[EndedDecision], at: datetime) -> None:
        """Note how open decisions came to their end; one that has ended stays as it is."""
        rows = [(instant(at), each.how, each.why, each.id) for each in ended]
        if rows:
            with self._store.write() as sql:
                sql.executemany(END, rows)

    def open(self) -> Sequence[Decision]:
        """Every decision that is not carried out yet, or that holds a record; oldest first."""
        return self._store.values(Decision, OPEN.format(where="true"))

    def of(self, records: Iterable[RecordKey]) -> Mapping[RecordKey, Decision]:
        """The open decisions of *records*."""
        wanted = set(records)
        found = self.of_assessments({key[0] for key in wanted})
        return {each.key: each for each in found if each.key in wanted}

    def of_assessments(self, assessments: Iterable[AssessmentId]) -> Sequence[Decision]:
        """The open decisions about records of *assessments*."""
        where = OPEN.format(where=f"assessment {ANY_OF}")
        return self._store.values(Decision, where, listed(assessments))

    def waiting(self) -> Sequence[RecordState]:
        """Held records about which nobody has decided, by section and assessment."""
        return self._store.values(RecordState, WAITING)

    def in_states(self, states: Iterable[State]) -> Sequence[RecordState]:
        """Every record in one of *states*, as a later run reads it."""
        query = STORED.format(state=STILL, where=f"state {ANY_OF}")
        return self._store.values(RecordState, query, listed(states))

    def _stored(self, keys: Sequence[RecordKey]) -> Mapping[RecordKey, RecordState]:
        query = STORED.format(state=STILL, where=f"assessment {ANY_OF}")
        found = self._store.values(RecordState, query, listed({k[0] for k in keys}))
        return {each.key: each for each in found}

    def _note(
        self, keys: Sequence[RecordKey], choice: Choice, *, by: str, at: datetime, reason: str
    ) -> Sequence[int]:
        with self._store.together(durable=True):
            return self._write(keys, choice, by=by, at=at, reason=reason, undone={})

    def _write(
        self,
        keys: Sequence[RecordKey],
        choice: Choice,
        *,
        by: str,
        at: datetime,
        reason: str,
        undone: Mapping[RecordKey, Undone],
    ) -> Sequence[int]:
        """Put decisions in the place of those that are open; the caller has a transaction."""
        if not keys:
            return ()
        about, sis_ids = self._about(keys), self._sis_ids(keys)
        rows: list[Row] = [
            (
                *(instant(at), by, choice.value, key[0], key[1] or "", key[2], reason),
                *(about.get(key, ""), sis_ids.get(key), maybe(json, undone.get(key))),
            )
            for key in keys
        ]
        replaced = [EndedDecision(id=d.id, how="replaced") for d in self.of(keys).values()]
        self.end(replaced, at)
        numbers = self._store.number("decision", COLUMNS, rows, durable=True)
        self._mark_due({key[0] for key in keys})
        return numbers

    def _keep_cells(self, decisions: Iterable[Decision]) -> None:
        """Have the open decisions in the place of *decisions* be about the same cells."""
        with self._store.write() as sql:
            sql.executemany(CELL, [(d.sis_student, *_where(d.key)) for d in decisions])

    def _mark_due(self, assessments: Iterable[AssessmentId]) -> None:
        """Have their classes checked in the next run, also when one is at work now."""
        named = listed(assessments)
        rows = self._store.read(CLASSES, named, named)
        chosen = listed(row[0] for row in rows)
        with self._store.write() as sql:
            sql.execute(
                "INSERT INTO schedule (class, dirty) SELECT value, 2 FROM elements(?) WHERE true"
                " ON CONFLICT (class) DO UPDATE SET dirty = 2",
                (chosen,),
            )

    def _about(self, keys: Sequence[RecordKey]) -> Mapping[RecordKey, str]:
        """What the source has for each record now."""
        names = {key[0] for key in keys}
        scores = self._source.scores(names)
        classes: dict[str, str] = dict(self._store.read("SELECT id, section FROM class"))
        columns = {
            (name, classes.get(each.class_id) or each.class_id): assessment_as_text(each)
            for name in names
            for each in self._source.in_classes(name)
        }
        return {
            key: columns.get((key[0], key[2]), "")
            if key[1] is None
            else score_as_text(scores.get(key[0], {}).get(key[1]))
            for key in keys
        }

    def _sis_ids(self, keys: Sequence[RecordKey]) -> Mapping[RecordKey, SisPersonId | None]:
        students = self._source.students({key[1] for key in keys if key[1] is not None})
        return {
            key: students[key[1]].sis_id
            for key in keys
            if key[1] is not None and key[1] in students
        }


def _where(key: RecordKey) -> tuple[str, str, str]:
    return key[0], key[1] or "", key[2]


def _refuse_if_wrong(key: RecordKey, stored: RecordState | None, choice: Choice) -> None:
    assessment, student, section = key
    name = f"{assessment} of {student} in {section}" if student else f"{assessment} in {section}"
    if stored is None:
        raise DecisionError(f"the ledger has no record of {name}")
    allowed = choices_for(stored)
    if choice in allowed:
        return
    able = ", ".join(allowed) or "release" if allowed or stored.section else "nothing"
    codes = f" [{', '.join(stored.codes)}]" if stored.codes else ""
    raise DecisionError(
        f"{name} is {stored.state}{codes}: `{choice}` cannot be chosen for it, only: {able}"
    )


COLUMNS = (
    *("at", "by", "choice", "assessment", "student", "section", "reason"),
    *("about", "sis_student", "undone"),
)

OPEN = """
SELECT id, at, by, choice, assessment, nullif(student, '') AS student, section, reason, about,
    sis_student, undone
FROM decision WHERE ended IS NULL AND {where} ORDER BY id
"""

END = "UPDATE decision SET ended_at = ?, ended = ?, ended_why = ? WHERE id = ? AND ended IS NULL"

CELL = """
UPDATE decision SET sis_student = ?
WHERE (assessment, student, section) = (?, ?, ?) AND ended IS NULL
"""

STORED = """
SELECT assessment, nullif(student, '') AS student, section, {state} AS state, codes, reason
FROM record WHERE {where} ORDER BY record.section, record.assessment, record.student
"""

WAITING = STORED.format(
    state="state",
    where="""state = 'held' AND NOT EXISTS (
        SELECT 1 FROM decision WHERE ended IS NULL AND (decision.assessment, decision.student,
            decision.section) = (record.assessment, record.student, record.section))""",
)

CLASSES = f"""
SELECT class FROM assessment WHERE id {ANY_OF}
UNION SELECT owner FROM known_column WHERE assessment {ANY_OF}
"""
