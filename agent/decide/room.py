"""What the columns of a gradebook have in common: who sits in it, and what the ledger holds."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping

from agent.decide.once import Once
from agent.decide.plan import RecordKey
from agent.decide.targets import Joined, Target
from agent.domain import AssessmentId, ClassId, Gradebook, PersonId, SectionId, SisPersonId
from agent.ledger.cells import Standing
from agent.records import RecordState
from agent.sync.context import GradebookWork, RunContext


class Roster:
    """Who sits in a gradebook today, and who ever sat there.

    Attributes:
        ever, now: SIS id -> the sections, in the gradebook's order.
        bearers: SIS id -> the students who bear it, mostly one.
        people: the reverse.
        several: SIS ids that several students bear.
    """

    def __init__(self, kit: RunContext, gradebook: Gradebook) -> None:
        today = kit.tonight.today
        self.ever: dict[str, list[SectionId]] = {}
        self.now: dict[str, list[SectionId]] = {}
        for section in gradebook.sections.values():
            for sis, spans in section.enrolments.items():
                self.ever.setdefault(sis, []).append(section.id)
                if any(span.holds(today) for span in spans):
                    self.now.setdefault(sis, []).append(section.id)
        self.bearers = kit.ledger.students_by_sis_id(self.ever)
        self.several = frozenset(sis for sis, some in self.bearers.items() if len(some) > 1)
        self.people = {p: SisPersonId(sis) for sis, some in self.bearers.items() for p in some}

    @Once
    def everyone(self) -> frozenset[PersonId]:
        """All students who ever sat in it."""
        return frozenset(self.people)

    @Once
    def sitting(self) -> Mapping[SectionId, frozenset[PersonId]]:
        """Section -> who sits in it today."""
        sitting: dict[SectionId, set[PersonId]] = defaultdict(set)
        for sis, some in self.bearers.items():
            for section in self.now.get(sis, ()):
                sitting[section].update(some)
        return {section: frozenset(people) for section, people in sitting.items()}


def room_of(
    kit: RunContext,
    work: GradebookWork,
    gradebook: Gradebook,
    targets: Iterable[Target],
    *,
    thorough: bool,
) -> "Room":
    """The room of a gradebook that is to be decided."""
    classes = [c.id for c in work.classes]
    places = [*work.sections, *classes]
    standing = None if thorough else kit.ledger.standing(classes, places)
    return Room(kit, gradebook, standing, targets)


class Room:
    """One gradebook.

    Args:
        standing: what the ledger holds of it; None where every cell is to be looked at.
        targets: every assessment in every class of it.

    Attributes:
        passed: (assessment, section) -> students whose records stand without a look.
    """

    def __init__(
        self,
        kit: RunContext,
        gradebook: Gradebook,
        standing: Standing | None = None,
        targets: Iterable[Target] = (),
    ) -> None:
        self.kit, self.gradebook, self.standing = kit, gradebook, standing
        self.classes = Counter(t.candidate.assessment.id for t in targets)
        self.passed: dict[tuple[str, str], frozenset[PersonId]] = {}
        self._assigned: dict[AssessmentId, frozenset[ClassId]] = {}

    @Once
    def roster(self) -> Roster:
        """Who sits in it."""
        return Roster(self.kit, self.gradebook)

    def only_here(self, group: Joined) -> bool:
        """Whether a column's assessment was assigned to no class outside the gradebook."""
        assessment = group.assessment
        if assessment not in self._assigned:
            self._assigned[assessment] = self.kit.ledger.assigned_to(assessment)
        rest = self._assigned[assessment] - {t.candidate.class_.id for t in group.targets}
        return len(rest) <= len(group.elsewhere)

    def looked_at(self) -> Iterator[RecordKey]:
        """The keys of all stored records, without those that were passed by."""
        for here, students in self.standing.told.items() if self.standing else ():
            assessment, section = here
            passed = self.passed.get(here, frozenset())
            for student in students if len(students) > len(passed) else ():
                if student not in passed:
                    yield assessment, student or None, section

    def stands(self, state: RecordState) -> bool:
        """Whether a record is stored just so already."""
        return self.standing is not None and self.standing.stands(state)
