"""What an operator reads of the runs, the day after: the whole output of each command."""

import csv
import re
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.e2e.support.district import START, District, Run
from tests.e2e.support.kinds import BOTH
from tests.e2e.support.verdicts import sis_writes

READING = ("status", "history", "teachers", "verify")


def ran(district: District, command: str, *arguments: str) -> Run:
    """A command that reads."""
    return district.command(command, "-c", str(district.config), *arguments)


def plain(text: str) -> str:
    """A text without what differs from run to run."""
    return re.sub(r"\d{8}T\d{6}Z-[0-9a-f]{6}", "RUN", text)


def a_night(district: District) -> None:
    """A column with a score; one that a rule keeps back; then a teacher's hand."""
    district.assess("a-1", title="Fractions")
    district.score("a-1", "s-3001", 18)
    district.assess("a-2", title="Journal", type="Journal", classes=[district.assigned("c-1003")])
    assert district.night(START).code == 0


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
        lines = run.out.splitlines()
        [failed] = [n for n, line in enumerate(lines) if line.startswith("FAIL  sis: sign in")]
        assert hint in lines[failed + 1], run.out


# ---- what each command prints --------------------------------------------------------------------

TOLD = {
    "status": """\
lakeview: last run 2026-10-14 22:00 CDT  RUN  exit 0  1 created, 1 sent, 22 refused
         1  created
         1  sent
        22  refused
  not in order, by assignment:
    a-1 "Fractions": 7 not_assigned, 6 not_due_yet
    a-2 "Journal": 9 type_not_mapped
""",
    "history": """\
2026-10-14 22:00 CDT  RUN  exit 0  1 created, 1 sent, 22 refused
""",
    "teachers": """\
lakeview: nothing that only a teacher can mend, in the gradebook
""",
    "verify": """\
lakeview: 1 of 1 columns that the SIS has from us were read
  columns  same 1
  scores   same 1
""",
}
EXPLAINED = """\
a-2: "Journal"

in Otus, as read 2026-10-14 22:00 CDT
  Science 7, period 3 (c-1003, section 200003): type Journal, 20 points, assigned 2026-10-12, \
due 2026-10-16

the rules
  refuses  type_not_mapped: the type "Journal" maps to no district category
  passes: standards_based_scale, total_points_not_whole, not_in_final_grade,
    before_effective_date, not_assigned_yet, assigner_not_in_sis, no_due_date, title_missing,
    title_too_long, assigner_not_in_group
  passed in the last run, with what the SIS said then: class_not_linked, category_not_active,
    grading_period_closed, due_outside_current_period
  `--live` asks the SIS now

in the ledger
  200003: refused [type_not_mapped]
    the type "Journal" maps to no district category
  8 scores refused [type_not_mapped]: the type "Journal" maps to no district category
    s-3001, s-3003, s-3005, s-3007, s-3009, s-3011, s-3013, s-3015

what has to change
  Add the type to `policy.categories`. (who runs Passback)
"""
CHANGED = """\
lakeview: 1 of 1 columns that the SIS has from us were read
  columns  same 1
  scores   emptied 1
  empty now, though the SIS accepted a score:
    a-1 "Fractions" of s-3001 in group-200001: 18 -> *
  Something that was sent is not there: a teacher took it out, or it was lost.
  `passback explain ASSIGNMENT STUDENT --live` shows each.
"""


def test_a_command_that_reads_tells_what_it_should(district: District):
    a_night(district)
    writes = sis_writes(district)
    for command, told in TOLD.items():
        run = ran(district, command)
        assert (run.code, plain(run.out), run.err) == (0, told, ""), command
    assert plain(ran(district, "explain", "a-2").out) == EXPLAINED

    district.type_score("a-1", "400001", None)
    run = ran(district, "verify")
    assert (run.code, run.out) == (3, CHANGED)
    live = ran(district, "explain", "a-1", "s-3001", "--live", "--at", district.now().isoformat())
    assert 'in the SIS now\n  group-200001: "Fractions", due 2026-10-16, 20 points\n' in live.out
    assert "the student's cell: *" in live.out
    assert "`--live`" not in live.out
    assert sis_writes(district) == writes


def test_a_second_run_that_finds_nothing_new_is_two_lines(district: District):
    a_night(district)
    when = district.now().isoformat()
    run = district.command("sync", "-c", str(district.config), "--at", when)
    assert re.sub(r"\d+ reads", "N reads", run.out).splitlines() == [
        "lakeview, Wed 2026-10-14 22:00 CDT: nothing new; unchanged 2 · refused 22",
        "  requests     N reads, 0 writes; `passback status` tells why records stay out",
    ]


@pytest.mark.parametrize("command", [*READING, "explain"])
def test_where_there_is_no_ledger_that_is_said(district: District, command: str):
    run = ran(district, command, *["a-1"] * (command == "explain"))
    assert (run.code, run.out, run.err.count("\n")) == (10, "", 1)
    assert "the first `passback sync` makes it" in run.err
    assert not (district.folder / district.ledger).exists()


