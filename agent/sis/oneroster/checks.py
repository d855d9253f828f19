"""`check` for a OneRoster server: every read that a night needs, and the next step in words."""

from collections.abc import Iterator

from agent.errors import PassbackError
from agent.probe import NothingCanPassError, Probe, probe
from agent.sis.oneroster.calendar import Calendar
from agent.sis.oneroster.district import ExtrasReader
from agent.sis.oneroster.rows import CATEGORIES, CLASSES, LINE_ITEMS, RESULTS, SESSIONS
from agent.sis.oneroster.server import Server
from agent.sis.reading import segment

_SIGN_IN = (
    "the key and secret in [sis], their expiry date, and that the credential is active in the SIS"
)
_GRADEBOOK = (
    "the licence for the OneRoster API with gradebook access, and that grade passback is allowed"
    " for this credential"
)
_UNREAD = "a 0 for missing work and a score whose answer was lost are held until they can be read"


class Checks:
    """The probes; each builds on what the ones before it found."""

    def __init__(self, server: Server, extras: ExtrasReader | None) -> None:
        self._server, self._extras = server, extras
        self._version, self._operations = server.version, server.version.operations
        self._class: str | None = None
        self._column: str | None = None

    def probes(self) -> Iterator[Probe]:
        """Stops where the classes cannot be read."""
        yield (first := probe("sign in and classes", self._classes, _SIGN_IN))
        if not first.ok:
            return
        yield probe("grading periods", self._periods, "the rostering access of this credential")
        yield probe("categories", self._categories, _GRADEBOOK)
        if self._class is not None:
            yield probe("gradebook", self._gradebook, _GRADEBOOK)
            yield probe("scores can be read back", self._scores, f"{_GRADEBOOK}; {_UNREAD}")
        if (extras := self._extras) is not None:
            yield probe(extras.name, lambda: extras.read().summary, extras.step)

    def _classes(self) -> str:
        path = f"{self._version.rostering}/classes"
        row = self._server.first(self._operations.classes, path, CLASSES)
        self._class = row.sourced_id if row else None
        return "signed in, and classes can be read" if row else "signed in, but there is no class"

    def _periods(self) -> str:
        path = f"{self._version.rostering}/academicSessions"
        rows = self._server.all(self._operations.sessions, path, SESSIONS)
        today = self._server.today()
        periods = Calendar(rows, self._server.zone).periods
        current = {p.title for p in periods if p.start <= today <= p.end}
        if not current:
            return "no grading period holds today: nothing new passes tonight"
        return f"today lies in {', '.join(sorted(current))}"

    def _categories(self) -> str:
        path = f"{self._version.gradebook}/categories"
        rows = self._server.all(self._operations.categories, path, CATEGORIES)
        number = sum(row.active for row in rows)
        if not number:
            raise NothingCanPassError("none is active: nothing can be mapped")
        return f"{number} active categories"

    def _gradebook(self) -> str:
        path = f"{self._of_class()}/lineItems"
        rows = list(self._server.all(self._operations.line_items_of_class, path, LINE_ITEMS))
        self._column = next((row.sourced_id for row in rows if row.active), None)
        return f"a gradebook can be read ({len(rows)} columns); writing is not tried"

    def _scores(self) -> str:
        if self._column is None:
            return "the first class has no column yet, so no scores were read"
        path = f"{self._of_class()}/lineItems/{segment(self._column)}/results"
        rows = self._server.all_or_none(self._operations.results_of_line_item, path, RESULTS)
        if rows is None:
            raise PassbackError("the server has a column, and says that it has no scores of it")
        return f"the scores of a column can be read ({len(list(rows))})"

    def _of_class(self) -> str:
        """The path of the gradebook of the first class."""
        return f"{self._version.gradebook}/classes/{segment(self._class or '')}"
