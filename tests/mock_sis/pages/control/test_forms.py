"""What all control pages hold: no write without a token, words escaped, on every mock."""

import re

import httpx
import pytest

from mock_sis.pages.app import flask_app
from mock_sis.pages.control.advanced import WORDS
from mock_sis.server import MOCKS
from mock_sis.world.snapshots import Snapshots

RULES = [
    (method, str(rule.rule).removeprefix("/pages/control"))
    for rule in flask_app("skyward").url_map.iter_rules()
    for method in rule.methods & {"GET", "POST"}
    if str(rule.endpoint).startswith("control.")
]
NAMED = {"section": "200001", "student": "400001", "teacher": "300001", "period": "120001"}
EVIL = "<script>alert('x')</script>\"onload=\"x"


def filled(path):
    return re.sub(r"<(\w+)>", lambda m: NAMED.get(m[1], "saved"), path)


def dump(world):
    return list(world.db.connection.iterdump())


@pytest.mark.parametrize("path", [path for method, path in RULES if method == "POST"])
def test_no_form_does_anything_without_its_token(forms, world, hosted, path):
    Snapshots(world).save("saved")
    before = dump(world)

    for data in ({}, {"csrf_token": "x", "sure": "yes"}):
        assert forms.http.post(filled(path), data=data).status_code == 400
    token = {"csrf_token": forms.token()}
    foreign = forms.http.post(filled(path), data=token, headers={"Origin": "https://else.example"})
    assert foreign.status_code == 403
    assert dump(world) == before
    assert [one["name"] for one in Snapshots(world).list()] == ["saved"]


@pytest.mark.parametrize("path", [path for method, path in RULES if method == "GET"])
@pytest.mark.parametrize("name", MOCKS)
def test_looking_changes_nothing_and_every_mock_has_every_page(shared, hosted, world, name, path):
    Snapshots(world).save("saved")
    before = dump(world)
    url = f"{shared[name].url}/w/{hosted.name}/pages/control{filled(path)}?into=200002"

    answer = httpx.get(url, verify=False)

    assert answer.status_code == (404 if path.startswith("/worlds/<") else 200)
    assert dump(world) == before
    hrefs = re.findall(r'(?:href|src|action)="([^"#]*)"', answer.text)
    if answer.status_code == 200:
        assert 'aria-current="true">Control</a>' in answer.text
        prefix = f"/w/{hosted.name}/"
        assert {href for href in hrefs if not href.startswith(prefix)} <= other_worlds(shared)


def other_worlds(shared):
    names = shared.worlds.names()
    return {"/pages/control", *(f"/w/{one}/pages/control" for one in names)}


def test_what_people_typed_is_escaped(forms, world):
    with world.db.write() as cursor:
        for sql in (
            "UPDATE section SET title = ?",
            "UPDATE student SET family = ?",
            "UPDATE teacher SET family = ?",
            "UPDATE period SET title = ?",
            "UPDATE category SET title = ?",
        ):
            cursor.execute(sql, (EVIL,))
    pages = [filled(path) for method, path in RULES if method == "GET" and "<name>" not in path]
    told = forms.post("/registrar/students/400001/drop")

    assert EVIL.split("(", maxsplit=1)[0] in told
    for path in [*pages, "/registrar?q=script"]:
        text = forms.http.get(path, params={"into": "200002"} if "?" not in path else None).text
        assert "<script>a" not in text
        assert '"onload=' not in text


def test_a_very_long_name_fits_into_a_sentence(forms, world):
    with world.db.write() as cursor:
        cursor.execute("UPDATE section SET title = ?", ("long " * 5000,))

    said = forms.post("/registrar/students/400001/drop", **{"class": "200001"})

    assert "left long long" in said
    assert len(said) < 900


# ---- advanced -----------------------------------------------------------------------------------


def test_every_switch_has_words_and_is_saved(forms, world):
    assert WORDS.keys() == world.enforcement.all().keys()
    assert "Leave these as they are for acceptance tests." in forms.page("/advanced")
    on = [rule for rule, is_on in world.enforcement.all().items() if is_on and rule != "A12"]

    said = forms.post("/advanced", on=on)

    assert not world.enforcement.on("A12")
    assert [rule for rule, is_on in world.enforcement.all().items() if is_on] == on
    assert "From now on it does not: refuse every change in a closed grading period." in said
    assert "No switch was changed." in forms.post("/advanced", on=[*on, "Z9"])
