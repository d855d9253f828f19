"""The queue of Procrastinate, in the same schema as the fleet's tables."""

import asyncio
import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import date
from pathlib import Path
from typing import Any, LiteralString

import procrastinate
from procrastinate import exceptions, jobs
from procrastinate.connector import Notify

from agent.errors import DatabaseError
from agent.fleet.database.connection import errors_as_ours, is_away
from agent.fleet.engine.port import Job, Lost, Order

QUEUE = TASK = "night"
_LOOK = 0.2
"""Seconds between two looks whether to stop."""


class Procrastinate:
    """`Engine` on Procrastinate.

    Args:
        parameters: how to connect, asked at each connection.
        heartbeat: seconds between two signs of life of a worker.
        missed: so many heartbeats without one, and a worker counts as dead.
        patience: seconds for which a statement waits for a connection.
    """

    def __init__(
        self,
        parameters: Callable[[], dict[str, Any]],
        heartbeat: float,
        *,
        missed: int = 3,
        patience: float = 5.0,
    ) -> None:
        self._parameters, self._heartbeat = parameters, heartbeat
        self._patience = patience
        self.dead_after = heartbeat * missed

    def enqueue(self, connection: Any, orders: Sequence[Order]) -> Sequence[int]:
        """See `Engine`."""
        if not orders:
            return ()
        manager = procrastinate.App(connector=procrastinate.SyncPsycopgConnector()).job_manager
        done = manager.batch_defer_jobs([_job(order) for order in orders], connection)
        return [each.id or 0 for each in done]

    def work(
        self, do: Callable[[Job], None], slots: int, stop: Callable[[], bool], lost: Lost
    ) -> None:
        """See `Engine`."""
        # What these log about a job or an outage, we log about its night.
        for name in ("procrastinate", "psycopg.pool", "asyncio"):
            logging.getLogger(name).setLevel(logging.CRITICAL)
        with (
            _errors_as_ours(),
            ThreadPoolExecutor(slots, thread_name_prefix="night") as threads,
        ):
            asyncio.run(self._work(do, slots, stop, lost, threads))

    async def _work(
        self,
        do: Callable[[Job], None],
        slots: int,
        stop: Callable[[], bool],
        lost: Lost,
        threads: ThreadPoolExecutor,
    ) -> None:
        connector = self._connector(2, 4)
        app, ids = procrastinate.App(connector=connector), set[int]()

        @app.task(name=TASK, queue=QUEUE, pass_context=True)
        async def work(context: procrastinate.JobContext, /, **_arguments: Any) -> None:
            ids.add(context.job.worker_id or 0)
            # Its own threads: asyncio has fewer of them than a worker may have slots.
            await asyncio.get_running_loop().run_in_executor(threads, do, _known(context.job))

        async with app.open_async():
            working = asyncio.create_task(
                app.run_worker_async(
                    queues=[QUEUE],
                    name="worker",
                    concurrency=slots,
                    delete_jobs=jobs.DeleteJobCondition.SUCCESSFUL,
                    fetch_job_polling_interval=min(self._heartbeat, 5.0),
                    update_heartbeat_interval=self._heartbeat,
                    stalled_worker_timeout=self.dead_after,
                    install_signal_handlers=False,
                )
            )
            while not (working.done() or stop() or connector.away):
                await asyncio.wait([working], timeout=_LOOK)
            if not stop():
                lost()
            working.cancel()  # it waits for what is at work
            with suppress(asyncio.CancelledError):
                await self._alive_until_done(working, app, ids)

    async def _alive_until_done(
        self, working: asyncio.Task[None], app: procrastinate.App, ids: set[int]
    ) -> None:
        """Give signs of life while the last nights end: the engine's own have stopped by then."""
        while not working.done():
            for each in ids:
                with suppress(exceptions.ConnectorException):
                    await app.job_manager.update_heartbeat(each)
            await asyncio.wait([working], timeout=self._heartbeat)
        await working

    def sweep(self, again: Callable[[Job], None]) -> int:
        """See `Engine`."""
        with _errors_as_ours():
            return asyncio.run(self._sweep(again))

    async def _sweep(self, again: Callable[[Job], None]) -> int:
        app = procrastinate.App(connector=self._connector(1, 1))
        async with app.open_async():
            manager = app.job_manager
            stalled = list(
                await manager.get_stalled_jobs(queue=QUEUE, seconds_since_heartbeat=self.dead_after)
            )
            failed = list(
                await manager.list_jobs_async(queue=QUEUE, status=jobs.Status.FAILED.value)
            )
            for each in [*stalled, *failed]:
                again(_known(each))
            for each in stalled:
                # Its worker may have ended it meanwhile.
                with suppress(exceptions.ConnectorException):
                    await manager.finish_job(each, jobs.Status.FAILED, delete_job=True)
            if stalled:
                await manager.prune_stalled_workers(self.dead_after)
            if failed:
                await manager.delete_old_jobs(nb_hours=0, queue=QUEUE, include_failed=True)
        return len(stalled) + len(failed)

    def install(self, connection: Any, before: str) -> str:
        """See `Engine`; a version is the name of the last of Procrastinate's migrations."""
        schema = procrastinate.App(connector=procrastinate.SyncPsycopgConnector()).schema_manager
        migrations = sorted(Path(schema.get_migrations_path()).glob("*.sql"))
        if not before:
            connection.execute(schema.get_schema())
        for file in migrations if before else ():
            if file.name > before:
                connection.execute(file.read_text("utf-8"))
        return max(before, migrations[-1].name)

    def _connector(self, least: int, most: int) -> "Connector":
        found = self._parameters()
        conninfo = found.pop("conninfo")
        return Connector(
            conninfo=conninfo, kwargs=found, min_size=least, max_size=most, timeout=self._patience
        )


