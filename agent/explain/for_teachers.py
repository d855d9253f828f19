"""What only a teacher can mend, in the gradebook: for each teacher the cells and columns.

A 0 that the SIS does not let us take back, a column that is there twice, a cell that shows the
student as exempt, and what is held because somebody must look into the gradebook.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from agent.decide.scores.compare import EXEMPT
from agent.domain import AssessmentId, Class, ClassId, PersonId
from agent.ledger import Ledger
from agent.ledger.search import Wanted
from agent.records import KnownColumn, RecordState, State
from agent.rules.advice import advice
from agent.rules.codes import Code

ALL = 1_000_000
ANYWHERE = frozenset({Code.DOUBLED_IN_SIS, Code.UNDONE_BUT_STANDS})
"""Codes that are a teacher's to mend whatever the state of the record is."""
IN_GRADEBOOK = ANYWHERE | {
    *(Code.ZERO_NOT_TAKEN_BACK, Code.ZERO_NOT_VERIFIABLE),
    *(Code.SCORE_WITHDRAWN, Code.SIS_ID_CHANGED),
}
"""Codes of a held record that a teacher mends in the gradebook; beside them may stand others."""
TAKE_EXEMPT_OFF = "Take the exemption off in the gradebook and enter the score, or leave it."
LOOK = "Look at it in the gradebook, and do what the reason says."

HEADING = (
    *("teacher", "section", "class", "assignment", "title", "student"),
    *("what stands there", "why", "what to do", "codes"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """Something for a teacher to mend.

    Attributes:
        teacher: the id in Otus; empty where Otus lists no teacher of the class.
        title: of the assignment in Otus; of what is gone there, as it was sent.
        stands: what the SIS holds there, as far as the ledger knows; may be empty.
    """

    teacher: str
    section: str
    class_title: str
    assessment: AssessmentId
    title: str
    student: PersonId | None
    stands: str
    why: str
    what: str
    codes: tuple[str, ...]


def as_row(task: Task) -> Sequence[object]:
    """A task as a row below `HEADING`."""
    of = (task.teacher, task.section, task.class_title, task.assessment, task.title, task.student)
    return [*of, task.stands, task.why, task.what, " ".join(task.codes)]


def tasks(ledger: Ledger, teacher: str | None = None) -> Sequence[Task]:
    """Every task, or those of one teacher; by teacher, section and title."""
    run = ledger.runs.latest(1)
    if not run:
        return ()
    records = [each for each in _records(ledger, run[0]["run"]) if _is_for_a_teacher(each)]
    titles, owners = _titles(ledger, records), _classes(ledger)
    columns = ledger.delivered.columns_of({each.assessment for each in records})
    found: list[Task] = []
    for record in records:
        of = [each for each in columns if each.assessment == record.assessment]
        for class_ in _classes_of(record, owners, of):
            teachers: list[str] = [t.teacher for t in class_.teachers] if class_ else []
            found += [
                _task(ledger, record, each, class_, titles, of)
                for each in teachers or [""]
                if teacher in {None, each}
            ]
    return sorted(found, key=lambda t: (t.teacher, t.section, t.title, t.student or ""))


def _records(ledger: Ledger, run: str) -> Iterator[RecordState]:
    """The records that may be for a teacher, each once."""
    search = ledger.search
    yield from search.page(run, Wanted(states=(State.HELD, State.KEPT)), limit=ALL, skip=0)
    for code in sorted(ANYWHERE):
        for each in search.page(run, Wanted(code=code.value), limit=ALL, skip=0):
            if each.state not in {State.HELD, State.KEPT}:
                yield each


def _is_for_a_teacher(record: RecordState) -> bool:
    if Code.IGNORED in record.codes:
        return False
    if record.state is State.KEPT:
        return EXEMPT in record.reason or bool(ANYWHERE & {*record.codes})
    if record.state is State.HELD:
        return not record.codes or bool(IN_GRADEBOOK & {*record.codes})
    return True


def _classes(ledger: Ledger) -> Mapping[ClassId, Class]:
    return {each.id: each for each in ledger.source.classes() if isinstance(each, Class)}


def _classes_of(
    record: RecordState, classes: Mapping[ClassId, Class], columns: Sequence[KnownColumn]
) -> Sequence[Class | None]:
    """The classes of a record's section; of one in no section, those that own its columns."""
    here = [c for c in classes.values() if record.section in {c.section, c.id} and record.section]
    if not here:
        here = [classes[each.owner] for each in columns if each.owner in classes]
    return here or [None]


def _titles(ledger: Ledger, records: Sequence[RecordState]) -> Mapping[AssessmentId, str]:
    named = {each.assessment for each in records}
    found = dict(ledger.source.titles_of(named))
    for column in ledger.delivered.columns_of(named - found.keys()):
        if column.seen is not None:
            found.setdefault(column.assessment, column.seen.title)
    return found


def _task(
    ledger: Ledger,
    record: RecordState,
    teacher: str,
    class_: Class | None,
    titles: Mapping[AssessmentId, str],
    columns: Sequence[KnownColumn],
) -> Task:
    exempt = EXEMPT in record.reason
    what = [advice(code).remedy for code in record.codes if code in IN_GRADEBOOK]
    return Task(
        teacher=teacher,
        section=record.section,
        class_title=class_.title if class_ else "",
        assessment=record.assessment,
        title=titles.get(record.assessment, ""),
        student=record.student,
        stands="exempt" if exempt else _stands(ledger, record, columns),
        why=record.reason,
        what=TAKE_EXEMPT_OFF if exempt else " ".join(what) or LOOK,
        codes=record.codes,
    )


def _stands(ledger: Ledger, record: RecordState, columns: Sequence[KnownColumn]) -> str:
    """What we wrote there, which the SIS still holds for all that the ledger knows."""
    if record.student is None:
        return "the assignment" if any(each.ref for each in columns) else ""
    for column in columns:
        known = ledger.delivered.known_scores(record.assessment, column.owner)
        cell = known.get(record.student)
        if cell is not None and cell.accepted is not None:
            return f"{cell.accepted.normalize():f}"
    return ""
