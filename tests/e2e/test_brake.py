"""The brake: a night out of proportion stops before it sends anything (exit 4)."""

import re
from datetime import timedelta
from pathlib import Path

import pytest

from tests.e2e.support.district import START, District, Run
from tests.e2e.support.kinds import BOTH
from tests.e2e.support.night_work import AFTER, killed_night, shown, some_work
from tests.e2e.support.recording_proxy import between
from tests.e2e.support.verdicts import sis_writes

pytestmark = pytest.mark.slow


# ---- the brake -----------------------------------------------------------------------------------

TIGHT = "[brake]\nat_least = 5\n"


def stopped(district: District, run: Run) -> str:
    """The night was stopped before it sent anything; what the brake said."""
    assert run.code == 4, run.err
    assert run.report["requests"]["writes"] == 0
    # A line of the log may stand before it: the source's cursor was forgotten.
    last = run.err.splitlines()[-1]
    assert last.startswith("passback: stopped by the brake, nothing was sent: ")
    assert "--force REASON" in last
    del district
    return last


def forced(district: District) -> Run:
    """Go on all the same; the reason stands in the report and in the history."""
    run = district.sync("--force", "checked with the coach")
    assert run.report["forced"] == "checked with the coach"
    history = district.command("history", "-c", str(district.config))
    assert "checked with the coach" in history.out.splitlines()[0]
    return run


def thirteen(district: District) -> None:
    """Assessments enough for a share to mean something."""
    for n in range(1, 14):
        district.assess(f"a-{n}")
        district.score(f"a-{n}", "s-3001", n)


def test_the_brake_stops_on_an_emptied_source(district: District):
    some_work(district)
    district.sync()
    before = shown(district)
    with between(district, "otus") as feed:

        def empty(exchange) -> None:
            if "cursor=" in exchange.path:
                exchange.answer(410, {}, {"content-type": "application/problem+json"})
            elif "/v1/changes" in exchange.path:
                exchange.answer(200, {**exchange.json, "changes": []}, exchange.headers)

        feed.alter = empty
        said = stopped(district, district.sync())
        assert "no class any more" in said
        assert stopped(district, district.sync()) == said
        assert shown(district) == before

    again = district.sync()
    assert (again.code, again.writes, shown(district)) == (0, 0, before)


@pytest.mark.parametrize("what", ["assessment", "score"])
def test_the_brake_stops_on_a_halved_source(district: District, what: str):
    thirteen(district)
    for n in range(1, 14):
        district.score("a-1", f"s-30{n:02}", n)
    district.sync()
    before = shown(district)

    for n in range(1, 11):
        district.unassign(f"a-{n}")
    said = stopped(district, district.sync())

    assert f"{what} records vanished" in said
    assert shown(district) == before
    run = forced(district)
    assert run.code == 0
    assert run.report["counts"]["orphaned"] == 10
    assert shown(district) == before


def test_the_brake_stays_on_after_a_look_at_the_plan(district: District):
    """Its own advice is to look at `passback plan`."""
    thirteen(district)
    district.sync()
    for n in range(1, 11):
        district.unassign(f"a-{n}")
    stopped(district, district.sync())

    district.plan()

    stopped(district, district.sync())


def test_the_brake_stops_on_a_halved_roster(district: District):
    district.assess("a-1", classes=[district.assigned("c-1001"), district.assigned("c-1002")])
    district.score("a-1", "s-3001", 18)
    district.sync()
    for n in range(1, 9):
        district.control("POST", f"/students/4000{n:02}/drop", {})
    district.score("a-1", "s-3014", 12)

    said = stopped(district, district.sync())

    assert "the SIS roster has 10 students where it had 22" in said
    run = forced(district)
    assert (run.code, district.marks("a-1")["400014"]) == (0, "12")


def mistyped(district: District) -> Path:
    """The configuration with a category that the SIS does not have."""
    file = district.folder / "mistyped.toml"
    right = district.config.read_text()
    file.write_text(re.sub(r'^Quiz = "\w+"$', 'Quiz = "Quizz"', right, flags=re.MULTILINE))
    assert file.read_text() != right
    return file


@BOTH
def test_the_brake_stops_on_a_mistyped_category(district: District, kind: str):
    for number in range(12):
        district.assess(f"a-{number}", title=f"Quiz {number}")
    assert district.sync().code == 0
    district.score("a-1", "s-3001", 7)
    at = district.now().isoformat()
    run = district.command("sync", "-c", str(mistyped(district)), "--json", "--at", at)

    said = stopped(district, run)

    assert "12 of 12 assignments in the SIS would not pass any more" in said
    assert district.sync().code == 0
    assert district.marks("a-1")["400001"] == "7"
    del kind


