"""What is told after a night: to whom, once, after the lock is free, and never in its way."""

import json
import time

import pytest

from agent.errors import LockedError
from agent.ledger import run_lock
from tests.agent.notify.servers import Box, babbling, free_port, receiving, smtp
from tests.e2e.support.district import District
from tests.e2e.support.night_work import fault, some_work

PAGES = '[serve]\naddress = "https://passback.example"\n'


def hooked(district: District, url: str, when: str = "always", more: str = "") -> None:
    """Notices go to a webhook at *url*."""
    (district.folder / "hook.url").write_text(url)
    district.more = f"""{PAGES}
[notify]
within_seconds = 2
[[notify.webhook]]
url = {{ file = "hook.url" }}
when = "{when}"
{more}
"""


def test_a_night_is_told_by_mail_and_webhook_once_and_with_its_figures(district: District):
    box = Box()
    with receiving() as hook, smtp(box, "none") as port:
        mail = f"""
[notify.smtp]
host = "localhost"
port = {port}
security = "none"
from = "passback@lakeview.example"
[[notify.mail]]
to = ["ops@lakeview.example"]
[[notify.mail]]
to = ["it@lakeview.example"]
when = "trouble"
[notify.ping]
url = {{ file = "hook.url" }}
start = true
"""
        hooked(district, hook.url, more=mail)
        some_work(district)
        run = district.sync()

    assert (run.code, run.err) == (0, "")
    [told] = hook.bodies
    report = run.report
    assert told["run"] == report["run"]
    assert told["counts"] == report["counts"]
    assert {r["code"]: r["records"] for r in told["reasons"]} == report["refusals"]
    pages = "https://passback.example/agent/lakeview"
    assert told["links"] == {
        "This run": f"{pages}/runs/{report['run']}",
        "What only teachers can mend": f"{pages}/teachers",
    }
    assert sorted(path for path, _, body in hook.got if not body) == ["/", "/start"]
    [one] = box.mails
    assert one.rcpt_tos == ["ops@lakeview.example"]
    assert "Subject: Passback lakeview: done, " in one.content.decode()
    assert "Quiz a-1" not in json.dumps(told) + one.content.decode()  # titles stay out


def test_the_brake_is_told_with_its_reason(district: District):
    with receiving() as hook:
        hooked(district, hook.url, "trouble", "[brake]\nat_least = 1\nzero_share = 0.1\n")
        district.assess("a-1", classes=[district.assigned("c-1001", dueDate="2026-10-13")])
        run = district.sync()
    assert run.code == 4
    [told] = hook.bodies
    assert told["ending"] == "stopped by the brake, nothing was sent"
    assert [why.partition(" of ")[2].partition(" ")[2] for why in told["why"]] == [
        "scores would become 0 for missing work"
    ]


@pytest.mark.slow
def test_the_lock_is_free_when_a_notice_goes_out(district: District):
    some_work(district)
    free = []
    with receiving() as hook:
        hooked(district, hook.url)
        ledger = f"sqlite:///{district.folder / district.ledger}"

        class Looking(list):
            def append(self, request):
                try:
                    with run_lock(ledger):
                        free.append(True)
                except LockedError:
                    free.append(False)

        hook.got = Looking()
        assert district.sync().code == 0
    assert free == [True]


@pytest.mark.slow
@pytest.mark.parametrize("server", ["dead", "babbling"])
def test_a_server_in_trouble_costs_a_line_and_no_night(district: District, server: str):
    some_work(district)
    fault(district, "status", district.facts.score, status=422, nth=1)
    with babbling(b"HTTP/1.1 200 OK\r\nx: ") as port:
        url = f"http://127.0.0.1:{port if server == 'babbling' else free_port()}"
        hooked(district, url)
        began = time.monotonic()
        run = district.sync()
        assert time.monotonic() - began < 20
    [line] = run.err.splitlines()
    assert (run.code, json.loads(line)["event"]) == (3, "notice not sent")
    assert json.loads(line)["run"] == run.report["run"]
    history = district.command("history", "-c", str(district.config), "--limit", "1").out
    assert "  exit 3  " in history


def test_a_night_that_cannot_begin_is_told(district: District):
    with receiving() as hook:
        hooked(district, hook.url, "trouble")
        district.sis_more = 'client_secret = { file = "nowhere" }'
        assert district.sync().code == 10
        district.sis_more = ""
    [told] = hook.bodies
    assert (told["exit_code"], told["run"]) == (10, "")
    assert "cannot read the secret's file" in told["why"][0]


def test_notify_tries_everybody_and_says_who_was_reached(district: District):
    with receiving() as hook:
        mail = f"""
[notify.smtp]
host = "localhost"
port = {free_port()}
security = "none"
from = "passback@lakeview.example"
[[notify.mail]]
to = ["ops@lakeview.example"]
"""
        hooked(district, hook.url, "trouble", mail)
        run = district.command("notify", "-c", str(district.config))
    assert run.code == 6
    assert run.out == ("FAIL  mail 1: no connection: ConnectionRefusedError\nok    webhook 1\n")
    [told] = hook.bodies
    assert told["test"] is True


def test_notify_without_anybody_says_so(district: District):
    run = district.command("notify", "-c", str(district.config))
    assert (run.code, run.err) == (
        10,
        "passback: [notify] names nobody: no mail, no webhook and no ping\n",
    )
