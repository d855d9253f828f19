"""The line items of a OneRoster server: columns, listed, read and written under our own id."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from agent.domain import AssignmentData, CategoryId, Column, ColumnRef, Period, SectionId
from agent.sis.merging import merged
from agent.sis.oneroster.error_text import about_column
from agent.sis.oneroster.payloads import NOTHING, Payloads
from agent.sis.oneroster.rows import LineItemRow
from agent.sis.oneroster.server import GET_LINE_ITEM, LINE_ITEMS_OF_CLASS, PUT_LINE_ITEM, Server
from agent.sis.port import GONE, Draft, Receipt

_OURS = "pb-"


class Change(NamedTuple):
    """A column as it is to be written: *theirs* are members that go back as they were read."""

    draft: Draft
    theirs: Mapping[str, Any] = NOTHING


class Columns:
    """The columns of one server."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._payloads = Payloads(server.http.base_url, server.version, server.zone)

    def of_sections(self, sections: Iterable[SectionId]) -> tuple[Column, ...]:
        """Every column of *sections*, one that they share once."""
        rows = {
            row.sourced_id: row
            for section in sections
            for row in self._server.all(LINE_ITEMS_OF_CLASS, section)
        }
        return tuple(self._column(row) for row in rows.values() if row.active)

    def one(self, ref: ColumnRef) -> Column | None:
        """A column as it is now; None: it is not there."""
        item = self._item(ref)
        return None if item is None else self._column(item)

    def is_gone(self, ref: ColumnRef) -> bool:
        """Whether a column is not there any more."""
        return self._item(ref) is None

    def change(self, ref: ColumnRef, draft: Draft) -> Change | Receipt:
        """*draft* merged into the column as it is now; a receipt where it must not be written.

        A PUT makes a column that is not there, so one that a teacher deleted is looked for first.
        """
        item = self._item(ref)
        if item is None:
            return GONE
        change = merged(draft, self._column(item).data)
        if isinstance(change, Receipt):
            return change
        return Change(change, item.members(self._server.version.beside_columns))

    def put(self, change: Change, periods: Iterable[Period], school: str | None) -> Receipt:
        """Write a column of a section with these *periods*; again is the same as once."""
        draft, theirs = change
        period = _period_of(periods, draft.data.due)
        body = self._payloads.line_item(
            draft, period=period, school=school, now=self._server.now(), theirs=theirs
        )
        ref = ColumnRef(draft.external_id)
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
