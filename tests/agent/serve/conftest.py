"""Pages of a made-up district, asked as a browser asks."""

import re
from contextlib import closing
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import flask
import pytest
import stamina

from agent.config import settings_from
from agent.domain import Progress
from agent.ledger import open_ledger
from agent.records import KnownScore, Outcome, State
from agent.serve.access.tokens import hash_of
from agent.serve.app import create_app
from agent.serve.command import Nights
from agent.serve.district import District
from agent.serve.jobs import Jobs
from tests.agent.ledger.records_of_a_school import (
    a_class,
    a_column,
    a_score,
    a_state,
    a_student,
    an_assessment,
    an_intent,
    pull,
)

TOKEN = "a-token-of-this-test"
NOW = datetime(2026, 10, 15, 3, 0, tzinfo=UTC)
NASTY = "<script>alert(1)</script>\"'`{{7*7}}"


class People:
    """One student and one section have names, and no harmless ones."""

    def student(self, sis_id):
        return {"701": f"Ada {NASTY}"}.get(sis_id)

    def section(self, id_):
        return None


class Places:
    def gradebook(self, section, assignment=None):
        return f"http://gradebook.example/{section}#{assignment}" if section else None

    def source(self, assessment):
        return f"http://otus.example/{assessment}"


PRINCIPAL, TEACHER, COLLEAGUE = "principal-token", "teacher-token", "colleague-token"
"""Tokens of an administrator, of the teacher of section 501, and of the one of section 502."""


def person(name, token, teacher=None):
    role = "teacher" if teacher else "administrator"
    found = {"name": name, "role": role, "teacher": teacher, "token_sha256": hash_of(token)}
    return {key: value for key, value in found.items() if value}


PEOPLE = [
    person("principal@school.example", PRINCIPAL),
    person("teacher@school.example", TEACHER, "t-1"),
    person("colleague@school.example", COLLEAGUE, "t-2"),
]


def settings(folder: Path, people=PEOPLE, **serve):
    server = {"url": "http://127.0.0.1:9", "client_id": "passback"}
    plain = {
        "district": "lakeview",
        "timezone": "America/Chicago",
        "source": {"kind": "otus", "client_secret": {"env": "SOURCE"}, **server},
        "sis": {"kind": "skyward", "client_secret": {"env": "SIS"}, **server},
        "policy": {"effective_date": date(2026, 8, 20), "categories": {"Quiz": "QUIZ"}},
        "ledger": {"url": "sqlite:///passback.db"},
        "serve": {"people": people, **serve},
    }
    return settings_from(plain, folder / "passback.toml")


@pytest.fixture(autouse=True)
def _retries_at_once():
    """What is tried again is tried without a pause."""
    with stamina.set_testing(True, attempts=2):
        yield


@pytest.fixture
def made_up(tmp_path):
    return District(
        key="lakeview",
        title=f"Lakeview {NASTY}",
        settings=settings(tmp_path),
        environment={"SOURCE": "s", "SIS": "s"},
        clock=lambda: NOW,
        people=People(),
        places=Places(),
    )


@pytest.fixture
def ledger(made_up):
    with closing(open_ledger(made_up.settings.ledger.url, "lakeview")) as opened:
        yield opened


@pytest.fixture
def ran(ledger):
    """A ledger after one run, with one score sent and one kept back."""
    pull(
        ledger,
        a_class(title=f"Algebra {NASTY}"),
        a_student(),
        a_student("s-2", "702"),
        an_assessment(title=f"Quiz {NASTY}"),
        a_score(points=Decimal("8.5"), progress=Progress.GRADED),
    )
    ledger.runs.begin("r-1", NOW, "sync", None)
    [attempt] = ledger.attempts.intend("r-1", [an_intent()], NOW)
    ledger.attempts.settle([Outcome(attempt=attempt, kind="accepted", detail=NASTY)], NOW)
    column = a_column(ref="li-1")
    ledger.delivered.save_column(column)
    known = KnownScore(student="s-1", seen="8.5", accepted=Decimal("8.5"), had_score=True)
    ledger.delivered.save_scores(column.assessment, column.owner, [known])
    ledger.records.record(
        "r-1",
        [
            a_state(State.CREATED, student=None),
            a_state(State.SENT),
            a_state(State.REFUSED, student="s-2", codes=("not_due_yet",), reason=NASTY),
        ],
    )
    counts = {"created": 1, "sent": 1, "refused": 1}
    requests = {"reads": 3, "writes": 2}
    ledger.runs.end("r-1", NOW, 0, {"counts": counts, "requests": requests, "refusals": {}})
    return ledger


@pytest.fixture
def app(made_up):
    """The app with a page and a button of another part."""
    made = create_app(
        lambda: [made_up], Jobs(Nights()), token=TOKEN, hosts=["passback.school.example"]
    )
    kit = flask.Blueprint("kit", __name__)

    @kit.get("/kit")
    def page():
        form = '<input name="csrf_token" value="{{ csrf_token() }}">'
        return flask.render_template_string(form)

    @kit.post("/kit")
    def button():
        return "done"

    @kit.get("/fault")
    def fault():
        raise RuntimeError(NASTY)

    made.register_blueprint(kit)
    made.config["NAVIGATION"].append(("Start <here>", "/kit"))
    return made


@pytest.fixture
def client(app):
    """A browser that has entered."""
    browser = app.test_client()
    assert browser.get(f"/agent/lakeview/runs?token={TOKEN}").status_code == 303
    return browser


@pytest.fixture
def text(client):
    """Reads a page, wherever its address leads to."""

    def read(address, status=200):
        answer = client.get(address, follow_redirects=True)
        assert answer.status_code == status, answer.get_data(as_text=True)
        return answer.get_data(as_text=True)

    return read


@pytest.fixture
def press(client):
    """Presses a button of ours, as the page *at* has it."""

    def post(address, at, **fields):
        page = client.get(at, follow_redirects=True).get_data(as_text=True)
        token = re.search(r'name="csrf_token" value="([^"]+)"', page)[1]
        return client.post(address, data={"csrf_token": token, **fields}, follow_redirects=True)

    return post
