"""Metrics of requests, counted as they happen; the ledger keeps none of single requests."""

from collections.abc import Callable, Mapping
from importlib.metadata import version
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

SECONDS = (0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300)
"""From a fast answer to the longest that anybody waits for."""


def new_registry() -> CollectorRegistry:
    """A registry of our own, with what is built."""
    registry = CollectorRegistry(auto_describe=True)
    build = Gauge("passback_build_info", "Always 1.", ("version",), registry=registry)
    build.labels(version("passback")).set(1)
    return registry


class Requests:
    """Counts and times the requests of all districts since the start of the program."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._count = Counter(
            "passback_requests",
            "Requests by operation and HTTP status; none is a request without an answer.",
            ("district", "system", "operation", "status"),
            registry=registry,
        )
        self._times = Histogram(
            "passback_request_seconds",
            "Time from sending a request to the end of its answer.",
            ("district", "system", "operation"),
            registry=registry,
            buckets=SECONDS,
        )

    def of(self, district: str) -> Callable[[Mapping[str, Any]], None]:
        """What to tell of each request of a district."""

        def hear(event: Mapping[str, Any]) -> None:
            about = (district, event["system"], event["operation"])
            self._count.labels(*about, str(event["status"] or "none")).inc()
            self._times.labels(*about).observe(event["ms"] / 1000)

        return hear
