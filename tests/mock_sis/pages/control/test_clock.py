"""The clock of the control page: to moments with a name, to any later one, never back."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from mock_sis.pages.control.moves import moves
from mock_sis.sis import periods_of

ZONE = ZoneInfo("America/Chicago")


def local(world):
    return world.local_now().replace(second=0, microsecond=0, tzinfo=None)


@pytest.mark.parametrize(
    ("to", "there"),
    [
        ("tonight", "2026-10-01T22:00"),
        ("next-day", "2026-10-02T08:00"),
        ("next-monday", "2026-10-05T08:00"),
        ("last-day", "2026-10-25T08:00"),
        ("day-after", "2026-10-26T08:00"),
    ],
)
def test_the_clock_moves_to_a_moment_with_a_name(forms, world, to, there):
    period = periods_of(world)[0]
    expected = {"last-day": period.end, "day-after": date.fromordinal(period.end.toordinal() + 1)}
    there = datetime.fromisoformat(there)
    if to in expected:
        there = datetime.combine(expected[to], there.time())

    said = forms.post("/clock", to=to)

    assert local(world) == there
    assert f"{there:%A}, {there:%B} {there.day}" in said
    assert ("Q1 is closed." in said) == (to == "day-after")


def test_each_moment_on_the_page_lies_ahead_and_says_its_date(forms, world):
    text = forms.page()
    assert "Tonight (10 pm)" in text
    assert "Thursday, October 1, 2026, 10:00 pm" in text

    world.set_clock(datetime(2026, 10, 1, 22, 30, tzinfo=ZONE))
    text = forms.page()
    assert "Tomorrow night (10 pm)" in text
    assert "Friday, October 2, 2026, 10:00 pm" in text


def test_any_later_moment_is_by_the_districts_clock(forms, world):
    said = forms.post("/clock", moment="2026-10-14T21:59")

    assert local(world) == datetime.fromisoformat("2026-10-14T21:59")
    assert "Wednesday, October 14, 2026, 9:59 pm" in said


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("moment", "2026-09-01T08:00", "the clock cannot go back; it is Thursday, October 1, 2026"),
        ("moment", "yesterday", "give a date and a time"),
        ("moment", "", "give a date and a time"),
        ("moment", "9999-12-31T23:59", "10 years at most"),
        ("moment", "0001-01-01T00:00", "the clock cannot go back"),
        ("to", "last-year", "that moment does not lie ahead"),
        ("to", "<script>", "that moment does not lie ahead"),
    ],
)
def test_what_the_clock_cannot_do_is_refused_in_words(forms, world, field, value, words):
    before = world.now()

    said = forms.post("/clock", **{field: value})

    assert said.startswith("Nothing was changed: ")
    assert words in said
    assert (world.now() - before).total_seconds() < 60


def test_the_clock_is_stopped_and_let_run(forms, world):
    assert "stands still" in forms.post("/clock/stop")
    assert world.clock.frozen
    assert "is stopped" in forms.page()
    assert "runs" in forms.post("/clock/run")
    assert not world.clock.frozen


def test_at_the_end_of_the_calendar_there_is_nowhere_to_go(world):
    assert moves(datetime(9999, 12, 31, 12, tzinfo=UTC), ZONE, periods_of(world)) == []


def test_between_two_periods_the_next_ones_end_is_offered(world, registrar):
    first, second = periods_of(world)[:2]
    registrar.change_period(first.id, end=date(2026, 9, 30))

    found = {m.key: m.at.date() for m in moves(world.now(), ZONE, periods_of(world))}

    assert found["last-day"] == second.end
