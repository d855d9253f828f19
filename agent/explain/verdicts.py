"""What each rule says of an assessment in a class, and of a student's score in it.

With a gradebook that was read from the SIS every rule is asked. Without one, those rules are asked
that need nothing of the SIS; of the others stands what the last run noted.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from agent.decide.candidates import candidates
from agent.decide.facts import GradebookFacts, Reads, RunFacts
from agent.decide.scores.known_cells import cell_facts, cells_of
from agent.decide.sharing import JudgedAssessment, SharedColumn, accepted_due
from agent.decide.students import ColumnContext, enrolments_of, students_of_column
from agent.domain import (
    AssessmentId,
    CategoryId,
    Class,
    ClassId,
    Column,
    Gradebook,
    Period,
    PersonId,
    Section,
    SisPersonId,
    Span,
)
from agent.policy import Policy
from agent.records import KnownColumn, RecordState
from agent.rules import assessments as a
from agent.rules import scores as b
from agent.rules.assessments import Candidate
from agent.rules.codes import Code
from agent.rules.refusals import Refusal, code_of
from agent.rules.scores import SCORE_RULES, ZERO_RULES, Cell

Basis = Literal["otus", "last_run", "sis"]
"""What a verdict rests on: the local copy of Otus; what the last run noted; the SIS, read now."""

OF_SIS = frozenset(
    {
        *(a.class_not_linked, a.category_not_active, a.due_outside_current_period),
        *(a.grading_period_closed, a.due_outside_term),
        *(b.not_assigned, b.not_enrolled, b.withheld_missing),
    }
)
"""Rules that ask about a section, a period or a roster, which the ledger does not keep."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a rule says in one section; `reason` is empty where it passes.

    `refuses` None: it needs the SIS, and no run has noted it.
    """

    section: str
    code: Code
    refuses: bool | None
    reason: str
    basis: Basis


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Whom the verdicts are about, with the facts of one gradebook.

    Attributes:
        live: the gradebook was read from the SIS; else it is an `assumed` one.
        noted: the records of the assessment as the ledger holds them.
        found: the column as the SIS holds it now.
    """

    run: RunFacts
    facts: GradebookFacts
    reads: Reads
    assessment: AssessmentId
    student: PersonId | None
    noted: Sequence[RecordState]
    live: bool
    found: Column | None = None


def verdicts(asked: Asked) -> Iterator[Verdict]:
    """Ask the rules about an assessment in each class of a gradebook, and about a score."""
    for each in candidates(asked.run, asked.facts, asked.reads):
        if each.assessment.id != asked.assessment:
            continue
        place = each.class_.section or each.class_.id
        known = _known(asked, each.class_.id)
        accepted = accepted_due(known) if known and known.ref else None
        candidate = replace(each, found=asked.found, accepted_due=accepted)
        noted = _noted(asked, None, place)
        for rule in asked.run.rules:
            yield _verdict(place, rule, rule(candidate), noted, live=asked.live)
        cell = _cell(asked, candidate, known)
        if cell is not None:
            noted = _noted(asked, asked.student, place)
            for score_rule in _asked(cell):
                yield _verdict(place, score_rule, score_rule(cell), noted, live=asked.live)


def assumed(
    policy: Policy, classes: Sequence[Class], students: Mapping[str, Sequence[SisPersonId]]
) -> Gradebook:
    """A gradebook in which nothing is refused, in place of one that is not read.

    *students*: section -> who is taken to be enrolled there all the time.
    """
    always, open_ = (
        (Span(start=None, end=None),),
        Period(id="", title="", start=date.min, end=date.max, closed=False),
    )
    sections = {
        class_.section: Section(
            id=class_.section,
            categories={each.casefold(): CategoryId(each) for each in policy.categories.values()},
            periods=(open_,),
            enrolments=dict.fromkeys(students.get(class_.section, ()), always),
        )
        for class_ in classes
        if class_.section is not None
    }
    return Gradebook(id="", sections=sections)


def _noted(asked: Asked, student: PersonId | None, place: str) -> RecordState | None:
    """The record in a section; a linked one may share the record of the column's owner (C3a)."""
    records = [each for each in asked.noted if each.student == student]
    own = [each for each in records if each.section == place]
    return next(iter(own or records), None)


def _known(asked: Asked, class_id: ClassId) -> KnownColumn | None:
    """The column of a class: its own, else the one that it shares with a linked one."""
    columns = asked.facts.own(asked.assessment)
    return next((c for c in columns if c.owner == class_id), columns[0] if columns else None)


def _cell(asked: Asked, candidate: Candidate, known: KnownColumn | None) -> Cell | None:
    """The facts about the student's score; None where it belongs to no column of this class."""
    facts, gradebook = asked.facts, asked.facts.gradebook
    if asked.student is None or candidate.due is None or gradebook is None:
        return None
    judged = JudgedAssessment(candidate=candidate, refused=())
    owner = known.owner if known else candidate.class_.id
    context = ColumnContext(
        run=asked.run,
        facts=facts,
        enrolments=enrolments_of(facts, asked.run.tonight.today),
        gradebook=gradebook,
        column=SharedColumn(owner=owner, judged=(judged,), known=known),
    )
    rows = facts.scores.get(asked.assessment, {})
    for each in students_of_column(context, asked.reads, rows):
        if each.id == asked.student and each.section == candidate.class_.section:
            return cell_facts(context, each, rows.get(each.id), cells_of(context, asked.reads))
    return None


def _asked(cell: Cell) -> Sequence[b.ScoreRule]:
    """The rules that can refuse: those about a 0 only where there is no score."""
    missing = b.unscored(cell.score) and not cell.had_score
    return (*SCORE_RULES, *ZERO_RULES) if missing else SCORE_RULES


def _verdict(
    place: str,
    rule: Callable[..., object],
    why: str | Refusal | None,
    noted: RecordState | None,
    *,
    live: bool,
) -> Verdict:
    code, reason = code_of(rule), why.reason if isinstance(why, Refusal) else why or ""
    if live or reason or rule not in OF_SIS:
        basis: Basis = "sis" if live else "otus"
        return Verdict(section=place, code=code, refuses=bool(reason), reason=reason, basis=basis)
    refuses = code in noted.codes if noted is not None else None
    if refuses and noted is not None:
        reason = noted.reason if noted.codes == (code,) else code.meaning
    return Verdict(section=place, code=code, refuses=refuses, reason=reason, basis="last_run")
