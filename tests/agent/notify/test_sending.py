"""Notices over real sockets: sent once, tried again where that is safe, bounded in time."""

import base64
import hashlib
import hmac
import json
import signal
import threading
import time
from dataclasses import replace
from datetime import UTC, datetime

import pytest
import stamina

from agent.log import lines as log
from agent.notify.announcer import Announcer
from agent.notify.notice import Notice
from agent.records import State
from agent.settings import (
    LogSettings,
    MailSettings,
    NotifySettings,
    PingSettings,
    Secret,
    ServeSettings,
    SmtpSettings,
    WebhookSettings,
)
from tests.agent.notify.servers import (
    AUTHORITY,
    Box,
    babbling,
    free_port,
    receiving,
    smtp,
)

AT = datetime(2026, 10, 14, 22, 0, tzinfo=UTC)
NOTICE = Notice(run="r-1", district="lakeview", at=AT, code=0, counts={State.SENT: 3})
ENVIRON = {"PASSWORD": "s3cret", "KEY": "whsec_" + base64.b64encode(b"key").decode()}
PASSWORD = Secret(env="PASSWORD")


@pytest.fixture(autouse=True)
def _repeats_at_once():
    with stamina.set_testing(True, attempts=3):
        yield


@pytest.fixture
def logged(capsys):
    log.set_up(LogSettings())
    return lambda: [json.loads(line) for line in capsys.readouterr().err.splitlines()]


@pytest.fixture(scope="session")
def ca_file(tmp_path_factory):
    path = tmp_path_factory.mktemp("ca") / "ca.pem"
    AUTHORITY.cert_pem.write_to_path(str(path))
    return str(path)


def announcer(environ=ENVIRON, **notify):
    return Announcer(
        "lakeview",
        NotifySettings(**{"within_seconds": 10, **notify}),
        ServeSettings(address="https://passback.example/"),
        environ=environ,
        at=AT,
        key="lakeview",
    )


def told(notice=NOTICE, **notify):
    """What was sent, by name, and why the rest was not."""
    return {each.name: each.why for each in announcer(**notify).tell(notice)}


def mail(port, security, ca_file=None, **more):
    server = SmtpSettings(
        host="localhost",
        port=port,
        sender="Passback <passback@lakeview.example>",
        **{"security": security, "ca_file": ca_file, **more},
    )
    return {"smtp": server, "mail": (MailSettings(to=("ops@lakeview.example",)),)}


# ---- mail --------------------------------------------------------------------------------------


@pytest.mark.parametrize("security", ["starttls", "tls", "none"])
def test_a_mail_arrives_once(ca_file, security, logged):
    box = Box()
    signs_in = {"user": "passback", "password": PASSWORD} if security != "none" else {}
    with smtp(box, security) as port:
        assert told(**mail(port, security, ca_file, **signs_in)) == {"mail 1": None}
    [one] = box.mails
    text = one.content.decode()
    assert one.rcpt_tos == ["ops@lakeview.example"]
    assert "Subject: Passback lakeview: done, 3 sent" in text
    assert "Auto-Submitted: auto-generated" in text
    assert "       3  sent" in text
    assert box.signed_in == ([("passback", "s3cret")] if signs_in else [])
    assert logged() == []


def test_a_server_that_is_busy_is_asked_again(logged):
    box = Box("451 later", "421 later")
    with smtp(box, "none") as port:
        assert told(**mail(port, "none")) == {"mail 1": None}
    assert len(box.mails) == 1


def test_a_mail_whose_answer_was_lost_is_not_sent_twice(logged):
    box = Box("lost")
    with smtp(box, "none") as port:
        why = "the connection broke while it was handed over"
        assert told(**mail(port, "none")) == {"mail 1": why}
    assert len(box.mails) == 1


