"""`passback resend` and `passback decide`: what a person has sent again, kept or left alone."""

import json
from datetime import timedelta

from tests.e2e.support.district import START, District, Run
from tests.e2e.support.kinds import BOTH
from tests.e2e.support.night_work import fault, healed
from tests.e2e.support.verdicts import record, sis_writes

NEXT = START + timedelta(days=1)
BOOK = "200001"
ONE, TWO = "400001", "400002"
WHO = ("--by", "Ms. Lee", "--reason", "as agreed")


def resend(district: District, *words: str) -> Run:
    at = district.now().isoformat()
    return district.command("resend", "-c", str(district.config), "--json", "--at", at, *words)


def decide(district: District, *words: str) -> Run:
    return district.command("decide", "-c", str(district.config), *words)


def delivered(district: District) -> None:
    district.assess("a-1")
    district.score("a-1", "s-3001", 18)
    district.score("a-1", "s-3002", 16)
    assert district.night(START).code == 0


def state(run: Run, student: str | None = None) -> str:
    return str(record(run, "a-1", BOOK, student)["state"])


@BOTH
def test_what_failed_is_sent_again_and_nothing_else(district: District):
    district.assess("a-1")
    district.score("a-1", "s-3001", 18)
    fault(district, "status", district.facts.score, status=400)
    first = district.night(START)
    assert first.code == 3
    healed(district)
    district.assess("a-2")

    run = resend(district, "--failed")
    assert (run.code, state(run, "s-3001")) == (0, "sent")
    assert district.marks("a-1")[ONE] == "18"
    assert len(district.columns()) == 1
    assert resend(district, "--failed").report == {"records": []}
    assert district.night(START).code == 0
    assert len(district.columns()) == 2


@BOTH
def test_c5_only_over_teacher_goes_over_a_teacher(district: District):
    delivered(district)
    district.type_score("a-1", ONE, 11)
    district.type_score("a-1", TWO, None)
    column = district.column("a-1")["id"]
    district.control("PATCH", f"/columns/{column}", {"title": "The teacher's"})
    before = len(sis_writes(district))

    run = resend(district, "a-1")
    assert (run.code, len(sis_writes(district))) == (0, before)
    assert (state(run, "s-3001"), state(run, "s-3002")) == ("kept", "kept")
    assert (district.marks("a-1")[ONE], district.marks("a-1")[TWO]) == ("11", "*")

    assert "--over-teacher needs --reason" in resend(district, "a-1", "--over-teacher").err
    run = resend(district, "--section", BOOK, "--over-teacher", "--reason", "a backup was restored")
    assert run.code == 0
    assert (district.marks("a-1")[ONE], district.marks("a-1")[TWO]) == ("18", "16")
    assert district.column("a-1")["title"] != "The teacher's"
    quiet = district.night(NEXT, "--recheck")
    assert quiet.writes == 0


def test_an_ignored_score_waits_until_it_is_released(district: District):
    delivered(district)
    told = decide(district, "a-1", "s-3001", "--ignore", *WHO)
    assert told.out == "ignore: 1 record; the next run carries it out\n"
    district.score("a-1", "s-3001", 19)
    run = district.night(NEXT)
    assert (state(run, "s-3001"), run.writes) == ("held", 0)

    listed = decide(district, "--list")
    assert 'ignore  "' in listed.out
    assert "of s-3001 in 200001, by Ms. Lee on" in listed.out
    [one] = json.loads(decide(district, "--list", "--json").out)["decided"]
    assert (one["assignment"], one["student"], one["by"]) == ("a-1", "s-3001", "Ms. Lee")

    assert decide(district, "a-1", "--release", *WHO).out == "1 decision taken back\n"
    assert state(district.night(NEXT), "s-3001") == "sent"
    assert decide(district, "--list").out == "nothing waits for a decision\n"


@BOTH
def test_a_kept_score_is_sent_over_once(district: District):
    delivered(district)
    district.type_score("a-1", ONE, 11)
    decide(district, "a-1", "s-3001", "--send", *WHO)
    assert state(district.night(NEXT), "s-3001") == "sent"
    assert district.marks("a-1")[ONE] == "18"
    district.type_score("a-1", ONE, 12)
    district.night(NEXT, "--recheck")
    assert district.marks("a-1")[ONE] == "12"


def test_what_cannot_be_decided_is_said_in_one_line(district: District):
    delivered(district)
    cases = {
        ("a-1", "s-3001", "--keep", *WHO): "`keep` cannot be chosen for it, only: send, ignore",
        ("a-1", "s-9999", "--send", *WHO): "no record of a-1 of s-9999",
        ("a-9", "--send", *WHO): "no record of a-9",
        ("a-1", "--send"): "a decision needs --by NAME and --reason TEXT",
        ("a-1",): "give one of --send, --keep, --ignore, --release",
        (): "name an ASSIGNMENT, or give --list",
    }
    for words, why in cases.items():
        run = decide(district, *words)
        assert (run.code, why in run.err) == (2, True), run.err
    assert resend(district).code == 2