@BOTH
def test_a_live_verdict_is_that_of_the_next_night(district: District):
    """A registrar and a teacher change what the last run saw; Otus and the policy stay."""
    district.assess("a-1", title="Fractions")
    district.score("a-1", "s-3001", 18)
    district.night(START)
    district.control("POST", "/students/400001/drop", {})
    district.score("a-1", "s-3001", 19)
    when = ("--at", district.now().isoformat(), "--json")
    writes = sis_writes(district)
    stored = ran(district, "explain", "a-1", "s-3001", *when).report
    live = ran(district, "explain", "a-1", "s-3001", "--live", *when).report
    assert ran(district, "verify", "--all").code == 0
    assert sis_writes(district) == writes

    def refusals(told: dict[str, Any]) -> list[str]:
        return [each["rule"] for each in told["rules"] if each["verdict"] == "refuses"]

    assert refusals(stored) == []
    assert refusals(live) == district.sync().codes("a-1", "s-3001") == ["not_enrolled"]


# ---- as JSON -------------------------------------------------------------------------------------

TEXT, NUMBER = str, int
RUN = {
    "run": TEXT,
    "at": TEXT,
    "command": TEXT,
    "forced": None,
    "ended": TEXT,
    "exit_code": NUMBER,
    "summary": dict,
}
RECORD = {
    **dict.fromkeys(("kind", "assignment", "section", "state", "reason"), TEXT),
    "codes": [TEXT],
    "student": TEXT,
}
SHAPES: dict[str, Any] = {
    "status": {
        "district": TEXT,
        "last_run": RUN,
        "counts": dict,
        "refusals": dict,
        "unknown_outcomes": NUMBER,
        "assignments": [{"assignment": TEXT, "title": TEXT, "states": dict, "reasons": dict}],
    },
    "history": {"district": TEXT, "runs": [RUN]},
    "teachers": {"district": TEXT, "tasks": []},
    "verify": {
        "district": TEXT,
        "columns_known": NUMBER,
        "columns": dict,
        "scores": dict,
        "differences": [
            dict.fromkeys(
                ("kind", "assignment", "title", "gradebook", "student", "found", "ours", "theirs"),
                TEXT,
            )
        ],
    },
    "explain": {
        **dict.fromkeys(("assignment", "student", "title", "read_at"), TEXT),
        "classes": [
            {
                **dict.fromkeys(("class", "class_title", "section", "title", "type"), TEXT),
                **dict.fromkeys(("scale", "points", "assigned_by", "assigned", "due"), TEXT),
                "in_final_grade": bool,
            }
        ],
        "score": {"points": TEXT, "progress": TEXT, "flags": [], "broken": None},
        "rules": [dict.fromkeys(("section", "rule", "verdict", "reason", "basis"), TEXT)],
        "records": [RECORD],
        "columns": [
            {
                **dict.fromkeys(("class", "gradebook", "id", "ref", "title", "due"), TEXT),
                "points": TEXT,
                "score": TEXT,
                "deleted": bool,
            }
        ],
        "decisions": [],
        "attempts": [dict.fromkeys(("at", "run", "what", "outcome", "detail"), TEXT)],
        "to_change": [{"why": TEXT, "what": TEXT, "who": TEXT}],
        "live": [
            {
                **dict.fromkeys(("id", "title", "due", "points"), TEXT),
                "there": bool,
                "cell": {"score": TEXT, "other": bool, "exempt": bool},
            }
        ],
    },
}


def assert_shaped(told: Any, shape: Any, where: str) -> None:
    """*told* has the members and types of *shape*; None also fits a text, a number or an object."""
    if isinstance(shape, dict):
        assert told is not None, where
        assert told.keys() == shape.keys(), where
        for name, of in shape.items():
            assert_shaped(told[name], of, f"{where}.{name}")
    elif isinstance(shape, list):
        assert isinstance(told, list), where
        for each in told if shape else ():
            assert_shaped(each, shape[0], f"{where}[]")
    else:
        assert told is None or (shape is not None and isinstance(told, shape)), where


def test_json_has_the_shape_that_the_docs_tell(district: District):
    a_night(district)
    district.type_score("a-1", "400001", 3)
    asked = ("a-1", "s-3001", "--live", "--at", district.now().isoformat())
    for command, shape in SHAPES.items():
        run = ran(district, command, *(asked if command == "explain" else ()), "--json")
        assert run.code == 0, run.err
        assert_shaped(run.report, shape, command)
    [changed] = ran(district, "verify", "--json").report["differences"]
    assert (changed["found"], changed["ours"], changed["theirs"]) == ("changed", "18", "3")


def test_the_list_for_teachers_is_a_file_too(district: District):
    a_night(district)
    file = district.folder / "teachers.csv"
    assert ran(district, "teachers", "--csv", str(file)).code == 0
    [heading] = csv.reader(file.read_text().splitlines())
    assert heading[:3] == ["teacher", "section", "class"]
    run = ran(district, "teachers", "--csv", str(district.folder / "no" / "file.csv"))
    assert (run.code, run.err.count("\n")) == (10, 1)
