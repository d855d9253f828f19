"""The ways of a district's PowerSchool: page sizes, lists of one, headers, a section without lead.

Whatever a server chooses, the night comes to what it comes to elsewhere.
"""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from contracts.configuration import SECRETS
from tests.e2e.powerschool.bypass import Xte
from tests.e2e.powerschool.campus import (
    MATH,
    MATH_TOO,
    MR_SCIENCE,
    SCIENCE,
    PowerSchoolDistrict,
)
from tests.e2e.powerschool.verdicts import CREATE, REPLACE, SCORES
from tests.e2e.support.district import START
from tests.e2e.support.night_work import (
    assert_as_if_nothing_had_happened,
    columns_made,
    fault,
    healed,
    some_work,
)
from tests.e2e.support.recording_proxy import JSON, Exchange, between
from tests.e2e.support.verdicts import assert_refused, record, sent, sis_writes, told
from tests.e2e.test_other_spellings import each, number_as_text

pytestmark = pytest.mark.slow

NEXT = START + timedelta(days=1)
SMALL = (
    "section_enrollment",
    "schema_table_query",
    "school",
    "section",
    "staff",
    "student",
    "term",
)


@pytest.mark.parametrize(
    "ways",
    [
        {"singleton_as_object": False},
        {"singleton_as_object": True},
        {"assignment_section_ids_header": True},
        {"maxima": dict.fromkeys(SMALL, 1)},
        {"maxima": dict.fromkeys(SMALL, 3)},
        {"maxima": {"schema_table_query": 7, "section_enrollment": 7}},
        {"maxima": dict.fromkeys(SMALL, 1000)},
    ],
    ids=str,
)
def test_whatever_the_ways_of_the_server_the_night_is_the_same(
    district: PowerSchoolDistrict, twin: PowerSchoolDistrict, ways: dict[str, Any]
):
    district.settings(**ways)
    some_work(district)

    assert district.sync().code == 0

    assert_as_if_nothing_had_happened(district, twin)


def test_a_section_without_a_lead_is_kept_back_and_stops_nobody(district: PowerSchoolDistrict):
    """There is nobody to act for, and so no copy of any category."""
    both = [district.assigned("c-1001"), district.assigned("c-1002")]
    district.assess("a-1", classes=both)
    district.score("a-1", "s-3008", 9)
    with between(district, "sis") as relay:

        def take_the_lead_away(exchange: Exchange) -> None:
            if exchange.path.partition("?")[0] == "/ws/v1/section/200001":
                told_ = exchange.json
                told_["section"].pop("staff_id")
                exchange.answer(200, told_, JSON)

        relay.alter = take_the_lead_away
        run = district.night(START)

    assert_refused(run, "a-1", "category_not_active")
    assert told(run, section=MATH_TOO) == ("created", [])
    assert district.marks("a-1", MATH_TOO)["400008"] == "9"
    assert told(district.sync()) == ("created", [])


def test_a_new_lead_edits_what_the_old_one_made_without_touching_its_category(
    district: PowerSchoolDistrict,
):
    district.assess("a-1")
    district.score("a-1", "s-3001", 18)
    district.night(START)
    before = district.column("a-1")

    district.control("POST", f"/sections/{MATH}/teachers", {"teacher": MR_SCIENCE, "main": True})
    district.edit("a-1", title="Renamed")
    run, writes = sent(district, NEXT)

    assert (run.code, told(run), writes) == (0, ("updated", []), [REPLACE])
    assert district.column("a-1") == {**before, "title": "Renamed"}


def test_a_student_in_two_sections_gets_the_score_in_both(district: PowerSchoolDistrict):
    district.control("PUT", "/group/t-2003", otus=True)
    district.assess("a-1", classes=[district.assigned("c-1001"), district.assigned("c-1003")])
    district.score("a-1", "s-3001", 9)

    run = district.night(START)

    assert told(run, "s-3001") == ("sent", [])
    assert told(run, "s-3001", section=SCIENCE) == ("sent", [])
    assert district.marks("a-1", MATH)["400001"] == "9"
    assert district.marks("a-1", SCIENCE)["400001"] == "9"