@pytest.mark.parametrize(
    ("then", "why"),
    [
        (["550 no"], "the server refused it (550)"),
        (["451 later"] * 9, "the server refused it (451)"),
    ],
)
def test_a_refused_mail_costs_a_line_of_the_log(then, why, logged):
    with smtp(Box(*then), "none") as port:
        assert told(**mail(port, "none")) == {"mail 1": why}
    [line] = logged()
    shown = {name: line[name] for name in ("event", "to", "why", "run", "district", "level")}
    assert shown == {
        "event": "notice not sent",
        "to": "mail 1",
        "why": why,
        "run": "r-1",
        "district": "lakeview",
        "level": "warning",
    }


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"password": Secret(env="KEY")}, "user and password were refused (535)"),
        ({"password": Secret(env="NONE")}, "[notify.smtp] password: the environment variable NONE"),
        ({"ca_file": None}, "its TLS certificate was not accepted"),
        ({"ca_file": "/nowhere"}, "ca_file cannot be read"),
    ],
)
def test_a_mistake_in_the_set_up_is_named(ca_file, more, why, logged):
    given = {"ca_file": ca_file, "user": "passback", "password": PASSWORD, **more}
    box = Box()
    with smtp(box) as port:
        assert told(**mail(port, "starttls", **given))["mail 1"].startswith(why)
    assert box.mails == []
    assert "s3cret" not in str(logged())


def test_a_server_that_is_not_there_costs_a_line(logged):
    assert told(**mail(free_port(), "none")) == {"mail 1": "no connection: ConnectionRefusedError"}
    assert len(logged()) == 1


# ---- webhooks ----------------------------------------------------------------------------------


def hooked(hook, environ=ENVIRON, notice=NOTICE, **more):
    environ = {**environ, "HOOK": f"{hook.url}/in?sig=abc"}
    wanted = (WebhookSettings(url=Secret(env="HOOK"), **more),)
    return {e.name: e.why for e in announcer(environ, webhook=wanted).tell(notice)}


def test_a_webhook_gets_json_and_a_signature():
    with receiving() as hook:
        assert hooked(hook, secret=Secret(env="KEY")) == {"webhook 1": None}
    [(path, headers, body)] = hook.got
    headers = {name.lower(): value for name, value in headers.items()}
    assert path == "/in?sig=abc"
    signed = f"r-1.{headers['webhook-timestamp']}.".encode() + body
    proof = base64.b64encode(hmac.digest(b"key", signed, hashlib.sha256)).decode()
    assert headers["webhook-signature"] == f"v1,{proof}"
    assert headers["webhook-id"] == "r-1"
    assert abs(int(headers["webhook-timestamp"]) - time.time()) < 60
    [told] = hook.bodies
    assert told["counts"] == {"sent": 3}
    assert told["exit_code"] == 0


@pytest.mark.parametrize(
    ("then", "many", "why"),
    [
        ([503, 429], 3, None),
        ([503] * 9, 3, "it answered 503"),
        ([404], 1, "it answered 404"),
        ([302], 1, "it answered 302"),
        (["lost"], 1, "the connection broke"),
    ],
    ids=str,
)
def test_a_webhook_is_sent_again_only_where_it_said_that_it_has_nothing(then, many, why, logged):
    with receiving(*then) as hook:
        assert hooked(hook) == {"webhook 1": why}
    assert len(hook.got) == many
    assert len(logged()) == (why is not None)


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://hooks.example/x", "[notify] webhook: the url must begin with https://"),
        ("http://localhost.example/x", "[notify] webhook: the url must begin with https://"),
        ("hooks.example", "[notify] webhook: the url must begin with http"),
    ],
)
def test_an_address_without_tls_is_only_of_this_machine(url, why, logged):
    wanted = (WebhookSettings(url=Secret(env="HOOK")),)
    [sent] = announcer({"HOOK": url}, webhook=wanted).tell(NOTICE)
    assert sent.why.startswith(why)
    assert url not in str(logged())


# ---- the watcher -------------------------------------------------------------------------------


def pinged(code=0, **more):
    with receiving() as hook:
        ping = PingSettings(url=Secret(env="PING"), **more)
        watched = announcer({"PING": f"{hook.url}/me"}, ping=ping)
        with watched.begun():
            pass
        watched.tell(replace(NOTICE, code=code))
    return [path for path, _, _ in hook.got]


