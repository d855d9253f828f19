"""What the report of a night prints, and what it never does: cron mails it."""

from datetime import date, timedelta
from typing import Any

import pytest

from tests.e2e.support.actors import due
from tests.e2e.support.district import START, District, Run
from tests.e2e.support.kinds import BOTH
from tests.e2e.support.recording_proxy import JSON, Exchange, between
from tests.e2e.support.verdicts import record

NEXT = START + timedelta(days=1)
LAST = date(2026, 11, 15)
"""Of the grading period that holds the start."""
WORDS = "Cell note by Jane Doe (4711) is in the way"


def night(district: District, *arguments: str) -> Run:
    """`passback sync` with the report that a person reads."""
    when = district.now().isoformat()
    return district.command("sync", "-c", str(district.config), "--at", when, *arguments)


def explained(district: District, *arguments: str) -> Run:
    """`passback explain`."""
    return district.command("explain", "-c", str(district.config), *arguments)


def refusal(kind: str) -> dict[str, Any]:
    """The body with which each SIS says WORDS."""
    if kind == "powerschool":
        return {"message": WORDS, "errors": []}
    return {
        "imsx_codeMajor": "failure",
        "imsx_severity": "error",
        "imsx_description": WORDS,
        "imsx_codeMinor": {"imsx_codeMinorField": []},
    }


def part(told: str, head: str) -> list[str]:
    """The lines below *head* in a report."""
    lines = told.splitlines()
    start = lines.index(f"  {head}:") + 1
    below = []
    for line in lines[start:]:
        if not line.startswith("    "):
            break
        below.append(line.strip())
    return below


@BOTH
def test_what_the_sis_says_of_a_column_stands_in_explain_alone(district: District, tmp_path):
    district.assess("a-1")
    facts, events = district.facts, tmp_path / "events"
    with between(district, "sis") as relay:

        def refuse(exchange: Exchange) -> bool:
            if not facts.makes(exchange.method, exchange.path):
                return False
            exchange.answer(409, refusal(district.kind), JSON)
            return True

        relay.before = refuse
        plain = night(district, "--events", str(events))
        as_json = district.sync()

    assert (plain.code, as_json.code) == (3, 3)
    told = record(as_json, "a-1", "200001")
    assert (told["state"], told["reason"]) == (
        "rejected",
        "the SIS says that it conflicts with what the gradebook holds (409)",
    )
    printed = plain.out + plain.err + as_json.out + as_json.err + events.read_text()
    assert told["reason"] in plain.out
    assert "Jane" not in printed
    assert "4711" not in printed
    assert WORDS in explained(district, "a-1").out


@BOTH
def test_a_rejected_score_is_told_by_the_students_otus_id_and_never_on_stderr(district: District):
    district.assess("a-1")
    district.night(START)
    district.score("a-1", "s-3001", 18)
    facts = district.facts
    with between(district, "sis") as relay:

        def refuse(exchange: Exchange) -> bool:
            if exchange.method != "PUT" or facts.score_path not in exchange.path:
                return False
            exchange.answer(409, refusal(district.kind), JSON)
            return True

        relay.before = refuse
        run = night(district)
        aside = night(district, "--events", "-")

    assert run.code == 3
    [line] = part(run.out, "look at these")
    assert line.startswith("a-1 of s-3001 in 200001: rejected, ")
    assert "400001" not in run.out + run.err
    assert "s-3001" not in run.err
    # With the events on standard output the report is on standard error.
    assert "a-1 in 200001: rejected" in aside.err
    assert "s-3001" not in aside.out + aside.err


@BOTH
def test_an_example_of_a_reason_shows_that_reason_alone(district: District):
    district.assess("a-1", type="Journal", title="")
    district.assess("a-2", type="Journal")

    run = night(district)

    [mapped] = [line for line in run.out.splitlines() if " type_not_mapped" in line]
    assert mapped.endswith('e.g. a-2 in 200001: the type "Journal" maps to no district category')
    [untitled] = [line for line in run.out.splitlines() if " title_missing" in line]
    assert untitled.endswith("title_missing")


@BOTH
def test_what_is_kept_is_told_with_its_reason(district: District):
    district.assess("a-1")
    district.score("a-1", "s-3015", 18)
    district.night(START)
    district.evening(NEXT, 8)
    district.control("POST", "/students/400015/enroll", {"section": "200001"})
    district.type_score("a-1", "400015", 15)

    district.evening(NEXT)
    run = night(district)

    why = record(district.sync(), "a-1", "200001", "s-3015")["reason"]
    assert why == "the gradebook held a mark before ours"
    assert part(run.out, "kept as the gradebook has it") == [f"a-1 of s-3015 in 200001: {why}"]
    assert "400015" not in run.out


@BOTH
def test_what_came_hours_too_late_for_its_grading_period_is_listed_by_title(district: District):
    district.assess("a-1", title="Fractions", classes=[due(district, LAST)])
    district.score("a-1", "s-3001", 9)
    district.night(LAST)
    district.score("a-1", "s-3001", 18)
    district.assess("a-2", title="Decimals", classes=[due(district, LAST)])
    district.assess("a-3", title="Percents", type="Journal", classes=[due(district, LAST)])
    district.assess("a-4", title="Earlier", classes=[due(district, date(2026, 8, 25))])

    district.evening(LAST + timedelta(days=1), 2)
    head = "too late, since their grading period closed within the last 24 hours"
    when = district.now().isoformat()
    planned = district.command("plan", "-c", str(district.config), "--at", when)
    run = night(district)

    expected = ['"Decimals" (a-2 in 200001)', '"Fractions" (a-1 in 200001)']
    assert sorted(part(run.out, head)) == expected
    assert sorted(part(planned.out, head)) == expected

    district.evening(LAST + timedelta(days=3))
    district.score("a-1", "s-3002", 7)
    assert head not in night(district).out


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("a-2", "a-2"),
        ("Cells", "a-1"),
        ("cells", "a-1"),
        ("Cells and tissue", "a-2"),
        ("TISSUE", "a-2"),
        ("frac", "a-3"),
    ],
)
def test_explain_finds_an_assessment_by_its_title(district: District, asked: str, found: str):
    titles = {"a-1": "Cells", "a-2": "Cells and tissue", "a-3": "Fractions"}
    for id_, title in titles.items():
        district.assess(id_, title=title)
    district.night(START)

    run = explained(district, asked)

    assert run.code == 0, run.err
    assert run.out.startswith(f'{found}: "{titles[found]}"')


def test_explain_asks_where_a_title_is_that_of_several(district: District):
    for id_ in ("a-1", "a-2"):
        district.assess(id_, title="Warm-up")
    district.night(START)

    for asked in ("Warm-up", "warm-UP", "arm"):
        run = explained(district, asked)
        assert run.code == 2
        assert 'a-1: "Warm-up"' in run.err
        assert 'a-2: "Warm-up"' in run.err
    assert explained(district, "nothing like it").code == 2
