"""PowerSchool over XTE: scores a second in batches, and what a batch costs that names students.

The mock answers each batch after 50 ms. The ideal is every connection with a batch always under
way; a batch holds at most 25 scores, of one section, so a class of 21 makes batches of 21. The
second table is one batch of 25 in which some students have left since the roster was read: the
server refuses it whole and names them, and the rest is sent again.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from time import perf_counter
from typing import Any
from zoneinfo import ZoneInfo

import httpx

from agent.domain import AssignmentData, Gradebook, SectionId, SisPersonId
from agent.settings import Secret, SisSettings
from agent.sis.port import Draft, Sis
from agent.sis.vendors import open_sis
from bench.rig import ENVIRONMENT, Mocks, mocks, table
from load.districts import write_configuration
from mock_sis.credentials import CLIENT_SECRET

SERVICE = 0.05
BATCH = 25
CONNECTIONS = (1, 4, 8)
DEPARTED = (0, 1, 5, 24)
SCORES = "putScores"
SECTION = SectionId("200001")


def run() -> None:
    """Print both tables."""
    with mocks() as running, tempfile.TemporaryDirectory() as name:
        rows = [_rate(running, Path(name), connections) for connections in CONNECTIONS]
        head = ("connections", "scores", "batches", "scores/s", "ideal/s", "reached")
        table(f"PowerSchool, {SERVICE * 1000:.0f} ms a batch of up to {BATCH}", head, rows)
        print()
        peeled = list(_peeled(running))
        columns = ("departed", "written", "batches sent", "ms", "of a clean one")
        table(f"one batch of {BATCH}", columns, peeled)


def _hand(running: Mocks, method: str, path: str, body: Any = None, *, world: str) -> Any:
    """The control plane of the PowerSchool mock."""
    url = f"{running.url('powerschool', world)}/_mock{path}"
    answer = httpx.request(method, url, json=body, timeout=120)
    answer.raise_for_status()
    return answer.json() if answer.content else None


# ---- the rate ------------------------------------------------------------------------------------


def _rate(running: Mocks, folder: Path, connections: int) -> tuple[str, ...]:
    """A night that writes scores only: in the one before it all of them were turned away."""
    world = f"batches-{connections}"
    _hand(running, "POST", "/worlds", {"name": world, "size": "small", "seed": 1}, world="")
    config = _config(running, folder, world, connections)
    _fault(running, world, action="status", status=404)
    _night(config)
    _fault(running, world, action="delay", seconds=SERVICE)
    times, scores = _night(config)
    seconds, batches = times[-1] - times[0], len(times) - 1
    scores = scores * batches // len(times)
    reached, ideal = batches / seconds, connections / SERVICE
    mean = scores / batches
    return (
        str(connections),
        str(scores),
        str(batches),
        f"{reached * mean:.0f}",
        f"{ideal * mean:.0f}",
        f"{reached / ideal:.0%}",
    )


def _config(running: Mocks, folder: Path, world: str, connections: int) -> Path:
    # A 0 for missing work would be looked at once more before it goes: not what is measured here.
    return write_configuration(
        folder / f"{world}.toml",
        otus=running.url("otus", world),
        sis=running.url("powerschool", world),
        kind="powerschool",
        connections=connections,
        missing="withhold",
    )


def _fault(running: Mocks, world: str, **what: Any) -> None:
    """One fault on the writing of scores, in place of any other."""
    _hand(running, "DELETE", "/faults", world=world)
    _hand(running, "POST", "/faults", {"operation": SCORES, **what}, world=world)


def _night(config: Path) -> tuple[list[float], int]:
    """When each batch was answered, and how many scores the night delivered."""
    process = subprocess.Popen(  # noqa: S603  our own program
        [sys.executable, "-m", "agent", "sync", "-c", str(config), "--events", "-"],
        env=ENVIRONMENT,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout is not None
    times, last = [], ""
    for line in process.stdout:
        if f'"{SCORES}"' in line:
            times.append(perf_counter())
        last = line
    process.wait(timeout=60)
    return times, json.loads(last)["counts"].get("sent", 0)


# ---- a batch that names students -----------------------------------------------------------------


def _peeled(running: Mocks) -> Iterator[tuple[str, ...]]:
    """One row for each number of students who left."""
    world, clean, before = "peeled", 0.0, 0
    _hand(running, "POST", "/worlds", {"name": world, "size": "small", "seed": 1}, world="")
    students = _fill(running, world)
    _fault(running, world, action="delay", seconds=SERVICE)
    seen: list[str] = []
    sis = _open(running, world, seen)
    book = sis.gradebook(SECTION, [SECTION])
    for gone in DEPARTED:
        ref = sis.create(book, _draft(book, f"pb-bench-{gone}")).ref
        assert ref is not None
        for student in students[before:gone]:
            path = f"/students/{student}/drop"
            _hand(running, "POST", path, {"section": SECTION}, world=world)
        before = gone
        seen.clear()
        began = perf_counter()
        receipts = sis.put_scores(book, ref, [(s, Decimal(17)) for s in students])
        seconds = perf_counter() - began
        clean = clean or seconds
        yield (
            str(gone),
            str(sum(r.accepted for r in receipts)),
            str(seen.count(SCORES)),
            f"{seconds * 1000:.0f}",
            f"{seconds / clean:.1f}",
        )
    sis.close()


def _fill(running: Mocks, world: str) -> list[SisPersonId]:
    """A section of exactly 25."""
    sitting = _sitting(running, world, SECTION)
    books = _hand(running, "GET", "/gradebooks", world=world)
    for entry in books:
        for student in _sitting(running, world, entry["id"]):
            if len(sitting) == BATCH:
                return sitting
            if student not in sitting:
                body = {"section": SECTION}
                _hand(running, "POST", f"/students/{student}/enroll", body, world=world)
                sitting.append(student)
    raise RuntimeError("too few students")


def _sitting(running: Mocks, world: str, section: str) -> list[SisPersonId]:
    rows = _hand(running, "GET", f"/gradebooks/{section}", world=world)["rows"]
    return [SisPersonId(row["student"]) for row in rows]


def _open(running: Mocks, world: str, seen: list[str]) -> Sis:
    url = running.url("powerschool", world)
    return open_sis(
        SisSettings(kind="powerschool", url=url, client_id="passback", client_secret=Secret()),
        lambda: CLIENT_SECRET,
        zone=ZoneInfo("America/Chicago"),
        now=lambda: datetime.now(UTC),
        observe=lambda event: seen.append(event["operation"]),
    )


def _draft(book: Gradebook, external_id: str) -> Draft:
    section = book.sections[SECTION]
    data = AssignmentData(
        title=external_id,
        assigned=None,
        due=date.today(),  # noqa: DTZ011  any day of the running term
        category=next(iter(section.categories.values())),
        points=Decimal(20),
    )
    return Draft(external_id=external_id, section=SECTION, data=data)
