"""Faults on demand: rules in the world's file that decide which calls go wrong, and how.

A rule counts the calls that match it. Its chance is drawn from (world's seed, rule, count), so the
same calls in the same order fail again in the same way, whichever process serves them.
"""

import hashlib
import sqlite3
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from fnmatch import fnmatchcase

from mock_sis.world.clock import instant, text
from mock_sis.world.world import World


class Action(StrEnum):
    """What happens to a call that a rule strikes."""

    STATUS = "status"
    DELAY = "delay"
    DROP_BEFORE = "drop_before"
    DROP_AFTER = "drop_after"
    TRUNCATE = "truncate"
    REVOKE = "revoke"
    MAINTENANCE = "maintenance"
    THROTTLE = "throttle"


class When(StrEnum):
    """Whether a call that gets another answer is carried out all the same, before that answer."""

    BEFORE = "before"
    AFTER = "after"


MAY_COME_AFTER = frozenset({Action.STATUS, Action.MAINTENANCE})
"""Answers that a server, or what stands before it, may give when the call was carried out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One rule.

    Attributes:
        server: None for whichever server has the operation.
        operation: operationId, with `*` for any characters and `|` between several; None strikes
            every call.
        nth: only the nth matching call, from 1.
        probability: of each matching call, 0 to 1.
        since: virtual instant until which the rule sleeps.
        until: virtual instant from which it sleeps.
        seconds: how long a delay takes, or what Retry-After asks for.
        when: of `MAY_COME_AFTER`: before, or after, the call was carried out.
        seen: matching calls so far.
        hits: how many of them were struck.
    """

    id: str
    server: str | None
    operation: str | None
    nth: int | None
    probability: float | None
    since: datetime | None
    until: datetime | None
    action: Action
    status: int | None
    seconds: float | None
    when: When
    seen: int = 0
    hits: int = 0

    def concerns(self, server: str, operation: str, now: datetime) -> bool:
        """Whether a call counts for this rule."""
        return (
            self.server in {None, server}
            and self._names(operation)
            and (self.since is None or self.since <= now)
            and (self.until is None or now < self.until)
        )

    def _names(self, operation: str) -> bool:
        return self.operation is None or any(
            fnmatchcase(operation, pattern) for pattern in self.operation.split("|")
        )

    def strikes(self, count: int, seed: object) -> bool:
        """Whether the *count*-th matching call goes wrong."""
        if self.nth is not None and count != self.nth:
            return False
        return self.probability is None or chance(seed, self.id, count) < self.probability


def chance(*key: object) -> float:
    """A number in [0, 1) that depends on nothing but *key*."""
    digest = hashlib.sha256(":".join(map(str, key)).encode()).digest()
    return int.from_bytes(digest[:7]) / 2**56


class Faults:
    """The rules of one world."""

    def __init__(self, world: World) -> None:
        self._world = world

    def all(self) -> list[Fault]:
        """Every rule, oldest first."""
        return [_fault(row) for row in self._world.db.read("SELECT * FROM fault ORDER BY number")]

    def add(
        self,
        action: Action,
        *,
        id: str | None = None,  # noqa: A002 - the control plane's word
        server: str | None = None,
        operation: str | None = None,
        nth: int | None = None,
        probability: float | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        status: int | None = None,
        seconds: float | None = None,
        when: When = When.BEFORE,
    ) -> Fault:
        """Add a rule; one of the same id is replaced and counts anew."""
        with self._world.db.write() as cursor:
            number = cursor.execute("SELECT coalesce(max(number), 0) + 1 FROM fault").fetchone()[0]
            name = id or f"fault-{number}"
            cursor.execute(
                "INSERT OR REPLACE INTO fault"
                " (id, server, operation, nth, probability, since, until, action, status, seconds,"
                " [when]) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    name,
                    server,
                    operation,
                    nth,
                    probability,
                    since and text(since),
                    until and text(until),
                    action,
                    status,
                    seconds,
                    when,
                ),
            )
        return next(fault for fault in self.all() if fault.id == name)

    def remove(self, id: str | None = None) -> bool:  # noqa: A002
        """Remove one rule, or all; False when there was none."""
        with self._world.db.write() as cursor:
            cursor.execute("DELETE FROM fault WHERE ? IS NULL OR id = ?", (id, id))
            return cursor.rowcount > 0

    def strike(self, server: str, operation: str) -> list[Fault]:
        """Count a call; answers the rules that strike it, oldest first."""
        rules = self.all()
        if not rules:
            return []
        now = self._world.now()
        if not any(fault.concerns(server, operation, now) for fault in rules):
            return []
        seed = self._world.setting("seed", 1)
        with self._world.db.write() as cursor:
            concerned = [f for f in self.all() if f.concerns(server, operation, now)]
            struck = [fault for fault in concerned if fault.strikes(fault.seen + 1, seed)]
            cursor.executemany(
                "UPDATE fault SET seen = seen + 1, hits = hits + ? WHERE id = ?",
                [(fault in struck, fault.id) for fault in concerned],
            )
        return struck


def _fault(row: sqlite3.Row) -> Fault:
    values = {name: row[name] for name in row.keys() if name != "number"}  # noqa: SIM118 - sqlite3.Row
    since, until = values["since"], values["until"]
    values |= {"action": Action(values["action"]), "when": When(values["when"])}
    return Fault(**{**values, "since": since and instant(since), "until": until and instant(until)})
