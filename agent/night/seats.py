"""Who belongs in a column: by a list of assigned students, by roster, or by a score (B5, B6)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from agent.domain import Gradebook, PersonId, SectionId, SisPersonId
from agent.night.targets import Joined, Target
from agent.night.work import Kit


@dataclass(frozen=True, slots=True)
class Desk:
    """One column under decision: the run, the gradebook it is in, the classes that share it."""

    kit: Kit
    gradebook: Gradebook
    group: Joined


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """A student who belongs in a column.

    Attributes:
        sis_student: None for one whom the SIS does not know.
        target: the class that assigned it to the student; the owner's where none did.
        section: where the student sits today, else the class's own.
        assigned_since: None when not assigned; `date.min` for "from the start".
    """

    student: PersonId
    sis_student: SisPersonId | None
    target: Target
    section: SectionId
    assigned_since: date | None

    def enrolled(self, gradebook: Gradebook, day: date) -> bool:
        """Whether the student sits in any section of the gradebook on *day*."""
        sis = self.sis_student
        return sis is not None and any(s.enrolled(sis, day) for s in gradebook.sections.values())

    def assigned_there(self, gradebook: Gradebook, day: date) -> bool:
        """Whether the assignment reached the student by roster on *day*.

        A list names the student wherever they sit; "everyone in the class" means the class itself.
        """
        candidate = self.target.candidate
        if candidate.assessment.students is not None:
            return self.enrolled(gradebook, day)
        own = candidate.section
        return (
            own is not None and self.sis_student is not None and own.enrolled(self.sis_student, day)
        )


def seats(desk: Desk, scored: Iterable[PersonId]) -> list[Seat]:
    """Everyone who belongs in the column, each once.

    A score of somebody who sits in no section of this gradebook belongs here only when the
    assessment was assigned to no class outside it.
    """
    ledger, group = desk.kit.ledger, desk.group
    sections = desk.gradebook.sections.values()
    with_score = frozenset(scored)
    listed = {s for t in group.targets for s in t.candidate.assessment.students or ()}
    enrolled = ledger.students_by_sis_id({sid for s in sections for sid in s.enrolments})
    people = ledger.students(with_score | listed)
    sis_ids = {p: s.sis_id for p, s in people.items()}
    sis_ids |= {person: SisPersonId(sis) for sis, person in enrolled.items()}
    here = listed | set(enrolled.values()) | (with_score if _only_here(desk) else set())
    # Two students of the source under one SIS id: the cell belongs to one of them.
    sis_ids |= {p: None for p, sis in sis_ids.items() if sis and enrolled.get(sis, p) != p}
    found = (_seat(desk, s, sis_ids.get(s), scored=s in with_score) for s in sorted(here))
    return [seat for seat in found if seat is not None]


def _only_here(desk: Desk) -> bool:
    classes = {t.candidate.class_.id for t in desk.group.targets}
    rest = desk.kit.ledger.assigned_to(desk.group.assessment) - classes
    return len(rest) <= len(desk.group.elsewhere)


def _seat(desk: Desk, student: PersonId, sis: SisPersonId | None, *, scored: bool) -> Seat | None:
    """The student's place; None when the student's own class has the assessment elsewhere."""
    today, group = desk.kit.tonight.today, desk.group
    sections = desk.gradebook.sections.values()
    ever = [s for s in sections if sis is not None and sis in s.enrolments]
    now = [s.id for s in ever if sis is not None and s.enrolled(sis, today)]
    sits = now or [s.id for s in ever]
    assigned = _by_name(group, student) or _by_roster(
        group, now, [s.id for s in ever], scored=scored
    )
    if assigned is None and group.elsewhere.intersection(sits):
        return None
    target, since = assigned or (group.lead, None)
    own = target.candidate.class_.section
    section = own if own is not None and (own in sits or not sits) else sits[0]
    return Seat(
        student=student, sis_student=sis, target=target, section=section, assigned_since=since
    )


def _by_name(group: Joined, student: PersonId) -> tuple[Target, date] | None:
    for target in group.targets:
        students = target.candidate.assessment.students
        if students is not None and student in students:
            return target, students[student] or date.min
    return None


def _by_roster(
    group: Joined, now: list[SectionId], ever: list[SectionId], *, scored: bool
) -> tuple[Target, date] | None:
    """By where the student sits; a score shows that one who left, or moved on, had it."""
    whole = [t for t in group.targets if t.candidate.assessment.students is None]
    for sections in (now, ever if scored or not now else []):
        for target in whole:
            if target.candidate.class_.section in sections:
                return target, date.min
        if group.elsewhere.intersection(sections):
            return None
    return (whole[0], date.min) if whole and (scored or not ever) else None
