"""Who sees what: every address is asked as nobody, as a teacher of another class, as a stranger."""

import csv
from dataclasses import replace
from pathlib import Path

import pytest

from agent.records import State
from agent.serve.access import rights
from agent.serve.app import create_app
from agent.serve.command import Nights
from agent.serve.jobs import Jobs
from tests.agent.ledger.records_of_a_school import (
    a_class,
    a_column,
    a_state,
    a_student,
    an_assessment,
    pull,
)
from tests.agent.serve.conftest import (
    COLLEAGUE,
    PRINCIPAL,
    TEACHER,
    TOKEN,
    person,
    settings,
)

STRANGER = "stranger-token"
IDS = {
    "key": "lakeview",
    "run": "r-1",
    "number": 1,
    "section": "501",
    "assessment": "a-1",
    "student": "s-1",
    "teacher": "t-1",
    "filename": "pages.css",
}
SECRETS = ("Ada", "Quiz", "Algebra", "s-2", "702", "8.5", "/501#")
"""What pages show of the district, and no address that is asked for has in it."""


@pytest.fixture
def both(made_up, tmp_path, ran):
    """An app with two districts; the second one has an administrator of its own."""
    (tmp_path / "hillside").mkdir()
    own = settings(tmp_path / "hillside", [person("stranger@hillside.example", STRANGER)])
    hillside = replace(made_up, key="hillside", title="Hillside", settings=own)
    pull(ran, a_class("c-2", "502", ("t-2",), title="Biology"))
    return create_app(lambda: [made_up, hillside], Jobs(Nights()), hosts=[])


@pytest.fixture
def signed_in(both):
    """Gives a browser in which somebody has signed in."""

    def enter(token):
        browser = both.test_client()
        assert browser.get(f"/agent/?token={token}").status_code == 303
        return browser

    return enter


def every_address(app):
    """Each address once with each of its methods, filled with ids that exist."""
    with app.test_request_context():
        found = [
            (rule.endpoint, method, rule.build({name: IDS[name] for name in rule.arguments})[1])
            for rule in app.url_map.iter_rules()
            for method in sorted(rule.methods - {"HEAD", "OPTIONS"})
            if not rule.endpoint.endswith("static")
        ]
    assert len(found) > 20
    return found


def asked(browser, method, address):
    answer = browser.open(address, method=method)
    return answer.status_code, answer.get_data(as_text=True)


def test_nobody_gets_anything_but_the_form(both):
    for endpoint, method, address in every_address(both):
        code, text = asked(both.test_client(), method, address)
        if endpoint == "access.sign_in":
            assert (code == 200) == (method == "GET")
        else:
            assert code == 401, address
        assert not any(secret in text for secret in (*SECRETS, "Lakeview")), address


def test_a_teacher_of_another_class_sees_nothing_of_this_one(both, signed_in):
    browser = signed_in(COLLEAGUE)
    for endpoint, method, address in every_address(both):
        if endpoint in rights.BEFORE_SIGN_IN | rights.EVERYBODY:
            continue
        code, text = asked(browser, method, address)
        named = any(part in address for part in ("501", "a-1", "s-1", "t-1"))
        expected = 403 if endpoint not in rights.TEACHERS else 404 if named else 200
        assert code == expected, address
        assert not any(secret in text for secret in SECRETS), address
        assert code != 200 or not any(id_ in text for id_ in ("a-1", "s-1", "501")), address


def test_an_administrator_of_another_district_does_not_see_this_one_exist(both, signed_in):
    browser = signed_in(STRANGER)
    for endpoint, method, address in every_address(both):
        if endpoint in rights.BEFORE_SIGN_IN | rights.EVERYBODY:
            continue
        code, text = asked(browser, method, address)
        assert code == 404, address
        assert not any(secret in text for secret in (*SECRETS, "Lakeview")), address
    assert browser.get("/agent/hillside/runs").status_code == 200
    home = browser.get("/agent/")
    assert home.headers["Location"].endswith("/agent/hillside/tonight")


