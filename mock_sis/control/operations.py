"""The control plane: what a test or a person does to a mock beside its API. Contract: control.yaml.

Here: the world as a whole (clock, faults, journal, snapshots, ...). The hands of the teacher and
the registrar, and of Otus, are in `sis` and `otus`.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from mock_sis.control.otus import OtusActor
from mock_sis.control.sis import SisActors, instant_of, moment
from mock_sis.http.bundle import document
from mock_sis.http.contract import contract
from mock_sis.http.exchange import Exchange
from mock_sis.http.types import Answer, Call, Problem, problem_json
from mock_sis.world.clock import ClockBackwardsError, text
from mock_sis.world.faults import MAY_COME_AFTER, Action, Fault, Faults, When
from mock_sis.world.saving import restore_world, save_world
from mock_sis.world.snapshots import Snapshots
from mock_sis.world.world import World
from mock_sis.world.worlds import DEFAULT, Hosted

CONTRACT = "control.yaml"
DONE = Answer(None, 204)
SWITCH = {True: "on", False: "off"}


class Operations(SisActors, OtusActor):
    """Handlers of control.yaml over one world."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self._faults = Faults(world)
        self._snapshots = Snapshots(world)

    def authorize(self, call: Call) -> str:
        """Query keys that the operation does not have are refused; who may call is `Guard`'s."""
        known = contract(CONTRACT).operations[call.operation or ""].parameters
        strange = {name for name, _ in parse_qsl(call.query, keep_blank_values=True)} - known
        if strange:
            raise Problem(422, "unknown query keys: " + ", ".join(sorted(strange)))
        return ""

    def problem(self, problem: Problem, _call: Call) -> Answer:
        """What the contract refuses is 422 here."""
        if problem.status == 400 and problem.violations:
            problem.status, problem.title = 422, "Unprocessable Content"
        return problem_json(problem)

    # ---- the world ------------------------------------------------------------------------------

    def get_health(self, exchange: Exchange) -> Answer:
        """Up, and whose."""
        name, at = exchange.hosted.name, text(self._world.now())
        return Answer({"status": "ok", "server": exchange.call.server, "world": name, "at": at})

    def get_contract(self, call: Call) -> Answer:
        """Of the mock that is asked."""
        return Answer(document(f"{call.server}.yaml"))

    async def reset_world(self, exchange: Exchange, body: dict[str, Any] | None) -> Answer:
        """Back to its start, or to the start that another seed gives."""
        seed = (body or {}).get("seed")
        with _as_problems():
            await asyncio.to_thread(exchange.worlds.reset, exchange.hosted, seed)
        return DONE

    def list_worlds(self, exchange: Exchange) -> Answer:
        """The default world first."""
        found = [exchange.worlds.find(name) for name in exchange.worlds.names()]
        return Answer([_world(hosted) for hosted in found if hosted])

    async def create_world(self, exchange: Exchange, body: dict[str, Any]) -> Answer:
        """Made when this returns, which takes a while for a large one; others are served."""
        if ("size" in body) == ("source" in body):
            raise Problem(422, "a world needs either a size or a source")
        source = Path(body["source"]) if "source" in body else None
        start = moment(body["start"]) if "start" in body else None
        with _as_problems():
            hosted = await asyncio.to_thread(
                exchange.worlds.create,
                body["name"],
                size=body.get("size", "tiny"),
                source=source,
                seed=body.get("seed", 1),
                start=start,
            )
        return Answer(_world(hosted), 201)

    def delete_world(self, exchange: Exchange, name: str) -> Answer:
        """Its file goes too; the default one stays, and the one that is asked."""
        if name == DEFAULT:
            raise Problem(409, "the default world stays as long as the mock runs")
        if exchange.hosted.name == name:
            raise Problem(
                409, "a world is not deleted through its own address; use that of another"
            )
        with _as_problems():
            exchange.worlds.delete(name)
        return DONE

    # ---- time -----------------------------------------------------------------------------------

    def get_clock(self) -> Answer:
        """Virtual time."""
        clock = self._world.clock
        return Answer({"now": text(clock.now()), "frozen": clock.frozen})

    def set_clock(self, body: dict[str, Any]) -> Answer:
        """Never backwards."""
        now = instant_of(self._world, body["now"]) if "now" in body else None
        with _as_problems():
            self._world.set_clock(now, frozen=body.get("frozen"))
        return self.get_clock()

    def advance_clock(self, body: dict[str, Any]) -> Answer:
        """Never backwards."""
        with _as_problems():
            self._world.advance(timedelta(seconds=float(body["seconds"])))
        return self.get_clock()

    # ---- journal, faults ------------------------------------------------------------------------

    def list_journal(
        self,
        exchange: Exchange,
        since: int = 0,
        operation: str | None = None,
        failed: bool | None = None,  # noqa: FBT001 - a query parameter
    ) -> Answer:
        """What this process and others served."""
        journal = exchange.hosted.journal
        return Answer(journal.read(since=since, operation=operation, failed=failed))

    def clear_journal(self, exchange: Exchange) -> Answer:
        """Sequence numbers go on."""
        exchange.hosted.journal.clear()
        return DONE

    def list_faults(self) -> Answer:
        """With how often each was met."""
        return Answer([_fault(fault) for fault in self._faults.all()])

    def add_fault(self, exchange: Exchange, body: dict[str, Any]) -> Answer:
        """In force for the next call."""
        action = Action(body["action"])
        needed = {Action.STATUS: "status", Action.DELAY: "seconds"}.get(action)
        if needed and needed not in body:
            raise Problem(422, f"the action {action} needs {needed}")
        when = When(body.get("when", When.BEFORE))
        if when is When.AFTER and action not in MAY_COME_AFTER:
            raise Problem(422, f"the action {action} cannot come after the call")
        operation = body.get("operation")
        fault = self._faults.add(
            action,
            id=body.get("id"),
            server=None if operation else exchange.call.server,
            operation=operation,
            nth=body.get("nth"),
            probability=_float(body.get("probability")),
            since=instant_of(self._world, body["since"]) if "since" in body else None,
            until=instant_of(self._world, body["until"]) if "until" in body else None,
            status=body.get("status"),
            seconds=_float(body.get("seconds")),
            when=when,
        )
        return Answer(_fault(fault), 201)

    def remove_faults(self, id_: str | None = None) -> Answer:
        """One, or all."""
        if not self._faults.remove(id_) and id_ is not None:
            raise Problem(404, "there is no such fault")
        return DONE

    # ---- snapshots ------------------------------------------------------------------------------

    def list_snapshots(self) -> Answer:
        """By name."""
        return Answer(self._snapshots.list())

    def get_snapshot(self, name: str) -> Answer:
        """That it is there, from when, and how big."""
        found = next((s for s in self._snapshots.list() if s["name"] == name), None)
        if found is None:
            raise Problem(404, "there is no such snapshot")
        return Answer(found)

    async def save_snapshot(self, exchange: Exchange, name: str) -> Answer:
        """With the journal up to now; others are served meanwhile."""
        with _as_problems():
            await asyncio.to_thread(save_world, exchange.hosted, name)
        return self.get_snapshot(name)

    def delete_snapshot(self, name: str) -> Answer:
        """The world stays as it is."""
        with _as_problems():
            self._snapshots.delete(name)
        return DONE

    async def restore_snapshot(self, exchange: Exchange, name: str) -> Answer:
        """Everything, its clock and its journal too; others are served meanwhile."""
        with _as_problems():
            await asyncio.to_thread(restore_world, exchange.hosted, name)
        return DONE

    # ---- enforcement ----------------------------------------------------------------------------

    def get_enforcement(self) -> Answer:
        """Every switch."""
        return Answer({rule: SWITCH[on] for rule, on in self._world.enforcement.all().items()})

    def set_enforcement(self, body: dict[str, Any]) -> Answer:
        """All of them, or none when one is unknown."""
        strange = body.keys() - self._world.enforcement.all().keys()
        if strange:
            raise Problem(422, "the mock enforces no rule " + ", ".join(sorted(strange)))
        self._world.enforcement.set({rule: value in {True, "on"} for rule, value in body.items()})
        return self.get_enforcement()


@contextmanager
def _as_problems() -> Iterator[None]:
    """What the world does not do, as statuses."""
    try:
        yield
    except ClockBackwardsError as error:
        raise Problem(409, str(error)) from error
    except FileExistsError as error:
        raise Problem(409, "there is a world of that name") from error
    except KeyError as error:
        raise Problem(404, "there is nothing of that name") from error
    except (ValueError, OverflowError, OSError) as error:
        raise Problem(422, str(error)) from error


def _world(hosted: Hosted) -> dict[str, Any]:
    setting = hosted.world.setting
    return {
        "name": hosted.name,
        "prefix": "" if hosted.name == DEFAULT else f"/w/{hosted.name}",
        "size": None if setting("source") else setting("size"),
        "source": setting("source"),
        "seed": setting("seed", 1),
        "start": setting("clock_start"),
    }


def _fault(fault: Fault) -> dict[str, Any]:
    instants = {"since": fault.since, "until": fault.until}
    return asdict(fault) | {name: at and text(at) for name, at in instants.items()}


def _float(value: Any) -> float | None:
    return None if value is None else float(value)
