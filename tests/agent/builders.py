"""Valid defaults for the values of the pure middle: a test changes the one thing it is about.

The district sits in Chicago. RunDate is Friday 2026-10-16, 22:00, in the first quarter; class c-1
is taught by t-1, linked to section 501, and student s-1 (SIS 9001) sits there from the first day.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from agent.decide.assignments import WantedColumn
from agent.decide.facts import GradebookFacts, Reads, RunFacts
from agent.decide.sharing import JudgedAssessment, SharedColumn
from agent.decide.students import ColumnContext, enrolments_of
from agent.domain import (
    Assessment,
    AssignmentData,
    Class,
    ClassTeacher,
    Column,
    Gradebook,
    GroupMember,
    Marks,
    Period,
    Progress,
    Scale,
    Score,
    Section,
    SisPersonId,
    Span,
    Teacher,
)
from agent.ledger import Ledger, open_ledger
from agent.ledger.rows import SHAPES
from agent.policy import BrakeLimits, Policy, RunDate, run_date
from agent.records import KnownColumn, SourceFields
from agent.rules.assessments import Candidate
from agent.rules.due import Due, due_of
from agent.rules.scores import Cell
from agent.sources.port import Change
from agent.sync.context import GradebookWork, RunContext
from agent.sync.gather import GradebookReads, gradebook_facts, run_facts
from agent.traits import Traits

CHICAGO = ZoneInfo("America/Chicago")
EFFECTIVE = date(2026, 8, 20)
ASSIGNED = date(2026, 10, 5)
DUE = date(2026, 10, 14)
TODAY = date(2026, 10, 16)


# ---- when --------------------------------------------------------------------------------------


def local(year, month, day, hour=0, minute=0, second=0, *, zone=CHICAGO, fold=0):
    """An instant by the district's clock; `fold=1` is the second of two equal readings."""
    return datetime(year, month, day, hour, minute, second, tzinfo=zone, fold=fold)


def utc(year, month, day, hour=0, minute=0, second=0):
    """An instant by UTC."""
    return datetime(year, month, day, hour, minute, second, tzinfo=UTC)


def a_policy(**change: Any) -> Policy:
    """Every default; Quiz maps to QUIZ."""
    return Policy(**{"effective_date": EFFECTIVE, "categories": {"Quiz": "QUIZ"}, **change})


def a_night(now: datetime | None = None, zone: ZoneInfo = CHICAGO) -> RunDate:
    """RunDate, or the night of another instant."""
    return run_date(now or local(2026, 10, 16, 22), zone, a_policy().night_belongs_until)


# ---- what the source says ----------------------------------------------------------------------


def a_class(**change: Any) -> Class:
    """Class c-1 of main teacher t-1, linked to section 501."""
    main = ClassTeacher(teacher="t-1", main=True)
    plain = {"id": "c-1", "title": "Algebra", "section": "501", "teachers": (main,)}
    return Class(**{**plain, **change})


def an_assessment(**change: Any) -> Assessment:
    """A quiz of ten points for everyone in c-1, that passes."""
    plain = {
        "id": "a-1",
        "class_id": "c-1",
        "title": "Fractions",
        "type": "Quiz",
        "scale": Scale.POINTS,
        "total_points": Decimal(10),
        "assigned_by": "t-1",
        "assigned_on": ASSIGNED,
        "due": DUE,
    }
    return Assessment(**{**plain, **change})


def a_score(points: str | None = "8.5", **change: Any) -> Score:
    """A graded score; `points` as text."""
    plain = {
        "assessment": "a-1",
        "student": "s-1",
        "progress": Progress.GRADED,
        "points": None if points is None else Decimal(points),
    }
    return Score(**{**plain, **change})


# ---- what the SIS holds ------------------------------------------------------------------------


def a_period(**change: Any) -> Period:
    """The first quarter, open."""
    plain = {"id": "q1", "title": "Q1", "start": EFFECTIVE, "end": date(2026, 10, 23)}
    return Period(**{**plain, "closed": False, **change})


