"""`backup`, `restore`, `purge`, `erase` and `ledger check` as an operator meets them."""

import json
import re
from datetime import timedelta

from agent.ledger import run_lock
from tests.e2e.support.district import START, District, Run
from tests.e2e.support.kinds import BOTH
from tests.e2e.support.verdicts import gradebooks, sent

NEXT = START + timedelta(days=5)


def run(district: District, command: str, *arguments: str) -> Run:
    return district.command(*command.split(), "-c", str(district.config), *arguments)


def shape(text: str) -> str:
    """Output without the sizes, times and places of this machine."""
    text = re.sub(r"/\S*/", "", text)
    text = re.sub(r"\d{8}T\d{6}Z(-[0-9a-f]{6})?", "WHEN", text)
    return re.sub(r"[\d,.]+ (MB|bytes)", "SIZE", text)


def test_a_day_of_care_reads_well(begun: District):
    out = str(begun.folder / "copy.db")
    assert shape(run(begun, "backup", "--out", out).out) == (
        "copy.db: ledger of lakeview, last run WHEN, 1 assignment, 7 cells, SIZE\n"
        "The copy was checked. It holds scores of students.\n"
    )
    again = run(begun, "backup", "--out", out)
    assert (again.code, shape(again.err)) == (
        10,
        "passback: copy.db exists; a backup overwrites nothing\n",
    )
    assert shape(run(begun, "restore", out).out) == (
        "copy.db: ledger of lakeview, last run WHEN, 1 assignment, 7 cells, SIZE\n"
        "The ledger that was there is now passback.db.before-restore-WHEN.\n"
        "The next sync reads every assignment and score of the SIS before it writes: what it sent\n"
        "since is recognised, what teachers changed stays. Look first with `passback plan`.\n"
    )
    assert shape(run(begun, "erase", "s-3001").out) == (
        "Would remove: one student\n"
        "           1  outcomes of attempts\n"
        "           1  attempts to write\n"
        "           1  cells of the SIS, as remembered\n"
        "           1  scores of Otus\n"
        "           1  students of Otus\n"
        "           1  records\n"
        "Nothing was removed. Run it again with --yes.\n"
    )
    assert shape(run(begun, "erase", "s-3001", "--yes").out).endswith(
        "The file had SIZE, now SIZE.\n"
        "Nothing is written for this student again. The SIS and Otus keep what they have.\n"
        "What a person must do: delete older backups, plans in files, logs and event files,\n"
        "or let them expire.\n"
        "  a copy beside the ledger: passback.db.before-restore-WHEN\n"
    )
    check = run(begun, "ledger check")
    assert (check.code, shape(check.out).splitlines()[0]) == (0, "passback.db is sound.")
    told = json.loads(run(begun, "ledger check", "--json").out)
    assert (told["sound"], told["damaged"], told["figures"]["known_column"]) == (True, [], 1)


def test_what_cannot_be_done_is_said_in_one_line(begun: District):
    with run_lock(f"sqlite:///{begun.folder}/passback.db"):
        for command in (["restore", "x"], ["purge", "--before", "2020-01-01"], ["erase", "s-3001"]):
            told = run(begun, command[0], *command[1:])
            assert (told.code, told.err.count("\n")) == (11, 1)
        assert run(begun, "ledger check").code == 0
    assert run(begun, "restore", "missing.db").code == 10
    assert run(begun, "purge").code == 2
    assert "younger" in run(begun, "purge", "--older-than", "3d").err
    assert "is open in section" in run(begun, "purge", "--period", "Q1").err
    assert "no section has" in run(begun, "purge", "--period", "Q9").err
    (begun.folder / "passback.db").write_bytes(b"SQLite format 3\0" + b"x" * 8000)
    told = run(begun, "ledger check")
    assert (told.code, told.err.count("\n")) == (10, 1)


@BOTH
def test_a_purged_grading_period_stays_as_it_is(district: District):
    district.assess("a-1")
    district.score("a-1", "s-3001", 18)
    district.night(START)
    period = district.gradebook()["periods"]
    [q1] = [p for p in period if p["start"] <= str(START) <= p["end"]]
    district.control("POST", f"/periods/{q1['id']}/close")
    district.night(NEXT)

    told = json.loads(run(district, "purge", "--period", q1["title"], "--yes", "--json").out)
    assert (told["done"], told["assessments"], told["rows"]["assessment"]) == (True, 1, 1)
    before = gradebooks(district)
    district.control("POST", f"/periods/{q1['id']}/reopen")
    district.type_score("a-1", "400001", 3)
    district.score("a-1", "s-3001", 19)
    district.score("a-1", "s-3002", 12)

    night, writes = sent(district, NEXT + timedelta(days=1), "--recheck")

    assert (night.code, writes, night.states("a-1")) == (0, [], {})
    assert district.marks("a-1")["400001"] == "3"
    assert {s: len(c) for s, (c, _) in gradebooks(district).items()} == {
        s: len(c) for s, (c, _) in before.items()
    }
    assert run(district, "ledger check").code == 0


def test_history_before_a_day_goes_and_nothing_else(begun: District):
    begun.score("a-1", "s-3001", 19)
    begun.night(START + timedelta(days=1))
    later = ("--at", "2026-12-31T12:00", "--older-than", "76d", "--yes", "--json")
    told = json.loads(run(begun, "purge", *later).out)
    assert (told["done"], told["assessments"]) == (True, 0)
    assert {t: told["rows"][t] for t in ("attempt", "outcome")} == {"attempt": 2, "outcome": 2}
    run_, writes = sent(begun, NEXT - timedelta(days=3), "--recheck")
    assert (run_.code, writes) == (0, [])
    assert run(begun, "ledger check").code == 0
