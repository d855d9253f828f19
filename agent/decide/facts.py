"""What deciding is told: which columns and cells nothing may be decided about, and why."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from agent.domain import (
    AssessmentId,
    PersonId,
    SectionId,
    SisPersonId,
)
from agent.records import (
    OpenAttempt,
    State,
)

NOWHERE = SectionId("")
"""The section of records that stand in no section."""
DELETED = "deleted in the SIS; it is not made again"
MISSING = "past due, nothing submitted"
"""Why a 0 that nobody typed stands in the gradebook (B4)."""


@dataclass(frozen=True, slots=True)
class Unresolved:
    """Why nothing can be decided about a column tonight, and the state that its records are in."""

    state: State
    reason: str
    codes: tuple[str, ...] = ()


OTHER_ADDRESS = Unresolved(
    State.HELD,
    "its assignment was made over another route to the SIS, and cannot be reached over this one:"
    " go back to that route, or leave it to its teacher",
)


@dataclass(frozen=True, slots=True)
class UnreadCells:
    """Cells with a write of unknown outcome that could not be read back: left alone (C10).

    By Otus student as well as by SIS student, and in whichever column of the assessment: an id may
    be corrected, and a student may move, before the cell can be read.
    """

    students: Mapping[tuple[AssessmentId, PersonId], Unresolved] = field(default_factory=dict)
    cells: Mapping[tuple[AssessmentId, SisPersonId], Unresolved] = field(default_factory=dict)

    def __bool__(self) -> bool:
        """Whether there is any."""
        return bool(self.cells)

    @staticmethod
    def of(attempts: Iterable[OpenAttempt], doubt: Unresolved) -> "UnreadCells":
        """The cells of these attempts, which are put or clear."""
        intents = [attempt.intent for attempt in attempts]
        return UnreadCells(
            {(i.assessment, i.student): doubt for i in intents if i.student is not None},
            {(i.assessment, SisPersonId(i.sending["sis_student"])): doubt for i in intents},
        )

    def concerns(self, assessment: AssessmentId) -> bool:
        """Whether a cell of the assessment is among them."""
        return any(each == assessment for each, _ in self.cells)

    def doubt(
        self, assessment: AssessmentId, student: PersonId, sis_student: SisPersonId | None
    ) -> Unresolved | None:
        """Why nothing is written for a student, or into a cell."""
        found = self.students.get((assessment, student))
        if found is None and sis_student is not None:
            found = self.cells.get((assessment, sis_student))
        return found