class Connector(procrastinate.PsycopgConnector):
    """Procrastinate's, which notices when the database is away.

    A worker whose connection is lost fetches nothing any more, but waits for the nights at work,
    which may take hours: they are to be told to stop.
    """

    away = False

    async def execute_query_async(self, query: LiteralString, **arguments: Any) -> None:
        """Do a statement."""
        with self._noticing():
            await super().execute_query_async(query, **arguments)

    async def execute_query_one_async(
        self, query: LiteralString, **arguments: Any
    ) -> dict[str, Any]:
        """The one row of a query."""
        with self._noticing():
            found: dict[str, Any] = await super().execute_query_one_async(query, **arguments)
            return found

    async def execute_query_all_async(
        self, query: LiteralString, **arguments: Any
    ) -> list[dict[str, Any]]:
        """All rows of a query."""
        with self._noticing():
            found: list[dict[str, Any]] = await super().execute_query_all_async(query, **arguments)
            return found

    async def listen_notify(self, on_notification: Notify, channels: Iterable[str]) -> None:
        """Listen for new jobs."""
        with self._noticing():
            await super().listen_notify(on_notification, channels)

    @contextmanager
    def _noticing(self) -> Iterator[None]:
        try:
            yield
        except exceptions.ConnectorException as error:
            # One that is about a row, such as a job that was given to another worker, is none.
            self.away = self.away or is_away(error.__cause__)
            raise


@contextmanager
def _errors_as_ours() -> Iterator[None]:
    """One line that the database is away."""
    try:
        with errors_as_ours():
            yield
    except exceptions.ConnectorException as error:
        raise DatabaseError("the fleet's database does not answer") from error


def _job(order: Order) -> jobs.Job:
    return jobs.Job(
        queue=QUEUE,
        task_name=TASK,
        lock=order.district,
        # Not the district alone: the job of a night that was missed may still be in the queue.
        queueing_lock=f"{order.district} {order.day} {order.slot}",
        priority=order.priority,
        task_kwargs={
            "district": order.district,
            "day": order.day.isoformat(),
            "slot": order.slot,
        },
    )


def _known(job: jobs.Job) -> Job:
    told = job.task_kwargs
    order = Order(
        district=str(told["district"]),
        day=date.fromisoformat(str(told["day"])),
        slot=str(told["slot"]),
        priority=job.priority,
    )
    return Job(job.id or 0, order)
