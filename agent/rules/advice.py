"""What a code or a state means, what would have to change, and who can: for pages and commands."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from agent.records import DELIVERED, State
from agent.rules.codes import Code, Who


@dataclass(frozen=True, slots=True)
class Advice:
    """What a code or a state means, what would have to change, and who can do that."""

    meaning: str
    remedy: str
    who: str


STATES: Mapping[State, str] = {
    State.CREATED: "New assignment",
    State.UPDATED: "Assignment changed",
    State.SENT: "Score sent",
    State.CLEARED: "Score taken back",
    State.UNCHANGED: "In the gradebook",
    State.KEPT: "Teacher's entry kept",
    State.REFUSED: "Not passed back",
    State.HELD: "Waits for a person",
    State.REJECTED: "The SIS said no",
    State.FAILED: "No answer, tried again next night",
    State.ORPHANED: "No longer in Otus",
    State.DELETED_IN_SIS: "Deleted in the gradebook",
    State.WITHDRAWN: "Score removed in Otus",
}

OF_STATE = "state-"
_OF_STATES: Mapping[State, Advice] = {
    State.KEPT: Advice(
        "A teacher changed it in the gradebook, and that stays.",
        "Nothing. If Otus should count, change it there: a change in Otus is sent again.",
        Who.TEACHER,
    ),
    State.REFUSED: Advice("A rule keeps it back.", "Do what the reason says.", Who.TEACHER),
    State.HELD: Advice(
        "Passback cannot decide this alone.", "Do what the reason says.", Who.TEACHER
    ),
    State.REJECTED: Advice(
        "The SIS refused it.", "Correct what the reason names; it is tried each night.", Who.SIS
    ),
    State.FAILED: Advice(
        "The SIS gave no usable answer.", "Nothing: the next run tries again.", Who.NOBODY
    ),
    State.ORPHANED: Advice(
        "It was unassigned or removed in Otus; the gradebook keeps the assignment.",
        "Delete it in the gradebook if it should not count.",
        Who.TEACHER,
    ),
    State.DELETED_IN_SIS: Advice(
        "A teacher deleted the assignment in the gradebook, and it is not made again.",
        "Restore it there, or unassign it in Otus and assign it again.",
        Who.TEACHER,
    ),
    State.WITHDRAWN: Advice("The score was removed in Otus.", "Nothing.", Who.NOBODY),
}
ADVICE: Mapping[str, Advice] = {
    **{code.value: Advice(code.meaning, code.remedy, code.who) for code in Code},
    **{OF_STATE + state.value: said for state, said in _OF_STATES.items()},
}
ELSE = Advice("", "", "")


def advice(why: str) -> Advice:
    """What is to be said about a code or a state; nothing about one that this version lacks."""
    return ADVICE.get(why, ELSE)


def whys(state: State, codes: Sequence[str]) -> Sequence[str]:
    """What to look up about a record with `advice`: its codes, else its state.

    A state is marked as one, since `deleted_in_sis` is a code too.
    """
    if codes or state in DELIVERED or state is State.UNCHANGED:
        return codes
    return (OF_STATE + state.value,)
