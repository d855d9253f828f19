"""Which classes share which column, and who owns it (C3a).

A column belongs to (assessment, owner class). Linked classes share one column where their total
points agree and no two of them have one already; the owner is the class with the smallest id when
the column is first made, and stays.
"""

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from agent.domain import AssessmentId, ClassId, Column, SectionId
from agent.records import ColumnKey, KnownColumn
from agent.rules.assessments import Candidate, Rule, closed_on
from agent.rules.codes import Code
from agent.rules.refusals import Refusal, gates_creation, gates_due_date, refusals

CLOSED = Code.GRADING_PERIOD_CLOSED
_PLAIN = re.compile(r"[A-Za-z0-9_-]{1,60}")


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedAssessment:
    """An assessment in one class, and what the rules refuse of it."""

    candidate: Candidate
    refused: tuple[Refusal, ...]

    @property
    def gate(self) -> tuple[Refusal, ...]:
        """The refusals that gate creation only, or a changed due date too (A6, A11)."""
        return tuple(r for r in self.refused if r.code in gates_creation)

    @property
    def due_gate(self) -> tuple[Refusal, ...]:
        """The refusals that gate creation and a changed due date only (A11)."""
        return tuple(r for r in self.refused if r.code in gates_due_date)

    @property
    def barred(self) -> tuple[Refusal, ...]:
        """The refusals that stop everything."""
        return tuple(r for r in self.refused if r.code not in gates_creation)

    @property
    def closed(self) -> bool:
        """Whether its grading period is closed (A12)."""
        return any(r.code == CLOSED for r in self.refused)

    @property
    def due_may_change(self) -> bool:
        """Whether the due date that Otus has may be sent: into no closed or later period."""
        due, section = self.candidate.due, self.candidate.section
        return due is not None and not self.due_gate and closed_on(section, due.day) is None

    @property
    def refused_otherwise_on(self) -> date | None:
        """The first day from which the calendar refuses otherwise (A6, A11); None: it never does.

        That is when the grading period of the due date begins, when it is over, and when the class
        is assigned it.
        """
        due, section, night = (
            self.candidate.due,
            self.candidate.section,
            self.candidate.tonight.night,
        )
        periods = section.periods if section and due else ()
        days = [
            period.start if period.start > night else period.end + timedelta(days=1)
            for period in periods
            if due and period.holds(due.day) and night <= period.end < date.max
        ]
        assigned = self.candidate.assessment.assigned_on
        if assigned is not None and assigned > night:
            days.append(assigned)
        return min(days, default=None)


def judge_assessment(candidate: Candidate, rules: Iterable[Rule]) -> JudgedAssessment:
    """Ask every rule about an assessment in a class."""
    return JudgedAssessment(candidate=candidate, refused=refusals(candidate, rules))


def judge_column(
    judged: JudgedAssessment,
    rules: Sequence[Rule],
    found: Column | None,
    known: KnownColumn | None,
) -> JudgedAssessment:
    """Ask the one rule again that reads the column itself (A12): a teacher may have moved it."""
    accepted = accepted_due(known) if known and known.ref else None
    candidate = replace(judged.candidate, found=found, accepted_due=accepted)
    again = refusals(candidate, [rule for rule in rules if rule.__name__ == CLOSED])
    order = [rule.__name__ for rule in rules]
    refused = [r for r in judged.refused if r.code != CLOSED] + list(again)
    refused.sort(key=lambda refusal: order.index(refusal.code))
    return JudgedAssessment(candidate=candidate, refused=tuple(refused))


def accepted_due(known: KnownColumn) -> date | None:
    """The due date that the SIS last accepted from us, else the one we last acted upon."""
    if known.accepted is not None:
        return date.fromisoformat(str(known.accepted["due"]))
    return known.seen.due if known.seen else None


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedColumn:
    """The classes that share one column, the owner's first.

    Attributes:
        judged: the assessment in each of these classes.
        differing: source fields in which they differ.
        elsewhere: sections of this gradebook whose class has the assessment too, but not in this
            column: it was refused there, or its total points differ.
        several_columns: classes of this gradebook made more than one column of it.
        cells_unknown: what the ledger holds of its cells is of another column of the SIS.
    """

    owner: ClassId
    judged: tuple[JudgedAssessment, ...]
    known: KnownColumn | None = None
    differing: tuple[str, ...] = ()
    elsewhere: frozenset[SectionId] = frozenset()
    several_columns: bool = False
    cells_unknown: bool = False

    @property
    def main(self) -> JudgedAssessment:
        """The owner's, whose data the column takes."""
        return self.judged[0]

    @property
    def assessment(self) -> AssessmentId:
        """The assessment of all of them."""
        return self.judged[0].candidate.assessment.id

    @property
    def external_id(self) -> str:
        """Our id of the column: the one under which it was made, in whatever form that was."""
        return self.known.external_id if self.known else external_id(self.assessment, self.owner)

    @property
    def in_sis(self) -> bool:
        """Whether the SIS has the column, for all that the ledger knows."""
        known = self.known
        return known is not None and known.ref is not None and not known.deleted

    def owned_by(self, owner: ClassId) -> "SharedColumn":
        """The same column, owned by another of its classes."""
        return replace(self, owner=owner, judged=_owner_first(owner, self.judged))


