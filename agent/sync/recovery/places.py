"""Where the writes of earlier runs are to be looked for."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import TypeVar

from agent.decide.person.written import DoneAttempt
from agent.domain import Class, SectionId
from agent.records import OpenAttempt
from agent.sync.context import RunContext

Attempt = TypeVar("Attempt", OpenAttempt, DoneAttempt)


def by_sections(
    run: RunContext, links: Mapping[SectionId, str], attempts: Iterable[Attempt]
) -> Mapping[tuple[SectionId, ...], list[Attempt]]:
    """Return the attempts by the sections in which their columns may be."""
    # Sections merge: the class may be linked to another one by now than the write was sent to.
    now = {c.id: c.section for c in run.ledger.source.classes() if isinstance(c, Class)}
    found: dict[tuple[SectionId, ...], list[Attempt]] = defaultdict(list)
    for attempt in attempts:
        own = now.get(attempt.intent.owner)
        sections = {SectionId(attempt.intent.section)} | ({own} if own is not None else set())
        keys = {links[s] for s in sections if s in links}
        sections |= {s for s, key in links.items() if key in keys}
        found[tuple(sorted(sections))].append(attempt)
    return found


def of_a_cell(attempt: OpenAttempt) -> bool:
    """Whether a score was written, and not the assignment's data."""
    return attempt.intent.op in {"put", "clear"}
