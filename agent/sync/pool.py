"""Work on many gradebooks at a time, and take the results in order."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from typing import TypeVar

AHEAD = 16
"""Gradebooks a thread that may be done, or wait, while the oldest one is still at work."""

In = TypeVar("In")
Out = TypeVar("Out")


def in_pool(workers: int, function: Callable[[In], Out], items: Iterable[In]) -> Iterator[Out]:
    """Map in order over *workers* threads, holding few items at a time.

    A slow item stops the others only when they are `AHEAD` of it.
    """
    pending: deque[Future[Out]] = deque()
    with ThreadPoolExecutor(workers) as pool:
        try:
            for item in items:
                # Each in a copy of our context, so that log lines and spans belong to the run.
                pending.append(pool.submit(copy_context().run, function, item))
                while pending and (pending[0].done() or len(pending) >= workers * AHEAD):
                    yield pending.popleft().result()
            while pending:
                yield pending.popleft().result()
        finally:
            for future in pending:
                future.cancel()