@pytest.mark.parametrize(
    "title", ["Größe & <i>Maß</i>", 'Say "½"', "x" * 48 + "😀", "  spaced  out ", "тест — 测验"]
)
def test_a_title_of_any_letters_arrives_as_it_is(district: PowerSchoolDistrict, title: str):
    district.assess("a-1", title=title)

    district.night(START)

    assert district.column("a-1")["title"] == title
    assert sent(district, NEXT)[1] == []


def test_b6_an_enrolment_after_the_night_of_the_same_day_is_seen_the_next(
    district: PowerSchoolDistrict,
):
    """The server dates changes without a time, so a day on which a night ran is looked at twice."""
    district.assess("a-1", classes=[district.assigned("c-1001", dueDate="2026-10-30")])
    district.score("a-1", "s-3015", 9)
    assert told(district.night(START), "s-3015") == ("refused", ["not_enrolled"])

    district.evening(START, 23)
    district.control("POST", "/students/400015/enroll", {"section": MATH})

    assert told(district.night(NEXT), "s-3015") == ("sent", [])
    assert district.marks("a-1")["400015"] == "9"


def test_b6_a_student_who_leaves_after_the_night_and_is_back_before_the_next_is_seen(
    district: PowerSchoolDistrict,
):
    district.assess("a-1", classes=[district.assigned("c-1001", dueDate="2026-10-30")])
    district.night(START)
    district.evening(START, 23)
    district.control("POST", "/students/400001/drop", {"section": MATH})
    district.score("a-1", "s-3001", 9)
    assert told(district.sync(), "s-3001") == ("refused", ["not_enrolled"])

    district.evening(NEXT, 8)
    district.control("POST", "/students/400001/enroll", {"section": MATH})

    assert told(district.night(NEXT), "s-3001") == ("sent", [])


def test_the_plan_foretells_the_night_and_writes_nothing(district: PowerSchoolDistrict):
    some_work(district)

    planned = district.plan()
    assert (planned.code, sis_writes(district)) == (0, [])
    run = district.sync()

    keys = ("assignment", "section", "student", "codes")
    foretold = [tuple(str(r.get(k)) for k in keys) for r in planned.report["records"]]
    assert sorted(foretold) == sorted(
        tuple(str(r.get(k)) for k in keys) for r in run.report["records"]
    )


# ---- the numbers agree ---------------------------------------------------------------------------


def test_e7_report_ledger_and_plugin_log_count_the_same(district: PowerSchoolDistrict):
    some_work(district)
    with between(district, "sis") as relay:
        run, writes = sent(district, START)
        batches = relay.of("PUT", "/ws/xte/score")
    counts = run.report["counts"]

    assert writes.count(CREATE) == counts["created"] == 4
    assert run.writes == len(writes)
    assert sum(len(b.sent["assignment_scores"]) for b in batches) == counts["sent"]
    status = district.command("status", "-c", str(district.config)).out
    told_ = [line.split() for line in status.splitlines()[1:]]
    assert {words[1]: int(words[0]) for words in told_ if words[0].isdecimal()} == counts


def test_e8_no_score_number_or_secret_is_in_any_line(district: PowerSchoolDistrict):
    events = district.folder / "events.jsonl"
    district.assess("a-1", classes=[district.assigned("c-1001"), district.assigned("c-1002")])
    for n in range(1, 10):
        district.score("a-1", f"s-300{n}", 7.015 + n)
    with between(district, "sis") as relay:

        def drop(exchange: Exchange) -> bool:
            if exchange.path.startswith("/ws/xte/score"):
                district.http.post(f"{relay.target}/_mock/students/400002/drop", json={})
            return False

        relay.before = drop
        runs = [district.night(START, "--events", str(events))]
    fault(district, "status", SCORES, status=500)
    district.score("a-1", "s-3001", 11.0625)
    runs.append(district.night(NEXT, "--events", str(events)))
    healed(district)
    runs.append(district.sync("--events", str(events)))

    lines = events.read_text() + "".join(run.err for run in runs)
    reasons = "".join(r["reason"] for run in runs for r in run.report["records"])

    assert lines.count("\n") > 20
    rejected = [r for r in runs[0].report["records"] if r["state"] == "rejected"]
    assert [(r["section"], r["student"]) for r in rejected] == [("200001", "s-3002")]
    for secret in (*SECRETS.values(), "access_token", "Bearer", "11.0625"):
        assert secret not in lines + reasons
    for student in district.feed("student"):
        assert f'"{student["id"]}"' not in lines
        assert str(student["sisId"]) not in lines + reasons
    for n in range(1, 10):
        assert f"{7.015 + n:.3f}" not in lines + reasons