def external_id(assessment: AssessmentId, owner: ClassId) -> str:
    """Our stable id of a column: readable where both ids are plain, else a digest of them."""
    if _PLAIN.fullmatch(assessment) and _PLAIN.fullmatch(owner):
        return f"pb-{assessment}.{owner}"
    return "pb-" + hashlib.sha256(f"{assessment}\n{owner}".encode()).hexdigest()[:32]


def shared_columns(
    judged: Sequence[JudgedAssessment], known: Mapping[AssessmentId, Sequence[KnownColumn]]
) -> list[SharedColumn]:
    """Eligible assessments of one gradebook, grouped into the columns that they share.

    *known* are the columns that classes of this gradebook made.
    """
    groups: dict[tuple[AssessmentId, object], list[JudgedAssessment]] = defaultdict(list)
    for each in judged:
        assessment = each.candidate.assessment
        groups[assessment.id, assessment.total_points].append(each)
    members = {(j.candidate.assessment.id, j.candidate.class_.id) for j in judged}
    return [
        _owned(part, known.get(assessment, ()), members)
        for (assessment, _), group in groups.items()
        for part in _parted(group, known.get(assessment, ()))
    ]


def with_other_sections(column: SharedColumn, judged: Sequence[JudgedAssessment]) -> SharedColumn:
    """The column, knowing in which other sections of the gradebook its assessment is.

    *judged*: the assessment in every class of the gradebook, refused ones included.
    """
    own = {j.candidate.class_.id for j in column.judged}
    others = {j.candidate.class_.section for j in judged if j.candidate.class_.id not in own}
    return replace(column, elsewhere=frozenset(s for s in others if s is not None))


def without_gated(column: SharedColumn, gated: Sequence[JudgedAssessment]) -> list[SharedColumn]:
    """The column that the classes make which are not *gated*: those may not be in a new one yet."""
    sections = {each.candidate.class_.section for each in gated}
    away = column.elsewhere | {s for s in sections if s is not None}
    rest = shared_columns([each for each in column.judged if each not in gated], {})
    return [replace(each, elsewhere=away) for each in rest]


def _parted(
    group: list[JudgedAssessment], known: Iterable[KnownColumn]
) -> Iterable[list[JudgedAssessment]]:
    """Sections that have a column each keep to it; the rest goes with the smallest owner's.

    They were linked later, or their totals agree again: what stands in one column and was written
    into the other too would count twice.
    """
    owners = {each.owner for each in known if each.ref is not None}
    owning = [j.candidate.class_ for j in group if j.candidate.class_.id in owners]
    homes = {c.section: c.id for c in sorted(owning, key=lambda c: c.id, reverse=True)}
    if len(homes) < 2:
        return [group]
    parts: dict[ClassId, list[JudgedAssessment]] = defaultdict(list)
    for judged in group:
        parts[homes.get(judged.candidate.class_.section, min(homes.values()))].append(judged)
    return parts.values()


def _owned(
    group: list[JudgedAssessment], known: Sequence[KnownColumn], members: set[ColumnKey]
) -> SharedColumn:
    """Settle who owns a column: whoever owned it before, else the smallest class id."""
    before = _before(group, known, members)
    owner = before.owner if before else min(j.candidate.class_.id for j in group)
    judged = _owner_first(owner, group)
    return SharedColumn(
        owner=owner,
        judged=judged,
        known=before,
        differing=_differing(judged),
        several_columns=sum(each.ref is not None for each in known) > 1,
    )


def _owner_first(
    owner: ClassId, judged: Sequence[JudgedAssessment]
) -> tuple[JudgedAssessment, ...]:
    def place(each: JudgedAssessment) -> tuple[bool, ClassId]:
        own = each.candidate.class_.id
        return own != owner, own

    return tuple(sorted(judged, key=place))


def _before(
    group: list[JudgedAssessment], known: Iterable[KnownColumn], members: set[ColumnKey]
) -> KnownColumn | None:
    """The known column of *group*: an owner's in it, or one whose owner is in no group any more.

    Of several owners, which a merger brought together, one whose column was not deleted.
    """
    mine = {j.candidate.class_.id for j in group}
    points = group[0].candidate.assessment.total_points
    left = None
    for each in sorted(known, key=lambda column: column.deleted):
        if each.owner in mine:
            return each
        # An owner that is refused tonight still owns: its column goes on with the others (C3a).
        free = (each.assessment, each.owner) not in members
        if left is None and free and each.seen and each.seen.points == points:
            left = each
    return left


def _differing(judged: Sequence[JudgedAssessment]) -> tuple[str, ...]:
    """The source fields in which the classes of one column differ."""
    first, *others = [each.candidate for each in judged]
    names = ("title", "type", "assigned_on")
    differ = {
        name
        for other in others
        for name in names
        if getattr(other.assessment, name) != getattr(first.assessment, name)
    }
    if any(other.due != first.due for other in others):
        differ.add("due")
    return tuple(sorted(differ))
