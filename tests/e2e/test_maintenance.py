"""A server that is closed, or asks to be left alone: told at once, never waited for all night."""

import subprocess

import pytest

from tests.e2e.support.district import District
from tests.e2e.support.kinds import BOTH
from tests.e2e.support.night_work import assert_as_if_nothing_had_happened, fault, healed, some_work

pytestmark = pytest.mark.slow

AT_ONCE = 30
"""Seconds: far less than what is asked for, and more than any machine takes."""


def ended(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    """Exit code, standard output and standard error of what ends at once."""
    try:
        out, err = process.communicate(timeout=AT_ONCE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        raise AssertionError("it waits") from None
    return process.returncode, out, err


@BOTH
@pytest.mark.parametrize(
    ("action", "more", "words"),
    [
        ("maintenance", {}, "maintenance"),
        ("status", {"status": 503, "seconds": 3600}, "maintenance"),
        ("throttle", {"seconds": 3600}, "throttle"),
    ],
)
def test_check_says_at_once_that_the_sis_is_closed_and_speaks_of_no_key(
    district: District, action: str, more: dict[str, int], words: str
):
    fault(district, action, **more)

    code, out, err = ended(district.start("check", shell='exec "$@"'))
    healed(district)

    assert (code, err) == (6, "")
    [line] = [line for line in out.splitlines() if line.startswith("FAIL")]
    fix = out.splitlines()[out.splitlines().index(line) + 1]
    assert words in line + fix
    assert "60 min" in line or not more
    for wrong in ("secret", "key", "licence", "plugin", "expiry"):
        assert wrong not in line + fix


def test_check_says_how_long_the_source_asked_us_to_wait(district: District):
    fault(district, "status", "listChanges", status=503, seconds=3600)

    code, out, _ = ended(district.start("check", shell='exec "$@"'))
    healed(district)

    assert code == 6
    [line] = [line for line in out.splitlines() if line.startswith("FAIL")]
    assert line.startswith("FAIL  source: ")
    assert "it asks us to wait 60 min" in line


@BOTH
@pytest.mark.parametrize("action", ["status", "throttle"])
def test_a_night_that_is_asked_to_wait_too_long_before_a_write_is_unavailable(
    district: District, twin: District, action: str
):
    some_work(district)
    status = {"status": 503} if action == "status" else {}
    fault(district, action, district.facts.rosters, seconds=3600, **status)

    code, _, err = ended(district.start_sync())

    assert code == 6
    assert "it asks us to wait 60 min" in err
    assert err.count("\n") == 1
    healed(district)
    assert_as_if_nothing_had_happened(district, twin)


@BOTH
@pytest.mark.parametrize("action", ["status", "throttle"])
def test_a_night_that_is_asked_to_wait_too_long_after_a_write_is_resumed(
    district: District, twin: District, action: str
):
    some_work(district)
    status = {"status": 503} if action == "status" else {}
    fault(district, action, district.facts.score, seconds=3600, nth=2, **status)
    fault(district, action, district.facts.score, seconds=3600, nth=3, **status)

    code, _, err = ended(district.start_sync())

    assert code == 5
    assert "it asks us to wait 60 min" in err
    healed(district)
    assert_as_if_nothing_had_happened(district, twin)


@BOTH
def test_a_wait_that_a_night_can_keep_is_kept(district: District, twin: District):
    some_work(district)
    fault(district, "status", district.facts.rosters, status=503, seconds=1, nth=1)

    code, _, err = ended(district.start_sync())

    assert (code, err) == (0, "")
    healed(district)
    assert_as_if_nothing_had_happened(district, twin)
