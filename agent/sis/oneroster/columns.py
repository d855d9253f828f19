"""The line items of a OneRoster server: columns, listed, read and written under our own id."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Protocol

from agent.domain import AssignmentData, CategoryId, Column, ColumnRef, Gradebook, Period, SectionId
from agent.sis.merging import merged
from agent.sis.oneroster.error_text import about_column
from agent.sis.oneroster.payloads import NOTHING, line_item
from agent.sis.oneroster.rows import LineItemRow
from agent.sis.oneroster.server import GET_LINE_ITEM, LINE_ITEMS_OF_CLASS, PUT_LINE_ITEM, Server
from agent.sis.port import GONE, Draft, Receipt

_OURS = "pb-"


class Terms(Protocol):
    """What a new column needs to know of its section; `Roster` has it."""

    def periods(self, section: SectionId) -> tuple[Period, ...]:
        """Its grading periods."""
        ...

    def school(self, section: SectionId) -> str | None:
        """The id of its school, where the SIS tells it."""
        ...


class Columns:
    """The columns of one server."""

    def __init__(self, server: Server, roster: Terms) -> None:
        self._server, self._roster = server, roster

    def every(self, gradebook: Gradebook) -> Sequence[Column]:
        """Every column of the gradebook, one that its sections share once."""
        items = (self._server.all(LINE_ITEMS_OF_CLASS, section) for section in gradebook.sections)
        rows = {row.sourced_id: row for section in items for row in section}
        return tuple(self._column(row) for row in rows.values() if row.active)

    def one(self, gradebook: Gradebook, ref: ColumnRef) -> Column | None:
        """One column as it is now; None: it is not there."""
        item = self._item(ref)
        return None if item is None else self._column(item)

    def create(self, gradebook: Gradebook, draft: Draft) -> Receipt:
        """Make a column under our own id; again is the same column."""
        return self.put(draft)

    def update(self, gradebook: Gradebook, ref: ColumnRef, draft: Draft) -> Receipt:
        """Change the assignment data of a column; its scores, and what is not ours, stay.

        A PUT makes a column that is not there, so one that a teacher deleted is looked for first.
        """
        item = self._item(ref)
        if item is None:
            return GONE
        change = merged(draft, self._column(item).data)
        if isinstance(change, Receipt):
            return change
        return self.put(change, item.members(self._server.version.beside_columns))

    def put(self, draft: Draft, theirs: Mapping[str, Any] = NOTHING) -> Receipt:
        """Write a column, the one way to do so; the members *theirs* go back as they were read."""
        section, ref = draft.section, ColumnRef(draft.external_id)
        period = _period_of(self._roster.periods(section), draft.data.due)
        school = self._roster.school(section)
        body = line_item(self._server, draft, theirs, period=period, school=school)
        reply = self._server.call(PUT_LINE_ITEM, ref, body=body)
        if reply.ok:
            return Receipt(accepted=True, ref=ref, data=draft.data)
        return about_column(reply, theirs)

    def _item(self, ref: ColumnRef) -> LineItemRow | None:
        item = self._server.one(GET_LINE_ITEM, ref)
        return item if item is not None and item.active else None

    def _column(self, row: LineItemRow) -> Column:
        zone, ours = self._server.zone, row.sourced_id.startswith(_OURS)
        assigned = row.assign_date.day(zone) if row.assign_date else None
        due = row.due_date.day(zone) if row.due_date else None
        return Column(
            ref=ColumnRef(row.sourced_id),
            external_id=row.sourced_id if ours else None,
            data=AssignmentData(
                title=row.title,
                assigned=assigned,
                due=due or assigned or date.min,
                category=CategoryId(row.category.sourced_id) if row.category else None,
                points=row.result_value_max or Decimal(0),
            ),
            ours=ours,
        )


def _period_of(periods: Iterable[Period], due: date) -> str | None:
    """The period in which *due* lies; of several, one that is open."""
    holding = sorted((p for p in periods if p.holds(due)), key=lambda p: p.closed)
    return holding[0].id if holding else None
