"""The options of the command line describe a load test."""

import pytest

from load.chaos import FULL, SHORT
from load.checks import Limits
from load.options import Options
from load.profiles import Night


def test_a_night_is_small_typical_and_troubled_unless_told():
    setup = Options().setup()
    [volume] = setup.volumes
    assert (volume.students, volume.night, volume.scores) == (1_200, Night.TYPICAL, 720)
    assert (setup.sis, setup.connections, setup.latency) == ("skyward", 8, 0.05)
    assert (setup.trouble, setup.background, setup.at_once) == (FULL, 0, 1)


@pytest.mark.parametrize(("sis", "connections"), [("skyward", 8), ("powerschool", 1)])
def test_connections_are_the_agents_own_unless_told(sis, connections):
    assert Options(sis=sis).setup().connections == connections
    assert Options(sis=sis, connections=3).setup().connections == 3


@pytest.mark.parametrize(
    ("options", "trouble", "shown"),
    [
        (Options(), FULL, "on"),
        (Options(short=True), SHORT, "on, short"),
        (Options(trouble="off", short=True), None, "off"),
    ],
)
def test_trouble_can_be_short_or_off(options, trouble, shown):
    assert options.setup().trouble == trouble
    assert options.shown()["trouble"] == shown


def test_without_trouble_a_night_gets_no_more_time_for_it():
    quiet = Limits.of(Options(trouble="off").setup(), measured=0.0)
    troubled = Limits.of(Options(short=True).setup(), measured=0.0)
    assert (quiet.added, quiet.trouble, quiet.conditions.reread) == (0.0, False, 0.0)
    assert (troubled.added, troubled.trouble) == (SHORT.added, True)
    assert troubled.conditions.reread == 0.75


def test_a_district_may_have_its_own_number_of_students():
    options = Options(students=4_000, profile="large", districts=2)
    assert [volume.students for volume in options.setup().volumes] == [4_000, 4_000]
    assert options.shown()["profile"] == "4,000-student"


def test_several_districts_run_at_once():
    setup = Options(districts=10, workers=2).setup()
    assert [volume.students for volume in setup.volumes] == [1_200] * 10
    assert setup.at_once == 8


def test_no_more_districts_run_at_once_than_there_are():
    assert Options(districts=3, workers=2).setup().at_once == 3


def test_the_districts_of_a_vendor_have_a_share_of_their_students():
    sizes = [v.students for v in Options(profile="vendor", districts=10).setup().volumes]
    assert sizes == [120] * 5 + [400] * 4 + [1_500]
    small = Options(profile="vendor", districts=1, size=0.001).setup()
    assert [volume.students for volume in small.volumes] == [30]
    assert (Options(profile="vendor").on_fleet, Options().on_fleet) == (True, False)


def test_the_report_shows_what_was_run():
    shown = Options(sis="powerschool", adoption=0.2, workers=1, await_workers=2).shown()
    assert shown == {
        "profile": "small",
        "night": "typical",
        "adoption": "0.2",
        "latency_ms": "50",
        "connections": 1,
        "workers": 3,
        "sis": "powerschool",
        "seed": 1,
        "trouble": "on",
        "background": 0,
    }
