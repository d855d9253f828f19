"""OneRoster 1.1 and 1.2: the gradebook of any SIS that offers the standard.

A column is a line item under our own id and a score is a result under an id derived from it, so
that every write is a PUT that may be repeated. The standard has neither closed grading periods nor
linked gradebooks: a vendor that offers them passes in how to read that.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from agent.domain import (
    EMPTY_CELL,
    Column,
    ColumnRef,
    Gradebook,
    Marks,
    SectionId,
    SisCell,
    SisPersonId,
)
from agent.errors import NotUnderstoodError
from agent.http.client import Http
from agent.probe import Probe, SisCategory
from agent.sis.oneroster.checks import Checks
from agent.sis.oneroster.columns import Change, Columns
from agent.sis.oneroster.district import ExtrasReader
from agent.sis.oneroster.roster import Roster
from agent.sis.oneroster.roster_changes import Enrolments, roster_changes
from agent.sis.oneroster.scores import Scores
from agent.sis.oneroster.server import Server
from agent.sis.oneroster.versions import Version
from agent.sis.port import DistrictSnapshot, Draft, Receipt
from agent.sis.reading import gradebook_of
from agent.traits import Traits

TRAITS = Traits(
    kind="oneroster",
    batch=1,
    idempotent_create=True,
    clears_scores=True,
    empties_scores=True,
    connections=8,
)


class OneRoster:
    """The gradebooks of one district behind a OneRoster API.

    Args:
        zone: the district's.
        now: the present, aware.
        extras: what the vendor offers beside OneRoster; read with every snapshot.
    """

    def __init__(
        self,
        http: Http,
        version: Version,
        zone: ZoneInfo,
        now: Callable[[], datetime],
        *,
        traits: Traits = TRAITS,
        extras: ExtrasReader | None = None,
    ) -> None:
        self.traits = replace(traits, empties_scores=version.result_without_score)
        self._server = Server(http, version, zone, now)
        self._roster = Roster(self._server, extras)
        self._columns = Columns(self._server)
        self._scores = Scores(self._server, self._columns.is_gone)
        self._checks = Checks(self._server, extras)

    def addresses(self, ref: ColumnRef) -> bool:
        """Our own ids hold no slash, the two numbers of PowerSchool's XTE do."""
        return "/" not in ref

    def tag(self, external_id: str) -> str:
        """Our id is the column's own sourcedId."""
        return external_id

    def close(self) -> None:
        """Give the connections back."""
        self._server.http.close()

    # -- reads

    def check(self) -> Iterator[Probe]:
        """Try credentials and every read that a night needs; writes nothing."""
        yield from self._checks.probes()

    def categories(self) -> Sequence[SisCategory]:
        """Every category of the district, by its title and the code that the vendor has for it."""
        return self._roster.facts().categories

    def district_snapshot(self, cursor: str | None) -> DistrictSnapshot:
        """Read the calendar, the categories, and which rosters changed since *cursor*."""
        facts = self._roster.refresh()
        try:
            changed, cursor = roster_changes(Enrolments(self._server), cursor)
        except NotUnderstoodError:
            # A server that can neither sort nor filter cannot answer which rosters changed.
            changed, cursor = None, ""
        return DistrictSnapshot(
            links=facts.extras.links,
            fingerprint=facts.fingerprint(),
            changed=changed,
            cursor=cursor,
        )

    def gradebook(self, key: str, sections: Sequence[SectionId]) -> Gradebook:
        """Read rosters, categories and periods of *sections*, which share one gradebook."""
        return gradebook_of(key, sections, self._roster.section)

    def columns(self, gradebook: Gradebook) -> Sequence[Column]:
        """Every column of the gradebook, a linked one once."""
        return self._columns.of_sections(gradebook.sections)

    def column(self, gradebook: Gradebook, ref: ColumnRef) -> Column | None:  # noqa: ARG002
        """One column as it is now; None: it is not there."""
        return self._columns.one(ref)

    def scores(
        self,
        gradebook: Gradebook,
        ref: ColumnRef,
        zeros: Collection[SisPersonId] = (),  # noqa: ARG002
    ) -> Marks | None:
        """The cells of a column in which anything stands; None: there is no column."""
        return self._scores.cells(gradebook, ref)

    # -- writes

    def create(self, gradebook: Gradebook, draft: Draft) -> Receipt:  # noqa: ARG002
        """Make a column under our own id; again is the same column."""
        return self._put_column(Change(draft))

    def update(
        self,
        gradebook: Gradebook,  # noqa: ARG002
        ref: ColumnRef,
        draft: Draft,
    ) -> Receipt:
        """Change the assignment data of a column; its scores, and what is not ours, stay."""
        change = self._columns.change(ref, draft)
        return change if isinstance(change, Receipt) else self._put_column(change)

    def put_scores(
        self,
        gradebook: Gradebook,
        ref: ColumnRef,
        scores: Sequence[tuple[SisPersonId, Decimal]],
        found: Marks | None = None,
    ) -> Sequence[Receipt]:
        """Write scores one by one; receipts stand in the order of *scores*."""
        cells = found or {}
        return [
            self._scores.put(gradebook, ref, student, points, cells.get(student, EMPTY_CELL))
            for student, points in scores
        ]

    def clear_score(
        self,
        gradebook: Gradebook,
        ref: ColumnRef,
        student: SisPersonId,
        found: SisCell = EMPTY_CELL,
    ) -> Receipt:
        """Take a score back to `*`; a teacher's comment or flag in the cell *found* stays."""
        return self._scores.clear(gradebook, ref, student, found)

    def _put_column(self, change: Change) -> Receipt:
        """The one way by which columns are written."""
        section = change.draft.section
        periods, school = self._roster.periods(section), self._roster.school(section)
        return self._columns.put(change, periods, school)
