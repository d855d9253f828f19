"""Which writes of earlier runs are to be looked for, and where."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

from agent.domain import Class, SectionId
from agent.ledger import Ledger
from agent.records import DoneAttempt, OpenAttempt
from agent.sync.context import RunContext

Attempt = TypeVar("Attempt", OpenAttempt, DoneAttempt)

_LATE = "may_arrive_late"
"""The ledger's note of writes that may arrive late."""


def may_arrive(ledger: Ledger) -> Sequence[int]:
    """Return the attempts that the next run is to look for."""
    return [int(each) for each in (ledger.get(_LATE) or "").split()]


def note_late(ledger: Ledger, attempts: Iterable[int]) -> None:
    """Have the next run look for these *attempts*, and for no others."""
    text = " ".join(map(str, attempts))
    if text != (ledger.get(_LATE) or ""):
        ledger.put(_LATE, text)


def by_sections(
    run: RunContext, links: Mapping[SectionId, str], attempts: Iterable[Attempt]
) -> Mapping[tuple[SectionId, ...], list[Attempt]]:
    """Return the attempts by the sections in which their columns may be."""
    # Sections merge: the class may be linked to another one by now than the write was sent to.
    now = {c.id: c.section for c in run.ledger.source.classes() if isinstance(c, Class)}
    found: dict[tuple[SectionId, ...], list[Attempt]] = defaultdict(list)
    for attempt in attempts:
        own = now.get(attempt.owner)
        sections = {SectionId(attempt.section)} | ({own} if own is not None else set())
        keys = {links[s] for s in sections if s in links}
        sections |= {s for s, key in links.items() if key in keys}
        found[tuple(sorted(sections))].append(attempt)
    return found


def of_a_cell(attempt: OpenAttempt) -> bool:
    """Whether a score was written, and not the assignment's data."""
    return attempt.op in {"put", "clear"}
