"""A few nights in which the agent does everything it can, recorded between it and both mocks.

What is compared between two playings: how each command ended, every record of every report, every
request, and the gradebooks as teachers see them afterwards.
"""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from itertools import count
from pathlib import Path
from typing import Any

from contracts.spec import Contract, contract
from tests.e2e.powerschool.campus import PowerSchoolDistrict
from tests.e2e.support.district import START, District
from tests.e2e.support.recording_proxy import Exchange, between

SECTIONS = ("200001", "200002", "200003")
ALTERNATIVES = {
    "skyward": ("skyward", "skyward", "max_connections = 1"),
    "skyward-1.1": ("skyward", "skyward", 'oneroster = "1.1"\nmax_connections = 1'),
    "powerschool": ("powerschool", "powerschool", ""),
    "powerschool-oneroster": ("powerschool", "powerschool", 'route = "oneroster"'),
}
"""Ways to set the agent up: name -> contract, `sis.kind`, what else stands in its settings."""

Alter = Callable[[str, str, Exchange], None]
_names = count(1)


@dataclass(slots=True)
class Told:
    """What came of a playing.

    Attributes:
        outcome: an entry a command, then the gradebooks, then the requests.
    """

    outcome: list[Any] = field(default_factory=list)
    exchanges: list[tuple[str, str, Exchange]] = field(default_factory=list)


def play(
    servers: Any,
    way: str,
    folder: Path,
    alter: Alter = lambda *_: None,
    until_other_than: Told | None = None,
) -> Told:
    """Play the story in a new world.

    Args:
        alter: sees the contract, the operation and each exchange on its way back to the agent.
        until_other_than: an earlier playing; the story ends where it goes another way.
    """
    told = Told()
    with _district(servers, way, folder) as district, _listening(district, way, told, alter):
        for number, command in enumerate(_acts(district)):
            told.outcome.append(_ended(command))
            if until_other_than and told.outcome[-1] != until_other_than.outcome[number]:
                return told
        told.outcome += [_visible(district.gradebook(section)) for section in SECTIONS]
    told.outcome.append(sorted(f"{e.method} {e.path}" for _, _, e in told.exchanges))
    return told


def operation_of(name: str, exchange: Exchange) -> str:
    """The operation of an exchange in a contract; empty where there is none."""
    described: Contract = contract(f"{name}.yaml")
    match = described.match(exchange.method.lower(), exchange.path.partition("?")[0].rstrip("/"))
    return match.operation.id if match and match.operation else ""


def _acts(district: District) -> Iterator[Callable[[], Any]]:
    """Commands, and between them what people do."""
    two = [district.assigned("c-1001"), district.assigned("c-1002")]
    district.assess("a-1", classes=two)
    district.assess("a-2", type="Test", title="Unit test", totalPoints=50)
    district.assess("a-3", type="Homework", classes=[district.assigned("c-1003")])
    for number, points in ((3001, 8.5), (3002, 0), (3003, 22)):
        district.score("a-1", f"s-{number}", points)
    district.score("a-2", "s-3001", 41)
    district.control("POST", "/faults", {"operation": "put*", "nth": 2, "action": "drop_after"})
    when = district.now().isoformat()
    yield lambda: district.command("check", "-c", str(district.config), "--at", when)
    yield lambda: district.night(START)
    district.control("DELETE", "/faults")

    district.edit("a-1", title="Quiz, renamed")
    district.score("a-1", "s-3001", 9.25)
    district.score("a-2", "s-3001", None, "not_submitted")
    hand = next((c for c in district.columns() if c["title"] == "Unit test"), None)
    if hand:
        district.try_control("PATCH", f"/columns/{hand['id']}", {"title": "Hers"})
        district.try_control("PUT", f"/columns/{hand['id']}/scores/400002", {"score": 44})
    quiz = next((c for c in district.columns() if c["title"] == "Quiz a-1"), None)
    if quiz:
        said = {"score": 8.5, "status": "late", "comment": "See me"}
        district.try_control("PUT", f"/columns/{quiz['id']}/scores/400001", said)
        described = f"{quiz.get('description', '')} Bring a pencil".strip()
        district.try_control("PATCH", f"/columns/{quiz['id']}", {"description": described})
    yield lambda: district.night(date(2026, 10, 15))

    district.control("POST", "/students/400004/drop", {"section": "200001"})
    district.try_control("POST", "/categories/130003/deactivate")
    district.assess("a-4", type="Homework", title="Essay")
    yield lambda: district.night(date(2026, 10, 17))

    district.control("DELETE", "/assessments/a-2", otus=True)
    district.control("POST", "/periods/120001/close")
    district.score("a-1", "s-3002", 7)
    yield lambda: district.night(date(2026, 10, 18))


@contextmanager
def _district(servers: Any, way: str, folder: Path) -> Iterator[District]:
    name, kind, more = ALTERNATIVES[way]
    world = f"usage-{next(_names)}"
    made = servers.worlds.create(world, size="tiny", seed=1, start=START).world
    place = folder / world
    place.mkdir()
    urls = {"otus": f"{servers.otus.url}/w/{world}", "sis": f"{servers[name].url}/w/{world}"}
    if kind == "powerschool":
        district: District = PowerSchoolDistrict(
            **urls, folder=place, sis_more=more, configure=made.configure
        )
    else:
        district = District(**urls, folder=place, sis_more=more)
    district.evening(START)
    district.clear_otus()
    yield district
    district.http.close()
    servers.worlds.delete(world)


@contextmanager
def _listening(district: District, way: str, told: Told, alter: Alter) -> Iterator[None]:
    with between(district, "otus") as source, between(district, "sis") as target:
        source.alter = _writing("otus", told, alter)
        target.alter = _writing(ALTERNATIVES[way][0], told, alter)
        yield


def _writing(name: str, told: Told, alter: Alter) -> Callable[[Exchange], None]:
    def write(exchange: Exchange) -> None:
        if exchange.path.startswith("/_mock"):
            return
        operation = operation_of(name, exchange)
        kept = Exchange(exchange.method, exchange.path, exchange.body)
        kept.status, kept.content = exchange.status, exchange.content
        told.exchanges.append((name, operation, kept))
        alter(name, operation, exchange)

    return write


def _ended(command: Callable[[], Any]) -> Any:
    try:
        ran = command()
    except Exception as error:  # noqa: BLE001 - nonsense must not get this far; told as such
        return f"a traceback: {type(error).__name__}"
    return [ran.code, *_records(ran.out)]


def _records(out: str) -> list[Any]:
    """The records of a JSON report, whatever their order; of another command what it printed."""
    if not out.startswith("{"):
        # What `check` says of this machine is another thing at each playing.
        lines = re.findall(r"^(?!\w+ +(?:ledger|machine|clocks):).+$", out, re.MULTILINE)
        return [re.sub(r"127\.0\.0\.1:\d+", "HOST", "\n".join(lines))]
    whole = json.loads(out)
    records = sorted(json.dumps(one, sort_keys=True) for one in whole["records"])
    return [whole["counts"], whole["requests"], records]


def _visible(book: dict[str, Any]) -> Any:
    return {"columns": book["columns"], "rows": book["rows"]}
