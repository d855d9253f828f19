"""Snapshots: what they keep, what they leave out, and how old the evidence may become."""

import copy
import json
import re
from datetime import date, timedelta

import pytest

from contracts.scenarios.kinds import Kind, scenarios
from contracts.scenarios.runner import Call, Line
from contracts.scenarios.snapshots import HOME, NEVER, Seen, Update, age, differences, keep, taken
from contracts.scenarios.suite import NOW, START, Mocks

TODAY = date(2026, 11, 25)
FILES = sorted(HOME.rglob("*.json"))


def named(sis, name):
    return next(one for one in scenarios() if (one.sis, one.name) == (sis, name))


PUT = named("skyward", "c3_idempotent_put")


@pytest.fixture
def home(tmp_path):
    for sis in ("skyward", "powerschool", "otus"):
        (tmp_path / sis).mkdir()
    return tmp_path


# ---- what they keep and leave out --------------------------------------------------------------


@pytest.mark.parametrize("sis", ["skyward", "powerschool", "otus"])
def test_another_districts_people_ids_and_days_give_the_same_snapshot(theirs, sis):
    """Seed and start differ, so do all names, numbers and dates; what a server does is the same."""
    theirs.worlds.create(f"other-{sis}", size="tiny", seed=7, start=START + timedelta(days=7))
    player = Mocks(theirs)
    base = f"{theirs[sis].url}/w/other-{sis}"
    for scenario in [one for one in scenarios() if one.sis == sis and one.kind is not Kind.MOCK]:
        lines = player.play_at(scenario, base, NOW + timedelta(days=7))
        changed = differences(scenario, taken(scenario, lines))
        assert changed == [], "\n".join(changed)
    player.close()
    theirs.worlds.delete(f"other-{sis}")


def test_no_person_and_no_number_of_the_district_is_in_a_file(theirs):
    people = theirs.world.db.read("SELECT given, family FROM student")
    people += theirs.world.db.read("SELECT given, family FROM teacher")
    names = {name for row in people for name in row}
    assert len(names) > 10
    for file in FILES:
        text = file.read_text()
        words = set(re.findall(r"\w+", text)) - {"Test"}
        assert names & words == set(), file
        assert "@" not in text.replace("@extensions", "").replace("@expansions", ""), file
        if file.name != "validated.json":
            assert re.findall(r"(?<![\w.])\d{5,}(?![\w])", text.replace("10000", "")) == [], file


def test_every_scenario_has_its_snapshot_and_no_file_is_left_over():
    wanted = {HOME / one.folder / f"{one.name}.json" for one in scenarios()}
    found = {file for file in FILES if file.name != "validated.json"}
    assert found == wanted


def call(body, sent=None, path="/ims/oneroster/gradebook/v1p2/lineItems/item-77", status=200):
    headers = {"content-type": "application/json", "date": "now", "server": "x"}
    return Call("PUT" if sent else "GET", path, sent, status, headers, body)


def shown(*calls):
    return [
        c for s in taken(PUT, [Line("s", True, 200, 1, "", calls)])["steps"] for c in s["calls"]
    ]


def test_the_same_thing_in_two_calls_has_the_same_number():
    put = call({}, {"lineItem": {"sourcedId": "item-77", "class": {"sourcedId": "c-1"}}})
    got = call({"lineItem": {"sourcedId": "item-77", "class": {"sourcedId": "c-1"}}})
    wrong = call({"lineItem": {"sourcedId": "item-77", "class": {"sourcedId": "c-2"}}})
    first, second, third = shown(put, got, wrong)
    assert second["body"] == first["sent"]
    assert second["request"].endswith("/lineItems/<id:1>")
    assert third["body"]["lineItem"]["class"]["sourcedId"] == "<id>"


