"""`check` for a OneRoster server: every read that a night needs, and the next step in words."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from functools import partial
from zoneinfo import ZoneInfo

from agent.errors import (
    AskedToWaitError,
    DeniedError,
    MaintenanceError,
    NoTokensError,
    PassbackError,
    ThrottledError,
    UnavailableError,
)
from agent.setup import Probe
from agent.sis.beside import Beside
from agent.sis.calendar import Calendar
from agent.sis.reading import Reader, segment
from agent.sis.rows import CATEGORIES, CLASSES, LINE_ITEMS, RESULTS, SESSIONS
from agent.sis.versions import Version

_SIGN_IN = (
    "the key and secret in [sis], their expiry date, and that the credential is active in the SIS"
)
_GRADEBOOK = (
    "the licence for the OneRoster API with gradebook access, and that grade passback is allowed"
    " for this credential"
)
_UNREAD = "a 0 for missing work and a score whose answer was lost are held until they can be read"


class LackError(Exception):
    """The SIS answers, and with what it has nothing can pass."""


def probe(name: str, attempt: Callable[[], str], step: str) -> Probe:
    """Try something; what it returns is the detail, and *step* is what to look at if it fails."""
    try:
        return Probe(name=name, ok=True, detail=attempt())
    except (LackError, NoTokensError) as lack:
        return Probe(name=name, ok=False, detail=str(lack))
    except DeniedError as error:
        where = "the url" if error.status == 404 else step
        return Probe(name=name, ok=False, detail=f"{error}; look at {where}")
    except (AskedToWaitError, MaintenanceError, ThrottledError) as error:
        return Probe(name=name, ok=False, detail=f"{error}; {_later(error)}")
    except UnavailableError as error:
        there = error.status is not None
        where = f"the url, or at {step}" if there else "the url, and the way there"
        return Probe(name=name, ok=False, detail=f"{error}; look at {where}")
    except PassbackError as error:
        return Probe(name=name, ok=False, detail=f"{error}; look at the url, or at {step}")


def _later(error: UnavailableError) -> str:
    """The next step where the server is there, and does not serve now."""
    if error.status == 429:
        return "the server throttles requests now; this says nothing about the settings"
    if isinstance(error, AskedToWaitError):
        return "closed for maintenance, or overloaded; this says nothing about the settings"
    return "if it stays so after the maintenance, look at the url"


def probes(
    read: Reader, version: Version, zone: ZoneInfo, today: date, beside: Beside | None
) -> Iterator[Probe]:
    """What a night needs of any OneRoster server; stops where the classes cannot be read."""
    operations = version.operations
    found: list[str] = []
    columns: list[str] = []

    def classes() -> str:
        row = read.first(operations.classes, f"{version.rostering}/classes", CLASSES)
        found.extend([row.sourced_id] if row else [])
        return "signed in, and classes can be read" if row else "signed in, but there is no class"

    def periods() -> str:
        rows = read.all(operations.sessions, f"{version.rostering}/academicSessions", SESSIONS)
        current = [p.title for p in Calendar(rows, zone).periods if p.start <= today <= p.end]
        if not current:
            return "no grading period holds today: nothing new passes tonight"
        return f"today lies in {', '.join(sorted(set(current)))}"

    def categories() -> str:
        rows = read.all(operations.categories, f"{version.gradebook}/categories", CATEGORIES)
        number = sum(row.lives for row in rows)
        if not number:
            raise LackError("none is active: nothing can be mapped")
        return f"{number} active categories"

    def gradebook() -> str:
        path = f"{version.gradebook}/classes/{segment(found[0])}/lineItems"
        rows = list(read.all(operations.line_items_of_class, path, LINE_ITEMS))
        columns.extend(row.sourced_id for row in rows if row.lives)
        return f"a gradebook can be read ({len(rows)} columns); writing is not tried"

    first = probe("sign in and classes", classes, _SIGN_IN)
    yield first
    if not first.ok:
        return
    yield probe("grading periods", periods, "the rostering access of this credential")
    yield probe("categories", categories, _GRADEBOOK)
    if found:
        yield probe("gradebook", gradebook, _GRADEBOOK)
        scores = partial(_scores, read, version, found[0], columns)
        yield probe("scores can be read back", scores, f"{_GRADEBOOK}; {_UNREAD}")
    if beside is not None:
        yield probe(beside.name, lambda: beside.read().told, beside.step)


def _scores(read: Reader, version: Version, section: str, columns: Sequence[str]) -> str:
    """Read the scores of the first of *columns*."""
    if not columns:
        return "the first class has no column yet, so no scores were read"
    item = f"{version.gradebook}/classes/{segment(section)}/lineItems/{segment(columns[0])}"
    operation = version.operations.results_of_line_item
    rows = read.all_or_none(operation, f"{item}/results", RESULTS)
    if rows is None:
        raise PassbackError("the server has a column, and says that it has no scores of it")
    return f"the scores of a column can be read ({len(list(rows))})"
