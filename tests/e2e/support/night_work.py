"""A night's work, what comes of it, and how to let it go wrong; shared by the tests of trouble."""

import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from threading import Event
from typing import Any

from tests.e2e.support.district import START, District, Run
from tests.e2e.support.recording_proxy import Exchange, relaying
from tests.e2e.support.verdicts import gradebooks

NEXT = START + timedelta(days=1)
AFTER = date(2026, 10, 17)
"""The first evening on which the default due date has passed."""
ITEM, MARK, TAKEN_BACK, COLUMNS = "putLineItem", "putResult", "deleteResult", "getLineItemsForClass"

Break = tuple[str, dict[str, Any]]
DOWN, GONE_BEFORE, GONE_AFTER, CUT = (
    ("status", {"status": 500}),
    ("drop_before", {}),
    ("drop_after", {}),
    ("truncate", {}),
)
BREAKS: list[Break] = [
    DOWN,
    ("status", {"status": 502}),
    ("status", {"status": 503}),
    ("status", {"status": 429, "seconds": 0}),
    ("throttle", {"seconds": 0}),
    GONE_BEFORE,
    GONE_AFTER,
    CUT,
    ("revoke", {}),
    ("delay", {"seconds": 0.2}),
]
"""What may happen to one call, and pass."""


def fault(district: District, action: str, operation: str | None = None, **more: Any) -> None:
    """Let calls go wrong."""
    named = {} if operation is None else {"operation": operation}
    district.control("POST", "/faults", {"action": action, **named, **more})


def healed(district: District) -> None:
    """No more faults."""
    district.control("DELETE", "/faults")


def some_work(district: District) -> None:
    """Three assessments in three classes, with scores that are to be sent and some that are not."""
    # Who teaches the third class with t-2002; over PowerSchool all who teach must be in the group.
    district.control("PUT", "/group/t-2003", otus=True)
    classes = [district.assigned("c-1001"), district.assigned("c-1002")]
    district.assess("a-1", classes=classes)
    district.assess("a-2", type="Test", classes=[district.assigned("c-1001", dueDate="2026-10-13")])
    district.assess("a-3", assignedBy="t-2002", classes=[district.assigned("c-1003")])
    for n in range(1, 12):
        district.score("a-1", f"s-30{n:02}", n + 0.5)
    for n in (1, 2):
        district.score("a-2", f"s-30{n:02}", n)
    district.score("a-3", "s-3015", 7)
    district.score("a-3", "s-3001", None, "turned_in")


def shown(district: District) -> Any:
    """What teachers see, without the ids that the SIS gives out."""
    books = {}
    for section, (columns, rows) in gradebooks(district).items():
        named = {c["id"]: c["external_id"] or c["title"] for c in columns}
        fields = ("title", "category", "assigned", "due", "points", "external_id")
        books[section] = (
            sorted([tuple(c[f] for f in fields) for c in columns]),
            sorted(
                (row["student"], named[cell["column"]], cell["display"])
                for row in rows
                for cell in row["cells"]
            ),
        )
    return books


def columns_made(district: District) -> set[str]:
    """Every column there is, over all gradebooks."""
    return {c["id"] for columns, _ in gradebooks(district).values() for c in columns}


@contextmanager
def held_night(
    district: District, scores: int, *, lost: bool
) -> Iterator[tuple[subprocess.Popen[str], Event]]:
    """A night that waits: so many writes of scores were answered, the next one is not yet.

    Once the event is set, what waits goes on to the SIS, or is *lost*.
    """
    released, mock = Event(), district.sis
    with relaying(mock) as relay:

        def hold(_: Exchange) -> bool:
            if len(relay.of("PUT", district.facts.score_path)) <= scores:
                return False
            return released.wait(60) and lost

        relay.before, district.sis = hold, relay.url
        process = district.start_sync()
        district.sis = mock  # the test itself is not kept waiting
        try:
            served(district, district.facts.score, scores, process)
            yield process, released
        finally:
            released.set()


def served(district: District, operation: str, many: int, process: subprocess.Popen[str]) -> None:
    """Wait until so many calls of the operation were answered, or nobody asks any more."""

    def count() -> int:
        return sum(e["operation"] == operation for e in district.journal())

    while count() < many and process.poll() is None:
        time.sleep(0.01)
    assert count() >= many


def killed(process: subprocess.Popen[str]) -> None:
    """kill -9, wherever it is."""
    process.kill()
    process.communicate()


def killed_night(district: District, scores: int) -> None:
    """A night that dies when so many writes of scores were answered, and the next one was not."""
    with held_night(district, scores, lost=True) as (process, _):
        killed(process)


def told(run: Run) -> dict[tuple[str, str, str | None], str]:
    """Every record's state."""
    return {
        (r["assignment"], r["section"], r.get("student")): r["state"] for r in run.report["records"]
    }


@dataclass(frozen=True, slots=True)
class Undisturbed:
    """What `some_work` comes to without any trouble: what teachers see, and of what a run tells."""

    shown: Any
    told: set[tuple[str, str, str | None]]


_undisturbed: dict[tuple[Any, ...], Undisturbed] = {}


def undisturbed(twin: District, now: datetime) -> Undisturbed:
    """The same night in another world; one for all tests whose twin is set up alike.

    A twin whose world was changed before is no plain one, and lives its own.
    """
    wished = (twin.policy, twin.sis_more, twin.more, twin.effective, str(twin.categories))
    key = (twin.kind, *wished, now)
    if twin.changed or key not in _undisturbed:
        plain = not twin.changed
        some_work(twin)
        twin.control("PUT", "/clock", {"now": now.isoformat(), "frozen": True})
        assert twin.sync().code == 0
        seen = shown(twin)
        found = Undisturbed(seen, set(told(twin.sync())))
        if not plain:
            return found
        _undisturbed[key] = found
    return _undisturbed[key]


def assert_as_if_nothing_had_happened(district: District, twin: District) -> None:
    """A night without faults brings the district to where its undisturbed twin is."""
    run = district.sync()
    assert run.code == 0, run.err
    expected = undisturbed(twin, district.now())
    assert shown(district) == expected.shown
    again = district.sync()
    assert (again.code, again.writes) == (0, 0)
    assert set(told(again)) == expected.told


def rows(run: Run) -> list[tuple[Any, ...]]:
    """Every record of a report, in order."""
    return sorted(
        (r["assignment"], r["section"], r.get("student") or "", r["state"], *r["codes"])
        for r in run.report["records"]
    )
