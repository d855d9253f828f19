"""`/health`, `/ready` and `/metrics`: who may ask, what they say, and what they never hold."""

from contextlib import closing
from dataclasses import replace
from datetime import timedelta

import pytest
from prometheus_client import CollectorRegistry
from prometheus_client.parser import text_string_to_metric_families

from agent.commands.events import Events
from agent.ledger import open_ledger
from agent.serve.monitor.app import Watched, monitored
from agent.serve.monitor.ledgers import GAUGES, Ledgers
from agent.serve.monitor.requests import Requests, new_registry
from tests.agent.serve.conftest import NASTY, NOW, settings
from tests.meta.project_files import ROOT, text_of


class Asked:
    """What is watched, and asks as a program does."""

    def __init__(self, registry=None, *, open_=True, token=None, hosts=("passback.example",)):
        self.alive, self.troubles = True, {}
        watched = Watched(
            alive=lambda: self.alive,
            troubles=lambda: self.troubles,
            registry=registry or CollectorRegistry(),
            open=open_,
            token=token,
        )
        self._app = monitored(self._pages, watched, hosts)

    def _pages(self, environ, start):
        start("418 I'm a teapot", [])
        return [b"pages"]

    def __call__(self, path, host="localhost:8090", token=None, more=()):
        found = {}
        environ = {
            "REQUEST_METHOD": "GET",
            "PATH_INFO": path,
            "SERVER_NAME": "x",
            "SERVER_PORT": "80",
            "wsgi.url_scheme": "http",
            "HTTP_HOST": host,
            **dict(more),
        }
        if token:
            environ["HTTP_AUTHORIZATION"] = token
        body = self._app(environ, lambda status, _headers, *_: found.update(status=status))
        return int(found["status"][:3]), b"".join(body).decode()


def test_they_say_whether_it_is_well():
    ask = Asked()
    assert ask("/health") == (200, "ok\n")
    assert ask("/ready") == (200, "ready\n")
    ask.alive, ask.troubles = False, {"lakeview": "the disk is full", "hilltop": "no such zone"}
    assert ask("/health") == (503, "the clock is not looked at any more\n")
    assert ask("/ready") == (503, "hilltop: no such zone\nlakeview: the disk is full\n")
    assert ask("/agent/lakeview/runs") == (418, "pages")


@pytest.mark.parametrize(
    ("given", "seen"),
    [
        *((None, False), ("Bearer", False), ("Bearer wrong", False), ("Basic right", False)),
        *(("Bearer right", True), ("bearer right", True), ("Bearer  right", True)),
    ],
)
@pytest.mark.parametrize("open_", [True, False])
def test_with_a_token_file_the_token_is_needed_everywhere(given, seen, open_):
    ask = Asked(open_=open_, token="right")
    ask.troubles = {"lakeview": "the disk is full"}
    assert ask("/metrics", token=given)[0] == (200 if seen else 401)
    assert ("disk" in ask("/ready", token=given)[1]) == seen
    assert ask("/ready", token=given)[0] == 503
    assert ask("/health", token=given) == (200, "ok\n")


def test_beyond_loopback_nothing_is_told_without_a_token_file():
    ask = Asked(open_=False)
    ask.troubles = {"lakeview": "the disk is full"}
    assert ask("/metrics", token="Bearer ")[0] == 401
    assert ask("/metrics", token="Bearer None")[0] == 401
    assert ask("/ready") == (503, "not ready\n")


@pytest.mark.parametrize(
    ("host", "more"),
    [("passback.example", {}), ("localhost", {"HTTP_X_FORWARDED_FOR": "10.1.2.3"})],
)
def test_through_a_proxy_on_this_machine_others_are_told_no_more(host, more):
    ask = Asked()
    ask.troubles = {"lakeview": "the disk is full"}
    assert ask("/metrics", host, more=more)[0] == 401
    assert ask("/ready", host, more=more) == (503, "not ready\n")
    assert ask("/health", host, more=more) == (200, "ok\n")


@pytest.mark.parametrize(
    ("host", "here", "beyond"),
    [
        *(("localhost:1", True, True), ("127.0.0.1", True, True)),
        *(("passback.example:8090", True, True), ("elsewhere.example", False, False)),
        *(("10.1.2.3:8090", False, True), ("[fd00::1]:8090", False, True)),
        *(("", False, False), ("10.1.2.3.elsewhere.example", False, False)),
    ],
)
@pytest.mark.parametrize("path", ["/health", "/ready", "/metrics"])
def test_only_known_hosts_are_answered_and_beyond_loopback_any_address(host, here, beyond, path):
    assert (Asked(token=None)(path, host)[0] == 400) != here
    assert (Asked(open_=False, token="t")(path, host, "Bearer t")[0] == 400) != beyond


# ---- metrics ------------------------------------------------------------------------------------


@pytest.fixture
def registry():
    return new_registry()


