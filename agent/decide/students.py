"""Who belongs in a column: by a list of assigned students, by roster, or by a score (B5, B6)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

import msgspec

from agent.decide.facts import GradebookFacts, Reads, RunFacts, Unresolved
from agent.decide.person.decision import Decision
from agent.decide.sharing import JudgedAssessment, SharedColumn
from agent.domain import Gradebook, PersonId, SectionId, SisPersonId
from agent.records import RecordState, State
from agent.rules.codes import Code


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolments:
    """Who sits in a gradebook today, and who ever sat there.

    Attributes:
        ever, now: SIS id -> the sections, in the gradebook's order.
        starts: SIS id -> the earliest day after today on which it is enrolled somewhere here.
        shared: SIS ids that several students of Otus have.
        sis_ids: student of Otus -> SIS id, of everyone who ever sat there.
    """

    ever: Mapping[str, list[SectionId]]
    now: Mapping[str, list[SectionId]]
    starts: Mapping[str, date]
    shared: frozenset[str]
    sis_ids: Mapping[PersonId, SisPersonId]


def enrolments_of(facts: GradebookFacts, today: date) -> Enrolments:
    """The enrolments of a gradebook, once for all of its columns."""
    ever: dict[str, list[SectionId]] = {}
    now: dict[str, list[SectionId]] = {}
    starts: dict[str, date] = {}
    for section in facts.gradebook.sections.values() if facts.gradebook else ():
        for sis, spans in section.enrolments.items():
            ever.setdefault(sis, []).append(section.id)
            if any(span.holds(today) for span in spans):
                now.setdefault(sis, []).append(section.id)
            for span in spans:
                if span.start is not None and span.start > today:
                    starts[sis] = min(span.start, starts.get(sis, span.start))
    return Enrolments(
        ever=ever,
        now=now,
        starts=starts,
        shared=frozenset(sis for sis, some in facts.students.items() if len(some) > 1),
        sis_ids={p: SisPersonId(sis) for sis, some in facts.students.items() for p in some},
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnContext:
    """One column, and the facts that its decision rests on.

    `duplicates`: what is told of it where another column of the SIS carries its tag.
    `decision`: the person's that counts for its own data tonight.
    """

    run: RunFacts
    facts: GradebookFacts
    enrolments: Enrolments
    gradebook: Gradebook
    column: SharedColumn
    duplicates: Unresolved | None = None
    decision: Decision | None = None

    @property
    def has_others(self) -> bool:
        """Whether another class has a column of the assessment that the SIS accepted."""
        every = self.facts.known.get(self.column.assessment, ())
        return any(each.owner != self.column.owner and each.ref for each in every)

    @property
    def only_here(self) -> bool:
        """Whether the assessment was assigned to no class outside the gradebook."""
        column = self.column
        assigned = self.facts.assigned.get(column.assessment, frozenset())
        rest = assigned - {each.candidate.class_.id for each in column.judged}
        return len(rest) <= len(column.elsewhere)


class ColumnStudent(msgspec.Struct, frozen=True, kw_only=True):
    """A student who belongs in a column.

    Attributes:
        sis_student: None for one whom the SIS does not know.
        judged: the class that assigned it to the student; the owner's where none did.
        section: where the student sits today, else the class's own.
        enrolled: the student sits in a section of the gradebook today.
        assigned_since: None when not assigned; `date.min` where no day is told.
        alone: nobody else in the source claims the same SIS id.
    """

    id: PersonId
    sis_student: SisPersonId | None
    judged: JudgedAssessment
    section: SectionId
    enrolled: bool
    assigned_since: date | None
    alone: bool = True

    def record(self, state: State, reason: str = "", codes: tuple[Code, ...] = ()) -> RecordState:
        """The record of the student's score."""
        assessment = self.judged.candidate.assessment.id
        return RecordState(assessment, self.id, self.section, state, reason, codes)

    def assigned_there(self, context: ColumnContext, day: date) -> bool:
        """Whether the assignment reached the student by roster on *day*.

        A list names the student wherever they sit; "everyone in the class" means the class itself.
        """
        sis, candidate = self.sis_student, self.judged.candidate
        if sis is None:
            return False
        if candidate.assessment.students is not None:
            return any(s.enrolled(sis, day) for s in context.gradebook.sections.values())
        return candidate.section is not None and candidate.section.enrolled(sis, day)


def students_of_column(
    context: ColumnContext, reads: Reads, scored: Iterable[PersonId]
) -> list[ColumnStudent]:
    """Everyone who belongs in the column, each once, by id.

    A score of somebody who sits in no section of this gradebook belongs here only when the
    assessment was assigned to no class outside it.
    """
    column, with_score = context.column, frozenset(scored)
    places = _Places(context, with_score)
    here = places.enrolments.sis_ids.keys() | {
        s for each in column.judged for s in each.candidate.assessment.students or ()
    }
    if not with_score <= here and context.only_here:
        here |= with_score
    strangers = here - places.enrolments.sis_ids.keys()
    elsewhere = reads.sis_ids(strangers) if strangers else {}
    found = []
    for student in sorted(here):
        sis = places.enrolments.sis_ids.get(student) or elsewhere.get(student)
        place = places.of(student, sis)
        if place is not None:
            found.append(place)
    return found


class _Places:
    """Finds each student's place in one column."""

    def __init__(self, context: ColumnContext, scored: frozenset[PersonId]) -> None:
        self.enrolments: Enrolments = context.enrolments
        self._column, self._scored, self._only_here = context.column, scored, context.only_here
        self._listed = [
            j for j in self._column.judged if j.candidate.assessment.students is not None
        ]
        self._whole = [j for j in self._column.judged if j.candidate.assessment.students is None]

    def of(self, student: PersonId, sis: SisPersonId | None) -> ColumnStudent | None:
        """The student's place; None when the student's own class has the assessment elsewhere."""
        ever, now = self.enrolments.ever.get(sis or "", []), self.enrolments.now.get(sis or "", [])
        sits = now or ever
        assigned = self._by_name(student) or self._by_roster(
            now, ever, scored=student in self._scored
        )
        # Their own class has the assessment in another column, which states them (C3a).
        if assigned is None and self._column.elsewhere.intersection(sits):
            return None
        judged, since = assigned or (self._column.main, None)
        own = judged.candidate.class_.section
        section = own if own is not None and (own in sits or not sits) else sits[0]
        return ColumnStudent(
            id=student,
            sis_student=sis,
            judged=judged,
            section=section,
            enrolled=bool(now),
            assigned_since=since,
            alone=sis not in self.enrolments.shared,
        )

    def _by_name(self, student: PersonId) -> tuple[JudgedAssessment, date] | None:
        for judged in self._listed:
            students = judged.candidate.assessment.students or {}
            if student in students:
                return judged, students[student] or _since(judged)
        return None

    def _by_roster(
        self, now: list[SectionId], ever: list[SectionId], *, scored: bool
    ) -> tuple[JudgedAssessment, date] | None:
        """By where the student sits; a score shows that one who left, or moved on, had it.

        Where a class outside the gradebook has the assessment too, the score may be from there.
        """
        for sections in (now, ever if scored or not now else []):
            for judged in self._whole:
                if judged.candidate.class_.section in sections:
                    return judged, _since(judged)
            if self._column.elsewhere.intersection(sections):
                return None
        had_it = not ever or (scored and self._only_here)
        return (self._whole[0], _since(self._whole[0])) if self._whole and had_it else None


def _since(judged: JudgedAssessment) -> date:
    """The day on which the class was assigned it; who is listed may have a later one."""
    return judged.candidate.assessment.assigned_on or date.min
