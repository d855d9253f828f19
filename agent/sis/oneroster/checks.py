"""`check` for a OneRoster server: every read that a night needs, and the next step in words."""

from collections.abc import Iterator

from agent.domain import Who
from agent.errors import PassbackError
from agent.probe import Probe, bad, doubtful, probe
from agent.sis.oneroster.district import Calendar
from agent.sis.oneroster.server import (
    ALL_CATEGORIES,
    ALL_CLASSES,
    ALL_SESSIONS,
    LINE_ITEMS_OF_CLASS,
    RESULTS_OF_LINE_ITEM,
    Server,
)
from agent.sis.oneroster.vendor_extras import ExtrasReader

_SIGN_IN = (
    "client_id and client_secret in [sis], their expiry date, and that the credential is active in"
    " the SIS"
)
_GRADEBOOK = (
    "the licence for the OneRoster API with gradebook access (with writeback), and that grade"
    " passback is allowed for this credential"
)
_UNREAD = "a 0 for missing work and a score whose answer was lost are held until they can be read"


class Checks:
    """The probes; each builds on what the ones before it found."""

    def __init__(self, server: Server, extras: ExtrasReader | None) -> None:
        self._server, self._extras = server, extras
        self._class = self._column = ""

    def probes(self) -> Iterator[Probe]:
        """Stops where the classes cannot be read."""
        yield (first := probe("sign in and classes", self._classes, _SIGN_IN, Who.OPERATOR))
        if not first.ok:
            return
        yield probe("grading periods", self._periods, "the rostering access of this credential")
        yield probe("categories", self._categories, _GRADEBOOK)
        if self._class:
            yield probe("gradebook", self._gradebook, _GRADEBOOK)
            yield probe("scores can be read back", self._scores, f"{_GRADEBOOK}; {_UNREAD}")
        if (extras := self._extras) is not None:
            yield probe(extras.name, lambda: extras.read().summary, extras.step)
            yield from extras.checks()

    def _classes(self) -> str:
        row = self._server.first(ALL_CLASSES)
        self._class = row.sourced_id if row else ""
        return "signed in, and classes can be read" if row else "signed in, but there is no class"

    def _periods(self) -> str | Probe:
        today = self._server.today()
        periods = Calendar(self._server.all(ALL_SESSIONS), self._server.zone).periods
        current = {p.title for p in periods if p.holds(today)}
        if not current:
            return doubtful(
                "grading periods",
                f"none of {len(periods)} holds {today}: nothing new passes on such a night",
                Who.SIS,
                "set up the grading periods of this school year; before it begins, look with"
                " `check --at` at the first night",
            )
        return f"{today} lies in {', '.join(sorted(current))}"

    def _categories(self) -> str | Probe:
        number = sum(row.active for row in self._server.all(ALL_CATEGORIES))
        if not number:
            return bad(
                "categories",
                "none is active: nothing can be mapped",
                Who.SIS,
                "make the district's categories, or switch them on",
            )
        return f"{number} active categories"

    def _gradebook(self) -> str:
        rows = list(self._server.all(LINE_ITEMS_OF_CLASS, self._class))
        self._column = next((row.sourced_id for row in rows if row.active), "")
        return f"a gradebook can be read ({len(rows)} columns); writing is not tried"

    def _scores(self) -> str:
        if not self._column:
            return "the first class has no column yet, so no scores were read"
        rows = self._server.all_or_none(RESULTS_OF_LINE_ITEM, self._class, self._column)
        if rows is None:
            raise PassbackError("the server has a column, and says that it has no scores of it")
        return f"the scores of a column can be read ({len(list(rows))})"
