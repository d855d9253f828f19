"""OneRoster 1.1 and 1.2: the gradebook of any SIS that speaks the standard.

A column is a line item under our own id and a mark is a result under an id derived from it, so that
every write is a PUT that may be repeated. The standard knows neither closed grading periods nor
linked gradebooks: a vendor that tells them passes in how to read that.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from agent.domain import (
    EMPTY_CELL,
    AssignmentData,
    CategoryId,
    Column,
    ColumnRef,
    Gradebook,
    Marks,
    Period,
    SectionId,
    SisCell,
    SisPersonId,
)
from agent.http import Http
from agent.setup import Probe, SisCategory
from agent.sis.beside import Beside
from agent.sis.checks import probes
from agent.sis.district import District
from agent.sis.merging import merged
from agent.sis.oneroster_results import GONE, Results
from agent.sis.payloads import NOTHING, Payloads
from agent.sis.port import Draft, Receipt, Survey
from agent.sis.reading import Reader, segment
from agent.sis.reasons import about_column
from agent.sis.rows import LINE_ITEMS, LineItemRow
from agent.sis.versions import Version
from agent.traits import Traits

TRAITS = Traits(
    name="oneroster",
    batch=1,
    idempotent_create=True,
    readable_scores=True,
    clears_scores=True,
    empties_scores=True,
    connections=8,
)
_OURS = "pb-"


class OneRoster:
    """The gradebooks of one district behind a OneRoster API.

    Args:
        zone: the district's.
        now: the present, aware.
        beside: what the vendor tells beside OneRoster; read at every survey.
    """

    traits = TRAITS

    def __init__(
        self,
        http: Http,
        version: Version,
        *,
        zone: ZoneInfo,
        now: Callable[[], datetime],
        beside: Beside | None = None,
    ) -> None:
        self.traits = replace(self.traits, empties_scores=version.result_without_score)
        self._http = http
        self._book = version.gradebook
        self._version = version
        self._operations = version.operations
        self._zone = zone
        self._now = now
        self._beside = beside
        self._read = Reader(http)
        self._district = District(self._read, version, zone=zone, now=now, beside=beside)
        self._payloads = Payloads(http.base_url, version, zone)
        self._results = Results(http, version, zone=zone, now=now, is_gone=self._is_gone)

    def addresses(self, ref: ColumnRef) -> bool:
        """Our own ids hold no slash, the two numbers of PowerSchool's XTE do."""
        return "/" not in ref

    def tag(self, external_id: str) -> str:
        """Our id is the column's own sourcedId."""
        return external_id

    def close(self) -> None:
        """Give the connections back."""
        self._http.close()

    # -- reads

    def check(self) -> Iterator[Probe]:
        """Try credentials and every read that a night needs; writes nothing."""
        yield from probes(
            self._read, self._version, self._zone, self._district.today(), self._beside
        )

    def categories(self) -> Sequence[SisCategory]:
        """Every category of the district, by its title and the code that the vendor tells."""
        return self._district.categories()

    def survey(self, since: str | None) -> Survey:
        """Read the calendar, the categories, and which rosters changed since *since*."""
        return self._district.survey(since)

    def gradebook(self, key: str, sections: Sequence[SectionId]) -> Gradebook:
        """Read rosters, categories and periods of *sections*, which share one gradebook."""
        found = {section: self._district.section(section) for section in sections}
        return Gradebook(
            id=key,
            sections={name: section for name, section in found.items() if section is not None},
            missing=frozenset(name for name, section in found.items() if section is None),
        )

    def columns(self, gradebook: Gradebook) -> Sequence[Column]:
        """Every column of the gradebook, a linked one once."""
        rows = {row.sourced_id: row for name in gradebook.sections for row in self._items(name)}
        return tuple(self._column(row) for row in rows.values() if row.lives)

    def column(self, gradebook: Gradebook, ref: ColumnRef) -> Column | None:  # noqa: ARG002
        """One column as it is now; None: it is not there."""
        item = self._line_item(ref)
        return None if item is None else self._column(item)

    def scores(
        self,
        gradebook: Gradebook,
        ref: ColumnRef,
        zeros: Collection[SisPersonId] = (),  # noqa: ARG002
    ) -> Marks | None:
        """The cells in which anything stands; None: there is no column."""
        return self._results.cells(gradebook, ref)

    # -- writes

    def create(self, gradebook: Gradebook, draft: Draft) -> Receipt:  # noqa: ARG002
        """Make a column under our own id; again is the same column."""
        return self._put_line_item(draft)

    def update(
        self,
        gradebook: Gradebook,  # noqa: ARG002
        ref: ColumnRef,
        draft: Draft,
    ) -> Receipt:
        """Change the assignment data of a column; its scores, and what is not ours, stay.

        A PUT makes a column that is not there, so one that a teacher deleted is looked for first.
        """
        item = self._line_item(ref)
        if item is None:
            return GONE
        change = merged(draft, self._column(item).data)
        if isinstance(change, Receipt):
            return change
        return self._put_line_item(change, item.members(self._version.beside_columns))

    def put_scores(
        self,
        gradebook: Gradebook,
        ref: ColumnRef,
        scores: Sequence[tuple[SisPersonId, Decimal]],
        found: Marks | None = None,
    ) -> Sequence[Receipt]:
        """Write marks one by one; receipts stand in the order of *scores*."""
        cells = found or {}
        return [
            self._results.put(gradebook, ref, student, points, cells.get(student, EMPTY_CELL))
            for student, points in scores
        ]

    def clear_score(
        self,
        gradebook: Gradebook,
        ref: ColumnRef,
        student: SisPersonId,
        found: SisCell = EMPTY_CELL,
    ) -> Receipt:
        """Take a mark back to `*`; what a teacher says in the cell that was *found* stays."""
        return self._results.clear(gradebook, ref, student, found)

    # -- inside

    def _put_line_item(self, draft: Draft, theirs: Mapping[str, Any] = NOTHING) -> Receipt:
        needs_school = self._version.school_on_columns
        body = self._payloads.line_item(
            draft,
            period=_period_of(self._district.periods(draft.section), draft.data.due),
            school=self._district.school(draft.section) if needs_school else None,
            now=self._now(),
            theirs=theirs,
        )
        path = self._line_item_path(ColumnRef(draft.external_id))
        reply = self._http.call(self._operations.put_line_item, path, body)
        if reply.ok:
            return Receipt(accepted=True, ref=ColumnRef(draft.external_id), data=draft.data)
        return about_column(reply, theirs)

    def _line_item(self, ref: ColumnRef) -> LineItemRow | None:
        """The column as it is now; None: it is not there any more."""
        item = self._read.one(self._operations.get_line_item, self._line_item_path(ref), LINE_ITEMS)
        return item if item is not None and item.lives else None

    def _is_gone(self, ref: ColumnRef) -> bool:
        return self._line_item(ref) is None

    def _line_item_path(self, ref: ColumnRef) -> str:
        return f"{self._book}/lineItems/{segment(ref)}"

    def _items(self, section: SectionId) -> Iterator[LineItemRow]:
        path = f"{self._book}/classes/{segment(section)}/lineItems"
        return self._read.all(self._operations.line_items_of_class, path, LINE_ITEMS)

    def _column(self, row: LineItemRow) -> Column:
        ours = row.sourced_id.startswith(_OURS)
        assigned = row.assign_date.day(self._zone) if row.assign_date else None
        due = row.due_date.day(self._zone) if row.due_date else None
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
