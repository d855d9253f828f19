"""What each step of a scenario was answered, kept beside it, and when a real server last said so.

`d1_closed_period.json` holds the normalised calls; `validated.json`, one a system, says of each
when it was last seen on a real server, which, and with which operations of the contract. Both are
written by `--sis-update` alone. A date is written by a live run and by nothing else.
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from difflib import unified_diff
from pathlib import Path
from typing import Any

from contracts.scenarios.kinds import Kind, Scenario
from contracts.scenarios.normal import Normal, words_of
from contracts.scenarios.runner import Line
from contracts.spec import Served, contract
from mock_sis.server import MOCKS

HOME = Path(__file__).parent
WARN, STALE = timedelta(days=90), timedelta(days=180)
NEVER = "never validated against a live system"

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Seen:
    """Where and when a live run saw what a snapshot holds."""

    validated_on: date | None
    product: str | None
    version: str | None
    contract: str


@dataclass(frozen=True, slots=True)
class Update:
    """What a run with --sis-update knows: the day of a live run and whom it saw, else nothing."""

    day: date | None
    product: str | None
    version: str | None

    def seen(self, scenario: Scenario, now: Json) -> Seen | None:
        """What a live run saw; None: a mock's run, which proves nothing of a real server."""
        if self.day is None:
            return None
        return Seen(self.day, self.product, self.version, digest(scenario, now))


@dataclass(frozen=True, slots=True)
class Age:
    """What is to be said of a snapshot's age. `stale`: a release must not rest on it."""

    told: str
    stale: bool = False


def taken(scenario: Scenario, lines: Sequence[Line]) -> Json:
    """The snapshot of a run; what cleaning up called is no part of it."""
    described = contract(MOCKS[scenario.sis].contract)
    normal = Normal(described, words_of(described))
    steps = [line for line in lines if not line.step.startswith("clean up")]
    normal.note([call for line in steps for call in line.calls])
    return {
        "scenario": scenario.name,
        "steps": [
            {"step": line.step, "calls": [normal.call(call) for call in line.calls]}
            for line in steps
        ],
    }


def differences(scenario: Scenario, now: Json, home: Path = HOME) -> list[str]:
    """How *now* differs from what is kept, as lines of a diff; empty when it does not."""
    file = _file(scenario, home)
    if not file.is_file():
        return [f"no snapshot: run it once with --sis-update ({file.name})"]
    kept, found = file.read_text(encoding="utf-8"), _written(now)
    if kept == found:
        return []
    return list(
        unified_diff(kept.splitlines(), found.splitlines(), "kept", "now", lineterm="", n=4)
    )


def keep(scenario: Scenario, now: Json, seen: Seen | None, home: Path = HOME) -> None:
    """Write *now*; *seen* is a live run's, None a mock's.

    From a mock, the date stays only with a snapshot that did not change: what was validated is no
    other one.
    """
    unchanged = differences(scenario, now, home) == []
    file = _file(scenario, home)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(_written(now), encoding="utf-8")
    known = _sidecar(scenario.sis, home)
    if seen is None:
        old = known.get(scenario.name)
        seen = old if unchanged and old else Seen(None, None, None, digest(scenario, now))
    known[scenario.name] = seen
    rows = {name: _row(one) for name, one in sorted(known.items())}
    _place(scenario.sis, home).write_text(json.dumps(rows, indent=2) + "\n", encoding="utf-8")


def seen(scenario: Scenario, home: Path = HOME) -> Seen | None:
    """What is known of the last live run of *scenario*."""
    return _sidecar(scenario.sis, home).get(scenario.name)


def digest(scenario: Scenario, now: Json) -> str:
    """A hash of the operations that the scenario calls, as the contract has them."""
    described = contract(MOCKS[scenario.sis].contract)
    called = {call["operation"] for step in now["steps"] for call in step["calls"]} - {None}
    parts = [_described(described.operations[name]) for name in sorted(called)]
    text = json.dumps(parts, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def age(scenario: Scenario, today: date, home: Path = HOME) -> Age | None:
    """What to say of the age of a snapshot; None where there is nothing to say.

    A mock-only scenario can never be seen on a real server.
    """
    if scenario.kind is Kind.MOCK:
        return None
    found = seen(scenario, home)
    if found is None or found.validated_on is None:
        return Age(NEVER)
    old = today - found.validated_on
    told = f"last validated on {found.validated_on} ({found.product} {found.version})"
    if old >= STALE:
        return Age(f"{told}: stale, {old.days} days", stale=True)
    return Age(f"{told}: {old.days} days ago, validate again") if old >= WARN else None


def _described(operation: Served) -> list[Any]:
    return [
        operation.method,
        operation.path,
        sorted(operation.parameters),
        operation.responses,
    ]


def _file(scenario: Scenario, home: Path) -> Path:
    return home / scenario.folder / f"{scenario.name}.json"


def _place(sis: str, home: Path) -> Path:
    return home / sis / "validated.json"


def _written(snapshot: Json) -> str:
    return json.dumps(snapshot, indent=1, ensure_ascii=False) + "\n"


def _sidecar(sis: str, home: Path) -> dict[str, Seen]:
    file = _place(sis, home)
    if not file.is_file():
        return {}
    return dict(_seen(json.loads(file.read_text(encoding="utf-8"))))


def _seen(rows: Json) -> Iterator[tuple[str, Seen]]:
    for name, row in rows.items():
        day = row["validated_on"] and date.fromisoformat(row["validated_on"])
        yield name, Seen(day, row["product"], row["version"], row["contract"])


def _row(one: Seen) -> Json:
    day = one.validated_on and one.validated_on.isoformat()
    return {
        "validated_on": day,
        "product": one.product,
        "version": one.version,
        "contract": one.contract,
    }
