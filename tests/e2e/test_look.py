"""What an operator reads of the runs, the day after."""

from zoneinfo import ZoneInfo

from tests.e2e.district import District


def test_runs_and_attempts_are_told_in_the_districts_own_time(district: District):
    district.assess("a-1")
    here = district.now().astimezone(ZoneInfo("America/Chicago"))
    district.sync()
    when = f"{here:%Y-%m-%d %H:%M %Z}"
    for command in (("status",), ("history",), ("explain", "a-1")):
        told = district.command(command[0], "-c", str(district.config), *command[1:])
        assert when in told.out, command


def test_a_history_of_no_runs_is_no_question(district: District):
    assert district.command("history", "-c", str(district.config), "--limit", "0").code == 2
