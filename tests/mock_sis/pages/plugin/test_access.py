"""PowerSchool's page of a plugin's access: what it may read and write, changed by a form."""

import re

import pytest

from tests.browser import sound
from tests.mock_sis.pages.conftest import client_of


@pytest.fixture
def ps(powerschool):
    """A client of the PowerSchool mock without a token."""
    with client_of(powerschool) as made:
        yield made


def form(ps, path="/pages/plugin"):
    text = ps.get(path).text
    return {"csrf_token": re.search('name="csrf_token" value="([^"]+)"', text)[1]}


def grants(world):
    return world.setting("powerschool", {}).get("grants")


def test_everything_is_granted_in_full_at_first(ps):
    text = ps.get("/pages/plugin").text
    chosen = re.findall(r'name="access">(.*?)</select>', text, re.DOTALL)

    assert chosen
    assert all('value="full" selected' in one for one in chosen)
    assert text.index('id="assignmentscore"') < text.index('id="cc"')


def test_a_table_is_narrowed_and_powerschool_obeys(ps, world):
    answer = ps.post(
        "/pages/plugin/assignmentscore",
        data={**form(ps), "access": "view"},
        follow_redirects=True,
    )

    assert "PowerSchool refuses what it writes there." in answer.text
    assert grants(world) == {"assignmentscore": "view"}
    assert 'value="view" selected' in answer.text


def test_a_field_has_an_access_of_its_own_and_loses_it_again(ps, world):
    world.configure(powerschool={"grants": {"users": "none"}, "maxima": {"student": 5}})
    data = {**form(ps), "access": "full", "access-scorepoints": "none", "access-nothing": "none"}
    ps.post("/pages/plugin/assignmentscore", data=data)
    assert grants(world) == {
        "users": "none",
        "assignmentscore": "full",
        "assignmentscore.scorepoints": "none",
    }

    ps.post("/pages/plugin/assignmentscore", data={**form(ps), "access": "full"})
    assert grants(world) == {"users": "none", "assignmentscore": "full"}
    assert world.setting("powerschool")["maxima"] == {"student": 5}


def test_another_plugin_has_an_access_of_its_own(ps, world):
    world.configure(powerschool={"plugins": {"reader": {"secret": "s"}}})
    answer = ps.post(
        "/pages/plugin/students?plugin=reader",
        data={**form(ps), "access": "none"},
        follow_redirects=True,
    )

    assert "reader may not use students now." in answer.text
    assert grants(world) is None
    assert world.setting("powerschool")["plugins"]["reader"] == {
        "secret": "s",
        "grants": {"students": "none"},
    }


@pytest.mark.parametrize(
    ("path", "access", "status"),
    [
        ("/pages/plugin/nothing", "full", 404),
        ("/pages/plugin/users?plugin=nobody", "full", 404),
        ("/pages/plugin/users", "all", 400),
    ],
)
def test_what_cannot_be_changes_nothing(ps, world, path, access, status):
    answer = ps.post(path, data={**form(ps), "access": access})

    assert answer.status_code == status
    assert grants(world) is None


def test_a_form_without_its_token_changes_nothing(ps, world):
    assert ps.post("/pages/plugin/users", data={"access": "none"}).status_code == 400
    assert grants(world) is None


def test_only_powerschool_has_plugins(client, skyward):
    assert client.get("/pages/plugin").status_code == 404
    with client_of(skyward) as sky:
        assert sky.get("/pages/plugin").status_code == 404


@pytest.mark.browser
def test_an_administrator_narrows_a_table(page, powerschool, world):
    page.goto(powerschool.url + "/pages/plugin")
    sound(page)
    page.get_by_label("assignmentscore", exact=True).select_option("View Only")
    page.get_by_role("button", name="Save the access to assignmentscore", exact=True).click()

    assert "may only read assignmentscore now" in page.get_by_role("status").inner_text()
    assert grants(world) == {"assignmentscore": "view"}
    sound(page)