def quarters(*closed: str) -> tuple[Period, ...]:
    """Four quarters with a weekend between each; those named in *closed* are closed."""
    days = {
        "q1": (EFFECTIVE, date(2026, 10, 23)),
        "q2": (date(2026, 10, 26), date(2027, 1, 15)),
        "q3": (date(2027, 1, 18), date(2027, 3, 19)),
        "q4": (date(2027, 3, 29), date(2027, 6, 4)),
    }
    return tuple(
        a_period(id=name, title=name.upper(), start=start, end=end, closed=name in closed)
        for name, (start, end) in days.items()
    )


def sits(start: date | None = EFFECTIVE, end: date | None = None) -> Span:
    """A student's days in a section."""
    return Span(start=start, end=end)


def a_section(**change: Any) -> Section:
    """Section 501: category QUIZ, four open quarters, student 9001."""
    plain = {
        "id": "501",
        "main_teacher": "7001",
        "categories": {"quiz": "cat-quiz", "test": "cat-test"},
        "periods": quarters(),
        "enrolments": {"9001": (sits(),)},
    }
    return Section(**{**plain, **change})


def a_gradebook(*sections: Section) -> Gradebook:
    """Those sections, linked where there are several."""
    found = sections or (a_section(),)
    return Gradebook(id=found[0].id, sections={s.id: s for s in found})


def some_data(**change: Any) -> AssignmentData:
    """The default assessment as a column holds it."""
    plain = {
        "title": "Fractions",
        "assigned": ASSIGNED,
        "due": DUE,
        "category": "cat-quiz",
        "points": Decimal(10),
    }
    return AssignmentData(**{**plain, **change})


def points_of(marks: Marks | None) -> dict[SisPersonId, Decimal | None]:
    """Whoever has a score, or what stands in place of one (None), in cells that were read."""
    assert marks is not None
    return {who: None if c.exempt else c.points for who, c in marks.items() if c.has_value}


def a_column(**data: Any) -> Column:
    """Our column of the default assessment, with changed data."""
    return Column(ref="ref-1", external_id="pb-a-1-c-1", data=some_data(**data))


# ---- what the rules are asked ------------------------------------------------------------------


def a_candidate(**change: Any) -> Candidate:
    """The default assessment in its class, which every rule lets pass; due follows from it."""
    assessment = change.get("assessment", an_assessment())
    section = change.get("section", a_section())
    plain = {
        "assessment": assessment,
        "class_": a_class(),
        "due": due_of(assessment, CHICAGO),
        "group": frozenset({"t-1"}),
        "teachers": {"t-1": Teacher(id="t-1", sis_id="7001")},
        "gradebook": a_gradebook(section) if section else None,
        "section": section,
        "policy": a_policy(),
        "tonight": a_night(),
    }
    return Candidate(**{**plain, **change})


def a_cell(**change: Any) -> Cell:
    """A graded 8.5 of an enrolled, assigned student; due two days ago."""
    plain = {
        "score": a_score(),
        "had_score": False,
        "assigned_since": date.min,
        "alone": True,
        "enrolled_today": True,
        "enrolled_when_due": True,
        "due": Due(day=DUE),
        "policy": a_policy(),
        "tonight": a_night(),
    }
    return Cell(**{**plain, **change})


# ---- what is remembered and wanted -------------------------------------------------------------


def some_fields(**change: Any) -> SourceFields:
    """The default assessment as the source states it."""
    plain = {
        "title": "Fractions",
        "type": "Quiz",
        "assigned_on": ASSIGNED,
        "due": DUE,
        "points": Decimal(10),
    }
    return SourceFields(**{**plain, **change})


def a_known_column(**change: Any) -> KnownColumn:
    """The column of (a-1, c-1) as the ledger knows it once it was accepted."""
    plain = {
        "assessment": "a-1",
        "owner": "c-1",
        "gradebook": "501",
        "external_id": "pb-a-1-c-1",
        "ref": "ref-1",
        "seen": some_fields(),
    }
    return KnownColumn(**{**plain, **change})