def test_people_dates_and_secrets_become_tokens_and_the_contracts_words_stay():
    body = {
        "sourcedId": "0815",
        "givenName": "Ada",
        "email": "ada@example.org",
        "userIds": ["4711"],
        "dateLastModified": "2026-10-01T18:00:00.000Z",
        "birthDate": "2014-02-03",
        "access_token": "abc",
        "status": "active",
        "score": 8.5,
        "primary": True,
        "comment": None,
        "href": "https://sis.example.org/users/0815",
    }
    (made,) = shown(call(body))
    assert made["body"] == {
        "sourcedId": "<id>",
        "givenName": "<text>",
        "email": "<email>",
        "userIds": ["<id>"],
        "dateLastModified": "<instant>",
        "birthDate": "<date>",
        "access_token": "<secret>",
        "status": "active",
        "score": "<number>",
        "primary": True,
        "comment": None,
        "href": "<url>",
    }
    assert made["headers"] == {"content-type": "application/json"}


def test_lists_become_the_distinct_shapes_of_their_elements():
    many = [{"sourcedId": str(n), "title": f"T{n}", "status": "active"} for n in range(30)]
    (made,) = shown(call({"classes": [*many, {"sourcedId": "x", "title": "y"}]}))
    assert len(made["body"]["classes"]) == 2


# ---- comparing ---------------------------------------------------------------------------------


def kept():
    return json.loads((HOME / PUT.folder / "c3_idempotent_put.json").read_text())


@pytest.mark.parametrize(
    ("plant", "seen"),
    [
        (lambda c: c.update(status=200), '+     "status": 200,'),
        (lambda c: c["sent"]["lineItem"].pop("title"), '-       "title": "Passback check"'),
        (lambda c: c["headers"].update(location="<text>"), '+      "location": "<text>"'),
        (lambda c: c.update(body={"lineItem": None}), '+      "lineItem": null'),
    ],
)
def test_a_difference_is_told_as_a_diff(plant, seen):
    now = copy.deepcopy(kept())
    step = next(step for step in now["steps"] if step["step"] == "line item: create")
    plant(step["calls"][0])
    told = differences(PUT, now)
    assert any(line.strip() == seen.strip() or line == seen for line in told), "\n".join(told)


def test_without_a_file_it_says_how_to_make_one(home):
    assert "--sis-update" in differences(PUT, kept(), home)[0]


# ---- dates -------------------------------------------------------------------------------------


def test_a_mocks_run_writes_no_date_and_keeps_one_only_with_what_was_validated(home):
    now = kept()
    keep(PUT, now, None, home)
    assert age(PUT, TODAY, home).told == NEVER

    keep(PUT, now, Update(TODAY, "Qmlativ", "2026.1").seen(PUT, now), home)
    assert age(PUT, TODAY, home) is None
    keep(PUT, now, None, home)
    assert age(PUT, TODAY, home) is None  # nothing changed, so what was validated still stands

    now["steps"].pop()
    keep(PUT, now, None, home)
    assert age(PUT, TODAY, home).told == NEVER


AGES = [
    (0, None, False),
    (89, None, False),
    (90, "validate again", False),
    (179, "validate again", False),
    (180, "stale", True),
    (400, "stale", True),
]


@pytest.mark.parametrize(("days", "told", "stale"), AGES)
def test_evidence_ages(home, days, told, stale):
    keep(PUT, kept(), Seen(TODAY - timedelta(days=days), "Qmlativ", "2026.1", "x"), home)
    found = age(PUT, TODAY, home)
    assert (found is None) is (told is None)
    assert found is None or (told in found.told and found.stale is stale)


def test_what_only_a_mock_can_play_has_no_age(home):
    assert age(named("skyward", "d1_closed_period"), TODAY, home) is None


def test_nothing_here_claims_to_have_been_validated():
    for file in HOME.glob("*/validated.json"):
        rows = json.loads(file.read_text()).values()
        assert {row["validated_on"] for row in rows} == {None}, file
    told = {age(one, TODAY).told for one in scenarios() if one.kind is not Kind.MOCK}
    assert told == {"never validated against a live system"}
