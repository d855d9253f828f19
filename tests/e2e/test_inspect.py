"""What an operator reads of the runs, the day after."""

from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from tests.e2e.support.district import District


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


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["skyward", "powerschool"])
def test_a_check_hints_at_what_the_failure_can_be_about(district: District, kind: str):
    """A server that is not there says nothing of key and secret, nor does one of another kind."""
    hints = {
        "http://127.0.0.1:1": "look at the url, and the way there",
        f"{district.otus}/no": "look at the url",
    }
    for url, hint in hints.items():
        misled = replace(district, kind=kind, sis=url)
        run = misled.command("check", "-c", str(misled.config))
        assert run.code == 6
        failed = [line for line in run.out.splitlines() if line.startswith("FAIL  sis: sign in")]
        assert [line.endswith(hint) for line in failed] == [True], run.out