def wanting(source: SourceFields) -> WantedColumn:
    """What *source* wants, with a plain mapping of types to categories."""
    due = source.due or DUE
    data = some_data(
        title=source.title,
        assigned=source.assigned_on or due,
        due=due,
        category=f"cat-{source.type.casefold()}",
        points=source.points,
    )
    return WantedColumn(source=source, data=data)


def judged(**change: Any) -> JudgedAssessment:
    """An assessment in a class that no rule refuses."""
    return JudgedAssessment(candidate=a_candidate(**change), refused=())


def a_shared_column(*assessments: JudgedAssessment, **change: Any) -> SharedColumn:
    """Those assessments in one column, the first one's class owning it."""
    plain = {"owner": assessments[0].candidate.class_.id, "judged": assessments}
    return SharedColumn(**{**plain, **change})


# ---- a run -------------------------------------------------------------------------------------


def a_ledger(*records: Any) -> Ledger:
    """A ledger in memory whose local copy holds *records*; to be closed."""
    ledger = open_ledger("sqlite:///:memory:", "lakeview")
    pull = ledger.begin_pull(snapshot=True)
    pull.take([Change(kind=kind, key=key, value=r) for r in records for kind, key in [_named(r)]])
    pull.commit("1", utc(2026, 10, 17, 3))
    return ledger


def _named(record: Any) -> tuple[Any, tuple[str, ...]]:
    kind = next(kind for kind, shape in SHAPES.items() if isinstance(record, shape.record))
    if isinstance(record, Assessment):
        return kind, (record.id, record.class_id)
    if isinstance(record, Score):
        return kind, (record.assessment, record.student)
    return kind, (record.teacher,) if isinstance(record, GroupMember) else (record.id,)


class StubSis:
    """A SIS of which only the traits, tags and addresses are asked."""

    def __init__(self, kind: str = "skyward") -> None:
        self.traits = Traits(
            kind=kind,
            batch=1,
            idempotent_create=True,
            clears_scores=True,
            empties_scores=True,
            connections=1,
        )

    def addresses(self, ref: str) -> bool:
        """There is one route."""
        return ref != ""

    def tag(self, external_id: str) -> str:
        """Ids are kept as they are."""
        return external_id


def a_run(**change: Any) -> RunContext:
    """What a run works with; give it the ledger that it reads."""
    plain = {
        "id": "run-1",
        "policy": a_policy(),
        "brake": BrakeLimits(),
        "tonight": a_night(),
        "source": None,
        "sis": StubSis(),
        "ledger": None,
        "workers": 1,
        "emit": lambda *events: None,
        "clock": lambda: 0.0,
    }
    return RunContext(**{**plain, **change})


def facts_of(
    run: RunContext, classes: Iterable[Class], gradebook: Gradebook | None
) -> tuple[RunFacts, GradebookFacts, Reads]:
    """What deciding a gradebook of *classes* is told, from the run's ledger."""
    sections = tuple(gradebook.sections) if gradebook else ()
    work = GradebookWork(
        key=sections[0] if sections else "", sections=sections, classes=tuple(classes)
    )
    reads = GradebookReads(run.sis, run.ledger, gradebook)
    return run_facts(run), gradebook_facts(run.ledger, work, gradebook), reads


def a_context(
    run: RunContext, gradebook: Gradebook, column: SharedColumn
) -> tuple[ColumnContext, Reads]:
    """A column of a gradebook under decision, and the reads that go with it."""
    classes = [each.candidate.class_ for each in column.judged]
    of_run, facts, reads = facts_of(run, classes, gradebook)
    enrolments = enrolments_of(facts, of_run.tonight.today)
    context = ColumnContext(
        run=of_run, facts=facts, enrolments=enrolments, gradebook=gradebook, column=column
    )
    return context, reads
