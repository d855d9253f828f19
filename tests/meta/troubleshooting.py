"""docs/reference/codes.md, written from the code: what an ending, a state or a code means.

python -m tests.meta.troubleshooting > docs/reference/codes.md        (that is: make docs)
"""

import sys
from collections.abc import Iterator

from agent.errors import LockedError
from agent.rules.advice import OF_STATE, STATES, advice
from agent.rules.codes import Code, Who
from agent.serve.words import ENDINGS, trouble

INTRO = """\
# Troubleshooting

Written by `make docs` from the code; a test holds the two together. Begin with how the run ended,
then look up the codes beside the records. `passback explain ASSIGNMENT [STUDENT]` and the page of
a score say the same for one record, with its facts. How to go about it:
[operate.md](../run/operate.md)."""

WHOS = {
    Who.TEACHER: "Codes that the teacher can mend",
    Who.OTUS: "Codes that whoever administers Otus can mend",
    Who.SIS: "Codes that whoever administers the SIS can mend",
    Who.OPERATOR: "Codes that whoever runs Passback can mend",
    Who.NOBODY: "Codes that nobody has to mend",
}


def page() -> str:
    """The whole page."""
    return "\n".join([INTRO, *_endings(), *_states(), *_codes()]) + "\n"


def _endings() -> Iterator[str]:
    yield from _table("How a run ended", "exit code", "in short", "what it means")
    endings = {**ENDINGS, LockedError.exit_code: trouble(LockedError(""))}
    for code, told in sorted(endings.items()):
        yield f"| {code} | {told.title} | {told.text} |"


def _states() -> Iterator[str]:
    yield from _table("States", "state", "on the pages", "what it means", "what to do", "who can")
    for state, title in STATES.items():
        said = advice(OF_STATE + state.value)
        words = [said.meaning, said.remedy, said.who] if said.meaning else ["", "Nothing.", ""]
        yield f"| `{state.value}` | {title} | {' | '.join(words)} |"


def _codes() -> Iterator[str]:
    for who, title in WHOS.items():
        yield from _table(title, "code", "what it means", "what to do")
        for code in Code:
            if code.who is who:
                yield f"| `{code}` | {code.meaning} | {code.remedy} |"


def _table(title: str, *columns: str) -> Iterator[str]:
    yield from ("", f"## {title}", "", f"| {' | '.join(columns)} |", "|---" * len(columns) + "|")


if __name__ == "__main__":
    sys.stdout.write(page())
