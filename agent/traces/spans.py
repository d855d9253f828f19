"""A span for a run, for each gradebook and for each request; nothing at all where they are off.

A span holds operations, statuses and ids of sections: no URL, no id of a student, and of an error
not even the text.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from agent.errors import ConfigError
from agent.settings import LogSettings

if TYPE_CHECKING:
    from opentelemetry.sdk.trace.export import SpanExporter
    from opentelemetry.trace import Tracer

Observe = Callable[[dict[str, Any]], None]

_PATIENCE = 5.0
"""Seconds for a collector to take what it is given; it is waited for at the end of a command."""
_tracer: "Tracer | None" = None


def set_up(settings: LogSettings, exporter: "SpanExporter | None" = None) -> None:
    """Make spans from now on, in the whole process, if *settings* ask for them.

    *exporter*: by default one that sends where the variables of OpenTelemetry say.

    Raises:
        ConfigError: the extra is not installed.
    """
    global _tracer  # noqa: PLW0603  a process has one tracer
    if not settings.traces:
        _tracer = None
    elif _tracer is None or exporter is not None:
        try:
            _tracer = _made(exporter)
        except ModuleNotFoundError as error:
            raise ConfigError(
                f"[log] traces needs {error.name}: pip install 'passback[otel]'"
            ) from None


def _made(exporter: "SpanExporter | None") -> "Tracer":
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import SERVICE_NAME, Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor, SimpleSpanProcessor

    provider = TracerProvider(resource=Resource.create({SERVICE_NAME: "passback"}))
    provider.add_span_processor(
        BatchSpanProcessor(OTLPSpanExporter(timeout=_PATIENCE))
        if exporter is None
        else SimpleSpanProcessor(exporter)
    )
    return provider.get_tracer("passback")


@contextmanager
def span(name: str, **facts: str | int) -> Iterator[None]:
    """A span for the block; those that it begins, also in a copy of its context, are below it."""
    if _tracer is None:
        yield
        return
    with _tracer.start_as_current_span(
        name, attributes=_named(facts), record_exception=False, set_status_on_exception=False
    ) as own:
        try:
            yield
        except BaseException as error:
            own.set_attribute("error.type", type(error).__name__)
            raise


def note(**facts: str | int) -> None:
    """Add *facts* to the span at work."""
    if _tracer is not None:
        from opentelemetry import trace

        trace.get_current_span().set_attributes(_named(facts))


def observed(observe: Observe) -> Observe:
    """*observe*, with a span for each request that it is told of."""

    def both(event: dict[str, Any]) -> None:
        if _tracer is not None:
            _request(_tracer, event)
        observe(event)

    return both


def _request(tracer: "Tracer", event: dict[str, Any]) -> None:
    ended = time.time_ns()
    facts = {
        "passback.system": event["system"],
        "passback.operation": event["operation"],
        "passback.attempt": event["attempt"],
        "http.request.method": event["method"],
    }
    if event["status"] is not None:
        facts["http.response.status_code"] = event["status"]
    else:
        facts["error.type"] = "no answer"
    began = ended - int(event["ms"] * 1_000_000)
    name = f"{event['system']} {event['operation']}"
    tracer.start_span(name, attributes=facts, start_time=began).end(ended)


def _named(facts: dict[str, str | int]) -> dict[str, str | int]:
    return {f"passback.{name}": value for name, value in facts.items()}
