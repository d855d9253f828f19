"""Spans of a run: one for it, one for each gradebook, one for each request, and nobody in them."""

import sys

import pytest
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from agent.errors import ConfigError
from agent.settings import LogSettings
from agent.sync.run import in_pool
from agent.traces import spans

ON, OFF = LogSettings(traces=True), LogSettings()
REQUEST = {
    "system": "sis",
    "operation": "putResult",
    "method": "PUT",
    "status": 200,
    "ms": 12.5,
    "attempt": 1,
    "write": True,
}


@pytest.fixture
def exported():
    exporter = InMemorySpanExporter()
    spans.set_up(ON, exporter)
    yield exporter.get_finished_spans
    spans.set_up(OFF)


def test_a_request_belongs_to_its_gradebook_and_that_to_the_run_in_every_thread(exported):
    seen = []
    observe = spans.observed(seen.append)

    def decide(number):
        with spans.span("decide gradebook", gradebook=f"2000{number}"):
            observe(REQUEST)

    with spans.span("run", run="r-1"):
        list(in_pool(2, decide, range(3)))
        spans.note(exit_code=0)
    found = exported()
    names = {each.context.span_id: each.name for each in found}
    above = {(e.name, names[e.parent.span_id] if e.parent else None) for e in found}
    assert above == {
        ("run", None),
        ("decide gradebook", "run"),
        ("sis putResult", "decide gradebook"),
    }
    [run] = [each for each in found if each.name == "run"]
    assert dict(run.attributes) == {"passback.run": "r-1", "passback.exit_code": 0}
    assert seen == [REQUEST] * 3


def test_a_request_has_its_operation_status_and_time(exported):
    spans.observed(lambda _event: None)(REQUEST)
    [one] = exported()
    assert one.end_time - one.start_time == 12_500_000
    assert dict(one.attributes) == {
        "passback.system": "sis",
        "passback.operation": "putResult",
        "passback.attempt": 1,
        "http.request.method": "PUT",
        "http.response.status_code": 200,
    }


def test_an_error_is_told_by_its_kind_alone(exported):
    with pytest.raises(ValueError, match="Alvarez"), spans.span("run"):
        raise ValueError("Kim Alvarez")
    [one] = exported()
    assert one.attributes["error.type"] == "ValueError"
    assert "Alvarez" not in one.to_json()


def test_nothing_is_loaded_while_they_are_off(monkeypatch):
    monkeypatch.setitem(sys.modules, "opentelemetry", None)
    spans.set_up(OFF)
    with spans.span("run", run="r-1"):
        spans.note(exit_code=0)
        spans.observed(lambda _event: None)(REQUEST)


def test_without_the_extra_it_says_what_to_install(monkeypatch):
    for name in [name for name in sys.modules if name.startswith("opentelemetry")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "opentelemetry", None)
    with pytest.raises(ConfigError, match=r"pip install 'passback\[otel\]'"):
        spans.set_up(ON)
