"""Undo a run in one gradebook: a plan of the values held before, where the SIS is as it left it.

What a teacher, or a later run, changed since then stays. No column is deleted: a SIS takes the
cells of a teacher along with it, and no request can be made to depend on there being none. No 0 is
written: a 0 that stood there is a teacher's to type again.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

import msgspec

from agent.decide.assignments import SOURCE_TO_COLUMN, as_mapping
from agent.decide.person.decision import Choice, Undone
from agent.decide.person.holding import IGNORED
from agent.decide.person.undo_facts import UndoFacts, UndoPlan
from agent.decide.plan import ColumnPlan, GradebookPlan, WriteScore, undone_state
from agent.decide.scores.compare import STAR, canonical, shown
from agent.domain import (
    EMPTY_CELL,
    AssignmentData,
    Column,
    Marks,
    SectionId,
    SisCell,
    SisPersonId,
)
from agent.records import (
    UNDONE,
    UNSCORED,
    ZERO,
    ColumnKey,
    DoneAttempt,
    KnownColumn,
    RecordKey,
    RecordState,
    SourceFields,
    State,
)
from agent.rules.assessments import closed_on
from agent.rules.codes import Code

CHANGED_SINCE = "changed in the gradebook since the run; that stays"
COLUMN_STANDS = "the assignment stands: Passback deletes none, its teacher can"
NO_WAY_BACK = "the SIS lets nobody but a teacher take the score out"
ZERO_BEFORE = "a 0 stood in the cell before, which a teacher must type again if it should stand"
NOT_KNOWN = "what the cell held before is not known"
UNREADABLE = "the cell cannot be read"
MOVED = "the student's SIS id changed"
LEFT = "the student is not enrolled in the section any more"
ANNOTATED = "a teacher's comment or flag stands beside the score"


def undo_gradebook(facts: UndoFacts) -> UndoPlan:
    """Everything that is taken back in one gradebook, and what is not, with the reason."""
    return _Undo(facts).plan()


class _Undo:
    def __init__(self, facts: UndoFacts) -> None:
        self._facts = facts
        self._states: list[RecordState] = []
        self._held: dict[RecordKey, Undone] = {}

    def plan(self) -> UndoPlan:
        facts = self._facts
        by_column: dict[ColumnKey, list[DoneAttempt]] = defaultdict(list)
        for attempt in facts.attempts:
            by_column[attempt.column].append(attempt)
        columns = [self._column(key, some) for key, some in sorted(by_column.items())]
        plan = GradebookPlan(
            key=facts.gradebook.id,
            sections=tuple(facts.gradebook.sections),
            classes=tuple(sorted({owner for _, owner in by_column})),
            columns=tuple(column for column in columns if column is not None),
            states=tuple(self._states),
        )
        return UndoPlan(plan, self._held)

    def _column(self, key: ColumnKey, attempts: Sequence[DoneAttempt]) -> ColumnPlan | None:
        """What is written into one column; None: nothing."""
        facts = self._facts
        known, found = facts.known.get(key), facts.columns.get(key)
        if known is None or found is None or key in facts.unresolved:
            for attempt in (each for each in attempts if not each.later):
                self._say(attempt, State.KEPT, CHANGED_SINCE)
            return None
        closed = self._closed(attempts[0].section, found.data.due)
        plan = ColumnPlan(
            assessment=known.assessment,
            owner=known.owner,
            section=SectionId(attempts[0].section),
            external_id=known.external_id,
            ref=known.ref,
            undoes=facts.run,
        )
        scores = []
        for attempt in attempts:
            # A later run wrote it, be it an undo of this one that was stopped: that stays.
            if attempt.later:
                continue
            if self._ignored(attempt):
                self._say(attempt, State.HELD, IGNORED, (Code.IGNORED,))
            elif closed:
                self._stands(attempt, closed)
            elif attempt.op in {"create", "update"}:
                plan = self._of_column(plan, attempt, known, found)
            else:
                scores += self._score(attempt, facts.marks.get(key))
        plan = replace(plan, scores=tuple(scores))
        return plan if plan.write or plan.scores else None

    def _ignored(self, attempt: DoneAttempt) -> bool:
        """Whether a person decided that nothing is done with the record, or with its column."""
        decided = self._facts.decided
        sections = {*self._facts.gradebook.sections, attempt.section}
        found = [decided.column(attempt.assessment, sections)]
        if attempt.student is not None:
            found.append(decided.score(attempt.assessment, attempt.student, attempt.section))
        return any(each is not None and each.choice is Choice.IGNORE for each in found)

    def _closed(self, section: str, day: date) -> str:
        """Why nothing may be written in the grading period of *day*; empty where it may (A12)."""
        every = self._facts.gradebook.sections.values()
        own = [each for each in every if each.id == section] or list(every)
        return next(filter(None, (closed_on(each, day) for each in own)), None) or ""

    def _of_column(
        self, plan: ColumnPlan, attempt: DoneAttempt, known: KnownColumn, found: Column
    ) -> ColumnPlan:
        """Put back the fields that the run changed, where they are as it left them."""
        if attempt.op == "create" or attempt.before is None:
            self._stands(attempt, COLUMN_STANDS)
            return plan
        left = msgspec.convert(attempt.sending["data"], AssignmentData)
        before = msgspec.convert(attempt.before, AssignmentData)
        back = {
            each.name: getattr(before, each.name)
            for each in fields(AssignmentData)
            if getattr(before, each.name)
            != getattr(left, each.name)
            == getattr(found.data, each.name)
        }
        data = replace(found.data, **back)
        if not back:
            self._say(attempt, State.KEPT, CHANGED_SINCE)
            return plan
        if closed := self._closed(attempt.section, data.due):
            self._stands(attempt, closed)
            return plan
        self._held[self._key(attempt)] = Undone(run=self._facts.run, left=as_mapping(data))
        seen = _seen_before(known.seen, data, back)
        return replace(plan, write="update", data=data, before=found.data, seen=seen)

    def _score(self, attempt: DoneAttempt, marks: Marks | None) -> list[WriteScore]:
        """Put back what stood in a cell, where it is as the run left it."""
        sending = attempt.sending
        why = self._not_here(attempt)
        if why or marks is None:
            self._stands(attempt, why or UNREADABLE)
            return []
        cell = marks.get(SisPersonId(sending["sis_student"]), EMPTY_CELL)
        if cell.exempt or shown(cell) != (sending["points"] or STAR):
            self._say(attempt, State.KEPT, CHANGED_SINCE)
            return []
        before = str(attempt.before["points"]) if attempt.before else STAR
        if "unread" in sending or (before != STAR and _number(before) is None):
            self._stands(attempt, NOT_KNOWN)
            return []
        return self._put_back(attempt, cell, before)

    def _put_back(self, attempt: DoneAttempt, cell: SisCell, before: str) -> list[WriteScore]:
        sending, earlier, facts = attempt.sending, attempt.earlier, self._facts
        ours = earlier is not None and earlier["points"] == before
        points = None if before == STAR else _number(before)
        typed_zero = points == 0 and not (ours and earlier is not None and earlier["seen"] == ZERO)
        points = points or None  # no 0 is ever written
        if points is None and shown(cell) == STAR:
            self._stands(attempt, ZERO_BEFORE)
            return []
        if points is None and not facts.traits.takes_back(beside=cell.annotated):
            why = ANNOTATED if facts.traits.clears_scores else NO_WAY_BACK
            self._stands(attempt, why)
            return []
        seen = UNSCORED if sending["seen"] == ZERO else UNDONE
        if points is not None and ours and earlier is not None:
            seen = earlier["seen"]
        left = STAR if points is None else canonical(points)
        stands = ZERO_BEFORE if typed_zero else ""
        self._held[self._key(attempt)] = Undone(run=facts.run, left=left, stands=stands)
        return [self._write(attempt, cell, points, seen, theirs=points is not None and not ours)]

    def _write(
        self,
        attempt: DoneAttempt,
        cell: SisCell,
        points: Decimal | None,
        seen: str,
        *,
        theirs: bool,
    ) -> WriteScore:
        if attempt.student is None:
            raise AssertionError("a score names its student")
        return WriteScore(
            op="clear" if points is None else "put",
            student=attempt.student,
            sis_student=SisPersonId(attempt.sending["sis_student"]),
            section=attempt.section,
            points=points,
            seen=seen,
            before=shown(cell),
            replaces=True,
            theirs=theirs,
        )

    def _not_here(self, attempt: DoneAttempt) -> str:
        """Why the cell is not one to write into; empty where it is (B6, C6)."""
        facts, sending, student = self._facts, attempt.sending, attempt.student
        sis = SisPersonId(sending["sis_student"])
        moved = "takes_over" in sending or "orphan" in sending or sis in facts.shared
        if moved or student is None or facts.sis_ids.get(student) != sis:
            return MOVED
        sections = facts.gradebook.sections.values()
        return "" if any(each.enrolled(sis, facts.today) for each in sections) else LEFT

    def _stands(self, attempt: DoneAttempt, why: str) -> None:
        """List what only a teacher can take back; it is held like the rest."""
        self._held[self._key(attempt)] = Undone(run=self._facts.run, stands=why)
        self._states.append(RecordState(*self._key(attempt), *undone_state(self._facts.run, why)))

    def _say(
        self, attempt: DoneAttempt, state: State, reason: str, codes: tuple[Code, ...] = ()
    ) -> None:
        self._states.append(RecordState(*self._key(attempt), state, reason, codes))

    @staticmethod
    def _key(attempt: DoneAttempt) -> RecordKey:
        return attempt.assessment, attempt.student, attempt.section


def _number(text: str) -> Decimal | None:
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


def _seen_before(
    seen: SourceFields | None, data: AssignmentData, back: Mapping[str, Any]
) -> SourceFields | None:
    """What counts as last acted upon, so that the fields put back are to be sent once released."""
    if seen is None:
        return None
    values: dict[str, Any] = {
        "title": data.title,
        "type": "",  # of no assessment, so that the category is sent
        "assigned_on": data.assigned,
        "due": data.due,
        "points": data.points,
    }
    moved = {name for name, of_column in SOURCE_TO_COLUMN.items() if of_column in back}
    return replace(seen, **{name: values[name] for name in moved})
