"""PowerSchool: PowerTeacher Pro's gradebook over `/ws/xte`, with rosters and tables beside it.

A gradebook is one section here: there are no linked ones.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from agent.domain import ColumnRef, Gradebook, SectionId
from agent.errors import NotUnderstoodError
from agent.http.client import Http
from agent.sis.port import DistrictSnapshot
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
    """The gradebooks of one PowerSchool server: the port, by its parts.

    Args:
        zone: the district's.
        now: the present, aware.
    """

    traits = TRAITS

    def __init__(self, http: Http, zone: ZoneInfo, now: Callable[[], datetime]) -> None:
        self._server = Server(http, zone, now)
        self._roster = Roster(self._server)
        columns = Columns(self._server, self._roster)
        scores = Scores(self._server, columns.reach)
        # Each part has the signatures of the port, so that nothing here only forwards.
        self.check = Checks(self._server, self._roster, columns.of_place).probes
        self.categories = self._roster.categories
        self.columns, self.column = columns.every, columns.one
        self.create, self.update = columns.create, columns.update
        self.scores, self.put_scores, self.clear_score = scores.cells, scores.put, scores.clear
        self.close = http.close

    def addresses(self, ref: ColumnRef) -> bool:
        """Whether *ref* holds the two numbers that this route needs."""
        return Ref.of(ref) is not None

    def tag(self, external_id: str) -> str:
        """What stands for our id in the description."""
        return tag(external_id)

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
