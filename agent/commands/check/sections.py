"""Look into the sections that take part, within a bound on requests."""

from collections.abc import Callable, Collection

from agent.errors import PassbackError
from agent.preflight.sections import SectionFacts
from agent.sis.port import Sis


def look_at(
    sis: Sis, facts: SectionFacts, known: Collection[str], reads: Callable[[], int], most: int
) -> None:
    """Fill *facts* with what the SIS has of its sections.

    Args:
        known: our ids of the columns that the ledger knows.
        reads: how many requests the SIS has had.
        most: of them for this, at most.
    """
    tags = {sis.tag(external_id) for external_id in known}
    limit = reads() + most
    for section in facts.titles:
        if reads() >= limit:
            facts.skipped.append(section)
            continue
        book = sis.gradebook(section, [section])
        facts.found[section] = found = book.sections.get(section)
        if found is None or found.main_teacher is None:
            continue
        try:
            columns = sis.columns(book)
        except PassbackError:
            continue  # `Sis.check` tells of a gradebook that cannot be read
        ours = {column.external_id for column in columns if column.external_id is not None}
        if strangers := frozenset(ours - tags):
            facts.strangers[section] = strangers
