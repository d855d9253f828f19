"""From assessments in classes to columns in a gradebook: who passes, who owns, who joins (C3a).

A column belongs to (assessment, owner class). Linked classes join one column where their total
points agree and no two of them have one already; the owner is the class with the smallest id when
the column is first made, and stays.
"""

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from agent.domain import (
    Assessment,
    AssessmentId,
    AssignmentData,
    ClassId,
    Column,
    SectionId,
)
from agent.eligibility import (
    Candidate,
    Due,
    Refusal,
    gates_creation,
    gates_due_date,
    refusals,
)
from agent.eligibility.assessments import closed_on
from agent.night.work import ColumnKey, Kit
from agent.plan import WantedColumn, shortened
from agent.records import KnownColumn, SourceFields

_PLAIN = re.compile(r"[A-Za-z0-9_-]{1,60}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """An assessment in one class, and what the rules say of it."""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined:
    """The targets that share one column, the owner's first.

    Attributes:
        differing: source fields in which they differ.
        elsewhere: sections of this gradebook whose class has the assessment too, but not in this
            column: it was refused there, or its total points differ.
        several_columns: classes of this gradebook made more than one column of it.
        cells_unknown: what the ledger holds of its cells is of another column of the SIS.
    """

    owner: ClassId
    targets: tuple[Target, ...]
    known: KnownColumn | None = None
    differing: tuple[str, ...] = ()
    elsewhere: frozenset[SectionId] = frozenset()
    several_columns: bool = False
    cells_unknown: bool = False

    @property
    def lead(self) -> Target:
        """Whose data the column takes."""
        return self.targets[0]

    @property
    def assessment(self) -> AssessmentId:
        """The assessment of all of them."""
        return self.lead.candidate.assessment.id


def external_id(assessment: AssessmentId, owner: ClassId) -> str:
    """Our stable id of a column: readable where both ids are plain, else a digest of them."""
    if _PLAIN.fullmatch(assessment) and _PLAIN.fullmatch(owner):
        return f"pb-{assessment}.{owner}"
    return "pb-" + hashlib.sha256(f"{assessment}\n{owner}".encode()).hexdigest()[:32]


def judged(kit: Kit, candidate: Candidate) -> Target:
    """The candidate with the rules' word on it."""
    rules = kit.rules[kit.sis.traits.kind]
    return Target(candidate=candidate, refused=refusals(candidate, rules))


def joined(
    targets: Sequence[Target], known: Mapping[AssessmentId, list[KnownColumn]]
) -> list[Joined]:
    """Eligible targets of one gradebook, grouped into the columns that they share."""
    groups: dict[tuple[AssessmentId, object], list[Target]] = defaultdict(list)
    for target in targets:
        assessment = target.candidate.assessment
        groups[assessment.id, assessment.total_points].append(target)
    members = {(t.candidate.assessment.id, t.candidate.class_.id) for t in targets}
    return [
        _owned(part, known.get(assessment, ()), members)
        for (assessment, _), group in groups.items()
        for part in _parted(group, known.get(assessment, ()))
    ]


def _parted(group: list[Target], known: Iterable[KnownColumn]) -> Iterable[list[Target]]:
    """Sections that have a column each keep to it; the rest goes with the smallest owner's.

    They were linked later, or their totals agree again: what stands in one column and was written
    into the other too would count twice.
    """
    owners = {each.owner for each in known if each.ref is not None}
    owning = [t.candidate.class_ for t in group if t.candidate.class_.id in owners]
    homes = {c.section: c.id for c in sorted(owning, key=lambda c: c.id, reverse=True)}
    if len(homes) < 2:
        return [group]
    parts: dict[ClassId, list[Target]] = defaultdict(list)
    for target in group:
        parts[homes.get(target.candidate.class_.section, min(homes.values()))].append(target)
    return parts.values()


def apart(group: Joined, targets: Sequence[Target]) -> Joined:
    """The same group, knowing which other classes of the gradebook have the assessment."""
    if len(targets) == len(group.targets):
        return group
    own = {t.candidate.class_.id for t in group.targets}
    others = {
        t.candidate.class_.section
        for t in targets
        if t.candidate.assessment.id == group.assessment and t.candidate.class_.id not in own
    }
    return replace(group, elsewhere=frozenset(s for s in others if s is not None))


def _owned(group: list[Target], known: Iterable[KnownColumn], members: set[ColumnKey]) -> Joined:
    """Settle who owns a column: whoever owned it before, else the smallest class id."""
    before = _before(group, known, members)
    owner = before.owner if before else min(t.candidate.class_.id for t in group)
    targets = _owner_first(owner, group)
    return Joined(
        owner=owner,
        targets=targets,
        known=before,
        differing=_differing(targets),
        several_columns=sum(each.ref is not None for each in known) > 1,
    )


def owned_by(owner: ClassId, group: Joined) -> Joined:
    """The same group, owned by another of its classes."""
    return replace(group, owner=owner, targets=_owner_first(owner, group.targets))


def _owner_first(owner: ClassId, targets: Sequence[Target]) -> tuple[Target, ...]:
    def place(target: Target) -> tuple[bool, ClassId]:
        own = target.candidate.class_.id
        return own != owner, own

    return tuple(sorted(targets, key=place) if len(targets) > 1 else targets)


def _before(
    group: list[Target], known: Iterable[KnownColumn], members: set[ColumnKey]
) -> KnownColumn | None:
    """The known column of *group*: an owner's in it, or one whose owner is in no group any more.

    Of several owners, which a merger brought together, one whose column was not deleted.
    """
    mine = {t.candidate.class_.id for t in group}
    points = group[0].candidate.assessment.total_points
    left = None
    for each in sorted(known, key=lambda column: column.deleted):
        if each.owner in mine:
            return each
        free = (each.assessment, each.owner) not in members
        if left is None and free and each.seen and each.seen.points == points:
            left = each
    return left


def _differing(group: Sequence[Target]) -> tuple[str, ...]:
    if len(group) == 1:
        return ()
    lead = group[0].candidate
    names = ("title", "type", "assigned_on")
    differ = {
        name
        for other in group[1:]
        for name in names
        if getattr(other.candidate.assessment, name) != getattr(lead.assessment, name)
    }
    if any(other.candidate.due != lead.due for other in group[1:]):
        differ.add("due")
    return tuple(sorted(differ))


def wanted_column(candidate: Candidate, *, assigned_dates: bool = True) -> WantedColumn:
    """The column that the source wants; only for a candidate that the rules let pass.

    Without *assigned_dates* the SIS keeps no day of assignment, so none is compared or sent.
    """
    assessment, due, section = candidate.assessment, candidate.due, candidate.section
    category = candidate.policy.category_for(assessment.type)
    if due is None or section is None or category is None or assessment.total_points is None:
        raise AssertionError("asked for the column of a refused assessment")
    data = AssignmentData(
        title=shortened(assessment.title),
        assigned=_assigned(candidate, due) if assigned_dates else None,
        due=due.day,
        category=section.categories.get(category.casefold()),
        points=assessment.total_points,
    )
    source = source_fields(assessment, due, assigned_dates=assigned_dates)
    return WantedColumn(source=source, data=data)


def _assigned(candidate: Candidate, due: Due) -> date:
    """The day on which it was assigned; where Otus does not tell, the day on which it was made.

    A column is not assigned after it is due.
    """
    assessment, zone = candidate.assessment, candidate.tonight.zone
    if assessment.assigned_on is not None:
        return assessment.assigned_on
    created = assessment.created_at
    return due.day if created is None else min(created.astimezone(zone).date(), due.day)


def source_fields(
    assessment: Assessment, due: Due | None, *, assigned_dates: bool = True
) -> SourceFields:
    """The source's own fields of a column."""
    return SourceFields(
        title=assessment.title,
        type=assessment.type,
        assigned_on=assessment.assigned_on if assigned_dates else None,
        due=due.day if due else None,
        points=assessment.total_points,
    )


def with_found(kit: Kit, target: Target, found: Column | None, known: KnownColumn | None) -> Target:
    """Ask the rules again, now that the column was looked up in the gradebook (A12)."""
    accepted_due = _accepted_due(known) if known and known.ref else None
    return judged(kit, replace(target.candidate, found=found, accepted_due=accepted_due))


def due_differs(target: Target, known: KnownColumn | None) -> bool:
    """Whether the SIS took another due date from us than the rules were asked about."""
    due = target.candidate.due
    accepted = _accepted_due(known) if known and known.ref else None
    return accepted is not None and (due is None or due.day != accepted)


def _accepted_due(known: KnownColumn) -> date | None:
    """The due date that the SIS last accepted from us, else the one we last acted upon."""
    if known.accepted is not None:
        return date.fromisoformat(str(known.accepted["due"]))
    return known.seen.due if known.seen else None


def due_may_change(target: Target, due: Due) -> bool:
    """Whether an edited due date may be sent: into the current period, not into a closed one."""
    return not target.due_gate and closed_on(target.candidate.section, due.day) is None