def test_the_brake_lets_a_few_refused_assignments_pass(district: District):
    for number in range(12):
        district.assess(f"a-{number}", title=f"Quiz {number}")
    assert district.sync().code == 0
    for number in range(6):
        district.edit(f"a-{number}", includeInFinalGrade=False)
    assert district.sync().code == 0


def test_the_brake_stops_on_a_clock_that_is_a_year_ahead(district: District):
    district.assess("a-1", classes=[district.assigned("c-1001"), district.assigned("c-1002")])
    assert district.sync().code == 0
    district.score("a-1", "s-3001", 7)

    said = stopped(district, district.sync(at=district.now() + timedelta(days=365)))

    assert "the SIS roster has 0 students where it had 22" in said
    assert district.sync().code == 0
    assert district.marks("a-1")["400001"] == "7"


def test_the_brake_stops_on_a_mass_change(district: District):
    district.more = TIGHT
    classes = [district.assigned("c-1001"), district.assigned("c-1002")]
    district.assess("a-1", classes=classes)
    for n in range(1, 15):
        district.score("a-1", f"s-30{n:02}", n)
    assert district.sync().code == 0
    before = shown(district)

    for n in range(1, 9):
        district.score("a-1", f"s-30{n:02}", n + 1)
    said = stopped(district, district.sync())
    assert "8 of 14 scores" in said
    assert shown(district) == before
    assert stopped(district, district.sync()) == said

    run = forced(district)
    assert (run.code, run.report["counts"]["sent"]) == (0, 8)
    assert district.marks("a-1")["400001"] == "2"


def test_the_brake_lets_a_small_change_pass(district: District):
    district.more = TIGHT
    classes = [district.assigned("c-1001"), district.assigned("c-1002")]
    district.assess("a-1", classes=classes)
    for n in range(1, 15):
        district.score("a-1", f"s-30{n:02}", n)
    district.sync()

    for n in range(1, 8):
        district.score("a-1", f"s-30{n:02}", n + 1)

    assert district.sync().code == 0


def test_the_brake_stops_on_mass_zeros_with_its_defaults(district: District):
    classes = [district.assigned("c-1001"), district.assigned("c-1002")]
    for n in range(1, 5):
        district.assess(f"a-{n}", classes=classes)
    assert district.night(START).code == 0
    before = shown(district)

    district.evening(AFTER)
    said = stopped(district, district.sync())

    assert "56 of 56 scores would become 0" in said
    assert shown(district) == before
    forced(district)
    assert set(district.marks("a-4").values()) == {"0"}


def test_the_brake_stops_on_marks_taken_back(district: District):
    district.more = TIGHT
    classes = [district.assigned("c-1001"), district.assigned("c-1002")]
    district.assess("a-1", classes=classes)
    for n in range(1, 15):
        district.score("a-1", f"s-30{n:02}", n)
    district.sync()
    before = shown(district)

    for n in range(1, 7):
        district.score("a-1", f"s-30{n:02}", None, "not_submitted")
    said = stopped(district, district.sync())

    assert "6 of 14 scores would be taken out of the SIS" in said
    assert shown(district) == before
    run = forced(district)
    assert run.report["counts"]["cleared"] == 6


def test_the_brake_counts_what_an_interrupted_night_delivered(district: District):
    """Else its shares are of nothing: the first night was cut short before it counted."""
    district.more = TIGHT
    district.assess("a-1", classes=[district.assigned("c-1001"), district.assigned("c-1002")])
    for n in range(1, 15):
        district.score("a-1", f"s-30{n:02}", n)
    killed_night(district, 13)
    for n in range(1, 7):
        district.score("a-1", f"s-30{n:02}", n + 1)

    run = district.sync()

    assert run.code == 0, run.err


def test_the_brake_may_be_taken_off(district: District):
    district.more = "[brake]\nenabled = false\n"
    thirteen(district)
    district.sync()
    for n in range(1, 14):
        district.unassign(f"a-{n}")

    run = district.sync()

    assert (run.code, run.report["counts"]["orphaned"]) == (0, 13)


def test_forcing_needs_a_reason(district: District):
    run = district.sync("--force", "  ")
    assert run.code == 2
    assert "reason" in run.err
    assert sis_writes(district) == []
