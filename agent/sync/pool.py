"""The night's threads: work handed out in order, and its results taken back in order."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

In = TypeVar("In")
Out = TypeVar("Out")

AHEAD = 16
"""Gradebooks a thread that may be done, or wait, while the oldest one is still at work."""


def in_pool(workers: int, function: Callable[[In], Out], items: Iterable[In]) -> Iterator[Out]:
    """Map in order over a bounded pool of threads, holding few items at a time.

    One that takes long keeps the others from going on only when they are `AHEAD` of it.
    """
    pending: deque[Future[Out]] = deque()
    with ThreadPoolExecutor(workers) as pool:
        try:
            for item in items:
                pending.append(pool.submit(function, item))
                while pending and (pending[0].done() or len(pending) >= workers * AHEAD):
                    yield pending.popleft().result()
            while pending:
                yield pending.popleft().result()
        finally:
            for future in pending:
                future.cancel()
