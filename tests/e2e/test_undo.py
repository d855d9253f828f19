"""`passback undo`: a night is taken back where it still stands, stays away, and comes back."""

import json
import time
from datetime import timedelta

import pytest

from tests.e2e.support.district import START, District, Run
from tests.e2e.support.kinds import BOTH
from tests.e2e.support.night_work import fault, healed, killed
from tests.e2e.support.verdicts import record, sis_writes

NEXT, LATER = START + timedelta(days=1), START + timedelta(days=2)
BOOK = "200001"
ONE, TWO, THREE = "400001", "400002", "400003"


def undo(district: District, run: str, *words: str) -> Run:
    at = district.now().isoformat()
    return district.command("undo", run, "-c", str(district.config), "--at", at, *words)


def two_nights(district: District) -> str:
    """A column with 18 and 16; then a new title, 19 for 18, a first 15, and a new column."""
    district.assess("a-1")
    district.score("a-1", "s-3001", 18)
    district.score("a-1", "s-3002", 16)
    assert district.night(START).code == 0
    district.edit("a-1", title="Renamed")
    district.score("a-1", "s-3001", 19)
    district.score("a-1", "s-3003", 15)
    district.assess("a-2", title="Another")
    district.score("a-2", "s-3001", 5)
    run = district.night(NEXT)
    assert run.code == 0
    return str(run.report["run"])


def state(run: Run, assessment: str, student: str | None = None) -> tuple[str, list[str]]:
    found = record(run, assessment, BOOK, student)
    return found["state"], found["codes"]


@BOTH
def test_a_night_is_taken_back_stays_away_and_comes_back_once_released(district: District):
    back = district.facts.takes_back
    run = two_nights(district)
    before = len(sis_writes(district))

    shown = undo(district, run)
    assert (shown.code, len(sis_writes(district))) == (0, before)
    taken = 4 if back else 2
    assert f"would take back 1 assignment and {taken - 1} score" in shown.out
    assert "only a teacher can take back" in shown.out
    assert "to do it: --yes" in shown.out

    done = undo(district, run, "--yes", "--json")
    assert (done.code, len(sis_writes(district)) - before) == (0, taken)
    assert district.column("a-1")["title"] != "Renamed"
    first, third = ("*", "*") if back else ("5", "15")
    marks = district.marks("a-1")
    assert (marks[ONE], marks[TWO]) == ("18", "16")
    assert district.marks("a-1")[THREE] == third or not back
    assert district.marks("a-2")[ONE] == first or not back
    assert state(done, "a-1") == state(done, "a-1", "s-3001") == ("held", ["undone"])
    assert state(done, "a-2") == ("held", ["undone_but_stands"])
    assert "undone before" in undo(district, run, "--yes").err

    for words in ((), ("--recheck",)):
        quiet = district.night(LATER, *words)
        assert (quiet.code, quiet.writes) == (0, 0)
        assert state(quiet, "a-1", "s-3001") == ("held", ["undone"])

    freed = undo(district, run, "--release")
    assert "released" in freed.out
    again = district.night(LATER)
    assert again.code == 0
    assert district.column("a-1")["title"] == "Renamed"
    marks = district.marks("a-1")
    assert (marks[ONE], marks[TWO], marks[THREE]) == ("19", "16", "15")
    assert district.marks("a-2")[ONE] == "5"


@BOTH
def test_c5_a_teachers_edit_after_the_night_stays_and_is_named(district: District):
    run = two_nights(district)
    district.type_score("a-1", ONE, 11)
    column = district.column("a-1")["id"]
    district.control("PATCH", f"/columns/{column}", {"title": "The teacher's"})

    shown = undo(district, run)
    assert "stays as it is: 2" in shown.out

    assert undo(district, run, "--yes").code == 0
    assert district.marks("a-1")[ONE] == "11"
    assert district.column("a-1")["title"] == "The teacher's"
    undo(district, run, "--release")
    district.night(LATER, "--recheck")
    assert district.marks("a-1")[ONE] == "11"
    assert district.column("a-1")["title"] == "The teacher's"


@pytest.mark.parametrize("nth", [1, 2, 3])
def test_c10_an_undo_that_gets_no_answer_goes_on_and_doubles_nothing(district: District, nth: int):
    run = two_nights(district)
    fault(district, "drop_after", "putResult", nth=nth)
    undo(district, run, "--yes")
    healed(district)

    night = district.night(LATER)
    assert state(night, "a-1", "s-3001")[0] == "held"
    again = undo(district, run, "--yes", "--json")
    assert again.code == 0 or "undone before" in again.err
    marks = district.marks("a-1")
    assert (marks[ONE], marks[TWO], marks[THREE]) == ("18", "16", "*")
    assert district.marks("a-2")[ONE] == "*"
    quiet = district.night(LATER)
    assert (quiet.code, quiet.writes) == (0, 0)


def test_what_cannot_be_undone_is_said_in_one_line(district: District):
    run = two_nights(district)
    unknown = undo(district, "20260101T000000Z-abcdef", "--yes")
    assert (unknown.code, unknown.err.count("\n")) == (2, 1)
    assert "knows no run 20260101T000000Z-abcdef" in unknown.err
    quiet = district.night(LATER).report["run"]
    assert "wrote nothing into the SIS" in undo(district, quiet, "--yes").err
    done = json.loads(undo(district, run, "--yes", "--json").out)
    assert "undid a run itself" in undo(district, done["run"], "--yes").err


def test_the_brake_holds_an_undo_of_many(district: District):
    district.more = "[brake]\nat_least = 2\nempty_share = 0.1\n"
    run = two_nights(district)
    before = len(sis_writes(district))
    stopped = undo(district, run, "--yes")
    assert (stopped.code, len(sis_writes(district))) == (4, before)
    assert district.night(LATER).writes == 0
    assert undo(district, run, "--yes", "--force", "the wrong night").code == 0
    assert district.marks("a-2")[ONE] == "*"


@BOTH
@pytest.mark.slow
@pytest.mark.parametrize("calls", [1, 2])
def test_c10_an_undo_that_is_killed_sends_nothing_again_and_goes_on(district: District, calls: int):
    run = two_nights(district)
    before = len(sis_writes(district))
    fault(district, "delay", seconds=0.2)
    words = (run, "--yes", "--at", district.now().isoformat())
    process = district.start("undo", *words, shell='exec "$@"')
    while process.poll() is None and len(sis_writes(district)) < before + calls:
        time.sleep(0.01)
    killed(process)
    healed(district)

    night = district.night(LATER)
    assert state(night, "a-1", "s-3001") == ("held", ["undone"])
    assert night.writes == 0
    again = undo(district, run, "--yes")
    assert again.code == 0 or "undone before" in again.err
    assert (district.marks("a-1")[ONE], district.marks("a-1")[TWO]) == ("18", "16")
    assert district.column("a-1")["title"] != "Renamed"
    undo(district, run, "--release")
    assert district.night(LATER).code == 0
    assert (district.marks("a-1")[ONE], district.marks("a-1")[THREE]) == ("19", "15")
    assert district.column("a-1")["title"] == "Renamed"