# ---- what a crash left open in a gradebook that is gone ------------------------------------------


def a_create_without_an_answer(district: PowerSchoolDistrict, class_: str) -> None:
    district.assess("a-1", classes=[district.assigned(class_)])
    district.evening(START)
    fault(district, "drop_after", CREATE)
    assert district.sync().code == 3
    healed(district)
    district.assess("a-2")
    district.score("a-2", "s-3001", 9)


def test_c10_a_create_left_open_in_a_gradebook_that_cannot_be_read_stops_nobody_else(
    district: PowerSchoolDistrict,
):
    a_create_without_an_answer(district, "c-1002")
    with between(district, "sis") as relay:

        def spoil(exchange: Exchange) -> None:
            if "section_ids=200002" in exchange.path:
                exchange.answer(500, {"message": "?"}, JSON)

        relay.alter = spoil
        district.evening(NEXT)
        run = district.sync()

    assert run.code == 3, run.err
    assert told(run, id_="a-2") == ("created", [])

    run = district.sync()
    assert run.code == 0
    assert len(columns_made(district)) == 2


def test_c10_a_create_left_open_in_a_section_that_was_merged_away_does_not_stop_every_night(
    district: PowerSchoolDistrict,
):
    a_create_without_an_answer(district, "c-1002")
    district.evening(NEXT, 8)
    district.control("POST", f"/sections/{MATH_TOO}/merge", {"into": MATH})

    run = district.night(NEXT)

    assert run.code in {0, 3}, run.err
    assert told(run, id_="a-2") == ("created", [])
    assert record(run, "a-2", MATH, "s-3001")["state"] == "sent"
    assert len(district.columns(MATH)) == 2


def test_a13_past_the_agent_a_section_that_was_merged_away_takes_nothing(
    district: PowerSchoolDistrict,
):
    past = Xte(district)
    district.control("POST", f"/sections/{MATH_TOO}/merge", {"into": MATH})

    assert past.create(sectionsdcid=int(MATH_TOO)).status in {403, 404}
    assert past.create().done


def respelled(exchange: Exchange) -> None:
    """An answer as another server might write it: text for numbers, a mark before the JSON ..."""
    if exchange.content and "json" in exchange.headers.get("content-type", ""):
        body = exchange.json
        if "access_token" not in body:
            body = each(body, number_as_text)
        exchange.content = b"\xef\xbb\xbf" + json.dumps(body, indent=1).encode()
        exchange.headers["content-type"] = "application/json;charset=UTF-8"
    if "location" in exchange.headers:
        exchange.headers["location"] = f"../assignment/{exchange.headers['location'][-8:]}/"


def listed_alone(exchange: Exchange) -> None:
    """One assignment comes in a list, as one program expects it."""
    if exchange.method == "GET" and "/section/assignment/" in exchange.path:
        exchange.content = b"[" + exchange.content + b"]"


@pytest.mark.parametrize("alter", [respelled, listed_alone])
def test_the_same_in_other_words_is_the_same_night(
    district: PowerSchoolDistrict,
    twin: PowerSchoolDistrict,
    alter: Callable[[Exchange], None],
):
    some_work(district)
    with between(district, "sis") as relay:
        relay.alter = alter
        assert district.sync().code == 0
        assert district.sync().writes == 0
    assert_as_if_nothing_had_happened(district, twin)
