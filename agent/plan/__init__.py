"""The three-way decision: what the source says, what the SIS last accepted, what it holds now.

Assignment data is compared per field, scores per student (rules C2, C5 to C7). The values here say
what to do and carry what a write must remember; nothing is sent from here.
"""

from agent.plan.assignments import (
    SOURCE_TO_COLUMN,
    Adopt,
    AssignmentStep,
    Create,
    Deleted,
    Update,
    WantedColumn,
    changed_fields,
    decide_assignment,
    shortened,
)
from agent.plan.scores import (
    BESIDE,
    EXEMPT,
    HOLDS_A_MARK,
    STAR,
    TEACHER_KNOWS,
    AdoptScore,
    Clear,
    HeldZero,
    Keep,
    Put,
    Reading,
    ScoreStep,
    Settled,
    Withdrawn,
    canonical,
    decide_gone,
    decide_score,
    seen_as,
)

__all__ = [
    "BESIDE",
    "EXEMPT",
    "HOLDS_A_MARK",
    "SOURCE_TO_COLUMN",
    "STAR",
    "TEACHER_KNOWS",
    "Adopt",
    "AdoptScore",
    "AssignmentStep",
    "Clear",
    "Create",
    "Deleted",
    "HeldZero",
    "Keep",
    "Put",
    "Reading",
    "ScoreStep",
    "Settled",
    "Update",
    "WantedColumn",
    "Withdrawn",
    "canonical",
    "changed_fields",
    "decide_assignment",
    "decide_gone",
    "decide_score",
    "seen_as",
    "shortened",
]
