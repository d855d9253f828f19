"""Who belongs in a column: by a list of assigned students, by roster, or by a score (B5, B6)."""

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date

from agent.decide.facts import Unresolved
from agent.decide.room import Room, Roster
from agent.decide.targets import Joined, Target
from agent.domain import Gradebook, PersonId, SectionId, SisPersonId
from agent.sync.context import RunContext


@dataclass(frozen=True, slots=True)
class Desk:
    """One column under decision: the run, the gradebook it is in, the classes that share it.

    `room` is what the gradebook's columns have in common; without it, it is looked up for this one.
    `doubled`: what is told of it where another column carries its tag.
    """

    kit: RunContext
    gradebook: Gradebook
    group: Joined
    room: Room | None = None
    doubled: Unresolved | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """A student who belongs in a column.

    Attributes:
        sis_student: None for one whom the SIS does not know.
        target: the class that assigned it to the student; the owner's where none did.
        section: where the student sits today, else the class's own.
        alone: nobody else in the source claims the same SIS id.
        assigned_since: None when not assigned; `date.min` where no day is told.
    """

    student: PersonId
    sis_student: SisPersonId | None
    target: Target
    section: SectionId
    assigned_since: date | None
    alone: bool = True

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


def seats(
    desk: Desk, scored: Iterable[PersonId], passed: frozenset[PersonId] = frozenset()
) -> list[Seat]:
    """Everyone who belongs in the column, each once; without those *passed* by.

    A score of somebody who sits in no section of this gradebook belongs here only when the
    assessment was assigned to no class outside it.
    """
    room, group = desk.room or Room(desk.kit, desk.gradebook), desk.group
    roster, with_score = room.roster, frozenset(scored)
    here = roster.people.keys() | {
        s for t in group.targets for s in t.candidate.assessment.students or ()
    }
    if not with_score <= here and room.only_here(group):
        here |= with_score
    here -= passed
    sis_ids = _sis_ids(desk.kit, roster, here)
    found = (_seat(room, group, s, sis_ids.get(s), scored=s in with_score) for s in sorted(here))
    return [seat for seat in found if seat is not None]


def _sis_ids(
    kit: RunContext, roster: Roster, students: AbstractSet[PersonId]
) -> Mapping[PersonId, SisPersonId | None]:
    """The SIS ids of *students*; of those outside the roster too."""
    if students <= roster.people.keys():
        return roster.people
    strangers = kit.ledger.students(students - roster.people.keys()).values()
    return {s.id: s.sis_id for s in strangers} | {**roster.people}


def _seat(
    room: Room, group: Joined, student: PersonId, sis: SisPersonId | None, *, scored: bool
) -> Seat | None:
    """The student's place; None when the student's own class has the assessment elsewhere."""
    ever, now = room.roster.ever.get(sis or "", []), room.roster.now.get(sis or "", [])
    sits = now or ever
    assigned = _by_name(group, student) or _by_roster(room, group, now, ever, scored=scored)
    if assigned is None and group.elsewhere.intersection(sits):
        return None
    target, since = assigned or (group.lead, None)
    own = target.candidate.class_.section
    section = own if own is not None and (own in sits or not sits) else sits[0]
    return Seat(
        student=student,
        sis_student=sis,
        target=target,
        section=section,
        assigned_since=since,
        alone=sis not in room.roster.several,
    )


def _by_name(group: Joined, student: PersonId) -> tuple[Target, date] | None:
    for target in group.targets:
        students = target.candidate.assessment.students
        if students is not None and student in students:
            return target, students[student] or _since(target)
    return None


def _by_roster(
    room: Room,
    group: Joined,
    now: list[SectionId],
    ever: list[SectionId],
    *,
    scored: bool,
) -> tuple[Target, date] | None:
    """By where the student sits; a score shows that one who left, or moved on, had it.

    Where a class outside the gradebook has the assessment too, the score may be from there.
    """
    whole = [t for t in group.targets if t.candidate.assessment.students is None]
    for sections in (now, ever if scored or not now else []):
        for target in whole:
            if target.candidate.class_.section in sections:
                return target, _since(target)
        if group.elsewhere.intersection(sections):
            return None
    had_it = not ever or (scored and room.only_here(group))
    return (whole[0], _since(whole[0])) if whole and had_it else None


def _since(target: Target) -> date:
    """The day on which the class was assigned it; who is listed may have a later one."""
    return target.candidate.assessment.assigned_on or date.min
