"""Where each assignment stands: how many of its records are in which state, and why."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from agent.domain import AssessmentId
from agent.ledger import Ledger
from agent.records import State
from agent.rules.advice import OF_STATE, whys


@dataclass(frozen=True, slots=True)
class AssignmentCounts:
    """One assignment with its scores; `reasons` are codes, else states that are not in order."""

    assessment: AssessmentId
    title: str
    states: Counter[State] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)


def assignment_counts(ledger: Ledger, run: str) -> Sequence[AssignmentCounts]:
    """Every assignment as it reads in *run*; those with most that is not in order first."""
    stored = ledger.search.by_assessment(run)
    titles = ledger.source.titles_of(stored)
    found = []
    for assessment, some in stored.items():
        own = AssignmentCounts(assessment, titles.get(assessment, ""))
        for count in some:
            own.states[count.state] += count.number
            for why in whys(count.state, count.codes):
                own.reasons[why.removeprefix(OF_STATE)] += count.number
        found.append(own)
    return sorted(found, key=lambda each: (-each.reasons.total(), each.assessment))