@pytest.mark.parametrize(
    ("code", "more", "paths"),
    [
        (0, {}, ["/me"]),
        (3, {}, ["/me"]),
        (4, {}, []),
        (6, {"failure": True}, ["/me/6"]),
        (0, {"start": True, "failure": True}, ["/me/start", "/me"]),
    ],
)
def test_the_watcher_hears_of_a_run_that_came_to_its_end(code, more, paths):
    assert pinged(code, **more) == paths


def test_a_ping_that_was_lost_is_sent_again():
    with receiving("lost", 500) as hook:
        ping = PingSettings(url=Secret(env="PING"))
        [sent] = announcer({"PING": hook.url}, ping=ping).tell(NOTICE)
    assert sent.done
    assert len(hook.got) == 3


# ---- never in the way --------------------------------------------------------------------------

SLOW = 1.0


@pytest.mark.parametrize("line", [b"", b"220 ready\r\n250-"], ids=["greeting", "answer"])
def test_a_mail_server_that_never_comes_to_an_end_is_left(line, logged):
    with babbling(line) as port:
        began = time.monotonic()
        given = {**mail(port, "none"), "within_seconds": SLOW}
        assert told(**given) == {"mail 1": "the time for it was over"}
        assert time.monotonic() - began < 2 * SLOW
    assert len(logged()) == 1
    assert gone("notice mail 1")


def test_a_webhook_that_answers_a_byte_at_a_time_is_left(logged):
    with babbling(b"HTTP/1.1 200 OK\r\nx: ") as port:
        wanted = (WebhookSettings(url=Secret(env="HOOK")),)
        environ = {"HOOK": f"http://127.0.0.1:{port}/"}
        began = time.monotonic()
        [sent] = announcer(environ, webhook=wanted, within_seconds=SLOW).tell(NOTICE)
        assert time.monotonic() - began < 2 * SLOW
    assert sent.why in {"no answer in time", "the time for it was over"}
    assert gone("notice webhook 1")


def gone(name):
    """Whether the thread of that name ends: a service must not collect them for months."""
    for _ in range(100):
        if not any(thread.name == name for thread in threading.enumerate()):
            return True
        time.sleep(0.02)
    return False


def test_one_that_hangs_keeps_nothing_from_the_others(logged):
    with babbling(b"") as port, receiving() as hook:
        environ = {"HOOK": hook.url}
        given = {**mail(port, "none"), "webhook": (WebhookSettings(url=Secret(env="HOOK")),)}
        began = announcer(environ, within_seconds=SLOW, **given)
        assert {e.name: e.done for e in began.tell(NOTICE)} == {"mail 1": False, "webhook 1": True}


def test_to_be_told_to_stop_meanwhile_ends_the_waiting_alone(logged):
    with babbling(b"") as port:
        began = time.monotonic()
        here = threading.main_thread().ident
        threading.Timer(0.3, signal.pthread_kill, (here, signal.SIGINT)).start()
        announcer(**mail(port, "none")).tell(NOTICE)
        assert time.monotonic() - began < 5
    [line] = logged()
    assert line["why"] == "told to stop while they were on their way"


def test_a_bug_in_here_costs_a_line_and_nothing_else(logged):
    broken = replace(NOTICE, counts="no counts at all")
    given = {**mail(free_port(), "none")}
    with announcer(**given).ended(broken):
        over = True
    assert over
    [line] = logged()
    assert (line["event"], line["why"]) == ("notices not sent", "a fault: AttributeError")


def test_a_district_name_that_no_mail_may_have_costs_a_line(logged):
    odd = replace(NOTICE, district="lake\nview")
    with smtp(Box(), "none") as port:
        assert told(odd, **mail(port, "none")) == {"mail 1": "a fault: ValueError"}
    assert len(logged()) == 1


def test_of_a_run_that_never_began_those_hear_who_want_trouble(logged):
    from agent.errors import LockedError

    with receiving() as hook:
        wanted = (WebhookSettings(url=Secret(env="HOOK"), when="trouble"),)
        watched = announcer({"HOOK": hook.url}, webhook=wanted)
        with pytest.raises(LockedError), watched.begun():
            raise LockedError("another run holds it")
    [told] = hook.bodies
    assert (told["exit_code"], told["run"], told["why"]) == (11, "", ["another run holds it"])
