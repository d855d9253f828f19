"""The tick: notes every night that is due, once, and queues those with a place at their SIS."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from time import monotonic
from typing import Protocol

from agent.district_key import key_of
from agent.fleet.database import districts as table
from agent.fleet.database import nights
from agent.fleet.database.connection import Connection, Database, Row
from agent.fleet.database.nights import NewNight
from agent.fleet.engine.port import Engine
from agent.fleet.schedule.districts import Planned
from agent.fleet.schedule.places import enqueue
from agent.fleet.settings import FleetSettings
from agent.log import lines as log
from agent.serve.schedule.due import Answer, Known, judge
from agent.serve.schedule.slots import Slot, blackout, latest_slot

_RECENT = timedelta(days=3)
"""The newest night of a district began within these."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticked:
    """What a tick did; `seconds` without reading configurations."""

    districts: int
    due: int = 0
    missed: int = 0
    queued: int = 0
    seconds: float = 0.0


class HasPlanned(Protocol):
    """`Districts`."""

    def planned(self) -> Sequence[Planned]:
        """Every district that has, or had, a configuration that can be used."""
        ...

    def troubles(self) -> Mapping[str, str]:
        """Why other configurations cannot be used, by a name made of their files'."""
        ...


class Tick:
    """Begins what is due, each time that it is asked.

    Two of them at once are harmless: a night is noted once, and a place is given away once.
    """

    def __init__(
        self, fleet: FleetSettings, districts: HasPlanned, database: Database, engine: Engine
    ) -> None:
        self._fleet, self._districts = fleet, districts
        self._database, self._engine = database, engine

    def tick(self, now: datetime) -> Ticked:
        """Note and queue what is due at *now*."""
        planned = self._districts.planned()
        began = monotonic()
        with self._database.transaction() as sql:
            known = {row["key"]: row for row in table.every(sql)}
            self._keep_up(sql, planned, known, now)
            due = _due(planned, known, _noted(sql, now), now)
            new = nights.insert(sql, due) if due else []
            queued = enqueue(sql, self._engine, now)
        missed = [row for row in new if row["state"] == "missed"]
        for row in missed:
            log.warning("night missed", district=row["district"], day=row["day"].isoformat())
        return Ticked(
            districts=len(planned),
            due=len(new) - len(missed),
            missed=len(missed),
            queued=queued,
            seconds=monotonic() - began,
        )

    def _keep_up(
        self,
        sql: Connection,
        planned: Sequence[Planned],
        known: dict[str, Row],
        now: datetime,
    ) -> None:
        """Note what changed in the configurations, in the tables and in *known*."""
        changed = [
            each.stored
            for each in planned
            if (row := known.get(each.stored.key)) is None
            or not row["enabled"]
            or table.stored(row) != each.stored
        ]
        # `[hosts]` may have changed where no district did.
        names = {each.stored.sis_host for each in planned}
        hosts = {name: self._fleet.most_at(name) for name in names}
        if hosts.items() - table.hosts(sql).items():
            table.save_hosts(sql, hosts)
        if changed:
            table.save(sql, changed, now)
            known.update({row["key"]: row for row in table.every(sql)})
        there = {each.stored.key for each in planned}
        away = [row for key, row in known.items() if row["enabled"] and key not in there]
        # A file that is broken when this program starts has no district, and yet it is there.
        broken = {row["key"]: self._trouble_of(row["origin"]) for row in away}
        table.note_troubles(sql, {key: why for key, why in broken.items() if why})
        gone = [key for key, why in broken.items() if not why]
        if gone:
            table.disable(sql, gone)

    def _trouble_of(self, origin: str) -> str:
        return self._districts.troubles().get(key_of(Path(origin).stem), "")


def _noted(sql: Connection, now: datetime) -> set[tuple[str, str]]:
    """District and date of every night by the clock that was noted."""
    rows = sql.execute(
        "SELECT district, day FROM night WHERE slot = 'night' AND due > %s", (now - _RECENT,)
    )
    return {(row["district"], row["day"].isoformat()) for row in rows}


def _due(
    planned: Sequence[Planned],
    known: Mapping[str, Row],
    noted: set[tuple[str, str]],
    now: datetime,
) -> list[NewNight]:
    """The nights that are to be noted now, the oldest first."""
    found = []
    for each in planned:
        slot = latest_slot(now, each.serve, each.zone)
        if (each.stored.key, slot.day.isoformat()) not in noted:
            night = _night(each, slot, table.orders(known[each.stored.key]), now)
            found += [night] if night else []
    return sorted(found, key=lambda night: night.due)


def _night(each: Planned, slot: Slot, orders: table.Orders, now: datetime) -> NewNight | None:
    """The night *slot* as it is to be noted; None: nothing is to be noted (yet)."""
    closed = blackout(slot.day, each.serve)
    known = Known(stored=None, pause=orders.pause, blackout=closed, since=orders.served_since)
    answer, over = judge(slot, now, known), now >= slot.ends
    parked, broken = orders.parked, each.stored.trouble
    if answer is Answer.RUN and not (parked or broken):
        state, why = "waiting", None
    elif answer is Answer.MISSED and not parked:
        state, why = "missed", broken or "nothing began it in its window"
    elif over and answer is not Answer.TOO_EARLY:
        # Nobody's loss; noted when it is certain that it does not run.
        state, why = "skipped", closed or (orders.pause.reason if orders.pause else parked)
    else:
        return None
    return NewNight(
        district=each.stored.key,
        day=slot.day,
        due=slot.begins,
        ends=slot.ends,
        sis_host=each.stored.sis_host,
        priority=each.stored.priority,
        state=state,
        why=why,
    )
