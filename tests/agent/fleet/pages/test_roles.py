"""Who sees what of a fleet: every address as nobody, as each role, as another district's people."""

import pytest

from agent.fleet.pages.addresses import Shared
from agent.fleet.pages.app import create_fleet_app
from agent.fleet.pages.configured import PAUSE, Configured
from agent.fleet.pages.staff import Staff
from agent.fleet.settings import load_fleet
from agent.ledger import file_of
from agent.serve.access import rights
from agent.serve.access.tokens import hash_of
from agent.settings import PersonSettings, ServeSettings
from tests.agent.fleet.pages.conftest import OTHER, OWN, STAFF, Browser
from tests.agent.serve.conftest import TEACHER
from tests.agent.serve.test_roles import every_address


@pytest.fixture(autouse=True)
def _known(rows):
    for key in ("lakeview", "hillside"):
        rows.district(key)
        rows.night(key)


def asked(client, method, address):
    answer = client.open(address, method=method)
    return answer.status_code, answer.get_data(as_text=True)


def others(app):
    """Every address but those for everybody."""
    free = rights.BEFORE_SIGN_IN | rights.EVERYBODY
    return [each for each in every_address(app) if each[0] not in free]


def test_nobody_sees_anything(app):
    for _, method, address in others(app):
        code, text = asked(app.test_client(), method, address)
        assert code == 401, address
        assert "Lakeview" not in text


def test_staff_begin_with_all_districts_and_see_each(app):
    client = Browser(app, STAFF).client
    assert client.get("/agent/").headers["Location"].endswith("/fleet/districts")
    for key in ("lakeview", "hillside"):
        assert client.get(f"/fleet/districts/{key}").status_code == 200


def test_an_administrator_begins_with_the_own_district_and_sees_no_other(app):
    browser = Browser(app, OWN)
    assert browser.client.get("/agent/").headers["Location"].endswith("/fleet/districts/lakeview")
    assert "Hillside" not in browser.read("/fleet/districts/lakeview")
    for address in ("/fleet/districts", "/fleet/workers", "/fleet/hosts"):
        assert "Hillside" not in browser.read(address, 403)
    assert "Hillside" not in browser.read("/fleet/districts/hillside", 404)


def test_another_districts_administrator_gets_nothing_of_this_one(app):
    client = Browser(app, OTHER).client
    for endpoint, method, address in others(app):
        code, text = asked(client, method, address)
        all_of_them = endpoint in {"fleet.districts", "fleet.workers", "fleet.hosts"}
        assert code == (403 if all_of_them else 404), address
        assert "Lakeview" not in text, address


def test_a_teacher_sees_nothing_of_the_fleet(app):
    client = Browser(app, TEACHER).client
    assert client.get("/agent/").headers["Location"].endswith("/agent/lakeview/sections")
    for endpoint, method, address in others(app):
        if endpoint.startswith("fleet."):
            assert asked(client, method, address)[0] == 403, address


def test_ledgers_are_only_read(app, served):
    client = Browser(app, STAFF).client
    for endpoint, method, address in others(app):
        writes = method != "GET" and endpoint.startswith("agent.")
        if writes or endpoint in {"agent.preview", "agent.previewed", "agent.running"}:
            assert asked(client, method, address)[0] in {400, 404}, address
    code, text = asked(client, "GET", "/agent/lakeview/runs")
    assert code == 503
    assert "there is no ledger" in text
    assert not file_of(served[0].settings.ledger.url).exists()


@pytest.mark.parametrize(("peer", "code"), [("10.0.0.7", 200), ("10.0.0.8", 401)])
def test_staff_by_a_proxy_is_believed_from_a_trusted_address_alone(rows, served, peer, code):
    people = (PersonSettings(name="ada@vendor.example", role="administrator"),)
    staff = ServeSettings(people=people, user_header="X-User", trusted_proxies=("10.0.0.7",))
    shared = Shared(rows.database, lambda: rows.now)
    app = create_fleet_app(lambda: served, shared, hosts=[], staff=lambda: staff)
    answer = app.test_client().get(
        "/fleet/districts",
        headers={"X-User": "ada@vendor.example"},
        environ_overrides={"REMOTE_ADDR": peer},
    )
    assert answer.status_code == code


def test_who_is_taken_out_of_fleet_toml_is_out(tmp_path):
    file = tmp_path / "fleet.toml"
    person = f'[[pages.people]]\nname = "ada"\ntoken_sha256 = "{hash_of(STAFF)}"\n'
    database = '[database]\nurl = "postgresql://x@y/z"\n'
    file.write_text(database + person)
    staff = Staff(file, load_fleet(file), load_fleet)
    assert [each.name for each in staff().people] == ["ada"]
    assert staff() is staff()
    file.write_text(database + person + "nonsense")
    assert [each.name for each in staff().people] == ["ada"]
    file.write_text(database)
    assert staff().people == ()


def test_districts_are_looked_at_now_and_then_and_the_same_as_long_as_nothing_changed(served):
    found, ticks, read = [list(served)], [0.0], []

    def districts():
        read.append(ticks[0])
        return found[0]

    configured = Configured(districts, lambda: ticks[0])
    first = configured()
    assert configured() is first
    ticks[0] += PAUSE
    assert configured() is first
    found[0] = list(served[:1])
    assert configured() is first
    ticks[0] += PAUSE
    assert configured() == served[:1]
    assert len(read) == 3
