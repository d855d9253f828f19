"""Faults in plain words: what is chosen strikes when it says, and is counted, and stops."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import httpx
import pytest

from mock_sis.http.contract import contract
from mock_sis.pages.control.fault_choices import CHOICES, SPANS, WRITES, fault_words, window
from mock_sis.server import MOCKS
from mock_sis.world.faults import Action, Faults

ZONE = ZoneInfo("America/Chicago")
NAMES = {"otus": "Otus", "skyward": "Skyward"}


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


@pytest.fixture
def faults(world):
    return Faults(world)


def choose(forms, what, when="now", server="skyward"):
    return forms.post("/faults", what=what, when=when, server=server)


def ask(skyward):
    return httpx.get(skyward.url + "/ims/oneroster/v1p1/schools", verify=False, timeout=60)


def test_down_for_the_first_five_minutes_of_the_night(forms, faults, world, skyward):
    said = choose(forms, "down", "first-5")

    assert said.startswith(
        "Skyward is down and does not answer, from Thursday, October 1, 2026, 10:00 pm until"
        " 10:05 pm."
    )
    assert ask(skyward).status_code == 401  # not yet the night
    world.set_clock(at("2026-10-01T22:00"))
    with pytest.raises(httpx.RemoteProtocolError):
        ask(skyward)
    assert "Met by 1 of 1 calls." in forms.page("/faults")
    world.set_clock(at("2026-10-01T22:05"))
    assert ask(skyward).status_code == 401
    assert "over since Thursday, October 1, 2026, 10:05 pm" in forms.page("/faults")


@pytest.mark.parametrize("what", CHOICES)
def test_every_choice_can_be_made_and_says_the_same_afterwards(forms, faults, what):
    said = choose(forms, what)

    (fault,) = faults.all()
    words = CHOICES[what].words.format("Skyward")
    assert said.lower().startswith(f"{words}, until it is stopped.".lower())
    assert words[1:] in forms.page("/faults")
    assert fault_words(fault, NAMES) == words


@pytest.mark.parametrize("when", SPANS)
def test_every_span_can_be_chosen(forms, faults, when):
    assert "Skyward is down" in choose(forms, "down", when)
    (fault,) = faults.all()
    assert (fault.until is None) == (when == "now")


def test_choosing_again_counts_anew_and_does_not_double(forms, faults, skyward):
    choose(forms, "key")
    ask(skyward)
    choose(forms, "key", "now-5")

    (fault,) = faults.all()
    assert (fault.seen, fault.hits) == (0, 0)


def test_writes_and_only_writes_are_refused_for_maintenance(forms, faults):
    choose(forms, "maintenance")
    (fault,) = faults.all()

    for server in MOCKS:
        for operation in contract(f"{server}.yaml").operations.values():
            meant = fault.concerns("skyward", operation.id, datetime.now(UTC))
            assert meant == operation.write, operation.id


def test_otus_goes_wrong_from_the_page_of_the_sis(forms, faults, shared, hosted):
    choose(forms, "down", server="otus")

    with pytest.raises(httpx.RemoteProtocolError):
        httpx.get(f"{shared.otus.url}/w/{hosted.name}/v1/changes", verify=False)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"what": "maintenance", "server": "otus", "when": "now"}, "nothing is written to Otus"),
        ({"what": "fire", "server": "skyward", "when": "now"}, "choose what goes wrong"),
        ({"what": "down", "server": "powerschool", "when": "now"}, "choose what goes wrong"),
        ({"what": "down", "server": "skyward", "when": "never"}, "choose what goes wrong"),
        ({}, "choose what goes wrong"),
    ],
)
def test_what_is_no_choice_is_refused_in_words(forms, faults, fields, words):
    assert words in forms.post("/faults", **fields)
    assert faults.all() == []


def test_one_fault_or_all_are_stopped(forms, faults):
    for what in ("down", "slow", "cut"):
        choose(forms, what)

    assert "This fault is over." in forms.post("/faults/stop", id="slow-skyward")
    assert {fault.id for fault in faults.all()} == {"down-skyward", "cut-skyward"}
    assert "All faults are over." in forms.post("/faults/stop")
    assert faults.all() == []
    assert "nothing goes wrong now" in forms.post("/faults/stop")
    assert "Nothing: every call is answered." in forms.page("/faults")


def test_a_fault_that_a_test_made_is_told_in_words_too(forms, faults):
    faults.add(Action.STATUS, id="<b>", server="skyward", operation="putResult", status=503)
    faults.add(Action.DELAY, seconds=1.5, probability=0.25)
    faults.add(Action.DROP_AFTER, id="down-skyward", server="skyward", operation=WRITES, nth=3)
    text = forms.page("/faults")

    assert "Skyward: every call of putResult fails with status 503, until it is stopped." in text
    assert "Any server: every call, about 25% of them, takes 1.5 seconds longer" in text
    assert "Skyward: every write, number 3 only, is carried out, and its answer is lost" in text
    assert "<b>" not in text


@pytest.mark.parametrize(
    ("span", "now", "since", "until"),
    [
        ("first-5", "2026-10-01T12:00", "2026-10-01T22:00", "2026-10-01T22:05"),
        ("first-5", "2026-10-01T22:04", "2026-10-01T22:00", "2026-10-01T22:05"),
        ("first-5", "2026-10-01T22:05", "2026-10-02T22:00", "2026-10-02T22:05"),
        ("first-60", "2026-10-01T21:59", "2026-10-01T22:00", "2026-10-01T23:00"),
        ("night", "2026-10-02T05:59", "2026-10-01T22:00", "2026-10-02T06:00"),
        ("night", "2026-10-02T06:00", "2026-10-02T22:00", "2026-10-03T06:00"),
        ("now-60", "2026-10-01T12:00", "2026-10-01T12:00", "2026-10-01T13:00"),
    ],
)
def test_a_part_of_the_night_is_the_one_that_lies_ahead(span, now, since, until):
    assert window(SPANS[span], at(now), ZONE) == (at(since), at(until))


def test_at_the_end_of_the_calendar_no_night_is_left(forms, faults, world):
    world.clock.force(datetime(9999, 12, 31, tzinfo=UTC) + timedelta(hours=12))

    assert "the calendar ends before that" in choose(forms, "down", "night")
    assert faults.all() == []