def samples(registry):
    """The samples of a scrape, read as Prometheus reads them."""
    text = Asked(registry)("/metrics")[1]
    return {
        (sample.name, *sorted(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }, text


def test_a_scrape_says_what_the_last_run_did(made_up, ran, registry):
    registry.register(Ledgers(lambda: [made_up], lambda: NOW, by_clock=True))
    found, text = samples(registry)
    lakeview = ("district", "lakeview")

    def value(name, **labels):
        return found.get((f"passback_{name}", *sorted([lakeview, *labels.items()])))

    assert value("up") == 1
    assert value("last_run_timestamp_seconds") == NOW.timestamp()
    assert value("last_success_timestamp_seconds") == NOW.timestamp()
    assert (value("last_run_exit_code"), value("brake_tripped"), value("open_writes")) == (0, 0, 0)
    assert value("last_run_requests", kind="write") == 2
    assert value("records", kind="score", state="sent", code="") == 1
    assert value("records", kind="score", state="refused", code="not_due_yet") == 1
    # 10:00 in the evening in Chicago: tomorrow at nine.
    assert value("next_run_timestamp_seconds") == (NOW + timedelta(hours=23)).timestamp()
    assert value("paused") == 0
    for word in (NASTY, "Lakeview", "s-1", "s-2", "701", "702", "a-1", "r-1", "Quiz", "Algebra"):
        assert word not in text


def test_a_brake_a_pause_and_what_waits_are_seen(made_up, ran, registry):
    ran.runs.begin("r-2", NOW + timedelta(days=1), "sync", None)
    ran.runs.end("r-2", NOW + timedelta(days=1), 4, {"message": "stopped", "findings": ["half"]})
    ran.pauses.begin("a reason", "ada", NOW)
    registry.register(Ledgers(lambda: [made_up], lambda: NOW + timedelta(days=2), by_clock=True))
    found, _ = samples(registry)
    names = {key[0]: value for key, value in found.items()}
    assert names["passback_brake_tripped"] == 1
    assert names["passback_last_run_exit_code"] == 4
    assert names["passback_last_success_timestamp_seconds"] == NOW.timestamp()
    assert names["passback_paused"] == 1
    assert "passback_next_run_timestamp_seconds" not in names


def test_what_a_person_sent_again_or_took_back_is_no_night(made_up, ran, registry):
    for number, (command, code) in enumerate([("sync", 4), ("resend", 0), ("undo", 0)], 2):
        at = NOW + timedelta(hours=number)
        ran.runs.begin(f"r-{number}", at, command, None)
        ran.runs.end(f"r-{number}", at, code, {})
    registry.register(Ledgers(lambda: [made_up], lambda: NOW + timedelta(days=1), by_clock=True))
    found, _ = samples(registry)
    names = {key[0]: value for key, value in found.items()}
    assert names["passback_brake_tripped"] == 1
    assert names["passback_last_success_timestamp_seconds"] == NOW.timestamp()


def test_a_ledger_that_cannot_be_read_is_down_and_the_others_are_not(
    made_up, ran, registry, tmp_path
):
    (tmp_path / "bad").mkdir()
    bad = replace(made_up, key="bad", settings=settings(tmp_path / "bad"))
    (tmp_path / "bad" / "passback.db").write_text("no ledger " * 100)
    registry.register(Ledgers(lambda: [bad, made_up], lambda: NOW, by_clock=True))
    found, _ = samples(registry)
    up = {key[1][1]: value for key, value in found.items() if key[0] == "passback_up"}
    assert up == {"bad": 0, "lakeview": 1}
    assert {key[1][1] for key in found if "last_run" in key[0]} == {"lakeview"}


def test_requests_are_counted_by_operation_and_status(registry):
    hear = Requests(registry).of("lakeview")
    events = Events(hear=hear)
    about = {
        "system": "sis",
        "operation": "putResult",
        "method": "PUT",
        "attempt": 1,
        "write": True,
    }
    for status in (200, 200, 503, None):
        events.observe({**about, "status": status, "ms": 300.0})
    found, _ = samples(registry)
    labels = [("district", "lakeview"), ("operation", "putResult"), ("system", "sis")]
    totals = {
        dict(key[1:])["status"]: value
        for key, value in found.items()
        if key[0] == "passback_requests_total"
    }
    assert totals == {"200": 2, "503": 1, "none": 1}
    assert found["passback_request_seconds_count", *labels] == 4
    below = sorted([*labels, ("le", "0.5")])
    assert found["passback_request_seconds_bucket", *below] == 4
    assert found["passback_request_seconds_bucket", *sorted([*labels, ("le", "0.25")])] == 0


def test_all_records_are_counted_once_a_run(made_up, ran):
    counted = Ledgers(lambda: [made_up], lambda: NOW, by_clock=False)
    first = list(counted.collect())
    with closing(open_ledger(made_up.settings.ledger.url, "lakeview")) as ledger:
        kept = counted._kept["lakeview"]
        assert list(map(str, counted.collect())) == list(map(str, first))
        assert counted._kept["lakeview"] is kept
        ledger.runs.begin("r-2", NOW, "sync", None)
        ledger.runs.end("r-2", NOW, 0, {})
    list(counted.collect())
    assert counted._kept["lakeview"] is not kept


def test_every_metric_is_explained():
    told = text_of(ROOT / "docs/run/metrics.md")
    names = {f"passback_{name}" for name in GAUGES}
    names |= {"passback_requests_total", "passback_request_seconds", "passback_build_info"}
    assert [name for name in names if f"| `{name}` |" not in told] == []
