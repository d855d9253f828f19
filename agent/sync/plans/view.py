"""What a night would do, section by section, as a page or a terminal shows it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from agent.domain import AssessmentId, PersonId
from agent.records import RecordState, State
from agent.report import Summary


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A field of an assignment, as the SIS has it and as it would read; `old` None: no column."""

    name: str
    old: str | None
    new: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnView:
    """An assignment that would be made or changed.

    `title` is that of Otus, which the SIS may get shortened; `note`: what the report says of it.
    """

    assessment: AssessmentId
    title: str
    new: bool
    fields: Sequence[Field]
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreView:
    """A score that would be written, by the source's ids, and what its cell shows.

    `old` None: the cell cannot be read; `new` None: the score is taken back; `zero`: for missing
    work (B4).
    """

    assessment: AssessmentId
    student: PersonId
    old: str | None
    new: str | None
    zero: bool


@dataclass(slots=True)
class SectionView:
    """What would happen in one section.

    Attributes:
        sent, replaced, zeros, taken_back: scores; `replaced` and `zeros` are among `sent`, and a
            zero is one for missing work (B4).
        unchanged: records that stand in the gradebook as they should.
        scores: each of them, where they are asked for.
        staying: assignments that stay out; of scores only how many, and by which code or state.
    """

    columns: list[ColumnView] = field(default_factory=list)
    sent: int = 0
    replaced: int = 0
    zeros: int = 0
    taken_back: int = 0
    scores: list[ScoreView] = field(default_factory=list)
    unchanged: int = 0
    staying: list[RecordState] = field(default_factory=list)
    more_staying: int = 0
    staying_scores: int = 0
    scores_staying: Counter[str] = field(default_factory=Counter)
    examples: dict[str, RecordState] = field(default_factory=dict)

    @property
    def writes(self) -> int:
        """Columns and scores that would be written."""
        return len(self.columns) + self.sent + self.taken_back

    @property
    def quiet(self) -> bool:
        """Whether there is nothing to show but how many records stand as they should."""
        return not (self.writes or self.staying or self.scores_staying)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanView:
    """A night that was decided and not sent.

    Attributes:
        at: the moment it was decided for, in the district's zone.
        findings: why the brake would stop it.
        summary: of the records, as a report has it.
        failed: why gradebooks could not be read.
    """

    at: datetime
    findings: Sequence[str]
    sections: Mapping[str, SectionView]
    summary: Summary
    reasons: Mapping[str, int]
    failed: Sequence[str]

    @property
    def counts(self) -> Mapping[State, int]:
        """Records by state."""
        return self.summary.counts

    @property
    def too_late(self) -> Sequence[str]:
        """Titles of what a grading period keeps back that closed within the last 24 hours."""
        return self.summary.too_late

    @property
    def columns(self) -> Counter[bool]:
        """How many assignments would be made (True) and changed (False)."""
        return Counter(c.new for section in self.sections.values() for c in section.columns)

    @property
    def zeros(self) -> int:
        """Scores that would be a 0 for missing work."""
        return sum(section.zeros for section in self.sections.values())
