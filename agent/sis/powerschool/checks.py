"""`check` for PowerSchool: every read that a night needs, and the next step in words.

What a plugin may see is granted field by field, and how fast it may ask is set for the whole
server; `check` shows both, for an administrator to change. Writing is not tried.
"""

from collections.abc import Iterator

from agent.domain import SectionId
from agent.probe import NothingCanPassError, Probe, probe
from agent.sis.powerschool.columns import Columns
from agent.sis.powerschool.roster import Roster
from agent.sis.powerschool.rows import CommentRow, EnrollmentChange, ScoreRow
from agent.sis.powerschool.server import LIST_SCHOOLS, LIST_SECTIONS, Server

_SIGN_IN = (
    "the client id and secret in [sis] (System > Plugin Management > the plugin > Data"
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
    """The probes; each builds on what the ones before it found."""

    def __init__(self, server: Server, roster: Roster, columns: Columns) -> None:
        self._server, self._roster, self._columns = server, roster, columns
        self._section = SectionId("")

    def probes(self) -> Iterator[Probe]:
        """Stops where the roster cannot be read."""
        yield (first := probe("sign in", self._sign_in, _SIGN_IN))
        if not first.ok:
            return
        yield probe("page sizes", self._pages, _SIGN_IN)
        yield (sections := probe("sections", self._sections, _GRANTS))
        yield probe("reporting terms", self._terms, _GRANTS)
        if sections.ok and self._section:
            yield probe("roster and categories", self._roster_of_section, _GRANTS)
            yield probe("gradebook", self._gradebook, f"{_GRANTS}; {_FULL}")
        yield probe("scores can be read back", self._scores, f"{_GRANTS}; {_UNREAD}")
        yield probe("roster changes", self._changes, _GRANTS)
        yield Probe(name="pace", ok=True, detail=self._pauses())

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

    def _terms(self) -> str:
        facts = self._roster.refresh()
        if facts.unread:
            raise facts.unread[0]
        if not facts.names:
            raise NothingCanPassError("the district has no category: nothing can be mapped")
        current = facts.terms.current()
        if not current:
            return "no reporting term holds today"
        return f"today lies in {', '.join(current)}; {len(facts.names)} district categories"

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
        number = len(self._columns.of_place(place))
        return f"a gradebook can be read ({number} columns); writing is not tried: {_FULL}"

    def _scores(self) -> str:
        self._server.table("assignmentscore", ScoreRow, "assignmentsectionid==0")
        self._server.table("assignmentscorecomment", CommentRow, "assignmentscoreid==0")
        return "a teacher's marks and comments are seen before anything is written"

    def _changes(self) -> str:
        self._server.table("cc", EnrollmentChange, "dcid==0")
        return "a night looks only where rosters or Otus changed"

    def _pauses(self) -> str:
        asked = self._server.http.rate_limiter
        if not asked.pauses:
            return "the server did not ask for a pause"
        return (
            f"the server asked for {asked.pauses} pauses, {asked.seconds:g} s in all:"
            " the minimum interval between a plugin's requests is set (Global API and SIF"
            " settings); a night is obedient, and as slow as that"
        )
