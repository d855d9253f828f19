"""The first slice: one assessment, one gradebook, one teacher's edit, one kill -9."""

import json
import signal
import time
from datetime import timedelta

from tests.e2e.support.district import START, District
from tests.e2e.support.kinds import BOTH


def test_a_night_brings_an_assessment_and_its_scores_into_a_linked_gradebook(district: District):
    district.assess("a-1", classes=[district.assigned("c-1001"), district.assigned("c-1002")])
    district.score("a-1", "s-3001", 18)
    district.score("a-1", "s-3008", 8.5)

    run = district.night(START)

    assert run.code == 0
    assert run.states("a-1")[None] == "created"
    first, second = district.column("a-1", "200001"), district.column("a-1", "200002")
    assert first["id"] == second["id"]
    marks = district.marks("a-1")
    assert (marks["400001"], marks["400008"], marks["400002"]) == ("18", "8.5", "*")


@BOTH
def test_a_second_sync_sends_no_write(district: District):
    district.assess("a-1")
    district.score("a-1", "s-3001", 18)
    district.night(START)

    again = district.sync()

    assert (again.code, again.writes) == (0, 0)
    assert again.states("a-1")["s-3001"] == "unchanged"


@BOTH
def test_a_teachers_edit_stays_until_otus_changes(district: District):
    district.assess("a-1")
    district.score("a-1", "s-3001", 18)
    district.score("a-1", "s-3002", 12)
    district.night(START)
    district.type_score("a-1", "400001", 19)

    district.score("a-1", "s-3002", 13)
    district.night(START + timedelta(days=1))
    assert district.marks("a-1")["400001"] == "19"

    district.score("a-1", "s-3001", 17)
    district.night(START + timedelta(days=1))
    assert district.marks("a-1")["400001"] == "17"


def test_a_killed_night_resumes_to_the_same_end(district: District):
    district.assess("a-1", classes=[district.assigned("c-1001"), district.assigned("c-1002")])
    for number in range(1, 15):
        district.score("a-1", f"s-30{number:02}", number)
    district.evening(START)
    district.control(
        "POST", "/faults", {"action": "delay", "operation": "putResult", "seconds": 0.2}
    )

    process = district.start_sync()
    deadline = time.monotonic() + 30
    while not any(e["operation"] == "putResult" for e in district.journal()):
        assert time.monotonic() < deadline, "the night never began to write"
        time.sleep(0.05)
    process.send_signal(signal.SIGKILL)
    process.wait()
    district.control("DELETE", "/faults")

    run = district.sync()
    assert run.code == 0
    assert len(district.columns()) == 1
    marks = district.marks("a-1")
    assert [marks[f"4000{n:02}"] for n in range(1, 15)] == [str(n) for n in range(1, 15)]
    assert district.sync().writes == 0
    json.dumps(run.report)
