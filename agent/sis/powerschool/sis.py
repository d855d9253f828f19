"""PowerSchool: PowerTeacher Pro's gradebook over `/ws/xte`, with rosters and tables beside it.

A gradebook is one section here: there are no linked ones.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
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
from agent.sis.port import DistrictSnapshot, Draft, Receipt
from agent.sis.powerschool.checks import Checks
from agent.sis.powerschool.columns import Columns
from agent.sis.powerschool.error_text import NotGrantedError
from agent.sis.powerschool.payloads import Ref, tag
from agent.sis.powerschool.roster import Roster
from agent.sis.powerschool.roster_changes import roster_changes
from agent.sis.powerschool.scores import Scores
from agent.sis.powerschool.server import Server
from agent.sis.reading import gradebook_of
from agent.traits import Traits

TRAITS = Traits(
    kind="powerschool",
    batch=25,
    idempotent_create=False,
    clears_scores=False,
    empties_scores=False,
    connections=1,
    assigned_dates=False,
)


class PowerSchool:
    """The gradebooks of one PowerSchool server.

    Args:
        zone: the district's.
        now: the present, aware.
    """

    traits = TRAITS

    def __init__(self, http: Http, zone: ZoneInfo, now: Callable[[], datetime]) -> None:
        self._server = Server(http, zone, now)
        self._roster = Roster(self._server)
        self._columns = Columns(self._server, self._roster)
        self._scores = Scores(self._server)
        self._checks = Checks(self._server, self._roster, self._columns.of_section)

    def addresses(self, ref: ColumnRef) -> bool:
        """Whether *ref* holds the two numbers that this route needs."""
        return Ref.of(ref) is not None

    def tag(self, external_id: str) -> str:
        """What stands for our id in the description."""
        return tag(external_id)

    def close(self) -> None:
        """Give the connections back."""
        self._server.http.close()

    # -- reads

    def check(self) -> Iterator[Probe]:
        """Try credentials, grants and every read that a night needs; writes nothing."""
        yield from self._checks.probes()

    def categories(self) -> Sequence[SisCategory]:
        """Every category of the district, by its name."""
        return self._roster.facts().categories

    def district_snapshot(self, cursor: str | None) -> DistrictSnapshot:
        """Read the reporting terms, the categories, and which rosters changed since *cursor*."""
        fingerprint = self._roster.refresh().fingerprint()
        try:
            changed, cursor = roster_changes(self._server, cursor)
        except (NotGrantedError, NotUnderstoodError):
            changed, cursor = None, ""
        return DistrictSnapshot(links={}, fingerprint=fingerprint, changed=changed, cursor=cursor)

    def gradebook(self, key: str, sections: Sequence[SectionId]) -> Gradebook:
        """Read rosters, categories and periods of *sections*."""
        return gradebook_of(key, sections, self._roster.section)

    def columns(self, gradebook: Gradebook) -> Sequence[Column]:
        """Every column of the gradebook."""
        return tuple(c for section in gradebook.sections for c in self._columns.of_section(section))

    def column(self, gradebook: Gradebook, ref: ColumnRef) -> Column | None:
        """One column as it is now; None: it is not there."""
        return self._columns.one(_section(gradebook), ref)

    def scores(
        self,
        gradebook: Gradebook,  # noqa: ARG002
        ref: ColumnRef,
        zeros: Collection[SisPersonId] = (),
    ) -> Marks | None:
        """The cells in which anything stands; None when the plugin may not read them."""
        parts = Ref.of(ref)
        return None if parts is None else self._scores.cells(parts, zeros)

    # -- writes

    def create(self, gradebook: Gradebook, draft: Draft) -> Receipt:  # noqa: ARG002
        """Make a column; again would make a second one."""
        return self._columns.create(draft)

    def update(self, gradebook: Gradebook, ref: ColumnRef, draft: Draft) -> Receipt:  # noqa: ARG002
        """Change the assignment data of a column; all else in it goes back as it was read."""
        return self._columns.update(ref, draft)

    def put_scores(
        self,
        gradebook: Gradebook,
        ref: ColumnRef,
        scores: Sequence[tuple[SisPersonId, Decimal]],
        found: Marks | None = None,
    ) -> Sequence[Receipt]:
        """Write a batch of scores; receipts stand in the order of *scores*."""
        reached = self._columns.reach(_section(gradebook), ref)
        if isinstance(reached, Receipt):
            return [reached] * len(scores)
        return self._scores.put(*reached, scores, found or {})

    def clear_score(
        self,
        gradebook: Gradebook,  # noqa: ARG002
        ref: ColumnRef,  # noqa: ARG002
        student: SisPersonId,  # noqa: ARG002
        found: SisCell = EMPTY_CELL,  # noqa: ARG002
    ) -> Receipt:
        """Refused: no public document shows how PowerSchool takes a score back."""
        return Receipt(accepted=False, reason="only a teacher can take a mark back in PowerSchool")


def _section(gradebook: Gradebook) -> SectionId:
    return next(iter(gradebook.sections))
