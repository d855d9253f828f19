"""What a fleet is at: nights by state, and the districts that need somebody."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from agent.fleet.database.connection import Connection, Row
from agent.fleet.database.views import take_for_now


class Need(StrEnum):
    """Why a district needs somebody, the worst first."""

    PARKED = "parked"
    TROUBLE = "configuration cannot be used"
    BRAKE = "stopped by the brake"
    FAILING = "failing"
    MISSED = "missed"
    LATE = "late"
    HELD = "records wait for a person"
    PAUSED = "paused"


NEEDS = {
    "parked": Need.PARKED,
    "failing": Need.FAILING,
    "brake": Need.BRAKE,
    "missed": Need.MISSED,
    "late": Need.LATE,
    "person": Need.HELD,
    "paused": Need.PAUSED,
}
"""By the state in the view `district_now`, which the pages show too."""

GRAVE = frozenset(Need) - {Need.HELD, Need.PAUSED}
"""What a person has to look at now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Needy:
    """A district that needs somebody: why, and since when or of which night."""

    key: str
    title: str
    need: Need
    facts: str
    day: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """The fleet now.

    Attributes:
        nights: state -> how many districts' newest night is in it; '' where there is none yet.
        processes: kind -> how many are alive.
    """

    districts: int
    nights: Mapping[str, int]
    needy: Sequence[Needy]
    processes: Mapping[str, int]
    slots: int
    busy: int

    @property
    def grave(self) -> bool:
        """Whether a person has to look now."""
        return any(each.need in GRAVE for each in self.needy) or bool(self.missing)

    @property
    def missing(self) -> Sequence[str]:
        """Kinds of processes of which none is alive."""
        return [kind for kind in ("tick", "worker", "sweep") if not self.processes.get(kind)]

    def as_json(self) -> dict[str, Any]:
        """For a program."""
        return {
            "districts": self.districts,
            "nights": dict(self.nights),
            "needs": [
                {
                    "district": each.key,
                    "title": each.title,
                    "need": each.need.name.lower(),
                    "day": each.day or None,
                    "facts": each.facts,
                }
                for each in self.needy
            ],
            "processes": dict(self.processes),
            "missing": list(self.missing),
            "slots": self.slots,
            "busy": self.busy,
        }


def status(sql: Connection, now: datetime) -> Status:
    """The fleet at *now*, in the open transaction of *sql*."""
    take_for_now(sql, now)
    rows = sql.execute(DISTRICTS).fetchall()
    alive = sql.execute("SELECT * FROM process_now WHERE alive").fetchall()
    return Status(
        districts=len(rows),
        nights=_counted([row["newest"] for row in rows]),
        needy=sorted(
            (needy for row in rows if (needy := _needy(row))),
            key=lambda each: (list(Need).index(each.need), each.key),
        ),
        processes=_counted([row["kind"] for row in alive]),
        slots=sum(row["slots"] for row in alive),
        busy=sum(row["busy"] for row in alive),
    )


def _counted(words: Sequence[str]) -> dict[str, int]:
    return {word: words.count(word) for word in sorted(set(words))}


def _needy(row: Row) -> Needy | None:
    """Why a district needs somebody; None: it does not."""
    need = NEEDS.get(row["state"])
    if need is None:
        return None
    if need is Need.FAILING and row["trouble"]:
        need = Need.TROUBLE
    open_ = row["open_day"] if need in {Need.LATE, Need.PARKED} else None
    return Needy(
        key=row["key"],
        title=row["title"],
        need=need,
        facts=_facts(row, need),
        day=str(open_ or row["last_day"] or ""),
    )


def _facts(row: Row, need: Need) -> str:
    why = row["why"] or ""
    if need is Need.FAILING:
        return f"exit {row['exit_code']}: {why}"
    if need is Need.HELD:
        return f"{row['held']} records"
    if need is Need.PAUSED:
        return f"{why} ({row['paused_by']})"
    return _progress(row) if need is Need.LATE else why


def _progress(row: Row) -> str:
    """How far a night is that is late."""
    tries = f", tried {row['open_tries']} times" if row["open_tries"] else ""
    last = f"; last: exit {row['exit_code']}: {row['why']}" if row["exit_code"] else ""
    return f"due {row['open_due']:%Y-%m-%d %H:%M}Z, {row['open_state']}{tries}{last}"


DISTRICTS = """
SELECT *, coalesce(open_state, last_state, 'none yet') AS newest
FROM district_now WHERE state <> 'gone' ORDER BY key
"""
