"""What the SIS holds, held against what it last accepted from us: column by column, reads only."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from agent.domain import (
    EMPTY_CELL,
    AssessmentId,
    Class,
    ClassId,
    Column,
    Gradebook,
    PersonId,
    SisCell,
    SisPersonId,
)
from agent.errors import FATAL, UnavailableError
from agent.ledger import Ledger
from agent.records import KnownColumn, KnownScore, State
from agent.sis.port import Sis
from agent.sync.context import GradebookWork
from agent.sync.refresh import gradebooks_of

FIELDS = ("title", "due", "points", "category", "assigned")


class Compared(StrEnum):
    """How the SIS stands to what it last accepted from us."""

    SAME = "same"
    CHANGED = "changed"
    EMPTIED = "emptied"
    GONE = "gone"
    NOT_READ = "not_read"


MISSING = frozenset({Compared.EMPTIED, Compared.GONE})
"""What we sent is not there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A cell or a column (`student` None) that is not as it was accepted.

    Attributes:
        ours: what the SIS last accepted; of a column the fields that differ, or how many scores
            went with it.
        theirs: what it shows now.
    """

    assessment: AssessmentId
    title: str
    gradebook: str
    student: PersonId | None
    found: Compared
    ours: str = ""
    theirs: str = ""


@dataclass(slots=True)
class Comparison:
    """What was compared, and every difference."""

    columns: Counter[Compared] = field(default_factory=Counter)
    scores: Counter[Compared] = field(default_factory=Counter)
    differences: list[Difference] = field(default_factory=list)
    of: int = 0
    errors: list[UnavailableError] = field(default_factory=list)

    @property
    def missing(self) -> bool:
        """Whether something that we sent is not there."""
        return any(each.found in MISSING for each in self.differences)

    def add(self, difference: Difference) -> None:
        """Count it, and keep it where it is one."""
        counts = self.columns if difference.student is None else self.scores
        counts[difference.found] += 1
        # The scores of a column that is gone, or cannot be read, are told with it.
        with_column = difference.student is not None and not difference.ours
        if difference.found is not Compared.SAME and not with_column:
            self.differences.append(difference)


def sample(
    ledger: Ledger, *, sections: Collection[str], number: int | None, seed: int
) -> tuple[Sequence[KnownColumn], int]:
    """Draw some of the columns that the SIS has from us; and how many there are.

    The same seed draws the same of the same columns. *number* None: all of them.
    """
    classes = [each for each in ledger.source.classes() if isinstance(each, Class)]
    wanted = {c.id for c in classes if not sections or c.section in sections}
    columns = [
        each
        for each in ledger.delivered.columns(sorted(wanted))
        if each.ref is not None and not each.deleted
    ]
    if number is None or number >= len(columns):
        return columns, len(columns)
    drawn = sorted(columns, key=lambda each: _lot(each, seed))[:number]
    return [each for each in columns if each in drawn], len(columns)


def _lot(column: KnownColumn, seed: int) -> str:
    return hashlib.sha256(f"{seed}\n{column.external_id}".encode()).hexdigest()


def compare(sis: Sis, ledger: Ledger, columns: Sequence[KnownColumn], of: int) -> Comparison:
    """Read these columns and their cells from the SIS; three requests or so for each.

    Raises:
        UnavailableError: the SIS does not let us in, or nothing at all could be read.
    """
    result = Comparison(of=of)
    by_owner: dict[ClassId, list[KnownColumn]] = defaultdict(list)
    for column in columns:
        by_owner[column.owner].append(column)
    district = sis.district_snapshot(ledger.get("survey_mark")) if columns else None
    for work in gradebooks_of(ledger, district, by_owner) if district else ():
        here = [column for each in work.classes for column in by_owner.get(each.id, ())]
        if here:
            _compare_gradebook(sis, ledger, work, here, result)
    if result.errors and not result.columns.total() - result.columns[Compared.NOT_READ]:
        raise result.errors[0]
    return result


def _compare_gradebook(
    sis: Sis,
    ledger: Ledger,
    work: GradebookWork,
    columns: Sequence[KnownColumn],
    result: Comparison,
) -> None:
    """One that cannot be read costs its own columns only."""
    left = list(columns)
    try:
        gradebook = sis.gradebook(work.key, work.sections)
        while left:
            for each in _differences(sis, ledger, gradebook, left[0]):
                result.add(each)
            left.pop(0)
    except FATAL:
        raise
    except UnavailableError as error:
        result.errors.append(error)
        for column in left:
            sent = ledger.delivered.known_scores(column.assessment, column.owner).values()
            result.add(_of(column, None, Compared.NOT_READ, _scores([*sent])))


def _differences(
    sis: Sis, ledger: Ledger, gradebook: Gradebook, known: KnownColumn
) -> Sequence[Difference]:
    scores = ledger.delivered.known_scores(known.assessment, known.owner)
    taken_back = {
        each.student
        for each in ledger.records.records_of([known.assessment])
        if each.state in {State.WITHDRAWN, State.CLEARED}
    }
    sent = {
        student: cell
        for student, cell in scores.items()
        if cell.accepted is not None and student not in taken_back
    }
    readable = known.ref is not None and sis.addresses(known.ref)
    column = sis.column(gradebook, known.ref) if readable and known.ref else None
    if column is None or known.ref is None:
        found = Compared.GONE if readable else Compared.NOT_READ
        return [_of(known, None, found, _scores(sent)), *(_of(known, each, found) for each in sent)]
    marks = sis.scores(gradebook, known.ref)
    sis_ids = {each.id: each.sis_id for each in ledger.source.students(sent).values()}
    return [
        _column(known, column),
        *(
            _cell(known, cell, marks, cell.sis_student or sis_ids.get(student))
            for student, cell in sorted(sent.items())
        ),
    ]


def _scores(sent: Collection[object]) -> str:
    return f"{len(sent)} score{'' if len(sent) == 1 else 's'}"


def _column(known: KnownColumn, column: Column) -> Difference:
    """Compare the assignment data with what was accepted; a teacher may change all of it."""
    accepted = known.accepted
    if accepted is None:
        return _of(known, None, Compared.SAME)
    ours, theirs = [], []
    for name in FIELDS:
        was, now = accepted.get(name), getattr(column.data, name)
        if not _agree(was, now):
            ours.append(f"{name} {was}")
            theirs.append(f"{name} {now}")
    found = Compared.CHANGED if ours else Compared.SAME
    return _of(known, None, found, ", ".join(ours), ", ".join(theirs))


def _agree(was: object, now: object) -> bool:
    if was is None or now is None:
        return was is None or now is None
    if isinstance(now, Decimal):
        return Decimal(str(was)) == now
    return str(was) == str(now)


def _cell(
    known: KnownColumn,
    score: KnownScore,
    marks: Mapping[SisPersonId, SisCell] | None,
    sis: SisPersonId | None,
) -> Difference:
    ours = f"{score.accepted:f}"
    if marks is None or sis is None:
        return _of(known, score.student, Compared.NOT_READ, ours)
    cell = marks.get(sis, EMPTY_CELL)
    if cell.points == score.accepted and not cell.exempt:
        return _of(known, score.student, Compared.SAME)
    if not cell.has_value:
        return _of(known, score.student, Compared.EMPTIED, ours, "*")
    shown = "exempt" if cell.exempt else "no number" if cell.points is None else f"{cell.points:f}"
    return _of(known, score.student, Compared.CHANGED, ours, shown)


def _of(
    known: KnownColumn, student: PersonId | None, found: Compared, ours: str = "", theirs: str = ""
) -> Difference:
    return Difference(
        assessment=known.assessment,
        title=str((known.accepted or {}).get("title", "")),
        gradebook=known.gradebook,
        student=student,
        found=found,
        ours=ours,
        theirs=theirs,
    )