def test_a_teacher_sees_the_own_section_and_nothing_else(both, signed_in, ran):
    pull(
        ran,
        a_student("s-7", "707"),
        an_assessment("a-1", "c-2", title="Theirs"),
        an_assessment("a-2", "c-2", title="Theirs too"),
    )
    theirs = [
        a_state(State.HELD, student="s-7", section="502", reason="their reason"),
        a_state(State.CREATED, student=None, section="502"),
        a_state(State.SENT, "a-2", student="s-7", section="502"),
    ]
    ran.records.record("r-1", theirs)
    ran.delivered.save_column(a_column("a-1", "c-2", gradebook="502", ref="li-2"))
    browser = signed_in(TEACHER)
    assert browser.get("/agent/").headers["Location"].endswith("/agent/lakeview/sections")
    for endpoint, method, address in every_address(both):
        if endpoint in rights.TEACHERS:
            code, text = asked(browser, method, address)
            assert code == 200, address
            for secret in ("Theirs", "s-7", "707", "their reason", "502", "Biology"):
                assert secret not in text, address
    for address in (
        *("sections/502", "assignments/a-2", "scores/a-1/s-7", "scores/a-2/s-7", "students/s-7"),
        *("scores/a-2/s-1", "assignments/none", "students/none", "sections/none"),
    ):
        assert browser.get(f"/agent/lakeview/{address}").status_code == 404, address
    for query in ("section=502", "assessment=a-2", "student=s-7", "q=s-7", "q=biology"):
        text = browser.get(f"/agent/lakeview/records?{query}").get_data(as_text=True)
        assert "No record fits" in text, query
        rows = browser.get(f"/agent/lakeview/records.csv?{query}").get_data(as_text=True)
        assert len([*csv.reader(rows.splitlines())]) == 1, query


def test_a_teacher_without_a_class_has_empty_lists(made_up, ran):
    lone = replace(made_up, settings=settings_with(made_up, [person("new", "new-token", "t-9")]))
    browser = create_app(lambda: [lone], Jobs(Nights()), hosts=[]).test_client()
    page = browser.get("/agent/?token=new-token", follow_redirects=True).get_data(as_text=True)
    assert "Otus lists you in no class" in page
    assert browser.get("/agent/lakeview/assignments/a-1").status_code == 404


def settings_with(made_up, people, **serve):

    return settings(
        Path(made_up.settings.ledger.url.removeprefix("sqlite:///")).parent, people, **serve
    )


def test_an_address_of_another_part_is_for_the_apps_own_token_alone(app):
    browser = app.test_client()
    browser.get(f"/agent/?token={PRINCIPAL}")
    assert browser.get("/agent/lakeview/runs").status_code == 200
    assert browser.get("/kit").status_code == 403
    browser.get(f"/agent/?token={TOKEN}")
    assert browser.get("/kit").status_code == 200


def test_one_token_opens_every_district_that_knows_it(made_up, tmp_path, ran):
    (tmp_path / "hillside").mkdir()
    own = settings(tmp_path / "hillside", [person("principal@school.example", PRINCIPAL)])
    hillside = replace(made_up, key="hillside", title="Hillside", settings=own)
    browser = create_app(lambda: [made_up, hillside], Jobs(Nights()), hosts=[]).test_client()
    page = browser.get(f"/agent/?token={PRINCIPAL}", follow_redirects=True).get_data(as_text=True)
    assert "/agent/lakeview/tonight" in page
    assert "/agent/hillside/tonight" in page


def test_who_is_taken_out_of_the_configuration_is_out_at_once(made_up, ran):
    served = [made_up]
    browser = create_app(lambda: served, Jobs(Nights()), hosts=[]).test_client()
    browser.get(f"/agent/?token={TEACHER}")
    assert browser.get("/agent/lakeview/sections").status_code == 200
    served[0] = replace(made_up, settings=settings_with(made_up, []))
    assert browser.get("/agent/lakeview/sections").status_code == 401
