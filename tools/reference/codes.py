"""docs/reference/codes.md, written from the code: what a state or a code means."""

from collections.abc import Iterator

from agent.records import State
from agent.rules.advice import OF_STATE, STATES, advice
from agent.rules.codes import Code, Who

INTRO = """\
# Codes

Written by `make docs` from the code. What each state and each code beside a record means, and what
to do about it. `passback explain ASSIGNMENT [STUDENT]` and the page of a score say the same for one
record, with its facts. How a run ended is told by its [exit code](exit-codes.md); how to go about
it: [when something is wrong](../run/incident.md). The rule behind a code stands in [rules](rules.md)."""

DELIVERED = {
    State.CREATED: "Tonight a column was made for it.",
    State.UPDATED: "Tonight its column was changed.",
    State.SENT: "Tonight the score was written.",
    State.CLEARED: "Tonight our score was taken out of the cell again.",
    State.UNCHANGED: "The SIS has it, and nothing changed in Otus.",
}
"""What needs nobody, and so has no advice."""

WHOS = {
    Who.TEACHER: "Codes that the teacher can mend",
    Who.OTUS: "Codes that whoever administers Otus can mend",
    Who.SIS: "Codes that whoever administers the SIS can mend",
    Who.OPERATOR: "Codes that whoever runs Passback can mend",
    Who.NOBODY: "Codes that nobody has to mend",
}


def page() -> str:
    """The whole page."""
    return "\n".join([INTRO, *_states(), *_codes()]) + "\n"


def _states() -> Iterator[str]:
    yield from _table("States", "state", "on the pages", "what it means", "what to do", "who can")
    for state, title in STATES.items():
        said = advice(OF_STATE + state.value)
        meaning = said.meaning or DELIVERED[state]
        words = [meaning, said.remedy or "Nothing.", said.who if said.meaning else "nobody has to"]
        yield f"| `{state.value}` | {title} | {' | '.join(words)} |"


def _codes() -> Iterator[str]:
    for who, title in WHOS.items():
        yield from _table(title, "code", "what it means", "what to do")
        for code in Code:
            if code.who is who:
                yield f"| `{code}` | {code.meaning} | {code.remedy} |"


def _table(title: str, *columns: str) -> Iterator[str]:
    yield from ("", f"## {title}", "", f"| {' | '.join(columns)} |", "|---" * len(columns) + "|")
