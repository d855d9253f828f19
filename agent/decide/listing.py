"""The columns of one gradebook as the SIS listed them, by address and by the tag they carry."""

from collections import defaultdict
from collections.abc import Sequence

from agent.domain import Column, ColumnRef
from agent.sync.context import RunContext


class Listing:
    """One look at a gradebook's columns."""

    def __init__(self, kit: RunContext, columns: Sequence[Column]) -> None:
        self._kit = kit
        self.columns = columns
        self._at = {column.ref: column for column in columns}
        self._tagged: dict[str, list[Column]] = defaultdict(list)
        for column in columns:
            if column.external_id:
                self._tagged[column.external_id].append(column)

    def at(self, ref: ColumnRef | None) -> Column | None:
        """The column at an address."""
        return None if ref is None else self._at.get(ref)

    def tagged(self, external_id: str, own: ColumnRef | None = None) -> list[Column]:
        """The columns that carry our tag of *external_id*; mostly there is one at most.

        Descriptions are copied by people: a column that the ledger has for another assessment is
        left out, whatever tag it carries.

        Args:
            own: the address under which the ledger has this assessment's column.
        """
        found = self._tagged.get(self._kit.sis.tag(external_id), [])
        strangers = [column.ref for column in found if column.ref != own]
        if not strangers:
            return found
        others = self._kit.ledger.claimed(strangers) - {own}
        return [column for column in found if column.ref not in others]
