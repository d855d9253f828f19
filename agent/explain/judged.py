"""The rules asked about one way: from what is stored, or with the SIS as it is now."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from agent.decide.facts import RunFacts, UnreadCells
from agent.domain import EMPTY_CELL, Class, ClassId, Column, ColumnRef, Gradebook, SisCell
from agent.explain.verdicts import Asked, Verdict, assumed, verdicts
from agent.explain.way import Way
from agent.ledger import Ledger
from agent.policy import Policy, RunDate
from agent.records import KnownColumn
from agent.rules import RULES_FOR
from agent.sis.port import Sis
from agent.sync.context import GradebookWork
from agent.sync.gather import GradebookReads, gradebook_facts
from agent.sync.refresh import gradebooks_of
from agent.traits import Traits


def facts_of_today(ledger: Ledger, policy: Policy, tonight: RunDate, traits: Traits) -> RunFacts:
    """What the rules ask about the district, from the ledger and the configuration."""
    return RunFacts(
        policy=policy,
        tonight=tonight,
        rules=RULES_FOR[traits.kind],
        traits=traits,
        group=ledger.source.group(),
        unresolved={},
        unread=UnreadCells(),
        tag=str,
        reachable=_every,
    )


def _every(_ref: ColumnRef) -> bool:
    return True


def stored_verdicts(ledger: Ledger, run: RunFacts, way: Way) -> Iterator[Verdict]:
    """Ask the rules without the SIS; what they would ask of it is as the last run noted it."""
    places = {each.section for each in way.records}
    for class_ in _classes(ledger, {each.class_id for each in way.placements}):
        section = class_.section
        sits_here = way.student is not None and (section in places or not places)
        if way.student is not None and not sits_here:
            continue
        students = ledger.source.students([way.student] if way.student and sits_here else [])
        enrolled = [each.sis_id for each in students.values() if each.sis_id]
        book = assumed(run.policy, [class_], {section: enrolled} if section else {})
        sections = (section,) if section else ()
        work = GradebookWork(key=section or class_.id, sections=sections, classes=(class_,))
        yield from verdicts(
            Asked(
                run=run,
                facts=gradebook_facts(ledger, work, book),
                reads=GradebookReads(None, ledger, book),
                assessment=way.id,
                student=way.student if sits_here else None,
                noted=way.stored,
                live=False,
            )
        )


def _classes(ledger: Ledger, ids: set[ClassId]) -> Iterator[Class]:
    return (each for each in ledger.source.classes() if isinstance(each, Class) and each.id in ids)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What the SIS holds now where the ledger has a column.

    Attributes:
        column: None: it is not there.
        cell: of the student, if one was asked for; None: it cannot be read.
    """

    known: KnownColumn
    column: Column | None
    cell: SisCell | None = None


@dataclass(frozen=True, slots=True)
class Live:
    """What the SIS says now: verdicts with its facts, and what it holds of ours."""

    verdicts: Sequence[Verdict]
    found: Sequence[Found]


def ask_sis(sis: Sis, ledger: Ledger, run: RunFacts, way: Way) -> Live:
    """Read the gradebooks of a way, its columns and its cell, and ask every rule anew.

    Raises:
        UnavailableError: the SIS does not answer.
    """
    judged: list[Verdict] = []
    found: list[Found] = []
    classes = {each.class_id for each in way.placements}
    classes |= {each.column.owner for each in way.columns}
    district = sis.district_snapshot(ledger.get("survey_mark"))
    for work in gradebooks_of(ledger, district, classes):
        if work.broken is not None:
            continue
        gradebook = sis.gradebook(work.key, work.sections) if work.sections else None
        here = _found(sis, ledger, gradebook, work, way) if gradebook else []
        found += here
        asked = Asked(
            run=run,
            facts=gradebook_facts(ledger, work, gradebook),
            reads=GradebookReads(sis, ledger, gradebook),
            assessment=way.id,
            student=way.student,
            noted=way.stored,
            live=True,
            found=next((each.column for each in here if each.column), None),
        )
        judged += verdicts(asked)
    return Live(judged, found)


def _found(
    sis: Sis, ledger: Ledger, gradebook: Gradebook, work: GradebookWork, way: Way
) -> list[Found]:
    owners = {each.id for each in work.classes}
    known = [each.column for each in way.columns if each.column.owner in owners]
    students = ledger.source.students([way.student] if way.student else [])
    sis_id = next((each.sis_id for each in students.values()), None)
    found = []
    for each in known:
        if each.ref is not None and sis.addresses(each.ref):
            column = sis.column(gradebook, each.ref)
            marks = sis.scores(gradebook, each.ref) if column and sis_id else None
            cell = marks.get(sis_id, EMPTY_CELL) if marks is not None and sis_id else None
            found.append(Found(known=each, column=column, cell=cell))
    return found
