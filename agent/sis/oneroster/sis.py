"""OneRoster 1.1 and 1.2: the gradebook of any SIS that offers the standard.

A column is a line item under our own id and a score is a result under an id derived from it, so
that every write is a PUT that may be repeated. The standard has neither closed grading periods nor
linked gradebooks: a vendor that offers them passes in how to read that.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from agent.domain import ColumnRef, Gradebook, SectionId
from agent.errors import NotUnderstoodError
from agent.http.client import Http
from agent.sis.oneroster.checks import Checks
from agent.sis.oneroster.columns import Columns
from agent.sis.oneroster.roster import Roster
from agent.sis.oneroster.roster_changes import Enrolments, roster_changes
from agent.sis.oneroster.scores import Scores
from agent.sis.oneroster.server import Server
from agent.sis.oneroster.vendor_extras import ExtrasReader
from agent.sis.oneroster.versions import Version
from agent.sis.port import DistrictSnapshot
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
    """The gradebooks of one district behind a OneRoster API: the port, by its parts."""

    def __init__(
        self,
        server: Server,
        roster: Roster,
        columns: Columns,
        scores: Scores,
        *,
        traits: Traits = TRAITS,
    ) -> None:
        self.traits = replace(traits, empties_scores=server.version.result_without_score)
        self._server, self._roster = server, roster
        # Each part has the signatures of the port, so that nothing here only forwards.
        self.check = Checks(server, roster.extras).probes
        self.categories = roster.categories
        self.columns, self.column = columns.every, columns.one
        self.create, self.update = columns.create, columns.update
        self.scores, self.put_scores, self.clear_score = scores.cells, scores.put, scores.clear
        self.close = server.http.close

    def addresses(self, ref: ColumnRef) -> bool:
        """Our own ids hold no slash, the two numbers of PowerSchool's XTE do."""
        return "/" not in ref

    def tag(self, external_id: str) -> str:
        """Our id is the column's own sourcedId."""
        return external_id

    def district_snapshot(self, cursor: str | None) -> DistrictSnapshot:
        """Read the calendar, the categories, and which rosters changed since *cursor*."""
        facts = self._roster.refresh()
        links, fingerprint = facts.extras.links, facts.fingerprint()
        try:
            changed, cursor = roster_changes(Enrolments(self._server), cursor)
        except NotUnderstoodError:
            # A server that can neither sort nor filter cannot answer which rosters changed.
            changed, cursor = None, ""
        return DistrictSnapshot(
            links=links, fingerprint=fingerprint, changed=changed, cursor=cursor
        )

    def gradebook(self, key: str, sections: Sequence[SectionId]) -> Gradebook:
        """Read rosters, categories and periods of *sections*, which share one gradebook."""
        return gradebook_of(key, sections, self._roster.section)


def open_oneroster(
    http: Http,
    version: Version,
    zone: ZoneInfo,
    now: Callable[[], datetime],
    *,
    traits: Traits = TRAITS,
    extras: ExtrasReader | None = None,
) -> OneRoster:
    """The gradebooks of one district; *extras* is what the vendor offers beside OneRoster."""
    server = Server(http, version, zone, now)
    roster = Roster(server, extras)
    columns = Columns(server, roster)
    return OneRoster(server, roster, columns, Scores(server, columns.one), traits=traits)
