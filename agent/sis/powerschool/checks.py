"""`check` for PowerSchool: every read that a night needs, and the next step in words.

What a plugin may see is granted field by field, and how fast it may ask is set for the whole
server; `check` shows both, for an administrator to change. Writing is not tried.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from agent.domain import SectionId, Who
from agent.probe import Probe, bad, doubtful, good, probe
from agent.sis.powerschool.access import access_probes
from agent.sis.powerschool.roster import Place, Roster
from agent.sis.powerschool.rows import CommentRow, EnrollmentChange, ScoreRow
from agent.sis.powerschool.server import LIST_SCHOOLS, LIST_SECTIONS, Server

_SIGN_IN = (
    "client_id and client_secret in [sis] (System > Plugin Management > the plugin > Data"
    " Configuration), and that the plugin is enabled"
)
_GRANTS = "the access_request of the plugin's plugin.xml; install it again after a change"
_FULL = (
    "assignment, assignmentsection, assignmentcategoryassoc and assignmentscore need FullAccess to"
    " every field, those that the server fills among them; assignmentscorecomment needs ViewOnly"
)
_UNREAD = (
    "until scores can be read, a 0 for missing work and a score whose answer was lost are held"
)
_SMALL = 1000


class Checks:
    """The probes; each builds on what the ones before it found.

    *columns* reads those of a place.
    """

    def __init__(
        self, server: Server, roster: Roster, columns: Callable[[Place], Sequence[object]]
    ) -> None:
        self._server, self._roster, self._columns = server, roster, columns
        self._section = SectionId("")

    def probes(self) -> Iterator[Probe]:
        """Stops where the roster cannot be read."""
        yield (first := probe("sign in", self._sign_in, _SIGN_IN, Who.OPERATOR))
        if not first.ok:
            return
        yield probe("time zone", self._zone, _SIGN_IN)
        yield probe("page sizes", self._pages, _SIGN_IN)
        yield from access_probes(self._server)
        yield (sections := probe("sections", self._sections, _GRANTS))
        yield probe("reporting terms", self._terms, _GRANTS)
        if sections.ok and self._section:
            yield probe("roster and categories", self._roster_of_section, _GRANTS)
            yield probe("gradebook", self._gradebook, f"{_GRANTS}; {_FULL}")
        yield probe("scores can be read back", self._scores, f"{_GRANTS}; {_UNREAD}")
        yield probe("roster changes", self._changes, _GRANTS)
        yield self._pauses()

    def _sign_in(self) -> str:
        plugin = self._server.metadata().get("plugin_id")
        if plugin in {None, ""}:
            return "signed in; the server does not tell which plugin we are"
        return f"signed in as plugin {plugin}"

    def _pages(self) -> str:
        names = ("section_enrollment", "schema_table_query")
        sizes = {name: self._server.largest(name) for name in names}
        told = ", ".join(f"{name} {size or 'not told'}" for name, size in sizes.items())
        small = any(size is not None and size < _SMALL for size in sizes.values())
        advice = f"; {_SMALL} in the plugin's Data Configuration saves requests" if small else ""
        return f"largest pages: {told}{advice}"

    def _sections(self) -> str:
        schools = self._server.all(LIST_SCHOOLS)
        for school in schools:
            found = self._server.first(LIST_SECTIONS, school.id)
            if found is not None:
                self._section = SectionId(found.id)
                return f"{len(schools)} schools, and sections can be read"
        return f"{len(schools)} schools, but there is no section"

    def _zone(self) -> str | Probe:
        told, ours = str(self._server.metadata().get("district_timezone") or ""), self._server.zone
        if not told:
            return f"{ours}; the server does not tell its own"
        if _same_hours(told, ours, self._server.today().year):
            return f"{ours}, as PowerSchool has it ({told})"
        return bad(
            "time zone",
            f"PowerSchool's district is in {told}, the configuration says {ours}: due dates would"
            " pass, and nights count, at another hour or day",
            Who.OPERATOR,
            f'set timezone = "{told}"; if PowerSchool is wrong, have it mended there',
            where="timezone",
        )

    def _terms(self) -> str | Probe:
        facts = self._roster.refresh()
        if facts.unread:
            raise facts.unread[0]
        if not facts.names:
            return bad(
                "reporting terms",
                "the district has no category: nothing can be mapped",
                Who.SIS,
                "make the district's categories (District > PowerTeacher Pro > Categories)",
            )
        current, today = facts.terms.current(), self._server.today()
        if not current:
            return doubtful(
                "reporting terms",
                f"none holds {today}: locks of a due date in it cannot be seen",
                Who.SIS,
                "set up the reporting terms of this school year (School > Final Grade Setup);"
                " before it begins, look with `check --at` at the first night",
            )
        return f"{today} lies in {', '.join(current)}; {len(facts.names)} district categories"

    def _roster_of_section(self) -> str:
        section = self._roster.section(self._section)
        if section is None:
            return "the first section is not there any more"
        usable = len(section.categories)
        if not usable:
            return f"section {section.id}: its teacher has no active copy of a district category"
        return f"section {section.id}: {len(section.enrolments)} students, {usable} category names"

    def _gradebook(self) -> str:
        place = self._roster.place(self._section)
        if place is None or not place.teacher:
            return "the first section has no teacher, so its gradebook was not read"
        number = len(self._columns(place))
        return f"a gradebook can be read ({number} columns); writing is not tried"

    def _scores(self) -> str:
        self._server.table("assignmentscore", ScoreRow, "assignmentsectionid==0")
        self._server.table("assignmentscorecomment", CommentRow, "assignmentscoreid==0")
        return "a teacher's marks and comments are seen before anything is written"

    def _changes(self) -> str:
        self._server.table("cc", EnrollmentChange, "dcid==0")
        return "a night looks only where rosters or Otus changed"

    def _pauses(self) -> Probe:
        asked = self._server.http.rate_limiter
        if not asked.pauses:
            return good("pace", "the server did not ask for a pause")
        return good(
            "pace",
            f"the server asked for {asked.pauses} pauses, {asked.seconds:g} s in all:"
            " the minimum interval between a plugin's requests is set (Global API and SIF"
            " settings); a night is obedient, and as slow as that",
        )


def _same_hours(name: str, ours: ZoneInfo, year: int) -> bool:
    """Whether the zone *name* has our hours in every month; an unknown one counts as ours."""
    try:
        theirs = ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return True
    moments = [datetime(year, month, 1, 12, tzinfo=UTC) for month in range(1, 13)]
    return all(m.astimezone(theirs).utcoffset() == m.astimezone(ours).utcoffset() for m in moments)
